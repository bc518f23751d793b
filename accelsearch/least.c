#include "accelsearch/least.h"
#include "accelsearch/hardware.h"
#include <math.h>
#include <string.h>

/* ---- computing ---- */

static bool may_lie(const struct as_array_axis *axis, const struct as_dim *dim)
{
    return dim->spatial && (!axis->dims[0] || (dim->conv && strchr(axis->dims, dim->conv)));
}

/* Instances along an axis that can have work: dims share it, and `single` says that only one can. */
static double useful_along(const struct as_problem *problem, const struct as_array_axis *axis,
    double room[AS_MAX_DIMS], bool *single)
{
    double pieces = 1;
    int n = 0, last = 0;
    for (int d = 0; d < problem->n_dims; d++)
        if (problem->dim[d].extent > 1 && may_lie(axis, &problem->dim[d])) {
            pieces *= (double)problem->dim[d].extent;
            last = d;
            n++;
        }
    if (n == 1)
        room[last] *= axis->size;
    *single = *single && n <= 1;
    return fmin(axis->size, pieces);
}

/* Points of the slowest PE. Where every axis takes one dim only, a dim is cut into whole pieces. */
static double least_points(const struct as_problem *problem, const struct as_accel *accel)
{
    double spread = 1, whole = 1, room[AS_MAX_DIMS];
    bool single = true;
    for (int d = 0; d < problem->n_dims; d++)
        room[d] = 1;
    for (int l = 0; l < accel->n_levels; l++)
        for (int x = 0; x < accel->level[l].n_axes; x++)
            spread *= useful_along(problem, &accel->level[l].axis[x], room, &single);
    for (int d = 0; d < problem->n_dims; d++)
        whole *= ceil((double)problem->dim[d].extent / room[d]);
    double even = (double)as_problem_macs(problem) / spread;
    return single && whole > even ? whole : even;
}

/* ---- moving ---- */

/* Different coordinates along an axis: sums of n and m different terms take n + m - 1 values or more. */
static double least_along(const struct as_problem *problem, const struct as_axis *axis, bool padding)
{
    int64_t values = 1, last = axis->offset;
    for (int i = 0; i < axis->n_terms; i++) {
        values += problem->dim[axis->term[i].dim].extent - 1;
        last += axis->term[i].coef * (problem->dim[axis->term[i].dim].extent - 1);
    }
    if (!padding && axis->offset < 0)
        values += axis->offset;
    if (!padding && last >= axis->extent)
        values -= last - axis->extent + 1;
    return values > 0 ? (double)values : 0;
}

/* Words of a tensor between DRAM and the chip. What no level has to keep may serve the MACs from DRAM. */
static double least_words(const struct as_problem *problem, const struct as_accel *accel, int t)
{
    const struct as_tensor *tensor = &problem->tensor[t];
    double words = 0;
    for (int l = 1; l < accel->n_levels; l++)
        if (accel->level[l].keeps & ~accel->level[l].may_pass & (unsigned)tensor->role)
            words = 1;
    for (int i = 0; i < tensor->rank; i++)
        words *= least_along(problem, &tensor->axis[i], t == problem->output || accel->padding_stored);
    return words;
}

static double busiest_port(
    const struct as_problem *problem, const struct as_level *dram, const double words[AS_MAX_TENSORS])
{
    double most = 0;
    for (int p = 0; p < dram->n_ports; p++) {
        double carried = 0;
        for (int t = 0; t < problem->n_tensors; t++)
            if ((t == problem->output ? dram->port[p].up : dram->port[p].down) & problem->tensor[t].role)
                carried += words[t];
        if (dram->port[p].words_per_cycle > 0)
            most = fmax(most, carried / dram->port[p].words_per_cycle);
    }
    return most;
}

/* Of the access that a MAC makes to a tensor. */
static double least_access(const struct as_problem *problem, const struct as_accel *accel, int t)
{
    double least = INFINITY;
    unsigned role = problem->tensor[t].role;
    for (int l = accel->n_levels - 1; l >= 0; l--) {
        const struct as_level *level = &accel->level[l];
        if (!(level->keeps & role))
            continue;
        least = fmin(least, level->read_pj + (t == problem->output ? level->write_pj : 0));
        if (!(level->may_pass & role))
            break;
    }
    return isfinite(least) ? least : 0;
}

void as_least(const struct as_problem *problem, const struct as_accel *accel, struct as_cost *cost)
{
    const struct as_level *dram = &accel->level[0];
    double words[AS_MAX_TENSORS], access = accel->mac_pj, moved = 0;
    for (int t = 0; t < problem->n_tensors; t++) {
        words[t] = least_words(problem, accel, t);
        moved += words[t] * (t == problem->output ? dram->write_pj : dram->read_pj);
        access += least_access(problem, accel, t);
    }
    memset(cost, 0, sizeof *cost);
    cost->cycles =
        fmax(least_points(problem, accel) / accel->macs_per_cycle, busiest_port(problem, dram, words));
    cost->energy_pj = (double)as_problem_macs(problem) * access + moved;
    if (accel->clock_mhz > 0)
        cost->energy_pj += accel->leakage_mw * cost->cycles / accel->clock_mhz * 1000;
    cost->edp = cost->energy_pj * cost->cycles;
    cost->area_um2 = as_accel_area(accel);
}
