/* SPDX-License-Identifier: MIT */
/* Which rollover is drawn, and where its stages and windows lie. */
#include "tool.h"

#define DAY INT64_C(86400)
#define MARGIN (45 * DAY)

static tca_unix later(tca_unix one, tca_unix other) {
    return one > other ? one : other;
}

static tca_unix earlier(tca_unix one, tca_unix other) {
    return one < other ? one : other;
}

static tca_unix plus_days(tca_unix time, tca_unix days) {
    return time > TCA_TIME_MAX - days * DAY ? TCA_TIME_MAX : time + days * DAY;
}

/* ---- the two certificates ---- */

bool picture_can_draw(const tool_view *view, uint32_t index) {
    const uint32_t dated = TCA_ENTRY_HAS_NOT_BEFORE | TCA_ENTRY_HAS_NOT_AFTER;
    return view_state(view, index).status != TCA_STATUS_NONE &&
           (view_info(view, index).flags & dated) == dated;
}

/* The one that began last before `start`, not revoked, whose end is not before `since`. */
static uint32_t last_before(const tool_view *view, tca_unix start, tca_unix since) {
    uint32_t found = TCA_NO_INDEX;
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        tca_entry_info info = view_info(view, i);
        if (picture_can_draw(view, i) && view_state(view, i).status != TCA_STATUS_REVOKED &&
            info.not_before < start && info.not_after >= since &&
            (found == TCA_NO_INDEX || info.not_before > view_info(view, found).not_before)) {
            found = i;
        }
    }
    return found;
}

static void choose(const tool_view *view, const tca_policy *policy, tool_picture *picture) {
    const tca_rollover_summary *summary = &view->summary;
    picture->older = summary->active;
    picture->newer = summary->next;
    if (summary->active == TCA_NO_INDEX) { /* ambiguous: the newest two */
        picture->newer = last_before(view, TCA_TIME_MAX, TCA_TIME_MIN);
    } else if (summary->next == TCA_NO_INDEX) {
        picture->newer = summary->active;
    }
    if (picture->newer == summary->next && picture->newer != TCA_NO_INDEX) {
        return;
    }
    if (picture->newer != TCA_NO_INDEX) {
        tca_unix since = summary->active == TCA_NO_INDEX
                             ? TCA_TIME_MIN
                             : view->now - (tca_unix)policy->removal_days * DAY;
        picture->older = last_before(view, view_info(view, picture->newer).not_before, since);
    }
    if (picture->older == TCA_NO_INDEX) { /* one certificate, its successor ahead */
        picture->older = picture->newer;
        picture->newer = TCA_NO_INDEX;
    }
}

bool picture_newer_active(const tool_view *view, const tool_picture *picture) {
    return picture->newer != TCA_NO_INDEX &&
           view_state(view, picture->newer).status == TCA_STATUS_ACTIVE;
}

/* ---- its dates ---- */

static void set_newer_dates(const tool_view *view, tool_picture *picture) {
    if (picture->newer != TCA_NO_INDEX) {
        tca_entry_info newer = view_info(view, picture->newer);
        picture->newer_start = newer.not_before;
        picture->newer_end = newer.not_after;
        return;
    }
    tca_unix life = picture->older_end - picture->older_start;
    picture->newer_start = later(picture->due, view->now + 1);
    picture->newer_end = plus_days(picture->newer_start, life / DAY);
}

/* What is said of B decides, so that today lies in the stage that is reported. */
static tca_unix activation_drawn(const tool_view *view, const tool_picture *picture) {
    bool active = picture_newer_active(view, picture);
    if (active && view->now < picture->expected) {
        return later(view->now, picture->newer_start);
    }
    bool waiting = picture->newer != TCA_NO_INDEX && picture->newer == view->summary.next;
    if (waiting && view->now >= picture->expected) {
        return later(picture->latest, plus_days(view->now, 1));
    }
    return picture->expected;
}

