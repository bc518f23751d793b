/*
 * General form: walks over classes of equal steps. Instances along a dim ("members") are followed one by one,
 * so that arrays may stand anywhere among the temporal loops; steps in which every member has the same tile
 * length are taken together.
 */
#include "accelsearch/cost_general.h"
#include "support/number.h"
#include <stdlib.h>

/* New and old tiles of the active members, those of one outer instance (group) side by side. */
struct front {
    int n, group[AS_MAX_MEMBERS];
    struct as_span now[AS_MAX_MEMBERS], old[AS_MAX_MEMBERS], outer_old[AS_MAX_MEMBERS];
};

struct walk {
    struct as_view view;
    struct as_state state;
    int64_t safe_low, safe_high; /* tiles between these touch no padding and may be taken together */
    bool wants_outer;            /* its old tile; n_outer: cuts outside the outer level */
    int n_outer;
    int n_members;
    int radix[AS_MAX_CUTS], trips[AS_MAX_CUTS], group_size;
    void (*visit)(void *arg, int64_t times, const struct front *front);
    void *arg;
};

static int64_t index_of(const struct walk *w, int member, int cut)
{
    return member / w->radix[cut] % w->trips[cut];
}

/* First tile of the member within a span, from cut c inwards. */
static struct as_span first_tile(const struct walk *w, int member, int c, struct as_span span)
{
    for (; c < w->view.n && span.length > 0; c++) {
        const struct as_cut *cut = &w->view.chain->cut[c];
        span = as_slice(span, cut->spatial ? index_of(w, member, c) : 0, cut->tile);
    }
    return span;
}

/* Last tile in which the member is active. */
static struct as_span last_tile(const struct walk *w, int member, int c, struct as_span span)
{
    for (; c < w->view.n && span.length > 0; c++) {
        const struct as_cut *cut = &w->view.chain->cut[c];
        if (cut->spatial) {
            span = as_slice(span, index_of(w, member, c), cut->tile);
            continue;
        }
        int64_t last = (span.length - 1) / cut->tile;
        struct as_span tile = as_slice(span, last, cut->tile);
        if (last > 0 && first_tile(w, member, c + 1, tile).length <= 0)
            tile = as_slice(span, last - 1, cut->tile);
        span = tile;
    }
    return span;
}

static void finish(
    const struct walk *w, int c, const struct as_span *now, const struct as_span *old, int64_t times)
{
    struct front front;
    front.n = 0;
    for (int m = 0; m < w->n_members; m++) {
        struct as_span tile = first_tile(w, m, c, now[m]);
        if (tile.length <= 0)
            continue;
        front.now[front.n] = tile;
        front.old[front.n] = last_tile(w, m, c, old[m]);
        if (w->wants_outer) {
            struct walk outer = *w;
            outer.view.n = w->n_outer;
            front.outer_old[front.n] = last_tile(&outer, m, c, old[m]);
        }
        front.group[front.n++] = m / w->group_size;
    }
    if (front.n > 0)
        w->visit(w->arg, times, &front);
}

/* Slices every member's span; returns for how many further indices the lengths stay the same, 0 when nothing
 * is left. */
static int64_t slice_all(
    const struct walk *w, const struct as_span *in, int64_t index, int64_t tile, struct as_span *out)
{
    int64_t run = INT64_MAX, low = INT64_MAX, high = INT64_MIN;
    for (int m = 0; m < w->n_members; m++) {
        out[m] = as_slice(in[m], index, tile);
        if (out[m].length <= 0)
            continue;
        int64_t full = in[m].length / tile - index;
        int64_t same = max64(full, 1);
        run = min64(run, same);
        low = min64(low, out[m].at);
        high = max64(high, out[m].at + out[m].length - 1);
    }
    if (run == INT64_MAX)
        return 0;
    if (low < w->safe_low || high > w->safe_high)
        return 1;
    int64_t safe = (w->safe_high - high) / tile + 1;
    return min64(safe, run);
}

