/* SPDX-License-Identifier: MIT */
/* Do the simulated IoT Hub, DPS and IoT Central answer as the real ones were recorded, and in the
 * shape of the official examples? Needs the recorded data; skipped without. */
#include "simulator_data.h"
#include "simulator_targets.h"

#include "simulator/mbedtls_compat.h"
#include "simulator/presented.h"

#define HUB_RUN INT64_C(1621233663) /* 2021-05-17T06:41:03Z */
#define DPS_RUN INT64_C(1651600203) /* 2022-05-03T17:50:03Z */

static json_t *recording(const char *name) {
    char file[TEXT_SIZE];
    char path[TEXT_SIZE];
    snprintf(file, sizeof file, "azure-iot-examples/recorded/%s.json", name);
    return data_path(file, path) ? load(path) : NULL;
}

static engine *start_at(int64_t clock) {
    static const char *const tenants[] = {TENANT};
    const engine_options options = {
        .clock = clock, .seed = 1, .tenants = tenants, .tenant_count = 1};
    engine *e = NULL;
    ck_assert_int_eq(engine_create(&options, &e), 0);
    return e;
}

/* The recorder put another name for the subject; etags and codes are up to the service. */
static void take_out_what_varies(json_t *certificate) {
    json_t *const properties = json_object_get(certificate, "properties");
    json_object_del(certificate, "etag");
    json_object_del(properties, "subject");
    json_object_del(properties, "verificationCode");
}

/* Nothing else differs. Releases the recorded one. */
static void ck_as_recorded(const char *name, json_t *recorded, json_t *ours) {
    same_shape(recorded, ours, 1, name);
    json_t *const list = json_object_get(recorded, "value");
    json_t *const own = json_deep_copy(ours);
    for (size_t i = 0; i < json_array_size(list); i++) {
        take_out_what_varies(json_array_get(list, i));
        take_out_what_varies(json_array_get(json_object_get(own, "value"), i));
    }
    take_out_what_varies(recorded);
    take_out_what_varies(own);
    ck_assert_msg(json_equal(recorded, own), "%s: differs", name);
    json_decref(own);
    json_decref(recorded);
}

/* Its replies, one by one, to requests as they were sent; returns the newest etag. */
static void replay(engine *e, const char *name, const char *method, const char *suffix,
                   const char *version, char etag[ETAG_SIZE], json_t *body) {
    char target[TEXT_SIZE];
    json_t *const recorded = recording(name);
    const json_t *const first = json_array_get(json_object_get(recorded, "value"), 0);
    const char *const id = text_at(first != NULL ? first : recorded, "id");
    const int length = (int)(first != NULL ? strrchr(id, '/') - id : (ptrdiff_t)strlen(id));
    snprintf(target, sizeof target, "%.*s%s?api-version=%s", length, id, suffix, version);
    json_t *const ours = ask_if(e, method, target, etag[0] != '\0' ? etag : NULL, body, 200);
    ck_as_recorded(name, recorded, ours);
    if (first == NULL) {
        snprintf(etag, ETAG_SIZE, "%s", text_at(ours, "etag"));
    }
    json_decref(ours);
}

START_TEST(a_hub_answers_as_recorded) {
    static const char version[] = "2021-03-31";
    char etag[ETAG_SIZE] = "";
    json_t *const sent = recording("iothub-2021-03-31-1-put.request");
    if (sent == NULL) {
        return;
    }
    engine *const e = start_at(HUB_RUN);
    replay(e, "iothub-2021-03-31-1-put.response", "PUT", "", version, etag, sent);
    replay(e, "iothub-2021-03-31-2-list.response", "GET", "", version, etag, NULL);
    replay(e, "iothub-2021-03-31-3-get.response", "GET", "", version, etag, NULL);
    ck_assert_int_eq(engine_set_clock(e, HUB_RUN + 2), 0);
    replay(e, "iothub-2021-03-31-4-generateVerificationCode.response", "POST",
           "/generateVerificationCode", version, etag, NULL);
    engine_destroy(e);
}
END_TEST

