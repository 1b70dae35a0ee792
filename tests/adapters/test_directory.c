/* SPDX-License-Identifier: MIT */
/* A storage in a folder: what it keeps, whom it trusts, and what it does not take for a value. */
#define _GNU_SOURCE
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

#include "folders.h"

#define KEY "contoso/view"
#define KEY_FILE "=contoso+view"
#define HEADER_SIZE 32

static char folder[FOLDER_SIZE];

static void set_up(void) {
    folder_make(folder);
}

static void tear_down(void) {
    folder_remove(folder);
}

static void must_keep(tca_store *store, const char *key, const char *value) {
    text_result swapped = swap_text(store, key, value);
    ck_assert_msg(swapped.result == TCA_OK, "%s: %s", key, swapped.error);
    text_result found = load_text(store, key);
    ck_assert_msg(found.result == TCA_OK, "%s: %s", key, found.error);
    ck_assert_str_eq(found.value, value);
    ck_assert_str_eq(found.version, swapped.version);
}

/* The storage fails, and its error holds the key and the text. */
static void must_fail(text_result got, const char *key, const char *text) {
    ck_assert_int_eq(got.result, TCA_E_STORAGE);
    ck_assert_msg(strstr(got.error, key) != NULL && strstr(got.error, text) != NULL,
                  "'%s' without '%s' or '%s'", got.error, key, text);
}

static const char *keys_of(tca_store *store, const char *prefix) {
    static char text[1024];
    tca_key_list *keys;
    const char *key;
    size_t length;
    ck_assert_int_eq(tca_store_list(store, prefix, strlen(prefix), &keys, NULL), TCA_OK);
    text[0] = '\0';
    for (uint32_t i = 0; i < tca_key_list_count(keys); i++) {
        size_t end = strlen(text);
        ck_assert_int_eq(tca_key_list_get(keys, i, &key, &length), TCA_OK);
        snprintf(text + end, sizeof(text) - end, " %.*s", (int)length, key);
    }
    tca_key_list_unref(keys);
    return text;
}

/* ---- keeping ---- */

START_TEST(a_version_differs_when_the_same_bytes_come_back) {
    tca_store *store = store_in(folder);
    text_result first = swap_fresh(store, KEY, "a");
    text_result second = swap_text(store, KEY, "b");
    text_result third = swap_text(store, KEY, "a");
    ck_assert_int_eq(third.result, TCA_OK);
    ck_assert_str_ne(first.version, second.version);
    ck_assert_str_ne(first.version, third.version);
    ck_assert_str_eq(load_text(store, KEY).version, third.version);
    ck_assert_int_eq(swap_fresh(store, KEY, "c").result, TCA_E_CONFLICT);
    tca_store_unref(store);
}
END_TEST

START_TEST(what_was_kept_outlives_the_store) {
    tca_store *store = store_in(folder);
    must_keep(store, KEY, "value");
    must_keep(store, "empty", "");
    tca_store_unref(store);
    store = store_in(folder);
    ck_assert_str_eq(load_text(store, KEY).value, "value");
    ck_assert_int_eq(load_text(store, "empty").result, TCA_OK);
    ck_assert_int_eq(load_text(store, "none").result, TCA_E_NOT_FOUND);
    tca_store_unref(store);
}
END_TEST

START_TEST(the_largest_value_under_the_longest_key_is_kept) {
    char key[TCA_STORAGE_KEY_MAX];
    const size_t length = TCA_STORAGE_VALUE_MAX;
    uint8_t *value = malloc(length);
    const uint8_t *data;
    size_t count;
    tca_bytes *found;
    ck_assert_ptr_nonnull(value);
    memset(key, 'k', sizeof(key));
    memset(value, 0xA5, length);
    tca_store *store = store_in(folder);
    ck_assert_int_eq(tca_store_swap(store, key, sizeof(key), value, length, NULL, NULL, NULL),
                     TCA_OK);
    ck_assert_int_eq(tca_store_load(store, key, sizeof(key), &found, NULL, NULL), TCA_OK);
    tca_bytes_view(found, &data, &count);
    ck_assert_mem_eq(data, value, length);
    ck_assert_uint_eq(count, length);
    ck_assert_uint_eq(strlen(keys_of(store, "k")), sizeof(key) + 1);
    tca_bytes_unref(found);
    tca_store_unref(store);
    free(value);
}
END_TEST

