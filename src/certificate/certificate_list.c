/* SPDX-License-Identifier: MIT */
/* Reading certificates from any encoding, which is told from the content. */
#include <stdlib.h>
#include <string.h>

#include "certificate/certificate.h"

struct tca_certificate_list {
    tca_certificate **certificates;
    size_t count;
    size_t capacity;
};

/* What a reading carries along. */
typedef struct list_reader {
    tca_certificate_list *list;
    const tcai_limits *limits;
    tca_error *error;
} list_reader;

static tca_result add_certificate(list_reader *reader, tcai_span der) {
    tca_certificate_list *list = reader->list;
    if (list->count >= reader->limits->certificates) {
        return tcai_fail(reader->error, TCA_E_LIMIT, "more than %u certificates",
                         (unsigned)reader->limits->certificates);
    }
    if (!tcai_grow(&list->certificates, list->count, &list->capacity,
                   sizeof(list->certificates[0]))) {
        return tcai_fail_memory(reader->error);
    }
    tca_certificate *certificate;
    tca_result result = tcai_certificate_from_der(der, reader->limits, &certificate, reader->error);
    if (result == TCA_OK) {
        list->certificates[list->count++] = certificate;
    } else {
        tcai_error_prefix(reader->error, "certificate %zu: ", list->count + 1);
    }
    return result;
}

static tca_result add_pkcs7(list_reader *reader, tcai_span der) {
    tcai_der certificates;
    tca_result result = tcai_pkcs7_open(der, &certificates, reader->error);
    while (result == TCA_OK && !tcai_der_at_end(&certificates)) {
        uint8_t tag;
        tcai_span content, whole;
        if (!tcai_der_element(&certificates, &tag, &content, &whole)) {
            return tcai_fail(reader->error, TCA_E_MALFORMED, "PKCS#7: certificate %zu: %s",
                             reader->list->count + 1, certificates.fault);
        }
        result = add_certificate(reader, whole);
    }
    return result;
}

/* Both begin with a SEQUENCE; PKCS#7 goes on with the OID of its content type. */
static bool is_pkcs7(tcai_span der) {
    tcai_der input = tcai_der_open(der);
    tcai_der inside;
    return tcai_der_enter(&input, TCAI_DER_SEQUENCE, &inside) &&
           tcai_der_peek(&inside) == TCAI_DER_OID;
}

static tca_result add_der(list_reader *reader, tcai_span der) {
    return is_pkcs7(der) ? add_pkcs7(reader, der) : add_certificate(reader, der);
}

/* Decode base64 and give the octets to `add`. */
static tca_result add_base64(list_reader *reader, tcai_span text,
                             tca_result (*add)(list_reader *, tcai_span)) {
    uint8_t *der = malloc(TCAI_BASE64_DECODED_SIZE(text.length));
    if (der == NULL) {
        return tcai_fail_memory(reader->error);
    }
    size_t length;
    tca_result result;
    if (!tcai_base64_decode(text, der, &length)) {
        result = tcai_fail(reader->error, TCA_E_MALFORMED, "not valid base64");
    } else {
        result = add(reader, (tcai_span){der, length});
    }
    free(der);
    return result;
}

static tca_result add_pem(list_reader *reader, tcai_span text) {
    for (size_t block = 1;; block++) {
        tcai_pem_label label;
        tcai_span base64;
        tca_result result = tcai_pem_next(&text, &label, &base64, reader->error);
        if (result == TCA_OK && label == TCAI_PEM_CERTIFICATE) {
            result = add_base64(reader, base64, add_certificate);
        } else if (result == TCA_OK && label == TCAI_PEM_PKCS7) {
            result = add_base64(reader, base64, add_pkcs7);
        }
        if (result == TCA_E_NOT_FOUND) {
            return TCA_OK;
        }
        if (result != TCA_OK) {
            tcai_error_prefix(reader->error, "PEM block %zu: ", block);
            return result;
        }
    }
}

/* A certificate or PKCS#7 in DER is longer than 127 octets, so that its second octet is no ASCII:
 * that tells it from text that begins with "0". */
static bool is_der(tcai_span input) {
    return input.length >= 2 && input.data[0] == TCAI_DER_SEQUENCE && input.data[1] >= 0x80;
}

static tca_result add_input(list_reader *reader, tcai_span input) {
    tcai_span text = tcai_without_byte_order_mark(input);
    tca_result result;
    if (is_der(input)) {
        result = add_der(reader, input);
    } else if (tcai_pem_present(text)) {
        result = add_pem(reader, text);
    } else {
        result = add_base64(reader, text, add_der);
        if (result == TCA_E_MALFORMED && reader->list->count == 0) {
            tcai_error_prefix(reader->error, "neither DER nor PEM, and read as base64: ");
        }
    }
    if (result == TCA_OK && reader->list->count == 0) {
        result = tcai_fail(reader->error, TCA_E_MALFORMED, "holds no certificate");
    }
    return result;
}

