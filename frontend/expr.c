/* Right-hand sides: expressions without side effects over elements, scalars, counters and constants. */
#include "frontend/walk.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct fe_expr *fe_new_expr(
    struct fe_walk *w, enum fe_expr_kind kind, enum naas_type type, struct naas_loc loc)
{
    struct fe_expr *expr = naas_alloc(w->ctx, 1, sizeof *expr);
    expr->kind = kind;
    expr->type = type;
    expr->loc = loc;
    return expr;
}

struct fe_expr *fe_read_expr(struct fe_walk *w, const struct fe_access *access)
{
    struct fe_expr *expr = fe_new_expr(w, FE_READ, access->array->type, access->loc);
    expr->access = *access;
    return expr;
}

/* Integer promotion (C11 6.3.1.1) and usual arithmetic conversions (6.3.1.8). */
static enum naas_type promoted(enum naas_type type)
{
    return naas_type_is_float(type) || naas_type_bytes(type) >= 4 ? type : NAAS_I32;
}

static enum naas_type common_type(enum naas_type x, enum naas_type y)
{
    if (x == NAAS_F64 || y == NAAS_F64)
        return NAAS_F64;
    if (x == NAAS_F32 || y == NAAS_F32)
        return NAAS_F32;
    x = promoted(x);
    y = promoted(y);
    if (naas_type_bytes(x) != naas_type_bytes(y))
        return naas_type_bytes(x) > naas_type_bytes(y) ? x : y;
    return fe_is_unsigned(x) ? x : y;
}

struct fe_expr *fe_binary_expr(
    struct fe_walk *w, enum fe_op op, struct fe_expr *left, struct fe_expr *right, struct naas_loc loc)
{
    bool logical = op >= FE_LT && op <= FE_LOR, shift = op == FE_SHL || op == FE_SHR;
    enum naas_type type = logical ? NAAS_I32
                          : shift ? promoted(left->type)
                                  : common_type(left->type, right->type);
    struct fe_expr *expr = fe_new_expr(w, FE_BINARY, type, loc);
    expr->op = op;
    expr->n_args = 2;
    expr->arg[0] = left;
    expr->arg[1] = right;
    return expr;
}

struct fe_expr *fe_cond_expr(struct fe_walk *w, struct fe_expr *condition, struct fe_expr *yes,
    struct fe_expr *no, struct naas_loc loc)
{
    struct fe_expr *expr = fe_new_expr(w, FE_COND, common_type(yes->type, no->type), loc);
    expr->n_args = 3;
    expr->arg[0] = condition;
    expr->arg[1] = yes;
    expr->arg[2] = no;
    return expr;
}

static struct fe_expr *unary_expr(
    struct fe_walk *w, enum fe_expr_kind kind, enum naas_type type, struct fe_expr *arg)
{
    struct fe_expr *expr = fe_new_expr(w, kind, type, arg->loc);
    expr->n_args = 1;
    expr->arg[0] = arg;
    return expr;
}

struct fe_expr *fe_cast_expr(struct fe_walk *w, enum naas_type type, struct fe_expr *expr)
{
    return expr->type == type ? expr : unary_expr(w, FE_CAST, type, expr);
}

static struct fe_expr *int_expr(struct fe_walk *w, enum naas_type type, int64_t value, struct naas_loc loc)
{
    struct fe_expr *expr = fe_new_expr(w, FE_INT, promoted(type), loc);
    expr->ivalue = value;
    return expr;
}

struct fe_expr *fe_affine_expr(
    struct fe_walk *w, const struct fe_affine *form, enum naas_type type, struct naas_loc loc)
{
    enum naas_type wide = promoted(type);
    struct fe_expr *sum = NULL;
    for (int i = 0; i < form->n_terms; i++) {
        struct fe_expr *term = fe_new_expr(w, FE_LOOPVAR, form->term[i].loop->type, loc);
        term->loop = form->term[i].loop;
        int64_t coef = form->term[i].coef;
        if (coef != 1)
            term = fe_binary_expr(w, FE_MUL, term, int_expr(w, wide, coef, loc), loc);
        sum = sum ? fe_binary_expr(w, FE_ADD, sum, term, loc) : term;
    }
    if (!sum)
        return int_expr(w, type, form->constant, loc);
    if (form->constant)
        sum = fe_binary_expr(w, form->constant < 0 ? FE_SUB : FE_ADD, sum,
            int_expr(w, wide, form->constant < 0 ? -form->constant : form->constant, loc), loc);
    return fe_cast_expr(w, type, sum);
}

