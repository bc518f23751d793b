/*
 * Affine forms, the values they take, and reading them from integer expressions.
 *
 * C computes modulo 2^n in unsigned types. A form stands for such a value only where its range, as loops and
 * guards bound it, shows that nothing wraps around; until then the value is kept as "form modulo 2^n", which
 * is enough for
 *
 *     unsigned y = p + r - 1;         y is p + r - 1 modulo 2^32
 *     if (y < H) s += x[y];           0 <= p + r - 1 < H, and behind it y is p + r - 1
 *
 * Signed arithmetic may not overflow, so there a form is always exact.
 */
#include "frontend/walk.h"
#include <inttypes.h>
#include <string.h>

struct fe_affine fe_constant(int64_t value)
{
    return (struct fe_affine){.constant = value};
}

struct fe_affine fe_variable(struct fe_walk *w, const struct fe_loop *loop)
{
    struct fe_affine form = {.n_terms = 1, .term = naas_alloc(w->ctx, 1, sizeof *form.term)};
    form.term[0] = (struct fe_term){loop, 1};
    return form;
}

static bool scaled_sum(int64_t a, int64_t x, int64_t b, int64_t y, int64_t *out)
{
    int64_t ax, by;
    return !__builtin_mul_overflow(a, x, &ax) && !__builtin_mul_overflow(b, y, &by) &&
           !__builtin_add_overflow(ax, by, out);
}

bool fe_combine(struct fe_walk *w, int64_t a, const struct fe_affine *x, int64_t b, const struct fe_affine *y,
    struct fe_affine *out)
{
    struct fe_affine sum = {.n_terms = 0};
    sum.term = naas_alloc(w->ctx, (size_t)(x->n_terms + y->n_terms + 1), sizeof *sum.term);
    if (!scaled_sum(a, x->constant, b, y->constant, &sum.constant))
        return false;
    int i = 0, j = 0;
    while (i < x->n_terms || j < y->n_terms) {
        int left = i < x->n_terms ? x->term[i].loop->id : INT32_MAX;
        int right = j < y->n_terms ? y->term[j].loop->id : INT32_MAX;
        struct fe_term term = {.loop = left <= right ? x->term[i].loop : y->term[j].loop};
        int64_t from_x = left <= right ? x->term[i++].coef : 0;
        int64_t from_y = right <= left ? y->term[j++].coef : 0;
        if (!scaled_sum(a, from_x, b, from_y, &term.coef))
            return false;
        if (term.coef)
            sum.term[sum.n_terms++] = term;
    }
    *out = sum;
    return true;
}

bool fe_same_terms(const struct fe_affine *x, const struct fe_affine *y, int64_t sign)
{
    if (x->n_terms != y->n_terms)
        return false;
    for (int i = 0; i < x->n_terms; i++)
        if (x->term[i].loop != y->term[i].loop || x->term[i].coef != sign * y->term[i].coef)
            return false;
    return true;
}

bool fe_same_affine(const struct fe_affine *x, const struct fe_affine *y)
{
    return x->constant == y->constant && fe_same_terms(x, y, 1);
}

/* g >= 0 with the same terms bounds the form from below, with opposite ones from above. */
static void tighten(struct fe_range *range, const struct fe_affine *form, const struct fe_affine *guard)
{
    int64_t bound;
    if (fe_same_terms(form, guard, 1) && !__builtin_sub_overflow(form->constant, guard->constant, &bound) &&
        bound > range->low)
        range->low = bound;
    if (fe_same_terms(form, guard, -1) && !__builtin_add_overflow(form->constant, guard->constant, &bound) &&
        bound < range->high)
        range->high = bound;
}

