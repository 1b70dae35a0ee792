/* SPDX-License-Identifier: MIT */
/* Answers that are not what they should be: refused, named, and nothing of them used. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "clouds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ITEM(members) "{\"value\": [{" members "}]}"
#define PROPERTIES(members) ITEM("\"name\": \"a\", \"properties\": {" members "}")
#define HUNDRED(c) TEN(c) TEN(c) TEN(c) TEN(c) TEN(c) TEN(c) TEN(c) TEN(c) TEN(c) TEN(c)
#define TEN(c) c c c c c c c c c c

static void run_list(cloud_kind kind, const script_exchange *exchanges, size_t count,
                     const tca_call_options *options, script_run *run) {
    tca_target *target = cloud_target(kind, TCA_VERIFICATION_PROOF);
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_list(target, options, &call, NULL), TCA_OK);
    script_play(call, CLOUD_NOW, exchanges, count, run);
    tca_target_unref(target);
}

/* ---- lists ---- */

static const struct {
    const char *answer;
    const char *says; /* NULL: it is taken */
} lists[] = {
    {"{}", "no list"},
    {"[]", "no JSON object"},
    {"null", "no JSON object"},
    {"\"value\"", "no JSON object"},
    {"", "JSON"},
    {"{\"value\": null}", "no list"},
    {"{\"value\": {}}", "no list"},
    {"{\"value\": [null]}", "certificate 1 of 1"},
    {"{\"value\": [[]]}", "certificate 1 of 1"},
    {"{\"value\": [], \"value\": []}", "twice"},
    {"{\"value\": [], \"nextLink\": 7}", "no list"},
    {"{\"value\": []} []", "column 15"},
    {"\xEF\xBB\xBF{\"value\": []", "JSON"},
    {"{\"value\": [\"\xFF\"]}", "UTF-8"},
    {TEN("[[[[") "1" TEN("]]]]"), "deeper than 32"},
    {ITEM(""), "name"},
    {ITEM("\"name\": 5"), "name"},
    {ITEM("\"name\": \"\""), "name"},
    {ITEM("\"name\": \"a/b\""), "name"},
    {ITEM("\"name\": \".\""), "name"},
    {ITEM("\"name\": \"..\""), "name"},
    {ITEM("\"name\": \"a\\nb\""), "name"},
    {ITEM("\"name\": \"\xC3\xA9\""), "name"},
    {ITEM("\"name\": \"" HUNDRED("n") "\""), "name"},
    {ITEM("\"name\": \"a\""), NULL},
    {ITEM("\"name\": \"...\""), NULL},
    {ITEM("\"name\": \"a\", \"etag\": 5"), "etag"},
    {ITEM("\"name\": \"a\", \"etag\": \"x\\r\\nInjected: yes\""), "etag"},
    {ITEM("\"name\": \"a\", \"etag\": \"\\u0007\""), "etag"},
    {ITEM("\"name\": \"a\", \"etag\": \"x\\u0000y\""), "NUL"},
    {ITEM("\"name\": \"a\", \"etag\": \"\xC3\xA9\""), "etag"},
    {ITEM("\"name\": \"a\", \"etag\": \"" HUNDRED("e") HUNDRED("e") HUNDRED("e") "\""), "etag"},
    {ITEM("\"name\": \"a\", \"etag\": \"\""), NULL},
    {ITEM("\"name\": \"a\", \"etag\": null"), NULL},
    {ITEM("\"name\": \"a\", \"properties\": \"x\""), "properties"},
    {ITEM("\"name\": \"a\", \"properties\": [1]"), "properties"},
    {ITEM("\"name\": \"a\", \"properties\": null"), NULL},
    {PROPERTIES("\"thumbprint\": 5"), "thumbprint"},
    {PROPERTIES("\"thumbprint\": \"00\""), "thumbprint"},
    {PROPERTIES("\"thumbprint\": \"0" OLD "\""), "thumbprint"},
    {PROPERTIES("\"thumbprint\": \"zz112233445566778899AABBCCDDEEFF00112233\""), "thumbprint"},
    {PROPERTIES("\"thumbprint\": \"" HUNDRED("0123456789") "\""), "thumbprint"},
    {PROPERTIES("\"thumbprint\": null"), NULL},
    {PROPERTIES("\"isVerified\": \"true\""), "isVerified"},
    {PROPERTIES("\"isVerified\": 1"), "isVerified"},
    {PROPERTIES("\"isVerified\": null"), NULL},
    {PROPERTIES("\"expiry\": 5"), NULL},
    {PROPERTIES("\"expiry\": \"never\""), NULL},
    {PROPERTIES("\"certificate\": 5"), NULL},
    {PROPERTIES("\"certificate\": \"####\""), NULL},
    {PROPERTIES("\"certificate\": \"" HUNDRED("A") "\""), NULL},
};

