/* SPDX-License-Identifier: MIT */
/* Which tenant of a configuration a command works on. */
#include "configuration.h"

/* As if the options had named it. */
static void use_service(tool_options *options, const tca_sphere_options *service) {
    options->service = service->kind == TCA_SPHERE_LEGACY ? "legacy" : "integrated";
    options->endpoint = service->endpoint;
    options->tenant = service->tenant;
    options->subscription = service->subscription;
    options->resource_group = service->resource_group;
    options->catalog = service->catalog;
}

bool pick_tenant(tool_options *options, const tool_command *command) {
    bool all = (command->takes & TAKES_TARGETS) != 0 && options->tenant == NULL;
    options->configuration = configuration_read(options->config);
    if (options->configuration == NULL || all) {
        return options->configuration != NULL;
    }
    options->picked = configuration_find(options->configuration, options->tenant);
    if (options->picked == NULL) {
        return false;
    }
    if ((command->takes & TAKES_SERVICE) != 0) {
        use_service(options, &options->picked->service);
    }
    return true;
}

void pick_release(tool_options *options) {
    configuration_release(options->configuration);
    options->configuration = NULL;
}
