"""Mistakes in a station's configuration: a part of cli_verbs.py."""

from cli_station import read, serve, write


def change(s, name, old, new):
    """Changes a configuration; returns what it was."""
    before = read(s.place(name))
    assert old in before, (old, before)
    write(s.place(name), before.replace(old, new, 1))
    return before


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
