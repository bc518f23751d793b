/*
 * Conditions as guards:
 *
 *     if (y >= 0 && y < H)        y >= 0, H - 1 - y >= 0
 *     if (y < 0 || y >= H)        the same when the condition has to be false
 *     if ((unsigned)y < H)        the same
 */
#include "frontend/walk.h"

static const char *const NOT_AFFINE = "condition is not affine in the loop counters";

void fe_add_guard(struct fe_walk *w, CXCursor at, const struct fe_affine *affine)
{
    struct fe_range range = fe_range_of(w, affine);
    if (range.known && range.low >= 0)
        return; /* always holds */
    w->guard = naas_grow(w->ctx, w->guard, w->n_guards, &w->guards_capacity, sizeof *w->guard);
    w->guard[w->n_guards++] = (struct fe_guard){.affine = *affine, .loc = fe_loc(w, at)};
}

/* x - y - strict >= 0 */
static bool at_least(
    struct fe_walk *w, CXCursor at, const struct fe_affine *x, const struct fe_affine *y, bool strict)
{
    struct fe_affine difference;
    if (!fe_combine(w, 1, x, -1, y, &difference) ||
        __builtin_sub_overflow(difference.constant, strict, &difference.constant))
        return fe_refuse(w, at, NULL, "value overflows");
    fe_add_guard(w, at, &difference);
    return true;
}

/* x < y (or <=) in an unsigned type, where x is only known modulo 2^bits: 0 <= x < y if a wrapped x is beyond
 * y. */
static bool below_unsigned(
    struct fe_walk *w, CXCursor at, const struct fe_value *x, const struct fe_value *y, bool strict)
{
    struct fe_range low = fe_range_of(w, &x->form), high = fe_range_of(w, &y->form);
    if (y->modulus || !low.known || !high.known || x->modulus > 32)
        return x->modulus == 64 && !y->modulus && low.known && high.known && low.low > -((int64_t)1 << 62) &&
                       high.high < (int64_t)1 << 62
                   ? at_least(w, at, &x->form, &(struct fe_affine){.constant = 0}, false) &&
                         at_least(w, at, &y->form, &x->form, strict)
                   : fe_refuse(w, at, "compare signed values", "comparison may wrap around");
    int64_t wrap = (int64_t)1 << x->modulus;
    if (low.low < -wrap + high.high + 1 || low.high >= wrap)
        return fe_refuse(w, at, "compare signed values", "comparison may wrap around");
    struct fe_affine zero = fe_constant(0);
    return at_least(w, at, &x->form, &zero, false) && at_least(w, at, &y->form, &x->form, strict);
}

static bool ordered(
    struct fe_walk *w, CXCursor at, enum CXBinaryOperatorKind kind, struct fe_value *x, struct fe_value *y)
{
    if (kind == CXBinaryOperator_GT || kind == CXBinaryOperator_GE) {
        struct fe_value *other = x;
        x = y;
        y = other;
        kind = kind == CXBinaryOperator_GT ? CXBinaryOperator_LT : CXBinaryOperator_LE;
    }
    bool strict = kind == CXBinaryOperator_LT;
    if (x->modulus)
        return below_unsigned(w, at, x, y, strict);
    if (y->modulus)
        return fe_refuse(w, at, "compare signed values", "comparison may wrap around");
    return at_least(w, at, &y->form, &x->form, strict);
}

static bool equal(
    struct fe_walk *w, CXCursor at, bool wanted, const struct fe_value *x, const struct fe_value *y)
{
    if (x->modulus || y->modulus)
        return fe_refuse(w, at, "compare signed values", "comparison may wrap around");
    if (wanted)
        return at_least(w, at, &x->form, &y->form, false) && at_least(w, at, &y->form, &x->form, false);
    struct fe_affine difference;
    if (!fe_combine(w, 1, &x->form, -1, &y->form, &difference))
        return fe_refuse(w, at, NULL, "value overflows");
    struct fe_range range = fe_range_of(w, &difference);
    if (range.known && range.low >= 0)
        return at_least(w, at, &x->form, &y->form, true);
    if (range.known && range.high <= 0)
        return at_least(w, at, &y->form, &x->form, true);
    return fe_refuse(w, at, NULL, "%s", NOT_AFFINE);
}

