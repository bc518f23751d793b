#include "show/svg.h"
#include "show_assets.h"
#include <string.h>

void svg_escape(struct naas_buf *out, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c == '&')
            naas_buf_puts(out, "&amp;");
        else if (*c == '<')
            naas_buf_puts(out, "&lt;");
        else if (*c == '>')
            naas_buf_puts(out, "&gt;");
        else if (*c == '"')
            naas_buf_puts(out, "&quot;");
        else if ((unsigned char)*c >= ' ' || *c == '\n' || *c == '\t') /* XML has no other controls */
            naas_buf_write(out, c, 1);
    }
}

void svg_begin(struct naas_buf *out, double width, double height, const char *label, bool alone)
{
    naas_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\" width=\"%.0f\" "
        "height=\"%.0f\" "
        "viewBox=\"0 0 %.0f %.0f\" aria-label=\"",
        width, height, width, height);
    svg_escape(out, label);
    naas_buf_puts(out, "\">\n");
    if (alone) {
        naas_buf_printf(out, "<style>\n%s</style>\n", asset_picture_css);
        svg_rect(out, 0, 0, width, height, "ground", NULL);
    }
}

void svg_end(struct naas_buf *out)
{
    naas_buf_puts(out, "</svg>\n");
}

static void known_as(struct naas_buf *out, const char *id)
{
    if (id)
        naas_buf_printf(out, " data-id=\"%s\" tabindex=\"0\"", id);
}

void svg_begin_group(struct naas_buf *out, double x, double y, const char *id)
{
    naas_buf_printf(out, "<g transform=\"translate(%.2f %.2f)\"", x, y);
    known_as(out, id);
    naas_buf_puts(out, ">\n");
}

void svg_end_group(struct naas_buf *out)
{
    naas_buf_puts(out, "</g>\n");
}

/* Ends the start tag that is open; the title becomes the element's content. */
static void close_shape(struct naas_buf *out, const char *name, const char *title)
{
    if (!title) {
        naas_buf_puts(out, "/>\n");
        return;
    }
    naas_buf_puts(out, "><title>");
    svg_escape(out, title);
    naas_buf_printf(out, "</title></%s>\n", name);
}

void svg_rect(struct naas_buf *out, double x, double y, double width, double height, const char *class,
    const char *title)
{
    naas_buf_printf(out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" class=\"%s\"", x, y,
        width > 0 ? width : 0, height > 0 ? height : 0, class);
    close_shape(out, "rect", title);
}

void svg_line(struct naas_buf *out, double x1, double y1, double x2, double y2, const char *class)
{
    naas_buf_printf(
        out, "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" class=\"%s\"/>\n", x1, y1, x2, y2, class);
}

void svg_polyline(
    struct naas_buf *out, int n, const double *x, const double *y, const char *class, const char *title)
{
    naas_buf_printf(out, "<polyline class=\"%s\" points=\"", class);
    for (int i = 0; i < n; i++)
        naas_buf_printf(out, "%s%.2f,%.2f", i ? " " : "", x[i], y[i]);
    naas_buf_puts(out, "\"");
    close_shape(out, "polyline", title);
}

void svg_mark(struct naas_buf *out, double x, double y, double radius, int shape, const char *class,
    const char *id, const char *title)
{
    double r = radius;
    switch (shape) {
    case 0:
        naas_buf_printf(out, "<path d=\"M%.2f %.2fa%.2f %.2f 0 1 0 %.2f 0a%.2f %.2f 0 1 0 %.2f 0z\"", x - r,
            y, r, r, 2 * r, r, r, -2 * r);
        break;
    case 1:
        naas_buf_printf(out, "<path d=\"M%.2f %.2fh%.2fv%.2fh%.2fz\"", x - r, y - r, 2 * r, 2 * r, -2 * r);
        break;
    case 2:
        r *= 1.3;
        naas_buf_printf(
            out, "<path d=\"M%.2f %.2fl%.2f %.2fl%.2f %.2fl%.2f %.2fz\"", x, y - r, r, r, -r, r, -r, -r);
        break;
    default:
        r *= 1.2;
        naas_buf_printf(out, "<path d=\"M%.2f %.2fl%.2f %.2fh%.2fz\"", x, y - r, r, 1.8 * r, -2 * r);
    }
    naas_buf_printf(out, " class=\"%s\"", class);
    known_as(out, id);
    close_shape(out, "path", title);
}

static void begin_text(struct naas_buf *out, enum svg_anchor anchor, const char *class)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    naas_buf_printf(out, "<text class=\"%s\" text-anchor=\"%s\"", class, anchors[anchor]);
}

static void end_text(struct naas_buf *out, const char *text)
{
    naas_buf_puts(out, ">");
    svg_escape(out, text);
    naas_buf_puts(out, "</text>\n");
}

void svg_text(
    struct naas_buf *out, double x, double y, enum svg_anchor anchor, const char *class, const char *text)
{
    begin_text(out, anchor, class);
    naas_buf_printf(out, " x=\"%.2f\" y=\"%.2f\"", x, y);
    end_text(out, text);
}

void svg_text_up(struct naas_buf *out, double x, double y, const char *class, const char *text)
{
    begin_text(out, SVG_MIDDLE, class);
    naas_buf_printf(out, " transform=\"translate(%.2f %.2f) rotate(-90)\"", x, y);
    end_text(out, text);
}

/* ---- how much room text takes ---- */

enum { GLYPH = 7 }; /* pixels: the mean advance of a 12 pixel sans serif, on the safe side */

static size_t glyphs(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

double svg_text_width(const char *text)
{
    return GLYPH * (double)glyphs(text);
}

const char *svg_fit(struct naas_ctx *ctx, const char *text, double width)
{
    size_t room = width > 0 ? (size_t)(width / GLYPH) : 0;
    if (glyphs(text) <= room)
        return text;
    if (room < 2)
        return "";
    const char *end = text;
    for (size_t n = 0; n < room - 1; n++)
        do
            end++;
        while (((unsigned char)*end & 0xc0) == 0x80);
    return naas_format(ctx, "%.*s\u2026", (int)(end - text), text);
}
