/* SPDX-License-Identifier: MIT */
/* What is to be done, in which order, by when, and why. */
#include <stdlib.h>
#include <string.h>

#include "rollout/rollout.h"

/* What the functions below add to. */
typedef struct step_planner {
    tca_plan *plan;
    const tca_rollout *rollout;
    const tcai_wishes *wishes;
    bool failed;                         /* out of memory */
    uint32_t removals[TCAI_TARGETS_MAX]; /* id of a target's removal that makes room; 0 */
} step_planner;

/* ---- adding ---- */

static uint32_t add(step_planner *planner, uint32_t kind, uint32_t certificate, uint32_t target,
                    uint32_t reason, uint32_t flags) {
    tca_plan *plan = planner->plan;
    if (planner->failed || !tcai_grow(&plan->steps, plan->summary.step_count, &plan->step_capacity,
                                      sizeof(plan->steps[0]))) {
        planner->failed = true;
        return 0;
    }
    uint32_t id = ++plan->summary.step_count;
    plan->steps[id - 1] = (tcai_step){.public = {.flags = flags,
                                                 .id = id,
                                                 .kind = kind,
                                                 .certificate = certificate,
                                                 .target = target,
                                                 .reason = reason}};
    return id;
}

static tca_step *step_of(const step_planner *planner, uint32_t id) {
    return id == 0 ? NULL : &planner->plan->steps[id - 1].public;
}

static void set_not_before(const step_planner *planner, uint32_t id, tca_unix not_before) {
    tca_step *step = step_of(planner, id);
    if (step != NULL && tcai_time_expressible(not_before)) {
        step->not_before = not_before;
        step->flags |= TCA_STEP_HAS_NOT_BEFORE;
    }
}

static void set_deadline(const step_planner *planner, uint32_t id, tca_unix deadline) {
    tca_step *step = step_of(planner, id);
    if (step != NULL && tcai_time_expressible(deadline)) {
        step->deadline = deadline;
        step->flags |= TCA_STEP_HAS_DEADLINE;
    }
}

static void add_need(const step_planner *planner, uint32_t id, uint32_t need) {
    if (id != 0 && need != 0) {
        tcai_step *step = &planner->plan->steps[id - 1];
        step->needs[step->public.need_count++] = need;
    }
}

/* ---- room ---- */

#define SLOTS 2 /* of a group: primary and secondary */

static uint32_t slots_taken(const tca_registration_list *list) {
    uint32_t taken = 0;
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        taken += (list->items[i].flags & TCA_REGISTRATION_PRIMARY) != 0;
        taken += (list->items[i].flags & TCA_REGISTRATION_SECONDARY) != 0;
    }
    return taken;
}

static bool lacks_room(const step_planner *planner, uint32_t target) {
    const tcai_planned_target *planned = &planner->plan->targets[target];
    uint32_t capacity = tcai_target_capacity(planned->target);
    return planned->registrations != NULL && capacity > 0 &&
           tca_registration_list_count(planned->registrations) >= capacity;
}

static bool lacks_slot(const step_planner *planner, uint32_t target) {
    return slots_taken(planner->plan->targets[target].registrations) >= SLOTS;
}

/* Known to fail before it is tried. */
static void fail(step_planner *planner, uint32_t id, tca_result result, const char *text) {
    if (id != 0) {
        tcai_step *step = &planner->plan->steps[id - 1];
        step->public.flags = (step->public.flags & ~TCA_STEP_DUE) | TCA_STEP_FAILED;
        step->public.result = result;
        step->error = tcai_bytes_copy(text, strlen(text));
        planner->failed = planner->failed || step->error == NULL;
    }
}

/* Nothing of this tenant's that could make room has ended. */
static void refuse(step_planner *planner, uint32_t id, uint32_t target, const char *text) {
    if (planner->removals[target] == 0) {
        fail(planner, id, TCA_E_CAPACITY, text);
    }
}