START_TEST(no_key_becomes_a_path_or_another_keys_file) {
    static const char *const keys[] = {".",   "..",  "/",   "//",  "../x", "./x",  "a/b",  "a//b",
                                       "a.b", "a_b", "a-b", "A/b", "/etc", ".new", ".lock"};
    const size_t count = sizeof(keys) / sizeof(keys[0]);
    tca_store *store = store_in(folder);
    for (size_t i = 0; i < count; i++) {
        must_keep(store, keys[i], keys[i]);
    }
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(load_text(store, keys[i]).value, keys[i]);
    }
    ck_assert_str_eq(keys_of(store, ""),
                     " . .. ../x ./x .lock .new / // /etc A/b a-b a.b a//b a/b a_b");
    ck_assert_str_eq(keys_of(store, "a/"), " a//b a/b");
    ck_assert_str_eq(keys_of(store, "a/b/c"), "");
    tca_store_unref(store);
}
END_TEST

START_TEST(what_is_removed_is_gone_unless_it_has_changed) {
    tca_store *store = store_in(folder);
    tca_bytes *value, *version;
    must_keep(store, KEY, "a");
    ck_assert_int_eq(tca_store_load(store, KEY, strlen(KEY), &value, &version, NULL), TCA_OK);
    must_keep(store, KEY, "b");
    ck_assert_int_eq(tca_store_remove(store, KEY, strlen(KEY), version, NULL), TCA_E_CONFLICT);
    ck_assert_str_eq(load_text(store, KEY).value, "b");
    tca_bytes_unref(version);
    tca_bytes_unref(value);
    ck_assert_int_eq(tca_store_load(store, KEY, strlen(KEY), &value, &version, NULL), TCA_OK);
    ck_assert_int_eq(tca_store_remove(store, KEY, strlen(KEY), version, NULL), TCA_OK);
    ck_assert_int_eq(tca_store_remove(store, KEY, strlen(KEY), version, NULL), TCA_E_NOT_FOUND);
    ck_assert_str_eq(folder_names(folder), " .lock");
    tca_bytes_unref(version);
    tca_bytes_unref(value);
    tca_store_unref(store);
}
END_TEST

START_TEST(two_stores_of_one_process_see_each_other) {
    tca_store *one = store_in(folder), *other = store_in(folder);
    must_keep(one, KEY, "a");
    must_keep(other, KEY, "b");
    ck_assert_str_eq(load_text(one, KEY).value, "b");
    ck_assert_int_eq(swap_fresh(one, KEY, "c").result, TCA_E_CONFLICT);
    tca_store_unref(other);
    must_keep(one, KEY, "c");
    tca_store_unref(one);
}
END_TEST

/* ---- whom it trusts ---- */

START_TEST(files_are_the_owners_alone_whatever_the_umask) {
    mode_t before = umask(0);
    const char *path = in_folder(folder, "store");
    tca_store *store = store_in(path);
    must_keep(store, KEY, "a");
    umask(0777);
    must_keep(store, KEY, "b");
    umask(before);
    ck_assert_uint_eq(file_mode(path), 0700);
    ck_assert_uint_eq(file_mode(in_folder(path, KEY_FILE)), 0600);
    ck_assert_uint_eq(file_mode(in_folder(path, ".lock")), 0600);
    tca_store_unref(store);
}
END_TEST

static void must_refuse(const char *path, int why) {
    tca_storage storage = {.struct_size = sizeof(storage), .user = folder};
    unsigned before = open_descriptors();
    errno = 0;
    ck_assert_int_eq(tca_directory_storage(path, &storage), TCA_E_STORAGE);
    ck_assert_msg(errno == why, "%s: %s", path, strerror(errno));
    ck_assert_ptr_null(storage.user);
    ck_assert_ptr_null((void *)(intptr_t)storage.load);
    ck_assert_uint_eq(storage.struct_size, sizeof(storage));
    ck_assert_uint_eq(open_descriptors(), before);
}

START_TEST(a_folder_that_others_may_write_to_is_refused) {
    ck_assert_int_eq(chmod(folder, 0770), 0);
    must_refuse(folder, EPERM);
    ck_assert_int_eq(chmod(folder, 01777), 0);
    must_refuse(folder, EPERM);
    ck_assert_int_eq(chmod(folder, 0755), 0);
    tca_store_unref(store_in(folder));
}
END_TEST

START_TEST(somebody_elses_folder_is_refused) {
    if (geteuid() != 0) {
        fputs("not root: somebody else's folder is skipped\n", stderr);
        return;
    }
    ck_assert_int_eq(chown(folder, 12345, (gid_t)-1), 0);
    must_refuse(folder, EPERM);
}
END_TEST

