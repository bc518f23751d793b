/*
 * Speed of the cost model: full evaluations (counts, cycles, energy) a second, of random mappings of one
 * layer.
 *
 *     evaluations [ROUNDS [MAPPINGS [single|batch LAYER TILES]]]
 *
 * Layers, tile distributions: divisors (tiles that divide), rounded (nested ceil values, what the search
 * proposes), any (uniform in the logarithm). Each mapping is visited once per round, in the order drawn, so
 * no two neighbours share anything. Told is the fastest of ROUNDS rounds, for one call a mapping and for the
 * batch interface. With LAYER and TILES, numbers from 0, only that line and interface is run: for callgrind.
 */
#include "accelsearch/model.h"
#include "accelsearch/random.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { K, C, P, Q, R, S, DIMS };
enum tiles { DIVISORS, ROUNDED, ANY };

static void axis(struct as_tensor *tensor, int dim, int64_t coef, int second, int64_t offset, int64_t extent)
{
    tensor->axis[tensor->rank++] = (struct as_axis){.n_terms = second < 0 ? 1 : 2,
        .term = {{dim, coef}, {second, 1}},
        .offset = offset,
        .extent = extent};
}

static struct as_problem layer(const int64_t extent[DIMS], int64_t stride, int64_t pad)
{
    struct as_problem problem = {.n_dims = DIMS, .n_tensors = 3, .output = 2};
    static const enum as_role roles[3] = {AS_INPUT, AS_WEIGHT, AS_OUTPUT};
    for (int d = 0; d < DIMS; d++)
        problem.dim[d] = (struct as_dim){.conv = "KCPQRS"[d], .extent = extent[d], .spatial = true};
    for (int t = 0; t < 3; t++)
        problem.tensor[t].role = roles[t];
    axis(&problem.tensor[0], C, 1, -1, 0, extent[C]);
    axis(&problem.tensor[0], P, stride, R, -pad, stride * (extent[P] - 1) + extent[R] - 2 * pad);
    axis(&problem.tensor[0], Q, stride, S, -pad, stride * (extent[Q] - 1) + extent[S] - 2 * pad);
    for (int d = 0; d < DIMS; d++)
        if (d != P && d != Q)
            axis(&problem.tensor[1], d, 1, -1, 0, extent[d]);
    axis(&problem.tensor[2], K, 1, -1, 0, extent[K]);
    axis(&problem.tensor[2], P, 1, -1, 0, extent[P]);
    axis(&problem.tensor[2], Q, 1, -1, 0, extent[Q]);
    return problem;
}

static struct as_accel array(void)
{
    struct as_accel accel = {
        .word_bits = 16, .acc_bits = 16, .clock_mhz = 500, .n_levels = 3, .macs_per_cycle = 1};
    static const double words_per_cycle[3] = {8, 32, 0};
    for (int l = 0; l < 3; l++) {
        accel.level[l] = (struct as_level){.keeps = AS_ALL_ROLES, .buffers = 2, .n_ports = 1, .read_pj = 1};
        accel.level[l].port[0] = (struct as_port){"port", AS_ALL_ROLES, AS_ALL_ROLES, words_per_cycle[l]};
    }
    accel.level[1].n_axes = 2;
    accel.level[1].axis[0].size = accel.level[1].axis[1].size = 16;
    return accel;
}

/* A tile of at most `most`. */
static int64_t draw_tile(struct as_random *random, int64_t most, enum tiles tiles)
{
    int64_t tile = (int64_t)exp(as_random_unit(random) * log((double)most + 1));
    tile = tile < 1 ? 1 : tile > most ? most : tile;
    if (tiles == ROUNDED)
        tile = (most + (most / tile) - 1) / (most / tile);
    while (tiles == DIVISORS && most % tile != 0)
        tile--;
    return tile;
}

