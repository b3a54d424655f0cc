"""c14n_expat.py COUNT: reads what tests/gen/c14n_pairs wrote on stdin and
decides which documents are canonical XML by itself: expat reads them, without
its namespaces; the rest is written down from the recommendations here.

What is excused: expat follows the fourth edition of XML 1.0, which has fewer
names; and names of namespaces that docs/CANON.md says are refused.
"""

import re
import sys
from xml.parsers import expat

XML = "http://www.w3.org/XML/1998/namespace"
NOT_A_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
XMLNS = "http://www.w3.org/2000/xmlns/"
START = ("A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff"
         "\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf"
         "\ufdf0-\ufffd\U00010000-\U000effff")
NCNAME = f"[{START}][-.0-9\xb7\u0300-\u036f\u203f-\u2040{START}]*"
QNAME = re.compile(f"(?:({NCNAME}):)?({NCNAME})")
CHAR = r"(?:[-._~!$'()*+,;=:@A-Za-z0-9]|%[0-9A-Fa-f]{2})"
URI = re.compile(
    r"[A-Za-z][-+.A-Za-z0-9]*:"
    rf"(?://(?:{CHAR}*@)?(?:(?!:|@){CHAR})*(?::[0-9]+)?(?=[/?#]|$)|(?!//))"
    rf"(?:{CHAR}|/)*(?:\?(?:{CHAR}|[/?])*)?(?:#(?:{CHAR}|[/?])*)?")
EXCUSED = re.compile(r"[\[\]&]|//[^/?#]*:(?:[/?#]|$)")


class NoForm(Exception):
    pass


class Excused(Exception):
    pass


def split(qname):
    match = QNAME.fullmatch(qname)
    if not match:
        raise NoForm("no QName")
    return match[1] or "", match[2]


def escape(text, table):
    return "".join(table.get(c, c) for c in text)


TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
VALUE = {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;",
         "\n": "&#xA;", "\r": "&#xD;"}


class Form:
    def __init__(self, exclusive, comments, prefixes):
        self.exclusive = exclusive
        self.listed = {"" if p == "#default" else p for p in prefixes}
        self.out = []
        self.scopes = [{"": "", "xml": XML}]  # what is declared
        self.written = [{"": ""}]  # and what the output says of it
        self.rooted = False
        p = self.parser = expat.ParserCreate("UTF-8")
        p.ordered_attributes = True
        p.StartElementHandler = self.start
        p.EndElementHandler = self.end
        p.CharacterDataHandler = self.text
        p.ProcessingInstructionHandler = self.instruction
        if comments:
            p.CommentHandler = self.comment
        p.StartDoctypeDeclHandler = self.doctype

    def doctype(self, *_):
        raise NoForm("document type declaration")

    def declare(self, prefix, name):
        if prefix == "xmlns" or (prefix == "xml") != (name == XML) or \
                name == XMLNS or (prefix and not name):
            raise NoForm("no such declaration")
        if name and EXCUSED.search(name):
            raise Excused
        if name and not URI.fullmatch(name):
            raise NoForm("no absolute URI")
        self.scopes[-1][prefix] = name

    def resolve(self, prefix):
        if prefix not in self.scopes[-1]:
            raise NoForm("prefix not declared")
        return self.scopes[-1][prefix]

    def start(self, name, attributes):
        self.scopes.append(dict(self.scopes[-1]))
        self.written.append(dict(self.written[-1]))
        plain = []
        for key, value in zip(attributes[::2], attributes[1::2]):
            prefix, local = split(key)
            if key == "xmlns":
                self.declare("", value)
            elif prefix == "xmlns":
                self.declare(local, value)
            else:
                plain.append((prefix, local, value))
        used = {split(name)[0]}
        self.resolve(split(name)[0])
        sorted_ = []
        for prefix, local, value in plain:
            uri = self.resolve(prefix) if prefix else ""
            used |= {prefix} if prefix else set()
            sorted_.append(((uri.encode(), local.encode()), prefix, value))
        sorted_.sort()
        if len({key for key, _, _ in sorted_}) != len(sorted_):
            raise NoForm("attribute twice")
        scope, written = self.scopes[-1], self.written[-1]
        wanted = used | self.listed if self.exclusive else set(scope)
        self.out.append("<" + name)
        for prefix in sorted(wanted - {"xml"}, key=str.encode):
            if prefix in scope and written.get(prefix) != scope[prefix]:
                written[prefix] = scope[prefix]
                self.out.append(' xmlns%s="%s"' % (
                    ":" + prefix if prefix else "",
                    escape(scope[prefix], VALUE)))
        for (_, local), prefix, value in sorted_:
            self.out.append(' %s%s="%s"' % (
                prefix + ":" if prefix else "", local.decode(),
                escape(value, VALUE)))
        self.out.append(">")
        self.rooted = True

    def end(self, name):
        self.scopes.pop()
        self.written.pop()
        self.out.append(f"</{name}>")

    def text(self, text):
        self.out.append(escape(text, TEXT))

    def other(self, text):
        if len(self.scopes) > 1:
            self.out.append(text)
        else:
            self.out.append("\n" + text if self.rooted else text + "\n")

    def instruction(self, target, data):
        if ":" in target:
            raise NoForm("colon in a target")
        self.other(f"<?{target} {data}?>" if data else f"<?{target}?>")

    def comment(self, text):
        self.other(f"<!--{text}-->")


def is_utf8(octets):
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_canonical(octets, exclusive, comments, prefixes):
    form = Form(exclusive, comments, prefixes)
    try:
        form.parser.Parse(octets, True)
    except NoForm:
        return False
    except expat.ExpatError:
        at = form.parser.ErrorByteIndex
        if form.parser.ErrorCode == NOT_A_TOKEN and octets[at:at + 1] > \
                b"\x7f" and is_utf8(octets):
            raise Excused from None
        return False
    return "".join(form.out).encode() == octets


def main():
    asked = yes = excused = bad = 0
    for line in sys.stdin:
        method, comments, prefixes, verdict, *octets = line.split()
        octets = bytes.fromhex("".join(octets))
        try:
            canonical = is_canonical(
                octets, method == "1", comments == "1",
                [] if prefixes == "-" else [prefixes])
        except Excused:
            excused += 1
            continue
        asked += 1
        yes += canonical
        if canonical != (verdict == "OK"):
            bad += 1
            print(f"# method {method}, comments {comments}, prefixes "
                  f"{prefixes}: {verdict}, expat {canonical}: {octets!r}")
    print(f"# {asked} asked, {yes} canonical, {excused} excused")
    return bad or asked < int(sys.argv[1]) or yes < asked // 8


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
