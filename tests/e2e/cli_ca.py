"""A CA of the test's own, by openssl: issues what 'zegel key csr' asks for."""

import os
import subprocess

CONFIG = """
[ca]
default_ca = own
[own]
new_certs_dir = {dir}
database = {dir}/index
serial = {dir}/serial
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
countryName = supplied
organizationName = supplied
organizationIdentifier = optional
commonName = supplied
[req]
distinguished_name = dn
[dn]
"""


class Authority:
    def __init__(self, folder):
        self.dir = folder
        os.mkdir(folder)
        self.config = os.path.join(folder, "config")
        self.root = os.path.join(folder, "root.pem")
        self.key = os.path.join(folder, "root.key")
        with open(self.config, "w", encoding="ascii") as file:
            file.write(CONFIG.format(dir=folder))
        with open(os.path.join(folder, "serial"), "w",
                  encoding="ascii") as file:
            file.write("1000\n")
        with open(os.path.join(folder, "index"), "w", encoding="ascii"):
            pass
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key,
                     "-out", self.root, "-days", "30", "-config", self.config,
                     "-subj", "/C=BE/O=Authority of the test/CN=Root",
                     "-addext", "basicConstraints=critical,CA:TRUE",
                     "-addext", "subjectKeyIdentifier=hash")

    @staticmethod
    def openssl(*args, stdin=None):
        return subprocess.run(["openssl", *args], input=stdin, check=True,
                              capture_output=True).stdout

    def issue(self, csr, name, start, end):
        """csr is a path; times are YYYYMMDDHHMMSSZ. The certificate's path."""
        out = os.path.join(self.dir, name)
        self.openssl("ca", "-batch", "-config", self.config, "-in", csr,
                     "-out", out, "-notext", "-cert", self.root, "-keyfile",
                     self.key, "-startdate", start, "-enddate", end)
        return out

    def foreign(self, name):
        """A self-signed certificate for another key; its path."""
        out = os.path.join(self.dir, name)
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                     os.path.join(self.dir, "foreign.key"), "-out", out,
                     "-days", "30", "-config", self.config, "-subj",
                     "/C=BE/O=University of Examples TEST/CN=Foreign TEST")
        return out
