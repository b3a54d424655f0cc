#!/bin/sh
# The canonical form against another implementation: JavaScript, from whose
# engines RFC 8785 takes its numbers and its order of names.
pairs=build/tests/gen/canon_pairs
count=100000

echo 1..1
if ! command -v node >/dev/null; then
	echo "ok 1 - canonical forms are node's # SKIP node is not installed"
	exit 0
fi
if "$pairs" $count | node tests/e2e/canon_node.js $count; then
	echo "ok 1 - $count canonical forms are node's"
else
	echo "not ok 1 - $count canonical forms are node's"
	exit 1
fi
