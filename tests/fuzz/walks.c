/*
 * Elements that are found by other means than subscripts of every loop: pointers that walk and subscripts
 * that count along with the loops, index macros, inline functions for subscripts.
 *
 *     const float *x_walk = x + 3;
 *     for (int k = 0; k < 4; k++) {
 *         for (int c = 0; c < n; c++) {
 *             y[k] += *x_walk;
 *             x_walk += 2;
 *         }
 *         x_walk += 9 - 2 * n;       back to where the loop began, and a step of the outer one
 *     }
 */
#include "kernel.h"
#include <string.h>

static bool is_guarded(const struct kernel *k)
{
    for (int i = 0; i < k->in.n_axes; i++)
        if (k->in.axis[i].guard_low || k->in.axis[i].guard_high || k->in.axis[i].divisor)
            return true;
    return false;
}

static bool walks_down(const struct dim *d)
{
    return d->header >= DOWN_AT_LEAST;
}

static long stride_of(const struct tensor *t, int axis)
{
    long stride = 1;
    for (int i = axis + 1; i < t->n_axes; i++)
        stride *= t->axis[i].extent;
    return stride;
}

/* Elements from one iteration of the dim's loop to the next. */
static long step_of(const struct kernel *k, const struct tensor *t, int dim)
{
    const struct dim *d = &k->dim[dim];
    long step = 0;
    for (int i = 0; i < t->n_axes; i++)
        for (int j = 0; j < t->axis[i].n; j++)
            if (t->axis[i].dim[j] == dim)
                step += t->axis[i].coef[j] * stride_of(t, i);
    return step * d->step * (walks_down(d) ? -1 : 1);
}

/* The operand's text stands in the update once, and every iteration comes there. */
static bool may_step_itself(const struct kernel *k, const struct tensor *t)
{
    if ((k->reduce != SUM && k->reduce != DIFFERENCE) || is_guarded(k))
        return false;
    if (t == &k->in)
        return k->term != 7 && k->term != 9;
    return t == &k->weight && k->term < 8;
}

void walk_choose(struct kernel *k, struct tensor *t)
{
    bool kept = k->accumulator == IN_SCALAR && k->n_kept > 0;
    bool flat = t->layout == POINTER || t->layout == FLAT_GLOBAL;
    if (!t->there || !flat || k->twist != NO_TWIST || !tape_one_in(k->tape, 3))
        return;
    t->way = (enum way)tape_pick(k->tape, N_WAYS);
    if (t->way < WALKING_POINTER)
        return;
    bool skips = is_guarded(k) && (t == &k->in || k->guard == CONTINUE || k->guard == EARLY);
    if (skips || (t != &k->in && t != &k->weight && (t != &k->out || !kept)))
        t->way = SUBSCRIPTS;
    else
        t->steps_itself = may_step_itself(k, t) && tape_one_in(k->tape, 2);
}

/* Macros and functions for subscripts. */
void walk_declare(struct kernel *k, const struct tensor *t)
{
    FILE *f = k->c->globals;
    if (t->way == SUBSCRIPTS || t->way >= WALKING_POINTER)
        return;
    if (t->way == INDEX_FUNCTION)
        fprintf(f, "static inline int %s_at%d(", t->name, k->c->id);
    else
        fprintf(f, "#define AT_%s_%d(", t->name, k->c->id);
    for (int i = 0; i < t->n_axes; i++)
        fprintf(f, "%s%s%c", i ? ", " : "", t->way == INDEX_FUNCTION ? "int " : "", 'a' + i);
    fprintf(f, t->way == INDEX_FUNCTION ? ") { return " : t->way == ELEMENT_MACRO ? ") %s[" : ") (", t->name);
    for (int i = 0; i < t->n_axes; i++)
        fprintf(f, "%s(%c) * %ld", i ? " + " : "", 'a' + i, stride_of(t, i));
    fprintf(f, "%s%s\n", t->n_axes ? "" : "0",
        t->way == INDEX_FUNCTION  ? "; }"
        : t->way == ELEMENT_MACRO ? "]"
                                  : ")");
}

