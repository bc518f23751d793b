/*
 * Windows: each output element looks at a few neighbours of its own channel, as depthwise convolutions,
 * pooling and filters do. The input's plane is copied first, padding included, and for a stride of a with a
 * row's elements sorted by their column modulo a: then every tap of a row of outputs reads neighbouring
 * elements, no tap has a guard, and the taps stand there one by one. The compiler makes vectors of the row.
 *
 *     for each channel
 *         plane[y][x] = in[channel][y - 1][x - 1], or 0 outside
 *         for each row p
 *             for (q = 0; q < Q; q++)
 *                 sum = plane[p][q] * w[channel][0][0] + plane[p][q + 1] * w[channel][0][1] + ...
 *                 finish
 *
 * Up to BLOCK rows that lie below each other are made at once, because they read mostly the same elements.
 */
#include "codegen/native.h"

#include <string.h>

enum { BLOCK = 4, MAX_TAPS = 49, MIN_ROW = 4, MAX_ROW = 4096, MAX_PLANE_BYTES = 524288, MIN_PLANES = 4 };

/* An axis of the input: coordinate = base of the plane + local one, 0 <= local < size. */
struct axis {
    int64_t size;      /* of what the plane's dims reach */
    int64_t low, high; /* what the guards let pass, of the whole coordinate; low <= it <= high */
    int64_t pitch;     /* elements of the plane between neighbours */
    bool guarded;
};

struct window {
    struct native *native;
    struct cg *cg;
    const struct fe_access *in;
    const char *type;    /* of the input's elements */
    int row, rank, down; /* down: the dim of rows that are made at once, or -1 */
    int64_t step;        /* of the input per step of the row */
    int64_t taps, volume;
    struct axis *axis;
    struct native_dims planes, outer; /* outer: the other parallel dims */
    int64_t tap[AS_MAX_DIMS];         /* indices of the tap that is being printed, */
    int below;                        /* and of its row among those made at once */
    struct naas_buf factors;          /* declarations of what taps multiply with, */
    struct naas_buf elements;         /* and of the elements that they read, each once */
    int n_factors, n_places;
    int64_t place[MAX_TAPS * BLOCK];
};

/* ---- recognising ---- */

static bool find_input(struct window *window)
{
    const struct cg *cg = window->cg;
    for (int t = 0; t < cg->problem->n_tensors; t++) {
        if (t == cg->problem->output ||
            cg_native_stride(window->native, cg->poly->access[t], window->row) == 0)
            continue;
        if (window->in)
            return false;
        window->in = cg->poly->access[t];
    }
    if (!window->in || window->in->array->rank == 0 || window->in->array->storage == FE_PRIVATE)
        return false;
    window->rank = window->in->array->rank;
    window->step = cg_native_stride(window->native, window->in, window->row);
    window->type = naas_type_c(window->in->array->type);
    return window->in->array->stride[window->rank - 1] == 1 && window->step > 0 && window->step <= 4;
}

/* What a dim's index counts in an axis. */
static int64_t coefficient(const struct window *window, int j, int d)
{
    const struct fe_affine *index = &window->in->index[j];
    int64_t coef = 0;
    for (int i = 0; i < index->n_terms; i++)
        if (cg_dim_of(window->cg, NULL, index->term[i].loop) == d)
            coef += index->term[i].coef * window->cg->poly->step[d];
    return coef;
}

static bool is_alone(const struct window *window, int d)
{
    bool any = false;
    for (int j = 0; j < window->rank; j++)
        if (coefficient(window, j, d) != 0) {
            any = true;
            for (int e = 0; e < window->cg->problem->n_dims; e++)
                if (e != d && coefficient(window, j, e) != 0)
                    return false;
        }
    return any;
}

static void sort_dims(struct window *window)
{
    const struct as_problem *problem = window->cg->problem;
    window->taps = 1;
    for (int d = 0; d < problem->n_dims; d++) {
        if (problem->dim[d].kind == AS_REDUCTION)
            window->taps *= problem->dim[d].extent;
        else if (d != window->row) {
            struct native_dims *dims = is_alone(window, d) ? &window->planes : &window->outer;
            dims->dim[dims->n++] = d;
        }
    }
}

