/* SPDX-License-Identifier: MIT */
/* Rollovers of tenants made by chance, against a model that is written from the meanings of the
 * words alone, without order, index or cleverness. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulator/issuer.h"
#include "tenantca/tenantca.h"

#define SEED 20260405
#define TENANT "1f0e7b52-6c3d-4a58-9b1e-2d4c8a6f0e93"
#define DAY INT64_C(86400)
#define EPOCH INT64_C(1700000000)
#define MOST 6
#define LEAD (90 * DAY)
#define EARLIEST (30 * DAY)
#define EXPECTED (45 * DAY)
#define LATEST (60 * DAY)
#define REMOVAL (30 * DAY)

/* ---- tenants by chance, the same in every run ---- */

static uint64_t chance_state = SEED;

static uint32_t chance(uint32_t below) {
    chance_state = chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(chance_state >> 33) % below;
}

typedef struct thing {
    bool listed, dated;
    bool ends;     /* its end is known, as it is of whatever is dated */
    uint32_t word; /* TCA_SERVICE_* */
    tca_unix start, end;
    uint32_t status, phase; /* filled by the model */
} thing;

typedef struct tenant {
    thing things[MOST];
    uint32_t count;
    tca_unix now;
    uint32_t active; /* the only Active one, valid or not; filled by the model */
} tenant;

static tca_unix end_of(const thing *one) {
    return one->end + 1;
}

/* No two start together: which of them came first is a matter of the list, not of dates. */
static bool start_is_taken(const tenant *of, tca_unix start) {
    for (uint32_t i = 0; i < of->count; i++) {
        if (of->things[i].start == start) {
            return true;
        }
    }
    return false;
}

/* Often exactly at, or one second beside, a moment at which something changes. */
static tca_unix some_now(const tenant *of) {
    static const tca_unix after_start[] = {0, EARLIEST, EXPECTED, LATEST, LEAD};
    static const tca_unix after_end[] = {0, -LEAD, REMOVAL};
    if (of->count == 0 || chance(8) == 0) {
        return EPOCH + (tca_unix)chance(1500) * DAY;
    }
    const thing *one = &of->things[chance(of->count)];
    tca_unix edge =
        chance(2) == 0 ? one->start + after_start[chance(5)] : end_of(one) + after_end[chance(3)];
    return edge - 2 + (tca_unix)chance(4);
}

static uint32_t some_word(void) {
    static const uint32_t words[] = {TCA_SERVICE_ACTIVE,   TCA_SERVICE_INACTIVE,
                                     TCA_SERVICE_INACTIVE, TCA_SERVICE_EXPIRED,
                                     TCA_SERVICE_REVOKED,  TCA_SERVICE_OTHER};
    return words[chance(6)];
}

static void listed_by_chance(tenant *of) {
    uint32_t wanted = chance(MOST);
    uint32_t active = chance(4) == 0 ? MOST : chance(MOST);
    *of = (tenant){.count = 0};
    while (of->count < wanted) {
        tca_unix start = EPOCH + (tca_unix)chance(60) * 30 * DAY;
        if (start_is_taken(of, start)) {
            continue;
        }
        thing *one = &of->things[of->count];
        *one = (thing){.listed = true,
                       .dated = chance(6) != 0,
                       .ends = chance(2) != 0,
                       .word = some_word(),
                       .start = start,
                       .end = start + (tca_unix)(1 + chance(13)) * 60 * DAY};
        if (active < MOST) { /* mostly one is active, so that there is more to see */
            one->word = of->count == active % wanted      ? TCA_SERVICE_ACTIVE
                        : one->word == TCA_SERVICE_ACTIVE ? TCA_SERVICE_INACTIVE
                                                          : one->word;
        }
        one->ends = one->ends || one->dated;
        of->count++;
    }
    of->now = some_now(of);
}

/* ---- the library's view of the same ---- */

static tca_inventory *finish(tca_inventory_builder *builder) {
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    return inventory;
}

