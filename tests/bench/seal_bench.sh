#!/bin/sh
# Sealing end to end against one thread's C_Sign and verification.
exec python3 tests/bench/seal_bench.py "$@"
