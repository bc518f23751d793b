/*
 * Calls: pure functions of the C library stay, small functions of the file are followed.
 *
 *     static inline int clip(int v) { return v > 127 ? 127 : v < -128 ? -128 : v; }
 *
 * A body may be declarations, assignments to its own variables, `if`, and returns, early ones too. So may
 * that of gcc's ({ int _a = x, _b = y; _a > _b ? _a : _b; }), but for the last statement, which is its value.
 */
#include "frontend/walk.h"
#include <string.h>

enum { MAX_INLINED = 8, MAX_ARGUMENTS = 16, MAX_PURE_ARGUMENTS = 3 };

/* math.h and stdlib.h; no state but errno, which nobody reads after them. */
static bool is_pure(const char *name)
{
    static const char *const pure[] = {"abs", "labs", "llabs", "fabs", "fmin", "fmax", "sqrt", "cbrt", "exp",
        "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "fma", "sin", "cos", "tan", "asin", "acos",
        "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "floor", "ceil",
        "round", "trunc", "rint", "nearbyint", "fmod", "remainder", "copysign", "fdim", "hypot", "lround",
        "lrint", "llround", "llrint"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof pure / sizeof *pure; i++) {
        size_t n = strlen(pure[i]);
        if (!strncmp(name, pure[i], n) && (n == length || (i > 2 && n + 1 == length && name[n] == 'f')))
            return true;
    }
    return false;
}

/* What gcc knows of bits: names for its own functions only. */
static bool counts_bits(const char *name)
{
    static const char *const known[] = {"clz", "clzl", "clzll", "ctz", "ctzl", "ctzll", "ffs", "ffsl",
        "ffsll", "clrsb", "clrsbl", "clrsbll", "popcount", "popcountl", "popcountll", "parity", "parityl",
        "parityll", "bswap16", "bswap32", "bswap64"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(name, known[i]))
            return true;
    return false;
}

/* What HUGE_VAL, INFINITY and their like become: calls without arguments. */
static bool is_infinity(const char *name)
{
    return !strcmp(name, "inf") || !strcmp(name, "inff") || !strcmp(name, "huge_val") ||
           !strcmp(name, "huge_valf");
}

static struct fe_expr *library_call(struct fe_walk *w, CXCursor call, const char *name)
{
    struct fe_expr *expr = fe_new_expr(w, FE_CALL, fe_type_of(call), fe_loc(w, call));
    expr->text = name;
    expr->n_args = clang_Cursor_getNumArguments(call);
    for (int i = 0; i < expr->n_args; i++) {
        expr->arg[i] = fe_expr_of(w, clang_Cursor_getArgument(call, (unsigned)i));
        if (!expr->arg[i])
            return NULL;
    }
    return expr;
}

/* What a variable of a followed function, or a temporary, stands for. */
static bool bind_value(struct fe_walk *w, CXCursor decl, CXCursor value, struct fe_binding *out)
{
    enum naas_type type = fe_type_of(decl);
    *out = (struct fe_binding){.decl = decl};
    if (clang_isVolatileQualifiedType(clang_getCursorType(decl)))
        return fe_refuse(w, decl, NULL, "'%s' is volatile", fe_spelling(w, decl));
    if (fe_is_place(clang_getCursorType(decl))) {
        out->kind = FE_IS_PLACE;
        return fe_place_of(w, value, &out->place);
    }
    if (fe_is_pointer(decl)) {
        out->kind = FE_IS_POINTER;
        return fe_pointer_of(w, value, &out->array, &out->value.form);
    }
    if (type == NAAS_VOID)
        return fe_refuse(w, value, NULL, "type of '%s' is not handled", fe_spelling(w, decl));
    if (!naas_type_is_float(type) && fe_value_of(w, value, &out->value) &&
        fe_convert(w, value, type, &out->value)) {
        out->kind = FE_IS_AFFINE;
        return true;
    }
    out->kind = FE_IS_EXPR;
    out->expr = fe_expr_of(w, value);
    if (out->expr)
        out->expr = fe_converted(w, clang_getCursorType(decl), out->expr);
    return out->expr != NULL;
}

