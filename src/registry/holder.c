/* SPDX-License-Identifier: MIT */
/* The place that holds a back-end's anchors: what it says it trusts, and what it is to trust. */
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "registry/registry.h"

#define HOLDER_BYTES_MAX (16u << 20)
#define ENTRIES_MAX 1000

static tcai_limits limits_of_holder(void) {
    return tcai_limits_of(HOLDER_BYTES_MAX, 0, ENTRIES_MAX);
}

/* ---- as registrations ---- */

static tca_bytes *name_of_place(size_t place) {
    char name[24];
    size_t count = 0;
    do { /* decimal digits, the last one first */
        name[sizeof(name) - ++count] = (char)('0' + place % 10);
        place /= 10;
    } while (place > 0);
    return tcai_bytes_copy(name + sizeof(name) - count, count);
}

static tca_result describe(const tca_certificate *certificate, size_t place, tcai_span trust,
                           tcai_registration *made) {
    const char *text, *tenant;
    size_t length;
    bool shared = certificate->x509.is_ca &&
                  tca_certificate_tenant_id(certificate, &tenant, &length) == TCA_E_NOT_FOUND;
    if (tca_certificate_thumbprint(certificate, &text, &length) != TCA_OK) {
        return TCA_E_NO_MEMORY;
    }
    *made = (tcai_registration){
        .name = name_of_place(place),
        .thumbprint = tcai_bytes_copy(text, length),
        .trust = trust.length > 0 ? tcai_bytes_copy(trust.data, trust.length) : NULL,
        .is_plain = trust.length == 0,
        .not_after = certificate->x509.not_after,
        .flags = TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED |
                 TCA_REGISTRATION_HAS_NOT_AFTER | (shared ? TCA_REGISTRATION_SHARED_CA : 0u)};
    tca_certificate_ref(certificate, &made->certificate);
    return made->name == NULL || made->thumbprint == NULL ||
                   (made->trust == NULL && trust.length > 0)
               ? TCA_E_NO_MEMORY
               : TCA_OK;
}

/* The same certificate in both forms, one behind the other, is one registration. */
static tcai_registration *same_as_last(const tca_registration_list *list,
                                       const tca_certificate *certificate) {
    tcai_registration *last = list->count > 0 ? &list->items[list->count - 1] : NULL;
    return last != NULL && tca_certificate_equal(last->certificate, certificate) == 1 ? last : NULL;
}

static tca_result add(tca_registration_list *list, const tca_certificate *certificate,
                      tcai_span trust, tca_error *error) {
    tcai_registration made = {0};
    tcai_registration *last = same_as_last(list, certificate);
    if (last != NULL) {
        last->is_plain = last->is_plain || trust.length == 0;
        if (last->trust == NULL && trust.length > 0) {
            last->plain_first = true;
            last->trust = tcai_bytes_copy(trust.data, trust.length);
            return last->trust == NULL ? tcai_fail_memory(error) : TCA_OK;
        }
        return TCA_OK;
    }
    if (list->count >= ENTRIES_MAX) {
        return tcai_fail(error, TCA_E_LIMIT, "more than %d certificates", ENTRIES_MAX);
    }
    if (describe(certificate, list->count + 1, trust, &made) != TCA_OK) {
        tcai_registration_release(&made);
        return tcai_fail_memory(error);
    }
    return tcai_registrations_add(list, &made, error);
}

/* ---- reading ---- */

static tca_result add_all(tca_registration_list *list, tcai_span input, tcai_span trust,
                          tca_error *error) {
    tcai_limits limits = limits_of_holder();
    tca_certificate_list *there = NULL;
    tca_result result = tcai_certificate_list_read(input, &limits, &there, error);
    for (uint32_t i = 0; result == TCA_OK && i < tca_certificate_list_count(there); i++) {
        const tca_certificate *certificate;
        (void)tca_certificate_list_get(there, i, &certificate);
        result = add(list, certificate, trust, error);
    }
    tca_certificate_list_unref(there);
    return result;
}

/* OpenSSL's form: the certificate, and behind it the trust settings. */
static tca_result add_trusted(tca_registration_list *list, tcai_span octets, tca_error *error) {
    tcai_der input = tcai_der_open(octets);
    tcai_span content, certificate;
    uint8_t tag;
    if (!tcai_der_element(&input, &tag, &content, &certificate)) {
        return tcai_fail(error, TCA_E_MALFORMED, "a trusted certificate that is not DER");
    }
    tcai_span trust = {octets.data + certificate.length, octets.length - certificate.length};
    return add_all(list, certificate, trust, error);
}

static tca_result add_block(tca_registration_list *list, tcai_pem_label label, tcai_span base64,
                            tca_error *error) {
    tca_bytes *octets = NULL;
    if (label == TCAI_PEM_OTHER) {
        return TCA_OK;
    }
    tca_result result = tcai_certificate_input_der(base64, &octets, error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_span der = {octets->data, octets->length};
    result = label == TCAI_PEM_TRUSTED_CERTIFICATE
                 ? add_trusted(list, der, error)
                 : add_all(list, der, (tcai_span){NULL, 0}, error);
    tca_bytes_unref(octets);
    return result;
}

static tca_result read_pem(tcai_span text, tca_registration_list *list, tca_error *error) {
    for (size_t block = 1;; block++) {
        tcai_pem_label label;
        tcai_span base64;
        tca_result result = tcai_pem_next(&text, &label, &base64, error);
        if (result == TCA_E_NOT_FOUND) {
            return list->count > 0 ? TCA_OK
                                   : tcai_fail(error, TCA_E_MALFORMED, "holds no certificate");
        }
        if (result == TCA_OK) {
            result = add_block(list, label, base64, error);
        }
        if (result != TCA_OK) {
            tcai_error_prefix(error, "PEM block %zu: ", block);
            return result;
        }
    }
}

/* Binary forms begin with a SEQUENCE longer than 127 octets. */
static bool is_binary(tcai_span body) {
    return body.length >= 2 && body.data[0] == TCAI_DER_SEQUENCE && body.data[1] >= 0x80;
}

tca_result tcai_holder_read(tcai_span body, tca_registration_list *list, tca_error *error) {
    if (body.length == 0) {
        return TCA_OK;
    }
    return !is_binary(body) && tcai_pem_present(body)
               ? read_pem(body, list, error)
               : add_all(list, body, (tcai_span){NULL, 0}, error);
}

/* ---- the slots ---- */

tca_result tcai_holder_load(const tca_target *target, tca_registration_list *list,
                            tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_ANCHORS, .max_bytes = HOLDER_BYTES_MAX};
    target->anchors.load(target->anchors.user, &reply);
    tca_result result = tcai_reply_conclude(&reply, "load", TCA_E_STORAGE, error);
    if (result == TCA_OK) {
        result = tcai_holder_read(tcai_reply_body(&reply), list, error);
    }
    tcai_reply_reset(&reply, TCAI_REPLY_ANCHORS, 0);
    return result;
}

tca_result tcai_holder_replace(const tca_target *target, const tca_bytes *pem, tca_error *error) {
    tca_reply reply = {.kind = TCAI_REPLY_ANCHORS};
    target->anchors.replace(target->anchors.user, pem->data, pem->length, &reply);
    tca_result result = tcai_reply_conclude(&reply, "replace", TCA_E_STORAGE, error);
    tcai_reply_reset(&reply, TCAI_REPLY_ANCHORS, 0);
    return result;
}
