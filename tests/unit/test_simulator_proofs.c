/* SPDX-License-Identifier: MIT */
/* Proof of possession at the simulated services: is it really checked, by all three alike? */
#include "simulator_targets.h"

/* Where a certificate is, and how its service speaks. */
typedef struct place {
    const char *certificate, *code, *verify;
    const char *code_holder; /* the member that has verificationCode; NULL: the reply itself */
    const char *state;       /* the member of a GET that says whether it is verified */
    unsigned verified, failed, unreadable;
} place;

static const place places[] = {
    {HUB "/one" HUB_VERSION, HUB "/one/generateVerificationCode" HUB_VERSION,
     HUB "/one/verify" HUB_VERSION, "properties", "isVerified", 200, 400, 400},
    {DPS "/one" DPS_VERSION, DPS "/one/generateVerificationCode" DPS_VERSION,
     DPS "/one/verify" DPS_VERSION, "properties", "isVerified", 200, 400, 400},
    {CENTRAL "/g/certificates/primary" CENTRAL_VERSION,
     CENTRAL "/g/certificates/primary/generateVerificationCode" CENTRAL_VERSION,
     CENTRAL "/g/certificates/primary/verify" CENTRAL_VERSION, NULL, "verified", 204, 400, 422},
};
enum { PLACES = COUNT(places) };

static authorities cas;
static engine *e;

static void set_up(void) {
    cas = make_authorities();
    e = start();
}

static void tear_down(void) {
    engine_destroy(e);
    free_authorities(&cas);
}

static const json_t *within(const json_t *reply, const place *p) {
    return p->code_holder != NULL ? json_object_get(reply, p->code_holder) : reply;
}

/* The etag to send; IoT Central wants none. */
static const char *current_etag(const place *p) {
    static char etag[ETAG_SIZE];
    json_t *const now = get(e, p->certificate);
    snprintf(etag, sizeof etag, "%s", text_at(now, "etag"));
    json_decref(now);
    return p->code_holder != NULL ? etag : NULL;
}

static int is_verified(const place *p) {
    json_t *const now = get(e, p->certificate);
    const int verified = json_is_true(json_object_get(within(now, p), p->state));
    json_decref(now);
    return verified;
}

static void upload(const place *p, const issued *ca) {
    json_t *const body = p->code_holder != NULL
                             ? upload_body(ca, FORM_PEM_IN_BASE64, 0)
                             : json_pack("{s:o}", "certificate", json_certificate(ca, FORM_PEM));
    expect(e, "PUT", p->certificate, NULL, body, 200);
}

static void new_code(const place *p, char code[CODE_TEXT_SIZE]) {
    json_t *const reply = ask_if(e, "POST", p->code, current_etag(p), NULL, 200);
    snprintf(code, CODE_TEXT_SIZE, "%s", text_at(within(reply, p), "verificationCode"));
    ck_assert_uint_eq(strlen(code), CODE_TEXT_SIZE - 1);
    json_decref(reply);
}

static void verify(const place *p, json_t *body, unsigned status) {
    expect(e, "POST", p->verify, current_etag(p), body, status);
}

START_TEST(a_proof_with_the_code_verifies_once) {
    const place *const p = &places[_i];
    char code[CODE_TEXT_SIZE];
    upload(p, cas.a);
    new_code(p, code);
    verify(p, proof_body(cas.a, code, START), p->verified);
    ck_assert(is_verified(p));
    verify(p, proof_body(cas.a, code, START), p->failed);
    ck_assert(is_verified(p));
}
END_TEST

START_TEST(a_new_code_replaces_the_last_one) {
    const place *const p = &places[_i];
    char first[CODE_TEXT_SIZE];
    char second[CODE_TEXT_SIZE];
    upload(p, cas.a);
    new_code(p, first);
    new_code(p, second);
    ck_assert_str_ne(first, second);
    verify(p, proof_body(cas.a, first, START), p->failed);
    ck_assert(!is_verified(p));
    verify(p, proof_body(cas.a, second, START), p->verified);
    ck_assert(is_verified(p));
}
END_TEST

