/* Loop headers: for (v = start; v < stop; v += step) and its variations. */
#include "frontend/walk.h"

static const char *const LOOP_HINT = "write it as for (i = start; i < stop; i += step)";

struct header {
    bool has_init, has_condition, has_step;
    CXCursor init, condition, step, body;
};

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

static bool split(struct fe_walk *w, CXCursor statement, struct header *h)
{
    unsigned semicolon[2];
    struct fe_kids kids = fe_kids_of(statement);
    *h = (struct header){.has_init = false};
    if (kids.n < 1 || kids.n > 4 || !find_semicolons(w, statement, semicolon))
        return fe_refuse(w, statement, LOOP_HINT, "loop header is not understood");
    h->body = kids.at[--kids.n];
    for (int i = 0; i < kids.n; i++) {
        unsigned at = fe_offset(kids.at[i]);
        bool init = at < semicolon[0], condition = !init && at < semicolon[1];
        *(init ? &h->init : condition ? &h->condition : &h->step) = kids.at[i];
        *(init ? &h->has_init : condition ? &h->has_condition : &h->has_step) = true;
    }
    if (!h->has_init || !h->has_condition)
        return fe_refuse(w, statement, LOOP_HINT, "loop has no %s", h->has_init ? "condition" : "start");
    return true;
}

