/*
 * naas eval --explain: which loop makes what move, and what keeps each part of the accelerator busy. For each
 * tensor and each level that keeps it, the words that enter (of the output: leave) are split over the loops
 * whose advance causes them:
 *
 *     in: DRAM -> L2, 950272 words, 21.2 % of the energy
 *            237568  at the start
 *            712704  3 x k_L2 advances: the inner loops start over
 */
#include "accelsearch/model.h"
#include "driver/naas.h"
#include <inttypes.h>

struct view {
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_mapping *mapping;
    const struct as_cost *cost;
    struct as_model model;
    struct as_nest nest;
};

/* k_L2: the loop over tiles of k that L2 holds. */
static const char *loop_name(struct naas_ctx *ctx, const struct view *view, int j)
{
    const struct as_temporal *loop = &view->nest.temporal[j];
    return naas_format(
        ctx, "%s_%s", view->problem->dim[loop->dim].name, view->accel->level[loop->level + 1].name);
}

static const char *reason(const struct view *view, int tensor, int j)
{
    bool indexes = as_uses(&view->model.tensor[tensor], view->nest.temporal[j].dim);
    return indexes ? "it goes on to other elements" : "the loops inside it start over";
}

/* Words of the inputs are taken, words of the output leave; what no advance explains happens at the start or
 * at the end. */
static void explain_moves(
    struct naas_buf *out, const struct view *view, int tensor, const struct as_traffic *traffic)
{
    bool leaves = tensor == view->problem->output;
    int64_t rest = leaves ? view->cost->count[traffic->outer][tensor].updates : traffic->reads;
    for (int j = 0; j < traffic->n; j++)
        rest -= leaves ? traffic->step[j].left : traffic->step[j].taken;
    naas_buf_printf(out, "    %14" PRId64 "  at the %s\n", rest, leaves ? "end" : "start");
    for (int j = 0; j < traffic->n; j++) {
        const struct as_move *move = &traffic->step[j];
        int64_t words = leaves ? move->left : move->taken;
        if (words > 0)
            naas_buf_printf(out, "    %14" PRId64 "  %" PRId64 " x %s advances: %s\n", words, move->steps,
                loop_name(out->ctx, view, j), reason(view, tensor, j));
        else if (move->steps > 0)
            naas_buf_printf(out, "    %14d  %" PRId64 " x %s advances: all is there\n", 0, move->steps,
                loop_name(out->ctx, view, j));
    }
}

static bool explain_level(struct naas_buf *out, const struct view *view, int level)
{
    for (int t = 0; t < view->problem->n_tensors; t++) {
        struct as_traffic traffic;
        if (!as_keeps(view->mapping, level, t))
            continue;
        int outer = as_outer_level(view->mapping, t, level);
        if (!as_traffic(&view->model, &view->nest, t, outer, level, true, &traffic))
            return false;
        bool leaves = t == view->problem->output;
        const struct as_counts *count = &view->cost->count[outer][t];
        naas_buf_printf(out, "%s: %s -> %s, %" PRId64 " words; %s spends %.1f %% of the energy on it\n",
            view->problem->tensor[t].name, view->accel->level[leaves ? level : outer].name,
            view->accel->level[leaves ? outer : level].name, leaves ? count->updates : count->reads,
            view->accel->level[level].name, 100 * view->cost->level_pj[level][t] / view->cost->energy_pj);
        explain_moves(out, view, t, &traffic);
        if (leaves && count->reads > 0)
            naas_buf_printf(out, "    %14" PRId64 "  of these are unfinished and come back\n", count->reads);
    }
    return true;
}

/* Busy cycles of a port: the words that it carries, of the tensors whose way leads over it. */
static void explain_port(struct naas_buf *out, const struct view *view, int level, const struct as_port *port)
{
    double words = 0;
    for (int t = 0; t < view->problem->n_tensors; t++) {
        int inner = level + 1, outer;
        while (inner < view->accel->n_levels - 1 && !as_keeps(view->mapping, inner, t))
            inner++;
        outer = as_outer_level(view->mapping, t, inner);
        if (port->down & view->problem->tensor[t].role)
            words += (double)view->cost->count[outer][t].reads;
        if (port->up & view->problem->tensor[t].role)
            words += (double)view->cost->count[outer][t].updates;
    }
    double instances = (double)as_instances(view->accel, level);
    if (port->words_per_cycle > 0)
        naas_buf_printf(out, "%-24s busy %5.1f %% of the cycles: %.0f words, %g a cycle\n",
            naas_format(out->ctx, "port %s of %s", port->name, view->accel->level[level].name),
            100 * words / (port->words_per_cycle * instances * view->cost->cycles), words,
            port->words_per_cycle * instances);
}

static void explain_time(struct naas_buf *out, const struct view *view)
{
    for (int l = 0; l < view->accel->n_levels - 1; l++)
        for (int p = 0; p < view->accel->level[l].n_ports; p++)
            explain_port(out, view, l, &view->accel->level[l].port[p]);
    naas_buf_printf(out, "%-24s busy %5.1f %% of the cycles: %" PRId64 " MACs, %.0f a cycle at most\n",
        "MACs", 100 * view->cost->utilisation, view->cost->macs,
        (double)as_instances(view->accel, view->accel->n_levels - 1) * view->accel->macs_per_cycle);
}

enum naas_status naas_explain(struct naas_buf *out, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct as_cost *cost)
{
    struct view view = {.problem = problem, .accel = accel, .mapping = mapping, .cost = cost};
    as_model_init(&view.model, problem, accel);
    if (!as_nest_build(&view.model, mapping, &view.nest))
        return NAAS_UNSUPPORTED;
    as_mapping_print(out, problem, accel, mapping);
    for (int l = 1; l < accel->n_levels; l++) {
        naas_buf_puts(out, "\n");
        if (!explain_level(out, &view, l))
            return NAAS_UNSUPPORTED;
    }
    naas_buf_puts(out, "\n");
    explain_time(out, &view);
    naas_buf_puts(out, "\n");
    return NAAS_OK;
}
