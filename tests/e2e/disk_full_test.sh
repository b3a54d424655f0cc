#!/bin/sh
# A station whose disk is full: who was told "accepted" finds the draft again,
# who was told nothing of the kind tries again, and with room it goes on.
count=30
n=0

if [ "$(id -u)" -ne 0 ] || ! unshare -m true 2>/dev/null; then
	echo "1..0 # SKIP needs root and the right to mount"
	exit 0
fi
if [ "${1:-}" != inside ]; then
	work=$(mktemp -d) || exit 1
	trap 'rm -rf "$work"' EXIT
	unshare -m "$0" inside "$work"
	exit $?
fi

work=$2
export ZEGEL_STATION="$work/station"
zegel="build/bin/zegel"

result() { # CODE NAME
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

# Both requests in one packet, so that front takes them in one round: the
# closing that fails for want of room must not take the accepted draft along.
one_round() {
	python3 - "$ZEGEL_STATION/run/front.sock" "$1" <<-'END'
	import array, json, socket, sys
	s = socket.socket(socket.AF_UNIX)
	s.connect(sys.argv[1])
	draft = open(sys.argv[2], "rb")
	asks = [{"verb": "batch-close", "batch": "full"},
	        {"verb": "submit", "batch": "other", "name": "late"}]
	text = "".join(json.dumps(a) + "\n" for a in asks).encode()
	s.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
	                    array.array("i", [draft.fileno()]))])
	lines = s.makefile()
	said = [json.loads(lines.readline()) for a in asks]
	print(sum("result" in x for x in said[1:]))
	END
}

queued() {
	$zegel status --json | sed 's/.*"queued":\([0-9]*\).*/\1/'
}

echo 1..4
mkdir "$ZEGEL_STATION"
mount -t tmpfs -o size=3m tmpfs "$ZEGEL_STATION" || exit 1
echo 123456 | $zegel init --pin-fd 0 >/dev/null || exit 1
build/tests/gen/drafts "$work/drafts" $((count + 1)) --size 60000 \
	--sealable-for "University of Examples TEST" VATBE-0000000097 BE \
	>/dev/null
late=$(ls "$work"/drafts/* | tail -n 1)
mv "$late" "$work/late.json"
build/bin/zegeld --ready-fd 8 8>"$work/ready" 2>"$work/log" &
daemon=$!
tries=0
while [ ! -s "$work/ready" ] && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
echo 123456 | $zegel unlock --pin-fd 0 >/dev/null
$zegel submit --batch full "$work/drafts" >"$work/said" 2>&1
[ "$(queued)" = $count ]
result $? "the drafts fit"

accepted=$(one_round "$work/late.json")
sleep 1
[ "$(queued)" = $((count + accepted)) ]
result $? "what was accepted is there when the disk is full ($accepted)"

timeout 30 $zegel batch close full >>"$work/said" 2>&1
code=$?
[ $code -eq 74 ] && $zegel status | grep -q 'TROUBLE: no space'
result $? "who closes a batch hears that there is no room (exit $code)"

mount -o remount,size=60m "$ZEGEL_STATION"
# A closing that had begun goes on by itself.
tries=0
while ! $zegel batch show full | grep -q ', closed$' && [ $tries -lt 20 ]; do
	sleep 0.5
	timeout 30 $zegel batch close full >>"$work/said" 2>&1
	tries=$((tries + 1))
done
timeout 30 $zegel batch approve full --yes >>"$work/said" 2>&1
sealed=$(find "$ZEGEL_STATION/spool/out" -name '*.sealed.jsonld' | wc -l)
[ "$sealed" -eq $count ]
result $? "with room it goes on: $sealed of $count are sealed"

kill $daemon
wait $daemon
[ -z "${failed:-}" ] || sed 's/^/# /' "$work/log" "$work/said"
exit ${failed:-0}
