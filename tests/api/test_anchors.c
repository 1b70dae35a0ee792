/* SPDX-License-Identifier: MIT */
/* A back-end's own anchors: what is written, in which order, and what is left alone; with OpenSSL
 * as the judge of what it trusts. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "script.h"
#include "simulator/issuer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define OTHER "a7c9d3e1-05b4-4f62-8e7a-91b3c5d7f024"
#define NOW INT64_C(1767225600) /* 2026-01-01 */
#define DAY INT64_C(86400)

/* ---- certificates ---- */

/* A is active, B is its successor; the others are the tenant's too, but not to be trusted. */
enum { ROOT, POLICY, A, B, EXPIRED, REVOKED, FUTURE, FOREIGN, ALL };

typedef struct world {
    issued *made[ALL];
    tca_certificate *read[ALL];
    tca_rollover *rollover;
} world;

static void make(world *one, int which, const char *tenant, tca_unix not_before) {
    const tenant_ca_options options = {.tenant = tenant, .not_before = not_before};
    ck_assert_int_eq(
        issuer_tenant_ca((uint64_t)which, one->made[POLICY], &options, &one->made[which]), 0);
}

static void list(tca_inventory_builder *builder, const world *one, int which, uint32_t status) {
    const tca_service_record record = {.struct_size = sizeof(record), .status = status};
    ck_assert_int_eq(tca_inventory_builder_add(builder, one->read[which], &record, NULL), TCA_OK);
}

static tca_rollover *rollover_at(const world *one, tca_unix now) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    list(builder, one, FUTURE, TCA_SERVICE_INACTIVE);
    list(builder, one, B, TCA_SERVICE_INACTIVE);
    list(builder, one, REVOKED, TCA_SERVICE_REVOKED);
    list(builder, one, A, TCA_SERVICE_ACTIVE);
    list(builder, one, EXPIRED, TCA_SERVICE_EXPIRED);
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    ck_assert_int_eq(tca_rollover_compute(inventory, now, NULL, &rollover, NULL), TCA_OK);
    tca_inventory_unref(inventory);
    return rollover;
}

static world open_world(void) {
    world one = {0};
    ck_assert_int_eq(issuer_root_2020(1, &one.made[ROOT]), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(1, one.made[ROOT], &one.made[POLICY]), 0);
    make(&one, A, TENANT, NOW - 650 * DAY);
    make(&one, B, TENANT, NOW - 10 * DAY);
    make(&one, EXPIRED, TENANT, NOW - 731 * DAY);
    make(&one, REVOKED, TENANT, NOW - 300 * DAY);
    make(&one, FUTURE, TENANT, NOW + DAY);
    make(&one, FOREIGN, OTHER, NOW - 100 * DAY);
    for (int i = 0; i < ALL; i++) {
        const der *octets = &one.made[i]->certificate;
        ck_assert_int_eq(
            tca_certificate_parse(octets->data, octets->length, NULL, &one.read[i], NULL), TCA_OK);
    }
    one.rollover = rollover_at(&one, NOW);
    return one;
}

static void close_world(world *one) {
    tca_rollover_unref(one->rollover);
    for (int i = 0; i < ALL; i++) {
        tca_certificate_unref(one->read[i]);
        issued_free(one->made[i]);
    }
}

/* ---- a PEM text as OpenSSL reads it ---- */

typedef struct block {
    int which; /* of the world; ALL: another */
    bool trusted;
} block;

