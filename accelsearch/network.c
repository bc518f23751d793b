/*
 * Networks: layers as problems, from tables in JSON:
 *
 *     {"format": 1, "kind": "network", "name": "vgg16", "per_channel": 1, "layers": [
 *         {"name": "conv1_1", "C": 3, "K": 64, "H": 224, "R": 3, "pad": 1},
 *         {"name": "fc6", "type": "gemm", "M": 1, "N": 4096, "K": 25088}]}
 *
 * "type" is conv when left out; a depthwise layer has C alone, so has a pooling one. W is H, S is R, and
 * "stride", "pad" and "dilation" are a number or [of rows, of columns]. "per_channel": parameters of an
 * output channel beside the weights (1: bias, 2: scale and shift of a normalisation), of a layer or of all
 * layers.
 */
#include "accelsearch/jsonform.h"

#include <string.h>

/* ---- problems of layers ---- */

enum { FILTER_ROWS, FILTER_COLUMNS };

static int add_dim(struct as_problem *problem, const char *name, int64_t extent, enum as_dim_kind kind)
{
    if (extent == 1)
        return -1;
    struct as_dim *dim = &problem->dim[problem->n_dims];
    *dim = (struct as_dim){.extent = extent, .kind = kind, .spatial = true};
    strcpy(dim->name, name);
    return problem->n_dims++;
}

static struct as_tensor *add_tensor(struct as_problem *problem, const char *name, enum as_role role)
{
    struct as_tensor *tensor = &problem->tensor[problem->n_tensors++];
    *tensor = (struct as_tensor){.role = role, .type = NAAS_WORD};
    strcpy(tensor->name, name);
    return tensor;
}

static void add_axis(struct as_tensor *tensor, int dim, int64_t extent)
{
    struct as_axis axis = {.extent = extent};
    if (dim >= 0)
        axis.term[axis.n_terms++] = (struct as_term){dim, 1};
    tensor->axis[tensor->rank++] = axis;
}

static void add_window(
    struct as_tensor *tensor, const int dim[2], const struct as_conv *conv, int way, int64_t extent)
{
    const int64_t coef[2] = {conv->stride[way], conv->dilation[way]};
    struct as_axis axis = {.offset = -conv->pad[way], .extent = extent};
    for (int k = 0; k < 2; k++)
        if (dim[k] >= 0)
            axis.term[axis.n_terms++] = (struct as_term){dim[k], coef[k]};
    tensor->axis[tensor->rank++] = axis;
}

static int64_t output_size(const struct as_conv *conv, int way)
{
    int64_t in = way == FILTER_ROWS ? conv->H : conv->W, taps = way == FILTER_ROWS ? conv->R : conv->S;
    int64_t room = in + 2 * conv->pad[way] - conv->dilation[way] * (taps - 1) - 1;
    return room < 0 ? 0 : room / conv->stride[way] + 1;
}

static struct as_problem empty_problem(const char *name)
{
    struct as_problem problem = {.reduce = AS_SUM, .combine = AS_PRODUCT, .acc_type = NAAS_WORD};
    snprintf(problem.name, sizeof problem.name, "%s", name);
    return problem;
}

/* A problem of a single point still has a dim. */
static void keep_one_dim(struct as_problem *problem)
{
    if (problem->n_dims > 0)
        return;
    problem->dim[0] = (struct as_dim){.name = "K", .extent = 1, .kind = AS_PARALLEL, .spatial = true};
    problem->n_dims = 1;
}