bool picture_of(const tool_view *view, tool_picture *picture) {
    tca_policy policy = {.struct_size = sizeof(policy)};
    (void)tca_policy_defaults(&policy);
    *picture = (tool_picture){0};
    choose(view, &policy, picture);
    if (picture->older == TCA_NO_INDEX) {
        return false;
    }
    tca_entry_info older = view_info(view, picture->older);
    picture->older_start = older.not_before;
    picture->older_end = older.not_after;
    picture->due = later(older.not_before, older.not_after - (tca_unix)policy.lead_days * DAY);
    set_newer_dates(view, picture);
    picture->earliest = plus_days(picture->newer_start, policy.activation_earliest_days);
    picture->expected = plus_days(picture->newer_start, policy.activation_expected_days);
    picture->latest = plus_days(picture->newer_start, policy.activation_latest_days);
    picture->activated = activation_drawn(view, picture);
    picture->removed = plus_days(picture->older_end, policy.removal_days);
    picture->from = earlier(picture->newer_start, picture->older_end) - MARGIN;
    picture->to = later(later(picture->removed, picture->latest), picture->activated) + MARGIN;
    return true;
}

/* ---- windows: the library's; of a successor that is not there yet, the policy's ---- */

static bool find_window(const tool_view *view, uint32_t kind, uint32_t certificate,
                        picture_span *span) {
    for (uint32_t i = 0; i < view->summary.window_count; i++) {
        tca_window window = {.struct_size = sizeof(window)};
        (void)tca_rollover_window(view->rollover, i, &window);
        if (window.kind == kind && window.certificate == certificate) {
            span->opens = window.opens;
            span->closes = window.closes;
            span->stays_open = window.closes_certainty == TCA_CERTAINTY_NONE;
            span->predicted_opening = window.opens_certainty == TCA_CERTAINTY_PREDICTED;
            span->predicted_closing = window.closes_certainty == TCA_CERTAINTY_PREDICTED;
            return true;
        }
    }
    return false;
}

static int windows_ahead(const tool_picture *picture, picture_span *out) {
    tca_unix start = picture->newer_start, end = picture->older_end + 1;
    out[0] = (picture_span){"act: trust B", start, picture->earliest, true, true, false};
    out[1] = (picture_span){"activation", picture->earliest, picture->latest, true, true, false};
    out[2] = (picture_span){"overlap: both", start, end, true, false, false};
    out[3] = (picture_span){"removal of A", end, end, false, false, true};
    return start < end ? 4 : 2;
}

int picture_windows(const tool_view *view, const tool_picture *picture,
                    picture_span out[PICTURE_WINDOWS]) {
    static const struct {
        uint32_t kind;
        bool of_older;
        const char *name;
    } windows[PICTURE_WINDOWS] = {{TCA_WINDOW_SUCCESSOR_DUE, true, "successor due"},
                                  {TCA_WINDOW_ACT, false, "act: trust B"},
                                  {TCA_WINDOW_ACTIVATION, false, "activation"},
                                  {TCA_WINDOW_OVERLAP, false, "overlap: both"},
                                  {TCA_WINDOW_REMOVAL, true, "removal of A"}};
    int count = 0;
    bool ahead = picture->newer == TCA_NO_INDEX;
    for (int i = 0; i < (ahead ? 1 : PICTURE_WINDOWS); i++) {
        uint32_t certificate = windows[i].of_older ? picture->older : picture->newer;
        out[count].name = windows[i].name;
        count += find_window(view, windows[i].kind, certificate, &out[count]) ? 1 : 0;
    }
    return ahead ? count + windows_ahead(picture, out + count) : count;
}

/* ---- stages ---- */

void picture_stages(const tool_picture *picture, tca_unix ends[PICTURE_STAGES]) {
    ends[0] = picture->newer_start;
    ends[1] = picture->activated;
    ends[2] = later(picture->older_end, picture->activated);
    ends[3] = later(picture->removed, ends[2]);
    ends[4] = picture->to;
}

unsigned picture_stage_now(const tool_view *view, const tool_picture *picture) {
    unsigned stage = tca_stage_callout(view->summary.stage);
    return stage == 1 && picture_newer_active(view, picture) ? 5 : stage;
}

const char *picture_stage_text(unsigned number) {
    static const char *const texts[] = {"",
                                        "A is active, alone",
                                        "B is issued, inactive: act now",
                                        "B is active, A retired: trust both",
                                        "A has expired: remove it",
                                        "B is active, alone"};
    return texts[number];
}
