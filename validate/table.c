#include "validate/suite.h"

#include "show/chart.h"
#include "show/mapping.h"
#include "support/json.h"
#include <math.h>
#include <string.h>

struct val_row *val_add(struct naas_ctx *ctx, struct val_table *table, const char *name, int quantity,
    double published, double predicted)
{
    table->row = naas_grow(ctx, table->row, table->n_rows, &table->capacity, sizeof *table->row);
    struct val_row *row = &table->row[table->n_rows++];
    *row =
        (struct val_row){.name = name, .quantity = quantity, .published = published, .predicted = predicted};
    return row;
}

static double error_of(const struct val_row *row)
{
    return row->predicted / row->published - 1;
}

static bool in_group(const struct val_row *row, const char *group)
{
    return group ? row->group && strcmp(row->group, group) == 0 : !row->group;
}

struct val_summary val_summarise(const struct val_table *table, int quantity, const char *group)
{
    struct val_summary summary = {.worst = -1};
    double sum = 0, logs = 0;
    for (int i = 0; i < table->n_rows; i++) {
        const struct val_row *row = &table->row[i];
        if (row->quantity != quantity || !in_group(row, group))
            continue;
        double error = fabs(error_of(row));
        summary.n++;
        summary.within += error <= 0.01;
        sum += error;
        logs += log(row->predicted / row->published);
        if (error > summary.worst) {
            summary.worst = error;
            summary.worst_row = i;
        }
    }
    if (summary.n > 0) {
        summary.mean = sum / summary.n;
        summary.ratio = exp(logs / summary.n);
    }
    return summary;
}

/* The n-th group in order of appearance, 0 being that of rows in none; false when there are no more. */
static bool nth_group(const struct val_table *table, int n, const char **group)
{
    *group = NULL;
    if (n == 0)
        return true;
    int seen = 0;
    for (int i = 0; i < table->n_rows; i++) {
        bool first = table->row[i].group != NULL;
        for (int k = 0; k < i && first; k++)
            first = !in_group(&table->row[k], table->row[i].group);
        if (first && ++seen == n) {
            *group = table->row[i].group;
            return true;
        }
    }
    return false;
}

/* ---- text ---- */

static void print_rows(struct naas_buf *out, const struct val_table *table, int quantity)
{
    naas_buf_printf(
        out, "%-44s %14s %14s %9s\n", table->quantity[quantity], "published", "predicted", "error");
    for (int i = 0; i < table->n_rows; i++) {
        const struct val_row *row = &table->row[i];
        if (row->quantity != quantity)
            continue;
        naas_buf_printf(out, "  %-42s %14.6g %14.6g %+8.1f%%", row->name, row->published, row->predicted,
            100 * error_of(row));
        if (row->group || row->note)
            naas_buf_printf(out, "  %s%s%s", row->group ? row->group : "",
                row->group && row->note ? ": " : "", row->note ? row->note : "");
        naas_buf_puts(out, "\n");
    }
}

static void print_summary(struct naas_buf *out, const struct val_table *table, int quantity)
{
    const char *group;
    for (int g = 0; nth_group(table, g, &group); g++) {
        struct val_summary summary = val_summarise(table, quantity, group);
        if (summary.n == 0)
            continue;
        naas_buf_printf(out,
            "%s%s%s: %d rows, mean absolute error %.1f%%, geometric mean of predicted / published %.3f, "
            "worst %.1f%% (%s), %.1f%% within 1%%\n",
            table->quantity[quantity], group ? ", " : "", group ? group : "", summary.n, 100 * summary.mean,
            summary.ratio, 100 * summary.worst, table->row[summary.worst_row].name,
            100.0 * summary.within / summary.n);
    }
}

void val_print(struct naas_buf *out, const struct val_table *table, bool rows)
{
    naas_buf_printf(out, "%s: %s\n\n", table->suite, table->title);
    for (int q = 0; q < table->n_quantities && rows; q++) {
        print_rows(out, table, q);
        naas_buf_puts(out, "\n");
    }
    for (int q = 0; q < table->n_quantities; q++)
        print_summary(out, table, q);
    if (table->remark)
        naas_buf_printf(out, "%s\n", table->remark);
}

/* ---- for machines ---- */

