/* Statements: the tree of loops and assignments. */
#include "frontend/walk.h"

/* A list of nodes that grows. */
struct nodes {
    int n, capacity;
    struct fe_node *at;
};

static bool walk_statement(struct fe_walk *w, CXCursor statement, struct nodes *nodes);

struct fe_mark fe_open_block(struct fe_walk *w)
{
    w->block++;
    return (struct fe_mark){w->n_bindings, w->n_guards};
}

void fe_close_block(struct fe_walk *w, struct fe_mark mark)
{
    w->block--;
    w->n_bindings = mark.n_bindings;
    w->n_guards = mark.n_guards;
}

static void add_node(struct fe_walk *w, struct nodes *nodes, struct fe_node node)
{
    nodes->at = naas_grow(w->ctx, nodes->at, nodes->n, &nodes->capacity, sizeof *nodes->at);
    nodes->at[nodes->n++] = node;
}

/* ---- assignments ---- */

static void begin_statement(struct fe_walk *w)
{
    w->n_sure = 0;
    w->statement_guards = w->n_guards;
}

static bool emit(struct fe_walk *w, CXCursor at, const struct fe_access *target, struct fe_expr *value,
    struct nodes *nodes)
{
    if (!fe_residues_hold(w, at))
        return false;
    struct fe_nest *nest = w->nest;
    struct fe_stmt *stmt = naas_alloc(w->ctx, 1, sizeof *stmt);
    stmt->id = nest->n_stmts;
    stmt->loc = fe_loc(w, at);
    stmt->loop = w->loop;
    stmt->guard = naas_alloc(w->ctx, (size_t)w->n_guards + 1, sizeof *stmt->guard);
    for (int i = 0; i < w->n_guards; i++)
        if (!fe_is_holding(&w->guard[i]))
            stmt->guard[stmt->n_guards++] = w->guard[i];
    stmt->target = *target;
    stmt->value = value;
    nest->stmt = naas_grow(w->ctx, nest->stmt, nest->n_stmts, &w->stmts_capacity, sizeof(struct fe_stmt *));
    nest->stmt[nest->n_stmts++] = stmt;
    add_node(w, nodes, (struct fe_node){.stmt = stmt});
    return true;
}

/* Binds a pointer to the struct that it is set to. */
static bool bind_place(struct fe_walk *w, CXCursor decl, CXCursor value)
{
    struct fe_binding binding = {.decl = decl, .kind = FE_IS_PLACE};
    if (!fe_place_of(w, value, &binding.place))
        return false;
    fe_bind(w, binding);
    return true;
}

/* A variable that is assigned as a whole: a temporary that is substituted, or a cell of its own. */
static bool assign_variable(
    struct fe_walk *w, CXCursor at, CXCursor decl, CXCursor value, bool declares, struct nodes *nodes)
{
    const struct fe_binding *bound = fe_bound(w, decl);
    const char *name = fe_spelling(w, decl);
    if (fe_moves(w, decl))
        return fe_move_to(w, at, decl, value);
    if (bound && (bound->kind == FE_IS_LOOP || bound->counter))
        return fe_refuse(w, at, "use another variable", "loop counter '%s' is changed in the body", name);
    if (bound && bound->block != w->block)
        return fe_refuse(
            w, at, "use a variable for each meaning", "'%s' changes in a part of its block only", name);
    if (clang_isVolatileQualifiedType(clang_getCursorType(decl)))
        return fe_refuse(w, at, "every access to it has to happen, in order", "'%s' is volatile", name);
    w->reason.unknown = NULL;
    if (fe_bind_temporary(w, decl, value, declares))
        return true;
    struct fe_reason *unknown = NULL;
    if (w->reason.unknown) {
        unknown = naas_alloc(w->ctx, 1, sizeof *unknown);
        *unknown = w->reason;
    }
    if (bound)
        return fe_refuse(w, at, "use a variable for each meaning", "'%s' is assigned twice", name);
    struct fe_extreme extreme = {.n = 0};
    if (fe_n_writes(w, decl) == 1 && (!fe_extreme_of(w, value, true, &extreme) || extreme.n < 2) &&
        !fe_extreme_of(w, value, false, &extreme))
        extreme.n = 0;
    struct fe_expr *expr = fe_expr_of(w, value);
    if (!expr)
        return false;
    enum naas_type type = fe_type_of(decl);
    extreme.n = type == NAAS_I32 || type == NAAS_I64 ? extreme.n : 0;
    if (type != NAAS_VOID && fe_n_writes(w, decl) == 1 && fe_is_temporary(w, decl, declares) &&
        fe_is_stable(w, expr)) {
        expr = fe_converted(w, clang_getCursorType(decl), expr);
        fe_bind(w, (struct fe_binding){.decl = decl,
                       .kind = FE_IS_EXPR,
                       .expr = expr,
                       .source = value,
                       .extreme = extreme,
                       .unknown = unknown});
        return true;
    }
    struct fe_access target = {.array = fe_array_of(w, decl, at), .loc = fe_loc(w, at)};
    if (!target.array)
        return false;
    return emit(w, at, &target, expr, nodes);
}

