"""Bots written down from published facts, and how they speak: through a real socket, to the sink and nowhere else."""

import os
import random
import re
import socket

from .programs import Fault


class Persona:
    """One file under `bots/`: comment lines, then `key: value` lines.

    source        where its bytes are published
    invented      what the source does not tell and the file had to fill in
    address name  who it is to the server; no `name`, no reverse name
    sender        its envelope sender
    speaks-first  yes: it does not wait for the greeting
    pipelined     yes: it writes everything up to DATA without waiting for a reply
    recipients    how many it has, unless the scenario says so
    greet         a line before the envelope; may come several times
    mail rcpt data header  its lines; a bot without `mail` sends no message
    end           `drop` or the last line
    refused       what the source tells of a refusal: `drop`, `quit` or `go on`; without it no refusal is played

    Lines may hold {label} {mixed} {capitals} {number} {sender} {recipient} {name} {address} {one of A B C}.
    """

    ONE = {"source", "invented", "address", "name", "sender", "speaks-first", "pipelined", "recipients", "mail", "rcpt",
           "data", "end", "refused"}
    MANY = {"greet", "header"}

    def __init__(self, path):
        self.name = os.path.basename(path).removesuffix(".persona")
        self.lines = {"greet": [], "header": []}
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                line = line.rstrip("\n")
                if not line or line.startswith("#"):
                    continue
                key, separator, value = line.partition(": ")
                if not separator or key not in self.ONE | self.MANY:
                    raise Fault(f"{path}:{number}: \"{line}\" is not a line of a persona: write KEY: VALUE, with a key "
                                f"of {', '.join(sorted(self.ONE | self.MANY))}")
                if key in self.MANY:
                    self.lines[key].append(value)
                else:
                    self.lines[key] = value
        for key in ("source", "address", "greet", "end"):
            if not self.lines.get(key):
                raise Fault(f"{path}:1: \"{key}\" is missing: add a line \"{key}: ...\"")

    def __getitem__(self, key):
        return self.lines.get(key)


class Speaker:
    """One conversation of a persona; the same seed gives the same bytes."""

    WAIT = 20

    def __init__(self, persona, port, seed):
        self.persona = persona
        self.random = random.Random(f"{persona.name}/{seed}")
        self.words = {
            "label": self.word("abcdefghijklmnopqrstuvwxyz"),
            "mixed": self.word("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "capitals": self.word("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "sender": persona["sender"] or "",
            "address": persona["address"], "name": persona["name"] or f"[{persona['address']}]"}
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=self.WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def word(self, letters):
        return "".join(self.random.choice(letters) for _ in range(self.random.randint(6, 9)))

    def text(self, line, recipient=""):
        def value(match):
            key = match[1]
            if key.startswith("one of "):
                return self.random.choice(key.split()[2:])
            if key == "number":
                return str(self.random.randint(10000, 99999))
            return recipient if key == "recipient" else self.words[key]
        return re.sub(r"\{([a-z]+(?: of [^}]+)?)\}", value, line)

    def write(self, text):
        self.socket.sendall(text.encode("latin-1"))

    def reply(self):
        """The code of the last line of the next reply; 0 when the connection has ended."""
        while True:
            line, separator, rest = self.received.partition(b"\n")
            if separator:
                self.received = rest
                match = re.match(rb"(\d{3})([ -]?)", line)
                if match and match[2] != b"-":
                    return int(match[1])
                continue
            piece = self.socket.recv(65536)
            if not piece:
                return 0
            self.received += piece

    def is_accepted(self):
        """Reads a reply; whether the bot goes on after it. On the way out it says what it has to say."""
        code = self.reply()
        if 200 <= code < 400 or code and self.persona["refused"] == "go on":
            return True
        if code and self.persona["refused"] == "quit":
            self.write("QUIT\r\n")
            self.reply()
        return False

    def converse(self, recipients):
        try:
            self.play(recipients)
        except OSError:
            pass
        finally:
            self.socket.close()

    def play(self, recipients):
        persona = self.persona
        if not persona["speaks-first"] and not persona["pipelined"] and not self.is_accepted():
            return
        first = recipients[0]
        commands = [self.text(line, first) for line in persona["greet"]]
        if persona["mail"]:
            commands.append(self.text(persona["mail"], first))
            commands += [self.text(persona["rcpt"], to) for to in recipients]
            commands.append(self.text(persona["data"], first))
        if persona["pipelined"]:
            self.write("".join(line + "\r\n" for line in commands))
            for _ in range(len(commands) + 1):
                if not self.is_accepted():
                    return
        else:
            for number, line in enumerate(commands):
                self.write(line + "\r\n")
                if number == 0 and persona["speaks-first"] and not self.is_accepted():
                    return
                if not self.is_accepted():
                    return
        if persona["mail"]:
            header = persona["header"] or [
                "From: <{sender}>", "To: <{recipient}>", "Subject: offer {number}",
                "Message-ID: <{label}{number}@{label}>"]
            lines = [self.text(line, first) for line in header] + ["", "This is a message of the laboratory.", "."]
            self.write("".join(line + "\r\n" for line in lines))
            if not self.is_accepted():
                return
        if persona["end"] != "drop":
            self.write(persona["end"] + "\r\n")
            self.reply()
