/* What the files of this folder share: rows, and CSV files of figures. */
#ifndef VALIDATE_SUITE_H
#define VALIDATE_SUITE_H

#include "validate/validate.h"

#include "accelsearch/accelsearch.h"

struct val_row *val_add(struct naas_ctx *ctx, struct val_table *table, const char *name, int quantity,
    double published, double predicted);

/* A CSV file: a line of names, then lines of as many fields, without quotes. In the arena. */
struct val_csv {
    struct naas_ctx *ctx;
    const char *path;
    int n_columns, n_rows;
    const char **name;  /* [n_columns] */
    const char **field; /* [n_rows][n_columns] */
};
enum naas_status val_csv_read(struct naas_ctx *ctx, const char *path, struct val_csv *csv);
/* Column of that name; -1 with a diagnostic when there is none. */
int val_csv_column(const struct val_csv *csv, const char *name);
const char *val_csv_text(const struct val_csv *csv, int row, int column);
/* Where the row is, for diagnostics. */
struct naas_loc val_csv_place(const struct val_csv *csv, int row);
/* False, with a diagnostic at the line, for what is not a number from low on. */
bool val_csv_number(const struct val_csv *csv, int row, int column, double low, double *value);

enum naas_status val_timeloop(struct naas_ctx *ctx, const char *data, struct val_table *table);
enum naas_status val_gemmini(struct naas_ctx *ctx, const char *data, struct val_table *table);
enum naas_status val_eyeriss(struct naas_ctx *ctx, const char *data, struct val_table *table);
enum naas_status val_primer(struct naas_ctx *ctx, const char *data, struct val_table *table);
enum naas_status val_nvdla(struct naas_ctx *ctx, const char *data, struct val_table *table);

#endif
