/*
 * A quick look for annotations in a C file: is there anything for naascc1 to do? Says yes too often rather
 * than too seldom (an annotation in a comment counts), because naascc1 looks properly. Needs libc only.
 */
#ifndef DRIVER_SCAN_H
#define DRIVER_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* #pragma naas, #pragma scop or _Pragma("naas...") in the text? */
bool scan_text(const char *text, size_t length);

/* The same for a regular file; false for anything that cannot be mapped or can be read only once (a pipe). */
bool scan_file(const char *path);

/* The same for an open one; leaves its position alone. */
bool scan_descriptor(int file);

#endif
