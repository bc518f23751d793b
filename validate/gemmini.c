/*
 * Suite gemmini: cycles of Gemmini's RTL on layers and mappings of the DOSA data set, by the counting of
 * gemmini_rtl.h. Its seven constants are fitted on rows of other layers than the row that is predicted:
 * layers are numbered as they first appear, and those whose numbers agree modulo 5 are held out together.
 */
#include "validate/gemmini_rtl.h"

#include <math.h>
#include <string.h>

enum { FOLDS = 5, ROUNDS = 25 };
enum { BY_RULES, BY_MODEL, BY_TIMELOOP };

static const struct {
    const char *meaning;
    double first; /* where the search begins */
} constants[GEMMINI_CONSTANTS] = {
    [GEMMINI_REQUEST] = {"cycles of a load's request beside its beats of 16 bytes", 1},
    [GEMMINI_LLC_MISS] = {"more, where the second-level cache misses", 5},
    [GEMMINI_DRAM_MISS] = {"more, where DRAM serves it", 20},
    [GEMMINI_STORE] = {"cycles of a store's request", 2},
    [GEMMINI_ISSUE] = {"cycles between the commands of two products", 8},
    [GEMMINI_EXCHANGE] = {"cycles of the array between two blocks of weights", 4},
    [GEMMINI_START] = {"cycles once a layer", 1000},
};

struct sample {
    const char *name;
    struct gemmini_work work;
    double rtl, model, timeloop;
    int fold;
};

/* ---- fit ---- */

/* Mean absolute error of the rows in the fold, or of those out of it. */
static double error_of(const struct sample *sample, int n, int fold, bool in, const double constant[])
{
    double sum = 0;
    int count = 0;
    for (int i = 0; i < n; i++)
        if ((sample[i].fold == fold) == in) {
            sum += fabs(gemmini_cycles(&sample[i].work, constant, NULL) / sample[i].rtl - 1);
            count++;
        }
    return count ? sum / count : 0;
}

/* One constant at a time, up and down by a step of its own that grows where it helps. FOLDS holds out
 * nothing.
 */
static void fit(const struct sample *sample, int n, int fold, double constant[GEMMINI_CONSTANTS])
{
    double step[GEMMINI_CONSTANTS];
    for (int c = 0; c < GEMMINI_CONSTANTS; c++) {
        constant[c] = constants[c].first;
        step[c] = 0.3;
    }
    double best = error_of(sample, n, fold, false, constant);
    for (int round = 0; round < ROUNDS; round++)
        for (int c = 0; c < GEMMINI_CONSTANTS; c++) {
            const double here = constant[c], tries[] = {here * (1 - step[c]), here * (1 + step[c])};
            bool better = false;
            for (int t = 0; t < 2 && !better; t++) {
                constant[c] = tries[t];
                double error = error_of(sample, n, fold, false, constant);
                better = error < best;
                best = fmin(best, error);
            }
            if (!better)
                constant[c] = here;
            step[c] = better ? fmin(0.5, step[c] * 1.3) : step[c] * 0.6;
        }
}

/* ---- rows ---- */

static bool same_layer(const struct val_layer *a, const struct val_layer *b)
{
    return memcmp(a->extent, b->extent, sizeof a->extent) == 0 && a->stride == b->stride;
}

/* Requests are counted one by one: a layer that no machine of this kind runs would take for ever. */
static enum naas_status check_row(const struct val_csv *csv, int row, const struct gemmini_case *made)
{
    const struct val_layer *layer = &made->layer;
    const int64_t *e = layer->extent;
    double input = (double)layer->H * (double)layer->W * (double)e[VAL_C],
           weights = (double)e[VAL_R] * (double)e[VAL_S] * (double)e[VAL_C] * (double)e[VAL_K],
           output = (double)e[VAL_P] * (double)e[VAL_Q] * (double)e[VAL_K];
    const char *fault =
        made->accel.level[GEMMINI_AT_SPAD].axis[0].size != GEMMINI_DIM ? "the measured arrays are 16 x 16"
        : fmax(input, fmax(weights, output)) > 1 << 30 ? "a tensor of this layer has more than 2^30 elements"
                                                       : NULL;
    if (!fault)
        return NAAS_OK;
    naas_diag(csv->ctx, NAAS_ERROR, val_csv_place(csv, row), "%s", fault);
    return NAAS_BAD_INPUT;
}

/* The accelerator under the cost model's own accounting: a bus of 16 bytes a cycle to DRAM, and room for two
 * tiles. */
static void to_cost_model(struct as_accel *accel)
{
    accel->accounting = AS_NAAS;
    accel->level[GEMMINI_AT_DRAM].n_ports = 1;
    accel->level[GEMMINI_AT_DRAM].port[0] = (struct as_port){"bus", AS_ALL_ROLES, AS_ALL_ROLES, 16};
    accel->level[GEMMINI_AT_SPAD].buffers = accel->level[GEMMINI_AT_ACC].buffers = 2;
}

