/* SPDX-License-Identifier: MIT */
/* Texts: PEM and bare base64. A single block that we read, OpenSSL reads to the same certificate,
 * as long as the text is one that OpenSSL's stricter line rules allow. */
#include <openssl/pem.h>

#include "fuzz.h"

/* OpenSSL's PEM_read_bio_X509 is asked about one shape only: both boundaries on lines of their own,
 * nothing before or behind them, lines of 64 characters or less, none blank, no other white space.
 * Text on the END line behind its dashes, for one, it refuses; mbedTLS and we do not. */
static bool fits_openssl(const uint8_t *text, size_t size) {
    static const char begin[] = "-----BEGIN CERTIFICATE-----\n";
    static const char end[] = "\n-----END CERTIFICATE-----\n";
    size_t head = sizeof(begin) - 1, foot = sizeof(end) - 1, line = 0;
    if (size < head + foot || memcmp(text, begin, head) != 0 ||
        memcmp(text + size - foot, end, foot) != 0) {
        return false;
    }
    for (size_t i = head; i < size - foot; i++) {
        line = text[i] == '\n' ? 0 : line + 1;
        if (line > 64 || (line == 0 && text[i + 1] == '\n') || (text[i] <= ' ' && line > 0)) {
            return false;
        }
    }
    return text[head] != '\n';
}

static void compare(const tca_certificate *certificate, const uint8_t *data, size_t size) {
    const uint8_t *own;
    size_t length;
    require(tca_certificate_der(certificate, &own, &length) == TCA_OK);
    const unsigned char *at = own;
    X509 *same = d2i_X509(NULL, &at, (long)length);
    BIO *input = BIO_new_mem_buf(data, (int)size);
    X509 *other = PEM_read_bio_X509(input, NULL, NULL, NULL);
    /* Where it reads the DER, its text is no reason to refuse the PEM. */
    require(other != NULL || same == NULL);
    if (other != NULL) {
        unsigned char *der = NULL;
        int other_length = i2d_X509(other, &der);
        require(other_length > 0 && (size_t)other_length == length &&
                memcmp(own, der, length) == 0);
        OPENSSL_free(der);
    }
    X509_free(same);
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
        if (count == 1 && fits_openssl(data, size)) {
            compare(certificate, data, size);
        }
    }
    tca_certificate_list_unref(list);
    return 0;
}
