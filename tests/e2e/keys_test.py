#!/usr/bin/env python3
"""keys_test: several keys of several kinds in one station, each generated in
its token, certified from outside and used for a batch; judged by zegel and by
openssl over a signing input that is recomputed here."""

import base64
import hashlib
import json
import os
import subprocess
import sys

from certs import Authority
from station import Case, PIN, SOFTHSM, credential_id, draft_ids

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "peers"))

import openssl  # noqa: E402

# Section, type for 'zegel key generate', token, algorithm of the section
# (None: by the key's type), algorithm that the header must name.
KEYS = [
    ("rsa", "rsa3072", "zegel", "PS256", "PS256"),
    ("plain", "rsa3072", "second", None, "RS256"),
    ("middle", "p384", "zegel", None, "ES384"),
    ("large", "p521", "second", None, "ES512"),
]


def second_token(station):
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "second",
         "--so-pin", "87654321", "--pin", PIN.decode()], check=True,
        capture_output=True, env=dict(
            os.environ,
            SOFTHSM2_CONF=station.path("softhsm", "softhsm2.conf")))


def add_key(station, name, kind, token, algorithm):
    made = station.zegel("key", "generate", "--key", name, "--type", kind,
                         "--uri", "pkcs11:token=" + token, "--module",
                         SOFTHSM, pin=PIN).result
    station.configure("key " + name, uri=made["uri"], module=SOFTHSM,
                      **({"algorithm": algorithm} if algorithm else {}))


def state_of(station, name):
    return [k for k in station.status()["keys"] if k["key"] == name][0]


def certified(case, station, authority):
    """A section without a certificate can make its request, and nothing
    else."""
    for name, kind, token, algorithm, _ in KEYS:
        add_key(station, name, kind, token, algorithm)
    station.start()
    station.unlock(key="plain")
    early = station.drafts("early", 1, seed=19)
    station.submit("early", early)
    for name, _, _, _, _ in KEYS:
        answer = station.zegel("batch", "close", "early", "--key", name,
                               check=False)
        case.check(answer.error == "CERT_ABSENT",
                   "%s: seals nothing without a certificate" % name, answer)
        path = authority.certify(station, name)
        station.zegel("key", "import-cert", "--key", name, path)
        station.configure("key " + name, certificate="keys/%s.pem" % name)
    station.restart()
    station.unlock(key="plain")
    for name, _, _, _, _ in KEYS:
        station.await_key("ready", name)
        answer = station.zegel("key", "test", "--key", name, check=False)
        case.check(answer.code == 0, "%s: key test says that all belongs "
                   "together" % name, answer)
    station.seal("early")
    return early


def public_digest(station, name):
    """Of the key in its certificate, as the log has it."""
    pem = subprocess.run(
        ["openssl", "x509", "-noout", "-pubkey", "-in",
         station.path("keys", name + ".pem")], check=True,
        capture_output=True).stdout
    der = base64.b64decode(b"".join(pem.splitlines()[1:-1]))
    return base64.urlsafe_b64encode(
        hashlib.sha256(der).digest()).decode().rstrip("=")


def logged(case, station):
    """Every key that was generated is in the log, before it signs anything."""
    entries = station.entries()
    noted = [e for e in entries if e["kind"] == "configuration" and
             e["name"].startswith("key ")]
    wanted = sorted(["key default"] + ["key " + k[0] for k in KEYS])
    case.check(sorted(e["name"] for e in noted) == wanted,
               "each key is in the log once, after restarts too", noted)
    case.check(all(e["digest"] == public_digest(station, e["name"][4:])
                   for e in noted), "by its public value", noted)
    signed = {}
    for e in entries:
        if e["kind"] in ("key", "selftest"):
            signed.setdefault(e.get("name") or e["key"], e["index_in_log"])
    case.check(len(signed) == len(KEYS) and
               all(e["index_in_log"] < signed.get(e["name"][4:], 1 << 32)
                   for e in noted),
               "before its certificate request", (noted, signed))


def locked_apart(case, station):
    """One PIN a token: to lock one leaves the other's keys usable."""
    station.zegel("lock", "--key", "large")
    station.await_key("needs-pin", "plain")
    station.await_key("needs-pin", "large")
    case.check(state_of(station, "default")["state"] == "ready" and
               state_of(station, "rsa")["state"] == "ready",
               "lock: the keys of one token, not of the other")
    station.unlock(key="large")
    station.await_key("ready", "plain")


def sealed_by_each(case, station, authority):
    folders = []
    for number, (name, _, _, _, alg) in enumerate(
            [("default", "", "", None, "ES256"), *KEYS]):
        folder = station.drafts(name, 3, seed=20 + number)
        folders.append(folder)
        station.submit(name, folder)
        if name == "default":
            station.seal(name)
        else:
            station.seal(name, key=name)
        ids = draft_ids(folder)
        mine = [p for p in station.released() if credential_id(p) in ids]
        trust = [] if name == "default" else ["--trust",
                                              authority.certificate]
        answer = station.zegel("verify", *trust, *mine, check=False)
        case.check(len(mine) == 3 and answer.code == 0,
                   "%s: zegel verifies its seals" % alg, answer)
        judged = [openssl.judge(p) for p in mine]
        case.check(judged == [(alg, True, False)] * 3,
                   "%s: so does openssl, and no altered payload" % alg,
                   judged)
        bad = os.path.join(station.folder, "altered.sealed.jsonld")
        with open(mine[0], encoding="utf-8") as f:
            jws = json.load(f)
        jws["payload"] = jws["payload"].replace("urn:", "urm:", 1)
        with open(bad, "w", encoding="utf-8") as f:
            json.dump(jws, f)
        answer = station.zegel("verify", *trust, bad, check=False)
        case.check(answer.code == 1, "%s: zegel refuses an altered one" % alg,
                   answer)
    return folders


def named_wrong(case, station):
    folder = station.drafts("wrong", 1, seed=40)
    station.submit("wrong", folder)
    answer = station.zegel("batch", "close", "wrong", "--key", "nobody",
                           check=False)
    case.check(answer.error == "CONFIG_MISSING_KEY" and answer.code == 78,
               "a key that is not in zegel.conf is said to be", answer)
    answer = station.zegel("lock", "--key", "nobody", check=False)
    case.check(answer.error == "CONFIG_MISSING_KEY" and
               "[key nobody]" in str(answer), "by its name, by lock, too",
               answer)
    station.configure("key large", algorithm="ES256")
    station.restart()
    answer = station.zegel("batch", "close", "wrong", "--key", "large",
                           check=False)
    case.check(answer.error == "ALGORITHM" and answer.code != 0,
               "an algorithm that does not fit the key is refused", answer)
    case.check(state_of(station, "large")["state"] == "unusable",
               "and the key is unusable then", state_of(station, "large"))
    station.seal("wrong")
    return folder


def main():
    with Case("keys") as case:
        station = case.station()
        station.init()
        second_token(station)
        authority = Authority(case.folder)
        early = certified(case, station, authority)
        logged(case, station)
        locked_apart(case, station)
        folders = sealed_by_each(case, station, authority)
        folders += [early, named_wrong(case, station)]
        ids = draft_ids(*folders)
        found = sorted(credential_id(p) for p in station.released())
        case.check(found == ids, "in the end: each is released once")
        case.audit(station, "in the end", seals=len(ids), releases=len(ids))
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
