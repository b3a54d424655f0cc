"""A CA of a test's own, with openssl: what an institution gets from outside
for the request that 'zegel key csr' makes.

    Authority(folder)                 a root that issues seal certificates
    Authority(folder, "issuer", root) one that a root stands for, and that says
                                      in certificates where to ask about them
    Authority(.., url=URL)            .. and that is where a server is, as
                                      tests/pki has one: URL/issuer/ocsp

A folder that holds one already is that authority again, wherever it lies now.
"""

import os
import subprocess
import time

from station import ORGANISATION

# QcCompliance; QcType eseal (ETSI EN 319 412-5).
QC = "301f3008060604008e4601013013060604008e4601063009060704008e46010602"

EXTENSIONS = """
basicConstraints = critical,CA:FALSE
keyUsage = critical,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
1.3.6.1.5.5.7.1.3 = DER:%s
""" % QC

# What a trust service adds (ETSI EN 319 412-2 4.4, -3): who answers for it.
PUBLISHED = """
authorityInfoAccess = OCSP;URI:{0}/ocsp, caIssuers;URI:{0}/ca.cer
crlDistributionPoints = URI:{0}/ca.crl
certificatePolicies = 0.4.0.194112.1.1
"""

ISSUER = """
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = {1}caIssuers;URI:{0}/ca.cer
crlDistributionPoints = URI:{0}/ca.crl
certificatePolicies = 2.5.29.32.0
"""

CONFIG = """
[ca]
default_ca = it
[it]
dir = {0}
database = {0}/index
new_certs_dir = {0}
serial = {0}/serial
crlnumber = {0}/serial
crl_extensions = crl_extensions
certificate = {0}/ca.pem
private_key = {0}/ca.key
default_md = sha256
policy = any
unique_subject = no
preserve = yes
[any]
countryName = optional
organizationName = optional
organizationIdentifier = optional
commonName = optional
[req]
distinguished_name = name
x509_extensions = ca_extensions
[name]
[ca_extensions]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[crl_extensions]
authorityKeyIdentifier = keyid
"""


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    def __init__(self, folder, name="ca", root=None, url=None):
        self.base = url + "/" + name if url else "http://%s.invalid" % name
        self.dir = os.path.join(folder, name)
        self.certificate = self.path("ca.pem")
        self.chain = [self.certificate] if root else []
        os.makedirs(self.dir, exist_ok=True)
        self.write("conf", CONFIG.format(self.dir))
        if not os.path.exists(self.certificate):
            self.make(name, root, url)

    def make(self, name, root, url):
        more = PUBLISHED.format(self.base) if root else ""
        self.write("index", "")
        self.write("serial", "1000\n")
        self.write("ext", EXTENSIONS + more)
        to = self.path("request.pem") if root else self.certificate
        openssl("req", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes",
                *([] if root else ["-x509", "-days", "3650"]),
                "-subj", "/C=BE/O=Examples TEST/CN=Authority " + name,
                "-config", self.path("conf"), "-keyout", self.path("ca.key"),
                "-out", to)
        if root:
            ask = "OCSP;URI:%s/ocsp, " % root.base if url else ""
            root.issue(to, self.certificate,
                       extensions=ISSUER.format(root.base, ask))

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def issue(self, request, out, start=None, end="20400101000000Z",
              extensions=None):
        """Those of a seal, unless it is told which."""
        file = self.path("ext")
        if extensions is not None:
            file = self.path("other-ext")
            self.write("other-ext", extensions)
        openssl("ca", "-batch", "-notext", "-config", self.path("conf"),
                "-extfile", file, "-in", request, "-out", out,
                *(["-startdate", start] if start else []), "-enddate", end)

    def answer(self, request, out, **when):
        """A seal certificate, with what stands between it and the root."""
        self.issue(request, out, **when)
        with open(out, "a", encoding="utf-8") as file:
            for path in self.chain:
                with open(path, encoding="utf-8") as f:
                    file.write(f.read())

    def revoke(self, certificate):
        openssl("ca", "-revoke", certificate, "-config", self.path("conf"))

    def crl(self, past=False):
        """A list of what it revoked, as of now, or one that was to be
        replaced two days ago; its path."""
        out = self.path("ca.crl")
        times = ["-crldays", "7"]
        if past:
            now = time.time()
            times = [word for option, days in [("last", 9), ("next", 2)]
                     for word in ("-crl_%supdate" % option, time.strftime(
                         "%Y%m%d%H%M%SZ", time.gmtime(now - days * 86400)))]
        openssl("ca", "-gencrl", *times, "-config", self.path("conf"),
                "-out", out)
        return out

    def certify(self, station, key="default", **when):
        """A certificate for the request that the key signs, with what
        stands between it and the root; its path."""
        request = os.path.join(self.dir, "request-%s.pem" % key)
        out = os.path.join(self.dir, "%s-%d.pem" % (
            key, len(os.listdir(self.dir))))
        if os.path.exists(request):
            os.unlink(request)
        name, identifier, country = ORGANISATION
        station.zegel("key", "csr", "--key", key, "--organisation", name,
                      "--organisation-id", identifier, "--country", country,
                      "-o", request)
        self.answer(request, out, **when)
        return out
