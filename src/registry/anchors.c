/* SPDX-License-Identifier: MIT */
/* The back-end's own anchors: which certificates, in which order, and the place that holds them. */
#include <stdlib.h>
#include <string.h>

#include "registry/operation.h"

/* ---- what must be trusted ---- */

static bool must_be_trusted(const tca_rollover *rollover, uint32_t index) {
    const tca_entry *entry = tcai_rollover_entry(rollover, index);
    tca_unix now = rollover->summary.now;
    return rollover->states[index].status != TCA_STATUS_NONE &&
           rollover->states[index].status != TCA_STATUS_REVOKED && tcai_entry_has_dates(entry) &&
           entry->not_before <= now && now <= entry->not_after;
}

typedef struct wanted_anchors {
    uint32_t *indexes; /* of the inventory, in the order wanted */
    uint32_t count;
} wanted_anchors;

static void reverse(wanted_anchors *wanted) {
    for (uint32_t i = 0; i < wanted->count / 2; i++) {
        uint32_t swapped = wanted->indexes[i];
        wanted->indexes[i] = wanted->indexes[wanted->count - 1 - i];
        wanted->indexes[wanted->count - 1 - i] = swapped;
    }
}

/* The active one, then the others by their start. */
static void collect(const tca_rollover *rollover, wanted_anchors *wanted) {
    uint32_t active = rollover->summary.active;
    if (active != TCA_NO_INDEX && must_be_trusted(rollover, active)) {
        wanted->indexes[wanted->count++] = active;
    }
    for (uint32_t i = 0; i < rollover->order_count; i++) {
        uint32_t index = rollover->order[i].index;
        if (index != active && must_be_trusted(rollover, index)) {
            wanted->indexes[wanted->count++] = index;
        }
    }
}

static tca_result check_bodies(const tca_rollover *rollover, const wanted_anchors *wanted,
                               tca_error *error) {
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (tcai_rollover_entry(rollover, wanted->indexes[i])->certificate == NULL) {
            return tcai_fail(error, TCA_E_NOT_FOUND,
                             "certificate %u must be trusted, and the service gives no body of it",
                             (unsigned)wanted->indexes[i] + 1);
        }
    }
    return wanted->count > 0
               ? TCA_OK
               : tcai_fail(error, TCA_E_LAST_ANCHOR, "no certificate is left to be trusted");
}

static tca_result find_wanted(const tca_rollover *rollover, uint32_t order, wanted_anchors *wanted,
                              tca_error *error) {
    *wanted = (wanted_anchors){0};
    wanted->indexes = calloc((size_t)rollover->order_count + 2, sizeof(wanted->indexes[0]));
    if (wanted->indexes == NULL) {
        return tcai_fail_memory(error);
    }
    collect(rollover, wanted);
    if (order == TCA_ORDER_ACTIVE_LAST) {
        reverse(wanted);
    }
    tca_result result = check_bodies(rollover, wanted, error);
    if (result != TCA_OK) {
        free(wanted->indexes);
        *wanted = (wanted_anchors){0};
    }
    return result;
}

/* ---- as PEM ---- */

static tca_result append_text(tcai_text *pem, tca_bytes *text) {
    if (text == NULL) {
        return TCA_E_NO_MEMORY;
    }
    tcai_text_append(pem, text->data, text->length);
    tca_bytes_unref(text);
    return TCA_OK;
}

static tcai_span der_of(const tca_certificate *certificate) {
    tcai_span der;
    (void)tca_certificate_der(certificate, &der.data, &der.length);
    return der;
}

/* "# Microsoft Azure Sphere <tenant>, 54D2..., 2024-04-01 to 2026-04-01" */
static tca_result append_heading(tcai_text *pem, const tca_certificate *certificate) {
    const char *name = "";
    const char *thumbprint;
    size_t length = 0, thumbprint_length;
    char dates[2][TCA_TIME_TEXT_SIZE];
    if (tca_certificate_thumbprint(certificate, &thumbprint, &thumbprint_length) != TCA_OK ||
        tca_certificate_common_name(certificate, &name, &length) == TCA_E_NO_MEMORY) {
        return TCA_E_NO_MEMORY;
    }
    (void)tca_time_format(certificate->x509.not_before, dates[0], sizeof(dates[0]), NULL);
    (void)tca_time_format(certificate->x509.not_after, dates[1], sizeof(dates[1]), NULL);
    tcai_text_append_string(pem, "# ");
    for (size_t i = 0; i < length; i++) {
        bool dashes = i > 0 && name[i] == '-' && name[i - 1] == '-'; /* no PEM line in a name */
        tcai_text_append_char(pem, name[i] >= ' ' && name[i] <= '~' && !dashes ? name[i] : '?');
    }
    tcai_text_append_string(pem, length > 0 ? ", " : "");
    tcai_text_append(pem, thumbprint, thumbprint_length);
    tcai_text_append_string(pem, ", ");
    tcai_text_append(pem, dates[0], strlen("2024-04-01"));
    tcai_text_append_string(pem, " to ");
    tcai_text_append(pem, dates[1], strlen("2024-04-01"));
    tcai_text_append_char(pem, '\n');
    return TCA_OK;
}

