/* What a nest becomes on its way through the compiler. Filled in from the top to the bottom. */
#ifndef DRIVER_PASSAGE_H
#define DRIVER_PASSAGE_H

#include "codegen/codegen.h"

/* A problem of the nest; there is one for each part that is mapped. */
struct passage_problem {
    struct poly_problem *poly;
    struct as_mapping mapping;
    struct as_cost cost;
    struct poly_schedule *schedule;
};

struct passage {
    const struct fe_nest *nest;
    struct poly_scop *scop;
    struct poly_plan *plan;
    int n_problems;
    struct passage_problem *problem; /* in the order of the plan's parts */
    struct as_accel accel;
    const char *technology; /* the path of its technology, or NULL */
    struct cg_kernel kernel;
    struct naas_buf c;
};

#endif
