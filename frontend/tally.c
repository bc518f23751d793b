/*
 * Variables that only count iterations get an expression of the loops around instead:
 *
 *     for (r = 0; r < 3; r++)                                        for r, s: sum += x[...]
 *         for (s = 0; s < 3; s++)                                    n += rows(p) * columns(q)
 *             if (inside the image) { sum += x[...]; n++; }
 *
 * An average over the pixels that a window has inside an image so becomes a sum and its finish.
 */
#include "frontend/walk.h"
#include <math.h>
#include <stdlib.h>

enum { MAX_BOUNDS = 8, MAX_CONSTANT = 1 << 20 };

/* The iterations of a loop that guards leave: from the largest of low up to the smallest of high, exclusive.
 */
struct span {
    int64_t trips;
    int n_low, n_high;
    struct fe_affine low[MAX_BOUNDS], high[MAX_BOUNDS];
};

/* target = target + by */
struct step {
    const struct fe_stmt *stmt;
    const struct fe_node *around; /* the outermost loop that it counts the iterations of */
    int64_t by;
};

/* ---- what counts ---- */

/* A constant that every type of its expression holds as it is. */
static bool is_whole(const struct fe_expr *expr, int64_t *value)
{
    if (expr->kind == FE_CAST)
        return is_whole(expr->arg[0], value) &&
               (naas_type_is_float(expr->type) ||
                   fe_type_holds(expr->type, (struct fe_range){true, *value, *value}));
    *value = expr->ivalue;
    if (expr->kind == FE_FLOAT) {
        double number = strtod(expr->text, NULL);
        *value = fabs(number) <= MAX_CONSTANT ? (int64_t)number : 0;
        return (double)*value == number;
    }
    return expr->kind == FE_INT && llabs(*value) <= MAX_CONSTANT;
}

static bool is_target(const struct fe_stmt *stmt, const struct fe_expr *expr)
{
    return expr->kind == FE_READ && expr->access.n_guards == 0 &&
           fe_same_access(&expr->access, &stmt->target);
}

static bool adds_constant(const struct fe_stmt *stmt, int64_t *by)
{
    const struct fe_expr *sum = stmt->value;
    if (sum->kind != FE_BINARY || sum->op != FE_ADD || sum->type != stmt->target.array->type)
        return false;
    return (is_target(stmt, sum->arg[0]) && is_whole(sum->arg[1], by)) ||
           (is_target(stmt, sum->arg[1]) && is_whole(sum->arg[0], by));
}

static bool reads(const struct fe_expr *expr, const struct fe_array *array)
{
    bool found = expr->kind == FE_READ && expr->access.array == array;
    for (int i = 0; i < expr->n_args; i++)
        found = found || reads(expr->arg[i], array);
    return found;
}

/* Does another statement in there touch what the statement counts in? */
static bool is_touched(const struct fe_node *node, const struct fe_stmt *stmt)
{
    const struct fe_array *array = stmt->target.array;
    bool found = node->stmt && node->stmt != stmt &&
                 (node->stmt->target.array == array || reads(node->stmt->value, array));
    for (int i = 0; i < node->n_children; i++)
        found = found || is_touched(&node->child[i], stmt);
    return found;
}

static bool moves_with(const struct fe_stmt *stmt, const struct fe_loop *loop)
{
    for (int j = 0; j < stmt->target.array->rank; j++)
        for (int i = 0; i < stmt->target.index[j].n_terms; i++)
            if (stmt->target.index[j].term[i].loop == loop)
                return true;
    return false;
}

static bool is_around(const struct fe_loop *outer, const struct fe_loop *loop)
{
    while (loop && loop != outer)
        loop = loop->parent;
    return loop != NULL;
}

/* ---- how often ---- */

static bool add_bound(struct span *span, const struct fe_affine *form, bool low)
{
    int *n = low ? &span->n_low : &span->n_high;
    if (*n == MAX_BOUNDS)
        return false;
    (low ? span->low : span->high)[(*n)++] = *form;
    return true;
}

/* Bounds the iterations of the loop by the guard, coef * (value of the loop's variable) + rest >= 0. */
static bool clip(
    struct fe_walk *w, struct span *span, const struct fe_guard *guard, const struct fe_term *term)
{
    struct fe_affine variable = fe_variable(w, term->loop), form;
    int64_t by;
    if (__builtin_mul_overflow(term->coef, term->loop->step, &by) || (by != 1 && by != -1) ||
        !fe_combine(w, 1, &guard->affine, -term->coef, &variable, &form) ||
        !fe_combine(w, -by, &form, -by * term->coef, &term->loop->start, &form))
        return false;
    form.constant += by == -1;
    return add_bound(span, &form, by == 1);
}

