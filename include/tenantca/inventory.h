/* SPDX-License-Identifier: MIT */
/**
 * @file inventory.h  The certificates of one tenant, with what a service said of each.
 *
 * An inventory is built step by step (tca_inventory_builder), or read in one go
 * (tca_inventory_parse), and does not change afterwards. What a service said is kept beside what
 * the certificate itself says; where the two contradict each other the certificate counts and the
 * entry carries an anomaly.
 */
#ifndef TENANTCA_INVENTORY_H
#define TENANTCA_INVENTORY_H

#include "tenantca/certificate.h"
#include "tenantca/error.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** The certificates of one tenant: immutable, reference-counted, shareable between threads. */
typedef struct tca_inventory tca_inventory;

/** One certificate of an inventory; lives as long as the inventory. */
typedef struct tca_entry tca_entry;

/** What an inventory is made with; belongs to one thread at a time. */
typedef struct tca_inventory_builder tca_inventory_builder;

/** What building may cost, and for whom it is. A number that is 0 means its default. */
typedef struct tca_inventory_options {
    uint32_t struct_size;           /**< sizeof(tca_inventory_options) */
    uint32_t flags;                 /**< none yet: 0 */
    uint64_t max_input_bytes;       /**< of one input; default 16 MiB */
    uint32_t max_certificate_bytes; /**< of one certificate's DER; default 64 KiB */
    uint32_t max_entries;           /**< in the whole inventory; default 1 000 */
    uint32_t max_json_depth;        /**< nesting of a JSON document; default 32, at most 256 */
    uint32_t reserved;              /**< 0 */
    const char *tenant;             /**< tenant id wanted, UTF-8, any case; may be NULL: the only
                                         one there is */
    size_t tenant_length;           /**< in bytes */
} tca_inventory_options;

/* What a service says of a certificate: values of tca_service_record.status. */
#define TCA_SERVICE_NONE 0u /**< nothing was said */
#define TCA_SERVICE_ACTIVE 1u
#define TCA_SERVICE_INACTIVE 2u /**< new, retired or (legacy service) expired */
#define TCA_SERVICE_EXPIRED 3u
#define TCA_SERVICE_REVOKED 4u
#define TCA_SERVICE_OTHER 5u /**< a word this library does not know; counts as inactive */

/* Members of tca_service_record.flags. */
#define TCA_SERVICE_HAS_NOT_BEFORE 0x1u
#define TCA_SERVICE_HAS_NOT_AFTER 0x2u

/** What a service said of one certificate, besides its body. */
typedef struct tca_service_record {
    uint32_t struct_size;     /**< sizeof(tca_service_record) */
    uint32_t flags;           /**< TCA_SERVICE_HAS_* */
    tca_unix not_before;      /**< with its flag */
    tca_unix not_after;       /**< with its flag */
    const char *thumbprint;   /**< SHA-1, hexadecimal; may be NULL */
    size_t thumbprint_length; /**< in bytes */
    const char *serial;       /**< hexadecimal; may be NULL */
    size_t serial_length;     /**< in bytes */
    uint32_t status;          /**< TCA_SERVICE_* */
    uint32_t reserved;        /**< 0 */
} tca_service_record;

/**
 * Start an empty inventory.
 *
 * @param options  may be NULL: the defaults; copied
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_MALFORMED (the tenant is not a GUID), TCA_E_NO_MEMORY,
 *         TCA_E_UNSUPPORTED (flags), TCA_E_STRUCT_*
 */
TCA_API tca_result tca_inventory_builder_new(const tca_inventory_options *options,
                                             tca_inventory_builder **out, tca_error *error);

/**
 * Add one certificate, or one that a service lists without its body. The same certificate added
 * again completes its entry. On failure the builder is as it was.
 *
 * @param builder      the builder
 * @param certificate  may be NULL when @p record names a thumbprint or a serial number
 * @param record       what a service said of it; may be NULL
 * @param error        [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_LIMIT, TCA_E_MALFORMED (thumbprint or serial), TCA_E_NO_MEMORY,
 *         TCA_E_RANGE (a date outside TCA_TIME_MIN .. TCA_TIME_MAX), TCA_E_UNSUPPORTED,
 *         TCA_E_STRUCT_*
 */
TCA_API tca_result tca_inventory_builder_add(tca_inventory_builder *builder,
                                             const tca_certificate *certificate,
                                             const tca_service_record *record, tca_error *error);

/**
 * Add all that an input holds: certificates in any encoding tca_certificate_list_parse() reads, the
 * legacy service's list document (an array of Thumbprint, IsActive, IsRevoked, Certificate), or the
 * integrated one's (value[] with properties); told apart by content. On failure the builder is as
 * it was. Where an integrated document names a next page, the host gets it and adds it likewise:
 * tca_inventory_builder_next_link().
 *
 * @param builder  the builder
 * @param data     the input
 * @param length   in bytes
 * @param error    [out] may be NULL; names the entry ("entry 2 of 3: Certificate: ...")
 * @return as tca_inventory_builder_add() and tca_certificate_list_parse()
 */
