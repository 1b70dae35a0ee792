/* SPDX-License-Identifier: MIT */
/* What a trust set trusts, through a rollover, and how it says so. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#include "trust_scene.h"

#define DAY INT64_C(86400)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void expect(const tca_trust_set *set, const char *device, tca_unix now, uint32_t refusal) {
    scene_bytes bytes = scene_vector(device);
    if (refusal == TCA_REFUSED_NOT) {
        ck_assert_msg(scene_verify(set, bytes, now, NULL, NULL) == TCA_OK, "%s", device);
    } else {
        scene_refused(set, bytes, now, refusal, device);
    }
    free(bytes.data);
}

/* ---- who belongs ---- */

START_TEST(devices_of_both_certificates_belong_at_once) {
    tca_trust_set *set = scene_set();
    expect(set, "device-of-a.der", SCENE_NOW, TCA_REFUSED_NOT);
    expect(set, "device-of-b.der", SCENE_NOW, TCA_REFUSED_NOT);
    expect(set, "device-without-eku.der", SCENE_NOW, TCA_REFUSED_NOT);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(a_verdict_names_tenant_ca_and_device) {
    tca_trust_set *set = scene_set();
    scene_bytes device = scene_vector("device-of-b.der");
    tca_verdict verdict;
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, &verdict), TCA_OK);
    ck_assert_str_eq(verdict.tenant, SCENE_TENANT);
    ck_assert_uint_eq(verdict.tenant_length, strlen(SCENE_TENANT));
    ck_assert_str_eq(verdict.ca_thumbprint, "64D74B15CF20C0E30FCB1A052273EC9DF3FF56D5");
    ck_assert_uint_eq(verdict.ca_thumbprint_length, 40);
    ck_assert_int_eq(verdict.ca_not_before, SCENE_B_START);
    ck_assert_uint_eq(verdict.ca_status, TCA_STATUS_ACTIVE);
    ck_assert_uint_eq(verdict.ca_phase, TCA_PHASE_NONE);
    ck_assert_int_eq(verdict.valid_until, SCENE_DEVICE_END);
    ck_assert_uint_eq(verdict.flags, 0);
    ck_assert_uint_eq(verdict.device_id_length, 128);
    ck_assert_uint_eq(strlen(verdict.device_id), 128);
    ck_assert_int_eq(strncmp(verdict.device_id, "127e6bafcd930548", 16), 0);
    free(device.data);
    device = scene_vector("device-of-a.der");
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, &verdict), TCA_OK);
    ck_assert_str_eq(verdict.ca_thumbprint, "D15E9A82AF0A564FC924A6ECD37F1608BA99B3B1");
    ck_assert_int_eq(verdict.ca_not_after, SCENE_A_END);
    ck_assert_uint_eq(verdict.ca_status, TCA_STATUS_INACTIVE);
    ck_assert_uint_eq(verdict.ca_phase, TCA_PHASE_RETIRED);
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(a_verdict_holds_no_longer_than_the_ca) {
    issued *ca = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - DAY, DAY + 600, KEY_P256);
    issued *device = scene_device(ca, 1, SCENE_NOW, DAY);
    scene_ca cas[] = {{.made = ca, .status = TCA_SERVICE_ACTIVE}, {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    scene_bytes bytes = scene_copy(device);
    tca_verdict verdict;
    ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW, NULL, &verdict), TCA_OK);
    ck_assert_int_eq(verdict.valid_until, SCENE_NOW + 600);
    ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW + 600, NULL, &verdict), TCA_OK);
    scene_refused(set, bytes, SCENE_NOW + 601, TCA_REFUSED_CA_EXPIRED, "behind the CA's end");
    free(bytes.data);
    issued_free(device);
    issued_free(ca);
    tca_trust_set_unref(set);
}
END_TEST

/* Both edges belong to the validity (RFC 5280), of the device's certificate and of the CA's. */
START_TEST(every_edge_is_exact_to_the_second) {
    tca_trust_set *set = scene_set();
    expect(set, "device-of-b.der", SCENE_DEVICE_START - 1, TCA_REFUSED_NOT_YET_VALID);
    expect(set, "device-of-b.der", SCENE_DEVICE_START, TCA_REFUSED_NOT);
    expect(set, "device-of-b.der", SCENE_DEVICE_END, TCA_REFUSED_NOT);
    expect(set, "device-of-b.der", SCENE_DEVICE_END + 1, TCA_REFUSED_EXPIRED);
    tca_trust_set_unref(set);

    issued *ca = scene_tenant_ca(SCENE_TENANT, SCENE_NOW, 10 * DAY, KEY_P256);
    issued *device = scene_device(ca, 2, SCENE_NOW - DAY, 30 * DAY);
    scene_ca cas[] = {{.made = ca, .status = TCA_SERVICE_ACTIVE}, {0}};
    scene_bytes bytes = scene_copy(device);
    set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW, NULL, NULL), TCA_OK);
    ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW + 10 * DAY, NULL, NULL), TCA_OK);
    free(bytes.data);
    issued_free(device);
    device = scene_device(ca, 3, SCENE_NOW, 30 * DAY);
    bytes = scene_copy(device);
    scene_refused(set, bytes, SCENE_NOW + 10 * DAY + 1, TCA_REFUSED_CA_EXPIRED, "the CA's end");
    free(bytes.data);
    issued_free(device);
    issued_free(ca);
    tca_trust_set_unref(set);
}
END_TEST

