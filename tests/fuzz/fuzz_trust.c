/* SPDX-License-Identifier: MIT */
/* Devices' certificates against a fixed set, whose verifier calls every signature good once it has
 * passed its trial: so what is trusted is trusted for all that is looked at besides the signature,
 * and OpenSSL must see the same in it. A cache says the same as the set. */
#include <openssl/x509v3.h>

#include "../../examples/openssl_verifier.h"

#include "fuzz.h"

#define NOW INT64_C(1782889200) /* 2026-07-01T07:00:00Z */

static bool generous;

static void check_generously(void *user, void *key, uint32_t signature_algorithm,
                             const uint8_t *digest, size_t digest_length, const uint8_t *signature,
                             size_t signature_length, tca_reply *reply) {
    if (generous) {
        tca_reply_done(reply);
    } else {
        openssl_check(user, key, signature_algorithm, digest, digest_length, signature,
                      signature_length, reply);
    }
}

static void add_vector(tca_inventory_builder *builder, const char *name) {
    static uint8_t data[1 << 16];
    char path[512];
    const char *folder = getenv("TENANTCA_VECTORS");
    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    FILE *file = fopen(path, "rb");
    require(file != NULL);
    size_t length = fread(data, 1, sizeof(data), file);
    fclose(file);
    require(tca_inventory_builder_add_input(builder, data, length, NULL) == TCA_OK);
}

static tca_trust_set *make_set(void) {
    tca_inventory_builder *certificates = NULL;
    tca_inventory *inventory = NULL;
    tca_trust_builder *builder = NULL;
    tca_trust_set *set = NULL;
    tca_verifier verifier = openssl_verifier;
    verifier.check = check_generously;
    require(tca_inventory_builder_new(NULL, &certificates, NULL) == TCA_OK);
    add_vector(certificates, "tenant-ca-a.der");
    add_vector(certificates, "tenant-ca-b.der");
    add_vector(certificates, "tenant-ca-rsa-2048.der");
    add_vector(certificates, "tenant-ca-subject-key-id.der");
    require(tca_inventory_builder_finish(certificates, &inventory, NULL) == TCA_OK);
    require(tca_trust_builder_new(NULL, &builder, NULL) == TCA_OK);
    require(tca_trust_builder_add(builder, inventory, NULL) == TCA_OK);
    require(tca_trust_builder_set_verifier(builder, &verifier, NULL) == TCA_OK);
    require(tca_trust_builder_finish(builder, NOW, 0, &set, NULL) == TCA_OK);
    tca_trust_builder_unref(builder);
    tca_inventory_unref(inventory);
    tca_inventory_builder_unref(certificates);
    generous = true;
    return set;
}

/* By the extension itself: OpenSSL's shorter questions give up where any extension is broken, also
 * one that is not read here. */
static void compare_usage(const X509 *other) {
    BASIC_CONSTRAINTS *constraints = X509_get_ext_d2i(other, NID_basic_constraints, NULL, NULL);
    ASN1_BIT_STRING *usage = X509_get_ext_d2i(other, NID_key_usage, NULL, NULL);
    EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(other, NID_ext_key_usage, NULL, NULL);
    bool client = purposes == NULL;
    for (int i = 0; purposes != NULL && i < sk_ASN1_OBJECT_num(purposes); i++) {
        int purpose = OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes, i));
        client = client || purpose == NID_client_auth || purpose == NID_anyExtendedKeyUsage;
    }
    require(constraints == NULL || constraints->ca == 0);
    require(usage == NULL || ASN1_BIT_STRING_get_bit(usage, 0) == 1);
    require(client);
    BASIC_CONSTRAINTS_free(constraints);
    ASN1_BIT_STRING_free(usage);
    EXTENDED_KEY_USAGE_free(purposes);
}

/* What OpenSSL must find in a certificate that is trusted. */
static void compare(const uint8_t *data, size_t size, const tca_verdict *verdict) {
    const unsigned char *at = data;
    X509 *other = d2i_X509(NULL, &at, (long)size);
    if (other == NULL) {
        return; /* fuzz_certificate.c knows when that may be */
    }
    time_t now = (time_t)NOW;
    require(X509_cmp_time(X509_get0_notBefore(other), &now) <= 0);
    require(X509_cmp_time(X509_get0_notAfter(other), &now) != -1 || verdict->valid_until == NOW);
    compare_usage(other);
    const X509_NAME *subject = X509_get_subject_name(other);
    int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    require(index >= 0 && X509_NAME_get_index_by_NID(subject, NID_commonName, index) == -1);
    const ASN1_STRING *name = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index));
    require((size_t)ASN1_STRING_length(name) == verdict->device_id_length);
    require(memcmp(ASN1_STRING_get0_data(name), verdict->device_id, verdict->device_id_length) ==
            0);
    X509_free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static tca_trust_set *set;
    static tca_verdict_cache *cache;
    if (set == NULL) {
        set = make_set();
        require(tca_verdict_cache_new(NULL, &cache, NULL) == TCA_OK);
    }
    tca_verify_options options = {.struct_size = sizeof(options), .cache = cache};
    tca_verdict verdict = {.struct_size = sizeof(verdict)}, again = verdict;
    tca_error *error = NULL;
    require(tca_error_new(&error) == TCA_OK);
    tca_result result = tca_trust_verify(set, &data, &size, 1, NOW, NULL, &verdict, error);
    require(result == TCA_OK || result == TCA_E_NOT_TRUSTED);
    require(tca_error_code(error) == result);
    require((result == TCA_OK) == (verdict.trusted == 1));
    require((result == TCA_OK) == (verdict.refusal == TCA_REFUSED_NOT));
    require(strlen(verdict.device_id) == verdict.device_id_length);
    require(result == TCA_OK ? verdict.valid_until >= NOW && verdict.device_id_length > 0
                             : verdict.valid_until == 0 && verdict.device_id_length == 0);
    for (int i = 0; i < 2; i++) {
        require(tca_trust_verify(set, &data, &size, 1, NOW, &options, &again, error) == result);
        require(again.refusal == verdict.refusal && again.valid_until == verdict.valid_until);
        require(strcmp(again.device_id, verdict.device_id) == 0);
    }
    if (result == TCA_OK) {
        compare(data, size, &verdict);
    }
    tca_error_unref(error);
    return 0;
}