/* ---- one certificate at one target ---- */

/* The earliest moment at which devices may present what it signed. */
static tca_unix earliest_activation(const step_planner *planner, uint32_t certificate) {
    return tcai_plan_entry(planner->plan, certificate)->not_before +
           tcai_days(planner->plan->rollover->policy.activation_earliest_days);
}

static uint32_t add_adoption(step_planner *planner, uint32_t kind, uint32_t certificate,
                             uint32_t target, uint32_t need) {
    const tca_plan *plan = planner->plan;
    bool active = tcai_plan_status(plan, certificate)->status == TCA_STATUS_ACTIVE;
    bool retired = tcai_plan_status(plan, certificate)->phase == TCA_PHASE_RETIRED;
    uint32_t reason = active    ? TCA_REASON_IS_ACTIVE
                      : retired ? TCA_REASON_STILL_VALID
                                : TCA_REASON_BECOMES_ACTIVE;
    uint32_t id = add(planner, kind, certificate, target, reason, TCA_STEP_DUE);
    if (!active || plan->rollover->summary.stage == TCA_STAGE_SWITCHED) {
        set_deadline(planner, id, earliest_activation(planner, certificate));
    }
    add_need(planner, id, need);
    return id;
}

/* Upload, code, proof, verification, reference: from where it stands. */
static void add_registration(step_planner *planner, uint32_t certificate, uint32_t target) {
    const tca_target *place = planner->plan->targets[target].target;
    uint32_t state = tcai_plan_state_of(planner->plan, certificate, target)->state;
    bool uploaded = state != TCA_TARGET_STATE_ABSENT;
    bool verified = state == TCA_TARGET_STATE_VERIFIED;
    bool central = tca_target_kind(place) == TCA_TARGET_IOT_CENTRAL;
    uint32_t last = 0;
    if (!uploaded) {
        last = add_adoption(planner, TCA_STEP_UPLOAD, certificate, target, 0);
        add_need(planner, last, planner->removals[target]);
        if (lacks_room(planner, target) || (central && lacks_slot(planner, target))) {
            refuse(planner, last, target, "the target has no room for one more certificate");
        }
        verified = tcai_target_verifies_on_upload(place);
    }
    if (!verified) {
        last = add_adoption(planner, TCA_STEP_GENERATE_CODE, certificate, target, last);
        last = add_adoption(planner, TCA_STEP_PROVE, certificate, target, last);
        last = add_adoption(planner, TCA_STEP_VERIFY, certificate, target, last);
    }
    if (tcai_target_has_group(place)) {
        last = add_adoption(planner, TCA_STEP_TRUST, certificate, target, last);
        add_need(planner, last, planner->removals[target]);
        if (lacks_slot(planner, target)) {
            refuse(planner, last, target, "both slots of the enrollment group are taken");
        }
    }
}

/* Nothing is trusted before it begins, by whatever clock. */
static void add_anchor(step_planner *planner, uint32_t certificate, uint32_t target) {
    tca_unix begins = tcai_plan_entry(planner->plan, certificate)->not_before;
    uint32_t id = add_adoption(planner, TCA_STEP_TRUST, certificate, target, 0);
    tca_step *step = step_of(planner, id);
    if (step != NULL && begins > planner->plan->summary.now) {
        step->flags &= ~TCA_STEP_DUE;
        set_not_before(planner, id, begins);
    }
}

