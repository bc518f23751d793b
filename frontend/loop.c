/* Loops: those of the source as loops of ours, with constant steps and exact ends. */
#include "frontend/walk.h"

static bool shift_stop(struct fe_walk *w, CXCursor at, struct fe_affine *stop, int64_t by)
{
    return !__builtin_add_overflow(stop->constant, by, &stop->constant) ||
           fe_refuse(w, at, NULL, "bound overflows");
}

/* v != stop: must be hit exactly. */
static bool exact_stop(struct fe_walk *w, const struct fe_test *test, const struct fe_loop *loop)
{
    struct fe_affine distance;
    if (!fe_combine(w, 1, &test->stop, -1, &loop->start, &distance) || distance.n_terms ||
        distance.constant % loop->step != 0 || distance.constant / loop->step < 0)
        return fe_refuse(w, test->at, "compare with < or >", "loop may step past its bound");
    return true;
}

/* for (k = n - 1; k < n; k--) with an unsigned k ends when k wraps around below 0. */
static bool wraps_to_end(struct fe_walk *w, const struct fe_test *test, const struct fe_loop *loop)
{
    struct fe_range start = fe_range_of(w, &loop->start), stop = fe_range_of(w, &test->stop);
    int64_t last = test->op == CXBinaryOperator_LT ? stop.low - 1 : stop.low;
    return loop->step == -1 && fe_is_unsigned(test->type) && test->type == loop->type && start.known &&
           stop.known && (test->op == CXBinaryOperator_LT || test->op == CXBinaryOperator_LE) &&
           start.low >= 0 && start.high <= last && stop.high < UINT32_MAX;
}

/* Exclusive stop in the direction of the step. wraps: the end is reached by wrapping around, as C defines it.
 */
static bool set_stop(struct fe_walk *w, const struct fe_test *test, struct fe_loop *loop, bool *wraps)
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
    return fe_refuse(w, test->at, FE_LOOP_HINT, "loop steps away from its bound");
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
static bool check_range(struct fe_walk *w, const struct fe_test *test, const struct fe_loop *loop, bool wraps,
    struct fe_range range)
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

/* ---- loops of ours ---- */

struct fe_loop *fe_add_loop(
    struct fe_walk *w, const struct fe_loop *like, struct fe_range range, struct fe_split part)
{
    struct fe_nest *nest = w->nest;
    struct fe_loop *loop = naas_alloc(w->ctx, 1, sizeof *loop);
    *loop = *like;
    loop->id = nest->n_loops;
    loop->parent = w->loop;
    loop->depth = w->loop ? w->loop->depth + 1 : 0;
    nest->loop = naas_grow(w->ctx, nest->loop, nest->n_loops, &w->loops_capacity, sizeof(struct fe_loop *));
    nest->loop[nest->n_loops++] = loop;
    w->range = naas_grow(w->ctx, w->range, w->n_ranges, &w->ranges_capacity, sizeof *w->range);
    w->range[w->n_ranges] = range;
    w->part = naas_grow(w->ctx, w->part, w->n_ranges++, &w->parts_capacity, sizeof *w->part);
    w->part[loop->id] = part;
    w->loop = loop;
    return loop;
}

int64_t fe_trips_of(struct fe_walk *w, const struct fe_loop *loop)
{
    struct fe_affine distance;
    if (!fe_combine(w, loop->step, &loop->stop, -loop->step, &loop->start, &distance) || distance.n_terms)
        return -1;
    int64_t square = loop->step * loop->step; /* distance is that of the bounds times the step */
    return distance.constant <= 0 ? 0 : (distance.constant + square - 1) / square;
}

/*
 * Loops over the number of the iteration, where the counter itself will not do:
 *
 *     for (y = 2 * p - 1; y <= 2 * p + 1; y++)     y is 2 * p - 1 + t, t < 3
 *     for (i = 0; i < H * W; i++)                  with i / W and i % W: i is W * t1 + t2, t1 < H, t2 < W
 */