tca_result tcai_certificate_list_read(tcai_span input, const tcai_limits *limits,
                                      tca_certificate_list **out, tca_error *error) {
    if (input.length > limits->input_bytes) {
        return tcai_fail(error, TCA_E_LIMIT, "input: %zu bytes, the limit is %llu", input.length,
                         (unsigned long long)limits->input_bytes);
    }
    tca_certificate_list *list = calloc(1, sizeof(*list));
    if (list == NULL) {
        return tcai_fail_memory(error);
    }
    list_reader reader = {.list = list, .limits = limits, .error = error};
    tca_result result = add_input(&reader, input);
    if (result != TCA_OK) {
        tca_certificate_list_unref(list);
        return result;
    }
    *out = list;
    return TCA_OK;
}

tca_result tcai_certificate_read(tcai_span input, const tcai_limits *limits, tca_certificate **out,
                                 tca_error *error) {
    if (is_der(input) && input.length <= limits->input_bytes && !is_pkcs7(input)) {
        return tcai_certificate_from_der(input, limits, out, error);
    }
    tca_certificate_list *list = NULL;
    tca_result result = tcai_certificate_list_read(input, limits, &list, error);
    if (result == TCA_OK && list->count > 1) {
        result = tcai_fail(error, TCA_E_AMBIGUOUS, "holds %zu certificates, one was wanted",
                           list->count);
    }
    if (result == TCA_OK) {
        tca_certificate_ref(list->certificates[0], out);
    }
    tca_certificate_list_unref(list);
    return result;
}

tca_result tcai_certificate_input_der(tcai_span input, tca_bytes **der, tca_error *error) {
    bool raw = is_der(input);
    *der = tcai_bytes_new(raw ? input.length : TCAI_BASE64_DECODED_SIZE(input.length));
    if (*der == NULL) {
        return tcai_fail_memory(error);
    }
    if (raw) {
        memcpy((*der)->data, input.data, input.length);
        return TCA_OK;
    }
    if (!tcai_base64_decode(input, (*der)->data, &(*der)->length)) {
        tca_bytes_unref(*der);
        *der = NULL;
        return tcai_fail(error, TCA_E_MALFORMED, "not valid base64");
    }
    (*der)->data[(*der)->length] = '\0';
    return TCA_OK;
}

static tca_result import_limits(const tca_parse_options *options, tcai_limits *limits,
                                tca_error *error) {
    tca_parse_options known = {0};
    if (options != NULL) {
        size_t all = TCAI_END_OF(tca_parse_options, max_certificates);
        tca_result result =
            tcai_import(&known, sizeof(known), all, all, options, "tca_parse_options", error);
        if (result != TCA_OK) {
            return result;
        }
    }
    if (known.flags != 0) {
        return tcai_fail(error, TCA_E_UNSUPPORTED, "tca_parse_options: unknown flags 0x%X",
                         (unsigned)known.flags);
    }
    *limits =
        tcai_limits_of(known.max_input_bytes, known.max_certificate_bytes, known.max_certificates);
    return TCA_OK;
}

tca_result tca_certificate_list_parse(const uint8_t *data, size_t length,
                                      const tca_parse_options *options, tca_certificate_list **out,
                                      tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (data == NULL || out == NULL) {
        return tcai_fail_null(error, data == NULL ? "data" : "out");
    }
    tcai_limits limits;
    tca_result result = import_limits(options, &limits, error);
    return result == TCA_OK
               ? tcai_certificate_list_read((tcai_span){data, length}, &limits, out, error)
               : result;
}

tca_result tca_certificate_parse(const uint8_t *data, size_t length,
                                 const tca_parse_options *options, tca_certificate **out,
                                 tca_error *error) {
    tcai_error_clear(error);
    if (out != NULL) {
        *out = NULL;
    }
    if (data == NULL || out == NULL) {
        return tcai_fail_null(error, data == NULL ? "data" : "out");
    }
    tcai_limits limits;
    tca_result result = import_limits(options, &limits, error);
    return result == TCA_OK ? tcai_certificate_read((tcai_span){data, length}, &limits, out, error)
                            : result;
}

uint32_t tca_certificate_list_count(const tca_certificate_list *list) {
    return list == NULL ? 0 : (uint32_t)list->count;
}

tca_result tca_certificate_list_get(const tca_certificate_list *list, uint32_t index,
                                    const tca_certificate **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = NULL;
    if (list == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (index >= list->count) {
        return TCA_E_NOT_FOUND;
    }
    *out = list->certificates[index];
    return TCA_OK;
}

void tca_certificate_list_unref(tca_certificate_list *list) {
    if (list == NULL) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        tca_certificate_unref(list->certificates[i]);
    }
    free(list->certificates);
    free(list);
}
