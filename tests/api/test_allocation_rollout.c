/* SPDX-License-Identifier: MIT */
/* As test_allocation.c, of storage, targets and rollouts: memory runs out at the first allocation,
 * at the second, and so on. The services' answers are recorded once, so that only the library
 * allocates; where signatures are checked, which allocate thousands of times, places are sampled.
 */
#include <check.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "fail_alloc.h"
#include "fleet.h"

#define TAPE_MAX 64
#define TOLD_SIZE 16384
#define NOW FLEET_START
#define EXHAUSTIVE 1500 /* places; beyond them every 61st */
#define STRIDE 61

/* ---- the tape ---- */

typedef struct taped {
    char method[8];
    char url[512];
    unsigned status;
    char *body;
    size_t length;
    unsigned run; /* in which it was played last */
} taped;

static taped tape[TAPE_MAX];
static size_t tape_count;
static unsigned tape_run;
static engine *recorded_service; /* NULL: play back */

static void answer_from_tape(const char *method, const char *url, tca_reply *reply) {
    for (size_t i = 0; i < tape_count; i++) {
        taped *one = &tape[i];
        if (one->run != tape_run && strcmp(one->method, method) == 0 &&
            strcmp(one->url, url) == 0) {
            one->run = tape_run;
            (void)tca_reply_set_status(reply, one->status);
            (void)tca_reply_append(reply, (const uint8_t *)one->body, one->length);
            (void)tca_reply_done(reply);
            return;
        }
    }
    (void)tca_reply_fail(reply, "not on the tape", 15);
}

static void answer_from_engine(const tca_request *request, const char *method, const char *url,
                               tca_reply *reply) {
    const char *name, *value;
    const uint8_t *body = NULL;
    size_t length, name_length, body_length = 0;
    (void)tca_request_body(request, &body, &body_length);
    engine_request to = {.method = method,
                         .target = url + strlen(ENGINE_HOST_ADDRESS),
                         .body = body,
                         .body_length = body_length,
                         .content_type = "application/json"};
    for (uint32_t i = 0; i < tca_request_header_count(request); i++) {
        (void)tca_request_header(request, i, &name, &name_length, &value, &length);
        to.authorization = strcmp(name, "Authorization") == 0 ? value : to.authorization;
        to.if_match = strcmp(name, "If-Match") == 0 ? value : to.if_match;
    }
    engine_reply from;
    engine_handle(recorded_service, &to, &from);
    ck_assert_uint_lt(tape_count, TAPE_MAX);
    taped *one = &tape[tape_count++];
    *one = (taped){.status = from.status, .length = from.body_length};
    snprintf(one->method, sizeof(one->method), "%s", method);
    snprintf(one->url, sizeof(one->url), "%s", url);
    one->body = malloc(from.body_length + 1);
    ck_assert_ptr_nonnull(one->body);
    memcpy(one->body, from.body, from.body_length);
    engine_reply_release(&from);
    one->run = ~tape_run;
    answer_from_tape(method, url, reply);
}

static void answer(const tca_request *request, tca_reply *reply) {
    const char *method, *url;
    size_t length;
    (void)tca_request_method(request, &method, &length);
    (void)tca_request_url(request, &url, &length);
    if (recorded_service != NULL) {
        answer_from_engine(request, method, url, reply);
    } else {
        answer_from_tape(method, url, reply);
    }
}

/* Step a call to its end: no host, so nothing else allocates. */
static tca_result run(tca_call *call) {
    uint32_t wants = TCA_CALL_DONE;
    tca_result result = tca_call_step(call, NOW, &wants, NULL);
    while (result == TCA_OK && wants != TCA_CALL_DONE) {
        const tca_request *request;
        tca_reply *reply;
        tca_unix until = NOW;
        if (wants == TCA_CALL_TOKEN && tca_call_reply(call, &reply) == TCA_OK) {
            (void)tca_reply_append(reply, (const uint8_t *)"token", 5);
            (void)tca_reply_done(reply);
        } else if (wants == TCA_CALL_EXCHANGE && tca_call_reply(call, &reply) == TCA_OK &&
                   tca_call_request(call, &request) == TCA_OK) {
            answer(request, reply);
        } else {
            (void)tca_call_wait_until(call, &until);
        }
        result = tca_call_step(call, until, &wants, NULL);
    }
    return result;
}