START_TEST(without_a_code_nothing_is_proved) {
    const place *const p = &places[_i];
    upload(p, cas.a);
    verify(p, proof_body(cas.a, "", START), p->failed);
    verify(p, proof_body(cas.a, "000000000000000000000000000000000000000000000000", START),
           p->failed);
    ck_assert(!is_verified(p));
}
END_TEST

/* The code of a certificate is of no use for another one with the same name. */
START_TEST(a_code_belongs_to_one_certificate) {
    const place *const p = &places[_i];
    char code[CODE_TEXT_SIZE];
    upload(p, cas.a);
    new_code(p, code);
    json_t *const body = p->code_holder != NULL
                             ? upload_body(cas.b, FORM_DER, 0)
                             : json_pack("{s:o}", "certificate", json_certificate(cas.b, FORM_DER));
    expect(e, "PUT", p->certificate, current_etag(p), body, 200);
    verify(p, proof_body(cas.b, code, START), p->failed);
    ck_assert(!is_verified(p));
}
END_TEST

typedef enum signer { BY_B, BY_OTHER, BY_POLICY_CA, BY_A } signer;

static const struct {
    signer by;
    const char *code; /* NULL: the right one */
    int64_t made;     /* after START */
} wrong_proofs[] = {
    {BY_B, NULL, 0}, /* the same issuer's name, another key */
    {BY_OTHER, NULL, 0},
    {BY_POLICY_CA, NULL, 0},
    {BY_A, "00DF14B96E8E24DBB613F4BC6027DF1814FC8F051E6B0C39", 0},
    {BY_A, "", 0},
    {BY_A, NULL, -ISSUER_PROOF_AFTER - 1},
    {BY_A, NULL, ISSUER_PROOF_BEFORE + 1},
};
enum { WRONG_PROOFS = COUNT(wrong_proofs) };

START_TEST(a_wrong_proof_leaves_it_unverified) {
    const place *const p = &places[_i / WRONG_PROOFS];
    const size_t which = (size_t)(_i % WRONG_PROOFS);
    const issued *const signers[] = {cas.b, cas.other, cas.policy_ca, cas.a};
    char code[CODE_TEXT_SIZE];
    upload(p, cas.a);
    new_code(p, code);
    verify(p,
           proof_body(signers[wrong_proofs[which].by],
                      wrong_proofs[which].code != NULL ? wrong_proofs[which].code : code,
                      START + wrong_proofs[which].made),
           p->failed);
    ck_assert(!is_verified(p));
    verify(p, proof_body(cas.a, code, START), p->verified);
    ck_assert(is_verified(p));
}
END_TEST

/* Both ends of its life are included (RFC 5280, 4.1.2.5). */
START_TEST(a_proof_holds_to_its_last_second) {
    const place *const p = &places[_i / 2];
    char code[CODE_TEXT_SIZE];
    upload(p, cas.a);
    new_code(p, code);
    verify(p, proof_body(cas.a, code, START + (_i % 2 ? ISSUER_PROOF_BEFORE : -ISSUER_PROOF_AFTER)),
           p->verified);
}
END_TEST

static const char *const unreadable[] = {
    "{}",
    "[]",
    "null",
    "{\"certificate\":null}",
    "{\"certificate\":{}}",
    "{\"certificate\":\"\"}",
    "{\"certificate\":\"MA==\"}",
    "{\"certificate\":\"-----BEGIN CERTIFICATE-----\\nMA==\\n-----END CERTIFICATE-----\"}",
};
enum { UNREADABLE = COUNT(unreadable) };

START_TEST(what_is_no_certificate_proves_nothing) {
    const place *const p = &places[_i / UNREADABLE];
    json_error_t error;
    char code[CODE_TEXT_SIZE];
    upload(p, cas.a);
    new_code(p, code);
    verify(p, json_loads(unreadable[_i % UNREADABLE], JSON_DECODE_ANY, &error), p->unreadable);
    ck_assert(!is_verified(p));
}
END_TEST

