/*
 * A product: the nest seen as matrix products sum[w][x] += W[w][k] * X[x][k], for each batch.
 *
 * Dims of the output that index one factor of the term only make up w or x, those that index both are
 * batches, and the reduction's are k. So a convolution has w = output channels, x = pixels, k = channels and
 * taps; whether it is strided, dilated, padded or none of it shows in the packing alone, which gathers panels
 * of W and X from wherever their elements lie, writes 0 where a guard skips the tap, and evaluates what the
 * factor does to an element (a cast, a zero point):
 *
 *     W: for each part of k: panels of up to naas_block rows,      [k][row],  all of it beforehand
 *     X: for each chunk of x and part of k: panels of two vectors, [k][lane], when they are needed
 *     block: naas_block x 2 vectors of sums in registers run down a panel of each
 *
 * Where windows overlap, packing would copy an element for each tap. There X is a plane with padding instead
 * (native_plane.c): x counts along its rows, with the columns between them that no output has, and the block
 * finds k's elements at an offset for each k.
 *
 * x is the side that is larger: its end is the only place where lanes idle, and it is packed just once.
 * Elements of 8 bits are multiplied as float, which is exact as long as a sum of products stays below 2^24.
 */
#include "codegen/native.h"

#include <string.h>

enum {
    DEPTH = 256,          /* k of a part: a panel of W stays in L1 */
    CHUNK_BYTES = 393216, /* packed X and the sums of a chunk: they stay in L2 */
    MIN_CHUNK = 32,
    MIN_SIDE = 4, /* w: below, packing costs more than it saves */
    MIN_DEPTH = 4,
    MAX_PLANES = 8, /* one after the other, all threads at each */
    PACKING = 60,   /* cycles of packing a panel for one k, about */
};

struct side {
    const struct fe_expr *factor;
    const struct fe_access *access;
    struct native_dims dims;
    int n_guards;
    const struct fe_guard **guard;
};

struct product {
    struct native *native;
    struct cg *cg;
    const char *type; /* of packed elements */
    const char *kept; /* of sums */
    bool converts;    /* sums are made in `type` and kept as integers */
    struct side w, x;
    struct native_dims batch, depth;
    bool has_plane;
    struct native_plane plane; /* in which x lies, */
    int64_t pitch;             /* and x between rows of the output */
};

/* ---- recognising ---- */

static const struct fe_expr *strip_casts(const struct product *product, const struct fe_expr *expr)
{
    enum naas_type sum = product->cg->problem->acc_type;
    while (expr->kind == FE_CAST) {
        const struct fe_expr *inner = expr->arg[0];
        if (naas_type_is_float(sum) ? expr->type != sum
                                    : naas_type_is_float(inner->type) || naas_type_bytes(expr->type) < 4)
            return NULL;
        /* Sums wrap, so only the low bits of a product count, as long as it is widened as a signed number. */
        if (naas_type_bytes(expr->type) < naas_type_bytes(sum) &&
            (naas_type_bytes(inner->type) > naas_type_bytes(expr->type) || expr->type == NAAS_U32 ||
                inner->type == NAAS_U32))
            return NULL;
        expr = inner;
    }
    return expr;
}

/* The accesses in an expression are all one element; NULL when they are not, or there is none. */
static const struct fe_access *only_access(
    const struct product *product, const struct fe_expr *expr, int *tensor)
{
    const struct fe_access *access = NULL;
    if (expr->kind == FE_READ) {
        int t = cg_tensor_of(product->cg, &expr->access);
        if (*tensor >= 0 && *tensor != t)
            *tensor = AS_MAX_TENSORS;
        else
            *tensor = t;
        access = &expr->access;
    }
    for (int i = 0; i < expr->n_args; i++) {
        const struct fe_access *other = only_access(product, expr->arg[i], tensor);
        access = access ? access : other;
    }
    return *tensor < AS_MAX_TENSORS ? access : NULL;
}

static bool reads_loop(const struct fe_expr *expr)
{
    for (int i = 0; i < expr->n_args; i++)
        if (reads_loop(expr->arg[i]))
            return true;
    return expr->kind == FE_LOOPVAR;
}

