#include "accelsearch/quick.h"
#include "accelsearch/cost_plain.h"
#include "accelsearch/window.h"
#include "support/number.h"
#include <string.h>

bool as_quick_init(struct as_quick *quick, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest)
{
    int last = mapping->n_levels - 1;
    quick->model = model;
    quick->mapping = mapping;
    quick->nest = nest;
    quick->fits = true;
    if (model->n_windows > AS_MAX_WINDOWS)
        return false;
    for (int d = 0; d < model->problem.n_dims; d++) {
        const struct as_chain *chain = &nest->chain[d];
        if (chain->n_plain < chain->n ||
            (chain->n_outside < chain->n && chain->cut[chain->n_outside].level < last - 1) ||
            !as_regions_of(chain, &quick->regions[d]))
            return false;
        for (int l = 1; l <= last; l++)
            as_boundary_dim(&quick->regions[d], (struct as_view){chain, nest->n_cuts[l][d], l - 1},
                &quick->boundary[l][d]);
    }
    for (int l = 1; l <= last; l++)
        for (int w = 0; w < model->n_windows; w++)
            memset(quick->pairs[l][w].key, 0, sizeof quick->pairs[l][w].key);
    return true;
}

/* ---- axes with two terms ---- */

/* The array tile of a dim in a step, the new one at 0. */
struct along {
    int64_t taken, old, shift;
};

static struct along along_of(
    const struct as_regions *regions, const struct as_boundary_dim *boundary, struct as_move_along move)
{
    const struct as_region *region = &regions->region[move.region];
    const struct as_round *round = &boundary->round[move.region];
    if (move.advance == AS_ROUND)
        return (struct along){round->taken, round->old, round->shift};
    const struct as_round *tile = &boundary->round[region->tile];
    return (struct along){boundary->round[move.advance == AS_TO_FULL ? region->tile : region->rest].taken,
        tile->old, tile->shift - regions->region[region->tile].length};
}

static struct as_piece piece_of(
    const struct as_regions *regions, const struct as_boundary_dim *boundary, struct as_move_along move)
{
    const struct as_region *region = &regions->region[move.region];
    struct along along = along_of(regions, boundary, move);
    struct as_piece piece = {.times = 1,
        .now = {0, region->length},
        .old = {0, region->length},
        .k = region->depth,
        .length = along.taken,
        .old_length = along.old,
        .still = along.shift == 0,
        .together = boundary->round[move.advance == AS_ROUND ? move.region : region->tile].together};
    if (move.advance != AS_ROUND) {
        int64_t tile = regions->region[region->tile].length;
        piece.k++;
        piece.old.length = tile;
        piece.now =
            (struct as_span){tile, move.advance == AS_TO_FULL ? tile : regions->region[region->rest].length};
    }
    piece.at = piece.now.at;
    piece.old_at = piece.at + along.shift;
    return piece;
}

static bool follow_pair(struct as_quick *quick, int level, const struct as_line *line, struct as_move_along i,
    struct as_move_along j, struct as_pair *pair)
{
    struct as_view view[2];
    struct as_piece piece[2];
    struct as_move_along move[2] = {i, j};
    struct as_sums sums = {0, 0, 0, 0, 0, 0};
    for (int x = 0; x < 2; x++) {
        int d = line->dim[x];
        view[x] = (struct as_view){&quick->nest->chain[d], quick->nest->n_cuts[level][d], level - 1};
        piece[x] = piece_of(&quick->regions[d], &quick->boundary[level][d], move[x]);
    }
    if (!as_step_pair(line, false, view, &piece[0], &piece[1], &sums))
        return false;
    *pair = (struct as_pair){sums.taken, sums.held, sums.copies, sums.held_copies, 0, false};
    return true;
}

/* Without an array: the new box is at 0. */
static void compare_boxes(const struct as_line *line, struct along i, struct along j, struct as_pair *pair)
{
    struct as_box now = {{0, i.taken}, {0, j.taken}}, old = {{i.shift, i.old}, {j.shift, j.old}};
    int64_t shift = line->a * i.shift + line->b * j.shift;
    pair->taken = pair->copies = as_box_size(line, i.taken, j.taken);
    pair->gapless = as_gapless(line, &now) && as_gapless(line, &old);
    pair->from = shift > 0 ? shift : 0;
    if (i.shift == 0 && j.shift == 0) {
        pair->held = pair->taken;
    } else if (pair->gapless) {
        int64_t end = shift + as_box_size(line, i.old, j.old);
        end = min64(end, pair->taken);
        pair->held = end > pair->from ? end - pair->from : 0;
    } else {
        pair->held = as_box_common(line, &now, &old, INT64_MIN, INT64_MAX);
    }
    pair->held_copies = pair->held;
}

