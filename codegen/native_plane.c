/*
 * Planes: what a nest reads of its input at one place of some outer dims, copied with the padding around it,
 * so that windows over it need no guard. Where windows move by `step` along an axis, elements are sorted by
 * their coordinate modulo step: the next window's elements are then the next ones in memory, too.
 *
 *     local coordinate u of an axis lies at (u % step) * phase + u / step * pitch
 */
#include "codegen/native.h"
#include "support/number.h"

int64_t cg_native_coefficient(const struct native_plane *plane, int j, int d)
{
    const struct cg *cg = plane->native->cg;
    const struct fe_affine *index = &plane->in->index[j];
    int64_t coef = 0;
    for (int i = 0; i < index->n_terms; i++)
        if (cg_dim_of(cg, NULL, index->term[i].loop) == d)
            coef += index->term[i].coef * cg->poly->step[d];
    return coef;
}

static bool has(unsigned dims, int d)
{
    return dims >> d & 1;
}

/* Every local coordinate counts up from 0; each axis has one dim at most that moves along it. */
static bool measure_axis(struct native_plane *plane, int j)
{
    const struct as_problem *problem = plane->native->cg->problem;
    struct native_axis *axis = &plane->axis[j];
    *axis = (struct native_axis){.size = 1, .low = INT64_MIN, .high = INT64_MAX, .step = 1};
    int n_moving = 0;
    for (int d = 0; d < problem->n_dims; d++) {
        int64_t coef = cg_native_coefficient(plane, j, d);
        if (has(plane->outside, d) || coef == 0)
            continue;
        if (coef < 0)
            return false;
        axis->size += coef * (problem->dim[d].extent - 1);
        if (has(plane->moving, d)) {
            axis->step = coef;
            n_moving++;
        }
    }
    return n_moving <= 1 && axis->step <= NATIVE_MAX_STEP;
}

bool cg_native_plane_measure(struct native_plane *plane)
{
    const struct fe_array *array = plane->in->array;
    int rank = array->rank;
    if (rank == 0 || array->storage == FE_PRIVATE || plane->in->n_guards > 0)
        return false;
    plane->axis = naas_alloc(plane->native->cg->ctx, (size_t)rank, sizeof *plane->axis);
    plane->volume = 1;
    for (int j = rank - 1; j >= 0; j--) {
        if (!measure_axis(plane, j))
            return false;
        plane->axis[j].pitch = plane->volume;
        plane->volume *= ceil_div(plane->axis[j].size, plane->axis[j].step);
        if (j == rank - 1 && plane->aligned > 1)
            plane->volume = ceil_div(plane->volume, plane->aligned) * plane->aligned;
        if (plane->volume > NATIVE_MAX_PLANE)
            return false;
    }
    for (int j = rank - 1; j >= 0; j--) {
        plane->axis[j].phase = plane->volume;
        plane->volume *= plane->axis[j].step;
    }
    return plane->volume <= NATIVE_MAX_PLANE;
}

/* A guard that says +-(coordinate of the input) + c >= 0 is padding. */
bool cg_native_plane_guard(struct native_plane *plane, const struct fe_affine *guard)
{
    for (int j = 0; j < plane->in->array->rank; j++) {
        const struct fe_affine *index = &plane->in->index[j];
        int64_t sign = 0;
        if (index->n_terms > 0 && index->n_terms == guard->n_terms)
            sign = index->term[0].coef == guard->term[0].coef ? 1 : -1;
        for (int i = 0; sign != 0 && i < index->n_terms; i++)
            if (index->term[i].loop != guard->term[i].loop ||
                index->term[i].coef != sign * guard->term[i].coef)
                sign = 0;
        struct native_axis *axis = &plane->axis[j];
        int64_t low = index->constant - guard->constant, high = index->constant + guard->constant;
        if (sign > 0)
            axis->low = low > axis->low ? low : axis->low;
        if (sign < 0)
            axis->high = high < axis->high ? high : axis->high;
        if (sign != 0)
            return true;
    }
    return false;
}

