/*
 * cost_plain: the sums of cost_axis in closed form, for dims along which all temporal loops stand outside the
 * spatial ones.
 *
 * All instances of an array then begin side by side in the first tile of a region and, going round the
 * temporal loops, end side by side in the last one, but for those that are idle there: they stay a tile
 * behind.
 */
#ifndef AS_COST_PLAIN_H
#define AS_COST_PLAIN_H

#include "accelsearch/cost_axis.h"

enum { AS_MAX_PIECES = 48 };

/* A step along one dim, `times` times: its region, before cut k, goes from old to now; the array tile (all
 * instances together) from old_at to at. */
struct as_piece {
    int64_t times;
    struct as_span now, old;
    int k;
    int64_t at, length, old_at, old_length;
    bool still;    /* no instance moves */
    bool together; /* they all move alike */
};

struct as_pieces {
    int n;
    struct as_piece piece[AS_MAX_PIECES];
};

bool as_is_plain(struct as_view view);
void as_plain_piece(
    struct as_view view, int k, struct as_span now, struct as_span old, struct as_piece *piece);
/* The steps of a state, equal ones taken together; those of regions that are not within safe one by one.
 * False when there are too many. */
bool as_plain_pieces(
    struct as_view view, struct as_state state, struct as_span safe, struct as_pieces *pieces);

/* Sums of one step of a dim alone: as an axis of its own, and as a dim that the tensor does not use. */
void as_plain_axis(struct as_view view, const struct as_piece *piece, struct as_sums *sums);
void as_plain_steps(struct as_view view, const struct as_piece *piece, struct as_sums *sums);

/* Lengths of the instances' tiles in an array tile, and how many have them; the number of different ones. */
int as_plain_lengths(
    struct as_view view, int64_t array_tile, int64_t length[AS_MAX_CUTS], int64_t count[AS_MAX_CUTS]);
/* Number of instances that are active in an array tile. */
int64_t as_plain_members(struct as_view view, int64_t array_tile_length);
/* Of the instances that begin at or behind `from` of a region of `length` inside `cut` cuts: length of the
 * last tiles they are active in; with still_only, of those that are in their first one. */
int64_t as_plain_last_length(struct as_view view, int cut, int64_t length, int64_t from, bool still_only);
/* Adds a step of an axis with two terms, from those of its dims (cost_axis.c). */
bool as_step_pair(const struct as_line *line, bool clip, const struct as_view view[2],
    const struct as_piece *pi, const struct as_piece *pj, struct as_sums *sums);
/* Some spatial cut chooses between outer instances. */
bool as_plain_has_groups(struct as_view view);

#endif
