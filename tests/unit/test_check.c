/* SPDX-License-Identifier: MIT */
/* Checks of a plan: each threshold one second before and at it, and what each kind looks at. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "fail_alloc.h"
#include "rollout/check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A is issued on day 0 and ends with day 730; B follows it on day 640, and cannot be active before
 * day 670. */
#define DAY(number) (INT64_C(1711929600) + (tca_unix)(number)*TCAI_DAY) /* from 2024-04-01 on */
#define A_ENDS (DAY(730) - 1)
#define A "AAAA1111AAAA1111AAAA1111AAAA1111AAAA1111"
#define B "BBBB2222BBBB2222BBBB2222BBBB2222BBBB2222"

enum { HUB, EDGE, TARGETS };

/* What a plan is made of. A certificate that the service says nothing of is not listed. */
typedef struct situation {
    tca_unix now;
    tca_unix listed_at; /* 0: now */
    uint32_t a;         /* TCA_SERVICE_* */
    uint32_t b;
    uint32_t a_states[TARGETS];
    uint32_t b_states[TARGETS];
    tca_unix since;
    uint32_t a_registered; /* TCA_REGISTRATION_* of A at the hub; 0: not there */
    uint32_t others;       /* trusted registrations at the hub that are nobody's here */
    uint32_t capacity;     /* of the hub; 0: 25 */
    uint32_t flags[TARGETS];
    bool unreadable[TARGETS];
    bool b_dropped;
    tca_unix b_ends; /* 0: after two years */
} situation;

/* ---- scenes ---- */

static situation steady(tca_unix now) {
    return (situation){.now = now,
                       .a = TCA_SERVICE_ACTIVE,
                       .a_states = {TCA_TARGET_STATE_TRUSTED, TCA_TARGET_STATE_TRUSTED}};
}

static situation act(tca_unix now) {
    situation made = steady(now);
    made.b = TCA_SERVICE_INACTIVE;
    made.b_states[HUB] = TCA_TARGET_STATE_TRUSTED;
    made.b_states[EDGE] = TCA_TARGET_STATE_TRUSTED;
    return made;
}

static situation over_before_its_turn(tca_unix now) {
    situation made = act(now);
    made.b_ends = DAY(665);
    return made;
}

static situation switched(tca_unix now) {
    situation made = act(now);
    made.a = TCA_SERVICE_INACTIVE;
    made.b = TCA_SERVICE_ACTIVE;
    return made;
}

static situation lacking_at_hub(tca_unix now) {
    situation made = act(now);
    made.b_states[HUB] = TCA_TARGET_STATE_ABSENT;
    return made;
}

static situation lacking_at_edge(tca_unix now) {
    situation made = act(now);
    made.b_states[EDGE] = TCA_TARGET_STATE_ABSENT;
    return made;
}

static situation removed_by_word(tca_unix now) {
    situation made = act(now);
    made.b_states[HUB] = TCA_TARGET_STATE_REMOVED;
    made.b_states[EDGE] = TCA_TARGET_STATE_REMOVED;
    made.b_dropped = true;
    return made;
}

static situation waiting_for_proof(tca_unix now) {
    situation made = act(now);
    made.b_states[HUB] = TCA_TARGET_STATE_UPLOADED;
    made.since = DAY(650);
    return made;
}

/* Uploaded so late that the activation comes first. */
static situation waiting_for_proof_late(tca_unix now) {
    situation made = waiting_for_proof(now);
    made.since = DAY(663) - 2;
    return made;
}

static situation retired_waiting_for_proof(tca_unix now) {
    situation made = switched(now);
    made.a_states[HUB] = TCA_TARGET_STATE_UPLOADED;
    made.since = DAY(700);
    return made;
}

static situation left_over(tca_unix now) {
    situation made = switched(now);
    made.a_states[HUB] = TCA_TARGET_STATE_REMOVABLE;
    made.a_registered = TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED;
    return made;
}

static situation revoked(tca_unix now) {
    situation made = left_over(now);
    made.a = TCA_SERVICE_REVOKED;
    made.others = 1;
    return made;
}

static situation heard_long_ago(tca_unix now) {
    situation made = steady(now);
    made.listed_at = DAY(100);
    return made;
}

/* ---- plans ---- */

static void list(tca_inventory_builder *builder, const char *thumbprint, uint32_t word,
                 tca_unix from, tca_unix until) {
    tca_service_record record = {.struct_size = sizeof(record),
                                 .flags = TCA_SERVICE_HAS_NOT_BEFORE | TCA_SERVICE_HAS_NOT_AFTER,
                                 .not_before = from,
                                 .not_after = until,
                                 .thumbprint = thumbprint,
                                 .thumbprint_length = strlen(thumbprint),
                                 .status = word};
    if (word != TCA_SERVICE_NONE) {
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    }
}

