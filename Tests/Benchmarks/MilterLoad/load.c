#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { events_at_once = 512, tick_milliseconds = 20 };

static const uint64_t second = 1000000000u;

// A place for one session at a time.
struct slot {
    struct session session;
    bool open;
    bool polled_for_writing;
    uint64_t retry_at;  // when to open the next session here; 0: not to be opened again
    uint64_t begun_at;  // first attempt, so that a full backlog is not waited for forever
};

struct loop {
    const struct plan *plan;
    struct manner manner;
    struct outcome *outcome;
    int poller;
    struct slot *slots;
    int count, open, holding;
    uint64_t serial;
    uint64_t next_start;  // with a rate: when the next session is due
    bool has_waiting;  // a slot is to be opened later
    bool stopping;
};

static void settle(struct loop *loop, struct slot *slot, enum progress progress, uint64_t now);

// When a free slot may start its next session. Sessions that are late are not made up for in a burst.
static uint64_t turn_of_next(struct loop *loop, uint64_t now) {
    if (loop->plan->rate <= 0) return now;
    uint64_t due = loop->next_start > now ? loop->next_start : now;
    loop->next_start = due + (uint64_t)(1e9 / loop->plan->rate);
    return due;
}

static void watch(struct loop *loop, struct slot *slot, int operation) {
    bool writing = session_wants_to_write(&slot->session);
    if (operation == EPOLL_CTL_MOD && writing == slot->polled_for_writing) return;
    slot->polled_for_writing = writing;
    struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = slot};
    epoll_ctl(loop->poller, operation, slot->session.socket, &event);
}

static void start(struct loop *loop, struct slot *slot, uint64_t now) {
    enum progress progress = session_open(&slot->session, &loop->manner, loop->serial++, now);
    slot->retry_at = 0;
    slot->open = true;
    loop->open++;
    if (slot->session.socket >= 0) watch(loop, slot, EPOLL_CTL_ADD);
    settle(loop, slot, progress, now);
}

// Counts how a session ended and decides what its slot does next.
static void settle(struct loop *loop, struct slot *slot, enum progress progress, uint64_t now) {
    struct outcome *outcome = loop->outcome;
    const uint64_t pause = second / 20;  // after a failure, so that a dead filter is not hammered
    switch (progress) {
    case progress_running:
        watch(loop, slot, EPOLL_CTL_MOD);
        return;
    case progress_holding:
        watch(loop, slot, EPOLL_CTL_MOD);
        loop->holding++;
        return;
    case progress_refused:
        outcome->backlog_full++;
        if (slot->begun_at == 0) slot->begun_at = now;
        slot->retry_at = now + second / 1000;
        if (now - slot->begun_at > (uint64_t)(loop->plan->reply_seconds * 1e9)) {
            outcome->failures[failure_connect]++;
            slot->begun_at = 0;
            slot->retry_at = now + pause;
        }
        break;
    case progress_failed:
        outcome->failures[slot->session.failure]++;
        slot->begun_at = 0;
        slot->retry_at = now + pause;
        break;
    case progress_finished:
        outcome->sessions++;
        if (slot->session.verdict == verdict_accept) outcome->accepted++;
        if (slot->session.verdict == verdict_refuse) outcome->refused++;
        slot->begun_at = 0;
        slot->retry_at = turn_of_next(loop, now);
        break;
    }
    slot->open = false;
    loop->open--;
    bool has_served = loop->manner.hold && progress == progress_finished;
    if (loop->stopping || has_served) slot->retry_at = 0;
    if (slot->retry_at > now) loop->has_waiting = true;
}

// Opens what is due and gives up what has waited too long.
static void sweep(struct loop *loop, uint64_t now, bool look_for_timeouts) {
    loop->has_waiting = false;
    for (int index = 0; index < loop->count; index++) {
        struct slot *slot = &loop->slots[index];
        if (slot->open) {
            if (!look_for_timeouts || slot->session.holding) continue;
            if (now - slot->session.moved_at < (uint64_t)(loop->plan->reply_seconds * 1e9)) continue;
            session_close(&slot->session);
            slot->session.failure = failure_timeout;
            settle(loop, slot, progress_failed, now);
        } else if (slot->retry_at && slot->retry_at <= now) {
            start(loop, slot, now);
        }
        loop->has_waiting |= !slot->open && slot->retry_at;
    }
}

// One round: waits for the filter, serves what is ready. Bounded by the tick.
static void turn(struct loop *loop, uint64_t *last_look) {
    struct epoll_event events[events_at_once];
    uint64_t now = monotonic_now();
    bool look = now - *last_look > second / 10;
    if (look) *last_look = now;
    if (look || loop->has_waiting) sweep(loop, now, look);
    int ready = epoll_wait(loop->poller, events, events_at_once, loop->has_waiting ? 1 : tick_milliseconds);
    // All of these had arrived by now: time spent serving the first is not the filter's delay to the last.
    now = monotonic_now();
    for (int index = 0; index < ready; index++) {
        struct slot *slot = events[index].data.ptr;
        bool was_holding = slot->session.holding;
        enum progress progress = session_ready(&slot->session, &loop->manner, now);
        if (was_holding && progress == progress_holding) continue;
        if (was_holding) loop->holding--;
        settle(loop, slot, progress, now);
        if (!slot->open && slot->retry_at && slot->retry_at <= now) start(loop, slot, now);
    }
}

