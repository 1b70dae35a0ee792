/* SPDX-License-Identifier: MIT */
/* Every operation on every kind of cloud target with every fault: what happened is said, nothing is
 * handed out, and nothing is asked more often than it should be. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clouds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef enum action { LIST_ALL, UPLOAD, CODE, VERIFY, REFER, REMOVE } action;

static const struct {
    cloud_kind kind;
    action action;
    bool at_look; /* the fault is met where a slot is looked at before it is changed */
} operations[] = {
    {CLOUD_HUB, LIST_ALL, false},     {CLOUD_HUB, UPLOAD, false},
    {CLOUD_HUB, CODE, false},         {CLOUD_HUB, VERIFY, false},
    {CLOUD_HUB, REMOVE, false},       {CLOUD_DPS, LIST_ALL, false},
    {CLOUD_DPS, UPLOAD, false},       {CLOUD_DPS, CODE, false},
    {CLOUD_DPS, VERIFY, false},       {CLOUD_DPS, REMOVE, false},
    {CLOUD_DPS_GROUP, REFER, false},  {CLOUD_DPS_GROUP, REMOVE, false},
    {CLOUD_CENTRAL, LIST_ALL, false}, {CLOUD_CENTRAL, UPLOAD, false},
    {CLOUD_CENTRAL, CODE, false},     {CLOUD_CENTRAL, VERIFY, false},
    {CLOUD_CENTRAL, REMOVE, false},   {CLOUD_CENTRAL, UPLOAD, true},
    {CLOUD_CENTRAL, CODE, true},      {CLOUD_CENTRAL, VERIFY, true},
    {CLOUD_CENTRAL, REMOVE, true},
};

#define LOWER_NAME_SIZE 64

typedef struct scene {
    cloud_kind kind;
    action action;
    bool at_look;
    tca_target *target;
    tca_registration_list *before;
    tca_certificate *certificate;
    char name[LOWER_NAME_SIZE]; /* of what is uploaded */
    char answer[1024];          /* when all goes well */
} scene;

static const char *name_upload(scene *one) {
    const char *thumbprint = cloud_thumbprint(one->certificate);
    snprintf(one->name, sizeof(one->name), "azure-sphere-%s", thumbprint);
    for (char *at = one->name + strlen("azure-sphere-"); *at != '\0'; at++) {
        *at = *at >= 'A' && *at <= 'F' ? (char)(*at - 'A' + 'a') : *at;
    }
    return thumbprint;
}

static void set_answer(scene *one) {
    const char *thumbprint = name_upload(one);
    bool central = one->kind == CLOUD_CENTRAL;
    size_t size = sizeof(one->answer);
    switch (one->action) {
    case LIST_ALL:
        snprintf(one->answer, size, "%s", central ? SLOT(OLD, "true") : "{\"value\": []}");
        break;
    case UPLOAD:
        snprintf(one->answer, size,
                 central ? SLOT("%s", "false") : RESOURCE("%s", "%s", "false", "e"),
                 central ? thumbprint : one->name, thumbprint);
        break;
    case CODE:
        snprintf(one->answer, size,
                 central ? "{\"verificationCode\": \"c\"}"
                         : "{\"name\": \"new\", \"etag\": \"e\", \"properties\": "
                           "{\"verificationCode\": \"c\"}}");
        break;
    case VERIFY:
        snprintf(one->answer, size, "%s",
                 central ? SLOT(NEW, "true") : RESOURCE("new", NEW, "true", "e"));
        break;
    case REFER:
        snprintf(one->answer, size, "%s",
                 GROUP("{\"primary\":\"old one\",\"secondary\":\"new\"}", "g2"));
        break;
    default:
        snprintf(one->answer, size, "%s", GROUP("{\"secondary\":\"new\"}", "g2"));
        break;
    }
}

static tca_registration_list *held(cloud_kind kind, action wanted) {
    if (kind == CLOUD_CENTRAL) {
        return cloud_list(kind, SLOT(OLD, "true"), wanted == UPLOAD ? NULL : SLOT(NEW, "true"));
    }
    return cloud_list(kind, BOTH_VERIFIED,
                      wanted == REFER
                          ? GROUP("{\"primary\":\"old one\"}", "g1")
                          : GROUP("{\"primary\":\"old one\",\"secondary\":\"new\"}", "g1"));
}

