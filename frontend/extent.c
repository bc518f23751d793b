/* Values of what stands outside the nest and stays as it is: constants, extent clauses, and guesses. */
#include "frontend/walk.h"
#include <inttypes.h>
#include <string.h>

static const struct fe_assumption *extent_named(const struct fe_walk *w, const char *name)
{
    for (int i = 0; i < w->clauses->n_extents; i++)
        if (!strcmp(w->clauses->extent[i].name, name))
            return &w->clauses->extent[i];
    return NULL;
}

void fe_assume(struct fe_walk *w, const struct fe_assumption *extent)
{
    struct fe_nest *nest = w->nest;
    for (int i = 0; i < nest->n_assumptions; i++)
        if (!strcmp(nest->assumption[i].name, extent->name))
            return;
    nest->assumption = naas_grow(
        w->ctx, nest->assumption, nest->n_assumptions, &w->assumptions_capacity, sizeof *nest->assumption);
    nest->assumption[nest->n_assumptions++] = *extent;
}

/* The value that an extent clause gives to what may stand under this name in it. */
static bool assumed_value(struct fe_walk *w, CXCursor at, const struct fe_assumption *extent,
    enum naas_type type, struct fe_value *out)
{
    if (!fe_type_holds(type, (struct fe_range){true, extent->value, extent->value}))
        return fe_refuse(w, at, NULL, "extent of '%s' does not fit its type", extent->name);
    fe_assume(w, extent);
    *out = (struct fe_value){.form = fe_constant(extent->value)};
    return true;
}

struct counter {
    const struct fe_walk *w;
    CXCursor decl;
    bool found;
};

static void find_counter(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct counter *counter = data;
    size_t nest = counter->w->nest->begin;
    struct fe_kids kids = fe_kids_of(cursor);
    if (clang_getCursorKind(cursor) != CXCursor_ForStmt || kids.n != 4 || fe_offset(cursor) >= nest ||
        fe_end_offset(cursor) < nest)
        return;
    CXCursor stepped;
    counter->found =
        counter->found || (fe_steps(kids.at[2], &stepped) && clang_equalCursors(stepped, counter->decl));
}

/* A loop around the nest steps it. */
static bool is_outer_counter(const struct fe_walk *w, CXCursor decl)
{
    struct counter counter = {w, decl, false};
    fe_each(w->function_body, find_counter, &counter);
    return counter.found;
}

static bool refuse_unknown(struct fe_walk *w, CXCursor at, const char *or_else, const char *name)
{
    fe_refuse(w, at, naas_format(w->ctx, "%sadd extent(%s=...) to the pragma", or_else, name),
        "'%s' is not known at compile time", name);
    w->reason.unknown = name;
    return false;
}

/* What the variable was set to in front of the nest, from constants and extents. It is a guess, as what that
 * was computed from may have changed since: the nest is run only where it is right. */
static bool guessed_value(struct fe_walk *w, CXCursor ref, CXCursor decl, struct fe_value *out)
{
    enum { MAX_DEPTH = 6 };
    CXCursor value;
    int n_assumptions = w->nest->n_assumptions;
    if (w->inlined || w->guesses == MAX_DEPTH || fe_may_change(w, decl) || !fe_set_before(w, decl, &value))
        return false;
    w->guesses++;
    bool ok = fe_value_of(w, value, out) && !out->form.n_terms && fe_convert(w, ref, fe_type_of(decl), out);
    w->guesses--;
    w->nest->n_assumptions = n_assumptions; /* what it was computed from may not be visible at the nest */
    if (!ok)
        return false;
    struct fe_assumption guess = {fe_spelling(w, decl), out->form.constant};
    return assumed_value(w, ref, &guess, fe_type_of(decl), out);
}

bool fe_extent_of(struct fe_walk *w, CXCursor at, CXCursor decl, struct fe_value *out)
{
    const char *name = fe_spelling(w, decl);
    const struct fe_assumption *extent = extent_named(w, name);
    if (extent)
        return assumed_value(w, at, extent, fe_type_of(decl), out);
    return guessed_value(w, at, decl, out) || refuse_unknown(w, at, "", name);
}