const struct as_pair *as_quick_work_out(struct as_quick *quick, int level, const struct as_line *line,
    struct as_move_along i, struct as_move_along j, int key, int slot)
{
    struct as_pairs *pairs = &quick->pairs[level][line->window];
    struct as_pair *pair = &pairs->pair[slot];
    const struct as_boundary_dim *bi = &quick->boundary[level][line->dim[0]],
                                 *bj = &quick->boundary[level][line->dim[1]];
    if (!bi->spread && !bj->spread)
        compare_boxes(line, along_of(&quick->regions[line->dim[0]], bi, i),
            along_of(&quick->regions[line->dim[1]], bj, j), pair);
    else if (!follow_pair(quick, level, line, i, j, pair))
        quick->fits = false;
    pairs->key[slot] = (uint16_t)key;
    return pair;
}

/* ---- sums over the steps of a state ---- */

/* The steps of a dim in a state, equal ones taken together. */
struct kinds {
    int n;
    struct as_move_along move[2 * (AS_MAX_DEPTH + 1)];
    int64_t times[2 * (AS_MAX_DEPTH + 1)];
};

static void add_kind(struct kinds *kinds, int region, enum as_advance advance, int64_t times)
{
    kinds->move[kinds->n] = (struct as_move_along){region, advance};
    kinds->times[kinds->n++] = times;
}

static void list_kinds(const struct as_regions *regions, struct as_state state, struct kinds *kinds)
{
    kinds->n = 0;
    for (int r = regions->first[state.k]; r < regions->first[state.k + 1]; r++) {
        const struct as_region *region = &regions->region[r];
        if (!state.advances)
            add_kind(kinds, r, AS_ROUND, region->times);
        if (state.advances && region->full > 1)
            add_kind(kinds, r, AS_TO_FULL, region->times * (region->full - 1));
        if (state.advances && region->full > 0 && region->rest >= 0)
            add_kind(kinds, r, AS_TO_REST, region->times);
    }
}

/* Padding is left out of once. */
static void sum_window(struct as_quick *quick, int level, const struct as_line *line, const struct kinds *i,
    const struct kinds *j, bool held, int64_t *once, int64_t *copies)
{
    *once = *copies = 0;
    for (int x = 0; x < i->n; x++)
        for (int y = 0; y < j->n; y++) {
            int64_t times = i->times[x] * j->times[y];
            const struct as_pair *pair = as_quick_pair(quick, level, line, i->move[x], j->move[y]);
            *once += times * (held ? pair->held : pair->taken);
            *copies += times * (held ? pair->held_copies : pair->copies);
        }
}

/* ---- padding ---- */

/* Steps of a dim one by one, but for those whose new tile is within safe. */
enum { MAX_SPOTS = 64 };
struct spots {
    const struct as_regions *regions;
    const struct as_boundary_dim *boundary;
    struct as_state state;
    struct as_span safe;
    bool fits;
    int n;
    struct as_move_along move[MAX_SPOTS];
    int64_t at[MAX_SPOTS];
};

static void add_spot(struct spots *spots, int region, enum as_advance advance, int64_t at)
{
    if (spots->n == MAX_SPOTS) {
        spots->fits = false;
        return;
    }
    spots->move[spots->n] = (struct as_move_along){region, advance};
    spots->at[spots->n++] = at;
}

static bool is_safe(const struct spots *spots, int64_t at, int64_t length)
{
    return at >= spots->safe.at && at + length <= spots->safe.at + spots->safe.length;
}

static void list_spots(struct spots *spots, int r, int64_t at)
{
    const struct as_region *region = &spots->regions->region[r];
    bool here = region->depth == spots->state.k;
    if (is_safe(spots, at, region->length))
        return;
    if (here && !spots->state.advances) {
        if (!is_safe(spots, at, spots->boundary->round[r].taken))
            add_spot(spots, r, AS_ROUND, at);
        return;
    }
    int64_t end = at;
    if (region->full > 0) {
        int64_t tile = spots->regions->region[region->tile].length, full = region->full;
        int64_t low = spots->safe.at - at, high = spots->safe.at + spots->safe.length - at;
        /* Tiles low <= index < high are within safe. */
        low = low > 0 ? ceil_div(low, tile) : 0;
        high = high > 0 ? high / tile : 0;
        for (int64_t i = here; i < full && spots->fits; i++) {
            if (i >= low && i < high)
                i = high;
            if (i >= full)
                break;
            if (here)
                add_spot(spots, r, AS_TO_FULL, at + i * tile);
            else
                list_spots(spots, region->tile, at + i * tile);
        }
        end += full * tile;
    }
    if (region->rest >= 0 && !here)
        list_spots(spots, region->rest, end);
    else if (region->rest >= 0 && region->full > 0)
        add_spot(spots, r, AS_TO_REST, end);
}

