/* SPDX-License-Identifier: MIT */
/**
 * @file registry.h  Targets: where a tenant's CA certificates must be known for devices to be let
 * in.
 *
 * Azure IoT Hub and the Device Provisioning Service hold certificates under names, IoT Central's
 * enrollment groups in two slots, and a back-end of one's own in a trust file or whatever else the
 * host has (tca_anchor_holder). What a target holds is a list of registrations; each operation is a
 * call that is given the list as it was read last, changes one registration, and ends in the list
 * as it is then. When somebody else was faster a change fails with TCA_E_CONFLICT, and nothing was
 * changed; list again:
 *
 * - IoT Hub and DPS: a change names the ETag of what was read, of the certificate or of the
 *   enrollment group; what was read without one is not changed (TCA_E_ANSWER). What is new is put
 *   without an ETag, which does not replace what is there.
 * - IoT Central takes no condition with any of the changes that are made there. The slot is read
 *   again right before: it must be free still, or hold the same certificate, as verified as it was.
 *   What somebody else does between that and the change is not noticed.
 * - A place of anchors is read again right before it is written, likewise.
 *
 * Sources: Microsoft.Devices/IotHubs 2023-06-30, Microsoft.Devices/provisioningServices 2022-12-12,
 * DPS service API 2021-10-01, IoT Central 2022-07-31.
 */
#ifndef TENANTCA_REGISTRY_H
#define TENANTCA_REGISTRY_H

#include "tenantca/call.h"
#include "tenantca/certificate.h"
#include "tenantca/error.h"
#include "tenantca/host.h"
#include "tenantca/rollover.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** One target: immutable, reference-counted. One with an anchor holder belongs to one thread at a
 *  time, as the calls made for it do. */
typedef struct tca_target tca_target;

#define TCA_TARGET_IOT_HUB 1u /**< certificates of an IoT hub */
#define TCA_TARGET_DPS 2u     /**< certificates of a DPS and, where named, an enrollment group */
#define TCA_TARGET_IOT_CENTRAL 3u /**< the two slots of an IoT Central enrollment group */
#define TCA_TARGET_ANCHORS 4u     /**< a place of the host's own: tca_anchor_holder */

/** @return "iot-hub", "dps", "iot-central", "trust-file"; "unknown" for other numbers. */
TCA_API const char *tca_target_kind_name(uint32_t kind);

/* How possession is shown to a cloud service: tca_target_options.verification. */
#define TCA_VERIFICATION_PROOF 0u /**< by a proof of possession */
#define TCA_VERIFICATION_ON_UPLOAD                                                                 \
    1u /**< the upload says so (isVerified); the services document                                 \
            it as usual for tenant CAs */

/* Old and new CA have one subject and no key identifiers, so that most TLS stacks, told to trust
 * both, look at one of them only. In which order a place wants them: tca_target_options.order. */
#define TCA_ORDER_ACTIVE_FIRST                                                                     \
    0u                           /**< OpenSSL, BoringSSL, AWS-LC, wolfSSL and what is built on     \
                                      them: nginx, HAProxy, Envoy, Python's ssl */
#define TCA_ORDER_ACTIVE_LAST 1u /**< GnuTLS */
#define TCA_ORDER_ANY 2u         /**< each is tried: mbedTLS, Java, this library's own verify */

/* Members of tca_target_options.flags. */
#define TCA_TARGET_THROUGH_DPS                                                                     \
    0x1u /**< iot hub: every device comes through DPS, which registers it                          \
              by thumbprint: the hub needs no CA */

/** Which target. Texts are UTF-8; a pointer may be NULL where not needed. */
typedef struct tca_target_options {
    uint32_t struct_size;       /**< sizeof(tca_target_options) */
    uint32_t kind;              /**< TCA_TARGET_* */
    const char *name;           /**< for people and records: 1 to 64 letters, digits and . _ - */
    size_t name_length;         /**< in bytes */
    const char *endpoint;       /**< base URL; NULL: https://management.azure.com, or IoT Central's
                                     https://{application}.azureiotcentral.com */
    size_t endpoint_length;     /**< in bytes */
    const char *subscription;   /**< hub, DPS: the subscription's id */
    size_t subscription_length; /**< in bytes */
    const char *resource_group; /**< hub, DPS: the resource group's name */
    size_t resource_group_length; /**< in bytes */
    const char *resource;         /**< hub, DPS: its name */
    size_t resource_length;       /**< in bytes */
    const char *enrollment_group; /**< DPS: may be NULL, then verified is enough; Central: needed */
    size_t enrollment_group_length;   /**< in bytes */
    const char *service_endpoint;     /**< DPS with a group: its base URL; NULL:
                                           https://{resource}.azure-devices-provisioning.net */
    size_t service_endpoint_length;   /**< in bytes */
    const char *application;          /**< Central: the application's subdomain */
    size_t application_length;        /**< in bytes */
    const tca_anchor_holder *anchors; /**< anchors: the place, copied. Once the target is made its
                                           `destroy` will be called exactly once; on failure not */
    uint32_t flags;                   /**< TCA_TARGET_* */
    uint32_t verification;            /**< TCA_VERIFICATION_* */
    uint32_t order;                   /**< anchors: TCA_ORDER_* */
    uint32_t capacity;                /**< hub, DPS: how many certificates it takes; default 25 */
} tca_target_options;

