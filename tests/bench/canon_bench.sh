#!/bin/sh
# JSON of 40 kB drafts against what a user could pick today, by CPU time, in
# one run: parse + canonicalise + SHA-256, and check + SHA-256. SHA-256 alone
# bounds every ratio: it is in both.
set -eu
build=${B:-build}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$build/tests/gen/drafts" "$folder/drafts" 100 --size 40000
{
	node tests/bench/canon_bench.js build/npm/node_modules "$folder/drafts"
	"$build/tests/bench/canon_bench" "$folder/drafts"
} | awk '
	BEGIN { printf "%-42s %8s %8s %8s\n", "", "MB/s", "ratio", "wanted" }
	$1 == "npm" { npm = $2; show("JSON.parse, npm canonicalize, SHA-256") }
	$1 == "canonicalise" { show("parse, canonicalise, SHA-256", 10) }
	$1 == "check" { show("check canonical form, SHA-256", 12) }
	$1 == "prepare" { show("parse, rules, prepare, canonicalise, SHA-256") }
	function show(name, wanted) {
		printf "%-42s %8.1f %8.1f %8s\n", name, $2, $2 / npm,
		    wanted ? ">= " wanted : ""
		shown++
	}
	END { exit shown != 4 }'
