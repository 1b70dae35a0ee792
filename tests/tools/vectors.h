/* SPDX-License-Identifier: MIT */
/* What the parts of gen_vectors share: one hierarchy, and the folder with its index. */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include "simulator/issuer.h"
#include "simulator/utc.h"

#define VECTOR_SEED UINT64_C(20240401)
#define VECTOR_TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define VECTOR_OTHER_TENANT "a7c9d3e1-05b4-4f62-8e7a-91b3c5d7f024"

typedef enum expectation { ACCEPT, REFUSE } expectation;

typedef struct vectors {
    const char *folder;
    void *index; /* FILE */
    issued *root, *policy_2022, *policy_2025;
    issued *a, *b, *c;
} vectors;

/* Any failure ends the program: a partial set is worth nothing. */
void require(int ok, const char *what);
int64_t at(const char *rfc3339);

void put(vectors *v, const char *name, der_view bytes, expectation expected, const char *why);
void put_text(vectors *v, const char *name, const char *text, expectation expected,
              const char *why);
void put_certificate(vectors *v, const char *name, const issued *certificate, const char *why);

void put_names(vectors *v);
void put_malformed(vectors *v);
void put_documents(vectors *v);

/* Not a vector: a part of the library. */
void write_self_test(const char *path);

#endif
