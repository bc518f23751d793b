/*
 * map: the one door for a mapping on a fixed accelerator, with words for why there is none.
 */
#include "accelsearch/model.h"
#include "accelsearch/plan.h"

/* A tenth of a second for a layer of a real network. */
enum { EVALUATIONS = 4000 };

/* A level that cannot hold one element of each operand it has to keep, or -1. */
static int level_too_small(const struct as_model *model)
{
    struct as_plans plans;
    struct as_plan smallest;
    as_plans_init(&plans, model, AS_SPACE_FULL);
    return as_plan_smallest(&plans, &smallest);
}

enum naas_status as_map(struct naas_ctx *ctx, const struct as_problem *problem, const struct as_accel *accel,
    struct naas_loc loc, struct as_mapping *mapping, struct as_cost *cost)
{
    struct as_map_options options = as_map_defaults();
    struct as_map_result result;
    options.evaluations = EVALUATIONS;
    enum naas_status status = as_map_search(problem, accel, &options, &result);
    if (status == NAAS_OK) {
        *mapping = result.mapping;
        *cost = result.cost;
        return NAAS_OK;
    }
    if (status != NAAS_UNSUPPORTED) {
        naas_diag(ctx, NAAS_ERROR, loc, "no memory to search mappings of %s", problem->name);
        return status;
    }
    struct as_model *model = naas_alloc(ctx, 1, sizeof *model);
    as_model_init(model, problem, accel);
    int small = level_too_small(model);
    if (small >= 0)
        naas_diag(ctx, NAAS_ERROR, loc, "level %s of %s is too small for one element of each operand of %s",
            accel->level[small].name, accel->name, problem->name);
    else
        naas_diag(ctx, NAAS_ERROR, loc, "the subscripts of %s are beyond the cost model", problem->name);
    return NAAS_UNSUPPORTED;
}
