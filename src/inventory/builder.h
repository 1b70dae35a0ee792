/* SPDX-License-Identifier: MIT */
/* What the files that build an inventory share. */
#ifndef TCAI_INVENTORY_BUILDER_H
#define TCAI_INVENTORY_BUILDER_H

#include "inventory/inventory.h"

/* ---- entries on their way into an inventory ---- */

typedef struct tcai_entries {
    tca_entry *items;
    size_t count;
    size_t capacity;
} tcai_entries;

void tcai_entries_release(tcai_entries *entries);

/* Add what a certificate and a service's record make together; either may be NULL. */
tca_result tcai_entries_add(tcai_entries *entries, const tca_certificate *certificate,
                            const tca_service_record *record, tca_error *error);

/* Add all that a JSON document or a run of certificates holds, or a list document only. *next_link
 * is set to the document's, where there is one. */
tca_result tcai_entries_read(bool only_list, tcai_entries *entries, tcai_span input,
                             const tcai_limits *limits, uint32_t max_json_depth,
                             tca_bytes **next_link, tca_error *error);

/* Work out what an entry is from its certificate and its record: dates, role, anomalies. One that
 * was settled before may hold more now. */
tca_result tcai_entry_settle(tca_entry *entry, tca_error *error);

/* The number by which the entry is known: the body's, else the service's; empty when neither. */
tca_result tcai_entry_identity(const tca_entry *entry, tcai_span *thumbprint, tcai_span *serial);

tcai_span tcai_without_leading_zeros(tcai_span digits);

/* ---- finding an entry again ---- */

/* Open addressing over thumbprints and serial numbers. */
typedef struct tcai_entry_index {
    uint32_t *slots; /* entry number + 1; 0: free */
    size_t capacity; /* a power of two */
} tcai_entry_index;

/* Make room for `count` entries in all; those there are entered anew. */
bool tcai_entry_index_reserve(tcai_entry_index *index, const tcai_entries *entries, size_t count);
void tcai_entry_index_insert(tcai_entry_index *index, const tcai_entries *entries, uint32_t number);

/* TCA_NO_INDEX when it is new. */
uint32_t tcai_entry_index_find(const tcai_entry_index *index, const tcai_entries *entries,
                               const tca_entry *entry);

#endif
