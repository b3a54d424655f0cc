#!/usr/bin/env python3
"""appliance_test: batches approved on the appliance's own screen, with the key
in another token: what it signs is sealed and logged, what it refuses is not;
another appliance, a log that goes backwards and a pulled cable."""

import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time

import screen
from sim import Sim
from station import Case, draft_ids, wait_for


def state(station):
    return station.status()["appliance"]["state"]


def review(station, batch):
    """zegel batch approve, and the appliance waits for its person."""
    running = station.begin("batch", "approve", batch)
    wait_for(lambda: state(station) == "waiting-for-person", 15,
             "the appliance shows " + batch)
    return running


def end(running):
    """Exit code and what it said."""
    out, err = running.communicate(timeout=30)
    return running.returncode, (out + err).decode()


def close(station, name, count, seed, size=6000):
    folder = station.drafts(name, count, seed=seed, size=size)
    station.submit(name, folder)
    station.zegel("batch", "close", name)
    return folder


def means(station, words):
    path = station.path("approval.conf")
    with open(path, encoding="ascii") as f:
        text = [x for x in f if not x.startswith("means")]
    with open(path, "w", encoding="ascii") as f:
        f.write("".join(text) + "means = " + words + "\n")


def asked(station, deed, *lines):
    """zegel appliance DEED, and the appliance waits for its person."""
    running = station.begin("appliance", deed, lines=lines)
    wait_for(lambda: state(station) == "waiting-for-person", 15,
             "the appliance shows " + deed)
    return running


def enrol(station, sim):
    running = asked(station, "enrol")
    sim.hold("select")
    return end(running)[0]


def enrolment(case, station, sim):
    station.start()
    wait_for(lambda: state(station) == "not-used", 10, "it is seen")
    close(station, "early", 1, 1)
    answer = station.zegel("batch", "approve", "early", check=False)
    case.check(answer.error == "APPLIANCE_NOT_ENROLLED",
               "nothing is shown to an appliance that nobody enrolled", answer)
    running = asked(station, "enrol")
    sim.tap("left")
    code, said = end(running)
    case.check(code == 1 and not station.entries("key"),
               "refused on the appliance: it is not enrolled", said)
    case.check(enrol(station, sim) == 0, "consented to there: it is enrolled")
    case.check([e["name"] for e in station.entries("key")] == ["appliance"],
               "its key is in the log")
    wait_for(lambda: state(station) == "ready", 10, "it is used")
    answer = station.zegel("batch", "approve", "early", "--means", "terminal",
                           "--yes", check=False)
    case.check(answer.error == "APPROVAL_MEANS",
               "the terminal is no means where approval.conf wants an "
               "appliance", answer)
    station.zegel("batch", "remove-item", "early", "--all", check=False)


def signed(case, station, sim):
    folder = close(station, "june", 3, 2)
    running = review(station, "june")
    # Every page of every item is asked for, and believed.
    before = sim.screen()
    for _ in range(30):
        sim.tap("down")
    case.check(sim.screen() != before, "june: it can be read")
    case.check(not station.released() and not station.entries("approval"),
               "june: nothing is sealed before anybody signs")
    sim.hold("select")
    code, said = end(running)
    case.check(code == 0, "june: held and sealed", said)
    entry = station.entries("approval")[-1]
    case.check(entry["means"] == "appliance" and entry["count"] == 3,
               "june: the log names the means", entry)
    return folder


def other_json(case, station, sim):
    """An Open Badge, a CLR and a W3C credential, compact: the appliance
    composes their headers and hashes their base64url itself."""
    station.submit("badges", "--profile", "json-compact",
                   os.path.join("tests", "data", "json"))
    station.zegel("batch", "close", "badges")
    running = review(station, "badges")
    for _ in range(9):
        sim.tap("down")
    sim.hold("select")
    code, said = end(running)
    case.check(code == 0, "badges: held and sealed", said)
    folder = station.path("spool", "out", "badges")
    files = sorted(n for n in os.listdir(folder) if n.endswith(".sealed.jws"))
    answers = [station.zegel("verify", os.path.join(folder, n), check=False)
               for n in files]
    case.check(len(files) == 3 and all(a.code == 0 for a in answers),
               "badges: all three are valid", answers)


