/* The storage levels of a mapping: what each holds of every tensor, and how full it is. */
#include "show/mapping.h"
#include "show/svg.h"

enum { NAME = 120, BAR = 340, LINE = 17, HEIGHT = 16 };

/* "k16 p4 q4": extents of the tile in the tensor's dims. */
static const char *tile_text(struct naas_ctx *ctx, const struct show_view *view, int level, int tensor)
{
    int64_t tile[AS_MAX_DIMS];
    const char *text = "";
    as_level_tile(view->problem, view->mapping, level, tile);
    for (int d = 0; d < view->problem->n_dims; d++)
        if (show_uses(view->problem, tensor, d))
            text = naas_format(ctx, "%s%s%s %lld", text, text[0] ? ", " : "", view->problem->dim[d].name,
                (long long)tile[d]);
    return text;
}

static bool holds(const struct show_view *view, int level, int partition, int tensor)
{
    const struct as_level *at = &view->accel->level[level];
    return (view->mapping->level[level].keeps >> tensor & 1) &&
           (at->n_partitions == 0 || (at->partition[partition].roles & view->problem->tensor[tensor].role));
}

static double draw_partition(
    struct naas_buf *out, const struct show_view *view, int level, int partition, double y)
{
    const struct as_level *at = &view->accel->level[level];
    double room = at->n_partitions ? (double)at->partition[partition].bytes : 0, used = 0;
    if (room <= 0) {
        svg_text(out, NAME, y + 12, SVG_START, "dim", "as large as need be");
        return y + HEIGHT;
    }
    svg_rect(out, NAME, y, BAR, HEIGHT, "band", NULL);
    for (int t = 0; t < view->problem->n_tensors; t++) {
        if (!holds(view, level, partition, t))
            continue;
        double bytes = (double)show_tile_bytes(view, level, t);
        svg_rect(out, NAME + BAR * used / room, y, BAR * bytes / room, HEIGHT,
            naas_format(out->ctx, "part s%d", t % 8),
            naas_format(out->ctx, "%s: %s (%.1f %%)", view->problem->tensor[t].name,
                show_bytes(out->ctx, bytes), 100 * bytes / room));
        used += bytes;
    }
    svg_rect(out, NAME, y, BAR, HEIGHT, "frame", NULL);
    svg_text(out, NAME + BAR + 10, y + 12, SVG_START, "t",
        naas_format(out->ctx, "%s of %s (%.1f %%)%s", show_bytes(out->ctx, used), show_bytes(out->ctx, room),
            100 * used / room, at->buffers > 1 ? ", both buffers" : ""));
    return y + HEIGHT + 4;
}

static double draw_tiles(struct naas_buf *out, const struct show_view *view, int level, double y)
{
    for (int t = 0; t < view->problem->n_tensors; t++) {
        const char *name = view->problem->tensor[t].name;
        bool kept = view->mapping->level[level].keeps >> t & 1;
        int64_t tile[AS_MAX_DIMS];
        as_level_tile(view->problem, view->mapping, level, tile);
        svg_mark(out, NAME + 6, y + 8, 4, 1, naas_format(out->ctx, "s%d", t % 8), NULL, NULL);
        long long n = as_footprint(view->problem, t, tile);
        const char *text = kept ? naas_format(out->ctx, "%s: %lld element%s (%s)", name, n, n == 1 ? "" : "s",
                                      tile_text(out->ctx, view, level, t))
                                : naas_format(out->ctx, "%s passes", name);
        svg_text(out, NAME + 17, y + 12, SVG_START, kept ? "t" : "dim",
            svg_fit(out->ctx, text, SHOW_WIDTH - NAME - 20));
        y += LINE;
    }
    return y;
}

double show_levels(struct naas_buf *out, const struct show_view *view)
{
    double y = 14;
    svg_text(out, 0, y, SVG_START, "head", "Storage: what one instance of every level holds");
    y += 12;
    for (int l = 0; l < view->accel->n_levels; l++) {
        const struct as_level *at = &view->accel->level[l];
        svg_text(out, 0, y + 12, SVG_START, "head", svg_fit(out->ctx, at->name, NAME - 8));
        if (as_instances(view->accel, l) > 1)
            svg_text(out, 0, y + 12 + LINE, SVG_START, "dim",
                naas_format(out->ctx, "%lld instances", (long long)as_instances(view->accel, l)));
        for (int p = 0; p < at->n_partitions || p == 0; p++)
            y = draw_partition(out, view, l, p, y);
        y = draw_tiles(out, view, l, y) + 10;
    }
    return y;
}