struct fe_range fe_range_of(const struct fe_walk *w, const struct fe_affine *form)
{
    struct fe_range range = {true, form->constant, form->constant};
    for (int i = 0; i < form->n_terms; i++) {
        struct fe_range loop = w->range[form->term[i].loop->id];
        int64_t coef = form->term[i].coef;
        int64_t low = coef > 0 ? loop.low : loop.high, high = coef > 0 ? loop.high : loop.low;
        if (!loop.known || !scaled_sum(coef, low, 1, range.low, &range.low) ||
            !scaled_sum(coef, high, 1, range.high, &range.high)) {
            range.known = false;
            return range;
        }
    }
    for (int i = 0; i < w->n_guards; i++)
        tighten(&range, form, &w->guard[i].affine);
    return range;
}

bool fe_is_unsigned(enum naas_type type)
{
    return type == NAAS_U8 || type == NAAS_U16 || type == NAAS_U32 || type == NAAS_U64;
}

bool fe_type_holds(enum naas_type type, struct fe_range range)
{
    int bits = 8 * naas_type_bytes(type);
    if (!range.known || naas_type_is_float(type) || !bits)
        return false;
    if (range.low > range.high)
        return true; /* never reached */
    if (fe_is_unsigned(type))
        return range.low >= 0 && (bits == 64 || range.high < (int64_t)1 << bits);
    return bits == 64 || (range.low >= -((int64_t)1 << (bits - 1)) && range.high < (int64_t)1 << (bits - 1));
}

bool fe_refuse_type(struct fe_walk *w, CXCursor at)
{
    return fe_refuse(
        w, at, "subscripts, bounds and guards are made of integers", "expression is not of an integer type");
}

/* Finds out whether a value that was computed in an unsigned type is exact. */
static void settle(struct fe_walk *w, enum naas_type type, struct fe_value *value)
{
    bool holds = fe_type_holds(type, fe_range_of(w, &value->form));
    value->modulus = holds ? 0 : 8 * naas_type_bytes(type);
}

bool fe_convert(struct fe_walk *w, CXCursor at, enum naas_type type, struct fe_value *value)
{
    if (type == NAAS_VOID || naas_type_is_float(type))
        return fe_refuse_type(w, at);
    int bits = 8 * naas_type_bytes(type);
    bool holds = fe_type_holds(type, fe_range_of(w, &value->form));
    if (value->modulus && value->modulus < bits)
        return fe_refuse(
            w, at, "use signed variables, or compare with the bounds first", "value may wrap around");
    if (holds)
        value->modulus = 0;
    else if (fe_is_unsigned(type))
        value->modulus = bits;
    else if (value->modulus || bits < 64)
        return fe_refuse(w, at, "use int variables for subscripts and bounds",
            "value may not fit its type '%s'", naas_type_c(type));
    return true;
}

bool fe_exact_of(struct fe_walk *w, CXCursor expr, const char *what, struct fe_affine *out)
{
    struct fe_value value;
    if (!fe_value_of(w, expr, &value))
        return false;
    if (value.modulus)
        return fe_refuse(
            w, expr, "use signed variables, or compare with the bounds first", "%s may wrap around", what);
    *out = value.form;
    return true;
}

static bool constant_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    CXEvalResult result = clang_Cursor_Evaluate(expr);
    bool ok = result && clang_EvalResult_getKind(result) == CXEval_Int;
    int64_t value = 0;
    if (ok && clang_EvalResult_isUnsignedInt(result)) {
        unsigned long long u = clang_EvalResult_getAsUnsigned(result);
        ok = u <= INT64_MAX;
        value = (int64_t)u;
    } else if (ok) {
        value = clang_EvalResult_getAsLongLong(result);
    }
    clang_EvalResult_dispose(result);
    *out = (struct fe_value){.form = fe_constant(value)};
    return ok || fe_refuse(w, expr, NULL, "value is not known at compile time");
}