CXCursor fe_assigned_variable(CXCursor target)
{
    target = fe_unparen(target);
    return clang_getCursorKind(target) == CXCursor_DeclRefExpr ? clang_getCursorReferenced(target)
                                                               : clang_getNullCursor();
}

static bool check_target(struct fe_walk *w, CXCursor target, struct fe_access *access)
{
    const struct fe_binding *bound = fe_bound(w, fe_assigned_variable(target));
    if (bound && (bound->kind == FE_IS_LOOP || bound->counter))
        return fe_refuse(w, target, "use another variable", "loop counter '%s' is changed in the body",
            fe_spelling(w, bound->decl));
    if (bound)
        return fe_refuse(w, target, "use a variable for each meaning", "'%s' is assigned twice",
            fe_spelling(w, bound->decl));
    return fe_access_of(w, target, access);
}

bool fe_read_assignment(
    struct fe_walk *w, CXCursor statement, struct fe_access *target, struct fe_expr **value)
{
    struct fe_kids kids = fe_kids_of(statement);
    struct naas_loc loc = fe_loc(w, statement);
    if (!check_target(w, kids.at[0], target))
        return false;
    if (clang_getCursorBinaryOperatorKind(statement) == CXBinaryOperator_Assign) {
        *value = fe_expr_of(w, kids.at[1]);
        return *value != NULL;
    }
    enum fe_op op;
    struct fe_expr *operand;
    enum CXUnaryOperatorKind unary = clang_getCursorUnaryOperatorKind(statement);
    if (unary != CXUnaryOperator_Invalid) {
        op = unary == CXUnaryOperator_PreInc || unary == CXUnaryOperator_PostInc ? FE_ADD : FE_SUB;
        operand = fe_new_expr(w, FE_INT, NAAS_I32, loc);
        operand->ivalue = 1;
    } else {
        operand = fe_expr_of(w, kids.at[1]);
        if (!operand || !fe_op_of(statement, &op))
            return false;
    }
    *value = fe_binary_expr(w, op, fe_read_expr(w, target), operand, loc);
    if (fe_is_bool(clang_getCursorType(kids.at[0])))
        *value = fe_converted(w, clang_getCursorType(kids.at[0]), *value);
    return true;
}

static bool walk_assignment(struct fe_walk *w, CXCursor statement, struct nodes *nodes)
{
    struct fe_kids kids = fe_kids_of(statement);
    CXCursor variable = fe_assigned_variable(kids.at[0]);
    begin_statement(w);
    if (fe_moves(w, variable))
        return fe_move(w, statement);
    struct fe_access target;
    struct fe_expr *value;
    bool ok =
        clang_getCursorBinaryOperatorKind(statement) == CXBinaryOperator_Assign &&
                !clang_Cursor_isNull(variable)
            ? assign_variable(w, statement, variable, kids.at[1], false, nodes)
            : fe_read_assignment(w, statement, &target, &value) && emit(w, statement, &target, value, nodes);
    return ok && fe_apply_steps(w, statement);
}

/* ---- declarations ---- */

