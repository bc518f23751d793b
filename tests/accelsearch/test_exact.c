/*
 * The exact search finds what trying every plan finds, and says so; its bounds are never above what random
 * plans cost, nor above what a longer search finds.
 */
#include "accelsearch/crossing.h"
#include "accelsearch/exact.h"
#include "accelsearch/exact_branch.h"
#include "accelsearch/symmetry.h"
#include "tests/accelsearch/brute.h"
#include "tests/runtime/random_case.h"
#include "tests/support/environment.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_PLANS = 4000 };

/* ---- cases ---- */

static struct as_port port_of(struct as_random *random, unsigned down, unsigned up)
{
    return (struct as_port){"port", down, up, (double)(1 + as_random_below(random, 8)) / 2};
}

/* Three or four levels, most with an array; energies and capacities that make choices matter. */
static struct as_accel any_accel(uint64_t seed)
{
    struct as_random random = as_random_stream(seed, 7);
    struct as_accel accel = {.word_bits = 16, .acc_bits = 16, .clock_mhz = 500, .mac_pj = 0.5};
    accel.n_levels = 3 + (as_random_below(&random, 3) == 0);
    accel.macs_per_cycle = 1 + as_random_below(&random, 2);
    accel.leakage_mw = as_random_below(&random, 2) * 3;
    accel.padding_stored = as_random_below(&random, 2);
    for (int l = 0; l < accel.n_levels; l++) {
        struct as_level *level = &accel.level[l];
        snprintf(level->name, sizeof level->name, "L%d", l);
        level->keeps = AS_ALL_ROLES;
        if (l > 0 && as_random_below(&random, 4) == 0)
            level->keeps &= ~(1u << as_random_below(&random, 3));
        if (l > 0 && as_random_below(&random, 4) == 0)
            level->may_pass = 1u << as_random_below(&random, 3);
        level->buffers = 1 + as_random_below(&random, 2);
        level->n_partitions = 1;
        level->partition[0] = (struct as_partition){
            AS_ALL_ROLES, l == 0 ? 0 : (int64_t)(l == 1 ? 40 : 8) << as_random_below(&random, 5)};
        level->n_ports = as_random_below(&random, 3);
        level->port[0] =
            port_of(&random, AS_INPUT | AS_WEIGHT | AS_OUTPUT, as_random_below(&random, 2) ? 4 : 0);
        level->port[1] = port_of(&random, (unsigned)as_random_below(&random, 8), AS_OUTPUT);
        level->read_pj = 50.0 / (1 + 4 * l) + as_random_below(&random, 4);
        level->write_pj = level->read_pj * (1 + as_random_unit(&random));
        level->hop_pj = as_random_unit(&random);
    }
    struct as_level *array = &accel.level[accel.n_levels - 2];
    array->n_axes = as_random_below(&random, 3);
    for (int x = 0; x < array->n_axes; x++)
        array->axis[x] = (struct as_array_axis){"X", 2 + as_random_below(&random, 2), ""};
    return accel;
}

/* The same with eight times the room. */
static struct as_accel roomy_accel(uint64_t seed)
{
    struct as_accel accel = any_accel(seed);
    for (int l = 1; l < accel.n_levels; l++)
        accel.level[l].partition[0].bytes *= 8;
    return accel;
}

/* Larger than what every plan can be tried of. */
static void make_roomy(uint64_t seed, struct random_case *made)
{
    const struct random_size size = {.max_points = 4000, .max_extent = 24, .max_array = 3};
    struct random_tape tape;
    random_tape_fill(&tape, seed);
    random_case_make(&tape, &size, made);
    made->accel = roomy_accel(seed);
}

/* A layer whose rows and columns may change places. */
static struct as_problem square_problem(uint64_t seed, int most)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct as_random random = as_random_stream(seed, 9);
    struct as_problem problem;
    int taps = 1 + as_random_below(&random, 2), stride = 1 + as_random_below(&random, 2);
    int size = taps + 1 + as_random_below(&random, most), pad = as_random_below(&random, 2);
    struct as_conv conv = {.N = 1,
        .K = 1 + as_random_below(&random, most),
        .C = 1,
        .H = size,
        .W = size,
        .R = taps,
        .S = taps,
        .groups = 1,
        .weights = true,
        .stride = {stride, stride},
        .dilation = {1, 1},
        .pad = {pad, pad}};
    conv.C += taps == 1 ? as_random_below(&random, most) : 0;
    assert_int_equal(as_problem_conv(ctx, "square", &conv, (struct naas_loc){0}, &problem), NAAS_OK);
    naas_ctx_free(ctx);
    return problem;
}

