/* SPDX-License-Identifier: MIT */
/* A storage in a folder while the system fails, the disk is full, others write and processes die.
 */
#define _GNU_SOURCE
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#include "fail_alloc.h"
#include "file_faults.h"
#include "folders.h"
#include "kill_trace.h"

#define KEY "contoso/view"
#define KEY_FILE "=contoso+view"
#define CALLS_MAX 200
#define INCREMENTS 150
#define SKIPPED 77

static char folder[FOLDER_SIZE];

static void set_up(void) {
    folder_make(folder);
}

static void tear_down(void) {
    folder_remove(folder);
}

/* Whatever has happened: a further swap works, and leaves nothing lying about. */
static void must_go_on(void) {
    unsigned before = open_descriptors();
    tca_store *store = store_in(folder);
    text_result swapped = swap_text(store, KEY, "further");
    ck_assert_msg(swapped.result == TCA_OK, "%s", swapped.error);
    ck_assert_str_eq(load_text(store, KEY).value, "further");
    ck_assert_str_eq(load_text(store, "other").value, "untouched");
    ck_assert_str_eq(folder_names(folder), " .lock " KEY_FILE " =other");
    tca_store_unref(store);
    ck_assert_uint_eq(open_descriptors(), before);
}

static void prepare(const char *value) {
    tca_store *store = store_in(folder);
    ck_assert_int_eq(swap_text(store, "other", "untouched").result, TCA_OK);
    ck_assert_int_eq(swap_text(store, KEY, value).result, TCA_OK);
    tca_store_unref(store);
}

/* ---- the system fails ---- */

/* Done is done; what failed was not done, unless the very last step, the folder's fsync, failed. */
static void must_have_swapped(const text_result *got, const char *failed, int error) {
    tca_store *store = store_in(folder);
    text_result found = load_text(store, KEY);
    tca_store_unref(store);
    ck_assert_msg(found.result == TCA_OK, "%s fails: %s", failed, found.error);
    bool is_new = strcmp(found.value, "new value") == 0;
    ck_assert_msg(is_new || strcmp(found.value, "old value") == 0, "%s fails: '%s'", failed,
                  found.value);
    if (got->result == TCA_OK) {
        ck_assert_msg(is_new, "%s fails, nobody says so", failed);
        ck_assert_str_eq(found.version, got->version);
        return;
    }
    ck_assert_int_eq(got->result, TCA_E_STORAGE);
    ck_assert_msg(!is_new || strcmp(failed, "fsync") == 0, "%s fails, it is done", failed);
    ck_assert_msg(strstr(got->error, KEY) != NULL && strstr(got->error, strerror(error)) != NULL,
                  "%s fails: %s", failed, got->error);
}

START_TEST(a_swap_that_fails_changes_nothing) {
    const file_fault *with = &file_faults[_i];
    const char *failed = "";
    unsigned nth = 0;
    while (failed != NULL) {
        ck_assert_uint_lt(++nth, CALLS_MAX);
        prepare("old value");
        tca_store *store = store_in(folder);
        unsigned before = open_descriptors();
        file_faults_arm(nth, with->error, with->mode);
        text_result got = swap_text(store, KEY, "new value");
        failed = file_faults_disarm();
        ck_assert_uint_eq(open_descriptors(), before);
        tca_store_unref(store);
        must_have_swapped(&got, failed == NULL ? "nothing" : failed, with->error);
        if (failed == NULL || (with->error == EINTR && file_fault_is_retried(failed))) {
            ck_assert_msg(got.result == TCA_OK, "%s", got.error);
        }
        must_go_on();
    }
    ck_assert_msg(nth > 15, "only %u calls were seen: do they still come by here?", nth);
}
END_TEST

START_TEST(a_removal_that_fails_says_so) {
    const file_fault *with = &file_faults[_i];
    const char *failed = "";
    for (unsigned nth = 1; failed != NULL; nth++) {
        ck_assert_uint_lt(nth, CALLS_MAX);
        prepare("old value");
        tca_store *store = store_in(folder);
        tca_bytes *value, *version;
        ck_assert_int_eq(tca_store_load(store, KEY, strlen(KEY), &value, &version, NULL), TCA_OK);
        unsigned before = open_descriptors();
        file_faults_arm(nth, with->error, with->mode);
        tca_result result = tca_store_remove(store, KEY, strlen(KEY), version, NULL);
        failed = file_faults_disarm();
        ck_assert_uint_eq(open_descriptors(), before);
        text_result found = load_text(store, KEY);
        ck_assert_int_eq(result, result == TCA_OK ? TCA_OK : TCA_E_STORAGE);
        ck_assert(result != TCA_OK || found.result == TCA_E_NOT_FOUND);
        ck_assert(result == TCA_OK || found.result == TCA_OK || strcmp(failed, "fsync") == 0);
        tca_bytes_unref(value);
        tca_bytes_unref(version);
        tca_store_unref(store);
        must_go_on();
    }
}
END_TEST

