/*
 * Moves the elements of one tile and counts them: docs/model.md, "Counts".
 */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

/* A transfer between a tile and the copy at o(l). */
struct transfer {
    struct naas_rt_sim_state *sim;
    struct naas_rt_tile *tile, *outer;
    const naas_rt_tensor *tensor;
    int t, last; /* tensor, last axis */
    int outer_level;
    int shared; /* other instances may move the same elements in this step */
    size_t bytes;
    struct naas_rt_rows *rows;
    long long moved, words; /* elements of the tile, words at o(l) */
};

static struct transfer transfer_of(struct naas_rt_sim_state *sim, int level, int instance, int t)
{
    struct naas_rt_store *store = &sim->store[level][t];
    struct transfer move = {.sim = sim, .tile = &store->tile[instance], .t = t, .outer_level = store->outer};
    move.outer = &sim->store[store->outer][t].tile[instance / store->per_outer];
    move.tensor = &sim->rt->problem->tensor[t];
    move.last = move.tile->next->rank - 1;
    move.shared = store->per_outer > 1;
    move.bytes = (size_t)sim->bytes[t];
    move.rows = &sim->rows[t];
    return move;
}

/* Marks the n elements from the row's coordinates on and returns how many were not marked in this step. */
static long long mark(const struct transfer *move, long long n)
{
    if (!move->shared)
        return n;
    struct naas_rt_sim_state *sim = move->sim;
    uint32_t now = sim->now[move->t];
    uint32_t *at = sim->mark[move->t] + naas_rt_region_at(sim->store[0][move->t].tile->held, move->rows->row);
    long long fresh = 0;
    for (long long i = 0; i < n; i++) {
        fresh += at[i] != now;
        at[i] = now;
    }
    return fresh;
}

/* The part of a span of the current row that lies inside the array; low == high when none does. */
static struct naas_rt_span inside(const struct transfer *move, struct naas_rt_span span)
{
    const naas_rt_axis *axis = move->tensor->axis;
    struct naas_rt_span none = {span.low, span.low};
    if (move->tensor->rank == 0)
        return span;
    for (int j = 0; j < move->last; j++)
        if (move->rows->row[j] < 0 || move->rows->row[j] >= axis[j].extent)
            return none;
    long long low = span.low < 0 ? 0 : span.low;
    long long high = span.high > axis[move->last].extent ? axis[move->last].extent : span.high;
    return low < high ? (struct naas_rt_span){low, high} : none;
}

/* Copies a span of the current row out of the caller's array; what lies outside it is filled. */
static void read_array(const struct transfer *move, struct naas_rt_span span, char *to)
{
    const struct naas_rt_value *fill = &move->sim->fill[move->t];
    struct naas_rt_span in = inside(move, span);
    naas_rt_repeat(to, fill, in.low - span.low);
    to += (size_t)(in.low - span.low) * move->bytes;
    const naas_rt_axis *axis = move->tensor->axis;
    long long at = 0, stride = move->tensor->rank ? axis[move->last].stride : 1;
    for (int j = 0; j < move->last; j++)
        at += move->rows->row[j] * axis[j].stride;
    const char *from = (const char *)move->sim->rt->base[move->t];
    if (in.low < in.high)
        from += (at + in.low * stride) * (long long)move->bytes;
    size_t n = (size_t)(in.high - in.low);
    if (stride == 1)
        memcpy(to, from, n * move->bytes);
    else
        for (size_t i = 0; i < n; i++)
            memcpy(to + i * move->bytes, from + (long long)i * stride * (long long)move->bytes, move->bytes);
    naas_rt_repeat(to + n * move->bytes, fill, span.high - in.high);
}

/* Counts what level 0 hands down of a span: padding is not in memory. */
static long long read_words(struct transfer *move, struct naas_rt_span span)
{
    if (move->outer_level == 0 && !move->sim->rt->accel->padding_stored)
        span = inside(move, span);
    move->rows->row[move->last] = span.low;
    return span.low < span.high ? mark(move, span.high - span.low) : 0;
}

static void take_operand(struct transfer *move, struct naas_rt_span span)
{
    long long *row = move->rows->row, n = span.high - span.low;
    row[move->last] = span.low;
    char *to = move->tile->spare_data + (size_t)naas_rt_region_at(move->tile->next, row) * move->bytes;
    if (move->outer_level == 0)
        read_array(move, span, to);
    else
        memcpy(to, move->outer->data + (size_t)naas_rt_region_at(move->outer->held, row) * move->bytes,
            (size_t)n * move->bytes);
    move->moved += n;
    move->words += read_words(move, span);
}

/* Sums start from the neutral element, but where one exists further out that no instance has taken in this
 * step. */
static void take_sums(struct transfer *move, struct naas_rt_span span)
{
    const struct naas_rt_value *neutral = &move->sim->neutral;
    long long *row = move->rows->row, n = span.high - span.low;
    row[move->last] = span.low;
    size_t to = (size_t)naas_rt_region_at(move->tile->next, row);
    size_t from = (size_t)naas_rt_region_at(move->outer->held, row);
    naas_rt_repeat(move->tile->spare_data + to * move->bytes, neutral, n);
    memset(move->tile->spare_live + to, 0, (size_t)n);
    if (!memchr(move->outer->live + from, 1, (size_t)n))
        return;
    for (long long i = 0; i < n; i++, to++, from++) {
        row[move->last] = span.low + i;
        if (!move->outer->live[from] || !mark(move, 1))
            continue;
        char *sum = move->outer->data + from * move->bytes;
        memcpy(move->tile->spare_data + to * move->bytes, sum, move->bytes);
        memcpy(sum, neutral->byte, move->bytes);
        move->tile->spare_live[to] = 1;
        move->moved++;
        move->words++;
    }
}

