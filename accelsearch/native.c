#include "accelsearch/native.h"
#include "accelsearch/cmaes.h"
#include "accelsearch/pool.h"
#include "accelsearch/space.h"
#include <math.h>
#include <string.h>

enum { ORDER, TILE, FIRST_AXIS };
static const char letters[AS_NATIVE_LETTERS + 1] = "NKCDPQTRSG";

static int letter_of(const struct as_dim *dim)
{
    const char *at = dim->conv ? strchr(letters, dim->conv) : NULL;
    return at ? (int)(at - letters) : 0;
}

/* Which boundary of the dataflow serves boundary l of an accelerator with n of them. */
static int boundary_for(const struct as_native *native, int l, int n)
{
    int from_inside = n - 1 - l, last = native->n_boundaries - 1;
    if (l == 0)
        return 0;
    return from_inside > last ? 0 : last - from_inside;
}

static double *add_genes(double *genes, const double *part, const struct as_problem *problem)
{
    for (int d = 0; d < problem->n_dims; d++)
        *genes++ = part[letter_of(&problem->dim[d])];
    return genes;
}

enum naas_status as_native_map(const struct as_native *native, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_goal *goal, struct as_map_result *result)
{
    struct as_space space;
    double genes[AS_MAX_GENES], *next = genes;
    int n = accel->n_levels - 1;
    *result = (struct as_map_result){.score = INFINITY, .evaluations = 1};
    as_space_init(&space, problem, accel, AS_SPACE_NAAS, AS_IMPORTANCE);
    if (!as_space_has_any(&space))
        return NAAS_UNSUPPORTED;
    for (int l = 0; l < n; l++) {
        const double(*part)[AS_NATIVE_LETTERS] = native->gene[boundary_for(native, l, n)];
        next = add_genes(next, part[ORDER], problem);
        next = add_genes(next, part[TILE], problem);
        for (int x = 0; x < accel->level[l].n_axes; x++)
            next = add_genes(next, part[FIRST_AXIS + x], problem);
    }
    as_space_decode(&space, genes, &result->mapping);
    enum naas_status status = as_evaluate(problem, accel, &result->mapping, &result->cost);
    if (status == NAAS_OK)
        result->score = as_goal_score(goal, &result->cost);
    return status;
}

/* ---- the search: over the genes that make a difference ---- */

struct hunt {
    const struct as_workload *workload;
    const struct as_accel *accel;
    const struct as_goal *goal;
    int n, threads;
    int gene[(AS_MAX_LEVELS - 1) * AS_NATIVE_PARTS * AS_NATIVE_LETTERS]; /* [n]: number in the dataflow */
    struct cmaes *es;
    double *fitness; /* [population] */
};

static unsigned letters_in(const struct as_workload *workload)
{
    unsigned used = 0;
    for (int i = 0; i < workload->n_layers; i++)
        for (int d = 0; d < workload->layer[i].problem.n_dims; d++)
            used |= 1u << letter_of(&workload->layer[i].problem.dim[d]);
    return used;
}

/* An axis that takes a single dim leaves nothing to choose. */
static void list_genes(struct hunt *hunt, int n_boundaries)
{
    unsigned used = letters_in(hunt->workload);
    for (int l = 0; l < n_boundaries; l++) {
        const struct as_level *level = &hunt->accel->level[l];
        for (int part = 0; part < FIRST_AXIS + level->n_axes; part++) {
            if (part >= FIRST_AXIS && strlen(level->axis[part - FIRST_AXIS].dims) == 1)
                continue;
            for (int i = 0; i < AS_NATIVE_LETTERS; i++)
                if (used >> i & 1)
                    hunt->gene[hunt->n++] = (l * AS_NATIVE_PARTS + part) * AS_NATIVE_LETTERS + i;
        }
    }
}

static struct as_native dataflow_of(const struct hunt *hunt, const double *candidate)
{
    struct as_native native = {.n_boundaries = hunt->accel->n_levels - 1};
    for (int i = 0; i < hunt->n; i++)
        (&native.gene[0][0][0])[hunt->gene[i]] = candidate[i];
    return native;
}

static double score(const struct hunt *hunt, const struct as_native *native)
{
    struct naas_ctx *ctx = naas_ctx_new();
    size_t n_layers = (size_t)hunt->workload->n_layers;
    struct as_map_result *result = naas_alloc(ctx, n_layers, sizeof *result);
    const struct as_cost **cost = naas_alloc(ctx, n_layers, sizeof *cost);
    bool fits = true;
    for (size_t i = 0; i < n_layers && fits; i++) {
        const struct as_problem *problem = &hunt->workload->layer[i].problem;
        fits = as_native_map(native, problem, hunt->accel, hunt->goal, &result[i]) == NAAS_OK;
        cost[i] = &result[i].cost;
    }
    double value = fits ? as_workload_score(hunt->workload, hunt->goal, cost) : INFINITY;
    naas_ctx_free(ctx);
    return value;
}

static void score_item(void *context, int k)
{
    struct hunt *hunt = context;
    struct as_native native = dataflow_of(hunt, cmaes_candidate(hunt->es, k));
    hunt->fitness[k] = score(hunt, &native);
}

static void evolve(struct hunt *hunt, int64_t evaluations, struct as_native *native)
{
    double best = INFINITY;
    for (int64_t done = 0; done < evaluations; done += cmaes_lambda(hunt->es)) {
        cmaes_ask(hunt->es);
        as_pool_run(hunt->threads, cmaes_lambda(hunt->es), score_item, hunt);
        for (int k = 0; k < cmaes_lambda(hunt->es); k++)
            if (hunt->fitness[k] < best || done + k == 0) {
                best = hunt->fitness[k];
                *native = dataflow_of(hunt, cmaes_candidate(hunt->es, k));
            }
        cmaes_tell(hunt->es, hunt->fitness);
    }
}

enum naas_status as_native_search(struct as_native *native, const struct as_workload *workload,
    const struct as_accel *accel, const struct as_goal *goal, int64_t evaluations, uint64_t seed, int threads)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct hunt *hunt = naas_alloc(ctx, 1, sizeof *hunt);
    *hunt = (struct hunt){.workload = workload, .accel = accel, .goal = goal, .threads = threads};
    list_genes(hunt, accel->n_levels - 1);
    struct cmaes *es = hunt->es = cmaes_new(hunt->n, 0, 0.3, seed);
    if (es) {
        hunt->fitness = naas_alloc(ctx, (size_t)cmaes_max_lambda(es), sizeof *hunt->fitness);
        evolve(hunt, evaluations, native);
    }
    cmaes_free(es);
    naas_ctx_free(ctx);
    return es ? NAAS_OK : NAAS_SYSTEM;
}
