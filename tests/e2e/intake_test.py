#!/usr/bin/env python3
"""intake_test: what comes in that should not, by hand and by the drop folder;
two daemons; a clock that goes backwards."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

from station import BUILD, Case, DRAFTS, ORGANISATION, ZEGELD, \
    draft_ids, wait_for

# What the generator breaks, and what the station must call it.
BROKEN = {
    "deep": "JSON_DEPTH",
    "duplicate-name": "JSON_DUPLICATE_NAME",
    "lone-surrogate": "JSON_SURROGATE",
    "missing-title": "EDC_RULES",
    "no-issuer": "EDC_NO_ISSUER",
    "not-json": "JSON_SYNTAX",
    "number-range": "JSON_NUMBER_RANGE",
    "other-issuer": "EDC_OTHER_ISSUER",
    "sealed": "EDC_SEALED_ALREADY",
    "truncated": "JSON_TRUNCATED",
    "unknown-schema": "EDC_SCHEMA_UNKNOWN",
}


def broken_drafts(station):
    folder = os.path.join(station.folder, "broken")
    subprocess.run([DRAFTS, folder, "1", "--broken", "all", "--size", "6000",
                    "--sealable-for", *ORGANISATION], check=True,
                   capture_output=True)
    kinds = {}
    for name in os.listdir(folder):
        kinds[name.split("-", 1)[1].rsplit(".", 1)[0]] = os.path.join(
            folder, name)
    return kinds


def broken(case, station):
    kinds = broken_drafts(station)
    case.check(sorted(kinds) == sorted(BROKEN), "each kind of fault is known",
               sorted(kinds))
    for kind, path in sorted(kinds.items()):
        answer = station.submit("broken", path, check=False)
        case.check(answer.error == BROKEN.get(kind) and answer.code == 65,
                   "%s: %s" % (kind, BROKEN.get(kind)), answer)


def not_files(case, station):
    empty = os.path.join(station.folder, "empty.json")
    open(empty, "w").close()
    answer = station.submit("odd", empty, check=False)
    case.check(answer.error == "JSON_EMPTY" and answer.code == 65,
               "an empty file", answer)
    huge = os.path.join(station.folder, "huge.json")
    with open(huge, "wb") as f:
        f.write(b'{"a":"')
        f.truncate(2 << 30)
    began = time.monotonic()
    answer = station.submit("odd", huge, check=False)
    case.check(answer.error == "TOO_LARGE" and answer.code == 65 and
               time.monotonic() - began < 5,
               "a file of 2 GB, at once", answer)
    os.unlink(huge)
    fifo = os.path.join(station.folder, "fifo.json")
    os.mkfifo(fifo)
    answer = station.submit("odd", fifo, check=False)
    case.check(answer.error == "NOT_REGULAR" and answer.code == 66,
               "a FIFO, without waiting for its writer", answer)
    os.unlink(fifo)
    answer = station.submit("odd", os.path.join(station.folder, "nowhere"),
                            check=False)
    case.check(answer.code == 66, "a file that is not there", answer)
    answer = station.submit("odd", "/dev/zero", check=False)
    case.check(answer.error == "NOT_REGULAR", "a device", answer)
    folder = os.path.join(station.folder, "hollow")
    os.mkdir(folder)
    answer = station.submit("odd", folder, check=False)
    case.check(answer.code != 0, "an empty folder", answer)
    answer = station.zegel("batch", "list")
    case.check(not [b for b in answer.results if b["name"] == "odd"],
               "none of these has begun a batch", answer)
    drafts = station.drafts("name", 1, seed=77)
    for name in ["../out", ".hidden", "a/b", "x\ny", "a" * 200]:
        answer = station.submit(name, drafts, check=False)
        case.check(answer.code == 64 and answer.error == "USAGE",
                   "no batch may be called %.10r" % name, answer)


def duplicates(case, station):
    drafts = station.drafts("twice", 2, seed=5)
    first, second = (os.path.join(drafts, n)
                     for n in sorted(os.listdir(drafts)))
    copy = os.path.join(station.folder, "copy.json")
    shutil.copy(first, copy)
    answer = station.submit("twice", first, copy, second, check=False)
    case.check(len([r for r in answer.results if "item" in r]) == 2 and
               answer.error == "QUEUE_DUPLICATE",
               "one id twice in a batch is taken once", answer)
    answer = station.submit("elsewhere", copy, check=False)
    case.check(answer.error == "QUEUE_DUPLICATE" and "twice" in str(answer),
               "and not into another batch, which is named", answer)
    station.seal("twice")
    return [drafts]


def drop_folder(case, station):
    inside = station.path("spool", "in")
    drafts = station.drafts("dropped", 3, seed=6)
    work = os.path.join(inside, ".dropped")
    shutil.copytree(drafts, work)
    kinds = broken_drafts(station)
    shutil.copy(kinds["no-issuer"], os.path.join(work, "bad.json"))
    os.rename(work, os.path.join(inside, "dropped"))
    station.await_batch("dropped", "closed")
    wait_for(lambda: not os.path.exists(os.path.join(inside, "dropped")), 15,
             "the folder goes")
    case.check(station.batch("dropped")["items"] == {"frozen": 3},
               "a folder is a batch, closed when it is in",
               station.batch("dropped"))
    why = station.path("spool", "refused", "dropped", "bad.json.why")
    with open(why, encoding="utf-8") as f:
        text = f.read()
    case.check("names no issuer" in text and
               os.path.exists(why[:-len(".why")]),
               "what is refused lies aside with its reason", text)
    station.zegel("batch", "approve", "dropped", "--yes")

    loose = station.drafts("loose", 2, seed=7)
    whole, part = sorted(os.listdir(loose))
    shutil.copy(os.path.join(loose, part),
                os.path.join(inside, "late.json.part"))
    shutil.copy(os.path.join(loose, whole), os.path.join(inside, whole))
    wait_for(lambda: not os.path.exists(os.path.join(inside, whole)), 15,
             "the loose file is taken")
    case.check(station.batch("inbox")["items"] == {"queued": 1} and
               os.path.exists(os.path.join(inside, "late.json.part")),
               "a loose file that rests joins the inbox; *.part waits")
    os.rename(os.path.join(inside, "late.json.part"),
              os.path.join(inside, "late.json"))
    wait_for(lambda: not os.path.exists(os.path.join(inside, "late.json")),
             15, "the renamed one is taken")
    for name, make in [
            ("fifo.json", os.mkfifo),
            ("link.json", lambda p: os.symlink("/etc/passwd", p)),
            ("empty.json", lambda p: open(p, "w").close())]:
        make(os.path.join(inside, name))
    with open(os.path.join(inside, "huge.json"), "wb") as f:
        f.truncate(2 << 30)
    refused = station.path("spool", "refused", "inbox")
    wait_for(lambda: os.path.exists(os.path.join(refused, "huge.json.why"))
             and os.path.exists(os.path.join(refused, "empty.json.why")), 20,
             "odd files are refused")
    station.zegel("status")
    case.check(not os.path.exists(os.path.join(refused, "link.json")) and
               "root:" not in str(station.zegel("batch", "show", "inbox")),
               "no link is followed; the station still answers")
    case.check(station.batch("inbox")["items"] == {"queued": 2},
               "the inbox holds the two drafts")
    station.seal("inbox")
    return [drafts, loose]


def second_daemon(case, station):
    run = subprocess.run([ZEGELD, "--station", station.dir],
                         capture_output=True, timeout=20)
    case.check(run.returncode == 69 and b"another daemon" in run.stderr,
               "a second daemon refuses to start", run)
    case.check(station.zegel("status").code == 0,
               "and the first one serves on")


def set_clock(station, seconds):
    with open(station.env["CLOCK_SHIFT"], "w", encoding="utf-8") as f:
        f.write("%d\n" % seconds)


def clock_backwards(case, station):
    drafts = station.drafts("clock", 2, seed=8)
    set_clock(station, 3600)
    station.restart()
    station.submit("clock", drafts)
    station.zegel("batch", "close", "clock")
    set_clock(station, 0)
    time.sleep(1)
    answer = station.zegel("batch", "approve", "clock", "--yes", check=False)
    case.check(answer.error == "CLOCK" and answer.code == 75,
               "a clock before the last log entry: refused, and said so",
               answer)
    seals = len(station.entries("seal"))
    station.stop()
    code = station.start(unlock=False, check=False)
    case.check(code == 75 and "clock is behind" in station.log()[-2000:],
               "a station does not start with such a clock, and says so",
               (code, station.log()[-2000:]))
    set_clock(station, 3700)
    station.start()
    time.sleep(1)
    case.check(len(station.entries("seal")) == seals and
               station.batch("clock")["state"] == "closed",
               "an approval that was refused does not come back later")
    # Killed while the approval was on its way to the log, and away for
    # longer than it would have held.
    pids = station.processes()
    os.kill(pids["logger"], signal.SIGSTOP)
    approving = station.begin("batch", "approve", "clock", "--yes")
    folder = station.path("signer", "approvals")
    before = len(os.listdir(folder))
    wait_for(lambda: len(os.listdir(folder)) > before, 10, "it is stored")
    station.kill()
    approving.wait(30)
    set_clock(station, 4 * 3600)
    station.start()
    case.check("is void" in station.log()[-2000:] and
               len(station.entries("seal")) == seals,
               "one that came to nothing is void after its time")
    station.zegel("batch", "approve", "clock", "--yes")
    return [drafts]


def many_clients(case, station):
    """More at once than the station has places for."""
    drafts = station.drafts("crowd", 1, seed=9)
    failed = []

    def look():
        answer = station.zegel("status", check=False)
        if answer.code != 0:
            failed.append(answer)
    threads = [threading.Thread(target=look) for _ in range(48)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    case.check(len(failed) < 48 and all(a.error for a in failed),
               "48 at once: each is served or told why",
               [str(a) for a in failed][:2])
    station.submit("crowd", drafts)
    station.seal("crowd")
    return [drafts]


def main():
    with Case("intake") as case:
        station = case.station()
        station.init()
        station.configure("spool", settle="1s")
        station.env["LD_PRELOAD"] = os.path.join(BUILD, "tests",
                                                 "clock_shift.so")
        station.env["CLOCK_SHIFT"] = os.path.join(case.folder, "shift")
        set_clock(station, 0)
        station.start()
        broken(case, station)
        not_files(case, station)
        folders = duplicates(case, station)
        folders += drop_folder(case, station)
        second_daemon(case, station)
        folders += many_clients(case, station)
        folders += clock_backwards(case, station)
        case.sealed(station, draft_ids(*folders), "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
