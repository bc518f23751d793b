/* Problems: invariants, the parts their dims play in a convolution, sizes. */
#include "accelsearch/accelsearch.h"
#include "support/number.h"

#include <string.h>

enum { IN_INPUT = AS_INPUT, IN_WEIGHT = AS_WEIGHT, IN_OUTPUT = AS_OUTPUT };

int64_t as_problem_macs(const struct as_problem *problem)
{
    int64_t macs = 1;
    for (int d = 0; d < problem->n_dims; d++)
        macs *= problem->dim[d].extent;
    return macs;
}

int64_t as_element_bytes(const struct as_problem *problem, const struct as_accel *accel, int t)
{
    bool output = t == problem->output;
    enum naas_type type = output ? problem->acc_type : problem->tensor[t].type;
    if (type != NAAS_WORD)
        return naas_type_bytes(type);
    return (output ? accel->acc_bits : accel->word_bits) / 8;
}

/* ---- footprints ---- */

/* Number of values of a*p + b*r, 0 <= p < np, 0 <= r < nr. With a and b coprime (p + b, r) and (p, r + a)
 * meet, so a value is counted at its smallest p. */
static int64_t axis_footprint(const struct as_axis *axis, const int64_t tile[AS_MAX_DIMS])
{
    if (axis->n_terms == 0)
        return 1;
    int64_t np = tile[axis->term[0].dim];
    if (axis->n_terms == 1)
        return np;
    int64_t nr = tile[axis->term[1].dim], g = gcd(axis->term[0].coef, axis->term[1].coef);
    int64_t a = axis->term[0].coef / g, b = axis->term[1].coef / g;
    return np * nr - max64(np - b, 0) * max64(nr - a, 0);
}

int64_t as_footprint(const struct as_problem *problem, int t, const int64_t tile[AS_MAX_DIMS])
{
    const struct as_tensor *tensor = &problem->tensor[t];
    int64_t elements = 1;
    for (int i = 0; i < tensor->rank; i++)
        elements *= axis_footprint(&tensor->axis[i], tile);
    return elements;
}

/* ---- letters ---- */

/* Where a dim stands. */
struct dim_place {
    unsigned roles; /* of the tensors that it indexes */
    int partner;    /* the other dim of a two-term axis; -1 when there is none */
};

static void find_places(const struct as_problem *problem, struct dim_place place[AS_MAX_DIMS])
{
    for (int d = 0; d < problem->n_dims; d++)
        place[d] = (struct dim_place){0, -1};
    for (int t = 0; t < problem->n_tensors; t++) {
        const struct as_tensor *tensor = &problem->tensor[t];
        for (int i = 0; i < tensor->rank; i++) {
            const struct as_axis *axis = &tensor->axis[i];
            for (int k = 0; k < axis->n_terms; k++) {
                place[axis->term[k].dim].roles |= tensor->role;
                if (axis->n_terms == 2)
                    place[axis->term[k].dim].partner = axis->term[1 - k].dim;
            }
        }
    }
}

/* Dims of input and output alone, in the order of the output's axes, get their letters from the innermost: Q,
 * P, and beyond them D for a window's, else N. A single one is Q when a window slides along it, else the
 * batch N. Without weights (pooling) those that no window slides along are a channel (the innermost, G) and
 * batches (N). */
static void letter_maps(struct as_problem *problem, const struct dim_place *place, bool weights)
{
    const struct as_tensor *output = &problem->tensor[problem->output];
    int map[AS_MAX_RANK], n = 0;
    for (int i = 0; i < output->rank; i++) {
        int d = output->axis[i].n_terms == 1 ? output->axis[i].term[0].dim : -1;
        if (d >= 0 && place[d].roles == (IN_INPUT | IN_OUTPUT))
            map[n++] = d;
    }
    bool one = n == 1;
    const char *window = "QPD", *other = weights && !one ? "QPN" : weights ? "NNN" : "GNN";
    int n_window = 0, n_other = 0, n_seen = 0;
    while (n-- > 0) {
        bool slides = place[map[n]].partner >= 0;
        int i = weights ? n_seen : slides ? n_window : n_other;
        problem->dim[map[n]].conv = (slides ? window : other)[i > 2 ? 2 : i];
        n_seen++;
        n_window += slides;
        n_other += !slides;
    }
}

