"""The certificates of the test PKI, with openssl:

    root - issuer - seals of RSA-3072, P-256, P-384 (shaped as qualified ones)
         - stamps - time-stamping units, good ones and others

Each authority has an OCSP responder of its own. Everything says TEST and lies
in the folder that is given; url is where tests/pki/serve.py answers, which the
certificates name for ever. A folder that holds a whole PKI is opened again.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))

from certs import Authority, PUBLISHED, openssl  # noqa: E402

SEALS = {
    "rsa3072": ["rsa:3072"],
    "p256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
}

RESPONDING_SINCE = "20200101000000Z"

STAMPING = """
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""

RESPONDER = """
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
noCheck = ignored
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""

PLAIN = """
[req]
distinguished_name = name
[name]
[self]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
"""


class Pki:
    def __init__(self, folder, url):
        self.dir = folder
        self.url = url
        whole = Pki.url_of(folder) == url
        os.makedirs(folder, exist_ok=True)
        self.root = Authority(folder, "root", url=url)
        self.issuer = Authority(folder, "issuer", self.root, url)
        self.stamps = Authority(folder, "stamps", self.root, url)
        self.authorities = {"root": self.root, "issuer": self.issuer,
                            "stamps": self.stamps}
        if not whole:
            self.make()

    @staticmethod
    def url_of(folder):
        """What a whole PKI in that folder was made for; None: there is none."""
        try:
            with open(os.path.join(folder, "url"), encoding="ascii") as f:
                return f.read().strip()
        except FileNotFoundError:
            return None

    def make(self):
        self.write("plain.conf", PLAIN)
        for name, authority in self.authorities.items():
            # so that what it answered before, and is stale, was its to say
            self.issue(authority, name + "-ocsp", RESPONDER,
                       start=RESPONDING_SINCE)
            openssl("x509", "-in", authority.certificate, "-outform", "DER",
                    "-out", authority.path("ca.cer"))
        self.make_stamping_units()
        self.write("url", self.url + "\n")  # last: now it is whole

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def request(self, name, key=None, subject=None):
        """A key of its own and a request for it; the request's path."""
        out = self.path(name + ".request")
        openssl("req", "-new", "-newkey", *(key or SEALS["p256"]), "-nodes",
                "-config", self.path("plain.conf"), "-keyout",
                self.path(name + ".key"), "-out", out, "-subj",
                subject or "/C=BE/O=Examples TEST/CN=" + name)
        return out

    def issue(self, authority, name, extensions, key=None, **when):
        """NAME.pem and NAME.key; the certificate's path."""
        out = self.path(name + ".pem")
        authority.issue(self.request(name, key), out, extensions=extensions,
                        **when)
        return out

    def make_stamping_units(self):
        good = STAMPING + PUBLISHED.format(self.stamps.base)
        self.issue(self.stamps, "tsa", good)
        self.issue(self.stamps, "tsa-rsa", good, SEALS["rsa3072"])
        self.issue(self.stamps, "tsa-expired", good,
                   start="20200101000000Z", end="20210101000000Z")
        self.stamps.revoke(self.issue(self.stamps, "tsa-revoked", good))
        self.request("tsa-self")
        openssl("x509", "-req", "-in", self.path("tsa-self.request"),
                "-signkey", self.path("tsa-self.key"), "-days", "3650",
                "-extfile", self.path("plain.conf"), "-extensions", "self",
                "-out", self.path("tsa-self.pem"))

    def seal(self, kind, name=None, revoked=False):
        """A seal certificate with its key, for what needs no station: its
        path; NAME.key and NAME.chain.pem are beside it."""
        name = name or "seal-" + kind
        out = self.path(name + ".pem")
        subject = ("/C=BE/O=University of Examples TEST"
                   "/organizationIdentifier=VATBE-0000000097/CN=%s TEST"
                   % name)
        self.issuer.issue(self.request(name, SEALS[kind], subject), out)
        with open(self.path(name + ".chain.pem"), "w",
                  encoding="utf-8") as chain:
            for path in (out, self.issuer.certificate):
                with open(path, encoding="utf-8") as f:
                    chain.write(f.read())
        if revoked:
            self.issuer.revoke(out)
        return out
