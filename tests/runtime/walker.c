#include "walker.h"

#include <stdlib.h>
#include <string.h>

/* ---- conversion ---- */

static int type_of(enum naas_type type, int word_bits)
{
    static const int types[NAAS_N_TYPES] = {[NAAS_I8] = NAAS_RT_I8,
        [NAAS_U8] = NAAS_RT_U8,
        [NAAS_I16] = NAAS_RT_I16,
        [NAAS_U16] = NAAS_RT_U16,
        [NAAS_I32] = NAAS_RT_I32,
        [NAAS_U32] = NAAS_RT_U32,
        [NAAS_I64] = NAAS_RT_I64,
        [NAAS_U64] = NAAS_RT_U64,
        [NAAS_F32] = NAAS_RT_F32,
        [NAAS_F64] = NAAS_RT_F64};
    if (type != NAAS_WORD)
        return types[type];
    return word_bits <= 8    ? NAAS_RT_I8
           : word_bits <= 16 ? NAAS_RT_I16
           : word_bits <= 32 ? NAAS_RT_I32
                             : NAAS_RT_I64;
}

static double lowest_or_highest(int type, int reduce)
{
    static const double low[] = {
        -128, 0, -32768, 0, -2147483648.0, 0, -9223372036854775808.0, 0, -1e30, -1e300};
    static const double high[] = {
        127, 255, 32767, 65535, 2147483647.0, 4294967295.0, 9e18, 1e19, 1e30, 1e300};
    return reduce == NAAS_RT_MAX ? low[type] : reduce == NAAS_RT_MIN ? high[type] : 0;
}

static void convert_tensor(
    const struct as_problem *problem, const struct as_accel *accel, int t, naas_rt_tensor *rt)
{
    const struct as_tensor *tensor = &problem->tensor[t];
    rt->name = tensor->name;
    rt->role = (int)tensor->role;
    rt->type = t == problem->output ? type_of(problem->acc_type, accel->acc_bits)
                                    : type_of(tensor->type, accel->word_bits);
    rt->fill = t == problem->output ? 0 : lowest_or_highest(rt->type, (int)problem->reduce);
    rt->rank = tensor->rank;
    int64_t stride = 1;
    for (int j = tensor->rank - 1; j >= 0; j--) {
        const struct as_axis *axis = &tensor->axis[j];
        rt->axis[j].n_terms = axis->n_terms;
        for (int i = 0; i < axis->n_terms; i++) {
            rt->axis[j].dim[i] = axis->term[i].dim;
            rt->axis[j].coef[i] = axis->term[i].coef;
        }
        rt->axis[j].offset = axis->offset;
        rt->axis[j].extent = axis->extent;
        rt->axis[j].stride = stride;
        stride *= axis->extent;
    }
}

void walk_convert_problem(const struct as_problem *problem, const struct as_accel *accel, naas_rt_problem *rt)
{
    memset(rt, 0, sizeof *rt);
    rt->name = problem->name;
    rt->n_dims = problem->n_dims;
    for (int d = 0; d < problem->n_dims; d++) {
        rt->dim_name[d] = problem->dim[d].name;
        rt->extent[d] = problem->dim[d].extent;
    }
    rt->n_tensors = problem->n_tensors;
    rt->output = problem->output;
    rt->reduce = (int)problem->reduce;
    for (int t = 0; t < problem->n_tensors; t++)
        convert_tensor(problem, accel, t, &rt->tensor[t]);
}

