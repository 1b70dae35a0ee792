/* SPDX-License-Identifier: MIT */
/* A plan for people: what each target holds, then the steps. */
#include <string.h>

#include "rollouts.h"

#define SHORT_THUMBPRINT 12
#define TARGETS_ACROSS 5 /* more do not fit beside each other */

/* ---- what each target holds ---- */

static const char *state_name(const tca_plan *plan, uint32_t certificate, uint32_t target) {
    tca_target_state state = {.struct_size = sizeof(state)};
    (void)tca_plan_state(plan, certificate, target, &state);
    return tca_target_state_name(state.state);
}

static tool_colour state_colour(const char *state) {
    return strcmp(state, "trusted") == 0 || strcmp(state, "not-needed") == 0 ? COLOUR_GOOD
           : strcmp(state, "removed") == 0                                   ? COLOUR_FAINT
                                                                             : COLOUR_WARN;
}

static int column_width(const tca_plan *plan, uint32_t target) {
    size_t width = strlen(plan_target_name(plan, target));
    size_t widest = strlen("not-needed");
    return (int)(width > widest ? width : widest);
}

/* Padded only where something follows. */
static void print_column(const tca_plan *plan, uint32_t target, uint32_t to, const char *text,
                         tool_colour colour) {
    int padding = target + 1 < to ? column_width(plan, target) - (int)strlen(text) : 0;
    printf("  %s%s%s%*s", colour_on(colour), text, colour_off(), padding, "");
}

static void print_states(const tool_view *view, const tca_plan *plan, uint32_t from, uint32_t to) {
    int width = status_width(view);
    printf("CERTIFICATE   %-*s", width, "STATUS");
    for (uint32_t t = from; t < to; t++) {
        print_column(plan, t, to, plan_target_name(plan, t), COLOUR_NONE);
    }
    putchar('\n');
    for (uint32_t i = 0; i < tca_inventory_count(view->inventory); i++) {
        char status[MOMENT_SIZE];
        if (view_state(view, i).status == TCA_STATUS_NONE) {
            continue;
        }
        printf("%-*.*s  %s%-*s%s", SHORT_THUMBPRINT, SHORT_THUMBPRINT, view_thumbprint(view, i),
               colour_on(status_colour(view, i)), width, status_words(view, i, status),
               colour_off());
        for (uint32_t t = from; t < to; t++) {
            const char *state = state_name(plan, i, t);
            print_column(plan, t, to, state, state_colour(state));
        }
        putchar('\n');
    }
}

static void print_targets(const tool_view *view, const tca_plan *plan) {
    uint32_t count = plan_summary(plan).target_count;
    for (uint32_t from = 0; from < count || from == 0; from += TARGETS_ACROSS) {
        uint32_t to = from + TARGETS_ACROSS < count ? from + TARGETS_ACROSS : count;
        printf("%s", from > 0 ? "\n" : "");
        print_states(view, plan, from, to);
    }
}

/* ---- what is wrong with a target ---- */

static void print_warning(const tca_plan *plan, uint32_t target, const char *text) {
    char line[512];
    snprintf(line, sizeof(line), "! %s: %s", plan_target_name(plan, target), text);
    printf("%s", colour_on(COLOUR_BAD));
    print_wrapped(line, 0);
    printf("%s", colour_off());
}

typedef tca_result text_getter(const tca_plan *plan, uint32_t index, const char **text,
                               size_t *length);

static void print_error(const char *lead, const tca_plan *plan, uint32_t index, text_getter *get) {
    const char *text = "";
    size_t length = 0;
    (void)get(plan, index, &text, &length);
    printf("%s%s", colour_on(COLOUR_BAD), lead);
    print_foreign(stdout, text, length);
    printf("%s\n", colour_off());
}

static void print_traps(const tca_plan *plan, uint32_t target) {
    tca_plan_target_info info = plan_target(plan, target);
    if ((info.flags & TCA_PLAN_TARGET_WRONG_FIRST) != 0 && info.used > 0) {
        print_warning(plan, target,
                      "the active certificate does not come first. Most TLS stacks look at one "
                      "certificate of a name only: they refuse every device of the active one "
                      "until apply has written the file anew and the server has loaded it.");
    } else if ((info.flags & TCA_PLAN_TARGET_BEHIND) != 0) {
        print_warning(plan, target,
                      "the file is not what it must be now: apply writes it, then the server has "
                      "to load it.");
    }
    if ((info.flags & TCA_PLAN_TARGET_MIXED_DAY) != 0) {
        print_warning(plan, target,
                      "the mixed day cannot be served by a file: devices of the other certificate "
                      "are refused until they renew, within about a day. The hook that can is this "
                      "library's verify inside the server.");
    }
    if ((info.flags & TCA_PLAN_TARGET_SHARED_CA) != 0) {
        print_warning(plan, target,
                      "the file trusts a CA that all tenants share, and with it every tenant's "
                      "devices: take it out.");
    }
}

static bool has_problems(const tca_plan *plan) {
    bool any = !plan_is_read(plan);
    for (uint32_t t = 0; t < plan_summary(plan).target_count; t++) {
        any = any || plan_target(plan, t).flags != TCA_PLAN_TARGET_READ;
    }
    return any;
}

static void print_problems(const tca_plan *plan) {
    tca_plan_summary summary = plan_summary(plan);
    const char *text;
    size_t length;
    if (tca_plan_problem(plan, &text, &length) == TCA_OK) {
        char date[MOMENT_SIZE];
        moment_text(summary.listed_at, summary.now, date);
        printf("%s! ", colour_on(COLOUR_BAD));
        print_foreign(stdout, text, length);
        printf("%s\n", colour_off());
        if ((summary.flags & TCA_PLAN_STALE) != 0) {
            printf("  This plan is made of the service's answer of %s.\n", date);
        }
    }
    for (uint32_t t = 0; t < summary.target_count; t++) {
        if ((plan_target(plan, t).flags & TCA_PLAN_TARGET_READ) == 0) {
            print_error("! ", plan, t, tca_plan_target_error);
            printf("  Look at its names in the configuration and at the token's rights.\n");
        }
        print_traps(plan, t);
    }
}

