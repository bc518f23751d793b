#include "driver/link.h"
#include "accelsearch/cosearch.h"
#include "driver/host.h"
#include "driver/pipeline.h"
#include "driver/record.h"
#include "driver/report.h"
#include "driver/shipped.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GENERATIONS = 8 }; /* of the search for the accelerator: seconds, not minutes */

/* One record, read as a file again. */
struct part {
    const struct record *record;
    struct options options;
    struct pipeline pipeline;
    struct fe_unit *unit;
};

struct kernel {
    struct part *part;
    struct passage passage;
};

struct program {
    struct naas_ctx *ctx;
    const struct link *link;
    const struct options *options; /* of the link */
    int n_records, n_parts, n_kernels, capacity;
    struct record *record;
    struct part *part;
    struct kernel *kernel;
};

/* ---- records ---- */

static bool is_known(const struct program *program, const struct record *record)
{
    for (int i = 0; i < program->n_parts; i++)
        if (strcmp(program->part[i].record->id, record->id) == 0)
            return true;
    return false;
}

/* Options as they were when the file was compiled, with the link's on top. */
static void read_options(const struct program *program, struct part *part)
{
    char message[256];
    const struct record *record = part->record;
    options_default(&part->options);
    for (int i = 0; i < record->n_own; i++)
        options_take(&part->options, record->own[i], message, sizeof message);
    for (int i = 0; i < program->link->n_own; i++)
        options_take(&part->options, program->link->own[i], message, sizeof message);
    part->options.dumps = 0;
}

static enum naas_status read_part(struct program *program, struct part *part)
{
    struct naas_ctx *ctx = program->ctx;
    const struct link *link = program->link;
    const struct record *record = part->record;
    int n = link->n_compiler + record->n_args;
    char **words = naas_alloc(ctx, (size_t)n + 1, sizeof *words);
    const char *path = naas_format(ctx, "%s/%s.i", link->folder, record->id);
    memcpy(words, link->compiler, (size_t)link->n_compiler * sizeof *words);
    for (int i = 0; i < record->n_args; i++)
        words[link->n_compiler + i] = record->args[i];
    part->pipeline = (struct pipeline){
        .options = &part->options, .source = path, .data = link->data, .database = link->database};
    enum naas_status status = naas_write_file(ctx, path, record->text, strlen(record->text));
    if (status == NAAS_OK)
        status = host_ask(ctx, link->folder, n, words, &part->pipeline.frontend);
    if (status == NAAS_OK)
        status = fe_parse(link->sources, path, &part->pipeline.frontend, &part->unit);
    return status;
}

/* Where a line of preprocessed text comes from, as the line markers above it say: # 12 "conv.c" 2 */
static struct naas_loc original_place(struct naas_ctx *ctx, const char *text, struct naas_loc loc)
{
    struct naas_loc place = loc;
    unsigned line = 1, marked, marker = 0;
    char file[4096];
    for (const char *at = text; at && line < loc.line; line++) {
        if (sscanf(at, "# %u \"%4095[^\"]\"", &marked, file) == 2) {
            marker = line;
            place.line = marked;
            place.file = naas_strdup(ctx, file);
        }
        at = strchr(at, '\n');
        at = at ? at + 1 : NULL;
    }
    place.line += marker ? loc.line - marker - 1 : 0;
    return place;
}

static void add_kernels(struct program *program, struct part *part)
{
    char *end;
    for (const char *at = part->record->nests; *at; at = end) {
        long number = strtol(at, &end, 10);
        if (end == at || number < 0 || number >= part->unit->n_nests)
            return;
        program->kernel = naas_grow(
            program->ctx, program->kernel, program->n_kernels, &program->capacity, sizeof *program->kernel);
        struct kernel *kernel = &program->kernel[program->n_kernels];
        *kernel = (struct kernel){.part = part, .passage = {.nest = part->unit->nest[number]}};
        struct fe_nest *nest = part->unit->nest[number];
        nest->loc = original_place(program->ctx, part->record->text, nest->loc);
        if (pipeline_begin(program->ctx, &part->pipeline, &kernel->passage) != NAAS_OK)
            continue;
        kernel->passage.kernel.symbol = record_symbol(program->ctx, part->record, (int)number);
        program->n_kernels++;
    }
}

