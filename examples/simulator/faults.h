/* SPDX-License-Identifier: MIT */
/* What goes wrong on request: POST /_simulator/faults. */
#ifndef SIMULATOR_FAULTS_H
#define SIMULATOR_FAULTS_H

#include "request.h"

typedef enum fault_kind {
    FAULT_STATUS,
    FAULT_TRUNCATE,
    FAULT_SLOW,
    FAULT_HUGE,
    FAULT_WRONG_TYPE,
    FAULT_WRONG_CERTIFICATE,
    FAULT_CLOSE
} fault_kind;

typedef struct fault {
    char *match; /* "METHOD path-prefix" */
    int64_t times;
    fault_kind kind;
    unsigned status;
    int64_t retry_after; /* seconds; -1: no such header */
} fault;

typedef struct fault_list {
    fault *items;
    size_t count;
} fault_list;

/* Replace the list by a JSON array's. On -1 the list stays and *why says what is wrong. */
int faults_replace(fault_list *list, json_t *array, const char **why);
void faults_release(fault_list *list);

/* The first one left that fits the request, counted down; or NULL. */
const fault *faults_take(fault_list *list, const request *r);

/* What it does to the reply that would have been given. FAULT_STATUS and FAULT_WRONG_CERTIFICATE
 * are up to the service. */
void fault_spoil(const fault *f, engine_reply *reply);

#endif
