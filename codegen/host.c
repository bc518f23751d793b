/*
 * The function that the user's code calls: checks, then the tiled loops with the runtime's calls.
 *
 * Level l is declared inside the temporal loops of the levels outside it, once for each active instance. So
 * spatial loops stand around the declarations only, and temporal loops run for all instances at once: they
 * follow the first instance, which never has less to do than another, and the others' positions are worked
 * out where they are declared.
 *
 *     for (long long k_L2 = 0; k_L2 < 64; k_L2 += 16) {
 *         const naas_rt_box tile_L2 = {{k_L2, 0}, {k_L2 + 16, 64}};
 *         naas_rt_load(naas_run, naas_L2, 0, naas_w, &tile_L2);
 *         for (long long c_L1 = 0; c_L1 < 64; c_L1 += 8) {
 *             for (long long k_L1 = k_L2; k_L1 < k_L2 + 16; k_L1 += 4) {
 *                 const int pe_L1 = (int)((k_L1 - k_L2) / 4);
 *                 const naas_rt_box tile_L1 = {{k_L1, c_L1}, {k_L1 + 4, c_L1 + 8}};
 *                 naas_rt_load(naas_run, naas_L1, pe_L1, naas_w, &tile_L1);
 *             }
 *             naas_rt_run(naas_run);
 *         }
 *     }
 */
#include "codegen/cg.h"

#include <string.h>

/* Part of a dim that a loop's iteration covers: low <= i < high, as C. full: always as long as the tile. */
struct region {
    const char *low, *high;
    bool full;
};

struct loop {
    const struct poly_loop *poly;
    bool tiles;          /* not a point loop */
    bool shifted;        /* a spatial loop of the same dim is around it */
    const char *var;     /* its variable, and */
    const char *end;     /* the end of its tile, where it may be clipped */
    const char *at;      /* a shifted temporal loop's position in an instance, */
    const char *at_end;  /* and its tile's end */
    struct region first; /* its tile in the first instance */
};

struct host {
    struct cg *cg;
    struct cg_names names;
    int n_loops, n_levels;
    struct loop *loop;
    const char *level[AS_MAX_LEVELS], *tile[AS_MAX_LEVELS], *instance[AS_MAX_LEVELS];
    const char *tensor[AS_MAX_TENSORS];
    const char **array_param, **scalar_param, **size_param;
    int depth; /* of the emitted text */
    struct naas_buf *out;
};

__attribute__((format(printf, 2, 3))) static void line(struct host *host, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = naas_vformat(host->out->ctx, format, args);
    va_end(args);
    naas_buf_printf(host->out, "%*s%s\n", 4 * host->depth, "", text);
}

static void open_block(struct host *host)
{
    host->depth++;
}

static void close_blocks(struct host *host, int depth)
{
    while (host->depth > depth) {
        host->depth--;
        line(host, "}");
    }
}

/* ---- plan ---- */

