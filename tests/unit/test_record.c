/* SPDX-License-Identifier: MIT */
/* What is remembered between runs: it comes back as it was, and what was broken harms nobody. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "fail_alloc.h"
#include "rollout/record_document.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAME "contoso"
#define VIEW "contoso/view"
#define NOW INT64_C(1775000000)

/* ---- certificates ---- */

static tca_certificate *vector(const char *name) {
    static uint8_t data[65536];
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", getenv("TENANTCA_VECTORS"), name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size_t length = fread(data, 1, sizeof(data), file);
    fclose(file);
    tca_certificate *certificate;
    ck_assert_int_eq(tca_certificate_parse(data, length, NULL, &certificate, NULL), TCA_OK);
    return certificate;
}

static const char *thumbprint_of(const tca_certificate *certificate) {
    const char *text;
    size_t length;
    ck_assert_int_eq(tca_certificate_thumbprint(certificate, &text, &length), TCA_OK);
    return text;
}

static const char *sha256_of(const tca_certificate *certificate) {
    const char *text;
    size_t length;
    ck_assert_int_eq(tca_certificate_thumbprint_sha256(certificate, &text, &length), TCA_OK);
    return text;
}

/* ---- an inventory with everything a service can say ---- */

static void add(tca_inventory_builder *builder, const char *body, const char *thumbprint,
                const char *serial, uint32_t status, bool dated) {
    tca_certificate *certificate = body == NULL ? NULL : vector(body);
    tca_service_record record = {
        .struct_size = sizeof(record),
        .flags = dated ? TCA_SERVICE_HAS_NOT_BEFORE | TCA_SERVICE_HAS_NOT_AFTER : 0u,
        .not_before = dated ? NOW - 1000 : 0,
        .not_after = dated ? NOW + 1000 : 0,
        .thumbprint = thumbprint,
        .thumbprint_length = thumbprint == NULL ? 0 : strlen(thumbprint),
        .serial = serial,
        .serial_length = serial == NULL ? 0 : strlen(serial),
        .status = status};
    ck_assert_int_eq(tca_inventory_builder_add(builder, certificate, &record, NULL), TCA_OK);
    tca_certificate_unref(certificate);
}

static tca_inventory_builder *builder_of(const char *tenant) {
    tca_inventory_options options = {.struct_size = sizeof(options),
                                     .tenant = tenant,
                                     .tenant_length = tenant == NULL ? 0 : strlen(tenant)};
    tca_inventory_builder *builder;
    ck_assert_int_eq(tca_inventory_builder_new(&options, &builder, NULL), TCA_OK);
    return builder;
}

static tca_inventory *finish(tca_inventory_builder *builder) {
    tca_inventory *inventory;
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    return inventory;
}

#define OTHER_THUMBPRINT "0123456789ABCDEF0123456789ABCDEF01234567"

static tca_inventory *inventory_of_everything(void) {
    tca_certificate *a = vector("tenant-ca-a.der");
    const char *tenant;
    size_t length;
    ck_assert_int_eq(tca_certificate_tenant_id(a, &tenant, &length), TCA_OK);
    tca_inventory_builder *before = builder_of(tenant);
    add(before, "tenant-ca-c.der", NULL, NULL, TCA_SERVICE_ACTIVE, false);
    tca_inventory *previous = finish(before);
    const tca_entry *c = &previous->entries[0];

    tca_inventory_builder *builder = builder_of(tenant);
    add(builder, "tenant-ca-older.der", NULL, NULL, TCA_SERVICE_EXPIRED, false);
    add(builder, "tenant-ca-a.der", OTHER_THUMBPRINT, "0BADCAFE", TCA_SERVICE_ACTIVE, true);
    add(builder, "tenant-ca-b.der", NULL, NULL, TCA_SERVICE_INACTIVE, false);
    add(builder, "tenant-ca-b.der", NULL, NULL, TCA_SERVICE_ACTIVE, false);
    add(builder, NULL, "89ABCDEF0123456789ABCDEF0123456789ABCDEF", "00C0FFEE", TCA_SERVICE_REVOKED,
        true);
    add(builder, NULL, NULL, "5E71A1", TCA_SERVICE_OTHER, false);
    add(builder, "tenant-ca-other-tenant.der", NULL, NULL, TCA_SERVICE_INACTIVE, false);
    add(builder, "tenant-ca-p256.der", NULL, NULL, TCA_SERVICE_NONE, false);
    add(builder, "root.der", NULL, NULL, TCA_SERVICE_NONE, false);
    ck_assert_int_eq(tca_inventory_builder_set_previous(builder, previous, c->not_before + 1, NULL),
                     TCA_OK);
    tca_inventory *inventory = finish(builder);
    tca_inventory_unref(previous);
    tca_certificate_unref(a);
    ck_assert_uint_eq(inventory->count, 9);
    ck_assert((inventory->entries[8].anomalies & TCA_ANOMALY_WITHHELD) != 0);
    return inventory;
}

