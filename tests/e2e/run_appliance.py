"""run_appliance.py BUILD [FOLDER]: a batch sealed with the emulated appliance;
'make run-appliance' calls it.

The board is QEMU's, with the real image. Its screen is drawn in the terminal,
its buttons are keys; with YES=1 they are pressed here, by the same input of
the emulator. $KEY says where the seal key is:

    appliance   in it: made, certified and used there, through stock pcscd and
                OpenSC at an emulated USB (the default)
    softhsm     in a SoftHSM2 of the test station: the appliance is only where
                batches are read and approved

What belongs to the runs is kept in FOLDER/run-appliance/KEY (default: BUILD),
also the test PKI that certifies the key and answers until the run ends: seals
are of level LTA.
"""

import json
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(sys.path[0], "..", "pki"))

import give  # noqa: E402
import usb_rig  # noqa: E402
from board import Board, Cable, provision  # noqa: E402
from kept import PortTaken, kept  # noqa: E402
from run_person import Person  # noqa: E402
from station import ORGANISATION  # noqa: E402

PIN = b"314159\n"  # of test keys; a real one is typed
CSR = ["--organisation", ORGANISATION[0], "--organisation-id",
       ORGANISATION[1], "--country", ORGANISATION[2]]


def say(text):
    print("\n== " + text, flush=True)


