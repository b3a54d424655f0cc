#!/usr/bin/env python3
"""A batch is not closed for a certificate that was revoked, as long as somebody
says so; where nobody answers it goes on, and people are told.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from serve import Servers  # noqa: E402
from station import Case  # noqa: E402
from stamps_test import state  # noqa: E402


def key(station):
    return station.status()["keys"][0]


def close(station, name, seed, check=True):
    station.submit(name, station.drafts(name, 2, seed=seed))
    return station.zegel("batch", "close", name, check=check)


def asked(servers):
    return servers.count("/issuer")


def main():
    with Case("revoked") as case, \
            Servers(os.path.join(case.folder, "pki")) as servers:
        station = case.station()
        station.init()
        station.start()
        path = servers.pki.issuer.certify(station)
        station.zegel("key", "import-cert", path)
        station.restart()
        close(station, "bare", 1)
        case.check(asked(servers) == 0 and "revocation" not in key(station),
                   "at level B nobody is asked", servers.counts)
        root = servers.pki.root.certificate
        station.configure("seal", level="T", anchor=root)
        station.configure("timestamp one", url=servers.url + "/tsa",
                          anchor=root)
        for what in ["ocsp", "ca.crl"]:
            servers.fault["/issuer/" + what] = "404"
        station.restart()
        close(station, "unknown", 2)
        case.check(station.batch("unknown")["state"] == "closed" and
                   key(station)["revocation"] == "unknown" and
                   key(station)["revocationReason"],
                   "nobody answers: it goes on, and status says so",
                   key(station))
        servers.fault.clear()
        station.restart()
        before = asked(servers)
        close(station, "good", 3)
        found = asked(servers)
        case.check(key(station)["revocation"] == "good" and found > before,
                   "it was asked", servers.counts)
        close(station, "again", 4)
        case.check(asked(servers) == found,
                   "and is not asked again within the minute",
                   servers.counts)

        servers.pki.issuer.revoke(path)
        station.restart()
        answer = close(station, "refused", 5, check=False)
        case.check(answer.error == "REVOKED" and
                   station.batch("refused")["state"] == "open" and
                   state(station, "refused") == {"queued": 2},
                   "revoked: the batch is open again, nothing is frozen",
                   answer)
        case.check(key(station)["revocation"] == "revoked",
                   "status says so", key(station))
        found = asked(servers)
        answer = station.zegel("batch", "close", "refused", check=False)
        case.check(answer.error == "REVOKED" and asked(servers) == found,
                   "closing is refused at once then", answer)
        answer = station.zegel("seal", "--yes",
                               station.drafts("one", 1, seed=6), check=False)
        case.check(answer.error == "REVOKED" and not station.released(),
                   "so is zegel seal", answer)
        case.audit(station, "all")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