static struct fe_expr *literal_int(struct fe_walk *w, CXCursor expr)
{
    struct fe_value value;
    enum naas_type type = fe_type_of(expr);
    if (type == NAAS_VOID || !fe_value_of(w, expr, &value))
        return NULL;
    return int_expr(w, type, value.form.constant, fe_loc(w, expr));
}

/* The literal as it is spelled in the file, if it is and has the right value; else with enough digits. */
static const char *float_text(struct fe_walk *w, CXCursor expr, enum naas_type type, double value)
{
    size_t begin = fe_offset(expr), end = fe_end_offset(expr);
    const char *text = w->unit->text + begin;
    if (clang_Location_isFromMainFile(clang_getCursorLocation(expr)) && end <= w->unit->length &&
        end > begin && strchr("0123456789.", *text)) {
        char *copy = naas_strndup(w->ctx, text, end - begin), *rest;
        double spelled = type == NAAS_F32 ? (double)strtof(copy, &rest) : strtod(copy, &rest);
        if (spelled == value &&
            (!strcmp(rest, type == NAAS_F32 ? "f" : "") || (type == NAAS_F32 && !strcmp(rest, "F"))))
            return copy;
    }
    char *digits = naas_format(w->ctx, "%.*g", type == NAAS_F32 ? 9 : 17, value);
    return naas_format(
        w->ctx, "%s%s%s", digits, strpbrk(digits, ".e") ? "" : ".0", type == NAAS_F32 ? "f" : "");
}

static struct fe_expr *literal_float(struct fe_walk *w, CXCursor expr)
{
    enum naas_type type = fe_type_of(expr);
    CXEvalResult result = clang_Cursor_Evaluate(expr);
    bool ok = result && clang_EvalResult_getKind(result) == CXEval_Float && type != NAAS_VOID;
    double value = ok ? clang_EvalResult_getAsDouble(result) : 0;
    clang_EvalResult_dispose(result);
    if (!ok || !isfinite(value)) {
        fe_refuse(w, expr, NULL, "literal is not handled");
        return NULL;
    }
    struct fe_expr *literal = fe_new_expr(w, FE_FLOAT, type, fe_loc(w, expr));
    literal->text = float_text(w, expr, type, value);
    return literal;
}

/* A scalar that the nest only reads: its value goes in from outside. */
static struct fe_expr *scalar_expr(struct fe_walk *w, CXCursor at, const char *text, enum naas_type type)
{
    struct fe_expr *scalar = fe_new_expr(w, FE_SCALAR, type, fe_loc(w, at));
    scalar->text = text;
    struct fe_nest *nest = w->nest;
    for (int i = 0; i < nest->n_scalars; i++)
        if (!strcmp(nest->scalar[i]->text, scalar->text))
            return scalar;
    nest->scalar =
        naas_grow(w->ctx, nest->scalar, nest->n_scalars, &w->scalars_capacity, sizeof(struct fe_expr *));
    nest->scalar[nest->n_scalars++] = scalar;
    return scalar;
}

static struct fe_expr *outer_scalar(struct fe_walk *w, CXCursor ref, CXCursor decl, enum naas_type type)
{
    if (w->inlined && !fe_in_nest(w, decl)) {
        fe_refuse(w, ref, "pass it as an argument", "called function uses '%s'", fe_spelling(w, decl));
        return NULL;
    }
    return scalar_expr(w, ref, fe_spelling(w, decl), type);
}

static struct fe_expr *read_access(struct fe_walk *w, CXCursor expr);

static bool is_logical(const struct fe_expr *expr)
{
    return (expr->kind == FE_BINARY && expr->op >= FE_LT && expr->op <= FE_LOR) ||
           (expr->kind == FE_UNARY && expr->op == FE_NOT) ||
           (expr->kind == FE_INT && (expr->ivalue == 0 || expr->ivalue == 1)) ||
           (expr->kind == FE_CAST && expr->type == NAAS_U8 && is_logical(expr->arg[0]));
}

struct fe_expr *fe_converted(struct fe_walk *w, CXType type, struct fe_expr *expr)
{
    if (fe_is_bool(type) && !is_logical(expr))
        expr = fe_binary_expr(w, FE_NE, expr, int_expr(w, NAAS_I32, 0, expr->loc), expr->loc);
    return fe_cast_expr(w, fe_type(type), expr);
}