TCA_API tca_result tca_inventory_builder_add_input(tca_inventory_builder *builder,
                                                   const uint8_t *data, size_t length,
                                                   tca_error *error);

/**
 * As tca_inventory_builder_add_input(), of a list document and nothing else: what a service
 * answered where a list was asked for.
 *
 * @return as tca_inventory_builder_add_input()
 */
TCA_API tca_result tca_inventory_builder_add_list(tca_inventory_builder *builder,
                                                  const uint8_t *data, size_t length,
                                                  tca_error *error);

/**
 * The `nextLink` of the document added last.
 *
 * @param builder  the builder
 * @param url      [out] borrowed until the builder changes
 * @param length   [out] in bytes
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND when it was the last page
 */
TCA_API tca_result tca_inventory_builder_next_link(const tca_inventory_builder *builder,
                                                   const char **url, size_t *length);

/**
 * Remember what was known before. A tenant CA certificate that @p previous holds, that is not
 * revoked and within its dates at @p now, stays in the finished inventory when nothing else added
 * lists it (TCA_ANOMALY_WITHHELD); one that lacks its body is completed with it.
 *
 * @param builder   the builder
 * @param previous  the last good inventory of the same tenant
 * @param now       the time at which it is judged
 * @param error     [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_inventory_builder_set_previous(tca_inventory_builder *builder,
                                                      const tca_inventory *previous, tca_unix now,
                                                      tca_error *error);

/**
 * Make the inventory of what was added. The builder is empty afterwards, also on failure.
 *
 * Where the certificates carry more than one tenant id and the options name none, this fails and
 * says which; with a tenant named, certificates of the others are left out unless a service listed
 * them as this tenant's (TCA_ANOMALY_FOREIGN_TENANT).
 *
 * @param builder  the builder
 * @param out      [out] yours to release; may hold no entry
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_AMBIGUOUS (two tenants), TCA_E_LIMIT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_inventory_builder_finish(tca_inventory_builder *builder, tca_inventory **out,
                                                tca_error *error);

/** Release. @param builder may be NULL. */
TCA_API void tca_inventory_builder_unref(tca_inventory_builder *builder);

/**
 * Read one input into an inventory: builder, add_input, finish.
 *
 * @param data     the input
 * @param length   in bytes
 * @param options  may be NULL: the defaults
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return as the three; TCA_E_UNSUPPORTED when a document says that more pages follow
 */
TCA_API tca_result tca_inventory_parse(const uint8_t *data, size_t length,
                                       const tca_inventory_options *options, tca_inventory **out,
                                       tca_error *error);

/** Take one more reference. @param inventory may be NULL. @param out [out] yours to release. */
TCA_API void tca_inventory_ref(const tca_inventory *inventory, tca_inventory **out);

/** Release. @param inventory may be NULL. */
TCA_API void tca_inventory_unref(tca_inventory *inventory);

/**
 * @param inventory  the inventory
 * @param text       [out] the tenant's id, lower case, borrowed
 * @param length     [out] in bytes
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND when neither a certificate nor the options name one
 */
TCA_API tca_result tca_inventory_tenant(const tca_inventory *inventory, const char **text,
                                        size_t *length);

/** @param inventory may be NULL. @return how many entries. */
TCA_API uint32_t tca_inventory_count(const tca_inventory *inventory);

/**
 * @param inventory  the inventory
 * @param index      from 0, in the order of the source (the printed index is one more)
 * @param out        [out] borrowed from the inventory
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND
 */
TCA_API tca_result tca_inventory_get(const tca_inventory *inventory, uint32_t index,
                                     const tca_entry **out);

/**
 * Find an entry by the name a person gives it. Either case, colons and spaces ignored: a thumbprint
 * (SHA-1 or SHA-256) or serial number in full; else up to three decimal digits are the printed
 * index, from 1; else four or more hexadecimal digits are the beginning of either number and must
 * fit exactly one entry. Leading zeros of a serial number in full do not matter; its beginning has
 * those that are printed, or none.
 *
 * @param inventory  the inventory
 * @param name       UTF-8
 * @param length     in bytes, at most 256
 * @param index      [out] from 0; TCA_NO_INDEX on failure
 * @param error      [out] may be NULL; lists the candidates
 * @return TCA_E_ARGUMENT, TCA_E_MALFORMED (no name of any of these kinds), TCA_E_NOT_FOUND,
 *         TCA_E_AMBIGUOUS, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_inventory_find(const tca_inventory *inventory, const char *name,
                                      size_t length, uint32_t *index, tca_error *error);

/* What a certificate is to the tenant: values of tca_entry_info.role. */
#define TCA_ROLE_OTHER 0u    /**< a proof, a device, anything else */
#define TCA_ROLE_UPPER_CA 1u /**< a CA above: root, policy CA; shared by all tenants */
#define TCA_ROLE_TENANT_CA                                                                         \
    2u /**< the tenant's: has status and phase, enters rollover and trust                          \
        */

