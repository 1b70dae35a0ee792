/* SPDX-License-Identifier: MIT */
/* Inventories: both services' documents, folders, merging, anomalies, naming, what is remembered.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define OTHER_TENANT "a7c9d3e1-05b4-4f62-8e7a-91b3c5d7f024"
#define DAY INT64_C(86400)

typedef struct content {
    uint8_t *data;
    size_t length;
} content;

static content read_file(const char *folder, const char *name) {
    char path[512];
    content text_of = {malloc(1u << 16), 0};
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *from = fopen(path, "rb");
    ck_assert_msg(from != NULL, "%s", path);
    text_of.length = fread(text_of.data, 1, 1u << 16, from);
    fclose(from);
    return text_of;
}

static content read_vector(const char *name) {
    const char *folder = getenv("TENANTCA_VECTORS");
    return read_file(folder == NULL ? "tests/vectors" : folder, name);
}

static tca_certificate *certificate_of(const char *name) {
    content text_of = read_vector(name);
    tca_certificate *certificate = NULL;
    ck_assert_int_eq(tca_certificate_parse(text_of.data, text_of.length, NULL, &certificate, NULL),
                     TCA_OK);
    free(text_of.data);
    return certificate;
}

static tca_inventory_builder *new_builder(const char *tenant) {
    tca_inventory_options options = {.struct_size = sizeof(options),
                                     .tenant = tenant,
                                     .tenant_length = tenant == NULL ? 0 : strlen(tenant)};
    tca_inventory_builder *builder = NULL;
    ck_assert_int_eq(tca_inventory_builder_new(&options, &builder, NULL), TCA_OK);
    return builder;
}

static void add_vector(tca_inventory_builder *builder, const char *name) {
    content text_of = read_vector(name);
    ck_assert_int_eq(tca_inventory_builder_add_input(builder, text_of.data, text_of.length, NULL),
                     TCA_OK);
    free(text_of.data);
}

static tca_inventory *finish(tca_inventory_builder *builder) {
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    return inventory;
}

static const tca_entry *entry_of(const tca_inventory *inventory, uint32_t index) {
    const tca_entry *entry = NULL;
    ck_assert_int_eq(tca_inventory_get(inventory, index, &entry), TCA_OK);
    return entry;
}

static tca_entry_info info_of(const tca_inventory *inventory, uint32_t index) {
    tca_entry_info info = {.struct_size = sizeof(info)};
    ck_assert_int_eq(tca_entry_get_info(entry_of(inventory, index), &info), TCA_OK);
    return info;
}

static const char *thumbprint_of(const tca_inventory *inventory, uint32_t index) {
    const char *text = NULL;
    size_t length;
    ck_assert_int_eq(tca_entry_thumbprint(entry_of(inventory, index), &text, &length), TCA_OK);
    return text;
}

static tca_result parse(const char *text, tca_inventory **inventory, tca_error *error) {
    return tca_inventory_parse((const uint8_t *)text, strlen(text), NULL, inventory, error);
}

/* ---- documents ---- */

START_TEST(the_recorded_list_is_read) {
    const char *data = getenv("TENANTCA_DATA");
    char folder[512], path[600];
    snprintf(folder, sizeof(folder), "%s/azure-sphere-real",
             data == NULL ? "../shared/data" : data);
    snprintf(path, sizeof(path), "%s/azps-mainscenario-list-certificates.response.json", folder);
    FILE *there = fopen(path, "rb");
    if (there == NULL) {
        printf("skipped: no recorded data\n");
        return;
    }
    fclose(there);
    content text_of = read_file(folder, "azps-mainscenario-list-certificates.response.json");
    tca_inventory *inventory = NULL;
    const char *text;
    size_t length;
    ck_assert_int_eq(tca_inventory_parse(text_of.data, text_of.length, NULL, &inventory, NULL),
                     TCA_OK);
    ck_assert_uint_eq(tca_inventory_count(inventory), 1);
    tca_entry_info info = info_of(inventory, 0);
    ck_assert_uint_eq(info.service_status, TCA_SERVICE_ACTIVE);
    ck_assert_uint_eq(info.anomalies, 0);
    ck_assert_uint_eq(info.role, TCA_ROLE_TENANT_CA);
    ck_assert_str_eq(thumbprint_of(inventory, 0), "54D2E787F1B3B3DFE33A20611A951717B60E956A");
    ck_assert_int_eq(tca_entry_serial(entry_of(inventory, 0), &text, &length), TCA_OK);
    ck_assert_str_eq(text, "0086BF0280BC7C845728D9347A5CADBF31");
    ck_assert_int_eq(tca_inventory_tenant(inventory, &text, &length), TCA_OK);
    ck_assert_str_eq(text, "6cb5627c-4d5a-46a2-b2cd-9f5c01912220");
    tca_inventory_unref(inventory);
    free(text_of.data);
}
END_TEST

START_TEST(both_services_say_the_same_of_the_same_certificates) {
    static const char *const names[] = {"legacy-list-act.json", "integrated-list.json"};
    for (size_t i = 0; i < 2; i++) {
        tca_inventory_builder *builder = new_builder(NULL);
        add_vector(builder, names[i]);
        tca_inventory *inventory = finish(builder);
        ck_assert_uint_ge(tca_inventory_count(inventory), 2);
        uint32_t active = 0;
        for (uint32_t n = 0; n < tca_inventory_count(inventory); n++) {
            tca_entry_info info = info_of(inventory, n);
            ck_assert_uint_ne(info.flags & TCA_ENTRY_LISTED, 0);
            ck_assert_uint_eq(info.role, TCA_ROLE_TENANT_CA);
            ck_assert_uint_eq(info.anomalies & ~TCA_ANOMALY_NO_DATES, 0);
            active += info.service_status == TCA_SERVICE_ACTIVE ? 1 : 0;
        }
        ck_assert_uint_eq(active, 1);
        tca_inventory_unref(inventory);
    }
}
END_TEST

