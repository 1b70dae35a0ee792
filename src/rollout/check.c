/* SPDX-License-Identifier: MIT */
/* What the checks of a plan found: made once, then only read. */
#include "rollout/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- kinds ---- */

static const struct {
    const char *name;
    const char *well;
    const char *remedy;
} kinds[] = {
    [TCA_CHECK_SUCCESSOR_MISSING] =
        {"successor-missing", "a successor is listed, or none is due yet",
         "ask the service's support why no successor was issued; as soon as one is listed, apply "
         "the plan"},
    [TCA_CHECK_SUCCESSOR_NOT_REGISTERED] =
        {"successor-not-registered",
         "every cloud target that could be read trusts the certificates that sign or will sign",
         "apply the plan; where a step fails, its error says why. What was removed by word, only "
         "an apply that finds it active takes back"},
    [TCA_CHECK_NOT_TRUSTED_HERE] =
        {"not-trusted-here", "every place of anchors that could be read holds what it should",
         "apply the plan, and let the server load its anchors again. What was removed by word, "
         "only an apply that finds it active takes back"},
    [TCA_CHECK_PROOF_NOT_VERIFIED] =
        {"proof-not-verified", "no upload waits for its proof of possession",
         "apply the plan: it asks for a new code, has it signed and shows the proof"},
    [TCA_CHECK_ACTIVE_EXPIRES] =
        {"active-expires", "the active certificate does not end soon",
         "apply the plan, so that the successor is trusted before it is active; ask the service's "
         "support why none is"},
    [TCA_CHECK_EXPIRED_STILL_REGISTERED] = {"expired-still-registered",
                                            "no target holds a certificate that ended long ago",
                                            "apply the plan: it removes what has ended"},
    [TCA_CHECK_REVOKED_STILL_TRUSTED] =
        {"revoked-still-trusted", "no target lets devices in by a revoked certificate",
         "apply the plan with the word to remove revoked certificates (--remove-revoked); "
         "the last one trusted at a target stays until another one is trusted there"},
    [TCA_CHECK_STALE_VIEW] = {"stale-view", "the service's last answer is recent",
                              "see why the service cannot be read: its address, the token, the "
                              "tenant's name; whatever has happened since is not known"},
    [TCA_CHECK_CAPACITY] = {"capacity", "every cloud target has room for one more certificate",
                            "delete certificates there that nobody needs, or have its limit "
                            "raised; what has ended, applying the plan removes"},
    [TCA_CHECK_TARGET_UNREADABLE] = {"target-unreadable", "every target could be read",
                                     "see that the target is there and that the host may read it"},
    [TCA_CHECK_SHARED_CA_TRUSTED] =
        {"shared-ca-trusted", "no place of anchors holds a CA that all tenants share",
         "take root and policy CA out of that place: only tenant CA certificates are anchors for "
         "devices"},
    [TCA_CHECK_AMBIGUOUS] = {"ambiguous", "exactly one certificate is active and valid",
                             "see that the right tenant is asked, and what the service says of "
                             "each certificate; until it is clear, nothing valid is removed"},
};

const char *tca_check_name(uint32_t kind) {
    return kind >= 1 && kind <= TCA_CHECK_KINDS ? kinds[kind].name : "unknown";
}

const char *tca_check_status_name(uint32_t status) {
    static const char *const names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    return status < sizeof(names) / sizeof(names[0]) ? names[status] : "UNKNOWN";
}

static uint32_t badness(uint32_t status) {
    static const uint8_t order[] = {[TCA_CHECK_OK] = 0,
                                    [TCA_CHECK_WARNING] = 1,
                                    [TCA_CHECK_UNKNOWN] = 2,
                                    [TCA_CHECK_CRITICAL] = 3};
    return order[status];
}

/* ---- words ---- */

#define SHORT_THUMBPRINT 8

void tcai_check_certificate_word(const tca_plan *plan, uint32_t certificate,
                                 char word[TCAI_CERTIFICATE_WORD_SIZE]) {
    const char *thumbprint = tcai_plan_thumbprint(plan, certificate);
    if (thumbprint[0] != '\0') {
        snprintf(word, TCAI_CERTIFICATE_WORD_SIZE, "%.*s", SHORT_THUMBPRINT, thumbprint);
    } else {
        snprintf(word, TCAI_CERTIFICATE_WORD_SIZE, "certificate %lu",
                 (unsigned long)certificate + 1);
    }
}

