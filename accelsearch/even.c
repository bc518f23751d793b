#include "accelsearch/even.h"
#include "accelsearch/cost_plain.h"
#include "accelsearch/window.h"

bool as_even_init(struct as_even *even, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest)
{
    const struct as_tensor_plan *output = &model->tensor[model->problem.output];
    int n_dims = model->problem.n_dims, last = mapping->n_levels - 1, n = nest->n_temporal[last];
    even->model = model;
    even->mapping = mapping;
    even->nest = nest;
    even->spatial = 0;
    even->reducing = 0;
    even->padded = false;
    even->before[0] = 1;
    for (int j = 0; j < n; j++) {
        const struct as_temporal *loop = &nest->temporal[j];
        const struct as_chain *chain = &nest->chain[loop->dim];
        int64_t around = loop->cut ? chain->cut[loop->cut - 1].tile : chain->extent;
        int64_t tile = chain->cut[loop->cut].tile, trips = around / tile;
        if (loop->cut >= chain->n_outside || trips * tile != around)
            return false;
        even->trips[j] = trips;
        even->before[j + 1] = even->before[j] * trips;
        even->reducing |= (uint64_t)!as_uses(output, loop->dim) << j;
    }
    for (int d = 0; d < n_dims; d++) {
        const struct as_chain *chain = &nest->chain[d];
        if (chain->n_outside < chain->n) {
            if (chain->cut[chain->n_outside].level < last - 1)
                return false;
            even->spatial |= 1u << d;
        }
        for (int l = 1; l <= last; l++) {
            int depth = nest->n_cuts[l][d] < chain->n_outside ? nest->n_cuts[l][d] : chain->n_outside;
            even->tile[l][d] = depth ? chain->cut[depth - 1].tile : chain->extent;
        }
    }
    return true;
}

/* ---- a window: an axis with two terms ---- */

/* Where the tiles of a state begin: at p * step, p < total, but for multiples of skip. */
struct starts {
    int64_t step, total, skip, n;
};

struct window {
    const struct as_line *line;
    bool clip, alone, gapless;
    struct as_view view[2];
    struct as_state state[2];
    int64_t tile[2], size, sizes;     /* elements; the same, summed over instances */
    bool known;                       /* what follows, for the state: */
    int64_t steps, held, held_copies; /* held in one step */
    int64_t stored;                   /* of held, summed over all steps, what is no padding */
};

static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t region(const struct as_view *view, int k)
{
    return k ? view->chain->cut[k - 1].tile : view->chain->extent;
}

static struct starts starts_of(const struct as_view *view, struct as_state state)
{
    int64_t extent = view->chain->extent, step = region(view, state.k + state.advances);
    struct starts starts = {step, extent / step, 0, extent / step};
    if (state.advances) {
        starts.skip = region(view, state.k) / step;
        starts.n -= starts.total / starts.skip;
    }
    return starts;
}

/* From the new tile to the old one. */
static int64_t shift_of(const struct window *window, int x)
{
    const struct as_state *state = &window->state[x];
    return state->advances ? -window->tile[x] : region(&window->view[x], state->k) - window->tile[x];
}

struct clip {
    const struct as_line *line;
    int64_t from, length; /* of what is held, from the new tile's first element */
    struct starts j;
};

static int64_t stored_in_row(const struct clip *clip, int64_t i_at)
{
    int64_t sum = 0;
    for (int64_t p = 0; p < clip->j.total; p++) {
        if (clip->j.skip && p % clip->j.skip == 0)
            continue;
        int64_t low = clip->line->a * i_at + clip->line->b * p * clip->j.step + clip->from;
        int64_t high = low + clip->length - 1;
        sum += max64(min64(high, clip->line->high) - max64(low, clip->line->low) + 1, 0);
    }
    return sum;
}

/* Only rows of tiles near an end touch padding. */
static int64_t sum_stored(
    const struct window *window, int64_t shift, int64_t held, struct starts i, struct starts j)
{
    const struct as_line *line = window->line;
    struct clip clip = {line, max64(shift, 0), held, j};
    int64_t reach = line->a * (window->tile[0] - 1) + line->b * (window->view[1].chain->extent - 1);
    int64_t sum = 0, rows = i.n, p = 0, q = i.total - 1;
    if (held == 0)
        return 0;
    for (; p <= q && line->a * p * i.step < line->low; p++)
        if (!i.skip || p % i.skip) {
            sum += stored_in_row(&clip, p * i.step);
            rows--;
        }
    for (; q >= p && line->a * q * i.step + reach > line->high; q--)
        if (!i.skip || q % i.skip) {
            sum += stored_in_row(&clip, q * i.step);
            rows--;
        }
    return sum + rows * j.n * held;
}

