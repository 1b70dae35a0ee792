/* SPDX-License-Identifier: MIT */
#include "connect.h"

#include "enrollment.h"

#include <string.h>

/* The certificates that may vouch for a device. */
typedef struct candidates {
    const registration *items[TARGET_CERTIFICATES_MAX];
    size_t count;
} candidates;

target_kind connect_kind(const char *word) {
    static const char *const words[] = {
        [TARGET_HUB] = "iot-hub", [TARGET_DPS] = "dps", [TARGET_CENTRAL] = "iot-central"};
    size_t kind = 0;
    while (kind < TARGET_KINDS && strcmp(words[kind], word) != 0) {
        kind++;
    }
    return (target_kind)kind;
}

static void add(candidates *list, const registration *c) {
    if (c != NULL) {
        list->items[list->count++] = c;
    }
}

static const registration *referred_to(const target *t, const enrollment_group *group,
                                       size_t slot) {
    const char *const name = enrollment_reference(group, slot);
    const size_t index = name != NULL ? target_find_certificate(t, name) : t->certificate_count;
    return index < t->certificate_count ? t->certificates[index] : NULL;
}

static int is_enabled(target_kind kind, const enrollment_group *group) {
    return kind == TARGET_DPS ? enrollment_is_enabled(group)
                              : json_is_true(json_object_get(group->document, "enabled"));
}

/* NULL, or why none may. */
static const char *collect(const target *t, target_kind kind, const char *group_id,
                           candidates *list) {
    if (kind == TARGET_HUB || (kind == TARGET_DPS && group_id == NULL)) {
        for (size_t i = 0; i < t->certificate_count; i++) {
            add(list, t->certificates[i]);
        }
        return NULL;
    }
    if (group_id == NULL) {
        return "which enrollment group is not said";
    }
    const size_t index = target_find_group(t, group_id);
    if (index == t->group_count) {
        return "there is no such enrollment group";
    }
    const enrollment_group *const group = t->groups[index];
    if (!is_enabled(kind, group)) {
        return "the enrollment group is disabled";
    }
    for (size_t slot = 0; slot < SLOTS; slot++) {
        add(list, kind == TARGET_DPS ? referred_to(t, group, slot) : group->slots[slot]);
    }
    return NULL;
}

/* NULL, or why this one does not vouch for the device, of those the last one that signed it. */
static const char *judge(const registration *c, const presented *device, int64_t now,
                         const char *so_far) {
    return presented_signed_by(device, &c->certificate) != LINK_HOLDS ? so_far
           : !c->verified ? "the CA certificate that signed it is not verified"
           : !presented_valid_at(&c->certificate, now)
               ? "the CA certificate that signed it has expired or is not valid yet"
               : NULL;
}

verdict connect_judge(const engine *e, target_kind kind, const char *name, const char *group,
                      const presented *device) {
    candidates list = {.count = 0};
    verdict result = {NULL, "there is no such target"};
    const target *const t = target_find(&e->targets[kind], name);
    if (t == NULL) {
        return result;
    }
    result.reason = collect(t, kind, group, &list);
    if (result.reason == NULL && !presented_valid_at(device, e->now)) {
        result.reason = "the device's certificate has expired or is not valid yet";
    }
    if (result.reason != NULL) {
        return result;
    }
    result.reason = "no CA certificate that is trusted there signed it";
    for (size_t i = 0; i < list.count && result.ca == NULL; i++) {
        result.reason = judge(list.items[i], device, e->now, result.reason);
        result.ca = result.reason == NULL ? list.items[i] : NULL;
    }
    return result;
}