/* Binds the parameters to the arguments, and gives the function's body. */
static bool enter(struct fe_walk *w, CXCursor call, CXCursor *body)
{
    CXCursor callee = clang_getCursorReferenced(call);
    const char *name = fe_spelling(w, call);
    if (clang_getCursorKind(callee) != CXCursor_FunctionDecl)
        return fe_refuse(w, call, NULL, "call through a pointer");
    CXCursor definition = clang_getCursorDefinition(callee);
    int n = clang_Cursor_getNumArguments(call);
    if (clang_Cursor_isNull(definition))
        return fe_refuse(w, call,
            "only functions of <math.h>, and small ones that this file defines, may be called",
            "call of '%s', whose body is not known", name);
    if (w->inlined == MAX_INLINED || n > MAX_ARGUMENTS || n != clang_Cursor_getNumArguments(definition))
        return fe_refuse(w, call, NULL, "call of '%s' cannot be followed", name);
    struct fe_binding argument[MAX_ARGUMENTS];
    for (int i = 0; i < n; i++)
        if (!bind_value(w, clang_Cursor_getArgument(definition, (unsigned)i),
                clang_Cursor_getArgument(call, (unsigned)i), &argument[i]))
            return false;
    for (int i = 0; i < n; i++)
        fe_bind(w, argument[i]);
    struct fe_kids kids = fe_kids_of(definition);
    *body = kids.at[kids.n - 1];
    if (kids.n > FE_MAX_KIDS || clang_getCursorKind(*body) != CXCursor_CompoundStmt)
        return fe_refuse(w, call, NULL, "call of '%s' cannot be followed", name);
    return true;
}

static bool in_block(const struct fe_walk *w)
{
    return clang_getCursorKind(w->callee) == CXCursor_StmtExpr;
}

static bool not_followed(struct fe_walk *w, CXCursor at)
{
    return in_block(w)
               ? fe_refuse(w, at, "it may have declarations, assignments, ifs, and a value at its end",
                     "statement in a block with a value is not handled")
               : fe_refuse(w, at, "a function of declarations, assignments, ifs and returns can be followed",
                     "statement in a called function is not handled");
}

static bool declare(struct fe_walk *w, CXCursor statement)
{
    struct fe_kids kids = fe_kids_of(statement);
    for (int i = 0; i < kids.n; i++) {
        bool variable = clang_getCursorKind(kids.at[i]) == CXCursor_VarDecl;
        struct fe_binding binding;
        if (!variable || clang_Cursor_getStorageClass(kids.at[i]) == CX_SC_Static || kids.n > FE_MAX_KIDS)
            return fe_refuse(w, statement, NULL, "declaration in a called function is not handled");
        CXCursor init = clang_Cursor_getVarDeclInitializer(kids.at[i]);
        if (clang_Cursor_isNull(init))
            continue; /* bound by its first assignment */
        if (!bind_value(w, kids.at[i], init, &binding))
            return false;
        fe_bind(w, binding);
    }
    return true;
}

/* The expression of `return e;`, also in braces. */
static bool returned(CXCursor statement, CXCursor *value)
{
    struct fe_kids kids = fe_kids_of(statement);
    if (clang_getCursorKind(statement) == CXCursor_CompoundStmt)
        return kids.n == 1 && returned(kids.at[0], value);
    *value = kids.at[0];
    return clang_getCursorKind(statement) == CXCursor_ReturnStmt && kids.n == 1;
}

bool fe_inline_value(struct fe_walk *w, CXCursor call, struct fe_value *out)
{
    CXCursor body, value;
    int first = w->n_bindings;
    bool ok = enter(w, call, &body);
    w->inlined++;
    struct fe_kids kids = ok ? fe_kids_of(body) : (struct fe_kids){.n = 0};
    for (int i = 0; ok && i < kids.n - 1; i++)
        ok = clang_getCursorKind(kids.at[i]) == CXCursor_DeclStmt ? declare(w, kids.at[i])
                                                                  : not_followed(w, kids.at[i]);
    if (ok && (!kids.n || kids.n > FE_MAX_KIDS || !returned(kids.at[kids.n - 1], &value)))
        ok = not_followed(w, call);
    if (ok)
        ok = fe_value_of(w, value, out) && fe_convert(w, call, fe_type_of(call), out);
    w->inlined--;
    w->n_bindings = first;
    return ok;
}

/* The same for a function that returns the larger or smaller of some values. */
bool fe_inline_extreme(struct fe_walk *w, CXCursor call, bool largest, struct fe_extreme *out)
{
    CXCursor body, value;
    int first = w->n_bindings;
    if (!enter(w, call, &body)) {
        w->n_bindings = first;
        return false;
    }
    w->inlined++;
    struct fe_kids kids = fe_kids_of(body);
    bool ok = kids.n == 1 && returned(kids.at[0], &value) && fe_extreme_of(w, value, largest, out);
    w->inlined--;
    w->n_bindings = first;
    return ok || not_followed(w, call);
}

