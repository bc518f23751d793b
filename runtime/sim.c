/*
 * Target sim: takes declarations and runs steps. A step drains the innermost level first and fills the
 * outermost first, so that a sum that leaves an inner level still finds its outer copy, and an operand that
 * an inner level takes has already arrived outside.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- open and close ---- */

static int open_store(struct naas_rt_sim_state *sim, int l, int t)
{
    struct naas_rt_store *store = &sim->store[l][t];
    const int *n_instances = sim->rt->n_instances;
    store->kept = l == 0 || (sim->rt->accel->level[l].keeps >> t & 1);
    for (int o = 0; o < l; o++)
        if (sim->store[o][t].kept)
            store->outer = o;
    store->per_outer = n_instances[l] / n_instances[store->outer];
    if (!store->kept)
        return 1;
    size_t n_outer = (size_t)n_instances[store->outer];
    store->tile = calloc((size_t)n_instances[l], sizeof *store->tile);
    store->down = calloc(2 * n_outer, sizeof *store->down);
    store->up = store->down ? store->down + n_outer : NULL;
    for (int i = 0; store->tile && i < n_instances[l]; i++) {
        store->tile[i].held = &store->tile[i].region[0];
        store->tile[i].next = &store->tile[i].region[1];
    }
    return store->tile && store->down;
}

/* Level 0 holds the whole tensor from the start; the output's sums are an image apart from the caller's
 * array. */
static int open_memory(struct naas_rt_sim_state *sim, int t)
{
    const naas_rt_problem *problem = sim->rt->problem;
    naas_rt_box whole = {.low = {0}};
    memcpy(whole.high, problem->extent, sizeof whole.high);
    struct naas_rt_tile *tile = sim->store[0][t].tile;
    if (!naas_rt_region_set(tile->held, &problem->tensor[t], &whole) ||
        !naas_rt_rows_reserve(&sim->rows[t], tile->held))
        return 0;
    int shared = 0;
    for (int l = 1; l < sim->n_levels; l++)
        shared |= sim->store[l][t].kept && sim->store[l][t].per_outer > 1;
    size_t volume = (size_t)tile->held->volume;
    if (shared && !(sim->mark[t] = calloc(volume, sizeof *sim->mark[t])))
        return 0;
    if (t != sim->output)
        return 1;
    tile->data = calloc(volume, (size_t)sim->bytes[t]);
    tile->live = calloc(volume, 1);
    if (!tile->data || !tile->live)
        return 0;
    naas_rt_repeat(tile->data, &sim->neutral, tile->held->volume);
    return 1;
}

static int open_latency(struct naas_rt_sim_state *sim)
{
    int n_lanes[NAAS_RT_MAX_LEVELS] = {0}, n_ports = 0;
    for (int l = 1; l < sim->n_levels; l++) {
        n_ports += sim->rt->accel->level[l - 1].n_ports;
        n_lanes[l] = n_ports * sim->rt->n_instances[l - 1];
    }
    return naas_rt_latency_open(&sim->latency, sim->rt->accel, n_lanes);
}

static int open_state(struct naas_rt_sim_state *sim)
{
    const naas_rt_problem *problem = sim->rt->problem;
    int type = problem->tensor[sim->output].type;
    sim->neutral = naas_rt_value_neutral(type, problem->reduce);
    sim->combine = naas_rt_combine_of(type, problem->reduce);
    for (int t = 0; t < sim->n_tensors; t++) {
        type = problem->tensor[t].type;
        sim->bytes[t] = naas_rt_type_bytes(type);
        sim->fill[t] = naas_rt_value_of(type, problem->tensor[t].fill);
        sim->poison[t] = naas_rt_value_poison(type);
        for (int l = 0; l < sim->n_levels; l++)
            if (!open_store(sim, l, t))
                return 0;
        if (!open_memory(sim, t))
            return 0;
    }
    size_t n = (size_t)sim->rt->n_instances[sim->n_levels - 1];
    sim->active = calloc(n, 1);
    sim->box = malloc(n * sizeof *sim->box);
    return sim->active && sim->box && open_latency(sim);
}

static int has_padding(const struct naas_rt_sim_state *sim, int t)
{
    const naas_rt_tensor *tensor = &sim->rt->problem->tensor[t];
    const struct naas_rt_region *whole = sim->store[0][t].tile->held;
    for (int j = 0; j < tensor->rank; j++)
        if (whole->axis[j].whole.low < 0 || whole->axis[j].whole.high > tensor->axis[j].extent)
            return 1;
    return 0;
}

