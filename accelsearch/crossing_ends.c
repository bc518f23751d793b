#include "accelsearch/crossing_ends.h"
#include "accelsearch/window.h"
#include "support/number.h"
#include <math.h>

static bool is_single(const struct as_tensor_plan *plan, int d)
{
    for (int i = 0; i < plan->n_singles; i++)
        if (plan->single[i] == d)
            return true;
    return false;
}

static bool has_padding(const struct as_tensor_plan *plan)
{
    for (int n = 0; n < plan->n_lines; n++)
        if (plan->line[n].padded)
            return true;
    return false;
}

/* ---- tiles of the level around ---- */

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

/* ---- the run ---- */

/* Elements along a line of the first tile, padding left out; of gaps at least. */
static double stored_first(const struct as_line *line, const struct as_link *const *link)
{
    int64_t length[2] = {1, 1}, coef[2] = {line->a, line->b}, last = 0;
    for (int x = 0; x < 2 && line->dim[x] >= 0; x++) {
        length[x] = link[line->dim[x]]->block;
        last += coef[x] * (length[x] - 1);
    }
    const struct as_box box = {{0, length[0]}, {0, length[1]}};
    if (!as_gapless(line, &box))
        return 0;
    int64_t from = max64(line->low, 0), to = min64(line->high, last);
    return to < from ? 0 : (double)(to - from + 1);
}

static int64_t last_length(const struct as_model *model, const struct as_link *const *link, int d)
{
    int64_t rest = model->problem.dim[d].extent % link[d]->block;
    return rest ? rest : link[d]->block;
}

/* Elements of the last tile. */
static double last_tile(const struct as_model *model, int t, const struct as_link *const *link)
{
    int64_t tile[AS_MAX_DIMS];
    for (int d = 0; d < model->problem.n_dims; d++)
        tile[d] = last_length(model, link, d);
    return (double)as_footprint(&model->problem, t, tile);
}

static struct as_ends ends_of_run(
    const struct as_model *model, int t, bool clip, const struct as_link *const *link)
{
    const struct as_tensor_plan *plan = &model->tensor[t];
    int64_t tile[AS_MAX_DIMS];
    for (int d = 0; d < model->problem.n_dims; d++)
        tile[d] = link[d]->block;
    double words = t == model->problem.output ? last_tile(model, t, link)
                                              : (double)as_footprint(&model->problem, t, tile);
    if (clip && has_padding(plan)) {
        words = 1;
        for (int n = 0; n < plan->n_lines; n++)
            words *= stored_first(&plan->line[n], link);
    }
    return (struct as_ends){1, words, words};
}

/* Every step needs elements of the tensor that none before has seen. */
static bool always_new(const struct as_model *model, int t, const struct as_link *const *link)
{
    for (int d = 0; d < model->problem.n_dims; d++)
        if (link[d]->steps > 1 && !is_single(&model->tensor[t], d))
            return false;
    return true;
}

double as_ends_last(const struct as_model *model, const unsigned *keeps, const struct as_link *const *link)
{
    const struct as_accel *accel = &model->accel;
    int last = accel->n_levels - 1;
    double points = 1;
    for (int d = 0; d < model->problem.n_dims; d++)
        points *= (double)last_length(model, link, d);
    double time = ceil(points / ((double)model->instances[last] * accel->macs_per_cycle));
    for (int t = 0; t < model->problem.n_tensors; t++) {
        if (t == model->problem.output || !always_new(model, t, link))
            continue;
        unsigned role = (unsigned)model->tensor[t].role;
        for (int l = last; l > 1; l--) {
            if (!(keeps[l] >> t & 1))
                continue;
            int outer = l - 1;
            while (outer > 0 && !(keeps[outer] >> t & 1))
                outer--;
            for (int p = 0; p < accel->level[outer].n_ports && outer > 0 && model->instances[outer] == 1;
                 p++) {
                const struct as_port *port = &accel->level[outer].port[p];
                if ((port->down & role) && port->words_per_cycle > 0)
                    time = max(time, last_tile(model, t, link) / port->words_per_cycle);
            }
        }
    }
    return time;
}

/* ---- the whole ---- */

struct as_ends as_ends_of(const struct as_model *model, int t, int l, bool clip,
    const struct as_link *const *link, int around_c, const struct as_link *around)
{
    const struct as_tensor_plan *plan = &model->tensor[t];
    if (l == 1)
        return ends_of_run(model, t, clip, link);
    if (clip && has_padding(plan)) /* maybe nothing else */
        return (struct as_ends){0, 0, 0};
    struct as_ends ends = {times_other(model, plan, link, around_c, around), 1, 0};
    if (all_even(model, plan, link))
        ends.each = least_tile(plan, link);
    ends.words = ends.times * ends.each;
    if (t != model->problem.output && all_other(plan, link))
        ends.words = max(ends.words, all_firsts(model, plan, link));
    return ends;
}
