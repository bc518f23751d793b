/*
 * Chooses between the closed forms (cost_plain, window) and following instances one by one (cost_general).
 */
#include "accelsearch/cost_general.h"
#include "accelsearch/cost_plain.h"
#include "accelsearch/window.h"
#include "support/number.h"

static const struct as_span everywhere = {0, INT64_MAX / 2};

/* ---- one step of an axis with two terms ---- */

/* No instance's new tile meets its own old one. */
static bool apart(const struct as_line *line, const struct as_view view[2], const struct as_piece *pi,
    const struct as_piece *pj)
{
    if (!pi->together || !pj->together)
        return false;
    int64_t shift = line->a * (pi->old_at - pi->at) + line->b * (pj->old_at - pj->at);
    int64_t ni = max64(as_instance_length(view[0], pi->length), as_instance_length(view[0], pi->old_length));
    int64_t nj = max64(as_instance_length(view[1], pj->length), as_instance_length(view[1], pj->old_length));
    int64_t reach = line->a * (ni - 1) + line->b * (nj - 1);
    return shift > reach || -shift > reach;
}

bool as_step_pair(const struct as_line *line, bool clip, const struct as_view view[2],
    const struct as_piece *pi, const struct as_piece *pj, struct as_sums *sums)
{
    int64_t times = pi->times * pj->times;
    int64_t low = clip ? line->low : INT64_MIN, high = clip ? line->high : INT64_MAX;
    struct as_box now = {{pi->at, pi->length}, {pj->at, pj->length}};
    struct as_box old = {{pi->old_at, pi->old_length}, {pj->old_at, pj->old_length}};
    bool alone = view[0].n <= view[0].chain->n_outside && view[1].n <= view[1].chain->n_outside;
    bool still = pi->still && pj->still, begins = pi->old.length == 0;
    int64_t held = 0, held_copies = 0;
    if (!alone && !still && !begins && !apart(line, view, pi, pj)) {
        struct as_sums step;
        if (!as_general_step(line, clip, view, (int[2]){pi->k, pj->k}, (struct as_span[2]){pi->now, pj->now},
                (struct as_span[2]){pi->old, pj->old}, &step))
            return false;
        sums->steps += times;
        sums->taken += times * step.taken;
        sums->held += times * step.held;
        sums->left += times * step.left;
        sums->copies += times * step.copies;
        sums->held_copies += times * step.held_copies;
        return true;
    }
    int64_t taken =
        clip ? as_box_common(line, &now, &now, low, high) : as_box_size(line, pi->length, pj->length);
    int64_t copies =
        alone ? as_box_size(line, pi->length, pj->length) : as_box_sizes(line, view, pi->length, pj->length);
    if (still) {
        held = taken;
        held_copies = copies;
    } else if (alone && !begins) {
        held = as_box_common(line, &now, &old, low, high);
        held_copies = clip ? as_box_common(line, &now, &old, INT64_MIN, INT64_MAX) : held;
    }
    sums->steps += times;
    sums->taken += times * taken;
    sums->held += times * held;
    sums->copies += times * copies;
    sums->held_copies += times * held_copies;
    return true;
}

/* ---- sums ---- */

bool as_sum_steps(struct as_view view, struct as_state state, struct as_sums *sums)
{
    struct as_pieces pieces;
    if (!as_is_plain(view) || !as_plain_pieces(view, state, everywhere, &pieces))
        return as_general_steps(view, state, sums);
    *sums = (struct as_sums){0};
    for (int i = 0; i < pieces.n; i++)
        as_plain_steps(view, &pieces.piece[i], sums);
    return true;
}

static bool sum_one(
    const struct as_line *line, struct as_view view, struct as_state state, struct as_sums *sums)
{
    struct as_pieces pieces;
    (void)line;
    *sums = (struct as_sums){0};
    if (!as_plain_pieces(view, state, everywhere, &pieces))
        return false;
    for (int i = 0; i < pieces.n; i++)
        as_plain_axis(view, &pieces.piece[i], sums);
    return true;
}

static bool sum_two(const struct as_line *line, bool clip, const struct as_view view[2],
    const struct as_state state[2], struct as_sums *sums)
{
    struct as_pieces pi, pj;
    struct as_span safe = clip ? as_safe_tiles(line, view[1].chain->extent) : everywhere;
    *sums = (struct as_sums){0};
    if (!as_plain_pieces(view[0], state[0], safe, &pi))
        return false;
    for (int pass = 0; pass < 2; pass++) {
        /* First the pieces of i that touch no padding, for which those of j may be taken together. */
        if (pass == 1 && !clip)
            break;
        if (!as_plain_pieces(view[1], state[1], pass == 0 ? everywhere : (struct as_span){0, 0}, &pj))
            return false;
        for (int i = 0; i < pi.n; i++) {
            const struct as_span *now = &pi.piece[i].now;
            bool inside = now->at >= safe.at && now->at + now->length <= safe.at + safe.length;
            if (inside != (pass == 0))
                continue;
            for (int j = 0; j < pj.n; j++)
                if (!as_step_pair(line, clip, view, &pi.piece[i], &pj.piece[j], sums))
                    return false;
        }
    }
    return true;
}

bool as_sum_line(const struct as_line *line, bool clip, const struct as_view view[2],
    const struct as_state state[2], struct as_sums *sums)
{
    bool two = line->dim[1] >= 0;
    clip = clip && line->padded;
    bool plain = as_is_plain(view[0]) && (!two || as_is_plain(view[1]));
    if (plain && !two && !clip && sum_one(line, view[0], state[0], sums))
        return true;
    if (plain && two && !as_plain_has_groups(view[0]) && !as_plain_has_groups(view[1]) &&
        sum_two(line, clip, view, state, sums))
        return true;
    return as_general_line(line, clip, view, state, sums);
}

bool as_step_line(const struct as_line *line, bool clip, const struct as_view view[2], const int k[2],
    const struct as_span now[2], const struct as_span old[2], struct as_sums *sums)
{
    struct as_piece piece[2];
    bool two = line->dim[1] >= 0;
    clip = clip && line->padded;
    for (int x = 0; x <= two; x++) {
        if (!as_is_plain(view[x]) || as_plain_has_groups(view[x]) || k[x] > view[x].chain->n_outside)
            return as_general_step(line, clip, view, k, now, old, sums);
        as_plain_piece(view[x], k[x], now[x], old[x], &piece[x]);
    }
    *sums = (struct as_sums){0};
    if (two)
        return as_step_pair(line, clip, view, &piece[0], &piece[1], sums);
    if (clip)
        return as_general_step(line, clip, view, k, now, old, sums);
    as_plain_axis(view[0], &piece[0], sums);
    return true;
}