class Station:
    """What an institution's IT does; its registrar is the person."""

    def __init__(self, build, home, console, inside):
        self.build, self.home = build, home
        self.dir = os.path.abspath(home + "/station")
        self.env = dict(os.environ, ZEGEL_STATION=self.dir)
        self.console = console
        self.inside = inside  # the seal key is in the appliance
        self.daemon_env = {}  # where the bus is
        self.daemon = self.person = None
        self.pki = home + "/test-pki"
        self.certificate = self.dir + "/keys/default.pem"

    def zegel(self, *words, **more):
        return subprocess.run([self.build + "/bin/zegel", *words],
                              env=self.env, check=True, **more)

    def ask(self, *words):
        """The answer's one object."""
        run = self.zegel(*words, "--json", stdout=subprocess.PIPE)
        return json.loads(run.stdout.splitlines()[0])["result"]

    def waits(self):
        """Is it the person's turn?"""
        return self.ask("appliance", "status")["state"] == "waiting-for-person"

    def attend(self, *words, pin=False):
        code = self.person.attend(
            [self.build + "/bin/zegel", *words,
             *(["--pin-fd", "0"] if pin else [])],
            self.waits, self.env, PIN if pin else b"")
        if code != 0:
            sys.exit(code)

    def change(self, name, pattern, text):
        with open(self.dir + "/" + name, encoding="utf-8") as f:
            changed = re.sub(pattern, text, f.read(), flags=re.M)
        with open(self.dir + "/" + name, "w", encoding="utf-8") as f:
            f.write(changed)

    def make(self):
        if not os.path.exists(self.dir + "/zegel.conf"):
            say("A test station in " + self.dir)
            if self.inside:
                self.zegel("init", "--uri", "pkcs11:id=%01", "--module",
                           usb_rig.MODULE)
                self.change("zegel.conf", r"^\[key default\]$",
                            "[key default]\nappliance = yes")
            else:
                self.zegel("init", "--no-certificate", "--pin-fd", "0",
                           input=PIN)
            self.change("approval.conf", "^means = terminal$",
                        "means = appliance")
        give.configuration(self.pki, self.dir)
        # Where the console is, is new in each run.
        self.change("zegel.conf", "^#?console = .*$",
                    "console = " + self.console)

    def start(self):
        ready, child = os.pipe()
        with open(self.dir + ".messages", "ab") as messages:
            self.daemon = subprocess.Popen(
                [self.build + "/bin/zegeld", "--ready-fd", str(child)],
                pass_fds=[child], stderr=messages, stdin=subprocess.DEVNULL,
                env=dict(self.env, **self.daemon_env))
        os.close(child)
        good = os.read(ready, 1) == b"r"
        os.close(ready)
        if not good:
            sys.exit("the station does not start: see %s.messages" % self.dir)
        end = time.monotonic() + 20
        while "board" not in self.ask("appliance", "status"):
            if time.monotonic() > end:
                sys.exit("the appliance is not seen: see %s.messages"
                         % self.dir)
            time.sleep(0.2)

    def stop(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(30)
            self.daemon = None

    def unlock(self):
        self.zegel("unlock", "--pin-fd", "0", input=PIN)

    # What is done once.

    def prepare(self):
        """The appliance is believed, and the key that seals certified."""
        if self.inside and self.ask(
                "appliance", "status")["key"]["state"] == "none":
            say("Make the seal key in the appliance (its PIN here: %s)"
                % PIN.decode().strip())
            if os.path.exists(self.certificate):
                os.unlink(self.certificate)
            self.attend("appliance", "init", pin=True)
        if "enrolled" not in self.ask("appliance", "status"):
            say("Enrol the appliance: its screen shows its key")
            self.attend("appliance", "enrol")
        if not os.path.exists(self.certificate):
            self.certify()

    def certify(self):
        request, given = self.home + "/seal.csr", self.home + "/seal.pem"
        for path in (request, given):
            if os.path.exists(path):
                os.unlink(path)
        ask = ["key", "csr", *CSR, "--output", request]
        take = ["key", "import-cert", given]
        if self.inside:
            say("Ask for a certificate: the appliance composes the request")
            self.attend(*ask, pin=True)
            say("The TEST PKI issues it, the appliance takes it")
        else:
            say("A seal certificate of the TEST PKI")
            self.zegel(*ask, "--pin-fd", "0", input=PIN)
        give.certificate(self.pki, request, given)
        if self.inside:
            self.attend(*take)
        else:
            self.zegel(*take)
        self.stop()
        self.start()

    # What is done for each batch.

    def state(self, name):
        """Of the newest batch of that name; nothing if there is none."""
        run = self.zegel("batch", "list", "--json", stdout=subprocess.PIPE)
        found = [json.loads(line)["result"] for line in run.stdout.split(b"\n")
                 if line]
        return [None, *(b["state"] for b in found if b["name"] == name)][-1]

    def hand_over(self, name):
        """Unless one waits already that was not signed before."""
        folder = self.home + "/drafts"
        if not os.path.isdir(folder):
            subprocess.run([self.build + "/tests/gen/drafts", folder, "8",
                            "--sealable-for", *ORGANISATION], check=True,
                           stdout=subprocess.DEVNULL)
        # What was approved goes on by itself.
        end = time.monotonic() + 60
        while self.state(name) == "approved" and time.monotonic() < end:
            time.sleep(0.5)
        if self.state(name) in (None, "done"):
            say("Hand over sample drafts from %s (fictional people)" % folder)
            self.zegel("submit", "--batch", name, "--again", folder)
        if self.state(name) == "open":
            self.zegel("batch", "close", name, stdout=subprocess.DEVNULL)

    def seal(self):
        name = "samples"
        self.hand_over(name)
        say("Read what will be sealed, and sign it on the appliance")
        self.attend("batch", "approve", name)
        say("Verify the sealed files")
        out = self.dir + "/spool/out/" + name
        files = sorted(out + "/" + f for f in os.listdir(out)
                       if f.endswith(".sealed.jsonld"))
        run = self.zegel("verify", *files, stdout=subprocess.PIPE)
        print(run.stdout.decode().splitlines()[-1].strip(), "(%d files)"
              % len(files))
        passed = run.stdout.count(b"TOTAL-PASSED, JAdES-BASELINE-LTA")
        print("%d of %d are TOTAL-PASSED, JAdES-BASELINE-LTA"
              % (passed, len(files)))
        if passed != len(files):
            sys.exit(1)
        self.zegel("log", "verify")
        self.zegel("status")
        say("Done")
        print("The sealed files, each with its log proof beside it:\n    %s/\n"
              "Every check of one of them:\n"
              "    %s/bin/zegel verify --station %s %s\n"
              "This was a TEST station: certificates, timestamps and seals are "
              "worth nothing." % (out, self.build, self.dir, files[0]))


class Usb(usb_rig.Rig):
    """The whole device on an emulated USB, with pcscd."""

    def __enter__(self):
        super().__enter__()
        return "usb:"


def where_the_key_is():
    """appliance or softhsm; the former in a name space where pcscd can be."""
    key = os.environ.get("KEY") or "appliance"
    if key == "softhsm":
        return key
    if key != "appliance":
        sys.exit("KEY is appliance or softhsm, not " + key)
    way = None
    if os.environ.get("USB_RIG") != "inside":
        way = usb_rig.way_in()
        if way is None and not os.environ.get("KEY"):
            print("Neither 'unshare -nm' nor 'unshare -rnm' is allowed here: "
                  "pcscd cannot run\nin a place of its own. The seal key is "
                  "in a SoftHSM2 instead (KEY=softhsm).")
            return "softhsm"
        if way is None:
            sys.exit("KEY=appliance: neither 'unshare -nm' nor 'unshare -rnm' "
                     "is allowed here, so pcscd cannot run in a place of its "
                     "own; KEY=softhsm needs none")
    usb_rig.enter(way)
    usb_rig.raise_loopback()  # the test PKI's
    return key


def main():
    build = sys.argv[1]
    yes = os.environ.get("YES") == "1"
    if not yes and not sys.stdin.isatty():
        sys.exit("nobody is at a terminal to press buttons: "
                 "'make run-appliance YES=1' presses them")
    inside = where_the_key_is() == "appliance"
    home = "%s/run-appliance/%s" % (
        sys.argv[2] if len(sys.argv) > 2 else build,
        "appliance" if inside else "softhsm")
    if not os.path.exists(home + "/board/device.bin"):
        say("A new board in %s/board" % home)
        os.makedirs(home, exist_ok=True)
        provision(home + "/board")
    if os.path.exists(home + "/station") and not os.path.exists(
            home + "/test-pki"):
        sys.exit("%s was made by a former version, without a test PKI: remove "
                 "it, then run again" % home)
    try:
        with kept(home + "/test-pki") as servers:
            say("The TEST PKI in %s/test-pki, at %s until this ends"
                % (home, servers.url))
            print("Its certificates, timestamps and revocation data are worth "
                  "nothing.")
            return run(build, home, inside, yes)
    except PortTaken as error:
        sys.exit(error)


def run(build, home, inside, yes):
    say("Start the emulated board with the real image (QEMU)")
    board = Board(build + "/firmware/lm3s6965evb/zegel.elf", home + "/board",
                  link=False)
    station = None
    try:
        board.touch()
        link = (Usb("qemu:" + board.link_path()) if inside
                else Cable(board))
        with link as console:
            try:
                station = Station(build, home, console, inside)
                if inside:
                    station.daemon_env = link.env()
                station.person = Person(board, home, yes)
                station.make()
                say("Start the station (its messages: %s.messages)"
                    % station.dir)
                station.start()
                station.prepare()
                station.unlock()
                station.seal()
            finally:
                if station is not None:
                    station.stop()
    except KeyboardInterrupt:
        print("\nleft; what was not signed waits for the next time")
        return 130
    except subprocess.CalledProcessError as error:
        # It has said why.
        return error.returncode
    finally:
        board.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
