/* SPDX-License-Identifier: MIT */
/* The ground: errors, texts, hexadecimal, UTF-8, GUIDs, growing, structs that cross the API. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *message_of(const tca_error *error) {
    const char *text;
    size_t length;
    tca_error_message(error, &text, &length);
    ck_assert_uint_eq(strlen(text), length);
    return text;
}

START_TEST(errors_are_prefixed_and_cut_between_characters) {
    tca_error *error;
    char euros[3 * 600 + 1];
    for (size_t i = 0; i < 600; i++) {
        memcpy(euros + 3 * i, "\xE2\x82\xAC", 4);
    }
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    ck_assert_int_eq(tcai_fail(error, TCA_E_LIMIT, "%d bytes", 3), TCA_E_LIMIT);
    tcai_error_prefix(error, "certificate %d: ", 2);
    ck_assert_str_eq(message_of(error), "certificate 2: 3 bytes");
    for (int shift = 0; shift < 3; shift++) {
        tcai_fail(error, TCA_E_MALFORMED, "%.*s%s", shift, "ab", euros);
        const char *text = message_of(error);
        ck_assert(tcai_utf8_valid((tcai_span){(const uint8_t *)text, strlen(text)}));
        tcai_error_prefix(error, "x");
        text = message_of(error);
        ck_assert_int_eq(text[0], 'x');
        ck_assert(tcai_utf8_valid((tcai_span){(const uint8_t *)text, strlen(text)}));
    }
    tcai_error_prefix(error, "%s", euros);
    ck_assert_int_eq(tca_error_code(error), TCA_E_MALFORMED);
    (void)message_of(error);
    tcai_error_clear(error);
    ck_assert_str_eq(message_of(error), "");
    ck_assert_int_eq(tcai_fail(NULL, TCA_E_KEY, "%s", "nobody listens"), TCA_E_KEY);
    tcai_error_prefix(NULL, "nobody");
    tca_error_unref(error);
}
END_TEST

START_TEST(texts_grow) {
    tcai_text text = {0};
    for (int i = 0; i < 1000; i++) {
        tcai_text_append_char(&text, (char)('a' + i % 26));
    }
    tcai_text_append_code_point(&text, 'z');
    tcai_text_append_code_point(&text, 0xE9);
    tcai_text_append_code_point(&text, 0x20AC);
    tcai_text_append_code_point(&text, 0x1F511);
    tcai_text_append(&text, "", 0);
    tca_bytes *bytes = tcai_text_finish(&text);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(bytes->length, 1010);
    ck_assert_str_eq((char *)bytes->data + 1000, "z\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\x91");
    ck_assert_ptr_null(text.data);
    tca_bytes_unref(bytes);
    bytes = tcai_text_finish(&text);
    ck_assert_uint_eq(bytes->length, 0);
    ck_assert_str_eq((char *)bytes->data, "");
    tca_bytes_unref(bytes);
}
END_TEST

START_TEST(what_is_cut_off_within_a_character_is_dropped) {
    static const char text[] = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\x91z";
    static const size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
    for (size_t length = 0; length < sizeof(whole) / sizeof(whole[0]); length++) {
        ck_assert_uint_eq(tcai_utf8_whole(text, length), whole[length]);
    }
}
END_TEST

START_TEST(hexadecimal) {
    tca_bytes *text = tcai_hex_text(TCAI_SPAN("\x00\x0F\xA5\xFF"));
    ck_assert_str_eq((char *)text->data, "000FA5FF");
    tca_bytes_unref(text);
    static const char digits[] = "0123456789ABCDEF0123456789abcdef";
    for (int octet = 0; octet < 256; octet++) {
        const char *at = memchr(digits, octet, sizeof(digits) - 1);
        ck_assert_int_eq(tcai_hex_digit((char)octet), at == NULL ? -1 : (int)(at - digits) % 16);
    }
}
END_TEST

static const struct {
    const char *text;
    bool valid;
} utf8[] = {
    {"", true},
    {"plain", true},
    {"\xC2\x80", true},
    {"\xDF\xBF", true},
    {"\xE0\xA0\x80", true},
    {"\xEF\xBF\xBF", true},
    {"\xED\x9F\xBF", true},
    {"\xEE\x80\x80", true},
    {"\xF0\x90\x80\x80", true},
    {"\xF4\x8F\xBF\xBF", true},
    {"\x80", false},
    {"\xC0\xAF", false},
    {"\xC1\xBF", false},
    {"\xC2", false},
    {"\xC2\x41", false},
    {"\xE0\x9F\xBF", false},
    {"\xE2\x82", false},
    {"\xED\xA0\x80", false}, /* a surrogate */
    {"\xF0\x8F\xBF\xBF", false},
    {"\xF4\x90\x80\x80", false}, /* behind the last one */
    {"\xF5\x80\x80\x80", false},
    {"\xFF", false},
    {"a\xF0\x9F\x94", false},
};

