/* SPDX-License-Identifier: MIT */
#include "fleet.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "simulator/issuer.h"

#define STEPS_SIZE 4096

#define DEVICE                                                                                     \
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"                             \
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* ---- the back-end's own anchors ---- */

static void load_anchors(void *user, tca_reply *reply) {
    fleet *one = user;
    tca_reply_append(reply, (const uint8_t *)one->anchors, one->anchors_length);
    tca_reply_done(reply);
}

static void replace_anchors(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    fleet *one = user;
    if (one->anchors_fail) {
        const char *reason = one->anchors_reason != NULL ? one->anchors_reason : "no space left";
        tca_reply_fail(reply, reason, strlen(reason));
        return;
    }
    free(one->anchors);
    one->anchors = malloc(length + 1);
    ck_assert_ptr_nonnull(one->anchors);
    memcpy(one->anchors, pem, length);
    one->anchors[length] = '\0';
    one->anchors_length = length;
    one->anchors_written++;
    tca_reply_done(reply);
}

/* The same each time. */
static tca_bytes *other_tenants_pem(void) {
    const tenant_ca_options options = {.tenant = "a7c9d3e1-05b4-4f62-8e7a-91b3c5d7f024",
                                       .not_before = FLEET_START};
    issued *root = NULL, *policy = NULL, *made = NULL;
    tca_certificate *certificate = NULL;
    tca_bytes *pem = NULL;
    ck_assert_int_eq(issuer_root_2020(1, &root), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(1, root, &policy), 0);
    ck_assert_int_eq(issuer_tenant_ca(7, policy, &options, &made), 0);
    ck_assert_int_eq(tca_certificate_parse(made->certificate.data, made->certificate.length, NULL,
                                           &certificate, NULL),
                     TCA_OK);
    ck_assert_int_eq(tca_certificate_pem(certificate, &pem, NULL), TCA_OK);
    tca_certificate_unref(certificate);
    issued_free(made);
    issued_free(policy);
    issued_free(root);
    return pem;
}

void fleet_add_other_tenant(fleet *one) {
    tca_bytes *pem = other_tenants_pem();
    const uint8_t *text;
    size_t length;
    tca_bytes_view(pem, &text, &length);
    one->anchors = realloc(one->anchors, one->anchors_length + length + 1);
    ck_assert_ptr_nonnull(one->anchors);
    memcpy(one->anchors + one->anchors_length, text, length);
    one->anchors_length += length;
    one->anchors[one->anchors_length] = '\0';
    tca_bytes_unref(pem);
}

bool fleet_holds_other_tenant(const fleet *one) {
    tca_bytes *pem = other_tenants_pem();
    const uint8_t *text;
    size_t length;
    tca_bytes_view(pem, &text, &length);
    bool holds = one->anchors != NULL && strstr(one->anchors, (const char *)text) != NULL;
    tca_bytes_unref(pem);
    return holds;
}

/* ---- making ---- */

#define TEXT(member, value) .member = (value), .member##_length = strlen(value)

static void add_target(fleet *one, const tca_target_options *options) {
    tca_target *target = NULL;
    tca_error *error = NULL;
    const char *text;
    tca_error_new(&error);
    tca_result result = tca_target_new(options, &target, error);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(result == TCA_OK, "%s", text);
    ck_assert_int_eq(tca_rollout_add_target(one->rollout, target, NULL), TCA_OK);
    tca_target_unref(target);
    tca_error_unref(error);
}

static void add_targets(fleet *one, const fleet_options *options) {
    tca_anchor_holder holder = {.struct_size = sizeof(holder),
                                .user = one,
                                .load = load_anchors,
                                .replace = replace_anchors};
    tca_target_options targets[FLEET_TARGETS] = {
        [FLEET_HUB] = {.kind = TCA_TARGET_IOT_HUB,
                       .flags = options->hub_flags,
                       TEXT(name, "hub"),
                       TEXT(endpoint, ENGINE_HOST_ADDRESS),
                       TEXT(subscription, "s"),
                       TEXT(resource_group, "g"),
                       TEXT(resource, "hub")},
        [FLEET_DPS] = {.kind = TCA_TARGET_DPS,
                       TEXT(name, "dps"),
                       TEXT(endpoint, ENGINE_HOST_ADDRESS),
                       TEXT(subscription, "s"),
                       TEXT(resource_group, "g"),
                       TEXT(resource, "dps"),
                       TEXT(enrollment_group, "fleet"),
                       TEXT(service_endpoint, ENGINE_HOST_ADDRESS "/dps/dps")},
        [FLEET_CENTRAL] = {.kind = TCA_TARGET_IOT_CENTRAL,
                           TEXT(name, "central"),
                           TEXT(endpoint, ENGINE_HOST_ADDRESS "/central/app"),
                           TEXT(application, "app"),
                           TEXT(enrollment_group, "fleet")},
        [FLEET_EDGE] = {.kind = TCA_TARGET_ANCHORS,
                        .order = options->order,
                        .anchors = &holder,
                        TEXT(name, "edge")},
    };
    for (int i = 0; i < FLEET_TARGETS; i++) {
        targets[i].struct_size = sizeof(targets[i]);
        targets[i].verification = i == FLEET_EDGE ? 0 : options->verification;
        targets[i].capacity = i == FLEET_HUB || i == FLEET_DPS ? options->capacity : 0;
        add_target(one, &targets[i]);
    }
}