static tca_inventory *inventory_of(const tenant *of, tca_certificate *const *bodies) {
    tca_inventory_builder *builder = NULL;
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        char serial[9];
        snprintf(serial, sizeof(serial), "%08X", 0x10000000u + (unsigned)i);
        tca_service_record record = {.struct_size = sizeof(record),
                                     .status = one->word,
                                     .not_before = one->start,
                                     .not_after = one->end,
                                     .serial = bodies == NULL ? serial : NULL,
                                     .serial_length = bodies == NULL ? 8 : 0};
        record.flags = (one->dated ? TCA_SERVICE_HAS_NOT_BEFORE : 0u) |
                       (one->ends ? TCA_SERVICE_HAS_NOT_AFTER : 0u);
        ck_assert_int_eq(tca_inventory_builder_add(builder, bodies == NULL ? NULL : bodies[i],
                                                   one->listed ? &record : NULL, NULL),
                         TCA_OK);
    }
    return finish(builder);
}

static tca_rollover *rollover_of(const tenant *of, tca_certificate *const *bodies) {
    tca_inventory *inventory = inventory_of(of, bodies);
    tca_rollover *rollover = NULL;
    ck_assert_uint_eq(tca_inventory_count(inventory), of->count);
    ck_assert_int_eq(tca_rollover_compute(inventory, of->now, NULL, &rollover, NULL), TCA_OK);
    tca_inventory_unref(inventory);
    return rollover;
}

/* Printed with whatever fails. */
static const char *described(const tenant *of) {
    static char text[1024];
    size_t length = (size_t)snprintf(text, sizeof(text),
                                     "at day %+.5f:", (double)(of->now - EPOCH) / (double)DAY);
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        length += (size_t)snprintf(text + length, sizeof(text) - length,
                                   " [%u: word %u%s %lld-%lld]", (unsigned)i, (unsigned)one->word,
                                   one->dated  ? ""
                                   : one->ends ? " startless"
                                               : " undated",
                                   (long long)((one->start - EPOCH) / DAY),
                                   (long long)((one->end - EPOCH) / DAY));
    }
    return text;
}

/* ---- the model ---- */

static bool valid(const thing *one, tca_unix now) {
    return one->start <= now && now <= one->end;
}

/* Without a word: the latest one that is activated and valid, else the oldest valid one. */
static uint32_t predicted_active(const tenant *of) {
    uint32_t found = TCA_NO_INDEX;
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        bool activated = of->now >= one->start + EXPECTED;
        if (valid(one, of->now) && activated &&
            (found == TCA_NO_INDEX || one->start > of->things[found].start)) {
            found = i;
        }
    }
    for (uint32_t i = 0, none = found == TCA_NO_INDEX; none != 0 && i < of->count; i++) {
        const thing *one = &of->things[i];
        if (valid(one, of->now) &&
            (found == TCA_NO_INDEX || one->start < of->things[found].start)) {
            found = i;
        }
    }
    return found;
}

static uint32_t model_status(const tenant *of, uint32_t index, bool any_word) {
    const thing *one = &of->things[index];
    if (!any_word) {
        return index == predicted_active(of) ? TCA_STATUS_ACTIVE : TCA_STATUS_INACTIVE;
    }
    return one->word == TCA_SERVICE_REVOKED                ? TCA_STATUS_REVOKED
           : one->word == TCA_SERVICE_ACTIVE && one->dated ? TCA_STATUS_ACTIVE
                                                           : TCA_STATUS_INACTIVE;
}

static uint32_t model_phase(const tenant *of, const thing *one) {
    if (one->status == TCA_STATUS_INACTIVE && one->ends && of->now > one->end) {
        return TCA_PHASE_EXPIRED;
    }
    if (one->status != TCA_STATUS_INACTIVE || !one->dated || of->active == TCA_NO_INDEX) {
        return TCA_PHASE_NONE;
    }
    return one->start > of->things[of->active].start ? TCA_PHASE_NEW : TCA_PHASE_RETIRED;
}

static void model_states(tenant *of) {
    bool any_word = false;
    uint32_t actives = 0;
    for (uint32_t i = 0; i < of->count; i++) {
        any_word = any_word || of->things[i].listed;
    }
    of->active = TCA_NO_INDEX;
    for (uint32_t i = 0; i < of->count; i++) {
        of->things[i].status = model_status(of, i, any_word);
        if (of->things[i].status == TCA_STATUS_ACTIVE) {
            of->active = i;
            actives++;
        }
    }
    of->active = actives == 1 ? of->active : TCA_NO_INDEX;
    for (uint32_t i = 0; i < of->count; i++) {
        of->things[i].phase = model_phase(of, &of->things[i]);
    }
}

