/*
 * Choices: a generator asks a tape for each of its decisions. A fresh tape draws them from a seed and keeps
 * what it drew; a given tape plays them back, so that a failing program shrinks by making its tape shorter
 * and its numbers smaller. 0 is always the simplest choice, and what a tape answers behind its end.
 */
#ifndef FUZZ_TAPE_H
#define FUZZ_TAPE_H

#include <stdbool.h>
#include <stdint.h>

enum { TAPE_MAX = 1024 };

struct tape {
    uint64_t state;
    bool given; /* value[0..n_given) is played */
    int n_given, n;
    int value[TAPE_MAX];
};

void tape_seed(struct tape *tape, uint64_t seed);
void tape_rewind(struct tape *tape); /* plays from now on what it has drawn */

int tape_pick(struct tape *tape, int n);           /* 0 .. n - 1 */
int tape_range(struct tape *tape, int lo, int hi); /* lo .. hi; lo is the simplest */
bool tape_one_in(struct tape *tape, int n);        /* true once in n times */
void tape_shuffle(struct tape *tape, int *v, int n);

#endif
