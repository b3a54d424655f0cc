"""What an appliance does in a second: through the console of both boards, and
in instructions of its processor; bench-appliance prints it."""

import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, "tests/e2e")

from board import Board, Cable, provision  # noqa: E402
from sim import Sim  # noqa: E402

BUILD = os.environ.get("B", "build")
STREAM = BUILD + "/tests/bench/appliance_stream"
CYCLES = BUILD + "/m3/tests/bench/appliance_cycles"
OCTETS = 8 << 20
WANTED = {"stream": 8, "signatures": 500}
# Loads and taken branches take two cycles and more, and flash has its waits.
CYCLES_AN_INSTRUCTION = 1.5
USB = 1.0  # MB/s: bulk at full speed, as it is reached


def through_console(name, socket):
    said = subprocess.run([STREAM, socket, str(OCTETS)], check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    for line in said.splitlines():
        what, rate, unit = line.split()
        note = ""
        if name != "sim":
            note = "  (wanted: %d)" % WANTED[what]
        print(f"  {name:12} {what:11} {float(rate):8.1f} {unit}{note}")


def instructions():
    said = subprocess.run(
        ["qemu-system-arm", "-M", "mps2-an385", "-icount", "shift=0",
         "-nographic", "-monitor", "none", "-serial", "none",
         "-semihosting-config", "enable=on,target=native", "-kernel", CYCLES],
        check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE).stdout.decode()
    return {name: float(count) for name, count in
            (line.split() for line in said.splitlines())}


def main():
    print("through the console, an item of %d MiB:" % (OCTETS >> 20))
    with Sim() as sim:
        through_console("sim", sim.console)
    with tempfile.TemporaryDirectory() as folder:
        provision(folder + "/device")
        board = Board(BUILD + "/firmware/lm3s6965evb/zegel.elf",
                      folder + "/device", link=False)
        try:
            with Cable(board) as path:
                through_console("lm3s6965evb", path)
        finally:
            board.stop()
    found = instructions()
    print("instructions of a Cortex-M3:")
    print("  SHA-256              %8.1f an octet" % found["sha256"])
    print("  check, and summary   %8.1f an octet" % found["check"])
    print("  check, and two hashes%8.1f an octet" % found["check_and_hash"])
    print("  P-256 signature      %8.2f million, verified"
          % (found["sign"] / 1e6))
    print("  the first of a key   %8.1f million" % (found["first"] / 1e6))
    print("  P-256 verification   %8.2f million" % (found["verify"] / 1e6))
    print("on paper, %.1f cycles an instruction:" % CYCLES_AN_INSTRUCTION)
    for mhz in (64, 100, 150):
        hertz = mhz * 1e6 / CYCLES_AN_INSTRUCTION
        rate = hertz / found["check_and_hash"] / 1e6
        print("  %3d MHz  %.2f MB/s checked and hashed (USB full speed: %.1f), "
              "%.1f signatures/s"
              % (mhz, rate, USB, hertz / found["sign"]))


if __name__ == "__main__":
    main()
