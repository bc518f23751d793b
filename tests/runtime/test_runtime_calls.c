/*
 * The interface by hand: y[k] += w[k][c] * x[2 c] with 4 outputs and 6 terms on two PEs, one row each.
 */
#include <naas_rt.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { W, X, Y, K = 4, C = 6 };
enum { DRAM, L2, L1 };

static const naas_rt_problem problem = {.name = "gemv",
    .n_dims = 2,
    .dim_name = {"k", "c"},
    .extent = {K, C},
    .n_tensors = 3,
    .output = Y,
    .tensor =
        {
            {"w", NAAS_RT_WEIGHT, NAAS_RT_F32, 0, 2, {{1, {0}, {1}, 0, K, C}, {1, {1}, {1}, 0, C, 1}}},
            {"x", NAAS_RT_INPUT, NAAS_RT_F32, 0, 1, {{1, {1}, {2}, 0, 2 * C, 1}}},
            {"y", NAAS_RT_OUTPUT, NAAS_RT_F32, 0, 1, {{1, {0}, {1}, 0, K, 1}}},
        },
    .reduce = NAAS_RT_SUM};

/* L1 keeps the weights apart from the rest: a row of 6 floats, twice, and 6 + 1 floats, twice. */
static const naas_rt_accel accel = {.name = "two PEs",
    .n_levels = 3,
    .macs_per_cycle = 1,
    .level = {
        {.name = "DRAM", .buffers = 1, .keeps = 7},
        {.name = "L2", .buffers = 1, .n_axes = 1, .size = {2}, .keeps = 7},
        {.name = "L1",
            .buffers = 2,
            .n_partitions = 2,
            .partition = {{NAAS_RT_WEIGHT, 48}, {NAAS_RT_INPUT | NAAS_RT_OUTPUT, 56}},
            .keeps = 7},
    }};

struct data {
    float w[K][C], x[2 * C], y[K];
    int n_finished;
    int peeks; /* the kernel adds an element of x that does not belong to its tile */
};

/* finish writes, so the runtime's constant args lead to the data by a pointer. */
struct args {
    struct data *data;
};

static void kernel(const naas_rt_pe *pe)
{
    const struct data *data = ((const struct args *)pe->args)->data;
    const float *w = (const float *)pe->base[W], *x = (const float *)pe->base[X];
    float *y = (float *)pe->base[Y];
    for (long long k = pe->box.low[0]; k < pe->box.high[0]; k++)
        for (long long c = pe->box.low[1]; c < pe->box.high[1]; c++) {
            y[k * pe->stride[Y][0]] +=
                w[k * pe->stride[W][0] + c * pe->stride[W][1]] * x[2 * c * pe->stride[X][0]];
            if (data->peeks && c + 1 < pe->box.high[1])
                y[k * pe->stride[Y][0]] += x[(2 * c + 1) * pe->stride[X][0]];
        }
}

static void finish(const long long *index, const void *sum, const void *args)
{
    struct data *data = ((const struct args *)args)->data;
    memcpy(&data->y[index[0]], sum, sizeof(float));
    data->n_finished++;
}

static struct data make_data(float scale)
{
    struct data data = {.n_finished = 0};
    for (int k = 0; k < K; k++)
        for (int c = 0; c < C; c++)
            data.w[k][c] = scale * (float)(k - c);
    for (int c = 0; c < 2 * C; c++)
        data.x[c] = (float)(c + 1);
    return data;
}

static float expected(const struct data *data, int k)
{
    float sum = 0;
    for (int c = 0; c < C; c++)
        sum += data->w[k][c] * data->x[2 * c];
    return sum;
}

static naas_rt *open_with(const struct args *args, const naas_rt_accel *machine)
{
    naas_rt *rt = naas_rt_open("sim", &problem, machine, kernel, finish, args);
    naas_rt_bind(rt, W, args->data->w);
    naas_rt_bind(rt, X, args->data->x);
    return rt;
}

static void declare_all(naas_rt *rt, int level, int instance, const naas_rt_box *box)
{
    naas_rt_load(rt, level, instance, W, box);
    naas_rt_load(rt, level, instance, X, box);
    naas_rt_store(rt, level, instance, Y, box);
}

static const naas_rt_box whole = {{0}, {K, C}};

/* Two rows at a time, one on each PE. */
static void step(naas_rt *rt, long long k)
{
    for (int pe = 0; pe < 2; pe++)
        declare_all(rt, L1, pe, &(naas_rt_box){{k + pe, 0}, {k + pe + 1, C}});
    naas_rt_run(rt);
}

static void expect_error(naas_rt *rt, int status, const char *message)
{
    assert_int_equal(naas_rt_wait(rt), status);
    assert_string_equal(naas_rt_error(rt), message);
    naas_rt_close(rt);
}

