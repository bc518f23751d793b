#include "show/chart.h"
#include <math.h>
#include <string.h>

enum { LEFT = 64, RIGHT = 16, TOP = 34, BOTTOM = 46, LEGEND = 20, WIDTH = 560, HEIGHT = 340 };

const char *chart_number(struct naas_ctx *ctx, double value)
{
    static const struct {
        double unit;
        const char *suffix;
    } units[] = {
        {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}, {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}};
    double size = fabs(value);
    if (size == 0)
        return "0";
    if (size >= 1e15 || size < 1e-9)
        return naas_format(ctx, "%.3g", value);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (size >= 0.9995 * units[i].unit)
            return naas_format(ctx, "%.3g%s", value / units[i].unit, units[i].suffix);
    return naas_format(ctx, "%.3gn", value * 1e9);
}

/* ---- axes ---- */

struct scale {
    bool log;
    double low, high; /* of the values; logarithms when log */
    double from, to;  /* pixels */
    double step;      /* of the ticks; 0 when log */
};

static bool usable(bool log, double value)
{
    return isfinite(value) && (!log || value > 0);
}

static double at(const struct scale *scale, double value)
{
    double v = scale->log ? log10(value) : value;
    return scale->from + (scale->to - scale->from) * (v - scale->low) / (scale->high - scale->low);
}

