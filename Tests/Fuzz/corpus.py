"""Writes small inputs for the fuzz targets into a directory: corpus.py DIRECTORY"""

import base64
import json
import os
import struct
import sys


def write(target, name, data):
    directory = os.path.join(sys.argv[1], target)
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, name), "wb") as file:
        file.write(data)


def tcp(source, destination, sequence, acknowledgement, flags, data):
    return struct.pack(">HHIIBBHHH", source, destination, sequence, acknowledgement, 0x50, flags, 65535, 0, 0) + data


def ipv4(packet, fragment=0):
    return struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(packet), 7, fragment, 64, 6, 0, 0xC0000205, 0xC6336419) + packet


def ipv6(packet):
    return struct.pack(">IHBB16s16s", 0x60000000, len(packet), 6, 64, b"\x20" * 16, b"\x21" * 16) + packet


TURNS = [
    ("S", b"220 mx ESMTP\r\n"), ("C", b"EHLO x\r\n"), ("S", b"250-mx\r\n250 STARTTLS\r\n"),
    ("C", b"AUTH PLAIN eHg=\r\n"), ("S", b"334 \r\n"), ("C", b"eHg=\r\n"), ("S", b"235 ok\r\n"),
    ("C", b"MAIL FROM:<>\r\nDATA\r\n"), ("S", b"250 ok\r\n354 go\r\n"), ("C", b"Subject: x\r\n\r\nhello\r\n.\r\n"),
    ("S", b"250 ok\r\n"), ("C", b"BDAT 4 LAST\r\nabcd"), ("S", b"250 ok\r\n"), ("C", b"STARTTLS\r\n"),
    ("S", b"220 go\r\n"), ("C", b"\x16\x03\x01x"), ("S", b"\x16\x03\x01x"),
]


def segments():
    client, server = 10, 20
    yield "C", client, 0, 2, b""
    yield "S", server, client + 1, 18, b""
    client, server = client + 1, server + 1
    for side, data in TURNS:
        if side == "C":
            yield side, client, server, 24, data
            client += len(data)
        else:
            yield side, server, client, 24, data
            server += len(data)
    yield "C", client, server, 17, b""
    yield "S", server, client + 1, 17, b""


wraps = {
    "ethernet": (0, lambda p, v6: b"\0" * 12 + (b"\x86\xdd" if v6 else b"\x08\0") + p),
    "null": (1, lambda p, v6: struct.pack("<I", 30 if v6 else 2) + p),
    "loop": (2, lambda p, v6: struct.pack(">I", 24 if v6 else 2) + p),
    "raw": (3, lambda p, v6: p),
    "ppp": (4, lambda p, v6: (b"\xff\x03\0\x57" if v6 else b"\xff\x03\0\x21") + p),
    "cooked": (5, lambda p, v6: b"\0" * 14 + (b"\x86\xdd" if v6 else b"\x08\0") + p),
    "cooked2": (6, lambda p, v6: (b"\x86\xdd" if v6 else b"\x08\0") + b"\0" * 18 + p),
}
for name, (number, wrap) in wraps.items():
    for v6 in (False, True):
        data = bytes([number])
        for side, sequence, acknowledgement, flags, text in segments():
            ports = (40000, 25) if side == "C" else (25, 40000)
            packet = tcp(*ports, sequence, acknowledgement, flags, text)
            frame = wrap(ipv6(packet) if v6 else ipv4(packet), v6)
            data += bytes([len(frame)]) + frame + b"\0"
        write("packets", f"{name}-{'6' if v6 else '4'}", data)
        write("tap", f"{name}-{'6' if v6 else '4'}", data)
packet = tcp(40000, 25, 1, 1, 24, b"EHLO x\r\n" * 4)
parts = [ipv4(packet[:24], 0x2000), ipv4(packet[24:], 3)]
write("packets", "fragments", b"\3" + b"".join(bytes([len(p)]) + p + b"\0" for p in parts))

