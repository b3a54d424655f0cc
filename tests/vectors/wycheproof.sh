#!/bin/sh
# Signatures that must not verify; also: wycheproof.sh VECTORSDIR.
VECTORS=${1:-$VECTORS}
set -- "$VECTORS"/wycheproof/*_test*.json
if [ ! -f "$1" ]; then
	echo "1..0 # SKIP no folder wycheproof in VECTORS"
	exit 0
fi
exec "${B:-build}/tests/vectors/wycheproof_vectors" "$@"
