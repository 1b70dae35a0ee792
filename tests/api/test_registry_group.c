/* SPDX-License-Identifier: MIT */
/* The enrollment group of a DPS: what is put there when it is to refer, and to let go. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clouds.h"

#define ARM "https://management.azure.com"

static script_run play(tca_call *call, const script_exchange *exchanges, size_t count) {
    script_run run;
    script_play(call, CLOUD_NOW, exchanges, count, &run);
    ck_assert_msg(run.result == TCA_OK, "%s", run.message);
    return run;
}

static void assert_registration(const tca_registration_list *list, uint32_t index, const char *name,
                                const char *thumbprint, uint32_t flags) {
    tca_registration is = script_registration(list, index);
    ck_assert_str_eq(is.name, name);
    ck_assert_str_eq(is.thumbprint, thumbprint);
    ck_assert_uint_eq(is.flags & ~TCA_REGISTRATION_HAS_NOT_AFTER, flags);
}

#define VERIFIED (TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED)
#define PRIMARY TCA_REGISTRATION_PRIMARY
#define SECONDARY TCA_REGISTRATION_SECONDARY

START_TEST(a_reference_is_put_into_the_free_slot_and_the_rest_stays) {
    static const struct {
        const char *group;          /* NULL: there is none yet */
        const char *if_match, *put; /* NULL: both slots are taken */
        uint32_t slot;
    } groups[] = {
        {GROUP("{\"primary\":\"old one\"}", "g1"), "g1",
         GROUP("{\"primary\":\"old one\",\"secondary\":\"new\"}", "g1"), SECONDARY},
        {GROUP("{\"secondary\":\"old one\",\"primary\":null}", "g1"), "g1",
         GROUP("{\"secondary\":\"old one\",\"primary\":\"new\"}", "g1"), PRIMARY},
        {GROUP("{\"primary\":\"OLD ONE\",\"secondary\":\"gone\"}", "g1"), "g1",
         GROUP("{\"primary\":\"OLD ONE\",\"secondary\":\"new\"}", "g1"), SECONDARY},
        {GROUP("null", "g1"), "g1", GROUP("{\"primary\":\"new\"}", "g1"), PRIMARY},
        {NULL, NULL,
         "{\"enrollmentGroupId\":\"fleet \xC3\xA9+1\",\"attestation\":{\"type\":\"x509\",\"x509\":"
         "{\"caReferences\":{\"primary\":\"new\"}}}}",
         PRIMARY},
        {GROUP("{\"primary\":\"old one\",\"secondary\":\"old one\"}", "g1"), NULL, NULL, 0},
    };
    tca_registration_list *before = cloud_list(CLOUD_DPS_GROUP, BOTH_VERIFIED, groups[_i].group);
    tca_target *target = cloud_target(CLOUD_DPS_GROUP, 0);
    tca_call *call = NULL;
    script_run run;
    const script_exchange exchange = {.request = "PUT " CLOUD_GROUP_URL,
                                      .if_match = groups[_i].if_match,
                                      .body = groups[_i].put,
                                      .audience = CLOUD_GROUP_AUDIENCE,
                                      .status = 200,
                                      .answer = groups[_i].put};
    ck_assert_int_eq(tca_target_refer(target, before, 1, NULL, &call, NULL), TCA_OK);
    const script_exchange made[] = {
        exchange, /* a new one's answer has no ETag here: the group is read again */
        {.request = "GET " CLOUD_GROUP_URL, .status = 200, .answer = groups[_i].put}};
    script_play(call, CLOUD_NOW, made,
                groups[_i].put == NULL     ? 0
                : groups[_i].group == NULL ? 2
                                           : 1,
                &run);
    if (groups[_i].put == NULL) {
        ck_assert_int_eq(run.result, TCA_E_CAPACITY);
    } else {
        ck_assert_msg(run.result == TCA_OK, "%s", run.message);
        ck_assert_str_eq(run.last_body, groups[_i].put); /* members in their order */
        assert_registration(run.list, 1, "new", NEW, VERIFIED | groups[_i].slot);
        ck_assert_int_eq(tca_target_refer(target, run.list, 1, NULL, &call, NULL), TCA_OK);
        script_run again = play(call, NULL, 0);
        script_release(&again);
    }
    script_release(&run);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

