"""An emulated board on an emulated USB, with stock pcscd at it.

    usb_rig.inside()             in a name space of our own, else skips
    with Rig(link) as rig:
        rig.run("opensc-tool", "-l")       a client of pcscd
        rig.host()                         tests/e2e/card_host at the console
        rig.host(usb=True)                 the same by libusb, beside pcscd
    with Bus(link) as bus:       without pcscd, so without a name space

link: the board's socket, or qemu: and the path of one.
"""

import fcntl
import os
import queue
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from board import BRIDGE, die_with_parent

BUILD = os.path.abspath(os.environ.get("B", "build"))
MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
LIST = "/etc/libccid_Info.plist"
READER = (("ifdVendorID", "0x1209"), ("ifdProductID", "0x0001"),
          ("ifdFriendlyName", "Zegel appliance"))
PATIENCE = 60
HOLD = 4  # at most; a busy machine's board is slower than its 2 seconds


def skip(reason):
    print("1..0 # SKIP " + reason)
    sys.exit(0)


def way_in():
    """How a folder for pcscd, its list of readers and a network are made that
    nobody else sees: by root, else as the root of a name space of one's own.
    None: not at all here."""
    for way in (["unshare", "-nm"], ["unshare", "-rnm"]):
        try:
            done = subprocess.run([*way, "mount", "-t", "tmpfs", "none",
                                   "/run"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, check=False)
        except OSError:
            return None
        if done.returncode == 0:
            return way
    return None


def enter(way):
    """Runs the rest of the script there."""
    if os.environ.get("USB_RIG") != "inside":
        os.environ["USB_RIG"] = "inside"
        os.execvp("unshare", [*way, sys.executable, *sys.argv])
    subprocess.check_call(["mount", "-t", "tmpfs", "tmpfs", "/run"])
    os.mkdir("/run/pcscd")


def raise_loopback():
    """A network that nobody else sees begins with its loopback down."""
    get, put, up = 0x8913, 0x8914, 1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP
    with socket.socket() as s:
        asked = fcntl.ioctl(s, get, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack("16sh22x", asked)[1]
        fcntl.ioctl(s, put, struct.pack("16sh22x", b"lo", flags | up))


def inside():
    """The same for a test, which is skipped where that is not possible."""
    way = None if os.environ.get("USB_RIG") == "inside" else way_in()
    if way is None and os.environ.get("USB_RIG") != "inside":
        skip("name spaces (unshare -nm, unshare -rnm) are not allowed here")
    enter(way)


def add_reader(text):
    """The driver's list, with ours as the first reader of it."""
    for name, value in READER:
        text, count = re.subn(rf"(<key>{name}</key>\s*<array>)",
                              rf"\1<string>{value}</string>", text, count=1)
        assert count == 1, name
    return text


class Talk:
    """A program that answers lines with lines."""

    def __init__(self, command, env=None):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, **env) if env else None)
        self.heard = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.heard.put(line.split())
        self.heard.put([])

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answered(self):
        return not self.heard.empty()

    def hear(self):
        """The words of the next line; none at the end."""
        try:
            return self.heard.get(timeout=PATIENCE)
        except queue.Empty:
            return []

    def ask(self, line):
        self.tell(line)
        return self.hear()

    def end(self):
        self.process.stdin.close()
        return self.process.wait(PATIENCE)


class Person:
    """Who reads and presses select: down() and up() do it."""

    def __init__(self, down, up):
        self.down, self.up = down, up

    def consent(self, answered):
        """Holds it, again and again for a page after the other, until there
        is an answer. A button counts only after it was seen up."""
        for _ in range(6):
            time.sleep(0.3)
            self.down()
            end = time.monotonic() + HOLD
            while not answered() and time.monotonic() < end:
                time.sleep(0.05)
            self.up()
            if answered():
                return


class Bus:
    """A board on an emulated USB; what runs with bus.env() sees it there."""

    COMMAND = "exec sleep infinity"

    def __init__(self, link):
        self.folder = tempfile.mkdtemp(prefix="rig")
        self.link = link
        self.bridge = None

    def __enter__(self):
        # Says in which test bed it is, for more programs than one.
        script = (f'echo "$UMOCKDEV_DIR" >{self.path("dir.new")}; '
                  f'mv {self.path("dir.new")} {self.path("dir")}; ')
        with open(self.path("said"), "w", encoding="utf-8") as said:
            self.bridge = subprocess.Popen(
                ["umockdev-wrapper", BRIDGE, "-c", self.path("console"),
                 self.link, "--", "sh", "-c",
                 script + self.COMMAND.format(self.folder)], stdout=said,
                stderr=said, stdin=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=die_with_parent)
        self.wait_for(lambda: os.path.exists(self.path("dir")), "no bus")
        return self

    def __exit__(self, *ignored):
        os.killpg(self.bridge.pid, 15)
        self.bridge.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_for(self, there, what):
        end = time.monotonic() + PATIENCE
        while not there():
            if time.monotonic() > end or self.bridge.poll() is not None:
                with open(self.path("said"), encoding="utf-8") as said:
                    raise TimeoutError(what + ": " + said.read())
            time.sleep(0.1)

    def path(self, name):
        return os.path.join(self.folder, name)

    def env(self):
        with open(self.path("dir"), encoding="utf-8") as line:
            return {"UMOCKDEV_DIR": line.read().strip(),
                    "LD_PRELOAD": "libumockdev-preload.so.0"}


class Rig(Bus):
    """The same with stock pcscd on that bus."""

    COMMAND = "exec /usr/sbin/pcscd --foreground --config {}/empty"

    def __enter__(self):
        with open(LIST, encoding="utf-8") as text:
            changed = add_reader(text.read())
        with open(self.path("list"), "w", encoding="utf-8") as out:
            out.write(changed)
        subprocess.check_call(["mount", "--bind", self.path("list"), LIST])
        os.mkdir(self.path("empty"))
        super().__enter__()
        self.wait_for_card()
        return self

    def __exit__(self, *ignored):
        super().__exit__()
        subprocess.check_call(["umount", LIST])

    def wait_for_card(self):
        self.wait_for(lambda: "Personal Identity" in self.run(
            "opensc-tool", "-n")[1], "no card")

    def run(self, *command):
        """Exit code, and all that it said."""
        done = subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False,
                              timeout=PATIENCE)
        return done.returncode, done.stdout.decode(errors="replace")

    def apdu(self, octets):
        """Sends one to the selected card: what SW1 and SW2 are."""
        _, said = self.run("opensc-tool", "-s",
                           "00A4040005A000000308", "-s", octets)
        return re.findall(r"SW1=0x(..), SW2=0x(..)", said)[-1]

    def host(self, usb=False):
        program = os.path.join(BUILD, "tests/e2e/card_host")
        if not usb:
            return Talk([program, self.path("console")])
        return Talk([program, "usb:"], self.env())

    def signer(self, pin):
        return Talk([os.path.join(BUILD, "tests/e2e/card_sign"), MODULE, pin])
