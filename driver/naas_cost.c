#include "driver/naas.h"
#include <inttypes.h>

/* ---- text ---- */

static void print_counts(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct as_cost *cost)
{
    naas_buf_printf(out, "%-10s %-12s %14s %14s %14s %14s %14s\n", "level", "tensor", "reads", "fills",
        "drains", "updates", "energy (uJ)");
    for (int l = 0; l < accel->n_levels; l++)
        for (int t = 0; t < problem->n_tensors; t++) {
            const struct as_counts *count = &cost->count[l][t];
            if (l > 0 && !(mapping->level[l].keeps >> t & 1))
                continue;
            naas_buf_printf(out,
                "%-10s %-12s %14" PRId64 " %14" PRId64 " %14" PRId64 " %14" PRId64 " %14.3f\n",
                accel->level[l].name, problem->tensor[t].name, count->reads, count->fills, count->drains,
                count->updates, cost->level_pj[l][t] * 1e-6);
        }
}

static void print_energy(struct naas_buf *out, const struct as_cost *cost)
{
    const struct {
        const char *name;
        double pj;
    } parts[] = {{"MACs", cost->mac_pj}, {"networks", cost->noc_pj}, {"leakage", cost->leakage_pj},
        {"finish", cost->finish_pj}, {"in all", cost->energy_pj}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        naas_buf_printf(out, "energy of %-10s %14.3f uJ  %5.1f %%\n", parts[i].name, parts[i].pj * 1e-6,
            cost->energy_pj > 0 ? 100 * parts[i].pj / cost->energy_pj : 0.0);
}

void naas_cost_print(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct as_cost *cost)
{
    print_counts(out, problem, accel, mapping, cost);
    naas_buf_puts(out, "\n");
    print_energy(out, cost);
    naas_buf_printf(out, "MACs %" PRId64 ", cycles %.0f, utilisation %.1f %%, bound by ", cost->macs,
        cost->cycles, 100 * cost->utilisation);
    if (cost->bound == AS_BOUND_COMPUTE)
        naas_buf_puts(out, "compute\n");
    else
        naas_buf_printf(out, "the ports of %s\n", accel->level[cost->bound_level].name);
    naas_buf_printf(out, "area %.4g mm2, EDP %.6g pJ x cycles\n", cost->area_um2 * 1e-6, cost->edp);
}

/* ---- JSON ---- */

static void counts_json(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_cost *cost)
{
    naas_buf_puts(out, "  \"levels\": [");
    for (int l = 0; l < accel->n_levels; l++) {
        naas_buf_printf(out,
            "%s\n    {\"name\": \"%s\", \"deliveries\": %" PRId64 ", \"adds\": %" PRId64 ", \"tensors\": [",
            l ? "," : "", accel->level[l].name, cost->deliveries[l], cost->adds[l]);
        for (int t = 0; t < problem->n_tensors; t++) {
            const struct as_counts *count = &cost->count[l][t];
            naas_buf_printf(out,
                "%s\n      {\"name\": \"%s\", \"reads\": %" PRId64 ", \"fills\": %" PRId64
                ", \"drains\": %" PRId64 ", \"updates\": %" PRId64 ", \"pj\": %.17g}",
                t ? "," : "", problem->tensor[t].name, count->reads, count->fills, count->drains,
                count->updates, cost->level_pj[l][t]);
        }
        naas_buf_puts(out, "]}");
    }
    naas_buf_puts(out, "\n  ],\n");
}

void naas_cost_json(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_cost *cost)
{
    naas_buf_printf(out,
        "{\n  \"format\": 1,\n  \"kind\": \"cost\",\n  \"problem\": \"%s\",\n  \"accelerator\": \"%s\",\n",
        problem->name, accel->name);
    counts_json(out, problem, accel, cost);
    naas_buf_printf(out, "  \"macs\": %" PRId64 ",\n  \"cycles\": %.17g,\n  \"utilisation\": %.17g,\n",
        cost->macs, cost->cycles, cost->utilisation);
    naas_buf_printf(out, "  \"bound\": \"%s\",\n",
        cost->bound == AS_BOUND_COMPUTE ? "compute" : accel->level[cost->bound_level].name);
    naas_buf_printf(out,
        "  \"mac_pj\": %.17g,\n  \"noc_pj\": %.17g,\n  \"leakage_pj\": %.17g,\n  \"finish_pj\": %.17g,\n",
        cost->mac_pj, cost->noc_pj, cost->leakage_pj, cost->finish_pj);
    naas_buf_printf(out, "  \"energy_pj\": %.17g,\n  \"area_um2\": %.17g,\n  \"edp\": %.17g\n}\n",
        cost->energy_pj, cost->area_um2, cost->edp);
}
