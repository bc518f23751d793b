/*
 * Flat arrays get their axes back: a linear subscript is taken apart by strides found among its own
 * coefficients.
 *
 *     x[(c * 8 + p + r) * 6 + q]   c < 4, p + r < 8, q < 6      ->      x[c][p + r][q], strides 48, 6, 1
 *
 * Strides that divide each other, most of them first, are tried until every access of the array is one of the
 * form sum of stride * index with 0 <= index < (next larger stride) / stride wherever it is made: then equal
 * elements have equal indices, and element and address stay what they were.
 */
#include "polyhedral/scop.h"
#include "support/number.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_COEFS = 10 };

/* A use of the array. */
struct use {
    const struct poly_stmt *stmt;
    const struct fe_access *access;
    bool loaded;  /* perhaps as an operand, in whole tiles, which must not reach beyond the array */
    isl_set *set; /* where it is made */
    struct fe_affine index[AS_MAX_RANK];
};

struct flat {
    struct poly_scop *scop;
    const struct fe_array *array;
    int n_uses, cap_uses;
    struct use *use;
    int n_coefs;
    int64_t coef[MAX_COEFS]; /* distinct, absolute, ascending */
};

/* ---- uses ---- */

static void add_use(struct flat *flat, const struct poly_stmt *stmt, const struct fe_access *access)
{
    struct use *use;

    flat->use = naas_grow(flat->scop->ctx, flat->use, flat->n_uses, &flat->cap_uses, sizeof *flat->use);
    use = &flat->use[flat->n_uses++];
    *use =
        (struct use){.stmt = stmt, .access = access, .loaded = !poly_access_equal(access, &stmt->fe->target)};
    use->set = poly_guard(isl_set_copy(stmt->domain), stmt, access->n_guards, access->guard);
}

static void add_reads(struct flat *flat, const struct poly_stmt *stmt, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ && expr->access.array == flat->array)
        add_use(flat, stmt, &expr->access);
    for (int i = 0; i < expr->n_args; i++)
        add_reads(flat, stmt, expr->arg[i]);
}

static void find_uses(struct flat *flat)
{
    for (int s = 0; s < flat->scop->n_stmts; s++) {
        const struct poly_stmt *stmt = &flat->scop->stmt[s];

        add_reads(flat, stmt, stmt->fe->value);
        if (stmt->fe->target.array == flat->array)
            add_use(flat, stmt, &stmt->fe->target);
    }
}

static void free_uses(struct flat *flat)
{
    for (int i = 0; i < flat->n_uses; i++)
        isl_set_free(flat->use[i].set);
}

