/*
 * MAESTRO: a layer has sizes K C R S Y X (N); Y' and X' are rows and columns of the output. Its dataflow
 * lists what each cluster level gives to its units, outermost first: TemporalMap(size, offset) DIM over time,
 * SpatialMap over units; Cluster(n, P) groups units. It knows one buffer beside a unit (L1), one shared (L2)
 * and memory behind it.
 */
#include "exchange/exchange.h"
#include <inttypes.h>
#include <string.h>

struct writer {
    struct naas_ctx *ctx;
    const struct as_problem *problem;
    const struct as_accel *accel;
    const struct as_mapping *mapping;
    struct naas_buf *out;
    bool failed;
};

__attribute__((format(printf, 3, 4))) static void say(
    struct writer *w, enum naas_severity severity, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    naas_vdiag(w->ctx, severity, (struct naas_loc){0}, "MAESTRO's files cannot say that ", format, arguments);
    va_end(arguments);
    w->failed = w->failed || severity == NAAS_ERROR;
}

static const char *name_of(char letter)
{
    static const struct {
        char letter;
        const char *name;
    } names[] = {{'N', "N"}, {'K', "K"}, {'C', "C"}, {'P', "Y'"}, {'Q', "X'"}, {'R', "R"}, {'S', "S"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].letter == letter)
            return names[i].name;
    return NULL;
}

static int dim_of(const struct as_problem *problem, char letter)
{
    for (int d = 0; d < problem->n_dims; d++)
        if (problem->dim[d].conv == letter)
            return d;
    return -1;
}

static int64_t extent_of(const struct writer *w, char letter)
{
    int d = dim_of(w->problem, letter);
    return d < 0 ? 1 : w->problem->dim[d].extent;
}

/* Coefficient of a dim in the input: its stride, or its dilation. */
static int64_t coefficient(const struct writer *w, int d)
{
    for (int t = 0; t < w->problem->n_tensors; t++)
        for (int a = 0; w->problem->tensor[t].role == AS_INPUT && a < w->problem->tensor[t].rank; a++)
            for (int k = 0; k < w->problem->tensor[t].axis[a].n_terms; k++)
                if (w->problem->tensor[t].axis[a].term[k].dim == d)
                    return w->problem->tensor[t].axis[a].term[k].coef;
    return 1;
}

/* ---- layer ---- */

static void check_problem(struct writer *w)
{
    for (int d = 0; d < w->problem->n_dims; d++) {
        const struct as_dim *dim = &w->problem->dim[d];
        if (dim->extent > 1 && !name_of(dim->conv))
            say(w, NAAS_ERROR, "%s is a loop of a layer: it is none of N K C P Q R S", dim->name);
        if ((dim->conv == 'R' || dim->conv == 'S') && coefficient(w, d) > 1)
            say(w, NAAS_ERROR, "the filter is dilated");
    }
    if (w->problem->reduce != AS_SUM || w->problem->combine != AS_PRODUCT)
        say(w, NAAS_ERROR, "an element of %s is not a sum of products",
            w->problem->tensor[w->problem->output].name);
}

/* Rows of the input that the rows of the output reach. */
static int64_t input_size(const struct writer *w, char out, char tap)
{
    int d = dim_of(w->problem, out);
    return (extent_of(w, out) - 1) * (d < 0 ? 1 : coefficient(w, d)) + extent_of(w, tap);
}

static int64_t stride(const struct writer *w, char out)
{
    int d = dim_of(w->problem, out);
    return d < 0 ? 1 : coefficient(w, d);
}

static void write_sizes(struct writer *w)
{
    naas_buf_printf(w->out, "    Type: CONV\n    Stride { X: %" PRId64 ", Y: %" PRId64 " }\n", stride(w, 'Q'),
        stride(w, 'P'));
    naas_buf_printf(w->out,
        "    Dimensions { N: %" PRId64 ", K: %" PRId64 ", C: %" PRId64 ", R: %" PRId64 ", S: %" PRId64
        ", Y: %" PRId64 ", X: %" PRId64 " }\n",
        extent_of(w, 'N'), extent_of(w, 'K'), extent_of(w, 'C'), extent_of(w, 'R'), extent_of(w, 'S'),
        input_size(w, 'P', 'R'), input_size(w, 'Q', 'S'));
}

/* ---- dataflow ---- */

static void directive(struct writer *w, const char *kind, int d, int64_t tile)
{
    naas_buf_printf(w->out, "      %s(%" PRId64 ", %" PRId64 ") %s;\n", kind, tile, tile,
        name_of(w->problem->dim[d].conv));
}

