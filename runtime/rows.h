/*
 * rows.h: walks a region row by row, a row being what lies along the last axis, and tells what it shares with
 * another region:
 *
 *     for (int more = naas_rt_rows_first(&rows, &now, &before); more; more = naas_rt_rows_next(&rows))
 *         the coordinates of the row are rows.row[0 .. rank - 2];
 *         rows.both[0 .. n_both) are the spans of it that `before` has too, rows.only[0 .. n_only) the others
 */
#ifndef NAAS_RT_ROWS_H
#define NAAS_RT_ROWS_H

#include "region.h"

struct naas_rt_rows {
    long long row[NAAS_RT_MAX_RANK];
    int n_both, n_only;
    const struct naas_rt_span *both, *only;

    const struct naas_rt_region *region;
    /* Coordinates of the outer axes, and whether the other region has them on that axis. */
    long long *coordinate[NAAS_RT_MAX_RANK];
    unsigned char *shared[NAAS_RT_MAX_RANK];
    long long at[NAAS_RT_MAX_RANK];
    /* What a row is split into when all its outer coordinates are shared. */
    struct naas_rt_span *split_both, *split_only;
    int n_split_both, n_split_only;
};

/* Makes room for the rows of any region inside `largest`. 0 when memory ran out. */
int naas_rt_rows_reserve(struct naas_rt_rows *rows, const struct naas_rt_region *largest);
void naas_rt_rows_free(struct naas_rt_rows *rows);

int naas_rt_rows_first(
    struct naas_rt_rows *rows, const struct naas_rt_region *region, const struct naas_rt_region *other);
int naas_rt_rows_next(struct naas_rt_rows *rows);

#endif