START_TEST(a_load_or_list_that_fails_says_so) {
    const file_fault *with = &file_faults[_i];
    prepare("old value");
    tca_store *store = store_in(folder);
    unsigned before = open_descriptors();
    const char *failed = "";
    for (unsigned nth = 1; failed != NULL; nth++) {
        ck_assert_uint_lt(nth, CALLS_MAX);
        file_faults_arm(nth, with->error, with->mode);
        text_result got = load_text(store, KEY);
        tca_key_list *keys = NULL;
        tca_result listed = tca_store_list(store, "", 0, &keys, NULL);
        failed = file_faults_disarm();
        ck_assert(got.result == TCA_E_STORAGE || strcmp(got.value, "old value") == 0);
        ck_assert(listed == TCA_E_STORAGE || tca_key_list_count(keys) == 2);
        tca_key_list_unref(keys);
        ck_assert_uint_eq(open_descriptors(), before);
    }
    tca_store_unref(store);
    must_go_on();
}
END_TEST

START_TEST(a_folder_that_cannot_be_made_is_an_error_and_can_be_made_later) {
    const file_fault *with = &file_faults[_i];
    const char *failed = "";
    for (unsigned nth = 1; failed != NULL; nth++) {
        char path[PATH_SIZE];
        tca_storage storage = {.struct_size = sizeof(storage)};
        snprintf(path, sizeof(path), "%s/store%u", folder, nth);
        unsigned before = open_descriptors();
        file_faults_arm(nth, with->error, with->mode);
        tca_result result = tca_directory_storage(path, &storage);
        int why = errno;
        failed = file_faults_disarm();
        if (result == TCA_OK) {
            storage.destroy(storage.user);
        } else {
            ck_assert_int_eq(result, TCA_E_STORAGE);
            ck_assert_int_eq(why, with->error);
        }
        ck_assert_uint_eq(open_descriptors(), before);
        tca_store_unref(store_in(path));
    }
}
END_TEST

/* Without an assertion: those of check allocate. */
static tca_result swap_over(const tca_storage *storage) {
    tca_store *store = NULL;
    tca_bytes *value = NULL, *version = NULL;
    tca_result result = tca_store_new(storage, &store, NULL);
    if (result != TCA_OK) {
        storage->destroy(storage->user);
        return result;
    }
    result = tca_store_load(store, KEY, strlen(KEY), &value, &version, NULL);
    if (result == TCA_OK) {
        result = tca_store_swap(store, KEY, strlen(KEY), (const uint8_t *)"new value", 9, version,
                                NULL, NULL);
    }
    tca_key_list *keys = NULL;
    if (result == TCA_OK) {
        result = tca_store_list(store, "", 0, &keys, NULL);
    }
    if (tca_key_list_count(keys) != (result == TCA_OK ? 2 : 0)) {
        result = TCA_E_CALLBACK;
    }
    tca_key_list_unref(keys);
    tca_bytes_unref(value);
    tca_bytes_unref(version);
    tca_store_unref(store);
    return result;
}

START_TEST(memory_that_runs_out_is_an_error) {
    if (!fail_alloc_available()) {
        return;
    }
    size_t failures = 1;
    unsigned nth = 0;
    while (failures > 0) {
        tca_storage storage = {.struct_size = sizeof(storage)};
        prepare("old value");
        unsigned before = open_descriptors();
        long live = fail_alloc_live();
        fail_alloc_arm(++nth, FAIL_ALLOC_ONCE);
        tca_result result = tca_directory_storage(folder, &storage);
        bool opened = result == TCA_OK;
        if (opened) {
            result = swap_over(&storage);
        }
        failures = fail_alloc_failures();
        fail_alloc_disarm();
        ck_assert_int_eq(fail_alloc_live(), live);
        ck_assert_uint_eq(open_descriptors(), before);
        ck_assert(opened || (result == TCA_E_NO_MEMORY && storage.user == NULL));
        ck_assert_msg((failures == 0) == (result == TCA_OK), "%u: %d with %zu", nth, result,
                      failures);
        ck_assert(failures == 0 || result == TCA_E_NO_MEMORY || result == TCA_E_STORAGE);
        must_go_on();
    }
    ck_assert_uint_gt(nth, 8);
}
END_TEST

