#include "accelsearch/database.h"
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { SCHEMA = 1, PATIENCE_MS = 10000, WAIT_MS = 20, MAX_TEXT = 8192, PAGE = 4096 };

struct as_database {
    pthread_mutex_t lock;
    sqlite3 *file;
    sqlite3_stmt *find, *add;
    int patience; /* milliseconds */
    bool failed, lost;
    char fault[256];
    struct as_database_use use;
};

static const char schema[] = "CREATE TABLE IF NOT EXISTS mapping ("
                             " key BLOB PRIMARY KEY,"  /* 16 bytes */
                             " version TEXT NOT NULL," /* of the model, part of the key */
                             " problem TEXT NOT NULL," /* its name, for people */
                             " mapping TEXT NOT NULL," /* see write_mapping; empty: nothing fits */
                             " score REAL, energy_pj REAL, cycles REAL, evaluations INTEGER NOT NULL,"
                             " lower_bound REAL, proven INTEGER NOT NULL"
                             ") WITHOUT ROWID;"
                             "PRAGMA user_version = 1;";
/* Keys are hashes: every row changes a page of its own, anywhere. So pages stay in memory (64 MiB), and go
 * from the journal to the file, which waits for the disk, seldom (every 32 MiB). */
static const char room[] = "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8192;";
static const char notes[] = "CREATE TABLE IF NOT EXISTS note ("
                            " key BLOB PRIMARY KEY, version TEXT NOT NULL, text TEXT NOT NULL"
                            ") WITHOUT ROWID;";
static const char foreign_tables[] = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND"
                                     " name NOT IN ('mapping', 'note') AND name NOT LIKE 'sqlite_%'";
static const char find_row[] =
    "SELECT mapping, score, energy_pj, cycles, evaluations, lower_bound, proven FROM mapping WHERE key = ?";
static const char add_row[] = "INSERT OR REPLACE INTO mapping VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/* ---- faults ---- */

static void fail(struct as_database *database, const char *what)
{
    if (!database->failed)
        snprintf(database->fault, sizeof database->fault, "%s", what);
    database->failed = true;
}

static void fail_in_file(struct as_database *database)
{
    int error = database->file ? sqlite3_errcode(database->file) & 0xff : SQLITE_NOMEM;
    database->lost = database->lost || error == SQLITE_CORRUPT || error == SQLITE_NOTADB;
    fail(database, database->file ? sqlite3_errmsg(database->file) : "out of memory");
}

const char *as_database_fault(struct as_database *database)
{
    if (!database)
        return NULL;
    pthread_mutex_lock(&database->lock);
    bool failed = database->failed;
    pthread_mutex_unlock(&database->lock);
    return failed ? database->fault : NULL;
}

/* ---- opening ---- */

const char *as_database_default_path(struct naas_ctx *ctx)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/')
        return naas_format(ctx, "%s/naas/naas.db", cache);
    return home && home[0] == '/' ? naas_format(ctx, "%s/.cache/naas/naas.db", home) : NULL;
}

/* What cannot be made shows when the file is opened. */
static void make_folders(const char *path)
{
    char folder[4096];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t n = (size_t)(slash - path);
        if (n >= sizeof folder)
            return;
        memcpy(folder, path, n);
        folder[n] = '\0';
        mkdir(folder, 0777);
    }
}

