/* SPDX-License-Identifier: MIT */
/* Building URLs (RFC 3986), and telling whether two go to the same place. */
#include <string.h>

#include "net/net.h"

#define ENDPOINT_MAX 1024

static bool starts_with(tcai_span text, const char *prefix) {
    size_t length = strlen(prefix);
    if (text.length < length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (tcai_upper((char)text.data[i]) != tcai_upper(prefix[i])) {
            return false;
        }
    }
    return true;
}

/* Host and port: what stands behind the scheme up to the path. */
static tcai_span authority(tcai_span url, size_t scheme) {
    size_t end = scheme;
    while (end < url.length && strchr("/?#", url.data[end]) == NULL) {
        end++;
    }
    return (tcai_span){url.data + scheme, end - scheme};
}

static size_t scheme_length(tcai_span url) {
    return starts_with(url, "https://") ? 8 : starts_with(url, "http://") ? 7 : 0;
}

static bool is_this_machine(tcai_span host_and_port) {
    static const char *const hosts[] = {"127.0.0.1", "[::1]", "localhost"};
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        size_t length = strlen(hosts[i]);
        if (starts_with(host_and_port, hosts[i]) &&
            (host_and_port.length == length || host_and_port.data[length] == ':')) {
            return true;
        }
    }
    return false;
}

/* Letters, digits and what hosts, ports and plain paths are made of. */
static bool is_plain(tcai_span text) {
    for (size_t i = 0; i < text.length; i++) {
        uint8_t character = text.data[i];
        bool letter = (character | 0x20u) >= 'a' && (character | 0x20u) <= 'z';
        bool digit = character >= '0' && character <= '9';
        if (!letter && !digit && (character == 0 || strchr(".-_~:[]/", character) == NULL)) {
            return false;
        }
    }
    return true;
}

tca_result tcai_endpoint_check(tcai_span endpoint, tca_bytes **out, tca_error *error) {
    size_t scheme = scheme_length(endpoint);
    tcai_span rest = {endpoint.data + scheme, endpoint.length - scheme};
    tcai_span host = authority(endpoint, scheme);
    if (endpoint.length > ENDPOINT_MAX || scheme == 0 || host.length == 0 || !is_plain(rest)) {
        return tcai_fail(error, TCA_E_ARGUMENT, "endpoint: not a plain http or https URL");
    }
    if (scheme == strlen("http://") && !is_this_machine(host)) {
        return tcai_fail(error, TCA_E_ARGUMENT,
                         "endpoint: http only to 127.0.0.1, [::1] or localhost; use https");
    }
    size_t length = endpoint.length;
    while (endpoint.data[length - 1] == '/') {
        length--;
    }
    *out = tcai_bytes_copy(endpoint.data, length);
    return *out == NULL ? tcai_fail_memory(error) : TCA_OK;
}

bool tcai_url_same_origin(tcai_span one, tcai_span other) {
    size_t scheme = scheme_length(one);
    if (scheme == 0 || scheme != scheme_length(other)) {
        return false;
    }
    tcai_span a = authority(one, scheme);
    tcai_span b = authority(other, scheme);
    if (a.length != b.length || !is_plain(a) || !is_plain(b)) {
        return false;
    }
    for (size_t i = 0; i < a.length; i++) {
        if (tcai_upper((char)a.data[i]) != tcai_upper((char)b.data[i])) {
            return false;
        }
    }
    return true;
}

void tcai_url_append_encoded(tcai_text *url, tcai_span text) {
    for (size_t i = 0; i < text.length; i++) {
        uint8_t character = text.data[i];
        bool letter = (character | 0x20u) >= 'a' && (character | 0x20u) <= 'z';
        bool digit = character >= '0' && character <= '9';
        if (letter || digit || (character != 0 && strchr("-._~", character) != NULL)) {
            tcai_text_append_char(url, (char)character);
        } else {
            tcai_text_append_char(url, '%');
            tcai_text_append_char(url, tcai_hex_upper[character >> 4]);
            tcai_text_append_char(url, tcai_hex_upper[character & 0xFu]);
        }
    }
}