bool walk_element(char *text, struct kernel *k, const struct tensor *t, char (*index)[TEXT])
{
    char call[3 * TEXT];
    int n = 0, inner = k->order[k->n_dims - 1];
    if (t->way == SUBSCRIPTS)
        return false;
    if (t->way >= WALKING_POINTER) {
        long step = t->steps_itself ? step_of(k, t, inner) : 0;
        const char *by = step == 1 ? "++" : step == -1 ? "--" : "";
        if (t->way == WALKING_POINTER)
            snprintf(text, 5 * TEXT, "*%s_walk%s", t->name, by);
        else
            snprintf(text, 5 * TEXT, "%s[%s_walk%s]", t->name, t->name, by);
        return true;
    }
    for (int i = 0; i < t->n_axes; i++)
        n += snprintf(call + n, sizeof call - (size_t)n, "%s%s", i ? ", " : "", index[i]);
    call[n] = '\0';
    if (t->way == INDEX_FUNCTION)
        snprintf(text, 5 * TEXT, "%s[%s_at%d(%s)]", t->name, t->name, k->c->id, call);
    else if (t->way == INDEX_MACRO)
        snprintf(text, 5 * TEXT, "%s[AT_%s_%d(%s)]", t->name, t->name, k->c->id, call);
    else
        snprintf(text, 5 * TEXT, "AT_%s_%d(%s)", t->name, k->c->id, call);
    return true;
}

/* Where it begins: at the first iteration of all loops. */
void walk_begin(struct kernel *k, FILE *f, const struct tensor *t)
{
    long offset = 0;
    if (!t->there || t->way < WALKING_POINTER)
        return;
    if (t->way == WALKING_POINTER)
        fprintf(f, "    %s%s *%s_walk = %s + (", t == &k->out ? "" : "const ", type_name[t->type], t->name,
            t->name);
    else
        fprintf(f, "    int %s_walk = (", t->name);
    for (int i = 0; i < t->n_axes; i++)
        offset += t->axis[i].offset * stride_of(t, i);
    for (int i = 0; i < k->n_dims; i++) {
        const struct dim *d = &k->dim[i];
        long step = step_of(k, t, i);
        offset += step / d->step * d->start * (walks_down(d) ? -1 : 1);
        if (walks_down(d) && step)
            fprintf(f, "%ld * ((int)%s - 1) + ", -step, d->extent);
    }
    fprintf(f, "%ld);\n", offset);
}

/* At the end of the body of the loop at a level; returns false where nothing is to be said. */
bool walk_step(struct kernel *k, FILE *f, const struct tensor *t, int level, const char *indent)
{
    long step = step_of(k, t, k->order[level]), back = 0;
    const struct dim *inner = level + 1 < k->n_dims ? &k->dim[k->order[level + 1]] : NULL;
    if (!t->there || t->way < WALKING_POINTER)
        return false;
    if (inner)
        back = step_of(k, t, k->order[level + 1]);
    else if (t->steps_itself && (step == 1 || step == -1))
        return false;
    if (!step && !back)
        return false;
    if (!f)
        return true;
    if (!back && (step == 1 || step == -1))
        fprintf(f, "%s%s_walk%s;\n", indent, t->name, step > 0 ? "++" : "--");
    else if (!back)
        fprintf(f, "%s%s_walk += %ld;\n", indent, t->name, step);
    else
        fprintf(f, "%s%s_walk += %ld - %ld * (int)%s;\n", indent, t->name, step, back, inner->extent);
    return true;
}

/* Where it has come to. */
void walk_end(struct kernel *k, FILE *f, const struct tensor *t)
{
    if (!t->there || t->way < WALKING_POINTER)
        return;
    fprintf(k->c->globals, "static int64_t c%d_end_%s;\n", k->c->id, t->name);
    fprintf(f, "    c%d_end_%s += %s_walk%s%s;\n", k->c->id, t->name, t->name,
        t->way == WALKING_POINTER ? " - " : "", t->way == WALKING_POINTER ? t->name : "");
    fprintf(k->c->results, "    SHOW_WHOLE(int64_t, c%d_end_%s);\n", k->c->id, t->name);
}