START_TEST(an_expired_certificate_without_a_body_is_kept) {
    tca_inventory_builder *builder = new_builder(NULL);
    add_vector(builder, "legacy-list.json");
    tca_inventory *inventory = finish(builder);
    bool found = false;
    for (uint32_t i = 0; i < tca_inventory_count(inventory); i++) {
        tca_entry_info info = info_of(inventory, i);
        const tca_certificate *certificate;
        if ((info.flags & TCA_ENTRY_HAS_BODY) == 0) {
            found = true;
            ck_assert_uint_eq(info.anomalies, TCA_ANOMALY_NO_DATES);
            ck_assert_int_eq(tca_entry_certificate(entry_of(inventory, i), &certificate),
                             TCA_E_NOT_FOUND);
            ck_assert_uint_eq(strlen(thumbprint_of(inventory, i)), 40);
        }
    }
    ck_assert(found);
    tca_inventory_unref(inventory);
}
END_TEST

START_TEST(pages_are_added_one_after_the_other) {
    tca_inventory_builder *builder = new_builder(NULL);
    const char *link;
    size_t length;
    add_vector(builder, "integrated-page-1.json");
    ck_assert_int_eq(tca_inventory_builder_next_link(builder, &link, &length), TCA_OK);
    ck_assert(strncmp(link, "https://", 8) == 0);
    add_vector(builder, "integrated-page-2.json");
    ck_assert_int_eq(tca_inventory_builder_next_link(builder, &link, &length), TCA_E_NOT_FOUND);
    tca_inventory *pages = finish(builder);
    ck_assert_uint_ge(tca_inventory_count(pages), 2);
    tca_inventory_unref(pages);
    content page = read_vector("integrated-page-1.json");
    ck_assert_int_eq(tca_inventory_parse(page.data, page.length, NULL, &pages, NULL),
                     TCA_E_UNSUPPORTED);
    ck_assert_ptr_null(pages);
    free(page.data);
}
END_TEST

START_TEST(documents_that_are_wrong_are_told_by_entry) {
    static const struct {
        const char *document, *says;
        tca_result result;
    } cases[] = {
        {"[3]", "entry 1 of 1: not an object", TCA_E_MALFORMED},
        {"[{\"IsActive\":true}]", "entry 1 of 1: names no certificate", TCA_E_MALFORMED},
        {"[{\"Thumbprint\":\"AB\",\"IsActive\":true}]", "entry 1 of 1: thumbprint: fewer",
         TCA_E_MALFORMED},
        {"[{\"Thumbprint\":7,\"IsActive\":true}]", "Thumbprint: is a number instead of a string",
         TCA_E_MALFORMED},
        {"[{\"Thumbprint\":\"x\"}]", "IsActive: missing", TCA_E_MALFORMED},
        {"[{\"IsActive\":\"yes\"}]", "IsActive: is a string instead of a boolean", TCA_E_MALFORMED},
        {"{\"value\":{}}", "value: not an array", TCA_E_MALFORMED},
        {"{\"value\":[{\"name\":\"86\"}]}", "properties: missing", TCA_E_MALFORMED},
        {"{\"value\":[{\"name\":\"86\",\"properties\":{\"expiryUtc\":\"soon\"}}]}",
         "expiryUtc: ", TCA_E_MALFORMED},
        {"{\"value\":[{\"name\":\"86\",\"properties\":{\"certificate\":\"canary\"}}]}",
         "entry 1 of 1: certificate: ", TCA_E_MALFORMED},
        {"{\"value\":[{\"name\":\"000\",\"properties\":{}}]}", "serial number: zero",
         TCA_E_MALFORMED},
        {"{\"value\":[],\"value\":[]}", "twice", TCA_E_MALFORMED},
        {"{\"other\":[]}", "no document of either service", TCA_E_MALFORMED},
        {"[", "ends too early", TCA_E_MALFORMED},
        {"[\"\\u0000\"]", "NUL", TCA_E_MALFORMED},
    };
    tca_error *error;
    tca_inventory *inventory = NULL;
    const char *text;
    tca_error_new(&error);
    ck_assert_int_eq(parse(cases[_i].document, &inventory, error), cases[_i].result);
    ck_assert_ptr_null(inventory);
    tca_error_message(error, &text, NULL);
    ck_assert_msg(strstr(text, cases[_i].says) != NULL, "%s", text);
    ck_assert_ptr_null(strstr(text, "canary"));
    tca_error_unref(error);
}
END_TEST

