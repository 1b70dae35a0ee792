/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "configuration.h"
#include "strict.h"

#define DAYS_MAX 36500
#define SECONDS_MAX 3153600000u /* the same */

/* ---- policy and thresholds ---- */

/* To the library 0 is the default: said here, it would not mean what it says. */
static const json_range policy_days = {1, DAYS_MAX};

static bool read_activation(json_place *place, json_t *value, const json_member *member,
                            void *into) {
    static const size_t at[] = {offsetof(tca_policy, activation_earliest_days),
                                offsetof(tca_policy, activation_expected_days),
                                offsetof(tca_policy, activation_latest_days)};
    (void)member;
    if (!json_is_array(value) || json_array_size(value) != 3) {
        return json_complain(place, "is [earliest, expected, latest] in days");
    }
    for (size_t i = 0; i < 3; i++) {
        const json_member day = {.at = at[i], .about = &policy_days};
        size_t before = json_enter_element(place, i);
        if (!json_read_number(place, json_array_get(value, i), &day, into)) {
            return false;
        }
        json_leave(place, before);
    }
    const tca_policy *policy = into;
    return (policy->activation_earliest_days <= policy->activation_expected_days &&
            policy->activation_expected_days <= policy->activation_latest_days) ||
           json_complain(place, "falls; write it as [earliest, expected, latest]");
}

#define NUMBER(type, member, range)                                                                \
    {                                                                                              \
        .name = #member, .takes = EVERY_KIND, .read = json_read_number,                            \
        .at = offsetof(type, member), .about = &(range)                                            \
    }

static const json_member policy_members[] = {
    NUMBER(tca_policy, lead_days, policy_days),
    {"activation_days", EVERY_KIND, 0, read_activation, 0, .about = NULL},
    NUMBER(tca_policy, removal_days, policy_days),
    {0}};

static const json_range threshold_days = {1, DAYS_MAX};
static const json_range threshold_seconds = {1, SECONDS_MAX};

static const json_member check_members[] = {
    NUMBER(tca_check_options, missing_warning_days, threshold_days),
    NUMBER(tca_check_options, missing_critical_days, threshold_days),
    NUMBER(tca_check_options, registered_warning_days, threshold_days),
    NUMBER(tca_check_options, activation_critical_days, threshold_days),
    NUMBER(tca_check_options, proof_warning_days, threshold_days),
    NUMBER(tca_check_options, expires_warning_days, threshold_days),
    NUMBER(tca_check_options, expires_critical_days, threshold_days),
    NUMBER(tca_check_options, removal_warning_days, threshold_days),
    NUMBER(tca_check_options, stale_warning_seconds, threshold_seconds),
    NUMBER(tca_check_options, stale_critical_seconds, threshold_seconds),
    {0}};

/* `about` is the table of its members. */
static bool read_numbers(json_place *place, json_t *value, const json_member *member, void *into) {
    return json_read_members(place, value, member->about, EVERY_KIND, (char *)into + member->at);
}

/* ---- the whole ---- */

static const json_member configuration_members[] = {
    {"tenants", EVERY_KIND, EVERY_KIND, configuration_read_tenants, 0, .about = NULL},
    JSON_TEXT(tool_configuration, store),
    {"identity", EVERY_KIND, 0, configuration_read_identity, offsetof(tool_configuration, identity),
     .about = NULL},
    {"policy", EVERY_KIND, 0, read_numbers, offsetof(tool_configuration, policy),
     .about = policy_members},
    {"checks", EVERY_KIND, 0, read_numbers, offsetof(tool_configuration, checks),
     .about = check_members},
    {0}};

static bool is_given(const tca_identity_options *identity) {
    return identity->client_id != NULL || identity->tenant != NULL ||
           identity->secret_file != NULL || identity->endpoint != NULL;
}

/* A tenant without an identity of its own has everybody's. */
static void share_identity(tool_configuration *configuration) {
    for (size_t i = 0; i < configuration->tenant_count; i++) {
        tca_identity_options *own = &configuration->tenants[i].identity;
        *own = is_given(own) ? *own : configuration->identity;
        own->struct_size = sizeof(*own);
    }
}

static const char *syntax_problem(const json_error_t *error) {
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return "an object has a member of that name already";
    case json_error_invalid_utf8:
        return "the text is not UTF-8";
    case json_error_end_of_input_expected:
        return "the document ends here, and something follows";
    case json_error_premature_end_of_input:
        return "the document ends within a value";
    case json_error_out_of_memory:
        return "out of memory";
    default:
        return "this is not JSON";
    }
}

static json_t *read_document(const json_place *place) {
    size_t length;
    json_error_t error;
    unsigned char *data = file_read(place->file, &length);
    json_t *document = NULL;
    if (data == NULL) {
        return NULL;
    }
    if (length > CONFIGURATION_BYTES_MAX) {
        (void)json_complain(place, "is larger than %u bytes; split it", CONFIGURATION_BYTES_MAX);
    } else {
        document = json_loadb((const char *)data, length, JSON_REJECT_DUPLICATES, &error);
        if (document == NULL) {
            (void)json_complain(place, "line %d, column %d: %s; correct it", error.line,
                                error.column, syntax_problem(&error));
        }
    }
    free(data);
    return document;
}

tool_configuration *configuration_read(const char *path) {
    json_place place = {.file = path};
    tool_configuration *configuration = calloc(1, sizeof(*configuration));
    if (configuration == NULL) {
        (void)json_complain(&place, "out of memory; try a smaller configuration");
        return NULL;
    }
    configuration->policy.struct_size = sizeof(configuration->policy);
    configuration->checks.struct_size = sizeof(configuration->checks);
    (void)tca_policy_defaults(&configuration->policy);
    configuration->document = read_document(&place);
    if (configuration->document == NULL ||
        !json_read_members(&place, configuration->document, configuration_members, EVERY_KIND,
                           configuration)) {
        configuration_release(configuration);
        return NULL;
    }
    share_identity(configuration);
    return configuration;
}

void configuration_release(tool_configuration *configuration) {
    if (configuration == NULL) {
        return;
    }
    for (size_t i = 0; i < configuration->tenant_count; i++) {
        free(configuration->tenants[i].targets);
    }
    free(configuration->tenants);
    json_decref(configuration->document);
    free(configuration);
}

/* ---- one of the tenants ---- */

static bool is_called(const tenant_configuration *tenant, const char *name) {
    return strcmp(tenant->name, name) == 0 ||
           (tenant->service.tenant != NULL && strcasecmp(tenant->service.tenant, name) == 0);
}

const tenant_configuration *configuration_find(const tool_configuration *configuration,
                                               const char *name) {
    const tenant_configuration *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < configuration->tenant_count; i++) {
        const tenant_configuration *tenant = &configuration->tenants[i];
        if (name == NULL || is_called(tenant, name)) {
            found = tenant;
            count++;
        }
    }
    if (count != 1) {
        complain(count == 0 ? "--tenant: the configuration names no such tenant; name one of it"
                 : name == NULL
                     ? "the configuration names several tenants; --tenant NAME says which"
                     : "--tenant: several tenants of the configuration fit; use a name");
        found = NULL;
    }
    return found;
}