/* Its instances, if any, hold nothing of their old tiles. */
static bool apart(const struct window *window, int64_t shift)
{
    int64_t reach = 0, coef[2] = {window->line->a, window->line->b};
    for (int x = 0; x < 2; x++) {
        const struct as_view *view = &window->view[x];
        int64_t tile = view->n ? view->chain->cut[view->n - 1].tile : view->chain->extent;
        reach += coef[x] * (min64(tile, window->tile[x]) - 1);
    }
    return shift > reach || -shift > reach;
}

static bool look_at_window(struct window *window)
{
    const struct as_line *line = window->line;
    int64_t si = shift_of(window, 0), sj = shift_of(window, 1), shift = line->a * si + line->b * sj;
    struct as_sums sums;
    window->known = true;
    if (si == 0 && sj == 0) {
        window->held = window->size;
        window->held_copies = window->sizes;
    } else if (apart(window, shift)) {
        window->held = window->held_copies = 0;
    } else if (window->alone && window->gapless) {
        window->held = window->held_copies = max64(window->size - (shift < 0 ? -shift : shift), 0);
    } else {
        if (!as_sum_line(line, false, window->view, window->state, &sums))
            return false;
        window->held = sums.held / sums.steps;
        window->held_copies = sums.held_copies / sums.steps;
    }
    return true;
}

/* What of held is no padding, over all steps. */
static bool look_at_padding(struct window *window)
{
    struct starts i = starts_of(&window->view[0], window->state[0]),
                  j = starts_of(&window->view[1], window->state[1]);
    int64_t shift = window->line->a * shift_of(window, 0) + window->line->b * shift_of(window, 1);
    struct as_sums sums;
    window->steps = i.n * j.n;
    window->stored = window->held * window->steps;
    if (!window->clip || window->held == 0)
        return true;
    if (window->gapless) {
        window->stored = sum_stored(window, shift, window->held, i, j);
        return true;
    }
    if (!as_sum_line(window->line, true, window->view, window->state, &sums))
        return false;
    window->stored = sums.held;
    return true;
}

/* ---- a tensor ---- */

struct scan {
    const struct as_even *even;
    int level, n_windows;
    bool clips; /* some window does */
    struct window window[AS_MAX_RANK / 2];
    unsigned in_window; /* dims */
    int64_t singles;    /* elements along the other axes in a tile */
    int64_t members;    /* instances along the dims that are not used */
};

/* Dims of the larger extent come first. */
static bool add_window(struct scan *scan, const struct as_line *line, bool clip)
{
    const struct as_nest *nest = scan->even->nest;
    struct window *window = &scan->window[scan->n_windows++];
    bool alone[2];
    window->line = line;
    for (int x = 0; x < 2; x++) {
        int d = line->dim[x];
        const struct as_chain *chain = &nest->chain[d];
        int n = nest->n_cuts[scan->level][d];
        scan->in_window |= 1u << d;
        alone[x] = n <= chain->n_outside;
        window->view[x] = (struct as_view){chain, n, scan->level - 1};
        window->state[x] = (struct as_state){alone[x] ? n : chain->n_outside, false};
        window->tile[x] = scan->even->tile[scan->level][d];
    }
    int64_t ni = window->tile[0], nj = window->tile[1];
    window->alone = alone[0] && alone[1];
    window->clip = clip && line->padded;
    scan->clips = scan->clips || window->clip;
    struct as_box tile = {{0, ni}, {0, nj}};
    window->gapless = as_gapless(line, &tile);
    window->size = as_box_size(line, ni, nj);
    window->sizes = window->alone ? window->size : as_box_sizes(line, window->view, ni, nj);
    window->known = false;
    return window->alone || !window->clip;
}

static bool list_factors(struct scan *scan, const struct as_tensor_plan *plan, bool clip)
{
    const struct as_even *even = scan->even;
    scan->n_windows = 0;
    scan->clips = false;
    scan->in_window = 0;
    scan->singles = scan->members = 1;
    unsigned spread = even->spatial & ~plan->dims;
    for (int d = 0; spread >> d; d++)
        if ((spread >> d & 1) && even->nest->n_cuts[scan->level][d] == even->nest->chain[d].n)
            scan->members *= as_plain_members(
                (struct as_view){&even->nest->chain[d], even->nest->chain[d].n, scan->level - 1},
                even->tile[scan->level][d]);
    if ((clip && plan->padded_single) || plan->n_windows > AS_MAX_RANK / 2)
        return false;
    for (int i = 0; i < plan->n_singles; i++)
        scan->singles *= even->tile[scan->level][plan->single[i]];
    for (int i = 0; i < plan->n_windows; i++)
        if (!add_window(scan, &plan->line[plan->window[i]], clip))
            return false;
    return true;
}

