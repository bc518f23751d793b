#include "accelsearch/cmaes.h"
#include "accelsearch/random.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_GROWTH = 8 };

struct cmaes {
    int n, first_lambda, lambda, mu;
    double first_sigma;
    struct as_random random;

    /* constants of the current population size (names of the tutorial) */
    double mu_eff, c_sigma, d_sigma, c_c, c_1, c_mu, chi_n;
    double *weight; /* [lambda] */

    /* the distribution: N(mean, sigma^2 C), C = U^T U. Rows hold what stands from the diagonal on: the inner
     * loops run along rows and add to many places instead of one, which is faster. */
    double sigma;
    double *mean, *path_sigma, *path_c; /* [n] */
    double *c, *u;                      /* [n * n] */

    /* the population: normal, step = U^T normal, folded candidate */
    double *z, *y, *x;          /* [max_lambda * n] */
    double *step_mean, *z_mean; /* [n] */
    int *rank;                  /* [max_lambda] */

    int generation, restarts;
    double best; /* of this run, to see that it stalls */
    int stalled; /* generations without a better candidate */
};

int cmaes_lambda(const struct cmaes *es)
{
    return es->lambda;
}

int cmaes_max_lambda(const struct cmaes *es)
{
    return es->first_lambda * MAX_GROWTH;
}

int cmaes_restarts(const struct cmaes *es)
{
    return es->restarts;
}

double cmaes_sigma(const struct cmaes *es)
{
    return es->sigma;
}

const double *cmaes_candidate(const struct cmaes *es, int i)
{
    return es->x + (size_t)i * (size_t)es->n;
}

/* Tutorial, table 1. */
static void set_constants(struct cmaes *es)
{
    double n = es->n, sum = 0, squares = 0;
    es->mu = es->lambda / 2;
    for (int i = 0; i < es->mu; i++) {
        es->weight[i] = log((es->lambda + 1) / 2.0) - log(i + 1);
        sum += es->weight[i];
    }
    for (int i = 0; i < es->mu; i++) {
        es->weight[i] /= sum;
        squares += es->weight[i] * es->weight[i];
    }
    double mu_eff = es->mu_eff = 1 / squares;
    es->c_sigma = (mu_eff + 2) / (n + mu_eff + 5);
    es->d_sigma = 1 + 2 * fmax(0, sqrt((mu_eff - 1) / (n + 1)) - 1) + es->c_sigma;
    es->c_c = (4 + mu_eff / n) / (n + 4 + 2 * mu_eff / n);
    es->c_1 = 2 / ((n + 1.3) * (n + 1.3) + mu_eff);
    es->c_mu = fmin(1 - es->c_1, 2 * (mu_eff - 2 + 1 / mu_eff) / ((n + 2) * (n + 2) + mu_eff));
    es->chi_n = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
}

/* A fresh distribution around es->mean. */
static void start_run(struct cmaes *es)
{
    size_t n = (size_t)es->n;
    set_constants(es);
    es->sigma = es->first_sigma;
    memset(es->path_sigma, 0, n * sizeof *es->path_sigma);
    memset(es->path_c, 0, n * sizeof *es->path_c);
    memset(es->c, 0, n * n * sizeof *es->c);
    memset(es->u, 0, n * n * sizeof *es->u);
    for (size_t i = 0; i < n; i++)
        es->c[i * n + i] = es->u[i * n + i] = 1;
    es->generation = es->stalled = 0;
    es->best = INFINITY;
}

struct cmaes *cmaes_new(int n, int lambda, double sigma, uint64_t seed)
{
    struct cmaes *es = calloc(1, sizeof *es);
    if (!es)
        return NULL;
    es->n = n;
    es->first_lambda = es->lambda = lambda > 0 ? lambda : 4 + (int)floor(3 * log(n));
    if (es->lambda < 4)
        es->first_lambda = es->lambda = 4;
    es->first_sigma = sigma;
    es->random = as_random_stream(seed, 0);

    size_t columns = (size_t)n, most = (size_t)cmaes_max_lambda(es);
    double *block = calloc(most + 5 * columns + 2 * columns * columns + 3 * most * columns, sizeof *block);
    es->rank = calloc(most, sizeof *es->rank);
    es->weight = block; /* owns the block */
    if (!block || !es->rank) {
        cmaes_free(es);
        return NULL;
    }
    double *next = block + most;
    double **vectors[] = {&es->mean, &es->path_sigma, &es->path_c, &es->step_mean, &es->z_mean};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++, next += columns)
        *vectors[i] = next;
    es->c = next;
    es->u = es->c + columns * columns;
    es->z = es->u + columns * columns;
    es->y = es->z + most * columns;
    es->x = es->y + most * columns;
    for (int i = 0; i < n; i++)
        es->mean[i] = 0.5;
    start_run(es);
    return es;
}

void cmaes_free(struct cmaes *es)
{
    if (!es)
        return;
    free(es->weight);
    free(es->rank);
    free(es);
}

void cmaes_start_at(struct cmaes *es, const double *mean)
{
    memcpy(es->mean, mean, (size_t)es->n * sizeof *mean);
    start_run(es);
}

/* The mirror image in [0,1]: ... 0.2 -> 0.2, 1.3 -> 0.7, -0.1 -> 0.1 ... */
static double fold(double value)
{
    return value >= 0 && value <= 1 ? value : fabs(remainder(value, 2));
}

