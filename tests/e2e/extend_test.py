#!/usr/bin/env python3
"""Extending of seals with the test PKI: levels T, LT and LTA, renewal, what is
asked of whom, and that a file is as it was when something goes wrong.
"""

import base64
import json
import os
import shutil
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from serve import Servers  # noqa: E402
from station import Case  # noqa: E402


def read(path):
    with open(path, "rb") as file:
        return file.read()


def parts(path):
    """What is signed of it, and the names in etsiU."""
    jws = json.loads(read(path))
    seal = jws["signatures"][0]
    return (jws["payload"], seal["protected"], seal["signature"])


def report(answer):
    one = answer.result["reports"][0]
    return (one["indication"], one["level"], one["proven"])


def log_verdict(answer):
    return [f["verdict"] for f in answer.result["findings"]
            if f["check"] == "log"]


def make(case, servers, count):
    """A station under the PKI, with that many files sealed at level B."""
    station = case.station()
    path = station.init_under(servers.pki.issuer)
    root = servers.pki.root.certificate
    station.configure("timestamp one", url=servers.url + "/tsa", anchor=root)
    station.configure("seal", anchor=root)
    station.restart()
    station.submit("batch", station.drafts("batch", count, seed=77))
    station.seal("batch")
    return station, path, sorted(station.released())


def check_levels(case, station, path):
    before = parts(path)
    octets = read(path)
    copies = {"B": octets}
    for level in ["T", "LT", "LTA"]:
        answer = station.zegel("extend", "--level", level, path)
        case.check(answer.result["level"] == level, "extends to " + level,
                   answer)
        answer = station.zegel("verify", path, check=False)
        copies[level] = read(path)
        wanted = "INDETERMINATE" if level == "T" else "TOTAL-PASSED"
        case.check(report(answer) == (wanted, "JAdES-BASELINE-" + level,
                                      True),
                   "which verify says, too, at a proven time", answer)
        case.check(log_verdict(answer) == ["passed"],
                   "the log's proof of the seal stays valid", answer)
        case.check(parts(path) == before,
                   "what is signed is as it was", answer)
        again = station.zegel("extend", "--level", level, path, check=False)
        if level != "LTA":
            case.check(again.error == "EXISTS" and
                       read(path) == copies[level],
                       "a level is reached once", again)
    kinds = [t["kind"] for t in station.zegel("verify", path)
             .result["reports"][0]["timestamps"]]
    case.check(kinds == ["signature", "archive", "archive"],
               "an archive timestamp is renewed by one more", kinds)
    return copies


def check_logged(case, servers, station, path):
    """The log names each form of what the station released, and of nothing
    else, before it is written."""
    def entries():
        return station.entries("extend")
    seal = station.zegel("log", "find", path).result
    before, octets = len(entries()), read(path)
    answer = station.zegel("extend", "--level", "T", path)
    found = entries()
    case.check(len(found) == before + 1 and
               answer.result["entry"] == found[-1]["index_in_log"],
               "extending is logged", answer)
    answer = station.zegel("log", "find", path, check=False)
    case.check(answer.code == 0, "the longer form is found in the log", answer)
    case.check(found[-1]["seal"] in [e["seal"] for e in
                                     station.entries("release")],
               "under the seal that was released", (seal, found[-1]))
    with open(path, "wb") as file:
        file.write(octets)
    answer = station.zegel("extend", "--level", "T", "--no-log", path)
    case.check("entry" not in answer.result and
               len(entries()) == before + 1, "unless it is not wanted",
               answer)
    with open(path, "wb") as file:
        file.write(octets)
    # A copy without its proof is as anybody's file.
    folder = os.path.join(case.folder, "foreign")
    os.mkdir(folder)
    foreign = shutil.copy(path, folder)
    answer = station.zegel("extend", "--level", "T", foreign)
    case.check("entry" not in answer.result and
               len(entries()) == before + 1,
               "a file without a proof of this log is not", answer)
    station.stop()
    asked = servers.count("/tsa")
    answer = station.zegel("extend", "--level", "T", path, check=False)
    case.check(answer.error == "DAEMON_ABSENT" and read(path) == octets and
               servers.count("/tsa") == asked,
               "while the station does not run, its file stays as it is, "
               "before any timestamp", answer)
    damaged = read(path + ".tlog-proof")
    with open(path + ".tlog-proof", "wb") as file:
        file.write(damaged.replace(b"\nindex ", b"\nindex 1"))
    answer = station.zegel("extend", "--level", "T", path, check=False)
    case.check(answer.error == "MERKLE_PROOF" and read(path) == octets,
               "a wrong proof of this log is told", answer)
    with open(path + ".tlog-proof", "wb") as file:
        file.write(damaged)
    station.start()
    check_lies(case, station, path, entries)
    result = station.zegel("log", "verify").result
    case.check(result["extensions"] == len(entries()),
               "the log accounts for them", result)


