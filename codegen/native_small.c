/*
 * Small integers: a product of 8-bit or 16-bit integers that is summed in 32 bits, in the one shape that
 * compilers turn into dot-product instructions (vpdpbusd, vpdpwssd, vpmaddwd, sdot): k runs through
 * neighbouring elements of both operands, and a block of sums runs down it together.
 *
 *     plane: the input once with its padding, channels innermost
 *     X: for each chunk of x rows [x][k], gathered from the plane in runs of all k that lie together in it
 *     W: rows [w][k], all of it beforehand
 *     block: some rows of W by some of X; the lanes of each sum are added up at its end
 *
 * Where the instruction multiplies unsigned by signed bytes, X is kept 128 higher, and 128 times the sum of a
 * row of W is taken off again; without one for bytes, they are kept as 16-bit integers.
 */
#include "codegen/native_product.h"
#include "support/number.h"

#include <string.h>

enum { PADDED = 64, MIN_COLUMNS = 128, MAX_PLANES = 8, MIN_CHUNK = 20 };

struct small {
    struct product product;
    int channel;             /* the axis of the input that lies innermost in the plane */
    int64_t run, n_runs;     /* elements that lie together, and how often in a row */
    int64_t columns, padded; /* of a row, without zeros at the end and with them */
};

/* ---- recognising ---- */

/* The array's own integers, widened only. */
static bool is_of(const struct fe_expr *expr, enum naas_type type)
{
    while (expr->kind == FE_CAST && !naas_type_is_float(expr->type) && naas_type_bytes(expr->type) >= 4)
        expr = expr->arg[0];
    return expr->kind == FE_READ && expr->access.array->type == type;
}

/* An axis that one dim of the reduction runs through by itself; the longest. */
static int channel_axis(const struct small *small)
{
    const struct as_problem *problem = small->product.cg->problem;
    const struct native_plane *plane = &small->product.plane;
    int best = -1;
    for (int j = 0; j < plane->in->array->rank; j++) {
        int n = 0, n_right = 0;
        for (int d = 0; d < problem->n_dims; d++) {
            n += cg_native_coefficient(plane, j, d) != 0;
            n_right += cg_native_coefficient(plane, j, d) == 1 && problem->dim[d].kind == AS_REDUCTION;
        }
        const struct native_axis *axis = &plane->axis[j];
        if (n == 1 && n_right == 1 && axis->low == INT64_MIN && axis->high == INT64_MAX &&
            (best < 0 || axis->size > plane->axis[best].size))
            best = j;
    }
    return best;
}

static void lay_out(struct small *small)
{
    struct native_plane *plane = &small->product.plane;
    plane->volume = plane->axis[small->channel].size;
    plane->axis[small->channel].pitch = 1;
    plane->slice = -1;
    for (int j = plane->in->array->rank - 1; j >= 0; j--) {
        plane->axis[j].step = 1;
        plane->axis[j].phase = 0;
        if (j == small->channel)
            continue;
        plane->axis[j].pitch = plane->volume;
        plane->volume *= plane->axis[j].size;
        if (j < plane->in->array->rank - 1)
            plane->slice = j;
    }
    if (plane->slice < 0)
        plane->slice = 0;
}

/* Orders the depth's dims so that its last ones run through neighbours. */
static void find_run(struct small *small)
{
    struct native_dims *depth = &small->product.depth;
    int64_t sizes = 1;
    int end = depth->n;
    for (int i = 0; i < end; i++) {
        int d = depth->dim[i];
        int64_t extent = small->product.cg->problem->dim[d].extent;
        if (cg_native_plane_stride(&small->product.plane, d) != sizes)
            continue;
        memmove(&depth->dim[i], &depth->dim[i + 1], (size_t)(end - 1 - i) * sizeof d);
        depth->dim[--end] = d;
        sizes *= extent;
        i = -1;
    }
    small->run = sizes;
    small->columns = cg_native_size(small->product.native, depth);
    small->n_runs = small->columns / sizes;
    small->padded = (small->columns + PADDED - 1) / PADDED * PADDED;
}

