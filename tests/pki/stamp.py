"""A time-stamping authority behind 'openssl ts', and what can be wrong with
its answers: Stamper(pki).answer(fault, query) gives the octets."""

import os
import subprocess
import tempfile
import threading

from der import inside, parts, read, value

POLICY = "1.3.6.1.4.1.99999.1"
OTHER_POLICY = bytes.fromhex("06092b06010401868d1f02")  # .99999.2

CONFIG = """
[tsa]
default_tsa = it
[it]
serial = %s
crypto_device = builtin
signer_digest = sha256
default_policy = %s
other_policies = 1.3.6.1.4.1.99999.2
digests = sha256,sha384,sha512
accuracy = secs:1
clock_precision_digits = 3
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""

# Units of authority.py that a fault means.
UNITS = {"expired": "tsa-expired", "revoked": "tsa-revoked",
         "self-signed": "tsa-self", "rsa": "tsa-rsa"}


def change(query, what):
    """The query with another nonce, or imprint, or without a nonce."""
    fields = inside(query)
    for i, field in enumerate(fields):
        body = read(field)[1]
        if field[0] == 0x30 and what == "wrong-imprint":
            fields[i] = field[:-1] + bytes([field[-1] ^ 1])
        if i > 0 and field[0] == 0x02:
            if what == "wrong-nonce":
                fields[i] = value(2, body[:-1] + bytes([body[-1] ^ 1]))
            if what == "no-nonce":
                fields[i] = b""
        if field[0] == 0x06 and what == "wrong-policy":
            fields[i] = b""
    if what == "wrong-policy":
        fields.insert(2, OTHER_POLICY)
    return value(0x30, *fields)


class Stamper:
    def __init__(self, pki):
        self.pki = pki
        self.lock = threading.Lock()
        self.dir = pki.path("stamp")
        os.makedirs(self.dir, exist_ok=True)
        if not os.path.exists(self.path("serial")):
            with open(self.path("serial"), "w", encoding="ascii") as f:
                f.write("1000\n")
        with open(self.path("conf"), "w", encoding="ascii") as f:
            f.write(CONFIG % (self.path("serial"), POLICY))

    def path(self, name):
        return os.path.join(self.dir, name)

    def reply(self, query, unit):
        """What openssl answers to it with that unit."""
        with tempfile.TemporaryDirectory(dir=self.dir) as folder:
            files = [os.path.join(folder, n) for n in ("query", "answer")]
            with open(files[0], "wb") as f:
                f.write(query)
            with self.lock:  # the serial's file
                subprocess.run(
                    ["openssl", "ts", "-reply", "-config", self.path("conf"),
                     "-queryfile", files[0], "-out", files[1], "-signer",
                     self.pki.path(unit + ".pem"), "-inkey",
                     self.pki.path(unit + ".key"), "-chain",
                     self.pki.stamps.certificate], check=True,
                    capture_output=True)
            with open(files[1], "rb") as f:
                return f.read()

    def answer(self, fault, query):
        if fault in ("wrong-nonce", "wrong-imprint", "no-nonce",
                     "wrong-policy"):
            query = change(query, fault)
        if fault == "refused":
            query = query[:-1]  # openssl: rejected, badDataFormat
        if fault == "garbage":
            return value(0x30, b"\x30\x03\x02\x01\x00", b"\x30\x84\xff")
        octets = self.reply(query, UNITS.get(fault, "tsa"))
        if fault == "two-tokens":
            status, token = parts(read(octets)[1])
            return value(0x30, status, token, token)
        if fault == "wrong-ess":
            return self.other_certificate(octets)
        if fault == "wrong-signature":
            return octets[:-1] + bytes([octets[-1] ^ 1])
        if fault == "truncated":
            return octets[:len(octets) // 2]
        return octets

    def other_certificate(self, octets):
        """The unit's certificate in the token replaced by a twin: same key,
        name and number, so that nothing but the ESS attribute tells them
        apart."""
        der = subprocess.run(
            ["openssl", "x509", "-in", self.pki.path("tsa.pem"), "-outform",
             "DER"], check=True, capture_output=True).stdout
        at = octets.index(der)
        tbs, algorithm, signature = inside(der)
        twin = tbs[:-1] + bytes([tbs[-1] ^ 1])
        return (octets[:at] + value(0x30, twin, algorithm, signature) +
                octets[at + len(der):])
