#include "accelsearch/model.h"
#include "accelsearch/cost_general.h"
#include "accelsearch/energy.h"
#include "accelsearch/even.h"
#include "accelsearch/lanes.h"
#include "accelsearch/latency.h"
#include "accelsearch/quick.h"
#include "accelsearch/timeloop.h"
#include "support/number.h"
#include <math.h>
#include <string.h>

/* The terms whose dim has more than one value, that of the larger extent first; one if there is none. */
static int list_terms(const struct as_problem *problem, const struct as_axis *axis, struct as_term term[2])
{
    int n = 0;
    for (int i = 0; i < axis->n_terms; i++) {
        int64_t extent = problem->dim[axis->term[i].dim].extent;
        if (n == 0 || extent > 1)
            term[n++] = axis->term[i];
        if (n == 2 && extent > problem->dim[term[0].dim].extent) {
            term[1] = term[0];
            term[0] = axis->term[i];
        }
    }
    return n == 2 && problem->dim[term[1].dim].extent == 1 ? 1 : n;
}

static struct as_line line_of(const struct as_problem *problem, const struct as_axis *axis)
{
    struct as_line line = {.dim = {-1, -1}, .a = 1, .b = 1};
    int64_t coef[2] = {0, 0}, count[2] = {1, 1};
    struct as_term term[2];
    int n_terms = list_terms(problem, axis, term);
    for (int i = 0; i < n_terms; i++) {
        line.dim[i] = term[i].dim;
        coef[i] = term[i].coef;
        count[i] = problem->dim[line.dim[i]].extent;
    }
    int64_t g = n_terms ? gcd(coef[0], coef[1]) : 1;
    if (n_terms == 2) {
        line.a = coef[0] / g;
        line.b = coef[1] / g;
    }
    line.low = -floor_div(axis->offset, g);
    line.high = floor_div(axis->extent - 1 - axis->offset, g);
    int64_t last = line.a * (count[0] - 1) + (n_terms == 2 ? line.b * (count[1] - 1) : 0);
    line.padded = line.low > 0 || line.high < last;
    return line;
}

static void plan_tensor(
    const struct as_problem *problem, const struct as_tensor *tensor, struct as_tensor_plan *plan)
{
    *plan = (struct as_tensor_plan){.role = tensor->role, .n_lines = tensor->rank};
    for (int d = 0; d < AS_MAX_DIMS; d++)
        plan->window_of[d] = -1;
    for (int i = 0; i < tensor->rank; i++) {
        struct as_line *line = &plan->line[i];
        *line = line_of(problem, &tensor->axis[i]);
        if (line->dim[1] >= 0) {
            plan->window_of[line->dim[0]] = 2 * plan->n_windows;
            plan->window_of[line->dim[1]] = 2 * plan->n_windows + 1;
            plan->window[plan->n_windows++] = i;
        }
        if (line->dim[1] < 0 && line->dim[0] >= 0) {
            plan->single[plan->n_singles++] = line->dim[0];
            plan->padded_single = plan->padded_single || line->padded;
        }
        for (int k = 0; k < tensor->axis[i].n_terms; k++)
            plan->dims |= 1u << tensor->axis[i].term[k].dim;
    }
    plan->touched = 1;
    for (int d = 0; d < problem->n_dims; d++)
        plan->touched *= as_uses(plan, d) ? problem->dim[d].extent : 1;
}

void as_model_init(struct as_model *model, const struct as_problem *problem, const struct as_accel *accel)
{
    memset(model, 0, sizeof *model);
    model->problem = *problem;
    model->accel = *accel;
    model->macs = 1;
    model->covered = true;
    for (int d = 0; d < problem->n_dims; d++)
        model->macs *= problem->dim[d].extent;
    for (int t = 0; t < problem->n_tensors; t++) {
        struct as_tensor_plan *plan = &model->tensor[t];
        plan_tensor(problem, &problem->tensor[t], plan);
        for (int i = 0; i < plan->n_windows; i++)
            plan->line[plan->window[i]].window = model->n_windows++;
    }
    const struct as_tensor_plan *output = &model->tensor[problem->output];
    for (int i = 0; i < output->n_lines; i++)
        model->covered = model->covered && output->line[i].dim[1] < 0;
    int64_t instances = 1;
    for (int l = 0; l < accel->n_levels; l++) {
        model->instances[l] = instances;
        model->area_um2 += (double)instances * accel->level[l].area_um2;
        for (int x = 0; x < accel->level[l].n_axes; x++)
            instances *= accel->level[l].axis[x].size;
    }
    model->area_um2 +=
        (double)model->instances[accel->n_levels - 1] * accel->macs_per_cycle * accel->mac_area_um2;
    as_lanes_prepare(model);
}

