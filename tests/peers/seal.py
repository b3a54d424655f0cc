#!/usr/bin/env python3
"""seal.py FOLDER [ALGORITHM...]: sealed files of every algorithm, for others
to judge: FOLDER/ALGORITHM/*.sealed.jsonld with their proofs, and the stations'
logs in FOLDER/log-TYPE. Without algorithms: all that a station can seal with.
"""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))

from station import Case, Failed  # noqa: E402

# Key type of 'zegel init', its algorithms, form of the signing time.
KINDS = [
    ("p256", ["ES256"], "iat"),
    ("p384", ["ES384"], "sigT"),
    ("p521", ["ES512"], "iat"),
    ("rsa3072", ["RS256", "PS256", "RS384", "RS512", "PS384", "PS512"],
     "sigT"),
]


def seal(case, out, key_type, algorithms, signing_time, count):
    station = case.station(key_type)
    station.init("--key-type", key_type)
    station.configure("seal", signing_time=signing_time)
    for number, alg in enumerate(algorithms):
        station.configure("key default", algorithm=alg)
        station.restart()
        drafts = station.drafts("drafts-" + alg, count, seed=100 + number)
        station.submit(alg, drafts)
        station.seal(alg)
        made = station.path("spool", "out", alg)
        if len(os.listdir(made)) != 2 * count:
            raise Failed("%s: not everything was sealed" % alg)
        shutil.copytree(made, os.path.join(out, alg))
    station.stop()
    shutil.copytree(station.path("log"), os.path.join(out, "log-" + key_type))


def main():
    out, wanted = sys.argv[1], sys.argv[2:]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    with Case("peers") as case:
        for key_type, algorithms, signing_time in KINDS:
            chosen = [a for a in algorithms if not wanted or a in wanted]
            if chosen:
                seal(case, out, key_type, chosen, signing_time, 4)
    return 1 if case.failed else 0


if __name__ == "__main__":
    sys.exit(main())
