// Plays many MTAs to one mail filter and measures how fast it answers and what that costs.
#include "load.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

static const char usage_text[] =
    "usage: milter-load --socket unix:PATH|inet:PORT@ADDRESS [option ...]\n"
    "  --concurrency N   sessions at once (16)\n"
    "  --rate R          start at most R sessions a second: latency without the queue of a saturated filter\n"
    "  --seconds S       measure for so long (5)\n"
    "  --sessions N      measure so many sessions, for at most --seconds (60)\n"
    "  --warmup S        seconds before that which do not count (0.5)\n"
    "  --envelope        stop after RCPT instead of sending a message\n"
    "  --pid P           the filter's process: report its CPU time and memory\n"
    "  --idle N          before all else hold N connections after RCPT and report the memory;\n"
    "                    without --seconds and --sessions nothing else is done\n"
    "  --timeout S       longest wait for one answer (10)\n"
    "  --seed N          other clients, other words (1)\n"
    "  --human           a readable summary after the key=value line\n"
    "Exit status: 0 all sessions went through, 1 usage or system error, 2 some sessions failed.\n";

static void die(const char *what, const char *detail) {
    fprintf(stderr, "milter-load: %s%s%s\n", what, detail ? ": " : "", detail ? detail : "");
    exit(1);
}

static void resolve(const char *specification, struct manner *manner) {
    if (strncmp(specification, "inet:", 5) == 0) {
        char port[16] = "";
        const char *at = strchr(specification, '@');
        if (!at || (size_t)(at - specification - 5) >= sizeof port) die("not inet:PORT@ADDRESS", specification);
        memcpy(port, specification + 5, (size_t)(at - specification - 5));
        struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
        if (getaddrinfo(at + 1, port, &hints, &found) != 0) die("not a numeric address and port", specification);
        memcpy(&manner->address, found->ai_addr, found->ai_addrlen);
        manner->address_length = found->ai_addrlen;
        freeaddrinfo(found);
        return;
    }
    const char *path = strncmp(specification, "unix:", 5) == 0 ? specification + 5 : specification;
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof local.sun_path) die("path too long for a socket", path);
    strcpy(local.sun_path, path);
    memcpy(&manner->address, &local, sizeof local);
    manner->address_length = sizeof local;
}

static double number(const char *text, double least, double most) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= least && value <= most)) die("not a number in range", text);
    return value;
}

static void report_idle(const struct idleness *idleness, bool human) {
    double per_thousand = idleness->held ? (double)(idleness->held_kb - idleness->base_kb) * 1000 / idleness->held : 0;
    printf("mode=idle idle_wanted=%d idle_held=%d errors=%llu rss_base_kb=%ld rss_held_kb=%ld "
           "rss_per_1000_idle_kb=%.0f threads=%ld\n",
        idleness->wanted, idleness->held, (unsigned long long)idleness->failures, idleness->base_kb,
        idleness->held_kb, per_thousand, idleness->threads);
    if (human) {
        printf("%d of %d idle connections held: %.2f MB per 1,000, %ld threads\n", idleness->held, idleness->wanted,
            per_thousand / 1024, idleness->threads);
    }
}

// Microseconds of `total` nanoseconds for each session.
static double each(const struct outcome *outcome, double total) {
    return outcome->sessions ? total / 1000 / (double)outcome->sessions : 0;
}