static tca_rollover *rollover_of(const situation *scene) {
    tca_inventory_builder *builder;
    tca_inventory *inventory;
    tca_rollover *rollover;
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    list(builder, A, scene->a, DAY(0), A_ENDS);
    list(builder, B, scene->b, DAY(640), scene->b_ends != 0 ? scene->b_ends : DAY(1370) - 1);
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    ck_assert_int_eq(tca_rollover_compute(inventory, scene->now, NULL, &rollover, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    tca_inventory_unref(inventory);
    return rollover;
}

static void hold(tca_registration_list *held, uint32_t flags, const char *thumbprint) {
    tcai_registration registration = {.flags = flags,
                                      .name = tcai_bytes_copy("name", 4),
                                      .thumbprint =
                                          tcai_bytes_copy(thumbprint, strlen(thumbprint))};
    ck_assert_int_eq(tcai_registrations_add(held, &registration, NULL), TCA_OK);
}

static tca_registration_list *registrations_of(const situation *scene, uint32_t target) {
    tca_registration_list *held = tcai_registrations_new(NULL);
    if (target == HUB && scene->a_registered != 0) {
        hold(held, scene->a_registered, A);
    }
    for (uint32_t i = 0; target == HUB && i < scene->others; i++) {
        hold(held, TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED, "");
    }
    return held;
}

static void set_target(tca_plan *plan, const situation *scene, uint32_t target) {
    static const char why[] = "HTTP 403";
    tcai_planned_target *planned = &plan->targets[target];
    planned->flags = scene->flags[target];
    if (scene->unreadable[target]) {
        planned->error = tcai_bytes_copy(why, sizeof(why) - 1);
    } else {
        planned->registrations = registrations_of(scene, target);
        planned->flags |= TCA_PLAN_TARGET_READ;
    }
    for (uint32_t i = 0; i < plan->rollover->inventory->count; i++) {
        bool is_a = strcmp(tcai_plan_thumbprint(plan, i), A) == 0;
        tcai_target_state *state = tcai_plan_state_of(plan, i, target);
        state->state = is_a ? scene->a_states[target] : scene->b_states[target];
        state->since = scene->since;
        plan->dropped[i] = !is_a && scene->b_dropped;
    }
}

static void load_nothing(void *user, tca_reply *reply) {
    (void)user;
    (void)tca_reply_done(reply);
}

static void replace_nothing(void *user, const uint8_t *pem, size_t length, tca_reply *reply) {
    (void)user;
    (void)pem;
    (void)length;
    (void)tca_reply_done(reply);
}

static tca_target *target_named(const char *name, uint32_t kind, uint32_t capacity) {
    tca_anchor_holder holder = {
        .struct_size = sizeof(holder), .load = load_nothing, .replace = replace_nothing};
    tca_target_options options = {.struct_size = sizeof(options),
                                  .kind = kind,
                                  .name = name,
                                  .name_length = strlen(name),
                                  .subscription = "s",
                                  .subscription_length = 1,
                                  .resource_group = "g",
                                  .resource_group_length = 1,
                                  .resource = "r",
                                  .resource_length = 1,
                                  .anchors = &holder,
                                  .capacity = capacity};
    tca_target *target;
    ck_assert_int_eq(tca_target_new(&options, &target, NULL), TCA_OK);
    return target;
}

static tca_plan *plan_of(const situation *scene) {
    tca_target *targets[TARGETS] = {
        [HUB] = target_named("hub", TCA_TARGET_IOT_HUB, scene->capacity),
        [EDGE] = target_named("edge", TCA_TARGET_ANCHORS, 0),
    };
    tca_rollout rollout = {.targets = targets, .target_count = TARGETS};
    tca_rollover *rollover = rollover_of(scene);
    tca_plan *plan;
    ck_assert_int_eq(tcai_plan_new(&rollout, rollover, &plan, NULL), TCA_OK);
    tca_rollover_unref(rollover);
    plan->summary.listed_at = scene->listed_at != 0 ? scene->listed_at : scene->now;
    for (uint32_t t = 0; t < TARGETS; t++) {
        tca_target_unref(targets[t]);
        set_target(plan, scene, t);
    }
    return plan;
}

static tca_checks *checks_of(const situation *scene, const tca_check_options *options) {
    tca_plan *plan = plan_of(scene);
    tca_checks *checks;
    ck_assert_int_eq(tca_check(plan, options, &checks, NULL), TCA_OK);
    tca_plan_unref(plan);
    return checks;
}

/* ---- findings ---- */

static tca_check_finding finding_at(const tca_checks *checks, uint32_t index) {
    tca_check_finding finding = {.struct_size = sizeof(finding)};
    ck_assert_int_eq(tca_checks_get(checks, index, &finding), TCA_OK);
    return finding;
}

static const char *message_at(const tca_checks *checks, uint32_t index) {
    const char *text;
    size_t length;
    ck_assert_int_eq(tca_checks_message(checks, index, &text, &length), TCA_OK);
    ck_assert_uint_eq(strlen(text), length);
    return text;
}

static const char *remedy_at(const tca_checks *checks, uint32_t index) {
    const char *text;
    size_t length;
    ck_assert_int_eq(tca_checks_remedy(checks, index, &text, &length), TCA_OK);
    ck_assert_uint_eq(strlen(text), length);
    return text;
}

/* The first of a kind is its worst. */
static uint32_t first_of(const tca_checks *checks, uint32_t kind) {
    for (uint32_t i = 0; i < tca_checks_count(checks); i++) {
        if (finding_at(checks, i).kind == kind) {
            return i;
        }
    }
    ck_abort_msg("nothing of %s", tca_check_name(kind));
}

static uint32_t count_of(const tca_checks *checks, uint32_t kind) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < tca_checks_count(checks); i++) {
        count += finding_at(checks, i).kind == kind;
    }
    return count;
}

static uint32_t status_of(const situation *scene, uint32_t kind, const tca_check_options *options) {
    tca_checks *checks = checks_of(scene, options);
    uint32_t status = finding_at(checks, first_of(checks, kind)).status;
    tca_checks_unref(checks);
    return status;
}