START_TEST(short_reads_and_writes_are_continued) {
    prepare("old value");
    tca_store *store = store_in(folder);
    file_faults_arm(1, 0, FILE_FAULT_SHORT);
    text_result got = swap_text(store, KEY, "new value");
    text_result found = load_text(store, KEY);
    (void)file_faults_disarm();
    ck_assert_msg(got.result == TCA_OK, "%s", got.error);
    ck_assert_str_eq(found.value, "new value");
    tca_store_unref(store);
    must_go_on();
}
END_TEST

/* A power cut cannot be had here, but the order that survives one can be seen. */
START_TEST(a_value_is_on_the_disk_before_it_is_moved_into_place_and_so_is_the_move) {
    prepare("old value");
    tca_store *store = store_in(folder);
    file_faults_arm(0, 0, FILE_FAULT_ONCE);
    ck_assert_int_eq(swap_text(store, KEY, "new value").result, TCA_OK);
    (void)file_faults_disarm();
    const char *calls = file_faults_calls();
    ck_assert_msg(strstr(calls, " flock ") != NULL &&
                      strstr(calls, " write write fchmod fsync close renameat fsync close") != NULL,
                  "%s", calls);
    tca_store_unref(store);
}
END_TEST

START_TEST(a_removal_and_a_new_folder_reach_the_disk) {
    prepare("old value");
    tca_store *store = store_in(folder);
    tca_bytes *value, *version;
    ck_assert_int_eq(tca_store_load(store, KEY, strlen(KEY), &value, &version, NULL), TCA_OK);
    file_faults_arm(0, 0, FILE_FAULT_ONCE);
    ck_assert_int_eq(tca_store_remove(store, KEY, strlen(KEY), version, NULL), TCA_OK);
    (void)file_faults_disarm();
    const char *calls = file_faults_calls();
    ck_assert_msg(strstr(calls, " unlinkat fsync close") != NULL, "%s", calls);
    tca_bytes_unref(value);
    tca_bytes_unref(version);
    tca_store_unref(store);
    file_faults_arm(0, 0, FILE_FAULT_ONCE);
    store = store_in(in_folder(folder, "made"));
    (void)file_faults_disarm();
    ck_assert_str_eq(file_faults_calls(), " mkdir open openat fsync close");
    tca_store_unref(store);
}
END_TEST

START_TEST(a_lock_is_not_waited_for_for_ever) {
    prepare("old value");
    tca_store *store = store_in(folder);
    file_faults_hold_lock(true);
    text_result got = swap_text(store, KEY, "new value");
    unsigned waited = file_faults_waited();
    ck_assert_str_eq(load_text(store, KEY).value, "old value");
    file_faults_hold_lock(false);
    ck_assert_int_eq(got.result, TCA_E_STORAGE);
    ck_assert_msg(strstr(got.error, "another process") != NULL, "%s", got.error);
    ck_assert_msg(waited >= 30000 && waited < 31000, "%u ms", waited);
    tca_store_unref(store);
    must_go_on();
}
END_TEST

/* ---- disks that are full or cannot be written: real ones, where a user may mount one ---- */

static void put_line(const char *path, const char *text) {
    int file = open(path, O_WRONLY);
    if (file < 0 || write(file, text, strlen(text)) < 0) {
        _exit(SKIPPED);
    }
    close(file);
}

/* A disk of 64 KiB over the folder, in a mount namespace of this process's own. */
static void mount_small_disk(void) {
    char users[64], groups[64];
    snprintf(users, sizeof(users), "0 %u 1", (unsigned)geteuid());
    snprintf(groups, sizeof(groups), "0 %u 1", (unsigned)getegid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        _exit(SKIPPED);
    }
    put_line("/proc/self/uid_map", users);
    put_line("/proc/self/setgroups", "deny");
    put_line("/proc/self/gid_map", groups);
    if (mount("tmpfs", folder, "tmpfs", 0, "size=64k,mode=0700") != 0) {
        _exit(SKIPPED);
    }
}

static void in_a_child(void (*act)(void), const char *skipped) {
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        act();
        _exit(EXIT_SUCCESS);
    }
    int status = exit_status(child);
    if (status == SKIPPED) {
        fprintf(stderr, "no disk may be mounted here: %s is skipped\n", skipped);
        return;
    }
    ck_assert_msg(status == EXIT_SUCCESS, "claim %d does not hold", status);
}

/* A child's claims are numbered: the assertions of check belong to its parent. */
static void claim(int number, bool holds) {
    if (!holds) {
        _exit(number);
    }
}

