/* SPDX-License-Identifier: MIT */
/* The trust file: at every moment the old one or the whole new one, whatever fails or dies. */
#define _GNU_SOURCE
#include <check.h>
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#include "fail_alloc.h"
#include "file_faults.h"
#include "folders.h"
#include "kill_trace.h"
#include "net/net.h"

#define FILE_BYTES_MAX (16u << 20)
#define CALLS_MAX 200
#define NAME "trust.pem"
#define REPLACEMENTS 60

static char folder[FOLDER_SIZE];
static char path[PATH_SIZE];

static void set_up(void) {
    folder_make(folder);
    snprintf(path, sizeof(path), "%s/" NAME, folder);
}

static void tear_down(void) {
    folder_remove(folder);
}

/* ---- a holder, as the library calls it ---- */

typedef struct holder_result {
    tca_result result;
    char text[256];
    size_t length;
    char error[320];
} holder_result;

static void conclude(tca_reply *reply, holder_result *out) {
    tca_error *error;
    const char *text;
    ck_assert_int_eq(tca_error_new(&error), TCA_OK);
    out->result = tcai_reply_conclude(reply, "holder", TCA_E_STORAGE, error);
    tca_error_message(error, &text, NULL);
    snprintf(out->error, sizeof(out->error), "%s", text);
    tcai_span body = tcai_reply_body(reply);
    out->length = body.length;
    snprintf(out->text, sizeof(out->text), "%.*s", (int)body.length,
             body.length == 0 ? "" : (const char *)body.data);
    tca_error_unref(error);
    tcai_reply_reset(reply, TCAI_REPLY_ANCHORS, 0);
}

static tca_anchor_holder open_holder(const char *where) {
    tca_anchor_holder holder = {.struct_size = sizeof(holder)};
    ck_assert_int_eq(tca_trust_file(where, &holder), TCA_OK);
    return holder;
}

static holder_result load_at(const char *where) {
    holder_result out = {0};
    tca_anchor_holder holder = open_holder(where);
    tca_reply reply = {.kind = TCAI_REPLY_ANCHORS, .max_bytes = FILE_BYTES_MAX};
    holder.load(holder.user, &reply);
    conclude(&reply, &out);
    holder.destroy(holder.user);
    return out;
}

static holder_result replace_at(const char *where, const char *text) {
    holder_result out = {0};
    tca_anchor_holder holder = open_holder(where);
    tca_reply reply = {.kind = TCAI_REPLY_ANCHORS};
    holder.replace(holder.user, (const uint8_t *)text, strlen(text), &reply);
    conclude(&reply, &out);
    holder.destroy(holder.user);
    return out;
}

static void must_replace(const char *where, const char *text) {
    holder_result got = replace_at(where, text);
    ck_assert_msg(got.result == TCA_OK, "%s: %s", where, got.error);
    got = load_at(where);
    ck_assert_msg(got.result == TCA_OK, "%s: %s", where, got.error);
    ck_assert_str_eq(got.text, text);
}

static void must_fail(holder_result got, const char *text) {
    ck_assert_int_eq(got.result, TCA_E_STORAGE);
    ck_assert_msg(strstr(got.error, text) != NULL, "'%s' without '%s'", got.error, text);
}

/* ---- what it keeps ---- */

START_TEST(a_file_that_is_not_there_holds_nothing_and_is_made_readable) {
    mode_t before = umask(077);
    holder_result got = load_at(path);
    ck_assert_int_eq(got.result, TCA_OK);
    ck_assert_uint_eq(got.length, 0);
    must_replace(path, "first");
    umask(before);
    ck_assert_uint_eq(file_mode(path), 0644);
    ck_assert_str_eq(folder_names(folder), " " NAME);
}
END_TEST

