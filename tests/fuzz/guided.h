/*
 * What the coverage-guided fuzzers share. Each is a function LLVMFuzzerTestOneInput, which libFuzzer calls
 * with what it invents (preset `fuzz`), and replay.c with the files of a corpus.
 */
#ifndef FUZZ_GUIDED_H
#define FUZZ_GUIDED_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An unnamed file of these bytes, and a path to it; to be closed. */
static inline int guided_file(const uint8_t *data, size_t size, char path[static 32])
{
    int file = memfd_create("input", 0);
    if (file < 0 || write(file, data, size) != (ssize_t)size)
        return file;
    snprintf(path, 32, "/proc/self/fd/%d", file);
    return file;
}

#endif
