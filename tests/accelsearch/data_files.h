/* Files of the data tests: a text with one piece exchanged, read back, and what is said about it. */
#ifndef DATA_FILES_H
#define DATA_FILES_H

#include "accelsearch/accelsearch.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A mistake made by writing `wrong` for the first `right` in a good file, and the first diagnostic, "line:
 * message". */
struct mistake {
    const char *right, *wrong, *said;
};

static inline const char *shipped(struct naas_ctx *ctx, const char *path)
{
    return naas_format(ctx, "%s/examples/%s", NAAS_SOURCE_DIR, path);
}

static inline const char *write_text(struct naas_ctx *ctx, struct scratch *scratch, const char *text)
{
    const char *path = scratch_path(scratch, "x.json");
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
    return path;
}

static inline const char *with_mistake(struct naas_ctx *ctx, const char *text, const struct mistake *mistake)
{
    const char *at = strstr(text, mistake->right);
    if (!at)
        fail_msg("the good file does not hold: %s", mistake->right);
    return naas_format(ctx, "%.*s%s%s", (int)(at - text), text, mistake->wrong, at + strlen(mistake->right));
}

/* 1, with a word about it, when something else was said; 0 when not. */
static inline int said_otherwise(struct naas_ctx *ctx, enum naas_status status, const char *said)
{
    const char *text = "nothing";
    if (naas_n_diags(ctx) > 0) {
        const struct naas_diagnostic *diag = naas_diag_at(ctx, 0);
        text = naas_format(ctx, "%u: %s", diag->loc.line, diag->message);
    }
    if (status == NAAS_BAD_INPUT && strcmp(text, said) == 0)
        return 0;
    print_error("said:     %s\nexpected: %s\n", text, said);
    return 1;
}

static inline void expect_no_diags(struct naas_ctx *ctx)
{
    naas_diags_print(ctx, stderr, false);
    assert_int_equal(naas_n_diags(ctx), 0);
}

#endif
