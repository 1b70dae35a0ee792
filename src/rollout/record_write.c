/* SPDX-License-Identifier: MIT */
/* A record into its document. Words rather than numbers: it is read by people in an emergency. */
#include "rollout/record_document.h"
#include "json/json.h"

const char *tcai_record_service_word(uint32_t service_status) {
    static const char *const words[] = {
        [TCA_SERVICE_NONE] = "none",         [TCA_SERVICE_ACTIVE] = "active",
        [TCA_SERVICE_INACTIVE] = "inactive", [TCA_SERVICE_EXPIRED] = "expired",
        [TCA_SERVICE_REVOKED] = "revoked",   [TCA_SERVICE_OTHER] = "other",
    };
    return service_status <= TCA_SERVICE_OTHER ? words[service_status] : NULL;
}

/* ---- members; what says nothing is left out ---- */

static bool set_text(tcai_json *object, const char *name, const char *text) {
    return text[0] == '\0' ||
           tcai_json_set_string(object, name, (tcai_span){(const uint8_t *)text, strlen(text)});
}

static bool set_bytes(tcai_json *object, const char *name, const tca_bytes *bytes) {
    return bytes == NULL ||
           tcai_json_set_string(object, name, (tcai_span){bytes->data, bytes->length});
}

static bool set_moment(tcai_json *object, const char *name, bool known, tca_unix moment) {
    char text[TCA_TIME_TEXT_SIZE];
    return !known || (tca_time_format(moment, text, sizeof(text), NULL) == TCA_OK &&
                      set_text(object, name, text));
}

static bool set_flag(tcai_json *object, const char *name, bool value) {
    return !value || tcai_json_set_boolean(object, name, true);
}

/* ---- what the service said ---- */

static bool set_numbers(tcai_json *object, const tca_entry *entry) {
    if (entry->certificate == NULL) {
        return set_bytes(object, "thumbprint", entry->thumbprint) &&
               set_bytes(object, "serial", entry->serial);
    }
    const char *thumbprint, *sha256, *serial;
    size_t length;
    return tca_certificate_thumbprint(entry->certificate, &thumbprint, &length) == TCA_OK &&
           tca_certificate_thumbprint_sha256(entry->certificate, &sha256, &length) == TCA_OK &&
           tca_certificate_serial_text(entry->certificate, &serial, &length) == TCA_OK &&
           set_text(object, "thumbprint", thumbprint) && set_text(object, "serial", serial) &&
           set_text(object, "sha256", sha256) &&
           set_bytes(object, "service_thumbprint", entry->thumbprint) &&
           set_bytes(object, "service_serial", entry->serial);
}

static bool set_dates(tcai_json *object, const tca_entry *entry) {
    uint32_t said = entry->service_flags;
    return set_moment(object, "not_before", (entry->flags & TCA_ENTRY_HAS_NOT_BEFORE) != 0,
                      entry->not_before) &&
           set_moment(object, "not_after", (entry->flags & TCA_ENTRY_HAS_NOT_AFTER) != 0,
                      entry->not_after) &&
           set_moment(object, "service_not_before", (said & TCA_SERVICE_HAS_NOT_BEFORE) != 0,
                      entry->service_not_before) &&
           set_moment(object, "service_not_after", (said & TCA_SERVICE_HAS_NOT_AFTER) != 0,
                      entry->service_not_after);
}

static bool set_anomalies(tcai_json *object, const tca_entry *entry) {
    tcai_json *names = entry->anomalies == 0 ? NULL : tcai_json_new_array();
    bool made = entry->anomalies == 0 || tcai_json_set(object, "anomalies", names);
    for (uint32_t bit = 1; made && bit != 0; bit <<= 1) {
        const char *name = tca_anomaly_name(bit);
        made = (entry->anomalies & bit) == 0 ||
               tcai_json_append(
                   names, tcai_json_new_string((tcai_span){(const uint8_t *)name, strlen(name)}));
    }
    return made;
}

static tcai_json *finished(tcai_json *document, bool made) {
    if (!made) {
        tcai_json_release(document);
    }
    return made ? document : NULL;
}

static tcai_json *entry_document(const tca_entry *entry) {
    tcai_json *object = tcai_json_new_object();
    return finished(object, set_numbers(object, entry) &&
                                set_text(object, "service_status",
                                         tcai_record_service_word(entry->service_status)) &&
                                set_dates(object, entry) && set_anomalies(object, entry));
}

static bool set_list(tcai_json *document, const tca_inventory *inventory) {
    tcai_json *list = tcai_json_new_array();
    bool made = tcai_json_set(document, "certificates", list);
    for (uint32_t i = 0; made && i < inventory->count; i++) {
        const tca_entry *entry = &inventory->entries[i];
        made = entry->role != TCA_ROLE_TENANT_CA || tcai_json_append(list, entry_document(entry));
    }
    return made;
}

/* ---- what runs saw ---- */

static tcai_json *certificate_document(const tcai_record_certificate *certificate) {
    tcai_json *object = tcai_json_new_object();
    return finished(object, set_text(object, "thumbprint", certificate->thumbprint) &&
                                set_text(object, "status", tca_status_name(certificate->status)) &&
                                set_text(object, "phase", tca_phase_name(certificate->phase)) &&
                                set_moment(object, "since", true, certificate->status_since) &&
                                set_flag(object, "dropped", certificate->dropped) &&
                                set_flag(object, "near_told", certificate->near_told));
}

static bool set_seen(tcai_json *document, const tcai_record *record) {
    tcai_json *seen = tcai_json_new_array();
    bool made = tcai_json_set(document, "seen", seen);
    for (size_t i = 0; made && i < record->certificate_count; i++) {
        made = tcai_json_append(seen, certificate_document(&record->certificates[i]));
    }
    return made;
}

static tcai_json *registration_document(const tcai_record_registration *registration) {
    tcai_json *object = tcai_json_new_object();
    return finished(object,
                    set_text(object, "thumbprint", registration->thumbprint) &&
                        set_text(object, "state", tca_target_state_name(registration->state)) &&
                        set_moment(object, "since", true, registration->since));
}

static tcai_json *target_document(const tcai_record_target *target) {
    tcai_json *object = tcai_json_new_object();
    tcai_json *registrations = tcai_json_new_array();
    bool made = tcai_json_set(object, "registrations", registrations) &&
                set_text(object, "name", target->name) &&
                set_text(object, "failure", target->failure) &&
                set_text(object, "anchors", target->anchors);
    for (size_t i = 0; made && i < target->count; i++) {
        made = tcai_json_append(registrations, registration_document(&target->registrations[i]));
    }
    return finished(object, made);
}

static bool set_targets(tcai_json *document, const tcai_record *record) {
    tcai_json *targets = tcai_json_new_array();
    bool made = tcai_json_set(document, "targets", targets);
    for (size_t i = 0; made && i < record->target_count; i++) {
        made = tcai_json_append(targets, target_document(&record->targets[i]));
    }
    return made;
}

/* ---- the whole ---- */

tca_bytes *tcai_record_write(const tcai_record *record) {
    tcai_json *document = tcai_json_new_object();
    bool made = set_text(document, "schema", TCAI_RECORD_SCHEMA) &&
                set_moment(document, "listed_at", true, record->listed_at) &&
                set_text(document, "tenant", record->inventory->tenant) &&
                set_list(document, record->inventory) && set_seen(document, record) &&
                set_targets(document, record);
    tca_bytes *text = made ? tcai_json_write(document) : NULL;
    tcai_json_release(document);
    return text;
}
