/*
 * The timeline of a mapping: for every level its loads, the work inside its tiles, and its stores, tile by
 * tile, as docs/model.md defines them and accelsearch/timeline.h computes them. Left the first tiles of the
 * run, right some from its middle, at the same scale.
 */
#include "accelsearch/timeline.h"
#include "show/chart.h"
#include "show/mapping.h"
#include <math.h>
#include <string.h>

/* Pale and deep, in light and dark: their text is the other. */
#define LOADS "part s5"
#define WORK "part s7"

enum { NAME = 120, STRIP = 300, GAP = 24, ROW = 16, SOME = 5 };

/* When things happen to a tile; -1: not drawn. */
struct slot {
    int64_t number;
    double load, load_time, inside, inside_time, store, store_time, end;
};
struct strip {
    int n;
    bool more;
    struct slot slot[SOME];
    double length;
};

/* Double-buffered: while the work inside tile i goes on, tile i + 1 is loaded and tile i - 1 is stored. The
 * store is drawn as late as it may end. */
static void lay_double(struct strip *strip, const struct as_tile_time *time, bool from_start, bool to_end)
{
    double now = from_start ? time[0].load : 0;
    strip->slot[0].load = from_start ? 0 : -1;
    for (int i = 0; i < strip->n; i++) {
        struct slot *slot = &strip->slot[i];
        slot->inside = now;
        if (i + 1 < strip->n)
            strip->slot[i + 1].load = now;
        if (i > 0)
            strip->slot[i - 1].store = now + fmax(0, time[i].beside - time[i - 1].store);
        now += fmax(time[i].inside, time[i].beside);
        slot->end = now;
        slot->store = -1;
    }
    if (to_end) {
        strip->slot[strip->n - 1].store = now;
        now += time[strip->n - 1].store;
    }
    strip->length = now;
}

static void lay_single(struct strip *strip, const struct as_tile_time *time)
{
    double now = 0;
    for (int i = 0; i < strip->n; i++) {
        struct slot *slot = &strip->slot[i];
        slot->load = now;
        slot->inside = now += time[i].load;
        slot->store = now += time[i].inside;
        slot->end = now += time[i].store;
    }
    strip->length = now;
}

/* The tiles of a level from number on, as many as there is room for. */
static struct strip make_strip(
    struct as_timeline *timeline, const struct as_level *level, int l, bool typical, int64_t number)
{
    struct strip strip = {0};
    struct as_tile_time time[SOME];
    bool more = true;
    as_timeline_seek(timeline, l, typical, number);
    while (more && strip.n < SOME) {
        struct slot *slot = &strip.slot[strip.n];
        time[strip.n] = as_timeline_tile(timeline);
        slot->number = number + strip.n;
        slot->load_time = time[strip.n].load;
        slot->inside_time = time[strip.n].inside;
        slot->store_time = time[strip.n].store;
        strip.n++;
        more = as_timeline_next(timeline);
    }
    strip.more = more;
    if (level->buffers > 1)
        lay_double(&strip, time, number == 0, !more);
    else
        lay_single(&strip, time);
    return strip;
}

/* ---- drawing ---- */

static void draw_bar(struct naas_buf *out, double left, double y, double scale, double from, double length,
    const char *class, int64_t number, const char *what)
{
    if (from < 0 || length <= 0)
        return;
    const char *text = naas_format(out->ctx, "%lld", (long long)number);
    double width = fmax(length * scale, 0.6);
    svg_rect(out, left + from * scale, y, width, ROW - 2, class,
        naas_format(out->ctx, "tile %s: %s, cycles %.0f to %.0f", text, what, from, from + length));
    if (width > svg_text_width(text) + 2)
        svg_text(out, left + from * scale + width / 2, y + 11, SVG_MIDDLE,
            strcmp(class, LOADS) == 0  ? "on-pale"
            : strcmp(class, WORK) == 0 ? "on-deep"
                                       : "on",
            text);
}

static void draw_axis(struct naas_buf *out, double left, double y, double scale, double length)
{
    double step = chart_step(fmax(length, 1), 5);
    svg_line(out, left, y, left + length * scale, y, "axis");
    double free = -1;
    for (double at = 0; at <= length + 1e-9 * step; at += step) {
        const char *text = chart_number(out->ctx, at);
        svg_line(out, left + at * scale, y, left + at * scale, y + 4, "axis");
        if (left + at * scale - svg_text_width(text) / 2 < free)
            continue;
        svg_text(out, left + at * scale, y + 16, SVG_MIDDLE, "dim", text);
        free = left + at * scale + svg_text_width(text) / 2 + 4;
    }
}

