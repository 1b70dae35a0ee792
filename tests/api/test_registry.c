/* SPDX-License-Identifier: MIT */
/* Targets: what is asked of a service, and what is made of its answers, also of odd and hostile
 * ones. The whole way is in test_rollout.c. */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW INT64_C(1767225600)
#define THUMBPRINT "54D2E787F1B3B3DFE33A20611A951717B60E956A"
#define TEXT(member, text) .member = (text), .member##_length = sizeof(text) - 1

/* ---- a service that says what the test wants ---- */

typedef struct script {
    const char *const *bodies; /* one for each exchange; the last stays */
    size_t body_count;
    unsigned status;
    size_t exchanges;
    char asked[4096]; /* "METHOD URL [If-Match]", a line each */
    char audience[128];
} script;

static void note_request(script *one, const tca_request *request) {
    const char *method, *url, *name, *value, *tag = "";
    size_t length, name_length;
    size_t used = strlen(one->asked);
    tca_request_method(request, &method, &length);
    tca_request_url(request, &url, &length);
    for (uint32_t i = 0; i < tca_request_header_count(request); i++) {
        tca_request_header(request, i, &name, &name_length, &value, &length);
        tag = strcmp(name, "If-Match") == 0 ? value : tag;
    }
    snprintf(one->asked + used, sizeof(one->asked) - used, "%s %s%s%s\n", method, url,
             tag[0] == '\0' ? "" : " ", tag);
}

static tca_result run(tca_call *call, script *one) {
    uint32_t wants;
    tca_result result;
    while ((result = tca_call_step(call, NOW, &wants, NULL)) == TCA_OK && wants != TCA_CALL_DONE) {
        tca_reply *reply = NULL;
        const tca_request *request;
        const char *audience;
        size_t length;
        uint32_t refresh;
        ck_assert_uint_ne(wants, TCA_CALL_WAIT);
        ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
        if (wants == TCA_CALL_TOKEN) {
            tca_call_audience(call, &audience, &length, &refresh);
            snprintf(one->audience, sizeof(one->audience), "%s", audience);
            tca_reply_append(reply, (const uint8_t *)"token", 5);
        } else {
            size_t at = one->exchanges < one->body_count ? one->exchanges : one->body_count - 1;
            tca_call_request(call, &request);
            note_request(one, request);
            one->exchanges++;
            tca_reply_set_status(reply, one->status == 0 ? 200 : one->status);
            tca_reply_append(reply, (const uint8_t *)one->bodies[at], strlen(one->bodies[at]));
        }
        tca_reply_done(reply);
    }
    return result;
}

static tca_target *open_target(uint32_t kind) {
    tca_target_options options = {.struct_size = sizeof(options),
                                  .kind = kind,
                                  TEXT(name, "target"),
                                  TEXT(endpoint, "https://service.example"),
                                  TEXT(subscription, "s"),
                                  TEXT(resource_group, "a group"),
                                  TEXT(resource, "thing"),
                                  TEXT(service_endpoint, "https://data.example"),
                                  TEXT(application, "app")};
    tca_target *target = NULL;
    if (kind != TCA_TARGET_IOT_HUB) {
        options.enrollment_group = "fleet 1";
        options.enrollment_group_length = 7;
    }
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_OK);
    return target;
}

static tca_result list(uint32_t kind, script *one, tca_registration_list **out) {
    tca_target *target = open_target(kind);
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_list(target, NULL, &call, NULL), TCA_OK);
    tca_result result = run(call, one);
    tca_result taken = tca_call_take_registrations(call, out);
    ck_assert_int_eq(taken, result == TCA_OK ? TCA_OK : TCA_E_NOT_FOUND);
    tca_call_unref(call);
    tca_target_unref(target);
    return result;
}

/* ---- lists ---- */

#define HUB_URL                                                                                    \
    "https://service.example/subscriptions/s/resourceGroups/a%20group/providers/"                  \
    "Microsoft.Devices/IotHubs/thing/certificates"
