/* SPDX-License-Identifier: MIT */
/* Tokens that something else fetches: environment, file, command. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/adapters.h"

extern char **environ;

typedef struct simple_source {
    char *what; /* variable, path or command */
    tcai_token_cache cache;
} simple_source;

static void destroy(void *user) {
    simple_source *source = user;
    tcai_token_cache_release(&source->cache);
    free(source->what);
    free(source);
}

static tca_result make(const char *what,
                       void (*token)(void *, const char *, size_t, uint32_t, tca_reply *),
                       tca_token_source *out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    tca_result result = tcai_adapter_export(out, NULL, sizeof(*out));
    if (result != TCA_OK || what == NULL || what[0] == '\0') {
        return result != TCA_OK ? result : TCA_E_ARGUMENT;
    }
    simple_source *source = calloc(1, sizeof(*source));
    char *copy = malloc(strlen(what) + 1);
    if (source == NULL || copy == NULL) {
        free(source);
        free(copy);
        return TCA_E_NO_MEMORY;
    }
    memcpy(copy, what, strlen(what) + 1);
    source->what = copy;
    tca_token_source table = {.user = source, .token = token, .destroy = destroy};
    return tcai_adapter_export(out, &table, sizeof(table));
}

/* ---- environment ---- */

static void from_environment(void *user, const char *audience, size_t length, uint32_t refresh,
                             tca_reply *reply) {
    const simple_source *source = user;
    (void)audience;
    (void)length;
    const char *token = getenv(source->what);
    if (token == NULL) {
        tcai_adapter_fail(reply, "the environment variable is not set");
    } else if (refresh == 1) {
        tcai_adapter_fail(reply, "the service refused the token in the environment variable");
    } else {
        tcai_token_answer(reply, token, strlen(token));
    }
}

tca_result tca_token_from_environment(const char *variable, tca_token_source *out) {
    return make(variable, from_environment, out);
}

/* ---- file ---- */

static void from_file(void *user, const char *audience, size_t audience_length, uint32_t refresh,
                      tca_reply *reply) {
    const simple_source *source = user;
    (void)audience;
    (void)audience_length;
    (void)refresh; /* what keeps the file fresh may have done so by now */
    size_t length;
    char *token = tcai_secret_read(source->what, &length);
    if (token == NULL) {
        tcai_adapter_fail(reply, "the token file cannot be read, or is too large");
        return;
    }
    tcai_token_answer(reply, token, length);
    tcai_adapter_wipe(token, length);
    free(token);
}

tca_result tca_token_from_file(const char *path, tca_token_source *out) {
    return make(path, from_file, out);
}

/* ---- command ---- */

/* The environment with TENANTCA_AUDIENCE in it, made before the fork: afterwards nothing may
 * allocate. The array and its first string are the caller's to free. */
static char **environment_for(const char *audience, size_t length) {
    static const char name[] = "TENANTCA_AUDIENCE=";
    size_t count = 0;
    while (environ[count] != NULL) {
        count++;
    }
    char **all = calloc(count + 2, sizeof(*all));
    char *own = malloc(sizeof(name) + length);
    if (all == NULL || own == NULL) {
        free(all);
        free(own);
        return NULL;
    }
    memcpy(own, name, sizeof(name) - 1);
    memcpy(own + sizeof(name) - 1, audience, length);
    own[sizeof(name) - 1 + length] = '\0';
    size_t kept = 0;
    all[kept++] = own;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environ[i], name, sizeof(name) - 1) != 0) {
            all[kept++] = environ[i];
        }
    }
    return all;
}

/* After the fork: the command as if it were run from a terminal. Who ignores SIGPIPE, as servers
 * do, would hand that down, and "yes | head" would go on for ever or complain. */
static void become(const char *command, char **environment, int output) {
    char *const arguments[] = {"sh", "-c", (char *)command, NULL};
    (void)signal(SIGPIPE, SIG_DFL);
    if (output == STDOUT_FILENO) {
        (void)fcntl(output, F_SETFD, 0); /* the host's own was closed */
    } else {
        (void)dup2(output, STDOUT_FILENO);
    }
    execve("/bin/sh", arguments, environment);
    _exit(127);
}

static pid_t start(const char *command, char **environment, int *output) {
    int ends[2];
    if (pipe(ends) != 0) {
        return -1;
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t child = fork();
    if (child == 0) {
        become(command, environment, ends[1]);
    }
    (void)close(ends[1]);
    if (child < 0) {
        (void)close(ends[0]);
    }
    *output = ends[0];
    return child;
}

/* All the output, at most one byte more than is allowed. */
static size_t read_all(int output, char *text, size_t most) {
    size_t length = 0;
    while (length < most) {
        ssize_t count = read(output, text + length, most - length);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        length += (size_t)count;
    }
    return length;
}

static bool succeeded(pid_t child) {
    int status;
    pid_t ended;
    do {
        ended = waitpid(child, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static const char *run(const char *command, char **environment, char *text, size_t *length) {
    int output;
    pid_t child = start(command, environment, &output);
    if (child < 0) {
        return "the token command cannot be started";
    }
    *length = read_all(output, text, TCAI_TOKEN_MAX + 1);
    (void)close(output);
    bool fine = succeeded(child);
    return !fine                      ? "the token command failed"
           : *length > TCAI_TOKEN_MAX ? "the token command prints too much"
                                      : NULL;
}

static void ask_command(simple_source *source, const char *audience, size_t audience_length,
                        tca_reply *reply) {
    char *text = malloc(TCAI_TOKEN_MAX + 1);
    char **environment = environment_for(audience, audience_length);
    size_t length = 0;
    const char *reason = text == NULL || environment == NULL
                             ? "out of memory"
                             : run(source->what, environment, text, &length);
    if (reason != NULL) {
        tcai_adapter_fail(reply, reason);
    } else {
        (void)tcai_token_cache_put(&source->cache, audience, audience_length, text, length, 0);
        tcai_token_answer(reply, text, length);
    }
    if (environment != NULL) {
        free(environment[0]);
        free(environment);
    }
    tcai_adapter_wipe(text, length);
    free(text);
}

static void from_command(void *user, const char *audience, size_t length, uint32_t refresh,
                         tca_reply *reply) {
    simple_source *source = user;
    const tcai_kept_token *kept =
        tcai_token_cache_find(&source->cache, audience, length, refresh, 0);
    if (kept != NULL) {
        tcai_token_answer(reply, kept->token, kept->length);
    } else {
        ask_command(source, audience, length, reply);
    }
}

tca_result tca_token_from_command(const char *command, tca_token_source *out) {
    return make(command, from_command, out);
}
