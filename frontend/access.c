/* Which element an lvalue names: x[i][j], p[i * n + j], *p, *(p + i), s. */
#include "frontend/walk.h"

enum { MAX_SUBSCRIPTS = 16 };

static bool add_offset(
    struct fe_walk *w, CXCursor at, struct fe_affine *to, int64_t sign, const struct fe_affine *what)
{
    return fe_combine(w, 1, to, sign, what, to) || fe_refuse(w, at, NULL, "value overflows");
}

static bool is_pointer(CXCursor expr)
{
    enum CXTypeKind kind = clang_getCanonicalType(clang_getCursorType(expr)).kind;
    return kind == CXType_Pointer || kind == CXType_ConstantArray || kind == CXType_IncompleteArray ||
           kind == CXType_VariableArray;
}

static bool pointer_sum(struct fe_walk *w, CXCursor expr, struct fe_array **array, struct fe_affine *offset)
{
    struct fe_kids kids = fe_kids_of(expr);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(expr);
    int base = is_pointer(kids.at[0]) ? 0 : 1;
    if ((kind != CXBinaryOperator_Add && kind != CXBinaryOperator_Sub) || is_pointer(kids.at[1 - base]))
        return fe_refuse(w, expr, NULL, "pointer is not a known array plus an offset");
    struct fe_affine step;
    return fe_pointer_of(w, kids.at[base], array, offset) &&
           fe_exact_of(w, kids.at[1 - base], "subscript", &step) &&
           add_offset(w, expr, offset, kind == CXBinaryOperator_Add ? 1 : -1, &step);
}

static bool pointer_variable(
    struct fe_walk *w, CXCursor ref, struct fe_array **array, struct fe_affine *offset)
{
    CXCursor decl = clang_getCursorReferenced(ref);
    struct fe_binding *bound = fe_bound(w, decl);
    if (bound && bound->lost)
        return fe_refuse_lost(w, ref, bound);
    if (bound && bound->kind == FE_IS_POINTER && bound->array) {
        *array = bound->array;
        *offset = bound->value.form;
        return true;
    }
    if (bound && bound->kind == FE_IS_POINTER) {
        *array = fe_stepped_array(w, decl, ref);
        *offset = bound->value.form;
        return *array && ((*array)->rank == 1 || fe_refuse(w, ref, "give it all its subscripts",
                                                     "'%s' is used as a pointer", (*array)->name));
    }
    *array = fe_array_of(w, decl, ref);
    *offset = fe_constant(0);
    if (*array && (*array)->rank != 1)
        return fe_refuse(w, ref, "give it all its subscripts", "'%s' is used as a pointer", (*array)->name);
    return *array != NULL;
}

/* p++, --p */
static bool stepped_pointer(
    struct fe_walk *w, CXCursor step, struct fe_array **array, struct fe_affine *offset)
{
    struct fe_binding value;
    struct fe_affine now;
    if (!fe_step_value(w, step, &value) || !pointer_variable(w, fe_bare(fe_kids_of(step).at[0]), array, &now))
        return false;
    *offset = value.value.form;
    return true;
}

/* The subscripts of x[i][j], innermost first, and what they are applied to; -1 when there are too many. */
static int collect_subscripts(CXCursor access, CXCursor *subscript, CXCursor *root)
{
    int n = 0;
    for (*root = access; clang_getCursorKind(*root) == CXCursor_ArraySubscriptExpr; n++) {
        struct fe_kids kids = fe_kids_of(*root);
        if (n == MAX_SUBSCRIPTS || kids.n != 2)
            return -1;
        bool swapped = !is_pointer(kids.at[0]);
        subscript[n] = kids.at[swapped ? 0 : 1];
        *root = fe_bare(kids.at[swapped ? 1 : 0]);
    }
    return n;
}

