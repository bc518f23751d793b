/*
 * Dependency files (-MD, -MMD) of a compilation whose input was replaced: they must name the user's file, not
 * the temporary one. libc only.
 */
#ifndef DRIVER_DEPFILE_H
#define DRIVER_DEPFILE_H

#include "driver/command.h"

/* In every file that the compiler may have written dependencies of `source` to, puts source in the place of
 * `replacement`, a path found nowhere else, and behind it the files that the file `inputs` names, a line
 * each: what else the translation depends on. inputs need not be there. */
void depfile_rename(const struct cmd *cmd, const char *source, const char *replacement, const char *inputs);

#endif
