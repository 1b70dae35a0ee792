/* SPDX-License-Identifier: MIT */
/* What a list says of certificates that it contradicts, weighed against what is remembered. */
#include "rollout/run.h"

static bool is_contradicted(const tca_entry *entry) {
    return (entry->anomalies & TCAI_CONTRADICTIONS) != 0;
}

/* Does the service say now what it says of it, and of no other certificate? */
static bool is_believed(const tca_entry *entry) {
    return tcai_entry_is_tenants(entry) && !is_contradicted(entry) &&
           (entry->anomalies & TCA_ANOMALY_WITHHELD) == 0;
}

static const tcai_record_certificate *find_known(const tcai_run *run, const tca_entry *entry) {
    const char *thumbprint;
    size_t length;
    return tca_entry_thumbprint(entry, &thumbprint, &length) == TCA_OK
               ? tcai_record_find(&run->record, thumbprint)
               : NULL;
}

static bool was(const tcai_record_certificate *known, uint32_t status) {
    return known != NULL && known->status == status;
}

/* By a word that is believed; else the one that was it, where no such word says otherwise. */
static uint32_t find_active(const tcai_run *run, const tca_inventory *merged) {
    uint32_t active = TCA_NO_INDEX;
    tca_unix since = 0;
    for (uint32_t i = 0; i < merged->count; i++) {
        const tca_entry *entry = &merged->entries[i];
        const tcai_record_certificate *known = find_known(run, entry);
        uint32_t word = entry->service_status;
        if (tcai_entry_is_over(entry, run->now) || word == TCA_SERVICE_REVOKED) {
            continue;
        }
        if (is_believed(entry) && word == TCA_SERVICE_ACTIVE) {
            return i;
        }
        if (!is_believed(entry) && was(known, TCA_STATUS_ACTIVE) &&
            (active == TCA_NO_INDEX || known->status_since > since)) {
            active = i;
            since = known->status_since;
        }
    }
    return active;
}

/* Can `entry` have become the active one after `active`? Else lists that stay contradictory would
 * hold up a rollover until the old one's end. */
static bool may_follow(const tcai_run *run, const tca_entry *entry, const tca_entry *active) {
    tca_unix delay = tcai_days(run->rollout->policy.activation_expected_days);
    return tcai_entry_has_dates(entry) && tcai_entry_has_dates(active) &&
           entry->not_before > active->not_before && entry->not_before + delay <= run->now;
}

static bool is_followed(const tcai_run *run, const tca_inventory *merged, uint32_t active) {
    const tca_entry *held = &merged->entries[active];
    bool followed = false;
    for (uint32_t i = 0; !is_believed(held) && i < merged->count; i++) {
        const tca_entry *entry = &merged->entries[i];
        followed =
            followed || (is_contradicted(entry) && entry->service_status == TCA_SERVICE_ACTIVE &&
                         may_follow(run, entry, held));
    }
    return followed;
}

void tcai_run_weigh_words(const tcai_run *run, tca_inventory *merged) {
    uint32_t active = find_active(run, merged);
    bool held = active != TCA_NO_INDEX && !is_followed(run, merged, active);
    for (uint32_t i = 0; i < merged->count; i++) {
        tca_entry *entry = &merged->entries[i];
        if (!is_contradicted(entry)) {
            continue;
        }
        if (was(find_known(run, entry), TCA_STATUS_REVOKED)) {
            entry->service_status = TCA_SERVICE_REVOKED;
        } else if (held && i == active) {
            entry->service_status = TCA_SERVICE_ACTIVE;
        } else if (held && entry->service_status == TCA_SERVICE_ACTIVE) {
            entry->service_status = TCA_SERVICE_INACTIVE;
        }
    }
}
