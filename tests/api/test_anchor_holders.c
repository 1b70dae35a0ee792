/* SPDX-License-Identifier: MIT */
/* Places that lie, fail, hold garbage, or call back: nothing is lost there. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "clouds.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW (CLOUD_NOW + 86400)

typedef enum habit {
    PROPER,
    SILENT,        /* returns without an answer */
    PARTIAL,       /* some octets, and then no answer */
    FAILING,       /* says why not */
    MUTE,          /* fails without a word */
    HUGE,          /* more than fits */
    STEPS_ITS_OWN, /* steps the call that it is called by */
    LETS_GO,       /* releases call and target */
} habit;

typedef struct place {
    char text[65536];
    size_t length;
    habit on_load, on_replace;
    unsigned loaded, written, destroyed;
    tca_call *call; /* that runs */
    tca_target *target;
    tca_result inside; /* what a call from within the slot said */
} place;

static void behave(place *one, habit how, tca_reply *reply) {
    static const uint8_t chunk[1u << 16];
    uint32_t wants;
    switch (how) {
    case SILENT:
        return;
    case PARTIAL:
        tca_reply_append(reply, (const uint8_t *)one->text, one->length / 2);
        return;
    case FAILING:
        tca_reply_fail(reply, "no space left", strlen("no space left"));
        return;
    case MUTE:
        tca_reply_fail(reply, NULL, 0);
        return;
    case HUGE:
        for (int i = 0; i < 300; i++) {
            tca_reply_append(reply, chunk, sizeof(chunk));
        }
        break;
    case STEPS_ITS_OWN:
        one->inside = tca_call_step(one->call, NOW, &wants, NULL);
        break;
    case LETS_GO:
        tca_call_unref(one->call);
        tca_target_unref(one->target);
        ck_assert_uint_eq(one->destroyed, 0); /* not while it is in use */
        break;
    default:
        break;
    }
    tca_reply_done(reply);
}

static void load(void *user, tca_reply *reply) {
    place *one = user;
    one->loaded++;
    if (one->on_load == PROPER || one->on_load >= STEPS_ITS_OWN) {
        tca_reply_append(reply, (const uint8_t *)one->text, one->length);
    }
    behave(one, one->on_load, reply);
}

static void replace(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    place *one = user;
    if (one->on_replace == PROPER || one->on_replace >= STEPS_ITS_OWN) {
        ck_assert_uint_lt(length, sizeof(one->text));
        memcpy(one->text, pem, length);
        one->text[length] = '\0';
        one->length = length;
        one->written++;
    }
    behave(one, one->on_replace, reply);
}

static void destroy(void *user) {
    ((place *)user)->destroyed++;
}

static void open_place(place *one) {
    const tca_anchor_holder holder = {.struct_size = sizeof(holder),
                                      .user = one,
                                      .load = load,
                                      .replace = replace,
                                      .destroy = destroy};
    const tca_target_options options = {.struct_size = sizeof(options),
                                        .kind = TCA_TARGET_ANCHORS,
                                        .name = "edge",
                                        .name_length = 4,
                                        .anchors = &holder};
    memset(one, 0, sizeof(*one));
    ck_assert_int_eq(tca_target_new(&options, &one->target, NULL), TCA_OK);
}

static void put(place *one, const void *text, size_t length) {
    ck_assert_uint_lt(one->length + length, sizeof(one->text));
    memcpy(one->text + one->length, text, length);
    one->length += length;
    one->text[one->length] = '\0';
}

static tca_result read_place(place *one, script_run *run) {
    ck_assert_int_eq(tca_target_list(one->target, NULL, &one->call, NULL), TCA_OK);
    script_play(one->call, NOW, NULL, 0, run);
    return run->result;
}

