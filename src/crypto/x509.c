/* SPDX-License-Identifier: MIT */
/* The certificate reader: RFC 5280 in DER, every field checked once, nothing copied. */
#include "crypto/x509_parts.h"

#include "tenantca/certificate.h"

#define SERIAL_MAX 20 /* octets: RFC 5280, 4.1.2.2 */

tca_result tcai_x509_broken(tca_error *error, const char *field, const tcai_der *reader) {
    return tcai_fail(error, TCA_E_MALFORMED, "%s: %s", field, reader->fault);
}

static tca_result read_version(tcai_der *tbs, tcai_x509 *x509, tca_error *error) {
    x509->version = 1;
    if (tcai_der_peek(tbs) != TCAI_DER_CONTEXT_CONSTRUCTED(0)) {
        return TCA_OK;
    }
    tcai_der inside;
    if (!tcai_der_enter(tbs, TCAI_DER_CONTEXT_CONSTRUCTED(0), &inside)) {
        return tcai_x509_broken(error, "version", tbs);
    }
    uint32_t number;
    if (!tcai_der_small_integer(&inside, &number) || !tcai_der_finish(&inside)) {
        return tcai_x509_broken(error, "version", &inside);
    }
    if (number != 1 && number != 2) {
        return tcai_fail(error, TCA_E_MALFORMED,
                         "version: %u is neither 1 (v2) nor 2 (v3), and v1 is not written out",
                         (unsigned)number);
    }
    x509->version = (uint8_t)(number + 1);
    return TCA_OK;
}

/* Positive and of at most 20 octets; a 00 that only keeps it positive is one of them. */
static tca_result read_serial(tcai_der *tbs, tcai_x509 *x509, tca_error *error) {
    if (!tcai_der_integer(tbs, &x509->serial)) {
        return tcai_x509_broken(error, "serial number", tbs);
    }
    const uint8_t *first = x509->serial.data;
    if (*first >= 0x80 || (*first == 0 && x509->serial.length == 1)) {
        return tcai_fail(error, TCA_E_MALFORMED, "serial number: not positive");
    }
    if (x509->serial.length > SERIAL_MAX) {
        return tcai_fail(error, TCA_E_MALFORMED, "serial number: longer than 20 octets");
    }
    return TCA_OK;
}

static tca_result read_time(tcai_der *validity, const char *field, tca_unix *time,
                            tca_error *error) {
    bool utc = tcai_der_peek(validity) == TCAI_DER_UTC_TIME;
    tcai_span text;
    if (!tcai_der_read(validity, utc ? TCAI_DER_UTC_TIME : TCAI_DER_GENERALIZED_TIME, &text)) {
        return tcai_x509_broken(error, field, validity);
    }
    size_t year_digits = utc ? 2 : 4;
    if (text.length != year_digits + 11 || text.data[text.length - 1] != 'Z') {
        return tcai_fail(error, TCA_E_MALFORMED, "%s: not in the form %sMMDDhhmmssZ", field,
                         utc ? "YY" : "YYYY");
    }
    const uint8_t *rest = text.data + year_digits;
    tcai_civil civil = {.year = tcai_digits(text.data, year_digits),
                        .month = tcai_digits(rest, 2),
                        .day = tcai_digits(rest + 2, 2),
                        .hour = tcai_digits(rest + 4, 2),
                        .minute = tcai_digits(rest + 6, 2),
                        .second = tcai_digits(rest + 8, 2)};
    if (utc && civil.year >= 0) {
        civil.year += civil.year < 50 ? 2000 : 1900;
    } else if (!utc && civil.year > 0 && civil.year < 2050) {
        return tcai_fail(error, TCA_E_MALFORMED, "%s: GeneralizedTime before 2050", field);
    }
    if (!tcai_unix_from_civil(&civil, time)) {
        return tcai_fail(error, TCA_E_MALFORMED, "%s: there is no such date or time of day", field);
    }
    return TCA_OK;
}

static tca_result read_validity(tcai_der *tbs, tcai_x509 *x509, tca_error *error) {
    tcai_der validity;
    if (!tcai_der_enter(tbs, TCAI_DER_SEQUENCE, &validity)) {
        return tcai_x509_broken(error, "validity", tbs);
    }
    tca_result result = read_time(&validity, "notBefore", &x509->not_before, error);
    if (result == TCA_OK) {
        result = read_time(&validity, "notAfter", &x509->not_after, error);
    }
    if (result == TCA_OK && !tcai_der_finish(&validity)) {
        result = tcai_x509_broken(error, "validity", &validity);
    }
    if (result == TCA_OK && x509->not_after < x509->not_before) {
        result = tcai_fail(error, TCA_E_MALFORMED, "validity: ends before it begins");
    }
    return result;
}

static tca_result read_name(tcai_der *tbs, const char *field, tcai_span *name, bool *empty,
                            tca_error *error) {
    uint8_t tag;
    tcai_span content;
    if (tcai_der_peek(tbs) != TCAI_DER_SEQUENCE || !tcai_der_element(tbs, &tag, &content, name)) {
        tbs->fault = tcai_der_peek(tbs) == TCAI_DER_SEQUENCE ? tbs->fault : "unexpected tag";
        return tcai_x509_broken(error, field, tbs);
    }
    tca_result result = tcai_name_check(*name, empty, error);
    if (result != TCA_OK) {
        tcai_error_prefix(error, "%s: ", field);
    }
    return result;
}

