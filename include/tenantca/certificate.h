/* SPDX-License-Identifier: MIT */
/**
 * @file certificate.h  One certificate: reading it, its fields, its thumbprints, its issuer.
 *
 * The reader is strict (DER, RFC 5280) and has one deliberate exception: the proof-of-possession
 * certificates of the Azure Sphere Security Service carry an empty extended key usage, which
 * RFC 5280 forbids. It is accepted in a certificate that is not a CA and whose key usage is exactly
 * encipherOnly, as in every proof the service makes, and nowhere else; such a certificate is marked
 * TCA_CERTIFICATE_IS_PROOF.
 */
#ifndef TENANTCA_CERTIFICATE_H
#define TENANTCA_CERTIFICATE_H

#include "tenantca/error.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/** A certificate: immutable, reference-counted, shareable between threads. */
typedef struct tca_certificate tca_certificate;

/** Certificates in the order in which their source holds them: immutable, reference-counted. */
typedef struct tca_certificate_list tca_certificate_list;

/** What reading may cost. A member that is 0 means its default. */
typedef struct tca_parse_options {
    uint32_t struct_size;           /**< sizeof(tca_parse_options) */
    uint32_t flags;                 /**< none yet: 0 */
    uint64_t max_input_bytes;       /**< of the whole input; default 16 MiB */
    uint32_t max_certificate_bytes; /**< of one certificate's DER; default 64 KiB */
    uint32_t max_certificates;      /**< in one input; default 1 000 */
} tca_parse_options;

/**
 * Read every certificate of an input. What the input is, is told from its content: DER of one
 * certificate; DER of a PKCS#7 (CMS) certificates-only message (`.p7b`); PEM with any number of
 * CERTIFICATE and PKCS7 blocks, with text between them, blocks of other kinds passed over; or
 * base64 of either DER, wrapped or not. A byte order mark and either line ending are accepted.
 *
 * @param data     the input
 * @param length   in bytes
 * @param options  limits; may be NULL: the defaults
 * @param out      [out] at least one certificate; yours to release
 * @param error    [out] may be NULL; names the certificate ("certificate 2: ...")
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (flags), TCA_E_STRUCT_*, TCA_E_LIMIT,
 *         TCA_E_MALFORMED, TCA_E_CRITICAL_EXTENSION
 */
TCA_API tca_result tca_certificate_list_parse(const uint8_t *data, size_t length,
                                              const tca_parse_options *options,
                                              tca_certificate_list **out, tca_error *error);

/** @param list may be NULL. @return how many certificates. */
TCA_API uint32_t tca_certificate_list_count(const tca_certificate_list *list);

/**
 * @param list   the list
 * @param index  from 0
 * @param out    [out] borrowed from the list
 * @return TCA_E_ARGUMENT, TCA_E_NOT_FOUND
 */
TCA_API tca_result tca_certificate_list_get(const tca_certificate_list *list, uint32_t index,
                                            const tca_certificate **out);

/** Release. @param list may be NULL. */
TCA_API void tca_certificate_list_unref(tca_certificate_list *list);

/**
 * Read the only certificate of an input, in any of the encodings of tca_certificate_list_parse().
 *
 * @param data     the input
 * @param length   in bytes
 * @param options  limits; may be NULL: the defaults
 * @param out      [out] yours to release
 * @param error    [out] may be NULL
 * @return as tca_certificate_list_parse(); TCA_E_AMBIGUOUS when there is more than one
 */
TCA_API tca_result tca_certificate_parse(const uint8_t *data, size_t length,
                                         const tca_parse_options *options, tca_certificate **out,
                                         tca_error *error);

/**
 * Take one more reference.
 *
 * @param certificate  may be NULL
 * @param out          [out] the same certificate, yours to release; NULL for NULL
 */
TCA_API void tca_certificate_ref(const tca_certificate *certificate, tca_certificate **out);

/** Release. @param certificate may be NULL. */
TCA_API void tca_certificate_unref(tca_certificate *certificate);

/** @return 1 when both have the same DER, else 0 (also when one is NULL). */
TCA_API uint32_t tca_certificate_equal(const tca_certificate *one, const tca_certificate *other);

/* Members of tca_certificate_info.flags. */
#define TCA_CERTIFICATE_IS_CA 0x1u                  /**< basic constraints say CA */
#define TCA_CERTIFICATE_HAS_PATH_LENGTH 0x2u        /**< path_length is set */
#define TCA_CERTIFICATE_HAS_KEY_USAGE 0x4u          /**< key_usage is set */
#define TCA_CERTIFICATE_HAS_EXTENDED_KEY_USAGE 0x8u /**< extended_key_usage is set */
#define TCA_CERTIFICATE_IS_PROOF 0x10u /**< a proof-of-possession certificate, see above */

