/* SPDX-License-Identifier: MIT */
/* One entry: what a certificate and a service's record make together. */
#include <stdlib.h>

#include "inventory/builder.h"

#define THUMBPRINT_DIGITS 40
#define SERIAL_DIGITS_MAX 64

void tcai_entries_release(tcai_entries *entries) {
    for (size_t i = 0; i < entries->count; i++) {
        tcai_entry_release(&entries->items[i]);
    }
    free(entries->items);
    *entries = (tcai_entries){0};
}

tcai_span tcai_without_leading_zeros(tcai_span digits) {
    while (digits.length > 0 && digits.data[0] == '0') {
        digits.data++;
        digits.length--;
    }
    return digits;
}

/* Hexadecimal digits in upper case, without colons and spaces. */
static tca_result normalise(const char *text, size_t length, size_t most, const char *what,
                            tca_bytes **out, tca_error *error) {
    char digits[SERIAL_DIGITS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ':' || text[i] == ' ') {
            continue;
        }
        if (tcai_hex_digit(text[i]) < 0 || count == most) {
            return tcai_fail(error, TCA_E_MALFORMED, "%s: not up to %zu hexadecimal digits", what,
                             most);
        }
        digits[count++] = tcai_upper(text[i]);
    }
    if (count == 0) {
        return tcai_fail(error, TCA_E_MALFORMED, "%s: empty", what);
    }
    *out = tcai_bytes_copy(digits, count);
    return *out == NULL ? tcai_fail_memory(error) : TCA_OK;
}

static tca_result take_record(tca_entry *entry, const tca_service_record *record,
                              tca_error *error) {
    tca_result result = TCA_OK;
    if (record->thumbprint != NULL) {
        result = normalise(record->thumbprint, record->thumbprint_length, THUMBPRINT_DIGITS,
                           "thumbprint", &entry->thumbprint, error);
        if (result == TCA_OK && entry->thumbprint->length != THUMBPRINT_DIGITS) {
            result = tcai_fail(error, TCA_E_MALFORMED, "thumbprint: fewer than %d digits",
                               THUMBPRINT_DIGITS);
        }
    }
    if (result == TCA_OK && record->serial != NULL) {
        result = normalise(record->serial, record->serial_length, SERIAL_DIGITS_MAX,
                           "serial number", &entry->serial, error);
        if (result == TCA_OK &&
            tcai_without_leading_zeros(tcai_span_of(entry->serial)).length == 0) {
            result = tcai_fail(error, TCA_E_MALFORMED, "serial number: zero names no certificate");
        }
    }
    entry->recorded = true;
    entry->service_status = record->status;
    entry->service_flags = record->flags;
    entry->service_not_before = record->not_before;
    entry->service_not_after = record->not_after;
    return result;
}

tca_result tcai_entry_identity(const tca_entry *entry, tcai_span *thumbprint, tcai_span *serial) {
    *thumbprint = tcai_span_of(entry->thumbprint);
    *serial = tcai_span_of(entry->serial);
    if (entry->certificate == NULL) {
        return TCA_OK;
    }
    const char *text;
    tca_result result = tca_certificate_thumbprint(entry->certificate, &text, &thumbprint->length);
    thumbprint->data = (const uint8_t *)text;
    if (result == TCA_OK) {
        result = tca_certificate_serial_text(entry->certificate, &text, &serial->length);
        serial->data = (const uint8_t *)text;
    }
    return result;
}

tca_result tcai_entries_add(tcai_entries *entries, const tca_certificate *certificate,
                            const tca_service_record *record, tca_error *error) {
    if (!tcai_grow(&entries->items, entries->count, &entries->capacity,
                   sizeof(entries->items[0]))) {
        return tcai_fail_memory(error);
    }
    tca_entry entry = {0};
    tca_certificate_ref(certificate, &entry.certificate);
    tca_result result = record == NULL ? TCA_OK : take_record(&entry, record, error);
    if (result == TCA_OK) {
        tcai_span thumbprint, serial;
        if (tcai_entry_identity(&entry, &thumbprint, &serial) != TCA_OK) {
            result = tcai_fail_memory(error);
        } else if (thumbprint.length == 0 && serial.length == 0) {
            result = tcai_fail(error, TCA_E_ARGUMENT,
                               "has neither a certificate, nor a thumbprint, nor a serial number");
        }
    }
    if (result == TCA_OK) {
        entries->items[entries->count++] = entry;
    } else {
        tcai_entry_release(&entry);
    }
    return result;
}