static scene open_scene(size_t operation) {
    scene one = {.kind = operations[operation].kind,
                 .action = operations[operation].action,
                 .at_look = operations[operation].at_look};
    one.target = cloud_target(one.kind, TCA_VERIFICATION_PROOF);
    one.before = held(one.kind, one.action);
    one.certificate = cloud_certificate(7);
    set_answer(&one);
    return one;
}

/* A change of a slot looks at it first; all is well there. */
static bool looks_first(const scene *one) {
    return one->kind == CLOUD_CENTRAL && one->action != LIST_ALL;
}

static script_exchange good_look(const scene *one) {
    return one->action == UPLOAD
               ? (script_exchange){.status = 404}
               : (script_exchange){.status = 200,
                                   .answer = one->action == REMOVE ? SLOT(OLD, "true")
                                                                   : SLOT(NEW, "true")};
}

static void close_scene(scene *one) {
    tca_target_unref(one->target);
    tca_registration_list_unref(one->before);
    tca_certificate_unref(one->certificate);
}

static tca_call *start(const scene *one) {
    tca_call *call = NULL;
    tca_result result =
        one->action == LIST_ALL ? tca_target_list(one->target, NULL, &call, NULL)
        : one->action == UPLOAD
            ? tca_target_upload(one->target, one->before, one->certificate, NULL, &call, NULL)
        : one->action == CODE
            ? tca_target_generate_code(one->target, one->before, 1, NULL, &call, NULL)
        : one->action == VERIFY
            ? tca_target_verify(one->target, one->before, 1, one->certificate, NULL, &call, NULL)
        : one->action == REFER ? tca_target_refer(one->target, one->before, 1, NULL, &call, NULL)
                               : tca_target_remove(one->target, one->before, 0, NULL, &call, NULL);
    ck_assert_int_eq(result, TCA_OK);
    return call;
}

/* ---- faults that last ---- */

/* TCA_OK: as the operation has it. */
static const struct {
    script_exchange exchange;
    tca_result result;
    uint32_t attempts;
    const char *says;
} faults[] = {
    {{.status = 0}, TCA_E_TRANSPORT, 4, "connection refused"},
    {{.status = 400}, TCA_OK, 1, "HTTP 400"},
    {{.status = 401}, TCA_E_HTTP, 2, "HTTP 401"},
    {{.status = 403}, TCA_E_HTTP, 1, "HTTP 403"},
    {{.status = 404}, TCA_OK, 1, "HTTP 404"},
    {{.status = 409}, TCA_OK, 1, "HTTP 409"},
    {{.status = 412,
      .answer = "{\"code\":412001,\"httpStatusCode\":\"PreconditionFailed\",\"message\":\"Invalid "
                "ETag supplied.\"}"},
     TCA_OK,
     1,
     "412001: Invalid ETag"},
    {{.status = 422}, TCA_OK, 1, "HTTP 422"},
    {{.status = 429, .retry_after = "2"}, TCA_E_RETRY_LATER, 4, "come back in 2 s"},
    {{.status = 429, .retry_after = "3600"}, TCA_E_RETRY_LATER, 1, "come back in 3600 s"},
    {{.status = 500}, TCA_E_HTTP, 4, "HTTP 500"},
    {{.status = 503}, TCA_E_HTTP, 4, "HTTP 503"},
    {{.status = 302, .answer = "<html>Sign in</html>"}, TCA_E_HTTP, 1, "a web page"},
    {{.status = 200, .answer = "<html>Sign in</html>"}, TCA_E_ANSWER, 1, "JSON"},
    {{.status = 200, .answer = "{\"value\": [{\"name\": \"a"}, TCA_E_ANSWER, 1, "JSON"},
};

static tca_result refusal(const scene *one, uint32_t status) {
    bool central = one->kind == CLOUD_CENTRAL;
    if (one->action == LIST_ALL) {
        return status == 404 && central ? TCA_OK : TCA_E_HTTP;
    }
    /* In a group the certificate is let go of first, and for that the group must be there. */
    if (status == 404 && one->action == REMOVE && one->kind != CLOUD_DPS_GROUP) {
        return TCA_OK;
    }
    if (status == 404 || status == 409 || status == 412) {
        return TCA_E_CONFLICT;
    }
    bool proof = one->action == VERIFY && !one->at_look;
    return proof && (status == 400 || central) ? TCA_E_PROOF : TCA_E_HTTP;
}

