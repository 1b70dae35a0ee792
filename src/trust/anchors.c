/* SPDX-License-Identifier: MIT */
/* From the entries of inventories to a set's tenants and anchors. */
#include <stdlib.h>

#include "trust/builder.h"

/* ---- tenants ---- */

static int by_tenant(const void *one, const void *other) {
    const tca_inventory *const *a = one;
    const tca_inventory *const *b = other;
    return memcmp((*a)->tenant, (*b)->tenant, sizeof((*a)->tenant));
}

tca_result tcai_trust_set_tenants(const tca_trust_builder *builder, tca_trust_set *set,
                                  tca_error *error) {
    set->tenants = malloc((builder->count + 1) * sizeof(*set->tenants));
    if (set->tenants == NULL) {
        return tcai_fail_memory(error);
    }
    if (builder->count > 0) {
        qsort(builder->inventories, builder->count, sizeof(builder->inventories[0]), by_tenant);
    }
    for (size_t i = 0; i < builder->count; i++) {
        memcpy(set->tenants[i], builder->inventories[i]->tenant, sizeof(*set->tenants));
        if (i > 0 && by_tenant(&builder->inventories[i - 1], &builder->inventories[i]) == 0) {
            return tcai_fail(error, TCA_E_ARGUMENT, "tenant %s: added twice", set->tenants[i]);
        }
    }
    set->tenant_count = (uint32_t)builder->count;
    return TCA_OK;
}

/* ---- anchors ---- */

/* A tenant CA certificate whose body is known. */
static bool becomes_anchor(const tca_entry *entry) {
    return tcai_entry_is_tenants(entry) && entry->certificate != NULL;
}

static bool may_sign_devices(const tcai_x509 *x509) {
    uint32_t purposes = TCA_EXTENDED_KEY_USAGE_CLIENT_AUTH | TCA_EXTENDED_KEY_USAGE_ANY;
    return x509->is_ca && x509->critical_unread == 0 &&
           (!x509->has_key_usage || (x509->key_usage & TCA_KEY_USAGE_KEY_CERT_SIGN) != 0) &&
           (!x509->has_extended_key_usage || (x509->extended_key_usage & purposes) != 0);
}

static size_t bytes_of(const tcai_x509 *x509) {
    return x509->subject.length + x509->public_key.length + x509->subject_key_id.length;
}

/* Room for every anchor and for what is kept of its certificate. */
static tca_result make_room(const tca_trust_builder *builder, tca_trust_set *set,
                            tca_error *error) {
    size_t bytes = 0, count = 0;
    for (size_t i = 0; i < builder->count; i++) {
        const tca_inventory *inventory = builder->inventories[i];
        for (uint32_t n = 0; n < inventory->count; n++) {
            if (becomes_anchor(&inventory->entries[n])) {
                bytes += bytes_of(&inventory->entries[n].certificate->x509);
                count++;
            }
        }
        if (count > builder->max_anchors) {
            return tcai_fail(error, TCA_E_LIMIT, "CA certificates: more than %u",
                             (unsigned)builder->max_anchors);
        }
    }
    set->anchors = malloc((count + 1) * sizeof(*set->anchors));
    set->bytes = malloc(bytes + 1);
    return set->anchors == NULL || set->bytes == NULL ? tcai_fail_memory(error) : TCA_OK;
}

static tcai_span keep(uint8_t **at, tcai_span span) {
    tcai_span kept = {*at, span.length};
    if (span.length > 0) {
        memcpy(*at, span.data, span.length);
    }
    *at += span.length;
    return kept;
}

