// What is measured: latencies by stage, and what the filter's process used.
#ifndef MILTER_LOAD_STATISTICS_H
#define MILTER_LOAD_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// Counts by logarithmic bucket of nanoseconds, 128 to the octave: quantiles within 0.8 %, whatever the range.
enum { buckets_per_octave = 128, octaves = 32, bucket_count = buckets_per_octave * octaves };

struct histogram {
    uint64_t count;
    uint32_t buckets[bucket_count];
};

void histogram_add(struct histogram *histogram, uint64_t nanoseconds);
void histogram_merge(struct histogram *histogram, const struct histogram *other);

// In microseconds; 0 when nothing was counted.
double histogram_quantile(const struct histogram *histogram, double quantile);

// Nanoseconds of a clock that never steps.
uint64_t monotonic_now(void);

// This process's own CPU time in nanoseconds.
uint64_t own_cpu(void);

// A process's CPU time and memory. `clock` counts nanoseconds and keeps the time of threads that have ended;
// `ticks` is utime + stime of /proc/P/stat, in clock ticks, as a cross-check.
struct usage {
    bool clock_known, ticks_known;
    uint64_t clock, ticks;
    long resident_kb, peak_kb, threads;
};

struct usage usage_of(pid_t pid);

#endif
