#!/bin/sh
# Man pages against what the programs say of themselves.
exec python3 tests/e2e/man_pages.py build
