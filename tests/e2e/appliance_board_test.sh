#!/bin/sh
# 'make run-appliance YES=1' on the emulated board, from its image to sealed
# files: enrolled there, read there, signed there.
set -u
. tests/e2e/tap.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
said=$dir/said
YES=1 timeout 120 python3 tests/e2e/run_appliance.py build "$dir" \
	>"$said" 2>&1
result $? "a batch is enrolled for, read, approved and sealed"
grep -q 'board demonstration' "$said" && grep -q '^| Learner:' "$said" &&
	grep -q '^| APPROVED' "$said" && ! grep -q 'REFUSED' "$said"
result $? "by what the real image shows on its screen"
grep -q '^8 valid, 0 not valid' "$said"
result $? "all that it shows is sealed, and verifies"
YES=1 timeout 120 python3 tests/e2e/run_appliance.py build "$dir" \
	>"$said" 2>&1 && ! grep -q '^== Enrol' "$said" &&
	grep -q 'counter 2,' "$said"
result $? "once more: it is known again, and has counted"
echo "1..$n"
exit "$failed"
