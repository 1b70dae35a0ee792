/* SPDX-License-Identifier: MIT */
/* The upper certificates all tenants share. A policy CA lives five years and issues during its
 * first three, so that what it issued ends before it; likewise a root, of twenty years, during
 * fifteen. The recorded generation is 2020 (root) and 2022 (policy CA). */
#ifndef SIMULATOR_HIERARCHY_H
#define SIMULATOR_HIERARCHY_H

#include "issuer.h"

typedef struct authority_list {
    issued **items;
    size_t count;
} authority_list;

typedef struct hierarchy {
    uint64_t seed;
    authority_list roots, policy_cas;
} hierarchy;

/* The policy CA that issues at that time, and its root; both live as long as the hierarchy. */
int hierarchy_at(hierarchy *h, int64_t time, const issued **policy_ca, const issued **root);
void hierarchy_release(hierarchy *h);

#endif
