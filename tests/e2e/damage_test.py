#!/usr/bin/env python3
"""damage_test: a station's files were changed, lost or put back by somebody
else. It must say so, and seal nothing that nobody approved."""

import os
import shutil
import sqlite3
import sys
import time

from station import Case, credential_id, draft_ids, wait_for


def flip(path, at=None):
    """One bit of a file, in its middle."""
    size = os.path.getsize(path)
    with open(path, "r+b") as f:
        f.seek(size // 2 if at is None else at)
        octet = f.read(1)
        f.seek(-1, os.SEEK_CUR)
        f.write(bytes([octet[0] ^ 1]))


def stored(station):
    found = set()
    for folder, _, names in os.walk(station.path("store")):
        if "trees" not in folder:
            found |= {os.path.join(folder, n) for n in names}
    return found


def payload(case, station):
    """A frozen payload that changes between closing and approving."""
    folder = station.drafts("payload", 3, seed=1)
    station.submit("payload", folder)
    before = stored(station)
    station.zegel("batch", "close", "payload")
    changed = sorted(stored(station) - before)[0]
    os.chmod(changed, 0o640)
    shutil.copy(changed, os.path.join(station.folder, "payload.good"))
    flip(changed)
    station.zegel("batch", "approve", "payload", "--yes", "--no-wait")
    wait_for(lambda: station.batch("payload")["items"].get("released") == 2,
             20, "the two others are released")
    time.sleep(1)
    case.check(station.batch("payload")["items"] ==
               {"frozen": 1, "released": 2},
               "a payload that was changed is not sealed; the others are",
               station.batch("payload"))
    case.check("item" in station.log() and any(
        x in station.log() for x in ("not the composed one",
                                     "do not match their digest")),
               "and that is said")
    shutil.copy(os.path.join(station.folder, "payload.good"), changed)
    station.restart()
    station.await_batch("payload", "done")
    case.check(True, "with the right bytes back, it is")
    return folder


def draft(case, station):
    """A draft that changes before closing."""
    folder = station.drafts("draft", 2, seed=2)
    before = stored(station)
    station.submit("draft", folder)
    changed = sorted(stored(station) - before)[0]
    os.chmod(changed, 0o640)
    flip(changed)
    station.zegel("batch", "close", "draft", check=False)
    states = sorted(i["state"] for i in station.items("draft"))
    faults = [i.get("fault") for i in station.items("draft")
              if i["state"] == "failed"]
    case.check(states == ["failed", "frozen"] and
               "do not match" in str(faults),
               "a draft that was changed fails with its reason", (states,
                                                                  faults))
    station.zegel("batch", "approve", "draft", "--yes")
    return [p for p in station.released() if "/draft/" in p]


def names(case, station):
    """Two drafts of one name; a file that somebody put there before."""
    folder = station.drafts("names", 3, seed=3)
    a = sorted(os.listdir(folder))
    tops = [os.path.join(station.folder, "top%d" % n) for n in range(3)]
    for top, name in zip(tops, a):
        os.mkdir(top)
        shutil.copy(os.path.join(folder, name), os.path.join(top, "one.json"))
    out = station.path("spool", "out", "names")
    os.mkdir(out)
    mine = os.path.join(out, "one.sealed.jsonld")
    with open(mine, "w", encoding="utf-8") as f:
        f.write("somebody's own\n")
    for top in tops:
        station.submit("names", top)
    station.seal("names")
    with open(mine, encoding="utf-8") as f:
        kept = f.read()
    made = sorted(n for n in os.listdir(out) if n.endswith(".jsonld"))
    case.check(kept == "somebody's own\n" and len(made) == 4,
               "no file is replaced, each gets a name of its own", made)
    os.unlink(mine)
    return folder


def log_rolled_back(case, station):
    """log/ from a backup: what was said since would be unsaid."""
    saved = os.path.join(station.folder, "log.saved")
    shutil.copytree(station.path("log"), saved)
    folder = station.drafts("rolled", 2, seed=4)
    station.submit("rolled", folder)
    station.seal("rolled")
    station.stop()
    now = os.path.join(station.folder, "log.now")
    os.rename(station.path("log"), now)
    shutil.copytree(saved, station.path("log"))
    code = station.start(unlock=False, check=False)
    case.check(code == 65 and "restored from a copy" in
               station.log()[-500:],
               "a log that goes backwards: the station does not start",
               (code, station.log()[-500:]))
    station.stop()
    shutil.rmtree(station.path("log"))
    os.rename(now, station.path("log"))
    station.start()
    return folder


def log_changed(case, station):
    station.stop()
    tiles = []
    for folder, _, files in os.walk(station.path("log", "tile", "entries")):
        tiles += [os.path.join(folder, n) for n in files]
    # The widest: narrower ones of before are not read any more.
    tile = max(tiles, key=lambda name: int(os.path.basename(name)))
    os.chmod(tile, 0o640)
    good = tile + ".good"
    shutil.copy(tile, os.path.join(station.folder, "tile.good"))
    flip(tile)
    answer = station.zegel("log", "verify", check=False)
    case.check(answer.code != 0, "a changed entry: log verify says so",
               answer)
    shutil.copy(os.path.join(station.folder, "tile.good"), tile)
    case.check(station.zegel("log", "verify", check=False).code == 0 and
               not os.path.exists(good), "put right, it passes")
    station.start()


def refuses(case, station, what, wanted, code):
    got = station.start(unlock=False, check=False)
    case.check(got == code and wanted in station.log()[-600:],
               "%s: the station does not start, and says why" % what,
               (got, station.log()[-600:]))
    station.stop()


def starts_not(case, station):
    station.stop()
    queue = station.path("queue.db")
    good = os.path.join(station.folder, "queue.good")
    shutil.copy(queue, good)
    db = sqlite3.connect(queue)
    version = db.execute("pragma user_version").fetchone()[0]
    db.execute("pragma user_version = %d" % (version + 1))
    db.commit()
    db.close()
    refuses(case, station, "a queue of a newer version", "newer version", 78)
    with open(queue, "wb") as f:
        f.write(b"not a database at all" * 400)
    refuses(case, station, "a queue that is none", "queue", 65)
    for end in ("-wal", "-shm"):
        if os.path.exists(queue + end):
            os.unlink(queue + end)
    shutil.copy(good, queue)

    conf = station.path("zegel.conf")
    with open(conf, encoding="utf-8") as f:
        text = f.read()
    with open(conf, "w", encoding="utf-8") as f:
        f.write(text + "\nunknown-key = 1\n")
    refuses(case, station, "an unknown key in zegel.conf", "unknown", 78)
    with open(conf, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(conf, 0o666)
    refuses(case, station, "a zegel.conf that all may write", "others", 78)
    os.chmod(conf, 0o640)

    for name in ("station.key", os.path.join("logger", "log.key")):
        os.rename(station.path(name), station.path(name) + ".away")
        got = station.start(unlock=False, check=False)
        case.check(got != 0, "without %s it does not start" % name,
                   (got, station.log()[-600:]))
        station.stop()
        case.check(not os.path.exists(station.path(name)),
                   "and makes no new one: %s" % name)
        os.rename(station.path(name) + ".away", station.path(name))
    # An older sealed.db, or none: credentials could be sealed twice.
    sealed = station.path("logger", "sealed.db")
    os.rename(sealed, sealed + ".away")
    refuses(case, station, "a lost sealed.db", "sealed.db", 65)
    for end in ("", "-wal", "-shm"):
        if os.path.exists(sealed + end):
            os.unlink(sealed + end)
    os.rename(sealed + ".away", sealed)
    station.start()
    case.check(station.status()["mode"] == "test", "with all put right, "
               "it does")


def proof_lost(case, station):
    """A proof can be made again; a wrong one is seen."""
    path = station.released()[0]
    proof = path + ".tlog-proof"
    with open(proof, "rb") as f:
        good = f.read()
    other = station.released()[-1] + ".tlog-proof"
    shutil.copy(other, proof)
    answer = station.zegel("verify", path, check=False)
    case.check(answer.code == 1, "a proof of another file is seen", answer)
    with open(proof, "wb") as f:
        f.write(good)
    case.check(station.zegel("verify", path, check=False).code == 0,
               "its own one is good")


def main():
    with Case("damage") as case:
        station = case.station()
        station.init()
        station.start()
        folders = [payload(case, station)]
        half = draft(case, station)
        folders += [names(case, station), log_rolled_back(case, station)]
        log_changed(case, station)
        proof_lost(case, station)
        starts_not(case, station)
        ids = draft_ids(*folders) + [credential_id(p) for p in half]
        case.sealed(station, ids, "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
