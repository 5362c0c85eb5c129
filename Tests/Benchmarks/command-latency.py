#!/usr/bin/env python3
"""Measures how long a mail server takes to answer EHLO, MAIL and RCPT, one session at a time.

usage: command-latency.py SESSIONS PORT... : prints a line "PORT COMMAND MICROSECONDS" for each command; the ports take turns,
so that other load on the machine affects all alike.
"""

import socket
import sys
import time

COMMANDS = [b"EHLO client.linden.example\r\n", b"MAIL FROM:<sender@linden.example>\r\n", b"RCPT TO:<user@lab.example>\r\n"]


def reply(stream):
    """Reads a reply to its last line."""
    while True:
        line = stream.readline()
        if len(line) < 4 or line[3:4] != b"-":
            return line


def session(port):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        reply(stream)
        for command in COMMANDS:
            begin = time.perf_counter_ns()
            connection.sendall(command)
            code = reply(stream)
            took = time.perf_counter_ns() - begin
            if not code.startswith(b"2"):
                sys.exit(f"port {port} answers {command!r} with {code!r}")
            print(port, command[:4].decode(), took // 1_000)
        connection.sendall(b"QUIT\r\n")
        reply(stream)


for _ in range(int(sys.argv[1])):
    for port in sys.argv[2:]:
        session(int(port))