int64_t cg_native_plane_stride(const struct native_plane *plane, int d)
{
    int64_t stride = 0;
    if (plane->direct)
        return cg_native_stride(plane->native, plane->in, d);
    for (int j = 0; j < plane->in->array->rank; j++)
        stride += cg_native_coefficient(plane, j, d) / plane->axis[j].step * plane->axis[j].pitch;
    return stride;
}

int64_t cg_native_plane_place(const struct native_plane *plane, const int64_t *tap)
{
    const struct as_problem *problem = plane->native->cg->problem;
    int64_t place = 0;
    for (int j = 0; j < plane->in->array->rank; j++) {
        int64_t u = 0;
        for (int d = 0; d < problem->n_dims; d++)
            if (problem->dim[d].kind == AS_REDUCTION)
                u += cg_native_coefficient(plane, j, d) * tap[d];
        place += plane->direct ? u * plane->in->array->stride[j]
                               : u % plane->axis[j].step * plane->axis[j].phase +
                                     u / plane->axis[j].step * plane->axis[j].pitch;
    }
    return place;
}

/* ---- the copy ---- */

/* Coordinate in the caller's array of what is local coordinate 0, at the first place. */
static int64_t base_of(const struct native_plane *plane, int j)
{
    const struct native *native = plane->native;
    const struct fe_affine *index = &plane->in->index[j];
    int64_t constant = index->constant;
    for (int i = 0; i < index->n_terms; i++)
        constant +=
            index->term[i].coef * native->cg->poly->first[cg_dim_of(native->cg, NULL, index->term[i].loop)];
    return constant;
}

static bool is_fixed(const struct native_plane *plane, int j)
{
    for (int d = 0; d < plane->native->cg->problem->n_dims; d++)
        if (has(plane->outside, d) && cg_native_coefficient(plane, j, d) != 0)
            return false;
    return true;
}

static void base_print(const struct native_plane *plane, struct naas_buf *out, int j)
{
    const struct native *native = plane->native;
    naas_buf_printf(out, "    const long long naas_base%d = %lld", j, (long long)base_of(plane, j));
    for (int d = 0; d < native->cg->problem->n_dims; d++)
        if (has(plane->outside, d) && cg_native_coefficient(plane, j, d) != 0)
            naas_buf_printf(
                out, " + %lld * %s", (long long)cg_native_coefficient(plane, j, d), native->index[d]);
    naas_buf_puts(out, ";\n");
}

int64_t cg_native_plane_margin(const struct native_plane *plane)
{
    int last = plane->in->array->rank - 1;
    const struct native_axis *axis = &plane->axis[last];
    int64_t first = axis->low == INT64_MIN ? 0 : axis->low - base_of(plane, last);
    if (plane->aligned <= 1 || first <= 0 || !is_fixed(plane, last))
        return 0;
    return plane->aligned - ceil_div(first, axis->step) % plane->aligned;
}

void cg_native_plane_first_print(const struct native_plane *plane, struct naas_buf *out)
{
    const struct native *native = plane->native;
    int64_t constant = 0;
    for (int j = 0; j < plane->in->array->rank; j++) {
        const struct fe_affine *index = &plane->in->index[j];
        int64_t stride = plane->in->array->stride[j];
        constant += index->constant * stride;
        for (int i = 0; i < index->n_terms; i++)
            constant += index->term[i].coef * stride *
                        native->cg->poly->first[cg_dim_of(native->cg, NULL, index->term[i].loop)];
    }
    naas_buf_printf(out, "%lld", (long long)constant);
    for (int d = 0; d < native->cg->problem->n_dims; d++)
        if (has(plane->outside, d) && cg_native_stride(native, plane->in, d) != 0)
            naas_buf_printf(
                out, " + %lld * %s", (long long)cg_native_stride(native, plane->in, d), native->index[d]);
}

