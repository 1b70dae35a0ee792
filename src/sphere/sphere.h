/* SPDX-License-Identifier: MIT */
/* The Azure Sphere Security Service's two faces, for the files of this room. */
#ifndef TCAI_SPHERE_H
#define TCAI_SPHERE_H

#include "inventory/inventory.h"
#include "net/net.h"

#include "tenantca/sphere.h"

struct tca_sphere {
    _Atomic uint32_t references;
    uint32_t kind;
    char tenant[TCAI_GUID_LENGTH + 1]; /* empty: not given */
    tca_bytes *base; /* legacy: ".../v2/tenants/{tenant}"; integrated: up to the catalog's name */
};

/* ---- URLs; NULL when out of memory ---- */

tca_bytes *tcai_sphere_list_url(const tca_sphere *sphere);

typedef enum tcai_sphere_part {
    TCAI_SPHERE_CERTIFICATE,
    TCAI_SPHERE_CHAIN,
    TCAI_SPHERE_PROOF,
} tcai_sphere_part;

/* `number` is the certificate's as this service names it: thumbprint or serial. */
tca_bytes *tcai_sphere_part_url(const tca_sphere *sphere, tcai_sphere_part part, tcai_span number,
                                tcai_span code);

/* The token audience of a service. */
const char *tcai_sphere_audience(const tca_sphere *sphere);

/* ---- listing: the first phase of every operation ---- */

typedef struct tcai_listing {
    tca_sphere *sphere;
    tca_inventory_builder *builder;
    tca_bytes **links; /* of the pages that were asked for */
    size_t link_count;
    size_t link_capacity;
} tcai_listing;

void tcai_listing_open(tcai_listing *listing, const tca_sphere *sphere);
void tcai_listing_release(tcai_listing *listing);

/* Ask for the first page. */
tca_result tcai_listing_start(tcai_listing *listing, tca_call *call, tca_error *error);

/* A page came: ask for the next one, or hand out the inventory. */
tca_result tcai_listing_answer(tcai_listing *listing, tca_call *call, tcai_span body,
                               tca_inventory **out, tca_error *error);

/* ---- answers ---- */

/* Bodies are base64 text, JSON strings or JSON objects with such a member; the certificates and
 * octets in them. TCA_E_NOT_FOUND: the service has none. */
tca_result tcai_sphere_read_body(tcai_span body, const tca_call_options *limits, tca_bytes **der,
                                 tca_certificate_list **list, tca_error *error);

/* ---- results: each takes over, and finishes the call ---- */

void tcai_sphere_give_inventory(tca_call *call, tca_inventory *inventory);
void tcai_sphere_give_certificate(tca_call *call, tca_certificate *certificate);
void tcai_sphere_give_chain(tca_call *call, tca_certificate_list *chain, tca_bytes *p7b);

/* ---- checks of what was asked for ---- */

tca_result tcai_sphere_check_certificate(const tca_certificate *answer, const tca_entry *entry,
                                         tca_error *error);
tca_result tcai_sphere_check_chain(const tca_certificate_list *chain, const tca_entry *entry,
                                   tca_error *error);
tca_result tcai_sphere_check_proof(const tca_certificate *proof, const tca_entry *entry,
                                   tcai_span code, tca_unix now, tca_error *error);

#endif