/* What stays in the tile moves to its place in the new layout. */
static void keep(struct transfer *move, struct naas_rt_span span)
{
    struct naas_rt_tile *tile = move->tile;
    move->rows->row[move->last] = span.low;
    size_t n = (size_t)(span.high - span.low);
    size_t from = (size_t)naas_rt_region_at(tile->held, move->rows->row);
    size_t to = (size_t)naas_rt_region_at(tile->next, move->rows->row);
    memcpy(tile->spare_data + to * move->bytes, tile->data + from * move->bytes, n * move->bytes);
    if (tile->live)
        memcpy(tile->spare_live + to, tile->live + from, n);
}

static int reserve_spare(struct transfer *move)
{
    struct naas_rt_tile *tile = move->tile;
    size_t volume = (size_t)tile->next->volume;
    if (volume <= tile->spare_volume)
        return 1;
    free(tile->spare_data);
    free(tile->spare_live);
    tile->spare_volume = 0;
    tile->spare_data = calloc(volume, move->bytes);
    tile->spare_live = move->t == move->sim->output ? malloc(volume) : NULL;
    if (!tile->spare_data || (move->t == move->sim->output && !tile->spare_live))
        return 0;
    tile->spare_volume = volume;
    return 1;
}

#define SWAP(type, a, b)                                                                                     \
    do {                                                                                                     \
        type swap_ = (a);                                                                                    \
        (a) = (b);                                                                                           \
        (b) = swap_;                                                                                         \
    } while (0)

static void commit(struct naas_rt_tile *tile)
{
    SWAP(struct naas_rt_region *, tile->held, tile->next);
    SWAP(char *, tile->data, tile->spare_data);
    SWAP(unsigned char *, tile->live, tile->spare_live);
    SWAP(size_t, tile->volume, tile->spare_volume);
}

void naas_rt_sim_fill(struct naas_rt_sim_state *sim, int level, int instance, int t)
{
    struct transfer move = transfer_of(sim, level, instance, t);
    struct naas_rt_tile *tile = move.tile;
    struct naas_rt_rows *rows = move.rows;
    if (!reserve_spare(&move)) {
        naas_rt_fail(sim->rt, NAAS_RT_NO_MEMORY, "out of memory");
        return;
    }
    if (tile->next->elements < tile->next->volume)
        naas_rt_repeat(tile->spare_data, &sim->poison[t], tile->next->volume);
    for (int more = naas_rt_rows_first(rows, tile->next, tile->held); more; more = naas_rt_rows_next(rows)) {
        for (int i = 0; i < rows->n_both; i++)
            keep(&move, rows->both[i]);
        for (int i = 0; i < rows->n_only; i++) {
            if (t == sim->output)
                take_sums(&move, rows->only[i]);
            else
                take_operand(&move, rows->only[i]);
        }
    }
    commit(tile);
    naas_rt_counters *counters = &sim->rt->counters;
    counters->count[level][t].fills += move.moved;
    counters->count[move.outer_level][t].reads += move.words;
    counters->deliveries[move.outer_level] += move.moved;
    struct naas_rt_store *store = &sim->store[level][t];
    store->down[instance / store->per_outer] += move.words;
}

/* Adds a span of the current row to the copy at o(l), or, where an idle instance outlasted that, to the
 * nearest copy further out. */
static void give(struct transfer *move, struct naas_rt_span span, int level, int instance, int all_held)
{
    struct naas_rt_sim_state *sim = move->sim;
    long long *row = move->rows->row, n = span.high - span.low;
    row[move->last] = span.low;
    const char *from = move->tile->data + (size_t)naas_rt_region_at(move->tile->held, row) * move->bytes;
    move->moved += n;
    move->words += mark(move, n);
    if (all_held) {
        size_t to = (size_t)naas_rt_region_at(move->outer->held, row);
        sim->combine(move->outer->data + to * move->bytes, from, n);
        memset(move->outer->live + to, 1, (size_t)n);
        return;
    }
    for (; row[move->last] < span.high; row[move->last]++, from += move->bytes) {
        struct naas_rt_tile *tile = NULL;
        int i = instance;
        for (int l = level; l > 0 && (!tile || !naas_rt_region_has(tile->held, row));
             l = sim->store[l][move->t].outer) {
            i /= sim->store[l][move->t].per_outer;
            tile = &sim->store[sim->store[l][move->t].outer][move->t].tile[i];
        }
        size_t to = (size_t)naas_rt_region_at(tile->held, row);
        sim->combine(tile->data + to * move->bytes, from, 1);
        tile->live[to] = 1;
    }
}

void naas_rt_sim_drain(struct naas_rt_sim_state *sim, int level, int instance)
{
    struct transfer move = transfer_of(sim, level, instance, sim->output);
    struct naas_rt_rows *rows = move.rows;
    int all_held = naas_rt_region_within(move.tile->held, move.outer->held);
    move.last = move.tile->held->rank - 1;
    for (int more = naas_rt_rows_first(rows, move.tile->held, move.tile->next); more;
         more = naas_rt_rows_next(rows))
        for (int i = 0; i < rows->n_only; i++)
            give(&move, rows->only[i], level, instance, all_held);
    naas_rt_counters *counters = &sim->rt->counters;
    counters->count[level][sim->output].drains += move.moved;
    counters->count[move.outer_level][sim->output].updates += move.words;
    counters->adds[move.outer_level] += move.moved - move.words;
    struct naas_rt_store *store = &sim->store[level][sim->output];
    store->up[instance / store->per_outer] += move.words;
}
