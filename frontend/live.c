/*
 * Is a variable that was declared outside the nest still needed behind it? A use is harmless when it follows,
 * in the same block (or the same `for`), an assignment that cannot be jumped over:
 *
 *     for (i = 0; ...) ...        uses of i in here
 *     { s = 0; ... s ... }        uses of s after the assignment, to the end of the block
 */
#include "frontend/walk.h"

enum { MAX_LOOPS = 32 };

/* Uses from `first` up to `last` are harmless: as numbers in the order of the text, since all that comes out
 * of a macro has one offset, `at`. */
struct kill {
    unsigned at;
    int first, last;
};

struct use {
    unsigned at;
    int number;
};

struct uses {
    struct fe_walk *w;
    CXCursor decl;
    bool inside;  /* looks at the nest, else at what stands around it */
    bool escapes; /* its address is taken */
    int n_kills, kills_capacity, n_uses, uses_capacity, n_labels, labels_capacity;
    struct kill *kill;
    struct use *use;
    int number;      /* of the cursor that is looked at */
    unsigned *label; /* of goto and switch: where blocks may be entered in the middle */
    int n_loops;
    unsigned loop_begin[MAX_LOOPS]; /* the loops around the nest, which lead from it back to what stands
                                       before it */
};

struct place {
    CXCursor of;
    int total, before; /* cursors in its parent, and those up to it */
};

static void find_place(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct place *place = data;
    place->total++;
    if (fe_same_statement(cursor, place->of))
        place->before = place->total;
}

/* The assignment that is looked at governs the rest of its parent. */
static void add_kill(struct uses *uses, CXCursor parent, CXCursor assignment)
{
    struct place place = {.of = assignment};
    fe_each(parent, find_place, &place);
    uses->kill =
        naas_grow(uses->w->ctx, uses->kill, uses->n_kills, &uses->kills_capacity, sizeof *uses->kill);
    uses->kill[uses->n_kills++] =
        (struct kill){fe_offset(assignment), uses->number, uses->number - place.before + place.total};
}

static void add_label(struct uses *uses, unsigned offset)
{
    uses->label =
        naas_grow(uses->w->ctx, uses->label, uses->n_labels, &uses->labels_capacity, sizeof *uses->label);
    uses->label[uses->n_labels++] = offset;
}

static bool refers(const struct uses *uses, CXCursor cursor)
{
    return clang_getCursorKind(cursor) == CXCursor_DeclRefExpr &&
           clang_equalCursors(clang_getCursorReferenced(cursor), uses->decl);
}

/* cursor is `v = e`, and e does not use v. */
static bool assigns(const struct uses *uses, CXCursor cursor)
{
    if (clang_getCursorBinaryOperatorKind(cursor) != CXBinaryOperator_Assign)
        return false;
    struct fe_kids kids = fe_kids_of(cursor);
    return refers(uses, fe_unparen(kids.at[0])) && !fe_mentions(kids.at[1], uses->decl);
}

static bool is_around(const struct uses *uses, CXCursor cursor)
{
    return fe_offset(cursor) < uses->w->nest->begin && fe_end_offset(cursor) >= uses->w->nest->end;
}

/* The assignment always runs when what follows in its parent does. A loop around the nest does not run its
 * first clause again. */
static bool kills_in(const struct uses *uses, CXCursor parent, CXCursor assignment)
{
    if (clang_getCursorKind(parent) == CXCursor_CompoundStmt)
        return true;
    CXCursor first = fe_kids_of(parent).at[0];
    return clang_getCursorKind(parent) == CXCursor_ForStmt && !is_around(uses, parent) &&
           fe_same_statement(first, assignment);
}

static void find_use(CXCursor cursor, CXCursor parent, void *data)
{
    struct uses *uses = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    uses->number++;
    if (kind == CXCursor_LabelStmt || kind == CXCursor_CaseStmt || kind == CXCursor_DefaultStmt)
        add_label(uses, fe_offset(cursor));
    if (clang_getCursorUnaryOperatorKind(cursor) == CXUnaryOperator_AddrOf &&
        refers(uses, fe_bare(fe_kids_of(cursor).at[0])))
        uses->escapes = true;
    bool inside = fe_in_nest(uses->w, cursor);
    bool around = is_around(uses, cursor);
    bool loop = kind == CXCursor_ForStmt || kind == CXCursor_WhileStmt || kind == CXCursor_DoStmt;
    if (around && loop && uses->n_loops < MAX_LOOPS)
        uses->loop_begin[uses->n_loops++] = fe_offset(cursor);
    if (inside != uses->inside)
        return;
    if (assigns(uses, cursor) && kills_in(uses, parent, cursor))
        add_kill(uses, parent, cursor);
    if (!refers(uses, cursor))
        return;
    uses->use = naas_grow(uses->w->ctx, uses->use, uses->n_uses, &uses->uses_capacity, sizeof *uses->use);
    uses->use[uses->n_uses++] = (struct use){fe_offset(cursor), uses->number};
}

