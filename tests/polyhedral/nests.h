/*
 * Nests built by hand, for tests that need no front end.
 */
#ifndef TEST_NESTS_H
#define TEST_NESTS_H

#include "frontend/nest.h"

struct nest {
    struct naas_ctx *ctx;
    struct fe_nest *fe;
    int cap_loops, cap_arrays, cap_stmts;
};

struct nest nest_new(struct naas_ctx *ctx, const char *name);

struct fe_loop *nest_loop(struct nest *nest, const struct fe_loop *parent, const char *name, int64_t start,
    int64_t stop, int64_t step);
/* extents: rank numbers, the last axis being contiguous. */
struct fe_array *nest_array(struct nest *nest, const char *name, enum naas_type type, enum fe_storage storage,
    int rank, const int64_t *extent);

/* constant + coef * loop + ..., n pairs of const struct fe_loop *, int. */
struct fe_affine nest_affine(struct nest *nest, int64_t constant, int n, ...);
/* One struct fe_affine per axis. */
struct fe_access nest_access(const struct fe_array *array, const struct fe_affine *index);
struct fe_expr *nest_read(struct nest *nest, struct fe_access access);
struct fe_expr *nest_number(struct nest *nest, enum naas_type type, int value);
struct fe_expr *nest_binary(struct nest *nest, enum fe_op op, struct fe_expr *a, struct fe_expr *b);
struct fe_expr *nest_cond(struct nest *nest, struct fe_expr *test, struct fe_expr *a, struct fe_expr *b);
struct fe_stmt *nest_stmt(
    struct nest *nest, const struct fe_loop *loop, struct fe_access target, struct fe_expr *value);
void nest_guard(struct nest *nest, struct fe_stmt *stmt, struct fe_affine affine);

/* Builds the tree: statements in the order they were added, under their loops. */
const struct fe_nest *nest_finish(struct nest *nest);

/* y[k][p][q] = relu(sum over c, r, s of x[c][p + r - 1][q + s - 1] * w[k][c][r][s]), guarded, K x C x P x P
 * with 3 x 3 taps. */
const struct fe_nest *nest_conv(struct naas_ctx *ctx, int64_t k, int64_t c, int64_t p);

#endif