/* Rows below each other: the input moves along, what it is multiplied with stays. */
static void find_down(struct window *window)
{
    const struct cg *cg = window->cg;
    window->down = -1;
    for (int i = 0; i < window->outer.n && window->down < 0; i++) {
        int d = window->outer.dim[i];
        bool stays = true;
        for (int t = 0; t < cg->problem->n_tensors; t++)
            if (t != cg->problem->output && cg->poly->access[t] != window->in)
                stays = stays && cg_native_stride(window->native, cg->poly->access[t], d) == 0;
        if (!stays || cg_native_stride(window->native, window->in, d) == 0)
            continue;
        window->down = d;
        memmove(&window->outer.dim[i], &window->outer.dim[i + 1],
            (size_t)(--window->outer.n - i) * sizeof window->outer.dim[i]);
    }
}

static bool is_plane(const struct window *window, int d)
{
    for (int i = 0; i < window->planes.n; i++)
        if (window->planes.dim[i] == d)
            return true;
    return false;
}

/* Every local coordinate counts up from 0. */
static bool measure(struct window *window)
{
    const struct as_problem *problem = window->cg->problem;
    window->axis = naas_alloc(window->cg->ctx, (size_t)window->rank, sizeof *window->axis);
    window->volume = 1;
    for (int j = window->rank - 1; j >= 0; j--) {
        struct axis *axis = &window->axis[j];
        *axis = (struct axis){.size = 1, .low = INT64_MIN, .high = INT64_MAX};
        for (int d = 0; d < problem->n_dims; d++)
            if (!is_plane(window, d)) {
                int64_t coef = coefficient(window, j, d);
                if (coef < 0 || (d == window->row && coef != 0 && j != window->rank - 1))
                    return false;
                axis->size += coef * (problem->dim[d].extent - 1);
            }
        axis->pitch = window->volume;
        int64_t size = j == window->rank - 1 ? (axis->size + window->step - 1) / window->step * window->step
                                             : axis->size;
        window->volume *= size;
        if (window->volume * naas_type_bytes(window->in->array->type) > MAX_PLANE_BYTES)
            return false;
    }
    return true;
}

/* A guard that says +-(coordinate of the input) + c >= 0 is padding. */
static bool take_guard(struct window *window, const struct fe_affine *guard)
{
    for (int j = 0; j < window->rank; j++) {
        const struct fe_affine *index = &window->in->index[j];
        int64_t sign = index->n_terms > 0 && index->n_terms == guard->n_terms
                           ? (index->term[0].coef == guard->term[0].coef ? 1 : -1)
                           : 0;
        for (int i = 0; sign != 0 && i < index->n_terms; i++)
            if (index->term[i].loop != guard->term[i].loop ||
                index->term[i].coef != sign * guard->term[i].coef)
                sign = 0;
        struct axis *axis = &window->axis[j];
        if (sign == 0)
            continue;
        axis->guarded = true;
        int64_t bound = sign > 0 ? index->constant - guard->constant : index->constant + guard->constant;
        if (sign > 0)
            axis->low = bound > axis->low ? bound : axis->low;
        else
            axis->high = bound < axis->high ? bound : axis->high;
        return true;
    }
    return false;
}

static const struct fe_expr *strip_casts(const struct fe_expr *expr)
{
    while (expr->kind == FE_CAST)
        expr = expr->arg[0];
    return expr;
}

static bool reads_input(const struct window *window, const struct fe_expr *expr)
{
    expr = strip_casts(expr);
    return expr->kind == FE_READ && cg_tensor_of(window->cg, &expr->access) >= 0 &&
           window->cg->poly->access[cg_tensor_of(window->cg, &expr->access)] == window->in;
}

