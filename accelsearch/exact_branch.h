/*
 * exact_branch: visits to what an inner part stands for (exact.h): the tile of level 1 dim by dim, and for
 * the pairs of parts that are left all orders of loops that differ.
 */
#ifndef AS_EXACT_BRANCH_H
#define AS_EXACT_BRANCH_H

#include "accelsearch/exact_tree.h"

/* The tree's climb gets the best plan that is found. */
void as_branch_visit(struct as_tree *tree, const struct as_template *template, const struct as_inner *inner);

/* A pair of parts: all tiles, the layout and the innermost loops are decided. */
struct as_couple {
    const struct as_link *link[AS_MAX_LEVELS][AS_MAX_DIMS];
    int class[AS_MAX_LEVELS]; /* dim of the innermost loop outside the level; AS_NO_LOOP: none */
    struct as_crossing outer; /* the crossing into level 1 */
    double pj[AS_MAX_LEVELS]; /* bounds: of the crossing into the level; [0]: of what no mapping changes */
    double cycles;
    int n_loops[AS_MAX_LEVELS];                    /* under the level, but for its class */
    unsigned alive[AS_MAX_LEVELS];                 /* around these, in bits of exact_pair.c */
    signed char order[AS_MAX_LEVELS][AS_MAX_DIMS]; /* those chosen */
    struct as_plan plan;
    /* What the orders chosen so far move, level by level. */
    bool begun, quick;           /* the tree's quick is set up; and applies */
    bool counted[AS_MAX_LEVELS]; /* the closed form covers the levels up to l */
    struct as_cost count[AS_MAX_LEVELS];
    double crossed_pj[AS_MAX_LEVELS];
};

/* link, class and outer of level 1 are set, and class of the others; the rest is worked out. */
void as_pair_visit(struct as_tree *tree, struct as_couple *pair);
/* Of the loops under level l - 1 that of the class becomes the innermost. */
void as_pair_place_class(const struct as_tree *tree, struct as_couple *pair, int l);
/* Makes one of the orders of the others that move the same: of two loops that may change places the one with
 * the lower number stands inside. */
void as_pair_normalise(const struct as_tree *tree, const struct as_couple *pair, int l, signed char *order);
/* Links of level l of the tree's plan. */
void as_pair_links(struct as_tree *tree, int l, const struct as_link **link);

#endif