static void assert_status(const situation *scene, uint32_t kind, const tca_check_options *options,
                          uint32_t expected) {
    uint32_t status = status_of(scene, kind, options);
    ck_assert_msg(status == expected, "%s at %lld: %s instead of %s", tca_check_name(kind),
                  (long long)scene->now, tca_check_status_name(status),
                  tca_check_status_name(expected));
}

static void assert_message(const situation *scene, uint32_t kind, const char *expected) {
    tca_checks *checks = checks_of(scene, NULL);
    ck_assert_str_eq(message_at(checks, first_of(checks, kind)), expected);
    tca_checks_unref(checks);
}

/* ---- thresholds ---- */

#define OK TCA_CHECK_OK
#define WARNING TCA_CHECK_WARNING
#define CRITICAL TCA_CHECK_CRITICAL
#define UNKNOWN TCA_CHECK_UNKNOWN
#define MEMBER(name) offsetof(tca_check_options, name)

/* The status one second before a moment, and at it; then, with another threshold, at another
 * moment. `member` 0: no threshold moves it. */
static const struct {
    situation (*scene)(tca_unix now);
    uint32_t kind;
    tca_unix moment;
    uint32_t before;
    uint32_t at;
    size_t member;
    uint32_t threshold;
    tca_unix moved;
} thresholds[] = {
    {steady, TCA_CHECK_SUCCESSOR_MISSING, A_ENDS - 85 * TCAI_DAY, OK, WARNING,
     MEMBER(missing_warning_days), 70, A_ENDS - 70 * TCAI_DAY},
    {steady, TCA_CHECK_SUCCESSOR_MISSING, A_ENDS - 60 * TCAI_DAY, WARNING, CRITICAL,
     MEMBER(missing_critical_days), 50, A_ENDS - 50 * TCAI_DAY},
    {over_before_its_turn, TCA_CHECK_SUCCESSOR_MISSING, A_ENDS - 60 * TCAI_DAY, WARNING, CRITICAL,
     MEMBER(missing_critical_days), 50, A_ENDS - 50 * TCAI_DAY},
    {lacking_at_hub, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, DAY(647), OK, WARNING,
     MEMBER(registered_warning_days), 3, DAY(643)},
    {lacking_at_hub, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, DAY(663), WARNING, CRITICAL,
     MEMBER(activation_critical_days), 10, DAY(660)},
    {lacking_at_edge, TCA_CHECK_NOT_TRUSTED_HERE, DAY(640), OK, WARNING, 0, 0, 0},
    {lacking_at_edge, TCA_CHECK_NOT_TRUSTED_HERE, DAY(663), WARNING, CRITICAL,
     MEMBER(activation_critical_days), 2, DAY(668)},
    {removed_by_word, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, DAY(647), OK, WARNING,
     MEMBER(registered_warning_days), 3, DAY(643)},
    {removed_by_word, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, DAY(663), WARNING, CRITICAL,
     MEMBER(activation_critical_days), 10, DAY(660)},
    {removed_by_word, TCA_CHECK_NOT_TRUSTED_HERE, DAY(663), WARNING, CRITICAL,
     MEMBER(activation_critical_days), 2, DAY(668)},
    {waiting_for_proof, TCA_CHECK_PROOF_NOT_VERIFIED, DAY(651), OK, WARNING,
     MEMBER(proof_warning_days), 5, DAY(655)},
    {waiting_for_proof, TCA_CHECK_PROOF_NOT_VERIFIED, DAY(663), WARNING, CRITICAL,
     MEMBER(activation_critical_days), 1, DAY(669)},
    {waiting_for_proof_late, TCA_CHECK_PROOF_NOT_VERIFIED, DAY(663), OK, CRITICAL, 0, 0, 0},
    {retired_waiting_for_proof, TCA_CHECK_PROOF_NOT_VERIFIED, DAY(701), OK, WARNING, 0, 0, 0},
    {act, TCA_CHECK_ACTIVE_EXPIRES, A_ENDS - 30 * TCAI_DAY, OK, WARNING,
     MEMBER(expires_warning_days), 20, A_ENDS - 20 * TCAI_DAY},
    {act, TCA_CHECK_ACTIVE_EXPIRES, A_ENDS - 7 * TCAI_DAY, WARNING, CRITICAL,
     MEMBER(expires_critical_days), 9, A_ENDS - 9 * TCAI_DAY},
    {left_over, TCA_CHECK_EXPIRED_STILL_REGISTERED, A_ENDS + 1 + 14 * TCAI_DAY, OK, WARNING,
     MEMBER(removal_warning_days), 30, A_ENDS + 1 + 30 * TCAI_DAY},
    {revoked, TCA_CHECK_EXPIRED_STILL_REGISTERED, A_ENDS + 1 + 14 * TCAI_DAY, OK, WARNING, 0, 0, 0},
    {revoked, TCA_CHECK_REVOKED_STILL_TRUSTED, A_ENDS + 1, CRITICAL, OK, 0, 0, 0},
    {heard_long_ago, TCA_CHECK_STALE_VIEW, DAY(100) + 7200, OK, WARNING,
     MEMBER(stale_warning_seconds), 60, DAY(100) + 60},
    {heard_long_ago, TCA_CHECK_STALE_VIEW, DAY(101), WARNING, CRITICAL,
     MEMBER(stale_critical_seconds), 172800, DAY(102)},
};