/* ---- statements of a followed function: each assignment gives its variable a new meaning ---- */

/* Value that v = e, v += e, v++ give to the function's own variable v. */
static struct fe_expr *assigned_value(struct fe_walk *w, CXCursor statement, CXCursor target)
{
    struct fe_kids kids = fe_kids_of(statement);
    enum CXUnaryOperatorKind unary = clang_getCursorUnaryOperatorKind(statement);
    enum fe_op op;
    if (clang_getCursorBinaryOperatorKind(statement) == CXBinaryOperator_Assign)
        return fe_expr_of(w, kids.at[1]);
    struct fe_expr *old = fe_expr_of(w, target), *by;
    if (unary != CXUnaryOperator_Invalid) {
        op = unary == CXUnaryOperator_PreInc || unary == CXUnaryOperator_PostInc ? FE_ADD : FE_SUB;
        by = fe_new_expr(w, FE_INT, NAAS_I32, fe_loc(w, statement));
        by->ivalue = 1;
    } else {
        by = fe_expr_of(w, kids.at[1]);
        if (!fe_op_of(statement, &op))
            return NULL;
    }
    return old && by ? fe_binary_expr(w, op, old, by, fe_loc(w, statement)) : NULL;
}

static bool assign(struct fe_walk *w, CXCursor statement)
{
    CXCursor target = fe_unparen(fe_kids_of(statement).at[0]), decl = clang_getCursorReferenced(target);
    CXCursor whole = target;
    while (clang_getCursorKind(whole) == CXCursor_MemberRefExpr && fe_kids_of(whole).n > 0)
        whole = fe_bare(fe_kids_of(whole).at[0]);
    if (!clang_equalCursors(whole, target) && fe_contains(w->callee, clang_getCursorReferenced(whole)))
        return fe_refuse(w, statement, "use a variable for each member", "assignment to a member of '%s'",
            fe_spelling(w, whole));
    if (clang_getCursorKind(target) != CXCursor_DeclRefExpr || !fe_contains(w->callee, decl) ||
        fe_type_of(decl) == NAAS_VOID)
        return in_block(w)
                   ? fe_refuse(w, statement, "write the assignment as a statement of its own",
                         "block with a value changes what is outside of it")
                   : fe_refuse(w, statement, "let it return a value", "called function changes memory");
    struct fe_expr *value = assigned_value(w, statement, target);
    if (!value)
        return false;
    value = fe_converted(w, clang_getCursorType(decl), value);
    fe_bind(w, (struct fe_binding){.decl = decl, .kind = FE_IS_EXPR, .expr = value});
    return true;
}

static bool run(struct fe_walk *w, CXCursor statement);

/* Takes back the bindings from `first` on: what the variables mean there. */
static struct fe_binding *take_back(struct fe_walk *w, int first, int *n)
{
    *n = w->n_bindings - first;
    struct fe_binding *taken = naas_alloc(w->ctx, (size_t)*n + 1, sizeof *taken);
    for (int i = 0; i < *n; i++)
        taken[i] = w->binding[first + i];
    w->n_bindings = first;
    return taken;
}

/* The last meaning of the variable in a branch, else the one before it. */
static struct fe_expr *meaning(
    struct fe_walk *w, CXCursor decl, int n, const struct fe_binding *binding, struct naas_loc loc)
{
    for (int i = n - 1; i >= 0; i--)
        if (clang_equalCursors(binding[i].decl, decl))
            return fe_binding_expr(w, &binding[i], loc);
    const struct fe_binding *before = fe_bound(w, decl);
    return before ? fe_binding_expr(w, before, loc) : NULL;
}

/* Binds what either branch changed to c ? a : b; a variable without a meaning in one of them gets none. */
static void merge(struct fe_walk *w, struct fe_expr *condition, int n[2], struct fe_binding *branch[2])
{
    int first = w->n_bindings;
    for (int side = 0; side < 2; side++) {
        for (int i = 0; i < n[side]; i++) {
            CXCursor decl = branch[side][i].decl;
            bool done = false;
            for (int k = first; k < w->n_bindings; k++)
                done = done || clang_equalCursors(w->binding[k].decl, decl);
            struct fe_expr *yes = meaning(w, decl, n[0], branch[0], condition->loc);
            struct fe_expr *no = meaning(w, decl, n[1], branch[1], condition->loc);
            if (done || !yes || !no)
                continue;
            struct fe_expr *both = fe_cond_expr(w, condition, yes, no, condition->loc);
            both = fe_cast_expr(w, fe_type_of(decl), both);
            fe_bind(w, (struct fe_binding){.decl = decl, .kind = FE_IS_EXPR, .expr = both});
        }
    }
}

