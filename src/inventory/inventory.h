/* SPDX-License-Identifier: MIT */
/* The inventory's own form, for the rooms that compute from it. */
#ifndef TCAI_INVENTORY_H
#define TCAI_INVENTORY_H

#include "certificate/certificate.h"

#include "tenantca/inventory.h"

struct tca_entry {
    tca_certificate *certificate; /* NULL: listed without a body */
    tca_bytes *thumbprint;        /* the service's, where it is not the body's; upper case */
    tca_bytes *serial;            /* likewise */
    tca_unix not_before;          /* of the body, else the service's, as flags say */
    tca_unix not_after;
    tca_unix service_not_before;
    tca_unix service_not_after;
    uint32_t service_flags; /* TCA_SERVICE_HAS_* */
    uint32_t service_status;
    uint32_t flags; /* TCA_ENTRY_* */
    uint32_t role;
    uint32_t anomalies;
    bool recorded; /* a service's record came with it */
};

struct tca_inventory {
    _Atomic uint32_t references;
    char tenant[TCAI_GUID_LENGTH + 1]; /* empty: none */
    tca_entry *entries;
    uint32_t count;
};

void tcai_entry_release(tca_entry *entry);

/* Add every entry of an inventory, as it is there. */
tca_result tcai_inventory_builder_add_inventory(tca_inventory_builder *builder,
                                                const tca_inventory *inventory, tca_error *error);

/* An inventory of the same tenant, made of these entries. */
tca_result tcai_inventory_of(const tca_inventory *inventory, const tca_entry *const *entries,
                             uint32_t count, tca_inventory **out, tca_error *error);

/* The same inventory, but as if the service had revoked the entries that are marked. */
tca_result tcai_inventory_with_revoked(const tca_inventory *inventory, const bool *revoked,
                                       tca_inventory **out, tca_error *error);

/* The same entry, with references of its own. */
tca_entry tcai_entry_share(const tca_entry *entry);

/* Is the whole validity known? */
static inline bool tcai_entry_has_dates(const tca_entry *entry) {
    uint32_t both = TCA_ENTRY_HAS_NOT_BEFORE | TCA_ENTRY_HAS_NOT_AFTER;
    return (entry->flags & both) == both;
}

/* Is its end known, from the certificate or the service, and past? */
static inline bool tcai_entry_is_over(const tca_entry *entry, tca_unix now) {
    return (entry->flags & TCA_ENTRY_HAS_NOT_AFTER) != 0 && now > entry->not_after;
}

/* The anomalies that do not follow from what the entry holds now: answers from before told them, or
 * the body while it was there. */
static inline uint32_t tcai_entry_lasting_anomalies(const tca_entry *entry) {
    return entry->certificate != NULL ? TCA_ANOMALY_WITHHELD | TCA_ANOMALY_LISTED_TWICE
                                      : ~(TCA_ANOMALY_NO_DATES | TCA_ANOMALY_UNKNOWN_STATUS);
}

/* Does it enter status, rollover and trust? */
static inline bool tcai_entry_is_tenants(const tca_entry *entry) {
    return entry->role == TCA_ROLE_TENANT_CA &&
           (entry->anomalies & TCA_ANOMALY_FOREIGN_TENANT) == 0;
}

#endif
