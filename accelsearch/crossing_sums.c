#include "accelsearch/crossing_sums.h"
#include "accelsearch/memory.h"
#include <math.h>

enum { NUMBERS = 2 }; /* of a key */

struct as_memory *as_line_sums_new(struct naas_ctx *ctx)
{
    return as_memory_new(ctx, NUMBERS);
}

static double sum_of(
    const struct as_line *line, bool clip, const struct as_chain *i, const struct as_chain *j, int ni, int nj)
{
    struct as_view view[2] = {{i, ni, 0}, {j, nj, 0}};
    struct as_state state[2] = {{ni, false}, {nj, false}};
    struct as_sums sums;
    return as_sum_line(line, clip, view, state, &sums) ? (double)sums.taken : 0;
}

/* Instances go on to tiles of their own: all of them one after the other. */
static struct as_chain one_by_one(const struct as_chain *chain)
{
    struct as_chain one = {.extent = chain->extent};
    for (int c = 0; c < chain->n; c++)
        as_chain_cut(&one, chain->cut[c].tile, chain->cut[c].level, false);
    return one;
}

static void lower(double *number, double other)
{
    *number = other < *number ? other : *number;
}

/* Lowers the sums to those of one way to cut the dims. */
static void join_sums(
    const struct as_line *line, const struct as_cuts *i, const struct as_cuts *j, struct as_line_sums *sums)
{
    struct as_chain one[2] = {one_by_one(&i->chain), one_by_one(&j->chain)};
    lower(&sums->copies, sum_of(line, false, &one[0], &one[1], one[0].n, one[1].n));
    for (int clip = 0; clip < 2; clip++) {
        const struct as_chain *a = &i->chain, *b = &j->chain;
        lower(&sums->all[clip], sum_of(line, clip, a, b, a->n, b->n));
        lower(&sums->sweep[0][clip], sum_of(line, clip, a, b, i->n_outer, b->n));
        lower(&sums->sweep[1][clip], sum_of(line, clip, a, b, a->n, j->n_outer));
        lower(&sums->region[clip], sum_of(line, clip, a, b, i->n_outer, j->n_outer));
    }
}

const struct as_line_sums *as_line_sums(struct as_crossings *crossings, int t, int n,
    const struct as_line *line, const struct as_link *i, const struct as_link *j)
{
    int64_t key[NUMBERS] = {t << 8 | n, (int64_t)i->number << 32 | j->number};
    void *known_before = as_memory_find(crossings->sums, key);
    if (known_before)
        return known_before;
    struct as_line_sums *sums = naas_alloc(crossings->ctx, 1, sizeof *sums);
    *sums = (struct as_line_sums){
        {INFINITY, INFINITY}, INFINITY, {{INFINITY, INFINITY}, {INFINITY, INFINITY}}, {INFINITY, INFINITY}};
    for (int x = 0; x < i->n_ways; x++)
        for (int y = 0; y < j->n_ways; y++)
            join_sums(line, &i->cuts[x], &j->cuts[y], sums);
    as_memory_add(crossings->sums, key, sums);
    return sums;
}

double as_line_elements(const struct as_model *model, const struct as_line *line, bool clip)
{
    struct as_chain chain[2];
    for (int x = 0; x < 2; x++)
        chain[x] =
            (struct as_chain){.extent = line->dim[x] >= 0 ? model->problem.dim[line->dim[x]].extent : 1};
    return line->dim[0] < 0 ? 1 : sum_of(line, clip, &chain[0], &chain[1], 0, 0);
}
