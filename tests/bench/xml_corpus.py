"""xml_corpus.py FILE OCTETS IMAGE: fictional credentials in the shape of ELM
v2, in one root, indented and with empty tags, so not canonical. IMAGE octets
of base64 stand in each. The same arguments give the same file."""

import base64
import random
import sys

WORDS = ("course learning outcome sewing knots navigation certificate of "
         "achievement workload hours full-time assessment grade provider "
         "Grundkurs Nähen für Anfänger, Prüfung bestanden, cours élémentaire "
         "kurs żeglarski").split()


def text(rng, n):
    return " ".join(rng.choice(WORDS) for _ in range(n))


def note(rng, name, indent):
    pad = " " * indent
    lines = [f'{pad}    <text lang="{lang}" content-type="text/plain">'
             f"{text(rng, 6 + rng.randrange(12))}</text>"
             for lang in ("en", "de", "fr")[:1 + rng.randrange(3)]]
    return "\n".join([f"{pad}<{name}>", *lines, f"{pad}</{name}>"])


def code(rng, name, indent):
    pad = " " * indent
    uri = f"http://data.europa.eu/snb/code/{rng.randrange(16 ** 10):010x}"
    return "\n".join([
        f'{pad}<{name} uri="{uri}"',
        f'{pad}        targetFrameworkUrl="http://data.europa.eu/snb/25831c2">',
        note(rng, "targetName", indent + 4),
        f"{pad}</{name}>"])


def claim(rng, n):
    return "\n".join([
        f'        <achievement id="urn:epass:learningAchievement:{n}"'
        f" wasDerivedFrom='urn:epass:assessment:{n}'>",
        note(rng, "title", 12), note(rng, "description", 12),
        code(rng, "specifiedBy", 12),
        f'            <wasAwardedBy idref="urn:epass:awardingProcess:{n}"/>',
        "            <creditPoints>",
        f'                <hours unit="h">{rng.randrange(400)}</hours>',
        "            </creditPoints>",
        "        </achievement>"])


def credential(rng, number, image):
    parts = [
        '    <europassCredential xmlns="http://data.europa.eu/snb"',
        '        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
        '        xmlns:cred="http://data.europa.eu/europass/model/'
        'credentials/w3c#"',
        f'        cred:id="urn:credential:{number:032x}" xsdVersion="0.10.0">',
        "        <cred:issued>2026-09-03T10:00:04Z</cred:issued>",
        f'        <cred:issuer idref="urn:epass:org:{number}"/>',
        code(rng, "type", 8), note(rng, "title", 8)]
    parts += [claim(rng, n) for n in range(10)]
    if image:
        octets = bytes(rng.getrandbits(8) for _ in range(image * 3 // 4))
        parts += ["        <content>", base64.b64encode(octets).decode(),
                  "        </content>"]
    parts += ["        <proof/>", "    </europassCredential>", ""]
    return "\n".join(parts)


def main():
    file, octets, image = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(1)
    some = [credential(rng, n, image).encode() for n in range(64)]
    written = 0
    with open(file, "wb") as f:
        f.write(b"<?xml version='1.0' encoding='UTF-8'?>\n<batch>\n")
        while written < octets:
            written += f.write(some[rng.randrange(len(some))])
        f.write(b"</batch>\n")


main()
