/*
 * window: elements a*i + b*j of an axis with two terms, counted for boxes of (i, j).
 */
#ifndef AS_WINDOW_H
#define AS_WINDOW_H

#include "accelsearch/cost_axis.h"

struct as_box {
    struct as_span i, j;
};

/* Elements of a box: of (i, j) and (i + b, j - a), which are the same element, one is counted. */
static inline int64_t as_box_size(const struct as_line *line, int64_t ni, int64_t nj)
{
    int64_t i = ni > line->b ? ni - line->b : 0, j = nj > line->a ? nj - line->a : 0;
    return ni * nj - i * j;
}
static inline bool as_gapless(const struct as_line *line, const struct as_box *box)
{
    return (line->b == 1 && (box->j.length >= line->a || box->i.length == 1)) ||
           (line->a == 1 && (box->i.length >= line->b || box->j.length == 1));
}
/* Elements low..high that both boxes have. */
int64_t as_box_common(
    const struct as_line *line, const struct as_box *x, const struct as_box *y, int64_t low, int64_t high);
/* Sizes of the boxes of all instances in an array tile of ni by nj, added up. */
int64_t as_box_sizes(const struct as_line *line, const struct as_view view[2], int64_t ni, int64_t nj);
/* Largest tile of an instance. */
int64_t as_instance_length(struct as_view view, int64_t array_tile);

#endif
