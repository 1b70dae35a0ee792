/* SPDX-License-Identifier: MIT */
/* List, certificate, chain, proof: each lists first and then asks for the part that is wanted. */
#include <stdlib.h>
#include <string.h>

#include "sphere/sphere.h"
#include "json/json.h"

#define NAME_MAX_LENGTH 256
#define CODE_MAX_LENGTH 256

typedef struct sphere_operation {
    tcai_listing listing;
    bool only_list;
    tcai_sphere_part part;
    tca_bytes *name; /* NULL: the active one */
    tca_bytes *code;
    tca_inventory *inventory; /* once the list is complete */
    uint32_t index;           /* of the certificate in it */
} sphere_operation;

static void release(void *state) {
    sphere_operation *operation = state;
    tcai_listing_release(&operation->listing);
    tca_bytes_unref(operation->name);
    tca_bytes_unref(operation->code);
    tca_inventory_unref(operation->inventory);
    free(operation);
}

static tca_result start(tca_call *call, void *state, tca_unix now, tca_error *error) {
    sphere_operation *operation = state;
    (void)now;
    return tcai_listing_start(&operation->listing, call, error);
}

/* ---- which certificate ---- */

static tca_result find_active(const tca_inventory *inventory, uint32_t *index, tca_error *error) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < inventory->count; i++) {
        if (inventory->entries[i].service_status == TCA_SERVICE_ACTIVE) {
            *index = i;
            count++;
        }
    }
    if (count == 1) {
        return TCA_OK;
    }
    return tcai_fail(error, count == 0 ? TCA_E_NOT_FOUND : TCA_E_AMBIGUOUS,
                     "the service calls %u certificates active: name the one that is wanted",
                     (unsigned)count);
}

/* What the list itself contradicts is not fetched. */
static tca_result check_entry(const tca_entry *entry, tca_error *error) {
    static const uint32_t bad[] = {TCA_ANOMALY_FOREIGN_TENANT, TCA_ANOMALY_THUMBPRINT_MISMATCH,
                                   TCA_ANOMALY_SERIAL_MISMATCH};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if ((entry->anomalies & bad[i]) != 0) {
            return tcai_fail(error, TCA_E_ANSWER,
                             "the service's list contradicts itself about this certificate: %s",
                             tca_anomaly_name(bad[i]));
        }
    }
    return TCA_OK;
}

/* None, or the integrated service's own word for it. */
static bool means_active(const tca_bytes *name) {
    return name == NULL || tcai_span_equal(tcai_span_of(name), TCAI_SPAN(".default"));
}

static tca_result choose(sphere_operation *operation, tca_error *error) {
    tca_result result =
        means_active(operation->name)
            ? find_active(operation->inventory, &operation->index, error)
            : tca_inventory_find(operation->inventory, (const char *)operation->name->data,
                                 operation->name->length, &operation->index, error);
    return result == TCA_OK ? check_entry(&operation->inventory->entries[operation->index], error)
                            : result;
}

/* ---- the part ---- */

static tca_result ask_part(sphere_operation *operation, tca_call *call, tca_error *error) {
    const tca_sphere *sphere = operation->listing.sphere;
    const tca_entry *entry = &operation->inventory->entries[operation->index];
    bool legacy = sphere->kind == TCA_SPHERE_LEGACY;
    const char *number;
    size_t length;
    tca_result result = legacy ? tca_entry_thumbprint(entry, &number, &length)
                               : tca_entry_serial(entry, &number, &length);
    if (result == TCA_E_NOT_FOUND) {
        return tcai_fail(error, TCA_E_ANSWER, "the list does not name the certificate as needed");
    }
    if (result != TCA_OK) {
        return tcai_fail_memory(error);
    }
    bool post = !legacy && operation->part != TCAI_SPHERE_CERTIFICATE;
    tca_bytes *url =
        tcai_sphere_part_url(sphere, operation->part, (tcai_span){(const uint8_t *)number, length},
                             tcai_span_of(operation->code));
    tca_bytes *body = NULL;
    if (url != NULL && post && operation->part == TCAI_SPHERE_PROOF) {
        body =
            tcai_json_write_string_member("proofOfPossessionNonce", tcai_span_of(operation->code));
        if (body == NULL) {
            tca_bytes_unref(url);
            url = NULL;
        }
    }
    tcai_exchange exchange = {.method = post ? "POST" : "GET", .url = url, .body = body};
    return tcai_call_ask(call, &exchange, error);
}

static tca_result check_part(const sphere_operation *operation, const tca_certificate_list *list,
                             tca_unix now, tca_error *error) {
    const tca_entry *entry = &operation->inventory->entries[operation->index];
    const tca_certificate *first;
    (void)tca_certificate_list_get(list, 0, &first);
    if (operation->part == TCAI_SPHERE_CHAIN) {
        return tcai_sphere_check_chain(list, entry, error);
    }
    if (tca_certificate_list_count(list) != 1) {
        return tcai_fail(error, TCA_E_ANSWER, "the service sent %u certificates instead of one",
                         (unsigned)tca_certificate_list_count(list));
    }
    return operation->part == TCAI_SPHERE_PROOF
               ? tcai_sphere_check_proof(first, entry, tcai_span_of(operation->code), now, error)
               : tcai_sphere_check_certificate(first, entry, error);
}

