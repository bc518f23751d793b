/* The arithmetic of a product: the block of sums in registers, and the loops and memory around it. */
#include "codegen/native_product.h"
#include "support/number.h"

#include <math.h>

enum { MIN_CHUNK = 32, WIDE_ROWS = 6, WIDE_VECTORS = 4 };

/* ---- the block in registers ---- */

void cg_product_template_print(const struct product *product, struct naas_buf *out, const char *text)
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
    "/* Rows of $_wide vectors of sums. */\n"
    "static inline __attribute__((always_inline)) void $_block(const int naas_rows, long long naas_depth,\n"
    "    const @ *naas_w, long long naas_step, const @ *naas_x, const int *naas_offset, ~ *naas_sum,\n"
    "    long long naas_ld, int naas_more)\n{\n"
    "    (void)naas_offset;\n"
    "    $_vector naas_acc[$_rows][$_wide];\n"
    "    naas_unroll for (int naas_i = 0; naas_i < naas_rows; naas_i++)\n"
    "        naas_unroll for (int naas_j = 0; naas_j < $_wide; naas_j++)\n"
    "            naas_acc[naas_i][naas_j] = ($_vector){0};\n"
    "    for (long long naas_k = 0; naas_k < naas_depth; naas_k++) {\n"
    "        const $_loose *const naas_at = (const $_loose *)(const void *)(naas_x + $_at(naas_k));\n"
    "        $_vector naas_v[$_wide];\n"
    "        naas_unroll for (int naas_j = 0; naas_j < $_wide; naas_j++)\n"
    "            naas_v[naas_j] = naas_at[naas_j];\n"
    "        naas_unroll for (int naas_i = 0; naas_i < naas_rows; naas_i++)\n"
    "            naas_unroll for (int naas_j = 0; naas_j < $_wide; naas_j++)\n"
    "                naas_acc[naas_i][naas_j] += naas_w[naas_k * naas_step + naas_i] * naas_v[naas_j];\n"
    "    }\n"
    "    naas_unroll for (int naas_i = 0; naas_i < naas_rows; naas_i++)\n"
    "        naas_unroll for (int naas_j = 0; naas_j < $_wide; naas_j++) {\n"
    "            $_sums *const naas_at = ($_sums *)(void *)(naas_sum + naas_i * naas_ld) + naas_j;\n"
    "            const $_sums naas_value = $_convert(naas_acc[naas_i][naas_j]);\n"
    "            *naas_at = naas_more ? *naas_at + naas_value : naas_value;\n"
    "        }\n"
    "}\n\n"
    "/* All but the last blocks have the same rows. */\n"
    "static void $_blocks(int naas_last, long long naas_depth, const @ *naas_w, long long naas_step,\n"
    "    const @ *naas_x, const int *naas_offset, ~ *naas_sum, long long naas_ld, int naas_more)\n{\n"
    "    if (naas_last)\n"
    "        $_block($_last, naas_depth, naas_w, naas_step, naas_x, naas_offset, naas_sum, naas_ld, "
    "naas_more);\n"
    "    else\n"
    "        $_block($_rows, naas_depth, naas_w, naas_step, naas_x, naas_offset, naas_sum, naas_ld, "
    "naas_more);\n"
    "}\n\n";

void cg_product_block_print(const struct product *product, struct naas_buf *out)
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
    cg_product_template_print(product, out, block_text);
}

/* ---- the loops around ---- */

/* The guard at one corner of a block [naas_w, naas_w_end) x [naas_x, naas_x_end), that where it is largest.
 */
static const char *largest(const struct product *product, const struct fe_guard *guard)
{
    const struct cg *cg = product->cg;
    struct cg_scope scope = product->native->scope;
    struct naas_buf text = naas_buf_new(cg->ctx);
    for (int i = 0; i < guard->affine.n_terms; i++) {
        int d = cg_dim_of(cg, NULL, guard->affine.term[i].loop);
        const char *from = d == product->w.dims.dim[0] ? "naas_w" : "naas_x";
        bool up = (guard->affine.term[i].coef > 0) == (cg->poly->step[d] > 0);
        scope.var[d] = cg_variable(cg, d, up ? naas_format(cg->ctx, "(%s_end - 1)", from) : from);
        scope.var[d] = naas_format(cg->ctx, "(%s)", scope.var[d]);
    }
    cg_affine_print(&scope, &text, &guard->affine);
    return text.text;
}

