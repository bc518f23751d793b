#include "accelsearch/climb.h"
#include "accelsearch/symmetry.h"
#include "support/number.h"
#include <string.h>

/* FLOOR_EFFORT, MEMO_EFFORT: of a floor and of looking up what is known, in evaluations of the cost model. */
enum { MEMO_SIZE = 8192, MAX_SEEDS = 6, SEED_PART = 5, MAX_REPAIRS = 12, FIRST_ROUND = 4 };
#define FLOOR_EFFORT 0.125
#define MEMO_EFFORT 0.03
#define ROUND_PART 0.4
#define HOT 0.2
#define COLD 0.0005

void as_climb_init(struct as_climb *climb, const struct as_plans *plans, const struct as_goal *goal)
{
    memset(climb, 0, sizeof *climb);
    climb->plans = plans;
    climb->goal = goal;
    climb->score = INFINITY;
}

static bool fits(const struct as_plans *plans, const struct as_plan *plan)
{
    for (int l = 1; l < plans->model->accel.n_levels; l++)
        if (!as_plan_fits(plans, plan, l))
            return false;
    return true;
}

/* ---- what is known ---- */

/* A mapping by its hash (0: none), with its score, or less where only its floor was asked. */
struct known {
    uint64_t hash;
    double score;
    bool evaluated;
};
struct as_memo {
    signed char self[AS_MAX_DIMS], mirror[AS_MAX_DIMS];
    struct known known[MEMO_SIZE]; /* of mappings that share a place the last one */
};

static void memo_init(struct as_memo *memo, const struct as_plans *plans)
{
    memset(memo, 0, sizeof *memo);
    for (int d = 0; d < AS_MAX_DIMS; d++)
        memo->self[d] = (signed char)d;
    as_symmetry_find(plans, memo->mirror);
}

static uint64_t add_to_hash(uint64_t hash, uint64_t value)
{
    struct as_random mixer = {hash ^ value};
    return as_random_next(&mixer);
}

/* Of a mapping with dims renamed. Loops of the last level move nothing. */
static uint64_t hash_of(const struct as_mapping *mapping, const signed char *name)
{
    uint64_t hash = 1;
    for (int l = 0; l < mapping->n_levels - 1; l++) {
        hash = add_to_hash(hash, mapping->level[l + 1].keeps);
        for (int i = 0; i < mapping->level[l].n_loops; i++) {
            const struct as_loop *loop = &mapping->level[l].loop[i];
            hash = add_to_hash(hash, (uint64_t)(name[loop->dim] * (AS_MAX_AXES + 1) + loop->axis + 1));
            hash = add_to_hash(hash, (uint64_t)loop->tile);
        }
    }
    return hash | 1;
}

/* Where the mapping is remembered, or its mirror image; forgets what else was there. */
static struct known *recall(struct as_memo *memo, const struct as_mapping *mapping)
{
    uint64_t hash = hash_of(mapping, memo->self), other = hash_of(mapping, memo->mirror);
    hash = other < hash ? other : hash;
    struct known *known = &memo->known[hash / 2 % MEMO_SIZE];
    if (known->hash != hash)
        *known = (struct known){0, 0, false};
    known->hash = hash;
    return known;
}

/* ---- scoring ---- */

static double evaluate(struct as_climb *climb, const struct as_plan *plan, const struct as_mapping *mapping)
{
    struct as_cost cost;
    climb->effort++;
    climb->evaluations++;
    if (as_model_eval(climb->plans->model, mapping, &cost) != NAAS_OK)
        return INFINITY;
    double score = as_pressed_score(climb->goal, cost.energy_pj, cost.cycles, cost.area_um2);
    if (score < climb->score) {
        climb->score = score;
        climb->best = *plan;
        climb->mapping = *mapping;
        climb->cost = cost;
    }
    return score;
}

static double floor_of(struct as_climb *climb, const struct as_mapping *mapping)
{
    const struct as_model *model = climb->plans->model;
    struct as_floor floor;
    climb->effort += FLOOR_EFFORT;
    return as_floor_of(model, mapping, &floor)
               ? as_pressed_score(climb->goal, floor.energy_pj, floor.cycles, model->area_um2)
               : INFINITY;
}

double as_climb_try(struct as_climb *climb, const struct as_plan *plan, double enough)
{
    struct as_mapping mapping;
    struct known none = {0, 0, false}, *known = &none;
    if (!fits(climb->plans, plan) || !as_plan_mapping(climb->plans, plan, &mapping))
        return INFINITY;
    if (climb->memo)
        known = recall(climb->memo, &mapping);
    if (known->score > 0)
        climb->effort += MEMO_EFFORT;
    else
        known->score = floor_of(climb, &mapping);
    if (known->score >= enough)
        return INFINITY;
    if (!known->evaluated)
        known->score = evaluate(climb, plan, &mapping);
    known->evaluated = true;
    return known->score < enough ? known->score : INFINITY;
}

