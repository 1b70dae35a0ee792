/* SPDX-License-Identifier: MIT */
/* What a run found, as it is remembered. */
#include "rollout/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_name(char *to, size_t size, tcai_span name) {
    size_t length = name.length < size - 1 ? name.length : size - 1;
    memcpy(to, name.data, length);
    to[length] = '\0';
}

/* ---- what the service said ---- */

/* What a list that contradicts the certificate says of it is not kept, but for a revocation. */
static bool is_disbelieved(const tca_plan *plan, uint32_t certificate) {
    return tcai_plan_contradicts(plan, certificate) &&
           tcai_plan_status(plan, certificate)->status != TCA_STATUS_REVOKED;
}

static const tca_entry *find_entry(const tca_inventory *known, const char *thumbprint) {
    for (uint32_t i = 0; known != NULL && i < known->count; i++) {
        const char *own;
        size_t length;
        if (tca_entry_thumbprint(&known->entries[i], &own, &length) == TCA_OK &&
            strcmp(own, thumbprint) == 0) {
            return &known->entries[i];
        }
    }
    return NULL;
}

static tca_result describe_inventory(const tca_plan *plan, const tcai_record *before,
                                     tcai_record *after, tca_error *error) {
    const tca_inventory *listed = plan->rollover->inventory;
    const tca_entry **entries = calloc((size_t)listed->count + 1, sizeof(*entries));
    uint32_t count = 0;
    if (entries == NULL) {
        return tcai_fail_memory(error);
    }
    for (uint32_t i = 0; i < listed->count; i++) {
        entries[count] = is_disbelieved(plan, i)
                             ? find_entry(before->inventory, tcai_plan_thumbprint(plan, i))
                             : &listed->entries[i];
        count += entries[count] != NULL;
    }
    tca_result result = tcai_inventory_of(listed, entries, count, &after->inventory, error);
    free(entries);
    return result;
}

/* ---- certificates ---- */

static bool has_deadline_near(const tca_plan *plan, uint32_t certificate, uint32_t days) {
    for (uint32_t i = 0; i < plan->summary.step_count; i++) {
        const tca_step *step = &plan->steps[i].public;
        uint32_t open = TCA_STEP_DUE | TCA_STEP_HAS_DEADLINE;
        if (step->certificate == certificate && step->kind != TCA_STEP_KEEP &&
            (step->flags & (open | TCA_STEP_DONE)) == open &&
            step->deadline - tcai_days(days) <= plan->summary.now) {
            return true;
        }
    }
    return false;
}

static tcai_record_certificate describe_certificate(const tca_rollout *rollout,
                                                    const tca_plan *plan, uint32_t certificate,
                                                    const tcai_record *before) {
    const tca_entry_state *status = tcai_plan_status(plan, certificate);
    const char *thumbprint = tcai_plan_thumbprint(plan, certificate);
    const tcai_record_certificate *known = tcai_record_find(before, thumbprint);
    bool same = known != NULL && known->status == status->status && known->phase == status->phase;
    bool was_dropped = known != NULL && known->dropped && !tcai_plan_voids_word(plan, certificate);
    tcai_record_certificate made = {
        .status = status->status,
        .phase = status->phase,
        .status_since = same ? known->status_since : plan->summary.now,
        .near_told = has_deadline_near(plan, certificate, rollout->near_days),
    };
    if (known != NULL && is_disbelieved(plan, certificate)) {
        made = *known;
    }
    made.dropped = plan->dropped[certificate] || was_dropped;
    copy_name(made.thumbprint, sizeof(made.thumbprint),
              (tcai_span){(const uint8_t *)thumbprint, strlen(thumbprint)});
    return made;
}

/* A word of the caller's against a certificate is kept whatever the service says of it. */
static bool is_to_be_kept(const tca_plan *plan, uint32_t certificate, const tcai_record *before) {
    const char *thumbprint = tcai_plan_thumbprint(plan, certificate);
    return thumbprint[0] != '\0' &&
           (!is_disbelieved(plan, certificate) || plan->dropped[certificate] ||
            tcai_record_find(before, thumbprint) != NULL);
}

static tca_result describe_certificates(const tca_rollout *rollout, const tca_plan *plan,
                                        const tcai_record *before, tcai_record *after) {
    uint32_t count = plan->rollover->inventory->count;
    after->certificates = calloc((size_t)count + 1, sizeof(after->certificates[0]));
    if (after->certificates == NULL) {
        return TCA_E_NO_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (tcai_plan_counts(plan, i) && is_to_be_kept(plan, i, before)) {
            after->certificates[after->certificate_count++] =
                describe_certificate(rollout, plan, i, before);
        }
    }
    return TCA_OK;
}

/* ---- targets ---- */

/* The first step that failed at a target, as a text that stays the same while it does. */
static void describe_failure(const tca_plan *plan, uint32_t target, char *text, size_t size) {
    text[0] = '\0';
    if (plan->targets[target].registrations == NULL) {
        snprintf(text, size, "read %s", tca_result_name(plan->targets[target].result));
        return;
    }
    for (uint32_t i = 0; i < plan->summary.step_count; i++) {
        const tca_step *step = &plan->steps[i].public;
        if (step->target == target && (step->flags & TCA_STEP_FAILED) != 0) {
            snprintf(text, size, "%s %s", tca_step_name(step->kind), tca_result_name(step->result));
            return;
        }
    }
}

