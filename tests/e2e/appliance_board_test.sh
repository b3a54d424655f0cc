#!/bin/sh
# 'make run-appliance' on the emulated board, from its image to sealed files:
# with the seal key in it and with the key elsewhere, pressed by YES=1 and by
# the keys of a terminal.
set -u
. tests/e2e/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

# run KEY COMMAND...: what it said is in $said.
run() {
	said=$dir/$1
	KEY=$1
	export KEY
	shift
	timeout 150 "$@" python3 tests/e2e/run_appliance.py build "$dir" \
		>"$said" 2>&1
}

if ! unshare -nm true 2>/dev/null && ! unshare -rnm true 2>/dev/null; then
	echo "1..0 # SKIP name spaces are not allowed here"
	exit 0
fi
run appliance env YES=1
result $? "a key is made and certified in it, and seals a batch"
grep -q 'demonstration board' "$said" && grep -q '^| Learner:' "$said" &&
	grep -q '^| .*PUK' "$said" && grep -q '^| APPROVED' "$said" &&
	! grep -q 'REFUSED' "$said"
result $? "by what the real image shows on its screen"
grep -q '^8 valid, 0 not valid' "$said" &&
	grep -q ' 1  signed by an appliance' "$said"
result $? "all that it shows is sealed, and verifies"
grep -q '^8 of 8 are TOTAL-PASSED, JAdES-BASELINE-LTA' "$said" &&
	grep -q '^== The TEST PKI in .*/appliance/test-pki, at http' "$said" &&
	grep -q 'timestamps and seals are worth nothing' "$said"
result $? "at level LTA, and says that it is all of a test PKI"
# Request, approval, eight seals.
grep -q 'counter 10,' "$said" && grep -q '^appliance: seal key ready' "$said"
result $? "its counter has every signature of its key"
run appliance env YES=1 && ! grep -q '^== Enrol\|^== Make\|^== Ask' "$said" &&
	grep -q '^16 valid, 0 not valid' "$said" && grep -q 'counter 19,' "$said"
result $? "once more: key and certificate are there, and only a batch is asked"

run softhsm env LEAVE=1 python3 tests/e2e/run_at_terminal.py
[ $? -eq 130 ] && grep -q '^| Approve for station' "$said" &&
	grep -q '^left; ' "$said" && ! grep -q 'Traceback' "$said"
result $? "control-C leaves the terminal, the board and the station"
run softhsm python3 tests/e2e/run_at_terminal.py
result $? "with the keys of a terminal a person reads and consents"
grep -q '^| keep holding: SIGNING' "$said" && grep -q '^| APPROVED' "$said" &&
	grep -q '8 valid, 0 not valid' "$said" && grep -q 'counter 1,' "$said" &&
	grep -q '^8 of 8 are TOTAL-PASSED, JAdES-BASELINE-LTA' "$said"
result $? "and with the key in another token a batch is sealed, too"
echo "1..$n"
exit "$failed"