static int compare_coefs(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Collects the coefficients; false when there are too many. */
static bool find_coefs(struct flat *flat)
{
    for (int u = 0; u < flat->n_uses; u++) {
        const struct fe_affine *index = &flat->use[u].access->index[0];

        for (int i = 0; i < index->n_terms; i++) {
            int64_t coef = llabs(index->term[i].coef);
            bool known = false;

            for (int k = 0; k < flat->n_coefs; k++)
                known = known || flat->coef[k] == coef;
            if (known)
                continue;
            if (flat->n_coefs == MAX_COEFS)
                return false;
            flat->coef[flat->n_coefs++] = coef;
        }
    }
    qsort(flat->coef, (size_t)flat->n_coefs, sizeof *flat->coef, compare_coefs);
    return true;
}

/* ---- taking apart ---- */

/* The part of the subscript with coefficients from stride up to (not including) limit, in units of stride. */
static struct fe_affine part_of(
    struct naas_ctx *ctx, const struct fe_affine *index, int64_t stride, int64_t limit)
{
    struct fe_affine part = {.term = naas_alloc(ctx, (size_t)index->n_terms, sizeof *part.term)};

    for (int i = 0; i < index->n_terms; i++) {
        int64_t coef = llabs(index->term[i].coef);

        if (coef < stride || coef >= limit)
            continue;
        part.term[part.n_terms] = index->term[i];
        part.term[part.n_terms++].coef /= stride;
    }
    return part;
}

/* Of three loops in an index, as when the loops over a window of one element share the stride of the
 * channels, those that run once become part of the constant. */
static void fold_lone_loops(const struct use *use, struct fe_affine *part, int64_t *constant)
{
    int kept = 0;

    for (int i = 0; i < part->n_terms; i++) {
        struct fe_affine one = {.n_terms = 1, .term = &part->term[i]};
        int64_t low, high;
        bool lone = poly_range(use->stmt, use->stmt->box, &one, &low, &high) && low == high;

        if (lone)
            *constant += low;
        else
            part->term[kept++] = part->term[i];
    }
    part->n_terms = kept;
}

/* Splits one use by n strides, the smallest first; indices go to use->index, the largest stride first. */
static bool split(const struct flat *flat, struct use *use, int n, const int64_t *stride)
{
    int64_t rest = use->access->index[0].constant, length = flat->array->extent[0];

    if (rest % stride[0])
        return false;
    rest /= stride[0];
    for (int k = 0; k < n; k++) {
        int64_t limit = k + 1 < n ? stride[k + 1] : INT64_MAX, low, high;
        struct fe_affine *part = &use->index[n - 1 - k];

        *part = part_of(flat->scop->ctx, &use->access->index[0], stride[k], limit);
        if (part->n_terms > 2)
            fold_lone_loops(use, part, &rest);
        if (part->n_terms > 2 || !poly_range(use->stmt, use->set, part, &low, &high))
            return false;
        part->constant = rest;
        if (k + 1 < n) {
            int64_t size = stride[k + 1] / stride[k];

            rest = floor_div(low + rest, size);
            part->constant -= rest * size;
            if (high + part->constant >= size)
                return false;
        } else if (low + rest < 0 || (use->loaded && length && high + rest >= length / stride[k])) {
            return false;
        }
    }
    return true;
}

/* A chain of divisors that every coefficient is a multiple of the largest smaller stride of? */
static bool are_strides(const struct flat *flat, int n, const int64_t *stride)
{
    for (int k = 0; k < flat->n_coefs; k++) {
        int64_t below = stride[0];

        for (int i = 0; i < n && stride[i] <= flat->coef[k]; i++)
            below = stride[i];
        if (flat->coef[k] % below)
            return false;
    }
    for (int i = 1; i < n; i++) {
        if (stride[i] % stride[i - 1])
            return false;
    }
    return true;
}

static bool split_all(struct flat *flat, int n, const int64_t *stride)
{
    if (!are_strides(flat, n, stride))
        return false;
    for (int u = 0; u < flat->n_uses; u++) {
        if (!split(flat, &flat->use[u], n, stride))
            return false;
    }
    return true;
}

/* Finds strides among the coefficients, the smallest always being one: as many as there can be. Gives their
 * number. */
static int find_strides(struct flat *flat, int64_t stride[AS_MAX_RANK])
{
    int most = flat->n_coefs < AS_MAX_RANK ? flat->n_coefs : AS_MAX_RANK;

    for (int n = most; n > 1; n--) {
        for (unsigned subset = 1; subset < 1u << flat->n_coefs; subset += 2) {
            int size = 0;

            if (__builtin_popcount(subset) != n)
                continue;
            for (int k = 0; k < flat->n_coefs; k++) {
                if (subset >> k & 1)
                    stride[size++] = flat->coef[k];
            }
            if (split_all(flat, n, stride))
                return n;
        }
    }
    return 0;
}

/* ---- rewriting ---- */

static const struct fe_array *array_with_axes(const struct flat *flat, int n, const int64_t *stride)
{
    struct naas_ctx *ctx = flat->scop->ctx;
    struct fe_array *array = naas_alloc(ctx, 1, sizeof *array);
    int64_t length = flat->array->extent[0];

    *array = *flat->array;
    array->rank = n;
    array->extent = naas_alloc(ctx, (size_t)n, sizeof *array->extent);
    array->stride = naas_alloc(ctx, (size_t)n, sizeof *array->stride);
    for (int j = 0; j < n; j++) {
        int64_t this_stride = stride[n - 1 - j];

        array->stride[j] = this_stride * flat->array->stride[0];
        array->extent[j] = j > 0 ? stride[n - j] / this_stride : ceil_div(length, this_stride);
    }
    return array;
}

static struct fe_access access_with_axes(
    const struct flat *flat, const struct fe_access *access, const struct fe_array *array)
{
    struct fe_access copy = *access;
    const struct use *use = flat->use;

    while (use->access != access)
        use++;
    copy.array = array;
    copy.index = naas_alloc(flat->scop->ctx, (size_t)array->rank, sizeof *copy.index);
    memcpy(copy.index, use->index, (size_t)array->rank * sizeof *copy.index);
    return copy;
}

static struct fe_expr *rewritten(const struct flat *flat, struct fe_expr *expr, const struct fe_array *array)
{
    struct fe_expr *copy;

    if (!poly_reads_array(expr, flat->array))
        return expr;
    copy = naas_alloc(flat->scop->ctx, 1, sizeof *copy);
    *copy = *expr;
    if (expr->kind == FE_READ)
        copy->access = access_with_axes(flat, &expr->access, array);
    for (int i = 0; i < expr->n_args; i++)
        copy->arg[i] = rewritten(flat, expr->arg[i], array);
    return copy;
}

static void rewrite(const struct flat *flat, const struct fe_array *array)
{
    for (int s = 0; s < flat->scop->n_stmts; s++) {
        const struct fe_stmt *fe = flat->scop->stmt[s].fe;
        struct fe_stmt *copy = naas_alloc(flat->scop->ctx, 1, sizeof *copy);

        *copy = *fe;
        if (fe->target.array == flat->array)
            copy->target = access_with_axes(flat, &fe->target, array);
        copy->value = rewritten(flat, fe->value, array);
        flat->scop->stmt[s].fe = copy;
    }
}

void poly_unflatten(struct poly_scop *scop)
{
    for (int a = 0; a < scop->nest->n_arrays; a++) {
        struct flat flat = {.scop = scop, .array = scop->nest->array[a]};
        int64_t stride[AS_MAX_RANK];
        int n = 0;

        if (flat.array->rank != 1 || flat.array->storage == FE_PRIVATE)
            continue;
        find_uses(&flat);
        if (find_coefs(&flat))
            n = find_strides(&flat, stride);
        if (n > 1)
            rewrite(&flat, array_with_axes(&flat, n, stride));
        free_uses(&flat);
    }
}