/* Both sides count one dim, and the guard speaks of these alone. */
static bool has_corners(const struct product *product, const struct fe_guard *guard)
{
    bool fits = product->w.dims.n == 1 && product->x.dims.n == 1;
    for (int i = 0; i < guard->affine.n_terms && fits; i++) {
        int d = cg_dim_of(product->cg, NULL, guard->affine.term[i].loop);
        fits = d == product->w.dims.dim[0] || d == product->x.dims.dim[0];
    }
    return fits;
}

void cg_product_unused_print(const struct product *product, struct naas_buf *out)
{
    cg_product_template_print(product, out,
        "/* Is no result of the block written? */\n"
        "static inline int $_unused(long long naas_w, long long naas_w_end, long long naas_x, long long "
        "naas_x_end)\n{\n"
        "    (void)naas_w, (void)naas_w_end, (void)naas_x, (void)naas_x_end;\n    return 0");
    for (int i = 0; i < product->n_guards; i++)
        if (has_corners(product, product->guard[i]))
            naas_buf_printf(out, "\n        || %s < 0", largest(product, product->guard[i]));
    naas_buf_puts(out, ";\n}\n\n");
}

static const char run_text[] =
    "/* One chunk of x for all w and k. */\n"
    "static void $_task(const struct $_args *naas_args, const @ *naas_packed, @ *naas_panels, ~ *naas_sum,\n"
    "    const int *naas_offset, long long naas_b, long long naas_from)\n{\n"
    "    const long long naas_end = naas_from + $_chunk < $_x ? naas_from + $_chunk : $_x;\n"
    "    $_tail_begin\n"
    "    for (long long naas_k = 0; naas_k < $_k; naas_k += $_depth) {\n"
    "        const long long naas_k1 = naas_k + $_depth < $_k ? naas_k + $_depth : $_k, naas_n = naas_k1 - "
    "naas_k;\n"
    "        const @ *const naas_part = naas_packed + (naas_b * $_k + naas_k) * ($_rows * $_panels);\n";
static const char panels_text[] =
    "        for (long long naas_x = naas_from; naas_x < naas_end; naas_x += $_panel)\n"
    "            $_pack_x(naas_args, naas_panels + (naas_x - naas_from) * naas_n, naas_b, naas_x,\n"
    "                naas_x + $_panel < naas_end ? naas_x + $_panel : naas_end, naas_k, naas_k1, $_panel);\n";
/* Panels of a chunk that are kept. */
static const char kept_text[] =
    "static void $_keep(const struct $_args *naas_args, @ *naas_panels, long long naas_b, long long "
    "naas_from)\n{\n"
    "    const long long naas_end = naas_from + $_chunk < $_x ? naas_from + $_chunk : $_x;\n"
    "    for (long long naas_k = 0; naas_k < $_k; naas_k += $_depth) {\n"
    "        const long long naas_k1 = naas_k + $_depth < $_k ? naas_k + $_depth : $_k, naas_n = naas_k1 - "
    "naas_k;\n"
    "        for (long long naas_x = naas_from; naas_x < naas_end; naas_x += $_panel)\n"
    "            $_pack_x(naas_args, naas_panels + (naas_b * $_k + naas_k) * $_chunks + naas_x * naas_n, "
    "naas_b, naas_x,\n"
    "                naas_x + $_panel < naas_end ? naas_x + $_panel : naas_end, naas_k, naas_k1, $_panel);\n"
    "    }\n}\n\n";
