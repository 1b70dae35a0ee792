/* SPDX-License-Identifier: MIT */
/* From inventories to a trust set. */
#include <stdlib.h>

#include "inventory/inventory.h"
#include "trust/trust.h"

#define DEFAULT_TENANTS 100000u
#define DEFAULT_ANCHORS 1000000u
#define DEFAULT_CERTIFICATE_BYTES (64u << 10)
#define LARGEST_LIMIT 100000000u /* of either: numbers and the index's size stay within 32 bits */

struct tca_trust_builder {
    tca_inventory **inventories;
    size_t count;
    size_t capacity;
    tcai_verifier *verifier; /* NULL: mbedTLS */
    uint64_t generation;     /* of the next set */
    tcai_secret secret;
    uint32_t max_tenants;
    uint32_t max_anchors;
    uint32_t max_certificate_bytes;
};

/* ---- the builder ---- */

static tca_result take_options(tca_trust_builder *builder, const tca_trust_options *options,
                               tca_error *error) {
    const size_t whole = TCAI_END_OF(tca_trust_options, previous);
    tca_trust_options known = {0};
    tca_result result = options == NULL ? TCA_OK
                                        : tcai_import(&known, sizeof(known), whole, whole, options,
                                                      "tca_trust_options", error);
    if (result == TCA_OK && (known.flags != 0 || known.reserved != 0)) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "tca_trust_options: unknown flags");
    }
    if (result == TCA_OK &&
        (known.max_tenants > LARGEST_LIMIT || known.max_anchors > LARGEST_LIMIT)) {
        result = tcai_fail(error, TCA_E_LIMIT, "tca_trust_options: a limit of more than %u",
                           LARGEST_LIMIT);
    }
    if (result == TCA_OK) {
        result = tcai_secret_import(known.secret, known.secret_length, &builder->secret, error);
    }
    if (result != TCA_OK) {
        return result;
    }
    builder->max_tenants = known.max_tenants != 0 ? known.max_tenants : DEFAULT_TENANTS;
    builder->max_anchors = known.max_anchors != 0 ? known.max_anchors : DEFAULT_ANCHORS;
    builder->max_certificate_bytes =
        known.max_certificate_bytes != 0 ? known.max_certificate_bytes : DEFAULT_CERTIFICATE_BYTES;
    builder->generation = 1;
    if (known.previous != NULL) {
        builder->generation = known.previous->generation + 1;
        builder->verifier = known.previous->verifier;
        tcai_reference(&builder->verifier->references);
    }
    return TCA_OK;
}

tca_result tca_trust_builder_new(const tca_trust_options *options, tca_trust_builder **out,
                                 tca_error *error) {
    tcai_error_clear(error);
    if (out == NULL) {
        return tcai_fail_null(error, "out");
    }
    *out = NULL;
    tca_trust_builder *builder = calloc(1, sizeof(*builder));
    if (builder == NULL) {
        return tcai_fail_memory(error);
    }
    tca_result result = take_options(builder, options, error);
    if (result != TCA_OK) {
        tca_trust_builder_unref(builder);
        return result;
    }
    *out = builder;
    return TCA_OK;
}

static void empty(tca_trust_builder *builder) {
    for (size_t i = 0; i < builder->count; i++) {
        tca_inventory_unref(builder->inventories[i]);
    }
    free(builder->inventories);
    builder->inventories = NULL;
    builder->count = 0;
    builder->capacity = 0;
}

void tca_trust_builder_unref(tca_trust_builder *builder) {
    if (builder == NULL) {
        return;
    }
    empty(builder);
    tcai_verifier_unref(builder->verifier);
    free(builder);
}

tca_result tca_trust_builder_add(tca_trust_builder *builder, const tca_inventory *inventory,
                                 tca_error *error) {
    tcai_error_clear(error);
    if (builder == NULL || inventory == NULL) {
        return tcai_fail_null(error, builder == NULL ? "builder" : "inventory");
    }
    if (inventory->tenant[0] == '\0') {
        return tcai_fail(error, TCA_E_ARGUMENT, "inventory: names no tenant");
    }
    if (builder->count == builder->max_tenants) {
        return tcai_fail(error, TCA_E_LIMIT, "tenants: more than %u",
                         (unsigned)builder->max_tenants);
    }
    if (!tcai_grow(&builder->inventories, builder->count, &builder->capacity,
                   sizeof(builder->inventories[0]))) {
        return tcai_fail_memory(error);
    }
    tca_inventory_ref(inventory, &builder->inventories[builder->count++]);
    return TCA_OK;
}

