/*
 * chart.h: charts of numbers as SVG: lines and points over two axes (linear or logarithmic), and stacked
 * bars. Ticks, margins, legend and titles are chosen here; colours are those of picture.css, which people
 * with colour-blindness can tell apart, and points of different series have different shapes.
 */
#ifndef SHOW_CHART_H
#define SHOW_CHART_H

#include "show/svg.h"

struct chart_series {
    const char *name; /* in the legend; NULL: not there */
    int n;
    const double *x, *y; /* values that are not finite, or not positive on a logarithmic axis, are left out */
    bool line, points;
    const char *const *label; /* of each point, shown when pointed at; NULL: its numbers */
    const char *const *id;    /* of each point: data-id, for a page's script; NULL: none */
    int color;                /* 0 .. 7 */
    bool faint;               /* in the background */
};

struct chart {
    const char *title, *x_label, *y_label;
    bool x_log, y_log, from_zero; /* from_zero: a linear y axis begins at 0 */
    bool alone;                   /* see svg_begin */
    double width, height;         /* 0: as usual */
    int n_series;
    const struct chart_series *series;
};
void chart_xy(struct naas_buf *out, const struct chart *chart);

/* A bar for each of n names, one below the other, made of the same n_parts (at most 10) in order. */
struct chart_bars {
    const char *title, *x_label;
    bool alone;
    int n, n_parts;
    const char *const *name, *const *part;
    const char *const *id; /* of each bar, as those of points; NULL: none */
    const double *value;   /* [n][n_parts] */
};
void chart_bars(struct naas_buf *out, const struct chart_bars *bars);

/* A table of numbers as colours: those above 0 in one, those below in another, the stronger the further away.
 * Rows and columns stand in groups of so many; group names stand above the columns. */
struct chart_heat {
    const char *title;
    bool alone;
    int n_rows, n_columns, rows_together, columns_together;
    const char *const *row, *const *column, *const *group; /* group: of each columns_together columns */
    const double *value;                                   /* [n_rows][n_columns]; NAN: none */
    const bool *faint;                                     /* of each value: printed less strongly */
    const char *const *tip;                                /* of each value, shown when pointed at */
    double most;                                           /* from here on the colour is at its strongest */
};
void chart_heat(struct naas_buf *out, const struct chart_heat *heat);

/* 1, 2 or 5 times a power of ten, so that a range has about n steps. */
double chart_step(double range, int n);
/* A number for people: 3 digits, with k, M, G or m, u, n. In the arena. */
const char *chart_number(struct naas_ctx *ctx, double value);

#endif