START_TEST(words_and_dates_of_a_document_are_kept) {
    static const struct {
        const char *document;
        uint32_t status, flags;
        tca_unix not_before, not_after;
        uint32_t anomalies;
    } cases[] = {
#define LEGACY_WORDS(words)                                                                        \
    "[{\"Thumbprint\":\"00112233445566778899AABBCCDDEEFF00112233\"," words "}]"
#define PROPERTIES(members) "{\"value\":[{\"name\":\"86\",\"properties\":{" members "}}]}"
#define START "\"notBeforeUtc\":\"2024-01-31T00:00:00.1234567Z\""
#define END "\"expiryUtc\":\"2024-04-30T02:00:00+02:00\""
#define BOTH_DATES (TCA_ENTRY_HAS_NOT_BEFORE | TCA_ENTRY_HAS_NOT_AFTER)
        {LEGACY_WORDS("\"IsActive\":true,\"IsRevoked\":false"), TCA_SERVICE_ACTIVE, 0, 0, 0,
         TCA_ANOMALY_NO_DATES},
        {LEGACY_WORDS("\"IsActive\":false,\"IsRevoked\":false"), TCA_SERVICE_INACTIVE, 0, 0, 0,
         TCA_ANOMALY_NO_DATES},
        {LEGACY_WORDS("\"IsActive\":false,\"IsRevoked\":true"), TCA_SERVICE_REVOKED, 0, 0, 0,
         TCA_ANOMALY_NO_DATES},
        {LEGACY_WORDS("\"IsActive\":true,\"IsRevoked\":true"), TCA_SERVICE_REVOKED, 0, 0, 0,
         TCA_ANOMALY_NO_DATES},
        {PROPERTIES("\"status\":\"Active\"," START "," END), TCA_SERVICE_ACTIVE, BOTH_DATES,
         1706659200, 1714435200, 0},
        {PROPERTIES("\"status\":\"Inactive\"," END "," START), TCA_SERVICE_INACTIVE, BOTH_DATES,
         1706659200, 1714435200, 0},
        {PROPERTIES("\"status\":\"Expired\"," START), TCA_SERVICE_EXPIRED, TCA_ENTRY_HAS_NOT_BEFORE,
         1706659200, 0, 0},
        {PROPERTIES("\"status\":\"Revoked\"," END), TCA_SERVICE_REVOKED, TCA_ENTRY_HAS_NOT_AFTER, 0,
         1714435200, 0},
        {PROPERTIES("\"status\":\"active\"," START "," END), TCA_SERVICE_OTHER, BOTH_DATES,
         1706659200, 1714435200, TCA_ANOMALY_UNKNOWN_STATUS},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tca_inventory *inventory = NULL;
        ck_assert_int_eq(parse(cases[i].document, &inventory, NULL), TCA_OK);
        ck_assert_uint_eq(tca_inventory_count(inventory), 1);
        tca_entry_info info = info_of(inventory, 0);
        ck_assert_uint_eq(info.service_status, cases[i].status);
        ck_assert_uint_eq(info.flags, cases[i].flags | TCA_ENTRY_LISTED);
        ck_assert_int_eq(info.not_before, cases[i].not_before);
        ck_assert_int_eq(info.not_after, cases[i].not_after);
        ck_assert_uint_eq(info.anomalies, cases[i].anomalies);
        tca_inventory_unref(inventory);
    }
}
END_TEST

/* ---- anomalies ---- */

START_TEST(either_date_that_contradicts_the_certificate_is_an_anomaly) {
    tca_certificate *certificate = certificate_of("tenant-ca-a.der");
    tca_certificate_info own = {.struct_size = sizeof(own)};
    tca_certificate_get_info(certificate, &own);
    const struct {
        uint32_t flags;
        tca_unix not_before, not_after;
        uint32_t anomalies;
    } cases[] = {
        {TCA_SERVICE_HAS_NOT_AFTER, 0, own.not_after, 0},
        {TCA_SERVICE_HAS_NOT_AFTER, 0, own.not_after + 1, TCA_ANOMALY_DATE_MISMATCH},
        {TCA_SERVICE_HAS_NOT_AFTER, 0, own.not_after - 1, TCA_ANOMALY_DATE_MISMATCH},
        {TCA_SERVICE_HAS_NOT_BEFORE, own.not_before + 1, 0, TCA_ANOMALY_DATE_MISMATCH},
        {0, own.not_before + 1, own.not_after + 1, 0}, /* without a flag nothing was said */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tca_service_record record = {.struct_size = sizeof(record),
                                     .flags = cases[i].flags,
                                     .not_before = cases[i].not_before,
                                     .not_after = cases[i].not_after,
                                     .status = TCA_SERVICE_ACTIVE};
        tca_inventory_builder *builder = new_builder(NULL);
        ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
        tca_inventory *inventory = finish(builder);
        tca_entry_info info = info_of(inventory, 0);
        ck_assert_uint_eq(info.anomalies, cases[i].anomalies);
        ck_assert_int_eq(info.not_before, own.not_before);
        ck_assert_int_eq(info.not_after, own.not_after);
        tca_inventory_unref(inventory);
    }
    tca_certificate_unref(certificate);
}
END_TEST

START_TEST(what_contradicts_the_certificate_is_an_anomaly) {
    static const struct {
        const char *thumbprint, *serial;
        tca_unix earlier; /* than the certificate's own notBefore */
        uint32_t status, anomalies;
    } cases[] = {
        {NULL, NULL, 0, TCA_SERVICE_ACTIVE, 0},
        {"00112233445566778899AABBCCDDEEFF00112233", NULL, 0, TCA_SERVICE_ACTIVE,
         TCA_ANOMALY_THUMBPRINT_MISMATCH},
        {NULL, "1234", 0, TCA_SERVICE_ACTIVE, TCA_ANOMALY_SERIAL_MISMATCH},
        {NULL, NULL, 1, TCA_SERVICE_ACTIVE, TCA_ANOMALY_DATE_MISMATCH},
        {NULL, NULL, 0, TCA_SERVICE_OTHER, TCA_ANOMALY_UNKNOWN_STATUS},
    };
    tca_certificate *certificate = certificate_of("tenant-ca-a.der");
    tca_certificate_info own = {.struct_size = sizeof(own)};
    tca_certificate_get_info(certificate, &own);
    tca_service_record record = {
        .struct_size = sizeof(record),
        .flags = TCA_SERVICE_HAS_NOT_BEFORE,
        .not_before = own.not_before - cases[_i].earlier,
        .thumbprint = cases[_i].thumbprint,
        .thumbprint_length = cases[_i].thumbprint == NULL ? 0 : strlen(cases[_i].thumbprint),
        .serial = cases[_i].serial,
        .serial_length = cases[_i].serial == NULL ? 0 : strlen(cases[_i].serial),
        .status = cases[_i].status};
    tca_inventory_builder *builder = new_builder(NULL);
    ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
    tca_inventory *inventory = finish(builder);
    tca_entry_info info = info_of(inventory, 0);
    ck_assert_uint_eq(info.anomalies, cases[_i].anomalies);
    ck_assert_int_eq(info.not_before, own.not_before);
    tca_inventory_unref(inventory);
    tca_certificate_unref(certificate);
}
END_TEST

