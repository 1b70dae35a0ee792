/* SPDX-License-Identifier: MIT */
/* Public keys and signature algorithms of certificates: RFC 3279, 4055, 5480, 5758. */
#include "crypto/x509_parts.h"

#include "tenantca/certificate.h"

#define RSA_BITS_MAX 16384

static const tcai_span id_ec_public_key = TCAI_SPAN_INIT("\x2A\x86\x48\xCE\x3D\x02\x01");
static const tcai_span rsa_encryption = TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01");

typedef struct curve {
    tcai_span oid;
    uint32_t bits;
} curve;

static const curve curves[] = {
    {TCAI_SPAN_INIT("\x2B\x81\x04\x00\x22"), 384},
    {TCAI_SPAN_INIT("\x2A\x86\x48\xCE\x3D\x03\x01\x07"), 256},
    {TCAI_SPAN_INIT("\x2B\x81\x04\x00\x23"), 521},
};

typedef struct signature_algorithm {
    tcai_span oid;
    uint8_t number;
    bool rsa;
} signature_algorithm;

static const signature_algorithm signature_algorithms[] = {
    {TCAI_SPAN_INIT("\x2A\x86\x48\xCE\x3D\x04\x03\x03"), TCA_SIGNATURE_ECDSA_SHA384, false},
    {TCAI_SPAN_INIT("\x2A\x86\x48\xCE\x3D\x04\x03\x02"), TCA_SIGNATURE_ECDSA_SHA256, false},
    {TCAI_SPAN_INIT("\x2A\x86\x48\xCE\x3D\x04\x03\x04"), TCA_SIGNATURE_ECDSA_SHA512, false},
    {TCAI_SPAN_INIT("\x2A\x86\x48\xCE\x3D\x04\x01"), TCA_SIGNATURE_ECDSA_SHA1, false},
    {TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B"), TCA_SIGNATURE_RSA_SHA256, true},
    {TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0C"), TCA_SIGNATURE_RSA_SHA384, true},
    {TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0D"), TCA_SIGNATURE_RSA_SHA512, true},
    {TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x01\x05"), TCA_SIGNATURE_RSA_SHA1, true},
};

static bool is_null(tcai_der *parameters) {
    tcai_span content;
    return tcai_der_read(parameters, TCAI_DER_NULL, &content) && content.length == 0 &&
           tcai_der_at_end(parameters);
}

/* Parameters of an algorithm that is not known: none, NULL, or a SEQUENCE that is not looked into,
 * as those of RSASSA-PSS (RFC 4055). */
static bool skip_parameters(tcai_der *parameters) {
    tcai_span content;
    if (tcai_der_at_end(parameters) || tcai_der_peek(parameters) == TCAI_DER_NULL) {
        return tcai_der_at_end(parameters) || is_null(parameters);
    }
    return tcai_der_read(parameters, TCAI_DER_SEQUENCE, &content) && tcai_der_finish(parameters);
}

/* ECDSA has no parameters (RFC 5758, 3.2); RSA has NULL (RFC 4055, 5). */
tca_result tcai_x509_read_signature_algorithm(tcai_span algorithm, tcai_x509 *x509,
                                              tca_error *error) {
    tcai_der parameters = tcai_der_open(algorithm);
    tcai_span oid;
    if (!tcai_der_oid(&parameters, &oid)) {
        return tcai_x509_broken(error, "signature algorithm", &parameters);
    }
    x509->signature_algorithm = TCA_SIGNATURE_OTHER;
    for (size_t i = 0; i < sizeof(signature_algorithms) / sizeof(signature_algorithms[0]); i++) {
        const signature_algorithm *known = &signature_algorithms[i];
        if (!tcai_span_equal(oid, known->oid)) {
            continue;
        }
        if (known->rsa ? !is_null(&parameters) : !tcai_der_at_end(&parameters)) {
            return tcai_fail(error, TCA_E_MALFORMED, "signature algorithm: wrong parameters");
        }
        x509->signature_algorithm = known->number;
        return TCA_OK;
    }
    return skip_parameters(&parameters)
               ? TCA_OK
               : tcai_fail(error, TCA_E_MALFORMED, "signature algorithm: wrong parameters");
}

static tca_result read_ec_key(tcai_der *parameters, tcai_span point, tcai_x509 *x509,
                              tca_error *error) {
    tcai_span oid;
    if (!tcai_der_oid(parameters, &oid) || !tcai_der_finish(parameters)) {
        return tcai_x509_broken(error, "public key: curve", parameters);
    }
    for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
        if (!tcai_span_equal(oid, curves[i].oid)) {
            continue;
        }
        size_t coordinate = (curves[i].bits + 7) / 8;
        if (point.length != 1 + 2 * coordinate || point.data[0] != 0x04) {
            return tcai_fail(error, TCA_E_MALFORMED,
                             "public key: not an uncompressed point of its curve");
        }
        x509->key_type = TCA_KEY_EC;
        x509->key_bits = curves[i].bits;
        break;
    }
    return TCA_OK;
}

static uint32_t bit_length(tcai_span positive) {
    size_t skip = positive.data[0] == 0 ? 1 : 0;
    if (skip == positive.length) {
        return 0;
    }
    uint32_t bits = (uint32_t)(positive.length - skip) * 8;
    for (uint8_t top = positive.data[skip]; top < 0x80; top = (uint8_t)(top << 1)) {
        bits--;
    }
    return bits;
}

static bool odd_and_positive(tcai_span integer) {
    return integer.data[0] < 0x80 && (integer.data[integer.length - 1] & 1u) == 1;
}

static tca_result read_rsa_key(tcai_der *parameters, tcai_span key, tcai_x509 *x509,
                               tca_error *error) {
    if (!is_null(parameters)) {
        return tcai_fail(error, TCA_E_MALFORMED, "public key: wrong parameters for RSA");
    }
    tcai_der input = tcai_der_open(key);
    tcai_der numbers;
    if (!tcai_der_enter(&input, TCAI_DER_SEQUENCE, &numbers) || !tcai_der_finish(&input)) {
        return tcai_x509_broken(error, "public key", &input);
    }
    tcai_span modulus, exponent;
    if (!tcai_der_integer(&numbers, &modulus) || !tcai_der_integer(&numbers, &exponent) ||
        !tcai_der_finish(&numbers)) {
        return tcai_x509_broken(error, "public key", &numbers);
    }
    if (!odd_and_positive(modulus) || !odd_and_positive(exponent)) {
        return tcai_fail(error, TCA_E_MALFORMED,
                         "public key: RSA modulus or exponent not odd and positive");
    }
    if (modulus.length > RSA_BITS_MAX / 8 + 1) {
        return tcai_fail(error, TCA_E_MALFORMED, "public key: RSA modulus of more than %d bits",
                         RSA_BITS_MAX);
    }
    x509->key_type = TCA_KEY_RSA;
    x509->key_bits = bit_length(modulus);
    return TCA_OK;
}

uint32_t tcai_public_key_type(tcai_span public_key) {
    tcai_x509 x509 = {0};
    tcai_der input = tcai_der_open(public_key);
    return tcai_x509_read_public_key(&input, &x509, NULL) == TCA_OK && tcai_der_at_end(&input)
               ? x509.key_type
               : TCA_KEY_OTHER;
}

tca_result tcai_x509_read_public_key(tcai_der *tbs, tcai_x509 *x509, tca_error *error) {
    uint8_t tag;
    tcai_span content, oid, key;
    if (!tcai_der_element(tbs, &tag, &content, &x509->public_key)) {
        return tcai_x509_broken(error, "public key", tbs);
    }
    if (tag != TCAI_DER_SEQUENCE) {
        return tcai_fail(error, TCA_E_MALFORMED, "public key: unexpected tag");
    }
    tcai_der info = tcai_der_open(content);
    tcai_der algorithm;
    if (!tcai_der_enter(&info, TCAI_DER_SEQUENCE, &algorithm) ||
        !tcai_der_bit_string(&info, &key) || !tcai_der_finish(&info)) {
        return tcai_x509_broken(error, "public key", &info);
    }
    if (!tcai_der_oid(&algorithm, &oid)) {
        return tcai_x509_broken(error, "public key: algorithm", &algorithm);
    }
    x509->key_type = TCA_KEY_OTHER;
    if (tcai_span_equal(oid, id_ec_public_key)) {
        return read_ec_key(&algorithm, key, x509, error);
    }
    if (tcai_span_equal(oid, rsa_encryption)) {
        return read_rsa_key(&algorithm, key, x509, error);
    }
    return skip_parameters(&algorithm)
               ? TCA_OK
               : tcai_fail(error, TCA_E_MALFORMED, "public key: wrong parameters");
}
