/* SPDX-License-Identifier: MIT */
/* The simulated services: does time do to a tenant what the document says, and do faults happen as
 * asked? Everything downstream is tried against this engine. */
#include "simulator_client.h"

#include "simulator/der.h"

#include <mbedtls/x509_crt.h>

#include <stdio.h>

/* ---- certificates ---- */

/* The content of the element at *at, which must have that tag; *at moves behind it. */
static const uint8_t *element(const uint8_t **at, uint8_t tag, size_t *length) {
    const uint8_t *p = *at;
    ck_assert_uint_eq(*p++, tag);
    *length = *p++;
    if (*length >= 0x80) {
        size_t octets = *length & 0x7F;
        for (*length = 0; octets > 0; octets--) {
            *length = *length << 8 | *p++;
        }
    }
    *at = p + *length;
    return p;
}

static void read_chain(const uint8_t *p7b, mbedtls_x509_crt chain[3]) {
    size_t length;
    const uint8_t *at = p7b;
    at = element(&at, DER_SEQUENCE, &length);
    element(&at, DER_OID, &length);
    at = element(&at, DER_CONTEXT(0), &length);
    at = element(&at, DER_SEQUENCE, &length);
    element(&at, DER_INTEGER, &length);
    element(&at, DER_SET, &length);
    element(&at, DER_SEQUENCE, &length);
    at = element(&at, DER_CONTEXT(0), &length);
    const uint8_t *const end = at + length;
    for (size_t i = 0; i < 3; i++) {
        const uint8_t *const from = at;
        element(&at, DER_SEQUENCE, &length);
        mbedtls_x509_crt_init(&chain[i]);
        ck_assert_int_eq(mbedtls_x509_crt_parse_der(&chain[i], from, (size_t)(at - from)), 0);
    }
    ck_assert_ptr_eq(at, end);
}

static void ck_verifies(mbedtls_x509_crt *leaf, mbedtls_x509_crt *issuer) {
    uint32_t flags = 0;
    mbedtls_x509_crt_verify(leaf, issuer, NULL, NULL, &flags, NULL, NULL);
    /* mbedTLS judges by today's clock; here time stands still. */
    flags &= ~(uint32_t)(MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE);
    ck_assert_uint_eq(flags, 0);
}

START_TEST(both_services_give_the_same_chain_and_it_verifies) {
    engine *const e = start();
    mbedtls_x509_crt chain[3];
    size_t length;
    json_t *const legacy = get(e, LEGACY "/certchain");
    json_t *const integrated =
        ask(e, "POST", CATALOG "/certificates/.default/retrieveCertChain" VERSION, NULL, 200);
    ck_assert(json_equal(legacy, json_object_get(integrated, "certificateChain")));
    uint8_t *const p7b = decode(legacy, &length);
    read_chain(p7b, chain);
    ck_verifies(&chain[1], &chain[0]);
    ck_verifies(&chain[2], &chain[1]);
    json_t *const certificate = get(e, LEGACY "/cert");
    uint8_t *const ca = decode(certificate, &length);
    ck_assert_uint_eq(length, chain[2].raw.len);
    ck_assert_mem_eq(ca, chain[2].raw.p, length);
    for (size_t i = 0; i < 3; i++) {
        mbedtls_x509_crt_free(&chain[i]);
    }
    free(ca);
    free(p7b);
    json_decref(certificate);
    json_decref(integrated);
    json_decref(legacy);
    engine_destroy(e);
}
END_TEST

START_TEST(a_device_is_signed_by_the_active_one) {
    static const int64_t clocks[] = {START, B_START, B_ACTIVE - 1, B_ACTIVE, A_END + 1};
    static const size_t signers[] = {0, 0, 0, 1, 1};
    engine *const e = start();
    ck_assert_int_eq(engine_set_clock(e, clocks[_i]), 0);
    json_t *const device = ask(e, "POST", "/_simulator/device",
                               "{\"tenant\":\"" TENANT "\",\"device\":\"ABCDEF0123456789\"}", 200);
    json_t *const list = get(e, LEGACY "/certificates");
    const json_t *const signer = json_array_get(list, signers[_i]);
    ck_assert_str_eq(text_at(device, "ca"), text_at(signer, "Thumbprint"));

    mbedtls_x509_crt leaf;
    mbedtls_x509_crt ca;
    size_t length;
    char subject[TEXT_SIZE];
    mbedtls_x509_crt_init(&leaf);
    mbedtls_x509_crt_init(&ca);
    const char *const pem = text_at(device, "certificate");
    uint8_t *const bytes = decode(json_object_get(signer, "Certificate"), &length);
    ck_assert_int_eq(mbedtls_x509_crt_parse(&leaf, (const unsigned char *)pem, strlen(pem) + 1), 0);
    ck_assert_int_eq(mbedtls_x509_crt_parse_der(&ca, bytes, length), 0);
    ck_verifies(&leaf, &ca);
    mbedtls_x509_dn_gets(subject, sizeof subject, &leaf.subject);
    ck_assert_str_eq(subject, "CN=abcdef0123456789");
    mbedtls_x509_crt_free(&leaf);
    mbedtls_x509_crt_free(&ca);
    free(bytes);
    json_decref(list);
    json_decref(device);
    engine_destroy(e);
}
END_TEST