/* Does an element that is neutral make a term that is? */
static bool is_padded_well(const struct window *window)
{
    const struct fe_expr *term = strip_casts(window->cg->poly->term);
    if (window->cg->problem->reduce != AS_SUM)
        return reads_input(window, term) && window->in->array->type == window->cg->problem->acc_type;
    return reads_input(window, term) ||
           (term->kind == FE_BINARY && term->op == FE_MUL &&
               (reads_input(window, term->arg[0]) || reads_input(window, term->arg[1])));
}

static bool reads_guarded(const struct fe_expr *expr)
{
    for (int i = 0; i < expr->n_args; i++)
        if (reads_guarded(expr->arg[i]))
            return true;
    return expr->kind == FE_COND || (expr->kind == FE_READ && expr->access.n_guards > 0);
}

static bool suits(struct window *window)
{
    const struct as_problem *problem = window->cg->problem;
    const struct fe_stmt *update = window->cg->poly->update;
    int64_t extent = problem->dim[window->row].extent;
    if (problem->dim[window->row].kind != AS_PARALLEL || extent < MIN_ROW || extent > MAX_ROW ||
        cg_native_stride(window->native, &update->target, window->row) > 1 || !find_input(window))
        return false;
    sort_dims(window);
    find_down(window);
    if (window->taps < 2 || window->taps > MAX_TAPS || reads_guarded(window->cg->poly->term) ||
        cg_native_size(window->native, &window->planes) < MIN_PLANES || !measure(window))
        return false;
    for (int i = 0; i < update->n_guards; i++)
        if (!take_guard(window, &update->guard[i].affine))
            return false;
    return update->n_guards == 0 || is_padded_well(window);
}

/* ---- the plane ---- */

/* Address in the caller's array of what is local coordinate 0 on every axis. */
static void base_print(const struct window *window, struct naas_buf *out, int j)
{
    const struct fe_affine *index = &window->in->index[j];
    int64_t constant = index->constant;
    for (int i = 0; i < index->n_terms; i++) {
        int d = cg_dim_of(window->cg, NULL, index->term[i].loop);
        constant += index->term[i].coef * window->cg->poly->first[d];
    }
    naas_buf_printf(out, "    const long long naas_base%d = %lld", j, (long long)constant);
    for (int i = 0; i < window->planes.n; i++) {
        int d = window->planes.dim[i];
        if (coefficient(window, j, d) != 0)
            naas_buf_printf(
                out, " + %lld * %s", (long long)coefficient(window, j, d), window->native->index[d]);
    }
    naas_buf_puts(out, ";\n");
}

static void row_copy_print(const struct window *window, struct naas_buf *out, const char *neutral)
{
    int last = window->rank - 1;
    const struct axis *axis = &window->axis[last];
    long long step = window->step, width = (axis->size + step - 1) / step;
    naas_buf_printf(
        out, "    long long naas_low = 0, naas_high = %lld; /* columns inside */\n", (long long)axis->size);
    if (axis->low != INT64_MIN)
        naas_buf_printf(out,
            "    if (naas_low < %lld - naas_base%d)\n        naas_low = %lld - naas_base%d;\n",
            (long long)axis->low, last, (long long)axis->low, last);
    if (axis->high != INT64_MAX)
        naas_buf_printf(out,
            "    if (naas_high > %lld - naas_base%d)\n        naas_high = %lld - naas_base%d;\n",
            (long long)axis->high + 1, last, (long long)axis->high + 1, last);
    naas_buf_puts(out, "    if (naas_high < naas_low");
    for (int j = 0; j < last; j++) {
        if (window->axis[j].low != INT64_MIN)
            naas_buf_printf(out, " || naas_base%d + naas_y%d < %lld", j, j, (long long)window->axis[j].low);
        if (window->axis[j].high != INT64_MAX)
            naas_buf_printf(out, " || naas_base%d + naas_y%d > %lld", j, j, (long long)window->axis[j].high);
    }
    naas_buf_printf(out,
        ") {\n"
        "        for (int naas_x = 0; naas_x < %lld; naas_x++)\n"
        "            *naas_to++ = %s;\n"
        "    } else {\n"
        "    naas_unroll for (int naas_part = 0; naas_part < %lld; naas_part++, naas_to += %lld) {\n"
        "        const long long naas_first = (naas_low - naas_part + %lld) / %lld, naas_end = (naas_high - "
        "naas_part + "
        "%lld) / %lld;\n"
        "        for (long long naas_x = 0; naas_x < naas_first; naas_x++)\n"
        "            naas_to[naas_x] = %s;\n"
        "        for (long long naas_x = naas_first; naas_x < naas_end; naas_x++)\n"
        "            naas_to[naas_x] = naas_args->%s[naas_from + %lld * naas_x + naas_part];\n"
        "        for (long long naas_x = naas_end; naas_x < %lld; naas_x++)\n"
        "            naas_to[naas_x] = %s;\n"
        "    }\n    }\n",
        step * width, neutral, step, width, step - 1, step, step - 1, step, neutral,
        cg_array_of(window->cg, window->in->array)->field, step, width, neutral);
}

