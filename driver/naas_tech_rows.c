/* The table of naas tech: as text, CSV and JSON. */
#include "driver/naas_tech.h"

#include "show/mapping.h"
#include "support/json.h"
#include <math.h>
#include <string.h>

static const char *const from_names[] = {
    [TECH_STATED] = "stated",
    [TECH_GIVEN] = "given",
    [TECH_INTERPOLATED] = "interpolated",
    [TECH_EXTRAPOLATED] = "extrapolated",
};

static void print_number(struct naas_buf *out, double number)
{
    if (isnan(number))
        naas_buf_printf(out, " %10s", "-");
    else
        naas_buf_printf(out, number < 10000 ? " %10.4g" : " %10.0f", number);
}

/* Rows of one component and of the same amount stand together. */
static bool starts_group(const struct tech_row *row, const struct tech_row *before)
{
    return strcmp(row->component, before->component) != 0 || strcmp(row->per, before->per) != 0;
}

static void print_head(struct naas_buf *out, const struct tech_row *row)
{
    const char *what = naas_format(out->ctx, "%s, %s", row->component, row->per);
    bool single = isnan(row->write_pj);
    naas_buf_printf(out, "\n%-40s %10s %10s %10s\n", what, single ? "pJ" : "read pJ",
        single ? "" : "write pJ", "area um2");
}

static void print_row(struct naas_buf *out, const struct tech_row *row)
{
    naas_buf_printf(out, "  %-38s", row->what);
    print_number(out, row->pj);
    if (isnan(row->write_pj))
        naas_buf_printf(out, " %10s", "");
    else
        print_number(out, row->write_pj);
    print_number(out, row->area_um2);
    naas_buf_printf(out, "  %s%s%s\n", from_names[row->from], *row->how ? ": " : "", row->how);
}

void tech_print(struct naas_buf *out, const struct tech_table *table)
{
    naas_buf_printf(out, "%s, %d nm\n", table->name, table->nm);
    for (int i = 0; i < table->n; i++) {
        const struct tech_row *row = &table->row[i];
        if (i == 0 || starts_group(row, row - 1))
            print_head(out, row);
        print_row(out, row);
        /* What the next one has in common with it is said once. */
        if (*row->source && (i + 1 == table->n || strcmp(row->source, row[1].source) != 0))
            naas_buf_printf(out, "  source: %s\n", row->source);
    }
}

static void csv_number(struct naas_buf *out, double number)
{
    if (isnan(number))
        naas_buf_puts(out, ",");
    else
        naas_buf_printf(out, ",%.9g", number);
}

void tech_csv(struct naas_buf *out, const struct tech_table *table)
{
    naas_buf_puts(out, "component,what,per,pj,write_pj,area_um2,from,how,source\n");
    for (int i = 0; i < table->n; i++) {
        const struct tech_row *row = &table->row[i];
        const char *const before[] = {row->component, row->what, row->per}, *const after[] = {
                                                                                from_names[row->from],
                                                                                row->how, row->source};
        for (int k = 0; k < 3; k++) {
            naas_buf_puts(out, k > 0 ? "," : "");
            show_csv_text(out, before[k]);
        }
        csv_number(out, row->pj);
        csv_number(out, row->write_pj);
        csv_number(out, row->area_um2);
        for (int k = 0; k < 3; k++) {
            naas_buf_puts(out, ",");
            show_csv_text(out, after[k]);
        }
        naas_buf_puts(out, "\n");
    }
}

static void json_text(struct naas_buf *out, const char *key, const char *text)
{
    naas_buf_printf(out, "%s\"%s\": ", strcmp(key, "component") == 0 ? "" : ", ", key);
    json_write_string(out, text);
}

static void json_number_of(struct naas_buf *out, const char *key, double number)
{
    if (!isnan(number))
        naas_buf_printf(out, ", \"%s\": %.9g", key, number);
}

void tech_json(struct naas_buf *out, const struct tech_table *table)
{
    naas_buf_puts(out, "{\n  \"format\": 1,\n  \"kind\": \"components\",\n  \"name\": ");
    json_write_string(out, table->name);
    naas_buf_printf(out, ",\n  \"nm\": %d,\n  \"components\": [", table->nm);
    for (int i = 0; i < table->n; i++) {
        const struct tech_row *row = &table->row[i];
        naas_buf_puts(out, i ? ",\n    {" : "\n    {");
        json_text(out, "component", row->component);
        json_text(out, "what", row->what);
        json_text(out, "per", row->per);
        json_number_of(out, "pj", row->pj);
        json_number_of(out, "write_pj", row->write_pj);
        json_number_of(out, "area_um2", row->area_um2);
        json_text(out, "from", from_names[row->from]);
        json_text(out, "how", row->how);
        json_text(out, "source", row->source);
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, "\n  ]\n}\n");
}