#define ENTRY(name, properties)                                                                    \
    "{\"name\": \"" name "\", \"etag\": \"AAAA=\", \"properties\": {" properties "}}"
#define GOOD ENTRY("one", "\"thumbprint\": \"" THUMBPRINT "\", \"isVerified\": true")
#define LIST(entries) "{\"value\": [" entries "]}"

START_TEST(lists_of_certificates_are_read_or_refused) {
    static const struct {
        const char *body;
        tca_result result;
        uint32_t count;
    } cases[] = {
        {LIST(""), TCA_OK, 0},
        {LIST(GOOD), TCA_OK, 1},
        {LIST(GOOD "," GOOD), TCA_OK, 2}, /* one certificate under two names is allowed */
        {LIST(ENTRY("one", "\"thumbprint\": null, \"certificate\": null")), TCA_OK, 1},
        {LIST(ENTRY("one", "\"expiry\": \"Sat, 31 Dec 2039 23:59:59 GMT\"")), TCA_OK, 1},
        {LIST(ENTRY("one", "\"expiry\": \"2039-12-31T23:59:59Z\"")), TCA_OK, 1},
        {LIST(ENTRY("one", "\"expiry\": \"some day\"")), TCA_OK, 1},
        {LIST(ENTRY("one", "\"created\": \"Mon, 01 Jan 0001 00:00:00 GMT\"")), TCA_OK, 1},
        {"{\"value\": [" GOOD "], \"nextLink\": null}", TCA_OK, 1},
        {"", TCA_E_ANSWER, 0},
        {"null", TCA_E_ANSWER, 0},
        {"[]", TCA_E_ANSWER, 0},
        {"{}", TCA_E_ANSWER, 0},
        {"{\"value\": {}}", TCA_E_ANSWER, 0},
        {"{\"value\": [1]}", TCA_E_ANSWER, 0},
        {"{\"value\": [" GOOD "]", TCA_E_ANSWER, 0},
        {"<html>", TCA_E_ANSWER, 0},
        {LIST("{\"properties\": {}}"), TCA_E_ANSWER, 0},
        {LIST("{\"name\": 1}"), TCA_E_ANSWER, 0},
        {LIST("{\"name\": \"a/b\", \"properties\": {}}"), TCA_E_ANSWER, 0},
        {LIST("{\"name\": \"one\", \"etag\": 7, \"properties\": {}}"), TCA_E_ANSWER, 0},
        {LIST("{\"name\": \"one\", \"etag\": \"a\\r\\nX: y\", \"properties\": {}}"), TCA_E_ANSWER,
         0},
        {LIST(ENTRY("one", "\"thumbprint\": \"54D2\"")), TCA_E_ANSWER, 0},
        {LIST(ENTRY("one", "\"thumbprint\": \"not hexadecimal\"")), TCA_E_ANSWER, 0},
        {LIST(ENTRY("one", "\"isVerified\": \"yes\"")), TCA_E_ANSWER, 0},
        {"{\"value\": [], \"nextLink\": \"https://elsewhere.example/x\"}", TCA_E_ANSWER, 0},
        {"{\"value\": [], \"nextLink\": \"http://service.example/x\"}", TCA_E_ANSWER, 0},
        {"{\"value\": [], \"nextLink\": \"https://service.example/again\"}", TCA_E_LIMIT, 0},
    };
    tca_registration_list *found = NULL;
    script one = {.bodies = &cases[_i].body, .body_count = 1};
    tca_result result = list(TCA_TARGET_IOT_HUB, &one, &found);
    ck_assert_msg(result == cases[_i].result, "%s: %s", cases[_i].body, tca_result_name(result));
    ck_assert_uint_eq(tca_registration_list_count(found), cases[_i].count);
    ck_assert_str_eq(one.audience, "https://management.azure.com");
    ck_assert_ptr_nonnull(strstr(one.asked, "GET " HUB_URL "?api-version=2023-06-30\n"));
    tca_registration_list_unref(found);
}
END_TEST

