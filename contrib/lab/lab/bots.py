"""The bots of `bots/` play their scenarios to the sink."""

import os
from dataclasses import replace

from .namespace import RECIPIENTS
from .persona import Persona, Speaker
from .progress import Progress
from .recording import Actor, Recording, normalised
from .scenarios import PIPELINING, Scenario

DELAYED = "greeting.delayed"
MANY = RECIPIENTS + ["ida@oak.example", "otto@oak.example", "ruth@oak.example", "hugo@oak.example"]

ALWAYS = [
    Scenario("plain", "one message", keeps_message=True),
    Scenario("plain.2", "one message, other random words", keeps_message=True),
    Scenario("plain.3", "one message, other random words", keeps_message=True),
    Scenario("pipelining", "one message, PIPELINING offered", offer=PIPELINING),
    Scenario("two-recipients", "one message to two recipients", recipients=2),
]
WHEN_TOLD = [
    Scenario("refused.rcpt", "the recipient is refused", variation="rcpt.code.550"),
    Scenario("refused.mail", "the sender is refused", variation="mail.code.550"),
    Scenario("probe.rcpt.mixed.250-550", "rcpt.mixed.250-550", variation="rcpt.mixed.250-550"),
]


def all_personas(directory):
    """Every persona, in the order of their names."""
    names = sorted(name for name in os.listdir(directory) if name.endswith(".persona"))
    return [Persona(os.path.join(directory, name)) for name in names]


def scenarios(persona):
    """What is played to `persona`: refusals only where its source tells what it does then."""
    found = ALWAYS[:3]
    if persona["mail"]:
        found = ALWAYS + (WHEN_TOLD if persona["refused"] else [])
    if persona["speaks-first"]:
        # A greeting that comes at once would hide who does not wait for it.
        return [replace(scenario, note=f"{scenario.note}, greeting delayed", variation=DELAYED) for scenario in found]
    return found


def record_bots(arguments, lane, directory):
    """Records the bots that have not been recorded; returns how many runs brought no conversation."""
    recordings = os.path.join(arguments.recordings, "bots")
    os.makedirs(recordings, exist_ok=True)
    work = []
    for persona in all_personas(directory):
        path = os.path.join(recordings, f"{persona.name}.jsonl")
        if arguments.again and os.path.exists(path):
            os.unlink(path)
        recording = Recording(path)
        missing = [scenario for scenario in scenarios(persona) if not recording.has(scenario)]
        if missing:
            work.append((persona, recording, missing))
    progress = Progress(sum(len(missing) for _, _, missing in work))
    failed = 0
    for persona, recording, missing in work:
        invented = f"; not told, but needed: {persona['invented']}" if persona["invented"] else ""
        actor = Actor(persona.name, "bot", persona["source"] + invented, persona["address"], host=persona["name"])
        for scenario in missing:
            to = MANY[:max(scenario.recipients, int(persona["recipients"] or 1))]
            transcripts = lane.record(
                actor, scenario, lambda: Speaker(persona, lane.port, scenario.name).converse(to))
            entries = [normalised(one, actor, scenario, number) for number, one in enumerate(transcripts, 1)]
            progress.step(f"{persona.name} {scenario.name}", ok=bool(entries))
            failed += not entries
            if entries:
                recording.add(scenario, entries)
        recording.save([scenario.name for scenario in ALWAYS + WHEN_TOLD])
    return failed
