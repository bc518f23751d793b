#include "accelsearch/hardware.h"
#include "accelsearch/space.h"
#include "support/number.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PE_STEP = 8, BYTE_STEP = 16, AXIS_STEP = 2, BUFFERS = 2, L2 = 1, L1 = 2 };
/* With sizing_only the sizes stand where the number of axes would. */
enum {
    GENE_PES,
    GENE_L1,
    GENE_L2,
    GENE_BANDWIDTH,
    GENE_AXES,
    GENE_FIRST_SIZE = GENE_AXES,
    GENE_DIMS = GENE_AXES + AS_MAX_AXES
};

static const char *const axis_dims[AS_HARDWARE_DIMS] = {"KG", "CG", "P", "Q", "R", "S"};

/* What a vector says, before it becomes an accelerator. */
struct sizes {
    int64_t pes, l1, l2; /* bytes */
    int64_t bandwidth;   /* words per cycle */
    int n_axes;
    int64_t axis[AS_MAX_AXES];
};

/* ---- measures ---- */

int64_t as_accel_bytes(const struct as_accel *accel)
{
    int64_t bytes = 0;
    for (int l = 1; l < accel->n_levels; l++)
        for (int p = 0; p < accel->level[l].n_partitions; p++)
            bytes += as_instances(accel, l) * accel->level[l].partition[p].bytes;
    return bytes;
}

double as_accel_area(const struct as_accel *accel)
{
    double area = 0;
    for (int l = 0; l < accel->n_levels; l++)
        area += (double)as_instances(accel, l) * accel->level[l].area_um2;
    return area +
           (double)as_instances(accel, accel->n_levels - 1) * accel->macs_per_cycle * accel->mac_area_um2;
}

/* ---- genes ---- */

/* The innermost array of the baseline. */
static const struct as_level *baseline_array(const struct as_accel *baseline)
{
    for (int l = baseline->n_levels - 1; l > 0; l--)
        if (baseline->level[l].n_axes > 0)
            return &baseline->level[l];
    return &baseline->level[0];
}

static int baseline_axes(const struct as_budget *budget)
{
    int n_axes = baseline_array(&budget->baseline)->n_axes;
    return n_axes > 1 ? n_axes : 1;
}

void as_hardware_init(
    struct as_hardware *space, const struct as_budget *budget, enum as_encoding encoding, bool sizing_only)
{
    *space = (struct as_hardware){budget, encoding, sizing_only, GENE_FIRST_SIZE};
    if (sizing_only)
        space->n_genes += baseline_axes(budget) - 1;
    else
        space->n_genes = GENE_DIMS + (encoding == AS_INDEX ? 1 : AS_HARDWARE_DIMS);
}

/* One of first, first + step, ... <= last, evenly. */
static int64_t evenly(double gene, int64_t first, int64_t last, int64_t step)
{
    int64_t n = last < first ? 1 : (last - first) / step + 1, at = (int64_t)(gene * (double)n);
    return first + step * (at >= n ? n - 1 : at);
}

/* A multiple of step in first .. last, evenly in its logarithm. */
static int64_t in_logarithm(double gene, int64_t first, int64_t last, int64_t step)
{
    if (last <= first)
        return first;
    double value = (double)first * pow((double)last / (double)first, gene);
    int64_t size = (int64_t)round(value / (double)step) * step;
    return max64(first, min64(size, last));
}

static int64_t round_up(int64_t value, int64_t step)
{
    return ceil_div(value, step) * step;
}

/* Two buffers of an element of each operand. */
static int64_t least_bytes(const struct as_accel *baseline)
{
    return round_up(BUFFERS * (2 * baseline->word_bits + baseline->acc_bits) / 8, BYTE_STEP);
}

/* Also of 1 where no even number fits. */
static void decode_axes(const double *genes, struct sizes *sizes)
{
    int64_t room = sizes->pes;
    for (int i = 0; i < sizes->n_axes - 1; i++) {
        sizes->axis[i] = room < AXIS_STEP ? 1 : in_logarithm(genes[i], AXIS_STEP, room, AXIS_STEP);
        room /= sizes->axis[i];
    }
    sizes->axis[sizes->n_axes - 1] = room;
}

static int64_t count_pes(const struct sizes *sizes)
{
    int64_t pes = 1;
    for (int i = 0; i < sizes->n_axes; i++)
        pes *= sizes->axis[i];
    return pes;
}

static struct sizes decode_sizes(const struct as_hardware *space, const double *genes)
{
    const struct as_budget *budget = space->budget;
    int64_t least = least_bytes(&budget->baseline), most_pes = budget->bytes / least - 1;
    struct sizes sizes = {0};
    most_pes = most_pes > budget->macs ? budget->macs : most_pes < 1 ? 1 : most_pes;
    sizes.pes = most_pes < PE_STEP ? most_pes : evenly(genes[GENE_PES], PE_STEP, most_pes, PE_STEP);
    const double *size_genes = genes + GENE_FIRST_SIZE;
    if (space->sizing_only)
        sizes.n_axes = baseline_axes(budget);
    else
        sizes.n_axes = (int)evenly(*size_genes++, 1, AS_MAX_AXES, 1);
    decode_axes(size_genes, &sizes);
    sizes.pes = count_pes(&sizes);
    sizes.l1 = in_logarithm(genes[GENE_L1], least, (budget->bytes - least) / sizes.pes, BYTE_STEP);
    sizes.l1 -= sizes.l1 % BYTE_STEP;
    sizes.l2 = evenly(genes[GENE_L2], least, budget->bytes - sizes.pes * sizes.l1, BYTE_STEP);
    sizes.bandwidth = evenly(genes[GENE_BANDWIDTH], 1, (int64_t)budget->noc_words, 1);
    return sizes;
}

