"""One run of one program against a sink of its own."""

import json
import os
import shutil
import signal
import subprocess
import time

from .namespace import HOST, RECIPIENTS, SENDER, SERVER, SHORT
from .programs import Fault

MESSAGE = """\
From: Dora Maple <{sender}>
To: {to}
Subject: The minutes of Tuesday
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

Hello,

the minutes of Tuesday are on the usual shelf.

Dora
"""


class Lane:
    """A port and a scratch directory that one program uses at a time."""

    def __init__(self, argot, stage, number):
        self.argot = argot
        self.stage = stage
        self.port = 2500 + number
        self.name = f"lane{number}"
        self.directory = os.path.join(stage.scratch, self.name)
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(self.directory)
        os.chmod(self.directory, 0o1777)

    def environment(self, program, scenario):
        """What a driver is told; paths are those inside the tree."""
        inside = f"/scratch/{self.name}"
        to = RECIPIENTS[:scenario.recipients]
        text = MESSAGE.format(sender=SENDER, to=", ".join(to))
        for name, part in (("message", text), ("body", text.split("\n\n", 1)[1])):
            with open(os.path.join(self.directory, name), "w", encoding="utf-8") as file:
                file.write(part)
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "HOME": f"{inside}/home", "TMPDIR": inside, "USER": "root", "LOGNAME": "root",
            "LAB_DIR": inside, "LAB_PORT": str(self.port), "LAB_SERVER": SERVER, "LAB_FROM": SENDER,
            "LAB_TO": " ".join(to), "LAB_MESSAGE": f"{inside}/message", "LAB_BODY": f"{inside}/body",
            "LAB_SUBJECT": "The minutes of Tuesday", "LAB_COUNT": str(scenario.messages),
            "LAB_TLS": "yes" if scenario.tls else "no", "LAB_HOST": SHORT if scenario.nameless else HOST,
            "LAB_CERTIFICATE": "/scratch/certificate.pem", "LAB_LIMIT": f"{program.limit:g}",
        }

    def verb(self, program, verb, scenario, limit):
        """Runs a driver's verb; returns what it printed. It is ended after `limit` seconds."""
        os.makedirs(os.path.join(self.directory, "home"), exist_ok=True)
        log = os.path.join(self.directory, "output")
        with open(log, "wb") as output:
            child = subprocess.Popen(
                self.stage.command(program, verb, scenario.nameless), env=self.environment(program, scenario),
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/", start_new_session=True)
            try:
                child.wait(limit)
            except subprocess.TimeoutExpired:
                pass
            finally:
                if verb == "send":
                    end_group(child)
        with open(log, "rb") as file:
            return file.read(20000).decode("utf-8", "replace")

    def run(self, program, scenario):
        """Plays `scenario` to `program`: the transcripts of its connections, and what it printed."""
        output = []
        transcripts = self.record(
            program, scenario, lambda: output.append(self.verb(program, "send", scenario, program.limit)))
        return transcripts, output[0]

    def record(self, actor, scenario, act):
        """The transcripts of what connects to a sink that plays `scenario` while `act` runs."""
        record = os.path.join(self.directory, "record.jsonl")
        ready = os.path.join(self.directory, "ready")
        for path in (record, ready):
            if os.path.exists(path):
                os.unlink(path)
        command = [
            self.argot, "sink", "--listen", f"{actor.sink}:{self.port}", "--mode", "learn", "--record", record,
            "--ready-file", ready, "--variation", scenario.variation,
            "--offer", scenario.offer, "--name", SERVER, "--wait", f"{actor.wait}s", "--quiet"]
        if scenario.tls:
            command += ["--tls-certificate", self.stage.certificate, "--tls-key", self.stage.key]
        with open(os.path.join(self.directory, "sink.log"), "wb") as log:
            sink = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            self.await_ready(sink, ready, command)
            act()
        finally:
            sink.send_signal(signal.SIGTERM)
            try:
                sink.wait(10)
            except subprocess.TimeoutExpired:
                end_group(sink)
        if not os.path.exists(record):
            return []
        with open(record, encoding="utf-8") as file:
            transcripts = [json.loads(line) for line in file if line.strip()]
        return sorted(transcripts, key=lambda transcript: transcript.get("t0") or 0)

    def await_ready(self, sink, ready, command):
        for _ in range(1500):
            if os.path.exists(ready):
                return
            if sink.poll() is not None:
                with open(os.path.join(self.directory, "sink.log"), encoding="utf-8", errors="replace") as log:
                    raise Fault(f"\"{' '.join(command)}\" ended ({sink.returncode}): {log.read(2000)}")
            time.sleep(0.01)
        raise Fault(f"\"{' '.join(command)}\" was not ready within 15 s")


def end_group(child):
    """Ends a process we started and what it started in its session."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
