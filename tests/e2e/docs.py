"""docs.py: what README.md and docs/*.md name is there: verbs of zegel with
their words and options, by --help; files; links; errors; keys of the
configuration. A paragraph, or a row of a table, that says "not there" may
name what is to come.

Run from the top of the tree; $B is the build. Prints TAP.
"""

import glob
import os
import re
import subprocess

ZEGEL = os.path.join(os.environ.get("B", "build"), "bin", "zegel")
DOCS = ["README.md", *sorted(glob.glob("docs/*.md"))]
NOT_YET = re.compile(r"\bnot there\b", re.I)
FOLDERS = "common|hsm|host|tests|docs|firmware|boards"
# Of words that follow a verb, those are its own; others are arguments.
WITH_WORDS = ("batch", "key", "log")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def zegel_help(*words):
    run = subprocess.run([ZEGEL, *words, "--help"], capture_output=True,
                         check=True, encoding="utf-8")
    return run.stdout


def paragraphs(text):
    """(paragraph, is code, is about what is not there)."""
    heading = False
    for n, part in enumerate(re.split(r"^```.*$", text, flags=re.M)):
        if n % 2 == 1:
            yield part, True, False
            continue
        for one in re.split(r"\n\s*\n|\n(?=\|)", part):
            if one.lstrip().startswith("#"):
                heading = bool(NOT_YET.search(one.split("\n")[0]))
            yield one, False, heading or bool(NOT_YET.search(one))


def commands(paragraph, code):
    """What is typed: lines of code, and spans of a text."""
    if code:
        joined = re.sub(r"\\\n\s*", "", paragraph)
        return [re.sub(r"\s{2,}.*| #.*", "", re.sub(r"^[$#] ", "", line))
                for line in joined.split("\n")]
    return re.findall(r"`([^`]+)`", paragraph)


class Docs:
    def __init__(self):
        self.verbs = {}
        for verb in re.findall(r"^  ([a-z]+) ", zegel_help(), re.M):
            self.verbs[verb] = zegel_help(verb)
        self.bad = {}
        self.seen = {}

    def hold(self, kind, good, what):
        self.seen[kind] = self.seen.get(kind, 0) + 1
        if not good:
            self.bad.setdefault(kind, []).append(what)

    def command(self, where, words, not_yet):
        """The words after "zegel"."""
        verb = words[0]
        if not re.fullmatch(r"[a-z]+", verb):
            return
        if verb not in self.verbs:
            self.hold("verb", not_yet, "%s: zegel %s" % (where, verb))
            return
        help_text = self.verbs[verb]
        usage = help_text.split("\n\n")[0]
        if verb in WITH_WORDS and len(words) > 1 and \
                re.fullmatch(r"[a-z-]{2,}", words[1]):
            known = re.search(r"zegel %s %s\b" % (verb, words[1]), usage)
            self.hold("word", known or not_yet,
                      "%s: zegel %s %s" % (where, verb, words[1]))
        for word in words[1:]:
            if not re.match(r"--[a-z]|-[a-z]$", word):
                continue
            known = re.search(r"(?<![-\w])%s(?![-\w])" % word, help_text)
            self.hold("option", known or not_yet,
                      "%s: zegel %s %s" % (where, verb, word))

    def paragraph(self, path, text, code, not_yet):
        where = path
        for typed in commands(text, code):
            for part in re.split(r"[|;&]+", typed):
                words = part.split()
                while words and not words[0].endswith("zegel"):
                    words.pop(0)
                if len(words) > 1:
                    clean = [w.strip("[].,:()") for w in words[1:]]
                    self.command(where, clean, not_yet)
        for name in re.findall(r"(?<![\w./-])((?:%s)/[\w./-]*\w)" % FOLDERS,
                               text):
            there = os.path.exists(name) or os.path.exists(name + ".c")
            self.hold("file", there or not_yet, "%s: %s" % (path, name))
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            there = os.path.exists(os.path.join(os.path.dirname(path), link))
            self.hold("link", there, "%s: %s" % (path, link))

    def errors(self, path, text):
        table = re.findall(r"^X\(\d+, *([A-Z0-9_]+)",
                           read("common/err_table.h"), re.M)
        groups = {t.split("_")[0] for t in table if "_" in t}
        for name in re.findall(r"`([A-Z][A-Z0-9]+_[A-Z0-9_]+)`", text):
            if name.split("_")[0] in groups:
                self.hold("error", name in table, "%s: %s" % (path, name))

    def keys(self, path, text):
        table = read("host/base/config_rules.c")
        known = re.findall(r'\{"([a-z]+)", "([a-zA-Z-]+)", \w*AT', table)
        for section, key in re.findall(r"`\[([a-z]+)\] ([a-zA-Z-]+)", text):
            self.hold("key", (section, key) in known,
                      "%s: [%s] %s" % (path, section, key))


def main():
    docs = Docs()
    for path in DOCS:
        text = read(path)
        for one in paragraphs(text):
            docs.paragraph(path, *one)
        docs.errors(path, text)
        docs.keys(path, text)
    kinds = {
        "verb": "a verb that a document names is there or said not to be",
        "word": "so are the words of 'zegel batch', 'key' and 'log'",
        "option": "so is every option",
        "file": "every file that a document names is there",
        "link": "every link leads to a file",
        "error": "every error is in common/err_table.h",
        "key": "every key of zegel.conf is known to the configuration",
    }
    print("1..%d" % (len(kinds) + 1))
    failed = False
    for n, (kind, name) in enumerate(kinds.items(), 1):
        bad = docs.bad.get(kind, [])
        failed |= bool(bad)
        print("%s %d - %s" % ("not ok" if bad else "ok", n, name))
        for what in sorted(set(bad)):
            print("#   " + what)
    # A test that finds nothing to look at says nothing.
    enough = docs.seen.get("option", 0) > 20 and \
        docs.seen.get("word", 0) > 20 and docs.seen.get("file", 0) > 40
    print("%s %d - there was something to look at %s" % (
        "ok" if enough else "not ok", len(kinds) + 1, docs.seen))
    return 1 if failed or not enough else 0


if __name__ == "__main__":
    raise SystemExit(main())
