/*
 * svg.h: SVG written element by element. Colours and fonts are classes of assets/picture.css, so that a
 * picture follows the page it stands in, and light or dark; a picture that stands alone carries the sheet.
 *
 * Classes: text: t (plain), dim (secondary), head (bold), on (on a coloured ground). Shapes: s0 .. s7
 * (colours of series), grid, axis, frame, band. Coordinates are pixels, y downwards.
 */
#ifndef SHOW_SVG_H
#define SHOW_SVG_H

#include "support/support.h"

/* alone: a file of its own, with its style sheet; else part of a page. label: what the picture shows, for
 * those who cannot see it. */
void svg_begin(struct naas_buf *out, double width, double height, const char *label, bool alone);
void svg_end(struct naas_buf *out);
/* Moves the origin for what is in the group. id: as that of marks. */
void svg_begin_group(struct naas_buf *out, double x, double y, const char *id);
void svg_end_group(struct naas_buf *out);

/* title: shown when pointed at; NULL: none. */
void svg_rect(struct naas_buf *out, double x, double y, double width, double height, const char *class,
    const char *title);
void svg_line(struct naas_buf *out, double x1, double y1, double x2, double y2, const char *class);
void svg_polyline(
    struct naas_buf *out, int n, const double *x, const double *y, const char *class, const char *title);
/* shape: 0 circle, 1 square, 2 diamond, 3 triangle. id: what a page's script knows it by; NULL: nothing. */
void svg_mark(struct naas_buf *out, double x, double y, double radius, int shape, const char *class,
    const char *id, const char *title);

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
void svg_text(
    struct naas_buf *out, double x, double y, enum svg_anchor anchor, const char *class, const char *text);
/* Turned to read upwards, around its middle. */
void svg_text_up(struct naas_buf *out, double x, double y, const char *class, const char *text);
/* Width of text in pixels, about: fonts differ. */
double svg_text_width(const char *text);
/* The text, cut to a width with an ellipsis. In the arena. */
const char *svg_fit(struct naas_ctx *ctx, const char *text, double width);

/* Text with the characters that mark up replaced, for XML and HTML, quoted attributes included. */
void svg_escape(struct naas_buf *out, const char *text);

#endif
