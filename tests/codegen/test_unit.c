/*
 * The user's file around a kernel: its lines stay where they are, its bytes are kept, and it still compiles.
 */
#include "program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct as_problem problem = {
    .name = "fc",
    .n_dims = 2,
    .n_tensors = 3,
    .output = 2,
    .dim = {{.name = "k", .kind = AS_PARALLEL, .extent = 10, .spatial = true},
        {.name = "c", .kind = AS_REDUCTION, .extent = 6, .spatial = true}},
    .tensor = {{.name = "x", .role = AS_INPUT, .type = NAAS_F32, .rank = 1, .axis = {{1, {{1, 1}}, 0, 6}}},
        {.name = "w",
            .role = AS_WEIGHT,
            .type = NAAS_F32,
            .rank = 2,
            .axis = {{1, {{0, 1}}, 0, 10}, {1, {{1, 1}}, 0, 6}}},
        {.name = "y", .role = AS_OUTPUT, .type = NAAS_F32, .rank = 1, .axis = {{1, {{0, 1}}, 0, 10}}}},
    .acc_type = NAAS_F32,
};

static const struct as_accel accel = {
    .name = "small",
    .n_levels = 3,
    .level = {{.name = "DRAM", .buffers = 1},
        {.name = "L2", .buffers = 2, .n_axes = 1, .axis = {{.name = "X", .size = 4}}},
        {.name = "L1", .buffers = 1}},
    .macs_per_cycle = 1,
};

static const struct as_mapping mapping = {
    .n_levels = 3,
    .level = {{1, 7, {{0, 4, -1}}}, {2, 7, {{1, 3, -1}, {0, 1, 0}}}, {0, 7, {{0, 0, 0}}}},
};

/* A kernel for the nest between `pragma` and `end` (the last character of the nest's text) in a file. */
static struct cg_kernel kernel_in(
    struct naas_ctx *ctx, const char *text, const char *name, const char *pragma, const char *nest_text)
{
    struct program_style style = {.name = name};
    struct cg_kernel kernel = *program_kernel(ctx, &problem, &accel, &mapping, &style);
    struct fe_nest *nest = naas_alloc(ctx, 1, sizeof *nest);
    *nest = *kernel.nest;
    const char *at = strstr(text, pragma), *begin = strstr(at, nest_text);
    nest->pragma_begin = (size_t)(at - text);
    nest->pragma_end = nest->pragma_begin + strlen(pragma);
    nest->begin = (size_t)(begin - text);
    nest->end = nest->begin + strlen(nest_text);
    kernel.nest = nest;
    return kernel;
}

/* What follows the #line; whole: everything. */
static const char *printed(
    struct naas_ctx *ctx, const char *text, int n, const struct cg_kernel *kernels, char **whole)
{
    struct fe_unit unit = {.file = "dir/a \"b\".c", .text = text, .length = strlen(text)};
    struct naas_buf out = naas_buf_new(ctx);
    assert_int_equal(cg_unit_print(ctx, &out, &unit, n, kernels), NAAS_OK);
    const char *line = strstr(out.text, "#line 1 \"dir/a \\\"b\\\".c\"\n");
    assert_non_null(line);
    if (whole)
        *whole = out.text;
    return strchr(line, '\n') + 1;
}

#define NEST                                                                                                 \
    "for (int k = 0; k < 10; k++)\n"                                                                         \
    "    for (int c = 0; c < 6; c++)\n"                                                                      \
    "        y[k] += x[c] * w[k][c];"
#define DATA "static float x[6], w[10][6], y[10];\nvoid f(int a);\n"

static void expect(const char *before, const char *pragma, const char *after)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct cg_kernel kernel = kernel_in(ctx, before, "fc", pragma, NEST);
    char *whole;
    assert_string_equal(printed(ctx, before, 1, &kernel, &whole), after);
    assert_true(program_compiles(HOST_COMPILER, whole));
    if (*OTHER_COMPILER)
        assert_true(program_compiles(OTHER_COMPILER, whole));
    naas_ctx_free(ctx);
}

static void annotation_becomes_the_call(void **state)
{
    (void)state;
    expect(DATA "void f(int a)\n{\n    (void)a;\n#pragma naas name(fc)\n    " NEST "\n}\n",
        "#pragma naas name(fc)",
        DATA "void f(int a)\n{\n    (void)a;\nif (naas_fc(x, w, y) != 0) {\n    " NEST "}\n}\n");
}

static void an_else_keeps_its_if(void **state)
{
    (void)state;
    expect(DATA "void f(int a)\n{\n    if (a)\n#pragma naas\n    " NEST
                " /* */\n    else\n        y[0] = 1;\n}\n",
        "#pragma naas",
        DATA "void f(int a)\n{\n    if (a)\n{ if (naas_fc(x, w, y) != 0) {\n    " NEST
             "}} /* */\n    else\n        y[0] = 1;\n}\n");
}

static void lines_and_comments_of_the_annotation_stay(void **state)
{
    (void)state;
    expect(DATA "void f(int a)\n{\n    (void)a;\n#pragma naas \\\n  name(fc) /* one\n two */\n    " NEST
                "\n}",
        "#pragma naas \\\n  name(fc) /* one",
        DATA "void f(int a)\n{\n    (void)a;\nif (naas_fc(x, w, y) != 0) {\n /*\n two */\n    " NEST "}\n}");
}

