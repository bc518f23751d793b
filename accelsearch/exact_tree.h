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
    int n_inner, n_front;
    struct as_inner *inner;      /* by energy, ascending */
    struct as_point *front;      /* by energy ascending, cycles descending */
    double *points[AS_MAX_DIMS]; /* [size of level 1's tile]: of the largest instance, summed over all steps,
                                    at least */
};
struct as_visit {
    float bound;
    int template, outer;
};

/* Lists that grow. */
struct as_outers {
    int n, room, n_front;
    struct as_outer *outer;
    struct as_point *front; /* of the inner parts of all templates */
    struct as_outer least;  /* what no outer part can do without */
};
struct as_inners {
    int n, room;
    struct as_inner *inner;
};
struct as_visits {
    int n, room;
    struct as_visit *visit;
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
    struct as_visits visits;
};

bool as_tree_spent(const struct as_tree *tree);
/* Of a plan that costs at least that much; a little less, for rounding. Leakage lasts as long as the cycles.
 */
double as_tree_score(const struct as_tree *tree, double pj, double cycles);
/* No better than the best plan known. */
bool as_tree_drops(const struct as_tree *tree, double bound);
/* The whole of an outer part around what is inside. */
double as_tree_whole(const struct as_tree *tree, const struct as_outer *outer, double pj, double cycles);
/* Cycles that the largest tiles take to compute. */
double as_tree_compute(const struct as_tree *tree, const struct as_link *const *link);
/* Computing alone, for an outer part. */
double as_tree_outer_compute(
    const struct as_tree *tree, const struct as_template *template, const struct as_outer *outer);
/* Bits of the classes that the innermost loop outside may have; known as in as_cross_classes. */
unsigned as_tree_classes(const struct as_tree *tree, int known, const struct as_link *const *link);
/* around: links of the level around, and its class, or NULL. */
void as_tree_cross(struct as_tree *tree, int l, int c, const struct as_link *const *link,
    const struct as_link *const *around, int around_c, struct as_crossing *crossing);
/* Lists the parts, and the outer ones to be visited by their bounds. False when the nodes do not suffice. */
bool as_tree_list(struct as_tree *tree);

#endif
