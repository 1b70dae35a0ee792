/* SPDX-License-Identifier: MIT */
/* Certificate extensions: RFC 5280, 4.2. What is critical and not read here is refused. */
#include <string.h>

#include "crypto/x509_parts.h"

#include "tenantca/certificate.h"

#define EXTENSIONS_MAX 64
#define KEY_USAGE_BITS 9

#define ID_CE_SUBJECT_ALTERNATIVE_NAME 17
#define ID_CE_AUTHORITY_KEY_ID 35

typedef struct x509_extension {
    tcai_span oid;
    tcai_span value;
    bool critical;
} x509_extension;

typedef tca_result extension_reader(tcai_der *value, bool critical, tcai_x509 *x509,
                                    tca_error *error);

static tca_result read_basic_constraints(tcai_der *value, bool critical, tcai_x509 *x509,
                                         tca_error *error) {
    (void)critical;
    tcai_der constraints;
    if (!tcai_der_enter(value, TCAI_DER_SEQUENCE, &constraints)) {
        return tcai_x509_broken(error, "basic constraints", value);
    }
    if (tcai_der_peek(&constraints) == TCAI_DER_BOOLEAN) {
        if (!tcai_der_boolean(&constraints, &x509->is_ca)) {
            return tcai_x509_broken(error, "basic constraints: cA", &constraints);
        }
        if (!x509->is_ca) {
            return tcai_fail(error, TCA_E_MALFORMED, "basic constraints: FALSE is written out");
        }
    }
    if (x509->is_ca && !tcai_der_at_end(&constraints)) {
        if (!tcai_der_small_integer(&constraints, &x509->path_length)) {
            return tcai_x509_broken(error, "basic constraints: path length", &constraints);
        }
        x509->has_path_length = true;
    }
    return tcai_der_finish(&constraints)
               ? TCA_OK
               : tcai_x509_broken(error, "basic constraints", &constraints);
}

/* A named bit list ends in its last set bit (X.690, 11.2.2), so it is never empty here. */
static tca_result read_key_usage(tcai_der *value, bool critical, tcai_x509 *x509,
                                 tca_error *error) {
    (void)critical;
    tcai_span bits;
    if (!tcai_der_read(value, TCAI_DER_BIT_STRING, &bits)) {
        return tcai_x509_broken(error, "key usage", value);
    }
    if (bits.length < 2 || bits.length > 3 || bits.data[0] > 7) {
        return tcai_fail(error, TCA_E_MALFORMED, "key usage: no bits, or more than there are");
    }
    uint8_t last = bits.data[bits.length - 1];
    if ((last & ((2u << bits.data[0]) - 1u)) != 1u << bits.data[0]) {
        return tcai_fail(error, TCA_E_MALFORMED, "key usage: not in its shortest form");
    }
    size_t count = (bits.length - 1) * 8;
    for (size_t i = 0; i < count; i++) {
        if (((uint32_t)bits.data[1 + i / 8] >> (7 - i % 8) & 1u) == 0) {
            continue;
        }
        if (i >= KEY_USAGE_BITS) {
            return tcai_fail(error, TCA_E_MALFORMED, "key usage: a bit that does not exist");
        }
        x509->key_usage = (uint16_t)(x509->key_usage | 1u << i);
    }
    x509->has_key_usage = true;
    return TCA_OK;
}

/* id-kp 1 to 9 (1.3.6.1.5.5.7.3.n); numbers without a bit of their own are "other". */
static uint8_t purpose_bit(tcai_span oid) {
    static const uint8_t by_number[] = {
        [1] = TCA_EXTENDED_KEY_USAGE_SERVER_AUTH,   [2] = TCA_EXTENDED_KEY_USAGE_CLIENT_AUTH,
        [3] = TCA_EXTENDED_KEY_USAGE_CODE_SIGNING,  [4] = TCA_EXTENDED_KEY_USAGE_EMAIL_PROTECTION,
        [8] = TCA_EXTENDED_KEY_USAGE_TIME_STAMPING, [9] = TCA_EXTENDED_KEY_USAGE_OCSP_SIGNING,
    };
    static const uint8_t id_kp[] = {0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03};
    if (tcai_span_equal(oid, TCAI_SPAN("\x55\x1D\x25\x00"))) {
        return TCA_EXTENDED_KEY_USAGE_ANY;
    }
    if (oid.length == sizeof(id_kp) + 1 && memcmp(oid.data, id_kp, sizeof(id_kp)) == 0) {
        uint8_t number = oid.data[sizeof(id_kp)];
        if (number < sizeof(by_number) && by_number[number] != 0) {
            return by_number[number];
        }
    }
    return TCA_EXTENDED_KEY_USAGE_OTHER;
}

