/*
 * Rows: one dim of the output is a row of sums, and every tap adds to all of the row's sums that it reaches.
 * Guards become the row's bounds, so the innermost loop has no branch and is the compiler's to vectorise.
 *
 *     for each row (k, p)
 *         sums = 0
 *         for each tap (c, r, s)
 *             for (q = low; q < high; q++)
 *                 sum[q] += x[c][p + r - 1][q + s - 1] * w[k][c][r][s];
 *         finish
 */
#include "codegen/native.h"

enum { MAX_ROW = 4096, MIN_ROW = 4 };

/* How well a dim serves as row: only small steps in what it indexes, unit steps best. -1: not at all. */
static int row_score(const struct native *native, int d)
{
    const struct as_problem *problem = native->cg->problem;
    int score = 0;
    if (problem->dim[d].kind != AS_PARALLEL || problem->dim[d].extent < MIN_ROW ||
        problem->dim[d].extent > MAX_ROW)
        return -1;
    for (int t = 0; t < problem->n_tensors; t++) {
        const struct fe_access *access =
            t == problem->output ? &native->cg->poly->update->target : native->cg->poly->access[t];
        if (t == problem->output && access->array->storage == FE_PRIVATE)
            continue;
        int64_t stride = cg_native_stride(native, access, d);
        if (stride < 0 || stride > 4)
            return -1;
        score += stride == 1;
    }
    return score;
}

const char *cg_native_neutral(const struct native *native)
{
    static const char *const high[NAAS_N_TYPES] = {[NAAS_I8] = "127",
        [NAAS_U8] = "255",
        [NAAS_I16] = "32767",
        [NAAS_U16] = "65535",
        [NAAS_I32] = "2147483647",
        [NAAS_U32] = "4294967295U",
        [NAAS_I64] = "9223372036854775807LL",
        [NAAS_U64] = "18446744073709551615ULL"};
    static const char *const low[NAAS_N_TYPES] = {[NAAS_I8] = "-128",
        [NAAS_U8] = "0",
        [NAAS_I16] = "-32768",
        [NAAS_U16] = "0",
        [NAAS_I32] = "-2147483647 - 1",
        [NAAS_U32] = "0",
        [NAAS_I64] = "-9223372036854775807LL - 1",
        [NAAS_U64] = "0"};
    const struct as_problem *problem = native->cg->problem;
    if (problem->reduce == AS_SUM)
        return "0";
    if (naas_type_is_float(problem->acc_type))
        return problem->reduce == AS_MAX ? "-__builtin_inf()" : "__builtin_inf()";
    return problem->reduce == AS_MAX ? low[problem->acc_type] : high[problem->acc_type];
}

static void tap_print(struct native *native, struct naas_buf *out, int row)
{
    const struct cg *cg = native->cg;
    const char *type = cg_sum_type(cg), *wrapping = cg_sum_unsigned(cg), *i = native->index[row];
    struct naas_buf term = naas_buf_new(cg->ctx);
    cg_expr_print(&native->scope, &term, cg->poly->term);
    naas_buf_printf(out, "    for (long long %s = naas_low; %s < naas_high; %s++) {\n", i, i, i);
    if (cg->problem->reduce != AS_SUM)
        naas_buf_printf(out,
            "        const %s naas_term = %s;\n"
            "        naas_sum[%s] = naas_term %s naas_sum[%s] ? naas_term : naas_sum[%s];\n",
            type, term.text, i, cg->problem->reduce == AS_MAX ? ">" : "<", i, i);
    else if (wrapping)
        naas_buf_printf(out, "        naas_sum[%s] = (%s)((%s)naas_sum[%s] + (%s)(%s));\n", i, type, wrapping,
            i, wrapping, term.text);
    else
        naas_buf_printf(out, "        naas_sum[%s] += %s;\n", i, term.text);
    naas_buf_puts(out, "    }\n");
}

static void row_print(struct native *native, struct naas_buf *out, const struct native_dims *outer, int row)
{
    struct cg *cg = native->cg;
    const struct fe_stmt *update = cg->poly->update;
    const char *type = cg_sum_type(cg), *i = native->index[row];
    long long extent = cg->problem->dim[row].extent;
    const struct fe_guard **guards = naas_alloc(cg->ctx, (size_t)update->n_guards + 1, sizeof *guards);
    for (int g = 0; g < update->n_guards; g++)
        guards[g] = &update->guard[g];
    /* GCC 12 loses sums of some rows: inlined, and where it makes vectors of neighbouring statements. */
    naas_buf_printf(out,
        "#if defined(__clang__)\n__attribute__((noinline))\n#else\n"
        "__attribute__((noinline, optimize(\"no-tree-slp-vectorize\")))\n#endif\n"
        "static void %s_row(const struct %s_args *naas_args, long long naas_row)\n{\n",
        cg->name, cg->name);
    naas_buf_puts(out, "    (void)naas_row;\n");
    cg_native_decode_print(native, out, outer, outer->n, "naas_row");
    naas_buf_printf(out,
        "    %s naas_sum[%lld];\n    for (int naas_at = 0; naas_at < %lld; naas_at++)\n        "
        "naas_sum[naas_at] = "
        "(%s)(%s);\n",
        type, extent, extent, type, cg_native_neutral(native));
    int loops = 0;
    for (int d = 0; d < cg->problem->n_dims; d++)
        if (cg->problem->dim[d].kind == AS_REDUCTION) {
            naas_buf_printf(out, "    for (long long %s = 0; %s < %lld; %s++) {\n", native->index[d],
                native->index[d], (long long)cg->problem->dim[d].extent, native->index[d]);
            loops++;
        }
    naas_buf_printf(out, "    long long naas_low = 0, naas_high = %lld;\n", extent);
    cg_native_bounds_print(native, out, row, update->n_guards, guards);
    tap_print(native, out, row);
    for (; loops > 0; loops--)
        naas_buf_puts(out, "    }\n");
    naas_buf_printf(out, "    for (long long %s = 0; %s < %lld; %s++) {\n", i, i, extent, i);
    cg_finish_inline(cg, out, native->scope.var, naas_format(cg->ctx, "naas_sum[%s]", i));
    naas_buf_puts(out, "    }\n}\n\n");
}

bool cg_native_rows_print(struct native *native, struct naas_buf *out)
{
    const struct as_problem *problem = native->cg->problem;
    struct native_dims outer = {0};
    int row = -1, best = 0;
    if (problem->reduce == AS_NO_REDUCE)
        return false;
    for (int d = 0; d < problem->n_dims; d++)
        if (row_score(native, d) >= best) {
            best = row_score(native, d);
            row = d;
        }
    if (row < 0)
        return false;
    for (int d = 0; d < problem->n_dims; d++)
        if (d != row && problem->dim[d].kind == AS_PARALLEL)
            outer.dim[outer.n++] = d;
    row_print(native, out, &outer, row);
    naas_buf_printf(out,
        "static int %s_run(const struct %s_args *naas_args)\n{\n"
        "    naas_omp(\"omp parallel for if(%s_parallel)\")\n"
        "    for (long long naas_row = 0; naas_row < %lld; naas_row++)\n"
        "        %s_row(naas_args, naas_row);\n"
        "    return 0;\n}\n\n",
        native->cg->name, native->cg->name, native->cg->name, (long long)cg_native_size(native, &outer),
        native->cg->name);
    return true;
}
