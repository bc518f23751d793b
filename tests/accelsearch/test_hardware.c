/* Budgets and hardware vectors: whatever the vector, the accelerator is within the budget and can be written
 * and read again. */
#include "accelsearch/hardware.h"
#include "accelsearch/key.h"
#include "accelsearch/random.h"
#include "support/support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const baselines[] = {"nvdla-1024", "nvdla-256", "edge-tpu", "eyeriss", "shidiannao"};
enum { N_BASELINES = 5, VECTORS = 2000 };

static uint64_t seed(void)
{
    const char *text = getenv("NAAS_SEED");
    return text ? strtoull(text, NULL, 0) : 20210513;
}

static void read_budget(struct naas_ctx *ctx, const char *name, struct as_budget *budget)
{
    const char *path = naas_format(ctx, "%s/examples/accelerators/%s.json", NAAS_SOURCE_DIR, name);
    assert_int_equal(as_budget_from_json(ctx, path, budget), NAAS_OK);
}

static void budgets_are_what_the_designs_have(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget budget;
    (void)state;
    read_budget(ctx, "nvdla-1024", &budget);
    assert_int_equal(budget.macs, 1024);
    assert_int_equal(budget.bytes, 256 * 1024 + 4096 + 1024 * 12);
    assert_true(budget.noc_words == 32 + 32 + 32 + 32);
    read_budget(ctx, "eyeriss", &budget);
    assert_int_equal(budget.macs, 168);
    assert_int_equal(budget.bytes, 108 * 1024 + 168 * (24 + 448 + 48));
    assert_true(budget.noc_words == 16);
    read_budget(ctx, "edge-tpu", &budget); /* the buffer's port for sums leads to ACC, not to the array */
    assert_true(budget.noc_words == 64 * 4);
    naas_ctx_free(ctx);
}

/* A memory as large as the baseline's costs what the baseline's does. */
static void memories_cost_what_the_baselines_do(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget budget;
    (void)state;
    read_budget(ctx, "eyeriss", &budget);
    struct as_memory_cost l2 = as_budget_l2(&budget, 108 * 1024), l1 = as_budget_l1(&budget, 24 + 448 + 48);
    assert_true(fabs(l2.read_pj - 15) < 1e-9 && fabs(l2.write_pj - 15) < 1e-9);
    assert_true(fabs(l1.read_pj - 1) < 1e-9 && fabs(l1.write_pj - 1) < 1e-9);
    assert_true(as_budget_l2(&budget, 54 * 1024).read_pj < l2.read_pj);
    assert_true(as_budget_l1(&budget, 256).area_um2 < l1.area_um2);
    naas_ctx_free(ctx);
}

static void check_steps(const struct as_budget *budget, const struct as_accel *accel)
{
    const struct as_level *l2 = &accel->level[1];
    int64_t pes = as_instances(accel, 2);
    assert_in_range(pes, 1, (uintmax_t)budget->macs);
    assert_true(as_accel_bytes(accel) <= budget->bytes);
    assert_int_equal(l2->partition[0].bytes % 16, 0);
    assert_int_equal(accel->level[2].partition[0].bytes % 16, 0);
    assert_true(l2->port[0].words_per_cycle >= 1 && l2->port[0].words_per_cycle <= budget->noc_words);
    assert_in_range(l2->n_axes, 1, 3);
    for (int i = 0; i < l2->n_axes; i++) {
        bool even = l2->axis[i].size % 2 == 0, last = i == l2->n_axes - 1;
        assert_true(l2->axis[i].size >= 1 && (even || last || l2->axis[i].size == 1));
    }
}

static void read_again(struct naas_ctx *ctx, const struct as_accel *accel)
{
    struct naas_buf first = naas_buf_new(ctx), second = naas_buf_new(ctx);
    struct as_accel again;
    char path[] = "/tmp/test_hardware_XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    as_accel_json(&first, accel);
    assert_int_equal(naas_write_file(ctx, path, first.text, first.length), NAAS_OK);
    assert_int_equal(as_accel_from_json(ctx, path, &again), NAAS_OK);
    as_accel_json(&second, &again);
    assert_string_equal(first.text, second.text);
    assert_true(as_key_equal(as_key_accel(accel), as_key_accel(&again)));
    assert_true(again.level[1].read_pj == accel->level[1].read_pj && again.mac_pj == accel->mac_pj);
    remove(path);
}

