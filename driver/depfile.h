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

/* Where the compiler is to write dependencies that could not be put right any more, as on standard output: to
 * a file in the folder, by the words of the command. What the user wanted, or NULL. */
const char *depfile_take(struct cmd *cmd, const char *folder);
/* And there they are now. */
void depfile_give(const struct cmd *cmd, const char *wanted);

#endif
