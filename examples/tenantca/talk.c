/* SPDX-License-Identifier: MIT */
/* What is said to people: on standard error, never mixed with data. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

void complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("tenantca: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void complain_error(const char *object, const tca_error *error) {
    const char *message;
    size_t length;
    tca_error_message(error, &message, &length);
    fprintf(stderr, "tenantca: %s: ", object);
    print_foreign(stderr, message, length);
    fputc('\n', stderr);
}

void print_foreign(FILE *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char character = (unsigned char)text[i];
        /* C1 controls are two octets in UTF-8: C2 80 to C2 9F. */
        bool second = character == 0xC2 && i + 1 < length && (unsigned char)text[i + 1] < 0xA0;
        if (character < ' ' || character == 0x7F || second) {
            fprintf(out, "\\x%02X", character);
        } else {
            fputc(character, out);
        }
    }
}

static bool wants_colour(void) {
    const char *terminal = getenv("TERM");
    const char *no = getenv("NO_COLOR");
    return (no == NULL || no[0] == '\0') && terminal != NULL && strcmp(terminal, "dumb") != 0 &&
           isatty(STDOUT_FILENO) == 1;
}

const char *colour_on(tool_colour colour) {
    static const char *const escapes[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[2m"};
    return wants_colour() ? escapes[colour] : "";
}

const char *colour_off(void) {
    return wants_colour() ? "\033[0m" : "";
}
