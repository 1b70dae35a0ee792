/* SPDX-License-Identifier: MIT */
/* Which target, and the URLs of what it has.
 * Microsoft.Devices/IotHubs and /provisioningServices in Azure Resource Manager, the DPS service
 * API, IoT Central. */
#include <stdlib.h>
#include <string.h>

#include "registry/registry.h"

#define NAME_MAX_LENGTH 128 /* of an enrollment group, the longest of the names */
#define DEFAULT_CAPACITY 25
#define GROUP_VERSION "?api-version=2021-10-01"

static tcai_span span_of(const char *text, size_t length) {
    return (tcai_span){(const uint8_t *)text, text == NULL ? 0 : length};
}

#define OPTION(options, member) span_of((options)->member, (options)->member##_length)

/* ---- names ---- */

static tca_result take_name(tca_target *target, tcai_span name, tca_error *error) {
    if (!tcai_is_name(name, TCAI_TARGET_NAME_MAX)) {
        return tcai_fail(error, TCA_E_ARGUMENT,
                         "name: not 1 to %d letters, digits and . _ - characters",
                         TCAI_TARGET_NAME_MAX);
    }
    target->name = tcai_bytes_copy(name.data, name.length);
    return target->name == NULL ? tcai_fail_memory(error) : TCA_OK;
}

/* Part of a path: what no such name can hold is refused, the rest is percent-encoded. */
static tca_result append_name(tcai_text *url, const char *before, const char *what, tcai_span name,
                              tca_error *error) {
    bool dots = name.length > 0 && name.data[0] == '.' &&
                (name.length == 1 || (name.length == 2 && name.data[1] == '.'));
    bool fits = name.length > 0 && name.length <= NAME_MAX_LENGTH && !dots && tcai_utf8_valid(name);
    for (size_t i = 0; fits && i < name.length; i++) {
        fits = name.data[i] >= ' ' && name.data[i] != 0x7F && name.data[i] != '/' &&
               name.data[i] != '\\';
    }
    if (!fits) {
        return tcai_fail(error, TCA_E_ARGUMENT, "%s: missing, or holds what no name can", what);
    }
    tcai_text_append_string(url, before);
    tcai_url_append_encoded(url, name);
    return TCA_OK;
}

/* ---- URLs ---- */

static tca_result begin_url(tcai_text *url, tcai_span endpoint, tca_error *error) {
    tca_bytes *checked = NULL;
    tca_result result = tcai_endpoint_check(endpoint, &checked, error);
    if (result == TCA_OK) {
        tcai_text_append(url, checked->data, checked->length);
    }
    tca_bytes_unref(checked);
    return result;
}

static tca_result finish_url(tcai_text *url, tca_result result, tca_bytes **out, tca_error *error) {
    *out = tcai_text_finish(url);
    return result == TCA_OK && *out == NULL ? tcai_fail_memory(error) : result;
}

static tca_result make_resource_url(tca_target *target, const tca_target_options *options,
                                    tca_error *error) {
    tcai_text url = {0};
    const char *type = target->kind == TCA_TARGET_IOT_HUB
                           ? "/providers/Microsoft.Devices/IotHubs/"
                           : "/providers/Microsoft.Devices/provisioningServices/";
    tcai_span endpoint = options->endpoint != NULL ? OPTION(options, endpoint)
                                                   : TCAI_SPAN("https://management.azure.com");
    tca_result result = begin_url(&url, endpoint, error);
    if (result == TCA_OK) {
        result = append_name(&url, "/subscriptions/", "subscription", OPTION(options, subscription),
                             error);
    }
    if (result == TCA_OK) {
        result = append_name(&url, "/resourceGroups/", "resource group",
                             OPTION(options, resource_group), error);
    }
    if (result == TCA_OK) {
        result = append_name(&url, type, "resource", OPTION(options, resource), error);
    }
    tcai_text_append_string(&url, "/certificates");
    return finish_url(&url, result, &target->base, error);
}

/* https://{name}.{domain} */
static tca_result begin_host(tcai_text *url, const char *what, tcai_span name, const char *domain,
                             tca_error *error) {
    if (!tcai_is_name(name, TCAI_TARGET_NAME_MAX)) {
        return tcai_fail(error, TCA_E_ARGUMENT, "%s: missing, or not the name of a host", what);
    }
    tcai_text_append_string(url, "https://");
    tcai_text_append(url, name.data, name.length);
    tcai_text_append_string(url, domain);
    return TCA_OK;
}

static tca_result make_group_url(tca_target *target, const tca_target_options *options,
                                 tca_error *error) {
    tcai_text url = {0};
    tcai_span group = OPTION(options, enrollment_group);
    tca_result result = options->service_endpoint != NULL
                            ? begin_url(&url, OPTION(options, service_endpoint), error)
                            : begin_host(&url, "resource", OPTION(options, resource),
                                         ".azure-devices-provisioning.net", error);
    if (result == TCA_OK) {
        result = append_name(&url, "/enrollmentGroups/", "enrollment group", group, error);
    }
    tcai_text_append_string(&url, GROUP_VERSION);
    result = finish_url(&url, result, &target->group_url, error);
    if (result == TCA_OK) {
        target->group = tcai_bytes_copy(group.data, group.length);
        result = target->group == NULL ? tcai_fail_memory(error) : TCA_OK;
    }
    return result;
}

