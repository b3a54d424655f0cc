"""A station of its own for tests of the command line, and TAP."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import tempfile
import time

from station import DRAFTS, ORGANISATION, SOFTHSM, ZEGEL, ZEGELD

PIN = b"123456\n"
WRONG = b"654321\n"


def serve(s):
    """zegeld that is expected to refuse; never left running."""
    return subprocess.run(["timeout", "20", ZEGELD, "--station", s.dir],
                          capture_output=True, timeout=40)


def write(path, octets):
    with open(path, "wb") as file:
        file.write(octets)
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0
        self.notes = []

    def check(self, name, good, *what):
        """One result; what was seen is shown when it is bad."""
        self.count += 1
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}",
              flush=True)
        if not good:
            self.failed += 1
            for one in what:
                for line in str(one).splitlines():
                    print(f"# {line}")

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}", flush=True)

    def plan(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


class Run:
    """What a command said and how it ended."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    def __str__(self):
        return f"exit {self.code}\n{self.out}{self.err}"


class Station:
    def __init__(self):
        # Short: paths of sockets are bounded.
        self.top = tempfile.mkdtemp(prefix="zg", dir="/tmp")
        self.dir = os.path.join(self.top, "s")
        self.daemon = None
        self.bad_json = []
        self.json_lines = 0

    def path(self, *parts):
        return os.path.join(self.top, *parts)

    def place(self, *parts):
        return os.path.join(self.dir, *parts)

    def zegel(self, *args, pin=None, station=None, timeout=60):
        """Without a terminal; with a PIN on descriptor 0."""
        command = [ZEGEL, *args, "--station", station or self.dir]
        if pin is not None:
            command += ["--pin-fd", "0"]
        env = dict(os.environ, LC_ALL="C", TZ="UTC")
        env.pop("ZEGEL_STATION", None)
        done = subprocess.run(command, input=pin if pin else b"", env=env,
                              capture_output=True, timeout=timeout,
                              start_new_session=True)
        run = Run(done.returncode, done.stdout.decode(errors="replace"),
                  done.stderr.decode(errors="replace"))
        if "--json" in args and "--help" not in args:
            self.judge_json(args, run)
        return run

    def judge_json(self, args, run):
        """Every line is an object of design's form; nothing on stderr."""
        for line in run.out.splitlines():
            self.json_lines += 1
            try:
                one = json.loads(line)
                good = (one["v"] == 1 and one["verb"] == args[0] and
                        ("result" in one) != ("error" in one))
                if good and "error" in one:
                    error = one["error"]
                    good = (isinstance(error["number"], int) and
                            error["name"].isupper() and bool(error["text"]))
            except (ValueError, KeyError, TypeError, AttributeError):
                good = False
            if not good:
                self.bad_json.append(f"{args}: {line[:200]}")
        if run.err or (run.code != 0 and not run.out):
            self.bad_json.append(f"{args}: {run}")

    def objects(self, *args, **more):
        run = self.zegel(*args, "--json", **more)
        return run, [json.loads(line) for line in run.out.splitlines()]

    def result(self, *args, **more):
        """The last object's result; {} without one."""
        _, objects = self.objects(*args, **more)
        return objects[-1].get("result", {}) if objects else {}

    def error(self, *args, **more):
        """(exit code, name) of the last object's error."""
        run, objects = self.objects(*args, **more)
        error = objects[-1].get("error", {}) if objects else {}
        return run.code, error.get("name")

    def terminal(self, *args, answers=()):
        """At a terminal of its own: (question, answer) in their order; an
        answer may be a signal. What became of the terminal is said last."""
        shell = 'trap : HUP INT TERM; "$@"; code=$?; stty -a; exit $code'
        pid, fd = pty.fork()
        if pid == 0:
            os.execv("/bin/sh", ["sh", "-c", shell, "sh", ZEGEL, *args,
                                 "--station", self.dir])
        said = b""
        waiting = list(answers)
        end = time.time() + 30
        while time.time() < end:
            if not select.select([fd], [], [], 1)[0]:
                continue
            try:
                got = os.read(fd, 4096)
            except OSError:
                break
            if not got:
                break
            said += got
            if waiting and waiting[0][0] in said:
                answer = waiting.pop(0)[1]
                if isinstance(answer, signal.Signals):
                    os.killpg(pid, answer)
                else:
                    os.write(fd, answer)
        if time.time() >= end:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(fd)
        return Run(os.waitstatus_to_exitcode(status), said.decode(), "")

    def init(self, *more):
        return self.zegel("init", *more, pin=PIN)

    def start(self, env=None):
        """True if the station serves; what it says goes to a file."""
        ready, child = os.pipe()
        os.set_inheritable(child, True)
        with open(self.path("messages"), "ab") as messages:
            self.daemon = subprocess.Popen(
                [ZEGELD, "--station", self.dir, "--ready-fd", str(child)],
                close_fds=False, stderr=messages,
                env=dict(os.environ, **(env or {})))
        os.close(child)
        octet = os.read(ready, 1)
        os.close(ready)
        if octet != b"r":
            self.daemon.wait(30)
        return octet == b"r"

    def stop(self):
        if self.daemon is None:
            return None
        if self.daemon.poll() is None:
            self.daemon.send_signal(signal.SIGTERM)
        code = self.daemon.wait(30)
        self.daemon = None
        return code

    def drafts(self, name, count, *more, organisation=None):
        """A folder of fresh drafts; their paths."""
        folder = self.path(name)
        subprocess.run([DRAFTS, folder, str(count), "--sealable-for",
                        *(organisation or ORGANISATION), *more], check=True)
        return [os.path.join(folder, f) for f in sorted(os.listdir(folder))]

    def log_kinds(self):
        """Kinds of the log's entries, in their order."""
        return [o["result"]["entry"]["kind"]
                for o in self.objects("log", "show")[1] if "result" in o]

    def close(self):
        self.stop()
        shutil.rmtree(self.top, ignore_errors=True)
