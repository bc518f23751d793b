/* The text and JSON forms that -fnaas-dump= shows. */
#ifndef DRIVER_DUMP_H
#define DRIVER_DUMP_H

#include "driver/options.h"
#include "driver/passage.h"

/* Appends one form of a nest that has come far enough. Texts have a heading when several kinds are asked for;
 * every JSON form is a document of its own. */
void dump_print(
    struct naas_buf *out, const struct passage *passage, enum dump what, const struct options *options);

#endif