static int64_t padding_of(const struct as_line *line, int64_t from, int64_t length)
{
    int64_t low = line->low - from, high = from + length - 1 - line->high;
    int64_t out = (low > 0 ? low : 0) + (high > 0 ? high : 0);
    return min64(out, length);
}

/* Padding among what a state's steps take, or what of it is held. No dim is spread over instances. */
static bool sum_padding(struct as_quick *quick, int level, const struct as_line *line,
    const struct as_state state[2], bool held, int64_t *padding)
{
    struct spots i, j;
    int di = line->dim[0], dj = line->dim[1];
    i.regions = &quick->regions[di];
    i.boundary = &quick->boundary[level][di];
    i.state = state[0];
    i.safe = as_safe_tiles(line, quick->regions[dj].region[0].length);
    j.regions = &quick->regions[dj];
    j.boundary = &quick->boundary[level][dj];
    j.state = state[1];
    j.safe = (struct as_span){0, 0};
    i.n = j.n = 0;
    i.fits = j.fits = true;
    *padding = 0;
    list_spots(&i, 0, 0);
    if (i.n == 0)
        return true;
    list_spots(&j, 0, 0);
    for (int x = 0; x < i.n; x++)
        for (int y = 0; y < j.n; y++) {
            const struct as_pair *pair = as_quick_pair(quick, level, line, i.move[x], j.move[y]);
            int64_t words = held ? pair->held : pair->taken;
            if (words == 0)
                continue;
            if (pair->gapless) {
                int64_t at = line->a * i.at[x] + line->b * j.at[y] + (held ? pair->from : 0);
                *padding += padding_of(line, at, words);
                continue;
            }
            struct along ai = along_of(i.regions, i.boundary, i.move[x]),
                         aj = along_of(j.regions, j.boundary, j.move[y]);
            struct as_box now = {{i.at[x], ai.taken}, {j.at[y], aj.taken}};
            struct as_box old = {{i.at[x] + ai.shift, ai.old}, {j.at[y] + aj.shift, aj.old}};
            *padding += words - as_box_common(line, &now, held ? &old : &now, line->low, line->high);
        }
    return i.fits && j.fits;
}

/* ---- a tensor ---- */

/* A factor of the tensor's counts: an axis, or a dim that its subscripts do not use (line NULL). */
struct factor {
    const struct as_line *line;
    int64_t held, copies; /* held: by all takers, copies: by each */
    bool late;            /* both are of an earlier state */
};

struct scan {
    struct as_quick *quick;
    int level;
    bool clip;
    struct as_state state[AS_MAX_DIMS];
    int n;
    struct factor factor[AS_MAX_DIMS];
    int factor_of[AS_MAX_DIMS];
};

static bool look_at_window(
    struct scan *scan, const struct as_line *line, bool held, int64_t *once, int64_t *copies)
{
    struct as_quick *quick = scan->quick;
    const struct as_state state[2] = {scan->state[line->dim[0]], scan->state[line->dim[1]]};
    struct kinds i, j;
    int64_t padding = 0;
    list_kinds(&quick->regions[line->dim[0]], state[0], &i);
    list_kinds(&quick->regions[line->dim[1]], state[1], &j);
    sum_window(quick, scan->level, line, &i, &j, held, once, copies);
    if (scan->clip && line->padded && *once > 0 &&
        !sum_padding(quick, scan->level, line, state, held, &padding))
        return false;
    *once -= padding;
    return true;
}

/* Lists the factors; false when padding meets an array. taken: over all steps; with nothing advanced, all of
 * the new tile counts as held. */
