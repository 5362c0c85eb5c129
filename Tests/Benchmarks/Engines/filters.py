"""The filters that are compared: argotd on either engine, filters that do nothing, rspamd without modules."""

import os
import re
import subprocess
import time

# What argotd negotiates away when it serves as shipped: replies to headers and their end, and bodies.
NO_REPLY, WITHOUT = "header,eoh", "body"


class Failure(Exception):
    """What keeps a measurement from being made."""


def envelope_model(root):
    """A model that asks everything; what its answers weigh costs nothing."""
    source = open(f"{root}/Sources/Detecting/Envelopes/Features/FeatureGroup.swift").read()
    groups = re.findall(r'^ *case \.\w+: "([a-z.-]+)"$', source, re.MULTILINE)
    late = ("received.", "mailer.", "message-id.", "date.", "header.", "order.")
    lines = ["argot-envelopes 1", "origin spam 1 1 honest 1 1"]
    for moment in ("before-data", "after-headers"):
        lines += [f"moment {moment}", "bias 0", "calibration 1 0"]
        for group in groups:
            if moment == "before-data" and group.startswith(late):
                continue
            lines += [f"weight {group} answer-{number} 0.5" for number in range(1, 41)]
    return "\n".join(lines) + "\n"


class Filter:
    """One filter: how it is started, where it listens, and which process works."""

    def __init__(self, name, work, command, *, engine=None, mode=None, socket=None, ready=True):
        self.name, self.engine, self.mode = name, engine, mode
        self.socket = socket or f"{work}/{name}.sock"
        self._command, self._work, self._ready = command, work, ready
        self._process = None

    def start(self):
        output, errors = f"{self._work}/{self.name}.out", f"{self._work}/{self.name}.err"
        with open(output, "w") as out, open(errors, "w") as err:
            self._process = subprocess.Popen(self._command, stdout=out, stderr=err)
        deadline = time.monotonic() + 60
        while not (("ready\n" in open(output).read()) if self._ready else os.path.exists(self.socket)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"{self.name} did not become ready: {open(errors).read()[-2000:]}")
            time.sleep(0.05)

    @property
    def pid(self):
        """The process whose CPU and memory count: of several the one that serves."""
        children = open(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read().split()
        if self._ready or not children:
            return self._process.pid
        # rspamd names its processes by what they do.
        for child in children:
            if b"proxy" in open(f"/proc/{child}/cmdline", "rb").read():
                return int(child)
        return int(children[0])

    def check(self):
        if self._process.poll() is not None:
            raise Failure(f"{self.name} died: {open(f'{self._work}/{self.name}.err').read()[-2000:]}")

    def stop(self):
        if self._process is None:
            return
        self._process.terminate()
        try:
            # libmilter takes up to five seconds to notice that it shall stop.
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def noop(work, binaries):
    """A filter that does nothing and answers everything."""
    return Filter("noop", work, [f"{binaries}/reference-filter", "--socket", f"unix:{work}/noop.sock"])


def same(work, binaries, name="same"):
    """A filter that does nothing, with exactly argotd's negotiation."""
    command = [f"{binaries}/reference-filter", "--socket", f"unix:{work}/{name}.sock"]
    return Filter(name, work, command + ["--no-reply", NO_REPLY, "--without", WITHOUT])


def argotd(work, binaries, root, engine, mode, settings):
    """argotd: `observe` as shipped without a log, `everything` with an envelope model and the log of all verdicts."""
    name = f"{engine}-{mode}"
    model = f"{work}/envelopes"
    if mode == "everything" and not os.path.exists(model):
        with open(model, "w") as file:
            file.write(envelope_model(root))
    options = {
        "observe": ["log_destination=none"],
        "everything": [f"envelope_model={model}", "log_destination=stderr", "log_verdicts=all"],
    }[mode]
    options += [f"milter_engine={engine}", f"socket=unix:{work}/{name}.sock", "socket_mode=0666",
                f"control_socket=unix:{work}/{name}.control", "judgement_socket=", f"data_directory={work}/{name}.data"]
    command = [f"{binaries}/argotd", "--foreground"]
    for option in options + settings:
        command += ["--set", option]
    return Filter(name, work, command, engine=engine, mode=mode)


def rspamd(work):
    """rspamd's proxy, which looks at messages itself, with one worker and no modules."""
    socket = f"{work}/rspamd.sock"
    os.makedirs(f"{work}/rspamd", exist_ok=True)
    with open(f"{work}/rspamd/tld", "w") as file:
        file.write("example\n")
    with open(f"{work}/rspamd/rspamd.conf", "w") as file:
        file.write(f"""
options {{
  pidfile = "{work}/rspamd/pid"; filters = ""; local_addrs = []; disable_hyperscan = true; url_tld = "{work}/rspamd/tld";
  dns {{ nameserver = ["127.0.0.1:9:1"]; timeout = 0.1s; retransmits = 1; }}
  control_socket = "{work}/rspamd/control.sock mode=0600";
}}
logging {{ type = "file"; filename = "{work}/rspamd/log"; level = "error"; }}
actions {{ reject = 1000; add_header = 999; }}
worker "rspamd_proxy" {{
  bind_socket = "{socket} mode=0666"; milter = yes; timeout = 10s; count = 1;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
""")
    command = ["rspamd", "-f", "-i", "-c", f"{work}/rspamd/rspamd.conf"]
    return Filter("rspamd", work, command, socket=socket, ready=False)