static void write_notice(void *user, const tca_notice *notice) {
    fleet *one = user;
    size_t used = strlen(one->told);
    snprintf(one->told + used, sizeof(one->told) - used, "%s %s\n", tca_notice_name(notice->kind),
             notice->target == NULL ? "-" : notice->target);
    snprintf(one->told_last, sizeof(one->told_last), "%s", notice->text);
    ck_assert_uint_eq(strlen(notice->text), notice->text_length);
}

static void open_rollout(fleet *one, const fleet_options *options) {
    tca_rollout_options wanted = {.struct_size = sizeof(wanted),
                                  .sphere = one->sphere,
                                  .store = one->store,
                                  TEXT(name, "contoso")};
    tca_notice_sink sink = {.struct_size = sizeof(sink), .user = one, .notice = write_notice};
    ck_assert_int_eq(tca_rollout_new(&wanted, &one->rollout, NULL), TCA_OK);
    ck_assert_int_eq(tca_rollout_set_notices(one->rollout, &sink, NULL), TCA_OK);
    add_targets(one, options);
}

void fleet_open(fleet *one, const fleet_options *options) {
    bool legacy = options->sphere_kind == TCA_SPHERE_LEGACY;
    tca_sphere_options sphere = {.struct_size = sizeof(sphere),
                                 .kind = legacy ? TCA_SPHERE_LEGACY : TCA_SPHERE_INTEGRATED,
                                 TEXT(endpoint, ENGINE_HOST_ADDRESS),
                                 TEXT(subscription, "s"),
                                 TEXT(resource_group, "g"),
                                 TEXT(catalog, FLEET_TENANT)};
    if (legacy) {
        sphere.tenant = FLEET_TENANT;
        sphere.tenant_length = strlen(FLEET_TENANT);
    }
    *one = (fleet){0};
    engine_host_open(&one->host, FLEET_TENANT, FLEET_START);
    ck_assert_int_eq(tca_sphere_new(&sphere, &one->sphere, NULL), TCA_OK);
    if (!options->without_store) {
        tca_storage storage = {.struct_size = sizeof(storage)};
        ck_assert_int_eq(tca_memory_storage(&storage), TCA_OK);
        ck_assert_int_eq(tca_store_new(&storage, &one->store, NULL), TCA_OK);
    }
    open_rollout(one, options);
}

void fleet_restart(fleet *one, const fleet_options *options) {
    tca_rollout_unref(one->rollout);
    open_rollout(one, options);
}

void fleet_close(fleet *one) {
    tca_rollout_unref(one->rollout);
    tca_store_unref(one->store);
    tca_sphere_unref(one->sphere);
    engine_host_close(&one->host);
    free(one->anchors);
}

void fleet_go_to(fleet *one, int day, int second) {
    engine_host_set_clock(&one->host, FLEET_START + day * FLEET_DAY + second);
}

/* ---- running ---- */

static tca_plan *run(fleet *one, tca_call *call, tca_result *result) {
    tca_error *error = NULL;
    const char *text;
    tca_plan *plan = NULL;
    tca_error_new(&error);
    *result = tca_call_run(call, one->host.host, error);
    tca_error_message(error, &text, NULL);
    if (*result == TCA_OK) {
        *result = tca_call_take_plan(call, &plan);
    }
    tca_call_unref(call);
    tca_error_unref(error);
    return plan;
}

tca_plan *fleet_plan(fleet *one) {
    tca_call *call = NULL;
    tca_result result;
    ck_assert_int_eq(tca_rollout_plan(one->rollout, NULL, &call, NULL), TCA_OK);
    tca_plan *plan = run(one, call, &result);
    ck_assert_msg(result == TCA_OK, "%s", tca_result_name(result));
    return plan;
}

static tca_plan *apply(fleet *one, const tca_apply_options *options, tca_result *result) {
    tca_call *call = NULL;
    ck_assert_int_eq(tca_rollout_apply(one->rollout, options, NULL, &call, NULL), TCA_OK);
    return run(one, call, result);
}

tca_plan *fleet_apply(fleet *one, const tca_apply_options *options) {
    tca_result result;
    tca_plan *plan = apply(one, options, &result);
    ck_assert_msg(result == TCA_OK, "%s", tca_result_name(result));
    return plan;
}

