/* SPDX-License-Identifier: MIT */
/* A tenant's two years in a few seconds, on the simulated service: no account, no network. */
#include <string.h>
#include <sys/stat.h>

#include "simulator/engine.h"
#include "tool.h"

#define DAY INT64_C(86400)
#define START INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define TENANT "6f0d9c1e-58b3-4c7a-9e2f-1a2b3c4d5e6f"
#define DEFAULT_DESTINATION "build/demo/rollover.svg"
#define PICTURE_DAY 660

static const struct {
    int day;
    const char *what;
} days[] = {
    {0, "The tenant is made. Its first certificate, A, is active and lives two years."},
    {600, "Nearly two years on. A still signs every device certificate."},
    {640, "90 days before A ends the service issues B. It does not tell anybody."},
    {665, "Five days left until B can become active at the earliest."},
    {685, "B has become active. Devices present certificates signed by B within a day."},
    {730, "A ends. Nothing that A signed is valid any more."},
    {765, "A is history, and B is alone: the circle begins again."},
};

/* The list as the integrated service gives it on that day. */
static tca_inventory *list_on(engine *service, tca_error *error) {
    engine_request request = {
        .method = "GET",
        .target = "/subscriptions/demo/resourceGroups/demo/providers/Microsoft.AzureSphere/"
                  "catalogs/" TENANT "/certificates?api-version=2024-04-01",
        .authorization = "Bearer demo"};
    engine_reply reply;
    tca_inventory *inventory = NULL;
    engine_handle(service, &request, &reply);
    tca_result result = tca_inventory_parse((const uint8_t *)reply.body, reply.body_length, NULL,
                                            &inventory, error);
    if (result != TCA_OK) {
        complain_error("demo", error);
    }
    engine_reply_release(&reply);
    return inventory;
}

static bool open_day(engine *service, int day, tool_view *view, tca_error *error) {
    tca_unix now = START + day * DAY + (day == 730 ? 1 : 0);
    if (engine_set_clock(service, now) != 0) {
        complain("demo: the clock cannot be moved");
        return false;
    }
    tca_inventory *inventory = list_on(service, error);
    return inventory != NULL && view_compute(view, inventory, now);
}

static void print_day(const tool_view *view, int day, const char *what) {
    char date[MOMENT_SIZE];
    date_text(view->now, date);
    printf("── %s, day %d ─────────────────────────────────────────────────────────────\n", date,
           day);
    printf("%s\n\n", what);
    print_table(view);
    printf("\nStage %u, %s: %s\n", (unsigned)tca_stage_callout(view->summary.stage),
           tca_stage_name(view->summary.stage), stage_sentence(view->summary.stage));
    if (view->summary.action_count > 0) {
        printf("To do:\n");
        print_actions(view);
    }
    printf("\n");
}

/* The folder of the default destination, for who runs the demo anywhere. */
static void make_default_folder(void) {
    (void)mkdir("build", 0777);
    (void)mkdir("build/demo", 0777);
}

static bool draw(const tool_view *view, const tool_options *options) {
    tool_picture picture;
    text_buffer out = {0};
    const char *path = options->destination != NULL ? options->destination : DEFAULT_DESTINATION;
    if (options->destination == NULL) {
        make_default_folder();
    }
    bool fine = picture_of(view, &picture);
    if (fine) {
        picture_svg(view, &picture, &out);
        fine = !out.failed && file_write(path, out.data, out.length,
                                         options->force || options->destination == NULL);
    }
    text_release(&out);
    return fine;
}

static bool play(engine *service, const tool_options *options, tca_error *error) {
    bool fine = true;
    bool drawn = false;
    for (size_t i = 0; fine && i < sizeof(days) / sizeof(days[0]); i++) {
        tool_view view;
        if (!drawn && days[i].day > PICTURE_DAY) {
            fine = open_day(service, PICTURE_DAY, &view, error);
            fine = fine && draw(&view, options);
            drawn = true;
            if (fine) {
                view_close(&view);
            }
        }
        fine = fine && open_day(service, days[i].day, &view, error);
        if (fine) {
            print_day(&view, days[i].day, days[i].what);
            view_close(&view);
        }
    }
    return fine;
}

int command_demo(const tool_options *options) {
    static const char *const tenants[] = {TENANT};
    engine_options wanted = {.clock = START, .seed = 1, .tenants = tenants, .tenant_count = 1};
    engine *service = NULL;
    tca_error *error = NULL;
    if (engine_create(&wanted, &service) != 0 || tca_error_new(&error) != TCA_OK) {
        complain("demo: out of memory");
        engine_destroy(service);
        return EXIT_ERROR;
    }
    printf("A simulated tenant through one rollover. Everybody watches expiry (day 730);\n"
           "the outage comes at activation (day 685), for who does not trust B by then.\n\n");
    bool fine = play(service, options, error);
    if (fine) {
        printf("The picture of it, as of day %d, is in %s\n", PICTURE_DAY,
               options->destination != NULL ? options->destination : DEFAULT_DESTINATION);
        printf("Next: tenantca status --from FILE   with certificates or a saved list of yours\n");
    }
    tca_error_unref(error);
    engine_destroy(service);
    return fine ? EXIT_DONE : EXIT_ERROR;
}
