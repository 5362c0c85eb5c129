#include "statistics.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Below one octave's worth of buckets a value is its own bucket.
static unsigned bucket_of(uint64_t value) {
    if (value < buckets_per_octave) return (unsigned)value;
    unsigned octave = 63 - (unsigned)__builtin_clzll(value) - 7;
    unsigned bucket = (octave + 1) * buckets_per_octave + (unsigned)(value >> octave & (buckets_per_octave - 1));
    return bucket < bucket_count ? bucket : bucket_count - 1;
}

static double middle_of(unsigned bucket) {
    if (bucket < buckets_per_octave) return bucket;
    unsigned octave = bucket / buckets_per_octave - 1;
    double base = (double)(buckets_per_octave + bucket % buckets_per_octave);
    return (base + 0.5) * (double)(1ull << octave);
}

void histogram_add(struct histogram *histogram, uint64_t nanoseconds) {
    histogram->count++;
    histogram->buckets[bucket_of(nanoseconds)]++;
}

void histogram_merge(struct histogram *histogram, const struct histogram *other) {
    histogram->count += other->count;
    for (int bucket = 0; bucket < bucket_count; bucket++) histogram->buckets[bucket] += other->buckets[bucket];
}

double histogram_quantile(const struct histogram *histogram, double quantile) {
    if (histogram->count == 0) return 0;
    uint64_t wanted = (uint64_t)(quantile * (double)(histogram->count - 1)), seen = 0;
    unsigned bucket = 0;
    while (bucket < bucket_count - 1 && (seen += histogram->buckets[bucket]) <= wanted) bucket++;
    return middle_of(bucket) / 1000;
}

static uint64_t nanoseconds_of(clockid_t clock) {
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t monotonic_now(void) { return nanoseconds_of(CLOCK_MONOTONIC); }

uint64_t own_cpu(void) { return nanoseconds_of(CLOCK_PROCESS_CPUTIME_ID); }

static void read_status(pid_t pid, struct usage *usage) {
    char line[256];
    snprintf(line, sizeof line, "/proc/%d/status", (int)pid);
    FILE *file = fopen(line, "r");
    if (!file) return;
    while (fgets(line, sizeof line, file)) {
        sscanf(line, "VmRSS: %ld", &usage->resident_kb);
        sscanf(line, "VmHWM: %ld", &usage->peak_kb);
        sscanf(line, "Threads: %ld", &usage->threads);
    }
    fclose(file);
}

static void read_ticks(pid_t pid, struct usage *usage) {
    char line[1024];
    snprintf(line, sizeof line, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(line, "r");
    if (!file) return;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = '\0';
    const char *rest = strrchr(line, ')');  // a program's name may hold blanks and parentheses
    unsigned long user, system;
    if (rest && sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) == 2) {
        usage->ticks_known = true;
        usage->ticks = user + system;
    }
}

struct usage usage_of(pid_t pid) {
    struct usage usage = {0};
    clockid_t clock;
    struct timespec time;
    if (pid <= 0) return usage;
    if (clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &time) == 0) {
        usage.clock_known = true;
        usage.clock = (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
    }
    read_ticks(pid, &usage);
    read_status(pid, &usage);
    return usage;
}
