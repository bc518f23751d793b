/*
 * Remainders that have to be 0, as in a transposed convolution that gathers:
 *
 *     for p                                         for p1, p0 < 2              p = 2 * p1 + p0 - 1
 *         for r < 4 {                                   for u < 2               r = 2 * u + p0
 *             t = p + 1 - r;                                h = p1 - u
 *             if (t % 2) continue;            ->            if (0 <= p && p < P && 0 <= h && h < H)
 *             h = t / 2;                                        y[p] += x[h] * w[r]
 *             if (0 <= h && h < H)
 *                 y[p] += x[h] * w[r];
 *         }
 *
 * The loops that the dividend depends on are split by the divisor (loop.c), but for the innermost one, r: of
 * its iterations only those are left that count for the others' remainders, p0. That takes three walks: the
 * first asks for the splits, the second for the choice of iterations, of which this file makes a loop in the
 * third. The dividend then is a multiple of the divisor throughout, which is the truth for every statement
 * that the condition guards; others are refused. p is split so that p0 is the remainder that counts, 1
 * iteration in front of the first one here, where r would need another iteration otherwise.
 */
#include "frontend/walk.h"
#include "support/number.h"

static const char *const HINT =
    "the quotient is affine where a loop around steps by 1 and its bounds are constant";

static int64_t modulo(int64_t x, int64_t size)
{
    return x - floor_div(x, size) * size;
}

/* 1 / x modulo size, by trying. */
static int64_t inverse(int64_t x, int64_t size)
{
    int64_t y = 1;
    while (modulo(x * y, size) != 1 % size)
        y++;
    return y;
}

/* ---- which conditions ---- */

static bool is_zero(struct fe_walk *w, CXCursor expr)
{
    struct fe_value value;
    return fe_value_of(w, expr, &value) && !value.modulus && !value.form.n_terms && !value.form.constant;
}

/* x % c == 0, !(x & 7): the remainder; null for other conditions. */
static CXCursor remainder_of(struct fe_walk *w, CXCursor condition, bool wanted)
{
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(condition);
    struct fe_kids kids = fe_kids_of(condition);
    bool compares = kind == CXBinaryOperator_EQ || kind == CXBinaryOperator_NE;
    if (compares && (wanted != (kind == CXBinaryOperator_EQ) || !is_zero(w, kids.at[1])))
        return clang_getNullCursor();
    if (!compares && wanted)
        return clang_getNullCursor();
    CXCursor rest = fe_bare(compares ? kids.at[0] : condition), source;
    return fe_source_of(w, rest, &source) ? fe_bare(source) : rest;
}

/* Keeps what is not a multiple of size; terms come by depth. */
static struct fe_affine rest_of(struct fe_walk *w, const struct fe_affine *form, int64_t size)
{
    struct fe_affine rest = fe_constant(modulo(form->constant, size));
    rest.term = naas_alloc(w->ctx, (size_t)form->n_terms + 1, sizeof *rest.term);
    for (int i = 0; i < form->n_terms; i++)
        if (form->term[i].coef % size)
            rest.term[rest.n_terms++] = form->term[i];
    return rest;
}

/* Can it be told from the loops' parts as it is, or as they can be split? */
static bool is_plain(const struct fe_walk *w, const struct fe_affine *rest, int64_t size)
{
    struct fe_range range = fe_range_of(w, rest);
    if (!range.known || rest->n_terms == 0)
        return true;
    return range.low >= 0 && (range.high < size || (rest->n_terms == 1 && rest->constant == 0));
}

static const struct fe_residue *planned(const struct fe_walk *w, CXCursor condition)
{
    for (int i = 0; i < w->plan->n_residues; i++)
        if (clang_equalCursors(w->plan->residue[i].condition, condition))
            return &w->plan->residue[i];
    return NULL;
}

