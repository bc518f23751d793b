/*
 * naas db: what the database of mapping searches holds, and how it is made smaller. Rows of other versions of
 * the model answer nothing any more. A file that is damaged is made anew when everything is to be forgotten,
 * if it is ours beyond doubt.
 */
#include "accelsearch/cosearch.h"
#include "driver/naas.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void help(FILE *out)
{
    fputs("usage: naas db [FILE] [options]\n\n"
          "what is remembered of mapping searches: in FILE, or the user's database\n\n"
          "example: naas db --prune\n\n"
          "  --prune      forget what other versions of naas left, which answers nothing any more\n"
          "  --clear      forget everything; a damaged file is made anew\n"
          "  --help       print this\n",
        out);
}

static int fault(const char *path, const char *what)
{
    fprintf(stderr, "naas: error: %s: %s\n", path, what);
    return EXIT_BAD_INPUT;
}

/* The file and those that SQLite keeps beside it. */
static void remove_files(struct naas_ctx *ctx, const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (int i = 0; i < 4; i++)
        unlink(naas_format(ctx, "%s%s", path, ends[i]));
}

static int work(struct naas_ctx *ctx, const char *path, bool is_default, bool prune, bool clear)
{
    struct stat file;
    struct as_database_rows rows;
    if (stat(path, &file) != 0) {
        printf("%s: nothing is remembered\n", path);
        return 0;
    }
    struct as_database *database = as_database_open(path);
    if (prune || clear)
        as_database_forget(database, clear);
    if (clear && as_database_is_lost(database) && S_ISREG(file.st_mode) &&
        (is_default || as_database_is_ours(path))) {
        as_database_close(database);
        remove_files(ctx, path);
        database = as_database_open(path);
    }
    rows = as_database_count(database);
    const char *what = as_database_fault(database);
    if (what) {
        int status = fault(path, what);
        as_database_close(database);
        return status;
    }
    as_database_close(database);
    printf("%s: %" PRId64 " mappings of this version, %" PRId64 " of others, %" PRId64
           " choices measured, %lld bytes\n",
        path, rows.current, rows.outdated, rows.notes, stat(path, &file) == 0 ? (long long)file.st_size : 0);
    return 0;
}

int naas_db(const struct naas_request *paths, int argc, const char *const *argv)
{
    const char *path = NULL;
    bool prune = false, clear = false;
    (void)paths;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            help(stdout);
            return 0;
        }
        prune = prune || strcmp(argv[i], "--prune") == 0;
        clear = clear || strcmp(argv[i], "--clear") == 0;
        bool flag = argv[i][0] == '-';
        if ((flag && strcmp(argv[i], "--prune") != 0 && strcmp(argv[i], "--clear") != 0) || (!flag && path)) {
            fprintf(
                stderr, "naas: error: %s %s\n\n", flag ? "unknown option" : "one operand too many:", argv[i]);
            help(stderr);
            return EXIT_USAGE;
        }
        path = flag ? path : argv[i];
    }
    struct naas_ctx *ctx = naas_ctx_new();
    const char *usual = as_database_default_path(ctx);
    path = path ? path : usual;
    int status = path ? work(ctx, path, usual && strcmp(path, usual) == 0, prune, clear)
                      : fault("the database", "neither XDG_CACHE_HOME nor HOME says where it is");
    naas_ctx_free(ctx);
    return status;
}
