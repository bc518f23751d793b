#include "driver/pipeline.h"
#include "accelsearch/cosearch.h"
#include "accelsearch/technology.h"
#include "codegen/codegen.h"
#include "driver/cross.h"
#include "driver/dump.h"
#include "driver/machine.h"
#include "driver/passage.h"
#include "driver/report.h"
#include "driver/shipped.h"
#include "polyhedral/polyhedral.h"
#include <string.h>

/* ---- the steps ---- */

static enum naas_status make_scop(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    struct poly_options options = {.reassociate = pipeline->options->reassociate};
    return poly_scop_build(ctx, passage->nest, &options, &passage->scop);
}

static enum naas_status make_problems(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    (void)pipeline;
    enum naas_status status = poly_plan_build(ctx, passage->scop, &passage->plan);
    if (status != NAAS_OK)
        return status;
    const struct poly_plan *plan = passage->plan;
    passage->problem = naas_alloc(ctx, (size_t)plan->n_parts, sizeof *passage->problem);
    for (int i = 0; i < plan->n_parts && status == NAAS_OK; i++) {
        struct poly_problem *poly = plan->part[i].problem;
        if (!poly)
            continue;
        passage->problem[passage->n_problems++].poly = poly;
        const char *fault = as_problem_fault(ctx, &poly->problem);
        if (fault) {
            naas_diag(ctx, NAAS_WARNING, passage->nest->loc, "nest not mapped: %s", fault);
            naas_hint(ctx, "leave the outer loops out of the nest");
        }
        status = fault ? NAAS_UNSUPPORTED : as_problem_finish(ctx, &poly->problem, passage->nest->loc);
    }
    return status;
}

static const char *folder_of(struct naas_ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? naas_strndup(ctx, path, (size_t)(slash - path)) : ".";
}

static const char *target_of(const struct pipeline *pipeline, const struct passage *passage)
{
    const char *target = pipeline->options->target ? pipeline->options->target : passage->nest->target;
    return target ? target : options_default_target();
}

/* The machine that programs are for, as far as the host compiler's options allow: this one as it is measured,
 * else the shipped CPU; another one as it is assumed, in a file beside that of the macros. */
static const char *machine_path(struct naas_ctx *ctx, const struct pipeline *pipeline)
{
    char *macros = "";
    const char *from = pipeline->frontend.host_macros, *path = NULL;
    if (from && naas_read_file(ctx, from, &macros, NULL) == NAAS_OK && !cross_is_here(macros)) {
        path = naas_format(ctx, "%s.json", from);
        cross_describe(ctx, macros, path);
        return path;
    }
    path = machine_file(ctx, machine_vectors_of(macros), false);
    return path ? path : shipped_path(ctx, pipeline->data, "accelerators", "cpu");
}

/* The command line wins over the pragma, whose file lies beside the source. */
static const char *accel_path(
    struct naas_ctx *ctx, const struct pipeline *pipeline, const struct passage *passage)
{
    const char *typed = pipeline->options->accel;
    const char *name = typed ? typed : passage->nest->accel;
    if (!name && strcmp(target_of(pipeline, passage), "native") == 0)
        return machine_path(ctx, pipeline);
    if (!typed && name && name[0] != '/' && shipped_is_file(name) && strchr(pipeline->source, '/'))
        return naas_format(ctx, "%s/%s", folder_of(ctx, pipeline->source), name);
    return shipped_path(ctx, pipeline->data, "accelerators", name ? name : options_default_accel());
}

/* Notes an accelerator, or a technology, that is not a shipped one. */
static void note_input(struct naas_buf *inputs, const struct pipeline *pipeline, const char *path)
{
    size_t n = strlen(pipeline->data);
    const char *line = naas_format(inputs->ctx, "%s\n", path);
    if (strncmp(path, pipeline->data, n) != 0 && !strstr(inputs->text, line))
        naas_buf_puts(inputs, line);
}

static enum naas_status make_accel(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    struct as_accel_sources *sources = naas_alloc(ctx, 1, sizeof *sources);
    const char *path = accel_path(ctx, pipeline, passage);
    enum naas_status status = as_accel_read(ctx, path, &passage->accel, sources);
    passage->technology = sources->technology.path;
    return status;
}

/* What an effort multiplies the evaluations by. */
double pipeline_effort(const struct options *options)
{
    static const double times[] = {
        [EFFORT_QUICK] = 0.25, [EFFORT_NORMAL] = 1, [EFFORT_THOROUGH] = 8, [EFFORT_MEASURE] = 1};
    return times[options->effort];
}

