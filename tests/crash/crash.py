#!/usr/bin/env python3
"""Kill -9 at random moments of a sealing batch: nothing lost, nothing twice.

    crash.py [--kills N] [--seed N]

One station; again and again a small batch is submitted, closed and approved,
and at a random moment one process (front, signer, logger, their parent) or
all of them are killed. The station is started again, unlocked, and the batch
brought to its end by whatever step is missing. Afterwards every draft that was
accepted was released exactly once, verifies and has its proof, and the log
accounts for every intent and every approved leaf.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))

from station import Case, Failed, ZEGEL, draft_ids  # noqa: E402

BATCH = 24
VICTIMS = ["front", "signer", "logger", "zegeld", "all"]


def bring_to_end(station, name):
    """Does whatever step the batch needs until it is done."""
    deadline = time.time() + 60
    batch = None
    while time.time() < deadline:
        batch = station.batch(name)
        if batch["state"] == "done":
            return
        if batch["state"] == "open":
            station.zegel("batch", "close", batch["id"], check=False)
        elif batch["state"] == "closed":
            station.zegel("batch", "approve", batch["id"], "--yes",
                          check=False)
        else:
            time.sleep(0.02)
    raise Failed("batch %s is stuck: %s" % (name, batch))


def close_and_approve(station, batch):
    """In the background, as a person would; fails when the daemon dies."""
    script = ('"$0" batch close "$2" --station "$1" --json;'
              '"$0" batch approve "$2" --yes --station "$1" --json')
    return subprocess.Popen(
        ["sh", "-c", script, ZEGEL, station.dir, str(batch)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def one_round(station, random_, drafts, name, kills):
    """One batch with up to that many kills on its way; the kills done."""
    done = 0
    station.submit(name, drafts)
    batch = station.batch(name)
    while done < kills and batch["state"] != "done":
        work = close_and_approve(station, batch["id"])
        time.sleep(random_.uniform(0, 0.12))
        station.kill(random_.choice(VICTIMS))
        done += 1
        work.wait(60)
        station.start()
        batch = station.batch(name)
    bring_to_end(station, name)
    return done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random_ = random.Random(options.seed)
    with Case("crash") as case:
        station = case.station()
        station.init()
        station.start()
        accepted = []
        kills = number = 0
        while kills < options.kills:
            number += 1
            name = "batch-%d" % number
            drafts = station.drafts(name, BATCH, seed=number + 1000)
            accepted += draft_ids(drafts)
            kills += one_round(station, random_, drafts, name,
                               min(4, options.kills - kills))
            shutil.rmtree(drafts)
        case.check(kills >= options.kills,
                   "%d kills over %d batches" % (kills, number))
        case.sealed(station, accepted, "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