/* A set is built once and asked for days: B counts from its first second on. */
static void assert_says(const tca_trust_set *set, scene_bytes device, tca_unix now,
                        const char *words) {
    tca_error *error = NULL;
    const char *text;
    const uint8_t *data = device.data;
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    (void)tca_trust_verify(set, &data, &device.length, 1, now, NULL, &verdict, error);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(strstr(text, words) != NULL, "%s", text);
    tca_error_unref(error);
}

START_TEST(a_ca_that_begins_later_counts_when_it_begins) {
    issued *ca = scene_tenant_ca(SCENE_TENANT, SCENE_NOW + DAY, 10 * DAY, KEY_P256);
    issued *device = scene_device(ca, 4, SCENE_NOW + DAY, DAY);
    issued *early = scene_device(ca, 5, SCENE_NOW, 2 * DAY);
    scene_ca cas[] = {{.made = ca, .status = TCA_SERVICE_INACTIVE}, {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    scene_bytes bytes = scene_copy(device);
    ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW + DAY, NULL, NULL), TCA_OK);
    free(bytes.data);
    bytes = scene_copy(early);
    scene_refused(set, bytes, SCENE_NOW + DAY - 1, TCA_REFUSED_CA_NOT_YET_VALID, "too early");
    assert_says(set, bytes, SCENE_NOW, ", which begins at 2026-07-02T07:00:00Z");
    free(bytes.data);
    issued_free(early);
    issued_free(device);
    issued_free(ca);
    tca_trust_set_unref(set);
}
END_TEST

/* ---- what is refused, and why ---- */

typedef struct refusal_case {
    const char *device;
    uint32_t refusal;
} refusal_case;

static const refusal_case refusals[] = {
    {"device-of-other-tenant.der", TCA_REFUSED_UNKNOWN_ISSUER},
    {"device-of-rsa-2048.der",
     TCA_REFUSED_SIGNATURE}, /* a look-alike: the same name, another key */
    {"tenant-ca-b.der", TCA_REFUSED_UNKNOWN_ISSUER},
    {"proof-of-a.der", TCA_REFUSED_USAGE},
    {"root.der", TCA_REFUSED_UNKNOWN_ISSUER},
    {"bad-unknown-critical-extension.der", TCA_REFUSED_CRITICAL_EXTENSION},
    {"bad-duplicate-extension.der", TCA_REFUSED_MALFORMED},
    {"bad-serial-negative.der", TCA_REFUSED_MALFORMED},
    {"bad-serial-21-bytes.der", TCA_REFUSED_MALFORMED},
    {"bad-signature-algorithms-differ.der", TCA_REFUSED_MALFORMED},
    {"bad-subject-empty.der", TCA_REFUSED_MALFORMED},
    {"index.txt", TCA_REFUSED_MALFORMED},
};

START_TEST(what_does_not_belong_is_refused_with_its_reason) {
    tca_trust_set *set = scene_set();
    for (size_t i = 0; i < COUNT(refusals); i++) {
        expect(set, refusals[i].device, SCENE_NOW, refusals[i].refusal);
        scene_bytes bytes = scene_vector(refusals[i].device);
        tca_verdict verdict;
        (void)scene_verify(set, bytes, SCENE_NOW, NULL, &verdict);
        ck_assert_uint_eq(verdict.signature_checks, 0);
        free(bytes.data);
    }
    tca_trust_set_unref(set);
}
END_TEST

static const char *message_of(const tca_trust_set *set, const char *device, tca_unix now,
                              tca_error *error) {
    scene_bytes bytes = scene_vector(device);
    const uint8_t *data = bytes.data;
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    const char *text;
    ck_assert_int_eq(tca_trust_verify(set, &data, &bytes.length, 1, now, NULL, &verdict, error),
                     TCA_E_NOT_TRUSTED);
    ck_assert_int_eq(tca_error_code(error), TCA_E_NOT_TRUSTED);
    tca_error_message(error, &text, NULL);
    free(bytes.data);
    return text;
}