static bool begin_scan(struct scan *scan, const struct as_tensor_plan *plan, struct as_traffic *traffic)
{
    struct as_quick *quick = scan->quick;
    const struct as_model *model = quick->model;
    const struct as_boundary_dim *boundary = quick->boundary[scan->level];
    scan->n = 0;
    traffic->reads = traffic->copies = 1;
    for (int d = 0; d < model->problem.n_dims; d++) {
        scan->state[d] = (struct as_state){boundary[d].depth, false};
        if (!as_uses(plan, d) && quick->nest->n_cuts[scan->level][d] > 0) {
            struct factor *factor = &scan->factor[scan->n];
            scan->factor_of[d] = scan->n++;
            factor->line = NULL;
            factor->late = false;
            factor->held = quick->regions[d].steps[boundary[d].depth];
            factor->copies = boundary[d].members[boundary[d].depth];
            traffic->reads *= factor->held;
            traffic->copies *= factor->copies;
        }
    }
    for (int i = 0; i < plan->n_lines; i++) {
        const struct as_line *line = &plan->line[i];
        int d = line->dim[0], second = line->dim[1];
        struct factor *factor = &scan->factor[scan->n];
        if (d < 0)
            continue;
        scan->factor_of[d] = scan->n++;
        factor->line = line;
        factor->late = false;
        if (second < 0) {
            if (scan->clip && line->padded)
                return false;
            factor->held = factor->copies = quick->regions[d].region[0].length;
        } else {
            int64_t held, copies;
            scan->factor_of[second] = scan->factor_of[d];
            if (scan->clip && line->padded && (boundary[d].spread || boundary[second].spread))
                return false;
            if (!look_at_window(scan, line, false, &held, &copies))
                return false;
            factor->held = held;
            factor->copies = copies;
        }
        traffic->reads *= factor->held;
        traffic->copies *= factor->copies;
    }
    return true;
}

/* What is held over the steps of the dim's state: it makes an axis alone, or none. */
static void look_at_dim(const struct scan *scan, int dim, struct factor *factor)
{
    const struct as_boundary_dim *boundary = &scan->quick->boundary[scan->level][dim];
    const struct as_regions *regions = &scan->quick->regions[dim];
    struct as_state state = scan->state[dim];
    if (factor->line) {
        factor->held = factor->copies = state.advances ? 0 : boundary->held[state.k];
        return;
    }
    factor->held = regions->steps[state.k + state.advances];
    factor->copies = boundary->members[state.k + state.advances];
    if (state.advances) {
        /* Tiles that begin a region are not advanced to. */
        factor->held -= regions->steps[state.k];
        factor->copies -= boundary->members[state.k];
    }
}

static bool look_at(struct scan *scan, int dim, struct factor *factor)
{
    if (factor->line && factor->line->dim[1] >= 0)
        return look_at_window(scan, factor->line, true, &factor->held, &factor->copies);
    look_at_dim(scan, dim, factor);
    return true;
}

/* What is held over the steps of the present state, `now` being worked out already. */
static bool all_hold(struct scan *scan, const struct factor *now, int64_t *held, int64_t *copies)
{
    *held = now->held;
    *copies = now->copies;
    for (int i = 0; i < scan->n && (*held != 0 || *copies != 0); i++) {
        struct factor *factor = &scan->factor[i];
        if (factor == now)
            continue;
        if (factor->late && !look_at_window(scan, factor->line, true, &factor->held, &factor->copies))
            return false;
        factor->late = false;
        *held *= factor->held;
        *copies *= factor->copies;
    }
    return true;
}

bool as_quick_traffic(struct as_quick *quick, int tensor, int outer, int level, struct as_traffic *traffic)
{
    const struct as_model *model = quick->model;
    const struct as_nest *nest = quick->nest;
    struct scan scan;
    scan.quick = quick;
    scan.level = level;
    scan.clip = outer == 0 && !model->accel.padding_stored;
    traffic->outer = outer;
    traffic->level = level;
    traffic->n = nest->n_temporal[level];
    if (!begin_scan(&scan, &model->tensor[tensor], traffic))
        return false;
    for (int j = traffic->n - 1; j >= 0; j--) {
        const struct as_temporal *loop = &nest->temporal[j];
        struct factor *factor = &scan.factor[scan.factor_of[loop->dim]];
        bool alone = factor->line && factor->line->dim[1] < 0;
        if (!alone) {
            int64_t held, copies;
            scan.state[loop->dim] = (struct as_state){loop->cut, true};
            if (!look_at(&scan, loop->dim, factor) || !all_hold(&scan, factor, &held, &copies))
                return false;
            traffic->reads -= held;
            traffic->copies -= copies;
        }
        scan.state[loop->dim] = (struct as_state){loop->cut, false};
        factor->late = factor->line && !alone;
        if (!factor->late)
            look_at_dim(&scan, loop->dim, factor);
        /* Nothing is held on to from here on outwards. */
        if (alone && factor->held == 0)
            break;
    }
    return quick->fits;
}
