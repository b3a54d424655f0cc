"""run_appliance.py BUILD [FOLDER]: a batch approved on the appliance's own screen, on
the emulated board; 'make run-appliance' calls it.

The board is QEMU's, with the real image. Its screen is drawn in the terminal,
its buttons are keys; with YES=1 they are pressed here, by the same input of
the emulator. The seal key is in a SoftHSM2 of the test station. What belongs
to the run is kept in FOLDER (default: BUILD).
"""

import os
import re
import select
import subprocess
import sys
import termios
import time
import tty

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from board import Board, provision  # noqa: E402
import screen  # noqa: E402

HOLD = 2.6  # firmware/core.h: CORE_HOLD, and some
TAP = 0.12
PIN = b"123456\n"  # of the test token; a real one is typed
ORGANISATION = ["University of Examples TEST", "VATBE-0000000097", "BE"]
HELP = ("up, down, right: read    enter: hold select, which signs    "
        "left: refuse    p: picture    q: leave")


def say(text):
    print("\n== " + text, flush=True)


class Person:
    """Looks at the screen and presses buttons; a program at YES=1."""

    def __init__(self, board, folder, yes):
        self.board = board
        self.folder = folder
        self.yes = yes
        self.seen = None
        self.pictures = 0

    def look(self):
        """Draws the screen if it changed."""
        pixels = self.board.screen()
        if pixels == self.seen:
            return False
        self.seen = pixels
        print(screen.framed(screen.read(pixels)).replace("\n", "\r\n"),
              end="\r\n", flush=True)
        return True

    def picture(self):
        self.pictures += 1
        path = os.path.abspath("%s/screen-%d.ppm"
                               % (self.folder, self.pictures))
        self.board.ask("screendump", filename=path)
        print("picture: " + path, end="\r\n")

    def tap(self, button, seconds=TAP):
        self.board.key(button, True)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.1)
            if not self.yes:
                self.look()
        self.board.key(button, False)
        time.sleep(TAP)

    def key(self):
        """What was pressed on the keyboard, or nothing for a moment."""
        if not select.select([sys.stdin], [], [], 0.1)[0]:
            return ""
        pressed = os.read(sys.stdin.fileno(), 8).decode("latin-1")
        return {"\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "right",
                "\x1b[D": "left", "\r": "select", "\n": "select",
                "\x03": "q"}.get(pressed, pressed)

    def step(self, waits):
        """One look, one key. waits: for this person's consent."""
        if self.yes:
            time.sleep(0.2)
            self.look()
            if waits:
                for _ in range(8):
                    self.tap("down")
                    time.sleep(0.1)
                    self.look()
                self.tap("select", HOLD)
            return
        self.look()
        pressed = self.key()
        if pressed == "q":
            raise KeyboardInterrupt
        if pressed == "p":
            self.picture()
        elif pressed in ("up", "down", "left", "right"):
            self.tap(pressed)
        elif pressed == "select":
            self.tap("select", HOLD)

    def attend(self, running, waits):
        """Until the command has ended."""
        saved = None
        if not self.yes:
            print(HELP)
            saved = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
        try:
            while running.poll() is None:
                self.step(waits())
        finally:
            if saved is not None:
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)
            if running.poll() is None:
                running.terminate()
                running.wait(10)
        self.look()
        return running.returncode