static bool ambiguous(const tenant *of) {
    return of->active == TCA_NO_INDEX || !valid(&of->things[of->active], of->now);
}

/* Of those that can take its place when it ends, the one that starts first. */
static uint32_t successor(const tenant *of, uint32_t index) {
    const thing *old = &of->things[index];
    uint32_t found = TCA_NO_INDEX;
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        bool over = of->now > one->end;
        if (one->dated && one->status != TCA_STATUS_REVOKED && !over && one->start > old->start &&
            one->end > old->end &&
            (found == TCA_NO_INDEX || one->start < of->things[found].start)) {
            found = i;
        }
    }
    return found;
}

static tca_unix lead_date(const thing *one) {
    return one->end - LEAD > one->start ? one->end - LEAD : one->start;
}

static uint32_t first_new(const tenant *of) {
    uint32_t found = TCA_NO_INDEX;
    for (uint32_t i = 0; i < of->count; i++) {
        if (of->things[i].phase == TCA_PHASE_NEW &&
            (found == TCA_NO_INDEX || of->things[i].start < of->things[found].start)) {
            found = i;
        }
    }
    return found;
}

static uint32_t model_stage(const tenant *of) {
    if (of->count == 0) {
        return TCA_STAGE_NONE;
    }
    if (ambiguous(of)) {
        return TCA_STAGE_AMBIGUOUS;
    }
    const thing *active = &of->things[of->active];
    bool switched = false, removable = false;
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        bool older =
            one->status == TCA_STATUS_INACTIVE && (!one->dated || one->start < active->start);
        tca_unix end = one->ends ? end_of(one) : active->start + LEAD;
        switched = switched || (older && of->now < end);
        removable = removable || (older && of->now >= end && of->now < end + REMOVAL);
    }
    bool due = of->now >= lead_date(active) && successor(of, of->active) == TCA_NO_INDEX;
    return first_new(of) != TCA_NO_INDEX ? TCA_STAGE_ACT
           : switched                    ? TCA_STAGE_SWITCHED
           : due                         ? TCA_STAGE_SUCCESSOR_DUE
           : removable                   ? TCA_STAGE_REMOVABLE
                                         : TCA_STAGE_STEADY;
}

static void check_states(const tenant *of, const tca_rollover *rollover) {
    for (uint32_t i = 0; i < of->count; i++) {
        tca_entry_state state = {.struct_size = sizeof(state)};
        ck_assert_int_eq(tca_rollover_state(rollover, i, &state), TCA_OK);
        ck_assert_msg(state.status == of->things[i].status && state.phase == of->things[i].phase,
                      "certificate %u: %s %s instead of %s %s, %s", (unsigned)i,
                      tca_status_name(state.status), tca_phase_name(state.phase),
                      tca_status_name(of->things[i].status), tca_phase_name(of->things[i].phase),
                      described(of));
        ck_assert_uint_eq(state.status_source,
                          of->things[i].listed ? TCA_SOURCE_SERVICE : TCA_SOURCE_PREDICTED);
    }
}

static void check_stage(const tenant *of, const tca_rollover_summary *summary) {
    uint32_t stage = model_stage(of);
    bool whole = stage != TCA_STAGE_NONE && stage != TCA_STAGE_AMBIGUOUS;
    ck_assert_msg(summary->stage == stage, "%s instead of %s, %s", tca_stage_name(summary->stage),
                  tca_stage_name(stage), described(of));
    ck_assert_uint_eq(summary->active, whole ? of->active : TCA_NO_INDEX);
    ck_assert_uint_eq(summary->next, whole ? first_new(of) : TCA_NO_INDEX);
}

/* ---- the next event ---- */

typedef struct moment {
    tca_unix at; /* INT64_MAX: none */
    bool ours;   /* what the library names is among those that happen then */
} moment;

static void offer(moment *best, const tca_rollover_summary *summary, tca_unix at, uint32_t event,
                  uint32_t certificate) {
    if (at <= summary->now || at > best->at) {
        return;
    }
    best->ours = (at == best->at && best->ours) ||
                 (summary->next_event == event && summary->next_event_certificate == certificate);
    best->at = at;
}

