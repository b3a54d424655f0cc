#!/usr/bin/env python3
"""What front must survive: clients that do not behave, and a round of which a
part failed. Nothing that was told "accepted" may be missing afterwards."""

import array
import json
import os
import shutil
import socket
import sys

from station import Case, draft_ids, wait_for


class Client:
    """front's socket without zegel between."""

    def __init__(self, station):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(station.path("run", "front.sock"))
        self.got = b""

    def send(self, *requests, fd=None):
        """All in one packet, so that one round of front takes them."""
        lines = b"".join(json.dumps(r).encode() + b"\n" for r in requests)
        passed = [] if fd is None else [
            (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))]
        self.socket.sendmsg([lines], passed)

    def receive(self):
        while b"\n" not in self.got:
            part = self.socket.recv(65536)
            if not part:
                raise OSError("front closed the connection")
            self.got += part
        line, self.got = self.got.split(b"\n", 1)
        return json.loads(line)


def pipe_as_draft(case, station):
    """A descriptor that never ends must not hold up everybody."""
    end, other = os.pipe()
    client = Client(station)
    client.send({"verb": "submit", "batch": "pipe", "name": "x"}, fd=end)
    try:
        error = client.receive().get("error", {}).get("name")
    except socket.timeout:
        error = "front is stuck"
    case.check(error == "NOT_REGULAR", "a pipe is no draft", error)
    os.close(other)
    os.close(end)


def unknown_profile(case, station):
    """zegel knows the profiles, too; front does not rely on it."""
    client = Client(station)
    with open(__file__, "rb") as file:
        client.send({"verb": "submit", "batch": "x", "name": "x",
                     "profile": "x"}, fd=file.fileno())
        error = client.receive().get("error", {}).get("name")
    case.check(error == "PROFILE", "front takes no unknown profile", error)


def failed_closing(case, station):
    """A draft comes in the round in which a closing fails: it is refused, or
    it is there. Without its folder the tree of the leaves cannot be kept."""
    drafts = station.drafts("round", 2, seed=2)
    first, second = sorted(os.listdir(drafts))
    station.submit("one", os.path.join(drafts, first))
    shutil.rmtree(station.path("store", "trees"))
    with open(os.path.join(drafts, second), "rb") as draft:
        client = Client(station)
        client.send({"verb": "batch-close", "batch": "one"},
                    {"verb": "submit", "batch": "two", "name": "second"},
                    fd=draft.fileno())
        client.receive()
        accepted = "result" in client.receive()
    there = any(b["name"] == "two" and b["items"].get("queued") == 1
                for b in station.zegel("batch", "list").results)
    case.check(accepted == there, "what was accepted is there",
               "accepted: %s, in the queue: %s" % (accepted, there))
    os.mkdir(station.path("store", "trees"), 0o700)
    if not there:
        station.submit("two", os.path.join(drafts, second))
    for batch in "one", "two":
        station.zegel("batch", "close", batch, check=False)
        station.await_batch(batch, "closed")
        station.zegel("batch", "approve", batch, "--yes")
    return draft_ids(drafts)


def same_name(case, station):
    """Items of one name are all released, each under a name of its own."""
    drafts = station.drafts("same", 4, seed=3)
    client = Client(station)
    for name in os.listdir(drafts):
        with open(os.path.join(drafts, name), "rb") as draft:
            client.send({"verb": "submit", "batch": "same",
                         "name": "credential"}, fd=draft.fileno())
            client.receive()
    station.seal("same")
    return draft_ids(drafts)


def swapped_certificate(case, station):
    """The certificate is replaced between sealing and release: what was
    sealed is released with the one that it was sealed with."""
    other = case.station("other")
    other.init()
    drafts = station.drafts("swapped", 3, seed=4)
    station.submit("swapped", drafts)
    blocked = station.path("spool", "out", "swapped")
    with open(blocked, "w", encoding="utf-8"):
        pass
    station.seal("swapped", wait=False)
    wait_for(lambda: station.batch("swapped")["items"].get("sealed") == 3,
             20, "three are sealed")
    station.stop()
    own, saved = station.path("keys", "default.pem"), station.path("saved")
    shutil.copy(own, saved)
    shutil.copy(other.path("keys", "default.pem"), own)
    os.unlink(blocked)
    station.start(unlock=False)
    station.await_batch("swapped", "done")
    station.stop()
    shutil.copy(saved, own)
    station.start()
    return draft_ids(drafts)


def drop(station, *paths):
    """Into the drop folder, old enough to be taken at once."""
    for path, name in paths:
        to = station.path("spool", "in", name)
        shutil.copy(path, to + ".part")
        os.rename(to + ".part", to)


def spool(case, station):
    """A file that a crash left in the drop folder although it is in, a link,
    and two files of one name that are refused."""
    drafts = station.drafts("spool", 1, seed=5)
    draft = os.path.join(drafts, os.listdir(drafts)[0])
    refused = station.path("spool", "refused", "inbox")
    secret = os.path.join(case.folder, "secret")
    with open(secret, "w", encoding="utf-8") as f:
        f.write("not a draft")
    waiting = station.path("spool", "in")
    for text in "first", "second":
        with open(os.path.join(case.folder, text), "w",
                  encoding="utf-8") as f:
            f.write(text)
    drop(station, (draft, "one.json"))
    wait_for(lambda: not os.listdir(waiting), 30, "the draft is taken in")
    drop(station, (draft, "one.json"),
         (os.path.join(case.folder, "first"), "bad.json"))
    wait_for(lambda: not os.listdir(waiting), 30, "and again")
    drop(station, (os.path.join(case.folder, "second"), "bad.json"))
    folder = os.path.join(case.folder, "links")
    os.mkdir(folder)
    os.symlink(secret, os.path.join(folder, "link.json"))
    os.rename(folder, os.path.join(waiting, "links"))
    wait_for(lambda: not os.listdir(waiting), 30, "and again")
    names = sorted(os.listdir(refused))
    case.check(names == ["bad.json", "bad.json.2", "bad.json.2.why",
                         "bad.json.why"],
               "what is known is no refusal, and no refused draft is lost",
               names)
    why = station.path("spool", "refused", "links", "link.json.why")
    with open(why, encoding="utf-8") as f:
        text = f.read()
    case.check("a link" in text, "a link in the drop folder is not followed",
               text)
    station.seal("inbox")
    return draft_ids(drafts)


def main():
    with Case("front") as case:
        station = case.station()
        station.init()
        station.configure("spool", settle="1s")
        station.start()
        pipe_as_draft(case, station)
        unknown_profile(case, station)
        ids = failed_closing(case, station)
        ids += same_name(case, station)
        ids += swapped_certificate(case, station)
        ids += spool(case, station)
        case.sealed(station, ids, "after all")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