START_TEST(what_is_no_folder_of_its_own_is_refused) {
    const char *link = in_folder(folder, "link"), *file = in_folder(folder, "file");
    char behind[PATH_SIZE];
    ck_assert_int_eq(mkdir(in_folder(folder, "store"), 0700), 0);
    ck_assert_int_eq(symlink("store", link), 0);
    must_refuse(link, ENOTDIR);
    snprintf(behind, sizeof(behind), "%s//", link);
    must_refuse(behind, ENOTDIR);
    file_put_text(file, "x");
    must_refuse(file, ENOTDIR);
    must_refuse(in_folder(folder, "absent/store"), ENOENT);
    snprintf(behind, sizeof(behind), "%s/", in_folder(folder, "store"));
    tca_store_unref(store_in(behind));
    ck_assert_str_eq(folder_names(in_folder(folder, "store")), "");
}
END_TEST

START_TEST(arguments_are_checked) {
    tca_storage storage = {.struct_size = sizeof(storage), .user = folder};
    ck_assert_int_eq(tca_directory_storage(folder, NULL), TCA_E_ARGUMENT);
    ck_assert_int_eq(tca_directory_storage(NULL, &storage), TCA_E_ARGUMENT);
    ck_assert_ptr_null(storage.user);
    ck_assert_int_eq(tca_directory_storage("", &storage), TCA_E_ARGUMENT);
    storage.struct_size = 8;
    ck_assert_int_eq(tca_directory_storage(folder, &storage), TCA_E_STRUCT_TOO_SMALL);
}
END_TEST

/* ---- what is no value ---- */

START_TEST(no_link_is_followed) {
    size_t length;
    char whole[HEADER_SIZE + 6];
    tca_store *store = store_in(folder);
    must_keep(store, "other", "secret");
    memcpy(whole, file_get(in_folder(folder, "=other"), &length), sizeof(whole));
    file_put(in_folder(folder, "target"), whole, length, 0600);
    ck_assert_int_eq(symlink("target", in_folder(folder, KEY_FILE)), 0);
    must_fail(load_text(store, KEY), KEY, "read: ");
    must_fail(swap_fresh(store, KEY, "x"), KEY, "read: ");
    ck_assert_int_eq(unlink(in_folder(folder, KEY_FILE)), 0);
    ck_assert_int_eq(symlink("target", in_folder(folder, ".new")), 0);
    must_keep(store, KEY, "x");
    ck_assert_int_eq(unlink(in_folder(folder, ".lock")), 0);
    ck_assert_int_eq(symlink("made", in_folder(folder, ".lock")), 0);
    must_fail(swap_text(store, KEY, "y"), KEY, "lock: ");
    ck_assert_str_eq(folder_names(folder), " .lock " KEY_FILE " =other target");
    ck_assert_mem_eq(file_get(in_folder(folder, "target"), NULL), whole, length);
    tca_store_unref(store);
}
END_TEST

START_TEST(what_is_no_regular_file_is_an_error_and_holds_nobody_up) {
    tca_store *store = store_in(folder);
    const char *path = in_folder(folder, KEY_FILE);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    must_fail(load_text(store, KEY), KEY, "read: ");
    must_fail(swap_fresh(store, KEY, "x"), KEY, "read: ");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    must_fail(load_text(store, KEY), KEY, "Is a directory");
    must_fail(swap_fresh(store, KEY, "x"), KEY, "Is a directory");
    ck_assert_int_eq(mkdir(in_folder(folder, ".new"), 0700), 0);
    must_fail(swap_fresh(store, "other", "x"), "other", "unlink: ");
    tca_store_unref(store);
}
END_TEST

START_TEST(foreign_files_are_neither_listed_nor_touched) {
    static const char *const names[] = {"=",          "=contoso+view~", "=a b",      "README",
                                        ".gitignore", "contoso+view",   "=\xC3\xA9", "=x\n"};
    tca_store *store = store_in(folder);
    must_keep(store, KEY, "a");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        file_put_text(in_folder(folder, names[i]), "foreign");
    }
    char longest[TCA_STORAGE_KEY_MAX + 3] = "=";
    memset(longest + 1, 'k', TCA_STORAGE_KEY_MAX + 1);
    file_put_text(in_folder(folder, longest), "foreign");
    ck_assert_str_eq(keys_of(store, ""), " " KEY);
    must_keep(store, KEY, "b");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ck_assert_str_eq(file_get(in_folder(folder, names[i]), NULL), "foreign");
    }
    tca_store_unref(store);
}
END_TEST

/* An error for whoever loads or swaps it, and still there afterwards. */
static void must_be_no_value(tca_store *store, const char *path, const char *data, size_t length,
                             const char *text) {
    size_t left;
    file_put(path, data, length, 0600);
    must_fail(load_text(store, KEY), KEY, text);
    must_fail(swap_fresh(store, KEY, "x"), KEY, text);
    ck_assert_mem_eq(file_get(path, &left), data, length);
    ck_assert_uint_eq(left, length);
}