static void check_event(const tenant *of, const tca_rollover_summary *summary) {
    moment best = {INT64_MAX, false};
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        if (one->dated && one->status != TCA_STATUS_REVOKED) {
            offer(&best, summary, one->start, TCA_EVENT_START, i);
            offer(&best, summary, end_of(one), TCA_EVENT_EXPIRY, i);
        }
    }
    if (of->count > 0 && !ambiguous(of)) {
        uint32_t next = first_new(of);
        if (successor(of, of->active) == TCA_NO_INDEX) {
            offer(&best, summary, lead_date(&of->things[of->active]), TCA_EVENT_ISSUE, of->active);
        }
        if (next != TCA_NO_INDEX) {
            tca_unix start = of->things[next].start;
            offer(&best, summary, start + (of->now < start + EXPECTED ? EXPECTED : LATEST),
                  TCA_EVENT_ACTIVATION, next);
        }
    }
    if (best.at == INT64_MAX) {
        ck_assert_uint_eq(summary->next_event, TCA_EVENT_NONE);
        ck_assert_uint_eq(summary->next_event_certificate, TCA_NO_INDEX);
        return;
    }
    ck_assert_msg(summary->next_event_at == best.at && best.ours, "next: %s of %d, %s",
                  tca_event_name(summary->next_event), (int)summary->next_event_certificate,
                  described(of));
    bool predicted =
        summary->next_event == TCA_EVENT_ISSUE || summary->next_event == TCA_EVENT_ACTIVATION;
    ck_assert_uint_eq(summary->next_event_certainty,
                      predicted ? TCA_CERTAINTY_PREDICTED : TCA_CERTAINTY_OBSERVED);
}

/* ---- windows ---- */

typedef struct span {
    uint32_t kind, certificate;
    tca_unix opens, closes; /* closes 0: stays open */
} span;

typedef struct spans {
    span all[8 * MOST];
    uint32_t count;
} spans;

static void expect(spans *wanted, uint32_t kind, uint32_t certificate, tca_unix opens,
                   tca_unix closes) {
    if (closes == 0 || closes > opens) {
        wanted->all[wanted->count++] = (span){kind, certificate, opens, closes};
    }
}

/* The not revoked one that started last before this one. */
static uint32_t predecessor(const tenant *of, uint32_t index) {
    uint32_t found = TCA_NO_INDEX;
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        if (one->dated && one->status != TCA_STATUS_REVOKED &&
            one->start < of->things[index].start &&
            (found == TCA_NO_INDEX || one->start > of->things[found].start)) {
            found = i;
        }
    }
    return found;
}

/* Has a later one been issued that is not revoked? */
static bool is_followed(const tenant *of, uint32_t index) {
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        if (one->dated && one->status != TCA_STATUS_REVOKED &&
            one->start > of->things[index].start) {
            return true;
        }
    }
    return false;
}

static void expect_adoption(const tenant *of, spans *wanted, uint32_t index) {
    const thing *one = &of->things[index];
    bool known = one->status == TCA_STATUS_ACTIVE && one->listed; /* that it is active */
    tca_unix earliest = one->start + EARLIEST, latest = one->start + LATEST;
    expect(wanted, TCA_WINDOW_ACT, index, one->start,
           known && of->now < earliest ? of->now : earliest);
    expect(wanted, TCA_WINDOW_ACTIVATION, index, earliest,
           known && of->now < latest ? of->now : latest);
}

static void model_windows(const tenant *of, spans *wanted) {
    wanted->count = 0;
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        if (!one->dated) {
            continue;
        }
        expect(wanted, TCA_WINDOW_VALIDITY, i, one->start, end_of(one));
        if (one->status == TCA_STATUS_REVOKED) {
            continue;
        }
        uint32_t older = predecessor(of, i);
        if (older != TCA_NO_INDEX) {
            tca_unix both = end_of(&of->things[older]);
            expect(wanted, TCA_WINDOW_OVERLAP, i, one->start,
                   both < end_of(one) ? both : end_of(one));
        }
        if (is_followed(of, i)) {
            expect(wanted, TCA_WINDOW_REMOVAL, i, end_of(one), 0);
        }
        if (one->phase == TCA_PHASE_NEW ||
            (one->status == TCA_STATUS_ACTIVE && older != TCA_NO_INDEX)) {
            expect_adoption(of, wanted, i);
        }
    }
    if (of->count > 0 && !ambiguous(of)) {
        const thing *active = &of->things[of->active];
        uint32_t next = successor(of, of->active);
        expect(wanted, TCA_WINDOW_SUCCESSOR_DUE, of->active, lead_date(active),
               next == TCA_NO_INDEX ? end_of(active) : of->things[next].start);
    }
}

