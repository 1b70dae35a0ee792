/* SPDX-License-Identifier: MIT */
/* What the files that build a trust set share. */
#ifndef TCAI_TRUST_BUILDER_H
#define TCAI_TRUST_BUILDER_H

#include "inventory/inventory.h"
#include "trust/trust.h"

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

/* The tenants in the order of their ids, and the inventories likewise. */
tca_result tcai_trust_set_tenants(const tca_trust_builder *builder, tca_trust_set *set,
                                  tca_error *error);

/* Their tenant CA certificates, in order, indexed by name. */
tca_result tcai_trust_set_anchors(const tca_trust_builder *builder, tca_trust_set *set,
                                  tca_error *error);

#endif