/* ---- anchors in memory ---- */

static uint8_t anchors[16384]; /* fixed: the host's own memory is not what runs out */
static size_t anchors_length;

static void load_anchors(void *user, tca_reply *reply) {
    (void)user;
    (void)tca_reply_append(reply, anchors, anchors_length);
    (void)tca_reply_done(reply);
}

static void replace_anchors(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    (void)user;
    if (length > sizeof(anchors)) {
        (void)tca_reply_fail(reply, "too long", 8);
        return;
    }
    memcpy(anchors, pem, length);
    anchors_length = length;
    (void)tca_reply_done(reply);
}

/* ---- scenes: each ends with TCA_OK, or TCA_E_NO_MEMORY and nothing left behind ---- */

static char told[TOLD_SIZE];
static size_t told_length;

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(told + told_length, sizeof(told) - told_length, format, arguments);
    va_end(arguments);
    told_length += wanted > 0 ? (size_t)wanted : 0;
    told_length = told_length < sizeof(told) ? told_length : sizeof(told) - 1;
}

#define TRY(call, empty)                                                                           \
    do {                                                                                           \
        result = (call);                                                                           \
        if (result != TCA_OK) {                                                                    \
            result = (empty) ? result : TCA_E_ARGUMENT; /* an output is set */                     \
            goto end;                                                                              \
        }                                                                                          \
    } while (0)

#define TEXT(member, text) .member = (text), .member##_length = strlen(text)

static tca_result store_scene(void) {
    tca_storage storage = {.struct_size = sizeof(storage)};
    tca_store *store = NULL, *same = NULL;
    tca_bytes *value = NULL, *version = NULL, *newer = NULL;
    tca_key_list *keys = NULL;
    const char *key;
    size_t length;
    tca_result result;
    TRY(tca_memory_storage(&storage), storage.user == NULL);
    result = tca_store_new(&storage, &store, NULL);
    if (result != TCA_OK) {
        storage.destroy(storage.user);
        return store == NULL ? result : TCA_E_ARGUMENT;
    }
    tca_store_ref(store, &same);
    tca_store_unref(same);
    TRY(tca_store_swap(store, "a/key", 5, (const uint8_t *)"one", 3, NULL, &version, NULL),
        version == NULL);
    TRY(tca_store_load(store, "a/key", 5, &value, &newer, NULL), value == NULL && newer == NULL);
    tell("%u", (unsigned)tca_store_swap(store, "a/key", 5, NULL, 0, NULL, NULL, NULL));
    tca_bytes_unref(newer);
    newer = NULL;
    TRY(tca_store_swap(store, "a/key", 5, (const uint8_t *)"two", 3, version, &newer, NULL),
        newer == NULL);
    TRY(tca_store_list(store, "a/", 2, &keys, NULL), keys == NULL);
    for (uint32_t i = 0; i < tca_key_list_count(keys); i++) {
        result = tca_key_list_get(keys, i, &key, &length);
        tell(" %d %s", result, key);
    }
    TRY(tca_store_remove(store, "a/key", 5, newer, NULL), true);
end:
    tca_key_list_unref(keys);
    tca_bytes_unref(value);
    tca_bytes_unref(version);
    tca_bytes_unref(newer);
    tca_store_unref(store);
    return result;
}

static tca_result add_target(tca_rollout *rollout, tca_target_options options, tca_target **kept) {
    tca_target *target = NULL;
    const char *name;
    size_t length;
    tca_result result;
    options.struct_size = sizeof(options);
    TRY(tca_target_new(&options, &target, NULL), target == NULL);
    tell(" %s %d", tca_target_kind_name(tca_target_kind(target)),
         tca_target_name(target, &name, &length));
    TRY(tca_rollout_add_target(rollout, target, NULL), true);
    if (kept != NULL) {
        tca_target_ref(target, kept);
    }
end:
    tca_target_unref(target);
    return result;
}