/* x[i], a row of an array of two axes, as the address of its first element; the array becomes flat for it. */
static bool row(struct fe_walk *w, CXCursor at, struct fe_array **array, struct fe_affine *offset)
{
    CXCursor root, subscript[MAX_SUBSCRIPTS];
    int n = collect_subscripts(at, subscript, &root);
    CXCursor decl = clang_getCursorReferenced(root);
    if (n < 1 || clang_getCursorKind(root) != CXCursor_DeclRefExpr || fe_bound(w, decl))
        return fe_refuse(
            w, at, "use arrays and pointers directly", "pointer is not a known array plus an offset");
    *array = fe_array_of(w, decl, root);
    if (!*array)
        return false;
    const struct fe_shape *axes = &w->axes[(*array)->id];
    if (n + 1 != axes->rank)
        return fe_refuse(
            w, at, "use arrays and pointers directly", "pointer is not a known array plus an offset");
    if ((*array)->rank != 1)
        return fe_ask_flat(w, *array, at);
    *offset = fe_constant(0);
    for (int i = 0; i < n; i++) {
        struct fe_affine index;
        if (!fe_exact_of(w, subscript[n - 1 - i], "subscript", &index))
            return false;
        if (!fe_combine(w, 1, offset, axes->stride[i], &index, offset))
            return fe_refuse(w, at, NULL, "value overflows");
    }
    return true;
}

/* (const short *)buffer */
static bool converted_pointer(
    struct fe_walk *w, CXCursor cast, struct fe_array **array, struct fe_affine *offset)
{
    struct fe_kids kids = fe_kids_of(cast);
    CXCursor inner = fe_bare(kids.at[kids.n - 1]);
    CXType type = clang_getCursorType(cast);
    const struct fe_binding *bound = NULL;
    if (clang_getCursorKind(inner) == CXCursor_DeclRefExpr)
        bound = fe_bound(w, clang_getCursorReferenced(inner));
    if (clang_getCursorKind(inner) != CXCursor_DeclRefExpr || !is_pointer(cast) || bound)
        return fe_refuse(
            w, cast, "pass the pointer with its own type", "pointer is converted to another type");
    *array = fe_array_as(w, clang_getCursorReferenced(inner), type, cast);
    *offset = fe_constant(0);
    return *array != NULL;
}

bool fe_pointer_of(struct fe_walk *w, CXCursor expr, struct fe_array **array, struct fe_affine *offset)
{
    expr = fe_bare(expr);
    struct fe_access access;
    switch (clang_getCursorKind(expr)) {
    case CXCursor_DeclRefExpr:
        return pointer_variable(w, expr, array, offset);
    case CXCursor_MemberRefExpr:
        *array = fe_member_array(w, expr);
        *offset = fe_constant(0);
        return *array && ((*array)->rank == 1 || fe_refuse(w, expr, "give it all its subscripts",
                                                     "'%s' is used as a pointer", (*array)->name));
    case CXCursor_BinaryOperator:
        return pointer_sum(w, expr, array, offset);
    case CXCursor_UnaryOperator:
        if (clang_getCursorUnaryOperatorKind(expr) <= CXUnaryOperator_PreDec)
            return stepped_pointer(w, expr, array, offset);
        if (clang_getCursorUnaryOperatorKind(expr) != CXUnaryOperator_AddrOf)
            break;
        if (!fe_access_of(w, fe_kids_of(expr).at[0], &access))
            return false;
        if (access.array->rank > 1)
            return fe_ask_flat(w, access.array, expr);
        if (access.array->rank != 1)
            break;
        *array = w->nest->array[access.array->id];
        *offset = access.index[0];
        return true;
    case CXCursor_ArraySubscriptExpr:
        return row(w, expr, array, offset);
    case CXCursor_CStyleCastExpr:
        return converted_pointer(w, expr, array, offset);
    default:
        break;
    }
    return fe_refuse(
        w, expr, "use arrays and pointers directly", "pointer is not a known array plus an offset");
}

bool fe_distance(struct fe_walk *w, CXCursor from, CXCursor to, struct fe_affine *out)
{
    struct fe_array *start, *end;
    struct fe_affine first;
    if (!fe_pointer_of(w, from, &start, &first) || !fe_pointer_of(w, to, &end, out))
        return false;
    return start == end
               ? add_offset(w, to, out, -1, &first)
               : fe_refuse(w, to, "count with an integer", "distance of the two pointers is not known");
}

/* *e, and e[i] where e is a flat pointer. */
static bool flat_access(
    struct fe_walk *w, CXCursor pointer, const CXCursor *subscript, CXCursor at, struct fe_access *out)
{
    struct fe_array *array;
    struct fe_affine *index = naas_alloc(w->ctx, 1, sizeof *index), step = fe_constant(0);
    if (!fe_pointer_of(w, pointer, &array, index) ||
        (subscript && !fe_exact_of(w, *subscript, "subscript", &step)) || !add_offset(w, at, index, 1, &step))
        return false;
    *out = (struct fe_access){.array = array, .index = index, .loc = fe_loc(w, at)};
    return true;
}