def read(sim):
    return screen.read(screen.of_pbm(sim.screen()))


def close_translated(station, name, count, seed):
    """The same with titles in two languages."""
    folder = station.drafts(name, count, seed=seed)
    for file in os.listdir(folder):
        path = os.path.join(folder, file)
        with open(path, encoding="utf-8") as f:
            draft = json.load(f)
        shown = draft.get("credential", draft)["displayParameter"]
        shown["title"] = {"de": "Urkunde", "fr": "Licence"}
        with open(path, "w", encoding="utf-8") as f:
            json.dump(draft, f)
    station.submit(name, folder)
    station.zegel("batch", "close", name)
    return folder


def in_language(case, station, sim):
    """What [seal] language says is on the screen, and agreed upon."""
    station.stop()
    station.configure("seal", language="de")
    station.start()
    folder = close_translated(station, "german", 3, 12)
    running = review(station, "german")
    pages = [read(sim)]
    while "Language chosen: de" not in pages[-1] and len(pages) < 12:
        sim.tap("down")
        pages.append(read(sim))
    case.check("Language chosen: de" in pages[-1],
               "german: the screen says which language was chosen", pages)
    case.check(any("3 x Urkunde" in page for page in pages),
               "german: and shows the texts in it", pages)
    sim.hold("select")
    code, said = end(running)
    case.check(code == 0, "german: host and appliance agree on the texts",
               said)
    close_translated(station, "changed", 3, 13)
    station.stop()
    station.configure("seal", language="fr")
    station.start()
    answer = station.zegel("batch", "approve", "changed", check=False)
    case.check(answer.error == "SUMMARY_DIFFERS" and
               "[seal] language" in str(answer.lines),
               "changed: the language of a closed batch is told", answer)
    station.zegel("batch", "refuse", "changed")
    station.await_batch("changed", "open")
    station.zegel("batch", "remove-item", "changed", "--all")
    return folder


def refused(case, station, sim):
    close(station, "july", 2, 3)
    running = review(station, "july")
    sim.tap("left")
    code, said = end(running)
    case.check(code == 1 and "NOT_CONSENTED" in said,
               "july: refused on the appliance", said)
    entry = station.entries("refusal")[-1]
    case.check(entry["means"] == "appliance" and entry["count"] == 2,
               "july: the refusal is in the log", entry)
    station.await_batch("july", "open")
    station.zegel("batch", "remove-item", "july", "--all")


def taken_back(case, station):
    """Refused at the terminal while the appliance shows it."""
    close(station, "august", 1, 4)
    running = review(station, "august")
    station.zegel("batch", "refuse", "august")
    code, said = end(running)
    case.check(code == 1, "august: taken off the screen again", said)
    wait_for(lambda: state(station) == "ready", 10, "it is free again")
    station.await_batch("august", "open")
    station.zegel("batch", "remove-item", "august", "--all")


def pulled(case, station, sim, dice):
    """Power and cable pulled at any moment: the batch is closed, or approved
    and sealed; nothing in between, and nothing twice."""
    folder = close(station, "pulled", 40, 5, size=40000)
    running = station.begin("batch", "approve", "pulled")
    for _ in range(6):
        time.sleep(dice.random() * 0.6)
        sim.replug()
        case.check(station.batch("pulled")["state"] == "closed" and
                   not station.items("pulled")[0].get("seal"),
                   "pulled: nothing happened to the batch")
    wait_for(lambda: state(station) == "waiting-for-person", 30,
             "it is shown again by itself")
    sim.press("select")
    time.sleep(1.9 + dice.random() * 0.3)
    sim.replug()
    if running.poll() is None and not station.entries("approval")[1:]:
        wait_for(lambda: state(station) == "waiting-for-person", 30,
                 "and again")
        sim.hold("select")
    code, said = end(running)
    case.check(code == 0, "pulled: and at last it is sealed", said)
    return folder


