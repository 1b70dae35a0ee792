/* SPDX-License-Identifier: MIT */
#include "engine_host.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- faults ---- */

static bool is_struck(engine_host *host, const char *method, const char *url) {
    char name[sizeof(host->faulty)];
    snprintf(name, sizeof(name), "%s %s", method, url);
    bool first = host->faults == 0 && host->exchanges == host->fault_at;
    bool again = host->faults > 0 && host->fault_lasts && strcmp(name, host->faulty) == 0;
    if (host->fault == FAULT_NONE || (!first && !again)) {
        return false;
    }
    memcpy(host->faulty, name, sizeof(name));
    host->faults++;
    return true;
}

static void refuse(const engine_host *host, tca_reply *reply) {
    static const char body[] = "{\"error\": {\"code\": \"Fault\", \"message\": \"as asked\"}}";
    char seconds[16];
    tca_reply_set_status(reply, host->fault_status);
    if (host->fault_retry != 0) {
        snprintf(seconds, sizeof(seconds), "%u", host->fault_retry);
        tca_reply_add_header(reply, "Retry-After", strlen("Retry-After"), seconds, strlen(seconds));
    }
    tca_reply_append(reply, (const uint8_t *)body, strlen(body));
    tca_reply_done(reply);
}

static void show_other_tenant(engine_host *host, const char *method) {
    char body[128];
    snprintf(body, sizeof(body),
             "[{\"match\": \"%s /\", \"times\": 1, \"fault\": \"wrong-certificate\"}]", method);
    engine_host_control(host, "/_simulator/faults", body);
}

/* True when the reply is answered, or has failed, already. */
static bool strike(engine_host *host, const char *method, tca_reply *reply) {
    switch (host->fault) {
    case FAULT_TIMES_OUT:
        host->now += 60;
        tca_reply_fail(reply, "timed out", strlen("timed out"));
        return true;
    case FAULT_REFUSED:
        tca_reply_fail(reply, "connection refused", strlen("connection refused"));
        return true;
    case FAULT_IS_STATUS:
        refuse(host, reply);
        return true;
    case FAULT_OTHER_TENANT:
        show_other_tenant(host, method);
        return false;
    default:
        return false;
    }
}

static void hide_newest(json_t *value) {
    if (json_array_size(value) > 1) {
        json_array_remove(value, json_array_size(value) - 1);
    }
}

static void hide_bodies(json_t *value) {
    size_t index;
    json_t *item;
    json_array_foreach(value, index, item) {
        json_t *properties = json_object_get(item, "properties");
        json_object_del(properties, "certificate");
        json_object_del(properties, "notBeforeUtc");
        json_object_del(properties, "expiryUtc");
    }
}

static void change_list(engine_reply *reply, void (*change)(json_t *value)) {
    json_t *document = json_loadb(reply->body, reply->body_length, 0, NULL);
    json_t *value = json_object_get(document, "value");
    if (value != NULL) {
        change(value);
        free(reply->body);
        reply->body = json_dumps(document, JSON_COMPACT);
        ck_assert_ptr_nonnull(reply->body);
        reply->body_length = strlen(reply->body);
    }
    json_decref(document);
}

static void perform(void *user, const tca_request *request, tca_reply *reply) {
    engine_host *host = user;
    const char *method, *url, *name, *value;
    const uint8_t *body = NULL;
    size_t length, name_length, body_length = 0;
    const char *authorization = NULL;
    const char *if_match = NULL;
    const char *content_type = NULL;
    tca_request_method(request, &method, &length);
    tca_request_url(request, &url, &length);
    bool struck = is_struck(host, method, url);
    host->exchanges++;
    snprintf(host->last_url, sizeof(host->last_url), "%s", url);
    for (uint32_t i = 0; i < tca_request_header_count(request); i++) {
        tca_request_header(request, i, &name, &name_length, &value, &length);
        authorization = strcmp(name, "Authorization") == 0 ? value : authorization;
        if_match = strcmp(name, "If-Match") == 0 ? value : if_match;
        content_type = strcmp(name, "Content-Type") == 0 ? value : content_type;
    }
    (void)tca_request_body(request, &body, &body_length);
    ck_assert(strncmp(url, ENGINE_HOST_ADDRESS, strlen(ENGINE_HOST_ADDRESS)) == 0);
    engine_request to = {.method = method,
                         .target = url + strlen(ENGINE_HOST_ADDRESS),
                         .authorization = authorization,
                         .body = body,
                         .body_length = body_length,
                         .if_match = if_match,
                         .content_type = content_type};
    engine_reply from;
    if (struck && strike(host, method, reply)) {
        return;
    }
    engine_handle(host->service, &to, &from);
    if (host->retouch != NULL) {
        host->retouch(method, url, &from);
    }
    if ((struck && host->fault == FAULT_CUT_OFF) || from.delivery == DELIVER_NOTHING ||
        from.delivery == DELIVER_TRUNCATED) {
        tca_reply_fail(reply, "connection closed", strlen("connection closed"));
    } else {
        tca_reply_set_status(reply, from.status);
        for (size_t i = 0; i < from.header_count; i++) {
            tca_reply_add_header(reply, from.headers[i].name, strlen(from.headers[i].name),
                                 from.headers[i].value, strlen(from.headers[i].value));
        }
        bool of_sphere = strstr(url, "Microsoft.AzureSphere") != NULL;
        if (host->hide_newest && of_sphere) {
            change_list(&from, hide_newest);
        }
        if (host->hide_bodies && of_sphere) {
            change_list(&from, hide_bodies);
        }
        tca_reply_append(reply, (const uint8_t *)from.body, from.body_length);
        tca_reply_done(reply);
    }
    engine_reply_release(&from);
}