/* ---- the nest ---- */

static bool add_loop(const struct as_loop *loop, int level, struct as_nest *nest, int *n_temporal)
{
    struct as_chain *chain = &nest->chain[loop->dim];
    int n = chain->n;
    int64_t around = n ? chain->cut[n - 1].tile : chain->extent;
    if (loop->tile >= around)
        return true;
    if (n == AS_MAX_CUTS || *n_temporal == AS_MAX_TEMPORAL)
        return false;
    struct as_cut *cut = &chain->cut[n];
    cut->tile = loop->tile;
    cut->level = level;
    cut->spatial = loop->axis >= 0;
    if (!cut->spatial) {
        struct as_temporal *temporal = &nest->temporal[(*n_temporal)++];
        temporal->dim = loop->dim;
        temporal->cut = n;
        temporal->level = level;
        chain->n_outside += chain->n_outside == n;
    }
    chain->n = n + 1;
    chain->n_plain += chain->n_plain == n && (cut->spatial || chain->n_outside == n + 1);
    return true;
}

bool as_nest_build(const struct as_model *model, const struct as_mapping *mapping, struct as_nest *nest)
{
    int n_dims = model->problem.n_dims, n_temporal = 0;
    for (int d = 0; d < n_dims; d++) {
        nest->chain[d].extent = model->problem.dim[d].extent;
        nest->chain[d].n = nest->chain[d].n_outside = nest->chain[d].n_plain = 0;
    }
    for (int l = 0; l < mapping->n_levels; l++) {
        nest->n_temporal[l] = n_temporal;
        for (int d = 0; d < n_dims; d++)
            nest->n_cuts[l][d] = nest->chain[d].n;
        if (l == mapping->n_levels - 1)
            break;
        for (int i = 0; i < mapping->level[l].n_loops; i++)
            if (!add_loop(&mapping->level[l].loop[i], l, nest, &n_temporal))
                return false;
    }
    return true;
}

/* ---- traffic of a tensor across a boundary ---- */

/* A factor of the tensor's counts: an axis, or a dim that its subscripts do not use (line NULL). */
struct factor {
    const struct as_line *line;
    int dim[2];
    struct as_sums sums;
};

struct scan {
    const struct as_nest *nest;
    int outer, level;
    bool clip;
    struct as_state state[AS_MAX_DIMS];
    int n_factors;
    struct factor factor[AS_MAX_DIMS + AS_MAX_RANK];
    int factor_of[AS_MAX_DIMS];
};

static void add_factor(struct scan *scan, const struct as_line *line, int dim, int second)
{
    struct factor *factor = &scan->factor[scan->n_factors];
    factor->line = line;
    factor->dim[0] = dim;
    factor->dim[1] = second;
    scan->factor_of[dim] = scan->n_factors;
    if (second >= 0)
        scan->factor_of[second] = scan->n_factors;
    scan->n_factors++;
}

static void list_factors(struct scan *scan, const struct as_model *model, const struct as_tensor_plan *plan)
{
    scan->n_factors = 0;
    for (int d = 0; d < model->problem.n_dims; d++)
        if (!as_uses(plan, d) && scan->nest->n_cuts[scan->level][d] > 0)
            add_factor(scan, NULL, d, -1);
    for (int i = 0; i < plan->n_lines; i++)
        if (plan->line[i].dim[0] >= 0)
            add_factor(scan, &plan->line[i], plan->line[i].dim[0], plan->line[i].dim[1]);
}

static struct as_view view_of(const struct scan *scan, int dim)
{
    return (struct as_view){&scan->nest->chain[dim], scan->nest->n_cuts[scan->level][dim], scan->outer};
}

/* Brings a factor up to date with the states of its dims. */
static bool sum_factor(struct scan *scan, struct factor *factor)
{
    int d = factor->dim[0], second = factor->dim[1] < 0 ? d : factor->dim[1];
    if (!factor->line)
        return as_sum_steps(view_of(scan, d), scan->state[d], &factor->sums);
    struct as_view view[2] = {view_of(scan, d), view_of(scan, second)};
    struct as_state state[2] = {scan->state[d], scan->state[second]};
    return as_sum_line(factor->line, scan->clip, view, state, &factor->sums);
}

