#include "accelsearch/native.h"
#include "accelsearch/cmaes.h"
#include "accelsearch/space.h"
#include <math.h>
#include <stdlib.h>
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
    int n;
    double *gene[AS_MAX_LEVELS * AS_NATIVE_PARTS * AS_NATIVE_LETTERS]; /* [n], into the dataflow */
    const struct as_cost **cost;                                       /* [layer] */
    struct as_map_result *result;                                      /* [layer] */
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
static void list_genes(struct hunt *hunt, struct as_native *native)
{
    unsigned used = letters_in(hunt->workload);
    for (int l = 0; l < native->n_boundaries; l++) {
        const struct as_level *level = &hunt->accel->level[l];
        for (int part = 0; part < FIRST_AXIS + level->n_axes; part++) {
            if (part >= FIRST_AXIS && strlen(level->axis[part - FIRST_AXIS].dims) == 1)
                continue;
            for (int i = 0; i < AS_NATIVE_LETTERS; i++)
                if (used >> i & 1)
                    hunt->gene[hunt->n++] = &native->gene[l][part][i];
        }
    }
}

static double score(struct hunt *hunt, const struct as_native *native)
{
    for (int i = 0; i < hunt->workload->n_layers; i++) {
        const struct as_problem *problem = &hunt->workload->layer[i].problem;
        if (as_native_map(native, problem, hunt->accel, hunt->goal, &hunt->result[i]) != NAAS_OK)
            return INFINITY;
    }
    return as_workload_score(hunt->workload, hunt->goal, hunt->cost);
}

static void evolve(
    struct hunt *hunt, struct cmaes *es, double *fitness, int64_t evaluations, struct as_native *native)
{
    double best = INFINITY;
    double *winner = fitness + cmaes_max_lambda(es);
    for (int64_t done = 0; done < evaluations; done += cmaes_lambda(es)) {
        cmaes_ask(es);
        for (int k = 0; k < cmaes_lambda(es); k++) {
            const double *candidate = cmaes_candidate(es, k);
            for (int i = 0; i < hunt->n; i++)
                *hunt->gene[i] = candidate[i];
            fitness[k] = score(hunt, native);
            if (fitness[k] < best || done + k == 0) {
                best = fitness[k];
                memcpy(winner, candidate, (size_t)hunt->n * sizeof *winner);
            }
        }
        cmaes_tell(es, fitness);
    }
    for (int i = 0; i < hunt->n; i++)
        *hunt->gene[i] = winner[i];
}

enum naas_status as_native_search(struct as_native *native, const struct as_workload *workload,
    const struct as_accel *accel, const struct as_goal *goal, int64_t evaluations, uint64_t seed)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct hunt *hunt = naas_alloc(ctx, 1, sizeof *hunt);
    size_t n_layers = (size_t)workload->n_layers;
    *hunt = (struct hunt){.workload = workload, .accel = accel, .goal = goal};
    hunt->result = naas_alloc(ctx, n_layers, sizeof *hunt->result);
    hunt->cost = naas_alloc(ctx, n_layers, sizeof *hunt->cost);
    for (size_t i = 0; i < n_layers; i++)
        hunt->cost[i] = &hunt->result[i].cost;
    *native = (struct as_native){.n_boundaries = accel->n_levels - 1};
    list_genes(hunt, native);
    struct cmaes *es = cmaes_new(hunt->n, 0, 0.3, seed);
    if (es) {
        double *fitness = naas_alloc(ctx, (size_t)cmaes_max_lambda(es) + (size_t)hunt->n, sizeof *fitness);
        evolve(hunt, es, fitness, evaluations, native);
    }
    cmaes_free(es);
    naas_ctx_free(ctx);
    return es ? NAAS_OK : NAAS_SYSTEM;
}
