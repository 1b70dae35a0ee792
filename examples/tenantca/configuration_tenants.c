/* SPDX-License-Identifier: MIT */
/* The tenants of a configuration: service, identity, targets. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "configuration.h"
#include "strict.h"

#define CAPACITY_MAX 1000000

/* ---- identity ---- */

static const json_member identity_members[] = {JSON_TEXT(tca_identity_options, tenant),
                                               JSON_TEXT(tca_identity_options, client_id),
                                               JSON_TEXT(tca_identity_options, secret_file),
                                               JSON_TEXT(tca_identity_options, endpoint),
                                               {0}};

bool configuration_read_identity(json_place *place, json_t *value, const json_member *member,
                                 void *into) {
    void *identity = (char *)into + member->at;
    return json_read_members(place, value, identity_members, EVERY_KIND, identity);
}

/* ---- service ---- */

#define KIND(number) (1u << (number))

#define LEGACY KIND(TCA_SPHERE_LEGACY)
#define INTEGRATED KIND(TCA_SPHERE_INTEGRATED)

static const json_word service_kinds[] = {
    {"legacy", TCA_SPHERE_LEGACY}, {"integrated", TCA_SPHERE_INTEGRATED}, {NULL, 0}};

static const json_member service_members[] = {
    {"kind", EVERY_KIND, EVERY_KIND, json_read_word, offsetof(tca_sphere_options, kind),
     .about = service_kinds},
    JSON_TEXT_WITH_LENGTH(tca_sphere_options, tenant, EVERY_KIND, LEGACY),
    JSON_TEXT_WITH_LENGTH(tca_sphere_options, subscription, INTEGRATED, INTEGRATED),
    JSON_TEXT_WITH_LENGTH(tca_sphere_options, resource_group, INTEGRATED, INTEGRATED),
    JSON_TEXT_WITH_LENGTH(tca_sphere_options, catalog, INTEGRATED, INTEGRATED),
    JSON_TEXT_WITH_LENGTH(tca_sphere_options, endpoint, EVERY_KIND, 0),
    {0}};

static bool read_service(json_place *place, json_t *value, const json_member *member, void *into) {
    tca_sphere_options *service = (void *)((char *)into + member->at);
    uint32_t kind = json_kind(place, value, service_kinds);
    service->struct_size = sizeof(*service);
    return kind != 0 && json_read_members(place, value, service_members, KIND(kind), service);
}

/* ---- targets ---- */

#define HUB KIND(TCA_TARGET_IOT_HUB)
#define DPS KIND(TCA_TARGET_DPS)
#define CENTRAL KIND(TCA_TARGET_IOT_CENTRAL)
#define ANCHORS KIND(TCA_TARGET_ANCHORS)
#define CLOUD (HUB | DPS | CENTRAL)

#define OPTION(member) offsetof(target_configuration, options.member)
#define TARGET_TEXT(member, kinds, needing)                                                        \
    {                                                                                              \
        .name = #member, .takes = kinds, .needs = needing, .read = json_read_text,                 \
        .at = OPTION(member), .length_at = OPTION(member##_length)                                 \
    }

static const json_word target_kinds[] = {{"iot-hub", TCA_TARGET_IOT_HUB},
                                         {"dps", TCA_TARGET_DPS},
                                         {"iot-central", TCA_TARGET_IOT_CENTRAL},
                                         {"trust-file", TCA_TARGET_ANCHORS},
                                         {NULL, 0}};
static const json_word verifications[] = {
    {"proof", TCA_VERIFICATION_PROOF}, {"on-upload", TCA_VERIFICATION_ON_UPLOAD}, {NULL, 0}};
static const json_word device_ways[] = {
    {"direct", 0}, {"through-dps", TCA_TARGET_THROUGH_DPS}, {NULL, 0}};
static const json_word orders[] = {{"active-first", TCA_ORDER_ACTIVE_FIRST},
                                   {"active-last", TCA_ORDER_ACTIVE_LAST},
                                   {"any", TCA_ORDER_ANY},
                                   {NULL, 0}};
static const json_range capacities = {1, CAPACITY_MAX};

static const json_member target_members[] = {
    TARGET_TEXT(name, EVERY_KIND, EVERY_KIND),
    {"kind", EVERY_KIND, EVERY_KIND, json_read_word, OPTION(kind), .about = target_kinds},
    TARGET_TEXT(subscription, HUB | DPS, HUB | DPS),
    TARGET_TEXT(resource_group, HUB | DPS, HUB | DPS),
    TARGET_TEXT(resource, HUB | DPS, HUB | DPS),
    TARGET_TEXT(application, CENTRAL, CENTRAL),
    TARGET_TEXT(enrollment_group, DPS | CENTRAL, CENTRAL),
    TARGET_TEXT(endpoint, CLOUD, 0),
    TARGET_TEXT(service_endpoint, DPS, 0),
    {"verification", CLOUD, 0, json_read_word, OPTION(verification), .about = verifications},
    {"devices", HUB, 0, json_read_word, OPTION(flags), .about = device_ways},
    {"capacity", HUB | DPS, 0, json_read_number, OPTION(capacity), .about = &capacities},
    {"path", ANCHORS, ANCHORS, json_read_text, offsetof(target_configuration, path), .about = NULL},
    {"order", ANCHORS, 0, json_read_word, OPTION(order), .about = orders},
    {0}};

static bool read_target(json_place *place, json_t *value, target_configuration *target) {
    uint32_t kind = json_kind(place, value, target_kinds);
    target->options.struct_size = sizeof(target->options);
    return kind != 0 && json_read_members(place, value, target_members, KIND(kind), target);
}

static bool target_is_new(const json_place *place, const target_configuration *targets,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(targets[i].options.name, targets[count].options.name) == 0) {
            return json_complain(place, "has the name of targets[%zu]; give it another", i);
        }
    }
    return true;
}

