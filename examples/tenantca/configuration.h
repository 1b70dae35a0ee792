/* SPDX-License-Identifier: MIT */
/* What --config says: tenants, their services and targets; configuration.md describes it. */
#ifndef TOOL_CONFIGURATION_H
#define TOOL_CONFIGURATION_H

#include "strict.h"
#include "tool.h"

#include <tenantca/check.h>
#include <tenantca/registry.h>

#define CONFIGURATION_BYTES_MAX (1u << 20)
#define CONFIGURATION_TENANTS_MAX 10000
#define CONFIGURATION_TARGETS_MAX 64

/* Texts are the document's. */
typedef struct target_configuration {
    tca_target_options options; /* anchors are put in when the target is made */
    const char *path;           /* trust-file */
} target_configuration;

struct tenant_configuration {
    const char *name;
    size_t name_length;
    tca_sphere_options service;
    tca_identity_options identity; /* the tenant's own, or else everybody's */
    target_configuration *targets;
    size_t target_count;
};

struct tool_configuration {
    json_t *document;
    tenant_configuration *tenants;
    size_t tenant_count;
    const char *store; /* NULL: the usual place */
    tca_identity_options identity;
    tca_policy policy;
    tca_check_options checks;
};

/* NULL after a complaint. */
tool_configuration *configuration_read(const char *path);
void configuration_release(tool_configuration *configuration);

/* The tenant of that name or id; NULL after a complaint. Without a name: the only one. */
const tenant_configuration *configuration_find(const tool_configuration *configuration,
                                               const char *name);

/* ---- its parts, as json_readers ---- */

json_reader configuration_read_tenants;
json_reader configuration_read_identity;

#endif
