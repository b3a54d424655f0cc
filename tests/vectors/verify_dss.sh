#!/bin/sh
# JAdES files of the DSS project's tests, from $VECTORS/dss-jades.
VECTORS=${1:-$VECTORS}
if [ ! -f "$VECTORS/dss-jades/INDEX.tsv" ]; then
	echo "1..0 # SKIP no dss-jades folder in VECTORS"
	exit 0
fi
exec "${B:-build}"/tests/vectors/verify_dss_vectors "$VECTORS/dss-jades"
