/* SPDX-License-Identifier: MIT */
/* The documents in which services list certificates, told apart by their shape.
 * Legacy: GET /v2/tenants/{id}/certificates. Integrated: Certificates_ListByCatalog and _Get, and
 * the answers of retrieveCertChain and retrieveProofOfPossessionNonce. */
#include <string.h>

#include "inventory/builder.h"
#include "json/json.h"

typedef struct document_reader {
    tcai_entries *entries;
    const tcai_limits *limits;
    tca_error *error;
} document_reader;

static tca_result read_certificates(document_reader *reader, tcai_span input) {
    tca_certificate_list *list = NULL;
    tca_result result = tcai_certificate_list_read(input, reader->limits, &list, reader->error);
    for (uint32_t i = 0; result == TCA_OK && i < tca_certificate_list_count(list); i++) {
        const tca_certificate *certificate;
        (void)tca_certificate_list_get(list, i, &certificate);
        result = tcai_entries_add(reader->entries, certificate, NULL, reader->error);
    }
    tca_certificate_list_unref(list);
    return result;
}

/* Read a body given as text, NULL where there is none. */
static tca_result read_body(document_reader *reader, const tcai_json *object, const char *name,
                            tca_certificate **certificate) {
    tcai_span text;
    *certificate = NULL;
    tca_result result = tcai_json_string_member(object, name, &text, reader->error);
    if (result == TCA_OK && text.length > 0) {
        result = tcai_certificate_read(text, reader->limits, certificate, reader->error);
        if (result != TCA_OK) {
            tcai_error_prefix(reader->error, "%s: ", name);
        }
    }
    return result;
}

static tca_result read_text(document_reader *reader, const tcai_json *object, const char *name,
                            const char **text, size_t *length) {
    tcai_span span;
    tca_result result = tcai_json_string_member(object, name, &span, reader->error);
    *text = span.length > 0 ? (const char *)span.data : NULL;
    *length = span.length;
    return result;
}

/* Add an entry and let go of its body. */
static tca_result add_entry(document_reader *reader, tca_result result,
                            tca_certificate *certificate, const tca_service_record *record) {
    if (result == TCA_OK) {
        result = tcai_entries_add(reader->entries, certificate, record, reader->error);
        if (result == TCA_E_ARGUMENT) {
            result = tcai_fail(reader->error, TCA_E_MALFORMED,
                               "names no certificate: neither body nor thumbprint nor serial");
        }
    }
    tca_certificate_unref(certificate);
    return result;
}

/* ---- legacy ---- */

static tca_result read_legacy_status(document_reader *reader, const tcai_json *object,
                                     uint32_t *status) {
    bool active = false, revoked = false;
    if (tcai_json_member(object, "IsActive") == NULL) {
        return tcai_fail(reader->error, TCA_E_MALFORMED, "IsActive: missing");
    }
    tca_result result = tcai_json_boolean_member(object, "IsActive", &active, reader->error);
    if (result == TCA_OK) {
        result = tcai_json_boolean_member(object, "IsRevoked", &revoked, reader->error);
    }
    *status = revoked ? TCA_SERVICE_REVOKED : active ? TCA_SERVICE_ACTIVE : TCA_SERVICE_INACTIVE;
    return result;
}

static tca_result read_legacy_entry(document_reader *reader, const tcai_json *object) {
    tca_service_record record = {0};
    tca_certificate *certificate = NULL;
    tca_result result = read_legacy_status(reader, object, &record.status);
    if (result == TCA_OK) {
        result =
            read_text(reader, object, "Thumbprint", &record.thumbprint, &record.thumbprint_length);
    }
    if (result == TCA_OK) {
        result = read_body(reader, object, "Certificate", &certificate);
    }
    return add_entry(reader, result, certificate, &record);
}

/* ---- integrated ---- */

/* An open enumeration: a word that is new must not break the reader. */
static uint32_t integrated_status(tcai_span word) {
    static const struct {
        tcai_span word;
        uint32_t status;
    } words[] = {
        {TCAI_SPAN_INIT("Active"), TCA_SERVICE_ACTIVE},
        {TCAI_SPAN_INIT("Inactive"), TCA_SERVICE_INACTIVE},
        {TCAI_SPAN_INIT("Expired"), TCA_SERVICE_EXPIRED},
        {TCAI_SPAN_INIT("Revoked"), TCA_SERVICE_REVOKED},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (tcai_span_equal(word, words[i].word)) {
            return words[i].status;
        }
    }
    return TCA_SERVICE_OTHER;
}

static tca_result read_date(document_reader *reader, const tcai_json *object, const char *name,
                            uint32_t flag, uint32_t *flags, tca_unix *date) {
    tcai_span text;
    tca_result result = tcai_json_string_member(object, name, &text, reader->error);
    if (result == TCA_OK && text.length > 0) {
        result = tca_time_parse((const char *)text.data, text.length, date, reader->error);
        if (result == TCA_OK) {
            *flags |= flag;
        } else {
            tcai_error_prefix(reader->error, "%s: ", name);
        }
    }
    return result;
}

