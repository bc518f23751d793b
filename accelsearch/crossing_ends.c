#include "accelsearch/crossing_ends.h"

static double max(double a, double b)
{
    return a > b ? a : b;
}

static bool is_single(const struct as_tensor_plan *plan, int d)
{
    for (int i = 0; i < plan->n_singles; i++)
        if (plan->single[i] == d)
            return true;
    return false;
}

/* How often the first tile is another one. */
static double times_other(const struct as_model *model, const struct as_tensor_plan *plan,
    const struct as_link *const *link, int around_c, const struct as_link *around)
{
    double sequences = 1, regions = 1, most;
    for (int d = 0; d < model->problem.n_dims; d++) {
        sequences *= link[d]->outer;
        regions *= is_single(plan, d) ? link[d]->outer : 1;
    }
    most = regions;
    for (int i = 0; i < plan->n_singles; i++) {
        const struct as_link *along = link[plan->single[i]];
        most = max(most, sequences * along->restarts / along->outer);
        if (around && plan->single[i] == around_c)
            most = max(most, 1 + sequences * around->advances / along->outer);
    }
    return most;
}

/* Every instance comes from another tile, though it may have been idle: its latest one is not the first along
 * some dim, wherever it was. */
static bool all_other(const struct as_tensor_plan *plan, const struct as_link *const *link)
{
    for (int i = 0; i < plan->n_singles; i++)
        if (link[plan->single[i]]->turns > 1)
            return true;
    return false;
}

/* All tiles are alike, and no instance is ever idle. */
static bool all_even(
    const struct as_model *model, const struct as_tensor_plan *plan, const struct as_link *const *link)
{
    for (int d = 0; d < model->problem.n_dims; d++)
        if (as_uses(plan, d) && !link[d]->even)
            return false;
    return true;
}

/* Elements of all first tiles, of windows at least. */
static double all_firsts(
    const struct as_model *model, const struct as_tensor_plan *plan, const struct as_link *const *link)
{
    double words = 1;
    for (int n = 0; n < plan->n_lines; n++) {
        const int *dim = plan->line[n].dim;
        if (dim[0] >= 0 && dim[1] >= 0)
            words *=
                max(link[dim[0]]->firsts * link[dim[1]]->outer, link[dim[1]]->firsts * link[dim[0]]->outer);
        else if (dim[0] >= 0)
            words *= link[dim[0]]->firsts;
    }
    for (int d = 0; d < model->problem.n_dims; d++)
        words *= as_uses(plan, d) ? 1 : link[d]->outer;
    return words;
}

/* Of a tile, of windows at least. */
static double least_tile(const struct as_tensor_plan *plan, const struct as_link *const *link)
{
    double words = 1;
    for (int n = 0; n < plan->n_lines; n++) {
        double most = 1;
        for (int x = 0; x < 2 && plan->line[n].dim[x] >= 0; x++)
            most = max(most, (double)link[plan->line[n].dim[x]]->least_block);
        words *= most;
    }
    return words;
}

/* The run's first tile, or its last. */
static struct as_ends ends_of_run(const struct as_model *model, int t, const struct as_link *const *link)
{
    int64_t tile[AS_MAX_DIMS];
    for (int d = 0; d < model->problem.n_dims; d++) {
        int64_t extent = model->problem.dim[d].extent, rest = extent % link[d]->block;
        tile[d] = t == model->problem.output && rest ? rest : link[d]->block;
    }
    double words = (double)as_footprint(&model->problem, t, tile);
    return (struct as_ends){1, words, words};
}

struct as_ends as_ends_of(const struct as_model *model, int t, int l, bool clip,
    const struct as_link *const *link, int around_c, const struct as_link *around)
{
    const struct as_tensor_plan *plan = &model->tensor[t];
    for (int n = 0; n < plan->n_lines && clip; n++)
        if (plan->line[n].padded) /* maybe nothing else */
            return (struct as_ends){0, 0, 0};
    if (l == 1)
        return ends_of_run(model, t, link);
    struct as_ends ends = {times_other(model, plan, link, around_c, around), 1, 0};
    if (all_even(model, plan, link))
        ends.each = least_tile(plan, link);
    ends.words = ends.times * ends.each;
    if (t != model->problem.output && all_other(plan, link))
        ends.words = max(ends.words, all_firsts(model, plan, link));
    return ends;
}
