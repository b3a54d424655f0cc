"""The firmware on the emulated board, from power on: firmware_boot_test.sh."""

import hashlib
import os
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from board import Board, KEYS, Tap, provision  # noqa: E402
from console import Console, ecdsa_der, spki  # noqa: E402

ELF = "build/firmware/lm3s6965evb/zegel.elf"
SEEN = "tests/e2e/firmware_screens.txt"
CELL_WIDTH, CELL_HEIGHT = 6, 9
DIGEST_ROWS = range(3, 7)
COLUMNS = [5 * group + digit for group in range(4) for digit in range(4)]
LOG_FORK = 171


def expected():
    """{name: lines}: screens, and each hexadecimal digit as it is drawn."""
    found, name = {}, None
    with open(SEEN, encoding="ascii") as text:
        for line in text.read().splitlines():
            if line.startswith("= "):
                name = line[2:]
                found[name] = []
            elif line:
                found[name].append(line)
    return found


def cell(screen, column, row):
    return [line[column * CELL_WIDTH:(column + 1) * CELL_WIDTH]
            for line in screen[row * CELL_HEIGHT:(row + 1) * CELL_HEIGHT]]


def read_digest(screen, seen):
    """The digits on the screen; ? for what is none."""
    digits = {"".join(lines): name[6:] for name, lines in seen.items()
              if name.startswith("digit ")}
    return "".join(digits.get("".join(cell(screen, column, row)), "?")
                   for row in DIGEST_ROWS for column in COLUMNS)


def program_digest(folder):
    flat = f"{folder}/flat"
    subprocess.check_call(["arm-none-eabi-objcopy", "-O", "binary", ELF, flat])
    with open(flat, "rb") as octets:
        return hashlib.sha256(octets.read()).digest()


def openssl_verifies(folder, point, message, signature):
    """r || s by a key (x || y) over SHA-256 of message."""
    for name, octets in (("key", spki(point)), ("message", message),
                         ("signature", ecdsa_der(signature))):
        with open(f"{folder}/{name}", "wb") as out:
            out.write(octets)
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-keyform", "DER", "-verify",
         f"{folder}/key", "-signature", f"{folder}/signature",
         f"{folder}/message"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False)
    return done.returncode == 0


def screens(tap, board, seen, digest):
    top = seen["first screen"]
    try:
        board.wait_for(lambda: board.screen()[:len(top)] == top)
        good = True
    except TimeoutError:
        good = False
        print("\n".join("# " + line for line in board.screen()))
    tap.say(good, "the first screen says what it is and what the board lacks")
    tap.say(read_digest(board.screen(), seen) == digest.hex(),
            "and the digest of exactly this program")
    # None counts before it was seen released; QEMU shows select as pressed.
    for button in KEYS:
        board.key(button, True)
        board.key(button, False)
    board.pause(0.3)
    tap.say(board.screen()[:len(top)] == top,
            "a button that was never seen released does nothing")
    board.key("down", True)
    try:
        board.wait_for(lambda: board.screen() == seen["waits for a host"])
        good = True
    except TimeoutError:
        good = False
        print("\n".join("# " + line for line in board.screen()))
    tap.say(good, "a button leads on")
    board.key("down", False)


def console(tap, board, folder, digest):
    talk = Console(board)
    number, reply = talk.call("HELLO", b"\2\2")
    point = reply[36:100]
    tap.say(number == "HELLO_REPLY" and reply[:3] == b"\2\2\x06"
            and reply[4:36] == digest,
            "HELLO is answered: demonstration, no TRNG, this program")
    number, reply = talk.call("COUNTER", bytes(32))
    tap.say(number == "COUNTER_REPLY" and reply[:40] == bytes(40) and openssl_verifies(
        folder, point, b"zegel-counter-v1" + bytes(32) + reply[:40],
        reply[40:]), "the counter is signed by the key of HELLO")
    root, origin = hashlib.sha256(b"root").digest(), bytes(32)
    number, reply = talk.call("LOG_HEAD", struct.pack(">Q", 5) + root + origin)
    tap.say(number == "LOG_HEAD_REPLY" and reply == bytes(72),
            "a device that is new knows no log")
    return point, root


def after(tap, folder, point, root):
    board = Board(ELF, folder)
    talk = Console(board)
    _, reply = talk.call("HELLO", b"\2\2")
    tap.say(reply[36:100] == point, "the key is the same in the next run")
    number, reply = talk.call("LOG_HEAD", struct.pack(">Q", 4) + root
                              + bytes(32))
    tap.say(number == "ERROR" and struct.unpack(">H", reply[:2])[0] == LOG_FORK,
            "and it remembers the log that it saw before the power went")
    board.stop()


def halts(tap, folder):
    def ends_with(reason):
        board = Board(ELF, folder)
        try:
            board.wait_for_uart(f"halted: {reason}\r\n")
            return True
        except TimeoutError:
            return False
        finally:
            board.stop()

    with open(f"{folder}/card.img", "r+b") as card:
        for sector in (8, 9):
            card.seek(512 * sector + 30)
            card.write(b"\xff")
    tap.say(ends_with("MEMORY DAMAGED"), "damaged memory halts it")
    with open(f"{folder}/card.img", "r+b") as card:
        card.write(bytes(16))
    tap.say(ends_with("NO ENTROPY"), "without a card of ours it halts")
    os.unlink(f"{folder}/device.bin")
    tap.say(ends_with("NO DEVICE SECRET"), "without a secret it halts")


def main():
    tap = Tap()
    seen = expected()
    with tempfile.TemporaryDirectory() as top:
        folder = f"{top}/device"
        provision(folder)
        digest = program_digest(top)
        board = Board(ELF, folder)
        screens(tap, board, seen, digest)
        point, root = console(tap, board, folder, digest)
        board.stop()
        after(tap, folder, point, root)
        provision(f"{top}/other")
        board = Board(ELF, f"{top}/other")
        _, reply = Console(board).call("HELLO", b"\2\2")
        tap.say(reply[36:100] != point, "another device has another key")
        board.stop()
        halts(tap, folder)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