/* ---- the life cycle ---- */

/* What both services say of A, B, ... at a time. An expired one's legacy body is null. */
static const struct {
    int64_t clock;
    size_t active;
    const char *statuses[3];
} moments[] = {
    {START, 0, {"Active"}},
    {B_START - 1, 0, {"Active"}},
    {B_START, 0, {"Active", "Inactive"}},
    {B_ACTIVE - 1, 0, {"Active", "Inactive"}},
    {B_ACTIVE, 1, {"Inactive", "Active"}},
    {A_END, 1, {"Inactive", "Active"}},
    {A_END + 1, 1, {"Expired", "Active"}},
    {B_START + 640 * UTC_DAY, 1, {"Expired", "Active", "Inactive"}},
};

START_TEST(time_changes_what_both_services_say) {
    engine *const e = start();
    ck_assert_int_eq(engine_set_clock(e, moments[_i].clock), 0);
    json_t *const legacy = get(e, LEGACY "/certificates");
    json_t *const integrated = get(e, CATALOG "/certificates" VERSION);
    const json_t *const value = json_object_get(integrated, "value");
    size_t count = 0;
    while (count < 3 && moments[_i].statuses[count] != NULL) {
        count++;
    }
    ck_assert_uint_eq(json_array_size(legacy), count);
    ck_assert_uint_eq(json_array_size(value), count);
    for (size_t i = 0; i < count; i++) {
        const json_t *const old = json_array_get(legacy, i);
        const json_t *const properties = json_object_get(json_array_get(value, i), "properties");
        const int expired = strcmp(moments[_i].statuses[i], "Expired") == 0;
        ck_assert_str_eq(text_at(properties, "status"), moments[_i].statuses[i]);
        ck_assert_str_eq(text_at(properties, "thumbprint"), text_at(old, "Thumbprint"));
        ck_assert_int_eq(json_is_true(json_object_get(old, "IsActive")), i == moments[_i].active);
        ck_assert(json_is_false(json_object_get(old, "IsRevoked")));
        ck_assert_int_eq(json_is_null(json_object_get(old, "Certificate")), expired);
    }
    json_decref(legacy);
    json_decref(integrated);
    engine_destroy(e);
}
END_TEST

START_TEST(an_expired_one_has_no_legacy_body) {
    char target[TEXT_SIZE];
    engine *const e = start();
    ck_assert_int_eq(engine_set_clock(e, A_END + 1), 0);
    json_t *const list = get(e, LEGACY "/certificates");
    snprintf(target, sizeof target, LEGACY "/cert?thumbprint=%s",
             text_at(json_array_get(list, 0), "Thumbprint"));
    json_t *const body = get(e, target);
    ck_assert(json_is_null(body));
    json_decref(body);
    json_decref(list);
    engine_destroy(e);
}
END_TEST

static void revoke(engine *e, size_t index) {
    char body[TEXT_SIZE];
    json_t *const list = get(e, LEGACY "/certificates");
    snprintf(body, sizeof body, "{\"tenant\":\"" TENANT "\",\"thumbprint\":\"%s\"}",
             text_at(json_array_get(list, index), "Thumbprint"));
    json_decref(ask(e, "POST", "/_simulator/revoke", body, 200));
    json_decref(list);
}

static void ck_statuses(engine *e, size_t count, const char *const *statuses) {
    json_t *const list = get(e, CATALOG "/certificates" VERSION);
    const json_t *const value = json_object_get(list, "value");
    ck_assert_uint_eq(json_array_size(value), count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(text_at(json_object_get(json_array_get(value, i), "properties"), "status"),
                         statuses[i]);
    }
    json_decref(list);
}

