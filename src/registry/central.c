/* SPDX-License-Identifier: MIT */
/* IoT Central: the two certificates of an enrollment group. Source: IoT Central 2022-07-31. */
#include <string.h>

#include "registry/operation.h"

#define VERSION "?api-version=2022-07-31"

static const char *const slots[] = {"primary", "secondary"};

static tca_bytes *make_url(const tca_target *target, const char *slot, const char *part) {
    tcai_text url = {0};
    tcai_text_append(&url, target->base->data, target->base->length);
    tcai_text_append_char(&url, '/');
    tcai_text_append_string(&url, slot);
    tcai_text_append_string(&url, part);
    tcai_text_append_string(&url, VERSION);
    return tcai_text_finish(&url);
}

static tca_result ask(tcai_registry_operation *operation, tca_call *call, tcai_phase phase,
                      const char *method, const char *slot, const char *part, tca_bytes *body,
                      tca_error *error) {
    tcai_exchange exchange = {
        .method = method, .url = make_url(operation->target, slot, part), .body = body};
    operation->phase = phase;
    return tcai_call_ask(call, &exchange, error);
}

static const char *slot_of(const tcai_registry_operation *operation) {
    return (const char *)tcai_changed(operation)->name->data;
}

/* ---- bodies ---- */

static tca_bytes *certificate_text(const tca_certificate *certificate) {
    const uint8_t *der;
    size_t length;
    tca_certificate_der(certificate, &der, &length);
    return tcai_base64_encode((tcai_span){der, length});
}

static tca_bytes *upload_body(const tcai_registry_operation *operation) {
    tca_bytes *text = certificate_text(operation->certificate);
    tcai_json *document = text == NULL ? NULL : tcai_json_new_object();
    bool fine = document != NULL &&
                tcai_json_set_string(document, "certificate", tcai_span_of(text)) &&
                tcai_json_set_boolean(document, "verified",
                                      tcai_target_verifies_on_upload(operation->target));
    tca_bytes *body = fine ? tcai_json_write(document) : NULL;
    tcai_json_release(document);
    tca_bytes_unref(text);
    return body;
}

static tca_result ask_with_body(tcai_registry_operation *operation, tca_call *call,
                                const char *method, const char *part, tca_bytes *body,
                                tca_error *error) {
    return body == NULL ? tcai_fail_memory(error)
                        : ask(operation, call, TCAI_PHASE_CHANGE, method, slot_of(operation), part,
                              body, error);
}

/* ---- asking ---- */

/* A change names no condition: the ETag of a PUT is that of what it replaces, of which there is
 * nothing, and no other change takes one. So the slot is looked at right before. */
static tca_result look(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    return ask(operation, call, TCAI_PHASE_LOOK, "GET", slot_of(operation), "", NULL, error);
}

static tca_result choose_slot(tcai_registry_operation *operation, tca_error *error) {
    uint32_t slot = tcai_free_slot(operation->list);
    const char *name = slots[slot == TCA_REGISTRATION_SECONDARY];
    if (slot == 0) {
        return tcai_fail(error, TCA_E_CAPACITY, "both slots of the enrollment group are taken");
    }
    tcai_registration *changed = tcai_changed(operation);
    tca_bytes_unref(changed->name);
    changed->name = tcai_bytes_copy(name, strlen(name));
    return changed->name == NULL ? tcai_fail_memory(error) : TCA_OK;
}

static tca_result ask_verification(tcai_registry_operation *operation, tca_call *call,
                                   tca_error *error) {
    tca_bytes *text = certificate_text(operation->certificate);
    tca_bytes *body =
        text == NULL ? NULL : tcai_json_write_string_member("certificate", tcai_span_of(text));
    tca_bytes_unref(text);
    return ask_with_body(operation, call, "POST", "/verify", body, error);
}

static tca_result ask_change(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    switch (operation->action) {
    case TCAI_UPLOAD:
        return ask_with_body(operation, call, "PUT", "", upload_body(operation), error);
    case TCAI_GENERATE_CODE:
        return ask(operation, call, TCAI_PHASE_CHANGE, "POST", slot_of(operation),
                   "/generateVerificationCode", NULL, error);
    case TCAI_VERIFY:
        return ask_verification(operation, call, error);
    default:
        return ask(operation, call, TCAI_PHASE_CHANGE, "DELETE", slot_of(operation), "", NULL,
                   error);
    }
}

tca_result tcai_central_start(tcai_registry_operation *operation, tca_call *call,
                              tca_error *error) {
    if (operation->action == TCAI_LIST) {
        return ask(operation, call, TCAI_PHASE_LIST, "GET", slots[0], "", NULL, error);
    }
    tca_result result = operation->action == TCAI_UPLOAD ? choose_slot(operation, error) : TCA_OK;
    return result == TCA_OK ? look(operation, call, error) : result;
}