/* Members of tca_certificate_info.key_usage (RFC 5280, 4.2.1.3). */
#define TCA_KEY_USAGE_DIGITAL_SIGNATURE 0x1u
#define TCA_KEY_USAGE_CONTENT_COMMITMENT 0x2u
#define TCA_KEY_USAGE_KEY_ENCIPHERMENT 0x4u
#define TCA_KEY_USAGE_DATA_ENCIPHERMENT 0x8u
#define TCA_KEY_USAGE_KEY_AGREEMENT 0x10u
#define TCA_KEY_USAGE_KEY_CERT_SIGN 0x20u
#define TCA_KEY_USAGE_CRL_SIGN 0x40u
#define TCA_KEY_USAGE_ENCIPHER_ONLY 0x80u
#define TCA_KEY_USAGE_DECIPHER_ONLY 0x100u

/* Members of tca_certificate_info.extended_key_usage (RFC 5280, 4.2.1.12). */
#define TCA_EXTENDED_KEY_USAGE_SERVER_AUTH 0x1u
#define TCA_EXTENDED_KEY_USAGE_CLIENT_AUTH 0x2u
#define TCA_EXTENDED_KEY_USAGE_CODE_SIGNING 0x4u
#define TCA_EXTENDED_KEY_USAGE_EMAIL_PROTECTION 0x8u
#define TCA_EXTENDED_KEY_USAGE_TIME_STAMPING 0x10u
#define TCA_EXTENDED_KEY_USAGE_OCSP_SIGNING 0x20u
#define TCA_EXTENDED_KEY_USAGE_ANY 0x40u
#define TCA_EXTENDED_KEY_USAGE_OTHER 0x80u /**< one that is not listed here */

/* Values of tca_certificate_info.key_type. */
#define TCA_KEY_OTHER 0u /**< read, but no signature can be checked with it */
#define TCA_KEY_EC 1u    /**< on the NIST curve of key_bits bits: 256, 384, 521 */
#define TCA_KEY_RSA 2u   /**< with a modulus of key_bits bits */

/* Values of tca_certificate_info.signature_algorithm. */
#define TCA_SIGNATURE_OTHER 0u
#define TCA_SIGNATURE_ECDSA_SHA1 1u
#define TCA_SIGNATURE_ECDSA_SHA256 2u
#define TCA_SIGNATURE_ECDSA_SHA384 3u
#define TCA_SIGNATURE_ECDSA_SHA512 4u
#define TCA_SIGNATURE_RSA_SHA1 5u
#define TCA_SIGNATURE_RSA_SHA256 6u
#define TCA_SIGNATURE_RSA_SHA384 7u
#define TCA_SIGNATURE_RSA_SHA512 8u

/** The fields of a certificate that are numbers. */
typedef struct tca_certificate_info {
    uint32_t struct_size;         /**< set by the caller: sizeof(tca_certificate_info) */
    uint32_t flags;               /**< TCA_CERTIFICATE_* */
    tca_unix not_before;          /**< first second of the validity */
    tca_unix not_after;           /**< last second of the validity, which still counts */
    uint32_t version;             /**< 1, 2 or 3 */
    uint32_t key_type;            /**< TCA_KEY_* */
    uint32_t key_bits;            /**< 0 for TCA_KEY_OTHER */
    uint32_t signature_algorithm; /**< TCA_SIGNATURE_* */
    uint32_t path_length;         /**< how many CAs may follow below, with its flag */
    uint32_t key_usage;           /**< TCA_KEY_USAGE_*, with its flag */
    uint32_t extended_key_usage;  /**< TCA_EXTENDED_KEY_USAGE_*, with its flag */
    uint32_t reserved;            /**< 0 */
} tca_certificate_info;

/**
 * @param certificate  the certificate
 * @param info         [out] struct_size is the caller's; nothing is written behind it
 * @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_certificate_get_info(const tca_certificate *certificate,
                                            tca_certificate_info *info);

/** @return "id-ecPublicKey", "rsaEncryption" or "other" for a TCA_KEY_*; "unknown" else. */
TCA_API const char *tca_key_type_name(uint32_t key_type);

/** @return the name RFC 3279, 4055 and 5758 give a TCA_SIGNATURE_* ("ecdsa-with-SHA384"), "other";
 *  "unknown" for a number this library does not know. */
TCA_API const char *tca_signature_algorithm_name(uint32_t signature_algorithm);

/* The single bits of TCA_KEY_USAGE_* and TCA_EXTENDED_KEY_USAGE_* by their RFC 5280 names
 * ("keyCertSign", "clientAuth"); "unknown" for anything else. */
TCA_API const char *tca_key_usage_name(uint32_t bit);
TCA_API const char *tca_extended_key_usage_name(uint32_t bit);

/** @return 1 when @p at lies from notBefore to notAfter, both included, else 0 (also for NULL). */
TCA_API uint32_t tca_certificate_valid_at(const tca_certificate *certificate, tca_unix at);

