#include "program.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- nests ---- */

struct maker {
    struct naas_ctx *ctx;
    struct poly_problem *poly;
    struct fe_nest *nest;
};

static struct naas_loc here(void)
{
    return (struct naas_loc){"made.c", 1, 1};
}

/* variable = first + step * i, with step 1 or -1. */
static void make_loops(struct maker *m, unsigned shape)
{
    const struct as_problem *problem = &m->poly->problem;
    m->nest->n_loops = problem->n_dims;
    m->nest->loop = naas_alloc(m->ctx, AS_MAX_DIMS, sizeof *m->nest->loop);
    for (int d = 0; d < problem->n_dims; d++, shape >>= 2) {
        struct fe_loop *loop = naas_alloc(m->ctx, 1, sizeof *loop);
        m->poly->step[d] = (shape & 3) == 1 ? -1 : 1;
        m->poly->first[d] = (shape & 3) == 2 ? 3 : (shape & 3) == 1 ? problem->dim[d].extent - 1 : 0;
        *loop = (struct fe_loop){
            .id = d, .name = problem->dim[d].name, .type = NAAS_I32, .loc = here(), .depth = d};
        loop->parent = d ? m->nest->loop[d - 1] : NULL;
        loop->step = m->poly->step[d];
        loop->start.constant = m->poly->first[d];
        loop->stop.constant = m->poly->first[d] + loop->step * problem->dim[d].extent;
        m->poly->loop[d] = m->nest->loop[d] = loop;
    }
}

/* A coordinate in the source's variables: i = step * (variable - first). */
static struct fe_affine coordinate(struct maker *m, const struct as_axis *axis)
{
    struct fe_affine index = {.constant = axis->offset, .n_terms = axis->n_terms};
    index.term = naas_alloc(m->ctx, 2, sizeof *index.term);
    for (int i = 0; i < axis->n_terms; i++) {
        int d = axis->term[i].dim;
        index.term[i] = (struct fe_term){m->poly->loop[d], axis->term[i].coef * m->poly->step[d]};
        index.constant -= axis->term[i].coef * m->poly->step[d] * m->poly->first[d];
    }
    return index;
}

static struct fe_access make_access(struct maker *m, int t)
{
    const struct as_tensor *tensor = &m->poly->problem.tensor[t];
    struct fe_array *array = naas_alloc(m->ctx, 1, sizeof *array);
    struct fe_access access = {.array = array, .loc = here()};
    *array = (struct fe_array){.id = t,
        .name = tensor->name,
        .base = tensor->name,
        .type = tensor->type,
        .rank = tensor->rank,
        .storage = FE_GLOBAL,
        .loc = here()};
    array->extent = naas_alloc(m->ctx, AS_MAX_RANK, sizeof *array->extent);
    array->stride = naas_alloc(m->ctx, AS_MAX_RANK, sizeof *array->stride);
    access.index = naas_alloc(m->ctx, AS_MAX_RANK, sizeof *access.index);
    int64_t stride = 1;
    for (int j = tensor->rank - 1; j >= 0; j--) {
        array->extent[j] = tensor->axis[j].extent;
        array->stride[j] = stride;
        stride *= array->extent[j];
        access.index[j] = coordinate(m, &tensor->axis[j]);
    }
    m->nest->array[t] = array;
    return access;
}

static struct fe_expr *make_expr(struct maker *m, enum fe_expr_kind kind, enum naas_type type)
{
    struct fe_expr *expr = naas_alloc(m->ctx, 1, sizeof *expr);
    *expr = (struct fe_expr){.kind = kind, .type = type, .loc = here()};
    return expr;
}

static struct fe_expr *make_term(struct maker *m)
{
    const struct as_problem *problem = &m->poly->problem;
    struct fe_expr *term = NULL;
    for (int t = 0; t < problem->n_tensors; t++) {
        if (t == problem->output || (term && problem->combine == AS_COPY))
            continue;
        struct fe_expr *read = make_expr(m, FE_READ, problem->tensor[t].type);
        read->access = *m->poly->access[t];
        if (!term) {
            term = read;
            continue;
        }
        struct fe_expr *product = make_expr(m, FE_BINARY, NAAS_I32);
        product->op = FE_MUL;
        product->n_args = 2;
        product->arg[0] = term;
        product->arg[1] = read;
        term = product;
    }
    return term;
}

static void add_guard(struct fe_stmt *stmt, struct fe_affine affine)
{
    stmt->guard[stmt->n_guards++] = (struct fe_guard){affine, here()};
}