static bool choose(struct fe_walk *w, CXCursor statement)
{
    struct fe_kids kids = fe_kids_of(statement);
    struct fe_expr *condition = fe_expr_of(w, kids.at[0]);
    struct fe_binding *branch[2];
    int n[2] = {0, 0}, first = w->n_bindings;
    bool ok = condition != NULL;
    w->unsure++;
    for (int side = 0; side < 2 && ok; side++) {
        ok = side + 1 >= kids.n || run(w, kids.at[side + 1]);
        branch[side] = take_back(w, first, &n[side]);
    }
    w->unsure--;
    if (ok)
        merge(w, condition, n, branch);
    return ok;
}

/* A statement that does not return. */
static bool run(struct fe_walk *w, CXCursor statement)
{
    struct fe_kids kids = fe_kids_of(statement);
    switch (clang_getCursorKind(statement)) {
    case CXCursor_DeclStmt:
        return declare(w, statement);
    case CXCursor_NullStmt:
        return true;
    case CXCursor_CompoundStmt:
        for (int i = 0; i < kids.n; i++)
            if (kids.n > FE_MAX_KIDS || !run(w, kids.at[i]))
                return false;
        return true;
    case CXCursor_IfStmt:
        return choose(w, statement);
    default:
        return fe_is_assignment(statement) ? assign(w, statement) : not_followed(w, statement);
    }
}

static void find_return(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    *(bool *)data = *(bool *)data || clang_getCursorKind(cursor) == CXCursor_ReturnStmt;
}

static bool has_return(CXCursor statement)
{
    bool found = false;
    find_return(statement, statement, &found);
    fe_each(statement, find_return, &found);
    return found;
}

/* Statements from a list's i-th on, and what comes behind them. */
struct statements {
    const struct fe_kids *kids;
    int i;
    const struct statements *behind;
};

/* What they return, as one expression. */
static struct fe_expr *rest(struct fe_walk *w, const struct statements *s, CXType type)
{
    while (s && s->i >= s->kids->n)
        s = s->behind;
    if (!s || s->kids->n > FE_MAX_KIDS)
        return NULL;
    CXCursor statement = s->kids->at[s->i];
    enum CXCursorKind kind = clang_getCursorKind(statement);
    struct fe_kids inner = fe_kids_of(statement);
    struct statements behind = {s->kids, s->i + 1, s->behind}, body = {&inner, 0, &behind};
    if (kind == CXCursor_ReturnStmt && inner.n == 1) {
        struct fe_expr *expr = fe_expr_of(w, inner.at[0]);
        return expr ? fe_converted(w, type, expr) : NULL;
    }
    if (!has_return(statement))
        return run(w, statement) ? rest(w, &behind, type) : NULL;
    if (kind == CXCursor_CompoundStmt)
        return rest(w, &body, type);
    if (kind != CXCursor_IfStmt) {
        not_followed(w, statement);
        return NULL;
    }
    /* What is read behind the condition is read or not, as data has it: unsure. */
    struct fe_expr *condition = fe_expr_of(w, inner.at[0]);
    struct fe_kids yes_kids = {.n = 1, .at = {inner.at[1]}},
                   no_kids = {.n = inner.n - 2, .at = {inner.at[2]}};
    int first = w->n_bindings;
    w->unsure++;
    struct fe_expr *yes = condition ? rest(w, &(struct statements){&yes_kids, 0, &behind}, type) : NULL,
                   *no = NULL;
    w->n_bindings = first;
    if (yes)
        no = rest(w, &(struct statements){&no_kids, 0, &behind}, type);
    w->n_bindings = first;
    w->unsure--;
    return no ? fe_cond_expr(w, condition, yes, no, fe_loc(w, statement)) : NULL;
}

/* What a followed call may come to in text when temporaries that stand in it twice are written out. */
enum { MAX_SIZE = 4000 };

