/*
 * Suite eyeriss: the chip of Chen et al. (JSSC 52, 2017, tables III, V and VI; ISSCC 2016, figure 14.5.6),
 * layer by layer: AlexNet in batches of 4, VGG16 in batches of 3, on 12 x 14 row-stationary PEs at 200 MHz.
 *
 * A published mapping (m, n, e, p, q, r, t) becomes ours by one rule:
 *
 *     DRAM  for images by n, output rows by e, filters by m, channels by q r:
 *     GLB     for filters by p t (a pass), images, output columns one by one:
 *               along Y: filter rows R, r sets of channels, t sets of filters, or what of e is beyond 14
 *               along X: output rows, t sets of filters where e leaves room
 *     PE          p filters, q channels, a row of S taps
 *
 * The buffer holds inputs of a pass and partial sums of m filters; filters go past it. Scratch pads take
 * words as they come, so that transfers of one column overlap with the work on another.
 */
#include "support/number.h"
#include "validate/layer.h"
#include "validate/suite.h"

#include <math.h>
#include <string.h>

/* Fitted on AlexNet, VGG16 being the test. Words of filters that reach the pads in a cycle, which the chip
 * loads between passes; the share of DRAM's time that does not overlap; clock network and leakage, mW; a
 * product that is not skipped, with its pads, pJ. A product with a zero input is skipped (the fit of that
 * share ends at all of it). */
static const double filter_words_per_cycle = 2;
static const double dram_not_overlapped = 0.25;
static const double idle_mw = 184;
static const double product_pj = 7;
/* An access to the buffer, pJ per word: nn_dataflow's figure for this chip. */
static const double buffer_pj = 15;
/* 64 bits at 60 MHz (ISSCC). */
static const double dram_words_per_cycle = 1.2;
/* The psum path: 64 bits each way (JSSC, section V); the others are of the same width. */
static const double bus_words_per_cycle = 4;

struct layer {
    const char *name;
    int64_t N, K, C, E, R, stride, groups; /* K of all groups, C of one */
    int64_t m, n, e, p, q, r, t;
    double ms;        /* processing latency of the batch */
    double buffer_mb; /* accesses to the buffer, 10^6 bytes */
    double dram_mb;   /* before coding, read off a chart to 0.1; 0: not published */
    double mw, total_ms,
        zeros; /* power without DRAM, latency with its DRAM transfers, share of input words */
};

/* Table III but for CONV3, whose counts fit q, r and t of CONV4 only. */
static const struct layer alexnet[] = {
    {"AlexNet CONV1", 4, 96, 3, 55, 11, 4, 1, 96, 1, 7, 16, 1, 1, 2, 16.5, 18.5, 6.0, 332, 20.9, 0.0001},
    {"AlexNet CONV2", 4, 256, 48, 27, 5, 1, 2, 64, 1, 27, 16, 2, 1, 1, 39.2, 77.6, 5.4, 288, 41.9, 0.387},
    {"AlexNet CONV3", 4, 384, 256, 13, 3, 1, 1, 64, 4, 13, 16, 3, 2, 2, 21.8, 50.2, 5.05, 266, 23.6, 0.725},
    {"AlexNet CONV4", 4, 384, 192, 13, 3, 1, 2, 64, 4, 13, 16, 3, 2, 2, 16.0, 37.4, 3.9, 235, 18.4, 0.793},
    {"AlexNet CONV5", 4, 256, 192, 13, 3, 1, 2, 64, 4, 13, 16, 3, 2, 2, 10.0, 24.9, 2.6, 236, 10.5, 0.776},
};
/* The paper does not print VGG16's mapping. e is active PEs / 12; q r follows from the buffer's traffic; p as
 * AlexNet's, m = p t, n as many images as the buffer holds. */
