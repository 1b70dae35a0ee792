/* SPDX-License-Identifier: MIT */
/* Hostile names, links and bodies, through a transport that answers as a table says. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define NOW INT64_C(1767225600)

/* ---- names ---- */

static tca_result new_service(const char *endpoint, const char *tenant, const char *group,
                              const char *catalog, tca_sphere **out) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_SPHERE_INTEGRATED,
                                  .endpoint = endpoint,
                                  .endpoint_length = endpoint == NULL ? 0 : strlen(endpoint),
                                  .tenant = tenant,
                                  .tenant_length = tenant == NULL ? 0 : strlen(tenant),
                                  .subscription = "s",
                                  .subscription_length = 1,
                                  .resource_group = group,
                                  .resource_group_length = group == NULL ? 0 : strlen(group),
                                  .catalog = catalog,
                                  .catalog_length = catalog == NULL ? 0 : strlen(catalog)};
    return tca_sphere_new(&options, out, NULL);
}

START_TEST(names_that_cannot_be_are_refused) {
    static const char *const names[] = {"",      ".",      "..",       "a/b",  "a\\b",
                                        "a\r\n", "a\x01b", "a\x7F",    "\xFF", "\xC3",
                                        "../..", NULL,     "x/../../y"};
    tca_sphere *sphere = (tca_sphere *)&sphere;
    ck_assert_int_eq(new_service(NULL, NULL, names[_i], "c", &sphere), TCA_E_ARGUMENT);
    ck_assert_ptr_null(sphere);
    ck_assert_int_eq(new_service(NULL, NULL, "g", names[_i], &sphere), TCA_E_ARGUMENT);
    ck_assert_ptr_null(sphere);
}
END_TEST

START_TEST(tenants_are_guids) {
    static const char *const tenants[] = {"",
                                          "x",
                                          TENANT "x",
                                          "../../../../../../../../../../../..",
                                          "{" TENANT "}",
                                          "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e9g"};
    tca_sphere *sphere = NULL;
    ck_assert_int_eq(new_service(NULL, tenants[_i], "g", "c", &sphere), TCA_E_ARGUMENT);
    ck_assert_ptr_null(sphere);
}
END_TEST

/* ---- answers ---- */

/* Run a list whose exchanges answer one body after the other; the last one again and again. */
static tca_result run_list(const tca_call_options *options, const char *const *bodies,
                           uint32_t *exchanges, char last_url[512], tca_error *error) {
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    uint32_t wants = 0;
    tca_result result;
    ck_assert_int_eq(new_service("https://service.example", NULL, "r g%?", "c\xC3\xBC", &sphere),
                     TCA_OK);
    ck_assert_int_eq(tca_sphere_list(sphere, options, &call, NULL), TCA_OK);
    *exchanges = 0;
    while ((result = tca_call_step(call, NOW, &wants, error)) == TCA_OK && wants != TCA_CALL_DONE) {
        tca_reply *reply;
        const tca_request *request;
        const char *url;
        size_t length;
        ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
        if (wants == TCA_CALL_TOKEN) {
            tca_reply_append(reply, (const uint8_t *)"secret", 6);
        } else {
            ck_assert_int_eq(tca_call_request(call, &request), TCA_OK);
            ck_assert_int_eq(tca_request_url(request, &url, &length), TCA_OK);
            snprintf(last_url, 512, "%s", url);
            tca_reply_set_status(reply, 200);
            tca_reply_append(reply, (const uint8_t *)*bodies, strlen(*bodies));
            bodies += bodies[1] != NULL ? 1 : 0;
            ++*exchanges;
        }
        tca_reply_done(reply);
    }
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    return result;
}

#define BASE                                                                                       \
    "https://service.example/subscriptions/s/resourceGroups/r%20g%25%3F/providers/"                \
    "Microsoft.AzureSphere/catalogs/c%C3%BC/certificates"

START_TEST(names_are_encoded_and_pages_followed) {
    const char *const bodies[] = {
        "{\"value\": [], \"nextLink\": \"https://service.example/next?page=2\"}",
        "{\"value\": [], \"nextLink\": null}", NULL};
    uint32_t exchanges;
    char url[512];
    ck_assert_int_eq(run_list(NULL, bodies, &exchanges, url, NULL), TCA_OK);
    ck_assert_uint_eq(exchanges, 2);
    ck_assert_str_eq(url, "https://service.example/next?page=2");
    ck_assert_int_eq(run_list(NULL, &bodies[1], &exchanges, url, NULL), TCA_OK);
    ck_assert_str_eq(url, BASE "?api-version=2024-04-01");
}
END_TEST

