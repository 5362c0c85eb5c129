"""A program's recordings: one file of transcripts, in a form that a second recording repeats as far as it can.

Times begin at 0, the clients' ports are left out, and so is all that a reader of transcripts takes for granted.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass

from .namespace import HOST, SERVER, SHORT

SHORT_GAP = 0.001
# A busy machine makes a program half a second late; no pause of the catalogue is shorter than one second.
LONG_GAP = 0.8

DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +)?\d{1,2}[ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ -]"
    r"(?:\d\d)?\d\d \d\d:\d\d(?::\d\d)?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d \d{4}")
WORDS = {**dict.fromkeys(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "Tue"),
         **dict.fromkeys("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), "Mar")}
# Where programs write numbers that are new each time: identifiers, boundaries, the names of temporary files.
VOLATILE = re.compile(
    r"^(?:resent-)?(?:message-id|content-id)[ \t]*:(.*(?:\r?\n[ \t].*)*)|^received:.*(?:\r?\n[ \t].*)*|"
    r"boundary=(.*)|^--(.*)|^x-[\w-]*id:(.*)", re.IGNORECASE | re.MULTILINE)
RECEIVED_ID = re.compile(r"\bid ([^\s;)]+)")
# Exim's identifiers begin with the seconds since 1970 in base 62: `1` for decades, and `E` in a Message-Id.
KEPT_HEAD = re.compile(r"E?1(?=[0-9A-Za-z]{5}$)")
TOKEN = re.compile(r"[0-9A-Za-z]+")
STAMP = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?")
# What the characters of an identifier are drawn from, by what they were: random ones must not show through.
DIGITS, LOWER, UPPER = "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABETS = [
    (re.compile(r"[0-9]*"), DIGITS), (re.compile(r"[0-9a-f]*"), DIGITS + LOWER[:6]),
    (re.compile(r"[0-9A-F]*"), DIGITS + UPPER[:6]), (re.compile(r"[0-9a-z]*"), DIGITS + LOWER),
    (re.compile(r"[0-9A-Z]*"), DIGITS + UPPER), (re.compile(r"[0-9A-Za-z]*"), DIGITS + LOWER + UPPER)]
FIXED_STAMP = "20300305102030"
KNOWN = re.compile(
    r"(?i)maple|oak|mail|example|localhost|localdomain|from|with|by|for|id|esmtps?|smtp|root|dora|emil|anna|javamail|"
    r"message|qmail|uid|invoked|network|local|www|boundary|part|mixed|alternative|nextpart|swift|phpmailer")


def retyped(text, seed):
    """`text` with dates and identifiers that are new each time replaced by others of the same form.

    The length stays, so the segments stay; equal tokens stay equal.
    """
    def number(match):
        word = match[0]
        if word.isalpha():
            return WORDS.get(word, word)
        return {1: "5", 2: "05", 4: "2030"}[len(word)]

    def date(match):
        parts = re.fullmatch(r"(.*?)(\d\d:\d\d(?::\d\d)?)( \d{4})?", match[0], re.DOTALL)
        fixed = re.sub(r"[A-Za-z]+|\d+", number, parts[1])
        fixed = re.sub(r"-05(?=\D*$)", "-30", fixed)
        return fixed + "10:20:30"[:len(parts[2])] + (" 2030" if parts[3] else "")

    text = DATE.sub(date, text)
    replaced = {}

    def token(match):
        word = match[0]
        has_digit = any(character.isdigit() for character in word)
        if word in replaced:
            return replaced[word]
        if not has_digit and (len(word) < 10 or KNOWN.search(word) or word.islower() and "." in word):
            return word
        if len(word) < 3 or word.upper() in ("UTF8", "8BIT", "7BIT", "ISO8859", "127"):
            return word
        replaced[word] = other(word)
        return replaced[word]

    def other(word):
        if word.startswith("E1") and KEPT_HEAD.match(word):
            return "E" + replaced.setdefault(word[1:], other(word[1:]))
        stamp = STAMP.match(word)
        kept = KEPT_HEAD.match(word)
        head = FIXED_STAMP[:len(stamp[0])] if stamp else kept[0] if kept else ""
        if re.match(r"1[789]\d{8}", word):
            head = "19"
        rest = word[len(head):]
        digits = hashlib.sha256(f"{seed}/{len(replaced)}".encode()).digest() * (len(rest) // 32 + 1)
        letters = next(letters for form, letters in ALPHABETS if form.fullmatch(rest))
        # Counters and times stay numbers, wherever in a word they stand; in hexadecimal a row of digits is chance.
        rows = re.finditer(r"\d{4,}", rest) if len(letters) > 16 else ()
        numeric = {place for row in rows for place in range(*row.span())}
        return head + "".join(
            DIGITS[byte % 10] if place in numeric else letters[byte % len(letters)]
            for place, byte in zip(range(len(rest)), digits))

    for match in VOLATILE.finditer(text):
        parts = [part for part in match.groups() if part]
        for part in parts or RECEIVED_ID.findall(match[0]):
            for one in TOKEN.finditer(part):
                token(one)
    if not replaced:
        return text
    longest_first = sorted((word for word in replaced if len(word) >= 3), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda match: replaced[match[0]], text)


@dataclass(frozen=True)
class Actor:
    """Who is recorded: the words of its transcripts."""

    name: str
    label: str
    source: str
    address: str = "127.0.0.1"
    # The program it is a variant of, else its own name.
    family: str | None = None
    # Its reverse name; none when it has none.
    host: str | None = HOST
    # Where its sink listens.
    sink: str = "127.0.0.1"
    # Seconds that the sink waits for its next command.
    wait: int = 4


def normalised(transcript, actor, scenario, number):
    """One transcript of the sink as it is kept."""
    events = [event for event in transcript["events"] if event.get("raw") or event.get("event")]
    for event in events:
        event["len"] = len(event["raw"])
    for side in "CS":
        own = [event for event in events if event["dir"] == side and "event" not in event]
        text = retyped("".join(event["raw"] for event in own), f"{actor.name}/{scenario.name}/{side}")
        for event in own:
            size = len(event["raw"])
            event["raw"], text = text[:size], text[size:]
    if not scenario.keeps_message:
        cut_message(events)
    close = [entry for entry in transcript.get("close", []) if entry.get("what") in ("FIN", "RST", "timeout")]
    settle_times(transcript, events, close)
    host = SHORT if scenario.nameless else actor.host
    kept = {
        "source": actor.source, "conv_id": f"{actor.name}/{scenario.name}/{number}", "client_ip": actor.address,
        "client_resolve": "ok" if host else "fail", "server_name": SERVER, "t0": 0, "label_guess": actor.label,
        "kind": actor.family or actor.name, "origin": "lab", "close": close, "events": events,
    }
    if host:
        kept["client_name"] = host
    if not scenario.is_probe:
        kept["note"] = scenario.note
    if transcript.get("gaps"):
        kept["gaps"] = transcript["gaps"]
    return kept


def settle_times(transcript, events, close):
    """Times as counted steps: what follows at once is a millisecond later, a real pause is kept to the half second."""
    last, now = transcript.get("t0") or 0, 0.0
    entries = sorted(events + close, key=lambda entry: entry.get("t") or 0)
    for entry in entries:
        gap = (entry.get("t") or last) - last
        last = max(last, entry.get("t") or last)
        now += SHORT_GAP if gap < LONG_GAP else max(0.5, round(gap * 2) / 2)
        entry["t"] = round(now, 3)
    for event in events:
        if event["len"] == len(event["raw"]):
            del event["len"]
        for key in set(event) - {"t", "dir", "len", "raw", "event", "args"}:
            del event[key]


def cut_message(events):
    """Leaves of a message its headers and its end; the body says nothing that the plain recordings do not."""
    inside, in_body = False, False
    for event in events:
        if "event" in event:
            continue
        if event["dir"] == "S":
            if event["raw"].startswith("354"):
                inside, in_body = True, False
            elif inside and not in_body and event["raw"][:1] in "245":
                inside = False
            continue
        if not inside:
            continue
        raw = event["raw"]
        end = re.search(r"(?:^|\r?\n)\.\r?\n", raw)
        head = 0
        if not in_body:
            blank = re.search(r"\r?\n\r?\n|^\r?\n", raw)
            if not blank:
                if end:
                    inside = False
                continue
            in_body, head = True, blank.end()
        tail = end.start() if end else len(raw)
        if tail > head:
            event["raw"] = raw[:head] + raw[tail:]
        if end:
            inside = in_body = False
    events[:] = [event for event in events if event["raw"] or "event" in event]


class Recording:
    """The file of one program: a line a conversation, in the order of the scenarios."""

    def __init__(self, path):
        self.path = path
        self.conversations = {}
        if os.path.exists(self.path):
            with open(self.path, encoding="utf-8") as file:
                for line in file:
                    entry = json.loads(line)
                    self.conversations.setdefault(entry["conv_id"].split("/")[1], []).append(entry)

    def has(self, scenario):
        return scenario.name in self.conversations

    def verbs(self):
        """The commands the program used in its plain recordings, in capitals."""
        found = set()
        for entries in self.conversations.values():
            for entry in entries:
                for event in entry["events"]:
                    if event["dir"] == "C":
                        found.update(line[:8].split(" ")[0].strip().upper() for line in event["raw"].split("\n"))
        return found

    def count(self):
        """How many conversations there are."""
        return sum(map(len, self.conversations.values()))

    def source(self):
        """Package and version that were recorded, if anything was."""
        for entries in self.conversations.values():
            return entries[0]["source"]
        return None

    def add(self, scenario, entries):
        self.conversations[scenario.name] = entries

    def save(self, order):
        """Rewrites the file, in the order of scenario names `order`."""
        rank = {name: number for number, name in enumerate(order)}
        names = sorted(self.conversations, key=lambda name: (rank.get(name, len(rank)), name))
        part = f"{self.path}.part"
        with open(part, "w", encoding="utf-8") as file:
            for name in names:
                for entry in self.conversations[name]:
                    file.write(json.dumps(entry, separators=(",", ":"), sort_keys=True) + "\n")
        os.rename(part, self.path)