START_TEST(a_device_listed_as_a_tenant_ca_is_seen) {
    tca_certificate *device = certificate_of("device-of-a.der");
    tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    tca_inventory_builder *builder = new_builder(NULL);
    ck_assert_int_eq(tca_inventory_builder_add(builder, device, &record, NULL), TCA_OK);
    tca_inventory *inventory = finish(builder);
    ck_assert_uint_eq(info_of(inventory, 0).anomalies, TCA_ANOMALY_NOT_A_CA);
    tca_inventory_unref(inventory);
    tca_certificate_unref(device);
}
END_TEST

/* ---- roles, tenants ---- */

START_TEST(roles_follow_from_what_a_certificate_is) {
    static const struct {
        const char *name;
        uint32_t role;
    } cases[] = {{"root.der", TCA_ROLE_UPPER_CA},
                 {"policy-ca-2022.der", TCA_ROLE_UPPER_CA},
                 {"tenant-ca-a.der", TCA_ROLE_TENANT_CA},
                 {"proof-of-a.der", TCA_ROLE_OTHER},
                 {"device-of-a.der", TCA_ROLE_OTHER}};
    tca_inventory_builder *builder = new_builder(NULL);
    for (size_t i = 0; i < 5; i++) {
        add_vector(builder, cases[i].name);
    }
    add_vector(builder, "chain.p7b");
    tca_inventory *inventory = finish(builder);
    for (uint32_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(info_of(inventory, i).role, cases[i].role);
        ck_assert_uint_eq(info_of(inventory, i).service_status, TCA_SERVICE_NONE);
    }
    ck_assert_uint_eq(tca_inventory_count(inventory), 5);
    tca_inventory_unref(inventory);
}
END_TEST

START_TEST(two_tenants_need_one_to_be_named) {
    tca_error *error;
    const char *text;
    size_t length;
    tca_inventory *inventory = NULL;
    tca_error_new(&error);
    tca_inventory_builder *builder = new_builder(NULL);
    add_vector(builder, "tenant-ca-a.der");
    add_vector(builder, "tenant-ca-other-tenant.der");
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, error), TCA_E_AMBIGUOUS);
    ck_assert_ptr_null(inventory);
    tca_error_message(error, &text, NULL);
    ck_assert(strstr(text, TENANT) != NULL && strstr(text, OTHER_TENANT) != NULL);
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, error), TCA_OK);
    ck_assert_uint_eq(tca_inventory_count(inventory), 0); /* it was emptied */
    tca_inventory_unref(inventory);
    tca_inventory_builder_unref(builder);

    builder = new_builder("A7C9D3E1-05B4-4F62-8E7A-91B3C5D7F024");
    add_vector(builder, "tenant-ca-a.der");
    add_vector(builder, "tenant-ca-other-tenant.der");
    inventory = finish(builder);
    ck_assert_uint_eq(tca_inventory_count(inventory), 1);
    ck_assert_int_eq(tca_inventory_tenant(inventory, &text, &length), TCA_OK);
    ck_assert_str_eq(text, OTHER_TENANT);
    tca_inventory_unref(inventory);
    tca_error_unref(error);
}
END_TEST

START_TEST(a_foreign_certificate_that_a_service_lists_is_an_anomaly) {
    tca_certificate *own = certificate_of("tenant-ca-a.der");
    tca_certificate *foreign = certificate_of("tenant-ca-other-tenant.der");
    tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    tca_inventory_builder *builder = new_builder(TENANT);
    tca_rollover *rollover = NULL;
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_inventory_builder_add(builder, own, &record, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, foreign, &record, NULL), TCA_OK);
    tca_inventory *inventory = finish(builder);
    ck_assert_uint_eq(info_of(inventory, 0).anomalies, 0);
    ck_assert_uint_eq(info_of(inventory, 1).anomalies, TCA_ANOMALY_FOREIGN_TENANT);
    ck_assert_int_eq(tca_rollover_compute(inventory, info_of(inventory, 0).not_before + DAY, NULL,
                                          &rollover, NULL),
                     TCA_OK);
    ck_assert_int_eq(tca_rollover_get_summary(rollover, &summary), TCA_OK);
    ck_assert_uint_eq(summary.stage, TCA_STAGE_STEADY); /* the other active one does not count */
    ck_assert_uint_eq(summary.active, 0);
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
    tca_certificate_unref(own);
    tca_certificate_unref(foreign);
}
END_TEST

/* ---- merging ---- */

START_TEST(a_body_completes_what_was_listed_without) {
    tca_certificate *certificate = certificate_of("tenant-ca-a.der");
    const char *thumbprint, *serial;
    size_t thumbprint_length, serial_length;
    tca_certificate_thumbprint(certificate, &thumbprint, &thumbprint_length);
    tca_certificate_serial_text(certificate, &serial, &serial_length);
    tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    if (_i % 2 == 0) {
        record.thumbprint = thumbprint;
        record.thumbprint_length = thumbprint_length;
    } else { /* the leading 00 does not matter */
        record.serial = serial + 2;
        record.serial_length = serial_length - 2;
    }
    tca_inventory_builder *builder = new_builder(NULL);
    if (_i < 2) {
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
        ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, NULL, NULL), TCA_OK);
    } else {
        ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, NULL, NULL), TCA_OK);
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    }
    tca_inventory *inventory = finish(builder);
    ck_assert_uint_eq(tca_inventory_count(inventory), 1);
    tca_entry_info info = info_of(inventory, 0);
    ck_assert_uint_ne(info.flags & TCA_ENTRY_HAS_BODY, 0);
    ck_assert_uint_eq(info.service_status, TCA_SERVICE_ACTIVE);
    ck_assert_uint_eq(info.anomalies, 0);
    tca_inventory_unref(inventory);
    tca_certificate_unref(certificate);
}
END_TEST

