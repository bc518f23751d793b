#include "tests/accelsearch/brute.h"
#include <math.h>

struct brute {
    struct as_climb *climb;
    const struct as_plans *plans;
    struct as_plan plan;
    int64_t plans_left;
};

static void each_order(struct brute *brute, int l, int from)
{
    const struct as_model *model = brute->plans->model;
    int n = model->problem.n_dims;
    if (brute->plans_left < 0)
        return;
    if (l == model->accel.n_levels - 1) {
        brute->plans_left--;
        as_climb_try(brute->climb, &brute->plan, INFINITY);
        return;
    }
    if (from == n) {
        each_order(brute, l + 1, 0);
        return;
    }
    /* Loops that do not iterate all stay at the end. */
    signed char *order = brute->plan.order[l];
    bool any = false;
    for (int i = from; i < n; i++) {
        if (brute->plan.tile[l][order[i]] == brute->plan.tile[l + 1][order[i]])
            continue;
        any = true;
        signed char d = order[i];
        order[i] = order[from];
        order[from] = d;
        each_order(brute, l, from + 1);
        d = order[i];
        order[i] = order[from];
        order[from] = d;
    }
    if (!any)
        each_order(brute, l + 1, 0);
}

static void each_tile(struct brute *brute, int l, int d)
{
    const struct as_model *model = brute->plans->model;
    if (l == model->accel.n_levels) {
        each_order(brute, 0, 0);
        return;
    }
    if (d == model->problem.n_dims) {
        if (as_plan_fits(brute->plans, &brute->plan, l))
            each_tile(brute, l + 1, 0);
        return;
    }
    for (int i = 0; i < brute->plans->n_sizes[d] && brute->plans_left >= 0; i++) {
        brute->plan.tile[l][d] = brute->plans->size[d][i];
        if (brute->plan.tile[l][d] <= brute->plan.tile[l - 1][d])
            each_tile(brute, l, d + 1);
    }
}

static void each_layout(struct brute *brute, int l, int x, int i)
{
    const struct as_model *model = brute->plans->model;
    if (l == model->accel.n_levels) {
        each_tile(brute, 1, 0);
        return;
    }
    const struct as_level *level = &model->accel.level[l];
    if (x >= level->n_axes) {
        each_layout(brute, l + 1, 0, 0);
        return;
    }
    if (i == AS_MAX_FOLD) {
        each_layout(brute, l, x + 1, 0);
        return;
    }
    for (int d = -1; d < model->problem.n_dims && brute->plans_left >= 0; d++) {
        if (d >= 0 && (!as_plan_may_lie(brute->plans, &level->axis[x], d) ||
                          (i > 0 && (brute->plan.along[l][x][0] < 0 || brute->plan.along[l][x][0] == d))))
            continue;
        brute->plan.along[l][x][i] = (signed char)d;
        each_layout(brute, l, x, i + 1);
    }
    brute->plan.along[l][x][i] = -1;
}

static void each_keep(struct brute *brute, int l, int t)
{
    const struct as_model *model = brute->plans->model;
    if (l == model->accel.n_levels) {
        each_layout(brute, 0, 0, 0);
        return;
    }
    if (t == model->problem.n_tensors) {
        each_keep(brute, l + 1, 0);
        return;
    }
    unsigned role = (unsigned)model->problem.tensor[t].role;
    bool may_keep = model->accel.level[l].keeps & role, may_pass = as_plan_may_pass(brute->plans, l) & role;
    if (may_keep) {
        brute->plan.keeps[l] |= 1u << t;
        each_keep(brute, l, t + 1);
    }
    brute->plan.keeps[l] &= ~(1u << t);
    if (may_pass || !may_keep)
        each_keep(brute, l, t + 1);
}

bool brute_try_all(struct as_climb *climb, const struct as_plans *plans, int64_t most)
{
    struct brute brute = {.climb = climb, .plans = plans, .plans_left = most};
    if (as_plan_smallest(plans, &brute.plan) >= 0)
        return false;
    each_keep(&brute, 1, 0);
    return brute.plans_left >= 0;
}
