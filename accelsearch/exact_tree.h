/*
 * exact_tree: what the exact search (exact.h) knows of a problem on an accelerator: the inner parts of plans,
 * listed with their bounds by template, and what outer parts add at least (exact_outer.c). Trees that are
 * copied share the lists, so that several threads may visit parts of one.
 */
#ifndef AS_EXACT_TREE_H
#define AS_EXACT_TREE_H

#include "accelsearch/climb.h"
#include "accelsearch/crossing.h"

/* A class beside the dims. */
enum { AS_NO_LOOP = AS_MAX_DIMS };
/* Bounds and costs are sums in floating point, in different orders. */
#define AS_ROUNDING (1 - 1e-9)
/* Bounds are kept in single precision, rounded down. */
#define AS_FLOAT_DOWN (1 - 1e-6)

struct as_outer {
    float pj, busy, ends; /* cycles: of transfers; that nothing hides */
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
    struct as_inner *inner;
    struct as_point *front; /* by energy ascending, cycles descending */
};
struct as_templates {
    int n, room;
    struct as_template *template;
};

/* The least of all outer parts with given sizes of some dims; INFINITY where none is worth a visit. */
struct as_outer_view {
    unsigned dims;
    size_t n; /* cells */
    struct as_outer *cell;
};
/* Outer parts for a choice of keeps. */
struct as_outers {
    struct as_outer least; /* what none can do without */
    int n_front;
    struct as_point *front;     /* of the inner parts of all templates */
    unsigned dims;              /* those that have a choice of sizes */
    int view_dims;              /* of a view, at most */
    struct as_outer_view *view; /* by its dims */
};

enum { AS_MAX_KEEPS = 64 };
struct as_tree {
    struct as_climb *climb;
    const struct as_plans *plans;
    const struct as_model *model;
    struct naas_ctx *ctx; /* of what is listed and remembered */
    struct as_crossings crossings;
    int last; /* level */
    int64_t nodes, limit, entries;
    double left_out; /* the least bound of what was dropped, or what the lists had no room for */
    struct as_plan plan;
    struct as_quick *quick;          /* of the pair that is visited */
    signed char mirror[AS_MAX_DIMS]; /* dims that may change places (symmetry.h) */
    int n_keeps;
    struct as_outers *outers; /* by choice of keeps */
    struct as_templates templates;
    int n_forks;
    struct as_tree *fork; /* copies for threads, with memory of their own */
    double aim;           /* what is to be proven: nothing better than that is left out */
};

bool as_tree_spent(const struct as_tree *tree);
/* Of a plan that costs at least that much; a little less, for rounding. Leakage lasts as long as the cycles.
 */
double as_tree_score(const struct as_tree *tree, double pj, double cycles);
/* No better than the best plan known, or than the aim; then left_out takes note of the bound. */
bool as_tree_drops(struct as_tree *tree, double bound);
/* The score of an outer part around what is inside. */
double as_tree_whole(const struct as_tree *tree, const struct as_outer *outer, double pj, double cycles);
/* Cycles that the largest tiles take to compute. */
double as_tree_compute(const struct as_tree *tree, const struct as_link *const *link);
/* Bits of the classes that the innermost loop outside may have; known as in as_cross_classes. */
unsigned as_tree_classes(const struct as_tree *tree, int known, const struct as_link *const *link);
/* around: links of the level around, and its class, or NULL. */
void as_tree_cross(struct as_tree *tree, int l, int c, const struct as_link *const *link,
    const struct as_link *const *around, int around_c, struct as_crossing *crossing);
/* What a crossing into level 1 adds. */
struct as_outer as_tree_outer_of(const struct as_tree *tree, const struct as_crossing *crossing);
/* Lists the parts. False when the nodes do not suffice. */
bool as_tree_list(struct as_tree *tree);

/* Sets `least` of a choice of keeps, which the tree's crossings are set to. */
void as_outers_init(struct as_tree *tree, struct as_outers *outers);
/* Makes the views, of n points of the front. */
void as_outers_list(struct as_tree *tree, struct as_outers *outers);
/* The least of the outer parts with those sizes of the dims, `last` of which was decided last. */
struct as_outer as_outers_least(
    const struct as_tree *tree, const struct as_outers *outers, unsigned dims, int last, const int *size);

#endif