START_TEST(the_file_before_is_kept) {
    must_replace(path, "first");
    must_replace(path, "second");
    ck_assert_str_eq(file_get(in_folder(folder, NAME ".previous"), NULL), "first");
    must_replace(path, "third");
    ck_assert_str_eq(file_get(in_folder(folder, NAME ".previous"), NULL), "second");
    must_replace(path, "");
    ck_assert_str_eq(file_get(in_folder(folder, NAME ".previous"), NULL), "third");
    ck_assert_str_eq(folder_names(folder), " " NAME " " NAME ".previous");
}
END_TEST

/* As a process that died between the two renames, or a person who ran ln, leaves them. */
START_TEST(one_file_under_both_names_is_no_obstacle) {
    file_put_text(path, "first");
    ck_assert_int_eq(link(path, in_folder(folder, NAME ".previous")), 0);
    must_replace(path, "second");
    must_replace(path, "third");
    ck_assert_str_eq(file_get(in_folder(folder, NAME ".previous"), NULL), "second");
}
END_TEST

START_TEST(whoever_has_the_old_file_open_reads_it_to_its_end) {
    char text[16] = "";
    must_replace(path, "first");
    FILE *reader = fopen(path, "r");
    ck_assert_ptr_nonnull(reader);
    must_replace(path, "second");
    ck_assert_ptr_nonnull(fgets(text, sizeof(text), reader));
    fclose(reader);
    ck_assert_str_eq(text, "first");
}
END_TEST

START_TEST(its_permissions_are_kept_but_for_special_ones) {
    static const mode_t modes[] = {0600, 0640, 0644, 0444, 0664, 04755, 01666};
    mode_t before = umask(077);
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        file_put(path, "old", 3, modes[i]);
        must_replace(path, "new");
        ck_assert_uint_eq(file_mode(path), modes[i] & 0777);
        ck_assert_uint_eq(file_mode(in_folder(folder, NAME ".previous")), modes[i] & 0777);
        ck_assert_int_eq(unlink(path), 0);
    }
    umask(before);
}
END_TEST

START_TEST(its_owner_and_group_are_kept_where_they_can_be) {
    struct stat about;
    if (geteuid() != 0) {
        fputs("not root: owners are skipped\n", stderr);
        return;
    }
    file_put(path, "old", 3, 0640);
    ck_assert_int_eq(chown(path, 12345, 23456), 0);
    must_replace(path, "new");
    ck_assert_int_eq(stat(path, &about), 0);
    ck_assert(about.st_uid == 12345 && about.st_gid == 23456);
    ck_assert_uint_eq(file_mode(path), 0640);
}
END_TEST

/* Of the file's group, in a folder that is ours: the owner cannot be kept, the group must be. */
static void replace_as_a_member_of_the_group(void) {
    const uid_t somebody = 12346;
    const gid_t group = 23456;
    if (chown(folder, somebody, group) != 0 || setgid(12346) != 0 || setgroups(1, &group) != 0 ||
        setuid(somebody) != 0) {
        _exit(1);
    }
    _exit(replace_at(path, "new").result == TCA_OK ? 0 : 2);
}

START_TEST(the_group_is_kept_even_where_the_owner_cannot_be) {
    struct stat about;
    if (geteuid() != 0) {
        fputs("not root: groups are skipped\n", stderr);
        return;
    }
    file_put(path, "old", 3, 0640);
    ck_assert_int_eq(chown(path, 12345, 23456), 0);
    pid_t child = fork();
    if (child == 0) {
        replace_as_a_member_of_the_group();
    }
    ck_assert_int_eq(exit_status(child), 0);
    ck_assert_int_eq(stat(path, &about), 0);
    ck_assert(about.st_uid == 12346 && about.st_gid == 23456);
    ck_assert_uint_eq(file_mode(path), 0640);
    ck_assert_str_eq(file_get(path, NULL), "new");
}
END_TEST

/* ---- paths ---- */

START_TEST(a_relative_path_is_relative_to_where_the_process_stands) {
    ck_assert_int_eq(chdir(folder), 0);
    must_replace(NAME, "first");
    must_replace("./" NAME, "second");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_str_eq(file_get(path, NULL), "second");
}
END_TEST

