#include "study/sample.h"
#include "accelsearch/random.h"
#include <math.h>
#include <string.h>

static const char letters[STUDY_LETTERS + 1] = "KCPQRS";

/* ---- places ---- */

static void shuffle(struct as_random *random, int n, int *item)
{
    for (int i = n - 1; i > 0; i--) {
        int k = as_random_below(random, i + 1), moved = item[i];
        item[i] = item[k];
        item[k] = moved;
    }
}

struct study_place *study_places(const struct study *study)
{
    enum { PAIRS = STUDY_LETTERS * (STUDY_LETTERS - 1) };
    int n = study->n_samples, pair[PAIRS];
    struct study_place *place = naas_alloc(study->ctx, (size_t)n, sizeof *place);
    int *stratum = naas_alloc(study->ctx, (size_t)n, sizeof *stratum);
    for (int f = 0; f < 2 * STUDY_FACTORS; f++) {
        struct as_random random = as_random_stream(study->seed, (uint64_t)f + 1);
        for (int i = 0; i < n; i++)
            stratum[i] = i;
        shuffle(&random, n, stratum);
        for (int i = 0; i < n; i++) {
            double at = (stratum[i] + as_random_unit(&random)) / n;
            *(f < STUDY_FACTORS ? &place[i].neural[f] : &place[i].hardware[f - STUDY_FACTORS]) = at;
        }
    }
    struct as_random random = as_random_stream(study->seed, 2 * STUDY_FACTORS + 1);
    for (int i = 0; i < n; i++) { /* every pair once before one comes again */
        for (int k = 0; i % PAIRS == 0 && k < PAIRS; k++)
            pair[k] = k;
        if (i % PAIRS == 0)
            shuffle(&random, PAIRS, pair);
        int first = pair[i % PAIRS] / (STUDY_LETTERS - 1), second = pair[i % PAIRS] % (STUDY_LETTERS - 1);
        place[i].parallel[0] = first;
        place[i].parallel[1] = second + (second >= first);
    }
    return place;
}

/* Equal ratios are equally likely. */
static double scaled(struct study_range range, double at)
{
    return range.low * pow(range.high / range.low, at);
}

static int64_t rounded(double value, int64_t step)
{
    int64_t n = llround(value / (double)step);
    return step * (n > 0 ? n : 1);
}

/* ---- stages ---- */

enum { CHANNEL_STEP = 8 };

static enum naas_status add_layer(const struct study *study, struct study_stage *stage, int64_t in,
    int64_t out, int kernel, bool depthwise, int64_t count)
{
    int64_t size = (int64_t)stage->x[STUDY_RESOLUTION];
    struct as_conv conv = {.N = 1,
        .K = out,
        .C = in,
        .H = size,
        .W = size,
        .R = kernel,
        .S = kernel,
        .groups = depthwise ? out : 1,
        .stride = {1, 1},
        .pad = {kernel / 2, kernel / 2},
        .dilation = {1, 1},
        .weights = true};
    stage->count[stage->n_layers] = count;
    return as_problem_conv(
        study->ctx, "layer", &conv, (struct naas_loc){0}, &stage->layer[stage->n_layers++]);
}

/* 1 x 1 to the inner channels, k x k among them, 1 x 1 to the outer ones. */
static enum naas_status add_blocks(
    const struct study *study, struct study_stage *stage, int64_t in, int64_t out, int64_t count)
{
    double width = stage->x[STUDY_EXPANSION] * (double)(study->inverted ? in : out);
    int64_t inner = rounded(width, CHANNEL_STEP);
    int kernel = (int)stage->x[STUDY_KERNEL];
    enum naas_status status = add_layer(study, stage, in, inner, 1, false, count);
    if (status == NAAS_OK)
        status = add_layer(study, stage, inner, inner, kernel, study->inverted, count);
    return status == NAAS_OK ? add_layer(study, stage, inner, out, 1, false, count) : status;
}

enum naas_status study_stage_new(
    const struct study *study, const struct study_place *place, struct study_stage *stage)
{
    const struct study_range *range = study->range[STUDY_NEURAL];
    const double *at = place->neural;
    *stage = (struct study_stage){0};
    for (int f = 0; f < STUDY_FACTORS; f++)
        stage->x[f] = scaled(range[f], at[f]);
    stage->x[STUDY_KERNEL] = study->kernel[(int)(at[STUDY_KERNEL] * study->n_kernels)];
    stage->x[STUDY_RESOLUTION] = (double)rounded(stage->x[STUDY_RESOLUTION], 1);
    stage->x[STUDY_DEPTH] = (double)rounded(stage->x[STUDY_DEPTH], 1);
    stage->x[STUDY_IN] = (double)rounded(stage->x[STUDY_IN], CHANNEL_STEP);
    stage->x[STUDY_OUT] = (double)rounded(stage->x[STUDY_OUT], CHANNEL_STEP);
    int64_t in = (int64_t)stage->x[STUDY_IN], out = (int64_t)stage->x[STUDY_OUT],
            depth = (int64_t)stage->x[STUDY_DEPTH];
    enum naas_status status = add_blocks(study, stage, in, out, 1);
    if (status == NAAS_OK && depth > 1)
        status = add_blocks(study, stage, out, out, depth - 1);
    return status;
}

