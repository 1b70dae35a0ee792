/* SPDX-License-Identifier: MIT */
/* Tenants, their CA certificates and devices, from the vectors and from the simulator's issuer. */
#ifndef SUPPORT_TRUST_SCENE_H
#define SUPPORT_TRUST_SCENE_H

#include <tenantca/tenantca.h>

#include "simulator/issuer.h"

#define SCENE_TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define SCENE_OTHER_TENANT "a7c9d3e1-05b4-4f62-8e7a-91b3c5d7f024"

#define SCENE_A_END INT64_C(1785542400)        /* 2026-08-01T00:00:00Z */
#define SCENE_B_START INT64_C(1777766400)      /* 2026-05-03T00:00:00Z */
#define SCENE_DEVICE_START INT64_C(1782885600) /* 2026-07-01T06:00:00Z */
#define SCENE_DEVICE_END (SCENE_DEVICE_START + 86400)
#define SCENE_NOW (SCENE_DEVICE_START + 3600)

typedef struct scene_bytes {
    uint8_t *data;
    size_t length;
} scene_bytes;

scene_bytes scene_vector(const char *name);
scene_bytes scene_copy(const issued *certificate);

/* A tenant CA certificate and what the service says of it. */
typedef struct scene_ca {
    const char *vector; /* or NULL */
    const issued *made; /* or NULL */
    uint32_t status;    /* TCA_SERVICE_* */
} scene_ca;

/* Up to the first one that is empty. */
tca_inventory *scene_inventory(const char *tenant, const scene_ca *cas);

/* One tenant's set; `options` may be NULL. */
tca_trust_set *scene_set_of(const char *tenant, const scene_ca *cas, tca_unix now,
                            const tca_trust_options *options);

/* A and B of SCENE_TENANT, B active. */
tca_trust_set *scene_set(void);

/* Of certificate.h, from one seed: each call with other arguments gives another key. */
issued *scene_tenant_ca(const char *tenant, int64_t not_before, int64_t life, key_type key);
issued *scene_device(const issued *tenant_ca, unsigned number, int64_t not_before, int64_t life);

/* Verify one certificate; *verdict may be NULL. */
tca_result scene_verify(const tca_trust_set *set, scene_bytes device, tca_unix now,
                        const tca_verify_options *options, tca_verdict *verdict);

/* Assert the refusal. */
void scene_refused(const tca_trust_set *set, scene_bytes device, tca_unix now, uint32_t refusal,
                   const char *what);

#endif