START_TEST(listed_twice_matters_only_when_the_words_differ) {
    tca_certificate *certificate = certificate_of("tenant-ca-a.der");
    tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    tca_inventory_builder *builder = new_builder(NULL);
    ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
    record.status = _i == 0 ? TCA_SERVICE_ACTIVE : TCA_SERVICE_REVOKED;
    ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
    tca_inventory *inventory = finish(builder);
    ck_assert_uint_eq(tca_inventory_count(inventory), 1);
    ck_assert_uint_eq(info_of(inventory, 0).anomalies, _i == 0 ? 0 : TCA_ANOMALY_LISTED_TWICE);
    ck_assert_uint_eq(info_of(inventory, 0).service_status,
                      _i == 0 ? TCA_SERVICE_ACTIVE : TCA_SERVICE_REVOKED); /* revoked wins */
    tca_inventory_unref(inventory);
    tca_certificate_unref(certificate);
}
END_TEST

START_TEST(dates_of_a_record_are_dates) {
    static const struct {
        tca_unix date;
        tca_result result;
    } cases[] = {{TCA_TIME_MIN - 1, TCA_E_RANGE}, {TCA_TIME_MIN, TCA_OK},
                 {TCA_TIME_MAX, TCA_OK},          {TCA_TIME_MAX + 1, TCA_E_RANGE},
                 {INT64_MAX, TCA_E_RANGE},        {INT64_MIN, TCA_E_RANGE}};
    tca_inventory_builder *builder = new_builder(NULL);
    for (uint32_t flag = TCA_SERVICE_HAS_NOT_BEFORE; flag <= TCA_SERVICE_HAS_NOT_AFTER;
         flag <<= 1) {
        tca_service_record record = {.struct_size = sizeof(record),
                                     .flags = flag,
                                     .status = TCA_SERVICE_ACTIVE,
                                     .not_before = cases[_i].date,
                                     .not_after = cases[_i].date,
                                     .serial = "1234",
                                     .serial_length = 4};
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), cases[_i].result);
    }
    tca_inventory_builder_unref(builder);
}
END_TEST

START_TEST(listed_twice_compares_every_word) {
    static const tca_service_record again[] = {
        {.status = TCA_SERVICE_INACTIVE, .flags = 3, .not_before = 10, .not_after = 20},
        {.status = TCA_SERVICE_ACTIVE, .flags = 1, .not_before = 10, .not_after = 20},
        {.status = TCA_SERVICE_ACTIVE, .flags = 3, .not_before = 11, .not_after = 20},
        {.status = TCA_SERVICE_ACTIVE, .flags = 3, .not_before = 10, .not_after = 21},
    };
    for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
        tca_service_record first = {.struct_size = sizeof(first),
                                    .status = TCA_SERVICE_ACTIVE,
                                    .flags = 3,
                                    .not_before = 10,
                                    .not_after = 20,
                                    .serial = "86",
                                    .serial_length = 2};
        tca_service_record second = again[i];
        second.struct_size = sizeof(second);
        second.serial = "00:86";
        second.serial_length = 5;
        tca_inventory_builder *builder = new_builder(NULL);
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &first, NULL), TCA_OK);
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &second, NULL), TCA_OK);
        tca_inventory *inventory = finish(builder);
        tca_entry_info info = info_of(inventory, 0);
        ck_assert_uint_eq(tca_inventory_count(inventory), 1);
        ck_assert_uint_eq(info.anomalies, TCA_ANOMALY_LISTED_TWICE);
        ck_assert_uint_eq(info.service_status, TCA_SERVICE_ACTIVE);
        ck_assert_int_eq(info.not_before, 10);
        ck_assert_int_eq(info.not_after, 20);
        tca_inventory_unref(inventory);
    }
}
END_TEST

START_TEST(a_failed_input_leaves_the_builder_as_it_was) {
    tca_inventory_builder *builder = new_builder(NULL);
    static const char bad[] = "[{\"Thumbprint\":\"00112233445566778899AABBCCDDEEFF00112233\","
                              "\"IsActive\":true},{}]";
    add_vector(builder, "tenant-ca-a.der");
    ck_assert_int_eq(
        tca_inventory_builder_add_input(builder, (const uint8_t *)bad, strlen(bad), NULL),
        TCA_E_MALFORMED);
    tca_inventory *inventory = finish(builder);
    ck_assert_uint_eq(tca_inventory_count(inventory), 1);
    tca_inventory_unref(inventory);
}
END_TEST

/* ---- what was known before ---- */

static tca_inventory *listed(uint32_t status) {
    tca_certificate *a = certificate_of("tenant-ca-a.der");
    tca_certificate *b = certificate_of("tenant-ca-b.der");
    tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    tca_inventory_builder *builder = new_builder(NULL);
    ck_assert_int_eq(tca_inventory_builder_add(builder, a, &record, NULL), TCA_OK);
    record.status = status;
    ck_assert_int_eq(tca_inventory_builder_add(builder, b, &record, NULL), TCA_OK);
    tca_certificate_unref(a);
    tca_certificate_unref(b);
    return finish(builder);
}

START_TEST(a_withheld_certificate_stays_until_its_end_unless_revoked) {
    tca_inventory *before = listed(TCA_SERVICE_INACTIVE), *revoked = listed(TCA_SERVICE_REVOKED);
    tca_entry_info b = info_of(before, 1);
    const struct {
        const tca_inventory *previous;
        tca_unix now;
        uint32_t count;
    } cases[] = {{before, b.not_before, 2},
                 {before, b.not_before - 1, 1},
                 {before, b.not_after, 2},
                 {before, b.not_after + 1, 1},
                 {revoked, b.not_before, 1}};
    tca_certificate *a = certificate_of("tenant-ca-a.der");
    tca_service_record record = {.struct_size = sizeof(record), .status = TCA_SERVICE_ACTIVE};
    tca_inventory_builder *builder = new_builder(NULL);
    ck_assert_int_eq(tca_inventory_builder_add(builder, a, &record, NULL), TCA_OK);
    ck_assert_int_eq(
        tca_inventory_builder_set_previous(builder, cases[_i].previous, cases[_i].now, NULL),
        TCA_OK);
    tca_inventory *now = finish(builder);
    ck_assert_uint_eq(tca_inventory_count(now), cases[_i].count);
    ck_assert_uint_eq(info_of(now, 0).anomalies, 0);
    if (cases[_i].count == 2) {
        ck_assert_uint_eq(info_of(now, 1).anomalies, TCA_ANOMALY_WITHHELD);
        ck_assert_str_eq(thumbprint_of(now, 1), thumbprint_of(before, 1));
    }
    tca_inventory_unref(now);
    tca_inventory_unref(before);
    tca_inventory_unref(revoked);
    tca_certificate_unref(a);
}
END_TEST