/* The columns inside: numbers where they are the same at every place, so that the compiler has no loops of
 * unknown length to make of a row. */
static void columns_print(const struct native_plane *plane, struct naas_buf *out)
{
    int last = plane->in->array->rank - 1;
    const struct native_axis *axis = &plane->axis[last];
    int64_t base = base_of(plane, last), low = 0, high = axis->size;
    if (is_fixed(plane, last)) {
        low = axis->low != INT64_MIN && axis->low > base ? axis->low - base : 0;
        high = axis->high != INT64_MAX && axis->high + 1 - base < high ? axis->high + 1 - base : high;
        naas_buf_printf(out, "    const long long naas_low = %lld, naas_high = %lld; /* columns inside */\n",
            (long long)low, (long long)(high < low ? low : high));
        return;
    }
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
    naas_buf_puts(out, "    if (naas_high < naas_low)\n        naas_low = naas_high = 0;\n");
}

/* A row that lies outside: padding throughout. */
static void outside_print(const struct native_plane *plane, struct naas_buf *out, long long width,
    const char *at, const char *neutral)
{
    int last = plane->in->array->rank - 1;
    bool any = false;
    for (int j = 0; j < last; j++) {
        const struct native_axis *axis = &plane->axis[j];
        if (axis->low != INT64_MIN)
            naas_buf_printf(out, "%snaas_base%d + naas_y%d < %lld", any ? " || " : "    if (", j, j,
                (long long)axis->low);
        any = any || axis->low != INT64_MIN;
        if (axis->high != INT64_MAX)
            naas_buf_printf(out, "%snaas_base%d + naas_y%d > %lld", any ? " || " : "    if (", j, j,
                (long long)axis->high);
        any = any || axis->high != INT64_MAX;
    }
    if (any)
        naas_buf_printf(out,
            ") {\n        for (int naas_part = 0; naas_part < %lld; naas_part++, naas_to += %lld)\n"
            "            for (long long naas_x = 0; naas_x < %lld; naas_x++)\n"
            "                naas_to[%s] = %s;\n        continue;\n    }\n",
            (long long)plane->axis[last].step, (long long)plane->axis[last].phase, width, at, neutral);
}

static void read_print(struct cg_scope *scope, struct naas_buf *out, const struct fe_access *access)
{
    const struct native_plane *plane = scope->reader;
    int last = access->array->rank - 1;
    naas_buf_printf(out, "naas_args->%s[naas_from + %lld * (%lld * naas_x + naas_part)]",
        cg_array_of(scope->cg, access->array)->field, (long long)access->array->stride[last],
        (long long)plane->axis[last].step);
}

/* The first of some rows copies them all, see by_words; this row's loop has nothing left then. */
static const char *words_text(const struct native_plane *plane)
{
    const struct cg *cg = plane->native->cg;
    const struct fe_array *array = plane->in->array;
    int last = array->rank - 1, j = plane->inner;
    if (!plane->by_words)
        return "";
    return naas_format(cg->ctx,
        "        if (naas_y%d < %lld / %s_word * %s_word) {\n"
        "            if (naas_y%d %% %s_word == 0)\n"
        "                %s_words(naas_to + naas_first * %lld, naas_args->%s + (naas_from + naas_first), "
        "naas_end - naas_first);\n"
        "            naas_first = naas_end;\n        }\n",
        j, (long long)plane->axis[j].size, cg->name, cg->name, j, cg->name, cg->name,
        (long long)plane->axis[last].pitch, cg_array_of(cg, array)->field);
}

