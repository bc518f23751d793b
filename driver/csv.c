#include "driver/csv.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int count(const char *text, char what)
{
    int n = 0;
    for (; *text; text++)
        n += *text == what;
    return n;
}

enum naas_status csv_read(struct naas_ctx *ctx, const char *path, struct csv *csv)
{
    char *text, *rest, *line;
    *csv = (struct csv){.n_rows = -1};
    enum naas_status status = naas_read_file(ctx, path, &text, NULL);
    if (status != NAAS_OK)
        return status;
    size_t most = (size_t)(count(text, '\n') + count(text, ',') + 2);
    csv->cell = naas_alloc(ctx, most, sizeof *csv->cell);
    int n = 0;
    for (rest = text; (line = strsep(&rest, "\n")) && (rest || line[0]); csv->n_rows++) {
        int before = n;
        for (char *cell; (cell = strsep(&line, ","));)
            csv->cell[n++] = cell;
        if (csv->n_rows < 0)
            csv->n_columns = n;
        else if (n - before != csv->n_columns) {
            naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path, .line = (unsigned)csv->n_rows + 2},
                "%d cells, the first line has %d", n - before, csv->n_columns);
            return NAAS_BAD_INPUT;
        }
    }
    if (csv->n_rows >= 0)
        return NAAS_OK;
    naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "the table is empty");
    return NAAS_BAD_INPUT;
}

const char *csv_text(const struct csv *csv, int row, const char *column)
{
    for (int c = 0; c < csv->n_columns; c++)
        if (strcmp(csv->cell[c], column) == 0)
            return csv->cell[(row + 1) * csv->n_columns + c];
    return "";
}

double csv_number(const struct csv *csv, int row, const char *column)
{
    const char *text = csv_text(csv, row, column);
    char *end;
    double value = strtod(text, &end);
    return *text && !*end ? value : NAN;
}
