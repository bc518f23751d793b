/* The native target's function and what its forms share. */
#include "codegen/native.h"

#include <string.h>

int64_t cg_native_size(const struct native *native, const struct native_dims *dims)
{
    int64_t size = 1;
    for (int i = 0; i < dims->n; i++)
        size *= native->cg->problem->dim[dims->dim[i]].extent;
    return size;
}

int64_t cg_native_stride(const struct native *native, const struct fe_access *access, int d)
{
    int64_t stride = 0;
    for (int j = 0; j < access->array->rank; j++)
        for (int i = 0; i < access->index[j].n_terms; i++) {
            const struct fe_term *term = &access->index[j].term[i];
            if (cg_dim_of(native->cg, NULL, term->loop) == d)
                stride += access->array->stride[j] * term->coef * native->cg->poly->step[d];
        }
    return stride;
}

void cg_native_decode_print(const struct native *native, struct naas_buf *out, const struct native_dims *dims,
    int n, const char *from)
{
    int64_t inner = 1;
    for (int i = n - 1; i >= 0; i--) {
        int d = dims->dim[i];
        long long extent = native->cg->problem->dim[d].extent;
        naas_buf_printf(out, "    const long long %s = %s", native->index[d], from);
        if (inner > 1)
            naas_buf_printf(out, " / %lld", (long long)inner);
        naas_buf_puts(out, i > 0 ? naas_format(native->cg->ctx, " %% %lld;\n", extent) : ";\n");
        naas_buf_printf(out, "    (void)%s;\n", native->index[d]);
        inner *= extent;
    }
}

/* ---- guards ---- */

static bool has_dim(const struct native *native, const struct fe_affine *affine, int d, int64_t *coef)
{
    *coef = 0;
    for (int i = 0; i < affine->n_terms; i++)
        if (cg_dim_of(native->cg, NULL, affine->term[i].loop) == d)
            *coef += affine->term[i].coef;
    return *coef != 0;
}

/* coef * variable of d + rest >= 0, in terms of the index of d. */
static void bound_print(
    struct native *native, struct naas_buf *out, int d, const struct fe_affine *affine, int64_t coef)
{
    struct fe_affine rest = {.constant = affine->constant + coef * native->cg->poly->first[d]};
    rest.term = naas_alloc(native->cg->ctx, (size_t)affine->n_terms, sizeof *rest.term);
    for (int i = 0; i < affine->n_terms; i++)
        if (cg_dim_of(native->cg, NULL, affine->term[i].loop) != d)
            rest.term[rest.n_terms++] = affine->term[i];
    long long step = coef * native->cg->poly->step[d];
    naas_buf_puts(out, "    {\n        const long long naas_rest = ");
    cg_affine_print(&native->scope, out, &rest);
    naas_buf_puts(out, ";\n");
    if (step > 0)
        naas_buf_printf(out,
            "        if (%lld * naas_low + naas_rest < 0)\n"
            "            naas_low = (%lld - naas_rest) / %lld;\n",
            step, step - 1, step);
    else
        naas_buf_printf(out,
            "        if (naas_rest - %lld * (naas_high - 1) < 0)\n"
            "            naas_high = naas_rest < 0 ? 0 : naas_rest / %lld + 1;\n",
            -step, -step);
    naas_buf_puts(out, "    }\n");
}

void cg_native_bounds_print(
    struct native *native, struct naas_buf *out, int d, int n, const struct fe_guard *const *guard)
{
    bool any = false;
    int64_t coef;
    for (int i = 0; i < n; i++)
        if (has_dim(native, &guard[i]->affine, d, &coef))
            bound_print(native, out, d, &guard[i]->affine, coef);
    for (int i = 0; i < n; i++)
        if (!has_dim(native, &guard[i]->affine, d, &coef)) {
            naas_buf_puts(out, any ? "\n        || !(" : "    if (!(");
            cg_guards_print(&native->scope, out, 1, guard[i]);
            naas_buf_puts(out, ")");
            any = true;
        }
    if (any)
        naas_buf_puts(out, ")\n        naas_high = 0;\n");
}

/* ---- elements that are finished in order ---- */