/* The array's own small integers, as they are. */
static bool is_byte(const struct fe_expr *expr)
{
    while (expr->kind == FE_CAST && naas_type_bytes(expr->type) >= 2)
        expr = expr->arg[0];
    return expr->kind == FE_READ && expr->access.array->type == NAAS_I8;
}

static bool find_factors(struct product *product)
{
    const struct as_problem *problem = product->cg->problem;
    bool real = naas_type_is_float(problem->acc_type);
    const struct fe_expr *term = strip_casts(product, product->cg->poly->term);
    if (problem->reduce != AS_SUM || !term || term->kind != FE_BINARY || term->op != FE_MUL)
        return false;
    if (real ? term->type != problem->acc_type : naas_type_is_float(term->type))
        return false;
    if (!real && naas_type_bytes(term->type) < naas_type_bytes(problem->acc_type) && term->type == NAAS_U32)
        return false;
    int tensor[2] = {-1, -1};
    for (int i = 0; i < 2; i++) {
        struct side *side = i ? &product->x : &product->w;
        side->factor = term->arg[i];
        side->access = only_access(product, term->arg[i], &tensor[i]);
        if (!side->access || reads_loop(term->arg[i]))
            return false;
    }
    if (tensor[0] == tensor[1])
        return false;
    product->converts =
        !real && naas_type_bytes(problem->acc_type) == 4 && is_byte(term->arg[0]) && is_byte(term->arg[1]);
    product->type = real || !cg_sum_unsigned(product->cg) ? cg_sum_type(product->cg)
                    : product->converts                   ? "float"
                                                          : cg_sum_unsigned(product->cg);
    product->kept = cg_sum_unsigned(product->cg) ? cg_sum_unsigned(product->cg) : product->type;
    return true;
}

static bool indexes(const struct product *product, const struct fe_access *access, int d)
{
    for (int j = 0; j < access->array->rank; j++)
        for (int i = 0; i < access->index[j].n_terms; i++)
            if (cg_dim_of(product->cg, NULL, access->index[j].term[i].loop) == d)
                return true;
    return false;
}

static bool sort_dims(struct product *product)
{
    const struct as_problem *problem = product->cg->problem;
    for (int d = 0; d < problem->n_dims; d++) {
        bool w = indexes(product, product->w.access, d), x = indexes(product, product->x.access, d);
        struct native_dims *dims = problem->dim[d].kind == AS_REDUCTION ? &product->depth
                                   : w == x                             ? &product->batch
                                   : w                                  ? &product->w.dims
                                                                        : &product->x.dims;
        dims->dim[dims->n++] = d;
    }
    return product->w.dims.n > 0 && product->x.dims.n > 0 && product->depth.n > 0;
}

/* The fastest dim of a side is the one whose elements lie closest. */
static void order_dims(const struct product *product, struct side *side)
{
    int64_t best = INT64_MAX;
    int fastest = side->dims.n - 1;
    for (int i = side->dims.n - 1; i >= 0; i--) {
        int64_t stride = cg_native_stride(product->native, side->access, side->dims.dim[i]);
        stride = stride < 0 ? -stride : stride;
        if (product->cg->problem->dim[side->dims.dim[i]].extent >= 4 && stride < best) {
            best = stride;
            fastest = i;
        }
    }
    int d = side->dims.dim[fastest];
    memmove(&side->dims.dim[fastest], &side->dims.dim[fastest + 1],
        (size_t)(side->dims.n - 1 - fastest) * sizeof d);
    side->dims.dim[side->dims.n - 1] = d;
}

static bool has_any(
    const struct product *product, const struct fe_guard *guard, const struct native_dims *dims)
{
    for (int i = 0; i < guard->affine.n_terms; i++)
        for (int k = 0; k < dims->n; k++)
            if (cg_dim_of(product->cg, NULL, guard->affine.term[i].loop) == dims->dim[k])
                return true;
    return false;
}

