#!/bin/sh
# Sealing end to end against one thread's C_Sign and verification; then
# sealing and verifying against the European Commission's DSS, where a JDK and
# Maven are there and Maven reaches what it needs.
python3 tests/bench/seal_bench.py "$@" || exit
for program in javac mvn; do
	command -v $program >/dev/null && continue
	echo "not measured against DSS: there is no $program"
	exit 0
done
if ! ${MAKE:-make} --no-print-directory dss-bench >/dev/null; then
	echo "not measured against DSS: Maven does not get it"
	exit 0
fi
exec python3 tests/bench/seal_dss.py
