/*
 * Statements that were unrolled by hand become a loop again:
 *
 *     for (l = 0; l < 6; l++) {                  for (l = 0; l < 6; l++)
 *         s += a[4 * l] * b[4 * l];                  for (u = 0; u < 4; u++)
 *         s += a[4 * l + 1] * b[4 * l + 1];              s += a[4 * l + u] * b[4 * l + u];
 *         s += a[4 * l + 2] * b[4 * l + 2];
 *         s += a[4 * l + 3] * b[4 * l + 3];
 *     }
 *
 * The order in which they run stays. Several accumulators may take turns.
 */
#include "frontend/walk.h"
#include <string.h>

enum { MAX_PERIOD = 8, MAX_FORMS = 256 };

/* The forms of a statement in the order of its text. */
struct forms {
    int n;
    struct fe_affine *at[MAX_FORMS];
};

static void add_forms(struct forms *forms, struct fe_affine *form, int n)
{
    for (int i = 0; i < n; i++, forms->n++)
        if (forms->n < MAX_FORMS)
            forms->at[forms->n] = &form[i];
}

static void access_forms(struct forms *forms, const struct fe_access *access)
{
    add_forms(forms, access->index, access->array->rank);
    for (int i = 0; i < access->n_guards; i++)
        add_forms(forms, &access->guard[i].affine, 1);
}

static void expr_forms(struct forms *forms, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ)
        access_forms(forms, &expr->access);
    for (int i = 0; i < expr->n_args; i++)
        expr_forms(forms, expr->arg[i]);
}

static bool same_access(const struct fe_access *x, const struct fe_access *y)
{
    return x->array == y->array && x->n_guards == y->n_guards;
}

/* But for the constants in forms. */
static bool same_expr(const struct fe_expr *x, const struct fe_expr *y)
{
    bool text = x->text == y->text || (x->text && y->text && !strcmp(x->text, y->text));
    if (x->kind != y->kind || x->type != y->type || x->n_args != y->n_args || !text || x->loop != y->loop ||
        x->ivalue != y->ivalue || x->op != y->op ||
        (x->kind == FE_READ && !same_access(&x->access, &y->access)))
        return false;
    for (int i = 0; i < x->n_args; i++)
        if (!same_expr(x->arg[i], y->arg[i]))
            return false;
    return true;
}

static bool same_guards(const struct fe_stmt *x, const struct fe_stmt *y)
{
    if (x->n_guards != y->n_guards)
        return false;
    for (int i = 0; i < x->n_guards; i++)
        if (!fe_same_affine(&x->guard[i].affine, &y->guard[i].affine))
            return false;
    return true;
}

static bool reads(const struct fe_expr *expr, const struct fe_access *access)
{
    bool found = expr->kind == FE_READ && fe_same_access(&expr->access, access);
    for (int i = 0; i < expr->n_args; i++)
        found = found || reads(expr->arg[i], access);
    return found;
}

/* y is x with `by` times the steps added to its forms; by 1 says what the steps are. */
static bool follows(const struct fe_stmt *x, const struct fe_stmt *y, int64_t by, int64_t step[MAX_FORMS])
{
    struct forms of_x = {.n = 0}, of_y = {.n = 0};
    if (!fe_same_access(&x->target, &y->target) || !same_guards(x, y) || !same_expr(x->value, y->value) ||
        !reads(x->value, &x->target))
        return false;
    expr_forms(&of_x, x->value);
    expr_forms(&of_y, y->value);
    if (of_x.n != of_y.n || of_x.n > MAX_FORMS)
        return false;
    for (int i = 0; i < of_x.n; i++) {
        int64_t apart;
        if (!fe_same_terms(of_x.at[i], of_y.at[i], 1) ||
            __builtin_sub_overflow(of_y.at[i]->constant, of_x.at[i]->constant, &apart))
            return false;
        if (by == 1)
            step[i] = apart;
        else if (apart != by * step[i])
            return false;
    }
    return true;
}

/* How often the first `period` of the statements come, each time a step on. */
static int rounds(int n, const struct fe_node *node, int period, int64_t step[MAX_PERIOD][MAX_FORMS])
{
    int times = 1;
    for (;; times++)
        for (int i = 0; i < period; i++) {
            int at = times * period + i;
            if (at >= n || !node[i].stmt || !node[at].stmt ||
                !follows(node[i].stmt, node[at].stmt, times, step[i]))
                return times;
        }
}

static struct fe_expr *copy(struct fe_walk *w, const struct fe_expr *expr)
{
    struct fe_expr *out = naas_alloc(w->ctx, 1, sizeof *out);
    *out = *expr;
    struct fe_access *access = &out->access;
    if (expr->kind == FE_READ) {
        access->index = naas_alloc(w->ctx, (size_t)access->array->rank + 1, sizeof *access->index);
        for (int i = 0; i < access->array->rank; i++)
            access->index[i] = expr->access.index[i];
        access->guard = naas_alloc(w->ctx, (size_t)access->n_guards + 1, sizeof *access->guard);
        for (int i = 0; i < access->n_guards; i++)
            access->guard[i] = expr->access.guard[i];
    }
    for (int i = 0; i < expr->n_args; i++)
        out->arg[i] = copy(w, expr->arg[i]);
    return out;
}

