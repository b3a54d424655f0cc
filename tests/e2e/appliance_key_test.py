#!/usr/bin/env python3
"""appliance_key_test: the seal key is in the appliance, on both boards: made
there, certified there, and sealing through pcscd, OpenSC and the console what
was approved on its screen, and nothing else."""

import os
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import usb_rig  # noqa: E402
from board import Board, provision  # noqa: E402
from certs import Authority  # noqa: E402
from sim import Sim  # noqa: E402
from station import Case, ORGANISATION, draft_ids, wait_for  # noqa: E402

ELF = "build/firmware/lm3s6965evb/zegel.elf"
PIN = b"314159"
HOLD = 2.6


class Person:
    """Who reads and presses."""

    def __init__(self, station, down, up):
        self.station, self.down, self.up = station, down, up

    def waits(self):
        state = self.station.status()["appliance"]["state"]
        return state == "waiting-for-person"

    def consent(self):
        time.sleep(0.3)
        self.down()
        time.sleep(HOLD)
        self.up()

    def attend(self, *words, lines=(), holds=1):
        """What zegel says after the person has held select so often."""
        running = self.station.begin(*words, lines=lines)
        wait_for(lambda: self.waits() or running.poll() is not None, 20,
                 "the appliance asks about " + " ".join(words[:2]))
        for _ in range(holds):
            if running.poll() is None:
                self.consent()
        out, err = running.communicate(timeout=60)
        return running.returncode, (out + err).decode()


class Life:
    """Of one key in one appliance."""

    def __init__(self, case, rig, name, press, usb=False):
        self.case, self.rig, self.name = case, rig, name
        self.station = case.station(name)
        self.person = Person(self.station, *press)
        self.console = rig.path("console")
        if usb:
            self.console = "usb:"
            self.station.env.update(rig.env())

    def check(self, good, what, detail=""):
        return self.case.check(good, f"{self.name}: {what}", detail)

    def device(self):
        return self.station.status()["appliance"]

    def begins(self):
        station = self.station
        station.init()
        station.configure("appliance", console=self.console)
        station.configure("key card", uri="pkcs11:id=%01",
                          module=usb_rig.MODULE, appliance="yes",
                          certificate="keys/card.pem")
        path = station.path("approval.conf")
        with open(path, encoding="ascii") as f:
            text = f.read().replace("\nmeans = terminal\n",
                                    "\nmeans = terminal appliance\n")
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        station.start()
        wait_for(lambda: self.device()["state"] == "not-used", 20,
                 "the appliance is seen")
        code, said = self.person.attend("appliance", "init", lines=[PIN],
                                        holds=2)
        self.check(code == 0 and self.device()["key"]["state"] == "ready",
                   "a key is made in it", said)
        code, said = self.person.attend("appliance", "enrol")
        self.check(code == 0, "it is enrolled", said)

    def is_certified(self, authority):
        station = self.station
        request = os.path.join(station.folder, self.name + ".csr")
        given = os.path.join(station.folder, self.name + ".pem")
        code, said = self.person.attend(
            "key", "csr", "--key", "card", "--output", request,
            "--organisation", ORGANISATION[0], "--organisation-id",
            ORGANISATION[1], "--country", ORGANISATION[2], lines=[PIN])
        if not self.check(code == 0, "it composes and signs a request", said):
            return
        authority.issue(request, given)
        code, said = self.person.attend("key", "import-cert", "--key", "card",
                                        given)
        self.check(code == 0, "its certificate is loaded and kept", said)
        station.restart()
        station.unlock(PIN, key="card")
        station.await_key("ready", key="card")
        self.check(True, "it is a token like others")

    def tests_itself(self):
        code, said = self.person.attend("key", "test", "--key", "card")
        self.check(code == 0 and self.station.entries("selftest"),
                   "its self-test is consented to, logged and right", said)

    def refuses(self, what):
        digest = os.path.join(self.station.folder, "digest")
        out = os.path.join(self.station.folder, "unapproved")
        with open(digest, "wb") as f:
            f.write(os.urandom(32))
        code, said = self.rig.run(
            "pkcs11-tool", "--module", usb_rig.MODULE, "-l", "--pin",
            PIN.decode(), "--sign", "--id", "01", "-m", "ECDSA", "-i", digest,
            "-o", out)
        self.check(code != 0 and "C_Sign" in said and not os.path.exists(out),
                   what + ": pkcs11-tool --sign of another digest fails", said)

    def seals(self, authority):
        station = self.station
        folder = station.drafts(self.name + "-drafts", 12)
        station.submit("june", folder)
        station.zegel("batch", "close", "june", "--key", "card")
        answer = station.zegel("batch", "approve", "june", "--means",
                               "terminal", "--yes", check=False)
        self.check(answer.error == "APPROVAL_MEANS",
                   "no terminal approves for its key", answer)
        self.refuses("before")
        before = self.device()["counter"]
        begun = time.monotonic()
        code, said = self.person.attend("batch", "approve", "june")
        self.check(code == 0, "a batch is approved on it and sealed by it",
                   said + station.log())
        print("# %s: %.1f s from asking to sealed"
              % (self.name, time.monotonic() - begun))
        wait_for(lambda: self.device()["counter"] == before + 13, 10,
                 "its counter says one approval and twelve seals")
        self.check(True, "its counter says one approval and twelve seals")
        self.refuses("after")
        released = station.released()
        answer = station.zegel("verify", "--trust", authority.certificate,
                               *released, check=False)
        self.check(answer.code == 0 and len(released) == 12,
                   "zegel verify passes", answer)
        self.case.audit(station, self.name, seals=len(draft_ids(folder)),
                        devices=1)

    def run(self):
        authority = Authority(self.station.folder, self.name + "-ca")
        self.begins()
        self.is_certified(authority)
        self.tests_itself()
        self.seals(authority)
        self.station.stop()


def on_sim(case):
    with Sim() as sim, usb_rig.Rig(sim.console) as rig:
        press = (lambda: sim.press("select"), sim.press)
        Life(case, rig, "sim", press, usb=True).run()


def on_board(case):
    folder = os.path.join(case.folder, "device")
    provision(folder)
    board = Board(ELF, folder, link=False)
    board.touch()
    press = (lambda: board.key("select", True),
             lambda: board.key("select", False))
    with usb_rig.Rig("qemu:" + board.link_path()) as rig:
        Life(case, rig, "lm3s6965evb", press).run()
    board.stop()


def main():
    usb_rig.inside()
    with Case("appliance-key") as case:
        on_sim(case)
        on_board(case)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
