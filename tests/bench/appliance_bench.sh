#!/bin/sh
# How fast an appliance is, on both boards and on paper.
exec python3 tests/bench/appliance_bench.py