static bool reference_value(struct fe_walk *w, CXCursor ref, struct fe_value *out)
{
    CXCursor decl = clang_getCursorReferenced(ref);
    if (clang_getCursorKind(decl) == CXCursor_EnumConstantDecl) {
        *out = (struct fe_value){.form = fe_constant(clang_getEnumConstantDeclValue(decl))};
        return true;
    }
    enum naas_type type = fe_type_of(decl);
    if (type == NAAS_VOID || naas_type_is_float(type))
        return fe_refuse_type(w, ref);
    const struct fe_binding *bound = fe_bound(w, decl);
    if (bound && bound->kind == FE_IS_LOOP) {
        *out = (struct fe_value){.form = fe_variable(w, bound->loop)};
        return true;
    }
    if (bound && bound->kind == FE_IS_AFFINE) {
        *out = bound->value;
        if (out->modulus)
            settle(w, type, out);
        return true;
    }
    if (bound && bound->lost)
        return fe_refuse_lost(w, ref, bound);
    if (bound && bound->unknown) {
        w->reason = *bound->unknown;
        return false;
    }
    if (!bound && fe_written(w, decl))
        fe_ask_moved(w, decl);
    if (bound || fe_written(w, decl))
        return fe_refuse(w, ref, "only loop counters, constants and sums of their multiples are handled here",
            "'%s' depends on data", fe_spelling(w, decl));
    return fe_outer_value(w, ref, decl, out);
}

static bool fold(
    struct fe_walk *w, CXCursor at, enum CXBinaryOperatorKind kind, int64_t x, int64_t y, int64_t *out)
{
    bool shift = y >= 0 && y < 63 && x >= 0;
    switch (kind) {
    case CXBinaryOperator_Div:
        if (y == 0 || y == -1)
            break;
        *out = x / y;
        return true;
    case CXBinaryOperator_Rem:
        if (y == 0 || y == -1)
            break;
        *out = x % y;
        return true;
    case CXBinaryOperator_Shr:
        if (!shift)
            break;
        *out = x >> y;
        return true;
    case CXBinaryOperator_And:
        *out = x & y;
        return true;
    case CXBinaryOperator_Or:
        *out = x | y;
        return true;
    case CXBinaryOperator_Xor:
        *out = x ^ y;
        return true;
    default:
        break;
    }
    return fe_refuse(w, at, NULL, "expression is not affine in the loop counters");
}

int64_t fe_divisor_of(enum CXBinaryOperatorKind kind, int64_t y)
{
    if (kind == CXBinaryOperator_Div || kind == CXBinaryOperator_Rem)
        return y > 0 ? y : 0;
    if (kind == CXBinaryOperator_Shr)
        return y >= 0 && y < 31 ? (int64_t)1 << y : 0;
    bool mask = kind == CXBinaryOperator_And && y > 0 && y < INT32_MAX && ((y + 1) & y) == 0;
    return mask ? y + 1 : 0;
}

/*
 * x = c * whole + rest with 0 <= rest < c gives x / c = whole, x % c = rest, and so it does for a negative x
 * where rest is 0. Where a loop runs across, it has to be split for that: fe_ask_split.
 */
static bool divided(
    struct fe_walk *w, CXCursor at, bool quotient, const struct fe_affine *x, int64_t c, struct fe_value *out)
{
    struct fe_range range = fe_range_of(w, x);
    struct fe_affine whole = fe_constant(x->constant / c), rest = fe_constant(x->constant % c);
    whole.constant -= rest.constant < 0;
    rest.constant += rest.constant < 0 ? c : 0;
    whole.term = naas_alloc(w->ctx, (size_t)x->n_terms + 1, sizeof *whole.term);
    rest.term = naas_alloc(w->ctx, (size_t)x->n_terms + 1, sizeof *rest.term);
    for (int i = 0; i < x->n_terms; i++) {
        struct fe_term term = x->term[i];
        if (term.coef % c)
            rest.term[rest.n_terms++] = term;
        else
            whole.term[whole.n_terms++] = (struct fe_term){term.loop, term.coef / c};
    }
    *out = (struct fe_value){.form = quotient ? whole : rest};
    if (!rest.n_terms && !rest.constant)
        return true;
    if (!range.known || range.low < 0)
        return fe_refuse(w, at, "test first that it is not negative",
            "expression is not affine: it divides what may be negative");
    range = fe_range_of(w, &rest);
    if (range.known && range.low >= 0 && range.high < c)
        return true;
    for (int i = 0; i < rest.n_terms; i++)
        if (rest.term[i].coef > 0 && c % rest.term[i].coef == 0)
            fe_ask_split(w, rest.term[i].loop, c / rest.term[i].coef, 0);
    return fe_refuse(w, at, "only sums of constant multiples of loop counters are handled here",
        "expression is not affine in the loop counters");
}