static tca_result read_extended_key_usage(tcai_der *value, bool critical, tcai_x509 *x509,
                                          tca_error *error) {
    tcai_der purposes;
    if (!tcai_der_enter(value, TCAI_DER_SEQUENCE, &purposes)) {
        return tcai_x509_broken(error, "extended key usage", value);
    }
    /* Only a proof may have none: decided when all extensions are known. */
    x509->is_proof = tcai_der_at_end(&purposes) && critical;
    if (tcai_der_at_end(&purposes) && !critical) {
        return tcai_fail(error, TCA_E_MALFORMED, "extended key usage: empty");
    }
    while (!tcai_der_at_end(&purposes)) {
        tcai_span oid;
        if (!tcai_der_oid(&purposes, &oid)) {
            return tcai_x509_broken(error, "extended key usage", &purposes);
        }
        x509->extended_key_usage |= purpose_bit(oid);
    }
    x509->has_extended_key_usage = true;
    return TCA_OK;
}

static tca_result read_subject_key_id(tcai_der *value, bool critical, tcai_x509 *x509,
                                      tca_error *error) {
    (void)critical;
    if (!tcai_der_read(value, TCAI_DER_OCTET_STRING, &x509->subject_key_id)) {
        return tcai_x509_broken(error, "subject key identifier", value);
    }
    if (x509->subject_key_id.length == 0) {
        return tcai_fail(error, TCA_E_MALFORMED, "subject key identifier: empty");
    }
    return TCA_OK;
}

static tca_result read_authority_key_id(tcai_der *value, bool critical, tcai_x509 *x509,
                                        tca_error *error) {
    tcai_der members;
    if (!tcai_der_enter(value, TCAI_DER_SEQUENCE, &members)) {
        return tcai_x509_broken(error, "authority key identifier", value);
    }
    static const uint8_t tags[] = {TCAI_DER_CONTEXT(0), TCAI_DER_CONTEXT_CONSTRUCTED(1),
                                   TCAI_DER_CONTEXT(2)};
    for (size_t i = 0; i < sizeof(tags); i++) {
        tcai_span content;
        if (tcai_der_peek(&members) != tags[i]) {
            continue;
        }
        if (!tcai_der_read(&members, tags[i], &content) || content.length == 0) {
            return tcai_fail(error, TCA_E_MALFORMED, "authority key identifier: broken member");
        }
        if (i == 0) {
            x509->authority_key_id = content;
        } else if (critical) {
            x509->critical_unread = ID_CE_AUTHORITY_KEY_ID;
        }
    }
    return tcai_der_finish(&members)
               ? TCA_OK
               : tcai_x509_broken(error, "authority key identifier", &members);
}

static tca_result read_subject_alternative_name(tcai_der *value, bool critical, tcai_x509 *x509,
                                                tca_error *error) {
    tcai_der names;
    if (!tcai_der_enter(value, TCAI_DER_SEQUENCE, &names)) {
        return tcai_x509_broken(error, "subject alternative name", value);
    }
    if (tcai_der_at_end(&names)) {
        return tcai_fail(error, TCA_E_MALFORMED, "subject alternative name: empty");
    }
    while (!tcai_der_at_end(&names)) {
        uint8_t tag;
        tcai_span content, whole;
        if (!tcai_der_element(&names, &tag, &content, &whole)) {
            return tcai_x509_broken(error, "subject alternative name", &names);
        }
        if ((tag & 0xC0u) != 0x80u || (tag & 0x1Fu) > 8) {
            return tcai_fail(error, TCA_E_MALFORMED, "subject alternative name: unexpected tag");
        }
    }
    x509->has_subject_alternative_name = true;
    if (critical) {
        x509->critical_unread = ID_CE_SUBJECT_ALTERNATIVE_NAME;
    }
    return TCA_OK;
}

/* id-ce (2.5.29.n) by n. */
static extension_reader *reader_of(tcai_span oid) {
    if (oid.length != 3 || oid.data[0] != 0x55 || oid.data[1] != 0x1D) {
        return NULL;
    }
    switch (oid.data[2]) {
    case 14:
        return read_subject_key_id;
    case 15:
        return read_key_usage;
    case ID_CE_SUBJECT_ALTERNATIVE_NAME:
        return read_subject_alternative_name;
    case 19:
        return read_basic_constraints;
    case ID_CE_AUTHORITY_KEY_ID:
        return read_authority_key_id;
    case 37:
        return read_extended_key_usage;
    default:
        return NULL;
    }
}

