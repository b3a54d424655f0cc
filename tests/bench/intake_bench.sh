#!/bin/sh
# Rate and memory of a queue that grows to 100,000 drafts.
exec python3 tests/bench/intake_bench.py "$@"
