/* SPDX-License-Identifier: MIT */
/* What can be done at a target: constructors, and what all families share. */
#include <stdlib.h>
#include <string.h>

#include "registry/operation.h"

/* ---- results ---- */

static void release_list(void *list) {
    tca_registration_list_unref(list);
}

static void release_code(void *code) {
    tca_bytes_unref(code);
}

tca_result tcai_registry_finish(tcai_registry_operation *operation, tca_call *call) {
    tcai_call_give(call, TCAI_RESULT_REGISTRATIONS, operation->list, release_list);
    tcai_call_give(call, TCAI_RESULT_CODE, operation->code, release_code);
    operation->list = NULL;
    operation->code = NULL;
    tcai_call_finish(call);
    return TCA_OK;
}

tca_result tca_call_take_registrations(tca_call *call, tca_registration_list **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = tcai_call_take(call, TCAI_RESULT_REGISTRATIONS);
    return tcai_call_taken(call, *out);
}

tca_result tca_call_take_code(tca_call *call, tca_bytes **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = tcai_call_take(call, TCAI_RESULT_CODE);
    return tcai_call_taken(call, *out);
}

/* ---- what is changed ---- */

static void keep_unsaid(tcai_registration *now, tcai_registration *before) {
    if (now->thumbprint->length == 0) {
        tca_bytes *said_nothing = now->thumbprint;
        now->thumbprint = before->thumbprint;
        before->thumbprint = said_nothing;
    }
    if ((now->flags & TCA_REGISTRATION_HAS_NOT_AFTER) == 0) {
        now->flags |= before->flags & TCA_REGISTRATION_HAS_NOT_AFTER;
        now->not_after = before->not_after;
    }
}

tca_result tcai_take_changed(tcai_registry_operation *operation, tcai_registration *now,
                             tca_error *error) {
    tcai_registration *changed = tcai_changed(operation);
    bool known = now->thumbprint->length > 0 && changed->thumbprint->length > 0;
    if (known &&
        !tcai_span_equal(tcai_span_of(now->thumbprint), tcai_span_of(changed->thumbprint))) {
        tcai_registration_release(now);
        return tcai_fail(error, TCA_E_ANSWER, "the answer names another certificate");
    }
    keep_unsaid(now, changed);
    tcai_registration_release(changed);
    *changed = *now;
    return TCA_OK;
}

tca_result tcai_check_verified(const tcai_registry_operation *operation, tca_error *error) {
    bool verified = (tcai_changed(operation)->flags & TCA_REGISTRATION_VERIFIED) != 0;
    bool wanted =
        operation->action == TCAI_VERIFY ||
        (operation->action == TCAI_UPLOAD && tcai_target_verifies_on_upload(operation->target));
    return verified || !wanted ? TCA_OK
                               : tcai_fail(error, TCA_E_PROOF,
                                           "the service does not call the certificate verified");
}

/* ---- the operation ---- */

static void release(void *state) {
    tcai_registry_operation *operation = state;
    tca_target_unref(operation->target);
    tca_registration_list_unref(operation->list);
    tca_certificate_unref(operation->certificate);
    tca_rollover_unref(operation->rollover);
    tca_bytes_unref(operation->code);
    free(operation);
}

static bool is_central(const tcai_registry_operation *operation) {
    return operation->target->kind == TCA_TARGET_IOT_CENTRAL;
}

static tca_result name_target(const tcai_registry_operation *operation, tca_result result,
                              tca_error *error) {
    if (result != TCA_OK && result != TCA_E_NO_MEMORY) {
        tcai_error_prefix(error, "%s: ", (const char *)operation->target->name->data);
    }
    return result;
}

static tca_result start(tca_call *call, void *state, tca_unix now, tca_error *error) {
    tcai_registry_operation *operation = state;
    (void)now;
    if (operation->action == TCAI_NOTHING) {
        return tcai_registry_finish(operation, call);
    }
    tca_result result = operation->target->kind == TCA_TARGET_ANCHORS
                            ? tcai_anchors_start(operation, call, error)
                        : is_central(operation) ? tcai_central_start(operation, call, error)
                                                : tcai_arm_start(operation, call, error);
    return name_target(operation, result, error);
}

