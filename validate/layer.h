/*
 * layer: a convolution as the suites need it. Unlike as_problem_conv it keeps all eight dims, those of extent
 * 1 too, in a fixed order, so that a rule for mappings can name them.
 */
#ifndef VALIDATE_LAYER_H
#define VALIDATE_LAYER_H

#include "accelsearch/types.h"

enum val_dim { VAL_G, VAL_N, VAL_K, VAL_C, VAL_P, VAL_Q, VAL_R, VAL_S, VAL_DIMS };
/* Tensors of the problem. */
enum { VAL_INPUT, VAL_WEIGHT, VAL_OUTPUT };

struct val_layer {
    int64_t extent[VAL_DIMS]; /* K and C of one group */
    int64_t stride, H, W;     /* H x W: the input, as much of it as there is */
    enum naas_type type, acc_type;
};
void val_problem(const struct val_layer *layer, struct as_problem *problem);
/* The dim of a letter; -1 when it is none. */
int val_dim(char letter);

#endif
