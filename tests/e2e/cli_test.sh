#!/bin/sh
# zegel(1) as people, programs and careless hands use it; see cli_verbs.py.
exec python3 -B tests/e2e/cli_verbs.py