START_TEST(a_file_torn_at_any_length_is_no_value) {
    tca_store *store = store_in(folder);
    const char *path = in_folder(folder, KEY_FILE);
    char whole[HEADER_SIZE + 20];
    size_t length;
    must_keep(store, KEY, "twenty bytes of text");
    memcpy(whole, file_get(path, &length), sizeof(whole));
    ck_assert_uint_eq(length, sizeof(whole));
    for (length = 0; length < sizeof(whole); length++) {
        must_be_no_value(store, path, whole, length, "torn");
    }
    file_put(path, whole, sizeof(whole), 0600);
    ck_assert_str_eq(load_text(store, KEY).value, "twenty bytes of text");
    tca_store_unref(store);
}
END_TEST

START_TEST(a_file_that_is_not_this_librarys_is_no_value) {
    static char large[TCA_STORAGE_VALUE_MAX + HEADER_SIZE + 1];
    tca_store *store = store_in(folder);
    const char *path = in_folder(folder, KEY_FILE);
    char whole[HEADER_SIZE + 4], spoilt[HEADER_SIZE + 5];
    must_keep(store, KEY, "four");
    memcpy(whole, file_get(path, NULL), sizeof(whole));
    for (size_t i = 0; i < 8; i++) { /* the magic */
        memcpy(spoilt, whole, sizeof(whole));
        spoilt[i] ^= 1;
        must_be_no_value(store, path, spoilt, sizeof(whole), "not this library's");
    }
    for (size_t i = HEADER_SIZE - 8; i < HEADER_SIZE; i++) { /* the length */
        memcpy(spoilt, whole, sizeof(whole));
        spoilt[i] ^= (char)0x81;
        must_be_no_value(store, path, spoilt, sizeof(whole), "torn");
    }
    memcpy(spoilt, whole, sizeof(whole));
    must_be_no_value(store, path, spoilt, sizeof(whole) + 1, "torn");
    must_be_no_value(store, path, "{ \"foreign\": true }", 19, "not this library's");
    memcpy(large, whole, HEADER_SIZE);
    must_be_no_value(store, path, large, sizeof(large), "File too large");
    tca_store_unref(store);
}
END_TEST

START_TEST(what_a_dead_process_left_is_removed) {
    tca_store *store = store_in(folder);
    file_put_text(in_folder(folder, ".new"), "half a val");
    must_keep(store, KEY, "a");
    ck_assert_str_eq(folder_names(folder), " .lock " KEY_FILE);
    tca_store_unref(store);
}
END_TEST

START_TEST(a_store_whose_folder_is_gone_says_so) {
    const char *path = in_folder(folder, "store");
    tca_store *store = store_in(path);
    must_keep(store, KEY, "a");
    folder_remove(path);
    ck_assert_int_eq(load_text(store, KEY).result, TCA_E_NOT_FOUND);
    must_fail(swap_fresh(store, KEY, "b"), KEY, "lock: No such file");
    tca_store_unref(store);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("directory");
    TCase *cases = tcase_create("directory");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, a_version_differs_when_the_same_bytes_come_back);
    tcase_add_test(cases, what_was_kept_outlives_the_store);
    tcase_add_test(cases, the_largest_value_under_the_longest_key_is_kept);
    tcase_add_test(cases, no_key_becomes_a_path_or_another_keys_file);
    tcase_add_test(cases, what_is_removed_is_gone_unless_it_has_changed);
    tcase_add_test(cases, two_stores_of_one_process_see_each_other);
    tcase_add_test(cases, files_are_the_owners_alone_whatever_the_umask);
    tcase_add_test(cases, a_folder_that_others_may_write_to_is_refused);
    tcase_add_test(cases, somebody_elses_folder_is_refused);
    tcase_add_test(cases, what_is_no_folder_of_its_own_is_refused);
    tcase_add_test(cases, arguments_are_checked);
    tcase_add_test(cases, no_link_is_followed);
    tcase_add_test(cases, what_is_no_regular_file_is_an_error_and_holds_nobody_up);
    tcase_add_test(cases, foreign_files_are_neither_listed_nor_touched);
    tcase_add_test(cases, a_file_torn_at_any_length_is_no_value);
    tcase_add_test(cases, a_file_that_is_not_this_librarys_is_no_value);
    tcase_add_test(cases, what_a_dead_process_left_is_removed);
    tcase_add_test(cases, a_store_whose_folder_is_gone_says_so);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
