#include "validate/gemmini_case.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool gemmini_find_columns(const struct val_csv *csv, struct gemmini_columns *columns)
{
    *columns = (struct gemmini_columns){
        .pe_dim = val_csv_column(csv, "pe_dim"),
        .acc_words = val_csv_column(csv, "acc_words_per_column"),
        .spad_bytes = val_csv_column(csv, "spad_bytes"),
        .C = val_csv_column(csv, "C"),
        .K = val_csv_column(csv, "K"),
        .P = val_csv_column(csv, "P"),
        .Q = val_csv_column(csv, "Q"),
        .R = val_csv_column(csv, "R"),
        .S = val_csv_column(csv, "S"),
        .stride = val_csv_column(csv, "stride"),
        .mapping = val_csv_column(csv, "mapping"),
    };
    const int *each = (const int *)columns;
    for (size_t i = 0; i < sizeof *columns / sizeof *each; i++)
        if (each[i] < 0)
            return false;
    return true;
}

/* ---- accelerator ---- */

/* The DOSA model's constants: 8 words a cycle from DRAM, 2 per row of PEs from the scratch pad, 2 sums per
 * column and cycle from the accumulators; pJ per word by size of the memory, 40 nm. */
static void make_accel(int64_t dim, int64_t acc_words, int64_t spad_bytes, struct as_accel *accel)
{
    *accel = (struct as_accel){.name = "gemmini",
        .word_bits = 8,
        .acc_bits = 32,
        .clock_mhz = 1000,
        .technology_nm = 40,
        .n_levels = GEMMINI_LEVELS,
        .macs_per_cycle = 1,
        .mac_pj = 0.5608,
        .accounting = AS_TIMELOOP};
    static const char *const names[] = {"DRAM", "scratchpad", "accumulator", "register"};
    static const unsigned keeps[] = {AS_ALL_ROLES, AS_INPUT | AS_WEIGHT, AS_OUTPUT, AS_WEIGHT};
    const int64_t bytes[] = {0, spad_bytes, acc_words * 4, 1};
    const double words_per_cycle[] = {8, 2 * (double)dim, 2, 0};
    const double pj[] = {
        100, 0.49 + 0.02513 * (double)spad_bytes / 1024, 1.94 + 0.1005 * (double)acc_words * 4 / 1024, 0.487};
    for (int l = 0; l < GEMMINI_LEVELS; l++) {
        struct as_level *level = &accel->level[l];
        strcpy(level->name, names[l]);
        level->keeps = keeps[l];
        level->buffers = 1;
        level->n_partitions = 1;
        level->partition[0] = (struct as_partition){keeps[l], bytes[l]};
        level->access_words_per_cycle = words_per_cycle[l];
        level->read_pj = level->write_pj = pj[l];
    }
    for (int l = GEMMINI_AT_SPAD; l <= GEMMINI_AT_ACC; l++) {
        accel->level[l].n_axes = 1;
        accel->level[l].axis[0] = (struct as_array_axis){.name = "X", .size = (int)dim};
    }
}

/* ---- mapping ---- */

/* A factor such as K16X; *at goes behind it. False when there is none. */
static bool read_factor(const char **at, int *dim, int64_t *factor, bool *spatial)
{
    const char *text = *at + strspn(*at, " ");
    char *end;
    *dim = val_dim(*text);
    if (*dim < 0 || !isdigit((unsigned char)text[1]))
        return false;
    *factor = strtoll(text + 1, &end, 10);
    *spatial = *end == 'X';
    *at = end + *spatial;
    return *factor >= 1 && *factor <= INT32_MAX;
}

/* Loops as factors first: `tile` holds what is left of each dim, and gets divided. */
static bool read_level(const char *text, struct as_mapping_level *level, int64_t tile[])
{
    const char *at = text;
    int dim;
    int64_t factor;
    bool spatial;
    while (read_factor(&at, &dim, &factor, &spatial)) {
        if (factor == 1)
            continue;
        if (tile[dim] % factor != 0 || level->n_loops == AS_MAX_LOOPS)
            return false;
        tile[dim] /= factor;
        level->loop[level->n_loops++] = (struct as_loop){dim, tile[dim], spatial ? 0 : -1};
    }
    at += strspn(at, " ");
    return !*at || (at[0] == '-' && at[1] == ' ');
}