static tca_result finish_part(sphere_operation *operation, tca_call *call, tcai_span body,
                              tca_unix now, tca_error *error) {
    tca_bytes *der = NULL;
    tca_certificate_list *list = NULL;
    tca_result result = tcai_sphere_read_body(body, tcai_call_limits(call), &der, &list, error);
    if (result == TCA_OK) {
        tca_unix judged = tcai_call_limits(call)->judge_at;
        result = check_part(operation, list, judged != 0 ? judged : now, error);
    }
    if (result == TCA_OK && operation->part == TCAI_SPHERE_CHAIN) {
        tcai_sphere_give_chain(call, list, der);
        return TCA_OK;
    }
    if (result == TCA_OK) {
        const tca_certificate *first;
        tca_certificate *kept;
        (void)tca_certificate_list_get(list, 0, &first);
        tca_certificate_ref(first, &kept);
        tcai_sphere_give_certificate(call, kept);
    }
    tca_bytes_unref(der);
    tca_certificate_list_unref(list);
    return result;
}

static tca_result answer(tca_call *call, void *state, tcai_span body, tca_unix now,
                         tca_error *error) {
    sphere_operation *operation = state;
    if (operation->inventory != NULL) {
        return finish_part(operation, call, body, now, error);
    }
    tca_inventory *inventory = NULL;
    tca_result result = tcai_listing_answer(&operation->listing, call, body, &inventory, error);
    if (result != TCA_OK || inventory == NULL) {
        return result;
    }
    if (operation->only_list) {
        tcai_sphere_give_inventory(call, inventory);
        return TCA_OK;
    }
    operation->inventory = inventory;
    result = choose(operation, error);
    return result == TCA_OK ? ask_part(operation, call, error) : result;
}

/* ---- constructors ---- */

static const tcai_operation operations = {
    .start = start, .answer = answer, .explain = tcai_refusal_explain, .release = release};

static tca_result copy_text(const char *text, size_t length, size_t most, const char *what,
                            tca_bytes **out, tca_error *error) {
    if (length == 0 || length > most) {
        return tcai_fail(error, TCA_E_ARGUMENT, "%s: empty, or longer than %zu bytes", what, most);
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            return tcai_fail(error, TCA_E_ARGUMENT, "%s: not printable ASCII", what);
        }
    }
    *out = tcai_bytes_copy(text, length);
    return *out == NULL ? tcai_fail_memory(error) : TCA_OK;
}

static tca_result new_operation(const tca_sphere *sphere, const sphere_operation *template,
                                const tca_call_options *options, tca_call **out, tca_error *error) {
    sphere_operation *operation = malloc(sizeof(*operation));
    if (operation == NULL) {
        tca_bytes_unref(template->name);
        tca_bytes_unref(template->code);
        return tcai_fail_memory(error);
    }
    *operation = *template;
    tcai_listing_open(&operation->listing, sphere);
    return tcai_call_new(&operations, operation, tcai_sphere_audience(sphere), options, out, error);
}

static tca_result check_arguments(const tca_sphere *sphere, tca_call **out, tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    return sphere == NULL || out == NULL ? tcai_fail_null(error, sphere == NULL ? "sphere" : "out")
                                         : TCA_OK;
}

tca_result tca_sphere_list(const tca_sphere *sphere, const tca_call_options *options,
                           tca_call **out, tca_error *error) {
    tca_result result = check_arguments(sphere, out, error);
    sphere_operation template = {.only_list = true};
    return result == TCA_OK ? new_operation(sphere, &template, options, out, error) : result;
}

static tca_result new_part(const tca_sphere *sphere, tcai_sphere_part part, const char *name,
                           size_t name_length, const tca_call_options *options, tca_call **out,
                           tca_error *error) {
    tca_result result = check_arguments(sphere, out, error);
    sphere_operation template = {.part = part};
    if (result == TCA_OK && name != NULL) {
        result = copy_text(name, name_length, NAME_MAX_LENGTH, "name", &template.name, error);
    }
    return result == TCA_OK ? new_operation(sphere, &template, options, out, error) : result;
}

tca_result tca_sphere_certificate(const tca_sphere *sphere, const char *name, size_t name_length,
                                  const tca_call_options *options, tca_call **out,
                                  tca_error *error) {
    return new_part(sphere, TCAI_SPHERE_CERTIFICATE, name, name_length, options, out, error);
}

tca_result tca_sphere_chain(const tca_sphere *sphere, const char *name, size_t name_length,
                            const tca_call_options *options, tca_call **out, tca_error *error) {
    return new_part(sphere, TCAI_SPHERE_CHAIN, name, name_length, options, out, error);
}

tca_result tca_sphere_proof(const tca_sphere *sphere, const char *name, size_t name_length,
                            const char *code, size_t code_length, const tca_call_options *options,
                            tca_call **out, tca_error *error) {
    tca_result result = check_arguments(sphere, out, error);
    sphere_operation template = {.part = TCAI_SPHERE_PROOF};
    if (result == TCA_OK && code == NULL) {
        result = tcai_fail_null(error, "code");
    }
    if (result == TCA_OK && name != NULL) {
        result = copy_text(name, name_length, NAME_MAX_LENGTH, "name", &template.name, error);
    }
    if (result == TCA_OK) {
        result = copy_text(code, code_length, CODE_MAX_LENGTH, "code", &template.code, error);
    }
    if (result != TCA_OK) {
        tca_bytes_unref(template.name);
        return result;
    }
    return new_operation(sphere, &template, options, out, error);
}
