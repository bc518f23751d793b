/* A mapping as text: tree, table, CSV, JSON. */
#include "show/mapping.h"
#include "support/json.h"
#include <string.h>

/* ---- tree ---- */

/* 16 instances, 12 used */
static void print_instances(struct naas_buf *out, const struct show_view *view, int level)
{
    int64_t used = 1, all = as_instances(view->accel, level);
    for (int l = 0; l < level; l++)
        for (int a = 0; a < view->accel->level[l].n_axes; a++)
            used *= show_used(view, l, a);
    if (all > 1)
        naas_buf_printf(out, ", %lld of %lld used", (long long)used, (long long)all);
}

static void print_holding(struct naas_buf *out, const struct show_view *view, int level)
{
    const struct as_level *at = &view->accel->level[level];
    int64_t tile[AS_MAX_DIMS];
    as_level_tile(view->problem, view->mapping, level, tile);
    for (int t = 0; t < view->problem->n_tensors; t++) {
        if (!(view->mapping->level[level].keeps >> t & 1))
            continue;
        naas_buf_printf(
            out, "  %s %lld", view->problem->tensor[t].name, (long long)as_footprint(view->problem, t, tile));
    }
    if (at->buffers > 1)
        naas_buf_puts(out, "  (double-buffered)");
}

/* Every node has one child: the next loop, or the level whose tile it cuts out. */
static void begin_node(struct naas_buf *out, int depth)
{
    if (depth > 0)
        naas_buf_printf(out, "%*s\u2514\u2500 ", 3 * (depth - 1), "");
}

void show_tree(struct naas_buf *out, const struct show_view *view)
{
    struct show_loop loops[SHOW_MAX_LOOPS];
    int n = show_loops(view, loops), i = 0, depth = 0;
    for (int l = 0; l < view->mapping->n_levels; l++) {
        begin_node(out, depth++);
        naas_buf_puts(out, view->accel->level[l].name);
        print_instances(out, view, l);
        naas_buf_puts(out, ":");
        print_holding(out, view, l);
        naas_buf_puts(out, "\n");
        for (; i < n && loops[i].level == l; i++) {
            begin_node(out, depth++);
            naas_buf_printf(out, "%s %s: %lld tiles of %lld%s", loops[i].axis < 0 ? "for" : "side by side",
                view->problem->dim[loops[i].dim].name, (long long)loops[i].trips, (long long)loops[i].tile,
                loops[i].ragged ? ", the last one smaller" : "");
            if (loops[i].axis >= 0)
                naas_buf_printf(out, ", along %s", view->accel->level[l].axis[loops[i].axis].name);
            naas_buf_puts(out, "\n");
        }
    }
    begin_node(out, depth);
    naas_buf_puts(out, "mac\n");
}

/* ---- table ---- */

enum { COLUMN = 8 };

static void print_cell(struct naas_buf *out, const char *text)
{
    naas_buf_printf(out, " %*s", COLUMN, text);
}

/* Trips of the level's loops over each dim that are temporal (axis -1) or lie along an axis. */
static void print_factors(
    struct naas_buf *out, const struct show_view *view, int level, int axis, const char *name)
{
    struct show_loop loops[SHOW_MAX_LOOPS];
    int n = show_loops(view, loops);
    const char *order = "";
    naas_buf_printf(out, "  %-18s", name);
    for (int d = 0; d < view->problem->n_dims; d++) {
        const char *cell = "";
        for (int i = 0; i < n; i++)
            if (loops[i].level == level && loops[i].axis == axis && loops[i].dim == d)
                cell = naas_format(out->ctx, "%s%s%lld%s", cell, cell[0] ? "*" : "",
                    (long long)loops[i].trips, loops[i].ragged ? "~" : "");
        print_cell(out, cell[0] ? cell : ".");
    }
    for (int i = 0; i < n; i++)
        if (loops[i].level == level && loops[i].axis == axis)
            order = naas_format(out->ctx, "%s %s", order, view->problem->dim[loops[i].dim].name);
    naas_buf_printf(out, "  %s\n", order);
}

