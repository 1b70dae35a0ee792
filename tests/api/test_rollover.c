/* SPDX-License-Identifier: MIT */
/* Status, stage, windows, events and actions, on both sides of every edge. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenantca/tenantca.h>

#define DAY INT64_C(86400)
#define A_START INT64_C(1700000000)
#define A_END (A_START + 730 * DAY) /* its notAfter */
#define B_START (A_END - 90 * DAY)
#define B_END (B_START + 730 * DAY)
#define LEAD (A_END - 90 * DAY)
#define EARLIEST (B_START + 30 * DAY)
#define EXPECTED (B_START + 45 * DAY)
#define LATEST (B_START + 60 * DAY)
#define A_GONE (A_END + 1)
#define REMOVED (A_GONE + 30 * DAY)

/* ---- lists as a service gives them: without bodies, since only words and dates matter here ----
 */

typedef struct listed_entry {
    uint32_t status;                /* TCA_SERVICE_*; 0 ends a list */
    tca_unix not_before, not_after; /* 0: not given */
    bool undated;
} listed;

static tca_inventory *inventory_of(const listed *entries) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    for (uint32_t i = 0; entries[i].status != TCA_SERVICE_NONE; i++) {
        char thumbprint[41];
        snprintf(thumbprint, sizeof(thumbprint), "%040X", (unsigned)(0xA + i));
        tca_service_record record = {.struct_size = sizeof(record),
                                     .status = entries[i].status,
                                     .not_before = entries[i].not_before,
                                     .not_after = entries[i].not_after,
                                     .thumbprint = thumbprint,
                                     .thumbprint_length = 40};
        if (!entries[i].undated) {
            record.flags = (entries[i].not_before != 0 ? TCA_SERVICE_HAS_NOT_BEFORE : 0u) |
                           (entries[i].not_after != 0 ? TCA_SERVICE_HAS_NOT_AFTER : 0u);
        }
        ck_assert_int_eq(tca_inventory_builder_add(builder, NULL, &record, NULL), TCA_OK);
    }
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    return inventory;
}

static tca_rollover *rollover_of(const listed *entries, tca_unix now) {
    tca_inventory *inventory = inventory_of(entries);
    tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_rollover_compute(inventory, now, NULL, &rollover, NULL), TCA_OK);
    tca_inventory_unref(inventory);
    return rollover;
}

static tca_rollover_summary summary_of(const tca_rollover *rollover) {
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    ck_assert_int_eq(tca_rollover_get_summary(rollover, &summary), TCA_OK);
    return summary;
}

static tca_entry_state state_of(const tca_rollover *rollover, uint32_t index) {
    tca_entry_state state = {.struct_size = sizeof(state)};
    ck_assert_int_eq(tca_rollover_state(rollover, index, &state), TCA_OK);
    return state;
}

#define ACTIVE TCA_SERVICE_ACTIVE
#define INACTIVE TCA_SERVICE_INACTIVE
#define EXPIRED TCA_SERVICE_EXPIRED
#define REVOKED TCA_SERVICE_REVOKED

#define A_ALONE                                                                                    \
    {                                                                                              \
        { ACTIVE, A_START, A_END, false }                                                          \
    }
#define B_NEW                                                                                      \
    {                                                                                              \
        {ACTIVE, A_START, A_END, false}, {                                                         \
            INACTIVE, B_START, B_END, false                                                        \
        }                                                                                          \
    }
#define B_ACTIVE                                                                                   \
    {                                                                                              \
        {INACTIVE, A_START, A_END, false}, {                                                       \
            ACTIVE, B_START, B_END, false                                                          \
        }                                                                                          \
    }

/* ---- stages ---- */