static struct as_sums product_of(const struct scan *scan)
{
    struct as_sums product = {1, 1, 1, 1, 1, 1};
    for (int i = 0; i < scan->n_factors; i++) {
        const struct as_sums *sums = &scan->factor[i].sums;
        product.steps *= sums->steps;
        product.taken *= sums->taken;
        product.held *= sums->held;
        product.left *= sums->left;
        product.copies *= sums->copies;
        product.held_copies *= sums->held_copies;
    }
    return product;
}

static bool set_state(struct scan *scan, int dim, int k, bool advances)
{
    scan->state[dim] = (struct as_state){k, advances};
    return sum_factor(scan, &scan->factor[scan->factor_of[dim]]);
}

/* Nothing is held on to from here on outwards: the dim alone makes an axis, whose tiles go away whatever
 * advances. */
static bool lets_go(const struct scan *scan, int dim)
{
    const struct factor *factor = &scan->factor[scan->factor_of[dim]];
    return factor->dim[1] < 0 && factor->sums.held == 0 && factor->sums.held_copies == 0;
}

bool as_traffic(const struct as_model *model, const struct as_nest *nest, int tensor, int outer, int level,
    bool every_loop, struct as_traffic *traffic)
{
    struct scan scan = {.nest = nest, .outer = outer, .level = level};
    scan.clip = outer == 0 && !model->accel.padding_stored;
    list_factors(&scan, model, &model->tensor[tensor]);
    for (int d = 0; d < model->problem.n_dims; d++)
        scan.state[d] = (struct as_state){nest->n_cuts[level][d], false};
    for (int i = 0; i < scan.n_factors; i++)
        if (!sum_factor(&scan, &scan.factor[i]))
            return false;
    struct as_sums at = product_of(&scan);
    traffic->outer = outer;
    traffic->level = level;
    traffic->n = nest->n_temporal[level];
    traffic->reads = at.taken;
    traffic->copies = at.copies;
    for (int j = traffic->n - 1; j >= 0; j--) {
        const struct as_temporal *loop = &nest->temporal[j];
        if (!set_state(&scan, loop->dim, loop->cut, true))
            return false;
        at = product_of(&scan);
        traffic->reads -= at.held;
        traffic->copies -= at.held_copies;
        traffic->step[j] = (struct as_move){at.steps, at.taken - at.held, at.left - at.held};
        if (!set_state(&scan, loop->dim, loop->cut, false))
            return false;
        if (!every_loop && lets_go(&scan, loop->dim))
            break;
    }
    return true;
}

/* ---- counts ---- */

/* The nearest outer level that keeps the tensor. */
int as_outer_level(const struct as_mapping *mapping, int tensor, int level)
{
    int outer = level - 1;
    while (outer > 0 && !as_keeps(mapping, outer, tensor))
        outer--;
    return outer;
}

static bool reduces_in_space(const struct as_model *model, const struct as_nest *nest, int from, int to)
{
    const struct as_tensor_plan *output = &model->tensor[model->problem.output];
    for (int d = 0; d < model->problem.n_dims; d++)
        for (int c = nest->n_cuts[from][d]; c < nest->n_cuts[to][d] && !as_uses(output, d); c++)
            if (nest->chain[d].cut[c].spatial)
                return true;
    return false;
}

static bool lays_output_in_space(const struct as_model *model, const struct as_nest *nest, int from, int to)
{
    const struct as_tensor_plan *output = &model->tensor[model->problem.output];
    for (int d = 0; d < model->problem.n_dims; d++)
        for (int c = nest->n_cuts[from][d]; c < nest->n_cuts[to][d] && as_uses(output, d); c++)
            if (nest->chain[d].cut[c].spatial)
                return true;
    return false;
}

/* Output elements that instances of `outer` begin from the neutral element without an instance of `level`
 * taking them: an idle one below kept them since an earlier stay. That happens below instances that share a
 * reduction, but for the first of them, in steps into which a loop outside `outer` advances. */
static bool count_kept(
    const struct as_model *model, const struct as_nest *nest, int outer, int level, int64_t *kept)
{
    const struct as_tensor_plan *output = &model->tensor[model->problem.output];
    struct as_state state[AS_MAX_DIMS];
    *kept = 0;
    for (int d = 0; d < model->problem.n_dims; d++)
        state[d] = (struct as_state){nest->n_cuts[outer][d], false};
    for (int j = nest->n_temporal[outer] - 1; j >= 0; j--) {
        const struct as_temporal *loop = &nest->temporal[j];
        int64_t held = 1, by_both = 1, sharers = 1, firsts = 1;
        state[loop->dim] = (struct as_state){loop->cut, true};
        for (int d = 0; d < model->problem.n_dims; d++) {
            struct as_view view = {&nest->chain[d], nest->n_cuts[level][d], outer}, alone = view;
            struct as_stays stays;
            struct as_sums all, first;
            alone.outer = 0;
            if (!as_uses(output, d)) {
                if (!as_sum_steps(view, state[d], &all) || !as_sum_steps(alone, state[d], &first))
                    return false;
                sharers *= all.steps;
                firsts *= first.steps;
            } else {
                if (!as_general_stays(view, nest->n_cuts[outer][d], state[d], &stays))
                    return false;
                held *= stays.held;
                by_both *= stays.by_both;
            }
        }
        *kept += (held - by_both) * (sharers - firsts);
        state[loop->dim] = (struct as_state){loop->cut, false};
    }
    return true;
}