/* Every coordinate of an operand within its array. */
static void make_guards(struct maker *m, struct fe_stmt *stmt)
{
    stmt->guard = naas_alloc(m->ctx, 2 * AS_MAX_TENSORS * AS_MAX_RANK, sizeof *stmt->guard);
    for (int t = 0; t < m->poly->problem.n_tensors; t++)
        for (int j = 0; t != m->poly->problem.output && j < m->poly->problem.tensor[t].rank; j++) {
            struct fe_affine low = m->poly->access[t]->index[j],
                             high = coordinate(m, &m->poly->problem.tensor[t].axis[j]);
            high.constant = m->poly->problem.tensor[t].axis[j].extent - 1 - high.constant;
            for (int i = 0; i < high.n_terms; i++)
                high.term[i].coef = -high.term[i].coef;
            add_guard(stmt, low);
            add_guard(stmt, high);
        }
}

static void make_update(struct maker *m)
{
    struct fe_stmt *stmt = naas_alloc(m->ctx, 1, sizeof *stmt);
    stmt->loc = here();
    stmt->loop = m->nest->loop[m->nest->n_loops - 1];
    stmt->target = *m->poly->access[m->poly->problem.output];
    m->poly->update = stmt;
    m->poly->term = stmt->value = make_term(m);
    make_guards(m, stmt);
    struct poly_finish *finish = naas_alloc(m->ctx, 1, sizeof *finish);
    finish->stmt = stmt;
    finish->loop = naas_alloc(m->ctx, AS_MAX_DIMS, sizeof *finish->loop);
    finish->dim = naas_alloc(m->ctx, AS_MAX_DIMS, sizeof *finish->dim);
    for (int d = 0; d < m->poly->problem.n_dims; d++)
        if (m->poly->problem.dim[d].kind == AS_PARALLEL) {
            finish->loop[finish->n_loops] = m->poly->loop[d];
            finish->dim[finish->n_loops++] = d;
        }
    m->poly->finish = finish;
    m->poly->n_finish = 1;
}

static void make_poly(struct maker *m, bool guarded)
{
    struct as_problem *problem = &m->poly->problem;
    m->nest->array = naas_alloc(m->ctx, AS_MAX_TENSORS, sizeof *m->nest->array);
    m->nest->n_arrays = problem->n_tensors;
    for (int t = 0; t < problem->n_tensors; t++) {
        struct fe_access *access = naas_alloc(m->ctx, 1, sizeof *access);
        *access = make_access(m, t);
        m->poly->access[t] = access;
        m->poly->fill[t] = t == problem->output        ? 0
                           : problem->reduce == AS_MAX ? -32768
                           : problem->reduce == AS_MIN ? 32767
                                                       : 0;
    }
    make_update(m);
    m->poly->guards_implied = !guarded;
}

/* ---- schedules ---- */

static void add_loop(struct naas_ctx *ctx, const struct poly_problem *poly, const struct as_accel *accel,
    struct poly_schedule *schedule, int level, struct as_loop cut)
{
    struct poly_loop loop = {.dim = cut.dim, .tile = cut.tile, .level = level, .axis = cut.axis, .outer = -1};
    loop.around = poly->problem.dim[cut.dim].extent;
    for (int i = 0; i < schedule->n_loops; i++)
        if (schedule->loop[i].dim == cut.dim) {
            loop.outer = i;
            loop.around = schedule->loop[i].tile;
        }
    if (cut.tile >= loop.around)
        return;
    bool points = level == accel->n_levels - 1;
    loop.kind = points ? POLY_POINT : cut.axis < 0 ? POLY_TEMPORAL : POLY_SPATIAL;
    loop.trips = (loop.around + cut.tile - 1) / cut.tile;
    char *name = naas_format(ctx, "%s%s%s", poly->problem.dim[cut.dim].name, points ? "" : "_",
        points         ? ""
        : cut.axis < 0 ? accel->level[level + 1].name
                       : accel->level[level].axis[cut.axis].name);
    snprintf(loop.name, sizeof loop.name, "%s", name);
    schedule->loop[schedule->n_loops++] = loop;
}