static enum CXBinaryOperatorKind opposite(enum CXBinaryOperatorKind kind)
{
    switch (kind) {
    case CXBinaryOperator_LT:
        return CXBinaryOperator_GE;
    case CXBinaryOperator_LE:
        return CXBinaryOperator_GT;
    case CXBinaryOperator_GT:
        return CXBinaryOperator_LE;
    default:
        return CXBinaryOperator_LT;
    }
}

static bool comparison(struct fe_walk *w, CXCursor condition, bool wanted)
{
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(condition);
    struct fe_kids kids = fe_kids_of(condition);
    struct fe_value x, y;
    if (kids.n != 2 || kind < CXBinaryOperator_LT || kind > CXBinaryOperator_NE)
        return fe_refuse(w, condition, NULL, "%s", NOT_AFFINE);
    if (!fe_value_of(w, kids.at[0], &x)) {
        struct fe_reason reason = w->reason; /* says most, unless the other side is the one that never fits */
        if (fe_value_of(w, kids.at[1], &y) || w->reason.unknown)
            w->reason = reason;
        return false;
    }
    if (!fe_value_of(w, kids.at[1], &y))
        return false;
    if (kind == CXBinaryOperator_EQ || kind == CXBinaryOperator_NE)
        return equal(w, condition, wanted == (kind == CXBinaryOperator_EQ), &x, &y);
    return ordered(w, condition, wanted ? kind : opposite(kind), &x, &y);
}

/* A plain integer as a condition: whether it is not 0. */
static bool truth(struct fe_walk *w, CXCursor condition, bool wanted)
{
    struct fe_value x, zero = {.form = fe_constant(0)};
    return fe_value_of(w, condition, &x) && equal(w, condition, !wanted, &x, &zero);
}

struct flag {
    const struct fe_walk *w;
    bool fixed;
};

static void check_flag(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct flag *flag = data;
    if (clang_getCursorKind(cursor) != CXCursor_DeclRefExpr)
        return;
    CXCursor decl = clang_getCursorReferenced(cursor);
    flag->fixed = flag->fixed && fe_n_body_writes(flag->w, decl) <= 1 && !fe_moves(flag->w, decl);
}

/* `bool in = y >= 0 && y < H;` makes `if (in)` mean its condition, as long as its variables mean the same. */
bool fe_source_of(struct fe_walk *w, CXCursor reference, CXCursor *source)
{
    if (clang_getCursorKind(reference) != CXCursor_DeclRefExpr)
        return false;
    const struct fe_binding *bound = fe_bound(w, clang_getCursorReferenced(reference));
    if (!bound || bound->kind != FE_IS_EXPR || !clang_isExpression(clang_getCursorKind(bound->source)))
        return false;
    struct flag flag = {w, true};
    *source = bound->source;
    check_flag(*source, *source, &flag);
    fe_each(*source, check_flag, &flag);
    return flag.fixed;
}

static bool is_null(CXCursor expr)
{
    expr = fe_bare(expr);
    while (clang_getCursorKind(expr) == CXCursor_CStyleCastExpr) {
        struct fe_kids kids = fe_kids_of(expr);
        expr = fe_bare(kids.at[kids.n - 1]);
    }
    CXEvalResult result =
        clang_getCursorKind(expr) == CXCursor_IntegerLiteral ? clang_Cursor_Evaluate(expr) : NULL;
    bool zero = result && !clang_EvalResult_getAsLongLong(result);
    clang_EvalResult_dispose(result);
    return zero;
}

/* The nest steps the pointer, and sets it to no other: it is null where it was null in front of the nest. */
static bool only_steps(struct fe_walk *w, CXCursor decl)
{
    const struct fe_binding *bound = fe_bound(w, decl);
    return bound && bound->moves && bound->kind == FE_IS_POINTER && !fe_in_nest(w, decl) &&
           (!bound->array || clang_equalCursors(w->array_decl[bound->array->id], decl));
}

/* A pointer that the nest does not set, as text that is valid in front of it. */
static const char *fixed_pointer(struct fe_walk *w, CXCursor expr)
{
    struct fe_place place;
    if (!fe_is_pointer(expr) || w->inlined)
        return NULL;
    if (clang_getCursorKind(expr) == CXCursor_MemberRefExpr)
        return fe_member_of(w, expr, &place) && !fe_place_changes(w, &place) ? place.text : NULL;
    CXCursor decl = clang_getCursorReferenced(expr);
    bool fixed = clang_getCursorKind(expr) == CXCursor_DeclRefExpr && !fe_in_nest(w, decl) &&
                 (!fe_written(w, decl) || only_steps(w, decl)) && !fe_may_change(w, decl);
    return fixed ? fe_spelling(w, decl) : NULL;
}

