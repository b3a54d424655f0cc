#!/usr/bin/env python3
"""check.py LINE FOLDER: are DSS's verdicts (ask.py) those that docs/INTEROP.md
says? TAP. A verdict that is better than expected fails as well: the page, and
perhaps the default of signing-time, is then out of date.
"""

import sys

from ask import load
from seal import ALGORITHMS, LEVELS, STAMPED, TIMES

# The messages are DSS's keys; "in": these must be there, beside others.
NO_TIME = "BBB_SAV_ISQPSTP_ANS"  # it knows no signing time
CHANGED = "BBB_CV_IRDOI_ANS"  # the payload is another
REVOKED = "BBB_XCV_ISCR_ANS"
UNKNOWN = "BBB_XCV_IRDPFC_ANS"  # nothing says whether it was revoked
NO_POINTERS = ["BBB_XCV_AIA_PRES_ANS", "BBB_XCV_REVOC_PRES_ANS"]
BAD = "JSON-NOT-ETSI"
GOOD = "JAdES-BASELINE-B"

def cases():
    """Case of seal.py and the level that it has, if any."""
    for time in TIMES:
        for level in ["B", *LEVELS]:
            case = time if level == "B" else "%s-%s" % (time, level)
            yield time, case, "JAdES-BASELINE-" + level
        yield time, time + STAMPED, "JAdES-BASELINE-B"
        yield time, time + STAMPED + "-LTA", "JAdES-BASELINE-LTA"


def expectations():
    """line, case, altered: indication, sub-indication, level, errors,
    warnings. The same at every level; no warning anywhere."""
    wanted = {}
    for time, case, level in cases():
        level_new = level if time == "iat" else BAD
        level_edc = level if time == "sigT" else BAD
        missed = [NO_TIME] if time == "iat" else []
        wanted["new", case, False] = ("TOTAL_PASSED", "-", level_new, [], [])
        wanted["new", case, True] = ("TOTAL_FAILED", "HASH_FAILURE",
                                     level_new, [CHANGED], [])
        wanted["edc", case, False] = (
            ("INDETERMINATE", "SIG_CONSTRAINTS_FAILURE") if missed else
            ("TOTAL_PASSED", "-")) + (level_edc, missed, [])
        wanted["edc", case, True] = ("TOTAL_FAILED", "HASH_FAILURE",
                                     level_edc, [CHANGED, *missed], [])
    wanted.update(OTHERS)
    return wanted


OTHERS = {
    ("new", "revoked", False): ("INDETERMINATE", "REVOKED_NO_POE", GOOD,
                                ["in", REVOKED], []),
    ("new", "own", False): ("INDETERMINATE",
                            "CERTIFICATE_CHAIN_GENERAL_FAILURE", GOOD,
                            ["in", UNKNOWN], NO_POINTERS),
    ("edc", "revoked", False): ("INDETERMINATE", "REVOKED_NO_POE", BAD,
                                ["in", REVOKED, NO_TIME], []),
    ("edc", "own", False): ("INDETERMINATE", "TRY_LATER", BAD,
                            ["in", UNKNOWN, NO_TIME], NO_POINTERS),
}


def same(messages, wanted):
    keys = {m.split(" ")[0] for m in messages}
    if wanted[:1] == ["in"]:
        return keys >= set(wanted[1:])
    return keys == set(wanted)


def agrees(verdict, wanted):
    indication, sub, level, errors, warnings = wanted
    return (verdict.thrown is None and
            (verdict.indication, verdict.sub, verdict.level) ==
            (indication, sub, level) and
            same(verdict.errors, errors) and
            same(verdict.warnings, warnings) and not verdict.remarks)


def stamps(case, altered):
    """What is said of the content's timestamps: it is over the payload."""
    if STAMPED not in case:
        return []
    return ["broken FAILED"] if altered else ["PASSED"]


def judge(verdicts, rows):
    """TAP of rows (case, altered, algorithms, wanted); main's exit code."""
    count = failed = 0
    for case, altered, algorithms, wanted in rows:
        for alg in algorithms:
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


def main():
    line, top = sys.argv[1:]
    return judge(load(top, line), [
        (case, altered,
         ["ES256"] if (which, case, altered) in OTHERS else ALGORITHMS,
         wanted)
        for (which, case, altered), wanted in expectations().items()
        if which == line])


if __name__ == "__main__":
    sys.exit(main())