static bool walk_variable(struct fe_walk *w, CXCursor decl, struct nodes *nodes)
{
    CXCursor init = clang_Cursor_getVarDeclInitializer(decl);
    begin_statement(w);
    if (clang_Cursor_getStorageClass(decl) == CX_SC_Static ||
        clang_Cursor_getStorageClass(decl) == CX_SC_Extern)
        return fe_refuse(w, decl, "declare it outside the nest", "'%s' is static", fe_spelling(w, decl));
    if (clang_Cursor_isNull(init) && fe_moves(w, decl))
        fe_move_nowhere(w, decl);
    if (clang_Cursor_isNull(init))
        return true;
    if (clang_getCursorKind(init) == CXCursor_InitListExpr ||
        clang_getCursorKind(init) == CXCursor_StringLiteral)
        return fe_refuse(
            w, decl, "fill it in a loop", "initialiser of '%s' is not handled", fe_spelling(w, decl));
    if (!fe_is_record_pointer(clang_getCursorType(decl)))
        return assign_variable(w, decl, decl, init, true, nodes) &&
               (fe_moves(w, decl) || fe_apply_steps(w, init));
    if (fe_n_body_writes(w, decl) != 1)
        return fe_refuse(
            w, decl, "use an index instead", "pointer '%s' changes in the nest", fe_spelling(w, decl));
    return bind_place(w, decl, init);
}

static bool walk_declaration(struct fe_walk *w, CXCursor statement, struct nodes *nodes)
{
    struct fe_kids kids = fe_kids_of(statement);
    if (kids.n > FE_MAX_KIDS)
        return fe_refuse(w, statement, "split it", "declaration is too long");
    for (int i = 0; i < kids.n; i++) {
        enum CXCursorKind kind = clang_getCursorKind(kids.at[i]);
        if (kind == CXCursor_VarDecl && !walk_variable(w, kids.at[i], nodes))
            return false;
        bool harmless = kind == CXCursor_VarDecl || kind == CXCursor_TypedefDecl ||
                        kind == CXCursor_EnumDecl || kind == CXCursor_TypeRef ||
                        kind == CXCursor_StaticAssert;
        if (!harmless)
            return fe_refuse(w, kids.at[i], NULL, "declaration is not handled");
    }
    return true;
}

/* ---- conditions ---- */

static bool is_continue(CXCursor statement)
{
    struct fe_kids kids = fe_kids_of(statement);
    if (clang_getCursorKind(statement) == CXCursor_CompoundStmt)
        return kids.n == 1 && is_continue(kids.at[0]);
    return clang_getCursorKind(statement) == CXCursor_ContinueStmt;
}

/* The branch of an affine condition. */
static bool walk_guarded(struct fe_walk *w, CXCursor branch, struct nodes *nodes, int first_guard)
{
    struct fe_mark mark = fe_open_block(w);
    bool ok = fe_never(w, first_guard) ? fe_residues_hold(w, branch) : walk_statement(w, branch, nodes);
    fe_close_block(w, mark);
    return ok;
}

static bool walk_affine_if(struct fe_walk *w, const struct fe_kids *kids, struct nodes *nodes)
{
    int first = w->n_guards;
    struct fe_moved before = fe_moved_now(w);
    bool ok = fe_guards_of(w, kids->at[0], true), always = w->n_guards == first;
    ok = ok && walk_guarded(w, kids->at[1], nodes, first);
    w->n_guards = first;
    if (!ok || always)
        return ok;
    struct fe_moved yes = fe_moved_now(w);
    fe_moved_restore(w, &before);
    if (kids->n == 3)
        ok = fe_guards_of(w, kids->at[0], false) && walk_guarded(w, kids->at[2], nodes, first);
    w->n_guards = first;
    fe_moved_merge(w, kids->at[0], &yes);
    return ok;
}

static bool walk_data_if(struct fe_walk *w, CXCursor statement, struct nodes *nodes)
{
    struct fe_access target;
    struct fe_expr *value;
    begin_statement(w);
    return fe_read_choice(w, statement, &target, &value) && emit(w, statement, &target, value, nodes);
}