/* Elements are written as soon as their sums are complete, in any order, unless the sums are kept for this:
 * it finishes the elements by their coordinates. */
static void late_finish_print(const struct native *native, struct naas_buf *out)
{
    struct cg now = *native->cg;
    const struct as_tensor *output = &now.problem->tensor[now.problem->output];
    int depth = 0;
    now.keeps_sums = false;
    naas_buf_printf(out, "static void %s_late(const struct %s_args *naas_args)\n{\n", now.name, now.name);
    for (int j = 0; j < output->rank; j++)
        for (int i = 0; i < output->axis[j].n_terms; i++, depth++) {
            int d = output->axis[j].term[i].dim;
            naas_buf_printf(out, "    for (long long %s = 0; %s < %lld; %s++) {\n", native->index[d],
                native->index[d], (long long)now.problem->dim[d].extent, native->index[d]);
        }
    cg_finish_inline(&now, out, native->scope.var,
        naas_format(now.ctx, "naas_args->naas_sums[%s]", cg_kept_sum(&now, native->scope.var)));
    for (; depth > 0; depth--)
        naas_buf_puts(out, "    }\n");
    naas_buf_puts(out, "}\n\n");
    native->cg->status = now.status;
}

static void late_run_print(const struct native *native, struct naas_buf *out)
{
    const struct as_problem *problem = native->cg->problem;
    const char *name = native->cg->name;
    int64_t n = 1;
    for (int d = 0; d < problem->n_dims; d++)
        n *= problem->dim[d].kind == AS_PARALLEL ? problem->dim[d].extent : 1;
    cg_allocate_print(out, "naas_sums", n);
    naas_buf_printf(out,
        "    const int naas_status = naas_args.naas_sums ? %s_run(&naas_args) : 1;\n"
        "    if (naas_status == 0)\n        %s_late(&naas_args);\n"
        "    __builtin_free(naas_args.naas_sums);\n    return naas_status;\n}\n",
        name, name);
}

/* ---- the function ---- */

static void function_print(const struct native *native, struct naas_buf *out)
{
    const struct cg *cg = native->cg;
    const struct fe_nest *nest = cg->kernel->nest;
    naas_buf_printf(out,
        "/* 0: done. Else nothing has been written, and the original loops have to run. */\n%s %s(",
        cg_linkage(cg), cg->name);
    cg_parameters_print(cg, out);
    naas_buf_printf(
        out, ")\n{\n    %sstruct %s_args naas_args = {", cg->keeps_sums ? "" : "const ", cg->name);
    for (int i = 0; i < cg->n_arrays; i++)
        naas_buf_printf(out, "%sa%d", i ? ", " : "", i);
    for (int i = 0; i < nest->n_scalars; i++)
        naas_buf_printf(out, ", s%d", i);
    naas_buf_puts(out, cg->keeps_sums ? ", 0};\n" : "};\n");
    for (int i = 0; i < nest->n_assumptions && !cg_is_inner(cg); i++)
        naas_buf_printf(
            out, "    if (n%d != %lld)\n        return -1;\n", i, (long long)nest->assumption[i].value);
    cg_overlaps_print(cg, out);
    if (cg->keeps_sums)
        late_run_print(native, out);
    else
        naas_buf_printf(out, "    return %s_run(&naas_args);\n}\n", cg->name);
}

static void read_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    if (cg_tensor_of(scope->cg, access) < 0)
        cg_fail(scope->cg, NAAS_INTERNAL, access->loc, "the term reads what is no tensor of the problem");
    else
        cg_element_print(scope, out, access);
}

/* Widths of the vector unit, once per file; what the compiler's options allow is known only there. GCC
 * unrolls and vectorises kernels as under -O3 whatever the user's options are. Fewer iterations than
 * NAAS_MIN_WORK, some 0.2 ms, are not worth waking threads for: docs/native.md. */
