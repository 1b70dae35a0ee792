/* SPDX-License-Identifier: MIT */
/* A record from its document. Whoever can write to the store can write anything into it. */
#include <stdlib.h>

#include "rollout/record_document.h"
#include "rollout/record_members.h"

#define DEPTH_MAX 8

typedef struct record_reader {
    tca_store *store;
    const char *name;
    tcai_record *record;
    bool *archived; /* [entry] */
    tca_error *error;
} record_reader;

/* ---- what the service said ---- */

/* A certificate as the document has it. */
typedef struct listed_certificate {
    char thumbprint[TCAI_RECORD_THUMBPRINT + 1];
    char sha256[TCAI_RECORD_SHA256 + 1];
    char serial[65];
    char service_thumbprint[TCAI_RECORD_THUMBPRINT + 1];
    char service_serial[65];
    tca_service_record record;  /* where there is a body */
    tca_service_record without; /* where there is none: dates and numbers of the body that was */
    tca_certificate *body;
} listed_certificate;

static tca_result read_dates(const tcai_json *object, const char *from, const char *until,
                             tca_service_record *record, tca_error *error) {
    bool known = false;
    tca_result result = tcai_member_moment(object, from, &known, &record->not_before, error);
    record->flags |= known ? TCA_SERVICE_HAS_NOT_BEFORE : 0u;
    if (result == TCA_OK) {
        result = tcai_member_moment(object, until, &known, &record->not_after, error);
        record->flags |= known ? TCA_SERVICE_HAS_NOT_AFTER : 0u;
    }
    return result;
}

static void set_numbers(tca_service_record *record, const char *thumbprint, const char *serial) {
    if (thumbprint[0] != '\0') {
        record->thumbprint = thumbprint;
        record->thumbprint_length = strlen(thumbprint);
    }
    if (serial[0] != '\0') {
        record->serial = serial;
        record->serial_length = strlen(serial);
    }
}

