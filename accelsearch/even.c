#include "accelsearch/even.h"
#include "accelsearch/cost_plain.h"
#include "accelsearch/window.h"
#include "support/number.h"

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
    for (int d = 0; d < n_dims; d++) {
        even->dim[d].length[0] = nest->chain[d].extent;
        even->dim[d].count[0] = 1;
    }
    for (int j = 0; j < n; j++) {
        const struct as_temporal *loop = &nest->temporal[j];
        const struct as_chain *chain = &nest->chain[loop->dim];
        struct as_even_dim *dim = &even->dim[loop->dim];
        int k = loop->cut;
        int64_t around = dim->length[k], tile = chain->cut[k].tile, trips = around / tile;
        if (k >= chain->n_outside || trips * tile != around)
            return false;
        dim->length[k + 1] = tile;
        dim->count[k + 1] = dim->count[k] * trips;
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
            even->depth[l][d] = depth;
            even->tile[l][d] = even->dim[d].length[depth];
        }
    }
    return true;
}

/* ---- a window: an axis with two terms ---- */

/* Elements from + pitch * row + tooth, row < rows, tooth < width <= pitch. */
struct comb {
    int64_t from, rows, width;
};

struct window {
    const struct as_line *line;
    bool clip, alone, gapless;
    bool combed; /* any set of it is one comb or two: else both coefficients exceed 1, and there are gaps */
    int64_t pitch, rows, width; /* the tile as a comb; without gaps, of one row */
    const struct as_even_dim *dim[2];
    int k[2], advancing;          /* the state: of dim `advancing` (-1: none) the next loop advances */
    int64_t around[2];            /* length of the region in which dim x stays; 0: it advances */
    int64_t tile[2], size, sizes; /* elements; the same, summed over instances */
    bool known;                   /* what follows, for the state: */
    int64_t held, held_copies;    /* in one step */
    bool clipped;                 /* what follows, too: */
    int64_t stored;               /* of held, summed over all steps, what is no padding */
    struct comb comb[2];          /* what is held, from the new tile's first element, where it is combed */
};

/* From the new tile to the old one. */
static int64_t shift_of(const struct window *window, int x)
{
    return window->around[x] - window->tile[x];
}

/* What the tile, a comb, has in common with the same `shift` elements on: the number of elements. */
static int64_t find_combs(struct window *window, int64_t shift)
{
    int64_t pitch = window->pitch, rows = window->rows, width = window->width;
    struct comb *comb = window->comb;
    if (window->gapless) {
        comb[0] = (struct comb){max64(shift, 0), 1, max64(width - (shift < 0 ? -shift : shift), 0)};
        return comb[0].width;
    }
    int64_t row = floor_div(shift, pitch), tooth = shift - row * pitch;
    comb[0] = (struct comb){
        pitch * max64(row, 0) + tooth, max64(rows - (row < 0 ? -row : row), 0), max64(width - tooth, 0)};
    /* The next row's teeth begin before it. */
    row++;
    comb[1] = (struct comb){
        pitch * max64(row, 0), max64(rows - (row < 0 ? -row : row), 0), max64(width - pitch + tooth, 0)};
    return comb[0].rows * comb[0].width + comb[1].rows * comb[1].width;
}

/* Elements of a comb before the place `end`. */
static inline int64_t count_before(const struct comb *comb, int64_t pitch, int64_t end)
{
    int64_t ahead = end - comb->from;
    if (ahead <= 0)
        return 0;
    if (ahead >= comb->rows * pitch)
        return comb->rows * comb->width;
    int64_t rows = ahead / pitch;
    return rows * comb->width + min64(ahead - rows * pitch, comb->width);
}

/* Of the combs, what is no padding when the new tile begins at the place. */
static inline int64_t stored_at(const struct window *window, int64_t at)
{
    const struct comb *comb = window->comb;
    int64_t low = window->line->low - at, end = window->line->high + 1 - at, sum = 0;
    if (window->gapless)
        return max64(min64(comb->from + comb->width, end) - max64(comb->from, low), 0);
    for (int c = 0; c < 2; c++)
        sum += count_before(&comb[c], window->pitch, end) - count_before(&comb[c], window->pitch, low);
    return sum;
}

/* Where the tiles of a state begin along dim x, in elements: at multiples of step before end, but for those
 * of skip (0: none). last: how far the last element is that they and those along inner dims hold. */
struct starts {
    int64_t step, end, skip, last, n;
};

