/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* getentropy */

#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { LIST_MAX = 1 << 20, HANDSHAKE_SECONDS = 5, UNREAD_MAX = 1 << 18 };

typedef struct tls_server {
    const char *list_file;
    const char *clock_file; /* may be NULL: the system's clock */
    struct stat seen;       /* of the list when it was read */
    tca_trust_holder *holder;
    tca_usage *usage;
    tca_verdict_cache *cache;
    void *stack;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t left;
    unsigned visitors;
} tls_server;

/* ---- time ---- */

/* With a clock file for trying what will be: "2026-04-05T00:00:00Z". */
static tca_unix now_of(const tls_server *server) {
    char text[TCA_TIME_TEXT_SIZE] = "";
    tca_unix now = (tca_unix)time(NULL);
    FILE *file = server->clock_file == NULL ? NULL : fopen(server->clock_file, "r");
    if (file != NULL) {
        if (fgets(text, sizeof(text), file) != NULL) {
            tca_time_parse(text, strcspn(text, "\n"), &now, NULL);
        }
        fclose(file);
    }
    return now;
}

/* ---- trust ---- */

static tca_result read_list(const char *path, tca_inventory **out, tca_error *error) {
    *out = NULL;
    uint8_t *list = malloc(LIST_MAX);
    FILE *file = fopen(path, "rb");
    size_t length = list == NULL || file == NULL ? 0 : fread(list, 1, LIST_MAX, file);
    tca_result result = tca_inventory_parse(list, length, NULL, out, error);
    if (file != NULL) {
        fclose(file);
    }
    free(list);
    return result;
}

static tca_result make_set(const tls_server *server, const tca_trust_set *previous,
                           tca_trust_set **out, tca_error *error) {
    uint8_t secret[TCA_TRUST_SECRET_SIZE];
    tca_trust_options options = {.struct_size = sizeof(options), .previous = previous};
    tca_inventory *inventory = NULL;
    tca_trust_builder *builder = NULL;
    *out = NULL;
    if (getentropy(secret, sizeof(secret)) == 0) {
        options.secret = secret;
        options.secret_length = sizeof(secret);
    }
    tca_result result = read_list(server->list_file, &inventory, error);
    if (result == TCA_OK) {
        result = tca_trust_builder_new(&options, &builder, error);
    }
    if (result == TCA_OK) {
        result = tca_trust_builder_add(builder, inventory, error);
    }
    if (result == TCA_OK) {
        result = tca_trust_builder_finish(builder, now_of(server), 0, out, error);
    }
    tca_trust_builder_unref(builder);
    tca_inventory_unref(inventory);
    return result;
}

static void say(const char *what, const tca_error *error) {
    const char *text;
    size_t length;
    tca_error_message(error, &text, &length);
    fprintf(stderr, "%s: %.*s\n", what, (int)length, text);
}

static bool list_changed(const tls_server *server, struct stat *now) {
    return stat(server->list_file, now) == 0 &&
           (now->st_ino != server->seen.st_ino || now->st_size != server->seen.st_size ||
            now->st_mtim.tv_sec != server->seen.st_mtim.tv_sec ||
            now->st_mtim.tv_nsec != server->seen.st_mtim.tv_nsec);
}

/* A list that cannot be read changes nothing: the last good set stays in use. */
static void refresh(tls_server *server) {
    struct stat now;
    if (!list_changed(server, &now)) {
        return;
    }
    tca_error *error = NULL;
    tca_trust_set *previous = NULL, *set = NULL;
    tca_error_new(&error);
    tca_trust_holder_acquire(server->holder, &previous);
    if (make_set(server, previous, &set, error) == TCA_OK &&
        tca_trust_holder_swap(server->holder, set, error) == TCA_OK) {
        tca_trust_summary summary = {.struct_size = sizeof(summary)};
        tca_trust_set_get_summary(set, &summary);
        fprintf(stderr, "trust: generation %llu\n", (unsigned long long)summary.generation);
    } else {
        say("trust: as it was", error);
    }
    server->seen = now;
    tca_trust_set_unref(set);
    tca_trust_set_unref(previous);
    tca_error_unref(error);
}

bool visitor_belongs(tls_visitor *visitor, const uint8_t *certificate, size_t length) {
    const tls_server *server = visitor->server;
    const tca_verify_options options = {
        .struct_size = sizeof(options), .usage = server->usage, .cache = server->cache};
    tca_error *error = NULL;
    tca_error_new(&error);
    visitor->verdict = (tca_verdict){.struct_size = sizeof(visitor->verdict)};
    tca_result result = tca_trust_verify(visitor->trusted, &certificate, &length, 1, now_of(server),
                                         &options, &visitor->verdict, error);
    if (result != TCA_OK) {
        char what[64];
        snprintf(what, sizeof(what), "refused: %s", tca_refusal_name(visitor->verdict.refusal));
        say(what, error);
    }
    tca_error_unref(error);
    return result == TCA_OK;
}