struct fe_expr *fe_binding_expr(struct fe_walk *w, const struct fe_binding *bound, struct naas_loc loc)
{
    if (bound->kind == FE_IS_EXPR)
        return bound->expr;
    return bound->kind == FE_IS_AFFINE && !bound->value.modulus
               ? fe_affine_expr(w, &bound->value.form, fe_type_of(bound->decl), loc)
               : NULL;
}

static struct fe_expr *bound_expr(
    struct fe_walk *w, CXCursor ref, const struct fe_binding *bound, enum naas_type type)
{
    struct fe_value value;
    if (bound->kind == FE_IS_EXPR)
        return bound->expr;
    if (bound->kind == FE_IS_POINTER) {
        fe_refuse(w, ref, NULL, "pointer is used as a value");
        return NULL;
    }
    if (!fe_value_of(w, ref, &value))
        return NULL;
    if (value.modulus) {
        fe_refuse(w, ref, "use signed variables", "value may wrap around");
        return NULL;
    }
    return fe_affine_expr(w, &value.form, type, fe_loc(w, ref));
}

static struct fe_expr *reference(struct fe_walk *w, CXCursor ref)
{
    CXCursor decl = clang_getCursorReferenced(ref);
    if (clang_getCursorKind(decl) == CXCursor_EnumConstantDecl)
        return literal_int(w, ref);
    CXType c_type = clang_getCursorType(decl);
    enum naas_type type = fe_type(c_type);
    const struct fe_binding *bound = fe_bound(w, decl);
    if (bound)
        return bound_expr(w, ref, bound, type);
    if (clang_isVolatileQualifiedType(c_type)) {
        fe_refuse(
            w, ref, "every access to it has to happen, in order", "'%s' is volatile", fe_spelling(w, decl));
        return NULL;
    }
    if (type == NAAS_VOID) {
        CXString spelling = clang_getTypeSpelling(c_type);
        fe_refuse(w, ref, NULL, "type '%s' is not handled", clang_getCString(spelling));
        clang_disposeString(spelling);
        return NULL;
    }
    if (fe_written(w, decl) || fe_in_nest(w, decl))
        return read_access(w, ref);
    struct fe_value value;
    if (clang_isConstQualifiedType(c_type) && !naas_type_is_float(type) && fe_value_of(w, ref, &value) &&
        !value.form.n_terms && !value.modulus)
        return fe_cast_expr(w, type, int_expr(w, type, value.form.constant, fe_loc(w, ref)));
    return fe_may_change(w, decl) ? read_access(w, ref) : outer_scalar(w, ref, decl, type);
}

/* s.n, p->n: a scalar of outside unless the nest may write to it. */
static struct fe_expr *member(struct fe_walk *w, CXCursor expr)
{
    struct fe_place place;
    enum naas_type type = fe_type_of(expr);
    struct fe_value value;
    if (!fe_member_of(w, expr, &place))
        return NULL;
    if (type == NAAS_VOID || fe_place_changes(w, &place))
        return read_access(w, expr);
    if (!naas_type_is_float(type) && fe_value_of(w, expr, &value) && !value.form.n_terms && !value.modulus)
        return fe_cast_expr(w, type, int_expr(w, type, value.form.constant, fe_loc(w, expr)));
    if (w->unsure && place.reached) {
        fe_refuse(w, expr, "read it into a variable in front of the nest",
            "'%s' is read under a condition on data", place.text);
        return NULL;
    }
    return scalar_expr(w, expr, place.text, type);
}

/* In a branch that data chooses, what is read has to be there whichever way it goes. */
static bool check_unsure(struct fe_walk *w, CXCursor expr, const struct fe_access *access)
{
    if (!w->unsure || fe_inside(w, access))
        return true;
    for (int i = 0; i < w->n_sure; i++)
        if (fe_same_access(&w->sure[i], access))
            return true;
    return fe_refuse(w, expr, "read it into a variable in front of the condition",
        "element is read under a condition on data, and may lie outside '%s'", access->array->name);
}

static struct fe_expr *read_access(struct fe_walk *w, CXCursor expr)
{
    struct fe_access access;
    if (!fe_access_of(w, expr, &access) || !check_unsure(w, expr, &access))
        return NULL;
    if (!w->unsure) {
        w->sure = naas_grow(w->ctx, w->sure, w->n_sure, &w->sure_capacity, sizeof *w->sure);
        w->sure[w->n_sure++] = access;
    }
    access.n_guards = w->n_guards - w->statement_guards;
    access.guard = naas_alloc(w->ctx, (size_t)access.n_guards + 1, sizeof *access.guard);
    for (int i = 0; i < access.n_guards; i++)
        access.guard[i] = w->guard[w->statement_guards + i];
    return fe_read_expr(w, &access);
}