/* ---- answers ---- */

static tca_result next_slot(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    operation->pages++;
    return operation->pages < sizeof(slots) / sizeof(slots[0])
               ? ask(operation, call, TCAI_PHASE_LIST, "GET", slots[operation->pages], "", NULL,
                     error)
               : tcai_registry_finish(operation, call);
}

static tca_result slot_listed(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                              tca_error *error) {
    tcai_registration one;
    tca_result result = tcai_slot_read(body, slots[operation->pages], &one, error);
    if (result != TCA_OK) {
        tcai_error_prefix(error, "%s: ", slots[operation->pages]);
        return result;
    }
    result = tcai_registrations_add(operation->list, &one, error);
    return result == TCA_OK ? next_slot(operation, call, error) : result;
}

/* The ETags are left aside: the service may well have one for the whole group. */
static bool is_as_read(const tcai_registry_operation *operation, const tcai_registration *now) {
    const tcai_registration *read = tcai_changed(operation);
    return operation->action != TCAI_UPLOAD &&
           tcai_span_equal(tcai_span_of(now->thumbprint), tcai_span_of(read->thumbprint)) &&
           ((now->flags ^ read->flags) & TCA_REGISTRATION_VERIFIED) == 0;
}

static tca_result looked_at(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                            tca_error *error) {
    tcai_registration now;
    tca_result result = tcai_slot_read(body, slot_of(operation), &now, error);
    if (result == TCA_OK && !is_as_read(operation, &now)) {
        result = tcai_fail(error, TCA_E_CONFLICT, "the %s slot of the enrollment group has changed",
                           slot_of(operation));
    }
    tcai_registration_release(&now);
    return result == TCA_OK ? ask_change(operation, call, error) : result;
}

static tca_result take_slot(tcai_registry_operation *operation, tcai_span body, tca_error *error) {
    tcai_registration now;
    tca_result result = tcai_slot_read(body, slot_of(operation), &now, error);
    return result == TCA_OK ? tcai_take_changed(operation, &now, error) : result;
}

static tca_result code_given(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                             tca_error *error) {
    tcai_json *document = NULL;
    tca_result result = tcai_answer_read(body, &document, error);
    if (result == TCA_OK) {
        result = tcai_code_read(document, &operation->code, error);
    }
    tcai_json_release(document);
    return result == TCA_OK ? tcai_registry_finish(operation, call) : result;
}

static tca_result slot_taken(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                             tca_error *error) {
    tca_result result = take_slot(operation, body, error);
    if (result == TCA_OK) {
        result = tcai_check_verified(operation, error);
    }
    return result == TCA_OK ? tcai_registry_finish(operation, call) : result;
}

static tca_result removed(tcai_registry_operation *operation, tca_call *call) {
    tcai_registrations_remove(operation->list, operation->index);
    return tcai_registry_finish(operation, call);
}

tca_result tcai_central_answer(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                               tca_error *error) {
    if (operation->phase == TCAI_PHASE_LIST) {
        return slot_listed(operation, call, body, error);
    }
    if (operation->phase == TCAI_PHASE_LOOK) {
        return looked_at(operation, call, body, error);
    }
    switch (operation->action) {
    case TCAI_GENERATE_CODE:
        return code_given(operation, call, body, error);
    case TCAI_REMOVE:
        return removed(operation, call);
    default:
        break;
    }
    /* The answer to a verification is empty: it shows only when it is looked at. */
    if (operation->phase == TCAI_PHASE_CHANGE &&
        (operation->action == TCAI_VERIFY || tcai_is_nothing(body))) {
        return ask(operation, call, TCAI_PHASE_CONFIRM, "GET", slot_of(operation), "", NULL, error);
    }
    return slot_taken(operation, call, body, error);
}

tca_result tcai_central_refused(tcai_registry_operation *operation, tca_call *call, uint32_t status,
                                tca_error *error) {
    bool change = operation->phase == TCAI_PHASE_CHANGE;
    if (operation->action == TCAI_LIST) {
        return status == 404 ? next_slot(operation, call, error) : TCA_E_HTTP;
    }
    if (status == 404 && operation->phase == TCAI_PHASE_LOOK) {
        return ask_change(operation, call, error); /* is free; else the change is answered so too */
    }
    if (status == 404 && change && operation->action == TCAI_REMOVE) {
        return removed(operation, call);
    }
    if (status == 404 || status == 409 || status == 412) {
        return tcai_error_recode(error, TCA_E_CONFLICT);
    }
    bool proof = change && operation->action == TCAI_VERIFY;
    if (proof && status >= 400 && status <= 499 && status != 401 && status != 403) {
        return tcai_error_recode(error, TCA_E_PROOF);
    }
    return TCA_E_HTTP;
}
