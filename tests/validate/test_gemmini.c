/* Suite gemmini: caches and tiles counted by hand, two tiles that overlap, a fit that finds the constants of
 * cycles made up with them, tables it refuses, and the measured table where it is at hand. */
#include "validate/gemmini_rtl.h"

#include "tests/support/scratch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COLUMNS                                                                                              \
    "pe_dim,acc_words_per_column,spad_bytes,C,K,P,Q,R,S,stride,mapping,timeloop_cycles,rtl_cycles\n"

/* ---- caches ---- */

static void caches(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct gemmini_memory memory;
    gemmini_memory_new(ctx, &memory);
    assert_int_equal(gemmini_touch(&memory, 4096), GEMMINI_DRAM);
    assert_int_equal(gemmini_touch(&memory, 4096 + 63), GEMMINI_L2);
    assert_int_equal(gemmini_touch(&memory, 4096 + 64), GEMMINI_LLC); /* the same 128 bytes */
    assert_int_equal(gemmini_touch(&memory, 4096 + 128), GEMMINI_DRAM);
    gemmini_memory_clear(&memory);
    int served[GEMMINI_SERVERS] = {0};
    for (int round = 0; round < 2; round++)
        for (int64_t at = 0; at < 512 << 10; at += GEMMINI_LINE)
            served[gemmini_touch(&memory, at)]++;
    assert_int_equal(served[GEMMINI_L2], 8192); /* all of it is there the second time */
    assert_int_equal(served[GEMMINI_LLC], 4096);
    /* 8 ways of a set hold 8 lines that are 64 KiB apart, and not 9. */
    gemmini_memory_clear(&memory);
    for (int64_t line = 0; line < 9; line++)
        assert_int_equal(gemmini_touch(&memory, line << 16), GEMMINI_DRAM);
    int missing = 0;
    for (int64_t line = 0; line < 9; line++)
        missing += gemmini_touch(&memory, line << 16) != GEMMINI_L2;
    assert_true(missing >= 1);
    naas_ctx_free(ctx);
}

/* ---- tiles ---- */

static void read_row(
    struct naas_ctx *ctx, struct scratch *scratch, const char *row, struct gemmini_case *made)
{
    struct val_csv csv;
    struct gemmini_columns columns;
    const char *text = naas_format(ctx, COLUMNS "%s,1,1\n", row), *path = scratch_path(scratch, "row.csv");
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
    assert_int_equal(val_csv_read(ctx, path, &csv), NAAS_OK);
    assert_true(gemmini_find_columns(&csv, &columns));
    assert_int_equal(gemmini_read(&csv, &columns, 0, made), NAAS_OK);
}

static struct gemmini_work work_of(struct naas_ctx *ctx, struct scratch *scratch, const char *row)
{
    struct gemmini_case *made = naas_alloc(ctx, 1, sizeof *made);
    struct gemmini_memory memory;
    struct gemmini_work work;
    read_row(ctx, scratch, row, made);
    gemmini_memory_new(ctx, &memory);
    gemmini_work_of(ctx, made, &memory, &work);
    return work;
}

/* One block of weights, 4 x 4 outputs: the first row of them takes as long as the weights come in. Loads are
 * 16 pixels and 16 rows of weights of 16 bytes each, stores 16 rows. */
static void a_tile_by_hand(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct gemmini_work work = work_of(ctx, *state,
        "16,256,65536,16,16,4,4,1,1,1,L3[WIO] N1 - L2[WI] N1 K16X - L1[O] Q4 P4 C16X - L0[W] N1");
    const struct gemmini_tile *tile = work.tile;
    assert_int_equal(work.n_tiles, 1);
    assert_true(work.share == 1);
    assert_true(tile->blocks == 1 && tile->products == 4 && tile->rows == 16 + 3 * 4);
    assert_true(tile->zeroes == 16 && tile->beats == 32);
    assert_true(tile->read[GEMMINI_L2] == 32 && tile->read[GEMMINI_LLC] + tile->read[GEMMINI_DRAM] == 0);
    assert_true(tile->written[GEMMINI_L2] == 16);
    const double constant[GEMMINI_CONSTANTS] = {[GEMMINI_REQUEST] = 2,
        [GEMMINI_STORE] = 3,
        [GEMMINI_ISSUE] = 8,
        [GEMMINI_EXCHANGE] = 5,
        [GEMMINI_START] = 100};
    struct gemmini_time time;
    assert_true(gemmini_cycles(&work, constant, &time) == 100 + (16 + 32 + 2 * 32) + (32 + 5) + 3 * 16);
    assert_true(time.loads == 112 && time.array == 28 && time.issue == 32 && time.stores == 48);
    naas_ctx_free(ctx);
}

