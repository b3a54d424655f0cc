#!/bin/sh
# The firmware as a process: a batch is streamed, read, approved by a button,
# its signature verified; lies are refused; screens are the expected ones.
# SCREENS=write takes what is seen as what is expected.
set -u
. tests/e2e/tap.sh
expected=tests/data/appliance/screens.txt
dir=$(mktemp -d) || exit 1
ZEGEL_SIM=$dir build/firmware/sim/zegel-sim &
sim=$!
trap 'kill $sim 2>/dev/null; wait $sim 2>/dev/null; rm -rf "$dir"' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -S "$dir/link" ] && break
	sleep 0.2
done
build/tests/e2e/appliance_sim "$dir" "$dir/screens.txt" | grep -v '^1\.\.' \
	>"$dir/said"
cat "$dir/said"
n=$(grep -c '^ok\|^not ok' "$dir/said")
grep -q '^not ok' "$dir/said" && failed=1
result "$([ "$n" -eq 10 ] && echo 0 || echo 1)" "all ten were run"
[ "${SCREENS:-}" = write ] && cp "$dir/screens.txt" $expected
said=$dir/diff
diff $expected "$dir/screens.txt" >"$dir/diff"
result $? "screens are those of $expected"
echo "1..$n"
exit "$failed"
