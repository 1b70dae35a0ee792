/* SPDX-License-Identifier: MIT */
/* A call whose exchanges are a list: what must be asked for, and what is answered. */
#ifndef SUPPORT_SCRIPT_H
#define SUPPORT_SCRIPT_H

#include <stdint.h>

#include <tenantca/tenantca.h>

#define SCRIPT_TOKEN "token-of-the-test"

typedef struct script_exchange {
    const char *request;     /* "GET https://..."; NULL: any */
    const char *if_match;    /* NULL: there must be none, where the request is given */
    const char *body;        /* JSON, compared as a value; NULL: there must be none; "*": any */
    const char *audience;    /* NULL: any */
    uint32_t status;         /* 0: the connection is refused */
    const char *answer;      /* NULL: empty */
    size_t answer_length;    /* 0: up to the NUL */
    const char *retry_after; /* may be NULL */
    uint32_t times;          /* how often; 0: once */
} script_exchange;

/* What came of it; release with script_release(). */
typedef struct script_run {
    tca_result result;
    uint32_t exchanges;
    uint32_t refreshes;
    uint32_t http_status; /* in the error */
    char message[1024];
    char last_body[16384]; /* of the last request that had one */
    tca_registration_list *list;
    tca_bytes *code;
} script_run;

/* Step the call, which is released, to its end at `now`, which waits move on. Asserts that each
 * request is as the list says, that none is missing when it ends well, and that a failed call hands
 * out nothing and says something, but not the token. */
void script_play(tca_call *call, tca_unix now, const script_exchange *exchanges, size_t count,
                 script_run *out);
void script_release(script_run *run);

/* The registration at a place; asserts that there is one. */
tca_registration script_registration(const tca_registration_list *list, uint32_t index);

#endif