static bool read_mapping(const char *text, const struct as_problem *problem, struct as_mapping *mapping)
{
    int64_t tile[AS_MAX_DIMS];
    *mapping = (struct as_mapping){.n_levels = GEMMINI_LEVELS};
    for (int d = 0; d < problem->n_dims; d++)
        tile[d] = problem->dim[d].extent;
    for (int l = 0; l < GEMMINI_LEVELS; l++) {
        const char *name = strstr(text, (const char *const[]){"L3[WIO]", "L2[WI]", "L1[O]", "L0[W]"}[l]);
        if (!name || !read_level(strchr(name, ']') + 1, &mapping->level[l], tile))
            return false;
    }
    mapping->level[GEMMINI_AT_DRAM].keeps = 1 << VAL_INPUT | 1 << VAL_WEIGHT | 1 << VAL_OUTPUT;
    mapping->level[GEMMINI_AT_SPAD].keeps = 1 << VAL_INPUT | 1 << VAL_WEIGHT;
    mapping->level[GEMMINI_AT_ACC].keeps = 1 << VAL_OUTPUT;
    mapping->level[GEMMINI_AT_REG].keeps = 1 << VAL_WEIGHT;
    for (int d = 0; d < problem->n_dims; d++)
        if (tile[d] != 1)
            return false;
    return true;
}

enum naas_status gemmini_read(
    const struct val_csv *csv, const struct gemmini_columns *columns, int row, struct gemmini_case *made)
{
    const int column[] = {columns->K, columns->C, columns->P, columns->Q, columns->R, columns->S,
        columns->stride, columns->pe_dim, columns->acc_words, columns->spad_bytes};
    enum { STRIDE = 6, PE_DIM, ACC_WORDS, SPAD_BYTES, N_NUMBERS };
    int64_t number[N_NUMBERS];
    memset(made, 0, sizeof *made);
    for (int i = 0; i < N_NUMBERS; i++) {
        double value;
        if (!val_csv_number(csv, row, column[i], 1, &value))
            return NAAS_BAD_INPUT;
        if (value > 1e9) {
            naas_diag(csv->ctx, NAAS_ERROR, val_csv_place(csv, row), "%s: %g is too much",
                csv->name[column[i]], value);
            return NAAS_BAD_INPUT;
        }
        number[i] = (int64_t)value;
    }
    struct val_layer *layer = &made->layer;
    *layer =
        (struct val_layer){.extent = {1, 1}, .stride = number[STRIDE], .type = NAAS_I8, .acc_type = NAAS_I32};
    memcpy(layer->extent + VAL_K, number, 6 * sizeof *number);
    layer->H = layer->stride * (layer->extent[VAL_P] - 1) + layer->extent[VAL_R];
    layer->W = layer->stride * (layer->extent[VAL_Q] - 1) + layer->extent[VAL_S];
    val_problem(layer, &made->problem);
    make_accel(number[PE_DIM], number[ACC_WORDS], number[SPAD_BYTES], &made->accel);
    if (read_mapping(val_csv_text(csv, row, columns->mapping), &made->problem, &made->mapping))
        return NAAS_OK;
    naas_diag(csv->ctx, NAAS_ERROR, val_csv_place(csv, row), "'%s' is not a mapping of this layer",
        val_csv_text(csv, row, columns->mapping));
    return NAAS_BAD_INPUT;
}

const char *gemmini_name(const struct val_csv *csv, int row, const struct gemmini_case *made)
{
    struct naas_buf name = naas_buf_new(csv->ctx);
    for (int d = VAL_K; d < VAL_DIMS; d++)
        if (made->layer.extent[d] > 1)
            naas_buf_printf(&name, "%s%s%lld", name.length ? " " : "", made->problem.dim[d].name,
                (long long)made->layer.extent[d]);
    if (made->layer.stride > 1)
        naas_buf_printf(&name, " /%lld", (long long)made->layer.stride);
    naas_buf_printf(&name, " on %d, line %u", made->accel.level[GEMMINI_AT_SPAD].axis[0].size,
        val_csv_place(csv, row).line);
    return name.text;
}