static void assert_turns(situation (*made_at)(tca_unix), uint32_t kind, tca_unix moment,
                         uint32_t before, uint32_t at, const tca_check_options *options) {
    situation scene = made_at(moment - 1);
    assert_status(&scene, kind, options, before);
    scene = made_at(moment);
    assert_status(&scene, kind, options, at);
}

START_TEST(a_check_turns_at_its_threshold) {
    uint32_t kind = thresholds[_i].kind;
    assert_turns(thresholds[_i].scene, kind, thresholds[_i].moment, thresholds[_i].before,
                 thresholds[_i].at, NULL);
    if (thresholds[_i].member != 0) {
        tca_check_options options = {.struct_size = sizeof(options)};
        memcpy((uint8_t *)&options + thresholds[_i].member, &thresholds[_i].threshold,
               sizeof(uint32_t));
        assert_turns(thresholds[_i].scene, kind, thresholds[_i].moved, thresholds[_i].before,
                     thresholds[_i].at, &options);
    }
}
END_TEST

START_TEST(thresholds_take_any_number) {
    tca_check_options options;
    memset(&options, 0xFF, sizeof(options));
    options.struct_size = sizeof(options);
    options.flags = 0;
    situation scene = act(DAY(650));
    assert_status(&scene, TCA_CHECK_ACTIVE_EXPIRES, &options, CRITICAL);
    scene = heard_long_ago(TCA_TIME_MAX);
    assert_status(&scene, TCA_CHECK_STALE_VIEW, &options, CRITICAL);
}
END_TEST

START_TEST(a_successor_is_not_missed_before_it_is_due) {
    tca_check_options options = {
        .struct_size = sizeof(options), .missing_warning_days = 800, .missing_critical_days = 700};
    assert_turns(steady, TCA_CHECK_SUCCESSOR_MISSING, A_ENDS - 90 * TCAI_DAY, OK, CRITICAL,
                 &options);
}
END_TEST

START_TEST(an_expired_one_is_never_critical) {
    situation scene = left_over(DAY(1369));
    assert_status(&scene, TCA_CHECK_EXPIRED_STILL_REGISTERED, NULL, WARNING);
}
END_TEST

/* ---- what is looked at ---- */

START_TEST(every_kind_speaks_when_all_is_well) {
    situation scene = act(DAY(645));
    tca_checks *checks = checks_of(&scene, NULL);
    ck_assert_uint_eq(tca_checks_status(checks), OK);
    ck_assert_uint_eq(tca_checks_count(checks), TCA_CHECK_KINDS);
    for (uint32_t i = 0; i < TCA_CHECK_KINDS; i++) {
        tca_check_finding finding = finding_at(checks, i);
        ck_assert_uint_eq(finding.kind, i + 1);
        ck_assert_uint_eq(finding.status, OK);
        ck_assert_uint_eq(finding.certificate, TCA_NO_INDEX);
        ck_assert_uint_eq(finding.target, TCA_NO_INDEX);
        ck_assert_str_ne(message_at(checks, i), "");
        ck_assert_str_eq(remedy_at(checks, i), "");
    }
    tca_checks_unref(checks);
}
END_TEST

/* The active certificate, at a target that does not let in what it signs. */
static const struct {
    uint32_t target;
    uint32_t state;
    uint32_t flags;
    uint32_t kind;
    const char *message;
} refusing[] = {
    {HUB, TCA_TARGET_STATE_ABSENT, 0, TCA_CHECK_SUCCESSOR_NOT_REGISTERED,
     "BBBB2222 is active and hub does not hold it"},
    {HUB, TCA_TARGET_STATE_UPLOADED, 0, TCA_CHECK_SUCCESSOR_NOT_REGISTERED,
     "BBBB2222 is active and hub holds it without proof of possession"},
    {HUB, TCA_TARGET_STATE_UPLOADED, 0, TCA_CHECK_PROOF_NOT_VERIFIED,
     "BBBB2222 is active and hub has waited for proof of its possession since 2026-03-02"},
    {HUB, TCA_TARGET_STATE_VERIFIED, 0, TCA_CHECK_SUCCESSOR_NOT_REGISTERED,
     "BBBB2222 is active and hub holds it, but lets in no device by it"},
    {EDGE, TCA_TARGET_STATE_ABSENT, TCA_PLAN_TARGET_BEHIND | TCA_PLAN_TARGET_WRONG_FIRST,
     TCA_CHECK_NOT_TRUSTED_HERE, "BBBB2222 is active and edge does not trust it"},
    {EDGE, TCA_TARGET_STATE_TRUSTED, TCA_PLAN_TARGET_WRONG_FIRST, TCA_CHECK_NOT_TRUSTED_HERE,
     "BBBB2222 is active and edge has another one in its place, which is all that most TLS stacks "
     "look at"},
};

START_TEST(an_active_one_that_is_refused_is_critical_at_once) {
    situation scene = switched(DAY(700));
    scene.since = DAY(700);
    scene.b_states[refusing[_i].target] = refusing[_i].state;
    scene.flags[refusing[_i].target] = refusing[_i].flags;
    tca_checks *checks = checks_of(&scene, NULL);
    uint32_t index = first_of(checks, refusing[_i].kind);
    tca_check_finding finding = finding_at(checks, index);
    ck_assert_uint_eq(finding.status, CRITICAL);
    ck_assert_uint_eq(finding.certificate, 1);
    ck_assert_uint_eq(finding.target, refusing[_i].target);
    ck_assert_str_eq(message_at(checks, index), refusing[_i].message);
    ck_assert_uint_eq(count_of(checks, refusing[_i].kind), 1);
    ck_assert_str_ne(remedy_at(checks, index), "");
    ck_assert_uint_eq(tca_checks_status(checks), CRITICAL);
    tca_checks_unref(checks);
}
END_TEST

