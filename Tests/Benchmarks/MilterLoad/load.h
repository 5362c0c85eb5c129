// Many sessions at once, in one epoll loop.
#ifndef MILTER_LOAD_LOAD_H
#define MILTER_LOAD_LOAD_H

#include "session.h"

struct plan {
    struct manner manner;
    int concurrency;
    double rate;          // sessions to start each second; 0: as fast as the filter lets them
    double warmup_seconds;
    double seconds;       // how long to measure; with `sessions`, at most so long
    uint64_t sessions;    // 0: as many as there is time for
    double reply_seconds; // how long to wait for one answer
    pid_t filter;         // 0: unknown
};

struct outcome {
    double seconds;
    uint64_t sessions, accepted, refused, backlog_full;
    uint64_t failures[failure_count];
    struct histogram latencies[stage_count];
    struct negotiation negotiation;  // of one session; a filter asks the same of all
    struct usage before, after;
    uint64_t own_cpu;  // the generator's, in nanoseconds
};

// Keeps up to `concurrency` sessions going, starting a new one where one has ended.
void load_run(const struct plan *plan, struct outcome *outcome);

struct idleness {
    int wanted, held;
    uint64_t failures;
    long base_kb, held_kb, threads;
};

// Opens connections up to MAIL and RCPT, holds them, looks at the filter's memory and leaves.
void load_idle(const struct plan *plan, int connections, struct idleness *idleness);

#endif
