/* SPDX-License-Identifier: MIT */
/* Certificates-only PKCS#7: OpenSSL reads what we read, with the same certificates in order. */
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "fuzz.h"

static void compare(const tca_certificate_list *list, const uint8_t *data, size_t size) {
    const unsigned char *at = data;
    PKCS7 *other = d2i_PKCS7(NULL, &at, (long)size);
    require(other != NULL && PKCS7_type_is_signed(other));
    STACK_OF(X509) *certificates = other->d.sign->cert;
    require((uint32_t)sk_X509_num(certificates) == tca_certificate_list_count(list));
    for (int i = 0; i < sk_X509_num(certificates); i++) {
        const tca_certificate *own;
        const uint8_t *der;
        size_t length;
        unsigned char *theirs = NULL;
        int their_length = i2d_X509(sk_X509_value(certificates, i), &theirs);
        require(tca_certificate_list_get(list, (uint32_t)i, &own) == TCA_OK);
        require(tca_certificate_der(own, &der, &length) == TCA_OK);
        require(their_length > 0 && (size_t)their_length == length &&
                memcmp(der, theirs, length) == 0);
        OPENSSL_free(theirs);
    }
    PKCS7_free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* SEQUENCE of an OID: PKCS#7 and nothing else. */
    static const uint8_t oid = 0x06;
    size_t header = size > 2 && data[1] > 0x80 && data[1] < 0x85 ? 2u + (data[1] & 0x7Fu) : 2u;
    tca_certificate_list *list = NULL;
    if (size <= header || data[0] != 0x30 || data[header] != oid) {
        return 0;
    }
    if (tca_certificate_list_parse(data, size, NULL, &list, NULL) == TCA_OK) {
        compare(list, data, size);
    } else {
        require(list == NULL);
    }
    tca_certificate_list_unref(list);
    return 0;
}
