/* SPDX-License-Identifier: MIT */
/* What all services behind Azure Resource Manager have in common. */
#ifndef SIMULATOR_ARM_H
#define SIMULATOR_ARM_H

#include "reply.h"
#include "request.h"

/* The last one is NULL. */
extern const char *const arm_audiences[];

/* { "error": { "code", "message" } } */
void arm_fail(engine_reply *reply, unsigned status, const char *message);
void arm_fail_as(engine_reply *reply, unsigned status, const char *code, const char *message);

/* Does the request name one of these versions (the last one is NULL)? If not, it is refused. */
int arm_version_fits(const request *r, const char *const *versions, engine_reply *reply);

#endif