START_TEST(pages_are_followed_on_the_same_server) {
    static const char *const bodies[] = {
        "{\"value\": [" GOOD "], \"nextLink\": \"https://service.example/next?x=1\"}", LIST(GOOD)};
    tca_registration_list *found = NULL;
    script one = {.bodies = bodies, .body_count = 2};
    ck_assert_int_eq(list(TCA_TARGET_IOT_HUB, &one, &found), TCA_OK);
    ck_assert_uint_eq(tca_registration_list_count(found), 2);
    ck_assert_ptr_nonnull(strstr(one.asked, "GET https://service.example/next?x=1\n"));
    tca_registration_list_unref(found);
}
END_TEST

START_TEST(what_a_registration_is) {
    static const char *const bodies[] = {
        LIST(ENTRY("one", "\"thumbprint\": \"54:d2:e7:87:f1:b3:b3:df:e3:3a:20:61:1a:95:17:17:b6:"
                          "0e:95:6a\", \"isVerified\": true, \"expiry\": \"Sat, 31 Dec 2039 "
                          "23:59:59 GMT\"") "," ENTRY("two", "\"isVerified\": false"))};
    tca_registration item = {.struct_size = sizeof(item)};
    tca_registration_list *found = NULL;
    script one = {.bodies = bodies, .body_count = 1};
    ck_assert_int_eq(list(TCA_TARGET_IOT_HUB, &one, &found), TCA_OK);
    ck_assert_int_eq(tca_registration_list_get(found, 0, &item), TCA_OK);
    ck_assert_str_eq(item.name, "one");
    ck_assert_str_eq(item.thumbprint, THUMBPRINT);
    ck_assert_uint_eq(item.flags, TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED |
                                      TCA_REGISTRATION_HAS_NOT_AFTER);
    ck_assert_int_eq(item.not_after, INT64_C(2208988799));
    ck_assert_int_eq(tca_registration_list_get(found, 1, &item), TCA_OK);
    ck_assert_uint_eq(item.flags, 0);
    ck_assert_int_eq(tca_registration_list_get(found, 2, &item), TCA_E_NOT_FOUND);
    ck_assert_ptr_null(item.name);
    tca_registration_list_unref(found);
}
END_TEST

/* ---- enrollment groups of DPS ---- */

#define GROUP(attestation) "{\"enrollmentGroupId\": \"fleet 1\", \"attestation\": " attestation "}"
#define REFERENCES(text) GROUP("{\"type\": \"x509\", \"x509\": {\"caReferences\": {" text "}}}")

START_TEST(groups_are_read_or_refused) {
    static const struct {
        const char *group;
        tca_result result;
        uint32_t flags;
    } cases[] = {
        {REFERENCES("\"primary\": \"one\""), TCA_OK,
         TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED | TCA_REGISTRATION_PRIMARY},
        {REFERENCES("\"primary\": null, \"secondary\": \"one\""), TCA_OK,
         TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED | TCA_REGISTRATION_SECONDARY},
        {REFERENCES("\"primary\": \"gone\""), TCA_OK, TCA_REGISTRATION_VERIFIED},
        {REFERENCES(""), TCA_OK, TCA_REGISTRATION_VERIFIED},
        {GROUP("{\"type\": \"tpm\"}"), TCA_E_ANSWER, 0},
        {GROUP("{\"type\": \"x509\", \"x509\": {\"signingCertificates\": {}}}"), TCA_E_ANSWER, 0},
        {REFERENCES("\"primary\": 1"), TCA_E_ANSWER, 0},
        {"{}", TCA_E_ANSWER, 0},
        {"[]", TCA_E_ANSWER, 0},
    };
    const char *const bodies[] = {LIST(GOOD), cases[_i].group};
    tca_registration item = {.struct_size = sizeof(item)};
    tca_registration_list *found = NULL;
    script one = {.bodies = bodies, .body_count = 2};
    tca_result result = list(TCA_TARGET_DPS, &one, &found);
    ck_assert_msg(result == cases[_i].result, "%s: %s", cases[_i].group, tca_result_name(result));
    ck_assert_str_eq(one.audience, "https://azure-devices-provisioning.net");
    ck_assert_ptr_nonnull(strstr(one.asked, "GET https://data.example/enrollmentGroups/"
                                            "fleet%201?api-version=2021-10-01\n"));
    if (result == TCA_OK) {
        ck_assert_int_eq(tca_registration_list_get(found, 0, &item), TCA_OK);
        ck_assert_uint_eq(item.flags, cases[_i].flags);
    }
    tca_registration_list_unref(found);
}
END_TEST

