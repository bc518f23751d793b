/*
 * Footprints, polyhedral's and accelsearch's, are the number of elements that isl counts one by one.
 */
#include "accelsearch/accelsearch.h"
#include "polyhedral/scop.h"
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

enum { DIMS = 4 };

static int between(unsigned *state, int low, int high)
{
    return low + (int)((unsigned)rand_r(state) % (unsigned)(high - low + 1));
}

/* Two axes of up to two dims each: the second may have just one, or none. */
static struct as_tensor random_tensor(unsigned *state)
{
    struct as_tensor tensor = {.role = AS_INPUT, .rank = 2};

    tensor.axis[0].n_terms = 2;
    tensor.axis[1].n_terms = between(state, 0, 2);
    for (int d = 0; d < DIMS; d++)
        tensor.axis[d / 2].term[d % 2] = (struct as_term){.dim = d, .coef = between(state, 1, 6)};
    return tensor;
}

static int64_t isl_count(
    struct naas_ctx *ctx, isl_ctx *isl, const struct as_tensor *tensor, const int64_t *tile)
{
    struct naas_buf text = naas_buf_new(ctx);
    isl_val *count;
    isl_set *set;
    int64_t n;

    naas_buf_puts(&text, "{ [o0, o1] : exists (i0, i1, i2, i3 : 0 = 0");
    for (int j = 0; j < tensor->rank; j++) {
        naas_buf_printf(&text, " and o%d = 0", j);
        for (int i = 0; i < tensor->axis[j].n_terms; i++)
            naas_buf_printf(
                &text, " + %d i%d", (int)tensor->axis[j].term[i].coef, tensor->axis[j].term[i].dim);
    }
    for (int d = 0; d < DIMS; d++)
        naas_buf_printf(&text, " and 0 <= i%d < %d", d, (int)tile[d]);
    naas_buf_puts(&text, ") }");
    set = isl_set_read_from_str(isl, text.text);
    count = isl_set_count_val(set);
    n = isl_val_get_num_si(count);
    isl_val_free(count);
    isl_set_free(set);
    return n;
}

static void footprints_are_isls(void **unused)
{
    const char *seed_text = getenv("NAAS_SEED"), *count_text = getenv("NAAS_TEST_COUNT");
    unsigned seed = seed_text ? (unsigned)atoi(seed_text) : 1, state = seed;
    int count = count_text ? atoi(count_text) : 300;
    struct naas_ctx *ctx = naas_ctx_new();
    isl_ctx *isl = isl_ctx_alloc();

    (void)unused;
    print_message("NAAS_SEED=%u NAAS_TEST_COUNT=%d\n", seed, count);
    for (int i = 0; i < count; i++) {
        struct as_problem problem = {.n_dims = DIMS, .n_tensors = 1};
        int64_t tile[AS_MAX_DIMS] = {0}, expected;

        problem.tensor[0] = random_tensor(&state);
        for (int d = 0; d < DIMS; d++) {
            tile[d] = between(&state, 1, 6);
            problem.dim[d].extent = tile[d];
        }
        expected = isl_count(ctx, isl, &problem.tensor[0], tile);
        assert_int_equal(poly_footprint(&problem.tensor[0], tile), expected);
        assert_int_equal(as_footprint(&problem, 0, tile), expected);
    }
    isl_ctx_free(isl);
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(footprints_are_isls)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
