/* SPDX-License-Identifier: MIT */
#include "clouds.h"

#include <check.h>
#include <string.h>

#include "simulator/issuer.h"

#define TEXT(member, value) .member = (value), .member##_length = strlen(value)
#define GROUP_ID "fleet \xC3\xA9+1"

tca_target *cloud_target(cloud_kind kind, uint32_t verification) {
    static const uint32_t kinds[] = {TCA_TARGET_IOT_HUB, TCA_TARGET_DPS, TCA_TARGET_DPS,
                                     TCA_TARGET_IOT_CENTRAL};
    tca_target_options options = {.struct_size = sizeof(options),
                                  .kind = kinds[kind],
                                  .verification = verification,
                                  TEXT(name, "cloud"),
                                  TEXT(subscription, "sub-1"),
                                  TEXT(resource_group, "rg (1)"),
                                  TEXT(application, "app-1")};
    options.resource = kind == CLOUD_HUB ? "hub-1" : "dps-1";
    options.resource_length = strlen(options.resource);
    if (kind >= CLOUD_DPS_GROUP) {
        options.enrollment_group = GROUP_ID;
        options.enrollment_group_length = strlen(GROUP_ID);
    }
    tca_target *target = NULL;
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_OK);
    return target;
}

tca_registration_list *cloud_list(cloud_kind kind, const char *first, const char *second) {
    script_exchange exchanges[] = {
        {.status = first != NULL ? 200 : 404, .answer = first},
        {.status = second != NULL ? 200 : 404, .answer = second},
    };
    tca_target *target = cloud_target(kind, TCA_VERIFICATION_PROOF);
    tca_call *call = NULL;
    script_run run;
    ck_assert_int_eq(tca_target_list(target, NULL, &call, NULL), TCA_OK);
    script_play(call, CLOUD_NOW, exchanges, kind >= CLOUD_DPS_GROUP ? 2 : 1, &run);
    ck_assert_msg(run.result == TCA_OK, "%s", run.message);
    tca_target_unref(target);
    return run.list;
}

tca_certificate *cloud_certificate(uint64_t seed) {
    tenant_ca_options options = {.tenant = "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93",
                                 .not_before = CLOUD_NOW};
    issued *root = NULL, *policy = NULL, *made = NULL;
    tca_certificate *certificate = NULL;
    ck_assert_int_eq(issuer_root_2020(1, &root), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(1, root, &policy), 0);
    ck_assert_int_eq(issuer_tenant_ca(seed, policy, &options, &made), 0);
    ck_assert_int_eq(tca_certificate_parse(made->certificate.data, made->certificate.length, NULL,
                                           &certificate, NULL),
                     TCA_OK);
    issued_free(made);
    issued_free(policy);
    issued_free(root);
    return certificate;
}

const char *cloud_thumbprint(const tca_certificate *certificate) {
    const char *text = NULL;
    size_t length;
    ck_assert_int_eq(tca_certificate_thumbprint(certificate, &text, &length), TCA_OK);
    return text;
}
