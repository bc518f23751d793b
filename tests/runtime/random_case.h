/*
 * random_case.h: random (problem, accelerator, mapping) triples that are legal by construction, and shrink.
 *
 * A case is a function of a tape of random bytes; the choice that a byte of 0 makes is the simplest there is
 * (extent 1, one level, no loop), and a tape that is used up goes on with zeros. So shrinking a failing case
 * is making its tape shorter and its bytes smaller.
 */
#ifndef RANDOM_CASE_H
#define RANDOM_CASE_H

#include "accelsearch/types.h"

enum { RANDOM_TAPE = 256 };

struct random_tape {
    int n;
    unsigned char byte[RANDOM_TAPE];
};

struct random_case {
    struct as_problem problem;
    struct as_accel accel;
    struct as_mapping mapping;
};

/* max_points bounds the product of the extents, max_extent each of them. */
struct random_size {
    int64_t max_points, max_extent;
    int max_array; /* largest size of an array's axis */
};

void random_tape_fill(struct random_tape *tape, uint64_t seed);
void random_case_make(
    const struct random_tape *tape, const struct random_size *size, struct random_case *made);

/* Makes the tape smaller while the case still fails. */
typedef bool random_case_fails(const struct random_case *made, void *arg);
void random_case_shrink(
    struct random_tape *tape, const struct random_size *size, random_case_fails *fails, void *arg);

/* For people, on stderr. */
void random_case_print(const struct random_case *made);

#endif
