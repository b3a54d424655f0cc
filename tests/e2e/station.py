"""A station of a test's own, and TAP, for the scripts beside this file.

    with Case("token") as case:
        station = case.station()
        station.init()
        station.start()
        case.check(station.status()["mode"] == "test", "it is a test station")
    sys.exit(case.end())

Everything lies in one temporary folder, which goes with the case, as do the
daemons that were started. Run from the top of the tree; $B is the build.
"""

import configparser
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.path.abspath(os.environ.get("B", "build"))
ZEGEL = os.path.join(BUILD, "bin", "zegel")
ZEGELD = os.path.join(BUILD, "bin", "zegeld")
DRAFTS = os.path.join(BUILD, "tests", "gen", "drafts")
FAULT_MODULE = os.path.join(BUILD, "tests", "p11fault.so")
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = b"123456"
ORGANISATION = ["University of Examples TEST", "VATBE-0000000097", "BE"]


class Failed(Exception):
    """Something that a test needs did not work."""


class Answer:
    """What one call of zegel said."""

    def __init__(self, run):
        self.code = run.returncode
        self.said = run.stderr.decode("utf-8", "replace")
        self.lines = []
        for line in run.stdout.splitlines():
            self.lines.append(json.loads(line))

    @property
    def results(self):
        return [x["result"] for x in self.lines if "result" in x]

    @property
    def result(self):
        return self.results[-1] if self.results else None

    @property
    def error(self):
        """Name of the last error, such as PIN_WRONG."""
        names = [x["error"]["name"] for x in self.lines if "error" in x]
        return names[-1] if names else None

    def __str__(self):
        return "exit %d, %s %s" % (self.code, self.lines[-3:], self.said)


