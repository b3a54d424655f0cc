#!/usr/bin/env python3
"""Seals beyond level B, made by the station: each batch waits for its
timestamps and goes on by itself; whatever the servers do, every credential
stays queued, nothing is lost and nothing released twice.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from serve import Servers  # noqa: E402
from station import Case, ZEGEL, credential_id, has_message, wait_for  # noqa: E402

# What is wrong with the timestamps, and what the station says of it.
FAULTS = [
    ("/tsa/wrong-nonce", "timestamp answers another request"),
    ("/tsa/wrong-imprint", "timestamp is for other data"),
    ("/tsa/wrong-ess", "timestamp is bound to another certificate"),
    ("/tsa/expired", "certificate was not valid at that time"),
    ("/tsa/self-signed", "timestamp is self-signed"),
    ("/tsa/revoked", "revoked"),
    ("/tsa/two-tokens", "not the answer of a timestamp authority"),
    ("/tsa/garbage", "not the answer of a timestamp authority"),
    ("/tsa/html", "the server answers something else"),
    ("/tsa/slow/30", "timed out"),
    ("/tsa/quota/0", "the server asks to come back later"),
    ("/tsa/503/9/2", "the server asks to come back later"),
]
# The same of revocation data of the seal's certificate; both sources.
REVOCATION_FAULTS = ["other-certificate", "by-stranger", "stale",
                     "wrong-signature", "html", "404", "closed"]
LIST_FAULTS = ["no-next-update", "wrong-signature", "stale", "html",
               "garbage", "404", "closed"]
MANY = 1100  # drafts in the largest batch


def configure(station, servers, level, path="/tsa"):
    root = servers.pki.root.certificate
    station.configure("seal", level=level, anchor=root)
    station.configure("net", timeout="2s")
    station.configure("timestamp one", url=servers.url + path, anchor=root)


def level_of(station, path):
    answer = station.zegel("verify", path, check=False)
    report = answer.result["reports"][0]
    log = [f["verdict"] for f in answer.result["findings"]
           if f["check"] == "log"]
    return report["indication"], report["level"], log


def forget(station):
    """What the station keeps of authorities, so that it asks at once."""
    for name in os.listdir(station.path("net")):
        if name.endswith(".tsa"):
            os.unlink(station.path("net", name))


def submit_and_approve(station, name, count, seed):
    station.submit(name, station.drafts(name, count, seed=seed))
    return station.seal(name, wait=False)


def check_levels(case, station, servers):
    for number, level in enumerate(["T", "LT", "LTA"]):
        configure(station, servers, level)
        station.restart()
        submit_and_approve(station, level, 3, 10 + number)
        station.await_batch(level, "done")
        files = [p for p in station.released() if "/%s/" % level in p]
        wanted = "INDETERMINATE" if level == "T" else "TOTAL-PASSED"
        case.check(len(files) == 3, level + ": all are released")
        case.check(all(level_of(station, p) == (
            wanted, "JAdES-BASELINE-" + level, ["passed"]) for p in files),
            level + ": verify says so, and the log's proofs hold",
            [level_of(station, p) for p in files])
    # once for each certificate, and again by each process
    asked = [servers.count("/%s/ocsp" % name)
             for name in ("issuer", "stamps", "root")]
    case.check(asked[0] <= 3 and asked[1] <= 3 and asked[2] <= 6,
               "what is fresh is not asked for again", servers.counts)


def state(station, name):
    counts = {}
    for item in station.items(name):
        counts[item["state"]] = counts.get(item["state"], 0) + 1
    return counts


def start_afresh(station):
    """With nothing said before, and no authority left alone."""
    station.stop()
    forget(station)
    with open(station.messages, "wb"):
        pass
    station.start()


def check_faults(case, station, servers):
    for path, words in FAULTS:
        configure(station, servers, "T", path)
        start_afresh(station)
        if path == FAULTS[0][0]:
            submit_and_approve(station, "faulty", 2, 20)
        wait_for(lambda: words in station.log(), 20, path)
        case.check(state(station, "faulty") == {"sealed": 2} and
                   not [p for p in station.released() if "/faulty/" in p],
                   "%s: %s; both stay queued" % (path, words),
                   state(station, "faulty"))
    case.check("timestamps" in station.status() and
               "come back later" in station.status()["timestamps"]["why"],
               "the status tells what is waited for", station.status())
    # nobody touches anything: the authority is asked again, and answers
    configure(station, servers, "T", "/tsa/503/1/1")
    start_afresh(station)
    station.await_batch("faulty", "done")
    case.check(len([p for p in station.released() if "/faulty/" in p]) == 2,
               "it goes on by itself when the authority does")


def check_revocation_faults(case, station, servers):
    configure(station, servers, "LT")
    for n, (ocsp, crl) in enumerate(zip(REVOCATION_FAULTS, LIST_FAULTS)):
        servers.fault["/issuer/ocsp"] = ocsp
        servers.fault["/issuer/ca.crl"] = crl
        start_afresh(station)
        if n == 0:
            submit_and_approve(station, "unknown", 1, 30)
        wait_for(lambda: "sealed files wait" in station.log(), 20,
                 "it waits, OCSP %s, CRL %s" % (ocsp, crl))
        case.check(state(station, "unknown") == {"sealed": 1},
                   "OCSP %s, CRL %s: it stays queued" % (ocsp, crl))
        if ocsp == "stale":
            why = station.status()["timestamps"]["why"]
            case.check("revocation data is out of date: it was good only "
                       "until" in why, "and the status says that both are "
                       "out of date", why)
    servers.fault.clear()
    station.restart()
    station.await_batch("unknown", "done")
    case.check(True, "and goes on when there is an answer")


def check_second(case, station, servers):
    """The next authority helps out; one that waits blocks no signing."""
    configure(station, servers, "T", "/tsa/quota/1")
    station.restart()
    submit_and_approve(station, "waiting", 3, 40)
    wait_for(lambda: state(station, "waiting") ==
             {"sealed": 2, "released": 1}, 20, "the quota is used up")
    asked = servers.count("/tsa/quota/1")
    submit_and_approve(station, "behind", 2, 41)
    wait_for(lambda: state(station, "behind") == {"sealed": 2}, 20,
             "the next batch is signed")
    case.check(servers.count("/tsa/quota/1") == asked,
               "a batch that waits keeps none from being signed, and nobody "
               "is asked meanwhile")
    station.configure("timestamp two", url=servers.url + "/tsa/rsa",
                      anchor=servers.pki.root.certificate)
    station.restart()
    station.await_batch("waiting", "done")
    station.await_batch("behind", "done")
    case.check(servers.count("/tsa/quota/1") == asked,
               "the second authority helps out, also after a restart")


def check_crashes(case, station, servers):
    """Killed at any moment, it goes on with what it has."""
    configure(station, servers, "LTA")
    start_afresh(station)
    submit_and_approve(station, "crash", 12, 50)
    for _ in range(4):
        time.sleep(0.4)
        station.kill()
        station.start()
    station.await_batch("crash", "done", 60)
    files = [p for p in station.released() if "/crash/" in p]
    ids = {credential_id(p) for p in files}
    case.check(len(files) == 12 and len(ids) == 12,
               "each is released once", files)
    case.check(all(level_of(station, p)[1:] ==
                   ("JAdES-BASELINE-LTA", ["passed"]) for p in files),
               "as the log says", [level_of(station, p) for p in files])
    case.check(not station.leftovers(), "nothing is left behind",
               station.leftovers())
    answer = station.zegel("log", "verify")
    case.check(answer.code == 0, "the log holds", answer)


def stored(station):
    """Names of drafts and frozen payloads: what they should hash to."""
    return {os.path.basename(folder) + name for folder, _, names in
            os.walk(station.path("store")) for name in names
            if len(name) == 62}


def check_many(case, station, servers):
    """Killed while more wait for timestamps than a message, or a group, holds:
    what is frozen stays, though all the station may purge is due."""
    station.configure("retention", released_days=0)
    configure(station, servers, "T", "/tsa/slow/0.01")
    start_afresh(station)
    wait_for(lambda: "purged" in station.log(), 20, "former batches go")
    submit_and_approve(station, "many", MANY, 51)
    frozen = stored(station)
    case.check(len(frozen) == 2 * MANY, "drafts and payloads are there",
               len(frozen))
    for _ in range(2):
        asked = servers.count("/tsa/slow/0.01")
        wait_for(lambda: servers.count("/tsa/slow/0.01") > asked + 9, 20,
                 "timestamps come")
        station.kill()
        station.start()
    end = time.monotonic() + 12
    gone = set()
    while time.monotonic() < end and not gone:
        gone = frozen - stored(station)
        time.sleep(0.2)
    waiting = state(station, "many")
    case.check(not gone and waiting.get("sealed", 0) > 0 and
               sum(waiting.values()) == MANY,
               "12 s on, most still wait, and every frozen file is there",
               (len(gone), waiting))
    case.check(not [i for i in station.items("many")
                    if i["state"] not in ("sealed", "released")],
               "none is counted out")
    # the rest without timestamps: only the number of them matters here
    configure(station, servers, "B")
    station.restart()
    station.await_batch("many", "done", 60)
    files = files_of(station, "many")
    case.check(len(files) == MANY and
               len({credential_id(p) for p in files}) == MANY,
               "each is released once", len(files))
    station.configure("retention", released_days=30)


class Copy:
    """The queue as it is now, to be put back later: as a crash would leave it
    between a release's entry and its row, or a backup."""

    def __init__(self, station):
        self.station = station
        self.names = ["queue.db", "queue.db-wal", "queue.db-shm"]
        self.folder = station.path() + ".copy"
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)
        for name in self.names:
            if os.path.exists(station.path(name)):
                shutil.copy2(station.path(name), self.folder)

    def put_back(self):
        for name in self.names:
            if os.path.exists(self.station.path(name)):
                os.unlink(self.station.path(name))
            if os.path.exists(os.path.join(self.folder, name)):
                shutil.copy2(os.path.join(self.folder, name),
                             self.station.dir)


