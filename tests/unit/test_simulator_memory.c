/* SPDX-License-Identifier: MIT */
/* Memory runs out at the first allocation of a request, at the second, and so on: the simulator
 * always answers, and leaves nothing behind. Nothing of Check may be called while memory is short
 * (it allocates). */
#include "simulator_targets.h"

#include "fail_alloc.h"

/* Targets are named by a number, so that each attempt has its own. */
#define HUB_N ARM_GROUP "/providers/Microsoft.Devices/IotHubs/n%d/certificates/one" HUB_VERSION
#define DPS_N                                                                                      \
    ARM_GROUP "/providers/Microsoft.Devices/provisioningServices/n%d/certificates/one" DPS_VERSION
#define GROUP_N "/dps/n%d/enrollmentGroups/g" GROUPS_VERSION
#define CENTRAL_N "/central/n%d/api/enrollmentGroups/g"

enum { STEPS = 9, ATTEMPTS_MAX = 900, ONE_BY_ONE = 200 };

typedef struct step {
    const char *method, *target;
    json_t *(*body)(const authorities *all);
    unsigned status; /* once there is memory enough */
    int repeats;     /* finds the same however often it is done */
} step;

static json_t *upload(const authorities *all) {
    return upload_body(all->a, FORM_PEM_IN_BASE64, 1);
}

static json_t *group(const authorities *all) {
    (void)all;
    return group_body("g", "one", NULL);
}

static json_t *slot(const authorities *all) {
    return json_pack("{s:o}", "certificate", json_certificate(all->b, FORM_PEM));
}

static json_t *proof(const authorities *all) {
    return proof_body(all->b, "00", START);
}

static json_t *connecting(const authorities *all) {
    return json_pack("{s:{s:s, s:s, s:s}, s:o}", "target", "kind", "dps", "name", "n0",
                     "enrollment_group", "g", "certificate", json_certificate(all->a, FORM_PEM));
}

/* Each rests on those before it. */
static const step steps[STEPS] = {
    {"PUT", HUB_N, upload, 200, 0},
    {"PUT", DPS_N, upload, 200, 0},
    {"PUT", GROUP_N, group, 200, 0},
    {"PUT", CENTRAL_N "/certificates/primary" CENTRAL_VERSION, slot, 200, 0},
    {"POST", CENTRAL_N "/certificates/primary/generateVerificationCode" CENTRAL_VERSION, NULL, 200,
     0},
    {"POST", CENTRAL_N "/certificates/primary/verify" CENTRAL_VERSION, proof, 400, 1},
    {"POST", "/_simulator/connect", connecting, 200, 1},
    {"GET", "/_simulator/state", NULL, 200, 1},
    {"DELETE", CENTRAL_N CENTRAL_VERSION, NULL, 204, 0},
};

/* The target with its number in place of %d. */
static void number_target(const char *pattern, int number, char out[TEXT_SIZE]) {
    const char *const place = strstr(pattern, "%d");
    if (place == NULL) {
        snprintf(out, TEXT_SIZE, "%s", pattern);
    } else {
        snprintf(out, TEXT_SIZE, "%.*s%d%s", (int)(place - pattern), pattern, number, place + 2);
    }
}

/* Memory runs out at the nth allocation, if at all (0: never). */
static unsigned do_step(engine *e, const step *s, const char *body, int number, size_t nth,
                        int mode, size_t *failures) {
    char target[TEXT_SIZE];
    engine_reply reply;
    number_target(s->target, number, target);
    const engine_request request = {.method = s->method,
                                    .target = target,
                                    .authorization = "Bearer t",
                                    .body = body,
                                    .body_length = body != NULL ? strlen(body) : 0};
    if (nth != 0) {
        fail_alloc_arm(nth, (fail_alloc_mode)mode);
    }
    engine_handle(e, &request, &reply);
    *failures = nth != 0 ? fail_alloc_failures() : 0;
    fail_alloc_disarm();
    const unsigned status = reply.status;
    engine_reply_release(&reply);
    return status;
}

static void prepare(engine *e, size_t step_index, char *const *bodies, int number) {
    size_t failures;
    for (size_t i = 0; i < step_index; i++) {
        ck_assert_uint_eq(do_step(e, &steps[i], bodies[i], number, 0, 0, &failures),
                          steps[i].status);
    }
}

static void exhaust(size_t index, char *const *bodies, int mode) {
    const step *const s = &steps[index];
    engine *const e = start();
    size_t failures = 1;
    size_t nth = 1;
    unsigned status = 0;
    for (int attempt = 0; failures != 0; attempt++) {
        const int number = s->repeats ? 0 : attempt;
        ck_assert_int_lt(attempt, ATTEMPTS_MAX);
        if (!s->repeats || attempt == 0) {
            prepare(e, index, bodies, number);
        }
        status = do_step(e, s, bodies[index], number, nth, mode, &failures);
        ck_assert_msg(status >= 200 && status < 600, "%s %s", s->method, s->target);
        nth += nth < ONE_BY_ONE ? 1 : nth / 16; /* a signature takes thousands */
    }
    ck_assert_uint_eq(status, s->status);
    engine_destroy(e);
}

START_TEST(without_memory_every_request_is_answered) {
    if (!fail_alloc_available()) {
        return;
    }
    authorities cas = make_authorities();
    char *bodies[STEPS];
    for (size_t i = 0; i < STEPS; i++) {
        json_t *const body = steps[i].body != NULL ? steps[i].body(&cas) : NULL;
        bodies[i] = body != NULL ? json_dumps(body, 0) : NULL;
        json_decref(body);
    }
    const size_t index = (size_t)_i % STEPS;
    const int mode = _i < STEPS ? FAIL_ALLOC_ONCE : FAIL_ALLOC_FROM_THEN;
    exhaust(index, bodies, mode); /* also what is allocated once and for all */
    const long before = fail_alloc_live();
    exhaust(index, bodies, mode);
    ck_assert_int_eq(fail_alloc_live(), before);
    for (size_t i = 0; i < STEPS; i++) {
        free(bodies[i]);
    }
    free_authorities(&cas);
}
END_TEST

int main(void) {
    Suite *const suite = suite_create("simulator memory");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, without_memory_every_request_is_answered, 0, 2 * STEPS);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
