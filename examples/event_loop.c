/* SPDX-License-Identifier: MIT */
/* run: @SIMULATOR@ @TENANT@ */
/* link: -lcurl */
/* Many calls at once in one thread: each is stepped, and libcurl's multi interface is the loop. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include <tenantca/tenantca.h>

#define CALLS 8

/* One call and the exchange it is waiting for. */
typedef struct pending_call {
    tca_call *call;
    tca_reply *reply;
    CURL *curl;
    struct curl_slist *headers;
    bool done;
} pending_call;

static size_t take(char *data, size_t size, size_t count, void *reply) {
    return tca_reply_append(reply, (uint8_t *)data, size * count) == TCA_OK ? size * count : 0;
}

static void start_exchange(CURLM *loop, pending_call *pending) {
    const tca_request *request;
    const char *url, *name, *value;
    size_t length, name_length, value_length;
    tca_call_request(pending->call, &request);
    tca_call_reply(pending->call, &pending->reply);
    tca_request_url(request, &url, &length);
    pending->curl = curl_easy_init();
    for (uint32_t i = 0; i < tca_request_header_count(request); i++) {
        char line[512];
        tca_request_header(request, i, &name, &name_length, &value, &value_length);
        snprintf(line, sizeof(line), "%s: %s", name, value);
        pending->headers = curl_slist_append(pending->headers, line);
    }
    curl_easy_setopt(pending->curl, CURLOPT_URL, url);
    curl_easy_setopt(pending->curl, CURLOPT_HTTPHEADER, pending->headers);
    curl_easy_setopt(pending->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(pending->curl, CURLOPT_WRITEDATA, pending->reply);
    curl_easy_setopt(pending->curl, CURLOPT_PRIVATE, pending);
    curl_multi_add_handle(loop, pending->curl);
}

/* Step until the call wants the network, or is done. */
static void advance(CURLM *loop, pending_call *pending) {
    uint32_t wants = 0;
    while (tca_call_step(pending->call, (tca_unix)time(NULL), &wants, NULL) == TCA_OK &&
           wants == TCA_CALL_TOKEN) {
        tca_call_reply(pending->call, &pending->reply);
        tca_reply_append(pending->reply, (const uint8_t *)"a-token", strlen("a-token"));
        tca_reply_done(pending->reply);
    }
    /* A program that retries would also set a timer for TCA_CALL_WAIT. */
    pending->done = wants != TCA_CALL_EXCHANGE;
    if (!pending->done) {
        start_exchange(loop, pending);
    }
}

static void finish_exchange(CURLM *loop, CURL *curl, CURLcode code) {
    pending_call *pending = NULL;
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&pending);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK) {
        tca_reply_set_status(pending->reply, (uint32_t)status);
        tca_reply_done(pending->reply);
    } else {
        tca_reply_fail(pending->reply, "no connection", strlen("no connection"));
    }
    curl_multi_remove_handle(loop, curl);
    curl_easy_cleanup(curl);
    curl_slist_free_all(pending->headers);
    pending->headers = NULL;
    advance(loop, pending);
}

static void run(CURLM *loop) {
    int running = 1;
    while (running > 0) {
        int left;
        CURLMsg *message;
        curl_multi_perform(loop, &running);
        while ((message = curl_multi_info_read(loop, &left)) != NULL) {
            finish_exchange(loop, message->easy_handle, message->data.result);
            running = 1;
        }
        curl_multi_poll(loop, NULL, 0, 100, NULL);
    }
}

int main(int argc, char **argv) {
    pending_call calls[CALLS] = {{0}};
    unsigned fine = 0;
    if (argc != 3) {
        fprintf(stderr, "usage: event_loop URL TENANT\n");
        return 2;
    }
    tca_sphere_options where = {.struct_size = sizeof(where),
                                .kind = TCA_SPHERE_LEGACY,
                                .endpoint = argv[1],
                                .endpoint_length = strlen(argv[1]),
                                .tenant = argv[2],
                                .tenant_length = strlen(argv[2])};
    tca_sphere *sphere = NULL;
    CURLM *loop = curl_multi_init();
    tca_sphere_new(&where, &sphere, NULL);
    for (int i = 0; i < CALLS; i++) {
        tca_sphere_certificate(sphere, NULL, 0, NULL, &calls[i].call, NULL);
        advance(loop, &calls[i]);
    }
    run(loop);
    for (int i = 0; i < CALLS; i++) {
        tca_certificate *certificate = NULL;
        fine += tca_call_take_certificate(calls[i].call, &certificate) == TCA_OK ? 1 : 0;
        tca_certificate_unref(certificate);
        tca_call_unref(calls[i].call);
    }
    printf("%u of %d certificates\n", fine, CALLS);
    tca_sphere_unref(sphere);
    curl_multi_cleanup(loop);
    return fine == CALLS ? 0 : 1;
}