def ask_front(station, request, octets=None):
    """What front says to a request, with a file beside it."""
    with socket.socket(socket.AF_UNIX) as s, tempfile.TemporaryFile() as f:
        f.write(octets or b"")
        f.seek(0)
        s.connect(station.path("run", "front.sock"))
        socket.send_fds(s, [json.dumps(request).encode() + b"\n"],
                        [f.fileno()] if octets is not None else [])
        return json.loads(s.makefile().readline())


def hand_over(station, seal, leaf, octets):
    """Front's first answer to the request to log a longer form."""
    return ask_front(station, {
        "verb": "extend", "seal": seal,
        "leaf": base64.urlsafe_b64encode(leaf).decode().rstrip("=")}, octets)


def ask_again(station, answer):
    return ask_front(station, {"verb": "extended",
                               "ticket": answer["result"]["ticket"]})


def pending(answer):
    return answer.get("result", {}).get("pending", False)


def await_end(station, answer):
    """The last answer to one who has a ticket."""
    end = time.monotonic() + 30
    while pending(answer) and time.monotonic() < end:
        time.sleep(0.01)
        answer = ask_again(station, answer)
    return answer


def enter(station, seal, leaf, octets):
    """The last answer to the request; again while there is no room."""
    end = time.monotonic() + 30
    answer = hand_over(station, seal, leaf, octets)
    while (pending(answer) and not answer["result"]["ticket"] and
           time.monotonic() < end):
        time.sleep(0.01)
        answer = hand_over(station, seal, leaf, octets)
    return await_end(station, answer)


def check_large(case, station, path):
    """A file that takes long to be read holds nobody up. It is one that is
    not logged, so that there is nothing else to wait for. The station might
    be done with it before it is asked; not each time."""
    octets = read(path)
    large = octets.replace(b"2025", b"2024", 1) + b" " * (60 << 20)
    others = False
    for _ in range(9):
        answer = hand_over(station, *read_proof(path), large)
        told = ask_front(station, {"verb": "status"})
        if pending(answer):
            answer = ask_again(station, answer)
            others = others or ("result" in told and pending(answer))
        answer = await_end(station, answer)
    case.check(others and answer["error"]["name"] == "HEADER_DIFFERS",
               "while front reads a large file it answers others", answer)
    hand_over(station, *read_proof(path), large)
    answer = enter(station, *read_proof(path), octets)
    case.check("entry" in answer.get("result", {}),
               "who comes meanwhile has his turn", answer)
    answer = ask_again(station, {"result": {"ticket": 1 << 40}})
    case.check(answer == {"result": {"pending": True, "ticket": 0}},
               "who has no ticket of this run is to send the file again",
               answer)


def read_proof(path):
    """Seal entry and leaf."""
    lines = read(path + ".tlog-proof").decode().split("\n")
    extra = json.loads(base64.b64decode(lines[1].split(" ")[1]))
    return (int(lines[2].split(" ")[1]),
            base64.urlsafe_b64decode(extra["leaf"] + "=="))


def check_once(case, station, path):
    """The very same octets are in the log once: as they were released, or as
    they were extended, also after a restart."""
    seal, leaf = read_proof(path)
    released = [e["index_in_log"] for e in station.entries("release")
                if e["seal"] == seal]
    before, released_form = station.entries("extend"), read(path)
    answer = enter(station, seal, leaf, released_form)
    case.check([answer["result"]["entry"]] == released and
               station.entries("extend") == before,
               "what was released is no longer form of itself", answer)
    named = station.zegel("extend", "--level", "T", path).result["entry"]
    for when in ["", ", after a restart, too"]:
        answer = enter(station, seal, leaf, read(path))
        case.check(answer["result"]["entry"] == named and
                   len(station.entries("extend")) == len(before) + 1,
                   "the same form gets no second entry" + when, answer)
        station.restart()
    with open(path, "wb") as file:
        file.write(released_form)


