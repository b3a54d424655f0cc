"""A seal key's life on the appliance, through its console and its buttons:
made, enrolled, certified, tested, its PIN changed, used up and given back,
wiped. On the process, or on the emulated board, where it is ARM code.

    appliance_keys.py sim|board
"""

import hashlib
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from board import HEIGHT, KEYS, WIDTH, Board, Tap, provision  # noqa: E402
from certs import Authority  # noqa: E402
from console import Console, ecdsa_der, spki, text  # noqa: E402
from screen_text import Reader  # noqa: E402
from sim import SIM, Sim  # noqa: E402

ELF = "build/firmware/lm3s6965evb/zegel.elf"
TIME = 1795000000
P256, P384 = 7, 8
FACTORY, READY = 0, 1
WAITING_CONSENT, WAITING_PIN, WAITING_PUK = 2, 3, 4
KEY_MISMATCH, LOGGED_OUT, WRONG_PIN = 115, 118, 119
FINAL_TRY, EXISTS, WRONG_PUK = 121, 418, 415
ORGANISATION = "Hochschule M\u00fchlhausen"
SUBJECT = (text("DE") + text(ORGANISATION) + text("VATDE-123456789")
           + text("\u0395\u03c0\u03b9\u03c3\u03ae\u03bc\u03b1\u03bd\u03c3\u03b7"))
PATIENCE = 30


class SimDevice:
    """The process, with the functions of Board."""

    name = "sim"

    def __init__(self, _):
        self.sim = Sim()
        self.sim.start()
        self.connect()

    def connect(self):
        end = time.monotonic() + PATIENCE
        while True:
            self.link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self.link.settimeout(PATIENCE)
            try:
                self.link.connect(self.sim.console)
                return
            except OSError:
                # what stands there may be of the process before
                self.link.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def program(self):
        with open(SIM, "rb") as f:
            return f.read()

    def again(self):
        self.link.close()
        self.sim.replug()
        self.connect()
        return self

    def stop(self):
        self.link.close()
        self.sim.__exit__()

    def send(self, packet):
        self.link.send(packet)

    def receive(self):
        try:
            return self.link.recv(1500)
        except TimeoutError:
            return None

    def key(self, button, down):
        self.sim.press(*([button] if down else []))

    def screen(self):
        bits = "".join(f"{o:08b}" for o in self.sim.screen()[-1024:])
        bits = bits.replace("0", ".").replace("1", "#")
        return [bits[y * WIDTH:(y + 1) * WIDTH] for y in range(HEIGHT)]


class BoardDevice(Board):
    name = "board"

    def __init__(self, folder):
        super().__init__(ELF, folder)
        # Select reads as pressed until it has been touched once (QEMU).
        for button in KEYS:
            self.key(button, True)
            self.key(button, False)

    def program(self):
        flat = f"{self.folder}/flat"
        subprocess.check_call(
            ["arm-none-eabi-objcopy", "-O", "binary", ELF, flat])
        with open(flat, "rb") as f:
            return f.read()

    def again(self):
        self.stop()
        return BoardDevice(self.folder)