START_TEST(a_refusal_says_in_words_what_is_wrong) {
    static const scene_ca revoked[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_REVOKED},
                                       {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                       {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, revoked, SCENE_NOW, NULL);
    tca_error *error = NULL;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    ck_assert_str_eq(message_of(set, "device-of-a.der", SCENE_NOW, error),
                     "device certificate: signed by tenant CA "
                     "D15E9A82AF0A564FC924A6ECD37F1608BA99B3B1, which was revoked");
    ck_assert_str_eq(message_of(set, "device-of-b.der", SCENE_DEVICE_END + 1, error),
                     "device certificate: its certificate has ended");
    ck_assert_str_eq(message_of(set, "bad-unknown-critical-extension.der", SCENE_NOW, error),
                     "device certificate: unknown critical extension 2.5.29.54");
    tca_trust_set_unref(set);

    issued *ca = scene_tenant_ca(SCENE_TENANT, SCENE_NOW, DAY, KEY_P256);
    issued *device = scene_device(ca, 6, SCENE_NOW, 2 * DAY);
    scene_ca cas[] = {{.made = ca, .status = TCA_SERVICE_ACTIVE}, {0}};
    set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    der_view seen = der_seen(&device->certificate);
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    const char *text;
    char thumbprint[THUMBPRINT_SIZE], expected[256];
    ck_assert_int_eq(issued_thumbprint(ca, thumbprint), 0);
    snprintf(expected, sizeof(expected),
             "device certificate: signed by tenant CA %s, which ended at 2026-07-02T07:00:00Z",
             thumbprint);
    ck_assert_int_eq(tca_trust_verify(set, &seen.data, &seen.length, 1, SCENE_NOW + DAY + 1, NULL,
                                      &verdict, error),
                     TCA_E_NOT_TRUSTED);
    tca_error_message(error, &text, NULL);
    ck_assert_str_eq(text, expected);
    ck_assert_str_eq(verdict.ca_thumbprint, thumbprint);
    ck_assert_str_eq(verdict.tenant, SCENE_TENANT);
    tca_trust_set_unref(set);
    issued_free(device);
    issued_free(ca);
    tca_error_unref(error);
}
END_TEST

/* B is active and tried first; that it did not sign is nobody's error. */
START_TEST(a_trusted_device_leaves_no_error) {
    tca_trust_set *set = scene_set();
    scene_bytes device = scene_vector("device-of-a.der");
    const uint8_t *data = device.data;
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    tca_error *error = NULL;
    const char *text;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    ck_assert_int_eq(
        tca_trust_verify(set, &data, &device.length, 1, SCENE_NOW, NULL, &verdict, error), TCA_OK);
    ck_assert_uint_eq(verdict.signature_checks, 2);
    ck_assert_int_eq(tca_error_code(error), TCA_OK);
    tca_error_message(error, &text, NULL);
    ck_assert_str_eq(text, "");
    tca_error_unref(error);
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

START_TEST(the_expected_tenant_is_asked_for_in_any_case) {
    static const struct {
        const char *tenant;
        tca_result result;
        uint32_t refusal;
    } cases[] = {
        {SCENE_TENANT, TCA_OK, TCA_REFUSED_NOT},
        {"1F0E7B52-6C3D-4A58-9B1E-2D4C8A6F0E93", TCA_OK, TCA_REFUSED_NOT},
        {SCENE_OTHER_TENANT, TCA_E_NOT_TRUSTED, TCA_REFUSED_WRONG_TENANT},
        {"1f0e7b52", TCA_E_MALFORMED, TCA_REFUSED_UNDECIDED},
        {"", TCA_E_MALFORMED, TCA_REFUSED_UNDECIDED},
    };
    tca_trust_set *set = scene_set();
    scene_bytes device = scene_vector("device-of-b.der");
    for (size_t i = 0; i < COUNT(cases); i++) {
        tca_verify_options options = {.struct_size = sizeof(options),
                                      .tenant = cases[i].tenant,
                                      .tenant_length = strlen(cases[i].tenant)};
        tca_verdict verdict;
        ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, &options, &verdict), cases[i].result);
        ck_assert_uint_eq(verdict.refusal, cases[i].refusal);
        ck_assert(verdict.refusal != TCA_REFUSED_WRONG_TENANT ||
                  (verdict.signature_checks == 0 && strcmp(verdict.tenant, SCENE_TENANT) == 0));
    }
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

/* Whatever else it presents, its own certificate decides. */
START_TEST(certificates_sent_along_change_nothing) {
    static const char *const along[] = {"device-of-other-tenant.der", "tenant-ca-other-tenant.der",
                                        "policy-ca-2022.der", "root.der", "tenant-ca-b.der"};
    const uint8_t *data[100];
    size_t lengths[100];
    scene_bytes files[COUNT(along)];
    tca_trust_set *set = scene_set();
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    for (size_t i = 0; i < COUNT(along); i++) {
        files[i] = scene_vector(along[i]);
    }
    for (size_t i = 0; i < COUNT(data); i++) {
        data[i] = files[i % COUNT(along)].data;
        lengths[i] = files[i % COUNT(along)].length;
    }
    ck_assert_int_eq(
        tca_trust_verify(set, data, lengths, COUNT(data), SCENE_NOW, NULL, &verdict, NULL),
        TCA_E_NOT_TRUSTED);
    ck_assert_uint_eq(verdict.refusal, TCA_REFUSED_UNKNOWN_ISSUER);
    scene_bytes device = scene_vector("device-of-a.der");
    data[0] = device.data;
    lengths[0] = device.length;
    data[1] = NULL; /* not even looked at */
    ck_assert_int_eq(
        tca_trust_verify(set, data, lengths, COUNT(data), SCENE_NOW, NULL, &verdict, NULL), TCA_OK);
    for (size_t i = 0; i < COUNT(along); i++) {
        free(files[i].data);
    }
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

/* Old certificates stay known for ever; what a forgery can make of that is bounded. */
START_TEST(a_forgery_costs_a_bounded_number_of_checks) {
    enum { OLD = 12 };
    issued *old[OLD];
    scene_ca cas[OLD + 1] = {{0}};
    for (unsigned i = 0; i < OLD; i++) {
        old[i] = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - (700 - i) * DAY, 600 * DAY, KEY_P256);
        cas[i] = (scene_ca){.made = old[i], .status = TCA_SERVICE_INACTIVE};
    }
    issued *stranger = scene_tenant_ca(SCENE_TENANT, SCENE_NOW, DAY, KEY_P256);
    issued *device = scene_device(stranger, 7, SCENE_NOW - 500 * DAY, 1000 * DAY);
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    scene_bytes bytes = scene_copy(device);
    tca_verdict verdict;
    ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW, NULL, &verdict), TCA_E_NOT_TRUSTED);
    ck_assert_uint_eq(verdict.refusal, TCA_REFUSED_SIGNATURE);
    ck_assert_uint_eq(verdict.signature_checks, 2);
    free(bytes.data);
    issued_free(device);
    issued_free(stranger);
    for (unsigned i = 0; i < OLD; i++) {
        issued_free(old[i]);
    }
    tca_trust_set_unref(set);
}
END_TEST

