/* Suite timeloop: cycles and energy of Timeloop's model, under accounting: timeloop. */
#include "validate/gemmini_case.h"

#include <math.h>

enum { CYCLES, ENERGY };

/* What a row that is off has in common with the others: classes of docs/timeloop.md, and one of its own. */
static const char *class_of(const struct val_layer *layer)
{
    if (layer->extent[VAL_N] * layer->extent[VAL_K] * layer->extent[VAL_P] * layer->extent[VAL_Q] == 1)
        return "one output: it charges more energy for a sum that never moves";
    if (layer->extent[VAL_R] == 1 && layer->extent[VAL_S] == 1)
        return NULL;
    return layer->stride > 1 ? "gaps and windows: strided windows that loops of several levels move"
                             : "windows: overlaps that a loop further out moves";
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
        const double predicted[2] = {cost.cycles, cost.energy_pj * 1e-6};
        for (int q = 0; q < 2; q++) {
            struct val_row *row =
                val_add(ctx, table, gemmini_name(&csv, made), q, published[q], predicted[q]);
            if (fabs(predicted[q] / published[q] - 1) > 0.01)
                row->note = class_of(&made->layer);
        }
    }
    return NAAS_OK;
}
