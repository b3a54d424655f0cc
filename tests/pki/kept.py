#!/usr/bin/env python3
"""A test PKI that outlives its servers, for test stations that people make:

    tests/pki/kept.py FOLDER COMMAND [ARGUMENT...]   serves it while the
                                                     command runs
    with kept(folder) as servers: servers.url, servers.pki

Its certificates name its port: the one that was free at first is its port from
then on. What was left of one that was never whole is made anew.
"""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from authority import Pki  # noqa: E402
from serve import Servers  # noqa: E402

# No system takes the ports of its own connections from here.
PORTS = range(20000, 30000)
TAKEN = """test PKI: %s is taken, and the certificates in %s
point there. End the program that listens on that port (another run?), or begin
anew without the folder %s"""


class PortTaken(Exception):
    """Somebody else listens where certificates point."""


def servers_at(folder, port):
    """None: the port is taken."""
    try:
        return Servers(folder, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return None


def kept(folder):
    folder = os.path.abspath(folder)
    url = Pki.url_of(folder)
    if url is not None:
        servers = servers_at(folder, int(url.rpartition(":")[2]))
        if servers is None:
            raise PortTaken(TAKEN % (url, folder, os.path.dirname(folder)))
        return servers
    shutil.rmtree(folder, ignore_errors=True)
    for port in random.sample(PORTS, 100):
        servers = servers_at(folder, port)
        if servers is not None:
            return servers
    raise PortTaken("test PKI: found no free port on 127.0.0.1")


def run(command):
    """Its exit code. A terminal interrupts both, and the command ends as it
    likes; what this process alone is told is told on."""
    running = []

    def tell(*_):
        for one in running:
            one.terminate()

    for number, handler in [(signal.SIGINT, lambda *_: None),
                            (signal.SIGTERM, tell), (signal.SIGHUP, tell)]:
        signal.signal(number, handler)
    running.append(subprocess.Popen(command))
    code = running[0].wait()
    return code if code >= 0 else 128 - code


def main():
    try:
        with kept(sys.argv[1]):
            return run(sys.argv[2:])
    except PortTaken as error:
        print(error, file=sys.stderr)
        return 69


if __name__ == "__main__":
    sys.exit(main())
