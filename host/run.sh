#!/bin/sh
# run.sh BUILD: the main job, from sample drafts to sealed files of level LTA,
# on a test station in BUILD/station. 'make run' calls it; YES=1 answers its
# question. It runs itself again beside the servers of the test PKI that lies in
# the station's folder: run.sh BUILD PKI.
set -eu

build=$1
pki=${2:-}
station=$build/station
drafts=$build/sample-drafts
name="University of Examples TEST"
id=VATBE-0000000097
country=BE
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
asking=
stop() {
	trap '' INT TERM HUP
	[ -z "$asking" ] || kill "$asking" 2>/dev/null || :
	[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || :
	[ -z "$daemon" ] || wait "$daemon" 2>/dev/null || :
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

# "open", "closed", ...; nothing if there is none.
state_of() {
	"$zegel" batch show "$1" 2>/dev/null | sed -n '1s/^[^)]*), \([a-z]*\).*/\1/p'
}

if [ ! -e "$station/zegel.conf" ]; then
	say "A test station in $station"
	if [ -e "$station" ]; then
		echo "an earlier run was interrupted here: beginning again"
		rm -rf "$station"
	fi
	test_pin | "$zegel" init --no-certificate --pin-fd 0
fi

if [ -z "$pki" ]; then
	if [ -e "$station/test-pki" ] || [ ! -e "$station/keys/default.pem" ]
	then
		exec tests/pki/kept.py "$station/test-pki" "$0" "$build" \
		    "$station/test-pki"
	fi
	say "$station has no test PKI"
	if grep -q '^\[timestamp test\]' "$station/zegel.conf"; then
		echo "$station/test-pki is gone, and with it who answers for" \
		    "the station's certificate." >&2
		echo "Remove $station, then run again." >&2
		exit 78
	fi
	echo "A former version made it: it seals at level B, as before. For" \
	    "level LTA, remove $station, then run again."
else
	say "The TEST PKI in $pki, at $(cat "$pki/url") until this ends"
	echo "Its certificates, timestamps and revocation data are worth" \
	    "nothing."
fi

# Its institution is that of the sample drafts.
if [ -n "$pki" ] && [ ! -e "$station/keys/default.pem" ]; then
	say "A seal certificate, for the key that was made in the token"
	rm -f "$pki/request.pem"
	test_pin | "$zegel" key csr --pin-fd 0 -o "$pki/request.pem" \
	    --organisation "$name" --organisation-id "$id" --country "$country"
	tests/pki/give.py "$pki" certificate "$pki/request.pem" \
	    "$pki/seal.pem"
	"$zegel" key import-cert "$pki/seal.pem"
fi
[ -z "$pki" ] || tests/pki/give.py "$pki" configuration "$station"

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
	    "$name" "$id" "$country"
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
	# beside this shell, which then can be told to end meanwhile
	"$zegel" batch approve samples $yes <&0 &
	asking=$!
	wait $asking || {
		code=$?
		echo "'make run' asks again, 'make run YES=1' does not ask" >&2
		exit $code
	}
	asking=
fi

# How many lines of what verify said match.
count() {
	grep -c "$1" "$build/verified" || :
}

say "Verify the sealed files"
verified=0
"$zegel" verify "$station"/spool/out/samples/*.sealed.jsonld \
    >"$build/verified" || verified=$?
files=$(ls "$station"/spool/out/samples/*.sealed.jsonld | wc -l)
passed=$(count '=> valid: TOTAL-PASSED, JAdES-BASELINE-LTA')
proven=$(count '^  PASSED  *time ')
if [ -n "$pki" ] && [ $verified -eq 0 ] &&
    [ "$passed $proven" != "$files $files" ]; then
	verified=1
fi
if [ $verified -eq 0 ]; then
	tail -n 1 "$build/verified"
else
	cat "$build/verified"
fi
[ -z "$pki" ] || echo "$passed of $files are TOTAL-PASSED," \
    "JAdES-BASELINE-LTA; of $proven a timestamp proves when they existed"
rm -f "$build/verified"
"$zegel" log verify
[ $verified -eq 0 ] || exit $verified

# As it can be typed.
typed() {
	case $1 in
	*[!A-Za-z0-9/._-]*)
		printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
		;;
	*) printf %s "$1" ;;
	esac
}

first=$(typed "$(ls "$station"/spool/out/samples/*.sealed.jsonld | head -n 1)")
program=$(typed "$zegel")
say "Done"
cat <<END
The sealed files, each with its log proof beside it:
    $station/spool/out/samples/
Every check of one of them (--html FILE: as a page):
    $program verify --station $(typed "$station") $first
END
root=$(typed "$station/keys/test-root.pem")
[ -z "$pki" ] || cat <<END
The same without the station and its servers, as anybody could do it:
    $program verify --trust $root --log $(typed "$station/log") $first
END
cat <<END
What the log says of it:
    $program log find --station $(typed "$station") $first
This was a TEST station: certificates, timestamps and seals are worth nothing.
END
