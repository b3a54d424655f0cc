#!/bin/sh
# Kills the station's processes at random moments of sealing batches and looks
# whether anything was lost or released twice. See crash.py. KILLS=N for more.
exec python3 tests/crash/crash.py --kills "${KILLS:-120}" --seed "${SEED:-1}"
