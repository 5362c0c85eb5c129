#!/usr/bin/env python3
"""Prints what a session costs by room, from two callgrind profiles of the same process.

usage: callgrind-rooms.py [--functions N] SOURCES PROFILE SESSIONS PROFILE SESSIONS

Each profile covers the sessions played while it was taken; their difference is what the further sessions cost, without
what the process does anyway. A function of a room counts for that room; one of the standard library, of a system library or
a specialisation counts for the rooms that called it, in proportion. What no room called counts for its library.
"""

import argparse
import collections
import os
import re
import subprocess

ALLOCATIONS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"}
# The beginnings of threads, which callgrind may charge with all that the thread does.
BEGINNINGS = {"clone", "clone3", "start_thread"}
RETAINS = {"swift_retain", "swift_retain_n", "swift_bridgeObjectRetain", "swift_bridgeObjectRetain_n", "_swift_retain_"}


def read(path):
    """Costs of functions themselves, and costs and counts of calls, by (library, function)."""
    names, libraries = {}, {}
    own, cost, count = collections.Counter(), collections.Counter(), collections.Counter()

    def named(table, text):
        match = re.match(r"\((\d+)\)(?: (.*))?", text)
        if match.group(2) is not None:
            table[match.group(1)] = match.group(2)
        return table[match.group(1)]

    library = function = callee_library = callee = None
    calls = 0
    with open(path, errors="replace") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("ob="):
                library = named(libraries, line[3:])
            elif line.startswith("fn="):
                function = (os.path.basename(library or ""), plain(named(names, line[3:])))
                callee_library = None
            elif line.startswith("cob="):
                callee_library = named(libraries, line[4:])
            elif line.startswith("cfn="):
                callee = (os.path.basename(callee_library or library or ""), plain(named(names, line[4:])))
            elif line.startswith("calls="):
                calls = int(line[6:].split()[0])
            elif line and line[0] in "0123456789+-*" and function:
                fields = line.split()
                if len(fields) < 2:
                    continue
                if calls:
                    cost[function, callee] += int(fields[1])
                    count[function, callee] += calls
                    calls, callee_library = 0, None
                else:
                    own[function] += int(fields[1])
    return own, cost, count


def plain(name):
    """A function's name without callgrind's mark of recursion."""
    return re.sub(r"'\d+$", "", name)


def room_of(function, rooms):
    """The room that a function is of, or None."""
    library, name = function
    match = re.match(r"\$s(\d+)", name)
    if match:
        begin = match.end()
        module = name[begin : begin + int(match.group(1))]
        return module if module in rooms else None
    if name.startswith("argot_"):
        return "CMilter"
    # Its workers call the rooms; nobody calls it.
    return "libmilter" if library.startswith("libmilter") else None


def shares(functions, cost, rooms):
    """By function: the share of each room in it, by the rooms that called it, directly or not, in proportion to `cost`."""
    callers = collections.defaultdict(list)
    for (caller, callee), value in cost.items():
        if caller != callee and value > 0:
            callers[callee].append((caller, value))
    fixed = {function: room_of(function, rooms) for function in functions}
    share = {}
    for function in functions:
        if fixed[function]:
            share[function] = {fixed[function]: 1.0}
        else:
            share[function] = {} if callers[function] else {function[0] or "?": 1.0}
    for _ in range(40):
        changed = 0.0
        for function in functions:
            if fixed[function] or not callers[function]:
                continue
            new, total = collections.Counter(), 0.0
            for caller, value in callers[function]:
                for room, part in share.get(caller, {}).items():
                    new[room] += value * part
                    total += value * part
            if total > 0:
                new = {room: value / total for room, value in new.items()}
                old = share[function]
                changed += sum(abs(new.get(room, 0) - old.get(room, 0)) for room in set(new) | set(old))
                share[function] = new
        if changed < 1e-3:
            break
    return share


def demangled(names):
    try:
        done = subprocess.run(
            ["swift", "demangle", "--simplified"], input="\n".join(names), capture_output=True, text=True, check=True)
        return done.stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        return names


def list_functions(title, values, calls, sessions, number):
    rows = sorted(values.items(), key=lambda row: -row[1])[:number]
    print(f"\n| {title} | instructions a session | calls a session |\n| --- | --: | --: |")
    for (function, value), name in zip(rows, demangled([row[0][1] for row in rows])):
        name = name.replace("|", "\\|")[:150]
        print(f"| {name} | {value / sessions:,.0f} | {calls[function] / sessions:.1f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--functions", type=int, default=0)
    parser.add_argument("sources")
    parser.add_argument("fewer")
    parser.add_argument("few", type=int)
    parser.add_argument("more")
    parser.add_argument("many", type=int)
    arguments = parser.parse_args()
    sessions = arguments.many - arguments.few
    rooms = {room for floor in os.scandir(arguments.sources) if floor.is_dir()
             for room in [floor.name] + os.listdir(floor.path)}
    own, cost, count = read(arguments.more)
    for whole, part in zip((own, cost, count), read(arguments.fewer)):
        whole.subtract(part)
    for function in own:
        if function[1] in BEGINNINGS:
            own[function] = 0
    functions = list(dict.fromkeys(list(own) + [one for call in cost for one in call]))
    share = shares(functions, cost, rooms)
    share_of_calls = shares(functions, count, rooms)

    total, itself = collections.Counter(), collections.Counter()
    allocated, retained = collections.Counter(), collections.Counter()
    for function, value in own.items():
        for room, part in share[function].items():
            total[room] += value * part
        room = room_of(function, rooms)
        if room:
            itself[room] += value
    for (caller, callee), calls in count.items():
        counter = allocated if callee[1] in ALLOCATIONS else retained if callee[1] in RETAINS else None
        # realloc and the like may call malloc themselves.
        if counter is None or caller[1] in ALLOCATIONS or caller[1] in RETAINS:
            continue
        for room, part in share_of_calls[caller].items():
            counter[room] += calls * part

    print("| room | instructions a session | of these its own | allocations | retains |\n| --- | --: | --: | --: | --: |")
    everything = sum(own.values())
    for room, value in total.most_common():
        if value / sessions < 50:
            continue
        print(f"| {room} | {value / sessions:,.0f} | {itself[room] / sessions:,.0f} | "
              f"{allocated[room] / sessions:.1f} | {retained[room] / sessions:.1f} |")
    print(f"| **all** | **{everything / sessions:,.0f}** | | **{sum(allocated.values()) / sessions:.1f}** | "
          f"**{sum(retained.values()) / sessions:.1f}** |")
    if arguments.functions:
        calls, inclusive = collections.Counter(), collections.Counter()
        for (caller, callee), value in cost.items():
            if caller != callee:
                inclusive[callee] += value
            calls[callee] += count[caller, callee]
        inside = {function: value for function, value in inclusive.items() if room_of(function, rooms)}
        list_functions("function, with what it calls", inside, calls, sessions, arguments.functions)
        list_functions("function itself", own, calls, sessions, arguments.functions)


if __name__ == "__main__":
    main()