void show_table(struct naas_buf *out, const struct show_view *view)
{
    const struct as_problem *problem = view->problem;
    naas_buf_printf(out, "%-20s", "");
    for (int d = 0; d < problem->n_dims; d++)
        print_cell(out, problem->dim[d].name);
    naas_buf_puts(out, "   order\n");
    for (int l = 0; l < view->mapping->n_levels; l++) {
        const struct as_level *level = &view->accel->level[l];
        int64_t tile[AS_MAX_DIMS];
        as_level_tile(problem, view->mapping, l, tile);
        naas_buf_printf(out, "%-20s", naas_format(out->ctx, "%s holds", level->name));
        for (int d = 0; d < problem->n_dims; d++)
            print_cell(out, naas_format(out->ctx, "%lld", (long long)tile[d]));
        naas_buf_puts(out, "\n");
        print_factors(out, view, l, -1, "loops");
        for (int a = 0; a < level->n_axes; a++)
            print_factors(out, view, l, a,
                naas_format(out->ctx, "along %s (%d)", level->axis[a].name, level->axis[a].size));
    }
    naas_buf_puts(out, "~: the last tile is smaller\n");
}

/* ---- for other programs ---- */

void show_csv_text(struct naas_buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\n")) {
        naas_buf_puts(out, text);
        return;
    }
    naas_buf_puts(out, "\"");
    for (const char *c = text; *c; c++)
        naas_buf_printf(out, "%s%c", *c == '"' ? "\"" : "", *c);
    naas_buf_puts(out, "\"");
}

void show_loops_csv(struct naas_buf *out, const struct show_view *view)
{
    struct show_loop loops[SHOW_MAX_LOOPS];
    int n = show_loops(view, loops);
    naas_buf_puts(out, "level,kind,axis,dim,trips,tile,ragged\n");
    for (int i = 0; i < n; i++) {
        const struct as_level *level = &view->accel->level[loops[i].level];
        show_csv_text(out, level->name);
        naas_buf_puts(out, loops[i].axis < 0 ? ",temporal," : ",spatial,");
        show_csv_text(out, loops[i].axis < 0 ? "" : level->axis[loops[i].axis].name);
        naas_buf_puts(out, ",");
        show_csv_text(out, view->problem->dim[loops[i].dim].name);
        naas_buf_printf(
            out, ",%lld,%lld,%d\n", (long long)loops[i].trips, (long long)loops[i].tile, loops[i].ragged);
    }
}

void show_loops_json(struct naas_buf *out, const struct show_view *view)
{
    struct show_loop loops[SHOW_MAX_LOOPS];
    int n = show_loops(view, loops);
    naas_buf_puts(out, "{\"format\": 1, \"kind\": \"loops\", \"loops\": [");
    for (int i = 0; i < n; i++) {
        const struct as_level *level = &view->accel->level[loops[i].level];
        naas_buf_puts(out, i ? ",\n  {\"level\": " : "\n  {\"level\": ");
        json_write_string(out, level->name);
        naas_buf_printf(out, ", \"kind\": \"%s\", \"axis\": ", loops[i].axis < 0 ? "temporal" : "spatial");
        if (loops[i].axis < 0)
            naas_buf_puts(out, "null");
        else
            json_write_string(out, level->axis[loops[i].axis].name);
        naas_buf_puts(out, ", \"dim\": ");
        json_write_string(out, view->problem->dim[loops[i].dim].name);
        naas_buf_printf(out, ", \"trips\": %lld, \"tile\": %lld, \"ragged\": %s}", (long long)loops[i].trips,
            (long long)loops[i].tile, loops[i].ragged ? "true" : "false");
    }
    naas_buf_puts(out, "\n]}\n");
}
