/*
 * least.h: what a problem costs at least on an accelerator, whatever the mapping, in a microsecond: so that
 * an accelerator that cannot win is dropped before a mapping is searched.
 *
 *     cycles     the points of the slowest PE when every axis of every array is as full as the dims that may
 *                lie along it allow; and every port of DRAM carrying every element once
 *     energy     MACs with their operands from the cheapest level that may serve them, every element once
 *                from or to DRAM
 */
#ifndef AS_LEAST_H
#define AS_LEAST_H

#include "accelsearch/accelsearch.h"

/* Sets energy_pj, cycles, edp and area_um2 of a cost; the rest is 0. */
void as_least(const struct as_problem *problem, const struct as_accel *accel, struct as_cost *cost);

#endif
