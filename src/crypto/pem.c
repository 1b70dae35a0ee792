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
    return tcai_span_equal(label, TCAI_SPAN("TRUSTED CERTIFICATE")) ? TCAI_PEM_TRUSTED_CERTIFICATE
                                                                    : TCAI_PEM_OTHER;
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

static tca_bytes *encode(const char *head, tcai_span octets, const char *foot) {
    tca_bytes *base64 = tcai_base64_encode(octets);
    size_t lines = base64 == NULL ? 0 : (base64->length + LINE - 1) / LINE;
    tca_bytes *pem = base64 == NULL
                         ? NULL
                         : tcai_bytes_new(strlen(head) + base64->length + lines + strlen(foot));
    if (pem != NULL) {
        char *to = put((char *)pem->data, head);
        for (size_t at = 0; at < base64->length; at += LINE) {
            size_t length = base64->length - at < LINE ? base64->length - at : LINE;
            memcpy(to, base64->data + at, length);
            to += length;
            *to++ = '\n';
        }
        put(to, foot);
    }
    tca_bytes_unref(base64);
    return pem;
}

tca_bytes *tcai_pem_encode_certificate(tcai_span der) {
    return encode("-----BEGIN CERTIFICATE-----\n", der, "-----END CERTIFICATE-----\n");
}

tca_bytes *tcai_pem_encode_trusted(tcai_span der, tcai_span trust) {
    tca_bytes *both = tcai_bytes_new(der.length + trust.length);
    tca_bytes *pem = NULL;
    if (both != NULL) {
        memcpy(both->data, der.data, der.length);
        memcpy(both->data + der.length, trust.data, trust.length);
        pem = encode("-----BEGIN TRUSTED CERTIFICATE-----\n", (tcai_span){both->data, both->length},
                     "-----END TRUSTED CERTIFICATE-----\n");
    }
    tca_bytes_unref(both);
    return pem;
}

tcai_span tcai_pem_client_anchor_trust(void) {
    /* CertAux { trust { clientAuth } } */
    static const uint8_t trust[] = {0x30, 0x0C, 0x30, 0x0A, 0x06, 0x08, 0x2B,
                                    0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02};
    return (tcai_span){trust, sizeof(trust)};
}

tca_bytes *tcai_pem_encode_client_anchor(tcai_span der) {
    return tcai_pem_encode_trusted(der, tcai_pem_client_anchor_trust());
}
