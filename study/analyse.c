/* What the points of a study say: correlations and elasticities, with intervals from resampling. */
#include "accelsearch/random.h"
#include "study/statistics.h"
#include "study/study.h"
#include <math.h>
#include <string.h>

/* One value for each cell. */
struct values {
    double spearman[STUDY_GROUPS][STUDY_FACTORS][STUDY_METRICS];
    double elasticity[STUDY_GROUPS][STUDY_FACTORS][STUDY_METRICS];
};
enum { N_VALUES = sizeof(struct values) / sizeof(double) };

struct scratch {
    double *x, *rank_x, *y, *rank_y; /* [STUDY_FACTORS][n], [n] */
    int *order;
};

/* Letters that are parallel always number two: one of the six follows from the others, and what counts is
 * how they differ. */
static void center(double coefficient[STUDY_FACTORS])
{
    double mean = 0;
    for (int f = 0; f < STUDY_FACTORS; f++) {
        coefficient[f] = isnan(coefficient[f]) ? 0 : coefficient[f];
        mean += coefficient[f] / STUDY_FACTORS;
    }
    for (int f = 0; f < STUDY_FACTORS; f++)
        coefficient[f] -= mean;
}

/* Of the points which[0..n). */
static void estimate_group(const struct study_point *point, enum study_group group, int n, const int *which,
    struct scratch *room, struct values *values)
{
    for (int f = 0; f < STUDY_FACTORS; f++) {
        double *x = room->x + f * n;
        for (int i = 0; i < n; i++)
            x[i] = group == STUDY_PARALLEL ? point[which[i]].x[f] : log(point[which[i]].x[f]);
        study_ranks(n, x, room->rank_x + f * n, room->order);
    }
    for (int m = 0; m < STUDY_METRICS; m++) {
        double coefficient[STUDY_FACTORS];
        for (int i = 0; i < n; i++)
            room->y[i] = log(point[which[i]].y[m]);
        study_ranks(n, room->y, room->rank_y, room->order);
        study_least_squares(n, STUDY_FACTORS, room->x, room->y, coefficient);
        if (group == STUDY_PARALLEL)
            center(coefficient);
        for (int f = 0; f < STUDY_FACTORS; f++) {
            values->spearman[group][f][m] = study_correlation(n, room->rank_x + f * n, room->rank_y);
            values->elasticity[group][f][m] = coefficient[f];
        }
    }
}

/* which: of each group, indices of n_valid points. */
static void estimate(const struct study *study, int design, int *const which[STUDY_GROUPS],
    struct scratch *room, struct values *values)
{
    for (int g = 0; g < STUDY_GROUPS; g++)
        estimate_group(
            study->point[design][g], (enum study_group)g, study->n_valid[g], which[g], room, values);
}

static void valid_points(const struct study *study, int *const which[STUDY_GROUPS])
{
    for (int g = 0; g < STUDY_GROUPS; g++)
        for (int i = 0, n = 0; i < study->n_samples; i++)
            if (study->point[0][g][i].valid)
                which[g][n++] = i;
}

static void resample(struct as_random *random, const struct study *study, int *const from[STUDY_GROUPS],
    int *const which[STUDY_GROUPS])
{
    for (int g = 0; g < STUDY_GROUPS; g++)
        for (int i = 0; i < study->n_valid[g]; i++)
            which[g][i] = from[g][as_random_below(random, study->n_valid[g])];
}

/* Cells are laid out as values are, with both kinds in each. */
static struct study_estimate *estimate_at(study_cells cells, int i)
{
    int cell = i % (N_VALUES / 2);
    struct study_cell *at = &cells[0][0][0] + cell;
    return i < N_VALUES / 2 ? &at->spearman : &at->elasticity;
}

static const double *value_at(const struct values *values, int i)
{
    return (const double *)values + i;
}

/* The middle 95 % of the resamples; less: what is subtracted from each of them, or NULL. */
static void fill_in(const struct study *study, study_cells cells, const struct values *value,
    const struct values *less, double *column)
{
    for (int i = 0; i < N_VALUES; i++) {
        struct study_estimate *estimate = estimate_at(cells, i);
        estimate->value = *value_at(value, i) - (less ? *value_at(less, i) : 0);
        for (int low = 0; low < 2; low++) {
            for (int r = 1; r <= study->n_resamples; r++)
                column[r - 1] = *value_at(value + r, i) - (less ? *value_at(less + r, i) : 0);
            double quantile = study_quantile(study->n_resamples, column, low ? 0.025 : 0.975);
            *(low ? &estimate->low : &estimate->high) = quantile;
        }
    }
}

void study_analyse(struct study *study)
{
    struct naas_ctx *ctx = naas_ctx_new();
    size_t n = (size_t)study->n_samples, n_values = (size_t)study->n_resamples + 1;
    struct scratch room = {.x = naas_alloc(ctx, n * STUDY_FACTORS, sizeof(double)),
        .rank_x = naas_alloc(ctx, n * STUDY_FACTORS, sizeof(double)),
        .y = naas_alloc(ctx, n, sizeof(double)),
        .rank_y = naas_alloc(ctx, n, sizeof(double)),
        .order = naas_alloc(ctx, n, sizeof(int))};
    int *all[STUDY_GROUPS], *which[STUDY_GROUPS];
    struct values *values[STUDY_MOST_DESIGNS]; /* [0]: of all points; then of the resamples */
    double *column = naas_alloc(ctx, n_values, sizeof *column);
    for (int g = 0; g < STUDY_GROUPS; g++) {
        all[g] = naas_alloc(ctx, n, sizeof *all[g]);
        which[g] = naas_alloc(ctx, n, sizeof *which[g]);
    }
    valid_points(study, all);
    for (int d = 0; d < study->n_designs; d++) {
        values[d] = naas_alloc(ctx, n_values, sizeof *values[d]);
        estimate(study, d, all, &room, &values[d][0]);
    }
    for (int r = 1; r <= study->n_resamples; r++) {
        struct as_random random = as_random_stream(study->seed, 1000 + (uint64_t)r);
        resample(&random, study, all, which);
        for (int d = 0; d < study->n_designs; d++)
            estimate(study, d, which, &room, &values[d][r]);
    }
    for (int d = 0; d < study->n_designs; d++) {
        fill_in(study, study->cell[d], values[d], NULL, column);
        fill_in(study, study->difference[d], values[d], values[0], column);
    }
    naas_ctx_free(ctx);
}
