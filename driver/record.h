/*
 * Records: the nests of a file compiled with -fnaas-budget=, left in section .naas of its object so that the
 * link may choose one accelerator for the whole program, as link-time optimisers leave their own form.
 *
 *     NAASREC1 <checksum> <bytes>\n     16 hexadecimal digits, decimal; then so many bytes:
 *     version <of naascc>\n
 *     nests <numbers of those to map, in the order of the file>\n
 *     own <option of naascc>\n          any number
 *     arg <option of the compiler>\n    any number: those that decide what types and macros are
 *     \n
 *     <the preprocessed source>
 *
 * The source itself is kept, not a form of ours: it can be checked as any source can, and it does not change
 * with our structs. Records describe themselves, so they are found by looking for the first word, in archives
 * and partially linked objects too; the linker drops the section (flag e).
 */
#ifndef DRIVER_RECORD_H
#define DRIVER_RECORD_H

#include "support/support.h"

#define RECORD_MAGIC "NAASREC1 "

struct record {
    const char *file;    /* that it was found in */
    const char *version; /* of the naascc that made it */
    const char *nests;   /* "0 2 3" */
    int n_own, n_args;
    char **own, **args;
    const char *text;
    char id[17]; /* of what decides how the nests are mapped: text and words */
};

/* The version of records that this program makes and takes. */
const char *record_version(struct naas_ctx *ctx);
/* The function that runs nest number i. */
const char *record_symbol(struct naas_ctx *ctx, const struct record *record, int i);

/* Sets the id from text and words. False when a word cannot be kept (it has line ends). */
bool record_name(struct naas_ctx *ctx, struct record *record);
/* Appends the bytes of a record. */
void record_write(struct naas_buf *out, const struct record *record);
/* The bytes as C that puts them into section .naas. */
void record_print_c(struct naas_buf *out, const char *bytes, size_t length);

/* All records in a file; a damaged one gives a warning and is left out. NAAS_SYSTEM when the file cannot be
 * read. */
enum naas_status record_read_file(
    struct naas_ctx *ctx, const char *path, int *n, int *capacity, struct record **records);

#endif
