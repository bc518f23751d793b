/* The database of mapping searches: what is in it equals the search; what is wrong with it costs nothing but
 * time. */
#include "accelsearch/database.h"
#include "support/support.h"

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct naas_ctx *ctx;
    char folder[64];
    const char *path;
    struct as_accel accel;
    struct as_problem problem;
    struct as_map_options options;
};

static int set_up(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture *fixture = naas_alloc(ctx, 1, sizeof *fixture);
    fixture->ctx = ctx;
    strcpy(fixture->folder, "/tmp/test_database_XXXXXX");
    if (!mkdtemp(fixture->folder))
        return -1;
    fixture->path = naas_format(ctx, "%s/deep/naas.db", fixture->folder);
    struct as_conv conv = {.N = 1,
        .K = 16,
        .C = 8,
        .H = 14,
        .W = 14,
        .R = 3,
        .S = 3,
        .groups = 1,
        .stride = {1, 1},
        .pad = {1, 1},
        .dilation = {1, 1},
        .weights = true};
    fixture->options = as_map_defaults();
    fixture->options.evaluations = 300;
    *state = fixture;
    return as_problem_conv(ctx, "conv", &conv, (struct naas_loc){0}, &fixture->problem) ||
           as_accel_from_json(ctx, NAAS_SOURCE_DIR "/examples/accelerators/eyeriss.json", &fixture->accel);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    int status = system(naas_format(fixture->ctx, "rm -rf %s", fixture->folder));
    naas_ctx_free(fixture->ctx);
    return status;
}

static struct as_key key_of(const struct fixture *fixture)
{
    struct as_key inputs = as_key_join(as_key_problem(&fixture->problem), as_key_accel(&fixture->accel));
    return as_key_join(inputs, as_key_options(&fixture->options));
}

static enum naas_status ask(
    const struct fixture *fixture, struct as_database *database, struct as_map_result *result)
{
    return as_map_remembered(
        database, key_of(fixture), &fixture->problem, &fixture->accel, &fixture->options, result);
}

static void assert_same(
    const struct fixture *fixture, const struct as_map_result *a, const struct as_map_result *b)
{
    struct naas_buf texts[2] = {naas_buf_new(fixture->ctx), naas_buf_new(fixture->ctx)};
    assert_true(a->score == b->score && a->evaluations == b->evaluations);
    assert_true(a->cost.energy_pj == b->cost.energy_pj && a->cost.cycles == b->cost.cycles);
    assert_true(a->cost.utilisation == b->cost.utilisation && a->cost.macs == b->cost.macs);
    as_mapping_json(&texts[0], &fixture->problem, &fixture->accel, &a->mapping);
    as_mapping_json(&texts[1], &fixture->problem, &fixture->accel, &b->mapping);
    assert_string_equal(texts[0].text, texts[1].text);
}

static void assert_uses(struct as_database *database, int64_t found, int64_t searched)
{
    struct as_database_use use = as_database_uses(database);
    assert_int_equal(use.found, found);
    assert_int_equal(use.searched, searched);
}

