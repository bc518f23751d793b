/*
 * native.h: the dataflow of an accelerator: one rule that maps every layer, as a design without a mapping
 * search has. The rule is one vector of the paper's mapping space (space.h, AS_SPACE_NAAS), its genes named
 * by level, part and conv letter instead of by the dims of a problem, so that it decodes on any layer and on
 * any accelerator: the same loop orders, and tiles in the same ratios, everywhere. What lies along the axes
 * is what the accelerator allows.
 *
 * The native dataflow of a baseline is the vector that serves its networks best, found by the evolution
 * strategy.
 */
#ifndef AS_NATIVE_H
#define AS_NATIVE_H

#include "accelsearch/workload.h"

enum { AS_NATIVE_LETTERS = 10, AS_NATIVE_PARTS = 2 + AS_MAX_AXES /* order, tile, one per axis */ };

struct as_native {
    int n_boundaries; /* of the accelerator it was made for; 0: none yet */
    double gene[AS_MAX_LEVELS - 1][AS_NATIVE_PARTS][AS_NATIVE_LETTERS];
};

/* evaluations: vectors tried; threads change the time, not the result. */
enum naas_status as_native_search(struct as_native *native, const struct as_workload *workload,
    const struct as_accel *accel, const struct as_goal *goal, int64_t evaluations, uint64_t seed,
    int threads);

/* Another number of levels: the outermost and the innermost boundary keep theirs. NAAS_UNSUPPORTED when the
 * layer does not fit. */
enum naas_status as_native_map(const struct as_native *native, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_goal *goal, struct as_map_result *result);

#endif
