#!/usr/bin/env python3
"""Sealed files through the eyes of openssl and of Python's json module: the
signing input is recomputed here from the file alone, with nothing of Zegel.

    openssl.py FOLDER...    TAP: every sealed file below these folders
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

MEMBERS = ["alg", "b64", "crit", "cty", "iat", "kid", "sigT", "typ",
           "x5c", "x5t#S256"]


class Refused(Exception):
    pass


def decode(text):
    """base64url without padding, and nothing else (RFC 7515 2)."""
    if not text.isascii() or not all(c.isalnum() or c in "-_" for c in text):
        raise Refused("not base64url: %.20s" % text)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def integer(octets):
    octets = octets.lstrip(b"\0") or b"\0"
    if octets[0] & 0x80:
        octets = b"\0" + octets
    return b"\x02" + length(len(octets)) + octets


def length(n):
    return bytes([n]) if n < 128 else bytes([0x81, n])


def ecdsa_der(signature):
    """r || s as openssl wants it (RFC 7518 3.4, RFC 3279 2.2.3)."""
    half = len(signature) // 2
    body = integer(signature[:half]) + integer(signature[half:])
    return b"\x30" + length(len(body)) + body


def only(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise Refused("a name occurs twice")
    return dict(pairs)


def read(path):
    """Algorithm, certificate, signing input, signature."""
    with open(path, "rb") as f:
        octets = f.read()
    if not octets.isascii():
        raise Refused("the file is not ASCII")
    jws = json.loads(octets, object_pairs_hook=only)
    if sorted(jws) != ["payload", "signatures"] or \
            len(jws["signatures"]) != 1:
        raise Refused("not a general JWS with one signature")
    one = jws["signatures"][0]
    header = json.loads(decode(one["protected"]), object_pairs_hook=only)
    if header["b64"] is not False or "b64" not in header["crit"]:
        raise Refused("payload is not said to be as it is")
    if not set(header) <= set(MEMBERS):
        raise Refused("unknown header %s" % (set(header) - set(MEMBERS)))
    certificate = base64.b64decode(header["x5c"][0], validate=True)
    if decode(header["x5t#S256"]) != hashlib.sha256(certificate).digest():
        raise Refused("thumbprint of another certificate")
    payload = jws["payload"]
    text = one["protected"].encode() + b"." + payload.encode()
    return header["alg"], certificate, text, decode(one["signature"])


def run(*words, text=b""):
    return subprocess.run(["openssl", *words], input=text,
                          capture_output=True)


def openssl_accepts(alg, certificate, text, signature):
    with tempfile.TemporaryDirectory() as folder:
        key = os.path.join(folder, "key")
        value = os.path.join(folder, "signature")
        done = run("x509", "-inform", "DER", "-pubkey", "-noout",
                   text=certificate)
        with open(key, "wb") as f:
            f.write(done.stdout)
        with open(value, "wb") as f:
            f.write(ecdsa_der(signature) if alg[0] == "E" else signature)
        words = ["dgst", "-sha" + alg[2:], "-verify", key, "-signature", value]
        if alg[0] == "P":
            words += ["-sigopt", "rsa_padding_mode:pss", "-sigopt",
                      "rsa_pss_saltlen:digest", "-sigopt",
                      "rsa_mgf1_md:sha" + alg[2:]]
        done = run(*words, text=text)
    return done.returncode == 0 and done.stdout.strip() == b"Verified OK"


def judge(path):
    """(algorithm, accepted as it is, accepted with an altered payload)"""
    alg, certificate, text, signature = read(path)
    at = text.rindex(b'"')
    altered = text[:at - 1] + bytes([text[at - 1] ^ 1]) + text[at:]
    return (alg, openssl_accepts(alg, certificate, text, signature),
            openssl_accepts(alg, certificate, altered, signature))


def sealed_files(folders):
    for top in folders:
        for folder, _, names in sorted(os.walk(top)):
            for name in sorted(names):
                if name.endswith(".sealed.jsonld"):
                    yield os.path.join(folder, name)


def main():
    count = failed = 0
    for path in sealed_files(sys.argv[1:]):
        name = os.path.join(*path.split(os.sep)[-2:])
        try:
            alg, good, altered = judge(path)
        except (Refused, KeyError, ValueError) as e:
            alg, good, altered = str(e), False, True
        for fine, what in [
                (good, "openssl verifies %s (%s)" % (name, alg)),
                (not altered, "and refuses it with another payload")]:
            count += 1
            failed += not fine
            print("%sok %d - %s" % ("" if fine else "not ", count, what))
    print("1..%d" % count)
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