data = b""
for side, sequence, acknowledgement, flags, text in segments():
    # Ends: port 25 for one, 4000 for the other; the highest bit is the direction.
    ends = 0x10 | (0x80 if side == "C" else 0)
    data += bytes([ends, 1, flags & 0x1F, (sequence + 40) % 256, (acknowledgement + 40) % 256, len(text)]) + text
write("segments", "whole", data)

events = [{"t": 1.5 + i, "dir": side, "len": len(text), "raw": text.decode("latin-1")} for i, (side, text) in enumerate(TURNS)]
wire = {"conv_id": "1", "source": "x", "client_ip": "192.0.2.5", "client_port": 40000, "t0": 1.5, "gaps": 0,
        "close": [{"t": 9.0, "by": "C", "what": "FIN"}], "origin": "pcap", "events": events}
write("transcripts", "wire", json.dumps(wire).encode())
milter = {"conv_id": "2", "vantage": "milter-postfix", "mta": "postfix", "t0": 1, "close": [{"t": 2, "by": "C", "what": "after-message"}],
          "events": [{"t": 1, "dir": "C", "len": 8, "raw": "HELO x\r\n", "event": "helo", "args": ["x"]},
                     {"t": 2, "dir": "C", "len": 8, "raw": "", "event": "header", "args": ["Date", " x"]}]}
write("transcripts", "milter", json.dumps(milter).encode())

write("logs", "postfix", b"""Nov 22 03:44:49 mx postfix/smtpd[1]: connect from a.example[192.0.2.5]
Nov 22 03:44:49 mx postfix/smtpd[1]: > a.example[192.0.2.5]: 220 mx ESMTP
Nov 22 03:44:49 mx postfix/smtpd[1]: < a.example[192.0.2.5]: AUTH PLAIN eHg=
Nov 22 03:44:49 mx postfix/smtpd[1]: < a.example[192.0.2.5]: DATA
Nov 22 03:44:49 mx postfix/smtpd[1]: > a.example[192.0.2.5]: 354 go
Nov 22 03:44:49 mx postfix/smtpd[1]: lost connection after DATA from a.example[192.0.2.5]
Nov 22 03:44:49 mx postfix/smtpd[1]: disconnect from a.example[192.0.2.5] data=0/1
""")
write("logs", "filter", b"""2026-11-22T03:44:49.123456+01:00 mx postfix/smtpd[1]: connect from unknown[2001:db8::1]:1
2026-11-22T03:44:49.123456+01:00 mx postfix/smtpd[1]: unknown[2001:db8::1]:1: replacing command "HELO x" with "HELO x"
2026-11-22T03:44:49Z mx postfix/smtpd[1]: 22A1DFED151: client=unknown[2001:db8::1]:1
""")
write("logs", "sendmail", b"""Nov  2 04:00:00 mx sm-mta[9]: NOQUEUE: connect from c.example [192.0.2.5]
Nov  2 04:00:00 mx sm-mta[9]: 6AM3: --- 220 mx ESMTP
Nov  2 04:00:00 mx sm-mta[9]: 6AM3: <-- FOO \\001\\377
""")
write("logs", "quoted", b"S: 220 mx\nC: EHLO x\nS: 250 ok\nC: STARTTLS\nS: 220 go\n\nS: 220 mx\n")