double chart_step(double range, int n)
{
    double rough = range / n, power = pow(10, floor(log10(rough))), part = rough / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

static void finish_scale(struct scale *scale, int n)
{
    if (scale->low > scale->high)
        scale->low = 0, scale->high = 1;
    if (scale->log) {
        double room = fmax(0.04 * (scale->high - scale->low), 0.03);
        scale->low -= room;
        scale->high += room;
        return;
    }
    if (scale->low == scale->high) {
        double room = scale->low != 0 ? 0.1 * fabs(scale->low) : 1;
        scale->low -= room;
        scale->high += room;
    }
    scale->step = chart_step(scale->high - scale->low, n);
    scale->low = floor(scale->low / scale->step + 1e-9) * scale->step;
    scale->high = ceil(scale->high / scale->step - 1e-9) * scale->step;
}

static void widen(struct scale *scale, double value)
{
    double v = scale->log ? log10(value) : value;
    scale->low = fmin(scale->low, v);
    scale->high = fmax(scale->high, v);
}

enum { MAX_TICKS = 24 };

/* Within a decade or two, a logarithmic axis has ticks between the powers. */
static int log_ticks(const struct scale *scale, double tick[MAX_TICKS])
{
    static const double parts[] = {1, 1.5, 2, 3, 4, 5, 6, 8};
    double decades = scale->high - scale->low;
    double every = decades > 8 ? ceil(decades / 8) : 1;
    int n = 0;
    for (double power = floor(scale->low); power <= scale->high && n < MAX_TICKS; power += every)
        for (int i = 0; i < 8 && n < MAX_TICKS; i++) {
            bool taken =
                i == 0 || decades < 0.6 || (decades < 1.5 && (i == 2 || i == 5)) || (decades < 2.5 && i == 3);
            double value = parts[i] * pow(10, power), v = log10(value);
            if (taken && v >= scale->low && v <= scale->high)
                tick[n++] = value;
        }
    return n;
}

static int ticks_of(const struct scale *scale, double tick[MAX_TICKS])
{
    int n = log_ticks(scale, tick);
    if (scale->log && n >= 2)
        return n;
    double low = scale->log ? pow(10, scale->low) : scale->low,
           high = scale->log ? pow(10, scale->high) : scale->high;
    double step = scale->log ? chart_step(high - low, 4) : scale->step;
    n = 0;
    for (double value = ceil(low / step - 1e-9) * step; value <= high + 1e-9 * step && n < MAX_TICKS;
         value += step)
        tick[n++] = fabs(value) < 1e-9 * step ? 0 : value;
    return n;
}

static void draw_x_axis(struct naas_buf *out, const struct scale *x, const struct scale *y, const char *label)
{
    double tick[MAX_TICKS], free = -1e9;
    int n = ticks_of(x, tick);
    for (int i = 0; i < n; i++) {
        double place = at(x, tick[i]);
        const char *text = chart_number(out->ctx, tick[i]);
        double half = svg_text_width(text) / 2 + 3;
        svg_line(out, place, y->from, place, y->to, "grid");
        if (place - half < free)
            continue;
        free = place + half;
        svg_text(out, place, y->from + 16, SVG_MIDDLE, "dim", text);
    }
    svg_line(out, x->from, y->from, x->to, y->from, "axis");
    svg_text(out, (x->from + x->to) / 2, y->from + 34, SVG_MIDDLE, "t", label);
}

static void draw_y_axis(struct naas_buf *out, const struct scale *x, const struct scale *y, const char *label)
{
    double tick[MAX_TICKS], free = 1e9;
    int n = ticks_of(y, tick);
    for (int i = 0; i < n; i++) {
        double place = at(y, tick[i]);
        svg_line(out, x->from, place, x->to, place, "grid");
        if (place + 7 > free)
            continue;
        free = place - 7;
        svg_text(out, x->from - 6, place + 4, SVG_END, "dim", chart_number(out->ctx, tick[i]));
    }
    svg_line(out, x->from, y->from, x->from, y->to, "axis");
    svg_text_up(out, 14, (y->from + y->to) / 2, "t", label);
}

/* ---- lines and points ---- */

static void fit_scales(const struct chart *chart, struct scale *x, struct scale *y)
{
    for (int s = 0; s < chart->n_series; s++) {
        const struct chart_series *series = &chart->series[s];
        for (int i = 0; i < series->n; i++)
            if (usable(x->log, series->x[i]) && usable(y->log, series->y[i])) {
                widen(x, series->x[i]);
                widen(y, series->y[i]);
            }
    }
    if (chart->from_zero && !y->log)
        widen(y, 0);
    finish_scale(x, 6);
    finish_scale(y, 5);
}

static void draw_line(
    struct naas_buf *out, const struct chart_series *series, const struct scale *x, const struct scale *y)
{
    double *px = naas_alloc(out->ctx, (size_t)series->n + 1, sizeof *px);
    double *py = naas_alloc(out->ctx, (size_t)series->n + 1, sizeof *py);
    int n = 0;
    for (int i = 0; i < series->n; i++)
        if (usable(x->log, series->x[i]) && usable(y->log, series->y[i])) {
            px[n] = at(x, series->x[i]);
            py[n++] = at(y, series->y[i]);
        }
    if (n > 0)
        svg_polyline(out, n, px, py,
            naas_format(out->ctx, "line l%d%s", series->color % 8, series->faint ? " faint" : ""), NULL);
}

static void draw_points(
    struct naas_buf *out, const struct chart *chart, int s, const struct scale *x, const struct scale *y)
{
    const struct chart_series *series = &chart->series[s];
    const char *class =
        naas_format(out->ctx, "point s%d%s", series->color % 8, series->faint ? " faint" : "");
    for (int i = 0; i < series->n; i++) {
        if (!usable(x->log, series->x[i]) || !usable(y->log, series->y[i]))
            continue;
        const char *label =
            series->label ? series->label[i]
                          : naas_format(out->ctx, "%s: %s, %s", series->name ? series->name : "",
                                chart_number(out->ctx, series->x[i]), chart_number(out->ctx, series->y[i]));
        svg_mark(out, at(x, series->x[i]), at(y, series->y[i]), series->faint ? 2.5 : 4, series->color % 4,
            class, series->id ? series->id[i] : NULL, label);
    }
}

/* The entries side by side, on new lines where the width is used up. Returns the height; out NULL: only that.
 */
static double draw_legend(struct naas_buf *out, const struct chart *chart, double width, double top)
{
    double x = LEFT, y = top;
    bool any = false;
    for (int s = 0; s < chart->n_series; s++) {
        const struct chart_series *series = &chart->series[s];
        if (!series->name)
            continue;
        double room = svg_text_width(series->name) + 34;
        if (any && x + room > width - RIGHT) {
            x = LEFT;
            y += LEGEND;
        }
        if (out && series->line)
            svg_line(out, x, y, x + 16, y, naas_format(out->ctx, "line l%d", series->color % 8));
        if (out && series->points)
            svg_mark(out, x + 8, y, 4, series->color % 4, naas_format(out->ctx, "s%d", series->color % 8),
                NULL, NULL);
        if (out)
            svg_text(out, x + 21, y + 4, SVG_START, "t", series->name);
        x += room;
        any = true;
    }
    return any ? y - top + LEGEND : 0;
}

void chart_xy(struct naas_buf *out, const struct chart *chart)
{
    double width = chart->width > 0 ? chart->width : WIDTH,
           height = chart->height > 0 ? chart->height : HEIGHT;
    double legend = draw_legend(NULL, chart, width, 0);
    struct scale x = {
        .log = chart->x_log, .low = INFINITY, .high = -INFINITY, .from = LEFT, .to = width - RIGHT};
    struct scale y = {
        .log = chart->y_log, .low = INFINITY, .high = -INFINITY, .from = height - BOTTOM, .to = TOP + legend};
    fit_scales(chart, &x, &y);
    svg_begin(out, width, height, chart->title, chart->alone);
    svg_text(out, LEFT, 18, SVG_START, "head", chart->title);
    draw_legend(out, chart, width, TOP + 2);
    draw_x_axis(out, &x, &y, chart->x_label);
    draw_y_axis(out, &x, &y, chart->y_label);
    for (int s = 0; s < chart->n_series; s++)
        if (chart->series[s].line)
            draw_line(out, &chart->series[s], &x, &y);
    for (int s = 0; s < chart->n_series; s++)
        if (chart->series[s].points)
            draw_points(out, chart, s, &x, &y);
    svg_end(out);
}

/* ---- bars ---- */

enum { BAR = 18, GAP = 6, NAMES = 150, BARS_WIDTH = 640 };

static double bar_total(const struct chart_bars *bars, int i)
{
    double total = 0;
    for (int p = 0; p < bars->n_parts; p++)
        total += bars->value[i * bars->n_parts + p];
    return total;
}

static bool part_is_there(const struct chart_bars *bars, int p)
{
    for (int i = 0; i < bars->n; i++)
        if (bars->value[i * bars->n_parts + p] > 0)
            return true;
    return false;
}

static double bars_legend(struct naas_buf *out, const struct chart_bars *bars, double top)
{
    double x = NAMES, y = top;
    for (int p = 0; p < bars->n_parts; p++) {
        if (!part_is_there(bars, p))
            continue;
        double room = svg_text_width(bars->part[p]) + 34;
        if (x + room > BARS_WIDTH - RIGHT && x > NAMES) {
            x = NAMES;
            y += LEGEND;
        }
        if (out) {
            svg_rect(out, x, y - 6, 12, 12, naas_format(out->ctx, "s%d", p % 10), NULL);
            svg_text(out, x + 17, y + 4, SVG_START, "t", bars->part[p]);
        }
        x += room;
    }
    return y - top + LEGEND;
}

static void draw_bar(struct naas_buf *out, const struct chart_bars *bars, int i, const struct scale *x)
{
    double sum = 0, total = bar_total(bars, i);
    svg_text(out, NAMES - 8, 13, SVG_END, "t", svg_fit(out->ctx, bars->name[i], NAMES - 12));
    for (int p = 0; p < bars->n_parts; p++) {
        double value = bars->value[i * bars->n_parts + p], from = at(x, sum);
        if (value <= 0)
            continue;
        sum += value;
        svg_rect(out, from, 0, at(x, sum) - from, BAR, naas_format(out->ctx, "part s%d", p % 10),
            naas_format(out->ctx, "%s, %s: %s (%.1f %%)", bars->name[i], bars->part[p],
                chart_number(out->ctx, value), 100 * value / total));
    }
    svg_text(out, at(x, sum) + 5, 13, SVG_START, "dim", chart_number(out->ctx, total));
}

void chart_bars(struct naas_buf *out, const struct chart_bars *bars)
{
    double top = TOP + bars_legend(NULL, bars, 0), bottom = top + bars->n * (BAR + GAP) + GAP;
    struct scale x = {.from = NAMES, .to = BARS_WIDTH - 50, .low = 0, .high = 0};
    struct scale y = {.from = bottom, .to = top};
    for (int i = 0; i < bars->n; i++)
        widen(&x, bar_total(bars, i));
    finish_scale(&x, 6);
    x.low = 0;
    svg_begin(out, BARS_WIDTH, bottom + BOTTOM, bars->title, bars->alone);
    svg_text(out, 8, 18, SVG_START, "head", bars->title);
    bars_legend(out, bars, TOP + 2);
    draw_x_axis(out, &x, &y, bars->x_label);
    for (int i = 0; i < bars->n; i++) {
        svg_begin_group(out, 0, top + GAP + i * (BAR + GAP), bars->id ? bars->id[i] : NULL);
        draw_bar(out, bars, i, &x);
        svg_end_group(out);
    }
    svg_end(out);
}