/* A kernel of 3 x 3 has a border of zeroes; one of 2 x 2, centred, gives a column and a row of outputs more,
 * each in tiles of its own. */
static void edges(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct gemmini_work three = work_of(ctx, *state,
        "16,256,65536,16,16,4,4,3,3,1,L3[WIO] N1 - L2[WI] N1 K16X - L1[O] R3 S3 Q4 P4 C16X - L0[W] N1");
    assert_int_equal(three.n_tiles, 1);
    assert_true(three.tile->zeroes == 16 + (36 - 16));
    assert_true(three.tile->blocks == 9 && three.tile->beats == 16 + 9 * 16);
    struct gemmini_work two = work_of(ctx, *state,
        "16,256,65536,16,16,8,8,2,2,1,L3[WIO] N1 - L2[WI] N1 K16X - L1[O] R2 S2 Q8 P8 C16X - L0[W] N1");
    assert_int_equal(two.n_tiles, 4);
    assert_true(two.tile[0].products == 4 * 8 && two.tile[1].products == 4 * 8); /* Q 8, P 8 and 1 */
    assert_true(two.tile[2].products == 4 && two.tile[3].products == 4);         /* Q 1 */
    naas_ctx_free(ctx);
}

/* Sums that tiles add to are zeroed by the first and stored by the last. */
static void sums_over_tiles(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct gemmini_work work = work_of(ctx, *state,
        "16,256,65536,64,16,4,4,1,1,1,L3[WIO] C4 - L2[WI] N1 K16X - L1[O] Q4 P4 C16X - L0[W] N1");
    assert_int_equal(work.n_tiles, 4);
    for (int i = 0; i < 4; i++) {
        assert_true(work.tile[i].zeroes == (i == 0 ? 16 : 0));
        assert_true(work.tile[i].written[GEMMINI_L2] == (i == 3 ? 16 : 0));
    }
    naas_ctx_free(ctx);
}

/* Three alike, whose loads take 100, products 60 and stores 10: the second is loaded while the first is
 * multiplied, the third when the first is stored. */
static void tiles_overlap(void **state)
{
    (void)state;
    struct gemmini_tile tile[3];
    for (int i = 0; i < 3; i++)
        tile[i] = (struct gemmini_tile){.beats = 100, .rows = 60, .written = {[GEMMINI_L2] = 10}};
    double constant[GEMMINI_CONSTANTS] = {[GEMMINI_STORE] = 1};
    struct gemmini_work work = {.n_tiles = 3, .tile = tile, .share = 1};
    assert_true(gemmini_cycles(&work, constant, NULL) == 300 + 60 + 10);
    for (int i = 0; i < 3; i++)
        tile[i].rows = 150;
    assert_true(gemmini_cycles(&work, constant, NULL) == 100 + 3 * 150 + 10);
    constant[GEMMINI_STORE] = 20; /* the third's loads begin at 450, when the first is stored */
    assert_true(gemmini_cycles(&work, constant, NULL) == 450 + 100 + 150 + 200);
    work.share = 2;
    assert_true(gemmini_cycles(&work, constant, NULL) == 2 * 900);
}

/* ---- the suite ---- */

static enum naas_status run_suite(struct naas_ctx *ctx, const char *path, struct val_table *table)
{
    const struct val_suite *at = val_suites;
    while (strcmp(at->name, "gemmini") != 0)
        at++;
    return val_run(ctx, at, path, table);
}

