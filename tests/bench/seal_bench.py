#!/usr/bin/env python3
"""End to end: from closing a batch to the last released file.

    seal_bench.py [--count N] [--size BYTES] [--runs N] [--cold]

A test station with SoftHSM2 and P-256, on disk and in memory (/dev/shm: what
the disk does not limit). Rates are given against one thread with the same
token in the same run (sign_verify), measured before and after each batch:
  digest    C_Sign and verification of the signature, nothing else
  document  hash, C_Sign, compose and verify a document of the same size

CPU is that of each process for one credential, front's while closing and while
sealing; cores is how many were busy with it. On ext4 without a journal, files
that anyone deleted in the last minutes make creating new ones slow
(recently_deleted in a profile of the kernel): wait, or believe the figures of
the memory. And in a virtual machine new memory comes from the host page by
page, when it is written to first (copy_folio_from_iter_atomic in a profile):
up to 80 us a credential, which a machine of one's own has not. Before each
batch as much memory is touched as it takes; not so with --cold.
"""

import argparse
import glob
import json
import mmap
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("B", "build")
ZEGEL = os.path.join(BUILD, "bin", "zegel")
ZEGELD = os.path.join(BUILD, "bin", "zegeld")
DRAFTS = os.path.join(BUILD, "tests", "gen", "drafts")
SIGN_VERIFY = os.path.join(BUILD, "tests", "bench", "sign_verify")
ORGANISATION = ["University of Examples TEST", "VATBE-0000000097", "BE"]
PROCESSES = ["logger", "signer", "front"]