/* ---- changes ---- */

typedef tca_result changer(const tca_target *target, const tca_registration_list *before,
                           tca_call **call);

static tca_result ask_code(const tca_target *target, const tca_registration_list *before,
                           tca_call **call) {
    return tca_target_generate_code(target, before, 0, NULL, call, NULL);
}

static tca_result ask_removal(const tca_target *target, const tca_registration_list *before,
                              tca_call **call) {
    return tca_target_remove(target, before, 1, NULL, call, NULL);
}

#define CODE_ANSWER(code, more)                                                                    \
    "{\"name\": \"one\", \"etag\": \"BBBB=\", \"properties\": {\"verificationCode\": \"" code      \
    "\"" more "}}"

START_TEST(changes_name_what_was_read_and_believe_only_what_fits) {
    static const struct {
        changer *change;
        const char *answer;
        unsigned status;
        tca_result result;
        const char *asked;
    } cases[] = {
        {ask_code, CODE_ANSWER("00DF14", ""), 200, TCA_OK,
         "POST " HUB_URL "/one/generateVerificationCode?api-version=2023-06-30 AAAA=\n"},
        {ask_code, CODE_ANSWER("", ""), 200, TCA_E_ANSWER, "POST "},
        {ask_code, CODE_ANSWER("a\\u0007", ""), 200, TCA_E_ANSWER, "POST "},
        {ask_code, CODE_ANSWER("00", ", \"thumbprint\": \"" THUMBPRINT "\""), 200, TCA_OK, "POST "},
        {ask_code,
         CODE_ANSWER("00", ", \"thumbprint\": \"0000000000000000000000000000000000000000\""), 200,
         TCA_E_ANSWER, "POST "},
        {ask_code, "{\"name\": \"other\", \"properties\": {\"verificationCode\": \"00\"}}", 200,
         TCA_E_ANSWER, "POST "},
        {ask_code, "{\"code\": 412001, \"message\": \"Invalid ETag supplied.\"}", 412,
         TCA_E_CONFLICT, "POST "},
        {ask_code, "{}", 409, TCA_E_CONFLICT, "POST "},
        {ask_code, "{}", 404, TCA_E_CONFLICT, "POST "},
        {ask_code, "{}", 403, TCA_E_HTTP, "POST "},
        {ask_removal, "", 200, TCA_OK, "DELETE " HUB_URL "/two%20b?api-version=2023-06-30 CCCC=\n"},
        {ask_removal, "null", 204, TCA_OK, "DELETE "},
        {ask_removal, "{}", 404, TCA_OK, "DELETE "},
        {ask_removal, "{}", 412, TCA_E_CONFLICT, "DELETE "},
    };
    static const char *const listed[] = {
        LIST(GOOD ",{\"name\": \"two b\", \"etag\": \"CCCC=\", \"properties\": {}}")};
    tca_target *target = open_target(TCA_TARGET_IOT_HUB);
    tca_registration_list *before = NULL, *after = NULL;
    tca_call *call = NULL;
    script reading = {.bodies = listed, .body_count = 1};
    script one = {.bodies = &cases[_i].answer, .body_count = 1, .status = cases[_i].status};
    ck_assert_int_eq(list(TCA_TARGET_IOT_HUB, &reading, &before), TCA_OK);
    ck_assert_int_eq(cases[_i].change(target, before, &call), TCA_OK);
    tca_result result = run(call, &one);
    ck_assert_msg(result == cases[_i].result, "%s: %s", cases[_i].answer, tca_result_name(result));
    ck_assert_msg(strncmp(one.asked, cases[_i].asked, strlen(cases[_i].asked)) == 0, "%s",
                  one.asked);
    if (result == TCA_OK) {
        ck_assert_int_eq(tca_call_take_registrations(call, &after), TCA_OK);
        ck_assert_uint_eq(tca_registration_list_count(after),
                          cases[_i].change == ask_removal ? 1 : 2);
    }
    ck_assert_uint_eq(tca_registration_list_count(before), 2); /* as it was */
    tca_registration_list_unref(after);
    tca_registration_list_unref(before);
    tca_call_unref(call);
    tca_target_unref(target);
}
END_TEST

