/* SPDX-License-Identifier: MIT */
/* What can be wrong with a tenant, whatever its targets hold. */
#include "rollout/check.h"

static void report_unreckonable(tcai_checker *checker, uint32_t kind) {
    tcai_check_report(checker, kind, TCA_CHECK_UNKNOWN, TCA_NO_INDEX, TCA_NO_INDEX,
                      "there is no one active certificate to reckon from");
}

static void check_successor(tcai_checker *checker) {
    const tca_rollover *rollover = checker->plan->rollover;
    uint32_t active = rollover->called_active;
    if (active == TCA_NO_INDEX) {
        report_unreckonable(checker, TCA_CHECK_SUCCESSOR_MISSING);
        return;
    }
    const tca_entry *entry = tcai_plan_entry(checker->plan, active);
    tca_unix due = tcai_lead_date(rollover, entry);
    tca_unix warning = entry->not_after - tcai_days(checker->thresholds.missing_warning_days);
    tca_unix critical = entry->not_after - tcai_days(checker->thresholds.missing_critical_days);
    /* Of a certificate shorter than its lead, or with another policy's: not before one is due. */
    uint32_t status = tcai_check_status_at(checker, warning > due ? warning : due,
                                           critical > due ? critical : due);
    if (status == TCA_CHECK_OK || tcai_rollover_successor(rollover, active) != TCA_NO_INDEX) {
        return;
    }
    char name[TCAI_CERTIFICATE_WORD_SIZE], end[TCA_TIME_TEXT_SIZE], since[TCA_TIME_TEXT_SIZE];
    tcai_check_certificate_word(checker->plan, active, name);
    tcai_check_date_word(entry->not_after, end);
    tcai_check_date_word(due, since);
    tcai_check_report(checker, TCA_CHECK_SUCCESSOR_MISSING, status, active, TCA_NO_INDEX,
                      "%s ends on %s; its successor was due on %s and is not listed", name, end,
                      since);
}

static void check_end(tcai_checker *checker) {
    const tca_plan *plan = checker->plan;
    uint32_t active = plan->rollover->called_active;
    if (active == TCA_NO_INDEX) {
        report_unreckonable(checker, TCA_CHECK_ACTIVE_EXPIRES);
        return;
    }
    tca_unix end = tcai_plan_entry(plan, active)->not_after;
    uint32_t status =
        tcai_check_status_at(checker, end - tcai_days(checker->thresholds.expires_warning_days),
                             end - tcai_days(checker->thresholds.expires_critical_days));
    if (status == TCA_CHECK_OK) {
        return;
    }
    char name[TCAI_CERTIFICATE_WORD_SIZE], date[TCA_TIME_TEXT_SIZE];
    tcai_check_certificate_word(plan, active, name);
    tcai_check_date_word(end, date);
    tcai_check_report(checker, TCA_CHECK_ACTIVE_EXPIRES, status, active, TCA_NO_INDEX,
                      "%s %s on %s, and no successor is active", name,
                      plan->summary.now > end ? "ended" : "ends", date);
}

static void check_view(tcai_checker *checker) {
    const tca_plan *plan = checker->plan;
    tca_unix listed_at = plan->summary.listed_at;
    uint32_t status =
        tcai_check_status_at(checker, listed_at + checker->thresholds.stale_warning_seconds,
                             listed_at + checker->thresholds.stale_critical_seconds);
    if (status == TCA_CHECK_OK) {
        return;
    }
    char moment[TCA_TIME_TEXT_SIZE];
    (void)tca_time_format(listed_at, moment, sizeof(moment), NULL);
    bool explained = (plan->summary.flags & TCA_PLAN_STALE) != 0 && plan->problem != NULL;
    tcai_check_report(checker, TCA_CHECK_STALE_VIEW, status, TCA_NO_INDEX, TCA_NO_INDEX,
                      "the service gave its list last at %s%s%s", moment, explained ? ": " : "",
                      explained ? (const char *)plan->problem->data : "");
}

static const char *contradiction_of(uint32_t anomalies) {
    return (anomalies & TCA_ANOMALY_SEVERAL_ACTIVE) != 0         ? "several are called active"
           : (anomalies & TCA_ANOMALY_ACTIVE_EXPIRED) != 0       ? "the active one has ended"
           : (anomalies & TCA_ANOMALY_ACTIVE_NOT_YET_VALID) != 0 ? "the active one has not begun"
                                                                 : "none is called active";
}

static void check_active(tcai_checker *checker) {
    const tca_rollover *rollover = checker->plan->rollover;
    if (rollover->summary.stage == TCA_STAGE_AMBIGUOUS) {
        tcai_check_report(checker, TCA_CHECK_AMBIGUOUS, TCA_CHECK_CRITICAL, rollover->called_active,
                          TCA_NO_INDEX, "of the tenant's certificates %s",
                          contradiction_of(rollover->summary.anomalies));
    } else if (rollover->summary.stage == TCA_STAGE_NONE) {
        /* No harm is shown, as in a tenant of today; but then no other check could ever sound. */
        tcai_check_report(checker, TCA_CHECK_AMBIGUOUS, TCA_CHECK_UNKNOWN, TCA_NO_INDEX,
                          TCA_NO_INDEX, "the service lists no tenant CA certificate at all");
    }
}

void tcai_check_tenant(tcai_checker *checker) {
    check_successor(checker);
    check_end(checker);
    check_view(checker);
    check_active(checker);
}
