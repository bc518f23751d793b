/*
 * One file through the whole compiler: nests, scops, problems, mappings, schedules, C. Each step is one call
 * of the folder it belongs to, and each can be dumped.
 */
#ifndef DRIVER_PIPELINE_H
#define DRIVER_PIPELINE_H

#include "accelsearch/types.h"
#include "driver/measure.h"
#include "driver/options.h"
#include "driver/passage.h"
#include "driver/record.h"
#include "frontend/frontend.h"

struct pipeline {
    const struct options *options;
    struct fe_options frontend;
    const char *source;
    const char *shown; /* its name in diagnostics and #line; NULL: source */
    const char *data;  /* folder of the shipped accelerators */
    /* Nests without an accelerator of their own are left to the link: it finds the kernels under the symbols
     * of this record. NULL: every nest is mapped now. */
    const struct record *record;
    struct as_database *database;  /* of mappings; may be NULL */
    const struct measure *measure; /* how -fnaas-effort=measure tries kernels; NULL: it does not */
};

struct pipeline_result {
    int n_mapped, n_refused;
    struct naas_buf deferred; /* numbers of the nests that are left to the link: "0 2 3" */
    struct naas_buf inputs;   /* the user's accelerators that nests are mapped to, a line each */
    int n_dumped;
    struct naas_buf
        text; /* the dumps when there are any to make, else the file to compile in the place of the source */
};

/* NAAS_OK also when nests are refused: each has a warning then. Another status means that nothing can be made
 * of the file at all. */
enum naas_status pipeline_run(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct pipeline_result *result);

/* Only as far as the problems; one for each mapped part of a nest that is not refused. */
enum naas_status pipeline_problems(
    struct naas_ctx *ctx, const struct pipeline *pipeline, int *n, struct as_problem **problems);

/* The steps from the nest to its problems, from an accelerator to mappings, and from these to the kernel, for
 * those who choose the accelerator elsewhere. */
enum naas_status pipeline_begin(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage);
enum naas_status pipeline_map(struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage);
enum naas_status pipeline_end(struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage);

/* How many times the usual evaluations -fnaas-effort= allows. */
double pipeline_effort(const struct options *options);

/* -Rnaas: what a nest became. */
void pipeline_remark(struct naas_ctx *ctx, const struct passage *passage);

#endif
