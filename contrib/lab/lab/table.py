"""The table of programs, as README.md has it."""

import os

from .recording import Recording


def print_table(programs, trees, recordings):
    """Prints a Markdown table: program, package and version, class, what has been recorded."""
    rows = [["name", "program", "class", "label", "package", "conversations", "variations"]]
    for program in programs:
        recording = Recording(os.path.join(recordings, f"{program.name}.jsonl"))
        probes = sum(name.startswith("probe.") for name in recording.conversations)
        package = recording.source() or f"{program.packages[0]} {trees.version(program)}".strip()
        title = program.title + (f" ({program.remark})" if program.remark else "")
        rows.append([program.name, title, program.kind, program.label, package, str(recording.count()), str(probes)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("| " + " | ".join("-" * width for width in widths) + " |")
    recorded = sum(row[5] != "0" for row in rows[1:])
    conversations = sum(int(row[5]) for row in rows[1:])
    print(f"\n{len(programs)} programs, {recorded} of them recorded, {conversations} conversations")