/* ---- bounds of random plans ---- */

static void any_plan(const struct as_plans *plans, struct as_random *random, struct as_plan *plan)
{
    const struct as_model *model = plans->model;
    int n = model->problem.n_dims, last = model->accel.n_levels - 1;
    for (int i = 0; i < 20; i++) {
        struct as_plan next = *plan;
        int l = 1 + as_random_below(random, last), d = as_random_below(random, n);
        as_plan_set_tile(plans, &next, l, d, plans->size[d][as_random_below(random, plans->n_sizes[d])]);
        bool fits = true;
        for (int m = 1; m <= last; m++)
            fits = fits && as_plan_fits(plans, &next, m);
        *plan = fits ? next : *plan;
        as_plan_move_loop(plan, l - 1, as_random_below(random, n), as_random_below(random, n));
    }
    const struct as_level *array = &model->accel.level[last - 1];
    for (int x = 0; x < array->n_axes; x++)
        for (int i = 0; i < AS_MAX_FOLD; i++) {
            int d = as_random_below(random, n);
            plan->along[last - 1][x][i] = (signed char)(as_plan_may_lie(plans, &array->axis[x], d) ? d : -1);
        }
}

static void links_of(
    struct as_crossings *crossings, const struct as_plan *plan, int l, bool open, const struct as_link **link)
{
    const struct as_plans *plans = crossings->plans;
    int64_t array[AS_MAX_DIMS], many[2] = {1, 9 * 9}, exact[2];
    bool below = crossings->array >= 0 && l == crossings->array + 1;
    if (below)
        as_plan_array(plans, plan, l - 1, array);
    for (int d = 0; d < plans->model->problem.n_dims; d++) {
        int64_t tile[AS_MAX_LEVELS];
        for (int k = 0; k <= l; k++)
            tile[k] = plan->tile[k][d];
        exact[0] = exact[1] = below ? (array[d] + tile[l] - 1) / tile[l] : 1;
        int64_t block = below ? array[d] : tile[l];
        link[d] = open ? as_link_open(&crossings->links, l, d, 2, tile, below && l == 2 ? many : exact)
                       : as_link_of(&crossings->links, l, d, tile, block < tile[l - 1] ? block : tile[l - 1]);
    }
}

/* The dim of the innermost loop outside level l that iterates, or -1. */
static int class_of(const struct as_plan *plan, int n_dims, int l, const struct as_link *const *link)
{
    for (int k = l - 1; k >= 0; k--)
        for (int i = n_dims - 1; i >= 0; i--)
            if (link[plan->order[k][i]]->innermost == k)
                return plan->order[k][i];
    return -1;
}

struct bound {
    double pj, cycles;
};

/* Asked for one class after the other, a crossing is what it is when asked for alone. */
static void as_if_alone(struct as_crossings *crossings, int l, struct as_class class,
    const struct as_link *const *link, const struct as_crossing *crossing)
{
    struct as_crossing alone, other;
    struct as_class none = class;
    none.c = -1;
    unsigned keeps[AS_MAX_LEVELS];
    memcpy(keeps, crossings->keeps, sizeof keeps);
    as_crossings_keep(crossings, keeps); /* forgets what was asked before */
    as_cross(crossings, l, class, link, &alone);
    assert_memory_equal(&alone, crossing, sizeof alone);
    as_cross(crossings, l, none, link, &other);
    as_cross(crossings, l, class, link, &other);
    assert_memory_equal(&alone, &other, sizeof alone);
}

/* What the order of the loops under level l - 1 adds: of each tensor the innermost one that it uses is known.
 */
static double added_by_order(struct as_crossings *crossings, const struct as_plan *plan, int l,
    struct as_class class, const struct as_link *const *link)
{
    const struct as_model *model = crossings->plans->model;
    double pj = 0;
    for (int t = 0; t < model->problem.n_tensors; t++) {
        unsigned inside = 0;
        for (int i = model->problem.n_dims - 1; i >= 0 && (crossings->keeps[l] >> t & 1); i--) {
            int d = plan->order[l - 1][i];
            struct as_class own = {d, class.around_c, class.around};
            if (link[d]->innermost != l - 1)
                continue;
            if (as_uses(&model->tensor[t], d)) {
                pj += as_cross_one(crossings, l, t, own, inside, link) -
                      as_cross_one(crossings, l, t, class, 0, link);
                break;
            }
            inside |= 1u << d;
        }
    }
    return pj;
}