static bool add_parts(struct fe_walk *w, CXCursor statement, const struct fe_loop *like,
    const struct fe_split *const *split, int n_splits, struct fe_parts *parts)
{
    int64_t shift = n_splits ? split[0]->shift : 0, around = parts->trips + shift;
    struct fe_affine sum = fe_constant(-shift);
    if (n_splits >= FE_MAX_PARTS || parts->trips > INT32_MAX)
        return fe_refuse(w, statement, NULL, "loop is divided into too many parts");
    for (int i = n_splits; i >= 0; i--) {
        int64_t size = i > 0 ? split[i - 1]->size : 1, trips = (around + size - 1) / size;
        if (i > 1 && (size % split[i - 2]->size || split[i - 1]->shift != shift))
            return fe_refuse(w, statement, "let the divisors divide each other",
                "loop '%s' is divided in ways that do not fit", like->name);
        struct fe_loop part = *like;
        part.type = NAAS_I32;
        part.start = fe_constant(0);
        part.stop = fe_constant(trips);
        part.step = 1;
        struct fe_loop *loop = fe_add_loop(w, &part, (struct fe_range){true, 0, trips - 1},
            (struct fe_split){.loop = fe_loop_key(statement), .size = size});
        struct fe_affine variable = fe_variable(w, loop);
        parts->loop[parts->n++] = loop;
        around = size;
        if (!fe_combine(w, 1, &sum, size, &variable, &sum))
            return fe_refuse(w, statement, NULL, "value overflows");
    }
    parts->iteration = sum;
    return true;
}

static int splits_of(const struct fe_walk *w, CXCursor statement, const struct fe_split *split[FE_MAX_PLAN])
{
    int n = 0;
    for (int i = 0; i < w->plan->n_splits; i++) {
        if (w->plan->split[i].loop != fe_loop_key(statement))
            continue;
        int at = n++;
        for (; at > 0 && split[at - 1]->size > w->plan->split[i].size; at--)
            split[at] = split[at - 1];
        split[at] = &w->plan->split[i];
    }
    return n;
}

/* The loop over the iterations at which a remainder is 0. */
static bool add_chosen(struct fe_walk *w, CXCursor statement, const struct fe_loop *like,
    const struct fe_residue *residue, struct fe_parts *parts)
{
    int64_t n;
    struct fe_affine first;
    struct fe_loop part = *like;
    if (!fe_residue_iterations(w, residue, parts->trips, &first, &n))
        return fe_refuse(w, statement, NULL, "loop '%s' is divided in ways that do not fit", like->name);
    part.type = NAAS_I32;
    part.start = fe_constant(0);
    part.stop = fe_constant(n);
    part.step = 1;
    struct fe_loop *loop = fe_add_loop(w, &part, (struct fe_range){true, 0, n - 1},
        (struct fe_split){.loop = fe_loop_key(statement), .size = residue->size});
    struct fe_affine variable = fe_variable(w, loop);
    parts->loop[parts->n++] = loop;
    return fe_combine(w, 1, &first, n == 1 ? 0 : residue->size, &variable, &parts->iteration) ||
           fe_refuse(w, statement, NULL, "value overflows");
}

