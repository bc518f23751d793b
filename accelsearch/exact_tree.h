/*
 * exact_tree: the parts that plans are made of in the exact search (exact.h), listed with their bounds.
 */
#ifndef AS_EXACT_TREE_H
#define AS_EXACT_TREE_H

#include "accelsearch/climb.h"
#include "accelsearch/crossing.h"

/* A class beside the dims. */
enum { AS_NO_LOOP = AS_MAX_DIMS };

struct as_outer {
    float pj, busy, ends; /* cycles: of transfers; that nothing hides */
    unsigned char class;  /* dim of the innermost loop outside; AS_NO_LOOP: none */
    unsigned char size[AS_MAX_DIMS];
};
struct as_inner {
    float pj, cycles; /* of everything inside level 1's tiles */
    unsigned char class[AS_MAX_LEVELS -
                        2]; /* dim of the innermost loop outside the level; AS_NO_LOOP: none */
    unsigned char size[AS_MAX_LEVELS - 2][AS_MAX_DIMS];
};
struct as_point {
    double pj, cycles;
};
struct as_template {
    unsigned keeps[AS_MAX_LEVELS];
    int of_keeps; /* its number among the choices of keeps */
    signed char along[AS_MAX_AXES][AS_MAX_FOLD];
    int64_t spread[AS_MAX_DIMS][2]; /* instances that may share a dim, least and most */
    int n_inner, n_front;
    struct as_inner *inner; /* by energy, ascending */
    struct as_point *front; /* by energy ascending, cycles descending */
};

/* The least of all outer parts with given sizes of up to three dims. */
enum { AS_MAX_VIEWS = 300 };
struct as_least_outer {
    float pj, busy;
};
struct as_outer_view {
    unsigned dims;
    struct as_least_outer *least;
};

/* Lists that grow. */
struct as_outers {
    int n, room, n_front;
    struct as_outer *outer;
    struct as_point *front; /* of the inner parts of all templates */
    struct as_outer least;  /* what no outer part can do without */
    int n_views;
    struct as_outer_view view[AS_MAX_VIEWS];
};
struct as_inners {
    int n, room;
    struct as_inner *inner;
};
struct as_templates {
    int n, room;
    struct as_template *template;
};

enum { AS_MAX_KEEPS = 64 };
struct as_tree {
    struct as_climb *climb;
    const struct as_plans *plans;
    const struct as_model *model;
    struct naas_ctx *ctx;
    struct as_crossings crossings;
    int last; /* level */
    int64_t nodes, limit, entries;
    double left_out; /* the least bound of what the lists had no room for */
    struct as_plan plan;
    struct as_outers outers[AS_MAX_KEEPS]; /* by choice of keeps */
    int n_keeps;
    struct as_templates templates;
    double aim; /* what is to be proven: nothing better than that is left out */
};

bool as_tree_spent(const struct as_tree *tree);
/* Of a plan that costs at least that much; a little less, for rounding. Leakage lasts as long as the cycles.
 */
double as_tree_score(const struct as_tree *tree, double pj, double cycles);
/* No better than the best plan known, or than the aim. */
bool as_tree_drops(const struct as_tree *tree, double bound);
/* The whole of an outer part around what is inside. */
double as_tree_whole(const struct as_tree *tree, const struct as_outer *outer, double pj, double cycles);
/* Cycles that the largest tiles take to compute. */
double as_tree_compute(const struct as_tree *tree, const struct as_link *const *link);
/* Bits of the classes that the innermost loop outside may have; known as in as_cross_classes. */
unsigned as_tree_classes(const struct as_tree *tree, int known, const struct as_link *const *link);
/* around: links of the level around, and its class, or NULL. */
void as_tree_cross(struct as_tree *tree, int l, int c, const struct as_link *const *link,
    const struct as_link *const *around, int around_c, struct as_crossing *crossing);
/* Lists the parts. False when the nodes do not suffice. */
bool as_tree_list(struct as_tree *tree);
/* The least of the outer parts with those sizes of the dims, `last` of which was decided last: what the view
 * of it and of two others says. */
struct as_least_outer as_tree_least_outer(
    const struct as_tree *tree, const struct as_outers *outers, unsigned dims, int last, const int *size);
/* The first outer part of those sizes; n: how many there are. */
const struct as_outer *as_tree_find_outer(
    const struct as_tree *tree, const struct as_outers *outers, const int *size, int *n);

#endif