/* A skipped tap is a factor of 0, packed on the side that the guard speaks of. */
static bool sort_guards(struct product *product)
{
    const struct fe_stmt *update = product->cg->poly->update;
    size_t n = (size_t)update->n_guards + 1;
    product->w.guard = naas_alloc(product->cg->ctx, n, sizeof *product->w.guard);
    product->x.guard = naas_alloc(product->cg->ctx, n, sizeof *product->x.guard);
    for (int i = 0; i < update->n_guards; i++) {
        const struct fe_guard *guard = &update->guard[i];
        bool w = has_any(product, guard, &product->w.dims), x = has_any(product, guard, &product->x.dims);
        if (w && x)
            return false;
        struct side *side = w ? &product->w : &product->x;
        side->guard[side->n_guards++] = guard;
    }
    return true;
}

static int64_t ceil_div(int64_t n, int64_t d)
{
    return (n + d - 1) / d;
}

static unsigned bits(const struct native_dims *dims)
{
    unsigned set = 0;
    for (int i = 0; i < dims->n; i++)
        set |= 1u << dims->dim[i];
    return set;
}

/* Positions of x in its plane, up to the last output. */
static int64_t flat_size(const struct product *product)
{
    const struct native_dims *dims = &product->x.dims;
    int64_t columns = product->cg->problem->dim[dims->dim[dims->n - 1]].extent;
    return (cg_native_size(product->native, dims) / columns - 1) * product->pitch + columns;
}

/* Is a plane better than panels? It has columns that are computed in vain; panels take time to pack. */
static void choose_plane(struct product *product)
{
    const struct native *native = product->native;
    const struct native_dims *dims = &product->x.dims;
    struct native_plane *plane = &product->plane;
    *plane = (struct native_plane){.native = native,
        .in = product->x.access,
        .factor = product->x.factor,
        .type = product->type,
        .outside = bits(&product->batch),
        .moving = bits(dims)};
    int64_t columns = native->cg->problem->dim[dims->dim[dims->n - 1]].extent;
    int64_t x = cg_native_size(native, dims), rows = x / columns;
    if (dims->n > 2 || !cg_native_plane_measure(plane) ||
        cg_native_plane_stride(plane, dims->dim[dims->n - 1]) != 1)
        return;
    for (int i = 0; i < product->x.n_guards; i++)
        if (!cg_native_plane_guard(plane, &product->x.guard[i]->affine))
            return;
    product->pitch = dims->n > 1 ? cg_native_plane_stride(plane, dims->dim[0]) : columns;
    double reuse = (double)x * (double)cg_native_size(native, &product->depth) / (double)plane->volume;
    double vain = (double)(rows * product->pitch) / (double)x - 1;
    double blocks = (double)ceil_div(cg_native_size(native, &product->w.dims), 14);
    product->has_plane = product->pitch >= columns && reuse > 2 &&
                         cg_native_size(native, &product->batch) <= MAX_PLANES &&
                         vain < PACKING / (28 * blocks);
}

static bool recognise(struct product *product)
{
    if (!find_factors(product) || !sort_dims(product))
        return false;
    if (cg_native_size(product->native, &product->w.dims) >
        cg_native_size(product->native, &product->x.dims)) {
        struct side swap = product->w;
        product->w = product->x;
        product->x = swap;
    }
    order_dims(product, &product->w);
    order_dims(product, &product->x);
    if (cg_native_size(product->native, &product->w.dims) < MIN_SIDE ||
        cg_native_size(product->native, &product->depth) < MIN_DEPTH || !sort_guards(product))
        return false;
    choose_plane(product);
    return true;
}

/* ---- packing ---- */

static const char *fastest(const struct product *product, const struct native_dims *dims)
{
    return product->native->index[dims->dim[dims->n - 1]];
}

/* Goes on to the next k: the indices of the depth's dims count up like the digits of a number. */
static void next_print(const struct product *product, struct naas_buf *out)
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
static void start_print(const struct product *product, struct naas_buf *out)
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