START_TEST(where_the_path_is_a_link_its_target_is_replaced) {
    const char *elsewhere = in_folder(folder, "elsewhere"), *link = in_folder(folder, "link");
    char target[PATH_SIZE];
    ck_assert_int_eq(mkdir(elsewhere, 0755), 0);
    snprintf(target, sizeof(target), "%s/real.pem", elsewhere);
    file_put(target, "old", 3, 0640);
    ck_assert_int_eq(symlink("elsewhere/real.pem", link), 0);
    ck_assert_int_eq(symlink("link", path), 0);
    must_replace(path, "new");
    ck_assert_str_eq(file_get(target, NULL), "new");
    ck_assert_uint_eq(file_mode(target), 0640);
    ck_assert_str_eq(folder_names(folder), " elsewhere link " NAME);
    ck_assert_str_eq(folder_names(elsewhere), " real.pem real.pem.previous");
}
END_TEST

START_TEST(a_link_that_leads_nowhere_is_an_error_and_stays) {
    char target[64];
    ck_assert_int_eq(symlink("nowhere", path), 0);
    must_fail(load_at(path), "open: ");
    must_fail(replace_at(path, "new"), "open: ");
    ck_assert_int_eq(readlink(path, target, sizeof(target)), 7);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(symlink(NAME, path), 0);
    must_fail(load_at(path), "open: ");
    must_fail(replace_at(path, "new"), "open: ");
    ck_assert_str_eq(folder_names(folder), " " NAME);
}
END_TEST

/* Neither read nor replaced. */
static void must_be_refused(const char *text) {
    must_fail(load_at(path), text);
    must_fail(replace_at(path, "new"), text);
    ck_assert_str_eq(folder_names(folder), " " NAME);
}

START_TEST(what_is_no_regular_file_is_refused_and_holds_nobody_up) {
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    must_be_refused("read: ");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    must_be_refused("read: Is a directory");
    must_fail(load_at("/"), "");
    must_fail(replace_at("/", "new"), "");
    must_fail(load_at("/dev/null"), "read: ");
}
END_TEST

START_TEST(a_file_that_is_too_large_is_refused) {
    file_put_text(path, "");
    ck_assert_int_eq(truncate(path, FILE_BYTES_MAX), 0);
    ck_assert_uint_eq(load_at(path).length, FILE_BYTES_MAX);
    ck_assert_int_eq(truncate(path, FILE_BYTES_MAX + 1), 0);
    must_be_refused("read: File too large");
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_an_error) {
    char longest[400];
    const char *absent = in_folder(folder, "absent/trust.pem");
    must_fail(load_at(absent), "open: No such file");
    must_fail(replace_at(absent, "new"), "open: No such file");
    must_fail(replace_at(in_folder(folder, "absent/"), "new"), "open: ");
    snprintf(longest, sizeof(longest), "%s/%0240d", folder, 1);
    must_fail(replace_at(longest, "new"), "open: File name too long");
    snprintf(longest, sizeof(longest), "%s/%0239d", folder, 1);
    must_replace(longest, "first");
    must_replace(longest, "second");
}
END_TEST

START_TEST(what_a_dead_process_left_is_removed_and_no_link_of_it_followed) {
    file_put_text(path, "old");
    file_put_text(in_folder(folder, "victim"), "untouched");
    file_put_text(in_folder(folder, "." NAME ".old"), "half");
    ck_assert_int_eq(symlink("victim", in_folder(folder, "." NAME ".new")), 0);
    ck_assert_int_eq(symlink("victim", in_folder(folder, NAME ".previous")), 0);
    must_replace(path, "new");
    ck_assert_str_eq(file_get(in_folder(folder, "victim"), NULL), "untouched");
    ck_assert_str_eq(file_get(in_folder(folder, NAME ".previous"), NULL), "old");
    ck_assert_str_eq(folder_names(folder), " " NAME " " NAME ".previous victim");
}
END_TEST