bool fe_op_of(CXCursor binary, enum fe_op *op)
{
    static const int ops[][2] = {
        {CXBinaryOperator_Mul, FE_MUL},
        {CXBinaryOperator_Div, FE_DIV},
        {CXBinaryOperator_Rem, FE_MOD},
        {CXBinaryOperator_Add, FE_ADD},
        {CXBinaryOperator_Sub, FE_SUB},
        {CXBinaryOperator_Shl, FE_SHL},
        {CXBinaryOperator_Shr, FE_SHR},
        {CXBinaryOperator_LT, FE_LT},
        {CXBinaryOperator_GT, FE_GT},
        {CXBinaryOperator_LE, FE_LE},
        {CXBinaryOperator_GE, FE_GE},
        {CXBinaryOperator_EQ, FE_EQ},
        {CXBinaryOperator_NE, FE_NE},
        {CXBinaryOperator_And, FE_AND},
        {CXBinaryOperator_Xor, FE_XOR},
        {CXBinaryOperator_Or, FE_OR},
        {CXBinaryOperator_LAnd, FE_LAND},
        {CXBinaryOperator_LOr, FE_LOR},
        {CXBinaryOperator_MulAssign, FE_MUL},
        {CXBinaryOperator_DivAssign, FE_DIV},
        {CXBinaryOperator_RemAssign, FE_MOD},
        {CXBinaryOperator_AddAssign, FE_ADD},
        {CXBinaryOperator_SubAssign, FE_SUB},
        {CXBinaryOperator_ShlAssign, FE_SHL},
        {CXBinaryOperator_ShrAssign, FE_SHR},
        {CXBinaryOperator_AndAssign, FE_AND},
        {CXBinaryOperator_XorAssign, FE_XOR},
        {CXBinaryOperator_OrAssign, FE_OR},
    };
    int kind = (int)clang_getCursorBinaryOperatorKind(binary);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (ops[i][0] == kind) {
            *op = (enum fe_op)ops[i][1];
            return true;
        }
    return false;
}

/* An operand that is evaluated only when `condition` is `wanted`: guarded, or unsure. */
static struct fe_expr *conditional(struct fe_walk *w, CXCursor condition, bool wanted, CXCursor operand)
{
    int first = w->n_guards, n_sure = w->n_sure, unsure = w->unsure;
    bool affine = fe_guards_of(w, condition, wanted);
    struct fe_reason reason = w->reason;
    if (!affine)
        w->unsure++;
    struct fe_expr *expr = fe_expr_of(w, operand);
    if (!expr && !affine && reason.unknown)
        w->reason = reason;
    w->n_guards = first;
    w->n_sure = n_sure;
    w->unsure = unsure;
    return expr;
}

static struct fe_expr *binary(struct fe_walk *w, CXCursor cursor)
{
    enum fe_op op;
    struct fe_kids kids = fe_kids_of(cursor);
    if (clang_getCursorBinaryOperatorKind(cursor) == CXBinaryOperator_Assign) {
        fe_refuse(
            w, cursor, "write the assignment as a statement of its own", "assignment inside an expression");
        return NULL;
    }
    if (kids.n != 2 || !fe_op_of(cursor, &op)) {
        fe_refuse(w, cursor, NULL, "operator is not handled");
        return NULL;
    }
    struct fe_expr *left = fe_expr_of(w, kids.at[0]);
    if (!left)
        return NULL;
    struct fe_expr *right = op == FE_LAND || op == FE_LOR
                                ? conditional(w, kids.at[0], op == FE_LAND, kids.at[1])
                                : fe_expr_of(w, kids.at[1]);
    return right ? fe_binary_expr(w, op, left, right, fe_loc(w, cursor)) : NULL;
}

