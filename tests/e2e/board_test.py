#!/usr/bin/env python3
"""board.h on the emulated lm3s6965evb: each of its promises, asked for through
board_main.c. Needs build/firmware/lm3s6965evb/board.elf."""

import hashlib
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from board import (Board, DEVICE, HEIGHT, HOST, KEYS, Tap,  # noqa: E402
                   WIDTH, provision)

ELF = "build/firmware/lm3s6965evb/board.elf"
SECTOR = 512
RESERVED = 8
STACK_END = 0x20000000
BITS = {"up": 1, "down": 2, "left": 4, "right": 8, "select": 16}


def call(board, what, body=b""):
    board.send(what.encode() + body)
    answer = board.receive()
    if answer is None or answer[:1] != what.encode():
        raise RuntimeError(f"{what}: answered by {answer}")
    return answer[1:]


def number(octets):
    return struct.unpack(">I", octets[:4])[0]


def info(tap, board):
    tap.say(call(board, "i") == b"\2\0\1lm3s6965evb",
            "board says that it is a demonstration board without TRNG")
    tap.say(call(board, "t") == b"\1", "known answers are found on ARM")


def link(tap, board, dice):
    good = True
    for length in [*range(1, 80), *range(1440, 1500)]:
        body = dice.randbytes(length - 1)
        good = good and call(board, "e", body + b"!")[:-1] == body
    tap.say(good, "packets of every length come back as they were")
    ours = struct.pack(">H", 2) + b"e?" + bytes(44)
    board.send_frame(DEVICE + DEVICE + ours)
    board.send_frame(HOST + HOST + ours)
    board.send_frame(b"\xff" * 6 + HOST + ours)
    board.send_frame(DEVICE + HOST + b"\x08\0" + bytes(46))
    board.send_frame(DEVICE + HOST + struct.pack(">H", 60) + b"e" * 46)
    board.send_frame(DEVICE + HOST + struct.pack(">H", 1501) + b"e" * 1501)
    board.send_frame(DEVICE + HOST + struct.pack(">H", 0) + bytes(46))
    board.send_frame(DEVICE + HOST)
    board.send_frame(b"\0")
    board.send(b"e!")
    tap.say(board.receive() == b"e!" and board.receive(0.3) is None,
            "frames of others, too long or cut, are dropped")
    for count in range(60):
        board.send(b"e" + struct.pack(">I", count) + bytes(1400))
    tap.say(all(board.receive()[1:5] == struct.pack(">I", count)
                for count in range(60)), "60 packets at once: none is lost")


def document(tap, board, dice):
    octets = dice.randbytes(1200000)
    begun = time.monotonic()
    board.send(b"h")
    for at in range(0, len(octets), 1499):
        board.send(b"p" + octets[at:at + 1499])
    digest = call(board, "q")
    rate = len(octets) / (time.monotonic() - begun) / 1e6
    print(f"# {rate:.1f} MB/s through the link, hashed")
    tap.say(digest == hashlib.sha256(octets).digest(),
            "SHA-256 of 1.2 MB is that of the host")
    good = True
    for length in [*range(0, 130), 1000]:
        board.send(b"h")
        board.send(b"p" + octets[:length])
        good = good and call(board, "q") == hashlib.sha256(
            octets[:length]).digest()
    tap.say(good, "SHA-256 around its block sizes is that of the host")


