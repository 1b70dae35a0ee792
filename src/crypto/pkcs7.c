/* SPDX-License-Identifier: MIT */
/* The degenerate SignedData that only carries certificates: RFC 2315, 9.1; RFC 5652, 5.1. The real
 * service's has an empty content and empty sets of digest algorithms and signers. */
#include "crypto/crypto.h"

static const tcai_span id_data = TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01");
static const tcai_span id_signed_data = TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02");

static tca_result broken(tca_error *error, const char *field, const tcai_der *reader) {
    return tcai_fail(error, TCA_E_MALFORMED, "PKCS#7: %s: %s", field, reader->fault);
}

static tca_result open_signed_data(tcai_span der, tcai_der *signed_data, tca_error *error) {
    tcai_der input = tcai_der_open(der);
    tcai_der info, wrapped;
    tcai_span type;
    if (!tcai_der_enter(&input, TCAI_DER_SEQUENCE, &info) || !tcai_der_finish(&input)) {
        return broken(error, "content info", &input);
    }
    if (!tcai_der_oid(&info, &type)) {
        return broken(error, "content type", &info);
    }
    if (!tcai_span_equal(type, id_signed_data)) {
        return tcai_fail(error, TCA_E_MALFORMED, "PKCS#7: content type: not signed data");
    }
    if (!tcai_der_enter(&info, TCAI_DER_CONTEXT_CONSTRUCTED(0), &wrapped) ||
        !tcai_der_finish(&info)) {
        return broken(error, "content", &info);
    }
    if (!tcai_der_enter(&wrapped, TCAI_DER_SEQUENCE, signed_data) || !tcai_der_finish(&wrapped)) {
        return broken(error, "signed data", &wrapped);
    }
    return TCA_OK;
}

/* ContentInfo of the payload: type data, and nothing in it. */
static tca_result skip_empty_content(tcai_der *signed_data, tca_error *error) {
    tcai_der info;
    tcai_span type;
    if (!tcai_der_enter(signed_data, TCAI_DER_SEQUENCE, &info)) {
        return broken(error, "encapsulated content", signed_data);
    }
    if (!tcai_der_oid(&info, &type)) {
        return broken(error, "encapsulated content type", &info);
    }
    if (!tcai_span_equal(type, id_data)) {
        return tcai_fail(error, TCA_E_MALFORMED, "PKCS#7: encapsulated content type: not data");
    }
    if (tcai_der_at_end(&info)) {
        return TCA_OK;
    }
    tcai_der wrapped;
    tcai_span octets;
    if (!tcai_der_enter(&info, TCAI_DER_CONTEXT_CONSTRUCTED(0), &wrapped) ||
        !tcai_der_finish(&info)) {
        return broken(error, "encapsulated content", &info);
    }
    if (!tcai_der_read(&wrapped, TCAI_DER_OCTET_STRING, &octets) || !tcai_der_finish(&wrapped)) {
        return broken(error, "encapsulated content", &wrapped);
    }
    return octets.length == 0
               ? TCA_OK
               : tcai_fail(error, TCA_E_MALFORMED, "PKCS#7: carries content besides certificates");
}

static tca_result skip_crls_and_signers(tcai_der *signed_data, tca_error *error) {
    tcai_span content;
    if (tcai_der_peek(signed_data) == TCAI_DER_CONTEXT_CONSTRUCTED(1) &&
        !tcai_der_read(signed_data, TCAI_DER_CONTEXT_CONSTRUCTED(1), &content)) {
        return broken(error, "revocation lists", signed_data);
    }
    if (!tcai_der_read(signed_data, TCAI_DER_SET, &content) || !tcai_der_finish(signed_data)) {
        return broken(error, "signers", signed_data);
    }
    return content.length == 0
               ? TCA_OK
               : tcai_fail(error, TCA_E_MALFORMED, "PKCS#7: has signers, is not certificates-only");
}

tca_result tcai_pkcs7_open(tcai_span der, tcai_der *certificates, tca_error *error) {
    tcai_der signed_data;
    tca_result result = open_signed_data(der, &signed_data, error);
    if (result != TCA_OK) {
        return result;
    }
    uint32_t version;
    tcai_span digest_algorithms;
    if (!tcai_der_small_integer(&signed_data, &version) ||
        !tcai_der_read(&signed_data, TCAI_DER_SET, &digest_algorithms)) {
        return broken(error, "version or digest algorithms", &signed_data);
    }
    result = skip_empty_content(&signed_data, error);
    if (result != TCA_OK) {
        return result;
    }
    if (!tcai_der_enter(&signed_data, TCAI_DER_CONTEXT_CONSTRUCTED(0), certificates)) {
        return broken(error, "certificates", &signed_data);
    }
    return skip_crls_and_signers(&signed_data, error);
}
