/* sample: what is drawn for a study: stages of layers, and variants of an accelerator. */
#ifndef STUDY_SAMPLE_H
#define STUDY_SAMPLE_H

#include "study/study.h"

enum { STUDY_MOST_LAYERS = 6, STUDY_LETTERS = 6 };

struct study_stage {
    double x[STUDY_FACTORS];
    int n_layers;
    struct as_problem layer[STUDY_MOST_LAYERS];
    int64_t count[STUDY_MOST_LAYERS];
};

/* Where a sample lies: in [0, 1) for each parameter of the first two groups, each in a stratum of its own;
 * and which dims are parallel. */
struct study_place {
    double neural[STUDY_FACTORS], hardware[STUDY_FACTORS];
    int parallel[2]; /* letters */
};
/* [n_samples], in the arena. */
struct study_place *study_places(const struct study *study);

enum naas_status study_stage_new(
    const struct study *study, const struct study_place *place, struct study_stage *stage);
/* The design as it is, with scaled hardware, or with other dims along its axes; x: the parameters. */
void study_variant(const struct study *study, int design, enum study_group group,
    const struct study_place *place, struct as_accel *accel, double x[STUDY_FACTORS]);

#endif