/* Fills samples of all rows, and says how many layers there are; NULL when the file is not such a table. */
static struct sample *read_samples(const struct val_csv *csv, int *layers)
{
    struct naas_ctx *ctx = csv->ctx;
    struct gemmini_columns columns;
    int rtl = val_csv_column(csv, "rtl_cycles"), timeloop = val_csv_column(csv, "timeloop_cycles");
    if (rtl < 0 || timeloop < 0 || !gemmini_find_columns(csv, &columns))
        return NULL;
    struct sample *sample = naas_alloc(ctx, (size_t)csv->n_rows + 1, sizeof *sample);
    struct val_layer *layer = naas_alloc(ctx, (size_t)csv->n_rows + 1, sizeof *layer);
    struct gemmini_case *made = naas_alloc(ctx, 1, sizeof *made);
    struct gemmini_memory memory;
    *layers = 0;
    gemmini_memory_new(ctx, &memory);
    for (int i = 0; i < csv->n_rows; i++) {
        struct as_cost cost;
        if (gemmini_read(csv, &columns, i, made) != NAAS_OK || check_row(csv, i, made) != NAAS_OK ||
            !val_csv_number(csv, i, rtl, 1, &sample[i].rtl) ||
            !val_csv_number(csv, i, timeloop, 1, &sample[i].timeloop))
            return NULL;
        to_cost_model(&made->accel);
        if (as_evaluate(&made->problem, &made->accel, &made->mapping, &cost) != NAAS_OK)
            return NULL;
        sample[i].name = gemmini_name(csv, i, made);
        sample[i].model = cost.cycles;
        gemmini_work_of(ctx, made, &memory, &sample[i].work);
        int same = 0;
        while (same < *layers && !same_layer(&layer[same], &made->layer))
            same++;
        if (same == *layers)
            layer[(*layers)++] = made->layer;
        sample[i].fold = same % FOLDS;
    }
    return sample;
}

/* ---- what is said ---- */

enum bound { LOADS, ARRAY, ISSUE, STORES, BOUNDS };

static const char *const bounds[BOUNDS] = {"loads", "array", "commands", "stores"};

/* What takes longest, were it alone. */
static enum bound bound_of(const struct gemmini_work *work, const double constant[])
{
    struct gemmini_time time;
    gemmini_cycles(work, constant, &time);
    const double each[BOUNDS] = {time.loads, time.array, time.issue, time.stores};
    enum bound bound = LOADS;
    for (int b = 0; b < BOUNDS; b++)
        if (each[b] > each[bound])
            bound = (enum bound)b;
    return bound;
}

static void say_bounds(struct naas_buf *out, const struct val_table *table)
{
    const char *separator = "";
    naas_buf_puts(out, "\nmean absolute error by what takes longest:");
    for (int b = 0; b < BOUNDS; b++) {
        double sum = 0;
        int n = 0;
        for (int i = 0; i < table->n_rows; i++)
            if (table->row[i].quantity == BY_RULES && table->row[i].note == bounds[b]) {
                sum += fabs(table->row[i].predicted / table->row[i].published - 1);
                n++;
            }
        if (n > 0) {
            naas_buf_printf(out, "%s %s %.1f%% of %d rows", separator, bounds[b], 100 * sum / n, n);
            separator = ",";
        }
    }
}

static void say_constants(struct naas_buf *out, double fitted[FOLDS + 1][GEMMINI_CONSTANTS], double error)
{
    naas_buf_printf(out,
        "\n\nfitted on all rows (mean absolute error %.1f%%), and their range over the folds:\n",
        100 * error);
    for (int c = 0; c < GEMMINI_CONSTANTS; c++) {
        double low = fitted[0][c], high = fitted[0][c];
        for (int f = 1; f < FOLDS; f++) {
            low = fmin(low, fitted[f][c]);
            high = fmax(high, fitted[f][c]);
        }
        naas_buf_printf(
            out, "  %8.2f  %8.2f to %8.2f  %s\n", fitted[FOLDS][c], low, high, constants[c].meaning);
    }
}

enum naas_status val_gemmini(struct naas_ctx *ctx, const char *data, struct val_table *table)
{
    struct val_csv csv;
    int layers;
    double fitted[FOLDS + 1][GEMMINI_CONSTANTS];
    enum naas_status status = val_csv_read(ctx, data, &csv);
    if (status != NAAS_OK)
        return status;
    struct sample *sample = read_samples(&csv, &layers);
    if (!sample)
        return NAAS_BAD_INPUT;
    if (layers < FOLDS) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = data},
            "rows of at least %d layers are needed, to hold some of them out of the fit", FOLDS);
        return NAAS_BAD_INPUT;
    }
    for (int f = 0; f <= FOLDS; f++)
        fit(sample, csv.n_rows, f, fitted[f]);
    table->n_quantities = 3;
    table->quantity[BY_RULES] = "cycles, held out";
    table->quantity[BY_MODEL] = "cycles, by the cost model alone";
    table->quantity[BY_TIMELOOP] = "cycles, by Timeloop";
    for (int i = 0; i < csv.n_rows; i++) {
        const double *constant = fitted[sample[i].fold];
        double cycles = gemmini_cycles(&sample[i].work, constant, NULL);
        val_add(ctx, table, sample[i].name, BY_RULES, sample[i].rtl, cycles)->note =
            bounds[bound_of(&sample[i].work, constant)];
        val_add(ctx, table, sample[i].name, BY_MODEL, sample[i].rtl, sample[i].model);
        val_add(ctx, table, sample[i].name, BY_TIMELOOP, sample[i].rtl, sample[i].timeloop);
    }
    struct naas_buf remark = naas_buf_new(ctx);
    say_bounds(&remark, table);
    say_constants(&remark, fitted, error_of(sample, csv.n_rows, FOLDS, false, fitted[FOLDS]));
    table->remark = remark.text;
    return NAAS_OK;
}