static void json_text(struct naas_buf *out, const char *key, const char *text)
{
    if (!text)
        return;
    naas_buf_printf(out, ", \"%s\": ", key);
    json_write_string(out, text);
}

void val_json(struct naas_buf *out, const struct val_table *table)
{
    naas_buf_puts(out, "{\"format\": 1, \"kind\": \"validation\"");
    json_text(out, "suite", table->suite);
    json_text(out, "title", table->title);
    json_text(out, "remark", table->remark);
    naas_buf_puts(out, ", \"summaries\": [");
    const char *separator = "", *group;
    for (int q = 0; q < table->n_quantities; q++)
        for (int g = 0; nth_group(table, g, &group); g++) {
            struct val_summary summary = val_summarise(table, q, group);
            if (summary.n == 0)
                continue;
            naas_buf_printf(out,
                "%s\n  {\"rows\": %d, \"mean_absolute_error\": %.6g, \"worst_error\": %.6g, "
                "\"geometric_mean_ratio\": %.6g",
                separator, summary.n, summary.mean, summary.worst, summary.ratio);
            json_text(out, "quantity", table->quantity[q]);
            json_text(out, "group", group);
            json_text(out, "worst_row", table->row[summary.worst_row].name);
            naas_buf_puts(out, "}");
            separator = ",";
        }
    naas_buf_puts(out, "],\n \"rows\": [");
    for (int i = 0; i < table->n_rows; i++) {
        const struct val_row *row = &table->row[i];
        naas_buf_printf(out, "%s\n  {\"published\": %.9g, \"predicted\": %.9g", i ? "," : "", row->published,
            row->predicted);
        json_text(out, "name", row->name);
        json_text(out, "quantity", table->quantity[row->quantity]);
        json_text(out, "group", row->group);
        json_text(out, "note", row->note);
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, "]}\n");
}

void val_csv(struct naas_buf *out, const struct val_table *table)
{
    if (out->length == 0)
        naas_buf_puts(out, "suite,row,quantity,published,predicted,error,group,note\n");
    for (int i = 0; i < table->n_rows; i++) {
        const struct val_row *row = &table->row[i];
        naas_buf_printf(out, "%s,", table->suite);
        show_csv_text(out, row->name);
        naas_buf_puts(out, ",");
        show_csv_text(out, table->quantity[row->quantity]);
        naas_buf_printf(out, ",%.9g,%.9g,%.6g,", row->published, row->predicted, error_of(row));
        show_csv_text(out, row->group ? row->group : "");
        naas_buf_puts(out, ",");
        show_csv_text(out, row->note ? row->note : "");
        naas_buf_puts(out, "\n");
    }
}

/* ---- picture ---- */

void val_svg(struct naas_buf *out, const struct val_table *table)
{
    struct chart_series series[5] = {{0}};
    double low = INFINITY, high = 0;
    for (int q = 0; q < table->n_quantities; q++) {
        double *x = naas_alloc(out->ctx, (size_t)table->n_rows + 1, sizeof *x);
        double *y = naas_alloc(out->ctx, (size_t)table->n_rows + 1, sizeof *y);
        const char **label = naas_alloc(out->ctx, (size_t)table->n_rows + 1, sizeof *label);
        int n = 0;
        for (int i = 0; i < table->n_rows; i++) {
            const struct val_row *row = &table->row[i];
            if (row->quantity != q)
                continue;
            x[n] = row->published;
            y[n] = row->predicted;
            label[n++] = naas_format(
                out->ctx, "%s: published %.4g, predicted %.4g", row->name, row->published, row->predicted);
            low = fmin(low, fmin(row->published, row->predicted));
            high = fmax(high, fmax(row->published, row->predicted));
        }
        series[q + 1] = (struct chart_series){
            .name = table->quantity[q], .n = n, .x = x, .y = y, .points = true, .label = label, .color = q};
    }
    double line[2] = {low, high};
    series[0] = (struct chart_series){
        .name = "equal", .n = 2, .x = line, .y = line, .line = true, .color = 7, .faint = true};
    struct chart chart = {.title = naas_format(out->ctx, "%s: predicted against published", table->suite),
        .x_label = "published",
        .y_label = "predicted",
        .x_log = true,
        .y_log = true,
        .alone = true,
        .n_series = table->n_quantities + 1,
        .series = series};
    chart_xy(out, &chart);
}
