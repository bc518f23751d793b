/*
 * types.h: problem, accelerator, mapping, cost. Plain data without pointers, so that a struct copy is a copy;
 * every other folder may use these types, only accelsearch gives them functions (accelsearch.h).
 *
 * Terms are those of Timeloop and NAAS; docs/model.md defines every count by execution.
 */
#ifndef AS_TYPES_H
#define AS_TYPES_H

#include "support/support.h"

enum {
    AS_NAME = 32,     /* bytes of a name with its NUL */
    AS_MAX_DIMS = 10, /* N K C D P Q T R S G */
    AS_MAX_TENSORS = 4,
    AS_MAX_RANK = 6,   /* axes of a tensor */
    AS_MAX_LEVELS = 5, /* storage levels, DRAM included */
    AS_MAX_AXES = 3,   /* axes of one array */
    AS_MAX_LOOPS = 24, /* loops under one level */
    AS_MAX_PORTS = 4,
    AS_MAX_PARTITIONS = 3,
};

/* ---- problem ---- */

/* Role of a tensor, as a bit, so that sets of roles are masks. */
enum as_role { AS_INPUT = 1, AS_WEIGHT = 2, AS_OUTPUT = 4, AS_ALL_ROLES = 7 };
enum as_dim_kind { AS_PARALLEL, AS_REDUCTION };
enum as_reduce { AS_SUM, AS_MAX, AS_MIN, AS_NO_REDUCE };
/* How the operands of a point make the reduced value: a product (one MAC), or a single operand as it is. */
enum as_combine { AS_PRODUCT, AS_COPY };
/* What an output element starts from: the neutral value (nothing is read), what memory holds, or an operand
 * such as a bias. */
enum as_init { AS_INIT_NEUTRAL, AS_INIT_MEMORY, AS_INIT_OPERAND };

/* Iterates over 0 <= i < extent. */
struct as_dim {
    char name[AS_NAME]; /* of the source, or N K C P Q R S G */
    char conv;          /* its part in a convolution: one of N K C D P Q T R S G, 0 when none fits. Set by
                           as_problem_finish. */
    enum as_dim_kind kind;
    int64_t extent; /* >= 1 */
    int band; /* loops of one band may be permuted and tiled freely; bands stand in this order, outermost 0 */
    bool spatial; /* may be laid along an array axis */
};

/* Coordinate along one axis of a tensor: sum coef * i_dim + offset; inside the array when 0 <= coordinate <
 * extent, else padding. A dim stands in at most one axis of a tensor; coef >= 1; at most two terms. */
struct as_term {
    int dim;
    int64_t coef;
};
struct as_axis {
    int n_terms;
    struct as_term term[2];
    int64_t offset, extent;
};

struct as_tensor {
    char name[AS_NAME];
    enum as_role role;
    enum naas_type type; /* of elements in DRAM; the output's partial sums have acc_type */
    int rank;
    struct as_axis axis[AS_MAX_RANK];
};

/* Exactly one tensor has role AS_OUTPUT: index `output`. */
struct as_problem {
    char name[AS_NAME];
    int n_dims, n_tensors, output;
    struct as_dim dim[AS_MAX_DIMS];
    struct as_tensor tensor[AS_MAX_TENSORS];
    enum as_reduce reduce;
    enum as_combine combine;
    enum as_init init;
    enum naas_type acc_type;
    int64_t finish_reads; /* words read from DRAM in all by what follows the reduction (bias, scale, old
                             output) */
};

/* ---- accelerator ---- */

/* Part of a level's capacity for the tensors of some roles. */
struct as_partition {
    unsigned roles;
    int64_t bytes; /* 0: unlimited (DRAM) */
};

/* A path between a level and the next one inwards. A transfer of w words takes ceil(w / words_per_cycle)
 * cycles; what one port carries in both directions in the same step adds up, different ports work at once. 0:
 * unlimited. */
struct as_port {
    char name[AS_NAME];
    unsigned down, up; /* roles carried inwards (reads) and outwards (updates) */
    double words_per_cycle;
};

