#!/bin/sh
# Clients that do not behave, rounds that fail: see front_faults.py.
exec python3 tests/e2e/front_faults.py