static tca_result add_targets(tca_rollout *rollout, uint32_t verification, tca_target **hub) {
    tca_anchor_holder holder = {
        .struct_size = sizeof(holder), .load = load_anchors, .replace = replace_anchors};
    tca_result result;
    TRY(add_target(rollout,
                   (tca_target_options){.kind = TCA_TARGET_IOT_HUB,
                                        .verification = verification,
                                        TEXT(name, "hub"),
                                        TEXT(endpoint, ENGINE_HOST_ADDRESS),
                                        TEXT(subscription, "s"),
                                        TEXT(resource_group, "g"),
                                        TEXT(resource, "hub")},
                   hub),
        true);
    TRY(add_target(rollout,
                   (tca_target_options){.kind = TCA_TARGET_DPS,
                                        .verification = TCA_VERIFICATION_ON_UPLOAD,
                                        TEXT(name, "dps"),
                                        TEXT(endpoint, ENGINE_HOST_ADDRESS),
                                        TEXT(subscription, "s"),
                                        TEXT(resource_group, "g"),
                                        TEXT(resource, "dps"),
                                        TEXT(enrollment_group, "fleet"),
                                        TEXT(service_endpoint, ENGINE_HOST_ADDRESS "/dps/dps")},
                   NULL),
        true);
    TRY(add_target(rollout,
                   (tca_target_options){.kind = TCA_TARGET_IOT_CENTRAL,
                                        .verification = TCA_VERIFICATION_ON_UPLOAD,
                                        TEXT(name, "central"),
                                        TEXT(endpoint, ENGINE_HOST_ADDRESS "/central/app"),
                                        TEXT(application, "app"),
                                        TEXT(enrollment_group, "fleet")},
                   NULL),
        true);
    TRY(add_target(rollout,
                   (tca_target_options){
                       .kind = TCA_TARGET_ANCHORS, .anchors = &holder, TEXT(name, "edge")},
                   NULL),
        true);
end:
    return result;
}

static void notice(void *user, const tca_notice *notice) {
    (void)user;
    tell(" [%s]", tca_notice_name(notice->kind));
}

static void look_at_plan(const tca_plan *plan) {
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    const char *text;
    size_t length;
    uint32_t need;
    tell(" %d %d", tca_plan_get_summary(plan, &summary), tca_plan_problem(plan, &text, &length));
    for (uint32_t t = 0; t < summary.target_count; t++) {
        tca_plan_target_info info = {.struct_size = sizeof(info)};
        tca_target_state state = {.struct_size = sizeof(state)};
        (void)tca_plan_state(plan, 0, t, &state);
        tell(" %d %d %d %s", tca_plan_target(plan, t, &info),
             tca_plan_target_name(plan, t, &text, &length),
             tca_plan_target_error(plan, t, &text, &length), tca_target_state_name(state.state));
    }
    for (uint32_t i = 0; i < summary.step_count; i++) {
        tca_step step = {.struct_size = sizeof(step)};
        (void)tca_plan_step(plan, i, &step);
        tell(" %s %u %d %d", tca_step_name(step.kind), (unsigned)step.flags,
             tca_plan_step_need(plan, i, 0, &need), tca_plan_step_error(plan, i, &text, &length));
    }
}

static tca_result open_rollout(tca_rollout **out, uint32_t verification, tca_target **hub) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_SPHERE_INTEGRATED,
                                  TEXT(endpoint, ENGINE_HOST_ADDRESS),
                                  TEXT(subscription, "s"),
                                  TEXT(resource_group, "g"),
                                  TEXT(catalog, FLEET_TENANT)};
    tca_notice_sink sink = {.struct_size = sizeof(sink), .notice = notice};
    tca_sphere *sphere = NULL;
    tca_result result;
    TRY(tca_sphere_new(&options, &sphere, NULL), sphere == NULL);
    tca_rollout_options wanted = {
        .struct_size = sizeof(wanted), .sphere = sphere, TEXT(name, "contoso")};
    TRY(tca_rollout_new(&wanted, out, NULL), *out == NULL);
    TRY(tca_rollout_set_notices(*out, &sink, NULL), true);
    TRY(tca_rollout_set_seen(*out, "54D2E787F1B3B3DFE33A20611A951717B60E956A", 40, NOW, NULL),
        true);
    TRY(add_targets(*out, verification, hub), true);