START_TEST(messages_name_certificate_target_and_day) {
    situation scene = lacking_at_hub(DAY(665));
    assert_message(&scene, TCA_CHECK_SUCCESSOR_NOT_REGISTERED,
                   "BBBB2222 becomes active from 2026-01-31 on and hub does not hold it");
    scene = lacking_at_edge(DAY(640));
    assert_message(&scene, TCA_CHECK_NOT_TRUSTED_HERE,
                   "BBBB2222 becomes active from 2026-01-31 on and edge does not trust it");
    scene = steady(DAY(700));
    assert_message(&scene, TCA_CHECK_SUCCESSOR_MISSING,
                   "AAAA1111 ends on 2026-03-31; its successor was due on 2025-12-31 and is not "
                   "listed");
    assert_message(&scene, TCA_CHECK_ACTIVE_EXPIRES,
                   "AAAA1111 ends on 2026-03-31, and no successor is active");
    scene = left_over(DAY(760));
    assert_message(&scene, TCA_CHECK_EXPIRED_STILL_REGISTERED,
                   "AAAA1111 ended on 2026-03-31 and hub still holds it");
    scene = heard_long_ago(DAY(101));
    assert_message(&scene, TCA_CHECK_STALE_VIEW,
                   "the service gave its list last at 2024-07-10T00:00:00Z");
}
END_TEST

/* A fresh plan's problem is the store's. */
START_TEST(a_stale_plan_says_why) {
    static const char why[] = "connection refused";
    static const char *const messages[] = {
        "the service gave its list last at 2024-07-10T00:00:00Z",
        "the service gave its list last at 2024-07-10T00:00:00Z: connection refused"};
    situation scene = heard_long_ago(DAY(101));
    tca_plan *plan = plan_of(&scene);
    tca_checks *checks;
    plan->summary.flags |= _i == 0 ? 0u : TCA_PLAN_STALE;
    plan->problem = tcai_bytes_copy(why, sizeof(why) - 1);
    ck_assert_int_eq(tca_check(plan, NULL, &checks, NULL), TCA_OK);
    tca_plan_unref(plan);
    ck_assert_str_eq(message_at(checks, first_of(checks, TCA_CHECK_STALE_VIEW)), messages[_i]);
    tca_checks_unref(checks);
}
END_TEST

START_TEST(what_is_not_needed_or_not_wanted_is_not_missed) {
    situation scene = switched(DAY(700));
    scene.b_states[HUB] = TCA_TARGET_STATE_NOT_NEEDED;
    assert_status(&scene, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, NULL, OK);
    scene = switched(DAY(700));
    scene.a_states[HUB] = TCA_TARGET_STATE_ABSENT;
    assert_status(&scene, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, NULL, OK);
    scene = left_over(DAY(760));
    scene.a_states[HUB] = TCA_TARGET_STATE_REMOVED;
    assert_status(&scene, TCA_CHECK_EXPIRED_STILL_REGISTERED, NULL, OK);
    scene = waiting_for_proof(DAY(652)); /* nobody knows since when */
    scene.since = 0;
    assert_status(&scene, TCA_CHECK_PROOF_NOT_VERIFIED, NULL, OK);
}
END_TEST

/* A word silences nothing: devices will come with what it signs. */
static const struct {
    uint32_t target;
    uint32_t state;
    const char *message;
} by_word[] = {
    {HUB, TCA_TARGET_STATE_ABSENT, "hub does not hold it"},
    {HUB, TCA_TARGET_STATE_REMOVED, "hub does not hold it"},
    {HUB, TCA_TARGET_STATE_REMOVABLE, "hub is to let go of it"},
    {EDGE, TCA_TARGET_STATE_ABSENT, "edge does not trust it"},
    {EDGE, TCA_TARGET_STATE_REMOVED, "edge does not trust it"},
    {EDGE, TCA_TARGET_STATE_REMOVABLE, "edge is to let go of it"},
};

START_TEST(a_successor_that_was_removed_by_word_is_missed_and_called_that) {
    situation scene = removed_by_word(DAY(669));
    char message[128];
    uint32_t kind =
        by_word[_i].target == HUB ? TCA_CHECK_SUCCESSOR_NOT_REGISTERED : TCA_CHECK_NOT_TRUSTED_HERE;
    scene.b_states[by_word[_i].target] = by_word[_i].state;
    snprintf(message, sizeof(message),
             "BBBB2222 was removed by word, becomes active from 2026-01-31 on and %s",
             by_word[_i].message);
    assert_status(&scene, kind, NULL, CRITICAL);
    assert_message(&scene, kind, message);
}
END_TEST

START_TEST(a_retired_one_that_was_removed_by_word_is_not_missed) {
    situation scene = switched(DAY(700));
    scene.a_states[HUB] = TCA_TARGET_STATE_REMOVED;
    scene.a_states[EDGE] = TCA_TARGET_STATE_REMOVED;
    assert_status(&scene, TCA_CHECK_SUCCESSOR_NOT_REGISTERED, NULL, OK);
    assert_status(&scene, TCA_CHECK_NOT_TRUSTED_HERE, NULL, OK);
}
END_TEST