static void descend(const struct walk *w, int c, const struct as_span *in, int64_t times)
{
    const struct as_cut *cut = &w->view.chain->cut[c];
    struct as_span now[AS_MAX_MEMBERS], old[AS_MAX_MEMBERS];
    if (c == w->state.k && !w->state.advances) {
        finish(w, c, in, in, times);
    } else if (cut->spatial) {
        for (int m = 0; m < w->n_members; m++)
            now[m] = as_slice(in[m], index_of(w, m, c), cut->tile);
        descend(w, c + 1, now, times);
    } else if (c == w->state.k) {
        int64_t run;
        for (int64_t i = 1; (run = slice_all(w, in, i, cut->tile, now)) > 0; i += run) {
            slice_all(w, in, i - 1, cut->tile, old);
            finish(w, c + 1, now, old, times * run);
        }
    } else {
        int64_t run;
        for (int64_t i = 0; (run = slice_all(w, in, i, cut->tile, now)) > 0; i += run)
            descend(w, c + 1, now, times * run);
    }
}

/* Numbers the combinations of spatial indices from cut `from` inwards; alone: of the first outer instance. */
static bool number_members(struct walk *w, int from, bool alone)
{
    const struct as_chain *chain = w->view.chain;
    w->n_members = 1;
    w->group_size = 1;
    for (int c = w->view.n - 1; c >= from; c--) {
        w->radix[c] = w->n_members;
        if (!chain->cut[c].spatial)
            continue;
        int64_t outer = c ? chain->cut[c - 1].tile : chain->extent;
        int64_t trips = ceil_div(outer, chain->cut[c].tile);
        if (alone && chain->cut[c].level < w->view.outer)
            trips = 1;
        if (trips * w->n_members > AS_MAX_MEMBERS)
            return false;
        w->trips[c] = (int)trips;
        w->n_members *= (int)trips;
        if (chain->cut[c].level >= w->view.outer)
            w->group_size *= (int)trips;
    }
    return true;
}

static bool walk(struct walk *w)
{
    if (!number_members(w, 0, false))
        return false;
    struct as_span all[AS_MAX_MEMBERS];
    for (int m = 0; m < w->n_members; m++)
        all[m] = (struct as_span){0, w->view.chain->extent};
    descend(w, 0, all, 1);
    return true;
}

/* ---- steps ---- */

static void visit_steps(void *arg, int64_t times, const struct front *front)
{
    struct as_sums *sums = arg;
    int groups = 0;
    for (int m = 0; m < front->n; m++)
        groups += m == 0 || front->group[m] != front->group[m - 1];
    sums->steps += times * groups;
    sums->taken += times * groups;
    sums->held += times * groups;
    sums->left += times * groups;
    sums->copies += times * front->n;
    sums->held_copies += times * front->n;
}

bool as_general_steps(struct as_view view, struct as_state state, struct as_sums *sums)
{
    *sums = (struct as_sums){0};
    struct walk w = {
        .view = view, .state = state, .safe_high = INT64_MAX / 2, .visit = visit_steps, .arg = sums};
    return walk(&w);
}

/* ---- what stays while the outer level's tile goes ---- */

static struct as_span overlap(struct as_span a, struct as_span b)
{
    int64_t low = max64(a.at, b.at);
    int64_t high = min64(a.at + a.length, b.at + b.length);
    return (struct as_span){low, max64(high - low, 0)};
}

static void visit_stays(void *arg, int64_t times, const struct front *front)
{
    struct as_stays *stays = arg;
    for (int m = 0; m < front->n; m++) {
        struct as_span held = overlap(front->now[m], front->old[m]);
        stays->held += times * held.length;
        stays->by_both += times * overlap(held, front->outer_old[m]).length;
    }
}

bool as_general_stays(struct as_view view, int n_outer, struct as_state state, struct as_stays *stays)
{
    *stays = (struct as_stays){0, 0};
    struct walk w = {.view = view,
        .state = state,
        .safe_high = INT64_MAX / 2,
        .wants_outer = true,
        .n_outer = n_outer,
        .visit = visit_stays,
        .arg = stays};
    return walk(&w);
}

/* ---- sets along an axis ---- */

struct interval {
    int64_t low, high; /* empty when low > high */
};

