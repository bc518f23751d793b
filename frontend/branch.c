/*
 * Conditions on data: branches that assign the same element become one assignment of a choice.
 *
 *     if (s > 127)
 *         y[i] = 127;                                   y[i] = s > 127 ? 127 : s > 0 ? 2 * s : y[i]
 *     else if (s > 0) {
 *         int twice = 2 * s;
 *         y[i] = twice;
 *     }
 *
 * and sums on a condition are sums of what it chooses: if (c) s += e; is s = s + (c ? e : 0).
 */
#include "frontend/walk.h"

static CXCursor last_statement(CXCursor branch)
{
    struct fe_kids kids = fe_kids_of(branch);
    while (clang_getCursorKind(branch) == CXCursor_CompoundStmt && kids.n > 0 && kids.n <= FE_MAX_KIDS) {
        branch = kids.at[kids.n - 1];
        kids = fe_kids_of(branch);
    }
    return branch;
}

/* It goes elsewhere, which is why the branch cannot be taken over, whatever its condition. */
static bool leaves(CXCursor branch)
{
    enum CXCursorKind kind = clang_getCursorKind(last_statement(branch));
    return kind == CXCursor_BreakStmt || kind == CXCursor_ReturnStmt || kind == CXCursor_GotoStmt;
}

static const char *const BRANCH_HINT =
    "one assignment to the same element may stand in each branch, behind temporaries";

/* The branches of ?: share a type, which must not be one that the other branch loses bits in. */
static struct fe_expr *branch_value(struct fe_walk *w, enum naas_type target, struct fe_expr *value)
{
    bool alike = naas_type_is_float(value->type) ? value->type == target : naas_type_bytes(value->type) <= 4;
    return alike ? value : fe_cast_expr(w, target, value);
}

/* The one assignment of a branch that data chooses: an if may stand for it, temporaries in front of it.
 * Refuses without a reason where it is something else. */
static bool read_branch(struct fe_walk *w, CXCursor branch, struct fe_access *target, struct fe_expr **value);

/* The value is target + term, or target - term. */
static bool is_sum(const struct fe_access *target, const struct fe_expr *value)
{
    return value->kind == FE_BINARY && (value->op == FE_ADD || value->op == FE_SUB) &&
           value->arg[0]->kind == FE_READ && fe_same_access(&value->arg[0]->access, target);
}

/* What adds nothing, to -0 either, in the type of the term. */
static struct fe_expr *nothing(struct fe_walk *w, const struct fe_expr *sum)
{
    enum naas_type type = sum->arg[1]->type;
    struct fe_expr *zero = fe_new_expr(w, FE_INT, NAAS_I32, sum->loc), *minus;
    if (!naas_type_is_float(type))
        return fe_cast_expr(w, type, zero);
    zero->kind = FE_FLOAT;
    zero->type = type;
    zero->text = type == NAAS_F32 ? "0.0f" : "0.0";
    if (sum->op == FE_SUB)
        return zero;
    minus = fe_new_expr(w, FE_UNARY, type, sum->loc);
    minus->op = FE_NEG;
    minus->n_args = 1;
    minus->arg[0] = zero;
    return minus;
}

/* condition ? yes : no, or target + (condition ? term : term); no: NULL for what the target is. */
static struct fe_expr *chosen(struct fe_walk *w, const struct fe_access *target, struct fe_expr *condition,
    struct fe_expr *yes, struct fe_expr *no)
{
    struct naas_loc loc = condition->loc;
    bool sums = is_sum(target, yes) &&
                (!no || (is_sum(target, no) && no->op == yes->op && no->arg[1]->type == yes->arg[1]->type));
    if (sums) {
        struct fe_expr *otherwise = no ? no->arg[1] : nothing(w, yes);
        return fe_binary_expr(
            w, yes->op, yes->arg[0], fe_cond_expr(w, condition, yes->arg[1], otherwise, loc), loc);
    }
    enum naas_type type = target->array->type;
    no = no ? no : fe_read_expr(w, target);
    return fe_cond_expr(w, condition, branch_value(w, type, yes), branch_value(w, type, no), loc);
}