tca_result tca_trust_builder_set_verifier(tca_trust_builder *builder, const tca_verifier *verifier,
                                          tca_error *error) {
    tca_verifier table;
    const size_t whole = TCAI_END_OF(tca_verifier, destroy);
    tcai_error_clear(error);
    if (builder == NULL || verifier == NULL) {
        return tcai_fail_null(error, builder == NULL ? "builder" : "verifier");
    }
    tca_result result =
        tcai_import(&table, sizeof(table), whole, whole, verifier, "tca_verifier", error);
    if (result != TCA_OK) {
        return result;
    }
    if (table.flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_verifier: unknown flags");
    }
    if (table.key == NULL || table.check == NULL || table.release == NULL) {
        return tcai_fail(error, TCA_E_ARGUMENT, "tca_verifier: lacks a slot it cannot be without");
    }
    tcai_verifier *made;
    result = tcai_verifier_new(&table, &made, error);
    if (result == TCA_OK) {
        tcai_verifier_unref(builder->verifier);
        builder->verifier = made;
    }
    return result;
}

/* ---- tenants ---- */

static int by_tenant(const void *one, const void *other) {
    const tca_inventory *const *a = one;
    const tca_inventory *const *b = other;
    return memcmp((*a)->tenant, (*b)->tenant, sizeof((*a)->tenant));
}

static tca_result set_tenants(const tca_trust_builder *builder, tca_trust_set *set,
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

static tca_result set_anchors(const tca_trust_builder *builder, tca_trust_set *set,
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

/* ---- finishing ---- */

static uint32_t kinds_of(const tca_trust_set *set) {
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < set->anchor_count; i++) {
        kinds |= set->anchors[i].kind;
    }
    return kinds;
}

static tca_result fill(const tca_trust_builder *builder, tca_trust_set *set, tca_error *error) {
    tca_result result = TCA_OK;
    set->verifier = builder->verifier;
    if (set->verifier != NULL) {
        tcai_reference(&set->verifier->references);
    } else {
        result = tcai_verifier_new(NULL, &set->verifier, error);
    }
    if (result == TCA_OK) {
        result = set_tenants(builder, set, error);
    }
    if (result == TCA_OK) {
        result = set_anchors(builder, set, error);
    }
    if (result == TCA_OK) {
        result = tcai_trust_content(set, error);
    }
    return result == TCA_OK ? tcai_verifier_try(set->verifier, kinds_of(set), error) : result;
}

static tca_result make(const tca_trust_builder *builder, tca_unix now, uint64_t generation,
                       tca_trust_set **out, tca_error *error) {
    if (now < TCA_TIME_MIN || now > TCA_TIME_MAX) {
        return tcai_fail(error, TCA_E_RANGE, "now: outside the years 1 to 9999");
    }
    tca_trust_set *set = calloc(1, sizeof(*set));
    if (set == NULL) {
        return tcai_fail_memory(error);
    }
    atomic_init(&set->references, 1);
    set->generation = generation != 0 ? generation : builder->generation;
    set->now = now;
    set->secret = builder->secret;
    set->max_certificate_bytes = builder->max_certificate_bytes;
    tca_result result = fill(builder, set, error);
    if (result != TCA_OK) {
        tca_trust_set_unref(set);
        return result;
    }
    *out = set;
    return TCA_OK;
}

tca_result tca_trust_builder_finish(tca_trust_builder *builder, tca_unix now, uint64_t generation,
                                    tca_trust_set **out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (builder == NULL || out == NULL) {
        return tcai_fail_null(error, builder == NULL ? "builder" : "out");
    }
    tca_result result = make(builder, now, generation, out, error);
    empty(builder);
    return result;
}