static void give_token(void *user, const char *audience, size_t length, uint32_t refresh,
                       tca_reply *reply) {
    engine_host *host = user;
    const char *token = refresh == 1 && host->fresh_token != NULL ? host->fresh_token : host->token;
    host->tokens++;
    host->refreshes += refresh;
    snprintf(host->last_audience, sizeof(host->last_audience), "%.*s", (int)length, audience);
    if (token == NULL) {
        tca_reply_fail(reply, "no token", strlen("no token"));
        return;
    }
    tca_reply_append(reply, (const uint8_t *)token, strlen(token));
    tca_reply_done(reply);
}

static void tell_time(void *user, tca_reply *reply) {
    tca_reply_set_time(reply, ((engine_host *)user)->now);
    tca_reply_done(reply);
}

static void wait_until(void *user, tca_unix until, tca_reply *reply) {
    engine_host *host = user;
    host->waits++;
    host->waited += until - host->now;
    host->now = until;
    tca_reply_done(reply);
}

static void write_log(void *user, uint32_t level, uint32_t category, const char *text,
                      size_t length) {
    engine_host *host = user;
    size_t used = strlen(host->log);
    (void)category;
    snprintf(host->log + used, sizeof(host->log) - used, "%u %.*s\n", (unsigned)level, (int)length,
             text);
}

static void count_destroyed(void *user) {
    ((engine_host *)user)->destroyed++;
}

void engine_host_open(engine_host *host, const char *tenant, tca_unix clock) {
    *host = (engine_host){.token = "token-of-the-test", .now = clock};
    engine_options options = {.clock = clock,
                              .seed = 1,
                              .tenants = &tenant,
                              .tenant_count = 1,
                              .address = ENGINE_HOST_ADDRESS};
    ck_assert_int_eq(engine_create(&options, &host->service), 0);
    ck_assert_int_eq(tca_host_new(&host->host, NULL), TCA_OK);
    tca_transport transport = {.struct_size = sizeof(transport),
                               .user = host,
                               .perform = perform,
                               .destroy = count_destroyed};
    tca_token_source source = {.struct_size = sizeof(source),
                               .user = host,
                               .token = give_token,
                               .destroy = count_destroyed};
    tca_clock clock_table = {.struct_size = sizeof(clock_table),
                             .user = host,
                             .now = tell_time,
                             .wait = wait_until,
                             .destroy = count_destroyed};
    tca_log log = {.struct_size = sizeof(log),
                   .user = host,
                   .level = TCA_LOG_DEBUG,
                   .write = write_log,
                   .destroy = count_destroyed};
    ck_assert_int_eq(tca_host_set_transport(host->host, &transport, NULL), TCA_OK);
    ck_assert_int_eq(tca_host_set_token_source(host->host, &source, NULL), TCA_OK);
    ck_assert_int_eq(tca_host_set_clock(host->host, &clock_table, NULL), TCA_OK);
    ck_assert_int_eq(tca_host_set_log(host->host, &log, NULL), TCA_OK);
}

void engine_host_close(engine_host *host) {
    tca_host_unref(host->host);
    ck_assert_uint_eq(host->destroyed, 4);
    engine_destroy(host->service);
}

void engine_host_set_clock(engine_host *host, tca_unix clock) {
    ck_assert_int_eq(engine_set_clock(host->service, clock), 0);
    host->now = clock;
}

void engine_host_serve(engine_host *host, tca_call *call, uint32_t wants) {
    tca_reply *reply = NULL;
    const tca_request *request = NULL;
    const char *audience;
    size_t length;
    uint32_t refresh;
    if (wants == TCA_CALL_WAIT) {
        ck_assert_int_eq(tca_call_wait_until(call, &host->now), TCA_OK);
        return;
    }
    ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
    if (wants == TCA_CALL_TOKEN) {
        ck_assert_int_eq(tca_call_audience(call, &audience, &length, &refresh), TCA_OK);
        give_token(host, audience, length, refresh, reply);
    } else {
        ck_assert_int_eq(tca_call_request(call, &request), TCA_OK);
        perform(host, request, reply);
    }
}

void engine_host_control(engine_host *host, const char *path, const char *body) {
    engine_request request = {
        .method = "POST", .target = path, .body = body, .body_length = strlen(body)};
    engine_reply reply;
    engine_handle(host->service, &request, &reply);
    ck_assert_msg(reply.status == 200 || reply.status == 204, "%s: %u %.*s", path, reply.status,
                  (int)reply.body_length, reply.body);
    engine_reply_release(&reply);
}
