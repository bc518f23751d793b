/*
 * Latency worked out by hand from docs/model.md, for y[p] = x[p] with 8 points. (Random cases are compared
 * with the recursive definition in test_simulator.c.)
 */
#include "walker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { X = 0, Y = 1, BOTH = 3, N = 8 };

struct setting {
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
};

/* DRAM, L2, L1; tiles of l2 and l1 points; one port below DRAM and one below L2. */
static struct setting copy(int64_t l2, int64_t l1, double dram_rate, double l2_rate)
{
    struct setting s;
    memset(&s, 0, sizeof s);
    s.problem.n_dims = 1;
    s.problem.dim[0] = (struct as_dim){.name = "P", .extent = N, .spatial = true};
    s.problem.n_tensors = 2;
    s.problem.output = Y;
    for (int t = 0; t < 2; t++) {
        s.problem.tensor[t].type = NAAS_F32;
        s.problem.tensor[t].role = t == Y ? AS_OUTPUT : AS_INPUT;
        s.problem.tensor[t].rank = 1;
        s.problem.tensor[t].axis[0] = (struct as_axis){1, {{0, 1}}, 0, N};
    }
    s.problem.acc_type = NAAS_F32;
    s.problem.reduce = AS_NO_REDUCE;
    s.problem.combine = AS_COPY;
    s.accel.n_levels = s.mapping.n_levels = 3;
    s.accel.macs_per_cycle = 1;
    for (int l = 0; l < 3; l++) {
        s.accel.level[l].buffers = 2;
        s.mapping.level[l].keeps = BOTH;
    }
    for (int l = 0; l < 2; l++) {
        s.accel.level[l].n_ports = 1;
        s.accel.level[l].port[0] =
            (struct as_port){"port", AS_ALL_ROLES, AS_ALL_ROLES, l ? l2_rate : dram_rate};
        s.mapping.level[l].n_loops = 1;
        s.mapping.level[l].loop[0] = (struct as_loop){0, l ? l1 : l2, -1};
    }
    return s;
}

static long long cycles(const struct setting *s)
{
    float x[N] = {1, 2, 3, 4, 5, 6, 7, 8}, y[N] = {0};
    naas_rt_counters counters;
    char error[256];
    struct walk_data data = {{x, NULL}, y};
    walk_mapping(&s->problem, &s->accel, &s->mapping, &data, NULL, &counters, error);
    assert_string_equal(error, "");
    assert_memory_equal(x, y, sizeof x);
    return counters.cycles;
}

static void double_buffering_overlaps_work_with_both_directions(void **state)
{
    (void)state;
    /* L1 within an L2 tile: fetch 2, then max(2, 2), max(2, 2), drain 2 = 8. L2: fetch 2, then 8, 8, drain 2.
     */
    struct setting s = copy(4, 2, 2, 1);
    assert_int_equal(cycles(&s), 20);
}

static void one_port_carries_both_directions_one_after_the_other(void **state)
{
    (void)state;
    /* Four tiles of two words: fetch 2; max(2, 2); max(2, 2 + 2) twice; max(2, 2); drain 2. L2 has one tile
     * and no limit. */
    struct setting s = copy(8, 2, 0, 1);
    assert_int_equal(cycles(&s), 2 + 2 + 4 + 4 + 2 + 2);
}

static void two_ports_work_at_once(void **state)
{
    (void)state;
    struct setting s = copy(8, 2, 0, 1);
    s.accel.level[1].n_ports = 2;
    s.accel.level[1].port[0].up = 0;
    s.accel.level[1].port[1] = (struct as_port){"up", 0, AS_OUTPUT, 1};
    assert_int_equal(cycles(&s), 2 + 2 + 2 + 2 + 2 + 2);
}

static void single_buffering_adds_up(void **state)
{
    (void)state;
    /* L1: two tiles of 2 + 2 + 2. L2: two tiles of 2 + 12 + 2. */
    struct setting s = copy(4, 2, 2, 1);
    s.accel.level[1].buffers = s.accel.level[2].buffers = 1;
    assert_int_equal(cycles(&s), 2 * (2 + 12 + 2));
}

static void a_transfer_is_rounded_up(void **state)
{
    (void)state;
    /* Two words on a port of 1.5 words per cycle take 2 cycles, as they do at 1. */
    struct setting s = copy(4, 2, 2, 1.5);
    assert_int_equal(cycles(&s), 20);
}

static void a_tensor_that_passes_a_level_uses_the_ports_outside(void **state)
{
    (void)state;
    /* x comes from DRAM at half a word per cycle: L1 takes 4, max(2, 4), max(2, 0), 0 = 10. y leaves L2, 8
     * cycles a tile: L2 takes 0, 10, max(10, 8), 8 = 28. But both share the port, and it takes 32 for the 16
     * words. */
    struct setting s = copy(4, 2, 0.5, 0);
    s.mapping.level[1].keeps = 1u << Y;
    assert_int_equal(cycles(&s), 32);
    /* With a port of its own for y, the tiles decide. */
    s.accel.level[0].n_ports = 2;
    s.accel.level[0].port[0].up = 0;
    s.accel.level[0].port[1] = (struct as_port){"up", 0, AS_OUTPUT, 0.5};
    assert_int_equal(cycles(&s), 28);
}

static void a_ragged_tile_takes_its_own_time(void **state)
{
    (void)state;
    /* Tiles of 3, 3 and 2 points, without limits on the ports; three MACs a cycle. */
    struct setting s = copy(8, 3, 0, 0);
    assert_int_equal(cycles(&s), 3 + 3 + 2);
    s.accel.macs_per_cycle = 3;
    assert_int_equal(cycles(&s), 3);
    s.accel.macs_per_cycle = 2;
    assert_int_equal(cycles(&s), 2 + 2 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(double_buffering_overlaps_work_with_both_directions),
        cmocka_unit_test(one_port_carries_both_directions_one_after_the_other),
        cmocka_unit_test(two_ports_work_at_once),
        cmocka_unit_test(single_buffering_adds_up),
        cmocka_unit_test(a_transfer_is_rounded_up),
        cmocka_unit_test(a_tensor_that_passes_a_level_uses_the_ports_outside),
        cmocka_unit_test(a_ragged_tile_takes_its_own_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
