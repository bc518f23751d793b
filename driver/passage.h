/* What a nest becomes on its way through the compiler. Filled in from the top to the bottom. */
#ifndef DRIVER_PASSAGE_H
#define DRIVER_PASSAGE_H

#include "codegen/codegen.h"

struct passage {
    const struct fe_nest *nest;
    struct poly_scop *scop;
    struct poly_problem *problem;
    struct as_accel accel;
    struct as_mapping mapping;
    struct as_cost cost;
    struct poly_schedule *schedule;
    struct cg_kernel kernel;
    struct naas_buf c;
};

#endif
