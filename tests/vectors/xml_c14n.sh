#!/bin/sh
# xml_c14n.sh [VECTORSDIR [SAMPLESDIR]]: published cases of Canonical XML and
# real documents through zegel canon. Prints TAP.
set -u
vectors=${1:-${VECTORS:-}} samples=${2:-${SAMPLES:-}}
zegel=${B:-build}/bin/zegel
if [ ! -d "$vectors/libxml2" ] && [ ! -d "$samples" ]; then
	echo "1..0 # SKIP neither libxml2 in VECTORS nor SAMPLES"
	exit 0
fi
[ -x "$zegel" ] || make -s "$zegel" >&2 || exit 1
exec python3 "$(dirname "$0")/xml_c14n.py" "$zegel" "$vectors" "$samples"