static const struct layer vgg16[] = {
    {"VGG16 CONV1-1", 3, 64, 3, 224, 3, 1, 1, 64, 1, 13, 16, 1, 1, 4, 38.0, 112.6, 0, 247, 76.2, 0.016},
    {"VGG16 CONV1-2", 3, 64, 64, 224, 3, 1, 1, 64, 1, 13, 16, 1, 1, 4, 810.6, 2402.8, 0, 218, 910.3, 0.477},
    {"VGG16 CONV2-1", 3, 128, 64, 112, 3, 1, 1, 64, 1, 13, 16, 1, 1, 4, 405.3, 1201.4, 0, 242, 470.3, 0.248},
    {"VGG16 CONV2-2", 3, 128, 128, 112, 3, 1, 1, 64, 1, 13, 16, 1, 1, 4, 810.8, 2402.8, 0, 231, 894.3, 0.387},
    {"VGG16 CONV3-1", 3, 256, 128, 56, 3, 1, 1, 64, 1, 13, 16, 2, 1, 4, 204.0, 607.4, 0, 254, 241.1, 0.397},
    {"VGG16 CONV3-2", 3, 256, 256, 56, 3, 1, 1, 64, 1, 13, 16, 2, 1, 4, 408.1, 1214.8, 0, 235, 460.9, 0.581},
    {"VGG16 CONV3-3", 3, 256, 256, 56, 3, 1, 1, 64, 1, 13, 16, 2, 1, 4, 408.1, 1214.8, 0, 233, 457.7, 0.587},
    {"VGG16 CONV4-1", 3, 512, 256, 28, 3, 1, 1, 32, 3, 14, 16, 2, 2, 2, 105.1, 321.8, 0, 278, 135.8, 0.643},
    {"VGG16 CONV4-2", 3, 512, 512, 28, 3, 1, 1, 32, 3, 14, 16, 2, 2, 2, 210.0, 643.7, 0, 261, 254.8, 0.747},
    {"VGG16 CONV4-3", 3, 512, 512, 28, 3, 1, 1, 32, 3, 14, 16, 2, 2, 2, 210.0, 643.7, 0, 240, 246.3, 0.854},
    {"VGG16 CONV5-1", 3, 512, 512, 14, 3, 1, 1, 64, 3, 14, 16, 4, 2, 2, 48.3, 90.0, 0, 258, 54.3, 0.794},
    {"VGG16 CONV5-2", 3, 512, 512, 14, 3, 1, 1, 64, 3, 14, 16, 4, 2, 2, 48.5, 90.0, 0, 236, 53.7, 0.874},
    {"VGG16 CONV5-3", 3, 512, 512, 14, 3, 1, 1, 64, 3, 14, 16, 4, 2, 2, 48.5, 90.0, 0, 230, 53.7, 0.885},
};

enum { ROWS = 12, COLUMNS = 14, BUFFER_BYTES = 108 * 1024, WORD_BYTES = 2 };
enum { DRAM, GLB, PE, N_LEVELS };

/* ---- problem and accelerator ---- */

static void make_problem(const struct layer *layer, struct as_problem *problem)
{
    int64_t image = layer->stride * (layer->E - 1) + layer->R;
    val_problem(&(struct val_layer){.extent = {layer->groups, layer->N, layer->K / layer->groups, layer->C,
                                        layer->E, layer->E, layer->R, layer->R},
                    .stride = layer->stride,
                    .H = image,
                    .W = image,
                    .type = NAAS_WORD,
                    .acc_type = NAAS_WORD},
        problem);
}

/* Energies: nn_dataflow's figures for this chip, pJ per 16 bits. */
static void make_accel(struct as_accel *accel)
{
    *accel = (struct as_accel){.name = "eyeriss",
        .word_bits = 16,
        .acc_bits = 16,
        .clock_mhz = 200,
        .technology_nm = 65,
        .n_levels = N_LEVELS,
        .macs_per_cycle = 1,
        .mac_pj = 2,
        .leakage_mw = 30,
        .padding_stored = true};
    struct as_level *glb = &accel->level[GLB], *pe = &accel->level[PE];
    accel->level[DRAM] = (struct as_level){.name = "DRAM",
        .keeps = AS_ALL_ROLES,
        .buffers = 1,
        .n_ports = 1,
        .port[0] = {"link", AS_ALL_ROLES, AS_ALL_ROLES, dram_words_per_cycle},
        .read_pj = 460,
        .write_pj = 460};
    *glb = (struct as_level){.name = "GLB",
        .keeps = AS_INPUT | AS_OUTPUT,
        .buffers = 1,
        .n_partitions = 1,
        .partition[0] = {AS_INPUT | AS_OUTPUT, BUFFER_BYTES},
        .n_ports = 4,
        .n_axes = 2,
        .read_pj = buffer_pj,
        .write_pj = buffer_pj,
        .hop_pj = 4};
    glb->port[0] = (struct as_port){"ifmap", AS_INPUT, 0, bus_words_per_cycle};
    glb->port[1] = (struct as_port){"filter", AS_WEIGHT, 0, filter_words_per_cycle};
    glb->port[2] = (struct as_port){"psum in", AS_OUTPUT, 0, bus_words_per_cycle};
    glb->port[3] = (struct as_port){"psum out", 0, AS_OUTPUT, bus_words_per_cycle};
    glb->axis[0] = (struct as_array_axis){.name = "X", .size = COLUMNS};
    glb->axis[1] = (struct as_array_axis){.name = "Y", .size = ROWS};
    *pe = (struct as_level){.name = "PE",
        .keeps = AS_ALL_ROLES,
        .buffers = 1,
        .n_partitions = 3,
        .read_pj = 1,
        .write_pj = 1,
        .partition = {{AS_INPUT, 24}, {AS_WEIGHT, 448}, {AS_OUTPUT, 48}}};
}