static int64_t size_of(const struct fe_expr *expr)
{
    int64_t size = 1;
    for (int i = 0; i < expr->n_args && size <= MAX_SIZE; i++)
        size += size_of(expr->arg[i]);
    return size;
}

static struct fe_expr *checked_size(struct fe_walk *w, CXCursor at, struct fe_expr *expr)
{
    if (size_of(expr) <= MAX_SIZE)
        return expr;
    fe_refuse(w, at, "do a part of it in a variable of the nest", "called function is too long");
    return NULL;
}

static struct fe_expr *followed_call(struct fe_walk *w, CXCursor call)
{
    CXCursor body, caller = w->callee;
    int first = w->n_bindings;
    bool ok = enter(w, call, &body);
    w->inlined++;
    w->callee = clang_getCursorDefinition(clang_getCursorReferenced(call));
    struct fe_kids kids = ok ? fe_kids_of(body) : (struct fe_kids){.n = 0};
    struct fe_expr *expr = NULL;
    w->reason.message = ok ? NULL : w->reason.message;
    if (ok && fe_type_of(call) != NAAS_VOID)
        expr = rest(w, &(struct statements){&kids, 0, NULL}, clang_getCursorType(call));
    if (ok && !expr && !w->reason.message)
        not_followed(w, call);
    w->callee = caller;
    w->inlined--;
    w->n_bindings = first;
    return expr ? checked_size(w, call, expr) : NULL;
}

/* ---- ({ declarations; statements; value; }) ---- */

/* What was followed before, and known. */
struct mark {
    CXCursor callee;
    int n_bindings;
};

/* Goes as far as its value. */
static bool enter_block(struct fe_walk *w, CXCursor block, struct mark *caller, CXCursor *value)
{
    struct fe_kids outer = fe_kids_of(block), kids = fe_kids_of(outer.at[0]);
    *caller = (struct mark){w->callee, w->n_bindings};
    w->callee = block;
    bool ok = outer.n == 1 && kids.n > 0 && kids.n <= FE_MAX_KIDS &&
              clang_isExpression(clang_getCursorKind(kids.at[kids.n - 1]));
    if (!ok)
        fe_refuse(w, block, "end it with the expression that is its value", "block has no value");
    for (int i = 0; ok && i < kids.n - 1; i++)
        ok = run(w, kids.at[i]);
    *value = kids.at[ok ? kids.n - 1 : 0];
    return ok;
}

static void leave_block(struct fe_walk *w, const struct mark *caller)
{
    w->callee = caller->callee;
    w->n_bindings = caller->n_bindings;
}

bool fe_block_value(struct fe_walk *w, CXCursor block, struct fe_value *out)
{
    CXCursor value;
    struct mark caller;
    bool ok = enter_block(w, block, &caller, &value) && fe_value_of(w, value, out);
    leave_block(w, &caller);
    return ok;
}

bool fe_block_extreme(struct fe_walk *w, CXCursor block, bool largest, struct fe_extreme *out)
{
    CXCursor value;
    struct mark caller;
    bool ok = enter_block(w, block, &caller, &value) && fe_extreme_of(w, value, largest, out);
    leave_block(w, &caller);
    return ok;
}

struct fe_expr *fe_block_expr(struct fe_walk *w, CXCursor block)
{
    CXCursor value;
    struct mark caller;
    struct fe_expr *expr = enter_block(w, block, &caller, &value) ? fe_expr_of(w, value) : NULL;
    leave_block(w, &caller);
    return expr ? checked_size(w, block, expr) : NULL;
}

struct fe_expr *fe_inline_expr(struct fe_walk *w, CXCursor call)
{
    CXCursor callee = clang_getCursorReferenced(call);
    const char *name = fe_spelling(w, call);
    bool known = !clang_Cursor_isNull(clang_getCursorDefinition(callee));
    int n = clang_Cursor_getNumArguments(call);
    bool builtin = !strncmp(name, "__builtin_", strlen("__builtin_"));
    const char *plain = builtin ? name + strlen("__builtin_") : name;
    bool pure = n == 0 ? builtin && is_infinity(plain)
                       : (is_pure(plain) || (builtin && counts_bits(plain))) && n <= MAX_PURE_ARGUMENTS;
    if (!known && pure && fe_type_of(call) != NAAS_VOID &&
        (builtin || !clang_Location_isFromMainFile(clang_getCursorLocation(callee))))
        return library_call(w, call, plain);
    return followed_call(w, call);
}