/* Makes the loops, and binds the counter to its value in them, but for a pointer. */
static bool make_parts(struct fe_walk *w, CXCursor statement, const struct fe_header *header,
    const struct fe_loop *like, struct fe_range range, struct fe_parts *parts)
{
    const struct fe_split *split[FE_MAX_PLAN];
    int n_splits = splits_of(w, statement, split);
    CXCursor decl = header->counter[0].decl;
    bool far = like->step != 1 && like->step != -1;
    const struct fe_residue *residue = fe_residue_of(w, fe_loop_key(statement));
    bool counts = header->n_counters > 1 || fe_moved_by(w, statement);
    bool plain = parts->trips < 0 || (!like->start.n_terms && !n_splits && (!counts || !far));
    parts->counted = !plain || !far;
    if (residue && (parts->trips < 0 || n_splits))
        return fe_refuse(w, statement, NULL, "loop '%s' is divided in ways that do not fit", like->name);
    if (plain && !residue) {
        struct fe_loop *loop = fe_add_loop(
            w, like, range, (struct fe_split){.loop = fe_loop_key(statement), .size = like->step == 1});
        struct fe_affine variable = fe_variable(w, loop);
        parts->loop[parts->n++] = loop;
        if (!fe_is_pointer(decl))
            fe_bind(w, (struct fe_binding){.decl = decl, .kind = FE_IS_LOOP, .loop = loop});
        return fe_combine(w, like->step, &variable, -like->step, &like->start, &parts->iteration) ||
               fe_refuse(w, statement, NULL, "value overflows");
    }
    struct fe_binding binding = {.decl = decl, .kind = FE_IS_AFFINE, .counter = true};
    if (residue ? !add_chosen(w, statement, like, residue, parts)
                : !add_parts(w, statement, like, split, n_splits, parts))
        return false;
    if (!fe_combine(w, 1, &like->start, like->step, &parts->iteration, &binding.value.form))
        return fe_refuse(w, statement, NULL, "value overflows");
    if (!fe_is_pointer(decl))
        fe_bind(w, binding);
    struct fe_affine last = fe_constant(parts->trips - 1), left;
    if (!fe_combine(w, 1, &last, -1, &parts->iteration, &left))
        return fe_refuse(w, statement, NULL, "value overflows");
    fe_add_guard(w, statement, &left);
    fe_add_guard(w, statement, &parts->iteration);
    return true;
}

/* ---- clipped bounds ---- */

/* A start and a stop that are a constant apart: the whole window. */
static bool whole_window(struct fe_walk *w, CXCursor at, const struct fe_extreme *start,
    const struct fe_extreme *stop, struct fe_loop *loop)
{
    struct fe_affine distance;
    int best = -1;
    for (int i = 0; i < start->n; i++) {
        for (int j = 0; j < stop->n; j++) {
            bool fits = start->divisor[i] <= 1 && stop->divisor[j] <= 1 &&
                        fe_combine(w, 1, &stop->form[j], -1, &start->form[i], &distance) && !distance.n_terms;
            int good = fits ? 1 + !start->form[i].n_terms : 0;
            if (good <= best || !good)
                continue;
            best = good;
            loop->start = start->form[i];
            loop->stop = stop->form[j];
        }
    }
    return best > 0 ||
           fe_refuse(w, at, "let the loop run over a constant number of iterations, and test inside",
               "bounds of the loop are not clipped from constant ones");
}

/* Bounds that move with an outer loop: the whole range in the loop, and the bounds as lists of one. */
static bool widen(
    const struct fe_range *range, struct fe_loop *loop, struct fe_extreme *start, struct fe_extreme *stop)
{
    bool up = loop->step > 0, far = loop->step != 1 && loop->step != -1;
    if (!range->known || range->low > range->high || (far && loop->start.n_terms))
        return false;
    *start = (struct fe_extreme){.n = 1, .form = {loop->start}};
    *stop = (struct fe_extreme){.n = 1, .form = {loop->stop}};
    loop->start = fe_constant(up ? range->low : range->high);
    loop->stop = fe_constant(up ? range->high + 1 : range->low - 1);
    return true;
}

static bool is_divided(const struct fe_extreme *extreme)
{
    bool found = false;
    for (int i = 0; i < extreme->n; i++)
        found = found || extreme->divisor[i] > 1;
    return found;
}

/* Where a counter v counts up from 0 or more, v >= x / d is d * v + d - 1 - x >= 0, and v < x / d is
 * x - d * v - d >= 0, whichever way C rounds a negative x. */
static bool check_divided(struct fe_walk *w, const struct fe_test *test, const struct fe_loop *loop,
    const struct fe_range *range, const struct fe_extreme *start, const struct fe_extreme *stop)
{
    bool counts = loop->step == 1 && range->known && range->low >= 0;
    if (is_divided(stop) && test->op != CXBinaryOperator_LT)
        counts = false;
    return counts || (!is_divided(start) && !is_divided(stop)) ||
           fe_refuse(w, test->at, "let the loop run over a constant number of iterations, and test inside",
               "clipped bounds are divided");
}

