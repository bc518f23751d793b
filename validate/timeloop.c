/* Suite timeloop: cycles and energy of Timeloop's model, under accounting: timeloop. */
#include "validate/gemmini_case.h"

#include <math.h>
#include <string.h>

enum { CYCLES, ENERGY };

/* What a row that is off has in common with the others: classes of docs/timeloop.md. */
static const char *class_of(const struct val_layer *layer)
{
    if (layer->extent[VAL_R] == 1 && layer->extent[VAL_S] == 1)
        return NULL;
    return layer->stride > 1 ? "gaps and windows: strided windows that loops of several levels move"
                             : "windows: overlaps that a loop further out moves";
}

/* pJ: it counts DRAM's words by blocks of 64, and fills the last one of each tensor and direction. */
static double rest_of_blocks(const struct as_cost *cost)
{
    int64_t words = 0;
    for (int t = 0; t <= VAL_OUTPUT; t++)
        words += (64 - cost->count[0][t].reads % 64) % 64 + (64 - cost->count[0][t].updates % 64) % 64;
    return 100 * (double)words;
}

/* pJ: where the loops next to the array run over output channels alone, inputs stay, and one read serves all
 * columns. It counts so in the first of their steps, and in the others a read of each column but one. */
static double held_inputs(const struct gemmini_case *made, const struct as_cost *cost)
{
    const struct as_mapping *mapping = &made->mapping;
    double columns = 1, steps = 1;
    int64_t tile[VAL_DIMS];
    memcpy(tile, made->layer.extent, sizeof tile);
    for (int l = 0; l < mapping->n_levels; l++)
        for (int i = 0; i < mapping->level[l].n_loops; i++) {
            const struct as_loop *loop = &mapping->level[l].loop[i];
            double trips = (double)tile[loop->dim] / (double)loop->tile;
            tile[loop->dim] = loop->tile;
            if (loop->axis < 0)
                steps = loop->dim == VAL_K && l > GEMMINI_AT_SPAD ? steps * trips : 1;
            else if (loop->dim == VAL_K)
                columns *= trips;
        }
    double reads = (double)cost->macs / (steps * columns) * (steps - 1) * (columns - 1);
    return reads * made->accel.level[GEMMINI_AT_SPAD].read_pj;
}

enum naas_status val_timeloop(struct naas_ctx *ctx, const char *data, struct val_table *table)
{
    struct val_csv csv;
    struct gemmini_columns columns;
    enum naas_status status = val_csv_read(ctx, data, &csv);
    if (status != NAAS_OK)
        return status;
    int cycles = val_csv_column(&csv, "timeloop_cycles"), energy = val_csv_column(&csv, "timeloop_energy_uJ");
    if (!gemmini_find_columns(&csv, &columns) || cycles < 0 || energy < 0)
        return NAAS_BAD_INPUT;
    table->n_quantities = 2;
    table->quantity[CYCLES] = "cycles";
    table->quantity[ENERGY] = "energy (uJ)";
    struct gemmini_case *made = naas_alloc(ctx, 1, sizeof *made);
    for (int i = 0; i < csv.n_rows; i++) {
        double published[2];
        struct as_cost cost;
        status = gemmini_read(&csv, &columns, i, made);
        if (status != NAAS_OK)
            return status;
        if (!val_csv_number(&csv, i, cycles, 1e-12, &published[CYCLES]) ||
            !val_csv_number(&csv, i, energy, 1e-12, &published[ENERGY]))
            return NAAS_BAD_INPUT;
        status = as_evaluate(&made->problem, &made->accel, &made->mapping, &cost);
        if (status != NAAS_OK)
            return status;
        /* Its cycles are whole. */
        const double pj = cost.energy_pj + rest_of_blocks(&cost) + held_inputs(made, &cost);
        const double predicted[2] = {ceil(cost.cycles), pj * 1e-6};
        for (int q = 0; q < 2; q++) {
            struct val_row *row =
                val_add(ctx, table, gemmini_name(&csv, i, made), q, published[q], predicted[q]);
            if (fabs(predicted[q] / published[q] - 1) > 0.01)
                row->note = class_of(&made->layer);
        }
    }
    return NAAS_OK;
}
