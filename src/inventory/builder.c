/* SPDX-License-Identifier: MIT */
/* Building an inventory: everything that can fail happens before anything is changed. */
#include "inventory/builder.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_JSON_DEPTH 32
#define MAX_JSON_DEPTH 256

struct tca_inventory_builder {
    tcai_entries entries;
    tcai_entry_index index;
    tcai_limits limits;
    uint32_t max_json_depth;
    char tenant[TCAI_GUID_LENGTH + 1]; /* wanted; empty: the only one there is */
    tca_bytes *next_link;
    tca_inventory *previous;
    tca_unix previous_at;
};

/* ---- options ---- */

static tca_result take_tenant(tca_inventory_builder *builder, const tca_inventory_options *options,
                              tca_error *error) {
    if (options->tenant == NULL) {
        return TCA_OK;
    }
    if (!tcai_guid_parse(options->tenant, options->tenant_length, builder->tenant)) {
        builder->tenant[0] = '\0';
        return tcai_fail(error, TCA_E_MALFORMED, "tenant: not a GUID");
    }
    return TCA_OK;
}

static tca_result take_options(tca_inventory_builder *builder, const tca_inventory_options *options,
                               tca_error *error) {
    tca_inventory_options known = {0};
    if (options != NULL) {
        size_t all = TCAI_END_OF(tca_inventory_options, tenant_length);
        tca_result result =
            tcai_import(&known, sizeof(known), all, all, options, "tca_inventory_options", error);
        if (result != TCA_OK) {
            return result;
        }
    }
    if (known.flags != 0 || known.reserved != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_inventory_options: unknown flags");
    }
    if (known.max_json_depth > MAX_JSON_DEPTH) {
        return tcai_fail(error, TCA_E_ARGUMENT, "max_json_depth: more than %d", MAX_JSON_DEPTH);
    }
    builder->limits =
        tcai_limits_of(known.max_input_bytes, known.max_certificate_bytes, known.max_entries);
    builder->max_json_depth = known.max_json_depth != 0 ? known.max_json_depth : DEFAULT_JSON_DEPTH;
    return take_tenant(builder, &known, error);
}

/* ---- life ---- */

static void empty(tca_inventory_builder *builder) {
    tcai_entries_release(&builder->entries);
    free(builder->index.slots);
    builder->index = (tcai_entry_index){0};
    tca_bytes_unref(builder->next_link);
    builder->next_link = NULL;
    tca_inventory_unref(builder->previous);
    builder->previous = NULL;
}

tca_result tca_inventory_builder_new(const tca_inventory_options *options,
                                     tca_inventory_builder **out, tca_error *error) {
    tcai_error_clear(error);
    if (out == NULL) {
        return tcai_fail_null(error, "out");
    }
    *out = NULL;
    tca_inventory_builder *builder = calloc(1, sizeof(*builder));
    if (builder == NULL) {
        return tcai_fail_memory(error);
    }
    tca_result result = take_options(builder, options, error);
    if (result != TCA_OK) {
        free(builder);
        return result;
    }
    *out = builder;
    return TCA_OK;
}

void tca_inventory_builder_unref(tca_inventory_builder *builder) {
    if (builder != NULL) {
        empty(builder);
        free(builder);
    }
}

/* ---- adding ---- */

static bool contradict(const tca_entry *one, const tca_entry *other) {
    return one->service_status != other->service_status ||
           one->service_flags != other->service_flags ||
           one->service_not_before != other->service_not_before ||
           one->service_not_after != other->service_not_after;
}

/* The first record counts, but a revocation always does; a body completes an entry that had none.
 */
static void merge(tca_entry *entry, tca_entry *more) {
    if (entry->certificate == NULL) {
        entry->certificate = more->certificate;
        more->certificate = NULL;
    }
    if (!more->recorded) {
        return;
    }
    if (entry->recorded) {
        entry->anomalies |= contradict(entry, more) ? TCA_ANOMALY_LISTED_TWICE : 0u;
        if (more->service_status == TCA_SERVICE_REVOKED) {
            entry->service_status = TCA_SERVICE_REVOKED;
        }
        return;
    }
    tca_bytes *held = entry->thumbprint;
    entry->thumbprint = more->thumbprint;
    more->thumbprint = held;
    held = entry->serial;
    entry->serial = more->serial;
    more->serial = held;
    entry->recorded = true;
    entry->service_status = more->service_status;
    entry->service_flags = more->service_flags;
    entry->service_not_before = more->service_not_before;
    entry->service_not_after = more->service_not_after;
}