bool fe_read_choice(struct fe_walk *w, CXCursor statement, struct fe_access *target, struct fe_expr **value)
{
    struct fe_kids kids = fe_kids_of(statement);
    struct fe_access access[2];
    struct fe_expr *branch[2];
    for (int i = 1; i < kids.n; i++)
        if (leaves(kids.at[i]))
            return fe_refuse_statement(w, last_statement(kids.at[i]));
    struct fe_expr *condition = fe_expr_of(w, kids.at[0]);
    if (!condition || !fe_apply_steps(w, kids.at[0]))
        return false;
    if (kids.n == 2 && fe_has_steps(w, kids.at[1]))
        return fe_refuse(w, kids.at[0], "write the result to a place that does not depend on data",
            "condition depends on data, and its branch moves a variable");
    struct fe_moved before = fe_moved_now(w), after[2];
    for (int i = 0; i < kids.n - 1; i++) {
        w->unsure++;
        w->reason.message = NULL;
        bool ok = read_branch(w, kids.at[1 + i], &access[i], &branch[i]);
        w->unsure--;
        if (!ok && !w->reason.message)
            fe_refuse(w, kids.at[0], BRANCH_HINT, "condition depends on data");
        if (!ok)
            return false;
        after[i] = fe_moved_now(w);
        fe_moved_restore(w, &before);
    }
    if (kids.n == 3)
        fe_moved_restore(w, &after[1]);
    fe_moved_merge(w, kids.at[0], &after[0]);
    if (kids.n == 3 && !fe_same_access(&access[0], &access[1]))
        return fe_refuse(w, kids.at[0], BRANCH_HINT,
            "condition depends on data, and the branches write different elements");
    if (kids.n == 2 && !fe_inside(w, &access[0]))
        return fe_refuse(w, kids.at[0], "write to a variable, and store it behind the condition",
            "condition depends on data, and the element may lie outside '%s'", access[0].array->name);
    *target = access[0];
    *value = chosen(w, target, condition, branch[0], kids.n == 3 ? branch[1] : NULL);
    return true;
}

/* v = e, of a variable that has no other value and stays in the branch. */
static bool read_temporary(struct fe_walk *w, CXCursor decl, CXCursor value, bool declares)
{
    enum naas_type type = fe_type_of(decl);
    if (type == NAAS_VOID || fe_n_writes(w, decl) != 1 || fe_moves(w, decl) || fe_bound(w, decl) ||
        !fe_is_temporary(w, decl, declares))
        return false;
    if (fe_bind_temporary(w, decl, value, declares))
        return true;
    struct fe_expr *expr = fe_expr_of(w, value);
    if (!expr)
        return false;
    expr = fe_converted(w, clang_getCursorType(decl), expr);
    fe_bind(w, (struct fe_binding){.decl = decl, .kind = FE_IS_EXPR, .expr = expr});
    return true;
}

/* T v = e; or v = e; in front of a branch's last statement. */
static bool read_temporaries(struct fe_walk *w, CXCursor statement)
{
    struct fe_kids kids = fe_kids_of(statement);
    bool declares = clang_getCursorKind(statement) == CXCursor_DeclStmt;
    bool ok = kids.n <= FE_MAX_KIDS &&
              (declares || clang_getCursorBinaryOperatorKind(statement) == CXBinaryOperator_Assign);
    if (ok && !declares)
        return read_temporary(w, fe_assigned_variable(kids.at[0]), kids.at[1], false);
    for (int i = 0; ok && i < kids.n; i++) {
        CXCursor init = clang_Cursor_getVarDeclInitializer(kids.at[i]);
        ok = !clang_Cursor_isNull(init) && read_temporary(w, kids.at[i], init, true);
    }
    return ok;
}

static bool read_branch(struct fe_walk *w, CXCursor branch, struct fe_access *target, struct fe_expr **value)
{
    if (fe_is_assignment(branch))
        return fe_read_assignment(w, branch, target, value) && fe_apply_steps(w, branch);
    if (clang_getCursorKind(branch) == CXCursor_IfStmt)
        return fe_read_choice(w, branch, target, value);
    struct fe_kids kids = fe_kids_of(branch);
    if (clang_getCursorKind(branch) != CXCursor_CompoundStmt || kids.n < 1 || kids.n > FE_MAX_KIDS)
        return false;
    struct fe_mark mark = fe_open_block(w);
    bool ok = true;
    for (int i = 0; ok && i < kids.n - 1; i++) {
        w->reason.message = NULL;
        ok = !fe_has_steps(w, kids.at[i]) && read_temporaries(w, kids.at[i]);
    }
    w->reason.message = ok ? NULL : w->reason.message;
    ok = ok && read_branch(w, kids.at[kids.n - 1], target, value);
    fe_close_block(w, mark);
    return ok;
}
