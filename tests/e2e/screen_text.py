"""What stands on a screen, read out of its pixels by the firmware's glyphs."""

import re

FONT = "firmware/font.c"
WIDTH, HEIGHT, COLUMNS, ROWS = 6, 9, 21, 7


def glyphs(path=FONT):
    """{rows of a cell: character}"""
    found = {}
    line = re.compile(r"\{((?:0x[0-9a-f]{2}, ){8}0x[0-9a-f]{2})\}, "
                      r"/\* ([0-9a-f]{4}) \*/")
    with open(path, encoding="ascii") as source:
        for octets, code in line.findall(source.read()):
            cell = tuple(format(int(x, 16), "08b")[:WIDTH]
                         for x in octets.split(", "))
            found.setdefault(cell, chr(int(code, 16)))
    return found


class Reader:
    def __init__(self):
        self.glyph = glyphs()

    def lines(self, pixels):
        """Of 64 lines of 128 characters, # for a lit pixel."""
        text = []
        for row in range(ROWS):
            cells = [tuple("".join("1" if p == "#" else "0" for p in
                                   line[WIDTH * c:WIDTH * (c + 1)])
                           for line in pixels[HEIGHT * row:HEIGHT * (row + 1)])
                     for c in range(COLUMNS)]
            text.append("".join(self.glyph.get(c, "#") for c in cells).rstrip())
        return text
