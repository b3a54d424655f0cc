#!/bin/sh
# What README.md and docs/ name exists: see docs.py.
exec python3 tests/e2e/docs.py