/** @return "tenant-ca", "upper-ca", "other"; "unknown" for a number this library does not know. */
TCA_API const char *tca_role_name(uint32_t role);

/* Contradictions: bits of tca_entry_info.anomalies (first group, known from the entry alone),
 * tca_entry_state.anomalies and tca_rollover_summary.anomalies (see rollover.h). */
#define TCA_ANOMALY_THUMBPRINT_MISMATCH 0x1u /**< the service's thumbprint is not the DER's */
#define TCA_ANOMALY_SERIAL_MISMATCH 0x2u     /**< the service's serial number is not the DER's */
#define TCA_ANOMALY_DATE_MISMATCH 0x4u       /**< a date of the service is not the DER's */
#define TCA_ANOMALY_FOREIGN_TENANT 0x8u      /**< listed, but its subject names another tenant */
#define TCA_ANOMALY_NO_DATES 0x10u           /**< neither body nor a date */
#define TCA_ANOMALY_WITHHELD 0x20u           /**< known from before, missing in the newer answer */
#define TCA_ANOMALY_UNKNOWN_STATUS 0x40u     /**< the service used a word this library lacks */
#define TCA_ANOMALY_LISTED_TWICE                                                                   \
    0x80u                              /**< listed again with other words; the first count, but    \
                                            revoked wins */
#define TCA_ANOMALY_NOT_A_CA 0x100u    /**< listed as a tenant CA, but cannot be one */
#define TCA_ANOMALY_NO_ACTIVE 0x10000u /**< certificates, but no active one */
#define TCA_ANOMALY_SEVERAL_ACTIVE 0x20000u        /**< more than one active certificate */
#define TCA_ANOMALY_ACTIVE_EXPIRED 0x40000u        /**< the active one is past its end */
#define TCA_ANOMALY_ACTIVE_NOT_YET_VALID 0x80000u  /**< the active one has not begun */
#define TCA_ANOMALY_ACTIVE_WITHOUT_DATES 0x100000u /**< called active; no body, not both dates */
#define TCA_ANOMALY_EXPIRED_TOO_EARLY 0x200000u    /**< called expired before its end */

/** @return the name of one TCA_ANOMALY_* bit ("thumbprint-mismatch"); "unknown" for others. */
TCA_API const char *tca_anomaly_name(uint32_t bit);

/* Members of tca_entry_info.flags. */
#define TCA_ENTRY_HAS_BODY 0x1u /**< the certificate itself is there */
#define TCA_ENTRY_HAS_NOT_BEFORE                                                                   \
    0x2u                             /**< not_before is known, from the DER or else the service    \
                                      */
#define TCA_ENTRY_HAS_NOT_AFTER 0x4u /**< not_after likewise */
#define TCA_ENTRY_LISTED 0x8u        /**< a service listed it */

/** What is known of an entry, at any time. Its status depends on the time: see rollover.h. */
typedef struct tca_entry_info {
    uint32_t struct_size;    /**< set by the caller: sizeof(tca_entry_info) */
    uint32_t flags;          /**< TCA_ENTRY_* */
    tca_unix not_before;     /**< with its flag */
    tca_unix not_after;      /**< with its flag */
    uint32_t role;           /**< TCA_ROLE_* */
    uint32_t service_status; /**< TCA_SERVICE_*: what the service said */
    uint32_t anomalies;      /**< TCA_ANOMALY_* of the first group */
    uint32_t reserved;       /**< 0 */
} tca_entry_info;

/**
 * @param entry  the entry
 * @param info   [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_entry_get_info(const tca_entry *entry, tca_entry_info *info);

/** The certificate. @param out [out] borrowed from @p entry. @return TCA_E_ARGUMENT,
 *  TCA_E_NOT_FOUND when it is listed without its body. */
TCA_API tca_result tca_entry_certificate(const tca_entry *entry, const tca_certificate **out);

/** The thumbprint (SHA-1, upper case), of the body or else as the service gave it; borrowed.
 *  @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_NO_MEMORY */
TCA_API tca_result tca_entry_thumbprint(const tca_entry *entry, const char **text, size_t *length);

/** The serial number (upper case, leading 00 kept), of the body or else as the service gave it;
 *  borrowed. @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_NO_MEMORY */
TCA_API tca_result tca_entry_serial(const tca_entry *entry, const char **text, size_t *length);

TCA_END_DECLS

#endif
