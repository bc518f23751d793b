#include "driver/naas.h"
#include "show/mapping.h"
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
    } parts[] = {{"energy of MACs", cost->mac_pj}, {"energy of networks", cost->noc_pj},
        {"energy of leakage", cost->leakage_pj}, {"energy of finishing", cost->finish_pj},
        {"energy in all", cost->energy_pj}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        naas_buf_printf(out, "%-22s %12.3f uJ  %5.1f %%\n", parts[i].name, parts[i].pj * 1e-6,
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

/* ---- CSV ---- */

void naas_cost_csv(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_cost *cost)
{
    naas_buf_puts(out, "level,tensor,reads,fills,drains,updates,energy_pj\n");
    for (int l = 0; l < accel->n_levels; l++)
        for (int t = 0; t < problem->n_tensors; t++) {
            const struct as_counts *count = &cost->count[l][t];
            show_csv_text(out, accel->level[l].name);
            naas_buf_puts(out, ",");
            show_csv_text(out, problem->tensor[t].name);
            naas_buf_printf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%.17g\n", count->reads,
                count->fills, count->drains, count->updates, cost->level_pj[l][t]);
        }
}

/* ---- networks ---- */

/* Sums over all occurrences of all layers. */
struct total {
    int64_t macs;
    double cycles, pj;
};

static struct total add_up(const struct as_network *network, const struct as_cost *cost)
{
    struct total total = {0};
    for (int i = 0; i < network->n_layers; i++) {
        total.macs += cost[i].macs * network->layers[i].count;
        total.cycles += cost[i].cycles * (double)network->layers[i].count;
        total.pj += cost[i].energy_pj * (double)network->layers[i].count;
    }
    return total;
}

void naas_network_print(struct naas_buf *out, const struct as_network *network, const struct as_cost *cost)
{
    struct total total = add_up(network, cost);
    naas_buf_printf(
        out, "%-32s %5s %14s %14s %6s %14s\n", "layer", "times", "MACs", "cycles", "util", "energy (uJ)");
    for (int i = 0; i < network->n_layers; i++)
        naas_buf_printf(out, "%-32s %5" PRId64 " %14" PRId64 " %14.0f %5.1f%% %14.3f\n",
            network->layers[i].problem.name, network->layers[i].count, cost[i].macs, cost[i].cycles,
            100 * cost[i].utilisation, cost[i].energy_pj * 1e-6);
    naas_buf_printf(out, "%-32s %5s %14" PRId64 " %14.0f %6s %14.3f\n", "in all", "", total.macs,
        total.cycles, "", total.pj * 1e-6);
    naas_buf_printf(out, "EDP %.6g pJ x cycles\n", total.pj * total.cycles);
}

void naas_network_csv(struct naas_buf *out, const struct as_network *network, const struct as_cost *cost)
{
    naas_buf_puts(out, "layer,count,macs,cycles,utilisation,energy_pj,edp\n");
    for (int i = 0; i < network->n_layers; i++) {
        show_csv_text(out, network->layers[i].problem.name);
        naas_buf_printf(out, ",%" PRId64 ",%" PRId64 ",%.17g,%.17g,%.17g,%.17g\n", network->layers[i].count,
            cost[i].macs, cost[i].cycles, cost[i].utilisation, cost[i].energy_pj, cost[i].edp);
    }
}

void naas_network_json(struct naas_buf *out, const struct as_network *network, const struct as_accel *accel,
    const struct as_cost *cost, const struct as_map_result *proof)
{
    struct total total = add_up(network, cost);
    naas_buf_printf(out,
        "{\n  \"format\": 1,\n  \"kind\": \"network-cost\",\n  \"accelerator\": \"%s\",\n  \"layers\": [",
        accel->name);
    for (int i = 0; i < network->n_layers; i++) {
        naas_buf_printf(out,
            "%s\n    {\"name\": \"%s\", \"count\": %" PRId64 ", \"macs\": %" PRId64
            ", \"cycles\": %.17g, \"utilisation\": %.17g, \"energy_pj\": %.17g",
            i ? "," : "", network->layers[i].problem.name, network->layers[i].count, cost[i].macs,
            cost[i].cycles, cost[i].utilisation, cost[i].energy_pj);
        if (proof)
            naas_buf_printf(out,
                ", \"score\": %.17g, \"lower_bound\": %.17g, \"proven\": %s, \"nodes\": %" PRId64,
                proof[i].score, proof[i].lower_bound, proof[i].proven ? "true" : "false", proof[i].nodes);
        naas_buf_puts(out, "}");
    }
    naas_buf_printf(out,
        "\n  ],\n  \"macs\": %" PRId64
        ",\n  \"cycles\": %.17g,\n  \"energy_pj\": %.17g,\n  \"edp\": %.17g\n}\n",
        total.macs, total.cycles, total.pj, total.pj * total.cycles);
}
