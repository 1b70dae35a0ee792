/* SPDX-License-Identifier: MIT */
/* One target of each cloud kind, its URLs, and lists of what it holds, made of answers. */
#ifndef SUPPORT_CLOUDS_H
#define SUPPORT_CLOUDS_H

#include "script.h"

#define CLOUD_NOW INT64_C(1767225600) /* 2026-01-01 */

#define CLOUD_ARM "https://management.azure.com"
#define CLOUD_BEHIND CLOUD_ARM "/subscriptions/sub-1/resourceGroups/rg%20%281%29/providers/"
#define CLOUD_HUB_URL CLOUD_BEHIND "Microsoft.Devices/IotHubs/hub-1/certificates"
#define CLOUD_DPS_URL CLOUD_BEHIND "Microsoft.Devices/provisioningServices/dps-1/certificates"
#define CLOUD_GROUP_URL                                                                            \
    "https://dps-1.azure-devices-provisioning.net/enrollmentGroups/fleet%20%C3%A9%2B1"             \
    "?api-version=2021-10-01"
#define CLOUD_GROUP_AUDIENCE "https://azure-devices-provisioning.net"
#define CLOUD_SLOT_URL                                                                             \
    "https://app-1.azureiotcentral.com/api/enrollmentGroups/fleet%20%C3%A9%2B1/certificates/"
#define CLOUD_HUB_VERSION "?api-version=2023-06-30"
#define CLOUD_DPS_VERSION "?api-version=2022-12-12"
#define CLOUD_SLOT_VERSION "?api-version=2022-07-31"

/* ---- answers ---- */

/* A certificate resource. */
#define RESOURCE(name, thumbprint, verified, etag)                                                 \
    "{\"name\": \"" name "\", \"etag\": \"" etag                                                   \
    "\", \"properties\": {\"thumbprint\": \"" thumbprint "\", \"isVerified\": " verified           \
    ", \"expiry\": \"Thu, 20 May 2027 06:38:19 GMT\"}}"
#define OLD "00112233445566778899AABBCCDDEEFF00112233"
#define NEW "FFEEDDCCBBAA99887766554433221100FFEEDDCC"
#define LIST(items) "{\"value\": [" items "]}"
#define TWO                                                                                        \
    LIST(RESOURCE("old one", OLD, "true", "e-old") ", " RESOURCE("new", NEW, "false", "e-new"))
#define BOTH_VERIFIED                                                                              \
    LIST(RESOURCE("old one", OLD, "true", "e-old") ", " RESOURCE("new", NEW, "true", "e-new"))
#define GROUP(references, etag)                                                                    \
    "{\"enrollmentGroupId\":\"fleet \xC3\xA9+1\",\"capabilities\":{\"iotEdge\":false},"            \
    "\"attestation\":{\"type\":\"x509\",\"x509\":{\"clientCertificates\":null,"                    \
    "\"caReferences\":" references "}},\"initialTwin\":{\"tags\":{\"z\":[1,2,{\"a\":null}]}},"     \
    "\"etag\":\"" etag "\",\"provisioningStatus\":\"enabled\"}"
#define SLOT(thumbprint, verified)                                                                 \
    "{\"verified\": " verified ", \"info\": {\"sha1Thumbprint\": \"" thumbprint                    \
    "\"}, \"etag\": \"\\\"e\\\"\"}"

/* ---- targets ---- */

typedef enum cloud_kind {
    CLOUD_HUB,
    CLOUD_DPS,
    CLOUD_DPS_GROUP,
    CLOUD_CENTRAL,
    CLOUD_KINDS
} cloud_kind;

tca_target *cloud_target(cloud_kind kind, uint32_t verification);

/* What the target holds when it answers this: hub and DPS a list, the group's document behind it
 * (NULL: 404), IoT Central both slots (NULL: 404). */
tca_registration_list *cloud_list(cloud_kind kind, const char *first, const char *second);

/* A tenant CA certificate of the test's own; the same for the same seed. */
tca_certificate *cloud_certificate(uint64_t seed);
const char *cloud_thumbprint(const tca_certificate *certificate);

#endif
