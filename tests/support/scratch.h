/* A folder of its own for a test of files: made in the current one, removed with all it holds. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct scratch {
    char folder[32];
    char path[128];
};

static int scratch_remove(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static int scratch_setup(void **state)
{
    struct scratch *scratch = calloc(1, sizeof *scratch);
    snprintf(scratch->folder, sizeof scratch->folder, "scratch-XXXXXX");
    *state = scratch;
    return mkdtemp(scratch->folder) ? 0 : -1;
}

static int scratch_teardown(void **state)
{
    struct scratch *scratch = *state;
    int status = nftw(scratch->folder, scratch_remove, 8, FTW_DEPTH | FTW_PHYS);
    free(scratch);
    return status;
}

/* Path of name in the folder, good until the next call. */
static const char *scratch_path(struct scratch *scratch, const char *name)
{
    snprintf(scratch->path, sizeof scratch->path, "%s/%s", scratch->folder, name);
    return scratch->path;
}

#define WITH_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

#endif