START_TEST(the_last_trusted_certificate_is_not_removed) {
    static const char *const listed[] = {LIST(GOOD)};
    tca_target *target = open_target(TCA_TARGET_IOT_HUB);
    tca_registration_list *before = NULL;
    tca_call *call = NULL;
    script reading = {.bodies = listed, .body_count = 1};
    ck_assert_int_eq(list(TCA_TARGET_IOT_HUB, &reading, &before), TCA_OK);
    ck_assert_int_eq(tca_target_remove(target, before, 0, NULL, &call, NULL), TCA_E_LAST_ANCHOR);
    ck_assert_ptr_null(call);
    tca_registration_list_unref(before);
    tca_target_unref(target);
}
END_TEST

/* ---- anchors ---- */

typedef struct holder {
    char *pem;
    size_t length;
    unsigned replaced;
    bool silent, failing;
} holder;

static void load(void *user, tca_reply *reply) {
    const holder *one = user;
    tca_reply_append(reply, (const uint8_t *)one->pem, one->length);
    if (!one->silent) {
        tca_reply_done(reply);
    }
}

static void replace(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    holder *one = user;
    if (one->failing) {
        tca_reply_fail(reply, "disk full", strlen("disk full"));
        return;
    }
    free(one->pem);
    one->pem = malloc(length + 1);
    ck_assert_ptr_nonnull(one->pem);
    memcpy(one->pem, pem, length);
    one->pem[length] = '\0';
    one->length = length;
    one->replaced++;
    tca_reply_done(reply);
}

static char *vector(const char *name, size_t *length) {
    const char *folder = getenv("TENANTCA_VECTORS");
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    char *data = malloc(1 << 16);
    ck_assert_ptr_nonnull(data);
    *length = fread(data, 1, 1 << 16, file);
    fclose(file);
    return data;
}

static tca_target *open_anchors(holder *one, uint32_t order) {
    tca_anchor_holder table = {
        .struct_size = sizeof(table), .user = one, .load = load, .replace = replace};
    tca_target_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_TARGET_ANCHORS,
                                  .order = order,
                                  .anchors = &table,
                                  TEXT(name, "edge")};
    tca_target *target = NULL;
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_OK);
    return target;
}

static tca_result read_anchors(const tca_target *target, tca_registration_list **out) {
    tca_call *call = NULL;
    script none = {0};
    ck_assert_int_eq(tca_target_list(target, NULL, &call, NULL), TCA_OK);
    tca_result result = run(call, &none);
    (void)tca_call_take_registrations(call, out);
    tca_call_unref(call);
    return result;
}

static tca_result write_anchors(const tca_target *target, const tca_registration_list *before,
                                const tca_rollover *rollover, tca_registration_list **out) {
    tca_call *call = NULL;
    script none = {0};
    ck_assert_int_eq(tca_target_anchor(target, before, rollover, NULL, &call, NULL), TCA_OK);
    tca_result result = run(call, &none);
    (void)tca_call_take_registrations(call, out);
    tca_call_unref(call);
    return result;
}

/* A (active) and B (new), of the vectors, on 2026-05-10. */
static tca_rollover *open_rollover(void) {
    size_t length;
    char *document = vector("legacy-list-act.json", &length);
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_inventory_parse((const uint8_t *)document, length, NULL, &inventory, NULL),
                     TCA_OK);
    ck_assert_int_eq(tca_rollover_compute(inventory, INT64_C(1778371200), NULL, &rollover, NULL),
                     TCA_OK);
    tca_inventory_unref(inventory);
    free(document);
    return rollover;
}

