/* Coverage-guided: any bytes as the clauses of an annotation, and as a whole C file. */
#include "driver/scan.h"
#include "frontend/walk.h"
#include "tests/fuzz/guided.h"
#include <stdlib.h>
#include <string.h>

/* Clauses that are not understood are refused with a warning. */
static void read_clauses(struct naas_ctx *ctx, const char *text, size_t size)
{
    struct fe_unit unit = {.file = "clauses.c", .text = text, .length = size};
    struct fe_clauses clauses;
    bool taken = fe_parse_clauses(ctx, &unit, 0, size, &clauses);
    if (taken == (naas_n_diags(ctx) > 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct naas_ctx *ctx = naas_ctx_new();
    char path[32], *text = naas_strndup(ctx, (const char *)data, size);
    struct fe_options options = {0};
    struct fe_unit *unit;
    read_clauses(ctx, text, strlen(text));
    scan_text((const char *)data, size);
    if (size > 0 && data[0] == '\n') { /* parsing C takes a thousand times as long */
        int file = guided_file(data, size, path);
        fe_parse(ctx, path, &options, &unit);
        close(file);
    }
    naas_ctx_free(ctx);
    return 0;
}
