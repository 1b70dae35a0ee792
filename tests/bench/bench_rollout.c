/* SPDX-License-Identifier: MIT */
/* A run over many tenants with nothing to do: requests, our own time, memory. What the services
 * answer is recorded once from the simulated ones and played back, so that no service is timed. */
#define _POSIX_C_SOURCE 200809L
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#include "bench.h"
#include "simulator/engine.h"

#define ADDRESS "https://simulator.example"
#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define START INT64_C(1767225600)
#define DAY INT64_C(86400)
#define TENANTS 1000
#define ANSWERS_MAX 32

typedef struct answer {
    char url[512];
    unsigned status;
    char *body;
    size_t length;
} answer;

static engine *service;
static answer answers[ANSWERS_MAX];
static size_t answer_count;
static bool replaying;
static unsigned long exchanges;

static void stop(const char *why) {
    fprintf(stderr, "bench: %s\n", why);
    exit(EXIT_FAILURE);
}

/* ---- the services ---- */

static const answer *recorded(const char *url) {
    for (size_t i = 0; i < answer_count; i++) {
        if (strcmp(answers[i].url, url) == 0) {
            return &answers[i];
        }
    }
    return NULL;
}

static void record(const char *url, const engine_reply *reply) {
    if (answer_count == ANSWERS_MAX || recorded(url) != NULL) {
        return;
    }
    answer *made = &answers[answer_count++];
    snprintf(made->url, sizeof(made->url), "%s", url);
    made->status = reply->status;
    made->length = reply->body_length;
    made->body = malloc(made->length + 1);
    if (made->body == NULL) {
        stop("out of memory");
    }
    memcpy(made->body, reply->body, made->length);
}

static void ask_engine(const tca_request *request, const char *method, const char *url,
                       tca_reply *reply) {
    const char *name, *value;
    const uint8_t *body = NULL;
    size_t length, name_length, body_length = 0;
    (void)tca_request_body(request, &body, &body_length);
    engine_request to = {.method = method,
                         .target = url + strlen(ADDRESS),
                         .body = body,
                         .body_length = body_length,
                         .content_type = "application/json"};
    for (uint32_t i = 0; i < tca_request_header_count(request); i++) {
        (void)tca_request_header(request, i, &name, &name_length, &value, &length);
        to.authorization = strcmp(name, "Authorization") == 0 ? value : to.authorization;
        to.if_match = strcmp(name, "If-Match") == 0 ? value : to.if_match;
    }
    engine_reply from;
    engine_handle(service, &to, &from);
    if (strcmp(method, "GET") == 0) {
        record(url, &from);
    }
    (void)tca_reply_set_status(reply, from.status);
    (void)tca_reply_append(reply, (const uint8_t *)from.body, from.body_length);
    (void)tca_reply_done(reply);
    engine_reply_release(&from);
}

static void perform(void *user, const tca_request *request, tca_reply *reply) {
    const char *method, *url;
    size_t length;
    (void)user;
    (void)tca_request_method(request, &method, &length);
    (void)tca_request_url(request, &url, &length);
    exchanges++;
    if (!replaying) {
        ask_engine(request, method, url, reply);
        return;
    }
    const answer *known = strcmp(method, "GET") == 0 ? recorded(url) : NULL;
    if (known == NULL) {
        stop("a request that was not recorded: there was something to do");
    }
    (void)tca_reply_set_status(reply, known->status);
    (void)tca_reply_append(reply, (const uint8_t *)known->body, known->length);
    (void)tca_reply_done(reply);
}

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    (void)user;
    (void)audience;
    (void)length;
    (void)refresh;
    (void)tca_reply_append(reply, (const uint8_t *)"token", 5);
    (void)tca_reply_done(reply);
}

static void tell_time(void *user, tca_reply *reply) {
    (void)user;
    (void)tca_reply_set_time(reply, engine_clock(service));
    (void)tca_reply_done(reply);
}

static tca_host *open_host(void) {
    tca_transport transport = {.struct_size = sizeof(transport), .perform = perform};
    tca_token_source tokens = {.struct_size = sizeof(tokens), .token = give_token};
    tca_clock clock = {.struct_size = sizeof(clock), .now = tell_time};
    tca_host *host = NULL;
    if (tca_host_new(&host, NULL) != TCA_OK ||
        tca_host_set_transport(host, &transport, NULL) != TCA_OK ||
        tca_host_set_token_source(host, &tokens, NULL) != TCA_OK ||
        tca_host_set_clock(host, &clock, NULL) != TCA_OK) {
        stop("no host");
    }
    return host;
}

/* ---- one tenant ---- */

#define TEXT(member, text) .member = (text), .member##_length = strlen(text)

static void add_target(tca_rollout *rollout, tca_target_options options) {
    tca_target *target = NULL;
    options.struct_size = sizeof(options);
    if (tca_target_new(&options, &target, NULL) != TCA_OK ||
        tca_rollout_add_target(rollout, target, NULL) != TCA_OK) {
        stop("no target");
    }
    tca_target_unref(target);
}