static bool recognise(struct small *small)
{
    struct product *product = &small->product;
    struct native_plane *plane = &product->plane;
    if (!cg_product_sides(product, true) || !cg_sum_unsigned(product->cg) ||
        naas_type_bytes(product->cg->problem->acc_type) != 4 || product->w.n_guards > 0 ||
        cg_native_size(product->native, &product->batch) > MAX_PLANES)
        return false;
    bool bytes = is_of(product->w.factor, NAAS_I8) && is_of(product->x.factor, NAAS_I8);
    if (!bytes && !(is_of(product->w.factor, NAAS_I16) && is_of(product->x.factor, NAAS_I16)))
        return false;
    product->type = naas_format(product->cg->ctx, "%s_x_type", product->cg->name);
    product->converts = bytes;
    *plane = (struct native_plane){.native = product->native,
        .in = product->x.access,
        .factor = product->x.factor,
        .type = product->type,
        .offset = naas_format(product->cg->ctx, " + %s_offset", product->cg->name)};
    for (int i = 0; i < product->batch.n; i++)
        plane->outside |= 1u << product->batch.dim[i];
    for (int i = 0; i < product->x.dims.n; i++)
        plane->moving |= 1u << product->x.dims.dim[i];
    if (!cg_native_plane_measure(plane))
        return false;
    for (int i = 0; i < product->x.n_guards; i++)
        if (!cg_native_plane_guard(plane, &product->x.guard[i]->affine))
            return false;
    small->channel = channel_axis(small);
    if (small->channel < 0)
        return false;
    lay_out(small);
    plane->inner = small->channel;
    plane->by_words = small->channel < plane->in->array->rank - 1;
    find_run(small);
    return plane->volume <= NATIVE_MAX_PLANE && small->columns >= MIN_COLUMNS &&
           small->columns * 10 >= small->padded * 6;
}

/* ---- printing ---- */

static void types_print(const struct small *small, struct naas_buf *out)
{
    if (small->product.converts)
        cg_product_template_print(&small->product, out,
            "#if defined(__AVX512VNNI__) || defined(__AVXVNNI__)\n"
            "typedef unsigned char $_x_type, $_bits;\ntypedef signed char $_w_type;\ntypedef short "
            "$_term;\nenum { $_offset = 128 };\n"
            "#elif defined(__ARM_FEATURE_DOTPROD)\n"
            "typedef signed char $_x_type;\ntypedef unsigned char $_bits;\ntypedef signed char "
            "$_w_type;\ntypedef short $_term;\nenum { $_offset = 0 };\n"
            "#else\n"
            "typedef short $_x_type;\ntypedef unsigned short $_bits;\ntypedef short $_w_type;\ntypedef int "
            "$_term;\nenum { $_offset = 0 };\n#endif\n");
    else
        cg_product_template_print(&small->product, out,
            "typedef short $_x_type;\ntypedef unsigned short $_bits;\ntypedef short $_w_type;\ntypedef int "
            "$_term;\nenum { $_offset = 0 };\n");
    /* Lanes are added up at the end of each sum: half as many take less time, where the core multiplies two
     * vectors of 32 bytes as fast as one of 64. */
    cg_product_template_print(&small->product, out,
        small->product.native->speed.macs < 2
            ? "#if defined(__AVX512F__) && !defined(__clang__)\n"
              "#define $_narrow __attribute__((noinline, target(\"prefer-vector-width=256\")))\n"
              "enum { $_unit = 32 / (int)sizeof($_x_type) };\n"
              "#else\n#define $_narrow\nenum { $_unit = naas_vector_bytes / (int)sizeof($_x_type) "
              "};\n#endif\n"
            : "#define $_narrow\nenum { $_unit = naas_vector_bytes / (int)sizeof($_x_type) };\n");
}