/* issuerUniqueID and subjectUniqueID: read past, as RFC 5280 has it, where the version has them. */
static tca_result skip_unique_ids(tcai_der *tbs, const tcai_x509 *x509, tca_error *error) {
    for (uint8_t number = 1; number <= 2; number++) {
        if (tcai_der_peek(tbs) != TCAI_DER_CONTEXT(number)) {
            continue;
        }
        tcai_span content;
        if (!tcai_der_read(tbs, TCAI_DER_CONTEXT(number), &content)) {
            return tcai_x509_broken(error, "unique identifier", tbs);
        }
        if (x509->version < 2 || content.length == 0 || content.data[0] > 7) {
            return tcai_fail(error, TCA_E_MALFORMED,
                             "unique identifier: not a bit string, or in a version 1 certificate");
        }
    }
    return TCA_OK;
}

static tca_result read_names_and_dates(tcai_der *tbs, tcai_x509 *x509, bool *subject_empty,
                                       tca_error *error) {
    bool issuer_empty = false;
    tca_result result = read_name(tbs, "issuer", &x509->issuer, &issuer_empty, error);
    if (result == TCA_OK && issuer_empty) {
        result = tcai_fail(error, TCA_E_MALFORMED, "issuer: empty");
    }
    if (result == TCA_OK) {
        result = read_validity(tbs, x509, error);
    }
    return result == TCA_OK ? read_name(tbs, "subject", &x509->subject, subject_empty, error)
                            : result;
}

static tca_result read_tbs(tcai_der *tbs, tcai_x509 *x509, tcai_span *algorithm,
                           bool *subject_empty, tca_error *error) {
    tca_result result = read_version(tbs, x509, error);
    if (result == TCA_OK) {
        result = read_serial(tbs, x509, error);
    }
    if (result == TCA_OK && !tcai_der_read(tbs, TCAI_DER_SEQUENCE, algorithm)) {
        result = tcai_x509_broken(error, "signature algorithm", tbs);
    }
    if (result == TCA_OK) {
        result = read_names_and_dates(tbs, x509, subject_empty, error);
    }
    if (result == TCA_OK) {
        result = tcai_x509_read_public_key(tbs, x509, error);
    }
    if (result == TCA_OK) {
        result = skip_unique_ids(tbs, x509, error);
    }
    if (result == TCA_OK && !tcai_der_at_end(tbs)) {
        result = tcai_x509_read_extensions(tbs, x509, error);
    }
    if (result == TCA_OK && !tcai_der_finish(tbs)) {
        result = tcai_x509_broken(error, "certificate", tbs);
    }
    return result;
}

/* RFC 5280, 4.1.2.6: a subject may be empty only where the alternative name stands for it. */
static tca_result check_subject(const tcai_x509 *x509, bool subject_empty, tca_error *error) {
    if (subject_empty && (x509->is_ca || !x509->has_subject_alternative_name)) {
        return tcai_fail(error, TCA_E_MALFORMED, "subject: empty");
    }
    return TCA_OK;
}

static tca_result read_signature(tcai_der *certificate, tcai_x509 *x509, tcai_span inner,
                                 tca_error *error) {
    tcai_span outer;
    if (!tcai_der_read(certificate, TCAI_DER_SEQUENCE, &outer)) {
        return tcai_x509_broken(error, "signature algorithm", certificate);
    }
    if (!tcai_span_equal(inner, outer)) {
        return tcai_fail(error, TCA_E_MALFORMED,
                         "signature algorithm: differs inside and outside of what is signed");
    }
    tca_result result = tcai_x509_read_signature_algorithm(outer, x509, error);
    if (result != TCA_OK) {
        return result;
    }
    if (!tcai_der_bit_string(certificate, &x509->signature) || !tcai_der_finish(certificate)) {
        return tcai_x509_broken(error, "signature", certificate);
    }
    return TCA_OK;
}

tca_result tcai_x509_read(tcai_span der, tcai_x509 *x509, tca_error *error) {
    *x509 = (tcai_x509){.der = der};
    tcai_der input = tcai_der_open(der);
    tcai_der certificate;
    if (!tcai_der_enter(&input, TCAI_DER_SEQUENCE, &certificate) || !tcai_der_finish(&input)) {
        return tcai_x509_broken(error, "certificate", &input);
    }
    uint8_t tag;
    tcai_span content;
    if (!tcai_der_element(&certificate, &tag, &content, &x509->tbs)) {
        return tcai_x509_broken(error, "certificate", &certificate);
    }
    if (tag != TCAI_DER_SEQUENCE) {
        return tcai_fail(error, TCA_E_MALFORMED, "certificate: unexpected tag");
    }
    tcai_der tbs = tcai_der_open(content);
    tcai_span algorithm = {NULL, 0};
    bool subject_empty = false;
    tca_result result = read_tbs(&tbs, x509, &algorithm, &subject_empty, error);
    if (result == TCA_OK) {
        result = check_subject(x509, subject_empty, error);
    }
    return result == TCA_OK ? read_signature(&certificate, x509, algorithm, error) : result;
}