/* ---- variants ---- */

static double level_bytes(const struct as_level *level)
{
    double bytes = 0;
    for (int p = 0; p < level->n_partitions; p++)
        bytes += (double)level->partition[p].bytes;
    return bytes;
}

/* Of a level's memories, as accelerators get them from their technology. */
static struct as_memory_cost storage_cost(
    const struct study_design *design, const struct as_level *level, int at)
{
    const struct as_level_sources *from = &design->sources.level[at];
    struct as_memory_cost total = {0, 0, 0};
    for (int p = 0; p < level->n_partitions; p++) {
        struct as_memory memory = {
            level->partition[p].bytes, from->banks, from->access_bits, design->accel.word_bits};
        struct as_memory_cost cost = as_technology_memory(&design->sources.technology, &memory, NULL);
        total.read_pj += cost.read_pj / level->n_partitions;
        total.write_pj += cost.write_pj / level->n_partitions;
        total.area_um2 += cost.area_um2;
    }
    return total;
}

/* Costs follow the technology in proportion, also where the design states its own. The factor it came to. */
static double scale_memory(const struct study_design *design, int at, double factor, struct as_accel *accel)
{
    struct as_level *level = &accel->level[at];
    struct as_memory_cost before = storage_cost(design, level, at);
    double bytes = level_bytes(level);
    int bits = accel->acc_bits > accel->word_bits ? accel->acc_bits : accel->word_bits;
    for (int p = 0; p < level->n_partitions; p++)
        level->partition[p].bytes =
            rounded((double)level->partition[p].bytes * factor, (int64_t)bits / 8 * level->buffers);
    struct as_memory_cost after = storage_cost(design, level, at);
    level->read_pj *= before.read_pj > 0 ? after.read_pj / before.read_pj : 1;
    level->write_pj *= before.write_pj > 0 ? after.write_pj / before.write_pj : 1;
    level->area_um2 *= before.area_um2 > 0 ? after.area_um2 / before.area_um2 : 1;
    return level_bytes(level) / bytes;
}

static void scale_array(struct as_level *level, double pes, double aspect, double x[STUDY_FACTORS])
{
    double before[2] = {level->axis[0].size, level->axis[1].size};
    level->axis[0].size = (int)rounded(before[0] * sqrt(pes * aspect), 1);
    level->axis[1].size = (int)rounded(before[1] * sqrt(pes / aspect), 1);
    double along = level->axis[0].size / before[0], across = level->axis[1].size / before[1];
    x[STUDY_PES] = along * across;
    x[STUDY_ASPECT] = along / across;
}

static void scale_ports(struct as_level *level, double factor)
{
    for (int i = 0; i < level->n_ports; i++)
        level->port[i].words_per_cycle *= factor;
}

static void scale(const struct study *study, const struct study_design *design,
    const struct study_place *place, struct as_accel *accel, double x[STUDY_FACTORS])
{
    for (int f = 0; f < STUDY_FACTORS; f++)
        x[f] = scaled(study->range[STUDY_HARDWARE][f], place->hardware[f]);
    scale_array(&accel->level[design->array], x[STUDY_PES], x[STUDY_ASPECT], x);
    x[STUDY_L1] = scale_memory(design, design->l1, x[STUDY_L1], accel);
    x[STUDY_L2] = scale_memory(design, design->l2, x[STUDY_L2], accel);
    for (int l = 0; l < accel->n_levels; l++)
        scale_ports(&accel->level[l], x[l == 0 ? STUDY_DRAM : STUDY_NOC]);
}

void study_variant(const struct study *study, int design, enum study_group group,
    const struct study_place *place, struct as_accel *accel, double x[STUDY_FACTORS])
{
    const struct study_design *base = &study->design[design];
    *accel = base->accel;
    if (group == STUDY_HARDWARE)
        scale(study, base, place, accel, x);
    if (group != STUDY_PARALLEL)
        return;
    for (int f = 0; f < STUDY_FACTORS; f++)
        x[f] = 0;
    for (int a = 0; a < 2; a++) {
        struct as_array_axis *axis = &accel->level[base->array].axis[a];
        axis->dims[0] = letters[place->parallel[a]];
        axis->dims[1] = '\0';
        x[place->parallel[a]] = 1;
    }
}
