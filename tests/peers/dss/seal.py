#!/usr/bin/env python3
"""seal.py FOLDER: what DSS gets to see, FOLDER/CASE/ALGORITHM/*.sealed.jsonld
for every algorithm and both forms of the signing time (iat, sigT), as they are
sealed and extended (iat-T, ...), and with content timestamps (iat-adoTst,
iat-adoTst-LTA, ...); their root and what was revoked in
FOLDER/*.pem and *.crl; a seal whose certificate was revoked afterwards in
FOLDER/revoked, one under a station's own test certificate in FOLDER/own.
"""

import itertools
import os
import shutil
import sys

for name in ["e2e", "pki"]:
    sys.path.insert(
        0, os.path.join(os.path.dirname(__file__), "..", "..", name))

from serve import Servers  # noqa: E402
from station import Case, PIN, SOFTHSM  # noqa: E402

# A token's key for each type; sections of zegel.conf that use it.
KEYS = {
    "p256": ["ES256", "revoked"], "p384": ["ES384"], "p521": ["ES512"],
    "rsa3072": ["RS256", "PS256", "RS384", "PS384", "RS512", "PS512"],
}
TIMES = ["iat", "sigT"]
STAMPED = "-adoTst"
LEVELS = ["T", "LT", "LTA"]
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
    for time, stamped in itertools.product(TIMES, [False, True]):
        case = time + STAMPED if stamped else time
        station.configure("seal", signing_time=time,
                          content_timestamp="yes" if stamped else "no")
        station.start()
        for alg in ALGORITHMS:
            seal(station, os.path.join(out, case, alg), case + "-" + alg, alg,
                 next(seeds))
        if case == "iat":
            for name, key in [("own", "default"), ("revoked", "revoked")]:
                seal(station, os.path.join(out, name), name, key, next(seeds))
        station.stop()


def extend_all(station, out):
    for case in [*TIMES, *[t + STAMPED for t in TIMES]]:
        for alg in ALGORITHMS:
            folder = os.path.join(out, case, alg)
            sealed = [os.path.join(folder, n) for n in os.listdir(folder)
                      if n.endswith(".sealed.jsonld")]
            for level in ["LTA"] if STAMPED in case else LEVELS:
                to = os.path.join(out, "%s-%s" % (case, level), alg)
                os.makedirs(to)
                station.zegel("extend", "--level", level, "-o", to, *sealed)


def make_station(case, servers):
    """With all keys, under the test PKI; and the paths of add_keys."""
    root = servers.pki.root.certificate
    station = case.station()
    station.init()
    paths = add_keys(station, servers.pki.issuer)
    station.configure("timestamp one", url=servers.url + "/tsa", anchor=root)
    station.configure("seal", anchor=root)
    return station, paths


def put_authorities(out, pki):
    """What a validator is given: the root, and every list."""
    for source, name in [(pki.root.certificate, "root.pem"),
                         (pki.root.crl(), "root.crl"),
                         (pki.issuer.crl(), "issuer.crl"),
                         (pki.stamps.crl(), "stamps.crl")]:
        shutil.copy(source, os.path.join(out, name))


def main():
    out = sys.argv[1]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    with Case("dss") as case, \
            Servers(os.path.join(case.folder, "pki")) as servers:
        station, paths = make_station(case, servers)
        seal_all(station, out)
        station.start()
        extend_all(station, out)
        station.stop()
        servers.pki.issuer.revoke(paths["revoked"])
        put_authorities(out, servers.pki)
        shutil.copy(station.path("keys", "test-ca.pem"),
                    os.path.join(out, "own.pem"))
    return 1 if case.failed else 0


if __name__ == "__main__":
    sys.exit(main())
