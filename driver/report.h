/* -fnaas-report=FILE: what became of every nest that is mapped: a line of JSON each, or an article of a page.
 */
#ifndef DRIVER_REPORT_H
#define DRIVER_REPORT_H

#include "accelsearch/cosearch.h"
#include "driver/passage.h"

struct report {
    const char *source, *text; /* the file: its name for people, and its bytes */
    bool preprocessed;         /* lines are where #line says */
    const struct passage *passage;
};

/* Adds the nest to the file: to a page, where the name ends in .html (show/page.h), else by a line.
 * Compilations at the same time may share it. NAAS_SYSTEM with a diagnostic when it cannot be written. */
enum naas_status report_add(struct naas_ctx *ctx, const char *path, const struct report *report);
/* Adds the search for a program's accelerator to a page; lines have no place for it. */
enum naas_status report_search(
    struct naas_ctx *ctx, const char *path, const struct as_cosearch *search, const struct as_design *best);

#endif
