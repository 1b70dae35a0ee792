/* SPDX-License-Identifier: MIT */
/**
 * @file sphere.h  The Azure Sphere Security Service: lists, certificates, chains, proofs.
 *
 * Two services give the same things. Legacy ("Azure Sphere Public API" v2, retires on 2027-09-27)
 * knows a tenant by its GUID and a certificate by its thumbprint; integrated (Microsoft.AzureSphere
 * 2024-04-01 in Azure Resource Manager) knows a catalog and a certificate by its serial number.
 * Here a certificate is named either way, as tca_inventory_find() has it, with both.
 *
 * What a service answers is checked before it is handed out; what does not hold is TCA_E_ANSWER and
 * nothing is handed out.
 */
#ifndef TENANTCA_SPHERE_H
#define TENANTCA_SPHERE_H

#include "tenantca/call.h"
#include "tenantca/error.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** Where a tenant's certificates are listed: immutable, reference-counted, shareable. */
typedef struct tca_sphere tca_sphere;

#define TCA_SPHERE_LEGACY 1u
#define TCA_SPHERE_INTEGRATED 2u

/** Which tenant, on which service. Texts are UTF-8; a pointer may be NULL where not needed. */
typedef struct tca_sphere_options {
    uint32_t struct_size;       /**< sizeof(tca_sphere_options) */
    uint32_t kind;              /**< TCA_SPHERE_* */
    const char *endpoint;       /**< base URL; NULL: the service's own */
    size_t endpoint_length;     /**< in bytes */
    const char *tenant;         /**< legacy: the tenant's GUID. Integrated: may be NULL; when given,
                                     the certificates must be this tenant's */
    size_t tenant_length;       /**< in bytes */
    const char *subscription;   /**< integrated: the subscription's id */
    size_t subscription_length; /**< in bytes */
    const char *resource_group; /**< integrated: the resource group's name */
    size_t resource_group_length; /**< in bytes */
    const char *catalog;          /**< integrated: the catalog's name */
    size_t catalog_length;        /**< in bytes */
} tca_sphere_options;

/**
 * @param options  copied. An endpoint is https, or http to 127.0.0.1, [::1] or localhost
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT (something needed is missing, or of a form that cannot be),
 * TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (kind), TCA_E_STRUCT_*
 */
TCA_API tca_result tca_sphere_new(const tca_sphere_options *options, tca_sphere **out,
                                  tca_error *error);

/** Take one more reference. @param sphere may be NULL. @param out [out] yours to release. */
TCA_API void tca_sphere_ref(const tca_sphere *sphere, tca_sphere **out);

/** Release. @param sphere may be NULL. */
TCA_API void tca_sphere_unref(tca_sphere *sphere);

/**
 * List the certificates, following every page. Ends in tca_call_take_inventory().
 *
 * @param sphere   referenced
 * @param options  may be NULL: the defaults
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED, TCA_E_STRUCT_*
 */
TCA_API tca_result tca_sphere_list(const tca_sphere *sphere, const tca_call_options *options,
                                   tca_call **out, tca_error *error);

/**
 * Get one certificate. Ends in tca_call_take_certificate(). The list is asked for first, so that
 * the name may be of any kind and the answer can be compared with it.
 *
 * @param sphere       referenced
 * @param name         of a certificate, as for tca_inventory_find(); NULL or ".default": the active
 * one
 * @param name_length  in bytes
 * @param options      may be NULL: the defaults
 * @param out          [out] yours to release
 * @param error        [out] may be NULL
 * @return as tca_sphere_list()
 */
TCA_API tca_result tca_sphere_certificate(const tca_sphere *sphere, const char *name,
                                          size_t name_length, const tca_call_options *options,
                                          tca_call **out, tca_error *error);

/**
 * Get a certificate's chain. Ends in tca_call_take_chain(). The chain holds the certificate, and
 * each of its certificates is signed by another one or, at its root, by itself.
 *
 * The upper certificates are shared by all tenants: never trust devices because of them.
 */
TCA_API tca_result tca_sphere_chain(const tca_sphere *sphere, const char *name, size_t name_length,
                                    const tca_call_options *options, tca_call **out,
                                    tca_error *error);

/**
 * Get a proof of possession. Ends in tca_call_take_certificate(). The proof is signed by the
 * certificate, its common name is the code, and it is valid at the time of the answer (give or take
 * five minutes).
 *
 * @param sphere       referenced
 * @param name         as above
 * @param name_length  in bytes
 * @param code         the verification code of the service that wants the proof: 1 to 256 printable
 *                     ASCII characters
 * @param code_length  in bytes
 * @param options      may be NULL: the defaults
 * @param out          [out] yours to release
 * @param error        [out] may be NULL
 * @return as tca_sphere_list()
 */
TCA_API tca_result tca_sphere_proof(const tca_sphere *sphere, const char *name, size_t name_length,
                                    const char *code, size_t code_length,
                                    const tca_call_options *options, tca_call **out,
                                    tca_error *error);

TCA_END_DECLS

#endif
