#include "accelsearch/quick.h"
#include "accelsearch/cost_window.h"

static bool is_even(const struct as_nest *nest, int n_dims)
{
    for (int d = 0; d < n_dims; d++) {
        const struct as_chain *chain = &nest->chain[d];
        int64_t around = chain->extent;
        for (int c = 0; c < chain->n_outside; c++) {
            if (around % chain->cut[c].tile != 0)
                return false;
            around = chain->cut[c].tile;
        }
    }
    return true;
}

bool as_quick_init(struct as_quick *quick, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest)
{
    int n_dims = model->problem.n_dims, last = mapping->n_levels - 1;
    quick->model = model;
    quick->mapping = mapping;
    quick->nest = nest;
    for (int d = 0; d < n_dims; d++) {
        const struct as_chain *chain = &nest->chain[d];
        if (chain->n_outside < chain->n && chain->cut[chain->n_outside].level < last - 1)
            return false;
        if (!as_dim_regions_build(chain, &quick->regions[d]))
            return false;
    }
    for (int l = 1; l <= last; l++)
        for (int d = 0; d < n_dims; d++) {
            struct as_view view = {&nest->chain[d], nest->n_cuts[l][d], l - 1};
            as_dim_table_build(view, &quick->regions[d], &quick->table[l][d]);
        }
    quick->even = is_even(nest, n_dims);
    return true;
}

/* ---- traffic ---- */

/* An axis with two terms: its sums, and those with padding left out. */
struct window {
    const struct as_line *line;
    bool clip;
    struct as_window_sums sums;
    int64_t taken, held;
};

struct scan {
    struct as_quick *quick;
    const struct as_dim_table *table;
    int level;
    bool holds; /* something is held on to when the loops that are left advance */
    struct as_state state[AS_MAX_DIMS];
    int n_unused, n_single, n_windows;
    int unused[AS_MAX_DIMS], single[AS_MAX_RANK];
    struct window window[AS_MAX_RANK];
    int window_of[AS_MAX_DIMS]; /* -1: none */
};

static const struct as_dim_sums *sums_of(const struct scan *scan, int dim)
{
    const struct as_state *state = &scan->state[dim];
    return state->advances ? &scan->table[dim].advances[state->k] : &scan->table[dim].stays[state->k];
}

static bool sum_window(struct scan *scan, struct window *window)
{
    struct as_window_dim dim[2];
    for (int x = 0; x < 2; x++) {
        int d = window->line->dim[x];
        dim[x] = (struct as_window_dim){&scan->table[d], &scan->quick->regions[d], scan->state[d]};
    }
    if (!as_window_sum(window->line, dim, &window->sums))
        return false;
    window->taken = window->sums.taken;
    window->held = window->sums.held;
    if (!window->clip || !scan->holds)
        return true;
    struct as_sums stored;
    struct as_view view[2] = {dim[0].table->view, dim[1].table->view};
    struct as_state state[2] = {dim[0].state, dim[1].state};
    view[0].outer = view[1].outer = 0;
    if (!as_sum_line(window->line, true, view, state, &stored))
        return false;
    window->taken = stored.taken;
    window->held = stored.held;
    return true;
}

/* taken and held: without padding where that is left out; all_: with it. */
struct product {
    int64_t taken, held, left, copies, held_copies, all, all_held;
};

static struct product product_of(const struct scan *scan)
{
    struct product p = {1, 1, 1, 1, 1, 1, 1};
    for (int i = 0; i < scan->n_unused; i++) {
        const struct as_dim_sums *sums = sums_of(scan, scan->unused[i]);
        p.taken *= sums->steps;
        p.copies *= sums->active;
    }
    p.left = p.all = p.taken;
    p.held = p.all_held = p.taken;
    p.held_copies = p.copies;
    for (int i = 0; i < scan->n_single; i++) {
        const struct as_dim_sums *sums = sums_of(scan, scan->single[i]);
        p.taken *= sums->taken;
        p.all *= sums->taken;
        p.copies *= sums->taken;
        p.left *= sums->left;
        p.held *= sums->held;
        p.all_held *= sums->held;
        p.held_copies *= sums->held;
    }
    for (int i = 0; i < scan->n_windows; i++) {
        const struct window *window = &scan->window[i];
        p.taken *= window->taken;
        p.held *= window->held;
        p.copies *= window->sums.copies;
        p.held_copies *= window->sums.held_copies;
        p.all *= window->sums.taken;
        p.all_held *= window->sums.held;
    }
    return p;
}

