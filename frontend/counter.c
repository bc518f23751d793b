/* What a loop's header says of a counter: where it starts, what it is stepped by, and how it is tested. */
#include "frontend/walk.h"

/* Where the counter starts: what the header sets it to, or what it was in front of the loop. */
bool fe_counter_start(struct fe_walk *w, CXCursor statement, const struct fe_counter *counter, bool largest,
    struct fe_extreme *start)
{
    CXCursor decl = counter->decl, value = counter->init;
    const char *name = fe_spelling(w, decl);
    enum naas_type type = fe_type_of(decl);
    CXCursor at = clang_Cursor_isNull(value) ? statement : value;
    if (type == NAAS_VOID || naas_type_is_float(type))
        return fe_refuse(w, at, FE_LOOP_HINT, "loop counter is not an integer");
    if (clang_isVolatileQualifiedType(clang_getCursorType(decl)))
        return fe_refuse(w, at, NULL, "loop counter is volatile");
    if (fe_moves(w, decl))
        return fe_refuse(w, at, "use another variable", "'%s' counts a loop, and moves elsewhere", name);
    struct fe_binding *bound = fe_bound(w, decl);
    if (bound && bound->kind != FE_IS_UNKNOWN &&
        (bound->kind == FE_IS_LOOP || bound->counter || bound->block != w->block - 1))
        return fe_refuse(w, at, "use another variable", "loop counter '%s' is changed in the body", name);
    if (clang_Cursor_isNull(value)) {
        if (!bound && fe_n_body_writes(w, decl) > 0)
            return fe_refuse(w, statement, FE_LOOP_HINT, "loop counter '%s' is changed in the body", name);
        if (!bound && !w->loop) {
            *start = (struct fe_extreme){.n = 1};
            return fe_value_before(w, statement, decl, &start->form[0]);
        }
        if (!bound || bound->kind != FE_IS_AFFINE || bound->value.modulus)
            return fe_refuse(w, statement, "set it in the header of the loop",
                "start of loop counter '%s' is not known", name);
        *start = (struct fe_extreme){.n = 1, .form = {bound->value.form}};
        return true;
    }
    struct fe_value first;
    if (!fe_value_of(w, value, &first)) {
        struct fe_reason reason = w->reason;
        if (fe_extreme_of(w, value, largest, start) && start->n > 1)
            return true;
        w->reason = reason;
        return false;
    }
    if (!fe_convert(w, value, type, &first))
        return false;
    if (first.modulus)
        return fe_refuse(w, value, NULL, "start may wrap around");
    *start = (struct fe_extreme){.n = 1, .form = {first.form}};
    return true;
}

static bool is_variable(CXCursor expr, CXCursor decl)
{
    expr = fe_bare(expr);
    return clang_getCursorKind(expr) == CXCursor_DeclRefExpr &&
           clang_equalCursors(clang_getCursorReferenced(expr), decl);
}

static bool bad_step(struct fe_walk *w, CXCursor at)
{
    return fe_refuse(w, at, FE_LOOP_HINT, "loop does not step its counter by a constant");
}

static bool constant_step(struct fe_walk *w, CXCursor expr, int64_t sign, int64_t *step)
{
    struct fe_affine by;
    if (!fe_exact_of(w, expr, "step", &by))
        return false;
    if (by.n_terms || !by.constant || by.constant == INT64_MIN)
        return bad_step(w, expr);
    *step = sign * by.constant;
    return true;
}

/* v = v + c, v = c + v, v = v - c */
static bool long_step(struct fe_walk *w, CXCursor sum, CXCursor decl, int64_t *step)
{
    struct fe_kids kids = fe_kids_of(sum);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(sum);
    if (kind == CXBinaryOperator_Add && is_variable(kids.at[0], decl))
        return constant_step(w, kids.at[1], 1, step);
    if (kind == CXBinaryOperator_Add && is_variable(kids.at[1], decl))
        return constant_step(w, kids.at[0], 1, step);
    if (kind == CXBinaryOperator_Sub && is_variable(kids.at[0], decl))
        return constant_step(w, kids.at[1], -1, step);
    return bad_step(w, sum);
}

