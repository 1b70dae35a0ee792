/* SPDX-License-Identifier: MIT */
/* run: @SIMULATOR@ @TENANT@ */
/* link: -ltenantca-adapters */
/* A rollout on an IoT hub and in the program's own anchors. A service runs the same every hour: it
 * does what is due and ends with what is left. The anchors are kept in memory here: a server would
 * load them into its TLS stack where `trust` is called. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#define TEXT(member, text) .member = (text), .member##_length = strlen(text)

/* ---- the program's own anchors ---- */

typedef struct anchors {
    uint8_t *pem;
    size_t length;
} anchors;

static void tell(void *user, tca_reply *reply) {
    const anchors *kept = user;
    tca_reply_append(reply, kept->pem, kept->length);
    tca_reply_done(reply);
}

static void trust(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    anchors *kept = user;
    uint8_t *copy = malloc(length);
    if (copy == NULL) {
        tca_reply_fail(reply, "out of memory", strlen("out of memory"));
        return;
    }
    memcpy(copy, pem, length);
    free(kept->pem);
    *kept = (anchors){copy, length};
    printf("anchors: %zu bytes of PEM\n", length);
    tca_reply_done(reply);
}

static void changed(void *user, const tca_notice *notice) {
    (void)user;
    printf("%s: %s\n", tca_notice_name(notice->kind), notice->text);
}

/* ---- the host ---- */

static tca_result equip(tca_host *host) {
    tca_curl_options curl = {.struct_size = sizeof(curl), .flags = TCA_CURL_LOOPBACK_HTTP};
    tca_transport transport = {.struct_size = sizeof(transport)};
    tca_token_source tokens = {.struct_size = sizeof(tokens)};
    tca_clock clock = {.struct_size = sizeof(clock)};
    tca_result result = tca_curl_transport(&curl, &transport);
    result = result == TCA_OK ? tca_host_set_transport(host, &transport, NULL) : result;
    result = result == TCA_OK ? tca_token_from_command("echo a-token", &tokens) : result;
    result = result == TCA_OK ? tca_host_set_token_source(host, &tokens, NULL) : result;
    result = result == TCA_OK ? tca_system_clock(&clock) : result;
    return result == TCA_OK ? tca_host_set_clock(host, &clock, NULL) : result;
}

static tca_result add_target(tca_rollout *rollout, const tca_target_options *options) {
    tca_target *target = NULL;
    tca_result result = tca_target_new(options, &target, NULL);
    result = result == TCA_OK ? tca_rollout_add_target(rollout, target, NULL) : result;
    tca_target_unref(target);
    return result;
}

static tca_result add_targets(tca_rollout *rollout, const char *address, anchors *kept) {
    tca_anchor_holder holder = {
        .struct_size = sizeof(holder), .user = kept, .load = tell, .replace = trust};
    tca_target_options hub = {.struct_size = sizeof(hub),
                              .kind = TCA_TARGET_IOT_HUB,
                              TEXT(name, "hub"),
                              TEXT(endpoint, address),
                              TEXT(subscription, "s"),
                              TEXT(resource_group, "g"),
                              TEXT(resource, "example")};
    tca_target_options own = {.struct_size = sizeof(own),
                              .kind = TCA_TARGET_ANCHORS,
                              .anchors = &holder,
                              TEXT(name, "own")};
    tca_result result = add_target(rollout, &hub);
    return result == TCA_OK ? add_target(rollout, &own) : result;
}

/* ---- one run ---- */

static tca_result apply(tca_rollout *rollout, tca_host *host, tca_error *error) {
    /* The simulated clock stands: certificates are judged by it, waits by the real one. */
    tca_call_options limits = {.struct_size = sizeof(limits), .judge_at = 1767225600};
    tca_plan_summary summary = {.struct_size = sizeof(summary)};
    tca_call *call = NULL;
    tca_plan *plan = NULL;
    tca_result result = tca_rollout_apply(rollout, NULL, &limits, &call, error);
    result = result == TCA_OK ? tca_call_run(call, host, error) : result;
    result = result == TCA_OK ? tca_call_take_plan(call, &plan) : result;
    result = result == TCA_OK ? tca_plan_get_summary(plan, &summary) : result;
    printf("%u steps left, %u failed\n", (unsigned)summary.due_count,
           (unsigned)summary.failed_count);
    tca_plan_unref(plan);
    tca_call_unref(call);
    return result == TCA_OK && summary.failed_count > 0 ? TCA_E_HTTP : result;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: carry_out ADDRESS TENANT\n");
        return 2;
    }
    tca_sphere_options service = {.struct_size = sizeof(service),
                                  .kind = TCA_SPHERE_LEGACY,
                                  TEXT(endpoint, arguments[1]),
                                  TEXT(tenant, arguments[2])};
    tca_notice_sink sink = {.struct_size = sizeof(sink), .notice = changed};
    tca_rollout_options options = {.struct_size = sizeof(options), TEXT(name, "example")};
    anchors kept = {NULL, 0};
    tca_sphere *sphere = NULL;
    tca_rollout *rollout = NULL;
    tca_host *host = NULL;
    tca_error *error = NULL;
    const char *text = "";
    tca_result result = tca_error_new(&error);
    result = result == TCA_OK ? tca_sphere_new(&service, &sphere, error) : result;
    options.sphere = sphere;
    result = result == TCA_OK ? tca_rollout_new(&options, &rollout, error) : result;
    result = result == TCA_OK ? tca_rollout_set_notices(rollout, &sink, error) : result;
    result = result == TCA_OK ? add_targets(rollout, arguments[1], &kept) : result;
    result = result == TCA_OK ? tca_host_new(&host, error) : result;
    result = result == TCA_OK ? equip(host) : result;
    result = result == TCA_OK ? apply(rollout, host, error) : result;
    if (result != TCA_OK) {
        tca_error_message(error, &text, NULL);
        fprintf(stderr, "%s: %s\n", tca_result_name(result), text);
    }
    tca_host_unref(host);
    tca_rollout_unref(rollout);
    tca_sphere_unref(sphere);
    tca_error_unref(error);
    free(kept.pem);
    return result != TCA_OK;
}