/* The statements with the loop's variable times their steps in their forms. */
static struct fe_node roll(struct fe_walk *w, const struct fe_loop *around, const struct fe_node *node,
    int period, int times, int64_t step[MAX_PERIOD][MAX_FORMS])
{
    struct fe_loop like = {.name = "u", .type = NAAS_I32, .loc = node[0].stmt->loc, .step = 1};
    like.stop = fe_constant(times);
    w->loop = around;
    struct fe_loop *loop =
        fe_add_loop(w, &like, (struct fe_range){true, 0, times - 1}, (struct fe_split){.loop = 0});
    struct fe_affine variable = fe_variable(w, loop);
    struct fe_node out = {.loop = loop, .n_children = period};
    out.child = naas_alloc(w->ctx, (size_t)period, sizeof *out.child);
    for (int i = 0; i < period; i++) {
        struct fe_stmt *stmt = naas_alloc(w->ctx, 1, sizeof *stmt);
        struct forms forms = {.n = 0};
        *stmt = *node[i].stmt;
        stmt->loop = loop;
        stmt->value = copy(w, stmt->value);
        expr_forms(&forms, stmt->value);
        for (int k = 0; k < forms.n; k++)
            if (!fe_combine(w, 1, forms.at[k], step[i][k], &variable, forms.at[k])) {
                w->nest->n_loops = --w->n_ranges;
                return (struct fe_node){.loop = NULL};
            }
        out.child[i].stmt = stmt;
    }
    return out;
}

static bool uses(const struct fe_expr *expr, const struct fe_loop *loop)
{
    bool found = expr->loop == loop;
    for (int i = 0; i < expr->n_args; i++)
        found = found || uses(expr->arg[i], loop);
    return found;
}

static int64_t coef_of(const struct fe_affine *form, const struct fe_loop *loop)
{
    for (int i = 0; i < form->n_terms; i++)
        if (form->term[i].loop == loop)
            return form->term[i].coef;
    return 0;
}

/* All forms of the statement move by as much from the inner loop's last iteration to the outer one's next as
 * from one inner iteration to another. */
static bool runs_on(const struct fe_stmt *stmt, const struct fe_loop *outer, const struct fe_loop *inner)
{
    struct forms forms = {.n = 0};
    expr_forms(&forms, stmt->value);
    add_forms(&forms, stmt->target.index, stmt->target.array->rank);
    for (int i = 0; i < stmt->n_guards; i++)
        add_forms(&forms, &stmt->guard[i].affine, 1);
    for (int i = 0; i < forms.n && i < MAX_FORMS; i++) {
        int64_t by, whole;
        if (__builtin_mul_overflow(coef_of(forms.at[i], outer), outer->step, &by) ||
            __builtin_mul_overflow(coef_of(forms.at[i], inner), inner->stop.constant, &whole) || by != whole)
            return false;
    }
    return forms.n <= MAX_FORMS && !uses(stmt->value, outer);
}

/* A loop around nothing but the new one: one loop for both, if all it does runs on. */
static void merge(struct fe_walk *w, struct fe_node *parent)
{
    struct fe_nest *nest = w->nest;
    struct fe_loop *outer = nest->loop[parent->loop->id];
    const struct fe_node *child = &parent->child[0];
    const struct fe_loop *inner = child->loop;
    int64_t trips = fe_trips_of(w, outer), all;
    bool fits = !outer->start.n_terms && trips > 0 && inner == nest->loop[nest->n_loops - 1] &&
                !__builtin_mul_overflow(trips, inner->stop.constant, &all) && all < INT32_MAX;
    for (int i = 0; fits && i < child->n_children; i++)
        fits = runs_on(child->child[i].stmt, outer, inner);
    if (!fits)
        return;
    struct fe_affine start = outer->start, variable = fe_variable(w, outer), old = fe_variable(w, inner);
    for (int pass = 0; pass < 2; pass++) /* the first one sees that nothing overflows */
        for (int i = 0; i < child->n_children; i++) {
            struct forms forms = {.n = 0};
            expr_forms(&forms, child->child[i].stmt->value);
            for (int k = 0; k < forms.n; k++) {
                int64_t by = coef_of(forms.at[k], inner), at = coef_of(forms.at[k], outer);
                struct fe_affine form;
                if (!fe_combine(w, 1, forms.at[k], -by, &old, &form) ||
                    !fe_combine(w, 1, &form, by - at, &variable, &form) ||
                    !fe_combine(w, 1, &form, at, &start, &form))
                    return;
                *forms.at[k] = pass ? form : *forms.at[k];
            }
        }
    for (int i = 0; i < child->n_children; i++)
        ((struct fe_stmt *)child->child[i].stmt)->loop = outer;
    outer->type = NAAS_I32;
    outer->start = fe_constant(0);
    outer->stop = fe_constant(all);
    outer->step = 1;
    w->range[outer->id] = (struct fe_range){true, 0, all - 1};
    nest->n_loops = --w->n_ranges;
    parent->n_children = child->n_children;
    parent->child = child->child;
}

static void reroll_children(struct fe_walk *w, struct fe_node *parent)
{
    int64_t step[MAX_PERIOD][MAX_FORMS];
    int kept = 0;
    bool last_rolled = false;
    for (int i = 0; i < parent->n_children;) {
        struct fe_node *node = &parent->child[i];
        int times = 1, period = 1;
        for (int p = 1; times == 1 && p <= MAX_PERIOD && node->stmt; p++) {
            times = rounds(parent->n_children - i, node, p, step);
            period = p;
        }
        struct fe_node rolled = {.loop = NULL};
        if (times > 1)
            rolled = roll(w, parent->loop, node, period, times, step);
        last_rolled = rolled.loop != NULL;
        if (!rolled.loop) {
            reroll_children(w, node);
            parent->child[kept++] = *node;
            i++;
            continue;
        }
        parent->child[kept++] = rolled;
        i += period * times;
    }
    parent->n_children = kept;
    if (kept == 1 && parent->child[0].loop && last_rolled)
        merge(w, parent);
}

void fe_reroll(struct fe_walk *w)
{
    for (int i = 0; i < w->nest->n_roots; i++)
        reroll_children(w, &w->nest->root[i]);
}