static const char task_end_text[] =
    "        for (long long naas_w = 0; naas_w < $_w; naas_w += $_rows)\n"
    "            for (long long naas_x = 0; naas_x < naas_end - naas_from; naas_x += $_panel) {\n"
    "                ~ *const naas_to = naas_sum + ($_parts > 1 ? naas_w * $_chunk + naas_x : 0);\n"
    "                if (!$_unused(naas_w, naas_w + $_rows, naas_from + naas_x, naas_from + naas_x + "
    "$_panel))\n"
    "                $_blocks(naas_w + $_rows >= $_w, naas_n,\n"
    "                    naas_part + naas_w * naas_n, $_rows, $_start, $_steps + naas_k, naas_to, $_ld,\n"
    "                    naas_k > 0);\n"
    "                if ($_parts == 1)\n"
    "                    $_finish(naas_args, naas_to, $_ld, naas_b, naas_w,\n"
    "                        naas_w + $_rows < $_w ? naas_w + $_rows : $_w, naas_from + naas_x,\n"
    "                        naas_from + naas_x + $_panel < naas_end ? naas_from + naas_x + $_panel : "
    "naas_end);\n"
    "            }\n"
    "    }\n"
    "    if ($_parts > 1)\n"
    "        $_finish(naas_args, naas_sum, $_ld, naas_b, 0, $_w, naas_from, naas_end);\n"
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
    "    const unsigned long long naas_w_size = $_batches * (unsigned long long)$_k * ($_rows * $_panels);\n";
/* Of every thread: panels, if there are any, and sums. Of all: offsets and the plane. */
static const char memory_text[] =
    "    const unsigned long long naas_panel_size = $_chunk * (unsigned long long)$_panel_depth;\n"
    "    const unsigned long long naas_x_size =\n        naas_panel_size + $_sum_size + $_tail;\n"
    "    char *const naas_shared = naas_rt_scratch(\n"
    "        ($_shared + 2ULL * $_panel) * sizeof(@) + 2ULL * $_k * sizeof(int));\n"
    "    int *const naas_offset = (int *)(void *)(naas_shared + ($_shared + 2 * $_panel) * sizeof(@));\n"
    "    @ *const naas_plane = (@ *)(void *)naas_shared;\n"
    "    int naas_failed = naas_lacks || !naas_shared;\n"
    "    if (!naas_failed)\n"
    "        $_offsets(naas_offset, naas_plane);\n"
    "    naas_omp(\"omp parallel if($_parallel)\")\n    {\n"
    "        @ *const naas_panels = naas_rt_scratch(naas_x_size * sizeof(@));\n"
    "        ~ *const naas_sum = (~ *)(void *)(naas_panels + naas_panel_size);\n"
    "        if (!naas_panels) {\n"
    "            naas_omp(\"omp atomic write\")\n"
    "            naas_failed = 1;\n"
    "        }\n"
    "        naas_omp(\"omp barrier\")\n"
    "        if (!naas_failed) {\n"
    "            naas_omp(\"omp for\")\n"
    "            for (long long naas_i = 0; naas_i < (naas_packs_w ? $_batches * (long long)$_panels : 0); "
    "naas_i++)\n"
    "                $_pack_rows(naas_args, naas_packed, naas_i / $_panels, naas_i % $_panels * $_rows);\n";
static const char tasks_text[] =
    "            naas_omp(\"omp for schedule(dynamic)\")\n"
    "            for (long long naas_i = 0; naas_i < $_batches * (long long)$_tasks; naas_i++)\n"
    "                $_task(naas_args, naas_packed, $_operand, naas_sum, naas_offset, naas_i / $_tasks,\n"
    "                    naas_i % $_tasks * $_chunk);\n";
static const char keep_tasks_text[] =
    "            naas_omp(\"omp for\")\n"
    "            for (long long naas_i = 0; naas_i < (naas_new ? $_batches * (long long)$_tasks : 0); "
    "naas_i++)\n"
    "                $_keep(naas_args, naas_kept, naas_i / $_tasks, naas_i % $_tasks * $_chunk);\n";
