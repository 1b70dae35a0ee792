/* SPDX-License-Identifier: MIT */
/* Reading what the services answer, and checking that it is what was asked for. */
#include <string.h>

#include "sphere/sphere.h"
#include "json/json.h"

#define JSON_DEPTH 32
#define SKEW_SECONDS 300

/* ---- bodies ---- */

static bool begins_like_json(tcai_span body) {
    return body.length > 0 && (body.data[0] == '{' || body.data[0] == '"' || body.data[0] == 'n');
}

/* The text that holds the certificates: within JSON, or the body itself. */
static tca_result find_text(const tcai_json *document, tcai_span *text, tca_error *error) {
    static const char *const names[] = {"certificateChain", "certificate"};
    if (tcai_json_string(document, text)) {
        return TCA_OK;
    }
    const tcai_json *properties = tcai_json_member(document, "properties");
    const tcai_json *holders[] = {document, properties};
    for (size_t h = 0; h < 2; h++) {
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            if (tcai_json_string(tcai_json_member(holders[h], names[i]), text)) {
                return TCA_OK;
            }
        }
    }
    return tcai_fail(error, TCA_E_NOT_FOUND,
                     "the service gives no body of it, as for an expired certificate");
}

static tca_result read_text(tcai_span text, const tca_call_options *limits, tca_bytes **der,
                            tca_certificate_list **list, tca_error *error) {
    tcai_limits known = tcai_limits_of(limits->max_reply_bytes, 0, limits->max_entries);
    if (text.length == 0) {
        return tcai_fail(error, TCA_E_NOT_FOUND, "the service gives no body of it");
    }
    tca_result result = tcai_certificate_list_read(text, &known, list, error);
    if (result == TCA_OK) {
        result = tcai_certificate_input_der(text, der, error);
    }
    if (result != TCA_OK && result != TCA_E_NO_MEMORY) {
        tcai_error_prefix(error, "the answer holds no certificate that can be read: ");
        result = tcai_error_recode(error, TCA_E_ANSWER);
    }
    return result;
}

tca_result tcai_sphere_read_body(tcai_span body, const tca_call_options *limits, tca_bytes **der,
                                 tca_certificate_list **list, tca_error *error) {
    *der = NULL;
    *list = NULL;
    if (!begins_like_json(body)) {
        return read_text(body, limits, der, list, error);
    }
    tcai_json *document;
    tca_result result = tcai_json_read(body, JSON_DEPTH, &document, error);
    if (result != TCA_OK) {
        return result == TCA_E_NO_MEMORY ? result : tcai_error_recode(error, TCA_E_ANSWER);
    }
    tcai_span text;
    result = find_text(document, &text, error);
    if (result == TCA_OK) {
        result = read_text(text, limits, der, list, error);
    }
    tcai_json_release(document);
    return result;
}

/* ---- checks ---- */

static tca_result same_thumbprint(const tca_certificate *certificate, const tca_entry *entry,
                                  bool *same, tca_error *error) {
    const char *own, *wanted;
    size_t own_length, wanted_length;
    tca_result result = tca_certificate_thumbprint(certificate, &own, &own_length);
    if (result != TCA_OK) {
        return tcai_fail_memory(error);
    }
    *same = tca_entry_thumbprint(entry, &wanted, &wanted_length) == TCA_OK &&
            wanted_length == own_length && memcmp(own, wanted, own_length) == 0;
    return TCA_OK;
}

/* With the body of the list at hand the whole DER decides; else the thumbprint names it. */
static tca_result is_entry(const tca_certificate *certificate, const tca_entry *entry, bool *is,
                           tca_error *error) {
    if (entry->certificate != NULL) {
        *is = tca_certificate_equal(certificate, entry->certificate) == 1;
        return TCA_OK;
    }
    return same_thumbprint(certificate, entry, is, error);
}

tca_result tcai_sphere_check_certificate(const tca_certificate *answer, const tca_entry *entry,
                                         tca_error *error) {
    bool is = false;
    tca_result result = is_entry(answer, entry, &is, error);
    if (result == TCA_OK && !is) {
        result = tcai_fail(error, TCA_E_ANSWER,
                           "the service sent another certificate than the one asked for");
    }
    return result;
}

