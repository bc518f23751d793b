/*
 * How a measured Gemmini (16 x 16, weight stationary; ucb-bar/gemmini, run in FireSim by DOSA's authors)
 * spends its cycles on a layer and a mapping: the mapping's outermost loops run in software, and each of
 * their iterations is a tile that the accelerator's own sequencer takes apart into loads, products and
 * stores.
 *
 * In:  a row of the table (gemmini_case.h).
 * Out: what each tile asks of the machine, counted from the sequencer's published rules; and cycles, when the
 *      constants are given that those rules do not tell.
 *
 * A tile is loaded, then multiplied, then stored, and there is room for two in the machine: while one is
 * multiplied the next is loaded, but a third waits until the first is stored.
 */
#ifndef VALIDATE_GEMMINI_RTL_H
#define VALIDATE_GEMMINI_RTL_H

#include "validate/gemmini_case.h"
#include "validate/gemmini_memory.h"

enum { GEMMINI_DIM = 16 }; /* rows and columns of the array */

struct gemmini_tile {
    double blocks;   /* of weights, 16 x 16, put into the array */
    double products; /* of a block of weights and up to 16 rows of inputs: two commands each */
    double rows;     /* cycles in which the array takes rows in */
    double zeroes;   /* rows that are set to zero on chip: sums at their beginning, padding; one a cycle */
    double beats;    /* of 16 bytes that loads take on the bus; one a cycle */
    double read[GEMMINI_SERVERS], written[GEMMINI_SERVERS]; /* requests, by who serves them */
};

struct gemmini_work {
    int n_tiles;
    struct gemmini_tile *tile; /* the first ones, in order; in the arena */
    double share;              /* all tiles of the layer over n_tiles */
};
/* What the row's layer takes. The memory is cleared, then warmed with the layer's tensors: in the table's
 * programs the same layer ran just before, in another tiling. */
void gemmini_work_of(struct naas_ctx *ctx, const struct gemmini_case *row, struct gemmini_memory *memory,
    struct gemmini_work *work);

/* Cycles that the rules do not tell. */
enum gemmini_constant {
    GEMMINI_REQUEST,   /* of a load's request, beside its beats on the bus */
    GEMMINI_LLC_MISS,  /* more, of a request that the second-level cache does not serve */
    GEMMINI_DRAM_MISS, /* more, of one that DRAM serves */
    GEMMINI_STORE,     /* of a store's request */
    GEMMINI_ISSUE,     /* between two products' commands */
    GEMMINI_EXCHANGE,  /* of the array, between two blocks of weights */
    GEMMINI_START,     /* before the first load and after the last store, once a layer */
    GEMMINI_CONSTANTS
};

/* What a layer waits for, summed over its tiles, overlapped or not. */
struct gemmini_time {
    double loads, array, issue, stores;
};
/* Cycles of the layer; time may be NULL. */
double gemmini_cycles(
    const struct gemmini_work *work, const double constant[GEMMINI_CONSTANTS], struct gemmini_time *time);

#endif
