#!/usr/bin/env python3
"""The same work by Zegel and by the European Commission's DSS, in one run.

    seal_dss.py [--runs N] [--seconds S] [--count N] [--lta N] [--size BYTES]

Sealing at B and at LTA: a test station with SoftHSM2 and P-256 under the test
PKI of tests/pki, from closing a batch to its last released file, against DSS
in a warm Java, which has the same key by SunPKCS11 and seals the very octets
that Zegel sealed. Verifying at B and LTA: the files that Zegel made, judged by
'zegel verify --json' in one call and by DSS, both with the root as the only
anchor and without network.

"consented" leaves out what comes before a person's consent: DSS gets documents
that are prepared already. What a seal costs Zegel beyond DSS's work stays in:
the log, rows and files, durable before each step, and a verification.

DSS is spared what it can do without: see tests/peers/dss/Bench.java. In one
Java it can use one thread only; two of them at once are measured, too.
Timestamps come from tests/pki/tsa.c, since 'openssl ts' would limit both sides.

Every row is measured N times, DSS and Zegel by turns. A ratio is that of
neighbours; the table has medians. CPU is what a file costs of one core, memory
what was resident at most: of Zegel's processes together, and of one Java.
Rates and ratios are worth little while the machine does other work: the load is
printed; CPU suffers less.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

for place in ["e2e", "pki"]:
    sys.path.insert(
        0, os.path.join(os.path.dirname(__file__), "..", place))

from dss_java import Java, Tsa  # noqa: E402
from seal_bench import Line, touch  # noqa: E402
from serve import Servers  # noqa: E402
from station import Case, Failed, PIN, SOFTHSM, ZEGEL  # noqa: E402


def status(pid, name):
    with open("/proc/%d/status" % pid, encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f
                    if line.startswith(name))


def cpu(pids):
    used = 0
    for pid in pids:
        with open("/proc/%d/stat" % pid, encoding="ascii") as f:
            fields = f.read().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")


class Sealing:
    """Zegel at one level: a batch for each run."""

    def __init__(self, station, level, count, options):
        self.station, self.level, self.count = station, level, count
        self.size, self.seed = options.size, 100 * len(level)
        self.runs = 0
        self.consented = []  # files a second from consent on, of each run
        station.configure("seal", level=level)
        station.restart()
        self.pids = list(station.processes().values())
        self.front, self.signer = (
            Line(station.path("run", name + ".sock"))
            for name in ("front", "signer"))

    def await_state(self, number, wanted):
        while True:
            batch = self.front.ask("batch-show", batch=number)
            if batch["state"] == wanted:
                return batch
            time.sleep(0.005)

    def rate(self):
        name = "%s-%d" % (self.level, self.runs)
        self.runs += 1
        self.station.submit(name, self.station.drafts(
            name, self.count, size=self.size,
            seed=self.seed + self.runs))
        os.sync()
        # Java has its memory from the host by now: see seal_bench.py
        touch(4 * self.count * self.size)
        batch = self.front.ask("batch-show", batch=name)
        before, begin = cpu(self.pids), time.monotonic()
        self.front.ask("batch-close", batch=batch["id"])
        batch = self.await_state(batch["id"], "closed")
        closed = time.monotonic()
        self.signer.ask("approve", root=batch["root"], count=batch["count"],
                        key=batch["key"], certificate=batch["certificate"])
        batch = self.await_state(batch["id"], "done")
        done = time.monotonic()
        self.consented.append(self.count / (done - closed))
        if batch["items"]["released"] != self.count:
            raise Failed("not everything was sealed: %s" % batch)
        return (self.count / (done - begin),
                (cpu(self.pids) - before) / self.count)

    def peak(self):
        return sum(status(pid, "VmHWM") for pid in self.pids) / 1024


class Verifying:
    """'zegel verify' of all files in one call."""

    def __init__(self, station, folder, root, wanted):
        self.station, self.wanted = station, wanted
        self.words = [ZEGEL, "verify", "--json", "--trust", root,
                      "--station", station.dir]
        self.files = sorted(os.path.join(folder, n)
                            for n in os.listdir(folder))
        self.resident = 0

    def rate(self):
        begin = time.monotonic()
        with open(os.path.join(self.station.folder, "said"), "w+b") as said:
            process = subprocess.Popen([*self.words, *self.files],
                                       stdout=said, env=self.station.env)
            _, _, used = os.wait4(process.pid, 0)
            process.returncode = 0
            took = time.monotonic() - begin
            said.seek(0)
            found = [json.loads(x)["result"]["reports"][0] for x in said]
        if [(r["indication"], r["level"]) for r in found] != \
                [self.wanted] * len(self.files):
            raise Failed("not %s: %s" % (self.wanted, found[0]))
        self.resident = max(self.resident, used.ru_maxrss)
        return (len(found) / took,
                (used.ru_utime + used.ru_stime) / len(found))

    def peak(self):
        return self.resident / 1024


ROW = "%-12s %8s %8s %7s %8s   %8s %8s %7s   %7s %8s %7s"


def measure(name, java, zegel, options, at_least):
    """One row: by turns; a ratio is that of neighbours."""
    runs = []
    for _ in range(options.runs):
        one, spent = java.rate(1, options.seconds)
        two, _ = java.rate(2, options.seconds)
        rate, used = zegel.rate()
        runs.append((one, spent * 1e3, two, rate, used * 1e3, rate / one,
                     rate / two))
    one, spent, two, rate, used, ratio, to_two = map(statistics.median,
                                                     zip(*runs))
    print(ROW % (name, "%.1f" % one, "%.2f" % spent, "%.0f" % java.peak(),
                 "%.1f" % two, "%.0f" % rate, "%.3f" % used,
                 "%.0f" % zegel.peak(), "%.1fx" % ratio, at_least,
                 "%.1fx" % to_two))
    if isinstance(zegel, Sealing):
        rates = zegel.consented[-options.runs:]
        print(ROW % ("  consented", "", "", "", "",
                     "%.0f" % statistics.median(rates), "", "",
                     *("%.1fx" % statistics.median(
                         ours / run[column] for ours, run in zip(rates, runs))
                       if column is not None else "" for column in
                       (0, None, 2))))
    sys.stdout.flush()


def slot(env):
    """The token's slot, as SoftHSM2 numbers it."""
    said = subprocess.run(["softhsm2-util", "--show-slots"], env=env,
                          capture_output=True, check=True, text=True).stdout
    return int(said.split("\n")[1].split()[1])