size_t visitor_greeting(const tls_visitor *visitor, char *text, size_t capacity) {
    int length =
        snprintf(text, capacity, "welcome %s of %s, signed by %s\n", visitor->verdict.device_id,
                 visitor->verdict.tenant, visitor->verdict.ca_thumbprint);
    return length < 0 || (size_t)length >= capacity ? 0 : (size_t)length;
}

/* ---- evidence of use ---- */

static void print_usage(const tca_usage *usage) {
    tca_usage_snapshot *snapshot = NULL;
    tca_usage_read(usage, &snapshot, NULL);
    for (uint32_t i = 0; i < tca_usage_snapshot_count(snapshot); i++) {
        tca_usage_record record = {.struct_size = sizeof(record)};
        tca_usage_snapshot_get(snapshot, i, &record);
        fprintf(stderr, "seen: %s %llu times\n", record.thumbprint,
                (unsigned long long)record.accepted);
    }
    tca_usage_snapshot_unref(snapshot);
}

/* ---- connections ---- */

/* Closed at once, with something unread, the connection would lose the alert on its way. */
static void hang_up(int socket) {
    char ignored[4096];
    size_t left = UNREAD_MAX;
    ssize_t length = 0;
    shutdown(socket, SHUT_WR);
    do {
        length = read(socket, ignored, sizeof(ignored));
        left -= length > 0 ? (size_t)length : 0;
    } while (length > 0 && left >= sizeof(ignored));
    close(socket);
}

static void leave(tls_visitor *visitor) {
    tls_server *server = visitor->server;
    hang_up(visitor->socket);
    tca_trust_set_unref(visitor->trusted);
    free(visitor);
    pthread_mutex_lock(&server->lock);
    server->visitors--;
    pthread_cond_signal(&server->left);
    pthread_mutex_unlock(&server->lock);
}

static void *attend(void *argument) {
    tls_visitor *visitor = argument;
    stack_serve(visitor->server->stack, visitor);
    leave(visitor);
    return NULL;
}

static void admit(tls_server *server, int socket) {
    const struct timeval patience = {.tv_sec = HANDSHAKE_SECONDS};
    pthread_t thread;
    tls_visitor *guest = calloc(1, sizeof(*guest));
    if (guest == NULL) {
        close(socket);
        return;
    }
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    *guest = (tls_visitor){.socket = socket, .server = server};
    tca_trust_holder_acquire(server->holder, &guest->trusted);
    pthread_mutex_lock(&server->lock);
    server->visitors++;
    pthread_mutex_unlock(&server->lock);
    if (pthread_create(&thread, NULL, attend, guest) == 0) {
        pthread_detach(thread);
    } else {
        leave(guest);
    }
}

static int listen_on_loopback(void) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, SOMAXCONN) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        perror("listening");
        return -1;
    }
    printf("listening on 127.0.0.1:%u\n", (unsigned)ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

/* Until standard input ends. */
static void serve(tls_server *server, int listener) {
    struct pollfd events[] = {{.fd = listener, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    char ignored[64];
    while (poll(events, 2, -1) > 0 || errno == EINTR) {
        if (events[1].revents != 0 && read(0, ignored, sizeof(ignored)) <= 0) {
            break;
        }
        int socket = events[0].revents == 0 ? -1 : accept(listener, NULL, NULL);
        if (socket >= 0) {
            refresh(server);
            admit(server, socket);
        }
    }
    pthread_mutex_lock(&server->lock);
    while (server->visitors > 0) {
        pthread_cond_wait(&server->left, &server->lock);
    }
    pthread_mutex_unlock(&server->lock);
}

/* ---- life ---- */

static bool open_trust(tls_server *server) {
    tca_error *error = NULL;
    tca_trust_set *set = NULL;
    tca_error_new(&error);
    stat(server->list_file, &server->seen);
    bool opened = make_set(server, NULL, &set, error) == TCA_OK &&
                  tca_trust_holder_new(set, &server->holder, error) == TCA_OK &&
                  tca_usage_new(NULL, &server->usage, error) == TCA_OK &&
                  tca_verdict_cache_new(NULL, &server->cache, error) == TCA_OK;
    if (!opened) {
        say(server->list_file, error);
    }
    tca_trust_set_unref(set);
    tca_error_unref(error);
    return opened;
}

int main(int argc, char **argv) {
    static tls_server server = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                .left = PTHREAD_COND_INITIALIZER};
    int listener = -1;
    if (argc < 4 || argc > 5) {
        fprintf(stderr, "usage: %s LIST CERTIFICATE KEY [CLOCK]\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    server.list_file = argv[1];
    server.clock_file = argv[4];
    if (open_trust(&server)) {
        server.stack = stack_open(argv[2], argv[3]);
        listener = server.stack == NULL ? -1 : listen_on_loopback();
    }
    if (listener >= 0) {
        serve(&server, listener);
        print_usage(server.usage);
        close(listener);
    }
    stack_close(server.stack);
    tca_verdict_cache_unref(server.cache);
    tca_usage_unref(server.usage);
    tca_trust_holder_unref(server.holder);
    return listener < 0;
}