static bool take(spans *wanted, const tca_window *window) {
    for (uint32_t i = 0; i < wanted->count; i++) {
        const span *one = &wanted->all[i];
        if (one->kind == window->kind && one->certificate == window->certificate &&
            one->opens == window->opens && one->closes == window->closes) {
            wanted->all[i] = wanted->all[--wanted->count];
            return true;
        }
    }
    return false;
}

static void check_windows(const tenant *of, const tca_rollover *rollover, uint32_t count) {
    spans wanted;
    tca_unix before = TCA_TIME_MIN;
    model_windows(of, &wanted);
    for (uint32_t i = 0; i < count; i++) {
        tca_window window = {.struct_size = sizeof(window)};
        ck_assert_int_eq(tca_rollover_window(rollover, i, &window), TCA_OK);
        ck_assert_int_ge(window.opens, before);
        ck_assert_msg(take(&wanted, &window), "window %s of %u: unexpected, %s",
                      tca_window_name(window.kind), (unsigned)window.certificate, described(of));
        ck_assert_int_eq(window.closes_certainty == TCA_CERTAINTY_NONE, window.closes == 0);
        before = window.opens;
    }
    ck_assert_msg(wanted.count == 0, "window %s of %u: missing, %s",
                  tca_window_name(wanted.all[0].kind), (unsigned)wanted.all[0].certificate,
                  described(of));
}

/* ---- actions: what must always be asked for, and never ---- */

static bool asked(const tca_rollover *rollover, uint32_t count, uint32_t kind,
                  uint32_t certificate) {
    for (uint32_t i = 0; i < count; i++) {
        tca_action action = {.struct_size = sizeof(action)};
        ck_assert_int_eq(tca_rollover_action(rollover, i, &action), TCA_OK);
        if (action.kind == kind && action.certificate == certificate) {
            return true;
        }
    }
    return false;
}

static void check_order(const tca_rollover *rollover, uint32_t count) {
    tca_unix before = INT64_MIN;
    for (uint32_t i = 0; i < count; i++) {
        tca_action action = {.struct_size = sizeof(action)};
        ck_assert_int_eq(tca_rollover_action(rollover, i, &action), TCA_OK);
        tca_unix due = (action.flags & TCA_ACTION_HAS_DEADLINE) != 0 ? action.deadline : INT64_MAX;
        ck_assert_int_ge(due, before);
        before = due;
    }
}

static void check_actions(const tenant *of, const tca_rollover *rollover, uint32_t count) {
    check_order(rollover, count);
    for (uint32_t i = 0; i < of->count; i++) {
        const thing *one = &of->things[i];
        bool trust = asked(rollover, count, TCA_ACTION_TRUST, i);
        bool remove = asked(rollover, count, TCA_ACTION_REMOVE, i);
        bool over = one->ends && of->now > one->end;
        bool revoked = one->status == TCA_STATUS_REVOKED;
        bool removable = (revoked && !over) || one->phase == TCA_PHASE_RETIRED ||
                         (one->phase == TCA_PHASE_EXPIRED && of->now < end_of(one) + REMOVAL);
        ck_assert_msg(remove == removable, "remove %u, %s", (unsigned)i, described(of));
        ck_assert_msg(!(trust && (revoked || over)), "trust %u, %s", (unsigned)i, described(of));
        ck_assert_msg(trust || one->phase != TCA_PHASE_NEW, "trust %u, %s", (unsigned)i,
                      described(of));
        ck_assert_int_eq(asked(rollover, count, TCA_ACTION_DOWNLOAD, i),
                         one->phase == TCA_PHASE_NEW);
    }
    if (of->count > 0 && ambiguous(of)) {
        ck_assert_msg(asked(rollover, count, TCA_ACTION_INVESTIGATE, of->active),
                      "nobody investigates, %s", described(of));
    }
}

static void check_tenant(tenant *of, tca_certificate *const *bodies) {
    tca_rollover *rollover = rollover_of(of, bodies);
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_rollover_get_summary(rollover, &summary), TCA_OK);
    model_states(of);
    check_states(of, rollover);
    check_stage(of, &summary);
    check_event(of, &summary);
    check_windows(of, rollover, summary.window_count);
    check_actions(of, rollover, summary.action_count);
    tca_rollover_unref(rollover);
}

