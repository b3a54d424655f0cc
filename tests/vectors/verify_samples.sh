#!/bin/sh
# The real sealed credentials in $SAMPLES, or in the folder given.
dir=${1:-$SAMPLES}
set -- "$dir"/edc-signed-*.jsonld "$dir"/jades-crlf-payload-*.json
if [ ! -f "$1" ] || [ ! -f "$2" ]; then
	echo "1..0 # SKIP no sealed credentials in SAMPLES"
	exit 0
fi
exec "${B:-build}"/tests/vectors/verify_samples_vectors "$@"
