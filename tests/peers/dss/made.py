#!/usr/bin/env python3
"""made.py BUILD FOLDER: seals that both lines of DSS make under the test PKI,
FOLDER/LINE-KEY/LEVEL-FORM-PAYLOAD.json, with changed copies beside them, and
their root in FOLDER/root.pem. And seals of one that were extended by the other:
FOLDER/zegel-LINE by Zegel to LTA, dss-LINE by DSS after Zegel had added the
timestamp of level T, both-LINE these renewed by Zegel.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import urllib.request

for name in ["e2e", "pki"]:
    sys.path.insert(
        0, os.path.join(os.path.dirname(__file__), "..", "..", name))

from ask import LINES, class_path  # noqa: E402
from certs import openssl  # noqa: E402
from serve import Servers  # noqa: E402
from station import Case  # noqa: E402

KEYS = ["p256", "rsa3072"]
CREDENTIAL = {"type": ["VerifiableCredential"], "id": "urn:example:1",
              "credentialSubject": {"name": "Zo\u00eb \u00d6zg\u00fcr"}}


def java(build, line, *words):
    path = class_path(build, line) + ":" + os.path.join(build, line)
    done = subprocess.run(
        ["java", "-Dfile.encoding=UTF-8", "-cp", path, "Sign", *words],
        capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        sys.exit("DSS (%s): %s" % (line, done.stderr))


def make(build, servers, out, line, kind, credential):
    base = servers.pki.path("seal-" + kind)
    folder = os.path.join(out, "%s-%s" % (line, kind))
    os.mkdir(folder)
    java(build, line, servers.pki.root.certificate, servers.url + "/tsa",
         base + ".p12", credential, folder)
    return folder


def seals(jws):
    return jws.get("signatures", [jws])


def change(path, what, function):
    """A copy with something else in it, LEVEL-FORM-PAYLOAD.WHAT.json."""
    with open(path, encoding="utf-8") as f:
        jws = json.load(f)
    function(jws)
    with open(path[:-5] + ".%s.json" % what, "w", encoding="utf-8") as f:
        json.dump(jws, f, separators=(",", ":"))


def other_payload(jws):
    if "urn" in jws["payload"]:
        jws["payload"] = jws["payload"].replace(":1", ":2", 1)
        return
    text = base64.urlsafe_b64decode(jws["payload"] + "==")
    jws["payload"] = base64.urlsafe_b64encode(
        text.replace(b":1", b":2", 1)).decode().rstrip("=")


def other_etsiu(jws):
    """White space in the first element that an archive timestamp covers."""
    etsiu = seals(jws)[0]["header"]["etsiU"]
    text = base64.urlsafe_b64decode(etsiu[0] + "==")
    etsiu[0] = base64.urlsafe_b64encode(
        text.replace(b":", b": ", 1)).decode().rstrip("=")


def without_values(jws):
    """Only the timestamps are left."""
    header = seals(jws)[0]["header"]
    header["etsiU"] = [e for e in header["etsiU"]
                       if b"tstTokens" in base64.urlsafe_b64decode(e + "==")]


def archive_token(url, jws, count, scratch):
    """A timestamp as arcTst has it, over the first count elements."""
    one = seals(jws)[0]
    with open(scratch, "w", encoding="utf-8") as f:
        f.write("".join([jws["payload"], ".", one["protected"], ".",
                         one["signature"], ".",
                         *one["header"]["etsiU"][:count]]))
    openssl("ts", "-query", "-data", scratch, "-sha256", "-cert", "-out",
            scratch + ".tsq")
    with open(scratch + ".tsq", "rb") as f:
        request = urllib.request.Request(url + "/tsa", f.read(), {
            "Content-Type": "application/timestamp-query"})
    with urllib.request.urlopen(request, timeout=30) as answer, \
            open(scratch + ".tsr", "wb") as f:
        f.write(answer.read())
    openssl("ts", "-reply", "-in", scratch + ".tsr", "-token_out", "-out",
            scratch + ".token")
    with open(scratch + ".token", "rb") as f:
        return base64.b64encode(f.read()).decode()


def archive_at(url, count, scratch):
    """arcTst in among what it is usually behind of."""
    def insert(jws):
        element = {"arcTst": {"tstTokens": [{"val": archive_token(
            url, jws, count, scratch)}]}}
        seals(jws)[0]["header"]["etsiU"].insert(
            count, base64.urlsafe_b64encode(json.dumps(
                element).encode()).decode().rstrip("="))
    return insert


def misplace(servers, folder):
    """LT with an archive timestamp before the signature's, or before the
    values that prove it."""
    for name in sorted(os.listdir(folder)):
        if name.startswith("LT-") and name.count(".") == 1:
            for count, what in enumerate(["first", "second"]):
                change(os.path.join(folder, name), what, archive_at(
                    servers.url, count, os.path.join(folder, "scratch")))
    for name in os.listdir(folder):
        if name.startswith("scratch"):
            os.unlink(os.path.join(folder, name))


def change_all(folder):
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if "compact" in name:
            continue
        change(path, "payload", other_payload)
        if name.startswith("LTA"):
            change(path, "etsiu", other_etsiu)
            change(path, "novalues", without_values)


def pass_on(build, servers, station, out, line):
    root = servers.pki.root.certificate
    here = os.path.join(out, line + "-p256")
    ours, theirs, both, scratch = (
        os.path.join(out, name + "-" + line)
        for name in ("zegel", "dss", "both", "scratch"))
    for folder in (ours, theirs, both, scratch):
        os.mkdir(folder)
    for name in sorted(os.listdir(here)):
        if name.count(".") == 1 and "compact" not in name:
            station.zegel("extend", "-o", ours, os.path.join(here, name))
    for name in ("B-general-raw.json", "B-general-b64.json"):
        station.zegel("extend", "--level", "T", "-o", scratch,
                      os.path.join(here, name))
        java(build, line, root, servers.url + "/tsa", "extend", "LTA",
             os.path.join(scratch, name), os.path.join(theirs, name))
        station.zegel("extend", "-o", both, os.path.join(theirs, name))
    shutil.rmtree(scratch)


def main():
    build, out = sys.argv[1:]
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    with Case("made") as case, \
            Servers(os.path.join(out, "pki")) as servers:
        root = servers.pki.root.certificate
        station = case.station()
        station.init()
        station.configure("timestamp one", url=servers.url + "/tsa",
                          anchor=os.path.abspath(root))
        station.configure("seal", anchor=os.path.abspath(root))
        credential = os.path.join(out, "credential.txt")
        with open(credential, "w", encoding="utf-8") as f:
            json.dump(CREDENTIAL, f, ensure_ascii=False)
        for kind in KEYS:
            servers.pki.seal(kind)
            base = servers.pki.path("seal-" + kind)
            openssl("pkcs12", "-export", "-inkey", base + ".key", "-in",
                    base + ".chain.pem", "-out", base + ".p12", "-passout",
                    "pass:zegel")
            for line in LINES:
                folder = make(build, servers, out, line, kind, credential)
                change_all(folder)
                misplace(servers, folder)
        for line in LINES:
            pass_on(build, servers, station, out, line)
        shutil.copy(root, os.path.join(out, "root.pem"))
    shutil.rmtree(os.path.join(out, "pki"))
    return 1 if case.failed else 0


if __name__ == "__main__":
    sys.exit(main())
