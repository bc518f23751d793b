/*
 * map: the one door for a mapping on a fixed accelerator, with words for why there is none.
 */
#include "accelsearch/farm.h"
#include "accelsearch/model.h"
#include "accelsearch/plan.h"
#include "accelsearch/pool.h"

/* A level that cannot hold one element of each operand it has to keep, or -1. */
static int level_too_small(const struct as_model *model)
{
    struct as_plans plans;
    struct as_plan smallest;
    as_plans_init(&plans, model, AS_SPACE_FULL);
    return as_plan_smallest(&plans, &smallest);
}

void as_map_search_all(int n, const struct as_problem *const *problem, const struct as_accel *accel,
    const struct as_map_options *options, struct as_farm *farm, int threads, struct as_map_result *result,
    enum naas_status *status)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_job *job = naas_alloc(ctx, (size_t)n, sizeof *job);
    struct as_key accel_key = as_key_accel(accel), options_key = as_key_options(options);
    for (int i = 0; i < n; i++)
        job[i] = (struct as_job){.problem = problem[i],
            .accel = accel,
            .options = options,
            .key = as_key_join(as_key_join(as_key_problem(problem[i]), accel_key), options_key),
            .result = &result[i]};
    as_farm_run(farm, threads > 0 ? threads : as_pool_processors(), NULL, n, job);
    for (int i = 0; i < n; i++)
        status[i] = job[i].status;
    naas_ctx_free(ctx);
}

void as_map_explain(struct naas_ctx *ctx, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_map_options *options, enum naas_status status, enum naas_severity severity,
    struct naas_loc loc)
{
    const struct as_goal *goal = &options->goal;
    if (status != NAAS_UNSUPPORTED) {
        naas_diag(ctx, NAAS_ERROR, loc, "no memory to search mappings of %s", problem->name);
        return;
    }
    struct as_model *model = naas_alloc(ctx, 1, sizeof *model);
    as_model_init(model, problem, accel);
    int small = level_too_small(model);
    if (small >= 0)
        naas_diag(ctx, severity, loc,
            "nest '%s' not mapped: level %s of %s is too small for one element of each operand",
            problem->name, accel->level[small].name, accel->name);
    else if (!model->covered)
        naas_diag(ctx, severity, loc, "nest '%s' not mapped: its subscripts are beyond the cost model",
            problem->name);
    else if (goal->max_cycles > 0 || goal->max_pj > 0 || goal->max_um2 > 0)
        naas_diag(ctx, severity, loc, "nest '%s' not mapped: no mapping within the limits was found",
            problem->name);
    else
        naas_diag(ctx, severity, loc, "nest '%s' not mapped: no mapping was found that the cost model covers",
            problem->name);
}

enum naas_status as_map(struct naas_ctx *ctx, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_map_options *options, struct naas_loc loc, struct as_map_result *result)
{
    enum naas_status status = as_map_search(problem, accel, options, result);
    if (status != NAAS_OK)
        as_map_explain(ctx, problem, accel, options, status, NAAS_WARNING, loc);
    return status;
}
