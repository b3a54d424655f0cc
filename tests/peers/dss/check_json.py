#!/usr/bin/env python3
"""check_json.py LINE FOLDER: the same as check.py, of what seal_json.py made:
iat is TOTAL_PASSED at its level in today's DSS, sigT in EDC's, in every
serialisation, without a message; the other way round as docs/INTEROP.md says.
TAP.
"""

import sys

from ask import load
from check import BAD, CHANGED, NO_TIME, agrees, stamps
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
    verdicts = load(top, line)
    count = failed = 0
    for case, _, time, level, algorithms in cases():
        for alg in algorithms:
            for altered in [False, True]:
                wanted = expected(line, time, level, altered)
                found = [v for v in verdicts if
                         (v.case, v.alg, v.altered) == (case, alg, altered)]
                fine = len(found) == 1 and agrees(found[0], wanted) and \
                    found[0].stamps == stamps(case, altered)
                count += 1
                failed += not fine
                print("%sok %d - %s %s%s: %s, %s, %s" % (
                    "" if fine else "not ", count, alg, case,
                    " altered" if altered else "", *wanted[:3]))
                if not fine:
                    for v in found:
                        print("# " + "\n# ".join(v.words()))
    print("1..%d" % count)
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