static void check_vectors(const char *name, enum as_encoding encoding, bool sizing_only, double area_um2)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget budget;
    struct as_hardware space;
    struct as_random random = as_random_stream(seed(), (uint64_t)encoding * 2 + sizing_only);
    read_budget(ctx, name, &budget);
    budget.area_um2 = area_um2;
    as_hardware_init(&space, &budget, encoding, sizing_only);
    for (int n = 0; n < VECTORS; n++) {
        double genes[AS_HARDWARE_GENES];
        struct as_accel accel;
        for (int i = 0; i < space.n_genes; i++)
            genes[i] = n == 0 ? 0 : n == 1 ? 1 : as_random_unit(&random);
        as_hardware_decode(&space, genes, &accel);
        check_steps(&budget, &accel);
        assert_true(area_um2 == 0 || as_accel_area(&accel) <= area_um2);
        if (n % 100 == 0)
            read_again(ctx, &accel);
    }
    naas_ctx_free(ctx);
}

static void every_vector_is_within_the_budget(void **state)
{
    (void)state;
    print_message("NAAS_SEED=%llu\n", (unsigned long long)seed());
    for (int i = 0; i < N_BASELINES; i++)
        for (int how = 0; how < 4; how++)
            check_vectors(baselines[i], how & 1 ? AS_INDEX : AS_IMPORTANCE, how & 2, 0);
}

static void an_area_limit_holds(void **state)
{
    (void)state;
    check_vectors("nvdla-1024", AS_IMPORTANCE, false, 0.2e6);
    check_vectors("eyeriss", AS_INDEX, true, 0.3e6);
}

/* NAAS, figure 3: importance of K C Y' X' R S is 4 6 2 2 3 1, so C lies along the first axis and K along the
 * second. */
static void the_papers_array_is_decoded(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget budget;
    struct as_hardware space;
    struct as_accel accel;
    (void)state;
    read_budget(ctx, "nvdla-256", &budget);
    as_hardware_init(&space, &budget, AS_IMPORTANCE, false);
    /* 256 PEs, 16 = sqrt(2 x 128) along the first axis: 3/4 of the way from 2 to 256 in the logarithm is 76,
     * (log 8) / (log 128) of it is 16. */
    const double genes[AS_HARDWARE_GENES] = {
        1, 0.5, 0.5, 1, 0.5, log(8) / log(128), 0, 4 / 7.0, 6 / 7.0, 2 / 7.0, 2 / 7.0, 3 / 7.0, 1 / 7.0};
    as_hardware_decode(&space, genes, &accel);
    assert_int_equal(accel.level[1].n_axes, 2);
    assert_int_equal(accel.level[1].axis[0].size, 16);
    assert_int_equal(accel.level[1].axis[1].size, 16);
    assert_int_equal(accel.level[1].axis[0].dims[0], 'C');
    assert_int_equal(accel.level[1].axis[1].dims[0], 'K');
    assert_true(accel.level[1].port[0].words_per_cycle == budget.noc_words);
    naas_ctx_free(ctx);
}

static void sizing_keeps_the_baselines_axes(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget budget;
    struct as_hardware space;
    struct as_accel accel;
    const double genes[AS_HARDWARE_GENES] = {0.3, 0.7, 0.1, 0.9, 0.4};
    (void)state;
    read_budget(ctx, "eyeriss", &budget);
    as_hardware_init(&space, &budget, AS_IMPORTANCE, true);
    assert_int_equal(space.n_genes, 5);
    as_hardware_decode(&space, genes, &accel);
    assert_int_equal(accel.level[1].n_axes, 2);
    assert_string_equal(accel.level[1].axis[0].dims, "PKC");
    assert_string_equal(accel.level[1].axis[1].dims, "RKC");
    naas_ctx_free(ctx);
}

static void budgets_that_say_too_little_are_refused(void **state)
{
    static const char text[] = "{\"format\": 1, \"kind\": \"accelerator\", \"name\": \"x\", \"word_bits\": 8,"
                               " \"clock_mhz\": 1, \"mac\": {\"pj\": 1}, \"levels\": ["
                               "{\"name\": \"DRAM\", \"read_pj\": 1, \"write_pj\": 1},"
                               "{\"name\": \"L1\", \"capacity\": 64, \"read_pj\": 1, \"write_pj\": 1}]}";
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_budget budget;
    char path[] = "/tmp/test_hardware_XXXXXX";
    (void)state;
    assert_true(mkstemp(path) >= 0);
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
    assert_int_equal(as_budget_from_json(ctx, path, &budget), NAAS_UNSUPPORTED);
    assert_int_equal(naas_n_diags(ctx), 1);
    assert_non_null(strstr(naas_diag_at(ctx, 0)->message, "names no technology"));
    remove(path);
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(budgets_are_what_the_designs_have),
        cmocka_unit_test(memories_cost_what_the_baselines_do),
        cmocka_unit_test(every_vector_is_within_the_budget),
        cmocka_unit_test(an_area_limit_holds),
        cmocka_unit_test(the_papers_array_is_decoded),
        cmocka_unit_test(sizing_keeps_the_baselines_axes),
        cmocka_unit_test(budgets_that_say_too_little_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