bool fe_is_residue(struct fe_walk *w, CXCursor condition, bool wanted, struct fe_affine *rest, int64_t *size)
{
    *size = 0;
    CXCursor remainder = remainder_of(w, condition, wanted);
    if (clang_Cursor_isNull(remainder))
        return false;
    struct fe_value x, y;
    if (planned(w, condition)) {
        bool known = fe_value_of(w, remainder, &x);
        *rest = known ? x.form : fe_constant(1);
        return true;
    }
    struct fe_kids kids = fe_kids_of(remainder);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(remainder);
    if ((kind != CXBinaryOperator_Rem && kind != CXBinaryOperator_And) || !fe_value_of(w, kids.at[0], &x) ||
        !fe_value_of(w, kids.at[1], &y) || x.modulus || y.modulus || y.form.n_terms)
        return false;
    *size = fe_divisor_of(kind, y.form.constant);
    if (*size < 2 || *size > INT16_MAX || w->plan->no_residues)
        return false;
    *rest = rest_of(w, &x.form, *size);
    return !is_plain(w, rest, *size);
}

const struct fe_residue *fe_residue_of(const struct fe_walk *w, unsigned loop)
{
    for (int i = 0; i < w->plan->n_residues; i++)
        if (w->plan->residue[i].loop == loop)
            return &w->plan->residue[i];
    return NULL;
}

/* ---- planning ---- */

/* The iteration of the last term's loop as the others make it. Coefficients that cancel the others' exactly
 * leave a quotient of two loops; else any that are right modulo size will do. */
static bool make_residue(struct fe_walk *w, CXCursor condition, const struct fe_affine *rest, int64_t size,
    struct fe_residue *residue)
{
    const struct fe_term *last = &rest->term[rest->n_terms - 1];
    const struct fe_loop *loop = last->loop;
    int64_t coef, start, first;
    if (rest->n_terms > FE_MAX_RESIDUE_TERMS || loop->start.n_terms ||
        fe_residue_of(w, w->part[loop->id].loop) || __builtin_mul_overflow(last->coef, loop->step, &coef) ||
        gcd(modulo(coef, size), size) != 1 ||
        __builtin_mul_overflow(last->coef, loop->start.constant, &start) ||
        __builtin_add_overflow(rest->constant, start, &first))
        return false;
    int64_t factor = modulo(-inverse(modulo(coef, size), size), size);
    *residue = (struct fe_residue){.loop = w->part[loop->id].loop,
        .condition = condition,
        .size = size,
        .constant = modulo(modulo(first, size) * factor, size),
        .n_terms = rest->n_terms - 1};
    for (int i = 0; i < residue->n_terms; i++) {
        const struct fe_term *term = &rest->term[i];
        bool cancels = term->coef % coef == 0;
        residue->part[i] = w->part[term->loop->id];
        residue->coef[i] = cancels ? -(term->coef / coef) : modulo(modulo(term->coef, size) * factor, size);
    }
    return true;
}

static bool is_split(const struct fe_walk *w, unsigned loop)
{
    for (int i = 0; i < w->plan->n_splits; i++)
        if (w->plan->split[i].loop == loop)
            return true;
    return false;
}

/* By how much the parts of the i-th loop are to be shifted so that the constant becomes 0: where it costs the
 * chosen loop an iteration. */
static int64_t shift_of(
    const struct fe_walk *w, const struct fe_loop *last, const struct fe_residue *residue, int i)
{
    struct fe_range range = w->range[last->id];
    int64_t coef = modulo(residue->coef[i], residue->size), size = residue->size;
    if (is_split(w, residue->part[i].loop) || gcd(coef, size) != 1 || !range.known || residue->n_terms > 1)
        return 0;
    int64_t step = last->step < 0 ? -last->step : last->step, trips = (range.high - range.low) / step + 1;
    bool costs = floor_div(trips - 1 - residue->constant, size) + 2 > (trips + size - 1) / size;
    return costs ? modulo(residue->constant * inverse(coef, size), size) : 0;
}

/* Few enough values to stand for remainders; else asks for a split. */
static bool is_short(struct fe_walk *w, const struct fe_term *term, int64_t size, int64_t shift)
{
    struct fe_range range = w->range[term->loop->id];
    int64_t most = size / gcd(modulo(term->coef, size), size);
    if (range.known && range.high - range.low < most)
        return true;
    fe_ask_split(w, term->loop, most, shift);
    return false;
}

