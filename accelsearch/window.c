#include "accelsearch/window.h"
#include "accelsearch/cost_plain.h"
#include "support/number.h"

static int64_t first_of(const struct as_line *line, const struct as_box *box)
{
    return line->a * box->i.at + line->b * box->j.at;
}
static int64_t last_of(const struct as_line *line, const struct as_box *box)
{
    return line->a * (box->i.at + box->i.length - 1) + line->b * (box->j.at + box->j.length - 1);
}

/* Range of y for which a*ci + b*cj + a*b*y is an element of the box: a residue's elements have no gaps. */
static void residue_range(
    const struct as_line *line, int64_t ci, int64_t cj, const struct as_box *box, int64_t *low, int64_t *high)
{
    int64_t i0 = ceil_div(box->i.at - ci, line->b),
            i1 = floor_div(box->i.at + box->i.length - 1 - ci, line->b);
    int64_t j0 = ceil_div(box->j.at - cj, line->a),
            j1 = floor_div(box->j.at + box->j.length - 1 - cj, line->a);
    bool none = i0 > i1 || j0 > j1;
    *low = max64(*low, none ? 1 : i0 + j0);
    *high = min64(*high, none ? 0 : i1 + j1);
}

int64_t as_box_common(
    const struct as_line *line, const struct as_box *x, const struct as_box *y, int64_t low, int64_t high)
{
    low = max64(low, max64(first_of(line, x), first_of(line, y)));
    high = min64(high, min64(last_of(line, x), last_of(line, y)));
    if (low > high)
        return 0;
    if (as_gapless(line, x) && as_gapless(line, y))
        return high - low + 1;
    int64_t size = 0, period = line->a * line->b;
    for (int64_t ci = 0; ci < line->b; ci++)
        for (int64_t cj = 0; cj < line->a; cj++) {
            int64_t base = line->a * ci + line->b * cj;
            int64_t from = ceil_div(low - base, period), to = floor_div(high - base, period);
            residue_range(line, ci, cj, x, &from, &to);
            residue_range(line, ci, cj, y, &from, &to);
            size += max64(to - from + 1, 0);
        }
    return size;
}

int64_t as_box_sizes(const struct as_line *line, const struct as_view view[2], int64_t ni, int64_t nj)
{
    int64_t li[AS_MAX_CUTS], ci[AS_MAX_CUTS], lj[AS_MAX_CUTS], cj[AS_MAX_CUTS], sum = 0;
    int n = as_plain_lengths(view[0], ni, li, ci), m = as_plain_lengths(view[1], nj, lj, cj);
    for (int x = 0; x < n; x++)
        for (int y = 0; y < m; y++)
            sum += ci[x] * cj[y] * as_box_size(line, li[x], lj[y]);
    return sum;
}

int64_t as_instance_length(struct as_view view, int64_t array_tile)
{
    const struct as_chain *chain = view.chain;
    return view.n > chain->n_outside ? min64(array_tile, chain->cut[view.n - 1].tile) : array_tile;
}
