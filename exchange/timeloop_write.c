/* Timeloop, version 0.4: an architecture is a list of nodes from DRAM to the multiplier; a mapping lists for
 * each level factors and their order, innermost first. */
#include "exchange/exchange.h"
#include "support/number.h"
#include <inttypes.h>
#include <string.h>

struct writer {
    struct naas_ctx *ctx;
    const struct as_problem *problem;
    const struct as_accel *accel;
    bool failed;
};

static const char cannot_say[] = "Timeloop's files cannot say that ";

__attribute__((format(printf, 2, 3))) static void cannot(struct writer *w, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    naas_vdiag(w->ctx, NAAS_WARNING, (struct naas_loc){0}, cannot_say, format, arguments);
    va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static void fail(struct writer *w, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    naas_vdiag(w->ctx, NAAS_ERROR, (struct naas_loc){0}, cannot_say, format, arguments);
    va_end(arguments);
    w->failed = true;
}

/* ---- architecture ---- */

static void write_bandwidth(struct writer *w, struct naas_buf *out, const struct as_level *level)
{
    if (level->access_words_per_cycle > 0)
        naas_buf_printf(out, "      shared_bandwidth: %.17g\n", level->access_words_per_cycle);
    else if (level->n_ports == 1 && level->port[0].down == AS_ALL_ROLES && level->port[0].up == AS_ALL_ROLES)
        naas_buf_printf(out, "      shared_bandwidth: %.17g\n", level->port[0].words_per_cycle);
    else if (level->n_ports > 0)
        cannot(w, "%s has %d ports for different tensors: its bandwidth is left out", level->name,
            level->n_ports);
}

static void write_storage(struct writer *w, struct naas_buf *out, int l)
{
    const struct as_level *level = &w->accel->level[l];
    int64_t bytes = 0;
    for (int p = 0; p < level->n_partitions; p++)
        bytes += level->partition[p].bytes;
    naas_buf_printf(out, "  - !Component\n    name: %s\n    class: %s\n    attributes:\n", level->name,
        l == 0                        ? "DRAM"
        : l == w->accel->n_levels - 1 ? "smartbuffer_RF"
                                      : "smartbuffer_SRAM");
    naas_buf_printf(out, "      width: %d\n      datawidth: %d\n", w->accel->word_bits, w->accel->word_bits);
    if (l > 0)
        naas_buf_printf(out, "      depth: %" PRId64 "\n", bytes * 8 / level->buffers / w->accel->word_bits);
    write_bandwidth(w, out, level);
    naas_buf_printf(
        out, "      naas_read_pj: %.17g\n      naas_write_pj: %.17g\n", level->read_pj, level->write_pj);
    if (level->n_axes > 0)
        naas_buf_printf(out, "      naas_hop_pj: %.17g\n", level->hop_pj);
    if (level->n_partitions > 1)
        cannot(w, "%s is divided between tensors: its capacity is their sum", level->name);
    if (level->buffers == 2)
        cannot(w, "%s is double-buffered: its depth is the half that a tile may fill", level->name);
    if (l > 0 && level->keeps != AS_ALL_ROLES)
        cannot(w, "%s holds some tensors only, unless there is a mapping", level->name);
}

static void write_array(struct writer *w, struct naas_buf *out, int l)
{
    const struct as_level *level = &w->accel->level[l];
    if (level->n_axes == 0)
        return;
    if (level->n_axes > 2)
        fail(w, "the array below %s has %d axes", level->name, level->n_axes);
    naas_buf_printf(out, "  - !Container\n    name: array_below_%s\n    spatial: {meshX: %d", level->name,
        level->axis[0].size);
    if (level->n_axes > 1)
        naas_buf_printf(out, ", meshY: %d", level->axis[1].size);
    naas_buf_puts(out, "}\n");
    for (int a = 0; a < level->n_axes; a++)
        if (level->axis[a].dims[0])
            cannot(w, "only %s may lie along axis %s", level->axis[a].dims, level->axis[a].name);
}

static void write_architecture(struct writer *w, struct naas_buf *out)
{
    const struct as_accel *accel = w->accel;
    naas_buf_printf(
        out, "architecture:\n  version: 0.4\n  nodes:\n  - !Container\n    name: %s\n", accel->name);
    naas_buf_printf(out, "    attributes: {technology: \"%dnm\", global_cycle_seconds: %.17g}\n",
        accel->technology_nm > 0 ? accel->technology_nm : 45,
        accel->clock_mhz > 0 ? 1e-6 / accel->clock_mhz : 1e-9);
    for (int l = 0; l < accel->n_levels; l++) {
        write_storage(w, out, l);
        write_array(w, out, l);
    }
    naas_buf_puts(out, "  - !Component\n    name: MAC\n    class: intmac\n");
    if (accel->macs_per_cycle > 1)
        naas_buf_printf(out, "    spatial: {meshX: %d}\n", accel->macs_per_cycle);
    naas_buf_printf(
        out, "    attributes: {datawidth: %d, naas_pj: %.17g}\n", accel->word_bits, accel->mac_pj);
    if (accel->acc_bits != accel->word_bits)
        cannot(w, "partial sums have %d bits, operands %d", accel->acc_bits, accel->word_bits);
}

/* ---- problem ---- */

static void write_term(const struct writer *w, struct naas_buf *out, int t, int a, int k)
{
    const struct as_term *term = &w->problem->tensor[t].axis[a].term[k];
    naas_buf_printf(out, "%s[%s", k ? ", " : "", w->problem->dim[term->dim].name);
    if (term->coef != 1)
        naas_buf_printf(out, ", c_%d_%d_%d", t, a, k);
    naas_buf_puts(out, "]");
}

/* Coefficients have names and values; tensor, axis and term name them. */
static void write_coefficients(const struct writer *w, struct naas_buf *out)
{
    bool any = false;
    for (int t = 0; t < w->problem->n_tensors; t++)
        for (int a = 0; a < w->problem->tensor[t].rank; a++)
            for (int k = 0; k < w->problem->tensor[t].axis[a].n_terms; k++) {
                int64_t coef = w->problem->tensor[t].axis[a].term[k].coef;
                if (coef == 1)
                    continue;
                naas_buf_printf(out, "%s    - {name: c_%d_%d_%d, default: %" PRId64 "}\n",
                    any ? "" : "    coefficients:\n", t, a, k, coef);
                any = true;
            }
}

static bool has_padding(const struct as_axis *axis)
{
    return axis->offset != 0;
}

static void write_tensor(struct writer *w, struct naas_buf *out, int t)
{
    const struct as_tensor *tensor = &w->problem->tensor[t];
    bool padded = false, any = false;
    naas_buf_printf(out, "    - name: %s\n      projection:", tensor->name);
    for (int a = 0; a < tensor->rank; a++) {
        const struct as_axis *axis = &tensor->axis[a];
        padded = padded || has_padding(axis);
        if (axis->n_terms == 0)
            continue; /* one coordinate */
        naas_buf_puts(out, "\n      - [");
        for (int k = 0; k < axis->n_terms; k++)
            write_term(w, out, t, a, k);
        naas_buf_puts(out, "]");
        any = true;
    }
    naas_buf_puts(out, any ? "\n" : " []\n");
    if (t == w->problem->output)
        naas_buf_puts(out, "      read_write: true\n");
    if (padded)
        cannot(w, "%s has padding: it counts as stored", tensor->name);
}

static void write_problem(struct writer *w, struct naas_buf *out)
{
    const struct as_problem *problem = w->problem;
    naas_buf_printf(out, "problem:\n  version: 0.4\n  shape:\n    name: %s\n    dimensions: [",
        problem->name[0] ? problem->name : "nest");
    for (int d = 0; d < problem->n_dims; d++)
        naas_buf_printf(out, "%s%s", d ? ", " : "", problem->dim[d].name);
    naas_buf_puts(out, "]\n");
    write_coefficients(w, out);
    naas_buf_puts(out, "    data_spaces:\n");
    for (int t = 0; t < problem->n_tensors; t++)
        write_tensor(w, out, t);
    naas_buf_puts(out, "  instance:\n");
    for (int d = 0; d < problem->n_dims; d++)
        naas_buf_printf(out, "    %s: %" PRId64 "\n", problem->dim[d].name, problem->dim[d].extent);
    if (problem->reduce != AS_SUM || problem->combine != AS_PRODUCT)
        cannot(w, "an element of %s is not a sum of products", problem->tensor[problem->output].name);
    if (problem->init != AS_INIT_NEUTRAL || problem->finish_reads > 0)
        cannot(w, "%s starts from values in memory or is finished with others",
            problem->tensor[problem->output].name);
}

/* ---- mapping ---- */

/* Where the walk over the loops stands: extent of a full tile, and of the last one. */
struct extents {
    int64_t full[AS_MAX_DIMS], last[AS_MAX_DIMS];
};

struct factor {
    int dim;
    int64_t full, last; /* iterations in a full tile, in the last one */
};

/* The factor of a loop; 1 when it does not iterate. Full tiles have to be cut evenly, but for those of the
 * problem itself. */
static struct factor factor_of(
    struct writer *w, const char *level, const struct as_loop *loop, struct extents *at)
{
    int d = loop->dim;
    struct factor factor = {d, 1, 1};
    if (loop->tile >= at->full[d])
        return factor;
    factor.full = ceil_div(at->full[d], loop->tile);
    factor.last = ceil_div(at->last[d], loop->tile);
    if (at->full[d] % loop->tile && at->full[d] != w->problem->dim[d].extent)
        fail(w, "tiles of %" PRId64 " along %s are cut into %" PRId64 " at %s, which does not divide them",
            at->full[d], w->problem->dim[d].name, loop->tile, level);
    at->last[d] -= (factor.last - 1) * loop->tile;
    at->full[d] = loop->tile;
    return factor;
}

static void write_factors(struct writer *w, struct naas_buf *out, const char *level, const char *type, int n,
    const struct factor *factors, int split)
{
    if (n == 0)
        return;
    naas_buf_printf(out, "- target: %s\n  type: %s\n  factors: [", level, type);
    for (int i = 0; i < n; i++) {
        naas_buf_printf(
            out, "%s\"%s=%" PRId64, i ? ", " : "", w->problem->dim[factors[i].dim].name, factors[i].full);
        if (factors[i].last != factors[i].full)
            naas_buf_printf(out, ",%" PRId64, factors[i].last);
        naas_buf_puts(out, "\"");
    }
    naas_buf_puts(out, "]\n  permutation: [");
    for (int i = n - 1; i >= 0; i--)
        naas_buf_printf(out, "%s%s", w->problem->dim[factors[i].dim].name, i ? ", " : "");
    naas_buf_puts(out, "]\n");
    if (split >= 0)
        naas_buf_printf(out, "  split: %d\n", split);
}

/* A factor list has a dim once. */
static void add_factor(
    struct writer *w, const char *level, int *n, struct factor *factors, struct factor factor)
{
    if (factor.full == 1)
        return;
    for (int i = 0; i < *n; i++)
        if (factors[i].dim == factor.dim)
            fail(w, "%s has two loops over %s of one kind", level, w->problem->dim[factor.dim].name);
    factors[(*n)++] = factor;
}

static void write_level(
    struct writer *w, struct naas_buf *out, const struct as_mapping_level *at, int l, struct extents *extents)
{
    const char *name = w->accel->level[l].name;
    struct factor temporal[AS_MAX_LOOPS], along[AS_MAX_AXES][AS_MAX_LOOPS], spatial[AS_MAX_LOOPS];
    int n_temporal = 0, n_along[AS_MAX_AXES] = {0}, n = 0;
    for (int i = 0; i < at->n_loops; i++) {
        const struct as_loop *loop = &at->loop[i];
        struct factor factor = factor_of(w, name, loop, extents);
        if (loop->axis < 0)
            add_factor(w, name, &n_temporal, temporal, factor);
        else
            add_factor(w, name, &n_along[loop->axis], along[loop->axis], factor);
    }
    /* Innermost first, those of X come first: so X stands last here. */
    for (int a = AS_MAX_AXES - 1; a >= 0; a--)
        for (int i = 0; i < n_along[a]; i++)
            add_factor(w, name, &n, spatial, along[a][i]);
    write_factors(w, out, name, "temporal", n_temporal, temporal, -1);
    write_factors(w, out, name, "spatial", n, spatial, n_along[0]);
}

static void write_keeps(struct writer *w, struct naas_buf *out, unsigned keeps, int l)
{
    naas_buf_printf(out, "- target: %s\n  type: dataspace", w->accel->level[l].name);
    for (int kept = 1; kept >= 0; kept--) {
        bool any = false;
        naas_buf_printf(out, "\n  %s: [", kept ? "keep" : "bypass");
        for (int t = 0; t < w->problem->n_tensors; t++)
            if ((keeps >> t & 1) == (unsigned)kept) {
                naas_buf_printf(out, "%s%s", any ? ", " : "", w->problem->tensor[t].name);
                any = true;
            }
        naas_buf_puts(out, "]");
    }
    naas_buf_puts(out, "\n");
}

/* Nothing may be left of the last level's tile. */
static void check_rest(struct writer *w, int l, const struct extents *at)
{
    for (int d = 0; d < w->problem->n_dims; d++)
        if (at->full[d] > 1)
            fail(w, "%s has no loop over %s, whose tile of %" PRId64 " is left to the multiplier",
                w->accel->level[l].name, w->problem->dim[d].name, at->full[d]);
}

static void write_mapping(struct writer *w, struct naas_buf *out, const struct as_mapping *mapping)
{
    struct extents extents;
    struct as_mapping_level last = mapping->level[mapping->n_levels - 1];
    for (int d = 0; d < w->problem->n_dims; d++)
        extents.full[d] = extents.last[d] = w->problem->dim[d].extent;
    naas_buf_puts(out, "mapping:\n");
    for (int l = 0; l < mapping->n_levels; l++) {
        const struct as_mapping_level *at = &mapping->level[l];
        if (l == mapping->n_levels - 1) {
            /* Dims that it does not cut to single points run innermost. */
            int64_t tile[AS_MAX_DIMS];
            as_level_tile(w->problem, mapping, l, tile);
            for (int i = 0; i < last.n_loops; i++)
                tile[last.loop[i].dim] = last.loop[i].tile;
            for (int d = 0; d < w->problem->n_dims && last.n_loops < AS_MAX_LOOPS; d++)
                if (tile[d] > 1)
                    last.loop[last.n_loops++] = (struct as_loop){d, 1, -1};
            at = &last;
        }
        write_keeps(w, out, at->keeps, l);
        write_level(w, out, at, l, &extents);
    }
    check_rest(w, mapping->n_levels - 1, &extents);
}

enum naas_status xc_timeloop_write(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, struct xc_texts *texts)
{
    struct writer w = {.ctx = ctx, .problem = problem, .accel = accel};
    *texts = (struct xc_texts){naas_buf_new(ctx), naas_buf_new(ctx), naas_buf_new(ctx)};
    write_architecture(&w, &texts->architecture);
    write_problem(&w, &texts->problem);
    if (mapping)
        write_mapping(&w, &texts->mapping, mapping);
    return w.failed ? NAAS_UNSUPPORTED : NAAS_OK;
}
