#!/usr/bin/env python3
"""The real firmware on its emulated board, at the USB of a real kernel:
Debian's, in a guest of QEMU without acceleration. Stock pcscd and OpenSC drive
the card there, libusb the console; before that, a program abuses both."""

import gzip
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

from board import Board, KEYS, Tap, provision  # noqa: E402
from card_test import Card, ELF, PIN  # noqa: E402
from usb_rig import BRIDGE, BUILD, LIST, Person, Talk, add_reader  # noqa: E402

KERNEL = "build/guest"
DRIVER = "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/"
LIBRARIES = "/usr/lib/x86_64-linux-gnu/"
MODULE = LIBRARIES + "opensc-pkcs11.so"
# What is found while it runs: the library of pcscd, the one of its threads.
PROGRAMS = ["/usr/sbin/pcscd", "/usr/bin/opensc-tool", "/usr/bin/pkcs11-tool",
            DRIVER + "Linux/libccid.so", MODULE, LIBRARIES + "libpcsclite.so.1",
            "/lib/x86_64-linux-gnu/libgcc_s.so.1"]
OURS = ["tests/e2e/card_host", "tests/e2e/card_sign", "tests/guest/usb_abuse"]
PATIENCE = 200


class Archive:
    """A cpio archive in the form that the kernel unpacks (newc)."""

    def __init__(self):
        self.octets = []
        self.there = set()

    def put(self, name, mode, data=b""):
        if name in self.there:
            return
        self.there.add(name)
        parent = os.path.dirname(name)
        if parent:
            self.put(parent, stat.S_IFDIR | 0o755)
        path = name.encode() + b"\0"
        fields = [len(self.there), mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0,
                  len(path), 0]
        head = b"070701" + b"".join(b"%08X" % n for n in fields) + path
        self.octets += [head, bytes(-len(head) % 4), data,
                        bytes(-len(data) % 4)]

    def put_file(self, path, name=None):
        with open(path, "rb") as data:
            self.put((name or path).lstrip("/"), stat.S_IFREG | 0o755,
                     data.read())

    def finish(self):
        self.put("TRAILER!!!", 0)
        return gzip.compress(b"".join(self.octets), 1)


def libraries(programs):
    """What they are linked with, the loader included."""
    found = set()
    for program in programs:
        said = subprocess.run(["ldd", program], capture_output=True, text=True,
                              check=False).stdout
        found.update(re.findall(r"(/\S+) \(0x", said))
    return sorted(found)


def initrd(certificate):
    archive = Archive()
    ours = [os.path.join(BUILD, name) for name in OURS]
    archive.put_file("/bin/busybox", "bin/busybox")
    archive.put_file("tests/guest/init.sh", "init")
    archive.put("bin/sh", stat.S_IFLNK | 0o777, b"busybox")
    for path in ours:
        archive.put_file(path, "usr/bin/" + os.path.basename(path))
    for path in PROGRAMS + libraries(PROGRAMS + ours):
        archive.put_file(path)
    for name in sorted(os.listdir(f"{KERNEL}/modules")):
        archive.put_file(f"{KERNEL}/modules/{name}", "modules/" + name)
    with open(LIST, encoding="utf-8") as text:
        changed = add_reader(text.read()).encode()
    archive.put(LIST.lstrip("/"), stat.S_IFREG | 0o644, changed)
    archive.put((DRIVER + "Info.plist").lstrip("/"), stat.S_IFREG | 0o644,
                changed)
    archive.put_file(certificate, "certificate.der")
    for folder in ("dev", "proc", "sys"):
        archive.put(folder, stat.S_IFDIR | 0o755)
    return archive.finish()


class Console:
    """The board's console alone, for who makes its key."""

    def __init__(self, folder, link):
        self.socket = f"{folder}/console"
        self.bridge = subprocess.Popen([BRIDGE, "-c", self.socket, link])
        while not os.path.exists(self.socket):
            time.sleep(0.05)

    def host(self, usb=False):
        assert not usb
        return Talk([os.path.join(BUILD, "tests/e2e/card_host"), self.socket])

    def stop(self):
        self.bridge.terminate()
        self.bridge.wait(10)


