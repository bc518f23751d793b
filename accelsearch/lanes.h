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
/* Rounds a number of cycles up: added to 2^52, from where on all numbers are whole, it is rounded to the
 * nearest. Less than one part in 2^46 above a whole number is an error of the sum, not another cycle. */
static inline double as_whole(double cycles)
{
    const double whole = 4503599627370496.0, error = 1.0 / 70368744177664.0;
    double near = (cycles + whole) - whole;
    near += near < cycles - cycles * error ? 1 : 0;
    return cycles < whole ? near : cycles;
}
/* Words per tensor (0 for none) to cycles per lane, and on the slowest. */
static inline void as_lanes_down(
    const struct as_lanes *lanes, const double down[AS_MAX_TENSORS], struct as_transfer *out)
{
    double most = 0;
    for (int i = 0; i < lanes->n; i++) {
        const struct as_lane *lane = &lanes->lane[i];
        double words = 0;
        for (int t = 0; t < AS_MAX_TENSORS; t++)
            words += lane->down[t] * down[t];
        double cycles = as_whole(words / lane->words_per_cycle);
        out->down[i] = cycles;
        most = cycles > most ? cycles : most;
    }
    out->all_down = most;
}
/* The same for words of the output on its way back. */
static inline void as_lanes_up(const struct as_lanes *lanes, double up, struct as_transfer *out)
{
    double most = 0;
    for (int i = 0; i < lanes->n; i++) {
        double cycles = as_whole(lanes->lane[i].up * up / lanes->lane[i].words_per_cycle);
        out->up[i] = cycles;
        most = cycles > most ? cycles : most;
    }
    out->all_up = most;
}
static inline void as_lanes_cycles(
    const struct as_lanes *lanes, const double down[AS_MAX_TENSORS], double up, struct as_transfer *out)
{
    as_lanes_down(lanes, down, out);
    as_lanes_up(lanes, up, out);
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