/* What a target lets in, in its order. */
static tca_result describe_anchors(const tca_plan *plan, uint32_t target, char digits[65]) {
    const tca_registration_list *list = plan->targets[target].registrations;
    tcai_text sequence = {0};
    for (size_t i = 0; i < list->count; i++) {
        const tcai_registration *item = &list->items[i];
        if ((item->flags & TCA_REGISTRATION_TRUSTED) != 0) {
            tcai_text_append(&sequence, item->thumbprint->data, item->thumbprint->length);
        }
    }
    uint8_t digest[TCAI_SHA256_SIZE];
    tcai_span span = {(const uint8_t *)sequence.data, sequence.length};
    tca_result result = sequence.failed ? TCA_E_NO_MEMORY : tcai_sha256(span, digest);
    if (result == TCA_OK && span.length > 0) {
        tcai_hex_encode((tcai_span){digest, sizeof(digest)}, digits);
        digits[64] = '\0';
    }
    tcai_text_release(&sequence);
    return result;
}

static bool is_there(const tca_plan *plan, uint32_t certificate, uint32_t target) {
    uint32_t state = tcai_plan_state_of(plan, certificate, target)->state;
    return tcai_plan_counts(plan, certificate) &&
           tcai_plan_thumbprint(plan, certificate)[0] != '\0' && state != TCA_TARGET_STATE_ABSENT &&
           state != TCA_TARGET_STATE_NOT_NEEDED;
}

static tca_result describe_registrations(const tca_plan *plan, uint32_t target,
                                         const tcai_record_target *known,
                                         tcai_record_target *made) {
    uint32_t count = plan->rollover->inventory->count;
    made->registrations = calloc((size_t)count + 1, sizeof(made->registrations[0]));
    if (made->registrations == NULL) {
        return TCA_E_NO_MEMORY;
    }
    for (uint32_t i = 0; i < count; i++) {
        const tcai_target_state *state = tcai_plan_state_of(plan, i, target);
        const char *thumbprint = tcai_plan_thumbprint(plan, i);
        const tcai_record_registration *old = tcai_record_find_registration(known, thumbprint);
        bool contradicted = is_disbelieved(plan, i);
        if (contradicted ? old == NULL : !is_there(plan, i, target)) {
            continue;
        }
        tcai_record_registration *one = &made->registrations[made->count++];
        if (contradicted) {
            *one = *old;
            continue;
        }
        *one = (tcai_record_registration){.state = state->state, .since = state->since};
        copy_name(one->thumbprint, sizeof(one->thumbprint),
                  (tcai_span){(const uint8_t *)thumbprint, strlen(thumbprint)});
    }
    return TCA_OK;
}

/* Of a target that could not be read, what was known stays known. */
static tca_result keep_registrations(const tcai_record_target *known, tcai_record_target *made) {
    size_t count = known == NULL ? 0 : known->count;
    made->registrations = calloc(count + 1, sizeof(made->registrations[0]));
    if (made->registrations == NULL) {
        return TCA_E_NO_MEMORY;
    }
    if (count > 0) {
        memcpy(made->registrations, known->registrations, count * sizeof(known->registrations[0]));
        memcpy(made->anchors, known->anchors, sizeof(made->anchors));
    }
    made->count = count;
    return TCA_OK;
}

static tca_result describe_targets(const tca_plan *plan, const tcai_record *before,
                                   tcai_record *after) {
    uint32_t count = plan->summary.target_count;
    after->targets = calloc((size_t)count + 1, sizeof(after->targets[0]));
    tca_result result = after->targets == NULL ? TCA_E_NO_MEMORY : TCA_OK;
    for (uint32_t t = 0; result == TCA_OK && t < count; t++) {
        tcai_record_target *made = &after->targets[after->target_count++];
        copy_name(made->name, sizeof(made->name), tcai_target_name_span(plan->targets[t].target));
        describe_failure(plan, t, made->failure, sizeof(made->failure));
        const tcai_record_target *known = tcai_record_find_target(before, made->name);
        if (plan->targets[t].registrations == NULL) {
            result = keep_registrations(known, made);
            continue;
        }
        result = describe_registrations(plan, t, known, made);
        if (result == TCA_OK) {
            result = describe_anchors(plan, t, made->anchors);
        }
    }
    return result;
}

tca_result tcai_record_describe(const tca_rollout *rollout, const tca_plan *plan,
                                const tcai_record *before, tcai_record *after, tca_error *error) {
    *after = (tcai_record){.listed_at = plan->summary.listed_at};
    tca_result result = describe_inventory(plan, before, after, error);
    if (result == TCA_OK) {
        result = describe_certificates(rollout, plan, before, after);
    }
    if (result == TCA_OK) {
        result = describe_targets(plan, before, after);
    }
    return result == TCA_OK ? TCA_OK : tcai_fail_memory(error);
}
