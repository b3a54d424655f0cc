#!/usr/bin/env python3
"""The servers of the test PKI on a loopback port, in one process:

    tests/pki/serve.py FOLDER [PORT]   makes the PKI in FOLDER, then prints
                                       its URL in one line and serves
    with Servers(folder) as s: s.url, s.pki, s.count("/tsa"), s.repeats()

    URL/tsa[/FAULT]                time stamps
    URL/AUTHORITY/ocsp             of root, issuer and stamps
    URL/AUTHORITY/ca.crl           DER
    URL/AUTHORITY/ca.cer           for AIA

A FAULT of the time stamps: expired revoked self-signed wrong-nonce
no-nonce wrong-imprint wrong-policy wrong-ess wrong-signature
two-tokens truncated garbage refused, rsa (which is none); and in HTTP, where N
says how often or how long: html, text, empty, huge, 404, closed, redirect,
redirect-file, slow/SECONDS, 503/N/RETRY-AFTER (N times, then good), quota/N
(N good ones, then 429 with Retry-After).

For certificates that name one URL, a fault is set from outside:
    s.fault["/issuer/ocsp"] = "other-certificate"
or with POST URL/fault, "/issuer/ocsp other-certificate". OCSP: try-later
garbage other-certificate stale before-responder no-next-update by-stranger
wrong-signature; CRLs: garbage stale no-next-update wrong-signature; both: html, empty, 404, closed,
slow/SECONDS, 503/N/RETRY-AFTER. GET URL/counts says what was asked, in JSON.
"""

import collections
import http.server
import json
import os
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from authority import Pki  # noqa: E402
from revoke import Revoker  # noqa: E402
from stamp import Stamper  # noqa: E402

HTML = b"<!DOCTYPE html><title>Sorry</title><p>Out of order\n"
TYPES = {"tsa": "application/timestamp-reply",
         "ocsp": "application/ocsp-response",
         "ca.crl": "application/pkix-crl", "ca.cer": "application/pkix-cert"}


class Closed(Exception):
    """The connection ends without an answer."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, octets, kind, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(octets)))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(octets)

    def trouble(self, key, fault):
        """Answers for a fault of HTTP; false if there is none to answer."""
        name, *numbers = fault.split("/")
        seen = self.server.seen
        with self.server.lock:
            seen[key] += 1
            nth = seen[key]
        if name == "html":
            self.send(HTML, "text/html")
        elif name == "text":
            self.send(b"busy\n", "text/plain", 500)
        elif name == "empty":
            self.send(b"", TYPES["tsa"])
        elif name == "huge":
            self.send(b"\x30" + bytes(20 << 20), TYPES["tsa"])
        elif name == "404":
            self.send(HTML, "text/html", 404)
        elif name == "closed":
            raise Closed()
        elif name == "redirect":
            self.send(b"", "text/plain", 302,
                      Location=self.server.url + "/tsa")
        elif name == "redirect-file":
            self.send(b"", "text/plain", 302,
                      Location="file:///etc/hostname")
        elif name == "503" and (not numbers or nth <= int(numbers[0])):
            wait = numbers[1] if len(numbers) > 1 else "2"
            self.send(HTML, "text/html", 503, Retry_After=wait)
        elif name == "quota" and nth > int(numbers[0]):
            self.send(b"quota used up\n", "text/plain", 429,
                      Retry_After="86400")
        elif name == "slow":
            time.sleep(float(numbers[0]))
            return False
        else:
            return False
        return True

    def answer(self, body):
        s = self.server
        words = self.path.strip("/").split("/")
        with s.lock:
            s.counts[self.path] += 1
            s.questions[self.path, body] += 1
        if words == ["counts"]:
            return self.send(json.dumps(s.counts).encode(),
                             "application/json")
        if words == ["fault"]:
            path, _, fault = body.decode().strip().partition(" ")
            s.fault[path] = fault
            s.seen[path] = 0
            return self.send(b"", "text/plain")
        fault = s.fault.get(self.path, "")
        if words[0] == "tsa":
            fault = "/".join(words[1:]) or fault
        if self.trouble(self.path, fault):
            return None
        octets = self.octets(words, fault, body)
        if octets is None:
            return self.send(HTML, "text/html", 404)
        return self.send(octets, TYPES[words[-1] if words[0] != "tsa"
                                       else "tsa"])

    def octets(self, words, fault, body):
        s = self.server
        if words[0] == "tsa":
            return s.stamper.answer(fault, body)
        if len(words) != 2 or words[0] not in s.pki.authorities:
            return None
        name, what = words
        if what == "ocsp" and body:
            return s.revoker.ocsp(name, fault, body)
        if what == "ca.crl":
            return s.revoker.crl(name, fault)
        if what == "ca.cer":
            with open(s.pki.authorities[name].path("ca.cer"), "rb") as f:
                return f.read()
        return None

    def handle_one(self, body):
        try:
            self.answer(body)
        except subprocess.CalledProcessError:
            self.send(HTML, "text/html", 500)  # openssl cannot answer that
        except (Closed, BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_GET(self):
        self.handle_one(b"")

    def do_POST(self):
        n = int(self.headers.get("Content-Length", "0"))
        self.handle_one(self.rfile.read(min(n, 1 << 20)))


class Servers(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.url = "http://127.0.0.1:%d" % self.server_address[1]
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.questions = collections.Counter()
        self.seen = collections.Counter()
        self.fault = {}
        self.pki = Pki(folder, self.url)
        self.stamper = Stamper(self.pki)
        self.revoker = Revoker(self.pki)

    def count(self, path):
        """Requests for it, or for anything below it."""
        with self.lock:
            return sum(n for p, n in self.counts.items()
                       if p == path or p.startswith(path + "/"))

    def repeats(self):
        """How often the same was asked at one place, by place: its most
        frequent question. A request for a time stamp is never the same."""
        most = {}
        with self.lock:
            for (path, _), n in self.questions.items():
                most[path] = max(n, most.get(path, 0))
        return most

    def forget(self):
        """What was asked until now."""
        with self.lock:
            self.counts.clear()
            self.questions.clear()

    def handle_error(self, request, client_address):
        # who asked is gone: a daemon that is told to stop, or was killed
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,),
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def main():
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    servers = Servers(sys.argv[1], port)
    print(servers.url, flush=True)
    try:
        servers.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
