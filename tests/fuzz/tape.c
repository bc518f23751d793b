#include "tape.h"

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014) */
static uint64_t next(struct tape *tape)
{
    uint64_t z = tape->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void tape_seed(struct tape *tape, uint64_t seed)
{
    tape->state = seed;
    tape->given = false;
    tape->n = tape->n_given = 0;
}

void tape_rewind(struct tape *tape)
{
    if (!tape->given)
        tape->n_given = tape->n;
    tape->given = true;
    tape->n = 0;
}

int tape_pick(struct tape *tape, int n)
{
    int value = 0;
    if (!tape->given)
        value = (int)(next(tape) % (uint64_t)n);
    else if (tape->n < tape->n_given)
        value = tape->value[tape->n] % n;
    if (!tape->given && tape->n < TAPE_MAX)
        tape->value[tape->n] = value;
    if (tape->n < TAPE_MAX)
        tape->n++;
    return value;
}

int tape_range(struct tape *tape, int lo, int hi)
{
    return lo + tape_pick(tape, hi - lo + 1);
}

bool tape_one_in(struct tape *tape, int n)
{
    return tape_pick(tape, n) == 1;
}

void tape_shuffle(struct tape *tape, int *v, int n)
{
    for (int i = 0; i + 1 < n; i++) {
        int j = i + tape_pick(tape, n - i), t = v[i];
        v[i] = v[j];
        v[j] = t;
    }
}
