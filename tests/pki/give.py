#!/usr/bin/env python3
"""What a test station gets from the test PKI in FOLDER:

    tests/pki/give.py FOLDER certificate REQUEST OUT   for 'zegel key
                                           import-cert', with its chain
    tests/pki/give.py FOLDER configuration STATION     anchor, timestamps and
                                           level LTA, once, in its zegel.conf
"""

import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from authority import Pki  # noqa: E402

ANCHOR = "keys/test-root.pem"
LEVEL = "#level = B\n"
SECTION = """
# A TEST authority: its timestamps are worth nothing. It answers only while
# the test PKI is served.
[timestamp test]
url = %s/tsa
anchor = %s
"""


def whole(folder):
    url = Pki.url_of(folder)
    if url is None:
        raise SystemExit("no whole test PKI in " + folder)
    return Pki(folder, url)


def certificate(folder, request, out):
    whole(folder).issuer.answer(request, out)


def configuration(folder, station):
    """False if the station has timestamps already."""
    pki = whole(folder)
    path = os.path.join(station, "zegel.conf")
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if "\n[timestamp " in text:
        return False
    if LEVEL not in text:
        raise SystemExit("%s: no line %r to change" % (path, LEVEL.strip()))
    shutil.copyfile(pki.root.certificate,
                    os.path.join(station, ANCHOR))
    text = text.replace(LEVEL, "level = LTA\nanchor = %s\n" % ANCHOR, 1)
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.write(text + SECTION % (pki.url, ANCHOR))
    shutil.copymode(path, path + ".new")
    os.rename(path + ".new", path)
    return True


def main():
    folder, what, *words = sys.argv[1:]
    if what == "certificate":
        certificate(folder, *words)
    elif what == "configuration":
        configuration(folder, *words)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
