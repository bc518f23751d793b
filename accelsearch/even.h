/*
 * even: counts and cycles of mappings whose temporal loops all divide their dim, with one array, under the
 * level before the last.
 *
 * All steps into which the same loop advances are alike then: few products say what one moves, and
 * how many there are (docs/closed-form.md).
 */
#ifndef AS_EVEN_H
#define AS_EVEN_H

#include "accelsearch/model.h"

/* Words of a tensor in a step into which loop j advances: [j + 1]; [0]: in the first step, and at the end. As
 * many of the output leave in it as come in, partial sums or not. */
struct as_even_words {
    int flat; /* [1] .. [flat] are the same, and [0] but for padding: only [1] is set */
    double moved[AS_MAX_TEMPORAL + 1];
};

static inline double as_even_moved(const struct as_even_words *words, int j)
{
    return words->moved[j > words->flat ? j : j > 0];
}

/* A dim's tiles inside k of its temporal loops. */
struct as_even_dim {
    int64_t length[AS_MAX_CUTS + 1], count[AS_MAX_CUTS + 1];
};

struct as_even {
    const struct as_model *model;
    const struct as_mapping *mapping;
    const struct as_nest *nest;
    unsigned spatial;  /* dims laid along an axis */
    uint64_t reducing; /* temporal loops of a reduction: bit j */
    bool padded;       /* some tensor leaves out padding, of the first step others than of the rest */
    int64_t trips[AS_MAX_TEMPORAL];
    int64_t before[AS_MAX_TEMPORAL + 1]; /* steps of the loops before j */
    struct as_even_dim dim[AS_MAX_DIMS];
    int depth[AS_MAX_LEVELS][AS_MAX_DIMS];    /* temporal loops of the dim outside the level */
    int64_t tile[AS_MAX_LEVELS][AS_MAX_DIMS]; /* that all instances of the level hold together */
    struct as_even_words words[AS_MAX_LEVELS][AS_MAX_TENSORS];
};

/* False when the mapping is none of those above. */
bool as_even_init(struct as_even *even, const struct as_model *model, const struct as_mapping *mapping,
    const struct as_nest *nest);
/* outer, level, reads and copies. False when as_traffic has to do it. */
bool as_even_traffic(struct as_even *even, int tensor, int outer, int level, struct as_traffic *traffic);
/* Sets cycles, bound, bound_level, utilisation; counts are set. */
void as_even_latency(const struct as_even *even, struct as_cost *cost);

#endif