static void take_record(struct program *program, const struct record *record)
{
    struct naas_ctx *ctx = program->ctx;
    struct naas_loc loc = {.file = record->file};
    if (is_known(program, record))
        return;
    if (strcmp(record->version, record_version(ctx)) != 0) {
        naas_diag(ctx, NAAS_WARNING, loc, "its nests run as they are written: another naascc compiled it");
        naas_hint(ctx, "compile it again with this one");
        return;
    }
    struct part *part = &program->part[program->n_parts++];
    part->record = record;
    read_options(program, part);
    if (read_part(program, part) == NAAS_OK)
        add_kernels(program, part);
    else
        naas_diag(ctx, NAAS_WARNING, loc,
            "its nests run as they are written: what was left of them cannot be read");
}

static enum naas_status read_records(struct program *program)
{
    int capacity = 0;
    enum naas_status status = NAAS_OK;
    for (int i = 0; i < program->link->n_files && status == NAAS_OK; i++)
        status = record_read_file(
            program->ctx, program->link->file[i], &program->n_records, &capacity, &program->record);
    program->part = naas_alloc(program->ctx, (size_t)program->n_records + 1, sizeof *program->part);
    for (int i = 0; i < program->n_records && status == NAAS_OK; i++)
        take_record(program, &program->record[i]);
    return status;
}

/* ---- the accelerator ---- */

static bool same_search(const struct options *a, const struct options *b)
{
    return a->effort == b->effort && a->seed == b->seed && a->goal.energy == b->goal.energy &&
           a->goal.delay == b->goal.delay && a->goal.area == b->goal.area;
}

/* Hardware is one for the whole program: whose options decide how it is searched. */
static enum naas_status agree_on_search(const struct program *program, const struct options **decides)
{
    *decides = program->options->budget ? program->options : NULL;
    for (int i = 0; i < program->n_parts && !program->options->budget; i++) {
        const struct options *own = &program->part[i].options;
        struct naas_loc loc = {.file = program->part[i].record->file};
        if (!*decides)
            *decides = own;
        bool same_budget = strcmp((*decides)->budget, own->budget) == 0;
        if (same_budget && same_search(*decides, own))
            continue;
        if (!same_budget)
            naas_diag(program->ctx, NAAS_ERROR, loc,
                "compiled with -fnaas-budget=%s, others of this program with %s", own->budget,
                (*decides)->budget);
        else
            naas_diag(program->ctx, NAAS_ERROR, loc,
                "compiled with another -fnaas-objective=, -fnaas-effort= or -fnaas-seed= than others of this "
                "program");
        naas_hint(program->ctx, "options at the link, -fnaas-budget= among them, decide for all");
        return NAAS_BAD_INPUT;
    }
    return NAAS_OK;
}

static struct as_network network_of(const struct program *program)
{
    struct as_network network = {.name = "program"};
    int capacity = 0;
    for (int i = 0; i < program->n_kernels; i++) {
        const struct passage *passage = &program->kernel[i].passage;
        for (int k = 0; k < passage->n_problems; k++) {
            network.layers =
                naas_grow(program->ctx, network.layers, network.n_layers, &capacity, sizeof *network.layers);
            network.layers[network.n_layers++] =
                (struct as_layer){.problem = passage->problem[k].poly->problem, .count = 1};
        }
    }
    return network;
}

static void take_mapping(
    struct passage_problem *problem, const struct as_workload *workload, const struct as_design *best)
{
    struct as_key key = as_key_problem(&problem->poly->problem);
    for (int k = 0; k < workload->n_layers; k++)
        if (as_key_equal(workload->layer[k].key, key)) {
            problem->mapping = best->layer[k].mapping;
            problem->cost = best->layer[k].cost;
        }
}

static void take_design(
    struct program *program, const struct as_workload *workload, const struct as_design *best)
{
    for (int i = 0; i < program->n_kernels; i++) {
        struct passage *passage = &program->kernel[i].passage;
        passage->accel = best->accel;
        for (int k = 0; k < passage->n_problems; k++)
            take_mapping(&passage->problem[k], workload, best);
    }
}

