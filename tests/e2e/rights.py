#!/usr/bin/env python3
"""rights_test: each process of a station started by root has a user of its
own, and each user can touch what is his."""

import grp
import json
import os
import pwd
import shutil
import subprocess
import sys

from station import Case, ZEGEL, draft_ids


def identity(pid):
    """(uid, gid, groups) of a process, and what else its status says."""
    status = {}
    with open("/proc/%d/status" % pid, encoding="ascii") as f:
        for line in f:
            name, _, value = line.partition(":")
            status[name] = value.split()
    return (int(status["Uid"][1]), int(status["Gid"][1]),
            [int(g) for g in status["Groups"]]), status


def of_person(name):
    entry = pwd.getpwnam(name)
    return (entry.pw_uid, entry.pw_gid,
            os.getgrouplist(name, entry.pw_gid))


def as_user(who, work):
    """Runs work in a child with that identity; what it returns."""
    end, other = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            uid, gid, groups = who
            os.setgroups(groups)
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
            os.write(other, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(other)
    with os.fdopen(end, "rb") as f:
        said = f.read()
    os.waitpid(pid, 0)
    return json.loads(said)


def files(station, *parts):
    """All files and folders there."""
    top = station.path(*parts)
    found = [top]
    for folder, folders, names in os.walk(top):
        found += [os.path.join(folder, n) for n in folders + names]
    return found


def readable(paths):
    found = []
    for path in paths:
        try:
            if os.path.isdir(path):
                os.listdir(path)
            else:
                os.close(os.open(path, os.O_RDONLY))
            found.append(path)
        except OSError:
            pass
    return found


def writable(paths):
    found = []
    for path in paths:
        try:
            if os.path.isdir(path):
                trial = os.path.join(path, ".trial")
                os.close(os.open(trial, os.O_WRONLY | os.O_CREAT))
                os.unlink(trial)
            else:
                os.close(os.open(path, os.O_WRONLY))
            found.append(path)
        except OSError:
            pass
    return found


# Who may do what with which part. What is not named is forbidden.
PARTS = {
    "zegel.conf": {"front": "r", "signer": "r", "logger": "r",
                   "teller": "r"},
    "approval.conf": {"signer": "r"},
    "station.key": {"front": "rw"},
    "queue.db": {"front": "rw"},
    "net": {"front": "rw"},
    "store": {"front": "rw", "signer": "r"},
    "signer": {"signer": "rw"},
    "softhsm": {"signer": "rw"},
    "logger": {"logger": "rw"},
    "log": {"front": "r", "signer": "r", "logger": "rw", "teller": "r"},
    "spool/out": {"front": "rw", "signer": "r", "logger": "r",
                  "teller": "r"},
    "keys": {"front": "r", "signer": "r", "logger": "r", "teller": "r",
             "stranger": "r"},
}


# The writer's own, in what others read.
OWN = ("/store/trees", "/log/lock")


def matrix(case, station, who):
    for part, allowed in PARTS.items():
        paths = files(station, *part.split("/"))
        for name, user in who.items():
            rights = allowed.get(name, "")
            read = as_user(user, lambda: readable(paths))
            write = as_user(user, lambda: writable(paths))
            theirs = [p for p in paths if "w" in rights or
                      not any(own in p for own in OWN)]
            good = (read == theirs if "r" in rights else not read) and (
                bool(write) if "w" in rights else not write)
            case.check(good, "%s: %s may %s" % (
                part, name, {"": "do nothing", "r": "read",
                             "rw": "read and write"}[rights]),
                "reads %s of %d, writes %s; cannot read %s" % (
                    read[:3], len(paths), write[:3],
                    sorted(set(paths) - set(read))[:3]))


def processes(case, station):
    who = {}
    for name, pid in station.processes().items():
        who[name], status = identity(pid)
        case.check(pwd.getpwuid(who[name][0]).pw_name == "zegel-" + name,
                   "%s runs as its own user" % name, who[name])
        case.check(len(set(status["Uid"])) == 1 and
                   len(set(status["Gid"])) == 1 and
                   status["NoNewPrivs"] == ["1"] and
                   int(status["CapEff"][0], 16) == 0 and
                   int(status["CapPrm"][0], 16) == 0,
                   "%s cannot gain any right" % name, status)
        case.check(who[name][2] == [grp.getgrnam("zegel").gr_gid],
                   "%s has the station's group, and no other" % name)
        # What is not dumpable belongs to root, whoever runs it.
        case.check(os.stat("/proc/%d/mem" % pid).st_uid == 0 and
                   not as_user(who[name], lambda: readable(
                       ["/proc/%d/mem" % pid, "/proc/%d/environ" % pid])),
                   "%s's memory is closed to its own user" % name)
        with open("/proc/%d/limits" % pid, encoding="ascii") as f:
            core = [x for x in f if x.startswith("Max core file size")][0]
        case.check(core.split()[4:6] == ["0", "0"],
                   "%s leaves no core" % name, core)
    return who


def program(station):
    """zegel where everybody may read it: the tree may be its owner's alone."""
    copy = os.path.join(station.folder, "zegel")
    if not os.path.exists(copy):
        shutil.copy(ZEGEL, copy)
    return copy


def run_as(who, station, *words):
    zegel = program(station)

    def work():
        run = subprocess.run(
            [zegel, *words, "--station", station.dir, "--json"],
            capture_output=True, stdin=subprocess.DEVNULL, timeout=30)
        lines = [json.loads(x) for x in run.stdout.splitlines()]
        errors = [x["error"]["name"] for x in lines if "error" in x]
        return [run.returncode, errors[-1] if errors else None]
    return as_user(who, work)


def people(case, station, who):
    drafts = station.drafts("people", 2, seed=2)
    subprocess.run(["chmod", "-R", "a+rX", drafts], check=True)
    answer = run_as(who["teller"], station, "submit", "--batch", "people",
                    drafts)
    case.check(answer[0] == 0, "a teller submits", answer)
    answer = run_as(who["teller"], station, "batch", "close", "people")
    case.check(answer[0] == 0, "and closes the batch", answer)
    before = len(station.entries())
    for verb in [("batch", "approve", "people", "--yes"),
                 ("batch", "refuse", "people"), ("lock",),
                 ("key", "test")]:
        for name in ("teller", "front"):
            answer = run_as(who[name], station, *verb)
            case.check(answer[0] == 77 and answer[1] in
                       (None, "APPROVER_UNKNOWN"),
                       "%s may not: %s" % (name, " ".join(verb[:2])), answer)
    case.check(len(station.entries()) == before and
               station.batch("people")["state"] == "closed" and
               station.key_state() == "ready",
               "and nothing of it has happened")
    for verb in [("status",), ("submit", drafts)]:
        answer = run_as(who["stranger"], station, *verb)
        case.check(answer[0] != 0, "a stranger may not: %s" % verb[0],
                   answer)
    station.zegel("batch", "approve", "people", "--yes")
    return drafts


def main():
    with Case("rights") as case:
        os.chmod(case.folder, 0o755)
        station = case.station()
        station.init()
        station.start()
        case.check(station.status()["separation"] == "full",
                   "status says that the separation is full")
        who = processes(case, station)
        drafts = station.drafts("first", 4)
        station.submit("first", drafts)
        station.seal("first")
        for name in ("teller", "stranger"):
            who[name] = of_person(name)
        more = people(case, station, who)
        station.unlock()
        matrix(case, station, who)
        case.sealed(station, draft_ids(drafts, more), "in the end")
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