/* Put into the anchors; and, where the order matters, first as soon as it is the active one. */
static void add_anchoring(step_planner *planner, uint32_t certificate, uint32_t target) {
    const tca_plan *plan = planner->plan;
    const tcai_planned_target *planned = &plan->targets[target];
    bool active = certificate == plan->rollover->summary.active;
    bool ordered = tcai_target_order(planned->target) != TCA_ORDER_ANY;
    uint32_t index = tcai_plan_registration(plan, certificate, target);
    bool lets_in = index != TCA_NO_INDEX &&
                   tcai_anchor_lets_in(planned->target, &planned->registrations->items[index]);
    if (!lets_in) {
        add_anchor(planner, certificate, target);
    } else if (active && (planned->flags & TCA_PLAN_TARGET_WRONG_FIRST) != 0) {
        (void)add(planner, TCA_STEP_TRUST, certificate, target, TCA_REASON_ORDER_BEHIND,
                  TCA_STEP_DUE);
    }
    if (ordered && certificate == plan->rollover->summary.next &&
        plan->rollover->summary.active != TCA_NO_INDEX) {
        uint32_t id =
            add(planner, TCA_STEP_TRUST, certificate, target, TCA_REASON_FIRST_WHEN_ACTIVE, 0);
        set_not_before(planner, id, earliest_activation(planner, certificate));
    }
}

static bool is_anchors(const step_planner *planner, uint32_t target) {
    return tca_target_kind(planner->plan->targets[target].target) == TCA_TARGET_ANCHORS;
}

static void add_for_target(step_planner *planner, uint32_t certificate, uint32_t target) {
    uint32_t state = tcai_plan_state_of(planner->plan, certificate, target)->state;
    if (state == TCA_TARGET_STATE_UNKNOWN || state == TCA_TARGET_STATE_NOT_NEEDED) {
        return;
    }
    if (is_anchors(planner, target)) {
        add_anchoring(planner, certificate, target);
    } else if (state != TCA_TARGET_STATE_TRUSTED) {
        add_registration(planner, certificate, target);
    }
}

/* ---- removals ---- */

/* From when a certificate may be taken away; false when that is not known. */
static bool removal_begins(const step_planner *planner, uint32_t certificate, uint32_t target,
                           tca_unix *at, bool *still_seen) {
    const tca_entry *entry = tcai_plan_entry(planner->plan, certificate);
    tca_unix seen;
    *still_seen = false;
    if ((entry->flags & TCA_ENTRY_HAS_NOT_AFTER) == 0) {
        return false;
    }
    *at = tcai_end_of(entry);
    /* What has ended vouches for nobody: in anchors there is nothing to be careful about. */
    if (!is_anchors(planner, target) &&
        tcai_rollout_seen(planner->rollout, tcai_plan_thumbprint(planner->plan, certificate),
                          &seen)) {
        tca_unix unseen = seen + tcai_days(planner->rollout->unseen_days);
        *still_seen = unseen > planner->plan->summary.now && unseen > *at;
        *at = unseen > *at ? unseen : *at;
    }
    return true;
}

static uint32_t add_removal_of_revoked(step_planner *planner, uint32_t certificate,
                                       uint32_t target) {
    bool told =
        is_anchors(planner, target) || (planner->wishes->flags & TCA_APPLY_REMOVE_REVOKED) != 0;
    return add(planner, TCA_STEP_REMOVE, certificate, target, TCA_REASON_REVOKED,
               told ? TCA_STEP_DUE : TCA_STEP_NEEDS_WORD);
}

static uint32_t add_removal(step_planner *planner, uint32_t certificate, uint32_t target) {
    const tca_plan *plan = planner->plan;
    tca_unix begins;
    bool still_seen;
    if (plan->dropped[certificate]) {
        return add(planner, TCA_STEP_REMOVE, certificate, target, TCA_REASON_BY_WORD, TCA_STEP_DUE);
    }
    bool over = removal_begins(planner, certificate, target, &begins, &still_seen);
    bool due = over && begins <= plan->summary.now;
    if (tcai_plan_status(plan, certificate)->status == TCA_STATUS_REVOKED && !due) {
        return add_removal_of_revoked(planner, certificate, target);
    }
    if (!over) {
        return 0;
    }
    uint32_t id =
        add(planner, TCA_STEP_REMOVE, certificate, target,
            still_seen ? TCA_REASON_STILL_SEEN : TCA_REASON_EXPIRED, due ? TCA_STEP_DUE : 0);
    set_not_before(planner, id, begins);
    return id;
}

