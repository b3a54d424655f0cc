#!/bin/sh
# c14n.sh [VECTORSDIR [SAMPLESDIR]]: published cases of Canonical XML and real
# documents through the checker of the canonical form. Prints TAP.
set -u
vectors=${1:-${VECTORS:-}} samples=${2:-${SAMPLES:-}}
program=${B:-build}/tests/vectors/c14n_vectors
if [ ! -d "$vectors/libxml2" ] && [ ! -d "$samples" ]; then
	echo "1..0 # SKIP neither libxml2 in VECTORS nor SAMPLES"
	exit 0
fi
[ -x "$program" ] || make -s "$program" >&2 || exit 1
exec "$program" "$vectors" "$samples"
