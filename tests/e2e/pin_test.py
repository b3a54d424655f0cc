#!/usr/bin/env python3
"""pin_test: no program spends PIN tries. A station and its token, which counts
every C_Login that anybody makes."""

import os
import sys
import time

from station import Case, PIN, draft_ids, wait_for

WRONG = b"999999"


def logins(station, what="user"):
    return [c for c in station.calls("C_Login") if c.split()[1] == what]


def tries_left(station, n):
    with open(station.control_file + ".tries", "w", encoding="utf-8") as f:
        f.write(str(n))


def failures(station):
    return len(station.entries("pin-failure"))


def wrong(case, station):
    """One try, and none after it by itself."""
    station.restart(unlock=False)
    before = len(logins(station))
    answer = station.unlock(WRONG, check=False)
    case.check(answer.error == "PIN_WRONG" and answer.code == 77,
               "wrong PIN: it is said", answer)
    station.await_key("stopped")
    drafts = station.drafts("wrong", 2)
    station.submit("wrong", drafts)
    station.zegel("batch", "close", "wrong")
    answer = station.zegel("batch", "approve", "wrong", "--yes", check=False)
    case.check(answer.error == "PIN_STOPPED",
               "wrong PIN: nothing can be approved then", answer)
    station.zegel("key", "test", check=False)
    time.sleep(2.5)
    case.check(len(logins(station)) == before + 1,
               "wrong PIN: the token has seen one try", logins(station))
    case.check(failures(station) == 1, "wrong PIN: it is in the log")
    states = [e["state"] for e in station.entries("token")]
    case.check(states[-1] == "stopped", "wrong PIN: so is the stop", states)
    station.unlock()
    case.check(len(logins(station)) == before + 2,
               "wrong PIN: a person has one more")
    station.zegel("batch", "approve", "wrong", "--yes")
    return drafts


def changed_elsewhere(case, station):
    """The token comes back and does not take the kept PIN any more."""
    station.control("absent 1")
    station.await_key("absent")
    before, noted = len(logins(station)), failures(station)
    station.control("epoch 1", "wrong-pin 1")
    station.await_key("stopped")
    time.sleep(2.5)
    case.check(len(logins(station)) == before + 1,
               "changed elsewhere: the kept PIN is tried once")
    case.check(failures(station) == noted + 1,
               "changed elsewhere: it is in the log")
    station.control("epoch 1")
    station.unlock()


def few_left(case, station):
    """A final try and a locked PIN are seen before any login."""
    for left, name in [(1, "PIN_FINAL_TRY"), (0, "PIN_LOCKED")]:
        # not while a daemon may log in anew, which makes it three again
        station.stop()
        station.control("tries 3")
        tries_left(station, left)
        station.start(unlock=False)
        before = len(logins(station))
        for _ in range(2):
            answer = station.unlock(check=False)
            case.check(answer.error == name and answer.code == 77,
                       "%d left: %s is said" % (left, name), answer)
        case.check(len(logins(station)) == before,
                   "%d left: the token has seen no try" % left)
        tries_left(station, 3)
        station.unlock()


def silent(case, station):
    """A token that tells nothing: failures are counted here, and that holds
    over restarts."""
    station.control("tries 3", "no-flags 1")
    tries_left(station, 3)
    before = len(logins(station))
    for attempt in range(4):
        station.restart(unlock=False)
        answer = station.unlock(WRONG, check=False)
        wanted = "PIN_WRONG" if attempt < 2 else "PIN_FINAL_TRY"
        case.check(answer.error == wanted,
                   "silent token, try %d: %s" % (attempt + 1, wanted), answer)
    case.check(len(logins(station)) == before + 2,
               "silent token: the last of three tries is kept")
    # What the message asks for once the right PIN was entered elsewhere.
    station.stop()
    os.truncate(station.path("signer", "pins"), 0)
    station.control()
    station.start()


def each_time(case, station):
    """A login for each signature."""
    station.control("always-auth 1")
    station.restart()
    before = len(logins(station, "context"))
    drafts = station.drafts("each", 5, seed=2)
    station.submit("each", drafts)
    station.seal("each")
    case.check(len(logins(station, "context")) == before + 5,
               "always-authenticate: one login for each of five seals")
    noted = failures(station)
    more = station.drafts("each-wrong", 3, seed=3)
    station.submit("each-wrong", more)
    station.zegel("batch", "close", "each-wrong")
    before = len(logins(station, "context"))
    station.control("always-auth 1", "wrong-pin 1")
    station.zegel("batch", "approve", "each-wrong", "--yes", "--no-wait")
    station.await_key("stopped")
    time.sleep(2.5)
    case.check(len(logins(station, "context")) == before + 1,
               "always-authenticate: a PIN that became wrong is tried once")
    case.check(failures(station) == noted + 1,
               "always-authenticate: it is in the log")
    station.control("always-auth 1")
    station.unlock()
    station.await_batch("each-wrong", "done")
    station.control()
    return [drafts, more]


