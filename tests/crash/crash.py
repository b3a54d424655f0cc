#!/usr/bin/env python3
"""Kill -9 at random moments of a sealing batch: nothing lost, nothing twice.

    crash.py [--kills N] [--seed N] [--keep]

One station; again and again a small batch is submitted, closed and approved,
and at a random moment one process (front, signer, logger, their parent) or
all of them are killed. The station is started again, unlocked, and the batch
brought to its end by whatever step is missing. Afterwards:

  * every draft that was accepted was released exactly once, and nothing else
  * every released file verifies, has its proof, and no temporary file is left
  * 'zegel log verify' passes: every intent is accounted for, no leaf is open
"""

import argparse
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("B", "build")
ZEGEL = os.path.join(BUILD, "bin", "zegel")
ZEGELD = os.path.join(BUILD, "bin", "zegeld")
DRAFTS = os.path.join(BUILD, "tests", "gen", "drafts")
PIN = b"123456\n"
ORGANISATION = ["University of Examples TEST", "VATBE-0000000097", "BE"]
BATCH = 24
VICTIMS = ["front", "signer", "logger", "zegeld", "all"]


class Station:
    def __init__(self, folder):
        self.dir = os.path.join(folder, "station")
        self.daemon = None
        self.messages = open(os.path.join(folder, "messages"), "ab")

    def zegel(self, *args, pin=None, check=True):
        """Runs a verb with --json; its objects."""
        run = subprocess.run(
            [ZEGEL, *args, "--station", self.dir, "--json"],
            input=pin, capture_output=True, timeout=120)
        if check and run.returncode != 0:
            raise RuntimeError("zegel %s: exit %d: %s%s" % (
                " ".join(args), run.returncode, run.stdout.decode(),
                run.stderr.decode()))
        return [json.loads(line) for line in run.stdout.splitlines()]

    def start(self):
        ready, ready_child = os.pipe()
        os.set_inheritable(ready_child, True)
        self.daemon = subprocess.Popen(
            [ZEGELD, "--station", self.dir, "--ready-fd", str(ready_child)],
            close_fds=False, stderr=self.messages)
        os.close(ready_child)
        octet = os.read(ready, 1)
        os.close(ready)
        if octet != b"r":
            raise RuntimeError("the station did not start again")
        self.zegel("unlock", "--pin-fd", "0", pin=PIN)

    def children(self):
        """pid by process name; zegeld's children in the order of starting."""
        found = subprocess.run(
            ["ps", "--no-headers", "-o", "pid", "--ppid",
             str(self.daemon.pid), "--sort", "start_time,pid"],
            capture_output=True).stdout.split()
        return dict(zip(["logger", "signer", "front"], map(int, found)))

    def kill(self, victim):
        pids = self.children()
        pids["zegeld"] = self.daemon.pid
        targets = list(pids) if victim == "all" else [victim]
        for name in targets:
            try:
                os.kill(pids[name], signal.SIGKILL)
            except (KeyError, ProcessLookupError):
                pass
        self.daemon.wait(30)
        # Orphans end by themselves: the lock is theirs until then. A process
        # is gone from /proc a moment before its files are closed.
        deadline = time.time() + 30
        with open(os.path.join(self.dir, "run", "lock"), "rb") as lock:
            while time.time() < deadline:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return
                except OSError:
                    time.sleep(0.01)
        raise RuntimeError("processes outlive their station")

    def batch(self, name):
        """The batch of that name as it is now, by the list: done ones too."""
        for one in self.zegel("batch", "list"):
            if one["result"]["name"] == name:
                return one["result"]
        raise RuntimeError("batch %s is gone" % name)


def bring_to_end(station, name):
    """Does whatever step the batch needs until it is done."""
    deadline = time.time() + 60
    batch = None
    while time.time() < deadline:
        batch = station.batch(name)
        number = str(batch["id"])
        if batch["state"] == "done":
            return
        if batch["state"] == "open":
            station.zegel("batch", "close", number, check=False)
        elif batch["state"] == "closed":
            station.zegel("batch", "approve", number, "--yes", check=False)
        else:
            time.sleep(0.02)
    raise RuntimeError("batch %s is stuck: %s" % (name, batch))


