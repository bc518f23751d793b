/*
 * trials FILE.c ACCEL.json NEST ROUND: the trial of one nest, with the source's loops first: whatever else it
 * prints seconds for made the same results of the same data. Round 0 has forms and blocks, 1 and more the
 * tiles of another block each. Status 2 when there is no such trial.
 */
#include "driver/pipeline.h"
#include <stdlib.h>

enum { MOST = 64 };

static struct cg_kernel kernel_of(
    struct naas_ctx *ctx, const struct passage *passage, int part, const struct cg_choice *choice)
{
    int n = passage->plan->n_parts;
    struct cg_part *parts = naas_alloc(ctx, (size_t)n, sizeof *parts);
    for (int i = 0; i < n; i++)
        parts[i] = (struct cg_part){.source = &passage->plan->part[i], .choice = i == part ? choice : NULL};
    return (struct cg_kernel){.nest = passage->nest,
        .n_parts = n,
        .part = parts,
        .n_buffers = passage->plan->n_buffers,
        .buffer = passage->plan->buffer,
        .accel = &passage->accel,
        .target = "native"};
}

static int print_trial(struct naas_ctx *ctx, const struct passage *passage, int round)
{
    struct cg_choice start = cg_choice_of(&passage->accel), source = start;
    struct cg_candidate *candidates = naas_alloc(ctx, MOST, sizeof *candidates);
    struct cg_kernel kernel = kernel_of(ctx, passage, 0, &start), kernels[CG_MAX_TRIALS];
    struct naas_buf text = naas_buf_new(ctx);
    int n = cg_candidates(ctx, &kernel, 0, &start, true, MOST, candidates), from = 0, count = 1;
    if (round > 0) { /* a slice of the blocks, as ROUND says, then tiles of one of them */
        if (round >= n)
            return 2;
        start = candidates[round].choice;
        n = cg_candidates(ctx, &kernel, 0, &start, false, CG_MAX_TRIALS - 1, candidates);
    }
    source.form = CG_SOURCE;
    kernels[0] = kernel_of(ctx, passage, 0, &source);
    for (from = 0; from < n && count < CG_MAX_TRIALS; from++)
        kernels[count++] = kernel_of(ctx, passage, 0, &candidates[from].choice);
    if (n == 0 || cg_trial_print(ctx, &text, count, kernels, 0) != NAAS_OK)
        return 2;
    fputs(text.text, stdout);
    return 0;
}

int main(int argc, char **argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct options options;
    struct fe_unit *unit;
    struct pipeline pipeline = {.options = &options, .source = argv[1]};
    int status = 2;
    options_default(&options);
    pipeline.frontend.n_args = argc - 5;
    pipeline.frontend.args = (const char **)argv + 5;
    if (argc >= 5 && fe_parse(ctx, argv[1], &pipeline.frontend, &unit) == NAAS_OK &&
        atoi(argv[3]) < unit->n_nests) {
        struct passage passage = {.nest = unit->nest[atoi(argv[3])]};
        if (as_accel_from_json(ctx, argv[2], &passage.accel) == NAAS_OK &&
            pipeline_begin(ctx, &pipeline, &passage) == NAAS_OK)
            status = print_trial(ctx, &passage, atoi(argv[4]));
        if (passage.scop)
            poly_scop_free(passage.scop);
    }
    naas_diags_print(ctx, stderr, false);
    naas_ctx_free(ctx);
    return status;
}
