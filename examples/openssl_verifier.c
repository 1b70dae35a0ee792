/* SPDX-License-Identifier: MIT */
/* run: tests/vectors/bundle.pem tests/vectors/device-of-b.der 2026-07-01T10:00:00Z */
/* link: -lcrypto */
/* Does a device belong to the tenant? Its signature is checked by OpenSSL: openssl_verifier.h. */
#include "openssl_verifier.h"

#include <stdio.h>
#include <string.h>

static size_t read_file(const char *path, uint8_t *data, size_t capacity) {
    FILE *file = fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(data, 1, capacity, file);
    if (file != NULL) {
        fclose(file);
    }
    return length;
}

static tca_result build(const char *path, tca_unix now, tca_trust_set **set, tca_error *error) {
    static uint8_t data[1 << 20];
    size_t length = read_file(path, data, sizeof(data));
    tca_inventory *inventory = NULL;
    tca_trust_builder *builder = NULL;
    tca_result result = tca_inventory_parse(data, length, NULL, &inventory, error);
    if (result == TCA_OK) {
        result = tca_trust_builder_new(NULL, &builder, error);
    }
    if (result == TCA_OK) {
        result = tca_trust_builder_add(builder, inventory, error);
    }
    if (result == TCA_OK) {
        result = tca_trust_builder_set_verifier(builder, &openssl_verifier, error);
    }
    if (result == TCA_OK) {
        result = tca_trust_builder_finish(builder, now, 0, set, error);
    }
    tca_trust_builder_unref(builder);
    tca_inventory_unref(inventory);
    return result;
}

int main(int argc, char **argv) {
    static uint8_t device[1 << 16];
    const uint8_t *certificate = device;
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    tca_error *error = NULL;
    tca_trust_set *set = NULL;
    const char *why;
    tca_unix now = 0;
    if (argc != 4 || tca_time_parse(argv[3], strlen(argv[3]), &now, NULL) != TCA_OK) {
        fprintf(stderr, "usage: openssl_verifier CA-CERTIFICATES DEVICE-CERTIFICATE TIME\n");
        return 2;
    }
    tca_error_new(&error);
    size_t length = read_file(argv[2], device, sizeof(device));
    tca_result result = build(argv[1], now, &set, error);
    if (result == TCA_OK) {
        result = tca_trust_verify(set, &certificate, &length, 1, now, NULL, &verdict, error);
    }
    tca_error_message(error, &why, NULL);
    if (result == TCA_OK) {
        printf("device %s of tenant %s, CA %s\n", verdict.device_id, verdict.tenant,
               verdict.ca_thumbprint);
    } else {
        printf("%s: %s\n", tca_refusal_name(verdict.refusal), why);
    }
    tca_trust_set_unref(set);
    tca_error_unref(error);
    return result == TCA_OK ? 0 : 1;
}