static struct fe_expr *unary(struct fe_walk *w, CXCursor cursor)
{
    enum CXUnaryOperatorKind kind = clang_getCursorUnaryOperatorKind(cursor);
    if (kind == CXUnaryOperator_Deref)
        return read_access(w, cursor);
    bool arithmetic = kind == CXUnaryOperator_Plus || kind == CXUnaryOperator_Minus ||
                      kind == CXUnaryOperator_Not || kind == CXUnaryOperator_LNot;
    if (kind <= CXUnaryOperator_PreDec) {
        struct fe_value value;
        return fe_value_of(w, cursor, &value)
                   ? fe_affine_expr(w, &value.form, fe_type_of(cursor), fe_loc(w, cursor))
                   : NULL;
    }
    if (!arithmetic) {
        fe_refuse(w, cursor, NULL, "operator is not handled");
        return NULL;
    }
    struct fe_expr *arg = fe_expr_of(w, fe_kids_of(cursor).at[0]);
    if (!arg)
        return NULL;
    if (kind == CXUnaryOperator_Plus)
        return fe_cast_expr(w, promoted(arg->type), arg);
    struct fe_expr *expr =
        unary_expr(w, FE_UNARY, kind == CXUnaryOperator_LNot ? NAAS_I32 : promoted(arg->type), arg);
    expr->op = kind == CXUnaryOperator_Minus ? FE_NEG : kind == CXUnaryOperator_Not ? FE_BITNOT : FE_NOT;
    expr->loc = fe_loc(w, cursor);
    return expr;
}

static struct fe_expr *choice(struct fe_walk *w, CXCursor cursor)
{
    struct fe_kids kids = fe_kids_of(cursor);
    if (kids.n != 3) {
        fe_refuse(w, cursor, NULL, "expression is not handled");
        return NULL;
    }
    bool holds;
    if (fe_null_test(w, kids.at[0], &holds))
        return fe_expr_of(w, kids.at[holds ? 1 : 2]);
    struct fe_expr *condition = fe_expr_of(w, kids.at[0]);
    struct fe_expr *yes = condition ? conditional(w, kids.at[0], true, kids.at[1]) : NULL;
    struct fe_expr *no = yes ? conditional(w, kids.at[0], false, kids.at[2]) : NULL;
    return no ? fe_cond_expr(w, condition, yes, no, fe_loc(w, cursor)) : NULL;
}

static struct fe_expr *cast(struct fe_walk *w, CXCursor cursor)
{
    struct fe_kids kids = fe_kids_of(cursor);
    enum naas_type type = fe_type_of(cursor);
    if (type == NAAS_VOID) {
        CXString spelling = clang_getTypeSpelling(clang_getCursorType(cursor));
        fe_refuse(w, cursor, NULL, "conversion to '%s' is not handled", clang_getCString(spelling));
        clang_disposeString(spelling);
        return NULL;
    }
    struct fe_expr *arg = fe_expr_of(w, kids.at[kids.n - 1]);
    return arg ? fe_converted(w, clang_getCursorType(cursor), arg) : NULL;
}

struct fe_expr *fe_expr_of(struct fe_walk *w, CXCursor expr)
{
    expr = fe_unparen(expr);
    if (fe_is_implicit(expr) && fe_is_bool(clang_getCursorType(expr)))
        return cast(w, expr);
    if (fe_is_implicit(expr))
        return fe_expr_of(w, fe_kids_of(expr).at[0]); /* C inserts it again when the expression is printed */
    switch (clang_getCursorKind(expr)) {
    case CXCursor_IntegerLiteral:
    case CXCursor_CharacterLiteral:
    case CXCursor_UnaryExpr:
        return literal_int(w, expr);
    case CXCursor_FloatingLiteral:
        return literal_float(w, expr);
    case CXCursor_DeclRefExpr:
        return reference(w, expr);
    case CXCursor_ArraySubscriptExpr:
        return read_access(w, expr);
    case CXCursor_MemberRefExpr:
        return member(w, expr);
    case CXCursor_UnaryOperator:
        return unary(w, expr);
    case CXCursor_BinaryOperator:
        return binary(w, expr);
    case CXCursor_ConditionalOperator:
        return choice(w, expr);
    case CXCursor_CStyleCastExpr:
        return cast(w, expr);
    case CXCursor_CallExpr:
        return fe_inline_expr(w, expr);
    case CXCursor_StmtExpr:
        return fe_block_expr(w, expr);
    case CXCursor_CompoundAssignOperator:
        fe_refuse(
            w, expr, "write the assignment as a statement of its own", "assignment inside an expression");
        return NULL;
    default:
        fe_refuse(w, expr, "write it with arithmetic, comparisons, c ? x : y and calls of small functions",
            "expression is not handled");
        return NULL;
    }
}
