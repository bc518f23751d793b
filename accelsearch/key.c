#include "accelsearch/key.h"
#include "accelsearch_version.h"
#include <string.h>

const char *as_model_version(void)
{
    return ACCELSEARCH_VERSION;
}

struct as_key as_key_of_text(const char *text)
{
    size_t n = strlen(text);
    uint64_t high = naas_hash(NAAS_HASH_SEED, text, n);
    /* A second hash of its own: over the text and the first, from another start. */
    uint64_t low = naas_hash(naas_hash(~NAAS_HASH_SEED, &high, sizeof high), text, n);
    return (struct as_key){high, low};
}

struct as_key as_key_problem(const struct as_problem *problem)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf text = naas_buf_new(ctx);
    struct as_problem nameless = *problem;
    memset(nameless.name, 0, sizeof nameless.name);
    for (int d = 0; d < nameless.n_dims; d++)
        snprintf(nameless.dim[d].name, AS_NAME, "%d%c", d, nameless.dim[d].conv ? nameless.dim[d].conv : '-');
    for (int t = 0; t < nameless.n_tensors; t++)
        snprintf(nameless.tensor[t].name, AS_NAME, "%d", t);
    as_problem_json(&text, &nameless);
    struct as_key key = as_key_of_text(text.text);
    naas_ctx_free(ctx);
    return key;
}

struct as_key as_key_accel(const struct as_accel *accel)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf text = naas_buf_new(ctx);
    struct as_accel nameless = *accel;
    memset(nameless.name, 0, sizeof nameless.name);
    for (int l = 0; l < nameless.n_levels; l++) {
        struct as_level *level = &nameless.level[l];
        memset(level->name, 0, sizeof level->name);
        for (int i = 0; i < level->n_ports; i++)
            memset(level->port[i].name, 0, sizeof level->port[i].name);
        for (int i = 0; i < level->n_axes; i++)
            memset(level->axis[i].name, 0, sizeof level->axis[i].name);
    }
    as_accel_json(&text, &nameless);
    struct as_key key = as_key_of_text(text.text);
    naas_ctx_free(ctx);
    return key;
}

struct as_key as_key_options(const struct as_map_options *options)
{
    char text[512];
    const struct as_goal *goal = &options->goal;
    snprintf(text, sizeof text, "%s %a %a %a %a %a %a %d %d %d %lld %llu %lld", as_model_version(),
        goal->energy, goal->delay, goal->area, goal->max_cycles, goal->max_pj, goal->max_um2,
        (int)options->strategy, (int)options->space, (int)options->encoding, (long long)options->evaluations,
        (unsigned long long)options->seed, (long long)options->nodes);
    return as_key_of_text(text);
}

struct as_key as_key_join(struct as_key a, struct as_key b)
{
    struct as_key both[2] = {a, b};
    uint64_t high = naas_hash(NAAS_HASH_SEED, both, sizeof both);
    return (struct as_key){
        high, naas_hash(naas_hash(~NAAS_HASH_SEED, &high, sizeof high), both, sizeof both)};
}
