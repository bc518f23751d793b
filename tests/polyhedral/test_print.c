/*
 * Text and JSON forms of a small convolution and of one mapping of it.
 */
#include "nests.h"
#include "polyhedral/polyhedral.h"
#include <cjson/cJSON.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const struct as_accel accel = {
    .name = "small",
    .n_levels = 3,
    .level = {{.name = "DRAM"}, {.name = "L2", .n_axes = 1, .axis = {{.name = "x", .size = 4}}},
        {.name = "L1"}},
};

/* Dims k p q c r s = 0 .. 5. The last level keeps no input. */
static const struct as_mapping mapping = {
    .n_levels = 3,
    .level = {{.n_loops = 2, .loop = {{0, 4, -1}, {1, 3, -1}}, .keeps = 7},
        {.n_loops = 3, .loop = {{3, 2, -1}, {1, 1, -1}, {0, 1, 0}}, .keeps = 7},
        {.n_loops = 1, .loop = {{4, 1, -1}}, .keeps = 6}},
};

struct fixture {
    struct naas_ctx *ctx;
    struct poly_scop *scop;
    struct poly_problem *problem;
    struct poly_schedule *schedule;
    struct naas_buf text;
};

static int setup(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct fixture *f = naas_alloc(ctx, 1, sizeof *f);
    struct poly_options options = {.reassociate = true};
    struct poly_plan *plan;

    *f = (struct fixture){.ctx = ctx, .text = naas_buf_new(ctx)};
    *state = f;
    return poly_scop_build(ctx, nest_conv(ctx, 6, 2, 5), &options, &f->scop) != NAAS_OK ||
           poly_plan_build(ctx, f->scop, &plan) != NAAS_OK || !(f->problem = plan->part[0].problem) ||
           poly_schedule_build(ctx, f->scop, f->problem, &accel, &mapping, &f->schedule) != NAAS_OK;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    poly_scop_free(f->scop);
    naas_ctx_free(f->ctx);
    return 0;
}

static void schedule_reads_as_a_loop_nest(void **state)
{
    struct fixture *f = *state;

    poly_schedule_print(&f->text, f->problem, &accel, &mapping, f->schedule);
    assert_string_equal(f->text.text, "schedule conv on small\n"
                                      "DRAM: tile k 6 p 5 q 5 c 2 r 3 s 3; holds x 98 w 108 y 150\n"
                                      "  for k_L2 in [0, +6) by 4    2 trips, last ragged\n"
                                      "    for p_L2 in [0, +5) by 3    2 trips, last ragged\n"
                                      "      L2: tile k 4 p 3 q 5 c 2 r 3 s 3; holds x 70 w 72 y 60\n"
                                      "        for p_L1 in [p_L2, +3) by 1    3 trips\n"
                                      "          for k_x in [k_L2, +4) by 1    4 trips, spatial along x\n"
                                      "            L1: tile k 1 p 1 q 5 c 2 r 3 s 3; holds w 18 y 5\n"
                                      "              for r in [0, +3) by 1    3 trips\n"
                                      "                for q in [0, +5) by 1    5 trips\n"
                                      "                  for c in [0, +2) by 1    2 trips\n"
                                      "                    for s in [0, +3) by 1    3 trips\n"
                                      "                      S1\n"
                                      "finish of an element: S0, S1, S2\n");
}

static void schedule_is_json(void **state)
{
    struct fixture *f = *state;
    cJSON *root, *loops, *level;

    poly_schedule_json(&f->text, f->problem, &accel, &mapping, f->schedule);
    root = cJSON_Parse(f->text.text);
    assert_non_null(root);
    assert_int_equal(cJSON_GetObjectItem(root, "format")->valueint, 1);
    assert_string_equal(cJSON_GetObjectItem(root, "kind")->valuestring, "schedule");
    loops = cJSON_GetObjectItem(root, "loops");
    assert_int_equal(cJSON_GetArraySize(loops), 8);
    assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(loops, 3), "kind")->valuestring, "spatial");
    level = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "levels"), 2);
    assert_int_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(level, "tile"), "q")->valueint, 5);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(level, "holds")), 2);
    cJSON_Delete(root);
}

static bool has_line(const char *text, const char *line)
{
    const char *at = strstr(text, line);

    return at && (at == text || at[-1] == '\n') && at[strlen(line)] == '\n';
}

static void scop_shows_its_dependences(void **state)
{
    struct fixture *f = *state;
    const char *text;

    poly_scop_print(&f->text, f->scop);
    text = f->text.text;
    assert_true(has_line(text, "  { S0[k, p, q] : 0 <= k <= 5 and 0 <= p <= 4 and 0 <= q <= 4 }"));
    assert_non_null(strstr(text, "   reduction: sum\n"));
    assert_true(
        has_line(text, "  flow { S0[k, p, q] -> S2[k' = k, p' = p, q' = q] : 0 <= k <= 5 and 0 <= p <= 4 and "
                       "0 <= q <= 4 }"));
    assert_non_null(strstr(text, "\n  reduction { S1[k, p, q, c, r, s] -> S1["));
    assert_null(strstr(text, "flow { S1[k, p, q, c, r, s] -> S1["));
    assert_null(strstr(text, "\n  anti "));
}

static void scop_is_json(void **state)
{
    struct fixture *f = *state;
    cJSON *root, *stmts, *deps;

    poly_scop_json(&f->text, f->scop);
    root = cJSON_Parse(f->text.text);
    assert_non_null(root);
    assert_string_equal(cJSON_GetObjectItem(root, "kind")->valuestring, "scop");
    stmts = cJSON_GetObjectItem(root, "statements");
    assert_int_equal(cJSON_GetArraySize(stmts), 3);
    assert_string_equal(cJSON_GetObjectItem(cJSON_GetArrayItem(stmts, 1), "reduction")->valuestring, "sum");
    deps = cJSON_GetObjectItem(root, "dependences");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(deps, "reduction")), 1);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(deps, "anti")), 0);
    cJSON_Delete(root);
}

static void a_finish_out_of_order_is_caught(void **state)
{
    struct fixture *f = *state;
    struct poly_finish first = f->problem->finish[0];
    struct poly_schedule *schedule;

    f->problem->finish[0] = f->problem->finish[2];
    f->problem->finish[2] = first;
    assert_int_equal(
        poly_schedule_build(f->ctx, f->scop, f->problem, &accel, &mapping, &schedule), NAAS_INTERNAL);
    assert_string_equal(
        naas_diag_at(f->ctx, naas_n_diags(f->ctx) - 1)->message, "the mapping of 'conv' breaks a dependence");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(schedule_reads_as_a_loop_nest, setup, teardown),
        cmocka_unit_test_setup_teardown(schedule_is_json, setup, teardown),
        cmocka_unit_test_setup_teardown(scop_shows_its_dependences, setup, teardown),
        cmocka_unit_test_setup_teardown(scop_is_json, setup, teardown),
        cmocka_unit_test_setup_teardown(a_finish_out_of_order_is_caught, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
