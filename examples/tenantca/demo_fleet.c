/* SPDX-License-Identifier: MIT */
#include "demo_fleet.h"

#include <stdlib.h>
#include <string.h>

#define ADDRESS "https://simulator.invalid"
#define DEVICE "00112233445566778899aabbccddeeff"

/* ---- the host: the simulated service in this process ---- */

static void perform(void *user, const tca_request *request, tca_reply *reply) {
    demo_fleet *fleet = user;
    const char *method, *url, *name, *value;
    const uint8_t *body = NULL;
    size_t length, name_length, body_length = 0;
    (void)tca_request_method(request, &method, &length);
    (void)tca_request_url(request, &url, &length);
    (void)tca_request_body(request, &body, &body_length);
    engine_request to = {.method = method,
                         .target = url + strlen(ADDRESS),
                         .body = body,
                         .body_length = body_length};
    for (uint32_t i = 0; i < tca_request_header_count(request); i++) {
        (void)tca_request_header(request, i, &name, &name_length, &value, &length);
        to.authorization = strcmp(name, "Authorization") == 0 ? value : to.authorization;
        to.if_match = strcmp(name, "If-Match") == 0 ? value : to.if_match;
        to.content_type = strcmp(name, "Content-Type") == 0 ? value : to.content_type;
    }
    engine_reply from;
    engine_handle(fleet->service, &to, &from);
    (void)tca_reply_set_status(reply, from.status);
    (void)tca_reply_append(reply, (const uint8_t *)from.body, from.body_length);
    (void)tca_reply_done(reply);
    engine_reply_release(&from);
}

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    (void)user;
    (void)audience;
    (void)length;
    (void)refresh;
    (void)tca_reply_append(reply, (const uint8_t *)"demo", 4);
    (void)tca_reply_done(reply);
}

static void tell_time(void *user, tca_reply *reply) {
    demo_fleet *fleet = user;
    (void)tca_reply_set_time(reply, engine_clock(fleet->service));
    (void)tca_reply_done(reply);
}

static tca_result open_host(demo_fleet *fleet) {
    tca_transport transport = {.struct_size = sizeof(transport), .user = fleet, .perform = perform};
    tca_token_source tokens = {.struct_size = sizeof(tokens), .user = fleet, .token = give_token};
    tca_clock clock = {.struct_size = sizeof(clock), .user = fleet, .now = tell_time};
    tca_result result = tca_host_new(&fleet->host, fleet->error);
    if (result == TCA_OK) {
        result = tca_host_set_transport(fleet->host, &transport, fleet->error);
    }
    if (result == TCA_OK) {
        result = tca_host_set_token_source(fleet->host, &tokens, fleet->error);
    }
    return result == TCA_OK ? tca_host_set_clock(fleet->host, &clock, fleet->error) : result;
}

/* ---- the rollout ---- */

#define TEXT(member, text) .member = (text), .member##_length = strlen(text)

static tca_result add_targets(demo_fleet *fleet) {
    const tca_target_options targets[DEMO_FLEET_SERVICES] = {
        {.struct_size = sizeof(targets[0]),
         .kind = TCA_TARGET_IOT_HUB,
         TEXT(name, "hub"),
         TEXT(endpoint, ADDRESS),
         TEXT(subscription, "demo"),
         TEXT(resource_group, "demo"),
         TEXT(resource, "hub")},
        {.struct_size = sizeof(targets[0]),
         .kind = TCA_TARGET_DPS,
         TEXT(name, "dps"),
         TEXT(endpoint, ADDRESS),
         TEXT(subscription, "demo"),
         TEXT(resource_group, "demo"),
         TEXT(resource, "dps"),
         TEXT(enrollment_group, "fleet"),
         TEXT(service_endpoint, ADDRESS "/dps/dps")},
        {.struct_size = sizeof(targets[0]),
         .kind = TCA_TARGET_IOT_CENTRAL,
         TEXT(name, "central"),
         TEXT(endpoint, ADDRESS "/central/app"),
         TEXT(application, "app"),
         TEXT(enrollment_group, "fleet")},
    };
    tca_result result = TCA_OK;
    for (size_t i = 0; result == TCA_OK && i < DEMO_FLEET_SERVICES; i++) {
        tca_target *target = NULL;
        result = tca_target_new(&targets[i], &target, fleet->error);
        if (result == TCA_OK) {
            result = tca_rollout_add_target(fleet->rollout, target, fleet->error);
        }
        tca_target_unref(target);
    }
    return result;
}

static void print_notice(void *user, const tca_notice *notice) {
    const demo_fleet *fleet = user;
    if (notice->kind != TCA_NOTICE_TRUST_CHANGED) {
        printf("  day %3d  %s\n", fleet->day, notice->text);
    }
}

