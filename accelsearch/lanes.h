/*
 * lanes: the ports that the transfers of a level pass, and cycles on them.
 */
#ifndef AS_LANES_H
#define AS_LANES_H

#include "accelsearch/model.h"

/* Cycles of a transition on each lane, and on the slowest. */
struct as_transfer {
    double down[AS_MAX_LANES], up[AS_MAX_LANES];
    double all_down, all_up;
};

/* Those of a mapping; room holds them where no mapping that keeps all has the same. */
const struct as_lanes *as_lanes_of(
    const struct as_model *model, const struct as_mapping *mapping, int level, struct as_lanes *room);
/* Sets model->all_kept. */
void as_lanes_prepare(struct as_model *model);
/* Rounds a number of cycles up. */
static inline double as_whole(double cycles)
{
    if (cycles >= 9e15)
        return cycles;
    double floor = (double)(int64_t)cycles;
    return floor < cycles ? floor + 1 : floor;
}
/* Words per tensor (0 for none), and of the output on its way back, to cycles per lane. */
static inline void as_lanes_cycles(
    const struct as_lanes *lanes, const double down[AS_MAX_TENSORS], double up, struct as_transfer *out)
{
    out->all_down = out->all_up = 0;
    for (int i = 0; i < lanes->n; i++) {
        const struct as_lane *lane = &lanes->lane[i];
        double words_down = 0;
        for (int t = 0; t < AS_MAX_TENSORS; t++)
            words_down += lane->down[t] * down[t];
        out->down[i] = as_whole(words_down / lane->words_per_cycle);
        out->up[i] = as_whole(lane->up * up / lane->words_per_cycle);
        out->all_down = out->down[i] > out->all_down ? out->down[i] : out->all_down;
        out->all_up = out->up[i] > out->all_up ? out->up[i] : out->all_up;
    }
}
/* down, up: cycles, NULL for none. */
static inline double as_slowest(const struct as_lanes *lanes, const double *down, const double *up)
{
    double most = 0;
    for (int i = 0; i < lanes->n; i++) {
        double time = (down ? down[i] : 0) + (up ? up[i] : 0);
        most = time > most ? time : most;
    }
    return most;
}
/* What is slower over the whole run: computing, or the busiest port. Raises cycles to what that port takes,
 * sets bound, bound_level and utilisation; counts and the cycles of the sequences are set. */
void as_find_bound(const struct as_model *model, const struct as_mapping *mapping, struct as_cost *cost);

#endif