static char letter_of_reduction(const struct as_problem *problem, const struct dim_place *place, int d)
{
    if (place[d].partner < 0)
        return 'C';
    switch (problem->dim[place[d].partner].conv) {
    case 'P':
        return 'R';
    case 'Q':
        return 'S';
    case 'D':
        return 'T';
    default:
        return 0;
    }
}

/* The part of a dim follows from the tensors that it indexes: weights and output K, input and output a map's
 * (letter_maps), all three G, the input but not the output C, or R S T beside P Q D in a window. */
static void letter_dims(struct as_problem *problem)
{
    struct dim_place place[AS_MAX_DIMS];
    find_places(problem, place);
    bool weights = false;
    for (int t = 0; t < problem->n_tensors; t++)
        weights |= problem->tensor[t].role == AS_WEIGHT;
    for (int d = 0; d < problem->n_dims; d++)
        problem->dim[d].conv = place[d].roles == AS_ALL_ROLES              ? 'G'
                               : place[d].roles == (IN_WEIGHT | IN_OUTPUT) ? 'K'
                                                                           : 0;
    letter_maps(problem, place, weights);
    for (int d = 0; d < problem->n_dims; d++)
        if ((place[d].roles & IN_INPUT) && !(place[d].roles & IN_OUTPUT))
            problem->dim[d].conv = letter_of_reduction(problem, place, d);
}

/* ---- invariants ---- */

/* What is wrong, in the arena; NULL when nothing is. */
static const char *dims_fault(struct naas_ctx *ctx, const struct as_problem *problem)
{
    int64_t points = 1;
    if (problem->n_dims < 1 || problem->n_dims > AS_MAX_DIMS)
        return naas_format(ctx, "%d dims, not 1 to %d", problem->n_dims, AS_MAX_DIMS);
    for (int d = 0; d < problem->n_dims; d++) {
        const struct as_dim *dim = &problem->dim[d];
        if (!memchr(dim->name, 0, AS_NAME) || !dim->name[0])
            return naas_format(ctx, "dim %d has no name", d);
        for (int e = 0; e < d; e++)
            if (strcmp(dim->name, problem->dim[e].name) == 0)
                return naas_format(ctx, "two dims are named %s", dim->name);
        if (dim->extent < 1)
            return naas_format(ctx, "dim %s has extent %lld", dim->name, (long long)dim->extent);
        if (dim->band < 0)
            return naas_format(ctx, "dim %s is in band %d", dim->name, dim->band);
        if (dim->kind == AS_REDUCTION && dim->extent > 1 && problem->reduce == AS_NO_REDUCE)
            return naas_format(ctx, "dim %s is a reduction but the problem reduces nothing", dim->name);
        if (__builtin_mul_overflow(points, dim->extent, &points))
            return "the product of the extents exceeds 63 bits";
    }
    return NULL;
}

static const char *axis_fault(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_tensor *tensor, int i, bool seen[AS_MAX_DIMS])
{
    const struct as_axis *axis = &tensor->axis[i];
    if (axis->n_terms < 0 || axis->n_terms > 2)
        return naas_format(ctx, "axis %d of %s has %d terms, not 0 to 2", i, tensor->name, axis->n_terms);
    if (axis->extent < 1)
        return naas_format(ctx, "axis %d of %s has extent %lld", i, tensor->name, (long long)axis->extent);
    int64_t last = axis->offset;
    for (int k = 0; k < axis->n_terms; k++) {
        const struct as_term *term = &axis->term[k];
        if (term->dim < 0 || term->dim >= problem->n_dims)
            return naas_format(ctx, "axis %d of %s names a dim that is not there", i, tensor->name);
        const struct as_dim *dim = &problem->dim[term->dim];
        if (seen[term->dim])
            return naas_format(ctx, "dim %s stands twice in the subscripts of %s", dim->name, tensor->name);
        seen[term->dim] = true;
        int64_t way;
        if (term->coef < 1)
            return naas_format(ctx, "axis %d of %s steps by %lld", i, tensor->name, (long long)term->coef);
        if (__builtin_mul_overflow(term->coef, dim->extent - 1, &way) ||
            __builtin_add_overflow(last, way, &last))
            return naas_format(ctx, "axis %d of %s exceeds 63 bits", i, tensor->name);
    }
    return NULL;
}

