/* SPDX-License-Identifier: MIT */
/*
 * Reading a document with jansson so that running out of memory cannot harm.
 *
 * jansson (2.14) ignores that the buffer of a token could not grow, and loses the character. When
 * that is the quote that ends a string, it reads and writes beyond the buffer. So a document is
 * read as the second element of an array, whose first is a string longer than any in the document:
 * the buffer has its size, or the reading has ended, before the first character of the document.
 */
#include <errno.h>
#include <string.h>

#include "json/load.h"

/* Buffers double from 16 on: a string of 2^n - 8 characters never ends where one is full. */
#define SHORTEST 64
#define SHORT_OF_FULL 8

static const char head[] = "[\"";
static const char foot[] = "\",";

typedef struct json_feed {
    tcai_span text;
    size_t reserve; /* characters of the first element */
    size_t at;      /* what was given so far */
} json_feed;

/* Characters before the document. */
static size_t offset_of(const json_feed *feed) {
    return strlen(head) + feed->reserve + strlen(foot);
}

static size_t longest_string(tcai_span text) {
    size_t longest = 0, begin = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t character = text.data[i];
        if (in_string && character == '\\') {
            i++;
        } else if (character == '"') {
            size_t length = i - begin + 1;
            longest = in_string && length > longest ? length : longest;
            in_string = !in_string;
            begin = i;
        }
    }
    return longest;
}

static size_t reserve_for(tcai_span text) {
    size_t wanted = longest_string(text) + 2 * SHORT_OF_FULL;
    size_t size = SHORTEST;
    while (size < wanted && size <= SIZE_MAX / 2) {
        size *= 2;
    }
    return size - SHORT_OF_FULL - 2; /* its quotes */
}

static char first_element(const json_feed *feed, size_t at) {
    size_t end = strlen(head) + feed->reserve;
    return at < strlen(head) ? head[at] : at < end ? 'x' : foot[at - end];
}

/* The next characters, and never those of two parts at once. */
static size_t give(void *buffer, size_t size, void *user) {
    json_feed *feed = user;
    char *to = buffer;
    size_t offset = offset_of(feed);
    size_t end = offset + feed->text.length;
    size_t count = 0;
    if (feed->at >= offset && errno == ENOMEM) {
        return (size_t)-1;
    }
    if (feed->at < offset) {
        while (count < size && feed->at + count < offset) {
            to[count] = first_element(feed, feed->at + count);
            count++;
        }
    } else if (feed->at < end) {
        count = end - feed->at < size ? end - feed->at : size;
        memcpy(to, feed->text.data + (feed->at - offset), count);
    } else if (feed->at == end) {
        to[count++] = ']';
    }
    feed->at += count;
    return count;
}

static void place(const json_feed *feed, json_error_t *why) {
    size_t offset = offset_of(feed);
    bool at_end = (size_t)why->position > offset + feed->text.length;
    if (why->line == 1) {
        why->column -= (int)offset;
    }
    if (at_end) {
        why->column -= why->column > 0;
        why->text[JSON_ERROR_TEXT_LENGTH - 1] = json_error_premature_end_of_input;
    }
}

json_t *tcai_json_load(tcai_span text, json_error_t *why) {
    json_feed feed = {.text = text, .reserve = reserve_for(text)};
    json_t *array = json_load_callback(give, &feed, JSON_REJECT_DUPLICATES, why);
    json_t *document = json_array_get(array, 1);
    if (array == NULL) {
        place(&feed, why);
    } else if (json_array_size(array) != 2) {
        document = NULL;
        why->text[JSON_ERROR_TEXT_LENGTH - 1] = json_error_end_of_input_expected;
    }
    json_incref(document);
    json_decref(array);
    return document;
}
