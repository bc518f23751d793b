/*
 * The options of naascc itself. They are declared once, in the table of options.c, from which parsing and
 * --help are both made. naascc takes them off the command line before the host compiler sees it and hands
 * them on to naascc1, which reads them with the same function. Needs libc only.
 */
#ifndef DRIVER_OPTIONS_H
#define DRIVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "accelsearch/accelsearch.h"

/* What -fnaas-dump= can show, in the order in which a compilation makes it. */
enum dump { DUMP_NEST, DUMP_SCOP, DUMP_PROBLEM, DUMP_ACCEL, DUMP_MAPPING, DUMP_SCHEDULE, DUMP_C, N_DUMPS };

enum effort { EFFORT_QUICK, EFFORT_NORMAL, EFFORT_THOROUGH, EFFORT_MEASURE };

struct options {
    bool enabled;
    bool reassociate;
    bool remarks;
    bool errors;        /* a nest that is not mapped is an error */
    unsigned dumps;     /* bits 1 << enum dump */
    bool json;          /* of the dumps */
    const char *target; /* NULL when the command line does not say */
    const char *accel;  /* NULL when the command line does not say */
    const char *budget; /* NULL: the accelerator is not searched for */
    struct as_goal goal;
    int effort; /* enum effort */
    uint64_t seed;
    bool verify;
    const char *report;   /* NULL: none */
    const char *database; /* NULL: the user's; "none": none */
    int timeout;          /* seconds */
};

enum option_result { OPTION_FOREIGN, OPTION_TAKEN, OPTION_WRONG };

void options_default(struct options *options);

/* Reads one word of a command line. OPTION_FOREIGN: not one of ours. OPTION_WRONG: ours, but misspelt or with
 * a bad value; message says how. Strings are kept, not copied. */
enum option_result options_take(struct options *options, const char *word, char *message, size_t size);

void options_help(FILE *out);
/* As items of the manual page. */
void options_man(FILE *out);

/* Values that hold when neither the command line nor the pragma gives one. */
const char *options_default_target(void);
const char *options_default_accel(void);

#endif
