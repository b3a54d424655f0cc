#!/bin/sh
# Canonical JSON and XML against what a user could pick today, in one run on
# one core: a corpus of drafts of 40 kB and one of 1.2 MB, and each kind by
# itself. All programs take turns, five times; a row is the median of its five,
# and the ratio that of the medians. SHA-256 alone bounds every row that has it
# in it. XML: 100 MB in 300 MB of disk.
set -eu
build=${B:-build}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
core="taskset -c $(($(nproc) - 1))"

table() {
	for turn in 1 2 3 4 5; do
		$core node tests/bench/canon_bench.js build/npm/node_modules "$1"
		$core "$build/tests/bench/canon_bench" "$1"
		$core "$build/tests/bench/simdjson_dom" "$1"
	done | sort -k1,1 -k2,2n | awk -v what="$2" '
	{ rate[$1, ++n[$1]] = $2 }
	function median(name) { return rate[name, (n[name] + 1) / 2] }
	function show(text, name, to, wanted) {
		if (n[name] != 5) {
			print "no five of " name
			bad = 1
			exit
		}
		printf "%-46s %8.0f", text, median(name)
		if (to != "")
			printf " %7.2f x %-9s%s", median(name) / median(to), to,
			    wanted
		print ""
	}
	END {
		printf "%-46s %8s %9s\n", what, "MB/s", "ratio"
		show("JSON.parse, npm canonicalize, node SHA-256", "npm")
		show("parse, canonicalise, SHA-256", "canonicalise", "npm",
		    "at least 10, aim 20")
		show("check canonical form, SHA-256", "check+hash", "npm",
		    "at least 12, aim 30")
		show("SHA-256 alone, two at once", "hash", "npm")
		show("SHA-256 alone, one by one", "hash1", "npm")
		show("simdjson: parse into its DOM", "simdjson")
		show("check canonical form", "check", "simdjson",
		    "at least 0.5, aim 1")
		show("parse, rules, prepare, canonicalise, SHA-256",
		    "prepare", "npm")
		exit bad
	}'
}

"$build/tests/gen/drafts" "$folder/small" 100 --size 40000
"$build/tests/gen/drafts" "$folder/large" 4 --size 1200000
mkdir "$folder/corpus"
ln "$folder"/small/* "$folder/corpus"
set -- "$folder"/large/*
ln "$1" "$folder/corpus/0-large"
table "$folder/corpus" "the corpus: 100 drafts of 40 kB, one of 1.2 MB"
echo
table "$folder/small" "100 drafts of 40 kB"
echo
table "$folder/large" "4 drafts of 1.2 MB"
python3 tests/bench/xml_table.py "$build" "$folder"