START_TEST(a_dps_answers_as_recorded) {
    static const char version[] = "2021-10-15";
    char first[ETAG_SIZE] = "";
    char etag[ETAG_SIZE] = "";
    char target[TEXT_SIZE];
    json_t *const verified = recording("dps-2021-10-15-1-put-verified.request");
    if (verified == NULL) {
        return;
    }
    engine *const e = start_at(DPS_RUN);
    json_t *const sent = json_copy(verified);
    json_object_del(sent, "isVerified");
    json_t *const update = recording("dps-2021-10-15-3-update.response");
    snprintf(target, sizeof target, "%s?api-version=%s", text_at(update, "id"), version);
    json_t *const made = ask_if(e, "PUT", target, NULL, json_incref(sent), 200);
    snprintf(etag, sizeof etag, "%s", text_at(made, "etag"));
    json_decref(made);
    json_decref(update);

    ck_assert_int_eq(engine_set_clock(e, DPS_RUN + 1), 0);
    replay(e, "dps-2021-10-15-1-put-verified.response", "PUT", "", version, first, verified);
    replay(e, "dps-2021-10-15-2-list.response", "GET", "", version, etag, NULL);
    ck_assert_int_eq(engine_set_clock(e, DPS_RUN + 5), 0);
    replay(e, "dps-2021-10-15-3-update.response", "PUT", "", version, etag, sent);
    ck_assert_int_eq(engine_set_clock(e, DPS_RUN + 6), 0);
    replay(e, "dps-2021-10-15-4-generateVerificationCode.response", "POST",
           "/generateVerificationCode", version, etag, NULL);
    engine_destroy(e);
}
END_TEST

/* What the services verified then would be found good now: read, and linked to its CA. */
static const struct {
    const char *put, *code, *verify;
    int flat;
    int64_t verified_at;
} proofs[] = {
    {"iothub-2021-03-31-1-put.request", "iothub-2021-03-31-4-generateVerificationCode.response",
     "iothub-2021-03-31-5-verify.request", 0, HUB_RUN + 3},
    {"dps-2021-10-15-1-put-verified.request", "dps-2021-10-15-4-generateVerificationCode.response",
     "dps-2021-10-15-5-verify.request", 1, DPS_RUN + 7},
};

/* The recorded keys have 2046 bits. */
static int takes_key(der_view public_key) {
    mbedtls_pk_context key;
    ck_assert_int_eq(compat_ready(), 0);
    mbedtls_pk_init(&key);
    const int rc = mbedtls_pk_parse_public_key(&key, public_key.data, public_key.length);
    mbedtls_pk_free(&key);
    if (rc != 0) {
        printf("skipped: this mbedTLS does not take the recorded key\n");
    }
    return rc == 0;
}

START_TEST(recorded_proofs_hold) {
    presented ca;
    presented proof;
    json_t *const put = recording(proofs[_i].put);
    if (put == NULL) {
        return;
    }
    json_t *const code = recording(proofs[_i].code);
    json_t *const verify = recording(proofs[_i].verify);
    const json_t *const shown = json_object_get(code, "properties");
    ck_assert_int_eq(
        presented_read(
            text_at(proofs[_i].flat ? put : json_object_get(put, "properties"), "certificate"),
            &ca),
        0);
    ck_assert_int_eq(presented_read(text_at(verify, "certificate"), &proof), 0);
    ck_assert_str_eq(ca.thumbprint, text_at(shown, "thumbprint"));
    ck_assert_str_eq(proof.common_name, text_at(shown, "verificationCode"));
    if (takes_key(ca.public_key)) {
        ck_assert_int_eq(presented_signed_by(&proof, &ca), LINK_HOLDS);
    }
    ck_assert_int_eq(presented_signed_by(&ca, &proof), LINK_OTHER_ISSUER);
    ck_assert(presented_valid_at(&proof, proofs[_i].verified_at));
    presented_release(&proof);
    presented_release(&ca);
    json_decref(verify);
    json_decref(code);
    json_decref(put);
}
END_TEST

/* The last reply of each run: its proof cannot be made again, so ours is of a CA of our own. */
START_TEST(a_verified_certificate_has_the_recorded_shape) {
    static const struct {
        const char *recording, *target, *version;
        text_form form;
    } runs[] = {{"iothub-2021-03-31-5-verify.response", HUB "/one", HUB_VERSION, FORM_PEM_CRLF},
                {"dps-2021-10-15-5-verify.response", DPS "/one", DPS_VERSION, FORM_PEM_IN_BASE64}};
    static const char *const actions[] = {"", "/generateVerificationCode", "/verify"};
    char target[3][TEXT_SIZE];
    char etag[ETAG_SIZE];
    json_t *const recorded = recording(runs[_i].recording);
    if (recorded == NULL) {
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        snprintf(target[i], TEXT_SIZE, "%s%s%s", runs[_i].target, actions[i], runs[_i].version);
    }
    authorities cas = make_authorities();
    engine *const e = start();
    json_t *const put =
        ask_if(e, "PUT", target[0], NULL, upload_body(cas.a, runs[_i].form, 0), 200);
    snprintf(etag, sizeof etag, "%s", text_at(put, "etag"));
    json_t *const coded = ask_if(e, "POST", target[1], etag, NULL, 200);
    snprintf(etag, sizeof etag, "%s", text_at(coded, "etag"));
    const char *const code = text_at(json_object_get(coded, "properties"), "verificationCode");
    json_t *const verified =
        ask_if(e, "POST", target[2], etag, proof_body(cas.a, code, START), 200);
    same_shape(recorded, verified, 1, runs[_i].recording);
    json_decref(verified);
    json_decref(coded);
    json_decref(put);
    json_decref(recorded);
    engine_destroy(e);
    free_authorities(&cas);
}
END_TEST