/* The tenant's only certificate, active. */
static tca_rollover *rollover_of(const tca_certificate *certificate) {
    const tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_rollover_compute(inventory, NOW, NULL, &rollover, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    tca_inventory_unref(inventory);
    return rollover;
}

static tca_result anchor(place *one, const tca_certificate *certificate, script_run *run) {
    tca_rollover *rollover = rollover_of(certificate);
    script_run before;
    ck_assert_int_eq(read_place(one, &before), TCA_OK);
    ck_assert_int_eq(tca_target_anchor(one->target, before.list, rollover, NULL, &one->call, NULL),
                     TCA_OK);
    script_play(one->call, NOW, NULL, 0, run);
    script_release(&before);
    tca_rollover_unref(rollover);
    return run->result;
}

/* ---- lies ---- */

static const struct {
    habit habit;
    tca_result on_load, on_replace;
    const char *says;
} lies[] = {
    {SILENT, TCA_E_CALLBACK, TCA_E_CALLBACK, "without an answer"},
    {PARTIAL, TCA_E_CALLBACK, TCA_E_CALLBACK, ""},
    {FAILING, TCA_E_STORAGE, TCA_E_STORAGE, "no space left"},
    {MUTE, TCA_E_STORAGE, TCA_E_STORAGE, "without a reason"},
    {HUGE, TCA_E_LIMIT, TCA_E_LIMIT, "more than"},
};

START_TEST(what_a_place_does_not_say_is_a_failure) {
    tca_certificate *certificate = cloud_certificate(1);
    place one;
    script_run run;
    open_place(&one);
    one.on_load = lies[_i].habit;
    ck_assert_msg(read_place(&one, &run) == lies[_i].on_load, "%s", run.message);
    ck_assert_ptr_nonnull(strstr(run.message, "edge: load: "));
    ck_assert_ptr_nonnull(strstr(run.message, lies[_i].says));
    one.on_load = PROPER;
    one.on_replace = lies[_i].habit;
    put(&one, "", 0);
    if (lies[_i].habit == PARTIAL) { /* of a write nothing is expected but its end */
        one.on_replace = SILENT;
    }
    ck_assert_msg(anchor(&one, certificate, &run) == lies[_i].on_replace, "%s", run.message);
    ck_assert_ptr_nonnull(strstr(run.message, "edge: replace: "));
    ck_assert_uint_eq(one.written, 0);
    tca_target_unref(one.target);
    ck_assert_uint_eq(one.destroyed, 1);
    tca_certificate_unref(certificate);
}
END_TEST

/* ---- garbage ---- */

static const struct {
    const char *text;
    size_t length;
} garbage[] = {
    {"hello", 5},
    {"\0\0\0\0", 4},
    {"# only a comment\n", 17},
    {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 59},
    {"-----BEGIN CERTIFICATE-----\nMIIB", 32},
    {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 59},
    {"\x30\x82\xFF\xFF", 4},
};

START_TEST(garbage_is_named_and_never_written_over) {
    place one;
    script_run run;
    open_place(&one);
    put(&one, garbage[_i].text, garbage[_i].length);
    ck_assert_msg(read_place(&one, &run) == TCA_E_MALFORMED, "%s: %s", tca_result_name(run.result),
                  run.message);
    ck_assert_ptr_eq(run.message, strstr(run.message, "edge: "));
    ck_assert_uint_eq(one.length, garbage[_i].length);
    ck_assert_uint_eq(one.written, 0);
    tca_target_unref(one.target);
}
END_TEST

START_TEST(garbage_behind_a_certificate_is_garbage_too) {
    tca_certificate *certificate = cloud_certificate(1);
    tca_bytes *pem = NULL;
    const uint8_t *data;
    size_t length;
    place one;
    script_run run;
    open_place(&one);
    ck_assert_int_eq(tca_certificate_pem(certificate, &pem, NULL), TCA_OK);
    tca_bytes_view(pem, &data, &length);
    put(&one, data, length);
    put(&one, data, length / 2);
    ck_assert_int_eq(read_place(&one, &run), TCA_E_MALFORMED);
    tca_bytes_unref(pem);
    tca_certificate_unref(certificate);
    tca_target_unref(one.target);
}
END_TEST

START_TEST(an_empty_place_holds_nothing) {
    place one;
    script_run run;
    open_place(&one);
    ck_assert_int_eq(read_place(&one, &run), TCA_OK);
    ck_assert_uint_eq(tca_registration_list_count(run.list), 0);
    script_release(&run);
    tca_target_unref(one.target);
}
END_TEST

/* ---- calling back ---- */

START_TEST(a_slot_cannot_step_its_own_call) {
    tca_certificate *certificate = cloud_certificate(1);
    place one;
    script_run run;
    open_place(&one);
    one.on_load = STEPS_ITS_OWN;
    one.on_replace = STEPS_ITS_OWN;
    ck_assert_int_eq(read_place(&one, &run), TCA_OK);
    ck_assert_int_eq(one.inside, TCA_E_BUSY);
    script_release(&run);
    one.inside = TCA_OK;
    ck_assert_int_eq(anchor(&one, certificate, &run), TCA_OK);
    ck_assert_int_eq(one.inside, TCA_E_BUSY);
    ck_assert_uint_eq(one.written, 1);
    script_release(&run);
    tca_target_unref(one.target);
    tca_certificate_unref(certificate);
}
END_TEST

START_TEST(what_a_slot_lets_go_of_lives_until_it_returns) {
    place one;
    uint32_t wants = 7;
    open_place(&one);
    one.on_load = LETS_GO;
    ck_assert_int_eq(tca_target_list(one.target, NULL, &one.call, NULL), TCA_OK);
    ck_assert_int_eq(tca_call_step(one.call, NOW, &wants, NULL), TCA_OK);
    ck_assert_uint_eq(wants, TCA_CALL_DONE);
    ck_assert_uint_eq(one.loaded, 1);
    ck_assert_uint_eq(one.destroyed, 1);
}
END_TEST

/* ---- others' certificates ---- */

/* Self-signed, of nobody's tenant. */
static X509 *stranger(const char *name, EVP_PKEY *key) {
    X509 *x509 = X509_new();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 86400);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_set_pubkey(x509, key);
    ck_assert_int_gt(X509_sign(x509, key, EVP_sha256()), 0);
    return x509;
}

