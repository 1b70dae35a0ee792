/* SPDX-License-Identifier: MIT */
/* The texts of a certificate: each made when first asked for, published once, kept. */
#include <string.h>

#include "certificate/certificate.h"

typedef tca_result text_maker(const tcai_x509 *x509, tca_bytes **out);

static tca_result made(tca_bytes *text, tca_bytes **out) {
    *out = text;
    return text == NULL ? TCA_E_NO_MEMORY : TCA_OK;
}

static tca_result make_thumbprint(const tcai_x509 *x509, tca_bytes **out) {
    uint8_t digest[TCAI_SHA1_SIZE];
    tca_result result = tcai_sha1(x509->der, digest);
    return result != TCA_OK ? result
                            : made(tcai_hex_text((tcai_span){digest, sizeof(digest)}), out);
}

static tca_result make_thumbprint_sha256(const tcai_x509 *x509, tca_bytes **out) {
    uint8_t digest[TCAI_SHA256_SIZE];
    tca_result result = tcai_sha256(x509->der, digest);
    return result != TCA_OK ? result
                            : made(tcai_hex_text((tcai_span){digest, sizeof(digest)}), out);
}

static tca_result make_serial(const tcai_x509 *x509, tca_bytes **out) {
    return made(tcai_hex_text(x509->serial), out);
}

static tca_result make_name(tcai_span name, tca_bytes **out) {
    tcai_text text = {0};
    tcai_name_text(name, &text);
    return made(tcai_text_finish(&text), out);
}

static tca_result make_subject(const tcai_x509 *x509, tca_bytes **out) {
    return make_name(x509->subject, out);
}

static tca_result make_issuer(const tcai_x509 *x509, tca_bytes **out) {
    return make_name(x509->issuer, out);
}

static tca_result make_common_name(const tcai_x509 *x509, tca_bytes **out) {
    tcai_text text = {0};
    if (!tcai_name_common_name(x509->subject, &text)) {
        tcai_text_release(&text);
        return TCA_E_NOT_FOUND;
    }
    return made(tcai_text_finish(&text), out);
}

/* "Microsoft Azure Sphere <guid>", with at most one word before the guid ("INT"). */
static bool tenant_id_in(const char *name, size_t length, char guid[TCAI_GUID_LENGTH + 1]) {
    static const char prefix[] = "Microsoft Azure Sphere ";
    size_t before = sizeof(prefix) - 1;
    if (length < before + TCAI_GUID_LENGTH || memcmp(name, prefix, before) != 0) {
        return false;
    }
    size_t word = length - before - TCAI_GUID_LENGTH;
    const char *at = name + before;
    if (word > 0 && (word == 1 || memchr(at, ' ', word) != at + word - 1)) {
        return false;
    }
    return tcai_guid_parse(at + word, TCAI_GUID_LENGTH, guid);
}

static tca_result make_tenant_id(const tcai_x509 *x509, tca_bytes **out) {
    tcai_text name = {0};
    char guid[TCAI_GUID_LENGTH + 1];
    bool named = tcai_name_common_name(x509->subject, &name);
    tca_result result = TCA_E_NOT_FOUND;
    if (name.failed) {
        result = TCA_E_NO_MEMORY;
    } else if (named && tenant_id_in(name.data, name.length, guid)) {
        result = made(tcai_bytes_copy(guid, TCAI_GUID_LENGTH), out);
    }
    tcai_text_release(&name);
    return result;
}

static text_maker *const makers[TCAI_TEXT_COUNT] = {
    [TCAI_TEXT_THUMBPRINT] = make_thumbprint,
    [TCAI_TEXT_THUMBPRINT_SHA256] = make_thumbprint_sha256,
    [TCAI_TEXT_SERIAL] = make_serial,
    [TCAI_TEXT_SUBJECT] = make_subject,
    [TCAI_TEXT_ISSUER] = make_issuer,
    [TCAI_TEXT_COMMON_NAME] = make_common_name,
    [TCAI_TEXT_TENANT_ID] = make_tenant_id,
};

static tca_result text_of(const tca_certificate *certificate, tcai_certificate_text which,
                          tca_bytes **text) {
    _Atomic(tca_bytes *) *slot = &((tca_certificate *)certificate)->texts[which];
    *text = atomic_load_explicit(slot, memory_order_acquire);
    if (*text != NULL) {
        return TCA_OK;
    }
    tca_bytes *new_text = NULL;
    tca_result result = makers[which](&certificate->x509, &new_text);
    if (result == TCA_OK) {
        *text = tcai_bytes_publish(slot, new_text);
    }
    return result;
}

static tca_result hand_out(const tca_certificate *certificate, tcai_certificate_text which,
                           const char **text, size_t *length) {
    bool complete = certificate != NULL && text != NULL && length != NULL;
    tca_bytes *bytes = NULL;
    tca_result result = complete ? text_of(certificate, which, &bytes) : TCA_E_ARGUMENT;
    if (text != NULL) {
        *text = bytes == NULL ? NULL : (const char *)bytes->data;
    }
    if (length != NULL) {
        *length = bytes == NULL ? 0 : bytes->length;
    }
    return result;
}

tca_result tca_certificate_thumbprint(const tca_certificate *certificate, const char **text,
                                      size_t *length) {
    return hand_out(certificate, TCAI_TEXT_THUMBPRINT, text, length);
}

tca_result tca_certificate_thumbprint_sha256(const tca_certificate *certificate, const char **text,
                                             size_t *length) {
    return hand_out(certificate, TCAI_TEXT_THUMBPRINT_SHA256, text, length);
}

tca_result tca_certificate_serial_text(const tca_certificate *certificate, const char **text,
                                       size_t *length) {
    return hand_out(certificate, TCAI_TEXT_SERIAL, text, length);
}

tca_result tca_certificate_subject(const tca_certificate *certificate, const char **text,
                                   size_t *length) {
    return hand_out(certificate, TCAI_TEXT_SUBJECT, text, length);
}

tca_result tca_certificate_issuer(const tca_certificate *certificate, const char **text,
                                  size_t *length) {
    return hand_out(certificate, TCAI_TEXT_ISSUER, text, length);
}

tca_result tca_certificate_common_name(const tca_certificate *certificate, const char **text,
                                       size_t *length) {
    return hand_out(certificate, TCAI_TEXT_COMMON_NAME, text, length);
}

tca_result tca_certificate_tenant_id(const tca_certificate *certificate, const char **text,
                                     size_t *length) {
    return hand_out(certificate, TCAI_TEXT_TENANT_ID, text, length);
}
