/*
 * The frontend's inside: what its files share while one nest is being read.
 *
 * Functions that can fail return false (or NULL) after fe_refuse() wrote down why; callers that try something
 * and have another way just go on, and the last reason written is the one that is reported.
 */
#ifndef FE_WALK_H
#define FE_WALK_H

#include "frontend/frontend.h"
#include <clang-c/Index.h>

/* Why something was refused last. */
struct fe_reason {
    struct naas_loc loc;
    const char *message, *hint;
    const char *unknown; /* what an extent clause could give the value of */
};

/* The value of an integer expression: form, exactly when modulus is 0, else modulo 2^modulus. */
struct fe_value {
    struct fe_affine form;
    int modulus;
};

struct fe_range {
    bool known;
    int64_t low, high;
};

/* What a variable stands for where the walk is. block: how many blocks were open when it was bound. */
enum fe_binding_kind { FE_IS_LOOP, FE_IS_AFFINE, FE_IS_EXPR, FE_IS_POINTER, FE_IS_PLACE, FE_IS_UNKNOWN };

/* The largest or smallest of some forms; n is 0 where it is not known to be one. */
enum { FE_MAX_EXTREME = 4 };
struct fe_extreme {
    int n;
    bool largest;
    struct fe_affine form[FE_MAX_EXTREME];
    int64_t divisor[FE_MAX_EXTREME]; /* more than 1: form / divisor, as C rounds it */
};

/* A struct, or a member of one. */
struct fe_place {
    CXCursor root;    /* the variable that leads to it */
    CXCursor field;   /* the member */
    const char *text; /* C expression, as valid just before the nest */
    bool pointer;     /* the text is a pointer to the struct */
    bool reached;     /* through a pointer, and so by others too */
};

struct fe_binding {
    CXCursor decl;
    enum fe_binding_kind kind;
    int block;
    const struct fe_loop *loop;
    struct fe_value value; /* FE_IS_AFFINE; FE_IS_POINTER: offset from element 0 */
    struct fe_expr *expr;
    CXCursor source; /* FE_IS_EXPR: what the variable was set to, its only value in the nest; else null */
    struct fe_array *array;
    struct fe_place place;
    struct fe_extreme extreme; /* FE_IS_EXPR: what bounds of loops may make of it */
    struct fe_reason *unknown; /* FE_IS_EXPR: it would be affine if this were known */
    bool counter;              /* FE_IS_AFFINE, FE_IS_POINTER: stepped by the header of a loop around */
    bool moves;                /* statements change it as they come: move.c. FE_IS_POINTER without an array:
                                  relative to what it is in front of the nest */
    struct fe_reason *lost;    /* FE_IS_UNKNOWN, moves: why; located at the use where it says no line */
    int guards;                /* how many held when it was bound */
};

/* An assignment to a variable somewhere in the nest. plain: `v = e` or `T v = e`; simple: e reads no memory
 * but scalars. */
struct fe_write {
    CXCursor decl, cursor, value;
    bool plain, simple;
    bool still;   /* what it adds, too, reads no memory */
    bool counter; /* in the header of a loop */
    bool element; /* of an array, or what a pointer points to; decl is null when it is not known of which */
    CXCursor member;     /* of an element: the member of a struct that it is, or is an element of */
    bool beyond;         /* of an element: the member, a pointer, leads to it */
    bool reached;        /* of an element: through a pointer that others may have too */
    enum naas_type type; /* of an element: what is stored */
};

struct fe_clauses {
    const char *name, *accel, *target;
    int n_extents;
    struct fe_assumption *extent;
    int n_constants;
    const char **constant;
};

/*
 * What a walk found out to be needed for another one over the same nest: a loop to be split, for i / 8 and i
 * % 8, and arrays whose axes such loops run across, which become flat.
 */
