/* SPDX-License-Identifier: MIT */
/* Distinguished names: reading (RFC 5280, 4.1.2.4) and writing as text (RFC 4514). */
#include <string.h>

#include "crypto/crypto.h"

#define ATTRIBUTES_MAX 64

typedef struct name_attribute {
    tcai_span type;  /* OID content */
    tcai_span whole; /* the value with tag and length */
    tcai_span value;
    uint8_t tag;
} name_attribute;

static const struct {
    tcai_span oid;
    const char *name;
} short_names[] = {
    {TCAI_SPAN_INIT("\x55\x04\x03"), "CN"},
    {TCAI_SPAN_INIT("\x55\x04\x05"), "serialNumber"},
    {TCAI_SPAN_INIT("\x55\x04\x06"), "C"},
    {TCAI_SPAN_INIT("\x55\x04\x07"), "L"},
    {TCAI_SPAN_INIT("\x55\x04\x08"), "ST"},
    {TCAI_SPAN_INIT("\x55\x04\x09"), "STREET"},
    {TCAI_SPAN_INIT("\x55\x04\x0A"), "O"},
    {TCAI_SPAN_INIT("\x55\x04\x0B"), "OU"},
    {TCAI_SPAN_INIT("\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x01"), "UID"},
    {TCAI_SPAN_INIT("\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x19"), "DC"},
    {TCAI_SPAN_INIT("\x2A\x86\x48\x86\xF7\x0D\x01\x09\x01"), "emailAddress"},
};

static const char *short_name(tcai_span type) {
    for (size_t i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++) {
        if (tcai_span_equal(type, short_names[i].oid)) {
            return short_names[i].name;
        }
    }
    return NULL;
}

static bool is_common_name(tcai_span type) {
    return tcai_span_equal(type, short_names[0].oid);
}

static bool next_attribute(tcai_der *set, name_attribute *out) {
    tcai_der pair;
    if (!tcai_der_enter(set, TCAI_DER_SEQUENCE, &pair)) {
        return false;
    }
    bool fine = tcai_der_oid(&pair, &out->type) &&
                tcai_der_element(&pair, &out->tag, &out->value, &out->whole) &&
                tcai_der_finish(&pair);
    set->fault = pair.fault;
    return fine;
}

/* ---- values ---- */

