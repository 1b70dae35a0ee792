/* SPDX-License-Identifier: MIT */
/**
 * @file trust.h  Does this device belong to the tenant?
 *
 * A trust set is made of inventories and decides: a device is trusted when its certificate was
 * signed by a tenant CA certificate of the expected tenant that is not revoked, both are valid at
 * the given time, the CA may sign certificates, the device's certificate is none of a CA and may
 * authenticate a client where it says what it may, nothing in it that is critical went unread, and
 * algorithms and key sizes are strong: SHA-256, SHA-384 or SHA-512 with RSA of at least 2048 bits
 * (PKCS #1 v1.5) or ECDSA on P-256, P-384 or P-521. Nothing stands between a tenant CA and its
 * devices, so only the first certificate of what a device presents is looked at.
 *
 * Through a rollover two CA certificates of one tenant, with one and the same name, sign devices
 * side by side. Both are tried; most TLS stacks choose one by its name and refuse the devices of
 * the other, which is why a host plugs tca_trust_verify() into theirs.
 *
 * Threads: any number of them verify on one set, each with the same usage and cache if it likes,
 * while another puts a new set into the holder. No call here waits for another.
 */
#ifndef TENANTCA_TRUST_H
#define TENANTCA_TRUST_H

#include "tenantca/error.h"
#include "tenantca/inventory.h"
#include "tenantca/rollover.h"
#include "tenantca/transport.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/* ---- checking signatures ---- */

/**
 * Checks signatures in the library's stead: for a host that links a faster implementation than
 * mbedTLS. Its slots are called by any number of threads at once. What it calls good is trusted, so
 * tca_trust_builder_finish() tries it first, on a good and on an altered signature for each kind of
 * key in the set.
 */
typedef struct tca_verifier {
    uint32_t struct_size; /**< sizeof(tca_verifier) */
    uint32_t flags;       /**< none yet: 0 */
    void *user;           /**< passed to the slots, not looked at */
    /** Make a key of a DER SubjectPublicKeyInfo, borrowed: tca_reply_set_handle(), then
     *  tca_reply_done(). Called when a CA certificate is first needed; one that fails is called
     *  again when it is next needed. */
    void (*key)(void *user, const uint8_t *public_key, size_t length, tca_reply *reply);
    /** Does @p signature, with an algorithm of TCA_SIGNATURE_*, sign what has this digest? If so
     *  tca_reply_done(), else, or when it cannot be told, tca_reply_fail(). */
    void (*check)(void *user, void *key, uint32_t signature_algorithm, const uint8_t *digest,
                  size_t digest_length, const uint8_t *signature, size_t signature_length,
                  tca_reply *reply);
    /** The key is not needed any more. */
    void (*release)(void *user, void *key);
    /** The library will not call again. May be NULL. */
    void (*destroy)(void *user);
} tca_verifier;

/* ---- building ---- */

/** What tells which tenants' devices are trusted: immutable, reference-counted. */
typedef struct tca_trust_set tca_trust_set;

/** What a trust set is made with; belongs to one thread at a time. */
typedef struct tca_trust_builder tca_trust_builder;

/** Room for a secret that spreads what is looked up, in bytes. */
#define TCA_TRUST_SECRET_SIZE 16

/** What a set may cost, and what it follows. A number that is 0 means its default. */
typedef struct tca_trust_options {
    uint32_t struct_size;           /**< sizeof(tca_trust_options) */
    uint32_t flags;                 /**< none yet: 0 */
    uint32_t max_tenants;           /**< in the set; default 100 000, at most 100 000 000 */
    uint32_t max_anchors;           /**< CA certificates in the set; default 1 000 000, likewise */
    uint32_t max_certificate_bytes; /**< of a device's certificate; default 64 KiB */
    uint32_t reserved;              /**< 0 */
    const uint8_t *secret;          /**< random bytes, TCA_TRUST_SECRET_SIZE of them, copied; may be
                                         NULL: what is looked up is then spread in a way that
                                         anybody can work out */
    size_t secret_length;           /**< in bytes; 0 with NULL */
    const tca_trust_set *previous;  /**< what the set replaces: it lends its generation and its
                                         verifier; may be NULL */
} tca_trust_options;

