/* SPDX-License-Identifier: MIT */
/* What can be wrong with one target. */
#include "rollout/check.h"

#include <stdio.h>

/* ---- one certificate at a target ---- */

static uint32_t state_of(const tcai_checker *checker, uint32_t certificate, uint32_t target) {
    return tcai_plan_state_of(checker->plan, certificate, target)->state;
}

static bool is_active(const tcai_checker *checker, uint32_t certificate) {
    return tcai_plan_status(checker->plan, certificate)->status == TCA_STATUS_ACTIVE;
}

/* Does it sign device certificates, or will it? */
static bool signs(const tcai_checker *checker, uint32_t certificate) {
    return tcai_plan_wanted(checker->plan, certificate) &&
           (is_active(checker, certificate) ||
            tcai_plan_status(checker->plan, certificate)->phase == TCA_PHASE_NEW);
}

/* Will devices come with what it signs, also when by word it is nowhere to be known? */
static bool will_sign(const tcai_checker *checker, uint32_t certificate) {
    return signs(checker, certificate) || tcai_plan_comes_back(checker->plan, certificate);
}

static bool is_missing(const tcai_checker *checker, uint32_t certificate, uint32_t target) {
    uint32_t state = state_of(checker, certificate, target);
    if (tcai_plan_comes_back(checker->plan, certificate)) {
        return !tcai_target_is_through_dps(checker->plan->targets[target].target);
    }
    return state == TCA_TARGET_STATE_ABSENT || state == TCA_TARGET_STATE_UPLOADED ||
           state == TCA_TARGET_STATE_VERIFIED;
}

static tca_unix earliest_activation(const tcai_checker *checker, uint32_t certificate) {
    return tcai_plan_entry(checker->plan, certificate)->not_before +
           tcai_days(checker->plan->rollover->policy.activation_earliest_days);
}

/* How bad it is that devices it signs for are not let in: critical before it can be active. */
static uint32_t status_when_missing(const tcai_checker *checker, uint32_t certificate,
                                    tca_unix warning) {
    tca_unix critical = earliest_activation(checker, certificate) -
                        tcai_days(checker->thresholds.activation_critical_days);
    return is_active(checker, certificate)   ? TCA_CHECK_CRITICAL
           : will_sign(checker, certificate) ? tcai_check_status_at(checker, warning, critical)
                                             : tcai_check_status_at(checker, warning, INT64_MAX);
}

#define SUBJECT_SIZE 96

/* "B71E08D4 becomes active from 2026-03-21 on"; "B71E08D4 was removed by word, becomes ..." */
static void describe(const tcai_checker *checker, uint32_t certificate,
                     char subject[SUBJECT_SIZE]) {
    char name[TCAI_CERTIFICATE_WORD_SIZE], date[TCA_TIME_TEXT_SIZE];
    tcai_check_certificate_word(checker->plan, certificate, name);
    tcai_check_date_word(earliest_activation(checker, certificate), date);
    if (is_active(checker, certificate)) {
        snprintf(subject, SUBJECT_SIZE, "%s is active", name);
    } else if (will_sign(checker, certificate)) {
        bool by_word = tcai_plan_comes_back(checker->plan, certificate);
        snprintf(subject, SUBJECT_SIZE, "%s%s becomes active from %s on", name,
                 by_word ? " was removed by word," : "", date);
    } else {
        snprintf(subject, SUBJECT_SIZE, "%s is still valid", name);
    }
}

static const char *name_of(const tcai_checker *checker, uint32_t target) {
    const char *name = NULL;
    size_t length;
    (void)tca_target_name(checker->plan->targets[target].target, &name, &length);
    return name;
}

static uint32_t certificate_count(const tcai_checker *checker) {
    return checker->plan->rollover->inventory->count;
}

/* ---- what must be there ---- */

static void check_registered(tcai_checker *checker, uint32_t certificate, uint32_t target) {
    static const char *const troubles[] = {
        [TCA_TARGET_STATE_ABSENT] = "does not hold it",
        [TCA_TARGET_STATE_UPLOADED] = "holds it without proof of possession",
        [TCA_TARGET_STATE_VERIFIED] = "holds it, but lets in no device by it",
        [TCA_TARGET_STATE_REMOVABLE] = "is to let go of it",
        [TCA_TARGET_STATE_REMOVED] = "does not hold it",
    };
    uint32_t state = state_of(checker, certificate, target);
    tca_unix issued = tcai_plan_entry(checker->plan, certificate)->not_before;
    uint32_t status = status_when_missing(
        checker, certificate, issued + tcai_days(checker->thresholds.registered_warning_days));
    if (!is_missing(checker, certificate, target) || status == TCA_CHECK_OK) {
        return;
    }
    char subject[SUBJECT_SIZE];
    describe(checker, certificate, subject);
    tcai_check_report(checker, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, status, certificate, target,
                      "%s and %s %s", subject, name_of(checker, target), troubles[state]);
}