static tca_result reserve(tca_inventory_builder *builder, const tcai_entries *more,
                          tca_error *error) {
    tcai_entries *entries = &builder->entries;
    size_t wanted = entries->count;
    for (size_t i = 0; i < more->count; i++) {
        if (tcai_entry_index_find(&builder->index, entries, &more->items[i]) == TCA_NO_INDEX) {
            wanted++;
        }
    }
    if (wanted > builder->limits.certificates) {
        return tcai_fail(error, TCA_E_LIMIT, "inventory: more than %u entries",
                         (unsigned)builder->limits.certificates);
    }
    while (entries->capacity < wanted) {
        if (!tcai_grow(&entries->items, entries->capacity, &entries->capacity,
                       sizeof(entries->items[0]))) {
            return tcai_fail_memory(error);
        }
    }
    return tcai_entry_index_reserve(&builder->index, entries, entries->count + more->count)
               ? TCA_OK
               : tcai_fail_memory(error);
}

/* Move `more` into the builder, for which there is room. */
static void commit(tca_inventory_builder *builder, tcai_entries *more) {
    tcai_entries *entries = &builder->entries;
    for (size_t i = 0; i < more->count; i++) {
        tca_entry *item = &more->items[i];
        uint32_t number = tcai_entry_index_find(&builder->index, entries, item);
        if (number == TCA_NO_INDEX) {
            number = (uint32_t)entries->count;
            entries->items[entries->count++] = *item;
            *item = (tca_entry){0};
        } else {
            merge(&entries->items[number], item);
        }
        tcai_entry_index_insert(&builder->index, entries, number);
    }
}

/* All of it, or nothing. */
static tca_result absorb(tca_inventory_builder *builder, tcai_entries *more, tca_error *error) {
    tca_result result = reserve(builder, more, error);
    if (result == TCA_OK) {
        commit(builder, more);
    }
    return result;
}

static tca_result check_record(const tca_service_record *record, tca_service_record *known,
                               tca_error *error) {
    size_t all = TCAI_END_OF(tca_service_record, reserved);
    tca_result result =
        tcai_import(known, sizeof(*known), all, all, record, "tca_service_record", error);
    if (result != TCA_OK) {
        return result;
    }
    if ((known->flags & ~(TCA_SERVICE_HAS_NOT_BEFORE | TCA_SERVICE_HAS_NOT_AFTER)) != 0 ||
        known->status > TCA_SERVICE_OTHER || known->reserved != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_service_record: unknown flags or status");
    }
    bool start_fits = (known->flags & TCA_SERVICE_HAS_NOT_BEFORE) == 0 ||
                      tcai_time_expressible(known->not_before);
    bool end_fits =
        (known->flags & TCA_SERVICE_HAS_NOT_AFTER) == 0 || tcai_time_expressible(known->not_after);
    return start_fits && end_fits ? TCA_OK
                                  : tcai_fail(error, TCA_E_RANGE,
                                              "tca_service_record: a date outside the years 1 to "
                                              "9999");
}

tca_result tca_inventory_builder_add(tca_inventory_builder *builder,
                                     const tca_certificate *certificate,
                                     const tca_service_record *record, tca_error *error) {
    tcai_error_clear(error);
    if (builder == NULL) {
        return tcai_fail_null(error, "builder");
    }
    tca_service_record known;
    tca_result result = record == NULL ? TCA_OK : check_record(record, &known, error);
    tcai_entries more = {0};
    if (result == TCA_OK) {
        result = tcai_entries_add(&more, certificate, record == NULL ? NULL : &known, error);
    }
    if (result == TCA_OK) {
        result = absorb(builder, &more, error);
    }
    tcai_entries_release(&more);
    return result;
}

static tca_result add_input(tca_inventory_builder *builder, bool only_list, const uint8_t *data,
                            size_t length, tca_error *error) {
    tcai_error_clear(error);
    if (builder == NULL || data == NULL) {
        return tcai_fail_null(error, builder == NULL ? "builder" : "data");
    }
    tcai_entries more = {0};
    tca_bytes *next_link = NULL;
    tca_result result =
        tcai_entries_read(only_list, &more, (tcai_span){data, length}, &builder->limits,
                          builder->max_json_depth, &next_link, error);
    if (result == TCA_OK) {
        result = absorb(builder, &more, error);
    }
    if (result == TCA_OK) {
        tca_bytes_unref(builder->next_link);
        builder->next_link = next_link;
        next_link = NULL;
    }
    tca_bytes_unref(next_link);
    tcai_entries_release(&more);
    return result;
}