START_TEST(a_list_is_taken_whole_or_not) {
    const script_exchange exchange = {.status = 200, .answer = lists[_i].answer};
    script_run run;
    run_list(CLOUD_HUB, &exchange, 1, NULL, &run);
    ck_assert_msg(run.result == (lists[_i].says == NULL ? TCA_OK : TCA_E_ANSWER), "%s: %s, %s",
                  lists[_i].answer, tca_result_name(run.result), run.message);
    if (lists[_i].says != NULL) {
        ck_assert_msg(strstr(run.message, lists[_i].says) != NULL, "%s", run.message);
        ck_assert_ptr_null(strstr(run.message, "Injected"));
    } else {
        ck_assert_uint_eq(tca_registration_list_count(run.list), 1);
    }
    script_release(&run);
}
END_TEST

START_TEST(thumbprints_are_made_one_form) {
    static const char *const forms[] = {"ffeeddccbbaa99887766554433221100ffeeddcc",
                                        "FF:EE:DD:CC:BB:AA:99:88:77:66:55:44:33:22:11:00:FF:EE:DD:"
                                        "CC",
                                        "FF EE DD CC BB AA 99 88 77 66 55 44 33 22 11 00 ff ee dd "
                                        "cc"};
    for (size_t i = 0; i < COUNT(forms); i++) {
        char text[512];
        snprintf(text, sizeof(text), PROPERTIES("\"thumbprint\": \"%s\""), forms[i]);
        tca_registration_list *list = cloud_list(CLOUD_HUB, text, NULL);
        ck_assert_str_eq(script_registration(list, 0).thumbprint, NEW);
        tca_registration_list_unref(list);
    }
}
END_TEST

START_TEST(a_list_has_bounds) {
    json_t *items = json_array();
    for (int i = 0; i < 3000; i++) {
        json_array_append_new(items, json_pack("{s:s}", "name", "n"));
    }
    json_t *document = json_pack("{s:o}", "value", items);
    char *text = json_dumps(document, JSON_COMPACT);
    const script_exchange exchange = {.status = 200, .answer = text};
    const tca_call_options small = {.struct_size = sizeof(small), .max_entries = 2999};
    const tca_call_options exact = {.struct_size = sizeof(exact), .max_entries = 3000};
    const tca_call_options bytes = {.struct_size = sizeof(bytes), .max_reply_bytes = 100};
    const tca_call_options *const options[] = {NULL, &small, &exact, &bytes};
    for (size_t i = 0; i < COUNT(options); i++) {
        script_run run;
        run_list(CLOUD_HUB, &exchange, 1, options[i], &run);
        ck_assert_int_eq(run.result, options[i] == &exact ? TCA_OK : TCA_E_LIMIT);
        ck_assert_uint_eq(run.exchanges, 1);
        script_release(&run);
    }
    free(text);
    json_decref(document);
}
END_TEST

static const struct {
    const char *link; /* as it stands in JSON */
    tca_result result;
    uint32_t exchanges;
} links[] = {
    {"https://evil.example/subscriptions", TCA_E_ANSWER, 1},
    {"https://management.azure.com.evil.example/", TCA_E_ANSWER, 1},
    {"https://management.azure.com@evil.example/", TCA_E_ANSWER, 1},
    {"https://management.azure.com:444/", TCA_E_ANSWER, 1},
    {"http://management.azure.com/", TCA_E_ANSWER, 1},
    {"//management.azure.com/", TCA_E_ANSWER, 1},
    {"/subscriptions", TCA_E_ANSWER, 1},
    {"https://management.azure.com/\\r\\nInjected: yes", TCA_E_ANSWER, 1},
    {"https://management.azure.com/a b", TCA_E_ANSWER, 1},
    {"https://management.azure.com/\xC3\xA9", TCA_E_ANSWER, 1},
    {"https://management.azure.com/loop", TCA_E_LIMIT, 100},
};