/* The one loop that is counted and that the guard speaks of; *n: how many there are. */
static const struct fe_term *counted_term(
    const struct fe_guard *guard, const struct fe_loop *outermost, int *n)
{
    const struct fe_term *found = NULL;
    *n = 0;
    for (int i = 0; i < guard->affine.n_terms; i++)
        if (is_around(outermost, guard->affine.term[i].loop)) {
            found = &guard->affine.term[i];
            ++*n;
        }
    return found;
}

static bool find_span(
    struct fe_walk *w, const struct step *step, const struct fe_loop *loop, struct span *span)
{
    struct fe_affine first = fe_constant(0), end;
    *span = (struct span){.trips = fe_trips_of(w, loop)};
    end = fe_constant(span->trips);
    if (span->trips < 0 || span->trips > INT32_MAX || !add_bound(span, &first, true) ||
        !add_bound(span, &end, false))
        return false;
    for (int i = 0; i < loop->start.n_terms; i++)
        if (is_around(step->around->loop, loop->start.term[i].loop))
            return false;
    for (int i = 0; i < step->stmt->n_guards; i++) {
        int n;
        const struct fe_term *term = counted_term(&step->stmt->guard[i], step->around->loop, &n);
        if (n > 1 || (n == 1 && term->loop == loop && !clip(w, span, &step->stmt->guard[i], term)))
            return false;
    }
    return true;
}

/* int where it holds all of the values. */
static enum naas_type type_of(const struct fe_walk *w, int n, const struct fe_affine *form)
{
    for (int i = 0; i < n; i++) {
        struct fe_range range = fe_range_of(w, &form[i]);
        if (!range.known || range.low < -INT32_MAX / 4 || range.high > INT32_MAX / 4)
            return NAAS_I64;
    }
    return NAAS_I32;
}

static struct fe_expr *extreme(
    struct fe_walk *w, int n, const struct fe_affine *form, bool largest, struct naas_loc loc)
{
    enum naas_type type = type_of(w, n, form);
    struct fe_expr *best = fe_affine_expr(w, &form[0], type, loc);
    for (int i = 1; i < n; i++) {
        struct fe_expr *other = fe_affine_expr(w, &form[i], type, loc);
        struct fe_expr *better = fe_binary_expr(w, largest ? FE_GT : FE_LT, other, best, loc);
        best = fe_cond_expr(w, better, other, best, loc);
    }
    return best;
}

static struct fe_expr *constant(struct fe_walk *w, enum naas_type type, int64_t value, struct naas_loc loc)
{
    struct fe_affine form = fe_constant(value);
    return fe_affine_expr(w, &form, type, loc);
}

static struct fe_expr *length(struct fe_walk *w, const struct span *span, struct naas_loc loc)
{
    if (span->n_low + span->n_high == 2)
        return constant(w, NAAS_I32, span->trips, loc);
    struct fe_expr *end = extreme(w, span->n_high, span->high, false, loc);
    struct fe_expr *n = fe_binary_expr(w, FE_SUB, end, extreme(w, span->n_low, span->low, true, loc), loc);
    struct fe_expr *none = constant(w, n->type, 0, loc);
    return fe_cond_expr(w, fe_binary_expr(w, FE_GT, n, none, loc), n, none, loc);
}

/* by * how often the statement runs for one iteration of the loops that are not counted; NULL: no telling.
 * It is never more than *most, in size. */
static struct fe_expr *total(struct fe_walk *w, const struct step *step, double *most)
{
    const struct fe_stmt *stmt = step->stmt;
    struct fe_expr *product = step->by == 1 ? NULL : constant(w, NAAS_I64, step->by, stmt->loc);
    *most = fabs((double)step->by);
    for (const struct fe_loop *loop = stmt->loop; loop != step->around->loop->parent; loop = loop->parent) {
        struct span span;
        if (!find_span(w, step, loop, &span))
            return NULL;
        struct fe_expr *n = length(w, &span, stmt->loc);
        *most *= (double)span.trips;
        if (*most > INT32_MAX)
            n = fe_cast_expr(w, NAAS_I64, n);
        product = product ? fe_binary_expr(w, FE_MUL, n, product, stmt->loc) : n;
    }
    return product;
}

