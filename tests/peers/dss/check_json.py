#!/usr/bin/env python3
"""check_json.py LINE FOLDER: the same as check.py, of what seal_json.py made:
iat is TOTAL_PASSED at its level in today's DSS, sigT in EDC's, in every
serialisation, without a message; the other way round as docs/INTEROP.md says.
TAP.
"""

import sys

from ask import load
from check import BAD, CHANGED, NO_TIME, judge
from seal_json import cases


def expected(line, time, level, altered):
    level = "JAdES-BASELINE-" + level
    missed = [NO_TIME] if line == "edc" and time == "iat" else []
    if (line == "new") != (time == "iat"):
        level = BAD
    if altered:
        return "TOTAL_FAILED", "HASH_FAILURE", level, [CHANGED, *missed], []
    if missed:
        return ("INDETERMINATE", "SIG_CONSTRAINTS_FAILURE", level, missed, [])
    return "TOTAL_PASSED", "-", level, [], []


def main():
    line, top = sys.argv[1:]
    return judge(load(top, line), [
        (case, altered, algorithms, expected(line, time, level, altered))
        for case, _, time, level, algorithms in cases()
        for altered in (False, True)])


if __name__ == "__main__":
    sys.exit(main())
