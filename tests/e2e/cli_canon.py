"""The checks of zegel canon, for cli_test.sh."""
import hashlib
import os
import subprocess

from cli_station import ZEGEL, read, write  # noqa: E402


def test_canon(t, s):
    text = b'{"b":1.0,"a":"\\u00e4"}'
    form = '{"a":"ä","b":1}'.encode()
    file = write(s.path("c.json"), text)
    run = subprocess.run([ZEGEL, "canon"], input=text, capture_output=True)
    t.check("standard input becomes canonical", run.stdout == form, run)
    run = s.zegel("canon", "-o", s.path("c.out"), file)
    again = s.zegel("canon", "-o", s.path("c.out"), file)
    t.check("into a file, which is not overwritten",
            run.code == 0 and read(s.path("c.out")) == form and
            again.code == 73, run, again)
    result = s.result("canon", file)
    t.check("for programs its digest", result.get("octets") == len(form) and
            result["sha256"] == hashlib.sha256(form).hexdigest(), result)
    run = s.zegel("canon", "--check", s.path("c.out"))
    t.check("its output is canonical: 0", run.code == 0, run)
    run = s.zegel("canon", "--check", file)
    t.check("what is not: 1, and where",
            run.code == 1 and f"{file}:6:" in run.err, run)
    for octets, name in ((b"", "JSON_EMPTY"), (b"[1,]", "JSON_SYNTAX"),
                         (b'{"a":1,"a":2}', "JSON_DUPLICATE_NAME"),
                         (b'"\\ud800"', "JSON_SURROGATE"),
                         (b"1e999", "JSON_NUMBER_RANGE"),
                         (b'"\xff"', "UTF8_INVALID"),
                         (b"<a>", "XML_TRUNCATED"),
                         (b"<!DOCTYPE a><a/>", "XML_DOCTYPE"),
                         (b"<a>&b;</a>", "XML_ENTITY")):
        bad = write(s.path("bad.json"), octets)
        code, found = s.error("canon", bad)
        t.check(f"{octets!r} is refused: {name}",
                found == name and code in (65, 69), code, found)
    t.check("a folder is no document",
            s.error("canon", s.top)[0] == 66, s.error("canon", s.top))
    test_canon_xml(t, s)


def test_canon_xml(t, s):
    def piped(text, *args):
        return subprocess.run([ZEGEL, "canon", *args], input=text,
                              capture_output=True)

    text = b"""<?xml version='1.0'?>
<!--x--><r xmlns='urn:r' xmlns:p='urn:p' xml:lang='mt'><p:a Id='i'/>
<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></r>"""
    signature = b"""<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">\
</Signature>"""
    a = b'<p:a xmlns:p="urn:p" Id="i"></p:a>\n'
    whole = b'<r xmlns="urn:r" xml:lang="mt">' + a + signature + b"</r>"
    file = write(s.path("c.xml"), text)
    for args, form in (
            ([], whole), (["--comments"], b"<!--x-->\n" + whole),
            (["--method", "c14n11"],
             whole.replace(b' xmlns:p="urn:p"', b"").replace(
                 b" xml:lang", b' xmlns:p="urn:p" xml:lang')),
            (["--without-signatures"], whole.replace(signature, b"")),
            (["--element", "#i"], a[:-1]), (["--element", "/1/1"], a[:-1]),
            (["--element", "/1/1", "--method", "c14n"],
             b'<p:a xmlns="urn:r" xmlns:p="urn:p" Id="i" xml:lang="mt">'
             b"</p:a>"),
            (["--element", "/1/1", "--prefixes", "#default"],
             b'<p:a xmlns="urn:r" xmlns:p="urn:p" Id="i"></p:a>')):
        run = piped(text, *args)
        t.check(f"XML of a pipe becomes canonical: {' '.join(args)}",
                run.returncode == 0 and run.stdout == form, run, form)
    result = s.result("canon", file)
    t.check("XML of a file is known as such", result.get("method") ==
            "exc-c14n" and result["octets"] == len(whole) and
            result["sha256"] == hashlib.sha256(whole).hexdigest(), result)
    run = s.zegel("canon", "-o", s.path("c.form"), file)
    t.check("XML into a file", run.code == 0 and
            read(s.path("c.form")) == whole, run)
    run = s.zegel("canon", "--check", s.path("c.form"))
    t.check("its output is canonical XML: 0", run.code == 0, run)
    run = s.zegel("canon", "--check", file)
    t.check("what is not canonical XML: 1, and where",
            run.code == 1 and f"{file}:2:" in run.err, run)
    deep = b"<a>" * 300 + b"</a>" * 300
    run = s.zegel("canon", "--check", write(s.path("deep.xml"), deep))
    t.check("a file deeper than what is sealed is checked", run.code == 0, run)
    run = s.zegel("canon", "--check", write(s.path("deep.xml"), deep + b"\n"))
    t.check("and refused where it departs",
            run.code == 1 and f"deep.xml:{len(deep)}:" in run.err, run)
    run = piped(deep, "--check")
    t.check("but not of a pipe", run.returncode == 65, run)
    run = s.zegel("canon", "-o", s.path("bad.form"),
                  write(s.path("bad.xml"), b"<a>" + 99999 * b"text" + b"</b>"))
    t.check("a refused file leaves no output behind", run.code == 65 and
            not os.path.exists(s.path("bad.form")), run)
    run = s.zegel("canon", "--element", "#j", file)
    t.check("an element that is not there: 66", run.code == 66, run)
