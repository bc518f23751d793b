/*
 * validate: what the cost model predicts of accelerators that others measured or modelled, beside what they
 * published. Prefix val_.
 *
 * In:  a suite's name, and for suites whose figures do not ship with the project a file of them.
 * Out: a table of rows, published and predicted, with errors; as text, JSON, CSV, and a scatter plot.
 * Ideas: a row is turned into problem, accelerator and mapping by a rule that is the same for all rows of the
 * suite, and evaluated by as_evaluate like any other. Nothing is fitted to a row. What is fitted is a named
 * constant with its physical meaning, in the file of its suite, and docs/validation.md says so.
 */
#ifndef VALIDATE_H
#define VALIDATE_H

#include "support/support.h"

struct val_row {
    const char *name;
    int quantity; /* index */
    double published, predicted;
    const char *group; /* rows that are summed up apart, or NULL */
    const char *note;  /* why it differs, where that is known, or NULL */
};

struct val_table {
    const char *suite, *title;
    int n_quantities;
    const char *quantity[4]; /* what rows are about: "cycles", "energy (uJ)" */
    int n_rows, capacity;
    struct val_row *row; /* in the arena */
    const char *remark;  /* printed below, or NULL */
};

struct val_suite {
    const char *name, *title;
    const char *data; /* the file it wants (--data), or NULL when its figures ship with the project */
    enum naas_status (*run)(struct naas_ctx *ctx, const char *data, struct val_table *table);
};
/* Ends with a suite without a name. */
extern const struct val_suite val_suites[];

/* Runs a suite; data may be NULL where the suite's figures ship. */
enum naas_status val_run(
    struct naas_ctx *ctx, const struct val_suite *suite, const char *data, struct val_table *table);

/* Errors of the rows of one quantity and group (NULL: those in no group): mean and largest absolute error as
 * a share of what was published, geometric mean of predicted / published, rows within 1 %. */
struct val_summary {
    int n, within;
    double mean, worst, ratio;
    int worst_row;
};
struct val_summary val_summarise(const struct val_table *table, int quantity, const char *group);

/* rows: every row, not the summary alone. */
void val_print(struct naas_buf *out, const struct val_table *table, bool rows);
void val_json(struct naas_buf *out, const struct val_table *table);
/* A line for each row, under a line of names where it is the first of out. */
void val_csv(struct naas_buf *out, const struct val_table *table);
/* Predicted against published, both logarithmic. */
void val_svg(struct naas_buf *out, const struct val_table *table);

#endif
