/* SPDX-License-Identifier: MIT */
/* What can be told of a device's certificate without looking at its issuer: nothing here allocates.
 */
#include "trust/trust.h"

/* Keep the reader's words: they name the field. */
static tca_result refuse_unread(tca_result why, tcai_finding *finding, tca_error *error) {
    finding->refusal = why == TCA_E_CRITICAL_EXTENSION ? TCA_REFUSED_CRITICAL_EXTENSION
                       : why == TCA_E_LIMIT            ? TCA_REFUSED_TOO_LARGE
                                                       : TCA_REFUSED_MALFORMED;
    return tcai_error_recode(error, TCA_E_NOT_TRUSTED);
}

tca_result tcai_leaf_read(const tcai_question *question, tcai_x509 *leaf, tcai_finding *finding,
                          tca_error *error) {
    uint32_t limit = question->set->max_certificate_bytes;
    if (question->certificate.length > limit) {
        finding->refusal = TCA_REFUSED_TOO_LARGE;
        return tcai_fail(error, TCA_E_NOT_TRUSTED, "%zu bytes, the limit is %u",
                         question->certificate.length, (unsigned)limit);
    }
    tca_result result = tcai_x509_read(question->certificate, leaf, error);
    return result == TCA_OK ? TCA_OK : refuse_unread(result, finding, error);
}

static bool permits_client(const tcai_x509 *leaf) {
    uint32_t purposes = TCA_EXTENDED_KEY_USAGE_CLIENT_AUTH | TCA_EXTENDED_KEY_USAGE_ANY;
    return (!leaf->has_key_usage || (leaf->key_usage & TCA_KEY_USAGE_DIGITAL_SIGNATURE) != 0) &&
           (!leaf->has_extended_key_usage || (leaf->extended_key_usage & purposes) != 0);
}

static bool is_strong_algorithm(uint32_t signature_algorithm) {
    return signature_algorithm != TCA_SIGNATURE_OTHER &&
           signature_algorithm != TCA_SIGNATURE_ECDSA_SHA1 &&
           signature_algorithm != TCA_SIGNATURE_RSA_SHA1;
}

static tca_result refuse_critical(const tcai_x509 *leaf, tcai_finding *finding, tca_error *error) {
    finding->refusal = TCA_REFUSED_CRITICAL_EXTENSION;
    return tcai_fail(error, TCA_E_NOT_TRUSTED,
                     "critical extension 2.5.29.%u: not all of it is understood",
                     (unsigned)leaf->critical_unread);
}

tca_result tcai_leaf_check(const tcai_question *question, const tcai_x509 *leaf,
                           tcai_finding *finding, tca_error *error) {
    if (leaf->is_ca) {
        return tcai_refuse(finding, TCA_REFUSED_IS_CA, error);
    }
    if (!permits_client(leaf)) {
        return tcai_refuse(finding, TCA_REFUSED_USAGE, error);
    }
    if (leaf->critical_unread != 0) {
        return refuse_critical(leaf, finding, error);
    }
    if (!is_strong_algorithm(leaf->signature_algorithm)) {
        return tcai_refuse(finding, TCA_REFUSED_WEAK_ALGORITHM, error);
    }
    if (tcai_key_kind_of(leaf->key_type, leaf->key_bits) == TCAI_KIND_NONE) {
        return tcai_refuse(finding, TCA_REFUSED_WEAK_KEY, error);
    }
    if (!tcai_name_plain_common_name(leaf->subject, &finding->device_id) ||
        finding->device_id.length >= TCA_DEVICE_ID_SIZE) {
        return tcai_refuse(finding, TCA_REFUSED_NO_IDENTITY, error);
    }
    if (question->now < leaf->not_before) {
        return tcai_refuse(finding, TCA_REFUSED_NOT_YET_VALID, error);
    }
    if (question->now > leaf->not_after) {
        return tcai_refuse(finding, TCA_REFUSED_EXPIRED, error);
    }
    return TCA_OK;
}