void walk_convert_accel(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, naas_rt_accel *rt)
{
    memset(rt, 0, sizeof *rt);
    rt->name = accel->name;
    rt->n_levels = accel->n_levels;
    rt->macs_per_cycle = accel->macs_per_cycle;
    rt->padding_stored = accel->padding_stored;
    for (int l = 0; l < accel->n_levels; l++) {
        const struct as_level *from = &accel->level[l];
        naas_rt_level *to = &rt->level[l];
        to->name = from->name;
        to->buffers = from->buffers;
        to->n_partitions = from->n_partitions;
        for (int p = 0; p < from->n_partitions; p++)
            to->partition[p] = (naas_rt_partition){(int)from->partition[p].roles, from->partition[p].bytes};
        to->n_ports = from->n_ports;
        for (int c = 0; c < from->n_ports; c++) {
            const struct as_port *port = &from->port[c];
            to->port[c] = (naas_rt_port){port->name, (int)port->down, (int)port->up, port->words_per_cycle};
        }
        to->n_axes = from->n_axes;
        for (int a = 0; a < from->n_axes; a++)
            to->size[a] = from->axis[a].size;
        to->keeps = l ? mapping->level[l].keeps : (1u << problem->n_tensors) - 1;
    }
}

int64_t walk_elements(const struct as_tensor *tensor)
{
    int64_t n = 1;
    for (int j = 0; j < tensor->rank; j++)
        n *= tensor->axis[j].extent;
    return n;
}

/* ---- loops ---- */

void walk_plan_make(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, struct walk_plan *plan)
{
    int64_t around[AS_MAX_DIMS];
    memset(plan, 0, sizeof *plan);
    plan->n_levels = mapping->n_levels;
    plan->n_dims = problem->n_dims;
    for (int d = 0; d < problem->n_dims; d++)
        around[d] = plan->extent[d] = problem->dim[d].extent;
    plan->n_instances[0] = 1;
    for (int l = 0; l < mapping->n_levels - 1; l++) {
        for (int i = 0; i < mapping->level[l].n_loops; i++) {
            const struct as_loop *loop = &mapping->level[l].loop[i];
            int64_t tile = loop->tile < around[loop->dim] ? loop->tile : around[loop->dim];
            int n = plan->n_loops++;
            plan->loop[n].level = l;
            plan->loop[n].dim = loop->dim;
            plan->loop[n].axis = loop->axis;
            plan->loop[n].tile = loop->tile;
            plan->loop[n].trips = (around[loop->dim] + tile - 1) / tile;
            around[loop->dim] = tile;
        }
        plan->end[l + 1] = plan->n_loops;
        plan->n_instances[l + 1] = plan->n_instances[l];
        for (int a = 0; a < accel->level[l].n_axes; a++)
            plan->n_instances[l + 1] *= accel->level[l].axis[a].size;
    }
}

/* Splits an instance number into the indices of the spatial loops above its level. False when the instance
 * lies outside the part of the array that the loops use. */
static bool place(
    const struct walk_plan *plan, const struct as_accel *accel, int level, int instance, int64_t *index)
{
    int64_t coordinate[AS_MAX_LEVELS][AS_MAX_AXES];
    for (int l = level - 1; l >= 0; l--)
        for (int a = accel->level[l].n_axes - 1; a >= 0; a--) {
            coordinate[l][a] = instance % accel->level[l].axis[a].size;
            instance /= accel->level[l].axis[a].size;
        }
    for (int i = plan->end[level] - 1; i >= 0; i--) {
        if (plan->loop[i].axis < 0)
            continue;
        int64_t *c = &coordinate[plan->loop[i].level][plan->loop[i].axis];
        index[i] = *c % plan->loop[i].trips;
        *c /= plan->loop[i].trips;
    }
    for (int l = 0; l < level; l++)
        for (int a = 0; a < accel->level[l].n_axes; a++)
            if (coordinate[l][a] != 0)
                return false;
    return true;
}

bool walk_box(const struct walk_plan *plan, const struct as_accel *accel, const int64_t *index, int level,
    int instance, naas_rt_box *box)
{
    int64_t at[AS_MAX_LEVELS * AS_MAX_LOOPS];
    memcpy(at, index, (size_t)plan->n_loops * sizeof *at);
    memset(box, 0, sizeof *box);
    if (!place(plan, accel, level, instance, at))
        return false;
    for (int d = 0; d < plan->n_dims; d++)
        box->high[d] = plan->extent[d];
    for (int i = 0; i < plan->end[level]; i++) {
        int d = plan->loop[i].dim;
        box->low[d] += at[i] * plan->loop[i].tile;
        if (box->low[d] >= box->high[d])
            return false;
        if (box->high[d] > box->low[d] + plan->loop[i].tile)
            box->high[d] = box->low[d] + plan->loop[i].tile;
    }
    return true;
}

