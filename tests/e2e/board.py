"""The emulated board lm3s6965evb: made, started, looked at and pressed."""

import atexit
import ctypes
import json
import os
import socket
import struct
import subprocess
import tempfile
import time

DEVICE = bytes.fromhex("025a4547454c")
HOST = bytes.fromhex("025a45474548")
PAGE = 0x3f000
WIDTH, HEIGHT, SCALE = 128, 64, 4
KEYS = {"up": "up", "down": "down", "left": "left", "right": "right",
        "select": "ctrl"}
PATIENCE = 30
# Never built with sanitizers: it preloads umockdev.
BRIDGE = os.path.abspath("build/tests/bridge/bridge")


def die_with_parent():
    ctypes.CDLL(None).prctl(1, 15)  # PR_SET_PDEATHSIG, SIGTERM


def provision(folder):
    subprocess.check_call(["boards/lm3s6965evb/provision.sh", folder])


class Board:
    """A running board; folder holds device.bin and card.img (either may be
    missing) and gets what belongs to the run. Without link, that is left to
    somebody else."""

    def __init__(self, elf, folder, link=True):
        self.folder = folder
        # Names of sockets have to be short.
        self.run = tempfile.TemporaryDirectory(prefix="board")
        command = ["qemu-system-arm", "-M", "lm3s6965evb", "-display", "none",
                   "-monitor", "none", "-kernel", elf,
                   "-serial", f"file:{folder}/uart",
                   "-qmp", f"unix:{self.run.name}/qmp,server=on,wait=off",
                   "-netdev", "stream,id=link,server=on,addr.type=unix,"
                   f"addr.path={self.run.name}/link",
                   "-net", "nic,netdev=link"]
        if os.path.exists(f"{folder}/card.img"):
            command += ["-drive", f"if=sd,format=raw,file={folder}/card.img"]
        if os.path.exists(f"{folder}/device.bin"):
            command += ["-device", f"loader,file={folder}/device.bin,"
                        f"addr={PAGE:#x},force-raw=on"]
        with open(f"{folder}/qemu", "w", encoding="utf-8") as said:
            # Control-C is for who started it.
            self.qemu = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                start_new_session=True, preexec_fn=die_with_parent)
        # Also of a test that ends badly nothing stays behind.
        atexit.register(self.qemu.kill)
        self.qmp = self.connect("qmp").makefile("rw")
        json.loads(self.qmp.readline())
        self.ask("qmp_capabilities")
        self.link = self.connect("link") if link else None
        self.heard = b""
        # What comes before the controller listens is lost.
        self.wait_for_uart("link: up")

    def connect(self, name):
        end = time.monotonic() + PATIENCE
        while True:
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(PATIENCE)
            try:
                sock.connect(f"{self.run.name}/{name}")
                return sock
            except OSError:
                sock.close()
                if time.monotonic() > end or self.qemu.poll() is not None:
                    raise
                time.sleep(0.02)

    def ask(self, what, **arguments):
        self.qmp.write(json.dumps({"execute": what, "arguments": arguments}))
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "error" in answer:
                raise RuntimeError(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]

    def stop(self):
        if self.qemu.poll() is None:
            self.ask("quit")
        self.qemu.wait(PATIENCE)
        self.qmp.close()
        if self.link is not None:
            self.link.close()
        self.run.cleanup()

    def uart(self):
        with open(f"{self.folder}/uart", encoding="latin-1",
                  newline="") as said:
            return said.read()

    def wait_for_uart(self, text):
        end = time.monotonic() + PATIENCE
        while text not in self.uart():
            if time.monotonic() > end:
                raise TimeoutError(f"no '{text}' in '{self.uart()}'")
            time.sleep(0.02)

    # The link.

    def link_path(self):
        return f"{self.run.name}/link"

    def send_frame(self, frame):
        self.link.settimeout(PATIENCE)
        self.link.sendall(struct.pack(">I", len(frame)) + frame)

    def send(self, packet):
        self.send_frame(DEVICE + HOST + struct.pack(">H", len(packet))
                        + packet + bytes(max(0, 46 - len(packet))))

    def receive(self, seconds=PATIENCE):
        """One packet; None if none comes."""
        self.link.settimeout(seconds)
        try:
            frame = self.take(struct.unpack(">I", self.take(4))[0])
        except TimeoutError:
            return None
        if frame[:12] != HOST + DEVICE:
            raise ValueError(f"a frame between others: {frame[:14].hex()}")
        return frame[14:14 + struct.unpack(">H", frame[12:14])[0]]

    def take(self, count):
        while len(self.heard) < count:
            more = self.link.recv(1 << 16)
            if not more:
                raise EOFError
            self.heard += more
        taken, self.heard = self.heard[:count], self.heard[count:]
        return taken

    # Person.

    def screen(self):
        """64 lines of 128 characters, # for a lit pixel."""
        path = f"{self.folder}/screen.ppm"
        self.ask("screendump", filename=os.path.abspath(path))
        with open(path, "rb") as dump:
            magic, size, depth, pixels = dump.read().split(b"\n", 3)
        assert (magic, size, depth) == (b"P6", b"512 256", b"255"), size
        return ["".join(
            "#" if pixels[3 * SCALE * (SCALE * y * WIDTH + x)] else "."
            for x in range(WIDTH)) for y in range(HEIGHT)]

    def wait_for(self, there):
        end = time.monotonic() + PATIENCE
        while not there():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.05)

    def pause(self, seconds):
        """For what should not happen."""
        time.sleep(seconds)

    def touch(self):
        """QEMU has a button as pressed until it was touched once."""
        for button in KEYS:
            for down in (True, False):
                self.key(button, down)

    def key(self, button, down):
        self.ask("input-send-event", events=[
            {"type": "key", "data": {"down": down, "key": {
                "type": "qcode", "data": KEYS[button]}}}])


class Cable:
    """From a board's link to a socket for its console, without USB:

        with Cable(board) as path:
    """

    def __init__(self, board):
        self.path = board.link_path()[:-4] + "console"
        self.bridge = subprocess.Popen(
            [BRIDGE, "-c", self.path, "qemu:" + board.link_path()],
            stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=die_with_parent)

    def __enter__(self):
        end = time.monotonic() + PATIENCE
        while not os.path.exists(self.path):
            if time.monotonic() > end or self.bridge.poll() is not None:
                raise TimeoutError("the bridge to the board does not start")
            time.sleep(0.05)
        return self.path

    def __exit__(self, *ignored):
        self.bridge.terminate()
        self.bridge.wait(PATIENCE)


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def say(self, good, name):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)

    def done(self):
        print(f"1..{self.count}")
        return self.failed != 0
