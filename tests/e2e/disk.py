#!/usr/bin/env python3
"""disk_test: a station on a disk of 24 MB that is filled at every step.
Nothing that was accepted is lost, and work goes on once there is room."""

import os
import subprocess
import sys
import time

from station import Case, draft_ids

SIZE = 24


class Disk:
    def __init__(self, case):
        self.dir = os.path.join(case.folder, "disk")
        self.ballast = os.path.join(self.dir, "ballast")
        os.mkdir(self.dir)
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % SIZE,
                        "zegel-test", self.dir], check=True)

    def free(self):
        s = os.statvfs(self.dir)
        return s.f_bavail * s.f_bsize

    def fill(self, leave=0):
        """Until that many octets are left."""
        with open(self.ballast, "ab") as f:
            while self.free() > leave:
                try:
                    os.write(f.fileno(), bytes(min(
                        65536, self.free() - leave)))
                except OSError:
                    break

    def clear(self):
        os.unlink(self.ballast)

    def remount(self, how):
        subprocess.run(["mount", "-o", "remount," + how, self.dir],
                       check=True)

    def end(self):
        subprocess.run(["umount", self.dir], check=False)


def submitting(case, station, disk):
    folder = station.drafts("submitting", 6, seed=1, size=40000)
    disk.fill()
    answer = station.submit("submitting", folder, check=False)
    names = {x["error"]["name"] for x in answer.lines if "error" in x}
    case.check(answer.code == 74 and names == {"NO_SPACE"},
               "submit: a full disk is said", answer)
    counts = station.status()["items"]
    case.check(sum(counts.values()) == 0, "submit: and nothing is accepted",
               counts)
    disk.clear()
    ids = station.submitted("submitting", folder)
    case.check(len(ids) == 6, "submit: with room they are taken")
    # Just enough for some of them.
    more = station.drafts("some", 30, seed=2, size=40000)
    disk.fill(leave=600000)
    answer = station.submit("submitting", more, check=False)
    accepted = [r for r in answer.results if "item" in r]
    case.check(answer.code == 74 and 0 < len(accepted) < 30,
               "submit: a disk that fills meanwhile refuses the rest",
               "%d accepted" % len(accepted))
    disk.clear()
    counts = station.batch("submitting")["items"]
    case.check(counts == {"queued": 6 + len(accepted)},
               "submit: what was accepted is there, and nothing else", counts)
    answer = station.submit("submitting", more)
    again = [r for r in answer.results if "item" in r]
    case.check(len(again) == 30 - len(accepted),
               "submit: the others come in later")
    return [folder, more]


def closing(case, station, disk):
    disk.fill(leave=8192)
    waiting = station.begin("batch", "close", "submitting")
    time.sleep(2.5)
    ended = waiting.poll()
    said = station.log()[-3000:]
    case.check("no space left" in said, "closing: the messages say why", said)
    case.check(station.batch("submitting")["state"] in ("open", "closing"),
               "closing: the batch is not closed")
    disk.clear()
    waiting.wait(60)
    if ended is not None and ended != 0:
        station.zegel("batch", "close", "submitting")
    station.await_batch("submitting", "closed")
    case.check(True, "closing: with room it goes on")


def sealing(case, station, disk):
    station.control("slow 60")
    released = len(station.released())
    station.zegel("batch", "approve", "submitting", "--yes", "--no-wait")
    time.sleep(0.4)
    disk.fill()
    time.sleep(4)
    batch = station.batch("submitting")
    case.check(batch["state"] == "approved" and "no space left" in
               station.log()[-5000:], "sealing: it waits and says why", batch)
    case.check(all(os.path.getsize(p) > 0 for p in station.released()),
               "sealing: no file is released half")
    disk.clear()
    station.control()
    station.await_batch("submitting", "done")
    case.check(len(station.released()) == released + 36,
               "sealing: with room it goes on")


def restarted_full(case, station, disk):
    """Started on a full disk: refuses or waits, and loses nothing."""
    folder = station.drafts("restarted", 4, seed=3)
    station.submit("restarted", folder)
    station.zegel("batch", "close", "restarted")
    station.stop()
    disk.fill()
    code = station.start(unlock=False, check=False)
    case.check("no space left" in station.log()[-3000:],
               "restart on a full disk: it is said", (code, station.log()))
    station.stop()
    disk.clear()
    station.start()
    station.zegel("batch", "approve", "restarted", "--yes")
    return folder


def read_only(case, station, disk):
    folder = station.drafts("read-only", 3, seed=4)
    station.submit("read-only", folder)
    station.stop()
    disk.remount("ro")
    code = station.start(unlock=False, check=False)
    case.check(code == 74 and "read-only" in station.log()[-2000:],
               "read-only: a station does not start, and says why",
               (code, station.log()[-2000:]))
    answer = station.zegel("log", "verify", check=False)
    case.check(answer.code == 0, "read-only: its log can be verified", answer)
    answer = station.zegel("verify", *station.released(), check=False)
    case.check(answer.code == 0, "read-only: its files, too", answer)
    answer = station.zegel("status", check=False)
    case.check(answer.error == "DAEMON_ABSENT" and answer.code == 69,
               "read-only: status says that there is no daemon", answer)
    disk.remount("rw")
    station.start()
    station.seal("read-only")
    return folder


def main():
    with Case("disk") as case:
        disk = Disk(case)
        try:
            station = case.station(folder=disk.dir)
            station.folder = case.folder
            station.messages = os.path.join(case.folder, "messages")
            station.control_file = os.path.join(case.folder, "control")
            station.init()
            station.wrap_token()
            station.start()
            folders = submitting(case, station, disk)
            closing(case, station, disk)
            sealing(case, station, disk)
            folders.append(restarted_full(case, station, disk))
            folders.append(read_only(case, station, disk))
            case.sealed(station, draft_ids(*folders), "in the end")
        finally:
            for one in case.stations:
                one.stop()
            disk.end()
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