bool fe_counter_step(struct fe_walk *w, CXCursor expr, CXCursor decl, int64_t *step)
{
    expr = fe_unparen(expr);
    struct fe_kids kids = fe_kids_of(expr);
    if (!kids.n || !is_variable(kids.at[0], decl))
        return bad_step(w, expr);
    enum CXUnaryOperatorKind unary = clang_getCursorUnaryOperatorKind(expr);
    if (unary == CXUnaryOperator_PreInc || unary == CXUnaryOperator_PostInc)
        *step = 1;
    else if (unary == CXUnaryOperator_PreDec || unary == CXUnaryOperator_PostDec)
        *step = -1;
    else if (clang_getCursorBinaryOperatorKind(expr) == CXBinaryOperator_AddAssign)
        return constant_step(w, kids.at[1], 1, step);
    else if (clang_getCursorBinaryOperatorKind(expr) == CXBinaryOperator_SubAssign)
        return constant_step(w, kids.at[1], -1, step);
    else if (clang_getCursorBinaryOperatorKind(expr) == CXBinaryOperator_Assign)
        return long_step(w, fe_bare(kids.at[1]), decl, step);
    else
        return bad_step(w, expr);
    return true;
}

static enum CXBinaryOperatorKind mirrored(enum CXBinaryOperatorKind kind)
{
    switch (kind) {
    case CXBinaryOperator_LT:
        return CXBinaryOperator_GT;
    case CXBinaryOperator_LE:
        return CXBinaryOperator_GE;
    case CXBinaryOperator_GT:
        return CXBinaryOperator_LT;
    case CXBinaryOperator_GE:
        return CXBinaryOperator_LE;
    default:
        return kind;
    }
}

static bool is_decrement(CXCursor expr, CXCursor decl)
{
    expr = fe_bare(expr);
    return clang_getCursorUnaryOperatorKind(expr) == CXUnaryOperator_PostDec &&
           is_variable(fe_kids_of(expr).at[0], decl);
}

/* v < MIN(a, b), v > MAX(a, b) */
static bool read_clipped(struct fe_walk *w, struct fe_test *test)
{
    bool up = test->op == CXBinaryOperator_LT || test->op == CXBinaryOperator_LE;
    struct fe_reason reason = w->reason;
    if (test->op != CXBinaryOperator_NE && fe_extreme_of(w, test->bound, !up, &test->stops) &&
        test->stops.n > 1) {
        test->stop = test->stops.form[0];
        return true;
    }
    w->reason = reason;
    return false;
}

static bool bad_test(struct fe_walk *w, CXCursor at)
{
    return fe_refuse(w, at, FE_LOOP_HINT, "loop condition does not compare the counter with a bound");
}

bool fe_counter_test(struct fe_walk *w, CXCursor condition, CXCursor decl, struct fe_test *test)
{
    condition = fe_bare(condition);
    struct fe_kids kids = fe_kids_of(condition);
    if (is_variable(condition, decl) || is_decrement(condition, decl)) { /* until it is 0 */
        *test = (struct fe_test){.op = CXBinaryOperator_NE, .at = condition, .bound = condition};
        test->type = fe_type_of(decl);
        test->steps_itself = is_decrement(condition, decl);
        return true;
    }
    *test = (struct fe_test){.op = clang_getCursorBinaryOperatorKind(condition), .at = condition};
    if (test->op < CXBinaryOperator_LT || test->op > CXBinaryOperator_NE || test->op == CXBinaryOperator_EQ)
        return bad_test(w, condition);
    bool swapped = is_variable(kids.at[1], decl);
    test->steps_itself = !swapped && is_decrement(kids.at[0], decl);
    if (!swapped && !test->steps_itself && !is_variable(kids.at[0], decl))
        return bad_test(w, condition);
    test->bound = kids.at[swapped ? 0 : 1];
    test->op = swapped ? mirrored(test->op) : test->op;
    test->type = fe_type_of(kids.at[0]);
    struct fe_value bound;
    if (test->type == NAAS_VOID || naas_type_is_float(test->type))
        return fe_refuse(w, condition, FE_LOOP_HINT, "loop condition does not compare integers");
    if (!fe_value_of(w, test->bound, &bound))
        return read_clipped(w, test);
    if (bound.modulus &&
        !(test->op == CXBinaryOperator_NE && !bound.form.n_terms && bound.form.constant == -1))
        return fe_refuse(w, test->bound, NULL, "bound may wrap around");
    test->stop = bound.form;
    return true;
}