/* In a folder that others may write to: it was not there when it was removed, and is when made. */
START_TEST(a_link_slipped_in_for_the_temporary_file_is_not_followed) {
    const char *failed = "";
    file_put_text(in_folder(folder, "victim"), "untouched");
    for (unsigned nth = 1; strcmp(failed, "unlinkat") != 0; nth++) {
        ck_assert_uint_lt(nth, CALLS_MAX);
        (void)unlink(in_folder(folder, "." NAME ".new"));
        ck_assert_int_eq(symlink("victim", in_folder(folder, "." NAME ".new")), 0);
        file_faults_arm(nth, ENOENT, FILE_FAULT_ONCE);
        holder_result got = replace_at(path, "new");
        failed = file_faults_disarm();
        ck_assert(got.result == TCA_E_STORAGE || strcmp(failed, "unlinkat") != 0);
        ck_assert_str_eq(file_get(in_folder(folder, "victim"), NULL), "untouched");
    }
}
END_TEST

START_TEST(arguments_are_checked) {
    tca_anchor_holder holder = {.struct_size = sizeof(holder), .user = path};
    ck_assert_int_eq(tca_trust_file(path, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_trust_file(NULL, &holder), TCA_E_ARGUMENT);
    ck_assert_ptr_null(holder.user);
    ck_assert_int_eq(tca_trust_file("", &holder), TCA_E_ARGUMENT);
    holder.struct_size = 8;
    ck_assert_int_eq(tca_trust_file(path, &holder), TCA_E_STRUCT_TOO_SMALL);
}
END_TEST

/* ---- the system fails, processes die ---- */

static void prepare(void) {
    file_put(in_folder(folder, NAME ".previous"), "older", 5, 0644);
    file_put(path, "old", 3, 0644);
}

/* Whatever has happened, a further replacement works and leaves nothing lying about. */
static void must_go_on(void) {
    unsigned before = open_descriptors();
    must_replace(path, "further");
    ck_assert_str_eq(folder_names(folder), " " NAME " " NAME ".previous");
    ck_assert_uint_eq(open_descriptors(), before);
}

/* The old or the new whole text, and what was kept of before. */
static bool must_be_whole(const char *what) {
    const char *found = file_get(path, NULL);
    ck_assert_msg(found != NULL, "%s: there is no file", what);
    bool is_new = strcmp(found, "new") == 0;
    ck_assert_msg(is_new || strcmp(found, "old") == 0, "%s: '%s'", what, found);
    ck_assert_uint_eq(file_mode(path), 0644);
    found = file_get(in_folder(folder, NAME ".previous"), NULL);
    ck_assert_msg(found != NULL &&
                      (strcmp(found, "old") == 0 || (!is_new && strcmp(found, "older") == 0)),
                  "%s: '%s' is kept", what, found == NULL ? "" : found);
    return is_new;
}

START_TEST(a_replacement_that_fails_says_so_and_changes_nothing) {
    const file_fault *with = &file_faults[_i];
    const char *failed = "";
    unsigned nth = 0;
    while (failed != NULL) {
        ck_assert_uint_lt(++nth, CALLS_MAX);
        prepare();
        unsigned before = open_descriptors();
        file_faults_arm(nth, with->error, with->mode);
        holder_result got = replace_at(path, "new");
        failed = file_faults_disarm();
        ck_assert_uint_eq(open_descriptors(), before);
        bool is_new = must_be_whole(failed == NULL ? "nothing fails" : failed);
        if (got.result == TCA_OK) {
            ck_assert(is_new);
        } else {
            ck_assert(with->error != EINTR || !file_fault_is_retried(failed));
            ck_assert_msg(!is_new || strcmp(failed, "fsync") == 0, "%s fails, it is done", failed);
            must_fail(got, strerror(with->error));
        }
        if (with->mode == FILE_FAULT_ONCE) {
            ck_assert_str_eq(folder_names(folder), " " NAME " " NAME ".previous");
        }
        must_go_on();
    }
    ck_assert_msg(nth > 20, "only %u calls were seen: do they still come by here?", nth);
}
END_TEST

/* Of a full disk the file before last must not be the price: it goes when the new one is whole. */
START_TEST(a_new_file_that_finds_no_room_costs_no_old_one) {
    const char *failed = "";
    for (unsigned nth = 1; strcmp(failed, "write") != 0; nth++) {
        ck_assert_uint_lt(nth, CALLS_MAX);
        prepare();
        file_faults_arm(nth, ENOSPC, FILE_FAULT_ONWARD);
        must_fail(replace_at(path, "new"), "No space left");
        failed = file_faults_disarm();
        ck_assert_str_eq(file_get(path, NULL), "old");
        ck_assert_str_eq(file_get(in_folder(folder, NAME ".previous"), NULL), "older");
    }
}
END_TEST

/* Both files on the disk, then both moves, each on the disk as well. */
START_TEST(a_file_is_on_the_disk_before_it_is_moved_into_place_and_so_is_the_move) {
    prepare();
    file_faults_arm(0, 0, FILE_FAULT_ONCE);
    ck_assert_int_eq(replace_at(path, "new").result, TCA_OK);
    (void)file_faults_disarm();
    const char *calls = strstr(file_faults_calls(), " write");
    ck_assert_ptr_nonnull(strstr(file_faults_calls(), " flock "));
    ck_assert_ptr_nonnull(calls);
    ck_assert_str_eq(calls, " write fchown fchmod fsync close unlinkat openat"
                            " write fchown fchmod fsync close renameat fsync"
                            " renameat fsync close close");
}
END_TEST

START_TEST(memory_that_runs_out_is_an_error) {
    size_t failures = fail_alloc_available() ? 1 : 0;
    for (unsigned nth = 1; failures > 0; nth++) {
        tca_anchor_holder holder = {.struct_size = sizeof(holder)};
        tca_reply reply = {.kind = TCAI_REPLY_ANCHORS};
        prepare();
        unsigned before = open_descriptors();
        long live = fail_alloc_live();
        fail_alloc_arm(nth, FAIL_ALLOC_ONCE);
        tca_result result = tca_trust_file(path, &holder);
        if (result == TCA_OK) {
            holder.replace(holder.user, (const uint8_t *)"new", 3, &reply);
            holder.destroy(holder.user);
        }
        failures = fail_alloc_failures();
        fail_alloc_disarm();
        ck_assert(result == TCA_OK || (result == TCA_E_NO_MEMORY && holder.user == NULL));
        ck_assert_int_eq(reply.state == TCAI_REPLY_DONE, failures == 0);
        ck_assert_int_eq(must_be_whole("no memory"), failures == 0);
        ck_assert_int_eq(fail_alloc_live(), live);
        ck_assert_uint_eq(open_descriptors(), before);
        must_go_on();
    }
}
END_TEST

START_TEST(short_reads_and_writes_are_continued) {
    prepare();
    file_faults_arm(1, 0, FILE_FAULT_SHORT);
    holder_result got = replace_at(path, "new");
    holder_result found = load_at(path);
    (void)file_faults_disarm();
    ck_assert_msg(got.result == TCA_OK, "%s", got.error);
    ck_assert_str_eq(found.text, "new");
    ck_assert_str_eq(file_get(in_folder(folder, NAME ".previous"), NULL), "old");
}
END_TEST

START_TEST(who_locks_the_folder_is_not_waited_for_for_ever) {
    prepare();
    file_faults_hold_lock(true);
    holder_result got = replace_at(path, "new");
    unsigned waited = file_faults_waited();
    file_faults_hold_lock(false);
    must_fail(got, "another process");
    ck_assert_msg(waited >= 30000 && waited < 31000, "%u ms", waited);
    ck_assert(!must_be_whole("locked"));
    must_go_on();
}
END_TEST

static pid_t start_replacing(const char *text) {
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        for (int i = 0; i < REPLACEMENTS; i++) {
            if (replace_at(path, text).result != TCA_OK) {
                _exit(EXIT_FAILURE);
            }
        }
        _exit(EXIT_SUCCESS);
    }
    return child;
}