def release_twice(station, servers, name, level, between):
    """Releases a batch of two at level T; between() is run, and then the
    station goes on from before the release, at another level."""
    configure(station, servers, "T", "/tsa/quota/0")
    start_afresh(station)
    submit_and_approve(station, name, 2, sum(name.encode()))
    wait_for(lambda: state(station, name) == {"sealed": 2}, 20, "it waits")
    station.stop()
    copy = Copy(station)
    configure(station, servers, "T")
    start_afresh(station)
    station.await_batch(name, "done")
    before = {p: digest(p) for p in files_of(station, name)}
    station.stop()
    between(before)
    copy.put_back()
    configure(station, servers, level)
    start_afresh(station)
    station.await_batch(name, "done")
    return before, {p: digest(p) for p in files_of(station, name)}


def files_of(station, name):
    return [p for p in station.released() if "/%s/" % name in p]


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def check_logged(case, station, servers):
    """Every file that goes out is one that the log names."""
    for name, level in [("again-t", "T"), ("again-lta", "LTA"),
                        ("again-b", "B")]:
        extended = len(station.entries("extend"))
        before, after = release_twice(station, servers, name, level,
                                      lambda before: None)
        case.check(before == after and len(after) == 2,
                   "what was released at level T stays as it is when the "
                   "level is %s after a crash" % level, (before, after))
        case.check(len(station.entries("extend")) == extended,
                   "and has no second entry", station.entries("extend"))
    before, after = release_twice(
        station, servers, "lost", "T",
        lambda before: [os.unlink(p) for p in before])
    case.check(sorted(before) == sorted(after) and
               not set(before.values()) & set(after.values()),
               "files that were lost are made again", (before, after))
    case.check(len(station.entries("extend")) == extended + 2 and
               has_message(station, "another file of it goes out"),
               "and the log names these, too", station.entries("extend"))
    for path in after:
        found = station.zegel("log", "find", path, check=False)
        case.check(found.code == 0, "each is found in the log", found)
    answer = station.zegel("log", "verify")
    case.check(answer.code == 0, "the log holds", answer)


