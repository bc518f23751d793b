/* What moves elements for a product: into panels, and out of sums into what the source makes of them. */
#include "codegen/native_product.h"

/* ---- packing ---- */

static const char *fastest(const struct product *product, const struct native_dims *dims)
{
    return product->native->index[dims->dim[dims->n - 1]];
}

/* Goes on to the next k: the indices of the depth's dims count up like the digits of a number. */
void cg_product_next_print(const struct product *product, struct naas_buf *out)
{
    for (int i = product->depth.n - 1; i >= 0; i--) {
        const char *index = product->native->index[product->depth.dim[i]];
        long long extent = product->cg->problem->dim[product->depth.dim[i]].extent;
        if (i == 0)
            naas_buf_printf(out, "    %s++;\n", index);
        else
            naas_buf_printf(out, "    if (++%s == %lld) {\n    %s = 0;\n", index, extent, index);
    }
    for (int i = product->depth.n - 1; i > 0; i--)
        naas_buf_puts(out, "    }\n");
}

/* Start of k, as variables that change. */
void cg_product_start_print(const struct product *product, struct naas_buf *out)
{
    int64_t inner = 1;
    for (int i = product->depth.n - 1; i >= 0; i--) {
        int d = product->depth.dim[i];
        naas_buf_printf(
            out, "    long long %s = naas_k0 / %lld", product->native->index[d], (long long)inner);
        inner *= product->cg->problem->dim[d].extent;
        naas_buf_puts(out, i > 0 ? naas_format(product->cg->ctx, " %% %lld;\n",
                                       (long long)product->cg->problem->dim[d].extent)
                                 : ";\n");
        naas_buf_printf(out, "    (void)%s;\n", product->native->index[d]);
    }
}

void cg_product_pack_print(struct product *product, struct naas_buf *out, struct side *side, const char *name)
{
    struct native *native = product->native;
    const char *type = product->type, *i = fastest(product, &side->dims);
    int row = side->dims.dim[side->dims.n - 1], outer = side->dims.n - 1;
    long long extent = product->cg->problem->dim[row].extent;
    int64_t stride = cg_native_stride(native, side->access, row);
    /* Dims that lie one after the other in memory are one. */
    while (outer > 0 && side->n_guards == 0 &&
           cg_native_stride(native, side->access, side->dims.dim[outer - 1]) == stride * extent)
        extent *= product->cg->problem->dim[side->dims.dim[--outer]].extent;
    struct naas_buf factor = naas_buf_new(product->cg->ctx);
    cg_expr_print(&native->scope, &factor, side->factor);
    naas_buf_printf(out,
        "/* Elements [from, to) for k in [k0, k1), as a panel of rows of `width`. */\n"
        "static void %s_pack_%s(const struct %s_args *naas_args, %s *restrict naas_to, long long naas_b,\n"
        "    long long naas_from, long long naas_end, long long naas_k0, long long naas_k1, const long long "
        "naas_width)\n{\n"
        "    (void)naas_b;\n",
        product->cg->name, name, product->cg->name, type);
    cg_native_decode_print(native, out, &product->batch, product->batch.n, "naas_b");
    naas_buf_puts(out, "    for (long long naas_x = naas_from; naas_x < naas_end;) {\n");
    naas_buf_printf(out, "    const long long naas_q = naas_x %% %lld;\n", extent);
    if (outer > 0)
        naas_buf_printf(out, "    const long long naas_outer = naas_x / %lld;\n", extent);
    cg_native_decode_print(native, out, &side->dims, outer, "naas_outer");
    for (int d = outer; d < side->dims.n - 1; d++)
        naas_buf_printf(out, "    const long long %s = 0;\n", native->index[side->dims.dim[d]]);
    naas_buf_printf(out,
        "    const long long naas_left = naas_end - naas_x, naas_run = %lld - naas_q < naas_left ? %lld - "
        "naas_q "
        ": naas_left;\n",
        extent, extent);
    cg_product_start_print(product, out);
    naas_buf_printf(out,
        "    %s *naas_row = naas_to + (naas_x - naas_from);\n"
        "    for (long long naas_k = naas_k0; naas_k < naas_k1; naas_k++, naas_row += naas_width) {\n"
        "    long long naas_low = naas_q, naas_high = naas_q + naas_run;\n",
        type);
    cg_native_bounds_print(native, out, row, side->n_guards, side->guard);
    naas_buf_printf(out,
        "    if (naas_low == naas_q && naas_high == naas_q + naas_width)\n"
        "    for (long long naas_j = 0; naas_j < naas_width; naas_j++) {\n"
        "    const long long %s = naas_q + naas_j;\n"
        "    naas_row[naas_j] = (%s)(%s);\n    }\n    else {\n"
        "    if (naas_low > naas_q + naas_run)\n        naas_low = naas_q + naas_run;\n"
        "    if (naas_high < naas_low)\n        naas_high = naas_low;\n"
        "    for (long long naas_j = naas_q; naas_j < naas_low; naas_j++)\n"
        "        naas_row[naas_j - naas_q] = 0;\n"
        "    for (long long %s = naas_low; %s < naas_high; %s++)\n"
        "        naas_row[%s - naas_q] = (%s)(%s);\n"
        "    for (long long naas_j = naas_high; naas_j < naas_q + naas_run; naas_j++)\n"
        "        naas_row[naas_j - naas_q] = 0;\n"
        "    }\n",
        i, type, factor.text, i, i, i, i, type, factor.text);
    cg_product_next_print(product, out);
    naas_buf_puts(out, "    }\n    naas_x += naas_run;\n    }\n"
                       "    const long long naas_used = naas_end - naas_from;\n"
                       "    for (long long naas_k = 0; naas_used < naas_width && naas_k < naas_k1 - naas_k0; "
                       "naas_k++)\n"
                       "        for (long long naas_j = naas_used; naas_j < naas_width; naas_j++)\n"
                       "            naas_to[naas_k * naas_width + naas_j] = 0;\n}\n\n");
}

