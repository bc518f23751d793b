/*
 * naas: looks at problems, accelerators and mappings without compiling. Every command reads its inputs
 * through naas_input.c, does one thing, and prints text for people or, with --json, JSON for tools.
 */
#ifndef DRIVER_NAAS_H
#define DRIVER_NAAS_H

#include "accelsearch/accelsearch.h"

/* What a command was given. */
struct naas_request {
    bool json;
    const char *nest; /* --nest NAME: which nest of a C file; NULL for the only one */
    int n;
    const char *const *operand;
    const char *bin; /* folder of this program */
};

/* A problem from a problem file, or from an annotated nest of a C file (a name that ends in .c). */
enum naas_status naas_read_problem(
    struct naas_ctx *ctx, const struct naas_request *request, const char *path, struct as_problem *problem);
/* An accelerator from a file, or a shipped one by its name. */
enum naas_status naas_read_accel(
    struct naas_ctx *ctx, const struct naas_request *request, const char *name, struct as_accel *accel);

/* What a mapping costs. */
void naas_cost_print(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct as_cost *cost);
void naas_cost_json(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_cost *cost);

#endif
