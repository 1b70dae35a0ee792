/* SPDX-License-Identifier: MIT */
/* Text that grows while a picture is drawn. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static bool text_reserve(text_buffer *text, size_t more) {
    if (text->capacity - text->length > more) {
        return true;
    }
    size_t capacity = (text->length + more) * 2 + 1024;
    char *grown = realloc(text->data, capacity);
    if (grown == NULL) {
        text->failed = true;
        return false;
    }
    text->data = grown;
    text->capacity = capacity;
    return true;
}

void text_add(text_buffer *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        text->failed = true;
    } else if (text_reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

void text_release(text_buffer *text) {
    free(text->data);
    *text = (text_buffer){0};
}

int text_deliver(text_buffer *text, const tool_options *options) {
    bool fine = !text->failed;
    if (!fine) {
        complain("out of memory; try a smaller source");
    } else if (options->destination == NULL) {
        fine = fwrite(text->data, 1, text->length, stdout) == text->length;
    } else {
        fine = file_write(options->destination, text->data, text->length, options->force);
    }
    text_release(text);
    return fine ? EXIT_DONE : EXIT_ERROR;
}