START_TEST(listed_tenants_are_as_the_model_says) {
    uint32_t seen[TCA_STAGE_AMBIGUOUS + 1] = {0};
    for (unsigned n = 0; n < 20000; n++) {
        tenant of;
        listed_by_chance(&of);
        check_tenant(&of, NULL);
        seen[model_stage(&of)]++;
    }
    for (uint32_t stage = 0; stage <= TCA_STAGE_AMBIGUOUS; stage++) {
        ck_assert_msg(seen[stage] > 50, "hardly ever %s", tca_stage_name(stage));
    }
}
END_TEST

/* ---- certificates of a folder, and some that a service lists ---- */

static const struct {
    tca_unix start, life; /* in days */
} issues[] = {{0, 730}, {640, 730}, {665, 60}, {1280, 730}, {1310, 730}};
#define ISSUES (sizeof(issues) / sizeof(issues[0]))

static tca_certificate *bodies_made[ISSUES];

static void make_bodies(void) {
    issued *root = NULL, *policy = NULL;
    ck_assert_int_eq(issuer_root_2020(SEED, &root), 0);
    ck_assert_int_eq(issuer_policy_ca_2022(SEED, root, &policy), 0);
    for (size_t i = 0; i < ISSUES; i++) {
        tenant_ca_options options = {.tenant = TENANT,
                                     .not_before = EPOCH + issues[i].start * DAY,
                                     .life = issues[i].life * DAY};
        issued *made = NULL;
        ck_assert_int_eq(issuer_tenant_ca(SEED, policy, &options, &made), 0);
        ck_assert_int_eq(tca_certificate_parse(made->certificate.data, made->certificate.length,
                                               NULL, &bodies_made[i], NULL),
                         TCA_OK);
        issued_free(made);
    }
    issued_free(policy);
    issued_free(root);
}

static void free_bodies(void) {
    for (size_t i = 0; i < ISSUES; i++) {
        tca_certificate_unref(bodies_made[i]);
    }
}

/* In one order and in the other. */
static uint32_t choose(tenant *of, uint32_t chosen, bool backwards, tca_certificate **bodies) {
    *of = (tenant){.count = 0};
    for (uint32_t n = 0; n < ISSUES; n++) {
        uint32_t i = backwards ? (uint32_t)ISSUES - 1 - n : n;
        if ((chosen >> i & 1) != 0) {
            tca_certificate_info info = {.struct_size = sizeof(info)};
            ck_assert_int_eq(tca_certificate_get_info(bodies_made[i], &info), TCA_OK);
            bodies[of->count] = bodies_made[i];
            of->things[of->count++] = (thing){
                .dated = true, .ends = true, .start = info.not_before, .end = info.not_after};
        }
    }
    return of->count;
}

START_TEST(folders_are_as_the_model_says) {
    tca_certificate *bodies[ISSUES];
    make_bodies();
    for (uint32_t chosen = 0; chosen < 1u << ISSUES; chosen++) {
        for (unsigned n = 0; n < 100; n++) {
            tenant of;
            choose(&of, chosen, n % 2 != 0, bodies);
            of.now = some_now(&of);
            check_tenant(&of, bodies);
        }
    }
    free_bodies();
}
END_TEST

/* One that no service lists is Inactive where a service spoke, and predicted; and a service's own
 * dates change nothing where there is a body. */
START_TEST(a_folder_beside_a_list_is_as_the_model_says) {
    tca_certificate *bodies[ISSUES];
    make_bodies();
    for (unsigned n = 0; n < 3000; n++) {
        tenant of;
        uint32_t count = choose(&of, 1 + chance((1u << ISSUES) - 1), chance(2) != 0, bodies);
        of.things[chance(count)].listed = true;
        for (uint32_t i = 0; i < count; i++) {
            of.things[i].listed = of.things[i].listed || chance(2) != 0;
            of.things[i].word = of.things[i].listed ? some_word() : TCA_SERVICE_NONE;
        }
        of.now = some_now(&of);
        check_tenant(&of, bodies);
    }
    free_bodies();
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rollover model");
    TCase *cases = tcase_create("rollover model");
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, listed_tenants_are_as_the_model_says);
    tcase_add_test(cases, folders_are_as_the_model_says);
    tcase_add_test(cases, a_folder_beside_a_list_is_as_the_model_says);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
