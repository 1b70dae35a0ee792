/* SPDX-License-Identifier: MIT */
#include "trust_scene.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED UINT64_C(4711)

scene_bytes scene_vector(const char *name) {
    const char *folder = getenv("TENANTCA_VECTORS");
    char path[512];
    scene_bytes bytes = {malloc(1 << 16), 0};
    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL && bytes.data != NULL, "%s", path);
    bytes.length = fread(bytes.data, 1, 1 << 16, file);
    fclose(file);
    return bytes;
}

scene_bytes scene_copy(const issued *certificate) {
    der_view seen = der_seen(&certificate->certificate);
    scene_bytes bytes = {malloc(seen.length), seen.length};
    ck_assert_ptr_nonnull(bytes.data);
    memcpy(bytes.data, seen.data, seen.length);
    return bytes;
}

static void add(tca_inventory_builder *builder, const scene_ca *ca) {
    scene_bytes body = ca->vector != NULL ? scene_vector(ca->vector) : scene_copy(ca->made);
    tca_certificate *certificate = NULL;
    tca_service_record record = {.struct_size = sizeof(record), .status = ca->status};
    ck_assert_int_eq(tca_certificate_parse(body.data, body.length, NULL, &certificate, NULL),
                     TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
    tca_certificate_unref(certificate);
    free(body.data);
}

tca_inventory *scene_inventory(const char *tenant, const scene_ca *cas) {
    tca_inventory_options options = {
        .struct_size = sizeof(options), .tenant = tenant, .tenant_length = strlen(tenant)};
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_inventory_builder_new(&options, &builder, NULL), TCA_OK);
    for (; cas->vector != NULL || cas->made != NULL; cas++) {
        add(builder, cas);
    }
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    return inventory;
}

tca_trust_set *scene_set_of(const char *tenant, const scene_ca *cas, tca_unix now,
                            const tca_trust_options *options) {
    tca_inventory *inventory = scene_inventory(tenant, cas);
    tca_trust_builder *builder = NULL;
    tca_trust_set *set = NULL;
    ck_assert_int_eq(tca_trust_builder_new(options, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_add(builder, inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_trust_builder_finish(builder, now, 0, &set, NULL), TCA_OK);
    tca_trust_builder_unref(builder);
    tca_inventory_unref(inventory);
    return set;
}

tca_trust_set *scene_set(void) {
    static const scene_ca cas[] = {{.vector = "tenant-ca-a.der", .status = TCA_SERVICE_INACTIVE},
                                   {.vector = "tenant-ca-b.der", .status = TCA_SERVICE_ACTIVE},
                                   {0}};
    return scene_set_of(SCENE_TENANT, cas, SCENE_NOW, NULL);
}

/* The year in its name is all that a tenant CA certificate takes over from its issuer. */
static const issued *policy_ca(void) {
    static issued *root, *policy;
    if (policy == NULL) {
        ck_assert_int_eq(issuer_root_2020(SEED, &root), 0);
        ck_assert_int_eq(issuer_policy_ca_2022(SEED, root, &policy), 0);
    }
    return policy;
}

issued *scene_tenant_ca(const char *tenant, int64_t not_before, int64_t life, key_type key) {
    issued *made = NULL;
    tenant_ca_options options = {
        .tenant = tenant, .not_before = not_before, .life = life, .key = key};
    ck_assert_int_eq(issuer_tenant_ca(SEED, policy_ca(), &options, &made), 0);
    return made;
}

issued *scene_device(const issued *tenant_ca, unsigned number, int64_t not_before, int64_t life) {
    issued *made = NULL;
    char id[129];
    for (size_t i = 0; i < 16; i++) {
        snprintf(id + 8 * i, 9, "%08x", number);
    }
    device_options options = {.id = id, .not_before = not_before, .life = life};
    ck_assert_int_eq(issuer_device(SEED, tenant_ca, &options, &made), 0);
    return made;
}

tca_result scene_verify(const tca_trust_set *set, scene_bytes device, tca_unix now,
                        const tca_verify_options *options, tca_verdict *verdict) {
    tca_verdict unseen = {.struct_size = sizeof(unseen)};
    const uint8_t *data = device.data;
    if (verdict == NULL) {
        verdict = &unseen;
    }
    verdict->struct_size = sizeof(*verdict);
    tca_result result =
        tca_trust_verify(set, &data, &device.length, 1, now, options, verdict, NULL);
    ck_assert_uint_eq(verdict->trusted, result == TCA_OK);
    ck_assert_int_eq(verdict->refusal == TCA_REFUSED_NOT, result == TCA_OK);
    return result;
}

void scene_refused(const tca_trust_set *set, scene_bytes device, tca_unix now, uint32_t refusal,
                   const char *what) {
    tca_verdict verdict;
    tca_result result = scene_verify(set, device, now, NULL, &verdict);
    ck_assert_msg(result == TCA_E_NOT_TRUSTED && verdict.refusal == refusal,
                  "%s: %s, %s instead of %s", what, tca_result_name(result),
                  tca_refusal_name(verdict.refusal), tca_refusal_name(refusal));
    ck_assert_uint_eq(verdict.device_id_length, 0);
    ck_assert_str_eq(verdict.device_id, "");
    ck_assert_int_eq(verdict.valid_until, 0);
}