/* fills of the output: what its outer level's updates found there. An instance of that level begins each stay
 * of an element either filled with it, or with the first take from below, which finds nothing. */
static bool count_output(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, const struct as_traffic *traffic, struct as_cost *cost)
{
    int t = model->problem.output, o = traffic->outer;
    struct as_counts *outer = &cost->count[o][t], *inner = &cost->count[traffic->level][t];
    int64_t begun = model->tensor[t].touched, kept = 0;
    if (o > 0) {
        begun = outer->drains - outer->fills;
        int above = as_outer_level(mapping, t, o);
        if (reduces_in_space(model, nest, 0, o) && lays_output_in_space(model, nest, o, traffic->level)) {
            if (!count_kept(model, nest, o, traffic->level, &kept))
                return false;
            if (kept > 0 && reduces_in_space(model, nest, 0, above))
                return false;
        }
    }
    inner->drains = traffic->copies;
    outer->updates = traffic->reads;
    inner->fills = outer->reads = traffic->reads - begun + kept;
    return true;
}

/* The counts of tensor t at level l, from its traffic. */
static bool add_counts(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, int t, const struct as_traffic *move, struct as_cost *cost)
{
    int outer = move->outer, l = move->level;
    struct as_counts *above = &cost->count[outer][t], *here = &cost->count[l][t];
    if (t == model->problem.output) {
        if (!count_output(model, mapping, nest, move, cost))
            return false;
        cost->adds[outer] += here->drains - above->updates;
    } else {
        above->reads = move->reads;
        here->fills = move->copies;
    }
    cost->deliveries[outer] += here->fills;
    return true;
}

bool as_model_counts(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, bool every_loop, struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    struct as_cost *cost)
{
    for (int t = 0; t < model->problem.n_tensors; t++) {
        for (int l = 1; l < mapping->n_levels; l++) {
            if (!as_keeps(mapping, l, t))
                continue;
            struct as_traffic *move = &traffic[l][t];
            int outer = as_outer_level(mapping, t, l);
            if (!as_traffic(model, nest, t, outer, l, every_loop || as_needs_means(outer, l), move))
                return false;
            if (!add_counts(model, mapping, nest, t, move, cost))
                return false;
        }
    }
    return true;
}

static bool even_counts(
    struct as_even *even, struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS], struct as_cost *cost)
{
    const struct as_model *model = even->model;
    const struct as_mapping *mapping = even->mapping;
    for (int t = 0; t < model->problem.n_tensors; t++)
        for (int l = 1; l < mapping->n_levels; l++)
            if (as_keeps(mapping, l, t) &&
                !(as_even_traffic(even, t, as_outer_level(mapping, t, l), l, &traffic[l][t]) &&
                    add_counts(model, mapping, even->nest, t, &traffic[l][t], cost)))
                return false;
    return true;
}

static bool quick_counts(
    struct as_quick *quick, struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS], struct as_cost *cost)
{
    const struct as_model *model = quick->model;
    const struct as_mapping *mapping = quick->mapping;
    for (int t = 0; t < model->problem.n_tensors; t++)
        for (int l = 1; l < mapping->n_levels; l++)
            if (as_keeps(mapping, l, t) &&
                !(as_quick_traffic(quick, t, as_outer_level(mapping, t, l), l, &traffic[l][t]) &&
                    add_counts(model, mapping, quick->nest, t, &traffic[l][t], cost)))
                return false;
    return true;
}

bool as_model_count_level(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_quick *quick, int l, struct as_cost *cost)
{
    for (int t = 0; t < model->problem.n_tensors; t++) {
        struct as_traffic move;
        if (!as_keeps(mapping, l, t))
            continue;
        int outer = as_outer_level(mapping, t, l);
        if (!(quick && as_quick_traffic(quick, t, outer, l, &move)) &&
            !as_traffic(model, nest, t, outer, l, false, &move))
            return false;
        if (!add_counts(model, mapping, nest, t, &move, cost))
            return false;
    }
    return true;
}

