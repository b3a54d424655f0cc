"""As much DER as broken messages need."""


def value(tag, *contents):
    body = b"".join(contents)
    n = len(body)
    if n < 128:
        head = bytes([n])
    else:
        octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
        head = bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + head + body


def read(octets):
    """Tag, contents, and the whole of the first value; what follows it."""
    n, at = octets[1], 2
    if n >= 0x80:
        at += n & 0x7f
        n = int.from_bytes(octets[2:at], "big")
    return octets[0], octets[at:at + n], octets[:at + n], octets[at + n:]


def parts(octets):
    """The values in a constructed one's contents, whole."""
    found = []
    while octets:
        _, _, whole, octets = read(octets)
        found.append(whole)
    return found


def inside(whole):
    return parts(read(whole)[1])
