#!/usr/bin/env python3
"""How often a station asks about its certificates: a batch of 100 at level
LTA and 50 files verified online put each question once to each place, as long
as the answer is fresh, whether it is a response, a list, a certificate or no
answer at all.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from serve import Servers  # noqa: E402
from station import Case  # noqa: E402

FRESH = 60  # seconds; host/net/fetch.h: FETCH_AGAIN
COUNT = 100
ONLINE = 50


def make(case, servers):
    """A station whose seals carry their own certificate alone, so that its
    issuer's has to be fetched, too."""
    station = case.station()
    station.init("--no-certificate")
    station.start()
    path = servers.pki.issuer.certify(station)
    with open(path, encoding="ascii") as f:
        leaf = f.read().split("-----END")[0] + "-----END CERTIFICATE-----\n"
    with open(path, "w", encoding="ascii") as f:
        f.write(leaf)
    station.zegel("key", "import-cert", path)
    root = servers.pki.root.certificate
    station.configure("seal", level="LTA", anchor=root)
    station.configure("timestamp one", url=servers.url + "/tsa", anchor=root)
    return station


def told(servers):
    return {p[1:]: n for p, n in sorted(servers.repeats().items())
            if p != "/tsa"}


def check_once(case, servers, places, begin, what):
    """Nothing was asked more often than freshness allows."""
    allowed = 1 + int((time.monotonic() - begin) // FRESH)
    found = told(servers)
    case.check(sorted(found) == sorted(places) and
               max(found.values(), default=0) <= allowed,
               "%s: %s" % (what, "each question is put once to each of %d "
                           "places" % len(places) if places else
                           "nobody is asked"),
               "%s, allowed %d, wanted %s" % (found, allowed, places))


def check_batch(case, servers, station, name, places):
    drafts = station.drafts(name, COUNT, seed=len(name))
    station.restart()
    servers.forget()
    begin = time.monotonic()
    station.submit(name, drafts)
    station.seal(name, wait=False)
    station.await_batch(name, "done", 300)
    check_once(case, servers, places, begin,
               "%d files at LTA, %s" % (COUNT, name))
    case.check(servers.count("/tsa") == 2 * COUNT,
               "and two timestamps are asked for each", servers.counts)
    return [p for p in station.released() if "/%s/" % name in p]


def check_verify(case, servers, station, files, places, what):
    servers.forget()
    begin = time.monotonic()
    answer = station.zegel("verify", "--online", *files[:ONLINE], check=False,
                           timeout=300)
    case.check(answer.code == 0 and len(answer.results) == ONLINE,
               "%d files are valid online, %s" % (ONLINE, what), answer)
    check_once(case, servers, places, begin,
               "%d files online, %s" % (ONLINE, what))


def check_batch_b(case, servers, station):
    """At level B nobody is asked at all."""
    drafts = station.drafts("bare", ONLINE, seed=4)
    station.restart()
    servers.forget()
    station.submit("bare", drafts)
    station.seal("bare")
    case.check(not servers.counts, "at level B nobody is asked",
               servers.counts)
    return [p for p in station.released() if "/bare/" in p]


def main():
    responders = ["issuer/ocsp", "root/ocsp", "stamps/ocsp"]
    with Case("asked") as case, \
            Servers(os.path.join(case.folder, "pki")) as servers:
        station = make(case, servers)
        files = check_batch(case, servers, station, "responders",
                            [*responders, "issuer/ca.cer"])
        # what they hold themselves is fresh
        check_verify(case, servers, station, files, [], "at LTA")
        for path in responders:
            servers.fault["/" + path] = "404"
        files = check_batch(
            case, servers, station, "lists",
            [*responders, "issuer/ca.crl", "root/ca.crl",
             "stamps/ca.crl", "issuer/ca.cer"])
        servers.fault.clear()
        station.configure("seal", level="B")
        files = check_batch_b(case, servers, station)
        check_verify(case, servers, station, files,
                     ["issuer/ocsp", "root/ocsp", "issuer/ca.cer"],
                     "at B")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
