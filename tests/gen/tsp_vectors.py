#!/usr/bin/env python3
"""Writes tests/unit/common/tsp_vectors.h and the seeds tests/fuzz/corpus/tsp/:
timestamps made by 'openssl ts', and what openssl itself reads in them.

    tests/gen/tsp_vectors.py          from the top of the tree

The keys are thrown away: nothing depends on them. Run it again only to change
what the vectors hold; every run gives other signatures and times."""

import calendar
import os
import re
import subprocess
import tempfile
import time

POLICY = "1.2.3.4.1"
NONCE = "a1b2c3d4e5f60718"
DIGEST = bytes(range(32)).hex()

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
C = BE
O = Examples TEST
CN = Vector TSA
[stamp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = it
[it]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = %s
digests = sha256,sha384,sha512
""" % POLICY

FULL = """accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""

BARE = """ess_cert_id_alg = sha1
"""


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True,
                          capture_output=True).stdout


def value(tag, contents):
    n = len(contents)
    head = bytes([n]) if n < 128 else bytes([0x82, n >> 8, n & 255])
    return bytes([tag]) + head + contents


def query(whole):
    """TimeStampReq by hand: openssl would choose the nonce itself."""
    oid = bytes.fromhex("0609608648016503040201")
    imprint = value(0x30, value(0x30, oid) +
                    value(4, bytes.fromhex(DIGEST)))
    rest = b""
    if whole:
        rest = (value(6, bytes.fromhex("2a030401")) +
                value(2, b"\0" + bytes.fromhex(NONCE)) + b"\1\1\xff")
    return value(0x30, b"\2\1\1" + imprint + rest)


def respond(name, request, settings):
    with open("conf", "w", encoding="ascii") as f:
        f.write(CONFIG + settings)
    with open(name + ".query", "wb") as f:
        f.write(request)
    openssl("ts", "-reply", "-queryfile", name + ".query", "-signer",
            "tsa.pem", "-inkey", "tsa.key", "-config", "conf",
            "-out", name + ".response")
    openssl("ts", "-reply", "-in", name + ".response", "-token_out", "-out",
            name + ".token")
    text = openssl("ts", "-reply", "-in", name + ".token", "-token_in",
                   "-text").decode()
    openssl("cms", "-verify", "-inform", "DER", "-in", name + ".token",
            "-noverify", "-certfile", "tsa.pem", "-out", name + ".info")
    at = re.search(r"Time stamp: (.*?)(?:\.(\d+))? (\d+) GMT", text)
    seconds = calendar.timegm(time.strptime(
        "%s %s" % (at[1], at[3]), "%b %d %H:%M:%S %Y"))
    return seconds, int((at[2] or "0").ljust(9, "0")), \
        int(re.search(r"Serial number: 0x([0-9A-F]+)", text)[1], 16)


def define(name, octets):
    text = octets.hex()
    lines = ['\t"%s"' % text[i:i + 68] for i in range(0, len(text), 68)]
    return "#define %s \\\n%s\n\n" % (name, " \\\n".join(lines))


def main():
    top = os.getcwd()
    corpus = os.path.join(top, "tests/fuzz/corpus/tsp")
    os.makedirs(corpus, exist_ok=True)
    out = ("/* tsp_vectors.h: written by tests/gen/tsp_vectors.py with "
           "openssl ts. */\n#ifndef TESTS_UNIT_COMMON_TSP_VECTORS_H\n"
           "#define TESTS_UNIT_COMMON_TSP_VECTORS_H\n\n"
           "/* clang-format off */\n")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("conf", "w", encoding="ascii") as f:
            f.write(CONFIG)
        with open("serial", "w", encoding="ascii") as f:
            f.write("2A\n")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tsa.key",
                "-out", "tsa.pem", "-days", "3650", "-config", "conf",
                "-extensions", "stamp")
        der = openssl("x509", "-in", "tsa.pem", "-outform", "DER")
        out += define("TSP_CERTIFICATE", der)
        for name, whole, settings in (("full", True, FULL),
                                      ("bare", False, BARE)):
            said = respond(name, query(whole), settings)
            for part in ("query", "response", "token", "info"):
                with open("%s.%s" % (name, part), "rb") as f:
                    octets = f.read()
                out += define("TSP_%s_%s" % (name.upper(), part.upper()),
                              octets)
                with open(os.path.join(corpus, name + "_" + part),
                          "wb") as f:
                    f.write(octets)
            for what, number in zip(("SECONDS", "NANOS", "SERIAL"), said):
                out += "#define TSP_%s_%s %d\n" % (name.upper(), what, number)
            out += "\n"
        os.chdir(top)
    out += "/* clang-format on */\n\n#endif\n"
    with open("tests/unit/common/tsp_vectors.h", "w", encoding="ascii") as f:
        f.write(out)


if __name__ == "__main__":
    main()