enum { FE_MAX_PLAN = 16 };
struct fe_split {
    unsigned loop; /* fe_loop_key */
    int64_t size;  /* iterations of the inner part */
    int64_t shift; /* of the parts, which begin that many iterations in front of the first one */
};
struct fe_shape {
    int rank;
    const int64_t *stride;
};
/* A loop of which only those iterations are left at which a remainder is 0: residue.c. */
enum { FE_MAX_RESIDUE_TERMS = 4 };
struct fe_residue {
    unsigned loop;        /* fe_loop_key */
    CXCursor condition;   /* what tests the remainder */
    struct fe_term holds; /* a guard that points here says that the condition holds */
    int64_t size;         /* iteration = constant + sum coef * part (mod size) */
    int64_t constant;
    int n_terms;
    struct fe_split part[FE_MAX_RESIDUE_TERMS];
    int64_t coef[FE_MAX_RESIDUE_TERMS];
};
/* What an iteration of a loop moves a variable by. */
struct fe_move {
    unsigned loop; /* fe_loop_key */
    CXCursor decl;
    int64_t by;
    bool varies;           /* by no constant */
    struct fe_reason *why; /* NULL: just so */
    int tries;
};
struct fe_plan {
    int n_splits, n_flat, n_residues;
    struct fe_split split[FE_MAX_PLAN];
    struct fe_residue residue[FE_MAX_PLAN];
    CXCursor flat[FE_MAX_PLAN];
    int n_moved, n_moves, moves_capacity;
    CXCursor moved[FE_MAX_PLAN]; /* integers that have to be followed */
    struct fe_move *move;
    bool no_residues; /* all iterations of loops stay */
    bool again;
};

struct fe_walk {
    struct naas_ctx *ctx;
    CXTranslationUnit tu;
    const struct fe_unit *unit;
    const struct fe_clauses *clauses;
    struct fe_nest *nest;
    CXCursor function, function_body;
    int n_writes, writes_capacity;
    struct fe_write *write;
    int n_bindings, bindings_capacity;
    struct fe_binding *binding;
    int n_guards, guards_capacity; /* those that hold where the walk is */
    struct fe_guard *guard;
    const struct fe_loop *loop; /* innermost */
    int n_ranges, ranges_capacity;
    struct fe_range *range; /* of the loops' variables, by loop id */
    CXCursor *array_decl;   /* by array id */
    struct fe_shape *axes;  /* by array id: those of the source, where a flat array stands for it */
    int axes_capacity;
    int arrays_capacity, decls_capacity, loops_capacity, stmts_capacity, scalars_capacity,
        assumptions_capacity;
    int block;       /* open blocks */
    int inlined;     /* calls that are being followed */
    CXCursor callee; /* the innermost of them, or block with a value */
    int guesses;     /* values of variables that are being guessed */
    /* Inside a branch that data chooses: what is read there must be readable anyway. */
    int unsure;
    bool is_remainder;    /* the last condition that is not affine tests one: no other reason says more */
    bool stepped;         /* an array is being made of a pointer that a loop's header steps */
    int statement_guards; /* how many guards are the current statement's; further ones are those of ?: */
    int n_headers, headers_capacity; /* what loops set and step their counters with */
    CXCursor *header;
    struct fe_plan *plan;
    int n_moved; /* of the plan's, when the walk began: what is asked for on the way counts in the next one */
    struct fe_split *part; /* by loop id: which loop of the source it is a part of, and how many of that one's
                              iterations a step of it is; 0 when not known */
    int parts_capacity;
    int n_sure, sure_capacity;
    struct fe_access *sure; /* reads of the current statement that certainly happen */
    struct fe_reason reason;
};

/* ---- cursor.c: libclang ---- */

enum { FE_MAX_KIDS = 64 };
struct fe_kids {
    int n; /* may be larger than FE_MAX_KIDS: the rest is not there */
    CXCursor at[FE_MAX_KIDS];
};
struct fe_kids fe_kids_of(CXCursor cursor);