static const struct {
    const char *what;
    listed entries[5];
    tca_unix now;
    uint32_t stage;
    uint32_t active, next;
    uint32_t anomalies;
} stages[] = {
    {"nothing", {{0, 0, 0, false}}, A_START, TCA_STAGE_NONE, TCA_NO_INDEX, TCA_NO_INDEX, 0},
    {"first second", A_ALONE, A_START, TCA_STAGE_STEADY, 0, TCA_NO_INDEX, 0},
    {"before its start", A_ALONE, A_START - 1, TCA_STAGE_AMBIGUOUS, TCA_NO_INDEX, TCA_NO_INDEX,
     TCA_ANOMALY_ACTIVE_NOT_YET_VALID},
    {"a second before the lead date", A_ALONE, LEAD - 1, TCA_STAGE_STEADY, 0, TCA_NO_INDEX, 0},
    {"at the lead date, A-90", A_ALONE, LEAD, TCA_STAGE_SUCCESSOR_DUE, 0, TCA_NO_INDEX, 0},
    {"no successor at A-89", A_ALONE, A_END - 89 * DAY, TCA_STAGE_SUCCESSOR_DUE, 0, TCA_NO_INDEX,
     0},
    {"no successor at A-30", A_ALONE, A_END - 30 * DAY, TCA_STAGE_SUCCESSOR_DUE, 0, TCA_NO_INDEX,
     0},
    {"no successor at A-1", A_ALONE, A_END - DAY, TCA_STAGE_SUCCESSOR_DUE, 0, TCA_NO_INDEX, 0},
    {"last second", A_ALONE, A_END, TCA_STAGE_SUCCESSOR_DUE, 0, TCA_NO_INDEX, 0},
    {"a second too late", A_ALONE, A_END + 1, TCA_STAGE_AMBIGUOUS, TCA_NO_INDEX, TCA_NO_INDEX,
     TCA_ANOMALY_ACTIVE_EXPIRED},
    {"B issued", B_NEW, B_START, TCA_STAGE_ACT, 0, 1, 0},
    {"B listed before its start", B_NEW, B_START - 1, TCA_STAGE_ACT, 0, 1, 0},
    {"B late, day 70", B_NEW, B_START + 70 * DAY, TCA_STAGE_ACT, 0, 1, 0},
    {"B inactive in A's last second", B_NEW, A_END, TCA_STAGE_ACT, 0, 1, 0},
    {"B inactive after A's end", B_NEW, A_GONE, TCA_STAGE_AMBIGUOUS, TCA_NO_INDEX, TCA_NO_INDEX,
     TCA_ANOMALY_ACTIVE_EXPIRED},
    {"B active early, day 20", B_ACTIVE, B_START + 20 * DAY, TCA_STAGE_SWITCHED, 1, TCA_NO_INDEX,
     0},
    {"B active on time", B_ACTIVE, EXPECTED, TCA_STAGE_SWITCHED, 1, TCA_NO_INDEX, 0},
    {"A's last second", B_ACTIVE, A_END, TCA_STAGE_SWITCHED, 1, TCA_NO_INDEX, 0},
    {"A gone", B_ACTIVE, A_GONE, TCA_STAGE_REMOVABLE, 1, TCA_NO_INDEX, 0},
    {"last second of removal", B_ACTIVE, REMOVED - 1, TCA_STAGE_REMOVABLE, 1, TCA_NO_INDEX, 0},
    {"removal over", B_ACTIVE, REMOVED, TCA_STAGE_STEADY, 1, TCA_NO_INDEX, 0},
    {"B's own lead date", B_ACTIVE, B_END - 90 * DAY, TCA_STAGE_SUCCESSOR_DUE, 1, TCA_NO_INDEX, 0},
    {"two active",
     {{ACTIVE, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     B_START + DAY,
     TCA_STAGE_AMBIGUOUS,
     TCA_NO_INDEX,
     TCA_NO_INDEX,
     TCA_ANOMALY_SEVERAL_ACTIVE},
    {"none active",
     {{INACTIVE, A_START, A_END, false}, {INACTIVE, B_START, B_END, false}},
     B_START + DAY,
     TCA_STAGE_AMBIGUOUS,
     TCA_NO_INDEX,
     TCA_NO_INDEX,
     TCA_ANOMALY_NO_ACTIVE},
    {"A revoked, B active",
     {{REVOKED, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     EXPECTED,
     TCA_STAGE_STEADY,
     1,
     TCA_NO_INDEX,
     0},
    {"A revoked, alone",
     {{REVOKED, A_START, A_END, false}},
     EXPECTED,
     TCA_STAGE_AMBIGUOUS,
     TCA_NO_INDEX,
     TCA_NO_INDEX,
     TCA_ANOMALY_NO_ACTIVE},
    {"B revoked",
     {{ACTIVE, A_START, A_END, false}, {REVOKED, B_START, B_END, false}},
     B_START + DAY,
     TCA_STAGE_SUCCESSOR_DUE,
     0,
     TCA_NO_INDEX,
     0},
    {"B over before it was active",
     {{ACTIVE, A_START, A_END, false}, {INACTIVE, B_START, A_END - 50 * DAY, false}},
     A_END - 50 * DAY + 1,
     TCA_STAGE_SUCCESSOR_DUE,
     0,
     TCA_NO_INDEX,
     0},
    {"B over before its turn came",
     {{ACTIVE, A_START, A_END, false}, {INACTIVE, A_START + DAY, A_START + 40 * DAY, false}},
     A_START + 40 * DAY + 1,
     TCA_STAGE_STEADY,
     0,
     TCA_NO_INDEX,
     0},
    {"B ends with A: still to be trusted",
     {{ACTIVE, A_START, A_END, false}, {INACTIVE, B_START, A_END, false}},
     B_START,
     TCA_STAGE_ACT,
     0,
     1,
     0},
    {"B over in the list of A, which is over too",
     {{ACTIVE, A_START, A_END, false}, {INACTIVE, B_START, A_END + DAY, false}},
     A_END + DAY + 1,
     TCA_STAGE_AMBIGUOUS,
     TCA_NO_INDEX,
     TCA_NO_INDEX,
     TCA_ANOMALY_ACTIVE_EXPIRED},
    {"three generations: retired, active, new",
     {{INACTIVE, A_START, A_END, false},
      {ACTIVE, B_START, B_END, false},
      {INACTIVE, B_START + 80 * DAY, B_END + 80 * DAY, false}},
     B_START + 85 * DAY,
     TCA_STAGE_ACT,
     1,
     2,
     0},
    {"two new ones: the earlier is next",
     {{INACTIVE, B_START + 9 * DAY, B_END, false},
      {ACTIVE, A_START, A_END, false},
      {INACTIVE, B_START, B_END, false}},
     B_START + 10 * DAY,
     TCA_STAGE_ACT,
     1,
     2,
     0},
    {"the service's Expired is Inactive",
     {{EXPIRED, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     A_GONE,
     TCA_STAGE_REMOVABLE,
     1,
     TCA_NO_INDEX,
     0},
    {"Expired before its end",
     {{EXPIRED, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     A_END,
     TCA_STAGE_SWITCHED,
     1,
     TCA_NO_INDEX,
     TCA_ANOMALY_EXPIRED_TOO_EARLY},
    {"undated, its predicted end ahead",
     {{INACTIVE, 0, 0, true}, {ACTIVE, B_START, B_END, false}},
     B_START + 90 * DAY - 1,
     TCA_STAGE_SWITCHED,
     1,
     TCA_NO_INDEX,
     TCA_ANOMALY_NO_DATES},
    {"undated, its predicted end past",
     {{INACTIVE, 0, 0, true}, {ACTIVE, B_START, B_END, false}},
     B_START + 90 * DAY,
     TCA_STAGE_REMOVABLE,
     1,
     TCA_NO_INDEX,
     TCA_ANOMALY_NO_DATES},
    {"undated, long past",
     {{INACTIVE, 0, 0, true}, {ACTIVE, B_START, B_END, false}},
     B_START + 120 * DAY,
     TCA_STAGE_STEADY,
     1,
     TCA_NO_INDEX,
     TCA_ANOMALY_NO_DATES},
    {"no start, an observed end ahead",
     {{INACTIVE, 0, A_END, false}, {ACTIVE, B_START, B_END, false}},
     A_END,
     TCA_STAGE_SWITCHED,
     1,
     TCA_NO_INDEX,
     0},
    {"no start, an observed end past",
     {{EXPIRED, 0, A_END - 60 * DAY, false}, {ACTIVE, B_START, B_END, false}},
     A_END - 60 * DAY + 1,
     TCA_STAGE_REMOVABLE,
     1,
     TCA_NO_INDEX,
     0},
    {"no start, an observed end long past",
     {{EXPIRED, 0, A_END - 60 * DAY, false}, {ACTIVE, B_START, B_END, false}},
     A_END - 30 * DAY + 1,
     TCA_STAGE_STEADY,
     1,
     TCA_NO_INDEX,
     0},
    {"no start, called expired before its end",
     {{EXPIRED, 0, A_END, false}, {ACTIVE, B_START, B_END, false}},
     A_END,
     TCA_STAGE_SWITCHED,
     1,
     TCA_NO_INDEX,
     TCA_ANOMALY_EXPIRED_TOO_EARLY},
    {"no end, an earlier start",
     {{INACTIVE, A_START, 0, false}, {ACTIVE, B_START, B_END, false}},
     B_START + 90 * DAY - 1,
     TCA_STAGE_SWITCHED,
     1,
     TCA_NO_INDEX,
     0},
    {"no end, a later start",
     {{INACTIVE, B_START + DAY, 0, false}, {ACTIVE, B_START, B_END, false}},
     B_START + 2 * DAY,
     TCA_STAGE_STEADY,
     1,
     TCA_NO_INDEX,
     0},
    {"called active without an end",
     {{ACTIVE, A_START, 0, false}},
     A_START,
     TCA_STAGE_AMBIGUOUS,
     TCA_NO_INDEX,
     TCA_NO_INDEX,
     TCA_ANOMALY_NO_ACTIVE | TCA_ANOMALY_ACTIVE_WITHOUT_DATES},
    {"called active without dates",
     {{ACTIVE, 0, 0, true}},
     B_START,
     TCA_STAGE_AMBIGUOUS,
     TCA_NO_INDEX,
     TCA_NO_INDEX,
     TCA_ANOMALY_NO_ACTIVE | TCA_ANOMALY_NO_DATES | TCA_ANOMALY_ACTIVE_WITHOUT_DATES},
    {"a word that is new",
     {{ACTIVE, A_START, A_END, false}, {TCA_SERVICE_OTHER, B_START, B_END, false}},
     B_START,
     TCA_STAGE_ACT,
     0,
     1,
     TCA_ANOMALY_UNKNOWN_STATUS},
    /* The test environment: 2024-01-31 to 2024-04-30, due for a successor from its own start. */
    {"90 days, first second",
     {{ACTIVE, 1706659200, 1706659200 + 90 * DAY, false}},
     1706659200,
     TCA_STAGE_SUCCESSOR_DUE,
     0,
     TCA_NO_INDEX,
     0},
    {"past 2038",
     {{ACTIVE, INT64_C(2208988800), INT64_C(2208988800) + 730 * DAY, false}},
     INT64_C(2208988800) + DAY,
     TCA_STAGE_STEADY,
     0,
     TCA_NO_INDEX,
     0},
    {"until 9999",
     {{ACTIVE, A_START, TCA_TIME_MAX, false}},
     A_START + DAY,
     TCA_STAGE_STEADY,
     0,
     TCA_NO_INDEX,
     0},
};

START_TEST(stages_follow_words_and_dates) {
    tca_rollover *rollover = rollover_of(stages[_i].entries, stages[_i].now);
    tca_rollover_summary summary = summary_of(rollover);
    ck_assert_msg(summary.stage == stages[_i].stage, "%s: %s instead of %s", stages[_i].what,
                  tca_stage_name(summary.stage), tca_stage_name(stages[_i].stage));
    ck_assert_msg(summary.active == stages[_i].active && summary.next == stages[_i].next,
                  "%s: active %d, next %d", stages[_i].what, (int)summary.active,
                  (int)summary.next);
    ck_assert_msg(summary.anomalies == stages[_i].anomalies, "%s: anomalies 0x%X", stages[_i].what,
                  (unsigned)summary.anomalies);
    ck_assert_int_eq(summary.now, stages[_i].now);
    tca_rollover_unref(rollover);
}
END_TEST

/* ---- each certificate ---- */

static const struct {
    listed entries[4];
    tca_unix now;
    uint32_t index, status, phase;
} states[] = {
    {B_NEW, B_START, 0, TCA_STATUS_ACTIVE, TCA_PHASE_NONE},
    {B_NEW, B_START, 1, TCA_STATUS_INACTIVE, TCA_PHASE_NEW},
    {B_ACTIVE, A_END, 0, TCA_STATUS_INACTIVE, TCA_PHASE_RETIRED},
    {B_ACTIVE, A_GONE, 0, TCA_STATUS_INACTIVE, TCA_PHASE_EXPIRED},
    {B_ACTIVE, A_END, 1, TCA_STATUS_ACTIVE, TCA_PHASE_NONE},
    {{{REVOKED, A_START, A_END, false}}, A_GONE, 0, TCA_STATUS_REVOKED, TCA_PHASE_NONE},
    {{{INACTIVE, 0, 0, true}}, A_GONE, 0, TCA_STATUS_INACTIVE, TCA_PHASE_NONE},
    {{{REVOKED, 0, 0, true}}, A_GONE, 0, TCA_STATUS_REVOKED, TCA_PHASE_NONE},
    {{{ACTIVE, 0, 0, true}}, A_GONE, 0, TCA_STATUS_INACTIVE, TCA_PHASE_NONE},
    {{{INACTIVE, A_START, A_END, false}}, A_END, 0, TCA_STATUS_INACTIVE, TCA_PHASE_NONE},
    {{{INACTIVE, 0, A_END, false}}, A_END, 0, TCA_STATUS_INACTIVE, TCA_PHASE_NONE},
    {{{INACTIVE, 0, A_END, false}}, A_GONE, 0, TCA_STATUS_INACTIVE, TCA_PHASE_EXPIRED},
    {{{REVOKED, 0, A_END, false}}, A_GONE, 0, TCA_STATUS_REVOKED, TCA_PHASE_NONE},
    {{{ACTIVE, 0, A_END, false}}, A_END, 0, TCA_STATUS_INACTIVE, TCA_PHASE_NONE},
    {{{ACTIVE, A_START, A_END, false}, {INACTIVE, B_START, 0, false}},
     A_END,
     1,
     TCA_STATUS_INACTIVE,
     TCA_PHASE_NONE},
    {{{INACTIVE, A_START, A_END, false}}, A_GONE, 0, TCA_STATUS_INACTIVE, TCA_PHASE_EXPIRED},
    {{{ACTIVE, A_START, A_END, false}, {INACTIVE, A_START, B_END, false}},
     A_END,
     1,
     TCA_STATUS_INACTIVE,
     TCA_PHASE_NONE},
};

START_TEST(status_and_phase_follow_the_services_word) {
    tca_rollover *rollover = rollover_of(states[_i].entries, states[_i].now);
    tca_entry_state state = state_of(rollover, states[_i].index);
    ck_assert_uint_eq(state.status, states[_i].status);
    ck_assert_uint_eq(state.phase, states[_i].phase);
    ck_assert_uint_eq(state.status_source, TCA_SOURCE_SERVICE);
    tca_rollover_unref(rollover);
}
END_TEST

/* ---- windows ---- */

typedef struct expected_window {
    uint32_t kind, certificate;
    tca_unix opens, closes;
    uint32_t opens_certainty, closes_certainty;
} expected_window;

#define OBSERVED TCA_CERTAINTY_OBSERVED
#define PREDICTED TCA_CERTAINTY_PREDICTED

static const struct {
    listed entries[4];
    tca_unix now;
    expected_window windows[10];
} window_cases[] = {
    {A_ALONE,
     A_START,
     {{TCA_WINDOW_VALIDITY, 0, A_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_SUCCESSOR_DUE, 0, LEAD, A_GONE, PREDICTED, OBSERVED}}},
    /* B came at the lead date: nothing was due. */
    {B_NEW,
     B_START,
     {{TCA_WINDOW_VALIDITY, 0, A_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_VALIDITY, 1, B_START, B_END + 1, OBSERVED, OBSERVED},
      {TCA_WINDOW_ACT, 1, B_START, EARLIEST, OBSERVED, PREDICTED},
      {TCA_WINDOW_OVERLAP, 1, B_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_ACTIVATION, 1, EARLIEST, LATEST, PREDICTED, PREDICTED},
      {TCA_WINDOW_REMOVAL, 0, A_GONE, 0, OBSERVED, 0}}},
    /* Active on day 20: the observed fact cuts the act window, and no activation is left. */
    {B_ACTIVE,
     B_START + 20 * DAY,
     {{TCA_WINDOW_VALIDITY, 0, A_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_VALIDITY, 1, B_START, B_END + 1, OBSERVED, OBSERVED},
      {TCA_WINDOW_ACT, 1, B_START, B_START + 20 * DAY, OBSERVED, OBSERVED},
      {TCA_WINDOW_OVERLAP, 1, B_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_REMOVAL, 0, A_GONE, 0, OBSERVED, 0},
      {TCA_WINDOW_SUCCESSOR_DUE, 1, B_END - 90 * DAY, B_END + 1, PREDICTED, OBSERVED}}},
    /* Active on day 45: the activation window is cut. */
    {B_ACTIVE,
     EXPECTED,
     {{TCA_WINDOW_VALIDITY, 0, A_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_VALIDITY, 1, B_START, B_END + 1, OBSERVED, OBSERVED},
      {TCA_WINDOW_ACT, 1, B_START, EARLIEST, OBSERVED, PREDICTED},
      {TCA_WINDOW_OVERLAP, 1, B_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_ACTIVATION, 1, EARLIEST, EXPECTED, PREDICTED, OBSERVED},
      {TCA_WINDOW_REMOVAL, 0, A_GONE, 0, OBSERVED, 0},
      {TCA_WINDOW_SUCCESSOR_DUE, 1, B_END - 90 * DAY, B_END + 1, PREDICTED, OBSERVED}}},
    /* B came ten days late. */
    {{{ACTIVE, A_START, A_END, false}, {INACTIVE, LEAD + 10 * DAY, B_END, false}},
     LEAD + 11 * DAY,
     {{TCA_WINDOW_VALIDITY, 0, A_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_SUCCESSOR_DUE, 0, LEAD, LEAD + 10 * DAY, PREDICTED, OBSERVED},
      {TCA_WINDOW_VALIDITY, 1, LEAD + 10 * DAY, B_END + 1, OBSERVED, OBSERVED},
      {TCA_WINDOW_ACT, 1, LEAD + 10 * DAY, LEAD + 40 * DAY, OBSERVED, PREDICTED},
      {TCA_WINDOW_OVERLAP, 1, LEAD + 10 * DAY, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_ACTIVATION, 1, LEAD + 40 * DAY, LEAD + 70 * DAY, PREDICTED, PREDICTED},
      {TCA_WINDOW_REMOVAL, 0, A_GONE, 0, OBSERVED, 0}}},
    /* B ended before A and was never active: what is due stays due until A's end. */
    {{{ACTIVE, A_START, A_END, false}, {INACTIVE, B_START, B_START + 40 * DAY, false}},
     B_START + 41 * DAY,
     {{TCA_WINDOW_VALIDITY, 0, A_START, A_GONE, OBSERVED, OBSERVED},
      {TCA_WINDOW_VALIDITY, 1, B_START, B_START + 40 * DAY + 1, OBSERVED, OBSERVED},
      {TCA_WINDOW_SUCCESSOR_DUE, 0, LEAD, A_GONE, PREDICTED, OBSERVED},
      {TCA_WINDOW_OVERLAP, 1, B_START, B_START + 40 * DAY + 1, OBSERVED, OBSERVED},
      {TCA_WINDOW_REMOVAL, 0, A_GONE, 0, OBSERVED, 0}}},
    /* An entry without dates has no window: a predicted end never allows a removal. */
    {{{INACTIVE, 0, 0, true}, {ACTIVE, B_START, B_END, false}},
     EXPECTED,
     {{TCA_WINDOW_VALIDITY, 1, B_START, B_END + 1, OBSERVED, OBSERVED},
      {TCA_WINDOW_SUCCESSOR_DUE, 1, B_END - 90 * DAY, B_END + 1, PREDICTED, OBSERVED}}},
    /* A certificate until 9999-12-31T23:59:59Z has no end. */
    {{{ACTIVE, A_START, TCA_TIME_MAX, false}},
     A_START,
     {{TCA_WINDOW_VALIDITY, 0, A_START, 0, OBSERVED, 0},
      {TCA_WINDOW_SUCCESSOR_DUE, 0, TCA_TIME_MAX - 90 * DAY, 0, PREDICTED, 0}}},
};

START_TEST(windows_have_their_edges_and_certainties) {
    tca_rollover *rollover = rollover_of(window_cases[_i].entries, window_cases[_i].now);
    tca_rollover_summary summary = summary_of(rollover);
    uint32_t count = 0;
    while (window_cases[_i].windows[count].kind != 0) {
        const expected_window *wanted = &window_cases[_i].windows[count];
        tca_window window = {.struct_size = sizeof(window)};
        ck_assert_uint_lt(count, summary.window_count);
        ck_assert_int_eq(tca_rollover_window(rollover, count, &window), TCA_OK);
        ck_assert_msg(window.kind == wanted->kind && window.certificate == wanted->certificate,
                      "window %u is %s of %u", (unsigned)count, tca_window_name(window.kind),
                      (unsigned)window.certificate);
        ck_assert_int_eq(window.opens, wanted->opens);
        ck_assert_int_eq(window.closes, wanted->closes);
        ck_assert_uint_eq(window.opens_certainty, wanted->opens_certainty);
        ck_assert_uint_eq(window.closes_certainty, wanted->closes_certainty);
        count++;
    }
    ck_assert_uint_eq(summary.window_count, count);
    tca_window window = {.struct_size = sizeof(window), .opens = 7};
    ck_assert_int_eq(tca_rollover_window(rollover, count, &window), TCA_E_NOT_FOUND);
    ck_assert_int_eq(window.opens, 0);
    tca_rollover_unref(rollover);
}
END_TEST

/* ---- events ---- */

static const struct {
    listed entries[4];
    tca_unix now;
    uint32_t event, certificate;
    tca_unix at;
    uint32_t certainty;
} events[] = {
    {A_ALONE, A_START, TCA_EVENT_ISSUE, 0, LEAD, PREDICTED},
    {A_ALONE, LEAD - 1, TCA_EVENT_ISSUE, 0, LEAD, PREDICTED},
    {A_ALONE, LEAD, TCA_EVENT_EXPIRY, 0, A_GONE, OBSERVED},
    {A_ALONE, A_END, TCA_EVENT_EXPIRY, 0, A_GONE, OBSERVED},
    {A_ALONE, A_GONE, TCA_EVENT_NONE, TCA_NO_INDEX, 0, 0},
    {B_NEW, B_START, TCA_EVENT_ACTIVATION, 1, EXPECTED, PREDICTED},
    {B_NEW, B_START - 1, TCA_EVENT_START, 1, B_START, OBSERVED},
    {B_NEW, EXPECTED - 1, TCA_EVENT_ACTIVATION, 1, EXPECTED, PREDICTED},
    {B_NEW, EXPECTED, TCA_EVENT_ACTIVATION, 1, LATEST, PREDICTED},
    {B_NEW, LATEST, TCA_EVENT_EXPIRY, 0, A_GONE, OBSERVED},
    {B_ACTIVE, EXPECTED, TCA_EVENT_EXPIRY, 0, A_GONE, OBSERVED},
    {B_ACTIVE, A_GONE, TCA_EVENT_ISSUE, 1, B_END - 90 * DAY, PREDICTED},
    /* B ended before its turn: another one is awaited. */
    {{{ACTIVE, A_START, A_END, false}, {INACTIVE, A_START + DAY, A_START + 40 * DAY, false}},
     A_START + 41 * DAY,
     TCA_EVENT_ISSUE,
     0,
     LEAD,
     PREDICTED},
    {{{ACTIVE, A_START, TCA_TIME_MAX, false}},
     TCA_TIME_MAX - DAY,
     TCA_EVENT_NONE,
     TCA_NO_INDEX,
     0,
     0},
};

START_TEST(the_next_event_is_the_earliest_moment_ahead) {
    tca_rollover *rollover = rollover_of(events[_i].entries, events[_i].now);
    tca_rollover_summary summary = summary_of(rollover);
    ck_assert_uint_eq(summary.next_event, events[_i].event);
    ck_assert_uint_eq(summary.next_event_certificate, events[_i].certificate);
    ck_assert_int_eq(summary.next_event_at, events[_i].at);
    ck_assert_uint_eq(summary.next_event_certainty, events[_i].certainty);
    tca_rollover_unref(rollover);
}
END_TEST

/* ---- actions ---- */

typedef struct expected_action {
    uint32_t kind, certificate, reason;
    tca_unix not_before, deadline; /* 0: none */
} expected_action;

static const struct {
    listed entries[4];
    tca_unix now;
    expected_action actions[8];
} action_cases[] = {
    {A_ALONE, LEAD - 1, {{0, 0, 0, 0, 0}}},
    {A_ALONE, LEAD, {{TCA_ACTION_INVESTIGATE, 0, TCA_REASON_SUCCESSOR_MISSING, LEAD, A_GONE}}},
    {B_NEW,
     B_START,
     {{TCA_ACTION_DOWNLOAD, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_TRUST, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_REGISTER, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_PROVE, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_KEEP, 0, TCA_REASON_STILL_VALID, 0, 0}}},
    {B_NEW,
     LATEST,
     {{TCA_ACTION_DOWNLOAD, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_TRUST, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_REGISTER, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_PROVE, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_INVESTIGATE, 1, TCA_REASON_ACTIVATION_LATE, LATEST, A_GONE},
      {TCA_ACTION_KEEP, 0, TCA_REASON_STILL_VALID, 0, 0}}},
    /* B ended before A and was never active, or is going to. */
    {{{ACTIVE, A_START, A_END, false}, {INACTIVE, B_START, B_START + 40 * DAY, false}},
     B_START + 41 * DAY,
     {{TCA_ACTION_INVESTIGATE, 0, TCA_REASON_SUCCESSOR_MISSING, LEAD, A_GONE},
      {TCA_ACTION_REMOVE, 1, TCA_REASON_EXPIRED, B_START + 40 * DAY + 1, 0}}},
    {{{ACTIVE, A_START, A_END, false}, {INACTIVE, B_START, A_END, false}},
     B_START,
     {{TCA_ACTION_DOWNLOAD, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_TRUST, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_REGISTER, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_PROVE, 1, TCA_REASON_BECOMES_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_INVESTIGATE, 0, TCA_REASON_SUCCESSOR_MISSING, LEAD, A_GONE},
      {TCA_ACTION_KEEP, 0, TCA_REASON_STILL_VALID, 0, 0}}},
    {B_ACTIVE,
     EXPECTED,
     {{TCA_ACTION_TRUST, 1, TCA_REASON_IS_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_REGISTER, 1, TCA_REASON_IS_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_KEEP, 0, TCA_REASON_STILL_VALID, 0, 0},
      {TCA_ACTION_REMOVE, 0, TCA_REASON_EXPIRED, A_GONE, 0}}},
    {B_ACTIVE, A_GONE, {{TCA_ACTION_REMOVE, 0, TCA_REASON_EXPIRED, A_GONE, 0}}},
    {B_ACTIVE, REMOVED, {{0, 0, 0, 0, 0}}},
    {{{REVOKED, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     A_END,
     {{TCA_ACTION_REMOVE, 0, TCA_REASON_REVOKED, 0, 0}}},
    {{{REVOKED, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     A_GONE,
     {{0, 0, 0, 0, 0}}},
    {{{ACTIVE, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     B_START,
     {{TCA_ACTION_INVESTIGATE, TCA_NO_INDEX, TCA_REASON_NOT_ONE_ACTIVE, 0, 0}}},
    {A_ALONE, A_GONE, {{TCA_ACTION_INVESTIGATE, 0, TCA_REASON_ACTIVE_NOT_VALID, 0, 0}}},
    {{{INACTIVE, 0, 0, true}, {ACTIVE, B_START, B_END, false}},
     B_START + 90 * DAY - 1,
     {{TCA_ACTION_TRUST, 1, TCA_REASON_IS_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_REGISTER, 1, TCA_REASON_IS_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_KEEP, 0, TCA_REASON_STILL_VALID, 0, 0}}},
    {{{INACTIVE, 0, 0, true}, {ACTIVE, B_START, B_END, false}},
     B_START + 90 * DAY,
     {{0, 0, 0, 0, 0}}},
    /* Without a start: kept until the end that the service gave, and removed then. */
    {{{INACTIVE, 0, A_END + 10 * DAY, false}, {ACTIVE, B_START, B_END, false}},
     A_END + 10 * DAY,
     {{TCA_ACTION_TRUST, 1, TCA_REASON_IS_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_REGISTER, 1, TCA_REASON_IS_ACTIVE, B_START, EARLIEST},
      {TCA_ACTION_KEEP, 0, TCA_REASON_STILL_VALID, 0, 0}}},
    {{{EXPIRED, 0, A_END, false}, {ACTIVE, B_START, B_END, false}},
     A_GONE,
     {{TCA_ACTION_REMOVE, 0, TCA_REASON_EXPIRED, A_GONE, 0}}},
    {{{REVOKED, 0, A_END, false}, {ACTIVE, B_START, B_END, false}}, A_GONE, {{0, 0, 0, 0, 0}}},
    {{{EXPIRED, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}},
     REMOVED - 1,
     {{TCA_ACTION_REMOVE, 0, TCA_REASON_EXPIRED, A_GONE, 0}}},
    {{{ACTIVE, A_START, A_END, false}, {TCA_SERVICE_OTHER, A_START - DAY, A_START, false}},
     A_START + 40 * DAY,
     {{TCA_ACTION_INVESTIGATE, 1, TCA_REASON_ANOMALY, 0, 0}}},
};

START_TEST(actions_have_their_deadlines_and_reasons) {
    tca_rollover *rollover = rollover_of(action_cases[_i].entries, action_cases[_i].now);
    tca_rollover_summary summary = summary_of(rollover);
    uint32_t count = 0;
    while (action_cases[_i].actions[count].kind != 0) {
        const expected_action *wanted = &action_cases[_i].actions[count];
        tca_action action = {.struct_size = sizeof(action)};
        ck_assert_uint_lt(count, summary.action_count);
        ck_assert_int_eq(tca_rollover_action(rollover, count, &action), TCA_OK);
        ck_assert_msg(action.kind == wanted->kind && action.certificate == wanted->certificate &&
                          action.reason == wanted->reason,
                      "action %u is %s of %d: %s", (unsigned)count, tca_action_name(action.kind),
                      (int)action.certificate, tca_reason_text(action.reason));
        ck_assert_int_eq((action.flags & TCA_ACTION_HAS_NOT_BEFORE) != 0, wanted->not_before != 0);
        ck_assert_int_eq((action.flags & TCA_ACTION_HAS_DEADLINE) != 0, wanted->deadline != 0);
        ck_assert_int_eq(action.not_before, wanted->not_before);
        ck_assert_int_eq(action.deadline, wanted->deadline);
        count++;
    }
    ck_assert_uint_eq(summary.action_count, count);
    tca_rollover_unref(rollover);
}
END_TEST

/* ---- without a service's word: certificates of a folder ---- */

static void add_vector(tca_inventory_builder *builder, const char *name) {
    static uint8_t data[1 << 16];
    char path[512];
    const char *folder = getenv("TENANTCA_VECTORS");
    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "tests/vectors" : folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    size_t length = fread(data, 1, sizeof(data), file);
    fclose(file);
    ck_assert_int_eq(tca_inventory_builder_add_input(builder, data, length, NULL), TCA_OK);
}

static tca_inventory *folder_of(const char *const *names) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    ck_assert_int_eq(tca_inventory_builder_new(NULL, &builder, NULL), TCA_OK);
    for (; *names != NULL; names++) {
        add_vector(builder, *names);
    }
    ck_assert_int_eq(tca_inventory_builder_finish(builder, &inventory, NULL), TCA_OK);
    tca_inventory_builder_unref(builder);
    return inventory;
}

static tca_unix start_of(const tca_inventory *inventory, uint32_t index) {
    const tca_entry *entry;
    tca_entry_info info = {.struct_size = sizeof(info)};
    ck_assert_int_eq(tca_inventory_get(inventory, index, &entry), TCA_OK);
    ck_assert_int_eq(tca_entry_get_info(entry, &info), TCA_OK);
    return info.not_before;
}

START_TEST(dates_alone_predict_and_say_so) {
    static const struct {
        tca_unix after; /* B's start */
        uint32_t active, other_phase, stage;
    } cases[] = {
        {-1, 0, TCA_PHASE_NEW, TCA_STAGE_ACT},
        {0, 0, TCA_PHASE_NEW, TCA_STAGE_ACT},
        {45 * DAY - 1, 0, TCA_PHASE_NEW, TCA_STAGE_ACT},
        {45 * DAY, 1, TCA_PHASE_RETIRED, TCA_STAGE_SWITCHED},
        {90 * DAY, 1, TCA_PHASE_RETIRED, TCA_STAGE_SWITCHED},
        {90 * DAY + 1, 1, TCA_PHASE_EXPIRED, TCA_STAGE_REMOVABLE},
    };
    static const char *const names[] = {"tenant-ca-a.der", "tenant-ca-b.der", NULL};
    tca_inventory *inventory = folder_of(names);
    tca_rollover *rollover = NULL;
    tca_unix now = start_of(inventory, 1) + cases[_i].after;
    ck_assert_int_eq(tca_rollover_compute(inventory, now, NULL, &rollover, NULL), TCA_OK);
    tca_entry_state active = state_of(rollover, cases[_i].active);
    tca_entry_state other = state_of(rollover, 1 - cases[_i].active);
    ck_assert_uint_eq(active.status, TCA_STATUS_ACTIVE);
    ck_assert_uint_eq(active.status_source, TCA_SOURCE_PREDICTED);
    ck_assert_uint_eq(other.status, TCA_STATUS_INACTIVE);
    ck_assert_uint_eq(other.phase, cases[_i].other_phase);
    ck_assert_uint_eq(summary_of(rollover).stage, cases[_i].stage);
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
}
END_TEST

START_TEST(upper_certificates_do_not_confuse_the_stage) {
    static const char *const alone[] = {"tenant-ca-a.der", "tenant-ca-b.der", NULL};
    static const char *const with[] = {"chain.p7b",       "tenant-ca-a.der", "proof-of-a.der",
                                       "device-of-a.der", "tenant-ca-b.der", NULL};
    tca_inventory *one = folder_of(alone), *other = folder_of(with);
    tca_unix start = start_of(one, 1);
    for (tca_unix now = start - 100 * DAY; now < start + 200 * DAY; now += 7 * DAY) {
        tca_rollover *a = NULL, *b = NULL;
        ck_assert_int_eq(tca_rollover_compute(one, now, NULL, &a, NULL), TCA_OK);
        ck_assert_int_eq(tca_rollover_compute(other, now, NULL, &b, NULL), TCA_OK);
        ck_assert_uint_eq(summary_of(a).stage, summary_of(b).stage);
        ck_assert_uint_eq(summary_of(a).window_count, summary_of(b).window_count);
        ck_assert_uint_eq(summary_of(a).action_count, summary_of(b).action_count);
        ck_assert_uint_eq(state_of(b, 0).status, TCA_STATUS_NONE);
        tca_rollover_unref(a);
        tca_rollover_unref(b);
    }
    tca_inventory_unref(one);
    tca_inventory_unref(other);
}
END_TEST

START_TEST(the_issuer_of_a_successor_does_not_matter) {
    static const char *const names[] = {"tenant-ca-a.der", "tenant-ca-b-policy-2025.der", NULL};
    tca_inventory *inventory = folder_of(names);
    tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_rollover_compute(inventory, start_of(inventory, 1), NULL, &rollover, NULL),
                     TCA_OK);
    ck_assert_uint_eq(summary_of(rollover).stage, TCA_STAGE_ACT);
    ck_assert_uint_eq(summary_of(rollover).anomalies, 0);
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
}
END_TEST

/* ---- forecast ---- */

START_TEST(the_years_ahead_are_reckoned_from_the_newest) {
    static const listed alone[] = {{ACTIVE, A_START, A_END, false}, {0, 0, 0, false}};
    static const listed both[] = {
        {ACTIVE, A_START, A_END, false}, {INACTIVE, B_START + DAY, B_END, false}, {0, 0, 0, false}};
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    tca_rollover *rollover = rollover_of(alone, A_START);
    tca_unix issued = LEAD;
    for (uint32_t n = 0; n < 10; n++) {
        ck_assert_int_eq(tca_rollover_forecast(rollover, n, &forecast), TCA_OK);
        ck_assert_int_eq(forecast.issued, issued);
        ck_assert_uint_eq(forecast.issued_certainty, PREDICTED);
        ck_assert_int_eq(forecast.activation_earliest, issued + 30 * DAY);
        ck_assert_int_eq(forecast.activation_expected, issued + 45 * DAY);
        ck_assert_int_eq(forecast.activation_latest, issued + 60 * DAY);
        ck_assert_int_eq(forecast.predecessor_ends, issued + 90 * DAY + 1);
        ck_assert_uint_eq(forecast.ends_certainty, n == 0 ? OBSERVED : PREDICTED);
        issued += 640 * DAY;
    }
    ck_assert_int_eq(tca_rollover_forecast(rollover, 1000, &forecast), TCA_E_ARGUMENT);
    ck_assert_int_eq(forecast.issued, 0);
    tca_rollover_unref(rollover);
    rollover = rollover_of(both, B_START + DAY);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 0, &forecast), TCA_OK);
    ck_assert_int_eq(forecast.issued, B_START + DAY);
    ck_assert_uint_eq(forecast.issued_certainty, OBSERVED);
    ck_assert_int_eq(forecast.predecessor_ends, A_GONE);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 1, &forecast), TCA_OK);
    ck_assert_int_eq(forecast.issued, B_END - 90 * DAY);
    ck_assert_uint_eq(forecast.ends_certainty, OBSERVED);
    tca_rollover_unref(rollover);
}
END_TEST

/* Three generations at once, the last of them shorter than the lead. */
START_TEST(the_years_ahead_begin_with_every_one_already_issued) {
    static const listed three[] = {{INACTIVE, B_END - 50 * DAY, B_END + 10 * DAY, false},
                                   {ACTIVE, A_START, A_END, false},
                                   {INACTIVE, B_START, B_END, false},
                                   {0, 0, 0, false}};
    const struct {
        tca_unix issued, ends;
        uint32_t issued_certainty, ends_certainty;
    } wanted[] = {
        {B_START, A_GONE, OBSERVED, OBSERVED},
        {B_END - 50 * DAY, B_END + 1, OBSERVED, OBSERVED},
        /* 60 days of life: the next is due as soon as this one is active */
        {B_END - 50 * DAY + 45 * DAY, B_END + 10 * DAY + 1, PREDICTED, OBSERVED},
    };
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    tca_rollover *rollover = rollover_of(three, B_START);
    for (uint32_t n = 0; n < sizeof(wanted) / sizeof(wanted[0]); n++) {
        ck_assert_int_eq(tca_rollover_forecast(rollover, n, &forecast), TCA_OK);
        ck_assert_int_eq(forecast.issued, wanted[n].issued);
        ck_assert_int_eq(forecast.predecessor_ends, wanted[n].ends);
        ck_assert_uint_eq(forecast.issued_certainty, wanted[n].issued_certainty);
        ck_assert_uint_eq(forecast.ends_certainty, wanted[n].ends_certainty);
    }
    ck_assert_int_eq(tca_rollover_forecast(rollover, 3, &forecast), TCA_E_NOT_FOUND);
    ck_assert_int_eq(forecast.issued, 0);
    tca_rollover_unref(rollover);
}
END_TEST

/* 91 days: each is due for its successor a day after its start, and is not active by then. */
START_TEST(short_lives_advance_by_their_activations) {
    static const listed alone[] = {{ACTIVE, A_START, A_START + 91 * DAY, false}, {0, 0, 0, false}};
    tca_rollover *rollover = rollover_of(alone, A_START);
    tca_unix issued = A_START + DAY, ends = A_START + 91 * DAY + 1;
    for (uint32_t n = 0; n < 10; n++) {
        tca_forecast forecast = {.struct_size = sizeof(forecast)};
        ck_assert_int_eq(tca_rollover_forecast(rollover, n, &forecast), TCA_OK);
        ck_assert_int_eq(forecast.issued, issued);
        ck_assert_int_eq(forecast.activation_expected, issued + 45 * DAY);
        ck_assert_int_eq(forecast.predecessor_ends, ends);
        ends = issued + 91 * DAY + 1;
        issued += 45 * DAY;
    }
    tca_rollover_unref(rollover);
}
END_TEST

/* One that would live no longer than its lead, or than until its activation, is not supposed. */
START_TEST(lives_that_are_too_short_have_no_years_ahead) {
    static const struct {
        uint32_t lead_days;
        tca_unix life;
        tca_result further;
    } cases[] = {
        {90, 90 * DAY - 1, TCA_E_NOT_FOUND}, {90, 90 * DAY, TCA_E_NOT_FOUND},
        {90, 90 * DAY + 1, TCA_OK},          {10, 45 * DAY, TCA_E_NOT_FOUND},
        {10, 45 * DAY + 1, TCA_OK},
    };
    const listed alone[] = {{ACTIVE, A_START, A_START + cases[_i].life, false}, {0, 0, 0, false}};
    tca_policy policy = {.struct_size = sizeof(policy), .lead_days = cases[_i].lead_days};
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    tca_inventory *inventory = inventory_of(alone);
    tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL), TCA_OK);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 0, &forecast), TCA_OK);
    ck_assert_int_eq(forecast.predecessor_ends, A_START + cases[_i].life + 1);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 1, &forecast), cases[_i].further);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 999, &forecast), cases[_i].further);
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
}
END_TEST

