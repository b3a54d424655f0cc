#!/usr/bin/env python3
"""Content timestamps: each payload gets its own while its batch closes; a batch
that waits for them is told apart, holds up no other, goes on by itself, and
asks for none twice, whenever it is killed.
"""

import base64
import datetime
import glob
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from appliance_test import enrol, means, review  # noqa: E402
from profile_test import renamed, write  # noqa: E402
from serve import Servers  # noqa: E402
from sim import SIM, Sim  # noqa: E402
from stamps_test import FAULTS, start_afresh, state  # noqa: E402
from station import Case, ZEGEL, wait_for  # noqa: E402


def configure(station, servers, path="/tsa", **seal):
    root = servers.pki.root.certificate
    station.configure("seal", content_timestamp="yes", anchor=root, **seal)
    station.configure("net", timeout="2s")
    station.configure("timestamp one", url=servers.url + path, anchor=root)


def header(path):
    with open(path, encoding="utf-8") as f:
        text = json.load(f)["signatures"][0]["protected"]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def seconds(text):
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp()


def signing_time(path):
    h = header(path)
    return h["iat"] if "iat" in h else seconds(h["sigT"])


def content_times(station, path):
    """Of the content timestamps that verify found good."""
    report = station.zegel("verify", path, check=False).result["reports"][0]
    return [seconds(t["time"]) for t in report["timestamps"]
            if t["kind"] == "content" and t["verdict"] == "passed"]


def is_stamped(station, path):
    """One good timestamp, and the seal does not say that it is older."""
    times = content_times(station, path)
    return len(times) == 1 and "adoTst" in header(path) and \
        times[0] <= signing_time(path)


def released(station, batch):
    return [p for p in station.released() if "/%s/" % batch in p]


def close(station, name, count, seed, wait=False):
    station.submit(name, station.drafts(name, count, seed=seed))
    station.zegel("batch", "close", name, *([] if wait else ["--no-wait"]))


def approve(station, name):
    station.await_batch(name, "closed")
    station.zegel("batch", "approve", name, "--yes")


def check_forms(case, station, servers):
    """Every form of header and level with it."""
    for n, (form, level) in enumerate([("iat", "B"), ("sigT", "B"),
                                       ("iat", "LTA")]):
        configure(station, servers, level="B", signing_time=form)
        # The key's own level counts, where it has one.
        station.configure("key default",
                          level=level if level != "B" else None)
        station.restart()
        name = "%s-%s" % (form, level)
        asked = servers.count("/tsa")
        close(station, name, 3, 10 + n, wait=True)
        case.check(servers.count("/tsa") == asked + 3,
                   name + ": one request for each payload")
        approve(station, name)
        files = released(station, name)
        answer = station.zegel("verify", *files, check=False)
        case.check(len(files) == 3 and
                   all(is_stamped(station, p) for p in files),
                   name + ": each seal has its own", answer)
        reports = [r["reports"][0] for r in answer.results if "reports" in r]
        wanted = "JAdES-BASELINE-" + level
        case.check([r["level"] for r in reports] ==
                   ([wanted] * 3 if form == "iat" else ["JAdES, no baseline level"] * 3),
                   name + ": at its level", [r["level"] for r in reports])
        logs = [f["verdict"] for r in answer.results for f in r["findings"]
                if f["check"] == "log"]
        case.check(logs == ["passed"] * 3, name + ": as the log says", logs)
    station.configure("key default", level=None)


def check_shown(case, station, path):
    """In words, and on the page, beside what is in JSON."""
    page = os.path.join(case.folder, "page.html")
    run = subprocess.run([ZEGEL, "verify", "--station", station.dir, "--html",
                          page, path], capture_output=True, text=True,
                         timeout=60)
    with open(page, encoding="utf-8") as f:
        html = f.read()
    for what, text in [("text", run.stdout), ("page", html)]:
        case.check("of the content, 20" in text and
                   "not revoked" in text, "verify shows it: " + what, text)
    with open(path, encoding="utf-8") as f:
        jws = json.load(f)
    with open(path + ".other", "w", encoding="utf-8") as f:
        jws["payload"] = jws["payload"].replace("20", "21", 1)
        json.dump(jws, f)
    report = station.zegel("verify", path + ".other",
                           check=False).result["reports"][0]
    os.unlink(path + ".other")
    kinds = {t["kind"]: (t["verdict"], t.get("subIndication"))
             for t in report["timestamps"]}
    case.check(kinds["content"] == ("failed", "HASH_FAILURE"),
               "and that it is over another payload", kinds)


