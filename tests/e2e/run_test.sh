#!/bin/sh
# What 'make run' promises a new user, on a copy of what was built.
. tests/e2e/tap.sh
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
said=$work/said

# A build folder of its own, in a path with a space and too long for a socket.
deep=$(printf 'deep%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
build="$work/a $deep/$deep"
mkdir -p "$build/tests/gen"
cp -r build/bin "$build/"
cp build/tests/gen/drafts "$build/tests/gen/"
station=$build/station
sealed=$station/spool/out/samples

run() { # [YES=1]
	env YES= "$@" host/run.sh "$build" >"$work/said" 2>&1 </dev/null
	code=$?
}

says() { # TEXT...
	for text; do
		grep -qF -e "$text" "$work/said" || return 1
	done
}

answers() { # ADDRESS: somebody listens there
	python3 -c 'import socket, sys
host, port = sys.argv[1].rpartition("/")[2].split(":")
socket.create_connection((host, int(port)), 5).close()' "$1" 2>/dev/null
}

# Neither the servers of the test PKI at $url nor the daemon are there.
is_over() {
	! answers "$url" &&
		! "$build/bin/zegel" status --station "$station" \
		>"$work/answer" 2>&1
}

files() {
	ls "$sealed"/*.sealed.jsonld 2>/dev/null | wc -l
}

digests() {
	cat "$sealed"/* | sha256sum
}

answer() { # TEXT: at a terminal; or TERM: it is told to end there
	timeout 90 python3 - "$build" "$1" >"$work/said" 2>&1 <<'END'
import os, pty, signal, sys
child, terminal = pty.fork()
if child == 0:
    os.environ["YES"] = ""
    os.execv("host/run.sh", ["host/run.sh", sys.argv[1]])
said = b""
while True:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    if not more:
        break
    if said.count(b"[y/N]") == 0 and b"[y/N]" in said + more:
        if sys.argv[2] == "TERM":
            os.kill(child, signal.SIGTERM)
        else:
            os.write(terminal, sys.argv[2].encode() + b"\n")
    said += more
sys.stdout.buffer.write(said.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
END
	code=$?
}

# What an interrupted first run leaves.
mkdir -p "$station/log"
run
[ $code -eq 1 ] && [ "$(files)" -eq 0 ] && says "nothing was sealed"
result $? "nothing is sealed when nobody can be asked"

answer n
[ $code -eq 1 ] && [ "$(files)" -eq 0 ] && says "nothing was sealed" \
	"make run YES=1"
result $? "nothing is sealed when the answer is no"

# Ctrl-C, and what make says to what it runs when it has to end itself.
url=$(cat "$station/test-pki/url")
for ending in "$(printf '\003')" TERM; do
	answer "$ending"
	[ $code -eq 130 ] && [ "$(files)" -eq 0 ] && is_over
	result $? "interrupted, it leaves nothing running (exit code $code)"
done

answer y
[ $code -eq 0 ] && [ "$(files)" -eq 8 ] && says "Maximilian" "8 released"
result $? "a later run goes on and seals when the answer is yes"

says "8 valid, 0 not valid" "every entry, tile and checkpoint agrees" \
	"$sealed/" "verify --station" "log find --station"
result $? "it verifies, and ends with where the files are and what to do next"

says "8 of 8 are TOTAL-PASSED, JAdES-BASELINE-LTA; of 8 a timestamp" &&
	says "The TEST PKI in $station/test-pki" \
	"timestamps and revocation data are worth nothing" \
	"This was a TEST station: certificates, timestamps and seals are worth"
result $? "at level LTA, and says that it is all of a test PKI, worth nothing"

# Typed afterwards, when nobody answers any more; each with its PASSED lines.
is_over
result $? "nobody serves the test PKI afterwards, nor the station"
sed -n 's/^    \(.*verify --.*\)/\1/p' "$said" >"$work/typed"
typed=0
while read -r line; do
	(cd / && sh -c "$line" </dev/null) >"$work/typed.out" 2>&1 &&
		grep -q '=> valid: TOTAL-PASSED, JAdES-BASELINE-LTA' \
		"$work/typed.out" &&
		grep -q 'PASSED  *log ' "$work/typed.out" &&
		grep -q 'TEST certificate' "$work/typed.out" &&
		typed=$((typed + 1))
done <"$work/typed"
[ $typed -eq 2 ] && [ "$(grep -c -- '--trust' "$work/typed")" -eq 1 ]
result $? "what it says to type verifies a file, without anybody's answer"

[ "$(ls "$sealed"/*.tlog-proof | wc -l)" -eq 8 ]
result $? "each sealed file has its log proof beside it"

before=$(digests)
serial=$(cat "$station/test-pki/stamp/serial")
run YES=1
[ $code -eq 0 ] && [ "$(files)" -eq 8 ] && [ "$(digests)" = "$before" ] &&
	says "Nothing to seal" "8 known already" && grep -qE '^ +8  seals$' \
	"$work/said"
result $? "a second run seals nothing twice and succeeds"

says "8 of 8 are TOTAL-PASSED, JAdES-BASELINE-LTA" "at $url until" &&
	[ "$(cat "$station/test-pki/stamp/serial")" = "$serial" ]
result $? "under the same test PKI, which is not asked for timestamps again"

! says 123456
result $? "the PIN is not shown"

exec 8>"$work/ready"
build/bin/zegeld --station "$station" --ready-fd 8 2>/dev/null &
daemon=$!
exec 8>&-
tries=0
while [ ! -s "$work/ready" ] && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
run YES=1
kill $daemon
wait $daemon
[ $code -ne 0 ] && says "zegeld: " && ! grep -q '^<' "$work/said" &&
	[ "$(digests)" = "$before" ]
result $? "beside a daemon that runs already it says so and stops"

port=${url##*:}
python3 -m http.server --bind 127.0.0.1 "$port" >"$work/answer" 2>&1 &
other=$!
tries=0
while ! answers "$url" && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
run YES=1
kill $other
wait $other
[ $tries -lt 100 ] && [ $code -eq 69 ] && says "$url is taken" "begin" "folder $station" &&
	[ "$(digests)" = "$before" ]
result $? "if its port is taken it says so, and what to do"

mv "$station/test-pki" "$work/pki"
run YES=1
[ $code -eq 78 ] && says "test-pki is gone" "Remove $station, then run again"
result $? "a station whose test PKI is gone is told what to do"

rm -rf "$station"
echo 123456 | "$build/bin/zegel" init --station "$station" --pin-fd 0 \
	>"$work/answer" 2>&1
run YES=1
[ $code -eq 0 ] && [ "$(files)" -eq 8 ] && [ ! -e "$station/test-pki" ] &&
	says "8 valid" "seals at level B, as before" "remove $station" &&
	! says "BASELINE-LTA" && ! says "--trust"
result $? "a station of a former version seals as before, and is told how to go on"

rm -rf "$station"
run YES=1
[ $code -eq 0 ] && [ "$(files)" -eq 8 ] && ! says "[y/N]"
result $? "YES=1 asks nothing"

for file in "$sealed"/*.sealed.jsonld; do
	sed -i 's/"signature":"..../"signature":"AAAA/' "$file"
	break
done
url=$(cat "$station/test-pki/url")
run YES=1
[ $code -eq 1 ] && says "FAILED" && is_over
result $? "a sealed file that is not valid fails the run, which leaves nothing"

make -n run-station YES=1 >"$work/said" 2>/dev/null
says "YES=1 host/run.sh build"
result $? "'make run YES=1' is this"

"$build/bin/zegel" status --station "$station" >"$work/said" 2>&1
[ $? -eq 69 ]
result $? "no daemon is left running"

echo "1..$n"
exit $failed
