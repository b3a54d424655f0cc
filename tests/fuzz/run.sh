#!/bin/sh
# run.sh SECONDS FOLDER PROGRAM...: runs each fuzz target (built by
# 'make fuzz') for SECONDS, one after the other, and says how fast it was.
# What libFuzzer finds new is kept in FOLDER/corpus/MODULE, a crash's input in
# FOLDER/crash-*. Ends with 1 if any target failed.
set -u
seconds=$1 folder=$2
shift 2
bad=0
for program; do
	name=$(basename "$program")
	module=${name%_fuzz}
	found=$folder/corpus/$module
	log=$folder/$name.log
	mkdir -p "$found"
	set -- -max_total_time="$seconds" -print_final_stats=1 -timeout=25 \
	    -artifact_prefix="$folder/crash-$module-" "$found"
	[ -d "tests/fuzz/corpus/$module" ] && set -- "$@" \
	    "tests/fuzz/corpus/$module"
	[ -f "tests/fuzz/$module.dict" ] && set -- \
	    -dict="tests/fuzz/$module.dict" "$@"
	if "$program" "$@" >"$log" 2>&1 </dev/null; then
		state=ok
	else
		state=FAIL
		bad=1
	fi
	awk -v state="$state" -v name="$name" '
	/average_exec_per_sec/ { speed = $2 }
	/number_of_executed_units/ { runs = $2 }
	/ cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
	END { printf "%-4s %-24s %10d runs %8d execs/s  cov %s\n",
	    state, name, runs, speed, cov }' "$log"
	[ $state = ok ] || tail -n 40 "$log"
done
exit $bad
