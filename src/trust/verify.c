/* SPDX-License-Identifier: MIT */
/* From what a device presents to a verdict. */
#include "trust/trust.h"

static const size_t whole_verdict = TCAI_END_OF(tca_verdict, device_id);

static tca_result decide(const tcai_question *question, tcai_finding *finding, tca_error *error) {
    tcai_x509 leaf;
    tca_result result = tcai_leaf_read(question, &leaf, finding, error);
    if (result != TCA_OK) {
        return result;
    }
    tcai_name_group *group = tcai_name_index_find(question->set, leaf.issuer);
    return group == NULL ? tcai_refuse(finding, TCA_REFUSED_UNKNOWN_ISSUER, error)
                         : tcai_candidates_judge(question, &leaf, group, finding, error);
}

static tca_result recall_or_decide(const tcai_question *question, tca_verdict_cache *cache,
                                   tcai_finding *finding, tca_error *error) {
    if (cache != NULL && tcai_verdict_cache_find(cache, question, finding)) {
        return TCA_OK;
    }
    tca_result result = decide(question, finding, error);
    if (cache != NULL && result == TCA_OK) {
        tcai_verdict_cache_keep(cache, question, finding);
    }
    return result;
}

static void describe_anchor(const tca_trust_set *set, const tcai_anchor *anchor,
                            tca_verdict *verdict) {
    verdict->tenant = set->tenants[anchor->tenant];
    verdict->ca_thumbprint = anchor->thumbprint;
    verdict->ca_thumbprint_length = sizeof(anchor->thumbprint) - 1;
    verdict->ca_not_before = anchor->not_before;
    verdict->ca_not_after = anchor->not_after;
    verdict->ca_status = anchor->status;
    verdict->ca_phase = anchor->phase;
}

static void describe(const tcai_question *question, const tcai_finding *finding, bool trusted,
                     tca_verdict *verdict) {
    verdict->refusal = finding->refusal;
    verdict->signature_checks = finding->signature_checks;
    verdict->tenant = finding->tenant;
    if (finding->anchor != NULL) {
        describe_anchor(question->set, finding->anchor, verdict);
    }
    verdict->tenant_length = verdict->tenant == NULL ? 0 : TCAI_GUID_LENGTH;
    if (trusted) {
        verdict->trusted = 1;
        verdict->flags = finding->from_cache ? TCA_VERDICT_FROM_CACHE : 0;
        verdict->valid_until = finding->valid_until;
        verdict->device_id_length = (uint32_t)finding->device_id.length;
        memcpy(verdict->device_id, finding->device_id.data, finding->device_id.length);
        verdict->device_id[finding->device_id.length] = '\0';
    }
}

static tca_result import_options(const tca_verify_options *options, tca_verify_options *known,
                                 char tenant[TCAI_GUID_LENGTH + 1], tca_error *error) {
    const size_t whole = TCAI_END_OF(tca_verify_options, cache);
    tca_result result =
        tcai_import(known, sizeof(*known), whole, whole, options, "tca_verify_options", error);
    if (result == TCA_OK && known->flags != 0) {
        result = tcai_fail(error, TCA_E_UNSUPPORTED, "tca_verify_options: unknown flags");
    }
    if (result == TCA_OK && known->tenant != NULL &&
        !tcai_guid_parse(known->tenant, known->tenant_length, tenant)) {
        result = tcai_fail(error, TCA_E_MALFORMED, "tenant: not a GUID");
    }
    return result;
}

static tca_result verify(tcai_question *question, const tca_verify_options *options,
                         tca_verdict *verdict, tca_error *error) {
    tca_verify_options known = {0};
    char tenant[TCAI_GUID_LENGTH + 1];
    tcai_finding finding = {.refusal = TCA_REFUSED_UNDECIDED};
    tca_result result = options == NULL ? TCA_OK : import_options(options, &known, tenant, error);
    if (result != TCA_OK) {
        return result;
    }
    question->tenant = known.tenant == NULL ? NULL : tenant;
    result = recall_or_decide(question, known.cache, &finding, error);
    if (result == TCA_OK) {
        tcai_error_clear(error); /* of the candidates that were tried before */
        if (known.usage != NULL) {
            tcai_usage_count(known.usage, finding.anchor, question->now, !finding.from_cache);
        }
    } else {
        tcai_error_prefix(error, "device certificate: ");
    }
    describe(question, &finding, result == TCA_OK, verdict);
    return result;
}

tca_result tca_trust_verify(const tca_trust_set *set, const uint8_t *const *certificates,
                            const size_t *lengths, uint32_t count, tca_unix now,
                            const tca_verify_options *options, tca_verdict *verdict,
                            tca_error *error) {
    tcai_error_clear(error);
    if (verdict == NULL) {
        return tcai_fail_null(error, "verdict");
    }
    tca_verdict known = {.refusal = TCA_REFUSED_UNDECIDED};
    if (tcai_export(verdict, whole_verdict, &known, sizeof(known)) != TCA_OK) {
        return tcai_fail(error, TCA_E_STRUCT_TOO_SMALL,
                         "tca_verdict: struct_size was not set to the size of the struct");
    }
    if (set == NULL || certificates == NULL || lengths == NULL) {
        return tcai_fail_null(error, set == NULL            ? "set"
                                     : certificates == NULL ? "certificates"
                                                            : "lengths");
    }
    if (count == 0 || certificates[0] == NULL) {
        return tcai_fail(error, TCA_E_ARGUMENT, "certificates: none");
    }
    tcai_question question = {.set = set, .certificate = {certificates[0], lengths[0]}, .now = now};
    tca_result result = verify(&question, options, &known, error);
    (void)tcai_export(verdict, whole_verdict, &known, sizeof(known));
    return result;
}