/* Of a plan, by its crossings; those of levels from 2 on with an open tile of level 1. */
static struct bound bound_of(struct as_crossings *crossings, const struct as_plan *plan, bool open)
{
    const struct as_model *model = crossings->plans->model;
    int n = model->problem.n_dims, last = model->accel.n_levels - 1;
    struct bound bound = {crossings->fixed_pj, 1};
    for (int l = last; l > 0; l--) {
        const struct as_link *closed[AS_MAX_DIMS], *link[AS_MAX_DIMS], *around[AS_MAX_DIMS];
        struct as_crossing crossing;
        links_of(crossings, plan, l, false, closed);
        links_of(crossings, plan, l, open && l > 1, link);
        for (int d = 0; d < n && l == last; d++)
            bound.cycles *= link[d]->points;
        bound.cycles /= l == last ? model->accel.macs_per_cycle : 1;
        struct as_class class = {class_of(plan, n, l, closed), -1, NULL};
        if (l > (open ? 2 : 1)) {
            links_of(crossings, plan, l - 1, false, around);
            class.around_c = class_of(plan, n, l - 1, around);
            links_of(crossings, plan, l - 1, open, around);
            class.around = class.around_c >= 0 ? around[class.around_c] : NULL;
        }
        as_cross(crossings, l, class, link, &crossing);
        as_if_alone(crossings, l, class, link, &crossing);
        bound.pj += crossing.pj + (open ? 0 : added_by_order(crossings, plan, l, class, link));
        bound.cycles = as_cross_time(model, l, &crossing, bound.cycles);
    }
    return bound;
}

static void floor_is_below_cost(const struct as_model *model, const struct as_mapping *mapping,
    const struct as_cost *cost, const struct random_case *made, uint64_t seed)
{
    struct as_floor floor;
    assert_true(as_floor_of(model, mapping, &floor));
    if (floor.energy_pj <= cost->energy_pj * (1 + 1e-9) && floor.cycles <= cost->cycles * (1 + 1e-9))
        return;
    struct random_case wrong = *made;
    wrong.mapping = *mapping;
    fprintf(stderr, "seed %llu: energy %.9g, floor %.9g; cycles %.9g, floor %.9g\n", (unsigned long long)seed,
        cost->energy_pj, floor.energy_pj, cost->cycles, floor.cycles);
    random_case_print(&wrong);
    fail();
}

/* Cases in which a loop that the input does not use stands inside one of its windows', or leaves an instance
 * idle that goes on with what it has of one. */
static const uint64_t of_windows[] = {400838, 1001807};
enum { OF_WINDOWS = sizeof of_windows / sizeof *of_windows };

static void bounds_are_below_cost(void **state)
{
    (void)state;
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_EXACT_COUNT", 200);
    struct as_model *model = malloc(sizeof *model);
    double energy = 0, cycles = 0, looked = 0;
    assert_non_null(model);
    for (uint64_t i = 0; i < count + OF_WINDOWS; i++) {
        uint64_t now = i < count ? seed + i : of_windows[i - count];
        struct random_case made;
        struct as_plans plans;
        struct as_plan plan;
        struct as_crossings crossings;
        struct as_random random = as_random_stream(now, 8);
        make_roomy(now, &made);
        as_model_init(model, &made.problem, &made.accel);
        as_plans_init(&plans, model, AS_SPACE_FULL);
        if (!as_crossings_cover(model) || as_plan_smallest(&plans, &plan) >= 0)
            continue;
        struct naas_ctx *ctx = naas_ctx_new();
        as_crossings_init(&crossings, ctx, &plans);
        as_crossings_keep(&crossings, plan.keeps);
        for (int k = 0; k < 20; k++) {
            struct as_mapping mapping;
            struct as_cost cost;
            any_plan(&plans, &random, &plan);
            if (!as_plan_mapping(&plans, &plan, &mapping) || as_model_eval(model, &mapping, &cost) != NAAS_OK)
                continue;
            floor_is_below_cost(model, &mapping, &cost, &made, now);
            for (int open = 0; open < 2; open++) {
                struct bound bound = bound_of(&crossings, &plan, open);
                double real = cost.energy_pj - cost.leakage_pj;
                bool wrong = bound.pj > real * (1 + 1e-9) || bound.cycles > cost.cycles * (1 + 1e-9);
                energy += bound.pj / real;
                cycles += bound.cycles / cost.cycles;
                looked++;
                if (!wrong)
                    continue;
                made.mapping = mapping;
                fprintf(stderr, "seed %llu, plan %d, %s: energy %.9g, bound %.9g; cycles %.9g, bound %.9g\n",
                    (unsigned long long)now, k, open ? "open" : "closed", real, bound.pj, cost.cycles,
                    bound.cycles);
                random_case_print(&made);
                assert_false(wrong);
            }
        }
        naas_ctx_free(ctx);
    }
    free(model);
    fprintf(stderr, "%.0f bounds, of energy %.3f, of cycles %.3f of the cost in the mean\n", looked,
        energy / looked, cycles / looked);
    assert_true(looked > 10 * (double)count);
}

