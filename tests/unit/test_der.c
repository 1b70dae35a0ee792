/* SPDX-License-Identifier: MIT */
/* The DER reader: lengths, tags, numbers, and never a byte behind the end. */
#include <check.h>
#include <stdlib.h>

#include "crypto/crypto.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

typedef enum kind { ELEMENT, INTEGER, SMALL, BOOLEAN, BITS, OID } kind;

static bool read_as(kind what, tcai_der *reader) {
    uint8_t tag;
    tcai_span content, whole;
    uint32_t number;
    bool value;
    switch (what) {
    case ELEMENT:
        return tcai_der_element(reader, &tag, &content, &whole);
    case INTEGER:
        return tcai_der_integer(reader, &content);
    case SMALL:
        return tcai_der_small_integer(reader, &number);
    case BOOLEAN:
        return tcai_der_boolean(reader, &value);
    case BITS:
        return tcai_der_bit_string(reader, &content);
    case OID:
        return tcai_der_oid(reader, &content);
    }
    return false;
}

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    kind what;
    const char *bytes;
    size_t length;
    bool read;
} cases[] = {
    {ELEMENT, BYTES(""), false},
    {ELEMENT, BYTES("\x30"), false},
    {ELEMENT, BYTES("\x30\x00"), true},
    {ELEMENT, BYTES("\x04\x01\xAA"), true},
    {ELEMENT, BYTES("\x04\x02\xAA"), false},
    {ELEMENT, BYTES("\x04\x80\x00\x00"), false}, /* indefinite */
    {ELEMENT, BYTES("\x04\x81\x01\xAA"), false}, /* 1 needs no second octet */
    {ELEMENT, BYTES("\x04\x81\x7F\xAA"), false},
    {ELEMENT, BYTES("\x04\x82\x00\x80\xAA"), false},
    {ELEMENT, BYTES("\x04\x81"), false},
    {ELEMENT, BYTES("\x04\x82\x01"), false},
    {ELEMENT, BYTES("\x04\x84\xFF\xFF\xFF\xFF\xAA"), false},
    {ELEMENT, BYTES("\x04\x88\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), false},
    {ELEMENT, BYTES("\x04\xFF\xAA"), false},
    {ELEMENT, BYTES("\x1F\x81\x01\x00"), false}, /* tag of more octets */
    {INTEGER, BYTES("\x02\x01\x00"), true},
    {INTEGER, BYTES("\x02\x01\xFF"), true},
    {INTEGER, BYTES("\x02\x02\x00\x80"), true},
    {INTEGER, BYTES("\x02\x02\x00\x7F"), false},
    {INTEGER, BYTES("\x02\x02\xFF\x80"), false},
    {INTEGER, BYTES("\x02\x00"), false},
    {INTEGER, BYTES("\x03\x01\x00"), false},
    {SMALL, BYTES("\x02\x04\x7F\xFF\xFF\xFF"), true},
    {SMALL, BYTES("\x02\x05\x00\x80\x00\x00\x00"), false},
    {SMALL, BYTES("\x02\x01\xFF"), false},
    {BOOLEAN, BYTES("\x01\x01\xFF"), true},
    {BOOLEAN, BYTES("\x01\x01\x00"), true},
    {BOOLEAN, BYTES("\x01\x01\x01"), false},
    {BOOLEAN, BYTES("\x01\x00"), false},
    {BOOLEAN, BYTES("\x01\x02\xFF\xFF"), false},
    {BITS, BYTES("\x03\x02\x00\xAA"), true},
    {BITS, BYTES("\x03\x01\x00"), false},
    {BITS, BYTES("\x03\x00"), false},
    {BITS, BYTES("\x03\x02\x01\xAA"), false},
    {OID, BYTES("\x06\x03\x55\x04\x03"), true},
    {OID, BYTES("\x06\x00"), false},
    {OID, BYTES("\x06\x02\x80\x01"), false},
    {OID, BYTES("\x06\x03\x55\x80\x01"), false},
    {OID, BYTES("\x06\x02\x55\x84"), false},
};

START_TEST(reads_or_says_why_not) {
    uint8_t *exact = malloc(cases[_i].length + 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, cases[_i].bytes, cases[_i].length);
    tcai_der reader = tcai_der_open((tcai_span){exact, cases[_i].length});
    ck_assert_int_eq(read_as(cases[_i].what, &reader), cases[_i].read);
    ck_assert(cases[_i].read ? tcai_der_finish(&reader) : reader.fault != NULL);
    free(exact);
}
END_TEST

START_TEST(long_lengths) {
    static const size_t lengths[] = {128, 255, 256, 65535, 65536, 100000};
    for (size_t i = 0; i < COUNT(lengths); i++) {
        size_t length = lengths[i];
        size_t octets = length < 256 ? 1 : length < 65536 ? 2 : 3;
        uint8_t *bytes = calloc(1, 2 + octets + length);
        ck_assert_ptr_nonnull(bytes);
        bytes[0] = TCAI_DER_OCTET_STRING;
        bytes[1] = (uint8_t)(0x80 | octets);
        for (size_t at = 0; at < octets; at++) {
            bytes[2 + at] = (uint8_t)(length >> 8 * (octets - 1 - at));
        }
        tcai_span content;
        tcai_der reader = tcai_der_open((tcai_span){bytes, 2 + octets + length});
        ck_assert(tcai_der_read(&reader, TCAI_DER_OCTET_STRING, &content));
        ck_assert_uint_eq(content.length, length);
        ck_assert(tcai_der_at_end(&reader));
        reader = tcai_der_open((tcai_span){bytes, 2 + octets + length - 1});
        ck_assert(!tcai_der_read(&reader, TCAI_DER_OCTET_STRING, &content));
        free(bytes);
    }
}
END_TEST

static const struct {
    const char *bytes;
    size_t length;
    const char *text; /* NULL: none */
} oids[] = {
    {BYTES("\x55\x04\x03"), "2.5.4.3"},
    {BYTES("\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"), "1.2.840.113549.1.7.2"},
    {BYTES("\x00"), "0.0"},
    {BYTES("\x27"), "0.39"},
    {BYTES("\x28"), "1.0"},
    {BYTES("\x4F"), "1.39"},
    {BYTES("\x50"), "2.0"},
    {BYTES("\x88\x37"), "2.999"},
    {BYTES(""), NULL},
};

START_TEST(oids_in_dotted_form) {
    char text[TCAI_OID_TEXT_SIZE];
    tcai_span oid = {(const uint8_t *)oids[_i].bytes, oids[_i].length};
    ck_assert_int_eq(tcai_oid_text(oid, text), oids[_i].text != NULL);
    ck_assert(oids[_i].text == NULL || strcmp(text, oids[_i].text) == 0);
}
END_TEST

START_TEST(an_oid_too_long_does_not_fit) {
    uint8_t octets[TCAI_OID_TEXT_SIZE];
    char text[TCAI_OID_TEXT_SIZE];
    memset(octets, 1, sizeof(octets));
    ck_assert(!tcai_oid_text((tcai_span){octets, sizeof(octets)}, text));
    ck_assert(tcai_oid_text((tcai_span){octets, 20}, text));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("DER");
    TCase *tests = tcase_create("DER");
    tcase_add_loop_test(tests, reads_or_says_why_not, 0, COUNT(cases));
    tcase_add_test(tests, long_lengths);
    tcase_add_loop_test(tests, oids_in_dotted_form, 0, COUNT(oids));
    tcase_add_test(tests, an_oid_too_long_does_not_fit);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
