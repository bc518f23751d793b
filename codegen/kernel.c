/* One nest's kernel from its parts, and the look-ups that the parts share. */
#include "codegen/cg.h"

#include <string.h>

void cg_fail(struct cg *cg, enum naas_status status, struct naas_loc loc, const char *message)
{
    if (cg->status)
        return;
    cg->status = status;
    naas_diag(cg->ctx, status == NAAS_UNSUPPORTED ? NAAS_WARNING : NAAS_ERROR, loc, "%s", message);
}

void cg_fail_native(struct cg *cg)
{
    cg_fail(cg, NAAS_UNSUPPORTED, cg->kernel->nest->loc,
        "nest not mapped: the native target knows no faster form of it");
    naas_hint(cg->ctx, "the target sim runs it");
}

int cg_dim_of(const struct cg *cg, const struct poly_finish *finish, const struct fe_loop *loop)
{
    for (int i = 0; finish && i < finish->n_loops; i++)
        if (finish->loop[i] == loop)
            return finish->dim[i];
    for (int d = 0; !finish && d < cg->problem->n_dims; d++)
        if (cg->poly->loop[d] == loop)
            return d;
    return -1;
}

const char *cg_variable(const struct cg *cg, int d, const char *index)
{
    long long first = cg->poly->first[d], step = cg->poly->step[d], size = step < 0 ? -step : step;
    const char *text = size == 1 ? index : naas_format(cg->ctx, "%lld * %s", size, index);
    if (first != 0)
        return naas_format(cg->ctx, "%lld %s %s", first, step < 0 ? "-" : "+", text);
    return step < 0 ? naas_format(cg->ctx, "-%s", text) : text;
}

static bool same_affine(const struct fe_affine *a, const struct fe_affine *b)
{
    if (a->constant != b->constant || a->n_terms != b->n_terms)
        return false;
    for (int i = 0; i < a->n_terms; i++)
        if (a->term[i].loop != b->term[i].loop || a->term[i].coef != b->term[i].coef)
            return false;
    return true;
}

static bool same_access(const struct fe_access *a, const struct fe_access *b)
{
    if (a->array != b->array)
        return false;
    for (int j = 0; j < a->array->rank; j++)
        if (!same_affine(&a->index[j], &b->index[j]))
            return false;
    return true;
}

int cg_tensor_of(const struct cg *cg, const struct fe_access *access)
{
    for (int t = 0; t < cg->problem->n_tensors; t++)
        if (t != cg->problem->output && same_access(cg->poly->access[t], access))
            return t;
    return -1;
}

const struct cg_array *cg_array_of(const struct cg *cg, const struct fe_array *array)
{
    for (int i = 0; i < cg->n_arrays; i++)
        if (cg->array[i].array->id == array->id)
            return &cg->array[i];
    return NULL;
}

const char *cg_sum_type(const struct cg *cg)
{
    return naas_type_c(cg->problem->acc_type);
}

const char *cg_sum_unsigned(const struct cg *cg)
{
    if (naas_type_is_float(cg->problem->acc_type))
        return NULL;
    return naas_type_c(naas_type_bytes(cg->problem->acc_type) > 4 ? NAAS_U64 : NAAS_U32);
}

/* The summary as a comment: a "*" followed by "/" in it would end the comment. */
static void comment_print(const struct cg *cg, struct naas_buf *out)
{
    const struct fe_nest *nest = cg->kernel->nest;
    naas_buf_printf(out, "/*\n * %s: %sthe loops of %s at line %u on %s.\n", cg->name,
        cg_is_inner(cg) ? "part of " : "", nest->function, nest->loc.line, cg->kernel->accel->name);
    const char *text = cg->part && cg->part->summary ? cg->part->summary : "";
    naas_buf_puts(out, *text ? " *\n" : "");
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *copy = naas_strndup(cg->ctx, text, length);
        for (char *end; (end = strstr(copy, "*/"));)
            end[0] = '.';
        naas_buf_printf(out, "%s%s\n", length ? " * " : " *", copy);
        text += length + (text[length] == '\n');
    }
    naas_buf_puts(out, " */\n");
}

