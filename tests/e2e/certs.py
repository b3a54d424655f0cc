"""A CA of a test's own, with openssl: what an institution gets from outside
for the request that 'zegel key csr' makes."""

import os
import subprocess

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

CONFIG = """
[ca]
default_ca = it
[it]
dir = {0}
database = {0}/index
new_certs_dir = {0}
serial = {0}/serial
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
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
"""


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    def __init__(self, folder, name="ca"):
        self.dir = os.path.join(folder, name)
        os.mkdir(self.dir)
        self.certificate = self.path("ca.pem")
        for file, text in [("conf", CONFIG.format(self.dir)), ("index", ""),
                           ("serial", "1000\n"), ("ext", EXTENSIONS)]:
            with open(self.path(file), "w", encoding="utf-8") as f:
                f.write(text)
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
                "-subj", "/CN=Authority " + name, "-config",
                self.path("conf"), "-keyout", self.path("ca.key"), "-out",
                self.certificate)

    def path(self, name):
        return os.path.join(self.dir, name)

    def issue(self, request, out, start=None, end="20400101000000Z"):
        openssl("ca", "-batch", "-notext", "-config", self.path("conf"),
                "-extfile", self.path("ext"), "-in", request, "-out", out,
                *(["-startdate", start] if start else []), "-enddate", end)

    def certify(self, station, key="default", **when):
        """A certificate for the request that the key signs; its path."""
        request = os.path.join(self.dir, "request-%s.pem" % key)
        out = os.path.join(self.dir, "%s-%d.pem" % (
            key, len(os.listdir(self.dir))))
        if os.path.exists(request):
            os.unlink(request)
        name, identifier, country = ORGANISATION
        station.zegel("key", "csr", "--key", key, "--organisation", name,
                      "--organisation-id", identifier, "--country", country,
                      "-o", request)
        self.issue(request, out, **when)
        return out
