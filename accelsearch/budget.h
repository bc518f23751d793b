/*
 * budget: what a searched accelerator may use, taken from a baseline design.
 *
 *     macs       multipliers of the baseline
 *     bytes      of all instances of all its on-chip memories
 *     noc_words  words per cycle into and out of its arrays: of every operand the port nearest to the
 *                multipliers, both ways
 *     DRAM, clock, word widths, MAC, leakage, accounting: those of the baseline, unchanged
 *
 * Costs of a candidate's memories follow the baseline's by the table of its technology: an L2 of b bytes
 * costs what the baseline's outermost on-chip memory costs times table(b) / table(its bytes); L1 in the same
 * way from the memory beside a multiplier. So stated energies (Eyeriss) and derived ones are treated alike.
 */
#ifndef AS_BUDGET_H
#define AS_BUDGET_H

#include "accelsearch/technology.h"

struct as_budget {
    struct as_accel baseline;
    struct as_technology technology;
    int64_t macs, bytes;
    double noc_words;
    double area_um2;                          /* 0: no limit; the reader leaves it 0 */
    struct as_memory_cost l1_scale, l2_scale; /* the baseline's costs over those of the table */
};

enum naas_status as_budget_from_json(struct naas_ctx *ctx, const char *path, struct as_budget *budget);

/* Costs of a memory of so many bytes beside a multiplier, or shared by the array. */
struct as_memory_cost as_budget_l1(const struct as_budget *budget, int64_t bytes);
struct as_memory_cost as_budget_l2(const struct as_budget *budget, int64_t bytes);

#endif