def check_lies(case, station, path, entries):
    """Front looks for itself: another file, leaf or seal is not logged."""
    seal, leaf = read_proof(path)
    octets = read(path)
    jws = json.loads(octets)
    jws["payload"] = jws["payload"].replace("2025", "2024", 1)
    other = json.dumps(jws).encode()
    before = len(entries())
    for what, name, request in [
            ("another payload", "HEADER_DIFFERS", (seal, leaf, other)),
            ("another leaf", "LOG_PROOF",
             (seal, leaf[:-1] + bytes([leaf[-1] ^ 1]), octets)),
            ("another entry", "LOG_", (seal - 1, leaf, octets)),
            ("no seal", "VERIFY_FORMAT", (seal, leaf, b"{}"))]:
        answer = enter(station, *request)
        case.check(answer.get("error", {}).get("name", "").startswith(name)
                   and len(entries()) == before,
                   "front logs no file with " + what, answer)


def check_online(case, servers, station, path):
    asked = servers.count("/")
    station.zegel("verify", path, check=False)
    case.check(servers.count("/") == asked, "nobody is asked unless told to")
    answer = station.zegel("verify", "--online", path, check=False)
    case.check(report(answer) == ("TOTAL-PASSED", "JAdES-BASELINE-B", False)
               and servers.count("/issuer/ocsp") > 0,
               "online, a responder says that it was not revoked", answer)


def check_trouble(case, servers, station, path):
    octets = read(path)
    for fault, error in [("/tsa 404", "NET_STATUS"), ("/tsa html", "NET_TYPE"),
                         ("/tsa wrong-imprint", "TSP_IMPRINT")]:
        name, what = fault.split(" ")
        servers.fault[name] = what
        answer = station.zegel("extend", "--level", "T", path, check=False)
        case.check(answer.code != 0 and read(path) == octets,
                   "with %s the file is as it was (%s)" % (what,
                                                           answer.error),
                   answer)
        shutil.rmtree(station.path("net"), ignore_errors=True)
    servers.fault.clear()
    for name in ["issuer", "root", "stamps"]:
        servers.fault["/%s/ocsp" % name] = "garbage"
    answer = station.zegel("extend", "--level", "LT", path, check=False)
    case.check(answer.code == 0, "lists serve where responders do not",
               answer)
    answer = station.zegel("verify", path, check=False)
    case.check(answer.code == 0 and answer.result["reports"][0]["revocation"]
               ["source"] == "CRL", "and are believed", answer)
    servers.fault.clear()


def check_in_place(case, servers, station, path):
    """The file itself is replaced, and nothing else."""
    octets = read(path)
    asked = servers.count("/tsa")
    with open(path + ".new", "w") as file:
        file.write("mine")
    answer = station.zegel("extend", "--level", "T", path, check=False)
    case.check(answer.error == "EXISTS" and read(path) == octets and
               read(path + ".new") == b"mine" and
               servers.count("/tsa") == asked,
               "a file of that name and .new is left, before any timestamp",
               answer)
    os.remove(path + ".new")
    link = os.path.join(case.folder, "link.jsonld")
    os.symlink(path, link)
    station.zegel("extend", "--level", "T", link)
    case.check(os.path.islink(link) and read(path) != octets,
               "a link stays one, and what it leads to is extended")
    os.remove(link)
    with open(path, "wb") as file:
        file.write(octets)