/* Division, bits: of constants, and of what a loop can be split by. */
static bool fold_values(struct fe_walk *w, CXCursor at, enum CXBinaryOperatorKind kind,
    const struct fe_value *x, const struct fe_value *y, struct fe_value *out)
{
    const char *hint = "only sums of constant multiples of loop counters are handled here";
    int64_t divisor = y->form.n_terms || y->modulus ? 0 : fe_divisor_of(kind, y->form.constant);
    bool quotient = kind == CXBinaryOperator_Div || kind == CXBinaryOperator_Shr;
    if (x->form.n_terms && !x->modulus && divisor)
        return divided(w, at, quotient, &x->form, divisor, out);
    if (x->form.n_terms || y->form.n_terms)
        return fe_refuse(w, at, hint, "expression is not affine in the loop counters");
    if (x->modulus || y->modulus)
        return fe_refuse(w, at, NULL, "value may wrap around");
    int64_t folded = 0;
    if (!fold(w, at, kind, x->form.constant, y->form.constant, &folded))
        return false;
    *out = (struct fe_value){.form = fe_constant(folded)};
    return true;
}

static bool product(
    struct fe_walk *w, CXCursor at, const struct fe_value *x, const struct fe_value *y, struct fe_value *out)
{
    if (x->form.n_terms)
        return !y->form.n_terms
                   ? product(w, at, y, x, out)
                   : fe_refuse(w, at, "one factor has to be a constant; extent(...) makes a variable one",
                         "expression is not affine: it multiplies loop counters");
    struct fe_affine zero = fe_constant(0);
    return fe_combine(w, x->form.constant, &y->form, 0, &zero, &out->form) ||
           fe_refuse(w, at, NULL, "value overflows");
}

static bool binary_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    struct fe_kids kids = fe_kids_of(expr);
    struct fe_value x, y;
    enum naas_type type = fe_type_of(expr);
    if (type == NAAS_VOID || naas_type_is_float(type) || kids.n != 2)
        return fe_refuse_type(w, expr);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(expr);
    *out = (struct fe_value){.modulus = 0};
    if (kind == CXBinaryOperator_Sub && fe_is_pointer(kids.at[0]))
        return fe_distance(w, kids.at[1], kids.at[0], &out->form);
    if (!fe_value_of(w, kids.at[0], &x) || !fe_value_of(w, kids.at[1], &y))
        return false;
    bool ok;
    if (kind == CXBinaryOperator_Add || kind == CXBinaryOperator_Sub)
        ok = fe_combine(w, 1, &x.form, kind == CXBinaryOperator_Add ? 1 : -1, &y.form, &out->form) ||
             fe_refuse(w, expr, NULL, "value overflows");
    else if (kind == CXBinaryOperator_Mul)
        ok = product(w, expr, &x, &y, out);
    else if (kind == CXBinaryOperator_Shl && !x.modulus && !y.form.n_terms && y.form.constant >= 0 &&
             y.form.constant < 31)
        ok =
            product(w, expr, &(struct fe_value){.form = fe_constant((int64_t)1 << y.form.constant)}, &x, out);
    else
        ok = fold_values(w, expr, kind, &x, &y, out);
    if (ok && fe_is_unsigned(type))
        settle(w, type, out);
    return ok;
}

/* i++, --i */
static bool step_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    struct fe_binding value;
    CXCursor variable = fe_bare(fe_kids_of(expr).at[0]);
    if (clang_getCursorKind(variable) == CXCursor_DeclRefExpr &&
        !fe_bound(w, clang_getCursorReferenced(variable)))
        fe_ask_moved(w, clang_getCursorReferenced(variable));
    if (!fe_step_value(w, expr, &value))
        return false;
    *out = value.value;
    return value.kind == FE_IS_AFFINE || fe_refuse_type(w, expr);
}

