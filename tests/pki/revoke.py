"""OCSP responses and CRLs of the authorities, by openssl, and faults in them:
Revoker(pki).ocsp(name, fault, request), .crl(name, fault)."""

import os
import re
import subprocess
import tempfile
import threading
import time

from der import inside, read, value


# Of responses, in days; the longer one is before there was a responder.
AGES = {"stale": 2, "before-responder": 20 * 366}


class Revoker:
    def __init__(self, pki):
        self.pki = pki
        self.lock = threading.Lock()

    def respond(self, authority, name, request, *more):
        signer = self.pki.path(name + "-ocsp")
        with tempfile.TemporaryDirectory(dir=self.pki.dir) as folder:
            files = [os.path.join(folder, n) for n in ("query", "answer")]
            with open(files[0], "wb") as f:
                f.write(request)
            words = {"-rsigner": signer + ".pem", "-rkey": signer + ".key",
                     "-nmin": "60"}
            words.update(zip(more[::2], more[1::2]))
            if words["-nmin"] == "0":  # openssl: no nextUpdate
                del words["-nmin"]
            subprocess.run(
                ["openssl", "ocsp", "-index", authority.path("index"), "-CA",
                 authority.certificate, "-reqin", files[0], "-respout",
                 files[1], "-noverify",
                 *[w for pair in words.items() for w in pair]],
                check=True, capture_output=True)
            with open(files[1], "rb") as f:
                return f.read()

    def request_for(self, authority, serial):
        with tempfile.TemporaryDirectory(dir=self.pki.dir) as folder:
            out = os.path.join(folder, "query")
            subprocess.run(
                ["openssl", "ocsp", "-issuer", authority.certificate,
                 "-serial", serial, "-reqout", out], check=True,
                capture_output=True)
            with open(out, "rb") as f:
                return f.read()

    def ocsp(self, name, fault, request):
        authority = self.pki.authorities[name]
        if fault == "try-later":
            return bytes.fromhex("30030a0103")
        if fault == "garbage":
            return b"\x30\x84\xff"
        if fault == "other-certificate":
            request = self.request_for(authority, "0x1000")
        if fault in AGES:
            return self.aged(self.respond(authority, name, request),
                             self.pki.path(name + "-ocsp.key"), AGES[fault])
        if fault == "no-next-update":
            return self.respond(authority, name, request, "-nmin", "0")
        if fault == "by-stranger":
            return self.respond(
                authority, name, request, "-rsigner",
                self.pki.path("tsa.pem"), "-rkey", self.pki.path("tsa.key"))
        octets = self.respond(authority, name, request)
        if fault == "wrong-signature":
            at = octets.rindex(b"\x30\x82")  # before the certificates
            return octets[:at - 20] + bytes([octets[at - 20] ^ 1]) + \
                octets[at - 19:]
        return octets

    def crl(self, name, fault):
        """DER."""
        authority = self.pki.authorities[name]
        with self.lock:
            path = authority.crl(past=fault == "stale")
            der = subprocess.run(
                ["openssl", "crl", "-in", path, "-outform", "DER"],
                check=True, capture_output=True).stdout
        if fault == "garbage":
            return der[:len(der) // 2]
        if fault == "no-next-update":
            tbs, algorithm, _ = inside(der)
            fields = inside(tbs)
            times = [i for i, f in enumerate(fields) if f[0] == 0x17]
            del fields[times[1]]
            return self.sign(authority.path("ca.key"), value(0x30, *fields),
                             algorithm)
        if fault == "wrong-signature":
            return der[:-1] + bytes([der[-1] ^ 1])
        return der

    def aged(self, octets, key, days):
        """A response as it was that long ago, signed anew."""
        status, rest = inside(octets)
        kind, basic = inside(inside(rest)[0])
        tbs, algorithm, _, *certificates = inside(read(basic)[1])
        then = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(
            time.time() - days * 86400)).encode()
        tbs = re.sub(rb"\x18\x0f\d{14}Z", b"\x18\x0f" + then, tbs)
        basic = self.sign(key, tbs, algorithm, *certificates)
        return value(0x30, status, value(0xa0, value(
            0x30, kind, value(4, basic))))

    def sign(self, key, tbs, algorithm, *more):
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", key], input=tbs,
            check=True, capture_output=True).stdout
        return value(0x30, tbs, algorithm, value(3, b"\0", signature), *more)