/* ---- which of a pair is tried first ---- */

START_TEST(the_likely_signer_of_a_pair_is_tried_first) {
    issued *a = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - 700 * DAY, 730 * DAY, KEY_P256);
    issued *b = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - 60 * DAY, 730 * DAY, KEY_P256);
    scene_ca cas[] = {{.made = a, .status = TCA_SERVICE_INACTIVE},
                      {.made = b, .status = TCA_SERVICE_ACTIVE},
                      {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    const struct {
        const issued *ca;
        int64_t not_before;
        uint32_t checks;
    } steps[] = {
        {b, SCENE_NOW - 600, 1},  /* nothing known: the active one */
        {a, SCENE_NOW - 7200, 2}, /* learned */
        {a, SCENE_NOW - 7100, 1}, /* near what A signed */
        {b, SCENE_NOW - 500, 1},  /* near what B signed */
        {a, SCENE_NOW - 7150, 1}, {b, SCENE_NOW - 400, 1},
        {a, SCENE_NOW - 8000, 1}, {b, SCENE_NOW - 100, 1},
    };
    for (unsigned i = 0; i < COUNT(steps); i++) {
        issued *device = scene_device(steps[i].ca, 100 + i, steps[i].not_before, DAY);
        scene_bytes bytes = scene_copy(device);
        tca_verdict verdict;
        ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW, NULL, &verdict), TCA_OK);
        ck_assert_msg(verdict.signature_checks == steps[i].checks, "step %u: %u checks", i,
                      verdict.signature_checks);
        free(bytes.data);
        issued_free(device);
    }
    issued_free(a);
    issued_free(b);
    tca_trust_set_unref(set);
}
END_TEST

/* Nothing is known yet: the active one goes first, though another began later. */
START_TEST(the_active_one_of_a_pair_goes_first) {
    static const scene_ca cas[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_ACTIVE},
                                   {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_INACTIVE},
                                   {0}};
    tca_trust_set *set = scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
    scene_bytes device = scene_vector("device-of-a.der");
    tca_verdict verdict;
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, &verdict), TCA_OK);
    ck_assert_uint_eq(verdict.signature_checks, 1);
    free(device.data);
    tca_trust_set_unref(set);
}
END_TEST

/* ---- building ---- */

