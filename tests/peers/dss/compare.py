#!/usr/bin/env python3
"""compare.py BUILD FOLDER: the files of made.py, as 'zegel verify' and DSS see
them, without network: indications and levels are the same, and no changed file
is valid. TAP, with a table of all verdicts before it. The sub-indications may
differ: docs/INTEROP.md says why.

What is in an unusual order is no changed file.
"""

import collections
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "e2e"))

from ask import LINES, class_path  # noqa: E402
from station import ZEGEL  # noqa: E402


CHANGED = ["payload", "etsiu", "novalues"]  # after it was sealed


def zegel(files, root):
    run = subprocess.run(
        [ZEGEL, "verify", "--json", "--station", "/nonexistent", "--trust",
         root, *files], capture_output=True, text=True, timeout=300)
    seen = {}
    for line in run.stdout.splitlines():
        result = json.loads(line)["result"]
        report = result["reports"][0]
        seen[result["file"]] = (
            report["indication"].replace("-", "_"),
            report.get("subIndication", "-"), report["levelByForm"],
            result["verdict"])
    return seen


def dss(build, files, root):
    path = class_path(build, "new") + ":" + os.path.join(build, "new")
    run = subprocess.run(
        ["java", "-Dfile.encoding=UTF-8", "-cp", path, "Validate", "--trust",
         root, *files], capture_output=True, text=True, timeout=300)
    seen = {}
    for line in run.stdout.splitlines():
        name, *fields = line.split("\t")
        seen[name] = tuple(fields[:3])
    return seen


def level(text):
    return "-" if "no baseline" in text or "NOT-ETSI" in text else text


def main():
    build, top = sys.argv[1:]
    files = sorted(os.path.join(folder, name)
                   for folder, _, names in os.walk(top)
                   for name in names if name.endswith(".json"))
    root = os.path.join(top, "root.pem")
    ours, theirs = zegel(files, root), dss(build, files, root)
    rows = collections.defaultdict(list)
    for path in files:
        made, kind = os.path.basename(os.path.dirname(path)).split("-")
        if made not in LINES:
            made += " after " + kind
        name, *changed = os.path.basename(path)[:-5].split(".")
        what = (made, name.split("-")[0], changed[0] if changed else "")
        rows[what + ours.get(path, ("none",) * 4) +
             theirs.get(path, ("none",) * 3)].append(path)
    for row, paths in sorted(rows.items()):
        print("# %s: %d files" % (" ".join(row[:3]), len(paths)))
        print("#     zegel %s %s %s: %s" % row[3:7])
        print("#     DSS   %s %s %s" % row[7:])
    count = failed = 0
    for row, paths in sorted(rows.items()):
        same = row[3] == row[7] and level(row[5]) == level(row[9])
        good = same and (row[2] not in CHANGED or row[6] == "not-valid")
        count += 1
        failed += not good
        print("%sok %d - %s, %d files: %s%s" % (
            "" if good else "not ", count, " ".join(row[:3]).strip(),
            len(paths), row[3], "" if same else ", DSS says " + row[7]))
    print("1..%d" % count)
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