/* A was active when it was last seen. Now the service lists B alone. */
START_TEST(the_last_word_of_a_withheld_certificate_gives_way_to_a_newer_one) {
    static const struct {
        uint32_t b, stage, a_status;
    } cases[] = {
        {TCA_SERVICE_ACTIVE, TCA_STAGE_SWITCHED, TCA_STATUS_INACTIVE},
        {TCA_SERVICE_INACTIVE, TCA_STAGE_ACT, TCA_STATUS_ACTIVE},
    };
    tca_inventory *before = listed(TCA_SERVICE_INACTIVE);
    tca_unix now = info_of(before, 1).not_before + 45 * DAY;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tca_certificate *b = certificate_of("tenant-ca-b.der");
        tca_service_record record = {.struct_size = sizeof(record), .status = cases[i].b};
        tca_inventory_builder *builder = new_builder(NULL);
        tca_rollover *rollover = NULL;
        tca_rollover_summary summary = {.struct_size = sizeof(summary)};
        tca_entry_state state = {.struct_size = sizeof(state)};
        ck_assert_int_eq(tca_inventory_builder_add(builder, b, &record, NULL), TCA_OK);
        ck_assert_int_eq(tca_inventory_builder_set_previous(builder, before, now, NULL), TCA_OK);
        tca_inventory *after = finish(builder);
        ck_assert_uint_eq(tca_inventory_count(after), 2);
        ck_assert_int_eq(tca_rollover_compute(after, now, NULL, &rollover, NULL), TCA_OK);
        ck_assert_int_eq(tca_rollover_get_summary(rollover, &summary), TCA_OK);
        ck_assert_int_eq(tca_rollover_state(rollover, 1, &state), TCA_OK);
        ck_assert_uint_eq(summary.stage, cases[i].stage);
        ck_assert_uint_eq(state.status, cases[i].a_status);
        ck_assert_uint_eq(state.status_source, TCA_SOURCE_SERVICE);
        ck_assert_uint_eq(summary.anomalies, TCA_ANOMALY_WITHHELD);
        tca_rollover_unref(rollover);
        tca_inventory_unref(after);
        tca_certificate_unref(b);
    }
    tca_inventory_unref(before);
}
END_TEST

START_TEST(a_body_that_is_no_longer_served_is_remembered) {
    tca_inventory *before = listed(TCA_SERVICE_INACTIVE);
    const char *thumbprint = thumbprint_of(before, 1);
    tca_service_record record = {.struct_size = sizeof(record),
                                 .status = TCA_SERVICE_INACTIVE,
                                 .thumbprint = thumbprint,
                                 .thumbprint_length = 40};
    tca_inventory_builder *builder = new_builder(NULL);
    ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_set_previous(builder, before, TCA_TIME_MAX, NULL),
                     TCA_OK);
    tca_inventory *now = finish(builder);
    ck_assert_uint_eq(tca_inventory_count(now), 1);
    ck_assert_uint_ne(info_of(now, 0).flags & TCA_ENTRY_HAS_BODY, 0);
    ck_assert_uint_eq(info_of(now, 0).anomalies, 0);
    tca_inventory_unref(now);
    tca_inventory_unref(before);
}
END_TEST

START_TEST(what_a_remembered_body_contradicts_is_an_anomaly) {
    tca_inventory *before = listed(TCA_SERVICE_INACTIVE);
    tca_service_record record = {.struct_size = sizeof(record),
                                 .flags = TCA_SERVICE_HAS_NOT_AFTER,
                                 .not_after = info_of(before, 1).not_after + 1,
                                 .status = TCA_SERVICE_INACTIVE,
                                 .thumbprint = thumbprint_of(before, 1),
                                 .thumbprint_length = 40,
                                 .serial = "1234",
                                 .serial_length = 4};
    tca_inventory_builder *builder = new_builder(NULL);
    ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_set_previous(builder, before, TCA_TIME_MAX, NULL),
                     TCA_OK);
    tca_inventory *now = finish(builder);
    ck_assert_uint_eq(info_of(now, 0).anomalies,
                      TCA_ANOMALY_DATE_MISMATCH | TCA_ANOMALY_SERIAL_MISMATCH);
    ck_assert_int_eq(info_of(now, 0).not_after, info_of(before, 1).not_after);
    tca_inventory_unref(now);
    tca_inventory_unref(before);
}
END_TEST

/* ---- naming ---- */