static tca_result answer(tca_call *call, void *state, tcai_span body, tca_unix now,
                         tca_error *error) {
    tcai_registry_operation *operation = state;
    (void)now;
    tca_result result = is_central(operation) ? tcai_central_answer(operation, call, body, error)
                                              : tcai_arm_answer(operation, call, body, error);
    return name_target(operation, result, error);
}

static tca_result refused(tca_call *call, void *state, uint32_t status, tcai_span body,
                          tca_error *error) {
    tcai_registry_operation *operation = state;
    (void)body;
    tca_result result = is_central(operation) ? tcai_central_refused(operation, call, status, error)
                                              : tcai_arm_refused(operation, call, status, error);
    return name_target(operation, result, error);
}

static const tcai_operation operations = {.start = start,
                                          .answer = answer,
                                          .refused = refused,
                                          .explain = tcai_refusal_explain,
                                          .release = release};

/* ---- constructors ---- */

static const char *audience_of(const tca_target *target) {
    return target->kind == TCA_TARGET_IOT_CENTRAL ? "https://apps.azureiotcentral.com"
                                                  : "https://management.azure.com";
}

static tca_result check_arguments(const tca_target *target, tca_call **out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    return target == NULL || out == NULL ? tcai_fail_null(error, target == NULL ? "target" : "out")
                                         : TCA_OK;
}

/* Takes over what the template holds. */
static tca_result new_operation(const tca_target *target, const tcai_registry_operation *template,
                                const tca_call_options *options, tca_call **out, tca_error *error) {
    tcai_registry_operation *operation = calloc(1, sizeof(*operation));
    if (operation == NULL || template->list == NULL) {
        free(operation);
        tca_registration_list_unref(template->list);
        tca_certificate_unref(template->certificate);
        tca_rollover_unref(template->rollover);
        return tcai_fail_memory(error);
    }
    *operation = *template;
    tca_target_ref(target, &operation->target);
    return tcai_call_new(&operations, operation, audience_of(target), options, out, error);
}

tca_result tca_target_list(const tca_target *target, const tca_call_options *options,
                           tca_call **out, tca_error *error) {
    tca_result result = check_arguments(target, out, error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_registry_operation template = {.action = TCAI_LIST, .list = tcai_registrations_new(NULL)};
    return new_operation(target, &template, options, out, error);
}

/* What changes a registration, and is nothing for anchors. */
static tca_result check_change(const tca_target *target, const tca_registration_list *before,
                               tca_call **out, tca_error *error) {
    tca_result result = check_arguments(target, out, error);
    if (result == TCA_OK && before == NULL) {
        result = tcai_fail_null(error, "before");
    }
    if (result == TCA_OK && target->kind == TCA_TARGET_ANCHORS) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "target: anchors are written as a whole");
    }
    return result;
}

static tca_result check_index(const tca_registration_list *before, uint32_t index,
                              tca_error *error) {
    return index < before->count
               ? TCA_OK
               : tcai_fail(error, TCA_E_NOT_FOUND, "index: the list has no such registration");
}

static tca_result change(const tca_target *target, tcai_action action,
                         const tca_registration_list *before, uint32_t index,
                         const tca_certificate *proof, const tca_call_options *options,
                         tca_call **out, tca_error *error) {
    tcai_registry_operation template = {.action = action, .index = index};
    template.list = tcai_registrations_new(before);
    tca_certificate_ref(proof, &template.certificate);
    return new_operation(target, &template, options, out, error);
}

/* The registration that is to be, without a name and an ETag yet. */
static tca_result add_new(tca_registration_list *list, const tca_certificate *certificate,
                          uint32_t *index, tca_error *error) {
    const char *text;
    size_t length;
    if (tca_certificate_thumbprint(certificate, &text, &length) != TCA_OK) {
        return tcai_fail_memory(error);
    }
    tcai_registration made = {.name = tcai_bytes_copy("", 0),
                              .thumbprint = tcai_bytes_copy(text, length)};
    if (made.name == NULL || made.thumbprint == NULL) {
        tcai_registration_release(&made);
        return tcai_fail_memory(error);
    }
    *index = (uint32_t)list->count;
    return tcai_registrations_add(list, &made, error);
}

