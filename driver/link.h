/*
 * The kernels of a whole program, when it is linked: one accelerator is searched for all nests that were left
 * to the link (record.h), and their kernels are printed as one file of C. Nests that cannot be mapped keep
 * their original loops, each with a warning.
 */
#ifndef DRIVER_LINK_H
#define DRIVER_LINK_H

#include "driver/options.h"
#include "support/support.h"

struct link {
    struct naas_ctx *sources; /* where the records' sources are parsed again: what is said of them there has
                                 been said before; outlives the diagnostics of link_kernels */
    int n_own;                /* options of naascc at the link: they win over those of the records */
    char **own;
    int n_files; /* that hold records */
    char **file;
    int n_compiler;
    char **compiler;    /* programs, then options */
    const char *folder; /* for temporary files */
    const char *data;
    struct as_database *database; /* of mappings; may be NULL */
};

/* Appends the kernels; *n: how many. NAAS_BAD_INPUT when the records contradict each other. */
enum naas_status link_kernels(struct naas_ctx *ctx, const struct link *link, const struct options *options,
    struct naas_buf *out, int *n);

#endif
