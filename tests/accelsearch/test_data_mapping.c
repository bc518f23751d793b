/* Mappings: JSON, text, tiles of levels, each way not to be one. */
#include "data_files.h"

/* 3 x 8 outputs, 4 inputs: out[M][N] += left[M][K] * right[K][N] on DRAM, L2 of 200 words, 2 x 3 PEs of 30
 * words. */
struct fixture {
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
};

static struct fixture good_one(struct naas_ctx *ctx)
{
    struct fixture f = {
        .accel = {.name = "grid", .word_bits = 16, .acc_bits = 32, .n_levels = 3, .macs_per_cycle = 1}};
    assert_int_equal(as_problem_gemm(ctx, "product", 1, 3, 8, 4, (struct naas_loc){0}, &f.problem), NAAS_OK);
    struct as_level *level = f.accel.level;
    level[0] = (struct as_level){.name = "DRAM",
        .keeps = AS_ALL_ROLES,
        .buffers = 1,
        .n_partitions = 1,
        .partition = {{AS_ALL_ROLES, 0}}};
    level[1] = (struct as_level){.name = "L2",
        .keeps = AS_ALL_ROLES,
        .may_pass = AS_WEIGHT,
        .buffers = 2,
        .n_partitions = 1,
        .partition = {{AS_ALL_ROLES, 400}},
        .n_axes = 2,
        .axis = {{.name = "X", .size = 2, .dims = "NK"}, {.name = "Y", .size = 3}}};
    level[2] = (struct as_level){.name = "L1",
        .keeps = AS_ALL_ROLES,
        .buffers = 1,
        .n_partitions = 2,
        .partition = {{AS_INPUT | AS_WEIGHT, 36}, {AS_OUTPUT, 24}}};
    enum { M, N, K };
    f.mapping = (struct as_mapping){.n_levels = 3,
        .level = {{.keeps = 7, .n_loops = 1, .loop = {{N, 5, -1}}},
            {.keeps = 7, .n_loops = 4, .loop = {{K, 3, -1}, {N, 4, -1}, {N, 2, 0}, {M, 1, 1}}},
            {.keeps = 7, .n_loops = 2, .loop = {{N, 1, -1}, {K, 1, -1}}}}};
    return f;
}

static void the_good_one_is_one(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture f = good_one(ctx);
    assert_null(as_mapping_fault(ctx, &f.problem, &f.accel, &f.mapping));
    naas_ctx_free(ctx);
}

static void tiles_of_levels(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture f = good_one(ctx);
    static const int64_t expected[3][3] = {{3, 8, 4}, {3, 5, 4}, {1, 2, 3}};
    for (int l = 0; l < 3; l++) {
        int64_t tile[AS_MAX_DIMS];
        as_level_tile(&f.problem, &f.mapping, l, tile);
        assert_memory_equal(tile, expected[l], sizeof expected[l]);
    }
    f.mapping.level[0].loop[0].tile = 100; /* clipped by the extent */
    int64_t tile[AS_MAX_DIMS];
    as_level_tile(&f.problem, &f.mapping, 1, tile);
    assert_int_equal(tile[1], 8);
    naas_ctx_free(ctx);
}

static void text_form(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture f = good_one(ctx);
    struct naas_buf text = naas_buf_new(ctx);
    as_mapping_print(&text, &f.problem, &f.accel, &f.mapping);
    assert_string_equal(text.text, "DRAM:  left 12 (24 bytes)  right 32 (64 bytes)  out 24 (96 bytes)\n"
                                   "  for N: 2 x 5 (ragged)\n"
                                   "L2:  left 12 (24 bytes)  right 20 (40 bytes)  out 15 (60 bytes)\n"
                                   "    for K: 2 x 3 (ragged)\n"
                                   "      for N: 2 x 4 (ragged)\n"
                                   "        spatial N: 2 x 2 along X\n"
                                   "        spatial M: 3 x 1 along Y\n"
                                   "L1:  left 3 (6 bytes)  right 6 (12 bytes)  out 2 (8 bytes)\n"
                                   "        for N: 2 x 1\n"
                                   "          for K: 3 x 1\n"
                                   "            mac\n");
    naas_ctx_free(ctx);
}

static void json_is_read_back(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture f = good_one(ctx);
    f.mapping.level[1].keeps = 5; /* right passes */
    struct naas_buf text = naas_buf_new(ctx);
    as_mapping_json(&text, &f.problem, &f.accel, &f.mapping);
    struct as_mapping back;
    enum naas_status status =
        as_mapping_from_json(ctx, write_text(ctx, *state, text.text), &f.problem, &f.accel, &back);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    assert_memory_equal(&f.mapping, &back, sizeof back);
    naas_ctx_free(ctx);
}