static int64_t interval_size(struct interval v)
{
    return v.high >= v.low ? v.high - v.low + 1 : 0;
}
static struct interval intersect(struct interval a, struct interval b)
{
    return (struct interval){a.low > b.low ? a.low : b.low, a.high < b.high ? a.high : b.high};
}

static int by_low(const void *a, const void *b)
{
    int64_t x = ((const struct interval *)a)->low, y = ((const struct interval *)b)->low;
    return (x > y) - (x < y);
}

static int64_t union_size(struct interval *v, int n)
{
    int64_t size = 0, reach = INT64_MIN;
    bool sorted = true;
    for (int i = 1; i < n; i++)
        sorted = sorted && v[i - 1].low <= v[i].low;
    if (!sorted)
        qsort(v, (size_t)n, sizeof *v, by_low);
    for (int i = 0; i < n; i++) {
        struct interval rest = {v[i].low > reach ? v[i].low : reach, v[i].high};
        size += interval_size(rest);
        if (v[i].high >= reach)
            reach = v[i].high + 1;
    }
    return size;
}

static void push(struct interval *list, int *n, struct interval v)
{
    if (v.low <= v.high)
        list[(*n)++] = v;
}

/* Elements a*i + b*j with i = ci (mod b) and j = cj (mod a) are a*ci + b*cj + a*b*y, each from one y: those
 * of a box are an interval of y, whatever a and b. */
struct residue {
    int64_t a, b, ci, cj;
};

static struct interval in_residue(const struct residue *r, struct as_span i, struct as_span j)
{
    int64_t i0 = ceil_div(i.at - r->ci, r->b), i1 = floor_div(i.at + i.length - 1 - r->ci, r->b);
    int64_t j0 = ceil_div(j.at - r->cj, r->a), j1 = floor_div(j.at + j.length - 1 - r->cj, r->a);
    if (i0 > i1 || j0 > j1)
        return (struct interval){0, -1};
    return (struct interval){i0 + j0, i1 + j1};
}

/* The members of a front that belong to one group. */
struct part {
    const struct front *front;
    int from, to;
};

static void count_residue(const struct residue *r, struct interval array, struct part fi, struct part fj,
    int64_t times, struct as_sums *sums)
{
    struct interval now[AS_MAX_MEMBERS], old[AS_MAX_MEMBERS], fresh[2 * AS_MAX_MEMBERS];
    int n_now = 0, n_old = 0, n_fresh = 0;
    for (int i = fi.from; i < fi.to; i++)
        for (int j = fj.from; j < fj.to; j++) {
            struct interval take = in_residue(r, fi.front->now[i], fj.front->now[j]);
            struct interval had = in_residue(r, fi.front->old[i], fj.front->old[j]);
            sums->copies += times * interval_size(take);
            sums->held_copies += times * interval_size(intersect(take, had));
            take = intersect(take, array);
            push(now, &n_now, take);
            push(old, &n_old, had);
            if (had.low > had.high)
                had = (struct interval){take.high + 1, take.high};
            push(fresh, &n_fresh,
                (struct interval){take.low, take.high < had.low - 1 ? take.high : had.low - 1});
            push(fresh, &n_fresh,
                (struct interval){take.low > had.high + 1 ? take.low : had.high + 1, take.high});
        }
    int64_t taken = union_size(now, n_now);
    sums->taken += times * taken;
    sums->held += times * (taken - union_size(fresh, n_fresh));
    sums->left += times * union_size(old, n_old);
}

static void count_part(const struct as_line *line, bool clip, struct part fi, struct part fj, int64_t times,
    struct as_sums *sums)
{
    for (int64_t ci = 0; ci < line->b; ci++)
        for (int64_t cj = 0; cj < line->a; cj++) {
            struct residue r = {line->a, line->b, ci, cj};
            struct interval array = {INT64_MIN, INT64_MAX};
            if (clip) {
                int64_t base = line->a * ci + line->b * cj, step = line->a * line->b;
                array =
                    (struct interval){ceil_div(line->low - base, step), floor_div(line->high - base, step)};
            }
            count_residue(&r, array, fi, fj, times, sums);
        }
}

static int group_end(const struct front *front, int from)
{
    int to = from;
    while (to < front->n && front->group[to] == front->group[from])
        to++;
    return to;
}

