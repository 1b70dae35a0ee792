/* SPDX-License-Identifier: MIT */
/* tenantca-simulator: the engine behind an HTTP server on 127.0.0.1. */
#define _POSIX_C_SOURCE 200809L

#include "engine.h"
#include "utc.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum { BODY_MAX = 1024 * 1024, TENANTS_MAX = 4096, CONNECTIONS_MAX = 256 };

static const char usage[] =
    "Simulated Azure Sphere Security Service, for trying and testing; nothing it signs is to be\n"
    "trusted.\n\n"
    "  tenantca-simulator --port 0 --clock 2026-01-01T00:00:00Z\n"
    "  tenantca-simulator --tenant 1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93\n\n"
    "  --port N               on 127.0.0.1; 0 (the default) picks a free one\n"
    "  --clock TIME           where its clock begins; it only moves when told to (default: now)\n"
    "  --tenant GUID          may be repeated (default: one of its own)\n"
    "  --seed N               other keys and serial numbers (default 1)\n"
    "  --until-stdin-closes   ends when standard input does\n\n"
    "Beside it stand any IoT Hub, DPS and IoT Central application that is named in a request.\n\n"
    "Its control: POST /_simulator/clock, GET /_simulator/state, POST /_simulator/device,\n"
    "POST /_simulator/connect, POST /_simulator/revoke, POST /_simulator/faults.\n";

static const char *const default_tenants[] = {"1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"};

typedef struct settings {
    uint16_t port;
    int until_stdin_closes;
    engine_options engine;
    const char *tenants[TENANTS_MAX];
} settings;

typedef struct server {
    engine *engine;
    pthread_mutex_t lock; /* of the engine: each connection has a thread */
} server;

/* A request while its body comes in. */
typedef struct exchange {
    char *body;
    size_t length;
    int begun;
    int too_long;
} exchange;

static volatile sig_atomic_t stopping;

static void on_signal(int number) {
    (void)number;
    stopping = 1;
}

/* ---- the reply on its way ---- */

/* Called by libmicrohttpd for the next bytes of a reply that is spoiled on the way. */
static ssize_t next_bytes(void *user, uint64_t position, char *out, size_t size) {
    const engine_reply *const reply = user;
    const size_t at = (size_t)position;
    if (reply->delivery == DELIVER_SLOWLY) {
        const struct timespec second = {1, 0};
        nanosleep(&second, NULL);
        size = 1;
    }
    const size_t end =
        reply->delivery == DELIVER_TRUNCATED ? reply->body_length / 2 : reply->body_length;
    if (at >= end || stopping) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size = end - at < size ? end - at : size;
    memcpy(out, reply->body + at, size);
    return (ssize_t)size;
}

static void free_reply(void *user) {
    engine_reply_release(user);
    free(user);
}

/* The response owns the reply, except for a whole body, which it copies. */
static struct MHD_Response *make_response(engine_reply *reply) {
    if (reply->delivery == DELIVER_WHOLE) {
        return MHD_create_response_from_buffer(reply->body_length, reply->body,
                                               MHD_RESPMEM_MUST_COPY);
    }
    engine_reply *const kept = malloc(sizeof *kept);
    if (kept == NULL) {
        return NULL;
    }
    *kept = *reply;
    struct MHD_Response *const response =
        MHD_create_response_from_callback(kept->body_length, 1024, next_bytes, kept, free_reply);
    if (response == NULL) {
        free(kept);
        return NULL;
    }
    reply->body = NULL;
    return response;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, engine_reply *reply) {
    if (reply->delivery == DELIVER_NOTHING) {
        return MHD_NO; /* closes the connection */
    }
    struct MHD_Response *const response = make_response(reply);
    if (response == NULL) {
        return MHD_NO;
    }
    for (size_t i = 0; i < reply->header_count; i++) {
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    }
    const enum MHD_Result sent = MHD_queue_response(connection, reply->status, response);
    MHD_destroy_response(response);
    return sent;
}

/* ---- the request coming in ---- */

/* libmicrohttpd hands out a decoded path; the engine wants the target as it was sent. */
static void *keep_target(void *user, const char *uri, struct MHD_Connection *connection) {
    (void)user;
    (void)connection;
    exchange *const x = calloc(1, sizeof *x + strlen(uri) + 1);
    if (x != NULL) {
        strcpy((char *)(x + 1), uri);
    }
    return x;
}

static int add_body(exchange *x, const char *data, size_t length) {
    if (x->too_long || length > BODY_MAX - x->length) {
        x->too_long = 1;
        return 0;
    }
    char *const body = realloc(x->body, x->length + length);
    if (body == NULL) {
        return -1;
    }
    memcpy(body + x->length, data, length);
    x->body = body;
    x->length += length;
    return 0;
}

