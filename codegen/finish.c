/*
 * The finish: what the source does around the reduction, once per output element.
 *
 *     const long long k = naas_index[0];
 *     float acc;
 *     acc = naas_args->bias[k];
 *     acc += *(const float *)naas_sum;
 *     naas_args->y[k] = acc > 0 ? acc : 0;
 */
#include "codegen/cg.h"

#include <string.h>

struct finish {
    struct cg *cg;
    struct cg_scope scope;
    struct cg_names names;
    const char *sum;                 /* the reduced value, as C */
    const char **local;              /* per array of the nest: the local variable of a private one */
    const struct fe_access **access; /* its first access */
};

/* ---- private variables ---- */

static bool same_element(const struct cg *cg, const struct poly_finish *finish, const struct fe_access *a,
    const struct fe_access *b)
{
    for (int j = 0; j < a->array->rank; j++) {
        const struct fe_affine *x = &a->index[j], *y = &b->index[j];
        if (x->constant != y->constant || x->n_terms != y->n_terms)
            return false;
        for (int i = 0; i < x->n_terms; i++)
            if (x->term[i].coef != y->term[i].coef ||
                cg_dim_of(cg, finish, x->term[i].loop) != cg_dim_of(cg, finish, y->term[i].loop))
                return false;
    }
    return true;
}

/* An element of a private array is a local variable as well, as long as an output element uses no second one.
 */
static const char *local_of(struct finish *f, const struct fe_access *access)
{
    int id = access->array->id;
    if (!f->local[id]) {
        f->local[id] = cg_name(&f->names, access->array->name);
        f->access[id] = access;
    }
    if (!same_element(f->cg, f->scope.finish, f->access[id], access))
        cg_fail(f->cg, NAAS_UNSUPPORTED, access->loc,
            "nest not mapped: an output element needs several elements of an array declared in the nest");
    return f->local[id];
}

static void read_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    if (access->array->storage == FE_PRIVATE)
        naas_buf_puts(out, local_of(scope->reader, access));
    else
        cg_element_print(scope, out, access);
}

/* ---- loop variables ---- */

/* Index of the i-th dim of an output's axis from its coordinate; with two terms the larger coefficient counts
 * blocks. */
static const char *index_of(struct finish *f, int j, int i)
{
    const struct as_axis *axis = &f->cg->problem->tensor[f->cg->problem->output].axis[j];
    struct naas_ctx *ctx = f->cg->ctx;
    const char *text = naas_format(ctx, "naas_index[%d]", j);
    if (axis->offset != 0)
        text = naas_format(ctx, "(%s - %lld)", text, (long long)axis->offset);
    if (axis->n_terms == 2) {
        const struct as_term *other = &axis->term[1 - i], *mine = &axis->term[i];
        bool blocks = mine->coef > other->coef;
        int64_t block = blocks ? mine->coef : other->coef;
        const struct as_term *within = blocks ? other : mine;
        if (within->coef * (f->cg->problem->dim[within->dim].extent - 1) >= block)
            cg_fail(f->cg, NAAS_UNSUPPORTED, f->cg->poly->update->loc,
                "nest not mapped: two loops interleave in a subscript of the output");
        if (!blocks)
            text = naas_format(ctx, "%s %% %lld", text, (long long)block);
    }
    int64_t coef = axis->term[i].coef;
    return coef == 1 ? text : naas_format(ctx, "%s / %lld", text, (long long)coef);
}

static void variables_plan(struct finish *f, const char *value[AS_MAX_DIMS])
{
    const struct as_tensor *output = &f->cg->problem->tensor[f->cg->problem->output];
    for (int d = 0; d < f->cg->problem->n_dims; d++) {
        f->scope.var[d] = cg_name(&f->names, f->cg->problem->dim[d].name);
        value[d] = naas_format(f->cg->ctx, "%lld", (long long)f->cg->poly->first[d]);
    }
    for (int j = 0; j < output->rank; j++)
        for (int i = 0; i < output->axis[j].n_terms; i++) {
            int d = output->axis[j].term[i].dim;
            const char *index = index_of(f, j, i);
            bool bare = output->axis[j].n_terms == 1 && output->axis[j].term[i].coef == 1;
            if (f->cg->poly->step[d] != 1 && !bare)
                index = naas_format(f->cg->ctx, "(%s)", index);
            value[d] = cg_variable(f->cg, d, index);
        }
}

/* ---- statements ---- */

static void target_print(struct finish *f, struct naas_buf *out, const struct fe_access *target)
{
    read_print(&f->scope, out, target);
}

/* target = target (+) sum */
static void update_print(
    struct finish *f, struct naas_buf *out, const struct fe_stmt *stmt, const char *indent)
{
    struct naas_buf target = naas_buf_new(f->cg->ctx);
    const char *wrapping = cg_sum_unsigned(f->cg);
    const char *sum = f->sum;
    target_print(f, &target, &stmt->target);
    switch (f->cg->problem->reduce) {
    case AS_SUM:
        if (wrapping)
            naas_buf_printf(out, "%s%s = (%s)((%s)%s + (%s)%s);\n", indent, target.text,
                naas_type_c(stmt->target.array->type), wrapping, target.text, wrapping, sum);
        else
            naas_buf_printf(out, "%s%s += %s;\n", indent, target.text, sum);
        break;
    case AS_MAX:
    case AS_MIN:
        naas_buf_printf(out, "%sif (%s %s %s)\n%s    %s = %s;\n", indent, sum,
            f->cg->problem->reduce == AS_MAX ? ">" : "<", target.text, indent, target.text, sum);
        break;
    case AS_NO_REDUCE:
        naas_buf_printf(out, "%s%s = %s;\n", indent, target.text, sum);
        break;
    }
}

