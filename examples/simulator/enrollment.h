/* SPDX-License-Identifier: MIT */
/* What an enrollment group of a Device Provisioning Service refers to. */
#ifndef SIMULATOR_ENROLLMENT_H
#define SIMULATOR_ENROLLMENT_H

#include "target.h"

/* The name of a certificate of the service, or NULL. */
const char *enrollment_reference(const enrollment_group *group, size_t slot);
int enrollment_is_enabled(const enrollment_group *group);
/* Does any group of the service refer to it? */
int enrollment_refers_to(const target *t, const registration *c);

#endif