static bool read_init(struct fe_walk *w, const struct header *h, CXCursor *decl, struct fe_affine *start)
{
    struct fe_kids kids = fe_kids_of(h->init);
    CXCursor value;
    if (clang_getCursorKind(h->init) == CXCursor_DeclStmt && kids.n == 1) {
        *decl = kids.at[0];
        value = clang_Cursor_getVarDeclInitializer(*decl);
        if (clang_Cursor_isNull(value))
            return fe_refuse(w, h->init, LOOP_HINT, "loop has no start");
    } else if (clang_getCursorBinaryOperatorKind(h->init) == CXBinaryOperator_Assign &&
               clang_getCursorKind(fe_unparen(kids.at[0])) == CXCursor_DeclRefExpr) {
        *decl = clang_getCursorReferenced(fe_unparen(kids.at[0]));
        value = kids.at[1];
    } else {
        return fe_refuse(w, h->init, LOOP_HINT, "loop does not set one counter");
    }
    enum naas_type type = fe_type_of(*decl);
    if (type == NAAS_VOID || naas_type_is_float(type))
        return fe_refuse(w, h->init, LOOP_HINT, "loop counter is not an integer");
    if (clang_isVolatileQualifiedType(clang_getCursorType(*decl)))
        return fe_refuse(w, h->init, NULL, "loop counter is volatile");
    struct fe_value first;
    if (!fe_value_of(w, value, &first) || !fe_convert(w, value, type, &first))
        return false;
    if (first.modulus)
        return fe_refuse(w, value, NULL, "start may wrap around");
    *start = first.form;
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
    return fe_refuse(w, at, LOOP_HINT, "loop does not step its counter by a constant");
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

static bool read_step(struct fe_walk *w, CXCursor expr, CXCursor decl, int64_t *step)
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

/* What the condition says: counter (op) bound, compared in type. */
struct test {
    enum CXBinaryOperatorKind op;
    enum naas_type type;
    CXCursor bound, at;
    struct fe_affine stop;
    bool steps_itself; /* v-- > bound */
};

static bool is_decrement(CXCursor expr, CXCursor decl)
{
    expr = fe_bare(expr);
    return clang_getCursorUnaryOperatorKind(expr) == CXUnaryOperator_PostDec &&
           is_variable(fe_kids_of(expr).at[0], decl);
}

static bool read_test(struct fe_walk *w, CXCursor condition, CXCursor decl, struct test *test)
{
    condition = fe_bare(condition);
    struct fe_kids kids = fe_kids_of(condition);
    *test = (struct test){.op = clang_getCursorBinaryOperatorKind(condition), .at = condition};
    if (test->op < CXBinaryOperator_LT || test->op > CXBinaryOperator_NE || test->op == CXBinaryOperator_EQ)
        return fe_refuse(w, condition, LOOP_HINT, "loop condition does not compare the counter with a bound");
    bool swapped = is_variable(kids.at[1], decl);
    test->steps_itself = !swapped && is_decrement(kids.at[0], decl);
    if (!swapped && !test->steps_itself && !is_variable(kids.at[0], decl))
        return fe_refuse(w, condition, LOOP_HINT, "loop condition does not compare the counter with a bound");
    test->bound = kids.at[swapped ? 0 : 1];
    test->op = swapped ? mirrored(test->op) : test->op;
    test->type = fe_type_of(kids.at[0]);
    struct fe_value bound;
    if (test->type == NAAS_VOID || naas_type_is_float(test->type))
        return fe_refuse(w, condition, LOOP_HINT, "loop condition does not compare integers");
    if (!fe_value_of(w, test->bound, &bound))
        return false;
    if (bound.modulus &&
        !(test->op == CXBinaryOperator_NE && !bound.form.n_terms && bound.form.constant == -1))
        return fe_refuse(w, test->bound, NULL, "bound may wrap around");
    test->stop = bound.form;
    return true;
}

static bool shift_stop(struct fe_walk *w, CXCursor at, struct fe_affine *stop, int64_t by)
{
    return !__builtin_add_overflow(stop->constant, by, &stop->constant) ||
           fe_refuse(w, at, NULL, "bound overflows");
}

/* v != stop: must be hit exactly. */
static bool exact_stop(struct fe_walk *w, const struct test *test, const struct fe_loop *loop)
{
    struct fe_affine distance;
    if (!fe_combine(w, 1, &test->stop, -1, &loop->start, &distance) || distance.n_terms ||
        distance.constant % loop->step != 0 || distance.constant / loop->step < 0)
        return fe_refuse(w, test->at, "compare with < or >", "loop may step past its bound");
    return true;
}

/* for (k = n - 1; k < n; k--) with an unsigned k ends when k wraps around below 0. */
static bool wraps_to_end(struct fe_walk *w, const struct test *test, const struct fe_loop *loop)
{
    struct fe_range start = fe_range_of(w, &loop->start), stop = fe_range_of(w, &test->stop);
    int64_t last = test->op == CXBinaryOperator_LT ? stop.low - 1 : stop.low;
    return loop->step == -1 && fe_is_unsigned(test->type) && test->type == loop->type && start.known &&
           stop.known && (test->op == CXBinaryOperator_LT || test->op == CXBinaryOperator_LE) &&
           start.low >= 0 && start.high <= last && stop.high < UINT32_MAX;
}

/* Exclusive stop in the direction of the step. wraps: the end is reached by wrapping around, as C defines it.
 */
static bool set_stop(struct fe_walk *w, const struct test *test, struct fe_loop *loop, bool *wraps)
{
    bool up = loop->step > 0;
    *wraps = test->steps_itself;
    loop->stop = test->stop;
    switch (test->op) {
    case CXBinaryOperator_NE:
        *wraps = *wraps || (loop->stop.constant == -1 && !loop->stop.n_terms && !up);
        return exact_stop(w, test, loop);
    case CXBinaryOperator_LT:
    case CXBinaryOperator_LE:
        if (!up && wraps_to_end(w, test, loop)) {
            *wraps = true;
            loop->stop = fe_constant(-1);
            return true;
        }
        if (!up)
            break;
        return test->op == CXBinaryOperator_LT || shift_stop(w, test->at, &loop->stop, 1);
    default:
        if (up)
            break;
        return test->op == CXBinaryOperator_GT || shift_stop(w, test->at, &loop->stop, -1);
    }
    return fe_refuse(w, test->at, LOOP_HINT, "loop steps away from its bound");
}

/* Values of the counter in the body. */
static struct fe_range body_range(const struct fe_walk *w, const struct fe_loop *loop)
{
    struct fe_range start = fe_range_of(w, &loop->start), stop = fe_range_of(w, &loop->stop);
    struct fe_range range = {start.known && stop.known, 0, 0};
    range.low = loop->step > 0 ? start.low : stop.low + 1;
    range.high = loop->step > 0 ? stop.high - 1 : start.high;
    return range;
}

/* The counter keeps within its type and the one it is compared in, also at the value that ends the loop. */
static bool check_range(
    struct fe_walk *w, const struct test *test, const struct fe_loop *loop, bool wraps, struct fe_range range)
{
    struct fe_range all = range;
    if (range.known && range.low <= range.high && !wraps) {
        int64_t *end = loop->step > 0 ? &all.high : &all.low;
        all.known = !__builtin_add_overflow(*end, loop->step, end);
    }
    if (!fe_type_holds(loop->type, all) || !fe_type_holds(test->type, all))
        return fe_refuse(w, test->at, "use an int counter", "loop counter may wrap around");
    return true;
}

bool fe_loop_header(struct fe_walk *w, CXCursor statement, struct fe_loop **out, CXCursor *body)
{
    struct header h;
    struct test test;
    CXCursor decl;
    bool wraps;
    struct fe_loop *loop = naas_alloc(w->ctx, 1, sizeof *loop);
    if (!split(w, statement, &h) || !read_init(w, &h, &decl, &loop->start))
        return false;
    loop->name = fe_spelling(w, decl);
    loop->type = fe_type_of(decl);
    loop->loc = fe_loc(w, statement);
    loop->parent = w->loop;
    loop->depth = w->loop ? w->loop->depth + 1 : 0;
    if (fe_bound(w, decl))
        return fe_refuse(
            w, h.init, "use another variable", "loop counter '%s' is changed in the body", loop->name);
    if (!fe_in_nest(w, decl) && fe_live_after(w, decl))
        return fe_refuse(w, h.init, "declare the counter in the loop",
            "value of loop counter '%s' may be used behind the nest", loop->name);
    if (!read_test(w, h.condition, decl, &test))
        return false;
    if (test.steps_itself == h.has_step)
        return fe_refuse(
            w, h.has_step ? h.step : h.condition, LOOP_HINT, "loop does not step its counter once");
    loop->step = -1;
    if (h.has_step && !read_step(w, h.step, decl, &loop->step))
        return false;
    if (test.steps_itself &&
        (!shift_stop(w, h.init, &loop->start, -1) || !shift_stop(w, test.at, &test.stop, -1)))
        return false;
    if (!set_stop(w, &test, loop, &wraps))
        return false;
    struct fe_range range = body_range(w, loop);
    if (!check_range(w, &test, loop, wraps, range))
        return false;
    struct fe_nest *nest = w->nest;
    loop->id = nest->n_loops;
    nest->loop = naas_grow(w->ctx, nest->loop, nest->n_loops, &w->loops_capacity, sizeof(struct fe_loop *));
    nest->loop[nest->n_loops++] = loop;
    w->range = naas_grow(w->ctx, w->range, w->n_ranges, &w->ranges_capacity, sizeof *w->range);
    w->range[w->n_ranges++] = range;
    fe_bind(w, (struct fe_binding){.decl = decl, .kind = FE_IS_LOOP, .loop = loop});
    *out = loop;
    *body = h.body;
    return true;
}
