/*
 * Suite primer: area and power of NVDLA's configurations as NVIDIA's primer estimates them (nvdla/doc,
 * primer.rst, table "Example Area and Performance").
 *
 * Memory by the technology table. A multiplier of that table is bare: what stands around it (operand
 * registers, adder trees, sequencing) and what every configuration has (bus interfaces, post-processing) are
 * two constants for each of area and power, fitted on the largest and the smallest configuration; the other
 * five are the test.
 */
#include "validate/suite.h"

#include "accelsearch/technology.h"

static const struct primer {
    double macs, buffer_kib, mm2_28, mm2_16, peak_mw_16;
} primer[] = {
    {2048, 512, 5.5, 3.3, 766},
    {1024, 256, 3.0, 1.8, 375},
    {512, 256, 2.3, 1.4, 210},
    {256, 256, 1.7, 1.0, 135},
    {128, 256, 1.4, 0.84, 82},
    {64, 128, 0.91, 0.55, 55},
    {32, 128, 0.85, 0.51, 45},
};
enum { N = sizeof primer / sizeof *primer, BANKS = 16, ACCESS_BITS = 256 };

/* What is left of two rows when the memory is taken away, as a line over the number of multipliers. */
struct line {
    double fixed, each;
};

static struct line line_through(double x0, double y0, double x1, double y1)
{
    double each = (y1 - y0) / (x1 - x0);
    return (struct line){y0 - each * x0, each};
}

static double memory_mm2(const struct as_technology *technology, double kib)
{
    struct as_memory memory = {(int64_t)(kib * 1024), BANKS, ACCESS_BITS, 8};
    return as_technology_memory(technology, &memory, NULL).area_um2 * 1e-6;
}

static void add_rows(struct naas_ctx *ctx, struct val_table *table, int quantity, const double published[N],
    const double memory[N])
{
    struct line line = line_through(
        primer[0].macs, published[0] - memory[0], primer[N - 1].macs, published[N - 1] - memory[N - 1]);
    for (int i = 0; i < N; i++) {
        const char *name = naas_format(ctx, "%g multipliers, %g KiB", primer[i].macs, primer[i].buffer_kib);
        double predicted = memory[i] + line.fixed + line.each * primer[i].macs;
        struct val_row *row = val_add(ctx, table, name, quantity, published[i], predicted);
        row->group = i == 0 || i == N - 1 ? "fitted" : NULL;
    }
}

enum naas_status val_primer(struct naas_ctx *ctx, const char *data, struct val_table *table)
{
    (void)data;
    static const char *const nodes[] = {"28nm", "16nm"};
    double published[3][N], memory[3][N] = {{0}};
    table->n_quantities = 3;
    table->quantity[0] = "area at 28 nm (mm2)";
    table->quantity[1] = "area at 16 nm (mm2)";
    table->quantity[2] = "peak power at 16 nm (mW)";
    for (int i = 0; i < N; i++) {
        published[0][i] = primer[i].mm2_28;
        published[1][i] = primer[i].mm2_16;
        published[2][i] = primer[i].peak_mw_16;
    }
    for (int node = 0; node < 2; node++) {
        struct as_technology technology;
        enum naas_status status = as_technology_named(ctx, nodes[node], &technology);
        if (status != NAAS_OK)
            return status;
        for (int i = 0; i < N; i++)
            memory[node][i] = memory_mm2(&technology, primer[i].buffer_kib);
    }
    for (int q = 0; q < 3; q++)
        add_rows(ctx, table, q, published[q], memory[q]);
    return NAAS_OK;
}