static void exact_equals_brute_force(void **state)
{
    (void)state;
    const struct random_size size = {.max_points = 40, .max_extent = 6, .max_array = 3};
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_EXACT_COUNT", 200);
    int compared = 0, proven = 0, squares = 0;
    fprintf(stderr, "NAAS_SEED=%llu NAAS_EXACT_COUNT=%llu\n", (unsigned long long)seed,
        (unsigned long long)count);
    struct as_model *model = malloc(sizeof *model);
    assert_non_null(model);
    for (uint64_t i = 0; i < count; i++) {
        struct random_tape tape;
        struct random_case made;
        struct as_plans plans;
        struct as_climb all, found;
        struct as_exact_result result;
        const struct as_goal goal = {.energy = 1, .delay = 1};
        random_tape_fill(&tape, seed + i);
        random_case_make(&tape, &size, &made);
        made.accel = any_accel(seed + i);
        if (i % 4 == 0)
            made.problem = square_problem(seed + i, 2);
        as_model_init(model, &made.problem, &made.accel);
        as_plans_init(&plans, model, AS_SPACE_FULL);
        as_climb_init(&all, &plans, &goal);
        if (!brute_try_all(&all, &plans, MOST_PLANS) || all.score == INFINITY)
            continue;
        as_climb_init(&found, &plans, &goal);
        as_exact_run(&found, 3000000, 1 + (int)(i % 3), &result);
        compared++;
        squares += i % 4 == 0;
        proven += result.proven;
        bool wrong = result.lower_bound > all.score * (1 + 1e-9) ||
                     (result.proven && found.score > all.score * (1 + 1e-9));
        if (wrong) {
            fprintf(stderr, "seed %llu: optimum %.9g, found %.9g, bound %.9g\n",
                (unsigned long long)(seed + i), all.score, found.score, result.lower_bound);
            random_case_print(&made);
        }
        assert_false(wrong);
    }
    free(model);
    fprintf(stderr, "%d compared, %d of them squares, %d proven\n", compared, squares, proven);
    assert_true(compared * 4 > (int)count && squares * 20 > (int)count);
    assert_true(proven * 10 > 8 * compared);
}

/* ---- orders ---- */

/* Shuffles the loops of a plan under all levels; normal: the order that stands for it. */
static void shuffle_orders(
    struct as_tree *tree, struct as_couple *pair, struct as_random *random, struct as_plan *normal)
{
    int n = tree->model->problem.n_dims;
    for (int l = 1; l <= tree->last; l++) {
        as_pair_links(tree, l, pair->link[l]);
        int class = class_of(&tree->plan, n, l, pair->link[l]);
        pair->class[l] = class < 0 ? AS_NO_LOOP : class;
    }
    pair->plan = tree->plan;
    for (int l = 1; l <= tree->last; l++)
        as_pair_place_class(tree, pair, l);
    for (int l = 0; l < tree->last; l++)
        for (int i = 0; i < pair->n_loops[l]; i++)
            as_plan_move_loop(&pair->plan, l, i, as_random_below(random, pair->n_loops[l]));
    *normal = pair->plan;
    for (int l = 0; l < tree->last; l++)
        as_pair_normalise(tree, pair, l, normal->order[l]);
}