def check_faults(case, station, servers):
    """Whatever comes: it is not used, and the batch waits."""
    configure(station, servers, level="B", signing_time="iat")
    start_afresh(station)
    close(station, "before", 2, 20, wait=True)
    for path, words in FAULTS:
        configure(station, servers, path)
        start_afresh(station)
        if path == FAULTS[0][0]:
            close(station, "faulty", 2, 21)
        wait_for(lambda: words in station.log(), 20, path)
        case.check(station.batch("faulty")["state"] == "stamping" and
                   state(station, "faulty") == {"prepared": 2},
                   "%s: %s; the batch waits" % (path, words),
                   station.batch("faulty"))
    status = station.status()
    case.check("come back later" in
               status.get("contentTimestamps", {}).get("why", "") and
               status["items"]["prepared"] == 2,
               "the status tells what is waited for", status)
    case.check("come back later" in station.batch("faulty").get("why", ""),
               "and so does the list of batches", station.batch("faulty"))
    approve(station, "before")
    case.check(len(released(station, "before")) == 2,
               "a batch that has them is sealed meanwhile")
    configure(station, servers, "/tsa/503/1/1")
    start_afresh(station)
    approve(station, "faulty")
    case.check(all(is_stamped(station, p)
                   for p in released(station, "faulty")) and
               len(released(station, "faulty")) == 2,
               "it goes on by itself when the authority does")


def check_turns(case, station, servers):
    """What came is kept; the rest waits for the next authority."""
    configure(station, servers, "/tsa/quota/3")
    start_afresh(station)
    close(station, "first", 5, 30)
    wait_for(lambda: state(station, "first") ==
             {"stamped": 3, "prepared": 2}, 20, "the quota is used up")
    asked = servers.count("/tsa/quota/3")
    close(station, "second", 2, 31)
    wait_for(lambda: state(station, "second") == {"prepared": 2}, 20,
             "the other is prepared")
    station.restart()
    case.check(servers.count("/tsa/quota/3") == asked,
               "nobody is asked before it is time, also after a restart",
               servers.counts)
    good = servers.count("/tsa/rsa")
    station.configure("timestamp two", url=servers.url + "/tsa/rsa",
                      anchor=servers.pki.root.certificate)
    station.restart()
    approve(station, "first")
    approve(station, "second")
    case.check(servers.count("/tsa/rsa") == good + 4,
               "only what was missing is asked for", servers.counts)
    case.check(all(is_stamped(station, p) for p in
                   released(station, "first") + released(station, "second")),
               "all have theirs")
    station.configure("timestamp two", url=servers.url + "/tsa/404/two")


def check_crashes(case, station, servers):
    """Killed while it asks: what was there is not asked for again."""
    path, kills = "/tsa/slow/0.3", 4
    configure(station, servers, path, level="LTA")
    start_afresh(station)
    asked = servers.count(path)
    close(station, "crash", 14, 40)
    had = 0
    for n in range(kills):
        wait_for(lambda: state(station, "crash").get("stamped", 0) >= had + 2,
                 30, "it goes on")
        station.kill()
        had = sqlite3.connect(station.path("queue.db")).execute(
            "SELECT count(*) FROM item WHERE state = 10").fetchone()[0]
        start_afresh(station)
        case.check(state(station, "crash").get("stamped", 0) >= had,
                   "killed, %d: %d are kept" % (n + 1, had),
                   state(station, "crash"))
    station.await_batch("crash", "closed", 60)
    again = servers.count(path) - asked - 14
    # What is in a turn, and the one that is being answered.
    case.check(0 <= again <= 3 * kills,
               "only what was under way is asked for again", again)
    configure(station, servers, level="LTA")
    station.restart()
    approve(station, "crash")
    files = released(station, "crash")
    case.check(len(files) == 14 and
               all(is_stamped(station, p) for p in files),
               "each has one, and is released once", files)