START_TEST(a_link_leads_to_the_same_server_and_not_for_ever) {
    char answer[512];
    script_run run;
    snprintf(answer, sizeof(answer), "{\"value\": [], \"nextLink\": \"%s\"}", links[_i].link);
    const script_exchange exchange = {.status = 200, .answer = answer, .times = 1000};
    run_list(CLOUD_DPS_GROUP, &exchange, 1, NULL, &run);
    ck_assert_msg(run.result == links[_i].result, "%s: %s", links[_i].link, run.message);
    ck_assert_uint_eq(run.exchanges, links[_i].exchanges);
    ck_assert_ptr_null(strstr(run.message, "evil"));
}
END_TEST

/* ---- enrollment groups ---- */

#define ATTESTATION(members) "{\"etag\": \"g\", \"attestation\": {" members "}}"
#define X509(members) ATTESTATION("\"type\": \"x509\", \"x509\": " members)

static const struct {
    const char *answer;
    const char *says; /* NULL: it is taken */
    uint32_t flags;   /* of "old one" */
} groups[] = {
    {GROUP("{\"primary\":\"old one\"}", "g"), NULL, TCA_REGISTRATION_PRIMARY},
    {X509("{\"caReferences\": {}}"), NULL, 0},
    {X509("{\"caReferences\": null}"), NULL, 0},
    {X509("{}"), NULL, 0},
    {X509("{\"caReferences\": {\"primary\": null, \"secondary\": \"\"}}"), NULL, 0},
    {X509("{\"caReferences\": {\"primary\": \"gone\"}}"), NULL, 0},
    {X509("{\"caReferences\": {\"primary\": 5}}"), "primary", 0},
    {X509("{\"caReferences\": {\"secondary\": {}}}"), "secondary", 0},
    {X509("{\"caReferences\": [\"old one\"]}"), "another group", 0},
    {X509("{\"caReferences\": \"old one\"}"), "another group", 0},
    {X509("{\"signingCertificates\": {\"primary\": {}}}"), "another group", 0},
    {X509("{\"signingCertificates\": null}"), NULL, 0},
    {X509("[]"), "another group", 0},
    {X509("null"), NULL, 0},
    {ATTESTATION("\"type\": \"x509\""), NULL, 0},
    {ATTESTATION("\"type\": \"symmetricKey\", \"symmetricKey\": {}"), "another group", 0},
    {ATTESTATION("\"type\": \"tpm\""), "another group", 0},
    {ATTESTATION("\"type\": 5, \"x509\": {}"), "another group", 0},
    {"{}", "another group", 0},
    {"{\"attestation\": null}", "another group", 0},
    {"[]", "no JSON object", 0},
    {"null", "no JSON object", 0},
    {"", "JSON", 0},
    {"<html>", "JSON", 0},
    {"{\"etag\": \"a\\nb\", \"attestation\": {\"type\": \"x509\", \"x509\": {}}}", "etag", 0},
    {"{\"etag\": 5, \"attestation\": {\"type\": \"x509\", \"x509\": {}}}", "etag", 0},
};

START_TEST(a_group_attests_by_references_or_is_refused) {
    const script_exchange exchanges[] = {{.status = 200, .answer = BOTH_VERIFIED},
                                         {.status = 200, .answer = groups[_i].answer}};
    script_run run;
    run_list(CLOUD_DPS_GROUP, exchanges, 2, NULL, &run);
    ck_assert_msg(run.result == (groups[_i].says == NULL ? TCA_OK : TCA_E_ANSWER), "%s: %s, %s",
                  groups[_i].answer, tca_result_name(run.result), run.message);
    if (groups[_i].says != NULL) {
        ck_assert_msg(strstr(run.message, groups[_i].says) != NULL, "%s", run.message);
    } else {
        uint32_t flags = script_registration(run.list, 0).flags;
        ck_assert_uint_eq(flags & (TCA_REGISTRATION_PRIMARY | TCA_REGISTRATION_SECONDARY),
                          groups[_i].flags);
        ck_assert_int_eq((flags & TCA_REGISTRATION_TRUSTED) != 0, groups[_i].flags != 0);
    }
    script_release(&run);
}
END_TEST

