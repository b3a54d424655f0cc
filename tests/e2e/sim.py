"""The appliance as a process: started, pressed and looked at.

    with Sim(folder) as sim:
        sim.hold("select", 3.5)

The names of its sockets are short: folder lies in /tmp.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BUILD = os.path.abspath(os.environ.get("B", "build"))
SIM = os.path.join(BUILD, "firmware", "sim", "zegel-sim")
# enum board_button
BUTTON = {"up": 1, "down": 2, "left": 4, "right": 8, "select": 16}
HOLD = 3.4  # CORE_HOLD, and some


class Sim:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="sim")
        self.console = os.path.join(self.folder, "link")
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *ignored):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        self.process = subprocess.Popen(
            [SIM], env=dict(os.environ, ZEGEL_SIM=self.folder),
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while not os.path.exists(self.path("control")):
            if time.monotonic() > end:
                raise TimeoutError("zegel-sim does not start")
            time.sleep(0.02)

    def kill(self):
        """As if the cable and its power were pulled."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
        self.process = None

    def replug(self):
        self.kill()
        self.start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def press(self, *buttons):
        octet = bytes([sum(BUTTON[b] for b in buttons)])
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.sendto(octet, self.path("control"))

    def tap(self, button):
        self.press(button)
        time.sleep(0.1)
        self.press()
        time.sleep(0.1)

    def hold(self, button, seconds=HOLD):
        self.press(button)
        time.sleep(seconds)
        self.press()

    def screen(self):
        try:
            with open(self.path("screen.pbm"), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""