static void plan_names(struct host *host)
{
    struct cg *cg = host->cg;
    const struct fe_nest *nest = cg->kernel->nest;
    static const char *const ours[] = {"naas_run", "naas_args", "naas_status"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        cg_name(&host->names, ours[i]);
    host->array_param = naas_alloc(cg->ctx, (size_t)cg->n_arrays, sizeof(char *));
    host->scalar_param = naas_alloc(cg->ctx, (size_t)nest->n_scalars + 1, sizeof(char *));
    host->size_param = naas_alloc(cg->ctx, (size_t)nest->n_assumptions + 1, sizeof(char *));
    for (int i = 0; i < cg->n_arrays; i++)
        host->array_param[i] = cg_name(&host->names, cg->array[i].array->name);
    for (int i = 0; i < nest->n_scalars; i++)
        host->scalar_param[i] = cg_name(&host->names, nest->scalar[i]->text);
    for (int i = 0; i < nest->n_assumptions; i++)
        host->size_param[i] = cg_name(&host->names, nest->assumption[i].name);
    for (int l = 1; l < host->n_levels; l++) {
        const char *name = cg->kernel->accel->level[l].name;
        host->level[l] = cg_namef(&host->names, "naas_%s", name);
        host->tile[l] = cg_namef(&host->names, "tile_%s", name);
        host->instance[l] = cg_namef(&host->names, "pe_%s", name);
    }
    for (int t = 0; t < cg->problem->n_tensors; t++)
        host->tensor[t] = cg_namef(&host->names, "naas_%s", cg->problem->tensor[t].name);
}

static void plan_loops(struct host *host)
{
    const struct poly_schedule *schedule = host->cg->part->schedule;
    host->n_loops = schedule->n_loops;
    host->loop = naas_alloc(host->cg->ctx, (size_t)schedule->n_loops + 1, sizeof *host->loop);
    for (int i = 0; i < schedule->n_loops; i++) {
        struct loop *loop = &host->loop[i];
        loop->poly = &schedule->loop[i];
        loop->tiles = loop->poly->kind != POLY_POINT;
        if (!loop->tiles)
            continue;
        int outer = loop->poly->outer;
        loop->shifted =
            outer >= 0 && (host->loop[outer].shifted || host->loop[outer].poly->kind == POLY_SPATIAL);
        loop->var = cg_name(&host->names, loop->poly->name);
        loop->end = cg_namef(&host->names, "%s_end", loop->poly->name);
        if (loop->shifted && loop->poly->kind == POLY_TEMPORAL) {
            loop->at = cg_namef(&host->names, "%s_at", loop->poly->name);
            loop->at_end = cg_namef(&host->names, "%s_at_end", loop->poly->name);
        }
    }
}

/* ---- regions ---- */

static struct region whole(const struct host *host, int dim)
{
    long long extent = host->cg->problem->dim[dim].extent;
    return (struct region){"0", naas_format(host->cg->ctx, "%lld", extent), true};
}

static const char *plus(const struct host *host, const char *low, int64_t tile)
{
    if (strcmp(low, "0") == 0)
        return naas_format(host->cg->ctx, "%lld", (long long)tile);
    return naas_format(host->cg->ctx, "%s + %lld", low, (long long)tile);
}

/* Every iteration has a whole tile. */
static bool is_full(const struct region *around, const struct poly_loop *loop)
{
    return loop->tile == 1 || (around->full && loop->around % loop->tile == 0);
}

static const char *clipped(const struct host *host, const char *low, int64_t tile, const char *end)
{
    const char *next = plus(host, low, tile);
    return naas_format(host->cg->ctx, "%s < %s ? %s : %s", next, end, next, end);
}

/* The tile that starts at `low`. Declares its end under the name `end` when it may be clipped. */
static struct region tile_print(
    struct host *host, const struct poly_loop *loop, const char *low, const char *end, struct region around)
{
    if (is_full(&around, loop))
        return (struct region){low, plus(host, low, loop->tile), true};
    line(host, "const long long %s = %s;", end, clipped(host, low, loop->tile, around.high));
    return (struct region){low, end, false};
}

static void for_print(struct host *host, const struct loop *loop, struct region around)
{
    long long tile = loop->poly->tile;
    const char *step = tile == 1 ? "++" : naas_format(host->cg->ctx, " += %lld", tile);
    line(host, "for (long long %s = %s; %s < %s; %s%s) {", loop->var, around.low, loop->var, around.high,
        loop->var, step);
    open_block(host);
}

/* ---- declarations ---- */

/* An instance's part of every dim, and its number, while its spatial loops are being opened. */
struct place {
    struct region part[AS_MAX_DIMS];
    struct naas_buf number;
};

static int64_t axis_size(const struct host *host, int level, int axis)
{
    return host->cg->kernel->accel->level[level].axis[axis].size;
}

/* Instances of level `below` that one more iteration of spatial loop i is away. */
static int64_t weight_of(const struct host *host, int i, int below)
{
    const struct poly_loop *loop = host->loop[i].poly;
    int64_t weight = 1;
    for (int k = i + 1; k < host->n_loops; k++) {
        const struct poly_loop *later = host->loop[k].poly;
        if (later->kind == POLY_SPATIAL && later->level == loop->level && later->axis == loop->axis)
            weight *= later->trips;
    }
    for (int l = loop->level; l < below; l++)
        for (int a = l == loop->level ? loop->axis + 1 : 0; a < host->cg->kernel->accel->level[l].n_axes; a++)
            weight *= axis_size(host, l, a);
    return weight;
}

static void number_add(struct host *host, struct place *place, int i, const char *low, int below)
{
    const struct loop *loop = &host->loop[i];
    struct naas_buf *number = &place->number;
    int64_t weight = weight_of(host, i, below);
    naas_buf_puts(number, number->length ? " + " : "");
    if (strcmp(low, "0") == 0)
        naas_buf_puts(number, loop->var);
    else
        naas_buf_printf(number, "(%s - %s)", loop->var, low);
    if (loop->poly->tile != 1)
        naas_buf_printf(number, " / %lld", (long long)loop->poly->tile);
    if (weight != 1)
        naas_buf_printf(number, " * %lld", (long long)weight);
}

/* A temporal loop seen from an instance: where the loop stands in the first one, moved to the instance's
 * part. */
static void enter_temporal(struct host *host, struct place *place, int i)
{
    const struct loop *loop = &host->loop[i];
    struct region *part = &place->part[loop->poly->dim];
    if (!loop->shifted) {
        *part = loop->first;
        return;
    }
    const char *origin = host->loop[loop->poly->outer].first.low;
    line(host, "const long long %s = %s + (%s - %s);", loop->at, part->low, loop->var, origin);
    if (!part->full)
        line(host, "if (%s >= %s)\n%*scontinue;", loop->at, part->high, 4 * (host->depth + 1), "");
    *part = tile_print(host, loop->poly, loop->at, loop->at_end, *part);
}

static void enter_spatial(struct host *host, struct place *place, int i, int below)
{
    const struct loop *loop = &host->loop[i];
    struct region *part = &place->part[loop->poly->dim], around = *part;
    for_print(host, loop, around);
    number_add(host, place, i, around.low, below);
    *part = tile_print(host, loop->poly, loop->var, loop->end, around);
}

static void box_print(struct host *host, const struct place *place, int level)
{
    struct naas_buf text = naas_buf_new(host->cg->ctx);
    int n = host->cg->problem->n_dims;
    naas_buf_printf(&text, "const naas_rt_box %s = {{", host->tile[level]);
    for (int d = 0; d < n; d++)
        naas_buf_printf(&text, "%s%s", d ? ", " : "", place->part[d].low);
    naas_buf_puts(&text, "}, {");
    for (int d = 0; d < n; d++)
        naas_buf_printf(&text, "%s%s", d ? ", " : "", place->part[d].high);
    line(host, "%s}};", text.text);
}

static void calls_print(struct host *host, const struct place *place, int level)
{
    const struct as_problem *problem = host->cg->problem;
    unsigned keeps = host->cg->part->mapping->level[level].keeps;
    const char *instance = place->number.length ? host->instance[level] : "0";
    if (place->number.length)
        line(host, "const int %s = (int)(%s);", instance, place->number.text);
    if (!keeps) /* it still has to be said which instances are active */
        keeps = 1u << problem->output;
    box_print(host, place, level);
    for (int t = 0; t < problem->n_tensors; t++)
        if (keeps >> t & 1)
            line(host, "naas_rt_%s(naas_run, %s, %s, %s, &%s);", t == problem->output ? "store" : "load",
                host->level[level], instance, host->tensor[t], host->tile[level]);
}

/* Does a loop of the same dim at the same level, on another axis, stand around or inside loop i? */
static bool shares_dim(const struct host *host, int i)
{
    for (int k = 0; k < host->n_loops; k++) {
        const struct poly_loop *a = host->loop[i].poly, *b = host->loop[k].poly;
        if (k != i && b->kind == POLY_SPATIAL && a->level == b->level && a->dim == b->dim &&
            a->axis != b->axis)
            return true;
    }
    return false;
}

/* Spatial loops of a level in the order of their axes, which is that of the instances' numbers. */
static int spatial_order(const struct host *host, int level, int *order)
{
    int n = 0;
    bool sort = true;
    for (int i = 0; i < host->n_loops; i++)
        if (host->loop[i].poly->kind == POLY_SPATIAL && host->loop[i].poly->level == level) {
            order[n++] = i;
            sort &= !shares_dim(host, i);
        }
    for (int i = 1; sort && i < n; i++)
        for (int k = i; k > 0 && host->loop[order[k - 1]].poly->axis > host->loop[order[k]].poly->axis; k--) {
            int swap = order[k];
            order[k] = order[k - 1];
            order[k - 1] = swap;
        }
    return n;
}

/* Declares what every active instance of a level holds. */
static void declare_print(struct host *host, int level)
{
    int depth = host->depth;
    struct place place = {.number = naas_buf_new(host->cg->ctx)};
    for (int d = 0; d < host->cg->problem->n_dims; d++)
        place.part[d] = whole(host, d);
    for (int l = 0; l < level; l++) {
        int order[AS_MAX_LOOPS], n = spatial_order(host, l, order);
        for (int i = 0; i < host->n_loops; i++)
            if (host->loop[i].poly->kind == POLY_TEMPORAL && host->loop[i].poly->level == l)
                enter_temporal(host, &place, i);
        for (int i = 0; i < n; i++)
            enter_spatial(host, &place, order[i], level);
    }
    calls_print(host, &place, level);
    close_blocks(host, depth);
}

/* ---- temporal loops ---- */

static struct region around_first(const struct host *host, int i)
{
    const struct poly_loop *loop = host->loop[i].poly;
    return loop->outer < 0 ? whole(host, loop->dim) : host->loop[loop->outer].first;
}

/* Does a temporal loop of the same dim follow, whose bound is this one's tile? */
static bool has_temporal_inside(const struct host *host, int i)
{
    for (int k = i + 1; k < host->n_loops; k++) {
        int outer = k;
        while (outer > i)
            outer = host->loop[outer].poly->outer;
        if (host->loop[k].poly->kind == POLY_TEMPORAL && outer == i)
            return true;
    }
    return false;
}

/* Opens the loop (a spatial one only starts its first iteration) and notes its tile in the first instance. */
static void open_loop(struct host *host, int i)
{
    struct loop *loop = &host->loop[i];
    struct region around = around_first(host, i);
    bool temporal = loop->poly->kind == POLY_TEMPORAL;
    const char *low = temporal ? loop->var : around.low;
    if (temporal)
        for_print(host, loop, around);
    if (temporal && (!loop->shifted || has_temporal_inside(host, i)))
        loop->first = tile_print(host, loop->poly, low, loop->end, around);
    else if (is_full(&around, loop->poly))
        loop->first = (struct region){low, plus(host, low, loop->poly->tile), true};
    else
        loop->first = (struct region){low,
            naas_format(host->cg->ctx, "(%s)", clipped(host, low, loop->poly->tile, around.high)), false};
}

static void levels_print(struct host *host)
{
    int depth = host->depth;
    for (int l = 0; l < host->n_levels - 1; l++) {
        for (int i = 0; i < host->n_loops; i++)
            if (host->loop[i].tiles && host->loop[i].poly->level == l)
                open_loop(host, i);
        declare_print(host, l + 1);
    }
    line(host, "naas_rt_run(naas_run);");
    close_blocks(host, depth);
}

/* ---- the function ---- */

static void signature_print(struct host *host)
{
    const struct cg *cg = host->cg;
    const struct fe_nest *nest = cg->kernel->nest;
    const char *between = "";
    naas_buf_printf(host->out,
        "/* 0: done. Else nothing has been written, and the original loops have to run. */\n"
        "%s %s(",
        cg_linkage(cg), cg->name);
    for (int i = 0; i < cg->n_arrays; i++, between = ", ")
        naas_buf_printf(
            host->out, "%s%svoid *%s", between, cg->array[i].written ? "" : "const ", host->array_param[i]);
    for (int i = 0; i < nest->n_scalars; i++, between = ", ")
        naas_buf_printf(
            host->out, "%s%s %s", between, naas_type_c(nest->scalar[i]->type), host->scalar_param[i]);
    for (int i = 0; i < nest->n_assumptions && !cg_is_inner(cg); i++, between = ", ")
        naas_buf_printf(host->out, "%slong long %s", between, host->size_param[i]);
    naas_buf_puts(host->out, ")\n{\n");
}

static void enums_print(struct host *host)
{
    struct naas_buf text = naas_buf_new(host->cg->ctx);
    for (int l = 1; l < host->n_levels; l++)
        naas_buf_printf(&text, "%s%s = %d", l > 1 ? ", " : "", host->level[l], l);
    line(host, "enum { %s };", text.text);
    text = naas_buf_new(host->cg->ctx);
    for (int t = 0; t < host->cg->problem->n_tensors; t++)
        naas_buf_printf(&text, "%s%s = %d", t ? ", " : "", host->tensor[t], t);
    line(host, "enum { %s };", text.text);
}

static void prelude_print(struct host *host)
{
    const struct cg *cg = host->cg;
    const struct fe_nest *nest = cg->kernel->nest;
    struct naas_buf values = naas_buf_new(cg->ctx);
    enums_print(host);
    for (int i = 0; i < cg->n_arrays; i++)
        naas_buf_printf(&values, "%s%s", i ? ", " : "", host->array_param[i]);
    for (int i = 0; i < nest->n_scalars; i++)
        naas_buf_printf(&values, ", %s", host->scalar_param[i]);
    line(host, "const struct %s_args naas_args = {%s};", cg->name, values.text);
    for (int i = 0; i < nest->n_assumptions && !cg_is_inner(cg); i++)
        line(host, "if (%s != %lld)\n        return -1;", host->size_param[i],
            (long long)nest->assumption[i].value);
    cg_overlaps_print(cg, host->out);
    naas_buf_puts(host->out, "\n");
    line(host,
        "naas_rt *const naas_run =\n        naas_rt_open(\"%s\", &%s_problem, &%s_accel, %s_kernel, "
        "%s_finish, &naas_args);",
        cg->kernel->target, cg->name, cg->name, cg->name, cg->name);
    for (int t = 0; t < cg->problem->n_tensors; t++)
        if (t != cg->problem->output) {
            int64_t first = cg_first_element(cg, t);
            line(host, "naas_rt_bind(naas_run, %s, naas_args.%s%s);", host->tensor[t],
                cg_array_of(cg, cg->poly->access[t]->array)->field,
                first ? naas_format(cg->ctx, " + %lld", (long long)first) : "");
        }
}

void cg_host_print(struct cg *cg, struct naas_buf *out)
{
    struct host host = {
        .cg = cg, .names = {.ctx = cg->ctx}, .n_levels = cg->kernel->accel->n_levels, .depth = 1, .out = out};
    plan_names(&host);
    plan_loops(&host);
    signature_print(&host);
    prelude_print(&host);
    levels_print(&host);
    line(&host, "const int naas_status = naas_rt_wait(naas_run);");
    line(&host, "naas_rt_close(naas_run);");
    line(&host, "return naas_status;");
    naas_buf_puts(out, "}\n");
}