/* ---- what is none ---- */

static void break_keeps_more(struct fixture *f)
{
    f->mapping.level[1].keeps = 15;
}
static void break_cannot_keep(struct fixture *f)
{
    f->accel.level[1].keeps = AS_INPUT | AS_OUTPUT;
    f->accel.level[1].may_pass = 0;
}
static void break_has_to_keep(struct fixture *f)
{
    f->mapping.level[1].keeps = 3;
}
static void break_dram_keeps_all(struct fixture *f)
{
    f->mapping.level[0].keeps = 3;
}
static void break_levels(struct fixture *f)
{
    f->mapping.n_levels = 2;
}
static void break_too_many_loops(struct fixture *f)
{
    f->mapping.level[0].n_loops = AS_MAX_LOOPS + 1;
}
static void break_no_dim(struct fixture *f)
{
    f->mapping.level[0].loop[0].dim = 3;
}
static void break_tile(struct fixture *f)
{
    f->mapping.level[0].loop[0].tile = 0;
}
static void break_temporal_inside(struct fixture *f)
{
    f->mapping.level[1].loop[3].axis = -1;
}
static void break_axis(struct fixture *f)
{
    f->mapping.level[1].loop[2].axis = 2;
}
static void break_no_array(struct fixture *f)
{
    f->mapping.level[2].loop[1].axis = 0;
}
static void break_not_spatial(struct fixture *f)
{
    f->problem.dim[1].spatial = false;
}
/* M is a batch (N), which X takes, the reduction K is C, which it does not. */
static void break_letter(struct fixture *f)
{
    f->mapping.level[1].loop[2] = (struct as_loop){2, 2, 0};
}
static void break_axis_size(struct fixture *f)
{
    f->accel.level[1].axis[1].size = 2;
}
/* 2 x 2 instances along X in two loops */
static void break_axis_product(struct fixture *f)
{
    f->mapping.level[1].loop[3] = (struct as_loop){1, 1, 0};
}
static void break_points(struct fixture *f)
{
    f->mapping.level[2].loop[1].tile = 2;
}
static void break_shared_capacity(struct fixture *f)
{
    f->accel.level[1].partition[0].bytes = 2 * (24 + 40 + 60) - 1;
}
static void break_partition(struct fixture *f)
{
    f->accel.level[2].partition[1].bytes = 7;
}
static void break_first_partition(struct fixture *f)
{
    f->accel.level[2].partition[0].bytes = 17;
}
static void break_bands(struct fixture *f)
{
    f->problem.dim[1].band = 1; /* N iterates outside of K, of band 0 */
}
/* M runs innermost, as the last level does not name it. */
static void break_bands_of_points(struct fixture *f)
{
    f->mapping.level[0].n_loops = f->mapping.level[1].n_loops = 0;
    f->accel.level[1].partition[0].bytes = f->accel.level[2].partition[0].bytes =
        f->accel.level[2].partition[1].bytes = 1000;
    f->problem.dim[1].band = f->problem.dim[2].band = 1;
}