static void put_x509(place *one, X509 *x509, bool trusted) {
    BIO *bio = BIO_new(BIO_s_mem());
    char *text;
    ck_assert_int_eq(trusted ? PEM_write_bio_X509_AUX(bio, x509) : PEM_write_bio_X509(bio, x509),
                     1);
    long length = BIO_get_mem_data(bio, &text);
    put(one, text, (size_t)length);
    BIO_free(bio);
}

static unsigned count_of(const place *one, const char *what) {
    unsigned count = 0;
    for (const char *at = strstr(one->text, what); at != NULL; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

START_TEST(a_name_cannot_pose_as_a_block) {
    static const char *const names[] = {
        "-----BEGIN CERTIFICATE-----", "x -----END X-----", "a\nb\x1B[2J", "-", "----", "#"};
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *x509 = stranger(names[_i], key);
    tca_certificate *certificate = cloud_certificate(1);
    place one;
    script_run run;
    open_place(&one);
    put_x509(&one, x509, false);
    ck_assert_msg(anchor(&one, certificate, &run) == TCA_OK, "%s", run.message);
    ck_assert_uint_eq(tca_registration_list_count(run.list), 2);
    script_release(&run);
    ck_assert_int_eq(anchor(&one, certificate, &run), TCA_OK);
    ck_assert_uint_eq(one.written, 1);
    ck_assert_ptr_null(strchr(one.text, '\x1B'));
    /* Nobody asked for a stranger's certificate to be trusted for more than it was. */
    ck_assert_uint_eq(count_of(&one, "-----BEGIN CERTIFICATE-----\n"), 2);
    ck_assert_uint_eq(count_of(&one, "-----BEGIN TRUSTED CERTIFICATE-----\n"), 1);
    script_release(&run);
    X509_free(x509);
    EVP_PKEY_free(key);
    tca_target_unref(one.target);
    tca_certificate_unref(certificate);
}
END_TEST

/* What OpenSSL trusts a stranger's certificate for, or refuses it for, is not ours to change. */
START_TEST(trust_settings_of_others_stay) {
    static const struct {
        int trusted, rejected;
        bool plain_before, plain_behind;
    } forms[] = {{NID_client_auth, 0, false, false},
                 {NID_server_auth, 0, false, true},
                 {0, NID_client_auth, false, false},
                 {NID_client_auth, 0, true, false},
                 {NID_email_protect, NID_client_auth, false, true}};
    bool plain_too = forms[_i].plain_before || forms[_i].plain_behind;
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    X509 *x509 = stranger("stranger", key);
    tca_certificate *certificate = cloud_certificate(1);
    place one;
    script_run run;
    if (forms[_i].trusted != 0) {
        X509_add1_trust_object(x509, OBJ_nid2obj(forms[_i].trusted));
    }
    if (forms[_i].rejected != 0) {
        X509_add1_reject_object(x509, OBJ_nid2obj(forms[_i].rejected));
    }
    open_place(&one);
    if (forms[_i].plain_before) {
        put_x509(&one, x509, false);
    }
    put_x509(&one, x509, true);
    if (forms[_i].plain_behind) {
        put_x509(&one, x509, false);
    }
    char *found = malloc(one.length + 1);
    ck_assert_ptr_nonnull(found);
    memcpy(found, one.text, one.length + 1);
    ck_assert_int_eq(read_place(&one, &run), TCA_OK);
    ck_assert_uint_eq(tca_registration_list_count(run.list), 1);
    script_release(&run);
    ck_assert_msg(anchor(&one, certificate, &run) == TCA_OK, "%s", run.message);
    ck_assert_uint_eq(tca_registration_list_count(run.list), 2);
    ck_assert_uint_eq(one.written, 1);
    ck_assert_ptr_nonnull(strstr(one.text, found));
    ck_assert_uint_eq(count_of(&one, "-----BEGIN CERTIFICATE-----\n"), plain_too ? 2 : 1);
    script_release(&run);
    ck_assert_int_eq(anchor(&one, certificate, &run), TCA_OK);
    ck_assert_uint_eq(one.written, 1);
    script_release(&run);
    free(found);
    X509_free(x509);
    EVP_PKEY_free(key);
    tca_target_unref(one.target);
    tca_certificate_unref(certificate);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("anchor holders");
    TCase *cases = tcase_create("holders");
    tcase_add_loop_test(cases, what_a_place_does_not_say_is_a_failure, 0, (int)COUNT(lies));
    tcase_add_loop_test(cases, garbage_is_named_and_never_written_over, 0, (int)COUNT(garbage));
    tcase_add_test(cases, garbage_behind_a_certificate_is_garbage_too);
    tcase_add_test(cases, an_empty_place_holds_nothing);
    tcase_add_test(cases, a_slot_cannot_step_its_own_call);
    tcase_add_test(cases, what_a_slot_lets_go_of_lives_until_it_returns);
    tcase_add_loop_test(cases, a_name_cannot_pose_as_a_block, 0, 6);
    tcase_add_loop_test(cases, trust_settings_of_others_stay, 0, 5);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
