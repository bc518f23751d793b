/* Reading and writing whole files. */
#include "support/support.h"
#include "tests/support/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

static void write_text(struct naas_ctx *ctx, const char *path, const char *text)
{
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
}

static void expect_text(struct naas_ctx *ctx, const char *path, const char *text)
{
    char *got;
    size_t length;
    assert_int_equal(naas_read_file(ctx, path, &got, &length), NAAS_OK);
    assert_int_equal(length, strlen(text));
    assert_string_equal(got, text);
}

/* The context has one diagnostic, an error about path with the words in it. */
static void expect_error(struct naas_ctx *ctx, const char *path, const char *words)
{
    assert_int_equal(naas_n_diags(ctx), 1);
    assert_int_equal(naas_diag_at(ctx, 0)->severity, NAAS_ERROR);
    assert_string_equal(naas_diag_at(ctx, 0)->loc.file, path);
    if (!strstr(naas_diag_at(ctx, 0)->message, words))
        fail_msg("\"%s\" does not say \"%s\"", naas_diag_at(ctx, 0)->message, words);
}

static int count_files(const char *folder)
{
    int n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

static void what_was_written_is_read(void **state)
{
    struct scratch *scratch = *state;
    struct naas_ctx *ctx = naas_ctx_new();
    char big[100000];
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 31 % 251);
    const char *path = scratch_path(scratch, "big");
    assert_int_equal(naas_write_file(ctx, path, big, sizeof big), NAAS_OK);
    char *text;
    size_t length;
    assert_int_equal(naas_read_file(ctx, path, &text, &length), NAAS_OK);
    assert_int_equal(length, sizeof big);
    assert_memory_equal(text, big, sizeof big);
    assert_int_equal(text[length], '\0');
    write_text(ctx, path, "");
    expect_text(ctx, path, "");
    assert_int_equal(count_files(scratch->folder), 1);
    naas_ctx_free(ctx);
}

static void a_missing_file_and_a_folder_cannot_be_read(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    char *text;
    const char *path = scratch_path(*state, "none");
    assert_int_equal(naas_read_file(ctx, path, &text, NULL), NAAS_SYSTEM);
    expect_error(ctx, path, "cannot open: No such file");
    naas_ctx_free(ctx);
    ctx = naas_ctx_new();
    assert_int_equal(naas_read_file(ctx, ".", &text, NULL), NAAS_SYSTEM);
    expect_error(ctx, ".", "cannot read: Is a directory");
    naas_ctx_free(ctx);
}

static void a_reader_keeps_the_old_file_and_the_mode_stays(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    const char *path = scratch_path(*state, "file");
    write_text(ctx, path, "old text");
    assert_int_equal(chmod(path, 0640), 0);
    int reader = open(path, O_RDONLY);
    write_text(ctx, path, "new");
    char seen[16] = "";
    assert_int_equal(read(reader, seen, sizeof seen - 1), 8);
    close(reader);
    assert_string_equal(seen, "old text");
    expect_text(ctx, path, "new");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    naas_ctx_free(ctx);
}

static void a_new_file_gets_the_mode_of_the_umask(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    mode_t old = umask(027);
    const char *path = scratch_path(*state, "file");
    write_text(ctx, path, "x");
    umask(old);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    naas_ctx_free(ctx);
}

static void a_link_stays_and_its_target_is_written(void **state)
{
    struct scratch *scratch = *state;
    struct naas_ctx *ctx = naas_ctx_new();
    write_text(ctx, scratch_path(scratch, "target"), "old");
    assert_int_equal(symlink("target", scratch_path(scratch, "link")), 0);
    write_text(ctx, scratch_path(scratch, "link"), "new");
    expect_text(ctx, scratch_path(scratch, "target"), "new");
    struct stat status;
    assert_int_equal(lstat(scratch_path(scratch, "link"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));

    assert_int_equal(symlink("later", scratch_path(scratch, "dangling")), 0);
    write_text(ctx, scratch_path(scratch, "dangling"), "there");
    expect_text(ctx, scratch_path(scratch, "later"), "there");
    naas_ctx_free(ctx);
}

static void a_pipe_is_written_in_place(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    const char *path = scratch_path(*state, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    write_text(ctx, path, "through");
    char seen[16] = "";
    assert_int_equal(read(reader, seen, sizeof seen - 1), 7);
    close(reader);
    assert_string_equal(seen, "through");
    naas_ctx_free(ctx);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK)) {
        print_message("no /dev/full here\n");
        skip();
    }
    struct naas_ctx *ctx = naas_ctx_new();
    assert_int_equal(naas_write_file(ctx, "/dev/full", "x", 1), NAAS_SYSTEM);
    expect_error(ctx, "/dev/full", "cannot write: No space left");
    naas_ctx_free(ctx);
}

/* The limit on the size of files stands in for a disk that fills up half way. */
static void a_write_that_fails_leaves_the_old_file_and_nothing_else(void **state)
{
    struct scratch *scratch = *state;
    struct naas_ctx *ctx = naas_ctx_new();
    const char *path = scratch_path(scratch, "file");
    write_text(ctx, path, "old");
    struct rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    char *text = naas_alloc(ctx, 10000, 1);
    setrlimit(RLIMIT_FSIZE, &small);
    enum naas_status status = naas_write_file(ctx, path, text, 10000);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, NAAS_SYSTEM);
    expect_error(ctx, path, "cannot write: File too large");
    expect_text(ctx, path, "old");
    assert_int_equal(count_files(scratch->folder), 1);
    naas_ctx_free(ctx);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    const char *path = scratch_path(*state, "no/such/file");
    assert_int_equal(naas_write_file(ctx, path, "x", 1), NAAS_SYSTEM);
    expect_error(ctx, path, "cannot write: No such file");
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SCRATCH(what_was_written_is_read),
        WITH_SCRATCH(a_missing_file_and_a_folder_cannot_be_read),
        WITH_SCRATCH(a_reader_keeps_the_old_file_and_the_mode_stays),
        WITH_SCRATCH(a_new_file_gets_the_mode_of_the_umask),
        WITH_SCRATCH(a_link_stays_and_its_target_is_written),
        WITH_SCRATCH(a_pipe_is_written_in_place),
        cmocka_unit_test(a_full_disk_is_an_error),
        WITH_SCRATCH(a_write_that_fails_leaves_the_old_file_and_nothing_else),
        WITH_SCRATCH(a_folder_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