/* to[from..n) += factor * row[from..n) */
static void add_row(double *restrict to, double factor, const double *restrict row, int from, int n)
{
    for (int j = from; j < n; j++)
        to[j] += factor * row[j];
}

void cmaes_redraw(struct cmaes *es, int k)
{
    int n = es->n;
    double *z = es->z + (size_t)k * (size_t)n, *y = es->y + (size_t)k * (size_t)n,
           *x = es->x + (size_t)k * (size_t)n;
    for (int i = 0; i < n; i += 2) {
        double pair[2];
        as_random_normals(&es->random, pair);
        z[i] = pair[0];
        if (i + 1 < n)
            z[i + 1] = pair[1];
    }
    memset(y, 0, (size_t)n * sizeof *y);
    for (int i = 0; i < n; i++)
        add_row(y, z[i], es->u + (size_t)i * (size_t)n, i, n);
    for (int i = 0; i < n; i++)
        x[i] = fold(es->mean[i] + es->sigma * y[i]);
}

void cmaes_ask(struct cmaes *es)
{
    for (int k = 0; k < es->lambda; k++)
        cmaes_redraw(es, k);
}

/* Candidates from best to worst; insertion sort keeps ties in order, and populations are small. */
static void sort_ranks(struct cmaes *es, const double *fitness)
{
    for (int i = 0; i < es->lambda; i++) {
        int j = i;
        for (; j > 0 && fitness[es->rank[j - 1]] > fitness[i]; j--)
            es->rank[j] = es->rank[j - 1];
        es->rank[j] = i;
    }
}

/* U from C; false when C has lost its positive definiteness to rounding. */
static bool factor(struct cmaes *es)
{
    int n = es->n;
    memcpy(es->u, es->c, (size_t)n * (size_t)n * sizeof *es->u);
    for (int k = 0; k < n; k++) {
        double *row = es->u + (size_t)k * (size_t)n;
        if (!(row[k] > 0))
            return false;
        double scale = 1 / sqrt(row[k]);
        for (int j = k; j < n; j++)
            row[j] *= scale;
        for (int i = k + 1; i < n; i++)
            add_row(es->u + (size_t)i * (size_t)n, -row[i], row, i, n);
    }
    return true;
}

static void restart(struct cmaes *es)
{
    es->restarts++;
    if (es->lambda * 2 <= cmaes_max_lambda(es))
        es->lambda *= 2;
    for (int i = 0; i < es->n; i++)
        es->mean[i] = as_random_unit(&es->random);
    start_run(es);
}

/* Stagnation, or steps too small to change a decoded candidate. */
static bool run_is_over(const struct cmaes *es)
{
    int patience = 10 + 30 * es->n / es->lambda;
    return es->stalled > patience || es->sigma < 1e-6 || es->sigma > 1e6;
}

static void update_paths(struct cmaes *es)
{
    int n = es->n;
    double norm = 0, gain = sqrt(es->c_sigma * (2 - es->c_sigma) * es->mu_eff);
    for (int i = 0; i < n; i++) {
        es->path_sigma[i] = (1 - es->c_sigma) * es->path_sigma[i] + gain * es->z_mean[i];
        norm += es->path_sigma[i] * es->path_sigma[i];
    }
    norm = sqrt(norm);
    double decay = sqrt(1 - pow(1 - es->c_sigma, 2.0 * (es->generation + 1)));
    bool moving = norm / decay < (1.4 + 2.0 / (n + 1)) * es->chi_n; /* h_sigma */
    double c_gain = moving ? sqrt(es->c_c * (2 - es->c_c) * es->mu_eff) : 0;
    for (int i = 0; i < n; i++)
        es->path_c[i] = (1 - es->c_c) * es->path_c[i] + c_gain * es->step_mean[i];
    es->sigma *= exp(fmin(1, es->c_sigma / es->d_sigma * (norm / es->chi_n - 1)));

    double keep = 1 - es->c_1 - es->c_mu + (moving ? 0 : es->c_1 * es->c_c * (2 - es->c_c));
    for (int i = 0; i < n; i++) {
        double *row = es->c + (size_t)i * (size_t)n;
        for (int j = i; j < n; j++)
            row[j] *= keep;
        add_row(row, es->c_1 * es->path_c[i], es->path_c, i, n);
        for (int k = 0; k < es->mu; k++) {
            const double *y = es->y + (size_t)es->rank[k] * (size_t)n;
            add_row(row, es->c_mu * es->weight[k] * y[i], y, i, n);
        }
    }
}

void cmaes_tell(struct cmaes *es, const double *fitness)
{
    int n = es->n;
    sort_ranks(es, fitness);
    double best = fitness[es->rank[0]];
    es->stalled = best < es->best ? 0 : es->stalled + 1;
    es->best = fmin(es->best, best);

    for (int i = 0; i < n; i++) {
        es->step_mean[i] = es->z_mean[i] = 0;
        for (int k = 0; k < es->mu; k++) {
            size_t at = (size_t)es->rank[k] * (size_t)n + (size_t)i;
            es->step_mean[i] += es->weight[k] * es->y[at];
            es->z_mean[i] += es->weight[k] * es->z[at];
        }
        es->mean[i] += es->sigma * es->step_mean[i];
    }
    update_paths(es);
    es->generation++;
    if (run_is_over(es) || !factor(es))
        restart(es);
}