/* One axis of the array of instances below a level. */
struct as_array_axis {
    char name[AS_NAME];
    int size;
    char dims[AS_NAME]; /* conv letters of the dims that may be laid along it, e.g. "KC"; "" for any */
};

struct as_level {
    char name[AS_NAME]; /* DRAM, L2, L1, ... */
    unsigned keeps;     /* roles it can hold */
    unsigned may_pass;  /* of these, roles that a mapping may send past it */
    int buffers;        /* 1, or 2 when double-buffered */
    int n_partitions;   /* one with all roles when the level is shared */
    struct as_partition partition[AS_MAX_PARTITIONS];
    int n_ports; /* towards the next level inwards; none: unlimited */
    struct as_port port[AS_MAX_PORTS];
    double
        access_words_per_cycle; /* accounting timeloop: of reads and writes of one instance; 0: unlimited */
    int n_axes; /* array of instances of the next level below each instance of this one; 0: just one */
    struct as_array_axis axis[AS_MAX_AXES];
    double read_pj, write_pj; /* energy of a word access */
    double hop_pj;            /* energy of one word over one hop of the network below */
    double area_um2;          /* of one instance */
};

enum as_accounting { AS_NAAS, AS_TIMELOOP };

struct as_accel {
    char name[AS_NAME];
    int word_bits, acc_bits; /* of NAAS_WORD elements, and of their partial sums */
    double clock_mhz;
    int technology_nm;
    int n_levels; /* level[0] is DRAM, the last one is private to a MAC */
    struct as_level level[AS_MAX_LEVELS];
    int macs_per_cycle; /* of one innermost instance */
    double mac_pj, mac_area_um2;
    double leakage_mw;
    bool padding_stored; /* padding lies in DRAM and is read like any element */
    enum as_accounting accounting;
};

/* ---- mapping ---- */

/* A loop: tile is the extent of the dim within one iteration; the last one is clipped by the loop around.
 * axis: -1 for a temporal loop, else the axis of the level's array along which the iterations are laid. */
struct as_loop {
    int dim;
    int64_t tile;
    int axis;
};

/* Loops of level l cut the tile that level l holds into the tiles of level l + 1: temporal ones first,
 * outermost first, then spatial ones (on one axis: the first is the slowest). Those of the last level cut its
 * tile for the MAC, down to tile 1; dims it does not name run innermost, in order. */
struct as_mapping_level {
    int n_loops;
    unsigned keeps; /* bit t: this level holds tensor t of the problem; level 0 holds all */
    struct as_loop loop[AS_MAX_LOOPS];
};
struct as_mapping {
    int n_levels;
    struct as_mapping_level level[AS_MAX_LEVELS];
};

/* ---- cost ---- */

/* Words, over all instances of a level, for one tensor. */
struct as_counts {
    int64_t reads; /* handed down to the next level that holds the tensor; once when several instances take it
                      in a step */
    int64_t fills; /* written because a new tile needs them */
    int64_t drains; /* output words that leave when the tile changes, and at the end */
    int64_t
        updates; /* written by drains from below, after the array has added up partial sums of one element */
};

enum as_bound { AS_BOUND_COMPUTE, AS_BOUND_PORT };

struct as_cost {
    struct as_counts count[AS_MAX_LEVELS][AS_MAX_TENSORS];
    int64_t macs;                      /* points, padding taps included */
    int64_t deliveries[AS_MAX_LEVELS]; /* words that arrive at instances from the network below the level,
                                          each copy counted */
    int64_t adds[AS_MAX_LEVELS];       /* partial sums added on the array below the level */
    double cycles;
    enum as_bound bound; /* what takes the larger part of the steps' time */
    int bound_level;     /* whose port, when it is a port */
    double utilisation;  /* macs / (cycles * peak macs per cycle) */
    double level_pj[AS_MAX_LEVELS][AS_MAX_TENSORS];
    double noc_pj, mac_pj, leakage_pj, finish_pj, energy_pj;
    double area_um2;
    double edp; /* pJ x cycles */
};

#endif
