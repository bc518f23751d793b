/*
 * quick: counts and cycles where the only array stands under the level before the last and all temporal loops
 * of a dim stand outside its spatial ones, whether tiles are clipped or not.
 *
 * What a step does along an axis depends on few lengths then (regions.h): it is worked out once for each, and
 * both the sums over all steps and the single steps are products of it.
 */
#ifndef AS_QUICK_H
#define AS_QUICK_H

#include "accelsearch/model.h"
#include "accelsearch/regions.h"

/* A step of a dim: the region it happens in, and what it does there. */
struct as_move_along {
    int region;
    enum as_advance advance;
};

/* A step and an axis with two terms: as in struct as_sums. */
struct as_pair {
    int64_t taken, held, copies, held_copies;
    int64_t from; /* where what is held begins, from the new tile's first element */
    bool gapless; /* both tiles are */
};
/* Those worked out, by the steps of both dims. */
enum { AS_PAIRS = 64, AS_MOVES = 3 * AS_MAX_REGIONS };
struct as_pairs {
    uint16_t key[AS_PAIRS]; /* 0: none */
    struct as_pair pair[AS_PAIRS];
};

struct as_quick {
    const struct as_model *model;
    const struct as_mapping *mapping;
    const struct as_nest *nest;
    struct as_regions regions[AS_MAX_DIMS];
    struct as_boundary_dim boundary[AS_MAX_LEVELS][AS_MAX_DIMS]; /* outside of the level */
    struct as_pairs pairs[AS_MAX_LEVELS][AS_MAX_WINDOWS];
    bool fits; /* there were never too many instances to follow */
};

/* False when the mapping is none of those above. */
bool as_quick_init(struct as_quick *quick, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest);
/* Clears quick->fits when there are too many instances. */
const struct as_pair *as_quick_work_out(struct as_quick *quick, int level, const struct as_line *line,
    struct as_move_along i, struct as_move_along j, int key, int slot);
static inline const struct as_pair *as_quick_pair(struct as_quick *quick, int level,
    const struct as_line *line, struct as_move_along i, struct as_move_along j)
{
    const struct as_pairs *pairs = &quick->pairs[level][line->window];
    int at_i = i.region * 3 + (int)i.advance, at_j = j.region * 3 + (int)j.advance;
    int key = at_i * AS_MOVES + at_j + 1, slot = (at_i * 7 + at_j) & (AS_PAIRS - 1);
    return pairs->key[slot] == key ? &pairs->pair[slot]
                                   : as_quick_work_out(quick, level, line, i, j, key, slot);
}

/* outer, level, reads and copies. False when as_traffic has to do it. */
bool as_quick_traffic(struct as_quick *quick, int tensor, int outer, int level, struct as_traffic *traffic);
/* Sets cycles, bound, bound_level, utilisation; counts are set. False when as_latency has to do it. */
bool as_quick_latency(struct as_quick *quick, const struct as_traffic traffic[AS_MAX_LEVELS][AS_MAX_TENSORS],
    struct as_cost *cost);

#endif