def pinpad(case, station):
    station.control()
    station.restart(unlock=False)
    answer = station.zegel("unlock", "--pinpad", check=False)
    case.check(answer.error == "TOKEN_LOGGED_OUT",
               "pinpad: a token without one says so", answer)
    station.control("pinpad " + PIN.decode(), "pinpad-cancel 1")
    before = len(logins(station))
    station.restart(unlock=False)
    answer = station.zegel("unlock", "--pinpad", check=False)
    case.check(answer.code != 0 and station.key_state() == "needs-pin",
               "pinpad: cancelled there, the key waits", answer)
    station.control("pinpad " + PIN.decode())
    answer = station.zegel("unlock", "--pinpad")
    case.check(len(logins(station)) == before + 2 and
               station.key_state() == "ready",
               "pinpad: a PIN entered there unlocks")
    drafts = station.drafts("pinpad", 2, seed=4)
    station.submit("pinpad", drafts)
    station.seal("pinpad")
    station.control()
    return drafts


def open_at(number, octets):
    """A descriptor of that number from which the octets come."""
    end, other = os.pipe()
    os.write(other, octets)
    os.close(other)
    os.dup2(end, number)
    os.close(end)


def has_pipe(pid, inode):
    folder = "/proc/%d/fd" % pid
    return any(os.readlink(os.path.join(folder, n)) == "pipe:[%d]" % inode
               for n in os.listdir(folder))


def by_descriptor(case, station):
    station.configure("key default", pin="fd:37")
    open_at(37, PIN + b"\n")
    inode = os.fstat(37).st_ino
    station.restart(unlock=False, pass_fds=[37])
    case.check(station.key_state() == "ready", "fd: the station is unlocked")
    pids = list(station.processes().values()) + [station.daemon.pid]
    case.check(not any(has_pipe(p, inode) for p in pids),
               "fd: no process keeps the descriptor")
    os.close(37)
    noted = failures(station)
    open_at(37, WRONG)
    before = len(logins(station))
    station.restart(unlock=False, pass_fds=[37])
    os.close(37)
    time.sleep(1.5)
    case.check(station.key_state() == "stopped" and
               len(logins(station)) == before + 1 and
               failures(station) == noted + 1,
               "fd: a wrong PIN is tried once and logged")
    for number in (37, 5):
        station.configure("key default", pin="fd:%d" % number)
        station.restart(unlock=False)
        case.check(station.key_state() == "needs-pin" and
                   "no PIN came by fd:%d" % number in station.log(),
                   "fd: %d was not passed on, and that is said" % number)
    station.unlock()


def by_credential(case, station):
    folder = os.path.join(station.folder, "credentials")
    os.mkdir(folder, 0o700)
    with open(os.path.join(folder, "seal-pin"), "wb") as f:
        f.write(PIN + b"\n")
    station.env["CREDENTIALS_DIRECTORY"] = folder
    station.configure("key default", pin="credential:seal-pin")
    station.restart(unlock=False)
    case.check(station.key_state() == "ready",
               "credential: the station is unlocked")
    station.configure("key default", pin="credential:other")
    station.restart(unlock=False)
    case.check(station.key_state() == "needs-pin",
               "credential: an absent one leaves it locked")
    station.configure("key default", pin=None)


def everywhere(station, secret):
    """Where under /proc and in the station the PIN can be read."""
    found = []
    for pid in [station.daemon.pid, *station.processes().values()]:
        for name in ("cmdline", "environ"):
            with open("/proc/%d/%s" % (pid, name), "rb") as f:
                if secret in f.read():
                    found.append("%s of %d" % (name, pid))
    for top, _, names in os.walk(station.dir):
        for name in names:
            path = os.path.join(top, name)
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    if secret in f.read():
                        found.append(path)
    with open(station.messages, "rb") as f:
        if secret in f.read():
            found.append("messages")
    return found


def main():
    with Case("pin") as case:
        station = case.station()
        station.init()
        station.wrap_token()
        station.start(unlock=False)
        wait_for(lambda: station.key_state() == "needs-pin", 5, "locked")
        folders = [wrong(case, station)]
        changed_elsewhere(case, station)
        few_left(case, station)
        silent(case, station)
        folders += each_time(case, station)
        folders.append(pinpad(case, station))
        by_descriptor(case, station)
        by_credential(case, station)
        station.restart()
        found = everywhere(station, PIN)
        case.check(not found, "the PIN is in no file, argument, environment",
                   found)
        case.sealed(station, draft_ids(*folders), "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
