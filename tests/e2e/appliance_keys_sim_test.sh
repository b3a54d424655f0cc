#!/bin/sh
# A seal key's life on the process. SCREENS=write takes what is seen as what is
# expected.
exec python3 tests/e2e/appliance_keys.py sim
