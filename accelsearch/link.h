/*
 * link: how a dim is cut outside a level: what bounds (crossing.h) need to know of it, when its tiles are all
 * decided, and when some are open.
 */
#ifndef AS_LINK_H
#define AS_LINK_H

#include "accelsearch/plan.h"

/* The cuts of a dim outside a level; n_outer: those of levels further out than the one around. */
struct as_cuts {
    struct as_chain chain;
    int n_outer;
};

/* How a dim is cut outside a level. Of an open link each number is the least over all links it stands for. */
struct as_link {
    double steps;       /* temporal steps in all */
    double outer;       /* of these, of levels further out than the one around */
    double most_outer;  /* the most of them */
    double tiles;       /* steps, each counted for every instance side by side */
    double first_tiles; /* of them, those in the first step in each tile of the level around */
    double points;      /* of the largest instance, summed over the steps */
    double moves;       /* part of the dim that its innermost loop takes from tile to tile, if it iterates */
    double own_moves;   /* the same of the loop under the level around; 0 where it does not iterate */
    double firsts;      /* lengths of the first step in each tile of the level around, summed */
    double restarts;    /* tiles of the level around in which the loop under it iterates */
    double advances;    /* of its innermost loop, if it iterates */
    int64_t block;      /* what all instances together hold; of an open link the most */
    int64_t least_block;
    int64_t tile;
    int64_t trips;  /* of the innermost loop at least, where it iterates */
    int64_t turns;  /* of the loop under the level around at least, in any tile of that; those left out in
                       which  an instance may be idle */
    double ways;    /* through the tiles of its innermost loop, as often as it starts; the most */
    double leaving; /* part of the steps with which the level around may advance; the most */
    int innermost;  /* level under which that loop stands; -1: none iterates */
    bool even;      /* every loop divides */
    bool returns;   /* somewhere the loop under the level around has a full tile and a clipped one, in which
                       what is idle keeps the first */
    bool open;
    int number; /* of the link, for what is remembered about it */
    int n_ways; /* to cut the dim: 1 unless the link is open */
    struct as_cuts *cuts;
};

/* All that were asked for. */
struct as_links {
    struct naas_ctx *ctx;
    const struct as_plans *plans;
    struct as_memory *memory;
    int n;
};

struct as_links as_links_new(struct naas_ctx *ctx, const struct as_plans *plans);

/* tile[0..l] of dim d; block: of all instances of level l together. */
const struct as_link *as_link_of(struct as_links *links, int l, int d, const int64_t *tile, int64_t block);
/* The same while the tiles of levels 1..known-1 are open; spread: how many instances may share the dim on the
 * array, least and most. */
const struct as_link *as_link_open(
    struct as_links *links, int l, int d, int known, const int64_t *tile, const int64_t spread[2]);

/* Adds a cut to a chain that has none inside of it; nothing when the tile is not smaller. */
void as_chain_cut(struct as_chain *chain, int64_t tile, int level, bool spatial);

#endif
