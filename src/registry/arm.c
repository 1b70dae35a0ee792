/* SPDX-License-Identifier: MIT */
/* IoT Hub and DPS: certificates in Azure Resource Manager, and the enrollment group of a DPS.
 * Microsoft.Devices/IotHubs 2023-06-30, Microsoft.Devices/provisioningServices 2022-12-12. */
#include <string.h>

#include "registry/operation.h"

#define HUB_VERSION "?api-version=2023-06-30"
#define DPS_VERSION "?api-version=2022-12-12"
#define GROUP_AUDIENCE "https://azure-devices-provisioning.net"
#define NAME_PREFIX "azure-sphere-"

/* ---- asking ---- */

static tca_bytes *make_url(const tca_target *target, tcai_span name, const char *part) {
    tcai_text url = {0};
    tcai_text_append(&url, target->base->data, target->base->length);
    if (name.length > 0) {
        tcai_text_append_char(&url, '/');
        tcai_url_append_encoded(&url, name);
    }
    tcai_text_append_string(&url, part);
    tcai_text_append_string(&url, target->kind == TCA_TARGET_IOT_HUB ? HUB_VERSION : DPS_VERSION);
    return tcai_text_finish(&url);
}

static tca_result ask(tcai_registry_operation *operation, tca_call *call, tcai_phase phase,
                      const tcai_exchange *exchange, tca_error *error) {
    operation->phase = phase;
    return tcai_call_ask(call, exchange, error);
}

static tca_result ask_group(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    const tca_bytes *url = operation->target->group_url;
    tcai_exchange exchange = {.method = "GET",
                              .url = tcai_bytes_copy(url->data, url->length),
                              .audience = GROUP_AUDIENCE};
    return ask(operation, call, TCAI_PHASE_GROUP, &exchange, error);
}

/* Set slots of the group; an empty name frees them. */
static tca_result put_group(tcai_registry_operation *operation, tca_call *call, tcai_phase phase,
                            uint32_t slots, tcai_span name, tca_error *error) {
    const tca_target *target = operation->target;
    if (operation->list->group != NULL && operation->list->group_etag == NULL) {
        return tcai_fail(error, TCA_E_ANSWER, "the service gave no ETag of the enrollment group");
    }
    tcai_exchange exchange = {
        .method = "PUT",
        .url = tcai_bytes_copy(target->group_url->data, target->group_url->length),
        .body = tcai_group_write(operation->list, tcai_span_of(target->group), slots, name),
        .audience = GROUP_AUDIENCE,
        .if_match = tcai_span_of(operation->list->group_etag)};
    if (exchange.body == NULL) {
        tca_bytes_unref(exchange.url);
        return tcai_fail_memory(error);
    }
    return ask(operation, call, phase, &exchange, error);
}

/* The texts that both services were seen to take: PEM, which DPS wants in base64 once more. Binary
 * certificates in base64 are documented too, and were answered with errors (azure-cli #11131). */
static tca_bytes *certificate_text(const tca_target *target, const tca_certificate *certificate) {
    const uint8_t *der;
    size_t length;
    tca_certificate_der(certificate, &der, &length);
    tca_bytes *pem = tcai_pem_encode_certificate((tcai_span){der, length});
    if (pem == NULL || target->kind == TCA_TARGET_IOT_HUB) {
        return pem;
    }
    tca_bytes *base64 = tcai_base64_encode(tcai_span_of(pem));
    tca_bytes_unref(pem);
    return base64;
}

static tca_bytes *upload_body(const tca_target *target, tcai_span text) {
    tcai_json *document = tcai_json_new_object();
    tcai_json *properties = document == NULL ? NULL : tcai_json_object_in(document, "properties");
    bool fine = properties != NULL && tcai_json_set_string(properties, "certificate", text);
    if (fine && tcai_target_verifies_on_upload(target)) {
        fine = tcai_json_set_boolean(properties, "isVerified", true);
    }
    tca_bytes *body = fine ? tcai_json_write(document) : NULL;
    tcai_json_release(document);
    return body;
}

/* A new name for each certificate, never one replaced in place. */
static tca_bytes *new_name(tcai_span thumbprint) {
    tcai_text name = {0};
    tcai_text_append_string(&name, NAME_PREFIX);
    for (size_t i = 0; i < thumbprint.length; i++) {
        char digit = (char)thumbprint.data[i];
        tcai_text_append_char(&name, digit >= 'A' ? (char)(digit - 'A' + 'a') : digit);
    }
    return tcai_text_finish(&name);
}