def give_certificate(station, env):
    """Java finds a key by its certificate on the token."""
    listed = subprocess.run(
        ["pkcs11-tool", "--module", SOFTHSM, "--login", "--pin",
         PIN.decode(), "--list-objects", "--type", "privkey"], env=env,
        capture_output=True, check=True, text=True).stdout
    number = next(x.split()[1] for x in listed.split("\n")
                  if x.strip().startswith("ID:"))
    der = os.path.join(station.folder, "seal.der")
    subprocess.run(["openssl", "x509", "-in", station.certificate, "-outform",
                    "DER", "-out", der], check=True)
    subprocess.run(
        ["pkcs11-tool", "--module", SOFTHSM, "--login", "--pin",
         PIN.decode(), "--write-object", der, "--type", "cert", "--id",
         number, "--label", "seal"], env=env, check=True,
        capture_output=True)


def make_station(case, servers, tsa):
    station = case.station()
    station.init()
    station.start()
    station.certificate = servers.pki.issuer.certify(station)
    station.zegel("key", "import-cert", station.certificate)
    root = servers.pki.root.certificate
    station.configure("seal", anchor=root)
    station.configure("timestamp one", url=tsa.url, anchor=root)
    return station


def collect(station, level, sealed, payloads):
    """Released files of a level, without their proofs, and what is in them."""
    for folder in (sealed, payloads):
        os.mkdir(folder)
    for path in station.released():
        batch = os.path.basename(os.path.dirname(path))
        if not batch.startswith(level + "-"):
            continue
        name = "%s-%s" % (batch, os.path.basename(path))
        shutil.copy(path, os.path.join(sealed, name))
        with open(path, encoding="ascii") as f:
            payload = json.load(f)["payload"]
        with open(os.path.join(payloads, name), "wb") as f:
            f.write(payload.encode())


def judge(station, root, path, level):
    """What DSS sealed last, by Zegel."""
    answer = station.zegel("verify", "--online", "--trust", root, path,
                           check=False)
    report = answer.result["reports"][0]
    if (report["indication"], report["level"]) != (
            "TOTAL-PASSED", "JAdES-BASELINE-" + level):
        raise Failed("DSS's seal: %s" % answer)


def seal_rows(case, station, servers, tsa, env, options):
    root = servers.pki.root.certificate
    for level, count, at_least in [("B", options.count, "20x"),
                                   ("LTA", options.lta, "-")]:
        zegel = Sealing(station, level, count, options)
        zegel.rate()  # its files are DSS's documents
        sealed, payloads = (os.path.join(case.folder, level + x)
                            for x in ("-sealed", "-payloads"))
        collect(station, level, sealed, payloads)
        out = os.path.join(case.folder, "dss.json")
        java = Java(env, "seal", root, payloads, level, tsa.url, SOFTHSM,
                    slot(env), PIN.decode(), out)
        measure("seal " + level, java, zegel, options, at_least)
        judge(station, root, out, level)


def verify_rows(case, station, servers, env, options):
    root = servers.pki.root.certificate
    for level, ours, theirs in [
            ("B", "INDETERMINATE", "INDETERMINATE"),
            ("LTA", "TOTAL-PASSED", "TOTAL_PASSED")]:
        sealed = os.path.join(case.folder, level + "-sealed")
        java = Java(env, "validate", root, sealed, theirs)
        zegel = Verifying(station, sealed, root,
                          (ours, "JAdES-BASELINE-" + level))
        zegel.rate()
        measure("verify " + level, java, zegel, options, "20x")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--lta", type=int, default=600)
    parser.add_argument("--size", type=int, default=40000)
    options = parser.parse_args()
    if os.access("/dev/shm", os.W_OK):  # the disk is seal_bench.py's matter
        tempfile.tempdir = "/dev/shm"
    with Case("dss") as case, Servers(case.folder + "/pki") as servers:
        tsa = Tsa(servers.pki)
        station = make_station(case, servers, tsa)
        env = dict(station.env,
                   SOFTHSM2_CONF=station.path("softhsm", "softhsm2.conf"))
        give_certificate(station, env)
        stamps = tsa.rate()
        print("Against DSS: documents of %d octets, P-256, SoftHSM2, %d "
              "cores, load %.1f\nthe TSA gives %.0f stamps/s: enough for %.0f "
              "seals/s at LTA" % (options.size, os.cpu_count(),
                                  os.getloadavg()[0], stamps, stamps / 2))
        print(ROW % ("", "DSS", "CPU ms", "", "two DSS", "Zegel", "CPU ms", "",
                     "ratio", "", "ratio"))
        print(ROW % ("work", "files/s", "a file", "MiB", "files/s", "files/s",
                     "a file", "MiB", "to one", "at least", "to two"),
              flush=True)
        seal_rows(case, station, servers, tsa, env, options)
        verify_rows(case, station, servers, env, options)
        tsa.stop()
    return 1 if case.failed else 0


if __name__ == "__main__":
    sys.exit(main())
