#!/bin/sh
# Ten million generated documents against node, other ones than in the checks.
# BATCHES=N: N times 100,000.
pairs=build/tests/gen/canon_pairs
batches=${BATCHES:-100}
count=100000

echo 1..1
seed=1000
while [ $seed -lt $((1000 + batches)) ]; do
	if ! "$pairs" $count $((seed * 2 + 1)) |
	    node tests/e2e/canon_node.js $count; then
		echo "not ok 1 - canonical forms are node's: seed $seed"
		exit 1
	fi
	seed=$((seed + 1))
done
echo "ok 1 - $((batches * count)) canonical forms are node's"
