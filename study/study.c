#include "study/study.h"
#include "study/sample.h"
#include <math.h>
#include <string.h>

const char *const study_group_names[STUDY_GROUPS] = {"neural", "hardware", "parallel"};
const char *const study_factor_names[STUDY_GROUPS][STUDY_FACTORS] = {
    {"channels in", "channels out", "kernel", "resolution", "depth", "expansion"},
    {"array size", "array shape", "L1 capacity", "L2 capacity", "on-chip bandwidth", "DRAM bandwidth"},
    {"K parallel", "C parallel", "P parallel", "Q parallel", "R parallel", "S parallel"}};
const char *const study_factor_keys[STUDY_GROUPS][STUDY_FACTORS] = {
    {"in", "out", "kernel", "resolution", "depth", "expansion"}, {"pes", "aspect", "l1", "l2", "noc", "dram"},
    {"K", "C", "P", "Q", "R", "S"}};
const char *const study_metric_names[STUDY_METRICS] = {"latency", "energy", "utilisation"};

void study_defaults(struct study *study)
{
    static const struct study_range neural[STUDY_FACTORS] = {{16, 256}, {16, 256}, {1, 7}, {7, 56}, {1, 4},
        {0.25, 1}},
                                    hardware = {0.25, 4};
    study->seed = 1;
    study->n_samples = 120;
    study->n_resamples = 1000;
    study->map = as_map_defaults();
    study->map.evaluations = 400;
    study->n_kernels = 4;
    for (int i = 0; i < study->n_kernels; i++)
        study->kernel[i] = 2 * i + 1;
    for (int f = 0; f < STUDY_FACTORS; f++) {
        study->range[STUDY_NEURAL][f] = neural[f];
        study->range[STUDY_HARDWARE][f] = hardware;
    }
}

const char *study_design_fault(const struct study_design *design)
{
    if (!design->sources.has_technology)
        return "it names no technology, which says what other memories cost";
    if (design->array < 1 || design->accel.level[design->array].n_axes != 2)
        return "its array does not have two axes below a level on the chip";
    if (design->l1 < 1 || design->l2 < 1 || design->l1 == design->l2)
        return "l1 and l2 are not two levels on the chip";
    return NULL;
}

/* ---- measuring ---- */

/* All mapping searches of a group on a design. */
struct batch {
    struct study *study;
    const struct study_stage *stage; /* [n_samples] */
    struct as_accel *accel;          /* [n_samples] */
    struct as_job *job; /* [n_samples][STUDY_MOST_LAYERS], those of layers that are there in front */
    struct as_map_result *result; /* of each job */
    int *first;                   /* [n_samples]: job */
};

static int add_jobs(struct batch *batch, int sample, int n)
{
    const struct study_stage *stage = &batch->stage[sample];
    struct as_key options = as_key_options(&batch->study->map);
    struct as_key accel = as_key_accel(&batch->accel[sample]);
    batch->first[sample] = n;
    for (int l = 0; l < stage->n_layers; l++) {
        struct as_key key = as_key_join(as_key_join(as_key_problem(&stage->layer[l]), accel), options);
        batch->job[n] = (struct as_job){.problem = &stage->layer[l],
            .accel = &batch->accel[sample],
            .options = &batch->study->map,
            .key = key,
            .result = &batch->result[n]};
        n++;
    }
    return n;
}

/* Layers one after the other. */
static void add_up(const struct batch *batch, int sample, struct study_point *point)
{
    const struct study_stage *stage = &batch->stage[sample];
    double cycles = 0, energy = 0, useful = 0;
    point->valid = true;
    for (int l = 0; l < stage->n_layers; l++) {
        const struct as_job *job = &batch->job[batch->first[sample] + l];
        const struct as_cost *cost = &job->result->cost;
        double count = (double)stage->count[l];
        point->valid = point->valid && job->status == NAAS_OK && isfinite(job->result->score);
        cycles += count * cost->cycles;
        energy += count * cost->energy_pj;
        useful += count * cost->cycles * cost->utilisation;
    }
    point->y[0] = cycles;
    point->y[1] = energy;
    point->y[2] = useful / cycles;
}

static enum naas_status measure_group(struct batch *batch, int design, enum study_group group,
    const struct study_place *place, struct as_farm *farm, int threads, struct as_database *database)
{
    struct study *study = batch->study;
    struct study_point *point = study->point[design][group];
    int n_jobs = 0;
    for (int i = 0; i < study->n_samples; i++) {
        memcpy(point[i].x, batch->stage[i].x, sizeof point[i].x);
        study_variant(study, design, group, &place[i], &batch->accel[i], point[i].x);
        n_jobs = add_jobs(batch, i, n_jobs);
    }
    as_farm_run(farm, threads, database, n_jobs, batch->job);
    study->mapped += n_jobs;
    for (int i = 0; i < n_jobs; i++)
        if (batch->job[i].status == NAAS_SYSTEM)
            return NAAS_SYSTEM;
    for (int i = 0; i < study->n_samples; i++)
        add_up(batch, i, &point[i]);
    return NAAS_OK;
}

/* In proportion to the design as it is. */
static void relate(struct study *study, int design)
{
    for (int g = STUDY_HARDWARE; g < STUDY_GROUPS; g++)
        for (int i = 0; i < study->n_samples; i++) {
            const struct study_point *base = &study->point[design][STUDY_NEURAL][i];
            struct study_point *point = &study->point[design][g][i];
            point->valid = point->valid && base->valid;
            for (int m = 0; m < STUDY_METRICS; m++)
                point->y[m] /= base->y[m];
        }
}

/* What is missing on one design is left out on all. */
static void pair_up(struct study *study, enum study_group group)
{
    study->n_valid[group] = 0;
    for (int i = 0; i < study->n_samples; i++) {
        bool valid = true;
        for (int d = 0; d < study->n_designs; d++)
            valid = valid && study->point[d][group][i].valid;
        for (int d = 0; d < study->n_designs; d++)
            study->point[d][group][i].valid = valid;
        study->n_valid[group] += valid;
    }
}

enum naas_status study_measure(
    struct study *study, struct as_farm *farm, int threads, struct as_database *database)
{
    struct naas_ctx *ctx = study->ctx;
    size_t n = (size_t)study->n_samples, most = n * STUDY_MOST_LAYERS;
    struct study_place *place = study_places(study);
    struct study_stage *stage = naas_alloc(ctx, n, sizeof *stage);
    struct batch batch = {.study = study,
        .stage = stage,
        .accel = naas_alloc(ctx, n, sizeof *batch.accel),
        .job = naas_alloc(ctx, most, sizeof *batch.job),
        .result = naas_alloc(ctx, most, sizeof *batch.result),
        .first = naas_alloc(ctx, n, sizeof *batch.first)};
    enum naas_status status = NAAS_OK;
    for (int i = 0; i < study->n_samples && status == NAAS_OK; i++)
        status = study_stage_new(study, &place[i], &stage[i]);
    for (int d = 0; d < study->n_designs; d++) {
        for (int g = 0; g < STUDY_GROUPS && status == NAAS_OK; g++) {
            study->point[d][g] = naas_alloc(ctx, n, sizeof *study->point[d][g]);
            status = measure_group(&batch, d, (enum study_group)g, place, farm, threads, database);
        }
        if (status != NAAS_OK)
            return status;
        relate(study, d);
    }
    for (int g = 0; g < STUDY_GROUPS; g++)
        pair_up(study, (enum study_group)g);
    return NAAS_OK;
}
