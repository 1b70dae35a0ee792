/* SPDX-License-Identifier: MIT */
/* Chains and proofs that are not what they should be, made for the purpose and signed. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <mbedtls/base64.h>
#include <tenantca/tenantca.h>

#include "simulator/issuer.h"

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define NOW INT64_C(1767225600) /* 2026-01-01 */
#define CODE "3D9A51F0C7B24E6881A2D4C06F35B79E02468ACE13579BDF"

typedef struct hierarchy {
    issued *root, *policy, *a, *b, *other_root, *other_policy;
} hierarchy;

static issued *tenant_ca(uint64_t seed, const issued *policy) {
    tenant_ca_options options = {.tenant = TENANT, .not_before = NOW - 86400};
    issued *certificate = NULL;
    ck_assert_int_eq(issuer_tenant_ca(seed, policy, &options, &certificate), 0);
    return certificate;
}

static hierarchy make_all(void) {
    hierarchy made = {0};
    ck_assert_int_eq(issuer_root_2020(1, &made.root), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(1, made.root, &made.policy), 0);
    made.a = tenant_ca(1, made.policy);
    made.b = tenant_ca(2, made.policy);
    ck_assert_int_eq(issuer_root_2020(9, &made.other_root), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(9, made.other_root, &made.other_policy), 0);
    return made;
}

static void free_all(hierarchy *made) {
    issued *const all[] = {made->root, made->policy,     made->a,
                           made->b,    made->other_root, made->other_policy};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        issued_free(all[i]);
    }
}

/* The legacy list with A active. */
static char *list_of(const issued *a) {
    unsigned char text[4096];
    size_t length;
    ck_assert_int_eq(mbedtls_base64_encode(text, sizeof(text), &length, a->certificate.data,
                                           a->certificate.length),
                     0);
    json_t *list =
        json_pack("[{s:b, s:b, s:s%}]", "IsActive", 1, "IsRevoked", 0, "Certificate", text, length);
    char *dumped = json_dumps(list, 0);
    json_decref(list);
    return dumped;
}

/* Run a chain or proof whose second exchange answers these octets. */
static tca_result run(const issued *a, bool proof, const void *answer, size_t answer_length,
                      tca_unix now) {
    tca_sphere_options where = {.struct_size = sizeof(where),
                                .kind = TCA_SPHERE_LEGACY,
                                .tenant = TENANT,
                                .tenant_length = strlen(TENANT)};
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    char *list = list_of(a);
    uint32_t wants = 0, exchanges = 0;
    tca_result result;
    ck_assert_int_eq(tca_sphere_new(&where, &sphere, NULL), TCA_OK);
    ck_assert_int_eq(proof
                         ? tca_sphere_proof(sphere, NULL, 0, CODE, strlen(CODE), NULL, &call, NULL)
                         : tca_sphere_chain(sphere, NULL, 0, NULL, &call, NULL),
                     TCA_OK);
    while ((result = tca_call_step(call, now, &wants, NULL)) == TCA_OK && wants != TCA_CALL_DONE) {
        tca_reply *reply;
        ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
        if (wants == TCA_CALL_TOKEN) {
            tca_reply_append(reply, (const uint8_t *)"t", 1);
        } else {
            tca_reply_set_status(reply, 200);
            tca_reply_append(reply, exchanges == 0 ? (const uint8_t *)list : answer,
                             exchanges == 0 ? strlen(list) : answer_length);
            exchanges++;
        }
        tca_reply_done(reply);
    }
    tca_certificate *certificate = NULL;
    tca_certificate_list *chain = NULL;
    bool taken = tca_call_take_certificate(call, &certificate) == TCA_OK ||
                 tca_call_take_chain(call, &chain, NULL) == TCA_OK;
    ck_assert_int_eq(taken, result == TCA_OK);
    tca_certificate_unref(certificate);
    tca_certificate_list_unref(chain);
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    free(list);
    return result;
}