enum naas_status pipeline_map(struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    enum naas_status status = NAAS_OK;
    struct as_map_options options = as_map_defaults();
    options.goal = pipeline->options->goal;
    options.seed = pipeline->options->seed;
    options.evaluations = (int64_t)((double)options.evaluations * pipeline_effort(pipeline->options));
    for (int i = 0; i < passage->n_problems && status == NAAS_OK; i++) {
        struct passage_problem *problem = &passage->problem[i];
        struct as_map_result found;
        status = as_map_with(pipeline->database, ctx, &problem->poly->problem, &passage->accel, &options,
            passage->nest->loc, &found);
        if (status == NAAS_OK) {
            problem->mapping = found.mapping;
            problem->cost = found.cost;
        }
    }
    return status;
}

/* The native target blocks its loops by itself: a mapping would be found for the dumps and the report alone.
 */
static bool needs_mapping(const struct pipeline *pipeline, const struct passage *passage)
{
    const struct options *options = pipeline->options;
    return strcmp(target_of(pipeline, passage), "native") != 0 || options->report ||
           options->dumps & ~(1u << DUMP_C);
}

static enum naas_status make_mapping(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    return needs_mapping(pipeline, passage) ? pipeline_map(ctx, pipeline, passage) : NAAS_OK;
}

static enum naas_status make_schedule(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    enum naas_status status = NAAS_OK;
    if (!needs_mapping(pipeline, passage))
        return status;
    for (int i = 0; i < passage->n_problems && status == NAAS_OK; i++) {
        struct passage_problem *problem = &passage->problem[i];
        status = poly_schedule_build(
            ctx, passage->scop, problem->poly, &passage->accel, &problem->mapping, &problem->schedule);
    }
    return status;
}

/* The parts as codegen takes them. */
static struct cg_part *kernel_parts(struct naas_ctx *ctx, const struct passage *passage, bool native)
{
    const struct poly_plan *plan = passage->plan;
    struct cg_part *parts = naas_alloc(ctx, (size_t)plan->n_parts, sizeof *parts);
    const struct passage_problem *problem = passage->problem;
    for (int i = 0; i < plan->n_parts; i++) {
        parts[i].source = &plan->part[i];
        if (!plan->part[i].problem)
            continue;
        struct naas_buf summary = naas_buf_new(ctx);
        if (!native && problem->schedule) /* the native target's blocking is its own */
            poly_schedule_print(
                &summary, problem->poly, &passage->accel, &problem->mapping, problem->schedule);
        parts[i].schedule = problem->schedule;
        parts[i].mapping = &problem->mapping;
        parts[i].summary = summary.text;
        problem++;
    }
    return parts;
}

static struct cg_kernel new_kernel(
    const struct pipeline *pipeline, const struct passage *passage, const char *target, struct cg_part *parts)
{
    return (struct cg_kernel){
        .nest = passage->nest,
        .n_parts = passage->plan->n_parts,
        .part = parts,
        .n_buffers = passage->plan->n_buffers,
        .buffer = passage->plan->buffer,
        .accel = &passage->accel,
        .target = target,
        .verify = pipeline->options->verify,
    };
}

/* Kernels are C99. The host's macros tell: C90 defines no __STDC_VERSION__, its amendment 199409L. */
static enum naas_status check_language(
    struct naas_ctx *ctx, const struct pipeline *pipeline, const struct passage *passage)
{
    char *macros;
    if (!pipeline->frontend.host_macros)
        return NAAS_OK;
    enum naas_status status = naas_read_file(ctx, pipeline->frontend.host_macros, &macros, NULL);
    if (status != NAAS_OK)
        return status;
    const char *version = strstr(macros, "#define __STDC_VERSION__ ");
    if (version && strncmp(version + strlen("#define __STDC_VERSION__ "), "199409", 6) != 0)
        return NAAS_OK;
    naas_diag(ctx, NAAS_WARNING, passage->nest->loc, "nest not mapped: the file is compiled as C90");
    naas_hint(ctx, "kernels need C99 or later, -std=gnu99 for example");
    return NAAS_UNSUPPORTED;
}