/* Answers whose body is no matter. */
static bool any_body_will_do(const scene *one) {
    return one->action == REMOVE && one->kind != CLOUD_DPS_GROUP && !one->at_look;
}

START_TEST(a_lasting_fault_ends_the_call_and_is_told) {
    size_t o = (size_t)_i / COUNT(faults), f = (size_t)_i % COUNT(faults);
    scene one = open_scene(o);
    script_exchange exchanges[] = {good_look(&one), faults[f].exchange};
    script_exchange *fault = &exchanges[1];
    size_t first = looks_first(&one) && !one.at_look ? 0 : 1;
    tca_result expected = faults[f].result;
    script_run run;
    expected = expected == TCA_OK ? refusal(&one, fault->status) : expected;
    bool done = any_body_will_do(&one) && fault->status == 200;
    /* What is asked for next is another exchange: of a list the second slot, of a proof a look, of
     * a slot that is free the change. */
    bool central = one.kind == CLOUD_CENTRAL;
    bool confirmed = central && one.action == VERIFY && !one.at_look && fault->status == 200;
    bool both_slots = central && one.action == LIST_ALL && fault->status == 404;
    bool is_free = one.at_look && fault->status == 404;
    uint32_t attempts = faults[f].attempts + (confirmed || both_slots || is_free);
    fault->times = expected == TCA_OK || done ? attempts : 1000;
    script_play(start(&one), CLOUD_NOW, exchanges + first, COUNT(exchanges) - first, &run);
    ck_assert_msg(run.result == (done ? TCA_OK : expected), "operation %zu, fault %zu: %s, %s", o,
                  f, tca_result_name(run.result), run.message);
    ck_assert_msg(run.exchanges == attempts + 1 - first, "operation %zu, fault %zu: %u attempts", o,
                  f, run.exchanges);
    if (run.result != TCA_OK) {
        ck_assert_msg(strstr(run.message, faults[f].says) != NULL, "%s", run.message);
        ck_assert_msg(strstr(run.message, "cloud: ") != NULL || run.result == TCA_E_HTTP ||
                          run.result == TCA_E_TRANSPORT || run.result == TCA_E_RETRY_LATER,
                      "%s", run.message);
        ck_assert_uint_eq(run.http_status, fault->status == 200 ? 0 : fault->status);
        ck_assert_ptr_null(strstr(run.message, "Sign in"));
    }
    script_release(&run);
    close_scene(&one);
}
END_TEST

/* ---- faults that pass ---- */

START_TEST(a_fault_that_passes_is_retried) {
    static const script_exchange passing[] = {
        {.status = 0}, {.status = 401}, {.status = 429, .retry_after = "7"}, {.status = 503}};
    size_t o = (size_t)_i / COUNT(passing), f = (size_t)_i % COUNT(passing);
    scene one = open_scene(o);
    bool central = one.kind == CLOUD_CENTRAL;
    script_exchange exchanges[4] = {good_look(&one)};
    size_t count = looks_first(&one) && !one.at_look ? 1 : 0;
    exchanges[count++] = passing[f];
    if (one.at_look) {
        exchanges[count++] = good_look(&one);
    }
    exchanges[count++] = (script_exchange){.status = 200, .answer = one.answer};
    if (one.action == VERIFY && central) {
        exchanges[count - 1] = (script_exchange){.status = 204};
        exchanges[count++] = (script_exchange){.status = 200, .answer = one.answer};
    } else if (one.action == LIST_ALL && central) {
        exchanges[count++] = (script_exchange){.status = 404};
    } else if (one.action == REMOVE && one.kind == CLOUD_DPS_GROUP) {
        exchanges[count++] = (script_exchange){.status = 204};
    }
    script_run run;
    script_play(start(&one), CLOUD_NOW, exchanges, count, &run);
    ck_assert_msg(run.result == TCA_OK, "operation %zu, fault %zu: %s", o, f, run.message);
    ck_assert_uint_eq(run.refreshes, passing[f].status == 401 ? 1 : 0);
    ck_assert_int_eq(run.code != NULL, one.action == CODE);
    script_release(&run);
    close_scene(&one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry faults");
    TCase *cases = tcase_create("faults");
    int all = (int)COUNT(operations);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, a_lasting_fault_ends_the_call_and_is_told, 0,
                        all * (int)COUNT(faults));
    tcase_add_loop_test(cases, a_fault_that_passes_is_retried, 0, all * 4);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