START_TEST(links_that_lead_astray_are_refused) {
    static const struct {
        const char *link;
        tca_result result;
        uint32_t exchanges;
    } cases[] = {
        {"https://evil.example/next", TCA_E_ANSWER, 1},
        {"http://service.example/next", TCA_E_ANSWER, 1},
        {"https://service.example:444/next", TCA_E_ANSWER, 1},
        {"https://service.example@evil.example/", TCA_E_ANSWER, 1},
        {"https://service.example.evil.example/", TCA_E_ANSWER, 1},
        {"//evil.example/", TCA_E_ANSWER, 1},
        {"/next", TCA_E_ANSWER, 1},
        {"https://service.example/a b", TCA_E_ANSWER, 1},
        {"https://service.example/a\\r\\nX: y", TCA_E_ANSWER, 1},
        {"https://service.example/again", TCA_E_ANSWER, 2},
    };
    char body[256], url[512];
    const char *const bodies[] = {body, NULL};
    uint32_t exchanges;
    tca_error *error;
    const char *text;
    tca_error_new(&error);
    snprintf(body, sizeof(body), "{\"value\": [], \"nextLink\": \"%s\"}", cases[_i].link);
    ck_assert_int_eq(run_list(NULL, bodies, &exchanges, url, error), cases[_i].result);
    ck_assert_uint_eq(exchanges, cases[_i].exchanges);
    tca_error_message(error, &text, NULL);
    ck_assert_ptr_nonnull(strstr(text, "nextLink"));
    ck_assert_ptr_null(strstr(text, "evil"));
    tca_error_unref(error);
}
END_TEST

START_TEST(pages_without_end_are_bounded) {
    tca_call_options options = {.struct_size = sizeof(options), .max_pages = 3};
    char bodies[5][96], url[512];
    const char *list[6] = {NULL};
    uint32_t exchanges;
    for (int i = 0; i < 5; i++) {
        snprintf(bodies[i], sizeof(bodies[i]),
                 "{\"value\": [], \"nextLink\": \"https://service.example/%d\"}", i);
        list[i] = bodies[i];
    }
    ck_assert_int_eq(run_list(&options, list, &exchanges, url, NULL), TCA_E_LIMIT);
    ck_assert_uint_eq(exchanges, 3);
}
END_TEST

START_TEST(answers_that_are_no_list_are_refused) {
    static const struct {
        const char *body;
        tca_result result;
    } cases[] = {
        {"", TCA_E_ANSWER},
        {"null", TCA_E_MALFORMED},
        {"{}", TCA_E_MALFORMED},
        {"\"text\"", TCA_E_MALFORMED},
        {"3", TCA_E_MALFORMED},
        {"{\"value\": 3}", TCA_E_MALFORMED},
        {"{\"value\": [3]}", TCA_E_MALFORMED},
        {"{\"value\": [{}]}", TCA_E_MALFORMED},
        {"{\"value\": [], \"nextLink\": 3}", TCA_E_MALFORMED},
        {"{\"value\": [], \"value\": []}", TCA_E_MALFORMED},
        {"<html>", TCA_E_MALFORMED},
        {"-----BEGIN CERTIFICATE-----", TCA_E_MALFORMED},
    };
    const char *const bodies[] = {cases[_i].body, NULL};
    uint32_t exchanges;
    char url[512];
    ck_assert_int_eq(run_list(NULL, bodies, &exchanges, url, NULL), cases[_i].result);
    ck_assert_uint_eq(exchanges, 1);
}
END_TEST

START_TEST(codes_and_certificate_names_are_printable_and_bounded) {
    static const char *const bad[] = {"", "a\r\nb", "\xC3\xBC", "tab\t"};
    char long_name[300];
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    memset(long_name, 'a', sizeof(long_name));
    ck_assert_int_eq(new_service(NULL, NULL, "g", "c", &sphere), TCA_OK);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_int_eq(
            tca_sphere_proof(sphere, NULL, 0, bad[i], strlen(bad[i]), NULL, &call, NULL),
            TCA_E_ARGUMENT);
        ck_assert_ptr_null(call);
        ck_assert_int_eq(tca_sphere_certificate(sphere, bad[i], strlen(bad[i]), NULL, &call, NULL),
                         TCA_E_ARGUMENT);
        ck_assert_ptr_null(call);
    }
    ck_assert_int_eq(tca_sphere_chain(sphere, long_name, 257, NULL, &call, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_sphere_proof(sphere, NULL, 0, long_name, 257, NULL, &call, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_sphere_proof(sphere, NULL, 0, NULL, 0, NULL, &call, NULL), TCA_E_ARGUMENT);
    tca_sphere_unref(sphere);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sphere input");
    TCase *cases = tcase_create("input");
    tcase_add_loop_test(cases, names_that_cannot_be_are_refused, 0, 13);
    tcase_add_loop_test(cases, tenants_are_guids, 0, 6);
    tcase_add_test(cases, names_are_encoded_and_pages_followed);
    tcase_add_loop_test(cases, links_that_lead_astray_are_refused, 0, 10);
    tcase_add_test(cases, pages_without_end_are_bounded);
    tcase_add_loop_test(cases, answers_that_are_no_list_are_refused, 0, 12);
    tcase_add_test(cases, codes_and_certificate_names_are_printable_and_bounded);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
