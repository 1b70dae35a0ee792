/* SPDX-License-Identifier: MIT */
/* The fields of a certificate that are numbers or bytes, and the names of those numbers. */
#include <string.h>

#include "certificate/certificate.h"

static uint32_t flags_of(const tcai_x509 *x509) {
    return (x509->is_ca ? TCA_CERTIFICATE_IS_CA : 0u) |
           (x509->has_path_length ? TCA_CERTIFICATE_HAS_PATH_LENGTH : 0u) |
           (x509->has_key_usage ? TCA_CERTIFICATE_HAS_KEY_USAGE : 0u) |
           (x509->has_extended_key_usage ? TCA_CERTIFICATE_HAS_EXTENDED_KEY_USAGE : 0u) |
           (x509->is_proof ? TCA_CERTIFICATE_IS_PROOF : 0u);
}

tca_result tca_certificate_get_info(const tca_certificate *certificate,
                                    tca_certificate_info *info) {
    size_t first = TCAI_END_OF(tca_certificate_info, reserved);
    if (info == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (certificate == NULL) {
        (void)tcai_export(info, first, NULL, sizeof(*info));
        return TCA_E_ARGUMENT;
    }
    const tcai_x509 *x509 = &certificate->x509;
    tca_certificate_info known = {
        .flags = flags_of(x509),
        .not_before = x509->not_before,
        .not_after = x509->not_after,
        .version = x509->version,
        .key_type = x509->key_type,
        .key_bits = x509->key_bits,
        .signature_algorithm = x509->signature_algorithm,
        .path_length = x509->path_length,
        .key_usage = x509->key_usage,
        .extended_key_usage = x509->extended_key_usage,
    };
    return tcai_export(info, first, &known, sizeof(known));
}

static tca_result hand_out(const tca_certificate *certificate, const tcai_span *span,
                           const uint8_t **data, size_t *length) {
    bool complete = certificate != NULL && data != NULL && length != NULL;
    bool present = complete && span->data != NULL;
    if (data != NULL) {
        *data = present ? span->data : NULL;
    }
    if (length != NULL) {
        *length = present ? span->length : 0;
    }
    return !complete ? TCA_E_ARGUMENT : present ? TCA_OK : TCA_E_NOT_FOUND;
}

#define HAND_OUT(member)                                                                           \
    hand_out(certificate, certificate == NULL ? NULL : &certificate->x509.member, data, length)

tca_result tca_certificate_der(const tca_certificate *certificate, const uint8_t **data,
                               size_t *length) {
    return HAND_OUT(der);
}

tca_result tca_certificate_subject_der(const tca_certificate *certificate, const uint8_t **data,
                                       size_t *length) {
    return HAND_OUT(subject);
}

tca_result tca_certificate_issuer_der(const tca_certificate *certificate, const uint8_t **data,
                                      size_t *length) {
    return HAND_OUT(issuer);
}

tca_result tca_certificate_serial(const tca_certificate *certificate, const uint8_t **data,
                                  size_t *length) {
    return HAND_OUT(serial);
}

tca_result tca_certificate_public_key_der(const tca_certificate *certificate, const uint8_t **data,
                                          size_t *length) {
    return HAND_OUT(public_key);
}

tca_result tca_certificate_subject_key_id(const tca_certificate *certificate, const uint8_t **data,
                                          size_t *length) {
    return HAND_OUT(subject_key_id);
}

tca_result tca_certificate_authority_key_id(const tca_certificate *certificate,
                                            const uint8_t **data, size_t *length) {
    return HAND_OUT(authority_key_id);
}

static tcai_span find_extension(const tcai_x509 *x509, const char *oid, size_t oid_length) {
    tcai_der extensions = tcai_der_open(x509->extensions);
    tcai_span type, value;
    while (tcai_x509_next_extension(&extensions, &type, &value)) {
        char text[TCAI_OID_TEXT_SIZE];
        if (tcai_oid_text(type, text) && strlen(text) == oid_length &&
            memcmp(text, oid, oid_length) == 0) {
            return value;
        }
    }
    return (tcai_span){NULL, 0};
}

tca_result tca_certificate_extension(const tca_certificate *certificate, const char *oid,
                                     size_t oid_length, const uint8_t **data, size_t *length) {
    tcai_span value = {NULL, 0};
    if (certificate != NULL && oid != NULL) {
        value = find_extension(&certificate->x509, oid, oid_length);
    }
    return hand_out(oid == NULL ? NULL : certificate, &value, data, length);
}

const char *tca_key_type_name(uint32_t key_type) {
    static const char *const names[] = {"other", "id-ecPublicKey", "rsaEncryption"};
    return TCAI_NAME_IN(names, key_type);
}

const char *tca_signature_algorithm_name(uint32_t signature_algorithm) {
    static const char *const names[] = {
        "other",
        "ecdsa-with-SHA1",
        "ecdsa-with-SHA256",
        "ecdsa-with-SHA384",
        "ecdsa-with-SHA512",
        "sha1WithRSAEncryption",
        "sha256WithRSAEncryption",
        "sha384WithRSAEncryption",
        "sha512WithRSAEncryption",
    };
    return TCAI_NAME_IN(names, signature_algorithm);
}

/* The number of the only bit that is set; 32 when there is not exactly one. */
static uint32_t bit_number(uint32_t bit) {
    uint32_t number = 0;
    if (bit == 0 || (bit & (bit - 1)) != 0) {
        return 32;
    }
    while (bit >> number != 1) {
        number++;
    }
    return number;
}

const char *tca_key_usage_name(uint32_t bit) {
    static const char *const names[] = {
        "digitalSignature", "contentCommitment", "keyEncipherment",
        "dataEncipherment", "keyAgreement",      "keyCertSign",
        "cRLSign",          "encipherOnly",      "decipherOnly",
    };
    return TCAI_NAME_IN(names, bit_number(bit));
}

const char *tca_extended_key_usage_name(uint32_t bit) {
    static const char *const names[] = {
        "serverAuth",   "clientAuth",  "codeSigning",         "emailProtection",
        "timeStamping", "OCSPSigning", "anyExtendedKeyUsage", "other",
    };
    return TCAI_NAME_IN(names, bit_number(bit));
}
