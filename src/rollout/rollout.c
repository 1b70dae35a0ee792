/* SPDX-License-Identifier: MIT */
/* One tenant's service, targets and store. */
#include <stdlib.h>
#include <string.h>

#include "rollout/rollout.h"

#define UNSEEN_DAYS 7
#define NEAR_DAYS 7
#define DAYS_MAX 36500
#define THUMBPRINT_LENGTH 40

static tca_result import_options(const tca_rollout_options *options, tca_rollout_options *known,
                                 tca_error *error) {
    size_t all = TCAI_END_OF(tca_rollout_options, near_days);
    tca_result result =
        tcai_import(known, sizeof(*known), all, all, options, "tca_rollout_options", error);
    if (result != TCA_OK) {
        return result;
    }
    if (known->flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_rollout_options: unknown flags");
    }
    if (known->sphere == NULL || known->name == NULL) {
        return tcai_fail_null(error, known->sphere == NULL ? "sphere" : "name");
    }
    if (!tcai_is_name((tcai_span){(const uint8_t *)known->name, known->name_length},
                      TCAI_NAME_MAX)) {
        return tcai_fail(error, TCA_E_ARGUMENT,
                         "name: not 1 to %d letters, digits and . _ - characters", TCAI_NAME_MAX);
    }
    if (known->unseen_days > DAYS_MAX || known->near_days > DAYS_MAX) {
        return tcai_fail(error, TCA_E_ARGUMENT, "tca_rollout_options: more than %d days", DAYS_MAX);
    }
    known->unseen_days = known->unseen_days == 0 ? UNSEEN_DAYS : known->unseen_days;
    known->near_days = known->near_days == 0 ? NEAR_DAYS : known->near_days;
    return TCA_OK;
}

/* Without a store of the host's, changes are still seen from one run of the rollout to the next. */
static tca_result take_store(tca_rollout *rollout, tca_store *store, tca_error *error) {
    tca_storage memory = {.struct_size = sizeof(memory)};
    rollout->keeps = store != NULL;
    if (store != NULL) {
        tca_store_ref(store, &rollout->store);
        return TCA_OK;
    }
    tca_result result = tca_memory_storage(&memory);
    if (result != TCA_OK) {
        return tcai_fail_memory(error);
    }
    result = tca_store_new(&memory, &rollout->store, error);
    if (result != TCA_OK) {
        memory.destroy(memory.user);
    }
    return result;
}

tca_result tca_rollout_new(const tca_rollout_options *options, tca_rollout **out,
                           tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (options == NULL || out == NULL) {
        return tcai_fail_null(error, options == NULL ? "options" : "out");
    }
    tca_rollout_options known;
    tca_policy policy;
    tca_result result = import_options(options, &known, error);
    if (result == TCA_OK) {
        result = tcai_policy_import(known.policy, &policy, error);
    }
    tca_rollout *rollout = result == TCA_OK ? calloc(1, sizeof(*rollout)) : NULL;
    if (rollout == NULL) {
        return result == TCA_OK ? tcai_fail_memory(error) : result;
    }
    rollout->references = 1;
    tca_sphere_ref(known.sphere, &rollout->sphere);
    memcpy(rollout->name, known.name, known.name_length);
    rollout->policy = policy;
    rollout->policy.struct_size = sizeof(policy);
    rollout->unseen_days = known.unseen_days;
    rollout->near_days = known.near_days;
    result = take_store(rollout, known.store, error);
    if (result != TCA_OK) {
        tca_rollout_unref(rollout);
        return result;
    }
    *out = rollout;
    return TCA_OK;
}

/* ---- targets ---- */

static bool has_target_named(const tca_rollout *rollout, tcai_span name) {
    for (size_t i = 0; i < rollout->target_count; i++) {
        if (tcai_span_equal(tcai_target_name_span(rollout->targets[i]), name)) {
            return true;
        }
    }
    return false;
}

tca_result tca_rollout_add_target(tca_rollout *rollout, const tca_target *target,
                                  tca_error *error) {
    tcai_error_clear(error);
    if (rollout == NULL || target == NULL) {
        return tcai_fail_null(error, rollout == NULL ? "rollout" : "target");
    }
    if (rollout->target_count == TCAI_TARGETS_MAX) {
        return tcai_fail(error, TCA_E_LIMIT, "rollout: more than %d targets", TCAI_TARGETS_MAX);
    }
    if (has_target_named(rollout, tcai_target_name_span(target))) {
        return tcai_fail(error, TCA_E_ARGUMENT, "target: another one has its name");
    }
    if (!tcai_grow(&rollout->targets, rollout->target_count, &rollout->target_capacity,
                   sizeof(rollout->targets[0]))) {
        return tcai_fail_memory(error);
    }
    tca_target_ref(target, &rollout->targets[rollout->target_count++]);
    return TCA_OK;
}