void tcai_check_date_word(tca_unix moment, char word[TCA_TIME_TEXT_SIZE]) {
    static const size_t date_length = sizeof("2026-03-21") - 1;
    tca_unix nearest = moment < TCA_TIME_MIN   ? TCA_TIME_MIN
                       : moment > TCA_TIME_MAX ? TCA_TIME_MAX
                                               : moment;
    (void)tca_time_format(nearest, word, TCA_TIME_TEXT_SIZE, NULL);
    word[date_length] = '\0';
}

/* ---- reporting ---- */

__attribute__((format(printf, 1, 0))) static tca_bytes *message_of(const char *format,
                                                                   va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    tca_bytes *message = length < 0 ? NULL : tcai_bytes_new((size_t)length);
    if (message != NULL) {
        (void)vsnprintf((char *)message->data, message->length + 1, format, again);
    }
    va_end(again);
    return message;
}

void tcai_check_report(tcai_checker *checker, uint32_t kind, uint32_t status, uint32_t certificate,
                       uint32_t target, const char *format, ...) {
    tca_checks *checks = checker->checks;
    if (checker->failed || !tcai_grow(&checks->findings, checks->count, &checks->capacity,
                                      sizeof(checks->findings[0]))) {
        checker->failed = true;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    tca_bytes *message = message_of(format, arguments);
    va_end(arguments);
    if (message == NULL) {
        checker->failed = true;
        return;
    }
    checks->findings[checks->count++] = (tcai_finding){
        .public = {.kind = kind, .status = status, .certificate = certificate, .target = target},
        .message = message};
}

static void report_what_is_well(tcai_checker *checker) {
    bool reported[TCA_CHECK_KINDS + 1] = {false};
    for (size_t i = 0; i < checker->checks->count; i++) {
        reported[checker->checks->findings[i].public.kind] = true;
    }
    for (uint32_t kind = 1; kind <= TCA_CHECK_KINDS; kind++) {
        if (!reported[kind]) {
            tcai_check_report(checker, kind, TCA_CHECK_OK, TCA_NO_INDEX, TCA_NO_INDEX, "%s",
                              kinds[kind].well);
        }
    }
}

static int ascending(uint32_t one, uint32_t other) {
    return (one > other) - (one < other);
}

/* The worst first, then by kind, certificate and target: no two findings have all of these. */
static int by_badness(const void *one, const void *other) {
    const tca_check_finding *a = &((const tcai_finding *)one)->public;
    const tca_check_finding *b = &((const tcai_finding *)other)->public;
    int order = ascending(badness(b->status), badness(a->status));
    order = order != 0 ? order : ascending(a->kind, b->kind);
    order = order != 0 ? order : ascending(a->certificate, b->certificate);
    return order != 0 ? order : ascending(a->target, b->target);
}

/* ---- thresholds ---- */

static const tca_check_options defaults = {
    .missing_warning_days = 85,
    .missing_critical_days = 60,
    .registered_warning_days = 7,
    .activation_critical_days = 7,
    .proof_warning_days = 1,
    .expires_warning_days = 30,
    .expires_critical_days = 7,
    .removal_warning_days = 14,
    .stale_warning_seconds = 7200,
    .stale_critical_seconds = 86400,
};

static void fill_in(uint32_t *threshold, uint32_t usual) {
    *threshold = *threshold != 0 ? *threshold : usual;
}

static tca_result take_options(const tca_check_options *options, tca_check_options *thresholds,
                               tca_error *error) {
    *thresholds = (tca_check_options){0};
    if (options != NULL) {
        size_t all = TCAI_END_OF(tca_check_options, stale_critical_seconds);
        tca_result result = tcai_import(thresholds, sizeof(*thresholds), all, all, options,
                                        "tca_check_options", error);
        if (result != TCA_OK) {
            return result;
        }
    }
    if (thresholds->flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_check_options: unknown flags");
    }
    fill_in(&thresholds->missing_warning_days, defaults.missing_warning_days);
    fill_in(&thresholds->missing_critical_days, defaults.missing_critical_days);
    fill_in(&thresholds->registered_warning_days, defaults.registered_warning_days);
    fill_in(&thresholds->activation_critical_days, defaults.activation_critical_days);
    fill_in(&thresholds->proof_warning_days, defaults.proof_warning_days);
    fill_in(&thresholds->expires_warning_days, defaults.expires_warning_days);
    fill_in(&thresholds->expires_critical_days, defaults.expires_critical_days);
    fill_in(&thresholds->removal_warning_days, defaults.removal_warning_days);
    fill_in(&thresholds->stale_warning_seconds, defaults.stale_warning_seconds);
    fill_in(&thresholds->stale_critical_seconds, defaults.stale_critical_seconds);
    return TCA_OK;
}

/* ---- making ---- */

static tca_result look(tcai_checker *checker) {
    tcai_check_tenant(checker);
    for (uint32_t t = 0; t < checker->plan->summary.target_count; t++) {
        tcai_check_target(checker, t);
    }
    report_what_is_well(checker);
    if (checker->failed) {
        return TCA_E_NO_MEMORY;
    }
    qsort(checker->checks->findings, checker->checks->count, sizeof(checker->checks->findings[0]),
          by_badness);
    return TCA_OK;
}

tca_result tca_check(const tca_plan *plan, const tca_check_options *options, tca_checks **out,
                     tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (plan == NULL || out == NULL) {
        return tcai_fail_null(error, plan == NULL ? "plan" : "out");
    }
    tcai_checker checker = {.plan = plan};
    tca_result result = take_options(options, &checker.thresholds, error);
    if (result != TCA_OK) {
        return result;
    }
    checker.checks = calloc(1, sizeof(*checker.checks));
    if (checker.checks == NULL) {
        return tcai_fail_memory(error);
    }
    atomic_init(&checker.checks->references, 1);
    if (look(&checker) != TCA_OK) {
        tca_checks_unref(checker.checks);
        return tcai_fail_memory(error);
    }
    *out = checker.checks;
    return TCA_OK;
}

void tca_checks_ref(const tca_checks *checks, tca_checks **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_checks *)checks;
    if (checks != NULL) {
        tcai_reference(&(*out)->references);
    }
}

