/* SPDX-License-Identifier: MIT */
/* Reading certificates and lists, computing rollovers, and what is held in memory. */
#define _POSIX_C_SOURCE 200809L
#include <malloc.h>
#include <string.h>

#include <jansson.h>
#include <mbedtls/base64.h>
#include <mbedtls/x509_crt.h>
#include <openssl/x509.h>

#include <tenantca/tenantca.h>

#include "bench.h"
#include "certificate/certificate.h"

#define MANY 10000u
#define FEW 100u

typedef struct input {
    uint8_t *data;
    size_t length;
} input;

static void stop(const char *why) {
    fprintf(stderr, "bench: %s\n", why);
    exit(EXIT_FAILURE);
}

static input read_vector(const char *name) {
    char path[512];
    const char *folder = getenv("TENANTCA_VECTORS");
    input file = {malloc(1u << 16), 0};
    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    FILE *from = fopen(path, "rb");
    if (from == NULL || file.data == NULL) {
        stop(path);
    }
    file.length = fread(file.data, 1, 1u << 16, from);
    fclose(from);
    return file;
}

/* ---- one certificate ---- */

static void parse_ours(void *context) {
    const input *der = context;
    tca_certificate *certificate = NULL;
    if (tca_certificate_parse(der->data, der->length, NULL, &certificate, NULL) != TCA_OK) {
        stop("ours refuses it");
    }
    tca_certificate_unref(certificate);
}

static void parse_ours_with_key(void *context) {
    const input *der = context;
    tca_certificate *certificate = NULL;
    tcai_key *key;
    if (tca_certificate_parse(der->data, der->length, NULL, &certificate, NULL) != TCA_OK ||
        tcai_certificate_key(certificate, &key, NULL) != TCA_OK) {
        stop("ours refuses its key");
    }
    tca_certificate_unref(certificate);
}

static void parse_mbedtls(void *context) {
    const input *der = context;
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt_init(&certificate);
    if (mbedtls_x509_crt_parse_der(&certificate, der->data, der->length) != 0) {
        stop("mbedTLS refuses it");
    }
    mbedtls_x509_crt_free(&certificate);
}

static void parse_openssl(void *context) {
    const input *der = context;
    const unsigned char *at = der->data;
    X509 *certificate = d2i_X509(NULL, &at, (long)der->length);
    if (certificate == NULL) {
        stop("OpenSSL refuses it");
    }
    X509_free(certificate);
}

/* A NUL ends the text, as mbedTLS wants it; it counts as part of the length there only. */
static void parse_pem_mbedtls(void *context) {
    const input *pem = context;
    mbedtls_x509_crt certificate;
    mbedtls_x509_crt_init(&certificate);
    if (mbedtls_x509_crt_parse(&certificate, pem->data, pem->length + 1) != 0) {
        stop("mbedTLS refuses the PEM");
    }
    mbedtls_x509_crt_free(&certificate);
}

static input to_pem(const input *der) {
    tca_certificate *certificate = NULL;
    tca_bytes *pem = NULL;
    const uint8_t *text;
    input copy = {0};
    if (tca_certificate_parse(der->data, der->length, NULL, &certificate, NULL) != TCA_OK ||
        tca_certificate_pem(certificate, &pem, NULL) != TCA_OK) {
        stop("no PEM");
    }
    tca_bytes_view(pem, &text, &copy.length);
    copy.data = calloc(copy.length + 1, 1);
    memcpy(copy.data, text, copy.length);
    tca_bytes_unref(pem);
    tca_certificate_unref(certificate);
    return copy;
}

static void bench_certificate(const char *name, const char *what, int bars) {
    input der = read_vector(name);
    input pem = to_pem(&der);
    bench_work *works[] = {parse_ours,          parse_mbedtls, parse_openssl,
                           parse_ours_with_key, parse_ours,    parse_pem_mbedtls};
    void *contexts[] = {&der, &der, &der, &der, &pem, &pem};
    unsigned repeats[] = {5000, 2000, 50, 2000, 3000, 300};
    double us[6];
    char line[64];
    bench_measure(works, contexts, repeats, 6, us);
    snprintf(line, sizeof(line), "DER, %s: mbedTLS", what);
    bench_row(line, us[0], us[1], 1, bars ? 4 : 1);
    snprintf(line, sizeof(line), "DER, %s: OpenSSL d2i_X509", what);
    bench_row(line, us[0], us[2], 1, bars ? 100 : 1);
    snprintf(line, sizeof(line), "DER with key object, %s: mbedTLS", what);
    bench_row(line, us[3], us[1], 0, 1.3);
    snprintf(line, sizeof(line), "PEM, %s: mbedTLS", what);
    bench_row(line, us[4], us[5], 1, bars ? 10 : 1);
    free(der.data);
    free(pem.data);
}

/* ---- a list ---- */

/* Distinct certificates: one that was issued, with other serial numbers; nobody looks at the
 * signature. */