static void pack_print(struct product *product, struct naas_buf *out, struct side *side, const char *name)
{
    struct native *native = product->native;
    const char *type = product->type, *i = fastest(product, &side->dims);
    int row = side->dims.dim[side->dims.n - 1];
    long long extent = product->cg->problem->dim[row].extent;
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
    if (side->dims.n > 1)
        naas_buf_printf(out, "    const long long naas_outer = naas_x / %lld;\n", extent);
    cg_native_decode_print(native, out, &side->dims, side->dims.n - 1, "naas_outer");
    naas_buf_printf(out,
        "    const long long naas_left = naas_end - naas_x, naas_run = %lld - naas_q < naas_left ? %lld - "
        "naas_q "
        ": naas_left;\n",
        extent, extent);
    start_print(product, out);
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
    next_print(product, out);
    naas_buf_puts(out, "    }\n    naas_x += naas_run;\n    }\n"
                       "    const long long naas_used = naas_end - naas_from;\n"
                       "    for (long long naas_k = 0; naas_used < naas_width && naas_k < naas_k1 - naas_k0; "
                       "naas_k++)\n"
                       "        for (long long naas_j = naas_used; naas_j < naas_width; naas_j++)\n"
                       "            naas_to[naas_k * naas_width + naas_j] = 0;\n}\n\n");
}

/* ---- the block in registers ---- */

/* Text with the kernel's name for $, the type of packed elements for @ and that of the sums for ~. */
static void template_print(const struct product *product, struct naas_buf *out, const char *text)
{
    for (; *text; text++)
        if (*text == '$')
            naas_buf_puts(out, product->cg->name);
        else if (*text == '@')
            naas_buf_puts(out, product->type);
        else if (*text == '~')
            naas_buf_puts(out, product->kept);
        else
            naas_buf_write(out, text, 1);
}

static const char block_text[] =
    "typedef @ $_vector __attribute__((vector_size(naas_vector_bytes)));\n"
    "typedef $_vector $_loose __attribute__((aligned(sizeof(@)), may_alias));\n"
    "typedef ~ $_sums __attribute__((vector_size(naas_vector_bytes)));\n"
    "enum { $_lanes = naas_vector_bytes / (int)sizeof(@), $_panel = 2 * $_lanes };\n\n"
    "/* rows x 2 vectors of sums. */\n"
    "static inline __attribute__((always_inline)) void $_block(const int naas_rows, long long naas_depth,\n"
    "    const @ *naas_w, long long naas_step, const @ *naas_x, const int *naas_offset, ~ *naas_sum,\n"
    "    long long naas_ld, int naas_more)\n{\n"
    "    $_vector naas_acc[naas_block][2];\n"
    "    naas_unroll for (int naas_i = 0; naas_i < naas_rows; naas_i++)\n"
    "        naas_acc[naas_i][0] = naas_acc[naas_i][1] = ($_vector){0};\n"
    "    for (long long naas_k = 0; naas_k < naas_depth; naas_k++) {\n"
    "        const $_loose *const naas_at = (const $_loose *)(const void *)(naas_x + $_at(naas_k));\n"
    "        const $_vector naas_x0 = naas_at[0], naas_x1 = naas_at[1];\n"
    "        naas_unroll for (int naas_i = 0; naas_i < naas_rows; naas_i++) {\n"
    "            naas_acc[naas_i][0] += naas_w[naas_k * naas_step + naas_i] * naas_x0;\n"
    "            naas_acc[naas_i][1] += naas_w[naas_k * naas_step + naas_i] * naas_x1;\n"
    "        }\n"
    "    }\n"
    "    naas_unroll for (int naas_i = 0; naas_i < naas_rows; naas_i++)\n"
    "        naas_unroll for (int naas_j = 0; naas_j < 2; naas_j++) {\n"
    "            $_sums *const naas_at = ($_sums *)(void *)(naas_sum + naas_i * naas_ld) + naas_j;\n"
    "            const $_sums naas_value = $_convert(naas_acc[naas_i][naas_j]);\n"
    "            *naas_at = naas_more ? *naas_at + naas_value : naas_value;\n"
    "        }\n"
    "}\n\n"
    "static void $_blocks(int naas_rows, long long naas_depth, const @ *naas_w, long long naas_step,\n"
    "    const @ *naas_x, const int *naas_offset, ~ *naas_sum, long long naas_ld, int naas_more)\n{\n"
    "    (void)naas_offset;\n"
    "    switch (naas_rows) {\n";

