"""What is played to a program: plain deliveries, refusals, and the catalogue of reply variations."""

from dataclasses import dataclass

NOTHING = "none"
PLAIN = "SIZE,8BITMIME,ENHANCEDSTATUSCODES"
PIPELINING = "PIPELINING,SIZE,8BITMIME,ENHANCEDSTATUSCODES"
FULL = "PIPELINING,SIZE,8BITMIME,ENHANCEDSTATUSCODES,DSN,SMTPUTF8,CHUNKING"
TLS = "PIPELINING,SIZE,8BITMIME,ENHANCEDSTATUSCODES,STARTTLS"


@dataclass(frozen=True)
class Scenario:
    """One run of a program against the sink."""

    name: str
    note: str
    offer: str = PLAIN
    recipients: int = 1
    messages: int = 1
    variation: str = "none"
    tls: bool = False
    nameless: bool = False
    keeps_message: bool = False
    # What a program must be able to do for it, one of the words of its header's `can`.
    needs: str = ""

    @property
    def is_probe(self):
        return self.name.startswith("probe.")


PLAIN_SCENARIOS = [
    Scenario("plain", "one message", keeps_message=True),
    Scenario("bare", "one message, nothing offered", offer=NOTHING),
    Scenario("pipelining", "one message, PIPELINING offered", offer=PIPELINING),
    Scenario("full", "one message, everything offered but STARTTLS", offer=FULL),
    Scenario("tls", "one message, STARTTLS offered", offer=TLS, tls=True, needs="tls"),
    Scenario("auth", "AUTH offered", offer=PLAIN + ",AUTH", needs="auth"),
    Scenario("two-recipients", "one message to two recipients", recipients=2, needs="many"),
    Scenario("two-recipients.pipelining", "one message to two recipients, PIPELINING offered", offer=PIPELINING,
             recipients=2, needs="many"),
    Scenario("two-messages", "two messages", messages=2, needs="two"),
    Scenario("two-messages.pipelining", "two messages, PIPELINING offered", offer=PIPELINING, messages=2, needs="two"),
    Scenario("nameless", "one message, from a host without a domain", nameless=True),
    Scenario("helo-only", "EHLO is unknown", variation="ehlo.code.500"),
    Scenario("refused.rcpt", "the recipient is refused", variation="rcpt.code.550"),
    Scenario("refused.rcpt.pipelining", "the recipient is refused, PIPELINING offered", offer=PIPELINING,
             variation="rcpt.code.550"),
    Scenario("refused.first-rcpt", "the first of two recipients is refused", recipients=2, variation="rcpt.code.550",
             needs="many"),
    Scenario("refused.first-rcpt.pipelining", "the first of two recipients is refused, PIPELINING offered",
             offer=PIPELINING, recipients=2, variation="rcpt.code.550", needs="many"),
    Scenario("refused.all-rcpt", "both recipients are refused", recipients=2, variation="rcpt.code.550@*",
             needs="many"),
    Scenario("refused.all-rcpt.pipelining", "both recipients are refused, PIPELINING offered", offer=PIPELINING,
             recipients=2, variation="rcpt.code.550@*", needs="many"),
    Scenario("deferred.rcpt.pipelining", "the recipient is refused for now, PIPELINING offered", offer=PIPELINING,
             variation="rcpt.code.450"),
    Scenario("refused.mail.pipelining", "the sender is refused, PIPELINING offered", offer=PIPELINING,
             variation="mail.code.550"),
    Scenario("refused.data.pipelining", "DATA is refused, PIPELINING offered", offer=PIPELINING,
             variation="data.code.550"),
    Scenario("refused.message.two-messages", "the first of two messages is refused", messages=2,
             variation="end-of-data.code.550", needs="two"),
    Scenario("refused.tls", "STARTTLS is refused", offer=TLS, tls=True, variation="starttls.code.454", needs="tls"),
]

# What a program with `probes: some` is asked: per stage the forms that separated the most programs.
TELLING = ("code.450", "code.550", "code.554", "code.421", "code.500", "mixed.250-550", "mixed.550-250",
           "mixed.220-554", "mixed.354-550", "mixed.221-550", "truncated.code")
# Where a delivery seldom or no longer depends on the answer, everybody is asked only those.
ASIDE = ("helo", "quit")
STAGES = {"greeting": "", "ehlo": "EHLO", "helo": "HELO", "starttls": "STARTTLS", "mail": "MAIL", "rcpt": "RCPT",
          "data": "DATA", "end-of-data": "DATA", "rset": "RSET", "noop": "NOOP", "quit": "QUIT", "other": ""}


def plain_scenarios(program):
    """The plain scenarios that fit `program`."""
    return [
        scenario for scenario in PLAIN_SCENARIOS
        if (not scenario.needs or scenario.needs in program.can) and not (scenario.nameless and "name" in program.can)
    ]


def probe_scenarios(program, variations, verbs):
    """The variations worth playing to `program`: those of the stages it passes, by the verbs it used."""
    if program.probes == "none":
        return []
    scenarios = []
    for variation in variations:
        stage, form = variation.split(".", 1)
        if (program.probes == "some" or stage in ASIDE) and form not in TELLING:
            continue
        if stage == "other":
            if not verbs & {"VRFY", "EXPN", "HELP", "ETRN", "AUTH"}:
                continue
        elif STAGES[stage] and STAGES[stage] not in verbs:
            continue
        is_tls = stage == "starttls"
        # A program that says EHLO falls back to HELO when EHLO is unknown.
        before = "ehlo.code.500," if stage == "helo" and "EHLO" in verbs else ""
        scenarios.append(Scenario(
            f"probe.{variation}", variation, offer=TLS if is_tls else PLAIN, tls=is_tls, variation=before + variation))
    return scenarios
