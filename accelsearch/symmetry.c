#include "accelsearch/symmetry.h"

static bool alike(const struct as_plans *plans, int d, int e)
{
    const struct as_accel *accel = &plans->model->accel;
    const struct as_dim *one = &plans->model->problem.dim[d], *other = &plans->model->problem.dim[e];
    bool same = one->extent == other->extent && one->kind == other->kind && one->band == other->band;
    for (int l = 0; l < accel->n_levels; l++)
        for (int x = 0; x < accel->level[l].n_axes; x++)
            same = same && as_plan_may_lie(plans, &accel->level[l].axis[x], d) ==
                               as_plan_may_lie(plans, &accel->level[l].axis[x], e);
    return same;
}

/* Does axis b have the terms of a, in any order, with dims mirrored? */
static bool mirrors(const struct as_axis *a, const struct as_axis *b, const signed char *mirror)
{
    bool same = a->n_terms == b->n_terms && a->offset == b->offset && a->extent == b->extent;
    for (int i = 0; i < a->n_terms && same; i++) {
        bool found = false;
        for (int k = 0; k < b->n_terms; k++)
            found = found || (b->term[k].dim == mirror[a->term[i].dim] && b->term[k].coef == a->term[i].coef);
        same = found;
    }
    return same;
}

/* Every axis of a tensor has its mirror image among them. A dim stands in one axis at most, so no two have
 * the same one; axes without terms do not matter. */
static bool is_symmetric(const struct as_problem *problem, const signed char *mirror)
{
    for (int t = 0; t < problem->n_tensors; t++) {
        const struct as_tensor *tensor = &problem->tensor[t];
        for (int i = 0; i < tensor->rank; i++) {
            bool found = tensor->axis[i].n_terms == 0;
            for (int k = 0; k < tensor->rank && !found; k++)
                found = mirrors(&tensor->axis[i], &tensor->axis[k], mirror);
            if (!found)
                return false;
        }
    }
    return true;
}

static void exchange(signed char *mirror, int d, int e)
{
    signed char at = mirror[d];
    mirror[d] = mirror[e];
    mirror[e] = at;
}

/* Two dims, and two others with them where these do not suffice: windows and what they slide over. */
static bool find_with(const struct as_plans *plans, int d, int e, signed char *mirror)
{
    const struct as_problem *problem = &plans->model->problem;
    exchange(mirror, d, e);
    if (is_symmetric(problem, mirror))
        return true;
    for (int f = d + 1; f < problem->n_dims; f++)
        for (int g = f + 1; g < problem->n_dims; g++) {
            if (f == e || g == e || !alike(plans, f, g))
                continue;
            exchange(mirror, f, g);
            if (is_symmetric(problem, mirror))
                return true;
            exchange(mirror, f, g);
        }
    exchange(mirror, d, e);
    return false;
}

void as_symmetry_find(const struct as_plans *plans, signed char mirror[AS_MAX_DIMS])
{
    int n = plans->model->problem.n_dims;
    for (int d = 0; d < AS_MAX_DIMS; d++)
        mirror[d] = (signed char)d;
    for (int d = 0; d < n; d++)
        for (int e = d + 1; e < n; e++)
            if (plans->model->problem.dim[d].extent > 1 && alike(plans, d, e) &&
                find_with(plans, d, e, mirror))
                return;
}
