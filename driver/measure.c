#include "driver/measure.h"
#include "driver/cross.h"
#include "driver/host.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BLOCKS = 9, MOST_TILES = 7 };
static const double seconds_of_a_trial = 0.7;

/* ---- choices as text ---- */

static void choice_write(struct naas_buf *out, const struct cg_choice *choice)
{
    naas_buf_printf(out, "%d %d %d %d %d %" PRId64 " %" PRId64 " %" PRId64 " %d;", (int)choice->form,
        (int)choice->way, choice->rows, choice->vectors, choice->below, choice->depth, choice->chunk,
        choice->sums, choice->cores);
}

/* The text behind it, or NULL where it is no choice that a kernel can be made of. */
static const char *choice_read(const char *text, struct cg_choice *choice)
{
    int form, way, end = 0;
    *choice = (struct cg_choice){0};
    if (sscanf(text, "%d %d %d %d %d %" SCNd64 " %" SCNd64 " %" SCNd64 " %d;%n", &form, &way, &choice->rows,
            &choice->vectors, &choice->below, &choice->depth, &choice->chunk, &choice->sums, &choice->cores,
            &end) != 9 ||
        end == 0)
        return NULL;
    choice->form = (enum cg_form)form;
    choice->way = (enum cg_way)way;
    bool right = form >= CG_ANY_FORM && form <= CG_SOURCE && way >= CG_ANY_WAY && way <= CG_PLANE &&
                 choice->rows >= 0 && choice->rows <= 64 && choice->vectors >= 1 && choice->vectors <= 8 &&
                 choice->below >= 1 && choice->depth >= 64 && choice->chunk >= 64 && choice->sums >= 64 &&
                 choice->cores >= 1;
    return right ? text + end : NULL;
}

/* ---- the database ---- */

/* Whatever changes the kernel or how it is compiled. */
static enum naas_status key_of(
    struct naas_ctx *ctx, const struct measure *measure, const struct cg_kernel *kernel, struct as_key *key)
{
    struct naas_buf text = naas_buf_new(ctx);
    char **options = NULL;
    enum naas_status status = cg_kernel_print(ctx, &text, kernel);
    int n = host_options(ctx, measure->n_compiler, measure->compiler, &options);
    for (int i = 0; i < n; i++)
        naas_buf_printf(&text, "%s\n", options[i]);
    naas_buf_puts(&text, measure->macros);
    *key = as_key_join(as_key_of_text(text.text), as_key_accel(kernel->accel));
    return status;
}

static bool find(
    struct naas_ctx *ctx, const struct measure *measure, struct as_key key, int n, struct cg_choice *choices)
{
    const char *text = as_database_note(measure->database, ctx, key);
    for (int i = 0; i < n && text; i++)
        text = choice_read(text, &choices[i]);
    return text && !*text;
}

static void keep(struct naas_ctx *ctx, const struct measure *measure, struct as_key key, int n,
    const struct cg_choice *choices)
{
    struct naas_buf text = naas_buf_new(ctx);
    for (int i = 0; i < n; i++)
        choice_write(&text, &choices[i]);
    as_database_keep_note(measure->database, key, text.text);
}

/* ---- trials ---- */

struct trials {
    struct naas_ctx *ctx;
    const struct measure *measure;
    const struct cg_kernel *kernel;
    struct cg_choice *choices; /* of each part; those found so far */
};

/* The kernel with the choices found so far, but this one for one part. */
static struct cg_kernel kernel_with(const struct trials *trials, int part, const struct cg_choice *choice)
{
    struct cg_kernel kernel = *trials->kernel;
    struct cg_part *parts = naas_alloc(trials->ctx, (size_t)kernel.n_parts, sizeof *parts);
    for (int i = 0; i < kernel.n_parts; i++) {
        parts[i] = kernel.part[i];
        parts[i].choice = i == part ? choice : &trials->choices[i];
    }
    kernel.part = parts;
    return kernel;
}

/* Compiles and runs a trial; seconds[0..n) of its kernels. */
static bool run(const struct trials *trials, const char *text, int n, double *seconds)
{
    const struct measure *measure = trials->measure;
    struct naas_ctx *ctx = trials->ctx;
    const char *source = naas_format(ctx, "%s/.trial.c", measure->folder),
               *program = naas_format(ctx, "%s/.trial", measure->folder);
    char *out;
    if (naas_write_file(ctx, source, text, strlen(text)) != NAAS_OK)
        return false;
    const char *last[] = {"-w", naas_format(ctx, "-I%s", measure->include), "-x", "c", source, "-x", "none",
        measure->library, "-lm", "-o", program};
    if (!host_run(ctx, measure->folder, measure->n_compiler, measure->compiler,
            (int)(sizeof last / sizeof last[0]), last, NULL) ||
        !host_run_program(ctx, measure->folder, 1, &program, &out))
        return false;
    for (int i = 0; i < n; i++)
        seconds[i] = strtod(out, &out);
    return true;
}

/* The fastest of some candidates for a part, which becomes its choice. */
static bool try(const struct trials *trials, int part, bool blocks)
{
    struct cg_candidate candidates[CG_MAX_TRIALS];
    struct cg_kernel kernels[CG_MAX_TRIALS];
    double seconds[CG_MAX_TRIALS];
    struct naas_buf text = naas_buf_new(trials->ctx);
    struct cg_kernel now = kernel_with(trials, part, &trials->choices[part]);
    int n = cg_candidates(trials->ctx, &now, part, &trials->choices[part], blocks,
            blocks ? MOST_BLOCKS : MOST_TILES, candidates),
        best = 0;
    if (n < 2)
        return true;
    for (int i = 0; i < n; i++)
        kernels[i] = kernel_with(trials, part, &candidates[i].choice);
    if (cg_trial_print(trials->ctx, &text, n, kernels, seconds_of_a_trial) != NAAS_OK ||
        !run(trials, text.text, n, seconds))
        return false;
    for (int i = 1; i < n; i++)
        if (seconds[i] > 0 && (seconds[best] < 0 || seconds[i] < seconds[best]))
            best = i;
    trials->choices[part] = candidates[best].choice;
    return true;
}

void measure_kernel(
    struct naas_ctx *ctx, const struct measure *measure, struct cg_kernel *kernel, struct cg_part *parts)
{
    struct as_key key;
    struct trials trials = {
        ctx, measure, kernel, naas_alloc(ctx, (size_t)kernel->n_parts, sizeof(struct cg_choice))};
    bool right = cross_is_here(measure->macros);
    for (int i = 0; i < kernel->n_parts; i++)
        trials.choices[i] = cg_choice_of(kernel->accel);
    if (key_of(ctx, measure, kernel, &key) != NAAS_OK)
        return;
    if (right && !find(ctx, measure, key, kernel->n_parts, trials.choices)) {
        for (int i = 0; i < kernel->n_parts && right; i++)
            right = !parts[i].source->problem || (try(&trials, i, true) && try(&trials, i, false));
        if (right)
            keep(ctx, measure, key, kernel->n_parts, trials.choices);
    }
    if (!right) {
        naas_diag(ctx, NAAS_WARNING, kernel->nest->loc,
            "nest '%s' is not measured: its kernels cannot be timed here", kernel->nest->name);
        return;
    }
    for (int i = 0; i < kernel->n_parts; i++)
        parts[i].choice = &trials.choices[i];
}