/* The floor of the order that stands for others is below what these cost, and they all move the same. */
static void orders_stand_for_others(void **state)
{
    (void)state;
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_EXACT_COUNT", 200) * 2;
    int changed = 0;
    struct as_model *model = malloc(sizeof *model);
    struct as_tree *tree = malloc(sizeof *tree);
    struct as_couple *pair = malloc(sizeof *pair);
    assert_true(model && tree && pair);
    for (uint64_t i = 0; i < count; i++) {
        struct random_case made;
        struct as_plans plans;
        struct as_random random = as_random_stream(seed + i, 11);
        make_roomy(seed + i, &made);
        as_model_init(model, &made.problem, &made.accel);
        as_plans_init(&plans, model, AS_SPACE_FULL);
        *tree = (struct as_tree){.plans = &plans, .model = model, .last = made.accel.n_levels - 1};
        if (!as_crossings_cover(model) || as_plan_smallest(&plans, &tree->plan) >= 0)
            continue;
        tree->ctx = naas_ctx_new();
        as_crossings_init(&tree->crossings, tree->ctx, &plans);
        as_crossings_keep(&tree->crossings, tree->plan.keeps);
        for (int k = 0; k < 20; k++) {
            struct as_plan normal;
            struct as_mapping mapping[2];
            struct as_cost cost[2];
            struct as_floor floor;
            any_plan(&plans, &random, &tree->plan);
            shuffle_orders(tree, pair, &random, &normal);
            if (as_plan_same(&normal, &pair->plan) || !as_plan_mapping(&plans, &pair->plan, &mapping[0]) ||
                !as_plan_mapping(&plans, &normal, &mapping[1]) ||
                as_model_eval(model, &mapping[0], &cost[0]) != NAAS_OK ||
                as_model_eval(model, &mapping[1], &cost[1]) != NAAS_OK)
                continue;
            assert_true(as_floor_of(model, &mapping[1], &floor));
            changed++;
            double moved = cost[0].energy_pj - cost[0].leakage_pj,
                   other = cost[1].energy_pj - cost[1].leakage_pj;
            bool wrong = fabs(moved / other - 1) > 1e-9 || floor.cycles > cost[0].cycles * (1 + 1e-9);
            if (wrong) {
                fprintf(stderr,
                    "seed %llu, plan %d: energy %.9g, of the other %.9g; cycles %.9g, floor %.9g\n",
                    (unsigned long long)(seed + i), k, moved, other, cost[0].cycles, floor.cycles);
                made.mapping = mapping[0];
                random_case_print(&made);
            }
            assert_false(wrong);
        }
        naas_ctx_free(tree->ctx);
    }
    free(pair);
    free(tree);
    free(model);
    fprintf(stderr, "%d orders that another one stands for\n", changed);
    assert_true(changed > (int)count);
}

/* Plans that differ in dims that change places cost the same. */
static void mirror_images_cost_the_same(void **state)
{
    (void)state;
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_EXACT_COUNT", 200);
    int compared = 0;
    struct as_model *model = malloc(sizeof *model);
    assert_non_null(model);
    for (uint64_t i = 0; i < count; i++) {
        struct as_problem problem = square_problem(seed + i, 12);
        struct as_accel accel = roomy_accel(seed + i);
        struct as_random random = as_random_stream(seed + i, 10);
        struct as_plans plans;
        struct as_plan plan;
        signed char mirror[AS_MAX_DIMS];
        as_model_init(model, &problem, &accel);
        as_plans_init(&plans, model, AS_SPACE_FULL);
        as_symmetry_find(&plans, mirror);
        if (as_plan_smallest(&plans, &plan) >= 0)
            continue;
        bool any = false;
        for (int d = 0; d < problem.n_dims; d++)
            any = any || mirror[d] != d;
        if (!any) /* a single point */
            continue;
        for (int k = 0; k < 10; k++) {
            struct as_mapping mapping[2];
            struct as_cost cost[2];
            any_plan(&plans, &random, &plan);
            struct as_plan other = plan;
            for (int l = 0; l < accel.n_levels; l++) {
                for (int d = 0; d < problem.n_dims; d++) {
                    other.tile[l][d] = plan.tile[l][mirror[d]];
                    other.order[l][d] = mirror[plan.order[l][d]];
                }
                for (int x = 0; x < AS_MAX_AXES * AS_MAX_FOLD; x++)
                    if (plan.along[l][x / AS_MAX_FOLD][x % AS_MAX_FOLD] >= 0)
                        other.along[l][x / AS_MAX_FOLD][x % AS_MAX_FOLD] =
                            mirror[plan.along[l][x / AS_MAX_FOLD][x % AS_MAX_FOLD]];
            }
            if (!as_plan_mapping(&plans, &plan, &mapping[0]) ||
                !as_plan_mapping(&plans, &other, &mapping[1]) ||
                as_model_eval(model, &mapping[0], &cost[0]) != NAAS_OK)
                continue;
            assert_int_equal(as_model_eval(model, &mapping[1], &cost[1]), NAAS_OK);
            compared++;
            if (fabs(cost[0].edp / cost[1].edp - 1) > 1e-12)
                fprintf(stderr, "seed %llu, plan %d: EDP %.17g, mirrored %.17g\n",
                    (unsigned long long)(seed + i), k, cost[0].edp, cost[1].edp);
            assert_true(fabs(cost[0].edp / cost[1].edp - 1) <= 1e-12);
        }
    }
    free(model);
    fprintf(stderr, "%d plans and their mirror images\n", compared);
    assert_true(compared > 4 * (int)count);
}

