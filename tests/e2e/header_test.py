#!/usr/bin/env python3
"""header_test: what the protected header is made of is changed, in zegel.conf
or with the certificate, while a batch is on its way. Nobody is asked to approve
what signer would refuse, no batch waits for ever, nothing is sealed twice.
"""

import glob
import os
import shutil
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from content_test import configure, header, released  # noqa: E402
from serve import Servers  # noqa: E402
from station import Case, credential_id, draft_ids, wait_for  # noqa: E402

COUNT = 12
CHANGED = "has changed since it was closed"
DIFFERS = 81  # common/err_table.h: HEADER_DIFFERS
SWAPPED = 147  # CERT_CHANGED


class Changes:
    """Each is undone by the next restart with another."""

    def __init__(self, case, station, servers):
        self.case, self.station, self.servers = case, station, servers
        self.own = station.path("keys", "default.pem")
        self.kept = os.path.join(case.folder, "kept.pem")
        self.folders = []

    def restart(self, change=None, **seal):
        """The station with that change alone."""
        self.station.stop()
        self.station.control()
        self.station.configure("seal", signing_time=None,
                               content_timestamp=None)
        if change:
            change()
        self.station.configure("seal", **seal)
        self.station.start()

    def form(self):
        self.station.configure("seal", signing_time="sigT")

    def chain(self):
        """The same certificate, without those above it."""
        with open(self.own, encoding="ascii") as f:
            leaf = f.read().split("-----END")[0] + \
                "-----END CERTIFICATE-----\n"
        with open(self.own, "w", encoding="ascii") as f:
            f.write(leaf)

    def renewed(self):
        shutil.copy(self.case.renewed, self.own)

    def back(self):
        shutil.copy(self.kept, self.own)

    def submit(self, name, count=COUNT):
        folder = self.station.drafts(name, count,
                                     seed=100 + len(self.folders))
        self.folders.append(folder)
        self.station.submit(name, folder)

    def close(self, name, count=COUNT):
        self.submit(name, count)
        self.station.zegel("batch", "close", name)

    def sealed(self, name, what, member, wanted=True):
        """It goes on as another batch would; all of it has that member or
        lacks it."""
        self.station.seal(name)
        batch = self.station.batch(name)
        found = [member in header(p) for p in released(self.station, name)]
        self.case.check(batch["state"] == "done" and len(found) > 0 and
                        found.count(wanted) == len(found),
                        "%s: closed again, it is sealed" % what,
                        (batch, found))

    def opens(self, name, what, reason, why):
        self.station.await_batch(name, "open")
        batch = self.station.batch(name)
        self.case.check(batch.get("reopened") == reason and
                        why in batch.get("why", ""),
                        "%s: it is open again, and says why" % what, batch)
        return batch


def unfreeze(station, name, half):
    """As a crash leaves it, in the middle of closing or at its end."""
    station.stop()
    with sqlite3.connect(station.path("queue.db")) as db:
        number = db.execute("SELECT max(id) FROM batch WHERE name = ?",
                            [name]).fetchone()[0]
        db.execute("UPDATE batch SET state = 2, count = 0, root = NULL"
                   " WHERE id = ?", [number])
        if half:
            db.execute("UPDATE item SET state = 1, leaf = NULL,"
                       " leaf_index = NULL WHERE batch = ? AND id >"
                       " (SELECT min(id) + 5 FROM item WHERE batch = ?)",
                       [number, number])
            db.execute("DELETE FROM tally WHERE batch = ?", [number])
            db.execute("INSERT INTO tally SELECT batch, state, count(*)"
                       " FROM item WHERE batch = ? GROUP BY batch, state",
                       [number])
    db.close()


def closing(c, name, change, reason, half=True):
    c.close(name)
    unfreeze(c.station, name, half)
    c.restart(change)
    c.opens(name, name, reason,
            CHANGED if reason == DIFFERS else "default")


def closed(c, name, change):
    c.close(name)
    before = len(c.station.entries("approval"))
    c.restart(change)
    c.opens(name, name, DIFFERS, CHANGED)
    answer = c.station.zegel("batch", "approve", name, "--yes", check=False)
    c.case.check(answer.error == "BATCH_STATE" and CHANGED in str(answer) and
                 len(c.station.entries("approval")) == before,
                 name + ": nobody is asked to approve it", answer)


def begin_signing(c, name, slow, signed):
    """Killed when so many are signed; how many were abandoned before."""
    c.close(name)
    before = len(c.station.entries("abandoned"))
    c.station.control("slow %d" % slow)
    calls = len(c.station.calls("C_Sign "))
    c.station.zegel("batch", "approve", name, "--yes", "--no-wait")
    wait_for(lambda: len(c.station.calls("C_Sign ")) >= calls + signed and
             (signed > 0 or len(c.station.entries("intent")) > 0), 20,
             "it signs")
    c.station.kill()
    return before


def left(c, name, before, reason, why):
    """What was approved is sealed, or abandoned and queued."""
    batch = c.opens(name, name, reason, why)
    abandoned = len(c.station.entries("abandoned")) - before
    queued = batch["items"].get("queued", 0)
    c.case.check(queued == COUNT - batch["items"].get("released", 0) > 0 and
                 abandoned == queued,
                 name + ": what was not sealed is abandoned and queued again",
                 (batch, abandoned))
    c.case.audit(c.station, name)


