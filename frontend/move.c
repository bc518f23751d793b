/*
 * Variables that statements move: pointers that walk through arrays, and subscripts that count along.
 *
 *     const float *a = x;
 *     for (int i = 0; i < 8; i++)                a is x + 16 * i, as an iteration moves it by 16
 *         for (int j = 0; j < 16; j++)           a is x + 16 * i + j, as an iteration moves it by 1
 *             y[n++] += *a++;
 *
 * Such a variable has one binding, which every statement changes. What an iteration moves it by is taken for
 * nothing at first; where the walk through a loop's body ends with something else, another walk starts from
 * that. So what the last walk took for granted has been seen to hold. A statement's ++ and -- count from its
 * end: C leaves no other use of their variable in it.
 */
#include "frontend/walk.h"

static const char *const INDEX_HINT = "let it move by the same constant in every iteration, or use an index";

static bool is_pointer(CXCursor decl)
{
    return fe_is_pointer(decl) && !fe_is_record_pointer(clang_getCursorType(decl));
}

/* It is one of the first n integers that have to be followed. */
static bool is_asked(const struct fe_walk *w, CXCursor decl, int n)
{
    for (int i = 0; i < n; i++)
        if (clang_equalCursors(w->plan->moved[i], decl))
            return true;
    return false;
}

bool fe_moves(const struct fe_walk *w, CXCursor decl)
{
    enum CXCursorKind kind = clang_getCursorKind(decl);
    if (kind != CXCursor_VarDecl && kind != CXCursor_ParmDecl)
        return false;
    if (is_pointer(decl))
        return fe_written(w, decl);
    return is_asked(w, decl, w->n_moved);
}

/* v++, v += e, or v = e: e reads no memory. */
static bool only_steps(const struct fe_walk *w, CXCursor decl)
{
    bool steps = false;
    for (int i = 0; i < w->n_writes; i++) {
        const struct fe_write *write = &w->write[i];
        if (write->element || !clang_equalCursors(write->decl, decl))
            continue;
        if (!write->still || clang_getCursorUnaryOperatorKind(write->cursor) == CXUnaryOperator_AddrOf)
            return false;
        steps = steps || !write->plain;
    }
    return steps;
}

bool fe_ask_moved(struct fe_walk *w, CXCursor decl)
{
    struct fe_plan *plan = w->plan;
    enum naas_type type = fe_type_of(decl);
    const struct fe_binding *bound = fe_bound(w, decl);
    if (bound && (bound->kind == FE_IS_LOOP || bound->counter))
        return false;
    if (type == NAAS_VOID || naas_type_is_float(type) || plan->n_moved == FE_MAX_PLAN ||
        is_asked(w, decl, plan->n_moved) || !only_steps(w, decl))
        return false;
    plan->moved[plan->n_moved++] = decl;
    plan->again = true;
    return true;
}

/* ---- bindings ---- */

/* Not known from here on, and why. */
static struct fe_binding lost(struct fe_walk *w, CXCursor decl, CXCursor at, const char *why)
{
    struct fe_binding binding = {.decl = decl, .kind = FE_IS_UNKNOWN, .moves = true};
    binding.lost = naas_alloc(w->ctx, 1, sizeof *binding.lost);
    *binding.lost = (struct fe_reason){.loc = fe_loc(w, at),
        .message = naas_format(w->ctx, "'%s' %s", fe_spelling(w, decl), why),
        .hint = INDEX_HINT};
    return binding;
}

bool fe_refuse_lost(struct fe_walk *w, CXCursor at, const struct fe_binding *bound)
{
    w->reason = *bound->lost;
    if (!w->reason.loc.line)
        w->reason.loc = fe_loc(w, at);
    return false;
}

/* The same, but it is the use that is to blame. */
static struct fe_binding unset(struct fe_walk *w, CXCursor decl, const char *why, const char *hint)
{
    struct fe_binding binding = lost(w, decl, decl, why);
    binding.lost->loc.line = 0;
    binding.lost->hint = hint;
    return binding;
}

/* A new meaning for the variable, in the block that has it already. */
static void set(struct fe_walk *w, struct fe_binding binding)
{
    struct fe_binding *bound = fe_bound(w, binding.decl);
    binding.moves = true;
    if (!bound) {
        fe_bind(w, binding);
        return;
    }
    binding.block = bound->block;
    *bound = binding;
}