START_TEST(anchors_that_differ_are_a_warning) {
    situation scene = switched(DAY(700));
    scene.flags[EDGE] = TCA_PLAN_TARGET_BEHIND;
    assert_status(&scene, TCA_CHECK_NOT_TRUSTED_HERE, NULL, WARNING);
    assert_message(&scene, TCA_CHECK_NOT_TRUSTED_HERE,
                   "edge does not hold the anchors that it should");
    scene.flags[EDGE] = TCA_PLAN_TARGET_MIXED_DAY;
    assert_status(&scene, TCA_CHECK_NOT_TRUSTED_HERE, NULL, OK);
}
END_TEST

START_TEST(a_shared_ca_is_critical) {
    situation scene = steady(DAY(100));
    scene.flags[EDGE] = TCA_PLAN_TARGET_SHARED_CA;
    assert_status(&scene, TCA_CHECK_SHARED_CA_TRUSTED, NULL, CRITICAL);
    assert_message(&scene, TCA_CHECK_SHARED_CA_TRUSTED,
                   "edge trusts an upper CA, and with it the devices of every tenant");
}
END_TEST

START_TEST(what_cannot_be_read_is_unknown_and_nothing_else) {
    situation scene = switched(DAY(700));
    scene.unreadable[HUB] = true;
    scene.b_states[HUB] = TCA_TARGET_STATE_UNKNOWN;
    tca_checks *checks = checks_of(&scene, NULL);
    ck_assert_uint_eq(tca_checks_status(checks), UNKNOWN);
    ck_assert_uint_eq(finding_at(checks, 0).kind, TCA_CHECK_TARGET_UNREADABLE);
    ck_assert_uint_eq(finding_at(checks, 0).target, HUB);
    ck_assert_str_eq(message_at(checks, 0), "hub could not be read: HTTP 403");
    ck_assert_uint_eq(finding_at(checks, 1).status, OK);
    tca_checks_unref(checks);
}
END_TEST

static const struct {
    uint32_t flags;
    uint32_t others;
    uint32_t status;
    const char *message;
} revocations[] = {
    {TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED, 1, CRITICAL,
     "AAAA1111 was revoked and hub still lets devices in by it"},
    {TCA_REGISTRATION_VERIFIED | TCA_REGISTRATION_TRUSTED, 0, CRITICAL,
     "AAAA1111 was revoked and hub still lets devices in by it, and by nothing else"},
    {TCA_REGISTRATION_VERIFIED, 1, OK, "no target lets devices in by a revoked certificate"},
    {TCA_REGISTRATION_HAS_NOT_AFTER, 1, OK, "no target lets devices in by a revoked certificate"},
};

START_TEST(a_revoked_one_is_critical_where_it_lets_devices_in) {
    situation scene = revoked(DAY(700));
    scene.a_registered = revocations[_i].flags;
    scene.others = revocations[_i].others;
    assert_status(&scene, TCA_CHECK_REVOKED_STILL_TRUSTED, NULL, revocations[_i].status);
    assert_message(&scene, TCA_CHECK_REVOKED_STILL_TRUSTED, revocations[_i].message);
}
END_TEST

/* A hub for three certificates. */
static const struct {
    situation (*scene)(tca_unix now);
    tca_unix now;
    uint32_t others;
    uint32_t state; /* of B there */
    uint32_t status;
    const char *message;
} rooms[] = {
    {lacking_at_hub, DAY(641), 2, TCA_TARGET_STATE_ABSENT, OK,
     "every cloud target has room for one more certificate"},
    {lacking_at_hub, DAY(641), 3, TCA_TARGET_STATE_ABSENT, CRITICAL,
     "hub holds 3 certificates of 3: BBBB2222 becomes active from 2026-01-31 on and finds no room"},
    {switched, DAY(700), 4, TCA_TARGET_STATE_ABSENT, CRITICAL,
     "hub holds 4 certificates of 3: BBBB2222 is active and finds no room"},
    {switched, DAY(700), 3, TCA_TARGET_STATE_UPLOADED, WARNING,
     "hub holds 3 certificates of 3: the next certificate will find no room"},
    {steady, DAY(100), 3, 0, WARNING,
     "hub holds 3 certificates of 3: the next certificate will find no room"},
    {switched, DAY(700), 3, TCA_TARGET_STATE_NOT_NEEDED, OK,
     "every cloud target has room for one more certificate"},
};

START_TEST(a_full_target_is_critical_when_a_certificate_waits) {
    situation scene = rooms[_i].scene(rooms[_i].now);
    scene.capacity = 3;
    scene.others = rooms[_i].others;
    scene.b_states[HUB] = rooms[_i].state;
    assert_status(&scene, TCA_CHECK_CAPACITY, NULL, rooms[_i].status);
    assert_message(&scene, TCA_CHECK_CAPACITY, rooms[_i].message);
}
END_TEST

static const struct {
    uint32_t a;
    uint32_t b;
    tca_unix now;
    uint32_t status;
    uint32_t of_dates; /* what is reckoned from the active one's end */
    const char *message;
} contradictions[] = {
    {TCA_SERVICE_ACTIVE, TCA_SERVICE_ACTIVE, DAY(660), CRITICAL, UNKNOWN,
     "of the tenant's certificates several are called active"},
    {TCA_SERVICE_INACTIVE, TCA_SERVICE_INACTIVE, DAY(660), CRITICAL, UNKNOWN,
     "of the tenant's certificates none is called active"},
    {TCA_SERVICE_ACTIVE, TCA_SERVICE_INACTIVE, DAY(731), CRITICAL, CRITICAL,
     "of the tenant's certificates the active one has ended"},
    {TCA_SERVICE_INACTIVE, TCA_SERVICE_ACTIVE, DAY(639), CRITICAL, OK,
     "of the tenant's certificates the active one has not begun"},
    {TCA_SERVICE_NONE, TCA_SERVICE_NONE, DAY(639), UNKNOWN, UNKNOWN,
     "the service lists no tenant CA certificate at all"},
};