class Line:
    """Requests to one of the station's sockets."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rwb")

    def ask(self, verb, **members):
        members["verb"] = verb
        self.file.write(json.dumps(members).encode() + b"\n")
        self.file.flush()
        reply = json.loads(self.file.readline())
        if "error" in reply:
            raise RuntimeError("%s: %s" % (verb, reply["error"]))
        return reply["result"]


class Station:
    def __init__(self, folder):
        self.dir = os.path.join(folder, "station")
        subprocess.run([ZEGEL, "init", "--station", self.dir, "--pin-fd", "0"],
                       input=b"123456", check=True, capture_output=True)
        ready, child = os.pipe()
        os.set_inheritable(child, True)
        self.daemon = subprocess.Popen(
            [ZEGELD, "--station", self.dir, "--ready-fd", str(child)],
            close_fds=False,
            stderr=open(os.path.join(folder, "messages"), "wb"))
        os.close(child)
        assert os.read(ready, 1) == b"r"
        subprocess.run([ZEGEL, "unlock", "--station", self.dir, "--pin-fd",
                        "0"], input=b"123456", check=True,
                       capture_output=True)
        self.front = Line(os.path.join(self.dir, "run", "front.sock"))
        self.signer = Line(os.path.join(self.dir, "run", "signer.sock"))

    def children(self):
        out = subprocess.run(
            ["ps", "--no-headers", "-o", "pid", "--ppid",
             str(self.daemon.pid), "--sort", "start_time,pid"],
            capture_output=True).stdout.split()
        return dict(zip(PROCESSES, map(int, out)))

    def cpu(self):
        """Seconds of CPU of each process, to the nanosecond."""
        result = {}
        for name, pid in self.children().items():
            result[name] = 0
            for path in glob.glob("/proc/%d/task/*/schedstat" % pid):
                with open(path) as f:
                    result[name] += int(f.read().split()[0]) / 1e9
        return result

    def rss(self):
        """MiB at most so far, of each process."""
        result = {}
        for name, pid in self.children().items():
            with open("/proc/%d/status" % pid) as f:
                for line in f:
                    if line.startswith("VmHWM"):
                        result[name] = int(line.split()[1]) / 1024
        return result

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(30)

    def submit(self, batch, folder):
        subprocess.run([ZEGEL, "submit", "--station", self.dir, "--batch",
                        batch, folder], check=True, capture_output=True)

    def await_state(self, number, states):
        while True:
            batch = self.front.ask("batch-show", batch=number)
            if batch["state"] in states:
                return batch
            time.sleep(0.005)

    def seal(self, name):
        """Seconds from close to closed, and from approval to done; and the CPU
        seconds used: front's while closing and while sealing, the others'."""
        batch = self.front.ask("batch-show", batch=name)
        before = self.cpu()
        start = time.monotonic()
        self.front.ask("batch-close", batch=batch["id"])
        batch = self.await_state(batch["id"], ["closed"])
        closed = time.monotonic()
        between = self.cpu()
        begun = time.monotonic()
        self.signer.ask("approve", root=batch["root"], count=batch["count"],
                        key=batch["key"], certificate=batch["certificate"])
        batch = self.await_state(batch["id"], ["done"])
        done = time.monotonic()
        after = self.cpu()
        assert batch["items"]["released"] == batch["count"], batch
        used = {n: after[n] - before[n] for n in ["logger", "signer"]}
        used["closing"] = between["front"] - before["front"]
        used["sealing"] = after["front"] - between["front"]
        return closed - start, done - begun, used

    def sign_verify(self, count, size):
        run = subprocess.run([SIGN_VERIFY, self.dir, str(count), str(size)],
                             input=b"123456", capture_output=True, check=True)
        return [float(x) for x in run.stdout.split()]


def touch(size):
    """That much memory, written to and given back; by a process of its own,
    whose peak is nobody else's."""
    pid = os.fork()
    if pid != 0:
        os.waitpid(pid, 0)
        return
    block = b"x" * (1 << 20)
    memory = mmap.mmap(-1, -(-size // len(block)) * len(block))
    for _ in range(len(memory) // len(block)):
        memory.write(block)
    os._exit(0)


def measure(options, place):
    """Ratios of some batches on a station in that folder."""
    folder = tempfile.mkdtemp(prefix="zegel-bench-", dir=place)
    station = Station(folder)
    ratios = []
    try:
        for run in range(options.runs):
            drafts = os.path.join(folder, "drafts%d" % run)
            subprocess.run(
                [DRAFTS, drafts, str(options.count), "--seed",
                 str(100 + run), "--size", str(options.size),
                 "--sealable-for", *ORGANISATION],
                check=True, capture_output=True)
            station.submit("b%d" % run, drafts)
            os.sync()
            bare = station.sign_verify(4000, options.size)
            if not options.cold:
                touch(4 * options.count * options.size)
            closing, sealing, used = station.seal("b%d" % run)
            bare = [(x + y) / 2 for x, y in zip(
                bare, station.sign_verify(4000, options.size))]
            rate = options.count / (closing + sealing)
            ratios.append([rate / x for x in bare])
            each = {n: x / options.count * 1e6 for n, x in used.items()}
            print("%8.0f %8.0f %8.0f %9.0f %9.0f %8.0f%% %8.0f%%   "
                  "logger %.0f, signer %.0f, front %.0f + %.0f = %.0f; %.2f"
                  % (options.count / closing, options.count / sealing, rate,
                     *bare, *[100 * x for x in ratios[-1]], each["logger"],
                     each["signer"], each["closing"], each["sealing"],
                     sum(each.values()),
                     sum(used.values()) / (closing + sealing)), flush=True)
        rss = station.rss()
    finally:
        station.stop()
        shutil.rmtree(folder)
    print("medians: %.0f%% of digest, %.0f%% of document; resident at most, "
          "MiB: %s" % (*[100 * statistics.median(x) for x in zip(*ratios)],
                       ", ".join("%s %.1f" % x for x in rss.items())))


def disk_rate(place):
    """MB/s that the disk takes durably."""
    with tempfile.NamedTemporaryFile(dir=place) as f:
        start = time.monotonic()
        for _ in range(256):
            f.write(b"x" * (1 << 20))
        f.flush()
        os.fsync(f.fileno())
        return 268.4 / (time.monotonic() - start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--size", type=int, default=40000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cold", action="store_true")
    options = parser.parse_args()
    print("%d drafts of %d octets a batch, P-256, SoftHSM2, %d cores" % (
        options.count, options.size, os.cpu_count()))
    disk = os.environ.get("TMPDIR", tempfile.gettempdir())
    places = [(disk, "on disk, which takes %.0f MB/s" % disk_rate(disk))]
    if os.access("/dev/shm", os.W_OK):
        places.append(("/dev/shm", "in memory"))
    for place, name in places:
        print("%s\n%8s %8s %8s %9s %9s %9s %9s   %s" % (
            name, "close/s", "seal/s", "all/s", "digest/s", "docum./s",
            "of digest", "of docum.", "CPU us each; cores"))
        measure(options, place)
    return 0


if __name__ == "__main__":
    sys.exit(main())
