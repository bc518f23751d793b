/*
 * The simulator against explicit sets (counts, cycles) and against plain loops (results), on random cases.
 */
#include "brute.h"
#include "random_case.h"
#include "walker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t environment(const char *name, uint64_t fallback)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : fallback;
}

/* Arrays for a case, with values that are large enough to make sums wrap. */
static struct walk_data make_data(const struct random_case *made, unsigned seed)
{
    struct walk_data data = {{NULL}, NULL};
    for (int t = 0; t < made->problem.n_tensors; t++) {
        size_t n = (size_t)walk_elements(&made->problem.tensor[t]);
        if (t == made->problem.output) {
            data.result = calloc(n, sizeof(int32_t));
            continue;
        }
        int16_t *array = malloc(n * sizeof *array);
        for (size_t i = 0; i < n; i++)
            array[i] = (int16_t)(seed = seed * 1103515245u + 12345u, seed >> 16);
        data.operand[t] = array;
    }
    return data;
}

static void free_data(const struct random_case *made, struct walk_data *data)
{
    for (int t = 0; t < made->problem.n_tensors; t++)
        free((void *)data->operand[t]);
    free(data->result);
}

/* What is wrong with a case, or NULL. */
static const char *result_fault(const struct random_case *made, naas_rt_counters *counters)
{
    static char error[256];
    struct walk_data data = make_data(made, 1), plain = data;
    size_t bytes = (size_t)walk_elements(&made->problem.tensor[made->problem.output]) * sizeof(int32_t);
    plain.result = calloc(1, bytes);
    naas_rt_problem problem;
    walk_convert_problem(&made->problem, &made->accel, &problem);
    walk_plain(&problem, made->problem.combine, &plain);
    const char *fault = NULL;
    if (walk_mapping(&made->problem, &made->accel, &made->mapping, &data, NULL, counters, error))
        fault = error;
    else if (memcmp(data.result, plain.result, bytes) != 0)
        fault = "results differ";
    free(plain.result);
    free_data(made, &data);
    return fault;
}

static const char *count_fault(const naas_rt_counters *a, const naas_rt_counters *b)
{
    if (memcmp(a->count, b->count, sizeof a->count) != 0)
        return "counts differ";
    if (memcmp(a->deliveries, b->deliveries, sizeof a->deliveries) != 0)
        return "deliveries differ";
    if (memcmp(a->adds, b->adds, sizeof a->adds) != 0)
        return "adds differ";
    if (a->macs != b->macs || a->runs != b->runs)
        return "macs or runs differ";
    return a->cycles != b->cycles ? "cycles differ" : NULL;
}

static void print_counters(const struct random_case *made, const naas_rt_counters *counters)
{
    for (int l = 0; l < made->accel.n_levels; l++) {
        for (int t = 0; t < made->problem.n_tensors; t++)
            fprintf(stderr, "  %s %s: %lld reads %lld fills %lld drains %lld updates\n",
                made->accel.level[l].name, made->problem.tensor[t].name, counters->count[l][t].reads,
                counters->count[l][t].fills, counters->count[l][t].drains, counters->count[l][t].updates);
        fprintf(stderr, "  %lld deliveries %lld adds\n", counters->deliveries[l], counters->adds[l]);
    }
    fprintf(stderr, "  %lld macs %lld runs %lld cycles\n", counters->macs, counters->runs, counters->cycles);
}

static bool fails(const struct random_case *made, void *arg)
{
    naas_rt_counters simulated, counted;
    const char **why = arg;
    *why = result_fault(made, &simulated);
    if (*why)
        return true;
    brute_count(&made->problem, &made->accel, &made->mapping, &counted);
    *why = count_fault(&simulated, &counted);
    return *why != NULL;
}

static void report(struct random_tape *tape, const struct random_size *size, uint64_t seed)
{
    struct random_case made;
    const char *why;
    naas_rt_counters simulated, counted;
    random_case_shrink(tape, size, fails, &why);
    random_case_make(tape, size, &made);
    fails(&made, &why);
    fprintf(stderr, "NAAS_SEED=%llu: %s\n", (unsigned long long)seed, why);
    random_case_print(&made);
    result_fault(&made, &simulated);
    brute_count(&made.problem, &made.accel, &made.mapping, &counted);
    fprintf(stderr, "simulated:\n");
    print_counters(&made, &simulated);
    fprintf(stderr, "counted:\n");
    print_counters(&made, &counted);
    fail_msg("simulator and definition differ for seed %llu", (unsigned long long)seed);
}

static void simulator_counts_and_computes_what_the_model_says(void **state)
{
    (void)state;
    static const struct random_size size = {300, 9, 4};
    uint64_t seed = environment("NAAS_SEED", 1), n = environment("NAAS_TEST_COUNT", 2000);
    fprintf(stderr, "NAAS_SEED=%llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)n);
    for (uint64_t i = 0; i < n; i++) {
        struct random_tape tape;
        struct random_case made;
        const char *why;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &size, &made);
        if (fails(&made, &why))
            report(&tape, &size, seed + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(simulator_counts_and_computes_what_the_model_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
