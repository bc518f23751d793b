#include "driver/report.h"
#include "accelsearch/accelsearch.h"
#include "show/page.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void add_parsed(cJSON *object, const char *key, const struct naas_buf *text)
{
    cJSON *value = cJSON_Parse(text->text);
    cJSON_AddItemToObject(object, key, value ? value : cJSON_CreateNull());
}

static cJSON *cost_json(const struct as_cost *cost)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "macs", (double)cost->macs);
    cJSON_AddNumberToObject(object, "cycles", cost->cycles);
    cJSON_AddNumberToObject(object, "energy_pj", cost->energy_pj);
    cJSON_AddNumberToObject(object, "edp", cost->edp);
    cJSON_AddNumberToObject(object, "area_um2", cost->area_um2);
    cJSON_AddNumberToObject(object, "utilisation", cost->utilisation);
    return object;
}

static cJSON *record(struct naas_ctx *ctx, const char *source, const struct passage *passage,
    const struct passage_problem *part)
{
    const struct as_problem *problem = &part->poly->problem;
    struct naas_buf problem_text = naas_buf_new(ctx), accel = naas_buf_new(ctx), mapping = naas_buf_new(ctx);
    cJSON *object = cJSON_CreateObject();
    as_problem_json(&problem_text, problem);
    as_accel_json(&accel, &passage->accel);
    as_mapping_json(&mapping, problem, &passage->accel, &part->mapping);
    cJSON_AddNumberToObject(object, "format", 1);
    cJSON_AddStringToObject(object, "kind", "report");
    cJSON_AddStringToObject(object, "file", source);
    cJSON_AddNumberToObject(object, "line", passage->nest->loc.line);
    cJSON_AddStringToObject(object, "nest", passage->nest->name);
    cJSON_AddStringToObject(object, "target", passage->kernel.target);
    cJSON_AddItemToObject(object, "cost", cost_json(&part->cost));
    add_parsed(object, "problem", &problem_text);
    add_parsed(object, "accelerator", &accel);
    add_parsed(object, "mapping", &mapping);
    return object;
}

static enum naas_status refuse(struct naas_ctx *ctx, const char *path, int reason)
{
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "the report cannot be written: %s",
        strerror(reason));
    return NAAS_SYSTEM;
}

/* By one write, so that those of compilations at the same time do not mix. */
static enum naas_status append_lines(struct naas_ctx *ctx, const char *path, const struct report *report)
{
    struct naas_buf lines = naas_buf_new(ctx);
    for (int i = 0; i < report->passage->n_problems; i++) {
        cJSON *object = record(ctx, report->source, report->passage, &report->passage->problem[i]);
        char *text = cJSON_PrintUnformatted(object);
        naas_buf_printf(&lines, "%s\n", text ? text : "");
        cJSON_free(text);
        cJSON_Delete(object);
    }
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    bool written = file >= 0 && write(file, lines.text, lines.length) == (ssize_t)lines.length;
    int reason = errno;
    if (file >= 0 && close(file) != 0)
        written = false;
    return written ? NAAS_OK : refuse(ctx, path, reason);
}

/* ---- the page ---- */

static int newlines(const char *text, size_t from, size_t to)
{
    int n = 0;
    for (size_t i = from; i < to; i++)
        n += text[i] == '\n';
    return n;
}

/* The annotation and the nest. */
static const char *source_of(struct naas_ctx *ctx, const struct report *report, int *line)
{
    const struct fe_nest *nest = report->passage->nest;
    size_t from = nest->pragma_begin < nest->begin ? nest->pragma_begin : nest->begin;
    while (from > 0 && report->text[from - 1] != '\n')
        from--;
    *line = report->preprocessed ? (int)nest->loc.line - newlines(report->text, from, nest->begin)
                                 : 1 + newlines(report->text, 0, from);
    return naas_strndup(ctx, report->text + from, nest->end - from);
}

/* What is added to a page. */
struct addition {
    const struct show_nest *nest; /* or */
    const struct show_search *search;
};