def check_frozen(case, station, servers):
    """The crash came when all was frozen, before the batch was closed."""
    configure(station, servers, level="B")
    start_afresh(station)
    close(station, "frozen", 2, 45)
    station.await_batch("frozen", "closed")
    station.stop()
    with sqlite3.connect(station.path("queue.db")) as db:
        db.execute("UPDATE batch SET state = 2, count = 0, root = NULL"
                   " WHERE name = 'frozen'")
    station.start()
    approve(station, "frozen")
    case.check(len(released(station, "frozen")) == 2 and
               all(is_stamped(station, p)
                   for p in released(station, "frozen")),
               "killed when all is frozen: it is closed as it was",
               station.batch("frozen"))


def check_unpinned(case, station, servers):
    """By an authority that zegel.conf pins no more: as good as one that front
    made itself. Signer reads the anchors when it starts."""
    pki = servers.pki

    def pin(anchor):
        for name in ("one", "two"):
            station.configure("timestamp " + name, anchor=anchor)
        station.restart()
    configure(station, servers, level="B")
    start_afresh(station)
    close(station, "unpinned", 2, 48)
    station.await_batch("unpinned", "closed")
    pin(pki.issuer.certificate)
    station.zegel("batch", "approve", "unpinned", "--yes", "--no-wait")
    wait_for(lambda: "content timestamp refused" in station.log(), 20,
             "it is refused")
    said = [line for line in station.log().splitlines()
            if "content timestamp refused" in line]
    case.check(len(said) == 1 and "by no trusted authority" in said[0] and
               "[timestamp NAME]" in said[0],
               "signer says once why, and what to do", said)
    wait_for(lambda: station.log().count("by no trusted authority") == 3, 20,
             "front says of which items")
    case.check(state(station, "unpinned") == {"frozen": 2} and
               released(station, "unpinned") == [],
               "a timestamp by no pinned authority is not sealed",
               station.batch("unpinned"))
    pin(pki.root.certificate)
    station.await_batch("unpinned", "done")
    files = released(station, "unpinned")
    case.check(len(files) == 2 and
               all(is_stamped(station, p) for p in files),
               "pinned again, the batch goes on under its approval", files)


def check_opened(case, station, servers):
    """A person takes it back; what was asked for before is not used."""
    path = "/tsa/slow/1.5"
    configure(station, servers, path, level="B")
    start_afresh(station)
    asked = servers.count(path)
    close(station, "opened", 2, 50)
    wait_for(lambda: servers.count(path) > asked, 20, "it is asked")
    station.zegel("batch", "refuse", "opened")
    case.check(station.batch("opened")["state"] == "open" and
               state(station, "opened") == {"queued": 2},
               "it can be opened again", station.batch("opened"))
    time.sleep(1.1)  # another 'issued': another payload
    station.zegel("batch", "close", "opened", "--no-wait")
    approve(station, "opened")
    files = released(station, "opened")
    case.check(len(files) == 2 and
               all(is_stamped(station, p) for p in files),
               "and closed: each payload has its own", files)
    configure(station, servers, "/tsa/404")
    start_afresh(station)
    close(station, "given-up", 2, 51)
    station.await_batch("given-up", "stamping")
    item = station.items("given-up")[0]["id"]
    station.zegel("batch", "remove-item", "given-up", item)
    case.check(state(station, "given-up") == {"queued": 1, "removed": 1},
               "an item can be taken out, which opens it")
    station.zegel("batch", "close", "given-up", "--no-wait")
    station.await_batch("given-up", "stamping")
    station.zegel("batch", "remove-item", "given-up", "--all")
    case.check(station.batch("given-up")["state"] == "done",
               "or all of them, which ends it")
    check_interrupt(case, station)
    close(station, "unwanted", 1, 52)
    station.await_batch("unwanted", "stamping")
    station.configure("seal", content_timestamp="no")
    station.restart()
    station.await_batch("unwanted", "open")
    station.zegel("batch", "close", "unwanted")
    approve(station, "unwanted")
    case.check(["adoTst" in header(p)
                for p in released(station, "unwanted")] == [False],
               "not wanted any more: it opens, and is sealed without")


