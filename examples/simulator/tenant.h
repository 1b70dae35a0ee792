/* SPDX-License-Identifier: MIT */
/* One tenant and the life cycle of its CA certificates. */
#ifndef SIMULATOR_TENANT_H
#define SIMULATOR_TENANT_H

#include "hierarchy.h"

#define TENANT_ID_SIZE 37
#define TENANT_LEAD (90 * INT64_C(86400))
#define TENANT_ACTIVATION (45 * INT64_C(86400))

typedef struct tenant_certificate {
    issued *ca;
    const issued *policy_ca, *root;
    int revoked;
} tenant_certificate;

typedef struct tenant {
    char id[TENANT_ID_SIZE];
    uint64_t seed;
    int64_t now;
    tenant_certificate *certificates; /* in the order they were issued */
    size_t count;
    size_t active;
} tenant;

typedef enum tenant_phase {
    PHASE_NEW,
    PHASE_ACTIVE,
    PHASE_RETIRED,
    PHASE_EXPIRED,
    PHASE_REVOKED
} tenant_phase;

/* Lower-case the GUID into out; -1 when it is none. */
int tenant_read_id(const char *text, char out[TENANT_ID_SIZE]);

/* Begins with one certificate, issued at `now`. */
int tenant_begin(tenant *t, const char *id, hierarchy *h, int64_t now);
void tenant_release(tenant *t);

/* Everything that is due up to `now` happens. */
int tenant_advance(tenant *t, hierarchy *h, int64_t now);
int tenant_revoke(tenant *t, hierarchy *h, size_t index);

tenant_phase tenant_phase_of(const tenant *t, size_t index);
const char *tenant_phase_name(tenant_phase phase);

/* The index; count when there is none. */
size_t tenant_find_thumbprint(const tenant *t, const char *thumbprint);
size_t tenant_find_serial(const tenant *t, const char *serial);

#endif