/* The number of threads changes nothing. */
static void threads_find_the_same(void **state)
{
    (void)state;
    const struct as_goal goal = {.energy = 1, .delay = 1};
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_EXACT_COUNT", 200) / 20;
    struct as_model *model = malloc(sizeof *model);
    assert_non_null(model);
    for (uint64_t i = 0; i < count; i++) {
        struct as_problem problem = square_problem(seed + i, 6);
        struct as_accel accel = roomy_accel(seed + i);
        struct as_plans plans;
        struct as_climb start, found[2];
        struct as_exact_result result[2];
        as_model_init(model, &problem, &accel);
        as_plans_init(&plans, model, AS_SPACE_FULL);
        as_climb_init(&start, &plans, &goal);
        as_climb_run(&start, 20, seed + i);
        if (!isfinite(start.score))
            continue;
        for (int k = 0; k < 2; k++) {
            found[k] = start;
            as_exact_run(&found[k], 200000, 1 + 2 * k, &result[k]);
        }
        assert_true(found[0].score == found[1].score && as_plan_same(&found[0].best, &found[1].best));
        assert_int_equal(found[0].evaluations, found[1].evaluations);
        assert_int_equal(result[0].nodes, result[1].nodes);
        assert_true(result[0].lower_bound == result[1].lower_bound);
    }
    free(model);
}

/* Spaces too large to try every plan: no search gets below what a few nodes have proven, nor below what is
 * said to be the optimum. */
static void no_search_is_below_the_bound(void **state)
{
    (void)state;
    const struct as_goal goal = {.energy = 1, .delay = 1};
    uint64_t seed = number_from("NAAS_SEED", 1), count = number_from("NAAS_EXACT_COUNT", 200) / 4;
    int compared = 0, proven = 0;
    double gaps = 0;
    struct as_model *model = malloc(sizeof *model);
    assert_non_null(model);
    for (uint64_t i = 0; i < count; i++) {
        struct random_case made;
        struct as_plans plans;
        struct as_climb few, many;
        struct as_exact_result result;
        make_roomy(seed + i, &made);
        as_model_init(model, &made.problem, &made.accel);
        as_plans_init(&plans, model, AS_SPACE_FULL);
        as_climb_init(&few, &plans, &goal);
        as_climb_init(&many, &plans, &goal);
        as_climb_run(&few, 100, seed + i);
        as_climb_run(&many, 2000, seed + i);
        if (!isfinite(few.score))
            continue;
        as_exact_run(&few, 100000, 1, &result);
        compared++;
        proven += result.proven;
        gaps += 1 - result.lower_bound / few.score;
        if (result.lower_bound > many.score * (1 + 1e-9)) {
            fprintf(stderr, "seed %llu: searched %.9g, bound %.9g\n", (unsigned long long)(seed + i),
                many.score, result.lower_bound);
            random_case_print(&made);
        }
        assert_true(result.lower_bound <= many.score * (1 + 1e-9));
    }
    free(model);
    fprintf(stderr, "%d compared, %d proven, mean gap %.1f %%\n", compared, proven, 100 * gaps / compared);
    assert_true(compared * 2 > (int)count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_below_cost),
        cmocka_unit_test(orders_stand_for_others),
        cmocka_unit_test(mirror_images_cost_the_same),
        cmocka_unit_test(exact_equals_brute_force),
        cmocka_unit_test(threads_find_the_same),
        cmocka_unit_test(no_search_is_below_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