enum naas_status as_problem_conv(struct naas_ctx *ctx, const char *name, const struct as_conv *conv,
    struct naas_loc loc, struct as_problem *problem)
{
    int64_t P = output_size(conv, FILTER_ROWS), Q = output_size(conv, FILTER_COLUMNS), G = conv->groups;
    *problem = empty_problem(name);
    if (P < 1 || Q < 1 || conv->C % G || conv->K % G) {
        naas_diag(ctx, NAAS_ERROR, loc,
            P < 1 || Q < 1 ? "layer %s: the filter is larger than the padded input"
                           : "layer %s: the groups do not divide the channels",
            name);
        return NAAS_BAD_INPUT;
    }
    int n = add_dim(problem, "N", conv->N, AS_PARALLEL), g = add_dim(problem, "G", G, AS_PARALLEL);
    int k = add_dim(problem, "K", conv->K / G, AS_PARALLEL),
        c = add_dim(problem, "C", conv->C / G, AS_REDUCTION);
    int p = add_dim(problem, "P", P, AS_PARALLEL), q = add_dim(problem, "Q", Q, AS_PARALLEL);
    int r = add_dim(problem, "R", conv->R, AS_REDUCTION), s = add_dim(problem, "S", conv->S, AS_REDUCTION);
    keep_one_dim(problem);

    struct as_tensor *input = add_tensor(problem, "I", AS_INPUT);
    add_axis(input, n, conv->N);
    add_axis(input, g, G);
    add_axis(input, c, conv->C / G);
    add_window(input, (const int[]){p, r}, conv, FILTER_ROWS, conv->H);
    add_window(input, (const int[]){q, s}, conv, FILTER_COLUMNS, conv->W);
    if (conv->weights) {
        struct as_tensor *weight = add_tensor(problem, "W", AS_WEIGHT);
        add_axis(weight, g, G);
        add_axis(weight, k, conv->K / G);
        add_axis(weight, c, conv->C / G);
        add_axis(weight, r, conv->R);
        add_axis(weight, s, conv->S);
    } else {
        problem->reduce = AS_MAX;
        problem->combine = AS_COPY;
    }
    problem->output = problem->n_tensors;
    struct as_tensor *output = add_tensor(problem, "O", AS_OUTPUT);
    add_axis(output, n, conv->N);
    add_axis(output, g, G);
    add_axis(output, k, conv->K / G);
    add_axis(output, p, P);
    add_axis(output, q, Q);
    return as_problem_finish(ctx, problem, loc);
}

enum naas_status as_problem_gemm(struct naas_ctx *ctx, const char *name, int64_t batch, int64_t M, int64_t N,
    int64_t K, struct naas_loc loc, struct as_problem *problem)
{
    *problem = empty_problem(name);
    int b = add_dim(problem, "B", batch, AS_PARALLEL), m = add_dim(problem, "M", M, AS_PARALLEL);
    int n = add_dim(problem, "N", N, AS_PARALLEL), k = add_dim(problem, "K", K, AS_REDUCTION);
    keep_one_dim(problem);
    struct as_tensor *left = add_tensor(problem, "left", AS_INPUT);
    add_axis(left, b, batch);
    add_axis(left, m, M);
    add_axis(left, k, K);
    struct as_tensor *right = add_tensor(problem, "right", AS_WEIGHT);
    add_axis(right, b, batch);
    add_axis(right, k, K);
    add_axis(right, n, N);
    problem->output = problem->n_tensors;
    struct as_tensor *out = add_tensor(problem, "out", AS_OUTPUT);
    add_axis(out, b, batch);
    add_axis(out, m, M);
    add_axis(out, n, N);
    return as_problem_finish(ctx, problem, loc);
}

/* ---- reading ---- */

static const int64_t max_size = 1 << 24; /* of one dim of a layer: products of two stay exact */

static int64_t read_size(struct json_node layer, const char *key, int64_t fallback)
{
    struct json_node node = fallback ? json_get(layer, key) : json_need(layer, key);
    return json_int(node, 1, max_size, fallback ? fallback : 1);
}

static void read_pair(struct json_node layer, const char *key, int64_t low, int64_t pair[2])
{
    struct json_node node = json_get(layer, key);
    bool list = json_present(node) && cJSON_IsArray(node.item);
    if (list && json_length(node) != 2)
        json_error(node, "a list here is [of rows, of columns]");
    for (int way = 0; way < 2; way++)
        pair[way] = json_int(list ? json_at(node, way) : node, low, max_size, low);
}

