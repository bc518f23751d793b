/*
 * Calls: pure functions of the C library stay, small functions of the file are followed.
 *
 *     static inline int clip(int v) { return v > 127 ? 127 : v < -128 ? -128 : v; }
 *
 * A body may be constants and temporaries, `if (c) return a;`, and a last `return b;`.
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
    if (clang_getCanonicalType(clang_getCursorType(decl)).kind == CXType_Pointer) {
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
        out->expr = fe_cast_expr(w, type, out->expr);
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

static bool declare(struct fe_walk *w, CXCursor statement)
{
    struct fe_kids kids = fe_kids_of(statement);
    for (int i = 0; i < kids.n; i++) {
        CXCursor init = clang_getCursorKind(kids.at[i]) == CXCursor_VarDecl
                            ? clang_Cursor_getVarDeclInitializer(kids.at[i])
                            : clang_getNullCursor();
        struct fe_binding binding;
        if (clang_Cursor_isNull(init) || clang_Cursor_getStorageClass(kids.at[i]) == CX_SC_Static ||
            kids.n > FE_MAX_KIDS)
            return fe_refuse(w, statement, NULL, "declaration in a called function is not handled");
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

static bool not_followed(struct fe_walk *w, CXCursor at)
{
    return fe_refuse(w, at, "a function that returns one expression can be followed",
        "statement in a called function is not handled");
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

/* Statements from `i` on, as one expression. */
static struct fe_expr *rest(struct fe_walk *w, const struct fe_kids *kids, int i, enum naas_type type)
{
    CXCursor value, statement = kids->at[i];
    enum CXCursorKind kind = clang_getCursorKind(statement);
    struct fe_kids branch = fe_kids_of(statement);
    if (returned(statement, &value)) {
        struct fe_expr *expr = fe_expr_of(w, value);
        return expr ? fe_cast_expr(w, type, expr) : NULL;
    }
    if (kind == CXCursor_DeclStmt && i + 1 < kids->n)
        return declare(w, statement) ? rest(w, kids, i + 1, type) : NULL;
    bool early =
        kind == CXCursor_IfStmt && branch.n == 2 && returned(branch.at[1], &value) && i + 1 < kids->n;
    if (!early) {
        not_followed(w, statement);
        return NULL;
    }
    /* What is read behind the condition is read or not, as data has it: unsure. */
    struct fe_expr *condition = fe_expr_of(w, branch.at[0]);
    w->unsure++;
    struct fe_expr *yes = condition ? fe_expr_of(w, value) : NULL;
    struct fe_expr *no = yes ? rest(w, kids, i + 1, type) : NULL;
    w->unsure--;
    return no ? fe_cond_expr(w, condition, fe_cast_expr(w, type, yes), no, fe_loc(w, statement)) : NULL;
}

static struct fe_expr *followed_call(struct fe_walk *w, CXCursor call)
{
    CXCursor body;
    int first = w->n_bindings;
    bool ok = enter(w, call, &body);
    w->inlined++;
    struct fe_kids kids = ok ? fe_kids_of(body) : (struct fe_kids){.n = 0};
    enum naas_type type = fe_type_of(call);
    struct fe_expr *expr = NULL;
    if (ok && (!kids.n || kids.n > FE_MAX_KIDS || type == NAAS_VOID))
        not_followed(w, call);
    else if (ok)
        expr = rest(w, &kids, 0, type);
    w->inlined--;
    w->n_bindings = first;
    return expr ? fe_cast_expr(w, type, expr) : NULL;
}

struct fe_expr *fe_inline_expr(struct fe_walk *w, CXCursor call)
{
    CXCursor callee = clang_getCursorReferenced(call);
    const char *name = fe_spelling(w, call);
    bool known = !clang_Cursor_isNull(clang_getCursorDefinition(callee));
    int n = clang_Cursor_getNumArguments(call);
    if (!known && is_pure(name) && n >= 1 && n <= MAX_PURE_ARGUMENTS && fe_type_of(call) != NAAS_VOID &&
        !clang_Location_isFromMainFile(clang_getCursorLocation(callee)))
        return library_call(w, call, name);
    return followed_call(w, call);
}
