"""What each program did after each reply variation, as a table: the recordings, read by a person."""

import os

from .recording import Recording
from .scenarios import STAGES

LEGEND = "A goes on, h says HELO instead, R RSET, Q QUIT, C closes without QUIT, H waits until the sink gives up"


def print_matrix(programs, recordings, stage):
    """Prints variation × program for one stage of the catalogue."""
    columns = []
    for program in programs:
        found = {}
        for name, entries in Recording(os.path.join(recordings, f"{program.name}.jsonl")).conversations.items():
            if name.startswith(f"probe.{stage}."):
                found[name.removeprefix(f"probe.{stage}.")] = reaction(entries[0], stage)
        if found:
            columns.append((program.name, found))
    forms = list(dict.fromkeys(form for _, found in columns for form in found))
    rows = [[f"`{stage}`", *(name for name, _ in columns)]]
    rows += [[f"`{form}`", *(found.get(form, "") for _, found in columns)] for form in forms]
    for number, row in enumerate(rows):
        print("| " + " | ".join(row) + " |")
        if number == 0:
            print("|" + "---|" * len(row))
    print(f"\n{LEGEND}")


def reaction(entry, stage):
    """The first thing the client did after the varied reply; a dash when the stage was not reached."""
    verb = STAGES[stage]
    events = entry["events"]
    asked = -1
    if stage != "greeting":
        asked = next((number for number, event in enumerate(events) if is_question(event, stage, verb)), None)
        if asked is None:
            return "-"
    after = [event for event in events[asked + 1:]]
    while after and after[0]["dir"] == "S":
        after.pop(0)
    if after:
        word = after[0]["raw"][:4].upper()
        if stage == "ehlo" and word == "HELO":
            return "h"
        return {"RSET": "R", "QUIT": "Q"}.get(word, "A")
    last = next((one for one in entry["close"] if one["by"] == "C"), None)
    if last is None:
        return "A" if stage == "quit" else "C"
    return "H" if last["what"] == "timeout" else "C"


def is_question(event, stage, verb):
    """Whether the event is what the varied reply answers."""
    if event["dir"] != "C":
        return False
    if stage == "end-of-data":
        raw = event["raw"]
        return raw in (".\r\n", ".\n") or "\n.\r\n" in raw or "\n.\n" in raw
    return any(line[:len(verb)].upper() == verb for line in event["raw"].split("\n")) if verb else True
