/*
 * A row of the Gemmini tables (ucb-bar/dosa, data/): a layer, an array of weight-stationary PEs with its
 * scratch pad and accumulators, and a mapping onto it, as our problem, accelerator and mapping.
 *
 *     L3[WIO] K48 - L2[WI] N1 K16X - L1[O] C48 P16 C16X - L0[W] P8
 *
 * Levels from DRAM inwards, what each keeps, its loops from the outermost, X for those laid out in space:
 * output channels along the columns, input channels along the rows. Factors multiply to the extents.
 */
#ifndef VALIDATE_GEMMINI_CASE_H
#define VALIDATE_GEMMINI_CASE_H

#include "validate/layer.h"
#include "validate/suite.h"

/* Levels of its accelerator and mapping. */
enum { GEMMINI_AT_DRAM, GEMMINI_AT_SPAD, GEMMINI_AT_ACC, GEMMINI_AT_REG, GEMMINI_LEVELS };

struct gemmini_case {
    struct val_layer layer;
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
};

struct gemmini_columns {
    int pe_dim, acc_words, spad_bytes, C, K, P, Q, R, S, stride, mapping;
};
/* False when a column is missing. */
bool gemmini_find_columns(const struct val_csv *csv, struct gemmini_columns *columns);
/* The row; NAAS_BAD_INPUT with a diagnostic at its line when it is not one. */
enum naas_status gemmini_read(
    const struct val_csv *csv, const struct gemmini_columns *columns, int row, struct gemmini_case *made);
/* "K64 C3 P112 Q112 R7 S7 /2 on 16, line 5": the layer, the array, and where it is in the table. */
const char *gemmini_name(const struct val_csv *csv, int row, const struct gemmini_case *made);

#endif
