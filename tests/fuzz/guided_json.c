/* Coverage-guided: any bytes as every kind of JSON file, and as Timeloop's YAML. A reader may refuse them,
 * with a diagnostic. */
#include "accelsearch/accelsearch.h"
#include "accelsearch/budget.h"
#include "accelsearch/technology.h"
#include "exchange/exchange.h"
#include "nas/space.h"
#include "tests/fuzz/guided.h"
#include <math.h>
#include <stdlib.h>

/* A file is refused with an error, or taken without one; whatever is taken can be written again. */
static void check(struct naas_ctx *ctx, enum naas_status status, int *n_diags)
{
    bool complained = naas_n_diags(ctx) > *n_diags;
    *n_diags = naas_n_diags(ctx);
    if ((status != NAAS_OK) != complained)
        abort();
}

/* Whatever is asked of a table, it has an answer. */
static void ask(const struct as_technology *technology)
{
    for (int64_t bytes = 1; bytes < (int64_t)1 << 40; bytes *= 3)
        for (int bits = 1; bits <= 1 << 12; bits *= 8) {
            struct as_memory memory = {bytes, 1 + bits % 3, bits, 8};
            struct as_memory_cost cost = as_technology_memory(technology, &memory, NULL);
            if (!(cost.read_pj > 0 && cost.write_pj > 0 && cost.area_um2 >= 0) ||
                !isfinite(cost.read_pj + cost.write_pj + cost.area_um2))
                abort();
        }
}

static void read_elsewhere(struct naas_ctx *ctx, const char *path, int *n_diags)
{
    struct nas_space *space = naas_alloc(ctx, 1, sizeof *space);
    struct xc_design *design = naas_alloc(ctx, 1, sizeof *design);
    check(ctx, nas_space_from_json(ctx, path, space), n_diags);
    /* taken with warnings, too */
    if (xc_timeloop_read(ctx, 1, &path, design) != NAAS_OK && naas_n_diags(ctx) == *n_diags)
        abort();
    *n_diags = naas_n_diags(ctx);
}

static void read_all(struct naas_ctx *ctx, const char *path)
{
    struct as_problem *problem = naas_alloc(ctx, 1, sizeof *problem);
    struct as_accel *accel = naas_alloc(ctx, 1, sizeof *accel);
    struct as_mapping *mapping = naas_alloc(ctx, 1, sizeof *mapping);
    struct as_budget *budget = naas_alloc(ctx, 1, sizeof *budget);
    struct as_technology *technology = naas_alloc(ctx, 1, sizeof *technology);
    struct as_network network;
    struct naas_buf out = naas_buf_new(ctx);
    int n_diags = 0;
    enum naas_status status = as_problem_from_json(ctx, path, problem);
    check(ctx, status, &n_diags);
    if (status == NAAS_OK)
        as_problem_json(&out, problem);
    status = as_accel_from_json(ctx, path, accel);
    check(ctx, status, &n_diags);
    if (status == NAAS_OK)
        as_accel_json(&out, accel);
    check(ctx, as_network_from_json(ctx, path, &network), &n_diags);
    check(ctx, as_budget_from_json(ctx, path, budget), &n_diags);
    status = as_technology_from_json(ctx, path, technology);
    check(ctx, status, &n_diags);
    if (status == NAAS_OK)
        ask(technology);
    read_elsewhere(ctx, path, &n_diags);
    if (as_problem_from_json(ctx, GUIDED_PROBLEM, problem) != NAAS_OK ||
        as_accel_from_json(ctx, GUIDED_ACCELERATORS "/default.json", accel) != NAAS_OK)
        abort();
    status = as_mapping_from_json(ctx, path, problem, accel, mapping);
    check(ctx, status, &n_diags);
    if (status == NAAS_OK)
        as_mapping_json(&out, problem, accel, mapping);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct naas_ctx *ctx = naas_ctx_new();
    char path[32];
    int file = guided_file(data, size, path);
    read_all(ctx, path);
    close(file);
    naas_ctx_free(ctx);
    return 0;
}