static void row_print(const struct native_plane *plane, struct naas_buf *out, const char *neutral)
{
    int last = plane->in->array->rank - 1;
    const struct native_axis *axis = &plane->axis[last];
    long long step = axis->step, width = ceil_div(axis->size, step);
    const char *at = axis->pitch == 1
                         ? "naas_x"
                         : naas_format(plane->native->cg->ctx, "naas_x * %lld", (long long)axis->pitch);
    struct naas_buf element = naas_buf_new(plane->native->cg->ctx);
    struct cg_scope scope = plane->native->scope;
    scope.read = read_print;
    scope.reader = (void *)plane;
    if (plane->factor)
        cg_expr_print(&scope, &element, plane->factor);
    else
        read_print(&scope, &element, plane->in);
    columns_print(plane, out);
    outside_print(plane, out, width, at, neutral);
    naas_buf_printf(out,
        "    naas_unroll for (int naas_part = 0; naas_part < %lld; naas_part++, naas_to += %lld) {\n"
        "        long long naas_first = (naas_low - naas_part + %lld) / %lld, naas_end = (naas_high - "
        "naas_part "
        "+ %lld) / %lld;\n"
        "        naas_first = naas_first > %lld ? %lld : naas_first;\n"
        "        for (long long naas_x = 0; naas_x < naas_first; naas_x++)\n"
        "            naas_to[%s] = %s;\n"
        "%s"
        "        for (long long naas_x = naas_first; naas_x < naas_end; naas_x++)\n"
        "            naas_to[%s] = (%s)(%s%s);\n"
        "        for (long long naas_x = naas_end; naas_x < %lld; naas_x++)\n"
        "            naas_to[%s] = %s;\n"
        "    }\n",
        step, (long long)axis->phase, step - 1, step, step - 1, step, width, width, at, neutral,
        words_text(plane), at, plane->type, element.text, plane->offset ? plane->offset : "", width, at,
        neutral);
}

void cg_native_plane_print(const struct native_plane *plane, struct naas_buf *out,
    const struct native_dims *outside, const char *neutral)
{
    const struct cg *cg = plane->native->cg;
    const struct fe_array *array = plane->in->array;
    int last = array->rank - 1, slice = plane->slice;
    naas_buf_printf(out,
        "/* The input around place naas_p, with its padding; of axis %d [naas_slice, naas_slice_end). */\n"
        "static void %s_plane(const struct %s_args *naas_args, %s *restrict naas_plane, long long naas_p, "
        "long long naas_slice, long long naas_slice_end)\n{\n"
        "    (void)naas_p, (void)naas_slice, (void)naas_slice_end;\n",
        slice, cg->name, cg->name, plane->type);
    cg_native_decode_print(plane->native, out, outside, outside->n, "naas_p");
    for (int j = 0; j <= last; j++)
        base_print(plane, out, j);
    if (last > 0)
        naas_buf_printf(out,
            "    for (long long naas_y%d = naas_slice; naas_y%d < naas_slice_end; naas_y%d++) {\n", slice,
            slice, slice);
    for (int j = 0; j < last; j++)
        if (j != slice)
            naas_buf_printf(out, "    for (long long naas_y%d = 0; naas_y%d < %lld; naas_y%d++) {\n", j, j,
                (long long)plane->axis[j].size, j);
    naas_buf_printf(out, "    %s *naas_to = naas_plane", plane->type);
    for (int j = 0; j < last; j++) {
        long long step = plane->axis[j].step, pitch = plane->axis[j].pitch;
        naas_buf_printf(out, " + naas_y%d / %lld * %lld", j, step, pitch);
        if (step > 1)
            naas_buf_printf(out, " + naas_y%d %% %lld * %lld", j, step, (long long)plane->axis[j].phase);
    }
    naas_buf_printf(
        out, ";\n    const long long naas_from = %lld * naas_base%d", (long long)array->stride[last], last);
    for (int j = 0; j < last; j++)
        naas_buf_printf(out, " + %lld * (naas_base%d + naas_y%d)", (long long)array->stride[j], j, j);
    naas_buf_puts(out, ";\n");
    row_print(plane, out, neutral);
    for (int j = 0; j < last; j++)
        naas_buf_puts(out, "    }\n");
    naas_buf_puts(out, "}\n\n");
}
