/* Sources of accuracy: regressions and their errors, perceptrons, tables, commands, mistakes. */
#include "nas/accuracy.h"
#include "nas/regression.h"
#include "tests/accelsearch/data_files.h"
#include <math.h>

static void read_space(struct naas_ctx *ctx, const char *name, struct nas_space *space)
{
    const char *path = shipped(ctx, naas_format(ctx, "spaces/%s.json", name));
    assert_int_equal(nas_space_from_json(ctx, path, space), NAAS_OK);
}

static struct nas_oracle *open_shipped(struct naas_ctx *ctx, const struct nas_space *space)
{
    struct nas_oracle *oracle;
    const char *path = shipped(ctx, naas_format(ctx, "accuracy/%s.json", space->name));
    enum naas_status status = nas_oracle_open(ctx, path, space, &oracle);
    expect_no_diags(ctx);
    assert_int_equal(status, NAAS_OK);
    return oracle;
}

static const char *write_named(
    struct naas_ctx *ctx, struct scratch *scratch, const char *name, const char *text)
{
    const char *path = scratch_path(scratch, name);
    assert_int_equal(naas_write_file(ctx, path, text, strlen(text)), NAAS_OK);
    return path;
}

/* Leaving one out as it says: fits without each point in turn. */
static void leave_one_out_is_that(void **state)
{
    (void)state;
    struct as_random random = as_random_stream(11, 1);
    for (int trial = 0; trial < 50; trial++) {
        double row[20][NAS_MAX_TERMS], value[20], squares = 0;
        int n = 8 + as_random_below(&random, 12), terms = 2 + as_random_below(&random, 3);
        struct nas_regression all, rest;
        for (int p = 0; p < n; p++) {
            value[p] = as_random_normal(&random);
            for (int t = 1; t < terms; t++)
                row[p][t] = 100 + as_random_normal(&random);
        }
        assert_true(nas_regression_fit(&all, terms, n, row, value));
        for (int out = 0; out < n; out++) {
            double other[20][NAS_MAX_TERMS], others[20], predicted;
            for (int p = 0, k = 0; p < n; p++)
                if (p != out) {
                    memcpy(other[k], row[p], sizeof row[p]);
                    others[k++] = value[p];
                }
            assert_true(nas_regression_fit(&rest, terms, n - 1, other, others));
            nas_regression_at(&rest, row[out], &predicted);
            squares += (predicted - value[out]) * (predicted - value[out]);
        }
        assert_true(fabs(all.leave_one_out - sqrt(squares / n)) < 1e-8 * all.leave_one_out);
    }
}

/* The shipped points are met within three times the stated error, and nothing is said far away from them. */
static void shipped_regressions_say_their_error(void **state)
{
    (void)state;
    static const struct {
        const char *space;
        double macs, parameters, top1, worst_error;
    } points[] = {
        {"ofa-resnet50", 1200e6, 19.3e6, 77.1, 0.3},
        {"ofa-mobilenetv3", 151e6, 5.8e6, 74.7, 0.6},
        {"ofa-mobilenetv3-w1.2", 482e6, 9.1e6, 79.6, 0.4},
    };
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        struct naas_ctx *ctx = naas_ctx_new();
        struct nas_space space;
        read_space(ctx, points[i].space, &space);
        struct nas_oracle *oracle = open_shipped(ctx, &space);
        struct nas_subnet subnet[2] = {{{0}}, {{0}}};
        struct nas_size size[2] = {{points[i].macs, points[i].parameters}, {100e9, 500e6}};
        struct nas_accuracy accuracy[2];
        print_message("%s: %s\n", points[i].space, nas_oracle_words(oracle));
        assert_int_equal(nas_oracle_ask(ctx, oracle, 2, subnet, size, accuracy), NAAS_OK);
        assert_true(accuracy[0].known && !accuracy[1].known);
        assert_true(accuracy[0].error > 0 && accuracy[0].error < points[i].worst_error);
        assert_true(fabs(accuracy[0].top1 - points[i].top1) < 3 * accuracy[0].error);
        assert_non_null(strstr(nas_oracle_words(oracle), "not measured"));
        naas_ctx_free(ctx);
    }
}

static void tables_know_their_subnets(void **state)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_random random = as_random_stream(3, 1);
    struct nas_space space;
    struct nas_oracle *oracle;
    struct nas_subnet subnet[2];
    struct nas_size size[2] = {{0, 0}, {0, 0}};
    struct nas_accuracy accuracy[2];
    char code[NAS_CODE];
    read_space(ctx, "ofa-resnet50", &space);
    subnet[0] = nas_draw(&space, &random);
    subnet[1] = nas_draw(&space, &random);
    nas_code(&space, &subnet[0], code);
    const char *path =
        write_named(ctx, *state, "t.csv", naas_format(ctx, "code,top1,error\n%s,77.25,0.125\n", code));
    assert_int_equal(nas_oracle_open(ctx, path, &space, &oracle), NAAS_OK);
    assert_int_equal(nas_oracle_ask(ctx, oracle, 2, subnet, size, accuracy), NAAS_OK);
    assert_true(accuracy[0].known && accuracy[0].top1 == 77.25 && accuracy[0].error == 0.125);
    assert_false(accuracy[1].known);
    struct nas_subnet drawn = nas_oracle_draw(oracle, &random);
    assert_memory_equal(&drawn, &subnet[0], sizeof drawn);

    path = write_named(ctx, *state, "u.csv", naas_format(ctx, "code,top1\n%s,77\nnothing,76\n", code));
    assert_int_equal(nas_oracle_open(ctx, path, &space, &oracle), NAAS_BAD_INPUT);
    assert_int_equal(naas_diag_at(ctx, 0)->loc.line, 3);
    naas_ctx_free(ctx);
}

