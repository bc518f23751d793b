/* Studies: statistics against values worked out by hand and against data made with known elasticities, and
 * samples that are what they should be. */
#include "accelsearch/random.h"
#include "study/sample.h"
#include "study/statistics.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void near(double value, double wanted, double error)
{
    if (!(fabs(value - wanted) <= error))
        fail_msg("%.9g is not %.9g", value, wanted);
}

/* ---- statistics ---- */

static void ranks_and_correlation(void **state)
{
    (void)state;
    const double tied[] = {3, 1, 3, 2, 3}, wanted[] = {4, 1, 4, 2, 4};
    double rank[10], other[10];
    int order[10];
    study_ranks(5, tied, rank, order);
    for (int i = 0; i < 5; i++)
        near(rank[i], wanted[i], 0);
    /* By hand: the sum of squared differences of ranks is 194, 1 - 6 * 194 / (10 * 99) = -29/165. */
    const double x[] = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110},
                 y[] = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};
    study_ranks(10, x, rank, order);
    study_ranks(10, y, other, order);
    near(study_correlation(10, rank, other), -29.0 / 165, 1e-12);
    near(study_correlation(10, rank, rank), 1, 1e-12);
    assert_true(isnan(study_correlation(5, rank, (const double[5]){2, 2, 2, 2, 2})));
}

static void least_squares(void **state)
{
    (void)state;
    enum { N = 7 };
    double x[4 * N], y[N], coefficient[4];
    for (int i = 0; i < N; i++) {
        x[i] = i;
        x[N + i] = i * i % 5;
        x[2 * N + i] = 3 * x[i] - x[N + i] + 4; /* of the first two */
        x[3 * N + i] = i % 3;
        y[i] = 2 * x[i] - 0.5 * x[N + i] + 7 * x[3 * N + i] + 11;
    }
    study_least_squares(N, 4, x, y, coefficient);
    near(coefficient[0], 2, 1e-9);
    near(coefficient[1], -0.5, 1e-9);
    assert_true(isnan(coefficient[2]));
    near(coefficient[3], 7, 1e-9);
    double values[] = {4, 1, 3, 2};
    near(study_quantile(4, values, 0.5), 2.5, 1e-12);
    near(study_quantile(4, values, 0.1), 1.3, 1e-12);
    near(study_quantile(4, values, 1), 4, 0);
    double mostly[] = {NAN, 9, 8, 7, 6, 5, 4, 3, 2, 1}, hardly[] = {NAN, 1, NAN};
    near(study_quantile(10, mostly, 0.5), 5, 1e-12);
    assert_true(isnan(study_quantile(3, hardly, 0.5)));
}

/* ---- points made by hand ---- */

/* Two designs whose measures are powers of the parameters, times noise. */
static struct study *made(
    struct naas_ctx *ctx, int n, uint64_t seed, const double power[2][STUDY_FACTORS], double noise)
{
    struct study *study = naas_alloc(ctx, 1, sizeof *study);
    study->ctx = ctx;
    study_defaults(study);
    study->n_samples = n;
    study->n_resamples = 400;
    study->n_designs = 2;
    study->seed = seed;
    struct study_place *place = study_places(study);
    struct as_random random = as_random_stream(seed, 77);
    for (int d = 0; d < 2; d++)
        for (int g = 0; g < STUDY_GROUPS; g++) {
            study->n_valid[g] = n - 1;
            study->point[d][g] = naas_alloc(ctx, (size_t)n, sizeof *study->point[d][g]);
            for (int i = 0; i < n; i++) {
                struct study_point *point = &study->point[d][g][i];
                point->valid = i != 3;
                for (int f = 0; f < STUDY_FACTORS; f++)
                    point->x[f] = g == STUDY_PARALLEL
                                      ? f == place[i].parallel[0] || f == place[i].parallel[1]
                                      : exp(4 * (g ? place[i].hardware[f] : place[i].neural[f]));
                for (int m = 0; m < STUDY_METRICS; m++) {
                    double y = noise * as_random_normal(&random);
                    for (int f = 0; f < STUDY_FACTORS; f++)
                        y += power[d][f] * (g == STUDY_PARALLEL ? point->x[f] : log(point->x[f]));
                    point->y[m] = point->valid ? exp(y) : NAN;
                }
            }
        }
    study_analyse(study);
    return study;
}

