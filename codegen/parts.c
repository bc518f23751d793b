/*
 * A kernel of several parts: a function for each and one that calls them in order. What parts share beside
 * the caller's arrays lies in buffers.
 *
 *     static int naas_mlp(const void *a0, const void *a1, void *a2)
 *     {
 *         struct naas_mlp_args naas_args = {a0, a1, a2};
 *         int naas_status = 1;
 *         naas_args.hidden = __builtin_malloc(256);
 *         if (naas_args.hidden) {
 *             if (naas_mlp_part1(naas_args.hidden, naas_args.x, naas_args.w) != 0)
 *                 naas_mlp_part1_source(&naas_args);
 *             ...
 *
 * A part that fails when the program runs is repeated as the source has it, because parts before it have
 * written already; so are, from the start, parts without a problem.
 */
#include "codegen/cg.h"

#include <string.h>

struct source {
    struct cg *cg;
    struct cg_scope scope;
    struct poly_finish around; /* the loops around what is printed: loop i has the variable scope.var[i] */
    struct cg_names names;
    const char **local; /* per array of the nest: the name of a private one */
    const struct fe_array **array;
    struct naas_buf *out;
};

static void indent(struct source *source)
{
    naas_buf_printf(source->out, "%*s", 4 * (source->around.n_loops + 1), "");
}

static const char *local_of(struct source *source, const struct fe_array *array)
{
    if (!source->local[array->id])
        source->local[array->id] = cg_name(&source->names, array->name);
    source->array[array->id] = array;
    return source->local[array->id];
}

static void element_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    if (access->array->storage != FE_PRIVATE) {
        cg_element_print(scope, out, access);
        return;
    }
    naas_buf_puts(out, local_of(scope->reader, access->array));
    cg_subscript_print(scope, out, access);
}

static void statement_print(struct source *source, const struct fe_stmt *stmt)
{
    indent(source);
    if (stmt->n_guards > 0) {
        naas_buf_puts(source->out, "if (");
        cg_guards_print(&source->scope, source->out, stmt->n_guards, stmt->guard);
        naas_buf_puts(source->out, ")\n    ");
        indent(source);
    }
    element_print(&source->scope, source->out, &stmt->target);
    naas_buf_puts(source->out, " = ");
    cg_expr_print(&source->scope, source->out, stmt->value);
    naas_buf_puts(source->out, ";\n");
}

static void nodes_print(struct source *source, int n, const struct fe_node *node);

static void loop_print(struct source *source, const struct fe_node *node)
{
    const struct fe_loop *loop = node->loop;
    struct poly_finish *around = &source->around;
    if (around->n_loops == AS_MAX_DIMS) {
        cg_fail(source->cg, NAAS_UNSUPPORTED, loop->loc, "nest not mapped: too many loops in each other");
        return;
    }
    const char *name = cg_name(&source->names, loop->name);
    indent(source);
    naas_buf_printf(source->out, "for (long long %s = ", name);
    cg_affine_print(&source->scope, source->out, &loop->start);
    naas_buf_printf(source->out, "; %s %s ", name, loop->step > 0 ? "<" : ">");
    cg_affine_print(&source->scope, source->out, &loop->stop);
    naas_buf_printf(source->out, "; %s += %lld) {\n", name, (long long)loop->step);
    around->loop[around->n_loops] = loop;
    around->dim[around->n_loops] = around->n_loops;
    source->scope.var[around->n_loops++] = name;
    nodes_print(source, node->n_children, node->child);
    around->n_loops--;
    indent(source);
    naas_buf_puts(source->out, "}\n");
}

static void nodes_print(struct source *source, int n, const struct fe_node *node)
{
    for (int i = 0; i < n; i++)
        if (node[i].loop)
            loop_print(source, &node[i]);
        else
            statement_print(source, node[i].stmt);
}

static int64_t elements(const struct fe_array *array)
{
    int64_t n = 1;
    for (int j = 0; j < array->rank; j++)
        n *= array->extent[j];
    return n;
}