/* Signed arithmetic in int or wider does not overflow, or means nothing. */
static bool fits(const struct fe_walk *w, CXCursor decl, const struct fe_affine *form)
{
    enum naas_type type = fe_type_of(decl);
    return is_pointer(decl) || type == NAAS_I32 || type == NAAS_I64 ||
           fe_type_holds(type, fe_range_of(w, form));
}

/* form + times * by */
static bool move_by(
    struct fe_walk *w, CXCursor at, struct fe_binding *binding, int64_t times, const struct fe_affine *by)
{
    if (!fe_combine(w, 1, &binding->value.form, times, by, &binding->value.form))
        return fe_refuse(w, at, NULL, "value overflows");
    return fits(w, binding->decl, &binding->value.form) ||
           fe_refuse(w, at, "use an int counter", "'%s' may wrap around", fe_spelling(w, binding->decl));
}

bool fe_move_to(struct fe_walk *w, CXCursor at, CXCursor decl, CXCursor value)
{
    struct fe_binding binding = {.decl = decl, .kind = is_pointer(decl) ? FE_IS_POINTER : FE_IS_AFFINE};
    const char *name = fe_spelling(w, decl);
    if (clang_isVolatileQualifiedType(clang_getCursorType(decl)))
        return fe_refuse(w, at, "every access to it has to happen, in order", "'%s' is volatile", name);
    if (is_pointer(decl) ? !fe_pointer_of(w, value, &binding.array, &binding.value.form)
                         : !fe_exact_of(w, value, "value", &binding.value.form))
        return false;
    if (!fits(w, decl, &binding.value.form))
        return fe_refuse(w, at, "use an int counter", "'%s' may wrap around", name);
    set(w, binding);
    return fe_apply_steps(w, value);
}

void fe_move_nowhere(struct fe_walk *w, CXCursor decl)
{
    fe_bind(w, unset(w, decl, "has no value yet", NULL));
}

/* ---- statements and their ++ and -- ---- */

static bool is_step(CXCursor cursor, CXCursor *decl, int64_t *by)
{
    enum CXUnaryOperatorKind kind = clang_getCursorUnaryOperatorKind(cursor);
    if (kind < CXUnaryOperator_PostInc || kind > CXUnaryOperator_PreDec)
        return false;
    CXCursor target = fe_bare(fe_kids_of(cursor).at[0]);
    *decl = clang_getCursorReferenced(target);
    *by = kind == CXUnaryOperator_PostInc || kind == CXUnaryOperator_PreInc ? 1 : -1;
    return clang_getCursorKind(target) == CXCursor_DeclRefExpr;
}

struct search {
    const struct fe_walk *w;
    CXCursor decl;
    int mentions; /* of decl */
    bool steps;   /* some moved variable */
};

static void look(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    struct search *search = data;
    CXCursor decl;
    int64_t by;
    search->mentions += clang_getCursorKind(cursor) == CXCursor_DeclRefExpr &&
                        clang_equalCursors(clang_getCursorReferenced(cursor), search->decl);
    search->steps = search->steps || (is_step(cursor, &decl, &by) && fe_moves(search->w, decl));
}

static struct search search_in(const struct fe_walk *w, CXCursor root, CXCursor decl)
{
    struct search search = {.w = w, .decl = decl};
    look(root, root, &search);
    fe_each(root, look, &search);
    return search;
}

bool fe_has_steps(const struct fe_walk *w, CXCursor root)
{
    return search_in(w, root, clang_getNullCursor()).steps;
}

static bool apply(struct fe_walk *w, CXCursor root, CXCursor cursor, bool sure)
{
    CXCursor decl;
    int64_t by;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    enum CXBinaryOperatorKind binary = clang_getCursorBinaryOperatorKind(cursor);
    if (is_step(cursor, &decl, &by) && fe_moves(w, decl)) {
        const char *name = fe_spelling(w, decl);
        struct fe_binding *bound = fe_bound(w, decl);
        struct fe_affine step = fe_constant(by);
        if (!sure)
            return fe_refuse(w, cursor, INDEX_HINT, "'%s' moves under a condition", name);
        if (search_in(w, root, decl).mentions != 1)
            return fe_refuse(w, cursor, "move it in a statement of its own",
                "'%s' moves and is used in one statement", name);
        return !bound || bound->kind == FE_IS_UNKNOWN || move_by(w, cursor, bound, 1, &step);
    }
    CXCursor init = clang_Cursor_getVarDeclInitializer(cursor);
    if (kind == CXCursor_VarDecl)
        return clang_Cursor_isNull(init) || apply(w, root, init, sure);
    bool chooses = kind == CXCursor_ConditionalOperator || binary == CXBinaryOperator_LAnd ||
                   binary == CXBinaryOperator_LOr;
    struct fe_kids kids = fe_kids_of(cursor);
    for (int i = 0; i < kids.n && i < FE_MAX_KIDS; i++)
        if (!apply(w, root, kids.at[i], sure && kind != CXCursor_UnaryExpr && (i == 0 || !chooses)))
            return false;
    return kids.n <= FE_MAX_KIDS || fe_refuse(w, cursor, NULL, "expression is not handled");
}

