/* SPDX-License-Identifier: MIT */
/* run: tests/vectors/integrated-list.json 2026-02-01T00:00:00Z */
/* What must be done about a tenant's CA certificates, and by when: the example of the README. */
#include <stdio.h>
#include <string.h>

#include <tenantca/tenantca.h>

static void print_deadlines(const uint8_t *list, size_t length, tca_unix now) {
    tca_inventory *inventory = NULL;
    tca_rollover *rollover = NULL;
    tca_rollover_summary summary = {.struct_size = sizeof(summary)};
    if (tca_inventory_parse(list, length, NULL, &inventory, NULL) == TCA_OK &&
        tca_rollover_compute(inventory, now, NULL, &rollover, NULL) == TCA_OK) {
        tca_rollover_get_summary(rollover, &summary);
        printf("stage: %s\n", tca_stage_name(summary.stage));
        for (uint32_t i = 0; i < summary.action_count; i++) {
            tca_action action = {.struct_size = sizeof(action)};
            char by[TCA_TIME_TEXT_SIZE] = "any time";
            tca_rollover_action(rollover, i, &action);
            if ((action.flags & TCA_ACTION_HAS_DEADLINE) != 0) {
                tca_time_format(action.deadline, by, sizeof(by), NULL);
            }
            printf("%s certificate %u by %s\n", tca_action_name(action.kind),
                   (unsigned)action.certificate + 1, by);
        }
    }
    tca_rollover_unref(rollover);
    tca_inventory_unref(inventory);
}

int main(int argc, char **argv) {
    static uint8_t list[1 << 20];
    tca_unix now = 0;
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL || tca_time_parse(argv[2], strlen(argv[2]), &now, NULL) != TCA_OK) {
        fprintf(stderr, "usage: next_deadline LIST TIME\n");
        return 2;
    }
    size_t length = fread(list, 1, sizeof(list), file);
    fclose(file);
    print_deadlines(list, length, now);
    return 0;
}
