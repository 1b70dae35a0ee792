/* SPDX-License-Identifier: MIT */
/* Dates, retry rules, URLs and refusals, as tables. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "net/net.h"
#include "json/json.h"

static tcai_span span_of(const char *text) {
    return (tcai_span){(const uint8_t *)text, strlen(text)};
}

START_TEST(http_dates_are_read) {
    static const struct {
        const char *text;
        bool fine;
        tca_unix time;
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777},
        {"Mon, 01 Jan 0001 00:00:00 GMT", true, TCA_TIME_MIN},
        {"Sat, 31 Dec 2039 23:59:59 GMT", true, INT64_C(2208988799)},
        {"Thu, 29 Feb 2024 00:00:00 GMT", true, INT64_C(1709164800)},
        {"Thu, 30 Feb 2024 00:00:00 GMT", false, 0},
        {"Sun, 06 Nov 1994 08:49:60 GMT", false, 0},
        {"Sun, 06 nov 1994 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 08:49:37 UTC", false, 0},
        {"Sunday, 06-Nov-94 08:49:37 GMT", false, 0},
        {"", false, 0},
    };
    tca_unix time = 0;
    ck_assert_int_eq(tcai_http_date(span_of(cases[_i].text), &time), cases[_i].fine);
    ck_assert(!cases[_i].fine || time == cases[_i].time);
}
END_TEST

START_TEST(endpoints_are_https_or_this_machine) {
    static const struct {
        const char *text;
        const char *kept; /* NULL: refused */
    } cases[] = {
        {"https://management.azure.com", "https://management.azure.com"},
        {"https://management.azure.com/", "https://management.azure.com"},
        {"HTTPS://host:8443/base//", "HTTPS://host:8443/base"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
        {"http://localhost", "http://localhost"},
        {"http://[::1]:1/", "http://[::1]:1"},
        {"http://localhost.evil.example", NULL},
        {"http://127.0.0.1.evil.example", NULL},
        {"http://management.azure.com", NULL},
        {"https://user@host", NULL},
        {"https://host?x", NULL},
        {"https://host#x", NULL},
        {"https://host/\r\nX: y", NULL},
        {"https://h\xC3\xB6st", NULL},
        {"https://", NULL},
        {"https:///path", NULL},
        {"ftp://host", NULL},
        {"host", NULL},
        {"", NULL},
    };
    tca_bytes *out = NULL;
    tca_result result = tcai_endpoint_check(span_of(cases[_i].text), &out, NULL);
    ck_assert_int_eq(result, cases[_i].kept == NULL ? TCA_E_ARGUMENT : TCA_OK);
    if (result == TCA_OK) {
        ck_assert_str_eq((const char *)out->data, cases[_i].kept);
    }
    tca_bytes_unref(out);
}
END_TEST

START_TEST(origins_are_compared_as_a_whole) {
    static const struct {
        const char *one, *other;
        bool same;
    } cases[] = {
        {"https://a/x", "https://a/y?z", true},
        {"https://a", "https://A/", true},
        {"https://a/", "https://a:443/", false},
        {"https://a/", "http://a/", false},
        {"https://a/", "https://a.evil/", false},
        {"https://a/", "https://a@evil/", false},
        {"https://a/", "https://evil@a/", false},
        {"https://a/", "//a/", false},
        {"https://a/", "", false},
    };
    ck_assert_int_eq(tcai_url_same_origin(span_of(cases[_i].one), span_of(cases[_i].other)),
                     cases[_i].same);
}
END_TEST

START_TEST(what_is_reserved_is_encoded) {
    tcai_text url = {0};
    tcai_url_append_encoded(&url, (tcai_span){(const uint8_t *)"aZ09-._~ /?%\r\n\0\xC3\xBC", 17});
    tcai_text_append_char(&url, '\0');
    ck_assert_str_eq(url.data, "aZ09-._~%20%2F%3F%25%0D%0A%00%C3%BC");
    tcai_text_release(&url);
}
END_TEST

START_TEST(refusals_are_understood_in_every_form) {
    static const struct {
        const char *body, *code, *message;
    } cases[] = {
        {"{\"error\":{\"code\":\"NotFound\",\"message\":\"no\"}}", "NotFound", "no"},
        {"{\"code\":412001,\"httpStatusCode\":\"PreconditionFailed\",\"message\":\"etag\"}",
         "412001", "etag"},
        {"{\"Code\":5,\"Message\":\"no tenant\"}", "5", "no tenant"},
        {"{\"errorCode\":401002,\"message\":\"CA certificate not found\"}", "401002",
         "CA certificate not found"},
        {"{\"message\":\"only words\"}", "", "only words"},
        {"{\"error\":\"text\"}", NULL, NULL},
        {"{}", NULL, NULL},
        {"[]", NULL, NULL},
        {"\"text\"", NULL, NULL},
        {"no JSON", NULL, NULL},
        {"", NULL, NULL},
    };
    tcai_text code = {0}, message = {0};
    bool understood = tcai_json_read_refusal(span_of(cases[_i].body), 32, &code, &message);
    ck_assert_int_eq(understood, cases[_i].code != NULL);
    if (understood) {
        ck_assert_uint_eq(code.length, strlen(cases[_i].code));
        ck_assert(code.length == 0 || memcmp(code.data, cases[_i].code, code.length) == 0);
        ck_assert_uint_eq(message.length, strlen(cases[_i].message));
        ck_assert(memcmp(message.data, cases[_i].message, message.length) == 0);
    }
    tcai_text_release(&code);
    tcai_text_release(&message);
}
END_TEST

START_TEST(of_a_body_only_a_refusal_is_told) {
    static const char unexplained[] = "an answer that does not say why";
    static const char web_page[] = "a web page instead of an answer; a proxy in between?";
    static const struct {
        const char *body, *type, *words;
    } cases[] = {
        {"", "", ""},
        {"{\"error\":{\"code\":\"NotFound\",\"message\":\"no\\n such\"}}", "",
         "NotFound: no  such"},
        {"{\"message\":\"only words\"}", "", "only words"},
        {"{\"token\":\"s3cret\"}", "application/json", unexplained},
        {"{\"error\":\"s3cret\"}", "application/json", unexplained},
        {"\"s3cret\"", "application/json", unexplained},
        {"denied for s3cret", "text/plain", unexplained},
        {"{\"message\":\"s3cret", "application/json", unexplained},
        {" <p>s3cret</p>", "", web_page},
        {"s3cret", "text/html; charset=utf-8", web_page},
    };
    tcai_text words = {0};
    tcai_refusal_explain(span_of(cases[_i].body), span_of(cases[_i].type), &words);
    tcai_text_append_char(&words, '\0');
    ck_assert_str_eq(words.data, cases[_i].words);
    tcai_text_release(&words);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("net");
    TCase *cases = tcase_create("net");
    tcase_add_loop_test(cases, http_dates_are_read, 0, 10);
    tcase_add_loop_test(cases, endpoints_are_https_or_this_machine, 0, 19);
    tcase_add_loop_test(cases, origins_are_compared_as_a_whole, 0, 9);
    tcase_add_test(cases, what_is_reserved_is_encoded);
    tcase_add_loop_test(cases, refusals_are_understood_in_every_form, 0, 11);
    tcase_add_loop_test(cases, of_a_body_only_a_refusal_is_told, 0, 10);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