/* ---- the accelerator ---- */

static void set_memory(struct as_level *level, const char *name, int64_t bytes, struct as_memory_cost cost)
{
    snprintf(level->name, sizeof level->name, "%s", name);
    level->keeps = AS_ALL_ROLES;
    level->buffers = BUFFERS;
    level->n_partitions = 1;
    level->partition[0].roles = AS_ALL_ROLES;
    level->partition[0].bytes = bytes;
    level->read_pj = cost.read_pj;
    level->write_pj = cost.write_pj;
    level->area_um2 = cost.area_um2;
}

static void set_axes(
    const struct as_hardware *space, const double *genes, const struct sizes *sizes, struct as_level *level)
{
    int order[AS_HARDWARE_DIMS];
    const struct as_level *array = baseline_array(&space->budget->baseline);
    if (!space->sizing_only)
        as_decode_order(genes + GENE_DIMS, AS_HARDWARE_DIMS, space->encoding, order);
    level->n_axes = sizes->n_axes;
    level->hop_pj = array->hop_pj;
    for (int i = 0; i < sizes->n_axes; i++) {
        struct as_array_axis *axis = &level->axis[i];
        snprintf(axis->name, sizeof axis->name, "%c", "XYZ"[i]);
        snprintf(axis->dims, sizeof axis->dims, "%s",
            space->sizing_only ? array->axis[i].dims : axis_dims[order[i]]);
        axis->size = (int)sizes->axis[i];
    }
}

static void build(
    const struct as_hardware *space, const double *genes, const struct sizes *sizes, struct as_accel *accel)
{
    const struct as_accel *baseline = &space->budget->baseline;
    memset(accel, 0, sizeof *accel);
    snprintf(accel->name, sizeof accel->name, "naas-%.*s", AS_NAME - 6, baseline->name);
    accel->word_bits = baseline->word_bits;
    accel->acc_bits = baseline->acc_bits;
    accel->clock_mhz = baseline->clock_mhz;
    accel->technology_nm = baseline->technology_nm;
    accel->macs_per_cycle = 1;
    accel->mac_pj = baseline->mac_pj;
    accel->mac_area_um2 = baseline->mac_area_um2;
    accel->leakage_mw = baseline->leakage_mw;
    accel->padding_stored = baseline->padding_stored;
    accel->accounting = baseline->accounting;
    accel->n_levels = 3;
    accel->level[0] = baseline->level[0];
    accel->level[0].n_axes = 0;
    accel->level[0].hop_pj = 0;
    memset(accel->level[0].axis, 0, sizeof accel->level[0].axis);
    struct as_level *level = &accel->level[L2];
    set_memory(level, "L2", sizes->l2, as_budget_l2(space->budget, sizes->l2));
    level->may_pass = AS_ALL_ROLES;
    level->n_ports = 1;
    snprintf(level->port[0].name, sizeof level->port[0].name, "bus");
    level->port[0].down = level->port[0].up = AS_ALL_ROLES;
    level->port[0].words_per_cycle = (double)sizes->bandwidth;
    set_axes(space, genes, sizes, level);
    set_memory(&accel->level[L1], "L1", sizes->l1, as_budget_l1(space->budget, sizes->l1));
}

/* Half of it in steps, but no less than least; false when it is that small already. */
static bool halve(int64_t *value, int64_t least, int64_t step)
{
    int64_t half = *value / 2 / step * step;
    if (*value <= least)
        return false;
    *value = half < least ? least : half;
    return true;
}

static bool halve_largest_axis(struct sizes *sizes)
{
    int largest = 0;
    for (int i = 1; i < sizes->n_axes; i++)
        if (sizes->axis[i] > sizes->axis[largest])
            largest = i;
    return halve(&sizes->axis[largest], AXIS_STEP, AXIS_STEP);
}

void as_hardware_decode(const struct as_hardware *space, const double *genes, struct as_accel *accel)
{
    struct sizes sizes = decode_sizes(space, genes);
    int64_t least = least_bytes(&space->budget->baseline);
    double limit = space->budget->area_um2;
    build(space, genes, &sizes, accel);
    while (limit > 0 && as_accel_area(accel) > limit) {
        if (!halve(&sizes.l2, least, BYTE_STEP) && !halve(&sizes.l1, least, BYTE_STEP) &&
            !halve_largest_axis(&sizes))
            return;
        build(space, genes, &sizes, accel);
    }
}