class Life:
    def __init__(self, tap, kind, folder):
        self.tap = tap
        self.folder = folder
        self.reader = Reader()
        self.seen = []
        self.device = kind(folder)
        self.hello()

    def hello(self):
        self.talk = Console(self.device)
        _, self.hello_reply = self.talk.call("HELLO", b"\2\2")

    def again(self):
        """The power goes, and comes back."""
        self.device = self.device.again()
        self.hello()

    # Person.

    def lines(self):
        return self.reader.lines(self.device.screen())

    def wait_for(self, there):
        """The screen, once it is one of which that is true: one that two
        looks agree on, since a look may fall into its being drawn."""
        end = time.monotonic() + PATIENCE
        before = None
        while True:
            lines = self.lines()
            if there(lines) and lines == before:
                return lines
            before = lines
            if time.monotonic() > end:
                raise TimeoutError("\n".join(lines))
            time.sleep(0.05)

    def press(self, button):
        self.device.key(button, True)
        time.sleep(0.09)
        self.device.key(button, False)
        time.sleep(0.09)

    def look(self, name, first):
        """All pages of what begins with that line, into self.seen."""
        shown = self.wait_for(lambda lines: lines[0] == first)
        pages = [shown]
        while shown[-1].startswith("DOWN"):
            self.press("down")
            shown = self.wait_for(lambda lines: lines[:6] != pages[-1][:6])
            pages.append(shown)
        for count, page in enumerate(pages):
            self.seen.append("== " + name + (f", page {count + 1}"
                                             if count else ""))
            self.seen += [mask(line) for line in page]
        return pages

    def consent(self, until=None):
        """Select is held until the answer, or that screen, is there."""
        self.device.key("select", True)
        answer = self.wait_for(until) if until else self.talk.receive()
        self.device.key("select", False)
        time.sleep(0.1)
        return answer

    def asked(self, name, body=b""):
        answer = self.talk.call(name, body)
        if answer != ("ASKED", answer[1]):
            raise RuntimeError(f"{name}: {answer}")

    def done(self, name, body=b""):
        self.asked(name, body)
        return self.consent()[0] == "DONE"

    # openssl.

    def file(self, name, octets):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as out:
            out.write(octets)
        return path

    def verifies(self, point, message, rs):
        done = subprocess.run(
            ["openssl", "dgst", "-sha256" if len(point) == 64 else "-sha384",
             "-keyform", "DER", "-verify", self.file("key", spki(point)),
             "-signature", self.file("signature", ecdsa_der(rs)),
             self.file("message", message)], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False)
        return done.returncode == 0


def mask(line):
    """What is another one with each run."""
    if re.fullmatch("([0-9a-f]{4} ){3}[0-9a-f]{4}", line):
        return "xxxx xxxx xxxx xxxx"
    return re.sub("^     [0-9]{4} [0-9]{4}$", "     dddd dddd", line)


