/* -fnaas-report=FILE: one line of JSON for every nest that is mapped. */
#ifndef DRIVER_REPORT_H
#define DRIVER_REPORT_H

#include "driver/passage.h"

/* Appends the line by one write, so that compilations at the same time may share the file. NAAS_SYSTEM with a
 * diagnostic when it cannot be written. */
enum naas_status report_append(
    struct naas_ctx *ctx, const char *path, const char *source, const struct passage *passage);

#endif
