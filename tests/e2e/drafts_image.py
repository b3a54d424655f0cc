"""Every image of every draft in a folder: PNG as ISO/IEC 15948 wants it."""

import base64
import json
import pathlib
import struct
import sys
import zlib


def images(value):
    if isinstance(value, dict):
        if value.get("type") == "MediaObject":
            yield base64.b64decode(value["content"], validate=True)
        for member in value.values():
            yield from images(member)
    elif isinstance(value, list):
        for element in value:
            yield from images(element)


def check(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n", "signature"
    at, chunks = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind = png[at + 4 : at + 8]
        data = png[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert zlib.crc32(kind + data) == crc, "checksum"
        chunks.append((kind, data))
        at += 12 + length
    assert [c[0] for c in chunks] == [b"IHDR", b"IDAT", b"IEND"], "chunks"
    width, height, depth, colour = struct.unpack(">IIBB", chunks[0][1][:10])
    assert (depth, colour) == (1, 0) and height > width > 0, "header"
    rows = zlib.decompress(chunks[1][1])
    size = 1 + width // 8
    assert len(rows) == height * size, "pixels"
    assert set(rows[::size]) == {0}, "filters"
    assert len(set(rows)) > 16, "an empty page"


def main():
    count = 0
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        for png in images(json.loads(path.read_bytes())):
            check(png)
            count += 1
    print(f"# {count} images")
    return 0 if count >= 8 else 1


sys.exit(main())
