/*
 * Rows of windows as explicit vectors: for each vector of columns the windows slide down some rows. Each
 * element is loaded once, and goes into the sums of all rows whose windows hold it:
 *
 *     for (q = 0; q < Q; q += lanes)
 *         e = plane[p][q .. q + lanes)          sum0 += e * w[0][0]
 *         e = plane[p][q + 1 .. q + 1 + lanes)  sum0 += e * w[0][1]
 *         e = plane[p + 1][q .. q + lanes)      sum0 += e * w[1][0], sum1 += e * w[0][0]
 *         ...
 *
 * The compiler's own vectors of such a loop load an element again for every sum, and most of these loads
 * reach over two lines of the cache, so that loading takes twice as long as multiplying.
 *
 * The last vector of a row ends with the row; of the columns that it shares with the one before only the sums
 * are made again.
 */
#include "codegen/native_window.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_BYTES = 16 };

/* What elements are multiplied as: bytes as float, which is exact, because the most taps of them stay below
 * 2^24. NULL: not as vectors. */
static const char *lane_of(const struct window *window, enum naas_type type)
{
    enum naas_type sum = window->cg->problem->acc_type;
    if (naas_type_is_float(sum))
        return type == sum ? naas_type_c(type) : NULL;
    if (naas_type_bytes(sum) != 4 || naas_type_is_float(type) || naas_type_bytes(type) > 2)
        return NULL;
    return naas_type_bytes(type) == 1 ? "float" : "unsigned int";
}

struct use {
    int64_t place; /* of the element, from the first window's */
    int below, factor;
};

/* Widening casts, which change no sum: integers wrap at 32 bits in the end. */
static const struct fe_expr *strip_casts(const struct window *window, const struct fe_expr *expr)
{
    enum naas_type type = window->cg->problem->acc_type;
    while (expr->kind == FE_CAST &&
           (naas_type_is_float(type) ? expr->type == type
                                     : !naas_type_is_float(expr->type) && naas_type_bytes(expr->type) >= 4))
        expr = expr->arg[0];
    return expr;
}

/* The tensor that the expression is an element of, in a type that makes lanes; -1: it is something else. */
static int tensor_of(const struct window *window, const struct fe_expr *expr)
{
    expr = strip_casts(window, expr);
    return expr->kind == FE_READ && lane_of(window, expr->access.array->type)
               ? cg_tensor_of(window->cg, &expr->access)
               : -1;
}

/* What elements are multiplied with; NULL: nothing. *suits: the term is an element, or such a product. */
static const struct fe_access *factor_of(const struct window *window, bool *suits)
{
    const struct fe_access *const *access = (const struct fe_access *const *)window->cg->poly->access;
    const struct fe_expr *term = strip_casts(window, window->cg->poly->term);
    int only = tensor_of(window, term);
    *suits = only >= 0 && access[only] == window->plane.in;
    if (*suits || term->kind != FE_BINARY || term->op != FE_MUL)
        return NULL;
    int a = tensor_of(window, term->arg[0]), b = tensor_of(window, term->arg[1]);
    if (a < 0 || b < 0 || a == b)
        return NULL;
    *suits = access[a] == window->plane.in || access[b] == window->plane.in;
    return access[a] == window->plane.in ? access[b] : access[a];
}

/* Bytes of the widest vector that is no longer than a row. */
static int64_t most_bytes(const struct window *window)
{
    int64_t row =
                window->cg->problem->dim[window->row].extent * naas_type_bytes(window->cg->problem->acc_type),
            bytes = 64;
    while (bytes > row)
        bytes /= 2;
    return bytes;
}

const char *cg_window_lane(const struct window *window)
{
    bool suits;
    const struct fe_access *factor = factor_of(window, &suits);
    if (!suits || window->cg->problem->reduce != AS_SUM || most_bytes(window) < MIN_BYTES)
        return NULL;
    const char *lane = lane_of(window, window->plane.in->array->type),
               *other = factor ? lane_of(window, factor->array->type) : lane;
    return strcmp(lane, other) == 0 ? lane : "unsigned int"; /* float is for bytes only */
}

void cg_window_vectors_print(const struct window *window, struct naas_buf *out)
{
    const char *name = window->cg->name, *type = window->plane.type;
    int64_t most = most_bytes(window);
    naas_buf_printf(out,
        "enum {\n    %s_bytes = naas_vector_bytes < %lld ? naas_vector_bytes : %lld, %s_lanes = %s_bytes / "
        "(int)sizeof(%s)\n};\n"
        "typedef %s %s_vector __attribute__((vector_size(%s_bytes)));\n"
        "typedef %s_vector %s_loose __attribute__((aligned(sizeof(%s)), may_alias));\n"
        "typedef %s %s_sums __attribute__((vector_size(%s_bytes)));\n\n",
        name, (long long)most, (long long)most, name, name, type, type, name, name, name, name, type,
        cg_sum_type(window->cg), name, name);
}

static int by_place(const void *a, const void *b)
{
    const struct use *s = a, *t = b;
    return s->place != t->place ? (s->place > t->place) - (s->place < t->place) : s->below - t->below;
}

/* All uses of elements, by their place. */
static struct use *find_uses(struct window *window, int rows)
{
    struct use *uses = naas_alloc(window->cg->ctx, (size_t)(rows * window->taps), sizeof *uses);
    int64_t down = window->down < 0 ? 0 : cg_native_plane_stride(&window->plane, window->down);
    int n = 0, factor = 0;
    do {
        int64_t place = cg_native_plane_place(&window->plane, window->tap);
        for (int below = 0; below < rows; below++)
            uses[n++] = (struct use){place + below * down, below, factor};
        factor++;
    } while (cg_window_next_tap(window));
    qsort(uses, (size_t)n, sizeof *uses, by_place);
    return uses;
}

