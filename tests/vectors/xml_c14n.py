"""xml_c14n.py ZEGEL VECTORS SAMPLES: what zegel canon makes of published cases
and of real documents.

Cases on a whole document or one element give the expected octets; whatever
has a document type declaration is refused; node-sets are counted as not run.
References of signed files have the digests that stand in them. Each real
document gets what xmllint makes of it, and --check agrees. Prints TAP."""

import base64
import csv
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ZEGEL, VECTORS, SAMPLES = sys.argv[1:4]
METHODS = {"http://www.w3.org/2001/10/xml-exc-c14n#": "exc-c14n",
           "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": "c14n",
           "http://www.w3.org/2006/12/xml-c14n11": "c14n11"}
DS = "{http://www.w3.org/2000/09/xmldsig#}"
HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256,
          "sha384": hashlib.sha384, "sha512": hashlib.sha512}
count = failed = 0


def result(good, name, *why):
    global count, failed
    count += 1
    failed += not good
    print("ok" if good else "not ok", count, "-", name)
    for line in why if not good else ():
        print("#", repr(line)[:2000])


def canon(file, *args):
    run = subprocess.run([ZEGEL, "canon", *args, file], capture_output=True)
    return run.returncode, run.stdout, run.stderr


def error(file, *args):
    """The name of the error, or ""."""
    run = subprocess.run([ZEGEL, "canon", "--json", *args, file],
                         capture_output=True)
    return json.loads(run.stdout).get("error", {}).get("name", "")


def octets(file):
    with open(file, "rb") as f:
        return f.read()


def place(file, tag):
    """Of the first element with that {namespace}name: "/1/2"."""
    def search(element, where):
        if element.tag == tag:
            return where
        for n, child in enumerate(element, 1):
            found = search(child, f"{where}/{n}")
            if found:
                return found
        return None
    return search(ElementTree.parse(file).getroot(), "/1")


def run_case(folder, case):
    """Whether it was run."""
    method, _, comments = case["algorithm"].partition("#")
    if method.endswith("xml-exc-c14n"):
        method += "#"
    nodes = case.get("node_set") or case.get("xpath_node_set_file") or ""
    file = os.path.join(folder, case["input"])
    if not case["expected_output"] or method not in METHODS:
        return False
    if b"<!DOCTYPE" in octets(file):
        found = error(file, "--method", METHODS[method])
        result(found == "XML_DOCTYPE", f"{case['id']}: its DTD is refused",
               found)
        return "refused"
    args = ["--method", METHODS[method]]
    if comments == "WithComments":
        args += ["--comments"]
    if case.get("inclusive_ns_prefixlist"):
        args += ["--prefixes", case["inclusive_ns_prefixlist"]]
    if nodes.startswith("subtree of element "):
        args += ["--element", place(file, nodes.split()[-1])]
    elif nodes != "whole document":
        return False
    code, out, err = canon(file, *args)
    want = octets(os.path.join(folder, case["expected_output"]))
    result(code == 0 and out == want, f"{case['id']}: {' '.join(args)}",
           out, want, err)
    return True


def run_index(name):
    folder = os.path.join(VECTORS, name)
    if not os.path.exists(os.path.join(folder, "INDEX.tsv")):
        print(f"# {name}: not in VECTORS")
        return
    tally = {}
    with open(os.path.join(folder, "INDEX.tsv"), newline="") as f:
        for case in csv.DictReader(f, delimiter="\t",
                                   quoting=csv.QUOTE_NONE):
            if case.get("kind") == "xmldsig":
                ran = run_signed(os.path.join(folder, case["input"])) > 0
            else:
                ran = run_case(folder, case)
            key = (case.get("algorithm", "").rsplit("/", 1)[-1], ran)
            tally[key] = tally.get(key, 0) + 1
    for (method, ran), n in sorted(tally.items(), key=str):
        what = {True: "run", False: "not run: node-set"}.get(
            ran, "run: DTD refused")
        print(f"# {name} {method}: {n} {what}")


def transformed(file, reference):
    """What a reference digests, or None if that is not ours to make."""
    names = [t.get("Algorithm") for t in
             reference.findall(f"{DS}Transforms/{DS}Transform")]
    args = []
    for t in reference.findall(f"{DS}Transforms/{DS}Transform"):
        text = " ".join("".join(t.itertext()).split())
        if t.get("Algorithm") in METHODS:
            args += ["--method", METHODS[t.get("Algorithm")]]
        elif t.get("Algorithm").endswith("enveloped-signature") or text in (
                "not(ancestor-or-self::ds:Signature)",
                "/descendant::ds:Signature"):
            args += ["--without-signatures"]
        else:
            return None
    if not set(names) & set(METHODS):
        args += ["--method", "c14n"]
    uri = reference.get("URI")
    if uri:
        args += ["--element", uri]
    return canon(file, *args)[1]


def run_signed(file):
    """How many references were compared."""
    n = 0
    for reference in ElementTree.parse(file).iter(f"{DS}Reference"):
        method = reference.find(f"{DS}DigestMethod").get("Algorithm")
        value = "".join(reference.find(f"{DS}DigestValue").text.split())
        form = transformed(file, reference)
        if form is None:
            continue
        n += 1
        name = re.split("[#/]", method)[-1]
        digest = base64.b64encode(HASHES[name](form).digest()).decode()
        # Pretty-printing broke these.
        wanted = "BROKEN" not in file or not reference.get("URI", "x")
        good = digest == value
        if "BROKEN" in file:
            result(not good, f"{os.path.basename(file)}: the digest of "
                   f"{reference.get('URI')!r} shows what was done to it")
        else:
            result(good and wanted is not None, f"{os.path.basename(file)}: "
                   f"the digest of {reference.get('URI')!r}", digest, value)
    return n


def run_document(file):
    name = os.path.basename(file)
    for method in METHODS.values():
        args = ["--method", method, "--comments"]
        code, out, err = canon(file, *args)
        want = subprocess.run(["xmllint", "--" + method, file],
                              capture_output=True).stdout
        result(code == 0 and out == want and want,
               f"{name}: as xmllint --{method}", err)
        run = subprocess.run([ZEGEL, "canon", "--check", *args], input=out,
                             capture_output=True)
        result(run.returncode == 0, f"{name}: checked: {method}", run.stderr)
        code = canon(file, "--check", *args)[0]
        result(code == (0 if octets(file) == out else 1),
               f"{name}: is it canonical as it is: {method}", code)


def main():
    if VECTORS:
        for name in ("libxml2", "santuario", "xmlsec"):
            run_index(name)
        for file in sorted(glob.glob(f"{VECTORS}/trusted-lists/*.xml")):
            run_document(file)
    if SAMPLES:
        for file in sorted(glob.glob(f"{SAMPLES}/*.xml")):
            run_document(file)
            run_signed(file)
    print(f"1..{count}")
    return failed > 0


sys.exit(main())