static void draw_strip(
    struct naas_buf *out, const struct strip *strip, double left, double y, double scale, bool last)
{
    for (int i = 0; i < strip->n; i++) {
        const struct slot *slot = &strip->slot[i];
        double done = slot->inside + slot->inside_time;
        draw_bar(out, left, y, scale, slot->load, slot->load_time, LOADS, slot->number, "load");
        draw_bar(out, left, y + ROW, scale, slot->inside, slot->inside_time, WORK, slot->number,
            last ? "compute" : "work inside it");
        if (slot->end > done && (slot->store < 0 || slot->store > done))
            svg_rect(out, left + done * scale, y + ROW + 1, (slot->end - done) * scale, ROW - 4, "idle",
                naas_format(out->ctx, "waits %.0f cycles for transfers", slot->end - done));
        draw_bar(
            out, left, y + 2 * ROW, scale, slot->store, slot->store_time, "part s3", slot->number, "store");
    }
    draw_axis(out, left, y + 3 * ROW + 2, scale, strip->length);
    if (strip->more)
        svg_text(out, left + strip->length * scale + 3, y + ROW + 11, SVG_START, "dim", "\u2026");
}

static double draw_level(
    struct naas_buf *out, const struct show_view *view, struct as_timeline *timeline, int l, double y)
{
    const struct as_level *level = &view->accel->level[l];
    bool last = l == view->accel->n_levels - 1, repeats = as_timeline_repeats(timeline, l);
    int64_t n = as_timeline_seek(timeline, l, repeats, 0);
    struct strip first = make_strip(timeline, level, l, false, 0), typical = {0};
    bool both = repeats || n > SOME;
    if (both)
        typical = make_strip(timeline, level, l, repeats, n > SOME ? n / 2 : 0);
    double longest = fmax(fmax(first.length, typical.length), 1);
    double scale = (STRIP - 12) / longest;
    svg_text(out, 0, y + 12, SVG_START, "head",
        naas_format(out->ctx, "%s, %s: %lld tile%s%s", level->name,
            level->buffers > 1 ? "double-buffered" : "single-buffered", (long long)n, n == 1 ? "" : "s",
            repeats ? " a sequence" : ""));
    svg_text(out, NAME, y + 30, SVG_START, "dim", "from the start (cycles)");
    if (both)
        svg_text(out, NAME + STRIP + GAP, y + 30, SVG_START, "dim", "in the steady state");
    y += 36;
    const char *const rows[] = {naas_format(out->ctx, "load from %s", view->accel->level[l - 1].name),
        last ? "compute" : naas_format(out->ctx, "inside (%s)", view->accel->level[l + 1].name),
        naas_format(out->ctx, "store to %s", view->accel->level[l - 1].name)};
    for (int i = 0; i < 3; i++)
        svg_text(out, NAME - 8, y + ROW * i + 11, SVG_END, "t", svg_fit(out->ctx, rows[i], NAME - 8));
    draw_strip(out, &first, NAME, y, scale, last);
    if (both)
        draw_strip(out, &typical, NAME + STRIP + GAP, y, scale, last);
    return y + 3 * ROW + 30;
}

static bool some_pass(const struct show_view *view)
{
    for (int l = 1; l < view->mapping->n_levels; l++)
        if (view->mapping->level[l].keeps != (1u << view->problem->n_tensors) - 1)
            return true;
    return false;
}

double show_timeline(struct naas_buf *out, const struct show_view *view)
{
    struct as_timeline *timeline;
    double y = 14;
    svg_text(
        out, 0, y, SVG_START, "head", "Timeline: loads, work and stores of each level's tiles, to scale");
    if (view->accel->accounting == AS_TIMELOOP) {
        svg_text(out, 0, y + 18, SVG_START, "dim",
            "none: Timeloop's accounting takes the busiest port for the time of the whole run");
        return y + 28;
    }
    if (as_timeline_new(out->ctx, view->problem, view->accel, view->mapping, &timeline) != NAAS_OK) {
        svg_text(out, 0, y + 18, SVG_START, "dim", "not covered by the cost model");
        return y + 28;
    }
    y += 8;
    for (int l = 1; l < view->accel->n_levels; l++)
        y = draw_level(out, view, timeline, l, y) + 6;
    if (!some_pass(view))
        return y;
    svg_text(out, 0, y + 8, SVG_START, "dim",
        "What passes a level shares ports with it, which can make the run longer than these tiles.");
    return y + 18;
}
