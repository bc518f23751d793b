/*
 * Whichever allocation fails, the run says so, and nothing is written.
 */
#include "random_case.h"
#include "walker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Allocations until one fails; negative: none does. The linker sends the library's calls here (--wrap). */
static long until_failure = -1;

static bool fails_now(void)
{
    return until_failure >= 0 && until_failure-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails_now() ? NULL : __real_realloc(old, size);
}

enum { MOST = 4096 };

/* Fails the first allocation, then the second, and so on until a run needs no more. */
static void fail_each(const struct random_case *made)
{
    static char operand[MOST], result[MOST];
    const struct as_problem *problem = &made->problem;
    struct walk_data data = {{NULL}, result};
    for (int t = 0; t < problem->n_tensors; t++) {
        assert_true(walk_elements(&problem->tensor[t]) * 4 <= MOST);
        data.operand[t] = operand;
    }
    char error[256];
    int status = NAAS_RT_NO_MEMORY, n = 0;
    for (; status == NAAS_RT_NO_MEMORY; n++) {
        memset(result, 1, sizeof result);
        until_failure = n;
        status = walk_mapping(problem, &made->accel, &made->mapping, &data, NULL, NULL, error);
        until_failure = -1;
        if (status == NAAS_RT_NO_MEMORY)
            assert_string_equal(error, "out of memory");
        for (int i = 0; status != NAAS_RT_OK && i < MOST; i++)
            assert_int_equal(result[i], 1);
    }
    assert_int_equal(status, NAAS_RT_OK);
    assert_true(n > 5);
}

static void a_failed_allocation_is_reported(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct random_tape tape;
        struct random_case made;
        random_tape_fill(&tape, seed);
        random_case_make(&tape, &(struct random_size){60, 5, 3}, &made);
        fail_each(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_failed_allocation_is_reported)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
