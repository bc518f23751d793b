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

/* ---- data of any type ---- */

static size_t bytes_of(const struct random_case *made, int t)
{
    enum naas_type type = t == made->problem.output ? made->problem.acc_type : made->problem.tensor[t].type;
    static const size_t bytes[NAAS_N_TYPES] = {0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
    return type == NAAS_WORD ? (t == made->problem.output ? 4 : 2) : bytes[type];
}

/* Integers get random bits, so that their sums wrap; reals small natural numbers, so that their sums are
 * exact in any order and no zero has a sign. */
static void fill_array(enum naas_type type, void *array, size_t n, size_t bytes, unsigned seed)
{
    for (size_t i = 0; i < n * (type == NAAS_F32 || type == NAAS_F64 ? 1 : bytes); i++) {
        seed = seed * 1103515245u + 12345u;
        if (type == NAAS_F32)
            ((float *)array)[i] = (float)(seed >> 16 & 15);
        else if (type == NAAS_F64)
            ((double *)array)[i] = (double)(seed >> 16 & 15);
        else
            ((unsigned char *)array)[i] = (unsigned char)(seed >> 16);
    }
}

static struct walk_data make_data(const struct random_case *made, unsigned seed)
{
    struct walk_data data = {{NULL}, NULL};
    for (int t = 0; t < made->problem.n_tensors; t++) {
        size_t n = (size_t)walk_elements(&made->problem.tensor[t]);
        void *array = calloc(n, bytes_of(made, t));
        if (t == made->problem.output) {
            data.result = array;
            continue;
        }
        fill_array(made->problem.tensor[t].type, array, n, bytes_of(made, t), seed + (unsigned)t);
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
    int output = made->problem.output;
    size_t bytes = (size_t)walk_elements(&made->problem.tensor[output]) * bytes_of(made, output);
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

static void check_cases(const struct random_size *size, uint64_t n)
{
    uint64_t seed = environment("NAAS_SEED", 1);
    fprintf(stderr, "NAAS_SEED=%llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)n);
    for (uint64_t i = 0; i < n; i++) {
        struct random_tape tape;
        struct random_case made;
        const char *why;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, size, &made);
        if (fails(&made, &why))
            report(&tape, size, seed + i);
    }
}

static void small_cases_count_and_compute_what_the_model_says(void **state)
{
    (void)state;
    check_cases(&(struct random_size){300, 9, 4}, environment("NAAS_TEST_COUNT", 4000));
}

static void larger_cases_count_and_compute_what_the_model_says(void **state)
{
    (void)state;
    check_cases(&(struct random_size){4000, 120, 6}, environment("NAAS_TEST_COUNT", 4000) / 40);
}

static void every_type_of_element_is_computed_with(void **state)
{
    (void)state;
    /* An operand's type, and that of the sums. */
    static const enum naas_type types[][2] = {{NAAS_I8, NAAS_I32}, {NAAS_U8, NAAS_I32}, {NAAS_I8, NAAS_I8},
        {NAAS_U8, NAAS_U8}, {NAAS_I16, NAAS_I16}, {NAAS_U16, NAAS_U16}, {NAAS_U16, NAAS_I64},
        {NAAS_I32, NAAS_I32}, {NAAS_U32, NAAS_U32}, {NAAS_I64, NAAS_I64}, {NAAS_F32, NAAS_F32},
        {NAAS_F32, NAAS_F64}, {NAAS_F64, NAAS_F64}};
    uint64_t seed = environment("NAAS_SEED", 1);
    fprintf(stderr, "NAAS_SEED=%llu\n", (unsigned long long)seed);
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        for (uint64_t i = 0; i < 100; i++) {
            struct random_tape tape;
            struct random_case made;
            naas_rt_counters counters;
            random_tape_fill(&tape, seed + i);
            random_case_make(&tape, &(struct random_size){300, 9, 4}, &made);
            for (int t = 0; t < made.problem.n_tensors; t++)
                made.problem.tensor[t].type = types[k][0];
            made.problem.acc_type = types[k][1];
            const char *fault = result_fault(&made, &counters);
            if (fault)
                random_case_print(&made);
            if (fault)
                fail_msg("types %d, %d, seed %llu: %s", (int)types[k][0], (int)types[k][1],
                    (unsigned long long)(seed + i), fault);
        }
}

/* docs/model.md: fills = reads of the outer level = updates - |O touched|, where only the last level has
 * several instances. */
static void returns_are_updates_but_for_the_first_touch(void **state)
{
    (void)state;
    uint64_t seed = environment("NAAS_SEED", 1), n = environment("NAAS_TEST_COUNT", 4000);
    fprintf(stderr, "NAAS_SEED=%llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)n);
    for (uint64_t i = 0; i < n; i++) {
        struct random_tape tape;
        struct random_case made;
        naas_rt_counters counters;
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &(struct random_size){2000, 20, 5}, &made);
        bool one_array = true;
        for (int l = 0; l < made.accel.n_levels - 2; l++)
            one_array &= made.accel.level[l].n_axes == 0;
        if (!one_array)
            continue;
        assert_null(result_fault(&made, &counters));
        int out = made.problem.output, outer = 0;
        long long touched = 1;
        for (int j = 0; j < made.problem.tensor[out].rank; j++)
            touched *= made.problem.dim[made.problem.tensor[out].axis[j].term[0].dim].extent;
        for (int l = 1; l < made.accel.n_levels; l++) {
            if (!(made.mapping.level[l].keeps >> out & 1))
                continue;
            assert_int_equal(counters.count[l][out].fills, counters.count[outer][out].reads);
            assert_int_equal(counters.count[l][out].fills, counters.count[outer][out].updates - touched);
            outer = l;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_cases_count_and_compute_what_the_model_says),
        cmocka_unit_test(larger_cases_count_and_compute_what_the_model_says),
        cmocka_unit_test(every_type_of_element_is_computed_with),
        cmocka_unit_test(returns_are_updates_but_for_the_first_touch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
