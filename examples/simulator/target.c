/* SPDX-License-Identifier: MIT */
#include "target.h"

#include "request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const char *const slot_names[SLOTS] = {"primary", "secondary"};

int target_name_fits(const char *name, size_t length, const char *others) {
    size_t at = 0;
    while (isalnum((unsigned char)name[at]) || (name[at] != '\0' && strchr(others, name[at]))) {
        at++;
    }
    return name[at] == '\0' && at > 0 && at <= length;
}

/* ---- targets ---- */

target *target_find(const target_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++) {
        if (same_word(list->items[i]->name, name)) {
            return list->items[i];
        }
    }
    return NULL;
}

target *target_use(target_list *list, const char *name) {
    target *const known = target_find(list, name);
    if (known != NULL || list->count == TARGETS_MAX || strlen(name) > TARGET_RESOURCE_MAX) {
        return known;
    }
    target **const items = realloc(list->items, (list->count + 1) * sizeof(target *));
    if (items == NULL) {
        return NULL;
    }
    list->items = items;
    target *const made = calloc(1, sizeof *made);
    if (made != NULL) {
        strcpy(made->name, name);
        list->items[list->count++] = made;
    }
    return made;
}

void target_list_release(target_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        target *const t = list->items[i];
        while (t->certificate_count != 0) {
            target_remove_certificate(t, t->certificate_count - 1);
        }
        while (t->group_count != 0) {
            target_remove_group(t, t->group_count - 1);
        }
        free(t);
    }
    free(list->items);
    memset(list, 0, sizeof *list);
}

/* ---- what a target holds ---- */

size_t target_find_certificate(const target *t, const char *name) {
    size_t index = 0;
    while (index < t->certificate_count && !same_word(t->certificates[index]->name, name)) {
        index++;
    }
    return index;
}

size_t target_find_group(const target *t, const char *id) {
    size_t index = 0;
    while (index < t->group_count && !same_word(t->groups[index]->id, id)) {
        index++;
    }
    return index;
}

int target_add_certificate(target *t, registration *certificate) {
    if (t->certificate_count == TARGET_CERTIFICATES_MAX) {
        return -1;
    }
    t->certificates[t->certificate_count++] = certificate;
    return 0;
}

int target_add_group(target *t, enrollment_group *group) {
    if (t->group_count == TARGET_GROUPS_MAX) {
        return -1;
    }
    t->groups[t->group_count++] = group;
    return 0;
}

void target_remove_certificate(target *t, size_t index) {
    registration_release(t->certificates[index]);
    t->certificate_count--;
    memmove(&t->certificates[index], &t->certificates[index + 1],
            (t->certificate_count - index) * sizeof(registration *));
}

void target_remove_group(target *t, size_t index) {
    enrollment_group_release(t->groups[index]);
    t->group_count--;
    memmove(&t->groups[index], &t->groups[index + 1],
            (t->group_count - index) * sizeof(enrollment_group *));
}

/* ---- enrollment groups ---- */

static char *copy_text(const char *text) {
    const size_t size = strlen(text) + 1;
    char *const copy = malloc(size);
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

enrollment_group *enrollment_group_make(const char *id, json_t *document) {
    enrollment_group *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->id = copy_text(id);
    made->document = json_incref(document);
    if (made->id == NULL || made->document == NULL) {
        enrollment_group_release(made);
        return NULL;
    }
    return made;
}

void enrollment_group_release(enrollment_group *group) {
    if (group == NULL) {
        return;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        registration_release(group->slots[i]);
    }
    json_decref(group->document);
    free(group->id);
    free(group);
}

/* ---- one registration ---- */

registration *registration_make(const char *name, const char *text, int verified, int64_t now) {
    registration *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    made->name = name != NULL ? copy_text(name) : NULL;
    made->sent = copy_text(text);
    made->verified = verified;
    made->created = made->updated = now;
    if ((name != NULL && made->name == NULL) || made->sent == NULL ||
        presented_read(text, &made->certificate) != 0) {
        registration_release(made);
        return NULL;
    }
    return made;
}

void registration_release(registration *r) {
    if (r == NULL) {
        return;
    }
    presented_release(&r->certificate);
    free(r->name);
    free(r->sent);
    free(r);
}

int registration_new_code(registration *r, uint64_t seed, uint64_t change) {
    uint8_t digits[(CODE_SIZE - 1) / 2];
    random_stream stream;
    if (random_start(&stream, seed + change, der_seen(&r->certificate.bytes)) != 0 ||
        random_bytes(&stream, digits, sizeof digits) != 0) {
        return -1;
    }
    write_hexadecimal(r->code, digits, sizeof digits);
    return 0;
}

static proof_result judge(const registration *r, const presented *proof, int64_t now) {
    return presented_signed_by(proof, &r->certificate) != LINK_HOLDS ? PROOF_OTHER_ISSUER
           : r->code[0] == '\0'                                      ? PROOF_WITHOUT_CODE
           : strcmp(proof->common_name, r->code) != 0                ? PROOF_OTHER_CODE
           : !presented_valid_at(proof, now)                         ? PROOF_NOT_VALID
                                                                     : PROOF_HOLDS;
}

proof_result registration_prove(registration *r, const char *proof, int64_t now) {
    presented shown;
    if (presented_read(proof, &shown) != 0) {
        return PROOF_UNREADABLE;
    }
    const proof_result result = judge(r, &shown, now);
    presented_release(&shown);
    if (result == PROOF_HOLDS) {
        r->code[0] = '\0';
        r->verified = 1;
    }
    return result;
}

const char *proof_reason(proof_result result) {
    static const char *const reasons[] = {
        [PROOF_HOLDS] = "",
        [PROOF_UNREADABLE] = "The verification certificate cannot be read.",
        [PROOF_WITHOUT_CODE] = "There is no verification code to be proved: generate one.",
        [PROOF_OTHER_CODE] =
            "The subject of the verification certificate is not the verification code.",
        [PROOF_OTHER_ISSUER] = "The verification certificate was not signed by the certificate.",
        [PROOF_NOT_VALID] = "The verification certificate has expired or is not valid yet."};
    return reasons[result];
}
