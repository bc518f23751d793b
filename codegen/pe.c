/*
 * The PE kernel: the points of a tile in the schedule's order, on the buffers of the innermost level.
 *
 *     for (long long k = naas_low[0]; k < naas_high[0]; k++) {
 *         float *const y_at = y + y_k * k;
 *         float naas_sum = *y_at;
 *         const float *const x_at = x, *const w_at = w + w_k * k;
 *         for (long long c = naas_low[1]; c < naas_high[1]; c++)
 *             naas_sum += x_at[x_c * c] * w_at[w_c * c];
 *         *y_at = naas_sum;
 *     }
 *
 * Everything that the innermost loop leaves alone is worked out in front of it; a sum stays in a variable
 * over all the inner loops that add to it.
 */
#include "codegen/cg.h"

struct pe {
    struct cg *cg;
    struct cg_scope scope;
    int n_points; /* point loops, outermost first */
    const struct poly_loop *point[AS_MAX_LOOPS];
    const char *var[AS_MAX_LOOPS];
    int index[AS_MAX_DIMS]; /* the point loop whose variable is the dim's index; -1: the tile has one */
    const char *base[AS_MAX_TENSORS], *at[AS_MAX_TENSORS], *step[AS_MAX_TENSORS][AS_MAX_DIMS];
    int sum_at; /* the loop in front of which the sum is fetched; n_points: it is updated in place */
};

static const char *element_type(const struct pe *pe, int t)
{
    return t == pe->cg->problem->output ? cg_sum_type(pe->cg) : naas_type_c(pe->cg->problem->tensor[t].type);
}

static const char *qualifier(const struct pe *pe, int t)
{
    return t == pe->cg->problem->output ? "" : "const ";
}

/* coef of dim d in axis j; 0 when it is not there. */
static int64_t coefficient(const struct as_axis *axis, int d)
{
    for (int i = 0; i < axis->n_terms; i++)
        if (axis->term[i].dim == d)
            return axis->term[i].coef;
    return 0;
}

static bool depends_on(const struct pe *pe, int t, int d)
{
    const struct as_tensor *tensor = &pe->cg->problem->tensor[t];
    for (int j = 0; j < tensor->rank; j++)
        if (coefficient(&tensor->axis[j], d))
            return true;
    return false;
}

static void indent(struct naas_buf *out, int depth)
{
    naas_buf_printf(out, "%*s", 4 * (depth + 1), "");
}

/* ---- plan ---- */

static void plan_loops(struct pe *pe, struct cg_names *names)
{
    const struct cg *cg = pe->cg;
    const struct poly_schedule *schedule = cg->part->schedule;
    for (int d = 0; d < cg->problem->n_dims; d++)
        pe->index[d] = -1;
    for (int i = 0; i < schedule->n_loops; i++)
        if (schedule->loop[i].kind == POLY_POINT && pe->n_points < AS_MAX_LOOPS) {
            pe->index[schedule->loop[i].dim] = pe->n_points;
            pe->point[pe->n_points++] = &schedule->loop[i];
        }
    for (int i = 0; i < pe->n_points; i++) {
        int d = pe->point[i]->dim;
        const char *dim = cg->problem->dim[d].name;
        bool is_source = cg->poly->first[d] == 0 && cg->poly->step[d] == 1;
        pe->var[i] = pe->index[d] != i ? cg_namef(names, "%s_tile", dim)
                     : is_source       ? cg_name(names, dim)
                                       : cg_namef(names, "%s_i", dim);
        if (depends_on(pe, cg->problem->output, d))
            pe->sum_at = i + 1;
    }
}

/* The source's variable of each dim, for guards and loop variables in the term. */
static void plan_variables(struct pe *pe)
{
    for (int d = 0; d < pe->cg->problem->n_dims; d++) {
        struct naas_ctx *ctx = pe->cg->ctx;
        const char *i = pe->index[d] < 0 ? naas_format(ctx, "naas_low[%d]", d) : pe->var[pe->index[d]];
        const char *value = cg_variable(pe->cg, d, i);
        pe->scope.var[d] = value == i ? i : naas_format(ctx, "(%s)", value);
    }
}

static void plan_tensors(struct pe *pe, struct cg_names *names)
{
    for (int t = 0; t < pe->cg->problem->n_tensors; t++) {
        const char *name = pe->cg->problem->tensor[t].name;
        pe->base[t] = cg_name(names, name);
        pe->at[t] = pe->base[t];
        for (int d = 0; d < pe->cg->problem->n_dims; d++)
            if (pe->index[d] >= 0 && depends_on(pe, t, d))
                pe->step[t][d] = cg_namef(names, "%s_%s", name, pe->cg->problem->dim[d].name);
    }
    for (int t = 0; t < pe->cg->problem->n_tensors; t++)
        for (int i = 0; i < pe->n_points - 1; i++) {
            int d = pe->point[i]->dim;
            if (pe->step[t][d] && pe->index[d] == i && pe->at[t] == pe->base[t])
                pe->at[t] = cg_namef(names, "%s_at", pe->cg->problem->tensor[t].name);
        }
}