/* Half of an effort (its square root) goes into more accelerators, half into better mappings. */
static struct as_cosearch_options search_options(const struct options *typed)
{
    struct as_cosearch_options options = as_cosearch_defaults();
    double half = sqrt(pipeline_effort(typed));
    options.goal = typed->goal;
    options.seed = options.map.seed = typed->seed;
    options.generations = (int)(GENERATIONS * half);
    options.screen = (int64_t)((double)options.screen * half);
    options.full = (int64_t)((double)options.full * half);
    options.final = (int64_t)((double)options.final * half);
    return options;
}

static enum naas_status search(struct program *program)
{
    const struct options *decides;
    struct naas_ctx *ctx = program->ctx;
    enum naas_status status = agree_on_search(program, &decides);
    if (status != NAAS_OK)
        return status;
    const char *name = decides->budget;
    struct as_budget *budget = naas_alloc(ctx, 1, sizeof *budget);
    status = as_budget_from_json(ctx, shipped_path(ctx, program->link->data, "accelerators", name), budget);
    if (status != NAAS_OK)
        return status;
    struct as_network network = network_of(program);
    struct as_workload workload = as_workload_new(ctx, 1, &network);
    struct as_cosearch_options options = search_options(decides);
    struct as_cosearch *cosearch = naas_alloc(ctx, 1, sizeof *cosearch);
    struct as_design best;
    as_cosearch_init(cosearch, &workload, budget, &options, program->link->database);
    status = as_cosearch_run(cosearch, NULL, NULL, &best);
    if (status != NAAS_OK) {
        naas_diag(ctx, NAAS_WARNING, (struct naas_loc){.file = name},
            "no nest is mapped: no accelerator within this budget runs them all");
        return status;
    }
    take_design(program, &workload, &best);
    const char *report = program->options->report;
    return report ? report_search(ctx, report, cosearch, &best) : NAAS_OK;
}

/* -fnaas-accel= at the link: fixed hardware. Nests that do not fit it are left out. */
static enum naas_status map_on(struct program *program, const char *name)
{
    struct as_accel accel;
    struct naas_ctx *ctx = program->ctx;
    int n = 0;
    enum naas_status status =
        as_accel_from_json(ctx, shipped_path(ctx, program->link->data, "accelerators", name), &accel);
    for (int i = 0; i < program->n_kernels && status == NAAS_OK; i++) {
        struct kernel *kernel = &program->kernel[i];
        struct passage *passage = &kernel->passage;
        passage->accel = accel;
        if (pipeline_map(ctx, &kernel->part->pipeline, passage) == NAAS_OK)
            program->kernel[n++] = *kernel;
    }
    program->n_kernels = n;
    return status;
}

/* ---- the kernels ---- */

static enum naas_status print_kernel(
    struct program *program, struct kernel *kernel, struct naas_buf *out, int *n)
{
    struct passage *passage = &kernel->passage;
    const struct options *options = program->options;
    const char *symbol = passage->kernel.symbol;
    if (pipeline_end(program->ctx, &kernel->part->pipeline, passage) != NAAS_OK)
        return NAAS_OK; /* with a warning; its loops run */
    passage->kernel.symbol = symbol;
    passage->kernel.accel = &passage->accel;
    if (cg_global_kernel_print(program->ctx, out, &passage->kernel) != NAAS_OK)
        return NAAS_OK;
    naas_buf_puts(out, "\n");
    (*n)++;
    if (options->remarks)
        pipeline_remark(program->ctx, passage);
    if (!options->report)
        return NAAS_OK;
    return report_add(program->ctx, options->report,
        &(struct report){passage->nest->loc.file, kernel->part->unit->text, true, passage});
}

enum naas_status link_kernels(struct naas_ctx *ctx, const struct link *link, const struct options *options,
    struct naas_buf *out, int *n)
{
    struct program program = {.ctx = ctx, .link = link, .options = options};
    *n = 0;
    enum naas_status status = read_records(&program);
    if (status == NAAS_OK && program.n_kernels > 0)
        status = options->accel ? map_on(&program, options->accel) : search(&program);
    naas_buf_puts(out, "#include <naas_rt.h>\n\n");
    for (int i = 0; i < program.n_kernels; i++) {
        if (status == NAAS_OK)
            status = print_kernel(&program, &program.kernel[i], out, n);
        poly_scop_free(program.kernel[i].passage.scop);
    }
    return status;
}
