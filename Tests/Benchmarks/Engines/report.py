"""From raw measurements to figures: pairs within a round, and medians of them."""

import statistics


def spread(values):
    """Median, least and greatest."""
    return statistics.median(values), min(values), max(values)


def rows(measured, filters, baseline, concurrencies):
    """A row for each filter and number of sessions at once, against the baseline in the same round.

    `measured[name, at_once]` lists one dictionary of milter-load's figures for each round.
    """
    found = []
    for at_once in concurrencies:
        base = measured[baseline, at_once]
        for filter in filters:
            if filter.name == baseline:
                continue
            own = measured[filter.name, at_once]
            rate = [b["sessions_per_s"] / a["sessions_per_s"] for a, b in zip(base, own) if a["sessions_per_s"] > 0]
            cpu = [b["cpu_us_per_session"] / a["cpu_us_per_session"] for a, b in zip(base, own)
                   if a["cpu_us_per_session"] > 0]
            row = {"at_once": at_once, "filter": filter.name, "engine": filter.engine, "mode": filter.mode}
            row["of_noop_same"], row["of_noop_same_least"], row["of_noop_same_most"] = spread(rate or [0])
            row["cpu_of_noop_same"] = statistics.median(cpu or [0])
            for name in ("sessions_per_s", "cpu_us_per_session", "p50_us", "p99_us"):
                row[name] = statistics.median(figures[name] for figures in own)
                row["noop_same_" + name] = statistics.median(figures[name] for figures in base)
            row["p99_us_added"] = statistics.median(b["p99_us"] - a["p99_us"] for a, b in zip(base, own))
            row["errors"] = sum(int(figures["errors"]) for figures in own)
            found.append(row)
    return found


def table(rows):
    lines = [
        "| at once | filter | sessions/s | of the filter that does nothing | CPU per session, µs | of its CPU "
        "| callback p50, µs | p99, µs | p99 added, µs |",
        "| --: | :-- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for row in rows:
        lines.append(
            "| {at_once} | {filter} | {sessions_per_s:.0f} ({noop_same_sessions_per_s:.0f}) | {of_noop_same:.2f} "
            "({of_noop_same_least:.2f}–{of_noop_same_most:.2f}) | {cpu_us_per_session:.0f} "
            "({noop_same_cpu_us_per_session:.0f}) | {cpu_of_noop_same:.2f} | {p50_us:.0f} ({noop_same_p50_us:.0f}) "
            "| {p99_us:.0f} ({noop_same_p99_us:.0f}) | {p99_us_added:+.0f} |".format(**row))
    return "\n".join(lines)


def memory_table(memory):
    lines = ["| filter | resident at start, MB | of it private, MB | per 1,000 idle connections, MB | held | threads |",
             "| :-- | --: | --: | --: | --: | --: |"]
    for row in memory:
        lines.append("| {filter} | {rss_mb:.1f} | {private_mb:.1f} | {idle_mb:.2f} | {idle_held} | {threads} |".format(**row))
    return "\n".join(lines)


def postfix_table(rows):
    lines = ["| filter | messages/s through Postfix | of the filter that does nothing |", "| :-- | --: | --: |"]
    for row in rows:
        lines.append("| {filter} | {messages_per_s:.0f} ({noop_same_messages_per_s:.0f}) | {of_noop_same:.2f} "
                     "({of_noop_same_least:.2f}–{of_noop_same_most:.2f}) |".format(**row))
    return "\n".join(lines)
