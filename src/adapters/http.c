/* SPDX-License-Identifier: MIT */
/* One HTTP exchange after the other on one libcurl handle, which keeps the connections. */
#include "adapters/adapters.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "tenantca/version.h"

#define DEFAULT_CONNECT_SECONDS 10
#define DEFAULT_TOTAL_SECONDS 60
#define DEFAULT_STALLED_SECONDS 20
#define STALLED_BYTES_PER_SECOND 64
#define HEADER_LINE_MAX (24u << 10)

struct tcai_http {
    CURL *curl;
    tca_curl_options options;
    char reason[CURL_ERROR_SIZE];
};

/* ---- life ---- */

static uint32_t or_default(uint32_t value, uint32_t otherwise) {
    return value != 0 ? value : otherwise;
}

static tca_result import_options(const tca_curl_options *options, tca_curl_options *known) {
    memset(known, 0, sizeof(*known));
    if (options != NULL) {
        tca_result result = tcai_adapter_import(known, sizeof(*known), options);
        if (result != TCA_OK) {
            return result;
        }
    }
    if ((known->flags & ~TCA_CURL_LOOPBACK_HTTP) != 0 || known->reserved != 0) {
        return TCA_E_UNSUPPORTED;
    }
    known->connect_seconds = or_default(known->connect_seconds, DEFAULT_CONNECT_SECONDS);
    known->total_seconds = or_default(known->total_seconds, DEFAULT_TOTAL_SECONDS);
    known->stalled_seconds = or_default(known->stalled_seconds, DEFAULT_STALLED_SECONDS);
    return TCA_OK;
}

tca_result tcai_http_open(const tca_curl_options *options, tcai_http **out) {
    tca_curl_options known;
    tca_result result = import_options(options, &known);
    *out = NULL;
    if (result != TCA_OK) {
        return result;
    }
    tcai_http *http = calloc(1, sizeof(*http));
    if (http == NULL) {
        return TCA_E_NO_MEMORY;
    }
    http->options = known;
    http->curl = curl_easy_init();
    if (http->curl == NULL) {
        free(http);
        return TCA_E_NO_MEMORY;
    }
    *out = http;
    return TCA_OK;
}

void tcai_http_close(tcai_http *http) {
    if (http != NULL) {
        curl_easy_cleanup(http->curl);
        free(http);
    }
}

/* ---- what may be reached ---- */

#define HTTP "http://"
#define HTTPS "https://"

static bool is_https(const char *url) {
    return curl_strnequal(url, HTTPS, strlen(HTTPS)) != 0;
}

/* The host alone; its length is 0 where a user, or what is no port, stands beside it: such a URL
 * could lead elsewhere than it seems. */
static const char *host_of(const char *url, size_t *length) {
    const char *host = url + strlen(is_https(url) ? HTTPS : HTTP);
    *length = host[0] == '[' ? strcspn(host, "]/") + 1 : strcspn(host, ":/?");
    const char *behind = host + (*length <= strlen(host) ? *length : 0);
    if (*behind == ':') {
        behind += 1 + strspn(behind + 1, "0123456789");
    }
    if (*behind != '\0' && *behind != '/' && *behind != '?') {
        *length = 0;
    }
    return host;
}

static bool is_loopback(const char *host, size_t length) {
    static const char *const names[] = {"127.0.0.1", "[::1]", "localhost"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (length == strlen(names[i]) && curl_strnequal(host, names[i], length) != 0) {
            return true;
        }
    }
    return false;
}

/* 0 to 255 as it is written in an address; *at is moved behind it. */
static bool skip_octet(const char **at, const char *end) {
    const char *first = *at;
    unsigned value = 0;
    while (*at < end && *at < first + 3 && **at >= '0' && **at <= '9') {
        value = 10 * value + (unsigned)(*(*at)++ - '0');
    }
    return *at > first && value <= 255 && (*first != '0' || *at == first + 1);
}

/* 169.254.0.0/16 (RFC 3927); a name may begin like such an address. */
static bool is_link_local(const char *host, size_t length) {
    static const char prefix[] = "169.254.";
    const char *at = host + strlen(prefix);
    const char *end = host + length;
    return length > strlen(prefix) && memcmp(host, prefix, strlen(prefix)) == 0 &&
           skip_octet(&at, end) && at < end && *at++ == '.' && skip_octet(&at, end) && at == end;
}

static bool may_reach(const tcai_http *http, const tcai_http_exchange *exchange) {
    size_t length;
    const char *url = exchange->url;
    if (is_https(url)) {
        return true;
    }
    if (curl_strnequal(url, HTTP, strlen(HTTP)) == 0) {
        return false;
    }
    const char *host = host_of(url, &length);
    bool loopback = exchange->identity || (http->options.flags & TCA_CURL_LOOPBACK_HTTP) != 0;
    return (loopback && is_loopback(host, length)) ||
           (exchange->identity && is_link_local(host, length));
}

