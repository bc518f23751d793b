/* What stands in the header of a loop: which variables it sets, tests and steps. */
#include "frontend/walk.h"

/* Offsets of the two semicolons of the header. */
static bool find_semicolons(struct fe_walk *w, CXCursor statement, unsigned offset[2])
{
    CXToken *token;
    unsigned n;
    int depth = 0, found = 0;
    clang_tokenize(w->tu, clang_getCursorExtent(statement), &token, &n);
    for (unsigned i = 0; i < n && found < 2; i++) {
        CXString text = clang_getTokenSpelling(w->tu, token[i]);
        const char *c = clang_getCString(text);
        if (clang_getTokenKind(token[i]) == CXToken_Punctuation && c[1] == 0) {
            depth += (c[0] == '(') - (c[0] == ')');
            if (c[0] == ';' && depth == 1)
                clang_getExpansionLocation(
                    clang_getTokenLocation(w->tu, token[i]), NULL, NULL, NULL, &offset[found++]);
        }
        clang_disposeString(text);
    }
    clang_disposeTokens(w->tu, token, n);
    return found == 2;
}

struct clauses {
    bool has_init, has_condition, has_step;
    CXCursor init, condition, step;
};

static bool split_for(struct fe_walk *w, CXCursor statement, struct clauses *c, CXCursor *body)
{
    unsigned semicolon[2];
    struct fe_kids kids = fe_kids_of(statement);
    *body = kids.n >= 1 && kids.n <= 4 ? kids.at[kids.n - 1] : clang_getNullCursor();
    if (kids.n == 4) { /* so the text, which may be a macro's, need not be looked at */
        *c = (struct clauses){true, true, true, kids.at[0], kids.at[1], kids.at[2]};
        return true;
    }
    if (clang_Cursor_isNull(*body) || !find_semicolons(w, statement, semicolon))
        return fe_refuse(w, statement, FE_LOOP_HINT, "loop header is not understood");
    kids.n--;
    for (int i = 0; i < kids.n; i++) {
        unsigned at = fe_offset(kids.at[i]);
        bool init = at < semicolon[0], condition = !init && at < semicolon[1];
        *(init ? &c->init : condition ? &c->condition : &c->step) = kids.at[i];
        *(init ? &c->has_init : condition ? &c->has_condition : &c->has_step) = true;
    }
    return c->has_condition || fe_refuse(w, statement, FE_LOOP_HINT, "loop has no condition");
}

static struct fe_counter *counter_of(struct fe_header *header, CXCursor decl)
{
    for (int i = 0; i < header->n_counters; i++)
        if (clang_equalCursors(header->counter[i].decl, decl))
            return &header->counter[i];
    if (header->n_counters == FE_MAX_COUNTERS)
        return NULL;
    header->counter[header->n_counters] =
        (struct fe_counter){decl, clang_getNullCursor(), clang_getNullCursor()};
    return &header->counter[header->n_counters++];
}

static bool add_init(struct fe_walk *w, struct fe_header *header, CXCursor at, CXCursor decl, CXCursor value)
{
    struct fe_counter *counter = counter_of(header, decl);
    if (!counter || !clang_Cursor_isNull(counter->init))
        return fe_refuse(w, at, FE_LOOP_HINT, "loop does not set one counter");
    counter->init = value;
    return true;
}

/* int i = 0, j = n */
static bool read_declarations(struct fe_walk *w, struct fe_header *header, CXCursor init)
{
    struct fe_kids kids = fe_kids_of(init);
    for (int i = 0; i < kids.n; i++) {
        CXCursor value = clang_getCursorKind(kids.at[i]) == CXCursor_VarDecl
                             ? clang_Cursor_getVarDeclInitializer(kids.at[i])
                             : clang_getNullCursor();
        if (clang_Cursor_isNull(value))
            return fe_refuse(w, init, FE_LOOP_HINT, "loop has no start");
        if (!add_init(w, header, init, kids.at[i], value))
            return false;
    }
    return true;
}

