"""Mistakes in a station's configuration: a part of cli_verbs.py."""

import os
import re

from cli_station import read, serve, write


def change(s, name, old, new):
    """Changes a configuration; returns what it was."""
    before = read(s.place(name))
    assert old in before, (old, before)
    write(s.place(name), before.replace(old, new, 1))
    return before


def test_verify(t, s):
    """Whose trust anchors are those of the configuration."""
    out = s.place("spool", "out", "first")
    one = os.path.join(out, sorted(
        f for f in os.listdir(out) if f.endswith(".jsonld"))[0])
    before = change(s, "zegel.conf", b"[seal]\n", b"[seal]\nlevl = B\n")
    for more in ([], ["--online", "--trust", s.place("keys", "test-ca.pem")]):
        run = s.zegel("verify", *more, one)
        t.check(f"a mistake in zegel.conf is no verdict: 78 {more[:1]}",
                run.code == 78 and "levl" in run.err and
                "=>" not in run.out, run)
    write(s.place("zegel.conf"), b"")
    run = s.zegel("verify", one)
    t.check("an empty one says nothing", run.code == 0, run)
    write(s.place("zegel.conf"), before)


def test_places(t, s):
    """Two files of a station have a section [approval]."""
    before = change(s, "approval.conf", b"means = ", b"maens = ")
    run = serve(s)
    t.check("a mistake is told with its file, approval.conf",
            run.returncode == 78 and
            re.search(rb"signer: approval\.conf:\d+: \[approval\] maens: ",
                      run.stderr), run.returncode, run.stderr.decode())
    write(s.place("approval.conf"), before)
    before = change(s, "zegel.conf", b"[seal]\n",
                    b"[approval]\nwindow = soon\n[seal]\n")
    run = serve(s)
    t.check("or zegel.conf", run.returncode == 78 and
            re.search(rb"zegeld: zegel\.conf:\d+: \[approval\] window: ",
                      run.stderr), run.returncode, run.stderr.decode())
    for verb in (["key", "list"], ["extend", "x"], ["verify", "x"]):
        run, objects = s.objects(*verb)
        error = objects[-1].get("error", {})
        t.check(f"by zegel, too ({verb[0]})", run.code == 78 and
                error.get("file") == "zegel.conf" and
                error.get("offset", 0) > 0, run)
    run = s.zegel("key", "list")
    t.check("at the begin of the line", run.err.startswith("zegel.conf:"),
            run)
    write(s.place("zegel.conf"), before)


def test_config(t, s):
    """Without a daemon."""
    origin = s.result("log", "checkpoint")["origin"]
    before = change(s, "zegel.conf", origin.encode(), b"other.example/log")
    run = serve(s)
    t.check("an origin that is not the log's: 78, with both",
            run.returncode == 78 and b"other.example/log" in run.stderr and
            origin.encode() in run.stderr, run.returncode,
            run.stderr.decode())
    write(s.place("zegel.conf"), before)
    test_verify(t, s)
    test_places(t, s)
