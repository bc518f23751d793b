/* naas tech: what a component costs by a technology table, or in an accelerator, and where that comes from.
 */
#ifndef DRIVER_NAAS_TECH_H
#define DRIVER_NAAS_TECH_H

#include "driver/naas.h"

/* The program behind `naas tech`; argv: what stands behind the word. An exit status. */
int naas_tech(const struct naas_request *paths, int argc, const char *const *argv);

/* ---- its table: naas_tech_rows.c ---- */

enum tech_from { TECH_STATED, TECH_GIVEN, TECH_INTERPOLATED, TECH_EXTRAPOLATED };

struct tech_row {
    const char *component; /* sram, register, mac, noc, dram; of an accelerator: a level's name */
    const char *what;      /* 64 KiB, i8, lpddr4, ... */
    const char *per;       /* what the energies are of: access of 64 bits, operation, ... */
    double pj, write_pj;   /* of reading, or of what has one energy; NAN: it has no such thing */
    double area_um2;
    enum tech_from from;
    const char *how; /* between which points; "" when nothing is to be said */
    const char *source;
};
struct tech_table {
    const char *name; /* of the technology or the accelerator */
    int nm;
    int n, capacity;
    struct tech_row *row;
};
void tech_print(struct naas_buf *out, const struct tech_table *table);
void tech_csv(struct naas_buf *out, const struct tech_table *table);
void tech_json(struct naas_buf *out, const struct tech_table *table);

#endif
