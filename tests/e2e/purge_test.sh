#!/bin/sh
# Retention: bytes and summaries go, identities stay.
exec python3 tests/e2e/purge_test.py
