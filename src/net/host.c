/* SPDX-License-Identifier: MIT */
/* The host's tables, and the only places that call their slots. */
#include "net/net.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_LINE_SIZE 512

/* ---- life ---- */

tca_result tca_host_new(tca_host **out, tca_error *error) {
    tcai_error_clear(error);
    if (out == NULL) {
        return tcai_fail_null(error, "out");
    }
    *out = calloc(1, sizeof(**out));
    return *out == NULL ? tcai_fail_memory(error) : TCA_OK;
}

static void destroy(void (*slot)(void *), void *user) {
    if (slot != NULL) {
        slot(user);
    }
}

static void release(tca_host *host) {
    destroy(host->transport.destroy, host->transport.user);
    destroy(host->token_source.destroy, host->token_source.user);
    destroy(host->clock.destroy, host->clock.user);
    destroy(host->random.destroy, host->random.user);
    destroy(host->log.destroy, host->log.user);
    free(host);
}

void tca_host_unref(tca_host *host) {
    if (host == NULL) {
        return;
    }
    if (host->in_slot > 0) {
        host->released = true;
    } else {
        release(host);
    }
}

void tcai_host_enter(tca_host *host) {
    host->in_slot++;
}

void tcai_host_leave(tca_host *host) {
    if (--host->in_slot == 0 && host->released) {
        release(host);
    }
}

/* ---- tables ---- */

static tca_result import(const tca_host *host, void *to, size_t size, const void *from,
                         const char *name, tca_error *error) {
    tcai_error_clear(error);
    if (host == NULL || from == NULL) {
        return tcai_fail_null(error, host == NULL ? "host" : name);
    }
    if (host->in_slot > 0) {
        return tcai_fail(error, TCA_E_BUSY, "host: its tables cannot change within a slot");
    }
    return tcai_import(to, size, size, size, from, name, error);
}

static tca_result check(uint32_t flags, bool complete, const char *name, tca_error *error) {
    if (flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "%s: unknown flags", name);
    }
    return complete
               ? TCA_OK
               : tcai_fail(error, TCA_E_ARGUMENT, "%s: lacks a slot it cannot be without", name);
}

tca_result tca_host_set_transport(tca_host *host, const tca_transport *transport,
                                  tca_error *error) {
    tca_transport table;
    tca_result result = import(host, &table, sizeof(table), transport, "transport", error);
    if (result == TCA_OK) {
        result = check(table.flags, table.perform != NULL, "transport", error);
    }
    if (result == TCA_OK) {
        destroy(host->transport.destroy, host->transport.user);
        host->transport = table;
    }
    return result;
}

tca_result tca_host_set_token_source(tca_host *host, const tca_token_source *source,
                                     tca_error *error) {
    tca_token_source table;
    tca_result result = import(host, &table, sizeof(table), source, "source", error);
    if (result == TCA_OK) {
        result = check(table.flags, table.token != NULL, "source", error);
    }
    if (result == TCA_OK) {
        destroy(host->token_source.destroy, host->token_source.user);
        host->token_source = table;
    }
    return result;
}

tca_result tca_host_set_clock(tca_host *host, const tca_clock *clock, tca_error *error) {
    tca_clock table;
    tca_result result = import(host, &table, sizeof(table), clock, "clock", error);
    if (result == TCA_OK) {
        result = check(table.flags, table.now != NULL, "clock", error);
    }
    if (result == TCA_OK) {
        destroy(host->clock.destroy, host->clock.user);
        host->clock = table;
    }
    return result;
}

tca_result tca_host_set_random(tca_host *host, const tca_random *random, tca_error *error) {
    tca_random table;
    tca_result result = import(host, &table, sizeof(table), random, "random", error);
    if (result == TCA_OK) {
        result = check(table.flags, table.bytes != NULL, "random", error);
    }
    if (result == TCA_OK) {
        destroy(host->random.destroy, host->random.user);
        host->random = table;
    }
    return result;
}

tca_result tca_host_set_log(tca_host *host, const tca_log *log, tca_error *error) {
    tca_log table;
    tca_result result = import(host, &table, sizeof(table), log, "log", error);
    if (result == TCA_OK) {
        result = check(table.flags | table.reserved, table.write != NULL, "log", error);
    }
    if (result == TCA_OK && table.level > TCA_LOG_DEBUG) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "log: unknown level");
    }
    if (result == TCA_OK) {
        destroy(host->log.destroy, host->log.user);
        host->log = table;
    }
    return result;
}

/* ---- slots ---- */

static tca_result lacks(const char *what, tca_error *error) {
    return tcai_fail(error, TCA_E_NOT_PROVIDED, "host: has no %s", what);
}

tca_result tcai_host_perform(tca_host *host, const tca_request *request, tca_reply *reply,
                             tca_error *error) {
    if (host->transport.perform == NULL) {
        return lacks("transport", error);
    }
    host->transport.perform(host->transport.user, request, reply);
    return TCA_OK;
}

tca_result tcai_host_token(tca_host *host, const char *audience, size_t length, uint32_t refresh,
                           tca_reply *reply, tca_error *error) {
    if (host->token_source.token == NULL) {
        return lacks("token source", error);
    }
    host->token_source.token(host->token_source.user, audience, length, refresh, reply);
    return TCA_OK;
}

tca_result tcai_host_now(tca_host *host, tca_unix *now, tca_error *error) {
    if (host->clock.now == NULL) {
        return lacks("clock", error);
    }
    tca_reply reply = {.kind = TCAI_REPLY_TIME};
    host->clock.now(host->clock.user, &reply);
    tca_result result = tcai_reply_conclude(&reply, "clock", TCA_E_CALLBACK, error);
    if (result == TCA_OK && !tcai_time_expressible(reply.time)) {
        result = tcai_fail(error, TCA_E_RANGE, "clock: outside the years 1 to 9999");
    }
    *now = reply.time;
    return result;
}

tca_result tcai_host_wait(tca_host *host, tca_unix until, tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_WAIT};
    host->clock.wait(host->clock.user, until, &reply);
    return tcai_reply_conclude(&reply, "clock: wait", TCA_E_CALLBACK, error);
}

bool tcai_host_random(tca_host *host, uint32_t *value) {
    if (host->random.bytes == NULL) {
        return false;
    }
    tca_reply reply = {.kind = TCAI_REPLY_RANDOM, .max_bytes = sizeof(*value)};
    host->random.bytes(host->random.user, sizeof(*value), &reply);
    bool complete = reply.state == TCAI_REPLY_DONE && reply.body.length == sizeof(*value);
    if (complete) {
        memcpy(value, reply.body.data, sizeof(*value));
    }
    tcai_reply_reset(&reply, TCAI_REPLY_RANDOM, 0);
    return complete;
}

void tcai_host_log(tca_host *host, uint32_t level, uint32_t category, const char *format, ...) {
    if (host->log.write == NULL || level > host->log.level) {
        return;
    }
    char line[LOG_LINE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (wanted > 0) {
        size_t length = (size_t)wanted < sizeof(line) ? (size_t)wanted
                                                      : tcai_utf8_whole(line, sizeof(line) - 1);
        line[length] = '\0';
        host->log.write(host->log.user, level, category, line, length);
    }
}