static tca_result set_anchor(tcai_anchor *anchor, const tca_certificate *certificate,
                             const tca_entry_state *state, uint32_t tenant, uint8_t **bytes) {
    const tcai_x509 *x509 = &certificate->x509;
    const char *thumbprint;
    size_t length;
    tca_result result = tca_certificate_thumbprint(certificate, &thumbprint, &length);
    if (result != TCA_OK) {
        return result;
    }
    *anchor = (tcai_anchor){
        .subject = keep(bytes, x509->subject),
        .public_key = keep(bytes, x509->public_key),
        .subject_key_id = keep(bytes, x509->subject_key_id),
        .not_before = x509->not_before,
        .not_after = x509->not_after,
        .tenant = tenant,
        .key_type = x509->key_type,
        .kind = (uint8_t)tcai_key_kind_of(x509->key_type, x509->key_bits),
        .status = (uint8_t)state->status,
        .phase = (uint8_t)state->phase,
        .may_sign = may_sign_devices(x509),
    };
    memcpy(anchor->thumbprint, thumbprint, sizeof(anchor->thumbprint));
    atomic_init(&anchor->key, NULL);
    atomic_init(&anchor->first_signed, INT64_MAX);
    atomic_init(&anchor->last_signed, INT64_MIN);
    return TCA_OK;
}

static tca_result set_anchors_of(const tca_inventory *inventory, uint32_t tenant,
                                 tca_trust_set *set, uint8_t **bytes, tca_error *error) {
    tca_rollover *rollover = NULL;
    tca_result result = tca_rollover_compute(inventory, set->now, NULL, &rollover, error);
    for (uint32_t i = 0; result == TCA_OK && i < inventory->count; i++) {
        tca_entry_state state = {.struct_size = sizeof(state)};
        const tca_entry *entry = &inventory->entries[i];
        if (becomes_anchor(entry)) {
            (void)tca_rollover_state(rollover, i, &state);
            result = set_anchor(&set->anchors[set->anchor_count], entry->certificate, &state,
                                tenant, bytes);
            set->anchor_count += result == TCA_OK;
        }
    }
    tca_rollover_unref(rollover);
    return result == TCA_E_NO_MEMORY ? tcai_fail_memory(error) : result;
}

static int compare_spans(tcai_span one, tcai_span other) {
    if (one.length != other.length) {
        return one.length < other.length ? -1 : 1;
    }
    return memcmp(one.data, other.data, one.length);
}

/* By what does not change with the time, so that sets of one content number their anchors alike. */
static int by_name(const void *one, const void *other) {
    const tcai_anchor *a = one;
    const tcai_anchor *b = other;
    int order = compare_spans(a->subject, b->subject);
    if (order == 0 && a->tenant != b->tenant) {
        order = a->tenant < b->tenant ? -1 : 1;
    }
    if (order == 0) {
        order = compare_spans(a->public_key, b->public_key);
    }
    return order != 0 ? order : memcmp(a->thumbprint, b->thumbprint, sizeof(a->thumbprint));
}

/* A device that one key signed would be two tenants'. */
static tca_result check_shared(const tca_trust_set *set, tca_error *error) {
    for (uint32_t i = 0; i < set->anchor_count; i++) {
        const tcai_anchor *one = &set->anchors[i];
        for (uint32_t n = i + 1; n < set->anchor_count; n++) {
            const tcai_anchor *other = &set->anchors[n];
            if (!tcai_span_equal(one->subject, other->subject)) {
                break;
            }
            if (one->tenant != other->tenant &&
                tcai_span_equal(one->public_key, other->public_key)) {
                return tcai_fail(error, TCA_E_AMBIGUOUS,
                                 "tenants %s and %s: the same CA, name and key",
                                 set->tenants[one->tenant], set->tenants[other->tenant]);
            }
        }
    }
    return TCA_OK;
}

tca_result tcai_trust_set_anchors(const tca_trust_builder *builder, tca_trust_set *set,
                                  tca_error *error) {
    tca_result result = make_room(builder, set, error);
    uint8_t *bytes = set->bytes;
    for (size_t i = 0; result == TCA_OK && i < builder->count; i++) {
        result = set_anchors_of(builder->inventories[i], (uint32_t)i, set, &bytes, error);
        if (result != TCA_OK) {
            tcai_error_prefix(error, "tenant %s: ", set->tenants[i]);
        }
    }
    if (result != TCA_OK) {
        return result;
    }
    if (set->anchor_count > 0) {
        qsort(set->anchors, set->anchor_count, sizeof(*set->anchors), by_name);
    }
    result = tcai_name_index_build(set, error);
    return result == TCA_OK ? check_shared(set, error) : result;
}