/* The starts and stops hold as guards on the counter. */
static bool add_clips(struct fe_walk *w, CXCursor at, CXCursor decl, const struct fe_loop *loop,
    const struct fe_parts *parts, const struct fe_extreme *start, const struct fe_extreme *stop)
{
    const struct fe_binding *bound = fe_bound(w, decl);
    struct fe_affine value, form;
    if (bound && bound->kind == FE_IS_LOOP)
        value = fe_variable(w, bound->loop);
    else if (!fe_combine(w, 1, &loop->start, loop->step, &parts->iteration, &value))
        return fe_refuse(w, at, NULL, "bound overflows");
    for (int i = 0; i < start->n; i++) {
        int64_t by = start->divisor[i] > 1 ? start->divisor[i] : 1;
        if (!fe_combine(w, by * loop->step, &value, -loop->step, &start->form[i], &form) ||
            !shift_stop(w, at, &form, by - 1))
            return fe_refuse(w, at, NULL, "bound overflows");
        fe_add_guard(w, at, &form);
    }
    for (int i = 0; i < stop->n; i++) {
        int64_t by = stop->divisor[i] > 1 ? stop->divisor[i] : 1;
        if (!fe_combine(w, loop->step, &stop->form[i], -by * loop->step, &value, &form) ||
            !shift_stop(w, at, &form, -by))
            return fe_refuse(w, at, NULL, "bound overflows");
        fe_add_guard(w, at, &form);
    }
    return true;
}

/* ---- the other counters ---- */

/* What a counter is in front of the loop. */
static bool first_value(
    struct fe_walk *w, CXCursor statement, const struct fe_counter *counter, struct fe_binding *out)
{
    CXCursor decl = counter->decl;
    const char *name = fe_spelling(w, decl);
    if (fe_moves(w, decl))
        return clang_Cursor_isNull(counter->init) || fe_move_to(w, statement, decl, counter->init);
    struct fe_binding *bound = fe_bound(w, decl);
    if (bound && bound->kind != FE_IS_UNKNOWN &&
        (bound->counter || bound->kind == FE_IS_LOOP || bound->block != w->block - 1))
        return fe_refuse(
            w, statement, "use another variable", "'%s' changes in a part of its block only", name);
    if (!fe_in_nest(w, decl) && fe_live_after(w, decl))
        return fe_refuse(w, statement, "declare it in the loop",
            "value of loop counter '%s' may be used behind the nest", name);
    *out = (struct fe_binding){.decl = decl, .kind = FE_IS_AFFINE};
    if (!clang_Cursor_isNull(counter->init))
        return fe_exact_of(w, counter->init, "start", &out->value.form);
    if (bound && bound->kind == out->kind && !bound->value.modulus) {
        *out = *bound;
        return true;
    }
    return fe_refuse(
        w, statement, "set it in the header of the loop", "start of loop counter '%s' is not known", name);
}

static bool add_counter(struct fe_walk *w, CXCursor statement, const struct fe_counter *counter,
    struct fe_binding *binding, struct fe_parts *parts)
{
    enum naas_type type = fe_type_of(counter->decl);
    int64_t step = 0;
    struct fe_affine end, trips = fe_constant(parts->trips);
    if (!clang_Cursor_isNull(counter->step) && (!fe_counter_step(w, counter->step, counter->decl, &step) ||
                                                   !fe_counter_stays(w, statement, counter, NULL)))
        return false;
    struct fe_affine first = binding->value.form;
    if (!fe_combine(w, 1, &first, step, &parts->iteration, &binding->value.form) ||
        !fe_combine(w, 1, &first, step, &trips, &end))
        return fe_refuse(w, statement, NULL, "value overflows");
    bool fits = fe_type_holds(type, fe_range_of(w, &first)) && fe_type_holds(type, fe_range_of(w, &end));
    if (!fits || (step && parts->trips < 0))
        return fe_refuse(w, statement, "use an int counter", "loop counter '%s' may wrap around",
            fe_spelling(w, counter->decl));
    binding->counter = true;
    fe_bind(w, *binding);
    return true;
}

