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

# "open", "closed", ...; nothing if there is none.
state_of() {
	"$zegel" batch show "$1" 2>/dev/null | sed -n '1s/.*, //p'
}

if [ ! -e "$station/zegel.conf" ]; then
	say "A test station in $station"
	if [ -e "$station" ]; then
		echo "an earlier run was interrupted here: beginning again"
		rm -rf "$station"
	fi
	test_pin | "$zegel" init --pin-fd 0
fi

say "Start the station (its messages: $station.messages)"
touch "$station.messages"
known=$(wc -c <"$station.messages")
ready=$(mktemp -u "$build/ready.XXXXXX")
mkfifo "$ready"
"$build/bin/zegeld" --ready-fd 3 3>"$ready" 2>>"$station.messages" &
daemon=$!
if [ "$(head -c 1 "$ready")" != r ]; then
	rm -f "$ready"
	tail -c "+$((known + 1))" "$station.messages" |
	    sed 's/^<[0-7]>//' >&2
	exit 1
fi
rm -f "$ready"
test_pin | "$zegel" unlock --pin-fd 0
"$zegel" status

# Only whole: what an interrupted run left of them is made again.
if [ ! -d "$drafts" ]; then
	rm -rf "$drafts.new"
	"$build/tests/gen/drafts" "$drafts.new" 8 --sealable-for \
	    "University of Examples TEST" VATBE-0000000097 BE
	mv "$drafts.new" "$drafts"
fi

# What an earlier run left waiting for its approval comes first.
state=$(state_of samples)
case "$state" in
closed | approved) ;;
*)
	say "Hand over sample drafts from $drafts (fictional people)"
	"$zegel" submit --batch samples "$drafts" 2>"$drafts.messages" || {
		cat "$drafts.messages" >&2
		exit 1
	}
	state=$(state_of samples)
	;;
esac
if [ -z "$state" ] || [ "$state" = done ]; then
	say "Nothing to seal: every sample was sealed before"
elif [ "$state" = approved ]; then
	say "Finish what was approved before"
	tries=0
	while [ "$(state_of samples)" = approved ] && [ $tries -lt 60 ]; do
		sleep 1
		tries=$((tries + 1))
	done
else
	[ "$state" = closed ] || "$zegel" batch close samples >/dev/null
	say "Look at what will be sealed"
	yes=
	[ "${YES:-0}" != 1 ] || yes=--yes
	"$zegel" batch approve samples $yes || {
		code=$?
		echo "'make run' asks again, 'make run YES=1' does not ask" >&2
		exit $code
	}
fi

say "Verify the sealed files"
verified=0
"$zegel" verify "$station"/spool/out/samples/*.sealed.jsonld \
    >"$build/verified" || verified=$?
if [ $verified -eq 0 ]; then
	tail -n 1 "$build/verified"
else
	cat "$build/verified"
fi
rm -f "$build/verified"
"$zegel" log verify
[ $verified -eq 0 ] || exit $verified

first=$(ls "$station"/spool/out/samples/*.sealed.jsonld | head -n 1)
say "Done"
cat <<END
The sealed files, each with its log proof beside it:
    $station/spool/out/samples/
Every check of one of them:
    $zegel verify --station $station $first
What the log says of it:
    $zegel log find --station $station $first
This was a TEST station: its certificate and its seals are worth nothing.
END
