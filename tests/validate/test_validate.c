/* Tables of figures: statistics by hand, CSV with mistakes, and the suites where their data is at hand. */
#include "validate/suite.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct val_table table_by_hand(struct naas_ctx *ctx)
{
    struct val_table table = {.suite = "hand", .title = "by hand", .n_quantities = 2};
    table.quantity[0] = "cycles";
    table.quantity[1] = "pJ";
    val_add(ctx, &table, "a", 0, 100, 110);
    val_add(ctx, &table, "b", 0, 100, 80);
    val_add(ctx, &table, "c", 1, 10, 10.05);
    val_add(ctx, &table, "d", 0, 100, 400)->group = "apart";
    return table;
}

static void summaries(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table = table_by_hand(ctx);
    struct val_summary cycles = val_summarise(&table, 0, NULL), apart = val_summarise(&table, 0, "apart"),
                       energy = val_summarise(&table, 1, NULL);
    assert_int_equal(cycles.n, 2);
    assert_true(fabs(cycles.mean - 0.15) < 1e-12);
    assert_true(fabs(cycles.worst - 0.2) < 1e-12);
    assert_int_equal(cycles.worst_row, 1);
    assert_true(fabs(cycles.ratio - sqrt(1.1 * 0.8)) < 1e-12);
    assert_int_equal(cycles.within, 0);
    assert_int_equal(apart.n, 1);
    assert_true(fabs(apart.worst - 3) < 1e-12);
    assert_int_equal(energy.within, 1);
    naas_ctx_free(ctx);
}

static void forms(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table = table_by_hand(ctx);
    struct naas_buf text = naas_buf_new(ctx), json = naas_buf_new(ctx), csv = naas_buf_new(ctx),
                    svg = naas_buf_new(ctx);
    val_print(&text, &table, true);
    val_json(&json, &table);
    table.row[0].name = "a, with a comma";
    val_csv(&csv, &table);
    val_csv(&csv, &table);
    val_svg(&svg, &table);
    assert_non_null(strstr(text.text, "cycles, apart: 1 rows, mean absolute error 300.0%"));
    assert_non_null(strstr(json.text, "\"mean_absolute_error\": 0.15, \"worst_error\": 0.2"));
    assert_non_null(strstr(csv.text, "\nhand,b,cycles,100,80,-0.2,,\n"));
    assert_int_equal(strncmp(csv.text, "suite,row,quantity,", 19), 0);
    assert_null(strstr(csv.text + 1, "suite,"));
    assert_non_null(strstr(csv.text, "\nhand,\"a, with a comma\",cycles,"));
    assert_non_null(strstr(svg.text, "b: published 100, predicted 80"));
    naas_ctx_free(ctx);
}

/* ---- files ---- */

static enum naas_status run_text(
    const char *suite, const char *text, struct naas_ctx *ctx, struct val_table *table)
{
    char path[] = "/tmp/naas-validate-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    const struct val_suite *at = val_suites;
    while (strcmp(at->name, suite) != 0)
        at++;
    enum naas_status status = val_run(ctx, at, path, table);
    unlink(path);
    return status;
}

static void assert_refused(const char *suite, const char *text, unsigned line, const char *message)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table;
    assert_int_equal(run_text(suite, text, ctx, &table), NAAS_BAD_INPUT);
    const struct naas_diagnostic *said = naas_diag_at(ctx, 0);
    if (said->loc.line != line || !strstr(said->message, message))
        fail_msg("line %u: %s", said->loc.line, said->message);
    naas_ctx_free(ctx);
}

#define GEMMINI                                                                                              \
    "pe_dim,acc_words_per_column,spad_bytes,C,K,P,Q,R,S,stride,mapping,timeloop_cycles,timeloop_energy_uJ\n"

static void mistakes_are_located(void **state)
{
    (void)state;
    assert_refused("timeloop", "pe_dim,C\n16,3\n", 1, "there is no column");
    assert_refused("timeloop", GEMMINI "16,256,1024\n", 2, "3 fields");
    assert_refused("timeloop", GEMMINI "16,256,1024,16,-1,8,1,1,1,1,x,1,1\n", 2, "K: '-1' is not a number");
    assert_refused("timeloop",
        GEMMINI "16,256,1024,16,16,8,1,1,1,1,L3[WIO] P8 - L2[WI] K8X - L1[O] C16X - L0[W] N1,1,1\n", 2,
        "is not a mapping of this layer");
    assert_refused("timeloop", GEMMINI, 0, "there are no rows");
    assert_refused("nvdla", "layer,kind\na,conv\n", 1, "there is no column 'max_cycles'");
}