static tca_rollout *open_rollout(const tca_sphere *sphere, tca_store *store, const char *name) {
    tca_rollout_options options = {
        .struct_size = sizeof(options), .sphere = sphere, .store = store, TEXT(name, name)};
    tca_rollout *rollout = NULL;
    if (tca_rollout_new(&options, &rollout, NULL) != TCA_OK) {
        stop("no rollout");
    }
    add_target(rollout, (tca_target_options){.kind = TCA_TARGET_IOT_HUB,
                                             TEXT(name, "hub"),
                                             TEXT(endpoint, ADDRESS),
                                             TEXT(subscription, "s"),
                                             TEXT(resource_group, "g"),
                                             TEXT(resource, "hub")});
    add_target(rollout, (tca_target_options){.kind = TCA_TARGET_DPS,
                                             TEXT(name, "dps"),
                                             TEXT(endpoint, ADDRESS),
                                             TEXT(subscription, "s"),
                                             TEXT(resource_group, "g"),
                                             TEXT(resource, "dps"),
                                             TEXT(enrollment_group, "fleet"),
                                             TEXT(service_endpoint, ADDRESS "/dps/dps")});
    add_target(rollout, (tca_target_options){.kind = TCA_TARGET_IOT_CENTRAL,
                                             TEXT(name, "central"),
                                             TEXT(endpoint, ADDRESS "/central/app"),
                                             TEXT(application, "app"),
                                             TEXT(enrollment_group, "fleet")});
    return rollout;
}

static uint32_t apply(const tca_sphere *sphere, tca_store *store, tca_host *host,
                      const char *name) {
    tca_rollout *rollout = open_rollout(sphere, store, name);
    tca_call *call = NULL;
    tca_plan *plan = NULL;
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    if (tca_rollout_apply(rollout, NULL, NULL, &call, NULL) != TCA_OK ||
        tca_call_run(call, host, NULL) != TCA_OK || tca_call_take_plan(call, &plan) != TCA_OK ||
        tca_plan_get_summary(plan, &summary) != TCA_OK || summary.failed_count != 0) {
        stop("apply failed");
    }
    tca_plan_unref(plan);
    tca_call_unref(call);
    tca_rollout_unref(rollout);
    return summary.due_count;
}

/* ---- many ---- */

/* Resident memory in KiB. */
static long resident(void) {
    long size = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &size, &pages) != 2) {
        pages = 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void print_row(const char *what, double figure, double bar, const char *unit) {
    printf("%-46s %10.3f %10s  %9s <= %-7.3g %s %s\n", what, figure, "", "", bar,
           figure <= bar ? "yes" : "NO", unit);
}

/* Without a store, each tenant starts from nothing and remembers nothing. */
static double run_all(const tca_sphere *sphere, tca_store *store, tca_host *host, long *growth) {
    char name[32];
    long early = 0;
    double start = bench_seconds();
    for (unsigned i = 0; i < TENANTS; i++) {
        snprintf(name, sizeof(name), "tenant-%u", i);
        (void)apply(sphere, store, host, name);
        early = i == TENANTS / 10 ? resident() : early;
    }
    double seconds = bench_seconds() - start;
    *growth = resident() - early;
    return seconds * 1e6 / TENANTS;
}

static tca_store *open_store(tca_result (*make)(tca_storage *)) {
    tca_storage storage = {.struct_size = sizeof(storage)};
    tca_store *store = NULL;
    if (make(&storage) != TCA_OK || tca_store_new(&storage, &store, NULL) != TCA_OK) {
        stop("no store");
    }
    return store;
}

static char folder[] = "/tmp/tenantca-bench-XXXXXX";

static tca_result make_directory(tca_storage *out) {
    return mkdtemp(folder) == NULL ? TCA_E_STORAGE : tca_directory_storage(folder, out);
}

static void remove_directory(void) {
    char command[sizeof(folder) + 16];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    if (system(command) != 0) {
        fprintf(stderr, "bench: %s is left\n", folder);
    }
}

int main(void) {
    static const char *const tenants[] = {TENANT};
    const engine_options wanted = {
        .clock = START, .seed = 1, .tenants = tenants, .tenant_count = 1, .address = ADDRESS};
    tca_sphere_options sphere_options = {.struct_size = sizeof(sphere_options),
                                         .kind = TCA_SPHERE_INTEGRATED,
                                         TEXT(endpoint, ADDRESS),
                                         TEXT(subscription, "s"),
                                         TEXT(resource_group, "g"),
                                         TEXT(catalog, TENANT)};
    tca_sphere *sphere = NULL;
    long growth = 0;
    if (engine_create(&wanted, &service) != 0 ||
        tca_sphere_new(&sphere_options, &sphere, NULL) != TCA_OK) {
        stop("no service");
    }
    tca_host *host = open_host();
    (void)engine_set_clock(service, START + 650 * DAY);
    (void)apply(sphere, NULL, host, "recorded");
    answer_count = 0;
    exchanges = 0;
    (void)apply(sphere, NULL, host, "recorded");
    replaying = true;

    printf("\n%u tenants x 3 targets, nothing to do\n", TENANTS);
    print_row("requests a tenant", (double)exchanges, 6, "");
    exchanges = 0;
    double bare = run_all(sphere, NULL, host, &growth);
    print_row("a tenant, nothing kept", bare, 1000, "us");
    print_row("memory from tenant 100 to 1 000", (double)growth, 256, "KiB");
    tca_store *store = open_store(make_directory);
    double first = run_all(sphere, store, host, &growth);
    double again = run_all(sphere, store, host, &growth);
    printf("%-46s %10.3f us, the disk included\n", "a tenant, kept in a folder, first time", first);
    printf("%-46s %10.3f us, the disk included\n", "a tenant, kept in a folder, again", again);
    print_row("memory from tenant 100 to 1 000", (double)growth, 256, "KiB");
    tca_store_unref(store);
    remove_directory();
    for (size_t i = 0; i < answer_count; i++) {
        free(answers[i].body);
    }
    tca_host_unref(host);
    tca_sphere_unref(sphere);
    engine_destroy(service);
    return 0;
}