START_TEST(a_tenant_without_one_active_certificate) {
    situation scene = switched(contradictions[_i].now);
    scene.a = contradictions[_i].a;
    scene.b = contradictions[_i].b;
    assert_status(&scene, TCA_CHECK_AMBIGUOUS, NULL, contradictions[_i].status);
    assert_message(&scene, TCA_CHECK_AMBIGUOUS, contradictions[_i].message);
    assert_status(&scene, TCA_CHECK_ACTIVE_EXPIRES, NULL, contradictions[_i].of_dates);
}
END_TEST

START_TEST(an_active_one_that_has_ended_says_so) {
    situation scene = act(DAY(731));
    assert_message(&scene, TCA_CHECK_ACTIVE_EXPIRES,
                   "AAAA1111 ended on 2026-03-31, and no successor is active");
}
END_TEST

/* ---- the whole ---- */

START_TEST(the_worst_comes_first) {
    situation scene = lacking_at_hub(DAY(650));
    scene.b_states[HUB] = TCA_TARGET_STATE_ABSENT;
    scene.flags[EDGE] = TCA_PLAN_TARGET_BEHIND;
    tca_checks *checks = checks_of(&scene, NULL);
    ck_assert_uint_eq(tca_checks_status(checks), WARNING);
    ck_assert_uint_eq(finding_at(checks, 0).kind, TCA_CHECK_SUCCESSOR_NOT_REGISTERED);
    ck_assert_uint_eq(finding_at(checks, 1).kind, TCA_CHECK_NOT_TRUSTED_HERE);
    ck_assert_uint_eq(finding_at(checks, 2).kind, TCA_CHECK_SUCCESSOR_MISSING);
    tca_checks_unref(checks);

    scene.unreadable[EDGE] = true;
    checks = checks_of(&scene, NULL);
    ck_assert_uint_eq(tca_checks_status(checks), UNKNOWN);
    ck_assert_uint_eq(finding_at(checks, 0).kind, TCA_CHECK_TARGET_UNREADABLE);
    ck_assert_uint_eq(finding_at(checks, 1).kind, TCA_CHECK_SUCCESSOR_NOT_REGISTERED);
    tca_checks_unref(checks);

    scene.now = DAY(669);
    scene.listed_at = DAY(669) - 7200;
    checks = checks_of(&scene, NULL);
    ck_assert_uint_eq(tca_checks_status(checks), CRITICAL);
    ck_assert_uint_eq(finding_at(checks, 0).status, CRITICAL);
    ck_assert_uint_eq(finding_at(checks, 1).status, UNKNOWN);
    ck_assert_uint_eq(finding_at(checks, 2).status, WARNING);
    ck_assert_uint_eq(finding_at(checks, 3).status, OK);
    tca_checks_unref(checks);
}
END_TEST

START_TEST(what_is_equally_bad_goes_by_kind) {
    situation scene = retired_waiting_for_proof(DAY(702));
    scene.flags[EDGE] = TCA_PLAN_TARGET_BEHIND;
    tca_checks *checks = checks_of(&scene, NULL);
    ck_assert_uint_eq(finding_at(checks, 0).status, WARNING);
    ck_assert_uint_eq(finding_at(checks, 0).kind, TCA_CHECK_NOT_TRUSTED_HERE);
    ck_assert_uint_eq(finding_at(checks, 1).status, WARNING);
    ck_assert_uint_eq(finding_at(checks, 1).kind, TCA_CHECK_PROOF_NOT_VERIFIED);
    tca_checks_unref(checks);
}
END_TEST