class Station:
    def __init__(self, build, folder, console):
        self.build = build
        self.dir = os.path.abspath(folder + "/appliance-station")
        self.env = dict(os.environ, ZEGEL_STATION=self.dir)
        self.console = console
        self.daemon = None

    def zegel(self, *words, **more):
        return subprocess.run([self.build + "/bin/zegel", *words],
                              env=self.env, check=True, **more)

    def begin(self, *words):
        return subprocess.Popen([self.build + "/bin/zegel", *words],
                                env=self.env, stdin=subprocess.DEVNULL)

    def waits(self):
        """Is it the person's turn?"""
        run = self.zegel("status", "--json", stdout=subprocess.PIPE)
        return b'"state":"waiting-for-person"' in run.stdout

    def appliance(self):
        run = self.zegel("appliance", "status", "--json",
                         stdout=subprocess.PIPE)
        return run.stdout

    def make(self):
        if not os.path.exists(self.dir + "/zegel.conf"):
            say("A test station in " + self.dir)
            self.zegel("init", "--pin-fd", "0", input=PIN)
        # Where the console is, is new in each run.
        with open(self.dir + "/zegel.conf", encoding="ascii") as f:
            text = re.sub(r"^#?console = .*$", "console = " + self.console,
                          f.read(), flags=re.M)
        with open(self.dir + "/zegel.conf", "w", encoding="ascii") as f:
            f.write(text)
        with open(self.dir + "/approval.conf", encoding="ascii") as f:
            text = f.read().replace("\nmeans = terminal\n",
                                    "\nmeans = appliance\n")
        with open(self.dir + "/approval.conf", "w", encoding="ascii") as f:
            f.write(text)

    def start(self):
        ready, child = os.pipe()
        with open(self.dir + ".messages", "ab") as messages:
            self.daemon = subprocess.Popen(
                [self.build + "/bin/zegeld", "--ready-fd", str(child)],
                pass_fds=[child], stderr=messages, stdin=subprocess.DEVNULL,
                env=self.env)
        os.close(child)
        good = os.read(ready, 1) == b"r"
        os.close(ready)
        if not good:
            sys.exit("the station does not start: see %s.messages" % self.dir)
        self.zegel("unlock", "--pin-fd", "0", input=PIN)
        end = time.monotonic() + 20
        while b'"board"' not in self.appliance():
            if time.monotonic() > end:
                sys.exit("the appliance is not seen: see %s.messages"
                         % self.dir)
            time.sleep(0.2)

    def stop(self):
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(30)


def start_bridge(build, board):
    """The console's packets, from the board's link to a socket."""
    path = board.link_path()[:-4] + "console"
    bridge = subprocess.Popen(
        [build + "/tests/bridge/bridge", "-c", path,
         "qemu:" + board.link_path()], stdin=subprocess.DEVNULL)
    end = time.monotonic() + 20
    while not os.path.exists(path):
        if time.monotonic() > end or bridge.poll() is not None:
            sys.exit("the bridge to the board does not start")
        time.sleep(0.05)
    return bridge, path


def attend(person, station, *words):
    code = person.attend(station.begin(*words), station.waits)
    if code != 0:
        sys.exit(code)


def seal(station, person, folder):
    folder += "/sample-drafts"
    if not os.path.isdir(folder):
        subprocess.run([station.build + "/tests/gen/drafts", folder, "8",
                        "--sealable-for", *ORGANISATION], check=True,
                       stdout=subprocess.DEVNULL)
    if b'"enrolled"' not in station.appliance():
        say("Enrol the appliance: its screen shows its key")
        attend(person, station, "appliance", "enrol")
    say("Hand over sample drafts from %s (fictional people)" % folder)
    name = "samples-%d" % int(time.time())
    station.zegel("submit", "--batch", name, "--again", folder)
    station.zegel("batch", "close", name, stdout=subprocess.DEVNULL)
    say("Read what will be sealed, and sign it on the appliance")
    attend(person, station, "batch", "approve", name)
    say("Verify the sealed files")
    out = station.dir + "/spool/out/" + name
    files = sorted(out + "/" + f for f in os.listdir(out)
                   if f.endswith(".sealed.jsonld"))
    run = station.zegel("verify", *files, stdout=subprocess.PIPE)
    print(run.stdout.decode().splitlines()[-1].strip(), "(%d files)"
          % len(files))
    station.zegel("status")
    say("Done")
    print("The sealed files, each with its log proof beside it:\n    %s/\n"
          "This was a TEST station: its seals are worth nothing." % out)


def main():
    build = sys.argv[1]
    yes = os.environ.get("YES") == "1"
    if not yes and not sys.stdin.isatty():
        sys.exit("nobody is at a terminal to press buttons: "
                 "'make run-appliance YES=1' presses them")
    top = sys.argv[2] if len(sys.argv) > 2 else build
    folder = top + "/appliance-board"
    if not os.path.exists(folder + "/device.bin"):
        say("A new board in " + folder)
        provision(folder)
    say("Start the emulated board with the real image (QEMU)")
    board = Board(build + "/firmware/lm3s6965evb/zegel.elf", folder,
                  link=False)
    bridge = station = None
    try:
        board.touch()
        bridge, console = start_bridge(build, board)
        station = Station(build, top, console)
        station.make()
        say("Start the station (its messages: %s.messages)" % station.dir)
        station.start()
        seal(station, Person(board, folder, yes), top)
    except KeyboardInterrupt:
        print("\r\nleft; what was not signed stays closed")
        return 130
    finally:
        if station is not None:
            station.stop()
        if bridge is not None:
            bridge.terminate()
            bridge.wait(10)
        board.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
