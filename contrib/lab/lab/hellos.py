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


def record_hellos(arguments, stage, programs, path):
    """Records all programs, and writes the file; returns how many did not even connect."""
    stage.raise_curtain({program.tree for program in programs})
    lane = Lane(arguments.argot, stage, 0)
    hellos, syns, odd, without, silent = {}, {}, {}, [], []
    for program in programs:
        for _ in range(2):
            seen, opened, output = observe(lane, program, arguments.argot_tap)
            if seen or opened and "tls" not in program.can:
                break
        print(f"{program.name}: {' '.join(sorted(set(seen))) or '-'} {' '.join(sorted(set(opened))) or '-'}", flush=True)
        if arguments.verbose and not seen:
            print(output[-400:], flush=True)
        for shape in set(opened):
            names = syns.setdefault(shape, [])
            if program.family not in names:
                names.append(program.family)
        family = hellos.setdefault(program.family, {})
        for hello in seen:
            family[hello] = family.get(hello, 0) + 1
        if not opened:
            silent.append(program.name)
        elif not seen:
            without.append(program.name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for shape, names in sorted(syns.items(), key=lambda pair: -len(pair[1])):
            some = "" if len(names) > 8 else f": {' '.join(names)}"
            file.write(f"# SYN {shape} (loopback): {len(names)} programs{some}\n")
        for title, names in (("No TLS, although it was offered", without), ("No connection", silent)):
            for start in range(0, len(names), 6):
                file.write(f"# {title}: {' '.join(names[start:start + 6])}\n")
        usual = {pattern(shape) for shape, names in syns.items() if len(names) > len(programs) / 2}
        for shape, names in syns.items():
            for name in names:
                if pattern(shape) not in usual:
                    odd.setdefault(name, set()).add(pattern(shape))
        for name, patterns in sorted(odd.items()):
            file.write(f"{name} syn {' '.join(sorted(patterns))}\n")
        for name, family in sorted(hellos.items()):
            if family:
                words = " ".join(f"{hello}*{count}" for hello, count in sorted(family.items()))
                file.write(f"{name} hello {words}\n")
    return len(silent)