START_TEST(only_so_many_certificates_have_one_name) {
    enum { MOST = 64 };
    issued *made[MOST + 1];
    scene_ca cas[MOST + 2] = {{0}};
    for (int i = 0; i <= MOST; i++) {
        made[i] = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - i * DAY, 0, KEY_P256);
        cas[i] = (scene_ca){.made = made[i], .status = TCA_SERVICE_INACTIVE};
    }
    for (int count = MOST + 1; count >= MOST; count--) {
        cas[count] = (scene_ca){0};
        tca_inventory *inventory = scene_inventory(SCENE_TENANT, cas);
        tca_trust_builder *builder = NULL;
        tca_trust_set *set = NULL;
        ck_assert_int_eq(tca_trust_builder_new(NULL, &builder, NULL), TCA_OK);
        ck_assert_int_eq(tca_trust_builder_add(builder, inventory, NULL), TCA_OK);
        ck_assert_int_eq(tca_trust_builder_finish(builder, SCENE_NOW, 0, &set, NULL),
                         count > MOST ? TCA_E_LIMIT : TCA_OK);
        if (set != NULL) { /* the last of them is found, too */
            issued *device = scene_device(made[MOST - 1], 9, SCENE_NOW, DAY);
            scene_bytes bytes = scene_copy(device);
            ck_assert_int_eq(scene_verify(set, bytes, SCENE_NOW, NULL, NULL), TCA_OK);
            free(bytes.data);
            issued_free(device);
        }
        tca_trust_set_unref(set);
        tca_trust_builder_unref(builder);
        tca_inventory_unref(inventory);
    }
    for (int i = 0; i <= MOST; i++) {
        issued_free(made[i]);
    }
}
END_TEST

static void content_of(const tca_trust_set *set, uint8_t content[TCA_TRUST_CONTENT_SIZE]) {
    tca_trust_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_trust_set_get_summary(set, &summary), TCA_OK);
    ck_assert_uint_eq(summary.content_length, TCA_TRUST_CONTENT_SIZE);
    memcpy(content, summary.content, TCA_TRUST_CONTENT_SIZE);
}

START_TEST(a_set_counts_itself_and_what_it_holds) {
    tca_trust_set *first = scene_set();
    tca_trust_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_trust_set_get_summary(first, &summary), TCA_OK);
    ck_assert_uint_eq(summary.generation, 1);
    ck_assert_int_eq(summary.now, SCENE_NOW);
    ck_assert_uint_eq(summary.tenants, 1);
    ck_assert_uint_eq(summary.anchors, 2);
    ck_assert_uint_eq(summary.trusted, 2);
    static const scene_ca later[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_INACTIVE},
                                     {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                     {0}};
    tca_trust_options options = {.struct_size = sizeof(options), .previous = first};
    tca_trust_set *second = scene_set_of(SCENE_TENANT, later, SCENE_A_END + 1, &options);
    ck_assert_int_eq(tca_trust_set_get_summary(second, &summary), TCA_OK);
    ck_assert_uint_eq(summary.generation, 2);
    ck_assert_uint_eq(summary.anchors, 2);
    ck_assert_uint_eq(summary.trusted, 1);
    tca_trust_set_unref(first);
    tca_trust_set_unref(second);
}
END_TEST