static enum naas_status make_kernel(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    const char *target = target_of(pipeline, passage);
    bool native = strcmp(target, "native") == 0;
    if (!native && strcmp(target, "sim") != 0) {
        naas_diag(ctx, NAAS_WARNING, passage->nest->loc, "nest not mapped: there is no target '%s'", target);
        return NAAS_UNSUPPORTED;
    }
    enum naas_status status = check_language(ctx, pipeline, passage);
    if (status != NAAS_OK)
        return status;
    struct cg_part *parts = kernel_parts(ctx, passage, native);
    passage->kernel = new_kernel(pipeline, passage, target, parts);
    passage->c = naas_buf_new(ctx);
    if (native && pipeline->measure && pipeline->options->effort == EFFORT_MEASURE)
        measure_kernel(ctx, pipeline->measure, &passage->kernel, parts);
    return cg_kernel_print(ctx, &passage->c, &passage->kernel);
}

/* In the order of the dumps; the nest is there from the start. */
static enum naas_status (*const steps[N_DUMPS])(
    struct naas_ctx *, const struct pipeline *, struct passage *) = {
    [DUMP_SCOP] = make_scop,
    [DUMP_PROBLEM] = make_problems,
    [DUMP_ACCEL] = make_accel,
    [DUMP_MAPPING] = make_mapping,
    [DUMP_SCHEDULE] = make_schedule,
    [DUMP_C] = make_kernel,
};

/* ---- one nest ---- */

static int last_step(const struct options *options)
{
    int last = N_DUMPS - 1;
    while (options->dumps && !(options->dumps >> last & 1))
        last--;
    return last;
}

static enum naas_status run_nest(struct naas_ctx *ctx, const struct pipeline *pipeline,
    struct passage *passage, struct pipeline_result *result)
{
    const struct options *options = pipeline->options;
    for (int step = 0; step <= last_step(options); step++) {
        enum naas_status status = steps[step] ? steps[step](ctx, pipeline, passage) : NAAS_OK;
        if (status != NAAS_OK)
            return status;
        if (options->dumps >> step & 1) {
            dump_print(&result->text, passage, (enum dump)step, options);
            result->n_dumped++;
        }
    }
    return NAAS_OK;
}

enum naas_status pipeline_begin(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    enum naas_status status = make_scop(ctx, pipeline, passage);
    return status == NAAS_OK ? make_problems(ctx, pipeline, passage) : status;
}

enum naas_status pipeline_end(struct naas_ctx *ctx, const struct pipeline *pipeline, struct passage *passage)
{
    enum naas_status status = make_schedule(ctx, pipeline, passage);
    return status == NAAS_OK ? make_kernel(ctx, pipeline, passage) : status;
}

/* As far as a nest goes before the accelerator is known; the link does the rest. */
static enum naas_status defer_nest(struct naas_ctx *ctx, const struct pipeline *pipeline,
    struct passage *passage, int number, struct pipeline_result *result)
{
    enum naas_status status = pipeline_begin(ctx, pipeline, passage);
    if (status == NAAS_OK)
        status = check_language(ctx, pipeline, passage);
    if (status != NAAS_OK)
        return status;
    const char *target = target_of(pipeline, passage);
    passage->kernel =
        new_kernel(pipeline, passage, target, kernel_parts(ctx, passage, strcmp(target, "native") == 0));
    passage->kernel.symbol = record_symbol(ctx, pipeline->record, number);
    naas_buf_printf(&result->deferred, "%s%d", result->deferred.length ? " " : "", number);
    if (pipeline->options->remarks)
        naas_diag(ctx, NAAS_REMARK, passage->nest->loc, "nest '%s' is left to the link", passage->nest->name);
    return NAAS_OK;
}

static int64_t used_pes(const struct poly_schedule *schedule)
{
    int64_t used = 1;
    for (int i = 0; i < schedule->n_loops; i++)
        if (schedule->loop[i].kind == POLY_SPATIAL)
            used *= schedule->loop[i].trips;
    return used;
}

/* " in 3 parts", for more than one. */
static const char *number_of_parts(struct naas_ctx *ctx, const struct passage *passage)
{
    int n = passage->plan->n_parts, mapped = passage->n_problems;
    if (n == 1)
        return "";
    return n == mapped ? naas_format(ctx, " in %d parts", n)
                       : naas_format(ctx, " in %d parts, %d of them left to the host", n, n - mapped);
}

