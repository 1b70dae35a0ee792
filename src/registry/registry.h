/* SPDX-License-Identifier: MIT */
/* Targets and what they hold, for the files of this room and for rollout. */
#ifndef TCAI_REGISTRY_H
#define TCAI_REGISTRY_H

#include "net/net.h"
#include "rollover/rollover.h"
#include "json/json.h"

#include "tenantca/registry.h"

#define TCAI_TARGET_NAME_MAX 64

struct tca_target {
    _Atomic uint32_t references;
    uint32_t kind;
    uint32_t flags;
    uint32_t verification;
    uint32_t order;
    uint32_t capacity; /* 0: that is no matter */
    tca_bytes *name;
    tca_bytes *base;      /* clouds: URL of the certificates, without a slash behind it */
    tca_bytes *group_url; /* DPS: of the enrollment group, whole; NULL: none is named */
    tca_bytes *group;     /* its name */
    tca_anchor_holder anchors;
};

tcai_span tcai_target_name_span(const tca_target *target);

static inline uint32_t tcai_target_capacity(const tca_target *target) {
    return target->capacity;
}

static inline bool tcai_target_is_through_dps(const tca_target *target) {
    return (target->flags & TCA_TARGET_THROUGH_DPS) != 0;
}

static inline uint32_t tcai_target_order(const tca_target *target) {
    return target->order;
}

static inline bool tcai_target_verifies_on_upload(const tca_target *target) {
    return target->verification == TCA_VERIFICATION_ON_UPLOAD;
}

/* DPS with an enrollment group: a certificate must be referred to before devices are let in. */
static inline bool tcai_target_has_group(const tca_target *target) {
    return target->group_url != NULL;
}

/* ---- registrations ---- */

typedef struct tcai_registration {
    tca_bytes *name;
    tca_bytes *thumbprint;        /* SHA-1, upper case; empty where the target gave none */
    tca_bytes *etag;              /* NULL: the target gave none */
    tca_certificate *certificate; /* anchors; else NULL */
    tca_bytes *trust;             /* anchors: OpenSSL's trust settings of it; NULL: none */
    bool is_plain;                /* anchors: it is there without trust settings, too */
    bool plain_first;             /* anchors: and so before it is there with them */
    tca_unix not_after;
    uint32_t flags; /* TCA_REGISTRATION_* */
} tcai_registration;

struct tca_registration_list {
    _Atomic uint32_t references;
    tcai_registration *items;
    size_t count;
    size_t capacity;
    tca_bytes *group;      /* DPS: the group's document; NULL: there is none yet */
    tca_bytes *group_etag; /* may be NULL */
};

/* An empty one, or a copy of one that is given, to be filled by an operation. */
tca_registration_list *tcai_registrations_new(const tca_registration_list *from);

/* Takes over the registration, also when it fails. */
tca_result tcai_registrations_add(tca_registration_list *list, tcai_registration *registration,
                                  tca_error *error);
void tcai_registrations_remove(tca_registration_list *list, size_t index);
void tcai_registration_release(tcai_registration *registration);

/* Index by name, or by thumbprint; TCA_NO_INDEX. */
uint32_t tcai_registrations_by_name(const tca_registration_list *list, tcai_span name);
uint32_t tcai_registrations_by_thumbprint(const tca_registration_list *list, tcai_span thumbprint);

/* Would devices be let in by something else than this one? */
bool tcai_registrations_trust_another(const tca_registration_list *list, uint32_t index);

/* ---- answers ---- */

/* A certificate resource of IoT Hub or DPS. */
tca_result tcai_registration_read(const tcai_json *resource, tcai_registration *out,
                                  tca_error *error);

/* One slot of an IoT Central group. */
tca_result tcai_slot_read(tcai_span body, const char *slot, tcai_registration *out,
                          tca_error *error);

/* An answer that says no more than that it went well: empty, or null. */
bool tcai_is_nothing(tcai_span body);

/* A text that can stand in a header: 1 to 256 printable ASCII characters. */
bool tcai_is_plain_text(tcai_span text);

/* The verification code of an answer, wherever it stands in it. */
tca_result tcai_code_read(const tcai_json *document, tca_bytes **code, tca_error *error);

/* Read a document; what is none is TCA_E_ANSWER. */
tca_result tcai_answer_read(tcai_span body, tcai_json **document, tca_error *error);

/* ---- enrollment groups ---- */

/* Keep the group's document, and mark what it refers to. */
tca_result tcai_group_read(tca_registration_list *list, tcai_span body, tca_error *error);

/* The slots through which the group refers to it: TCA_REGISTRATION_PRIMARY and _SECONDARY. */
uint32_t tcai_slots_of(const tcai_registration *registration);

/* The document with the references of `slots` set to a name, or taken out where it is empty; a new
 * one where there is none. NULL: memory was out. */
tca_bytes *tcai_group_write(const tca_registration_list *list, tcai_span group, uint32_t slots,
                            tcai_span name);

/* A slot that is free; 0. */
uint32_t tcai_free_slot(const tca_registration_list *list);

/* ---- anchors ---- */

/* Read what the holder trusts now; what it is to trust instead. */
tca_result tcai_holder_load(const tca_target *target, tca_registration_list *list,
                            tca_error *error);
tca_result tcai_holder_replace(const tca_target *target, const tca_bytes *pem, tca_error *error);

/* Certificates in any form, and in OpenSSL's with trust settings, as registrations. */
tca_result tcai_holder_read(tcai_span body, tca_registration_list *list, tca_error *error);

/* Does it let devices in with the stacks that the place is ordered for? */
bool tcai_anchor_lets_in(const tca_target *target, const tcai_registration *item);

/* Is what is there what the rollover wants there, and in the form in which it is written? */
tca_result tcai_anchors_current(const tca_target *target, const tca_registration_list *list,
                                const tca_rollover *rollover, bool *current, tca_error *error);

/* What is to be there, as PEM, with what is there of other tenants. */
tca_result tcai_anchors_write(const tca_target *target, const tca_registration_list *before,
                              const tca_rollover *rollover, tca_bytes **pem, tca_error *error);

#endif
