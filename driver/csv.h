/* Tables in CSV as naas search writes them: a line of names, then lines of as many cells, none in quotes. */
#ifndef DRIVER_CSV_H
#define DRIVER_CSV_H

#include "support/support.h"

struct csv {
    int n_rows, n_columns;
    const char **cell; /* [1 + n_rows][n_columns]: the names first. In the arena. */
};

/* NAAS_BAD_INPUT, located, when a line has other cells than the first. */
enum naas_status csv_read(struct naas_ctx *ctx, const char *path, struct csv *csv);
/* The cell of a row (from 0) in the column of that name; "" and NAN when there is none such. */
const char *csv_text(const struct csv *csv, int row, const char *column);
double csv_number(const struct csv *csv, int row, const char *column);

#endif