static bool holds(struct study_estimate estimate, double value)
{
    return estimate.low <= value && value <= estimate.high;
}

static void known_elasticities(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    const double power[2][STUDY_FACTORS] = {{2, 1, 0, 0, -0.5, 0}, {2, -1, 0, 0, -0.5, 0}};
    struct study *exact = made(ctx, 60, 5, power, 0), *study = made(ctx, 120, 6, power, 0.5);
    int within = 0, n = 0;
    for (int g = 0; g < STUDY_GROUPS; g++)
        for (int f = 0; f < STUDY_FACTORS; f++)
            for (int m = 0; m < STUDY_METRICS; m++)
                for (int d = 0; d < 2; d++) {
                    double mean = g == STUDY_PARALLEL ? (d ? 0.5 : 2.5) / 6 : 0;
                    near(exact->cell[d][g][f][m].elasticity.value, power[d][f] - mean, 1e-9);
                    within += holds(study->cell[d][g][f][m].elasticity, power[d][f] - mean);
                    n++;
                }
    /* 95 % of the intervals should hold the truth; 90 of 108 is five deviations below. */
    if (within < 90 || within == n)
        fail_msg("%d of %d intervals hold the truth", within, n);
    for (int g = 0; g < 2; g++) {
        const struct study_cell *cell = &study->difference[1][g][1][0];
        near(cell->elasticity.value, -2, 0.2);
        assert_true(cell->elasticity.high < -1.7 && cell->spearman.high < -0.3);
        assert_true(study->cell[0][g][0][0].spearman.low > 0.6);
        near(study->difference[1][g][0][0].elasticity.value, 0, 0.2);
        near(study->difference[0][g][0][0].spearman.high, 0, 0);
    }
    naas_ctx_free(ctx);
}

/* The same seed, the same numbers; another one, others. */
static void seeds(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    const double power[2][STUDY_FACTORS] = {{1}, {1}};
    struct study *a = made(ctx, 40, 1, power, 1), *b = made(ctx, 40, 1, power, 1),
                 *c = made(ctx, 40, 2, power, 1);
    assert_memory_equal(a->cell, b->cell, sizeof a->cell);
    assert_memory_not_equal(a->cell, c->cell, sizeof a->cell);
    naas_ctx_free(ctx);
}

/* ---- samples ---- */

static struct study *small(struct naas_ctx *ctx, int n)
{
    struct study *study = naas_alloc(ctx, 1, sizeof *study);
    static const char *const names[] = {"nvdla-256", "eyeriss"};
    study->ctx = ctx;
    study_defaults(study);
    study->n_samples = n;
    study->n_designs = 2;
    study->map.evaluations = 30;
    study->range[STUDY_NEURAL][STUDY_RESOLUTION] = (struct study_range){7, 14};
    for (int d = 0; d < 2; d++) {
        struct study_design *design = &study->design[d];
        design->name = names[d];
        const char *path = naas_format(ctx, NAAS_EXAMPLES "/accelerators/%s.json", names[d]);
        assert_int_equal(as_accel_read(ctx, path, &design->accel, &design->sources), NAAS_OK);
        design->array = d ? 1 : 2;
        design->l1 = 2;
        design->l2 = 1;
        assert_null(study_design_fault(design));
    }
    return study;
}

static void places(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct study *study = small(ctx, 60);
    struct study_place *place = study_places(study);
    int pairs[6][6] = {{0}};
    for (int f = 0; f < 2 * STUDY_FACTORS; f++) { /* one in each stratum */
        bool there[60] = {false};
        for (int i = 0; i < 60; i++) {
            double at = f < STUDY_FACTORS ? place[i].neural[f] : place[i].hardware[f - STUDY_FACTORS];
            assert_true(at >= 0 && at < 1 && !there[(int)(60 * at)]);
            there[(int)(60 * at)] = true;
        }
    }
    for (int i = 0; i < 60; i++)
        pairs[place[i].parallel[0]][place[i].parallel[1]]++;
    for (int a = 0; a < 6; a++)
        for (int b = 0; b < 6; b++)
            assert_int_equal(pairs[a][b], a == b ? 0 : 2);
    naas_ctx_free(ctx);
}