/* ---- descent ---- */

/* A plan and its score, which a descent improves. */
struct place {
    struct as_plan plan;
    double score;
};

static bool improve(struct as_climb *climb, struct place *place, const struct as_plan *plan)
{
    if (climb->effort >= climb->limit)
        return false;
    double score = as_climb_try(climb, plan, place->score);
    if (score >= place->score)
        return false;
    place->plan = *plan;
    place->score = score;
    return true;
}

static bool improve_tile(struct as_climb *climb, struct place *place, int l, int d)
{
    const struct as_plans *plans = climb->plans;
    bool better = false;
    for (int step = -1; step <= 1; step += 2) {
        int i = as_plan_size(plans, d, place->plan.tile[l][d]) + step;
        /* As long as it helps, in steps that double. */
        for (int stride = step; i >= 0 && i < plans->n_sizes[d]; i += stride, stride *= 2) {
            struct as_plan plan = place->plan;
            as_plan_set_tile(plans, &plan, l, d, plans->size[d][i]);
            if (!improve(climb, place, &plan))
                break;
            better = true;
        }
    }
    return better;
}

static bool improve_order(struct as_climb *climb, struct place *place, int l)
{
    int n = climb->plans->model->problem.n_dims;
    bool better = false;
    for (int i = 0; i < n; i++)
        for (int to = n - 1; to >= 0; to--) {
            struct as_plan plan = place->plan;
            signed char d = plan.order[l][i];
            if (i == to || plan.tile[l][d] == plan.tile[l + 1][d])
                continue;
            as_plan_move_loop(&plan, l, i, to);
            better = improve(climb, place, &plan) || better;
        }
    return better;
}

static void descend(struct as_climb *climb, struct place *place)
{
    const struct as_model *model = climb->plans->model;
    bool better = true;
    while (better && climb->effort < climb->limit) {
        better = false;
        for (int l = model->accel.n_levels - 1; l > 0; l--)
            for (int d = 0; d < model->problem.n_dims; d++)
                better = improve_tile(climb, place, l, d) || better;
        for (int l = 0; l < model->accel.n_levels - 1; l++)
            better = improve_order(climb, place, l) || better;
    }
}

/* ---- annealing ---- */

static int random_level(const struct as_plans *plans, struct as_random *random)
{
    return 1 + as_random_below(random, plans->model->accel.n_levels - 1);
}

static void step_tile(
    const struct as_plans *plans, struct as_plan *plan, int l, int d, int step, struct as_random *random)
{
    int i = as_plan_size(plans, d, plan->tile[l][d]);
    i += step * (1 + (as_random_below(random, 3) == 0) * as_random_below(random, plans->n_sizes[d]));
    i = i < 0 ? 0 : i >= plans->n_sizes[d] ? plans->n_sizes[d] - 1 : i;
    as_plan_set_tile(plans, plan, l, d, plans->size[d][i]);
}

static void change_tile(const struct as_plans *plans, struct as_plan *plan, struct as_random *random)
{
    int d = as_random_below(random, plans->model->problem.n_dims);
    step_tile(plans, plan, random_level(plans, random), d, as_random_below(random, 2) ? 1 : -1, random);
}

/* Two loops that iterate; others move nothing. */
static void change_order(const struct as_plans *plans, struct as_plan *plan, struct as_random *random)
{
    int l = random_level(plans, random) - 1, at[AS_MAX_DIMS], n = 0;
    for (int i = 0; i < plans->model->problem.n_dims; i++)
        if (plan->tile[l][plan->order[l][i]] > plan->tile[l + 1][plan->order[l][i]])
            at[n++] = i;
    if (n < 2)
        return;
    int from = as_random_below(random, n), to = as_random_below(random, n - 1);
    as_plan_move_loop(plan, l, at[from], at[to + (to >= from)]);
}

/* To the largest tile of level l up to `most` that fits. */
static void grow_tile(const struct as_plans *plans, struct as_plan *plan, int l, int d, int64_t most)
{
    int now = as_plan_size(plans, d, plan->tile[l][d]);
    for (int i = as_plan_size(plans, d, most); i < now; i++) {
        struct as_plan next = *plan;
        as_plan_set_tile(plans, &next, l, d, plans->size[d][i]);
        if (!fits(plans, &next))
            continue;
        *plan = next;
        return;
    }
}

/* At some levels a dim gives up room, to one size in all of them, and another one takes as much, or all there
 * is. */