/* The certificate counts; what the service said otherwise stays beside it as an anomaly. */
static void settle_dates(tca_entry *entry) {
    bool has_start = (entry->service_flags & TCA_SERVICE_HAS_NOT_BEFORE) != 0;
    bool has_end = (entry->service_flags & TCA_SERVICE_HAS_NOT_AFTER) != 0;
    if (entry->certificate != NULL) {
        const tcai_x509 *x509 = &entry->certificate->x509;
        if ((has_start && entry->service_not_before != x509->not_before) ||
            (has_end && entry->service_not_after != x509->not_after)) {
            entry->anomalies |= TCA_ANOMALY_DATE_MISMATCH;
        }
        entry->not_before = x509->not_before;
        entry->not_after = x509->not_after;
        entry->flags |= TCA_ENTRY_HAS_BODY | TCA_ENTRY_HAS_NOT_BEFORE | TCA_ENTRY_HAS_NOT_AFTER;
        return;
    }
    entry->not_before = has_start ? entry->service_not_before : 0;
    entry->not_after = has_end ? entry->service_not_after : 0;
    entry->flags |=
        (has_start ? TCA_ENTRY_HAS_NOT_BEFORE : 0u) | (has_end ? TCA_ENTRY_HAS_NOT_AFTER : 0u);
    if (!has_start && !has_end) {
        entry->anomalies |= TCA_ANOMALY_NO_DATES;
    }
}

/* A service's number that says the same as the certificate is not kept twice. */
static void settle_number(tca_bytes **said, tcai_span own, uint32_t *anomalies, uint32_t mismatch) {
    tcai_span theirs = tcai_span_of(*said);
    if (tcai_span_equal(tcai_without_leading_zeros(theirs), tcai_without_leading_zeros(own))) {
        tca_bytes_unref(*said);
        *said = NULL;
    } else if (theirs.length > 0) {
        *anomalies |= mismatch;
    }
}

static void settle_role(tca_entry *entry, bool has_tenant) {
    bool listed = (entry->flags & TCA_ENTRY_LISTED) != 0;
    bool is_ca = entry->certificate != NULL && entry->certificate->x509.is_ca;
    if (listed || (is_ca && has_tenant)) {
        entry->role = TCA_ROLE_TENANT_CA;
    } else {
        entry->role = is_ca ? TCA_ROLE_UPPER_CA : TCA_ROLE_OTHER;
    }
    if (listed && entry->certificate != NULL && !is_ca) {
        entry->anomalies |= TCA_ANOMALY_NOT_A_CA;
    }
}

tca_result tcai_entry_settle(tca_entry *entry, tca_error *error) {
    const char *tenant = NULL;
    size_t length;
    entry->flags = 0;
    entry->anomalies &= tcai_entry_lasting_anomalies(entry);
    if (entry->certificate != NULL) {
        tcai_span thumbprint, serial;
        tca_result named = tca_certificate_tenant_id(entry->certificate, &tenant, &length);
        if (named == TCA_E_NO_MEMORY ||
            tcai_entry_identity(entry, &thumbprint, &serial) != TCA_OK) {
            return tcai_fail_memory(error);
        }
        settle_number(&entry->thumbprint, thumbprint, &entry->anomalies,
                      TCA_ANOMALY_THUMBPRINT_MISMATCH);
        settle_number(&entry->serial, serial, &entry->anomalies, TCA_ANOMALY_SERIAL_MISMATCH);
    }
    if (entry->service_status != TCA_SERVICE_NONE) {
        entry->flags |= TCA_ENTRY_LISTED;
    }
    if (entry->service_status == TCA_SERVICE_OTHER) {
        entry->anomalies |= TCA_ANOMALY_UNKNOWN_STATUS;
    }
    settle_dates(entry);
    settle_role(entry, tenant != NULL);
    return TCA_OK;
}
