#!/usr/bin/env python3
"""What verify --online makes of responders and lists, good and bad, that
openssl made: what is believed, what is refused and with which words, and how
often somebody is asked.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from serve import Servers  # noqa: E402
from station import Case  # noqa: E402

RESPONDER, LIST = "/issuer/ocsp", "/issuer/ca.crl"

# What responder and list answer, and what is said of it.
REFUSED = [
    ("other-certificate", "404", "is for another certificate"),
    ("by-stranger", "404", "is by nobody entitled to it"),
    ("wrong-signature", "404", "signature of the OCSP response is wrong"),
    ("stale", "404", "revocation data is out of date: it was good only until"),
    ("404", "stale", "revocation data is out of date: it was good only until"),
    ("stale", "stale", "revocation data is out of date"),
    ("before-responder", "404", "certificate was not valid then"),
    ("garbage", "404", "not an OCSP response"),
    ("try-later", "404", "responder does not answer: tryLater"),
    ("404", "no-next-update", "does not say how long it holds"),
    ("404", "wrong-signature", "signature of the CRL is wrong"),
    ("404", "garbage", "not a certificate revocation list"),
    ("404", "html", "not a certificate revocation list"),
]


def make(case, servers, count):
    """A station under the PKI, with that many files sealed at level B."""
    station = case.station()
    path = station.init_under(servers.pki.issuer)
    station.configure("seal", anchor=servers.pki.root.certificate)
    station.restart()
    station.submit("batch", station.drafts("batch", count, seed=78))
    station.seal("batch")
    return station, path, sorted(station.released())


def verify(station, *files):
    return station.zegel("verify", "--online", *files, check=False)


def said(answer):
    return " ".join(f["text"] for f in answer.result["findings"]
                    if f["check"] == "revocation")


def check_refused(case, servers, station, path):
    for responder, lists, words in REFUSED:
        servers.fault[RESPONDER], servers.fault[LIST] = responder, lists
        answer = verify(station, path)
        report = answer.result["reports"][0]
        case.check(report["indication"] == "INDETERMINATE" and
                   report["subIndication"] == "TRY_LATER" and
                   words in said(answer),
                   "%s and %s: %s" % (responder, lists, words), answer)
    servers.fault.clear()


def check_believed(case, servers, station, path):
    for responder, lists, source in [
            ("", "", "OCSP"), ("no-next-update", "", "OCSP"),
            ("stale", "", "CRL"), ("other-certificate", "", "CRL"),
            ("html", "", "CRL"), ("503", "", "CRL")]:
        servers.fault[RESPONDER], servers.fault[LIST] = responder, lists
        answer = verify(station, path)
        report = answer.result["reports"][0]
        case.check(report["indication"] == "TOTAL-PASSED" and
                   report["revocation"]["source"] == source,
                   "responder %s: the %s is believed" % (
                       responder or "good", source), answer)
    servers.fault.clear()


def check_asked(case, servers, station, files):
    before = servers.count(RESPONDER), servers.count(LIST)
    answer = verify(station, *files)
    asked = servers.count(RESPONDER) - before[0], \
        servers.count(LIST) - before[1]
    case.check(answer.code == 0 and asked == (1, 0),
               "one certificate is asked for once for %d files: %s" % (
                   len(files), asked), answer)


def check_key(case, servers, station, certificate):
    """What an operator is told before anything is sealed."""
    def test():
        answer = station.zegel("key", "test", "--online", check=False)
        return answer, answer.result["verdict"], [
            f["verdict"] for f in answer.result["findings"]
            if f["check"] == "revocation"]

    answer, *said_of = test()
    case.check(said_of == ["seal", ["passed", "passed"]],
               "key test asks about the chain", answer)
    servers.fault[RESPONDER] = servers.fault[LIST] = "404"
    answer, *said_of = test()
    case.check(answer.code == 1 and said_of == [
        "unknown", ["unknown", "passed"]],
               "and says when nobody answers", answer)
    servers.fault.clear()
    servers.pki.issuer.revoke(certificate)
    answer, *said_of = test()
    case.check(answer.code == 1 and said_of == ["no", ["failed", "passed"]],
               "a key whose certificate is revoked cannot seal", answer)


def check_revoked(case, servers, station, path):
    for responder, source in [("", "OCSP"), ("404", "CRL")]:
        servers.fault[RESPONDER] = responder
        answer = verify(station, path)
        report = answer.result["reports"][0]
        case.check(report["subIndication"] == "REVOKED_NO_POE" and
                   "was revoked at" in said(answer) and
                   report["revocation"]["source"] == source,
                   "revoked, says the " + source, answer)


def main():
    with Case("revocation") as case, \
            Servers(os.path.join(case.folder, "pki")) as servers:
        station, certificate, files = make(case, servers, 3)
        check_refused(case, servers, station, files[0])
        check_believed(case, servers, station, files[0])
        check_asked(case, servers, station, files)
        check_key(case, servers, station, certificate)
        check_revoked(case, servers, station, files[0])
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