static const char *tensor_fault(struct naas_ctx *ctx, const struct as_problem *problem, int t)
{
    const struct as_tensor *tensor = &problem->tensor[t];
    bool seen[AS_MAX_DIMS] = {false};
    int64_t bytes = 8;
    if (!memchr(tensor->name, 0, AS_NAME) || !tensor->name[0])
        return naas_format(ctx, "tensor %d has no name", t);
    for (int u = 0; u < t; u++)
        if (strcmp(tensor->name, problem->tensor[u].name) == 0)
            return naas_format(ctx, "two tensors are named %s", tensor->name);
    if (tensor->role != AS_INPUT && tensor->role != AS_WEIGHT && tensor->role != AS_OUTPUT)
        return naas_format(ctx, "%s has no role", tensor->name);
    if ((tensor->role == AS_OUTPUT) != (t == problem->output))
        return "exactly one tensor has to be the output";
    if (tensor->type <= NAAS_VOID || tensor->type >= NAAS_N_TYPES)
        return naas_format(ctx, "%s has no element type", tensor->name);
    if (tensor->rank < 0 || tensor->rank > AS_MAX_RANK)
        return naas_format(ctx, "%s has %d axes, not 0 to %d", tensor->name, tensor->rank, AS_MAX_RANK);
    for (int i = 0; i < tensor->rank; i++) {
        const char *fault = axis_fault(ctx, problem, tensor, i, seen);
        if (fault)
            return fault;
        if (__builtin_mul_overflow(bytes, tensor->axis[i].extent, &bytes))
            return naas_format(ctx, "the size of %s exceeds 63 bits", tensor->name);
    }
    for (int d = 0; t == problem->output && d < problem->n_dims; d++)
        if (problem->dim[d].kind == AS_PARALLEL && problem->dim[d].extent > 1 && !seen[d])
            return naas_format(
                ctx, "parallel dim %s is not in the subscripts of %s", problem->dim[d].name, tensor->name);
    return NULL;
}

const char *as_problem_fault(struct naas_ctx *ctx, const struct as_problem *problem)
{
    const char *fault = dims_fault(ctx, problem);
    if (fault)
        return fault;
    if (problem->n_tensors < 2 || problem->n_tensors > AS_MAX_TENSORS)
        return naas_format(ctx, "%d tensors, not 2 to %d", problem->n_tensors, AS_MAX_TENSORS);
    if (problem->output < 0 || problem->output >= problem->n_tensors)
        return "exactly one tensor has to be the output";
    for (int t = 0; t < problem->n_tensors; t++) {
        fault = tensor_fault(ctx, problem, t);
        if (fault)
            return fault;
    }
    if (problem->combine == AS_COPY && problem->n_tensors != 2)
        return "a copy combines one operand";
    if (problem->acc_type <= NAAS_VOID || problem->acc_type >= NAAS_N_TYPES)
        return "partial sums have no type";
    if (problem->finish_reads < 0)
        return "less than no words are read by what follows the reduction";
    return NULL;
}

enum naas_status as_problem_finish(struct naas_ctx *ctx, struct as_problem *problem, struct naas_loc loc)
{
    const char *fault = as_problem_fault(ctx, problem);
    if (fault) {
        naas_diag(ctx, NAAS_ERROR, loc, "%s", fault);
        return NAAS_BAD_INPUT;
    }
    letter_dims(problem);
    return NAAS_OK;
}