/**
 * Start an empty set.
 *
 * @param options  may be NULL: the defaults; copied, `previous` is not needed afterwards
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_LIMIT (of a limit), TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (flags),
 *         TCA_E_STRUCT_*
 */
TCA_API tca_result tca_trust_builder_new(const tca_trust_options *options, tca_trust_builder **out,
                                         tca_error *error);

/**
 * Trust one more tenant: the tenant CA certificates of its inventory.
 *
 * @param builder    the builder
 * @param inventory  of a tenant that was not added yet; referenced
 * @param error      [out] may be NULL
 * @return TCA_E_ARGUMENT (also an inventory that names no tenant), TCA_E_LIMIT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_trust_builder_add(tca_trust_builder *builder, const tca_inventory *inventory,
                                         tca_error *error);

/**
 * Check signatures with the host's verifier instead of mbedTLS, or of the previous set's.
 *
 * @param builder   the builder
 * @param verifier  copied; on TCA_OK its `destroy` is called once, after the last set that uses it
 * @param error     [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (flags), TCA_E_STRUCT_*
 */
TCA_API tca_result tca_trust_builder_set_verifier(tca_trust_builder *builder,
                                                  const tca_verifier *verifier, tca_error *error);

/**
 * Make the set of what was added. The builder is empty afterwards, also on failure.
 *
 * Revoked certificates stay in it as what is refused, and ended ones, so that a refusal can name
 * them; whether one is within its dates is judged by the time that is given to
 * tca_trust_verify().
 *
 * @param builder     the builder
 * @param now         the time of the CA certificates' status and phase
 * @param generation  the set's number; 0: the previous set's and one, from 1
 * @param out         [out] yours to release; may hold no certificate, then it trusts nothing
 * @param error       [out] may be NULL
 * @return TCA_E_ARGUMENT (a tenant was added twice), TCA_E_AMBIGUOUS (two tenants have one and the
 *         same CA key under one name), TCA_E_LIMIT (max_anchors, or more than 64 certificates of
 *         one name), TCA_E_NO_MEMORY, TCA_E_RANGE (now), TCA_E_SIGNATURE or TCA_E_CALLBACK (the
 *         verifier failed when it was tried)
 */
TCA_API tca_result tca_trust_builder_finish(tca_trust_builder *builder, tca_unix now,
                                            uint64_t generation, tca_trust_set **out,
                                            tca_error *error);

/** Release. @param builder may be NULL. */
TCA_API void tca_trust_builder_unref(tca_trust_builder *builder);

/* ---- the set ---- */

/** Take one more reference. @param set may be NULL. @param out [out] yours to release. */
TCA_API void tca_trust_set_ref(const tca_trust_set *set, tca_trust_set **out);

/** Release. @param set may be NULL. */
TCA_API void tca_trust_set_unref(tca_trust_set *set);

/** What a set holds. */
typedef struct tca_trust_summary {
    uint32_t struct_size;   /**< set by the caller: sizeof(tca_trust_summary) */
    uint32_t tenants;       /**< how many */
    uint64_t generation;    /**< its number */
    tca_unix now;           /**< the time of the CA certificates' status and phase */
    uint32_t anchors;       /**< CA certificates, those that are refused included */
    uint32_t trusted;       /**< of them: whose devices are trusted at `now`: neither revoked nor
                                 outside their dates, and fit to sign by usage and key */
    const uint8_t *content; /**< SHA-256, TCA_TRUST_CONTENT_SIZE bytes, borrowed from the set:
                                 the same when and only when tenants, CA certificates and what is
                                 revoked are, in whatever order they were added */
    size_t content_length;  /**< in bytes */
} tca_trust_summary;

#define TCA_TRUST_CONTENT_SIZE 32

/**
 * @param set      the set
 * @param summary  [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_trust_set_get_summary(const tca_trust_set *set, tca_trust_summary *summary);

/* ---- evidence of use ---- */

/** Counts which CA certificates devices come with. Any number of threads may use one at once, and
 *  it outlives the sets. */
typedef struct tca_usage tca_usage;

/** What counting may cost. A number that is 0 means its default. */
typedef struct tca_usage_options {
    uint32_t struct_size;      /**< sizeof(tca_usage_options) */
    uint32_t flags;            /**< none yet: 0 */
    uint32_t max_certificates; /**< CA certificates that are counted, 1.2 KB each; default 1 000 */
    uint32_t reserved;         /**< 0 */
} tca_usage_options;