/* Number of iterations of temporal loop i for the first instance, which always has the largest tile. */
static int64_t trips_now(const struct walk_plan *plan, const int64_t *index, int i)
{
    int d = plan->loop[i].dim;
    int64_t low = 0, high = plan->extent[d];
    for (int k = 0; k < i; k++) {
        if (plan->loop[k].dim != d)
            continue;
        low += plan->loop[k].axis < 0 ? index[k] * plan->loop[k].tile : 0;
        if (high > low + plan->loop[k].tile)
            high = low + plan->loop[k].tile;
    }
    return (high - low + plan->loop[i].tile - 1) / plan->loop[i].tile;
}

/* Goes to the next step; returns the level of the outermost loop that advanced, -1 behind the last step. */
static int advance(const struct walk_plan *plan, int64_t *index)
{
    for (int i = plan->n_loops - 1; i >= 0; i--) {
        if (plan->loop[i].axis >= 0)
            continue;
        if (++index[i] < trips_now(plan, index, i))
            return plan->loop[i].level;
        index[i] = 0;
    }
    return -1;
}

static void declare(naas_rt *rt, const struct as_problem *problem, unsigned tensors, int level, int instance,
    const naas_rt_box *box)
{
    for (int t = 0; t < problem->n_tensors; t++) {
        if (!(tensors >> t & 1))
            continue;
        if (t == problem->output)
            naas_rt_store(rt, level, instance, t, box);
        else
            naas_rt_load(rt, level, instance, t, box);
    }
}

void walk_calls(naas_rt *rt, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping)
{
    struct walk_plan plan;
    int64_t index[AS_MAX_LEVELS * AS_MAX_LOOPS] = {0};
    walk_plan_make(problem, accel, mapping, &plan);
    for (int changed = 0; changed >= 0; changed = advance(&plan, index)) {
        for (int l = changed + 1; l < plan.n_levels; l++) {
            /* A level that keeps nothing still says which of its instances are active. */
            unsigned tensors = mapping->level[l].keeps ? mapping->level[l].keeps : 1u << problem->output;
            for (int i = 0; i < plan.n_instances[l]; i++) {
                naas_rt_box box;
                if (walk_box(&plan, accel, index, l, i, &box))
                    declare(rt, problem, tensors, l, i, &box);
            }
        }
        naas_rt_run(rt);
    }
}

/* ---- the interpreting kernel ---- */

/* A number that is an integer or a real, as its tensor's type says. */
union number {
    int64_t i;
    double d;
};

#define GET(number, field, type, at)                                                                         \
    do {                                                                                                     \
        type value_;                                                                                         \
        memcpy(&value_, at, sizeof value_);                                                                  \
        (number).field = +value_;                                                                            \
    } while (0)
#define PUT(number, field, type, at)                                                                         \
    do {                                                                                                     \
        type value_ = (type)(number).field;                                                                  \
        memcpy(at, &value_, sizeof value_);                                                                  \
    } while (0)

static union number get(int type, const char *at)
{
    union number n = {0};
    switch (type) {
    case NAAS_RT_I8:
        GET(n, i, int8_t, at);
        break;
    case NAAS_RT_U8:
        GET(n, i, uint8_t, at);
        break;
    case NAAS_RT_I16:
        GET(n, i, int16_t, at);
        break;
    case NAAS_RT_U16:
        GET(n, i, uint16_t, at);
        break;
    case NAAS_RT_I32:
        GET(n, i, int32_t, at);
        break;
    case NAAS_RT_U32:
        GET(n, i, uint32_t, at);
        break;
    case NAAS_RT_F32:
        GET(n, d, float, at);
        break;
    case NAAS_RT_F64:
        GET(n, d, double, at);
        break;
    default:
        GET(n, i, int64_t, at);
        break;
    }
    return n;
}