static bool is_removable(const step_planner *planner, uint32_t certificate, uint32_t target) {
    return tcai_plan_counts(planner->plan, certificate) &&
           tcai_plan_state_of(planner->plan, certificate, target)->state ==
               TCA_TARGET_STATE_REMOVABLE;
}

/* Has something to be added there, for which there is no room? */
static bool needs_room(const step_planner *planner, uint32_t target) {
    const tca_plan *plan = planner->plan;
    if (!lacks_room(planner, target) && !lacks_slot(planner, target)) {
        return false;
    }
    for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
        uint32_t state = tcai_plan_state_of(plan, i, target)->state;
        if (tcai_plan_wanted(plan, i) && state != TCA_TARGET_STATE_TRUSTED &&
            state != TCA_TARGET_STATE_NOT_NEEDED) {
            return true;
        }
    }
    return false;
}

/* Without room, what has ended goes first: its removal is what the upload needs. */
static void add_removals(step_planner *planner, bool full) {
    const tca_plan *plan = planner->plan;
    for (uint32_t t = 0; t < plan->summary.target_count; t++) {
        if (needs_room(planner, t) != full) {
            continue;
        }
        for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
            uint32_t id = is_removable(planner, i, t) ? add_removal(planner, i, t) : 0;
            const tca_step *step = step_of(planner, id);
            if (full && step != NULL && (step->flags & TCA_STEP_DUE) != 0 &&
                planner->removals[t] == 0) {
                planner->removals[t] = id;
            }
        }
    }
}

/* ---- keeping ---- */

static void add_keeping(step_planner *planner, uint32_t certificate) {
    const tca_plan *plan = planner->plan;
    for (uint32_t t = 0; t < plan->summary.target_count; t++) {
        uint32_t state = tcai_plan_state_of(plan, certificate, t)->state;
        if (state != TCA_TARGET_STATE_TRUSTED) {
            continue;
        }
        uint32_t kept =
            add(planner, TCA_STEP_KEEP, certificate, t, TCA_REASON_STILL_VALID, TCA_STEP_DONE);
        const tca_entry *entry = tcai_plan_entry(plan, certificate);
        if ((entry->flags & TCA_ENTRY_HAS_NOT_AFTER) != 0) {
            set_deadline(planner, kept, tcai_end_of(entry));
            (void)add_removal(planner, certificate, t);
        }
    }
}

/* ---- coming back ---- */

/* Removed by word: nothing is done with it before it is active, but that is shown. */
static void add_return(step_planner *planner, uint32_t certificate) {
    const tca_plan *plan = planner->plan;
    for (uint32_t t = 0; t < plan->summary.target_count; t++) {
        uint32_t state = tcai_plan_state_of(plan, certificate, t)->state;
        bool held = state != TCA_TARGET_STATE_ABSENT && state != TCA_TARGET_STATE_REMOVED;
        if (held || tcai_target_is_through_dps(plan->targets[t].target)) {
            continue;
        }
        uint32_t id = add(planner, is_anchors(planner, t) ? TCA_STEP_TRUST : TCA_STEP_UPLOAD,
                          certificate, t, TCA_REASON_BY_WORD, 0);
        set_not_before(planner, id, earliest_activation(planner, certificate));
    }
}

/* ---- the whole ---- */

/* The one that signs today first, then the one that will, then what retires. */
static uint32_t urgency(const tca_plan *plan, uint32_t certificate) {
    const tca_entry_state *status = tcai_plan_status(plan, certificate);
    return status->status == TCA_STATUS_ACTIVE  ? 0
           : status->phase == TCA_PHASE_NEW     ? 1
           : status->phase == TCA_PHASE_RETIRED ? 2
                                                : 3;
}