/* What a level keeps must have a partition; padding exists only in tiles. */
static void check_placement(struct naas_rt_sim_state *sim)
{
    const naas_rt_problem *problem = sim->rt->problem;
    for (int t = 0; t < sim->n_tensors; t++) {
        int n_kept = 0;
        for (int l = 1; l < sim->n_levels; l++) {
            const naas_rt_level *level = &sim->rt->accel->level[l];
            int found = level->n_partitions == 0;
            for (int p = 0; p < level->n_partitions; p++)
                found |= (level->partition[p].roles & problem->tensor[t].role) != 0;
            if (sim->store[l][t].kept && !found)
                naas_rt_fail(sim->rt, NAAS_RT_BAD_CALL, "%s keeps %s but has no partition for it",
                    level->name, problem->tensor[t].name);
            n_kept += sim->store[l][t].kept;
        }
        if (n_kept == 0 && has_padding(sim, t))
            naas_rt_fail(
                sim->rt, NAAS_RT_BAD_CALL, "%s is padded, but no level keeps it", problem->tensor[t].name);
    }
}

static void sim_open(naas_rt *rt)
{
    struct naas_rt_sim_state *sim = calloc(1, sizeof *sim);
    rt->state = sim;
    if (!sim) {
        naas_rt_fail(rt, NAAS_RT_NO_MEMORY, "out of memory");
        return;
    }
    sim->rt = rt;
    sim->n_levels = sim->first = rt->accel->n_levels;
    sim->n_tensors = rt->problem->n_tensors;
    sim->output = rt->problem->output;
    if (open_state(sim))
        check_placement(sim);
    else
        naas_rt_fail(rt, NAAS_RT_NO_MEMORY, "out of memory");
}

static void close_tile(struct naas_rt_tile *tile)
{
    naas_rt_region_free(&tile->region[0]);
    naas_rt_region_free(&tile->region[1]);
    free(tile->data);
    free(tile->live);
    free(tile->spare_data);
    free(tile->spare_live);
}

static void sim_close(naas_rt *rt)
{
    struct naas_rt_sim_state *sim = rt->state;
    if (!sim)
        return;
    for (int t = 0; t < sim->n_tensors; t++) {
        for (int l = 0; l < sim->n_levels; l++) {
            struct naas_rt_store *store = &sim->store[l][t];
            for (int i = 0; store->tile && i < rt->n_instances[l]; i++)
                close_tile(&store->tile[i]);
            free(store->tile);
            free(store->down);
        }
        free(sim->mark[t]);
        naas_rt_rows_free(&sim->rows[t]);
    }
    free(sim->active);
    free(sim->box);
    naas_rt_latency_close(&sim->latency);
    free(sim);
}

/* ---- declarations ---- */

/* Lists the tensors of a partition that the level keeps. */
static void partition_tensors(const struct naas_rt_sim_state *sim, int l, int roles, char *text, size_t size)
{
    text[0] = 0;
    for (int t = 0; t < sim->n_tensors; t++) {
        const naas_rt_tensor *tensor = &sim->rt->problem->tensor[t];
        size_t length = strlen(text);
        if (sim->store[l][t].kept && (roles & tensor->role))
            snprintf(text + length, size - length, "%s%s", length ? ", " : "", tensor->name);
    }
}

/* The largest tiles so far must fit next to each other: storage is laid out once for the whole run. */
static void check_capacity(struct naas_rt_sim_state *sim, int l, int t)
{
    const naas_rt_level *level = &sim->rt->accel->level[l];
    const naas_rt_problem *problem = sim->rt->problem;
    int p = 0;
    while (p < level->n_partitions && !(level->partition[p].roles & problem->tensor[t].role))
        p++;
    if (p == level->n_partitions || level->partition[p].bytes == 0)
        return;
    const naas_rt_partition *partition = &level->partition[p];
    long long needed = 0;
    for (int u = 0; u < sim->n_tensors; u++)
        if (partition->roles & problem->tensor[u].role)
            needed += sim->store[l][u].largest * sim->bytes[u] * level->buffers;
    if (needed <= partition->bytes)
        return;
    char names[120];
    partition_tensors(sim, l, partition->roles, names, sizeof names);
    naas_rt_fail(sim->rt, NAAS_RT_OVERFLOW, "%s: buffer %d (%s) needs %lld bytes%s, has %lld", level->name, p,
        names, needed, level->buffers == 2 ? ", both halves together" : "", partition->bytes);
}