static void block_print(const struct product *product, struct naas_buf *out)
{
    const char *name = product->cg->name;
    if (product->converts)
        naas_buf_printf(out,
            "typedef int %s_ints __attribute__((vector_size(naas_vector_bytes)));\n"
            "#define %s_convert(sums) (%s_sums)__builtin_convertvector(sums, %s_ints)\n",
            name, name, name, name);
    else
        naas_buf_printf(out, "#define %s_convert(sums) (sums)\n", name);
    naas_buf_printf(out,
        product->has_plane ? "#define %s_at(k) naas_offset[k]\n" : "#define %s_at(k) ((k) * %s_panel)\n",
        name, name);
    template_print(product, out, block_text);
    for (int i = 1; i <= 14; i++) {
        if (i == 7 || i == 13)
            naas_buf_printf(out, "#if naas_block >= %d\n", i == 7 ? 12 : 14);
        naas_buf_printf(out,
            "    case %d:\n        %s_block(%d, naas_depth, naas_w, naas_step, naas_x, naas_offset, "
            "naas_sum, naas_ld, "
            "naas_more);\n        break;\n",
            i, name, i);
    }
    naas_buf_puts(out, "#endif\n#endif\n    default:\n        break;\n    }\n}\n\n");
}

/* ---- the finish of a chunk ---- */

/* Opens a loop over runs of the fastest dim within [from, end) of a side, and one along a run. */
static void runs_open(const struct product *product, struct naas_buf *out, const struct side *side,
    const char *flat, const char *from, const char *end)
{
    const char *i = fastest(product, &side->dims);
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
        "    const long long %s_last = %s_q + %s_n < %lld ? %s_q + %s_n : %lld;\n"
        "    for (long long %s = %s_q; %s < %s_last; %s++) {\n",
        flat, pitch, flat, end, flat, pitch, flat, end, flat, flat, flat, flat, extent, flat, flat, extent, i,
        flat, i, flat, i);
}

static void finish_print(const struct product *product, struct naas_buf *out)
{
    struct cg *cg = product->cg;
    const struct fe_access *target = &cg->poly->update->target;
    /* The inner loop follows the target's elements in memory. */
    bool by_w = false;
    if (target->array->storage != FE_PRIVATE) {
        int64_t w = cg_native_stride(product->native, target, product->w.dims.dim[product->w.dims.n - 1]),
                x = cg_native_stride(product->native, target, product->x.dims.dim[product->x.dims.n - 1]);
        by_w = w * w < x * x;
    }
    naas_buf_printf(out,
        "static void %s_finish(const struct %s_args *naas_args, const %s *naas_sum, long long naas_ld,\n"
        "    long long naas_b, long long naas_from, long long naas_end)\n{\n    (void)naas_b;\n",
        cg->name, cg->name, product->kept);
    cg_native_decode_print(product->native, out, &product->batch, product->batch.n, "naas_b");
    const char *w_end =
        naas_format(cg->ctx, "%lldLL", (long long)cg_native_size(product->native, &product->w.dims));
    if (by_w)
        runs_open(product, out, &product->x, "naas_x", "naas_from", "naas_end");
    runs_open(product, out, &product->w, "naas_w", "0", w_end);
    if (!by_w)
        runs_open(product, out, &product->x, "naas_x", "naas_from", "naas_end");
    naas_buf_printf(out,
        "    const %s naas_value = (%s)naas_sum[(naas_w_0 + %s - naas_w_q) * naas_ld + (naas_x_0 - naas_from "
        "+ %s "
        "- naas_x_q)];\n",
        cg_sum_type(cg), cg_sum_type(cg), fastest(product, &product->w.dims),
        fastest(product, &product->x.dims));
    cg_finish_inline(cg, out, product->native->scope.var, "naas_value");
    naas_buf_puts(out, "    }\n    }\n    }\n    }\n}\n\n");
}

/* ---- the loops around ---- */