static void trade_tiles(const struct as_plans *plans, struct as_plan *plan, struct as_random *random)
{
    int n = plans->model->problem.n_dims, l = random_level(plans, random), m = random_level(plans, random);
    int first = l < m ? l : m, last = l < m ? m : l;
    int from = as_random_below(random, n), to = as_random_below(random, n);
    bool all = as_random_below(random, 2);
    const struct as_plan old = *plan;
    double part = 1;
    if (plan->tile[first][from] > 1 && from != to) {
        step_tile(plans, plan, first, from, 1, random);
        part = (double)plan->tile[first][from] / (double)old.tile[first][from];
    }
    for (int k = first + 1; k <= last && part < 1; k++) {
        int64_t tile = (int64_t)((double)old.tile[k][from] * part + 0.5);
        as_plan_set_tile(plans, plan, k, from, plans->size[from][as_plan_size(plans, from, tile)]);
    }
    for (int k = first; k <= last; k++)
        grow_tile(plans, plan, k, to, all ? INT64_MAX : (int64_t)((double)old.tile[k][to] / part * 1.05));
}

static void change_layout(const struct as_plans *plans, struct as_plan *plan, struct as_random *random)
{
    int l = random_level(plans, random) - 1;
    const struct as_level *level = &plans->model->accel.level[l];
    if (level->n_axes == 0)
        return;
    int x = as_random_below(random, level->n_axes), y = as_random_below(random, level->n_axes);
    signed char *along = plan->along[l][x];
    if (as_random_below(random, 4) == 0) { /* folded the other way round, or exchanged with another axis */
        signed char *other = x == y ? along + 1 : plan->along[l][y];
        signed char d = *along;
        *along = *other;
        *other = d;
        if ((x != y && *along >= 0 && !as_plan_may_lie(plans, &level->axis[x], *along)) ||
            (*other >= 0 && !as_plan_may_lie(plans, &level->axis[y], *other)))
            *other = *along = -1;
        return;
    }
    int d = as_random_below(random, plans->model->problem.n_dims + 1) - 1;
    if (d < 0 || as_plan_may_lie(plans, &level->axis[x], d))
        along[plans->kind == AS_SPACE_FULL ? as_random_below(random, AS_MAX_FOLD) : 0] = (signed char)d;
}

static void change_keeps(const struct as_plans *plans, struct as_plan *plan, struct as_random *random)
{
    int l = random_level(plans, random);
    int t = as_random_below(random, plans->model->problem.n_tensors);
    if (as_plan_may_pass(plans, l) & (unsigned)plans->model->problem.tensor[t].role)
        plan->keeps[l] ^= 1u << t;
}

/* Tiles that do not fit lose elements at random. */
static void repair(const struct as_plans *plans, struct as_plan *plan, struct as_random *random)
{
    for (int l = 1; l < plans->model->accel.n_levels; l++)
        for (int i = 0; i < MAX_REPAIRS && !as_plan_fits(plans, plan, l); i++)
            step_tile(plans, plan, l, as_random_below(random, plans->model->problem.n_dims), 1, random);
}

static void change(const struct as_plans *plans, struct as_plan *plan, struct as_random *random)
{
    for (int more = 1; more; more = as_random_below(random, 3) == 0) {
        int kind = as_random_below(random, 15);
        if (kind < 4)
            trade_tiles(plans, plan, random);
        else if (kind < 9)
            change_tile(plans, plan, random);
        else if (kind < 11)
            change_order(plans, plan, random);
        else if (kind < 13)
            change_layout(plans, plan, random);
        else
            change_keeps(plans, plan, random);
    }
    repair(plans, plan, random);
}

/* From the place to the best one met, with acceptance of a rise by a part that falls from HOT to COLD. */
static void anneal(struct as_climb *climb, struct place *place, double limit, struct as_random *random)
{
    double start = climb->effort;
    struct place best = *place;
    int idle = 0;
    while (climb->effort < limit && idle < 1000) {
        double part = (climb->effort - start) / (limit - start);
        double heat = HOT * pow(COLD / HOT, part);
        double enough = place->score * (1 - heat * log(1 - as_random_unit(random)));
        struct as_plan plan = place->plan;
        change(climb->plans, &plan, random);
        double before = climb->effort;
        double score = as_plan_same(&plan, &place->plan) ? INFINITY : as_climb_try(climb, &plan, enough);
        idle = climb->effort > before + MEMO_EFFORT ? 0 : idle + 1; /* nothing new */
        if (isfinite(score)) {
            place->plan = plan;
            place->score = score;
            best = score < best.score ? *place : best;
        }
    }
    *place = best;
}

/* ---- where it starts ---- */

