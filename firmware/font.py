#!/usr/bin/env python3
"""Writes firmware/font.c: the glyphs that the screen has.

    firmware/font.py [PCF] >firmware/font.c

PCF is 6x9.pcf.gz of Debian's package xfonts-base: a font of the X11
distribution's misc-misc, which is in the public domain (its COPYING: "Public
domain font. Share and enjoy."). Taken are printable ASCII, Latin-1, Latin
Extended-A, the Romanian letters with comma, Greek, Cyrillic and a few signs;
without what nobody could see (no-break space, soft hyphen): the screen shows
such a character's number.
"""

import gzip
import struct
import sys

PCF = "/usr/share/fonts/X11/misc/6x9.pcf.gz"
WIDTH, HEIGHT, ASCENT = 6, 9, 7
WANTED = [(0x20, 0x7e), (0xa1, 0xac), (0xae, 0xff), (0x100, 0x17f),
          (0x218, 0x21b), (0x386, 0x3ce), (0x400, 0x45f), (0x490, 0x491),
          (0x1e9e, 0x1e9e), (0x2013, 0x2014), (0x2018, 0x201a),
          (0x201c, 0x201e), (0x2026, 0x2026), (0x20ac, 0x20ac)]
METRICS, BITMAPS, ENCODINGS = 1 << 2, 1 << 3, 1 << 5


class Pcf:
    """The Portable Compiled Format of the X11 distribution."""

    def __init__(self, octets):
        self.octets = octets
        assert octets[:4] == b"\1fcp", "not PCF"
        count = struct.unpack_from("<I", octets, 4)[0]
        self.tables = {}
        for i in range(count):
            kind, _, _, at = struct.unpack_from("<IIII", octets, 8 + 16 * i)
            self.tables[kind] = at
        self.read_metrics()
        self.read_bitmaps()
        self.read_encodings()

    def start(self, kind):
        at = self.tables[kind]
        form = struct.unpack_from("<I", self.octets, at)[0]
        return form, at + 4, ">" if form & 4 else "<"

    def read_metrics(self):
        form, at, order = self.start(METRICS)
        if form & 0x100:
            count = struct.unpack_from(order + "H", self.octets, at)[0]
            rows = [[x - 0x80 for x in self.octets[p:p + 5]]
                    for p in range(at + 2, at + 2 + 5 * count, 5)]
        else:
            count = struct.unpack_from(order + "I", self.octets, at)[0]
            rows = [struct.unpack_from(order + "5h", self.octets, p)
                    for p in range(at + 4, at + 4 + 12 * count, 12)]
        self.metrics = rows

    def read_bitmaps(self):
        form, at, order = self.start(BITMAPS)
        count = struct.unpack_from(order + "I", self.octets, at)[0]
        self.offsets = struct.unpack_from(f"{order}{count}I", self.octets,
                                          at + 4)
        self.bits = at + 4 + 4 * count + 16
        self.pad = 1 << (form & 3)
        assert form & 8, "the leftmost pixel is not the highest bit"

    def read_encodings(self):
        _, at, order = self.start(ENCODINGS)
        low2, high2, low1, high1, _ = struct.unpack_from(order + "5H",
                                                         self.octets, at)
        self.glyph = {}
        at += 10
        for one in range(low1, high1 + 1):
            for two in range(low2, high2 + 1):
                index = struct.unpack_from(order + "H", self.octets, at)[0]
                at += 2
                if index != 0xffff:
                    self.glyph[one << 8 | two] = index

    def rows(self, code):
        """HEIGHT rows of WIDTH pixels, the leftmost highest; None: no glyph"""
        if code not in self.glyph:
            return None
        index = self.glyph[code]
        left, right, _, ascent, descent = self.metrics[index]
        line = (right - left + 8 * self.pad - 1) // (8 * self.pad) * self.pad
        cell = [0] * HEIGHT
        for row in range(ascent + descent):
            at = self.bits + self.offsets[index] + row * line
            bits = int.from_bytes(self.octets[at:at + line], "big")
            bits >>= 8 * line - (right - left)
            y = ASCENT - ascent + row
            shift = WIDTH - right
            assert 0 <= y < HEIGHT and shift >= 0, hex(code)
            cell[y] |= bits << shift
        return cell


def main():
    with gzip.open(sys.argv[1] if len(sys.argv) > 1 else PCF) as f:
        font = Pcf(f.read())
    codes = [c for first, last in WANTED for c in range(first, last + 1)]
    glyphs = [(c, font.rows(c)) for c in codes]
    glyphs = [(c, g) for c, g in glyphs if g and (any(g) or c == 0x20)]
    ranges = []
    for place, (code, _) in enumerate(glyphs):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, place])
    print("/* Written by firmware/font.py, which says from what. */")
    print('#include "firmware/font.h"\n')
    print("/* clang-format off */")
    print("const struct font_range font_range[] = {")
    for first, last, place in ranges:
        print(f"\t{{0x{first:04x}, 0x{last:04x}, {place}}},")
    print("};")
    print("const size_t font_ranges = "
          "sizeof(font_range) / sizeof(font_range[0]);\n")
    print("const uint8_t font_glyph[][FONT_HEIGHT] = {")
    for code, rows in glyphs:
        text = ", ".join(f"0x{r << 8 - WIDTH:02x}" for r in rows)
        print(f"\t{{{text}}}, /* {code:04x} */")
    print("};")
    print("/* clang-format on */")


if __name__ == "__main__":
    main()
