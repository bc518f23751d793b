/*
 * The closed form equals the simulator: counts on random triples of problem, accelerator and mapping, cycles
 * nearly so.
 *
 * NAAS_SEED and NAAS_TEST_COUNT choose the cases; a failing one is shrunk before it is printed.
 */
#include "accelsearch/accelsearch.h"
#include "tests/runtime/random_case.h"
#include "tests/runtime/walker.h"
#include "tests/support/environment.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* The simulator gives each its buffers. */
enum { MOST_INSTANCES = 2000 };

/* Counts do not depend on values, so no value is computed. */
static void no_kernel(const naas_rt_pe *pe)
{
    (void)pe;
}

static bool simulate(const struct random_case *c, naas_rt_counters *counters)
{
    struct walk_data data = {.result = NULL};
    char error[256];
    void *memory[AS_MAX_TENSORS] = {NULL};
    for (int t = 0; t < c->problem.n_tensors; t++) {
        memory[t] = calloc((size_t)walk_elements(&c->problem.tensor[t]) + 1, sizeof(double));
        data.operand[t] = t == c->problem.output ? NULL : memory[t];
    }
    data.result = memory[c->problem.output];
    int status = walk_mapping(&c->problem, &c->accel, &c->mapping, &data, no_kernel, counters, error);
    for (int t = 0; t < c->problem.n_tensors; t++)
        free(memory[t]);
    if (status != NAAS_RT_OK)
        fprintf(stderr, "simulator: %s\n", error);
    return status == NAAS_RT_OK;
}

static bool same_counts(const struct random_case *c, const struct as_cost *cost, const naas_rt_counters *ran)
{
    bool same = cost->macs == ran->macs;
    for (int l = 0; l < c->mapping.n_levels; l++) {
        same = same && cost->deliveries[l] == ran->deliveries[l] && cost->adds[l] == ran->adds[l];
        for (int t = 0; t < c->problem.n_tensors; t++) {
            const struct as_counts *x = &cost->count[l][t];
            const naas_rt_count *y = &ran->count[l][t];
            same = same && x->reads == y->reads && x->fills == y->fills && x->drains == y->drains &&
                   x->updates == y->updates;
        }
    }
    return same;
}

static bool counts_differ(const struct random_case *c, void *uncovered)
{
    struct as_cost cost;
    naas_rt_counters ran;
    if (as_evaluate(&c->problem, &c->accel, &c->mapping, &cost) != NAAS_OK) {
        ++*(int *)uncovered;
        return false;
    }
    return !simulate(c, &ran) || !same_counts(c, &cost, &ran);
}

static void print_counts(const struct random_case *c)
{
    struct as_cost cost;
    naas_rt_counters ran;
    if (as_evaluate(&c->problem, &c->accel, &c->mapping, &cost) != NAAS_OK || !simulate(c, &ran))
        return;
    for (int l = 0; l < c->mapping.n_levels; l++)
        for (int t = 0; t < c->problem.n_tensors; t++) {
            const struct as_counts *x = &cost.count[l][t];
            const naas_rt_count *y = &ran.count[l][t];
            fprintf(stderr,
                "level %d tensor %d: reads %lld|%lld fills %lld|%lld drains %lld|%lld updates %lld|%lld\n", l,
                t, (long long)x->reads, y->reads, (long long)x->fills, y->fills, (long long)x->drains,
                y->drains, (long long)x->updates, y->updates);
        }
}

static void check_counts(uint64_t seed, uint64_t count, const struct random_size *size)
{
    int uncovered = 0, skipped = 0;
    uint64_t tried = 0;
    fprintf(
        stderr, "NAAS_SEED=%llu NAAS_TEST_COUNT=%llu\n", (unsigned long long)seed, (unsigned long long)count);
    /* count cases are compared, besides those that cannot be. */
    for (uint64_t i = 0; i < count + (uint64_t)(uncovered + skipped); i++) {
        tried = i + 1;
        assert_true((uint64_t)uncovered * 100 <= count && (uint64_t)skipped * 10 <= count);
        struct random_tape tape;
        struct random_case made;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, size, &made);
        if (as_instances(&made.accel, made.accel.n_levels - 1) > MOST_INSTANCES) {
            skipped++;
            continue;
        }
        if (!counts_differ(&made, &uncovered))
            continue;
        fprintf(
            stderr, "seed %llu differs (closed form|simulator), shrunk:\n", (unsigned long long)(seed + i));
        random_case_shrink(&tape, size, counts_differ, &uncovered);
        random_case_make(&tape, size, &made);
        random_case_print(&made);
        print_counts(&made);
        fail();
    }
    fprintf(stderr,
        "of %llu, %d not covered by the closed form, %d with too many instances to simulate, %llu equal\n",
        (unsigned long long)tried, uncovered, skipped,
        (unsigned long long)tried - (unsigned long long)(uncovered + skipped));
}

static void counts_equal_execution_on_small_cases(void **state)
{
    (void)state;
    const struct random_size size = {.max_points = 400, .max_extent = 8, .max_array = 4};
    check_counts(number_from("NAAS_SEED", 1), number_from("NAAS_TEST_COUNT", 20000), &size);
}

/* Tiles wider than a machine word of bits, arrays of a hundred instances. */
static void counts_equal_execution_on_large_extents(void **state)
{
    (void)state;
    const struct random_size size = {.max_points = 20000, .max_extent = 300, .max_array = 12};
    check_counts(number_from("NAAS_SEED", 1) + 1000000, number_from("NAAS_TEST_COUNT", 20000) / 20, &size);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void cycles_are_close_on_larger_cases(void **state)
{
    (void)state;
    enum { CORPUS = 200, SHORTEST = 5000 };
    const struct random_size size = {.max_points = 60000, .max_extent = 64, .max_array = 8};
    double error[CORPUS];
    int n = 0, exact = 0;
    for (uint64_t seed = 7000000; n < CORPUS; seed++) {
        struct random_tape tape;
        struct random_case made;
        struct as_cost cost;
        naas_rt_counters ran;
        random_tape_fill(&tape, seed);
        random_case_make(&tape, &size, &made);
        if (as_instances(&made.accel, made.accel.n_levels - 1) > MOST_INSTANCES ||
            as_evaluate(&made.problem, &made.accel, &made.mapping, &cost) != NAAS_OK ||
            cost.cycles < SHORTEST || !simulate(&made, &ran))
            continue;
        error[n] = fabs(cost.cycles / (double)ran.cycles - 1);
        if (error[n] > 0.03) {
            fprintf(stderr, "seed %llu: %.0f cycles, simulator %lld\n", (unsigned long long)seed, cost.cycles,
                ran.cycles);
            if (getenv("NAAS_SHOW"))
                random_case_print(&made);
        }
        exact += error[n++] < 1e-9;
    }
    qsort(error, CORPUS, sizeof *error, by_value);
    fprintf(stderr, "cycles: %d of %d exact, median %.3f %%, 95th percentile %.2f %%, worst %.2f %%\n", exact,
        CORPUS, 100 * error[CORPUS / 2], 100 * error[CORPUS * 95 / 100], 100 * error[CORPUS - 1]);
    assert_true(error[CORPUS / 2] <= 0.02);
    assert_true(error[CORPUS - 1] <= 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_equal_execution_on_small_cases),
        cmocka_unit_test(counts_equal_execution_on_large_extents),
        cmocka_unit_test(cycles_are_close_on_larger_cases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