/* Twenty layers whose cycles are made up with constants away from those that the search begins with. */
static void a_fit_finds_constants(void **state)
{
    static const double truth[GEMMINI_CONSTANTS] = {2, 3, 30, 6, 11, 2, 3000};
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf csv = naas_buf_new(ctx);
    struct val_table table;
    struct as_random random = as_random_stream(7, 0);
    naas_buf_puts(&csv, COLUMNS);
    for (int i = 0; i < 20; i++) {
        int p = 2 + as_random_below(&random, 20), q = 1 + as_random_below(&random, 12);
        int k = 1 + as_random_below(&random, 6), c = 1 + as_random_below(&random, 8);
        int outer = 1 + as_random_below(&random, 5);
        const char *row = naas_format(ctx,
            "16,256,65536,%d,%d,%d,%d,1,1,1,L3[WIO] K%d P%d - L2[WI] N1 K16X - L1[O] K%d C%d Q%d P%d C16X - "
            "L0[W] N1",
            16 * c, 16 * k * outer, p * outer, q, outer, outer, k, c, q, p);
        struct gemmini_work work = work_of(ctx, *state, row);
        naas_buf_printf(&csv, "%s,1,%.17g\n", row, gemmini_cycles(&work, truth, NULL));
    }
    const char *path = scratch_path(*state, "table.csv");
    assert_int_equal(naas_write_file(ctx, path, csv.text, csv.length), NAAS_OK);
    assert_int_equal(run_suite(ctx, path, &table), NAAS_OK);
    struct val_summary summary = val_summarise(&table, 0, NULL);
    assert_int_equal(summary.n, 20);
    if (summary.mean > 0.02)
        fail_msg("mean absolute error %g of %d rows", summary.mean, summary.n);
    naas_ctx_free(ctx);
}

static void assert_refused(struct scratch *scratch, const char *rows, unsigned line, const char *message)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table;
    const char *text = naas_format(ctx, "%s%s", COLUMNS, rows), *path = scratch_path(scratch, "bad.csv");
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
    assert_int_equal(run_suite(ctx, path, &table), NAAS_BAD_INPUT);
    const struct naas_diagnostic *said = naas_diag_at(ctx, 0);
    if (said->loc.line != line || !strstr(said->message, message))
        fail_msg("line %u: %s", said->loc.line, said->message);
    naas_ctx_free(ctx);
}

static void mistakes_are_located(void **state)
{
#define MAPPING "L3[WIO] N1 - L2[WI] N1 K16X - L1[O] P8 C16X - L0[W] N1"
    assert_refused(*state, "16,256,1024,16,16,8,1,1,1,1," MAPPING ",1,9\n", 0, "at least 5 layers");
    assert_refused(*state, "16,256,1024,16,16,8,1,1,1,1," MAPPING ",1,-9\n", 2, "rtl_cycles: '-9' is not");
    assert_refused(*state, "16,256,1024,16,1e30,8,1,1,1,1," MAPPING ",1,9\n", 2, "K: 1e+30 is too much");
    assert_refused(*state,
        "8,256,1024,16,16,8,1,1,1,1,L3[WIO] N1 - L2[WI] K16X - L1[O] P8 C16X - L0[W] N1,1,9\n", 2,
        "the measured arrays are 16 x 16");
    assert_refused(*state,
        "16,256,1024,65536,65536,8,1,1,1,1,"
        "L3[WIO] K4096 C4096 - L2[WI] K16X - L1[O] P8 C16X - L0[W] N1,1,9\n",
        2, "more than 2^30 elements");
}

static void the_measured_table(void **state)
{
    (void)state;
    static const char path[] = SHARED_DATA "/accelerators_gemmini_rtl.csv";
    if (access(path, R_OK) != 0) {
        fprintf(stderr, "accelerators_gemmini_rtl.csv is not there\n");
        skip();
    }
    struct naas_ctx *ctx = naas_ctx_new();
    struct val_table table;
    assert_int_equal(run_suite(ctx, path, &table), NAAS_OK);
    struct val_summary held_out = val_summarise(&table, 0, NULL), timeloop = val_summarise(&table, 2, NULL);
    assert_int_equal(held_out.n, 111);
    assert_true(held_out.mean < 0.12);
    assert_true(held_out.mean < timeloop.mean);
    assert_non_null(strstr(table.remark, "cycles between the commands of two products"));
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(caches),
        WITH_SCRATCH(a_tile_by_hand),
        WITH_SCRATCH(edges),
        WITH_SCRATCH(sums_over_tiles),
        cmocka_unit_test(tiles_overlap),
        WITH_SCRATCH(a_fit_finds_constants),
        WITH_SCRATCH(mistakes_are_located),
        cmocka_unit_test(the_measured_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
