/* SPDX-License-Identifier: MIT */
/* Naming a certificate: by thumbprint, serial number, index, or the beginning of a number. */
#include <stdio.h>
#include <string.h>

#include "inventory/builder.h"

#define NAME_MAX_LENGTH 256
#define INDEX_DIGITS_MAX 3
#define PREFIX_DIGITS_MIN 4
#define SHA256_DIGITS 64
#define CANDIDATES_SHOWN 8
#define CANDIDATES_TEXT 640

/* Hexadecimal digits in upper case, colons and spaces dropped; false when anything else is there.
 */
static bool clean_name(const char *name, size_t length, char *digits, size_t *count) {
    *count = 0;
    for (size_t i = 0; i < length; i++) {
        if (name[i] == ':' || name[i] == ' ') {
            continue;
        }
        if (tcai_hex_digit(name[i]) < 0) {
            return false;
        }
        digits[(*count)++] = tcai_upper(name[i]);
    }
    return *count > 0;
}

static bool starts_with(tcai_span text, tcai_span prefix) {
    return prefix.length > 0 && text.length >= prefix.length &&
           memcmp(text.data, prefix.data, prefix.length) == 0;
}

typedef bool name_matcher(const tca_entry *entry, tcai_span name);

static bool matches_in_full(const tca_entry *entry, tcai_span name) {
    tcai_span thumbprint, serial;
    (void)tcai_entry_identity(entry, &thumbprint, &serial);
    if (tcai_span_equal(thumbprint, name)) {
        return true;
    }
    tcai_span number = tcai_without_leading_zeros(name);
    if (number.length > 0 && tcai_span_equal(tcai_without_leading_zeros(serial), number)) {
        return true;
    }
    const char *sha256;
    size_t length;
    return name.length == SHA256_DIGITS && entry->certificate != NULL &&
           tca_certificate_thumbprint_sha256(entry->certificate, &sha256, &length) == TCA_OK &&
           tcai_span_equal((tcai_span){(const uint8_t *)sha256, length}, name);
}

static bool matches_as_prefix(const tca_entry *entry, tcai_span name) {
    tcai_span thumbprint, serial;
    (void)tcai_entry_identity(entry, &thumbprint, &serial);
    return starts_with(thumbprint, name) || starts_with(serial, name) ||
           starts_with(tcai_without_leading_zeros(serial), name);
}

/* How many entries match, and the first of them. */
static uint32_t count_matches(const tca_inventory *inventory, name_matcher *matches, tcai_span name,
                              uint32_t *first) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < inventory->count; i++) {
        if (matches(&inventory->entries[i], name)) {
            *first = count++ == 0 ? i : *first;
        }
    }
    return count;
}

/* "1 54D2E787..., 2 BFF18CC1..." of those that match; all of them when `matches` is NULL. */
static void list_candidates(const tca_inventory *inventory, name_matcher *matches, tcai_span name,
                            char text[CANDIDATES_TEXT]) {
    size_t length = 0;
    uint32_t shown = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < inventory->count; i++) {
        if (matches != NULL && !matches(&inventory->entries[i], name)) {
            continue;
        }
        if (shown++ == CANDIDATES_SHOWN) {
            snprintf(text + length, CANDIDATES_TEXT - length, ", ...");
            return;
        }
        tcai_span thumbprint, serial;
        (void)tcai_entry_identity(&inventory->entries[i], &thumbprint, &serial);
        tcai_span number = thumbprint.length > 0 ? thumbprint : serial;
        length += (size_t)snprintf(text + length, CANDIDATES_TEXT - length, "%s%u %.*s",
                                   shown == 1 ? "" : ", ", (unsigned)(i + 1), (int)number.length,
                                   (const char *)number.data);
    }
}