static struct starts starts_of(const struct as_even *even, const struct window *window, int x, int j)
{
    const struct as_even_dim *dim = window->dim[x];
    const struct as_line *line = window->line;
    int64_t coef = x ? line->b : line->a, inner = x ? window->tile[1] : window->dim[1]->length[0];
    int64_t last = line->a * (window->tile[0] - 1) + line->b * (inner - 1);
    int advances = x == window->advancing, k = window->k[x] + advances;
    int64_t step = coef * dim->length[k];
    return (struct starts){step, step * dim->count[k], advances ? step * even->trips[j] : 0, last,
        dim->count[k] - (advances ? dim->count[k - 1] : 0)};
}

/* What is no padding of what the tiles hold that begin at the place or, by the starts of dims x and inner
 * ones, behind it. Only tiles near an end touch padding: those that hold all are counted together. */
static inline int64_t sum_stored(
    const struct window *window, const struct starts starts[2], int x, int64_t place)
{
    if (x == 2)
        return stored_at(window, place);
    int64_t step = starts[x].step, skip = starts[x].skip, end = place + starts[x].end;
    int64_t low = place, high = end - step, skipped = skip ? low : end, sum = 0, whole = starts[x].n;
    for (; low < end && low < window->line->low; low += step) {
        if (low == skipped) {
            skipped += skip;
            continue;
        }
        sum += sum_stored(window, starts, x + 1, low);
        whole--;
    }
    skipped = skip ? end - skip : end;
    for (; high >= low && high + starts[x].last > window->line->high; high -= step) {
        if (high == skipped) {
            skipped -= skip;
            continue;
        }
        sum += sum_stored(window, starts, x + 1, high);
        whole--;
    }
    return sum + whole * (x ? 1 : starts[1].n) * window->held;
}

/* Its instances, if any, hold nothing of their old tiles. */
static bool apart(const struct window *window, const struct as_view view[2], int64_t shift)
{
    int64_t reach = window->line->a * (as_instance_length(view[0], window->tile[0]) - 1) +
                    window->line->b * (as_instance_length(view[1], window->tile[1]) - 1);
    return shift > reach || -shift > reach;
}

static struct as_view view_of(const struct as_even *even, int level, int dim)
{
    return (struct as_view){&even->nest->chain[dim], even->nest->n_cuts[level][dim], level - 1};
}

/* The general way. */
static bool sum_line(
    const struct as_even *even, int level, const struct window *window, bool clip, struct as_sums *sums)
{
    struct as_view view[2];
    struct as_state state[2];
    for (int x = 0; x < 2; x++) {
        view[x] = view_of(even, level, window->line->dim[x]);
        state[x] = (struct as_state){window->k[x], x == window->advancing};
    }
    return as_sum_line(window->line, clip, view, state, sums);
}

static bool look_at_window(const struct as_even *even, int level, struct window *window)
{
    const struct as_line *line = window->line;
    int64_t si = shift_of(window, 0), sj = shift_of(window, 1), shift = line->a * si + line->b * sj;
    struct as_sums sums;
    window->known = true;
    window->clipped = false;
    if (window->alone && window->combed) {
        window->held = window->held_copies = find_combs(window, shift);
        return true;
    }
    if (si == 0 && sj == 0) {
        window->held = window->size;
        window->held_copies = window->sizes;
        return true;
    }
    window->held = window->held_copies = 0;
    if (apart(window,
            (struct as_view[2]){view_of(even, level, line->dim[0]), view_of(even, level, line->dim[1])},
            shift))
        return true;
    if (!sum_line(even, level, window, false, &sums))
        return false;
    window->held = sums.held / sums.steps;
    window->held_copies = sums.held_copies / sums.steps;
    return true;
}

/* What of held is no padding, over all steps. */
static bool look_at_padding(const struct as_even *even, int level, int j, struct window *window)
{
    struct starts starts[2] = {starts_of(even, window, 0, j), starts_of(even, window, 1, j)};
    struct as_sums sums;
    window->clipped = true;
    if (!window->clip) {
        window->stored = window->held * starts[0].n * starts[1].n;
        return true;
    }
    if (window->combed) {
        window->stored = sum_stored(window, starts, 0, 0);
        return true;
    }
    if (!sum_line(even, level, window, true, &sums))
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
    int64_t singles; /* elements along the other axes in a tile */
    int64_t members; /* instances along the dims that are not used */
};