START_TEST(revoking_the_active_one_brings_its_successor_at_once) {
    static const char *const alone[] = {"Revoked", "Active"};
    engine *const e = start();
    revoke(e, 0);
    ck_statuses(e, 2, alone);
    engine_destroy(e);
}
END_TEST

START_TEST(revoking_the_new_one_has_another_issued) {
    static const char *const statuses[] = {"Active", "Revoked", "Inactive"};
    static const char *const later[] = {"Inactive", "Revoked", "Active"};
    engine *const e = start();
    ck_assert_int_eq(engine_set_clock(e, B_START), 0);
    revoke(e, 1);
    ck_statuses(e, 3, statuses);
    ck_assert_int_eq(engine_set_clock(e, B_ACTIVE), 0);
    ck_statuses(e, 3, later);
    engine_destroy(e);
}
END_TEST

START_TEST(the_clock_moves_forwards_only) {
    engine *const e = start();
    ck_assert_int_eq(engine_set_clock(e, START), 0);
    ck_assert_int_ne(engine_set_clock(e, START - 1), 0);
    json_decref(ask(e, "POST", "/_simulator/clock", "{\"now\":\"2024-03-01T00:00:00Z\"}", 400));
    json_decref(ask(e, "POST", "/_simulator/clock", "{\"now\":\"2025-02-29T00:00:00Z\"}", 400));
    json_decref(ask(e, "POST", "/_simulator/clock", "{\"now\":\"2025-03-01T00:00:00Z\"}", 200));
    ck_assert_int_eq(engine_clock(e), INT64_C(1740787200));
    engine_destroy(e);
}
END_TEST

START_TEST(a_seed_decides_every_byte) {
    engine *const engines[] = {start_seeded(7), start_seeded(7), start_seeded(8)};
    json_t *lists[3];
    for (size_t i = 0; i < 3; i++) {
        lists[i] = get(engines[i], LEGACY "/certificates");
    }
    ck_assert(json_equal(lists[0], lists[1]));
    ck_assert(!json_equal(lists[0], lists[2]));
    for (size_t i = 0; i < 3; i++) {
        json_decref(lists[i]);
        engine_destroy(engines[i]);
    }
}
END_TEST

/* ---- paging ---- */

START_TEST(a_cut_list_links_to_its_next_page) {
    static const char address[] = "http://127.0.0.1:8080";
    static const char *const sizes[] = {"$maxpagesize=1", "$top=1", "%24maxpagesize=1&$top=5"};
    char target[TEXT_SIZE];
    engine *const e = start();
    ck_assert_int_eq(engine_set_address(e, address), 0);
    ck_assert_int_eq(engine_set_clock(e, B_START), 0);
    json_t *const whole = get(e, CATALOG "/certificates" VERSION);
    ck_assert_ptr_null(json_object_get(whole, "nextLink"));
    snprintf(target, sizeof target, CATALOG "/certificates" VERSION "&%s", sizes[_i]);
    for (size_t i = 0; i < 2; i++) {
        json_t *const page = get(e, target);
        const json_t *const value = json_object_get(page, "value");
        const char *const link = json_string_value(json_object_get(page, "nextLink"));
        ck_assert_uint_eq(json_array_size(value), 1);
        ck_assert(json_equal(json_array_get(value, 0),
                             json_array_get(json_object_get(whole, "value"), i)));
        ck_assert_int_eq(link != NULL, i == 0);
        if (link != NULL) {
            ck_assert_int_eq(strncmp(link, address, strlen(address)), 0);
            snprintf(target, sizeof target, "%s", link + strlen(address));
        }
        json_decref(page);
    }
    json_decref(whole);
    engine_destroy(e);
}
END_TEST

/* ---- tokens, errors, faults ---- */

static const struct {
    const char *authorization;
    unsigned legacy, integrated;
} tokens[] = {
    {NULL, 401, 401},
    {"Bearer ", 401, 401},
    {"Basic dXNlcjpwdw==", 401, 401},
    {"Bearer anything", 200, 200},
    {"Bearer expired", 401, 401},
    {"Bearer forbidden", 403, 403},
    {"Bearer aud:https://management.azure.com/.default", 401, 200},
    {"Bearer aud:https://management.azure.com", 401, 200},
    {"Bearer aud:https://firstparty.sphere.azure.net/api/.default", 200, 401},
    {"Bearer aud:https://sphere.azure.net/api/user_impersonation", 200, 401},
    {"Bearer aud:https://management.azure.com.example.net", 401, 401},
};