/* Twice: a tenant CA is no root, and OpenSSL and what is built on it (nginx, HAProxy, Python) trust
 * such a certificate by itself only when it is marked as trusted; others read the plain one. */
static tca_result append_own(tcai_text *pem, const tca_certificate *certificate) {
    tcai_span der = der_of(certificate);
    tca_result result = append_heading(pem, certificate);
    if (result == TCA_OK) {
        result = append_text(pem, tcai_pem_encode_client_anchor(der));
    }
    return result == TCA_OK ? append_text(pem, tcai_pem_encode_certificate(der)) : result;
}

static bool is_client_anchor(const tcai_registration *item) {
    return item->is_plain && !item->plain_first &&
           tcai_span_equal(tcai_span_of(item->trust), tcai_pem_client_anchor_trust());
}

bool tcai_anchor_lets_in(const tca_target *target, const tcai_registration *item) {
    return target->order == TCA_ORDER_ACTIVE_FIRST ? is_client_anchor(item) : item->is_plain;
}

/* In the forms in which it was found, of which OpenSSL takes the first: what others trust is theirs
 * to say. */
static tca_result append_foreign(tcai_text *pem, const tcai_registration *item) {
    tcai_span der = der_of(item->certificate);
    tca_result result = append_heading(pem, item->certificate);
    if (result == TCA_OK && item->plain_first) {
        result = append_text(pem, tcai_pem_encode_certificate(der));
    }
    if (result == TCA_OK && item->trust != NULL) {
        result = append_text(pem, tcai_pem_encode_trusted(der, tcai_span_of(item->trust)));
    }
    if (result == TCA_OK && item->is_plain && !item->plain_first) {
        result = append_text(pem, tcai_pem_encode_certificate(der));
    }
    return result;
}

static tca_result append_wanted(tcai_text *pem, const tca_rollover *rollover,
                                const wanted_anchors *wanted) {
    tca_result result = TCA_OK;
    for (uint32_t i = 0; result == TCA_OK && i < wanted->count; i++) {
        result = append_own(pem, tcai_rollover_entry(rollover, wanted->indexes[i])->certificate);
    }
    return result;
}

static tca_result finish_pem(tcai_text *pem, tca_result result, tca_bytes **out, tca_error *error) {
    if (result == TCA_OK) {
        *out = tcai_text_finish(pem);
    }
    tcai_text_release(pem);
    return *out == NULL ? tcai_fail_memory(error) : TCA_OK;
}

tca_result tca_anchor_pem(const tca_rollover *rollover, uint32_t order, tca_bytes **out,
                          tca_error *error) {
    wanted_anchors wanted;
    tcai_text pem = {0};
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (rollover == NULL || out == NULL) {
        return tcai_fail_null(error, rollover == NULL ? "rollover" : "out");
    }
    if (order > TCA_ORDER_ANY) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "order: unknown");
    }
    tca_result result = find_wanted(rollover, order, &wanted, error);
    if (result != TCA_OK) {
        return result;
    }
    result = finish_pem(&pem, append_wanted(&pem, rollover, &wanted), out, error);
    free(wanted.indexes);
    return result;
}

/* ---- what is there ---- */

/* Another tenant's, or nobody's: it is left where it is. */
static bool is_foreign(const tcai_registration *item, const tca_rollover *rollover) {
    const char *tenant;
    size_t length;
    return tca_certificate_tenant_id(item->certificate, &tenant, &length) != TCA_OK ||
           strcmp(tenant, rollover->inventory->tenant) != 0;
}

static bool is_entry(const tcai_registration *item, const tca_rollover *rollover, uint32_t index) {
    return tca_certificate_equal(item->certificate,
                                 tcai_rollover_entry(rollover, index)->certificate) == 1;
}

static bool is_among(const tcai_registration *item, const tca_rollover *rollover,
                     const wanted_anchors *wanted) {
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (is_entry(item, rollover, wanted->indexes[i])) {
            return true;
        }
    }
    return false;
}

static bool is_there(const tca_registration_list *list, const tca_rollover *rollover,
                     uint32_t index) {
    for (size_t i = 0; i < list->count; i++) {
        if (is_entry(&list->items[i], rollover, index)) {
            return true;
        }
    }
    return false;
}