static tca_result ask_upload(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    const tca_target *target = operation->target;
    tca_bytes *name = new_name(tcai_span_of(tcai_changed(operation)->thumbprint));
    if (name != NULL &&
        tcai_registrations_by_name(operation->list, tcai_span_of(name)) != TCA_NO_INDEX) {
        tca_bytes_unref(name);
        return tcai_fail(error, TCA_E_CONFLICT,
                         "the name that the certificate would have is another one's there");
    }
    tca_bytes *text = certificate_text(target, operation->certificate);
    tca_bytes *body = text == NULL ? NULL : upload_body(target, tcai_span_of(text));
    tca_bytes_unref(text);
    if (name == NULL || body == NULL) {
        tca_bytes_unref(name);
        tca_bytes_unref(body);
        return tcai_fail_memory(error);
    }
    tca_bytes_unref(tcai_changed(operation)->name);
    tcai_changed(operation)->name = name;
    tcai_exchange exchange = {
        .method = "PUT", .url = make_url(target, tcai_span_of(name), ""), .body = body};
    return ask(operation, call, TCAI_PHASE_CHANGE, &exchange, error);
}

/* Without its ETag a change could undo somebody else's. */
static tca_result check_etag(const tcai_registration *changed, tca_error *error) {
    return changed->etag != NULL
               ? TCA_OK
               : tcai_fail(error, TCA_E_ANSWER, "the service gave no ETag of the certificate");
}

static tca_result ask_verification(tcai_registry_operation *operation, tca_call *call,
                                   tca_error *error) {
    const tcai_registration *changed = tcai_changed(operation);
    tca_result result = check_etag(changed, error);
    if (result != TCA_OK) {
        return result;
    }
    tca_bytes *text = certificate_text(operation->target, operation->certificate);
    tca_bytes *body =
        text == NULL ? NULL : tcai_json_write_string_member("certificate", tcai_span_of(text));
    tca_bytes_unref(text);
    if (body == NULL) {
        return tcai_fail_memory(error);
    }
    tcai_exchange exchange = {
        .method = "POST",
        .url = make_url(operation->target, tcai_span_of(changed->name), "/verify"),
        .body = body,
        .if_match = tcai_span_of(changed->etag)};
    return ask(operation, call, TCAI_PHASE_CHANGE, &exchange, error);
}

