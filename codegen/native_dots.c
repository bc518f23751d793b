/*
 * Dots: an output element at a time, its sum cut into a fixed number of partial sums that one vector
 * instruction after the other adds to. For products of a matrix and a vector, which read every weight once:
 * there is nothing to pack for.
 *
 *     for each element k
 *         part[0 .. 64) = 0
 *         for (c = 0; c + 64 <= C; c += 64)
 *             part[j] += w[k][c + j] * x[c + j], for all j
 *         the rest, then the parts together, half by half, then the finish
 */
#include "codegen/native.h"

enum { MOST_PARTS = 64, LEAST_PARTS = 16 };

/* 1: of integers the compiler makes parts itself, as it may add them in any order. */
static int parts_of(const struct native *native, int64_t size)
{
    int parts = MOST_PARTS;
    if (!naas_type_is_float(native->cg->problem->acc_type))
        return 1;
    while (parts > LEAST_PARTS && size < 2 * parts)
        parts /= 2;
    return parts;
}

/* Below, the source's loops are as fast. */
static bool is_long_enough(const struct native *native, int64_t size)
{
    return size >= (naas_type_is_float(native->cg->problem->acc_type) ? 2 * LEAST_PARTS : MOST_PARTS);
}

/* The reduction's dim along which all operands lie this many elements apart; -1 when there is none. */
static int dim_of_stride(const struct native *native, int64_t stride)
{
    const struct as_problem *problem = native->cg->problem;
    const struct poly_problem *poly = native->cg->poly;
    for (int d = problem->n_dims - 1; d >= 0; d--) {
        bool all = problem->dim[d].kind == AS_REDUCTION && poly->first[d] == 0 && poly->step[d] == 1;
        for (int t = 0; t < problem->n_tensors; t++)
            if (t != problem->output)
                all = all && cg_native_stride(native, poly->access[t], d) == stride;
        if (all)
            return d;
    }
    return -1;
}

/* Dims that together run through contiguous elements of all operands, as one: the fastest one counts for
 * all, the others stay 0. */
static struct native_dims contiguous_dims(const struct native *native)
{
    struct native_dims dims = {0};
    for (int64_t stride = 1; dims.n < AS_MAX_DIMS;) {
        int d = dim_of_stride(native, stride);
        bool again = false;
        for (int i = 0; i < dims.n; i++)
            again = again || dims.dim[i] == d;
        if (d < 0 || again)
            break;
        dims.dim[dims.n++] = d;
        stride *= native->cg->problem->dim[d].extent;
    }
    return dims;
}

static bool has(const struct native_dims *dims, int d)
{
    for (int i = 0; i < dims->n; i++)
        if (dims->dim[i] == d)
            return true;
    return false;
}

static bool reads_loop(const struct fe_expr *expr)
{
    for (int i = 0; i < expr->n_args; i++)
        if (reads_loop(expr->arg[i]))
            return true;
    return expr->kind == FE_LOOPVAR;
}

static void element_print(struct native *native, struct naas_buf *out, const struct native_dims *outer,
    const struct native_dims *inner)
{
    struct cg *cg = native->cg;
    const char *sum = cg_sum_type(cg), *part = cg_sum_unsigned(cg), *i = native->index[inner->dim[0]];
    long long extent = cg_native_size(native, inner);
    int parts = parts_of(native, extent);
    long long in_parts = parts > 1 ? extent - extent % parts : 0;
    struct naas_buf term = naas_buf_new(cg->ctx);
    part = part ? part : sum;
    for (int k = 1; k < inner->n; k++)
        native->scope.var[inner->dim[k]] = "0";
    cg_expr_print(&native->scope, &term, cg->poly->term);
    naas_buf_printf(out,
        "static void %s_dot(const struct %s_args *naas_args, long long naas_element)\n{\n    "
        "(void)naas_element;\n",
        cg->name, cg->name);
    cg_native_decode_print(native, out, outer, outer->n, "naas_element");
    naas_buf_printf(out, "    %s naas_part[%d] = {0}, naas_sum = 0;\n", part, parts);
    int loops = 0;
    for (int d = 0; d < cg->problem->n_dims; d++)
        if (!has(inner, d) && cg->problem->dim[d].kind == AS_REDUCTION) {
            naas_buf_printf(out, "    for (long long %s = 0; %s < %lld; %s++) {\n", native->index[d],
                native->index[d], (long long)cg->problem->dim[d].extent, native->index[d]);
            loops++;
        }
    if (in_parts > 0)
        naas_buf_printf(out,
            "    for (long long naas_at = 0; naas_at < %lld; naas_at += %d)\n"
            "        for (int naas_j = 0; naas_j < %d; naas_j++) {\n"
            "            const long long %s = naas_at + naas_j;\n"
            "            naas_part[naas_j] += (%s)(%s);\n        }\n",
            in_parts, parts, parts, i, part, term.text);
    if (in_parts < extent)
        naas_buf_printf(out,
            "    for (long long %s = %lld; %s < %lld; %s++)\n        naas_sum += (%s)(%s);\n", i, in_parts, i,
            extent, i, part, term.text);
    for (; loops > 0; loops--)
        naas_buf_puts(out, "    }\n");
    naas_buf_printf(out,
        "    for (int naas_half = %d; naas_half > 0; naas_half /= 2)\n"
        "        for (int naas_j = 0; naas_j < naas_half; naas_j++)\n"
        "            naas_part[naas_j] += naas_part[naas_j + naas_half];\n"
        "    const %s naas_value = (%s)(naas_sum + naas_part[0]);\n",
        parts / 2, sum, sum);
    cg_finish_inline(cg, out, native->scope.var, "naas_value");
    naas_buf_puts(out, "}\n\n");
}

bool cg_native_dots_print(struct native *native, struct naas_buf *out)
{
    const struct cg *cg = native->cg;
    struct native_dims outer = {0};
    struct native_dims inner = contiguous_dims(native);
    if (cg->problem->reduce != AS_SUM || cg->poly->update->n_guards > 0 || inner.n == 0 ||
        !is_long_enough(native, cg_native_size(native, &inner)) || reads_loop(cg->poly->term))
        return false;
    for (int d = 0; d < cg->problem->n_dims; d++)
        if (cg->problem->dim[d].kind == AS_PARALLEL)
            outer.dim[outer.n++] = d;
    element_print(native, out, &outer, &inner);
    naas_buf_printf(out,
        "static int %s_run(const struct %s_args *naas_args)\n{\n"
        "    naas_omp(\"omp parallel for if(%s_parallel)\")\n"
        "    for (long long naas_element = 0; naas_element < %lld; naas_element++)\n"
        "        %s_dot(naas_args, naas_element);\n"
        "    return 0;\n}\n\n",
        cg->name, cg->name, cg->name, (long long)cg_native_size(native, &outer), cg->name);
    return true;
}