/* Each row is finished as soon as its last element has been added. An element is read as volatile, because
 * GCC would rather load it again for each sum. */
static void sums_print(struct window *window, struct naas_buf *out, int rows, bool multiplies)
{
    struct cg *cg = window->cg;
    const struct use *uses = find_uses(window, rows);
    int64_t left[WINDOW_MAX_BELOW], n = rows * window->taps;
    for (int k = 0; k < rows; k++) {
        left[k] = window->taps;
        naas_buf_printf(out, "    %s_vector naas_sum%d = {0};\n", cg->name, k);
    }
    for (int64_t i = 0; i < n; i++) {
        const struct use *use = &uses[i];
        if (i == 0 || use[-1].place != use->place)
            naas_buf_printf(out,
                "    const %s_vector naas_e%lld = *(const volatile %s_loose *)(naas_at + %lld);\n", cg->name,
                (long long)use->place, cg->name, (long long)use->place);
        naas_buf_printf(out, "    naas_sum%d += naas_e%lld", use->below, (long long)use->place);
        naas_buf_puts(out, multiplies ? naas_format(cg->ctx, " * naas_f[%d];\n", use->factor) : ";\n");
        if (--left[use->below] > 0)
            continue;
        naas_buf_puts(out, "    {\n");
        if (window->down >= 0)
            naas_buf_printf(out, "    const long long %s = naas_down + %d;\n    (void)%s;\n",
                window->native->index[window->down], use->below, window->native->index[window->down]);
        naas_buf_printf(out,
            "    const %s_sums naas_done = __builtin_convertvector(naas_sum%d, %s_sums);\n"
            "    for (int naas_l = naas_skip; naas_l < %s_lanes; naas_l++) {\n"
            "    const long long %s = naas_q + naas_l;\n",
            cg->name, use->below, cg->name, cg->name, window->native->index[window->row]);
        cg_finish_inline(cg, out, window->native->scope.var, "naas_done[naas_l]");
        naas_buf_puts(out, "    }\n    }\n");
    }
}

/* One vector of columns: those from naas_q + naas_skip on are finished. */
static void columns_print(struct window *window, struct naas_buf *out, int rows, bool multiplies)
{
    const char *name = window->cg->name;
    naas_buf_printf(out,
        "static inline __attribute__((always_inline)) void %s_columns%d(const struct %s_args *naas_args,\n"
        "    const %s *naas_at, const %s_vector *naas_f, long long naas_p, long long naas_o, long long "
        "naas_down,\n    long long naas_q, const int naas_skip)\n{\n"
        "    (void)naas_p, (void)naas_o, (void)naas_down, (void)naas_f;\n",
        name, rows, name, window->plane.type, name);
    cg_native_decode_print(window->native, out, &window->planes, window->planes.n, "naas_p");
    cg_native_decode_print(window->native, out, &window->outer, window->outer.n, "naas_o");
    sums_print(window, out, rows, multiplies);
    naas_buf_puts(out, "}\n\n");
}

/* The factors, each in all lanes. */
static void factors_print(struct window *window, struct naas_buf *out, const struct fe_access *factor)
{
    struct cg *cg = window->cg;
    struct cg_scope scope = window->native->scope;
    naas_buf_printf(
        out, "    const %s_vector naas_f[%lld] = {", cg->name, factor ? (long long)window->taps : 1LL);
    bool more = factor;
    while (more) {
        for (int d = 0; d < cg->problem->n_dims; d++)
            if (cg->problem->dim[d].kind == AS_REDUCTION)
                scope.var[d] = naas_format(
                    cg->ctx, "(%lld)", (long long)(cg->poly->first[d] + cg->poly->step[d] * window->tap[d]));
        naas_buf_printf(out, "\n        (%s)", window->lane);
        cg_element_print(&scope, out, factor);
        naas_buf_printf(out, " - (%s_vector){0},", cg->name);
        more = cg_window_next_tap(window);
    }
    naas_buf_puts(out, factor ? "\n    };\n" : "{0}};\n");
}

void cg_window_slide_print(struct window *window, struct naas_buf *out, int rows)
{
    const char *name = window->cg->name;
    long long extent = window->cg->problem->dim[window->row].extent;
    bool suits;
    const struct fe_access *factor = factor_of(window, &suits);
    columns_print(window, out, rows, factor);
    cg_window_rows_open(window, out, rows);
    factors_print(window, out, factor);
    cg_window_rows_loop(window, out, rows);
    naas_buf_printf(out,
        "    for (long long naas_q = 0; naas_q + %s_lanes <= %lld; naas_q += %s_lanes)\n"
        "        %s_columns%d(naas_args, naas_at + naas_q, naas_f, naas_p, naas_o, naas_down, naas_q, 0);\n"
        "    if (%lld %% %s_lanes)\n"
        "        %s_columns%d(naas_args, naas_at + (%lld - %s_lanes), naas_f, naas_p, naas_o, naas_down, "
        "%lld "
        "- %s_lanes,\n            %s_lanes - %lld %% %s_lanes);\n"
        "    }\n}\n\n",
        name, extent, name, name, rows, extent, name, name, rows, extent, name, extent, name, name, extent,
        name);
}
