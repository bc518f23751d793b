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
 *     block: naas_block x 2 vectors of sums in registers run down a panel of each (or 6 x 4: native_run.c)
 *
 * Where windows overlap, packing would copy an element for each tap. There X is a plane with padding instead
 * (native_plane.c): x counts along its rows, with the columns between them that no output has, and the block
 * finds k's elements at an offset for each k.
 *
 * An input that needs no padding and whose elements are multiplied as they are is its own plane: nothing is
 * copied but the last panel, which would reach over the end.
 *
 * x is the side that is larger: its end is the only place where lanes idle, and it is packed just once.
 * Elements of 8 bits are multiplied as float, which is exact as long as a sum of products stays below 2^24.
 */
#include "codegen/native_product.h"
#include "support/number.h"

#include <string.h>

enum {
    MIN_SIDE = 4, /* w: below, packing costs more than it saves */
    MIN_DEPTH = 4,
    MAX_PLANES = 8, /* one after the other, all threads at each */
    PACKING = 60,   /* cycles of packing a panel for one k, about */
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

/* The array's own bytes, as which they count where sums wrap at 32 bits; NULL for other values. */
static const struct fe_expr *bytes_of(const struct fe_expr *expr)
{
    while (expr->kind == FE_CAST && (naas_type_bytes(expr->type) >= 4 || expr->type == NAAS_I16))
        expr = expr->arg[0];
    return expr->kind == FE_READ && expr->access.array->type == NAAS_I8 ? expr : NULL;
}

/* -(a * b) as (-a) * b; NULL where -a might overflow. */
static const struct fe_expr *negated_factor(const struct product *product, const struct fe_expr *term)
{
    const struct fe_expr *inner = strip_casts(product, term->arg[0]);
    if (!inner || inner->kind != FE_BINARY || inner->op != FE_MUL)
        return NULL;
    int tensor = -1;
    const struct fe_access *access = only_access(product, inner->arg[0], &tensor);
    bool plain =
        access && strip_casts(product, inner->arg[0]) && strip_casts(product, inner->arg[0])->kind == FE_READ;
    if (!naas_type_is_float(inner->type) && !(plain && naas_type_bytes(access->array->type) < 4))
        return NULL;
    struct fe_expr *product_of = naas_alloc(product->cg->ctx, 2, sizeof *product_of), *minus = product_of + 1;
    *product_of = *inner;
    *minus = (struct fe_expr){.kind = FE_UNARY,
        .op = FE_NEG,
        .type = inner->arg[0]->type,
        .loc = term->loc,
        .n_args = 1,
        .arg = {inner->arg[0]}};
    product_of->arg[0] = minus;
    return product_of;
}

static bool find_factors(struct product *product)
{
    const struct as_problem *problem = product->cg->problem;
    bool real = naas_type_is_float(problem->acc_type);
    const struct fe_expr *term = strip_casts(product, product->cg->poly->term);
    if (term && term->kind == FE_UNARY && term->op == FE_NEG)
        term = negated_factor(product, term);
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
    const struct fe_expr *w = bytes_of(term->arg[0]), *x = bytes_of(term->arg[1]);
    product->converts = !real && naas_type_bytes(problem->acc_type) == 4 && w && x;
    if (product->converts) {
        product->w.factor = w;
        product->x.factor = x;
    }
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

/* Packing reads all elements of a side, those that the guards of results leave out, too. */
static bool reads_inside(const struct product *product, const struct side *side)
{
    const struct cg *cg = product->cg;
    const struct fe_array *array = side->access->array;
    const struct cg_array *known = cg_array_of(cg, array);
    int64_t low = 0, high;
    for (int j = 0; j < array->rank; j++) {
        low += array->stride[j] * side->access->index[j].constant;
        for (int i = 0; i < side->access->index[j].n_terms; i++) {
            const struct fe_term *term = &side->access->index[j].term[i];
            low += array->stride[j] * term->coef * cg->poly->first[cg_dim_of(cg, NULL, term->loop)];
        }
    }
    high = low;
    for (int d = 0; d < cg->problem->n_dims; d++) {
        int64_t far = cg_native_stride(product->native, side->access, d) * (cg->problem->dim[d].extent - 1);
        low += far < 0 ? far : 0;
        high += far > 0 ? far : 0;
    }
    return known && low >= known->low && high < known->high;
}

/* A skipped tap is a factor of 0, packed on the side that the guard speaks of. What speaks of both chooses
 * among the results, if of no tap. */
static bool sort_guards(struct product *product)
{
    const struct fe_stmt *update = product->cg->poly->update;
    size_t n = (size_t)update->n_guards + 1;
    product->w.guard = naas_alloc(product->cg->ctx, n, sizeof *product->w.guard);
    product->x.guard = naas_alloc(product->cg->ctx, n, sizeof *product->x.guard);
    product->guard = naas_alloc(product->cg->ctx, n, sizeof *product->guard);
    for (int i = 0; i < update->n_guards; i++) {
        const struct fe_guard *guard = &update->guard[i];
        bool w = has_any(product, guard, &product->w.dims), x = has_any(product, guard, &product->x.dims);
        struct side *side = w ? &product->w : &product->x;
        if (w && x && has_any(product, guard, &product->depth))
            return false;
        if (w && x)
            product->guard[product->n_guards++] = guard;
        else
            side->guard[side->n_guards++] = guard;
    }
    return product->n_guards == 0 ||
           (reads_inside(product, &product->w) && reads_inside(product, &product->x));
}

static unsigned bits(const struct native_dims *dims)
{
    unsigned set = 0;
    for (int i = 0; i < dims->n; i++)
        set |= 1u << dims->dim[i];
    return set;
}

/* Positions of x in its plane, up to the last output. */
int64_t cg_product_flat_size(const struct product *product)
{
    const struct native_dims *dims = &product->x.dims;
    int64_t columns = product->cg->problem->dim[dims->dim[dims->n - 1]].extent;
    return (cg_native_size(product->native, dims) / columns - 1) * product->pitch + columns;
}

/* Can the block read the caller's array itself? Elements as they are, and none that is not there. */
static bool is_direct(const struct product *product)
{
    const struct cg_array *array = cg_array_of(product->cg, product->x.access->array);
    const struct native_dims *dims = &product->x.dims;
    return product->x.n_guards == 0 && product->x.factor->kind == FE_READ && array->high < INT32_MAX / 2 &&
           strcmp(cg_element_type(product->x.access->array), product->type) == 0 &&
           strcmp(product->type, product->kept) == 0 &&
           cg_native_stride(product->native, product->x.access, dims->dim[dims->n - 1]) == 1 &&
           (dims->n < 2 || cg_native_stride(product->native, product->x.access, dims->dim[0]) > 0);
}

/* Elements of neighbouring k that lie a multiple of 1 KiB apart share few sets of the caches. */
static bool collides(const struct product *product)
{
    int bytes = naas_type_bytes(product->x.access->array->type);
    for (int i = 0; i < product->depth.n; i++)
        if (product->cg->problem->dim[product->depth.dim[i]].extent >= 16 &&
            cg_native_stride(product->native, product->x.access, product->depth.dim[i]) * bytes % 1024 == 0)
            return true;
    return false;
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
    if (native->choice.way == CG_PANELS || dims->n > 2 || !cg_native_plane_measure(plane) ||
        cg_native_plane_stride(plane, dims->dim[dims->n - 1]) != 1)
        return;
    for (int i = 0; i < product->x.n_guards; i++)
        if (!cg_native_plane_guard(plane, &product->x.guard[i]->affine))
            return;
    plane->direct = is_direct(product);
    product->pitch = dims->n > 1 ? cg_native_plane_stride(plane, dims->dim[0]) : columns;
    double reuse = (double)x * (double)cg_native_size(native, &product->depth) / (double)plane->volume;
    double vain = (double)(rows * product->pitch) / (double)x - 1;
    double blocks = (double)ceil_div(cg_native_size(native, &product->w.dims), 14);
    product->has_plane =
        product->pitch >= columns && cg_native_size(native, &product->batch) <= MAX_PLANES &&
        (native->choice.way == CG_PLANE ||
            ((plane->direct ? !collides(product) : reuse > 2) && vain < PACKING / (28 * blocks)));
}

/* How much a side of small integers is an image: windows overlap, or neighbours are none in k. Its elements
 * are moved twice, those of the other side once. */
static int image_score(const struct product *product, const struct side *side)
{
    bool overlaps = false, along = false;
    for (int j = 0; j < side->access->array->rank; j++)
        overlaps = overlaps || side->access->index[j].n_terms > 1;
    for (int i = 0; i < product->depth.n; i++) {
        int d = product->depth.dim[i];
        along = along || (product->cg->problem->dim[d].extent > 1 &&
                             cg_native_stride(product->native, side->access, d) == 1);
    }
    return 2 * overlaps + !along;
}

bool cg_product_sides(struct product *product, bool keeps)
{
    if (!find_factors(product) || !sort_dims(product))
        return false;
    int score = keeps ? image_score(product, &product->w) - image_score(product, &product->x) : 0;
    bool w_stays = keeps && product->w.access->array->is_constant,
         x_stays = keeps && product->x.access->array->is_constant;
    bool larger =
        cg_native_size(product->native, &product->w.dims) > cg_native_size(product->native, &product->x.dims);
    if (w_stays != x_stays ? x_stays : score != 0 ? score > 0 : larger) {
        struct side swap = product->w;
        product->w = product->x;
        product->x = swap;
    }
    order_dims(product, &product->w);
    order_dims(product, &product->x);
    return cg_native_size(product->native, &product->w.dims) >= MIN_SIDE &&
           cg_native_size(product->native, &product->depth) >= MIN_DEPTH && sort_guards(product);
}

static bool recognise(struct product *product)
{
    if (!cg_product_sides(product, false))
        return false;
    product->has_kept = product->x.access->array->is_constant;
    if (!product->has_kept)
        choose_plane(product);
    return true;
}

bool cg_native_product_print(struct native *native, struct naas_buf *out)
{
    struct product product = {.native = native, .cg = native->cg};
    if (!recognise(&product))
        return false;
    cg_product_sizes_print(&product, out);
    cg_product_block_print(&product, out);
    cg_product_pack_print(&product, out, &product.w, "w");
    if (product.has_plane && product.plane.direct)
        cg_product_place_print(&product, out);
    else if (product.has_plane)
        cg_native_plane_print(&product.plane, out, &product.batch, "0");
    else
        cg_product_pack_print(&product, out, &product.x, "x");
    cg_product_unused_print(&product, out);
    cg_product_finish_print(&product, out, "$_panel");
    cg_product_run_print(&product, out);
    native->cycles = cg_product_cycles(&product);
    return true;
}