/* Where it would be new it must not come while the list contradicts it. */
static bool may_be_at(const step_planner *planner, uint32_t certificate, uint32_t target) {
    return !tcai_plan_contradicts(planner->plan, certificate) ||
           (is_anchors(planner, target) && !tcai_plan_doubts(planner->plan, certificate, target));
}

static void add_for_certificate(step_planner *planner, uint32_t certificate) {
    const tca_plan *plan = planner->plan;
    /* A store that fails holds nothing else up: it is kept for later, trusted for now. */
    bool has_body = tcai_plan_entry(plan, certificate)->certificate != NULL;
    if (tcai_plan_contradicts(plan, certificate)) {
        fail(planner, add_adoption(planner, TCA_STEP_DOWNLOAD, certificate, TCA_NO_INDEX, 0),
             TCA_E_ANSWER,
             "the service's list contradicts the certificate that it gives: it comes nowhere that "
             "it is not yet");
    } else if (planner->rollout->keeps && has_body && !plan->archived[certificate]) {
        (void)add_adoption(planner, TCA_STEP_DOWNLOAD, certificate, TCA_NO_INDEX, 0);
    }
    for (uint32_t t = 0; has_body && t < plan->summary.target_count; t++) {
        if (may_be_at(planner, certificate, t)) {
            add_for_target(planner, certificate, t);
        }
    }
    if (tcai_plan_status(plan, certificate)->phase == TCA_PHASE_RETIRED) {
        add_keeping(planner, certificate);
    }
}

tca_result tcai_plan_find_steps(tca_plan *plan, const tca_rollout *rollout,
                                const tcai_wishes *wishes, tca_error *error) {
    step_planner planner = {.plan = plan, .rollout = rollout, .wishes = wishes};
    add_removals(&planner, true);
    for (uint32_t turn = 0; turn < 4; turn++) {
        for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
            if (urgency(plan, i) != turn) {
                continue;
            }
            if (tcai_plan_wanted(plan, i)) {
                add_for_certificate(&planner, i);
            } else if (tcai_plan_comes_back(plan, i)) {
                add_return(&planner, i);
            }
        }
    }
    add_removals(&planner, false);
    tcai_plan_count(plan);
    return planner.failed ? tcai_fail_memory(error) : TCA_OK;
}

/* Is something that has ended still held, and was every target read? */
static bool holds_expired(const tca_plan *plan, bool *known) {
    bool held = false;
    *known = plan->summary.target_count > 0;
    for (uint32_t t = 0; t < plan->summary.target_count; t++) {
        *known = *known && plan->targets[t].registrations != NULL;
        for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
            held = held || (tcai_plan_status(plan, i)->phase == TCA_PHASE_EXPIRED &&
                            tcai_plan_state_of(plan, i, t)->state == TCA_TARGET_STATE_REMOVABLE);
        }
    }
    return held;
}

/* Without targets, callout 4 lasts for the policy's days; with them until none holds it. */
static uint32_t stage_of(const tca_plan *plan) {
    uint32_t stage = plan->rollover->summary.stage;
    bool known;
    bool held = holds_expired(plan, &known);
    return stage == TCA_STAGE_STEADY && held                ? TCA_STAGE_REMOVABLE
           : stage == TCA_STAGE_REMOVABLE && known && !held ? TCA_STAGE_STEADY
                                                            : stage;
}

void tcai_plan_count(tca_plan *plan) {
    plan->summary.stage = stage_of(plan);
    plan->summary.due_count = 0;
    plan->summary.failed_count = 0;
    for (uint32_t i = 0; i < plan->summary.step_count; i++) {
        uint32_t flags = plan->steps[i].public.flags;
        plan->summary.due_count += (flags & (TCA_STEP_DUE | TCA_STEP_DONE)) == TCA_STEP_DUE;
        plan->summary.failed_count += (flags & TCA_STEP_FAILED) != 0;
    }
    for (uint32_t t = 0; t < plan->summary.target_count; t++) {
        plan->summary.failed_count += plan->targets[t].registrations == NULL;
    }
}