/* Room for what an array holds; NULL after a complaint. */
static void *room_for(const json_place *place, json_t *value, size_t most, size_t size) {
    size_t count = json_array_size(value);
    if (!json_is_array(value) || count > most) {
        (void)json_complain(place, "is a list of %zu at most; write it as [ ... ]", most);
        return NULL;
    }
    void *room = calloc(count + 1, size);
    if (room == NULL) {
        (void)json_complain(place, "out of memory; try a smaller configuration");
    }
    return room;
}

static bool read_targets(json_place *place, json_t *value, const json_member *member, void *into) {
    tenant_configuration *tenant = into;
    (void)member;
    tenant->targets = room_for(place, value, CONFIGURATION_TARGETS_MAX, sizeof(tenant->targets[0]));
    bool fine = tenant->targets != NULL;
    for (size_t i = 0; fine && i < json_array_size(value); i++) {
        size_t before = json_enter_element(place, i);
        fine = read_target(place, json_array_get(value, i), &tenant->targets[i]) &&
               target_is_new(place, tenant->targets, i);
        json_leave(place, before);
        tenant->target_count++;
    }
    return fine;
}

/* ---- tenants ---- */

static const json_member tenant_members[] = {
    JSON_TEXT_WITH_LENGTH(tenant_configuration, name, EVERY_KIND, EVERY_KIND),
    {"service", EVERY_KIND, EVERY_KIND, read_service, offsetof(tenant_configuration, service),
     .about = NULL},
    {"identity", EVERY_KIND, 0, configuration_read_identity,
     offsetof(tenant_configuration, identity), .about = NULL},
    {"targets", EVERY_KIND, 0, read_targets, 0, .about = NULL},
    {0}};

static bool tenant_is_new(const json_place *place, const tenant_configuration *tenants,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tenants[i].name, tenants[count].name) == 0) {
            return json_complain(place, "has the name of tenants[%zu]; give it another", i);
        }
    }
    return true;
}

bool configuration_read_tenants(json_place *place, json_t *value, const json_member *member,
                                void *into) {
    tool_configuration *configuration = into;
    (void)member;
    configuration->tenants =
        room_for(place, value, CONFIGURATION_TENANTS_MAX, sizeof(configuration->tenants[0]));
    bool fine = configuration->tenants != NULL;
    if (fine && json_array_size(value) == 0) {
        return json_complain(place, "is empty; name a tenant");
    }
    for (size_t i = 0; fine && i < json_array_size(value); i++) {
        size_t before = json_enter_element(place, i);
        fine = json_read_members(place, json_array_get(value, i), tenant_members, EVERY_KIND,
                                 &configuration->tenants[i]) &&
               tenant_is_new(place, configuration->tenants, i);
        json_leave(place, before);
        configuration->tenant_count++;
    }
    return fine;
}
