/*
 * naas eval --explain: which loop makes what move, and what keeps each part of the accelerator busy. For each
 * tensor and each level that keeps it, the words that enter (of the output: leave) are split over the loops
 * whose advance causes them, with the part of the run's cycles in which a port carries them:
 *
 *     in: DRAM -> L2, 950272 words; L2 spends 21.2 % of the energy on it
 *            237568   6.1 %  at the start
 *            712704  18.4 %  3 x k_L2 advances: the loops inside it start over
 */
#include "driver/naas.h"
#include "support/json.h"
#include <inttypes.h>
#include <math.h>

struct view {
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_mapping *mapping;
    const struct as_cost *cost;
};

/* k_L2: the loop over tiles of k that L2 holds. */
static const char *loop_name(struct naas_ctx *ctx, const struct view *view, const struct as_cause *cause)
{
    return naas_format(
        ctx, "%s_%s", view->problem->dim[cause->dim].name, view->accel->level[cause->level + 1].name);
}

/* Share of the accelerator's time in which the port carries its words. */
static double port_busy(const struct view *view, int level, int port, double *words)
{
    double rate = view->accel->level[level].port[port].words_per_cycle;
    *words = as_port_words(view->problem, view->accel, view->mapping, view->cost, level, port);
    return *words / (rate * (double)as_instances(view->accel, level) * view->cost->cycles);
}

/* Share of the time in which a port carries a word of a move (back: one that comes back): the slowest port on
 * its way, which leads past the levels that do not keep the tensor. 0: all are unlimited. */
static double word_busy(const struct view *view, const struct as_explanation *move, bool back)
{
    bool up = (move->tensor == view->problem->output) != back;
    unsigned role = view->problem->tensor[move->tensor].role;
    double slowest = 0;
    for (int l = move->outer; l < move->level; l++)
        for (int p = 0; p < view->accel->level[l].n_ports; p++) {
            const struct as_port *port = &view->accel->level[l].port[p];
            double rate = port->words_per_cycle * (double)as_instances(view->accel, l);
            if (((up ? port->up : port->down) & role) && rate > 0)
                slowest = fmax(slowest, 1 / (rate * view->cost->cycles));
        }
    return slowest;
}

/* ---- text ---- */

static void print_words(struct naas_buf *out, int64_t words, double busy)
{
    naas_buf_printf(out, "    %14" PRId64 "  %5.1f %%  ", words, 100 * busy * (double)words);
}

static void print_cause(
    struct naas_buf *out, const struct view *view, const struct as_cause *cause, double busy)
{
    const char *why = cause->words == 0 ? "all is there"
                      : cause->indexes  ? "it goes on to other elements"
                                        : "the loops inside it start over";
    if (cause->advances == 0)
        return;
    print_words(out, cause->words, busy);
    naas_buf_printf(
        out, "%" PRId64 " x %s advances: %s\n", cause->advances, loop_name(out->ctx, view, cause), why);
}

static void print_moves(
    struct naas_buf *out, const struct view *view, const struct as_explanation *explanation)
{
    int t = explanation->tensor, outer = explanation->outer, level = explanation->level;
    bool leaves = t == view->problem->output;
    naas_buf_printf(out, "%s: %s -> %s, %" PRId64 " words; %s spends %.1f %% of the energy on it\n",
        view->problem->tensor[t].name, view->accel->level[leaves ? level : outer].name,
        view->accel->level[leaves ? outer : level].name, explanation->words, view->accel->level[level].name,
        100 * view->cost->level_pj[level][t] / view->cost->energy_pj);
    double busy = word_busy(view, explanation, false);
    print_words(out, explanation->rest, busy);
    naas_buf_printf(out, "at the %s\n", leaves ? "end" : "start");
    for (int i = 0; i < explanation->n; i++)
        print_cause(out, view, &explanation->cause[i], busy);
    if (!leaves || view->cost->count[outer][t].reads == 0)
        return;
    print_words(out, view->cost->count[outer][t].reads, word_busy(view, explanation, true));
    naas_buf_puts(out, "of these are unfinished and come back\n");
}

static void print_ports(struct naas_buf *out, const struct view *view, int level)
{
    for (int p = 0; p < view->accel->level[level].n_ports; p++) {
        const struct as_port *port = &view->accel->level[level].port[p];
        double words, busy = port_busy(view, level, p, &words);
        if (port->words_per_cycle > 0)
            naas_buf_printf(out, "%-24s busy %5.1f %% of the cycles: %.0f words, %g a cycle\n",
                naas_format(out->ctx, "port %s of %s", port->name, view->accel->level[level].name),
                100 * busy, words, port->words_per_cycle * (double)as_instances(view->accel, level));
    }
}