static const char plane_tasks_text[] =
    "            for (long long naas_b = 0; naas_b < $_batches; naas_b++) {\n"
    "                naas_omp(\"omp for\")\n"
    "                for (long long naas_y = 0; naas_y < $_slices; naas_y++)\n"
    "                    $_plane(naas_args, naas_plane, naas_b, naas_y, naas_y + 1);\n"
    "                naas_omp(\"omp for schedule(dynamic)\")\n"
    "                for (long long naas_i = 0; naas_i < $_tasks; naas_i++)\n"
    "                    $_task(naas_args, naas_packed, $_operand, naas_sum, naas_offset, naas_b, naas_i * "
    "$_chunk);\n"
    "            }\n";
static const char direct_tasks_text[] =
    "            naas_omp(\"omp for schedule(dynamic)\")\n"
    "            for (long long naas_i = 0; naas_i < $_batches * (long long)$_tasks; naas_i++)\n"
    "                $_task(naas_args, naas_packed, $_place(naas_args, naas_i / $_tasks), naas_sum, "
    "naas_offset,\n"
    "                    naas_i / $_tasks, naas_i % $_tasks * $_chunk);\n";
/* The last panel of a plane that is the caller's array, copied: it would reach over the end. */
static const char tail_text[] =
    "static void $_copy_tail(@ *naas_tail, const @ *naas_at, const int *naas_offset)\n{\n"
    "    for (int naas_k = 0; naas_k < $_k; naas_k++)\n"
    "        for (int naas_j = 0; naas_j < $_panel; naas_j++)\n"
    "            naas_tail[naas_k * $_panel + naas_j] = naas_j < $_x % $_panel ? naas_at[naas_offset[naas_k] "
    "+ "
    "naas_j] : 0;\n"
    "}\n\n"
    "#define $_tail_begin \\\n"
    "    @ *const naas_tail = naas_sum + $_sum_size; \\\n"
    "    if (naas_end == $_x && $_x % $_panel) \\\n"
    "        $_copy_tail(naas_tail, naas_panels + $_x / $_panel * $_panel, naas_offset);\n"
    "#define $_whole (naas_from + naas_x + $_panel <= $_x)\n"
    "#define $_start $_whole ? naas_panels + naas_from + naas_x : naas_tail\n"
    "#define $_steps ($_whole ? naas_offset : naas_offset + $_k)\n\n";
static const char run_end_text[] = "        }\n"
                                   "        naas_rt_scratch_end(naas_panels);\n"
                                   "    }\n"
                                   "    naas_rt_scratch_end(naas_shared);\n";