/*
 * Bytes of the certificate, borrowed from it. Each returns TCA_OK, TCA_E_ARGUMENT when a pointer is
 * NULL, or TCA_E_NOT_FOUND where the certificate has no such part (the two key identifiers).
 */

/** The whole certificate. */
TCA_API tca_result tca_certificate_der(const tca_certificate *certificate, const uint8_t **data,
                                       size_t *length);
/** The subject's Name, tag and length included. */
TCA_API tca_result tca_certificate_subject_der(const tca_certificate *certificate,
                                               const uint8_t **data, size_t *length);
/** The issuer's Name, tag and length included. */
TCA_API tca_result tca_certificate_issuer_der(const tca_certificate *certificate,
                                              const uint8_t **data, size_t *length);
/** The serial number as its DER INTEGER's content: a leading 00 is kept. */
TCA_API tca_result tca_certificate_serial(const tca_certificate *certificate, const uint8_t **data,
                                          size_t *length);
/** The SubjectPublicKeyInfo, tag and length included. */
TCA_API tca_result tca_certificate_public_key_der(const tca_certificate *certificate,
                                                  const uint8_t **data, size_t *length);
/** The subject key identifier. Real tenant CA certificates have none. */
TCA_API tca_result tca_certificate_subject_key_id(const tca_certificate *certificate,
                                                  const uint8_t **data, size_t *length);
/** The key identifier of the authority key identifier. Real tenant CA certificates have none. */
TCA_API tca_result tca_certificate_authority_key_id(const tca_certificate *certificate,
                                                    const uint8_t **data, size_t *length);
/** The whole value of an extension, found by its OID in dotted form ("2.5.29.31"). */
TCA_API tca_result tca_certificate_extension(const tca_certificate *certificate, const char *oid,
                                             size_t oid_length, const uint8_t **data,
                                             size_t *length);

/*
 * Texts of the certificate, borrowed from it, NUL-terminated. Each is made when it is first asked
 * for and kept, safely from any number of threads. Each returns TCA_OK, TCA_E_ARGUMENT when a
 * pointer is NULL, TCA_E_NO_MEMORY, or TCA_E_NOT_FOUND where the certificate has no such thing
 * (common name, tenant id).
 */

/** SHA-1 of the DER in upper-case hexadecimal, as the services print it. It names a certificate;
 *  it never decides trust. */
TCA_API tca_result tca_certificate_thumbprint(const tca_certificate *certificate, const char **text,
                                              size_t *length);
/** SHA-256 of the DER in upper-case hexadecimal. */
TCA_API tca_result tca_certificate_thumbprint_sha256(const tca_certificate *certificate,
                                                     const char **text, size_t *length);
/** The serial number in upper-case hexadecimal, a leading 00 kept, as the integrated service names
 *  the certificate. */
TCA_API tca_result tca_certificate_serial_text(const tca_certificate *certificate,
                                               const char **text, size_t *length);
/** The subject as RFC 4514 text, the most specific name first. CN C ST L O OU DC UID STREET,
 *  emailAddress and serialNumber by name, others as dotted OID and `#` hexadecimal. */
TCA_API tca_result tca_certificate_subject(const tca_certificate *certificate, const char **text,
                                           size_t *length);
/** The issuer, likewise. */
TCA_API tca_result tca_certificate_issuer(const tca_certificate *certificate, const char **text,
                                          size_t *length);
/** The subject's common name as UTF-8, when there is exactly one and it holds no NUL. A device's is
 *  its device id. */
TCA_API tca_result tca_certificate_common_name(const tca_certificate *certificate,
                                               const char **text, size_t *length);
/** The tenant id in a common name `Microsoft Azure Sphere <guid>` (the test environment puts a word
 *  before the guid), lower case. */
TCA_API tca_result tca_certificate_tenant_id(const tca_certificate *certificate, const char **text,
                                             size_t *length);

/**
 * Encode as PEM: 64 characters a line, a newline behind each.
 *
 * @param certificate  the certificate
 * @param out          [out] yours to release
 * @param error        [out] may be NULL
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_certificate_pem(const tca_certificate *certificate, tca_bytes **out,
                                       tca_error *error);

/**
 * Did @p issuer issue @p certificate? Compares the names, byte by byte, and checks the signature.
 * Nothing else: no dates, no CA flag, no usage, no trust.
 *
 * @param certificate  the one that was signed
 * @param issuer       the one that is said to have signed it
 * @param error        [out] may be NULL
 * @return TCA_OK when it did; TCA_E_ISSUER (the names differ), TCA_E_SIGNATURE (they agree, the
 *         signature does not verify), TCA_E_UNSUPPORTED (algorithm), TCA_E_KEY, TCA_E_ARGUMENT,
 *         TCA_E_NO_MEMORY
 */
TCA_API tca_result tca_certificate_check_issued_by(const tca_certificate *certificate,
                                                   const tca_certificate *issuer, tca_error *error);

TCA_END_DECLS

#endif
