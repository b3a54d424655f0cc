#!/usr/bin/env python3
"""verdicts.py FOLDER: the real sealed credentials in FOLDER, and what 'zegel
verify' has to say of each: soon after they were sealed, and today. The anchors
are the roots that a file brings along (which proves the arithmetic, not their
trust), or else the CA nearest to one. TAP.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile

ZEGEL = os.path.join(os.environ.get("B", "build"), "bin", "zegel")

LTA, T, B = ("JAdES-BASELINE-" + x for x in ("LTA", "T", "B"))
NOW = "2026-11-24"
GOOD = ("TOTAL-PASSED", "-", LTA, LTA, "valid")

# At that time: indication, sub-indication, level by its form and of what
# holds, and the file's verdict. In 2026 the certificates of the seals and of
# most timestamp authorities have ended, and nobody renewed the timestamps.
ENDED = ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE", LTA, B, "indeterminate")
NO_PATH = ("INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND")
WANTED = {
    # the CA that issued the certificate is not in the file
    "edc-signed-code.europa-MC-2024-BT.jsonld": {
        "2024-05-29": (*NO_PATH, T, T, "indeterminate"),
        NOW: (*NO_PATH, T, T, "indeterminate")},
    # not valid for its issuer; no revocation data of the issuing CA
    "edc-signed-ecrepo-contentinvalid.jsonld": {
        "2022-10-12": ("INDETERMINATE", "TRY_LATER", T, T, "not-valid"),
        NOW: ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE", T, B, "not-valid")},
    "edc-signed-elm-certofpart-2023.jsonld": {"2023-09-28": GOOD, NOW: ENDED},
    "edc-signed-elm-microcred-2023.jsonld": {"2023-09-28": GOOD, NOW: ENDED},
    "jades-crlf-payload-local-LTA.json": {"2022-07-26": GOOD, NOW: ENDED},
    # stamped by an authority that vouches for itself; another certificate of
    # the issuing CA than the one whose revocation data is there
    "jades-crlf-payload-nexu-LTA.json": {
        "2022-08-20": (*NO_PATH, T, B, "indeterminate"),
        NOW: ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE", T, B,
              "indeterminate")},
}


def decode(text):
    return base64.urlsafe_b64decode(text + "==")


def values(o):
    return [v["x509Cert"]["val"] for v in o.get("xVals", [])]


def certificates(path):
    """All that are in the file, in base64."""
    with open(path, encoding="utf-8") as f:
        jws = json.load(f)
    found = []
    for seal in jws["signatures"]:
        found += json.loads(decode(seal["protected"]))["x5c"]
        for one in seal["header"]["etsiU"]:
            o = json.loads(decode(one))
            found += values(o) + values(o.get("tstVD", {}))
            for name in ("sigTst", "arcTst"):
                for token in o.get(name, {}).get("tstTokens", []):
                    found += of_token(base64.b64decode(token["val"]))
    return list(dict.fromkeys(found))


def of_token(der):
    text = subprocess.run(
        ["openssl", "pkcs7", "-inform", "DER", "-print_certs"], input=der,
        capture_output=True, check=True).stdout.decode()
    return [re.sub(r"\s", "", c) for c in re.findall(
        r"-----BEGIN CERTIFICATE-----(.*?)-----END", text, re.S)]


def names(certificate):
    text = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-subject",
         "-issuer", "-ext", "basicConstraints"],
        input=base64.b64decode(certificate), capture_output=True,
        check=False).stdout.decode()
    subject = re.search("subject=(.*)", text)[1]
    return subject, re.search("issuer=(.*)", text)[1], "CA:TRUE" in text


def anchors(path):
    """Roots, and CAs whose issuer is not there."""
    found = [(c, *names(c)) for c in certificates(path)]
    subjects = [f[1] for f in found]
    return [c for c, subject, issuer, is_ca in found if is_ca and
            (issuer == subject or issuer not in subjects)]


def verify(path, pem, time):
    words = [ZEGEL, "verify", "--json", "--station", "/nonexistent", "--at",
             time, "--trust", pem, path]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    result = json.loads(run.stdout)["result"]
    one = result["reports"][0]
    return (one["indication"], one.get("subIndication", "-"),
            one["levelByForm"], one["level"], result["verdict"])


def main():
    folder = sys.argv[1]
    count = failed = 0
    for name in sorted(os.listdir(folder)):
        if not re.match("edc-signed-|jades-crlf-payload", name):
            continue
        path = os.path.join(folder, name)
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as pem:
            for one in anchors(path):
                pem.write("-----BEGIN CERTIFICATE-----\n%s\n"
                          "-----END CERTIFICATE-----\n" %
                          "\n".join(re.findall(".{1,64}", one)))
            pem.flush()
            for time, wanted in WANTED.get(name, {NOW: None}).items():
                seen = verify(path, pem.name, time)
                count += 1
                failed += seen != wanted
                print("%sok %d - %s at %s: %s" % (
                    "" if seen == wanted else "not ", count, name, time,
                    ", ".join(seen)))
    print("1..%d" % count)
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
