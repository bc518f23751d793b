#include "accelsearch/cost_window.h"
#include "accelsearch/cost_general.h"
#include "accelsearch/cost_plain.h"

/* Steps along one dim that are alike: the array tile goes from old to now, which starts at 0. */
struct piece {
    int64_t times, now, old, old_at;
    struct as_span region, old_region;
};
enum { MAX_PIECES = 2 * (AS_MAX_DEPTH + 1) };

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
static int64_t max64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int list_stays(const struct as_window_dim *dim, struct piece *piece)
{
    int k = dim->state.k;
    const struct as_regions *regions = &dim->regions->at[k];
    for (int i = 0; i < regions->n; i++) {
        int64_t length = regions->length[i];
        piece[i].times = regions->count[i];
        piece[i].now = as_first_tile(dim->table, k, length);
        piece[i].old = as_last_tile(dim->table, k, length, &piece[i].old_at);
        piece[i].region = piece[i].old_region = (struct as_span){0, length};
    }
    return regions->n;
}

static int list_advances(const struct as_window_dim *dim, struct piece *piece)
{
    const struct as_dim_table *table = dim->table;
    int k = dim->state.k, n = 0;
    const struct as_regions *regions = &dim->regions->at[k];
    int64_t tile = table->view.chain->cut[k].tile, at;
    int64_t old = as_last_tile(table, k + 1, tile, &at), now = as_first_tile(table, k + 1, tile);
    int64_t between_full = 0;
    for (int i = 0; i < regions->n; i++) {
        int64_t full = regions->length[i] / tile, rest = regions->length[i] - full * tile;
        between_full += full > 1 ? regions->count[i] * (full - 1) : 0;
        if (full && rest)
            piece[n++] = (struct piece){regions->count[i], as_first_tile(table, k + 1, rest), old, at - tile,
                {0, rest}, {-tile, tile}};
    }
    if (between_full)
        piece[n++] = (struct piece){between_full, now, old, at - tile, {0, tile}, {-tile, tile}};
    return n;
}

static int list_pieces(const struct as_window_dim *dim, struct piece *piece)
{
    return dim->state.advances ? list_advances(dim, piece) : list_stays(dim, piece);
}

/* Elements of a box: of (i, j) and (i + b, j - a), which are the same element, one is counted. */
static int64_t box_size(const struct as_line *line, int64_t ni, int64_t nj)
{
    return ni * nj - max64(ni - line->b, 0) * max64(nj - line->a, 0);
}

static bool gapless(const struct as_line *line, int64_t ni, int64_t nj)
{
    return (line->b == 1 && (nj >= line->a || ni == 1)) || (line->a == 1 && (ni >= line->b || nj == 1));
}

/* What the new box shares with the old one. */
static int64_t shared(const struct as_line *line, const struct piece *pi, const struct piece *pj)
{
    int64_t shift = line->a * pi->old_at + line->b * pj->old_at;
    int64_t last = line->a * (pi->now - 1) + line->b * (pj->now - 1);
    int64_t old_last = shift + line->a * (pi->old - 1) + line->b * (pj->old - 1);
    int64_t low = max64(0, shift), high = min64(last, old_last);
    if (low > high)
        return 0;
    if (gapless(line, pi->now, pj->now) && gapless(line, pi->old, pj->old))
        return high - low + 1;
    struct as_line free = *line;
    free.low = INT64_MIN / 4;
    free.high = INT64_MAX / 4;
    return as_box_common(&free, (struct as_span[2]){{0, pi->now}, {0, pj->now}},
        (struct as_span[2]){{pi->old_at, pi->old}, {pj->old_at, pj->old}});
}

/* No instance's new tile meets its own old one. */
static bool apart(const struct as_line *line, const struct as_window_dim dim[2], const struct piece *pi,
    const struct piece *pj)
{
    const struct piece *piece[2] = {pi, pj};
    int64_t coef[2] = {line->a, line->b}, shift = 0, reach = 0;
    for (int x = 0; x < 2; x++) {
        const struct as_view *view = &dim[x].table->view;
        int64_t most = max64(piece[x]->now, piece[x]->old);
        if (!dim[x].table->alone) {
            if (as_plain_members(*view, piece[x]->now) != as_plain_members(*view, piece[x]->old))
                return false;
            most = min64(most, view->chain->cut[view->n - 1].tile);
        }
        shift += coef[x] * piece[x]->old_at;
        reach += coef[x] * (most - 1);
    }
    return shift > reach || -shift > reach;
}

static int64_t sum_of_sizes(
    const struct as_line *line, const struct as_window_dim dim[2], int64_t ni, int64_t nj)
{
    int64_t li[AS_MAX_CUTS], ci[AS_MAX_CUTS], lj[AS_MAX_CUTS], cj[AS_MAX_CUTS], sum = 0;
    int n = as_plain_lengths(dim[0].table->view, ni, li, ci),
        m = as_plain_lengths(dim[1].table->view, nj, lj, cj);
    for (int x = 0; x < n; x++)
        for (int y = 0; y < m; y++)
            sum += ci[x] * cj[y] * box_size(line, li[x], lj[y]);
    return sum;
}

static bool add_instances(const struct as_line *line, const struct as_window_dim dim[2],
    const struct piece *pi, const struct piece *pj, struct as_window_sums *sums)
{
    int64_t times = pi->times * pj->times, taken = box_size(line, pi->now, pj->now);
    bool still = pi->old_at == 0 && pj->old_at == 0;
    if (still || apart(line, dim, pi, pj)) {
        int64_t copies = sum_of_sizes(line, dim, pi->now, pj->now);
        sums->taken += times * taken;
        sums->copies += times * copies;
        sums->held += still ? times * taken : 0;
        sums->held_copies += still ? times * copies : 0;
        return true;
    }
    struct as_sums step;
    if (!as_general_step(line, false, (struct as_view[2]){dim[0].table->view, dim[1].table->view},
            (int[2]){dim[0].state.k + dim[0].state.advances, dim[1].state.k + dim[1].state.advances},
            (struct as_span[2]){pi->region, pj->region}, (struct as_span[2]){pi->old_region, pj->old_region},
            &step))
        return false;
    sums->taken += times * step.taken;
    sums->held += times * step.held;
    sums->copies += times * step.copies;
    sums->held_copies += times * step.held_copies;
    return true;
}

bool as_window_sum(const struct as_line *line, const struct as_window_dim dim[2], struct as_window_sums *sums)
{
    struct piece pi[MAX_PIECES], pj[MAX_PIECES];
    int n = list_pieces(&dim[0], pi), m = list_pieces(&dim[1], pj);
    bool alone = dim[0].table->alone && dim[1].table->alone;
    *sums = (struct as_window_sums){0, 0, 0, 0};
    for (int x = 0; x < n; x++)
        for (int y = 0; y < m; y++) {
            if (!alone) {
                if (!add_instances(line, dim, &pi[x], &pj[y], sums))
                    return false;
                continue;
            }
            int64_t times = pi[x].times * pj[y].times;
            sums->taken += times * box_size(line, pi[x].now, pj[y].now);
            sums->held += times * shared(line, &pi[x], &pj[y]);
        }
    if (alone) {
        sums->copies = sums->taken;
        sums->held_copies = sums->held;
    }
    return true;
}
