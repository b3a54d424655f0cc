#!/bin/sh
# Headers and signatures of sealed credentials; also: jades.sh SAMPLESDIR.
SAMPLES=${1:-$SAMPLES}
set -- "$SAMPLES"/edc-signed-*.jsonld "$SAMPLES"/jades-crlf-payload-*.json
if [ ! -f "$1" ]; then
	echo "1..0 # SKIP no sealed credentials in SAMPLES"
	exit 0
fi
exec "${B:-build}/tests/vectors/jades_vectors" "$@"