START_TEST(anchors_are_written_in_order_and_only_when_they_differ) {
    tca_rollover *rollover = open_rollover();
    holder one = {0};
    tca_target *target = open_anchors(&one, (uint32_t)_i);
    tca_registration_list *before = NULL, *after = NULL, *again = NULL;
    tca_registration first = {.struct_size = sizeof(first)};
    const tca_inventory *inventory;
    const tca_entry *active;
    const char *thumbprint;
    size_t length;
    ck_assert_int_eq(read_anchors(target, &before), TCA_OK);
    ck_assert_uint_eq(tca_registration_list_count(before), 0);
    ck_assert_int_eq(write_anchors(target, before, rollover, &after), TCA_OK);
    ck_assert_uint_eq(tca_registration_list_count(after), 2);
    ck_assert_int_eq(write_anchors(target, after, rollover, &again), TCA_OK);
    ck_assert_uint_eq(one.replaced, 1);
    tca_rollover_inventory(rollover, &inventory);
    tca_inventory_get(inventory, 0, &active);
    tca_entry_thumbprint(active, &thumbprint, &length);
    tca_registration_list_get(after, _i == TCA_ORDER_ACTIVE_LAST ? 1 : 0, &first);
    ck_assert_str_eq(first.thumbprint, thumbprint);
    tca_registration_list_unref(again);
    tca_registration_list_unref(after);
    tca_registration_list_unref(before);
    tca_target_unref(target);
    tca_rollover_unref(rollover);
    free(one.pem);
}
END_TEST

START_TEST(what_others_keep_among_the_anchors_stays) {
    tca_rollover *rollover = open_rollover();
    holder one = {0};
    tca_target *target = open_anchors(&one, TCA_ORDER_ACTIVE_FIRST);
    tca_registration_list *before = NULL, *after = NULL;
    tca_registration item = {.struct_size = sizeof(item)};
    one.pem = vector("chain.p7b", &one.length); /* root, policy CA and a tenant's */
    ck_assert_int_eq(read_anchors(target, &before), TCA_OK);
    ck_assert_int_eq(write_anchors(target, before, rollover, &after), TCA_OK);
    uint32_t count = tca_registration_list_count(after), shared = 0;
    for (uint32_t i = 0; i < count; i++) {
        tca_registration_list_get(after, i, &item);
        shared += (item.flags & TCA_REGISTRATION_SHARED_CA) != 0;
        ck_assert(i >= 2 || (item.flags & TCA_REGISTRATION_SHARED_CA) == 0);
    }
    ck_assert_uint_eq(shared, 2); /* kept, and to be seen */
    tca_registration_list_unref(after);
    tca_registration_list_unref(before);
    tca_target_unref(target);
    tca_rollover_unref(rollover);
    free(one.pem);
}
END_TEST

START_TEST(holders_that_fail_lose_nothing) {
    tca_rollover *rollover = open_rollover();
    holder one = {.silent = true};
    tca_target *target = open_anchors(&one, TCA_ORDER_ACTIVE_FIRST);
    tca_registration_list *before = NULL, *after = NULL;
    ck_assert_int_eq(read_anchors(target, &before), TCA_E_CALLBACK);
    one.silent = false;
    one.pem = strdup("-----BEGIN CERTIFICATE-----\nrubbish\n");
    one.length = strlen(one.pem);
    ck_assert_int_eq(read_anchors(target, &before), TCA_E_MALFORMED);
    one.length = 0;
    ck_assert_int_eq(read_anchors(target, &before), TCA_OK);
    one.failing = true;
    ck_assert_int_eq(write_anchors(target, before, rollover, &after), TCA_E_STORAGE);
    ck_assert_ptr_null(after);
    ck_assert_uint_eq(one.replaced, 0);
    tca_registration_list_unref(before);
    tca_target_unref(target);
    tca_rollover_unref(rollover);
    free(one.pem);
}
END_TEST