static void sizes_print(const struct small *small, struct naas_buf *out)
{
    const struct product *product = &small->product;
    const struct cg_choice *choice = &product->native->choice;
    const struct native_plane *plane = &product->plane;
    int64_t nw = cg_native_size(product->native, &product->w.dims),
            nx = cg_native_size(product->native, &product->x.dims), cores = choice->cores;
    int64_t chunk = choice->chunk / (small->padded * (product->converts ? 1 : 2) + 4 * nw);
    chunk = chunk < MIN_CHUNK ? MIN_CHUNK : chunk;
    int64_t chunks = ceil_div(nx, chunk);
    if (chunks > 1 || nx >= 4 * cores * MIN_CHUNK)
        chunks = ceil_div(chunks, cores) * cores;
    chunk = ceil_div(nx, chunks);
    bool chosen = choice->form == CG_SMALL && choice->rows > 0;
    cg_product_template_print(product, out,
        naas_format(product->cg->ctx,
            "enum {\n    $_w = %lld, $_x = %lld, $_batches = %lld, $_columns = %lld,\n"
            "    $_padded = ($_columns + $_unit - 1) / $_unit * $_unit, $_length = %lld, $_runs = %lld,\n"
            "    $_high = %s, $_wide = %s, $_rows = ($_w + $_high - 1) / $_high * $_high,\n"
            "    $_chunk = (%lld + $_wide - 1) / $_wide * $_wide, $_tasks = ($_x + $_chunk - 1) / $_chunk,\n"
            "    $_volume = %lld, $_slices = %lld\n};\n\n",
            (long long)nw, (long long)nx, (long long)cg_native_size(product->native, &product->batch),
            (long long)small->columns, (long long)small->run, (long long)small->n_runs,
            chosen ? naas_format(product->cg->ctx, "%d", choice->rows) : "naas_block >= 12 ? 4 : 2",
            chosen ? naas_format(product->cg->ctx, "%d", choice->vectors) : "naas_block >= 12 ? 5 : 4",
            (long long)chunk, (long long)plane->volume,
            plane->in->array->rank > 1 ? (long long)plane->axis[plane->slice].size : 1));
}

/* A product of bytes is told to be a short, because GCC 12 else takes it for one of widened bytes, the first
 * in a block at least. */
static const char block_text[] =
    "static $_narrow void $_block(const $_w_type *restrict naas_w, const $_x_type *restrict naas_x, const ~ "
    "*naas_off,\n"
    "    ~ *restrict naas_sum)\n{\n"
    "    ~ naas_acc[$_high][$_wide] = {{0}};\n"
    "    for (int naas_k = 0; naas_k < $_padded; naas_k++)\n"
    "        naas_unroll for (int naas_i = 0; naas_i < $_high; naas_i++)\n"
    "            naas_unroll for (int naas_j = 0; naas_j < $_wide; naas_j++)\n"
    "                naas_acc[naas_i][naas_j] += (~)(int)($_term)((int)naas_w[naas_i * $_padded + naas_k] *\n"
    "                                                             (int)naas_x[naas_j * $_padded + naas_k]);\n"
    "    naas_unroll for (int naas_i = 0; naas_i < $_high; naas_i++)\n"
    "        naas_unroll for (int naas_j = 0; naas_j < $_wide; naas_j++)\n"
    "            naas_sum[naas_i * $_chunk + naas_j] = naas_acc[naas_i][naas_j] - naas_off[naas_i];\n"
    "}\n\n";