static bool unary_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    enum CXUnaryOperatorKind kind = clang_getCursorUnaryOperatorKind(expr);
    struct fe_kids kids = fe_kids_of(expr);
    if (kind <= CXUnaryOperator_PreDec)
        return step_value(w, expr, out);
    if (kind != CXUnaryOperator_Minus && kind != CXUnaryOperator_Plus)
        return fe_refuse(w, expr, NULL, "expression is not affine in the loop counters");
    if (!fe_value_of(w, kids.at[0], out))
        return false;
    struct fe_affine zero = fe_constant(0);
    if (kind == CXUnaryOperator_Minus && !fe_combine(w, -1, &out->form, 0, &zero, &out->form))
        return fe_refuse(w, expr, NULL, "value overflows");
    if (fe_is_unsigned(fe_type_of(expr)))
        settle(w, fe_type_of(expr), out);
    return true;
}

static bool converted_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    struct fe_kids kids = fe_kids_of(expr);
    CXCursor inner = kids.at[kids.n - 1];
    bool to_bool = fe_is_bool(clang_getCursorType(expr));
    if (!fe_value_of(w, inner, out))
        return false;
    if (!to_bool && fe_type_of(expr) == fe_type_of(inner) && fe_type_of(expr) != NAAS_VOID)
        return true;
    struct fe_range range = fe_range_of(w, &out->form);
    if (to_bool && (!range.known || range.low < 0 || range.high > 1))
        return fe_refuse(w, expr, NULL, "expression is not affine in the loop counters");
    return fe_convert(w, expr, fe_type_of(expr), out);
}

static bool choice_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    struct fe_kids kids = fe_kids_of(expr);
    if (kids.n != 3)
        return fe_refuse(w, expr, NULL, "expression is not affine in the loop counters");
    for (int wanted = 0; wanted < 2; wanted++) {
        int first = w->n_guards;
        bool read = fe_guards_of(w, kids.at[0], wanted), never = read && fe_never(w, first);
        w->n_guards = first;
        if (never)
            return fe_value_of(w, kids.at[wanted ? 2 : 1], out);
        if (!read && w->reason.unknown)
            return false;
    }
    return fe_refuse(w, expr, "minima, maxima and clamped coordinates are not handled here",
        "expression is not affine: it chooses between two values");
}

bool fe_value_of(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    expr = fe_unparen(expr);
    if (fe_is_implicit(expr))
        return converted_value(w, expr, out);
    switch (clang_getCursorKind(expr)) {
    case CXCursor_IntegerLiteral:
    case CXCursor_CharacterLiteral:
        return constant_value(w, expr, out);
    case CXCursor_UnaryExpr: /* sizeof, _Alignof */
        return constant_value(w, expr, out);
    case CXCursor_DeclRefExpr:
        return reference_value(w, expr, out);
    case CXCursor_UnaryOperator:
        return unary_value(w, expr, out);
    case CXCursor_BinaryOperator:
        return binary_value(w, expr, out);
    case CXCursor_CStyleCastExpr:
        return converted_value(w, expr, out);
    case CXCursor_ConditionalOperator:
        return choice_value(w, expr, out);
    case CXCursor_CallExpr:
        return fe_inline_value(w, expr, out);
    case CXCursor_StmtExpr:
        return fe_block_value(w, expr, out);
    case CXCursor_MemberRefExpr:
        return fe_member_value(w, expr, out);
    case CXCursor_ArraySubscriptExpr:
        return fe_element_value(w, expr, out);
    case CXCursor_CompoundAssignOperator:
        return fe_refuse(w, expr, "step counters in loop headers only", "expression has a side effect");
    default:
        return fe_refuse(w, expr, NULL, "expression is not affine in the loop counters");
    }
}