static enum naas_status write_page(struct naas_ctx *ctx, const char *path, const struct addition *addition)
{
    char *page = NULL;
    struct naas_buf out = naas_buf_new(ctx);
    if (access(path, F_OK) == 0) {
        enum naas_status status = naas_read_file(ctx, path, &page, NULL);
        if (status != NAAS_OK)
            return status;
    }
    if (addition->nest)
        show_nest_add(&out, page, addition->nest);
    else
        show_search_add(&out, page, addition->search);
    return naas_write_file(ctx, path, out.text, out.length);
}

/* Under a lock on the folder, as the file is replaced. */
static enum naas_status add_to_page(struct naas_ctx *ctx, const char *path, const struct addition *addition)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? naas_strndup(ctx, path, (size_t)(slash - path) + 1) : ".";
    int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0)
        return refuse(ctx, path, errno);
    flock(lock, LOCK_EX);
    enum naas_status status = write_page(ctx, path, addition);
    close(lock);
    return status;
}

static enum naas_status add_nest(struct naas_ctx *ctx, const char *path, const struct report *report)
{
    const struct passage *passage = report->passage;
    int n =
        strcmp(passage->kernel.target, "native") == 0 ? 0 : passage->n_problems; /* its blocking is its own */
    struct show_layer *layer = naas_alloc(ctx, (size_t)n + 1, sizeof *layer);
    for (int i = 0; i < n; i++) {
        const struct passage_problem *part = &passage->problem[i];
        layer[i] = (struct show_layer){&part->poly->problem, &part->mapping, &part->cost, 1};
    }
    struct show_nest nest = {.file = report->source,
        .name = passage->nest->name,
        .target = passage->kernel.target,
        .emitted = passage->c.text,
        .parts = {&passage->accel, n, layer, ""}};
    nest.source = source_of(ctx, report, &nest.line);
    return add_to_page(ctx, path, &(struct addition){.nest = &nest});
}

static bool is_page(const char *path)
{
    size_t n = strlen(path);
    return n > 5 && strcmp(path + n - 5, ".html") == 0;
}

enum naas_status report_add(struct naas_ctx *ctx, const char *path, const struct report *report)
{
    return (is_page(path) ? add_nest : append_lines)(ctx, path, report);
}

static struct show_candidate candidate_of(
    struct naas_ctx *ctx, const struct as_candidate *candidate, int number)
{
    const struct as_accel *accel = &candidate->accel;
    const struct as_level *l2 = &accel->level[1];
    const char *axes = "";
    for (int a = 0; a < l2->n_axes; a++)
        axes = naas_format(ctx, "%s%s%d %s", axes, a ? " x " : "", l2->axis[a].size, l2->axis[a].dims);
    return (struct show_candidate){.number = number,
        .generation = candidate->generation,
        .optimal = candidate->optimal,
        .energy_pj = candidate->energy_pj,
        .cycles = candidate->cycles,
        .area_um2 = candidate->area_um2,
        .pes = (double)as_instances(accel, accel->n_levels - 1),
        .l1_bytes = (double)accel->level[2].partition[0].bytes,
        .l2_bytes = (double)l2->partition[0].bytes,
        .words_per_cycle = l2->port[0].words_per_cycle,
        .axes = axes};
}

enum naas_status report_search(
    struct naas_ctx *ctx, const char *path, const struct as_cosearch *from, const struct as_design *best)
{
    if (!is_page(path))
        return NAAS_OK;
    struct show_candidate *candidate = naas_alloc(ctx, (size_t)from->n_candidates + 1, sizeof *candidate);
    struct show_generation *generation = naas_alloc(ctx, (size_t)from->n_generations + 1, sizeof *generation);
    for (int i = 0; i < from->n_candidates; i++)
        candidate[i] = candidate_of(ctx, &from->candidate[i], i);
    for (int i = 0; i < from->n_generations; i++)
        generation[i] = (struct show_generation){from->generation[i].best, from->generation[i].mean};
    struct show_total found = {
        .network = "program", .who = "found", .cycles = best->cycles, .energy_pj = best->energy_pj};
    struct show_search search = {.n_generations = from->n_generations,
        .n_candidates = from->n_candidates,
        .n_totals = 1,
        .generation = generation,
        .candidate = candidate,
        .total = &found,
        .mappings = (double)from->mapped};
    return add_to_page(ctx, path, &(struct addition){.search = &search});
}