/**
 * @param options  copied. An endpoint is https, or http to 127.0.0.1, [::1] or localhost
 * @param out      [out] yours to release
 * @param error    [out] may be NULL; names the option
 * @return TCA_E_ARGUMENT (something needed is missing, or of a form that cannot be),
 *         TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED, TCA_E_STRUCT_*
 */
TCA_API tca_result tca_target_new(const tca_target_options *options, tca_target **out,
                                  tca_error *error);

/** Take one more reference. @param target may be NULL. @param out [out] yours to release. */
TCA_API void tca_target_ref(const tca_target *target, tca_target **out);

/** Release. @param target may be NULL. */
TCA_API void tca_target_unref(tca_target *target);

/** @param target may be NULL. @return TCA_TARGET_*; 0 for NULL. */
TCA_API uint32_t tca_target_kind(const tca_target *target);

/** @param target the target @param text [out] its name, borrowed @param length [out] in bytes
 *  @return TCA_E_ARGUMENT */
TCA_API tca_result tca_target_name(const tca_target *target, const char **text, size_t *length);

/* ---- what a target holds ---- */

/** What a target held when it was read: immutable, reference-counted. */
typedef struct tca_registration_list tca_registration_list;

/* Members of tca_registration.flags. */
#define TCA_REGISTRATION_VERIFIED 0x1u  /**< possession was shown; anchors: always */
#define TCA_REGISTRATION_TRUSTED 0x2u   /**< devices signed by it are let in */
#define TCA_REGISTRATION_PRIMARY 0x4u   /**< in, or referred to by, the first slot of the group */
#define TCA_REGISTRATION_SECONDARY 0x8u /**< the second */
#define TCA_REGISTRATION_HAS_NOT_AFTER 0x10u
#define TCA_REGISTRATION_SHARED_CA                                                                 \
    0x20u /**< anchors: an upper CA, which all tenants share: every                                \
               tenant's devices are let in */

/** One certificate that a target holds. Texts are borrowed from the list. */
typedef struct tca_registration {
    uint32_t struct_size;     /**< set by the caller: sizeof(tca_registration) */
    uint32_t flags;           /**< TCA_REGISTRATION_* */
    tca_unix not_after;       /**< with its flag */
    const char *name;         /**< as the target names it; anchors: its place, from "1" */
    size_t name_length;       /**< in bytes */
    const char *thumbprint;   /**< SHA-1, upper case */
    size_t thumbprint_length; /**< in bytes */
} tca_registration;

/** @param list may be NULL. @return how many registrations. */
TCA_API uint32_t tca_registration_list_count(const tca_registration_list *list);

/**
 * @param list          the list
 * @param index         from 0, in the target's order
 * @param registration  [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_registration_list_get(const tca_registration_list *list, uint32_t index,
                                             tca_registration *registration);

/**
 * The registration of a certificate, whatever its name there: the trusted one first, then a
 * verified one, then any.
 *
 * @param list         the list
 * @param certificate  the certificate
 * @param index        [out] from 0; TCA_NO_INDEX on failure
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_registration_list_find(const tca_registration_list *list,
                                              const tca_certificate *certificate, uint32_t *index);

/** Take one more reference. @param list may be NULL. @param out [out] yours to release. */
TCA_API void tca_registration_list_ref(const tca_registration_list *list,
                                       tca_registration_list **out);

/** Release. @param list may be NULL. */
TCA_API void tca_registration_list_unref(tca_registration_list *list);

/* ---- operations; each ends in tca_call_take_registrations() ---- */

/**
 * Read what the target holds.
 *
 * @param target   referenced
 * @param options  may be NULL: the defaults
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED, TCA_E_STRUCT_*
 */
TCA_API tca_result tca_target_list(const tca_target *target, const tca_call_options *options,
                                   tca_call **out, tca_error *error);

/*
 * The changes. `before` is the list as it was read last, referenced; `index` is a registration of
 * it. Each returns as tca_target_list(), TCA_E_NOT_FOUND for a wrong index, and TCA_E_UNSUPPORTED
 * where the kind of target has no such operation; the call ends with TCA_E_CONFLICT when the target
 * has changed since. What else each returns, or its call ends with, stands with it.
 */

