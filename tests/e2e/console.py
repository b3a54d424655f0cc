"""The host's side of the appliance's console, frame by frame
(docs/PROTOCOL.md). device sends packets and receives them: board.py, sim.py."""

import struct
import zlib

NUMBER = {
    "HELLO": 0x01, "STATUS": 0x02, "COUNTER": 0x0a, "LOG_HEAD": 0x0b,
    "ABORT": 0x0c, "INIT": 0x10, "ENROL": 0x11, "LOGIN": 0x12,
    "CHANGE_PIN": 0x13, "UNBLOCK": 0x14, "RESET": 0x15, "CSR": 0x16,
    "CERTIFICATE": 0x17, "LOAD": 0x18, "SELFTEST": 0x19,
    "HELLO_REPLY": 0x41, "STATUS_REPLY": 0x42, "BEGUN": 0x43, "CREDIT": 0x44,
    "REFUSED": 0x49, "COUNTER_REPLY": 0x4b, "LOG_HEAD_REPLY": 0x4c,
    "ABORTED": 0x4d, "ASKED": 0x50, "DONE": 0x51, "ENROLLED": 0x52,
    "REQUEST": 0x53, "SELFTESTED": 0x54, "ERROR": 0x7f}
NAME = {number: name for name, number in NUMBER.items()}


def text(octets):
    """A field of the form text."""
    if isinstance(octets, str):
        octets = octets.encode()
    return bytes([len(octets)]) + octets


# common/link.h: octets of the console, not of the USB controller.
LINK_CONSOLE = b"\x20\0"


class Console:
    def __init__(self, device):
        self.device = device
        self.heard = b""

    def send(self, name, body=b""):
        frame = struct.pack(">BBH", 0x5a, NUMBER[name], len(body)) + body
        self.device.send(LINK_CONSOLE + frame + struct.pack(">I", zlib.crc32(frame)))

    def receive(self):
        """Name and body of the next message but CREDIT."""
        while True:
            if len(self.heard) >= 4:
                mark, number, length = struct.unpack(">BBH", self.heard[:4])
                assert mark == 0x5a, self.heard
                if len(self.heard) >= 8 + length:
                    break
            packet = self.device.receive()
            if packet is None:
                raise TimeoutError("no answer")
            if packet[:2] == LINK_CONSOLE:
                self.heard += packet[2:]
        frame, self.heard = self.heard[:8 + length], self.heard[8 + length:]
        assert frame[-4:] == struct.pack(">I", zlib.crc32(frame[:-4]))
        if NAME.get(number) == "CREDIT":
            return self.receive()
        return NAME.get(number, number), frame[4:-4]

    def call(self, name, body=b""):
        self.send(name, body)
        return self.receive()

    def refused(self, name, body=b""):
        """Number of the error that it is refused with; 0: it is not."""
        answer, reply = self.call(name, body)
        return struct.unpack(">H", reply[:2])[0] if answer == "ERROR" else 0

    def status(self):
        _, r = self.call("STATUS")
        waiting, asked, key, alg, pin, puk, logged_in = r[19:26]
        return {"state": r[0], "waiting": waiting, "asked": NAME.get(asked),
                "key": key, "alg": alg, "pin": pin, "puk": puk,
                "open": logged_in, "certificate": r[26:58],
                "station": r[59:59 + r[58]].decode(),
                "counter": struct.unpack(">Q", r[11:19])[0]}


def spki(point):
    """SubjectPublicKeyInfo of P-256 or P-384."""
    if len(point) == 64:
        head = "3059301306072a8648ce3d020106082a8648ce3d03010703420004"
    else:
        head = "3076301006072a8648ce3d020106052b8104002203620004"
    return bytes.fromhex(head) + point


def ecdsa_der(rs):
    def integer(octets):
        octets = octets.lstrip(b"\0") or b"\0"
        octets = b"\0" * (octets[0] >> 7) + octets
        return b"\x02" + bytes([len(octets)]) + octets

    half = len(rs) // 2
    both = integer(rs[:half]) + integer(rs[half:])
    return b"\x30" + bytes([len(both)]) + both
