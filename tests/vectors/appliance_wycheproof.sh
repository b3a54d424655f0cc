#!/bin/sh
# Signatures that must not verify, through the appliance's own verification;
# also: appliance_wycheproof.sh VECTORSDIR.
VECTORS=${1:-$VECTORS}
set -- "$VECTORS"/wycheproof/ecdsa_*_test*.json
if [ ! -f "$1" ]; then
	echo "1..0 # SKIP no folder wycheproof in VECTORS"
	exit 0
fi
exec "${B:-build}/tests/vectors/appliance_wycheproof" "$@"
