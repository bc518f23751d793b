#include "accelsearch/cost_plain.h"
#include "support/number.h"

/* Number of temporal cuts; the spatial ones follow. */
static int n_temporal(struct as_view view)
{
    return view.chain->n_outside < view.n ? view.chain->n_outside : view.n;
}

bool as_is_plain(struct as_view view)
{
    return view.n <= view.chain->n_plain;
}

bool as_plain_has_groups(struct as_view view)
{
    int first = n_temporal(view);
    return first < view.n && view.chain->cut[first].level < view.outer;
}

/* Array tile at the start of a region. */
static int64_t array_tile(struct as_view view, int k, int64_t length)
{
    int n = n_temporal(view);
    return k < n ? min64(length, view.chain->cut[n - 1].tile) : length;
}

static int64_t members(struct as_view view, int cut, int64_t length)
{
    if (cut == view.n)
        return 1;
    int64_t tile = view.chain->cut[cut].tile, full = length / tile, rest = length - full * tile;
    return (full ? full * members(view, cut + 1, tile) : 0) + (rest ? members(view, cut + 1, rest) : 0);
}

int64_t as_plain_members(struct as_view view, int64_t array_tile_length)
{
    return members(view, n_temporal(view), array_tile_length);
}

static int64_t groups(struct as_view view, int cut, int64_t length)
{
    if (cut == view.n || view.chain->cut[cut].level >= view.outer)
        return 1;
    int64_t tile = view.chain->cut[cut].tile, full = length / tile, rest = length - full * tile;
    return (full ? full * groups(view, cut + 1, tile) : 0) + (rest ? groups(view, cut + 1, rest) : 0);
}

static int add_lengths(
    struct as_view view, int cut, int64_t tile_length, int64_t times, int n, int64_t *length, int64_t *count)
{
    if (cut == view.n) {
        for (int i = 0; i < n; i++)
            if (length[i] == tile_length) {
                count[i] += times;
                return n;
            }
        length[n] = tile_length;
        count[n] = times;
        return n + 1;
    }
    int64_t tile = view.chain->cut[cut].tile, full = tile_length / tile, rest = tile_length - full * tile;
    if (full)
        n = add_lengths(view, cut + 1, tile, times * full, n, length, count);
    if (rest)
        n = add_lengths(view, cut + 1, rest, times, n, length, count);
    return n;
}

int as_plain_lengths(
    struct as_view view, int64_t array_tile, int64_t length[AS_MAX_CUTS], int64_t count[AS_MAX_CUTS])
{
    return add_lengths(view, n_temporal(view), array_tile, 1, 0, length, count);
}

/* First start of an instance's tile at or behind `from` (from > 0), in an instance's tile of the cut around
 * of `size`. */
static int64_t next_start(struct as_view view, int cut, int64_t from, int64_t size)
{
    if (cut == view.n)
        return size;
    int64_t tile = view.chain->cut[cut].tile, full = from / tile, rest = from - full * tile;
    return full * tile + (rest ? min64(next_start(view, cut + 1, rest, tile), tile) : 0);
}

/* Part of an array tile that belongs to instances that begin at or behind `from`. */
static int64_t part_behind(struct as_view view, int64_t length, int64_t from)
{
    if (from <= 0)
        return length;
    int64_t start = next_start(view, n_temporal(view), from, length);
    return start < length ? length - start : 0;
}

int64_t as_plain_last_length(struct as_view view, int cut, int64_t length, int64_t from, bool still_only)
{
    int n = n_temporal(view);
    int64_t gone = 0;
    for (; cut < n; cut++) {
        int64_t tile = view.chain->cut[cut].tile, full = length / tile, rest = length - full * tile;
        if (length <= tile)
            continue;
        if (still_only && full > 1)
            return 0;
        if (rest) {
            int64_t reach = array_tile(view, cut + 1, rest);
            if (!still_only)
                gone += as_plain_last_length(view, cut + 1, rest, from, false);
            from = max64(from, reach);
        }
        length = tile;
    }
    return gone + part_behind(view, length, from);
}

void as_plain_piece(
    struct as_view view, int k, struct as_span now, struct as_span old, struct as_piece *piece)
{
    int n = n_temporal(view);
    int64_t length = old.length, at = old.at;
    piece->times = 1;
    piece->now = now;
    piece->old = old;
    piece->k = k;
    piece->at = now.at;
    piece->length = array_tile(view, k, now.length);
    piece->together = true;
    for (int c = k; c < n; c++) {
        int64_t tile = view.chain->cut[c].tile;
        if (length <= tile)
            continue;
        int64_t last = (length - 1) / tile;
        at += last * tile;
        length -= last * tile;
        if (view.n > n && array_tile(view, c + 1, length) < view.chain->cut[n - 1].tile)
            piece->together = false;
    }
    piece->old_at = at;
    piece->old_length = length;
    piece->still = at == now.at && now.at == old.at && old.length > 0;
}