void as_model_begin(const struct as_model *model, struct as_cost *cost)
{
    memset(cost, 0, sizeof *cost);
    cost->macs = model->macs;
    cost->area_um2 = model->area_um2;
}

/* The three ways, the quickest first. False: the mapping is none of its kind. */

static bool evaluate_even(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_cost *cost)
{
    struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS];
    struct as_even even;
    as_model_begin(model, cost);
    if (!as_even_init(&even, model, mapping, nest) || !even_counts(&even, traffic, cost))
        return false;
    as_even_latency(&even, cost);
    return true;
}

static bool evaluate_quickly(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_cost *cost)
{
    struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS];
    struct as_quick quick;
    as_model_begin(model, cost);
    return as_quick_init(&quick, model, mapping, nest) && quick_counts(&quick, traffic, cost) &&
           as_quick_latency(&quick, traffic, cost);
}

static bool evaluate_generally(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_cost *cost)
{
    struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS];
    as_model_begin(model, cost);
    return as_model_counts(model, mapping, nest, false, traffic, cost) &&
           as_latency(model, mapping, nest, traffic, cost);
}

bool as_model_count(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest, struct as_cost *cost)
{
    struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS];
    union {
        struct as_even even;
        struct as_quick quick;
    } way;
    if (!model->covered)
        return false;
    as_model_begin(model, cost);
    if (as_even_init(&way.even, model, mapping, nest) && even_counts(&way.even, traffic, cost))
        return true;
    as_model_begin(model, cost);
    if (as_quick_init(&way.quick, model, mapping, nest) && quick_counts(&way.quick, traffic, cost))
        return true;
    as_model_begin(model, cost);
    return as_model_counts(model, mapping, nest, false, traffic, cost);
}

enum naas_status as_model_eval_by(
    const struct as_model *model, const struct as_mapping *mapping, enum as_way way, struct as_cost *cost)
{
    static bool (*const evaluate[])(const struct as_model *, const struct as_mapping *,
        const struct as_nest *, struct as_cost *) = {evaluate_even, evaluate_quickly, evaluate_generally};
    struct as_nest nest;
    if (!model->covered || !as_nest_build(model, mapping, &nest) ||
        !evaluate[way](model, mapping, &nest, cost))
        return NAAS_UNSUPPORTED;
    as_energy(model, mapping, cost);
    return NAAS_OK;
}

/* Asks for the cache lines of a mapping's first loops and of its cost before they are needed: some thirty. */
static void fetch(int n_levels, const struct as_mapping *mapping, const struct as_cost *cost)
{
    enum { LINE = 64, FIRST_LOOPS = 4 * LINE };
    for (int l = 0; l < n_levels; l++)
        for (size_t at = 0; at < FIRST_LOOPS; at += LINE)
            __builtin_prefetch((const char *)&mapping->level[l] + at, 0);
    for (size_t at = 0; at < sizeof *cost; at += LINE)
        __builtin_prefetch((const char *)cost + at, 1);
}

enum naas_status as_model_eval(
    const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost)
{
    struct as_nest nest;
    fetch(model->accel.n_levels, mapping, cost);
    if (model->accel.accounting == AS_TIMELOOP) {
        as_model_begin(model, cost);
        as_timeloop_counts(model, mapping, cost);
        as_energy(model, mapping, cost);
        return NAAS_OK;
    }
    if (!model->covered || !as_nest_build(model, mapping, &nest) ||
        !(evaluate_even(model, mapping, &nest, cost) || evaluate_quickly(model, mapping, &nest, cost) ||
            evaluate_generally(model, mapping, &nest, cost)))
        return NAAS_UNSUPPORTED;
    as_energy(model, mapping, cost);
    return NAAS_OK;
}

int as_model_eval_batch(
    const struct as_model *model, int n, const struct as_mapping *mappings, struct as_cost *costs)
{
    int covered = 0;
    for (int i = 0; i < n; i++) {
        if (i + 1 < n)
            fetch(model->accel.n_levels, &mappings[i + 1], &costs[i + 1]);
        if (as_model_eval(model, &mappings[i], &costs[i]) == NAAS_OK)
            covered++;
        else
            costs[i] = (struct as_cost){.cycles = INFINITY, .energy_pj = INFINITY, .edp = INFINITY};
    }
    return covered;
}

enum naas_status as_evaluate(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, struct as_cost *cost)
{
    struct as_model model;
    as_model_init(&model, problem, accel);
    return as_model_eval(&model, mapping, cost);
}