static tca_result fail_not_found(const tca_inventory *inventory, tca_error *error) {
    char candidates[CANDIDATES_TEXT];
    list_candidates(inventory, NULL, (tcai_span){NULL, 0}, candidates);
    return tcai_fail(error, TCA_E_NOT_FOUND, "no certificate of that name; there %s%s",
                     inventory->count == 0 ? "is none at all" : "are ", candidates);
}

static tca_result fail_ambiguous(const tca_inventory *inventory, name_matcher *matches,
                                 tcai_span name, tca_error *error) {
    char candidates[CANDIDATES_TEXT];
    list_candidates(inventory, matches, name, candidates);
    return tcai_fail(error, TCA_E_AMBIGUOUS, "the name fits more than one certificate: %s",
                     candidates);
}

/* Up to three decimal digits: 1 to 999; 0 when they are none. */
static bool index_in(tcai_span name, uint32_t *number) {
    int32_t value = name.length <= INDEX_DIGITS_MAX ? tcai_digits(name.data, name.length) : -1;
    *number = value < 0 ? 0 : (uint32_t)value;
    return value >= 0;
}

static tca_result find(const tca_inventory *inventory, tcai_span name, uint32_t *index,
                       tca_error *error) {
    uint32_t first = TCA_NO_INDEX;
    name_matcher *matches = matches_in_full;
    uint32_t count = count_matches(inventory, matches, name, &first);
    if (count == 0 && index_in(name, &first)) {
        if (first == 0 || first > inventory->count) {
            return fail_not_found(inventory, error);
        }
        *index = first - 1;
        return TCA_OK;
    }
    if (count == 0 && name.length < PREFIX_DIGITS_MIN) {
        return tcai_fail(error, TCA_E_MALFORMED,
                         "name: an index has up to %d decimal digits, the beginning of a "
                         "thumbprint or serial number at least %d hexadecimal ones",
                         INDEX_DIGITS_MAX, PREFIX_DIGITS_MIN);
    }
    if (count == 0) {
        matches = matches_as_prefix;
        count = count_matches(inventory, matches, name, &first);
    }
    if (count == 0) {
        return fail_not_found(inventory, error);
    }
    if (count > 1) {
        return fail_ambiguous(inventory, matches, name, error);
    }
    *index = first;
    return TCA_OK;
}

/* Make every number that is compared, so that comparing cannot fail. */
static tca_result prepare(const tca_inventory *inventory, size_t length, tca_error *error) {
    for (uint32_t i = 0; i < inventory->count; i++) {
        const tca_entry *entry = &inventory->entries[i];
        tcai_span thumbprint, serial;
        const char *sha256;
        size_t ignored;
        bool failed = tcai_entry_identity(entry, &thumbprint, &serial) != TCA_OK;
        if (!failed && length == SHA256_DIGITS && entry->certificate != NULL) {
            failed =
                tca_certificate_thumbprint_sha256(entry->certificate, &sha256, &ignored) != TCA_OK;
        }
        if (failed) {
            return tcai_fail_memory(error);
        }
    }
    return TCA_OK;
}

tca_result tca_inventory_find(const tca_inventory *inventory, const char *name, size_t length,
                              uint32_t *index, tca_error *error) {
    tcai_error_clear(error);
    if (index != NULL) {
        *index = TCA_NO_INDEX;
    }
    if (inventory == NULL || name == NULL || index == NULL) {
        return tcai_fail_null(error, inventory == NULL ? "inventory"
                                     : name == NULL    ? "name"
                                                       : "index");
    }
    char digits[NAME_MAX_LENGTH];
    size_t count = 0;
    if (length > NAME_MAX_LENGTH || !clean_name(name, length, digits, &count)) {
        return tcai_fail(error, TCA_E_MALFORMED,
                         "name: neither a thumbprint, nor a serial number, nor an index");
    }
    tca_result result = prepare(inventory, count, error);
    return result == TCA_OK
               ? find(inventory, (tcai_span){(const uint8_t *)digits, count}, index, error)
               : result;
}