START_TEST(bad_arguments_are_refused) {
    situation scene = steady(DAY(100));
    tca_plan *plan = plan_of(&scene);
    tca_checks *checks = (tca_checks *)plan;
    tca_check_options options = {.struct_size = sizeof(options), .flags = 1};
    ck_assert_int_eq(tca_check(plan, &options, &checks, NULL), TCA_E_UNSUPPORTED);
    ck_assert_ptr_null(checks);
    options = (tca_check_options){.struct_size = 4};
    ck_assert_int_eq(tca_check(plan, &options, &checks, NULL), TCA_E_STRUCT_TOO_SMALL);
    ck_assert_int_eq(tca_check(NULL, NULL, &checks, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_check(plan, NULL, NULL, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_check(plan, NULL, &checks, NULL), TCA_OK);
    tca_plan_unref(plan);

    tca_check_finding finding = {.struct_size = sizeof(finding), .kind = 7};
    const char *text = "";
    size_t length = 1;
    uint32_t count = tca_checks_count(checks);
    ck_assert_int_eq(tca_checks_get(checks, count, &finding), TCA_E_NOT_FOUND);
    ck_assert_uint_eq(finding.kind, 0);
    ck_assert_int_eq(tca_checks_get(NULL, 0, &finding), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_checks_get(checks, 0, NULL), TCA_E_ARGUMENT);
    finding.struct_size = 8;
    ck_assert_int_eq(tca_checks_get(checks, 0, &finding), TCA_E_STRUCT_TOO_SMALL);
    ck_assert_int_eq(tca_checks_message(checks, count, &text, &length), TCA_E_NOT_FOUND);
    ck_assert_ptr_null(text);
    ck_assert_uint_eq(length, 0);
    ck_assert_int_eq(tca_checks_message(checks, 0, &text, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_checks_remedy(checks, count, &text, &length), TCA_E_NOT_FOUND);
    ck_assert_int_eq(tca_checks_remedy(NULL, 0, &text, &length), TCA_E_ARGUMENT);
    ck_assert_uint_eq(tca_checks_status(NULL), UNKNOWN);
    ck_assert_uint_eq(tca_checks_count(NULL), 0);
    tca_checks *again;
    tca_checks_ref(checks, &again);
    tca_checks_unref(checks);
    ck_assert_uint_eq(tca_checks_count(again), count);
    tca_checks_unref(again);
    tca_checks_ref(NULL, &again);
    ck_assert_ptr_null(again);
    tca_checks_unref(NULL);
}
END_TEST

START_TEST(numbers_have_names) {
    static const char *const names[] = {"successor-missing",
                                        "successor-not-registered",
                                        "not-trusted-here",
                                        "proof-not-verified",
                                        "active-expires",
                                        "expired-still-registered",
                                        "revoked-still-trusted",
                                        "stale-view",
                                        "capacity",
                                        "target-unreadable",
                                        "shared-ca-trusted",
                                        "ambiguous"};
    ck_assert_uint_eq(COUNT(names), TCA_CHECK_KINDS);
    for (uint32_t i = 0; i < COUNT(names); i++) {
        ck_assert_str_eq(tca_check_name(i + 1), names[i]);
    }
    ck_assert_str_eq(tca_check_name(0), "unknown");
    ck_assert_str_eq(tca_check_name(TCA_CHECK_KINDS + 1), "unknown");
    ck_assert_str_eq(tca_check_status_name(OK), "OK");
    ck_assert_str_eq(tca_check_status_name(WARNING), "WARNING");
    ck_assert_str_eq(tca_check_status_name(CRITICAL), "CRITICAL");
    ck_assert_str_eq(tca_check_status_name(UNKNOWN), "UNKNOWN");
    ck_assert_str_eq(tca_check_status_name(4), "UNKNOWN");
}
END_TEST

START_TEST(any_allocation_may_fail) {
    situation scene = lacking_at_hub(DAY(669));
    scene.unreadable[EDGE] = true;
    tca_plan *plan = plan_of(&scene);
    tca_result result = TCA_E_NO_MEMORY;
    for (size_t nth = 1; fail_alloc_available() && result == TCA_E_NO_MEMORY; nth++) {
        tca_checks *checks = (tca_checks *)plan;
        long before = fail_alloc_live();
        fail_alloc_arm(nth, FAIL_ALLOC_ONCE);
        result = tca_check(plan, NULL, &checks, NULL);
        size_t failures = fail_alloc_failures();
        fail_alloc_disarm();
        ck_assert_int_eq(result, failures == 0 ? TCA_OK : TCA_E_NO_MEMORY);
        if (failures > 0) {
            ck_assert_ptr_null(checks);
            ck_assert_int_eq(fail_alloc_live(), before);
        }
        tca_checks_unref(checks);
    }
    tca_plan_unref(plan);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("check");
    TCase *tests = tcase_create("check");
    tcase_add_loop_test(tests, a_check_turns_at_its_threshold, 0, COUNT(thresholds));
    tcase_add_test(tests, thresholds_take_any_number);
    tcase_add_test(tests, a_successor_is_not_missed_before_it_is_due);
    tcase_add_test(tests, an_expired_one_is_never_critical);
    tcase_add_test(tests, every_kind_speaks_when_all_is_well);
    tcase_add_loop_test(tests, an_active_one_that_is_refused_is_critical_at_once, 0,
                        COUNT(refusing));
    tcase_add_test(tests, messages_name_certificate_target_and_day);
    tcase_add_loop_test(tests, a_stale_plan_says_why, 0, 2);
    tcase_add_test(tests, what_is_not_needed_or_not_wanted_is_not_missed);
    tcase_add_loop_test(tests, a_successor_that_was_removed_by_word_is_missed_and_called_that, 0,
                        COUNT(by_word));
    tcase_add_test(tests, a_retired_one_that_was_removed_by_word_is_not_missed);
    tcase_add_test(tests, anchors_that_differ_are_a_warning);
    tcase_add_test(tests, a_shared_ca_is_critical);
    tcase_add_test(tests, what_cannot_be_read_is_unknown_and_nothing_else);
    tcase_add_loop_test(tests, a_revoked_one_is_critical_where_it_lets_devices_in, 0,
                        COUNT(revocations));
    tcase_add_loop_test(tests, a_full_target_is_critical_when_a_certificate_waits, 0, COUNT(rooms));
    tcase_add_loop_test(tests, a_tenant_without_one_active_certificate, 0, COUNT(contradictions));
    tcase_add_test(tests, an_active_one_that_has_ended_says_so);
    tcase_add_test(tests, the_worst_comes_first);
    tcase_add_test(tests, what_is_equally_bad_goes_by_kind);
    tcase_add_test(tests, bad_arguments_are_refused);
    tcase_add_test(tests, numbers_have_names);
    tcase_add_test(tests, any_allocation_may_fail);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
