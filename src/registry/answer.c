/* SPDX-License-Identifier: MIT */
/* Reading what IoT Hub, DPS and IoT Central answer. */
#include <string.h>

#include "registry/registry.h"

#define JSON_DEPTH 32
#define THUMBPRINT_LENGTH 40
#define PLAIN_MAX 256
#define NAME_MAX_LENGTH 64

tca_result tcai_answer_read(tcai_span body, tcai_json **document, tca_error *error) {
    tca_result result = tcai_json_read(body, JSON_DEPTH, document, error);
    if (result == TCA_OK && !tcai_json_is_object(*document)) {
        tcai_json_release(*document);
        *document = NULL;
        result = tcai_fail(error, TCA_E_ANSWER, "the answer is no JSON object");
    }
    return result == TCA_OK || result == TCA_E_NO_MEMORY ? result
                                                         : tcai_error_recode(error, TCA_E_ANSWER);
}

bool tcai_is_nothing(tcai_span body) {
    return body.length == 0 || tcai_span_equal(body, TCAI_SPAN("null"));
}

bool tcai_is_plain_text(tcai_span text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < ' ' || text.data[i] > '~') {
            return false;
        }
    }
    return text.length > 0 && text.length <= PLAIN_MAX;
}

static tca_result copy(tcai_span text, tca_bytes **out, tca_error *error) {
    *out = tcai_bytes_copy(text.data, text.length);
    return *out == NULL ? tcai_fail_memory(error) : TCA_OK;
}

/* It goes back in a header: nothing else than plain text may. */
static tca_result take_etag(const tcai_json *resource, tcai_registration *out, tca_error *error) {
    tcai_span etag;
    tca_result result = tcai_json_string_member(resource, "etag", &etag, error);
    if (result != TCA_OK || etag.length == 0) {
        return result;
    }
    return tcai_is_plain_text(etag)
               ? copy(etag, &out->etag, error)
               : tcai_fail(error, TCA_E_ANSWER, "etag: holds what no ETag can");
}

/* Upper case, without colons and spaces; empty where there is none. */
static tca_result take_thumbprint(tcai_span text, tcai_registration *out, tca_error *error) {
    char digits[THUMBPRINT_LENGTH];
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        char digit = (char)text.data[i];
        if (digit == ':' || digit == ' ') {
            continue;
        }
        if (count == THUMBPRINT_LENGTH || tcai_hex_digit(digit) < 0) {
            return tcai_fail(error, TCA_E_ANSWER, "thumbprint: not %d hexadecimal digits",
                             THUMBPRINT_LENGTH);
        }
        digits[count++] = tcai_upper(digit);
    }
    if (count != 0 && count != THUMBPRINT_LENGTH) {
        return tcai_fail(error, TCA_E_ANSWER, "thumbprint: not %d hexadecimal digits",
                         THUMBPRINT_LENGTH);
    }
    return copy((tcai_span){(const uint8_t *)digits, count}, &out->thumbprint, error);
}

/* PEM, base64 of DER, base64 of PEM: the services give each of them. */
static tca_result read_certificate(tcai_span text, tca_certificate **out) {
    tcai_limits limits = tcai_limits_of(0, 0, 1);
    tca_bytes *inside = NULL;
    tca_result result = tcai_certificate_read(text, &limits, out, NULL);
    if (result == TCA_OK || result == TCA_E_NO_MEMORY) {
        return result;
    }
    result = tcai_certificate_input_der(text, &inside, NULL);
    if (result == TCA_OK) {
        result =
            tcai_certificate_read((tcai_span){inside->data, inside->length}, &limits, out, NULL);
    }
    tca_bytes_unref(inside);
    return result;
}

/* Where the service names no thumbprint the certificate itself does; if it can be read. */
static tca_result derive_thumbprint(const tcai_json *properties, tcai_registration *out,
                                    tca_error *error) {
    tcai_span text;
    tca_certificate *certificate = NULL;
    const char *thumbprint = NULL;
    size_t length = 0;
    if (out->thumbprint->length > 0 ||
        !tcai_json_string(tcai_json_member(properties, "certificate"), &text) || text.length == 0) {
        return TCA_OK;
    }
    tca_result result = read_certificate(text, &certificate);
    if (result == TCA_OK) {
        result = tca_certificate_thumbprint(certificate, &thumbprint, &length);
    }
    if (result == TCA_OK) {
        tca_bytes_unref(out->thumbprint);
        result = copy((tcai_span){(const uint8_t *)thumbprint, length}, &out->thumbprint, error);
    }
    tca_certificate_unref(certificate);
    return result == TCA_E_NO_MEMORY ? tcai_fail_memory(error) : TCA_OK;
}

/* RFC 1123 or RFC 3339; what is neither is passed over: the certificate's own date counts. */
static void take_expiry(const tcai_json *properties, tcai_registration *out) {
    tcai_span text;
    tca_unix time;
    if (!tcai_json_string(tcai_json_member(properties, "expiry"), &text)) {
        return;
    }
    if (tcai_http_date(text, &time) ||
        tca_time_parse((const char *)text.data, text.length, &time, NULL) == TCA_OK) {
        out->not_after = time;
        out->flags |= TCA_REGISTRATION_HAS_NOT_AFTER;
    }
}

