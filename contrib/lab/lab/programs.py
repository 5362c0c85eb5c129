"""The programs of the lab: one driver file each, whose header says what it drives."""

import os
import re


class Fault(Exception):
    """Something the person at the keyboard can repair; says what, where and what to do."""


class Program:
    """One driver file under `programs/`.

    The header is the run of `# key: value` lines after the first line:

    class     mta | client | library | tool
    label     legit | script | attack: what a conversation of this program is evidence of
    packages  the Debian packages to install; the first one's version is the program's
    title     what the program is, in a few words
    of        the driver that it is a variant of: another way to call the same program, recorded under its name
    tree      the tree it is installed in; `common`, unless its packages exclude those of others
    can       what else it can do: `tls` (STARTTLS), `two` (two messages in one run), `many` (several recipients),
              `auth` (it logs in, or tries to), `name` (it has to be told its host name, so that a host without a domain
              shows nothing new)
    probes    all | some | none: which of the reply variations it is worth (and fast enough) to play to it
    limit     seconds after which one run of it is ended
    wait      seconds that the sink waits for its next command
    address   the sink's loopback address, where 127.0.0.1 will not do
    daemon    yes, when it keeps a process between messages: it gets `start` and `stop`, and one lane only
    remark    anything a reader of the table must know
    """

    KEYS = {"class", "label", "packages", "title", "tree", "can", "probes", "limit", "daemon", "remark", "address",
            "of", "wait"}

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)
        self.values = {}
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if number == 1:
                    continue
                match = re.fullmatch(r"# (\w+): +(.*\S)\s*", line)
                if not match:
                    break
                if match[1] not in self.KEYS:
                    raise Fault(f"{path}:{number}: unknown key \"{match[1]}\": use {', '.join(sorted(self.KEYS))}")
                self.values[match[1]] = match[2]
        for key in ("class", "label", "packages", "title"):
            if key not in self.values:
                raise Fault(f"{path}:1: the header has no \"{key}\": add a line \"# {key}: ...\"")
        self.kind = self.values["class"]
        self.label = self.values["label"]
        self.title = self.values["title"]
        self.family = self.values.get("of", self.name)
        self.packages = self.values["packages"].split()
        self.tree = self.values.get("tree", "common")
        self.can = set(self.values.get("can", "").split())
        self.probes = self.values.get("probes", "all")
        self.limit = float(self.values.get("limit", "8"))
        self.is_daemon = self.values.get("daemon") == "yes"
        self.wait = int(self.values.get("wait", "4"))
        self.sink = self.values.get("address", "127.0.0.1")
        self.remark = self.values.get("remark", "")


def all_programs(directory):
    """Every program, in the order of their names."""
    names = sorted(name for name in os.listdir(directory) if not name.startswith((".", "_")))
    return [Program(os.path.join(directory, name)) for name in names]


def chosen(programs, names):
    """The programs called `names`, or all."""
    if not names:
        return programs
    known = {program.name: program for program in programs}
    for name in names:
        if name not in known:
            raise Fault(f"unknown program \"{name}\": use {', '.join(known)}")
    return [known[name] for name in names]
