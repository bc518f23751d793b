/* The layers of a subnet. */
#include "nas/space.h"
#include "support/json.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

struct builder {
    struct naas_ctx *ctx;
    const struct nas_space *space;
    const struct nas_subnet *subnet;
    struct as_network *network;
    int capacity;
    struct naas_buf *json;
    int64_t C, H; /* what comes out of the layers so far */
    enum naas_status status;
};

/* The nearest multiple, one more where that would lose over a tenth. */
static int64_t round_channels(double channels, int64_t multiple)
{
    int64_t rounded = (int64_t)(channels + (double)multiple / 2) / multiple * multiple;
    if (rounded < multiple)
        rounded = multiple;
    return (double)rounded < 0.9 * channels ? rounded + multiple : rounded;
}

static double choice(const struct builder *b, int gene)
{
    return b->space->gene[gene].choice[b->subnet->pick[gene]];
}

/* ---- layers ---- */

static struct as_layer *new_layer(struct builder *b)
{
    struct as_network *network = b->network;
    network->layers =
        naas_grow(b->ctx, network->layers, network->n_layers, &b->capacity, sizeof *network->layers);
    struct as_layer *layer = &network->layers[network->n_layers++];
    *layer = (struct as_layer){.count = 1};
    return layer;
}

static void separate(const struct builder *b)
{
    if (b->json)
        naas_buf_puts(b->json, b->network->n_layers > 1 ? ",\n    " : "\n    ");
}

enum conv_type { PLAIN, DEPTHWISE, POOLING };

/* From C channels of H x H; normalised, so two parameters a channel beside the weights. */
static void conv_from(struct builder *b, const char *name, enum conv_type type, int64_t C, int64_t H,
    int64_t K, int64_t R, int64_t stride)
{
    static const char *const types[] = {"conv", "depthwise", "pool"};
    struct as_layer *layer = new_layer(b);
    int64_t groups = type == PLAIN ? 1 : C, per_channel = type == POOLING ? 0 : 2;
    struct as_conv conv = {.N = 1,
        .K = K,
        .C = C,
        .H = H,
        .W = H,
        .R = R,
        .S = R,
        .groups = groups,
        .stride = {stride, stride},
        .pad = {R / 2, R / 2},
        .dilation = {1, 1},
        .weights = type != POOLING};
    struct naas_loc nowhere = {.file = b->space->name};
    enum naas_status status = as_problem_conv(b->ctx, name, &conv, nowhere, &layer->problem);
    if (b->status == NAAS_OK)
        b->status = status;
    layer->parameters = type == POOLING ? 0 : K * (C / groups) * R * R + per_channel * K;
    separate(b);
    if (!b->json)
        return;
    naas_buf_printf(b->json, "{\"name\": \"%s\", \"type\": \"%s\", \"C\": %" PRId64, name, types[type], C);
    if (type == PLAIN)
        naas_buf_printf(b->json, ", \"K\": %" PRId64, K);
    naas_buf_printf(b->json,
        ", \"H\": %" PRId64 ", \"R\": %" PRId64 ", \"stride\": %" PRId64 ", \"pad\": %" PRId64, H, R, stride,
        R / 2);
    naas_buf_printf(b->json, ", \"per_channel\": %" PRId64 "}", per_channel);
}

/* The image grows smaller by the stride. */
static void conv(
    struct builder *b, const char *name, enum conv_type type, int64_t K, int64_t R, int64_t stride)
{
    conv_from(b, name, type, b->C, b->H, K, R, stride);
    b->C = K;
    b->H = (b->H + 2 * (R / 2) - R) / stride + 1;
}

/* Of one image without extent. */
static void linear(struct builder *b, const char *name, int64_t in, int64_t out, bool bias)
{
    struct as_layer *layer = new_layer(b);
    struct naas_loc nowhere = {.file = b->space->name};
    enum naas_status status = as_problem_gemm(b->ctx, name, 1, 1, out, in, nowhere, &layer->problem);
    if (b->status == NAAS_OK)
        b->status = status;
    layer->parameters = in * out + (bias ? out : 0);
    separate(b);
    if (b->json)
        naas_buf_printf(b->json,
            "{\"name\": \"%s\", \"type\": \"gemm\", \"M\": 1, \"N\": %" PRId64 ", \"K\": %" PRId64
            ", \"per_channel\": %d}",
            name, out, in, bias);
}

/* ---- parts ---- */

static int64_t width_of(const struct builder *b, const struct nas_part *part)
{
    if (part->out == 0)
        return b->C;
    if (part->width < 0)
        return part->out;
    int64_t width = round_channels((double)part->out * choice(b, part->width), b->space->multiple);
    int64_t share = width / part->divide; /* rounded down first, as the published code does */
    return part->divide > 1 ? round_channels((double)share, b->space->multiple) : width;
}