START_TEST(a_chain_leads_from_the_certificate_up_to_its_root) {
    hierarchy made = make_all();
    const struct {
        const issued *links[5];
        size_t count;
        tca_result result;
    } chains[] = {
        {{made.root, made.policy, made.a}, 3, TCA_OK},
        {{made.a, made.policy, made.root}, 3, TCA_OK},
        {{made.policy, made.a}, 2, TCA_E_ANSWER},                    /* no root */
        {{made.root, made.a}, 2, TCA_E_ANSWER},                      /* no issuer */
        {{made.root, made.policy, made.b}, 3, TCA_E_ANSWER},         /* B instead of A */
        {{made.root, made.policy}, 2, TCA_E_ANSWER},                 /* without it */
        {{made.other_root, made.policy, made.a}, 3, TCA_E_ANSWER},   /* a look-alike root */
        {{made.root, made.other_policy, made.a}, 3, TCA_E_ANSWER},   /* a look-alike policy CA */
        {{made.root, made.policy, made.a, made.b}, 4, TCA_E_ANSWER}, /* one too many */
        {{made.other_root, made.root, made.policy, made.a}, 4, TCA_E_ANSWER},
    };
    for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
        der p7b = {0};
        ck_assert_int_eq(issuer_chain_p7b(chains[i].links, chains[i].count, &p7b), 0);
        ck_assert_msg(run(made.a, false, p7b.data, p7b.length, NOW) == chains[i].result,
                      "chain %zu", i);
        der_free(&p7b);
    }
    free_all(&made);
}
END_TEST

START_TEST(a_proof_is_the_cas_for_the_code_and_for_now) {
    hierarchy made = make_all();
    const struct {
        const issued *ca;
        const char *code;
        tca_unix now; /* relative to its making: it lives from -5 to +60 minutes */
        tca_result result;
    } proofs[] = {
        {made.a, CODE, 0, TCA_OK},
        {made.a, CODE, 60 * 60, TCA_OK},
        {made.a, CODE, 65 * 60, TCA_OK}, /* five minutes of skew */
        {made.a, CODE, 65 * 60 + 1, TCA_E_ANSWER},
        {made.a, CODE, -10 * 60, TCA_OK},
        {made.a, CODE, -10 * 60 - 1, TCA_E_ANSWER},
        {made.b, CODE, 0, TCA_E_ANSWER},
        {made.a, CODE "0", 0, TCA_E_ANSWER},
        {made.a, "other", 0, TCA_E_ANSWER},
    };
    for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
        issued *proof = NULL;
        ck_assert_int_eq(issuer_proof(5, proofs[i].ca, proofs[i].code, NOW, &proof), 0);
        ck_assert_msg(run(made.a, true, proof->certificate.data, proof->certificate.length,
                          NOW + proofs[i].now) == proofs[i].result,
                      "proof %zu", i);
        issued_free(proof);
    }
    free_all(&made);
}
END_TEST

START_TEST(bodies_are_told_apart_by_their_content) {
    hierarchy made = make_all();
    issued *proof = NULL;
    unsigned char text[4096];
    char quoted[4200], member[4300];
    size_t length;
    ck_assert_int_eq(issuer_proof(5, made.a, CODE, NOW, &proof), 0);
    ck_assert_int_eq(mbedtls_base64_encode(text, sizeof(text), &length, proof->certificate.data,
                                           proof->certificate.length),
                     0);
    snprintf(quoted, sizeof(quoted), "\"%s\"", (const char *)text);
    snprintf(member, sizeof(member), "{\"certificate\": %s}", quoted);
    const struct {
        const char *body;
        tca_result result;
    } bodies[] = {
        {(const char *)text, TCA_OK},
        {quoted, TCA_OK},
        {member, TCA_OK},
        {"null", TCA_E_NOT_FOUND},
        {"", TCA_E_NOT_FOUND},
        {"{}", TCA_E_NOT_FOUND},
        {"{\"certificate\": null}", TCA_E_NOT_FOUND},
        {"\"\"", TCA_E_NOT_FOUND},
        {"\"not base64!\"", TCA_E_ANSWER},
        {"<html>", TCA_E_ANSWER},
        {"{\"certificate\"", TCA_E_ANSWER},
    };
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        ck_assert_msg(run(made.a, true, bodies[i].body, strlen(bodies[i].body), NOW) ==
                          bodies[i].result,
                      "body %zu", i);
    }
    issued_free(proof);
    free_all(&made);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("sphere answers");
    TCase *cases = tcase_create("answers");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, a_chain_leads_from_the_certificate_up_to_its_root);
    tcase_add_test(cases, a_proof_is_the_cas_for_the_code_and_for_now);
    tcase_add_test(cases, bodies_are_told_apart_by_their_content);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
