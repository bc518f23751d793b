/*
 * Bounds that are the larger or smaller of several forms, as windows clipped at an edge have them:
 *
 *     for (r = MAX(0, -y); r < MIN(R, H - y); r++)       max of 0, -y and min of R, H - y
 *
 * and of dilated windows, which divide them: MAX(0, (1 - y) / 2), MIN(R, (H - y + 1) / 2).
 */
#include "frontend/walk.h"

static bool same_list(const struct fe_extreme *x, const struct fe_extreme *y)
{
    if (x->n != y->n)
        return false;
    for (int i = 0; i < x->n; i++)
        if (!fe_same_affine(&x->form[i], &y->form[i]) || x->divisor[i] != y->divisor[i])
            return false;
    return true;
}

/* a < b ? a : b and its seven variations. */
static bool chosen(struct fe_walk *w, CXCursor expr, bool largest, struct fe_extreme *out)
{
    struct fe_kids kids = fe_kids_of(expr);
    CXCursor condition = kids.n == 3 ? fe_bare(kids.at[0]) : clang_getNullCursor();
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(condition);
    bool less = kind == CXBinaryOperator_LT || kind == CXBinaryOperator_LE;
    bool greater = kind == CXBinaryOperator_GT || kind == CXBinaryOperator_GE;
    struct fe_extreme left, right, yes, no;
    if (!less && !greater)
        return false;
    struct fe_kids sides = fe_kids_of(condition);
    if (!fe_extreme_of(w, sides.at[0], largest, &left) || !fe_extreme_of(w, sides.at[1], largest, &right) ||
        !fe_extreme_of(w, kids.at[1], largest, &yes) || !fe_extreme_of(w, kids.at[2], largest, &no))
        return false;
    bool straight = same_list(&left, &yes) && same_list(&right, &no);
    bool crossed = same_list(&left, &no) && same_list(&right, &yes);
    bool is_largest = straight ? greater : less;
    bool is_signed = !fe_is_unsigned(fe_type_of(sides.at[0])) && fe_type_of(sides.at[0]) != NAAS_VOID;
    if ((!straight && !crossed) || is_largest != largest || !is_signed || yes.n + no.n > FE_MAX_EXTREME)
        return false;
    *out = yes;
    for (int i = 0; i < no.n; i++) {
        out->divisor[out->n] = no.divisor[i];
        out->form[out->n++] = no.form[i];
    }
    return true;
}

static bool quotient(struct fe_walk *w, CXCursor expr, struct fe_extreme *out)
{
    struct fe_kids kids = fe_kids_of(expr);
    struct fe_value x, by;
    bool known = kids.n == 2 && fe_value_of(w, kids.at[0], &x) && fe_value_of(w, kids.at[1], &by);
    if (!known || x.modulus || by.modulus || by.form.n_terms || by.form.constant < 1)
        return false;
    out->form[0] = x.form;
    out->divisor[0] = by.form.constant;
    return true;
}

bool fe_extreme_of(struct fe_walk *w, CXCursor expr, bool largest, struct fe_extreme *out)
{
    struct fe_value value;
    CXCursor bare = fe_bare(expr);
    enum CXCursorKind kind = clang_getCursorKind(bare);
    *out = (struct fe_extreme){.n = 1, .largest = largest, .divisor = {1}};
    if (fe_value_of(w, expr, &value)) {
        out->form[0] = value.form;
        return !value.modulus;
    }
    if (fe_type_of(expr) != NAAS_I32 && fe_type_of(expr) != NAAS_I64)
        return false;
    if (kind == CXCursor_ConditionalOperator)
        return chosen(w, bare, largest, out);
    if (clang_getCursorBinaryOperatorKind(bare) == CXBinaryOperator_Div)
        return quotient(w, bare, out);
    if (kind == CXCursor_CallExpr)
        return fe_inline_extreme(w, bare, largest, out);
    if (kind == CXCursor_StmtExpr)
        return fe_block_extreme(w, bare, largest, out);
    if (kind == CXCursor_CStyleCastExpr) {
        struct fe_kids kids = fe_kids_of(bare);
        return fe_extreme_of(w, kids.at[kids.n - 1], largest, out);
    }
    CXCursor source; /* a quotient by a name of its own */
    if (fe_source_of(w, bare, &source) && fe_type_of(source) == fe_type_of(bare) &&
        clang_getCursorBinaryOperatorKind(fe_bare(source)) == CXBinaryOperator_Div)
        return quotient(w, fe_bare(source), out);
    const struct fe_binding *bound =
        kind == CXCursor_DeclRefExpr ? fe_bound(w, clang_getCursorReferenced(bare)) : NULL;
    if (!bound || !bound->extreme.n || bound->extreme.largest != largest)
        return false;
    *out = bound->extreme;
    return true;
}