static struct poly_schedule *make_schedule(struct naas_ctx *ctx, const struct poly_problem *poly,
    const struct as_accel *accel, const struct as_mapping *mapping)
{
    struct poly_schedule *schedule = naas_alloc(ctx, 1, sizeof *schedule);
    schedule->loop = naas_alloc(ctx, (AS_MAX_LEVELS + 1) * AS_MAX_LOOPS, sizeof *schedule->loop);
    for (int l = 0; l < mapping->n_levels; l++)
        for (int i = 0; i < mapping->level[l].n_loops; i++)
            add_loop(ctx, poly, accel, schedule, l, mapping->level[l].loop[i]);
    for (int d = 0; d < poly->problem.n_dims; d++)
        add_loop(ctx, poly, accel, schedule, accel->n_levels - 1, (struct as_loop){d, 1, -1});
    return schedule;
}

const struct cg_kernel *program_kernel(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct program_style *style)
{
    struct maker m = {
        ctx, naas_alloc(ctx, 1, sizeof(struct poly_problem)), naas_alloc(ctx, 1, sizeof(struct fe_nest))};
    struct cg_kernel *kernel = naas_alloc(ctx, 1, sizeof *kernel);
    m.poly->problem = *problem;
    m.poly->nest = m.nest;
    m.nest->name = style->name;
    m.nest->function = "made";
    m.nest->loc = here();
    make_loops(&m, style->shape);
    make_poly(&m, style->guarded);
    struct poly_part *source = naas_alloc(ctx, 1, sizeof *source);
    struct cg_part *part = naas_alloc(ctx, 1, sizeof *part);
    *source = (struct poly_part){.problem = m.poly};
    *part = (struct cg_part){.source = source,
        .mapping = mapping,
        .schedule = make_schedule(ctx, m.poly, accel, mapping),
        .summary = style->summary};
    *kernel = (struct cg_kernel){.nest = m.nest, .n_parts = 1, .part = part, .accel = accel, .target = "sim"};
    return kernel;
}

/* ---- compiling ---- */

int program_shell(const char *format, ...)
{
    char command[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    return system(command);
}

static bool write_source(struct program_object *object, const char *text)
{
    snprintf(object->directory, sizeof object->directory, "%s/codegen-XXXXXX", SCRATCH);
    if (!mkdtemp(object->directory))
        return false;
    char path[300];
    snprintf(path, sizeof path, "%s/program.c", object->directory);
    FILE *file = fopen(path, "w");
    if (!file)
        return false;
    bool written = fputs(text, file) >= 0;
    return fclose(file) == 0 && written;
}

bool program_load(const char *compiler, const char *text, const char *flags, struct program_object *object)
{
    *object = (struct program_object){.handle = NULL};
    if (!write_source(object, text))
        return false;
    const char *directory = object->directory;
    if (program_shell(
            "%s -std=c99 -pedantic -O1 -Wall -Wextra -Wshadow -Werror -fPIC -shared -I%s %s %s/program.c -o "
            "%s/program.so",
            compiler, RUNTIME_INCLUDE, flags, directory, directory))
        return false;
    char path[300];
    snprintf(path, sizeof path, "%s/program.so", directory);
    object->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!object->handle)
        fprintf(stderr, "%s\n", dlerror());
    return object->handle != NULL;
}

void program_unload(struct program_object *object)
{
    if (object->handle)
        dlclose(object->handle);
    program_shell("rm -rf '%s'", object->directory);
}

bool program_compiles(const char *compiler, const char *text)
{
    static const char *const standards[] = {"c99", "c11", "gnu17"};
    struct program_object object = {.handle = NULL};
    bool compiles = write_source(&object, text);
    for (size_t i = 0; i < sizeof standards / sizeof *standards; i++)
        compiles = compiles &&
                   program_shell("%s -std=%s -fsyntax-only -Wall -Wextra -Wshadow -Werror -I%s %s/program.c",
                       compiler, standards[i], RUNTIME_INCLUDE, object.directory) == 0;
    program_unload(&object);
    return compiles;
}

/* ---- golden files ---- */

bool program_is_golden(const char *name, const char *text)
{
    struct naas_ctx *ctx = naas_ctx_new();
    char *path = naas_format(ctx, "%s/golden/%s", TEST_SOURCE, name), *expected = NULL;
    if (getenv("NAAS_UPDATE_GOLDEN"))
        naas_write_file(ctx, path, text, strlen(text));
    bool equal = naas_read_file(ctx, path, &expected, NULL) == NAAS_OK && strcmp(expected, text) == 0;
    if (!equal)
        fprintf(stderr, "%s differs; NAAS_UPDATE_GOLDEN=1 writes it anew. Emitted:\n%s", path, text);
    naas_ctx_free(ctx);
    return equal;
}