static void statement_print(struct finish *f, struct naas_buf *out, const struct poly_finish *finish)
{
    const struct fe_stmt *stmt = finish->stmt;
    const char *indent = finish->n_guards > 0 ? "        " : "    ";
    f->scope.finish = finish;
    if (finish->n_guards > 0) {
        naas_buf_puts(out, "    if (");
        cg_guards_print(&f->scope, out, finish->n_guards, finish->guard);
        naas_buf_puts(out, ") {\n");
    }
    if (stmt == f->cg->poly->update)
        update_print(f, out, stmt, indent);
    else {
        naas_buf_puts(out, indent);
        target_print(f, out, &stmt->target);
        naas_buf_puts(out, " = ");
        cg_expr_print(&f->scope, out, stmt->value);
        naas_buf_puts(out, ";\n");
    }
    if (finish->n_guards > 0)
        naas_buf_puts(out, "    }\n");
}

/* ---- the function ---- */

static void declarations_print(struct finish *f, struct naas_buf *out, const char *const *value)
{
    const struct fe_nest *nest = f->cg->kernel->nest;
    if (f->scope.used_args)
        naas_buf_printf(out, "    const struct %s_args *const naas_args = naas_data;\n", f->cg->name);
    else
        naas_buf_puts(out, "    (void)naas_data;\n");
    bool index = false;
    for (int d = 0; d < f->cg->problem->n_dims; d++)
        if (f->scope.used_vars >> d & 1) {
            naas_buf_printf(out, "    const long long %s = %s;\n", f->scope.var[d], value[d]);
            index |= strstr(value[d], "naas_index") != NULL;
        }
    if (!index)
        naas_buf_puts(out, "    (void)naas_index;\n");
    for (int i = 0; i < nest->n_arrays; i++)
        if (f->local[i])
            naas_buf_printf(out, "    %s %s;\n", naas_type_c(f->access[i]->array->type), f->local[i]);
}

void cg_finish_print(struct cg *cg, struct naas_buf *out)
{
    size_t n_arrays = (size_t)cg->kernel->nest->n_arrays;
    struct finish f = {
        .cg = cg,
        .scope = {.cg = cg, .args = "naas_args", .read = read_print},
        .names = {.ctx = cg->ctx},
        .sum = naas_format(cg->ctx, "*(const %s *)naas_sum", cg_sum_type(cg)),
        .local = naas_alloc(cg->ctx, n_arrays, sizeof *f.local),
        .access = naas_alloc(cg->ctx, n_arrays, sizeof *f.access),
    };
    struct naas_buf body = naas_buf_new(cg->ctx);
    const char *value[AS_MAX_DIMS];
    f.scope.reader = &f;
    variables_plan(&f, value);
    for (int i = 0; i < cg->poly->n_finish; i++)
        statement_print(&f, &body, &cg->poly->finish[i]);
    naas_buf_printf(out,
        "/* What follows the reduction, once per output element. */\n"
        "static void %s_finish(const long long *naas_index, const void *naas_sum, const void "
        "*naas_data)\n{\n",
        cg->name);
    declarations_print(&f, out, value);
    naas_buf_puts(out, "\n");
    naas_buf_write(out, body.text, body.length);
    naas_buf_puts(out, "}\n\n");
}

/* Counts the iterations of the loop of dim d, from its variable. */
static const char *counter_of(const struct cg *cg, int d, const char *variable)
{
    long long first = cg->poly->first[d], step = cg->poly->step[d];
    if (first == 0 && step == 1)
        return variable;
    const char *moved = naas_format(cg->ctx, "(%s - (%lld))", variable, first);
    return step == 1 ? moved : naas_format(cg->ctx, "%s / (%lld)", moved, step);
}

/* Index into what keeps one sum for each element, the first axis of the output slowest. */
const char *cg_kept_sum(const struct cg *cg, const char *const *variable)
{
    const struct as_tensor *output = &cg->problem->tensor[cg->problem->output];
    const char *text = NULL;
    for (int j = 0; j < output->rank; j++)
        for (int i = 0; i < output->axis[j].n_terms; i++) {
            int d = output->axis[j].term[i].dim;
            const char *counter = counter_of(cg, d, variable[d]);
            text = text ? naas_format(cg->ctx, "(%s) * %lld + %s", text,
                              (long long)cg->problem->dim[d].extent, counter)
                        : counter;
        }
    return text ? text : "0";
}

void cg_finish_inline(struct cg *cg, struct naas_buf *out, const char *const *variable, const char *sum)
{
    const struct fe_nest *nest = cg->kernel->nest;
    size_t n_arrays = (size_t)nest->n_arrays;
    struct finish f = {
        .cg = cg,
        .scope = {.cg = cg, .args = "naas_args", .read = read_print},
        .names = {.ctx = cg->ctx},
        .sum = sum,
        .local = naas_alloc(cg->ctx, n_arrays, sizeof *f.local),
        .access = naas_alloc(cg->ctx, n_arrays, sizeof *f.access),
    };
    struct naas_buf body = naas_buf_new(cg->ctx);
    if (cg->keeps_sums) {
        naas_buf_printf(out, "    naas_args->naas_sums[%s] = %s;\n", cg_kept_sum(cg, variable), sum);
        return;
    }
    f.scope.reader = &f;
    for (int d = 0; d < cg->problem->n_dims; d++)
        f.scope.var[d] = variable[d];
    for (int i = 0; i < cg->poly->n_finish; i++)
        statement_print(&f, &body, &cg->poly->finish[i]);
    for (int i = 0; i < nest->n_arrays; i++)
        if (f.local[i])
            naas_buf_printf(out, "    %s %s;\n", naas_type_c(f.access[i]->array->type), f.local[i]);
    naas_buf_write(out, body.text, body.length);
}
