/*
 * Members of structs: s.n, p->x[i][j], net->layer[2].w[i]. A struct's place is a text that names it in front
 * of the nest; functions that are followed get places as arguments:
 *
 *     static int at(const struct shape *s, int y, int x) { return y * s->w + x; }
 *     ... in[at(&net->in, y, x)]                         s->w is net->in.w
 */
#include "frontend/walk.h"

static bool is_record(CXType type)
{
    return clang_getCanonicalType(type).kind == CXType_Record;
}

bool fe_is_record_pointer(CXType type)
{
    type = clang_getCanonicalType(type);
    return type.kind == CXType_Pointer && is_record(clang_getPointeeType(type));
}

bool fe_is_place(CXType type)
{
    return is_record(type) || fe_is_record_pointer(type);
}

static bool is_volatile(CXCursor expr)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(expr));
    return clang_isVolatileQualifiedType(type) ||
           (type.kind == CXType_Pointer && clang_isVolatileQualifiedType(clang_getPointeeType(type)));
}

static bool variable_place(struct fe_walk *w, CXCursor ref, struct fe_place *out)
{
    CXCursor decl = clang_getCursorReferenced(ref);
    const struct fe_binding *bound = fe_bound(w, decl);
    const char *name = fe_spelling(w, decl);
    if (bound && bound->kind == FE_IS_PLACE) {
        *out = bound->place;
        return true;
    }
    if (fe_in_nest(w, decl) || w->inlined)
        return fe_refuse(w, ref, "declare it in front of the nest, or pass it as an argument",
            "struct '%s' is not known in front of the nest", name);
    if (fe_written(w, decl))
        return fe_refuse(w, ref, "use another variable", "'%s' changes in the nest", name);
    bool pointer = fe_is_record_pointer(clang_getCursorType(decl));
    *out = (struct fe_place){.root = decl, .text = name, .pointer = pointer, .reached = pointer};
    return true;
}

/* The element of an array of structs, whose subscript has to be a constant. */
static bool element_place(struct fe_walk *w, CXCursor expr, struct fe_place *out)
{
    struct fe_kids kids = fe_kids_of(expr);
    CXCursor array = fe_bare(kids.at[0]);
    struct fe_affine index;
    bool variable = clang_getCursorKind(array) == CXCursor_DeclRefExpr;
    if (!fe_exact_of(w, kids.at[1], "subscript", &index))
        return false;
    if (index.n_terms)
        return fe_refuse(
            w, expr, "use an array for each member", "element of an array of structs changes with the loops");
    if (!variable && clang_getCursorKind(array) != CXCursor_MemberRefExpr)
        return fe_refuse(w, expr, "use a pointer to the struct", "struct is not a variable or a member");
    if (!(variable ? variable_place(w, array, out) : fe_member_of(w, array, out)))
        return false;
    /* A pointer member was turned into what it points to, which is the same here. */
    out->text = naas_format(w->ctx, "%s[%lld]", out->text, (long long)index.constant);
    out->reached = out->reached || fe_is_pointer(array);
    out->pointer = false;
    return true;
}

bool fe_place_of(struct fe_walk *w, CXCursor expr, struct fe_place *out)
{
    expr = fe_bare(expr);
    struct fe_kids kids = fe_kids_of(expr);
    enum CXUnaryOperatorKind unary = clang_getCursorUnaryOperatorKind(expr);
    if (is_volatile(expr))
        return fe_refuse(w, expr, "every access to it has to happen, in order", "access is volatile");
    switch (clang_getCursorKind(expr)) {
    case CXCursor_DeclRefExpr:
        return variable_place(w, expr, out);
    case CXCursor_MemberRefExpr:
        return fe_member_of(w, expr, out);
    case CXCursor_ArraySubscriptExpr:
        return element_place(w, expr, out);
    case CXCursor_UnaryOperator: /* &s and *p are the same struct */
        if (unary == CXUnaryOperator_AddrOf || unary == CXUnaryOperator_Deref)
            return fe_place_of(w, kids.at[0], out);
        break;
    default:
        break;
    }
    return fe_refuse(w, expr, "use a pointer to the struct", "struct is not a variable or a member");
}

bool fe_member_of(struct fe_walk *w, CXCursor member, struct fe_place *out)
{
    CXCursor field = clang_getCursorReferenced(member), base;
    struct fe_kids kids = fe_kids_of(member);
    if (kids.n < 1 || clang_getCursorKind(field) != CXCursor_FieldDecl || clang_Cursor_isBitField(field))
        return fe_refuse(w, member, "copy it to a variable in front of the nest", "member is not handled");
    if (clang_getCursorKind(clang_getCursorSemanticParent(field)) == CXCursor_UnionDecl)
        return fe_refuse(w, member, "copy it to a variable in front of the nest", "member of a union");
    base = kids.at[0];
    const char *name = fe_spelling(w, field);
    if (is_volatile(member))
        return fe_refuse(w, member, "every access to it has to happen, in order", "access is volatile");
    if (!fe_place_of(w, base, out))
        return false;
    out->field = field;
    if (*name) /* that of an anonymous struct has no name */
        out->text = naas_format(w->ctx, "%s%s%s", out->text, out->pointer ? "->" : ".", name);
    out->pointer = out->pointer && !*name;
    if (!fe_is_record_pointer(clang_getCursorType(field)))
        return true;
    if (fe_place_changes(w, out))
        return fe_refuse(w, member, "copy the pointer to a local variable in front of the nest",
            "'%s' may change while the nest runs", out->text);
    out->pointer = out->reached = true;
    return true;
}

bool fe_place_changes(struct fe_walk *w, const struct fe_place *place)
{
    CXType type = clang_getCanonicalType(clang_getCursorType(place->field));
    bool pointer = type.kind == CXType_Pointer;
    bool exposed = place->reached || fe_is_exposed(w, place->root);
    for (int i = 0; i < w->n_writes; i++) {
        const struct fe_write *write = &w->write[i];
        if (!write->element)
            continue;
        if (clang_equalCursors(write->member, place->field) && !write->beyond)
            return true;
        if (exposed && write->reached && fe_types_meet(write->type, pointer ? NAAS_VOID : fe_type(type)))
            return true;
    }
    return false;
}