static void plane_print(const struct window *window, struct naas_buf *out, const char *neutral)
{
    const struct fe_array *array = window->in->array;
    naas_buf_printf(out,
        "static void %s_plane(const struct %s_args *naas_args, %s *restrict naas_to, long long "
        "naas_plane)\n{\n"
        "    (void)naas_plane;\n",
        window->cg->name, window->cg->name, window->type);
    cg_native_decode_print(window->native, out, &window->planes, window->planes.n, "naas_plane");
    for (int j = 0; j < window->rank; j++)
        base_print(window, out, j);
    for (int j = 0; j < window->rank - 1; j++)
        naas_buf_printf(out, "    for (long long naas_y%d = 0; naas_y%d < %lld; naas_y%d++) {\n", j, j,
            (long long)window->axis[j].size, j);
    naas_buf_printf(out, "    const long long naas_from = naas_base%d", window->rank - 1);
    for (int j = 0; j < window->rank - 1; j++)
        naas_buf_printf(out, " + %lld * (naas_base%d + naas_y%d)", (long long)array->stride[j], j, j);
    naas_buf_puts(out, ";\n");
    row_copy_print(window, out, neutral);
    for (int j = 0; j < window->rank - 1; j++)
        naas_buf_puts(out, "    }\n");
    naas_buf_puts(out, "}\n\n");
}

/* ---- the rows ---- */

static void read_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    struct window *window = scope->reader;
    int t = cg_tensor_of(scope->cg, access), last = window->rank - 1;
    if (t < 0) {
        cg_fail(scope->cg, NAAS_INTERNAL, access->loc, "the term reads what is no tensor of the problem");
        return;
    }
    if (scope->cg->poly->access[t] != window->in) { /* the same for all rows of the block */
        if (window->below == 0) {
            naas_buf_printf(&window->factors, "    const %s naas_f%d = ", naas_type_c(access->array->type),
                window->n_factors);
            cg_element_print(scope, &window->factors, access);
            naas_buf_puts(&window->factors, ";\n");
        }
        naas_buf_printf(out, "naas_f%d", window->n_factors++);
        return;
    }
    int64_t place = 0, column = 0;
    for (int d = 0; d < scope->cg->problem->n_dims; d++)
        if (scope->cg->problem->dim[d].kind == AS_REDUCTION) {
            column += coefficient(window, last, d) * window->tap[d];
            for (int j = 0; j < last; j++)
                place += coefficient(window, j, d) * window->tap[d] * window->axis[j].pitch;
        }
    for (int j = 0; j < last && window->down >= 0; j++)
        place += coefficient(window, j, window->down) * window->below * window->axis[j].pitch;
    int64_t width = (window->axis[last].size + window->step - 1) / window->step;
    place += column % window->step * width + column / window->step;
    int k = 0;
    while (k < window->n_places && window->place[k] != place)
        k++;
    if (k == window->n_places) {
        window->place[window->n_places++] = place;
        naas_buf_printf(&window->elements, "        const %s naas_e%d = naas_at[%s + %lld];\n", window->type,
            k, window->native->index[window->row], (long long)place);
    }
    naas_buf_printf(out, "naas_e%d", k);
}