/* The first dim in which a box sticks out of another, or -1. */
static int sticks_out(const struct naas_rt_sim_state *sim, const naas_rt_box *box, const naas_rt_box *around)
{
    for (int d = 0; d < sim->rt->problem->n_dims; d++)
        if (box->low[d] < around->low[d] || box->high[d] > around->high[d])
            return d;
    return -1;
}

/* A tile must lie in the tile that the next level outwards holds. */
static int check_nesting(struct naas_rt_sim_state *sim, int l, int i, int t, const naas_rt_box *box)
{
    const struct naas_rt_store *store = &sim->store[l][t];
    if (store->outer == 0)
        return 1;
    const char *name = sim->rt->accel->level[l].name, *outer = sim->rt->accel->level[store->outer].name;
    const char *tensor = sim->rt->problem->tensor[t].name;
    const struct naas_rt_tile *tile = &sim->store[store->outer][t].tile[i / store->per_outer];
    if (!tile->declared && !tile->held->held) {
        naas_rt_fail(
            sim->rt, NAAS_RT_BAD_CALL, "%s: %s is declared before %s has any of it", name, tensor, outer);
        return 0;
    }
    int d = sticks_out(sim, box, &tile->box);
    if (d >= 0)
        naas_rt_fail(sim->rt, NAAS_RT_BAD_CALL,
            "%s: tile of %s from %lld to %lld of dim %s, but %s has %lld to %lld", name, tensor, box->low[d],
            box->high[d], sim->rt->problem->dim_name[d], outer, tile->box.low[d], tile->box.high[d]);
    return d < 0;
}

static void declare_tile(struct naas_rt_sim_state *sim, int l, int i, int t, const naas_rt_box *box)
{
    const naas_rt_tensor *tensor = &sim->rt->problem->tensor[t];
    struct naas_rt_store *store = &sim->store[l][t];
    struct naas_rt_tile *tile = &store->tile[i];
    tile->declared = 1;
    tile->box = *box;
    tile->changes = 0;
    if (tile->held->held && naas_rt_same_tile(tensor, &tile->held->box, box))
        return;
    if (!naas_rt_region_set(tile->next, tensor, box)) {
        naas_rt_fail(sim->rt, NAAS_RT_NO_MEMORY, "out of memory");
        return;
    }
    tile->changes = !naas_rt_region_equal(tile->held, tile->next);
    if (tile->next->elements > store->largest) {
        store->largest = tile->next->elements;
        check_capacity(sim, l, t);
    }
}

static void sim_declare(naas_rt *rt, int l, int i, int t, const naas_rt_box *box)
{
    struct naas_rt_sim_state *sim = rt->state;
    if (!check_nesting(sim, l, i, t, box))
        return;
    if (sim->store[l][t].kept)
        declare_tile(sim, l, i, t, box);
    if (l < sim->first)
        sim->first = l;
    if (l == sim->n_levels - 1) {
        sim->active[i] = 1;
        sim->box[i] = *box;
    }
}

/* ---- steps ---- */

/* A new set of marks: what was moved so far concerns another step, level or outer instance. */
static void forget_marks(struct naas_rt_sim_state *sim, int t)
{
    if (++sim->now[t] == 0 && sim->mark[t]) {
        memset(sim->mark[t], 0, (size_t)sim->store[0][t].tile->held->volume * sizeof *sim->mark[t]);
        sim->now[t] = 1;
    }
}

static void clear_words(struct naas_rt_sim_state *sim, int l)
{
    for (int t = 0; t < sim->n_tensors; t++)
        if (sim->store[l][t].kept)
            memset(sim->store[l][t].down, 0,
                2 * (size_t)sim->rt->n_instances[sim->store[l][t].outer] * sizeof *sim->store[l][t].down);
}

/* Drains what leaves the tiles of a level; all: everything, at the end. */
static void drain_level(struct naas_rt_sim_state *sim, int l, int all)
{
    struct naas_rt_store *store = &sim->store[l][sim->output];
    for (int i = 0; store->kept && i < sim->rt->n_instances[l]; i++) {
        struct naas_rt_tile *tile = &store->tile[i];
        if (i % store->per_outer == 0)
            forget_marks(sim, sim->output);
        if (all)
            tile->next->held = 0;
        if (tile->held->held && (all || (tile->declared && tile->changes)))
            naas_rt_sim_drain(sim, l, i);
    }
}