def screen(tap, board, dice):
    pixels = dice.randbytes(WIDTH * HEIGHT // 8)
    call(board, "s", pixels)
    bits = "".join(f"{octet:08b}" for octet in pixels)
    bits = bits.replace("0", ".").replace("1", "#")
    tap.say(board.screen() == [bits[y * WIDTH:(y + 1) * WIDTH]
                               for y in range(HEIGHT)],
            "pixels stand where they were put")


def buttons(tap, board):
    board.touch()
    good = number(call(board, "b")) == 0
    for button in KEYS:
        board.key(button, True)
        good = good and number(call(board, "b")) == BITS[button]
        board.key(button, False)
        good = good and number(call(board, "b")) == 0
    tap.say(good, "each button is seen going down and up")


def clock(tap, board):
    begun, first = time.monotonic(), number(call(board, "m"))
    time.sleep(1.5)
    shown = number(call(board, "m")) - first
    real = (time.monotonic() - begun) * 1000
    tap.say(0.5 * real < shown < 1.5 * real, "milliseconds are milliseconds")
    stat = f"/proc/{board.qemu.pid}/stat"

    def cpu():
        with open(stat, encoding="ascii") as line:
            words = line.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    before = cpu()
    time.sleep(2)
    used = (cpu() - before) / 2
    print(f"# idle: {used * 100:.0f} % of a processor")
    tap.say(used < 0.6, "waiting sleeps")


def store(tap, board, dice, folder):
    size = os.path.getsize(f"{folder}/card.img") // SECTOR - RESERVED
    tap.say(number(call(board, "n")) == size, "store has the card's sectors")
    first, last = dice.randbytes(SECTOR), dice.randbytes(SECTOR)
    good = call(board, "w", struct.pack(">I", 0) + first) == b"\1"
    good = good and call(board, "w", struct.pack(">I", size - 1) + last) == b"\1"
    good = good and call(board, "r", struct.pack(">I", 0)) == b"\1" + first
    good = good and call(board, "r", struct.pack(">I", size - 1)) == b"\1" + last
    tap.say(good, "sectors are read as they were written")
    refused = [call(board, "r", struct.pack(">I", n))[:1] == b"\0" and
               call(board, "w", struct.pack(">I", n) + first) == b"\0"
               for n in (size, size + 1, 0xfffffff8, 0xffffffff)]
    tap.say(all(refused), "sectors behind the end are refused")
    return first


def again(tap, folder, first):
    """After a reset and in another run."""
    board = Board(ELF, folder)
    kept = call(board, "r", bytes(4)) == b"\1" + first
    board.send(b"z")
    time.sleep(0.3)
    board.wait_for_uart("link: up")
    end = time.monotonic() + 10
    while board.uart().count("link: up") < 2 and time.monotonic() < end:
        time.sleep(0.05)
    tap.say(board.uart().count("link: up") == 2, "a reset starts it anew")
    tap.say(kept and call(board, "r", bytes(4)) == b"\1" + first,
            "the store outlives a reset and a loss of power")
    board.stop()


def entropy(folder, octets=64):
    """What a new start of the device in folder gives."""
    board = Board(ELF, folder)
    given = call(board, "y", bytes([octets]))
    secret = call(board, "d")
    board.stop()
    return given, secret


def seeds(tap, folder):
    with open(f"{folder}/card.img", "rb") as card:
        before = card.read(RESERVED * SECTOR)
    shutil.copytree(folder, f"{folder}-old")
    first, secret = entropy(folder)
    second, same = entropy(folder)
    tap.say(first[:1] == second[:1] == b"\1" and first != second
            and first[1:33] != first[33:], "no start gives the same entropy")
    with open(f"{folder}/device.bin", "rb") as page:
        tap.say(secret == same == b"\1" + page.read()[16:48],
                "the secret is that of the device")
    with open(f"{folder}/card.img", "rb") as card:
        after = card.read(RESERVED * SECTOR)
    used = before[SECTOR + 24:SECTOR + 56]
    tap.say(used not in after and any(used), "a seed is not kept after its use")
    shutil.copy(f"{folder}-old/card.img", f"{folder}/card.img")
    tap.say(entropy(folder)[0] == first, "an old card repeats itself, as THREATS says")
    # The power went while the first, or the second, sector was written.
    for sector, name in ((1, "first"), (2, "second")):
        torn = bytearray(after)
        torn[sector * SECTOR + 30] ^= 1
        with open(f"{folder}/card.img", "r+b") as card:
            card.write(torn)
        given, _ = entropy(folder)
        tap.say(given[:1] == b"\1" and given not in (first, second),
                f"a torn {name} seed is not missed")
    torn[SECTOR + 30] ^= 1
    with open(f"{folder}/card.img", "r+b") as card:
        card.write(torn)
    tap.say(entropy(folder)[0][:1] == b"\0", "two torn seeds are none")
    os.truncate(f"{folder}-old/device.bin", 79)
    given, secret = entropy(f"{folder}-old")
    tap.say(given[:1] == secret[:1] == b"\0",
            "a damaged device page is no secret and no entropy")
    os.unlink(f"{folder}-old/device.bin")
    given, secret = entropy(f"{folder}-old")
    tap.say(given[:1] == secret[:1] == b"\0", "nor is none at all")


def foreign(tap, folder):
    """A card that is somebody's."""
    with open(f"{folder}/card.img", "r+b") as card:
        card.write(b"photos of 2025")
    with open(f"{folder}/card.img", "rb") as card:
        before = hashlib.sha256(card.read()).digest()
    board = Board(ELF, folder)
    good = number(call(board, "n")) == 0 and call(board, "w", bytes(
        4 + SECTOR)) == b"\0" and call(board, "y", b"\x20")[:1] == b"\0"
    board.stop()
    with open(f"{folder}/card.img", "rb") as card:
        good = good and hashlib.sha256(card.read()).digest() == before
    os.unlink(f"{folder}/card.img")
    tap.say(good, "a card that was not made for it is left alone")
    board = Board(ELF, folder)
    tap.say(number(call(board, "n")) == 0 and call(board, "e", b"!") == b"!",
            "works without a card")
    board.stop()


def digest(tap, board, folder):
    flat = f"{folder}/flat"
    subprocess.check_call(["arm-none-eabi-objcopy", "-O", "binary", ELF, flat])
    with open(flat, "rb") as octets:
        tap.say(call(board, "f") == hashlib.sha256(octets.read()).digest(),
                "the digest is that of the program's octets")


def ends(tap, folder):
    board = Board(ELF, folder)
    board.send(b"x")
    board.wait_for_uart("halted: Asked to: 0123456789 A-Z, (twice over)\r\n")
    lines = board.screen()
    with open("tests/e2e/board_halt.txt", encoding="ascii") as expected:
        wanted = expected.read().split()
    if lines != wanted:
        print("\n".join("# " + line for line in lines))
    tap.say(lines == wanted, "a halt says why on the screen")
    board.send(b"e!")
    tap.say(board.receive(0.5) is None, "and is for good")
    board.stop()
    for what, name in ((b"g" + struct.pack(">I", STACK_END), "a stack too long"),
                       (b"k\0\x70\x47", "running what was received")):
        board = Board(ELF, folder)
        board.send(what)
        board.wait_for_uart("halted: PROCESSOR FAULT\r\n")
        tap.say(board.receive(0.3) is None, f"{name} is a fault, which halts")
        board.stop()
    board = Board(ELF, folder)
    tap.say(len(call(board, "g", struct.pack(">I", STACK_END + 256))) == 1,
            "the guard is no longer than it is meant to be")
    board.stop()


def main():
    tap = Tap()
    dice = random.Random(1)
    with tempfile.TemporaryDirectory() as top:
        folder = f"{top}/device"
        provision(folder)
        board = Board(ELF, folder)
        info(tap, board)
        link(tap, board, dice)
        document(tap, board, dice)
        screen(tap, board, dice)
        buttons(tap, board)
        clock(tap, board)
        digest(tap, board, folder)
        first = store(tap, board, dice, folder)
        board.stop()
        again(tap, folder, first)
        ends(tap, folder)
        seeds(tap, folder)
        foreign(tap, folder)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
