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
 * An input that needs no padding is not copied: windows move over the caller's array.
 *
 * Some rows that lie below each other are made at once, because they read mostly the same elements.
 */
#include "codegen/native_window.h"

#include <string.h>

enum { MIN_ROW = 4, MAX_ROW = 4096, MAX_PLANE = 131072, MIN_PLANES = 4, LINE = 64 /* bytes of the caches */ };

/* ---- recognising ---- */

static bool find_input(struct window *window)
{
    const struct cg *cg = window->cg;
    struct native_plane *plane = &window->plane;
    for (int t = 0; t < cg->problem->n_tensors; t++) {
        if (t == cg->problem->output ||
            cg_native_stride(window->native, cg->poly->access[t], window->row) == 0)
            continue;
        if (plane->in)
            return false;
        plane->in = cg->poly->access[t];
    }
    if (!plane->in)
        return false;
    window->lane = cg_window_lane(window);
    plane->type = window->lane ? window->lane : cg_element_type(plane->in->array);
    plane->aligned = LINE / naas_type_bytes(window->lane ? cg->problem->acc_type : plane->in->array->type);
    return true;
}

static bool is_alone(const struct window *window, int d)
{
    bool any = false;
    for (int j = 0; j < window->plane.in->array->rank; j++)
        if (cg_native_coefficient(&window->plane, j, d) != 0) {
            any = true;
            for (int e = 0; e < window->cg->problem->n_dims; e++)
                if (e != d && cg_native_coefficient(&window->plane, j, e) != 0)
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
            bool alone = is_alone(window, d);
            struct native_dims *dims = alone ? &window->planes : &window->outer;
            dims->dim[dims->n++] = d;
            window->plane.outside |= (unsigned)alone << d;
        }
        window->plane.moving |= (unsigned)(problem->dim[d].kind == AS_PARALLEL) << d;
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
            if (t != cg->problem->output && cg->poly->access[t] != window->plane.in)
                stays = stays && cg_native_stride(window->native, cg->poly->access[t], d) == 0;
        if (!stays || cg_native_stride(window->native, window->plane.in, d) == 0)
            continue;
        window->down = d;
        memmove(&window->outer.dim[i], &window->outer.dim[i + 1],
            (size_t)(--window->outer.n - i) * sizeof window->outer.dim[i]);
    }
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
           window->cg->poly->access[cg_tensor_of(window->cg, &expr->access)] == window->plane.in;
}

/* Does an element that is neutral make a term that is? */
static bool is_padded_well(const struct window *window)
{
    const struct fe_expr *term = strip_casts(window->cg->poly->term);
    if (window->cg->problem->reduce != AS_SUM)
        return reads_input(window, term) && window->plane.in->array->type == window->cg->problem->acc_type;
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
    if (window->taps < 2 || window->taps > WINDOW_MAX_TAPS || reads_guarded(window->cg->poly->term) ||
        cg_native_size(window->native, &window->planes) < MIN_PLANES ||
        !cg_native_plane_measure(&window->plane) || window->plane.volume > MAX_PLANE ||
        cg_native_plane_stride(&window->plane, window->row) != 1)
        return false;
    for (int i = 0; i < update->n_guards; i++)
        if (!cg_native_plane_guard(&window->plane, &update->guard[i].affine))
            return false;
    window->plane.direct =
        update->n_guards == 0 &&
        (!window->lane || (cg_native_stride(window->native, window->plane.in, window->row) == 1 &&
                              strcmp(window->lane, cg_element_type(window->plane.in->array)) == 0));
    return window->plane.direct || is_padded_well(window);
}

/* ---- the rows ---- */

