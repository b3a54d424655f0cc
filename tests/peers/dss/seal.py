#!/usr/bin/env python3
"""seal.py FOLDER: what DSS gets to see, FOLDER/TIME/ALGORITHM/*.sealed.jsonld
for both forms of the signing time and every algorithm, their root and what
was revoked in FOLDER/*.pem and *.crl; a seal whose certificate was revoked
afterwards in FOLDER/revoked, one under a station's own test certificate in
FOLDER/own.
"""

import itertools
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "e2e"))

from certs import Authority  # noqa: E402
from station import Case, PIN, SOFTHSM  # noqa: E402

# A token's key for each type; sections of zegel.conf that use it.
KEYS = {
    "p256": ["ES256", "revoked"], "p384": ["ES384"], "p521": ["ES512"],
    "rsa3072": ["RS256", "PS256", "RS384", "PS384", "RS512", "PS512"],
}
ALGORITHMS = [a for some in KEYS.values() for a in some if a != "revoked"]


def add_keys(station, authority):
    """Sections that can seal; certificates by section."""
    for kind, names in KEYS.items():
        made = station.zegel("key", "generate", "--key", names[0], "--type",
                             kind, "--uri", "pkcs11:token=zegel", "--module",
                             SOFTHSM, pin=PIN).result
        for name in names:
            station.configure("key " + name, uri=made["uri"], module=SOFTHSM)
            if name in ALGORITHMS:
                station.configure("key " + name, algorithm=name)
    station.start()
    paths = {}
    for name in [*ALGORITHMS, "revoked"]:
        paths[name] = authority.certify(station, name)
        station.zegel("key", "import-cert", "--key", name, paths[name])
        station.configure("key " + name, certificate="keys/%s.pem" % name)
    station.stop()
    return paths


def seal(station, out, batch, key, seed):
    station.submit(batch, station.drafts(batch, 1, seed=seed))
    station.seal(batch, key=key)
    shutil.copytree(station.path("spool", "out", batch), out)


def seal_all(station, out):
    seeds = itertools.count(300)
    for time in ["iat", "sigT"]:
        station.configure("seal", signing_time=time)
        station.start()
        for alg in ALGORITHMS:
            seal(station, os.path.join(out, time, alg), time + "-" + alg, alg,
                 next(seeds))
        if time == "iat":
            for name, key in [("own", "default"), ("revoked", "revoked")]:
                seal(station, os.path.join(out, name), name, key, next(seeds))
        station.stop()


def main():
    out = sys.argv[1]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    with Case("dss") as case:
        root = Authority(case.folder, "root")
        issuer = Authority(case.folder, "issuer", root)
        station = case.station()
        station.init()
        paths = add_keys(station, issuer)
        seal_all(station, out)
        issuer.revoke(paths["revoked"])
        for source, name in [(root.certificate, "root.pem"),
                             (root.crl(), "root.crl"),
                             (issuer.crl(), "issuer.crl"),
                             (station.path("keys", "test-ca.pem"),
                              "own.pem")]:
            shutil.copy(source, os.path.join(out, name))
    return 1 if case.failed else 0


if __name__ == "__main__":
    sys.exit(main())