/** Upload a certificate under a new name that its thumbprint gives ("azure-sphere-54d2e787..."), or
 *  into a free slot. With verification on upload it is verified then. One that is there already,
 *  under whatever name, is not uploaded again. Not for anchors.
 *  @return also TCA_E_CAPACITY: hub or DPS holds as many as it takes. The call ends with that when
 *  both slots of IoT Central are taken, and with TCA_E_PROOF when the service does not verify on
 *  upload what it was to */
TCA_API tca_result tca_target_upload(const tca_target *target, const tca_registration_list *before,
                                     const tca_certificate *certificate,
                                     const tca_call_options *options, tca_call **out,
                                     tca_error *error);

/** Ask for a verification code; it ends the validity of the one before. The call also ends in
 *  tca_call_take_code(). Not for anchors. */
TCA_API tca_result tca_target_generate_code(const tca_target *target,
                                            const tca_registration_list *before, uint32_t index,
                                            const tca_call_options *options, tca_call **out,
                                            tca_error *error);

/** Show a proof of possession for the code. Not for anchors. The call ends with TCA_E_PROOF when it
 *  is refused, or the service does not call the certificate verified. */
TCA_API tca_result tca_target_verify(const tca_target *target, const tca_registration_list *before,
                                     uint32_t index, const tca_certificate *proof,
                                     const tca_call_options *options, tca_call **out,
                                     tca_error *error);

/** DPS with an enrollment group: let the group refer to it in a free slot; a group that is not
 *  there yet is made. What else the group says stays as it is. The call ends with TCA_E_CAPACITY
 *  when both slots are taken. */
TCA_API tca_result tca_target_refer(const tca_target *target, const tca_registration_list *before,
                                    uint32_t index, const tca_call_options *options, tca_call **out,
                                    tca_error *error);

/** Delete it, after any reference of the enrollment group to it. The last registration with
 *  TCA_REGISTRATION_TRUSTED cannot be removed, also when it has ended: the last verified
 *  certificate of a hub, of a DPS without a group, and of a slot, and a group's last reference.
 *  A hub with TCA_TARGET_THROUGH_DPS lets nobody in by what it holds: all of that can be removed.
 *  Not for anchors.
 *  @return also TCA_E_LAST_ANCHOR: it is the last one in @p before that lets devices in */
TCA_API tca_result tca_target_remove(const tca_target *target, const tca_registration_list *before,
                                     uint32_t index, const tca_call_options *options,
                                     tca_call **out, tca_error *error);

/** Anchors: trust what the rollover says must be trusted now, in the place's order, as
 *  tca_anchor_pem() has it; certificates of other tenants that are there stay behind them, as they
 *  were found. Nothing is written when that is what is there, in that form. The place is read once
 *  more right before it is written: where it is not as in @p before, the call ends with
 *  TCA_E_CONFLICT. It ends with TCA_E_LAST_ANCHOR when nothing is left to trust, TCA_E_NOT_FOUND
 *  when what must be trusted has no body, TCA_E_STORAGE when the holder fails. In each of these
 *  cases the place stays as it is. */
TCA_API tca_result tca_target_anchor(const tca_target *target, const tca_registration_list *before,
                                     const tca_rollover *rollover, const tca_call_options *options,
                                     tca_call **out, tca_error *error);

/** The list as it is after the operation. Once. @return as tca_call_take_inventory() */
TCA_API tca_result tca_call_take_registrations(tca_call *call, tca_registration_list **out);

/** The verification code. Once. @return as tca_call_take_inventory() */
TCA_API tca_result tca_call_take_code(tca_call *call, tca_bytes **out);

/* ---- anchors ---- */

/**
 * The certificates that must be trusted at the rollover's moment, as PEM: every tenant CA
 * certificate of the tenant that is not revoked and within its dates. Each is headed by a line that
 * names it, and there twice: as OpenSSL's TRUSTED CERTIFICATE, without which OpenSSL and what is
 * built on it refuse the devices of a CA that is no root, and plain. Never an upper CA: those are
 * shared by all tenants.
 *
 * @param rollover  the rollover
 * @param order     TCA_ORDER_*
 * @param out       [out] yours to release
 * @param error     [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_UNSUPPORTED (order), TCA_E_NOT_FOUND (a certificate that must be
 *         trusted has no body), TCA_E_LAST_ANCHOR (there is none to trust), TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_anchor_pem(const tca_rollover *rollover, uint32_t order, tca_bytes **out,
                                  tca_error *error);

TCA_END_DECLS

#endif