/* ---- where ---- */

struct list {
    int n, capacity;
    struct fe_node *child;
};

/* What the variable surely holds in front of the i-th node is a whole number, and so is all that it is
 * counted up to: floats hold these exactly. */
static bool is_exact(const struct list *list, int i, const struct fe_stmt *stmt, double most)
{
    enum naas_type type = stmt->target.array->type;
    int64_t start = 0;
    if (!naas_type_is_float(type))
        return type == NAAS_I32 || type == NAAS_U32 || type == NAAS_I64 || type == NAAS_U64;
    while (i > 0 && !is_touched(&list->child[i - 1], stmt))
        i--;
    const struct fe_stmt *set = i > 0 ? list->child[i - 1].stmt : NULL;
    return set && set->n_guards == 0 && fe_same_access(&set->target, &stmt->target) &&
           is_whole(set->value, &start) && (double)llabs(start) + most < (type == NAAS_F32 ? 0x1p24 : 0x1p53);
}

/* The statement that stands behind the loops instead, if it has one. */
static struct fe_stmt *closed(struct fe_walk *w, const struct list *list, int i, const struct fe_stmt *stmt)
{
    struct step step = {.stmt = stmt, .around = &list->child[i]};
    double most;
    if (stmt->target.n_guards || !adds_constant(stmt, &step.by) || is_touched(step.around, stmt))
        return NULL;
    for (const struct fe_loop *loop = stmt->loop; loop != step.around->loop->parent; loop = loop->parent)
        if (moves_with(stmt, loop))
            return NULL;
    struct fe_expr *product = total(w, &step, &most);
    if (!product || !is_exact(list, i, stmt, most))
        return NULL;
    struct fe_stmt *out = naas_alloc(w->ctx, 1, sizeof *out);
    *out = *stmt;
    out->loop = step.around->loop->parent;
    out->n_guards = 0;
    out->guard = naas_alloc(w->ctx, (size_t)stmt->n_guards + 1, sizeof *out->guard);
    for (int k = 0, n; k < stmt->n_guards; k++)
        if (!counted_term(&stmt->guard[k], step.around->loop, &n))
            out->guard[out->n_guards++] = stmt->guard[k];
    enum naas_type type = stmt->target.array->type;
    out->value =
        fe_binary_expr(w, FE_ADD, fe_read_expr(w, &stmt->target), fe_cast_expr(w, type, product), stmt->loc);
    return out;
}

/* Takes a count out of what is below the node, which is the i-th of the list; NULL: there is none. */
static struct fe_stmt *take_out(struct fe_walk *w, const struct list *list, int i, struct fe_node *node)
{
    struct fe_stmt *found = NULL;
    for (int k = 0; k < node->n_children && !found; k++) {
        struct fe_node *child = &node->child[k];
        found = child->stmt ? closed(w, list, i, child->stmt) : take_out(w, list, i, child);
        if (!found || child->n_children > 0)
            continue;
        node->n_children--;
        for (int next = k; next < node->n_children; next++)
            node->child[next] = node->child[next + 1];
    }
    return found;
}

static void add(struct fe_walk *w, struct list *list, struct fe_node node)
{
    list->child = naas_grow(w->ctx, list->child, list->n, &list->capacity, sizeof *list->child);
    list->child[list->n++] = node;
}

/* Counts over the outermost loops first. */
static void close_tallies(struct fe_walk *w, int *n, struct fe_node **nodes)
{
    struct list list = {.n = 0};
    for (int i = 0; i < *n; i++) {
        int at = list.n;
        struct fe_stmt *count;
        add(w, &list, (*nodes)[i]);
        while ((*nodes)[i].loop && (count = take_out(w, &list, at, &list.child[at])))
            add(w, &list, (struct fe_node){.stmt = count});
        if (list.child[at].n_children > 0)
            close_tallies(w, &list.child[at].n_children, &list.child[at].child);
    }
    *nodes = list.child;
    *n = 0;
    for (int i = 0; i < list.n; i++)
        if (list.child[i].stmt || list.child[i].n_children > 0)
            list.child[(*n)++] = list.child[i];
}

void fe_close_tallies(struct fe_walk *w)
{
    close_tallies(w, &w->nest->n_roots, &w->nest->root);
}
