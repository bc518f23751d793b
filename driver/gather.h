/* Which files of a link hold records (record.h): objects, archives, thin ones too, and archives that -l
 * names. Needs libc only, and looks at bytes only, so that it costs a link little. */
#ifndef DRIVER_GATHER_H
#define DRIVER_GATHER_H

#include "driver/command.h"
#include "driver/words.h"

/* Appends their paths in the order of the command line. */
void gather_files(const struct cmd *cmd, struct words *files);

#endif
