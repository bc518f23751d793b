/*
 * The arrays of a mapping: below each level that has one, a picture for every tensor of which instances get
 * the same elements. Instances that share theirs are drawn as one piece: an input or weight is broadcast over
 * it, partial sums of the output are added up over it.
 */
#include "show/mapping.h"
#include "show/svg.h"
#include "support/number.h"
#include <math.h>

enum { SIDE = 168, THIN = 24, FINE = 4, COLUMN = 236, TEXT = 18 };

/* An axis of an array, as a tensor sees it. */
struct side {
    int64_t used, size;
    bool differs;                          /* some loop along it changes the tensor's elements */
    const char *split, *shared, *overlaps; /* names of dims: own part each, the same for all; in a window */
};

static const char *listed(struct naas_ctx *ctx, const char *list, const char *name)
{
    return naas_format(ctx, "%s%s%s", list, list[0] ? ", " : "", name);
}

/* Whether the dim stands in a subscript beside another dim that moves: neighbours overlap then. */
static bool in_window(const struct as_problem *problem, int tensor, int dim)
{
    const struct as_tensor *of = &problem->tensor[tensor];
    for (int a = 0; a < of->rank; a++)
        for (int i = 0; i < of->axis[a].n_terms; i++)
            if (of->axis[a].term[i].dim == dim && of->axis[a].n_terms > 1 &&
                problem->dim[of->axis[a].term[1 - i].dim].extent > 1)
                return true;
    return false;
}

static struct side side_of(
    struct naas_ctx *ctx, const struct show_view *view, int level, int axis, int tensor)
{
    struct side side = {.used = 1, .size = 1, .split = "", .shared = "", .overlaps = ""};
    struct show_loop loops[SHOW_MAX_LOOPS];
    int n = show_loops(view, loops);
    if (axis >= view->accel->level[level].n_axes)
        return side;
    side.size = view->accel->level[level].axis[axis].size;
    for (int i = 0; i < n; i++) {
        if (loops[i].level != level || loops[i].axis != axis)
            continue;
        const char *name = view->problem->dim[loops[i].dim].name;
        side.used *= loops[i].trips;
        if (!show_uses(view->problem, tensor, loops[i].dim)) {
            side.shared = listed(ctx, side.shared, name);
            continue;
        }
        side.differs = true;
        side.split = listed(ctx, side.split, name);
        if (in_window(view->problem, tensor, loops[i].dim))
            side.overlaps = listed(ctx, side.overlaps, name);
    }
    return side;
}

/* What happens to the tensor along the axis, in words. */
static const char *fate(struct naas_ctx *ctx, const struct side *side, const char *axis, bool output)
{
    const char *share = output ? "summed" : "broadcast";
    if (side->used == 1)
        return naas_format(ctx, "%s: one instance", axis);
    if (!side->differs)
        return naas_format(ctx, "%s: %s over %s", axis, share, side->shared);
    if (side->shared[0])
        return naas_format(ctx, "%s: split by %s, %s over %s", axis, side->split, share, side->shared);
    return naas_format(ctx, "%s: split by %s%s", axis, side->split, side->overlaps[0] ? ", with halos" : "");
}

/* Pixels of an instance along an axis; other: size of the other axis. Arrays that are long and thin get some
 * breadth. */
static double cell_of(int64_t size, int64_t other)
{
    double cell = (double)SIDE / (double)max64(size, other);
    return cell * (double)size < THIN ? (double)THIN / (double)size : cell;
}

/* How many instances along an axis are drawn as one. */
static int64_t group_of(double cell)
{
    return cell >= FINE ? 1 : (int64_t)ceil(FINE / cell);
}

/* The tensor's pieces over the used part of two axes. A piece with a fold (split by one dim, shared by
 * another on the same axis) is drawn as split. */
static void draw_pieces(
    struct naas_buf *out, const struct side *x, const struct side *y, double left, double top, int tensor)
{
    double wide = cell_of(x->size, y->size), high = cell_of(y->size, x->size);
    double gap = wide >= 6 && high >= 6 ? 1 : 0.5;
    int64_t step_x = x->differs ? group_of(wide) : x->used, step_y = y->differs ? group_of(high) : y->used;
    svg_rect(out, left, top, wide * (double)x->size, high * (double)y->size, "idle",
        "instances that are not used");
    for (int64_t j = 0; j < y->used; j += step_y)
        for (int64_t i = 0; i < x->used; i += step_x) {
            int64_t nx = step_x < x->used - i ? step_x : x->used - i,
                    ny = step_y < y->used - j ? step_y : y->used - j;
            svg_rect(out, left + wide * (double)i + gap, top + high * (double)j + gap,
                wide * (double)nx - 2 * gap, high * (double)ny - 2 * gap,
                naas_format(out->ctx, "s%d%s", tensor % 8, (i / step_x + j / step_y) % 2 ? " soft" : ""),
                naas_format(out->ctx, "instances %lld..%lld x %lld..%lld", (long long)i,
                    (long long)(i + nx - 1), (long long)j, (long long)(j + ny - 1)));
        }
}

