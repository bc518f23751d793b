/*
 * Suite nvdla: NVIDIA's own model of ResNet-50 on 2048 int8 multipliers, 64 input by 32 output channels, 512
 * KiB of convolution buffer, 10 GiB/s at 1 GHz (nvdla/hw, branch nvdlav1, perf spreadsheet): cycles of a
 * layer, and whether multipliers or DRAM set them.
 *
 * Rules, the same for every row:
 *   - inputs and weights are read once when one of them fits the buffer beside a part of the other; else as
 * many kernels stay as fit, and the input is read again for each such group;
 *   - 3x3 kernels of stride 1 run as Winograd's F(2x2, 3x3) (NVDLA's hardware manual): 16 weights a kernel
 * and channel, 4 products an output instead of 9;
 *   - 1x1 kernels of stride 2 lie as 2x2 (inferred from the spreadsheet's bytes of weights);
 *   - a first layer folds filter columns into its few channels (the manual's pre-extension);
 *   - an element-wise sum reads another tensor of the size of the output.
 */
#include "support/number.h"
#include "validate/layer.h"
#include "validate/suite.h"

#include <math.h>
#include <string.h>

enum { CHANNELS = 64, KERNELS = 32, BUFFER = 512 * 1024 };
static const double dram_bytes_per_cycle = 10.24;

struct layer {
    double C, H, W, K, R, S, stride, P, Q;
    bool elementwise;
    int64_t taps_r, taps_s; /* as they lie in memory */
    int taps_at_once;       /* that take the cycle of one product */
};

enum { DRAM, CBUF, CACC, MAC, N_LEVELS };

static void apply_rules(struct layer *layer)
{
    layer->taps_r = (int64_t)layer->R;
    layer->taps_s = (int64_t)layer->S;
    layer->taps_at_once = 1;
    if (layer->stride == 1 && layer->R == 3 && layer->S == 3) {
        layer->taps_r = layer->taps_s = 4;
        layer->taps_at_once = 4;
    } else if (layer->stride == 2 && layer->R == 1 && layer->S == 1) {
        layer->taps_r = layer->taps_s = 2;
        layer->taps_at_once = 4;
    }
}

static void make_problem(const struct layer *layer, struct as_problem *problem)
{
    val_problem(&(struct val_layer){.extent = {1, 1, (int64_t)layer->K, (int64_t)layer->C, (int64_t)layer->P,
                                        (int64_t)layer->Q, layer->taps_r, layer->taps_s},
                    .stride = (int64_t)layer->stride,
                    .H = (int64_t)layer->H,
                    .W = (int64_t)layer->W,
                    .type = NAAS_I8,
                    .acc_type = NAAS_I32},
        problem);
    if (layer->elementwise)
        problem->finish_reads = (int64_t)layer->K * (int64_t)layer->P * (int64_t)layer->Q;
}

static void make_accel(const struct layer *layer, struct as_accel *accel)
{
    *accel = (struct as_accel){.name = "nvdla-2048",
        .word_bits = 8,
        .acc_bits = 32,
        .clock_mhz = 1000,
        .technology_nm = 28,
        .n_levels = N_LEVELS,
        .macs_per_cycle = layer->taps_at_once,
        .accounting = AS_TIMELOOP};
    for (int l = 0; l < N_LEVELS; l++) {
        accel->level[l].buffers = 1;
        accel->level[l].keeps = AS_ALL_ROLES;
    }
    accel->level[DRAM].access_words_per_cycle = dram_bytes_per_cycle;
    accel->level[CACC].n_axes = 2;
    accel->level[CACC].axis[0] = (struct as_array_axis){.name = "C", .size = CHANNELS};
    accel->level[CACC].axis[1] = (struct as_array_axis){.name = "K", .size = KERNELS};
}

static void add_loop(struct as_mapping_level *level, int64_t around, int dim, int64_t tile, int axis)
{
    if (tile < around)
        level->loop[level->n_loops++] = (struct as_loop){dim, tile, axis};
}

