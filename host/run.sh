#!/bin/sh
# run.sh BUILD: the main job, from sample drafts to sealed files, on a test
# station in BUILD/station. 'make run' calls it; YES=1 answers its question.
set -eu

build=$1
station=$build/station
drafts=$build/sample-drafts
zegel=$build/bin/zegel
export ZEGEL_STATION="$station"

# The PIN of this test token. A real one is typed at 'zegel unlock'.
test_pin() {
	echo 123456
}

say() {
	printf '\n== %s\n' "$*"
}

daemon=
stop() {
	[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || :
	[ -z "$daemon" ] || wait "$daemon" 2>/dev/null || :
}
trap stop EXIT
trap 'exit 130' INT TERM

if [ ! -e "$station/zegel.conf" ]; then
	say "A test station in $station"
	test_pin | "$zegel" init --pin-fd 0
fi

say "Start the station (its messages: $station.messages)"
ready=$(mktemp -u "$build/ready.XXXXXX")
mkfifo "$ready"
"$build/bin/zegeld" --ready-fd 3 3>"$ready" 2>>"$station.messages" &
daemon=$!
if [ "$(head -c 1 "$ready")" != r ]; then
	rm -f "$ready"
	tail -n 5 "$station.messages" >&2
	exit 1
fi
rm -f "$ready"
test_pin | "$zegel" unlock --pin-fd 0
"$zegel" status

say "Hand over sample drafts (fictional people, written by the generator)"
if [ ! -d "$drafts" ]; then
	"$build/tests/gen/drafts" "$drafts" 8 --sealable-for \
	    "University of Examples TEST" VATBE-0000000097 BE
fi
"$zegel" submit --batch samples "$drafts" 2>&1 | cut -c 1-160

# What an earlier run left open or waiting for its approval comes first.
state=$("$zegel" batch show samples 2>/dev/null | sed -n '1s/.*, //p') || :
case "$state" in
open) "$zegel" batch close samples >/dev/null ;;
closed) ;;
*)
	say "Nothing to seal: every sample was sealed before"
	state=
	;;
esac
if [ -n "$state" ]; then
	say "Look at what will be sealed"
	if [ "${YES:-0}" = 1 ]; then
		"$zegel" batch approve samples --yes
	else
		"$zegel" batch approve samples
	fi
fi

say "Verify the sealed files"
"$zegel" verify "$station"/spool/out/samples/*.sealed.jsonld |
    grep -E '=>|valid,|^/|^[^ ]' || :
"$zegel" log verify

first=$(ls "$station"/spool/out/samples/*.sealed.jsonld | head -n 1)
say "Done"
cat <<END
Sealed files, each with its log proof:  $station/spool/out/samples/
Every check of one of them:             $zegel verify --station $station $first
What the log says of it:                $zegel log find --station $station $first
This was a TEST station: its certificate and its seals are worth nothing.
END