tca_result tca_inventory_builder_add_input(tca_inventory_builder *builder, const uint8_t *data,
                                           size_t length, tca_error *error) {
    return add_input(builder, false, data, length, error);
}

tca_result tca_inventory_builder_add_list(tca_inventory_builder *builder, const uint8_t *data,
                                          size_t length, tca_error *error) {
    return add_input(builder, true, data, length, error);
}

tca_result tcai_inventory_builder_add_inventory(tca_inventory_builder *builder,
                                                const tca_inventory *inventory, tca_error *error) {
    tcai_entries more = {0};
    tca_result result = TCA_OK;
    for (uint32_t i = 0; result == TCA_OK && i < inventory->count; i++) {
        if (!tcai_grow(&more.items, more.count, &more.capacity, sizeof(more.items[0]))) {
            result = tcai_fail_memory(error);
        } else {
            more.items[more.count++] = tcai_entry_share(&inventory->entries[i]);
        }
    }
    if (result == TCA_OK) {
        result = absorb(builder, &more, error);
    }
    tcai_entries_release(&more);
    return result;
}

tca_result tca_inventory_builder_next_link(const tca_inventory_builder *builder, const char **url,
                                           size_t *length) {
    bool complete = builder != NULL && url != NULL && length != NULL;
    const tca_bytes *link = complete ? builder->next_link : NULL;
    if (url != NULL) {
        *url = link == NULL ? NULL : (const char *)link->data;
    }
    if (length != NULL) {
        *length = link == NULL ? 0 : link->length;
    }
    return !complete ? TCA_E_ARGUMENT : link == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

/* ---- what was known before ---- */

tca_result tca_inventory_builder_set_previous(tca_inventory_builder *builder,
                                              const tca_inventory *previous, tca_unix now,
                                              tca_error *error) {
    tcai_error_clear(error);
    if (builder == NULL || previous == NULL) {
        return tcai_fail_null(error, builder == NULL ? "builder" : "previous");
    }
    tca_inventory_unref(builder->previous);
    tca_inventory_ref(previous, &builder->previous);
    builder->previous_at = now;
    return TCA_OK;
}

static bool must_stay(const tca_entry *entry, tca_unix now) {
    return tcai_entry_is_tenants(entry) && entry->service_status != TCA_SERVICE_REVOKED &&
           tcai_entry_has_dates(entry) && entry->not_before <= now && now <= entry->not_after;
}

/* Not lost: bodies that the newer answer lacks, and whole certificates that it withholds. */
static tca_result remember(tca_inventory_builder *builder, tca_error *error) {
    const tca_inventory *previous = builder->previous;
    tcai_entries kept = {0};
    tca_result result = TCA_OK;
    for (uint32_t i = 0; previous != NULL && result == TCA_OK && i < previous->count; i++) {
        const tca_entry *old = &previous->entries[i];
        uint32_t number = tcai_entry_index_find(&builder->index, &builder->entries, old);
        if (number != TCA_NO_INDEX) {
            tca_entry *entry = &builder->entries.items[number];
            if (entry->certificate == NULL) {
                tca_certificate_ref(old->certificate, &entry->certificate);
            }
        } else if (must_stay(old, builder->previous_at)) {
            if (!tcai_grow(&kept.items, kept.count, &kept.capacity, sizeof(kept.items[0]))) {
                result = tcai_fail_memory(error);
                break;
            }
            kept.items[kept.count] = tcai_entry_share(old);
            kept.items[kept.count++].anomalies |= TCA_ANOMALY_WITHHELD;
        }
    }
    if (result == TCA_OK) {
        result = absorb(builder, &kept, error);
    }
    tcai_entries_release(&kept);
    return result;
}

/* ---- finishing ---- */

/* The tenant an entry names: only a CA or one that a service listed can speak for a tenant. */
static const char *tenant_of(const tca_entry *entry) {
    const char *tenant = NULL;
    size_t length;
    if (entry->role == TCA_ROLE_TENANT_CA && entry->certificate != NULL) {
        (void)tca_certificate_tenant_id(entry->certificate, &tenant, &length);
    }
    return tenant;
}

static tca_result find_tenant(tca_inventory_builder *builder, tca_error *error) {
    if (builder->tenant[0] != '\0') {
        return TCA_OK;
    }
    const char *found = NULL;
    for (size_t i = 0; i < builder->entries.count; i++) {
        const char *tenant = tenant_of(&builder->entries.items[i]);
        if (tenant == NULL) {
            continue;
        }
        if (found != NULL && strcmp(found, tenant) != 0) {
            return tcai_fail(error, TCA_E_AMBIGUOUS,
                             "certificates of two tenants, %s and %s: name the one that is wanted",
                             found, tenant);
        }
        found = tenant;
    }
    if (found != NULL) {
        memcpy(builder->tenant, found, TCAI_GUID_LENGTH + 1);
    }
    return TCA_OK;
}

/* What lies in a folder for another tenant is left out; what a service listed under this one's name
 * is a contradiction to be seen. */
static void separate_tenants(tca_inventory_builder *builder) {
    size_t kept = 0;
    for (size_t i = 0; i < builder->entries.count; i++) {
        tca_entry *entry = &builder->entries.items[i];
        const char *tenant = tenant_of(entry);
        bool foreign = tenant != NULL && strcmp(tenant, builder->tenant) != 0;
        if (foreign && (entry->flags & TCA_ENTRY_LISTED) == 0) {
            tcai_entry_release(entry);
            continue;
        }
        if (foreign) {
            entry->anomalies |= TCA_ANOMALY_FOREIGN_TENANT;
        }
        if (kept != i) {
            builder->entries.items[kept] = *entry;
            *entry = (tca_entry){0};
        }
        kept++;
    }
    builder->entries.count = kept;
}

static tca_result hand_over(tca_inventory_builder *builder, tca_inventory **out, tca_error *error) {
    tca_inventory *inventory = calloc(1, sizeof(*inventory));
    if (inventory == NULL) {
        return tcai_fail_memory(error);
    }
    atomic_init(&inventory->references, 1);
    memcpy(inventory->tenant, builder->tenant, sizeof(inventory->tenant));
    tcai_entries *entries = &builder->entries;
    if (entries->count > 0) {
        tca_entry *exact = realloc(entries->items, entries->count * sizeof(*exact));
        inventory->entries = exact != NULL ? exact : entries->items;
    } else {
        free(entries->items);
    }
    inventory->count = (uint32_t)entries->count;
    *entries = (tcai_entries){0};
    *out = inventory;
    return TCA_OK;
}

static tca_result finish(tca_inventory_builder *builder, tca_inventory **out, tca_error *error) {
    tca_result result = remember(builder, error);
    for (size_t i = 0; result == TCA_OK && i < builder->entries.count; i++) {
        result = tcai_entry_settle(&builder->entries.items[i], error);
    }
    if (result == TCA_OK) {
        result = find_tenant(builder, error);
    }
    if (result == TCA_OK) {
        separate_tenants(builder);
        result = hand_over(builder, out, error);
    }
    return result;
}

tca_result tca_inventory_builder_finish(tca_inventory_builder *builder, tca_inventory **out,
                                        tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (builder == NULL || out == NULL) {
        return tcai_fail_null(error, builder == NULL ? "builder" : "out");
    }
    char wanted[TCAI_GUID_LENGTH + 1];
    memcpy(wanted, builder->tenant, sizeof(wanted));
    tca_result result = finish(builder, out, error);
    memcpy(builder->tenant, wanted, sizeof(wanted));
    empty(builder);
    return result;
}

tca_result tca_inventory_parse(const uint8_t *data, size_t length,
                               const tca_inventory_options *options, tca_inventory **out,
                               tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (data == NULL || out == NULL) {
        return tcai_fail_null(error, data == NULL ? "data" : "out");
    }
    tca_inventory_builder *builder = NULL;
    tca_result result = tca_inventory_builder_new(options, &builder, error);
    if (result == TCA_OK) {
        result = tca_inventory_builder_add_input(builder, data, length, error);
    }
    if (result == TCA_OK && builder->next_link != NULL) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED,
                           "nextLink: more pages follow, so this is not the whole list");
    }
    if (result == TCA_OK) {
        result = tca_inventory_builder_finish(builder, out, error);
    }
    tca_inventory_builder_unref(builder);
    return result;
}
