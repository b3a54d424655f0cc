#!/bin/sh
# json.sh [VECTORSDIR]: JSONTestSuite and json-canonicalization through the
# tokenizer and the checker of the canonical form. Prints TAP.
set -u
vectors=${1:-${VECTORS:-}}
program=${B:-build}/tests/vectors/json_vectors
if [ ! -d "$vectors/JSONTestSuite" ]; then
	echo "1..0 # SKIP no JSONTestSuite in VECTORS"
	exit 0
fi
[ -x "$program" ] || make -s "$program" >&2 || exit 1
exec "$program" "$vectors" "$(dirname "$0")/json.tsv"
