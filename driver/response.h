/* Response files: @FILE on a command line stands for the words in FILE. Needs libc only. */
#ifndef DRIVER_RESPONSE_H
#define DRIVER_RESPONSE_H

#include "driver/words.h"
#include <stdbool.h>

/* Appends words[0..n) with every @FILE that can be read replaced by its words, nested ones too. Blanks divide
 * words, quotes of both kinds keep them together, a backslash takes the next character as it is (GCC manual,
 * "Overall Options"). True when there was one. */
bool response_expand(struct words *out, int n, char *const *word);

/* Writes words[0..n) so that they can be read back. */
bool response_write(const char *path, int n, char *const *word);

#endif