/* Eight octets at a time: names are most of what a certificate's reader looks at. */
static bool is_ascii(tcai_span value) {
    uint64_t all = 0;
    size_t at = 0;
    for (; value.length - at >= sizeof(all); at += sizeof(all)) {
        uint64_t eight;
        memcpy(&eight, value.data + at, sizeof(eight));
        all |= eight;
    }
    for (; at < value.length; at++) {
        all |= value.data[at];
    }
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

/* One character of a string of this type from *at; false at the end or when it is none. */
static bool next_character(uint8_t tag, tcai_span value, size_t *at, uint32_t *character) {
    size_t width = tag == TCAI_DER_BMP_STRING ? 2 : tag == TCAI_DER_UNIVERSAL_STRING ? 4 : 1;
    if (value.length - *at < width) {
        return false;
    }
    *character = 0;
    for (size_t i = 0; i < width; i++) {
        *character = *character << 8 | value.data[(*at)++];
    }
    return *character <= 0x10FFFF && (*character < 0xD800 || *character > 0xDFFF);
}

static bool is_wide_string(uint8_t tag, tcai_span value) {
    uint32_t character;
    for (size_t at = 0; at < value.length;) {
        if (!next_character(tag, value, &at, &character)) {
            return false;
        }
    }
    return true;
}

/* Is the value well-formed text of its type? Teletex is read as Latin-1, as everywhere. */
static bool is_text(uint8_t tag, tcai_span value) {
    switch (tag) {
    case TCAI_DER_UTF8_STRING:
        return tcai_utf8_valid(value);
    case TCAI_DER_NUMERIC_STRING:
    case TCAI_DER_PRINTABLE_STRING:
    case TCAI_DER_IA5_STRING:
        return is_ascii(value);
    case TCAI_DER_TELETEX_STRING:
        return true;
    case TCAI_DER_BMP_STRING:
    case TCAI_DER_UNIVERSAL_STRING:
        return is_wide_string(tag, value);
    default:
        return false;
    }
}

/* The types X.520 defines (2.5.4.n), nearly all there are, need no closer look. */
static bool is_readable(tcai_span type) {
    char text[TCAI_OID_TEXT_SIZE];
    bool id_at = type.length == 3 && type.data[0] == 0x55 && type.data[1] == 0x04;
    return id_at || tcai_oid_text(type, text);
}

static tca_result check_attribute(const name_attribute *attribute, tca_error *error) {
    if (!is_readable(attribute->type)) {
        return tcai_fail(error, TCA_E_MALFORMED, "attribute type: unreadable identifier");
    }
    if (!is_text(attribute->tag, attribute->value)) {
        char type[TCAI_OID_TEXT_SIZE];
        (void)tcai_oid_text(attribute->type, type);
        return tcai_fail(error, TCA_E_MALFORMED,
                         "attribute %s: no text, or not in its own encoding", type);
    }
    return TCA_OK;
}

static tca_result check_set(tcai_der *set, size_t *count, tca_error *error) {
    tca_result result = TCA_OK;
    if (tcai_der_at_end(set)) {
        return tcai_fail(error, TCA_E_MALFORMED, "relative distinguished name: empty");
    }
    while (result == TCA_OK && !tcai_der_at_end(set)) {
        name_attribute attribute;
        if (!next_attribute(set, &attribute)) {
            return tcai_fail(error, TCA_E_MALFORMED, "attribute: %s", set->fault);
        }
        if (++*count > ATTRIBUTES_MAX) {
            return tcai_fail(error, TCA_E_LIMIT, "more than %d attributes", ATTRIBUTES_MAX);
        }
        result = check_attribute(&attribute, error);
    }
    return result;
}

/* A name that was checked: its content cannot fail to open. */
static tcai_der open_name(tcai_span name) {
    tcai_der input = tcai_der_open(name);
    tcai_der sets = tcai_der_open((tcai_span){name.data, 0});
    (void)tcai_der_enter(&input, TCAI_DER_SEQUENCE, &sets);
    return sets;
}

tca_result tcai_name_check(tcai_span name, bool *empty, tca_error *error) {
    tcai_der sets = open_name(name);
    size_t count = 0;
    tca_result result = TCA_OK;
    *empty = tcai_der_at_end(&sets);
    while (result == TCA_OK && !tcai_der_at_end(&sets)) {
        tcai_der set;
        if (!tcai_der_enter(&sets, TCAI_DER_SET, &set)) {
            return tcai_fail(error, TCA_E_MALFORMED, "relative distinguished name: %s", sets.fault);
        }
        result = check_set(&set, &count, error);
    }
    return result;
}

/* ---- text ---- */

static void append_hex(tcai_text *text, tcai_span whole) {
    tcai_text_append_char(text, '#');
    for (size_t i = 0; i < whole.length; i++) {
        tcai_text_append_char(text, tcai_hex_upper[whole.data[i] >> 4]);
        tcai_text_append_char(text, tcai_hex_upper[whole.data[i] & 0xFu]);
    }
}

/* RFC 4514, 2.4. */
static void append_escaped(tcai_text *text, uint32_t character, bool first, bool last) {
    bool special =
        character < 0x80 && character != 0 && strchr("\"+,;<>\\", (int)character) != NULL;
    bool at_edge = (character == ' ' && (first || last)) || (character == '#' && first);
    if (character == 0) {
        tcai_text_append(text, "\\00", 3);
        return;
    }
    if (special || at_edge) {
        tcai_text_append_char(text, '\\');
    }
    tcai_text_append_code_point(text, character);
}

/* A well-formed character of UTF-8 as its code point. */
static uint32_t next_utf8(tcai_span value, size_t *at) {
    uint8_t lead = value.data[(*at)++];
    size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    uint32_t character = more == 0 ? lead : lead & (0x3Fu >> more);
    for (; more > 0; more--) {
        character = character << 6 | (value.data[(*at)++] & 0x3Fu);
    }
    return character;
}

static void append_value(tcai_text *text, const name_attribute *attribute, bool escape) {
    tcai_span value = attribute->value;
    for (size_t at = 0; at < value.length;) {
        bool first = at == 0;
        uint32_t character = 0;
        if (attribute->tag == TCAI_DER_UTF8_STRING) {
            character = next_utf8(value, &at);
        } else {
            (void)next_character(attribute->tag, value, &at, &character);
        }
        if (escape) {
            append_escaped(text, character, first, at == value.length);
        } else {
            tcai_text_append_code_point(text, character);
        }
    }
}

static void append_attribute(tcai_text *text, const name_attribute *attribute) {
    const char *name = short_name(attribute->type);
    char oid[TCAI_OID_TEXT_SIZE] = "";
    if (name == NULL) {
        (void)tcai_oid_text(attribute->type, oid);
    }
    const char *type = name != NULL ? name : oid;
    tcai_text_append(text, type, strlen(type));
    tcai_text_append_char(text, '=');
    if (name != NULL) {
        append_value(text, attribute, true);
    } else {
        append_hex(text, attribute->whole);
    }
}

static void append_set(tcai_text *text, tcai_der set) {
    name_attribute attribute;
    for (bool first = true; !tcai_der_at_end(&set) && next_attribute(&set, &attribute);
         first = false) {
        if (!first) {
            tcai_text_append_char(text, '+');
        }
        append_attribute(text, &attribute);
    }
}

/* Text begins with the last, most specific part (RFC 4514, 2.1), and DER cannot be read backwards.
 */
void tcai_name_text(tcai_span name, tcai_text *text) {
    tcai_der parts[ATTRIBUTES_MAX];
    size_t count = 0;
    tcai_der sets = open_name(name);
    while (count < ATTRIBUTES_MAX && !tcai_der_at_end(&sets) &&
           tcai_der_enter(&sets, TCAI_DER_SET, &parts[count])) {
        count++;
    }
    for (size_t i = count; i > 0; i--) {
        if (i < count) {
            tcai_text_append_char(text, ',');
        }
        append_set(text, parts[i - 1]);
    }
}

static bool find_common_name(tcai_span name, name_attribute *found) {
    size_t matches = 0;
    tcai_der sets = open_name(name);
    tcai_der set;
    while (!tcai_der_at_end(&sets) && tcai_der_enter(&sets, TCAI_DER_SET, &set)) {
        name_attribute attribute;
        while (!tcai_der_at_end(&set) && next_attribute(&set, &attribute)) {
            if (is_common_name(attribute.type)) {
                *found = attribute;
                matches++;
            }
        }
    }
    return matches == 1;
}

bool tcai_name_common_name(tcai_span name, tcai_text *text) {
    name_attribute found;
    if (!find_common_name(name, &found)) {
        return false;
    }
    append_value(text, &found, false);
    return text->failed || text->length == 0 || memchr(text->data, '\0', text->length) == NULL;
}

static bool is_plain_text(tcai_span value) {
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] < 0x20 || value.data[i] == 0x7F) {
            return false;
        }
    }
    return value.length > 0;
}

bool tcai_name_plain_common_name(tcai_span name, tcai_span *text) {
    name_attribute found;
    if (!find_common_name(name, &found)) {
        return false;
    }
    *text = found.value;
    bool utf8 = found.tag == TCAI_DER_UTF8_STRING || found.tag == TCAI_DER_PRINTABLE_STRING ||
                found.tag == TCAI_DER_IA5_STRING || found.tag == TCAI_DER_NUMERIC_STRING;
    return utf8 && is_plain_text(found.value);
}