/* The certificate of the list that signed this one; TCA_NO_INDEX when none did. */
static tca_result find_issuer(const tca_certificate_list *chain, const tca_certificate *certificate,
                              uint32_t *index, tca_error *error) {
    *index = TCA_NO_INDEX;
    for (uint32_t i = 0; i < tca_certificate_list_count(chain); i++) {
        const tca_certificate *issuer;
        (void)tca_certificate_list_get(chain, i, &issuer);
        if (!issuer->x509.is_ca) {
            continue;
        }
        tca_result result = tca_certificate_check_issued_by(certificate, issuer, error);
        if (result == TCA_E_NO_MEMORY) {
            return result;
        }
        if (result == TCA_OK) {
            *index = i;
            break;
        }
    }
    return TCA_OK;
}

static tca_result find_entry(const tca_certificate_list *chain, const tca_entry *entry,
                             uint32_t *index, tca_error *error) {
    for (uint32_t i = 0; i < tca_certificate_list_count(chain); i++) {
        const tca_certificate *certificate;
        bool is = false;
        (void)tca_certificate_list_get(chain, i, &certificate);
        tca_result result = is_entry(certificate, entry, &is, error);
        if (result != TCA_OK) {
            return result;
        }
        if (is) {
            *index = i;
            return TCA_OK;
        }
    }
    return tcai_fail(error, TCA_E_ANSWER, "the chain does not hold the certificate asked for");
}

/* Every certificate must hang on the way from the tenant's up to a root that signed itself. */
tca_result tcai_sphere_check_chain(const tca_certificate_list *chain, const tca_entry *entry,
                                   tca_error *error) {
    uint32_t count = tca_certificate_list_count(chain);
    uint32_t at = 0;
    tca_result result = find_entry(chain, entry, &at, error);
    for (uint32_t steps = 1; result == TCA_OK; steps++) {
        const tca_certificate *certificate;
        (void)tca_certificate_list_get(chain, at, &certificate);
        uint32_t issuer;
        result = find_issuer(chain, certificate, &issuer, error);
        if (result != TCA_OK) {
            return result;
        }
        if (issuer == TCA_NO_INDEX || steps > count) {
            return tcai_fail(error, TCA_E_ANSWER,
                             "the chain does not lead up to a root: certificate %u of %u has no "
                             "issuer in it",
                             (unsigned)at + 1, (unsigned)count);
        }
        if (issuer == at) {
            return steps == count ? TCA_OK
                                  : tcai_fail(error, TCA_E_ANSWER,
                                              "the chain holds certificates that do not belong");
        }
        at = issuer;
    }
    return result;
}

tca_result tcai_sphere_check_proof(const tca_certificate *proof, const tca_entry *entry,
                                   tcai_span code, tca_unix now, tca_error *error) {
    const char *name;
    size_t length;
    if (entry->certificate == NULL) {
        return tcai_fail(error, TCA_E_ANSWER,
                         "the proof cannot be checked: the service gives no body of its CA");
    }
    tca_result result = tca_certificate_check_issued_by(proof, entry->certificate, error);
    if (result != TCA_OK) {
        tcai_error_prefix(error, "the proof is not the CA's: ");
        return result == TCA_E_NO_MEMORY ? result : tcai_error_recode(error, TCA_E_ANSWER);
    }
    result = tca_certificate_common_name(proof, &name, &length);
    if (result == TCA_E_NO_MEMORY) {
        return tcai_fail_memory(error);
    }
    if (result != TCA_OK || !tcai_span_equal((tcai_span){(const uint8_t *)name, length}, code)) {
        return tcai_fail(error, TCA_E_ANSWER, "the proof is for another verification code");
    }
    if (proof->x509.is_ca) {
        return tcai_fail(error, TCA_E_ANSWER, "the proof is a CA certificate");
    }
    if (now < proof->x509.not_before - SKEW_SECONDS || now > proof->x509.not_after + SKEW_SECONDS) {
        return tcai_fail(error, TCA_E_ANSWER,
                         "the proof is not valid now; is this machine's clock right?");
    }
    return TCA_OK;
}