/**
 * @param options  may be NULL: the defaults
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_LIMIT (more than 10 000 000), TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED,
 *         TCA_E_STRUCT_*
 */
TCA_API tca_result tca_usage_new(const tca_usage_options *options, tca_usage **out,
                                 tca_error *error);

/** Release; no other thread may be using it. @param usage may be NULL. */
TCA_API void tca_usage_unref(tca_usage *usage);

/** What was counted up to a moment: immutable. */
typedef struct tca_usage_snapshot tca_usage_snapshot;

/**
 * @param usage  may be in use by other threads meanwhile
 * @param out    [out] in the order of the thumbprints; yours to release
 * @param error  [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_usage_read(const tca_usage *usage, tca_usage_snapshot **out,
                                  tca_error *error);

/** Release. @param snapshot may be NULL. */
TCA_API void tca_usage_snapshot_unref(tca_usage_snapshot *snapshot);

/** @param snapshot may be NULL. @return how many CA certificates devices came with. */
TCA_API uint32_t tca_usage_snapshot_count(const tca_usage_snapshot *snapshot);

/** How one CA certificate was used. */
typedef struct tca_usage_record {
    uint32_t struct_size;   /**< set by the caller: sizeof(tca_usage_record) */
    uint32_t reserved;      /**< 0 */
    uint64_t accepted;      /**< verifications that ended well */
    uint64_t first_time;    /**< of them: not answered by a cache. With a cache that is large enough
                                 about one for each device and day, the life of its certificate */
    tca_unix last_accepted; /**< the latest time that such a verification was given */
    const char *thumbprint; /**< SHA-1, upper-case hexadecimal, borrowed from the snapshot */
    size_t thumbprint_length; /**< in bytes */
} tca_usage_record;

/**
 * @param snapshot  the snapshot
 * @param index     from 0
 * @param record    [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_usage_snapshot_get(const tca_usage_snapshot *snapshot, uint32_t index,
                                          tca_usage_record *record);

/**
 * @param snapshot    the snapshot
 * @param thumbprint  SHA-1 of the CA certificate, upper-case hexadecimal
 * @param length      in bytes
 * @param record      [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND (it was never used), TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_usage_snapshot_find(const tca_usage_snapshot *snapshot,
                                           const char *thumbprint, size_t length,
                                           tca_usage_record *record);

/**
 * @param snapshot  the snapshot
 * @param out       [out] accepted verifications that were not counted since there were more CA
 *                  certificates than max_certificates
 * @return TCA_E_ARGUMENT
 */
TCA_API tca_result tca_usage_snapshot_missed(const tca_usage_snapshot *snapshot, uint64_t *out);

/* ---- remembering verdicts ---- */

/**
 * Remembers devices that were found trusted: a device shows one certificate for a day. Bounded, and
 * allocates nothing after it was made. Any number of threads may use one at once, with any sets:
 * what is remembered counts only under the same content (tca_trust_summary), until either
 * certificate ends. Refusals are not kept, so that strangers cannot fill it.
 */
typedef struct tca_verdict_cache tca_verdict_cache;

/** What remembering may cost. A number that is 0 means its default. */
typedef struct tca_cache_options {
    uint32_t struct_size;           /**< sizeof(tca_cache_options) */
    uint32_t flags;                 /**< none yet: 0 */
    uint32_t max_entries;           /**< devices; default 10 000. Memory: about 1.25 times
                                         (max_certificate_bytes + 80) bytes each, touched as it is
                                         filled */
    uint32_t max_certificate_bytes; /**< larger ones are not kept; default 1 024 */
    const uint8_t *secret;          /**< random bytes, TCA_TRUST_SECRET_SIZE of them, copied; may be
                                         NULL */
    size_t secret_length;           /**< in bytes; 0 with NULL */
} tca_cache_options;

/**
 * @param options  may be NULL: the defaults
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_LIMIT (more than 100 000 000 entries, or certificates of more than
 *         65 535 bytes), TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (flags), TCA_E_STRUCT_*
 */