def check_folder(case, servers, station, path, folder):
    """Into another folder the proof goes along, and nothing is replaced there;
    what is in the way is found before anything is asked for or logged."""
    octets, proof = read(path), read(path + ".tlog-proof")
    to = os.path.join(folder, os.path.basename(path))

    def refuses(error, what, into=folder):
        before = servers.count("/tsa"), len(station.entries("extend"))
        answer = station.zegel("extend", "-o", into, path, check=False)
        case.check(answer.error == error and before == (
            servers.count("/tsa"), len(station.entries("extend"))),
            what + ", before any timestamp and entry", answer)
    answer = station.zegel("extend", "-o", folder, path)
    verdict = station.zegel("verify", to)
    case.check(read(path) == octets and
               report(verdict)[1] == "JAdES-BASELINE-LTA",
               "into another folder, if asked", verdict)
    case.check(read(to + ".tlog-proof") == proof and
               answer.result["proof"] == to + ".tlog-proof" and
               log_verdict(verdict) == ["passed"],
               "and the proof of the log goes along", verdict)
    raised = read(to)
    refuses("EXISTS", "where nothing is replaced")
    case.check(read(to) == raised, "the file there is as it was")
    os.remove(to)
    station.zegel("extend", "-o", folder, path)
    case.check(read(to + ".tlog-proof") == proof and read(to) != raised,
               "the same proof may be there already")
    os.remove(to)
    with open(to + ".tlog-proof", "wb") as file:
        file.write(proof + b"\n")
    refuses("EXISTS", "another proof is not replaced")
    case.check(os.listdir(folder) == [os.path.basename(to) + ".tlog-proof"]
               and read(to + ".tlog-proof") == proof + b"\n",
               "and nothing is put beside it", os.listdir(folder))
    os.remove(to + ".tlog-proof")
    refuses("NOT_FOUND", "a folder that is not there is told",
            os.path.join(folder, "none"))
    answer = station.zegel("extend", "-o", path, path, check=False)
    case.check("Not a directory" in str(answer),
               "and so is a file in a folder's place", answer)
    bare = shutil.copy(path, case.folder)
    station.zegel("extend", "-o", folder, bare)
    case.check(os.listdir(folder) == [os.path.basename(to)],
               "no proof, where there was none", os.listdir(folder))
    os.remove(bare)


def check_refusals(case, servers, station, path):
    octets = read(path)
    servers.fault["/issuer/ocsp"] = "by-stranger"
    servers.fault["/issuer/ca.crl"] = "wrong-signature"
    answer = station.zegel("extend", path, check=False)
    case.check(answer.code != 0 and read(path) == octets,
               "nobody who may say so: no level LT", answer)
    servers.fault.clear()
    folder = os.path.join(case.folder, "extended")
    os.mkdir(folder)
    check_folder(case, servers, station, path, folder)
    changed = os.path.join(folder, "changed.jsonld")
    with open(changed, "wb") as file:
        file.write(octets.replace(b"2025", b"2024", 1))
    answer = station.zegel("extend", changed, check=False)
    case.check(answer.error == "VERIFY_INVALID",
               "a broken seal gets no timestamp", answer)


def check_revoked(case, servers, station, sealed, path, long):
    """sealed: at level B; long: at LTA, from before."""
    servers.pki.issuer.revoke(path)
    answer = station.zegel("verify", "--online", sealed, check=False)
    case.check(answer.result["reports"][0].get("subIndication") ==
               "REVOKED_NO_POE", "revoked since: nothing proves it is older",
               answer)
    answer = station.zegel("extend", sealed, check=False)
    case.check(answer.error == "VERIFY_INDETERMINATE",
               "it is too late for a timestamp then", answer)
    answer = station.zegel("verify", "--online", long, check=False)
    case.check(report(answer)[:2] == ("TOTAL-PASSED", "JAdES-BASELINE-LTA"),
               "one that has its timestamps outlives the revocation", answer)


def main():
    with Case("extend") as case, \
            Servers(os.path.join(case.folder, "pki")) as servers:
        station, path, files = make(case, servers, 4)
        check_online(case, servers, station, files[0])
        check_logged(case, servers, station, files[2])
        check_once(case, station, files[2])
        check_large(case, station, files[2])
        copies = check_levels(case, station, files[0])
        case.check(len(set(copies.values())) == 4, "four different files")
        check_trouble(case, servers, station, files[1])
        check_in_place(case, servers, station, files[2])
        check_refusals(case, servers, station, files[2])
        check_revoked(case, servers, station, files[3], path, files[0])
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