static const char *name_in(struct builder *b, const struct nas_part *part, int block, const char *what)
{
    return naas_format(b->ctx, "%.14s.%d.%s", part->name, block + 1, what);
}

/* Channels after rounding to the nearest integer, ties to even, as the published code does. */
static int64_t inner_width(const struct builder *b, int64_t channels, double ratio)
{
    return round_channels(nearbyint((double)channels * ratio), b->space->multiple);
}

static void bottleneck(struct builder *b, const struct nas_part *part, int block, int64_t out)
{
    double ratio = choice(b, part->ratio + block * part->step);
    int64_t kernel = (int64_t)choice(b, part->kernel + block * part->step);
    int64_t in = b->C, inner = inner_width(b, out, ratio), stride = block == 0 ? part->stride : 1;
    conv(b, name_in(b, part, block, "reduce"), PLAIN, inner, 1, 1);
    conv(b, name_in(b, part, block, "spatial"), PLAIN, inner, kernel, stride);
    conv(b, name_in(b, part, block, "expand"), PLAIN, out, 1, 1);
    if (in != out || stride > 1) /* behind an average pool of the stride */
        conv_from(b, name_in(b, part, block, "shortcut"), PLAIN, in, b->H, out, 1, 1);
}

static void inverted(struct builder *b, const struct nas_part *part, int block, int64_t out)
{
    double ratio = choice(b, part->ratio + block * part->step);
    int64_t kernel = (int64_t)choice(b, part->kernel + block * part->step);
    int64_t inner = inner_width(b, b->C, ratio), stride = block == 0 ? part->stride : 1;
    if (ratio > 1)
        conv(b, name_in(b, part, block, "expand"), PLAIN, inner, 1, 1);
    conv(b, name_in(b, part, block, "depthwise"), DEPTHWISE, b->C, kernel, stride);
    if (part->squeeze) {
        int64_t quarter = b->C / 4, few = round_channels((double)quarter, b->space->multiple);
        linear(b, name_in(b, part, block, "squeeze"), b->C, few, true);
        linear(b, name_in(b, part, block, "excite"), few, b->C, true);
    }
    conv(b, name_in(b, part, block, "project"), PLAIN, out, 1, 1);
}

static void build_part(struct builder *b, const struct nas_part *part)
{
    int64_t out = width_of(b, part);
    if (part->present >= 0 && choice(b, part->present) == 0)
        return;
    switch (part->kind) {
    case NAS_CONV:
        conv(b, part->name, PLAIN, out, (int64_t)choice(b, part->kernel), part->stride);
        break;
    case NAS_POOL:
        conv(b, part->name, POOLING, b->C, (int64_t)choice(b, part->kernel), part->stride);
        break;
    case NAS_BOTTLENECK:
    case NAS_INVERTED:
        for (int block = 0; block < (int)choice(b, part->depth); block++)
            (part->kind == NAS_BOTTLENECK ? bottleneck : inverted)(b, part, block, out);
        break;
    case NAS_GLOBAL_POOL: /* averages are left out, as in the tables of networks */
        b->H = 1;
        break;
    case NAS_LINEAR:
        linear(b, part->name, b->C * b->H * b->H, out, part->bias);
        b->C = out;
        b->H = 1;
        break;
    }
}

enum naas_status nas_network(struct naas_ctx *ctx, const struct nas_space *space,
    const struct nas_subnet *subnet, struct as_network *network, struct naas_buf *json)
{
    struct builder b = {.ctx = ctx,
        .space = space,
        .subnet = subnet,
        .network = network,
        .json = json,
        .C = space->channels,
        .H = (int64_t)space->gene[0].choice[subnet->pick[0]]};
    *network = (struct as_network){0};
    memcpy(network->name, space->name, sizeof network->name);
    if (json) {
        char code[NAS_CODE];
        nas_code(space, subnet, code);
        naas_buf_puts(json, "{\"format\": 1, \"kind\": \"network\", \"name\": ");
        json_write_string(json, space->name);
        naas_buf_printf(json, ",\n  \"notes\": \"subnet %s\",\n  \"layers\": [", code);
    }
    for (int p = 0; p < space->n_parts; p++)
        build_part(&b, &space->part[p]);
    if (json)
        naas_buf_puts(json, "\n  ]}\n");
    return b.status;
}

struct nas_size nas_size(const struct as_network *network)
{
    struct nas_size size = {0, 0};
    for (int i = 0; i < network->n_layers; i++) {
        const struct as_layer *layer = &network->layers[i];
        size.parameters += (double)(layer->count * layer->parameters);
        if (layer->problem.combine == AS_PRODUCT)
            size.macs += (double)(layer->count * as_problem_macs(&layer->problem));
    }
    return size;
}
