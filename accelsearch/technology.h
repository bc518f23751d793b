/*
 * technology: energy and area of memories, MACs and wires in a process, from a JSON table.
 *
 * The tables of examples/technology are compiled in under their names ("45nm"); a user's own is a file. SRAM
 * is given as points, a curve over the capacity for each width of an access; between them costs are
 * interpolated over the logarithms of capacity and width (technology_memory.c). Each number stands in the
 * table with its source.
 */
#ifndef AS_TECHNOLOGY_H
#define AS_TECHNOLOGY_H

#include "accelsearch/accelsearch.h"
#include "support/json.h"

enum { AS_MAX_WIDTHS = 8, AS_MAX_POINTS = 24 };

/* What memories of one access width cost at some capacities, ascending. */
struct as_points {
    double bits;
    int n;
    double bytes[AS_MAX_POINTS];
    double read_pj[AS_MAX_POINTS], write_pj[AS_MAX_POINTS], area_um2[AS_MAX_POINTS];
};

/* The parts of a table, each with a source. */
enum as_part { AS_PART_SRAM, AS_PART_REGISTER, AS_PART_HOP, AS_PART_MAC, AS_PART_DRAM, AS_N_PARTS };

enum as_mac_type { AS_MAC_I8, AS_MAC_I16, AS_MAC_I32, AS_MAC_F16, AS_MAC_F32, AS_N_MAC_TYPES };
extern const char *const as_mac_type_names[AS_N_MAC_TYPES];
enum as_dram { AS_DRAM_LPDDR4, AS_DRAM_DDR3, AS_DRAM_GDDR5, AS_DRAM_HBM2, AS_N_DRAMS };
extern const char *const as_dram_names[AS_N_DRAMS];

struct as_technology {
    char name[AS_NAME];
    int nm;
    const char *path; /* of its file, in the arena; NULL: compiled in */
    int n_widths;
    struct as_points sram[AS_MAX_WIDTHS]; /* the narrowest first; of an access of a bank with one port */
    struct as_points registers;           /* 1 bit wide: energies of an access by bit; no areas */
    double register_um2;                  /* of a bit */
    int64_t register_bytes;               /* smaller banks are registers */
    double hop_pj;                        /* one bit over one hop of the array */
    double mac_pj[AS_N_MAC_TYPES], mac_um2[AS_N_MAC_TYPES];
    double dram_pj[AS_N_DRAMS];                                  /* per bit */
    const char *source[AS_N_PARTS], *mac_source[AS_N_MAC_TYPES]; /* in the arena; "": not said */
};

/* The table that a node names: compiled in, or a path (it ends in .json) relative to the folder of the file
 * `beside`. Problems with the name are reported at the node, those of the table in the table. */
enum naas_status as_technology_find(
    struct naas_ctx *ctx, struct json_node name, const char *beside, struct as_technology *technology);

/* The same for a name without a place; paths are as they are. */
enum naas_status as_technology_named(
    struct naas_ctx *ctx, const char *name, struct as_technology *technology);
/* A user's file; the path is kept. */
enum naas_status as_technology_from_json(
    struct naas_ctx *ctx, const char *path, struct as_technology *technology);
/* The name of the i-th table that is compiled in; NULL behind the last one. */
const char *as_technology_name(int i);

/* A memory of `bytes` made of equal banks, each access `access_bits` wide, that serves words of word_bits. */
struct as_memory {
    int64_t bytes;
    int banks, access_bits, word_bits;
};
struct as_memory_cost {
    double read_pj, write_pj; /* of a word */
    double area_um2;
};

/* The points of a curve that a cost was taken from; equal ones: the capacity is a point. */
struct as_between {
    double bits, low_bytes, high_bytes;
    bool outside; /* the capacity is not between them */
};
/* Where the cost of a memory comes from. One curve: the width is one of the table's. */
struct as_memory_origin {
    bool registers;
    bool outside; /* the width is not between those of the curves */
    int n;
    struct as_between curve[2];
};
/* origin may be NULL. */
struct as_memory_cost as_technology_memory(
    const struct as_technology *technology, const struct as_memory *memory, struct as_memory_origin *origin);

/* What the file of an accelerator says of its costs, and what it leaves to the technology. */
struct as_accel_sources {
    bool has_technology;
    struct as_technology technology;
    int mac_type;
    bool mac_pj, mac_area; /* stated, not the technology's; so are the following */
    const char *source;    /* the file's own, "" when it has none */
    struct as_level_sources {
        bool read_pj, write_pj, hop_pj, area;
        int access_bits, banks, dram; /* what the technology was asked for */
    } level[AS_MAX_LEVELS];
};
/* As as_accel_from_json; sources may be NULL. */
enum naas_status as_accel_read(
    struct naas_ctx *ctx, const char *path, struct as_accel *accel, struct as_accel_sources *sources);

#endif