end:
    tca_sphere_unref(sphere);
    return result;
}

static tca_result rollout_scene(uint32_t verification) {
    tca_rollout *rollout = NULL;
    tca_target *hub = NULL;
    tca_call *call = NULL;
    tca_plan *plan = NULL, *same = NULL;
    tca_bytes *pem = NULL;
    const tca_rollover *rollover;
    tca_result result;
    anchors_length = 0;
    tape_run++;
    TRY(open_rollout(&rollout, verification, &hub), true);
    TRY(tca_rollout_apply(rollout, NULL, NULL, &call, NULL), call == NULL);
    TRY(run(call), tca_call_take_plan(call, &plan) == TCA_E_NOT_FOUND && plan == NULL);
    TRY(tca_call_take_plan(call, &plan), plan == NULL);
    tca_plan_ref(plan, &same);
    tca_plan_unref(same);
    look_at_plan(plan);
    TRY(tca_plan_rollover(plan, &rollover), true);
    TRY(tca_anchor_pem(rollover, TCA_ORDER_ACTIVE_LAST, &pem, NULL), pem == NULL);
    tca_call_unref(call);
    call = NULL;
    TRY(tca_rollout_plan(rollout, NULL, &call, NULL), call == NULL);
end:
    tca_bytes_unref(pem);
    tca_plan_unref(plan);
    tca_call_unref(call);
    tca_rollout_unref(rollout);
    tca_target_unref(hub);
    return result;
}

/* What a rollout does with a hub, one by one. */
static tca_result finish(tca_call **call, tca_registration_list **list) {
    tca_registration_list *now = NULL;
    tca_result result;
    TRY(run(*call), tca_call_take_registrations(*call, &now) != TCA_OK && now == NULL);
    TRY(tca_call_take_registrations(*call, &now), now == NULL);
    tca_registration_list_unref(*list);
    *list = now;
end:
    tca_call_unref(*call);
    *call = NULL;
    return result;
}

static tca_result take_code(tca_call *call) {
    tca_bytes *code = NULL;
    tca_result result = tca_call_take_code(call, &code);
    tca_bytes_unref(code);
    return result;
}

static uint8_t certificate_der[4096];
static size_t certificate_length;

static tca_result target_scene(void) {
    tca_target_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_TARGET_DPS,
                                  TEXT(name, "other"),
                                  TEXT(endpoint, ENGINE_HOST_ADDRESS),
                                  TEXT(subscription, "s"),
                                  TEXT(resource_group, "g"),
                                  TEXT(resource, "other"),
                                  TEXT(enrollment_group, "fleet"),
                                  TEXT(service_endpoint, ENGINE_HOST_ADDRESS "/dps/other")};
    tca_registration item = {.struct_size = sizeof(item)};
    tca_certificate *certificate = NULL;
    tca_target *target = NULL;
    tca_registration_list *list = NULL, *same = NULL;
    tca_call *call = NULL;
    uint32_t index;
    tca_result result;
    tape_run++;
    TRY(tca_certificate_parse(certificate_der, certificate_length, NULL, &certificate, NULL),
        certificate == NULL);
    TRY(tca_target_new(&options, &target, NULL), target == NULL);
    TRY(tca_target_list(target, NULL, &call, NULL), call == NULL);
    TRY(finish(&call, &list), true);
    TRY(tca_target_upload(target, list, certificate, NULL, &call, NULL), call == NULL);
    TRY(finish(&call, &list), true);
    tca_registration_list_ref(list, &same);
    tca_registration_list_unref(same);
    TRY(tca_registration_list_find(list, certificate, &index), index == TCA_NO_INDEX);
    tell(" %u %d", (unsigned)tca_registration_list_count(list),
         tca_registration_list_get(list, index, &item));
    TRY(tca_target_generate_code(target, list, index, NULL, &call, NULL), call == NULL);
    TRY(run(call), true);
    TRY(take_code(call), true);
    TRY(finish(&call, &list), true);
    TRY(tca_target_verify(target, list, index, certificate, NULL, &call, NULL), call == NULL);
    tca_call_unref(call); /* the certificate is no proof: it is not run */
    call = NULL;
    TRY(tca_target_refer(target, list, index, NULL, &call, NULL), call == NULL);
    tca_call_unref(call); /* not verified: likewise */
    call = NULL;
    TRY(tca_target_remove(target, list, index, NULL, &call, NULL), call == NULL);
    TRY(finish(&call, &list), true);
