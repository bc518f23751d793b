/* Settings of the published search (once-for-all, evolution finder): best quarter, half mutations, a gene in
 * ten, the resolution with 0.5. */
#include "nas/evolve.h"
#include <math.h>
#include <string.h>

enum {
    PARENT_SHARE = 4,
    MIN_BATCH = 16,   /* subnets asked about at once */
    DRAWS = 4,        /* rounds after which the first subnets come from those found */
    MAX_ROUNDS = 200, /* of asking, for one generation */
};
static const double gene_mutates = 0.1, resolution_mutates = 0.5;

/* ---- breeding ---- */

static struct nas_subnet mutate(
    const struct nas_space *space, const struct nas_subnet *parent, struct as_random *random)
{
    struct nas_subnet child = *parent;
    for (int g = 0; g < space->n_genes; g++)
        if (as_random_unit(random) < (g == 0 ? resolution_mutates : gene_mutates))
            child.pick[g] = (unsigned char)as_random_below(random, space->gene[g].n);
    nas_canonical(space, &child);
    return child;
}

static struct nas_subnet cross(const struct nas_space *space, const struct nas_subnet *mother,
    const struct nas_subnet *father, struct as_random *random)
{
    struct nas_subnet child = *mother;
    for (int g = 0; g < space->n_genes; g++)
        if (as_random_unit(random) < 0.5)
            child.pick[g] = father->pick[g];
    nas_canonical(space, &child);
    return child;
}

static struct nas_subnet breed(
    const struct nas_search *search, struct nas_population *population, int parents)
{
    struct as_random *random = &population->random;
    if (parents == 0 || nas_oracle_lists(search->oracle))
        return nas_oracle_draw(search->oracle, random);
    const struct nas_subnet *mother = &population->member[as_random_below(random, parents)].subnet;
    const struct nas_subnet *father = &population->member[as_random_below(random, parents)].subnet;
    return as_random_unit(random) < 0.5 ? mutate(search->space, mother, random)
                                        : cross(search->space, mother, father, random);
}

/* ---- filling a generation ---- */

static bool is_member(const struct nas_population *population, const struct nas_subnet *subnet)
{
    for (int i = 0; i < population->n; i++)
        if (memcmp(&population->member[i].subnet, subnet, sizeof *subnet) == 0)
            return true;
    return false;
}

static struct nas_size size_of(const struct nas_space *space, const struct nas_subnet *subnet)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_network network;
    struct nas_size size = {0, 0};
    if (nas_network(ctx, space, subnet, &network, NULL) == NAAS_OK)
        size = nas_size(&network);
    naas_ctx_free(ctx);
    return size;
}

/* Children of the first `parents` members, or draws when there are none, until the population is full. */
static enum naas_status fill(const struct nas_search *search, struct nas_population *population, int parents)
{
    int most = search->options.subnet_population, batch = most > MIN_BATCH ? most : MIN_BATCH;
    enum naas_status status = NAAS_OK;
    for (int round = 0; round < MAX_ROUNDS && population->n < most && status == NAAS_OK; round++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct nas_subnet *child = naas_alloc(ctx, (size_t)batch, sizeof *child);
        struct nas_size *size = naas_alloc(ctx, (size_t)batch, sizeof *size);
        struct nas_accuracy *accuracy = naas_alloc(ctx, (size_t)batch, sizeof *accuracy);
        /* When few draws are accurate enough, those that are help to find others. */
        int from = parents ? parents : round > DRAWS ? population->n : 0;
        for (int i = 0; i < batch; i++) {
            child[i] = breed(search, population, from);
            size[i] = size_of(search->space, &child[i]);
        }
        status = nas_oracle_ask(search->ctx, search->oracle, batch, child, size, accuracy);
        for (int i = 0; i < batch && population->n < most && status == NAAS_OK; i++)
            if (size[i].macs > 0 && accuracy[i].known && accuracy[i].top1 >= population->min_accuracy &&
                !is_member(population, &child[i]))
                population->member[population->n++] = (struct nas_point){.subnet = child[i],
                    .size = size[i],
                    .accuracy = accuracy[i],
                    .candidate = population->candidate};
        naas_ctx_free(ctx);
    }
    return status;
}

static void sort(struct nas_population *population)
{
    for (int i = 1; i < population->n; i++) {
        struct nas_point point = population->member[i];
        int j = i;
        for (; j > 0 && population->member[j - 1].score > point.score; j--)
            population->member[j] = population->member[j - 1];
        population->member[j] = point;
    }
}

/* ---- the front ---- */

void nas_offer(struct nas_engine *engine, const struct nas_point *point)
{
    struct nas_search *search = engine->search;
    int kept = 0;
    if (!isfinite(point->score))
        return;
    for (int i = 0; i < search->n_front; i++)
        if (search->front[i].accuracy.top1 >= point->accuracy.top1 && search->front[i].score <= point->score)
            return;
    for (int i = 0; i < search->n_front; i++)
        if (search->front[i].accuracy.top1 > point->accuracy.top1 || search->front[i].score < point->score)
            search->front[kept++] = search->front[i];
    search->n_front = kept;
    search->front = naas_grow(
        search->ctx, search->front, search->n_front, &engine->front_capacity, sizeof *search->front);
    int at = search->n_front++;
    for (; at > 0 && search->front[at - 1].score < point->score; at--)
        search->front[at] = search->front[at - 1];
    search->front[at] = *point;
}

/* ---- evolution ---- */

static enum naas_status judge_all(struct nas_engine *engine, int n, struct nas_population *populations)
{
    struct naas_ctx *ctx = naas_ctx_new();
    int n_points = 0;
    struct nas_point **points =
        naas_alloc(ctx, (size_t)n * (size_t)engine->search->options.subnet_population + 1, sizeof *points);
    for (int p = 0; p < n; p++)
        for (int i = 0; i < populations[p].n; i++)
            points[n_points++] = &populations[p].member[i];
    enum naas_status status = nas_judge(engine, engine->search->options.evaluations, n_points, points);
    for (int i = 0; i < n_points && status == NAAS_OK; i++)
        nas_offer(engine, points[i]);
    for (int p = 0; p < n && status == NAAS_OK; p++)
        sort(&populations[p]);
    naas_ctx_free(ctx);
    return status;
}

enum naas_status nas_evolve(struct nas_engine *engine, int n, struct nas_population *populations)
{
    struct nas_search *search = engine->search;
    enum naas_status status = NAAS_OK;
    for (int g = 0; g < search->options.subnet_generations && status == NAAS_OK; g++) {
        for (int p = 0; p < n && status == NAAS_OK; p++) {
            struct nas_population *population = &populations[p];
            int parents = g == 0 ? 0 : (population->n + PARENT_SHARE - 1) / PARENT_SHARE;
            if (g > 0)
                population->n = parents;
            status = fill(search, population, parents);
        }
        if (status == NAAS_OK)
            status = judge_all(engine, n, populations);
        search->subnet_generation = g + 1;
        if (status == NAAS_OK && engine->progress)
            engine->progress(engine->context, search);
    }
    return status;
}