static size_t blocks_of(const world *one, const void *pem, size_t length, block *blocks,
                        size_t max) {
    BIO *input = BIO_new_mem_buf(pem, (int)length);
    STACK_OF(X509_INFO) *all = PEM_X509_INFO_read_bio(input, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(all);
    size_t count = (size_t)sk_X509_INFO_num(all);
    ck_assert_uint_le(count, max);
    for (size_t i = 0; i < count; i++) {
        X509 *x509 = sk_X509_INFO_value(all, (int)i)->x509;
        unsigned char *octets = NULL;
        int size = i2d_X509(x509, &octets);
        blocks[i].which = 0;
        while (blocks[i].which < ALL &&
               (one->made[blocks[i].which]->certificate.length != (size_t)size ||
                memcmp(one->made[blocks[i].which]->certificate.data, octets, (size_t)size) != 0)) {
            blocks[i].which++;
        }
        OPENSSL_free(octets);
        STACK_OF(ASN1_OBJECT) *trust = X509_get0_trust_objects(x509);
        blocks[i].trusted = trust != NULL;
        ck_assert(trust == NULL ||
                  (sk_ASN1_OBJECT_num(trust) == 1 &&
                   OBJ_obj2nid(sk_ASN1_OBJECT_value(trust, 0)) == NID_client_auth));
        ck_assert(trust == NULL ||
                  X509_check_trust(x509, X509_TRUST_SSL_SERVER, 0) == X509_TRUST_REJECTED);
    }
    sk_X509_INFO_pop_free(all, X509_INFO_free);
    BIO_free(input);
    return count;
}

/* "AA'" : A as trusted, then A; a letter each, quoted where plain. */
static void spell(const world *one, const void *pem, size_t length, char text[64]) {
    static const char letters[ALL + 1] = {'R', 'P', 'A', 'B', 'X', 'V', 'F', 'O', '?'};
    block blocks[24];
    size_t count = blocks_of(one, pem, length, blocks, COUNT(blocks)), used = 0;
    for (size_t i = 0; i < count; i++) {
        text[used++] = letters[blocks[i].which];
        if (!blocks[i].trusted) {
            text[used++] = '\'';
        }
    }
    text[used] = '\0';
}

/* Does OpenSSL, without X509_V_FLAG_PARTIAL_CHAIN, let a device of this CA in? */
static bool lets_in(const void *pem, size_t length, const issued *ca) {
    const device_options options = {
        .id = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
              "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        .not_before = NOW - 3600};
    issued *device = NULL;
    BIO *input = BIO_new_mem_buf(pem, (int)length);
    STACK_OF(X509_INFO) *all = PEM_X509_INFO_read_bio(input, NULL, NULL, NULL);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    ck_assert_int_eq(issuer_device(5, ca, &options, &device), 0);
    for (int i = 0; i < sk_X509_INFO_num(all); i++) {
        X509_STORE_add_cert(store, sk_X509_INFO_value(all, i)->x509);
    }
    const unsigned char *octets = device->certificate.data;
    X509 *leaf = d2i_X509(NULL, &octets, (long)device->certificate.length);
    ck_assert_int_eq(X509_STORE_CTX_init(context, store, leaf, NULL), 1);
    X509_STORE_CTX_set_default(context, "ssl_client");
    X509_STORE_CTX_set_time(context, 0, NOW);
    bool accepted = X509_verify_cert(context) == 1;
    X509_free(leaf);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    sk_X509_INFO_pop_free(all, X509_INFO_free);
    BIO_free(input);
    issued_free(device);
    return accepted;
}

/* ---- tca_anchor_pem ---- */

START_TEST(what_must_be_trusted_is_written_in_the_order_wanted) {
    static const char *const expected[] = {"AA'BB'", "BB'AA'", "AA'BB'"};
    world one = open_world();
    tca_bytes *pem = NULL;
    const uint8_t *data;
    size_t length;
    char text[64];
    ck_assert_int_eq(tca_anchor_pem(one.rollover, (uint32_t)_i, &pem, NULL), TCA_OK);
    tca_bytes_view(pem, &data, &length);
    spell(&one, data, length, text);
    ck_assert_str_eq(text, expected[_i]);
    const char *heading = "# Microsoft Azure Sphere " TENANT ", ";
    ck_assert_int_eq(strncmp((const char *)data, heading, strlen(heading)), 0);
    ck_assert_ptr_nonnull(strstr((const char *)data, ", 2024-03-2"));
    tca_bytes_unref(pem);
    close_world(&one);
}
END_TEST

START_TEST(openssl_lets_in_the_devices_of_what_comes_first) {
    world one = open_world();
    tca_bytes *pem = NULL, *plain = NULL;
    const uint8_t *data;
    size_t length;
    ck_assert_int_eq(tca_anchor_pem(one.rollover, TCA_ORDER_ACTIVE_FIRST, &pem, NULL), TCA_OK);
    tca_bytes_view(pem, &data, &length);
    ck_assert(lets_in(data, length, one.made[A]));
    ck_assert(!lets_in(data, length, one.made[FOREIGN]));
    ck_assert(!lets_in(data, length, one.made[REVOKED]));
    /* A plain certificate of what is no root is not enough: hence the trusted form. */
    ck_assert_int_eq(tca_certificate_pem(one.read[A], &plain, NULL), TCA_OK);
    tca_bytes_view(plain, &data, &length);
    ck_assert(!lets_in(data, length, one.made[A]));
    tca_bytes_unref(plain);
    tca_bytes_unref(pem);
    close_world(&one);
}
END_TEST

START_TEST(with_nothing_to_trust_there_is_no_text) {
    world one = open_world();
    tca_rollover *late = rollover_at(&one, NOW + 2000 * DAY);
    tca_bytes *pem = (tca_bytes *)&one;
    ck_assert_int_eq(tca_anchor_pem(late, 0, &pem, NULL), TCA_E_LAST_ANCHOR);
    ck_assert_ptr_null(pem);
    ck_assert_int_eq(tca_anchor_pem(one.rollover, 3, &pem, NULL), TCA_E_UNSUPPORTED);
    ck_assert_int_eq(tca_anchor_pem(NULL, 0, &pem, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_anchor_pem(one.rollover, 0, NULL, NULL), TCA_E_ARGUMENT);
    tca_rollover_unref(late);
    close_world(&one);
}
END_TEST

START_TEST(one_without_a_body_is_said_to_be_missing) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL;
    tca_bytes *pem = NULL;
    const tca_service_record record = {.struct_size = sizeof(record),
                                       .status = TCA_SERVICE_ACTIVE,
                                       .flags =
                                           TCA_SERVICE_HAS_NOT_BEFORE | TCA_SERVICE_HAS_NOT_AFTER,
                                       .not_before = NOW - DAY,
                                       .not_after = NOW + DAY,
                                       .thumbprint = "00112233445566778899AABBCCDDEEFF00112233",
                                       .thumbprint_length = 40};
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_rollover_compute(inventory, NOW, NULL, &rollover, NULL), TCA_OK);
    ck_assert_int_eq(tca_anchor_pem(rollover, 0, &pem, NULL), TCA_E_NOT_FOUND);
    ck_assert_ptr_null(pem);
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
    tca_inventory_builder_unref(builder);
}
END_TEST

/* ---- a place ---- */

typedef struct place {
    char *text;
    size_t length;
    unsigned written;
} place;

static void set(place *one, const void *text, size_t length) {
    free(one->text);
    one->text = malloc(length + 1);
    ck_assert_ptr_nonnull(one->text);
    memcpy(one->text, text, length);
    one->text[length] = '\0';
    one->length = length;
}

static void load(void *user, tca_reply *reply) {
    const place *one = user;
    tca_reply_append(reply, (const uint8_t *)one->text, one->length);
    tca_reply_done(reply);
}

static void replace(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    place *one = user;
    set(one, pem, length);
    one->written++;
    tca_reply_done(reply);
}

static tca_target *target_of(place *one, uint32_t order) {
    const tca_anchor_holder holder = {
        .struct_size = sizeof(holder), .user = one, .load = load, .replace = replace};
    const tca_target_options options = {.struct_size = sizeof(options),
                                        .kind = TCA_TARGET_ANCHORS,
                                        .name = "edge",
                                        .name_length = 4,
                                        .order = order,
                                        .anchors = &holder};
    tca_target *target = NULL;
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_OK);
    return target;
}

