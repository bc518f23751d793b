/*
 * database.h: results of mapping searches, kept in a file of SQLite. A row is what as_map_search returned for
 * a key (key.h: problem, accelerator, options, version of the model), so that a row can be used in the place
 * of the search. Threads and processes may share one.
 *
 * A database that fails (full disk, damaged file) is left alone from then on: finding finds nothing, adding
 * adds nothing, and as_database_fault says what happened. A file that holds tables of others is not touched.
 */
#ifndef AS_DATABASE_H
#define AS_DATABASE_H

#include "accelsearch/key.h"

struct as_database;

/* Never NULL unless path is: a file that cannot be used gives a database with a fault. NULL gives NULL, which
 * all functions here take for an empty database. Folders on the way are made. What another process holds is
 * waited for, ten seconds at most. */
struct as_database *as_database_open(const char *path);
/* The same, with patience of its own, in milliseconds: for who would rather search again. */
struct as_database *as_database_open_within(const char *path, int patience);
void as_database_close(struct as_database *database);
/* What went wrong, or NULL. Valid until it is closed; the file for the message is the caller's. */
const char *as_database_fault(struct as_database *database);

/* $XDG_CACHE_HOME/naas/naas.db, or below ~/.cache; NULL when neither is known. */
const char *as_database_default_path(struct naas_ctx *ctx);

/* What as_map_search returned for a key; a score of INFINITY: that nothing fits. False: not there. */
bool as_database_find(struct as_database *database, struct as_key key, const struct as_problem *problem,
    const struct as_accel *accel, struct as_map_result *result);
/* Puts there what it returned: NAAS_OK or NAAS_UNSUPPORTED. */
void as_database_add(struct as_database *database, struct as_key key, const struct as_problem *problem,
    enum naas_status status, const struct as_map_result *result);

/* What is added in between is kept as one, in a fraction of the time, or, when the process is killed, not at
 * all. One thread at a time. */
void as_database_begin(struct as_database *database);
void as_database_commit(struct as_database *database);

/* as_map_search, from the database when it has the answer, else put there. key: problem's, accelerator's and
 * options' joined in this order. */
enum naas_status as_map_remembered(struct as_database *database, struct as_key key,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_map_options *options,
    struct as_map_result *result);

/* as_map, with the database. */
enum naas_status as_map_with(struct as_database *database, struct naas_ctx *ctx,
    const struct as_problem *problem, const struct as_accel *accel, const struct as_map_options *options,
    struct naas_loc loc, struct as_map_result *result);

/* Short texts beside the mappings: what other searches, such as trials on the machine, found under keys of
 * their own. NULL when there is none; in the arena of ctx. */
const char *as_database_note(struct as_database *database, struct naas_ctx *ctx, struct as_key key);
void as_database_keep_note(struct as_database *database, struct as_key key, const char *text);

/* How many searches were answered, and how many were made. */
struct as_database_use {
    int64_t found, searched;
};
struct as_database_use as_database_uses(struct as_database *database);

/* What the file holds: of this version of the model, and of others. */
struct as_database_rows {
    int64_t current, outdated; /* mappings */
    int64_t notes;
};
struct as_database_rows as_database_count(struct as_database *database);
/* Removes the rows of other versions, or all, and gives their space back. */
void as_database_forget(struct as_database *database, bool all);

/* The file can never be used as it is: damaged, or of another version of naas. */
bool as_database_is_lost(const struct as_database *database);
/* What is left of the file's first page shows that naas made it. */
bool as_database_is_ours(const char *path);

#endif
