/* SPDX-License-Identifier: MIT */
/* run: @SIMULATOR@ @TENANT@ */
/* A tenant's certificates over the program's own HTTP, here a few lines of sockets: no libcurl. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <tenantca/tenantca.h>

/* The slot: send the request, put the answer into the reply. HTTP/1.0 to this machine will do. */
static void perform(void *user, const tca_request *request, tca_reply *reply) {
    static char text[1 << 20];
    struct sockaddr_in to = {.sin_family = AF_INET};
    const char *method, *url, *name, *token;
    size_t length, name_length, used = 0;
    unsigned port = 0, status = 0;
    ssize_t count = 0;
    (void)user;
    tca_request_method(request, &method, &length);
    tca_request_url(request, &url, &length);
    tca_request_header(request, 0, &name, &name_length, &token, &length);
    sscanf(url, "http://127.0.0.1:%u", &port);
    to.sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&to, sizeof(to)) == 0) {
        dprintf(connection, "%s %s HTTP/1.0\r\nAuthorization: %s\r\n\r\n", method,
                strchr(url + strlen("http://"), '/'), token);
        while (used < sizeof(text) - 1 &&
               (count = read(connection, text + used, sizeof(text) - 1 - used)) > 0) {
            used += (size_t)count;
        }
    }
    close(connection);
    text[used] = '\0';
    char *body = strstr(text, "\r\n\r\n");
    if (body == NULL || sscanf(text, "HTTP/%*s %u", &status) != 1) {
        tca_reply_fail(reply, "no answer", strlen("no answer"));
        return;
    }
    tca_reply_set_status(reply, status);
    tca_reply_append(reply, (uint8_t *)body + 4, used - (size_t)(body + 4 - text));
    tca_reply_done(reply);
}

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    (void)user;
    (void)audience;
    (void)length;
    (void)refresh;
    tca_reply_append(reply, (const uint8_t *)"a-token", strlen("a-token"));
    tca_reply_done(reply);
}

static void tell_time(void *user, tca_reply *reply) {
    (void)user;
    tca_reply_set_time(reply, (tca_unix)time(NULL));
    tca_reply_done(reply);
}

int main(int argc, char **argv) {
    tca_transport transport = {.struct_size = sizeof(transport), .perform = perform};
    tca_token_source tokens = {.struct_size = sizeof(tokens), .token = give_token};
    tca_clock clock = {.struct_size = sizeof(clock), .now = tell_time};
    tca_sphere_options where = {.struct_size = sizeof(where), .kind = TCA_SPHERE_LEGACY};
    tca_host *host = NULL;
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    tca_inventory *inventory = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: own_transport URL TENANT\n");
        return 2;
    }
    where.endpoint = argv[1];
    where.endpoint_length = strlen(argv[1]);
    where.tenant = argv[2];
    where.tenant_length = strlen(argv[2]);
    tca_host_new(&host, NULL);
    tca_host_set_transport(host, &transport, NULL);
    tca_host_set_token_source(host, &tokens, NULL);
    tca_host_set_clock(host, &clock, NULL);
    tca_sphere_new(&where, &sphere, NULL);
    tca_sphere_list(sphere, NULL, &call, NULL);
    tca_result result = tca_call_run(call, host, NULL);
    tca_call_take_inventory(call, &inventory);
    printf("%s: %u certificates\n", tca_result_name(result),
           (unsigned)tca_inventory_count(inventory));
    tca_inventory_unref(inventory);
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    tca_host_unref(host);
    return result == TCA_OK ? 0 : 1;
}