static const char run_text[] =
    "/* One chunk of x for all w and k. */\n"
    "static void $_task(const struct $_args *naas_args, const @ *naas_packed, @ *naas_panels, ~ *naas_sum,\n"
    "    const int *naas_offset, long long naas_b, long long naas_from)\n{\n"
    "    const long long naas_end = naas_from + $_chunk < $_x ? naas_from + $_chunk : $_x;\n"
    "    for (long long naas_k = 0; naas_k < $_k; naas_k += $_depth) {\n"
    "        const long long naas_k1 = naas_k + $_depth < $_k ? naas_k + $_depth : $_k, naas_n = naas_k1 - "
    "naas_k;\n"
    "        const @ *const naas_part = naas_packed + (naas_b * $_k + naas_k) * ($_rows * $_panels);\n";
static const char panels_text[] =
    "        for (long long naas_x = naas_from; naas_x < naas_end; naas_x += $_panel)\n"
    "            $_pack_x(naas_args, naas_panels + (naas_x - naas_from) * naas_n, naas_b, naas_x,\n"
    "                naas_x + $_panel < naas_end ? naas_x + $_panel : naas_end, naas_k, naas_k1, $_panel);\n";
static const char task_end_text[] =
    "        for (long long naas_w = 0; naas_w < $_w; naas_w += $_rows)\n"
    "            for (long long naas_x = 0; naas_x < naas_end - naas_from; naas_x += $_panel)\n"
    "                $_blocks(naas_w + $_rows < $_w ? $_rows : (int)($_w - naas_w), naas_n,\n"
    "                    naas_part + naas_w * naas_n, $_rows, $_start, naas_offset + naas_k,\n"
    "                    naas_sum + naas_w * $_chunk + naas_x, $_chunk, naas_k > 0);\n"
    "    }\n"
    "    $_finish(naas_args, naas_sum, $_chunk, naas_b, naas_from, naas_end);\n"
    "}\n\n"
    "static void $_pack_rows(const struct $_args *naas_args, @ *naas_packed, long long naas_b, long long "
    "naas_w)\n"
    "{\n"
    "    const long long naas_end = naas_w + $_rows < $_w ? naas_w + $_rows : $_w;\n"
    "    for (long long naas_k = 0; naas_w < naas_end && naas_k < $_k; naas_k += $_depth) {\n"
    "        const long long naas_k1 = naas_k + $_depth < $_k ? naas_k + $_depth : $_k;\n"
    "        @ *const naas_part = naas_packed + (naas_b * $_k + naas_k) * ($_rows * $_panels);\n"
    "        $_pack_w(naas_args, naas_part + naas_w * (naas_k1 - naas_k), naas_b, naas_w, naas_end, naas_k, "
    "naas_k1,\n"
    "            $_rows);\n"
    "    }\n"
    "}\n\n"
    "static int $_run(const struct $_args *naas_args)\n{\n"
    "    const unsigned long naas_w_size = $_batches * (unsigned long)$_k * ($_rows * $_panels);\n";
/* Of every thread: panels, if there are any, and sums. Of all: offsets and the plane. */
static const char memory_text[] =
    "    const unsigned long naas_panel_size = $_chunk * (unsigned long)$_panel_depth;\n"
    "    const unsigned long naas_x_size = naas_panel_size + $_chunk * (unsigned long)($_rows * $_panels);\n"
    "    char *const naas_shared = naas_rt_scratch(($_shared + 2 * $_panel) * sizeof(@) + $_k * "
    "sizeof(int));\n"
    "    int *const naas_offset = (int *)(void *)(naas_shared + ($_shared + 2 * $_panel) * sizeof(@));\n"
    "    @ *const naas_plane = (@ *)(void *)naas_shared;\n"
    "    int naas_failed = !naas_packed || !naas_shared;\n"
    "    if (!naas_failed)\n"
    "        $_offsets(naas_offset, naas_plane);\n"
    "    naas_omp(\"omp parallel\")\n    {\n"
    "        @ *const naas_panels = naas_rt_scratch(naas_x_size * sizeof(@));\n"
    "        ~ *const naas_sum = (~ *)(void *)(naas_panels + naas_panel_size);\n"
    "        if (!naas_panels) {\n"
    "            naas_omp(\"omp atomic write\")\n"
    "            naas_failed = 1;\n"
    "        }\n"
    "        naas_omp(\"omp barrier\")\n"
    "        if (!naas_failed) {\n"
    "            naas_omp(\"omp for\")\n"
    "            for (long long naas_i = 0; naas_i < (naas_new ? $_batches * (long long)$_panels : 0); "
    "naas_i++)\n"
    "                $_pack_rows(naas_args, naas_packed, naas_i / $_panels, naas_i % $_panels * $_rows);\n";