/* Dims of the larger extent come first. */
static bool add_window(struct scan *scan, const struct as_line *line, bool clip)
{
    const struct as_even *even = scan->even;
    const struct as_nest *nest = even->nest;
    struct window *window = &scan->window[scan->n_windows++];
    int level = scan->level;
    window->line = line;
    window->alone = true;
    window->advancing = -1;
    for (int x = 0; x < 2; x++) {
        int d = line->dim[x];
        window->dim[x] = &even->dim[d];
        window->k[x] = even->depth[level][d];
        window->around[x] = window->tile[x] = even->tile[level][d];
        window->alone = window->alone && nest->n_cuts[level][d] <= nest->chain[d].n_outside;
    }
    int64_t ni = window->tile[0], nj = window->tile[1];
    window->clip = clip && line->padded;
    scan->clips = scan->clips || window->clip;
    bool along = line->b != 1; /* the dim whose elements are a pitch apart */
    window->combed = line->a == 1 || line->b == 1;
    window->size = window->sizes = as_box_size(line, ni, nj);
    window->gapless = window->size == line->a * (ni - 1) + line->b * (nj - 1) + 1;
    window->pitch = max64(line->a, line->b);
    window->rows = window->gapless ? 1 : window->tile[along];
    window->width = window->gapless ? window->size : window->tile[!along];
    if (!window->alone) {
        struct as_view view[2] = {view_of(even, level, line->dim[0]), view_of(even, level, line->dim[1])};
        window->sizes = as_box_sizes(line, view, ni, nj);
    }
    window->known = false;
    return window->alone || !window->clip;
}

/* With nothing advanced, all of the new tile counts as held. Sets what of it is no padding, over all steps
 * and in the first one; others: the steps of the dims without window, j: the innermost loop. */
static bool find_stored(struct scan *scan, int j, int64_t others, int64_t *stored, int64_t *first)
{
    *first = scan->singles;
    *stored = scan->singles * others;
    for (int i = 0; i < scan->n_windows; i++) {
        struct window *window = &scan->window[i];
        const struct as_line *line = window->line;
        struct as_box box = {{0, window->tile[0]}, {0, window->tile[1]}};
        window->held = window->size;
        if (window->combed)
            find_combs(window, 0);
        if (!look_at_padding(scan->even, scan->level, j, window))
            return false;
        *stored *= window->stored;
        if (!window->clip)
            *first *= window->size;
        else if (window->combed)
            *first *= stored_at(window, 0);
        else
            *first *= as_box_common(line, &box, &box, line->low, line->high);
    }
    return true;
}

/* What all takers hold in a step, and all takers together; and, in all steps, what of it is no padding. */
struct held {
    int64_t once, copies, stored;
};

/* Loop j advances, `steps` times; others: the steps of the dims without window. */
static bool find_held(struct scan *scan, int j, int64_t steps, int64_t others, struct held *held)
{
    held->once = scan->singles;
    held->copies = scan->singles * scan->members;
    for (int i = 0; i < scan->n_windows; i++) {
        struct window *window = &scan->window[i];
        if (!window->known && !look_at_window(scan->even, scan->level, window))
            return false;
        held->once *= window->held;
        held->copies *= window->held_copies;
    }
    held->stored = held->once * steps;
    if (!scan->clips || held->once == 0)
        return true;
    held->stored = scan->singles * others;
    for (int i = 0; i < scan->n_windows; i++) {
        struct window *window = &scan->window[i];
        if (!window->clipped && !look_at_padding(scan->even, scan->level, j, window))
            return false;
        held->stored *= window->stored;
    }
    return true;
}

/* The window that the dim stands in, as its x-th; NULL if there is none. */
static struct window *window_of(struct scan *scan, const struct as_tensor_plan *plan, int dim, int *x)
{
    int at = plan->window_of[dim];
    *x = at & 1;
    return at < 0 ? NULL : &scan->window[at >> 1];
}

/* Steps of the loops before j along dims without window, j = 0 .. n. */
static void list_others(
    const struct scan *scan, const struct as_tensor_plan *plan, int n, int64_t others[AS_MAX_TEMPORAL + 1])
{
    const struct as_even *even = scan->even;
    others[0] = 1;
    for (int j = 0; j < n; j++)
        others[j + 1] = others[j] * (plan->window_of[even->nest->temporal[j].dim] >= 0 ? 1 : even->trips[j]);
}

/* The traffic of a tensor with windows, j the innermost loop that moves its tile, singles and members known.
 */