tca_plan *fleet_try_apply(fleet *one, tca_result *result) {
    return apply(one, NULL, result);
}

/* ---- devices ---- */

static json_t *control(fleet *one, const char *path, json_t *body) {
    char *text = json_dumps(body, JSON_COMPACT);
    engine_request request = {
        .method = "POST", .target = path, .body = text, .body_length = strlen(text)};
    engine_reply reply;
    engine_handle(one->host.service, &request, &reply);
    ck_assert_msg(reply.status == 200, "%s: %u %.*s", path, reply.status, (int)reply.body_length,
                  reply.body);
    json_t *answer = json_loadb(reply.body, reply.body_length, 0, NULL);
    ck_assert_ptr_nonnull(answer);
    engine_reply_release(&reply);
    free(text);
    json_decref(body);
    return answer;
}

bool fleet_lets_in(fleet *one, int target) {
    static const char *const kinds[] = {"iot-hub", "dps", "iot-central"};
    static const char *const names[] = {"hub", "dps", "app"};
    json_t *device = control(one, "/_simulator/device",
                             json_pack("{s:s, s:s}", "tenant", FLEET_TENANT, "device", DEVICE));
    json_t *place = json_pack("{s:s, s:s}", "kind", kinds[target], "name", names[target]);
    if (target != FLEET_HUB) {
        json_object_set_new(place, "enrollment_group", json_string("fleet"));
    }
    json_t *answer = control(one, "/_simulator/connect",
                             json_pack("{s:o, s:O}", "target", place, "certificate",
                                       json_object_get(device, "certificate")));
    bool accepted = json_is_true(json_object_get(answer, "accepted"));
    json_decref(answer);
    json_decref(device);
    return accepted;
}

/* ---- looking at a plan ---- */

static const tca_inventory *inventory_of(const tca_plan *plan) {
    const tca_rollover *rollover = NULL;
    const tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_plan_rollover(plan, &rollover), TCA_OK);
    ck_assert_int_eq(tca_rollover_inventory(rollover, &inventory), TCA_OK);
    return inventory;
}

/* A is the simulator's first certificate, B its second: the list is in the order of issue. */
static char letter_of(uint32_t certificate) {
    return (char)('A' + certificate);
}

void fleet_steps(const tca_plan *plan, bool all, char *text, size_t size) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    size_t used = 0;
    ck_assert_int_eq(tca_plan_get_summary(plan, &summary), TCA_OK);
    text[0] = '\0';
    for (uint32_t i = 0; i < summary.step_count; i++) {
        tca_step step = {.struct_size = sizeof(step)};
        const char *target = "-";
        size_t length;
        ck_assert_int_eq(tca_plan_step(plan, i, &step), TCA_OK);
        ck_assert_uint_eq(step.id, i + 1);
        bool due = (step.flags & (TCA_STEP_DUE | TCA_STEP_DONE)) == TCA_STEP_DUE;
        if (!all && !due) {
            continue;
        }
        if (step.target != TCA_NO_INDEX) {
            ck_assert_int_eq(tca_plan_target_name(plan, step.target, &target, &length), TCA_OK);
        }
        const char *mark = (step.flags & TCA_STEP_FAILED) != 0       ? "!"
                           : (step.flags & TCA_STEP_DONE) != 0       ? "+"
                           : (step.flags & TCA_STEP_NEEDS_WORD) != 0 ? "?"
                           : (step.flags & TCA_STEP_DUE) == 0        ? "~"
                                                                     : "";
        used += (size_t)snprintf(text + used, size - used, "%s%s %s %c\n", all ? mark : "",
                                 tca_step_name(step.kind), target, letter_of(step.certificate));
        ck_assert_uint_lt(used, size);
    }
}

uint32_t fleet_state(const tca_plan *plan, char letter, uint32_t target) {
    tca_target_state state = {.struct_size = sizeof(state)};
    uint32_t certificate = (uint32_t)(letter - 'A');
    ck_assert_uint_lt(certificate, tca_inventory_count(inventory_of(plan)));
    ck_assert_int_eq(tca_plan_state(plan, certificate, target, &state), TCA_OK);
    return state.state;
}

tca_plan_summary fleet_summary(const tca_plan *plan) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_plan_get_summary(plan, &summary), TCA_OK);
    return summary;
}

void fleet_assert_steps(const tca_plan *plan, bool all, const char *expected) {
    char steps[STEPS_SIZE];
    fleet_steps(plan, all, steps, sizeof(steps));
    ck_assert_str_eq(steps, expected);
}

void fleet_assert_done(fleet *one) {
    tca_plan *plan = fleet_apply(one, NULL);
    char steps[STEPS_SIZE];
    fleet_steps(plan, true, steps, sizeof(steps));
    ck_assert_msg(fleet_summary(plan).failed_count == 0 && fleet_summary(plan).due_count == 0, "%s",
                  steps);
    tca_plan_unref(plan);
}