struct pair {
    const struct as_line *line;
    bool clip, fits;
    struct walk inner;
    const struct front *outer;
    int64_t times;
    struct as_sums *sums;
};

static void visit_pair(void *arg, int64_t times, const struct front *front)
{
    struct pair *pair = arg;
    for (int i = 0, i1; i < pair->outer->n; i = i1) {
        i1 = group_end(pair->outer, i);
        for (int j = 0, j1; j < front->n; j = j1) {
            j1 = group_end(front, j);
            if ((i1 - i) * (j1 - j) > AS_MAX_MEMBERS) {
                pair->fits = false;
                return;
            }
            pair->sums->steps += pair->times * times;
            count_part(pair->line, pair->clip, (struct part){pair->outer, i, i1}, (struct part){front, j, j1},
                pair->times * times, pair->sums);
        }
    }
}

static void visit_outer(void *arg, int64_t times, const struct front *front)
{
    static const struct front one = {.n = 1, .now = {{0, 1}}, .old = {{0, 1}}};
    struct pair *pair = arg;
    pair->outer = front;
    pair->times = times;
    if (pair->line->dim[1] < 0) {
        visit_pair(pair, 1, &one);
        return;
    }
    /* Where tiles of i may touch padding, each tile of j is a class of its own. */
    struct as_span tiles = as_safe_tiles(pair->line, pair->inner.view.chain->extent);
    bool safe = true;
    for (int m = 0; m < front->n; m++)
        safe = safe && front->now[m].at >= tiles.at &&
               front->now[m].at + front->now[m].length <= tiles.at + tiles.length;
    pair->inner.safe_low = safe || !pair->clip ? 0 : INT64_MAX;
    pair->inner.safe_high = safe || !pair->clip ? INT64_MAX / 2 : 0;
    if (!walk(&pair->inner))
        pair->fits = false;
}

bool as_general_line(const struct as_line *line, bool clip, const struct as_view view[2],
    const struct as_state state[2], struct as_sums *sums)
{
    clip = clip && line->padded;
    *sums = (struct as_sums){0};
    struct pair pair = {.line = line, .clip = clip, .fits = true, .sums = sums};
    struct walk outer = {
        .view = view[0], .state = state[0], .safe_high = INT64_MAX / 2, .visit = visit_outer, .arg = &pair};
    if (line->dim[1] >= 0)
        pair.inner = (struct walk){.view = view[1], .state = state[1], .visit = visit_pair, .arg = &pair};
    if (clip) {
        struct as_span safe = as_safe_tiles(line, line->dim[1] >= 0 ? view[1].chain->extent : 1);
        outer.safe_low = safe.at;
        outer.safe_high = safe.at + safe.length - 1;
    }
    return walk(&outer) && pair.fits;
}

/* The front of one step. */
static bool step_front(
    struct as_view view, int k, struct as_span now, struct as_span old, struct front *front)
{
    struct walk w = {.view = view};
    if (!number_members(&w, k, true))
        return false;
    front->n = 0;
    for (int m = 0; m < w.n_members; m++) {
        struct as_span tile = first_tile(&w, m, k, now);
        if (tile.length <= 0)
            continue;
        front->now[front->n] = tile;
        front->old[front->n] = last_tile(&w, m, k, old);
        front->group[front->n++] = 0;
    }
    return true;
}

bool as_general_step(const struct as_line *line, bool clip, const struct as_view view[2], const int k[2],
    const struct as_span now[2], const struct as_span old[2], struct as_sums *sums)
{
    struct front fi, fj;
    fj.n = 1;
    fj.now[0] = fj.old[0] = (struct as_span){0, 1};
    *sums = (struct as_sums){0};
    if (!step_front(view[0], k[0], now[0], old[0], &fi))
        return false;
    if (line->dim[1] >= 0 && !step_front(view[1], k[1], now[1], old[1], &fj))
        return false;
    if (fi.n * fj.n > AS_MAX_MEMBERS)
        return false;
    count_part(line, clip && line->padded, (struct part){&fi, 0, fi.n}, (struct part){&fj, 0, fj.n}, 1, sums);
    return true;
}
