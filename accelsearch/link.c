#include "accelsearch/link.h"
#include "accelsearch/memory.h"
#include "support/number.h"
#include <string.h>

/* Tiles of a dim, outermost first; block[k]: what an iteration under level k takes, all instances together.
 */
struct walk {
    struct as_link *link;
    int l;
    const int64_t *tile;
    int64_t block[AS_MAX_LEVELS];
};

/* The part of a region that tiles of `block` walk through so that no instance finds its own old one again. */
static int64_t moved(int64_t region, int64_t block, bool side_by_side)
{
    if (region <= block)
        return 0;
    return side_by_side && region < 2 * block ? 2 * (region - block) : region;
}

static void visit(const struct walk *walk, int k, int64_t length, double times)
{
    struct as_link *link = walk->link;
    int l = walk->l;
    bool spread = walk->block[l - 1] > walk->tile[l];
    int64_t block = walk->block[k], full = k < l ? length / block : 0, rest = k < l ? length % block : 0;
    if (k == l) {
        link->steps += times;
        link->points += times * (double)min64(length, walk->tile[l]);
        link->tiles += times * (double)ceil_div(length, walk->tile[l]);
        return;
    }
    if (k == l - 1) {
        link->outer += times;
        link->first_tiles += times * (double)ceil_div(min64(length, block), walk->tile[l]);
        link->returns = link->returns || (full == 1 && rest > 0);
        link->own_moves += times * (double)moved(length, block, spread);
        link->firsts += times * (double)min64(length, block);
        link->restarts += length > block ? times : 0;
        link->turns = min64(link->turns, full + (rest > 0 && !spread));
    }
    if (k == link->innermost) {
        link->moves += times * (double)moved(length, block, spread);
        link->advances += times * (double)(full + (rest > 0) - 1);
        /* Instances that are idle in the last one have seen one less. */
        if (full + (rest > 0) > 1)
            link->trips = min64(link->trips, full + (rest > 0 && !spread));
        if (full + (rest > 0) > 1)
            link->ways += times;
    }
    if (full)
        visit(walk, k + 1, block, times * (double)full);
    if (rest)
        visit(walk, k + 1, rest, times);
}

void as_chain_cut(struct as_chain *chain, int64_t tile, int level, bool spatial)
{
    int64_t around = chain->n ? chain->cut[chain->n - 1].tile : chain->extent;
    if (tile >= around)
        return;
    chain->cut[chain->n++] = (struct as_cut){tile, level, spatial};
    chain->n_plain = chain->n;
    chain->n_outside += !spatial;
}

static void make_link(struct as_link *link, struct as_cuts *cuts, int l, const int64_t *tile, int64_t block)
{
    struct walk walk = {link, l, tile, {0}};
    *link = (struct as_link){.trips = INT64_MAX,
        .turns = INT64_MAX,
        .block = block,
        .least_block = block,
        .tile = tile[l],
        .innermost = -1,
        .even = true};
    *cuts = (struct as_cuts){.chain.extent = tile[0]};
    for (int k = 0; k < l; k++) {
        walk.block[k] = k == l - 1 ? block : tile[k + 1];
        link->even = link->even && tile[k] % walk.block[k] == 0;
        if (walk.block[k] < tile[k])
            link->innermost = k;
        if (k == l - 1)
            cuts->n_outer = cuts->chain.n;
        as_chain_cut(&cuts->chain, walk.block[k], k, false);
    }
    as_chain_cut(&cuts->chain, tile[l], l - 1, true);
    visit(&walk, 0, tile[0], 1);
    link->most_outer = link->outer;
    /* An instance that is idle at the end comes from the step before. */
    link->leaving = max(link->outer / link->steps, link->first_tiles / link->tiles);
    link->moves /= (double)tile[0];
    link->own_moves /= (double)tile[0];
}

static void join(struct as_link *link, const struct as_link *other)
{
    link->steps = min(link->steps, other->steps);
    link->outer = min(link->outer, other->outer);
    link->tiles = min(link->tiles, other->tiles);
    link->first_tiles = min(link->first_tiles, other->first_tiles);
    link->points = min(link->points, other->points);
    link->own_moves = min(link->own_moves, other->own_moves);
    link->firsts = min(link->firsts, other->firsts);
    link->restarts = min(link->restarts, other->restarts);
    if (other->innermost >= 0) {
        bool first = link->innermost < 0;
        link->moves = first ? other->moves : min(link->moves, other->moves);
        link->advances = first ? other->advances : min(link->advances, other->advances);
    }
    link->turns = min64(link->turns, other->turns);
    link->least_block = min64(link->least_block, other->least_block);
    link->trips = min64(link->trips, other->trips);
    link->ways = max(link->ways, other->ways);
    link->most_outer = max(link->most_outer, other->most_outer);
    link->leaving = max(link->leaving, other->leaving);
    link->block = max64(link->block, other->block);
    link->even = link->even && other->even;
    link->returns = link->returns || other->returns;
    if (other->innermost > link->innermost)
        link->innermost = other->innermost;
}