bool fe_apply_steps(struct fe_walk *w, CXCursor statement)
{
    return !fe_has_steps(w, statement) || apply(w, statement, statement, true);
}

bool fe_move(struct fe_walk *w, CXCursor statement)
{
    statement = fe_unparen(statement);
    struct fe_kids kids = fe_kids_of(statement);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(statement);
    CXCursor decl = clang_getCursorReferenced(fe_bare(kids.at[0]));
    struct fe_affine by;
    if (clang_getCursorUnaryOperatorKind(statement) != CXUnaryOperator_Invalid)
        return fe_apply_steps(w, statement);
    if (kind == CXBinaryOperator_Assign)
        return fe_move_to(w, statement, decl, kids.at[1]);
    if (kind != CXBinaryOperator_AddAssign && kind != CXBinaryOperator_SubAssign)
        return fe_refuse(w, statement, INDEX_HINT, "'%s' does not move by a sum", fe_spelling(w, decl));
    if (!fe_exact_of(w, kids.at[1], "step", &by))
        return false;
    struct fe_binding *bound = fe_bound(w, decl);
    if (bound->kind != FE_IS_UNKNOWN &&
        !move_by(w, statement, bound, kind == CXBinaryOperator_AddAssign ? 1 : -1, &by))
        return false;
    return fe_apply_steps(w, kids.at[1]);
}

bool fe_step_value(struct fe_walk *w, CXCursor step, struct fe_binding *out)
{
    CXCursor decl;
    int64_t by;
    enum CXUnaryOperatorKind kind = clang_getCursorUnaryOperatorKind(step);
    const struct fe_binding *bound = is_step(step, &decl, &by) ? fe_bound(w, decl) : NULL;
    if (!bound || !bound->moves)
        return fe_refuse(w, step, "write it as a statement of its own", "expression has a side effect");
    if (bound->kind == FE_IS_UNKNOWN)
        return fe_refuse_lost(w, step, bound);
    *out = *bound;
    struct fe_affine one = fe_constant(by);
    return kind == CXUnaryOperator_PostInc || kind == CXUnaryOperator_PostDec ||
           move_by(w, step, out, 1, &one);
}

/* ---- branches ---- */

struct fe_moved fe_moved_now(struct fe_walk *w)
{
    struct fe_moved now = {w->n_bindings, naas_alloc(w->ctx, (size_t)w->n_bindings + 1, sizeof *now.at)};
    for (int i = 0; i < now.n; i++)
        now.at[i] = w->binding[i];
    return now;
}

void fe_moved_restore(struct fe_walk *w, const struct fe_moved *then)
{
    for (int i = 0; i < then->n; i++)
        if (then->at[i].moves)
            w->binding[i] = then->at[i];
}

/* The array that a pointer walks through is its own, as long as it is set to no other. */
static bool same_array(const struct fe_walk *w, const struct fe_binding *x, const struct fe_binding *y)
{
    const struct fe_array *array = x->array ? x->array : y->array;
    return x->array == y->array ||
           ((!x->array || !y->array) && clang_equalCursors(w->array_decl[array->id], x->decl));
}

/* Both are known, and of the same kind: y - x. */
static bool distance(
    struct fe_walk *w, const struct fe_binding *x, const struct fe_binding *y, struct fe_affine *out)
{
    return x->kind != FE_IS_UNKNOWN && y->kind != FE_IS_UNKNOWN && same_array(w, x, y) &&
           fe_combine(w, 1, &y->value.form, -1, &x->value.form, out);
}

