/*
 * The public functions: check what a call says, then hand it to the target.
 */
#include "target.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct naas_rt_target *const targets[] = {&naas_rt_sim};

void naas_rt_fail(naas_rt *rt, int status, const char *format, ...)
{
    if (rt->status)
        return;
    rt->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(rt->error, sizeof rt->error, format, args);
    va_end(args);
}

/* ---- checks ---- */

static const char *axis_fault(const naas_rt_problem *problem, const naas_rt_axis *axis)
{
    if (axis->n_terms < 0 || axis->n_terms > 2)
        return "number of terms";
    for (int i = 0; i < axis->n_terms; i++) {
        if (axis->dim[i] < 0 || axis->dim[i] >= problem->n_dims)
            return "dim of a term";
        if (axis->coef[i] < 1)
            return "coefficient of a term";
    }
    return axis->extent < 1 ? "extent of an axis" : NULL;
}

static const char *tensor_fault(const naas_rt_problem *problem, const naas_rt_tensor *tensor)
{
    if (tensor->role != NAAS_RT_INPUT && tensor->role != NAAS_RT_WEIGHT && tensor->role != NAAS_RT_OUTPUT)
        return "role";
    if (tensor->type < NAAS_RT_I8 || tensor->type > NAAS_RT_F64)
        return "type";
    if (tensor->rank < 0 || tensor->rank > NAAS_RT_MAX_RANK)
        return "rank";
    for (int j = 0; j < tensor->rank; j++)
        if (axis_fault(problem, &tensor->axis[j]))
            return axis_fault(problem, &tensor->axis[j]);
    return NULL;
}

static void check_problem(naas_rt *rt)
{
    const naas_rt_problem *problem = rt->problem;
    if (problem->n_dims < 1 || problem->n_dims > NAAS_RT_MAX_DIMS || problem->n_tensors < 1 ||
        problem->n_tensors > NAAS_RT_MAX_TENSORS || problem->output < 0 ||
        problem->output >= problem->n_tensors || problem->reduce < NAAS_RT_SUM ||
        problem->reduce > NAAS_RT_NO_REDUCE) {
        naas_rt_fail(
            rt, NAAS_RT_BAD_CALL, "problem: number of dims or tensors, output or reduction out of range");
        return;
    }
    for (int d = 0; d < problem->n_dims; d++)
        if (problem->extent[d] < 1)
            naas_rt_fail(rt, NAAS_RT_BAD_CALL, "problem: extent of dim %d is below 1", d);
    for (int t = 0; t < problem->n_tensors; t++) {
        const char *fault = tensor_fault(problem, &problem->tensor[t]);
        if (fault)
            naas_rt_fail(rt, NAAS_RT_BAD_CALL, "tensor %d: %s out of range", t, fault);
        else if ((problem->tensor[t].role == NAAS_RT_OUTPUT) != (t == problem->output))
            naas_rt_fail(rt, NAAS_RT_BAD_CALL, "tensor %d: its role contradicts the problem's output", t);
    }
}

static void check_level(naas_rt *rt, int l)
{
    const naas_rt_level *level = &rt->accel->level[l];
    if (level->buffers < 1 || level->buffers > 2 || level->n_partitions < 0 ||
        level->n_partitions > NAAS_RT_MAX_PARTITIONS || level->n_ports < 0 ||
        level->n_ports > NAAS_RT_MAX_PORTS || level->n_axes < 0 || level->n_axes > NAAS_RT_MAX_AXES) {
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "%s: number of buffers, partitions, ports or axes out of range",
            level->name);
        return;
    }
    for (int a = 0; a < level->n_axes; a++)
        if (level->size[a] < 1 || level->size[a] > (1 << 24))
            naas_rt_fail(rt, NAAS_RT_BAD_CALL, "%s: size of axis %d is out of range", level->name, a);
}

/* Counts the instances of each level on the way. */
static void check_accel(naas_rt *rt)
{
    const naas_rt_accel *accel = rt->accel;
    if (accel->n_levels < 2 || accel->n_levels > NAAS_RT_MAX_LEVELS || accel->macs_per_cycle < 1) {
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "accelerator: number of levels or MACs out of range");
        return;
    }
    long long n = 1;
    for (int l = 0; l < accel->n_levels && !rt->status; l++) {
        check_level(rt, l);
        rt->n_instances[l] = (int)n;
        for (int a = 0; a < accel->level[l].n_axes && n <= (1 << 24); a++)
            n *= accel->level[l].size[a];
        if (n > (1 << 24))
            naas_rt_fail(
                rt, NAAS_RT_BAD_CALL, "%s: more than %d instances below", accel->level[l].name, 1 << 24);
    }
}