class Station:
    def __init__(self, folder, name="station"):
        self.dir = os.path.join(folder, name)
        self.folder = folder
        self.daemon = None
        self.env = dict(os.environ)
        self.messages = os.path.join(folder, name + ".messages")
        self.control_file = os.path.join(folder, name + ".control")

    # The command line

    def zegel(self, *args, pin=None, check=True, timeout=60):
        """One verb with --json; pin is given on a descriptor."""
        words = [ZEGEL, *map(str, args), "--station", self.dir, "--json"]
        if pin is not None:
            words += ["--pin-fd", "0"]
            pin += b"\n"
        run = subprocess.run(words, input=pin if pin is not None else b"",
                             capture_output=True, timeout=timeout,
                             env=self.env)
        answer = Answer(run)
        if check and run.returncode != 0:
            raise Failed("zegel %s: %s" % (" ".join(map(str, args)), answer))
        return answer

    def begin(self, *args, lines=()):
        """The same in the background; lines (PINs) on a descriptor."""
        words = [ZEGEL, *map(str, args), "--station", self.dir, "--json"]
        if lines:
            words += ["--pin-fd", "0"]
        running = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.env)
        running.stdin.write(b"".join(line + b"\n" for line in lines))
        running.stdin.close()
        running.stdin = None
        return running

    def init(self, *args):
        self.zegel("init", *args, pin=PIN)

    def init_under(self, authority):
        """One that runs, and has a certificate of that authority from its
        next start on; the path of that with its chain."""
        self.init()
        self.start()
        path = authority.certify(self)
        self.zegel("key", "import-cert", path)
        return path

    def unlock(self, pin=PIN, key=None, check=True):
        return self.zegel("unlock", *(["--key", key] if key else []), pin=pin,
                          check=check)

    def submit(self, batch, *paths, again=False, check=True):
        return self.zegel("submit", "--batch", batch,
                          *(["--again"] if again else []), *paths,
                          check=check)

    def submitted(self, batch, *paths):
        """Their numbers; fails if any is refused."""
        return [r["item"] for r in self.submit(batch, *paths).results
                if "item" in r]

    def seal(self, batch, key=None, wait=True, check=True):
        """Closes and approves it; False if either was refused."""
        self.zegel("batch", "close", batch, *(["--key", key] if key else []),
                   check=check)
        return self.zegel("batch", "approve", batch, "--yes",
                          *([] if wait else ["--no-wait"]), check=check)

    def batch(self, name):
        """The newest batch of that name, done or not."""
        found = [b for b in self.zegel("batch", "list").results
                 if name in (b["name"], b["id"])]
        if not found:
            raise Failed("no batch %s" % name)
        return found[-1]

    def items(self, batch):
        return [r for r in self.zegel("batch", "show", batch).results
                if "items" not in r]

    def status(self):
        return self.zegel("status").result

    def key_state(self, key="default"):
        for one in self.status()["keys"]:
            if one["key"] == key:
                return one["state"]
        raise Failed("no key %s in status" % key)

    def await_key(self, state, key="default", seconds=20):
        wait_for(lambda: self.key_state(key) == state, seconds,
                 "key %s becomes %s" % (key, state))

    def await_batch(self, name, state, seconds=30):
        def is_there():
            return any(b["state"] == state
                       for b in self.zegel("batch", "list").results
                       if name in (b["name"], b["id"]))
        wait_for(is_there, seconds, "batch %s becomes %s" % (name, state))

    def entries(self, kind=None):
        """The log's entries as objects, each with its index."""
        found = []
        for one in self.zegel("log", "show").results:
            if kind in (None, one["entry"]["kind"]):
                found.append(dict(one["entry"], index_in_log=one["index"]))
        return found

    # Files

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def configure(self, section, **values):
        """Sets keys (with - for _) of zegel.conf; None takes one out."""
        parser = configparser.ConfigParser(interpolation=None)
        parser.optionxform = str
        parser.read(self.path("zegel.conf"))
        if not parser.has_section(section):
            parser.add_section(section)
        for name, value in values.items():
            name = name.replace("_", "-")
            if value is None:
                parser.remove_option(section, name)
            else:
                parser.set(section, name, str(value))
        with open(self.path("zegel.conf"), "w", encoding="utf-8") as f:
            parser.write(f)

    def drafts(self, name, count, *args, size=6000, seed=1):
        """A folder of new drafts that this station can seal."""
        folder = os.path.join(self.folder, name)
        subprocess.run(
            [DRAFTS, folder, str(count), "--seed", str(seed),
             "--size", str(size), "--sealable-for", *ORGANISATION, *args],
            check=True, capture_output=True)
        return folder

    def released(self):
        """Paths of the released files."""
        found = []
        for folder, _, files in os.walk(self.path("spool", "out")):
            found += [os.path.join(folder, f) for f in files
                      if f.endswith(".sealed.jsonld") and f[0] != "."]
        return sorted(found)

    def leftovers(self):
        found = []
        for folder, _, files in os.walk(self.path("spool", "out")):
            found += [f for f in files if f.startswith(".")]
        return found

    # The daemon

    def start(self, pass_fds=(), unlock=True, check=True):
        ready, child = os.pipe()
        with open(self.messages, "ab") as messages:
            self.daemon = subprocess.Popen(
                [ZEGELD, "--station", self.dir, "--ready-fd", str(child)],
                pass_fds=[child, *pass_fds], stderr=messages,
                stdin=subprocess.DEVNULL, env=self.env)
        os.close(child)
        octet = os.read(ready, 1)
        os.close(ready)
        if octet != b"r":
            code = self.daemon.wait(30)
            self.daemon = None
            if check:
                raise Failed("the station does not start: %s" % self.log())
            return code
        if unlock:
            self.unlock()
        return 0

    def stop(self):
        """Exit code."""
        if self.daemon is None:
            return 0
        self.daemon.terminate()
        try:
            code = self.daemon.wait(30)
        except subprocess.TimeoutExpired:
            code = None
            os.kill(self.daemon.pid, signal.SIGKILL)
            self.daemon.wait(10)
        self.daemon = None
        return code

    def restart(self, **args):
        self.stop()
        self.start(**args)

    def processes(self):
        """pid by name; zegeld's children in the order of their start."""
        found = subprocess.run(
            ["ps", "--no-headers", "-o", "pid", "--ppid",
             str(self.daemon.pid), "--sort", "start_time,pid"],
            capture_output=True, check=True).stdout.split()
        return dict(zip(["logger", "signer", "front"], map(int, found)))

    def kill(self, victim="all"):
        """All processes at once, as a power cut would; or zegeld or one of
        its children alone, with which the others end."""
        pids = dict(self.processes(), zegeld=self.daemon.pid)
        for name in pids if victim == "all" else [victim]:
            try:
                os.kill(pids[name], signal.SIGKILL)
            except (KeyError, ProcessLookupError):
                pass
        self.daemon.wait(30)
        self.daemon = None
        # Orphans hold the lock until they have ended.
        wait_for(self.is_free, 30, "nobody holds the station")

    def is_free(self):
        with open(self.path("run", "lock"), "rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
        return True

    def log(self):
        """What the processes said."""
        with open(self.messages, "rb") as f:
            return f.read().decode("utf-8", "replace")

    # The fault-injecting module, between the station and its SoftHSM2

    def wrap_token(self, *keys):
        self.env["P11FAULT_CONTROL"] = self.control_file
        self.control()
        for key in keys or ["default"]:
            self.configure("key " + key, module=FAULT_MODULE)

    def control(self, *lines):
        """What the module does from now on, see p11fault/control.h."""
        with open(self.control_file + ".new", "w", encoding="utf-8") as f:
            f.write("".join(line + "\n" for line in lines))
        os.rename(self.control_file + ".new", self.control_file)

    def calls(self, start="C_Login"):
        """What was called, with what it returned."""
        try:
            with open(self.control_file + ".log", encoding="utf-8") as f:
                return [x.strip() for x in f if x.startswith(start)]
        except FileNotFoundError:
            return []


def wait_for(ready, seconds, what):
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise Failed("in %d s: not so: %s" % (seconds, what))
        time.sleep(0.05)


def credential_id(path):
    with open(path, encoding="utf-8") as f:
        return json.loads(json.load(f)["payload"])["id"]


def draft_id(path):
    with open(path, encoding="utf-8") as f:
        draft = json.load(f)
    return draft.get("credential", draft)["id"]


def draft_ids(*folders):
    return sorted(draft_id(os.path.join(d, n))
                  for d in folders for n in os.listdir(d))


class Case:
    """One script: counts results, cleans up."""

    def __init__(self, name):
        self.count = self.failed = 0
        self.stations = []
        self.folder = tempfile.mkdtemp(prefix="zegel-%s-" % name)

    def station(self, name="station", folder=None):
        self.stations.append(Station(folder or self.folder, name))
        return self.stations[-1]

    def __enter__(self):
        return self

    def check(self, good, what, detail=""):
        self.count += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, what))
        if not good and str(detail):
            self.remark(detail)
        sys.stdout.flush()
        return good

    def remark(self, text):
        print("# " + str(text)[-4000:].replace("\n", "\n# "))

    def sealed(self, station, ids, what):
        """Exactly these credentials were released, each once and verified,
        and the log passes its audit with nothing left open."""
        released = station.released()
        found = sorted(credential_id(p) for p in released)
        self.check(found == sorted(ids), "%s: each is released once" % what,
                   "lost %s, more %s" % (sorted(set(ids) - set(found))[:3],
                                         len(found) - len(ids)))
        answer = station.zegel("verify", *released, check=False)
        self.check(answer.code == 0 and len(answer.results) == len(released),
                   "%s: they verify, with their proofs" % what, answer)
        self.check(all(os.path.exists(p + ".tlog-proof") for p in released),
                   "%s: none lacks its proof" % what)
        self.check(not station.leftovers(), "%s: no temporary file" % what)
        self.audit(station, what, seals=len(ids), releases=len(ids))

    def audit(self, station, what, **wanted):
        answer = station.zegel("log", "verify", check=False)
        result = answer.result or {}
        wanted.setdefault("openLeaves", 0)
        wanted.setdefault("openIntents", 0)
        self.check(answer.code == 0 and
                   all(result.get(k) == v for k, v in wanted.items()),
                   "%s: the log accounts for everything" % what,
                   "%s, wanted %s" % (answer, wanted))

    def __exit__(self, kind, error, trace):
        if error is not None:
            self.check(False, "the test ran to its end",
                       "".join(traceback.format_exception(kind, error,
                                                          trace)))
        for station in self.stations:
            code = station.stop()
            if code != 0:
                self.check(False, "the station stops when told to", code)
        if self.failed:
            for station in self.stations:
                if os.path.exists(station.messages):
                    self.remark(station.log())
        if os.environ.get("KEEP"):
            self.remark("kept: " + self.folder)
        else:
            self.clean()
        return error is None or isinstance(
            error, (Failed, subprocess.SubprocessError, OSError, KeyError))

    def clean(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self):
        print("1..%d" % self.count)
        return 1 if self.failed else 0


def skip(reason):
    print("1..0 # SKIP %s" % reason)
    sys.exit(0)


def has_message(station, pattern):
    return re.search(pattern, station.log()) is not None
