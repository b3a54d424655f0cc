#!/usr/bin/env python3
"""The profiles of other JSON than EDC's: Open Badges 3, CLR 2 and W3C
credentials through the daemon, in each serialisation of a JWS.
"""

import base64
import copy
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "pki"))

from serve import Servers  # noqa: E402
from station import ZEGEL, Case  # noqa: E402

DATA = os.path.join("tests", "data", "json")
NAMES = ["badge", "credential", "record"]
PROFILES = {"json": ".sealed.jsonld", "json-flattened": ".sealed.jsonld",
            "json-compact": ".sealed.jws"}


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(path):
    """payload, protected, signature and the names of the outer members."""
    with open(path, encoding="ascii") as file:
        text = file.read()
    if path.endswith(".jws"):
        protected, payload, signature = text.split(".")
        return payload, protected, signature, []
    jws = json.loads(text)
    one = jws["signatures"][0] if "signatures" in jws else jws
    return jws["payload"], one["protected"], one["signature"], sorted(jws)


def canonical(document):
    return json.dumps(document, sort_keys=True, ensure_ascii=False,
                      separators=(",", ":")).encode()


def sample(name):
    with open(os.path.join(DATA, name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def write(case, folder, documents):
    """Drafts of a test's own: name by document."""
    folder = os.path.join(case.folder, folder)
    os.makedirs(folder)
    for name, document in documents.items():
        path = os.path.join(folder, name + ".json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(document, file)
    return folder


def renamed(profile):
    """The samples under ids of their own: each is sealed once."""
    documents = {}
    for name in NAMES:
        document = sample(name)
        document["id"] += "-" + profile
        documents[name] = document
    return documents


def out(station, batch):
    folder = station.path("spool", "out", batch)
    return sorted(os.path.join(folder, n) for n in os.listdir(folder)
                  if not n.endswith(".tlog-proof") and n[0] != ".")


def check_profile(case, station, profile):
    documents = renamed(profile)
    folder = write(case, profile, documents)
    answer = station.zegel("submit", "--profile", profile, "--batch", profile,
                           folder)
    case.check(answer.results[-1]["accepted"] == 3 and
               not any("failures" in r for r in answer.results),
               profile + ": all samples are accepted", answer)
    station.seal(profile)
    files = out(station, profile)
    case.check([os.path.basename(p) for p in files] ==
               [n + PROFILES[profile] for n in NAMES],
               "they come out under their names", files)
    for path in files:
        check_file(case, station, profile, path,
                   documents[os.path.basename(path).split(".")[0]])


def check_file(case, station, profile, path, document):
    payload, protected, _, members = parts(path)
    header = json.loads(decode(protected))
    case.check(decode(payload) == canonical(document),
               "%s: the payload is the draft, canonical and unchanged" %
               os.path.basename(path))
    case.check(header["cty"] == "json" and "b64" not in header and
               header["typ"] == ("jose" if profile == "json-compact"
                                 else "jose+json") and "crit" not in header,
               "its header says how it is signed", header)
    case.check(members == {
        "json": ["payload", "signatures"],
        "json-flattened": ["payload", "protected", "signature"],
        "json-compact": []}[profile], "its form is the profile's", members)
    answer = station.zegel("verify", path, check=False)
    findings = {f["check"]: f["verdict"] for f in answer.result["findings"]}
    case.check(answer.code == 0 and findings["signature"] == "passed" and
               findings["log"] == "passed" and
               findings["canonical"] == "passed",
               "zegel verify: valid, and the log has it", answer)
    named = "name" in document["issuer"] and isinstance(
        document["issuer"], dict)
    case.check(findings["issuer-name"] ==
               ("remark" if named else "not-checked"),
               "the issuer's name is compared, which is no rule", findings)
    case.check(station.zegel("log", "find", path).results[-1] is not None and
               any(r["entry"]["kind"] == "seal" for r in
                   station.zegel("log", "find", path).results),
               "zegel log find finds its entries")
    with open(path, "rb") as file:
        octets = bytearray(file.read())
    at = octets.index(payload.encode()) + len(payload) // 2
    octets[at] = ord("A") if octets[at] != ord("A") else ord("B")
    changed = os.path.join(case.folder, "changed" + PROFILES[profile])
    with open(changed, "wb") as file:
        file.write(octets)
    answer = station.zegel("verify", changed, check=False)
    case.check(answer.code == 1 and answer.result["verdict"] == "not-valid",
               "with another payload it is not valid", answer)


def check_summaries(case, station):
    wanted = {
        "badge": ("Höhere Schule am See", "https://lakeside.example/",
                  "did:example:5a1f7e", "Beekeeping, first year", 1),
        "credential": (None, "did:example:lakeside", "Žofie Lind", None, 0),
        "record": ("Höhere Schule am See", "https://lakeside.example/",
                   "did:example:5a1f7e", "Record of the school year 2025/26",
                   2),
    }
    for item in station.items(station.batch("json")["id"]):
        if "summary" not in item:
            continue
        s = item["summary"]
        case.check((s.get("issuer"), s.get("issuerId"), s.get("learner"),
                    s.get("title"), s["claims"]) == wanted[item["name"]] and
                   s["understood"],
                   item["name"] + ": a person sees who, for whom and what", s)


def check_refusals(case, station):
    bad = sample("badge")
    del bad["credentialSubject"]["achievement"]["name"]
    bad["id"] += "-bad"
    edc = sample("credential")
    edc["type"].append("EuropeanDigitalCredential")
    sealed = dict(sample("badge"), proof={"type": "x"})
    strange = {"id": "urn:x:strange", "@context": ["urn:other"], "grade": 1}
    folder = write(case, "refusals",
                   {"bad": bad, "edc": edc, "sealed": sealed,
                    "wrapped": {"credential": edc, "deliveryDetails": {}},
                    "strange": strange})

    def submit(name, *args):
        return station.zegel("submit", *args,
                             os.path.join(folder, name + ".json"), check=False)

    answer = submit("bad", "--profile", "json", "--batch", "r")
    paths = [f["path"] for x in answer.lines for f in
             x.get("failures", x.get("error", {}).get("failures", []))]
    case.check(answer.error == "EDC_RULES" and
               "credentialSubject.achievement.name" in str(answer.lines),
               "a badge without a name is refused, with the path", paths)
    case.check(submit("edc", "--profile", "json", "--batch", "r").error ==
               "EDC_RULES", "an EDC is not sealed under another profile")
    case.check(submit("wrapped", "--profile", "json", "--batch", "r").error ==
               "EDC_RULES", "nor in the wrapping that its drafts have")
    case.check(submit("sealed", "--profile", "json", "--batch", "r").error ==
               "EDC_SEALED_ALREADY", "what has a proof is sealed already")
    case.check(submit("strange", "--batch", "r").error ==
               "EDC_NOT_CREDENTIAL", "profile edc stays the default")
    case.check(submit("strange", "--profile", "x", "--batch", "r").error ==
               "USAGE", "a profile that nobody knows is refused")
    answer = submit("strange", "--profile", "json", "--batch", "strange")
    case.check(answer.code == 0, "other JSON is taken", answer)
    answer = submit("bad", "--profile", "edc", "--batch", "strange")
    case.check(answer.error == "PROFILE_DIFFERS",
               "a batch has one profile", answer)
    answer = submit("strange", "--batch", "strange")
    case.check(answer.error == "QUEUE_DUPLICATE",
               "its profile is that of drafts that come later", answer)
    station.zegel("batch", "close", "strange")
    station.await_batch("strange", "closed")
    items = [i for i in station.items("strange") if "summary" in i]
    case.check(items[0]["summary"]["understood"] is False,
               "and a person is told that its content is not understood",
               items)


def check_terminal(case, station):
    """What stands in a draft cannot write lines of its own."""
    forged = {"id": "urn:x:forged", "validFrom": "1\n     9  Ann  |  Master",
              "validUntil": "\x1b[8m\u202e"}
    station.zegel("submit", "--profile", "json", "--batch", "forged",
                  write(case, "forged", {"forged": forged}))
    station.zegel("batch", "close", "forged")
    shown = subprocess.run(
        [ZEGEL, "batch", "show", "forged", "--station", station.dir],
        capture_output=True, check=True).stdout.decode()
    lines = shown.splitlines()
    case.check("valid from 1?     9  Ann  |  Master until ?[8m?" in shown and
               sum("  |  " in x for x in lines) == 2 and
               not any(x in shown for x in "\x1b\u202e"),
               "no line of a list comes from a date", shown)


def check_identity(case, station):
    one = copy.deepcopy(sample("credential"))
    del one["id"]
    two = dict(reversed(list(one.items())))
    three = dict(one, expirationDate="2029-09-01T08:00:00Z")
    folder = write(case, "identity",
                   {"1": one, "2": two, "3": three,
                    "4": {"id": "", "a": 1}, "5": {"id": "", "a": 2}})

    def submit(name):
        return station.zegel("submit", "--profile", "json", "--batch", "id",
                             os.path.join(folder, name + ".json"), check=False)

    answer = submit("1")
    case.check(answer.code == 0 and "without an id" in str(answer.lines),
               "a credential without an id is taken, with a warning", answer)
    case.check(submit("2").error == "QUEUE_DUPLICATE",
               "and known again by its content, however it is written")
    case.check(submit("3").code == 0, "another content is another credential")
    case.check((submit("4").error, submit("5").error) == (None, None),
               "an empty id is none")
    answer = station.zegel("submit", "--profile", "json-compact", "--batch",
                           "other", os.path.join(folder, "1.json"),
                           check=False)
    case.check(answer.error == "QUEUE_DUPLICATE",
               "under whatever profile", answer)


def check_one_shot(case, station):
    document = dict(sample("badge"), id="urn:x:one-shot")
    folder = write(case, "one", {"one": document})
    to = os.path.join(case.folder, "delivered")
    answer = station.zegel("seal", "--yes", "--profile", "json-compact", "-o",
                           to, os.path.join(folder, "one.json"))
    case.check(sorted(os.listdir(to)) ==
               ["one.sealed.jws", "one.sealed.jws.tlog-proof"],
               "zegel seal delivers a compact file and its proof", answer)


def check_levels(case, station):
    early = write(case, "early", {"early": dict(sample("badge"),
                                                id="urn:x:early")})
    station.zegel("submit", "--profile", "json-compact", "--batch", "early",
                  early)
    with Servers(case.folder) as servers:
        station.zegel("key", "import-cert",
                      servers.pki.issuer.certify(station))
        root = servers.pki.root.certificate
        station.configure("timestamp one", url=servers.url + "/tsa",
                          anchor=root)
        station.configure("seal", level="LTA", anchor=root, profile="json",
                          content_timestamp="yes")
        station.restart()
        answer = station.zegel("batch", "close", "early", check=False)
        case.check(answer.error == "PROFILE_LEVEL",
                   "a batch of before the level was set is not closed", answer)
        for profile in ["json", "json-flattened"]:
            document = dict(sample("badge"), id="urn:x:lta-" + profile)
            folder = write(case, "lta-" + profile, {"lta": document})
            station.zegel("submit", "--profile", profile, "--batch",
                          "lta-" + profile, folder)
            station.seal("lta-" + profile)
            path = out(station, "lta-" + profile)[0]
            answer = station.zegel("verify", path, check=False)
            report = answer.result["reports"][0]
            case.check((report["indication"], report["level"]) ==
                       ("TOTAL-PASSED", "JAdES-BASELINE-LTA"),
                       profile + ": level LTA", answer)
            case.check([t["verdict"] for t in report["timestamps"]
                        if t["kind"] == "content"] == ["passed"],
                       "with a timestamp of what is signed of the content",
                       report["timestamps"])
            answer = station.zegel("extend", "--level", "LTA", path)
            answer = station.zegel("verify", path, check=False)
            case.check(answer.result["reports"][0]["indication"] ==
                       "TOTAL-PASSED", "which can be renewed", answer)
        folder = write(case, "late", {"late": dict(sample("badge"),
                                                   id="urn:x:late")})
        answer = station.zegel("submit", "--profile", "json-compact",
                               "--batch", "late", folder, check=False)
        case.check(answer.error == "PROFILE_LEVEL",
                   "a compact JWS is of level B only", answer)
        station.configure("seal", profile="json-compact")
        station.stop()
        case.check(station.start(check=False) == 78,
                   "nor does a station begin that would seal so",
                   station.log())


def main():
    with Case("profile") as case:
        station = case.station()
        station.init()
        station.start()
        for profile in PROFILES:
            check_profile(case, station, profile)
        check_summaries(case, station)
        check_refusals(case, station)
        check_terminal(case, station)
        check_identity(case, station)
        check_one_shot(case, station)
        check_levels(case, station)
    return case.end()


if __name__ == "__main__":
    sys.exit(main())