static input make_list(const input *der, uint32_t count) {
    json_t *entries = json_array();
    json_t *document = json_object();
    uint8_t *copy = malloc(der->length);
    unsigned char text[4096];
    size_t length;
    memcpy(copy, der->data, der->length);
    uint8_t *serial = copy + 4 + 4 + 5 + 2 + 4; /* within 16 octets behind two SEQUENCEs, version */
    for (uint32_t i = 0; i < count; i++) {
        serial[0] = (uint8_t)(i >> 16);
        serial[1] = (uint8_t)(i >> 8);
        serial[2] = (uint8_t)i;
        mbedtls_base64_encode(text, sizeof(text), &length, copy, der->length);
        json_array_append_new(entries,
                              json_pack("{s:n, s:{s:s%, s:s}}", "name", "properties", "certificate",
                                        text, length, "status", i == 0 ? "Active" : "Inactive"));
    }
    json_object_set_new(document, "value", entries);
    char *dumped = json_dumps(document, JSON_COMPACT);
    input list = {(uint8_t *)dumped, strlen(dumped)};
    json_decref(document);
    free(copy);
    return list;
}

static tca_inventory *read_list(const input *list) {
    tca_inventory_options options = {
        .struct_size = sizeof(options), .max_input_bytes = 1u << 30, .max_entries = MANY};
    tca_inventory *inventory = NULL;
    tca_error *error;
    const char *text;
    tca_error_new(&error);
    if (tca_inventory_parse(list->data, list->length, &options, &inventory, error) != TCA_OK) {
        tca_error_message(error, &text, NULL);
        stop(text);
    }
    tca_error_unref(error);
    return inventory;
}

static void states_of(const tca_inventory *inventory) {
    tca_rollover *rollover = NULL;
    if (tca_rollover_compute(inventory, INT64_C(1772000000), NULL, &rollover, NULL) != TCA_OK) {
        stop("no rollover");
    }
    for (uint32_t i = 0; i < tca_inventory_count(inventory); i++) {
        tca_entry_state state = {.struct_size = sizeof(state)};
        (void)tca_rollover_state(rollover, i, &state);
    }
    tca_rollover_unref(rollover);
}

static void list_ours(void *context) {
    tca_inventory *inventory = read_list(context);
    states_of(inventory);
    tca_inventory_unref(inventory);
}

static void list_peers(void *context) {
    const input *list = context;
    json_t *document = json_loadb((const char *)list->data, list->length, 0, NULL);
    json_t *entry;
    size_t i, length;
    unsigned char der[4096];
    json_array_foreach(json_object_get(document, "value"), i, entry) {
        const json_t *body = json_object_get(json_object_get(entry, "properties"), "certificate");
        mbedtls_x509_crt certificate;
        mbedtls_x509_crt_init(&certificate);
        if (mbedtls_base64_decode(der, sizeof(der), &length,
                                  (const unsigned char *)json_string_value(body),
                                  json_string_length(body)) != 0 ||
            mbedtls_x509_crt_parse_der(&certificate, der, length) != 0) {
            stop("the peers refuse it");
        }
        mbedtls_x509_crt_free(&certificate);
    }
    json_decref(document);
}

static void bench_list(const input *der) {
    input many = make_list(der, MANY), few = make_list(der, FEW);
    bench_work *works[] = {list_ours, list_peers, list_ours};
    void *contexts[] = {&many, &many, &few};
    unsigned repeats[] = {1, 1, 50};
    double us[3];
    bench_measure(works, contexts, repeats, 3, us);
    bench_row("list of 10 000 to statuses: jansson + mbedTLS", us[0] / MANY, us[1] / MANY, 0, 1.1);
    bench_row("  growth from 100 to 10 000, a certificate", us[0] / MANY, us[2] / FEW, 0, 1.2);
    free(many.data);
    free(few.data);
}

/* ---- rollover ---- */

static void rollover_of(void *context) {
    tca_rollover *rollover = NULL;
    if (tca_rollover_compute(context, INT64_C(1772000000), NULL, &rollover, NULL) != TCA_OK) {
        stop("no rollover");
    }
    tca_rollover_unref(rollover);
}

static void bench_rollover(const input *der) {
    static const uint32_t counts[] = {2, 4, 100};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        input list = make_list(der, counts[i]);
        void *inventory = read_list(&list);
        bench_work *work = rollover_of;
        unsigned repeats = 20000 / counts[i];
        double us;
        char line[64];
        bench_measure(&work, &inventory, &repeats, 1, &us);
        snprintf(line, sizeof(line), "rollover of %u, a certificate", (unsigned)counts[i]);
        bench_value(line, us / counts[i], "us", 1);
        tca_inventory_unref(inventory);
        free(list.data);
    }
}

/* ---- memory ---- */

static void bench_memory(const input *der) {
    input list = make_list(der, MANY);
    malloc_trim(0);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    tca_inventory *inventory = read_list(&list);
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    bench_value("memory held, a certificate, beyond its DER",
                (double)(after - before) / MANY - (double)der->length, "bytes", 1024);
    tca_inventory_unref(inventory);
    free(list.data);
}

int main(void) {
    input der = read_vector("tenant-ca-b.der");
    printf("microseconds, medians of %d rounds\n", BENCH_ROUNDS);
    bench_head();
    bench_certificate("tenant-ca-a.der", "P-384 tenant CA", 1);
    bench_certificate("tenant-ca-rsa-2048.der", "RSA-2048 CA", 0);
    bench_list(&der);
    bench_rollover(&der);
    bench_memory(&der);
    free(der.data);
    return EXIT_SUCCESS;
}
