#include "show/chart.h"
#include <math.h>

enum { CELL_WIDTH = 82, CELL_HEIGHT = 22, GROUP_GAP = 10, ROW_NAMES = 140, HEAD = 78, SHADES = 8, KEY = 40 };

static double column_at(const struct chart_heat *heat, int c)
{
    int gaps = c / heat->columns_together;
    return ROW_NAMES + c * CELL_WIDTH + gaps * GROUP_GAP;
}

static double row_at(const struct chart_heat *heat, int r)
{
    int gaps = r / heat->rows_together;
    return HEAD + r * CELL_HEIGHT + gaps * GROUP_GAP;
}

/* 0: no colour. */
static int shade_of(const struct chart_heat *heat, double value)
{
    double share = fmin(1, fabs(value) / heat->most);
    return isnan(share) ? 0 : (int)lround(share * SHADES);
}

static const char *class_of(struct naas_ctx *ctx, int shade, bool positive)
{
    return naas_format(ctx, "s%d h%d", positive ? 3 : 0, shade);
}

static void draw_cell(struct naas_buf *out, const struct chart_heat *heat, int r, int c)
{
    struct naas_ctx *ctx = out->ctx;
    int at = r * heat->n_columns + c, shade = shade_of(heat, heat->value[at]);
    double x = column_at(heat, c), y = row_at(heat, r), value = heat->value[at];
    svg_rect(out, x, y, CELL_WIDTH - 2, CELL_HEIGHT - 2, shade ? class_of(ctx, shade, value > 0) : "band",
        heat->tip[at]);
    svg_text(out, x + CELL_WIDTH / 2.0 - 1, y + 14, SVG_MIDDLE, heat->faint[at] ? "dim" : "head",
        isnan(value) ? "-" : naas_format(ctx, "%+.2f", value));
}

/* From the strongest below 0 to the strongest above. */
static void draw_key(struct naas_buf *out, const struct chart_heat *heat, double y)
{
    enum { WIDTH = 20 };
    struct naas_ctx *ctx = out->ctx;
    double x = ROW_NAMES;
    for (int shade = -SHADES; shade <= SHADES; shade++) {
        svg_rect(out, x, y, WIDTH, 10, shade ? class_of(ctx, shade < 0 ? -shade : shade, shade > 0) : "band",
            NULL);
        if (shade % SHADES == 0)
            svg_text(out, x + WIDTH / 2.0, y + 24, SVG_MIDDLE, "dim",
                naas_format(ctx, "%s%g%s", shade > 0 ? "+" : "", heat->most * shade / SHADES,
                    shade && heat->most > 1 ? " and beyond" : ""));
        x += WIDTH;
    }
}

void chart_heat(struct naas_buf *out, const struct chart_heat *heat)
{
    double width = column_at(heat, heat->n_columns) + 8, bottom = row_at(heat, heat->n_rows);
    svg_begin(out, width, bottom + KEY, heat->title, heat->alone);
    svg_text(out, 8, 18, SVG_START, "head", heat->title);
    for (int c = 0; c < heat->n_columns; c++) {
        double middle = column_at(heat, c) + CELL_WIDTH / 2.0;
        svg_text(out, middle, HEAD - 8, SVG_MIDDLE, "t", svg_fit(out->ctx, heat->column[c], CELL_WIDTH));
        if (c % heat->columns_together == 0)
            svg_text(out, column_at(heat, c) + heat->columns_together * CELL_WIDTH / 2.0, HEAD - 30,
                SVG_MIDDLE, "head", heat->group[c / heat->columns_together]);
    }
    for (int r = 0; r < heat->n_rows; r++) {
        svg_text(out, ROW_NAMES - 8, row_at(heat, r) + 14, SVG_END, "t", heat->row[r]);
        for (int c = 0; c < heat->n_columns; c++)
            draw_cell(out, heat, r, c);
    }
    draw_key(out, heat, bottom + 2);
    svg_end(out);
}
