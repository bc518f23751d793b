#include "latency.h"

#include <stdlib.h>
#include <string.h>

int naas_rt_latency_open(struct naas_rt_latency *latency, const naas_rt_accel *accel, const int *n_lanes)
{
    latency->accel = accel;
    latency->n_levels = accel->n_levels;
    for (int l = 1; l < accel->n_levels; l++) {
        struct naas_rt_sequence *sequence = &latency->sequence[l];
        size_t n = (size_t)n_lanes[l];
        sequence->n_lanes = n_lanes[l];
        sequence->down = calloc(3 * n + 1, sizeof *sequence->down);
        if (!sequence->down)
            return 0;
        sequence->up = sequence->down + n;
        sequence->before = sequence->up + n;
    }
    return 1;
}

void naas_rt_latency_close(struct naas_rt_latency *latency)
{
    for (int l = 1; l < latency->n_levels; l++)
        free(latency->sequence[l].down);
}

/* P(d, u) of the model; either may be NULL for nothing. */
static long long transfer(const struct naas_rt_sequence *sequence, const long long *down, const long long *up)
{
    long long slowest = 0;
    for (int i = 0; i < sequence->n_lanes; i++) {
        long long cycles = (down ? down[i] : 0) + (up ? up[i] : 0);
        if (cycles > slowest)
            slowest = cycles;
    }
    return slowest;
}

/* The tile that took `inner` cycles inside is over; last: and no other follows in the sequence. */
static void finish_tile(struct naas_rt_latency *latency, int l, long long inner, int last)
{
    struct naas_rt_sequence *sequence = &latency->sequence[l];
    if (latency->accel->level[l].buffers < 2) {
        sequence->cycles += inner + transfer(sequence, NULL, sequence->up);
        return;
    }
    long long moving = transfer(sequence, last ? NULL : sequence->down, sequence->before);
    sequence->cycles += inner > moving ? inner : moving;
    if (last)
        sequence->cycles += transfer(sequence, NULL, sequence->up);
    else
        memcpy(sequence->before, sequence->up, (size_t)sequence->n_lanes * sizeof *sequence->up);
}

/* A tile begins; anew: as the first of its sequence. A double-buffered level has fetched the others
 * beforehand. */
static void begin_tile(struct naas_rt_latency *latency, int l, int anew)
{
    struct naas_rt_sequence *sequence = &latency->sequence[l];
    if (anew) {
        sequence->begun = 1;
        sequence->cycles = 0;
        memset(sequence->before, 0, (size_t)sequence->n_lanes * sizeof *sequence->before);
    }
    if (anew || latency->accel->level[l].buffers < 2)
        sequence->cycles += transfer(sequence, sequence->down, NULL);
}

void naas_rt_latency_step(struct naas_rt_latency *latency, int first, long long compute)
{
    long long inner = latency->compute;
    for (int l = latency->n_levels - 1; l >= first; l--) {
        struct naas_rt_sequence *sequence = &latency->sequence[l];
        if (!sequence->begun)
            continue;
        finish_tile(latency, l, inner, l > first);
        inner = sequence->cycles;
    }
    for (int l = first; l < latency->n_levels; l++)
        begin_tile(latency, l, l > first || !latency->sequence[l].begun);
    latency->compute = compute;
}

long long naas_rt_latency_end(struct naas_rt_latency *latency)
{
    long long inner = latency->compute;
    for (int l = latency->n_levels - 1; l >= 1; l--) {
        if (!latency->sequence[l].begun)
            return 0;
        finish_tile(latency, l, inner, 1);
        inner = latency->sequence[l].cycles;
    }
    return inner;
}