/* This tenant's certificates that are there must be the wanted ones, in their order, and let in. */
static bool is_current(const tca_target *target, const tca_registration_list *list,
                       const tca_rollover *rollover, const wanted_anchors *wanted) {
    uint32_t seen = 0;
    for (size_t i = 0; i < list->count; i++) {
        const tcai_registration *item = &list->items[i];
        bool own = is_among(item, rollover, wanted);
        if (!own && is_foreign(item, rollover)) {
            continue;
        }
        bool in_place =
            seen < wanted->count && tcai_anchor_lets_in(target, item) &&
            (target->order == TCA_ORDER_ANY ? own
                                            : is_entry(item, rollover, wanted->indexes[seen]));
        if (!in_place) {
            return false;
        }
        seen++;
    }
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (!is_there(list, rollover, wanted->indexes[i])) {
            return false;
        }
    }
    return seen == wanted->count;
}

tca_result tcai_anchors_current(const tca_target *target, const tca_registration_list *list,
                                const tca_rollover *rollover, bool *current, tca_error *error) {
    wanted_anchors wanted;
    *current = false;
    tca_result result = find_wanted(rollover, target->order, &wanted, error);
    if (result == TCA_OK) {
        *current = is_current(target, list, rollover, &wanted);
        free(wanted.indexes);
    }
    return result;
}

tca_result tcai_anchors_write(const tca_target *target, const tca_registration_list *before,
                              const tca_rollover *rollover, tca_bytes **out, tca_error *error) {
    wanted_anchors wanted;
    tcai_text pem = {0};
    *out = NULL;
    tca_result result = find_wanted(rollover, target->order, &wanted, error);
    if (result != TCA_OK) {
        return result;
    }
    result = append_wanted(&pem, rollover, &wanted);
    for (size_t i = 0; result == TCA_OK && i < before->count; i++) {
        const tcai_registration *item = &before->items[i];
        if (!is_among(item, rollover, &wanted) && is_foreign(item, rollover)) {
            result = append_foreign(&pem, item);
        }
    }
    result = finish_pem(&pem, result, out, error);
    free(wanted.indexes);
    return result;
}

/* ---- operations ---- */

static bool is_same(const tcai_registration *one, const tcai_registration *other) {
    return tca_certificate_equal(one->certificate, other->certificate) == 1 &&
           one->is_plain == other->is_plain && one->plain_first == other->plain_first &&
           tcai_span_equal(tcai_span_of(one->trust), tcai_span_of(other->trust));
}

static bool are_same(const tca_registration_list *one, const tca_registration_list *other) {
    bool same = one->count == other->count;
    for (size_t i = 0; same && i < one->count; i++) {
        same = is_same(&one->items[i], &other->items[i]);
    }
    return same;
}

/* Another tenant's rollout may have written since: its certificates would be lost. */
static tca_result check_unchanged(const tcai_registry_operation *operation, tca_error *error) {
    tca_registration_list *now = tcai_registrations_new(NULL);
    tca_result result =
        now == NULL ? tcai_fail_memory(error) : tcai_holder_load(operation->target, now, error);
    if (result == TCA_OK && !are_same(operation->list, now)) {
        result = tcai_fail(error, TCA_E_CONFLICT, "it holds something else than when it was read");
    }
    tca_registration_list_unref(now);
    return result;
}

static tca_result write_anchors(tcai_registry_operation *operation, tca_error *error) {
    tca_bytes *pem = NULL;
    tca_registration_list *now = tcai_registrations_new(NULL);
    tca_result result = now == NULL ? tcai_fail_memory(error)
                                    : tcai_anchors_write(operation->target, operation->list,
                                                         operation->rollover, &pem, error);
    if (result == TCA_OK) { /* what is to be there, before it is: then nothing can fail behind it */
        result = tcai_holder_read((tcai_span){pem->data, pem->length}, now, error);
    }
    if (result == TCA_OK) {
        result = check_unchanged(operation, error);
    }
    if (result == TCA_OK) {
        result = tcai_holder_replace(operation->target, pem, error);
    }
    tca_bytes_unref(pem);
    if (result != TCA_OK) {
        tca_registration_list_unref(now);
        return result;
    }
    tca_registration_list_unref(operation->list);
    operation->list = now;
    return TCA_OK;
}

tca_result tcai_anchors_start(tcai_registry_operation *operation, tca_call *call,
                              tca_error *error) {
    bool current = false;
    tca_result result;
    if (operation->action == TCAI_LIST) {
        result = tcai_holder_load(operation->target, operation->list, error);
    } else {
        result = tcai_anchors_current(operation->target, operation->list, operation->rollover,
                                      &current, error);
        if (result == TCA_OK && !current) {
            result = write_anchors(operation, error);
        }
    }
    return result == TCA_OK ? tcai_registry_finish(operation, call) : result;
}
