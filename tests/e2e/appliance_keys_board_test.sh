#!/bin/sh
# A seal key's life on the emulated board. SCREENS=write takes what is seen as
# what is expected.
exec python3 tests/e2e/appliance_keys.py board
