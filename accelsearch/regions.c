#include "accelsearch/regions.h"
#include "accelsearch/cost_plain.h"
#include "support/number.h"

/* The region of a length inside `depth` loops; -1 when there is no room. */
static int add_region(struct as_regions *regions, int depth, int *n, int64_t length, int64_t times)
{
    for (int r = regions->first[depth]; r < *n; r++)
        if (regions->region[r].length == length) {
            regions->region[r].times += times;
            return r;
        }
    if (*n == AS_MAX_REGIONS)
        return -1;
    regions->region[*n] = (struct as_region){length, times, 0, 1, depth, -1, -1};
    return (*n)++;
}

static bool cut_region(struct as_regions *regions, int r, int64_t tile, int *n)
{
    struct as_region *region = &regions->region[r];
    int64_t rest = region->length, times = region->times;
    int depth = region->depth + 1;
    if (rest >= tile) {
        region->full = rest / tile;
        rest -= region->full * tile;
        region->tile = add_region(regions, depth, n, tile, times * region->full);
        if (region->tile < 0)
            return false;
    }
    region->trips = region->full + (rest > 0);
    if (rest > 0)
        region->rest = add_region(regions, depth, n, rest, times);
    return rest == 0 || region->rest >= 0;
}

bool as_regions_of(const struct as_chain *chain, struct as_regions *regions)
{
    int n = 1;
    if (chain->n_outside > AS_MAX_DEPTH)
        return false;
    regions->depth = chain->n_outside;
    regions->region[0] = (struct as_region){chain->extent, 1, 0, 1, 0, -1, -1};
    regions->first[0] = 0;
    regions->first[1] = 1;
    regions->steps[0] = 1;
    for (int k = 0; k < chain->n_outside; k++) {
        regions->steps[k + 1] = 0;
        for (int r = regions->first[k]; r < regions->first[k + 1]; r++) {
            if (!cut_region(regions, r, chain->cut[k].tile, &n))
                return false;
            regions->steps[k + 1] += regions->region[r].times * regions->region[r].trips;
        }
        regions->first[k + 2] = n;
    }
    return true;
}

/* ---- along a dim ---- */

/* held and left where some instances are idle in the last tile and stay behind. */
static void follow_instances(
    struct as_view view, const struct as_regions *regions, int r, struct as_boundary_dim *boundary)
{
    const struct as_region *region = &regions->region[r];
    struct as_round *round = &boundary->round[r];
    struct as_single *single = boundary->single[r];
    int cut = region->depth;
    round->members = (int)as_plain_members(view, round->taken);
    if (round->shift > 0 && !(round->together && round->taken >= round->old)) {
        single[AS_ROUND].held = as_plain_last_length(view, cut, region->length, 0, true);
        single[AS_ROUND].left = as_plain_last_length(view, cut, region->length, 0, false);
    }
    if (cut == boundary->depth || region->tile < 0)
        return;
    const struct as_round *tile = &boundary->round[region->tile];
    int64_t length = regions->region[region->tile].length, *full = &single[AS_TO_FULL].left;
    bool even = tile->together && tile->taken >= tile->old;
    if (!even)
        *full = as_plain_last_length(view, cut + 1, length, 0, false);
    single[AS_TO_REST].left = *full;
    if (region->rest < 0)
        return;
    int64_t rest = boundary->round[region->rest].taken;
    if (!even || rest < tile->old)
        single[AS_TO_REST].left -= as_plain_last_length(view, cut + 1, length, rest, false);
}

/* The loops inside a region; those further in are known. */
static void look_inside(const struct as_regions *regions, int r, int64_t cut, int64_t array_tile,
    struct as_boundary_dim *boundary)
{
    const struct as_region *region = &regions->region[r];
    struct as_round *round = &boundary->round[r];
    struct as_single *single = boundary->single[r];
    const struct as_round *last = &boundary->round[region->rest >= 0 ? region->rest : region->tile];
    round->taken = min64(region->length, array_tile);
    round->old = last->old;
    round->shift = last->shift + (region->trips - 1) * cut;
    round->together = last->together && (region->trips == 1 || last->taken == array_tile);
    if (region->tile < 0)
        return;
    const struct as_round *tile = &boundary->round[region->tile];
    single[AS_TO_FULL] = (struct as_single){tile->taken, 0, tile->old};
    if (region->rest >= 0)
        single[AS_TO_REST] = (struct as_single){boundary->round[region->rest].taken, 0, tile->old};
}

void as_boundary_dim(const struct as_regions *regions, struct as_view view, struct as_boundary_dim *boundary)
{
    const struct as_chain *chain = view.chain;
    bool spread = view.n > chain->n_outside;
    int depth = spread ? chain->n_outside : view.n;
    int64_t tile = depth ? chain->cut[depth - 1].tile : chain->extent;
    boundary->depth = depth;
    boundary->spread = spread;
    for (int k = depth; k >= 0; k--) {
        boundary->held[k] = boundary->members[k] = 0;
        for (int r = regions->first[k]; r < regions->first[k + 1]; r++) {
            const struct as_region *region = &regions->region[r];
            struct as_round *round = &boundary->round[r];
            *round = (struct as_round){region->length, region->length, 0, 1, true};
            if (k < depth)
                look_inside(regions, r, chain->cut[k].tile, tile, boundary);
            boundary->single[r][AS_ROUND] =
                (struct as_single){round->taken, round->shift ? 0 : round->taken, round->old};
            if (spread)
                follow_instances(view, regions, r, boundary);
            boundary->held[k] += region->times * boundary->single[r][AS_ROUND].held;
            boundary->members[k] += region->times * round->members;
        }
    }
}
