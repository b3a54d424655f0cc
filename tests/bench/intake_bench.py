#!/usr/bin/env python3
"""A queue that grows: does the rate stay, does memory stay.

    intake_bench.py [--count N] [--size BYTES] [--parts N]

Submits N drafts (100,000 of 40 kB unless told otherwise) to a test station
and prints the rate and each process's resident memory part by part.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
from seal_bench import DRAFTS, ORGANISATION, PROCESSES, Station  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100000)
    parser.add_argument("--size", type=int, default=40000)
    parser.add_argument("--parts", type=int, default=10)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="zegel-bench-",
                              dir=os.environ.get("TMPDIR"))
    station = Station(folder)
    part = options.count // options.parts
    rates = []
    try:
        print("%d drafts of %d octets" % (options.count, options.size))
        print("%9s %9s  %9s  resident MiB: %s" % (
            "queued", "drafts/s", "cpu us", "  ".join(PROCESSES)))
        for number in range(options.parts):
            drafts = os.path.join(folder, "drafts")
            subprocess.run(
                [DRAFTS, drafts, str(part), "--first", str(number * part),
                 "--seed", "7", "--size", str(options.size),
                 "--sealable-for", *ORGANISATION],
                check=True, capture_output=True)
            before = station.cpu()["front"]
            start = time.monotonic()
            station.submit("b%d" % number, drafts)
            rates.append(part / (time.monotonic() - start))
            cpu = (station.cpu()["front"] - before) / part * 1e6
            shutil.rmtree(drafts)
            rss = station.rss()
            print("%9d %9.0f  %9.0f  %s" % (
                (number + 1) * part, rates[-1], cpu, "  ".join(
                    "%.1f" % rss[n] for n in PROCESSES)), flush=True)
        print("rate of the last part / of the first: %.2f" % (
            rates[-1] / rates[0]))
    finally:
        station.stop()
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