START_TEST(two_processes_that_replace_it_never_tear_it) {
    prepare();
    pid_t one = start_replacing("old"), other = start_replacing("new");
    for (int i = 0; i < 500; i++) {
        const char *found = file_get(path, NULL);
        ck_assert_ptr_nonnull(found);
        ck_assert_msg(strcmp(found, "old") == 0 || strcmp(found, "new") == 0, "'%s'", found);
    }
    ck_assert_int_eq(exit_status(one), EXIT_SUCCESS);
    ck_assert_int_eq(exit_status(other), EXIT_SUCCESS);
    must_go_on();
}
END_TEST

static void replace_once(void *user) {
    (void)replace_at(user, "new");
}

START_TEST(a_process_killed_while_it_replaces_leaves_the_old_or_the_new_file) {
    kill_run run = {.act = replace_once, .user = path};
    bool was_new = false;
    unsigned moment = 1;
    kill_outcome outcome = KILL_DONE;
    for (; outcome == KILL_DONE; moment++) {
        char what[32];
        prepare();
        outcome = kill_at(&run, moment);
        if (outcome == KILL_NOT_PERMITTED) {
            fputs("no process may be traced here: killing is skipped\n", stderr);
            return;
        }
        snprintf(what, sizeof(what), "killed at moment %u", moment);
        bool is_new = must_be_whole(what);
        ck_assert_msg(is_new || !was_new, "%s: the old file comes back", what);
        was_new = is_new;
        must_go_on();
    }
    ck_assert(was_new);
    ck_assert_uint_gt(moment, 30);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("trust file");
    TCase *cases = tcase_create("trust file");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, a_file_that_is_not_there_holds_nothing_and_is_made_readable);
    tcase_add_test(cases, the_file_before_is_kept);
    tcase_add_test(cases, one_file_under_both_names_is_no_obstacle);
    tcase_add_test(cases, whoever_has_the_old_file_open_reads_it_to_its_end);
    tcase_add_test(cases, its_permissions_are_kept_but_for_special_ones);
    tcase_add_test(cases, its_owner_and_group_are_kept_where_they_can_be);
    tcase_add_test(cases, the_group_is_kept_even_where_the_owner_cannot_be);
    tcase_add_test(cases, a_relative_path_is_relative_to_where_the_process_stands);
    tcase_add_test(cases, where_the_path_is_a_link_its_target_is_replaced);
    tcase_add_test(cases, a_link_that_leads_nowhere_is_an_error_and_stays);
    tcase_add_test(cases, what_is_no_regular_file_is_refused_and_holds_nobody_up);
    tcase_add_test(cases, a_file_that_is_too_large_is_refused);
    tcase_add_test(cases, a_folder_that_is_not_there_is_an_error);
    tcase_add_test(cases, what_a_dead_process_left_is_removed_and_no_link_of_it_followed);
    tcase_add_test(cases, a_link_slipped_in_for_the_temporary_file_is_not_followed);
    tcase_add_test(cases, arguments_are_checked);
    tcase_add_loop_test(cases, a_replacement_that_fails_says_so_and_changes_nothing, 0,
                        FILE_FAULTS);
    tcase_add_test(cases, a_new_file_that_finds_no_room_costs_no_old_one);
    tcase_add_test(cases, a_file_is_on_the_disk_before_it_is_moved_into_place_and_so_is_the_move);
    tcase_add_test(cases, memory_that_runs_out_is_an_error);
    tcase_add_test(cases, short_reads_and_writes_are_continued);
    tcase_add_test(cases, who_locks_the_folder_is_not_waited_for_for_ever);
    tcase_add_test(cases, two_processes_that_replace_it_never_tear_it);
    tcase_add_test(cases, a_process_killed_while_it_replaces_leaves_the_old_or_the_new_file);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
