#!/usr/bin/env python3
"""token_test: what a token can do to a station while it works."""

import os
import signal
import subprocess
import sys
import time

from station import Case, PIN, SOFTHSM, draft_ids, has_message, wait_for

BATCH = 30


def logins(station, what="user"):
    return [c for c in station.calls("C_Login") if c.split()[1] == what]


def signatures(station):
    return len(station.calls("C_Sign "))


def begun(case, station, name, count=BATCH, seed=1):
    """A batch whose signing has begun on a slow token, and its ids."""
    drafts = station.drafts(name, count, seed=seed)
    station.control("slow 40")
    ids = station.submitted(name, drafts)
    before = signatures(station)
    station.seal(name, wait=False)
    wait_for(lambda: signatures(station) >= before + 5, 20,
             "%s is being signed" % name)
    case.check(len(ids) == count, "%s: drafts are accepted" % name)
    return drafts


def pulled(case, station):
    """Pulled in the middle of a batch, put back later."""
    drafts = begun(case, station, "pulled")
    station.control("absent 1")
    station.await_key("absent")
    time.sleep(1.5)
    before = signatures(station)
    time.sleep(1)
    case.check(signatures(station) == before and
               station.batch("pulled")["state"] == "approved",
               "pulled: the batch pauses without its token")
    tries = len(logins(station))
    station.control("epoch 1")
    station.await_key("ready")
    station.await_batch("pulled", "done")
    case.check(len(logins(station)) == tries + 1,
               "pulled: one login with the kept PIN, no person needed")
    states = [e["state"] for e in station.entries("token")]
    case.check(states[-2:] == ["absent", "ready"],
               "pulled: the log says that it went and came back", states)
    return drafts


def idle(case, station):
    """Nobody signs: seen all the same."""
    station.control("absent 1")
    station.await_key("absent")
    answer = station.unlock(check=False)
    case.check(answer.error == "TOKEN_ABSENT" and answer.code == 69,
               "idle: unlock says that there is no token", answer)
    station.control("epoch 2")
    station.await_key("ready")
    case.check(True, "idle: a pull is seen without any work, and the return")


def failing(case, station):
    """Single calls fail in the middle."""
    drafts = begun(case, station, "failing", 12, seed=2)
    station.control("fail C_Sign 2 0x30", "fail C_SignInit 5 0x30")
    station.await_batch("failing", "done")
    case.check(any(c.endswith(" 0x30") for c in station.calls("C_Sign ")),
               "failing: a C_Sign failed, and the batch went on")
    return drafts


def removed(case, station):
    """A call says that the device is gone, although it is there again."""
    drafts = begun(case, station, "removed", 12, seed=3)
    station.control("fail C_Sign 2 0x32")
    station.await_batch("removed", "done")
    case.check(any(c.endswith(" 0x32") for c in station.calls("C_Sign ")),
               "removed: a session died, and the batch went on")
    return drafts


def flipped(case, station):
    """One bit of each signature is wrong."""
    drafts = station.drafts("flipped", 5, seed=4)
    station.submit("flipped", drafts)
    released = len(station.released())
    seals = len(station.entries("seal"))
    station.control("flip 1")
    before = signatures(station)
    station.seal("flipped", wait=False)
    wait_for(lambda: signatures(station) >= before + 3, 20, "it signs")
    time.sleep(1)
    case.check(len(station.released()) == released and
               len(station.entries("seal")) == seals and
               station.batch("flipped")["state"] == "approved",
               "flipped: no wrong signature is logged or released")
    case.check("signature does not verify" in station.log(),
               "flipped: the station says so")
    answer = station.zegel("key", "test", check=False)
    case.check(answer.code == 1 and "wrong signature" in str(answer),
               "flipped: the self-test says so", answer)
    station.control()
    station.await_batch("flipped", "done")
    return drafts


def second_key(station):
    """Another key in the same token, which a stale handle can name."""
    env = dict(os.environ, SOFTHSM2_CONF=station.path(
        "softhsm", "softhsm2.conf"))
    subprocess.run(
        ["pkcs11-tool", "--module", SOFTHSM, "--token-label", "zegel",
         "--login", "--pin", PIN.decode(), "--keypairgen", "--key-type",
         "EC:prime256v1", "--id", "02", "--label", "other"],
        check=True, capture_output=True, env=env)