TCA_API tca_result tca_verdict_cache_new(const tca_cache_options *options, tca_verdict_cache **out,
                                         tca_error *error);

/** Release; no other thread may be using it. @param cache may be NULL. */
TCA_API void tca_verdict_cache_unref(tca_verdict_cache *cache);

/** What a cache was good for. */
typedef struct tca_cache_statistics {
    uint32_t struct_size; /**< set by the caller: sizeof(tca_cache_statistics) */
    uint32_t reserved;    /**< 0 */
    uint64_t hits;        /**< verifications that it answered */
    uint64_t misses;      /**< those that it did not, whatever came of them */
    uint64_t kept;        /**< devices put into it */
    uint64_t replaced;    /**< of them: in the place of another */
} tca_cache_statistics;

/**
 * @param cache       the cache; may be in use by other threads meanwhile
 * @param statistics  [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_verdict_cache_get_statistics(const tca_verdict_cache *cache,
                                                    tca_cache_statistics *statistics);

/* ---- deciding ---- */

/* Why a device is not trusted: values of tca_verdict.refusal. */
#define TCA_REFUSED_NOT 0u                /**< it is trusted */
#define TCA_REFUSED_UNDECIDED 1u          /**< it could not be decided: see the result */
#define TCA_REFUSED_MALFORMED 2u          /**< its certificate breaks RFC 5280 or DER */
#define TCA_REFUSED_TOO_LARGE 3u          /**< its certificate passes a limit */
#define TCA_REFUSED_CRITICAL_EXTENSION 4u /**< something critical is unknown or went unread */
#define TCA_REFUSED_UNKNOWN_ISSUER 5u     /**< no CA fits its issuer's name and key identifier */
#define TCA_REFUSED_WRONG_TENANT 6u       /**< the issuer is another tenant's than expected */
#define TCA_REFUSED_IS_CA 7u              /**< its certificate is that of a CA */
#define TCA_REFUSED_USAGE 8u              /**< its certificate is not for authenticating a client */
#define TCA_REFUSED_WEAK_ALGORITHM 9u     /**< its signature's algorithm is weak or unknown */
#define TCA_REFUSED_WEAK_KEY 10u          /**< its key is weak or of an unknown kind */
#define TCA_REFUSED_NO_IDENTITY                                                                    \
    11u                                  /**< not exactly one common name, of up to 255 bytes of   \
                                              UTF-8 without control characters */
#define TCA_REFUSED_NOT_YET_VALID 12u    /**< its certificate begins later */
#define TCA_REFUSED_EXPIRED 13u          /**< its certificate has ended */
#define TCA_REFUSED_SIGNATURE 14u        /**< a CA has its issuer's name; none has signed it */
#define TCA_REFUSED_CA_REVOKED 15u       /**< signed by a CA certificate that was revoked */
#define TCA_REFUSED_CA_NOT_PERMITTED 16u /**< signed by a certificate that may not sign others */
#define TCA_REFUSED_CA_KEY 17u           /**< its CA's key is weak, of an unknown kind, or no key */
#define TCA_REFUSED_CA_NOT_YET_VALID 18u /**< signed by a CA certificate that begins later */
#define TCA_REFUSED_CA_EXPIRED 19u       /**< signed by a CA certificate that has ended */

/** @return "trusted", "unknown-issuer", ...; "unknown" for a number this library does not know. */
TCA_API const char *tca_refusal_name(uint32_t refusal);

/** @return a clause for people ("its certificate has ended"); "unknown refusal" for others. */
TCA_API const char *tca_refusal_text(uint32_t refusal);

/** What is expected of a device. A member that is 0 or NULL is not asked for. */
typedef struct tca_verify_options {
    uint32_t struct_size;     /**< sizeof(tca_verify_options) */
    uint32_t flags;           /**< none yet: 0 */
    const char *tenant;       /**< the tenant it must belong to, any case; NULL: any of the set */
    size_t tenant_length;     /**< in bytes */
    tca_usage *usage;         /**< counts what is accepted; may be NULL */
    tca_verdict_cache *cache; /**< remembers what is accepted; may be NULL */
} tca_verify_options;

/** Room for a device id, in bytes, its NUL included. */
#define TCA_DEVICE_ID_SIZE 256

