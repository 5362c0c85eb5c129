"""Small Debian systems to install the programs in: the machine's own mail software is never touched."""

import os
import shutil
import subprocess

from .namespace import HOST, HOSTS
from .programs import Fault

MIRROR = "http://deb.debian.org/debian"
SECURITY = "http://deb.debian.org/debian-security"
SUITE = "bookworm"


class Trees:
    """A directory of trees: `base` from debootstrap, and one copy per set of packages that exclude others."""

    def __init__(self, directory, say):
        self.directory = directory
        self.say = say

    def path(self, name):
        return os.path.join(self.directory, name)

    def prepare(self, programs):
        """Installs what `programs` need and has not been installed. Needs root and a Debian mirror."""
        wanted = {}
        for program in programs:
            wanted.setdefault(program.tree, []).extend(program.packages)
        for tree, packages in sorted(wanted.items()):
            missing = sorted(set(packages) - self.installed(tree))
            if missing:
                self.make(tree)
                self.say(f"{tree}: installing {' '.join(missing)}")
                self.chroot(tree, ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing])

    def installed(self, tree):
        """The packages that `tree` has."""
        if not os.path.exists(self.path(tree)):
            return set()
        query = ["dpkg-query", "--admindir", f"{self.path(tree)}/var/lib/dpkg", "-W", "-f"]
        text = subprocess.run(
            query + ["${db:Status-Abbrev}${Package} ${Version}\n"], capture_output=True, text=True, check=False).stdout
        return {line.split()[1] for line in text.splitlines() if line.startswith("ii ")}

    def version(self, program):
        """The version of the program's package."""
        query = ["dpkg-query", "--admindir", f"{self.path(program.tree)}/var/lib/dpkg", "-W", "-f", "${Version}"]
        return subprocess.run(query + [program.packages[0]], capture_output=True, text=True, check=False).stdout

    def make(self, tree):
        if os.path.exists(self.path(tree)):
            return
        self.make_base()
        part = self.path(f".{tree}.part")
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(["cp", "-a", self.path("base"), part], check=True)
        os.rename(part, self.path(tree))

    def make_base(self):
        base = self.path("base")
        if os.path.exists(f"{base}/.ready"):
            return
        if not shutil.which("debootstrap"):
            raise Fault("debootstrap is not installed: apt-get install debootstrap")
        shutil.rmtree(base, ignore_errors=True)
        os.makedirs(self.directory, exist_ok=True)
        self.say("base: debootstrap")
        self.run(["debootstrap", "--variant=minbase", SUITE, base, MIRROR])
        # Nothing that is installed may start by itself.
        self.write("base", "usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", mode=0o755)
        self.write("base", "etc/apt/sources.list", f"deb {MIRROR} {SUITE} main\ndeb {SECURITY} {SUITE}-security main\n")
        self.write(
            "base", "etc/dpkg/dpkg.cfg.d/lab",
            "".join(f"path-exclude /usr/share/{part}/*\n" for part in ("doc", "man", "locale")))
        self.chroot("base", ["apt-get", "update", "-qq"])
        self.write("base", ".ready", "")

    def write(self, tree, path, text, mode=0o644):
        full = os.path.join(self.path(tree), path)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(full, mode)

    def chroot(self, tree, command):
        """Runs `command` in the tree with `/proc` and `/dev`, in a mount namespace that takes the mounts with it."""
        path = self.path(tree)
        shutil.copyfile("/etc/resolv.conf", f"{path}/etc/resolv.conf")
        self.write(tree, "etc/hosts", HOSTS)
        script = 'hostname "$0" && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && p="$1" && shift && ' \
            'exec chroot "$p" "$@"'
        self.run(["unshare", "--mount", "--uts", "sh", "-c", script, HOST, path, *command])

    def run(self, command):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
        result = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False)
        if result.returncode:
            tail = "\n".join(result.stdout.splitlines()[-15:])
            raise Fault(f"\"{' '.join(command[-8:])}\" failed ({result.returncode}):\n{tail}")
