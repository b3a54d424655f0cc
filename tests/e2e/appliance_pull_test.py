#!/usr/bin/env python3
"""appliance_pull_test: the appliance with the seal key in it is pulled while it
seals, at any moment, and put back: everything is sealed in the end, and once.

What is not sealed when the device has forgotten the consent is open again, and
is asked for again. OpenSC is in signer: pulled in the middle of C_Sign, 0.23
does not return for a long time, or crashes. Then the station is killed, or has
ended, and is started again. PULLS=50 looks for long; SEED takes other moments.
"""

import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import usb_rig  # noqa: E402
from appliance_key_test import Life, PIN  # noqa: E402
from certs import Authority  # noqa: E402
from sim import Sim  # noqa: E402
from station import (Case, Failed, credential_id, draft_ids,  # noqa: E402
                     wait_for)

ITEMS = 60
SETTLED = 6  # seconds; then nobody waits for C_Sign any longer


class Pull:
    def __init__(self, life, sim, dice):
        self.life, self.sim, self.dice = life, sim, dice
        self.station = life.station
        self.crashes = self.hangs = self.halves = 0

    def state(self):
        answer = self.station.zegel("batch", "list", check=False)
        return [None, *(b["state"] for b in answer.results)][-1]

    def is_up(self):
        return self.station.daemon.poll() is None

    def is_gone(self):
        return "No smart card readers" in self.life.rig.run(
            "opensc-tool", "-l")[1]

    def is_settled(self):
        """All is there again, and what the device has forgotten is open."""
        return not self.is_up() or (
            self.life.device()["state"] == "ready" and
            self.station.key_state("card") == "ready" and
            self.state() in ("open", "done"))

    def start_again(self):
        if self.is_up():
            self.hangs += 1
            self.station.kill()
        else:
            self.crashes += 1
            self.life.check(
                self.station.daemon.returncode == 70 and
                "signer died by signal 11" in self.station.log(),
                "what crashes is signer, and that is said")
            self.station.daemon = None
        self.station.start(unlock=False)
        self.station.unlock(PIN, key="card")

    def pull(self):
        self.sim.kill()
        # pcscd 1.9 takes a reader for the old one if it is back too soon.
        wait_for(self.is_gone, 20, "pcscd sees that the reader is gone")
        time.sleep(self.dice.random())
        self.sim.start()
        self.life.rig.wait_for_card()
        try:
            wait_for(self.is_settled, SETTLED, "it goes on")
        except Failed:
            pass
        if not self.is_up() or not self.is_settled():
            self.start_again()
        wait_for(self.is_settled, 60, "appliance and key are there again, "
                 "and the batch is done or open")

    def approve(self):
        if self.state() == "open":
            self.station.zegel("batch", "close", "july", "--key", "card")
        running = self.station.begin("batch", "approve", "july", "--no-wait")
        wait_for(self.life.person.waits, 30, "it is shown")
        self.life.person.consent()
        running.communicate(timeout=60)

    def sealed(self):
        return len(self.station.entries("seal"))

    def run(self, pulls):
        folder = self.station.drafts("july-drafts", ITEMS, seed=7)
        self.station.submit("july", folder)
        for _ in range(pulls):
            if self.state() == "done":
                break
            self.approve()
            time.sleep(self.dice.random() * 0.8)
            before = self.sealed()
            self.pull()
            self.halves += self.sealed() < ITEMS
            print("# pulled with %d sealed, then %d"
                  % (before, self.sealed()))
        if self.state() != "done":
            self.approve()
            self.station.await_batch("july", "done", 60)
        self.life.check(self.halves > 0, "it was pulled in the middle")
        return folder


def check(life, folder, authority):
    released = life.station.released()
    found = sorted(credential_id(path) for path in released)
    life.check(found == draft_ids(folder), "each is released once",
               len(found))
    answer = life.station.zegel("verify", "--trust", authority.certificate,
                                *released, check=False)
    life.check(answer.code == 0, "all of them verify", answer)
    life.case.audit(life.station, life.name, seals=ITEMS, releases=ITEMS)


def main():
    usb_rig.inside()
    dice = random.Random(int(os.environ.get("SEED", "1")))
    with Case("appliance-pull") as case, Sim() as sim, \
            usb_rig.Rig(sim.console) as rig:
        press = (lambda: sim.press("select"), sim.press)
        life = Life(case, rig, "pulled", press, usb=True)
        authority = Authority(life.station.folder, "ca")
        life.begins()
        life.is_certified(authority)
        pull = Pull(life, sim, dice)
        folder = pull.run(int(os.environ.get("PULLS", "1")))
        check(life, folder, authority)
        print("# OpenSC crashed %d times and hung %d times"
              % (pull.crashes, pull.hangs))
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
