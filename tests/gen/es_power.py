#!/usr/bin/env python3
"""Writes the table of common/es_power.c: 5^(27 i), rounded down to 192 bits,
the topmost of them set. The unit test of es_power proves every power that is
made from it."""

for i in range(-13, 13):
    k = 27 * i
    if k >= 0:
        p = 5**k
        b = p.bit_length()
        v = p << (192 - b) if b <= 192 else p >> (b - 192)
    else:
        d = 5**-k
        v = (1 << (191 + d.bit_length())) // d
        if v >> 192:
            v >>= 1
    assert v.bit_length() == 192
    words = [v >> s & (2**64 - 1) for s in (128, 64, 0)]
    print("\t{" + ",\n\t    ".join("0x%016xu" % w for w in words) + "},")
