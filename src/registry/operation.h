/* SPDX-License-Identifier: MIT */
/* One operation on a target, as each family of services carries it out. */
#ifndef TCAI_REGISTRY_OPERATION_H
#define TCAI_REGISTRY_OPERATION_H

#include "registry/registry.h"

typedef enum tcai_action {
    TCAI_NOTHING, /* it is as it should be */
    TCAI_LIST,
    TCAI_UPLOAD,
    TCAI_GENERATE_CODE,
    TCAI_VERIFY,
    TCAI_REFER,
    TCAI_REMOVE,
    TCAI_ANCHOR,
} tcai_action;

/* What was asked for last. */
typedef enum tcai_phase {
    TCAI_PHASE_LIST,    /* a page of certificates, or a slot */
    TCAI_PHASE_GROUP,   /* the enrollment group */
    TCAI_PHASE_LOOK,    /* the slot, whether it is still as it was read */
    TCAI_PHASE_RELEASE, /* the group without its reference to what is then removed */
    TCAI_PHASE_CHANGE,  /* the action itself */
    TCAI_PHASE_CONFIRM, /* the registration as it is now */
} tcai_phase;

typedef struct tcai_registry_operation {
    tca_target *target;
    tcai_action action;
    tcai_phase phase;
    tca_registration_list *list;  /* as it is, as far as is known */
    uint32_t index;               /* of the registration that is changed */
    tca_certificate *certificate; /* that is uploaded; or the proof */
    tca_rollover *rollover;       /* whose anchors are written */
    tca_bytes *code;
    uint32_t pages; /* that were read */
} tcai_registry_operation;

/* How a family starts, goes on from a 2xx answer, and takes a refusal: as tcai_operation. */
tca_result tcai_arm_start(tcai_registry_operation *operation, tca_call *call, tca_error *error);
tca_result tcai_arm_answer(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                           tca_error *error);
tca_result tcai_arm_refused(tcai_registry_operation *operation, tca_call *call, uint32_t status,
                            tca_error *error);
tca_result tcai_central_start(tcai_registry_operation *operation, tca_call *call, tca_error *error);
tca_result tcai_central_answer(tcai_registry_operation *operation, tca_call *call, tcai_span body,
                               tca_error *error);
tca_result tcai_central_refused(tcai_registry_operation *operation, tca_call *call, uint32_t status,
                                tca_error *error);
tca_result tcai_anchors_start(tcai_registry_operation *operation, tca_call *call, tca_error *error);

/* Hand out the list, and the code where there is one. */
tca_result tcai_registry_finish(tcai_registry_operation *operation, tca_call *call);

/* The registration that is changed. */
static inline tcai_registration *tcai_changed(const tcai_registry_operation *operation) {
    return &operation->list->items[operation->index];
}

/* The registration that is changed is now as the answer has it; what the answer leaves out stays.
 * Takes over `now`, also when it fails: when the answer is about another certificate. */
tca_result tcai_take_changed(tcai_registry_operation *operation, tcai_registration *now,
                             tca_error *error);

/* Does the service call it verified, where that is what was wanted? */
tca_result tcai_check_verified(const tcai_registry_operation *operation, tca_error *error);

#endif