def approved(c, name, change, reason, why):
    before = begin_signing(c, name, 250, 4)
    c.restart(change)
    left(c, name, before, reason, why)


def kept_header(c, name):
    """What is kept of an approved batch is not what was approved."""
    before = begin_signing(c, name, 5000, 0)
    root = c.station.path("store", "trees")
    path, = glob.glob(os.path.join(root, "?" * 64))
    with open(path, "r+b") as f:
        f.seek(-40, os.SEEK_END)
        octet = f.read(1)
        f.seek(-1, os.SEEK_CUR)
        f.write(b"A" if octet != b"A" else b"B")
    c.restart()
    left(c, name, before, DIFFERS, "kept")


def unchanged(c, name, change, member, wanted):
    """A change that is not of the header of what is closed already."""
    c.close(name)
    root = c.station.batch(name)["root"]
    c.restart(change)
    batch = c.station.batch(name)
    c.station.zegel("batch", "approve", name, "--yes")
    found = [member in header(p) for p in released(c.station, name)]
    c.case.check(batch["state"] == "closed" and batch["root"] == root and
                 found == [wanted] * COUNT,
                 name + ": it is sealed as it was closed", (batch, found))


def check_form(c):
    for half in (True, False):
        name = "closing-%s" % ("half" if half else "whole")
        closing(c, name, c.form, DIFFERS, half)
        c.sealed(name, name, "sigT")
        c.restart()
    closed(c, "closed", c.form)
    c.sealed("closed", "closed", "sigT")
    c.restart()
    approved(c, "approved", c.form, DIFFERS, CHANGED)
    c.station.seal("approved")
    c.restart()
    kept_header(c, "kept")
    c.sealed("kept", "kept", "iat")
    c.close("same")
    unfreeze(c.station, "same", True)
    c.restart()
    c.station.await_batch("same", "closed")
    c.station.zegel("batch", "approve", "same", "--yes")
    c.case.check(c.station.batch("same")["state"] == "done",
                 "same: with nothing changed it is closed as it began")


def check_certificate(c):
    closing(c, "closing-chain", c.chain, DIFFERS)
    c.sealed("closing-chain", "closing-chain", "iat")
    c.restart(c.back)
    closed(c, "closed-chain", c.chain)
    c.sealed("closed-chain", "closed-chain", "iat")
    c.restart(c.back)
    approved(c, "approved-chain", c.chain, DIFFERS, CHANGED)
    c.station.seal("approved-chain")
    c.restart(c.back)
    closing(c, "closing-renewed", c.renewed, SWAPPED)
    c.sealed("closing-renewed", "closing-renewed", "iat")
    c.restart(c.back)
    approved(c, "approved-renewed", c.renewed, SWAPPED, "approved")
    c.station.seal("approved-renewed")
    c.restart(c.back)


def check_timestamps(c):
    def wanted():
        configure(c.station, c.servers)
    unchanged(c, "closed-without", wanted, "adoTst", False)
    unchanged(c, "closed-with", None, "adoTst", True)
    c.restart(wanted)
    closed(c, "stamped", lambda: (wanted(), c.form()))
    c.sealed("stamped", "stamped", "sigT")
    c.restart(wanted)
    closing(c, "stamped-half", lambda: (wanted(), c.form()), DIFFERS, False)
    c.sealed("stamped-half", "stamped-half", "adoTst")
    # What has no header yet gets the one that is wanted by now.
    c.restart(lambda: configure(c.station, c.servers, "/tsa/404"))
    c.submit("stamping")
    c.station.zegel("batch", "close", "stamping", "--no-wait")
    c.station.await_batch("stamping", "stamping")
    c.restart(lambda: (wanted(), c.form()))
    c.station.await_batch("stamping", "closed")
    c.station.zegel("batch", "approve", "stamping", "--yes")
    found = ["sigT" in header(p) for p in released(c.station, "stamping")]
    c.case.check(found == [True] * COUNT,
                 "stamping: it goes on with the form that is wanted by now",
                 found)


def in_the_end(case, station, ids):
    files = station.released()
    case.check(sorted(credential_id(p) for p in files) == ids,
               "in the end: each is released once", len(files))
    answer = station.zegel("verify", "--online", *files, check=False,
                           timeout=300)
    case.check(answer.code == 0 and len(answer.results) == len(files),
               "in the end: they verify, with their proofs",
               [r["verdict"] for r in answer.results])
    case.audit(station, "in the end", seals=len(ids), releases=len(ids))


def main():
    with Case("header") as case, \
            Servers(os.path.join(case.folder, "pki")) as servers:
        station = case.station()
        station.init_under(servers.pki.issuer)
        station.wrap_token()
        c = Changes(case, station, servers)
        shutil.copy(c.own, c.kept)
        case.renewed = os.path.join(case.folder, "renewed.pem")
        shutil.copy(servers.pki.issuer.certify(station), case.renewed)
        c.restart()
        check_form(c)
        check_certificate(c)
        check_timestamps(c)
        in_the_end(case, station, draft_ids(*c.folders))
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