static tca_result refuse_critical(tcai_span oid, tca_error *error) {
    char text[TCAI_OID_TEXT_SIZE];
    return tcai_fail(error, TCA_E_CRITICAL_EXTENSION, "unknown critical extension %s",
                     tcai_oid_text(oid, text) ? text : "with an unreadable identifier");
}

static tca_result interpret(const x509_extension *extension, tcai_x509 *x509, tca_error *error) {
    extension_reader *reader = reader_of(extension->oid);
    if (reader == NULL) {
        return extension->critical ? refuse_critical(extension->oid, error) : TCA_OK;
    }
    tcai_der value = tcai_der_open(extension->value);
    tca_result result = reader(&value, extension->critical, x509, error);
    if (result == TCA_OK && !tcai_der_finish(&value)) {
        result = tcai_x509_broken(error, "extension", &value);
    }
    return result;
}

static bool split(tcai_der *list, x509_extension *extension) {
    tcai_der members;
    if (!tcai_der_enter(list, TCAI_DER_SEQUENCE, &members)) {
        return false;
    }
    bool fine = tcai_der_oid(&members, &extension->oid);
    extension->critical = false;
    if (fine && tcai_der_peek(&members) == TCAI_DER_BOOLEAN) {
        fine = tcai_der_boolean(&members, &extension->critical);
        if (fine && !extension->critical) {
            members.fault = "FALSE is written out";
            fine = false;
        }
    }
    fine = fine && tcai_der_read(&members, TCAI_DER_OCTET_STRING, &extension->value) &&
           tcai_der_finish(&members);
    list->fault = members.fault;
    return fine;
}

bool tcai_x509_next_extension(tcai_der *extensions, tcai_span *oid, tcai_span *value) {
    x509_extension next;
    if (tcai_der_at_end(extensions) || !split(extensions, &next)) {
        return false;
    }
    *oid = next.oid;
    *value = next.value;
    return true;
}

/* RFC 5280, 4.2: a certificate must not include more than one instance of an extension. */
static tca_result check_repeated(const tcai_span *seen, size_t count, tca_error *error) {
    for (size_t i = 0; i < count; i++) {
        if (tcai_span_equal(seen[i], seen[count])) {
            char text[TCAI_OID_TEXT_SIZE];
            return tcai_fail(error, TCA_E_MALFORMED, "extension %s: repeated",
                             tcai_oid_text(seen[count], text) ? text : "(unreadable identifier)");
        }
    }
    return TCA_OK;
}

/* An empty extended key usage is what marks a proof, and nothing else may have it: certificate.h.
 */
static tca_result check_proof(const tcai_x509 *x509, tca_error *error) {
    bool shaped = !x509->is_ca && x509->key_usage == TCA_KEY_USAGE_ENCIPHER_ONLY;
    if (x509->is_proof && !shaped) {
        return tcai_fail(error, TCA_E_MALFORMED, "extended key usage: empty");
    }
    return TCA_OK;
}

static tca_result read_all(tcai_der *list, tcai_x509 *x509, tca_error *error) {
    tcai_span seen[EXTENSIONS_MAX];
    size_t count = 0;
    tca_result result = TCA_OK;
    while (result == TCA_OK && !tcai_der_at_end(list)) {
        x509_extension extension;
        if (count == EXTENSIONS_MAX) {
            return tcai_fail(error, TCA_E_LIMIT, "extensions: more than %d", EXTENSIONS_MAX);
        }
        if (!split(list, &extension)) {
            return tcai_x509_broken(error, "extensions", list);
        }
        seen[count] = extension.oid;
        result = check_repeated(seen, count, error);
        count++;
        if (result == TCA_OK) {
            result = interpret(&extension, x509, error);
        }
    }
    return result == TCA_OK ? check_proof(x509, error) : result;
}

tca_result tcai_x509_read_extensions(tcai_der *tbs, tcai_x509 *x509, tca_error *error) {
    tcai_der explicit_tag;
    if (!tcai_der_enter(tbs, TCAI_DER_CONTEXT_CONSTRUCTED(3), &explicit_tag)) {
        return tcai_x509_broken(error, "extensions", tbs);
    }
    if (x509->version != 3) {
        return tcai_fail(error, TCA_E_MALFORMED, "extensions: in a version %d certificate",
                         (int)x509->version);
    }
    if (!tcai_der_read(&explicit_tag, TCAI_DER_SEQUENCE, &x509->extensions) ||
        !tcai_der_finish(&explicit_tag)) {
        return tcai_x509_broken(error, "extensions", &explicit_tag);
    }
    if (x509->extensions.length == 0) {
        return tcai_fail(error, TCA_E_MALFORMED, "extensions: none in the list");
    }
    tcai_der list = tcai_der_open(x509->extensions);
    return read_all(&list, x509, error);
}
