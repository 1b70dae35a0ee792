/* SPDX-License-Identifier: MIT */
/* A slot of the verdict cache while another thread writes to it, and the content that it is bound
 * to. */
#include <check.h>

#include "trust/verdict_cache.c"
#include "trust_scene.h"

/* ---- slots ---- */

static size_t slot_of(const tca_verdict_cache *cache) {
    size_t slot = 0;
    while (hash_at(cache, slot) == 0) {
        slot++;
    }
    return slot;
}

START_TEST(what_is_being_written_is_neither_read_nor_written) {
    tca_trust_set *set = scene_set();
    tca_verdict_cache *cache = NULL;
    scene_bytes device = scene_vector("device-of-b.der");
    tca_cache_options one = {.struct_size = sizeof(one), .max_entries = 1};
    ck_assert_int_eq(tca_verdict_cache_new(&one, &cache, NULL), TCA_OK);
    tca_verify_options options = {.struct_size = sizeof(options), .cache = cache};
    ck_assert_int_eq(scene_verify(set, device, SCENE_NOW, &options, NULL), TCA_OK);
    cache_word *slot = slot_at(cache, slot_of(cache));
    tcai_question question = {
        .set = set, .certificate = {device.data, device.length}, .now = SCENE_NOW};
    tcai_finding finding;
    ck_assert(tcai_verdict_cache_find(cache, &question, &finding));
    ck_assert_uint_eq(atomic_load(&slot[SEQUENCE]) % 2, 0);
    atomic_fetch_add(&slot[SEQUENCE], 1);
    ck_assert(!tcai_verdict_cache_find(cache, &question, &finding));
    ck_assert(!write_slot(slot, &question, &finding));
    atomic_fetch_add(&slot[SEQUENCE], 1);
    ck_assert(tcai_verdict_cache_find(cache, &question, &finding));
    ck_assert(write_slot(slot, &question, &finding));
    /* Half of it is another's: whatever its words say, the whole certificate is compared. */
    atomic_fetch_xor(&slot[HEADER_WORDS + 40], 1);
    ck_assert(!tcai_verdict_cache_find(cache, &question, &finding));
    free(device.data);
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(set);
}
END_TEST

/* ---- content ---- */

static void content_of(tca_trust_set *set, uint8_t content[TCA_TRUST_CONTENT_SIZE]) {
    ck_assert_int_eq(tcai_trust_content(set, NULL), TCA_OK);
    memcpy(content, set->content, TCA_TRUST_CONTENT_SIZE);
}

/* Each part of an anchor that a verdict depends on. */
START_TEST(the_content_depends_on_every_part) {
    static const tcai_span other = TCAI_SPAN_INIT("other");
    uint8_t before[TCA_TRUST_CONTENT_SIZE], after[TCA_TRUST_CONTENT_SIZE];
    tca_trust_set *set = scene_set();
    tcai_anchor *anchor = &set->anchors[0];
    tcai_anchor kept = *anchor;
    content_of(set, before);
    for (int part = 0; part < 9; part++) {
        *anchor = kept;
        switch (part) {
        case 0:
            anchor->subject = other;
            break;
        case 1:
            anchor->public_key = other;
            break;
        case 2:
            anchor->subject_key_id = other;
            break;
        case 3:
            anchor->not_before++;
            break;
        case 4:
            anchor->not_after++;
            break;
        case 5:
            anchor->status = TCA_STATUS_REVOKED;
            break;
        case 6:
            anchor->thumbprint[0] = '_';
            break;
        default: /* and what it does not depend on */
            anchor->status = part == 7 ? TCA_STATUS_ACTIVE : TCA_STATUS_INACTIVE;
            anchor->phase = TCA_PHASE_EXPIRED;
        }
        content_of(set, after);
        ck_assert_msg((memcmp(before, after, sizeof(before)) == 0) == (part > 6), "part %d", part);
    }
    *anchor = kept;
    tca_trust_set_unref(set);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust: slots");
    TCase *tests = tcase_create("trust: slots");
    tcase_add_test(tests, what_is_being_written_is_neither_read_nor_written);
    tcase_add_test(tests, the_content_depends_on_every_part);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