static void a_scop_loses_both_pragmas(void **state)
{
    (void)state;
    expect(DATA "void f(int a)\n{\n    (void)a;\n#pragma scop\n    " NEST "\n#pragma endscop\n}\n",
        "#pragma scop",
        DATA "void f(int a)\n{\n    (void)a;\nif (naas_fc(x, w, y) != 0) {\n    " NEST "}\n\n}\n");
}

static void macros_of_the_user_do_not_reach_kernels(void **state)
{
    (void)state;
    expect("#define k_L2 ?\n#define min ?\n#define naas_sum ?\n" DATA
           "void f(int a)\n{\n    (void)a;\n#pragma naas\n    " NEST "\n}\n",
        "#pragma naas",
        "#define k_L2 ?\n#define min ?\n#define naas_sum ?\n" DATA
        "void f(int a)\n{\n    (void)a;\nif (naas_fc(x, w, y) != 0) {\n    " NEST "}\n}\n");
}

static void byte_order_mark_comes_first_and_line_ends_stay(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBF/* \xC3\xA9 */\r\n#pragma naas\r\nfor (;;) ;\r\nend";
    struct naas_ctx *ctx = naas_ctx_new();
    struct cg_kernel kernel = kernel_in(ctx, text, "fc", "#pragma naas", "for (;;) ;");
    char *whole;
    assert_string_equal(printed(ctx, text, 1, &kernel, &whole),
        "/* \xC3\xA9 */\r\nif (naas_fc(x, w, y) != 0) {\r\nfor (;;) ;}\r\nend");
    assert_int_equal(strncmp(whole, "\xEF\xBB\xBF#include", 11), 0);
    naas_ctx_free(ctx);
}

static void nests_of_one_name_get_kernels_of_two(void **state)
{
    (void)state;
    static const char text[] =
        DATA "void f(int a)\n{\n    (void)a;\n#pragma naas A\n" NEST "\n#pragma naas B\n" NEST "\n}\n";
    struct naas_ctx *ctx = naas_ctx_new();
    struct cg_kernel kernels[] = {kernel_in(ctx, text, "fc", "#pragma naas B", NEST),
        kernel_in(ctx, text, "fc", "#pragma naas A", NEST)};
    char *whole;
    assert_string_equal(printed(ctx, text, 2, kernels, &whole),
        DATA "void f(int a)\n{\n    (void)a;\nif (naas_fc(x, w, y) != 0) {\n" NEST
             "}\nif (naas2_fc(x, w, y) != 0) {\n" NEST "}\n}\n");
    assert_true(program_compiles(HOST_COMPILER, whole));
    naas_ctx_free(ctx);
}

static void a_file_without_kernels_is_left_as_it_is(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    assert_string_equal(printed(ctx, "int x;", 0, NULL, NULL), "int x;");
    naas_ctx_free(ctx);
}

static bool kernel_compiles(struct naas_ctx *ctx, const char *name, const char *kernel)
{
    const char *text = naas_format(ctx,
        "#include <naas_rt.h>\n%s\nint run(void **a);\nint run(void **a)\n{\n    return naas_%s(a[0], a[1], "
        "a[2]);\n}\n",
        kernel, name);
    return program_compiles(HOST_COMPILER, text) &&
           (!*OTHER_COMPILER || program_compiles(OTHER_COMPILER, text));
}

static void kernel_reads_as_expected(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct program_style style = {.name = "fc", .summary = "any text, also */ this\n"};
    struct cg_kernel kernel = *program_kernel(ctx, &problem, &accel, &mapping, &style);
    struct naas_buf out = naas_buf_new(ctx);
    assert_int_equal(cg_kernel_print(ctx, &out, &kernel), NAAS_OK);
    assert_true(program_is_golden("fc.c", out.text));
    assert_true(kernel_compiles(ctx, "fc", out.text));
    naas_ctx_free(ctx);
}

/* An array over another one, backwards loops and a guard that stays. */
static void odd_kernel_reads_as_expected(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct program_style style = {.name = "odd", .guarded = true, .shape = 1};
    struct as_accel arrays = accel;
    struct as_mapping ragged = {.n_levels = 3,
        .level = {{2, 7, {{0, 7, -1}, {0, 3, 0}}}, {2, 6, {{0, 2, -1}, {0, 1, 0}}}, {1, 7, {{1, 4, -1}}}}};
    arrays.level[0].n_axes = 1;
    arrays.level[0].axis[0] = (struct as_array_axis){.name = "G", .size = 3};
    struct naas_buf out = naas_buf_new(ctx);
    assert_int_equal(
        cg_kernel_print(ctx, &out, program_kernel(ctx, &problem, &arrays, &ragged, &style)), NAAS_OK);
    assert_true(program_is_golden("odd.c", out.text));
    assert_true(kernel_compiles(ctx, "odd", out.text));
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(annotation_becomes_the_call),
        cmocka_unit_test(an_else_keeps_its_if),
        cmocka_unit_test(lines_and_comments_of_the_annotation_stay),
        cmocka_unit_test(a_scop_loses_both_pragmas),
        cmocka_unit_test(macros_of_the_user_do_not_reach_kernels),
        cmocka_unit_test(byte_order_mark_comes_first_and_line_ends_stay),
        cmocka_unit_test(nests_of_one_name_get_kernels_of_two),
        cmocka_unit_test(a_file_without_kernels_is_left_as_it_is),
        cmocka_unit_test(kernel_reads_as_expected),
        cmocka_unit_test(odd_kernel_reads_as_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
