/* What the inputs of a link hold: objects, archives, thin ones too, and archives that -l names, told to the
 * compiler or through it (-Wl, -Xlinker) to the linker. Needs libc only, and looks at bytes only, so that it
 * costs a link little. */
#ifndef DRIVER_GATHER_H
#define DRIVER_GATHER_H

#include "driver/command.h"
#include "driver/words.h"

/* Appends the paths of those with records (record.h), in the order of the command line. */
void gather_records(const struct cmd *cmd, struct words *files);
/* Any of them calls the runtime library, or may do so. */
bool gather_calls(const struct cmd *cmd);

#endif
