/* SPDX-License-Identifier: MIT */
/* Somebody else's program, with the library's source in it. */
#include <stdio.h>
#include <tenantca/tenantca.h>

int main(int argc, char **argv) {
    static uint8_t data[1 << 20];
    tca_certificate *certificate = NULL;
    const char *thumbprint = "";
    size_t thumbprint_length = 0;
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: %s CERTIFICATE\n", argv[0]);
        return 2;
    }
    size_t length = fread(data, 1, sizeof data, file);
    fclose(file);
    tca_result result = tca_certificate_parse(data, length, NULL, &certificate, NULL);
    if (result == TCA_OK) {
        result = tca_certificate_thumbprint(certificate, &thumbprint, &thumbprint_length);
    }
    puts(result == TCA_OK ? thumbprint : tca_result_name(result));
    tca_certificate_unref(certificate);
    return result != TCA_OK;
}
