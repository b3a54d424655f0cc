#!/bin/sh
# The firmware boots on the emulated board, shows itself, and speaks.
exec python3 tests/e2e/firmware_boot.py