START_TEST(tokens_are_judged) {
    engine *const e = start();
    engine_reply legacy = ask_as(e, tokens[_i].authorization, "GET", LEGACY "/certificates", NULL);
    engine_reply integrated =
        ask_as(e, tokens[_i].authorization, "GET", CATALOG "/certificates" VERSION, NULL);
    ck_assert_uint_eq(legacy.status, tokens[_i].legacy);
    ck_assert_uint_eq(integrated.status, tokens[_i].integrated);
    engine_reply_release(&legacy);
    engine_reply_release(&integrated);
    engine_destroy(e);
}
END_TEST

static const struct {
    const char *method, *target, *body;
    unsigned status;
} refusals[] = {
    {"GET", "/v2/tenants/" TENANT "/cert?thumbprint=00", NULL, 404},
    {"GET", "/v2/tenants/00000000-0000-0000-0000-000000000000/cert", NULL, 404},
    {"GET", "/v2/tenants/" TENANT "/verification/", NULL, 404},
    {"GET", "/v2/tenants/" TENANT "/devices", NULL, 404},
    {"POST", "/v2/tenants/" TENANT "/cert", NULL, 405},
    {"GET", CATALOG "/certificates", NULL, 400},
    {"GET", CATALOG "/certificates?api-version=2020-01-01", NULL, 400},
    {"GET", CATALOG "/certificates" VERSION "&$top=none", NULL, 400},
    {"GET", CATALOG "/certificates/00" VERSION, NULL, 404},
    {"GET", CATALOGS "/nobody/certificates" VERSION, NULL, 404},
    {"DELETE", CATALOG "/certificates/.default" VERSION, NULL, 405},
    {"POST", CATALOG "/certificates/.default/renew" VERSION, NULL, 404},
    {"POST", CATALOG "/certificates/.default/retrieveProofOfPossessionNonce" VERSION, NULL, 400},
    {"POST", CATALOG "/certificates/.default/retrieveProofOfPossessionNonce" VERSION,
     "{\"proofOfPossessionNonce\":3}", 400},
    {"POST", "/_simulator/device", "{\"tenant\":\"" TENANT "\",\"device\":\"xyz\"}", 400},
    {"POST", "/_simulator/faults", "[{\"match\":\"GET /\",\"fault\":\"none\"}]", 400},
    {"GET", "/_simulator/nothing", NULL, 404},
};

/* Each service errs in its own words. */
START_TEST(what_is_wrong_is_refused) {
    engine *const e = start();
    json_t *const body =
        ask(e, refusals[_i].method, refusals[_i].target, refusals[_i].body, refusals[_i].status);
    if (strncmp(refusals[_i].target, "/v2", 3) == 0) {
        ck_assert_int_eq(json_integer_value(json_object_get(body, "Code")), refusals[_i].status);
        text_at(body, "Message");
    } else if (strncmp(refusals[_i].target, "/sub", 4) == 0) {
        text_at(json_object_get(body, "error"), "code");
        text_at(json_object_get(body, "error"), "message");
    } else {
        text_at(body, "error");
    }
    json_decref(body);
    engine_destroy(e);
}
END_TEST

START_TEST(broken_targets_do_no_harm) {
    static const char *const targets[] = {
        "",
        "v2",
        "/%",
        "/%zz",
        "/v2/%00",
        "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
        "/?&=&%&",
        "/v2/tenants/%2e%2e%2f",
        "/v2/tenants/%ff",
        "//",
        "/subscriptions//providers/Microsoft.AzureSphere/catalogs"};
    engine *const e = start();
    engine_reply reply = ask_as(e, "Bearer t", "GET", targets[_i], NULL);
    ck_assert_uint_ge(reply.status, 400);
    ck_assert_uint_lt(reply.status, 500);
    engine_reply_release(&reply);
    engine_destroy(e);
}
END_TEST

static const struct {
    const char *fault;
    unsigned status;
    engine_delivery delivery;
} faults[] = {
    {"{\"match\":\"GET /v2/\",\"fault\":\"status\",\"status\":429,\"retry_after\":7}", 429,
     DELIVER_WHOLE},
    {"{\"match\":\"GET /v2/\",\"fault\":\"truncate\"}", 200, DELIVER_TRUNCATED},
    {"{\"match\":\"GET /v2/\",\"fault\":\"slow\"}", 200, DELIVER_SLOWLY},
    {"{\"match\":\"GET /v2/\",\"fault\":\"close\"}", 200, DELIVER_NOTHING},
    {"{\"match\":\"GET /v2/\",\"fault\":\"huge\"}", 200, DELIVER_WHOLE},
    {"{\"match\":\"GET /v2/\",\"fault\":\"wrong-type\"}", 200, DELIVER_WHOLE},
    {"{\"match\":\"GET /v2/\",\"fault\":\"wrong-certificate\"}", 200, DELIVER_WHOLE},
};

