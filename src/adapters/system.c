/* SPDX-License-Identifier: MIT */
/* The system's clock, sleep and random bytes. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "adapters/adapters.h"

#define RANDOM_MAX 256

static void tell_time(void *user, tca_reply *reply) {
    (void)user;
    time_t now = time(NULL);
    if (now == (time_t)-1) {
        tcai_adapter_fail(reply, "the system has no time");
        return;
    }
    (void)tca_reply_set_time(reply, (tca_unix)now);
    (void)tca_reply_done(reply);
}

static void wait_until(void *user, tca_unix until, tca_reply *reply) {
    (void)user;
    tca_unix now = (tca_unix)time(NULL);
    struct timespec left = {.tv_sec = (time_t)(until > now ? until - now : 0)};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
    (void)tca_reply_done(reply);
}

static void give_random(void *user, uint32_t count, tca_reply *reply) {
    (void)user;
    uint8_t bytes[RANDOM_MAX];
    if (count > sizeof(bytes) || getentropy(bytes, count) != 0) {
        tcai_adapter_fail(reply, "the system has no randomness");
        return;
    }
    (void)tca_reply_append(reply, bytes, count);
    (void)tca_reply_done(reply);
}

tca_result tca_system_clock(tca_clock *out) {
    tca_clock table = {.now = tell_time, .wait = wait_until};
    return out == NULL ? TCA_E_ARGUMENT : tcai_adapter_export(out, &table, sizeof(table));
}

tca_result tca_system_random(tca_random *out) {
    tca_random table = {.bytes = give_random};
    return out == NULL ? TCA_E_ARGUMENT : tcai_adapter_export(out, &table, sizeof(table));
}