/* Of a key: which dim, and what is open; what is side by side; tiles. */
enum { KEY_NUMBERS = 2 + AS_MAX_LEVELS - 1 };

struct as_links as_links_new(struct naas_ctx *ctx, const struct as_plans *plans)
{
    return (struct as_links){ctx, plans, as_memory_new(ctx, KEY_NUMBERS), 0};
}

const struct as_link *as_link_of(struct as_links *links, int l, int d, const int64_t *tile, int64_t block)
{
    int64_t key[KEY_NUMBERS] = {l << 8 | d, block};
    for (int k = 1; k <= l; k++)
        key[1 + k] = tile[k];
    void *known_before = as_memory_find(links->memory, key);
    if (known_before)
        return known_before;
    struct as_link *link = naas_alloc(links->ctx, 1, sizeof *link);
    struct as_cuts *cuts = naas_alloc(links->ctx, 1, sizeof *cuts);
    make_link(link, cuts, l, tile, block);
    link->cuts = cuts;
    link->n_ways = 1;
    link->number = links->n++;
    as_memory_add(links->memory, key, link);
    return link;
}

static bool same_cuts(const struct as_cuts *a, const struct as_cuts *b)
{
    bool same = a->n_outer == b->n_outer && a->chain.n == b->chain.n;
    for (int c = 0; c < a->chain.n && same; c++)
        same = a->chain.cut[c].tile == b->chain.cut[c].tile &&
               a->chain.cut[c].level == b->chain.cut[c].level &&
               a->chain.cut[c].spatial == b->chain.cut[c].spatial;
    return same;
}

static void add_cuts(struct naas_ctx *ctx, struct as_link *link, const struct as_cuts *cuts)
{
    for (int i = 0; i < link->n_ways; i++)
        if (same_cuts(&link->cuts[i], cuts))
            return;
    if ((link->n_ways & (link->n_ways - 1)) == 0) { /* full: room doubles */
        struct as_cuts *more = naas_alloc(ctx, 2 * (size_t)link->n_ways + 1, sizeof *more);
        if (link->n_ways)
            memcpy(more, link->cuts, (size_t)link->n_ways * sizeof *more);
        link->cuts = more;
    }
    link->cuts[link->n_ways++] = *cuts;
}

/* What `spread` instances hold together; balanced: no more of them than the number of rounds needs. */
static int64_t side_by_side(int64_t around, int64_t tile, int64_t spread, bool balanced)
{
    int64_t pieces = ceil_div(around, tile), side = min64(spread, pieces);
    return min64(around, tile * (balanced ? ceil_div(pieces, ceil_div(pieces, side)) : side));
}

/* Every tile of levels k..known-1. */
static void join_all(const struct as_links *links, int l, int d, int k, int known, int64_t *tile,
    int64_t spread, bool balanced, struct as_link *link)
{
    struct as_link other;
    struct as_cuts cuts;
    if (k < known) {
        for (int i = 0; i < links->plans->n_sizes[d]; i++) {
            tile[k] = links->plans->size[d][i];
            if (tile[k] <= tile[k - 1] && tile[k] >= tile[known])
                join_all(links, l, d, k + 1, known, tile, spread, balanced, link);
        }
        return;
    }
    make_link(&other, &cuts, l, tile, side_by_side(tile[l - 1], tile[l], spread, balanced));
    join(link, &other);
    add_cuts(links->ctx, link, &cuts);
}

const struct as_link *as_link_open(
    struct as_links *links, int l, int d, int known, const int64_t *tile, const int64_t spread[2])
{
    int64_t key[KEY_NUMBERS] = {-1 - (l << 8 | d), (spread[0] << 32 | spread[1]) << 4 | known},
            any[AS_MAX_LEVELS];
    for (int k = known; k <= l; k++)
        key[1 + k] = tile[k];
    void *known_before = as_memory_find(links->memory, key);
    if (known_before)
        return known_before;
    struct as_link *link = naas_alloc(links->ctx, 1, sizeof *link);
    memcpy(any, tile, sizeof(int64_t) * (size_t)(l + 1));
    for (int k = 1; k < known; k++)
        any[k] = tile[0];
    /* Alone on an axis a dim takes what it needs; else there is no telling. */
    bool balanced = spread[0] == spread[1] && l - 1 < known;
    struct as_cuts cuts;
    make_link(link, &cuts, l, any, side_by_side(any[l - 1], tile[l], spread[1], balanced));
    link->open = true;
    for (int64_t s = spread[0]; s <= spread[1]; s++)
        join_all(links, l, d, 1, known, any, s, balanced, link);
    link->number = links->n++;
    as_memory_add(links->memory, key, link);
    return link;
}