static void two_runs_at_once_do_not_meet(void **state)
{
    (void)state;
    struct data data[2] = {make_data(1), make_data(3)};
    struct args args[2] = {{&data[0]}, {&data[1]}};
    naas_rt *rt[2] = {open_with(&args[0], &accel), open_with(&args[1], &accel)};
    for (int i = 0; i < 2; i++)
        declare_all(rt[i], L2, 0, &whole);
    for (long long k = 0; k < K; k += 2)
        for (int i = 0; i < 2; i++)
            step(rt[i], k);
    for (int i = 0; i < 2; i++) {
        naas_rt_counters counters;
        assert_int_equal(naas_rt_wait(rt[i]), NAAS_RT_OK);
        assert_string_equal(naas_rt_error(rt[i]), "");
        naas_rt_read_counters(rt[i], &counters);
        assert_int_equal(counters.macs, K * C);
        assert_int_equal(
            counters.count[L2][X].reads, C); /* once for both PEs, and the second rows find it there */
        assert_int_equal(counters.count[L1][X].fills, 2 * C);
        assert_int_equal(data[i].n_finished, K);
        for (int k = 0; k < K; k++)
            assert_true(data[i].y[k] == expected(&data[i], k));
        naas_rt_close(rt[i]);
    }
}

static void overflow_names_the_buffer(void **state)
{
    (void)state;
    struct data data = make_data(1);
    struct args args = {&data};
    naas_rt_accel small = accel;
    small.level[L1].partition[0].bytes = 47;
    naas_rt *rt = open_with(&args, &small);
    declare_all(rt, L2, 0, &whole);
    step(rt, 0);
    expect_error(rt, NAAS_RT_OVERFLOW, "L1: buffer 0 (w) needs 48 bytes, both halves together, has 47");

    small = accel;
    small.level[L1].partition[1].bytes = 55;
    rt = open_with(&args, &small);
    declare_all(rt, L2, 0, &whole);
    step(rt, 0);
    expect_error(rt, NAAS_RT_OVERFLOW, "L1: buffer 1 (x, y) needs 56 bytes, both halves together, has 55");
    assert_int_equal(data.n_finished, 0);
}

static void gaps_take_no_room_and_cannot_be_read(void **state)
{
    (void)state;
    struct data data = make_data(1);
    struct args args = {&data};
    data.peeks = 1;
    naas_rt *rt = open_with(&args, &accel);
    declare_all(rt, L2, 0, &whole);
    step(rt, 0);
    step(rt, 2);
    assert_int_equal(naas_rt_wait(rt), NAAS_RT_OK);
    for (int k = 0; k < K; k++)
        assert_true(isnan(data.y[k]));
    naas_rt_close(rt);
}

static void calls_that_contradict_the_problem_are_refused(void **state)
{
    (void)state;
    struct data data = make_data(1);
    struct args args = {&data};
    naas_rt_box wide = {{0}, {K + 1, C}}, row = {{1, 0}, {2, C}};

    naas_rt *rt = open_with(&args, &accel);
    naas_rt_load(rt, L2, 0, X, &wide);
    expect_error(rt, NAAS_RT_BAD_CALL, "L2: tile of x from 0 to 5 of dim k, which has 0 to 4");

    rt = open_with(&args, &accel);
    naas_rt_load(rt, L1, 2, X, &whole);
    expect_error(rt, NAAS_RT_BAD_CALL, "L1: there is no instance 2 of 2");

    rt = open_with(&args, &accel);
    naas_rt_load(rt, 3, 0, X, &whole);
    expect_error(rt, NAAS_RT_BAD_CALL, "level 3: there are levels 1 to 2");

    rt = open_with(&args, &accel);
    naas_rt_load(rt, L2, 0, 3, &whole);
    expect_error(rt, NAAS_RT_BAD_CALL, "L2: there is no tensor 3");

    rt = open_with(&args, &accel);
    naas_rt_load(rt, L2, 0, Y, &whole);
    expect_error(rt, NAAS_RT_BAD_CALL, "L2: tensor y is the output, store it");

    rt = open_with(&args, &accel);
    naas_rt_load(rt, L1, 0, X, &row);
    expect_error(rt, NAAS_RT_BAD_CALL, "L1: x is declared before L2 has any of it");

    rt = open_with(&args, &accel);
    declare_all(rt, L2, 0, &row);
    naas_rt_store(rt, L1, 0, Y, &whole);
    expect_error(rt, NAAS_RT_BAD_CALL, "L1: tile of y from 0 to 4 of dim k, but L2 has 1 to 2");

    rt = open_with(&args, &accel);
    declare_all(rt, L2, 0, &whole);
    naas_rt_store(rt, L1, 1, Y, &row);
    naas_rt_run(rt);
    expect_error(rt, NAAS_RT_BAD_CALL, "L1: instance 1 runs on more than its tile of w");

    rt = naas_rt_open("sim", &problem, &accel, kernel, finish, &args);
    naas_rt_load(rt, L2, 0, X, &whole);
    expect_error(rt, NAAS_RT_BAD_CALL, "tensor x is loaded but not bound");

    rt = open_with(&args, &accel);
    assert_int_equal(naas_rt_wait(rt), NAAS_RT_OK);
    naas_rt_run(rt);
    expect_error(rt, NAAS_RT_BAD_CALL, "naas_rt_run after naas_rt_wait");
}