static void put(int type, union number n, char *at)
{
    switch (type) {
    case NAAS_RT_I8:
    case NAAS_RT_U8:
        PUT(n, i, uint8_t, at);
        break;
    case NAAS_RT_I16:
    case NAAS_RT_U16:
        PUT(n, i, uint16_t, at);
        break;
    case NAAS_RT_I32:
    case NAAS_RT_U32:
        PUT(n, i, uint32_t, at);
        break;
    case NAAS_RT_F32:
        PUT(n, d, float, at);
        break;
    case NAAS_RT_F64:
        PUT(n, d, double, at);
        break;
    default:
        PUT(n, i, int64_t, at);
        break;
    }
}

static bool is_real(int type)
{
    return type == NAAS_RT_F32 || type == NAAS_RT_F64;
}

static int bytes_of(int type)
{
    static const int bytes[] = {1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
    return bytes[type];
}

static union number reduced(int reduce, bool real, union number sum, union number value)
{
    if (reduce == NAAS_RT_NO_REDUCE)
        return value;
    if (reduce == NAAS_RT_SUM && real)
        return (union number){.d = sum.d + value.d};
    if (reduce == NAAS_RT_SUM)
        return (union number){.i = (int64_t)((uint64_t)sum.i + (uint64_t)value.i)};
    bool greater = real ? value.d > sum.d : value.i > sum.i;
    bool less = real ? value.d < sum.d : value.i < sum.i;
    return (reduce == NAAS_RT_MAX ? greater : less) ? value : sum;
}

/* Product of the operands, or the first one. */
static union number combined(
    const naas_rt_problem *problem, enum as_combine combine, bool real, char *const *at)
{
    union number value = {.i = 1};
    bool first = true;
    if (real)
        value.d = 1;
    for (int t = 0; t < problem->n_tensors; t++) {
        if (t == problem->output || (combine == AS_COPY && !first))
            continue;
        union number operand = get(problem->tensor[t].type, at[t]);
        if (real)
            value.d *= is_real(problem->tensor[t].type) ? operand.d : (double)operand.i;
        else
            value.i = (int64_t)((uint64_t)value.i * (uint64_t)operand.i);
        first = false;
    }
    return value;
}

void walk_kernel(const naas_rt_pe *pe)
{
    const struct walk_args *args = pe->args;
    const naas_rt_problem *problem = args->problem;
    int out = problem->output, type = problem->tensor[out].type;
    long long step[NAAS_RT_MAX_TENSORS][NAAS_RT_MAX_DIMS] = {{0}}, index[NAAS_RT_MAX_DIMS];
    char *at[NAAS_RT_MAX_TENSORS] = {NULL};
    for (int t = 0; t < problem->n_tensors; t++) {
        const naas_rt_tensor *tensor = &problem->tensor[t];
        long long bytes = bytes_of(tensor->type);
        uintptr_t address = (uintptr_t)pe->base[t];
        for (int j = 0; j < tensor->rank; j++) {
            address += (uintptr_t)(tensor->axis[j].offset * pe->stride[t][j] * bytes);
            for (int i = 0; i < tensor->axis[j].n_terms; i++)
                step[t][tensor->axis[j].dim[i]] += tensor->axis[j].coef[i] * pe->stride[t][j] * bytes;
        }
        for (int d = 0; d < problem->n_dims; d++)
            address += (uintptr_t)(step[t][d] * pe->box.low[d]);
        at[t] = (char *)address;
    }
    memcpy(index, pe->box.low, sizeof index);
    for (int d = 0; d >= 0;) {
        union number value = combined(problem, args->combine, is_real(type), at);
        put(type, reduced(problem->reduce, is_real(type), get(type, at[out]), value), at[out]);
        for (d = problem->n_dims - 1; d >= 0; d--) {
            index[d]++;
            bool wraps = index[d] == pe->box.high[d];
            long long back = wraps ? index[d] - 1 - pe->box.low[d] : 0;
            for (int t = 0; t < problem->n_tensors; t++)
                at[t] += wraps ? -step[t][d] * back : step[t][d];
            if (!wraps)
                break;
            index[d] = pe->box.low[d];
        }
    }
}

void walk_finish(const long long *index, const void *sum, const void *args)
{
    const struct walk_args *walk = args;
    const naas_rt_tensor *output = &walk->problem->tensor[walk->problem->output];
    long long at = 0;
    for (int j = 0; j < output->rank; j++)
        at += index[j] * output->axis[j].stride;
    size_t bytes = (size_t)bytes_of(output->type);
    memcpy((char *)walk->result + (size_t)at * bytes, sum, bytes);
}

int walk_mapping(const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, const struct walk_data *data, naas_rt_kernel *kernel,
    naas_rt_counters *counters, char *error)
{
    naas_rt_problem rt_problem;
    naas_rt_accel rt_accel;
    walk_convert_problem(problem, accel, &rt_problem);
    walk_convert_accel(problem, accel, mapping, &rt_accel);
    struct walk_args args = {&rt_problem, problem->combine, data->result};
    naas_rt *rt =
        naas_rt_open("sim", &rt_problem, &rt_accel, kernel ? kernel : walk_kernel, walk_finish, &args);
    for (int t = 0; t < problem->n_tensors; t++)
        if (t != problem->output)
            naas_rt_bind(rt, t, data->operand[t]);
    walk_calls(rt, problem, accel, mapping);
    int status = naas_rt_wait(rt);
    if (counters)
        naas_rt_read_counters(rt, counters);
    if (error)
        strcpy(error, naas_rt_error(rt));
    naas_rt_close(rt);
    return status;
}

/* ---- the reference ---- */

/* Operand at a point, or its fill. */
static union number operand_at(const naas_rt_tensor *tensor, const void *base, const long long *index)
{
    long long at = 0;
    for (int j = 0; j < tensor->rank; j++) {
        const naas_rt_axis *axis = &tensor->axis[j];
        long long c = axis->offset;
        for (int i = 0; i < axis->n_terms; i++)
            c += axis->coef[i] * index[axis->dim[i]];
        if (c < 0 || c >= axis->extent)
            return is_real(tensor->type) ? (union number){.d = tensor->fill}
                                         : (union number){.i = (int64_t)tensor->fill};
        at += c * axis->stride;
    }
    return get(tensor->type, (const char *)base + at * bytes_of(tensor->type));
}

static void plain_point(const naas_rt_problem *problem, enum as_combine combine, const struct walk_data *data,
    const long long *index, char *seen)
{
    const naas_rt_tensor *output = &problem->tensor[problem->output];
    char buffer[NAAS_RT_MAX_TENSORS][8], *at[NAAS_RT_MAX_TENSORS];
    for (int t = 0; t < problem->n_tensors; t++) {
        at[t] = buffer[t];
        if (t != problem->output)
            put(problem->tensor[t].type, operand_at(&problem->tensor[t], data->operand[t], index), at[t]);
    }
    long long o = 0;
    for (int j = 0; j < output->rank; j++) {
        const naas_rt_axis *axis = &output->axis[j];
        long long c = axis->offset;
        for (int i = 0; i < axis->n_terms; i++)
            c += axis->coef[i] * index[axis->dim[i]];
        o += c * axis->stride;
    }
    bool real = is_real(output->type);
    char *sum = (char *)data->result + o * bytes_of(output->type);
    union number value = combined(problem, combine, real, at);
    put(output->type, seen[o] ? reduced(problem->reduce, real, get(output->type, sum), value) : value, sum);
    seen[o] = 1;
}

void walk_plain(const naas_rt_problem *problem, enum as_combine combine, const struct walk_data *data)
{
    const naas_rt_tensor *output = &problem->tensor[problem->output];
    size_t n = 1;
    for (int j = 0; j < output->rank; j++)
        n *= (size_t)output->axis[j].extent;
    char *seen = calloc(n, 1);
    long long index[NAAS_RT_MAX_DIMS] = {0};
    for (int d = 0; d >= 0;) {
        plain_point(problem, combine, data, index, seen);
        for (d = problem->n_dims - 1; d >= 0 && ++index[d] == problem->extent[d]; d--)
            index[d] = 0;
    }
    free(seen);
}
