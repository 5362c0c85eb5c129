"""A network of its own: recording runs where nothing but loopback exists, so no mail can leave by any mistake."""

import os
import socket
import stat
import subprocess
import threading

HOST = "mail.maple.example"
SHORT = "maple"
SENDER = "dora@maple.example"
RECIPIENTS = ["emil@oak.example", "anna@oak.example"]
SERVER = "mx.oak.example"
MARK = "ARGOT_LAB_NAMESPACE"
SCRATCH = "ARGOT_LAB_SCRATCH"

HOSTS = f"127.0.0.1 {HOST} mail\n127.0.0.1 localhost\n127.0.0.1 {SERVER}\n"
NAMELESS = f"127.0.0.1 localhost\n127.0.1.1 {SHORT}\n127.0.0.1 {SERVER}\n"


def is_inside():
    return os.environ.get(MARK) == "yes"


def scratch():
    """The directory for what is needed only while recording."""
    return os.environ[SCRATCH]


def enter(arguments, scratch):
    """Restarts this program in its own namespaces and returns its status; whatever it starts ends with it."""
    # The shell is process 1 there: it collects the orphans that daemons leave.
    script = 'ip link set lo up && hostname "$0" && { "$@" & wait $!; }'
    child = subprocess.Popen(
        ["unshare", "--mount", "--net", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "sh", "-c", script, HOST,
         *arguments],
        env={**os.environ, MARK: "yes", SCRATCH: scratch})
    try:
        return child.wait()
    finally:
        # Only this ends it for certain, and all that runs in there with it.
        if child.poll() is None:
            child.kill()
            child.wait()


class Stage:
    """The trees as programs see them: `/lab` is this directory, `/scratch` the scratch directory; no name server."""

    def __init__(self, trees, lab, scratch):
        self.trees = trees
        self.lab = lab
        self.scratch = scratch
        self.certificate = os.path.join(scratch, "certificate.pem")
        self.key = os.path.join(scratch, "key.pem")
        self.make_certificate()
        # A name server that cannot be reached at all: questions fail at once, and none is taken for an answer.
        resolver = "nameserver 192.0.2.53\noptions timeout:1 attempts:1\n"
        files = {"hosts": HOSTS, "nameless": NAMELESS, "resolv.conf": resolver, "mailname": f"{HOST}\n",
                 "hostname": f"{HOST}\n", "short": f"{SHORT}\n"}
        for name, text in files.items():
            with open(os.path.join(scratch, name), "w", encoding="utf-8") as file:
                file.write(text)

    def make_certificate(self):
        """A certificate for the sink, which programs that check can be told to trust."""
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={SERVER}",
                   "-addext", f"subjectAltName=DNS:{SERVER},IP:127.0.0.1",
                   "-keyout", self.key, "-out", self.certificate]
        subprocess.run(command, check=True, capture_output=True)

    def raise_curtain(self, names):
        """Mounts what the trees called `names` need; the mounts end with the namespace."""
        for name in sorted(names):
            root = self.trees.path(name)
            os.makedirs(f"{root}/lab", exist_ok=True)
            os.makedirs(f"{root}/scratch", exist_ok=True)
            self.mount("-t", "proc", "proc", f"{root}/proc")
            self.make_devices(f"{root}/dev")
            self.mount("--bind", self.lab, f"{root}/lab")
            self.mount("--bind", self.scratch, f"{root}/scratch")
            for file in ("hosts", "resolv.conf", "mailname", "hostname"):
                target = f"{root}/etc/{file}"
                if not os.path.exists(target):
                    open(target, "w", encoding="utf-8").close()
                self.mount("--bind", os.path.join(self.scratch, file), target)

    def make_devices(self, directory):
        """A small `/dev` with a system log that nobody reads: some programs send nothing without one."""
        self.mount("-t", "tmpfs", "none", directory)
        for name, minor in (("null", 3), ("zero", 5), ("full", 7), ("random", 8), ("urandom", 9)):
            os.mknod(f"{directory}/{name}", 0o666 | stat.S_IFCHR, os.makedev(1, minor))
            os.chmod(f"{directory}/{name}", 0o666)
        for name in ("shm", "pts"):
            os.mkdir(f"{directory}/{name}")
            os.chmod(f"{directory}/{name}", 0o1777)
        self.mount("--bind", "/dev/pts", f"{directory}/pts")
        os.symlink("pts/ptmx", f"{directory}/ptmx")
        os.symlink("/proc/self/fd", f"{directory}/fd")
        log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        log.bind(f"{directory}/log")
        os.chmod(f"{directory}/log", 0o666)

        def drain():
            while log.recv(65536):
                pass

        threading.Thread(target=drain, daemon=True).start()

    def mount(self, *arguments):
        subprocess.run(["mount", *arguments], check=True)

    def command(self, program, verb, nameless=False):
        """The command that runs a driver's verb in its tree."""
        root = self.trees.path(program.tree)
        enter = ["chroot", root, f"/lab/programs/{program.name}", verb]
        if not nameless:
            return enter
        script = 'hostname "$1" && mount --bind "$2/nameless" "$3/etc/hosts" && ' \
            'mount --bind "$2/short" "$3/etc/hostname" && mount --bind "$2/short" "$3/etc/mailname" && ' \
            'shift 3 && exec "$@"'
        return ["unshare", "--mount", "--uts", "sh", "-c", script, "sh", SHORT, self.scratch, root, *enter]