static void fill_level(struct naas_rt_sim_state *sim, int l, int t)
{
    struct naas_rt_store *store = &sim->store[l][t];
    for (int i = 0; store->kept && i < sim->rt->n_instances[l]; i++) {
        struct naas_rt_tile *tile = &store->tile[i];
        if (i % store->per_outer == 0)
            forget_marks(sim, t);
        if (tile->declared && tile->changes)
            naas_rt_sim_fill(sim, l, i, t);
        tile->declared = tile->changes = 0;
    }
}

static long long port_cycles(double words, double words_per_cycle)
{
    if (words_per_cycle <= 0)
        return 0;
    double exact = words / words_per_cycle;
    long long cycles = (long long)exact;
    return (double)cycles < exact ? cycles + 1 : cycles;
}

/* Cycles on the ports of levels o(l) .. l - 1 around instance p of level l - 1, for what the step moved
 * between them. */
static void time_instance(struct naas_rt_sim_state *sim, int l, int p, long long *down, long long *up)
{
    const naas_rt_accel *accel = sim->rt->accel;
    for (int k = 0; k < l; k++)
        for (int c = 0; c < accel->level[k].n_ports; c++) {
            const naas_rt_port *port = &accel->level[k].port[c];
            long long words_down = 0, words_up = 0;
            for (int t = 0; t < sim->n_tensors; t++) {
                const struct naas_rt_store *store = &sim->store[l][t];
                if (!store->kept || store->outer > k)
                    continue;
                int outer = p / (sim->rt->n_instances[l - 1] / sim->rt->n_instances[store->outer]);
                int role = sim->rt->problem->tensor[t].role;
                words_down += port->down & role ? store->down[outer] : 0;
                words_up += port->up & role ? store->up[outer] : 0;
            }
            *down++ = port_cycles((double)words_down, port->words_per_cycle);
            *up++ = port_cycles((double)words_up, port->words_per_cycle);
        }
}

/* Words of a tensor that passed a port of level k in the whole run, around one instance of the level that
 * hands them down. */
static double words_on(const struct naas_rt_sim_state *sim, const naas_rt_port *port, int k, int t)
{
    int l = k + 1, role = sim->rt->problem->tensor[t].role;
    while (l < sim->n_levels && !sim->store[l][t].kept)
        l++;
    if (l == sim->n_levels)
        return 0;
    int outer = sim->store[l][t].outer;
    const naas_rt_count *count = &sim->rt->counters.count[outer][t];
    double down = port->down & role ? (double)count->reads : 0,
           up = port->up & role ? (double)count->updates : 0;
    return (down + up) / sim->rt->n_instances[outer];
}

/* No port takes less for all of its words than its rate allows. */
static long long busiest_port(const struct naas_rt_sim_state *sim)
{
    long long most = 0;
    for (int k = 0; k < sim->n_levels - 1; k++)
        for (int c = 0; c < sim->rt->accel->level[k].n_ports; c++) {
            const naas_rt_port *port = &sim->rt->accel->level[k].port[c];
            double words = 0;
            for (int t = 0; t < sim->n_tensors; t++)
                words += words_on(sim, port, k, t);
            long long cycles = port_cycles(words, port->words_per_cycle);
            most = cycles > most ? cycles : most;
        }
    return most;
}

static void time_level(struct naas_rt_sim_state *sim, int l)
{
    struct naas_rt_sequence *sequence = &sim->latency.sequence[l];
    int n = sim->rt->n_instances[l - 1], lanes = sequence->n_lanes / n;
    for (int p = 0; p < n && lanes > 0; p++)
        time_instance(sim, l, p, sequence->down + p * lanes, sequence->up + p * lanes);
}

