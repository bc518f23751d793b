/*
 * Energy, area and EDP of a case small enough to add up by hand: y[k] = sum over c of x[c] w[k][c], K = 2,
 * C = 3, on DRAM and one PE that holds everything at once. So each operand is read from DRAM once, filled
 * into the PE once and handed to the MACs 6 times; sums never come back.
 */
#include "accelsearch/accelsearch.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { X = 3, W = 6, Y = 2, MACS = 6 };

static const double dram_read = 100, dram_write = 200, pe_read = 3, pe_write = 5, hop = 7, mac = 11;

static struct as_tensor tensor(enum as_role role, int rank, int first, int second, const int64_t *extent)
{
    struct as_tensor made = {.role = role, .type = NAAS_WORD, .rank = rank};
    int dim[2] = {first, second};
    for (int i = 0; i < rank; i++)
        made.axis[i] = (struct as_axis){.n_terms = 1, .term = {{dim[i], 1}}, .extent = extent[dim[i]]};
    return made;
}

static struct as_problem product(void)
{
    static const int64_t extent[2] = {2, 3};
    struct as_problem problem = {.n_dims = 2, .n_tensors = 3, .output = 2, .finish_reads = 2};
    problem.dim[0] = (struct as_dim){.name = "K", .extent = extent[0], .spatial = true};
    problem.dim[1] = (struct as_dim){.name = "C", .extent = extent[1], .kind = AS_REDUCTION, .spatial = true};
    problem.tensor[0] = tensor(AS_INPUT, 1, 1, 0, extent);
    problem.tensor[1] = tensor(AS_WEIGHT, 2, 0, 1, extent);
    problem.tensor[2] = tensor(AS_OUTPUT, 1, 0, 0, extent);
    problem.acc_type = NAAS_WORD;
    return problem;
}

static struct as_accel one_pe(void)
{
    struct as_accel accel = {.word_bits = 16,
        .acc_bits = 16,
        .clock_mhz = 500,
        .n_levels = 2,
        .macs_per_cycle = 1,
        .mac_pj = mac,
        .mac_area_um2 = 13,
        .leakage_mw = 2};
    accel.level[0] = (struct as_level){.name = "DRAM",
        .keeps = AS_ALL_ROLES,
        .buffers = 1,
        .read_pj = dram_read,
        .write_pj = dram_write,
        .hop_pj = hop};
    accel.level[1] = (struct as_level){.name = "PE",
        .keeps = AS_ALL_ROLES,
        .buffers = 1,
        .read_pj = pe_read,
        .write_pj = pe_write,
        .area_um2 = 17};
    return accel;
}

static struct as_mapping all_at_once(void)
{
    struct as_mapping mapping = {.n_levels = 2};
    mapping.level[0].keeps = mapping.level[1].keeps = 7;
    mapping.level[1].n_loops = 2;
    mapping.level[1].loop[0] = (struct as_loop){0, 1, -1};
    mapping.level[1].loop[1] = (struct as_loop){1, 1, -1};
    return mapping;
}

static void parts_add_up_to_what_was_added_by_hand(void **state)
{
    (void)state;
    struct as_problem problem = product();
    struct as_accel accel = one_pe();
    struct as_mapping mapping = all_at_once();
    struct as_cost cost;
    assert_int_equal(as_evaluate(&problem, &accel, &mapping, &cost), NAAS_OK);

    assert_true(cost.level_pj[0][0] == X * dram_read);
    assert_true(cost.level_pj[0][1] == W * dram_read);
    assert_true(cost.level_pj[0][2] == Y * dram_write);
    assert_true(cost.level_pj[1][0] == X * pe_write + MACS * pe_read);
    assert_true(cost.level_pj[1][1] == W * pe_write + MACS * pe_read);
    assert_true(cost.level_pj[1][2] == MACS * (pe_read + pe_write) + Y * pe_read);
    assert_true(cost.noc_pj == (X + W) * hop);
    assert_true(cost.mac_pj == MACS * mac);
    assert_true(cost.finish_pj == 2 * dram_read);
    /* No port is limited, so 6 cycles of 2 ns at 2 mW: 24 pJ. */
    assert_true(cost.cycles == MACS);
    assert_true(cost.leakage_pj == 24);

    double storage = 0;
    for (int l = 0; l < 2; l++)
        for (int t = 0; t < 3; t++)
            storage += cost.level_pj[l][t];
    assert_true(cost.energy_pj == storage + cost.noc_pj + cost.mac_pj + cost.finish_pj + cost.leakage_pj);
    assert_true(cost.edp == cost.energy_pj * cost.cycles);
    assert_true(cost.area_um2 == 13 + 17);
    assert_true(cost.utilisation == 1);
}

static void timeloops_accounting_reads_nothing_to_drain(void **state)
{
    (void)state;
    struct as_problem problem = product();
    struct as_accel accel = one_pe();
    struct as_mapping mapping = all_at_once();
    struct as_cost cost;
    accel.accounting = AS_TIMELOOP;
    assert_int_equal(as_evaluate(&problem, &accel, &mapping, &cost), NAAS_OK);
    assert_true(cost.level_pj[1][2] == MACS * (pe_read + pe_write));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up_to_what_was_added_by_hand),
        cmocka_unit_test(timeloops_accounting_reads_nothing_to_drain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
