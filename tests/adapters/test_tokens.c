/* SPDX-License-Identifier: MIT */
/* Token sources: environment, file, command, and identity services on this machine. */
#define _DEFAULT_SOURCE
#include <arpa/inet.h>
#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define NOW INT64_C(1767225600)

/* What a source gives: the call's error, and the Authorization header it led to. */
typedef struct token_outcome {
    tca_result result;
    char header[256];
    char text[512];
} token_outcome;

/* An empty one, of a name that nobody has. */
static void make_file(char *path) {
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
}

/* Ask a source through a call: once, and once more as after a 401 where `refused`. */
static token_outcome ask(const tca_token_source *source, bool refused) {
    tca_sphere_options where = {.struct_size = sizeof(where),
                                .kind = TCA_SPHERE_INTEGRATED,
                                .subscription = "s",
                                .subscription_length = 1,
                                .resource_group = "g",
                                .resource_group_length = 1,
                                .catalog = "c",
                                .catalog_length = 1};
    token_outcome outcome = {0};
    tca_sphere *sphere = NULL;
    tca_call *call = NULL;
    tca_error *error;
    uint32_t wants, refresh;
    const char *audience, *name, *value, *text;
    size_t length, value_length;
    const tca_request *request;
    tca_reply *reply;
    tca_error_new(&error);
    ck_assert_int_eq(tca_sphere_new(&where, &sphere, NULL), TCA_OK);
    ck_assert_int_eq(tca_sphere_list(sphere, NULL, &call, NULL), TCA_OK);
    for (int round = 0; round <= (refused ? 1 : 0) && outcome.result == TCA_OK; round++) {
        ck_assert_int_eq(tca_call_step(call, NOW, &wants, error), TCA_OK);
        ck_assert_uint_eq(wants, TCA_CALL_TOKEN);
        ck_assert_int_eq(tca_call_audience(call, &audience, &length, &refresh), TCA_OK);
        ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
        source->token(source->user, audience, length, refresh, reply);
        outcome.result = tca_call_step(call, NOW, &wants, error);
        if (outcome.result == TCA_OK) {
            ck_assert_int_eq(tca_call_request(call, &request), TCA_OK);
            ck_assert_int_eq(tca_request_header(request, 0, &name, &length, &value, &value_length),
                             TCA_OK);
            snprintf(outcome.header, sizeof(outcome.header), "%s", value);
            ck_assert_int_eq(tca_call_reply(call, &reply), TCA_OK);
            tca_reply_set_status(reply, 401);
            tca_reply_done(reply);
        }
    }
    tca_error_message(error, &text, NULL);
    snprintf(outcome.text, sizeof(outcome.text), "%s", text);
    tca_error_unref(error);
    tca_call_unref(call);
    tca_sphere_unref(sphere);
    return outcome;
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(the_environment_gives_its_token_until_it_is_refused) {
    tca_token_source source = {.struct_size = sizeof(source)};
    ck_assert_int_eq(tca_token_from_environment("TENANTCA_TEST_TOKEN", &source), TCA_OK);
    unsetenv("TENANTCA_TEST_TOKEN");
    ck_assert_int_eq(ask(&source, false).result, TCA_E_TOKEN);
    setenv("TENANTCA_TEST_TOKEN", " abc\n", 1);
    ck_assert_str_eq(ask(&source, false).header, "Bearer abc");
    token_outcome refused = ask(&source, true);
    ck_assert_int_eq(refused.result, TCA_E_TOKEN);
    ck_assert_ptr_null(strstr(refused.text, "abc"));
    source.destroy(source.user);
}
END_TEST

START_TEST(a_file_is_read_anew_each_time) {
    char path[] = "/tmp/tenantca-test-XXXXXX";
    tca_token_source source = {.struct_size = sizeof(source)};
    make_file(path);
    ck_assert_int_eq(tca_token_from_file(path, &source), TCA_OK);
    ck_assert_int_eq(ask(&source, false).result, TCA_E_TOKEN);
    write_file(path, "first\r\n");
    ck_assert_str_eq(ask(&source, false).header, "Bearer first");
    write_file(path, "second");
    ck_assert_str_eq(ask(&source, false).header, "Bearer second");
    unlink(path);
    ck_assert_int_eq(ask(&source, false).result, TCA_E_TOKEN);
    source.destroy(source.user);
}
END_TEST

START_TEST(a_command_runs_once_for_an_audience_and_again_when_refused) {
    char path[] = "/tmp/tenantca-test-XXXXXX", command[256];
    tca_token_source source = {.struct_size = sizeof(source)};
    make_file(path);
    snprintf(command, sizeof(command), "echo x >> %s; echo $TENANTCA_AUDIENCE.$(wc -l < %s)", path,
             path);
    ck_assert_int_eq(tca_token_from_command(command, &source), TCA_OK);
    ck_assert_str_eq(ask(&source, false).header, "Bearer https://management.azure.com.1");
    ck_assert_str_eq(ask(&source, false).header, "Bearer https://management.azure.com.1");
    ck_assert_str_eq(ask(&source, true).header, "Bearer https://management.azure.com.2");
    source.destroy(source.user);
    unlink(path);
}
END_TEST

START_TEST(a_command_that_fails_gives_no_token) {
    static const char *const commands[] = {"echo secret; exit 3", "true", "no-such-command-here",
                                           "head -c 20000 /dev/zero | tr '\\0' a"};
    tca_token_source source = {.struct_size = sizeof(source)};
    ck_assert_int_eq(tca_token_from_command(commands[_i], &source), TCA_OK);
    token_outcome outcome = ask(&source, false);
    ck_assert_int_eq(outcome.result, TCA_E_TOKEN);
    ck_assert_ptr_null(strstr(outcome.text, "secret"));
    source.destroy(source.user);
}
END_TEST

START_TEST(a_command_that_gave_no_token_is_run_again) {
    static const char *const first[] = {"", "two words", "caf\\303\\251", "a\\000b", " \\n"};
    char path[] = "/tmp/tenantca-test-XXXXXX", command[256];
    tca_token_source source = {.struct_size = sizeof(source)};
    make_file(path);
    snprintf(command, sizeof(command),
             "echo x >> %s; if [ $(wc -l < %s) = 1 ]; then printf '%s'; else echo good; fi", path,
             path, first[_i]);
    ck_assert_int_eq(tca_token_from_command(command, &source), TCA_OK);
    ck_assert_int_eq(ask(&source, false).result, TCA_E_TOKEN);
    ck_assert_str_eq(ask(&source, false).header, "Bearer good");
    source.destroy(source.user);
    unlink(path);
}
END_TEST

START_TEST(a_token_that_was_refused_does_not_come_back) {
    char path[] = "/tmp/tenantca-test-XXXXXX", command[256];
    tca_token_source source = {.struct_size = sizeof(source)};
    make_file(path);
    snprintf(command, sizeof(command),
             "echo x >> %s; n=$(wc -l < %s); if [ $n = 2 ]; then exit 1; fi; echo made$n", path,
             path);
    ck_assert_int_eq(tca_token_from_command(command, &source), TCA_OK);
    ck_assert_str_eq(ask(&source, false).header, "Bearer made1");
    token_outcome refused = ask(&source, true); /* and the command fails */
    ck_assert_int_eq(refused.result, TCA_E_TOKEN);
    ck_assert_str_eq(ask(&source, false).header, "Bearer made3");
    source.destroy(source.user);
    unlink(path);
}
END_TEST

START_TEST(a_command_does_not_inherit_that_broken_pipes_are_ignored) {
    char path[] = "/tmp/tenantca-test-XXXXXX", command[256], said[64] = "";
    tca_token_source source = {.struct_size = sizeof(source)};
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    snprintf(command, sizeof(command), "yes good 2>%s | head -n 1", path);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(tca_token_from_command(command, &source), TCA_OK);
    ck_assert_str_eq(ask(&source, false).header, "Bearer good");
    (void)signal(SIGPIPE, before);
    ck_assert_int_eq(read(file, said, sizeof(said) - 1), 0);
    ck_assert_str_eq(said, "");
    source.destroy(source.user);
    close(file);
    unlink(path);
}
END_TEST

/* Its pipe then has the numbers of the streams. */
START_TEST(a_command_runs_where_the_host_has_closed_its_streams) {
    tca_token_source source = {.struct_size = sizeof(source)};
    int kept[2] = {dup(STDIN_FILENO), dup(STDOUT_FILENO)};
    ck_assert_int_eq(tca_token_from_command("echo good", &source), TCA_OK);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    token_outcome outcome = ask(&source, false);
    ck_assert_int_eq(dup2(kept[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(dup2(kept[1], STDOUT_FILENO), STDOUT_FILENO);
    close(kept[0]);
    close(kept[1]);
    ck_assert_str_eq(outcome.header, "Bearer good");
    source.destroy(source.user);
}
END_TEST

/* ---- identity services ---- */

typedef struct identity {
    struct MHD_Daemon *daemon;
    char address[64];
    char url[1024];
    char form[1024];
    char metadata[16];
    char header[64]; /* X-IDENTITY-HEADER */
    uint16_t port;
    unsigned asked;
    unsigned status;
    const char *life;  /* of the tokens, as JSON */
    const char *token; /* what begins each token */
} identity;

static enum MHD_Result answer(void *user, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state) {
    identity *service = user;
    (void)method;
    (void)version;
    if (*state == NULL) {
        *state = service;
        service->form[0] = '\0';
        return MHD_YES;
    }
    if (*size > 0) {
        size_t used = strlen(service->form);
        snprintf(service->form + used, sizeof(service->form) - used, "%.*s", (int)*size, data);
        *size = 0;
        return MHD_YES;
    }
    const char *resource =
        MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "resource");
    const char *metadata = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Metadata");
    const char *header =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-IDENTITY-HEADER");
    snprintf(service->url, sizeof(service->url), "%s?%s", url, resource == NULL ? "" : resource);
    snprintf(service->header, sizeof(service->header), "%s", header == NULL ? "" : header);
    snprintf(service->metadata, sizeof(service->metadata), "%s", metadata == NULL ? "" : metadata);
    service->asked++;
    char body[256];
    snprintf(body, sizeof(body), "{\"access_token\": \"%s%u\", \"expires_in\": %s}", service->token,
             service->asked, service->life);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(body), body, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_queue_response(connection, service->status, response);
    MHD_destroy_response(response);
    return result;
}

static void identity_start(identity *service) {
    *service = (identity){.status = 200, .life = "3600", .token = "made"};
    service->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer,
                                       service, MHD_OPTION_END);
    ck_assert_ptr_nonnull(service->daemon);
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(service->daemon, MHD_DAEMON_INFO_BIND_PORT);
    service->port = info->port;
    snprintf(service->address, sizeof(service->address), "http://127.0.0.1:%u",
             (unsigned)info->port);
}

/* Where link-local addresses lead in place of the network; 0: nowhere. */
static uint16_t link_local_port;

/* Stands in front of the C library's, for libcurl too. */
int connect(int file, const struct sockaddr *address, socklen_t length) {
    struct sockaddr_in to;
    if (address->sa_family == AF_INET && length == sizeof(to)) {
        memcpy(&to, address, sizeof(to));
        if (ntohl(to.sin_addr.s_addr) >> 16 == 0xA9FE) {
            to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            to.sin_port = htons(link_local_port);
            return (int)syscall(SYS_connect, file, &to, sizeof(to));
        }
    }
    return (int)syscall(SYS_connect, file, address, length);
}

static void go_through(const identity *proxy) {
    ck_assert_int_eq(setenv("http_proxy", proxy->address, 1), 0);
    ck_assert_int_eq(setenv("all_proxy", proxy->address, 1), 0);
}

static void stop_all(identity *service, identity *proxy) {
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    unsetenv("IDENTITY_ENDPOINT");
    unsetenv("IDENTITY_HEADER");
    link_local_port = 0;
    MHD_stop_daemon(service->daemon);
    MHD_stop_daemon(proxy->daemon);
}

START_TEST(client_credentials_are_exchanged_for_a_token_and_kept) {
    char path[] = "/tmp/tenantca-test-XXXXXX";
    identity service;
    tca_token_source source = {.struct_size = sizeof(source)};
    tca_curl_options http = {.struct_size = sizeof(http), .flags = TCA_CURL_LOOPBACK_HTTP};
    make_file(path);
    write_file(path, "s+cret&more\n");
    identity_start(&service);
    tca_identity_options options = {.struct_size = sizeof(options),
                                    .endpoint = service.address,
                                    .tenant = "directory",
                                    .client_id = "client",
                                    .secret_file = path};
    ck_assert_int_eq(tca_token_from_client(&options, &http, &source), TCA_OK);
    ck_assert_str_eq(ask(&source, false).header, "Bearer made1");
    ck_assert_str_eq(service.url, "/directory/oauth2/v2.0/token?");
    ck_assert_str_eq(service.form,
                     "grant_type=client_credentials&client_id=client&client_secret=s%2Bcret%26more"
                     "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default");
    ck_assert_str_eq(ask(&source, false).header, "Bearer made1");
    ck_assert_uint_eq(service.asked, 1);
    ck_assert_str_eq(ask(&source, true).header, "Bearer made2");
    service.life = "\"120\""; /* a string, and too short to be kept */
    ck_assert_str_eq(ask(&source, true).header, "Bearer made3");
    ck_assert_str_eq(ask(&source, false).header, "Bearer made4");
    service.status = 401;
    token_outcome outcome = ask(&source, false);
    ck_assert_int_eq(outcome.result, TCA_E_TOKEN);
    ck_assert_ptr_null(strstr(outcome.text, "s+cret"));
    source.destroy(source.user);
    MHD_stop_daemon(service.daemon);
    unlink(path);
}
END_TEST

START_TEST(a_managed_identity_is_asked_for_the_audience) {
    identity service;
    char endpoint[128];
    tca_token_source source = {.struct_size = sizeof(source)};
    identity_start(&service);
    snprintf(endpoint, sizeof(endpoint), "%s/metadata/identity/oauth2/token", service.address);
    tca_identity_options options = {.struct_size = sizeof(options), .endpoint = endpoint};
    ck_assert_int_eq(tca_token_from_managed_identity(&options, NULL, &source), TCA_OK);
    ck_assert_str_eq(ask(&source, false).header, "Bearer made1");
    ck_assert_str_eq(service.url, "/metadata/identity/oauth2/token?https://management.azure.com");
    ck_assert_str_eq(service.metadata, "true");
    source.destroy(source.user);
    MHD_stop_daemon(service.daemon);
}
END_TEST

START_TEST(an_identity_service_that_gave_no_token_is_asked_again) {
    identity service;
    tca_token_source source = {.struct_size = sizeof(source)};
    identity_start(&service);
    tca_identity_options options = {.struct_size = sizeof(options), .endpoint = service.address};
    ck_assert_int_eq(tca_token_from_managed_identity(&options, NULL, &source), TCA_OK);
    service.token = "two words";
    ck_assert_int_eq(ask(&source, false).result, TCA_E_TOKEN);
    service.token = "made";
    ck_assert_str_eq(ask(&source, false).header, "Bearer made2");
    source.destroy(source.user);
    MHD_stop_daemon(service.daemon);
}
END_TEST

/* App Service, 2019-08-01. */
START_TEST(a_token_that_is_good_until_a_time_is_kept_until_then) {
    identity service;
    char until[64];
    tca_token_source source = {.struct_size = sizeof(source)};
    identity_start(&service);
    tca_identity_options options = {.struct_size = sizeof(options), .endpoint = service.address};
    ck_assert_int_eq(tca_token_from_managed_identity(&options, NULL, &source), TCA_OK);
    service.life = "null, \"expires_on\": \"06/20/2019 02:57:58 +00:00\"";
    ck_assert_str_eq(ask(&source, false).header, "Bearer made1");
    snprintf(until, sizeof(until), "null, \"expires_on\": \"%lld\"", (long long)time(NULL) + 100);
    service.life = until; /* too soon */
    ck_assert_str_eq(ask(&source, false).header, "Bearer made2");
    snprintf(until, sizeof(until), "null, \"expires_on\": \"%lld\"", (long long)time(NULL) + 86400);
    ck_assert_str_eq(ask(&source, false).header, "Bearer made3");
    ck_assert_str_eq(ask(&source, false).header, "Bearer made3");
    service.life = "null, \"expires_on\": 9223372036854775807";
    ck_assert_str_eq(ask(&source, true).header, "Bearer made4");
    ck_assert_str_eq(ask(&source, false).header, "Bearer made4");
    source.destroy(source.user);
    MHD_stop_daemon(service.daemon);
}
END_TEST

START_TEST(no_proxy_hears_of_an_identity_endpoint) {
    static const struct {
        const char *endpoint; /* NULL: none */
        const char *url;
        const char *header;
    } platforms[] = {
        {NULL, "/metadata/identity/oauth2/token?https://management.azure.com", ""},
        {"http://169.254.129.3:8081/msi/token", "/msi/token?https://management.azure.com",
         "secret-of-the-platform"},
        {"http://169.254.255.0/msi/token", "/msi/token?https://management.azure.com",
         "secret-of-the-platform"},
    };
    identity service, proxy;
    tca_token_source source = {.struct_size = sizeof(source)};
    identity_start(&service);
    identity_start(&proxy);
    go_through(&proxy);
    link_local_port = service.port;
    unsetenv("IDENTITY_ENDPOINT");
    if (platforms[_i].endpoint != NULL) {
        setenv("IDENTITY_ENDPOINT", platforms[_i].endpoint, 1);
        setenv("IDENTITY_HEADER", "secret-of-the-platform", 1);
    }
    ck_assert_int_eq(tca_token_from_managed_identity(NULL, NULL, &source), TCA_OK);
    token_outcome outcome = ask(&source, false);
    ck_assert_msg(outcome.result == TCA_OK, "%s", outcome.text);
    ck_assert_uint_eq(proxy.asked, 0);
    ck_assert_str_eq(service.url, platforms[_i].url);
    ck_assert_str_eq(service.header, platforms[_i].header);
    source.destroy(source.user);
    stop_all(&service, &proxy);
}
END_TEST

START_TEST(no_proxy_hears_of_this_machine) {
    static const char *const names[] = {"127.0.0.1", "localhost"};
    identity service, proxy;
    char endpoint[128];
    tca_token_source source = {.struct_size = sizeof(source)};
    identity_start(&service);
    identity_start(&proxy);
    go_through(&proxy);
    snprintf(endpoint, sizeof(endpoint), "http://%s:%u", names[_i], (unsigned)service.port);
    tca_identity_options options = {.struct_size = sizeof(options), .endpoint = endpoint};
    ck_assert_int_eq(tca_token_from_managed_identity(&options, NULL, &source), TCA_OK);
    ck_assert_str_eq(ask(&source, false).header, "Bearer made1");
    ck_assert_uint_eq(proxy.asked, 0);
    source.destroy(source.user);
    stop_all(&service, &proxy);
}
END_TEST

START_TEST(what_only_looks_like_an_identity_endpoint_is_not_asked) {
    static const char *const endpoints[] = {
        "http://169.254.129.3.example/token",
        "http://169.254.example/token",
        "http://169.254.129.3@127.0.0.1/",
        "http://localhost:1@127.0.0.1/",
        "http://127.0.0.1.example/",
        "http://localhost.example/",
        "http://169.254.129/token",
        "http://169.254.129.3.4/token",
        "http://169.254.129.256/token",
        "http://169.254.129.03/token",
        "http://169.254..3/token",
        "http://169.254.129./token",
        "http://169.2540.1.1/token",
        "http://169.255.129.3/token",
        "http://[::1/token",
        "http://169.254.129.3:80x/token",
        "ftp://169.254.129.3/token",
        "http://",
    };
    for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
        tca_token_source source = {.struct_size = sizeof(source)};
        tca_identity_options options = {.struct_size = sizeof(options), .endpoint = endpoints[i]};
        ck_assert_int_eq(tca_token_from_managed_identity(&options, NULL, &source), TCA_OK);
        token_outcome outcome = ask(&source, false);
        ck_assert_int_eq(outcome.result, TCA_E_TOKEN);
        ck_assert_msg(strstr(outcome.text, "not an https URL") != NULL, "%s: %s", endpoints[i],
                      outcome.text);
        source.destroy(source.user);
    }
}
END_TEST

START_TEST(what_a_source_needs_is_asked_for) {
    tca_token_source source = {.struct_size = sizeof(source)};
    tca_identity_options options = {.struct_size = sizeof(options), .tenant = "t"};
    ck_assert_int_eq(tca_token_from_environment(NULL, &source), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_token_from_environment("", &source), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_token_from_file("x", NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_token_from_client(NULL, NULL, &source), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_token_from_client(&options, NULL, &source), TCA_E_ARGUMENT);
    options.flags = 1;
    ck_assert_int_eq(tca_token_from_managed_identity(&options, NULL, &source), TCA_E_UNSUPPORTED);
    options.struct_size = 4;
    ck_assert_int_eq(tca_token_from_managed_identity(&options, NULL, &source),
                     TCA_E_STRUCT_TOO_SMALL);
    ck_assert_ptr_null(source.user);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("tokens");
    TCase *cases = tcase_create("tokens");
    tcase_set_timeout(cases, 30);
    tcase_add_test(cases, the_environment_gives_its_token_until_it_is_refused);
    tcase_add_test(cases, a_file_is_read_anew_each_time);
    tcase_add_test(cases, a_command_runs_once_for_an_audience_and_again_when_refused);
    tcase_add_loop_test(cases, a_command_that_fails_gives_no_token, 0, 4);
    tcase_add_test(cases, client_credentials_are_exchanged_for_a_token_and_kept);
    tcase_add_test(cases, a_managed_identity_is_asked_for_the_audience);
    tcase_add_loop_test(cases, a_command_that_gave_no_token_is_run_again, 0, 5);
    tcase_add_test(cases, a_token_that_was_refused_does_not_come_back);
    tcase_add_test(cases, a_command_does_not_inherit_that_broken_pipes_are_ignored);
    tcase_add_test(cases, a_command_runs_where_the_host_has_closed_its_streams);
    tcase_add_test(cases, an_identity_service_that_gave_no_token_is_asked_again);
    tcase_add_test(cases, a_token_that_is_good_until_a_time_is_kept_until_then);
    tcase_add_loop_test(cases, no_proxy_hears_of_an_identity_endpoint, 0, 3);
    tcase_add_loop_test(cases, no_proxy_hears_of_this_machine, 0, 2);
    tcase_add_test(cases, what_only_looks_like_an_identity_endpoint_is_not_asked);
    tcase_add_test(cases, what_a_source_needs_is_asked_for);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