static void each_fault_is_named(void **state)
{
    (void)state;
    static const struct {
        void (*breaks)(struct fixture *f);
        const char *fault;
    } cases[] = {
        {break_levels, "2 levels, the accelerator has 3"},
        {break_keeps_more, "L2 keeps a tensor that the problem does not have"},
        {break_cannot_keep, "L2 cannot keep right"},
        {break_has_to_keep, "L2 has to keep out"},
        {break_dram_keeps_all, "DRAM has to keep out"},
        {break_too_many_loops, "DRAM has 25 loops, not 0 to 24"},
        {break_no_dim, "DRAM: loop 0 is over a dim that is not there"},
        {break_tile, "DRAM: a tile of 0 of N"},
        {break_temporal_inside, "L2: temporal M stands inside of a spatial loop"},
        {break_axis, "L2: N is laid along an axis that is not there"},
        {break_no_array, "L1: K is laid along an axis that is not there"},
        {break_not_spatial, "L2: N may not be laid along an axis"},
        {break_letter, "L2: axis X does not take K"},
        {break_axis_size, "L2: axis Y has 2 instances, the loops along it need more"},
        {break_axis_product, "L2: axis X has 2 instances, the loops along it need more"},
        {break_points, "L1: the loops over K stop at a tile of 2, not 1"},
        {break_shared_capacity, "L2: the tile of out does not fit 247 bytes beside the others"},
        {break_partition, "L1: the tile of out does not fit 7 bytes"},
        {break_first_partition, "L1: the tile of right does not fit 17 bytes beside the others"},
        {break_bands, "L2: K of band 0 stands inside of a loop of band 1"},
        {break_bands_of_points, "L1: M of band 0 stands inside of a loop of band 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct fixture f = good_one(ctx);
        cases[i].breaks(&f);
        const char *fault = as_mapping_fault(ctx, &f.problem, &f.accel, &f.mapping);
        assert_string_equal(fault ? fault : "none", cases[i].fault);
        naas_ctx_free(ctx);
    }
}

/* What just fits is no fault: capacities hold whole tiles, an axis all its instances. */
static void what_just_fits_is_one(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture f = good_one(ctx);
    f.accel.level[1].partition[0].bytes = 2 * (24 + 40 + 60);
    f.accel.level[2].partition[0].bytes = 18;
    f.accel.level[2].partition[1].bytes = 8;
    assert_null(as_mapping_fault(ctx, &f.problem, &f.accel, &f.mapping));
    f.mapping.level[1].keeps = 5;
    f.accel.level[1].partition[0].bytes = 2 * (24 + 60);
    assert_null(as_mapping_fault(ctx, &f.problem, &f.accel, &f.mapping));
    naas_ctx_free(ctx);
}

static const char good[] =
    "{\"format\": 1, \"kind\": \"mapping\", \"levels\": [\n"
    " {\"level\": \"DRAM\", \"loops\": [{\"dim\": \"N\", \"tile\": 5}]},\n"
    " {\"level\": \"L2\", \"keeps\": [\"left\", \"out\"], \"loops\": [{\"dim\": \"K\", \"tile\": 3},\n"
    "   {\"dim\": \"N\", \"tile\": 4}, {\"dim\": \"N\", \"tile\": 2, \"axis\": \"X\"},\n"
    "   {\"dim\": \"M\", \"tile\": 1, \"axis\": \"Y\"}]},\n"
    " {\"level\": \"L1\", \"loops\": []}]}\n";

static void mistakes_are_located(void **state)
{
    static const struct mistake mistakes[] = {
        {"\"dim\": \"K\"", "\"dim\": \"C\"",
            "3: \"levels[1].loops[0].dim\": \"C\" is not \"M\", \"N\" or \"K\""},
        {"\"axis\": \"Y\"", "\"axis\": \"Z\"", "5: \"levels[1].loops[3].axis\": \"Z\" is not \"X\" or \"Y\""},
        {"\"tile\": 5", "\"tile\": 5, \"axis\": \"X\"",
            "2: \"levels[0].loops[0].axis\": DRAM has no array below it"},
        {"\"tile\": 5", "\"tile\": 0",
            "2: \"levels[0].loops[0].tile\": 0 is not between 1 and 9007199254740991"},
        {"\"tile\": 5", "\"size\": 5", "2: \"levels[0].loops[0]\": missing key \"tile\""},
        {"\"L1\"", "\"RF\"", "6: \"levels[2].level\": level 2 of grid is L1"},
        {"\"left\"", "\"I\"", "3: \"levels[1].keeps[0]\": \"I\" is not \"left\", \"right\" or \"out\""},
        {",\n {\"level\": \"L1\", \"loops\": []}", "", "1: \"levels\": 2 levels, grid has 3"},
        {"\"tile\": 1", "\"tile\": 1, \"step\": 1", "5: unknown key \"step\""},
        {"\"left\", \"out\"", "\"left\"", "1: L2 has to keep out"},
        {"\"tile\": 3", "\"tile\": 1, \"axis\": \"Y\"",
            "1: L2: axis Y has 3 instances, the loops along it need more"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct fixture f = good_one(ctx);
        const char *path = write_text(ctx, *state, with_mistake(ctx, good, &mistakes[i]));
        wrong += said_otherwise(
            ctx, as_mapping_from_json(ctx, path, &f.problem, &f.accel, &f.mapping), mistakes[i].said);
        naas_ctx_free(ctx);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_good_one_is_one),
        cmocka_unit_test(tiles_of_levels),
        cmocka_unit_test(text_form),
        cmocka_unit_test_setup_teardown(json_is_read_back, scratch_setup, scratch_teardown),
        cmocka_unit_test(each_fault_is_named),
        cmocka_unit_test(what_just_fits_is_one),
        cmocka_unit_test_setup_teardown(mistakes_are_located, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