bool fe_outer_value(struct fe_walk *w, CXCursor ref, CXCursor decl, struct fe_value *out)
{
    CXType type = clang_getCursorType(decl);
    const char *name = fe_spelling(w, decl);
    if (clang_isVolatileQualifiedType(type))
        return fe_refuse(w, ref, NULL, "'%s' is volatile", name);
    const struct fe_assumption *extent = w->inlined ? NULL : extent_named(w, name);
    if (extent && fe_may_change(w, decl))
        return fe_refuse(w, ref, "copy it to a local variable in front of the nest",
            "'%s' may change while the nest runs", name);
    if (extent)
        return assumed_value(w, ref, extent, fe_type(type), out);
    CXCursor init = clang_Cursor_getVarDeclInitializer(decl);
    if (clang_isConstQualifiedType(type) && !clang_Cursor_isNull(init)) {
        w->inlined++; /* extents hold at the nest, not where this was initialised */
        bool ok = fe_value_of(w, init, out) && !out->form.n_terms && fe_convert(w, ref, fe_type(type), out);
        w->inlined--;
        if (ok)
            return true;
    }
    if (is_outer_counter(w, decl))
        return fe_refuse(w, ref,
            "annotate that loop, or set a pointer to what it selects in front of the nest",
            "'%s' is the counter of a loop around the nest", name);
    return guessed_value(w, ref, decl, out) || refuse_unknown(w, ref, "make it a constant, or ", name);
}

bool fe_member_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    struct fe_place place;
    if (fe_type_of(expr) == NAAS_VOID || naas_type_is_float(fe_type_of(expr)))
        return fe_refuse_type(w, expr);
    if (!fe_member_of(w, expr, &place))
        return false;
    const struct fe_assumption *extent = extent_named(w, place.text);
    if (fe_place_changes(w, &place))
        return fe_refuse(w, expr, "copy it to a local variable in front of the nest",
            "'%s' may change while the nest runs", place.text);
    if (extent)
        return assumed_value(w, expr, extent, fe_type_of(expr), out);
    return refuse_unknown(w, expr, "", place.text);
}

bool fe_element_value(struct fe_walk *w, CXCursor expr, struct fe_value *out)
{
    struct fe_kids kids = fe_kids_of(expr);
    CXCursor base = fe_bare(kids.at[0]), decl = clang_getCursorReferenced(base);
    struct fe_value index;
    struct fe_place place;
    enum naas_type type = fe_type_of(expr);
    bool member = clang_getCursorKind(base) == CXCursor_MemberRefExpr;
    bool variable = clang_getCursorKind(base) == CXCursor_DeclRefExpr && !w->inlined && !fe_bound(w, decl) &&
                    !fe_in_nest(w, decl) && !fe_written(w, decl);
    if (type != NAAS_VOID && !naas_type_is_float(type) && (member || variable) &&
        fe_value_of(w, kids.at[1], &index) && !index.form.n_terms &&
        (!member || fe_member_of(w, base, &place))) {
        const char *text = naas_format(
            w->ctx, "%s[%" PRId64 "]", member ? place.text : fe_spelling(w, decl), index.form.constant);
        const struct fe_assumption *extent = extent_named(w, text);
        CXCursor root = member ? place.root : decl;
        bool is_const = clang_isConstQualifiedType(clang_getCursorType(root)) && (!member || !place.reached);
        bool reached = member ? place.reached || fe_is_exposed(w, root)
                              : clang_getCursorKind(decl) == CXCursor_ParmDecl || fe_is_exposed(w, decl);
        bool changes = !is_const && fe_elements_written(w, member ? place.field : decl);
        for (int i = 0; i < w->n_writes && reached && !is_const; i++)
            changes = changes ||
                      (w->write[i].element && w->write[i].reached && fe_types_meet(w->write[i].type, type));
        if (extent && changes)
            return fe_refuse(w, expr, "copy it to a local variable in front of the nest",
                "'%s' may change while the nest runs", text);
        if (extent)
            return assumed_value(w, expr, extent, type, out);
        if (!changes)
            return refuse_unknown(w, expr, "copy it to a constant, or ", text);
    }
    return fe_refuse(w, expr, "only loop counters, constants and sums of their multiples are handled here",
        "expression depends on data");
}