static tca_result ask_change(tcai_registry_operation *operation, tca_call *call, const char *method,
                             const char *part, tca_error *error) {
    const tcai_registration *changed = tcai_changed(operation);
    tca_result result = check_etag(changed, error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_exchange exchange = {.method = method,
                              .url = make_url(operation->target, tcai_span_of(changed->name), part),
                              .if_match = tcai_span_of(changed->etag)};
    return ask(operation, call, TCAI_PHASE_CHANGE, &exchange, error);
}

static tca_result ask_now(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    const tcai_registration *changed = tcai_changed(operation);
    tcai_exchange exchange = {.method = "GET",
                              .url = make_url(operation->target, tcai_span_of(changed->name), "")};
    return ask(operation, call, TCAI_PHASE_CONFIRM, &exchange, error);
}

/* The group must let go of it first. */
static tca_result ask_removal(tcai_registry_operation *operation, tca_call *call,
                              tca_error *error) {
    uint32_t slots = tcai_slots_of(tcai_changed(operation));
    return slots != 0
               ? put_group(operation, call, TCAI_PHASE_RELEASE, slots, (tcai_span){NULL, 0}, error)
               : ask_change(operation, call, "DELETE", "", error);
}

static tca_result ask_reference(tcai_registry_operation *operation, tca_call *call,
                                tca_error *error) {
    uint32_t slot = tcai_free_slot(operation->list);
    return slot != 0
               ? put_group(operation, call, TCAI_PHASE_CHANGE, slot,
                           tcai_span_of(tcai_changed(operation)->name), error)
               : tcai_fail(error, TCA_E_CAPACITY, "both slots of the enrollment group are taken");
}

tca_result tcai_arm_start(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    switch (operation->action) {
    case TCAI_LIST: {
        tcai_exchange exchange = {.method = "GET",
                                  .url = make_url(operation->target, (tcai_span){NULL, 0}, "")};
        return ask(operation, call, TCAI_PHASE_LIST, &exchange, error);
    }
    case TCAI_UPLOAD:
        return ask_upload(operation, call, error);
    case TCAI_GENERATE_CODE:
        return ask_change(operation, call, "POST", "/generateVerificationCode", error);
    case TCAI_VERIFY:
        return ask_verification(operation, call, error);
    case TCAI_REFER:
        return ask_reference(operation, call, error);
    default:
        return ask_removal(operation, call, error);
    }
}

/* ---- listing ---- */

static tca_result add_all(tca_registration_list *list, const tcai_json *values, uint32_t max,
                          tca_error *error) {
    size_t count = tcai_json_count(values);
    for (size_t i = 0; i < count; i++) {
        tcai_registration one;
        if (list->count >= max) {
            return tcai_fail(error, TCA_E_LIMIT, "list: more than %u certificates", (unsigned)max);
        }
        tca_result result = tcai_registration_read(tcai_json_item(values, i), &one, error);
        if (result != TCA_OK) {
            tcai_error_prefix(error, "certificate %zu of %zu: ", i + 1, count);
            return result;
        }
        result = tcai_registrations_add(list, &one, error);
        if (result != TCA_OK) {
            return result;
        }
    }
    return TCA_OK;
}

/* The token must not travel to another host, nor anything but a URL into the request. */
static tca_result check_link(const tcai_registry_operation *operation, tcai_span link,
                             tca_error *error) {
    if (!tcai_url_same_origin(tcai_span_of(operation->target->base), link)) {
        return tcai_fail(error, TCA_E_ANSWER, "nextLink: leads to another server");
    }
    for (size_t i = 0; i < link.length; i++) {
        if (link.data[i] <= ' ' || link.data[i] > '~') {
            return tcai_fail(error, TCA_E_ANSWER, "nextLink: not a URL");
        }
    }
    return TCA_OK;
}

static tca_result take_page(tcai_registry_operation *operation, tca_call *call,
                            const tcai_json *document, tcai_span *next, tca_error *error) {
    const tca_call_options *limits = tcai_call_limits(call);
    const tcai_json *values = tcai_json_member(document, "value");
    tca_result result = tcai_json_string_member(document, "nextLink", next, error);
    if (result != TCA_OK || !tcai_json_is_array(values)) {
        return tcai_fail(error, TCA_E_ANSWER, "the answer is no list of certificates");
    }
    if (next->length > 0 && ++operation->pages >= limits->max_pages) {
        return tcai_fail(error, TCA_E_LIMIT, "list: more than %u pages",
                         (unsigned)limits->max_pages);
    }
    if (next->length > 0) {
        result = check_link(operation, *next, error);
    }
    if (result != TCA_OK) {
        return result;
    }
    return add_all(operation->list, values, limits->max_entries, error);
}

/* What is verified is trusted, where there is a group only if that refers to it. */
static void mark_trusted(tcai_registry_operation *operation) {
    tca_registration_list *list = operation->list;
    bool needs_reference = tcai_target_has_group(operation->target);
    for (size_t i = 0; i < list->count; i++) {
        tcai_registration *item = &list->items[i];
        bool trusted = (item->flags & TCA_REGISTRATION_VERIFIED) != 0 &&
                       (!needs_reference || tcai_slots_of(item) != 0);
        item->flags &= ~TCA_REGISTRATION_TRUSTED;
        item->flags |= trusted ? TCA_REGISTRATION_TRUSTED : 0u;
    }
}

static tca_result finish(tcai_registry_operation *operation, tca_call *call) {
    mark_trusted(operation);
    return tcai_registry_finish(operation, call);
}

static tca_result listed(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                         tca_error *error) {
    tcai_json *document = NULL;
    tcai_span next = {NULL, 0};
    tca_bytes *url = NULL;
    tca_result result = tcai_answer_read(body, &document, error);
    if (result == TCA_OK) {
        result = take_page(operation, call, document, &next, error);
    }
    bool more = result == TCA_OK && next.length > 0;
    if (more) {
        url = tcai_bytes_copy(next.data, next.length);
    }
    tcai_json_release(document);
    if (result != TCA_OK) {
        return result;
    }
    if (more) {
        tcai_exchange exchange = {.method = "GET", .url = url};
        return ask(operation, call, TCAI_PHASE_LIST, &exchange, error);
    }
    return tcai_target_has_group(operation->target) ? ask_group(operation, call, error)
                                                    : finish(operation, call);
}

/* ---- changes ---- */

/* The answer is the resource as it is now; what a group makes of it stays. */
static tca_result take_resource(tcai_registry_operation *operation, const tcai_json *document,
                                tca_error *error) {
    const tcai_registration *changed = tcai_changed(operation);
    tcai_registration now;
    tca_result result = tcai_registration_read(document, &now, error);
    if (result == TCA_OK && !tcai_span_equal(tcai_span_of(now.name), tcai_span_of(changed->name))) {
        tcai_registration_release(&now);
        result = tcai_fail(error, TCA_E_ANSWER, "the answer is about another certificate");
    }
    if (result != TCA_OK) {
        return result;
    }
    now.flags |= tcai_slots_of(changed);
    return tcai_take_changed(operation, &now, error);
}

static tca_result changed(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                          tca_error *error) {
    tcai_json *document = NULL;
    bool confirms = operation->phase == TCAI_PHASE_CONFIRM;
    if (tcai_is_nothing(body) && !confirms && operation->action != TCAI_GENERATE_CODE) {
        return ask_now(operation, call, error);
    }
    tca_result result = tcai_answer_read(body, &document, error);
    if (result == TCA_OK) {
        result = take_resource(operation, document, error);
    }
    if (result == TCA_OK && operation->action == TCAI_GENERATE_CODE && operation->code == NULL) {
        result = tcai_code_read(document, &operation->code, error);
    }
    tcai_json_release(document);
    if (result == TCA_OK && tcai_changed(operation)->etag == NULL && !confirms) {
        return ask_now(operation, call, error);
    }
    if (result == TCA_OK) {
        result = tcai_check_verified(operation, error);
    }
    return result == TCA_OK ? finish(operation, call) : result;
}

static tca_result removed(tcai_registry_operation *operation, tca_call *call) {
    tcai_registrations_remove(operation->list, operation->index);
    return finish(operation, call);
}

/* The group is known: does it refer to the certificate, or no longer, as was asked? */
static tca_result go_on(tcai_registry_operation *operation, tca_call *call, tca_error *error) {
    bool changes = operation->action == TCAI_REFER || operation->action == TCAI_REMOVE;
    bool refers = changes && tcai_slots_of(tcai_changed(operation)) != 0;
    if (changes && refers != (operation->action == TCAI_REFER)) {
        return tcai_fail(error, TCA_E_ANSWER, "the enrollment group %s refer to the certificate",
                         refers ? "still does" : "does not");
    }
    return operation->action == TCAI_REMOVE ? ask_change(operation, call, "DELETE", "", error)
                                            : finish(operation, call);
}

static tca_result group_changed(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                                tca_error *error) {
    bool nothing = tcai_is_nothing(body) && operation->phase != TCAI_PHASE_GROUP;
    tca_result result = nothing ? TCA_OK : tcai_group_read(operation->list, body, error);
    if (result != TCA_OK) {
        return result;
    }
    bool complete = !nothing && operation->list->group_etag != NULL;
    return complete || operation->phase == TCAI_PHASE_GROUP ? go_on(operation, call, error)
                                                            : ask_group(operation, call, error);
}

tca_result tcai_arm_answer(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                           tca_error *error) {
    switch (operation->phase) {
    case TCAI_PHASE_LIST:
        return listed(operation, call, body, error);
    case TCAI_PHASE_GROUP:
    case TCAI_PHASE_RELEASE:
        return group_changed(operation, call, body, error);
    default:
        return operation->action == TCAI_REMOVE  ? removed(operation, call)
               : operation->action == TCAI_REFER ? group_changed(operation, call, body, error)
                                                 : changed(operation, call, body, error);
    }
}

/* ---- refusals ---- */

tca_result tcai_arm_refused(tcai_registry_operation *operation, tca_call *call, uint32_t status,
                            tca_error *error) {
    bool change = operation->phase == TCAI_PHASE_CHANGE;
    if (status == 404 && operation->phase == TCAI_PHASE_GROUP && operation->action == TCAI_LIST) {
        return finish(operation, call);
    }
    if (operation->action == TCAI_LIST) {
        return TCA_E_HTTP;
    }
    if (status == 404 && change && operation->action == TCAI_REMOVE) {
        return removed(operation, call);
    }
    if (status == 404 || status == 409 || status == 412) {
        return tcai_error_recode(error, TCA_E_CONFLICT);
    }
    if (status == 400 && change && operation->action == TCAI_VERIFY) {
        return tcai_error_recode(error, TCA_E_PROOF);
    }
    return TCA_E_HTTP;
}