# Mode, three variations, then pieces: a number that says "received", the length, the bytes.
client = [text for side, text in TURNS if side == "C"]
received = b"".join(b"\x04" + bytes([len(text)]) + text for text in client)
for number in range(0, 240, 16):
    write("sink", str(number), bytes([number // 16 & 1, 0, number, 0, number + 5, 0, number + 9]) + received)

# Which half, whether the beginning is missing, then turns: which one, how it is cut.
write("secrets", "login", bytes([1, 0, 0x00, 1, 0x43, 1, 0xC5, 1, 0x80, 1, 0xC5, 1, 0x80, 1, 0xC6, 1, 0x01, 1]))
write("secrets", "losses", bytes([1, 1, 0x80, 5, 0xC5, 5, 0x80, 1, 0x03, 1, 0x40, 0x10, 1, 1, 0xC8, 1]))
write("secrets", "bytes", bytes([0, 0, 1]) + b"\x05\x0cAUTH PLAIN x\x02\x05334 \n\x00\x05\x06secret")

# Who is heard, then events: what, the length, the bytes.
said = b"".join(bytes([4 if side == "S" else 12, len(text)]) + text for side, text in TURNS)
for hearing in range(4):
    write("wire", str(hearing), bytes([hearing]) + said)

# What the fuzzer has found before.
with open(os.path.join(os.path.dirname(__file__), "../Corpora/engines.base64")) as file:
    for number, line in enumerate(file):
        write("engines", f"corpus-{number}", base64.b64decode(line))

# What the filter wants, its answers with their number, then packets: which one and how its data is made, and the data.
LETTERS = "OCHMRTLNBEADUQK"
SESSIONS = {
    "message": "ODCDHDMDRDTLLNBEQ", "messages": "OCHMRRTLNBEMRTLNBBEMRAMREQ", "macros": "ODCDDHDDMDDRDDRDTDNDEDQ",
    "again": "OCHMREKCHMREKOCQ", "unordered": "OHCMTRLNBECUOMRUTLNBEQ", "unknown": "OCUHUMURUTUAUMREQ",
    "unannounced": "CHMREKCHMREQ", "unfinished": "OCHMRTLN", "skipped": "OCMRNBBBEMRBEMREA",
}


def packets(letters, choice):
    for position, letter in enumerate(letters):
        index = LETTERS.index(letter)
        if letter in "TNAQK":
            yield bytes([index])
        else:
            yield bytes([0xC0 | index, (choice * position * 7) & 255])


for name, letters in SESSIONS.items():
    for choice in range(4):
        for verdict in range(16):
            answers = bytes([0] * (verdict * choice % len(letters)) + [verdict | choice << 5, verdict, 0x30 | verdict])
            write("engines", f"{name}-{choice}-{verdict}",
                  bytes([verdict, len(answers)]) + answers + b"".join(packets(letters, choice)))

path = os.path.join(os.path.dirname(__file__), "../../Sources/Detecting/Dialects/Resources/starter.dialects")
with open(path, "rb") as file:
    head, *dialects = file.read().split(b"\ndialect ")
# One dialect an input: whole models are too slow to be changed often.
for number, dialect in enumerate(dialects):
    write("dialects", str(number), head + b"\ndialect " + dialect)

HEADS = [
    (b"Content-Type\0 text/html", b"Content-Transfer-Encoding\0 quoted-printable"),
    (b"Content-Type\0 multipart/mixed; boundary=\"b\"",), (b"Content-Transfer-Encoding\0base64", b"Subject\0 Re: x 12"),
    (b"Message-ID\0 <a1$b2@c>", b"X-Mailer\0 The Mail 6.1", b"subject\0=?utf-8?B?eA==?="),
]
BODIES = [
    b"<a href=3D\"http://pil=\r\nls.example/shop/a8f?id=3D1&#x26;k=3Dx\">", b"see www.pills.example/%73hop. http://[::1]/a",
    b"--b\r\nContent-Type: text/html\r\n\r\n<a href='//a.example/b/c.html'>\r\n--b\r\n\r\nhttp://b.example\r\n--b--\r\n",
    b"aHR0cDovL3BpbGxzLmV4YW1w\r\nbGUvc2hvcD9pZD0xNw==", b"http://go.example/url?q=http%3A%2F%2Fqzxkv.example%2Fa",
]
for number, (head, body) in enumerate((head, body) for head in HEADS for body in BODIES):
    fields = b"".join(bytes([len(field)]) + field for field in head)
    write("campaigns", str(number), (bytes([0x50 | len(head)]) + fields + bytes([len(body)]) + body) * 2)