/* A proxy would learn the secrets, and stands where such an address means another machine. */
static bool goes_directly(const tcai_http_exchange *exchange) {
    size_t length;
    const char *host = host_of(exchange->url, &length);
    return exchange->identity || is_loopback(host, length);
}

/* ---- the exchange ---- */

static size_t take_body(char *data, size_t size, size_t count, void *user) {
    tcai_http_exchange *exchange = user;
    size_t length = size * count;
    return exchange->on_body(exchange->user, (const uint8_t *)data, length) ? length : 0;
}

static size_t take_header(char *data, size_t size, size_t count, void *user) {
    tcai_http_exchange *exchange = user;
    size_t length = size * count;
    const char *colon = memchr(data, ':', length);
    if (colon == NULL || exchange->on_header == NULL) {
        return length;
    }
    const char *end = data + length;
    const char *value = colon + 1;
    while (value < end && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > value && strchr(" \t\r\n", end[-1]) != NULL) {
        end--;
    }
    bool taken = exchange->on_header(exchange->user, data, (size_t)(colon - data), value,
                                     (size_t)(end - value));
    return taken ? length : 0;
}

static void free_headers(struct curl_slist *headers) {
    for (struct curl_slist *item = headers; item != NULL; item = item->next) {
        tcai_adapter_wipe(item->data, strlen(item->data));
    }
    curl_slist_free_all(headers);
}

/* What libcurl would add of its own: that a POST without a body is a form, above all, which a
 * service that takes nothing but JSON refuses. */
static struct curl_slist *without_defaults(const tcai_http_exchange *exchange) {
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    if (list == NULL || exchange->body != NULL) {
        return list;
    }
    struct curl_slist *longer = curl_slist_append(list, "Content-Type:");
    if (longer == NULL) {
        curl_slist_free_all(list);
    }
    return longer;
}

/* "Name: value" lines; the copies that libcurl does not keep are wiped. */
static struct curl_slist *make_headers(const tcai_http_exchange *exchange) {
    struct curl_slist *list = without_defaults(exchange);
    for (size_t i = 0; list != NULL && i < exchange->header_count; i++) {
        const tcai_http_header *header = &exchange->headers[i];
        size_t name_length = strlen(header->name);
        size_t length = name_length + 2 + header->value_length;
        char *line = length < HEADER_LINE_MAX ? malloc(length + 1) : NULL;
        struct curl_slist *longer = NULL;
        if (line != NULL) {
            memcpy(line, header->name, name_length);
            memcpy(line + name_length, ": ", 2);
            memcpy(line + name_length + 2, header->value, header->value_length);
            line[length] = '\0';
            longer = curl_slist_append(list, line);
            tcai_adapter_wipe(line, length);
            free(line);
        }
        if (longer == NULL) {
            free_headers(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

/* Whole seconds until the exchange must be over; 0 when it is too late. */
static long seconds_left(const tcai_http *http, const tcai_http_exchange *exchange) {
    tca_unix left = http->options.total_seconds;
    if (exchange->deadline != 0) {
        tca_unix now = (tca_unix)time(NULL);
        tca_unix until = exchange->deadline > now ? exchange->deadline - now : 0;
        left = until < left ? until : left;
    }
    return (long)left;
}

static void set_limits(tcai_http *http, long seconds) {
    CURL *curl = http->curl;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)http->options.connect_seconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)STALLED_BYTES_PER_SECOND);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)http->options.stalled_seconds);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void set_request(tcai_http *http, tcai_http_exchange *exchange, struct curl_slist *headers) {
    CURL *curl = http->curl;
    bool has_body = exchange->body != NULL || strcmp(exchange->method, "POST") == 0;
    curl_easy_setopt(curl, CURLOPT_URL, exchange->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "libtenantca");
    if (goes_directly(exchange)) {
        curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    }
    if (has_body) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->body_length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, exchange->body != NULL ? exchange->body : "");
    }
    if (strcmp(exchange->method, has_body ? "POST" : "GET") != 0) {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, exchange->method);
    }
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->reason);
}

static const char *perform(tcai_http *http, tcai_http_exchange *exchange, long seconds) {
    struct curl_slist *headers = make_headers(exchange);
    if (headers == NULL) {
        return "out of memory, or a header too long";
    }
    curl_easy_reset(http->curl);
    http->reason[0] = '\0';
    set_limits(http, seconds);
    set_request(http, exchange, headers);
    CURLcode code = curl_easy_perform(http->curl);
    if (code == CURLE_OK) {
        curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &exchange->status);
    }
    curl_easy_reset(http->curl); /* forgets the headers before they are freed */
    free_headers(headers);
    if (code == CURLE_OK) {
        return NULL;
    }
    return http->reason[0] != '\0' ? http->reason : curl_easy_strerror(code);
}

const char *tcai_http_exchange_run(tcai_http *http, tcai_http_exchange *exchange) {
    if (!may_reach(http, exchange)) {
        return "refused: not an https URL";
    }
    long seconds = seconds_left(http, exchange);
    return seconds > 0 ? perform(http, exchange, seconds) : "the deadline passed";
}