static tca_result read_place(const tca_target *target, script_run *run) {
    tca_call *call = NULL;
    ck_assert_int_eq(tca_target_list(target, NULL, &call, NULL), TCA_OK);
    script_play(call, NOW, NULL, 0, run);
    return run->result;
}

/* Read, then anchor. */
static tca_result anchor(const tca_target *target, const tca_rollover *rollover, script_run *run) {
    script_run before;
    tca_call *call = NULL;
    ck_assert_int_eq(read_place(target, &before), TCA_OK);
    ck_assert_int_eq(tca_target_anchor(target, before.list, rollover, NULL, &call, NULL), TCA_OK);
    script_play(call, NOW, NULL, 0, run);
    script_release(&before);
    return run->result;
}

static void put_trusted(const issued *one, char *text) {
    const unsigned char *octets = one->certificate.data;
    X509 *x509 = d2i_X509(NULL, &octets, (long)one->certificate.length);
    BIO *output = BIO_new(BIO_s_mem());
    char *pem;
    X509_add1_trust_object(x509, OBJ_nid2obj(NID_client_auth));
    ck_assert_int_eq(PEM_write_bio_X509_AUX(output, x509), 1);
    long length = BIO_get_mem_data(output, &pem);
    strncat(text, pem, (size_t)length);
    BIO_free(output);
    X509_free(x509);
}

