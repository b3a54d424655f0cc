#!/usr/bin/env python3
"""card_test: the appliance as a card, on both boards: stock pcscd, its driver
and OpenSC at an emulated USB. It is initialised and certified by its console,
listed, logged in to and signed with; whatever nobody approved is refused."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import usb_rig  # noqa: E402
from board import Board, KEYS, Tap, provision  # noqa: E402
from certs import Authority, openssl  # noqa: E402
from sim import Sim  # noqa: E402
from usb_rig import Person  # noqa: E402

ELF = "build/firmware/lm3s6965evb/zegel.elf"
PIN = "314159"


def der_of(raw):
    half = len(raw) // 2
    both = b""
    for part in (raw[:half], raw[half:]):
        part = part.lstrip(b"\0") or b"\0"
        part = b"\0" * (part[0] >> 7) + part
        both += bytes([2, len(part)]) + part
    return bytes([0x30, len(both)]) + both


class Card:
    def __init__(self, tap, rig, person, name, alg):
        self.tap, self.rig, self.person = tap, rig, person
        self.name, self.alg = name, alg
        self.folder = tempfile.mkdtemp(prefix="card")
        self.host = rig.host(usb=name == "sim")
        self.certificate = self.path("certificate.der")

    def path(self, name):
        return os.path.join(self.folder, name)

    def say(self, good, what, detail=""):
        self.tap.say(good, f"{self.name}: {what}")
        if not good:
            print("# " + str(detail).replace("\n", "\n# "))

    def asked(self, line):
        """What is asked for on the screen, and consented to."""
        answer = self.host.ask(line)
        if answer != ["asked"]:
            return answer
        self.person.consent(self.host.answered)
        return self.host.hear()

    def verifies(self, digest, signature):
        with open(self.path("digest"), "wb") as out:
            out.write(bytes.fromhex(digest))
        with open(self.path("signature"), "wb") as out:
            out.write(der_of(bytes.fromhex(signature)))
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey",
             self.path("key.pem"), "-in", self.path("digest"), "-sigfile",
             self.path("signature")], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0

    # The tests.

    def has_no_key_at_first(self):
        self.say(self.host.hear()[:1] == ["hello"],
                 "the console answers beside the card")
        code, said = self.rig.run("pkcs11-tool", "--module", usb_rig.MODULE,
                                  "-L")
        self.say(code == 0 and "piv_II" in said, "OpenSC lists the token",
                 said)
        code, said = self.rig.run("pkcs11-tool", "--module", usb_rig.MODULE,
                                  "-O", "--type", "cert")
        self.say("Certificate Object" not in said,
                 "from the factory it has no certificate", said)

    def is_initialised_and_certified(self):
        answer = self.asked(f"init {self.alg} {PIN}")
        self.say(answer == ["done"], "a key is made with consent", answer)
        self.say(self.host.ask(f"login {PIN}") == ["done"],
                 "the console takes the PIN")
        answer = self.asked("csr")
        if answer[:1] != ["request"]:
            self.say(False, "a request is composed and signed", answer)
            return
        with open(self.path("request.der"), "wb") as out:
            out.write(bytes.fromhex(answer[1]))
        openssl("req", "-inform", "DER", "-in", self.path("request.der"),
                "-verify", "-out", self.path("request.pem"))
        self.say(True, "openssl verifies the request")
        Authority(self.folder).issue(self.path("request.pem"),
                                     self.path("certificate.pem"))
        openssl("x509", "-in", self.path("certificate.pem"), "-outform",
                "DER", "-out", self.certificate)
        openssl("x509", "-in", self.path("certificate.pem"), "-noout",
                "-pubkey", "-out", self.path("key.pem"))
        answer = self.asked("certificate " + self.certificate)
        self.say(answer == ["done"], "its certificate is loaded", answer)

    def is_listed(self):
        _, said = self.rig.run("pkcs11-tool", "--module", usb_rig.MODULE, "-O",
                               "--type", "cert")
        self.say("Certificate Object" in said and "Test University" in said,
                 "OpenSC lists the certificate", said)
        self.rig.run("pkcs11-tool", "--module", usb_rig.MODULE, "-r", "--type",
                     "cert", "--id", "01", "-o", self.path("read.der"))
        with open(self.certificate, "rb") as ours, \
                open(self.path("read.der"), "rb") as theirs:
            self.say(ours.read() == theirs.read(), "octet by octet")
        _, said = self.rig.run("pkcs11-tool", "--module", usb_rig.MODULE, "-l",
                               "--pin", PIN, "-O", "--type", "privkey")
        self.say("Private Key Object; EC" in said and "sign" in said,
                 "and after login the key, for signatures", said)

    def counter(self):
        return int(self.host.ask("status")[2])

    def refuses_what_nobody_approved(self):
        before = self.counter()
        with open(self.path("digest"), "wb") as out:
            out.write(os.urandom(48 if self.alg == "ES384" else 32))
        code, said = self.rig.run(
            "pkcs11-tool", "--module", usb_rig.MODULE, "-l", "--pin", PIN,
            "--sign", "--id", "01", "-m", "ECDSA", "-i", self.path("digest"),
            "-o", self.path("unapproved"))
        self.say(code != 0 and "C_Sign" in said and
                 not os.path.exists(self.path("unapproved")),
                 "pkcs11-tool --sign of an unapproved digest is refused", said)
        self.say(self.counter() == before, "and counted as nothing")

    def signs_what_was_approved(self):
        count = 5
        signer = self.rig.signer(PIN)
        said = [signer.hear(), signer.hear()]
        self.say(said == [["ready", "-"], ["key", "once"]],
                 "one login is enough for many signatures", said)
        root = self.host.ask(f"batch {self.alg} {count} {self.certificate}")
        self.say(root[:1] == ["root"], "a batch is shown", root)
        digest = "11" * (48 if self.alg == "ES384" else 32)
        self.say(signer.ask(digest)[0] == "refused",
                 "nothing is signed while a person reads")
        self.person.consent(self.host.answered)
        answer = self.host.hear()
        self.say(answer[:1] == ["approved"], "and approved", answer)
        before = self.counter()
        good = 0
        begun = time.monotonic()
        for index in range(count):
            armed = self.host.ask(f"arm {index}")
            if armed[:1] != ["armed"]:
                break
            digest = armed[1]
            answer = signer.ask(digest)
            good += answer[0] == "signed" and self.verifies(digest, answer[1])
        self.say(good == count and self.counter() == before + count,
                 f"armed digests are signed, each counted once: {good}",
                 answer)
        print(f"# {count / (time.monotonic() - begun):.0f} a second, each "
              "armed, signed and verified")
        self.say(signer.ask(digest)[0] == "refused", "once only")
        self.host.ask(f"arm {count - 1}")
        again = signer.ask(digest)
        self.say(again == answer and self.counter() == before + count,
                 "armed again it is the same signature, not counted again",
                 again)
        self.host.ask("arm 0")
        self.say(signer.ask(digest)[0] == "refused",
                 "what is armed is one digest, not another")
        signer.end()

    def may_be_pulled(self, sim):
        """Power and cable, between approval and signature."""
        signer = self.rig.signer(PIN)
        signer.hear(), signer.hear()
        self.host.ask(f"batch {self.alg} 1 {self.certificate}")
        self.person.consent(self.host.answered)
        self.host.hear()
        digest = self.host.ask("arm 0")[-1]
        before = self.counter()
        sim.kill()
        # OpenSC 0.23 says so, or crashes.
        self.say(signer.ask(digest)[:1] in (["refused"], []),
                 "pulled: a signature fails")
        signer.process.kill()
        self.host.process.kill()
        time.sleep(3)
        sim.start()
        self.rig.wait_for_card()
        self.host = self.rig.host(usb=True)
        said = self.host.hear()
        self.say(said[:1] == ["hello"],
                 "put back: card and console are there by themselves", said)
        signer = self.rig.signer(PIN)
        said = [signer.hear(), signer.hear()]
        self.say(said[1:] == [["key", "once"]], "the key, too", said)
        self.say(signer.ask(digest)[:1] == ["refused"] and
                 self.counter() == before,
                 "what was approved before is not any more")
        signer.end()

    def answers_nothing_else(self):
        for apdu, status, what in (
                ("0047009A05AC03800111", ("6D", "00"), "GENERATE"),
                ("00DB3FFF085C035FC1055301" "00", ("6D", "00"), "PUT DATA"),
                ("0024008010" + "31" * 16, ("6D", "00"), "CHANGE REFERENCE"),
                ("002C008010" + "31" * 16, ("6D", "00"), "RESET RETRY"),
                ("00FE119A00", ("6D", "00"), "IMPORT"),
                ("0087039B047C028100", ("6A", "81"), "the management key"),
                ("0087119C047C028200", ("6A", "81"), "another slot"),
                ("00CB3FFF055C035FC10A00", ("6A", "82"), "its certificate")):
            self.say(self.rig.apdu(apdu) == status, f"{what} is refused")

    def keeps_the_last_try(self):
        for _ in range(6):
            self.rig.signer("999999").end()
        state = self.host.ask("status")
        self.say(state[3] == "1", "wrong PINs leave the last try", state)
        signer = self.rig.signer(PIN)
        said = [signer.hear(), signer.hear()]
        signer.end()
        self.say(said[0] == ["ready", "locked"] and
                 said[1][:2] == ["failed", "C_Login"],
                 "which is not a host's, even with the right PIN", said)

    def run(self, sim=None):
        self.has_no_key_at_first()
        self.is_initialised_and_certified()
        self.is_listed()
        self.refuses_what_nobody_approved()
        self.signs_what_was_approved()
        if sim is not None:
            self.may_be_pulled(sim)
        self.answers_nothing_else()
        self.keeps_the_last_try()
        self.host.end()
        shutil.rmtree(self.folder)


def on_sim(tap):
    with Sim() as sim, usb_rig.Rig(sim.console) as rig:
        person = Person(lambda: sim.press("select"), sim.press)
        Card(tap, rig, person, "sim", "ES384").run(sim)


def on_board(tap):
    with tempfile.TemporaryDirectory() as top:
        folder = f"{top}/device"
        provision(folder)
        board = Board(ELF, folder, link=False)
        for button in KEYS:
            board.key(button, True)
            board.key(button, False)
        person = Person(lambda: board.key("select", True),
                        lambda: board.key("select", False))
        with usb_rig.Rig("qemu:" + board.link_path()) as rig:
            Card(tap, rig, person, "lm3s6965evb", "ES256").run()
        board.stop()


def main():
    usb_rig.inside()
    tap = Tap()
    on_sim(tap)
    on_board(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
