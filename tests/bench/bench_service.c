/* SPDX-License-Identifier: MIT */
/* Listing over HTTP on this machine against bare libcurl with the same work on the same replies,
 * and what stepping a call costs by itself. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>
#include <jansson.h>
#include <mbedtls/base64.h>
#include <mbedtls/md.h>
#include <mbedtls/x509_crt.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#include "bench.h"

#define TENANTS 1000
#define STEPS 2000

static char address[64];
static char tenants[TENANTS][37];

static void stop(const char *why) {
    fprintf(stderr, "bench: %s\n", why);
    exit(EXIT_FAILURE);
}

/* ---- the simulated service, as a process of its own ---- */

static pid_t start_simulator(void) {
    static char *arguments[5 + 2 * TENANTS + 1];
    const char *build = getenv("TENANTCA_BUILD");
    char path[512], line[128];
    int in[2], out[2];
    size_t count = 0;
    snprintf(path, sizeof(path), "%s/tenantca-simulator", build == NULL ? "build/release" : build);
    arguments[count++] = path;
    arguments[count++] = "--port";
    arguments[count++] = "0";
    arguments[count++] = "--until-stdin-closes";
    for (int i = 0; i < TENANTS; i++) {
        snprintf(tenants[i], sizeof(tenants[i]), "1f0e7b52-6c3d-4a58-9b1e-%012x", (unsigned)i);
        arguments[count++] = "--tenant";
        arguments[count++] = tenants[i];
    }
    if (pipe(in) != 0 || pipe(out) != 0) {
        stop("no pipe");
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[1]);
        close(out[0]);
        execv(path, arguments);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    FILE *from = fdopen(out[0], "r");
    if (from == NULL || fgets(line, sizeof(line), from) == NULL ||
        sscanf(line, "listening on %63s", address) != 1) {
        stop("the simulator does not start");
    }
    return child;
}

/* ---- ours ---- */

static tca_host *host;

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    (void)user;
    (void)audience;
    (void)length;
    (void)refresh;
    tca_reply_append(reply, (const uint8_t *)"token", 5);
    tca_reply_done(reply);
}

static void make_host(void) {
    tca_curl_options options = {.struct_size = sizeof(options), .flags = TCA_CURL_LOOPBACK_HTTP};
    tca_transport transport = {.struct_size = sizeof(transport)};
    tca_token_source source = {.struct_size = sizeof(source), .token = give_token};
    tca_clock clock = {.struct_size = sizeof(clock)};
    if (tca_host_new(&host, NULL) != TCA_OK || tca_curl_transport(&options, &transport) != TCA_OK ||
        tca_host_set_transport(host, &transport, NULL) != TCA_OK ||
        tca_host_set_token_source(host, &source, NULL) != TCA_OK ||
        tca_system_clock(&clock) != TCA_OK || tca_host_set_clock(host, &clock, NULL) != TCA_OK) {
        stop("no host");
    }
}

static tca_sphere *open_service(const char *tenant) {
    tca_sphere_options options = {.struct_size = sizeof(options),
                                  .kind = TCA_SPHERE_LEGACY,
                                  .endpoint = address,
                                  .endpoint_length = strlen(address),
                                  .tenant = tenant,
                                  .tenant_length = 36};
    tca_sphere *sphere = NULL;
    if (tca_sphere_new(&options, &sphere, NULL) != TCA_OK) {
        stop("no service");
    }
    return sphere;
}

static void list_ours(void *context) {
    (void)context;
    for (int i = 0; i < TENANTS; i++) {
        tca_sphere *sphere = open_service(tenants[i]);
        tca_call *call = NULL;
        tca_inventory *inventory = NULL;
        if (tca_sphere_list(sphere, NULL, &call, NULL) != TCA_OK ||
            tca_call_run(call, host, NULL) != TCA_OK ||
            tca_call_take_inventory(call, &inventory) != TCA_OK) {
            stop("ours fails");
        }
        tca_inventory_unref(inventory);
        tca_call_unref(call);
        tca_sphere_unref(sphere);
    }
}

/* ---- bare ---- */

typedef struct http_body {
    char data[1 << 16];
    size_t length;
} http_body;

static size_t take(char *data, size_t size, size_t count, void *user) {
    http_body *answer = user;
    if (size * count > sizeof(answer->data) - answer->length) {
        return 0;
    }
    memcpy(answer->data + answer->length, data, size * count);
    answer->length += size * count;
    return size * count;
}

static void read_bare(const http_body *answer) {
    json_t *list = json_loadb(answer->data, answer->length, 0, NULL);
    json_t *entry;
    size_t i, length;
    unsigned char der[4096], digest[20];
    json_array_foreach(list, i, entry) {
        const json_t *text = json_object_get(entry, "Certificate");
        mbedtls_x509_crt certificate;
        mbedtls_x509_crt_init(&certificate);
        if (mbedtls_base64_decode(der, sizeof(der), &length,
                                  (const unsigned char *)json_string_value(text),
                                  json_string_length(text)) != 0 ||
            mbedtls_x509_crt_parse_der(&certificate, der, length) != 0) {
            stop("the peers refuse it");
        }
        mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA1), der, length, digest);
        mbedtls_x509_crt_free(&certificate);
    }
    json_decref(list);
}

static void list_bare(void *context) {
    CURL *curl = context;
    static http_body answer;
    for (int i = 0; i < TENANTS; i++) {
        char url[256];
        answer.length = 0;
        snprintf(url, sizeof(url), "%s/v2/tenants/%.36s/certificates", address, tenants[i]);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
        if (curl_easy_perform(curl) != CURLE_OK) {
            stop("bare libcurl fails");
        }
        read_bare(&answer);
    }
}

/* ---- stepping ---- */

/* A call whose answer is an empty list: all of it is our own, beyond JSON and certificates. */
static void step(void *context) {
    const tca_sphere *sphere = context;
    tca_call *call = NULL;
    tca_reply *reply;
    uint32_t wants;
    (void)tca_sphere_list(sphere, NULL, &call, NULL);
    (void)tca_call_step(call, 1, &wants, NULL);
    (void)tca_call_reply(call, &reply);
    give_token(NULL, NULL, 0, 0, reply);
    (void)tca_call_step(call, 1, &wants, NULL);
    (void)tca_call_reply(call, &reply);
    (void)tca_reply_set_status(reply, 200);
    (void)tca_reply_append(reply, (const uint8_t *)"[]", 2);
    (void)tca_reply_done(reply);
    if (tca_call_step(call, 1, &wants, NULL) != TCA_OK || wants != TCA_CALL_DONE) {
        stop("the call does not end");
    }
    tca_call_unref(call);
}

int main(void) {
    pid_t simulator = start_simulator();
    make_host();
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Authorization: Bearer token");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    tca_sphere *sphere = open_service(tenants[0]);
    bench_work *works[] = {list_ours, list_bare, step};
    void *contexts[] = {NULL, curl, sphere};
    unsigned repeats[] = {1, 1, STEPS};
    double us[3];
    bench_measure(works, contexts, repeats, 3, us);
    printf("microseconds, medians of %d rounds\n", BENCH_ROUNDS);
    bench_head();
    bench_row("a list over HTTP: libcurl + jansson + mbedTLS", us[0] / TENANTS, us[1] / TENANTS, 1,
              0.9);
    bench_value("an exchange by steps, empty list and all", us[2], "us", 2);
    tca_sphere_unref(sphere);
    tca_host_unref(host);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    kill(simulator, SIGTERM);
    waitpid(simulator, NULL, 0);
    return EXIT_SUCCESS;
}