/* May the call go on? */
static int check_declaration(
    naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box, int output)
{
    if (!rt || rt->status)
        return 0;
    if (rt->waited)
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "a tile is declared after naas_rt_wait");
    else if (level < 1 || level >= rt->accel->n_levels)
        naas_rt_fail(
            rt, NAAS_RT_BAD_CALL, "level %d: there are levels 1 to %d", level, rt->accel->n_levels - 1);
    else if (instance < 0 || instance >= rt->n_instances[level])
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "%s: there is no instance %d of %d", rt->accel->level[level].name,
            instance, rt->n_instances[level]);
    else if (tensor < 0 || tensor >= rt->problem->n_tensors)
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "%s: there is no tensor %d", rt->accel->level[level].name, tensor);
    else if ((tensor == rt->problem->output) != output)
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "%s: tensor %s is %s", rt->accel->level[level].name,
            rt->problem->tensor[tensor].name, output ? "an operand, load it" : "the output, store it");
    else
        for (int d = 0; d < rt->problem->n_dims; d++)
            if (box->low[d] < 0 || box->low[d] >= box->high[d] || box->high[d] > rt->problem->extent[d])
                naas_rt_fail(rt, NAAS_RT_BAD_CALL,
                    "%s: tile of %s from %lld to %lld of dim %s, which has 0 to %lld",
                    rt->accel->level[level].name, rt->problem->tensor[tensor].name, box->low[d], box->high[d],
                    rt->problem->dim_name[d], rt->problem->extent[d]);
    return !rt->status;
}

/* ---- the interface ---- */

naas_rt *naas_rt_open(const char *target, const naas_rt_problem *problem, const naas_rt_accel *accel,
    naas_rt_kernel *kernel, naas_rt_finish *finish, const void *args)
{
    naas_rt *rt = calloc(1, sizeof *rt);
    if (!rt)
        return NULL;
    rt->problem = problem;
    rt->accel = accel;
    rt->kernel = kernel;
    rt->finish = finish;
    rt->args = args;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        if (strcmp(target, targets[i]->name) == 0)
            rt->target = targets[i];
    if (!rt->target)
        naas_rt_fail(rt, NAAS_RT_NO_TARGET, "there is no target %s", target);
    else
        check_problem(rt);
    if (!rt->status)
        check_accel(rt);
    if (!rt->status)
        rt->target->open(rt);
    return rt;
}

void naas_rt_bind(naas_rt *rt, int tensor, const void *base)
{
    if (!rt || rt->status)
        return;
    if (tensor < 0 || tensor >= rt->problem->n_tensors || tensor == rt->problem->output)
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "naas_rt_bind: tensor %d is no operand", tensor);
    else
        rt->base[tensor] = base;
}

void naas_rt_load(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box)
{
    if (!check_declaration(rt, level, instance, tensor, box, 0))
        return;
    if (!rt->base[tensor])
        naas_rt_fail(
            rt, NAAS_RT_BAD_CALL, "tensor %s is loaded but not bound", rt->problem->tensor[tensor].name);
    else
        rt->target->declare(rt, level, instance, tensor, box);
}

void naas_rt_store(naas_rt *rt, int level, int instance, int tensor, const naas_rt_box *box)
{
    if (check_declaration(rt, level, instance, tensor, box, 1))
        rt->target->declare(rt, level, instance, tensor, box);
}

void naas_rt_run(naas_rt *rt)
{
    if (!rt || rt->status)
        return;
    if (rt->waited)
        naas_rt_fail(rt, NAAS_RT_BAD_CALL, "naas_rt_run after naas_rt_wait");
    else
        rt->target->run(rt);
}

int naas_rt_wait(naas_rt *rt)
{
    if (!rt)
        return NAAS_RT_NO_MEMORY;
    if (!rt->status && !rt->waited)
        rt->target->wait(rt);
    rt->waited = 1;
    return rt->status;
}

void naas_rt_close(naas_rt *rt)
{
    if (rt && rt->target)
        rt->target->close(rt);
    free(rt);
}

const char *naas_rt_error(const naas_rt *rt)
{
    return rt ? rt->error : "out of memory";
}

void naas_rt_read_counters(const naas_rt *rt, naas_rt_counters *counters)
{
    if (rt)
        *counters = rt->counters;
    else
        memset(counters, 0, sizeof *counters);
}
