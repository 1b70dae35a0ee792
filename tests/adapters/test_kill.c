/* SPDX-License-Identifier: MIT */
/* tenantca apply, killed at the system calls with which it writes and sends: the next one completes
 * what it had begun. */
#define _GNU_SOURCE
#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folders.h"
#include "kill_trace.h"
#include "simulator_process.h"

#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define STEADY "2026-01-01T12:00:00Z"    /* one certificate */
#define SUCCEEDED "2027-11-22T12:00:00Z" /* 690 days later another one signs */
#define KILLS_MAX 50                     /* of some 130; TENANTCA_KILL_ALL=1 kills at each */

static char folder[FOLDER_SIZE];
static simulator_process simulator;

static void set_up(void) {
    folder_make(folder);
}

static void tear_down(void) {
    folder_remove(folder);
}

/* ---- the tool ---- */

static void configure(void) {
    char text[2048];
    const char *at = simulator.address;
    snprintf(
        text, sizeof(text),
        "{ \"tenants\": [ { \"name\": \"contoso\",\n"
        "  \"service\": { \"kind\": \"legacy\", \"tenant\": \"" TENANT
        "\", \"endpoint\": \"%s\" },\n"
        "  \"targets\": [\n"
        "    { \"name\": \"hub\", \"kind\": \"iot-hub\", \"subscription\": \"s\",\n"
        "      \"resource_group\": \"g\", \"resource\": \"hub\", \"endpoint\": \"%s\" },\n"
        "    { \"name\": \"dps\", \"kind\": \"dps\", \"subscription\": \"s\",\n"
        "      \"resource_group\": \"g\", \"resource\": \"dps\", \"endpoint\": \"%s\",\n"
        "      \"enrollment_group\": \"sphere\", \"service_endpoint\": \"%s/dps/dps\" },\n"
        "    { \"name\": \"central\", \"kind\": \"iot-central\", \"application\": \"contoso\",\n"
        "      \"enrollment_group\": \"sphere\", \"endpoint\": \"%s/central/contoso\" },\n"
        "    { \"name\": \"edge\", \"kind\": \"trust-file\", \"path\": \"%s\" } ] } ] }\n",
        at, at, at, at, at, in_folder(folder, "trust.pem"));
    file_put_text(in_folder(folder, "configuration.json"), text);
}

typedef struct tool_run {
    const char *command;
    const char *now;
} tool_run;

/* In a child; does not return. */
static void run_tool(void *user) {
    const tool_run *run = user;
    char tool[PATH_SIZE];
    const char *build = getenv("TENANTCA_BUILD");
    int nowhere = open("/dev/null", O_RDWR);
    int output = open(in_folder(folder, "output"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    snprintf(tool, sizeof(tool), "%s/tenantca", build == NULL ? "build/release" : build);
    dup2(nowhere, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* who is traced cannot trace himself */
    execl(tool, tool, run->command, "--config", in_folder(folder, "configuration.json"), "--store",
          in_folder(folder, "store"), "--now", run->now, "--token-command",
          "echo \"aud:$TENANTCA_AUDIENCE\"",
          strcmp(run->command, "plan") == 0 ? "--detailed-exitcode" : (char *)NULL, (char *)NULL);
    _exit(127);
}

static void must_succeed(const char *command, const char *now, const char *when) {
    tool_run run = {command, now};
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        run_tool(&run);
    }
    int status = exit_status(child);
    ck_assert_msg(status == 0, "%s: %s ends with %d: %s", when, command, status,
                  file_get(in_folder(folder, "output"), NULL));
}

/* ---- one rollover ---- */

static char *copy_of_trust_file(void) {
    const char *text = file_get(in_folder(folder, "trust.pem"), NULL);
    ck_assert_ptr_nonnull(text);
    return strdup(text);
}

/* With the first certificate in every place, and the second one signing. */
static void prepare(void) {
    simulator_start(&simulator, TENANT, STEADY);
    configure();
    must_succeed("apply", STEADY, "before");
    simulator_control(&simulator, "/_simulator/clock", "{\"now\": \"" SUCCEEDED "\"}");
}

static void clear(void) {
    simulator_stop(&simulator);
    folder_remove(in_folder(folder, "store"));
    (void)unlink(in_folder(folder, "trust.pem"));
    (void)unlink(in_folder(folder, "trust.pem.previous"));
}

/* Nothing but values, the lock, and at most what the next writer removes. */
static void must_hold_values_only(const char *when, bool leftovers) {
    char names[2048];
    snprintf(names, sizeof(names), "%s", folder_names(in_folder(folder, "store")));
    for (char *name = strtok(names, " "); name != NULL; name = strtok(NULL, " ")) {
        ck_assert_msg(name[0] == '=' || strcmp(name, ".lock") == 0 ||
                          (leftovers && strcmp(name, ".new") == 0),
                      "%s: %s in the store", when, name);
    }
}

static void must_complete(const char *when, const char *old) {
    char *found = copy_of_trust_file();
    must_hold_values_only(when, true);
    must_succeed("apply", SUCCEEDED, when);
    must_succeed("plan", SUCCEEDED, when);
    must_hold_values_only(when, false);
    char *last = copy_of_trust_file();
    ck_assert_msg(strcmp(last, old) != 0, "%s: the trust file is still the old one", when);
    ck_assert_msg(strcmp(found, old) == 0 || strcmp(found, last) == 0,
                  "%s: the trust file was neither the old nor the new one", when);
    ck_assert_str_eq(file_get(in_folder(folder, "trust.pem.previous"), NULL), old);
    ck_assert_ptr_null(file_get(in_folder(folder, ".trust.pem.new"), NULL));
    ck_assert_ptr_null(file_get(in_folder(folder, ".trust.pem.old"), NULL));
    free(found);
    free(last);
}

/* Killed at one moment; how many moments there were when it is later than the last. */
static kill_outcome kill_once(unsigned moment, unsigned *moments) {
    char when[64];
    tool_run apply = {"apply", SUCCEEDED};
    kill_run run = {.act = run_tool, .user = &apply, .counts = kill_counts_writing};
    snprintf(when, sizeof(when), "killed at moment %u", moment);
    prepare();
    char *old = copy_of_trust_file();
    kill_outcome outcome = kill_at(&run, moment);
    if (outcome != KILL_NOT_PERMITTED) {
        must_complete(when, old);
    }
    *moments = run.moments;
    free(old);
    clear();
    return outcome;
}

START_TEST(an_apply_that_was_killed_is_completed_by_the_next_one) {
    unsigned moments = 0, kills = 0, ignored;
    if (kill_once(UINT_MAX, &moments) == KILL_NOT_PERMITTED) {
        fputs("no process may be traced here: killing is skipped\n", stderr);
        return;
    }
    /* A step that is odd meets entries and exits. */
    unsigned step = getenv("TENANTCA_KILL_ALL") != NULL ? 1 : (moments / KILLS_MAX) | 1;
    for (unsigned moment = 1; moment <= moments; moment += step) {
        kills += kill_once(moment, &ignored) == KILL_DONE;
    }
    fprintf(stderr, "killed at %u of %u moments\n", kills, moments);
    ck_assert_uint_gt(kills, KILLS_MAX / 2);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("kill");
    TCase *cases = tcase_create("kill");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 300);
    tcase_add_test(cases, an_apply_that_was_killed_is_completed_by_the_next_one);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