void fe_moved_merge(struct fe_walk *w, CXCursor at, const struct fe_moved *other)
{
    for (int i = 0; i < other->n; i++) {
        struct fe_binding *now = &w->binding[i];
        struct fe_affine apart;
        bool both = now->kind == FE_IS_UNKNOWN && other->at[i].kind == FE_IS_UNKNOWN;
        if (!now->moves || both ||
            (distance(w, now, &other->at[i], &apart) && !apart.n_terms && !apart.constant))
            continue;
        set(w, lost(w, now->decl, at, "moves in one branch only"));
    }
}

/* ---- loops ---- */

static struct fe_move *planned(struct fe_plan *plan, unsigned loop, CXCursor decl)
{
    for (int i = 0; i < plan->n_moves; i++)
        if (plan->move[i].loop == loop && clang_equalCursors(plan->move[i].decl, decl))
            return &plan->move[i];
    return NULL;
}

enum { MAX_TRIES = 4 };

/* Asks for another walk in which an iteration moves the variable by so much. */
static bool ask(
    struct fe_walk *w, CXCursor loop, CXCursor decl, bool varies, struct fe_reason *why, int64_t by)
{
    struct fe_plan *plan = w->plan;
    struct fe_move *move = planned(plan, fe_loop_key(loop), decl);
    if (!move) {
        plan->move = naas_grow(w->ctx, plan->move, plan->n_moves, &plan->moves_capacity, sizeof *plan->move);
        move = &plan->move[plan->n_moves++];
        *move = (struct fe_move){.loop = fe_loop_key(loop), .decl = decl};
    }
    move->varies = varies || ++move->tries > MAX_TRIES;
    move->why = why;
    move->by = by;
    plan->again = true;
    return fe_refuse(w, loop, INDEX_HINT, "'%s' moves", fe_spelling(w, decl));
}

int64_t fe_moved_by(const struct fe_walk *w, CXCursor loop)
{
    int64_t most = 0;
    for (int i = 0; i < w->plan->n_moves; i++)
        if (w->plan->move[i].loop == fe_loop_key(loop))
            most |= w->plan->move[i].by;
    return most;
}

bool fe_moved_enter(struct fe_walk *w, CXCursor loop, const struct fe_parts *parts, struct fe_round *round)
{
    round->before = fe_moved_now(w);
    for (int i = 0; i < w->n_bindings; i++) {
        struct fe_binding *binding = &w->binding[i];
        const struct fe_move *move = binding->moves && binding->kind != FE_IS_UNKNOWN
                                         ? planned(w->plan, fe_loop_key(loop), binding->decl)
                                         : NULL;
        if (!move)
            continue;
        if (move->varies) {
            *binding = lost(w, binding->decl, loop, "does not move by the same constant in every iteration");
            binding->lost = move->why ? move->why : binding->lost;
        } else if (move->by && !parts->counted)
            *binding = lost(w, binding->decl, loop, "moves in a loop whose bounds are not constant");
        else if (!move_by(w, loop, binding, move->by, &parts->iteration))
            return false;
        binding->block = round->before.at[i].block;
    }
    round->first = fe_moved_now(w);
    return true;
}

/* None of the loop's own variables is in the form. */
static bool is_outside(const struct fe_affine *form, const struct fe_loop *loop)
{
    for (int i = 0; i < form->n_terms; i++)
        if (form->term[i].loop->depth >= loop->depth)
            return false;
    return true;
}

/* Behind the loop, of a variable that the loop sets anew. */
static void leave_set(struct fe_walk *w, CXCursor loop, const struct fe_parts *parts, struct fe_binding *now)
{
    int block = now->block;
    if (now->kind == FE_IS_UNKNOWN || (parts->trips > 0 && is_outside(&now->value.form, parts->loop[0])))
        return;
    *now = lost(w, now->decl, loop, "is set in a loop, and used behind it");
    now->block = block;
}