/* Where a tap of the window lies: for each k, from the first element of the window. */
static void offsets_print(const struct product *product, struct naas_buf *out)
{
    const struct as_problem *problem = product->cg->problem;
    const struct native_plane *plane = &product->plane;
    cg_product_template_print(product, out,
        "static void $_offsets(int *naas_offset, @ *naas_plane)\n{\n    (void)naas_offset;\n"
        "    for (int naas_i = 0; naas_i < 2 * $_panel; naas_i++)\n        naas_plane[$_shared + naas_i] = "
        "0;\n");
    if (product->has_plane && plane->direct)
        cg_product_template_print(product, out,
            "    for (int naas_k = 0; naas_k < $_k; naas_k++)\n"
            "        naas_offset[$_k + naas_k] = naas_k * $_panel;\n");
    if (product->has_plane) {
        naas_buf_puts(out, "    const long long naas_k0 = 0;\n");
        cg_product_start_print(product, out);
        cg_product_template_print(product, out,
            "    for (int naas_k = 0; naas_k < $_k; naas_k++) {\n    naas_offset[naas_k] = (int)(0");
        for (int d = 0; d < problem->n_dims && plane->direct; d++)
            if (problem->dim[d].kind == AS_REDUCTION)
                naas_buf_printf(out, " + %lld * %s", (long long)cg_native_plane_stride(plane, d),
                    product->native->index[d]);
        for (int j = 0; j < plane->in->array->rank && !plane->direct; j++) {
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
        cg_product_next_print(product, out);
        naas_buf_puts(out, "    }\n");
    }
    naas_buf_puts(out, "}\n\n");
}

static void texts_print(const struct product *product, struct naas_buf *out)
{
    if (product->has_kept)
        cg_product_template_print(product, out, kept_text);
    cg_product_template_print(product, out, run_text);
    if (!product->has_plane && !product->has_kept)
        cg_product_template_print(product, out, panels_text);
    cg_product_template_print(product, out, task_end_text);
    bool w_kept = product->w.access->array->is_constant, kept = w_kept || product->has_kept;
    const struct fe_array *array = (product->has_kept ? &product->x : &product->w)->access->array;
    if (kept)
        cg_product_template_print(product, out,
            naas_format(product->cg->ctx,
                "    static naas_rt_packs naas_packs;\n    int naas_new;\n"
                "    @ *const naas_kept = naas_rt_pack(&naas_packs, naas_args->%s, %s * sizeof(@), "
                "&naas_new);\n",
                cg_array_of(product->cg, array)->field,
                product->has_kept ? "$_batches * (unsigned long long)$_k * $_chunks" : "naas_w_size"));
    cg_product_template_print(product, out,
        kept && !product->has_kept
            ? "    @ *const naas_packed = naas_kept;\n"
            : "    @ *const naas_packed = naas_rt_scratch(naas_w_size * sizeof(@));\n");
    if (product->has_kept)
        cg_product_template_print(product, out, "    const int naas_lacks = !naas_packed || !naas_kept;\n");
    else
        cg_product_template_print(product, out, "    const int naas_lacks = !naas_packed;\n");
    cg_product_template_print(product, out,
        w_kept && !product->has_kept ? "    const int naas_packs_w = naas_new;\n"
                                     : "    const int naas_packs_w = 1;\n");
    cg_product_template_print(product, out, memory_text);
    if (product->has_kept)
        cg_product_template_print(product, out, keep_tasks_text);
    cg_product_template_print(product, out,
        product->has_plane ? product->plane.direct ? direct_tasks_text : plane_tasks_text : tasks_text);
    cg_product_template_print(product, out, run_end_text);
    if (kept)
        naas_buf_puts(out, "    if (naas_new)\n        naas_rt_pack_end(&naas_packs, !naas_failed);\n");
    if (!kept || product->has_kept)
        naas_buf_puts(out, "    naas_rt_scratch_end(naas_packed);\n");
    naas_buf_puts(out, "    return naas_failed;\n}\n\n");
}

struct sizes {
    int64_t w, x, k, batches, bytes; /* bytes of an element of a panel */
    int64_t depth, chunk;
};

static struct sizes sizes_of(const struct product *product)
{
    const struct native *native = product->native;
    const struct cg_choice *choice = &native->choice;
    struct sizes sizes = {.w = cg_native_size(native, &product->w.dims),
        .x = product->has_plane ? cg_product_flat_size(product) : cg_native_size(native, &product->x.dims),
        .k = cg_native_size(native, &product->depth),
        .batches = cg_native_size(native, &product->batch),
        .bytes = product->converts ? 4 : naas_type_bytes(product->cg->problem->acc_type)};
    sizes.depth = ceil_div(sizes.k, ceil_div(sizes.k, choice->depth / sizes.bytes));
    /* What a column of a chunk takes is its part of the plane or of a panel, and its sums, where they wait
     * for other parts of k. */
    int64_t column = product->has_plane ? ceil_div(product->plane.volume, sizes.x) : sizes.depth;
    /* W that does not stay in L2 next to X is read anew for each chunk, so they are larger then. */
    bool w_stays = sizes.w * sizes.k * sizes.bytes <= choice->chunk;
    int64_t chunk =
        (product->has_plane && w_stays ? choice->chunk / 2 : choice->chunk) / sizes.bytes / column;
    int64_t sums = w_stays ? choice->sums : choice->chunk;
    if (sizes.depth < sizes.k && chunk > sums / sizes.bytes / sizes.w)
        chunk = sums / sizes.bytes / sizes.w;
    int64_t least = product->has_plane ? 4 * MIN_CHUNK : MIN_CHUNK, cores = choice->cores;
    chunk = chunk < least ? least : chunk;
    int64_t chunks = ceil_div(sizes.x, chunk);
    if (chunks > 1 || sizes.x >= cores * 4 * MIN_CHUNK)
        chunks = ceil_div(chunks, cores) * cores;
    sizes.chunk = ceil_div(sizes.x, chunks);
    return sizes;
}

static double lanes_of(const struct product *product, const struct sizes *sizes)
{
    return product->native->speed.lanes * 4.0 / (double)sizes->bytes;
}

/* The part of a block's multiply-adds that is not in vain. */
static double filled(const struct sizes *sizes, double lanes, int64_t rows, int64_t vectors)
{
    double blocks_w = (double)ceil_div(sizes->w, rows),
           rows_all = blocks_w * ceil((double)sizes->w / blocks_w);
    double lanes_all = ceil((double)sizes->x / (lanes * (double)vectors)) * lanes * (double)vectors;
    return (double)sizes->w / rows_all * (double)sizes->x / lanes_all;
}

static int64_t tall_rows(const struct cg_speed *speed)
{
    return speed->registers < 32 ? 6 : speed->lanes < 16 ? 12 : 14;
}

/* Wide blocks load less for a multiply-add and write longer runs of sums, but need more elements of X: they
 * are taken where these come from a plane, in which taps share them, and where little more is computed in
 * vain. */
static bool is_wide(const struct product *product, const struct sizes *sizes)
{
    const struct cg_speed *speed = &product->native->speed;
    const struct cg_choice *choice = &product->native->choice;
    double lanes = lanes_of(product, sizes);
    return product->has_plane && choice->rows == 0 && speed->registers >= 32 &&
           filled(sizes, lanes, WIDE_ROWS, WIDE_VECTORS) >
               0.97 * filled(sizes, lanes, tall_rows(speed), choice->vectors);
}

/* What the compiler works out: how many lanes and registers there are is known to it alone. */
void cg_product_sizes_print(const struct product *product, struct naas_buf *out)
{
    const struct cg *cg = product->cg;
    const struct cg_choice *choice = &product->native->choice;
    struct sizes sizes = sizes_of(product);
    bool wide = is_wide(product, &sizes);
    const char *most = choice->rows ? naas_format(cg->ctx, "%d", choice->rows)
                       : wide       ? naas_format(cg->ctx, "(naas_block < 12 ? naas_block : %d)", WIDE_ROWS)
                                    : "naas_block";
    const char *vectors =
        wide ? naas_format(cg->ctx, "(naas_block < 12 ? %d : %d)", choice->vectors, WIDE_VECTORS)
             : naas_format(cg->ctx, "%d", choice->vectors);
    cg_product_template_print(product, out,
        naas_format(cg->ctx,
            "enum {\n    $_w = %lld, $_x = %lld, $_k = %lld, $_batches = %lld, $_depth = %lld,\n"
            "    $_wide = %s, $_lanes = naas_vector_bytes / (int)sizeof(@), $_panel = $_wide * $_lanes,\n"
            "    $_panels = ($_w + %s - 1) / %s, $_rows = ($_w + $_panels - 1) / $_panels,\n"
            "    $_last = $_w - ($_panels - 1) * $_rows,\n"
            "    $_chunk = (%lld + $_panel - 1) / $_panel * $_panel, $_tasks = ($_x + $_chunk - 1) / "
            "$_chunk,\n"
            "    $_parts = ($_k + $_depth - 1) / $_depth, $_ld = $_parts > 1 ? $_chunk : $_panel,\n"
            "    $_sum_size = $_parts > 1 ? $_chunk * $_rows * $_panels : $_panel * $_rows,\n"
            "    $_chunks = $_tasks * $_chunk, $_shared = %lld, $_panel_depth = %s, $_slices = %lld,\n"
            "    $_tail = %s\n};\n",
            (long long)sizes.w, (long long)sizes.x, (long long)sizes.k, (long long)sizes.batches,
            (long long)sizes.depth, vectors, most, most, (long long)sizes.chunk,
            product->has_plane && !product->plane.direct ? (long long)product->plane.volume : 0,
            product->has_plane || product->has_kept ? "0" : "$_depth",
            product->has_plane && product->plane.in->array->rank > 1 ? (long long)product->plane.axis[0].size
                                                                     : 1,
            product->has_plane && product->plane.direct ? "$_k * $_panel" : "0"));
}

void cg_product_place_print(const struct product *product, struct naas_buf *out)
{
    cg_product_template_print(product, out,
        "static @ *$_place(const struct $_args *naas_args, long long naas_b)\n{\n    (void)naas_b;\n");
    cg_native_decode_print(product->native, out, &product->batch, product->batch.n, "naas_b");
    cg_product_template_print(product, out,
        naas_format(product->cg->ctx, "    return (@ *)naas_args->%s + (",
            cg_array_of(product->cg, product->x.access->array)->field));
    cg_native_plane_first_print(&product->plane, out);
    naas_buf_puts(out, ");\n}\n\n");
}

void cg_product_run_print(const struct product *product, struct naas_buf *out)
{
    static const char none[] = "#define $_tail_begin\n#define $_steps naas_offset\n";
    bool direct = product->has_plane && product->plane.direct;
    cg_product_template_print(product, out,
        direct              ? tail_text
        : product->has_kept ? "#define $_start naas_panels + (naas_b * $_k + naas_k) * $_chunks + (naas_from "
                              "+ naas_x) * naas_n\n"
                              "#define $_operand naas_kept\n"
        : product->has_plane ? "#define $_start naas_panels + naas_from + naas_x\n"
                               "#define $_operand naas_plane\n"
                             : "#define $_start naas_panels + naas_x * naas_n\n"
                               "#define $_operand naas_panels\n");
    if (!direct)
        cg_product_template_print(product, out, none);
    offsets_print(product, out);
    texts_print(product, out);
}

double cg_product_cycles(const struct product *product)
{
    enum { PACKED_VECTOR = 30, COPIED_VECTOR = 3, FINISHED_VECTOR = 6, CALL = 30 }; /* cycles, about */
    const struct cg_speed *speed = &product->native->speed;
    const struct cg_choice *choice = &product->native->choice;
    struct sizes sizes = sizes_of(product);
    bool wide = is_wide(product, &sizes);
    double lanes = lanes_of(product, &sizes), vectors = wide ? WIDE_VECTORS : choice->vectors;
    int64_t most = choice->rows ? choice->rows : wide ? WIDE_ROWS : tall_rows(speed);
    double blocks_w = (double)ceil_div(sizes.w, most), rows = (double)sizes.w / blocks_w;
    double blocks_x = ceil((double)sizes.x / (vectors * lanes));
    double macs = rows * vectors / speed->macs, loads = (vectors + rows) / speed->loads;
    bool spills = rows * vectors + vectors + 1 > speed->registers;
    double step = (macs > loads ? macs : loads) * (spills ? 2 : 1) + vectors / speed->second / 2;
    double parts = (double)ceil_div(sizes.k, sizes.depth);
    double block = (double)sizes.k * step + parts * (3 * rows * vectors + CALL);
    double moved = product->has_kept || (product->has_plane && product->plane.direct) ? 0
                   : product->has_plane ? (double)product->plane.volume / lanes * COPIED_VECTOR
                                        : blocks_x * vectors * (double)sizes.k * PACKED_VECTOR;
    double finished = (double)sizes.w * (double)sizes.x / lanes * FINISHED_VECTOR;
    return (double)sizes.batches * (blocks_w * blocks_x * block + moved + finished);
}