/* Not in a walk that asked for splits: the parts of this walk are not those of the next one. */
static void plan_residue(struct fe_walk *w, CXCursor condition, const struct fe_affine *rest, int64_t size)
{
    struct fe_plan *plan = w->plan;
    struct fe_residue residue;
    bool ready =
        !plan->again && plan->n_residues < FE_MAX_PLAN && make_residue(w, condition, rest, size, &residue);
    if (!ready)
        return;
    for (int i = 0; i < residue.n_terms; i++) {
        int64_t shift = shift_of(w, rest->term[rest->n_terms - 1].loop, &residue, i);
        ready = is_short(w, &rest->term[i], size, shift) && ready;
    }
    if (!ready)
        return;
    plan->residue[plan->n_residues++] = residue;
    plan->again = true;
}

bool fe_residue_guard(struct fe_walk *w, CXCursor condition, const struct fe_affine *rest, int64_t size)
{
    const struct fe_residue *residue = planned(w, condition);
    if (residue && (rest->n_terms || rest->constant))
        return fe_refuse(w, condition, HINT, "remainder of a division is not that of the loops' parts");
    if (residue) {
        w->guard = naas_grow(w->ctx, w->guard, w->n_guards, &w->guards_capacity, sizeof *w->guard);
        w->guard[w->n_guards++] = (struct fe_guard){
            .affine = {.term = (struct fe_term *)&residue->holds}, .loc = fe_loc(w, condition)};
        return true;
    }
    plan_residue(w, condition, rest, size);
    w->is_remainder = true;
    const struct fe_term *last = rest->n_terms ? &rest->term[rest->n_terms - 1] : NULL;
    int64_t step = last ? modulo(last->coef * last->loop->step, size) : 1;
    if (gcd(step, size) != 1)
        return fe_refuse(w, condition, "gathers are handled where dilation and stride have no common factor",
            "remainder by %lld of what loop '%s' steps by %lld", (long long)size, last->loop->name,
            (long long)(last->coef * last->loop->step));
    return fe_refuse(w, condition, HINT, "remainder of a division is not affine in the loop counters");
}

/* ---- the loop ---- */

static const struct fe_loop *part_around(const struct fe_walk *w, struct fe_split part)
{
    const struct fe_loop *loop = w->loop;
    while (loop && (w->part[loop->id].loop != part.loop || w->part[loop->id].size != part.size))
        loop = loop->parent;
    return loop;
}

bool fe_residue_iterations(
    struct fe_walk *w, const struct fe_residue *residue, int64_t trips, struct fe_affine *first, int64_t *n)
{
    *first = fe_constant(residue->constant);
    for (int i = 0; i < residue->n_terms; i++) {
        const struct fe_loop *loop = part_around(w, residue->part[i]);
        if (!loop)
            return false;
        struct fe_affine variable = fe_variable(w, loop);
        if (!fe_combine(w, 1, first, residue->coef[i], &variable, first))
            return false;
    }
    struct fe_range range = fe_range_of(w, first);
    int64_t low = -floor_div(range.high, residue->size);
    int64_t high = floor_div(trips - 1 - range.low, residue->size);
    *n = high < low ? 0 : high - low + 1;
    first->constant += residue->size * low;
    return range.known;
}

bool fe_residues_hold(struct fe_walk *w, CXCursor at)
{
    for (const struct fe_loop *loop = w->loop; loop; loop = loop->parent) {
        const struct fe_residue *residue = fe_residue_of(w, w->part[loop->id].loop);
        bool holds = !residue;
        for (int i = 0; i < w->n_guards && !holds; i++)
            holds = fe_is_holding(&w->guard[i]) && w->guard[i].affine.term == &residue->holds;
        if (!holds)
            return fe_refuse(w, at, "put it behind the test, or into a loop of its own",
                "statement runs for other remainders of a division, too, than 0");
    }
    return true;
}
