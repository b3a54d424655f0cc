#!/bin/sh
# JSONTestSuite and json-canonicalization through host/json; also: doc.sh
# VECTORSDIR.
VECTORS=${1:-$VECTORS}
if [ ! -d "$VECTORS/JSONTestSuite" ]; then
	echo "1..0 # SKIP no JSONTestSuite in VECTORS"
	exit 0
fi
exec "${B:-build}/tests/vectors/doc_vectors" "$VECTORS"