START_TEST(a_group_that_does_not_do_as_it_was_told_is_seen) {
    static const struct {
        bool removal;
        const char *put; /* the answer to the PUT */
        const char *get; /* of the group after it; NULL: it is not asked for */
        tca_result result;
    } answers[] = {
        {false, GROUP("{\"primary\":\"old one\"}", "g2"), NULL, TCA_E_ANSWER},
        {false, GROUP("{\"secondary\":\"new\"}", "g2"), NULL, TCA_OK},
        {false, "null", GROUP("{\"secondary\":\"new\"}", "g2"), TCA_OK},
        {false, "", GROUP("{\"primary\":\"old one\"}", "g2"), TCA_E_ANSWER},
        {false, "null", "null", TCA_E_ANSWER},
        {false, GROUP("{\"secondary\":\"new\"}", ""), GROUP("{\"secondary\":\"new\"}", ""), TCA_OK},
        {true, GROUP("{\"primary\":\"old one\"}", "g2"), NULL, TCA_E_ANSWER},
        {true, "null", GROUP("{\"primary\":\"old one\"}", "g2"), TCA_E_ANSWER},
    };
    tca_registration_list *before = cloud_list(
        CLOUD_DPS_GROUP, BOTH_VERIFIED,
        answers[_i].removal ? GROUP("{\"primary\":\"old one\",\"secondary\":\"new\"}", "g")
                            : GROUP("{\"primary\":\"old one\"}", "g"));
    tca_target *target = cloud_target(CLOUD_DPS_GROUP, 0);
    const script_exchange exchanges[] = {
        {.status = 200, .answer = answers[_i].put},
        {.request = "GET " CLOUD_GROUP_URL, .status = 200, .answer = answers[_i].get}};
    tca_call *call = NULL;
    script_run run;
    ck_assert_int_eq(answers[_i].removal ? tca_target_remove(target, before, 0, NULL, &call, NULL)
                                         : tca_target_refer(target, before, 1, NULL, &call, NULL),
                     TCA_OK);
    script_play(call, CLOUD_NOW, exchanges, answers[_i].get == NULL ? 1 : 2, &run);
    ck_assert_msg(run.result == answers[_i].result, "%d: %s", _i, run.message);
    script_release(&run);
    tca_target_unref(target);
    tca_registration_list_unref(before);
}
END_TEST

/* ---- slots of IoT Central ---- */

static const struct {
    const char *answer;
    const char *says; /* NULL: it is taken */
} slots[] = {
    {"{}", NULL},
    {"{\"info\": null, \"verified\": null, \"etag\": null}", NULL},
    {"[]", "primary"},
    {"null", "primary"},
    {"", "primary"},
    {"{\"info\": \"x\"}", "info"},
    {"{\"info\": {\"sha1Thumbprint\": 5}}", "sha1Thumbprint"},
    {"{\"info\": {\"sha1Thumbprint\": \"abc\"}}", "thumbprint"},
    {"{\"verified\": \"yes\"}", "verified"},
    {"{\"etag\": \"a\\u007fb\"}", "etag"},
    {"{\"etag\": {}}", "etag"},
};

START_TEST(a_slot_is_taken_whole_or_not) {
    const script_exchange exchanges[] = {{.status = 200, .answer = slots[_i].answer},
                                         {.status = 404}};
    script_run run;
    run_list(CLOUD_CENTRAL, exchanges, slots[_i].says == NULL ? 2 : 1, NULL, &run);
    ck_assert_msg(run.result == (slots[_i].says == NULL ? TCA_OK : TCA_E_ANSWER), "%s: %s, %s",
                  slots[_i].answer, tca_result_name(run.result), run.message);
    ck_assert_msg(slots[_i].says == NULL || strstr(run.message, slots[_i].says) != NULL, "%s",
                  run.message);
    script_release(&run);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry answers");
    TCase *cases = tcase_create("answers");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, a_list_is_taken_whole_or_not, 0, (int)COUNT(lists));
    tcase_add_test(cases, thumbprints_are_made_one_form);
    tcase_add_test(cases, a_list_has_bounds);
    tcase_add_loop_test(cases, a_link_leads_to_the_same_server_and_not_for_ever, 0,
                        (int)COUNT(links));
    tcase_add_loop_test(cases, a_group_attests_by_references_or_is_refused, 0, (int)COUNT(groups));
    tcase_add_loop_test(cases, a_group_that_does_not_do_as_it_was_told_is_seen, 0, 8);
    tcase_add_loop_test(cases, a_slot_is_taken_whole_or_not, 0, (int)COUNT(slots));
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
