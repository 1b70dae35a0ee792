/* SPDX-License-Identifier: MIT */
/* Do the simulated services answer as the real ones were recorded and as the official examples say,
 * and are the certificates laid out alike? Needs the recorded data; skipped without. */
#include "simulator_data.h"

#include "simulator/issuer.h"

enum { FILE_MAX = 64 * 1024 };

/* ---- shapes ---- */

static const struct {
    const char *recording, *method, *target, *body;
} recordings[] = {
    {"list-certificates", "GET", CATALOG "/certificates" VERSION, NULL},
    {"get-certificate", "GET", CATALOG "/certificates/.default" VERSION, NULL},
    {"retrieve-cert-chain", "POST", CATALOG "/certificates/.default/retrieveCertChain" VERSION,
     NULL},
    {"retrieve-proof-of-possession", "POST",
     CATALOG "/certificates/.default/retrieveProofOfPossessionNonce" VERSION,
     "{\"proofOfPossessionNonce\":\"proofOfPossessionNonce\"}"},
};

START_TEST(replies_have_the_recorded_shape) {
    char name[TEXT_SIZE];
    char path[TEXT_SIZE];
    snprintf(name, sizeof name, "azure-sphere-real/azps-mainscenario-%s.response.json",
             recordings[_i].recording);
    if (!data_path(name, path)) {
        return;
    }
    engine *const e = start();
    json_t *const recorded = load(path);
    json_t *const ours =
        ask(e, recordings[_i].method, recordings[_i].target, recordings[_i].body, 200);
    same_shape(recorded, ours, 1, recordings[_i].recording);
    json_decref(recorded);
    json_decref(ours);
    engine_destroy(e);
}
END_TEST

/* The same tenant and dates give the same resource, but for what depends on the keys. */
START_TEST(a_resource_says_what_the_recorded_one_says) {
    static const char *const keys[] = {"status", "subject", "expiryUtc", "notBeforeUtc",
                                       "provisioningState"};
    char path[TEXT_SIZE];
    if (!data_path("azure-sphere-real/azps-mainscenario-get-certificate.response.json", path)) {
        return;
    }
    engine *const e = start();
    json_t *const recorded = load(path);
    json_t *const ours = get(e, CATALOG "/certificates/.default" VERSION);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        ck_assert_str_eq(text_at(json_object_get(ours, "properties"), keys[i]),
                         text_at(json_object_get(recorded, "properties"), keys[i]));
    }
    ck_assert_str_eq(text_at(ours, "type"), text_at(recorded, "type"));
    json_decref(recorded);
    json_decref(ours);
    engine_destroy(e);
}
END_TEST

static const char *const official[] = {
    "2022-09-01-preview.PostRetrieveCatalogCertChain",
    "2024-04-01.Certificates_Get",
    "2024-04-01.Certificates_ListByCatalog",
    "2024-04-01.Certificates_RetrieveCertChain",
    "2024-04-01.Certificates_RetrieveProofOfPossessionNonce",
};

/* The request of an example, with our catalog, answered in the shape of the example's reply. */
START_TEST(official_examples_are_answered) {
    char name[TEXT_SIZE];
    char path[TEXT_SIZE];
    char target[TEXT_SIZE];
    snprintf(name, sizeof name, "azure-sphere-arm-examples/%s.json", official[_i]);
    if (!data_path(name, path)) {
        return;
    }
    json_t *const example = load(path);
    const json_t *const parameters = json_object_get(example, "parameters");
    const char *const action = strrchr(text_at(example, "operationId"), '_') + 1;
    const json_t *const nonce = json_object_get(parameters, "proofOfPossessionNonceRequest");
    const int is_list = strcmp(action, "ListByCatalog") == 0;
    const int is_get = is_list || strcmp(action, "Get") == 0;
    snprintf(target, sizeof target,
             "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.AzureSphere/catalogs/" TENANT
             "/certificates%s%s%s%s?api-version=%s",
             text_at(parameters, "subscriptionId"), text_at(parameters, "resourceGroupName"),
             is_list ? "" : "/", is_list ? "" : text_at(parameters, "serialNumber"),
             is_get ? "" : "/", is_get ? "" : action, text_at(parameters, "api-version"));
    char *const body = nonce != NULL ? json_dumps(nonce, 0) : NULL;
    engine *const e = start();
    json_t *const ours = ask(e, is_get ? "GET" : "POST", target, body, 200);
    const json_t *const reply =
        json_object_get(json_object_get(json_object_get(example, "responses"), "200"), "body");
    same_shape(reply, ours, 0, official[_i]);
    free(body);
    json_decref(ours);
    json_decref(example);
    engine_destroy(e);
}
END_TEST