/* ---- a record ---- */

static tcai_record_certificate seen[] = {
    {.thumbprint = "D15E9A82AF0A564FC924A6ECD37F1608BA99B3B1",
     .status = TCA_STATUS_ACTIVE,
     .status_since = NOW - 5},
    {.thumbprint = "64D74B15CF20C0E30FCB1A052273EC9DF3FF56D5",
     .status = TCA_STATUS_INACTIVE,
     .phase = TCA_PHASE_NEW,
     .status_since = NOW - 7,
     .near_told = true},
    {.thumbprint = "89ABCDEF0123456789ABCDEF0123456789ABCDEF",
     .status = TCA_STATUS_REVOKED,
     .status_since = 0,
     .dropped = true},
};

static tcai_record_registration registrations[] = {
    {"D15E9A82AF0A564FC924A6ECD37F1608BA99B3B1", TCA_TARGET_STATE_TRUSTED, NOW - 100},
    {"64D74B15CF20C0E30FCB1A052273EC9DF3FF56D5", TCA_TARGET_STATE_UPLOADED, NOW - 50},
    {"89ABCDEF0123456789ABCDEF0123456789ABCDEF", TCA_TARGET_STATE_REMOVED, 0},
};

static tcai_record_target targets[] = {
    {.name = "hub", .registrations = registrations, .count = COUNT(registrations)},
    {.name = "edge.of-the_world",
     .failure = "trust TCA_E_STORAGE",
     .anchors = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"},
};

static tcai_record record_of(tca_inventory *inventory) {
    return (tcai_record){.listed_at = NOW,
                         .inventory = inventory,
                         .certificates = seen,
                         .certificate_count = COUNT(seen),
                         .targets = targets,
                         .target_count = COUNT(targets)};
}

/* ---- stores ---- */

static tca_store *new_store(void) {
    tca_storage storage = {.struct_size = sizeof(storage)};
    tca_store *store;
    ck_assert_int_eq(tca_memory_storage(&storage), TCA_OK);
    ck_assert_int_eq(tca_store_new(&storage, &store, NULL), TCA_OK);
    return store;
}

static tca_bytes *held(tca_store *store, const char *key, tca_bytes **version) {
    tca_bytes *value;
    ck_assert_int_eq(tca_store_load(store, key, strlen(key), &value, version, NULL), TCA_OK);
    return value;
}

static void put(tca_store *store, const char *key, const void *value, size_t length) {
    tca_bytes *old = NULL;
    tca_bytes *version = NULL;
    (void)tca_store_load(store, key, strlen(key), &old, &version, NULL);
    ck_assert_int_eq(tca_store_swap(store, key, strlen(key), value, length, version, NULL, NULL),
                     TCA_OK);
    tca_bytes_unref(old);
    tca_bytes_unref(version);
}

static void archive_all(tca_store *store, const tca_inventory *inventory) {
    for (uint32_t i = 0; i < inventory->count; i++) {
        if (inventory->entries[i].certificate != NULL) {
            ck_assert_int_eq(
                tcai_record_archive(store, NAME, inventory->entries[i].certificate, NULL), TCA_OK);
        }
    }
}

/* A store in which everything is kept, as after an apply. */
static tca_store *full_store(void) {
    tca_store *store = new_store();
    tca_inventory *inventory = inventory_of_everything();
    tcai_record record = record_of(inventory);
    archive_all(store, inventory);
    ck_assert_int_eq(tcai_record_save(store, NAME, &record, NULL, NULL), TCA_OK);
    tca_inventory_unref(inventory);
    return store;
}

static tcai_record load(tca_store *store) {
    tcai_record record;
    tca_bytes *version;
    tca_error *error;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_result result = tcai_record_load(store, NAME, &record, &version, error);
    const char *text;
    tca_error_message(error, &text, NULL);
    ck_assert_msg(result == TCA_OK, "%s", text);
    tca_error_unref(error);
    tca_bytes_unref(version);
    return record;
}

/* ---- comparing ---- */

static void assert_same_number(tca_result (*number_of)(const tca_entry *, const char **, size_t *),
                               const tca_entry *one, const tca_entry *other) {
    const char *a = NULL, *b = NULL;
    size_t a_length, b_length;
    ck_assert_int_eq(number_of(one, &a, &a_length), number_of(other, &b, &b_length));
    ck_assert(a == NULL ? b == NULL : b != NULL && strcmp(a, b) == 0);
}

static void assert_same_bytes(const tca_bytes *one, const tca_bytes *other) {
    ck_assert_int_eq(one == NULL, other == NULL);
    ck_assert(one == NULL || strcmp((const char *)one->data, (const char *)other->data) == 0);
}

static void assert_same_entry(const tca_entry *one, const tca_entry *other) {
    assert_same_number(tca_entry_thumbprint, one, other);
    assert_same_number(tca_entry_serial, one, other);
    ck_assert_int_eq(one->certificate == NULL, other->certificate == NULL);
    assert_same_bytes(one->thumbprint, other->thumbprint);
    assert_same_bytes(one->serial, other->serial);
    ck_assert_int_eq(one->not_before, other->not_before);
    ck_assert_int_eq(one->not_after, other->not_after);
    ck_assert_uint_eq(one->service_flags, other->service_flags);
    ck_assert_int_eq(one->service_not_before, other->service_not_before);
    ck_assert_int_eq(one->service_not_after, other->service_not_after);
    ck_assert_uint_eq(one->service_status, other->service_status);
    ck_assert_uint_eq(one->flags, other->flags);
    ck_assert_uint_eq(one->role, other->role);
    ck_assert_uint_eq(one->anomalies, other->anomalies);
}

static void assert_same_inventory(const tca_inventory *one, const tca_inventory *other) {
    ck_assert_str_eq(one->tenant, other->tenant);
    uint32_t at = 0;
    for (uint32_t i = 0; i < one->count; i++) {
        if (one->entries[i].role == TCA_ROLE_TENANT_CA) {
            ck_assert_uint_lt(at, other->count);
            assert_same_entry(&one->entries[i], &other->entries[at++]);
        }
    }
    ck_assert_uint_eq(other->count, at);
}

static void assert_same_seen(const tcai_record *one, const tcai_record *other) {
    ck_assert_uint_eq(one->certificate_count, other->certificate_count);
    for (size_t i = 0; i < one->certificate_count; i++) {
        const tcai_record_certificate *a = &one->certificates[i];
        const tcai_record_certificate *b = &other->certificates[i];
        ck_assert_str_eq(a->thumbprint, b->thumbprint);
        ck_assert_uint_eq(a->status, b->status);
        ck_assert_uint_eq(a->phase, b->phase);
        ck_assert_int_eq(a->status_since, b->status_since);
        ck_assert_int_eq(a->dropped, b->dropped);
        ck_assert_int_eq(a->near_told, b->near_told);
    }
}

static void assert_same_targets(const tcai_record *one, const tcai_record *other) {
    ck_assert_uint_eq(one->target_count, other->target_count);
    for (size_t i = 0; i < one->target_count; i++) {
        const tcai_record_target *a = &one->targets[i];
        const tcai_record_target *b = &other->targets[i];
        ck_assert_str_eq(a->name, b->name);
        ck_assert_str_eq(a->failure, b->failure);
        ck_assert_str_eq(a->anchors, b->anchors);
        ck_assert_uint_eq(a->count, b->count);
        for (size_t r = 0; r < a->count; r++) {
            ck_assert_str_eq(a->registrations[r].thumbprint, b->registrations[r].thumbprint);
            ck_assert_uint_eq(a->registrations[r].state, b->registrations[r].state);
            ck_assert_int_eq(a->registrations[r].since, b->registrations[r].since);
        }
    }
}

static void assert_same(const tcai_record *one, const tcai_record *other) {
    ck_assert_int_eq(one->listed_at, other->listed_at);
    assert_same_inventory(one->inventory, other->inventory);
    assert_same_seen(one, other);
    assert_same_targets(one, other);
}

static void assert_empty(const tcai_record *record) {
    ck_assert_ptr_null(record->inventory);
    ck_assert_ptr_null(record->certificates);
    ck_assert_ptr_null(record->targets);
    ck_assert_uint_eq(record->certificate_count + record->target_count, 0);
}

/* ---- round trips ---- */

START_TEST(nothing_is_remembered_at_first) {
    tca_store *store = new_store();
    tca_bytes *version = (tca_bytes *)store;
    tcai_record record;
    ck_assert_int_eq(tcai_record_load(store, NAME, &record, &version, NULL), TCA_OK);
    assert_empty(&record);
    ck_assert_ptr_null(version);
    ck_assert_ptr_null(tcai_record_find(&record, seen[0].thumbprint));
    tca_store_unref(store);
}
END_TEST

START_TEST(a_record_comes_back_as_it_was) {
    tca_store *store = full_store();
    tca_inventory *inventory = inventory_of_everything();
    tcai_record expected = record_of(inventory);
    tcai_record record = load(store);
    assert_same(&expected, &record);
    ck_assert(tcai_record_find(&record, seen[0].thumbprint)->archived);
    ck_assert(tcai_record_find(&record, seen[1].thumbprint)->archived);
    ck_assert(!tcai_record_find(&record, seen[2].thumbprint)->archived);
    ck_assert_ptr_null(tcai_record_find(&record, OTHER_THUMBPRINT));
    ck_assert_ptr_eq(tcai_record_find_target(&record, "hub"), &record.targets[0]);
    ck_assert_ptr_null(tcai_record_find_target(&record, "edge"));
    tcai_record_release(&record);
    assert_empty(&record);
    tca_inventory_unref(inventory);
    tca_store_unref(store);
}
END_TEST

START_TEST(an_empty_inventory_is_remembered_too) {
    tca_store *store = new_store();
    tca_inventory *inventory = finish(builder_of(NULL));
    tcai_record expected = {.listed_at = TCA_TIME_MIN, .inventory = inventory};
    ck_assert_int_eq(tcai_record_save(store, NAME, &expected, NULL, NULL), TCA_OK);
    tcai_record record = load(store);
    assert_same(&expected, &record);
    tcai_record_release(&record);
    tca_inventory_unref(inventory);
    tca_store_unref(store);
}
END_TEST

START_TEST(whoever_was_slower_is_told) {
    tca_store *store = full_store();
    tcai_record record;
    tca_bytes *version, *later;
    ck_assert_int_eq(tcai_record_load(store, NAME, &record, &version, NULL), TCA_OK);
    ck_assert_int_eq(tcai_record_save(store, NAME, &record, NULL, NULL), TCA_E_CONFLICT);
    record.listed_at++;
    ck_assert_int_eq(tcai_record_save(store, NAME, &record, version, NULL), TCA_OK);
    record.listed_at++;
    ck_assert_int_eq(tcai_record_save(store, NAME, &record, version, NULL), TCA_E_CONFLICT);
    tcai_record_release(&record);
    ck_assert_int_eq(tcai_record_load(store, NAME, &record, &later, NULL), TCA_OK);
    ck_assert_int_eq(record.listed_at, NOW + 1);
    tcai_record_release(&record);
    tca_bytes_unref(version);
    tca_bytes_unref(later);
    tca_store_unref(store);
}
END_TEST

/* ---- bodies ---- */

static void body_key(const tca_certificate *certificate, char key[128]) {
    snprintf(key, 128, "%s/certificate/%s", NAME, sha256_of(certificate));
}

START_TEST(a_body_is_kept_once_under_its_digest) {
    tca_store *store = new_store();
    tca_certificate *a = vector("tenant-ca-a.der");
    char key[128];
    tca_bytes *first, *second;
    body_key(a, key);
    ck_assert_int_eq(tcai_record_archive(store, NAME, a, NULL), TCA_OK);
    tca_bytes *value = held(store, key, &first);
    ck_assert(tcai_span_equal((tcai_span){value->data, value->length}, a->x509.der));
    tca_bytes_unref(value);
    ck_assert_int_eq(tcai_record_archive(store, NAME, a, NULL), TCA_OK);
    tca_bytes_unref(held(store, key, &second));
    ck_assert(tcai_span_equal((tcai_span){first->data, first->length},
                              (tcai_span){second->data, second->length}));
    tca_bytes_unref(first);
    tca_bytes_unref(second);
    tca_certificate_unref(a);
    tca_store_unref(store);
}
END_TEST

/* What a record says of a certificate is not believed where the certificate itself is there. */
START_TEST(what_a_body_shows_is_found_again_and_not_read) {
    static const char *const words[] = {"thumbprint-mismatch", "no-dates", "not-a-ca"};
    tca_store *store = full_store();
    tca_bytes *version;
    tca_bytes *document = held(store, VIEW, &version);
    char text[8192];
    char *at = strstr((char *)document->data, "\"listed-twice\"");
    ck_assert_ptr_nonnull(at);
    snprintf(text, sizeof(text), "%.*s\"%s\",%s", (int)(at - (char *)document->data),
             (char *)document->data, words[_i], at);
    put(store, VIEW, text, strlen(text));
    tcai_record record = load(store);
    ck_assert_uint_eq(record.inventory->entries[2].anomalies, TCA_ANOMALY_LISTED_TWICE);
    tcai_record_release(&record);
    tca_bytes_unref(document);
    tca_bytes_unref(version);
    tca_store_unref(store);
}
END_TEST

/* Without it nothing but the record says whose it is. */
START_TEST(what_a_lost_body_showed_is_read) {
    tca_store *store = full_store();
    tca_certificate *other = vector("tenant-ca-other-tenant.der");
    char key[128];
    body_key(other, key);
    put(store, key, "", 0);
    tcai_record record = load(store);
    const tca_entry *entry = &record.inventory->entries[5];
    ck_assert_ptr_null(entry->certificate);
    ck_assert_str_eq((const char *)entry->thumbprint->data, thumbprint_of(other));
    ck_assert_uint_eq(entry->anomalies, TCA_ANOMALY_FOREIGN_TENANT);
    tcai_record_release(&record);
    tca_certificate_unref(other);
    tca_store_unref(store);
}
END_TEST

/* What is not what its key says: nothing, garbage, or another certificate. */
START_TEST(a_body_that_is_not_its_own_is_lost_and_can_be_repaired) {
    static const char *const impostors[] = {"", "garbage", NULL};
    tca_store *store = full_store();
    tca_certificate *a = vector("tenant-ca-a.der");
    tca_certificate *b = vector("tenant-ca-b.der");
    char key[128];
    body_key(a, key);
    const char *impostor = impostors[_i];
    tcai_span bytes =
        impostor == NULL ? b->x509.der : (tcai_span){(const uint8_t *)impostor, strlen(impostor)};
    put(store, key, bytes.data, bytes.length);

    tcai_record record = load(store);
    const tca_entry *entry = &record.inventory->entries[1];
    ck_assert_ptr_null(entry->certificate);
    ck_assert_int_eq(entry->not_before, a->x509.not_before);
    ck_assert_int_eq(entry->not_after, a->x509.not_after);
    ck_assert_str_eq((const char *)entry->thumbprint->data, seen[0].thumbprint);
    ck_assert_uint_eq(entry->service_status, TCA_SERVICE_ACTIVE);
    ck_assert_uint_eq(entry->role, TCA_ROLE_TENANT_CA);
    ck_assert(!tcai_record_find(&record, seen[0].thumbprint)->archived);
    ck_assert(tcai_record_find(&record, seen[1].thumbprint)->archived);
    tcai_record_release(&record);

    ck_assert_int_eq(tcai_record_archive(store, NAME, a, NULL), TCA_OK);
    record = load(store);
    ck_assert_ptr_nonnull(record.inventory->entries[1].certificate);
    ck_assert(tcai_record_find(&record, seen[0].thumbprint)->archived);
    tcai_record_release(&record);
    tca_certificate_unref(a);
    tca_certificate_unref(b);
    tca_store_unref(store);
}
END_TEST

/* ---- documents that are none ---- */

/* Either the record is there, whole, and can be kept again, or there is none and it can be
 * replaced. */
static void assert_loads_or_fails(tca_store *store, const uint8_t *document, size_t length) {
    tcai_record record;
    tca_bytes *version;
    tca_error *error;
    const char *text;
    put(store, VIEW, document, length);
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    tca_result result = tcai_record_load(store, NAME, &record, &version, error);
    tca_error_message(error, &text, NULL);
    if (result == TCA_OK) {
        ck_assert_ptr_nonnull(version);
        ck_assert_int_eq(tcai_record_save(store, NAME, &record, version, NULL), TCA_OK);
        tcai_record again = load(store);
        assert_same(&record, &again);
        tcai_record_release(&again);
        tcai_record_release(&record);
    } else {
        ck_assert_msg(result == TCA_E_MALFORMED || result == TCA_E_UNSUPPORTED, "%s", text);
        ck_assert_msg(strncmp(text, VIEW ": ", sizeof(VIEW ": ") - 1) == 0, "%s", text);
        ck_assert_int_eq(version != NULL, result == TCA_E_MALFORMED);
        assert_empty(&record);
    }
    tca_bytes_unref(version);
    tca_error_unref(error);
}

START_TEST(a_truncated_document_is_no_record) {
    tca_store *store = full_store();
    tca_bytes *document = held(store, VIEW, NULL);
    for (size_t length = 0; length < document->length; length++) {
        tcai_record record;
        tca_bytes *version;
        assert_loads_or_fails(store, document->data, length);
        ck_assert_int_eq(tcai_record_load(store, NAME, &record, &version, NULL), TCA_E_MALFORMED);
        tca_bytes_unref(version);
    }
    tca_bytes_unref(document);
    tca_store_unref(store);
}
END_TEST

START_TEST(a_flipped_bit_is_seen_or_harms_nothing) {
    static const uint8_t masks[] = {0x01, 0x04, 0x20, 0x80};
    tca_store *store = full_store();
    tca_bytes *document = held(store, VIEW, NULL);
    for (size_t i = 0; i < document->length; i++) {
        document->data[i] ^= masks[_i];
        assert_loads_or_fails(store, document->data, document->length);
        document->data[i] ^= masks[_i];
    }
    tca_bytes_unref(document);
    tca_store_unref(store);
}
END_TEST

#define HEAD "{\"schema\":\"tenantca.view/1\",\"listed_at\":\"2026-04-01T00:00:00Z\""
#define THUMBPRINT "\"thumbprint\":\"D15E9A82AF0A564FC924A6ECD37F1608BA99B3B1\""
#define SINCE "\"since\":\"2026-04-01T00:00:00Z\""
#define LISTED(members) HEAD ",\"certificates\":[{" members "}]}"
#define SEEN(members) HEAD ",\"seen\":[{" members "}]}"
#define TARGET(members) HEAD ",\"targets\":[{" members "}]}"

static const struct {
    const char *document;
    const char *reason; /* what its error says; NULL: it is well */
} documents[] = {
    {HEAD "}", NULL},
    {HEAD ",\"of\":{\"a\":[\"library\",\"to\",\"come\"]}}", NULL},
    {"", "JSON: line 1, column 0: the document ends too early"},
    {"[]", "not an object"},
    {"{}", "schema: not tenantca.view/1"},
    {"{\"schema\":1}", "schema: is a number instead of a string"},
    {"{\"schema\":\"tenantca.plan/1\"}", "schema: not tenantca.view/1"},
    {"{\"schema\":\"tenantca.view/1\"}", "listed_at: missing"},
    {"{\"schema\":\"tenantca.view/1\",\"listed_at\":\"yesterday\"}",
     "listed_at: time: not in the form YYYY-MM-DDThh:mm:ssZ (RFC 3339)"},
    {HEAD ",\"a\":[[[[[[[[[]]]]]]]]]}", "JSON: nested deeper than 8 levels"},
    {HEAD ",\"tenant\":\"contoso\"}", "tenant: not a GUID"},
    {HEAD ",\"certificates\":{}}", "certificates: not an array"},
    {HEAD ",\"certificates\":[1]}", "certificates: holds something else than objects"},
    {LISTED("\"service_status\":\"active\""),
     "certificates[0]: has neither a certificate, nor a thumbprint, nor a serial number"},
    {LISTED(THUMBPRINT), "certificates[0]: service_status: not one of its words"},
    {LISTED(THUMBPRINT ",\"service_status\":\"active\""), NULL},
    {LISTED(THUMBPRINT ",\"service_status\":\"active\",\"not_after\":\"1\""),
     "certificates[0]: not_after: time: not in the form YYYY-MM-DDThh:mm:ssZ (RFC 3339)"},
    {LISTED("\"thumbprint\":\"d15e\",\"service_status\":\"active\""),
     "certificates[0]: thumbprint: not upper-case hexadecimal digits"},
    {LISTED("\"thumbprint\":\"D15E\",\"service_status\":\"active\""),
     "certificates[0]: thumbprint: fewer digits than it has"},
    {LISTED("\"serial\":\"no number\",\"service_status\":\"active\""),
     "certificates[0]: serial number: not up to 64 hexadecimal digits"},
    {LISTED("\"sha256\":\"../../etc/passwd\",\"service_status\":\"active\""),
     "certificates[0]: sha256: not upper-case hexadecimal digits"},
    {LISTED(THUMBPRINT ",\"service_status\":\"active\",\"anomalies\":[\"no-active\"]"),
     "anomalies: holds something else than their names"},
    {LISTED(THUMBPRINT ",\"service_status\":\"active\"},{" THUMBPRINT
                       ",\"service_status\":\"active\""),
     "certificates: one stands there twice"},
    {SEEN(""), "seen[0]: thumbprint: missing"},
    {SEEN(THUMBPRINT ",\"status\":\"Asleep\""), "seen[0]: status: not one of its words"},
    {SEEN(THUMBPRINT ",\"status\":\"Active\",\"phase\":\"none\""), "seen[0]: since: missing"},
    {SEEN(THUMBPRINT ",\"status\":\"Active\",\"phase\":\"none\"," SINCE ",\"dropped\":1"),
     "seen[0]: dropped: is a number instead of a boolean"},
    {TARGET(""), "targets[0]: name: missing"},
    {TARGET("\"name\":\"12345678901234567890123456789012345678901234567890123456789012345\""),
     "targets[0]: name: too long"},
    {TARGET("\"name\":\"hub\",\"anchors\":\"00\""),
     "targets[0]: anchors: fewer digits than it has"},
    {TARGET("\"name\":\"hub\",\"registrations\":[{" THUMBPRINT ",\"state\":\"lost\"}]"),
     "targets[0]: registrations[0]: state: not one of its words"},
    {TARGET("\"name\":\"hub\",\"registrations\":[{\"state\":\"trusted\"}]"),
     "targets[0]: registrations[0]: thumbprint: missing"},
};

static void assert_document(const char *document, size_t length, tca_result expected,
                            const char *reason) {
    tca_store *store = new_store();
    tcai_record record;
    tca_bytes *version;
    tca_error *error;
    const char *text;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    put(store, VIEW, document, length);
    ck_assert_int_eq(tcai_record_load(store, NAME, &record, &version, error), expected);
    tca_error_message(error, &text, NULL);
    if (reason != NULL) {
        ck_assert_int_eq(strncmp(text, VIEW ": ", sizeof(VIEW ": ") - 1), 0);
        ck_assert_str_eq(text + sizeof(VIEW ": ") - 1, reason);
        assert_empty(&record);
    }
    tcai_record_release(&record);
    tca_bytes_unref(version);
    tca_error_unref(error);
    tca_store_unref(store);
}

START_TEST(a_malformed_document_says_where) {
    const char *document = documents[_i].document;
    assert_document(document, strlen(document),
                    documents[_i].reason == NULL ? TCA_OK : TCA_E_MALFORMED, documents[_i].reason);
}
END_TEST

/* A list of `count` times the same. */
static char *repeated(const char *before, const char *item, size_t count, const char *after) {
    tcai_text text = {0};
    tcai_text_append_string(&text, before);
    for (size_t i = 0; i < count; i++) {
        tcai_text_append_string(&text, i == 0 ? "" : ",");
        tcai_text_append_string(&text, item);
    }
    tcai_text_append_string(&text, after);
    tcai_text_append_char(&text, '\0');
    ck_assert(!text.failed);
    return text.data;
}

static const struct {
    const char *before;
    const char *item;
    size_t most;
    const char *after;
    const char *reason;
} bounds[] = {
    {HEAD ",\"seen\":[", "{" THUMBPRINT ",\"status\":\"Active\",\"phase\":\"none\"," SINCE "}",
     1000, "]}", "seen: more than there can be"},
    {HEAD ",\"targets\":[", "{\"name\":\"hub\"}", 64, "]}", "targets: more than there can be"},
    {HEAD ",\"targets\":[{\"name\":\"hub\",\"registrations\":[",
     "{" THUMBPRINT ",\"state\":\"trusted\"," SINCE "}", 1000, "]}]}",
     "targets[0]: registrations: more than there can be"},
};

START_TEST(lists_have_their_bounds) {
    char *document =
        repeated(bounds[_i].before, bounds[_i].item, bounds[_i].most, bounds[_i].after);
    assert_document(document, strlen(document), TCA_OK, NULL);
    free(document);
    document = repeated(bounds[_i].before, bounds[_i].item, bounds[_i].most + 1, bounds[_i].after);
    assert_document(document, strlen(document), TCA_E_MALFORMED, bounds[_i].reason);
    free(document);
}
END_TEST

START_TEST(a_newer_schema_stays) {
    static const char newer[] = "{\"schema\":\"tenantca.view/2\",\"listed_at\":1}";
    tca_store *store = full_store();
    tcai_record record = load(store), none;
    tca_bytes *version;
    put(store, VIEW, newer, sizeof(newer) - 1);
    ck_assert_int_eq(tcai_record_load(store, NAME, &none, &version, NULL), TCA_E_UNSUPPORTED);
    assert_empty(&none);
    ck_assert_ptr_null(version);
    ck_assert_int_eq(tcai_record_save(store, NAME, &record, version, NULL), TCA_E_CONFLICT);
    tca_bytes *value = held(store, VIEW, NULL);
    ck_assert_str_eq((const char *)value->data, newer);
    tca_bytes_unref(value);
    tcai_record_release(&record);
    tca_store_unref(store);
}
END_TEST

/* ---- memory ---- */

/* Nothing of libcheck's in here: it allocates too. */
static tca_result save_and_load(tca_store *store, const tcai_record *record, tcai_record *loaded) {
    tca_bytes *version = NULL;
    tca_bytes *again = NULL;
    tca_result result = tcai_record_load(store, NAME, loaded, &version, NULL);
    if (result == TCA_OK) {
        tcai_record_release(loaded);
        result = tcai_record_save(store, NAME, record, version, NULL);
    }
    if (result == TCA_OK) {
        result = tcai_record_load(store, NAME, loaded, &again, NULL);
    }
    tca_bytes_unref(version);
    tca_bytes_unref(again);
    return result;
}

/* The library's own memory, or that of the storage. */
static void assert_out_of_memory(tca_result result, size_t failures) {
    ck_assert_msg(result == TCA_E_NO_MEMORY || result == TCA_E_STORAGE, "%s",
                  tca_result_name(result));
    ck_assert_uint_gt(failures, 0);
}

START_TEST(any_allocation_may_fail) {
    tca_store *store = full_store();
    tca_inventory *inventory = inventory_of_everything();
    tcai_record record = record_of(inventory);
    tcai_record loaded;
    ck_assert_int_eq(save_and_load(store, &record, &loaded), TCA_OK); /* makes texts made once */
    tcai_record_release(&loaded);
    size_t failures = 1;
    for (size_t nth = 1; fail_alloc_available() && failures > 0; nth++) {
        long before = fail_alloc_live();
        fail_alloc_arm(nth, FAIL_ALLOC_ONCE);
        tca_result result = save_and_load(store, &record, &loaded);
        failures = fail_alloc_failures();
        fail_alloc_disarm();
        if (result == TCA_OK) { /* also where something smaller did as well */
            assert_same(&record, &loaded);
            ck_assert(tcai_record_find(&loaded, seen[1].thumbprint)->archived);
        } else {
            assert_out_of_memory(result, failures);
            assert_empty(&loaded);
        }
        tcai_record_release(&loaded);
        ck_assert_int_eq(fail_alloc_live(), before);
    }
    tca_inventory_unref(inventory);
    tca_store_unref(store);
}
END_TEST

START_TEST(any_allocation_of_archiving_may_fail) {
    tca_certificate *a = vector("tenant-ca-a.der");
    size_t failures = 1;
    for (size_t nth = 1; fail_alloc_available() && failures > 0; nth++) {
        tca_store *store = new_store();
        fail_alloc_arm(nth, FAIL_ALLOC_ONCE);
        tca_result result = tcai_record_archive(store, NAME, a, NULL);
        failures = fail_alloc_failures();
        fail_alloc_disarm();
        if (result != TCA_OK || failures > 0) {
            assert_out_of_memory(result, failures);
        }
        ck_assert_int_eq(tcai_record_archive(store, NAME, a, NULL), TCA_OK);
        tca_store_unref(store);
    }
    tca_certificate_unref(a);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("record");
    TCase *tests = tcase_create("record");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, nothing_is_remembered_at_first);
    tcase_add_test(tests, a_record_comes_back_as_it_was);
    tcase_add_test(tests, an_empty_inventory_is_remembered_too);
    tcase_add_test(tests, whoever_was_slower_is_told);
    tcase_add_test(tests, a_body_is_kept_once_under_its_digest);
    tcase_add_loop_test(tests, what_a_body_shows_is_found_again_and_not_read, 0, 3);
    tcase_add_test(tests, what_a_lost_body_showed_is_read);
    tcase_add_loop_test(tests, a_body_that_is_not_its_own_is_lost_and_can_be_repaired, 0, 3);
    tcase_add_test(tests, a_truncated_document_is_no_record);
    tcase_add_loop_test(tests, a_flipped_bit_is_seen_or_harms_nothing, 0, 4);
    tcase_add_loop_test(tests, a_malformed_document_says_where, 0, COUNT(documents));
    tcase_add_loop_test(tests, lists_have_their_bounds, 0, COUNT(bounds));
    tcase_add_test(tests, a_newer_schema_stays);
    tcase_add_test(tests, any_allocation_may_fail);
    tcase_add_test(tests, any_allocation_of_archiving_may_fail);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
