"""The files that lint looks at, and the list of exceptions."""

import os
import re

ROOMS = ("common", "firmware", "boards", "hsm", "host", "tests", "docs", ".ci")
DATA = ("tests/fuzz/corpus/", "tests/data/", "tests/vectors/data/")


class Source:
    """One text file; code is its text without comments and strings."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        if text.endswith("\n"):
            self.lines.pop()
        self.room = path.split("/")[0]
        self.name = os.path.basename(path)
        self.is_c = path.endswith((".c", ".h"))
        self.is_header = path.endswith(".h")
        self.is_private = self.is_header and (
            path.endswith("_priv.h") or re.match(
                r"/\*\n? ?\*? ?[\w.]+: private to ", text) is not None)
        self.is_product = self.is_c and self.room not in ("tests", "docs")
        first = self.lines[0] if self.lines else ""
        self.is_python = path.endswith(".py") or (
            first.startswith("#!") and "python" in first)
        self.is_shell = path.endswith(".sh") or bool(
            re.match(r"#!.*\b(ba)?sh\b", first))
        self.is_code = self.is_c or self.is_python or self.is_shell
        self.code = blank(text).split("\n") if self.is_c else []


def blank(text):
    """C without the insides of comments, strings and characters; what is
    left stands where it stood."""
    pattern = re.compile(
        r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
        re.S)

    def hide(match):
        found = match[0]
        if found[0] in "\"'":
            return found[0] + " " * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)

    return pattern.sub(hide, text)


def load(root):
    """Every text file of the project below root, sorted by path."""
    found = []
    for room in ROOMS:
        for top, folders, names in os.walk(os.path.join(root, room)):
            folders[:] = [f for f in folders if f != "__pycache__"]
            found += [os.path.join(top, name) for name in names]
    found += [os.path.join(root, name) for name in os.listdir(root)
              if os.path.isfile(os.path.join(root, name))]
    sources = []
    for full in sorted(found):
        path = os.path.relpath(full, root)
        if path.startswith(DATA) or path in (".git", "LICENSE"):
            continue
        with open(full, "rb") as f:
            octets = f.read()
        if b"\0" in octets[:4096]:
            continue
        sources.append(Source(path, octets.decode("utf-8", "replace")))
    return sources


class Exceptions:
    """Lines "RULE PATH [WORD] # reason"; one that excuses nothing is an
    offence itself, so that the list never outlives its reasons."""

    def __init__(self, path):
        self.entries = {}
        self.bad = []
        if not os.path.exists(path):
            return
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                entry, _, reason = line.partition("#")
                words = entry.split()
                if not words:
                    continue
                if not reason.strip() or len(words) not in (2, 3):
                    self.bad.append(f"{path}:{number}: RULE PATH [WORD] "
                                    "# reason")
                self.entries[tuple(words)] = False

    def excuse(self, rule, path, word):
        for key in ((rule, path), (rule, path, word)):
            if key in self.entries:
                self.entries[key] = True
                return True
        return False

    def unused(self, rules):
        return [" ".join(key) for key, used in self.entries.items()
                if not used and key[0] in rules]
