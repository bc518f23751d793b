#include "accelsearch/cost_dims.h"
#include "accelsearch/cost_plain.h"

static int64_t min64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void add_region(struct as_regions *regions, int64_t length, int64_t count)
{
    for (int i = 0; i < regions->n; i++)
        if (regions->length[i] == length) {
            regions->count[i] += count;
            return;
        }
    regions->length[regions->n] = length;
    regions->count[regions->n++] = count;
}

bool as_dim_regions_build(const struct as_chain *chain, struct as_dim_regions *regions)
{
    if (chain->n_outside > AS_MAX_DEPTH || chain->n_plain < chain->n)
        return false;
    regions->depth = chain->n_outside;
    regions->at[0].n = 1;
    regions->at[0].length[0] = chain->extent;
    regions->at[0].count[0] = 1;
    for (int k = 0; k < regions->depth; k++) {
        const struct as_regions *around = &regions->at[k];
        struct as_regions *inside = &regions->at[k + 1];
        int64_t tile = chain->cut[k].tile;
        inside->n = 0;
        for (int i = 0; i < around->n; i++) {
            int64_t full = around->length[i] / tile, rest = around->length[i] - full * tile;
            if (full)
                add_region(inside, tile, full * around->count[i]);
            if (rest)
                add_region(inside, rest, around->count[i]);
        }
    }
    return true;
}

int64_t as_last_tile(const struct as_dim_table *table, int k, int64_t length, int64_t *offset)
{
    *offset = 0;
    for (; k < table->depth; k++) {
        int64_t tile = table->view.chain->cut[k].tile;
        if (length <= tile)
            continue;
        int64_t at = (length - 1) / tile * tile;
        *offset += at;
        length -= at;
    }
    return length;
}

/* Regions of one length at depth k that keep their place. */
static void add_stays(const struct as_dim_table *table, int k, int64_t length, int64_t count,
    int64_t instance, struct as_dim_sums *sums)
{
    int64_t offset, now = as_first_tile(table, k, length), old = as_last_tile(table, k, length, &offset);
    sums->steps += count;
    sums->taken += count * now;
    sums->first += count * min64(now, instance);
    sums->last += count * min64(old, instance);
    if (offset == 0) {
        sums->held += count * now;
        sums->left += count * now;
    } else if (table->alone) {
        sums->left += count * old;
    } else {
        sums->held += count * as_plain_last_length(table->view, k, length, 0, true);
        sums->left += count * as_plain_last_length(table->view, k, length, 0, false);
    }
    sums->active += table->alone ? count : count * as_plain_members(table->view, now);
}

/* Advances of cut k within regions: from full tiles to full ones, and to the rest. */
static void sum_advances(
    struct as_dim_table *table, int k, const struct as_regions *regions, int64_t instance)
{
    const struct as_dim_sums *around = &table->stays[k], *inside = &table->stays[k + 1];
    struct as_dim_sums *sums = &table->advances[k];
    int64_t tile = table->view.chain->cut[k].tile, offset;
    int64_t old = as_last_tile(table, k + 1, tile, &offset);
    sums->steps = inside->steps - around->steps;
    sums->active = inside->active - around->active;
    sums->taken = inside->taken - around->taken;
    sums->first = inside->first - around->first;
    sums->last = sums->steps * min64(old, instance);
    sums->held = 0;
    if (table->alone) {
        sums->left = sums->steps * old;
        return;
    }
    sums->left = sums->steps * as_plain_last_length(table->view, k + 1, tile, 0, false);
    for (int i = 0; i < regions->n; i++) {
        int64_t rest = regions->length[i] % tile;
        if (rest && regions->length[i] > tile)
            sums->left -= regions->count[i] * as_plain_last_length(table->view, k + 1, tile,
                                                  as_first_tile(table, k + 1, rest), false);
    }
}

void as_dim_table_build(struct as_view view, const struct as_dim_regions *regions, struct as_dim_table *table)
{
    int outside = view.chain->n_outside;
    table->view = view;
    table->alone = view.n <= outside;
    table->depth = table->alone ? view.n : outside;
    int64_t instance = view.n ? view.chain->cut[view.n - 1].tile : view.chain->extent;
    for (int k = 0; k <= table->depth; k++) {
        const struct as_regions *at = &regions->at[k];
        table->stays[k] = (struct as_dim_sums){0};
        for (int i = 0; i < at->n; i++)
            add_stays(table, k, at->length[i], at->count[i], instance, &table->stays[k]);
    }
    for (int k = 0; k < table->depth; k++)
        sum_advances(table, k, &regions->at[k], instance);
}
