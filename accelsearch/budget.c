#include "accelsearch/budget.h"
#include <math.h>

enum { SHARED_ACCESS_BITS = 256 }; /* of every L2, so that it nearly cancels out */

static int64_t level_bytes(const struct as_level *level)
{
    int64_t bytes = 0;
    for (int p = 0; p < level->n_partitions; p++)
        bytes += level->partition[p].bytes;
    return bytes;
}

/* Every role counts once each way, at the port nearest to the multipliers that carries it. */
static double network_words(const struct as_accel *accel)
{
    unsigned down = 0, up = 0;
    double words = 0;
    for (int l = accel->n_levels - 2; l > 0; l--)
        for (int i = 0; i < accel->level[l].n_ports; i++) {
            const struct as_port *port = &accel->level[l].port[i];
            if (!(port->down & ~down) && !(port->up & ~up))
                continue;
            words += port->words_per_cycle;
            down |= port->down;
            up |= port->up;
        }
    return words;
}

static struct as_memory_cost by_table(const struct as_budget *budget, int64_t bytes, int access_bits)
{
    struct as_memory memory = {bytes, 1, access_bits, budget->baseline.word_bits};
    return as_technology_memory(&budget->technology, &memory, NULL);
}

static double ratio(double stated, double derived)
{
    return derived > 0 ? stated / derived : 1;
}

static struct as_memory_cost scale_of(const struct as_budget *budget, int level, int access_bits)
{
    const struct as_level *memory = &budget->baseline.level[level];
    struct as_memory_cost derived = by_table(budget, level_bytes(memory), access_bits);
    return (struct as_memory_cost){
        .read_pj = ratio(memory->read_pj, derived.read_pj),
        .write_pj = ratio(memory->write_pj, derived.write_pj),
        .area_um2 = ratio(memory->area_um2, derived.area_um2),
    };
}

static struct as_memory_cost scaled(struct as_memory_cost cost, const struct as_memory_cost *scale)
{
    return (struct as_memory_cost){
        cost.read_pj * scale->read_pj, cost.write_pj * scale->write_pj, cost.area_um2 * scale->area_um2};
}

struct as_memory_cost as_budget_l1(const struct as_budget *budget, int64_t bytes)
{
    return scaled(by_table(budget, bytes, budget->baseline.word_bits), &budget->l1_scale);
}

struct as_memory_cost as_budget_l2(const struct as_budget *budget, int64_t bytes)
{
    return scaled(by_table(budget, bytes, SHARED_ACCESS_BITS), &budget->l2_scale);
}

enum naas_status as_budget_from_json(struct naas_ctx *ctx, const char *path, struct as_budget *budget)
{
    *budget = (struct as_budget){0};
    struct as_accel *accel = &budget->baseline;
    struct as_accel_sources *sources = naas_alloc(ctx, 1, sizeof *sources);
    enum naas_status status = as_accel_read(ctx, path, accel, sources);
    if (status != NAAS_OK)
        return status;
    budget->technology = sources->technology;
    int last = accel->n_levels - 1;
    budget->macs = as_instances(accel, last) * accel->macs_per_cycle;
    for (int l = 1; l <= last; l++)
        budget->bytes += as_instances(accel, l) * level_bytes(&accel->level[l]);
    budget->noc_words = network_words(accel);
    const char *fault = NULL;
    if (!sources->has_technology)
        fault = "it names no technology, which says what other memories cost";
    else if (last < 2)
        fault = "it has no memory between DRAM and the multipliers";
    else if (budget->noc_words < 1)
        fault = "no port says what its network carries";
    if (fault) {
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){.file = path}, "no budget can be taken from %s: %s",
            accel->name, fault);
        return NAAS_UNSUPPORTED;
    }
    budget->l1_scale = scale_of(budget, last, accel->word_bits);
    budget->l2_scale = scale_of(budget, 1, SHARED_ACCESS_BITS);
    return NAAS_OK;
}