/* Members of tca_verdict.flags. */
#define TCA_VERDICT_FROM_CACHE 0x1u /**< remembered: no signature was checked */

/**
 * What was decided. Texts are borrowed from the set. Of a device that is not trusted tenant and CA
 * are given as far as they are known: a CA only when it has signed the certificate.
 */
typedef struct tca_verdict {
    uint32_t struct_size;        /**< set by the caller: sizeof(tca_verdict) */
    uint32_t trusted;            /**< 1: it belongs; 0: it does not */
    uint32_t refusal;            /**< TCA_REFUSED_* */
    uint32_t flags;              /**< TCA_VERDICT_* */
    tca_unix valid_until;        /**< the last second at which it holds; 0 when it is not trusted */
    const char *tenant;          /**< the tenant's id, lower case; NULL when it is not known */
    size_t tenant_length;        /**< in bytes */
    const char *ca_thumbprint;   /**< SHA-1 of the CA's, upper-case hexadecimal; NULL: not known */
    size_t ca_thumbprint_length; /**< in bytes */
    tca_unix ca_not_before;      /**< of the CA certificate */
    tca_unix ca_not_after;       /**< of the CA certificate */
    uint32_t ca_status;          /**< TCA_STATUS_* of the CA certificate at the set's time */
    uint32_t ca_phase;           /**< TCA_PHASE_*, likewise */
    uint32_t signature_checks;   /**< how many were made */
    uint32_t device_id_length;   /**< in bytes */
    char device_id[TCA_DEVICE_ID_SIZE]; /**< the certificate's common name, NUL-terminated; empty
                                             when the device is not trusted */
} tca_verdict;

/**
 * Does this device belong? Everything that costs nothing is looked at before a signature is
 * checked.
 *
 * @param set           the set
 * @param certificates  what the device presented, each DER; only the first, its own, is read
 * @param lengths       of each, in bytes
 * @param count         how many, at least 1
 * @param now           the time at which it is judged
 * @param options       may be NULL: any tenant of the set
 * @param verdict       [out] struct_size is the caller's; nothing is written behind it. Filled also
 *                      on failure, and then `trusted` is 0
 * @param error         [out] may be NULL; says why in full ("device certificate: signed by tenant
 *                      CA 52DF..., which ended at 2026-08-01T00:00:00Z")
 * @return TCA_OK when it is trusted, TCA_E_NOT_TRUSTED when it is not; TCA_E_ARGUMENT,
 *         TCA_E_MALFORMED (the expected tenant is not a GUID), TCA_E_NO_MEMORY, TCA_E_CALLBACK (the
 *         verifier returned without an answer), TCA_E_UNSUPPORTED (flags), TCA_E_STRUCT_*
 */
TCA_API tca_result tca_trust_verify(const tca_trust_set *set, const uint8_t *const *certificates,
                                    const size_t *lengths, uint32_t count, tca_unix now,
                                    const tca_verify_options *options, tca_verdict *verdict,
                                    tca_error *error);

/* ---- the set in use ---- */

/** Holds the set in use. Any number of threads may acquire and swap at once. */
typedef struct tca_trust_holder tca_trust_holder;

/**
 * @param set    the first set; referenced
 * @param out    [out] yours to release
 * @param error  [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_trust_holder_new(const tca_trust_set *set, tca_trust_holder **out,
                                        tca_error *error);

/**
 * The set in use now, for as long as the caller keeps it. Never waits.
 *
 * @param holder  the holder
 * @param out     [out] yours to release; may outlive the holder
 * @return TCA_E_ARGUMENT
 */
TCA_API tca_result tca_trust_holder_acquire(tca_trust_holder *holder, tca_trust_set **out);

/**
 * Put another set in use. Those who acquired the earlier one go on with it.
 *
 * @param holder  the holder
 * @param set     referenced
 * @param error   [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_BUSY (dozens of swaps while one and the same acquisition stood
 *         still in the middle: try again)
 */
TCA_API tca_result tca_trust_holder_swap(tca_trust_holder *holder, const tca_trust_set *set,
                                         tca_error *error);

/** Release; no other thread may be using it. @param holder may be NULL. */
TCA_API void tca_trust_holder_unref(tca_trust_holder *holder);

TCA_END_DECLS

#endif
