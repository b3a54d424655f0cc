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
		grep -qF "$text" "$work/said" || return 1
	done
}

files() {
	ls "$sealed"/*.sealed.jsonld 2>/dev/null | wc -l
}

digests() {
	cat "$sealed"/* | sha256sum
}

answer() { # TEXT: at a terminal
	python3 - "$build" "$1" >"$work/said" 2>&1 <<'END'
import os, pty, sys
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
        os.write(terminal, sys.argv[2].encode() + b"\n")
    said += more
sys.stdout.buffer.write(said)
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

answer y
[ $code -eq 0 ] && [ "$(files)" -eq 8 ] && says "Maximilian" "8 released"
result $? "a later run goes on and seals when the answer is yes"

says "8 valid, 0 not valid" "every entry, tile and checkpoint agrees" \
	"$sealed/" "verify --station" "log find --station"
result $? "it verifies, and ends with where the files are and what to do next"

[ "$(ls "$sealed"/*.tlog-proof | wc -l)" -eq 8 ]
result $? "each sealed file has its log proof beside it"

before=$(digests)
run YES=1
[ $code -eq 0 ] && [ "$(files)" -eq 8 ] && [ "$(digests)" = "$before" ] &&
	says "Nothing to seal" "8 known already" && grep -qE '^ +8  seals$' \
	"$work/said"
result $? "a second run seals nothing twice and succeeds"

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

rm -rf "$station"
run YES=1
[ $code -eq 0 ] && [ "$(files)" -eq 8 ] && ! says "[y/N]"
result $? "YES=1 asks nothing"

for file in "$sealed"/*.sealed.jsonld; do
	sed -i 's/"signature":"..../"signature":"AAAA/' "$file"
	break
done
run YES=1
[ $code -eq 1 ] && says "FAILED"
result $? "a sealed file that is not valid fails the run"

make -n run-station YES=1 >"$work/said" 2>/dev/null
says "YES=1 host/run.sh build"
result $? "'make run YES=1' is this"

"$build/bin/zegel" status --station "$station" >"$work/said" 2>&1
[ $? -eq 69 ]
result $? "no daemon is left running"

echo "1..$n"
exit $failed
