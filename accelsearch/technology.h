/*
 * technology: energy and area of memories, MACs and wires in a process, from a JSON table.
 *
 * The tables of examples/technology are compiled in under their names ("45nm"); a user's own is a file. A
 * memory follows power laws: pJ (um2) = factor x bytes^a x bits^b, bytes its capacity and bits the width of
 * an access. Each number stands in the table with its source.
 */
#ifndef AS_TECHNOLOGY_H
#define AS_TECHNOLOGY_H

#include "accelsearch/accelsearch.h"
#include "support/json.h"

struct as_law {
    double factor, bytes_power, bits_power;
};

enum as_mac_type { AS_MAC_I8, AS_MAC_I16, AS_MAC_I32, AS_MAC_F16, AS_MAC_F32, AS_N_MAC_TYPES };
extern const char *const as_mac_type_names[AS_N_MAC_TYPES];
enum as_dram { AS_DRAM_LPDDR4, AS_DRAM_DDR3, AS_DRAM_GDDR5, AS_DRAM_HBM2, AS_N_DRAMS };
extern const char *const as_dram_names[AS_N_DRAMS];

struct as_technology {
    char name[AS_NAME];
    int nm;
    struct as_law read_pj, write_pj, area_um2; /* SRAM, one port, per access */
    double register_pj, register_um2;          /* flip-flop, per bit; a memory costs no less per access */
    int64_t register_bytes;                    /* smaller memories are flip-flops */
    double hop_pj;                             /* one bit over one hop of the array */
    double mac_pj[AS_N_MAC_TYPES], mac_um2[AS_N_MAC_TYPES];
    double dram_pj[AS_N_DRAMS]; /* per bit */
};

/* The table that a node names: compiled in, or a path (it ends in .json) relative to the folder of the file
 * `beside`. Problems with the name are reported at the node, those of the table in the table. */
enum naas_status as_technology_find(
    struct naas_ctx *ctx, struct json_node name, const char *beside, struct as_technology *technology);

/* One that is compiled in; NAAS_INTERNAL when there is none of that name. */
enum naas_status as_technology_named(
    struct naas_ctx *ctx, const char *name, struct as_technology *technology);

/* A memory of `bytes` made of equal banks, each access `access_bits` wide, that serves words of word_bits. */
struct as_memory {
    int64_t bytes;
    int banks, access_bits, word_bits;
};
struct as_memory_cost {
    double read_pj, write_pj; /* of a word */
    double area_um2;
};
struct as_memory_cost as_technology_memory(
    const struct as_technology *technology, const struct as_memory *memory);

/* As as_accel_from_json, and the technology that the file names, if it names one. */
enum naas_status as_accel_read(struct naas_ctx *ctx, const char *path, struct as_accel *accel,
    bool *has_technology, struct as_technology *technology);

#endif