def check_told(case, station, servers):
    """Who waits at the terminal hears for what."""
    configure(station, servers, "T", "/tsa/503/2/6")  # once for each
    station.configure("timestamp two", url=servers.url + "/tsa/503/2/6")
    start_afresh(station)
    drafts = station.drafts("told", 1, seed=55)
    run = subprocess.run([ZEGEL, "seal", "--yes", "--level", "T", "--station",
                          station.dir, drafts], capture_output=True,
                         timeout=60, env=station.env)
    case.check(run.returncode == 0 and b"come back later" in run.stderr,
               "zegel seal says what it waits for, then the file is there",
               run)
    answer = station.zegel("seal", "--yes", "--level", "B", drafts,
                           check=False)
    case.check(answer.error == "UNSUPPORTED",
               "no other level than the station's", answer)


def check_stop(case, station, servers):
    """A station that waits for the network stops at once."""
    configure(station, servers, "T", "/tsa/slow/30")
    station.configure("net", timeout="60s")
    station.configure("timestamp two", url=servers.url + "/tsa/slow/30")
    start_afresh(station)
    submit_and_approve(station, "slow", 1, 60)
    wait_for(lambda: servers.count("/tsa/slow/30") > 0, 20, "it asks")
    begin = time.monotonic()
    code = station.stop()
    case.check(code == 0 and time.monotonic() - begin < 5,
               "it stops while it waits", code)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Case("stamps") as case, Servers(case.folder + "/pki") as servers:
        station = case.station()
        station.init_under(servers.pki.issuer)
        check_levels(case, station, servers)
        check_faults(case, station, servers)
        check_revocation_faults(case, station, servers)
        check_second(case, station, servers)
        check_crashes(case, station, servers)
        check_many(case, station, servers)
        check_logged(case, station, servers)
        check_told(case, station, servers)
        check_stop(case, station, servers)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