void pipeline_remark(struct naas_ctx *ctx, const struct passage *passage)
{
    const char *parts = number_of_parts(ctx, passage);
    int64_t used = 0;
    double cycles = 0, energy_pj = 0;
    if (strcmp(passage->kernel.target, "native") == 0) {
        naas_diag(ctx, NAAS_REMARK, passage->nest->loc, "nest '%s' compiled for %s%s", passage->nest->name,
            passage->accel.name, parts);
        return;
    }
    for (int i = 0; i < passage->n_problems; i++) {
        const struct passage_problem *problem = &passage->problem[i];
        int64_t here = used_pes(problem->schedule);
        used = here > used ? here : used;
        cycles += problem->cost.cycles;
        energy_pj += problem->cost.energy_pj;
    }
    naas_diag(ctx, NAAS_REMARK, passage->nest->loc,
        "nest '%s' mapped to %s%s: %lld of %lld PEs used, predicted %.0f cycles, %.2f uJ",
        passage->nest->name, passage->accel.name, parts, (long long)used,
        (long long)as_instances(&passage->accel, passage->accel.n_levels - 1), cycles, energy_pj * 1e-6);
}

/* A step that refuses says why; should one be silent, the user still hears of it. */
static void explain_refusal(struct naas_ctx *ctx, const struct fe_nest *nest, int diags_before)
{
    if (naas_n_diags(ctx) == diags_before)
        naas_diag(ctx, NAAS_WARNING, nest->loc, "nest not mapped: nothing fits it");
}

/* ---- the file ---- */

enum naas_status pipeline_run(
    struct naas_ctx *ctx, const struct pipeline *pipeline, struct pipeline_result *result)
{
    struct fe_unit *unit;
    *result = (struct pipeline_result){
        .text = naas_buf_new(ctx), .deferred = naas_buf_new(ctx), .inputs = naas_buf_new(ctx)};
    enum naas_status status = fe_parse(ctx, pipeline->source, &pipeline->frontend, &unit);
    if (status != NAAS_OK)
        return status;
    if (pipeline->shown)
        unit->file = pipeline->shown;

    struct passage *passages = naas_alloc(ctx, (size_t)unit->n_nests + 1, sizeof *passages);
    struct cg_kernel *kernels = naas_alloc(ctx, (size_t)unit->n_nests + 1, sizeof *kernels);
    result->n_refused = unit->n_refused;
    for (int i = 0; i < unit->n_nests; i++) {
        int diags_before = naas_n_diags(ctx);
        passages[i].nest = unit->nest[i];
        bool deferred = pipeline->record && !unit->nest[i]->accel;
        status = deferred ? defer_nest(ctx, pipeline, &passages[i], i, result)
                          : run_nest(ctx, pipeline, &passages[i], result);
        if (passages[i].scop)
            poly_scop_free(passages[i].scop);
        if (status == NAAS_BAD_INPUT || status == NAAS_SYSTEM)
            return status;
        if (status != NAAS_OK) {
            explain_refusal(ctx, unit->nest[i], diags_before);
            result->n_refused++;
        } else if (!pipeline->options->dumps) {
            if (pipeline->options->remarks && !deferred)
                pipeline_remark(ctx, &passages[i]);
            if (pipeline->options->report && !deferred)
                status = report_add(ctx, pipeline->options->report,
                    &(struct report){unit->file, unit->text, false, &passages[i]});
            if (status != NAAS_OK)
                return status;
            if (!deferred && (pipeline->options->accel || unit->nest[i]->accel))
                note_input(&result->inputs, pipeline, accel_path(ctx, pipeline, &passages[i]));
            if (passages[i].technology)
                note_input(&result->inputs, pipeline, passages[i].technology);
            kernels[result->n_mapped++] = passages[i].kernel;
        }
    }
    if (result->n_mapped == 0)
        return NAAS_OK;
    return cg_unit_print(ctx, &result->text, unit, result->n_mapped, kernels);
}

enum naas_status pipeline_problems(
    struct naas_ctx *ctx, const struct pipeline *pipeline, int *n, struct as_problem **problems)
{
    struct fe_unit *unit;
    *n = 0;
    enum naas_status status = fe_parse(ctx, pipeline->source, &pipeline->frontend, &unit);
    if (status != NAAS_OK)
        return status;
    int capacity = 0;
    *problems = NULL;
    for (int i = 0; i < unit->n_nests; i++) {
        struct passage passage = {.nest = unit->nest[i]};
        status = make_scop(ctx, pipeline, &passage);
        if (status == NAAS_OK)
            status = make_problems(ctx, pipeline, &passage);
        for (int k = 0; k < passage.n_problems && status == NAAS_OK; k++) {
            *problems = naas_grow(ctx, *problems, *n, &capacity, sizeof **problems);
            (*problems)[(*n)++] = passage.problem[k].poly->problem;
        }
        if (passage.scop)
            poly_scop_free(passage.scop);
    }
    return NAAS_OK;
}
