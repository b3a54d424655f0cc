#!/usr/bin/env python3
"""batch_test: what may happen to a batch between its drafts and its files."""

import os
import shutil
import sys
import time

from certs import Authority
from station import Case, credential_id, draft_ids


def batch_of(station, name, count, seed, **more):
    folder = station.drafts(name, count, seed=seed, **more)
    items = station.submitted(name, folder)
    station.zegel("batch", "close", name)
    return folder, items


def root_of(station, name):
    return station.batch(name).get("root")


def certificate_swapped(case, station, authority):
    folder, _ = batch_of(station, "swapped", 4, 1)
    before = root_of(station, "swapped")
    new = authority.certify(station)
    station.stop()
    os.rename(station.path("keys", "default.pem"),
              os.path.join(station.folder, "old.pem"))
    shutil.copy(new, station.path("keys", "default.pem"))
    station.start()
    answer = station.zegel("batch", "approve", "swapped", "--yes",
                           check=False)
    case.check(answer.error == "CERT_CHANGED" and "batch refuse" in
               str(answer), "swapped: approving is refused, says what to do",
               answer)
    case.check(not station.entries("approval") and not station.released(),
               "swapped: nothing was approved, nothing sealed")
    station.zegel("batch", "refuse", "swapped")
    station.await_batch("swapped", "open")
    station.zegel("batch", "close", "swapped")
    case.check(root_of(station, "swapped") != before,
               "swapped: closing again gives another root")
    station.zegel("batch", "approve", "swapped", "--yes")
    answer = station.zegel("verify", "--trust", authority.certificate,
                           *station.released(), check=False)
    case.check(len(station.released()) == 4 and answer.code == 0,
               "swapped: sealed with the new one", answer)
    station.stop()
    shutil.copy(os.path.join(station.folder, "old.pem"),
                station.path("keys", "default.pem"))
    station.start()
    return folder


def certificate_wrong(case, station, authority):
    """Expired, not yet valid, of another key, of the wrong kind."""
    stranger = case.station("stranger")
    stranger.init()
    keep = station.path("keys", "default.pem")
    folder = station.drafts("wrong-cert", 2, seed=2)
    station.submit("wrong-cert", folder)
    offers = [
        ("expired", "CERT_EXPIRED", authority.certify(
            station, start="20240101000000Z", end="20250101000000Z")),
        ("not valid yet", "CERT_NOT_YET_VALID", authority.certify(
            station, start="20390101000000Z")),
        ("no seal", "CERT_NOT_SEAL", authority.certificate),
        ("foreign", "TOKEN_KEY_MISMATCH",
         stranger.path("keys", "default.pem")),
    ]
    shutil.copy(keep, os.path.join(station.folder, "kept.pem"))
    for name, error, path in offers:
        shutil.copy(path, keep)
        station.restart(unlock=False)
        station.unlock(check=False)
        time.sleep(0.6)
        answer = station.zegel("batch", "close", "wrong-cert", check=False)
        if answer.code == 0:
            answer = station.zegel("batch", "approve", "wrong-cert", "--yes",
                                   check=False)
            station.zegel("batch", "refuse", "wrong-cert")
            station.await_batch("wrong-cert", "open")
        case.check(answer.error == error and answer.code != 0,
                   "certificate %s: %s" % (name, error), answer)
    shutil.copy(os.path.join(station.folder, "kept.pem"), keep)
    station.restart()
    station.seal("wrong-cert")
    return folder


def expires(case, station):
    """The approval ends while a slow token signs."""
    station.configure("approval", window="3s")
    station.restart()
    folder = station.drafts("expires", 150, seed=3)
    station.submit("expires", folder)
    station.zegel("batch", "close", "expires")
    before = root_of(station, "expires")
    station.control("slow 80")
    answer = station.zegel("batch", "approve", "expires", "--yes",
                           check=False)
    case.check(answer.error == "APPROVAL_EXPIRED" and
               station.batch("expires")["state"] == "open",
               "expires: the rest is open again, and that is said", answer)
    counts = station.batch("expires")["items"]
    abandoned = len(station.entries("abandoned"))
    case.check(0 < counts.get("released", 0) < 150 and
               counts.get("queued", 0) == 150 - counts["released"] and
               abandoned == counts["queued"],
               "expires: what was signed is released, the rest abandoned",
               "%s, %d abandoned" % (counts, abandoned))
    case.audit(station, "expires")
    station.control()
    station.configure("approval", window=None)
    station.restart()
    station.zegel("batch", "close", "expires")
    case.check(root_of(station, "expires") != before,
               "expires: the rest gets another root")
    station.zegel("batch", "approve", "expires", "--yes")
    case.check(station.batch("expires")["state"] == "done",
               "expires: and is sealed under a new approval")
    return folder