tca_result tca_target_upload(const tca_target *target, const tca_registration_list *before,
                             const tca_certificate *certificate, const tca_call_options *options,
                             tca_call **out, tca_error *error) {
    tcai_registry_operation template = {.action = TCAI_UPLOAD};
    tca_result result = check_change(target, before, out, error);
    if (result == TCA_OK && certificate == NULL) {
        result = tcai_fail_null(error, "certificate");
    }
    if (result == TCA_OK &&
        tca_registration_list_find(before, certificate, &template.index) == TCA_OK) {
        return change(target, TCAI_NOTHING, before, template.index, NULL, options, out, error);
    }
    if (result == TCA_OK && target->capacity != 0 && before->count >= target->capacity) {
        result =
            tcai_fail(error, TCA_E_CAPACITY, "%s: holds %zu certificates and takes %u",
                      (const char *)target->name->data, before->count, (unsigned)target->capacity);
    }
    if (result != TCA_OK) {
        return result;
    }
    template.list = tcai_registrations_new(before);
    result = template.list == NULL ? tcai_fail_memory(error)
                                   : add_new(template.list, certificate, &template.index, error);
    if (result != TCA_OK) {
        tca_registration_list_unref(template.list);
        return result;
    }
    tca_certificate_ref(certificate, &template.certificate);
    return new_operation(target, &template, options, out, error);
}

tca_result tca_target_generate_code(const tca_target *target, const tca_registration_list *before,
                                    uint32_t index, const tca_call_options *options, tca_call **out,
                                    tca_error *error) {
    tca_result result = check_change(target, before, out, error);
    if (result == TCA_OK) {
        result = check_index(before, index, error);
    }
    return result == TCA_OK
               ? change(target, TCAI_GENERATE_CODE, before, index, NULL, options, out, error)
               : result;
}

tca_result tca_target_verify(const tca_target *target, const tca_registration_list *before,
                             uint32_t index, const tca_certificate *proof,
                             const tca_call_options *options, tca_call **out, tca_error *error) {
    tca_result result = check_change(target, before, out, error);
    if (result == TCA_OK && proof == NULL) {
        result = tcai_fail_null(error, "proof");
    }
    if (result == TCA_OK) {
        result = check_index(before, index, error);
    }
    return result == TCA_OK ? change(target, TCAI_VERIFY, before, index, proof, options, out, error)
                            : result;
}

tca_result tca_target_refer(const tca_target *target, const tca_registration_list *before,
                            uint32_t index, const tca_call_options *options, tca_call **out,
                            tca_error *error) {
    tca_result result = check_change(target, before, out, error);
    if (result == TCA_OK && !tcai_target_has_group(target)) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "target: has no enrollment group");
    }
    if (result == TCA_OK) {
        result = check_index(before, index, error);
    }
    if (result != TCA_OK) {
        return result;
    }
    bool referred = tcai_slots_of(&before->items[index]) != 0;
    return change(target, referred ? TCAI_NOTHING : TCAI_REFER, before, index, NULL, options, out,
                  error);
}

tca_result tca_target_remove(const tca_target *target, const tca_registration_list *before,
                             uint32_t index, const tca_call_options *options, tca_call **out,
                             tca_error *error) {
    tca_result result = check_change(target, before, out, error);
    if (result == TCA_OK) {
        result = check_index(before, index, error);
    }
    if (result != TCA_OK) {
        return result;
    }
    bool lets_in = (before->items[index].flags & TCA_REGISTRATION_TRUSTED) != 0 &&
                   !tcai_target_is_through_dps(target);
    if (lets_in && !tcai_registrations_trust_another(before, index)) {
        return tcai_fail(error, TCA_E_LAST_ANCHOR,
                         "%s: is the last certificate that lets devices in",
                         (const char *)target->name->data);
    }
    return change(target, TCAI_REMOVE, before, index, NULL, options, out, error);
}

tca_result tca_target_anchor(const tca_target *target, const tca_registration_list *before,
                             const tca_rollover *rollover, const tca_call_options *options,
                             tca_call **out, tca_error *error) {
    tcai_registry_operation template = {.action = TCAI_ANCHOR};
    tca_result result = check_arguments(target, out, error);
    if (result == TCA_OK && (before == NULL || rollover == NULL)) {
        result = tcai_fail_null(error, before == NULL ? "before" : "rollover");
    }
    if (result == TCA_OK && target->kind != TCA_TARGET_ANCHORS) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "target: holds no anchors");
    }
    if (result != TCA_OK) {
        return result;
    }
    template.list = tcai_registrations_new(before);
    tca_rollover_ref(rollover, &template.rollover);
    return new_operation(target, &template, options, out, error);
}
