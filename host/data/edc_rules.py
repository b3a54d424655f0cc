#!/usr/bin/env python3
"""Writes edc_rules.def from the published shapes of EDC's application profile.

    host/data/edc_rules.py SHACL_FOLDER CONTEXT.jsonld >edc_rules.def

Only facts are taken: class, property, least and greatest number, kind of
value, controlled vocabulary. Texts of the shapes are not. The shapes are
turtle, read by the few rules of its grammar that they use.
"""

import json
import re
import sys

# File, what it is called in the table. Later ones add to "generic".
PROFILES = [
    ("EDC-generic-no-cv.ttl", "ALL"),
    ("EDC-generic-full.ttl", "FULL"),
    ("EDC-accredited.ttl", "ACCREDITED"),
    ("EDC-issuedByMandate.ttl", "MANDATE"),
    ("EDC-diplomaSupplement.ttl", "SUPPLEMENT"),
    ("EDC-converted.ttl", "CONVERTED"),
]
TOKEN = re.compile(
    r"\s+|#[^\n]*"
    r"|(?P<long>'''.*?'''|\"\"\".*?\"\"\")"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<tag>@[a-zA-Z-]+|\^\^)"
    r"|(?P<iri><[^>]*>)"
    r"|(?P<mark>[\[\]();,]|\.(?=\s|$))"
    r"|(?P<word>(?:[^\s\[\]();,<>\"#.]|\.(?!\s|$))+)",
    re.S,
)
# Spelled otherwise in the stored context than in the published one, or left
# out there.
ALIASES = {
    "http://data.europa.eu/snb/model/elm/resultDistribution": "resultDistribution",
    "http://data.europa.eu/snb/model/elm/defaultLanguage": "defaultLanguage",
    "http://data.europa.eu/snb/model/elm/nationalId": "nationalID",
    "http://data.europa.eu/snb/model/elm/areaDialing": "areaDialing",
    "http://www.w3.org/ns/org#hasMember": "hasMember",
}
# Terms of the W3C context (credentials v1), which EDC's does not define.
CRED = "https://www.w3.org/2018/credentials#"
KINDS = {
    "rdf:langString": "LANGUAGE_MAP",
    "rdf:HTML": "TEXT",
    "xsd:dateTime": "TIME",
    "xsd:date": "DATE",
    "xsd:string": "TEXT",
    "xsd:anyURI": "TEXT",
    "xsd:decimal": "NUMBER",
    "xsd:integer": "NUMBER",
    "xsd:positiveInteger": "NUMBER",
    "xsd:boolean": "BOOLEAN",
    "xsd:duration": "DURATION",
}


class Node(dict):
    """Predicate -> list of objects; a blank node, or one with a name."""

    def one(self, predicate):
        found = self.get(predicate)
        return found[0] if found else None


def tokens(text):
    for m in TOKEN.finditer(text):
        if m.lastgroup:
            yield m.lastgroup, m.group()


class Turtle:
    def __init__(self, text):
        self.next = list(tokens(text))
        self.at = 0
        self.prefix = {}
        self.subjects = {}
        while self.at < len(self.next):
            self.statement()

    def take(self):
        self.at += 1
        return self.next[self.at - 1]

    def peek(self):
        return self.next[self.at] if self.at < len(self.next) else ("", "")

    def statement(self):
        kind, word = self.take()
        if word in ("@prefix",):
            name = self.take()[1]
            self.prefix[name] = self.take()[1].strip("<>")
            self.take()
            return
        if word == ".":  # a full stop too many is in some files
            return
        node = self.subjects.setdefault(self.name(word), Node())
        self.predicates(node, ".")

    def name(self, word):
        if word.startswith("<"):
            return word.strip("<>")
        if ":" in word:
            prefix, local = word.split(":", 1)
            if prefix + ":" in self.prefix:
                return self.prefix[prefix + ":"] + local
        return word

    def predicates(self, node, end):
        while True:
            word = self.take()[1]
            if word in (end, ""):
                return
            if word == ";":
                continue
            if end == "." and word == "]":
                continue
            while True:
                node.setdefault(word, []).append(self.object())
                if self.peek()[1] != ",":
                    break
                self.take()

    def object(self):
        kind, word = self.take()
        if word == "[":
            node = Node()
            self.predicates(node, "]")
            return node
        if word == "(":
            items = []
            while self.peek()[1] != ")":
                items.append(self.object())
            self.take()
            return items
        if kind in ("text", "long"):
            while self.peek()[0] == "tag":
                if self.take()[1] == "^^":
                    self.take()
            return word
        return word


def terms(context):
    """IRI -> JSON term."""
    found = {}
    with open(context) as f:
        entries = json.load(f)["@context"]
    for term, what in entries.items():
        iri = what.get("@id", "") if isinstance(what, dict) else what
        if ":" in iri and not iri.startswith("http"):
            prefix, local = iri.split(":", 1)
            iri = entries.get(prefix, prefix + ":") + local
        found.setdefault(iri, term)
    return found


