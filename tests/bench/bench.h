/* SPDX-License-Identifier: MIT */
/* Measuring: each thing and its peer in turn, in one process, medians, as ratios. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BENCH_ROUNDS 15

typedef void bench_work(void *context);

static inline double bench_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline int bench_compare(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return a < b ? -1 : a > b;
}

/* Microseconds for one `work`, of several pieces of work measured in turn; medians of the rounds.
 */
static inline void bench_measure(bench_work *const *works, void *const *contexts,
                                 const unsigned *repeats, size_t count, double *microseconds) {
    double samples[8][BENCH_ROUNDS];
    for (size_t round = 0; round < BENCH_ROUNDS + 1; round++) {
        for (size_t i = 0; i < count; i++) {
            double start = bench_seconds();
            for (unsigned n = 0; n < repeats[i]; n++) {
                works[i](contexts[i]);
            }
            /* The first round only warms up. */
            if (round > 0) {
                samples[i][round - 1] = (bench_seconds() - start) * 1e6 / repeats[i];
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        qsort(samples[i], BENCH_ROUNDS, sizeof(double), bench_compare);
        microseconds[i] = samples[i][BENCH_ROUNDS / 2];
    }
}

static inline void bench_head(void) {
    printf("%-46s %10s %10s  %-9s %-10s %s\n", "what", "ours", "peer", "ratio", "bar", "met");
}

/* `at_least`: the peer must take so many times as long; else ours may take at most `bar` times the
 * peer's. */
static inline void bench_row(const char *what, double ours, double peer, int at_least, double bar) {
    double ratio = at_least ? peer / ours : ours / peer;
    int met = at_least ? ratio >= bar : ratio <= bar;
    printf("%-46s %10.3f %10.3f  %8.2fx %s %-7.3g %s\n", what, ours, peer, ratio,
           at_least ? ">=" : "<=", bar, met ? "yes" : "NO");
}

static inline void bench_value(const char *what, double ours, const char *unit, double bar) {
    printf("%-46s %10.3f %10s  %-9s <= %-7.4g %s\n", what, ours, "", unit, bar,
           ours <= bar ? "yes" : "NO");
}

#endif