/* ---- evidence of use ---- */

static bool read_thumbprint(const char *text, size_t length, char out[THUMBPRINT_LENGTH + 1]) {
    for (size_t i = 0; length == THUMBPRINT_LENGTH && i < length; i++) {
        if (tcai_hex_digit(text[i]) < 0) {
            return false;
        }
        out[i] = tcai_upper(text[i]);
    }
    out[THUMBPRINT_LENGTH] = '\0';
    return length == THUMBPRINT_LENGTH;
}

static tcai_seen *find_seen(const tca_rollout *rollout, const char *thumbprint) {
    for (size_t i = 0; i < rollout->seen_count; i++) {
        if (strcmp(rollout->seen[i].thumbprint, thumbprint) == 0) {
            return &rollout->seen[i];
        }
    }
    return NULL;
}

bool tcai_rollout_seen(const tca_rollout *rollout, const char *thumbprint, tca_unix *at) {
    const tcai_seen *seen = find_seen(rollout, thumbprint);
    *at = seen == NULL ? 0 : seen->at;
    return seen != NULL;
}

tca_result tca_rollout_set_seen(tca_rollout *rollout, const char *thumbprint, size_t length,
                                tca_unix at, tca_error *error) {
    tcai_seen one = {.at = at};
    tcai_error_clear(error);
    if (rollout == NULL || thumbprint == NULL) {
        return tcai_fail_null(error, rollout == NULL ? "rollout" : "thumbprint");
    }
    if (!read_thumbprint(thumbprint, length, one.thumbprint)) {
        return tcai_fail(error, TCA_E_ARGUMENT, "thumbprint: not 40 hexadecimal digits");
    }
    if (!tcai_time_expressible(at)) {
        return tcai_fail(error, TCA_E_ARGUMENT, "at: outside the years 1 to 9999");
    }
    tcai_seen *known = find_seen(rollout, one.thumbprint);
    if (known != NULL) {
        known->at = at;
        return TCA_OK;
    }
    if (rollout->seen_count == TCAI_SEEN_MAX) {
        return tcai_fail(error, TCA_E_LIMIT, "rollout: more than %d certificates were seen",
                         TCAI_SEEN_MAX);
    }
    if (!tcai_grow(&rollout->seen, rollout->seen_count, &rollout->seen_capacity,
                   sizeof(rollout->seen[0]))) {
        return tcai_fail_memory(error);
    }
    rollout->seen[rollout->seen_count++] = one;
    return TCA_OK;
}

/* ---- notices ---- */

tca_result tca_rollout_set_notices(tca_rollout *rollout, const tca_notice_sink *sink,
                                   tca_error *error) {
    tca_notice_sink known;
    size_t all = TCAI_END_OF(tca_notice_sink, destroy);
    tcai_error_clear(error);
    if (rollout == NULL || sink == NULL) {
        return tcai_fail_null(error, rollout == NULL ? "rollout" : "sink");
    }
    if (rollout->in_slot) {
        return tcai_fail(error, TCA_E_BUSY, "rollout: is telling its sink");
    }
    tca_result result =
        tcai_import(&known, sizeof(known), all, all, sink, "tca_notice_sink", error);
    if (result != TCA_OK) {
        return result;
    }
    if (known.flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_notice_sink: unknown flags");
    }
    if (known.notice == NULL) {
        return tcai_fail_null(error, "notice");
    }
    if (rollout->sink.destroy != NULL) {
        rollout->sink.destroy(rollout->sink.user);
    }
    rollout->sink = known;
    return TCA_OK;
}

void tcai_rollout_tell(tca_rollout *rollout, const tca_notice *notice) {
    if (rollout->sink.notice != NULL) {
        rollout->in_slot = true;
        rollout->sink.notice(rollout->sink.user, notice);
        rollout->in_slot = false;
    }
}

/* ---- references ---- */

void tcai_rollout_ref(tca_rollout *rollout) {
    rollout->references++;
}

/* A run holds a reference, so that none is the last within a slot. */
void tca_rollout_unref(tca_rollout *rollout) {
    if (rollout == NULL || --rollout->references > 0) {
        return;
    }
    for (size_t i = 0; i < rollout->target_count; i++) {
        tca_target_unref(rollout->targets[i]);
    }
    free(rollout->targets);
    free(rollout->seen);
    tca_sphere_unref(rollout->sphere);
    tca_store_unref(rollout->store);
    if (rollout->sink.destroy != NULL) {
        rollout->sink.destroy(rollout->sink.user);
    }
    free(rollout);
}
