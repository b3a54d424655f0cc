#!/bin/sh
# Check and prepare on other people's credentials; also: edc.sh SAMPLESDIR.
SAMPLES=${1:-$SAMPLES}
if [ ! -f "$SAMPLES/edc-unsigned-elm-microcred.jsonld" ]; then
	echo "1..0 # SKIP no drafts in SAMPLES"
	exit 0
fi
exec "${B:-build}/tests/vectors/edc_vectors" "$SAMPLES"