/* if (c) continue; for the rest of the loop's body */
static bool walk_early_continue(struct fe_walk *w, const struct fe_kids *kids, bool in_loop_body)
{
    if (!in_loop_body)
        return fe_refuse(
            w, kids->at[1], "put it directly into the loop's body", "continue inside another statement");
    if (fe_has_steps(w, kids->at[0]))
        return fe_refuse(
            w, kids->at[0], "write it as a statement of its own", "expression has a side effect");
    return fe_guards_of(w, kids->at[0], false);
}

static bool walk_if(struct fe_walk *w, CXCursor statement, bool in_loop_body, struct nodes *nodes)
{
    struct fe_kids kids = fe_kids_of(statement);
    if (kids.n == 2 && is_continue(kids.at[1]))
        return walk_early_continue(w, &kids, in_loop_body);
    int first = w->n_guards;
    w->is_remainder = false;
    bool affine = !fe_has_steps(w, kids.at[0]) && fe_guards_of(w, kids.at[0], true);
    bool is_remainder = w->is_remainder;
    struct fe_reason reason = w->reason;
    w->n_guards = first;
    if (affine && kids.n == 3) {
        affine = fe_guards_of(w, kids.at[0], false);
        w->n_guards = first;
    }
    if (affine ? walk_affine_if(w, &kids, nodes) : walk_data_if(w, statement, nodes))
        return true;
    if (!affine && (is_remainder || reason.unknown))
        w->reason = reason;
    return false;
}

/* ---- blocks and loops ---- */

struct children {
    struct naas_ctx *ctx;
    int n, capacity;
    CXCursor *at;
};

static enum CXChildVisitResult add_child(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    struct children *children = data;
    children->at =
        naas_grow(children->ctx, children->at, children->n, &children->capacity, sizeof *children->at);
    children->at[children->n++] = cursor;
    return CXChildVisit_Continue;
}

/* last: how many statements at the end are left out. */
static bool walk_block(struct fe_walk *w, CXCursor block, bool loop_body, int last, struct nodes *nodes)
{
    struct fe_mark mark = fe_open_block(w);
    struct children children = {.ctx = w->ctx};
    clang_visitChildren(block, add_child, &children);
    bool ok = true;
    struct fe_moved left = {.n = 0}; /* by the first continue */
    CXCursor leaves_at = clang_getNullCursor();
    for (int i = 0; ok && i < children.n - last; i++) {
        bool is_if = clang_getCursorKind(children.at[i]) == CXCursor_IfStmt;
        struct fe_kids kids = fe_kids_of(children.at[i]);
        if (is_if && kids.n == 2 && is_continue(kids.at[1]) && clang_Cursor_isNull(leaves_at)) {
            left = fe_moved_now(w);
            leaves_at = children.at[i];
        }
        ok = is_if ? walk_if(w, children.at[i], loop_body, nodes) : walk_statement(w, children.at[i], nodes);
    }
    if (ok)
        fe_moved_merge(w, leaves_at, &left);
    fe_close_block(w, mark);
    return ok;
}

/* The loops around the nodes of their body. */
static void add_loops(struct fe_walk *w, const struct fe_parts *parts, struct nodes body, struct nodes *nodes)
{
    for (int i = parts->n - 1; i >= 0; i--) {
        struct nodes around = {.n = 0};
        struct fe_node node = {.loop = parts->loop[i], .n_children = body.n, .child = body.at};
        add_node(w, i > 0 ? &around : nodes, node);
        body = around;
    }
}

/* A loop's header sets and steps variables, and moves none besides. */
static bool no_steps(struct fe_walk *w, const struct fe_header *header)
{
    bool steps = fe_has_steps(w, header->condition);
    for (int i = 0; i < header->n_counters; i++)
        steps = steps || fe_has_steps(w, header->counter[i].init);
    return !steps || fe_refuse(w, header->condition, "step counters in loop headers only",
                         "expression has a side effect");
}

static bool step_counters(struct fe_walk *w, const struct fe_header *header)
{
    for (int i = 0; i < header->n_counters; i++)
        if (fe_moves(w, header->counter[i].decl) && !clang_Cursor_isNull(header->counter[i].step) &&
            !fe_move(w, header->counter[i].step))
            return false;
    return true;
}