static const char *const type_names[] = {"conv", "depthwise", "pool", "gemm"};
enum layer_type { CONV, DEPTHWISE, POOL, GEMM };

static enum naas_status read_conv(struct naas_ctx *ctx, struct json_node node, enum layer_type type,
    int64_t per_channel, struct as_layer *layer)
{
    struct as_conv conv = {.weights = type != POOL};
    conv.N = read_size(node, "N", 1);
    conv.C = read_size(node, "C", 0);
    conv.K = type == CONV ? read_size(node, "K", 0) : conv.C;
    conv.groups = type == CONV ? read_size(node, "groups", 1) : conv.C;
    conv.H = read_size(node, "H", 0);
    conv.W = read_size(node, "W", conv.H);
    conv.R = read_size(node, "R", 1);
    conv.S = read_size(node, "S", conv.R);
    read_pair(node, "stride", 1, conv.stride);
    read_pair(node, "dilation", 1, conv.dilation);
    read_pair(node, "pad", 0, conv.pad);
    if (conv.weights &&
        __builtin_mul_overflow(conv.K * (conv.C / conv.groups), conv.R * conv.S, &layer->parameters))
        json_error(node, "the number of weights exceeds 63 bits");
    if (conv.weights)
        layer->parameters += per_channel * conv.K;
    return as_problem_conv(ctx, layer->problem.name, &conv, json_loc(node), &layer->problem);
}

/* "weights": false tells that the right matrix is data, as in attention. */
static enum naas_status read_gemm(
    struct naas_ctx *ctx, struct json_node node, int64_t per_channel, struct as_layer *layer)
{
    int64_t batch = read_size(node, "batch", 1), M = read_size(node, "M", 0);
    int64_t N = read_size(node, "N", 0), K = read_size(node, "K", 0);
    if (json_bool(json_get(node, "weights"), true))
        layer->parameters = batch * (N * K + per_channel * N);
    return as_problem_gemm(ctx, layer->problem.name, batch, M, N, K, json_loc(node), &layer->problem);
}

static enum naas_status read_layer(
    struct naas_ctx *ctx, struct json_node node, int64_t per_channel, struct as_layer *layer)
{
    as_json_notes(node);
    char name[AS_NAME] = "layer";
    as_json_name(json_need(node, "name"), name);
    strcpy(layer->problem.name, name);
    layer->count = json_int(json_get(node, "count"), 1, 1 << 20, 1);
    enum layer_type type = (enum layer_type)json_choice(json_get(node, "type"), type_names, 4, CONV);
    per_channel = json_int(json_get(node, "per_channel"), 0, 16, per_channel);
    return type == GEMM ? read_gemm(ctx, node, per_channel, layer)
                        : read_conv(ctx, node, type, per_channel, layer);
}

enum naas_status as_network_from_json(struct naas_ctx *ctx, const char *path, struct as_network *network)
{
    struct json_node root;
    *network = (struct as_network){.name = "network"};
    enum naas_status status = json_parse_file(ctx, path, &root), layers_status = NAAS_OK;
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, "network");
    as_json_notes(root);
    as_json_name(json_need(root, "name"), network->name);
    int64_t per_channel = json_int(json_get(root, "per_channel"), 0, 16, 0);
    struct json_node layers = json_need(root, "layers");
    network->n_layers = json_length(layers);
    if (json_present(layers) && network->n_layers < 1)
        json_error(layers, "a network has layers");
    network->layers = naas_alloc(ctx, (size_t)network->n_layers, sizeof *network->layers);
    for (int i = 0; i < network->n_layers; i++) {
        status = read_layer(ctx, json_at(layers, i), per_channel, &network->layers[i]);
        if (status != NAAS_OK)
            layers_status = status;
    }
    status = json_done(root);
    return status == NAAS_OK ? layers_status : status;
}