/* ---- official examples ---- */

static const struct {
    const char *example, *method, *target;
} examples[] = {
    {"iothub.2023-06-30.listcertificates", "GET", HUB HUB_VERSION},
    {"iothub.2025-08-01-preview.getcertificate", "GET", HUB "/cert" HUB_VERSION},
    {"iothub.2026-05-01-preview.certificatescreateorupdate", "PUT", HUB "/cert" HUB_VERSION},
    {"iothub.2026-03-01-preview.generateverificationcode", "POST",
     HUB "/cert/generateVerificationCode" HUB_VERSION},
    {"dps.2022-12-12.certificatecreateorupdate", "PUT", DPS "/cert" DPS_VERSION},
    {"dps.2026-04-01.getcertificate", "GET", DPS "/cert" DPS_VERSION},
    {"dps.2026-08-01.certificatecreateorupdate", "PUT", DPS "/cert" DPS_VERSION},
    {"dps.2026-08-01.getcertificates", "GET", DPS DPS_VERSION},
    {"dps.2026-08-01.generateverificationcode", "POST",
     DPS "/cert/generateVerificationCode" DPS_VERSION},
    {"iotcentral.2022-07-31.enrollmentgroups_setx509", "PUT",
     CENTRAL "/myEnrollmentGroupId/certificates/primary" CENTRAL_VERSION},
    {"iotcentral.2022-07-31.enrollmentgroups_getx509", "GET",
     CENTRAL "/myEnrollmentGroupId/certificates/primary" CENTRAL_VERSION},
    {"iotcentral.2022-07-31.enrollmentgroups_generateverificationcodex509", "POST",
     CENTRAL "/myEnrollmentGroupId/certificates/primary/generateVerificationCode" CENTRAL_VERSION},
};

static json_t *body_for(const char *target, const issued *ca) {
    return target == strstr(target, CENTRAL) ? json_pack("{s:b, s:o}", "verified", 1, "certificate",
                                                         json_certificate(ca, FORM_DER))
                                             : upload_body(ca, FORM_PEM_IN_BASE64, 0);
}

/* The examples show a certificate where the recorded DPS says null: the recording wins. */
static void forget_certificate(json_t *reply) {
    json_object_del(json_object_get(reply, "properties"), "certificate");
    json_t *const first = json_array_get(json_object_get(reply, "value"), 0);
    json_object_del(json_object_get(first, "properties"), "certificate");
}

START_TEST(official_examples_are_answered) {
    static const char *const places[] = {
        HUB "/cert" HUB_VERSION, DPS "/cert" DPS_VERSION,
        CENTRAL "/myEnrollmentGroupId/certificates/primary" CENTRAL_VERSION};
    char name[TEXT_SIZE];
    char path[TEXT_SIZE];
    char etag[ETAG_SIZE] = "";
    snprintf(name, sizeof name, "azure-iot-examples/%s.json", examples[_i].example);
    if (!data_path(name, path)) {
        return;
    }
    authorities cas = make_authorities();
    engine *const e = start();
    const int is_put = strcmp(examples[_i].method, "PUT") == 0;
    for (size_t i = 0; i < 3 && !is_put; i++) {
        expect(e, "PUT", places[i], NULL, body_for(places[i], cas.a), 200);
        if (strncmp(places[i], examples[_i].target, strcspn(places[i], "?")) == 0) {
            json_t *const now = get(e, places[i]);
            snprintf(etag, sizeof etag, "%s", text_at(now, "etag"));
            json_decref(now);
        }
    }
    json_t *const example = load(path);
    json_t *const reply =
        json_object_get(json_object_get(json_object_get(example, "responses"), "200"), "body");
    json_t *const ours =
        ask_if(e, examples[_i].method, examples[_i].target, etag[0] != '\0' ? etag : NULL,
               is_put ? body_for(examples[_i].target, cas.a) : NULL, 200);
    if (strncmp(examples[_i].example, "dps", 3) == 0) {
        forget_certificate(reply);
        forget_certificate(ours);
    }
    same_shape(reply, ours, 0, examples[_i].example);
    json_decref(ours);
    json_decref(example);
    engine_destroy(e);
    free_authorities(&cas);
}
END_TEST

static Suite *recorded_suite(void) {
    Suite *const suite = suite_create("simulator recorded");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_hub_answers_as_recorded);
    tcase_add_test(tests, a_dps_answers_as_recorded);
    tcase_add_loop_test(tests, recorded_proofs_hold, 0, COUNT(proofs));
    tcase_add_loop_test(tests, a_verified_certificate_has_the_recorded_shape, 0, 2);
    tcase_add_loop_test(tests, official_examples_are_answered, 0, COUNT(examples));
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    return run_suite(recorded_suite());
}