def removed(case, station):
    folder, items = batch_of(station, "removed", 4, 4)
    before = root_of(station, "removed")
    station.zegel("batch", "remove-item", "removed", items[1])
    case.check(station.batch("removed")["state"] == "open",
               "removed: taking an item out reopens the batch")
    answer = station.zegel("batch", "approve", "removed", "--yes",
                           check=False)
    case.check(answer.error == "BATCH_STATE",
               "removed: which cannot be approved then", answer)
    station.seal("removed")
    batch = station.batch("removed")
    case.check(batch["items"] == {"released": 3, "removed": 1} and
               batch["root"] != before and batch["count"] == 3,
               "removed: the others are sealed under another root", batch)
    gone = sorted(os.listdir(folder))[1]
    os.unlink(os.path.join(folder, gone))
    return folder


def refused(case, station):
    folder, _ = batch_of(station, "refused", 3, 5)
    before = len(station.entries("refusal"))
    station.zegel("batch", "refuse", "refused")
    station.await_batch("refused", "open")
    case.check(len(station.entries("refusal")) == before + 1,
               "refused: it is in the log, and the batch is open")
    station.seal("refused")
    return folder


def again(case, station):
    folder, _ = batch_of(station, "again", 2, 6)
    answer = station.submit("other", folder, check=False)
    case.check(answer.error == "QUEUE_DUPLICATE",
               "again: what is queued is not taken twice", answer)
    station.zegel("batch", "approve", "again", "--yes")
    answer = station.submit("other", folder, check=False)
    case.check(answer.error == "QUEUE_DUPLICATE" and
               "--again" in str(answer),
               "again: nor what was sealed, and it says how", answer)
    station.submit("other", folder, again=True)
    station.seal("other")
    case.check(station.batch("other")["items"] == {"released": 2},
               "again: unless it is meant")
    return [folder, folder]


def backup(case, station):
    """queue.db from before the sealing is put back: by hand, or by a restored
    machine. The log knows better."""
    first, _ = batch_of(station, "backup", 5, 7)
    second = station.drafts("backup-open", 3, seed=8)
    station.submit("backup-open", second)
    station.stop()
    saved = os.path.join(station.folder, "saved.db")
    shutil.copy(station.path("queue.db"), saved)
    case.check(not os.path.exists(station.path("queue.db-wal")) or
               os.path.getsize(station.path("queue.db-wal")) == 0,
               "backup: a stopped station's queue is one file")
    station.start()
    station.zegel("batch", "approve", "backup", "--yes")
    station.seal("backup-open")
    released = station.released()
    seals = len(station.entries("seal"))
    station.stop()
    for end in ["", "-wal", "-shm"]:
        if os.path.exists(station.path("queue.db" + end)):
            os.unlink(station.path("queue.db" + end))
    shutil.copy(saved, station.path("queue.db"))
    station.start()
    for name in ["backup", "backup-open"]:
        batch = station.batch(name)
        if batch["state"] == "open":
            station.zegel("batch", "close", name)
        if station.batch(name)["state"] == "closed":
            station.zegel("batch", "approve", name, "--yes", check=False)
        station.await_batch(name, "done")
        items = station.items(name)
        case.check(all(i["state"] == "failed" and
                       "sealed already" in i.get("fault", "")
                       for i in items) and len(items) > 0,
                   "backup: %s is not sealed twice, and says why" % name,
                   items[:2])
    case.check(station.released() == released and
               len(station.entries("seal")) == seals,
               "backup: no file and no seal more than before")
    return [first, second]


def main():
    with Case("batch") as case:
        station = case.station()
        station.init()
        station.wrap_token()
        station.start()
        authority = Authority(case.folder)
        swapped = certificate_swapped(case, station, authority)
        for path in station.released():
            os.unlink(path)
            os.unlink(path + ".tlog-proof")
        swapped_ids = len(draft_ids(swapped))
        folders = [certificate_wrong(case, station, authority),
                   expires(case, station), removed(case, station),
                   refused(case, station)]
        folders += again(case, station)
        folders += backup(case, station)
        ids = draft_ids(*folders)
        found = sorted(credential_id(p) for p in station.released())
        case.check(found == ids, "in the end: each is released as often as "
                   "was asked", (len(found), len(ids)))
        answer = station.zegel("verify", *station.released(), check=False)
        case.check(answer.code == 0, "in the end: all verify", answer)
        case.audit(station, "in the end", seals=len(ids) + swapped_ids,
                   releases=len(ids) + swapped_ids)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