/* Row naas_i of W, zeros where there is none, and what is to be taken off its sums. */
static void pack_print(const struct small *small, struct naas_buf *out)
{
    const struct product *product = &small->product;
    struct naas_buf factor = naas_buf_new(product->cg->ctx);
    cg_expr_print(&product->native->scope, &factor, product->w.factor);
    cg_product_template_print(product, out,
        "static void $_pack_w(const struct $_args *naas_args, $_w_type *restrict naas_to, ~ *naas_off, long "
        "long "
        "naas_b,\n    long long naas_w)\n{\n"
        "    ~ naas_all = 0;\n    int naas_k = 0;\n    (void)naas_b;\n"
        "    if (naas_w < $_w) {\n");
    cg_native_decode_print(product->native, out, &product->batch, product->batch.n, "naas_b");
    cg_native_decode_print(product->native, out, &product->w.dims, product->w.dims.n, "naas_w");
    for (int i = 0; i < product->depth.n; i++) {
        const char *index = product->native->index[product->depth.dim[i]];
        naas_buf_printf(out, "    for (long long %s = 0; %s < %lld; %s++)%s\n", index, index,
            (long long)product->cg->problem->dim[product->depth.dim[i]].extent, index,
            i + 1 < product->depth.n ? "" : " {");
    }
    cg_product_template_print(product, out,
        naas_format(product->cg->ctx,
            "    naas_to[naas_k] = ($_w_type)(%s);\n    naas_all += (~)naas_to[naas_k++];\n", factor.text));
    cg_product_template_print(product, out,
        "    }\n    }\n    for (; naas_k < $_padded; naas_k++)\n        naas_to[naas_k] = 0;\n"
        "    *naas_off = naas_all * $_offset;\n}\n\n");
}

/* Channels become the innermost axis, eight bytes of them at a time: columns one by one are most of the time
 * of a layer whose windows are single pixels. */
static void words_print(const struct small *small, struct naas_buf *out)
{
    const struct product *product = &small->product;
    const struct native_plane *plane = &product->plane;
    const struct fe_array *array = plane->in->array;
    long long pitch = plane->axis[array->rank - 1].pitch, stride = array->stride[small->channel];
    const char *type = naas_type_c(array->type);
    cg_product_template_print(product, out,
        naas_format(product->cg->ctx,
            "#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__\n"
            "enum { $_word = 8 / (int)sizeof($_x_type) };\n#else\nenum { $_word = 1 };\n#endif\n"
            "typedef %s $_from __attribute__((vector_size(8 * sizeof(%s))));\n"
            "typedef $_x_type $_kept __attribute__((vector_size(8 * sizeof($_x_type))));\n"
            "typedef $_bits $_to __attribute__((vector_size(8 * sizeof($_bits))));\n"
            "typedef unsigned long long $_eight __attribute__((vector_size(64)));\n"
            "/* naas_n columns of $_word channels. */\n"
            "static void $_words($_x_type *restrict naas_to, const %s *restrict naas_from, long long "
            "naas_n)\n"
            "{\n"
            "    if ($_word == 1 || naas_n < 8) {\n"
            "        for (long long naas_x = 0; naas_x < naas_n; naas_x++)\n"
            "            for (int naas_i = 0; naas_i < $_word; naas_i++)\n"
            "                naas_to[naas_x * %lld + naas_i] = ($_x_type)(naas_from[naas_i * %lld + naas_x] "
            "+ "
            "$_offset);\n"
            "        return;\n    }\n"
            "    for (long long naas_x = 0; naas_x < naas_n; naas_x += 8) {\n"
            "        const long long naas_at = naas_x + 8 <= naas_n ? naas_x : naas_n - 8;\n"
            "        $_eight naas_w = {0};\n"
            "        naas_unroll for (int naas_i = 0; naas_i < $_word; naas_i++) {\n"
            "            $_from naas_e;\n"
            "            __builtin_memcpy(&naas_e, naas_from + naas_i * %lld + naas_at, sizeof naas_e);\n"
            "            naas_w |= __builtin_convertvector(($_to)(__builtin_convertvector(naas_e, $_kept) + "
            "$_offset), $_eight)\n"
            "                      << naas_i * 8 * (int)sizeof($_x_type) %% 64;\n"
            "        }\n"
            "        for (int naas_j = 0; naas_j < 8; naas_j++) {\n"
            "            const unsigned long long naas_word = naas_w[naas_j];\n"
            "            __builtin_memcpy(naas_to + (naas_at + naas_j) * %lld, &naas_word, 8);\n"
            "        }\n"
            "    }\n}\n\n",
            type, type, type, pitch, stride, stride, pitch));
}