static const char tasks_text[] =
    "            naas_omp(\"omp for schedule(dynamic)\")\n"
    "            for (long long naas_i = 0; naas_i < $_batches * (long long)$_tasks; naas_i++)\n"
    "                $_task(naas_args, naas_packed, naas_panels, naas_sum, naas_offset, naas_i / $_tasks,\n"
    "                    naas_i % $_tasks * $_chunk);\n";
static const char plane_tasks_text[] =
    "            for (long long naas_b = 0; naas_b < $_batches; naas_b++) {\n"
    "                naas_omp(\"omp for\")\n"
    "                for (long long naas_y = 0; naas_y < $_slices; naas_y++)\n"
    "                    $_plane(naas_args, naas_plane, naas_b, naas_y, naas_y + 1);\n"
    "                naas_omp(\"omp for schedule(dynamic)\")\n"
    "                for (long long naas_i = 0; naas_i < $_tasks; naas_i++)\n"
    "                    $_task(naas_args, naas_packed, naas_plane, naas_sum, naas_offset, naas_b, naas_i * "
    "$_chunk);\n"
    "            }\n";
static const char run_end_text[] = "        }\n"
                                   "        naas_rt_scratch_end(naas_panels);\n"
                                   "    }\n"
                                   "    naas_rt_scratch_end(naas_shared);\n";

/* Where a tap of the window lies: for each k, from the first element of the window. */
static void offsets_print(const struct product *product, struct naas_buf *out)
{
    const struct as_problem *problem = product->cg->problem;
    const struct native_plane *plane = &product->plane;
    template_print(product, out,
        "static void $_offsets(int *naas_offset, @ *naas_plane)\n{\n    (void)naas_offset;\n"
        "    for (int naas_i = 0; naas_i < 2 * $_panel; naas_i++)\n        naas_plane[$_shared + naas_i] = "
        "0;\n");
    if (product->has_plane) {
        naas_buf_puts(out, "    const long long naas_k0 = 0;\n");
        start_print(product, out);
        template_print(product, out,
            "    for (int naas_k = 0; naas_k < $_k; naas_k++) {\n    naas_offset[naas_k] = (int)(0");
        for (int j = 0; j < plane->in->array->rank; j++) {
            struct naas_buf u = naas_buf_new(product->cg->ctx);
            for (int d = 0; d < problem->n_dims; d++)
                if (problem->dim[d].kind == AS_REDUCTION && cg_native_coefficient(plane, j, d) != 0)
                    naas_buf_printf(&u, "%s%lld * %s", u.length ? " + " : "",
                        (long long)cg_native_coefficient(plane, j, d), product->native->index[d]);
            if (u.length > 0)
                naas_buf_printf(out, " + (%s) %% %lld * %lld + (%s) / %lld * %lld", u.text,
                    (long long)plane->axis[j].step, (long long)plane->axis[j].phase, u.text,
                    (long long)plane->axis[j].step, (long long)plane->axis[j].pitch);
        }
        naas_buf_puts(out, ");\n");
        next_print(product, out);
        naas_buf_puts(out, "    }\n");
    }
    naas_buf_puts(out, "}\n\n");
}