static void make_mapping(
    const struct layer *layer, const struct as_problem *problem, struct as_mapping *mapping)
{
    *mapping = (struct as_mapping){.n_levels = N_LEVELS};
    const int64_t K = problem->dim[VAL_K].extent, C = problem->dim[VAL_C].extent;
    int64_t taps = layer->taps_r * layer->taps_s, row = C * (int64_t)layer->W, kernel = C * taps;
    int64_t rows = row * (layer->taps_r + (int64_t)layer->stride), group = min64(K, KERNELS) * kernel;
    struct as_mapping_level *dram = &mapping->level[DRAM], *array = &mapping->level[CACC];
    int64_t kernels = K;
    if (row * (int64_t)layer->H + group <= BUFFER) {
        kernels = min64(K, KERNELS);
        add_loop(dram, K, VAL_K, kernels, -1);
    } else {
        while (kernels > KERNELS && kernels * kernel + rows > BUFFER)
            kernels = (kernels / 2 + KERNELS - 1) / KERNELS * KERNELS;
        add_loop(dram, K, VAL_K, kernels, -1);
        add_loop(dram, problem->dim[VAL_P].extent, VAL_P, 1, -1);
    }
    int64_t columns = C * layer->taps_s <= CHANNELS ? 1 : layer->taps_s;
    add_loop(&mapping->level[CACC], kernels, VAL_K, min64(kernels, KERNELS), -1);
    add_loop(array, C, VAL_C, min64(C, CHANNELS), -1);
    add_loop(array,
        dram->n_loops > 0 && dram->loop[dram->n_loops - 1].dim == VAL_P ? 1 : problem->dim[VAL_P].extent,
        VAL_P, 1, -1);
    add_loop(array, problem->dim[VAL_Q].extent, VAL_Q, 1, -1);
    add_loop(array, min64(C, CHANNELS), VAL_C, 1, 0);
    add_loop(array, layer->taps_s, VAL_S, columns, 0);
    add_loop(array, min64(kernels, KERNELS), VAL_K, 1, 1);
    for (int l = 0; l < N_LEVELS; l++)
        mapping->level[l].keeps =
            (const unsigned[]){7, 1 << VAL_INPUT | 1 << VAL_WEIGHT, 1 << VAL_OUTPUT, 7}[l];
}

/* ---- rows ---- */

struct columns {
    int layer, kind, number[9], cycles, bound;
};

static bool find_columns(const struct val_csv *csv, struct columns *columns)
{
    static const char *const names[] = {"C", "H", "W", "K", "R", "S", "stride", "P", "Q"};
    columns->layer = val_csv_column(csv, "layer");
    columns->kind = val_csv_column(csv, "kind");
    columns->cycles = val_csv_column(csv, "max_cycles");
    columns->bound = val_csv_column(csv, "bound");
    bool found = columns->layer >= 0 && columns->kind >= 0 && columns->cycles >= 0 && columns->bound >= 0;
    for (int i = 0; i < 9; i++) {
        columns->number[i] = val_csv_column(csv, names[i]);
        found = found && columns->number[i] >= 0;
    }
    return found;
}

static bool read_layer(const struct val_csv *csv, const struct columns *columns, int row, struct layer *layer)
{
    double *const number[] = {&layer->C, &layer->H, &layer->W, &layer->K, &layer->R, &layer->S,
        &layer->stride, &layer->P, &layer->Q};
    for (int i = 0; i < 9; i++)
        if (!val_csv_number(csv, row, columns->number[i], 1, number[i]))
            return false;
    layer->elementwise = strstr(val_csv_text(csv, row, columns->kind), "elwise") != NULL;
    apply_rules(layer);
    return true;
}

enum naas_status val_nvdla(struct naas_ctx *ctx, const char *data, struct val_table *table)
{
    struct val_csv csv;
    struct columns columns;
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    int same = 0;
    enum naas_status status = val_csv_read(ctx, data, &csv);
    if (status != NAAS_OK)
        return status;
    if (!find_columns(&csv, &columns))
        return NAAS_BAD_INPUT;
    table->n_quantities = 1;
    table->quantity[0] = "cycles";
    for (int i = 0; i < csv.n_rows; i++) {
        struct layer layer;
        double cycles;
        if (!read_layer(&csv, &columns, i, &layer) || !val_csv_number(&csv, i, columns.cycles, 1, &cycles))
            return NAAS_BAD_INPUT;
        make_problem(&layer, &problem);
        make_accel(&layer, &accel);
        make_mapping(&layer, &problem, &mapping);
        status = as_evaluate(&problem, &accel, &mapping, &cost);
        if (status != NAAS_OK)
            return status;
        bool by_dram = strcmp(val_csv_text(&csv, i, columns.bound), "DRAM") == 0;
        bool predicted_by_dram = cost.bound == AS_BOUND_PORT && cost.bound_level == DRAM;
        struct val_row *row =
            val_add(ctx, table, val_csv_text(&csv, i, columns.layer), 0, cycles, cost.cycles);
        row->group = by_dram ? "set by DRAM" : "set by the multipliers";
        row->note = by_dram == predicted_by_dram ? NULL
                    : by_dram                    ? "predicted: multipliers"
                                                 : "predicted: DRAM";
        same += by_dram == predicted_by_dram;
    }
    table->remark = naas_format(
        ctx, "what sets the time, multipliers or DRAM, is predicted of %d of %d layers", same, csv.n_rows);
    return NAAS_OK;
}