static void commands_are_asked(void **state)
{
    (void)state;
    struct naas_ctx *ctx = naas_ctx_new();
    struct nas_space space;
    struct nas_oracle *oracle;
    struct nas_subnet subnet[3] = {{{0}}, {{0}}, {{0}}};
    struct nas_size size[3] = {{1e9, 2e6}, {2e9, 2e6}, {3e9, 2e6}};
    struct nas_accuracy accuracy[3];
    read_space(ctx, "ofa-resnet50", &space);
    nas_oracle_open(ctx, "|awk '{ print ($2 > 2.5e9) ? \"-\" : 70 + $2 / 1e9 \" 0.5\" }'", &space, &oracle);
    assert_int_equal(nas_oracle_ask(ctx, oracle, 3, subnet, size, accuracy), NAAS_OK);
    assert_true(accuracy[0].known && accuracy[0].top1 == 71 && accuracy[0].error == 0.5);
    assert_true(accuracy[1].known && accuracy[1].top1 == 72);
    assert_false(accuracy[2].known);
    static const char *const bad[] = {"|echo much", "|echo 70", "|cat >/dev/null; exit 3", "|false"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        nas_oracle_open(ctx, bad[i], &space, &oracle);
        assert_int_equal(nas_oracle_ask(ctx, oracle, 3, subnet, size, accuracy), NAAS_BAD_INPUT);
        assert_int_equal(naas_n_diags(ctx), (int)i + 1);
    }
    naas_ctx_free(ctx);
}

/* XOR of two genes, by hand. */
static void perceptrons_compute(void **state)
{
    static const char good[] =
        "{\"format\": 1, \"kind\": \"accuracy\", \"space\": \"ofa-resnet50\", \"source\": \"by hand\",\n"
        " \"method\": \"perceptron\", \"scale\": 10, \"offset\": 60, \"error\": 0.25,\n"
        " \"inputs\": [[\"resolution\", 128], [\"resolution\", 256], [\"stem_mid.present\", 1], "
        "[\"stem_mid.present\", 0]],\n"
        " \"layers\": [\n"
        "  {\"weights\": [[0, 1, 1, 0], [0, 1, 1, 0]], \"bias\": [0, -1]},\n"
        "  {\"weights\": [[1, -2]]}]}";
    struct naas_ctx *ctx = naas_ctx_new();
    struct nas_space space;
    struct nas_oracle *oracle;
    read_space(ctx, "ofa-resnet50", &space);
    assert_int_equal(nas_oracle_open(ctx, write_text(ctx, *state, good), &space, &oracle), NAAS_OK);
    int present = 0;
    while (strcmp(space.gene[present].name, "stem_mid.present") != 0)
        present++;
    struct nas_subnet subnet[5] = {{{0}}, {{0}}, {{0}}, {{0}}, {{0}}};
    struct nas_size size[5] = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    struct nas_accuracy accuracy[5];
    subnet[1].pick[present] = subnet[3].pick[present] = 1;
    subnet[2].pick[0] = subnet[3].pick[0] = 8;
    subnet[4].pick[0] = 5; /* 208: not among the inputs */
    assert_int_equal(nas_oracle_ask(ctx, oracle, 5, subnet, size, accuracy), NAAS_OK);
    static const double expected[] = {60, 70, 70, 60};
    for (int i = 0; i < 4; i++)
        assert_true(
            accuracy[i].known && fabs(accuracy[i].top1 - expected[i]) < 1e-9 && accuracy[i].error == 0.25);
    assert_false(accuracy[4].known);

    static const struct mistake mistakes[] = {
        {"\"ofa-resnet50\"", "\"other\"", "1: \"space\": these are accuracies of other, not of ofa-resnet50"},
        {"stem_mid", "stem_end", "3: \"inputs[2]\": space ofa-resnet50 has no gene 'stem_end.present'"},
        {"[0, 1, 1, 0]", "[0, 1]", "5: \"layers[0].weights[0]\": 4 numbers belong here, one for each input"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct naas_ctx *own = naas_ctx_new();
        const char *path = write_text(own, *state, with_mistake(own, good, &mistakes[i]));
        wrong += said_otherwise(own, nas_oracle_open(own, path, &space, &oracle), mistakes[i].said);
        naas_ctx_free(own);
    }
    assert_int_equal(wrong, 0);
    naas_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leave_one_out_is_that),
        cmocka_unit_test(shipped_regressions_say_their_error),
        cmocka_unit_test_setup_teardown(tables_know_their_subnets, scratch_setup, scratch_teardown),
        cmocka_unit_test(commands_are_asked),
        cmocka_unit_test_setup_teardown(perceptrons_compute, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