/* i = 0, j = n */
static bool read_inits(struct fe_walk *w, struct fe_header *header, CXCursor init)
{
    init = fe_unparen(init);
    struct fe_kids kids = fe_kids_of(init);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(init);
    if (clang_getCursorKind(init) == CXCursor_DeclStmt)
        return read_declarations(w, header, init);
    if (kind == CXBinaryOperator_Comma)
        return read_inits(w, header, kids.at[0]) && read_inits(w, header, kids.at[1]);
    if (kind != CXBinaryOperator_Assign ||
        clang_getCursorKind(fe_unparen(kids.at[0])) != CXCursor_DeclRefExpr)
        return fe_refuse(w, init, FE_LOOP_HINT, "loop does not set one counter");
    return add_init(w, header, init, clang_getCursorReferenced(fe_unparen(kids.at[0])), kids.at[1]);
}

bool fe_steps(CXCursor statement, CXCursor *decl)
{
    statement = fe_unparen(statement);
    if (!fe_is_assignment(statement))
        return false;
    CXCursor target = fe_bare(fe_kids_of(statement).at[0]);
    *decl = clang_getCursorReferenced(target);
    return clang_getCursorKind(target) == CXCursor_DeclRefExpr;
}

/* i++, j -= 2 */
static bool read_steps(struct fe_walk *w, struct fe_header *header, CXCursor step)
{
    step = fe_unparen(step);
    struct fe_kids kids = fe_kids_of(step);
    CXCursor decl;
    if (clang_getCursorBinaryOperatorKind(step) == CXBinaryOperator_Comma)
        return read_steps(w, header, kids.at[0]) && read_steps(w, header, kids.at[1]);
    struct fe_counter *counter = fe_steps(step, &decl) ? counter_of(header, decl) : NULL;
    if (!counter)
        return fe_refuse(w, step, FE_LOOP_HINT, "loop does not step its counter by a constant");
    if (!clang_Cursor_isNull(counter->step))
        return fe_refuse(w, step, FE_LOOP_HINT, "loop does not step its counter once");
    counter->step = step;
    return true;
}

/* Puts the counter that the condition is about first. */
static void find_main(struct fe_header *header)
{
    for (int i = 0; i < header->n_counters; i++) {
        if (!fe_mentions(header->condition, header->counter[i].decl))
            continue;
        struct fe_counter main = header->counter[i];
        header->counter[i] = header->counter[0];
        header->counter[0] = main;
        return;
    }
}

/* while (i < n) { ...; i++; }: the last statement steps. */
static void read_last(struct fe_walk *w, struct fe_header *header)
{
    struct fe_kids kids = fe_kids_of(header->body);
    CXCursor decl;
    if (clang_getCursorKind(header->body) != CXCursor_CompoundStmt || kids.n < 1 || kids.n > FE_MAX_KIDS ||
        !fe_steps(kids.at[kids.n - 1], &decl) || !fe_mentions(header->condition, decl))
        return;
    header->last_steps = read_steps(w, header, kids.at[kids.n - 1]);
}

/* The variable of a condition that nothing else sets or steps: while (n-- > 0). */
static void read_condition_only(struct fe_header *header)
{
    struct fe_kids kids = fe_kids_of(fe_bare(header->condition));
    CXCursor left = kids.n ? fe_bare(kids.at[0]) : fe_bare(header->condition);
    if (clang_getCursorUnaryOperatorKind(left) == CXUnaryOperator_PostDec)
        left = fe_bare(fe_kids_of(left).at[0]);
    if (clang_getCursorKind(left) == CXCursor_DeclRefExpr)
        counter_of(header, clang_getCursorReferenced(left));
}

bool fe_read_header(struct fe_walk *w, CXCursor statement, struct fe_header *header)
{
    struct clauses c = {.has_init = false};
    *header = (struct fe_header){.n_counters = 0};
    if (clang_getCursorKind(statement) == CXCursor_WhileStmt) {
        struct fe_kids kids = fe_kids_of(statement);
        c.condition = kids.at[0];
        header->body = kids.at[1];
    } else if (!split_for(w, statement, &c, &header->body)) {
        return false;
    }
    header->condition = c.condition;
    if ((c.has_init && !read_inits(w, header, c.init)) || (c.has_step && !read_steps(w, header, c.step)))
        return false;
    if (!c.has_step)
        read_last(w, header);
    if (!header->n_counters)
        read_condition_only(header);
    find_main(header);
    return header->n_counters > 0 ||
           fe_refuse(w, statement, FE_LOOP_HINT, "loop condition does not compare the counter with a bound");
}