static int read_number(void *number, int n, char **values, char **names)
{
    (void)n;
    (void)names;
    *(int *)number = values[0] ? atoi(values[0]) : -1;
    return 0;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Changing the journal and the schema needs the file alone, and SQLite does not always wait for that. number:
 * of what is asked for, or NULL. */
static bool execute_for(struct as_database *database, const char *statements, int *number)
{
    int64_t end = now_ms() + database->patience;
    for (;;) {
        int result = sqlite3_exec(database->file, statements, number ? read_number : NULL, number, NULL);
        if ((result & 0xff) != SQLITE_BUSY || now_ms() >= end)
            return result == SQLITE_OK;
        sqlite3_sleep(WAIT_MS);
    }
}

static bool execute(struct as_database *database, const char *statements)
{
    return execute_for(database, statements, NULL);
}

static bool prepare(struct as_database *database)
{
    int found = -1, foreign = 0;
    sqlite3 *file = database->file;
    sqlite3_busy_timeout(file, database->patience);
    if (!execute_for(database, "PRAGMA user_version", &found) ||
        !execute_for(database, foreign_tables, &foreign))
        return false;
    if (foreign > 0) {
        fail(database, "it is the database of another program");
        return false;
    }
    if (found != 0 && found != SCHEMA) {
        database->lost = true;
        fail(database, "it was written by another version of naas");
        return false;
    }
    if (!execute(database, "PRAGMA journal_mode = WAL") ||
        !execute(database, "PRAGMA synchronous = NORMAL") || !execute(database, room) ||
        (found == 0 && !execute(database, schema)) || !execute(database, notes))
        return false;
    return sqlite3_prepare_v2(file, find_row, -1, &database->find, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(file, add_row, -1, &database->add, NULL) == SQLITE_OK;
}

struct as_database *as_database_open_within(const char *path, int patience)
{
    struct as_database *database = path ? calloc(1, sizeof *database) : NULL;
    if (!database)
        return NULL;
    database->patience = patience;
    pthread_mutex_init(&database->lock, NULL);
    make_folders(path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &database->file, flags, NULL) != SQLITE_OK || !prepare(database))
        fail_in_file(database);
    return database;
}

struct as_database *as_database_open(const char *path)
{
    return as_database_open_within(path, PATIENCE_MS);
}

void as_database_close(struct as_database *database)
{
    if (!database)
        return;
    sqlite3_finalize(database->find);
    sqlite3_finalize(database->add);
    sqlite3_close(database->file);
    pthread_mutex_destroy(&database->lock);
    free(database);
}

struct as_database_use as_database_uses(struct as_database *database)
{
    return database ? database->use : (struct as_database_use){0};
}

/* ---- the whole file ---- */

static int64_t count_rows(struct as_database *database, const char *query)
{
    sqlite3_stmt *statement = NULL;
    int64_t n = 0;
    if (database->failed)
        return 0;
    if (sqlite3_prepare_v2(database->file, query, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_bind_text(statement, 1, as_model_version(), -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        fail_in_file(database);
    else
        n = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return n;
}

struct as_database_rows as_database_count(struct as_database *database)
{
    return (struct as_database_rows){
        .current = count_rows(database, "SELECT count(*) FROM mapping WHERE version = ?"),
        .outdated = count_rows(database, "SELECT count(*) FROM mapping WHERE version <> ?"),
        .notes = count_rows(database, "SELECT count(*) FROM note WHERE version = ?"),
    };
}

void as_database_forget(struct as_database *database, bool all)
{
    char statements[512], outdated[128];
    if (database->failed)
        return;
    snprintf(outdated, sizeof outdated, "WHERE version <> '%s'", as_model_version());
    snprintf(statements, sizeof statements, "DELETE FROM mapping %s; DELETE FROM note %s; VACUUM",
        all ? "" : outdated, all ? "" : outdated);
    if (!execute(database, statements))
        fail_in_file(database);
}

bool as_database_is_lost(const struct as_database *database)
{
    return database->lost;
}

/* The schema stands on the first page as text. */
bool as_database_is_ours(const char *path)
{
    static const char magic[] = "SQLite format 3", table[] = "CREATE TABLE mapping ( key BLOB PRIMARY KEY";
    char page[PAGE];
    FILE *file = fopen(path, "rb");
    size_t n = file ? fread(page, 1, sizeof page, file) : 0;
    if (file)
        fclose(file);
    return n > sizeof magic && memcmp(page, magic, sizeof magic) == 0 &&
           memmem(page, n, table, sizeof table - 1) != NULL;
}

/* ---- notes ---- */

/* The statement with the key as its first value; NULL when the database failed. Under the lock. */
static sqlite3_stmt *note_statement(struct as_database *database, const char *sql, const struct as_key *key)
{
    sqlite3_stmt *statement = NULL;
    if (database->failed)
        return NULL;
    if (sqlite3_prepare_v2(database->file, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_bind_blob(statement, 1, key, sizeof *key, SQLITE_STATIC) != SQLITE_OK)
        fail_in_file(database);
    return statement;
}

const char *as_database_note(struct as_database *database, struct naas_ctx *ctx, struct as_key key)
{
    const char *text = NULL;
    if (!database)
        return NULL;
    pthread_mutex_lock(&database->lock);
    sqlite3_stmt *row = note_statement(database, "SELECT text FROM note WHERE key = ?", &key);
    if (row && sqlite3_step(row) == SQLITE_ROW && sqlite3_column_text(row, 0))
        text = naas_strdup(ctx, (const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    pthread_mutex_unlock(&database->lock);
    return text;
}

void as_database_keep_note(struct as_database *database, struct as_key key, const char *text)
{
    if (!database)
        return;
    pthread_mutex_lock(&database->lock);
    sqlite3_stmt *row = note_statement(database, "INSERT OR REPLACE INTO note VALUES (?, ?, ?)", &key);
    if (row) {
        sqlite3_bind_text(row, 2, as_model_version(), -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 3, text, -1, SQLITE_STATIC);
        int step = sqlite3_step(row);
        if (step != SQLITE_DONE && step != SQLITE_BUSY)
            fail_in_file(database);
    }
    sqlite3_finalize(row);
    pthread_mutex_unlock(&database->lock);
}

/* ---- mappings as text: for each level "keeps:dim.tile.axis,..." and a semicolon ---- */

static void write_mapping(char *text, const struct as_mapping *mapping)
{
    for (int l = 0; l < mapping->n_levels; l++) {
        const struct as_mapping_level *level = &mapping->level[l];
        text += sprintf(text, "%u:", level->keeps);
        for (int i = 0; i < level->n_loops; i++)
            text += sprintf(text, "%s%d.%lld.%d", i ? "," : "", level->loop[i].dim,
                (long long)level->loop[i].tile, level->loop[i].axis);
        text += sprintf(text, ";");
    }
}

static bool read_level(const char **text, struct as_mapping_level *level)
{
    char *end;
    level->keeps = (unsigned)strtoul(*text, &end, 10);
    if (*end != ':')
        return false;
    while (*end != ';' && end[1] != ';') {
        if (level->n_loops == AS_MAX_LOOPS)
            return false;
        struct as_loop *loop = &level->loop[level->n_loops++];
        loop->dim = (int)strtol(end + 1, &end, 10);
        loop->tile = *end == '.' ? strtoll(end + 1, &end, 10) : 0;
        loop->axis = *end == '.' ? (int)strtol(end + 1, &end, 10) : 0;
        if (*end != ',' && *end != ';')
            return false;
    }
    *text = end + (*end == ';' ? 1 : 2);
    return true;
}

static bool read_mapping(const char *text, int n_levels, struct as_mapping *mapping)
{
    memset(mapping, 0, sizeof *mapping);
    mapping->n_levels = n_levels;
    for (int l = 0; l < n_levels; l++)
        if (!read_level(&text, &mapping->level[l]))
            return false;
    return *text == '\0';
}

/* ---- rows ---- */

/* A row counts only when the model agrees with it to the bit. */
static bool read_row(sqlite3_stmt *row, const struct as_problem *problem, const struct as_accel *accel,
    struct as_map_result *result)
{
    const char *text = (const char *)sqlite3_column_text(row, 0);
    *result = (struct as_map_result){
        .score = INFINITY,
        .evaluations = sqlite3_column_int64(row, 4),
        .lower_bound = sqlite3_column_double(row, 5),
        .proven = sqlite3_column_int(row, 6),
    };
    if (!text)
        return false;
    if (!*text)
        return true;
    struct naas_ctx *ctx = naas_ctx_new();
    bool right = read_mapping(text, accel->n_levels, &result->mapping) &&
                 !as_mapping_fault(ctx, problem, accel, &result->mapping) &&
                 as_evaluate(problem, accel, &result->mapping, &result->cost) == NAAS_OK &&
                 result->cost.energy_pj == sqlite3_column_double(row, 2) &&
                 result->cost.cycles == sqlite3_column_double(row, 3);
    result->score = sqlite3_column_double(row, 1);
    naas_ctx_free(ctx);
    return right;
}

bool as_database_find(struct as_database *database, struct as_key key, const struct as_problem *problem,
    const struct as_accel *accel, struct as_map_result *result)
{
    bool found = false;
    if (!database)
        return false;
    pthread_mutex_lock(&database->lock);
    if (!database->failed) {
        sqlite3_bind_blob(database->find, 1, &key, sizeof key, SQLITE_STATIC);
        int step = sqlite3_step(database->find);
        found = step == SQLITE_ROW && read_row(database->find, problem, accel, result);
        if (step != SQLITE_ROW && step != SQLITE_DONE && step != SQLITE_BUSY)
            fail_in_file(database);
        sqlite3_reset(database->find);
        database->use.found += found;
    }
    pthread_mutex_unlock(&database->lock);
    return found;
}

void as_database_add(struct as_database *database, struct as_key key, const struct as_problem *problem,
    enum naas_status status, const struct as_map_result *result)
{
    char text[MAX_TEXT] = "";
    if (!database)
        return;
    if (status == NAAS_OK)
        write_mapping(text, &result->mapping);
    pthread_mutex_lock(&database->lock);
    database->use.searched++;
    if (!database->failed) {
        sqlite3_stmt *row = database->add;
        sqlite3_bind_blob(row, 1, &key, sizeof key, SQLITE_STATIC);
        sqlite3_bind_text(row, 2, as_model_version(), -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 3, problem->name, -1, SQLITE_STATIC);
        sqlite3_bind_text(row, 4, text, -1, SQLITE_STATIC);
        sqlite3_bind_double(row, 5, result->score);
        sqlite3_bind_double(row, 6, result->cost.energy_pj);
        sqlite3_bind_double(row, 7, result->cost.cycles);
        sqlite3_bind_int64(row, 8, result->evaluations);
        sqlite3_bind_double(row, 9, result->lower_bound);
        sqlite3_bind_int(row, 10, result->proven);
        int step = sqlite3_step(row);
        if (step != SQLITE_DONE && step != SQLITE_BUSY)
            fail_in_file(database);
        sqlite3_reset(row);
    }
    pthread_mutex_unlock(&database->lock);
}

/* Fails only where a commit does: rows are kept one by one then. */
void as_database_begin(struct as_database *database)
{
    if (!database)
        return;
    pthread_mutex_lock(&database->lock);
    if (!database->failed)
        sqlite3_exec(database->file, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    pthread_mutex_unlock(&database->lock);
}

void as_database_commit(struct as_database *database)
{
    if (!database)
        return;
    pthread_mutex_lock(&database->lock);
    if (!database->failed && !sqlite3_get_autocommit(database->file) && !execute(database, "COMMIT"))
        fail_in_file(database);
    pthread_mutex_unlock(&database->lock);
}

enum naas_status as_map_remembered(struct as_database *database, struct as_key key,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_map_options *options,
    struct as_map_result *result)
{
    if (as_database_find(database, key, problem, accel, result))
        return isfinite(result->score) ? NAAS_OK : NAAS_UNSUPPORTED;
    enum naas_status status = as_map_search(problem, accel, options, result);
    if (status == NAAS_OK || status == NAAS_UNSUPPORTED)
        as_database_add(database, key, problem, status, result);
    return status;
}

enum naas_status as_map_with(struct as_database *database, struct naas_ctx *ctx,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_map_options *options,
    struct naas_loc loc, struct as_map_result *result)
{
    struct as_key key = as_key_join(as_key_problem(problem), as_key_accel(accel));
    key = as_key_join(key, as_key_options(options));
    enum naas_status status = as_map_remembered(database, key, problem, accel, options, result);
    if (status != NAAS_OK)
        as_map_explain(ctx, problem, accel, options, status, NAAS_WARNING, loc);
    return status;
}