static tca_result take_name(const tcai_json *resource, tcai_registration *out, tca_error *error) {
    tcai_span name;
    tca_result result = tcai_json_string_member(resource, "name", &name, error);
    if (result != TCA_OK) {
        return result;
    }
    /* It becomes part of a path, where dots alone would name what lies above. */
    bool dots = tcai_span_equal(name, TCAI_SPAN(".")) || tcai_span_equal(name, TCAI_SPAN(".."));
    bool fits = tcai_is_plain_text(name) && name.length <= NAME_MAX_LENGTH && !dots &&
                memchr(name.data, '/', name.length) == NULL;
    return fits ? copy(name, &out->name, error)
                : tcai_fail(error, TCA_E_ANSWER, "name: missing, or not a certificate's");
}

/* NULL where it is absent. */
static tca_result find_object(const tcai_json *document, const char *name, const tcai_json **out,
                              tca_error *error) {
    *out = tcai_json_member(document, name);
    return *out == NULL || tcai_json_is_object(*out)
               ? TCA_OK
               : tcai_fail(error, TCA_E_ANSWER, "%s: is no JSON object", name);
}

static tca_result read_resource(const tcai_json *resource, tcai_registration *out,
                                tca_error *error) {
    const tcai_json *properties;
    tcai_span thumbprint;
    bool verified = false;
    tca_result result = find_object(resource, "properties", &properties, error);
    if (result == TCA_OK) {
        result = take_name(resource, out, error);
    }
    if (result == TCA_OK) {
        result = take_etag(resource, out, error);
    }
    if (result == TCA_OK) {
        result = tcai_json_string_member(properties, "thumbprint", &thumbprint, error);
    }
    if (result == TCA_OK) {
        result = take_thumbprint(thumbprint, out, error);
    }
    if (result == TCA_OK) {
        result = derive_thumbprint(properties, out, error);
    }
    if (result == TCA_OK) {
        result = tcai_json_boolean_member(properties, "isVerified", &verified, error);
    }
    if (result == TCA_OK) {
        out->flags |= verified ? TCA_REGISTRATION_VERIFIED : 0u;
        take_expiry(properties, out);
    }
    return result;
}

static tca_result answer_of(tca_result result, tcai_registration *out, tca_error *error) {
    if (result == TCA_OK) {
        return TCA_OK;
    }
    tcai_registration_release(out);
    return result == TCA_E_NO_MEMORY ? result : tcai_error_recode(error, TCA_E_ANSWER);
}

tca_result tcai_registration_read(const tcai_json *resource, tcai_registration *out,
                                  tca_error *error) {
    *out = (tcai_registration){0};
    if (!tcai_json_is_object(resource)) {
        return tcai_fail(error, TCA_E_ANSWER, "a certificate that is no JSON object");
    }
    return answer_of(read_resource(resource, out, error), out, error);
}

static tca_result read_slot(const tcai_json *document, const char *slot, tcai_registration *out,
                            tca_error *error) {
    const tcai_json *info;
    tcai_span thumbprint;
    bool verified = false;
    tca_result result = find_object(document, "info", &info, error);
    if (result == TCA_OK) {
        result = copy((tcai_span){(const uint8_t *)slot, strlen(slot)}, &out->name, error);
    }
    if (result == TCA_OK) {
        result = take_etag(document, out, error);
    }
    if (result == TCA_OK) {
        result = tcai_json_string_member(info, "sha1Thumbprint", &thumbprint, error);
    }
    if (result == TCA_OK) {
        result = take_thumbprint(thumbprint, out, error);
    }
    if (result == TCA_OK) {
        result = tcai_json_boolean_member(document, "verified", &verified, error);
    }
    if (result == TCA_OK) {
        out->flags =
            strcmp(slot, "primary") == 0 ? TCA_REGISTRATION_PRIMARY : TCA_REGISTRATION_SECONDARY;
        out->flags |= verified ? TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED : 0u;
    }
    return result;
}

tca_result tcai_slot_read(tcai_span body, const char *slot, tcai_registration *out,
                          tca_error *error) {
    tcai_json *document = NULL;
    *out = (tcai_registration){0};
    tca_result result = tcai_answer_read(body, &document, error);
    if (result == TCA_OK) {
        result = answer_of(read_slot(document, slot, out, error), out, error);
    }
    tcai_json_release(document);
    return result;
}

tca_result tcai_code_read(const tcai_json *document, tca_bytes **code, tca_error *error) {
    const tcai_json *holders[] = {tcai_json_member(document, "properties"), document};
    for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
        tcai_span text;
        if (tcai_json_string(tcai_json_member(holders[i], "verificationCode"), &text) &&
            tcai_is_plain_text(text)) {
            return copy(text, code, error);
        }
    }
    return tcai_fail(error, TCA_E_ANSWER, "the answer holds no verification code");
}