end:
    tca_call_unref(call);
    tca_registration_list_unref(list);
    tca_target_unref(target);
    tca_certificate_unref(certificate);
    return result;
}

static tca_result anchor_scene(void) {
    tca_anchor_holder holder = {
        .struct_size = sizeof(holder), .load = load_anchors, .replace = replace_anchors};
    tca_target_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_TARGET_ANCHORS,
                                  .anchors = &holder,
                                  TEXT(name, "edge")};
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL;
    tca_target *target = NULL;
    tca_registration_list *list = NULL;
    tca_call *call = NULL;
    tca_result result;
    anchors_length = 0;
    TRY(tca_inventory_parse(certificate_der, certificate_length, NULL, &inventory, NULL),
        inventory == NULL);
    TRY(tca_rollover_compute(inventory, NOW + FLEET_DAY, NULL, &rollover, NULL), rollover == NULL);
    TRY(tca_target_new(&options, &target, NULL), target == NULL);
    TRY(tca_target_list(target, NULL, &call, NULL), call == NULL);
    TRY(finish(&call, &list), true);
    TRY(tca_target_anchor(target, list, rollover, NULL, &call, NULL), call == NULL);
    TRY(finish(&call, &list), anchors_length == 0);
    tell(" %u %zu", (unsigned)tca_registration_list_count(list), anchors_length);
end:
    tca_call_unref(call);
    tca_registration_list_unref(list);
    tca_target_unref(target);
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
    return result;
}

/* ---- the rerun ---- */

static tca_result on_upload_scene(void) {
    return rollout_scene(TCA_VERIFICATION_ON_UPLOAD);
}

static tca_result proof_scene(void) {
    return rollout_scene(TCA_VERIFICATION_PROOF);
}

typedef tca_result scene_player(void);
static scene_player *const scenes[] = {store_scene, target_scene, anchor_scene, on_upload_scene,
                                       proof_scene};

static tca_result play(scene_player *scene) {
    told_length = 0;
    told[0] = '\0';
    return scene();
}