void tca_checks_unref(tca_checks *checks) {
    if (checks == NULL || !tcai_dereference(&checks->references)) {
        return;
    }
    for (size_t i = 0; i < checks->count; i++) {
        tca_bytes_unref(checks->findings[i].message);
    }
    free(checks->findings);
    free(checks);
}

/* ---- reading ---- */

uint32_t tca_checks_status(const tca_checks *checks) {
    return checks == NULL ? TCA_CHECK_UNKNOWN : checks->findings[0].public.status;
}

uint32_t tca_checks_count(const tca_checks *checks) {
    return checks == NULL ? 0 : (uint32_t)checks->count;
}

static const tcai_finding *finding_at(const tca_checks *checks, uint32_t index) {
    return index < tca_checks_count(checks) ? &checks->findings[index] : NULL;
}

tca_result tca_checks_get(const tca_checks *checks, uint32_t index, tca_check_finding *finding) {
    if (finding == NULL) {
        return TCA_E_ARGUMENT;
    }
    const tcai_finding *found = finding_at(checks, index);
    tca_result result = tcai_export(finding, TCAI_END_OF(tca_check_finding, reserved),
                                    found == NULL ? NULL : &found->public, sizeof(*finding));
    return checks == NULL                      ? TCA_E_ARGUMENT
           : result == TCA_OK && found == NULL ? TCA_E_NOT_FOUND
                                               : result;
}

static tca_result hand_out(const tca_checks *checks, tcai_span from, const char **text,
                           size_t *length) {
    bool complete = checks != NULL && text != NULL && length != NULL;
    if (text != NULL) {
        *text = complete ? (const char *)from.data : NULL;
    }
    if (length != NULL) {
        *length = complete ? from.length : 0;
    }
    return !complete ? TCA_E_ARGUMENT : from.data == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

tca_result tca_checks_message(const tca_checks *checks, uint32_t index, const char **text,
                              size_t *length) {
    const tcai_finding *found = finding_at(checks, index);
    tcai_span message = {NULL, 0};
    if (found != NULL) {
        message = (tcai_span){found->message->data, found->message->length};
    }
    return hand_out(checks, message, text, length);
}

tca_result tca_checks_remedy(const tca_checks *checks, uint32_t index, const char **text,
                             size_t *length) {
    const tcai_finding *found = finding_at(checks, index);
    tcai_span remedy = {NULL, 0};
    if (found != NULL) {
        bool well = found->public.status == TCA_CHECK_OK;
        const char *words = well ? "" : kinds[found->public.kind].remedy;
        remedy = (tcai_span){(const uint8_t *)words, strlen(words)};
    }
    return hand_out(checks, remedy, text, length);
}
