#!/usr/bin/env python3
"""names_test: what lies in spool/out under a name that a sealed file wants is
left alone, and a sealed file is never seen without its proof."""

import ctypes
import os
import shutil
import struct
import sys

from station import Case, credential_id, draft_ids

IN_CREATE, IN_CLOSE_WRITE, IN_MOVED_TO = 0x100, 0x8, 0x80
SEALED, PROOF = ".sealed.jsonld", ".sealed.jsonld.tlog-proof"


class Watch:
    """What happens in a folder, in order."""

    def __init__(self, folder):
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK)
        if libc.inotify_add_watch(self.fd, folder.encode(), IN_CREATE |
                                  IN_CLOSE_WRITE | IN_MOVED_TO) < 0:
            raise OSError(ctypes.get_errno(), "inotify")

    def events(self):
        found = []
        while True:
            try:
                octets = os.read(self.fd, 1 << 20)
            except BlockingIOError:
                return found
            while octets:
                mask, _, size = struct.unpack_from("=III", octets, 4)
                name = octets[16:16 + size].split(b"\0")[0].decode()
                found.append((mask, name))
                octets = octets[16 + size:]


def proof_first(case, station):
    folder = station.drafts("first", 40, seed=1)
    out = station.path("spool", "out", "first")
    os.mkdir(out)
    watch = Watch(out)
    station.submitted("first", folder)
    station.seal("first")
    events = watch.events()
    late = []
    for at, (mask, name) in enumerate(events):
        if name[0] == "." or not name.endswith(SEALED):
            continue
        proof = name[:-len(SEALED)] + PROOF
        if not any(n == proof and m & (IN_CLOSE_WRITE | IN_MOVED_TO)
                   for m, n in events[:at]):
            late.append(name)
    named = {n for _, n in events if n[0] != "." and n.endswith(SEALED)}
    case.check(len(named) == 40 and not late,
               "who sees a sealed file finds its whole proof",
               (len(named), late[:3]))
    return folder


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, octets):
    with open(path, "wb") as f:
        f.write(octets)


def names_taken(case, station):
    folder = station.drafts("taken", 4, seed=2)
    names = sorted(n.rsplit(".", 1)[0] for n in os.listdir(folder))
    out = station.path("spool", "out", "taken")
    os.mkdir(out)
    first, second, third, fourth = [os.path.join(out, n) for n in names]
    write(first + SEALED, b"somebody else's")
    write(second + SEALED, b"somebody else's")
    write(second + PROOF, b"its proof")
    write(third + PROOF, b"of a file that is gone")
    station.submitted("taken", folder)
    station.seal("taken")
    case.check(read(first + SEALED) == read(second + SEALED) ==
               b"somebody else's", "another's file keeps its name")
    case.check(not os.path.exists(first + PROOF) and
               read(second + PROOF) == b"its proof",
               "another's file gets no proof of ours")
    ours = [p for p in station.released() if p.startswith(out) and
            p not in (first + SEALED, second + SEALED)]
    case.check(len(ours) == 4 and third + SEALED in ours and
               fourth + SEALED in ours,
               "the others have theirs, these two a number, too", ours)
    answer = station.zegel("verify", *ours, check=False)
    case.check(answer.code == 0 and all(os.path.exists(p + ".tlog-proof")
                                        for p in ours),
               "all four verify with their proofs, one of them renewed",
               answer)
    for path in (first + SEALED, second + SEALED):
        os.unlink(path)
    os.unlink(second + PROOF)
    return folder


def one_name(case, station):
    """Two drafts of one name, in one batch."""
    one, two = [station.drafts(n, 1, seed=s)
                for n, s in (("one", 3), ("two", 4))]
    name = os.listdir(one)[0]
    other = os.listdir(two)[0]
    if other != name:
        shutil.move(os.path.join(two, other), os.path.join(two, name))
    station.submitted("same", os.path.join(one, name))
    station.submitted("same", os.path.join(two, name))
    station.seal("same")
    out = station.path("spool", "out", "same")
    found = [p for p in station.released() if p.startswith(out)]
    case.check(sorted(map(credential_id, found)) == draft_ids(one, two),
               "two of one name: both are released", found)
    answer = station.zegel("verify", *found, check=False)
    case.check(answer.code == 0 and len(answer.results) == 2,
               "two of one name: each has its own proof", answer)
    return [one, two]


def main():
    with Case("names") as case:
        station = case.station()
        station.init()
        station.start()
        folders = [proof_first(case, station), names_taken(case, station)]
        folders += one_name(case, station)
        case.sealed(station, draft_ids(*folders), "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