static void tap_print(struct window *window, struct naas_buf *out)
{
    struct cg *cg = window->cg;
    const char *type = cg_sum_type(cg), *wrapping = cg_sum_unsigned(cg);
    struct cg_scope scope = window->native->scope;
    struct naas_buf term = naas_buf_new(cg->ctx);
    scope.read = read_print;
    scope.reader = window;
    for (int d = 0; d < cg->problem->n_dims; d++)
        if (cg->problem->dim[d].kind == AS_REDUCTION)
            scope.var[d] = naas_format(
                cg->ctx, "(%lld)", (long long)(cg->poly->first[d] + cg->poly->step[d] * window->tap[d]));
    cg_expr_print(&scope, &term, cg->poly->term);
    if (cg->problem->reduce != AS_SUM)
        naas_buf_printf(out, "        naas_value%d = %s %s naas_value%d ? %s : naas_value%d;\n",
            window->below, term.text, cg->problem->reduce == AS_MAX ? ">" : "<", window->below, term.text,
            window->below);
    else if (wrapping)
        naas_buf_printf(out, "        naas_value%d = (%s)((%s)naas_value%d + (%s)(%s));\n", window->below,
            type, wrapping, window->below, wrapping, term.text);
    else
        naas_buf_printf(out, "        naas_value%d += %s;\n", window->below, term.text);
}

static bool next_tap(struct window *window)
{
    const struct as_problem *problem = window->cg->problem;
    for (int d = problem->n_dims - 1; d >= 0; d--)
        if (problem->dim[d].kind == AS_REDUCTION) {
            if (++window->tap[d] < problem->dim[d].extent)
                return true;
            window->tap[d] = 0;
        }
    return false;
}

/* How far a dim moves in the plane. */
static int64_t plane_stride(const struct window *window, int d)
{
    int64_t stride = 0;
    for (int j = 0; j < window->rank - 1; j++)
        stride += coefficient(window, j, d) * window->axis[j].pitch;
    return stride;
}

static void columns_print(struct window *window, struct naas_buf *out, int rows, const char *neutral)
{
    struct cg *cg = window->cg;
    const char *type = cg_sum_type(cg), *i = window->native->index[window->row];
    naas_buf_printf(out, "    for (long long %s = 0; %s < %lld; %s++) {\n", i, i,
        (long long)cg->problem->dim[window->row].extent, i);
    struct naas_buf taps = naas_buf_new(cg->ctx);
    window->elements = naas_buf_new(cg->ctx);
    window->n_places = 0;
    for (window->below = 0; window->below < rows; window->below++) {
        naas_buf_printf(&taps, "        %s naas_value%d = %s;\n", type, window->below, neutral);
        window->n_factors = 0;
        do
            tap_print(window, &taps);
        while (next_tap(window));
    }
    naas_buf_write(out, window->elements.text, window->elements.length);
    naas_buf_write(out, taps.text, taps.length);
    for (int k = 0; k < rows; k++) {
        naas_buf_puts(out, "    {\n");
        if (window->down >= 0)
            naas_buf_printf(out, "    const long long %s = naas_down + %d;\n    (void)%s;\n",
                window->native->index[window->down], k, window->native->index[window->down]);
        cg_finish_inline(cg, out, window->native->scope.var, naas_format(cg->ctx, "naas_value%d", k));
        naas_buf_puts(out, "    }\n");
    }
    naas_buf_puts(out, "    }\n");
}