/* Of a number of steps, what all takers hold in one, and all takers together; and, in all, what of it is no
 * padding. */
struct held {
    int64_t once, copies, stored;
};

static bool find_held(struct scan *scan, int64_t steps, struct held *held)
{
    held->once = scan->singles;
    held->copies = scan->singles * scan->members;
    for (int i = 0; i < scan->n_windows; i++) {
        struct window *window = &scan->window[i];
        if (!window->known && !(look_at_window(window) && (!scan->clips || look_at_padding(window))))
            return false;
        held->once *= window->held;
        held->copies *= window->held_copies;
    }
    held->stored = held->once * steps;
    if (!scan->clips)
        return true;
    held->stored = scan->singles;
    for (int i = 0; i < scan->n_windows; i++) {
        held->stored *= scan->window[i].stored;
        steps /= scan->window[i].steps;
    }
    held->stored *= steps;
    return true;
}

/* Of the first tile, what is no padding. */
static int64_t first_stored(const struct scan *scan)
{
    int64_t words = scan->singles;
    for (int i = 0; i < scan->n_windows; i++) {
        const struct window *window = &scan->window[i];
        struct as_box box = {{0, window->tile[0]}, {0, window->tile[1]}};
        words *= window->clip ? as_box_common(window->line, &box, &box, window->line->low, window->line->high)
                              : window->size;
    }
    return words;
}

static void set_state(struct scan *scan, int dim, int k, bool advances)
{
    for (int i = 0; i < scan->n_windows; i++)
        for (int x = 0; x < 2; x++)
            if (scan->window[i].line->dim[x] == dim) {
                scan->window[i].state[x] = (struct as_state){k, advances};
                scan->window[i].known = false;
            }
}

bool as_even_traffic(struct as_even *even, int tensor, int outer, int level, struct as_traffic *traffic)
{
    const struct as_model *model = even->model;
    const struct as_tensor_plan *plan = &model->tensor[tensor];
    struct as_even_words *words = &even->words[level][tensor];
    struct scan scan;
    struct held all, held;
    int n = even->nest->n_temporal[level], j = n - 1;
    scan.even = even;
    scan.level = level;
    /* With nothing advanced, all of the new tile counts as held. */
    if (!list_factors(&scan, plan, outer == 0 && !model->accel.padding_stored) ||
        (scan.clips && even->spatial && level == even->mapping->n_levels - 1) ||
        !find_held(&scan, even->before[n], &all))
        return false;
    /* Loops that leave the tile where it is. */
    for (; j >= 0 && !as_uses(plan, even->nest->temporal[j].dim); j--)
        words->moved[j + 1] = 0;
    int64_t steps = even->before[j + 1];
    traffic->outer = outer;
    traffic->level = level;
    traffic->reads = scan.clips ? all.stored / (even->before[n] / steps) : all.once * steps;
    traffic->copies = all.copies * steps;
    int64_t words_in_all = all.once * steps;
    for (; j >= 0; j--) {
        const struct as_temporal *loop = &even->nest->temporal[j];
        if (as_uses(plan, loop->dim) && !(scan.in_window >> loop->dim & 1))
            break;
        int64_t times = even->before[j + 1] - even->before[j];
        set_state(&scan, loop->dim, loop->cut, true);
        if (!find_held(&scan, times, &held))
            return false;
        traffic->reads -= held.stored;
        words_in_all -= held.once * times;
        traffic->copies -= held.copies * times;
        words->moved[j + 1] = (double)(all.once - held.once);
        set_state(&scan, loop->dim, loop->cut, false);
    }
    /* A dim that alone makes an axis lets go of everything, whatever advances outside. */
    words->flat = j + 1;
    for (; j >= -1; j--)
        words->moved[j + 1] = (double)all.once;
    /* Padding that is not read is spread evenly, but for the first step. */
    if (traffic->reads != words_in_all) {
        double stored = (double)traffic->reads / (double)words_in_all;
        words->moved[0] = (double)first_stored(&scan);
        for (j = 1; j <= n; j++)
            words->moved[j] *= stored;
        even->padded = true;
    }
    return true;
}