void cg_source_print(struct cg *cg, struct naas_buf *out, const struct cg_part *part, const char *name)
{
    const struct fe_nest *nest = cg->kernel->nest;
    struct naas_buf body = naas_buf_new(cg->ctx);
    struct source source = {.cg = cg,
        .scope = {.cg = cg, .args = "naas_args", .read = element_print},
        .names = {.ctx = cg->ctx},
        .out = &body};
    source.scope.reader = &source;
    source.scope.finish = &source.around;
    source.around.loop = naas_alloc(cg->ctx, AS_MAX_DIMS, sizeof *source.around.loop);
    source.around.dim = naas_alloc(cg->ctx, AS_MAX_DIMS, sizeof *source.around.dim);
    source.local = naas_alloc(cg->ctx, (size_t)nest->n_arrays, sizeof *source.local);
    source.array = naas_alloc(cg->ctx, (size_t)nest->n_arrays, sizeof *source.array);
    cg_name(&source.names, "naas_args");
    nodes_print(&source, part->source->n_roots, part->source->root);
    naas_buf_printf(out,
        "/* As the source has it. */\nstatic void %s_source(const struct %s_args *naas_args)\n{\n", name,
        cg->name);
    for (int i = 0; i < nest->n_arrays; i++)
        if (source.local[i])
            naas_buf_printf(out, "    %s %s[%lld];\n", naas_type_c(source.array[i]->type), source.local[i],
                (long long)elements(source.array[i]));
    naas_buf_printf(out, "%s%s}\n\n", source.scope.used_args ? "" : "    (void)naas_args;\n", body.text);
}

/* ---- the function that calls them ---- */

static void call_print(const struct cg *cg, struct naas_buf *out, const struct cg *part, const char *name)
{
    const char *between = "";
    naas_buf_printf(out, "        if (%s(", name);
    for (int i = 0; i < part->n_arrays; i++, between = ", ")
        naas_buf_printf(out, "%snaas_args.%s", between, cg_array_of(cg, part->array[i].array)->field);
    for (int i = 0; i < cg->kernel->nest->n_scalars; i++, between = ", ")
        naas_buf_printf(out, "%snaas_args.%s", between, cg->scalar[i]);
    naas_buf_printf(out, ") != 0)\n            %s_source(&naas_args);\n", name);
}

static void head_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->kernel->nest;
    const char *between = "";
    naas_buf_printf(out,
        "/* 0: done. Else nothing has been written, and the original loops have to run. */\n%s %s(",
        cg_linkage(cg), cg->name);
    cg_parameters_print(cg, out);
    naas_buf_printf(out, ")\n{\n    struct %s_args naas_args = {", cg->name);
    for (int i = 0; i < cg->n_params; i++, between = ", ")
        naas_buf_printf(out, "%s.%s = a%d", between, cg->array[i].field, i);
    for (int i = 0; i < nest->n_scalars; i++, between = ", ")
        naas_buf_printf(out, "%s.%s = s%d", between, cg->scalar[i], i);
    naas_buf_puts(out, "};\n");
    for (int i = 0; i < nest->n_assumptions; i++)
        naas_buf_printf(
            out, "    if (n%d != %lld)\n        return -1;\n", i, (long long)nest->assumption[i].value);
    cg_overlaps_print(cg, out);
}

static void function_print(const struct cg *cg, struct naas_buf *out, const struct naas_buf *calls)
{
    head_print(cg, out);
    naas_buf_puts(out, "    int naas_status = 1;\n");
    for (int i = cg->n_params; i < cg->n_arrays; i++)
        cg_allocate_print(out, cg->array[i].field, elements(cg->array[i].array));
    naas_buf_puts(out, "    if (");
    for (int i = cg->n_params; i < cg->n_arrays; i++)
        naas_buf_printf(out, "%snaas_args.%s", i > cg->n_params ? " && " : "", cg->array[i].field);
    naas_buf_printf(out, "%s) {\n%s        naas_status = 0;\n    }\n", cg->n_params < cg->n_arrays ? "" : "1",
        calls->text);
    for (int i = cg->n_params; i < cg->n_arrays; i++)
        naas_buf_printf(out, "    __builtin_free(naas_args.%s);\n", cg->array[i].field);
    naas_buf_puts(out, "    return naas_status;\n}\n");
}

void cg_parts_print(struct cg *cg, struct naas_buf *out)
{
    struct naas_buf calls = naas_buf_new(cg->ctx);
    int n_mapped = 0;
    cg_arguments_print(cg, out);
    for (int p = 0; p < cg->kernel->n_parts && !cg->status; p++) {
        const struct cg_part *part = &cg->kernel->part[p];
        const char *name = naas_format(cg->ctx, "%s_part%d", cg->name, p + 1);
        struct cg one = cg_new(cg->ctx, cg->kernel, part, name);
        bool mapped = cg_part_print(&one, out);
        n_mapped += mapped;
        cg->status = one.status;
        cg_source_print(cg, out, part, name);
        if (mapped)
            call_print(cg, &calls, &one, name);
        else
            naas_buf_printf(&calls, "        %s_source(&naas_args);\n", name);
    }
    function_print(cg, out, &calls);
    if (n_mapped == 0)
        cg_fail_native(cg);
}
