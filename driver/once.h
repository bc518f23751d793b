/*
 * Inputs that can be read only once: standard input, pipes behind /dev/fd/N, fifos. Each is read to its end
 * into memory, from where it can be given again. Needs libc only.
 */
#ifndef DRIVER_ONCE_H
#define DRIVER_ONCE_H

#include <stdbool.h>
#include <sys/types.h>

/* The descriptor that the input is, 0 for "-"; -1 for other inputs. */
int once_descriptor(const char *input);
bool once_is_fifo(const char *path);

/* Puts what is left to read of the descriptor in its place, as a file that can be read again from its
 * beginning. False when it cannot be read or kept: part of it may be gone then. */
bool once_keep_descriptor(int descriptor);
/* A descriptor of a copy of what comes out of the fifo, which children inherit; -1 on failure. */
int once_keep_fifo(const char *path);
/* A process that writes the copy into the fifo as soon as somebody reads there; it ends with this one,
 * whatever that becomes by exec. */
pid_t once_feed(const char *path, int kept);
void once_stop(pid_t feeder);

#endif