/* ---- options ---- */

START_TEST(options_that_cannot_be_are_refused_by_name) {
    static const struct {
        tca_target_options options;
        tca_result result;
        const char *says;
    } cases[] = {
        {{.kind = TCA_TARGET_IOT_HUB}, TCA_E_ARGUMENT, "name"},
        {{.kind = TCA_TARGET_IOT_HUB, TEXT(name, "a b")}, TCA_E_ARGUMENT, "name"},
        {{.kind = TCA_TARGET_IOT_HUB, TEXT(name, "a")}, TCA_E_ARGUMENT, "subscription"},
        {{.kind = TCA_TARGET_IOT_HUB, TEXT(name, "a"), TEXT(subscription, "s")},
         TCA_E_ARGUMENT,
         "resource group"},
        {{.kind = TCA_TARGET_IOT_HUB,
          TEXT(name, "a"),
          TEXT(subscription, "s"),
          TEXT(resource_group, "g")},
         TCA_E_ARGUMENT,
         "resource"},
        {{.kind = TCA_TARGET_IOT_HUB,
          TEXT(name, "a"),
          TEXT(subscription, "s/.."),
          TEXT(resource_group, "g"),
          TEXT(resource, "r")},
         TCA_E_ARGUMENT,
         "subscription"},
        {{.kind = TCA_TARGET_IOT_HUB, TEXT(name, "a"), TEXT(endpoint, "http://far.example")},
         TCA_E_ARGUMENT,
         "endpoint"},
        {{.kind = TCA_TARGET_IOT_CENTRAL, TEXT(name, "a")}, TCA_E_ARGUMENT, "application"},
        {{.kind = TCA_TARGET_IOT_CENTRAL, TEXT(name, "a"), TEXT(application, "app")},
         TCA_E_ARGUMENT,
         "enrollment group"},
        {{.kind = TCA_TARGET_ANCHORS, TEXT(name, "a")}, TCA_E_ARGUMENT, "anchors"},
        {{.kind = 5, TEXT(name, "a")}, TCA_E_UNSUPPORTED, "kind"},
        {{.kind = TCA_TARGET_DPS, .flags = TCA_TARGET_THROUGH_DPS}, TCA_E_UNSUPPORTED, "flags"},
        {{.kind = TCA_TARGET_IOT_HUB, .flags = 0x80}, TCA_E_UNSUPPORTED, "flags"},
        {{.kind = TCA_TARGET_IOT_HUB, .verification = 2}, TCA_E_UNSUPPORTED, "verification"},
        {{.kind = TCA_TARGET_IOT_HUB, .order = 3}, TCA_E_UNSUPPORTED, "order"},
    };
    tca_target_options options = cases[_i].options;
    tca_target *target = NULL;
    tca_error *error = NULL;
    const char *text;
    tca_error_new(&error);
    options.struct_size = sizeof(options);
    ck_assert_int_eq(tca_target_new(&options, &target, error), cases[_i].result);
    ck_assert_ptr_null(target);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(strstr(text, cases[_i].says) != NULL, "%s", text);
    tca_error_unref(error);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("registry");
    TCase *all = tcase_create("registry");
    tcase_add_loop_test(all, lists_of_certificates_are_read_or_refused, 0, 28);
    tcase_add_test(all, pages_are_followed_on_the_same_server);
    tcase_add_test(all, what_a_registration_is);
    tcase_add_loop_test(all, groups_are_read_or_refused, 0, 9);
    tcase_add_loop_test(all, changes_name_what_was_read_and_believe_only_what_fits, 0, 14);
    tcase_add_test(all, the_last_trusted_certificate_is_not_removed);
    tcase_add_loop_test(all, anchors_are_written_in_order_and_only_when_they_differ, 0, 3);
    tcase_add_test(all, what_others_keep_among_the_anchors_stays);
    tcase_add_test(all, holders_that_fail_lose_nothing);
    tcase_add_loop_test(all, options_that_cannot_be_are_refused_by_name, 0, 15);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