/* ---- mapping ---- */

struct builder {
    struct as_mapping *mapping;
    int64_t tile[AS_MAX_DIMS]; /* so far */
};

static void cut(struct builder *builder, int level, int dim, int64_t tile, int axis)
{
    struct as_mapping_level *at = &builder->mapping->level[level];
    if (tile >= builder->tile[dim])
        return;
    at->loop[at->n_loops++] = (struct as_loop){dim, tile, axis};
    builder->tile[dim] = tile;
}

/* columns: output columns of which the buffer holds sums at a time. */
static void make_mapping(
    const struct layer *layer, const struct as_problem *problem, int64_t columns, struct as_mapping *mapping)
{
    enum { X, Y, TIME = -1 };
    *mapping = (struct as_mapping){.n_levels = N_LEVELS};
    struct builder builder = {.mapping = mapping};
    for (int d = 0; d < problem->n_dims; d++)
        builder.tile[d] = problem->dim[d].extent;
    cut(&builder, DRAM, VAL_G, 1, TIME);
    cut(&builder, DRAM, VAL_N, layer->n, TIME);
    cut(&builder, DRAM, VAL_P, layer->e, TIME);
    cut(&builder, DRAM, VAL_Q, columns, TIME);
    cut(&builder, DRAM, VAL_K, layer->m, TIME);
    cut(&builder, DRAM, VAL_C, layer->q * layer->r, TIME);
    cut(&builder, GLB, VAL_K, layer->p * layer->t, TIME);
    cut(&builder, GLB, VAL_N, 1, TIME);
    cut(&builder, GLB, VAL_Q, 1, TIME);
    bool filters_beside = layer->e * layer->t <= COLUMNS;
    cut(&builder, GLB, VAL_K, layer->p, filters_beside ? X : Y);
    cut(&builder, GLB, VAL_C, layer->q, Y);
    cut(&builder, GLB, VAL_P, COLUMNS, Y);
    cut(&builder, GLB, VAL_P, 1, X);
    cut(&builder, GLB, VAL_R, 1, Y);
    for (int l = 0; l < N_LEVELS; l++)
        mapping->level[l].keeps = l == GLB ? 1 << VAL_INPUT | 1 << VAL_OUTPUT : 7;
    /* Spatial loops stand last, whatever order they were cut in. */
}

/* With as many columns as the buffer has room for. */
static const char *fit_mapping(struct naas_ctx *ctx, const struct layer *layer,
    const struct as_problem *problem, const struct as_accel *accel, struct as_mapping *mapping)
{
    const char *fault = NULL;
    for (int64_t parts = 1; parts <= layer->E; parts++) {
        make_mapping(layer, problem, ceil_div(layer->E, parts), mapping);
        fault = as_mapping_fault(ctx, problem, accel, mapping);
        if (!fault)
            break;
    }
    return fault;
}

/* ---- searched mappings ---- */

struct comparison {
    int n;
    double log_edp, log_energy, log_cycles; /* of published / searched, summed */
    double most;                            /* EDP of published / searched */
    const char *most_at;
};

enum { SEARCH_EVALUATIONS = 20000 };

/* The published mapping against the best one that a search finds on the same array, both by the model alone,
 * with DRAM's time and energy. */
static void compare_searched(const struct layer *layer, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *published, struct comparison *comparison)
{
    struct as_cost cost;
    struct as_map_options options = as_map_defaults();
    options.evaluations = SEARCH_EVALUATIONS;
    struct as_map_result found;
    if (as_evaluate(problem, accel, published, &cost) != NAAS_OK ||
        as_map_search(problem, accel, &options, &found) != NAAS_OK)
        return;
    double edp = cost.edp / found.cost.edp;
    comparison->n++;
    comparison->log_edp += log(edp);
    comparison->log_energy += log(cost.energy_pj / found.cost.energy_pj);
    comparison->log_cycles += log(cost.cycles / found.cost.cycles);
    if (edp > comparison->most) {
        comparison->most = edp;
        comparison->most_at = layer->name;
    }
}