static void loop_begin(struct loop *loop, const struct plan *plan, struct outcome *outcome, int slots) {
    *loop = (struct loop){.plan = plan, .manner = plan->manner, .outcome = outcome, .count = slots};
    loop->poller = epoll_create1(EPOLL_CLOEXEC);
    loop->slots = calloc((size_t)slots, sizeof *loop->slots);
    if (loop->poller < 0 || !loop->slots) {
        perror("milter-load");
        exit(1);
    }
    for (int index = 0; index < slots; index++) {
        loop->slots[index].retry_at = 1;
        loop->slots[index].session.socket = -1;
    }
    loop->has_waiting = true;
}

// Lets the running sessions finish for a while, then closes the rest.
static void loop_end(struct loop *loop) {
    uint64_t last_look = 0, until = monotonic_now() + 5 * second;
    loop->stopping = true;
    for (int index = 0; index < loop->count; index++) loop->slots[index].retry_at = 0;
    while (loop->open > 0 && monotonic_now() < until) turn(loop, &last_look);
    for (int index = 0; index < loop->count; index++) {
        session_close(&loop->slots[index].session);
        buffer_free(&loop->slots[index].session.out);
        buffer_free(&loop->slots[index].session.in);
    }
    free(loop->slots);
    close(loop->poller);
}

static uint64_t failures_of(const struct outcome *outcome) {
    uint64_t sum = 0;
    for (int failure = 0; failure < failure_count; failure++) sum += outcome->failures[failure];
    return sum;
}

void load_run(const struct plan *plan, struct outcome *outcome) {
    static struct outcome drained;  // what happens after the measurement counts for nothing
    struct loop loop;
    uint64_t last_look = 0;
    loop_begin(&loop, plan, outcome, plan->concurrency);

    uint64_t begin = monotonic_now(), measure_at = begin + (uint64_t)(plan->warmup_seconds * 1e9);
    while (monotonic_now() < measure_at) turn(&loop, &last_look);

    struct usage before = usage_of(plan->filter);
    memset(outcome, 0, sizeof *outcome);
    outcome->before = before;
    latencies = outcome->latencies;
    uint64_t own = own_cpu(), now = begin = monotonic_now();
    uint64_t end = begin + (uint64_t)(plan->seconds * 1e9);
    while (now < end && (plan->sessions == 0 || outcome->sessions + failures_of(outcome) < plan->sessions)) {
        turn(&loop, &last_look);
        now = monotonic_now();
    }
    outcome->seconds = (double)(now - begin) / 1e9;
    outcome->own_cpu = own_cpu() - own;
    outcome->after = usage_of(plan->filter);
    for (int index = 0; index < loop.count && outcome->negotiation.version == 0; index++) {
        outcome->negotiation = loop.slots[index].session.negotiation;
    }
    latencies = NULL;

    loop.outcome = &drained;
    loop_end(&loop);
}

void load_idle(const struct plan *plan, int connections, struct idleness *idleness) {
    static struct outcome outcome;
    // A filter sets things up at its first sessions; that is not what an idle connection costs.
    struct plan first = *plan;
    first.concurrency = plan->concurrency < 8 ? plan->concurrency : 8;
    first.sessions = 200;
    first.seconds = 10;
    first.warmup_seconds = 0;
    load_run(&first, &outcome);
    memset(&outcome, 0, sizeof outcome);
    *idleness = (struct idleness){.wanted = connections};

    struct loop loop;
    struct timespec settle_time = {.tv_nsec = 500000000};
    uint64_t last_look = 0, until = monotonic_now() + 60 * second;
    nanosleep(&settle_time, NULL);
    idleness->base_kb = usage_of(plan->filter).resident_kb;
    loop_begin(&loop, plan, &outcome, connections);
    loop.manner.hold = true;
    // A few at a time: what a burst costs is another question.
    loop.count = 0;
    while (loop.holding + (int)outcome.sessions < connections && monotonic_now() < until) {
        if (failures_of(&outcome) >= 100) break;
        int opened = loop.count;
        while (loop.count < connections && loop.count < loop.holding + plan->concurrency) loop.count++;
        if (loop.count > opened) loop.has_waiting = true;
        turn(&loop, &last_look);
    }
    nanosleep(&settle_time, NULL);
    struct usage held = usage_of(plan->filter);
    idleness->held = loop.holding;
    idleness->failures = failures_of(&outcome);
    idleness->held_kb = held.resident_kb;
    idleness->threads = held.threads;

    loop.stopping = true;
    for (int index = 0; index < loop.count; index++) {
        struct slot *slot = &loop.slots[index];
        if (!slot->open || !slot->session.holding) continue;
        loop.holding--;
        settle(&loop, slot, session_leave(&slot->session), monotonic_now());
    }
    loop_end(&loop);
}