static void fill_the_disk(void) {
    static char large[60 << 10];
    mount_small_disk();
    tca_store *store = store_in(folder);
    claim(1, swap_text(store, KEY, "old value").result == TCA_OK);
    file_put(in_folder(folder, "ballast"), large, sizeof(large) - (8 << 10), 0600);
    memset(large, 'x', sizeof(large));
    large[20 << 10] = '\0';
    text_result got = swap_text(store, KEY, large);
    claim(2, got.result == TCA_E_STORAGE && strstr(got.error, "write: No space left") != NULL);
    claim(3, strcmp(load_text(store, KEY).value, "old value") == 0);
    claim(4, strcmp(folder_names(folder), " .lock " KEY_FILE " ballast") == 0);
    claim(5, unlink(in_folder(folder, "ballast")) == 0);
    claim(6, swap_text(store, KEY, large).result == TCA_OK);
    tca_store_unref(store);
}

START_TEST(a_full_disk_keeps_the_old_value) {
    in_a_child(fill_the_disk, "a full disk");
}
END_TEST

static void make_the_disk_read_only(void) {
    mount_small_disk();
    tca_store *store = store_in(folder);
    claim(1, swap_text(store, KEY, "old value").result == TCA_OK);
    tca_store_unref(store);
    claim(2, mount("tmpfs", folder, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=64k") == 0);
    store = store_in(folder);
    text_result got = swap_text(store, KEY, "new value");
    claim(3, got.result == TCA_E_STORAGE && strstr(got.error, "Read-only") != NULL);
    claim(4, strcmp(load_text(store, KEY).value, "old value") == 0);
    tca_store_unref(store);
}

START_TEST(a_disk_that_is_read_only_can_be_read) {
    in_a_child(make_the_disk_read_only, "a disk that is read-only");
}
END_TEST

static void use_a_folder_without_write_permission(void) {
    const uid_t nobody = 65534;
    if (geteuid() == 0) {
        claim(1, chown(folder, nobody, (gid_t)-1) == 0);
        claim(2, setresuid(nobody, nobody, nobody) == 0);
    }
    tca_store *store = store_in(folder);
    claim(3, swap_text(store, KEY, "old value").result == TCA_OK);
    claim(4, chmod(folder, 0500) == 0);
    text_result got = swap_text(store, KEY, "new value");
    claim(5, got.result == TCA_E_STORAGE && strstr(got.error, "Permission denied") != NULL);
    claim(6, strcmp(load_text(store, KEY).value, "old value") == 0);
    tca_store_unref(store);
}

START_TEST(a_folder_that_may_not_be_written_can_be_read) {
    in_a_child(use_a_folder_without_write_permission, "");
    ck_assert_int_eq(chmod(folder, 0700), 0);
}
END_TEST

/* ---- others write ---- */

static void increment(tca_store *store) {
    tca_bytes *value, *version, *next;
    const uint8_t *data;
    char text[32];
    size_t length;
    tca_result result = TCA_E_CONFLICT;
    while (result == TCA_E_CONFLICT) {
        claim(1, tca_store_load(store, KEY, strlen(KEY), &value, &version, NULL) == TCA_OK);
        tca_bytes_view(value, &data, &length);
        snprintf(text, sizeof(text), "%.*s", (int)length, (const char *)data);
        snprintf(text, sizeof(text), "%ld", strtol(text, NULL, 10) + 1);
        result = tca_store_swap(store, KEY, strlen(KEY), (const uint8_t *)text, strlen(text),
                                version, &next, NULL);
        tca_bytes_unref(value);
        tca_bytes_unref(version);
        tca_bytes_unref(next);
    }
    claim(2, result == TCA_OK);
}

static pid_t start_incrementing(void) {
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        tca_store *store = store_in(folder);
        for (int i = 0; i < INCREMENTS; i++) {
            increment(store);
        }
        tca_store_unref(store);
        _exit(EXIT_SUCCESS);
    }
    return child;
}

START_TEST(no_increment_of_two_processes_is_lost) {
    char sum[16];
    prepare("0");
    pid_t one = start_incrementing(), other = start_incrementing();
    ck_assert_int_eq(exit_status(one), EXIT_SUCCESS);
    ck_assert_int_eq(exit_status(other), EXIT_SUCCESS);
    tca_store *store = store_in(folder);
    snprintf(sum, sizeof(sum), "%d", 2 * INCREMENTS);
    ck_assert_str_eq(load_text(store, KEY).value, sum);
    tca_store_unref(store);
    must_go_on();
}
END_TEST

/* ---- processes die ---- */

static void swap_once(void *user) {
    tca_store *store = store_in(user);
    (void)swap_text(store, KEY, "new value");
    tca_store_unref(store);
}

static void remove_once(void *user) {
    tca_store *store = store_in(user);
    tca_bytes *value, *version;
    (void)tca_store_load(store, KEY, strlen(KEY), &value, &version, NULL);
    (void)tca_store_remove(store, KEY, strlen(KEY), version, NULL);
    tca_bytes_unref(value);
    tca_bytes_unref(version);
    tca_store_unref(store);
}

/* Killed at every system call there is: the old value, then from one moment on the new one. */
static void kill_everywhere(void (*act)(void *), const char *new_value) {
    kill_run run = {.act = act, .user = folder};
    bool was_new = false;
    unsigned moment = 1;
    kill_outcome outcome = KILL_DONE;
    for (; outcome == KILL_DONE; moment++) {
        prepare("old value");
        outcome = kill_at(&run, moment);
        if (outcome == KILL_NOT_PERMITTED) {
            fputs("no process may be traced here: killing is skipped\n", stderr);
            return;
        }
        tca_store *store = store_in(folder);
        text_result found = load_text(store, KEY);
        tca_store_unref(store);
        bool is_new = strcmp(found.value, new_value) == 0;
        ck_assert_msg(found.result == TCA_OK || found.result == TCA_E_NOT_FOUND, "%u: %s", moment,
                      found.error);
        ck_assert_msg(is_new || strcmp(found.value, "old value") == 0, "%u: '%s'", moment,
                      found.value);
        ck_assert_msg(is_new || !was_new, "%u: the old value comes back", moment);
        was_new = is_new;
        must_go_on();
    }
    ck_assert(was_new);
    ck_assert_uint_gt(moment, 20);
}

START_TEST(a_process_killed_while_it_swaps_leaves_the_old_or_the_new_value) {
    kill_everywhere(swap_once, "new value");
}
END_TEST

START_TEST(a_process_killed_while_it_removes_leaves_the_old_value_or_none) {
    kill_everywhere(remove_once, "");
}
END_TEST

static void make_store(void *user) {
    tca_store *store = store_in(in_folder(user, "made"));
    (void)swap_fresh(store, KEY, "first value");
    tca_store_unref(store);
}

START_TEST(a_process_killed_while_it_makes_a_store_leaves_one_that_can_be_used) {
    kill_run run = {.act = make_store, .user = folder};
    kill_outcome outcome = KILL_DONE;
    for (unsigned moment = 1; outcome == KILL_DONE; moment++) {
        outcome = kill_at(&run, moment);
        tca_store *store = store_in(in_folder(folder, "made"));
        text_result found = load_text(store, KEY);
        ck_assert(found.result == TCA_E_NOT_FOUND || strcmp(found.value, "first value") == 0);
        ck_assert_int_eq(swap_text(store, KEY, "further").result, TCA_OK);
        tca_store_unref(store);
        folder_remove(in_folder(folder, "made"));
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("directory, faults");
    TCase *cases = tcase_create("directory, faults");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, a_swap_that_fails_changes_nothing, 0, FILE_FAULTS);
    tcase_add_loop_test(cases, a_removal_that_fails_says_so, 0, FILE_FAULTS);
    tcase_add_loop_test(cases, a_load_or_list_that_fails_says_so, 0, FILE_FAULTS);
    tcase_add_loop_test(cases, a_folder_that_cannot_be_made_is_an_error_and_can_be_made_later, 0,
                        FILE_FAULTS);
    tcase_add_test(cases, memory_that_runs_out_is_an_error);
    tcase_add_test(cases, short_reads_and_writes_are_continued);
    tcase_add_test(cases, a_value_is_on_the_disk_before_it_is_moved_into_place_and_so_is_the_move);
    tcase_add_test(cases, a_removal_and_a_new_folder_reach_the_disk);
    tcase_add_test(cases, a_lock_is_not_waited_for_for_ever);
    tcase_add_test(cases, a_full_disk_keeps_the_old_value);
    tcase_add_test(cases, a_disk_that_is_read_only_can_be_read);
    tcase_add_test(cases, a_folder_that_may_not_be_written_can_be_read);
    tcase_add_test(cases, no_increment_of_two_processes_is_lost);
    tcase_add_test(cases, a_process_killed_while_it_swaps_leaves_the_old_or_the_new_value);
    tcase_add_test(cases, a_process_killed_while_it_removes_leaves_the_old_value_or_none);
    tcase_add_test(cases, a_process_killed_while_it_makes_a_store_leaves_one_that_can_be_used);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