def stale(case, station):
    """After each return the old number names the other key."""
    drafts = begun(case, station, "stale", 20, seed=5)
    station.control("stale 1", "absent 1")
    station.await_key("absent")
    station.control("stale 1", "epoch 3")
    station.await_batch("stale", "done")
    station.control("stale 1", "epoch 4")
    again = station.drafts("stale-again", 4, seed=6)
    station.submit("stale-again", again)
    station.await_key("ready")
    station.seal("stale-again")
    case.check(station.batch("stale-again")["state"] == "done",
               "stale: numbers of before a return are not used after it")
    return [drafts, again]


def swap_key(station, back):
    """Takes the seal key's files out of the token and puts a key of the same
    label and id in their place; back: the other way round."""
    top = station.path("softhsm", "tokens")
    token = os.path.join(top, os.listdir(top)[0])
    aside = os.path.join(station.folder, "aside")
    env = dict(os.environ, SOFTHSM2_CONF=station.path(
        "softhsm", "softhsm2.conf"))
    tool = ["pkcs11-tool", "--module", SOFTHSM, "--token-label", "zegel",
            "--login", "--pin", PIN.decode()]
    if not back:
        subprocess.run(["cp", "-a", token, aside], check=True)
        for kind in ["privkey", "pubkey"]:
            subprocess.run([*tool, "--delete-object", "--type", kind,
                            "--id", "01"], check=True, capture_output=True,
                           env=env)
        subprocess.run([*tool, "--keypairgen", "--key-type", "EC:prime256v1",
                        "--id", "01", "--label", "seal"], check=True,
                       capture_output=True, env=env)
    else:
        subprocess.run(["rm", "-rf", token], check=True)
        subprocess.run(["mv", aside, token], check=True)


def foreign(case, station):
    """The token comes back with another key of the same name."""
    drafts = station.drafts("foreign", 4, seed=7)
    station.submit("foreign", drafts)
    station.zegel("batch", "close", "foreign")
    station.control("absent 1")
    station.await_key("absent")
    swap_key(station, back=False)
    before = signatures(station)
    station.control("epoch 5")
    station.await_key("unusable")
    keys = station.status()["keys"]
    case.check("not the certificate's" in keys[0].get("reason", ""),
               "foreign: status says whose key it is not", keys)
    answer = station.zegel("batch", "approve", "foreign", "--yes",
                           check=False)
    case.check(answer.error == "TOKEN_KEY_MISMATCH",
               "foreign: nobody can approve for it", answer)
    answer = station.unlock(check=False)
    case.check(answer.error == "TOKEN_KEY_MISMATCH",
               "foreign: nor unlock it", answer)
    case.check(signatures(station) == before,
               "foreign: nothing is signed with it")
    station.stop()
    swap_key(station, back=True)
    station.start()
    station.zegel("batch", "approve", "foreign", "--yes")
    return drafts


def crashed(case, station):
    """A module that crashes takes signer with it, and the station."""
    drafts = begun(case, station, "crashed", seed=9)
    os.kill(station.processes()["signer"], signal.SIGSEGV)
    code = station.daemon.wait(30)
    station.daemon = None
    case.check(code == 70 and has_message(
        station, "signer died by signal 11 .*the token's PKCS#11 module"),
               "crashed: the station ends, and says what ran there", code)
    station.control()
    station.start()
    station.await_batch("crashed", "done")
    return drafts


def main():
    with Case("token") as case:
        station = case.station()
        station.init()
        second_key(station)
        station.wrap_token()
        station.start()
        folders = [pulled(case, station)]
        idle(case, station)
        folders.append(failing(case, station))
        folders.append(removed(case, station))
        folders.append(flipped(case, station))
        folders += stale(case, station)
        folders.append(foreign(case, station))
        folders.append(crashed(case, station))
        case.sealed(station, draft_ids(*folders), "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