static bool walk_loop(struct fe_walk *w, CXCursor statement, struct nodes *nodes)
{
    struct fe_mark mark = fe_open_block(w);
    struct fe_header header;
    struct fe_parts parts;
    struct nodes inner = {.n = 0};
    const struct fe_loop *outer = w->loop;
    struct fe_round round;
    bool ok = fe_read_header(w, statement, &header) && no_steps(w, &header) &&
              fe_loop_parts(w, statement, &header, &parts) && fe_moved_enter(w, statement, &parts, &round);
    if (ok) {
        bool block = clang_getCursorKind(header.body) == CXCursor_CompoundStmt;
        ok = block ? walk_block(w, header.body, !header.last_steps, header.last_steps, &inner)
                   : walk_statement(w, header.body, &inner);
        add_loops(w, &parts, inner, nodes);
    }
    ok = ok && step_counters(w, &header) && fe_moved_leave(w, statement, &parts, &round);
    w->loop = outer;
    fe_close_block(w, mark);
    if (ok)
        fe_loop_end(w, statement, &header, &parts);
    return ok;
}

/* ---- what is refused ---- */

bool fe_refuse_statement(struct fe_walk *w, CXCursor statement)
{
    static const struct {
        enum CXCursorKind kind;
        const char *what, *hint;
    } known[] = {
        {CXCursor_DoStmt, "do loop", "write it as a for loop"},
        {CXCursor_GotoStmt, "goto", NULL},
        {CXCursor_IndirectGotoStmt, "goto", NULL},
        {CXCursor_LabelStmt, "label", NULL},
        {CXCursor_BreakStmt, "break leaves the loop early", "every iteration has to run"},
        {CXCursor_ReturnStmt, "return leaves the nest", "every iteration has to run"},
        {CXCursor_ContinueStmt, "continue without a condition", NULL},
        {CXCursor_SwitchStmt, "switch", "use conditional expressions"},
        {CXCursor_GCCAsmStmt, "assembly", NULL},
        {CXCursor_MSAsmStmt, "assembly", NULL},
        {CXCursor_CallExpr, "call with side effects", "only functions that compute a value may be called"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (clang_getCursorKind(statement) == known[i].kind)
            return fe_refuse(w, statement, known[i].hint, "%s", known[i].what);
    return fe_refuse(w, statement, NULL, "statement is not handled");
}

/* (void)v; */
static bool is_void(CXCursor statement)
{
    struct fe_kids kids = fe_kids_of(statement);
    return clang_getCursorKind(statement) == CXCursor_CStyleCastExpr &&
           clang_getCanonicalType(clang_getCursorType(statement)).kind == CXType_Void &&
           clang_getCursorKind(fe_bare(kids.at[kids.n - 1])) == CXCursor_DeclRefExpr;
}

static void find_goto(CXCursor cursor, CXCursor parent, void *data)
{
    (void)parent;
    enum CXCursorKind kind = clang_getCursorKind(cursor);
    if (kind == CXCursor_GotoStmt || kind == CXCursor_IndirectGotoStmt)
        *(bool *)data = true;
}

/* do ... while (0), which macros wrap statements in. */
static bool runs_once(struct fe_walk *w, CXCursor loop)
{
    struct fe_kids kids = fe_kids_of(loop);
    struct fe_value value;
    return kids.n == 2 && clang_getCursorKind(fe_bare(kids.at[1])) == CXCursor_IntegerLiteral &&
           fe_value_of(w, kids.at[1], &value) && !value.form.constant;
}

/* A label that nothing jumps to is only a name. */
static bool walk_labelled(struct fe_walk *w, CXCursor statement, struct nodes *nodes)
{
    bool jumps = false;
    struct fe_kids kids = fe_kids_of(statement);
    fe_each(w->function_body, find_goto, &jumps);
    return jumps || !kids.n ? fe_refuse_statement(w, statement)
                            : walk_statement(w, kids.at[kids.n - 1], nodes);
}

static bool walk_statement(struct fe_walk *w, CXCursor statement, struct nodes *nodes)
{
    statement = fe_unparen(statement);
    if (fe_is_assignment(statement))
        return walk_assignment(w, statement, nodes);
    if (clang_getCursorBinaryOperatorKind(statement) == CXBinaryOperator_Comma)
        return walk_statement(w, fe_kids_of(statement).at[0], nodes) &&
               walk_statement(w, fe_kids_of(statement).at[1], nodes);
    switch (clang_getCursorKind(statement)) {
    case CXCursor_CompoundStmt:
        return walk_block(w, statement, false, 0, nodes);
    case CXCursor_DoStmt:
        return runs_once(w, statement) ? walk_statement(w, fe_kids_of(statement).at[0], nodes)
                                       : fe_refuse_statement(w, statement);
    case CXCursor_ForStmt:
    case CXCursor_WhileStmt:
        return walk_loop(w, statement, nodes);
    case CXCursor_LabelStmt:
        return walk_labelled(w, statement, nodes);
    case CXCursor_IfStmt:
        return walk_if(w, statement, false, nodes);
    case CXCursor_DeclStmt:
        return walk_declaration(w, statement, nodes);
    case CXCursor_NullStmt:
        return true;
    default:
        return is_void(statement) || fe_refuse_statement(w, statement);
    }
}

/* ---- declared extents of parameters ---- */

/* C lets f(float x[4]) be given more than 4 elements: the extent only counts while no access goes beyond it.
 */
static void check_extent(struct fe_walk *w, const struct fe_stmt *stmt, const struct fe_access *access)
{
    struct fe_array *array = w->nest->array[access->array->id];
    if (!array->is_pointer || array->rank == 0 || array->extent[0] == 0)
        return;
    int n = stmt->n_guards + access->n_guards;
    struct fe_guard *guard = naas_alloc(w->ctx, (size_t)n + 1, sizeof *guard);
    for (int i = 0; i < n; i++)
        guard[i] = i < stmt->n_guards ? stmt->guard[i] : access->guard[i - stmt->n_guards];
    struct fe_walk inside = *w;
    inside.guard = guard;
    inside.n_guards = n;
    struct fe_range range = fe_range_of(&inside, &access->index[0]);
    if (!range.known || (range.low <= range.high && range.high >= array->extent[0]))
        array->extent[0] = 0;
}

static void check_extents(struct fe_walk *w, const struct fe_stmt *stmt, const struct fe_expr *expr)
{
    if (expr->kind == FE_READ)
        check_extent(w, stmt, &expr->access);
    for (int i = 0; i < expr->n_args; i++)
        check_extents(w, stmt, expr->arg[i]);
}

/* Statements are numbered in the order of the text. */
static void number(struct fe_nest *nest, const struct fe_node *node)
{
    if (node->stmt) {
        struct fe_stmt *stmt = (struct fe_stmt *)node->stmt;
        nest->stmt[nest->n_stmts] = stmt;
        stmt->id = nest->n_stmts++;
    }
    for (int i = 0; i < node->n_children; i++)
        number(nest, &node->child[i]);
}

bool fe_walk_roots(struct fe_walk *w, int n, const CXCursor *root)
{
    struct nodes nodes = {.n = 0};
    for (int i = 0; i < n; i++)
        fe_collect_writes(w, root[i]);
    if (!fe_moved_begin(w))
        return false;
    for (int i = 0; i < n; i++) {
        if (clang_getCursorKind(root[i]) == CXCursor_DeclStmt)
            return fe_refuse(w, root[i], "declare it in front of the region", "declaration beside the loops");
        if (!walk_statement(w, root[i], &nodes))
            return false;
    }
    if (!fe_moved_end(w))
        return false;
    w->nest->n_roots = nodes.n;
    w->nest->root = nodes.at;
    fe_reroll(w);
    fe_close_tallies(w);
    w->nest->n_stmts = 0;
    for (int i = 0; i < w->nest->n_roots; i++)
        number(w->nest, &w->nest->root[i]);
    for (int i = 0; i < w->nest->n_stmts; i++) {
        check_extent(w, w->nest->stmt[i], &w->nest->stmt[i]->target);
        check_extents(w, w->nest->stmt[i], w->nest->stmt[i]->value);
    }
    return w->nest->n_stmts > 0 || fe_refuse(w, root[0], NULL, "nest does nothing");
}
