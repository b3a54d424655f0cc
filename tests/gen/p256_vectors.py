#!/usr/bin/env python3
"""Writes tests/unit/firmware/p256_vectors.h: keys, signatures, and what is none,
on P-256, computed here with whole numbers and nothing else.

    tests/gen/p256_vectors.py         from the top of the tree

A verification adds u1 * G to u2 * Q. Where that goes through a point twice, or
through infinity, formulas of curves fail that are not told so: here u1 and u2
are chosen and the signature follows from them. Every run writes the same."""

import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
PATH = "tests/unit/firmware/p256_vectors.h"


def inverse(a, modulus):
    return pow(a, -1, modulus)


def add(p, q):
    """None is infinity."""
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    if p == q:
        slope = (3 * p[0] * p[0] - 3) * inverse(2 * p[1], P)
    else:
        slope = (q[1] - p[1]) * inverse(q[0] - p[0], P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def times(k, p):
    out = None
    for bit in bin(k % N)[2:]:
        out = add(out, out)
        if bit == "1":
            out = add(out, p)
    return out


def number(label):
    """Below the order, as good as random."""
    return int.from_bytes(hashlib.sha512(label.encode()).digest(), "big") % N


def sign(d, k, e):
    r = times(k, G)[0] % N
    return r, inverse(k, N) * (e + r * d) % N


def from_sums(u1, u2, q):
    """The signature, and the digest, of which these are the two factors."""
    r = add(times(u1, G), times(u2, q))[0] % N
    s = r * inverse(u2, N) % N
    return u1 * s % N, r, s


def lift(x):
    """A point with this coordinate, or None."""
    square = (x**3 - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return (x, y) if y * y % P == square else None


def scalars():
    tooth = 2**43
    return [1, 2, 3, 7, tooth - 1, tooth, tooth + 1, 2**42, 2**215, 2**255,
            sum(tooth**j for j in range(6)), N - 1, N - 2, N - tooth,
            (N + 1) // 2, N >> 1, number("a"), number("b")]


def verifications():
    """name, point, digest, r, s, whether it is one"""
    d = number("key")
    q, e, k = times(d, G), number("digest"), number("k")
    r, s = sign(d, k, e)
    yield "a signature", q, e, r, s, True
    yield "its other s", q, e, r, N - s, True
    yield "s twice", q, e, r, 2 * s % N, False
    yield "r and s exchanged", q, e, s, r, False
    yield "another digest", q, e ^ 1, r, s, False
    yield "another key", times(d + 1, G), e, r, s, False
    yield "the opposite key", times(N - d, G), e, r, s, False
    yield "r is 0", q, e, 0, s, False
    yield "s is 0", q, e, r, 0, False
    yield "both are 0", q, 0, 0, 0, False
    yield "r is the order", q, e, N, s, False
    yield "s is the order", q, e, r, N, False
    yield "r is all ones", q, e, 2**256 - 1, s, False
    yield "s is all ones", q, e, r, 2**256 - 1, False
    small = number("small") % 2**32
    yield "s and the order", q, e, r, small + N, False
    for bit in (0, 31, 32, 128, 255):
        yield f"bit {bit} of r", q, e, r ^ 1 << bit, s, False
        yield f"bit {bit} of s", q, e, r, s ^ 1 << bit, False
    for e in (0, 1, N - 1, N, N + 1, 2**256 - 1):
        yield "a digest at an end", q, e, *sign(d, k, e), True
    for k in (1, 2, N - 1, 2**43, N - 2**43):
        yield "k of few bits", q, e, *sign(d, k, e), True
    for i in range(12):
        d, k, e = number(f"d{i}"), number(f"k{i}"), number(f"e{i}")
        yield "any", times(d, G), e, *sign(d, k, e), True
    # Keys that stand close to the base point.
    u = number("u")
    for d in (1, 2, N - 1, N - 2, 2**43, (N + 1) // 2):
        q = times(d, G)
        for u1, u2 in ((u, u), (u, u - 1), (2 * u, u), (u, 2 * u), (1, 1),
                       (u, N - u), (0, u), (N - 1, 2), (2**43, 1), (u, 1)):
            u1, u2 = u1 % N, u2 % N
            if add(times(u1, G), times(u2, q)) is not None:
                yield "near the base point", q, *from_sums(u1, u2, q), True
    # In the middle of the sum, behind 2G + G.
    for d, u1, u2 in ((3, 3, 1), (3, 7, 2), (N - 3, 7, 2), (N - 3, 6, 3)):
        q = times(d, G)
        yield "three times it", q, *from_sums(u1, u2, q), True
    for d in (1, N - 1, number("key")):
        q, r = times(d, G), number("r")
        yield "infinity", q, -r * d % N, r, number("s"), False
        yield "infinity, r 1", q, -d % N, 1, number("s"), False
    # A coordinate above the order is smaller by it as r.
    x = next(x for x in range(N, P) if lift(x) is not None)
    r, s, e = x - N, number("s"), number("e")
    q = add(times(s, lift(x)), times(N - e, G))
    q = times(inverse(r, N), q)
    yield "x above the order", q, e, r, s, True
    yield "x above the order as r", q, e, x, s, False
    x = next(x for x in range(2, P) if lift(x) is not None)
    r = x + P - N
    q = times(inverse(r, N), add(times(s, lift(x)), times(N - e, G)))
    yield "r and the order, modulo the prime", q, e, r, s, False
    x = next(x for x in range(P - N, P) if lift(x) is not None)
    q = times(inverse(x, N), add(times(s, lift(x)), times(N - e, G)))
    yield "no room above r", q, e, x, s, True


def fields(*numbers):
    for n in numbers:
        yield f'\t    "{n:064x}"'


def row(first, *rest):
    return "\t{" + ",\n".join([first, *rest]) + "},\n"


def text():
    yield ("/* p256_vectors.h: written by tests/gen/p256_vectors.py. */\n"
           "#ifndef TESTS_UNIT_FIRMWARE_P256_VECTORS_H\n"
           "#define TESTS_UNIT_FIRMWARE_P256_VECTORS_H\n\n"
           "#include <stdbool.h>\n\n"
           "/* clang-format off */\n"
           "/* long because: each row is a case, nothing of it is left out */\n"
           "static const struct {\n"
           "\tconst char *secret, *x, *y;\n} derivations[] = {\n")
    for d in scalars():
        first, *rest = fields(d, *times(d, G))
        yield row(first.strip(), *rest)
    yield ("};\n\nstatic const struct {\n"
           "\tconst char *secret, *k, *digest, *r, *s;\n} signatures[] = {\n")
    for i, k in enumerate(scalars()):
        d, e = scalars()[-1 - i], number(f"signed {i}")
        if 0 in sign(d, k, e):
            raise ValueError("no signature")
        first, *rest = fields(d, k, e, *sign(d, k, e))
        yield row(first.strip(), *rest)
    yield ("};\n\nstatic const struct {\n\tconst char *name;\n"
           "\tconst char *x, *y, *digest, *r, *s;\n\tbool good;\n"
           "} verifications[] = {\n")
    for name, q, e, r, s, good in verifications():
        yield row(f'"{name}"', *fields(*q, e, r, s),
                  f"\t    {str(good).lower()}")
    yield "};\n/* clang-format on */\n\n#endif\n"


def main():
    with open(PATH, "w", encoding="ascii") as out:
        out.write("".join(text()))


if __name__ == "__main__":
    main()