START_TEST(a_group_lets_go_before_the_removal) {
    static const char *const references[] = {
        "{\"primary\":\"old one\",\"secondary\":\"new\"}",
        "{\"secondary\":\"new\",\"primary\":\"old one\"}",
    };
    char group[1024], put[1024];
    snprintf(group, sizeof(group), GROUP("%s", "g1"), references[_i]);
    snprintf(put, sizeof(put), GROUP("%s", "g1"), "{\"secondary\":\"new\"}");
    tca_registration_list *before = cloud_list(CLOUD_DPS_GROUP, BOTH_VERIFIED, group);
    tca_target *target = cloud_target(CLOUD_DPS_GROUP, 0);
    const script_exchange exchanges[] = {
        {"PUT " CLOUD_GROUP_URL, "g1", put, CLOUD_GROUP_AUDIENCE, 200,
         GROUP("{\"secondary\":\"new\"}", "g2"), 0, NULL, 0},
        {"DELETE " CLOUD_DPS_URL "/old%20one" CLOUD_DPS_VERSION, "e-old", NULL, ARM, 204, NULL, 0,
         NULL, 0},
    };
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_remove(target, before, 0, NULL, &call, NULL), TCA_OK);
    script_run run = play(call, exchanges, 2);
    ck_assert_uint_eq(tca_registration_list_count(run.list), 1);
    assert_registration(run.list, 0, "new", NEW, VERIFIED | SECONDARY);
    ck_assert_int_eq(tca_target_remove(target, run.list, 0, NULL, &call, NULL), TCA_E_LAST_ANCHOR);
    script_release(&run);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

/* Without it somebody else's references could be undone. */
START_TEST(a_group_without_an_etag_is_not_changed) {
    tca_registration_list *before =
        cloud_list(CLOUD_DPS_GROUP, BOTH_VERIFIED,
                   _i == 0 ? GROUP("{\"primary\":\"old one\"}", "")
                           : GROUP("{\"primary\":\"old one\",\"secondary\":\"new\"}", ""));
    tca_target *target = cloud_target(CLOUD_DPS_GROUP, 0);
    tca_call *call = NULL;
    script_run run;
    ck_assert_int_eq(_i == 0 ? tca_target_refer(target, before, 1, NULL, &call, NULL)
                             : tca_target_remove(target, before, 0, NULL, &call, NULL),
                     TCA_OK);
    script_play(call, CLOUD_NOW, NULL, 0, &run);
    ck_assert_int_eq(run.result, TCA_E_ANSWER);
    ck_assert_ptr_nonnull(strstr(run.message, "ETag of the enrollment group"));
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

START_TEST(both_references_go_at_once) {
    tca_registration_list *before = cloud_list(
        CLOUD_DPS_GROUP, TWO, GROUP("{\"primary\":\"new\",\"secondary\":\"new\"}", "g1"));
    tca_target *target = cloud_target(CLOUD_DPS_GROUP, 0);
    const script_exchange exchanges[] = {
        {"PUT " CLOUD_GROUP_URL, "g1", GROUP("{}", "g1"), CLOUD_GROUP_AUDIENCE, 200,
         GROUP("{}", "g2"), 0, NULL, 0},
        {"DELETE " CLOUD_DPS_URL "/new" CLOUD_DPS_VERSION, "e-new", NULL, ARM, 200, NULL, 0, NULL,
         0},
    };
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_remove(target, before, 1, NULL, &call, NULL), TCA_OK);
    script_run run = play(call, exchanges, 2);
    script_release(&run);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry group");
    TCase *cases = tcase_create("group");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, a_reference_is_put_into_the_free_slot_and_the_rest_stays, 0, 6);
    tcase_add_loop_test(cases, a_group_lets_go_before_the_removal, 0, 2);
    tcase_add_loop_test(cases, a_group_without_an_etag_is_not_changed, 0, 2);
    tcase_add_test(cases, both_references_go_at_once);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