/* Where in the plane window naas_x begins, and where its runs lie from there. */
static void places_print(const struct small *small, struct naas_buf *out)
{
    const struct product *product = &small->product;
    const struct native_plane *plane = &product->plane;
    cg_product_template_print(product, out, "static long long $_place(long long naas_x)\n{\n");
    cg_native_decode_print(product->native, out, &product->x.dims, product->x.dims.n, "naas_x");
    naas_buf_puts(out, "    return 0");
    for (int i = 0; i < product->x.dims.n; i++)
        naas_buf_printf(out, " + %lld * %s", (long long)cg_native_plane_stride(plane, product->x.dims.dim[i]),
            product->native->index[product->x.dims.dim[i]]);
    cg_product_template_print(product, out,
        ";\n}\n\nstatic void $_places(int *naas_at)\n{\n"
        "    for (long long naas_i = 0; naas_i < $_runs; naas_i++) {\n"
        "    const long long naas_k0 = naas_i * $_length;\n");
    cg_product_start_print(product, out);
    naas_buf_puts(out, "    naas_at[naas_i] = (int)(0");
    for (int i = 0; i < product->depth.n; i++)
        naas_buf_printf(out, " + %lld * %s", (long long)cg_native_plane_stride(plane, product->depth.dim[i]),
            product->native->index[product->depth.dim[i]]);
    naas_buf_puts(out, ");\n    }\n}\n\n");
}

static const char task_text[] =
    "static void $_task(const struct $_args *naas_args, const $_w_type *naas_packed, const ~ *naas_off,\n"
    "    $_x_type *naas_row, ~ *naas_sum, const $_x_type *naas_plane, const int *naas_at, long long naas_b,\n"
    "    long long naas_from)\n{\n"
    "    const long long naas_end = naas_from + $_chunk < $_x ? naas_from + $_chunk : $_x;\n"
    "    for (long long naas_x = naas_from; naas_x < naas_end; naas_x++) {\n"
    "        $_x_type *const naas_to = naas_row + (naas_x - naas_from) * $_padded;\n"
    "        const $_x_type *const naas_window = naas_plane + $_place(naas_x);\n"
    "        for (int naas_i = 0; naas_i < $_runs; naas_i++)\n"
    "            __builtin_memcpy(naas_to + naas_i * $_length, naas_window + naas_at[naas_i], $_length * "
    "sizeof($_x_type));\n"
    "        for (int naas_k = $_columns; naas_k < $_padded; naas_k++)\n            naas_to[naas_k] = 0;\n"
    "    }\n"
    "    for (long long naas_w = 0; naas_w < $_rows; naas_w += $_high)\n"
    "        for (long long naas_x = 0; naas_x < naas_end - naas_from; naas_x += $_wide)\n"
    "            $_block(naas_packed + (naas_b * $_rows + naas_w) * $_padded, naas_row + naas_x * $_padded,\n"
    "                naas_off + naas_b * $_rows + naas_w, naas_sum + naas_w * $_chunk + naas_x);\n"
    "    $_finish(naas_args, naas_sum, $_chunk, naas_b, 0, $_w, naas_from, naas_end);\n"
    "}\n\n"
    "static int $_run_all(const struct $_args *naas_args, $_w_type *naas_packed, int naas_packs_w)\n{\n"
    "    ~ *const naas_off = (~ *)(void *)(naas_packed + (long long)$_batches * $_rows * $_padded);\n"
    "    $_x_type *const naas_plane = naas_rt_scratch(\n"
    "        1ULL * $_volume * sizeof($_x_type) + $_runs * sizeof(int) + 64);\n"
    "    int *const naas_at =\n"
    "        (int *)(void *)((char *)naas_plane + ($_volume * sizeof($_x_type) + 63) / 64 * 64);\n"
    "    int naas_failed = !naas_plane;\n"
    "    if (!naas_failed)\n        $_places(naas_at);\n"
    "    naas_omp(\"omp parallel if($_parallel)\")\n    {\n"
    "        $_x_type *const naas_row = naas_rt_scratch(\n"
    "            $_chunk * (unsigned long long)$_padded * sizeof($_x_type) + $_chunk * (unsigned long "
    "long)$_rows * "
    "sizeof(~));\n"
    "        ~ *const naas_sum = (~ *)(void *)(naas_row + $_chunk * (long long)$_padded);\n"
    "        if (!naas_row) {\n            naas_omp(\"omp atomic write\")\n            naas_failed = 1;\n    "
    "    }\n"
    "        naas_omp(\"omp barrier\")\n"
    "        if (!naas_failed) {\n"
    "            naas_omp(\"omp for\")\n"
    "            for (long long naas_i = 0; naas_i < (naas_packs_w ? $_batches * (long long)$_rows : 0); "
    "naas_i++)\n"
    "                $_pack_w(naas_args, naas_packed + naas_i * $_padded, naas_off + naas_i, naas_i / "
    "$_rows,\n"
    "                    naas_i % $_rows);\n"
    "            for (long long naas_b = 0; naas_b < $_batches; naas_b++) {\n"
    "                naas_omp(\"omp for\")\n"
    "                for (long long naas_y = 0; naas_y < $_slices; naas_y++)\n"
    "                    $_plane(naas_args, naas_plane, naas_b, naas_y, naas_y + 1);\n"
    "                naas_omp(\"omp for schedule(dynamic)\")\n"
    "                for (long long naas_i = 0; naas_i < $_tasks; naas_i++)\n"
    "                    $_task(naas_args, naas_packed, naas_off, naas_row, naas_sum, naas_plane, naas_at, "
    "naas_b,\n"
    "                        naas_i * $_chunk);\n"
    "            }\n"
    "        }\n"
    "        naas_rt_scratch_end(naas_row);\n"
    "    }\n"
    "    naas_rt_scratch_end(naas_plane);\n"
    "    return naas_failed;\n}\n\n"
    "static int $_run(const struct $_args *naas_args)\n{\n"
    "    const unsigned long long naas_size =\n"
    "        $_batches * (unsigned long long)$_rows * ($_padded * sizeof($_w_type) + sizeof(~));\n";

