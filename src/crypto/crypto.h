/* SPDX-License-Identifier: MIT */
/* X.509 reading, PEM, base64, PKCS#7, digests, signatures: the only room that includes mbedTLS. */
#ifndef TCAI_CRYPTO_H
#define TCAI_CRYPTO_H

#include "base/base.h"
#include "crypto/der.h"

/* ---- object identifiers ---- */

#define TCAI_OID_TEXT_SIZE 128

/* Dotted form; false when the content is no OID or does not fit. */
bool tcai_oid_text(tcai_span oid, char text[TCAI_OID_TEXT_SIZE]);

/* ---- X.509 (RFC 5280) ---- */

/* A certificate as views into its DER. */
typedef struct tcai_x509 {
    tcai_span der;
    tcai_span tbs; /* with tag and length: what is signed */
    tcai_span serial;
    tcai_span issuer;     /* with tag and length */
    tcai_span subject;    /* with tag and length */
    tcai_span public_key; /* SubjectPublicKeyInfo, with tag and length */
    tcai_span extensions; /* content of the SEQUENCE OF; empty without any */
    tcai_span subject_key_id;
    tcai_span authority_key_id;
    tcai_span signature;
    tca_unix not_before;
    tca_unix not_after;
    uint32_t path_length;
    uint32_t key_bits;
    uint16_t key_usage;          /* TCA_KEY_USAGE_* */
    uint8_t extended_key_usage;  /* TCA_EXTENDED_KEY_USAGE_* */
    uint8_t version;             /* 1 to 3 */
    uint8_t key_type;            /* TCA_KEY_* */
    uint8_t signature_algorithm; /* TCA_SIGNATURE_* */
    bool is_ca;
    bool has_path_length;
    bool has_key_usage;
    bool has_extended_key_usage;
    bool has_subject_alternative_name;
    bool is_proof; /* see certificate.h */
    /* n of the critical id-ce extension (2.5.29.n) some of whose content is not read; 0: none */
    uint8_t critical_unread;
} tcai_x509;

/* Read one certificate that fills `der` exactly. The error names the field. */
tca_result tcai_x509_read(tcai_span der, tcai_x509 *x509, tca_error *error);

/* The extensions of a certificate that was read: false at the end. */
bool tcai_x509_next_extension(tcai_der *extensions, tcai_span *oid, tcai_span *value);

/* ---- names ---- */

/* A Name's content is well formed, and whether it is empty. The error names the attribute. */
tca_result tcai_name_check(tcai_span name, bool *empty, tca_error *error);

/* RFC 4514, for a name that was checked. */
void tcai_name_text(tcai_span name, tcai_text *text);

/* The only common name as UTF-8 text; false when there is none, several, or one with a NUL. */
bool tcai_name_common_name(tcai_span name, tcai_text *text);

/* The only common name as it stands in the name, where that is UTF-8 (UTF8String, PrintableString,
 * IA5String, NumericString) without control characters. */
bool tcai_name_plain_common_name(tcai_span name, tcai_span *text);

/* ---- signatures ---- */

/* A public key, for any number of threads at once. */
typedef struct tcai_key tcai_key;

/* TCA_KEY_* of a SubjectPublicKeyInfo; TCA_KEY_OTHER also when it is broken. */
uint32_t tcai_public_key_type(tcai_span public_key);

/* Make a key object of a SubjectPublicKeyInfo whose type is known. TCA_E_KEY, TCA_E_NO_MEMORY */
tca_result tcai_key_new(tcai_span public_key, uint32_t key_type, tcai_key **out, tca_error *error);
void tcai_key_free(tcai_key *key);

#define TCAI_DIGEST_SIZE_MAX 64

typedef struct tcai_digest {
    uint8_t bytes[TCAI_DIGEST_SIZE_MAX];
    size_t length;
} tcai_digest;

/* Which type of key signs so: TCA_KEY_OTHER for an algorithm that is not known. */
uint32_t tcai_signature_key_type(uint32_t signature_algorithm);

/* The digest that such a signature signs. TCA_E_UNSUPPORTED, TCA_E_NO_MEMORY */
tca_result tcai_signature_digest(uint32_t signature_algorithm, tcai_span message,
                                 tcai_digest *digest, tca_error *error);

/* Does `signature` sign what has this digest? TCA_E_SIGNATURE, TCA_E_NO_MEMORY */
tca_result tcai_key_check(tcai_key *key, uint32_t signature_algorithm, tcai_span digest,
                          tcai_span signature, tca_error *error);

/* Does `signature` sign `message`? TCA_E_SIGNATURE, TCA_E_UNSUPPORTED, TCA_E_NO_MEMORY */
tca_result tcai_key_verify(tcai_key *key, uint32_t signature_algorithm, tcai_span message,
                           tcai_span signature, tca_error *error);

/* ---- digests ---- */

#define TCAI_SHA1_SIZE 20
#define TCAI_SHA256_SIZE 32

tca_result tcai_sha1(tcai_span message, uint8_t digest[TCAI_SHA1_SIZE]);
tca_result tcai_sha256(tcai_span message, uint8_t digest[TCAI_SHA256_SIZE]);

/* ---- base64 (RFC 4648, 4) ---- */

/* Room for what `length` characters can decode to. */
#define TCAI_BASE64_DECODED_SIZE(length) ((length) / 4 * 3 + 3)

/* White space is passed over; padding and unused bits must be right. */
bool tcai_base64_decode(tcai_span text, uint8_t *out, size_t *length);

/* In one line; NULL when out of memory. */
tca_bytes *tcai_base64_encode(tcai_span octets);

/* ---- PEM (RFC 7468) ---- */

typedef enum tcai_pem_label {
    TCAI_PEM_OTHER,
    TCAI_PEM_CERTIFICATE,
    TCAI_PEM_PKCS7,
    TCAI_PEM_TRUSTED_CERTIFICATE, /* OpenSSL's: a certificate with trust settings behind it */
} tcai_pem_label;

/* Is there a block? */
bool tcai_pem_present(tcai_span text);

/* The next block from the front of *text, which is moved behind it: TCA_OK with its base64, or
 * TCA_E_NOT_FOUND at the end, or TCA_E_MALFORMED. */
tca_result tcai_pem_next(tcai_span *text, tcai_pem_label *label, tcai_span *base64,
                         tca_error *error);

tca_bytes *tcai_pem_encode_certificate(tcai_span der);

/* The same as OpenSSL's "TRUSTED CERTIFICATE", with trust settings (its CertAux) behind it. */
tca_bytes *tcai_pem_encode_trusted(tcai_span der, tcai_span trust);

/* Trusted to authenticate clients, whoever issued it; and the trust settings that say so. */
tca_bytes *tcai_pem_encode_client_anchor(tcai_span der);
tcai_span tcai_pem_client_anchor_trust(void);

/* ---- PKCS#7 (RFC 2315, RFC 5652) ---- */

/* Open a certificates-only SignedData that fills `der` exactly; its certificates are then read from
 * *certificates with tcai_der_element(). */
tca_result tcai_pkcs7_open(tcai_span der, tcai_der *certificates, tca_error *error);

#endif
