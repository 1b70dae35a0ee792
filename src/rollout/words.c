/* SPDX-License-Identifier: MIT */
/* What a list says of certificates that it contradicts, weighed against what is remembered. */
#include "rollout/run.h"

static uint32_t status_before(const tcai_record *record, const tca_entry *entry) {
    const char *thumbprint;
    size_t length;
    const tcai_record_certificate *known =
        tca_entry_thumbprint(entry, &thumbprint, &length) == TCA_OK
            ? tcai_record_find(record, thumbprint)
            : NULL;
    return known != NULL ? known->status : TCA_STATUS_NONE;
}

void tcai_run_weigh_words(const tcai_record *record, tca_inventory *merged) {
    for (uint32_t i = 0; i < merged->count; i++) {
        tca_entry *entry = &merged->entries[i];
        if ((entry->anomalies & TCAI_CONTRADICTIONS) != 0 &&
            status_before(record, entry) == TCA_STATUS_REVOKED) {
            entry->service_status = TCA_SERVICE_REVOKED;
        }
    }
}
