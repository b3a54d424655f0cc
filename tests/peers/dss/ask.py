#!/usr/bin/env python3
"""ask.py BUILD FOLDER: both lines of DSS judge what seal.py made in FOLDER,
and copies of it with another payload. BUILD holds LINE.cp, a class path, and
LINE/, Java's classes. The verdicts go to FOLDER/LINE.tsv; prints them as a
table.

Java runs in the C locale: its default charset is then ASCII, before Java 18,
and DSS reads files by that charset in places. Sealed files are ASCII, so that
it may not matter; their payloads hold more.
"""

import base64
import json
import os
import re
import subprocess
import sys

LINES = ["new", "edc"]


def other_digit(text):
    at = [m.start() for m in re.finditer("[0-9]", text)][-1]
    return text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1:]


def other_payload(payload):
    """The same in base64url, where it is."""
    if payload[0] == "{":
        return other_digit(payload)
    text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    text = other_digit(text.decode()).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def alter(path):
    """A copy with another digit in the payload; its path."""
    extension = os.path.splitext(path)[1]
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if extension == ".jws":
        parts = text.split(".")
        parts[1] = other_payload(parts[1])
        text = ".".join(parts)
    else:
        jws = json.loads(text)
        jws["payload"] = other_payload(jws["payload"])
        text = json.dumps(jws)
    to = os.path.join(os.path.dirname(path), "altered" + extension)
    with open(to, "w", encoding="utf-8") as f:
        f.write(text)
    return to


def sealed_files(top):
    return sorted(os.path.join(folder, name)
                  for folder, _, names in os.walk(top)
                  for name in names
                  if name.endswith((".sealed.jsonld", ".sealed.jws")))


def class_path(build, line):
    with open(os.path.join(build, line + ".cp"), encoding="utf-8") as f:
        return f.read().strip()


def ask(build, line, top, files):
    path = class_path(build, line) + ":" + os.path.join(build, line)
    words = ["java", "-Duser.language=en", "-cp", path, "Validate"]
    for name in sorted(os.listdir(top)):
        if name.endswith(".pem"):
            words += ["--trust", os.path.join(top, name)]
        elif name.endswith(".crl"):
            words += ["--crl", os.path.join(top, name)]
    done = subprocess.run(words + files, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=300,
                          env=dict(os.environ, LC_ALL="C"))
    if done.returncode != 0 or len(done.stdout.splitlines()) != len(files):
        sys.exit("DSS (%s): %s" % (line, done.stderr))
    with open(os.path.join(top, line + ".tsv"), "w", encoding="utf-8") as f:
        f.write(done.stdout)


def version(build, line):
    return re.search(r"/dss-jades-([0-9.]+)\.jar", class_path(build, line))[1]


class Verdict:
    """One line of a .tsv file."""

    def __init__(self, text, top):
        path, *fields = text.rstrip("\n").split("\t")
        parts = os.path.relpath(path, top).split(os.sep)
        self.case = parts[0]  # iat, sigT, revoked, own
        self.alg = parts[1] if len(parts) == 3 else "ES256"
        self.altered = parts[-1].startswith("altered.")
        self.thrown = None if len(fields) == 7 else " ".join(fields)
        fields += [""] * 7
        self.indication, self.sub, self.level = fields[:3]
        self.errors, self.warnings, self.remarks, self.stamps = (
            [m for m in f.split(" | ") if m] for f in fields[3:7])

    def about(self):
        return (self.case, "altered" if self.altered else "sealed")

    def words(self):
        if self.thrown:
            return (self.thrown,)
        sub = "" if self.sub == "-" else " / " + self.sub
        return (self.indication + sub, self.level,
                *self.errors, *self.warnings, *self.remarks,
                *["content timestamp " + s for s in self.stamps])


def load(top, line):
    with open(os.path.join(top, line + ".tsv"), encoding="utf-8") as f:
        return [Verdict(text, top) for text in f]


def table(top, line):
    rows = {}
    for one in load(top, line):
        rows.setdefault(one.about() + one.words(), []).append(one.alg)
    for (case, what, *words), algorithms in rows.items():
        print("    %s, %s: %s" % (case, what, " ".join(algorithms)))
        print("        " + "\n        ".join(words))


def main():
    build, top = sys.argv[1:]
    sealed = sealed_files(top)
    files = sealed + [alter(p) for p in sealed
                      if os.path.relpath(p, top).startswith(
                          ("iat", "sigT", "json"))]
    for line in LINES:
        ask(build, line, top, files)
        print("DSS %s" % version(build, line))
        table(top, line)


if __name__ == "__main__":
    main()