static const char prelude[] = "#ifndef naas_vector_bytes\n"
                              "#if defined(__AVX512F__)\n"
                              "#define naas_vector_bytes 64\n"
                              "#define naas_block 14\n"
                              "#elif defined(__AVX__)\n"
                              "#define naas_vector_bytes 32\n"
                              "#define naas_block 6\n"
                              "#elif defined(__aarch64__)\n"
                              "#define naas_vector_bytes 16\n"
                              "#define naas_block 12\n"
                              "#else\n"
                              "#define naas_vector_bytes 16\n"
                              "#define naas_block 6\n"
                              "#endif\n"
                              "#if defined(__clang__)\n"
                              "#define naas_unroll _Pragma(\"clang loop unroll(full)\")\n"
                              "#else\n"
                              "#define naas_unroll _Pragma(\"GCC unroll 16\")\n"
                              "#endif\n"
                              "#if defined(_OPENMP)\n"
                              "#define naas_omp(directive) _Pragma(directive)\n"
                              "#else\n"
                              "#define naas_omp(directive)\n"
                              "#endif\n"
                              "#if !defined(NAAS_MIN_WORK)\n"
                              "#define NAAS_MIN_WORK 8000000\n"
                              "#endif\n"
                              "#endif\n"
                              "#if defined(__GNUC__) && !defined(__clang__)\n"
                              "#pragma GCC push_options\n"
                              "#pragma GCC optimize(\"O3\")\n"
                              "#endif\n";
static const char postlude[] = "#if defined(__GNUC__) && !defined(__clang__)\n"
                               "#pragma GCC pop_options\n"
                               "#endif\n";

/* The source's loops, for where they are the fastest. */
static bool source_form_print(struct native *native, struct naas_buf *out)
{
    struct cg *cg = native->cg;
    cg_source_print(cg, out, cg->part, cg->name);
    naas_buf_printf(out,
        "static int %s_run(const struct %s_args *naas_args)\n{\n    %s_source(naas_args);\n    return "
        "0;\n}\n\n",
        cg->name, cg->name, cg->name);
    return true;
}

static bool (*const forms[])(struct native *, struct naas_buf *) = {
    [CG_SMALL] = cg_native_small_print,
    [CG_PRODUCT] = cg_native_product_print,
    [CG_WINDOW] = cg_native_window_print,
    [CG_ROWS] = cg_native_rows_print,
    [CG_DOTS] = cg_native_dots_print,
    [CG_SOURCE] = source_form_print,
};

/* The form that is chosen, or the first that suits. */
static enum cg_form form_print(struct native *native, struct naas_buf *out)
{
    enum cg_form chosen = native->choice.form;
    for (enum cg_form form = CG_SMALL; form <= CG_SOURCE; form++)
        if ((chosen == form || (chosen == CG_ANY_FORM && form != CG_SOURCE)) && forms[form](native, out))
            return form;
    return CG_ANY_FORM;
}

bool cg_native_print(struct cg *cg, struct naas_buf *out)
{
    struct naas_buf text = naas_buf_new(cg->ctx);
    struct native native = {.cg = cg,
        .scope = {.cg = cg, .args = "naas_args", .read = read_print},
        .choice = cg->part->choice ? *cg->part->choice : cg_choice_of(cg->kernel->accel),
        .speed = cg_speed_of(cg->kernel->accel)};
    struct native_dims all = {0};
    for (int d = 0; d < cg->problem->n_dims; d++) {
        all.dim[all.n++] = d;
        native.index[d] = naas_format(cg->ctx, "naas_i_%s", cg->problem->dim[d].name);
        const char *value = cg_variable(cg, d, native.index[d]);
        native.scope.var[d] = value == native.index[d] ? value : naas_format(cg->ctx, "(%s)", value);
    }
    cg->keeps_sums = cg->poly->finish_last && native.choice.form != CG_SOURCE;
    cg->form = form_print(&native, &text);
    cg->cycles = native.cycles;
    if (cg->form == CG_ANY_FORM)
        return false;
    cg_arguments_print(cg, out);
    naas_buf_puts(out, prelude);
    naas_buf_printf(out, "enum { %s_parallel = %lldLL >= NAAS_MIN_WORK };\n\n", cg->name,
        (long long)cg_native_size(&native, &all));
    naas_buf_write(out, text.text, text.length);
    if (cg->keeps_sums)
        late_finish_print(&native, out);
    function_print(&native, out);
    naas_buf_puts(out, postlude);
    return true;
}
