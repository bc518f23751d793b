/*
 * random.h: the one source of random numbers in accelsearch: splitmix64 (Steele, Lea, Flood: "Fast splittable
 * pseudorandom number generators", OOPSLA 2014). A state is one integer, so every candidate can have a stream
 * of its own, derived from the seed and its place in the run, and results do not depend on the number of
 * threads.
 */
#ifndef AS_RANDOM_H
#define AS_RANDOM_H

#include <math.h>
#include <stdint.h>

struct as_random {
    uint64_t state;
};

static inline uint64_t as_random_next(struct as_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/* A stream of its own for the item-th piece of work of a seed. */
static inline struct as_random as_random_stream(uint64_t seed, uint64_t item)
{
    struct as_random random = {seed ^ (item * 0xd1342543de82ef95ULL)};
    as_random_next(&random);
    return random;
}

/* In [0, 1). */
static inline double as_random_unit(struct as_random *random)
{
    return (double)(as_random_next(random) >> 11) * 0x1p-53;
}

/* In [0, n), n >= 1; the bias of the modulus is below 2^-32 for every n we use. */
static inline int as_random_below(struct as_random *random, int n)
{
    return (int)(as_random_next(random) % (uint64_t)n);
}

/* Two standard normals, by the polar method (Marsaglia). */
static inline void as_random_normals(struct as_random *random, double pair[2])
{
    for (;;) {
        double u = 2 * as_random_unit(random) - 1, v = 2 * as_random_unit(random) - 1;
        double s = u * u + v * v;
        if (s > 0 && s < 1) {
            double scale = sqrt(-2 * log(s) / s);
            pair[0] = u * scale;
            pair[1] = v * scale;
            return;
        }
    }
}

/* One, at the price of two. */
static inline double as_random_normal(struct as_random *random)
{
    double pair[2];
    as_random_normals(random, pair);
    return pair[0];
}

#endif