const char *cg_linkage(const struct cg *cg)
{
    bool global = cg->kernel->symbol && !cg_is_inner(cg);
    return global ? "__attribute__((visibility(\"hidden\"))) int" : "static int";
}

static void simulated_print(struct cg *cg, struct naas_buf *out)
{
    cg_arguments_print(cg, out);
    cg_tables_print(cg, out);
    cg_pe_print(cg, out);
    cg_finish_print(cg, out);
    cg_host_print(cg, out);
}

bool cg_part_print(struct cg *cg, struct naas_buf *out)
{
    struct naas_buf text = naas_buf_new(cg->ctx);
    bool native = strcmp(cg->kernel->target, "native") == 0;
    if (!cg->problem || (native && !cg_native_print(cg, &text)))
        return false;
    if (!native)
        simulated_print(cg, &text);
    comment_print(cg, out);
    naas_buf_write(out, text.text, text.length);
    return true;
}

enum naas_status cg_named_kernel_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel, const char *name)
{
    struct cg cg = cg_new(ctx, kernel, NULL, name);
    struct naas_buf text = naas_buf_new(ctx);
    if (kernel->n_parts > 1)
        cg_parts_print(&cg, &text);
    else if (!cg_part_print(&cg, &text))
        cg_fail_native(&cg);
    if (kernel->verify)
        cg_verify_print(&cg, &text);
    if (!cg.status)
        naas_buf_write(out, text.text, text.length);
    return cg.status;
}

enum naas_status cg_global_kernel_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel)
{
    struct cg_kernel plain = *kernel;
    plain.verify = false; /* that is done where it is called */
    return cg_named_kernel_print(ctx, out, &plain, kernel->symbol);
}

/* What stands for the kernel in the user's file: the name that is called there, and under it one that the
 * link may define. */
enum naas_status cg_declaration_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel, const char *name)
{
    struct cg cg = cg_new(ctx, kernel, NULL, name);
    naas_buf_printf(out,
        "/* Made when the program is linked; else the original loops run. */\n"
        "extern __attribute__((weak, visibility(\"hidden\"))) int %s(",
        kernel->symbol);
    cg_parameters_print(&cg, out);
    naas_buf_printf(out, ");\nstatic int %s(", name);
    cg_parameters_print(&cg, out);
    naas_buf_printf(out, ")\n{\n    return %s ? %s(", kernel->symbol, kernel->symbol);
    cg_parameter_names_print(&cg, out);
    naas_buf_puts(out, ") : 1;\n}\n");
    if (kernel->verify)
        cg_verify_print(&cg, out);
    return cg.status;
}

void cg_call_print(
    struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel, const char *name)
{
    struct cg cg = cg_new(ctx, kernel, NULL, name);
    const struct fe_nest *nest = kernel->nest;
    const char *between = "";
    naas_buf_printf(out, "%s(", name);
    for (int i = 0; i < cg.n_params; i++, between = ", ")
        naas_buf_printf(out, "%s%s", between, cg.array[i].array->base);
    for (int i = 0; i < nest->n_scalars; i++, between = ", ")
        naas_buf_printf(out, "%s%s", between, nest->scalar[i]->text);
    for (int i = 0; i < nest->n_assumptions; i++, between = ", ")
        naas_buf_printf(out, "%s(long long)%s", between, nest->assumption[i].name);
    naas_buf_puts(out, ")");
}

enum naas_status cg_kernel_print(struct naas_ctx *ctx, struct naas_buf *out, const struct cg_kernel *kernel)
{
    return cg_named_kernel_print(ctx, out, kernel, naas_format(ctx, "naas_%s", kernel->nest->name));
}