START_TEST(a_forecast_ends_with_the_calendar_and_needs_an_active_one) {
    static const listed endless[] = {{ACTIVE, A_START, TCA_TIME_MAX, false}, {0, 0, 0, false}};
    static const listed none[] = {{INACTIVE, A_START, A_END, false}, {0, 0, 0, false}};
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    tca_rollover *rollover = rollover_of(endless, A_START);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 0, &forecast), TCA_E_RANGE);
    tca_rollover_unref(rollover);
    rollover = rollover_of(none, A_START);
    ck_assert_int_eq(tca_rollover_forecast(rollover, 0, &forecast), TCA_E_NOT_FOUND);
    tca_rollover_unref(rollover);
}
END_TEST

/* ---- policy, arguments ---- */

START_TEST(policies_are_checked) {
    tca_policy defaults = {.struct_size = sizeof(defaults)};
    static const listed alone[] = {{ACTIVE, A_START, A_END, false}, {0, 0, 0, false}};
    tca_inventory *inventory = inventory_of(alone);
    tca_rollover *rollover = NULL;
    ck_assert_int_eq(tca_policy_defaults(&defaults), TCA_OK);
    ck_assert_uint_eq(defaults.lead_days, 90);
    ck_assert_uint_eq(defaults.activation_earliest_days, 30);
    ck_assert_uint_eq(defaults.activation_expected_days, 45);
    ck_assert_uint_eq(defaults.activation_latest_days, 60);
    ck_assert_uint_eq(defaults.removal_days, 30);
    tca_policy policy = defaults;
    policy.lead_days = 10;
    ck_assert_int_eq(tca_rollover_compute(inventory, A_END - 10 * DAY, &policy, &rollover, NULL),
                     TCA_OK);
    ck_assert_uint_eq(summary_of(rollover).stage, TCA_STAGE_SUCCESSOR_DUE);
    tca_rollover_unref(rollover);
    ck_assert_int_eq(
        tca_rollover_compute(inventory, A_END - 10 * DAY - 1, &policy, &rollover, NULL), TCA_OK);
    ck_assert_uint_eq(summary_of(rollover).stage, TCA_STAGE_STEADY);
    tca_rollover_unref(rollover);
    policy.activation_earliest_days = 46;
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL),
                     TCA_E_ARGUMENT);
    ck_assert_ptr_null(rollover);
    policy = defaults;
    policy.activation_latest_days = 44;
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL),
                     TCA_E_ARGUMENT);
    policy = defaults;
    policy.lead_days = 36501;
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL),
                     TCA_E_ARGUMENT);
    policy = defaults;
    policy.flags = 1;
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL),
                     TCA_E_UNSUPPORTED);
    policy = defaults;
    policy.struct_size = 8;
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL),
                     TCA_E_STRUCT_TOO_SMALL);
    ck_assert_int_eq(tca_rollover_compute(inventory, TCA_TIME_MAX + 1, NULL, &rollover, NULL),
                     TCA_E_RANGE);
    ck_assert_int_eq(tca_rollover_compute(inventory, TCA_TIME_MIN - 1, NULL, &rollover, NULL),
                     TCA_E_RANGE);
    ck_assert_int_eq(tca_rollover_compute(NULL, A_START, NULL, &rollover, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, NULL, NULL, NULL), TCA_E_ARGUMENT);
    tca_inventory_unref(inventory);
}
END_TEST