def another(case, station):
    """Another appliance at the same place."""
    with Sim() as other:
        station.stop()
        console = station.status_console
        station.configure("appliance", console=other.console)
        station.start()
        close(station, "other", 1, 6)
        wait_for(lambda: state(station) == "not-used", 10, "it is a stranger")
        answer = station.zegel("batch", "approve", "other", check=False)
        case.check(answer.error == "APPLIANCE_UNKNOWN",
                   "other: a stranger is not asked", answer)
        station.zegel("batch", "refuse", "other")
        station.await_batch("other", "open")
        station.zegel("batch", "remove-item", "other", "--all")
        station.stop()
    station.configure("appliance", console=console)


def exchanged(case, station):
    """A pin file that somebody changed is in the log once it counts."""
    path = station.path("signer", "appliance")
    with open(path, encoding="ascii") as f:
        right = f.read()
    lines = right.splitlines(keepends=True)
    lines[2] = "firmware " + 64 * "5" + "\n"
    for text in ("".join(lines), right):
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        station.start()
        known = "".join(text.splitlines(keepends=True)[:4]).encode()
        digest = base64.urlsafe_b64encode(hashlib.sha256(known).digest())
        noted = [e["digest"] for e in station.entries("configuration")
                 if e["name"] == "appliance"]
        case.check(noted[-1] == digest.decode().rstrip("="),
                   "exchanged: the log has whom the station believes", noted)
        station.stop()
    case.check(len(noted) == 3 and noted[0] == noted[2] != noted[1],
               "exchanged: each change of it once", noted)


def backwards(case, elder, sim):
    """An appliance that has seen a larger log than this station's. Enrolling
    it would make it begin anew: the pin is the elder station's."""
    station = case.station("younger")
    station.init()
    station.configure("appliance", console=sim.console)
    means(station, "appliance terminal")
    shutil.copy(elder.path("signer", "appliance"),
                station.path("signer", "appliance"))
    station.start()
    wait_for(lambda: station.status()["appliance"]["logBackwards"], 15,
             "it says that the log goes backwards")
    close(station, "forked", 1, 7)
    for how in ("appliance", "terminal"):
        answer = station.zegel("batch", "approve", "forked", "--means", how,
                               "--yes", "--no-wait", check=False)
        case.check(answer.error == "LOG_FORK",
                   "forked: nothing is approved at the " + how, answer)
    case.check(not station.entries("seal"), "forked: nothing is sealed")
    station.stop()


def production(case, sim):
    """A station that means it takes no simulator."""
    station = case.station("real")
    station.init()
    station.configure("appliance", console=sim.console)
    station.configure("station", mode="production")
    station.configure("softhsm", embedded="no")
    station.start(unlock=False)
    wait_for(lambda: state(station) == "not-used", 10, "it is seen")
    answer = station.zegel("appliance", "enrol", check=False)
    case.check(answer.error == "STATION_MODE",
               "a production station asks no simulator", answer)
    station.stop()


def main():
    if not os.path.exists(os.path.join("build", "firmware", "sim")):
        subprocess.run(["make", "-s", "sim"], check=True)
    dice = random.Random(int(os.environ.get("SEED", "1")))
    with Case("appliance") as case, Sim() as sim:
        station = case.station()
        station.init()
        station.configure("appliance", console=sim.console)
        station.status_console = sim.console
        means(station, "appliance")
        enrolment(case, station, sim)
        folders = [signed(case, station, sim)]
        folders.append(in_language(case, station, sim))
        refused(case, station, sim)
        taken_back(case, station)
        folders.append(pulled(case, station, sim, dice))
        another(case, station)
        exchanged(case, station)
        station.start()
        case.sealed(station, draft_ids(*folders), "in the end")
        result = station.zegel("log", "verify").result
        case.check(result["devices"] == result["approvals"] == 3,
                   "anybody with the log can check the appliance's "
                   "signatures", result)
        other_json(case, station, sim)
        station.stop()
        backwards(case, station, sim)
        production(case, sim)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
