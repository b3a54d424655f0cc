"""What seal_dss.py measures with: a timestamp authority that is fast enough,
and DSS in a warm Java.

    tsa = Tsa(servers.pki)
    print(tsa.url, tsa.rate())
    java = Java(env, "validate", root, folder, "TOTAL_PASSED")
    rate, cpu = java.rate(1, 3)
"""

import os
import socket
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))

from station import BUILD, Failed  # noqa: E402

TSA = os.path.join(BUILD, "tests", "pki", "tsa")
DSS = os.path.join(BUILD, "tests", "peers", "dss")
WARM = 16  # seconds of CPU for each Java before it is measured; ..
WARM_MAX = 45  # .. or of a clock, if others leave it less
PROCESSES = 2
# A request over zeros, with the certificate wanted.
QUERY = bytes.fromhex("30390201013031300d060960864801650304020105000420"
                      ) + bytes(32) + b"\x01\x01\xff"


class Tsa:
    """The fast authority of tests/pki."""

    def __init__(self, pki):
        self.process = subprocess.Popen(
            [TSA, pki.path("tsa.pem"), pki.path("tsa.key"),
             pki.stamps.certificate], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        self.url = self.process.stdout.readline().decode().strip()

    def rate(self, seconds=2.0):
        """Tokens a second that one connection gets."""
        place = urllib.parse.urlsplit(self.url)
        request = (b"POST /tsa HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
                   % len(QUERY)) + QUERY
        done = 0
        with socket.create_connection((place.hostname, place.port)) as s:
            file = s.makefile("rb")
            begin = time.monotonic()
            while time.monotonic() < begin + seconds:
                s.sendall(request * 20)
                for _ in range(20):
                    head = {}
                    file.readline()
                    while (line := file.readline().strip()):
                        name, _, text = line.partition(b":")
                        head[name] = text
                    if len(file.read(int(head[b"Content-Length"]))) < 500:
                        raise Failed("the TSA refuses")
                    done += 1
            return done / (time.monotonic() - begin)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


class Java:
    """DSS at one kind of work: one warm Java, and a second one beside it. In
    each it works with one thread only: Bench.java says why."""

    def __init__(self, env, *words):
        with open(os.path.join(DSS, "new.cp"), encoding="utf-8") as f:
            path = f.read().strip() + ":" + os.path.join(DSS, "new")
        self.processes = [subprocess.Popen(
            ["java", "-cp", path, "Bench", *map(str, words)], text=True,
            env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL) for _ in range(PROCESSES)]
        self.warm_up()

    def warm_up(self):
        used, begin = 0, time.monotonic()
        while used < WARM and time.monotonic() < begin + WARM_MAX:
            _, each, done = self.run(PROCESSES, 3)
            used += each * done / PROCESSES

    @staticmethod
    def hear(process):
        line = process.stdout.readline()
        if not line:
            raise Failed("DSS does not do it")
        return [float(x) for x in line.split()]

    def run(self, count, seconds):
        """Files a second by so many at once, CPU seconds for one, files."""
        for process in self.processes[:count]:
            process.stdin.write("%g\n" % seconds)
            process.stdin.flush()
        heard = [self.hear(p) for p in self.processes[:count]]
        files = sum(x[0] for x in heard)
        return (sum(done / took for done, took, _ in heard),
                sum(x[2] for x in heard) / files, files)

    def rate(self, count, seconds):
        return self.run(count, seconds)[:2]

    def peak(self):
        """MiB of each; ends them."""
        kib = []
        for process in self.processes:
            process.stdin.close()
            kib += self.hear(process)
            if process.wait(30) != 0:
                raise Failed("DSS does not end well")
        return max(kib) / 1024