static void print_time(struct naas_buf *out, const struct view *view)
{
    int last = view->accel->n_levels - 1;
    double cycles[AS_MAX_LEVELS];
    if (as_waits(view->problem, view->accel, view->mapping, cycles) == NAAS_OK) {
        naas_buf_printf(out, "%-24s %14.0f cycles, %5.1f %%\n", "computing", cycles[last],
            100 * cycles[last] / view->cost->cycles);
        for (int l = last - 1; l >= 0; l--)
            naas_buf_printf(out, "%-24s %14.0f cycles, %5.1f %%: what its ports add to that\n",
                naas_format(out->ctx, "waiting for %s", view->accel->level[l].name), cycles[l],
                100 * cycles[l] / view->cost->cycles);
        naas_buf_puts(out, "\n");
    }
    for (int l = 0; l < last; l++)
        print_ports(out, view, l);
    naas_buf_printf(out, "%-24s busy %5.1f %% of the cycles: %" PRId64 " MACs, %.0f a cycle at most\n",
        "MACs", 100 * view->cost->utilisation, view->cost->macs,
        (double)as_instances(view->accel, last) * view->accel->macs_per_cycle);
}

/* ---- JSON ---- */

static void json_moves(
    struct naas_buf *out, const struct view *view, const struct as_explanation *explanation)
{
    naas_buf_puts(out, "{\"tensor\": ");
    json_write_string(out, view->problem->tensor[explanation->tensor].name);
    naas_buf_puts(out, ", \"outer\": ");
    json_write_string(out, view->accel->level[explanation->outer].name);
    naas_buf_puts(out, ", \"level\": ");
    json_write_string(out, view->accel->level[explanation->level].name);
    naas_buf_printf(out, ", \"words\": %" PRId64 ", \"rest\": %" PRId64 ", \"causes\": [", explanation->words,
        explanation->rest);
    double busy = word_busy(view, explanation, false);
    for (int i = 0; i < explanation->n; i++) {
        const struct as_cause *cause = &explanation->cause[i];
        naas_buf_puts(out, i ? ", {\"loop\": " : "{\"loop\": ");
        json_write_string(out, loop_name(out->ctx, view, cause));
        naas_buf_printf(out, ", \"advances\": %" PRId64 ", \"words\": %" PRId64 ", \"busy\": %.17g}",
            cause->advances, cause->words, busy * (double)cause->words);
    }
    naas_buf_puts(out, "]}");
}

static void json_time(struct naas_buf *out, const struct view *view)
{
    bool first = true;
    naas_buf_puts(out, "\"ports\": [");
    for (int l = 0; l < view->accel->n_levels - 1; l++)
        for (int p = 0; p < view->accel->level[l].n_ports; p++) {
            const struct as_port *port = &view->accel->level[l].port[p];
            double words, busy = port_busy(view, l, p, &words);
            if (port->words_per_cycle <= 0)
                continue;
            naas_buf_puts(out, first ? "\n    {\"level\": " : ",\n    {\"level\": ");
            json_write_string(out, view->accel->level[l].name);
            naas_buf_puts(out, ", \"name\": ");
            json_write_string(out, port->name);
            naas_buf_printf(out, ", \"words\": %.17g, \"busy\": %.17g}", words, busy);
            first = false;
        }
    naas_buf_puts(out, "],\n  \"waits\": [");
    double cycles[AS_MAX_LEVELS];
    int n = view->accel->n_levels;
    if (as_waits(view->problem, view->accel, view->mapping, cycles) != NAAS_OK)
        n = 0;
    for (int l = 0; l < n; l++) {
        naas_buf_puts(out, l ? ", {\"level\": " : "{\"level\": ");
        json_write_string(out, view->accel->level[l].name);
        naas_buf_printf(out, ", \"cycles\": %.17g}", cycles[l]);
    }
    naas_buf_puts(out, "]");
}

/* ---- both ---- */

/* Every tensor at every level that keeps it. */
static enum naas_status explain_all(struct naas_buf *out, const struct view *view, bool json)
{
    const char *between = "\n    ";
    for (int l = 1; l < view->accel->n_levels; l++)
        for (int t = 0; t < view->problem->n_tensors; t++) {
            struct as_explanation explanation;
            if (!(view->mapping->level[l].keeps >> t & 1))
                continue;
            enum naas_status status =
                as_explain(view->problem, view->accel, view->mapping, t, l, &explanation);
            if (status != NAAS_OK)
                return status;
            naas_buf_puts(out, json ? between : "\n");
            (json ? json_moves : print_moves)(out, view, &explanation);
            between = ",\n    ";
        }
    return NAAS_OK;
}

enum naas_status naas_explain(struct naas_buf *out, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct as_cost *cost)
{
    struct view view = {problem, accel, mapping, cost};
    as_mapping_print(out, problem, accel, mapping);
    enum naas_status status = explain_all(out, &view, false);
    naas_buf_puts(out, "\n");
    print_time(out, &view);
    naas_buf_puts(out, "\n");
    return status;
}

enum naas_status naas_explain_json(struct naas_buf *out, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct as_cost *cost)
{
    struct view view = {problem, accel, mapping, cost};
    naas_buf_puts(out, "{\n  \"format\": 1,\n  \"kind\": \"explanation\",\n  \"cost\": ");
    naas_cost_json(out, problem, accel, cost);
    naas_buf_puts(out, "  ,\n  \"moves\": [");
    enum naas_status status = explain_all(out, &view, true);
    naas_buf_puts(out, "],\n  ");
    json_time(out, &view);
    naas_buf_puts(out, "\n}\n");
    return status;
}
