"""run_at_terminal.py COMMAND...: a person at a terminal of 'make
run-appliance': reads the screen that is drawn there, presses down as long as
it says DOWN, and enter where it says HOLD. Says all that was drawn; ends as
the command does. $LEAVE=1: control-C at the first question instead."""

import os
import pty
import re
import select
import sys
import time

FRAME = re.compile(r"\+-+\+\r\n((?:\| .* \|\r\n){7})\+-+\+\r\n")
PATIENCE = 100
CALM = 0.8  # nothing is drawn: it waits


def answer(drawn):
    """The key for what is on the screen now; none if it asks for nothing."""
    frames = FRAME.findall(drawn)
    foot = frames[-1].splitlines()[-1] if frames else ""
    if "DOWN more" in foot:
        return b"\x1b[B"
    return b"\r" if "HOLD" in foot or "hold" in foot else b""


def main():
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    drawn = ""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if select.select([terminal], [], [], CALM)[0]:
            try:
                octets = os.read(terminal, 1 << 16)
            except OSError:
                break
            drawn += octets.decode(errors="replace")
            continue
        key = answer(drawn)
        if key and os.environ.get("LEAVE") == "1":
            key = b"\x03"
        os.write(terminal, key)
    print(drawn.replace("\r\n", "\n"))
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
