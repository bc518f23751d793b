/*
 * What a memory costs by the points of a technology table.
 *
 * A curve is a straight line over logarithms from point to point. Beyond its ends it goes on from the end
 * with the slope between its first and its last point, not that of the last two: the tables come from a tool
 * that chooses another organisation at every point, so that neighbours may even fall where the whole rises. A
 * memory's capacity gives a cost on the curve of each width; these are the points of a curve over the width.
 */
#include "accelsearch/technology.h"

#include <math.h>

/* The numbers of the points around x: equal when it is one, the first and the last when it is outside. */
struct neighbours {
    int low, high;
    bool outside;
};

static struct neighbours neighbours_of(int n, const double *at, double x)
{
    int i = 0;
    while (i < n && at[i] < x)
        i++;
    if (i < n && at[i] == x)
        return (struct neighbours){i, i, false};
    if (i == 0 || i == n)
        return (struct neighbours){0, n - 1, true};
    return (struct neighbours){i - 1, i, false};
}

/* Points are between these (technology.c); so is what is made of them, however steep a user's table is. */
static const double least_cost = 1e-12, max_cost = 1e12;

static double curve(struct neighbours near, const double *at, const double *value, double x)
{
    int from = x > at[near.high] ? near.high : near.low;
    if (near.low == near.high)
        return value[from];
    double slope = log(value[near.high] / value[near.low]) / log(at[near.high] / at[near.low]);
    return fmin(max_cost, fmax(least_cost, value[from] * pow(x / at[from], slope)));
}

static struct as_between between(const struct as_points *points, struct neighbours near)
{
    return (struct as_between){points->bits, points->bytes[near.low], points->bytes[near.high], near.outside};
}

/* By access of all bits. */
static struct as_memory_cost points_cost(const struct as_points *points, struct neighbours near, double bytes)
{
    return (struct as_memory_cost){
        curve(near, points->bytes, points->read_pj, bytes),
        curve(near, points->bytes, points->write_pj, bytes),
        points->area_um2[0] > 0 ? curve(near, points->bytes, points->area_um2, bytes) : 0,
    };
}

static struct as_memory_cost register_cost(
    const struct as_technology *technology, double bank, struct as_memory_origin *origin)
{
    const struct as_points *points = &technology->registers;
    struct neighbours near = neighbours_of(points->n, points->bytes, bank);
    struct as_memory_cost cost = points_cost(points, near, bank);
    cost.area_um2 = technology->register_um2 * 8 * bank;
    *origin = (struct as_memory_origin){.registers = true, .n = 1, .curve = {between(points, near)}};
    return cost;
}

static struct as_memory_cost sram_cost(
    const struct as_technology *technology, double bank, double bits, struct as_memory_origin *origin)
{
    double width[AS_MAX_WIDTHS], read[AS_MAX_WIDTHS], write[AS_MAX_WIDTHS], area[AS_MAX_WIDTHS];
    struct neighbours near[AS_MAX_WIDTHS];
    for (int i = 0; i < technology->n_widths; i++) {
        const struct as_points *points = &technology->sram[i];
        near[i] = neighbours_of(points->n, points->bytes, bank);
        struct as_memory_cost cost = points_cost(points, near[i], bank);
        width[i] = points->bits;
        read[i] = cost.read_pj;
        write[i] = cost.write_pj;
        area[i] = cost.area_um2;
    }
    struct neighbours by_width = neighbours_of(technology->n_widths, width, bits);
    origin->outside = by_width.outside;
    for (int i = by_width.low;; i = by_width.high) {
        origin->curve[origin->n++] = between(&technology->sram[i], near[i]);
        if (i == by_width.high)
            break;
    }
    return (struct as_memory_cost){curve(by_width, width, read, bits), curve(by_width, width, write, bits),
        curve(by_width, width, area, bits)};
}

struct as_memory_cost as_technology_memory(
    const struct as_technology *technology, const struct as_memory *memory, struct as_memory_origin *origin)
{
    double bank = (double)memory->bytes / memory->banks;
    struct as_memory_origin unused, *from = origin ? origin : &unused;
    *from = (struct as_memory_origin){0};
    bool registers = bank < (double)technology->register_bytes;
    struct as_memory_cost cost = registers ? register_cost(technology, bank, from)
                                           : sram_cost(technology, bank, memory->access_bits, from);
    double words = registers ? memory->word_bits : (double)memory->word_bits / memory->access_bits;
    return (struct as_memory_cost){
        cost.read_pj * words, cost.write_pj * words, cost.area_um2 * memory->banks};
}
