"""How the programs begin TLS and ask for connections: what argot-tap sees of them, as `argot dialects learn` takes it."""

import os
import re
import signal
import subprocess
import time

from .scenarios import TLS, Scenario
from .session import Lane

SCENARIO = Scenario("tls", "one message, STARTTLS offered", offer=TLS, tls=True)
START_LIMIT = 60
# What Linux sends by itself.
PLAIN = "64/mss,sok,ts,nop,ws"
HEAD = """\
# How the lab's programs begin TLS: the JA4 fingerprints that argot-tap saw, recorded by contrib/lab/run --hellos and not to
# be edited. contrib/lab/build-model hands the file to argot dialects learn --connections.
"""


class Tap:
    """argot-tap at a port of the loopback interface, while it is open."""

    def __init__(self, program, lane):
        self.command = [program, "--print", "--interface", "lo", "--ports", str(lane.port)]
        self.path = os.path.join(lane.directory, "tap")

    def __enter__(self):
        self.output = open(self.path, "wb")
        self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output)
        # It says nothing when it is ready.
        time.sleep(0.7)
        return self

    def __exit__(self, *_):
        time.sleep(0.3)
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(10)
        self.output.close()

    def seen(self):
        """The fingerprints of hellos, and the shapes of SYNs, of connections on which something was said."""
        with open(self.path, encoding="utf-8", errors="replace") as file:
            found = re.findall(r"^(\S+) \S+ \d+ (tls|opened|line|ended) ?(.*)$", file.read(), re.MULTILINE)
        spoken = {client for client, word, _ in found if word in ("tls", "line")}
        return ([text for client, word, text in found if word == "tls" and text],
                [text for client, word, text in found if word == "opened" and client in spoken])


def pattern(shape):
    """What of the shape of a SYN its host decides alone, as dialect documents have it."""
    _, hops, options = shape.split("/")
    left = int(hops)
    words = ",".join(re.sub(r"^(mss|ws)\d+$", r"\1", word) for word in options.split(","))
    return f"{64 if left <= 64 else 128 if left <= 128 else 255}/{words or 'none'}"


def observe(lane, program, tap):
    """Lets a program send once with STARTTLS offered: its hellos, its SYNs, and what it printed."""
    rest = Scenario("daemon", "")
    try:
        if program.is_daemon:
            lane.verb(program, "start", rest, START_LIMIT)
        with Tap(tap, lane) as watch:
            _, output = lane.run(program, SCENARIO)
        return *watch.seen(), output
    finally:
        if program.is_daemon:
            lane.verb(program, "stop", rest, START_LIMIT)


class Findings:
    """What the programs did, as lines of the file."""

    def __init__(self):
        self.lines, self.syns, self.without, self.silent = {}, {}, [], []

    def add(self, program, hellos, shapes):
        """Takes what one program did; a variant's is that of the program it is a variant of."""
        lines = self.lines.setdefault(program.family, {"hello": {}, "syn": {}})
        for hello in hellos:
            lines["hello"][hello] = lines["hello"].get(hello, 0) + 1
        for shape in set(shapes):
            self.syns.setdefault(shape, set()).add(program.family)
            if pattern(shape) != PLAIN:
                lines["syn"][pattern(shape)] = 1
        if not shapes:
            self.silent.append(program.name)
        elif not hellos:
            self.without.append(program.name)

    def head(self):
        """Remarks on a run of all programs."""
        for shape, names in sorted(self.syns.items(), key=lambda pair: -len(pair[1])):
            some = "" if len(names) > 8 else f": {' '.join(sorted(names))}"
            yield f"# SYN {shape} (loopback): {len(names)} programs{some}\n"
        for title, names in (("No TLS, although it was offered", self.without), ("No connection", self.silent)):
            for start in range(0, len(names), 6):
                yield f"# {title}: {' '.join(names[start:start + 6])}\n"

    def text(self, old, is_whole):
        """The file; of a run of some programs only their lines are new."""
        head = list(self.head()) if is_whole else [line for line in old if line.startswith("#") and line not in HEAD]
        kept = [] if is_whole else [line for line in old if not line.startswith("#") and line.split()[0] not in self.lines]
        new = [
            f"{name} {keyword} {' '.join(f'{word}*{count}' for word, count in sorted(lines[keyword].items()))}\n"
            for name, lines in self.lines.items() for keyword in ("hello", "syn") if lines[keyword]]
        return HEAD + "".join(head + sorted(kept + new))


def record_hellos(arguments, stage, programs, path):
    """Records the programs, and writes the file; returns how many did not even connect."""
    stage.raise_curtain({program.tree for program in programs})
    lane = Lane(arguments.argot, stage, 0)
    findings = Findings()
    for program in programs:
        for _ in range(2):
            hellos, shapes, output = observe(lane, program, arguments.argot_tap)
            if hellos or shapes and "tls" not in program.can:
                break
        print(f"{program.name}: {' '.join(sorted(set(hellos))) or '-'} {' '.join(sorted(set(shapes))) or '-'}", flush=True)
        if arguments.verbose and not hellos:
            print(output[-400:], flush=True)
        findings.add(program, hellos, shapes)
    old = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            old = file.readlines()
    with open(path, "w", encoding="utf-8") as file:
        file.write(findings.text(old, not arguments.programs))
    return len(findings.silent)