/* Statements on the file, behind the database's back. */
static void tamper(const struct fixture *fixture, const char *statements)
{
    sqlite3 *file;
    assert_int_equal(sqlite3_open(fixture->path, &file), SQLITE_OK);
    assert_int_equal(sqlite3_exec(file, statements, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(file);
}

static void a_second_search_is_answered(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result searched, found;
    struct as_database *database = as_database_open(fixture->path);
    assert_null(as_database_fault(database));
    assert_int_equal(ask(fixture, database, &searched), NAAS_OK);
    assert_int_equal(ask(fixture, database, &found), NAAS_OK);
    assert_same(fixture, &searched, &found);
    assert_uses(database, 1, 1);
    as_database_close(database);
    database = as_database_open(fixture->path); /* another run */
    assert_int_equal(ask(fixture, database, &found), NAAS_OK);
    assert_same(fixture, &searched, &found);
    assert_uses(database, 1, 0);
    as_database_close(database);
}

static void names_do_not_count_and_everything_else_does(void **state)
{
    struct fixture other = **(struct fixture **)state;
    struct as_key key = key_of(&other);
    strcpy(other.problem.name, "another");
    strcpy(other.problem.dim[0].name, "channels");
    strcpy(other.accel.level[1].name, "buffer");
    assert_true(as_key_equal(key, key_of(&other)));
#define CHANGES(change)                                                                                      \
    do {                                                                                                     \
        struct fixture saved = other;                                                                        \
        change;                                                                                              \
        assert_false(as_key_equal(key, key_of(&other)));                                                     \
        other = saved;                                                                                       \
    } while (0)
    CHANGES(other.problem.dim[0].extent++);
    CHANGES(other.problem.dim[1].spatial = !other.problem.dim[1].spatial);
    CHANGES(other.problem.tensor[0].axis[1].offset -= 1);
    CHANGES(other.accel.level[1].read_pj += 1e-9);
    CHANGES(other.accel.level[1].axis[0].size++);
    CHANGES(other.accel.padding_stored = !other.accel.padding_stored);
    CHANGES(other.options.seed++);
    CHANGES(other.options.evaluations++);
    CHANGES(other.options.goal.delay = 2);
    CHANGES(other.options.space = AS_SPACE_NAAS);
    assert_true(as_key_equal(key, key_of(&other)));
}

/* What compilers ask: the same as as_map, once. */
static void a_mapping_is_searched_once(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result alone, result;
    struct naas_loc nowhere = {0};
    struct as_database *database = as_database_open(fixture->path);
    assert_int_equal(
        as_map(fixture->ctx, &fixture->problem, &fixture->accel, &fixture->options, nowhere, &alone),
        NAAS_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(as_map_with(database, fixture->ctx, &fixture->problem, &fixture->accel,
                             &fixture->options, nowhere, &result),
            NAAS_OK);
        assert_uses(database, i, 1);
        assert_true(result.cost.edp == alone.cost.edp);
    }
    fixture->problem.dim[0].extent++; /* another nest */
    as_map_with(
        database, fixture->ctx, &fixture->problem, &fixture->accel, &fixture->options, nowhere, &result);
    assert_uses(database, 2, 2);
    as_database_close(database);
}

static void what_is_outdated_can_be_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result result;
    struct as_database *database = as_database_open(fixture->path);
    for (int i = 0; i < 3; i++) {
        fixture->options.seed = (uint64_t)i;
        ask(fixture, database, &result);
        if (i == 0)
            tamper(fixture, "UPDATE mapping SET version = 'older'");
    }
    struct as_database_rows rows = as_database_count(database);
    assert_true(rows.current == 2 && rows.outdated == 1);
    as_database_forget(database, false);
    rows = as_database_count(database);
    assert_true(rows.current == 2 && rows.outdated == 0);
    as_database_forget(database, true);
    rows = as_database_count(database);
    assert_true(rows.current == 0 && rows.outdated == 0);
    assert_null(as_database_fault(database));
    as_database_close(database);
}

static void notes_are_kept(void **state)
{
    struct fixture *fixture = *state;
    struct as_key key = as_key_of_text("a kernel"), other = as_key_of_text("another");
    assert_null(as_database_note(NULL, fixture->ctx, key));
    as_database_keep_note(NULL, key, "nowhere");
    struct as_database *database = as_database_open(fixture->path);
    assert_null(as_database_note(database, fixture->ctx, key));
    as_database_keep_note(database, key, "14 2");
    as_database_keep_note(database, key, "9 3");
    as_database_close(database);
    database = as_database_open(fixture->path);
    assert_string_equal(as_database_note(database, fixture->ctx, key), "9 3");
    assert_null(as_database_note(database, fixture->ctx, other));
    assert_int_equal(as_database_count(database).notes, 1);
    tamper(fixture, "UPDATE note SET version = 'older'");
    as_database_forget(database, false);
    assert_null(as_database_note(database, fixture->ctx, key));
    as_database_keep_note(database, other, "");
    as_database_forget(database, true);
    assert_int_equal(as_database_count(database).notes, 0);
    assert_null(as_database_fault(database));
    as_database_close(database);
}

static void what_does_not_fit_is_remembered_too(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result result;
    struct as_database *database = as_database_open(fixture->path);
    fixture->accel.level[1].partition[0].bytes = 1;
    assert_int_equal(ask(fixture, database, &result), NAAS_UNSUPPORTED);
    assert_int_equal(ask(fixture, database, &result), NAAS_UNSUPPORTED);
    assert_true(result.score == INFINITY);
    assert_uses(database, 1, 1);
    as_database_close(database);
}

/* A row that the model does not confirm is searched for again and replaced. */
static void changed_rows_are_not_believed(void **state)
{
    static const char *const changes[] = {"UPDATE mapping SET energy_pj = energy_pj * 2",
        "UPDATE mapping SET mapping = 'nonsense'", "UPDATE mapping SET mapping = substr(mapping, 1, 9)",
        "UPDATE mapping SET mapping = replace(mapping, '.1.', '.0.')"};
    struct fixture *fixture = *state;
    struct as_map_result searched, found;
    struct as_database *database = as_database_open(fixture->path);
    ask(fixture, database, &searched);
    for (int i = 0; i < 4; i++) {
        tamper(fixture, changes[i]);
        assert_int_equal(ask(fixture, database, &found), NAAS_OK);
        assert_same(fixture, &searched, &found);
        assert_uses(database, i, 2 + i);
        ask(fixture, database, &found);
        assert_uses(database, i + 1, 2 + i);
    }
    as_database_close(database);
}

/* Searches go on without the database; there is one fault. */
static void assert_unusable(const struct fixture *fixture, const char *path, const char *fault)
{
    struct as_map_result alone, result;
    struct as_database *database = as_database_open(path);
    assert_non_null(database);
    assert_int_equal(as_map_search(&fixture->problem, &fixture->accel, &fixture->options, &alone), NAAS_OK);
    assert_int_equal(ask(fixture, database, &result), NAAS_OK);
    assert_same(fixture, &alone, &result);
    assert_non_null(as_database_fault(database));
    assert_non_null(strstr(as_database_fault(database), fault));
    as_database_close(database);
}

static void unusable_files_are_reported(void **state)
{
    struct fixture *fixture = *state;
    const char *damaged = naas_format(fixture->ctx, "%s/damaged.db", fixture->folder);
    char noise[8192];
    memset(noise, 'x', sizeof noise);
    assert_int_equal(naas_write_file(fixture->ctx, damaged, noise, sizeof noise), NAAS_OK);
    assert_unusable(fixture, damaged, "not a database");
    assert_unusable(fixture, "/proc/naas/naas.db", "unable to open");
    assert_unusable(fixture, fixture->folder, "unable to open"); /* a folder */
    as_database_close(as_database_open(fixture->path));
    tamper(fixture, "PRAGMA user_version = 99");
    assert_unusable(fixture, fixture->path, "another version");
}

/* Damage in the middle of a file that opens well. */
static void damage_found_later_is_reported(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result result;
    struct as_database *database = as_database_open(fixture->path);
    for (int i = 0; i < 100; i++) {
        fixture->options.seed = (uint64_t)i;
        fixture->options.evaluations = 1;
        ask(fixture, database, &result);
    }
    as_database_close(database);
    int file = open(fixture->path, O_WRONLY);
    char noise[4096];
    memset(noise, 0x5a, sizeof noise);
    for (off_t page = 1; page < lseek(file, 0, SEEK_END) / 4096; page++)
        assert_int_equal(pwrite(file, noise, sizeof noise, page * 4096), sizeof noise);
    close(file);
    assert_unusable(fixture, fixture->path, "malformed");
}

/* Of a lost file it is known whether it was ours; files of others are neither lost nor touched. */
static void lost_files_are_told_apart(void **state)
{
    struct fixture *fixture = *state;
    const char *other = naas_format(fixture->ctx, "%s/other.db", fixture->folder);
    char *before, *after, noise[4096];
    size_t n_before, n_after;
    struct as_database *database = as_database_open(fixture->path);
    assert_false(as_database_is_lost(database));
    as_database_close(database);
    assert_true(as_database_is_ours(fixture->path));
    memset(noise, 'x', sizeof noise);
    int file = open(fixture->path, O_WRONLY);
    assert_int_equal(pwrite(file, noise, sizeof noise, 4096), sizeof noise);
    close(file);
    database = as_database_open(fixture->path);
    as_database_forget(database, true);
    assert_true(as_database_is_lost(database));
    as_database_close(database);
    assert_true(as_database_is_ours(fixture->path));

    fixture->path = other;
    tamper(fixture, "CREATE TABLE bookmarks (address TEXT); PRAGMA user_version = 1");
    assert_int_equal(naas_read_file(fixture->ctx, other, &before, &n_before), NAAS_OK);
    assert_unusable(fixture, other, "another program");
    database = as_database_open(other);
    assert_false(as_database_is_lost(database));
    as_database_close(database);
    assert_false(as_database_is_ours(other));
    assert_int_equal(naas_read_file(fixture->ctx, other, &after, &n_after), NAAS_OK);
    assert_true(n_before == n_after && memcmp(before, after, n_before) == 0);
    assert_int_equal(naas_write_file(fixture->ctx, other, noise, sizeof noise), NAAS_OK);
    database = as_database_open(other);
    assert_true(as_database_is_lost(database));
    as_database_close(database);
    assert_false(as_database_is_ours(other));
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What another connection holds alone: when it is opened, and later. */
static void a_lock_is_waited_for_as_long_as_told(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result result;
    sqlite3 *holder;
    fixture->options.evaluations = 1;
    as_database_close(as_database_open(fixture->path));
    assert_int_equal(sqlite3_open(fixture->path, &holder), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(holder, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", NULL, NULL, NULL),
        SQLITE_OK);
    double start = seconds();
    struct as_database *database = as_database_open_within(fixture->path, 200);
    assert_true(seconds() - start >= 0.2 && seconds() - start < 4);
    assert_non_null(strstr(as_database_fault(database), "locked"));
    assert_false(as_database_is_lost(database));
    assert_int_equal(ask(fixture, database, &result), NAAS_OK);
    as_database_close(database);
    sqlite3_close(holder);

    database = as_database_open_within(fixture->path, 200);
    assert_int_equal(sqlite3_open(fixture->path, &holder), SQLITE_OK);
    assert_int_equal(sqlite3_exec(holder, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    start = seconds();
    assert_int_equal(ask(fixture, database, &result), NAAS_OK);
    assert_true(seconds() - start < 4);
    sqlite3_close(holder);
    assert_null(as_database_fault(database));
    as_database_close(database);
}

/* A disk that is full, as a limit on the size of files. */
static void a_full_disk_is_reported(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result result;
    struct as_database *database = as_database_open(fixture->path);
    assert_null(as_database_fault(database));
    pid_t child = fork();
    if (child == 0) {
        struct as_database *full = as_database_open(fixture->path);
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){4096, 4096});
        fixture->options.evaluations = 1;
        for (int i = 0; i < 200; i++) {
            fixture->options.seed = (uint64_t)i;
            if (ask(fixture, full, &result) != NAAS_OK)
                _exit(1);
        }
        _exit(as_database_fault(full) ? 0 : 2);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(ask(fixture, database, &result), NAAS_OK); /* what was there before still works */
    assert_null(as_database_fault(database));
    as_database_close(database);
}

enum { PROCESSES = 4, KEYS = 40 };

/* All write the same keys at the same time, from an empty folder on. */
static void processes_share_a_file(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result result, alone;
    pid_t child[PROCESSES];
    fixture->options.evaluations = 20;
    for (int p = 0; p < PROCESSES; p++) {
        child[p] = fork();
        if (child[p] != 0)
            continue;
        struct as_database *database = as_database_open(fixture->path);
        bool fine = true;
        for (int i = 0; i < KEYS; i++) {
            fixture->options.seed = (uint64_t)((i + p * 10) % KEYS);
            fine = fine && ask(fixture, database, &result) == NAAS_OK;
        }
        fine = fine && !as_database_fault(database);
        as_database_close(database);
        _exit(!fine);
    }
    for (int p = 0; p < PROCESSES; p++) {
        int status;
        waitpid(child[p], &status, 0);
        assert_int_equal(status, 0);
    }
    struct as_database *database = as_database_open(fixture->path);
    for (int i = 0; i < KEYS; i++) {
        fixture->options.seed = (uint64_t)i;
        as_map_search(&fixture->problem, &fixture->accel, &fixture->options, &alone);
        assert_int_equal(ask(fixture, database, &result), NAAS_OK);
        assert_same(fixture, &alone, &result);
    }
    assert_uses(database, KEYS, 0);
    as_database_close(database);
}

static void no_database_is_fine(void **state)
{
    struct fixture *fixture = *state;
    struct as_map_result result;
    assert_null(as_database_open(NULL));
    assert_int_equal(ask(fixture, NULL, &result), NAAS_OK);
    assert_null(as_database_fault(NULL));
    as_database_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_second_search_is_answered),
        TEST(names_do_not_count_and_everything_else_does),
        TEST(a_mapping_is_searched_once),
        TEST(what_is_outdated_can_be_forgotten),
        TEST(what_does_not_fit_is_remembered_too),
        TEST(notes_are_kept),
        TEST(changed_rows_are_not_believed),
        TEST(unusable_files_are_reported),
        TEST(damage_found_later_is_reported),
        TEST(lost_files_are_told_apart),
        TEST(a_lock_is_waited_for_as_long_as_told),
        TEST(a_full_disk_is_reported),
        TEST(processes_share_a_file),
        TEST(no_database_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