START_TEST(a_number_of_a_policy_that_is_0_means_its_default) {
    static const listed both[] = {
        {INACTIVE, A_START, A_END, false}, {ACTIVE, B_START, B_END, false}, {0, 0, 0, false}};
    const struct {
        tca_policy policy;
        tca_unix lead, earliest, expected, latest, removal; /* in days */
    } cases[] = {
        {{0}, 90, 30, 45, 60, 30},
        {{.lead_days = 100}, 100, 30, 45, 60, 30},
        {{.activation_earliest_days = 1}, 90, 1, 45, 60, 30},
        {{.activation_expected_days = 31}, 90, 30, 31, 60, 30},
        {{.activation_latest_days = 46}, 90, 30, 45, 46, 30},
        {{.removal_days = 1}, 90, 30, 45, 60, 1},
    };
    tca_inventory *inventory = inventory_of(both);
    tca_policy policy = cases[_i].policy;
    tca_rollover *rollover = NULL;
    tca_forecast forecast = {.struct_size = sizeof(forecast)};
    policy.struct_size = sizeof(policy);
    tca_unix kept = A_GONE + cases[_i].removal * DAY;
    for (tca_unix now = kept - 1; now <= kept; now++) {
        ck_assert_int_eq(tca_rollover_compute(inventory, now, &policy, &rollover, NULL), TCA_OK);
        ck_assert_uint_eq(summary_of(rollover).stage,
                          now < kept ? TCA_STAGE_REMOVABLE : TCA_STAGE_STEADY);
        ck_assert_int_eq(tca_rollover_forecast(rollover, 0, &forecast), TCA_OK);
        ck_assert_int_eq(forecast.issued, B_END - cases[_i].lead * DAY);
        ck_assert_int_eq(forecast.activation_earliest, forecast.issued + cases[_i].earliest * DAY);
        ck_assert_int_eq(forecast.activation_expected, forecast.issued + cases[_i].expected * DAY);
        ck_assert_int_eq(forecast.activation_latest, forecast.issued + cases[_i].latest * DAY);
        tca_rollover_unref(rollover);
    }
    policy = (tca_policy){.struct_size = sizeof(policy), .activation_latest_days = 44};
    ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL),
                     TCA_E_ARGUMENT);
    tca_inventory_unref(inventory);
}
END_TEST