static const char *header(const engine_reply *reply, const char *name) {
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, name) == 0) {
            return reply->headers[i].value;
        }
    }
    return NULL;
}

/* Twice as asked, on what it matches and nothing else, then no more. */
START_TEST(a_fault_happens_as_often_as_asked) {
    char body[TEXT_SIZE];
    engine *const e = start();
    snprintf(body, sizeof body, "[{\"times\":2,%s]", faults[_i].fault + 1);
    json_decref(ask(e, "POST", "/_simulator/faults", body, 200));
    json_decref(get(e, CATALOG "/certificates" VERSION));
    for (int i = 0; i < 3; i++) {
        engine_reply reply = ask_as(e, "Bearer t", "GET", LEGACY "/cert", NULL);
        const int spoiled = i < 2;
        ck_assert_uint_eq(reply.status, spoiled ? faults[_i].status : 200);
        ck_assert_int_eq(reply.delivery, spoiled ? faults[_i].delivery : DELIVER_WHOLE);
        if (!spoiled) {
            ck_assert_str_eq(header(&reply, "Content-Type"), "application/json; charset=utf-8");
            ck_assert_uint_lt(reply.body_length, 2000);
        } else if (strstr(faults[_i].fault, "huge") != NULL) {
            ck_assert_uint_eq(reply.body_length, 64u * 1024 * 1024);
        } else if (strstr(faults[_i].fault, "wrong-type") != NULL) {
            ck_assert_str_eq(header(&reply, "Content-Type"), "text/html");
        } else if (reply.status == 429) {
            ck_assert_str_eq(header(&reply, "Retry-After"), "7");
        }
        engine_reply_release(&reply);
    }
    engine_destroy(e);
}
END_TEST

START_TEST(a_wrong_certificate_keeps_its_metadata) {
    engine *const e = start();
    json_t *const right = get(e, CATALOG "/certificates" VERSION);
    json_decref(ask(e, "POST", "/_simulator/faults",
                    "[{\"match\":\"GET /sub\",\"fault\":\"wrong-certificate\"}]", 200));
    json_t *const wrong = get(e, CATALOG "/certificates" VERSION);
    ck_assert(!json_equal(right, wrong));
    json_t *const both[] = {right, wrong};
    for (size_t i = 0; i < 2; i++) {
        json_t *const first = json_array_get(json_object_get(both[i], "value"), 0);
        json_object_del(json_object_get(first, "properties"), "certificate");
    }
    ck_assert(json_equal(right, wrong));
    json_decref(right);
    json_decref(wrong);
    engine_destroy(e);
}
END_TEST

/* ---- all of it ---- */

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static Suite *engine_suite(void) {
    Suite *const suite = suite_create("simulator engine");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, both_services_give_the_same_chain_and_it_verifies);
    tcase_add_loop_test(tests, a_device_is_signed_by_the_active_one, 0, 5);
    tcase_add_loop_test(tests, time_changes_what_both_services_say, 0, COUNT(moments));
    tcase_add_test(tests, an_expired_one_has_no_legacy_body);
    tcase_add_test(tests, revoking_the_active_one_brings_its_successor_at_once);
    tcase_add_test(tests, revoking_the_new_one_has_another_issued);
    tcase_add_test(tests, the_clock_moves_forwards_only);
    tcase_add_test(tests, a_seed_decides_every_byte);
    tcase_add_loop_test(tests, a_cut_list_links_to_its_next_page, 0, 3);
    tcase_add_loop_test(tests, tokens_are_judged, 0, COUNT(tokens));
    tcase_add_loop_test(tests, what_is_wrong_is_refused, 0, COUNT(refusals));
    tcase_add_loop_test(tests, broken_targets_do_no_harm, 0, 11);
    tcase_add_loop_test(tests, a_fault_happens_as_often_as_asked, 0, COUNT(faults));
    tcase_add_test(tests, a_wrong_certificate_keeps_its_metadata);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    SRunner *const runner = srunner_create(engine_suite());
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