static void draw_tensor(
    struct naas_buf *out, const struct show_view *view, int level, int tensor, double left, double top)
{
    const struct as_level *at = &view->accel->level[level];
    bool output = tensor == view->problem->output;
    struct side side[AS_MAX_AXES];
    for (int a = 0; a < AS_MAX_AXES; a++)
        side[a] = side_of(out->ctx, view, level, a, tensor);
    svg_text(out, left, top + 12, SVG_START, "head",
        svg_fit(out->ctx, view->problem->tensor[tensor].name, COLUMN - 20));
    draw_pieces(out, &side[0], &side[1], left, top + 20, tensor);
    double y = top + 20 + cell_of(side[1].size, side[0].size) * (double)side[1].size + TEXT;
    for (int a = 0; a < at->n_axes; a++) {
        svg_text(out, left, y, SVG_START, "t",
            svg_fit(out->ctx, fate(out->ctx, &side[a], at->axis[a].name, output), COLUMN - 8));
        y += TEXT;
    }
}

/* "X, 8 of 16 instances: k 4 x 2, p 2 x 7" */
static const char *axis_text(struct naas_ctx *ctx, const struct show_view *view, int level, int axis)
{
    struct show_loop loops[SHOW_MAX_LOOPS];
    const struct as_array_axis *of = &view->accel->level[level].axis[axis];
    int n = show_loops(view, loops);
    const char *laid = "";
    for (int i = 0; i < n; i++)
        if (loops[i].level == level && loops[i].axis == axis)
            laid = listed(ctx, laid,
                naas_format(ctx, "%s in %lld tiles of %lld%s", view->problem->dim[loops[i].dim].name,
                    (long long)loops[i].trips, (long long)loops[i].tile,
                    loops[i].ragged ? " (the last smaller)" : ""));
    return naas_format(ctx, "%s: %s; %lld of %d instances used", of->name,
        laid[0] ? laid : "nothing laid along it", (long long)show_used(view, level, axis), of->size);
}

static double draw_array(struct naas_buf *out, const struct show_view *view, int level, double top)
{
    const struct as_level *at = &view->accel->level[level];
    int64_t high = at->n_axes > 1 ? at->axis[1].size : 1, wide = at->axis[0].size;
    svg_text(out, 0, top + 14, SVG_START, "head",
        naas_format(out->ctx, "Array below %s: who gets the same elements", at->name));
    double y = top + 14 + TEXT;
    for (int a = 0; a < at->n_axes; a++, y += TEXT) {
        static const char *const direction[] = {"from left to right", "from top to bottom", "not drawn"};
        long long group = a == 0 ? group_of(cell_of(wide, high)) : a == 1 ? group_of(cell_of(high, wide)) : 1;
        svg_text(out, 0, y, SVG_START, "dim",
            naas_format(out->ctx, "%s (%s%s)", axis_text(out->ctx, view, level, a), direction[a],
                group > 1 ? naas_format(out->ctx, ", %lld drawn as one", group) : ""));
    }
    int columns = SHOW_WIDTH / COLUMN;
    double row = 20 + cell_of(high, wide) * (double)high + TEXT * (at->n_axes + 1);
    for (int t = 0; t < view->problem->n_tensors; t++) {
        int line = t / columns;
        draw_tensor(out, view, level, t, COLUMN * (t % columns), y + row * line);
    }
    int lines = (view->problem->n_tensors - 1) / columns + 1;
    return y + row * lines;
}

double show_arrays(struct naas_buf *out, const struct show_view *view)
{
    double y = 0;
    bool any = false;
    for (int l = 0; l < view->accel->n_levels; l++)
        if (view->accel->level[l].n_axes > 0) {
            y = draw_array(out, view, l, y) + 8;
            any = true;
        }
    if (any)
        return y;
    svg_text(out, 0, 14, SVG_START, "head", "No array: one multiplier");
    return 24;
}