/* Each number at its limit and one past it. */
START_TEST(no_policy_reaches_beyond_a_hundred_years) {
    static const listed alone[] = {{ACTIVE, A_START, A_END, false}, {0, 0, 0, false}};
    tca_inventory *inventory = inventory_of(alone);
    for (uint32_t days = 36500; days <= 36501; days++) {
        tca_result wanted = days == 36500 ? TCA_OK : TCA_E_ARGUMENT;
        const tca_policy policies[] = {
            {.lead_days = days},
            {.removal_days = days},
            {.activation_latest_days = days},
            {.activation_expected_days = days, .activation_latest_days = 36500},
            {.activation_earliest_days = days,
             .activation_expected_days = 36500,
             .activation_latest_days = 36500},
        };
        for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
            tca_policy policy = policies[i];
            tca_rollover *rollover = NULL;
            policy.struct_size = sizeof(policy);
            ck_assert_int_eq(tca_rollover_compute(inventory, A_START, &policy, &rollover, NULL),
                             wanted);
            ck_assert_int_eq(rollover != NULL, wanted == TCA_OK);
            tca_rollover_unref(rollover);
        }
    }
    tca_inventory_unref(inventory);
}
END_TEST

START_TEST(output_structs_are_written_as_far_as_the_caller_says) {
    static const listed alone[] = {{ACTIVE, A_START, A_END, false}, {0, 0, 0, false}};
    struct {
        tca_rollover_summary summary;
        uint64_t behind;
    } longer = {.summary = {.struct_size = sizeof(longer)}, .behind = 0x5A5A5A5A};
    tca_rollover *rollover = rollover_of(alone, A_START);
    ck_assert_int_eq(tca_rollover_get_summary(rollover, &longer.summary), TCA_OK);
    ck_assert_uint_eq(longer.behind, 0x5A5A5A5A);
    ck_assert_uint_eq(longer.summary.struct_size, sizeof(longer));
    longer.summary.struct_size = sizeof(longer.summary) - 1;
    ck_assert_int_eq(tca_rollover_get_summary(rollover, &longer.summary), TCA_E_STRUCT_TOO_SMALL);
    tca_entry_state state = {.struct_size = sizeof(state), .status = 7};
    ck_assert_int_eq(tca_rollover_state(rollover, 1, &state), TCA_E_NOT_FOUND);
    ck_assert_uint_eq(state.status, 0);
    ck_assert_int_eq(tca_rollover_state(NULL, 0, &state), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_rollover_state(rollover, 0, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_rollover_window(rollover, 0, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_rollover_action(NULL, 0, &(tca_action){.struct_size = sizeof(tca_action)}),
                     TCA_E_ARGUMENT);
    tca_rollover *same = NULL;
    tca_rollover_ref(rollover, &same);
    ck_assert_ptr_eq(same, rollover);
    tca_rollover_unref(same);
    tca_rollover_unref(rollover);
    tca_rollover_unref(NULL);
}
END_TEST

START_TEST(numbers_have_names) {
    ck_assert_str_eq(tca_status_name(TCA_STATUS_REVOKED), "Revoked");
    ck_assert_str_eq(tca_phase_name(TCA_PHASE_RETIRED), "retired");
    ck_assert_str_eq(tca_source_name(TCA_SOURCE_PREDICTED), "predicted");
    ck_assert_str_eq(tca_stage_name(TCA_STAGE_SUCCESSOR_DUE), "successor-due");
    ck_assert_str_eq(tca_event_name(TCA_EVENT_ACTIVATION), "activation");
    ck_assert_str_eq(tca_certainty_name(TCA_CERTAINTY_OBSERVED), "observed");
    ck_assert_str_eq(tca_window_name(TCA_WINDOW_OVERLAP), "overlap");
    ck_assert_str_eq(tca_action_name(TCA_ACTION_INVESTIGATE), "investigate");
    ck_assert_uint_eq(tca_stage_callout(TCA_STAGE_SUCCESSOR_DUE), 1);
    ck_assert_uint_eq(tca_stage_callout(TCA_STAGE_REMOVABLE), 4);
    ck_assert_uint_eq(tca_stage_callout(99), 0);
    const char *(*const names[])(uint32_t) = {tca_status_name, tca_phase_name, tca_source_name,
                                              tca_stage_name,  tca_event_name, tca_certainty_name,
                                              tca_window_name, tca_action_name};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ck_assert_str_eq(names[i](99), "unknown");
        ck_assert_str_eq(names[i](UINT32_MAX), "unknown");
    }
    for (uint32_t reason = TCA_REASON_BECOMES_ACTIVE; reason <= TCA_REASON_ANOMALY; reason++) {
        ck_assert_str_ne(tca_reason_text(reason), "unknown reason");
    }
    ck_assert_str_eq(tca_reason_text(0), "unknown reason");
    ck_assert_str_eq(tca_reason_text(99), "unknown reason");
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void) {
    Suite *suite = suite_create("rollover");
    TCase *cases = tcase_create("rollover");
    tcase_add_loop_test(cases, stages_follow_words_and_dates, 0, COUNT(stages));
    tcase_add_loop_test(cases, status_and_phase_follow_the_services_word, 0, COUNT(states));
    tcase_add_loop_test(cases, windows_have_their_edges_and_certainties, 0, COUNT(window_cases));
    tcase_add_loop_test(cases, the_next_event_is_the_earliest_moment_ahead, 0, COUNT(events));
    tcase_add_loop_test(cases, actions_have_their_deadlines_and_reasons, 0, COUNT(action_cases));
    tcase_add_loop_test(cases, dates_alone_predict_and_say_so, 0, 6);
    tcase_add_test(cases, upper_certificates_do_not_confuse_the_stage);
    tcase_add_test(cases, the_issuer_of_a_successor_does_not_matter);
    tcase_add_test(cases, the_years_ahead_are_reckoned_from_the_newest);
    tcase_add_test(cases, the_years_ahead_begin_with_every_one_already_issued);
    tcase_add_test(cases, short_lives_advance_by_their_activations);
    tcase_add_loop_test(cases, lives_that_are_too_short_have_no_years_ahead, 0, 5);
    tcase_add_test(cases, a_forecast_ends_with_the_calendar_and_needs_an_active_one);
    tcase_add_test(cases, policies_are_checked);
    tcase_add_loop_test(cases, a_number_of_a_policy_that_is_0_means_its_default, 0, 6);
    tcase_add_test(cases, no_policy_reaches_beyond_a_hundred_years);
    tcase_add_test(cases, output_structs_are_written_as_far_as_the_caller_says);
    tcase_add_test(cases, numbers_have_names);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
