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

/* Rosenbrock's curved valley over [-2, 2]^n, minimum at 1. */
static double valley(const double *x)
{
    double sum = 0;
    for (int i = 0; i + 1 < N; i++) {
        double a = 4 * x[i] - 2, b = 4 * x[i + 1] - 2;
        sum += 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a);
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
        assert_true(minimise(valley, seed, 40000, NULL) < 1e-6);
    }
}

/* Rastrigin's function of three variables over [-3, 3]: some 7^3 local minima, the least in the middle. */
static double craters(const double *x)
{
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double v = 6 * x[i] - 3;
        sum += 10 + v * v - 10 * cos(2 * 3.14159265358979323846 * v);
    }
    return sum;
}

static void test_restarts_leave_local_minima(void **state)
{
    (void)state;
    int at_once = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct cmaes *es = cmaes_new(3, 0, 0.3, seed);
        double fitness[256], best = INFINITY;
        int restarts = 0;
        for (int evaluations = 0; evaluations < 40000 && best > 1e-6;) {
            cmaes_ask(es);
            for (int i = 0; i < cmaes_lambda(es); i++, evaluations++) {
                fitness[i] = craters(cmaes_candidate(es, i));
                best = fmin(best, fitness[i]);
            }
            restarts = cmaes_restarts(es);
            cmaes_tell(es, fitness);
        }
        assert_true(best <= 1e-6);
        at_once += restarts == 0;
        cmaes_free(es);
    }
    assert_true(at_once < 8); /* it is not that easy */
}

/* Steps grow on a slope, and shrink where there is nothing more to win. */
static void test_the_step_size_adapts(void **state)
{
    (void)state;
    struct cmaes *es = cmaes_new(N, 0, 0.001, 3);
    double fitness[256], most = 0;
    for (int generation = 0; generation < 150; generation++) {
        cmaes_ask(es);
        for (int i = 0; i < cmaes_lambda(es); i++)
            fitness[i] = sphere(cmaes_candidate(es, i));
        cmaes_tell(es, fitness);
        most = fmax(most, cmaes_sigma(es));
    }
    assert_true(most > 0.02);
    assert_true(cmaes_restarts(es) > 0 || cmaes_sigma(es) < 0.1 * most);
    cmaes_free(es);
}

/* A candidate drawn again is another one, and the rest stay. */
static void test_redraws_one_candidate(void **state)
{
    (void)state;
    struct cmaes *es = cmaes_new(N, 0, 0.3, 4);
    double before[2][N];
    cmaes_ask(es);
    for (int i = 0; i < 2; i++)
        memcpy(before[i], cmaes_candidate(es, i), sizeof before[i]);
    cmaes_redraw(es, 1);
    assert_memory_equal(before[0], cmaes_candidate(es, 0), sizeof before[0]);
    assert_memory_not_equal(before[1], cmaes_candidate(es, 1), sizeof before[1]);
    cmaes_free(es);
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
        cmocka_unit_test(test_restarts_leave_local_minima),
        cmocka_unit_test(test_the_step_size_adapts),
        cmocka_unit_test(test_redraws_one_candidate),
        cmocka_unit_test(test_is_a_function_of_the_seed),
        cmocka_unit_test(test_survives_a_flat_or_invalid_landscape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
