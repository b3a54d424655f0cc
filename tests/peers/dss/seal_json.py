#!/usr/bin/env python3
"""seal_json.py FOLDER: the same as seal.py, of other JSON than EDC's:
FOLDER/PROFILE.TIME[-adoTst][-LEVEL]/ALGORITHM/*, with the root and the lists.
General JSON with every algorithm, the other two serialisations with some; each
with a content timestamp once.
"""

import itertools
import json
import os
import shutil
import sys

for name in ["e2e", "pki"]:
    sys.path.insert(
        0, os.path.join(os.path.dirname(__file__), "..", "..", name))

from seal import (  # noqa: E402
    ALGORITHMS, STAMPED, TIMES, make_station, put_authorities)
from serve import Servers  # noqa: E402
from station import Case  # noqa: E402

SOME = ["ES256", "PS384", "RS512"]
PROFILES = {"json": ALGORITHMS, "json-flattened": SOME, "json-compact": SOME}
LEVELS = ["T", "LT", "LTA"]
DATA = os.path.join("tests", "data", "json")


def cases():
    """Case, profile, form of the signing time, level, algorithms."""
    for profile, algorithms in PROFILES.items():
        for time in TIMES:
            case = "%s.%s" % (profile, time)
            yield case, profile, time, "B", algorithms
            yield case + STAMPED, profile, time, "B", ["ES256"]
            for level in LEVELS if profile != "json-compact" else []:
                # what lies between differs in no octet that is signed
                yield (case + "-" + level, profile, time, level,
                       algorithms if level == "LTA" else SOME)


def draft(folder, name, number):
    """One of the samples, under an id of its own."""
    with open(os.path.join(DATA, name + ".json"), encoding="utf-8") as f:
        document = json.load(f)
    document["id"] += "-%d" % number
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "%s-%d.json" % (name, number))
    with open(path, "w", encoding="utf-8") as f:
        json.dump(document, f)
    return path


def seal_all(case, station, out):
    names = ["badge", "credential", "record"]
    number = 0
    for time, stamped in itertools.product(TIMES, [False, True]):
        station.configure("seal", signing_time=time,
                          content_timestamp="yes" if stamped else "no")
        station.start()
        for name, profile, own, level, algorithms in cases():
            if own != time or level != "B" or (STAMPED in name) != stamped:
                continue
            for alg in algorithms:
                number += 1
                path = draft(os.path.join(case.folder, "drafts"),
                             names[number % 3], number)
                batch = "%s-%s" % (name, alg)
                station.submit(batch, "--profile", profile, path)
                station.seal(batch, key=alg)
                shutil.copytree(station.path("spool", "out", batch),
                                os.path.join(out, name, alg))
        station.stop()


def extend_all(station, out):
    for name, profile, time, level, algorithms in cases():
        for alg in algorithms if level != "B" else []:
            folder = os.path.join(out, "%s.%s" % (profile, time), alg)
            sealed = [os.path.join(folder, n) for n in os.listdir(folder)
                      if n.endswith(".sealed.jsonld")]
            to = os.path.join(out, name, alg)
            os.makedirs(to)
            station.zegel("extend", "--level", level, "-o", to, *sealed)


def main():
    out = sys.argv[1]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    with Case("dss-json") as case, \
            Servers(os.path.join(case.folder, "pki")) as servers:
        station, _ = make_station(case, servers)
        seal_all(case, station, out)
        station.start()  # it logs what is extended
        extend_all(station, out)
        station.stop()
        put_authorities(out, servers.pki)
    return 1 if case.failed else 0


if __name__ == "__main__":
    sys.exit(main())