/* A tenant CA certificate of the simulator's, as it lists it. */
static void take_certificate(engine_host *host) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_SPHERE_LEGACY,
                                  TEXT(endpoint, ENGINE_HOST_ADDRESS),
                                  TEXT(tenant, FLEET_TENANT)};
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    tca_certificate *certificate = NULL;
    const uint8_t *der;
    ck_assert_int_eq(tca_sphere_new(&options, &sphere, NULL), TCA_OK);
    ck_assert_int_eq(tca_sphere_certificate(sphere, NULL, 0, NULL, &call, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_run(call, host->host, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_take_certificate(call, &certificate), TCA_OK);
    tca_certificate_der(certificate, &der, &certificate_length);
    ck_assert_uint_le(certificate_length, sizeof(certificate_der));
    memcpy(certificate_der, der, certificate_length);
    tca_certificate_unref(certificate);
    tca_call_unref(call);
    tca_sphere_unref(sphere);
}

START_TEST(nothing_is_lost_when_memory_is) {
    static char expected[TOLD_SIZE];
    scene_player *scene = scenes[_i / 2];
    fail_alloc_mode mode = _i % 2 == 0 ? FAIL_ALLOC_ONCE : FAIL_ALLOC_FROM_THEN;
    engine_host host;
    engine_host_open(&host, FLEET_TENANT, NOW);
    take_certificate(&host);
    recorded_service = host.service;
    ck_assert_int_eq(play(scene), TCA_OK);
    recorded_service = NULL;
    ck_assert_int_eq(play(scene), TCA_OK);
    memcpy(expected, told, sizeof(expected));
    size_t failures = 1;
    unsigned noticed = 0;
    for (size_t nth = 1; fail_alloc_available() && failures > 0;
         nth += nth < EXHAUSTIVE ? 1 : STRIDE) {
        long before = fail_alloc_live();
        fail_alloc_arm(nth, mode);
        tca_result result = play(scene);
        failures = fail_alloc_failures();
        fail_alloc_disarm();
        ck_assert_msg(fail_alloc_live() == before, "scene %d, allocation %zu: %ld blocks left",
                      _i / 2, nth, fail_alloc_live() - before);
        /* What can be done without, such as the words of a refusal, is done without. */
        bool same = strcmp(told, expected) == 0;
        ck_assert_msg(result == TCA_E_NO_MEMORY || (result == TCA_OK && same),
                      "scene %d, allocation %zu: %s", _i / 2, nth, tca_result_name(result));
        noticed += result == TCA_E_NO_MEMORY;
    }
    ck_assert_str_eq(told, expected);
    ck_assert(noticed > 5 || !fail_alloc_available());
    for (size_t i = 0; i < tape_count; i++) {
        free(tape[i].body);
    }
    tape_count = 0;
    engine_host_close(&host);
}
END_TEST

/* Not part of a scene: they belong to what a storage's slot answers. */
static void lie(void *user, const char *key, size_t length, tca_reply *reply) {
    static const uint8_t version[TCA_STORAGE_VERSION_MAX] = {1};
    (void)user;
    (void)tca_reply_set_version(reply, version, sizeof(version));
    (void)tca_reply_add_key(reply, key, length);
    (void)tca_reply_set_outcome(reply, TCA_OUTCOME_ABSENT);
    (void)tca_reply_done(reply);
}

static void lie_list(void *user, const char *prefix, size_t length, tca_reply *reply) {
    (void)prefix;
    (void)length;
    lie(user, "a/key", 5, reply);
}

static void lie_swap(void *user, const char *key, size_t key_length, const uint8_t *value,
                     size_t length, const uint8_t *expected, size_t expected_length,
                     tca_reply *reply) {
    (void)value;
    (void)length;
    (void)expected;
    (void)expected_length;
    lie(user, key, key_length, reply);
}

static void lie_remove(void *user, const char *key, size_t key_length, const uint8_t *expected,
                       size_t expected_length, tca_reply *reply) {
    (void)expected;
    (void)expected_length;
    lie(user, key, key_length, reply);
}

START_TEST(slots_survive) {
    tca_storage storage = {.struct_size = sizeof(storage),
                           .load = lie,
                           .swap = lie_swap,
                           .remove = lie_remove,
                           .list = lie_list};
    tca_store *store = NULL;
    ck_assert_int_eq(tca_store_new(&storage, &store, NULL), TCA_OK);
    size_t failures = 1;
    for (size_t nth = 1; fail_alloc_available() && failures > 0; nth++) {
        tca_bytes *value = NULL;
        tca_key_list *keys = NULL;
        long before = fail_alloc_live();
        fail_alloc_arm(nth, FAIL_ALLOC_ONCE);
        tca_result loaded = tca_store_load(store, "a/key", 5, &value, NULL, NULL);
        tca_result listed = tca_store_list(store, "a/", 2, &keys, NULL);
        failures = fail_alloc_failures();
        fail_alloc_disarm();
        ck_assert_int_eq(loaded, loaded == TCA_E_NO_MEMORY ? loaded : TCA_E_NOT_FOUND);
        ck_assert_int_eq(listed, listed == TCA_E_NO_MEMORY ? listed : TCA_OK);
        ck_assert_int_eq(failures > 0, loaded == TCA_E_NO_MEMORY || listed == TCA_E_NO_MEMORY);
        tca_key_list_unref(keys);
        ck_assert_int_eq(fail_alloc_live(), before);
    }
    tca_store_unref(store);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("allocation: rollout");
    TCase *tests = tcase_create("allocation: rollout");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, nothing_is_lost_when_memory_is, 0,
                        2 * (int)(sizeof(scenes) / sizeof(scenes[0])));
    tcase_add_test(tests, slots_survive);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
