/* SPDX-License-Identifier: MIT */
/* What a target holds. */
#include <stdlib.h>
#include <string.h>

#include "registry/registry.h"

static tca_bytes *share(tca_bytes *bytes) {
    if (bytes != NULL) {
        tcai_reference(&bytes->references);
    }
    return bytes;
}

void tcai_registration_release(tcai_registration *registration) {
    tca_bytes_unref(registration->name);
    tca_bytes_unref(registration->thumbprint);
    tca_bytes_unref(registration->etag);
    tca_bytes_unref(registration->trust);
    tca_certificate_unref(registration->certificate);
    *registration = (tcai_registration){0};
}

static tcai_registration share_registration(const tcai_registration *from) {
    tcai_registration shared = *from;
    (void)share(shared.name);
    (void)share(shared.thumbprint);
    (void)share(shared.etag);
    (void)share(shared.trust);
    tca_certificate_ref(from->certificate, &shared.certificate);
    return shared;
}

tca_registration_list *tcai_registrations_new(const tca_registration_list *from) {
    tca_registration_list *list = calloc(1, sizeof(*list));
    size_t count = from == NULL ? 0 : from->count;
    if (list == NULL) {
        return NULL;
    }
    atomic_init(&list->references, 1);
    list->items = calloc(count + 1, sizeof(list->items[0]));
    if (list->items == NULL) {
        free(list);
        return NULL;
    }
    list->capacity = count + 1;
    for (size_t i = 0; i < count; i++) {
        list->items[list->count++] = share_registration(&from->items[i]);
    }
    if (from != NULL) {
        list->group = share(from->group);
        list->group_etag = share(from->group_etag);
    }
    return list;
}

tca_result tcai_registrations_add(tca_registration_list *list, tcai_registration *registration,
                                  tca_error *error) {
    if (!tcai_grow(&list->items, list->count, &list->capacity, sizeof(list->items[0]))) {
        tcai_registration_release(registration);
        return tcai_fail_memory(error);
    }
    list->items[list->count++] = *registration;
    *registration = (tcai_registration){0};
    return TCA_OK;
}

void tcai_registrations_remove(tca_registration_list *list, size_t index) {
    tcai_registration_release(&list->items[index]);
    list->count--;
    memmove(&list->items[index], &list->items[index + 1],
            (list->count - index) * sizeof(list->items[0]));
}

/* ---- finding ---- */

/* Names of Azure resources are the same in any case. */
static bool same_name(tcai_span one, tcai_span other) {
    for (size_t i = 0; one.length == other.length && i < one.length; i++) {
        if (tcai_upper((char)one.data[i]) != tcai_upper((char)other.data[i])) {
            return false;
        }
    }
    return one.length == other.length;
}

uint32_t tcai_registrations_by_name(const tca_registration_list *list, tcai_span name) {
    for (size_t i = 0; i < list->count; i++) {
        if (same_name(tcai_span_of(list->items[i].name), name)) {
            return (uint32_t)i;
        }
    }
    return TCA_NO_INDEX;
}

static uint32_t rank(uint32_t flags) {
    return (flags & TCA_REGISTRATION_TRUSTED) != 0    ? 3
           : (flags & TCA_REGISTRATION_VERIFIED) != 0 ? 2
                                                      : 1;
}

uint32_t tcai_registrations_by_thumbprint(const tca_registration_list *list, tcai_span thumbprint) {
    uint32_t best = TCA_NO_INDEX;
    for (size_t i = 0; thumbprint.length > 0 && list != NULL && i < list->count; i++) {
        const tcai_registration *item = &list->items[i];
        if (tcai_span_equal(tcai_span_of(item->thumbprint), thumbprint) &&
            (best == TCA_NO_INDEX || rank(item->flags) > rank(list->items[best].flags))) {
            best = (uint32_t)i;
        }
    }
    return best;
}

bool tcai_registrations_trust_another(const tca_registration_list *list, uint32_t index) {
    for (size_t i = 0; i < list->count; i++) {
        if (i != index && (list->items[i].flags & TCA_REGISTRATION_TRUSTED) != 0) {
            return true;
        }
    }
    return false;
}

/* ---- the public face ---- */

uint32_t tca_registration_list_count(const tca_registration_list *list) {
    return list == NULL ? 0 : (uint32_t)list->count;
}

tca_result tca_registration_list_get(const tca_registration_list *list, uint32_t index,
                                     tca_registration *registration) {
    tca_registration made = {0};
    size_t first = TCAI_END_OF(tca_registration, thumbprint_length);
    bool present = list != NULL && index < list->count;
    if (registration == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (present) {
        const tcai_registration *item = &list->items[index];
        made = (tca_registration){.flags = item->flags,
                                  .not_after = item->not_after,
                                  .name = (const char *)item->name->data,
                                  .name_length = item->name->length,
                                  .thumbprint = (const char *)item->thumbprint->data,
                                  .thumbprint_length = item->thumbprint->length};
    }
    tca_result result = tcai_export(registration, first, present ? &made : NULL, sizeof(made));
    return result != TCA_OK ? result
           : list == NULL   ? TCA_E_ARGUMENT
           : present        ? TCA_OK
                            : TCA_E_NOT_FOUND;
}

tca_result tca_registration_list_find(const tca_registration_list *list,
                                      const tca_certificate *certificate, uint32_t *index) {
    const char *text;
    size_t length;
    if (index != NULL) {
        *index = TCA_NO_INDEX;
    }
    if (list == NULL || certificate == NULL || index == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (tca_certificate_thumbprint(certificate, &text, &length) != TCA_OK) {
        return TCA_E_NO_MEMORY;
    }
    *index = tcai_registrations_by_thumbprint(list, (tcai_span){(const uint8_t *)text, length});
    return *index == TCA_NO_INDEX ? TCA_E_NOT_FOUND : TCA_OK;
}

void tca_registration_list_ref(const tca_registration_list *list, tca_registration_list **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_registration_list *)list;
    if (list != NULL) {
        tcai_reference(&(*out)->references);
    }
}

void tca_registration_list_unref(tca_registration_list *list) {
    if (list == NULL || !tcai_dereference(&list->references)) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        tcai_registration_release(&list->items[i]);
    }
    free(list->items);
    tca_bytes_unref(list->group);
    tca_bytes_unref(list->group_etag);
    free(list);
}