static enum MHD_Result answer(server *s, struct MHD_Connection *connection, const char *method,
                              const exchange *x) {
    engine_reply reply;
    const engine_request request = {
        .method = method,
        .target = (const char *)(x + 1),
        .authorization = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization"),
        .body = x->body,
        .body_length = x->length,
        .if_match = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-Match"),
        .content_type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type")};
    pthread_mutex_lock(&s->lock);
    engine_handle(s->engine, &request, &reply);
    pthread_mutex_unlock(&s->lock);
    const enum MHD_Result sent = send_reply(connection, &reply);
    engine_reply_release(&reply);
    return sent;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *length, void **state) {
    exchange *const x = *state;
    (void)url;
    (void)version;
    if (x == NULL) {
        return MHD_NO;
    }
    if (!x->begun) {
        x->begun = 1; /* the headers alone: the body is still to come */
        return MHD_YES;
    }
    if (*length != 0) {
        const int rc = add_body(x, data, *length);
        *length = 0;
        return rc == 0 ? MHD_YES : MHD_NO;
    }
    if (x->too_long) {
        engine_reply refused = {.status = 413};
        return send_reply(connection, &refused);
    }
    return answer(user, connection, method, x);
}

static void on_done(void *user, struct MHD_Connection *connection, void **state,
                    enum MHD_RequestTerminationCode how) {
    exchange *const x = *state;
    (void)user;
    (void)connection;
    (void)how;
    if (x != NULL) {
        free(x->body);
        free(x);
    }
    *state = NULL;
}

/* ---- the program ---- */

static int read_number(const char *text, unsigned long long max, unsigned long long *out) {
    char *end;
    if (*text < '0' || *text > '9') {
        return -1;
    }
    *out = strtoull(text, &end, 10);
    return *end == '\0' && *out <= max ? 0 : -1;
}

/* 0, or -1: the value of the option is not one. */
static int read_option(settings *s, const char *name, const char *value) {
    unsigned long long n = 0;
    int rc = -1;
    if (strcmp(name, "--port") == 0) {
        rc = read_number(value, UINT16_MAX, &n);
        s->port = (uint16_t)n;
    } else if (strcmp(name, "--seed") == 0) {
        rc = read_number(value, UINT64_MAX, &n);
        s->engine.seed = n;
    } else if (strcmp(name, "--clock") == 0) {
        rc = utc_parse(value, &s->engine.clock);
    } else if (strcmp(name, "--tenant") == 0 && s->engine.tenant_count < TENANTS_MAX) {
        s->tenants[s->engine.tenant_count++] = value;
        rc = 0;
    }
    return rc;
}

static int read_arguments(int argc, char **argv, settings *s) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--until-stdin-closes") == 0) {
            s->until_stdin_closes = 1;
        } else if (i + 1 == argc || read_option(s, argv[i], argv[i + 1]) != 0) {
            fprintf(stderr,
                    "tenantca-simulator: %s: unknown, or its value is missing or wrong\n\n%s",
                    argv[i], usage);
            return -1;
        } else {
            i++;
        }
    }
    s->engine.tenants = s->tenants;
    if (s->engine.tenant_count == 0) {
        s->engine.tenants = default_tenants;
        s->engine.tenant_count = 1;
    }
    return 0;
}

/* Signals are only let in while waiting, so none is missed. */
static void wait_for_end(int until_stdin_closes, const sigset_t *unblocked) {
    char ignored[256];
    while (!stopping) {
        fd_set readable;
        FD_ZERO(&readable);
        if (until_stdin_closes) {
            FD_SET(STDIN_FILENO, &readable);
        }
        const int ready = pselect(until_stdin_closes ? STDIN_FILENO + 1 : 0, &readable, NULL, NULL,
                                  NULL, unblocked);
        if (ready > 0 && read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
            stopping = 1;
        }
    }
}

static void block_signals(sigset_t *unblocked) {
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t blocked;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    pthread_sigmask(SIG_BLOCK, &blocked, unblocked);
}

static int serve(const settings *options, server *s) {
    sigset_t unblocked;
    char address[64];
    const struct sockaddr_in local = {.sin_family = AF_INET,
                                      .sin_port = htons(options->port),
                                      .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    block_signals(&unblocked);
    struct MHD_Daemon *const daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, options->port, NULL, NULL,
        on_request, s, MHD_OPTION_SOCK_ADDR, &local, MHD_OPTION_URI_LOG_CALLBACK, keep_target, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, 120u, MHD_OPTION_END);
    if (daemon == NULL) {
        fprintf(stderr, "tenantca-simulator: port %u of 127.0.0.1 is not free\n",
                (unsigned)options->port);
        return 1;
    }
    const union MHD_DaemonInfo *const info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    snprintf(address, sizeof address, "http://127.0.0.1:%u",
             info != NULL ? (unsigned)info->port : (unsigned)options->port);
    pthread_mutex_lock(&s->lock);
    engine_set_address(s->engine, address);
    pthread_mutex_unlock(&s->lock);
    printf("listening on %s\n", address);
    fflush(stdout);
    wait_for_end(options->until_stdin_closes, &unblocked);
    MHD_stop_daemon(daemon);
    return 0;
}

int main(int argc, char **argv) {
    static settings s;
    static server state = {.lock = PTHREAD_MUTEX_INITIALIZER};
    s.engine.seed = 1;
    s.engine.clock = (int64_t)time(NULL);
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (read_arguments(argc, argv, &s) != 0) {
        return 2;
    }
    if (engine_create(&s.engine, &state.engine) != 0) {
        fputs("tenantca-simulator: a tenant is no GUID, or the clock is out of range\n", stderr);
        return 2;
    }
    const int rc = serve(&s, &state);
    engine_destroy(state.engine);
    return rc;
}
