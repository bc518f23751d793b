/* Temporaries: variables that stand for the value that they were set to. */
#include "frontend/walk.h"

enum { MAX_CHAIN = 8 };

/* All assignments to the variable are `v = e` with an e that reads neither memory nor v, nor a variable for
 * which this does not hold. */
static bool all_simple(const struct fe_walk *w, CXCursor decl, int depth);

struct references {
    const struct fe_walk *w;
    CXCursor of;
    int depth;
    bool simple;
};

static void check_reference(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct references *r = data;
    if (!r->simple || clang_getCursorKind(cursor) != CXCursor_DeclRefExpr)
        return;
    CXCursor decl = clang_getCursorReferenced(cursor);
    r->simple = !clang_equalCursors(decl, r->of) && all_simple(r->w, decl, r->depth + 1);
}

static bool all_simple(const struct fe_walk *w, CXCursor decl, int depth)
{
    if (depth == 0 && fe_n_writes(w, decl) == 1)
        return true; /* its one value is affine or not: nothing else can be meant */
    for (int i = 0; i < w->n_writes; i++) {
        const struct fe_write *write = &w->write[i];
        if (write->element || !clang_equalCursors(write->decl, decl) || write->counter)
            continue;
        struct references r = {w, decl, depth, write->simple && depth < MAX_CHAIN};
        check_reference(write->value, write->cursor, &r);
        fe_each(write->value, check_reference, &r);
        if (!r.simple)
            return false;
    }
    return true;
}

static bool has_array(const struct fe_walk *w, CXCursor decl)
{
    for (int i = 0; i < w->nest->n_arrays; i++)
        if (clang_equalCursors(w->array_decl[i], decl))
            return true;
    return false;
}

bool fe_is_temporary(struct fe_walk *w, CXCursor decl, bool declares)
{
    if (declares && fe_n_body_writes(w, decl) == 1)
        return true;
    return !has_array(w, decl) && (fe_in_nest(w, decl) || !fe_live_after(w, decl)) &&
           fe_assigned_first(w, decl);
}

bool fe_is_stable(const struct fe_walk *w, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ &&
        (fe_elements_written(w, w->array_decl[expr->access.array->id]) || expr->access.array->rank == 0))
        return false;
    for (int i = 0; i < expr->n_args; i++)
        if (!fe_is_stable(w, expr->arg[i]))
            return false;
    return true;
}

bool fe_bind_temporary(struct fe_walk *w, CXCursor decl, CXCursor value, bool declares)
{
    enum naas_type type = fe_type_of(decl);
    struct fe_binding binding = {.decl = decl, .kind = FE_IS_AFFINE};
    if (type == NAAS_VOID || naas_type_is_float(type) || !all_simple(w, decl, 0) ||
        !fe_is_temporary(w, decl, declares))
        return false;
    if (!fe_value_of(w, value, &binding.value) || !fe_convert(w, value, type, &binding.value))
        return false;
    fe_bind(w, binding);
    return true;
}
