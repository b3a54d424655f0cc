#!/bin/sh
# What 'zegel verify' says of the real sealed credentials in $SAMPLES.
SAMPLES=${1:-$SAMPLES}
set -- "$SAMPLES"/edc-signed-*.jsonld
if [ ! -f "$1" ]; then
	echo "1..0 # SKIP no sealed credentials in SAMPLES"
	exit 0
fi
exec "$(dirname "$0")/verdicts.py" "$SAMPLES"
