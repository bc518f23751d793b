/*
 * hardware.h: the space of accelerators as vectors in [0,1]^n, and the way from a vector to an accelerator
 * within a budget. DRAM feeds a shared L2, L2 an array of 1 to 3 axes with one dim on each, every PE has an
 * L1 and one MAC; L2 and L1 are double-buffered, and mappings may send operands past L2.
 *
 * A vector has, in this order:
 *
 *     PEs        evenly among 8, 16, ... the budget's MACs
 *     L1 bytes   evenly in the logarithm, multiples of 16, from one element of each operand to all there is
 *     L2 bytes   evenly, multiples of 16, from the least to what L1 leaves
 *     bandwidth  evenly, words per cycle between L2 and the array, 1 to the budget's
 *     axes       1, 2 or 3
 *     sizes      of the first and the second axis, evenly in the logarithm, multiples of 2; the last axis has
 *                what is left of the PEs
 *     dims       importance of K C P Q R S; the most important is laid along the first axis, and so on
 *                (AS_INDEX: one number for the permutation)
 *
 * K and C include groups (the channels of a depthwise layer). With sizing_only the axes and their dims are
 * the baseline's, and the vector has neither "axes" nor "dims". What exceeds an area limit is shrunk: L2,
 * then L1, then PEs are halved until it fits or nothing is left to halve.
 *
 * Method: NAAS (arXiv 2105.13258), table I and section II; where the paper leaves the scale open, it is ours.
 */
#ifndef AS_HARDWARE_H
#define AS_HARDWARE_H

#include "accelsearch/budget.h"

enum { AS_HARDWARE_DIMS = 6, AS_HARDWARE_GENES = 7 + AS_HARDWARE_DIMS };

struct as_hardware {
    const struct as_budget *budget;
    enum as_encoding encoding;
    bool sizing_only;
    int n_genes;
};

/* The budget is kept and must outlive the space. */
void as_hardware_init(
    struct as_hardware *space, const struct as_budget *budget, enum as_encoding encoding, bool sizing_only);
void as_hardware_decode(const struct as_hardware *space, const double *genes, struct as_accel *accel);

/* um2 of memories and MACs. */
double as_accel_area(const struct as_accel *accel);
/* Of all on-chip memories. */
int64_t as_accel_bytes(const struct as_accel *accel);

#endif