static tca_result read_properties(document_reader *reader, const tcai_json *properties,
                                  tca_service_record *record, tca_certificate **certificate) {
    tcai_span status;
    tca_result result = tcai_json_string_member(properties, "status", &status, reader->error);
    record->status = integrated_status(status);
    if (result == TCA_OK) {
        result = read_text(reader, properties, "thumbprint", &record->thumbprint,
                           &record->thumbprint_length);
    }
    if (result == TCA_OK) {
        result = read_date(reader, properties, "notBeforeUtc", TCA_SERVICE_HAS_NOT_BEFORE,
                           &record->flags, &record->not_before);
    }
    if (result == TCA_OK) {
        result = read_date(reader, properties, "expiryUtc", TCA_SERVICE_HAS_NOT_AFTER,
                           &record->flags, &record->not_after);
    }
    return result == TCA_OK ? read_body(reader, properties, "certificate", certificate) : result;
}

static tca_result read_integrated_entry(document_reader *reader, const tcai_json *object) {
    tca_service_record record = {0};
    tca_certificate *certificate = NULL;
    const tcai_json *properties = tcai_json_member(object, "properties");
    if (!tcai_json_is_object(properties)) {
        return tcai_fail(reader->error, TCA_E_MALFORMED, "properties: missing, or not an object");
    }
    tca_result result = read_text(reader, object, "name", &record.serial, &record.serial_length);
    if (result == TCA_OK) {
        result = read_properties(reader, properties, &record, &certificate);
    }
    return add_entry(reader, result, certificate, &record);
}

/* ---- documents ---- */

typedef tca_result entry_reader(document_reader *reader, const tcai_json *object);

static tca_result read_array(document_reader *reader, const tcai_json *array, entry_reader *read) {
    size_t count = tcai_json_count(array);
    if (count > reader->limits->certificates) {
        return tcai_fail(reader->error, TCA_E_LIMIT, "lists %zu certificates, the limit is %u",
                         count, (unsigned)reader->limits->certificates);
    }
    for (size_t i = 0; i < count; i++) {
        const tcai_json *item = tcai_json_item(array, i);
        tca_result result = tcai_json_is_object(item)
                                ? read(reader, item)
                                : tcai_fail(reader->error, TCA_E_MALFORMED, "not an object");
        if (result != TCA_OK) {
            tcai_error_prefix(reader->error, "entry %zu of %zu: ", i + 1, count);
            return result;
        }
    }
    return TCA_OK;
}

static tca_result read_list_page(document_reader *reader, const tcai_json *document,
                                 const tcai_json *value, tca_bytes **next_link) {
    tcai_span link;
    if (!tcai_json_is_array(value)) {
        return tcai_fail(reader->error, TCA_E_MALFORMED, "value: not an array");
    }
    tca_result result = tcai_json_string_member(document, "nextLink", &link, reader->error);
    if (result == TCA_OK) {
        result = read_array(reader, value, read_integrated_entry);
    }
    if (result == TCA_OK && link.length > 0) {
        *next_link = tcai_bytes_copy(link.data, link.length);
        result = *next_link == NULL ? tcai_fail_memory(reader->error) : TCA_OK;
    }
    return result;
}

/* The answers of the actions: one member that holds certificates. */
static tca_result read_bare_answer(document_reader *reader, const tcai_json *document) {
    static const char *const names[] = {"certificateChain", "certificate"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        tcai_span text;
        if (tcai_json_string(tcai_json_member(document, names[i]), &text)) {
            tca_result result = read_certificates(reader, text);
            if (result != TCA_OK) {
                tcai_error_prefix(reader->error, "%s: ", names[i]);
            }
            return result;
        }
    }
    return tcai_fail(reader->error, TCA_E_MALFORMED, "JSON: no document of either service");
}

static tca_result read_document(document_reader *reader, const tcai_json *document,
                                tca_bytes **next_link) {
    tcai_span text;
    if (tcai_json_is_array(document)) {
        return read_array(reader, document, read_legacy_entry);
    }
    if (tcai_json_string(document, &text)) {
        return read_certificates(reader, text);
    }
    const tcai_json *value = tcai_json_member(document, "value");
    if (value != NULL) {
        return read_list_page(reader, document, value, next_link);
    }
    if (tcai_json_member(document, "properties") != NULL) {
        return read_integrated_entry(reader, document);
    }
    return read_bare_answer(reader, document);
}

static bool looks_like_json(tcai_span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (strchr(" \t\r\n", text.data[i]) == NULL || text.data[i] == '\0') {
            return text.data[i] == '{' || text.data[i] == '[' || text.data[i] == '"';
        }
    }
    return false;
}

static tca_result read_list(document_reader *reader, const tcai_json *document,
                            tca_bytes **next_link) {
    const tcai_json *value = tcai_json_member(document, "value");
    if (!tcai_json_is_array(document) && value == NULL) {
        return tcai_fail(reader->error, TCA_E_MALFORMED, "JSON: no list of certificates");
    }
    return read_document(reader, document, next_link);
}

tca_result tcai_entries_read(bool only_list, tcai_entries *entries, tcai_span input,
                             const tcai_limits *limits, uint32_t max_json_depth,
                             tca_bytes **next_link, tca_error *error) {
    document_reader reader = {.entries = entries, .limits = limits, .error = error};
    tcai_span text = tcai_without_byte_order_mark(input);
    if (!only_list && !looks_like_json(text)) {
        return read_certificates(&reader, input);
    }
    if (input.length > limits->input_bytes) {
        return tcai_fail(error, TCA_E_LIMIT, "input: %zu bytes, the limit is %llu", input.length,
                         (unsigned long long)limits->input_bytes);
    }
    tcai_json *document;
    tca_result result = tcai_json_read(text, max_json_depth, &document, error);
    if (result == TCA_OK) {
        result = only_list ? read_list(&reader, document, next_link)
                           : read_document(&reader, document, next_link);
        tcai_json_release(document);
    }
    return result;
}