static tca_result open_rollout(demo_fleet *fleet) {
    tca_sphere_options service = {.struct_size = sizeof(service),
                                  .kind = TCA_SPHERE_INTEGRATED,
                                  TEXT(endpoint, ADDRESS),
                                  TEXT(tenant, fleet->tenant),
                                  TEXT(subscription, "demo"),
                                  TEXT(resource_group, "demo"),
                                  TEXT(catalog, fleet->tenant)};
    tca_result result = tca_sphere_new(&service, &fleet->sphere, fleet->error);
    tca_rollout_options wanted = {
        .struct_size = sizeof(wanted), .sphere = fleet->sphere, TEXT(name, "demo")};
    tca_notice_sink sink = {.struct_size = sizeof(sink), .user = fleet, .notice = print_notice};
    if (result == TCA_OK) {
        result = tca_rollout_new(&wanted, &fleet->rollout, fleet->error);
    }
    if (result == TCA_OK) {
        result = tca_rollout_set_notices(fleet->rollout, &sink, fleet->error);
    }
    return result == TCA_OK ? add_targets(fleet) : result;
}

bool demo_fleet_open(demo_fleet *fleet, engine *service, const char *tenant) {
    *fleet = (demo_fleet){.service = service, .tenant = tenant};
    tca_result result = tca_error_new(&fleet->error);
    if (result == TCA_OK) {
        result = open_host(fleet);
    }
    if (result == TCA_OK) {
        result = open_rollout(fleet);
    }
    if (result != TCA_OK) {
        complain_error("demo", fleet->error, "please report this");
        demo_fleet_close(fleet);
    }
    return result == TCA_OK;
}

void demo_fleet_close(demo_fleet *fleet) {
    tca_rollout_unref(fleet->rollout);
    tca_sphere_unref(fleet->sphere);
    tca_host_unref(fleet->host);
    tca_error_unref(fleet->error);
    *fleet = (demo_fleet){0};
}

static bool all_done(const tca_plan *plan) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    return tca_plan_get_summary(plan, &summary) == TCA_OK && summary.failed_count == 0 &&
           summary.due_count == 0;
}

static bool apply(demo_fleet *fleet) {
    tca_call *call = NULL;
    tca_plan *plan = NULL;
    tca_result result = tca_rollout_apply(fleet->rollout, NULL, NULL, &call, fleet->error);
    if (result == TCA_OK) {
        result = tca_call_run(call, fleet->host, fleet->error);
    }
    if (result == TCA_OK) {
        result = tca_call_take_plan(call, &plan);
    }
    bool fine = result == TCA_OK && all_done(plan);
    if (!fine) {
        complain_error("demo", fleet->error, "please report this");
    }
    tca_plan_unref(plan);
    tca_call_unref(call);
    return fine;
}

bool demo_fleet_apply(demo_fleet *fleet, int day, bool wanted) {
    fleet->day = day;
    return !wanted || apply(fleet);
}

/* ---- devices ---- */

/* What the simulator's control answers; NULL after a complaint. */
static json_t *control(demo_fleet *fleet, const char *path, json_t *body) {
    char *text = json_dumps(body, JSON_COMPACT);
    engine_request request = {
        .method = "POST", .target = path, .body = text, .body_length = strlen(text)};
    engine_reply reply;
    engine_handle(fleet->service, &request, &reply);
    json_t *answer =
        reply.status == 200 ? json_loadb(reply.body, reply.body_length, 0, NULL) : NULL;
    if (answer == NULL) {
        complain("demo: the simulated service refuses %s; please report this", path);
    }
    engine_reply_release(&reply);
    free(text);
    json_decref(body);
    return answer;
}

static json_t *places(void) {
    return json_pack("[{s:s, s:s}, {s:s, s:s, s:s}, {s:s, s:s, s:s}]", "kind", "iot-hub", "name",
                     "hub", "kind", "dps", "name", "dps", "enrollment_group", "fleet", "kind",
                     "iot-central", "name", "app", "enrollment_group", "fleet");
}

int demo_fleet_connect(demo_fleet *fleet) {
    json_t *device = control(fleet, "/_simulator/device",
                             json_pack("{s:s, s:s}", "tenant", fleet->tenant, "device", DEVICE));
    json_t *targets = places();
    int accepted = device == NULL ? -1 : 0;
    for (size_t i = 0; accepted >= 0 && i < DEMO_FLEET_SERVICES; i++) {
        json_t *answer = control(fleet, "/_simulator/connect",
                                 json_pack("{s:O, s:O}", "target", json_array_get(targets, i),
                                           "certificate", json_object_get(device, "certificate")));
        accepted = answer == NULL                                      ? -1
                   : json_is_true(json_object_get(answer, "accepted")) ? accepted + 1
                                                                       : accepted;
        json_decref(answer);
    }
    json_decref(targets);
    json_decref(device);
    return accepted;
}
