/* SPDX-License-Identifier: MIT */
/* DPS enrollment groups: which certificates they refer to. Source: DPS service API 2021-10-01. */
#include <string.h>

#include "registry/registry.h"

#define REFERENCES (TCA_REGISTRATION_PRIMARY | TCA_REGISTRATION_SECONDARY)

static const char *slot_name(uint32_t slot) {
    return slot == TCA_REGISTRATION_PRIMARY ? "primary" : "secondary";
}

uint32_t tcai_slots_of(const tcai_registration *registration) {
    return registration->flags & REFERENCES;
}

static tca_result check_type(const tcai_json *document, tca_error *error) {
    const tcai_json *attestation = tcai_json_member(document, "attestation");
    const tcai_json *x509 = tcai_json_member(attestation, "x509");
    tcai_span type;
    bool fits = tcai_json_string(tcai_json_member(attestation, "type"), &type) &&
                tcai_span_equal(type, TCAI_SPAN("x509")) &&
                tcai_json_member(x509, "signingCertificates") == NULL;
    const tcai_json *references = tcai_json_member(x509, "caReferences");
    fits = fits && (x509 == NULL || tcai_json_is_object(x509)) &&
           (references == NULL || tcai_json_is_object(references));
    return fits ? TCA_OK
                : tcai_fail(error, TCA_E_ANSWER,
                            "the enrollment group does not attest by references to CA "
                            "certificates: use another group");
}

static tca_result mark(tca_registration_list *list, const tcai_json *references, uint32_t slot,
                       tca_error *error) {
    tcai_span name;
    tca_result result = tcai_json_string_member(references, slot_name(slot), &name, error);
    if (result != TCA_OK) {
        return tcai_error_recode(error, TCA_E_ANSWER);
    }
    uint32_t index = name.length == 0 ? TCA_NO_INDEX : tcai_registrations_by_name(list, name);
    if (index != TCA_NO_INDEX) {
        tcai_registration *item = &list->items[index];
        item->flags |= slot;
        item->flags |=
            (item->flags & TCA_REGISTRATION_VERIFIED) != 0 ? TCA_REGISTRATION_TRUSTED : 0u;
    }
    return TCA_OK;
}

static tca_result take_etag(tca_registration_list *list, const tcai_json *document,
                            tca_error *error) {
    tcai_span etag;
    tca_result result = tcai_json_string_member(document, "etag", &etag, error);
    if (result != TCA_OK || (etag.length > 0 && !tcai_is_plain_text(etag))) {
        return tcai_fail(error, TCA_E_ANSWER, "etag: holds what no ETag can");
    }
    tca_bytes_unref(list->group_etag);
    list->group_etag = etag.length == 0 ? NULL : tcai_bytes_copy(etag.data, etag.length);
    return etag.length > 0 && list->group_etag == NULL ? tcai_fail_memory(error) : TCA_OK;
}

static tca_result take(tca_registration_list *list, const tcai_json *document, tcai_span body,
                       tca_error *error) {
    const tcai_json *references = tcai_json_member(
        tcai_json_member(tcai_json_member(document, "attestation"), "x509"), "caReferences");
    tca_result result = check_type(document, error);
    for (size_t i = 0; i < list->count; i++) {
        list->items[i].flags &= ~(REFERENCES | TCA_REGISTRATION_TRUSTED);
    }
    if (result == TCA_OK) {
        result = mark(list, references, TCA_REGISTRATION_PRIMARY, error);
    }
    if (result == TCA_OK) {
        result = mark(list, references, TCA_REGISTRATION_SECONDARY, error);
    }
    if (result == TCA_OK) {
        result = take_etag(list, document, error);
    }
    if (result == TCA_OK) {
        tca_bytes_unref(list->group);
        list->group = tcai_bytes_copy(body.data, body.length);
        result = list->group == NULL ? tcai_fail_memory(error) : TCA_OK;
    }
    return result;
}

tca_result tcai_group_read(tca_registration_list *list, tcai_span body, tca_error *error) {
    tcai_json *document = NULL;
    tca_result result = tcai_answer_read(body, &document, error);
    if (result == TCA_OK) {
        result = take(list, document, body, error);
    }
    tcai_json_release(document);
    return result;
}

/* ---- writing ---- */

static tcai_json *references_of(tcai_json *document) {
    tcai_json *attestation = tcai_json_object_in(document, "attestation");
    tcai_json *x509 = attestation == NULL ? NULL : tcai_json_object_in(attestation, "x509");
    return x509 == NULL ? NULL : tcai_json_object_in(x509, "caReferences");
}

static tcai_json *new_document(tcai_span group) {
    tcai_json *document = tcai_json_new_object();
    bool fine = document != NULL && tcai_json_set_string(document, "enrollmentGroupId", group);
    tcai_json *attestation = fine ? tcai_json_object_in(document, "attestation") : NULL;
    if (attestation == NULL || !tcai_json_set_string(attestation, "type", TCAI_SPAN("x509"))) {
        tcai_json_release(document);
        return NULL;
    }
    return document;
}

static bool set_reference(tcai_json *references, const char *slot, tcai_span name) {
    if (name.length == 0) {
        tcai_json_unset(references, slot);
        return true;
    }
    return tcai_json_set_string(references, slot, name);
}

tca_bytes *tcai_group_write(const tca_registration_list *list, tcai_span group, uint32_t slots,
                            tcai_span name) {
    static const uint32_t both[] = {TCA_REGISTRATION_PRIMARY, TCA_REGISTRATION_SECONDARY};
    tcai_json *document = NULL;
    tca_bytes *body = NULL;
    if (list->group == NULL) {
        document = new_document(group);
    } else {
        (void)tcai_answer_read((tcai_span){list->group->data, list->group->length}, &document,
                               NULL);
    }
    tcai_json *references = document == NULL ? NULL : references_of(document);
    bool fine = references != NULL;
    for (size_t i = 0; fine && i < sizeof(both) / sizeof(both[0]); i++) {
        fine = (slots & both[i]) == 0 || set_reference(references, slot_name(both[i]), name);
    }
    body = fine ? tcai_json_write(document) : NULL;
    tcai_json_release(document);
    return body;
}

/* ---- slots ---- */

static bool is_taken(const tca_registration_list *list, uint32_t slot) {
    for (size_t i = 0; i < list->count; i++) {
        if ((list->items[i].flags & slot) != 0) {
            return true;
        }
    }
    return false;
}

/* A reference to a certificate that is not there any more counts as free: it lets nobody in. */
uint32_t tcai_free_slot(const tca_registration_list *list) {
    return !is_taken(list, TCA_REGISTRATION_PRIMARY)     ? TCA_REGISTRATION_PRIMARY
           : !is_taken(list, TCA_REGISTRATION_SECONDARY) ? TCA_REGISTRATION_SECONDARY
                                                         : 0;
}