static bool set_state(struct scan *scan, int dim, int k, bool advances)
{
    scan->state[dim] = (struct as_state){k, advances};
    return scan->window_of[dim] < 0 || sum_window(scan, &scan->window[scan->window_of[dim]]);
}

/* Padding of an array's tiles is counted by cost_axis only. */
static bool list_factors(struct scan *scan, const struct as_tensor_plan *plan, bool clip)
{
    int n_dims = scan->quick->model->problem.n_dims;
    scan->n_unused = scan->n_single = scan->n_windows = 0;
    for (int d = 0; d < n_dims; d++) {
        scan->window_of[d] = -1;
        scan->state[d] = (struct as_state){scan->table[d].depth, false};
        if (!as_uses(plan, d) && scan->table[d].view.n > 0)
            scan->unused[scan->n_unused++] = d;
    }
    for (int i = 0; i < plan->n_lines; i++) {
        const struct as_line *line = &plan->line[i];
        bool clips = clip && line->padded;
        if (line->dim[0] < 0)
            continue;
        if (line->dim[1] < 0) {
            if (clips)
                return false;
            scan->single[scan->n_single++] = line->dim[0];
            continue;
        }
        if (clips && !(scan->table[line->dim[0]].alone && scan->table[line->dim[1]].alone))
            return false;
        scan->window_of[line->dim[0]] = scan->window_of[line->dim[1]] = scan->n_windows;
        scan->window[scan->n_windows].line = line;
        scan->window[scan->n_windows++].clip = clips;
    }
    return true;
}

bool as_quick_traffic(struct as_quick *quick, int tensor, int outer, int level, struct as_traffic *traffic)
{
    const struct as_model *model = quick->model;
    struct as_quick_words *words = &quick->words[level][tensor];
    struct scan scan = {.quick = quick, .table = quick->table[level], .level = level, .holds = true};
    if (!list_factors(&scan, &model->tensor[tensor], outer == 0 && !model->accel.padding_stored))
        return false;
    for (int i = 0; i < scan.n_windows; i++)
        if (!sum_window(&scan, &scan.window[i]))
            return false;
    struct product at = product_of(&scan);
    int64_t all = at.all, all_held = 0;
    traffic->outer = outer;
    traffic->level = level;
    traffic->n = quick->nest->n_temporal[level];
    traffic->reads = at.taken;
    traffic->copies = at.copies;
    for (int j = traffic->n - 1; j >= 0; j--) {
        const struct as_temporal *loop = &quick->nest->temporal[j];
        if (!set_state(&scan, loop->dim, loop->cut, true))
            return false;
        at = product_of(&scan);
        if (scan.holds) {
            traffic->reads -= at.held;
            traffic->copies -= at.held_copies;
            all_held += at.all_held;
        } else {
            at.held = at.all_held = 0;
        }
        words->down[j + 1] = (double)(at.all - at.all_held);
        words->up[j + 1] = (double)(at.left - at.all_held);
        if (!set_state(&scan, loop->dim, loop->cut, false))
            return false;
        /* A dim that alone makes an axis lets go of everything whatever advances outside. */
        if (scan.window_of[loop->dim] < 0 && as_uses(&model->tensor[tensor], loop->dim) &&
            sums_of(&scan, loop->dim)->held == 0)
            scan.holds = false;
    }
    at = product_of(&scan);
    words->down[0] = (double)at.all;
    words->up[0] = (double)at.left;
    /* Padding that is not read is spread evenly. */
    if (outer == 0 && traffic->reads != all - all_held) {
        double stored = (double)traffic->reads / (double)(all - all_held);
        for (int j = 0; j <= traffic->n; j++)
            words->down[j] *= stored;
    }
    return true;
}
