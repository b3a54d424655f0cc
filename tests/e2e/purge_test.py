#!/usr/bin/env python3
"""purge_test: retention takes everything that tells of a person, and nothing
that keeps a credential from being sealed twice."""

import glob
import json
import os
import sqlite3
import sys

from station import Case, wait_for


def stored(station):
    """Files of drafts and payloads."""
    return [f for f in glob.glob(os.path.join(station.dir, "store", "??", "*"))
            if os.path.isfile(f)]


def check_same_payload(case):
    """With profiles that change nothing, one credential has one payload,
    however often it is handed in: it goes when nobody needs it any more."""
    station = case.station("same")
    station.init()
    station.configure("retention", released_days=0)
    station.configure("seal", profile="json")
    station.start()
    document = {"grade": 1, "id": "urn:x:same"}
    pretty, plain = (os.path.join(case.folder, n + ".json")
                     for n in ["pretty", "plain"])
    with open(pretty, "w", encoding="utf-8") as f:
        json.dump(document, f, indent=1)
    with open(plain, "w", encoding="utf-8") as f:
        json.dump(document, f, separators=(",", ":"))
    # Taken out again when it was frozen, and handed in once more.
    station.submit("out", pretty)
    station.zegel("batch", "close", "out")
    station.zegel("batch", "refuse", "out")
    station.zegel("batch", "remove-item", "out", "--all")
    station.submit("in", pretty)
    station.zegel("batch", "close", "in")
    restart_and_purge(station, "out")
    station.zegel("batch", "approve", "in", "--yes")
    case.check(station.batch("in")["state"] == "done",
               "a payload stays that another item has, too",
               station.batch("in"))
    restart_and_purge(station, "in")
    case.check(not stored(station), "and goes with the last", stored(station))

    # Canonical as it is, its draft has the octets of its payload.
    station.submit("plain", plain, again=True)
    station.zegel("batch", "close", "plain")
    draft = stored(station)
    before = [os.stat(p).st_mtime_ns for p in draft]
    station.zegel("batch", "refuse", "plain")
    station.zegel("batch", "close", "plain")
    case.check(len(draft) == 1 and
               [os.stat(p).st_mtime_ns for p in draft] == before,
               "a draft is not touched when its batch is closed again", draft)
    station.zegel("batch", "approve", "plain", "--yes")
    station.submit("again", pretty, again=True)
    station.zegel("batch", "close", "again")
    restart_and_purge(station, "plain")
    station.zegel("batch", "approve", "again", "--yes")
    case.check(station.batch("again")["state"] == "done",
               "nor does a payload go as another one's draft",
               station.batch("again"))
    case.check(len(station.released()) == 3, "each was sealed",
               station.released())


def restart_and_purge(station, batch):
    station.restart()
    number = station.batch(batch)["id"]

    def is_purged():
        with sqlite3.connect(station.path("queue.db")) as db:
            return db.execute("SELECT count(*) FROM item WHERE batch = ?"
                              " AND draft IS NOT NULL",
                              [number]).fetchone()[0] == 0
    wait_for(is_purged, 20, "the purge of " + batch)


def main():
    with Case("purge") as case:
        station = case.station()
        station.init()
        station.configure("retention", released_days=0)
        station.start()
        done = station.drafts("done", 4)
        station.submit("done", done)
        station.seal("done")
        waiting = station.drafts("waiting", 2, seed=99)
        station.submit("waiting", waiting)
        # One of the released drafts is wanted again: its bytes must stay.
        first = sorted(glob.glob(os.path.join(done, "*")))[0]
        station.submit("waiting", first, again=True)
        case.check(len(stored(station)) == 4 + 4 + 2,
                   "before: drafts and payloads are there", stored(station))
        case.check(len(station.items("done")[0]["summary"]) > 0,
                   "before: summaries are there")

        station.restart()
        wait_for(lambda: len(stored(station)) == 3, 20, "the purge")
        case.check(len(stored(station)) == 3,
                   "purged: only what waits is stored", stored(station))
        case.check(all("summary" not in i for i in station.items("done")),
                   "purged: no summary is left")
        rows = sqlite3.connect(
            os.path.join(station.dir, "queue.db")).execute(
                "SELECT draft, payload, leaf, signature FROM item"
                " WHERE batch = 1").fetchall()
        case.check(len(rows) == 4 and all(not any(r) for r in rows),
                   "purged: no salt, digest or signature in the queue", rows)
        answer = station.submit("late", done, check=False)
        case.check(answer.error == "QUEUE_DUPLICATE",
                   "purged: a duplicate is still known", answer)
        station.seal("waiting")
        released = station.released()
        case.check(len(released) == 4 + 3,
                   "what shared a purged draft is sealed", released)
        case.check(station.zegel("verify", *released).code == 0,
                   "files that were released before still verify")
        case.check(station.zegel("log", "verify").code == 0,
                   "the log passes its audit")
        station.stop()
        check_same_payload(case)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
