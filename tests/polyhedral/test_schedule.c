/*
 * Random mappings of a convolution: isl's tree and the loop list order the same iterations in the same way,
 * whatever tiles are ragged.
 *
 * The expected order is written down from the meaning of struct poly_loop alone: a loop's value starts at the
 * enclosing loop's value and goes by `tile` to the end of every tile around it.
 */
#include "nests.h"
#include "polyhedral/polyhedral.h"
#include <isl/map.h>
#include <isl/schedule.h>
#include <isl/space.h>
#include <isl/union_map.h>
#include <isl/union_set.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct as_accel accel = {
    .name = "test",
    .n_levels = 3,
    .level = {{.name = "DRAM"},
        {.name = "L2", .n_axes = 2, .axis = {{.name = "x", .size = 64}, {.name = "y", .size = 64}}},
        {.name = "L1"}},
};

struct fixture {
    struct naas_ctx *ctx;
    struct poly_scop *scop;
    struct poly_problem *problem;
};

static struct fixture fixture_new(int64_t k, int64_t c, int64_t p)
{
    struct fixture f = {.ctx = naas_ctx_new()};
    struct poly_options options = {.reassociate = true};
    struct poly_plan *plan;

    assert_int_equal(poly_scop_build(f.ctx, nest_conv(f.ctx, k, c, p), &options, &f.scop), NAAS_OK);
    assert_int_equal(poly_plan_build(f.ctx, f.scop, &plan), NAAS_OK);
    f.problem = plan->part[0].problem;
    assert_int_equal(plan->n_parts, 1);
    return f;
}

static void fixture_free(struct fixture *f)
{
    poly_scop_free(f->scop);
    naas_ctx_free(f->ctx);
}

static int below(unsigned *state, int n)
{
    return (int)((unsigned)rand_r(state) % (unsigned)n);
}

static void shuffle(unsigned *state, int *list, int n)
{
    for (int i = n - 1; i > 0; i--) {
        int j = below(state, i + 1), swap = list[i];

        list[i] = list[j];
        list[j] = swap;
    }
}

/* Loops for some dims in random order, each with a random tile inside what is left. */
static void random_loops(
    unsigned *state, struct as_mapping_level *level, int64_t *left, int n_dims, int n, int n_spatial)
{
    int order[AS_MAX_DIMS];

    for (int d = 0; d < n_dims; d++)
        order[d] = d;
    for (int pass = 0; pass < 2; pass++) {
        shuffle(state, order, n_dims);
        for (int i = 0; i < (pass ? n_spatial : n); i++) {
            int d = order[i];
            int64_t tile = 1 + below(state, (int)left[d]);

            level->loop[level->n_loops++] = (struct as_loop){d, tile, pass ? i % 2 : -1};
            left[d] = tile;
        }
    }
}

static struct as_mapping random_mapping(unsigned *state, const struct as_problem *problem)
{
    struct as_mapping mapping = {.n_levels = 3};
    int64_t left[AS_MAX_DIMS];

    for (int d = 0; d < problem->n_dims; d++)
        left[d] = problem->dim[d].extent;
    for (int l = 0; l < 2; l++) {
        mapping.level[l].keeps = 7;
        random_loops(
            state, &mapping.level[l], left, problem->n_dims, below(state, problem->n_dims + 1), l ? 2 : 0);
    }
    mapping.level[2].keeps = 7;
    for (int d = 0; d < problem->n_dims; d++) {
        if (below(state, 2))
            mapping.level[2].loop[mapping.level[2].n_loops++] = (struct as_loop){d, 1, -1};
    }
    return mapping;
}