/* Some rows below each other at a time, from naas_down up to naas_end. */
static void rows_print(struct window *window, struct naas_buf *out, int rows, const char *neutral)
{
    struct cg *cg = window->cg;
    struct naas_buf columns = naas_buf_new(cg->ctx);
    window->factors = naas_buf_new(cg->ctx);
    columns_print(window, &columns, rows, neutral);
    naas_buf_printf(out,
        "static __attribute__((noinline)) void %s_rows%d(const struct %s_args *naas_args, const %s *restrict "
        "naas_plane, long long naas_p, long long naas_o, long long naas_down, long long naas_end)\n{\n"
        "    (void)naas_p, (void)naas_o;\n",
        cg->name, rows, cg->name, window->type);
    cg_native_decode_print(window->native, out, &window->planes, window->planes.n, "naas_p");
    cg_native_decode_print(window->native, out, &window->outer, window->outer.n, "naas_o");
    naas_buf_write(out, window->factors.text, window->factors.length);
    naas_buf_printf(out,
        "    for (; naas_down + %d <= naas_end; naas_down += %d) {\n    const %s *restrict const naas_at = "
        "naas_plane",
        rows, rows, window->type);
    for (int k = 0; k < window->outer.n; k++)
        naas_buf_printf(out, " + %lld * %s", (long long)plane_stride(window, window->outer.dim[k]),
            window->native->index[window->outer.dim[k]]);
    if (window->down >= 0)
        naas_buf_printf(out, " + %lld * naas_down", (long long)plane_stride(window, window->down));
    naas_buf_puts(out, ";\n");
    naas_buf_write(out, columns.text, columns.length);
    naas_buf_puts(out, "    }\n}\n\n");
}

static void run_print(struct window *window, struct naas_buf *out, const char *neutral)
{
    const char *name = window->cg->name;
    int64_t rows = window->down < 0 ? 1 : window->cg->problem->dim[window->down].extent, rest = rows % BLOCK;
    struct naas_buf calls = naas_buf_new(window->cg->ctx);
    for (int k = 0; k < 2; k++) {
        int64_t block = k ? rest : BLOCK;
        if (k ? rest == 0 : rows < BLOCK)
            continue;
        rows_print(window, out, (int)block, neutral);
        naas_buf_printf(&calls,
            "                    %s_rows%lld(naas_args, naas_at, naas_p, naas_o, %lld, %lld);\n", name,
            (long long)block, (long long)(k ? rows - rest : 0), (long long)(k ? rows : rows - rest));
    }
    naas_buf_printf(out,
        "static int %s_run(const struct %s_args *naas_args)\n{\n"
        "    int naas_failed = 0;\n"
        "    naas_omp(\"omp parallel\")\n    {\n"
        "        %s *const naas_at = __builtin_malloc(%lldUL * sizeof(%s));\n"
        "        if (!naas_at) {\n            naas_omp(\"omp atomic write\")\n            naas_failed = 1;\n "
        "       }\n"
        "        naas_omp(\"omp barrier\")\n"
        "        if (!naas_failed) {\n"
        "            naas_omp(\"omp for\")\n"
        "            for (long long naas_p = 0; naas_p < %lld; naas_p++) {\n"
        "                %s_plane(naas_args, naas_at, naas_p);\n"
        "                for (long long naas_o = 0; naas_o < %lld; naas_o++) {\n",
        name, name, window->type, (long long)window->volume, window->type,
        (long long)cg_native_size(window->native, &window->planes), name,
        (long long)cg_native_size(window->native, &window->outer));
    naas_buf_write(out, calls.text, calls.length);
    naas_buf_puts(out, "                }\n            }\n        }\n"
                       "        __builtin_free(naas_at);\n    }\n"
                       "    return naas_failed;\n}\n\n");
}

bool cg_native_window_print(struct native *native, struct naas_buf *out)
{
    const char *neutral = cg_native_neutral(native);
    for (int d = native->cg->problem->n_dims - 1; d >= 0; d--) {
        struct window window = {.native = native, .cg = native->cg, .row = d};
        if (native->cg->problem->reduce == AS_NO_REDUCE || !suits(&window))
            continue;
        plane_print(&window, out, neutral);
        run_print(&window, out, neutral);
        return true;
    }
    return false;
}