static void variants(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct study *study = small(ctx, 1);
    struct study_place place = {.parallel = {2, 4}}; /* P, R; everything else at its lowest */
    struct as_accel accel;
    double x[STUDY_FACTORS];
    for (int f = 0; f < STUDY_FACTORS; f++)
        place.hardware[f] = f == STUDY_PES ? 0.5 : f == STUDY_ASPECT ? 0.5 : 0;
    study_variant(study, 1, STUDY_HARDWARE, &place, &accel, x);
    const struct as_accel *base = &study->design[1].accel;
    near(x[STUDY_PES], 1, 0);
    near(x[STUDY_L2], 0.25, 1e-3);
    assert_int_equal(accel.level[1].axis[0].size, base->level[1].axis[0].size);
    near((double)accel.level[1].partition[0].bytes, (double)base->level[1].partition[0].bytes / 4, 2);
    near(accel.level[1].port[2].words_per_cycle, base->level[1].port[2].words_per_cycle / 4, 1e-12);
    near(accel.level[0].port[0].words_per_cycle, base->level[0].port[0].words_per_cycle / 4, 1e-12);
    assert_true(accel.level[1].read_pj < base->level[1].read_pj);
    study_variant(study, 1, STUDY_PARALLEL, &place, &accel, x);
    assert_string_equal(accel.level[1].axis[0].dims, "P");
    assert_string_equal(accel.level[1].axis[1].dims, "R");
    near(x[2] + x[4], 2, 0);
    near(x[0] + x[1] + x[3] + x[5], 0, 0);
    struct study_stage stage;
    for (int f = 0; f < STUDY_FACTORS; f++)
        place.neural[f] = 0.99;
    assert_int_equal(study_stage_new(study, &place, &stage), NAAS_OK);
    assert_int_equal(stage.n_layers, 6);
    assert_int_equal(stage.count[0] + stage.count[3], 4);
    int64_t out = (int64_t)stage.x[STUDY_OUT];
    assert_int_equal(as_problem_macs(&stage.layer[1]), 14 * 14 * 7 * 7 * out * out);
    study->inverted = true;
    assert_int_equal(study_stage_new(study, &place, &stage), NAAS_OK);
    assert_int_equal(as_problem_macs(&stage.layer[4]), 14 * 14 * 7 * 7 * out);
    naas_ctx_free(ctx);
}

/* Measured twice, on different numbers of threads: the same; relative to the design as it is. */
static void measuring(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct study *study[2];
    for (int k = 0; k < 2; k++) {
        study[k] = small(ctx, 6);
        assert_int_equal(study_measure(study[k], NULL, 1 + 2 * k, NULL), NAAS_OK);
        study_analyse(study[k]);
        assert_true(study[k]->n_valid[STUDY_NEURAL] == 6 && study[k]->n_valid[STUDY_HARDWARE] > 3);
    }
    for (int d = 0; d < 2; d++)
        for (int g = 0; g < STUDY_GROUPS; g++)
            assert_memory_equal(
                study[0]->point[d][g], study[1]->point[d][g], 6 * sizeof *study[0]->point[d][g]);
    for (int i = 0; i < 6; i++) {
        const struct study_point *point = &study[0]->point[0][STUDY_NEURAL][i];
        assert_true(point->y[0] > 1000 && point->y[1] > 1000 && point->y[2] > 0 && point->y[2] <= 1);
    }
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ranks_and_correlation),
        cmocka_unit_test(least_squares), cmocka_unit_test(known_elasticities), cmocka_unit_test(seeds),
        cmocka_unit_test(places), cmocka_unit_test(variants), cmocka_unit_test(measuring)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