START_TEST(certificates_are_named_as_people_do) {
    tca_inventory *inventory = listed(TCA_SERVICE_INACTIVE);
    const tca_certificate *a;
    const char *thumbprint, *sha256, *serial;
    size_t length;
    char name[256];
    uint32_t index;
    ck_assert_int_eq(tca_entry_certificate(entry_of(inventory, 0), &a), TCA_OK);
    tca_certificate_thumbprint(a, &thumbprint, &length);
    tca_certificate_thumbprint_sha256(a, &sha256, &length);
    tca_certificate_serial_text(a, &serial, &length);
    ck_assert(strncmp(serial, "00", 2) == 0);
    const char *whole[] = {thumbprint, sha256, serial, serial + 2};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(tca_inventory_find(inventory, whole[i], strlen(whole[i]), &index, NULL),
                         TCA_OK);
        ck_assert_uint_eq(index, 0);
        size_t used = 0; /* lower case with colons and spaces */
        for (const char *at = whole[i]; *at != '\0' && used < sizeof(name) - 3; at++) {
            name[used++] = (char)(*at >= 'A' && *at <= 'F' ? *at + 32 : *at);
            if ((at - whole[i]) % 2 == 1) {
                name[used++] = (at - whole[i]) % 4 == 1 ? ':' : ' ';
            }
        }
        ck_assert_int_eq(tca_inventory_find(inventory, name, used, &index, NULL), TCA_OK);
        ck_assert_uint_eq(index, 0);
    }
    for (size_t digits = 4; digits < 40; digits++) {
        ck_assert_int_eq(tca_inventory_find(inventory, thumbprint, digits, &index, NULL), TCA_OK);
        ck_assert_uint_eq(index, 0);
    }
    ck_assert_int_eq(tca_inventory_find(inventory, serial, 8, &index, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_find(inventory, serial + 2, 8, &index, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_find(inventory, "2", 1, &index, NULL), TCA_OK);
    ck_assert_uint_eq(index, 1);
    ck_assert_int_eq(tca_inventory_find(inventory, "002", 3, &index, NULL), TCA_OK);
    ck_assert_uint_eq(index, 1);
    tca_inventory_unref(inventory);
}
END_TEST

/* Zeros at the beginning of a name are digits like others, but for a serial number in full. */
START_TEST(a_name_that_begins_with_zeros_fits_no_number_without_them) {
    static const char *const serials[] = {"11D6000000000001", "0086BF0280BC7C84"};
    static const struct {
        const char *name;
        uint32_t index;
    } cases[] = {
        {"0001", TCA_NO_INDEX},
        {"00011D6", TCA_NO_INDEX},
        {"0000", TCA_NO_INDEX},
        {"00008", TCA_NO_INDEX},
        {"086B", TCA_NO_INDEX},
        {"11D6", 0},
        {"11d6:0000", 0},
        {"0011D6000000000001", 0},
        {"0086", 1},
        {"86BF", 1},
        {"86BF0280BC7C84", 1},
        {"000086BF0280BC7C84", 1},
    };
    tca_inventory_builder *builder = new_builder(NULL);
    uint32_t index = 7;
    for (size_t i = 0; i < 2; i++) {
        tca_service_record record = {.struct_size = sizeof(record),
                                     .status = TCA_SERVICE_INACTIVE,
                                     .serial = serials[i],
                                     .serial_length = 16};
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    }
    tca_inventory *inventory = finish(builder);
    ck_assert_int_eq(
        tca_inventory_find(inventory, cases[_i].name, strlen(cases[_i].name), &index, NULL),
        cases[_i].index == TCA_NO_INDEX ? TCA_E_NOT_FOUND : TCA_OK);
    ck_assert_uint_eq(index, cases[_i].index);
    tca_inventory_unref(inventory);
}
END_TEST

START_TEST(names_that_fit_none_or_two_list_the_candidates) {
    static const char *const thumbprints[] = {"ABCD000000000000000000000000000000000001",
                                              "ABCD000000000000000000000000000000000002"};
    static const struct {
        const char *name;
        tca_result result;
        bool candidates;
    } cases[] = {
        {"ABCD", TCA_E_AMBIGUOUS, true}, {"abcd:0000", TCA_E_AMBIGUOUS, true},
        {"FFFF", TCA_E_NOT_FOUND, true}, {"3", TCA_E_NOT_FOUND, true},
        {"0", TCA_E_NOT_FOUND, true},    {"999", TCA_E_NOT_FOUND, true},
        {"AB", TCA_E_MALFORMED, false},  {"ABC", TCA_E_MALFORMED, false},
        {"", TCA_E_MALFORMED, false},    {" : ", TCA_E_MALFORMED, false},
        {"xyz", TCA_E_MALFORMED, false}, {"../..", TCA_E_MALFORMED, false},
    };
    tca_inventory_builder *builder = new_builder(NULL);
    tca_error *error;
    const char *text;
    uint32_t index = 7;
    tca_error_new(&error);
    for (size_t i = 0; i < 2; i++) {
        tca_service_record record = {.struct_size = sizeof(record),
                                     .status = TCA_SERVICE_INACTIVE,
                                     .thumbprint = thumbprints[i],
                                     .thumbprint_length = 40};
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    }
    tca_inventory *inventory = finish(builder);
    ck_assert_int_eq(
        tca_inventory_find(inventory, cases[_i].name, strlen(cases[_i].name), &index, error),
        cases[_i].result);
    ck_assert_uint_eq(index, TCA_NO_INDEX);
    tca_error_message(error, &text, NULL);
    ck_assert_int_eq(strstr(text, thumbprints[0]) != NULL && strstr(text, thumbprints[1]) != NULL,
                     cases[_i].candidates);
    tca_inventory_unref(inventory);
    tca_error_unref(error);
}
END_TEST

START_TEST(many_candidates_are_listed_in_part) {
    enum { ENTRIES = 12 };
    tca_inventory_builder *builder = new_builder(NULL);
    tca_error *error;
    const char *text;
    uint32_t index;
    char serial[65], last[65];
    tca_error_new(&error);
    for (int i = 0; i < ENTRIES; i++) {
        snprintf(serial, sizeof(serial), "ABCD%060X", (unsigned)i + 1);
        memcpy(last, serial, sizeof(last));
        tca_service_record record = {.struct_size = sizeof(record),
                                     .status = TCA_SERVICE_INACTIVE,
                                     .serial = serial,
                                     .serial_length = 64};
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    }
    tca_inventory *inventory = finish(builder);
    static const char *const wanted[] = {"ABCD", "FFFF"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(tca_inventory_find(inventory, wanted[i], 4, &index, error),
                         i == 0 ? TCA_E_AMBIGUOUS : TCA_E_NOT_FOUND);
        tca_error_message(error, &text, NULL);
        ck_assert_ptr_nonnull(strstr(text, "1 ABCD0"));
        ck_assert_ptr_nonnull(strstr(text, "..."));
        ck_assert_ptr_null(strstr(text, last));
    }
    ck_assert_int_eq(tca_inventory_find(inventory, last, 64, &index, error), TCA_OK);
    ck_assert_uint_eq(index, ENTRIES - 1);
    tca_inventory_unref(inventory);
    tca_error_unref(error);
}
END_TEST

START_TEST(names_are_at_most_256_bytes) {
    tca_inventory *inventory = listed(TCA_SERVICE_INACTIVE);
    char name[257];
    uint32_t index;
    memset(name, ':', sizeof(name));
    name[255] = '2';
    ck_assert_int_eq(tca_inventory_find(inventory, name, 256, &index, NULL), TCA_OK);
    ck_assert_uint_eq(index, 1);
    ck_assert_int_eq(tca_inventory_find(inventory, name, 257, &index, NULL), TCA_E_MALFORMED);
    ck_assert_uint_eq(index, TCA_NO_INDEX);
    ck_assert_int_eq(tca_inventory_find(NULL, name, 1, &index, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_inventory_find(inventory, NULL, 1, &index, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_inventory_find(inventory, name, 1, NULL, NULL), TCA_E_ARGUMENT);
    tca_inventory_unref(inventory);
}
END_TEST

/* ---- options and limits ---- */

START_TEST(limits_and_options_are_kept) {
    tca_inventory_options options = {.struct_size = sizeof(options), .max_entries = 1};
    tca_inventory_builder *builder = NULL;
    tca_certificate *a = certificate_of("tenant-ca-a.der");
    tca_certificate *b = certificate_of("tenant-ca-b.der");
    ck_assert_int_eq(tca_inventory_builder_new(&options, &builder, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, a, NULL, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, a, NULL, NULL), TCA_OK);
    ck_assert_int_eq(tca_inventory_builder_add(builder, b, NULL, NULL), TCA_E_LIMIT);
    ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_inventory_builder_add(NULL, a, NULL, NULL), TCA_E_ARGUMENT);
    tca_inventory_builder_unref(builder);
    static const struct {
        uint32_t size, flags, depth;
        const char *tenant;
        tca_result result;
    } cases[] = {{0, 0, 0, NULL, TCA_E_STRUCT_TOO_SMALL},
                 {sizeof(tca_inventory_options), 1, 0, NULL, TCA_E_UNSUPPORTED},
                 {sizeof(tca_inventory_options), 0, 257, NULL, TCA_E_ARGUMENT},
                 {sizeof(tca_inventory_options), 0, 0, "no guid", TCA_E_MALFORMED},
                 {sizeof(tca_inventory_options), 0, 256, TENANT, TCA_OK}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tca_inventory_options bad = {.struct_size = cases[i].size,
                                     .flags = cases[i].flags,
                                     .max_json_depth = cases[i].depth,
                                     .tenant = cases[i].tenant};
        bad.tenant_length = bad.tenant == NULL ? 0 : strlen(bad.tenant);
        ck_assert_int_eq(tca_inventory_builder_new(&bad, &builder, NULL), cases[i].result);
        ck_assert_int_eq(builder != NULL, cases[i].result == TCA_OK);
    }
    tca_inventory_builder_unref(builder);
    tca_inventory_builder_unref(NULL);
    tca_inventory_unref(NULL);
    tca_certificate_unref(a);
    tca_certificate_unref(b);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("inventory");
    TCase *cases = tcase_create("inventory");
    tcase_add_test(cases, the_recorded_list_is_read);
    tcase_add_test(cases, both_services_say_the_same_of_the_same_certificates);
    tcase_add_test(cases, an_expired_certificate_without_a_body_is_kept);
    tcase_add_test(cases, pages_are_added_one_after_the_other);
    tcase_add_loop_test(cases, documents_that_are_wrong_are_told_by_entry, 0, 15);
    tcase_add_test(cases, words_and_dates_of_a_document_are_kept);
    tcase_add_test(cases, either_date_that_contradicts_the_certificate_is_an_anomaly);
    tcase_add_loop_test(cases, what_contradicts_the_certificate_is_an_anomaly, 0, 5);
    tcase_add_test(cases, a_device_listed_as_a_tenant_ca_is_seen);
    tcase_add_test(cases, roles_follow_from_what_a_certificate_is);
    tcase_add_test(cases, two_tenants_need_one_to_be_named);
    tcase_add_test(cases, a_foreign_certificate_that_a_service_lists_is_an_anomaly);
    tcase_add_loop_test(cases, a_body_completes_what_was_listed_without, 0, 4);
    tcase_add_loop_test(cases, listed_twice_matters_only_when_the_words_differ, 0, 2);
    tcase_add_test(cases, listed_twice_compares_every_word);
    tcase_add_loop_test(cases, dates_of_a_record_are_dates, 0, 6);
    tcase_add_test(cases, a_failed_input_leaves_the_builder_as_it_was);
    tcase_add_loop_test(cases, a_withheld_certificate_stays_until_its_end_unless_revoked, 0, 5);
    tcase_add_test(cases, the_last_word_of_a_withheld_certificate_gives_way_to_a_newer_one);
    tcase_add_test(cases, a_body_that_is_no_longer_served_is_remembered);
    tcase_add_test(cases, what_a_remembered_body_contradicts_is_an_anomaly);
    tcase_add_test(cases, certificates_are_named_as_people_do);
    tcase_add_loop_test(cases, a_name_that_begins_with_zeros_fits_no_number_without_them, 0, 12);
    tcase_add_loop_test(cases, names_that_fit_none_or_two_list_the_candidates, 0, 12);
    tcase_add_test(cases, many_candidates_are_listed_in_part);
    tcase_add_test(cases, names_are_at_most_256_bytes);
    tcase_add_test(cases, limits_and_options_are_kept);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
