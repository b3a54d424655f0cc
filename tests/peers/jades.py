#!/usr/bin/env python3
"""jades.py DSS SEALED JSON WORK: the crate 'jades' (jades_rs), a JAdES that
shares no code with DSS or Zegel. TAP.

What dss/seal_json.py made, in all three serialisations and at every level, with
every algorithm, is valid for it, and copies with another payload are not. What
dss/seal.py made under the profile edc it refuses: it knows no b64 and says so,
as RFC 7515 4.1.11 wants of who does not understand what is critical. The other
way round, its own seals at level B, and copies with another payload, are judged
by Zegel, by DSS and by itself: docs/INTEROP.md has the table. DSS is the folder
of its classes.
"""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for place in ["../pki", "../e2e", "dss"]:
    sys.path.insert(0, os.path.join(HERE, place))

from ask import alter as beside, other_payload, sealed_files  # noqa: E402
from authority import Pki  # noqa: E402
from compare import dss, zegel  # noqa: E402
from seal import ALGORITHMS as EVERY, STAMPED  # noqa: E402
from station import Case, ZEGEL, skip  # noqa: E402

CRATE = os.path.join(HERE, "jades_rs")
KINDS = {"ES256": "p256", "ES384": "p384"}
ALGORITHMS = [*KINDS, "RS256", "RS384", "RS512"]  # PS fails in the crate
FORMS = ["compact", "flattened", "general"]
DOCUMENT = {"id": "urn:example:1", "name": "Zo\u00eb"}
# Without a reference to the certificate, and with fractions in sigT, it is no
# baseline signature; for Zegel the form of sigT fails it.
OURS = ("TOTAL_FAILED", "FORMAT_FAILURE", "JAdES, no baseline level",
        "not-valid")
WANTED = {
    False: ("JAdES-B-B\tvalid", ["passed"], OURS,
            ("INDETERMINATE", "CERTIFICATE_CHAIN_GENERAL_FAILURE",
             "JSON-NOT-ETSI")),
    True: ("JAdES-B-B\tnot valid", ["failed"], OURS,
           ("INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND",
            "JSON-NOT-ETSI")),
}
REFUSED = "unsupported critical header parameter '%s'"


def build(target):
    """The program, or why there is none."""
    if shutil.which("cargo") is None:
        skip("no cargo command")
    words = ["cargo", "--quiet"], ["--locked", "--manifest-path",
                                   os.path.join(CRATE, "Cargo.toml")]
    if subprocess.run([*words[0], "fetch", *words[1]],
                      capture_output=True).returncode != 0:
        skip("cargo does not get the crate jades")
    subprocess.run([*words[0], "build", "--release", "--target-dir", target,
                    *words[1]], check=True)
    return os.path.join(target, "release", "jades_rs")


def verdicts(program, files):
    run = subprocess.run([program, "verify", *files], capture_output=True,
                         text=True, check=True)
    return dict(line.split("\t", 1) for line in run.stdout.splitlines())


def alter(path, to):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    if text.startswith("{"):
        jws = json.loads(text)
        jws["payload"] = other_payload(jws["payload"])
        text = json.dumps(jws)
    else:
        parts = text.split(".")
        parts[1] = other_payload(parts[1])
        text = ".".join(parts)
    with open(to, "w", encoding="utf-8") as f:
        f.write(text)


def seal(program, pki, alg, folder):
    """Its seals and their changed copies."""
    os.makedirs(folder)
    base = pki.path("seal-" + KINDS.get(alg, "rsa3072"))
    credential = os.path.join(os.path.dirname(folder), "credential.txt")
    with open(credential, "w", encoding="utf-8") as f:
        json.dump(DOCUMENT, f, ensure_ascii=False)
    subprocess.run([program, "seal", alg, base + ".key", base + ".chain.pem",
                    credential, folder], check=True)
    for form in FORMS:
        path = os.path.join(folder, "B-%s-b64" % form)
        alter(path + ".json", path + ".payload.json")


def check_json(case, program, sealed):
    """With sigT a content timestamp is critical, which it does not know."""
    every = sealed_files(sealed)
    odd = [p for p in every if ".sigT" + STAMPED in p]
    files = [p for p in every if p not in odd]
    for what, chosen, wanted in [
            ("", files, "valid"),
            (", another payload", [beside(p) for p in files], "not valid")]:
        said = verdicts(program, sorted(set(chosen)))
        case.check(len(said) == len(files) > 70 and
                   set(said.values()) == {"JAdES-B-B\t" + wanted},
                   "%d sealed files of other JSON%s are %s" % (
                       len(said), what, wanted), set(said.values()))
    found = {os.path.basename(os.path.dirname(p)) for p in files}
    case.check(found == set(EVERY), "with every algorithm", found)
    said = verdicts(program, odd)
    case.check(said and all(REFUSED % "adoTst" in x for x in said.values()),
               "%d with a content timestamp and sigT are refused for that"
               % len(said), set(said.values()))


def check_ours(case, program, sealed):
    files = sealed_files(sealed)
    said = verdicts(program, files)
    case.check(len(files) > 100 and
               all(REFUSED % "b64" in said[p] for p in files),
               "%d sealed files are refused for b64, and for nothing else"
               % len(files), set(said.values()))


def signatures(files, root):
    """What Zegel says of each one's signature alone."""
    run = subprocess.run(
        [ZEGEL, "verify", "--json", "--station", "/nonexistent", "--trust",
         root, *files], capture_output=True, text=True, timeout=300)
    results = [json.loads(x)["result"] for x in run.stdout.splitlines()]
    return {r["file"]: [f["verdict"] for f in r["findings"]
                        if f["check"] == "signature"] for r in results}


def check_theirs(case, program, classes, out):
    files = sorted(os.path.join(folder, name)
                   for folder, _, names in os.walk(out)
                   for name in names if name.endswith(".json"))
    root = os.path.join(out, "root.pem")
    judges = (verdicts(program, files), signatures(files, root),
              zegel(files, root), dss(classes, files, root))
    for changed, wanted in WANTED.items():
        chosen = [p for p in files if (".payload." in p) == changed]
        said = {str(tuple(j.get(p) for j in judges)) for p in chosen}
        case.check(len(chosen) == len(ALGORITHMS) * len(FORMS) and
                   said == {str(wanted)},
                   "%d of its seals%s: crate, Zegel's signature check, Zegel, "
                   "DSS say what docs/INTEROP.md says" % (
                       len(chosen), ", another payload" if changed else ""),
                   "\n".join(sorted(said)))


def main():
    classes, sealed, other_json, out = sys.argv[1:]
    program = build(os.path.abspath(os.path.join(out, "target")))
    made = os.path.join(out, "made")
    shutil.rmtree(made, ignore_errors=True)
    os.makedirs(made)
    with Case("jades") as case:
        pki = Pki(os.path.join(case.folder, "pki"), "http://pki.invalid")
        for kind in ["p256", "p384", "rsa3072"]:
            pki.seal(kind)
        shutil.copy(pki.root.certificate, os.path.join(made, "root.pem"))
        for alg in ALGORITHMS:
            seal(program, pki, alg, os.path.join(made, alg))
        check_json(case, program, other_json)
        check_ours(case, program, sealed)
        check_theirs(case, program, classes, made)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