/* ---- declarations in front of the loops ---- */

static void stride_print(struct naas_buf *out, int t, int j, int64_t factor)
{
    if (factor != 1)
        naas_buf_printf(out, "%lld * ", (long long)factor);
    naas_buf_printf(out, "naas_pe->stride[%d][%d]", t, j);
}

/* Elements between neighbours along a dim. */
static void steps_print(const struct pe *pe, struct naas_buf *out, int t)
{
    const struct as_tensor *tensor = &pe->cg->problem->tensor[t];
    for (int j = 0; j < tensor->rank; j++)
        for (int i = 0; i < tensor->axis[j].n_terms; i++) {
            const char *step = pe->step[t][tensor->axis[j].term[i].dim];
            if (!step)
                continue;
            naas_buf_printf(out, "    const long long %s = ", step);
            stride_print(out, t, j, tensor->axis[j].term[i].coef);
            naas_buf_puts(out, ";\n");
        }
}

/* What an axis adds to the address when all indices of point loops are 0, as a line of its own. */
static void axis_base_print(const struct pe *pe, struct naas_buf *out, int t, int j)
{
    const struct as_axis *axis = &pe->cg->problem->tensor[t].axis[j];
    const char *before = "\n        ";
    if (axis->offset != 0) {
        naas_buf_puts(out, axis->offset < 0 ? "\n        - " : "\n        + ");
        stride_print(out, t, j, axis->offset < 0 ? -axis->offset : axis->offset);
        before = " ";
    }
    for (int i = 0; i < axis->n_terms; i++) {
        if (pe->index[axis->term[i].dim] >= 0)
            continue;
        naas_buf_printf(out, "%s+ ", before);
        stride_print(out, t, j, axis->term[i].coef);
        naas_buf_printf(out, " * naas_low[%d]", axis->term[i].dim);
        before = " ";
    }
}

static void base_print(const struct pe *pe, struct naas_buf *out, int t)
{
    const char *type = element_type(pe, t);
    naas_buf_printf(out, "    %s%s *const %s = (%s%s *)naas_pe->base[%d]", qualifier(pe, t), type,
        pe->base[t], qualifier(pe, t), type, t);
    for (int j = 0; j < pe->cg->problem->tensor[t].rank; j++)
        axis_base_print(pe, out, t, j);
    naas_buf_puts(out, ";\n");
}

/* ---- loops ---- */

/* `const float *const x_at = x + x_c * c + ...;`: all loops but the innermost are around it. */
static void at_print(const struct pe *pe, struct naas_buf *out, int t, int depth)
{
    if (pe->at[t] == pe->base[t])
        return;
    indent(out, depth);
    naas_buf_printf(
        out, "%s%s *const %s = %s", qualifier(pe, t), element_type(pe, t), pe->at[t], pe->base[t]);
    for (int i = 0; i < pe->n_points - 1; i++) {
        int d = pe->point[i]->dim;
        if (pe->step[t][d] && pe->index[d] == i)
            naas_buf_printf(out, " + %s * %s", pe->step[t][d], pe->var[i]);
    }
    naas_buf_puts(out, ";\n");
}

static void element_print(const struct pe *pe, struct naas_buf *out, int t)
{
    int last = pe->n_points - 1;
    const char *step = last >= 0 ? pe->step[t][pe->point[last]->dim] : NULL;
    if (step)
        naas_buf_printf(out, "%s[%s * %s]", pe->at[t], step, pe->var[last]);
    else
        naas_buf_printf(out, "*%s", pe->at[t]);
}

static void read_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    int t = cg_tensor_of(scope->cg, access);
    if (t < 0)
        cg_fail(scope->cg, NAAS_INTERNAL, access->loc, "the term reads what is no tensor of the problem");
    else
        element_print(scope->reader, out, t);
}

static void loop_open(const struct pe *pe, struct naas_buf *out, int i)
{
    int d = pe->point[i]->dim;
    const char *var = pe->var[i], *outer = NULL;
    for (int k = 0; k < i; k++)
        if (pe->point[k]->dim == d)
            outer = pe->var[k];
    indent(out, i);
    naas_buf_printf(out, "for (long long %s = ", var);
    if (outer)
        naas_buf_puts(out, outer);
    else
        naas_buf_printf(out, "naas_low[%d]", d);
    naas_buf_puts(out, "; ");
    for (int k = 0; k < i; k++)
        if (pe->point[k]->dim == d)
            naas_buf_printf(out, "%s < %s + %lld && ", var, pe->var[k], (long long)pe->point[k]->tile);
    naas_buf_printf(out, "%s < naas_high[%d]; ", var, d);
    if (pe->point[i]->tile == 1)
        naas_buf_printf(out, "%s++) {\n", var);
    else
        naas_buf_printf(out, "%s += %lld) {\n", var, (long long)pe->point[i]->tile);
}

