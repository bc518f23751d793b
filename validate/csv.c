#include "validate/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The field that begins at *at, and where the next one begins; NULL at the end of the line. */
static const char *next_field(struct naas_ctx *ctx, const char **at)
{
    const char *begin = *at;
    if (!begin)
        return NULL;
    size_t length = strcspn(begin, ",\r\n");
    *at = begin[length] == ',' ? begin + length + 1 : NULL;
    return naas_strndup(ctx, begin, length);
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end ? end + 1 : line + strlen(line);
}

static void read_names(struct val_csv *csv, const char *line)
{
    int capacity = 0;
    const char *name;
    while ((name = next_field(csv->ctx, &line))) {
        csv->name = naas_grow(csv->ctx, csv->name, csv->n_columns, &capacity, sizeof *csv->name);
        csv->name[csv->n_columns++] = name;
    }
}

struct naas_loc val_csv_place(const struct val_csv *csv, int row)
{
    return (struct naas_loc){.file = csv->path, .line = (unsigned)row + 2};
}

enum naas_status val_csv_read(struct naas_ctx *ctx, const char *path, struct val_csv *csv)
{
    char *text;
    int capacity = 0, n = 0;
    enum naas_status status = naas_read_file(ctx, path, &text, NULL);
    *csv = (struct val_csv){.ctx = ctx, .path = path};
    if (status != NAAS_OK)
        return status;
    read_names(csv, text);
    for (const char *line = next_line(text); *line; line = next_line(line)) {
        const char *at = line, *field;
        int columns = 0;
        while ((field = next_field(ctx, &at))) {
            csv->field = naas_grow(ctx, csv->field, n, &capacity, sizeof *csv->field);
            csv->field[n++] = field;
            columns++;
        }
        if (columns != csv->n_columns) {
            naas_diag(ctx, NAAS_ERROR, val_csv_place(csv, csv->n_rows),
                "%d fields, where the first line names %d", columns, csv->n_columns);
            return NAAS_BAD_INPUT;
        }
        csv->n_rows++;
    }
    return NAAS_OK;
}

int val_csv_column(const struct val_csv *csv, const char *name)
{
    for (int i = 0; i < csv->n_columns; i++)
        if (strcmp(csv->name[i], name) == 0)
            return i;
    naas_diag(csv->ctx, NAAS_ERROR, (struct naas_loc){.file = csv->path, .line = 1},
        "there is no column '%s'", name);
    return -1;
}

const char *val_csv_text(const struct val_csv *csv, int row, int column)
{
    return csv->field[(size_t)row * (size_t)csv->n_columns + (size_t)column];
}

bool val_csv_number(const struct val_csv *csv, int row, int column, double low, double *value)
{
    const char *text = val_csv_text(csv, row, column);
    char *end;
    *value = strtod(text, &end);
    if (end != text && !*end && isfinite(*value) && *value >= low)
        return true;
    naas_diag(csv->ctx, NAAS_ERROR, val_csv_place(csv, row), "%s: '%s' is not a number from %g on",
        csv->name[column], text, low);
    return false;
}
