/*
 * walker.h: runs a mapping on the runtime in process: interprets it as loops and makes the calls that emitted
 * C makes.
 */
#ifndef WALKER_H
#define WALKER_H

#include "accelsearch/types.h"
#include <naas_rt.h>

/* The runtime's view of a problem and an accelerator. NAAS_WORD elements become integers of the accelerator's
 * word (and accumulator) width. strides: row-major arrays of the axes' extents. The names point into the
 * sources. */
void walk_convert_problem(
    const struct as_problem *problem, const struct as_accel *accel, naas_rt_problem *rt);
void walk_convert_accel(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, naas_rt_accel *rt);

/* Largest trip counts of the mapping's loops and array coordinates, worked out once. */
struct walk_plan {
    int n_levels, n_dims;
    int n_loops; /* of all levels but the last, outermost first */
    struct {
        int level, dim, axis;
        int64_t tile, trips; /* trips: largest number */
    } loop[AS_MAX_LEVELS * AS_MAX_LOOPS];
    int64_t extent[AS_MAX_DIMS];
    int end[AS_MAX_LEVELS]; /* behind the last loop that cuts level l's tiles out */
    int n_instances[AS_MAX_LEVELS];
};
void walk_plan_make(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, struct walk_plan *plan);

/* The box of an instance for values of the loops' indices (spatial ones are derived from the instance);
 * false: idle. */
bool walk_box(const struct walk_plan *plan, const struct as_accel *accel, const int64_t *index, int level,
    int instance, naas_rt_box *box);

/* A kernel that interprets the problem: its args must be a struct walk_args. */
struct walk_args {
    const naas_rt_problem *problem;
    enum as_combine combine;
    void *result; /* elements of the output's type, row-major over the extents of its axes */
};
void walk_kernel(const naas_rt_pe *pe);
void walk_finish(const long long *index, const void *sum, const void *args);

/* What a walk needs besides: memory of the operands (bind; NULL for the output) and of the result. */
struct walk_data {
    const void *operand[AS_MAX_TENSORS];
    void *result;
};

/* Opens the simulator, walks, waits; counters and error (256 bytes) may be NULL. Returns the runtime's
 * status. With kernel NULL the interpreting kernel runs. */
int walk_mapping(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct walk_data *data, naas_rt_kernel *kernel,
    naas_rt_counters *counters, char *error);

/* Makes the calls of a mapping on a runtime that is open. */
void walk_calls(naas_rt *rt, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping);

/* Elements of an operand's array in memory, and of the result; bytes of an element. */
int64_t walk_elements(const struct as_tensor *tensor);

/* The whole problem by plain loops, into result. */
void walk_plain(const naas_rt_problem *problem, enum as_combine combine, const struct walk_data *data);

#endif