/* ---- the header as a whole ---- */

static bool counts_up(const struct fe_counter *counter)
{
    CXCursor step = fe_unparen(counter->step);
    enum CXUnaryOperatorKind unary = clang_getCursorUnaryOperatorKind(step);
    return !clang_Cursor_isNull(counter->step) && unary != CXUnaryOperator_PostDec &&
           unary != CXUnaryOperator_PreDec &&
           clang_getCursorBinaryOperatorKind(step) != CXBinaryOperator_SubAssign;
}

/* Bounds that are clipped: the whole window in the loop, and the list of exclusive stops. */
static bool set_clipped(struct fe_walk *w, const struct fe_test *test, const struct fe_extreme *start,
    struct fe_extreme *stop, struct fe_loop *loop)
{
    bool up = loop->step > 0, exclusive = test->op == CXBinaryOperator_LT || test->op == CXBinaryOperator_GT;
    bool ahead = up ? test->op == CXBinaryOperator_LT || test->op == CXBinaryOperator_LE
                    : test->op == CXBinaryOperator_GT || test->op == CXBinaryOperator_GE;
    if (test->stops.n)
        *stop = test->stops;
    else
        *stop = (struct fe_extreme){.n = 1, .form = {test->stop}};
    if ((loop->step != 1 && loop->step != -1) || test->steps_itself || !ahead)
        return fe_refuse(w, test->at, FE_LOOP_HINT, "clipped bounds need a step of 1");
    for (int i = 0; i < stop->n && !exclusive; i++)
        if (!shift_stop(w, test->at, &stop->form[i], up ? 1 : -1))
            return false;
    return whole_window(w, test->at, start, stop, loop);
}

static bool read_main(struct fe_walk *w, CXCursor statement, const struct fe_counter *main,
    struct fe_extreme *start, struct fe_test *test, CXCursor condition, struct fe_loop *loop)
{
    bool has_step = !clang_Cursor_isNull(main->step);
    struct fe_binding first;
    if (fe_is_pointer(main->decl)) {
        *start = (struct fe_extreme){.n = 1, .form = {fe_constant(0)}};
        return first_value(w, statement, main, &first) &&
               fe_pointer_counter(w, statement, main, condition, test, loop) &&
               fe_counter_stays(w, statement, main, test);
    }
    if (!fe_counter_start(w, statement, main, counts_up(main), start))
        return false;
    loop->name = fe_spelling(w, main->decl);
    loop->type = fe_type_of(main->decl);
    loop->loc = fe_loc(w, statement);
    if (!fe_in_nest(w, main->decl) && fe_live_after(w, main->decl))
        return fe_refuse(w, clang_Cursor_isNull(main->init) ? statement : main->init,
            "declare the counter in the loop", "value of loop counter '%s' may be used behind the nest",
            loop->name);
    if (!fe_counter_test(w, condition, main->decl, test))
        return false;
    if (test->steps_itself == has_step)
        return fe_refuse(
            w, has_step ? main->step : condition, FE_LOOP_HINT, "loop does not step its counter once");
    loop->step = -1;
    return (!has_step || fe_counter_step(w, main->step, main->decl, &loop->step)) &&
           fe_counter_stays(w, statement, main, test);
}