static tca_result make_central_url(tca_target *target, const tca_target_options *options,
                                   tca_error *error) {
    tcai_text url = {0};
    tca_result result = options->endpoint != NULL
                            ? begin_url(&url, OPTION(options, endpoint), error)
                            : begin_host(&url, "application", OPTION(options, application),
                                         ".azureiotcentral.com", error);
    if (result == TCA_OK) {
        result = append_name(&url, "/api/enrollmentGroups/", "enrollment group",
                             OPTION(options, enrollment_group), error);
    }
    tcai_text_append_string(&url, "/certificates");
    return finish_url(&url, result, &target->base, error);
}

/* ---- anchors ---- */

static tca_result take_anchors(tca_target *target, const tca_anchor_holder *anchors,
                               tca_error *error) {
    tca_anchor_holder known;
    size_t all = TCAI_END_OF(tca_anchor_holder, destroy);
    if (anchors == NULL) {
        return tcai_fail_null(error, "anchors");
    }
    tca_result result =
        tcai_import(&known, sizeof(known), all, all, anchors, "tca_anchor_holder", error);
    if (result != TCA_OK) {
        return result;
    }
    if (known.flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_anchor_holder: unknown flags");
    }
    if (known.load == NULL || known.replace == NULL) {
        return tcai_fail(error, TCA_E_ARGUMENT, "tca_anchor_holder: a slot is NULL");
    }
    target->anchors = known;
    return TCA_OK;
}

/* ---- making ---- */

static tca_result check_numbers(const tca_target_options *options, tca_error *error) {
    uint32_t kind = options->kind;
    bool through_dps = (options->flags & TCA_TARGET_THROUGH_DPS) != 0;
    if (kind < TCA_TARGET_IOT_HUB || kind > TCA_TARGET_ANCHORS) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "kind: unknown");
    }
    if ((options->flags & ~TCA_TARGET_THROUGH_DPS) != 0 ||
        (through_dps && kind != TCA_TARGET_IOT_HUB)) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_target_options: unknown flags");
    }
    if (options->verification > TCA_VERIFICATION_ON_UPLOAD || options->order > TCA_ORDER_ANY) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "%s: unknown",
                         options->order > TCA_ORDER_ANY ? "order" : "verification");
    }
    return TCA_OK;
}

static tca_result fill(tca_target *target, const tca_target_options *options, tca_error *error) {
    tca_result result = take_name(target, OPTION(options, name), error);
    if (result != TCA_OK) {
        return result;
    }
    switch (target->kind) {
    case TCA_TARGET_ANCHORS:
        return take_anchors(target, options->anchors, error);
    case TCA_TARGET_IOT_CENTRAL:
        return make_central_url(target, options, error);
    default:
        target->capacity = options->capacity != 0 ? options->capacity : DEFAULT_CAPACITY;
        result = make_resource_url(target, options, error);
        bool group = target->kind == TCA_TARGET_DPS && options->enrollment_group != NULL;
        return result == TCA_OK && group ? make_group_url(target, options, error) : result;
    }
}

/* Without the holder, which is still the caller's. */
static void release(tca_target *target) {
    tca_bytes_unref(target->name);
    tca_bytes_unref(target->base);
    tca_bytes_unref(target->group_url);
    tca_bytes_unref(target->group);
    free(target);
}

tca_result tca_target_new(const tca_target_options *options, tca_target **out, tca_error *error) {
    tca_target_options known;
    size_t all = TCAI_END_OF(tca_target_options, capacity);
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (options == NULL || out == NULL) {
        return tcai_fail_null(error, options == NULL ? "options" : "out");
    }
    tca_result result =
        tcai_import(&known, sizeof(known), all, all, options, "tca_target_options", error);
    if (result == TCA_OK) {
        result = check_numbers(&known, error);
    }
    tca_target *target = result == TCA_OK ? calloc(1, sizeof(*target)) : NULL;
    if (target == NULL) {
        return result == TCA_OK ? tcai_fail_memory(error) : result;
    }
    atomic_init(&target->references, 1);
    target->kind = known.kind;
    target->flags = known.flags;
    target->verification = known.verification;
    target->order = known.order;
    result = fill(target, &known, error);
    if (result != TCA_OK) {
        release(target);
        return result;
    }
    *out = target;
    return TCA_OK;
}

void tca_target_ref(const tca_target *target, tca_target **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_target *)target;
    if (target != NULL) {
        tcai_reference(&(*out)->references);
    }
}

void tca_target_unref(tca_target *target) {
    if (target != NULL && tcai_dereference(&target->references)) {
        if (target->anchors.destroy != NULL) {
            target->anchors.destroy(target->anchors.user);
        }
        release(target);
    }
}

/* ---- reading ---- */

tcai_span tcai_target_name_span(const tca_target *target) {
    return (tcai_span){target->name->data, target->name->length};
}

uint32_t tca_target_kind(const tca_target *target) {
    return target == NULL ? 0 : target->kind;
}

tca_result tca_target_name(const tca_target *target, const char **text, size_t *length) {
    bool complete = target != NULL && text != NULL && length != NULL;
    if (text != NULL) {
        *text = complete ? (const char *)target->name->data : NULL;
    }
    if (length != NULL) {
        *length = complete ? target->name->length : 0;
    }
    return complete ? TCA_OK : TCA_E_ARGUMENT;
}

const char *tca_target_kind_name(uint32_t kind) {
    static const char *const names[] = {NULL, "iot-hub", "dps", "iot-central", "trust-file"};
    return TCAI_NAME_IN(names, kind);
}