/* ---- the finish of a chunk ---- */

/* Opens a loop over runs of the fastest dim within [from, end) of a side. */
static void runs_open(const struct product *product, struct naas_buf *out, const struct side *side,
    const char *flat, const char *from, const char *end)
{
    long long extent = product->cg->problem->dim[side->dims.dim[side->dims.n - 1]].extent;
    bool gaps = product->has_plane && side == &product->x; /* columns that no output has */
    long long pitch = gaps ? product->pitch : extent;
    naas_buf_printf(out,
        "    for (long long %s_0 = %s, %s_n; %s_0 < %s; %s_0 += %s_n) {\n"
        "    const long long %s_q = %s_0 %% %lld;\n",
        flat, from, flat, flat, end, flat, flat, flat, flat, pitch);
    if (side->dims.n > 1)
        naas_buf_printf(out, "    const long long %s_outer = %s_0 / %lld;\n", flat, flat, pitch);
    cg_native_decode_print(
        product->native, out, &side->dims, side->dims.n - 1, naas_format(product->cg->ctx, "%s_outer", flat));
    naas_buf_printf(out,
        "    %s_n = %lld - %s_q < %s - %s_0 ? %lld - %s_q : %s - %s_0;\n"
        "    const long long %s_last = %s_q + %s_n < %lld ? %s_q + %s_n : %lld;\n",
        flat, pitch, flat, end, flat, pitch, flat, end, flat, flat, flat, flat, extent, flat, flat, extent);
}

/* Opens the loop along a run. */
static void run_open(
    const struct product *product, struct naas_buf *out, const struct side *side, const char *flat)
{
    const char *i = fastest(product, &side->dims);
    naas_buf_printf(out, "    for (long long %s = %s_q; %s < %s_last; %s++) {\n", i, flat, i, flat, i);
}

static void element_print(const struct product *product, struct naas_buf *out)
{
    struct cg *cg = product->cg;
    naas_buf_printf(out,
        "    const %s naas_value = (%s)naas_sum[(naas_w_0 - naas_w + %s - naas_w_q) * naas_ld + (naas_x_0 - "
        "naas_from + %s - naas_x_q)];\n",
        cg_sum_type(cg), cg_sum_type(cg), fastest(product, &product->w.dims),
        fastest(product, &product->x.dims));
    cg_finish_inline(cg, out, product->native->scope.var, "naas_value");
}

/* The inner loop follows the target's elements in memory. */
static bool follows_w(const struct product *product)
{
    const struct fe_access *target = &product->cg->poly->update->target;
    if (target->array->storage == FE_PRIVATE)
        return false;
    int64_t w = cg_native_stride(product->native, target, product->w.dims.dim[product->w.dims.n - 1]),
            x = cg_native_stride(product->native, target, product->x.dims.dim[product->x.dims.n - 1]);
    return w * w < x * x;
}

void cg_product_finish_print(const struct product *product, struct naas_buf *out, const char *run)
{
    const char *x = fastest(product, &product->x.dims);
    cg_product_template_print(product, out,
        "/* Sums of rows [naas_w, naas_w_end) and columns [naas_from, naas_end), which come first in "
        "naas_sum. "
        "*/\n"
        "static __attribute__((noinline)) void $_finish(const struct $_args *naas_args, const ~ *restrict "
        "naas_sum,\n"
        "    long long naas_ld, long long naas_b, long long naas_w, long long naas_w_end, long long "
        "naas_from,\n    long long naas_end)\n{\n    (void)naas_b;\n");
    cg_native_decode_print(product->native, out, &product->batch, product->batch.n, "naas_b");
    runs_open(product, out, &product->x, "naas_x", "naas_from", "naas_end");
    runs_open(product, out, &product->w, "naas_w", "naas_w", "naas_w_end");
    if (follows_w(product)) {
        run_open(product, out, &product->x, "naas_x");
        run_open(product, out, &product->w, "naas_w");
        element_print(product, out);
        naas_buf_puts(out, "    }\n    }\n    }\n    }\n}\n\n");
        return;
    }
    run_open(product, out, &product->w, "naas_w");
    if (run) { /* of known length, it is some vectors */
        cg_product_template_print(product, out,
            naas_format(product->cg->ctx,
                "    if (naas_x_last - naas_x_q == %s)\n    for (int naas_i = 0; naas_i < %s; naas_i++) {\n"
                "    const long long %s = naas_x_q + naas_i;\n",
                run, run, x));
        element_print(product, out);
        naas_buf_puts(out, "    }\n    else\n");
    }
    run_open(product, out, &product->x, "naas_x");
    element_print(product, out);
    naas_buf_puts(out, "    }\n    }\n    }\n    }\n}\n\n");
}
