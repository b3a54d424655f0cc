"""Who stands before the emulated board: sees its screen, presses its buttons.

    Person(board, folder, yes).attend(command, waits)

The screen is drawn in the terminal, its buttons are keys. A program stands
there instead if yes: it reads on as long as there is more, and holds select.
"""

import os
import select
import subprocess
import sys
import termios
import time
import tty

import screen

HOLD = 2.6  # firmware/core.h: CORE_HOLD, and some
TAP = 0.12
PAGES = 9
HELP = ("keys: up, down, right: read   enter: hold select, which consents   "
        "left: refuse\n      p: picture   q: leave")
BUTTONS = {"\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "right",
           "\x1b[D": "left", "\x1bOA": "up", "\x1bOB": "down",
           "\x1bOC": "right", "\x1bOD": "left", "\r": "select", "\n": "select"}


class Person:
    def __init__(self, board, folder, yes):
        self.board = board
        self.folder = folder
        self.yes = yes
        self.seen = None
        self.pictures = 0
        self.redraws = not yes and sys.stdout.isatty()
        self.drawn = 0  # lines of the screen that nothing was said below of

    def say(self, text):
        print(text, end="", flush=True)
        self.drawn = 0

    def look(self):
        """Draws the screen if it changed."""
        pixels = self.board.screen()
        if pixels == self.seen:
            return False
        self.seen = pixels
        text = screen.framed(screen.read(pixels))
        above = self.drawn if self.redraws else 0
        self.say(("\x1b[%dA" % above if above else "") + text + "\n")
        self.drawn = text.count("\n") + 1
        return True

    def picture(self):
        self.pictures += 1
        path = os.path.abspath("%s/screen-%d.ppm"
                               % (self.folder, self.pictures))
        self.board.ask("screendump", filename=path)
        self.say("picture: %s\n" % path)

    def press(self, button, seconds=TAP):
        self.board.key(button, True)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(TAP)
            self.look()
        self.board.key(button, False)
        time.sleep(TAP)

    def read_and_consent(self):
        for _ in range(PAGES):
            self.press("down")
            time.sleep(TAP)
            # Pressed, it may be drawn already.
            before = self.seen
            self.look()
            if self.seen == before and not self.has_more():
                break
        self.press("select", HOLD)

    def has_more(self):
        return screen.read(self.seen)[-1].startswith("DOWN")

    def keys(self):
        """What was pressed on the keyboard, or nothing for a moment."""
        if not select.select([sys.stdin], [], [], 0.1)[0]:
            return
        typed = os.read(sys.stdin.fileno(), 64).decode("latin-1")
        while typed:
            length = 3 if typed[:3] in BUTTONS else 1
            key, typed = typed[:length], typed[length:]
            if key in ("q", "\x03", "\x04"):
                raise KeyboardInterrupt
            if key == "p":
                self.picture()
            elif key in BUTTONS:
                button = BUTTONS[key]
                self.press(button, HOLD if button == "select" else TAP)

    def step(self, waits):
        """One look, one deed. waits: for this person's consent."""
        self.look()
        if not self.yes:
            self.keys()
        elif waits():
            self.read_and_consent()
        else:
            time.sleep(0.1)

    def relay(self, running):
        """What the command said, as far as it is there."""
        while select.select([running.stdout], [], [], 0)[0]:
            octets = os.read(running.stdout.fileno(), 1 << 16)
            if not octets:
                break
            self.say(octets.decode(errors="replace"))

    def attend(self, command, waits, env=None, lines=b""):
        """Until the command has ended: its exit code. lines: its input."""
        saved = None
        if not self.yes:
            self.say(HELP + "\n")
            saved = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
            # Control-C is a key like others: nobody else gets it.
            mode = termios.tcgetattr(sys.stdin)
            mode[3] &= ~termios.ISIG
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, mode)
        running = subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        try:
            running.stdin.write(lines)
            running.stdin.close()
            while running.poll() is None:
                self.relay(running)
                self.step(waits)
            self.relay(running)
            self.look()
        finally:
            if saved is not None:
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)
            if running.poll() is None:
                running.terminate()
                running.wait(10)
        return running.returncode