/* ---- certificates ---- */

static size_t read_file(const char *path, uint8_t *out) {
    FILE *const file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    const size_t length = fread(out, 1, FILE_MAX, file);
    fclose(file);
    return length;
}

/* Are both the same up to the signature, but for the serial number and the public key's point? */
static void same_layout(const uint8_t *one, const uint8_t *other, size_t serial_length) {
    static const uint8_t p384_point[] = {0x03, 0x62, 0x00, 0x04};
    const size_t tbs = 8 + (size_t)(other[6] << 8 | other[7]);
    const size_t serial = 15; /* SEQUENCE, SEQUENCE, version, tag and length */
    size_t point = 0;
    while (memcmp(other + point, p384_point, sizeof p384_point) != 0) {
        point++;
    }
    point += sizeof p384_point;
    for (size_t i = 4; i < tbs; i++) {
        const int is_key = i >= point && i < point + 96;
        const int is_serial = i >= serial && i < serial + serial_length;
        ck_assert_msg(is_key || is_serial || one[i] == other[i], "differ at byte %zu", i);
    }
}

static const struct {
    const char *file, *tenant;
    int64_t not_before;
    serial_shape serial;
    size_t serial_length;
} real_cas[] = {
    {"azure-sphere-real/azps-mainscenario-tenant-ca.cer", TENANT, START, SERIAL_LEADING_ZERO, 17},
    {"azure-sphere-real/be51057e-active-2023.cer", OTHER, INT64_C(1684248900), SERIAL_16_BYTES, 16},
};

START_TEST(tenant_ca_certificates_are_laid_out_as_the_recorded_ones) {
    static uint8_t recorded[FILE_MAX];
    char path[TEXT_SIZE];
    if (!data_path(real_cas[_i].file, path)) {
        return;
    }
    const size_t length = read_file(path, recorded);
    issued *root = NULL;
    issued *policy_ca = NULL;
    issued *ours = NULL;
    const tenant_ca_options options = {.tenant = real_cas[_i].tenant,
                                       .not_before = real_cas[_i].not_before,
                                       .serial = real_cas[_i].serial};
    ck_assert_int_eq(issuer_root_2020(1, &root), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(1, root, &policy_ca), 0);
    ck_assert_int_eq(issuer_tenant_ca(1, policy_ca, &options, &ours), 0);
    ck_assert_uint_ge(ours->certificate.length + 4, length); /* signatures vary by a few bytes */
    same_layout(ours->certificate.data, recorded, real_cas[_i].serial_length);
    issued_free(ours);
    issued_free(policy_ca);
    issued_free(root);
}
END_TEST

START_TEST(a_proof_is_laid_out_as_the_recorded_one) {
    static uint8_t recorded[FILE_MAX];
    char path[TEXT_SIZE];
    size_t length;
    if (!data_path("azure-sphere-real/azps-mainscenario-proof-of-possession.cer", path)) {
        return;
    }
    read_file(path, recorded);
    engine *const e = start();
    /* Recorded at 2024-04-01T08:44:35Z. The serial number's length is up to chance, so ask until
     * it has the recorded one's 16 bytes. */
    ck_assert_int_eq(engine_set_clock(e, INT64_C(1711961075)), 0);
    for (int tries = 0;; tries++) {
        ck_assert_int_lt(tries, 64);
        json_t *const reply = get(e, LEGACY "/verification/proofOfPossessionNonce");
        uint8_t *const proof = decode(reply, &length);
        const int same_length = proof[14] == recorded[14];
        if (same_length) {
            same_layout(proof, recorded, 16);
        }
        free(proof);
        json_decref(reply);
        if (same_length) {
            break;
        }
    }
    engine_destroy(e);
}
END_TEST

/* ---- all of it ---- */

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static Suite *shapes_suite(void) {
    Suite *const suite = suite_create("simulator shapes");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, replies_have_the_recorded_shape, 0, COUNT(recordings));
    tcase_add_test(tests, a_resource_says_what_the_recorded_one_says);
    tcase_add_loop_test(tests, official_examples_are_answered, 0, COUNT(official));
    tcase_add_loop_test(tests, tenant_ca_certificates_are_laid_out_as_the_recorded_ones, 0,
                        COUNT(real_cas));
    tcase_add_test(tests, a_proof_is_laid_out_as_the_recorded_one);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    SRunner *const runner = srunner_create(shapes_suite());
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