/* The order that the loop list means, as an isl map from iterations to [0, trip numbers..., 0...]. */
static char *expected_order(const struct fixture *f, const struct poly_schedule *schedule, int n_time)
{
    const struct as_problem *problem = &f->problem->problem;
    struct naas_buf text = naas_buf_new(f->ctx);
    int innermost[AS_MAX_DIMS];

    memset(innermost, -1, sizeof innermost);
    naas_buf_puts(&text, "{ S1[k, p, q, c, r, s] -> [0");
    for (int i = 1; i < n_time; i++)
        naas_buf_printf(&text, i <= schedule->n_loops ? ", t%d" : ", 0", i - 1);
    naas_buf_puts(&text, "] : exists (v = 0");
    for (int i = 0; i < schedule->n_loops; i++)
        naas_buf_printf(&text, ", v%d", i);
    naas_buf_puts(&text, " : 0 = 0");
    for (int i = 0; i < schedule->n_loops; i++) {
        const struct poly_loop *loop = &schedule->loop[i];

        innermost[loop->dim] = i;
        if (loop->outer < 0)
            naas_buf_printf(&text, " and v%d = %ld t%d and t%d >= 0 and v%d < %ld", i, (long)loop->tile, i, i,
                i, (long)problem->dim[loop->dim].extent);
        else
            naas_buf_printf(
                &text, " and v%d = v%d + %ld t%d and t%d >= 0", i, loop->outer, (long)loop->tile, i, i);
        for (int o = i; schedule->loop[o].outer >= 0; o = schedule->loop[o].outer)
            naas_buf_printf(
                &text, " and v%d < v%d + %ld", i, schedule->loop[o].outer, (long)schedule->loop[o].around);
        if (schedule->loop[i].outer >= 0)
            naas_buf_printf(&text, " and v%d < %ld", i, (long)problem->dim[loop->dim].extent);
    }
    for (int d = 0; d < problem->n_dims; d++) {
        naas_buf_printf(&text, " and %s = ", problem->dim[d].name);
        naas_buf_printf(&text, innermost[d] < 0 ? "0" : "v%d", innermost[d]);
    }
    naas_buf_puts(&text, ") }");
    return text.text;
}

static __isl_give isl_map *order_of(isl_ctx *isl, const char *text)
{
    isl_schedule *tree = isl_schedule_read_from_str(isl, text);
    isl_union_map *all = isl_schedule_get_map(tree);
    isl_union_set *sums = isl_union_set_read_from_str(isl, "{ S1[k, p, q, c, r, s] }");
    isl_map *order;

    all = isl_union_map_intersect_domain(all, sums);
    all = isl_union_map_intersect_domain(all, isl_schedule_get_domain(tree));
    order = isl_map_from_union_map(all);
    isl_schedule_free(tree);
    return order;
}

static void loop_list_means_what_the_tree_means(void **unused)
{
    const char *seed_text = getenv("NAAS_SEED"), *count_text = getenv("NAAS_TEST_COUNT");
    unsigned seed = seed_text ? (unsigned)atoi(seed_text) : 1, state = seed;
    int count = count_text ? atoi(count_text) : 60;
    struct fixture f = fixture_new(5, 7, 9);
    isl_ctx *isl = isl_ctx_alloc();

    (void)unused;
    print_message("NAAS_SEED=%u NAAS_TEST_COUNT=%d\n", seed, count);
    for (int i = 0; i < count; i++) {
        struct as_mapping mapping = random_mapping(&state, &f.problem->problem);
        struct poly_schedule *schedule;
        isl_map *actual, *expected;
        isl_set *domain;

        assert_int_equal(poly_schedule_build(f.ctx, f.scop, f.problem, &accel, &mapping, &schedule), NAAS_OK);
        actual = order_of(isl, schedule->isl);
        expected =
            isl_map_read_from_str(isl, expected_order(&f, schedule, (int)isl_map_dim(actual, isl_dim_out)));
        domain = isl_map_domain(isl_map_copy(actual));
        expected = isl_map_intersect_domain(expected, domain);
        if (isl_map_is_equal(actual, expected) != isl_bool_true) {
            struct naas_buf text = naas_buf_new(f.ctx);

            poly_schedule_print(&text, f.problem, &accel, &mapping, schedule);
            print_error("%s%s\n", text.text, schedule->isl);
            fail_msg("mapping %d of seed %u", i, seed);
        }
        isl_map_free(actual);
        isl_map_free(expected);
    }
    isl_ctx_free(isl);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop_list_means_what_the_tree_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