/* A bit of the signature, of the key or of the name. */
START_TEST(a_proof_with_any_bit_changed_proves_nothing) {
    const place *const p = &places[_i];
    char code[CODE_TEXT_SIZE];
    issued *proof = NULL;
    upload(p, cas.a);
    new_code(p, code);
    ck_assert_int_eq(issuer_proof(23, cas.a, code, START, &proof), 0);
    der *const bytes = &proof->certificate;
    for (size_t i = 0; i < bytes->length; i += 7) {
        bytes->data[i] ^= 0x10;
        json_t *const body = json_pack("{s:o}", "certificate", json_certificate(proof, FORM_DER));
        engine_reply reply = ask_if_as(e, "Bearer t", "POST", p->verify, current_etag(p), body);
        ck_assert_msg(reply.status == p->failed || reply.status == p->unreadable, "byte %zu", i);
        engine_reply_release(&reply);
        bytes->data[i] ^= 0x10;
    }
    ck_assert(!is_verified(p));
    verify(p, json_pack("{s:o}", "certificate", json_certificate(proof, FORM_DER)), p->verified);
    issued_free(proof);
}
END_TEST

/* As users report it. */
START_TEST(the_hub_says_that_another_ca_signed) {
    char code[CODE_TEXT_SIZE];
    upload(&places[0], cas.a);
    new_code(&places[0], code);
    json_t *const reply = ask_if(e, "POST", places[0].verify, current_etag(&places[0]),
                                 proof_body(cas.other, code, START), 400);
    ck_assert_int_eq(json_integer_value(json_object_get(reply, "code")), 400053);
    ck_assert_ptr_nonnull(strstr(text_at(reply, "message"),
                                 "Proof-Of-Possession failed. Issuer certificate 'Microsoft Azure "
                                 "Sphere " TENANT "' cannot be found in the certificate chain."));
    ck_assert_ptr_nonnull(strstr(text_at(reply, "message"), "errorcode: IH400053."));
    json_decref(reply);
}
END_TEST

/* The whole way with the simulated Azure Sphere service: its certificate and its proof. */
START_TEST(the_spheres_proof_is_accepted) {
    const place *const p = &places[_i];
    char target[TEXT_SIZE];
    char code[CODE_TEXT_SIZE];
    json_t *const ca = get(e, LEGACY "/cert");
    json_t *const body = p->code_holder != NULL
                             ? json_pack("{s:{s:O}}", "properties", "certificate", ca)
                             : json_pack("{s:O}", "certificate", ca);
    expect(e, "PUT", p->certificate, NULL, body, 200);
    new_code(p, code);
    snprintf(target, sizeof target, LEGACY "/verification/%s", code);
    verify(p, json_pack("{s:o}", "certificate", get(e, target)), p->verified);
    ck_assert(is_verified(p));
    json_decref(ca);
}
END_TEST

static Suite *proofs_suite(void) {
    Suite *const suite = suite_create("simulator proofs");
    TCase *const tests = tcase_create("all");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, a_proof_with_the_code_verifies_once, 0, PLACES);
    tcase_add_loop_test(tests, a_new_code_replaces_the_last_one, 0, PLACES);
    tcase_add_loop_test(tests, without_a_code_nothing_is_proved, 0, PLACES);
    tcase_add_loop_test(tests, a_code_belongs_to_one_certificate, 0, PLACES);
    tcase_add_loop_test(tests, a_wrong_proof_leaves_it_unverified, 0, PLACES * WRONG_PROOFS);
    tcase_add_loop_test(tests, a_proof_holds_to_its_last_second, 0, PLACES * 2);
    tcase_add_loop_test(tests, what_is_no_certificate_proves_nothing, 0, PLACES * UNREADABLE);
    tcase_add_loop_test(tests, a_proof_with_any_bit_changed_proves_nothing, 0, PLACES);
    tcase_add_test(tests, the_hub_says_that_another_ca_signed);
    tcase_add_loop_test(tests, the_spheres_proof_is_accepted, 0, PLACES);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void) {
    return run_suite(proofs_suite());
}