bool fe_refuse(struct fe_walk *w, CXCursor at, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
struct naas_loc fe_loc(const struct fe_walk *w, CXCursor cursor);
unsigned fe_offset(CXCursor cursor);
unsigned fe_end_offset(CXCursor cursor);
/* Tells loops apart, those of one macro too, from one walk to the next. */
unsigned fe_loop_key(CXCursor loop);
bool fe_within(CXCursor inner, unsigned begin, unsigned end);
/* In the file itself; what it begins with may come out of a macro from anywhere. */
bool fe_begins_here(CXCursor cursor);
bool fe_in_nest(const struct fe_walk *w, CXCursor cursor);
const char *fe_spelling(struct fe_walk *w, CXCursor cursor);
/* Canonical scalar type as ours; NAAS_VOID for everything that is not handled (bool, long double, complex,
 * ...). */
enum naas_type fe_type(CXType type);
bool fe_is_long(CXType type);
enum naas_type fe_type_of(CXCursor cursor);
/* Without parentheses; fe_bare: without implicit conversions either. */
CXCursor fe_unparen(CXCursor cursor);
CXCursor fe_bare(CXCursor cursor);
bool fe_is_implicit(CXCursor cursor);
bool fe_is_bool(CXType type);
bool fe_is_pointer(CXCursor expr);
/* v = e, v += e, v++ and so on. */
bool fe_is_assignment(CXCursor statement);
/* clang_equalCursors finds a statement different from itself when it was reached in another way. Works for
 * what comes out of macros, too. */
bool fe_same_statement(CXCursor x, CXCursor y);
/* The statement or declaration is somewhere below root. */
bool fe_contains(CXCursor root, CXCursor cursor);
/* The variable is used in the expression, or is it. */
bool fe_mentions(CXCursor expr, CXCursor decl);
/* Calls visit for every cursor below root, in textual order, but for what typeof asks the type of. */
typedef void fe_visit(CXCursor cursor, CXCursor parent, void *data);
void fe_each(CXCursor root, fe_visit *visit, void *data);

/* ---- affine.c: forms and their ranges ---- */

struct fe_affine fe_constant(int64_t value);
struct fe_affine fe_variable(struct fe_walk *w, const struct fe_loop *loop);
/* a * x + b * y; false on overflow. */
bool fe_combine(struct fe_walk *w, int64_t a, const struct fe_affine *x, int64_t b, const struct fe_affine *y,
    struct fe_affine *out);
bool fe_same_terms(const struct fe_affine *x, const struct fe_affine *y, int64_t sign);
bool fe_same_affine(const struct fe_affine *x, const struct fe_affine *y);
struct fe_range fe_range_of(const struct fe_walk *w, const struct fe_affine *form);
bool fe_type_holds(enum naas_type type, struct fe_range range);
bool fe_is_unsigned(enum naas_type type);

/* The integer expression as a form: NULL hint refusals say what is not affine. */
bool fe_value_of(struct fe_walk *w, CXCursor expr, struct fe_value *out);
/* The same, refusing values that may wrap around. what: "subscript", "bound". */
bool fe_exact_of(struct fe_walk *w, CXCursor expr, const char *what, struct fe_affine *out);
bool fe_convert(struct fe_walk *w, CXCursor at, enum naas_type type, struct fe_value *value);
bool fe_refuse_type(struct fe_walk *w, CXCursor at);
/* The divisor that x / 8, x % 8, x >> 3 and x & 7 mean; 0 for other operations. */
int64_t fe_divisor_of(enum CXBinaryOperatorKind kind, int64_t y);

/* ---- extent.c ---- */

/* The nest is only run where the C expression has this value. */
void fe_assume(struct fe_walk *w, const struct fe_assumption *assumption);
/* A variable that the nest does not write: a constant, one that an extent clause names, or one that was
 * computed from these. */
bool fe_outer_value(struct fe_walk *w, CXCursor ref, CXCursor decl, struct fe_value *out);
/* What a variable that the nest changes is in front of it, by a clause or from what it was set to. */
bool fe_extent_of(struct fe_walk *w, CXCursor at, CXCursor decl, struct fe_value *out);
bool fe_member_value(struct fe_walk *w, CXCursor expr, struct fe_value *out);
/* s.dims[2], dims[2]: an element that an extent clause names. */
bool fe_element_value(struct fe_walk *w, CXCursor expr, struct fe_value *out);

/* ---- condition.c ---- */

/* Adds the guards under which the condition is `wanted`; false (and none added) when it is no conjunction of
 * affine ones. */
bool fe_guards_of(struct fe_walk *w, CXCursor condition, bool wanted);
void fe_add_guard(struct fe_walk *w, CXCursor at, const struct fe_affine *affine);
/* A guard that cannot hold is among those from `first` on. */
bool fe_never(const struct fe_walk *w, int first);
/* The one condition or value that a temporary in it stands for: `bool in = y >= 0 && y < H; if (in)`. */
bool fe_source_of(struct fe_walk *w, CXCursor reference, CXCursor *source);

/* The condition tests a pointer of outside, which is taken not to be null: whether it holds then. The nest is
 * only run where that is so. */
bool fe_null_test(struct fe_walk *w, CXCursor condition, bool *holds);

/* ---- residue.c ---- */

/* The condition tests a remainder that takes a choice of a loop's iterations: of `rest` by `size`; once it is
 * made, `rest` is the remainder itself, 0 if the choice is right. */
bool fe_is_residue(struct fe_walk *w, CXCursor condition, bool wanted, struct fe_affine *rest, int64_t *size);
/* Notes that it holds; or asks for another walk, and refuses in this one. */
bool fe_residue_guard(struct fe_walk *w, CXCursor condition, const struct fe_affine *rest, int64_t size);
/* The choice made for the loop of a key, NULL when there is none; its n iterations are size * i + first.
 */
const struct fe_residue *fe_residue_of(const struct fe_walk *w, unsigned loop);
bool fe_residue_iterations(
    struct fe_walk *w, const struct fe_residue *residue, int64_t trips, struct fe_affine *first, int64_t *n);
/* Every choice of the loops around is one under the guards that hold; refuses when not. */
bool fe_residues_hold(struct fe_walk *w, CXCursor at);
/* The guard is no condition on the loops, but says that one like that holds. */
static inline bool fe_is_holding(const struct fe_guard *guard)
{
    return guard->affine.n_terms == 0 && guard->affine.constant == 0;
}

/* ---- array.c, access.c, live.c ---- */

struct fe_binding *fe_bound(struct fe_walk *w, CXCursor decl);
void fe_bind(struct fe_walk *w, struct fe_binding binding);
bool fe_written(const struct fe_walk *w, CXCursor decl);
int fe_n_writes(const struct fe_walk *w, CXCursor decl);
/* Without those in the headers of loops. */
int fe_n_body_writes(const struct fe_walk *w, CXCursor decl);
/* An element of it, or of what may be it, is assigned. */
bool fe_elements_written(const struct fe_walk *w, CXCursor decl);
void fe_collect_writes(struct fe_walk *w, CXCursor root);
struct fe_array *fe_array_of(struct fe_walk *w, CXCursor decl, CXCursor at);
/* The pointer variable, which the header of a loop steps, as it is in front of the nest. */
struct fe_array *fe_stepped_array(struct fe_walk *w, CXCursor decl, CXCursor at);
/* The pointer variable, converted to another pointer type. */
struct fe_array *fe_array_as(struct fe_walk *w, CXCursor decl, CXType pointer, CXCursor at);
/* Element that an lvalue names. */
bool fe_access_of(struct fe_walk *w, CXCursor lvalue, struct fe_access *out);
/* Pointer value of an expression: array and offset in elements of a flat pointer. */
bool fe_pointer_of(struct fe_walk *w, CXCursor expr, struct fe_array **array, struct fe_affine *offset);
/* to - from, in elements. */
bool fe_distance(struct fe_walk *w, CXCursor from, CXCursor to, struct fe_affine *out);
bool fe_same_access(const struct fe_access *x, const struct fe_access *y);
/* Asks for another walk in which the array is flat, and refuses in this one. */
bool fe_ask_flat(struct fe_walk *w, const struct fe_array *array, CXCursor at);
/* Every index is provably inside the array. */
bool fe_inside(const struct fe_walk *w, const struct fe_access *access);
/* The variable, declared outside the nest, may be read after it before it is assigned again. */
bool fe_live_after(struct fe_walk *w, CXCursor decl);
/* The variable's address is known to others: static storage, or taken in the function. */
bool fe_is_exposed(struct fe_walk *w, CXCursor decl);
/* A variable that the nest only reads may yet change in it: through a pointer. */
bool fe_may_change(struct fe_walk *w, CXCursor decl);
/* What the variable was set to last in front of the nest, whichever way control came. */
bool fe_set_before(struct fe_walk *w, CXCursor decl, CXCursor *value);
/* Every use in the nest follows an assignment of the same iteration. */
bool fe_assigned_first(struct fe_walk *w, CXCursor decl);

/* A store of the one type may change what is read as the other; NAAS_VOID: a pointer. */
bool fe_types_meet(enum naas_type stored, enum naas_type read);

/* ---- temporary.c ---- */

/* Nothing outside the uses that an assignment of it governs can see the variable. declares: the assignment is
 * its declaration. */
bool fe_is_temporary(struct fe_walk *w, CXCursor decl, bool declares);
/* The value stays what it is wherever a temporary is used: nothing that it reads is written in the nest. */
bool fe_is_stable(const struct fe_walk *w, const struct fe_expr *expr);
/* Binds an integer temporary of affine value. false: it is none. */
bool fe_bind_temporary(struct fe_walk *w, CXCursor decl, CXCursor value, bool declares);

/* ---- place.c ---- */

bool fe_is_record_pointer(CXType type);
bool fe_is_place(CXType type); /* a struct or a pointer to one */
bool fe_place_of(struct fe_walk *w, CXCursor expr, struct fe_place *out);
/* The member that an expression s.x or p->x names. */
bool fe_member_of(struct fe_walk *w, CXCursor member, struct fe_place *out);
/* The nest may write to the member. */
bool fe_place_changes(struct fe_walk *w, const struct fe_place *place);
/* The member as memory. */
struct fe_array *fe_member_array(struct fe_walk *w, CXCursor member);

/* ---- expr.c, inline.c ---- */

struct fe_expr *fe_expr_of(struct fe_walk *w, CXCursor expr);
struct fe_expr *fe_new_expr(
    struct fe_walk *w, enum fe_expr_kind kind, enum naas_type type, struct naas_loc loc);
struct fe_expr *fe_read_expr(struct fe_walk *w, const struct fe_access *access);
/* The form, in a type that is wide enough for C to compute it without overflow, cast to type. */
struct fe_expr *fe_affine_expr(
    struct fe_walk *w, const struct fe_affine *form, enum naas_type type, struct naas_loc loc);
struct fe_expr *fe_binary_expr(
    struct fe_walk *w, enum fe_op op, struct fe_expr *left, struct fe_expr *right, struct naas_loc loc);
struct fe_expr *fe_cond_expr(struct fe_walk *w, struct fe_expr *condition, struct fe_expr *yes,
    struct fe_expr *no, struct naas_loc loc);
/* Wraps in a cast unless it has the type already. */
struct fe_expr *fe_cast_expr(struct fe_walk *w, enum naas_type type, struct fe_expr *expr);
bool fe_op_of(CXCursor binary, enum fe_op *op);
/* As if assigned to a variable of the type: to bool is a comparison with 0. */
struct fe_expr *fe_converted(struct fe_walk *w, CXType type, struct fe_expr *expr);
/* What a bound variable stands for, as an expression of its type. */
struct fe_expr *fe_binding_expr(struct fe_walk *w, const struct fe_binding *bound, struct naas_loc loc);

/* A call of a small function whose body is known: its parameters become bound; returns the mark to unbind
 * with. The body is then read by fe_inline_value or fe_inline_expr. */
bool fe_inline_value(struct fe_walk *w, CXCursor call, struct fe_value *out);
struct fe_expr *fe_inline_expr(struct fe_walk *w, CXCursor call);
/* ({ ...; value; }) */
bool fe_block_value(struct fe_walk *w, CXCursor block, struct fe_value *out);
bool fe_block_extreme(struct fe_walk *w, CXCursor block, bool largest, struct fe_extreme *out);
struct fe_expr *fe_block_expr(struct fe_walk *w, CXCursor block);

/* ---- extreme.c ---- */

bool fe_extreme_of(struct fe_walk *w, CXCursor expr, bool largest, struct fe_extreme *out);
bool fe_inline_extreme(struct fe_walk *w, CXCursor call, bool largest, struct fe_extreme *out);

/* ---- header.c ---- */

/* Of refused loops, here and in counter.c and loop.c. */
#define FE_LOOP_HINT "write it as for (i = start; i < stop; i += step)"

/* A variable that a loop's header sets and steps. */
struct fe_counter {
    CXCursor decl, init, step; /* init and step: null when there is none */
};

/* for (i = 0, p = x; i < n; i++, p += 2), while (i < n) { ...; i++; } */
enum { FE_MAX_COUNTERS = 8 };
struct fe_header {
    CXCursor condition, body;
    int n_counters;
    struct fe_counter counter[FE_MAX_COUNTERS]; /* the first is the one that the condition is about */
    bool last_steps;                            /* the body's last statement belongs to the header */
};
bool fe_read_header(struct fe_walk *w, CXCursor statement, struct fe_header *header);
/* The statement steps a variable: v++, v -= 2, v = v + 1. */
bool fe_steps(CXCursor statement, CXCursor *decl);

/* ---- counter.c: what a header says of a counter ---- */

/* What the condition says: counter (op) bound, compared in type. */
struct fe_test {
    enum CXBinaryOperatorKind op;
    enum naas_type type;
    CXCursor bound, at;
    struct fe_affine stop;
    struct fe_extreme stops; /* n > 1: the other ones too */
    bool steps_itself;       /* v-- > bound */
};

/* The largest or smallest of these. */
bool fe_counter_start(struct fe_walk *w, CXCursor statement, const struct fe_counter *counter, bool largest,
    struct fe_extreme *start);
bool fe_counter_step(struct fe_walk *w, CXCursor expr, CXCursor decl, int64_t *step);
bool fe_counter_test(struct fe_walk *w, CXCursor condition, CXCursor decl, struct fe_test *test);
/* Neither the counter's step nor, if there is a test, its bound is something that the loop changes. */
bool fe_counter_stays(
    struct fe_walk *w, CXCursor statement, const struct fe_counter *counter, const struct fe_test *test);
/* Of a pointer: a loop over the elements that it passes, from 0 up. The pointer moves as others do: move.c.
 */
bool fe_pointer_counter(struct fe_walk *w, CXCursor statement, const struct fe_counter *counter,
    CXCursor condition, struct fe_test *test, struct fe_loop *loop);

/* ---- loop.c, walk.c ---- */

/* A loop of the source: as many of ours, one inside the other, as it takes. */
enum { FE_MAX_PARTS = 4 };
struct fe_parts {
    int n;
    struct fe_loop *loop[FE_MAX_PARTS]; /* outermost first */
    struct fe_affine iteration;         /* number of the iteration, from 0 */
    int64_t trips;                      /* -1: not constant */
    struct fe_affine end;               /* value of the counter behind the loop, if trips >= 0 */
    bool counted;                       /* iteration is one more each time */
};
bool fe_loop_parts(
    struct fe_walk *w, CXCursor statement, const struct fe_header *header, struct fe_parts *parts);
/* Behind the loop: its counters have their last values. */
void fe_loop_end(
    struct fe_walk *w, CXCursor statement, const struct fe_header *header, struct fe_parts *parts);
/* Asks for another walk in which the loop is split, so that its number of iterations is a multiple of size.
 */
void fe_ask_split(struct fe_walk *w, const struct fe_loop *loop, int64_t size, int64_t shift);
/* A loop inside of w->loop, which it becomes. */
struct fe_loop *fe_add_loop(
    struct fe_walk *w, const struct fe_loop *like, struct fe_range range, struct fe_split part);
/* Number of iterations; -1 when it is not constant. */
int64_t fe_trips_of(struct fe_walk *w, const struct fe_loop *loop);
/* Loops for what was unrolled by hand. */
void fe_reroll(struct fe_walk *w);
/* Expressions for variables that only count iterations: tally.c. */
void fe_close_tallies(struct fe_walk *w);
/* What was in force when a block was entered. */
struct fe_mark {
    int n_bindings, n_guards;
};
struct fe_mark fe_open_block(struct fe_walk *w);
void fe_close_block(struct fe_walk *w, struct fe_mark mark);
/* The variable that is assigned as a whole, else null. */
CXCursor fe_assigned_variable(CXCursor target);
/* Target and new value of v = e, v += e, v++; compound forms written out. */
bool fe_read_assignment(
    struct fe_walk *w, CXCursor statement, struct fe_access *target, struct fe_expr **value);
/* Says what kind of statement it is that is not handled. */
bool fe_refuse_statement(struct fe_walk *w, CXCursor statement);
/* Fills w->nest from its statements. */
bool fe_walk_roots(struct fe_walk *w, int n, const CXCursor *root);

/* ---- branch.c ---- */

/* The assignment that an if stands for whose condition depends on data: v = c ? e : v. */
bool fe_read_choice(struct fe_walk *w, CXCursor statement, struct fe_access *target, struct fe_expr **value);

/* ---- move.c ---- */

/* A pointer that the nest sets or steps, or an integer that has to be followed like one. */
bool fe_moves(const struct fe_walk *w, CXCursor decl);
/* Asks for another walk in which the integer is followed; false when it cannot be. */
bool fe_ask_moved(struct fe_walk *w, CXCursor decl);
/* v = value, or T v = value: binds it. */
bool fe_move_to(struct fe_walk *w, CXCursor at, CXCursor decl, CXCursor value);
/* T v; */
void fe_move_nowhere(struct fe_walk *w, CXCursor decl);
/* v = e, v += e, v++ of a variable that moves. */
bool fe_move(struct fe_walk *w, CXCursor statement);
/* The ++ and -- in a statement, or expression, that has been read. */
bool fe_apply_steps(struct fe_walk *w, CXCursor statement);
/* Refuses a use of what is not known any more. */
bool fe_refuse_lost(struct fe_walk *w, CXCursor at, const struct fe_binding *bound);
bool fe_has_steps(const struct fe_walk *w, CXCursor root);
/* What v++ or --v is worth; refuses where v does not move. */
bool fe_step_value(struct fe_walk *w, CXCursor step, struct fe_binding *out);

/* The constant that an integer variable of outside has in front of the nest; refuses where it is not known.
 */
bool fe_value_before(struct fe_walk *w, CXCursor at, CXCursor decl, struct fe_affine *out);

/* All bindings at a moment. */
struct fe_moved {
    int n;
    struct fe_binding *at;
};
struct fe_moved fe_moved_now(struct fe_walk *w);
void fe_moved_restore(struct fe_walk *w, const struct fe_moved *then);
/* Control comes from here, or from there. */
void fe_moved_merge(struct fe_walk *w, CXCursor at, const struct fe_moved *other);

/* In front of a loop, and where an iteration begins. */
struct fe_round {
    struct fe_moved before, first;
};
bool fe_moved_enter(struct fe_walk *w, CXCursor loop, const struct fe_parts *parts, struct fe_round *round);
bool fe_moved_leave(
    struct fe_walk *w, CXCursor loop, const struct fe_parts *parts, const struct fe_round *round);
/* Not 0: the loop moves variables. */
int64_t fe_moved_by(const struct fe_walk *w, CXCursor loop);
/* In front of all statements, and behind them. */
bool fe_moved_begin(struct fe_walk *w);
bool fe_moved_end(struct fe_walk *w);

/* ---- clause.c, pragma.c ---- */

bool fe_parse_clauses(
    struct naas_ctx *ctx, const struct fe_unit *unit, size_t begin, size_t end, struct fe_clauses *out);
struct naas_loc fe_text_loc(const struct fe_unit *unit, size_t offset);
/* Past blanks, comments and preprocessor lines. */
size_t fe_skip_blank(const struct fe_unit *unit, size_t offset, size_t end);

/* An annotation: the line it stands on, and for a scop the line of its endscop. */
struct fe_pragma {
    size_t begin, end, clauses;
    bool scop;
    size_t region_end; /* scop: where its endscop line begins */
};
/* Finds the annotations of the main file; broken ones get a warning and count as refused. */
void fe_find_pragmas(
    struct naas_ctx *ctx, CXTranslationUnit tu, struct fe_unit *unit, int *n, struct fe_pragma **pragmas);
/* The statements that an annotation is about. */
bool fe_pragma_roots(struct fe_walk *w, const struct fe_pragma *pragma, int *n, CXCursor **roots);

#endif