struct seed {
    double speed;
    signed char along[AS_MAX_LEVELS][AS_MAX_AXES];
};
struct seeds {
    int n;
    struct seed seed[MAX_SEEDS]; /* fastest first */
};

static void keep_seed(struct seeds *seeds, const struct seed *seed)
{
    int i = seeds->n < MAX_SEEDS ? seeds->n++ : MAX_SEEDS;
    for (; i > 0 && seeds->seed[i - 1].speed < seed->speed; i--)
        if (i < MAX_SEEDS)
            seeds->seed[i] = seeds->seed[i - 1];
    if (i < MAX_SEEDS)
        seeds->seed[i] = *seed;
}

/* Fills the axes from (l, x) on in every way without laying a dim along two axes. */
static void find_seeds(
    const struct as_plans *plans, int l, int x, unsigned used, struct seed *seed, struct seeds *seeds)
{
    const struct as_model *model = plans->model;
    if (l == model->accel.n_levels - 1) {
        keep_seed(seeds, seed);
        return;
    }
    const struct as_level *level = &model->accel.level[l];
    if (x == level->n_axes) {
        find_seeds(plans, l + 1, 0, used, seed, seeds);
        return;
    }
    double speed = seed->speed;
    for (int d = -1; d < model->problem.n_dims; d++) {
        if (d >= 0 && ((used >> d & 1) || !as_plan_may_lie(plans, &level->axis[x], d)))
            continue;
        int64_t extent = d >= 0 ? model->problem.dim[d].extent : 1, size = level->axis[x].size;
        seed->along[l][x] = (signed char)d;
        int64_t trips = ceil_div(extent, size);
        seed->speed = speed * (double)extent / (double)trips;
        find_seeds(plans, l, x + 1, d >= 0 ? used | 1u << d : used, seed, seeds);
    }
    seed->speed = speed;
}

struct places {
    int n;
    struct place place[MAX_SEEDS]; /* best first */
};

static void keep_place(struct places *places, const struct place *place)
{
    if (!isfinite(place->score))
        return;
    int i = places->n < MAX_SEEDS ? places->n++ : MAX_SEEDS;
    for (; i > 0 && places->place[i - 1].score > place->score; i--)
        if (i < MAX_SEEDS)
            places->place[i] = places->place[i - 1];
    if (i < MAX_SEEDS)
        places->place[i] = *place;
}

/* Descends from `smallest` with each of the fastest layouts. */
static void find_places(
    struct as_climb *climb, const struct place *smallest, double effort, struct places *places)
{
    const struct as_plans *plans = climb->plans;
    double start = climb->effort;
    struct seeds seeds = {0};
    struct seed seed = {.speed = 1};
    find_seeds(plans, 0, 0, 0, &seed, &seeds);
    for (int i = 0; i < seeds.n; i++) {
        struct place from = *smallest;
        climb->limit = start + effort * (i + 1) / seeds.n;
        for (int l = 0; l < plans->model->accel.n_levels; l++)
            for (int x = 0; x < AS_MAX_AXES; x++)
                from.plan.along[l][x][0] = seeds.seed[i].along[l][x];
        from.score = as_climb_try(climb, &from.plan, INFINITY);
        if (isfinite(from.score))
            descend(climb, &from);
        keep_place(places, &from);
    }
}

static void run(struct as_climb *climb, double effort, uint64_t seed_number)
{
    struct as_random random = as_random_stream(seed_number, 2);
    double end = climb->effort + effort;
    struct place smallest;
    struct places places = {0};
    if (as_plan_smallest(climb->plans, &smallest.plan) >= 0)
        return;
    climb->limit = end;
    smallest.score = as_climb_try(climb, &smallest.plan, INFINITY);
    find_places(climb, &smallest, effort / SEED_PART, &places);
    climb->limit = end;
    /* Rounds of annealing, from half as many places each time. */
    for (int n = FIRST_ROUND; n > 0 && places.n > 0; n /= 2) {
        struct places next = {0};
        double part = (end - climb->effort) * (n > 1 ? ROUND_PART : 1) / (n < places.n ? n : places.n);
        for (int i = 0; i < n && i < places.n; i++) {
            struct place place = places.place[i];
            anneal(climb, &place, climb->effort + part, &random);
            keep_place(&next, &place);
        }
        places = next;
    }
    struct place last = {climb->best, climb->score};
    if (isfinite(last.score))
        descend(climb, &last);
}

void as_climb_run(struct as_climb *climb, double effort, uint64_t seed)
{
    struct as_memo memo;
    memo_init(&memo, climb->plans);
    climb->memo = &memo;
    run(climb, effort, seed);
    climb->memo = NULL;
}
