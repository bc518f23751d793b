/* The evolution strategy reaches the optimum of functions whose optimum is known, in the box and on its
 * border. */
#include "accelsearch/cmaes.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { N = 10 };

static double sphere(const double *x)
{
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += (x[i] - 0.3) * (x[i] - 0.3);
    return sum;
}

/* Rotated by pairing neighbours, condition 1e6: needs the covariance. */
static double ellipsoid(const double *x)
{
    double sum = 0;
    for (int i = 0; i < N; i++) {
        double v = x[i] + 0.5 * x[(i + 1) % N] - 0.9;
        sum += pow(1e6, i / (N - 1.0)) * v * v;
    }
    return sum;
}

/* Minimum at x = 1, the corner of the box. */
static double corner(const double *x)
{
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += (i + 1) * (1 - x[i]);
    return sum;
}

static double minimise(double (*f)(const double *), uint64_t seed, int evaluations, double *where)
{
    struct cmaes *es = cmaes_new(N, 0, 0.3, seed);
    assert_non_null(es);
    double fitness[256], best = INFINITY;
    assert_true(cmaes_max_lambda(es) <= 256);
    while (evaluations > 0) {
        cmaes_ask(es);
        for (int i = 0; i < cmaes_lambda(es); i++, evaluations--) {
            const double *x = cmaes_candidate(es, i);
            for (int k = 0; k < N; k++)
                assert_true(x[k] >= 0 && x[k] <= 1);
            fitness[i] = f(x);
            if (fitness[i] < best) {
                best = fitness[i];
                if (where)
                    memcpy(where, x, N * sizeof *x);
            }
        }
        cmaes_tell(es, fitness);
    }
    cmaes_free(es);
    return best;
}

static void test_finds_known_optima(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        assert_true(minimise(sphere, seed, 3000, NULL) < 1e-9);
        assert_true(minimise(ellipsoid, seed, 20000, NULL) < 1e-6);
        assert_true(minimise(corner, seed, 8000, NULL) < 1e-3);
    }
}

static void test_is_a_function_of_the_seed(void **state)
{
    (void)state;
    double a[N], b[N], c[N];
    minimise(ellipsoid, 7, 500, a);
    minimise(ellipsoid, 7, 500, b);
    minimise(ellipsoid, 8, 500, c);
    assert_memory_equal(a, b, sizeof a);
    assert_memory_not_equal(a, c, sizeof a);
}

/* All candidates invalid: nothing to learn, but no not-a-number either, and it restarts. */
static void test_survives_a_flat_or_invalid_landscape(void **state)
{
    (void)state;
    struct cmaes *es = cmaes_new(N, 0, 0.3, 1);
    double fitness[256];
    for (int generation = 0; generation < 400; generation++) {
        cmaes_ask(es);
        for (int i = 0; i < cmaes_lambda(es); i++) {
            assert_true(isfinite(cmaes_candidate(es, i)[0]));
            fitness[i] = INFINITY;
        }
        cmaes_tell(es, fitness);
    }
    assert_true(cmaes_restarts(es) > 0);
    cmaes_free(es);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_known_optima),
        cmocka_unit_test(test_is_a_function_of_the_seed),
        cmocka_unit_test(test_survives_a_flat_or_invalid_landscape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
