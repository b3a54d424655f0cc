"""Rules that need nothing but the text. Each takes the list of sources and
yields (source, line number, text, word): the word is what an exception names.
"""

import re

HEADINGS = ("Memory", "Chunks", "Errors", "Trust", "Limits")
BANNED = ("sprintf", "vsprintf", "strcpy", "strcat", "gets", "strtok",
          "alloca", "atoi")
NO_HEAP = ("malloc", "calloc", "realloc", "free")
FREESTANDING = ("float.h", "limits.h", "stdalign.h", "stdarg.h", "stdbool.h",
                "stddef.h", "stdint.h", "stdnoreturn.h", "string.h")
# The rest of hsm/ brings PKCS#11's headers, which collide with wolfSSL's.
HSM_PUBLIC = ("hsm/console.h", "hsm/provision.h", "hsm/token.h")
LONGEST_FILE = 600
WIDEST_C = 80
WIDEST_SCRIPT = 100
# Written apart, because this file is searched as well.
MACHINE = re.compile("/(?:wo" "rk|ro" "ot|ho" "me/[a-z]+|Us" "ers)/")
LATER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
CALL = re.compile(r"(?<![.>])\b([a-z_][a-z0-9_]*)\(")
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def may_include(source, target, private):
    """Who may include what of the project; what is private to a folder (in
    its name or its head) stays there."""
    room = target.split("/")[0]
    folder = target.rsplit("/", 1)[0]
    own = source.path.rsplit("/", 1)[0]
    if source.room == "tests":
        return True
    if target in private and folder != own:
        return False
    if source.room == "common":
        return room == "common"
    if source.room == "firmware":
        return room in ("common", "firmware") or target == "boards/board.h"
    if source.room == "boards":
        if source.path == "boards/board.h":
            return room == "common"
        return target == "boards/board.h" or folder.startswith(own)
    if source.room == "hsm":
        return room in ("common", "hsm")
    return room in ("common", "host") or target in HSM_PUBLIC