def classes(shape, t, named):
    """The classes of which a value may be, by sh:class, sh:or, sh:node."""
    out = []
    for c in shape.get("sh:class", []):
        out.append(c.split(":")[1])
    for alternatives in shape.get("sh:or", []):
        for a in alternatives:
            if isinstance(a, Node):
                out += classes(a, t, named)
    for n in shape.get("sh:node", []):
        target = named.get(t.name(n))
        if target is None:
            continue
        if "ClaimTypeNode" in n:
            out.append("Claim")
        elif "IssuerNode" not in n and "Restriction" not in n:
            out += classes(target, t, named)
    return out


def scheme(shape, t, named):
    """The vocabulary that sh:node :XRestriction asks for."""
    for n in shape.get("sh:node", []):
        target = named.get(t.name(n), Node())
        for p in target.get("sh:property", []):
            if isinstance(p, Node) and p.one("sh:path") == "skos:inScheme":
                return p.one("sh:hasValue").strip("<>")
    return ""


def rules_of(t, profile, term_of, named):
    for name, shape in t.subjects.items():
        if shape.one("sh:deactivated") == "true":
            continue
        target = shape.one("sh:targetClass")
        if target is not None:
            owner = target.split(":")[1]
        elif name.endswith("IssuerNodeShape"):
            owner = "@issuer"
        else:
            continue
        for p in shape.get("sh:property", []):
            if not isinstance(p, Node):
                p = t.subjects.get(t.name(p), Node())
            path = p.one("sh:path")
            if path is None or p.one("sh:deactivated") == "true":
                continue
            iri = t.name(path)
            term = term_of.get(iri) or ALIASES.get(iri)
            if term is None and iri.startswith(CRED):
                term = iri[len(CRED) :]
            if term is None:
                print(f"no term for {path} of {owner}", file=sys.stderr)
                continue
            least = int(p.one("sh:minCount") or 0)
            most = int(p.one("sh:maxCount") or 0)
            datatype = p.one("sh:datatype")
            kind, of = "ANY", "|".join(sorted(set(classes(p, t, named))))
            if datatype is not None:
                kind = KINDS[datatype]
                if iri.startswith(CRED) and kind == "TEXT":
                    kind = "ANY"  # the W3C context makes them objects
            elif of:
                kind = "OBJECT"
            vocabulary = scheme(p, t, named)
            if vocabulary:
                kind = "CONCEPT"
            if not (least or most or kind != "ANY"):
                continue
            severity = (
                "ERROR"
                if (p.one("sh:severity") or "sh:Violation") == "sh:Violation"
                else "WARNING"
            )
            yield (
                owner,
                term,
                profile,
                least,
                most,
                kind,
                vocabulary or of,
                severity,
            )


def stem(term, taken):
    """What message ids say: short, and different for different terms."""
    for n in range(0, 100):
        short = term if len(term) <= 18 and n == 0 else f"{term[:16]}{n:02}"
        if taken.setdefault(short, term) == term:
            return short
    raise ValueError(term)


def main():
    folder, context = sys.argv[1:]
    parsed, named = [], {}
    for file, profile in PROFILES:
        with open(f"{folder}/{file}") as f:
            parsed.append((Turtle(f.read()), profile))
        named.update(parsed[-1][0].subjects)
    term_of = terms(context)
    rules = {}
    for t, profile in parsed:
        for r in rules_of(t, profile, term_of, named):
            rules[r[:3] + (r[5], r[6])] = r
    # What the generic shapes ask already is not asked (and told) twice.
    for key, r in list(rules.items()):
        for basic in rules.values():
            if basic[:5] == r[:2] + ("ALL",) + r[3:5] and r[2] != "ALL":
                r = r[:3] + (0, 0) + r[5:]
                rules[key] = r
        if r[3:6] == (0, 0, "ANY"):
            del rules[key]
    taken = {}
    print(
        """/*
 * edc_rules.def: what a European Digital Credential must hold, by class.
 * Written by edc_rules.py; do not edit.
 *
 * Origin: SHACL shapes of the EDC application profile 1.1.0, European Learning
 * Model, European Commission, CC BY 4.0, in
 * github.com/european-commission-empl/European-Learning-Model, rdf/ap/edc, at
 * commit 9d7c5d22002237c3afeb1750b7038e6fe2cdd371; reduced to these facts.
 *
 * One rule a line, sorted by class: too long for a page, never read as one.
 *
 * RULE(class, member, profile, least, most (0: any), kind, classes of the
 *      value or scheme of the concept, severity, stem of message ids)
 */
/* clang-format off */"""
    )
    for r in sorted(rules.values()):
        owner, term, profile, least, most, kind, of, severity = r
        print(
            f'RULE("{owner}", "{term}", {profile}, {least}, {most}, {kind},'
            f' "{of}", {severity}, "{stem(term, taken)}")'
        )


main()