void as_plain_axis(struct as_view view, const struct as_piece *piece, struct as_sums *sums)
{
    int64_t held = 0, left = 0;
    if (piece->still) {
        held = left = piece->length;
    } else if (piece->old.length == 0) {
        held = left = 0;
    } else if (piece->now.at == piece->old.at) {
        held = as_plain_last_length(view, piece->k, piece->now.length, 0, true);
        left = as_plain_last_length(view, piece->k, piece->now.length, 0, false);
    } else {
        left = as_plain_last_length(view, piece->k, piece->old.length, 0, false);
        if (piece->now.length < piece->old.length)
            left -= as_plain_last_length(view, piece->k, piece->old.length, piece->length, false);
    }
    sums->steps += piece->times * groups(view, n_temporal(view), piece->length);
    sums->taken += piece->times * piece->length;
    sums->copies += piece->times * piece->length;
    sums->held += piece->times * held;
    sums->held_copies += piece->times * held;
    sums->left += piece->times * left;
}

void as_plain_steps(struct as_view view, const struct as_piece *piece, struct as_sums *sums)
{
    int64_t active = piece->times * as_plain_members(view, piece->length);
    int64_t outer = as_plain_has_groups(view) ? piece->times * groups(view, n_temporal(view), piece->length)
                                              : piece->times;
    sums->steps += outer;
    sums->taken += outer;
    sums->held += outer;
    sums->left += outer;
    sums->copies += active;
    sums->held_copies += active;
}

/* ---- enumeration ---- */

struct listing {
    struct as_view view;
    struct as_state state;
    struct as_span safe;
    struct as_pieces *pieces;
    bool fits;
};

static bool is_safe(const struct listing *list, struct as_span span)
{
    return span.at >= list->safe.at && span.at + span.length <= list->safe.at + list->safe.length;
}

static void add_piece(struct listing *list, struct as_span now, struct as_span old, int64_t times)
{
    struct as_pieces *pieces = list->pieces;
    if (is_safe(list, now))
        for (int i = 0; i < pieces->n; i++) {
            struct as_piece *like = &pieces->piece[i];
            if (like->now.length == now.length && like->old.length == old.length &&
                is_safe(list, like->now)) {
                like->times += times;
                return;
            }
        }
    if (pieces->n == AS_MAX_PIECES) {
        list->fits = false;
        return;
    }
    struct as_piece *piece = &pieces->piece[pieces->n++];
    as_plain_piece(list->view, list->state.k + list->state.advances, now, old, piece);
    piece->times = times;
}

static void enumerate(struct listing *list, int cut, struct as_span region, int64_t times);

static void visit(struct listing *list, int cut, struct as_span region, int64_t index, int64_t times)
{
    int64_t tile = list->view.chain->cut[cut].tile;
    if (cut == list->state.k)
        add_piece(list, as_slice(region, index, tile), as_slice(region, index - 1, tile), times);
    else
        enumerate(list, cut + 1, as_slice(region, index, tile), times);
}

/* Full tiles low <= index < high are within safe. */
static void safe_range(
    const struct listing *list, struct as_span region, int64_t tile, int64_t *low, int64_t *high)
{
    if (region.at < list->safe.at)
        *low = ceil_div(list->safe.at - region.at, tile);
    int64_t room = list->safe.at + list->safe.length - region.at;
    *high = min64(*high, room > 0 ? room / tile : 0);
    if (*high < *low)
        *high = *low;
}

static void enumerate(struct listing *list, int cut, struct as_span region, int64_t times)
{
    if (cut == list->state.k && !list->state.advances) {
        add_piece(list, region, region, times);
        return;
    }
    int64_t tile = list->view.chain->cut[cut].tile;
    int64_t full = region.length / tile, first = cut == list->state.k ? 1 : 0;
    int64_t low = 0, high = full;
    safe_range(list, region, tile, &low, &high);
    low = min64(low < first ? first : low, full);
    high = min64(high < low ? low : high, full);
    for (int64_t i = first; i < low && list->fits; i++)
        visit(list, cut, region, i, times);
    if (high > low)
        visit(list, cut, region, low, times * (high - low));
    for (int64_t i = high; i < full && list->fits; i++)
        visit(list, cut, region, i, times);
    if (region.length > full * tile && full >= first)
        visit(list, cut, region, full, times);
}

bool as_plain_pieces(
    struct as_view view, struct as_state state, struct as_span safe, struct as_pieces *pieces)
{
    struct listing list = {view, state, safe, pieces, true};
    if (!state.advances)
        list.state.k = (int)min64(state.k, n_temporal(view));
    pieces->n = 0;
    enumerate(&list, 0, (struct as_span){0, view.chain->extent}, 1);
    return list.fits;
}