static void check_proof(tcai_checker *checker, uint32_t certificate, uint32_t target) {
    const tcai_target_state *state = tcai_plan_state_of(checker->plan, certificate, target);
    if (state->state != TCA_TARGET_STATE_UPLOADED) {
        return;
    }
    tca_unix since = state->since != 0 ? state->since : checker->plan->summary.now;
    uint32_t status = status_when_missing(
        checker, certificate, since + tcai_days(checker->thresholds.proof_warning_days));
    if (status == TCA_CHECK_OK) {
        return;
    }
    char subject[SUBJECT_SIZE], date[TCA_TIME_TEXT_SIZE];
    describe(checker, certificate, subject);
    tcai_check_date_word(since, date);
    tcai_check_report(checker, TCA_CHECK_PROOF_NOT_VERIFIED, status, certificate, target,
                      "%s and %s has waited for proof of its possession since %s", subject,
                      name_of(checker, target), date);
}

static void check_cloud(tcai_checker *checker, uint32_t target) {
    for (uint32_t i = 0; i < certificate_count(checker); i++) {
        if (will_sign(checker, i)) {
            check_registered(checker, i, target);
        }
        if (tcai_plan_wanted(checker->plan, i)) {
            check_proof(checker, i, target);
        }
    }
}

static bool check_anchored(tcai_checker *checker, uint32_t certificate, uint32_t target) {
    bool missing = is_missing(checker, certificate, target);
    bool to_go = state_of(checker, certificate, target) == TCA_TARGET_STATE_REMOVABLE;
    bool behind = is_active(checker, certificate) &&
                  (checker->plan->targets[target].flags & TCA_PLAN_TARGET_WRONG_FIRST) != 0;
    tca_unix begins = tcai_plan_entry(checker->plan, certificate)->not_before;
    uint32_t status = status_when_missing(checker, certificate, begins);
    if ((!missing && !behind) || status == TCA_CHECK_OK) {
        return false;
    }
    char subject[SUBJECT_SIZE];
    describe(checker, certificate, subject);
    tcai_check_report(checker, TCA_CHECK_NOT_TRUSTED_HERE, status, certificate, target,
                      "%s and %s %s", subject, name_of(checker, target),
                      to_go     ? "is to let go of it"
                      : missing ? "does not trust it"
                                : "has another one in its place, which is all that most TLS stacks "
                                  "look at");
    return true;
}

static void check_anchors(tcai_checker *checker, uint32_t target) {
    uint32_t flags = checker->plan->targets[target].flags;
    bool reported = false;
    for (uint32_t i = 0; i < certificate_count(checker); i++) {
        reported = (will_sign(checker, i) && check_anchored(checker, i, target)) || reported;
    }
    if (!reported && (flags & TCA_PLAN_TARGET_BEHIND) != 0) {
        tcai_check_report(checker, TCA_CHECK_NOT_TRUSTED_HERE, TCA_CHECK_WARNING, TCA_NO_INDEX,
                          target, "%s does not hold the anchors that it should",
                          name_of(checker, target));
    }
    if ((flags & TCA_PLAN_TARGET_SHARED_CA) != 0) {
        tcai_check_report(checker, TCA_CHECK_SHARED_CA_TRUSTED, TCA_CHECK_CRITICAL, TCA_NO_INDEX,
                          target, "%s trusts an upper CA, and with it the devices of every tenant",
                          name_of(checker, target));
    }
}

/* ---- what must not be there ---- */

static void check_expired(tcai_checker *checker, uint32_t certificate, uint32_t target) {
    const tca_entry *entry = tcai_plan_entry(checker->plan, certificate);
    uint32_t status = tcai_check_status_at(
        checker, tcai_end_of(entry) + tcai_days(checker->thresholds.removal_warning_days),
        INT64_MAX);
    if (status == TCA_CHECK_OK) {
        return;
    }
    char name[TCAI_CERTIFICATE_WORD_SIZE], date[TCA_TIME_TEXT_SIZE];
    tcai_check_certificate_word(checker->plan, certificate, name);
    tcai_check_date_word(entry->not_after, date);
    tcai_check_report(checker, TCA_CHECK_EXPIRED_STILL_REGISTERED, status, certificate, target,
                      "%s ended on %s and %s still holds it", name, date, name_of(checker, target));
}