/* sum = sum (+) term */
static void accumulate_print(
    const struct pe *pe, struct naas_buf *out, int depth, const char *sum, const char *term)
{
    const char *type = cg_sum_type(pe->cg), *wrapping = cg_sum_unsigned(pe->cg);
    enum as_reduce reduce = pe->cg->problem->reduce;
    indent(out, depth);
    if (reduce == AS_NO_REDUCE)
        naas_buf_printf(out, "%s = %s;\n", sum, term);
    else if (reduce == AS_SUM && !wrapping)
        naas_buf_printf(out, "%s += %s;\n", sum, term);
    else if (reduce == AS_SUM)
        naas_buf_printf(out, "%s = (%s)((%s)%s + (%s)(%s));\n", sum, type, wrapping, sum, wrapping, term);
    else {
        naas_buf_printf(out, "const %s naas_term = %s;\n", type, term);
        indent(out, depth);
        naas_buf_printf(out, "if (naas_term %s %s)\n", reduce == AS_MAX ? ">" : "<", sum);
        indent(out, depth + 1);
        naas_buf_printf(out, "%s = naas_term;\n", sum);
    }
}

static void body_print(struct pe *pe, struct naas_buf *out)
{
    struct naas_buf term = naas_buf_new(pe->cg->ctx), sum = naas_buf_new(pe->cg->ctx);
    const struct fe_stmt *update = pe->cg->poly->update;
    bool guarded = update->n_guards > 0 && !pe->cg->poly->guards_implied;
    int depth = pe->n_points;
    cg_expr_print(&pe->scope, &term, pe->cg->poly->term);
    if (pe->sum_at < pe->n_points)
        naas_buf_puts(&sum, "naas_sum");
    else
        element_print(pe, &sum, pe->cg->problem->output);
    if (guarded) {
        indent(out, depth++);
        naas_buf_puts(out, "if (");
        cg_guards_print(&pe->scope, out, update->n_guards, update->guard);
        naas_buf_puts(out, ") {\n");
    }
    accumulate_print(pe, out, depth, sum.text, term.text);
    if (guarded) {
        indent(out, --depth);
        naas_buf_puts(out, "}\n");
    }
}

static void loops_print(struct pe *pe, struct naas_buf *out)
{
    int output = pe->cg->problem->output, n = pe->n_points;
    for (int i = 0; i < n; i++) {
        if (i == (pe->sum_at < n ? pe->sum_at : n - 1))
            at_print(pe, out, output, i);
        if (i == pe->sum_at) {
            indent(out, i);
            naas_buf_printf(out, "%s naas_sum = *%s;\n", cg_sum_type(pe->cg), pe->at[output]);
        }
        for (int t = 0; i == n - 1 && t < pe->cg->problem->n_tensors; t++)
            if (t != output)
                at_print(pe, out, t, i);
        loop_open(pe, out, i);
    }
    body_print(pe, out);
    for (int i = n - 1; i >= 0; i--) {
        indent(out, i);
        naas_buf_puts(out, "}\n");
        if (i == pe->sum_at) {
            indent(out, i);
            naas_buf_printf(out, "*%s = naas_sum;\n", pe->at[output]);
        }
    }
}

/* ---- the function ---- */

static bool uses_low(const struct pe *pe)
{
    if (pe->n_points > 0)
        return true;
    for (int d = 0; d < pe->cg->problem->n_dims; d++)
        for (int t = 0; t < pe->cg->problem->n_tensors; t++)
            if (depends_on(pe, t, d))
                return true;
    return pe->scope.used_vars != 0;
}

void cg_pe_print(struct cg *cg, struct naas_buf *out)
{
    struct cg_names names = {.ctx = cg->ctx};
    struct pe pe = {.cg = cg, .scope = {.cg = cg, .args = "naas_args", .read = read_print}};
    struct naas_buf loops = naas_buf_new(cg->ctx);
    pe.scope.reader = &pe;
    if (!cg_sum_unsigned(cg) == !naas_type_is_float(cg->problem->acc_type) ||
        (cg_sum_unsigned(cg) && naas_type_is_float(cg->poly->term->type))) {
        cg_fail(cg, NAAS_UNSUPPORTED, cg->poly->update->loc,
            "nest not mapped: a floating-point term is added to an integer");
        return;
    }
    plan_loops(&pe, &names);
    plan_variables(&pe);
    plan_tensors(&pe, &names);
    loops_print(&pe, &loops);
    naas_buf_printf(
        out, "/* One tile on one PE. */\nstatic void %s_kernel(const naas_rt_pe *naas_pe)\n{\n", cg->name);
    if (uses_low(&pe))
        naas_buf_puts(out, "    const long long *const naas_low = naas_pe->box.low;\n");
    if (pe.n_points > 0)
        naas_buf_puts(out, "    const long long *const naas_high = naas_pe->box.high;\n");
    if (pe.scope.used_args)
        naas_buf_printf(out, "    const struct %s_args *const naas_args = naas_pe->args;\n", cg->name);
    for (int t = 0; t < cg->problem->n_tensors; t++)
        steps_print(&pe, out, t);
    for (int t = 0; t < cg->problem->n_tensors; t++)
        base_print(&pe, out, t);
    naas_buf_puts(out, "\n");
    naas_buf_write(out, loops.text, loops.length);
    naas_buf_puts(out, "}\n\n");
}
