/*
 * space.h: the space of mappings as vectors in [0,1]^n, and the way from a vector to a legal mapping.
 *
 * A vector has, for each boundary between level l and level l + 1, from the outside in:
 *
 *     order     one importance per dim; the most important dim is the outermost loop (index encoding: one
 * number for the permutation) tile      one ratio per dim: which of the tile sizes of what is left of the
 * extent (see below) axes      if level l has an array: per axis one importance per dim; the most important
 * allowed dim is laid along it (index encoding: one number for the choice) keep      one number per role that
 * may pass level l + 1: kept from 0.5 on
 *
 * Tile sizes of an extent e are its nested ceil values ceil(e / 1) > ceil(e / 2) > ... > 1 and the ratio
 * chooses among them evenly in their logarithm's order, so that one vector means the same on every layer. An
 * extent spread over s instances is cut by s first. A tile that does not fit its level is shrunk: the dim
 * with the largest tile goes to its next smaller size, ties to the lower dim, until it fits. Ties of
 * importance go to the lower dim.
 *
 * Method: NAAS (arXiv 2105.13258), section II; the preset AS_SPACE_NAAS is the paper's own space.
 */
#ifndef AS_SPACE_H
#define AS_SPACE_H

#include "accelsearch/accelsearch.h"

enum { AS_MAX_GENES = AS_MAX_LEVELS * (AS_MAX_DIMS * (2 + AS_MAX_AXES) + AS_MAX_TENSORS) };

struct as_space {
    const struct as_problem *problem;
    const struct as_accel *accel;
    enum as_space_kind kind;
    enum as_encoding encoding;
    int n_genes;
};

/* problem and accel are kept and must outlive the space. */
void as_space_init(struct as_space *space, const struct as_problem *problem, const struct as_accel *accel,
    enum as_space_kind kind, enum as_encoding encoding);

/* Always a legal mapping when the all-ones tile fits every level (as_space_has_any). Allocates nothing. */
void as_space_decode(const struct as_space *space, const double *genes, struct as_mapping *mapping);
bool as_space_has_any(const struct as_space *space);

/* order[0..n): 0..n-1, most important first. genes: n of them, or one under AS_INDEX. */
void as_decode_order(const double *genes, int n, enum as_encoding encoding, int *order);

/* The nested ceil values of an extent, largest first, at most `most` of them: size[0] = extent, ..., 1; the
 * number of them. */
int as_tile_sizes(int64_t extent, int most, int64_t *size);

#endif