START_TEST(the_content_tells_what_is_trusted_and_nothing_else) {
    static const scene_ca a_then_b[] = {
        {.vector = "tenant-ca-a.der", .status = TCA_SERVICE_INACTIVE},
        {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
        {0}};
    static const scene_ca b_then_a[] = {
        {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_INACTIVE},
        {.vector = "tenant-ca-a.der", .status = TCA_SERVICE_ACTIVE},
        {0}};
    static const scene_ca revoked[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_REVOKED},
                                       {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                       {0}};
    static const scene_ca alone[] = {{.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                     {0}};
    static const scene_ca none[] = {{0}};
    const scene_ca *const lists[] = {a_then_b, b_then_a, revoked, alone, none};
    uint8_t contents[COUNT(lists)][TCA_TRUST_CONTENT_SIZE];
    for (size_t i = 0; i < COUNT(lists); i++) {
        /* The time and the words "active" and "inactive" are none of it. */
        tca_trust_set *set =
            scene_set_of(SCENE_TENANT, lists[i], SCENE_NOW + (tca_unix)i * DAY, NULL);
        content_of(set, contents[i]);
        tca_trust_set_unref(set);
    }
    for (size_t i = 0; i < COUNT(lists); i++) {
        for (size_t n = 0; n < i; n++) {
            bool same = memcmp(contents[i], contents[n], TCA_TRUST_CONTENT_SIZE) == 0;
            ck_assert_msg(same == (i == 1 && n == 0), "%zu and %zu", i, n);
        }
    }
    tca_trust_set *other = scene_set_of(SCENE_OTHER_TENANT, none, SCENE_NOW, NULL);
    uint8_t content[TCA_TRUST_CONTENT_SIZE];
    content_of(other, content);
    ck_assert_int_ne(memcmp(content, contents[4], sizeof(content)), 0);
    tca_trust_set_unref(other);
}
END_TEST

static tca_result finish_two(const tca_inventory *one, const tca_inventory *other,
                             const tca_trust_options *options, tca_trust_set **out) {
    tca_trust_builder *builder = NULL;
    ck_assert_int_eq(tca_trust_builder_new(options, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_add(builder, one, NULL), TCA_OK);
    tca_result result = tca_trust_builder_add(builder, other, NULL);
    if (result == TCA_OK) {
        result = tca_trust_builder_finish(builder, SCENE_NOW, 0, out, NULL);
    }
    tca_trust_builder_unref(builder);
    return result;
}

START_TEST(several_tenants_are_kept_apart) {
    static const scene_ca ours[] = {{.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                    {0}};
    static const scene_ca theirs[] = {
        {.vector = "tenant-ca-other-tenant.der", .status = TCA_SERVICE_ACTIVE}, {0}};
    tca_inventory *one = scene_inventory(SCENE_TENANT, ours);
    tca_inventory *other = scene_inventory(SCENE_OTHER_TENANT, theirs);
    tca_trust_set *set = NULL;
    ck_assert_int_eq(finish_two(one, other, NULL, &set), TCA_OK);
    scene_bytes device = scene_vector("device-of-other-tenant.der");
    tca_verdict verdict;
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, NULL, &verdict), TCA_OK);
    ck_assert_str_eq(verdict.tenant, SCENE_OTHER_TENANT);
    tca_verify_options options = {.struct_size = sizeof(options),
                                  .tenant = SCENE_TENANT,
                                  .tenant_length = strlen(SCENE_TENANT)};
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, &options, &verdict), TCA_E_NOT_TRUSTED);
    ck_assert_uint_eq(verdict.refusal, TCA_REFUSED_WRONG_TENANT);
    ck_assert_uint_eq(verdict.signature_checks, 0);
    free(device.data);
    tca_trust_set_unref(set);
    tca_inventory_unref(one);
    tca_inventory_unref(other);
}
END_TEST

/* Two tenants, one CA: whose would its devices be? */
START_TEST(one_ca_of_two_tenants_is_refused_when_building) {
    issued *ca = scene_tenant_ca(SCENE_TENANT, SCENE_NOW - DAY, 10 * DAY, KEY_P256);
    scene_ca cas[] = {{.made = ca, .status = TCA_SERVICE_ACTIVE}, {0}};
    tca_inventory *one = scene_inventory(SCENE_TENANT, cas);
    tca_inventory *other = scene_inventory(SCENE_OTHER_TENANT, cas);
    tca_trust_set *set = NULL;
    /* An inventory calls it foreign, and it stays out. */
    ck_assert_int_eq(finish_two(one, other, NULL, &set), TCA_OK);
    tca_trust_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_trust_set_get_summary(set, &summary), TCA_OK);
    ck_assert_uint_eq(summary.tenants, 2);
    ck_assert_uint_eq(summary.anchors, 1);
    tca_trust_set_unref(set);
    tca_inventory_unref(one);
    tca_inventory_unref(other);
    issued_free(ca);

    /* Without a tenant in its name it is whoever's service lists it. */
    static const scene_ca nobodys[] = {
        {.vector = "policy-ca-2022.der", .status = TCA_SERVICE_ACTIVE}, {0}};
    one = scene_inventory(SCENE_TENANT, nobodys);
    other = scene_inventory(SCENE_OTHER_TENANT, nobodys);
    ck_assert_int_eq(finish_two(one, other, NULL, &set), TCA_E_AMBIGUOUS);
    ck_assert_ptr_null(set);
    ck_assert_int_eq(finish_two(one, one, NULL, &set), TCA_E_ARGUMENT);
    ck_assert_ptr_null(set);
    tca_trust_options options = {.struct_size = sizeof(options), .max_tenants = 1};
    ck_assert_int_eq(finish_two(one, other, &options, &set), TCA_E_LIMIT);
    options = (tca_trust_options){.struct_size = sizeof(options), .max_anchors = 1};
    ck_assert_int_eq(finish_two(one, other, &options, &set), TCA_E_LIMIT);
    ck_assert_ptr_null(set);
    tca_inventory_unref(one);
    tca_inventory_unref(other);
}
END_TEST

START_TEST(an_empty_set_trusts_nobody) {
    tca_trust_builder *builder = NULL;
    tca_trust_set *set = NULL;
    ck_assert_int_eq(tca_trust_builder_new(NULL, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_finish(builder, SCENE_NOW, 42, &set, NULL), TCA_OK);
    tca_trust_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_trust_set_get_summary(set, &summary), TCA_OK);
    ck_assert_uint_eq(summary.generation, 42);
    ck_assert_uint_eq(summary.anchors, 0);
    expect(set, "device-of-b.der", SCENE_NOW, TCA_REFUSED_UNKNOWN_ISSUER);
    tca_trust_set_unref(set);
    tca_trust_builder_unref(builder);
}
END_TEST

