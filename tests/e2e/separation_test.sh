#!/bin/sh
# A batch from draft to release with the processes under their own users, and
# with no other right than zegeld.service leaves to root. The users are those
# of zegel.sysusers, in a copy of /etc/passwd that only this test sees.
. tests/e2e/tap.sh
count=3
name="Registry of Examples"
id=VATBE-0000000097

if [ "$(id -u)" -ne 0 ] || ! command -v systemd-sysusers >/dev/null ||
	! unshare -m true 2>/dev/null; then
	echo "1..0 # SKIP needs root, systemd and the right to mount"
	exit 0
fi
if [ "${1:-}" != inside ]; then
	work=$(mktemp -d) || exit 1
	chmod 755 "$work"
	trap 'rm -rf "$work"' EXIT
	unshare -m "$0" inside "$work"
	exit $?
fi

work=$2
station=$work/station
zegel="build/bin/zegel"

echo 1..9
mount --make-rprivate /
mkdir "$work/etc" "$work/drafts"
cp /etc/passwd /etc/group /etc/shadow "$work/etc/"
systemd-sysusers --root="$work" - <host/systemd/zegel.sysusers \
	>/dev/null 2>&1 || exit 1
echo teller:x:60001:60001::/:/bin/sh >>"$work/etc/passwd"
sed -i 's/^zegel:.*:$/&teller/' "$work/etc/group"
mount --bind "$work/etc/passwd" /etc/passwd
mount --bind "$work/etc/group" /etc/group

echo 12345678 >"$work/pin"
$zegel init --station "$station" --pin-fd 9 9<"$work/pin" \
	--organisation "$name" --organisation-id $id --country BE >/dev/null || exit 1
build/tests/gen/drafts "$work/drafts" $count \
	--sealable-for "$name" "$id" BE >/dev/null || exit 1

# start: with no other right than those of its unit.
start() {
	: >"$work/ready"
	setpriv --no-new-privs --bounding-set="$rights" build/bin/zegeld \
		--station "$station" --ready-fd 8 8>"$work/ready" \
		2>>"$work/log" &
	daemon=$!
	tries=0
	while [ ! -s "$work/ready" ] && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ -s "$work/ready" ]
}
rights=-all$(sed -n 's/^CapabilityBoundingSet=//p' \
	host/systemd/zegeld.service | tr 'A-Z' 'a-z' | sed 's/ *cap_/,+/g')
start
result $? "the station starts with the rights of its unit"

users=$(ps -o user:20= --ppid $daemon | sort | tr '\n' ' ')
[ "$users" = "zegel-front zegel-logger zegel-signer " ]
result $? "each process is another user ($users)"

left=$(for pid in $(ps -o pid= --ppid $daemon); do
	grep -hv 0000000000000000 /proc/"$pid"/status | grep -E '^Cap(Eff|Prm)'
done)
[ -z "$left" ]
result $? "none of them keeps a right of root $left"

seal() {
	$zegel submit --station "$station" --batch "$1" "$2" &&
		$zegel batch close "$1" --station "$station" &&
		timeout 20 $zegel batch approve "$1" --yes --station "$station"
}
$zegel unlock --station "$station" --pin-fd 9 9<"$work/pin" >/dev/null
seal one "$work/drafts" >"$work/said" 2>&1
code=$?
sealed=$(find "$station/spool/out" -name '*.sealed.jsonld' | wc -l)
[ $code -eq 0 ] && [ "$sealed" -eq $count ]
result $? "$sealed of $count drafts are sealed"

# Somebody of the group, with no other right.
drop() { # MODE NAME FIRST
	build/tests/gen/drafts "$work/$2" 2 --first "$3" --size 60000 \
		--sealable-for "$name" "$id" BE >/dev/null &&
		chmod -R a+rX "$work/$2" &&
		setpriv --reuid=teller --regid=60001 --init-groups sh -c '
			cd "$1" && mkdir -m "$2" ".$3" && cp "$4/$3"/* ".$3" &&
			mv ".$3" "$3"' - "$station/spool/in" "$1" "$2" "$work"
}
tries=0
drop 2770 two 10
until [ ! -e "$station/spool/in/two" ] &&
	$zegel batch show two --station "$station" 2>/dev/null |
	grep -q ', closed' || [ $tries -ge 50 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
[ $tries -lt 50 ]
result $? "who is in the group drops a folder, and it becomes a batch"

# It may be read but not emptied. While it lies there, others are served.
drop 755 stuck 20
build/tests/gen/drafts "$work/three" 1 --first 30 --size 60000 \
	--sealable-for "$name" "$id" BE >/dev/null
sleep 2
since=$(date +%s)
seal three "$work/three" >>"$work/said" 2>&1
code=$?
[ $code -eq 0 ] && [ $(($(date +%s) - since)) -lt 4 ] &&
	[ -e "$station/spool/in/stuck" ] && ! $zegel batch show stuck \
	--station "$station" >/dev/null 2>&1
result $? "a folder that cannot be emptied is left alone and holds up nobody"

kill $daemon
wait $daemon
code=$?
[ $code -eq 0 ]
result $? "it stops when it is told to"

# Timestamps from the test PKI. Root extends a file before front ever asked, and
# again after: what the station keeps of the authority stays front's.
tests/pki/serve.py "$work/pki" >"$work/url" 2>&1 &
pki=$!
tries=0
while [ ! -s "$work/url" ] && [ $tries -lt 300 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
cp "$work/pki/stamps/ca.pem" "$station/keys/stamps.pem"
sed -i 's/^#level = B$/level = T/; s/^#\(content-timestamp =\) no$/\1 yes/' \
	"$station/zegel.conf"
cat >>"$station/zegel.conf" <<END
[timestamp test]
url = $(cat "$work/url")/tsa
anchor = keys/stamps.pem
budget = 100/1h
END
first=$(find "$station/spool/out/one" -name '*.sealed.jsonld' | head -n 1)
owner=$(stat -c %U:%G "$first")
$zegel extend --station "$station" --no-log --level T "$first" >>"$work/said" 2>&1 &&
	[ "$(stat -c %U "$station/net/test.tsa")" = zegel-front ] &&
	[ "$(stat -c %U:%G "$first")" = "$owner" ]
result $? "what root extends stays whose it was ($owner)"
build/tests/gen/drafts "$work/four" 1 --first 40 --sealable-for "$name" "$id" \
	BE >/dev/null
start && $zegel unlock --station "$station" --pin-fd 9 9<"$work/pin" \
	>/dev/null && seal four "$work/four" >>"$work/said" 2>&1 &&
	[ -n "$(find "$station/spool/out/four" -name '*.sealed.jsonld')" ]
result $? "and front gets timestamps afterwards"
kill $daemon $pki
wait $daemon $pki
[ $failed -eq 0 ] || sed 's/^/# /' "$work/log" "$work/said"
exit $failed