static tca_result read_listed(const record_reader *reader, const tcai_json *object,
                              listed_certificate *listed) {
    *listed = (listed_certificate){.record.struct_size = sizeof(listed->record)};
    tca_result result = tcai_member_word(object, "service_status", tcai_record_service_word,
                                         TCA_SERVICE_OTHER, &listed->record.status, reader->error);
    const struct {
        const char *member;
        char *digits;
        size_t size;
    } numbers[] = {
        {"thumbprint", listed->thumbprint, sizeof(listed->thumbprint)},
        {"service_thumbprint", listed->service_thumbprint, sizeof(listed->service_thumbprint)},
        {"sha256", listed->sha256, sizeof(listed->sha256)},
    };
    for (size_t i = 0; result == TCA_OK && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        result = tcai_member_digits(object, numbers[i].member, numbers[i].digits, numbers[i].size,
                                    reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_text(object, "serial", listed->serial, sizeof(listed->serial),
                                  reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_text(object, "service_serial", listed->service_serial,
                                  sizeof(listed->service_serial), reader->error);
    }
    listed->without = listed->record;
    set_numbers(&listed->record, listed->service_thumbprint, listed->service_serial);
    set_numbers(&listed->without, listed->thumbprint, listed->serial);
    if (result == TCA_OK) {
        result = read_dates(object, "service_not_before", "service_not_after", &listed->record,
                            reader->error);
    }
    if (result == TCA_OK) {
        result = read_dates(object, "not_before", "not_after", &listed->without, reader->error);
    }
    return result;
}

static tca_result add_listed(const record_reader *reader, const tcai_json *object, uint32_t index,
                             tca_inventory_builder *builder) {
    listed_certificate listed;
    tca_result result = read_listed(reader, object, &listed);
    if (result == TCA_OK && listed.sha256[0] != '\0') {
        result = tcai_record_body(reader->store, reader->name, listed.sha256, &listed.body,
                                  reader->error);
    }
    if (result == TCA_OK) {
        reader->archived[index] = listed.body != NULL;
        result = tca_inventory_builder_add(builder, listed.body,
                                           listed.body != NULL ? &listed.record : &listed.without,
                                           reader->error);
    }
    tca_certificate_unref(listed.body);
    return result;
}

static tca_result add_all_listed(const record_reader *reader, const tcai_json *list,
                                 tca_inventory_builder *builder) {
    tca_result result = TCA_OK;
    for (size_t i = 0; result == TCA_OK && i < tcai_json_count(list); i++) {
        result = add_listed(reader, tcai_json_item(list, i), (uint32_t)i, builder);
        if (result != TCA_OK) {
            tcai_error_prefix(reader->error, "certificates[%zu]: ", i);
        }
    }
    return result;
}

static uint32_t anomaly_named(tcai_span name) {
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        const char *known = tca_anomaly_name(bit);
        if (tcai_span_equal(name, (tcai_span){(const uint8_t *)known, strlen(known)})) {
            return bit;
        }
    }
    return 0;
}

/* Those that cannot be found out again: one that was withheld looks like any other. */
static tca_result read_anomalies(const record_reader *reader, const tcai_json *object,
                                 tca_entry *entry) {
    static const uint32_t of_entries = TCA_ANOMALY_NO_ACTIVE - 1;
    const tcai_json *names = tcai_json_member(object, "anomalies");
    if (names != NULL && !tcai_json_is_array(names)) {
        return tcai_member_refuse("anomalies", "not an array", reader->error);
    }
    for (size_t i = 0; i < tcai_json_count(names); i++) {
        tcai_span name;
        uint32_t bit = tcai_json_string(tcai_json_item(names, i), &name) ? anomaly_named(name) : 0;
        if ((bit & of_entries) == 0) {
            return tcai_member_refuse("anomalies", "holds something else than their names",
                                      reader->error);
        }
        entry->anomalies |= bit & tcai_entry_lasting_anomalies(entry);
    }
    return TCA_OK;
}

/* The inventory is new and nobody else's yet. */
static tca_result read_all_anomalies(const record_reader *reader, const tcai_json *list) {
    tca_inventory *inventory = reader->record->inventory;
    if (inventory->count != tcai_json_count(list)) {
        return tcai_member_refuse("certificates", "one stands there twice", reader->error);
    }
    tca_result result = TCA_OK;
    for (uint32_t i = 0; result == TCA_OK && i < inventory->count; i++) {
        result = read_anomalies(reader, tcai_json_item(list, i), &inventory->entries[i]);
    }
    return result;
}

static tca_result read_inventory(record_reader *reader, const tcai_json *document) {
    char tenant[TCAI_GUID_LENGTH + 1];
    const tcai_json *list = NULL;
    tca_inventory_builder *builder = NULL;
    tca_result result = tcai_member_text(document, "tenant", tenant, sizeof(tenant), reader->error);
    if (result == TCA_OK) {
        result = tcai_member_objects(document, "certificates", TCAI_RECORD_CERTIFICATES_MAX, &list,
                                     reader->error);
    }
    tca_inventory_options options = {.struct_size = sizeof(options),
                                     .max_entries = TCAI_RECORD_CERTIFICATES_MAX,
                                     .tenant = tenant[0] != '\0' ? tenant : NULL,
                                     .tenant_length = strlen(tenant)};
    if (result == TCA_OK) {
        result = tca_inventory_builder_new(&options, &builder, reader->error);
    }
    if (result == TCA_OK) {
        reader->archived = calloc(tcai_json_count(list) + 1, sizeof(reader->archived[0]));
        result = reader->archived == NULL ? tcai_fail_memory(reader->error)
                                          : add_all_listed(reader, list, builder);
    }
    if (result == TCA_OK) {
        result = tca_inventory_builder_finish(builder, &reader->record->inventory, reader->error);
    }
    tca_inventory_builder_unref(builder);
    return result == TCA_OK ? read_all_anomalies(reader, list) : result;
}

/* ---- what runs saw ---- */

/* The thumbprints were made when the inventory was: asking again cannot fail. */
static bool is_archived(const record_reader *reader, const char *thumbprint) {
    const tca_inventory *inventory = reader->record->inventory;
    for (uint32_t i = 0; i < inventory->count; i++) {
        const char *own;
        size_t length;
        if (reader->archived[i] &&
            tca_entry_thumbprint(&inventory->entries[i], &own, &length) == TCA_OK &&
            strcmp(own, thumbprint) == 0) {
            return true;
        }
    }
    return false;
}

static tca_result read_certificate(const record_reader *reader, const tcai_json *object,
                                   tcai_record_certificate *made) {
    tca_result result = tcai_member_digits(object, "thumbprint", made->thumbprint,
                                           sizeof(made->thumbprint), reader->error);
    if (result == TCA_OK) {
        result = tcai_member_needed("thumbprint", made->thumbprint, reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_word(object, "status", tca_status_name, TCA_STATUS_REVOKED,
                                  &made->status, reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_word(object, "phase", tca_phase_name, TCA_PHASE_EXPIRED, &made->phase,
                                  reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_needed_moment(object, "since", &made->status_since, reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_flag(object, "dropped", &made->dropped, reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_flag(object, "near_told", &made->near_told, reader->error);
    }
    made->archived = result == TCA_OK && is_archived(reader, made->thumbprint);
    return result;
}

static tca_result read_seen(const record_reader *reader, const tcai_json *document) {
    tcai_record *record = reader->record;
    const tcai_json *list;
    tca_result result =
        tcai_member_objects(document, "seen", TCAI_RECORD_CERTIFICATES_MAX, &list, reader->error);
    if (result != TCA_OK) {
        return result;
    }
    record->certificates = calloc(tcai_json_count(list) + 1, sizeof(record->certificates[0]));
    if (record->certificates == NULL) {
        return tcai_fail_memory(reader->error);
    }
    for (size_t i = 0; result == TCA_OK && i < tcai_json_count(list); i++) {
        result = read_certificate(reader, tcai_json_item(list, i), &record->certificates[i]);
        if (result != TCA_OK) {
            tcai_error_prefix(reader->error, "seen[%zu]: ", i);
        }
        record->certificate_count = i + 1;
    }
    return result;
}

static tca_result read_registration(const record_reader *reader, const tcai_json *object,
                                    tcai_record_registration *made) {
    tca_result result = tcai_member_digits(object, "thumbprint", made->thumbprint,
                                           sizeof(made->thumbprint), reader->error);
    if (result == TCA_OK) {
        result = tcai_member_needed("thumbprint", made->thumbprint, reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_word(object, "state", tca_target_state_name,
                                  TCA_TARGET_STATE_NOT_NEEDED, &made->state, reader->error);
    }
    return result == TCA_OK
               ? tcai_member_needed_moment(object, "since", &made->since, reader->error)
               : result;
}

static tca_result read_registrations(const record_reader *reader, const tcai_json *object,
                                     tcai_record_target *made) {
    const tcai_json *list;
    tca_result result = tcai_member_objects(object, "registrations", TCAI_RECORD_CERTIFICATES_MAX,
                                            &list, reader->error);
    if (result != TCA_OK) {
        return result;
    }
    made->registrations = calloc(tcai_json_count(list) + 1, sizeof(made->registrations[0]));
    if (made->registrations == NULL) {
        return tcai_fail_memory(reader->error);
    }
    for (size_t i = 0; result == TCA_OK && i < tcai_json_count(list); i++) {
        result = read_registration(reader, tcai_json_item(list, i), &made->registrations[i]);
        if (result != TCA_OK) {
            tcai_error_prefix(reader->error, "registrations[%zu]: ", i);
        }
        made->count = i + 1;
    }
    return result;
}

static tca_result read_target(const record_reader *reader, const tcai_json *object,
                              tcai_record_target *made) {
    tca_result result =
        tcai_member_text(object, "name", made->name, sizeof(made->name), reader->error);
    if (result == TCA_OK) {
        result = tcai_member_needed("name", made->name, reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_text(object, "failure", made->failure, sizeof(made->failure),
                                  reader->error);
    }
    if (result == TCA_OK) {
        result = tcai_member_digits(object, "anchors", made->anchors, sizeof(made->anchors),
                                    reader->error);
    }
    return result == TCA_OK ? read_registrations(reader, object, made) : result;
}

static tca_result read_targets(const record_reader *reader, const tcai_json *document) {
    tcai_record *record = reader->record;
    const tcai_json *list;
    tca_result result =
        tcai_member_objects(document, "targets", TCAI_TARGETS_MAX, &list, reader->error);
    if (result != TCA_OK) {
        return result;
    }
    record->targets = calloc(tcai_json_count(list) + 1, sizeof(record->targets[0]));
    if (record->targets == NULL) {
        return tcai_fail_memory(reader->error);
    }
    for (size_t i = 0; result == TCA_OK && i < tcai_json_count(list); i++) {
        record->target_count = i + 1;
        result = read_target(reader, tcai_json_item(list, i), &record->targets[i]);
        if (result != TCA_OK) {
            tcai_error_prefix(reader->error, "targets[%zu]: ", i);
        }
    }
    return result;
}

/* ---- the whole ---- */

/* Ours; or one of a library to come, which knows more and must not lose it. */
static tca_result check_schema(const record_reader *reader, const tcai_json *document) {
    char schema[64];
    tca_result result = tcai_member_text(document, "schema", schema, sizeof(schema), reader->error);
    if (result != TCA_OK || strcmp(schema, TCAI_RECORD_SCHEMA) == 0) {
        return result;
    }
    size_t family = sizeof(TCAI_RECORD_SCHEMA_FAMILY) - 1;
    if (strncmp(schema, TCAI_RECORD_SCHEMA_FAMILY, family) != 0) {
        return tcai_member_refuse("schema", "not " TCAI_RECORD_SCHEMA, reader->error);
    }
    return tcai_fail(reader->error, TCA_E_UNSUPPORTED,
                     "schema: newer than " TCAI_RECORD_SCHEMA ", which is all this library reads");
}

static tca_result read_document(record_reader *reader, const tcai_json *document) {
    if (!tcai_json_is_object(document)) {
        return tcai_fail(reader->error, TCA_E_MALFORMED, "not an object");
    }
    tca_result result = check_schema(reader, document);
    if (result != TCA_OK) {
        return result;
    }
    result =
        tcai_member_needed_moment(document, "listed_at", &reader->record->listed_at, reader->error);
    if (result == TCA_OK) {
        result = read_inventory(reader, document);
    }
    if (result == TCA_OK) {
        result = read_seen(reader, document);
    }
    return result == TCA_OK ? read_targets(reader, document) : result;
}

/* What the store and memory fail with stays; all else is the document's fault. */
static bool is_documents_fault(tca_result result) {
    return result == TCA_E_LIMIT || result == TCA_E_RANGE || result == TCA_E_AMBIGUOUS ||
           result == TCA_E_ARGUMENT;
}

tca_result tcai_record_read(tcai_span text, tca_store *store, const char *store_name,
                            tcai_record *record, tca_error *error) {
    record_reader reader = {.store = store, .name = store_name, .record = record, .error = error};
    tcai_json *document = NULL;
    *record = (tcai_record){0};
    tca_result result = tcai_json_read(text, DEPTH_MAX, &document, error);
    if (result == TCA_OK) {
        result = read_document(&reader, document);
    }
    tcai_json_release(document);
    free(reader.archived);
    if (result != TCA_OK) {
        tcai_record_release(record);
    }
    return is_documents_fault(result) ? tcai_error_recode(error, TCA_E_MALFORMED) : result;
}