static uint32_t trusted_count(const tca_registration_list *list) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < tca_registration_list_count(list); i++) {
        tca_registration registration = {.struct_size = sizeof(registration)};
        (void)tca_registration_list_get(list, i, &registration);
        count += (registration.flags & TCA_REGISTRATION_TRUSTED) != 0;
    }
    return count;
}

static void check_revoked(tcai_checker *checker, uint32_t certificate, uint32_t target) {
    const tca_registration_list *list = checker->plan->targets[target].registrations;
    uint32_t index = tcai_plan_registration(checker->plan, certificate, target);
    tca_registration registration = {.struct_size = sizeof(registration)};
    if (tca_registration_list_get(list, index, &registration) != TCA_OK ||
        (registration.flags & TCA_REGISTRATION_TRUSTED) == 0) {
        return;
    }
    char name[TCAI_CERTIFICATE_WORD_SIZE];
    tcai_check_certificate_word(checker->plan, certificate, name);
    tcai_check_report(checker, TCA_CHECK_REVOKED_STILL_TRUSTED, TCA_CHECK_CRITICAL, certificate,
                      target, "%s was revoked and %s still lets devices in by it%s", name,
                      name_of(checker, target),
                      trusted_count(list) > 1 ? "" : ", and by nothing else");
}

static void check_left_over(tcai_checker *checker, uint32_t target) {
    for (uint32_t i = 0; i < certificate_count(checker); i++) {
        if (state_of(checker, i, target) != TCA_TARGET_STATE_REMOVABLE) {
            continue;
        }
        /* Past its end a revoked one lets nobody in. */
        if (tcai_entry_is_over(tcai_plan_entry(checker->plan, i), checker->plan->summary.now)) {
            check_expired(checker, i, target);
        } else if (tcai_plan_status(checker->plan, i)->status == TCA_STATUS_REVOKED) {
            check_revoked(checker, i, target);
        }
    }
}

/* ---- room ---- */

/* The first certificate that waits for room; TCA_NO_INDEX. */
static uint32_t waiting_for_room(const tcai_checker *checker, uint32_t target) {
    for (uint32_t i = 0; i < certificate_count(checker); i++) {
        if (signs(checker, i) && state_of(checker, i, target) == TCA_TARGET_STATE_ABSENT) {
            return i;
        }
    }
    return TCA_NO_INDEX;
}

static bool needs_room(const tcai_checker *checker, uint32_t target) {
    for (uint32_t i = 0; i < certificate_count(checker); i++) {
        if (signs(checker, i) && state_of(checker, i, target) == TCA_TARGET_STATE_NOT_NEEDED) {
            return false;
        }
    }
    return true;
}

static void check_capacity(tcai_checker *checker, uint32_t target) {
    tca_plan_target_info info = {.struct_size = sizeof(info)};
    (void)tca_plan_target(checker->plan, target, &info);
    if (info.capacity == 0 || info.used < info.capacity || !needs_room(checker, target)) {
        return;
    }
    uint32_t waiting = waiting_for_room(checker, target);
    char subject[SUBJECT_SIZE] = "the next certificate will find no room";
    if (waiting != TCA_NO_INDEX) {
        describe(checker, waiting, subject);
    }
    tcai_check_report(checker, TCA_CHECK_CAPACITY,
                      waiting != TCA_NO_INDEX ? TCA_CHECK_CRITICAL : TCA_CHECK_WARNING, waiting,
                      target, "%s holds %lu certificates of %lu: %s%s", name_of(checker, target),
                      (unsigned long)info.used, (unsigned long)info.capacity, subject,
                      waiting != TCA_NO_INDEX ? " and finds no room" : "");
}

void tcai_check_target(tcai_checker *checker, uint32_t target) {
    const tcai_planned_target *planned = &checker->plan->targets[target];
    if (planned->registrations == NULL) {
        tcai_check_report(checker, TCA_CHECK_TARGET_UNREADABLE, TCA_CHECK_UNKNOWN, TCA_NO_INDEX,
                          target, "%s could not be read%s%s", name_of(checker, target),
                          planned->error == NULL ? "" : ": ",
                          planned->error == NULL ? "" : (const char *)planned->error->data);
        return;
    }
    if (tca_target_kind(planned->target) == TCA_TARGET_ANCHORS) {
        check_anchors(checker, target);
    } else {
        check_cloud(checker, target);
        check_capacity(checker, target);
    }
    check_left_over(checker, target);
}