def check_interrupt(case, station):
    """Nobody gives the timestamps, and nobody wants to wait for them."""
    folder = station.drafts("one-shot", 1, seed=53)
    running = station.begin("seal", "--yes", folder)

    def found():
        return [b for b in station.zegel("batch", "list").results
                if b["name"].startswith("seal-")]
    wait_for(lambda: [b["state"] for b in found()] == ["stamping"], 20,
             "it waits")
    running.send_signal(signal.SIGINT)
    try:
        out, _ = running.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        running.kill()
        out, _ = running.communicate()
    case.check(b"CANCELLED" in out and
               [b["state"] for b in found()] == ["done"],
               "zegel seal is interrupted, and takes its batch back",
               (out, found()))


def check_purged(case, station, servers):
    configure(station, servers)
    station.configure("retention", released_days=0)
    station.restart()

    def stored():
        return [f for f in glob.glob(station.path("store", "??", "*"))
                if os.path.isfile(f)]
    wait_for(lambda: not stored(), 30, "all is purged")
    case.check(True, "timestamps are purged with their payloads")


def check_damaged(case, station, servers):
    """A payload that cannot be read is told; it holds up no other. Of JSON
    that is not EDC's it is read once more to be stamped."""
    configure(station, servers, "/tsa/404", level="B")
    start_afresh(station)
    before = set(glob.glob(station.path("store", "??", "*")))
    documents = renamed("damaged")
    station.zegel("submit", "--profile", "json", "--batch", "damaged",
                  write(case, "damaged", documents))
    drafts = set(glob.glob(station.path("store", "??", "*"))) - before
    station.zegel("batch", "close", "damaged", "--no-wait")
    station.await_batch("damaged", "stamping")
    payload = sorted(set(glob.glob(station.path("store", "??", "*"))) -
                     before - drafts)[0]
    with open(payload, "r+b") as f:
        f.write(b"#")
    configure(station, servers, level="B")
    start_afresh(station)
    approve(station, "damaged")
    found = state(station, "damaged")
    case.check(found == {"failed": 1, "released": len(documents) - 1},
               "a damaged payload fails alone", found)


def check_appliance(case, station, servers):
    """Where the key is elsewhere and the appliance is the console: it composes
    the same header, with the timestamp that is streamed to it."""
    if not os.path.exists(SIM):
        subprocess.run(["make", "-s", "sim"], check=True)
    with Sim() as sim:
        configure(station, servers, level="T")
        station.configure("appliance", console=sim.console)
        means(station, "appliance")
        station.restart()
        wait_for(lambda: station.status()["appliance"]["state"] == "not-used",
                 10, "it is seen")
        case.check(enrol(station, sim) == 0, "an appliance is enrolled")
        close(station, "shown", 3, 60)
        station.await_batch("shown", "closed")
        running = review(station, "shown")
        sim.hold("select")
        running.communicate(timeout=30)
        station.await_batch("shown", "done")
        files = released(station, "shown")
        case.check(len(files) == 3 and
                   all(is_stamped(station, p) for p in files) and
                   station.entries("approval")[-1]["means"] == "appliance",
                   "approved on the appliance, with their timestamps", files)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Case("content") as case, Servers(case.folder + "/pki") as servers:
        station = case.station()
        station.init_under(servers.pki.issuer)
        check_forms(case, station, servers)
        check_shown(case, station, released(station, "iat-LTA")[0])
        check_faults(case, station, servers)
        check_turns(case, station, servers)
        check_crashes(case, station, servers)
        check_frozen(case, station, servers)
        check_unpinned(case, station, servers)
        check_opened(case, station, servers)
        check_damaged(case, station, servers)
        check_appliance(case, station, servers)
        case.audit(station, "all")
        check_purged(case, station, servers)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