bool fe_moved_leave(
    struct fe_walk *w, CXCursor loop, const struct fe_parts *parts, const struct fe_round *round)
{
    for (int i = 0; i < round->first.n; i++) {
        struct fe_binding *now = &w->binding[i];
        const struct fe_binding *first = &round->first.at[i];
        struct fe_affine by, trips = fe_constant(parts->trips);
        if (!now->moves)
            continue;
        if (first->kind == FE_IS_UNKNOWN) {
            leave_set(w, loop, parts, now);
            continue;
        }
        const struct fe_move *move = planned(w->plan, fe_loop_key(loop), now->decl);
        if (!distance(w, first, now, &by) || by.n_terms)
            return ask(w, loop, now->decl, true, now->lost, 0);
        if (by.constant != (move ? move->by : 0))
            return ask(w, loop, now->decl, false, NULL, by.constant);
        struct fe_binding behind = round->before.at[i];
        behind.array = now->array;
        if (by.constant && parts->trips < 0)
            behind = lost(w, now->decl, loop, "moves in a loop whose bounds are not constant");
        else if (!move_by(w, loop, &behind, by.constant, &trips))
            return false;
        set(w, behind);
    }
    return true;
}

/* ---- the nest as a whole ---- */

bool fe_value_before(struct fe_walk *w, CXCursor at, CXCursor decl, struct fe_affine *out)
{
    CXCursor value;
    struct fe_value start;
    bool known = false;
    if (fe_set_before(w, decl, &value)) {
        w->inlined++; /* extents hold at the nest, not where this was set */
        known = fe_value_of(w, value, &start) && !start.form.n_terms && !start.modulus;
        w->inlined--;
    }
    if (!known && !fe_extent_of(w, at, decl, &start))
        return false;
    *out = start.form;
    return fits(w, decl, out) ||
           fe_refuse(w, at, "use an int counter", "'%s' may wrap around", fe_spelling(w, decl));
}

/* What a variable of outside is in front of the nest. */
static bool begin(struct fe_walk *w, CXCursor decl)
{
    struct fe_binding binding = {.decl = decl, .kind = FE_IS_POINTER, .moves = true};
    if (fe_may_change(w, decl))
        return fe_refuse(w, decl, "copy it to a local variable in front of the nest",
            "'%s' may change while the nest runs", fe_spelling(w, decl));
    if (!is_pointer(decl)) {
        binding.kind = FE_IS_AFFINE;
        if (!fe_value_before(w, decl, decl, &binding.value.form)) {
            struct fe_reason reason = w->reason;
            binding = lost(w, decl, decl, "is not known");
            *binding.lost = reason;
            binding.lost->loc.line = 0;
        }
    }
    fe_bind(w, binding);
    return true;
}

bool fe_moved_begin(struct fe_walk *w)
{
    for (int i = 0; i < w->n_writes; i++) {
        CXCursor decl = w->write[i].decl;
        bool outside = !w->write[i].element && fe_moves(w, decl) && !fe_in_nest(w, decl);
        if (outside && !fe_bound(w, decl) && !begin(w, decl))
            return false;
    }
    return true;
}

/* The statement that gives a variable of outside the value that it has behind the nest. */
static const char *final_text(struct fe_walk *w, const struct fe_binding *binding)
{
    const char *name = fe_spelling(w, binding->decl);
    const struct fe_array *array = binding->array;
    long long by = binding->value.form.constant;
    if (binding->kind == FE_IS_UNKNOWN) {
        fe_refuse_lost(w, binding->decl, binding);
        return NULL;
    }
    if (!binding->value.form.n_terms && binding->kind == FE_IS_AFFINE)
        return naas_format(w->ctx, "%s = %lld;", name, by);
    if (!binding->value.form.n_terms &&
        (!array || clang_equalCursors(w->array_decl[array->id], binding->decl)))
        return naas_format(w->ctx, "%s += %lld;", name, by);
    if (!binding->value.form.n_terms && !fe_moves(w, w->array_decl[array->id]))
        return naas_format(w->ctx, "%s = %s + %lld;", name, array->base, by);
    fe_refuse(w, binding->decl, "use a variable of its own in the nest",
        "value of '%s' may be used behind the nest", name);
    w->reason.loc = w->nest->loc;
    return NULL;
}

bool fe_moved_end(struct fe_walk *w)
{
    int capacity = 0;
    struct fe_nest *nest = w->nest;
    for (int i = 0; i < w->n_bindings; i++) {
        const struct fe_binding *binding = &w->binding[i];
        if (!binding->moves || !fe_live_after(w, binding->decl))
            continue;
        const char *text = final_text(w, binding);
        if (!text)
            return false;
        nest->final = naas_grow(w->ctx, nest->final, nest->n_finals, &capacity, sizeof *nest->final);
        nest->final[nest->n_finals++] = text;
    }
    return true;
}
