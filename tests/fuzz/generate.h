/*
 * Random annotated C programs. Prefix gen_.
 *
 * A unit is one C file of many cases; a case is a function with one or more annotated nests, the arrays it
 * works on, and calls of it. The program prints what every case computed ("case 7" and then checksums and
 * values), or with a number as its argument only that case. Inputs are small multiples of powers of two:
 * sums are exact, so any legal order gives the same bytes; in some cases they are not, and a bound stands
 * before the results.
 */
#ifndef FUZZ_GENERATE_H
#define FUZZ_GENERATE_H

#include "tape.h"
#include <stdio.h>

enum { GEN_ACCELS = 3 };

/* A parameter of the case's function; what it gets in the first call, in a call with other sizes, and in one
 * with overlapping arrays ("" : as in the first). */
struct gen_param {
    char decl[200], arg[120], other[120], alias[120];
};

/* What a case is made of; each part is C text, put together by gen_unit. */
struct gen_case {
    struct tape *tape;
    int id;
    FILE *globals;           /* arrays, macros, helpers */
    FILE *body;              /* of the function */
    FILE *prepare, *results; /* fills the arrays; prints them */
    int n_params;
    struct gen_param param[24];
    int n_pragmas; /* annotations in the body */
};

/* The whole file; returns the number of annotations in it. ids: what the cases are called. */
int gen_unit(FILE *out, struct tape *const *tapes, const int *ids, int n);
void gen_accel(FILE *out, struct tape *tape);   /* an accelerator's JSON */
void gen_options(FILE *out, struct tape *tape); /* of naascc; names a0.json, a1.json, ... */

/* The kinds of cases: reductions of all shapes, several in one nest, and what no accelerator can run. */
void gen_kernel(struct gen_case *c, int index);
void gen_parts(struct gen_case *c);
void gen_oddity(struct gen_case *c);

struct gen_param *gen_param(struct gen_case *c, const char *decl, const char *arg);

/* The form with @1, @2, ... replaced: gen_fill(text, size, "@1 += @2;", (const char *[]){"y", "x"}) */
void gen_fill(char *out, size_t size, const char *form, const char *const *arg);
void gen_say(FILE *out, const char *form, const char *const *arg);

#endif