START_TEST(limits_and_misuse_are_refused) {
    tca_trust_set *set = scene_set();
    scene_bytes device = scene_vector("device-of-b.der");
    const uint8_t *data = device.data;
    const uint8_t *nothing = NULL;
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    tca_verdict small = {.struct_size = 16};
    uint8_t short_secret[4] = {0};
    ck_assert_int_eq(tca_trust_verify(NULL, &data, &device.length, 1, 0, NULL, &verdict, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_verify(set, NULL, &device.length, 1, 0, NULL, &verdict, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_verify(set, &data, NULL, 1, 0, NULL, &verdict, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_verify(set, &data, &device.length, 0, 0, NULL, &verdict, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_verify(set, &nothing, &device.length, 1, 0, NULL, &verdict, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_verify(set, &data, &device.length, 1, 0, NULL, NULL, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_verify(set, &data, &device.length, 1, 0, NULL, &small, NULL),
                     TCA_E_STRUCT_TOO_SMALL);
    tca_verify_options flagged = {.struct_size = sizeof(flagged), .flags = 1};
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, &flagged, &verdict), TCA_E_UNSUPPORTED);
    ck_assert_uint_eq(verdict.refusal, TCA_REFUSED_UNDECIDED);
    free(device.data);
    tca_trust_set_unref(set);

    tca_trust_builder *builder = NULL;
    tca_trust_options options = {.struct_size = sizeof(options), .flags = 1};
    ck_assert_int_eq(tca_trust_builder_new(&options, &builder, NULL), TCA_E_UNSUPPORTED);
    options = (tca_trust_options){.struct_size = sizeof(options), .reserved = 1};
    ck_assert_int_eq(tca_trust_builder_new(&options, &builder, NULL), TCA_E_UNSUPPORTED);
    options = (tca_trust_options){.struct_size = sizeof(options), .max_anchors = 100000001};
    ck_assert_int_eq(tca_trust_builder_new(&options, &builder, NULL), TCA_E_LIMIT);
    options = (tca_trust_options){
        .struct_size = sizeof(options), .secret = short_secret, .secret_length = 4};
    ck_assert_int_eq(tca_trust_builder_new(&options, &builder, NULL), TCA_E_ARGUMENT);
    options = (tca_trust_options){.struct_size = sizeof(options), .secret_length = 16};
    ck_assert_int_eq(tca_trust_builder_new(&options, &builder, NULL), TCA_E_ARGUMENT);
    ck_assert_ptr_null(builder);
    ck_assert_int_eq(tca_trust_builder_new(NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_builder_new(NULL, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_add(builder, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_builder_add(NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_builder_set_verifier(builder, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_builder_finish(builder, SCENE_NOW, 0, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_builder_finish(NULL, SCENE_NOW, 0, &set, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_builder_finish(builder, INT64_MAX, 0, &set, NULL), TCA_E_RANGE);
    ck_assert_ptr_null(set);
    tca_trust_builder_unref(builder);
    tca_trust_builder_unref(NULL);
    tca_trust_set_unref(NULL);
    tca_trust_set_ref(NULL, &set);
    ck_assert_ptr_null(set);
    tca_trust_summary summary = {.struct_size = sizeof(summary), .anchors = 7};
    ck_assert_int_eq(tca_trust_set_get_summary(NULL, &summary), TCA_E_ARGUMENT);
    ck_assert_uint_eq(summary.anchors, 0);
    ck_assert_int_eq(tca_trust_set_get_summary(NULL, NULL), TCA_E_ARGUMENT);
}
END_TEST

/* ---- structs of older and newer callers ---- */

typedef tca_result struct_getter(void *out);

static struct {
    tca_trust_set *set;
    tca_verdict_cache *cache;
    tca_usage_snapshot *snapshot;
    scene_bytes device;
} held;

static tca_result get_summary(void *out) {
    return tca_trust_set_get_summary(held.set, out);
}
static tca_result get_statistics(void *out) {
    return tca_verdict_cache_get_statistics(held.cache, out);
}
static tca_result get_record(void *out) {
    return tca_usage_snapshot_get(held.snapshot, 0, out);
}
static tca_result get_verdict(void *out) {
    const uint8_t *data = held.device.data;
    return tca_trust_verify(held.set, &data, &held.device.length, 1, SCENE_NOW, NULL, out, NULL);
}

static const struct {
    const char *what;
    struct_getter *get;
    uint32_t size;
} outputs[] = {
    {"summary", get_summary, sizeof(tca_trust_summary)},
    {"statistics", get_statistics, sizeof(tca_cache_statistics)},
    {"record", get_record, sizeof(tca_usage_record)},
    {"verdict", get_verdict, sizeof(tca_verdict)},
};

static void hold(void) {
    tca_usage *usage = NULL;
    held.set = scene_set();
    held.device = scene_vector("device-of-b.der");
    ck_assert_int_eq(tca_verdict_cache_new(NULL, &held.cache, NULL), TCA_OK);
    ck_assert_int_eq(tca_usage_new(NULL, &usage, NULL), TCA_OK);
    tca_verify_options options = {.struct_size = sizeof(options), .usage = usage};
    ck_assert_int_eq(scene_verify(held.set, held.device, SCENE_NOW, &options, NULL), TCA_OK);
    ck_assert_int_eq(tca_usage_read(usage, &held.snapshot, NULL), TCA_OK);
    tca_usage_unref(usage);
}

static void let_go(void) {
    tca_usage_snapshot_unref(held.snapshot);
    tca_verdict_cache_unref(held.cache);
    tca_trust_set_unref(held.set);
    free(held.device.data);
}

START_TEST(output_structs_are_written_as_far_as_they_reach) {
    enum { ROOM = 512 };
    _Alignas(8) uint8_t room[ROOM];
    uint32_t size = outputs[_i].size;
    hold();
    for (uint32_t given = 4; given <= ROOM; given += given < size - 4 ? size - 8 : 4) {
        memset(room, 0xA5, sizeof(room));
        memcpy(room, &given, sizeof(given));
        tca_result result = outputs[_i].get(room);
        ck_assert_msg(result == (given < size ? TCA_E_STRUCT_TOO_SMALL : TCA_OK), "%s of %u: %s",
                      outputs[_i].what, given, tca_result_name(result));
        for (uint32_t at = given < size ? 4 : size; at < ROOM; at++) {
            ck_assert_msg(room[at] == 0xA5, "%s of %u: byte %u", outputs[_i].what, given, at);
        }
    }
    let_go();
}
END_TEST

START_TEST(refusals_have_names_and_texts) {
    for (uint32_t i = 0; i <= TCA_REFUSED_CA_EXPIRED; i++) {
        ck_assert_str_ne(tca_refusal_name(i), "unknown");
        ck_assert_str_ne(tca_refusal_text(i), "unknown refusal");
        for (uint32_t n = 0; n < i; n++) {
            ck_assert_str_ne(tca_refusal_name(i), tca_refusal_name(n));
        }
    }
    ck_assert_str_eq(tca_refusal_name(TCA_REFUSED_CA_EXPIRED), "ca-expired");
    ck_assert_str_eq(tca_refusal_name(TCA_REFUSED_CA_EXPIRED + 1), "unknown");
    ck_assert_str_eq(tca_refusal_text(UINT32_MAX), "unknown refusal");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust");
    TCase *tests = tcase_create("trust");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, devices_of_both_certificates_belong_at_once);
    tcase_add_test(tests, a_verdict_names_tenant_ca_and_device);
    tcase_add_test(tests, a_verdict_holds_no_longer_than_the_ca);
    tcase_add_test(tests, every_edge_is_exact_to_the_second);
    tcase_add_test(tests, a_ca_that_begins_later_counts_when_it_begins);
    tcase_add_test(tests, what_does_not_belong_is_refused_with_its_reason);
    tcase_add_test(tests, a_refusal_says_in_words_what_is_wrong);
    tcase_add_test(tests, a_trusted_device_leaves_no_error);
    tcase_add_test(tests, the_expected_tenant_is_asked_for_in_any_case);
    tcase_add_test(tests, certificates_sent_along_change_nothing);
    tcase_add_test(tests, a_forgery_costs_a_bounded_number_of_checks);
    tcase_add_test(tests, the_likely_signer_of_a_pair_is_tried_first);
    tcase_add_test(tests, the_active_one_of_a_pair_goes_first);
    tcase_add_test(tests, only_so_many_certificates_have_one_name);
    tcase_add_test(tests, a_set_counts_itself_and_what_it_holds);
    tcase_add_test(tests, the_content_tells_what_is_trusted_and_nothing_else);
    tcase_add_test(tests, several_tenants_are_kept_apart);
    tcase_add_test(tests, one_ca_of_two_tenants_is_refused_when_building);
    tcase_add_test(tests, an_empty_set_trusts_nobody);
    tcase_add_test(tests, limits_and_misuse_are_refused);
    tcase_add_loop_test(tests, output_structs_are_written_as_far_as_they_reach, 0, COUNT(outputs));
    tcase_add_test(tests, refusals_have_names_and_texts);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