bool fe_null_test(struct fe_walk *w, CXCursor condition, bool *holds)
{
    condition = fe_bare(condition);
    struct fe_kids kids = fe_kids_of(condition);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(condition);
    CXCursor pointer = condition;
    *holds = true;
    if (kind == CXBinaryOperator_EQ || kind == CXBinaryOperator_NE) {
        bool first = is_null(kids.at[0]);
        if (!first && !is_null(kids.at[1]))
            return false;
        pointer = fe_bare(kids.at[first ? 1 : 0]);
        *holds = kind == CXBinaryOperator_NE;
    } else if (clang_getCursorUnaryOperatorKind(condition) == CXUnaryOperator_LNot) {
        pointer = fe_bare(kids.at[0]);
        *holds = false;
    }
    const char *text = fixed_pointer(w, pointer);
    if (text)
        fe_assume(w, &(struct fe_assumption){naas_format(w->ctx, "(%s != 0)", text), 1});
    return text != NULL;
}

/* What is no && or ||. */
static bool single(struct fe_walk *w, CXCursor condition, bool wanted)
{
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(condition);
    struct fe_affine rest;
    int64_t size;
    bool holds;
    if (fe_null_test(w, condition, &holds)) {
        struct fe_affine never = fe_constant(-1);
        if (holds != wanted)
            fe_add_guard(w, condition, &never);
        return true;
    }
    if (fe_is_residue(w, condition, wanted, &rest, &size))
        return fe_residue_guard(w, condition, &rest, size);
    return kind >= CXBinaryOperator_LT && kind <= CXBinaryOperator_NE ? comparison(w, condition, wanted)
                                                                      : truth(w, condition, wanted);
}

/* 0 or 1: a condition, or what was set to one. */
static bool is_truth(struct fe_walk *w, CXCursor expr)
{
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(expr);
    CXCursor source;
    return (kind >= CXBinaryOperator_LT && kind <= CXBinaryOperator_NE) || kind == CXBinaryOperator_LAnd ||
           kind == CXBinaryOperator_LOr || clang_getCursorUnaryOperatorKind(expr) == CXUnaryOperator_LNot ||
           (fe_source_of(w, expr, &source) && is_truth(w, fe_bare(source)));
}

static bool collect(struct fe_walk *w, CXCursor condition, bool wanted)
{
    condition = fe_bare(condition);
    CXCursor meant;
    if (fe_source_of(w, condition, &meant))
        return collect(w, meant, wanted);
    enum CXCursorKind cursor_kind = clang_getCursorKind(condition);
    if (cursor_kind == CXCursor_UnaryOperator &&
        clang_getCursorUnaryOperatorKind(condition) == CXUnaryOperator_LNot)
        return collect(w, fe_kids_of(condition).at[0], !wanted);
    if (cursor_kind != CXCursor_BinaryOperator)
        return single(w, condition, wanted);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(condition);
    struct fe_kids sides = fe_kids_of(condition);
    if ((kind == CXBinaryOperator_EQ || kind == CXBinaryOperator_NE) && is_null(sides.at[1]) &&
        is_truth(w, fe_bare(sides.at[0])))
        return collect(w, sides.at[0], wanted == (kind == CXBinaryOperator_NE));
    if (kind == (wanted ? CXBinaryOperator_LAnd : CXBinaryOperator_LOr)) {
        struct fe_kids kids = fe_kids_of(condition);
        return collect(w, kids.at[0], wanted) && collect(w, kids.at[1], wanted);
    }
    if (kind == CXBinaryOperator_LAnd || kind == CXBinaryOperator_LOr)
        return fe_refuse(
            w, condition, "split the condition", "condition is not a conjunction of affine ones");
    return single(w, condition, wanted);
}

bool fe_guards_of(struct fe_walk *w, CXCursor condition, bool wanted)
{
    int first = w->n_guards;
    if (collect(w, condition, wanted))
        return true;
    w->n_guards = first;
    return false;
}

bool fe_never(const struct fe_walk *w, int first)
{
    for (int i = first; i < w->n_guards; i++) {
        struct fe_range range = fe_range_of(w, &w->guard[i].affine);
        if (range.known && range.high < 0)
            return true;
    }
    return false;
}
