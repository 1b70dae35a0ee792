/* SPDX-License-Identifier: MIT */
/* What is registered where the tenants' certificates are to be trusted: at IoT Hubs, Device
 * Provisioning Services and IoT Central applications. Each exists as soon as it is named. */
#ifndef SIMULATOR_TARGET_H
#define SIMULATOR_TARGET_H

#include "presented.h"
#include "private_key.h"

#include <jansson.h>

enum {
    TARGETS_MAX = 1000, /* of each kind */
    TARGET_CERTIFICATES_MAX = 25,
    TARGET_GROUPS_MAX = 100,  /* as a DPS allows */
    TARGET_RESOURCE_MAX = 64, /* characters of the name of a hub, DPS or application */
    CODE_SIZE = 49,
    SLOTS = 2
};

/* A CA certificate somewhere, and how far it was proved that its key is there too. */
typedef struct registration {
    char *name; /* at a hub or DPS; in a slot of a group NULL */
    char *sent; /* the text it came in */
    presented certificate;
    char code[CODE_SIZE]; /* to be proved; empty: none */
    int verified;
    uint64_t change; /* the last one: its etag is made of it */
    int64_t created, updated;
} registration;

typedef struct enrollment_group {
    char *id;
    json_t *document; /* what was sent; of an etag or a date in it nothing is shown */
    uint64_t change;
    int64_t created, updated;
    registration *slots[SLOTS]; /* at IoT Central: primary and secondary */
} enrollment_group;

typedef struct target {
    char name[TARGET_RESOURCE_MAX + 1];
    registration *certificates[TARGET_CERTIFICATES_MAX];
    size_t certificate_count;
    enrollment_group *groups[TARGET_GROUPS_MAX];
    size_t group_count;
} target;

typedef enum target_kind { TARGET_HUB, TARGET_DPS, TARGET_CENTRAL, TARGET_KINDS } target_kind;

typedef struct target_list {
    target **items;
    size_t count;
} target_list;

extern const char *const slot_names[SLOTS];

/* 1 to length characters, each a letter, a digit or one of `others`. */
int target_name_fits(const char *name, size_t length, const char *others);

/* The one of that name (case does not matter), or NULL. */
target *target_find(const target_list *list, const char *name);
/* The same, made where there was none; NULL: the list is full or memory is out. */
target *target_use(target_list *list, const char *name);
void target_list_release(target_list *list);

/* The index; the count when there is none. */
size_t target_find_certificate(const target *t, const char *name);
size_t target_find_group(const target *t, const char *id);
/* Takes over what is given; -1: there is no room. */
int target_add_certificate(target *t, registration *certificate);
int target_add_group(target *t, enrollment_group *group);
void target_remove_certificate(target *t, size_t index);
void target_remove_group(target *t, size_t index);

/* ---- one registration ---- */

/* NULL: the text is no certificate, or memory is out. */
registration *registration_make(const char *name, const char *text, int verified, int64_t now);
void registration_release(registration *r);

/* Another code to be proved, in place of the last one. */
int registration_new_code(registration *r, uint64_t seed, uint64_t change);

typedef enum proof_result {
    PROOF_HOLDS,
    PROOF_UNREADABLE,
    PROOF_WITHOUT_CODE, /* none was asked for, or it was used */
    PROOF_OTHER_CODE,
    PROOF_OTHER_ISSUER, /* another name or another key */
    PROOF_NOT_VALID     /* not yet, or no longer */
} proof_result;

/* A proof that holds uses up the code and leaves the registration verified. */
proof_result registration_prove(registration *r, const char *proof, int64_t now);
/* What is wrong, for people. */
const char *proof_reason(proof_result result);

enrollment_group *enrollment_group_make(const char *id, json_t *document);
void enrollment_group_release(enrollment_group *group);

#endif