static struct uses uses_of(struct fe_walk *w, CXCursor decl, bool inside)
{
    struct uses uses = {.w = w, .decl = decl, .inside = inside};
    fe_each(w->function_body, find_use, &uses);
    return uses;
}

static bool label_between(const struct uses *uses, unsigned from, unsigned to)
{
    for (int i = 0; i < uses->n_labels; i++)
        if (uses->label[i] >= from && uses->label[i] <= to)
            return true;
    return false;
}

/* since: where control comes from; an assignment before that does not count. */
static bool harmless(const struct uses *uses, struct use use, unsigned since)
{
    for (int i = 0; i < uses->n_kills; i++) {
        struct kill kill = uses->kill[i];
        if (kill.at >= since && use.number >= kill.first && use.number <= kill.last &&
            !label_between(uses, kill.at, use.at))
            return true;
    }
    return false;
}

/* Control comes back from the nest to `begin`: whether it passes the use then, and so since where. */
static bool comes_back(unsigned begin, unsigned use, unsigned *since)
{
    if (use < begin)
        return false;
    *since = begin > *since ? begin : *since;
    return true;
}

/* Whether control can come from the nest to the use, and since where. */
static bool follows(const struct uses *uses, unsigned use, unsigned *since)
{
    bool found = use >= uses->w->nest->end;
    *since = found ? (unsigned)uses->w->nest->end : 0;
    if (found)
        return true;
    for (int i = 0; i < uses->n_loops; i++)
        found = comes_back(uses->loop_begin[i], use, since) || found;
    for (int i = 0; i < uses->n_labels; i++)
        found = comes_back(uses->label[i], use, since) || found;
    return found;
}

bool fe_is_exposed(struct fe_walk *w, CXCursor decl)
{
    return clang_getCursorKind(clang_getCursorSemanticParent(decl)) != CXCursor_FunctionDecl ||
           clang_Cursor_getStorageClass(decl) == CX_SC_Static || uses_of(w, decl, false).escapes;
}

/* The last assignment in front of the nest. */
struct setting {
    const struct fe_walk *w;
    CXCursor decl, value;
    unsigned at;
    bool always; /* it runs whenever the nest does, and nothing between them is run again */
};

static void find_setting(CXCursor cursor, CXCursor parent, void *data)
{
    struct setting *s = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    unsigned begin = (unsigned)s->w->nest->begin;
    bool around = fe_offset(cursor) < begin && fe_end_offset(cursor) >= s->w->nest->end;
    bool loop = kind == CXCursor_ForStmt || kind == CXCursor_WhileStmt || kind == CXCursor_DoStmt;
    if (kind == CXCursor_LabelStmt || kind == CXCursor_CaseStmt || kind == CXCursor_DefaultStmt ||
        (around && loop))
        s->always = false;
    if (fe_offset(cursor) >= begin)
        return;
    CXCursor stepped, init = clang_getNullCursor();
    if (kind == CXCursor_VarDecl && clang_equalCursors(cursor, s->decl))
        init = clang_Cursor_getVarDeclInitializer(cursor);
    bool assigns = fe_steps(cursor, &stepped) && clang_equalCursors(stepped, s->decl);
    if (!assigns && clang_Cursor_isNull(init))
        return;
    bool plain = clang_getCursorBinaryOperatorKind(cursor) == CXBinaryOperator_Assign;
    bool encloses =
        fe_end_offset(parent) >= s->w->nest->end && clang_getCursorKind(parent) == CXCursor_CompoundStmt;
    s->value = assigns ? fe_kids_of(cursor).at[1] : init;
    s->always = assigns ? plain && encloses : clang_getCursorKind(parent) == CXCursor_DeclStmt;
}

bool fe_set_before(struct fe_walk *w, CXCursor decl, CXCursor *value)
{
    struct setting s = {.w = w, .decl = decl};
    if (!fe_is_exposed(w, decl))
        fe_each(w->function_body, find_setting, &s);
    *value = s.value;
    return s.always;
}

bool fe_live_after(struct fe_walk *w, CXCursor decl)
{
    if (clang_getCursorKind(clang_getCursorSemanticParent(decl)) != CXCursor_FunctionDecl ||
        clang_Cursor_getStorageClass(decl) == CX_SC_Static)
        return true;
    struct uses uses = uses_of(w, decl, false);
    if (uses.escapes || uses.n_loops == MAX_LOOPS)
        return true;
    for (int i = 0; i < uses.n_uses; i++) {
        unsigned since;
        if (follows(&uses, uses.use[i].at, &since) && !harmless(&uses, uses.use[i], since))
            return true;
    }
    return false;
}

bool fe_assigned_first(struct fe_walk *w, CXCursor decl)
{
    struct uses uses = uses_of(w, decl, true);
    for (int i = 0; i < uses.n_uses; i++)
        if (!harmless(&uses, uses.use[i], 0))
            return false;
    return true;
}
