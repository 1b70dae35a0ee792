/* SPDX-License-Identifier: MIT */
/* run: tests/vectors/integrated-list.json tests/vectors/device-of-a.der 2026-07-01T07:00:00Z */
/* Does a device belong to the tenant? */
#include <stdio.h>
#include <string.h>

#include <tenantca/tenantca.h>

enum { FILE_MAX = 1 << 20 };

static size_t read_file(const char *path, uint8_t *data) {
    FILE *file = fopen(path, "rb");
    size_t length = file == NULL ? 0 : fread(data, 1, FILE_MAX, file);
    if (file != NULL) {
        fclose(file);
    }
    return length;
}

/* The tenant CA certificates of a saved list document. */
static tca_trust_set *make_set(const char *path, tca_unix now) {
    static uint8_t list[FILE_MAX];
    tca_inventory *inventory = NULL;
    tca_trust_builder *builder = NULL;
    tca_trust_set *set = NULL;
    if (tca_inventory_parse(list, read_file(path, list), NULL, &inventory, NULL) == TCA_OK &&
        tca_trust_builder_new(NULL, &builder, NULL) == TCA_OK &&
        tca_trust_builder_add(builder, inventory, NULL) == TCA_OK) {
        tca_trust_builder_finish(builder, now, 0, &set, NULL);
    }
    tca_trust_builder_unref(builder);
    tca_inventory_unref(inventory);
    return set;
}

static tca_result judge(const tca_trust_set *set, const char *path, tca_unix now) {
    static uint8_t der[FILE_MAX];
    const uint8_t *device = der;
    size_t length = read_file(path, der);
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    tca_result result = tca_trust_verify(set, &device, &length, 1, now, NULL, &verdict, NULL);
    if (result == TCA_OK) {
        printf("%s of tenant %s\n", verdict.device_id, verdict.tenant);
    } else {
        printf("not trusted: %s\n", tca_refusal_text(verdict.refusal));
    }
    return result;
}

int main(int argc, char **argv) {
    tca_unix now = 0;
    if (argc != 4 || tca_time_parse(argv[3], strlen(argv[3]), &now, NULL) != TCA_OK) {
        fprintf(stderr, "usage: verify_device LIST DEVICE.der TIME\n");
        return 2;
    }
    tca_trust_set *set = make_set(argv[1], now);
    tca_result result = judge(set, argv[2], now);
    tca_trust_set_unref(set);
    return result != TCA_OK;
}
