/* SPDX-License-Identifier: MIT */
/* A tenant's two years in a few seconds, on the simulated service: no account, no network. */
#define _POSIX_C_SOURCE 200809L
#include <string.h>
#include <sys/stat.h>

#include "demo_fleet.h"

#define DAY INT64_C(86400)
#define START INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define TENANT "6f0d9c1e-58b3-4c7a-9e2f-1a2b3c4d5e6f"
#define DEFAULT_DESTINATION "build/demo/rollover.svg"
#define PICTURE_DAY 665
#define FLEET_DAYS 765
#define WITHOUT_FROM 640

typedef struct demo_day {
    int day;
    int second; /* of that day: a certificate's last second still counts */
    int listed; /* the day on which the service was asked */
    const char *what;
} demo_day;

static const demo_day days[] = {
    {0, 0, 0, "The tenant is made. Its first certificate, A, is active and lives two years."},
    {600, 0, 600, "Nearly two years on. A still signs every device certificate."},
    {642, 0, 639,
     "90 days before A ends its successor, B, is due. This is a list saved on day 639:\n"
     "it cannot show B, but the dates tell that it is time to ask again."},
    {642, 0, 642, "Asked again: the service issued B two days ago, and told nobody."},
    {PICTURE_DAY, 0, PICTURE_DAY, "Five days until B can become active at the earliest."},
    {685, 0, 685,
     "B has become active: within a day every device presents a certificate signed by B."},
    {730, 1, 730, "A has ended. Nothing that A signed is valid any more."},
    {765, 0, 765, "A is history and B is alone: the circle begins again."},
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
        complain_error("demo", error, "please report this");
    }
    engine_reply_release(&reply);
    return inventory;
}

static bool open_day(engine *service, const demo_day *day, tool_view *view, tca_error *error) {
    tca_unix now = START + day->day * DAY + day->second;
    if (engine_set_clock(service, START + day->listed * DAY + day->second) != 0) {
        complain("demo: out of memory; try again with more");
        return false;
    }
    tca_inventory *inventory = list_on(service, error);
    return inventory != NULL && view_compute(view, inventory, now, NULL);
}

static void print_day(const tool_view *view, const demo_day *day) {
    char date[MOMENT_SIZE];
    date_text(view->now, date);
    printf("---- day %d, %s %s\n%s\n\n", day->day, date,
           &"------------------------------------------------------------"[day->day > 99 ? 2 : 0],
           day -> what);
    print_table(view);
    printf("\n");
    print_stage(view);
    print_event(view);
    print_actions(view);
    printf("\n\n");
}

/* The folder of the default destination, for who runs the demo anywhere. */
static void make_default_folder(void) {
    (void)mkdir("build", 0777);
    (void)mkdir("build/demo", 0777);
}

static bool draw(const tool_view *view, const char *path, bool force) {
    tool_picture picture;
    text_buffer out = {0};
    bool fine = picture_of(view, &picture);
    if (fine) {
        picture_svg(view, &picture, &out);
        fine = !out.failed && file_write(path, out.data, out.length, force);
    }
    text_release(&out);
    return fine;
}

/* Without a path nothing is drawn. */
static bool play(engine *service, const char *path, bool force, tca_error *error) {
    bool fine = true;
    for (size_t i = 0; fine && i < sizeof(days) / sizeof(days[0]); i++) {
        tool_view view;
        if (!open_day(service, &days[i], &view, error)) {
            return false;
        }
        print_day(&view, &days[i]);
        fine = path == NULL || days[i].day != PICTURE_DAY || draw(&view, path, force);
        view_close(&view);
    }
    return fine;
}

static void print_farewell(const char *path, bool drawn) {
    printf("The picture, as of day %d: ", PICTURE_DAY);
    print_foreign(stdout, path, strlen(path));
    printf("%s\n\nYour own tenant: tenantca status --from PATH, with a folder or file of\n"
           "certificates or a saved list of the service. 'tenantca --help' shows the rest.\n",
           drawn ? "" : "\n(it was there already and is left as it was; --force draws it anew)");
}

static bool is_there(const char *path) {
    struct stat about;
    return lstat(path, &about) == 0;
}

/* ---- the fleet ---- */

/* On day 0, and day by day from the one given, a device renews its certificate and connects;
 * `daily`: the plan is applied first, else on day 0 only. */
static bool play_fleet(int from, bool daily) {
    static const char *const tenants[] = {TENANT};
    const engine_options wanted = {
        .clock = START, .seed = 1, .tenants = tenants, .tenant_count = 1};
    engine *service = NULL;
    demo_fleet fleet = {0};
    long tried = 0, refused = 0;
    int first_refused = -1;
    bool fine = engine_create(&wanted, &service) == 0 && demo_fleet_open(&fleet, service, TENANT);
    for (int day = 0; fine && day <= FLEET_DAYS; day = day < from ? from : day + 1) {
        fine = engine_set_clock(service, START + day * DAY + DAY / 2) == 0 &&
               demo_fleet_apply(&fleet, day, daily || day == 0);
        int accepted = fine ? demo_fleet_connect(&fleet) : -1;
        fine = accepted >= 0;
        tried += DEMO_FLEET_SERVICES;
        refused += DEMO_FLEET_SERVICES - accepted;
        first_refused = first_refused < 0 && accepted < DEMO_FLEET_SERVICES ? day : first_refused;
    }
    if (fine && refused == 0) {
        printf("  %ld connections, no device refused.\n\n", tried);
    } else if (fine) {
        printf("  %ld connections, %ld refused, from day %d on.\n\n", tried, refused,
               first_refused);
    }
    demo_fleet_close(&fleet);
    engine_destroy(service);
    return fine;
}

static bool play_fleets(void) {
    printf("---- the same years with a fleet ------------------------------------------\n"
           "Every day a device connects to IoT Hub, to DPS with an enrollment group, and to IoT\n"
           "Central, and 'tenantca apply' runs before it:\n\n");
    if (!play_fleet(1, true)) {
        return false;
    }
    printf("And with nobody who runs it after the first day, from day %d on:\n\n", WITHOUT_FROM);
    return play_fleet(WITHOUT_FROM, false);
}

int command_demo(const tool_options *options) {
    static const char *const tenants[] = {TENANT};
    const engine_options wanted = {
        .clock = START, .seed = 1, .tenants = tenants, .tenant_count = 1};
    const char *path = options->destination != NULL ? options->destination : DEFAULT_DESTINATION;
    bool drawn = options->destination != NULL || options->force || !is_there(path);
    engine *service = NULL;
    tca_error *error = NULL;
    if (options->destination == NULL) {
        make_default_folder();
    }
    if (drawn && !file_may_write(path, options->force)) {
        return EXIT_ERROR;
    }
    if (engine_create(&wanted, &service) != 0 || tca_error_new(&error) != TCA_OK) {
        complain("demo: out of memory; try again with more");
        engine_destroy(service);
        return EXIT_ERROR;
    }
    printf("A simulated tenant through one rollover. Everybody watches expiry (day 730). The\n"
           "outage comes at activation (about day 685), for who does not trust B by then.\n\n\n");
    bool fine = play(service, drawn ? path : NULL, options->force, error);
    fine = fine && play_fleets();
    if (fine) {
        print_farewell(path, drawn);
    }
    tca_error_unref(error);
    engine_destroy(service);
    return fine ? EXIT_DONE : EXIT_ERROR;
}