static void draw_mapping(
    struct as_random *random, const struct as_problem *problem, enum tiles tiles, struct as_mapping *mapping)
{
    int64_t tile[DIMS];
    int along[2] = {as_random_below(random, DIMS), as_random_below(random, DIMS)};
    memset(mapping, 0, sizeof *mapping);
    mapping->n_levels = 3;
    for (int d = 0; d < DIMS; d++)
        tile[d] = problem->dim[d].extent;
    for (int l = 0; l < 3; l++)
        mapping->level[l].keeps = 7;
    for (int l = 0; l < 2; l++) {
        struct as_mapping_level *level = &mapping->level[l];
        unsigned left = (1u << DIMS) - 1;
        while (left) {
            int d = as_random_below(random, DIMS);
            if (!(left >> d & 1))
                continue;
            left &= ~(1u << d);
            int64_t cut = draw_tile(random, tile[d], tiles);
            if (cut < tile[d])
                level->loop[level->n_loops++] = (struct as_loop){d, cut, -1};
            tile[d] = cut;
        }
    }
    for (int x = 0; x < 2; x++) {
        int64_t cut = (tile[along[x]] + 15) / 16;
        if (cut < tile[along[x]])
            mapping->level[1].loop[mapping->level[1].n_loops++] = (struct as_loop){along[x], cut, x};
        tile[along[x]] = cut;
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static const struct {
    const char *name;
    int64_t extent[DIMS], stride, pad;
} layers[] = {
    {"3x3, 64 to 64, 56x56", {64, 64, 56, 56, 3, 3}, 1, 1},
    {"3x3, 512 to 512, 7x7", {512, 512, 7, 7, 3, 3}, 1, 1},
    {"7x7/2, 3 to 64, 112x112", {64, 3, 112, 112, 7, 7}, 2, 3},
    {"1x1, 64 to 256, 56x56", {256, 64, 56, 56, 1, 1}, 1, 0},
};
static const char *const tiles_name[] = {"divisors", "rounded", "any"};
enum { LAYERS = sizeof layers / sizeof layers[0], MOST_MAPPINGS = 2000 };

/* Seconds per mapping of the fastest round; negative when a mapping is not covered. */
static double run(const struct as_model *model, int n, const struct as_mapping *mapping, struct as_cost *cost,
    bool batch, int rounds)
{
    double best = INFINITY;
    for (int round = 0; round < rounds; round++) {
        int covered = 0;
        double start = seconds();
        if (batch)
            covered = as_model_eval_batch(model, n, mapping, cost);
        else
            for (int m = 0; m < n; m++)
                covered += as_model_eval(model, &mapping[m], &cost[m]) == NAAS_OK;
        best = fmin(best, (seconds() - start) / n);
        if (covered != n)
            return -1;
    }
    return best;
}

int main(int argc, char **argv)
{
    static struct as_mapping mapping[MOST_MAPPINGS];
    static struct as_cost cost[MOST_MAPPINGS];
    int rounds = argc > 1 ? atoi(argv[1]) : 10, n = argc > 2 ? atoi(argv[2]) : MOST_MAPPINGS;
    const char *only = argc > 5 ? argv[3] : NULL;
    struct as_accel accel = array();
    if (n < 1 || n > MOST_MAPPINGS)
        return 1;
    for (int i = 0; i < LAYERS; i++)
        for (int tiles = DIVISORS; tiles <= ANY; tiles++) {
            if (only && (i != atoi(argv[4]) || tiles != atoi(argv[5])))
                continue;
            struct as_problem problem = layer(layers[i].extent, layers[i].stride, layers[i].pad);
            struct as_model model;
            struct as_random random = as_random_stream(1, 0);
            double best[2] = {1, 1}, sum = 0;
            as_model_init(&model, &problem, &accel);
            for (int m = 0; m < n; m++)
                draw_mapping(&random, &problem, tiles, &mapping[m]);
            for (int batch = 0; batch < 2; batch++)
                if (!only || batch == (strcmp(only, "batch") == 0))
                    best[batch] = run(&model, n, mapping, cost, batch, rounds);
            if (best[0] < 0 || best[1] < 0)
                return 1;
            for (int m = 0; m < n; m++)
                sum += cost[m].cycles;
            printf("%-26s %-10s %9.0f evaluations/s  %9.0f in a batch  (checksum %.6g)\n", layers[i].name,
                tiles_name[tiles], 1 / best[0], 1 / best[1], sum);
        }
    return 0;
}
