#!/usr/bin/env python3
"""purge_test: retention takes everything that tells of a person, and nothing
that keeps a credential from being sealed twice."""

import glob
import os
import sqlite3
import sys

from station import Case, wait_for


def stored(station):
    """Files of drafts and payloads."""
    return [f for f in glob.glob(os.path.join(station.dir, "store", "??", "*"))
            if os.path.isfile(f)]


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
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
