"""A private Postfix on loopback with a port for each filter, loaded by its own smtp-source: one connection per message."""

import os
import random
import shutil
import socket
import subprocess
import time

from filters import Failure

MASTER = "/usr/lib/postfix/sbin/master"

SERVICES = """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    def __init__(self, work, filters):
        if os.getuid() != 0 or not os.access(MASTER, os.X_OK):
            raise Failure("--postfix needs root and Debian's postfix")
        self._work = f"{work}/postfix"
        queue, config = f"{self._work}/queue", f"{self._work}/config"
        for path in (config, f"{queue}/pid", f"{self._work}/data"):
            os.makedirs(path)
        for path in (work, self._work):
            os.chmod(path, 0o755)
        names = "incoming active deferred defer bounce hold saved corrupt flush trace private".split()
        for name in names + ["public", "maildrop"]:
            os.makedirs(f"{queue}/{name}", exist_ok=True)
            os.chmod(f"{queue}/{name}", 0o710 if name == "public" else 0o730 if name == "maildrop" else 0o700)
            shutil.chown(f"{queue}/{name}", "postfix", "postdrop" if name in ("public", "maildrop") else "postfix")
        shutil.chown(f"{self._work}/data", "postfix", "postfix")
        first = 20000 + random.randrange(10000)
        self.ports = {filter.name: first + index for index, filter in enumerate(filters)}
        with open(f"{config}/main.cf", "w") as file:
            file.write(f"""compatibility_level = 3.6
queue_directory = {queue}
data_directory = {self._work}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file = {self._work}/mail.log
maillog_file_prefixes = {self._work}
inet_interfaces = 127.0.0.1
myhostname = mx.lab.example
mydestination = lab.example
local_recipient_maps = static:x
local_transport = discard
default_transport = discard
alias_maps =
notify_classes =
in_flow_delay = 0
smtpd_client_connection_count_limit = 0
smtpd_relay_restrictions = reject_unauth_destination
milter_default_action = accept
""")
        with open(f"{config}/master.cf", "w") as file:
            for filter in filters:
                # smtpd may connect, whoever the filter runs as.
                os.chmod(filter.socket, 0o666)
                file.write(f"127.0.0.1:{self.ports[filter.name]} inet n - n - - smtpd -o smtpd_milters=unix:{filter.socket}\n")
            file.write(SERVICES)
        self._process = subprocess.Popen([MASTER, "-c", config, "-d"])
        deadline = time.monotonic() + 60
        while not self._answers(first):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise Failure("Postfix does not answer")
            time.sleep(0.1)

    @staticmethod
    def _answers(port):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                return connection.recv(4).startswith(b"220")
        except OSError:
            return False

    def load(self, filter, messages, at_once):
        """Messages a second."""
        begin = time.monotonic()
        run = subprocess.run(
            ["smtp-source", "-s", str(at_once), "-m", str(messages), "-l", "1024", "-f", "sender@linden.example", "-t",
             "user@lab.example", f"127.0.0.1:{self.ports[filter.name]}"], capture_output=True, text=True)
        if run.returncode != 0:
            raise Failure(f"smtp-source: {run.stderr[-500:]}")
        return messages / (time.monotonic() - begin)

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