/* ---- rows ---- */

enum { LATENCY, BUFFER, DRAM_MB, ENERGY };

static enum naas_status add_layer(struct naas_ctx *ctx, const struct layer *layer, const char *group,
    struct val_table *table, struct comparison *comparison)
{
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    make_problem(layer, &problem);
    make_accel(&accel);
    const char *fault = fit_mapping(ctx, layer, &problem, &accel, &mapping);
    if (fault) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "%s: %s", layer->name, fault);
        return NAAS_INTERNAL;
    }
    if (comparison)
        compare_searched(layer, &problem, &accel, &mapping, comparison);
    accel.level[PE].buffers = 2; /* pads take words as they come: overlap, and no second copy */
    accel.level[GLB].buffers = 2;
    accel.level[DRAM].n_ports = 0; /* what is published is the time of processing */
    enum naas_status status = as_evaluate(&problem, &accel, &mapping, &cost);
    if (status != NAAS_OK)
        return status;
    const struct as_counts *input = &cost.count[GLB][VAL_INPUT], *output = &cost.count[GLB][VAL_OUTPUT];
    /* The first pass reads its sums from the buffer, too. */
    double outputs = (double)(layer->K * layer->N * layer->E * layer->E);
    double buffer = (double)(input->reads + output->reads + output->updates) + outputs;
    double dram = (double)(cost.count[DRAM][VAL_INPUT].reads + cost.count[DRAM][VAL_WEIGHT].reads +
                           cost.count[DRAM][VAL_OUTPUT].reads + cost.count[DRAM][VAL_OUTPUT].updates);
    double ms = cost.cycles / (accel.clock_mhz * 1e3);
    double total_ms = ms + dram_not_overlapped * dram / dram_words_per_cycle / (accel.clock_mhz * 1e3);
    double picojoules = product_pj * (double)cost.macs * (1 - layer->zeros) + buffer_pj * buffer;
    const double published[] = {
        layer->ms, layer->buffer_mb, layer->dram_mb, layer->mw * layer->total_ms * 1e-3};
    const double predicted[] = {ms, buffer * WORD_BYTES * 1e-6, dram * WORD_BYTES * 1e-6,
        idle_mw * total_ms * 1e-3 + picojoules * 1e-9};
    for (int q = LATENCY; q <= ENERGY; q++)
        if (published[q] > 0)
            val_add(ctx, table, layer->name, q, published[q], predicted[q])->group = group;
    return NAAS_OK;
}

static enum naas_status add_network(struct naas_ctx *ctx, const char *name, size_t n,
    const struct layer *layer, struct val_table *table, struct comparison *comparison)
{
    for (size_t i = 0; i < n; i++) {
        bool again = i > 0 && layer[i].K == layer[i - 1].K && layer[i].C == layer[i - 1].C &&
                     layer[i].E == layer[i - 1].E;
        enum naas_status status = add_layer(ctx, &layer[i], name, table, again ? NULL : comparison);
        if (status != NAAS_OK)
            return status;
    }
    return NAAS_OK;
}

enum naas_status val_eyeriss(struct naas_ctx *ctx, const char *data, struct val_table *table)
{
    (void)data;
    struct comparison comparison = {0};
    table->n_quantities = 4;
    table->quantity[LATENCY] = "processing latency (ms)";
    table->quantity[BUFFER] = "buffer traffic (MB)";
    table->quantity[DRAM_MB] = "DRAM traffic before coding (MB)";
    table->quantity[ENERGY] = "energy without DRAM (mJ)";
    enum naas_status status =
        add_network(ctx, "AlexNet", sizeof alexnet / sizeof *alexnet, alexnet, table, &comparison);
    if (status == NAAS_OK)
        status = add_network(ctx, "VGG16", sizeof vgg16 / sizeof *vgg16, vgg16, table, &comparison);
    if (comparison.n > 0)
        table->remark = naas_format(ctx,
            "mappings that naas searches on the same array, by the model with DRAM: geometric mean of %d "
            "layers %.2f times less "
            "EDP, %.2f times less energy, %.2f times fewer cycles; most %.2f times less EDP (%s)",
            comparison.n, exp(comparison.log_edp / comparison.n), exp(comparison.log_energy / comparison.n),
            exp(comparison.log_cycles / comparison.n), comparison.most, comparison.most_at);
    return status;
}
