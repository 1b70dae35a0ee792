/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "simulator_process.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

void simulator_start(simulator_process *process, const char *tenant, const char *clock) {
    char path[1024], line[128];
    int in[2], out[2];
    const char *build = getenv("TENANTCA_BUILD");
    snprintf(path, sizeof(path), "%s/tenantca-simulator", build == NULL ? "build/release" : build);
    ck_assert_int_eq(pipe(in), 0);
    ck_assert_int_eq(pipe(out), 0);
    (void)fcntl(in[1], F_SETFD, FD_CLOEXEC);
    process->child = fork();
    ck_assert_int_ge(process->child, 0);
    if (process->child == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[0]);
        close(out[0]);
        close(out[1]);
        execl(path, path, "--port", "0", "--clock", clock, "--tenant", tenant,
              "--until-stdin-closes", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    FILE *from = fdopen(out[0], "r");
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), from));
    fclose(from);
    ck_assert_int_eq(sscanf(line, "listening on %63s", process->address), 1);
    process->input = in[1];
}

void simulator_stop(simulator_process *process) {
    int status = -1;
    close(process->input);
    ck_assert_int_eq(waitpid(process->child, &status, 0), process->child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void simulator_control(const simulator_process *process, const char *path, const char *body) {
    char url[256];
    long status = 0;
    CURL *curl = curl_easy_init();
    FILE *nowhere = fopen("/dev/null", "w");
    snprintf(url, sizeof(url), "%s%s", process->address, path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, nowhere);
    ck_assert_int_eq(curl_easy_perform(curl), CURLE_OK);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    ck_assert_msg(status == 200 || status == 204, "%s: %ld", path, status);
    curl_easy_cleanup(curl);
    fclose(nowhere);
}
