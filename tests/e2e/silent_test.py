#!/usr/bin/env python3
"""silent_test: a token whose calls do not return, of which PKCS#11 can take
back none: the station says so, goes on with all else, and stops when told to.
"""

import subprocess
import sys
import time

from station import Case, ZEGEL, draft_ids, has_message, wait_for

COUNT = 12


def first_key(station):
    return station.status()["keys"][0]


def begin(station, name, seed, what):
    """A batch whose signing is under way when the token falls silent."""
    drafts = station.drafts(name, COUNT, seed=seed)
    station.submit(name, drafts)
    station.control("slow 200")
    signed = len(station.calls("C_Sign "))
    station.seal(name, wait=False)
    wait_for(lambda: len(station.calls("C_Sign ")) > signed + 1, 20,
             "it signs")
    station.control(what)
    return drafts, time.time()


def seen(case, station, since, how, seed):
    wait_for(lambda: station.key_state() == "silent", 25, "it is seen")
    key = first_key(station)
    case.check(key["reason"] == "token does not answer" and
               since - 3 < key["since"] < since + 8,
               "%s: status says since when it does not answer" % how,
               (key, since))
    run = subprocess.run([ZEGEL, "status", "--station", station.dir],
                         capture_output=True, timeout=10, check=True)
    case.check(b"key default: silent, token does not answer since " in
               run.stdout, "%s: and to people, too" % how, run.stdout)
    more = station.drafts("more-" + how, 1, seed=seed)
    begin_ = time.monotonic()
    station.submit("more-" + how, more)
    station.zegel("batch", "close", "more-" + how)
    answer = station.zegel("batch", "approve", "more-" + how, "--yes",
                           check=False)
    case.check(answer.error == "TOKEN_SILENT" and answer.code == 69 and
               time.monotonic() - begin_ < 10,
               "%s: nobody approves for it; all else goes on" % how, answer)
    return more


def locked(case, station):
    """Every call hangs, and who looks after the token is in one."""
    logins = len(station.calls())
    station.control("hang 1")
    wait_for(lambda: station.key_state() == "silent", 25, "it is seen")
    begin_ = time.monotonic()
    key = station.zegel("key", "list").result
    answer = station.zegel("lock", check=False)
    took = time.monotonic() - begin_
    case.check(key.get("token") and answer.error == "TOKEN_SILENT" and
               answer.code == 69 and took < 15,
               "locked: key list and lock do not wait for it",
               (key, answer, took))
    station.await_key("needs-pin")
    station.control()
    time.sleep(3)
    case.check(station.key_state() == "needs-pin" and
               len(station.calls()) == logins,
               "locked: it stays so when the token answers again",
               (station.key_state(), station.calls()))


def unlocked(case, station, what, how):
    """Nobody is logged in: the call that hangs is the unlocking's own, or one
    within it."""
    logins = len(station.calls("C_Login"))
    if station.key_state() != "needs-pin":
        station.zegel("lock")
    station.control(what)
    begin_ = time.monotonic()
    answer = station.unlock(check=False)
    took = time.monotonic() - begin_
    case.check(answer.error == "TOKEN_SILENT" and answer.code == 69 and
               8 < took < 15 and "key default: " in str(answer) and
               "PIN is forgotten" in str(answer),
               "%s: unlock comes back, and says what to do" % how,
               (answer, took))
    begin_ = time.monotonic()
    answer = station.unlock(check=False)
    case.check(answer.error == "TOKEN_SILENT" and
               time.monotonic() - begin_ < 15,
               "%s: and so does one more" % how, answer)
    station.control()
    time.sleep(2)
    case.check(station.key_state() == "needs-pin" and
               len(station.calls("C_Login")) - logins ==
               (what == "hang-login 1"),
               "%s: when it answers it is locked as before" % how,
               (station.key_state(), station.calls("C_Login")))
    station.unlock()
    station.await_key("ready")
    folder = station.drafts("unlocked-" + how, 1, seed=90 + len(how))
    station.submit("unlocked-" + how, folder)
    station.seal("unlocked-" + how)
    case.check(station.batch("unlocked-" + how)["state"] == "done",
               "%s: and a later unlock works" % how)
    return folder


def silent_already(case, station):
    """A key that is known to be silent is not asked; what it was stays."""
    station.control("hang 1")
    wait_for(lambda: station.key_state() == "silent", 25, "it is seen")
    begin_ = time.monotonic()
    answer = station.unlock(check=False)
    case.check(answer.error == "TOKEN_SILENT" and answer.code == 69 and
               time.monotonic() - begin_ < 3,
               "a silent key: unlock says so at once", answer)
    station.control()
    station.await_key("ready")


def stops(case, station, how):
    begin_ = time.monotonic()
    code = station.stop()
    took = time.monotonic() - begin_
    case.check(code == 0 and took < 15,
               "%s: the station stops when told to" % how, (code, took))
    case.check(has_message(station, "signer: a call into a token does not "
                           "return"), "%s: and says what it left" % how)
    states = [e["state"] for e in station.entries("token")]
    case.check("silent" in states and
               station.entries()[-1]["kind"] == "stop",
               "%s: the log has both" % how, states)


def one(case, station, how, what, seed):
    drafts, since = begin(station, how, seed, what)
    more = seen(case, station, since, how, seed + 60)
    stops(case, station, how)
    station.control()
    station.start()
    station.await_batch(how, "done")
    station.zegel("batch", "approve", "more-" + how, "--yes")
    return [drafts, more]


def returns(case, station):
    """It hung for a while only."""
    drafts, _ = begin(station, "returns", 33, "hang 1")
    wait_for(lambda: station.key_state() == "silent", 25, "it is seen")
    station.control()
    station.await_key("ready")
    station.await_batch("returns", "done")
    case.check(len(station.entries("repeat")) <= 2,
               "when it answers again, the batch goes on by itself",
               station.entries("repeat"))
    locked(case, station)
    folders = [unlocked(case, station, "hang 1", "every-call"),
               unlocked(case, station, "hang-login 1", "login")]
    silent_already(case, station)
    return [drafts, *folders]


def main():
    with Case("silent") as case:
        station = case.station()
        station.init()
        station.wrap_token()
        station.start()
        # each signature hangs, and nothing else does; or every call hangs
        folders = one(case, station, "signing", "slow 3600000", 31)
        folders += one(case, station, "all", "hang 1", 32)
        folders += returns(case, station)
        case.sealed(station, draft_ids(*folders), "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