def close_and_approve(station, batch):
    """In the background, as a person would; fails when the daemon dies."""
    script = ('"$0" batch close "$2" --station "$1" --json;'
              '"$0" batch approve "$2" --yes --station "$1" --json')
    return subprocess.Popen(
        ["sh", "-c", script, ZEGEL, station.dir, str(batch)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def one_round(station, random_, drafts, number, kills):
    """One batch with up to that many kills on its way; the kills done."""
    name = "batch-%d" % number
    done = 0
    station.zegel("submit", "--batch", name, drafts)
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


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, good, what, detail=""):
        self.count += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, what))
        if not good and detail:
            print("# " + str(detail)[:2000].replace("\n", "\n# "))

    def end(self):
        print("1..%d" % self.count)
        return 1 if self.failed else 0


def credential_id(path):
    with open(path, encoding="utf-8") as f:
        return json.loads(json.load(f)["payload"])["id"]


def draft_id(path):
    with open(path, encoding="utf-8") as f:
        draft = json.load(f)
    return draft.get("credential", draft)["id"]


def judge(tap, station, accepted):
    out = os.path.join(station.dir, "spool", "out")
    released, left, unproved = [], [], []
    for folder, _, files in os.walk(out):
        for name in files:
            path = os.path.join(folder, name)
            if name.startswith("."):
                left.append(path)
            elif name.endswith(".sealed.jsonld"):
                released.append(path)
                if not os.path.exists(path + ".tlog-proof"):
                    unproved.append(path)
    ids = [credential_id(p) for p in released]
    tap.check(sorted(ids) == sorted(accepted),
              "every accepted draft is released exactly once",
              "accepted %d, released %d, twice %s, lost %s" % (
                  len(accepted), len(ids),
                  sorted(i for i in set(ids) if ids.count(i) > 1)[:5],
                  sorted(set(accepted) - set(ids))[:5]))
    tap.check(not left, "no temporary file is left", left[:5])
    tap.check(not unproved, "every released file has its proof", unproved[:5])
    run = subprocess.run(
        [ZEGEL, "verify", "--station", station.dir, *released],
        capture_output=True, timeout=300)
    tap.check(run.returncode == 0, "every released file verifies",
              run.stdout.decode()[-1500:] + run.stderr.decode()[-500:])
    run = subprocess.run([ZEGEL, "log", "verify", "--station", station.dir,
                          "--json"], capture_output=True, timeout=300)
    tap.check(run.returncode == 0, "the log passes its audit",
              run.stdout + run.stderr)
    result = {}
    if run.returncode == 0:
        result = json.loads(run.stdout.splitlines()[-1])["result"]
    tap.check(result.get("openLeaves") == 0 and
              result.get("openIntents") == 0,
              "every intent and every approved leaf has its end", result)
    tap.check(result.get("seals") == len(accepted) and
              result.get("releases") == len(accepted),
              "as many seals and releases in the log as credentials", result)
    print("# log: %s" % result)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    random_ = random.Random(options.seed)
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="zegel-crash-")
    station = Station(folder)
    accepted = []
    try:
        station.zegel("init", "--pin-fd", "0", pin=PIN)
        station.start()
        kills = number = 0
        while kills < options.kills:
            number += 1
            drafts = os.path.join(folder, "drafts-%d" % number)
            subprocess.run(
                [DRAFTS, drafts, str(BATCH), "--seed", str(number + 1000),
                 "--size", "6000", "--sealable-for", *ORGANISATION],
                check=True, capture_output=True)
            accepted += [draft_id(os.path.join(drafts, n))
                         for n in sorted(os.listdir(drafts))]
            kills += one_round(station, random_, drafts, number,
                               min(4, options.kills - kills))
            shutil.rmtree(drafts)
        tap.check(True, "%d kills over %d batches" % (kills, number))
        judge(tap, station, accepted)
    except (RuntimeError, subprocess.SubprocessError) as e:
        tap.check(False, "the test ran to its end", e)
        with open(os.path.join(folder, "messages"), "rb") as f:
            print("# " + f.read()[-3000:].decode().replace("\n", "\n# "))
    finally:
        if station.daemon is not None and station.daemon.poll() is None:
            station.daemon.terminate()
            station.daemon.wait(30)
        if options.keep:
            print("# kept: " + folder)
        else:
            shutil.rmtree(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