static void read_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    struct window *window = scope->reader;
    int t = cg_tensor_of(scope->cg, access);
    if (t < 0) {
        cg_fail(scope->cg, NAAS_INTERNAL, access->loc, "the term reads what is no tensor of the problem");
        return;
    }
    if (scope->cg->poly->access[t] != window->plane.in) { /* the same for all rows of the block */
        if (window->below == 0) {
            naas_buf_printf(&window->factors, "    const %s naas_f%d = ", naas_type_c(access->array->type),
                window->n_factors);
            cg_element_print(scope, &window->factors, access);
            naas_buf_puts(&window->factors, ";\n");
        }
        naas_buf_printf(out, "naas_f%d", window->n_factors++);
        return;
    }
    int64_t place = cg_native_plane_place(&window->plane, window->tap);
    if (window->down >= 0)
        place += window->below * cg_native_plane_stride(&window->plane, window->down);
    int k = 0;
    while (k < window->n_places && window->place[k] != place)
        k++;
    if (k == window->n_places) {
        window->place[window->n_places++] = place;
        naas_buf_printf(&window->elements, "        const %s naas_e%d = naas_at[%lld * %s + %lld];\n",
            window->plane.type, k, (long long)cg_native_plane_stride(&window->plane, window->row),
            window->native->index[window->row], (long long)place);
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
    if (window->down >= 0)
        scope.var[window->down] = naas_format(cg->ctx, "(%s)",
            cg_variable(cg, window->down, naas_format(cg->ctx, "(naas_down + %d)", window->below)));
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

bool cg_window_next_tap(struct window *window)
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
        while (cg_window_next_tap(window));
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

void cg_window_rows_open(const struct window *window, struct naas_buf *out, int rows)
{
    const char *name = window->cg->name;
    naas_buf_printf(out,
        "static __attribute__((noinline)) void %s_rows%d(const struct %s_args *naas_args, const %s *restrict "
        "naas_plane, long long naas_p, long long naas_o, long long naas_down, long long naas_end)\n{\n"
        "    (void)naas_p, (void)naas_o;\n",
        name, rows, name, window->plane.type);
    cg_native_decode_print(window->native, out, &window->planes, window->planes.n, "naas_p");
    cg_native_decode_print(window->native, out, &window->outer, window->outer.n, "naas_o");
}

void cg_window_rows_loop(const struct window *window, struct naas_buf *out, int rows)
{
    naas_buf_printf(out,
        "    for (; naas_down + %d <= naas_end; naas_down += %d) {\n    const %s *restrict const naas_at = "
        "naas_plane",
        rows, rows, window->plane.type);
    for (int k = 0; k < window->outer.n; k++)
        naas_buf_printf(out, " + %lld * %s",
            (long long)cg_native_plane_stride(&window->plane, window->outer.dim[k]),
            window->native->index[window->outer.dim[k]]);
    if (window->down >= 0)
        naas_buf_printf(
            out, " + %lld * naas_down", (long long)cg_native_plane_stride(&window->plane, window->down));
    naas_buf_puts(out, ";\n");
}

static void rows_print(struct window *window, struct naas_buf *out, int rows, const char *neutral)
{
    struct naas_buf columns = naas_buf_new(window->cg->ctx);
    window->factors = naas_buf_new(window->cg->ctx);
    columns_print(window, &columns, rows, neutral);
    cg_window_rows_open(window, out, rows);
    naas_buf_write(out, window->factors.text, window->factors.length);
    cg_window_rows_loop(window, out, rows);
    naas_buf_write(out, columns.text, columns.length);
    naas_buf_puts(out, "    }\n}\n\n");
}

/* All rows of plane naas_p. */
static void plane_print(struct window *window, struct naas_buf *out, const char *neutral)
{
    const char *name = window->cg->name;
    int64_t rows = window->down < 0 ? 1 : window->cg->problem->dim[window->down].extent;
    bool slides = window->lane;
    int64_t most = window->native->choice.below * (slides ? 2 : 1);
    most = most < 1 ? 1 : most > WINDOW_MAX_BELOW ? WINDOW_MAX_BELOW : most;
    most = most > rows ? rows : most;
    int64_t rest = rows % most;
    if (slides)
        cg_window_vectors_print(window, out);
    struct naas_buf calls = naas_buf_new(window->cg->ctx);
    for (int k = 0; k < 2; k++) {
        int64_t block = k ? rest : most;
        if (block == 0)
            continue;
        if (slides)
            cg_window_slide_print(window, out, (int)block);
        else
            rows_print(window, out, (int)block, neutral);
        naas_buf_printf(&calls, "        %s_rows%lld(naas_args, naas_at, naas_p, naas_o, %lld, %lld);\n",
            name, (long long)block, (long long)(k ? rows - rest : 0), (long long)(k ? rows : rows - rest));
    }
    naas_buf_printf(out,
        "static void %s_all(const struct %s_args *naas_args, const %s *naas_at, long long naas_p)\n{\n"
        "    for (long long naas_o = 0; naas_o < %lld; naas_o++) {\n%s    }\n}\n\n",
        name, name, window->plane.type, (long long)cg_native_size(window->native, &window->outer),
        calls.text);
}

static void direct_run_print(struct window *window, struct naas_buf *out)
{
    const struct cg *cg = window->cg;
    naas_buf_printf(out,
        "static int %s_run(const struct %s_args *naas_args)\n{\n"
        "    naas_omp(\"omp parallel for if(%s_parallel)\")\n"
        "    for (long long naas_p = 0; naas_p < %lld; naas_p++) {\n",
        cg->name, cg->name, cg->name, (long long)cg_native_size(window->native, &window->planes));
    cg_native_decode_print(window->native, out, &window->planes, window->planes.n, "naas_p");
    naas_buf_printf(out, "        %s_all(naas_args, naas_args->%s + (", cg->name,
        cg_array_of(cg, window->plane.in->array)->field);
    cg_native_plane_first_print(&window->plane, out);
    naas_buf_puts(out, "), naas_p);\n    }\n    return 0;\n}\n\n");
}

static void run_print(struct window *window, struct naas_buf *out)
{
    const char *name = window->cg->name;
    int64_t margin = cg_native_plane_margin(&window->plane);
    naas_buf_printf(out,
        "static int %s_run(const struct %s_args *naas_args)\n{\n"
        "    int naas_failed = 0;\n"
        "    naas_omp(\"omp parallel if(%s_parallel)\")\n    {\n"
        "        %s *const naas_memory = naas_rt_scratch(%lldULL * sizeof(%s)), *const naas_at = naas_memory "
        "+ "
        "%lld;\n"
        "        if (!naas_memory) {\n            naas_omp(\"omp atomic write\")\n            naas_failed = "
        "1;\n "
        "       }\n"
        "        naas_omp(\"omp barrier\")\n"
        "        if (!naas_failed) {\n"
        "            naas_omp(\"omp for\")\n"
        "            for (long long naas_p = 0; naas_p < %lld; naas_p++) {\n"
        "                %s_plane(naas_args, naas_at, naas_p, 0, %lld);\n"
        "                %s_all(naas_args, naas_at, naas_p);\n"
        "            }\n        }\n"
        "        naas_rt_scratch_end(naas_memory);\n    }\n"
        "    return naas_failed;\n}\n\n",
        name, name, name, window->plane.type, (long long)(window->plane.volume + margin), window->plane.type,
        (long long)margin, (long long)cg_native_size(window->native, &window->planes), name,
        (long long)window->plane.axis[0].size, name);
}

bool cg_native_window_print(struct native *native, struct naas_buf *out)
{
    const char *neutral = cg_native_neutral(native);
    for (int d = native->cg->problem->n_dims - 1; d >= 0; d--) {
        struct window window = {.native = native, .cg = native->cg, .row = d, .plane.native = native};
        if (native->cg->problem->reduce == AS_NO_REDUCE || !suits(&window))
            continue;
        plane_print(&window, out, neutral);
        if (window.plane.direct) {
            direct_run_print(&window, out);
        } else {
            cg_native_plane_print(&window.plane, out, &window.planes, neutral);
            run_print(&window, out);
        }
        return true;
    }
    return false;
}
