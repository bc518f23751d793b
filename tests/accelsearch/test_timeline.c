/*
 * The timeline is the latency's: over all tiles of a level's sequence it adds up to what the cost model says
 * the level outside takes, on random cases. NAAS_SEED and NAAS_TEST_COUNT choose them.
 */
#include "accelsearch/timeline.h"
#include "accelsearch/timing.h"
#include "tests/runtime/random_case.h"
#include "tests/support/environment.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* docs/model.md, from single tiles. */
static double sequence_time(
    struct as_timeline *timeline, const struct as_accel *accel, int level, bool typical)
{
    double time = 0;
    bool first = true, more = true;
    as_timeline_seek(timeline, level, typical, 0);
    while (more) {
        struct as_tile_time tile = as_timeline_tile(timeline);
        more = as_timeline_next(timeline);
        if (accel->level[level].buffers > 1)
            time += (first ? tile.load : 0) + fmax(tile.inside, tile.beside) + (more ? 0 : tile.store);
        else
            time += tile.load + tile.inside + tile.store;
        first = false;
    }
    return time;
}

/* The general way, whose runs of tiles these are. */
static bool general_cycles(const struct random_case *c, double *cycles)
{
    static struct as_model model;
    struct as_nest nest;
    struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS];
    struct as_cost cost = {0};
    as_model_init(&model, &c->problem, &c->accel);
    if (!model.covered || !as_nest_build(&model, &c->mapping, &nest) ||
        !as_model_counts(&model, &c->mapping, &nest, true, traffic, &cost) ||
        !as_latency(&model, &c->mapping, &nest, traffic, &cost))
        return false;
    *cycles = cost.cycles;
    return true;
}

static bool has_padding(const struct as_problem *problem)
{
    for (int t = 0; t < problem->n_tensors; t++)
        for (int a = 0; a < problem->tensor[t].rank; a++) {
            const struct as_axis *axis = &problem->tensor[t].axis[a];
            int64_t reach = axis->offset;
            for (int i = 0; i < axis->n_terms; i++)
                reach += axis->term[i].coef * (problem->dim[axis->term[i].dim].extent - 1);
            if (axis->offset < 0 || reach >= axis->extent)
                return true;
        }
    return false;
}

static bool close(double a, double b, double part)
{
    return fabs(a - b) <= part * fmax(fabs(a), fabs(b)) + 1e-6;
}

/* Some tensor passes a level: its words share a port with those of a sequence that goes on at the same time,
 * and the run may take longer than its tiles. */
static bool some_pass(const struct random_case *c)
{
    for (int l = 1; l < c->mapping.n_levels; l++)
        if (c->mapping.level[l].keeps != (1u << c->problem.n_tensors) - 1)
            return true;
    return false;
}

static void tiles_add_up_to_the_latency(void **state)
{
    const struct random_size size = {.max_points = 4000, .max_extent = 24, .max_array = 4};
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_TEST_COUNT", 300);
    int compared = 0, several = 0;
    (void)state;
    for (uint64_t i = 0; i < count; i++) {
        struct random_tape tape;
        struct random_case c;
        struct as_timeline *timeline;
        struct naas_ctx *ctx = naas_ctx_new();
        double wanted;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &size, &c);
        if (general_cycles(&c, &wanted) &&
            as_timeline_new(ctx, &c.problem, &c.accel, &c.mapping, &timeline) == NAAS_OK) {
            double found = sequence_time(timeline, &c.accel, 1, false);
            if (some_pass(&c) && found < wanted)
                wanted = found;
            else
                compared++;
            if (!close(found, wanted, has_padding(&c.problem) ? 0.25 : 1e-9)) {
                random_case_print(&c);
                fail_msg("seed %llu: tiles take %g cycles, the model says %g", (unsigned long long)(seed + i),
                    found, wanted);
            }
            /* A tile's inside is the sequence of the next level: the first one has it whole. */
            for (int l = 1; l < c.accel.n_levels - 1 && !has_padding(&c.problem); l++) {
                as_timeline_seek(timeline, l, false, 0);
                double inside = as_timeline_tile(timeline).inside;
                double inner = sequence_time(timeline, &c.accel, l + 1, false);
                several++;
                if (!close(inner, inside, 1e-9)) {
                    random_case_print(&c);
                    fail_msg("seed %llu: the first tile of level %d takes %g inside, its sequence %g",
                        (unsigned long long)(seed + i), l, inside, inner);
                }
            }
        }
        naas_ctx_free(ctx);
    }
    print_message("%d of %llu cases compared, %d sequences inside (seed %llu)\n", compared,
        (unsigned long long)count, several, (unsigned long long)seed);
    assert_true(compared > (int)count / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tiles_add_up_to_the_latency)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
