/* SPDX-License-Identifier: MIT */
/* Texts: PEM and bare base64. A single block that we read, OpenSSL reads to the same certificate,
 * as long as the text is one that OpenSSL's stricter line rules allow. */
#include <openssl/pem.h>

#include "fuzz.h"

/* OpenSSL wants BEGIN and END at the start of lines, of at most 76 characters, and no blank line.
 */
static bool fits_openssl(const char *text, size_t size) {
    size_t line = 0;
    if (memchr(text, '\0', size) != NULL || memchr(text, '\t', size) != NULL ||
        memchr(text, ' ', size) != NULL || size < 12 || memcmp(text, "-----BEGIN ", 11) != 0) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        line = text[i] == '\n' ? 0 : line + 1;
        if (line > 64 || (text[i] == '\n' && i + 1 < size && text[i + 1] == '\n')) {
            return false;
        }
    }
    return true;
}

static void compare(const tca_certificate *certificate, const uint8_t *data, size_t size) {
    BIO *input = BIO_new_mem_buf(data, (int)size);
    X509 *other = PEM_read_bio_X509(input, NULL, NULL, NULL);
    if (other != NULL) {
        unsigned char *der = NULL;
        const uint8_t *own;
        size_t length;
        int other_length = i2d_X509(other, &der);
        require(tca_certificate_der(certificate, &own, &length) == TCA_OK);
        require(other_length > 0 && (size_t)other_length == length &&
                memcmp(own, der, length) == 0);
        OPENSSL_free(der);
    }
    X509_free(other);
    BIO_free(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tca_certificate_list *list = NULL;
    if (size >= 2 && data[0] == 0x30 && data[1] >= 0x80) {
        return 0;
    }
    if (tca_certificate_list_parse(data, size, NULL, &list, NULL) != TCA_OK) {
        require(list == NULL);
        return 0;
    }
    uint32_t count = tca_certificate_list_count(list);
    require(count > 0);
    for (uint32_t i = 0; i < count; i++) {
        const tca_certificate *certificate;
        require(tca_certificate_list_get(list, i, &certificate) == TCA_OK);
        touch_certificate(certificate);
        if (count == 1 && fits_openssl((const char *)data, size)) {
            compare(certificate, data, size);
        }
    }
    tca_certificate_list_unref(list);
    return 0;
}