def includes(sources):
    paths = {s.path for s in sources}
    private = {s.path for s in sources if s.is_private}
    for s in sources:
        if not s.is_c:
            continue
        for number, line in enumerate(s.lines, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            kind, target = match[1], match[2]
            if kind == "<":
                if s.room == "common" and target not in FREESTANDING:
                    yield s, number, f"<{target}> is not freestanding", target
            elif target not in paths:
                yield s, number, f"no file {target} from the top", target
            elif not may_include(s, target, private):
                yield s, number, f"{s.room} may not include {target}", target


def guards(sources):
    for s in sources:
        if not s.is_header:
            continue
        want = re.sub(r"[^A-Z0-9]", "_", s.path.upper())
        code = [c.strip() for c in s.code if c.strip()]
        if (code[:2] != [f"#ifndef {want}", f"#define {want}"]
                or code[-1] != "#endif"):
            yield s, 1, f"guard is not {want}", want


def headings(sources):
    for s in sources:
        if not s.is_product or not s.is_header or s.is_private:
            continue
        head = s.text.split("*/")[0]
        missing = [h for h in HEADINGS
                   if not re.search(rf"^ \* {h}[ \t]+\S", head, re.M)]
        for heading in missing:
            yield s, 1, f"heading {heading} is missing", heading


def arguments(text):
    """How many stand before the bracket that closes."""
    depth, commas, some = 0, 0, False
    if text.startswith("void)"):
        return 0
    for c in text:
        if c in ")]}" and depth == 0:
            break
        depth += (c in "([{") - (c in ")]}")
        commas += c == "," and depth == 0
        some = some or not c.isspace()
    return commas + 1 if some else 0


def declarations(sources):
    """Name: numbers of arguments; -N: N or more."""
    found = {}
    for s in sources:
        code = "\n".join(s.code) if s.is_header else ""
        for match in CALL.finditer(code):
            text = code[match.end():]
            more = "..." in text.split(")")[0]
            n = arguments(text)
            found.setdefault(match[1], set()).add(1 - n if more else n)
    return found


def sketches(sources):
    """What a header's sketch calls is declared, with as many arguments."""
    known = declarations(sources)
    for s in sources:
        if not s.is_header:
            continue
        own = s.name[:-2].split("_")[0] + "_"
        head = s.text.split("*/")[0]
        sketch = "\n".join(line[3:] if line.startswith(" *\t") else ""
                           for line in head.split("\n"))
        for match in CALL.finditer(sketch):
            name, n = match[1], arguments(sketch[match.end():])
            wanted = known.get(name, set())
            number = sketch[:match.start()].count("\n") + 1
            if not wanted and name.startswith(own):
                yield s, number, f"the sketch calls {name}, unknown", name
            elif wanted and n not in wanted and not any(
                    w < 0 and n >= -w for w in wanted):
                yield s, number, (f"the sketch calls {name} with {n} "
                                  "arguments"), name


def banned_calls(sources):
    for s in sources:
        names = BANNED + (NO_HEAP if s.room == "common" else ())
        pattern = re.compile(rf"\b({'|'.join(names)})\s*\(")
        for number, line in enumerate(s.code, 1):
            for match in pattern.finditer(line):
                yield s, number, f"{match[1]}() is banned", match[1]


def conditionals(sources):
    """#if only for guards and for what the compiler defines (__NAME)."""
    for s in sources:
        if not s.is_c or s.room == "boards":
            continue
        guard = re.sub(r"[^A-Z0-9]", "_", s.path.upper())
        for number, line in enumerate(s.code, 1):
            match = re.match(r"\s*#\s*(?:if|ifdef|ifndef|elif)\b(.*)", line)
            if not match:
                continue
            names = [n for n in re.findall(r"[A-Za-z_]\w*", match[1])
                     if n != "defined"]
            if names == [guard] and s.is_header:
                continue
            if not names or not all(n.startswith("__") for n in names):
                word = next((n for n in names if n[:2] != "__"), "constant")
                yield s, number, "conditional outside boards/", word


def typedefs(sources):
    for s in sources:
        for number, line in enumerate(s.code, 1):
            if re.search(r"\btypedef\s+(struct|union|enum)\b[^(]*$", line):
                yield s, number, "typedef of a struct, union or enum", "typedef"


def file_sizes(sources):
    for s in sources:
        if not s.is_code or len(s.lines) <= LONGEST_FILE:
            continue
        if not any("long because" in line for line in s.lines[:40]):
            yield (s, 1, f"{len(s.lines)} lines and no 'long because' in its "
                   "head", "lines")


def is_long_text(s, line):
    """In a test, a string or a name may go on beyond the last column."""
    if s.room == "tests" and " " not in line.strip():
        return True
    beyond = re.search(r'^.{0,%d}"(\\.|[^"\\])*"[^"]{0,12}$' % WIDEST_C, line)
    return s.room == "tests" and beyond is not None


def line_lengths(sources):
    for s in sources:
        if not s.is_code:
            continue
        limit = WIDEST_C if s.is_c else WIDEST_SCRIPT
        for number, line in enumerate(s.lines, 1):
            width = len(line.expandtabs(8))
            if width <= limit or "://" in line or is_long_text(s, line):
                continue
            yield s, number, f"{width} columns of {limit}", "width"


def line_ends(sources):
    for s in sources:
        if not s.is_code:
            continue
        for number, line in enumerate(s.lines, 1):
            if line != line.rstrip():
                yield s, number, "space at the end of the line", "space"
        if s.text and not s.text.endswith("\n"):
            yield s, len(s.lines), "no newline at the end", "newline"


def machine_paths(sources):
    for s in sources:
        for number, line in enumerate(s.lines, 1):
            match = MACHINE.search(line)
            if match:
                yield s, number, f"path of one machine: {match[0]}", match[0]


def unowned_todos(sources):
    for s in sources:
        for number, line in enumerate(s.lines, 1):
            if LATER.search(line) and not re.search(r"#\d+|issue \d+", line):
                yield s, number, "for later, without an issue", "later"


RULES = {
    "includes": includes,
    "guards": guards,
    "headings": headings,
    "sketches": sketches,
    "banned-calls": banned_calls,
    "conditionals": conditionals,
    "typedefs": typedefs,
    "file-sizes": file_sizes,
    "line-lengths": line_lengths,
    "line-ends": line_ends,
    "machine-paths": machine_paths,
    "unowned-todos": unowned_todos,
}
