/*
 * How naascc calls naascc1, which translates one file in a process of its own:
 *
 *     naascc1 SOURCE FOLDER DATA [options of naascc] -- CC [its options that decide how SOURCE reads]
 *     naascc1 --link FOLDER DATA [options of naascc] -- CC [its options] -- FILE ...
 *     naascc1 --runtime FOLDER DATA [options of naascc] -- CC [its options for another machine]
 *
 * FOLDER: a temporary folder; the translation has the name of SOURCE there. DATA: the folder of the shipped
 * accelerators. With -fnaas-dump nothing is written, the dumps go to standard output. The exit status says
 * what came out. What a file leaves to the link (record.h) lies beside its translation, too, for a link by
 * the same command. With --link, the kernels of the records in the FILEs are written, with --runtime the
 * runtime library for that machine.
 */
#ifndef DRIVER_NAASCC1_H
#define DRIVER_NAASCC1_H

#define NAASCC1_LINK "--link"
#define NAASCC1_RUNTIME "--runtime"
#define NAASCC1_RECORD ".record"         /* in FOLDER */
#define NAASCC1_INPUTS ".inputs"         /* in FOLDER: the user's accelerators, a line each */
#define NAASCC1_NAME ".name"             /* in FOLDER, from naascc: what SOURCE is called, if otherwise */
#define NAASCC1_KERNELS "naas_kernels.c" /* in FOLDER, with --link */
#define NAASCC1_LIBRARY "libnaas_rt.a"   /* in FOLDER, with --runtime */

enum naascc1_status {
    NAASCC1_WRITTEN = 0,
    NAASCC1_ERROR = 1,    /* said on standard error: stop */
    NAASCC1_NOTHING = 10, /* no nest was mapped: compile SOURCE */
    NAASCC1_BROKEN = 11,  /* something is wrong with naascc itself: warn, and compile SOURCE */
    NAASCC1_REFUSED = 12, /* the compiler does not take SOURCE either: let it say why */
};

#endif