static void texts_print(const struct product *product, struct naas_buf *out)
{
    template_print(product, out, run_text);
    if (!product->has_plane)
        template_print(product, out, panels_text);
    template_print(product, out, task_end_text);
    const struct cg_array *array = cg_array_of(product->cg, product->w.access->array);
    if (array->array->is_constant)
        template_print(product, out,
            naas_format(product->cg->ctx,
                "    static naas_rt_packs naas_packs;\n    int naas_new;\n"
                "    @ *const naas_packed = naas_rt_pack(&naas_packs, naas_args->%s, naas_w_size * "
                "sizeof(@), &naas_new);\n",
                array->field));
    else
        template_print(product, out,
            "    const int naas_new = 1;\n"
            "    @ *const naas_packed = naas_rt_scratch(naas_w_size * sizeof(@));\n");
    template_print(product, out, memory_text);
    template_print(product, out, product->has_plane ? plane_tasks_text : tasks_text);
    template_print(product, out, run_end_text);
    naas_buf_puts(out, array->array->is_constant
                           ? "    if (naas_new)\n        naas_rt_pack_end(&naas_packs, !naas_failed);\n"
                           : "    naas_rt_scratch_end(naas_packed);\n");
    naas_buf_puts(out, "    return naas_failed;\n}\n\n");
}

static void run_print(const struct product *product, struct naas_buf *out)
{
    const struct cg *cg = product->cg;
    const char *name = cg->name;
    int64_t nw = cg_native_size(product->native, &product->w.dims),
            nx = product->has_plane ? flat_size(product) : cg_native_size(product->native, &product->x.dims),
            nk = cg_native_size(product->native, &product->depth),
            nb = cg_native_size(product->native, &product->batch);
    int64_t bytes = product->converts ? 4 : naas_type_bytes(cg->problem->acc_type);
    int64_t depth = ceil_div(nk, ceil_div(nk, DEPTH * 4 / bytes));
    int64_t chunk = CHUNK_BYTES / bytes / ((product->has_plane ? depth / 4 : depth) + nw);
    chunk = chunk < MIN_CHUNK ? MIN_CHUNK : chunk;
    int64_t chunks = ceil_div(nx, chunk), cores = 2;
    if (chunks > 1 || nx >= cores * 4 * MIN_CHUNK)
        chunks = ceil_div(chunks, cores) * cores;
    chunk = ceil_div(nx, chunks);
    naas_buf_printf(out, "enum {\n    %s_w = %lld, %s_x = %lld, %s_k = %lld, %s_batches = %lld,\n", name,
        (long long)nw, name, (long long)nx, name, (long long)nk, name, (long long)nb);
    naas_buf_printf(out, "    %s_depth = %lld, %s_chunk = (%lld + %s_panel - 1) / %s_panel * %s_panel,\n",
        name, (long long)depth, name, (long long)chunk, name, name, name);
    naas_buf_printf(out, "    %s_shared = %lld, %s_panel_depth = %s, %s_slices = %lld,\n", name,
        product->has_plane ? (long long)product->plane.volume : 0, name,
        product->has_plane ? "0" : naas_format(cg->ctx, "%s_depth", name), name,
        product->has_plane && product->plane.in->array->rank > 1 ? (long long)product->plane.axis[0].size
                                                                 : 1);
    naas_buf_printf(out,
        "    %s_panels = (%s_w + naas_block - 1) / naas_block, %s_rows = (%s_w + %s_panels - 1) / "
        "%s_panels,\n"
        "    %s_tasks = (%s_x + %s_chunk - 1) / %s_chunk\n};\n",
        name, name, name, name, name, name, name, name, name, name);
    naas_buf_printf(out,
        product->has_plane ? "#define %s_start naas_panels + naas_from + naas_x\n\n"
                           : "#define %s_start naas_panels + naas_x * naas_n\n\n",
        name);
    offsets_print(product, out);
    texts_print(product, out);
}

bool cg_native_product_print(struct native *native, struct naas_buf *out)
{
    struct product product = {.native = native, .cg = native->cg};
    if (!recognise(&product))
        return false;
    block_print(&product, out);
    pack_print(&product, out, &product.w, "w");
    if (product.has_plane)
        cg_native_plane_print(&product.plane, out, &product.batch, "0");
    else
        pack_print(&product, out, &product.x, "x");
    finish_print(&product, out);
    run_print(&product, out);
    return true;
}