/* Runs the kernel on the tiles of one PE. A tensor that the PE does not keep is used where it is. */
static void run_instance(struct naas_rt_sim_state *sim, int i)
{
    naas_rt *rt = sim->rt;
    naas_rt_pe pe = {.box = sim->box[i], .args = rt->args};
    int last = sim->n_levels - 1;
    for (int t = 0; t < sim->n_tensors; t++) {
        int l = sim->store[last][t].kept ? last : sim->store[last][t].outer;
        const struct naas_rt_tile *tile =
            &sim->store[l][t].tile[i / (rt->n_instances[last] / rt->n_instances[l])];
        const naas_rt_tensor *tensor = &rt->problem->tensor[t];
        if (l > 0 && (!tile->held->held || sticks_out(sim, &sim->box[i], &tile->box) >= 0)) {
            naas_rt_fail(rt, NAAS_RT_BAD_CALL, "%s: instance %d runs on more than its tile of %s",
                rt->accel->level[last].name, i, tensor->name);
            return;
        }
        int in_array = l == 0 && t != sim->output;
        long long origin = 0;
        for (int j = 0; j < tensor->rank; j++) {
            pe.stride[t][j] = in_array ? tensor->axis[j].stride : tile->held->stride[j];
            origin += in_array ? 0 : tile->held->axis[j].whole.low * tile->held->stride[j];
        }
        uintptr_t base = in_array ? (uintptr_t)rt->base[t] : (uintptr_t)tile->data;
        pe.base[t] = (char *)(base - (uintptr_t)(origin * sim->bytes[t]));
    }
    rt->kernel(&pe);
}

static long long points(const struct naas_rt_sim_state *sim, const naas_rt_box *box)
{
    long long n = 1;
    for (int d = 0; d < sim->rt->problem->n_dims; d++)
        n *= box->high[d] - box->low[d];
    return n;
}

static void run_array(struct naas_rt_sim_state *sim)
{
    for (int i = 0; i < sim->rt->n_instances[sim->n_levels - 1]; i++) {
        if (sim->active[i] && !sim->rt->status)
            run_instance(sim, i);
        sim->active[i] = 0;
    }
}

/* Counts the points of the step and returns the cycles of the PE that has the most. */
static long long count_points(struct naas_rt_sim_state *sim)
{
    long long most = 0;
    for (int i = 0; i < sim->rt->n_instances[sim->n_levels - 1]; i++) {
        long long n = sim->active[i] ? points(sim, &sim->box[i]) : 0;
        sim->rt->counters.macs += n;
        most = n > most ? n : most;
    }
    int rate = sim->rt->accel->macs_per_cycle;
    return (most + rate - 1) / rate;
}

static void sim_run(naas_rt *rt)
{
    struct naas_rt_sim_state *sim = rt->state;
    int first = sim->first;
    rt->counters.runs++;
    if (first == sim->n_levels)
        return;
    for (int l = first; l < sim->n_levels; l++)
        clear_words(sim, l);
    for (int l = sim->n_levels - 1; l >= first; l--)
        drain_level(sim, l, 0);
    for (int l = first; l < sim->n_levels; l++)
        for (int t = 0; t < sim->n_tensors && !rt->status; t++)
            fill_level(sim, l, t);
    if (rt->status)
        return;
    for (int l = first; l < sim->n_levels; l++)
        time_level(sim, l);
    naas_rt_latency_step(&sim->latency, first, count_points(sim));
    run_array(sim);
    sim->first = sim->n_levels;
}

static void finish_output(struct naas_rt_sim_state *sim)
{
    static const struct naas_rt_region nothing;
    const struct naas_rt_tile *image = sim->store[0][sim->output].tile;
    struct naas_rt_rows *rows = &sim->rows[sim->output];
    int last = image->held->rank - 1;
    for (int more = naas_rt_rows_first(rows, image->held, &nothing); more; more = naas_rt_rows_next(rows))
        for (int i = 0; i < rows->n_only; i++)
            for (rows->row[last] = rows->only[i].low; rows->row[last] < rows->only[i].high; rows->row[last]++)
                sim->rt->finish(rows->row,
                    image->data + naas_rt_region_at(image->held, rows->row) * sim->bytes[sim->output],
                    sim->rt->args);
}

static void sim_wait(naas_rt *rt)
{
    struct naas_rt_sim_state *sim = rt->state;
    for (int l = 1; l < sim->n_levels; l++)
        clear_words(sim, l);
    for (int l = sim->n_levels - 1; l >= 1; l--)
        drain_level(sim, l, 1);
    for (int l = 1; l < sim->n_levels; l++)
        time_level(sim, l);
    long long sequences = naas_rt_latency_end(&sim->latency), ports = busiest_port(sim);
    rt->counters.cycles = sequences > ports ? sequences : ports;
    finish_output(sim);
    const char *statistics = getenv("NAAS_RT_STATS");
    if (statistics && strcmp(statistics, "1") == 0)
        naas_rt_sim_statistics(rt);
}

const struct naas_rt_target naas_rt_sim = {"sim", sim_open, sim_declare, sim_run, sim_wait, sim_close};