static bool follow_windows(struct scan *scan, const struct as_tensor_plan *plan, bool clip, int j,
    struct as_even_words *words, struct as_traffic *traffic, bool *padded)
{
    const struct as_even *even = scan->even;
    struct held held;
    int64_t once = scan->singles, copies = scan->singles * scan->members, first;
    int64_t others[AS_MAX_TEMPORAL + 1], steps = even->before[j + 1];
    int n = even->nest->n_temporal[scan->level];
    scan->n_windows = 0;
    scan->clips = false;
    for (int i = 0; i < plan->n_windows; i++)
        if (!add_window(scan, &plan->line[plan->window[i]], clip))
            return false;
    if (scan->clips && even->spatial && scan->level == even->mapping->n_levels - 1)
        return false;
    if (scan->clips)
        list_others(scan, plan, j + 1, others);
    for (int i = 0; i < scan->n_windows; i++) {
        once *= scan->window[i].size;
        copies *= scan->window[i].sizes;
    }
    traffic->reads = first = once * steps;
    traffic->copies = copies * steps;
    int64_t words_in_all = once * steps;
    if (scan->clips && !find_stored(scan, j, others[j + 1], &traffic->reads, &first))
        return false;
    for (; j >= 0; j--) {
        const struct as_temporal *loop = &even->nest->temporal[j];
        int x;
        struct window *window = window_of(scan, plan, loop->dim, &x);
        if (as_uses(plan, loop->dim) && !window)
            break;
        if (window) {
            window->k[x] = loop->cut;
            window->advancing = x;
            window->around[x] = 0;
            window->known = false;
        }
        int64_t times = even->before[j + 1] - even->before[j];
        if (!find_held(scan, j, times, scan->clips ? others[j + 1] - (window ? 0 : others[j]) : 1, &held))
            return false;
        traffic->reads -= held.stored;
        words_in_all -= held.once * times;
        traffic->copies -= held.copies * times;
        words->moved[j + 1] = (double)(once - held.once);
        if (window) {
            window->advancing = -1;
            window->around[x] = window->dim[x]->length[loop->cut];
            window->known = false;
        }
    }
    words->flat = j + 1;
    words->moved[0] = words->moved[words->flat > 0] = (double)once;
    *padded = traffic->reads != words_in_all;
    /* Padding that is not read is spread evenly, but for the first step. */
    if (*padded) {
        double stored = (double)traffic->reads / (double)words_in_all;
        words->moved[0] = (double)first;
        if (words->flat > 0)
            words->moved[1] *= stored;
        for (j = words->flat + 1; j <= n; j++)
            words->moved[j] *= stored;
    }
    return true;
}

static int64_t count_members(const struct as_even *even, int level, unsigned unused)
{
    int64_t members = 1;
    for (int d = 0; unused >> d; d++)
        if ((unused >> d & 1) && even->nest->n_cuts[level][d] == even->nest->chain[d].n)
            members *= as_plain_members(view_of(even, level, d), even->tile[level][d]);
    return members;
}

bool as_even_traffic(struct as_even *even, int tensor, int outer, int level, struct as_traffic *traffic)
{
    const struct as_tensor_plan *plan = &even->model->tensor[tensor];
    struct as_even_words *words = &even->words[level][tensor];
    bool clip = outer == 0 && !even->model->accel.padding_stored, padded;
    int j = even->nest->n_temporal[level] - 1;
    if ((clip && plan->padded_single) || plan->n_windows > AS_MAX_RANK / 2)
        return false;
    int64_t singles = 1, members = count_members(even, level, even->spatial & ~plan->dims);
    for (int i = 0; i < plan->n_singles; i++)
        singles *= even->tile[level][plan->single[i]];
    traffic->outer = outer;
    traffic->level = level;
    /* Loops that leave the tile where it is. */
    for (; j >= 0 && !as_uses(plan, even->nest->temporal[j].dim); j--)
        words->moved[j + 1] = 0;
    if (plan->n_windows > 0) {
        struct scan scan;
        scan.even = even;
        scan.level = level;
        scan.singles = singles;
        scan.members = members;
        if (!follow_windows(&scan, plan, clip, j, words, traffic, &padded))
            return false;
        even->padded = even->padded || padded;
        return true;
    }
    /* A dim that alone makes an axis lets go of everything, whatever advances outside. */
    traffic->reads = singles * even->before[j + 1];
    traffic->copies = traffic->reads * members;
    words->flat = j + 1;
    words->moved[0] = words->moved[words->flat > 0] = (double)singles;
    return true;
}