def openssl(*words):
    done = subprocess.run(["openssl", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode()


def make(life, alg, pin, names=("init", "puk")):
    """A key; the PUK that stood on the screen."""
    life.asked("INIT", struct.pack(">QB", TIME, alg) + text("Registry Office")
               + text(pin))
    curve = "P-384" if alg == P384 else "P-256"
    life.look(names[0], "Make a seal key " + curve)
    page = life.consent(lambda lines: lines[0].startswith("The PUK"))
    status = life.talk.status()
    life.tap.say(status["waiting"] == WAITING_PUK and status["key"] == FACTORY,
                 f"{curve}: no key is kept before its PUK was copied")
    life.look(names[1], page[0])
    life.tap.say(life.consent()[0] == "DONE", f"{curve}: a key is made")
    return page[2].replace(" ", "")


def init(life):
    program = life.device.program()
    life.tap.say(life.hello_reply[4:36] == hashlib.sha256(program).digest(),
                 "it names the program that it runs")
    status = life.talk.status()
    life.tap.say(status["key"] == FACTORY and status["pin"] == 0,
                 "a device that is new has no key")
    puk = make(life, P384, "314159")
    life.look("initialised", "DONE")
    status = life.talk.status()
    life.tap.say(
        (status["key"], status["alg"], status["pin"], status["puk"],
         status["open"], status["station"]) ==
        (READY, P384, 5, 8, 1, "Registry Office"), "status tells of it")
    life.tap.say(life.talk.refused(
        "INIT", struct.pack(">QB", TIME, P256) + text("x") + text("111111"))
        == EXISTS, "a second key is refused")
    return puk


def enrol(life):
    nonce = os.urandom(32)
    life.asked("ENROL", nonce + text("Registry Office"))
    pages = life.look("enrol", "Approve for station")
    answer, reply = life.consent()
    point, told = reply[:64], reply[64:106]
    message = (b"zegel-enrol-v1" + nonce
               + hashlib.sha256(b"Registry Office").digest() + point + told)
    life.tap.say(answer == "ENROLLED" and point == life.hello_reply[36:100]
                 and life.verifies(point, message, reply[106:]),
                 "enrolment is signed by the approval key over the nonce")
    shown = "".join(line for page in pages for line in dict.fromkeys(page)
                    if re.fullmatch("([0-9a-f]{4} ?){4}", line))
    life.tap.say(hashlib.sha256(point).hexdigest()[:16]
                 in shown.replace(" ", ""), "and its fingerprint was shown")


def request(life):
    life.asked("CSR", SUBJECT)
    life.look("request", "Request a certificate")
    answer, der = life.consent()
    path = life.file("request.der", der)
    pem = life.file("request.pem", b"")
    code, said = openssl("req", "-inform", "DER", "-in", path, "-verify",
                         "-noout", "-subject", "-nameopt",
                         "utf8,sep_comma_plus")
    openssl("req", "-inform", "DER", "-in", path, "-out", pem)
    names = f"C=DE,O={ORGANISATION},organizationIdentifier=VATDE-123456789,CN="
    life.tap.say(answer == "REQUEST" and code == 0
                 and names in said.replace(" = ", "="),
                 "a request is composed and signed on the device")
    code, said = openssl("req", "-inform", "DER", "-in", path, "-noout",
                         "-text")
    life.tap.say(code == 0 and "Non Repudiation" in said and "secp384r1" in said
                 and "ecdsa-with-SHA384" in said,
                 "it asks for a seal's key usage, with P-384")
    return pem


def load(life, der):
    answer, reply = life.talk.call("CERTIFICATE", struct.pack(
        ">H", len(der)) + hashlib.sha256(der).digest())
    if answer != "BEGUN":
        return answer, reply
    for at in range(0, len(der), 700):
        life.talk.send("LOAD", der[at:at + 700])
    return life.talk.receive()


def certify(life, pem):
    authority = Authority(life.folder)
    path = os.path.join(life.folder, "seal.pem")
    authority.issue(pem, path)
    _, said = openssl("x509", "-in", path, "-outform", "DER", "-out",
                      path + ".der")
    with open(path + ".der", "rb") as f:
        der = f.read()
    openssl("x509", "-in", authority.certificate, "-outform", "DER", "-out",
            path + ".ca")
    with open(path + ".ca", "rb") as f:
        answer, reply = load(life, f.read())
    life.tap.say(answer == "ERROR" and reply[:2] == struct.pack(
        ">H", KEY_MISMATCH), "a certificate of another key is refused")
    answer, reply = load(life, der)
    life.look("certificate", "Certificate for")
    life.tap.say(answer == "ASKED" and life.consent()[0] == "DONE"
                 and life.talk.status()["certificate"]
                 == hashlib.sha256(der).digest(),
                 "that of the key is kept once it was read")
    return path


def selftest(life, path, name="self-test"):
    nonce = os.urandom(32)
    before = life.talk.status()["counter"]
    life.asked("SELFTEST", nonce)
    if name:
        life.look(name, "Self-test of the key")
    answer, reply = life.consent()
    _, key = openssl("x509", "-in", path, "-noout", "-pubkey")
    code, _ = openssl(
        "dgst", "-sha384", "-verify", life.file("key", key.encode()),
        "-signature", life.file("signature", ecdsa_der(reply[50:])),
        life.file("message", reply[1:50]))
    life.tap.say(answer == "SELFTESTED" and code == 0
                 and reply[1:50] == b"zegel-selftest-v1" + nonce
                 and life.talk.status()["counter"] == before + 1,
                 "a labelled message is signed by the certificate's key, "
                 "and counted")


def pins(life, puk):
    life.asked("CHANGE_PIN", text("314159") + text("27182818"))
    life.look("change", "Change the PIN")
    life.tap.say(life.consent()[0] == "DONE", "the PIN is changed")
    life.again()
    status = life.talk.status()
    life.tap.say(status["key"] == READY and not status["open"]
                 and life.talk.refused("SELFTEST", bytes(32)) == LOGGED_OUT,
                 "after a loss of power the key is there, and shut")
    life.tap.say(life.talk.refused("LOGIN", text("314159")) == WRONG_PIN
                 and life.talk.call("LOGIN", text("27182818"))[0] == "DONE",
                 "the old PIN is wrong, the new one right")
    for _ in range(4):
        life.talk.refused("LOGIN", text("000000"))
    life.again()
    life.tap.say(life.talk.status()["pin"] == 1
                 and life.talk.refused("LOGIN", text("27182818")) == FINAL_TRY,
                 "a host does not get the last try, nor by a loss of power")
    life.asked("LOGIN", text(""))
    life.tap.say(life.talk.status()["waiting"] == WAITING_PIN,
                 "it is for the buttons")
    # a button counts once it was seen released
    life.wait_for(lambda lines: lines[3] == "[0]")
    time.sleep(0.1)
    for digit in "27182818":
        steps = int(digit)
        for _ in range(min(steps, 10 - steps)):
            life.press("up" if steps <= 5 else "down")
        life.wait_for(lambda lines, n=digit: lines[3].endswith(f"[{n}]"))
        life.press("right")
    life.look("typed", "PIN of the seal key")
    life.tap.say(life.consent()[0] == "DONE" and life.talk.status()["pin"] == 5,
                 "typed by the buttons it gives back all tries")
    wrong = str((int(puk) + 1) % 10 ** 8).zfill(8)
    life.asked("UNBLOCK", text(wrong) + text("999999"))
    life.look("unblock", "New PIN by the PUK")
    answer, reply = life.consent()
    life.look("wrong", "FAILED")
    life.tap.say(answer == "ERROR" and life.talk.status()["puk"] == 7
                 and reply[:2] == struct.pack(">H", WRONG_PUK),
                 "a wrong PUK is counted")
    life.tap.say(life.done("UNBLOCK", text(puk) + text("999999"))
                 and life.talk.call("LOGIN", text("999999"))[0] == "DONE",
                 "the one of the screen gives a new PIN")


def reset(life):
    life.asked("RESET")
    life.look("reset", "RESET: WIPE the key")
    life.press("left")
    life.tap.say(life.talk.receive()[0] == "REFUSED"
                 and life.talk.status()["key"] == READY, "left refuses")
    life.look("refused", "REFUSED")
    counter = life.talk.status()["counter"]
    life.tap.say(life.done("RESET"), "select wipes")
    life.again()
    status = life.talk.status()
    life.tap.say(status["key"] == FACTORY and status["counter"] == counter
                 and not any(status["certificate"]),
                 "nothing of the key is left, but the counter stays")
    make(life, P256, "123456", ("init again", "puk again"))


def compare(tap, name, seen):
    expected = f"tests/data/appliance/keys_{name}.txt"
    if os.environ.get("SCREENS") == "write":
        with open(expected, "w", encoding="utf-8") as f:
            f.write("\n".join(seen) + "\n")
    with open(expected, encoding="utf-8") as f:
        right = f.read().splitlines()
    for line in [x for x in seen if x not in right][:20]:
        print("# " + line)
    tap.say(seen == right, f"screens are those of {expected}")


def main():
    tap = Tap()
    kind = {"sim": SimDevice, "board": BoardDevice}[sys.argv[1]]
    folder = tempfile.mkdtemp(prefix="keys")
    try:
        if kind is BoardDevice:
            provision(folder)
        life = Life(tap, kind, folder)
        try:
            puk = init(life)
            enrol(life)
            path = certify(life, request(life))
            selftest(life, path)
            pins(life, puk)
            selftest(life, path, None)
            reset(life)
        finally:
            life.device.stop()
        compare(tap, kind.name, life.seen)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
