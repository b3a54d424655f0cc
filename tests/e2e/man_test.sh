#!/bin/sh
# Man pages against what the programs say of themselves.
exec python3 -B tests/e2e/man_pages.py build
