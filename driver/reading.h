/*
 * Which words of a command decide how its C files read: the front end has to be told them, since it would
 * otherwise understand another program than the compiler compiles. Needs libc only.
 */
#ifndef DRIVER_READING_H
#define DRIVER_READING_H

#include "driver/command.h"
#include "driver/words.h"

/* Appends them to out; last those that -Wp, -Xpreprocessor and -Xclang hand through, which compilers put
 * last, too. */
void reading_words(const struct cmd *cmd, struct words *out);

#endif
