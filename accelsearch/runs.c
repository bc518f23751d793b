#include "accelsearch/runs.h"
#include "support/number.h"
#include <string.h>

void as_levels_init(struct as_levels *levels, const struct as_model *model, const struct as_mapping *mapping)
{
    levels->last = mapping->n_levels - 1;
    for (int l = 1; l <= levels->last; l++) {
        levels->doubled[l] = model->accel.level[l].buffers > 1;
        levels->lanes[l] = as_lanes_of(model, mapping, l, &levels->room[l]);
    }
}

/* A tile between two known transitions. */
static inline double tile_time(
    const struct as_levels *levels, int l, double inside, const double *out, const double *into)
{
    const struct as_lanes *lanes = levels->lanes[l];
    double moving = 0;
    if (!levels->doubled[l])
        return inside + as_slowest(lanes, out, NULL) + as_slowest(lanes, NULL, into);
    for (int i = 0; i < lanes->n; i++) {
        double time = out[i] + into[i];
        moving = max(moving, time);
    }
    return max(inside, moving);
}

/* What the ends of the sequences inside a tile of level l add to it. */
static inline double ends_time(const struct as_levels *levels, int l, const double *ends, const double *hide)
{
    double time = 0;
    for (int m = levels->last; m > l; m--)
        time = ends[m] + (time > hide[m] ? time - hide[m] : 0);
    return time;
}
static inline double enter_time(
    const struct as_levels *levels, int l, const struct as_edge *edge, const struct as_inside *inside)
{
    return ends_time(levels, l, edge->enter, inside->hide_in);
}
static inline double leave_time(
    const struct as_levels *levels, int l, const struct as_edge *edge, const struct as_inside *inside)
{
    return ends_time(levels, l, edge->leave, inside->hide_out);
}

static inline double close_last(
    const struct as_levels *levels, int l, const struct as_run *run, const struct as_edge *edge)
{
    double inside = run->last.time + leave_time(levels, l, edge, &run->last);
    return tile_time(levels, l, inside, edge->own.down, run->last_into);
}
static inline double close_first(
    const struct as_levels *levels, int l, const struct as_run *run, const struct as_edge *edge)
{
    double inside = run->first.time + enter_time(levels, l, edge, &run->first);
    return tile_time(levels, l, inside, run->first_out, edge->own.up);
}

static void copy_lanes(const struct as_levels *levels, int l, double *to, const double *from)
{
    for (int i = 0; i < levels->lanes[l]->n; i++)
        to[i] = from[i];
}

void as_run_join(const struct as_levels *levels, int l, struct as_run *run, const struct as_edge *edge,
    const struct as_run *next)
{
    if (run->single) {
        run->first.time += leave_time(levels, l, edge, &run->first);
        copy_lanes(levels, l, run->first_out, edge->own.down);
    } else {
        run->middle += close_last(levels, l, run, edge);
    }
    as_inside_copy(levels, l, &run->last, &next->last);
    if (next->single) {
        run->last.time += enter_time(levels, l, edge, &next->last);
        copy_lanes(levels, l, run->last_into, edge->own.up);
    } else {
        run->middle += next->middle + close_first(levels, l, next, edge);
        copy_lanes(levels, l, run->last_into, next->last_into);
    }
    run->single = false;
}

void as_run_repeat(
    const struct as_levels *levels, int l, struct as_run *run, const struct as_edge *edge, int64_t times)
{
    double more; /* that one more repetition adds */
    if (times < 2)
        return;
    if (run->single) {
        double time = run->first.time, enter = enter_time(levels, l, edge, &run->first),
               leave = leave_time(levels, l, edge, &run->first);
        more = tile_time(levels, l, time + enter + leave, edge->own.down, edge->own.up);
        as_inside_copy(levels, l, &run->last, &run->first);
        run->first.time = time + leave;
        run->last.time = time + enter;
        copy_lanes(levels, l, run->first_out, edge->own.down);
        copy_lanes(levels, l, run->last_into, edge->own.up);
        run->single = false;
    } else {
        double last = close_last(levels, l, run, edge), first = close_first(levels, l, run, edge);
        more = run->middle + last + first;
        run->middle = run->middle + last + (run->middle + first);
    }
    run->middle += (double)(times - 2) * more;
}

/* The tile at an end of level l's sequence: what it takes, and the cycles that go by while its neighbour
 * moves beyond what happens in it. */
static double end_tile(const struct as_levels *levels, int l, double inside, double moving, double *hide)
{
    *hide = levels->doubled[l] && moving > inside ? moving - inside : 0;
    return levels->doubled[l] ? inside + *hide : inside + moving;
}

void as_run_close(const struct as_levels *levels, int l, const struct as_run *run, struct as_inside *inside)
{
    const struct as_lanes *lanes = levels->lanes[l];
    as_inside_copy(levels, l, inside, &run->first);
    inside->hide_in[l] = inside->hide_out[l] = 0;
    if (run->single)
        return;
    for (int m = l + 1; m <= levels->last; m++)
        inside->hide_out[m] = run->last.hide_out[m];
    double out = as_slowest(lanes, run->first_out, NULL), into = as_slowest(lanes, NULL, run->last_into);
    inside->time = run->middle + end_tile(levels, l, run->first.time, out, &inside->hide_in[l]) +
                   end_tile(levels, l, run->last.time, into, &inside->hide_out[l]);
}

double as_run_between(const struct as_levels *levels, int l, const struct as_inside *inside,
    const struct as_edge *into, const struct as_edge *out_of)
{
    return inside->time + enter_time(levels, l, into, inside) + leave_time(levels, l, out_of, inside);
}
