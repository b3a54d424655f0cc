"""Text of an appliance's screen, read out of its pixels by the font."""

import re

FONT = "firmware/font.c"
WIDTH, HEIGHT = 6, 9
COLUMNS, ROWS = 21, 7

_glyphs = {}


def glyphs():
    """{rows of six pixels: character}, as drawn and turned round."""
    if not _glyphs:
        with open(FONT, encoding="ascii") as source:
            found = re.findall(r"^\t\{(.*)\}, /\* ([0-9a-f]{4}) \*/$",
                               source.read(), re.M)
        for octets, code in found:
            rows = tuple(int(x, 16) >> 2 for x in octets.split(", "))
            turned = tuple(x ^ 0x3f for x in rows)
            _glyphs.setdefault(turned, chr(int(code, 16)))
            # Latin first: other scripts share letters with it.
            _glyphs.setdefault(rows, chr(int(code, 16)))
        # The edge of what fills a line may stand within a cell.
        for rows, letter in list(_glyphs.items()):
            for edge in (0x20, 0x30, 0x38, 0x3c, 0x3e):
                _glyphs.setdefault(tuple(x ^ edge for x in rows), letter)
    return _glyphs


def read(lines):
    """lines: 64 texts of 128 characters, # for a lit pixel. Seven lines."""
    bits = [[c == "#" for c in line] for line in lines]
    text = []
    for row in range(ROWS):
        line = ""
        for column in range(COLUMNS):
            cell = []
            for y in range(HEIGHT):
                at = column * WIDTH
                octet = 0
                for bit in bits[row * HEIGHT + y][at:at + WIDTH]:
                    octet = octet << 1 | bit
                cell.append(octet)
            line += glyphs().get(tuple(cell), "\u2592")
        text.append(line.rstrip())
    return text


def of_pbm(octets):
    """The lines of a PBM file of 128 x 64."""
    bits = octets[-1024:]
    if len(bits) < 1024:
        return ["." * 128] * 64
    return ["".join("#" if bits[16 * y + x // 8] & 0x80 >> x % 8 else "."
                    for x in range(128)) for y in range(64)]


def framed(text):
    """In a box, for a terminal."""
    line = "+" + "-" * (COLUMNS + 2) + "+"
    return "\n".join([line, *("| " + t.ljust(COLUMNS) + " |" for t in text),
                      line])
