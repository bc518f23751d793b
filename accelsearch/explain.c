/* explain: the closed form's sums, loop by loop. */
#include "accelsearch/model.h"

static struct as_cause cause_of(const struct as_explanation *of, const struct as_model *model,
    const struct as_temporal *loop, const struct as_move *move)
{
    bool leaves = of->tensor == model->problem.output;
    return (struct as_cause){
        .dim = loop->dim,
        .level = loop->level,
        .advances = move->steps,
        .words = leaves ? move->left : move->taken,
        .indexes = as_uses(&model->tensor[of->tensor], loop->dim),
    };
}

enum naas_status as_explain(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, int tensor, int level, struct as_explanation *explanation)
{
    struct as_model model;
    struct as_nest nest;
    struct as_traffic traffic;
    as_model_init(&model, problem, accel);
    int outer = as_outer_level(mapping, tensor, level);
    if (!as_nest_build(&model, mapping, &nest) ||
        !as_traffic(&model, &nest, tensor, outer, level, true, &traffic))
        return NAAS_UNSUPPORTED;
    *explanation = (struct as_explanation){.tensor = tensor, .outer = outer, .level = level};
    explanation->words = explanation->rest = traffic.reads;
    for (int j = 0; j < traffic.n; j++) {
        struct as_cause cause = cause_of(explanation, &model, &nest.temporal[j], &traffic.step[j]);
        explanation->rest -= cause.words;
        explanation->cause[explanation->n++] = cause;
    }
    return NAAS_OK;
}

enum naas_status as_waits(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, double cycles[AS_MAX_LEVELS])
{
    struct as_accel fast = *accel;
    double inside = 0;
    for (int l = 0; l < accel->n_levels; l++)
        fast.level[l].n_ports = 0;
    for (int l = accel->n_levels - 1; l >= 0; l--) {
        struct as_cost cost;
        fast.level[l].n_ports = accel->level[l].n_ports;
        enum naas_status status = as_evaluate(problem, &fast, mapping, &cost);
        if (status != NAAS_OK)
            return status;
        cycles[l] = cost.cycles - inside;
        inside = cost.cycles;
    }
    return NAAS_OK;
}

double as_port_words(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct as_cost *cost, int level, int port)
{
    const struct as_port *at = &accel->level[level].port[port];
    double words = 0;
    for (int t = 0; t < problem->n_tensors; t++) {
        int inner = level + 1;
        while (inner < accel->n_levels - 1 && !as_keeps(mapping, inner, t))
            inner++;
        const struct as_counts *count = &cost->count[as_outer_level(mapping, t, inner)][t];
        words += at->down & problem->tensor[t].role ? (double)count->reads : 0;
        words += at->up & problem->tensor[t].role ? (double)count->updates : 0;
    }
    return words;
}
