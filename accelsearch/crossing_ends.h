/*
 * crossing_ends: what the tiles in one of the level around begin with, and end with: words that move while
 * nothing else does, at least.
 *
 * The first tile is another than the one before it where the loop that goes on around brings other elements;
 * where the one before it was the last of several along a dim; and when these elements are needed for the
 * first time. Windows may share, so only axes of one dim tell.
 */
#ifndef AS_CROSSING_ENDS_H
#define AS_CROSSING_ENDS_H

#include "accelsearch/link.h"

/* times: how often any word moves; each: words that move then, or more; words: in all. */
struct as_ends {
    double times, each, words;
};

/* Words of a tensor that come into level l first; of the output, those that leave last. clip: padding is left
 * out. around_c, around: of the innermost loop outside the level around, or NULL. */
struct as_ends as_ends_of(const struct as_model *model, int t, int l, bool clip,
    const struct as_link *const *link, int around_c, const struct as_link *around);

/* Cycles of what happens inside the last tile of level 1, at least. */
double as_ends_last(const struct as_model *model, const unsigned *keeps, const struct as_link *const *link);

#endif