/* ---- what has to stay as it is while the loop runs ---- */

/* The loop assigns the variable. but: other than in its header, as this counter; or NULL. */
static bool is_changed(const struct fe_walk *w, CXCursor loop, CXCursor decl, const struct fe_counter *but)
{
    for (int i = 0; i < w->n_writes; i++) {
        const struct fe_write *write = &w->write[i];
        if (write->element || !clang_equalCursors(write->decl, decl) || !fe_contains(loop, write->cursor))
            continue;
        bool header = but && (fe_same_statement(write->cursor, fe_unparen(but->step)) ||
                                 (write->plain && fe_same_statement(write->value, but->init)));
        if (!header)
            return true;
    }
    return false;
}

enum { MAX_CALLS = 16 };
struct changes {
    const struct fe_walk *w;
    CXCursor loop, expr, counter;
    int calls; /* that are being followed */
    bool found;
};

static void find_change(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct changes *changes = data;
    CXCursor decl = clang_getCursorReferenced(cursor);
    if (clang_getCursorKind(cursor) != CXCursor_DeclRefExpr || changes->found)
        return;
    if (clang_getCursorKind(decl) == CXCursor_FunctionDecl) {
        changes->found = ++changes->calls > MAX_CALLS;
        fe_each(clang_getCursorDefinition(decl), find_change, changes);
        changes->calls--;
        return;
    }
    changes->found = !clang_equalCursors(decl, changes->counter) && !fe_contains(changes->expr, decl) &&
                     is_changed(changes->w, changes->loop, decl, NULL);
}

/* Nothing in the expression changes but the counter and what the expression itself declares. */
static bool stays(struct fe_walk *w, CXCursor loop, CXCursor expr, CXCursor counter, const char *what)
{
    struct changes changes = {.w = w, .loop = loop, .expr = expr, .counter = counter};
    find_change(expr, expr, &changes);
    fe_each(expr, find_change, &changes);
    return !changes.found || fe_refuse(w, expr, FE_LOOP_HINT, "%s changes in the loop", what);
}

bool fe_counter_stays(
    struct fe_walk *w, CXCursor statement, const struct fe_counter *counter, const struct fe_test *test)
{
    bool to_zero = test && clang_equalCursors(test->bound, test->at);
    return (!test || to_zero || stays(w, statement, test->bound, clang_getNullCursor(), "bound")) &&
           (clang_Cursor_isNull(counter->step) || stays(w, statement, counter->step, counter->decl, "step"));
}

/* ---- pointers that count ---- */

bool fe_pointer_counter(struct fe_walk *w, CXCursor statement, const struct fe_counter *counter,
    CXCursor condition, struct fe_test *test, struct fe_loop *loop)
{
    condition = fe_bare(condition);
    struct fe_kids kids = fe_kids_of(condition);
    enum CXBinaryOperatorKind op = clang_getCursorBinaryOperatorKind(condition);
    struct fe_affine distance, none = fe_constant(0);
    int64_t step;
    if (op < CXBinaryOperator_LT || op > CXBinaryOperator_NE || op == CXBinaryOperator_EQ ||
        clang_Cursor_isNull(counter->step))
        return bad_test(w, condition);
    bool swapped = is_variable(kids.at[1], counter->decl);
    CXCursor bound = kids.at[swapped ? 0 : 1];
    if (is_changed(w, statement, counter->decl, counter))
        return fe_refuse(w, condition, "use another variable", "loop counter '%s' is changed in the body",
            fe_spelling(w, counter->decl));
    if (!fe_distance(w, kids.at[swapped ? 1 : 0], bound, &distance) ||
        !fe_counter_step(w, counter->step, counter->decl, &step))
        return false;
    bool up = step > 0;
    op = swapped ? mirrored(op) : op;
    *test = (struct fe_test){.op = up ? op : mirrored(op), .type = NAAS_I64, .bound = bound, .at = condition};
    *loop = (struct fe_loop){.name = fe_spelling(w, counter->decl), .type = NAAS_I64};
    loop->loc = fe_loc(w, statement);
    loop->start = fe_constant(0);
    loop->step = up ? step : -step;
    return fe_combine(w, up ? 1 : -1, &distance, 0, &none, &test->stop) ||
           fe_refuse(w, bound, NULL, "bound overflows");
}