/* A product of 16 x 8 by 16 x 16 on 16 x 16 PEs: 8 steps; 8 bytes a cycle from DRAM for 128 + 256 + 128
 * words. */
static void a_row_by_hand(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table;
    assert_int_equal(
        run_text("timeloop",
            GEMMINI
            "16,256,65536,16,16,8,1,1,1,1,L3[WIO] N1 - L2[WI] N1 K16X - L1[O] N1 C16X - L0[W] P8,64,1\n",
            ctx, &table),
        NAAS_OK);
    assert_true(table.row[0].predicted == 64);
    naas_ctx_free(ctx);
}

/* ---- the suites ---- */

static struct val_summary summary_of(const char *suite, const char *file, int quantity, const char *group)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table;
    const char *path = naas_format(ctx, "%s/%s", SHARED_DATA, file);
    struct val_summary summary = {0};
    const struct val_suite *at = val_suites;
    while (strcmp(at->name, suite) != 0)
        at++;
    bool there = access(path, R_OK) == 0;
    if (there) {
        assert_int_equal(val_run(ctx, at, path, &table), NAAS_OK);
        summary = val_summarise(&table, quantity, group);
    }
    naas_ctx_free(ctx);
    if (!there) {
        fprintf(stderr, "%s is not there\n", file);
        skip();
    }
    return summary;
}

static void nvdlas_primer(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table;
    const struct val_suite *at = val_suites;
    while (strcmp(at->name, "primer") != 0)
        at++;
    assert_int_equal(val_run(ctx, at, NULL, &table), NAAS_OK);
    for (int q = 0; q < table.n_quantities; q++) {
        struct val_summary test = val_summarise(&table, q, NULL);
        assert_int_equal(test.n, 5);
        assert_true(test.worst < 0.25);
    }
    naas_ctx_free(ctx);
}

/* All cycles; energy but for a few rows. */
static void timeloops_cycles_and_energy(void **state)
{
    (void)state;
    struct val_summary cycles = summary_of("timeloop", "accelerators_timeloop_gemmini.csv", 0, NULL),
                       energy = summary_of("timeloop", "accelerators_timeloop_gemmini.csv", 1, NULL);
    assert_int_equal(cycles.n, 568);
    assert_int_equal(cycles.within, 568);
    assert_int_equal(energy.n, 568);
    assert_true(energy.within >= 0.99 * energy.n);
    assert_true(energy.worst < 0.03);
}

static void nvdlas_layers(void **state)
{
    (void)state;
    struct val_summary dram = summary_of("nvdla", "accelerators_nvdla_resnet50.csv", 0, "set by DRAM"),
                       macs = summary_of(
                           "nvdla", "accelerators_nvdla_resnet50.csv", 0, "set by the multipliers");
    assert_int_equal(dram.n + macs.n, 54);
    assert_true((dram.mean * dram.n + macs.mean * macs.n) / 54 < 0.1);
}

static void the_eyeriss_chip(void **state)
{
    (void)state;
    enum { LATENCY, BUFFER, DRAM, ENERGY };
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table;
    assert_int_equal(val_run(ctx, &val_suites[0], NULL, &table), NAAS_OK);
    struct val_summary alexnet[4], vgg16[4];
    for (int q = 0; q < 4; q++) {
        alexnet[q] = val_summarise(&table, q, "AlexNet");
        vgg16[q] = val_summarise(&table, q, "VGG16");
        assert_int_equal(alexnet[q].n, 5);
        assert_int_equal(vgg16[q].n, q == DRAM ? 0 : 13);
    }
    assert_true((alexnet[LATENCY].mean * 5 + vgg16[LATENCY].mean * 13) / 18 < 0.05);
    assert_true(fmax(alexnet[LATENCY].worst, vgg16[LATENCY].worst) < 0.10);
    assert_true(alexnet[BUFFER].worst < 0.02);
    assert_true(vgg16[BUFFER].worst < 0.05);
    assert_true(alexnet[DRAM].worst < 0.03);
    assert_true((alexnet[ENERGY].mean * 5 + vgg16[ENERGY].mean * 13) / 18 < 0.15);
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summaries),
        cmocka_unit_test(forms),
        cmocka_unit_test(mistakes_are_located),
        cmocka_unit_test(a_row_by_hand),
        cmocka_unit_test(the_eyeriss_chip),
        cmocka_unit_test(nvdlas_primer),
        cmocka_unit_test(timeloops_cycles_and_energy),
        cmocka_unit_test(nvdlas_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
