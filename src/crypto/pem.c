/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "crypto/crypto.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
#define LABEL_MAX 64
#define LINE 64

static const uint8_t *find(tcai_span text, tcai_span what) {
    const uint8_t *at = text.data;
    const uint8_t *end = text.data + text.length;
    while ((size_t)(end - at) >= what.length) {
        at = memchr(at, what.data[0], (size_t)(end - at) - what.length + 1);
        if (at == NULL) {
            return NULL;
        }
        if (memcmp(at, what.data, what.length) == 0) {
            return at;
        }
        at++;
    }
    return NULL;
}

/* The text from `at` to its end. */
static tcai_span from(tcai_span text, const uint8_t *at) {
    return (tcai_span){at, (size_t)(text.data + text.length - at)};
}

bool tcai_pem_present(tcai_span text) {
    return find(text, TCAI_SPAN(BEGIN)) != NULL;
}

static tcai_pem_label label_of(tcai_span label) {
    if (tcai_span_equal(label, TCAI_SPAN("CERTIFICATE")) ||
        tcai_span_equal(label, TCAI_SPAN("X509 CERTIFICATE"))) {
        return TCAI_PEM_CERTIFICATE;
    }
    if (tcai_span_equal(label, TCAI_SPAN("PKCS7")) || tcai_span_equal(label, TCAI_SPAN("CMS"))) {
        return TCAI_PEM_PKCS7;
    }
    return TCAI_PEM_OTHER;
}

/* "-----BEGIN label-----": the label, and the text behind the line's dashes. */
static bool read_label(tcai_span *text, tcai_span *label) {
    tcai_span rest = from(*text, text->data + strlen(BEGIN));
    size_t window = LABEL_MAX + strlen(DASHES);
    tcai_span head = {rest.data, rest.length < window ? rest.length : window};
    const uint8_t *dashes = find(head, TCAI_SPAN(DASHES));
    if (dashes == NULL) {
        return false;
    }
    *label = (tcai_span){rest.data, (size_t)(dashes - rest.data)};
    *text = from(rest, dashes + strlen(DASHES));
    return memchr(label->data, '\n', label->length) == NULL;
}

/* "-----END label-----" with the same label, at the front of *text. */
static bool skip_end_line(tcai_span *text, tcai_span label) {
    size_t length = strlen(END) + label.length + strlen(DASHES);
    if (text->length < length || memcmp(text->data, END, strlen(END)) != 0 ||
        !tcai_span_equal((tcai_span){text->data + strlen(END), label.length}, label) ||
        memcmp(text->data + strlen(END) + label.length, DASHES, strlen(DASHES)) != 0) {
        return false;
    }
    *text = from(*text, text->data + length);
    return true;
}

tca_result tcai_pem_next(tcai_span *text, tcai_pem_label *label, tcai_span *base64,
                         tca_error *error) {
    const uint8_t *begin = find(*text, TCAI_SPAN(BEGIN));
    if (begin == NULL) {
        return TCA_E_NOT_FOUND;
    }
    *text = from(*text, begin);
    tcai_span name;
    if (!read_label(text, &name)) {
        return tcai_fail(error, TCA_E_MALFORMED, "PEM: a BEGIN line that does not end");
    }
    const uint8_t *end = find(*text, TCAI_SPAN(DASHES));
    if (end == NULL) {
        return tcai_fail(error, TCA_E_MALFORMED, "PEM: a block without its END line");
    }
    *base64 = (tcai_span){text->data, (size_t)(end - text->data)};
    *text = from(*text, end);
    if (!skip_end_line(text, name)) {
        return tcai_fail(error, TCA_E_MALFORMED, "PEM: BEGIN and END lines that do not match");
    }
    *label = label_of(name);
    return TCA_OK;
}

static char *put(char *to, const char *text) {
    size_t length = strlen(text);
    memcpy(to, text, length);
    return to + length;
}

static char *put_group(char *to, const uint8_t *octets, size_t count) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t group = (uint32_t)octets[0] << 16 | (count > 1 ? (uint32_t)octets[1] << 8 : 0) |
                     (count > 2 ? octets[2] : 0);
    *to++ = digits[group >> 18];
    *to++ = digits[group >> 12 & 0x3Fu];
    *to++ = count > 1 ? digits[group >> 6 & 0x3Fu] : '=';
    *to++ = count > 2 ? digits[group & 0x3Fu] : '=';
    return to;
}

tca_bytes *tcai_pem_encode_certificate(tcai_span der) {
    static const char head[] = "-----BEGIN CERTIFICATE-----\n";
    static const char foot[] = "-----END CERTIFICATE-----\n";
    if (der.length > SIZE_MAX / 4) {
        return NULL;
    }
    size_t characters = (der.length + 2) / 3 * 4;
    size_t lines = (characters + LINE - 1) / LINE;
    tca_bytes *pem = tcai_bytes_new(strlen(head) + characters + lines + strlen(foot));
    if (pem == NULL) {
        return NULL;
    }
    char *to = put((char *)pem->data, head);
    for (size_t at = 0; at < der.length; at += 3) {
        to = put_group(to, der.data + at, der.length - at < 3 ? der.length - at : 3);
        if (at / 3 % (LINE / 4) == LINE / 4 - 1 || der.length - at <= 3) {
            *to++ = '\n';
        }
    }
    put(to, foot);
    return pem;
}