static void put_plain(const tca_certificate *one, char *text) {
    tca_bytes *pem = NULL;
    const uint8_t *data;
    size_t length;
    ck_assert_int_eq(tca_certificate_pem(one, &pem, NULL), TCA_OK);
    tca_bytes_view(pem, &data, &length);
    strcat(text, (const char *)data);
    tca_bytes_unref(pem);
}

/* Put these there, as spell() has it. */
static void put(place *one, const world *all, const char *letters) {
    static const char known[] = "RPABXVFO";
    char text[65536] = "some words before\n";
    for (; *letters != '\0'; letters++) {
        int which = (int)(strchr(known, *letters) - known);
        if (letters[1] == '\'') {
            put_plain(all->read[which], text);
            letters++;
        } else {
            put_trusted(all->made[which], text);
        }
    }
    set(one, text, strlen(text));
}

START_TEST(a_place_gets_what_is_wanted_and_keeps_what_is_others) {
    static const struct {
        const char *before;
        uint32_t order;
        const char *after; /* NULL: nothing is written */
    } places[] = {
        {"AA'BB'", TCA_ORDER_ACTIVE_FIRST, NULL},
        {"BB'AA'", TCA_ORDER_ACTIVE_LAST, NULL},
        {"AA'BB'", TCA_ORDER_ANY, NULL},
        {"BB'AA'", TCA_ORDER_ANY, NULL},
        {"AA'O'BB'", TCA_ORDER_ACTIVE_FIRST, NULL},
        {"R'AA'BB'P'", TCA_ORDER_ANY, NULL},
        {"AA'AA'BB'", TCA_ORDER_ANY, NULL},
        /* the order */
        {"BB'AA'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"AA'BB'", TCA_ORDER_ACTIVE_LAST, "BB'AA'"},
        /* the form */
        {"A'B'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"B'A'", TCA_ORDER_ACTIVE_LAST, NULL},
        {"A'B'", TCA_ORDER_ANY, NULL},
        {"AB", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"AA'B'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"A'AB'B", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"A'O'B'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'O'"},
        {"A'O'OB'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'O'O"},
        {"R'A'B'P'", TCA_ORDER_ANY, NULL},
        {"R'A'BB'P'", TCA_ORDER_ANY, NULL},
        {"AB", TCA_ORDER_ANY, "AA'BB'"},
        /* what is missing, and what must not be there */
        {"AA'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"", TCA_ORDER_ANY, "AA'BB'"},
        {"A'O'A'", TCA_ORDER_ANY, "AA'BB'O'"},
        {"B'B'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"AA'BB'X'", TCA_ORDER_ANY, "AA'BB'"},
        {"AA'BB'V'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"AA'BB'F'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'"},
        {"X'O'V'A'", TCA_ORDER_ACTIVE_FIRST, "AA'BB'O'"},
        {"O'R'O'P'", TCA_ORDER_ACTIVE_LAST, "BB'AA'O'R'O'P'"},
    };
    world all = open_world();
    place one = {0};
    script_run run, again;
    char text[64];
    if (places[_i].before[0] == '\0') {
        set(&one, "", 0);
    } else {
        put(&one, &all, places[_i].before);
    }
    tca_target *target = target_of(&one, places[_i].order);
    ck_assert_msg(anchor(target, all.rollover, &run) == TCA_OK, "%s", run.message);
    ck_assert_uint_eq(one.written, places[_i].after == NULL ? 0 : 1);
    if (places[_i].after != NULL) {
        spell(&all, one.text, one.length, text);
        ck_assert_str_eq(text, places[_i].after);
    }
    ck_assert_int_eq(read_place(target, &again), TCA_OK); /* what was handed out is what is there */
    ck_assert_uint_eq(tca_registration_list_count(again.list),
                      tca_registration_list_count(run.list));
    for (uint32_t i = 0; i < tca_registration_list_count(run.list); i++) {
        tca_registration said = script_registration(run.list, i);
        ck_assert_str_eq(said.thumbprint, script_registration(again.list, i).thumbprint);
        ck_assert_uint_eq(said.name_length, 1);
        ck_assert_int_eq(said.name[0], (int)('1' + i));
    }
    script_release(&again);
    script_release(&run);
    ck_assert_int_eq(anchor(target, all.rollover, &run), TCA_OK);
    ck_assert_uint_eq(one.written, places[_i].after == NULL ? 0 : 1);
    script_release(&run);
    tca_target_unref(target);
    free(one.text);
    close_world(&all);
}
END_TEST

/* Between the reading and the writing somebody else writes. */
/* As somebody without this library writes it, whom OpenSSL gives nothing for it. */
START_TEST(openssl_lets_in_the_devices_of_a_place_that_was_plain) {
    static const char *const plain[] = {"A'", "A'B'", "A'A"};
    world all = open_world();
    place one = {0};
    script_run run;
    put(&one, &all, plain[_i]);
    ck_assert(!lets_in(one.text, one.length, all.made[A]));
    tca_target *target = target_of(&one, TCA_ORDER_ACTIVE_FIRST);
    ck_assert_int_eq(anchor(target, all.rollover, &run), TCA_OK);
    ck_assert(lets_in(one.text, one.length, all.made[A]));
    script_release(&run);
    tca_target_unref(target);
    free(one.text);
    close_world(&all);
}
END_TEST

START_TEST(nobodys_change_is_undone) {
    static const char *const meanwhile[] = {"A'O'", "O'A'", "A'A'", "B'", "O'",
                                            "A'B'", "A",    "AA'",  "A'A"};
    world all = open_world();
    place one = {0};
    script_run before, run;
    tca_call *call = NULL;
    put(&one, &all, "A'");
    tca_target *target = target_of(&one, TCA_ORDER_ACTIVE_FIRST);
    ck_assert_int_eq(read_place(target, &before), TCA_OK);
    put(&one, &all, meanwhile[_i]);
    ck_assert_int_eq(tca_target_anchor(target, before.list, all.rollover, NULL, &call, NULL),
                     TCA_OK);
    script_play(call, NOW, NULL, 0, &run);
    bool same = strcmp(meanwhile[_i], "A'A'") == 0; /* once more is no more than once */
    ck_assert_int_eq(run.result, same ? TCA_OK : TCA_E_CONFLICT);
    ck_assert_uint_eq(one.written, same ? 1 : 0);
    script_release(&run);
    ck_assert_int_eq(anchor(target, all.rollover, &run), TCA_OK);
    script_release(&run);
    script_release(&before);
    tca_target_unref(target);
    free(one.text);
    close_world(&all);
}
END_TEST

START_TEST(an_upper_ca_is_shown_as_shared) {
    world all = open_world();
    place one = {0};
    script_run run;
    put(&one, &all, "R'P'A'O'");
    tca_target *target = target_of(&one, 0);
    ck_assert_int_eq(read_place(target, &run), TCA_OK);
    for (uint32_t i = 0; i < 4; i++) {
        tca_registration is = script_registration(run.list, i);
        ck_assert_uint_eq(is.flags, TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED |
                                        TCA_REGISTRATION_HAS_NOT_AFTER |
                                        (i < 2 ? TCA_REGISTRATION_SHARED_CA : 0u));
    }
    script_release(&run);
    tca_target_unref(target);
    free(one.text);
    close_world(&all);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("anchors");
    TCase *cases = tcase_create("anchors");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, what_must_be_trusted_is_written_in_the_order_wanted, 0, 3);
    tcase_add_test(cases, openssl_lets_in_the_devices_of_what_comes_first);
    tcase_add_test(cases, with_nothing_to_trust_there_is_no_text);
    tcase_add_test(cases, one_without_a_body_is_said_to_be_missing);
    tcase_add_loop_test(cases, a_place_gets_what_is_wanted_and_keeps_what_is_others, 0, 27);
    tcase_add_loop_test(cases, openssl_lets_in_the_devices_of_a_place_that_was_plain, 0, 3);
    tcase_add_loop_test(cases, nobodys_change_is_undone, 0, 9);
    tcase_add_test(cases, an_upper_ca_is_shown_as_shared);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
