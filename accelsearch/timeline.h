/*
 * timeline.h: when the tiles of a level are loaded, worked on and stored (docs/model.md, "Latency"), tile by
 * tile, for pictures. The sum over all tiles of level 1 is the latency, but where a tensor passes a level:
 * ports that it shares can then make the run longer than its tiles.
 *
 * A level has a sequence of tiles for every tile of the level outside it. Two of these can be looked at: the
 * first, and a typical one, in the middle of the run.
 */
#ifndef AS_TIMELINE_H
#define AS_TIMELINE_H

#include "accelsearch/accelsearch.h"

struct as_timeline;

/* In the arena. NAAS_UNSUPPORTED as as_evaluate. */
enum naas_status as_timeline_new(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, struct as_timeline **timeline);

/* Cycles. */
struct as_tile_time {
    double load, store; /* of the tile, when nothing else moves */
    double inside;      /* of the work inside it */
    double beside;      /* double-buffered: of the next tile's load and the previous one's store, meanwhile */
};

/* Goes to a tile of a level >= 1; number counts from 0 in its sequence. Returns how many tiles that has, at
 * most: where a level's loops cut one dim twice, clipped ones may hold fewer. */
int64_t as_timeline_seek(struct as_timeline *timeline, int level, bool typical, int64_t number);
/* On to the next tile of the sequence; false after the last one. */
bool as_timeline_next(struct as_timeline *timeline);
struct as_tile_time as_timeline_tile(struct as_timeline *timeline);
/* Whether the level has more than one sequence. */
bool as_timeline_repeats(const struct as_timeline *timeline, int level);

#endif
