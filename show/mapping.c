#include "show/mapping.h"
#include "show/svg.h"

int show_loops(const struct show_view *view, struct show_loop loops[SHOW_MAX_LOOPS])
{
    int64_t tile[AS_MAX_DIMS];
    int n = 0;
    as_level_tile(view->problem, view->mapping, 0, tile);
    for (int l = 0; l < view->mapping->n_levels; l++)
        for (int i = 0; i < view->mapping->level[l].n_loops; i++) {
            const struct as_loop *loop = &view->mapping->level[l].loop[i];
            int64_t around = tile[loop->dim];
            if (loop->tile >= around)
                continue;
            loops[n++] = (struct show_loop){l, loop->dim, loop->axis, (around - 1) / loop->tile + 1,
                loop->tile, around % loop->tile != 0};
            tile[loop->dim] = loop->tile;
        }
    return n;
}

int64_t show_used(const struct show_view *view, int level, int axis)
{
    struct show_loop loops[SHOW_MAX_LOOPS];
    int n = show_loops(view, loops);
    int64_t used = 1;
    for (int i = 0; i < n; i++)
        if (loops[i].level == level && loops[i].axis == axis)
            used *= loops[i].trips;
    return used;
}

bool show_uses(const struct as_problem *problem, int tensor, int dim)
{
    const struct as_tensor *of = &problem->tensor[tensor];
    for (int a = 0; a < of->rank; a++)
        for (int i = 0; i < of->axis[a].n_terms; i++)
            if (of->axis[a].term[i].dim == dim)
                return true;
    return false;
}

const char *show_bytes(struct naas_ctx *ctx, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    while (bytes >= 1024 && unit < 3) {
        bytes /= 1024;
        unit++;
    }
    return naas_format(ctx, "%.*f %s", unit > 0 && bytes < 100 ? 1 : 0, bytes, units[unit]);
}

int64_t show_tile_bytes(const struct show_view *view, int level, int tensor)
{
    int64_t tile[AS_MAX_DIMS];
    as_level_tile(view->problem, view->mapping, level, tile);
    return as_footprint(view->problem, tensor, tile) * as_element_bytes(view->problem, view->accel, tensor) *
           view->accel->level[level].buffers;
}

void show_picture_svg(
    struct naas_buf *out, show_picture *picture, const struct show_view *view, const char *label)
{
    struct naas_buf body = naas_buf_new(out->ctx);
    double height = picture(&body, view);
    svg_begin(out, SHOW_WIDTH, height, label, false);
    naas_buf_puts(out, body.text);
    svg_end(out);
}

void show_mapping_svg(struct naas_buf *out, const struct show_view *view)
{
    static show_picture *const pictures[] = {show_arrays, show_levels, show_timeline};
    enum { N = sizeof pictures / sizeof pictures[0], HEAD = 44, MARGIN = 16 };
    struct naas_buf body[N];
    const char *title = naas_format(out->ctx, "%s on %s", view->problem->name, view->accel->name);
    double height = HEAD, top[N];
    for (int i = 0; i < N; i++) {
        body[i] = naas_buf_new(out->ctx);
        top[i] = height;
        height += pictures[i](&body[i], view) + MARGIN;
    }
    svg_begin(out, SHOW_WIDTH + 2 * MARGIN, height, title, true);
    svg_text(out, MARGIN, 26, SVG_START, "title", title);
    for (int i = 0; i < N; i++) {
        svg_begin_group(out, MARGIN, top[i], NULL);
        naas_buf_puts(out, body[i].text);
        svg_end_group(out);
    }
    svg_end(out);
}
