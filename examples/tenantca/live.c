/* SPDX-License-Identifier: MIT */
/* Asking a service. */
#include <string.h>

#include "host.h"

static size_t length_of(const char *text) {
    return text == NULL ? 0 : strlen(text);
}

static uint32_t service_kind(const tool_options *options) {
    return strcmp(options->service, "legacy") == 0 ? TCA_SPHERE_LEGACY : TCA_SPHERE_INTEGRATED;
}

static tca_result open_sphere(const tool_options *options, tca_sphere **sphere, tca_error *error) {
    tca_sphere_options wanted = {.struct_size = sizeof(wanted),
                                 .kind = service_kind(options),
                                 .endpoint = options->endpoint,
                                 .endpoint_length = length_of(options->endpoint),
                                 .tenant = options->tenant,
                                 .tenant_length = length_of(options->tenant),
                                 .subscription = options->subscription,
                                 .subscription_length = length_of(options->subscription),
                                 .resource_group = options->resource_group,
                                 .resource_group_length = length_of(options->resource_group),
                                 .catalog = options->catalog,
                                 .catalog_length = length_of(options->catalog)};
    return tca_sphere_new(&wanted, sphere, error);
}

static tca_call *run(const tool_options *options, live_maker *make, tca_host *host,
                     tca_error *error) {
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    tca_call_options limits = {.struct_size = sizeof(limits), .judge_at = options->now};
    tca_result result = open_sphere(options, &sphere, error);
    if (result == TCA_OK) {
        result = make(sphere, options, &limits, &call, error);
    }
    if (result == TCA_OK) {
        result = tca_call_run(call, host, error);
    }
    tca_sphere_unref(sphere);
    if (result != TCA_OK) {
        complain_error(options->service, error, next_step(error));
        tca_call_unref(call);
        call = NULL;
    }
    return call;
}

tca_call *live_run(const tool_options *options, live_maker *make) {
    tool_host host;
    tca_error *error = NULL;
    const tca_identity_options *identity =
        options->picked == NULL ? NULL : &options->picked->identity;
    if (!host_open(&host, options, audience_of_service(service_kind(options)), identity)) {
        return NULL;
    }
    (void)tca_error_new(&error);
    tca_call *call = run(options, make, host.host, error);
    tca_error_unref(error);
    host_close(&host);
    return call;
}

static tca_result make_list(const tca_sphere *sphere, const tool_options *options,
                            const tca_call_options *limits, tca_call **call, tca_error *error) {
    (void)options;
    return tca_sphere_list(sphere, limits, call, error);
}

tca_inventory *live_list(const tool_options *options) {
    tca_inventory *inventory = NULL;
    tca_call *call = live_run(options, make_list);
    if (call != NULL) {
        (void)tca_call_take_inventory(call, &inventory);
    }
    tca_call_unref(call);
    return inventory;
}
