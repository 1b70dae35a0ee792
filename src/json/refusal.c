/* SPDX-License-Identifier: MIT */
/* A service's refusal in words for people. */
#include <string.h>

#include "json/json.h"

#define JSON_DEPTH 32
#define WORDS_MAX 200

/* What can be shown to people, on one line. */
static void append_plain(tcai_text *words, tcai_span text) {
    for (size_t i = 0; i < text.length && words->length < WORDS_MAX; i++) {
        uint8_t character = text.data[i];
        tcai_text_append_char(words, character >= ' ' && character <= '~' ? (char)character : ' ');
    }
}

static bool is_html(tcai_span body, tcai_span content_type) {
    size_t at = 0;
    while (at < body.length && strchr(" \t\r\n", body.data[at]) != NULL && body.data[at] != 0) {
        at++;
    }
    return (at < body.length && body.data[at] == '<') ||
           (content_type.length >= 9 && memcmp(content_type.data, "text/html", 9) == 0);
}

void tcai_refusal_explain(tcai_span body, tcai_span content_type, tcai_text *words) {
    if (body.length == 0) {
        return;
    }
    if (is_html(body, content_type)) {
        tcai_text_append_string(words, "a web page instead of an answer; a proxy in between?");
        return;
    }
    tcai_text code = {0}, message = {0};
    if (tcai_json_read_refusal(body, JSON_DEPTH, &code, &message)) {
        append_plain(words, (tcai_span){(const uint8_t *)code.data, code.length});
        tcai_text_append_string(words, code.length > 0 && message.length > 0 ? ": " : "");
        append_plain(words, (tcai_span){(const uint8_t *)message.data, message.length});
    } else {
        tcai_text_append_string(words, "an answer that does not say why");
    }
    tcai_text_release(&code);
    tcai_text_release(&message);
}