/* ---- the steps ---- */

static void step_time(const tool_view *view, const tca_step *step, char text[3 * MOMENT_SIZE]) {
    char moment[MOMENT_SIZE];
    size_t length = 0;
    text[0] = '\0';
    if ((step->flags & TCA_STEP_NEEDS_WORD) != 0) {
        snprintf(text, 3 * MOMENT_SIZE, "  with --remove-revoked");
        return;
    }
    if ((step->flags & TCA_STEP_HAS_NOT_BEFORE) != 0 && step->not_before > view->now) {
        moment_text(step->not_before, view->now, moment);
        length = (size_t)snprintf(text, 3 * MOMENT_SIZE, "  from %s", moment);
    }
    if ((step->flags & TCA_STEP_HAS_DEADLINE) != 0) {
        bool open = (step->flags & (TCA_STEP_DUE | TCA_STEP_DONE)) == TCA_STEP_DUE;
        bool late = open && step->deadline <= view->now;
        moment_text(step->deadline, view->now, moment);
        snprintf(text + length, 3 * MOMENT_SIZE - length, "  %s %s%s",
                 step->kind == TCA_STEP_KEEP ? "until" : "by", moment, late ? ": late" : "");
    }
}

static const char *step_word(const tca_step *step, tool_colour *colour) {
    bool failed = (step->flags & TCA_STEP_FAILED) != 0;
    bool done = (step->flags & TCA_STEP_DONE) != 0;
    bool due = (step->flags & TCA_STEP_DUE) != 0;
    bool word = (step->flags & TCA_STEP_NEEDS_WORD) != 0;
    *colour = failed ? COLOUR_BAD : done ? COLOUR_GOOD : due || word ? COLOUR_WARN : COLOUR_FAINT;
    return failed ? "failed" : done ? "done" : word ? "on word" : due ? "due now" : "later";
}

#define OWN_STORE "own store"

static const char *place_name(const tca_plan *plan, const tca_step *step) {
    const char *target = plan_target_name(plan, step->target);
    return target == NULL ? OWN_STORE : target;
}

static int place_width(const tca_plan *plan) {
    size_t widest = 0;
    for (uint32_t i = 0; i < plan_summary(plan).step_count; i++) {
        tca_step step = plan_step(plan, i);
        size_t width = strlen(place_name(plan, &step));
        widest = width > widest ? width : widest;
    }
    return (int)widest;
}

static void print_step(const tool_view *view, const tca_plan *plan, uint32_t index, int width) {
    tca_step step = plan_step(plan, index);
    const char *place = place_name(plan, &step);
    char when[3 * MOMENT_SIZE];
    tool_colour colour;
    const char *word = step_word(&step, &colour);
    step_time(view, &step, when);
    printf("%5u  %s%-7s%s  %-13s  %-*s%s\n", (unsigned)step.id, colour_on(colour), word,
           colour_off(), tca_step_name(step.kind), when[0] != '\0' ? width : 0, place, when);
    if ((step.flags & TCA_STEP_FAILED) != 0) {
        print_error("                ", plan, index, tca_plan_step_error);
    }
}

static bool are_alike(const tca_step *one, const tca_step *other) {
    return one->certificate == other->certificate && one->reason == other->reason;
}

static bool is_first_alike(const tca_plan *plan, uint32_t index) {
    tca_step step = plan_step(plan, index);
    for (uint32_t i = 0; i < index; i++) {
        tca_step earlier = plan_step(plan, i);
        if (are_alike(&step, &earlier)) {
            return false;
        }
    }
    return true;
}

/* Under one heading every step of a certificate that has the same reason. */
static void print_alike(const tool_view *view, const tca_plan *plan, uint32_t first, int width) {
    tca_step step = plan_step(plan, first);
    char heading[256];
    snprintf(heading, sizeof(heading), "%.*s: %s", SHORT_THUMBPRINT,
             view_thumbprint(view, step.certificate), tca_reason_text(step.reason));
    print_wrapped(heading, 2);
    for (uint32_t i = first; i < plan_summary(plan).step_count; i++) {
        tca_step other = plan_step(plan, i);
        if (are_alike(&step, &other)) {
            print_step(view, plan, i, width);
        }
    }
}

static void print_steps(const tool_view *view, const tca_plan *plan) {
    tca_plan_summary summary = plan_summary(plan);
    int width = place_width(plan);
    if (summary.step_count == 0) {
        printf("Steps: none, every target trusts what it must\n");
        return;
    }
    printf("Steps: %u, due now %u, failed %u\n", (unsigned)summary.step_count,
           (unsigned)summary.due_count, (unsigned)summary.failed_count);
    for (uint32_t i = 0; i < summary.step_count; i++) {
        if (is_first_alike(plan, i)) {
            print_alike(view, plan, i, width);
        }
    }
}

void print_plan(const tenant_configuration *tenant, const tca_plan *plan) {
    tool_view view;
    plan_view(plan, &view);
    printf("%s: ", tenant->name);
    print_heading(&view);
    print_stage(&view);
    print_event(&view);
    putchar('\n');
    print_targets(&view, plan);
    putchar('\n');
    if (has_problems(plan)) {
        print_problems(plan);
        putchar('\n');
    }
    print_steps(&view, plan);
    view_close(&view);
}
