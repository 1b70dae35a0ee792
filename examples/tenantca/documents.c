/* SPDX-License-Identifier: MIT */
/* The parts that the tool's JSON documents have in common. */
#include <string.h>
#include <unistd.h>

#include "tool.h"

json_t *time_json(tca_unix time) {
    char text[TCA_TIME_TEXT_SIZE];
    return tca_time_format(time, text, sizeof(text), NULL) == TCA_OK ? json_string(text)
                                                                     : json_null();
}

/* Names of files need not be UTF-8, and what is cut off at a bound may end within a character. */
static json_t *escaped_json(const char *text, size_t length) {
    text_buffer escaped = {0};
    for (size_t i = 0; i < length; i++) {
        unsigned char octet = (unsigned char)text[i];
        text_add(&escaped, octet < 0x80 ? "%c" : "\\x%02X", octet);
    }
    json_t *value = escaped.failed ? NULL : json_stringn(escaped.data, escaped.length);
    text_release(&escaped);
    return value;
}

json_t *text_json(const char *text, size_t length) {
    json_t *value = text == NULL ? json_null() : json_stringn(text, length);
    return value != NULL ? value : escaped_json(text, length);
}

json_t *thumbprint_json(const tool_view *view, uint32_t index) {
    const char *text = index == TCA_NO_INDEX ? "" : view_thumbprint(view, index);
    return text[0] == '\0' ? json_null() : json_string(text);
}

json_t *anomalies_json(uint32_t anomalies) {
    json_t *names = json_array();
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        if ((anomalies & bit) != 0) {
            json_array_append_new(names, json_string(tca_anomaly_name(bit)));
        }
    }
    return names;
}

typedef tca_result text_getter(const tca_certificate *certificate, const char **text,
                               size_t *length);

static json_t *certificate_text(const tca_certificate *certificate, text_getter *get) {
    const char *text = NULL;
    size_t length = 0;
    if (certificate != NULL) {
        (void)get(certificate, &text, &length);
    }
    return text_json(text, length);
}

static json_t *name_or_null(const char *name, bool is) {
    return is ? json_string(name) : json_null();
}

json_t *entry_json(const tool_view *view, uint32_t index) {
    const tca_certificate *certificate = view_certificate(view, index);
    tca_entry_info info = view_info(view, index);
    tca_entry_state state = view_state(view, index);
    const char *serial = NULL;
    size_t length = 0;
    (void)tca_entry_serial(view_entry(view, index), &serial, &length);
    json_t *entry = json_object();
    json_object_set_new(entry, "index", json_integer(index + 1));
    json_object_set_new(entry, "thumbprint", thumbprint_json(view, index));
    json_object_set_new(entry, "thumbprint_sha256",
                        certificate_text(certificate, tca_certificate_thumbprint_sha256));
    json_object_set_new(entry, "serial", text_json(serial, length));
    json_object_set_new(entry, "subject", certificate_text(certificate, tca_certificate_subject));
    json_object_set_new(entry, "issuer", certificate_text(certificate, tca_certificate_issuer));
    json_object_set_new(entry, "not_before",
                        (info.flags & TCA_ENTRY_HAS_NOT_BEFORE) != 0 ? time_json(info.not_before)
                                                                     : json_null());
    json_object_set_new(entry, "not_after",
                        (info.flags & TCA_ENTRY_HAS_NOT_AFTER) != 0 ? time_json(info.not_after)
                                                                    : json_null());
    json_object_set_new(entry, "role", json_string(tca_role_name(info.role)));
    json_object_set_new(
        entry, "status",
        name_or_null(tca_status_name(state.status), state.status != TCA_STATUS_NONE));
    json_object_set_new(entry, "phase",
                        name_or_null(tca_phase_name(state.phase), state.phase != TCA_PHASE_NONE));
    json_object_set_new(
        entry, "status_source",
        name_or_null(tca_source_name(state.status_source), state.status_source != TCA_SOURCE_NONE));
    json_object_set_new(entry, "body", json_boolean((info.flags & TCA_ENTRY_HAS_BODY) != 0));
    json_object_set_new(entry, "anomalies", anomalies_json(state.anomalies));
    return entry;
}

json_t *windows_json(const tool_view *view) {
    json_t *windows = json_array();
    for (uint32_t i = 0; i < view->summary.window_count; i++) {
        tca_window window = {.struct_size = sizeof(window)};
        (void)tca_rollover_window(view->rollover, i, &window);
        bool closes = window.closes_certainty != TCA_CERTAINTY_NONE;
        json_t *item = json_object();
        json_object_set_new(item, "kind", json_string(tca_window_name(window.kind)));
        json_object_set_new(item, "certificate", thumbprint_json(view, window.certificate));
        json_object_set_new(item, "opens", time_json(window.opens));
        json_object_set_new(item, "opens_certainty",
                            json_string(tca_certainty_name(window.opens_certainty)));
        json_object_set_new(item, "closes", closes ? time_json(window.closes) : json_null());
        json_object_set_new(item, "closes_certainty",
                            name_or_null(tca_certainty_name(window.closes_certainty), closes));
        json_array_append_new(windows, item);
    }
    return windows;
}

bool dump_json(const json_t *document) {
    /* A terminal might act upon what a certificate holds. */
    size_t plain = isatty(STDOUT_FILENO) == 1 ? JSON_ENSURE_ASCII : 0;
    return document != NULL && json_dumpf(document, stdout, JSON_INDENT(2) | plain) == 0;
}

int print_json(json_t *document) {
    bool fine = dump_json(document) && fputc('\n', stdout) != EOF;
    json_decref(document);
    if (!fine && ferror(stdout) == 0) {
        complain("out of memory; try a smaller source");
    }
    return fine ? EXIT_DONE : EXIT_ERROR;
}