/* Two parts of one loop of the source are in the form. */
static bool runs_across(const struct fe_walk *w, const struct fe_affine *form)
{
    for (int i = 0; i < form->n_terms; i++)
        for (int k = 0; k < i; k++)
            if (w->part[form->term[i].loop->id].loop == w->part[form->term[k].loop->id].loop)
                return true;
    return false;
}

/* One index over the whole array out of those of its axes. */
static bool flatten(struct fe_walk *w, CXCursor at, const struct fe_shape *axes, struct fe_access *access)
{
    struct fe_affine sum = fe_constant(0);
    for (int i = 0; i < axes->rank; i++)
        if (!fe_combine(w, 1, &sum, axes->stride[i], &access->index[i], &sum))
            return fe_refuse(w, at, NULL, "value overflows");
    access->index[0] = sum;
    return true;
}

static bool subscripts(
    struct fe_walk *w, CXCursor at, int n, const CXCursor *subscript, struct fe_access *out)
{
    const struct fe_shape *axes = &w->axes[out->array->id];
    if (n != axes->rank)
        return fe_refuse(
            w, at, NULL, "'%s' has %d dimensions and %d subscripts", out->array->name, axes->rank, n);
    out->index = naas_alloc(w->ctx, (size_t)n + 1, sizeof *out->index);
    for (int i = 0; i < n; i++) {
        if (!fe_exact_of(w, subscript[n - 1 - i], "subscript", &out->index[i]))
            return false;
        if (out->array->rank > 1 && runs_across(w, &out->index[i]))
            return fe_ask_flat(w, out->array, at);
    }
    return out->array->rank == n || flatten(w, at, axes, out);
}

bool fe_access_of(struct fe_walk *w, CXCursor lvalue, struct fe_access *out)
{
    CXCursor at = fe_bare(lvalue), root, subscript[MAX_SUBSCRIPTS];
    int n = collect_subscripts(at, subscript, &root);
    if (clang_isVolatileQualifiedType(clang_getCursorType(at)))
        return fe_refuse(w, at, "every access to it has to happen, in order", "access is volatile");
    if (n < 0)
        return fe_refuse(w, at, NULL, "too many subscripts");
    enum CXCursorKind kind = clang_getCursorKind(root);
    if (kind == CXCursor_UnaryOperator && n == 0 &&
        clang_getCursorUnaryOperatorKind(root) == CXUnaryOperator_Deref)
        return flat_access(w, fe_kids_of(root).at[0], NULL, at, out);
    if (kind == CXCursor_MemberRefExpr) {
        *out = (struct fe_access){.array = fe_member_array(w, root), .loc = fe_loc(w, at)};
        return out->array && subscripts(w, at, n, subscript, out);
    }
    CXCursor decl = clang_getCursorReferenced(root);
    struct fe_binding *bound = kind == CXCursor_DeclRefExpr ? fe_bound(w, decl) : NULL;
    if (n == 1 && (kind != CXCursor_DeclRefExpr || bound))
        return flat_access(w, root, &subscript[0], at, out);
    if (kind != CXCursor_DeclRefExpr || bound)
        return fe_refuse(
            w, root, "use arrays and pointers directly", "access is not an element of a known array");
    *out = (struct fe_access){.array = fe_array_of(w, decl, root), .loc = fe_loc(w, at)};
    return out->array && subscripts(w, at, n, subscript, out);
}

bool fe_same_access(const struct fe_access *x, const struct fe_access *y)
{
    if (x->array != y->array)
        return false;
    for (int i = 0; i < x->array->rank; i++)
        if (!fe_same_affine(&x->index[i], &y->index[i]))
            return false;
    return true;
}

bool fe_inside(const struct fe_walk *w, const struct fe_access *access)
{
    for (int i = 0; i < access->array->rank; i++) {
        struct fe_range range = fe_range_of(w, &access->index[i]);
        if (!range.known || range.low < 0 || range.high >= access->array->extent[i])
            return false;
    }
    return true;
}