class Guest:
    def __init__(self, folder, link, certificate):
        self.said = f"{folder}/serial"
        with open(f"{folder}/initrd", "wb") as out:
            out.write(initrd(certificate))
        self.processes = [subprocess.Popen([
            "qemu-system-x86_64", "-M", "q35", "-accel", "tcg", "-cpu", "max",
            "-m", "512", "-nodefaults", "-no-reboot", "-display", "none",
            "-serial", "file:" + self.said, "-kernel", f"{KERNEL}/vmlinuz",
            "-initrd", f"{folder}/initrd", "-append",
            "console=ttyS0 quiet panic=-1", "-device", "qemu-xhci",
            "-chardev", f"socket,id=r,path={folder}/redir,server=on,wait=off",
            "-device", "usb-redir,chardev=r"], stdin=subprocess.DEVNULL)]
        self.processes.append(subprocess.Popen(
            [BRIDGE, "-r", f"{folder}/redir", link]))

    def text(self):
        try:
            with open(self.said, encoding="utf-8", errors="replace") as said:
                return said.read().replace("\r", "")
        except FileNotFoundError:
            return ""

    def lines(self):
        """What stands behind "= ", by its first word."""
        return {line[2:].split(" ", 1)[0]: line[2:]
                for line in self.text().split("\n") if line.startswith("= ")}

    def wait_for(self, word):
        end = time.monotonic() + PATIENCE
        while word not in self.lines():
            if time.monotonic() > end or self.processes[0].poll() is not None:
                return False
            time.sleep(0.1)
        return True

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
            process.wait(10)


def judge(tap, guest, card):
    lines = guest.lines()

    def say(word, wanted, what):
        good = lines.get(word, "") == word + " " + wanted
        tap.say(good, what)
        if not good:
            print(f"# {lines.get(word)}")

    def matches(word, pattern, what):
        good = re.fullmatch(pattern, lines.get(word, "")) is not None
        tap.say(good, what)
        if not good:
            print(f"# {lines.get(word)}")

    say("idVendor", "1209", "the kernel enumerates the device")
    say("speed", "12", "at full speed")
    say("product", "Zegel appliance", "reads its strings")
    matches("serial", r"serial [0-9A-F]{16}", "and its number")
    say("bConfigurationValue", "1", "configures it")
    tap.say("= interface 00 0b 02\n= interface 01 ff 02\n" in guest.text(),
            "with a card reader and a console, two endpoints each")
    matches("abused:", r"abused: \d+ taken, \d+ refused, works",
            "it survives requests, octets, halts and resets of any kind")
    matches("card", r"card .*Personal Identity Verification Card",
            "pcscd and OpenSC know the card")
    say("certificate", "is listed", "its certificate is listed")
    say("unapproved", "1 1", "an unapproved digest is refused")
    tap.say("hello" in lines and "root" in lines and "approved" in lines,
            "a batch is approved over USB")
    say("key", "once", "one login for all")
    digest = lines.get("armed", "armed ").split(" ")[1]
    signature = lines.get("signed", "signed ").split(" ")[1]
    tap.say(bool(signature) and card.verifies(digest, signature),
            "an armed digest is signed, and openssl verifies it")


def run(tap, top):
    folder = f"{top}/device"
    provision(folder)
    board = Board(ELF, folder, link=False)
    link = "qemu:" + board.link_path()
    for button in KEYS:
        board.key(button, True)
        board.key(button, False)
    person = Person(lambda: board.key("select", True),
                    lambda: board.key("select", False))
    console = Console(top, link)
    card = Card(tap, console, person, "before", "ES256")
    tap.say(card.host.hear()[:1] == ["hello"], "before: the console answers")
    card.is_initialised_and_certified()
    card.host.end()
    console.stop()
    begun = time.monotonic()
    guest = Guest(top, link, card.certificate)
    try:
        if guest.wait_for("root"):
            person.consent(lambda: "approved" in guest.lines())
        guest.wait_for("end")
        print(f"# {time.monotonic() - begun:.0f} s from power on to the end")
        judge(tap, guest, card)
        if tap.failed:
            print("# " + guest.text()[-4000:].replace("\n", "\n# "))
    finally:
        guest.stop()
        board.stop()
        shutil.rmtree(card.folder)


def main():
    tap = Tap()
    assert PIN in open("tests/guest/init.sh", encoding="utf-8").read()
    with tempfile.TemporaryDirectory(prefix="guest") as top:
        run(tap, top)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