bool fe_loop_parts(
    struct fe_walk *w, CXCursor statement, const struct fe_header *header, struct fe_parts *parts)
{
    struct fe_test test;
    struct fe_extreme start, stop = {.n = 0};
    struct fe_loop loop = {.id = 0};
    struct fe_binding binding[FE_MAX_COUNTERS];
    const struct fe_counter *main = &header->counter[0];
    bool wraps = false;
    *parts = (struct fe_parts){.n = 0};
    if (!read_main(w, statement, main, &start, &test, header->condition, &loop))
        return false;
    for (int i = 1; i < header->n_counters; i++)
        if (!first_value(w, statement, &header->counter[i], &binding[i])) {
            fe_ask_moved(w, header->counter[i].decl);
            return false;
        }
    bool clipped = start.n > 1 || test.stops.n > 1, counted = !clipped;
    loop.start = start.form[0];
    if (test.steps_itself &&
        (!shift_stop(w, statement, &loop.start, -1) || !shift_stop(w, test.at, &test.stop, -1)))
        return false;
    if (clipped ? !set_clipped(w, &test, &start, &stop, &loop) : !set_stop(w, &test, &loop, &wraps))
        return false;
    struct fe_range range = body_range(w, &loop);
    if (!check_range(w, &test, &loop, wraps, range) ||
        (clipped && !check_divided(w, &test, &loop, &range, &start, &stop)))
        return false;
    if (fe_trips_of(w, &loop) < 0) {
        counted = !loop.start.n_terms;
        clipped = widen(&range, &loop, &start, &stop);
    }
    parts->trips = fe_trips_of(w, &loop);
    if (parts->trips >= 0) {
        struct fe_affine trips = fe_constant(parts->trips);
        if (!fe_combine(w, 1, &loop.start, loop.step, &trips, &parts->end))
            return fe_refuse(w, statement, NULL, "value overflows");
    }
    if (!counted && header->n_counters > 1)
        return fe_refuse(w, statement, FE_LOOP_HINT, "loop with clipped bounds steps several variables");
    if (!make_parts(w, statement, header, &loop, range, parts) ||
        (clipped && !add_clips(w, test.at, main->decl, &loop, parts, &start, &stop)))
        return false;
    if (clipped)
        parts->trips = -1;
    parts->counted = parts->counted && counted;
    for (int i = 1; i < header->n_counters; i++)
        if (!fe_moves(w, header->counter[i].decl) &&
            !add_counter(w, statement, &header->counter[i], &binding[i], parts))
            return false;
    return true;
}

/* Another loop steps it too. */
static bool stepped_elsewhere(const struct fe_walk *w, CXCursor decl, CXCursor loop)
{
    for (int i = 0; i < w->n_writes; i++)
        if (w->write[i].counter && !w->write[i].element && clang_equalCursors(w->write[i].decl, decl) &&
            !fe_contains(loop, w->write[i].cursor))
            return true;
    return false;
}

void fe_loop_end(
    struct fe_walk *w, CXCursor statement, const struct fe_header *header, struct fe_parts *parts)
{
    for (int i = 0; i < header->n_counters; i++) {
        CXCursor decl = header->counter[i].decl;
        if (fe_contains(statement, decl) || fe_moves(w, decl))
            continue;
        bool known = parts->trips >= 0 && fe_type_holds(fe_type_of(decl), fe_range_of(w, &parts->end));
        struct fe_binding binding = {.decl = decl, .kind = FE_IS_UNKNOWN};
        if (i == 0 && known && !stepped_elsewhere(w, decl, statement))
            binding = (struct fe_binding){.decl = decl, .kind = FE_IS_AFFINE, .value = {parts->end, 0}};
        fe_bind(w, binding);
    }
}

/* What was planned for its parts as they were is to be planned anew. */
static void forget_residues(struct fe_plan *plan, unsigned loop)
{
    int n = 0;
    for (int i = 0; i < plan->n_residues; i++) {
        const struct fe_residue *residue = &plan->residue[i];
        bool depends = false;
        for (int k = 0; k < residue->n_terms; k++)
            depends = depends || residue->part[k].loop == loop;
        if (!depends)
            plan->residue[n++] = *residue;
    }
    plan->n_residues = n;
}

void fe_ask_split(struct fe_walk *w, const struct fe_loop *loop, int64_t size, int64_t shift)
{
    struct fe_plan *plan = w->plan;
    struct fe_split split = w->part[loop->id];
    if (__builtin_mul_overflow(split.size, size, &split.size) || split.size < 2 ||
        plan->n_splits == FE_MAX_PLAN)
        return;
    for (int i = 0; i < plan->n_splits; i++)
        if (plan->split[i].loop == split.loop && plan->split[i].size == split.size)
            return;
    split.shift = shift;
    plan->split[plan->n_splits++] = split;
    forget_residues(plan, split.loop);
    plan->again = true;
}