static uint64_t report(const struct plan *plan, const struct outcome *outcome, bool human) {
    static struct histogram all;  // negotiation apart: it waits for the filter to accept the connection
    uint64_t failures = 0;
    for (int stage = stage_connect; stage < stage_count; stage++) histogram_merge(&all, &outcome->latencies[stage]);
    for (int failure = 0; failure < failure_count; failure++) failures += outcome->failures[failure];
    double wall = outcome->seconds * 1e9, rate = (double)outcome->sessions / outcome->seconds;
    const struct usage *before = &outcome->before, *after = &outcome->after;
    double ticks = (double)(after->ticks - before->ticks) * 1e9 / (double)sysconf(_SC_CLK_TCK);
    bool clock = before->clock_known && after->clock_known;
    double cpu = clock ? (double)(after->clock - before->clock) : ticks;
    const char *source = clock ? "clock" : before->ticks_known && after->ticks_known ? "stat" : "none";

    printf("mode=%s concurrency=%d seconds=%.3f sessions=%llu sessions_per_s=%.1f errors=%llu",
        plan->manner.envelope_only ? "envelope" : "full", plan->concurrency, outcome->seconds,
        (unsigned long long)outcome->sessions, rate, (unsigned long long)failures);
    for (int failure = 0; failure < failure_count; failure++) {
        printf(" errors_%s=%llu", failure_names[failure], (unsigned long long)outcome->failures[failure]);
    }
    printf(" accepted=%llu refused=%llu backlog_full=%llu", (unsigned long long)outcome->accepted,
        (unsigned long long)outcome->refused, (unsigned long long)outcome->backlog_full);
    printf(" cpu_source=%s cpu_us_per_session=%.2f cpu_share=%.3f cpu_stat_us_per_session=%.2f", source,
        each(outcome, cpu), cpu / wall, each(outcome, ticks));
    printf(" load_cpu_us_per_session=%.2f load_cpu_share=%.3f", each(outcome, (double)outcome->own_cpu),
        (double)outcome->own_cpu / wall);
    printf(" rss_start_kb=%ld rss_end_kb=%ld rss_peak_kb=%ld threads=%ld", before->resident_kb, after->resident_kb,
        after->peak_kb, after->threads);
    printf(" version=%u actions=0x%x steps=0x%x", outcome->negotiation.version, outcome->negotiation.actions,
        outcome->negotiation.steps);
    printf(" replies=%llu p50_us=%.2f p99_us=%.2f", (unsigned long long)all.count, histogram_quantile(&all, 0.5),
        histogram_quantile(&all, 0.99));
    for (int stage = 0; stage < stage_count; stage++) {
        const struct histogram *one = &outcome->latencies[stage];
        printf(" %s_replies=%llu %s_p50_us=%.2f %s_p99_us=%.2f", stages[stage].name, (unsigned long long)one->count,
            stages[stage].name, histogram_quantile(one, 0.5), stages[stage].name, histogram_quantile(one, 0.99));
    }
    putchar('\n');
    if (!human) return failures;

    printf("%s sessions, %d at once: %.0f/s over %.1f s, %llu failed\n",
        plan->manner.envelope_only ? "Envelope" : "Full", plan->concurrency, rate, outcome->seconds,
        (unsigned long long)failures);
    if (plan->filter) {
        printf("Filter: %.0f us CPU a session (%s), %.0f %% of a core, %ld threads, %.1f MB before and %.1f MB after\n",
            each(outcome, cpu), source, 100 * cpu / wall, after->threads, (double)before->resident_kb / 1024,
            (double)after->resident_kb / 1024);
    }
    printf("Generator: %.0f us CPU a session, %.0f %% of a core\n", each(outcome, (double)outcome->own_cpu),
        100 * (double)outcome->own_cpu / wall);
    printf("%-8s %10s %12s %12s\n", "stage", "replies", "p50 us", "p99 us");
    for (int stage = 0; stage <= stage_count; stage++) {
        const struct histogram *one = stage < stage_count ? &outcome->latencies[stage] : &all;
        printf("%-8s %10llu %12.1f %12.1f\n", stage < stage_count ? stages[stage].name : "all",
            (unsigned long long)one->count, histogram_quantile(one, 0.5), histogram_quantile(one, 0.99));
    }
    return failures;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"socket", required_argument, NULL, 's'}, {"concurrency", required_argument, NULL, 'c'},
        {"rate", required_argument, NULL, 'r'},
        {"seconds", required_argument, NULL, 't'}, {"sessions", required_argument, NULL, 'n'},
        {"warmup", required_argument, NULL, 'w'}, {"envelope", no_argument, NULL, 'e'},
        {"pid", required_argument, NULL, 'p'}, {"idle", required_argument, NULL, 'i'},
        {"timeout", required_argument, NULL, 'T'}, {"seed", required_argument, NULL, 'S'},
        {"human", no_argument, NULL, 'H'}, {"help", no_argument, NULL, 'h'}, {0}};
    struct plan plan = {
        .manner = {.seed = 1}, .concurrency = 16, .warmup_seconds = 0.5, .reply_seconds = 10};
    int idle = 0, option;
    bool human = false;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's': resolve(optarg, &plan.manner); break;
        case 'c': plan.concurrency = (int)number(optarg, 1, 100000); break;
        case 'r': plan.rate = number(optarg, 0.01, 1e6); break;
        case 't': plan.seconds = number(optarg, 0.01, 86400); break;
        case 'n': plan.sessions = (uint64_t)number(optarg, 1, 1e12); break;
        case 'w': plan.warmup_seconds = number(optarg, 0, 3600); break;
        case 'e': plan.manner.envelope_only = true; break;
        case 'p': plan.filter = (pid_t)number(optarg, 1, 1e9); break;
        case 'i': idle = (int)number(optarg, 1, 1e6); break;
        case 'T': plan.reply_seconds = number(optarg, 0.01, 3600); break;
        case 'S': plan.manner.seed = (uint64_t)number(optarg, 0, 1e15); break;
        case 'H': human = true; break;
        case 'h': fputs(usage_text, stdout); return 0;
        default: fputs(usage_text, stderr); return 1;
        }
    }
    if (optind < argc) die("unexpected argument", argv[optind]);
    if (plan.manner.address_length == 0) die("--socket is missing", NULL);
    if (plan.filter && kill(plan.filter, 0) != 0) die("no such process", "--pid");

    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    uint64_t failures = 0;
    bool only_idle = idle > 0 && plan.seconds == 0 && plan.sessions == 0;
    if (plan.seconds == 0) plan.seconds = plan.sessions ? 60 : 5;
    if (idle > 0) {
        struct idleness idleness;
        load_idle(&plan, idle, &idleness);
        report_idle(&idleness, human);
        failures += idleness.failures + (uint64_t)(idleness.wanted - idleness.held);
    }
    if (!only_idle) {
        static struct outcome outcome;
        load_run(&plan, &outcome);
        failures += report(&plan, &outcome, human);
        if (outcome.sessions == 0) failures++;
    }
    return failures > 0 ? 2 : 0;
}