static void the_first_error_sticks_and_nothing_is_written(void **state)
{
    (void)state;
    struct data data = make_data(1);
    struct args args = {&data};
    naas_rt *rt = open_with(&args, &accel);
    naas_rt_load(rt, 7, 0, X, &whole);
    naas_rt_load(rt, L2, 9, X, &whole);
    declare_all(rt, L2, 0, &whole);
    step(rt, 0);
    expect_error(rt, NAAS_RT_BAD_CALL, "level 7: there are levels 1 to 2");
    assert_int_equal(data.n_finished, 0);
}

static void bad_problems_and_accelerators_are_refused(void **state)
{
    (void)state;
    naas_rt *rt = naas_rt_open("gpu", &problem, &accel, kernel, finish, NULL);
    expect_error(rt, NAAS_RT_NO_TARGET, "there is no target gpu");

    naas_rt_problem empty = problem;
    empty.extent[1] = 0;
    rt = naas_rt_open("sim", &empty, &accel, kernel, finish, NULL);
    expect_error(rt, NAAS_RT_BAD_CALL, "problem: extent of dim 1 is below 1");

    naas_rt_accel none = accel;
    none.level[L2].size[0] = 0;
    rt = naas_rt_open("sim", &problem, &none, kernel, finish, NULL);
    expect_error(rt, NAAS_RT_BAD_CALL, "L2: size of axis 0 is out of range");

    none = accel;
    none.level[L1].partition[0].roles = 0;
    rt = naas_rt_open("sim", &problem, &none, kernel, finish, NULL);
    expect_error(rt, NAAS_RT_BAD_CALL, "L1 keeps w but has no partition for it");
}

static void a_missing_handle_is_out_of_memory(void **state)
{
    (void)state;
    naas_rt_counters counters;
    naas_rt_bind(NULL, W, "");
    declare_all(NULL, L2, 0, &whole);
    naas_rt_run(NULL);
    assert_int_equal(naas_rt_wait(NULL), NAAS_RT_NO_MEMORY);
    assert_string_equal(naas_rt_error(NULL), "out of memory");
    naas_rt_read_counters(NULL, &counters);
    assert_int_equal(counters.macs, 0);
    naas_rt_close(NULL);
}

/* What the run prints on stderr, into text. */
static void capture_statistics(char *text, size_t size)
{
    struct data data = make_data(1);
    struct args args = {&data};
    FILE *file = tmpfile();
    fflush(stderr);
    int saved = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    naas_rt *rt = open_with(&args, &accel);
    declare_all(rt, L2, 0, &whole);
    step(rt, 0);
    step(rt, 2);
    naas_rt_wait(rt);
    naas_rt_close(rt);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = 0;
    fclose(file);
}

static void statistics_are_printed_when_asked_for(void **state)
{
    (void)state;
    char text[4096];
    unsetenv("NAAS_RT_STATS");
    capture_statistics(text, sizeof text);
    assert_string_equal(text, "");
    setenv("NAAS_RT_STATS", "1", 1);
    capture_statistics(text, sizeof text);
    unsetenv("NAAS_RT_STATS");
    assert_string_equal(text,
        "naas: gemv on two PEs (sim): 12 cycles, 24 MACs, utilisation 100.0 %\n"
        "  level    tensor            reads          fills         drains        updates\n"
        "  DRAM     w                    24              0              0              0\n"
        "  DRAM     x                     6              0              0              0\n"
        "  DRAM     y                     0              0              0              4\n"
        "  DRAM     network: 30 deliveries, 0 adds\n"
        "  L2       w                    24             24              0              0\n"
        "  L2       x                     6              6              0              0\n"
        "  L2       y                     0              0              4              4\n"
        "  L2       network: 36 deliveries, 0 adds\n"
        "  L1       w                     0             24              0              0\n"
        "  L1       x                     0             12              0              0\n"
        "  L1       y                     0              0              4              0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_at_once_do_not_meet),
        cmocka_unit_test(overflow_names_the_buffer),
        cmocka_unit_test(gaps_take_no_room_and_cannot_be_read),
        cmocka_unit_test(calls_that_contradict_the_problem_are_refused),
        cmocka_unit_test(the_first_error_sticks_and_nothing_is_written),
        cmocka_unit_test(bad_problems_and_accelerators_are_refused),
        cmocka_unit_test(a_missing_handle_is_out_of_memory),
        cmocka_unit_test(statistics_are_printed_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
