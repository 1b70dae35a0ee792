/* SPDX-License-Identifier: MIT */
/* From inventories to a trust set. */
#include <stdlib.h>

#include "trust/builder.h"

#define DEFAULT_TENANTS 100000u
#define DEFAULT_ANCHORS 1000000u
#define DEFAULT_CERTIFICATE_BYTES (64u << 10)
#define LARGEST_LIMIT 100000000u /* of either: numbers and the index's size stay within 32 bits */

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
        result = tcai_trust_set_tenants(builder, set, error);
    }
    if (result == TCA_OK) {
        result = tcai_trust_set_anchors(builder, set, error);
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
