#include "validate/layer.h"

#include <string.h>

static const char letters[] = "GNKCPQRS";

int val_dim(char letter)
{
    const char *at = letter ? strchr(letters, letter) : NULL;
    return at ? (int)(at - letters) : -1;
}

static struct as_axis *add_axis(struct as_tensor *tensor, int64_t extent, int dim)
{
    struct as_axis *axis = &tensor->axis[tensor->rank++];
    *axis = (struct as_axis){.n_terms = 1, .term = {{dim, 1}}, .extent = extent};
    return axis;
}

static void slide(struct as_axis *axis, int64_t stride, int window)
{
    axis->term[0].coef = stride;
    axis->term[axis->n_terms++] = (struct as_term){window, 1};
}

static void add_tensor(const struct val_layer *layer, struct as_problem *problem, enum as_role role,
    const char *name, const char *dims)
{
    struct as_tensor *tensor = &problem->tensor[problem->n_tensors++];
    *tensor = (struct as_tensor){.role = role, .type = layer->type};
    strcpy(tensor->name, name);
    for (; *dims; dims++)
        add_axis(tensor, layer->extent[val_dim(*dims)], val_dim(*dims));
}

void val_problem(const struct val_layer *layer, struct as_problem *problem)
{
    *problem = (struct as_problem){.name = "layer",
        .n_dims = VAL_DIMS,
        .output = VAL_OUTPUT,
        .reduce = AS_SUM,
        .combine = AS_PRODUCT,
        .acc_type = layer->acc_type};
    for (int d = 0; d < VAL_DIMS; d++) {
        problem->dim[d] = (struct as_dim){.conv = letters[d],
            .extent = layer->extent[d],
            .spatial = true,
            .kind = strchr("CRS", letters[d]) ? AS_REDUCTION : AS_PARALLEL};
        problem->dim[d].name[0] = letters[d];
    }
    add_tensor(layer, problem, AS_INPUT, "I", "GNC");
    slide(add_axis(&problem->tensor[VAL_INPUT], layer->H, VAL_P), layer->stride, VAL_R);
    slide(add_axis(&problem->tensor[VAL_INPUT], layer->W, VAL_Q), layer->stride, VAL_S);
    add_tensor(layer, problem, AS_WEIGHT, "W", "GKCRS");
    add_tensor(layer, problem, AS_OUTPUT, "O", "GNKPQ");
}