/* Loops over time above the array, outermost first, each dim once; then the first axis, then a cluster for
 * each axis that follows. */
static void write_dataflow(struct writer *w)
{
    int inner = w->mapping->n_levels - 1, array = -1, last_axis = -1;
    unsigned seen = 0;
    naas_buf_puts(w->out, "    Dataflow {\n");
    for (int l = 0; l < inner; l++) {
        const struct as_mapping_level *level = &w->mapping->level[l];
        for (int i = 0; i < level->n_loops; i++) {
            const struct as_loop *loop = &level->loop[i];
            const char *name = w->problem->dim[loop->dim].name;
            bool spatial = loop->axis >= 0;
            if (w->problem->dim[loop->dim].extent == 1)
                continue;
            if (spatial && array >= 0 && array != l)
                say(w, NAAS_ERROR, "there are arrays below %s and below %s", w->accel->level[array].name,
                    w->accel->level[l].name);
            if (!spatial && array >= 0)
                say(w, NAAS_ERROR, "%s loops over %s inside the array", w->accel->level[l].name, name);
            if (!spatial && seen >> loop->dim & 1)
                say(w, NAAS_WARNING,
                    "%s is cut twice over time, at %s again: its outer loop comes out as one of its inner "
                    "ones",
                    name, w->accel->level[l].name);
            if (spatial && loop->axis == last_axis && array == l)
                say(w, NAAS_ERROR, "two dims share an axis of the array, %s the second", name);
            if (spatial && array == l && loop->axis != last_axis)
                naas_buf_printf(w->out, "      Cluster(%d, P);\n", w->accel->level[l].axis[loop->axis].size);
            if (spatial) {
                array = l;
                last_axis = loop->axis;
            }
            seen |= 1U << loop->dim;
            directive(w, spatial ? "SpatialMap" : "TemporalMap", loop->dim, loop->tile);
        }
    }
    naas_buf_puts(w->out, "    }\n");
}

/* ---- hardware ---- */

static int64_t bytes_of(const struct as_level *level)
{
    int64_t bytes = 0;
    for (int p = 0; p < level->n_partitions; p++)
        bytes += level->partition[p].bytes;
    return bytes;
}

static double rate_of(const struct as_level *level)
{
    double rate = 0;
    for (int i = 0; i < level->n_ports; i++)
        rate += level->port[i].words_per_cycle;
    return rate;
}

static void write_hardware(struct writer *w, struct naas_buf *out)
{
    const struct as_accel *accel = w->accel;
    int inner = accel->n_levels - 1;
    if (accel->n_levels > 3)
        say(w, NAAS_WARNING, "there are %d memories: %s and %s are L1 and L2", accel->n_levels,
            accel->level[inner].name, accel->level[1].name);
    naas_buf_printf(out, "num_pes: %" PRId64 "\nl1_size_cstr: %" PRId64 "\nl2_size_cstr: %" PRId64 "\n",
        as_instances(accel, inner), bytes_of(&accel->level[inner]),
        inner > 1 ? bytes_of(&accel->level[1]) : 0);
    double on_chip = rate_of(&accel->level[inner > 1 ? 1 : 0]), off_chip = rate_of(&accel->level[0]);
    if (on_chip > 0)
        naas_buf_printf(out, "noc_bw_cstr: %.0f\n", on_chip);
    if (off_chip > 0)
        naas_buf_printf(out, "offchip_bw_cstr: %.0f\n", off_chip < 1 ? 1 : off_chip);
    if (off_chip != (double)(int64_t)off_chip || on_chip != (double)(int64_t)on_chip)
        say(w, NAAS_WARNING, "a bandwidth is not a whole number of words: it is rounded");
}

enum naas_status xc_maestro_write(struct naas_ctx *ctx, const struct as_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, struct naas_buf *layer,
    struct naas_buf *hardware)
{
    *layer = naas_buf_new(ctx);
    *hardware = naas_buf_new(ctx);
    struct writer w = {.ctx = ctx, .problem = problem, .accel = accel, .mapping = mapping, .out = layer};
    const char *name = problem->name[0] ? problem->name : "nest";
    naas_buf_printf(layer, "Network %s {\n  Layer %s {\n", name, name);
    check_problem(&w);
    write_sizes(&w);
    if (mapping && !w.failed)
        write_dataflow(&w);
    naas_buf_puts(layer, "  }\n}\n");
    write_hardware(&w, hardware);
    return w.failed ? NAAS_UNSUPPORTED : NAAS_OK;
}