static void run_print(const struct small *small, struct naas_buf *out)
{
    const struct product *product = &small->product;
    if (product->w.access->array->is_constant)
        cg_product_template_print(product, out,
            naas_format(product->cg->ctx,
                "    static naas_rt_packs naas_packs;\n    int naas_new;\n"
                "    $_w_type *const naas_packed = naas_rt_pack(&naas_packs, naas_args->%s, naas_size, "
                "&naas_new);\n"
                "    const int naas_failed = !naas_packed || $_run_all(naas_args, naas_packed, naas_new);\n"
                "    if (naas_new)\n        naas_rt_pack_end(&naas_packs, !naas_failed);\n"
                "    return naas_failed;\n}\n\n",
                cg_array_of(product->cg, product->w.access->array)->field));
    else
        cg_product_template_print(product, out,
            "    $_w_type *const naas_packed = naas_rt_scratch(naas_size);\n"
            "    const int naas_failed = !naas_packed || $_run_all(naas_args, naas_packed, 1);\n"
            "    naas_rt_scratch_end(naas_packed);\n"
            "    return naas_failed;\n}\n\n");
}

bool cg_native_small_print(struct native *native, struct naas_buf *out)
{
    struct small small = {.product = {.native = native, .cg = native->cg}};
    const struct product *product = &small.product;
    if (!recognise(&small))
        return false;
    types_print(&small, out);
    sizes_print(&small, out);
    cg_product_template_print(product, out, block_text);
    pack_print(&small, out);
    if (product->plane.by_words)
        words_print(&small, out);
    cg_native_plane_print(
        &product->plane, out, &product->batch, naas_format(native->cg->ctx, "%s_offset", native->cg->name));
    places_print(&small, out);
    cg_product_finish_print(product, out, NULL);
    cg_product_template_print(product, out, task_text);
    run_print(&small, out);
    return true;
}