START_TEST(utf8_in_its_shortest_form) {
    size_t length = strlen(utf8[_i].text);
    uint8_t *exact = malloc(length + 1);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, utf8[_i].text, length);
    ck_assert_int_eq(tcai_utf8_valid((tcai_span){exact, length}), utf8[_i].valid);
    free(exact);
}
END_TEST

START_TEST(guids) {
    static const char guid[] = "1F0e7b52-6c3d-4a58-9b1e-2d4c8a6f0E93";
    char lower[TCAI_GUID_LENGTH + 1];
    ck_assert(tcai_guid_parse(guid, TCAI_GUID_LENGTH, lower));
    ck_assert_str_eq(lower, "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93");
    ck_assert(!tcai_guid_parse(guid, TCAI_GUID_LENGTH - 1, lower));
    for (size_t at = 0; at < TCAI_GUID_LENGTH; at++) {
        char broken[sizeof(guid)];
        memcpy(broken, guid, sizeof(guid));
        broken[at] = broken[at] == '-' ? '0' : '-';
        ck_assert(!tcai_guid_parse(broken, TCAI_GUID_LENGTH, lower));
        broken[at] = 'g';
        ck_assert(!tcai_guid_parse(broken, TCAI_GUID_LENGTH, lower));
    }
}
END_TEST

START_TEST(arrays_grow_and_keep_what_they_hold) {
    uint32_t *array = NULL;
    size_t capacity = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        ck_assert(tcai_grow(&array, i, &capacity, sizeof(*array)));
        ck_assert_uint_gt(capacity, i);
        array[i] = i;
    }
    for (uint32_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(array[i], i);
    }
    size_t huge = SIZE_MAX / sizeof(*array);
    ck_assert(!tcai_grow(&array, huge, &huge, sizeof(*array)));
    ck_assert_uint_eq(array[999], 999);
    free(array);
}
END_TEST

START_TEST(a_lazy_value_is_published_once) {
    _Atomic(tca_bytes *) slot = NULL;
    tca_bytes *first = tcai_bytes_copy("first", 5), *second = tcai_bytes_copy("second", 6);
    ck_assert_ptr_eq(tcai_bytes_publish(&slot, first), first);
    ck_assert_ptr_eq(tcai_bytes_publish(&slot, second), first);
    ck_assert_str_eq((char *)first->data, "first");
    tca_bytes_unref(first);
}
END_TEST

/* A struct that grew by `added` after it was published. */
typedef struct grown {
    uint32_t struct_size;
    uint32_t old;
    uint32_t added;
} grown;

START_TEST(structs_of_callers) {
    const size_t first = TCAI_END_OF(grown, old);
    const struct {
        uint32_t size;
        size_t needed;
        uint32_t tail;
        tca_result result;
    } cases[] = {
        {4, first, 0, TCA_E_STRUCT_TOO_SMALL},
        {(uint32_t)first, first, 0, TCA_OK},
        {(uint32_t)first, sizeof(grown), 0, TCA_E_STRUCT_TOO_OLD},
        {sizeof(grown), sizeof(grown), 0, TCA_OK},
        {sizeof(grown) + 4, first, 0, TCA_OK},
        {sizeof(grown) + 4, first, 1, TCA_E_STRUCT_TOO_NEW},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        uint32_t *from = calloc(1, cases[i].size);
        ck_assert_ptr_nonnull(from);
        from[0] = cases[i].size;
        if (cases[i].size > 4) {
            from[1] = 41;
        }
        if (cases[i].size > sizeof(grown)) {
            from[3] = cases[i].tail;
        }
        grown known = {0};
        ck_assert_int_eq(
            tcai_import(&known, sizeof(known), first, cases[i].needed, from, "grown", NULL),
            cases[i].result);
        if (cases[i].result == TCA_OK) {
            ck_assert_uint_eq(known.old, 41);
            ck_assert_uint_eq(known.added, 0);
        }
        free(from);
    }
    grown mine = {.old = 1, .added = 2};
    uint32_t *short_one = calloc(1, first);
    ck_assert_ptr_nonnull(short_one);
    short_one[0] = (uint32_t)first;
    ck_assert_int_eq(tcai_export(short_one, first, &mine, sizeof(mine)), TCA_OK);
    ck_assert_uint_eq(short_one[0], first);
    ck_assert_uint_eq(short_one[1], 1);
    ck_assert_int_eq(tcai_export(short_one, first, NULL, sizeof(mine)), TCA_OK);
    ck_assert_uint_eq(short_one[1], 0);
    free(short_one);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("base");
    TCase *tests = tcase_create("base");
    tcase_add_test(tests, errors_are_prefixed_and_cut_between_characters);
    tcase_add_test(tests, texts_grow);
    tcase_add_test(tests, what_is_cut_off_within_a_character_is_dropped);
    tcase_add_test(tests, hexadecimal);
    tcase_add_loop_test(tests, utf8_in_its_shortest_form, 0, COUNT(utf8));
    tcase_add_test(tests, guids);
    tcase_add_test(tests, arrays_grow_and_keep_what_they_hold);
    tcase_add_test(tests, a_lazy_value_is_published_once);
    tcase_add_test(tests, structs_of_callers);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
