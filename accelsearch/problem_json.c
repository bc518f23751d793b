/*
 * Problems as JSON and as text. Subscripts are written as in C:
 *
 *     {"format": 1, "kind": "problem", "name": "conv1",
 *      "dims": [{"name": "K", "extent": 64}, {"name": "P", "extent": 112}, ...],
 *      "tensors": [{"name": "I", "role": "input", "axes": ["C", {"index": "2*P + R - 3", "extent": 224},
 * ...]}, ...]}
 *
 * Left out: an axis is as long as its subscript reaches, a dim is parallel when the output has it and a
 * reduction when not, elements are words.
 */
#include "accelsearch/jsonform.h"

#include <ctype.h>
#include <string.h>

static const char *const kind_names[] = {"parallel", "reduction"};
static const char *const reduce_names[] = {"sum", "max", "min", "none"};
static const char *const combine_names[] = {"product", "copy"};
static const char *const init_names[] = {"neutral", "memory", "operand"};
static const int64_t max_extent = ((int64_t)1 << 53) - 1; /* what JSON's numbers hold exactly */

/* ---- reading ---- */

static enum naas_type read_type(struct json_node node)
{
    if (!json_present(node))
        return NAAS_WORD;
    const char *name = json_string(node, "word");
    enum naas_type type = naas_type_from_name(name);
    if (type == NAAS_VOID)
        json_error(node, "unknown type %s", name);
    return type;
}

static int find_dim(const struct as_problem *problem, const char *name, size_t length)
{
    for (int d = 0; d < problem->n_dims; d++)
        if (strlen(problem->dim[d].name) == length && memcmp(problem->dim[d].name, name, length) == 0)
            return d;
    return -1;
}

static int64_t read_factor(const char **text)
{
    int64_t factor = 0;
    for (; isdigit((unsigned char)**text); (*text)++)
        if (factor < max_extent)
            factor = factor * 10 + (**text - '0');
    return factor;
}

static const char *skip_space(const char *text)
{
    return text + strspn(text, " ");
}

/* One of: number, name, number * name. NULL and a message when it is none. */
static const char *read_term(
    struct json_node node, const struct as_problem *problem, const char *text, int sign, struct as_axis *axis)
{
    int64_t factor = 1;
    if (isdigit((unsigned char)*text)) {
        factor = read_factor(&text);
        text = skip_space(text);
        if (*text != '*') {
            axis->offset += sign * factor;
            return text;
        }
        text = skip_space(text + 1);
    }
    size_t length = strcspn(text, " +-*");
    int d = find_dim(problem, text, length);
    if (d < 0)
        json_error(node, "no dim is named \"%.*s\"", (int)length, text);
    else if (axis->n_terms == 2)
        json_error(node, "more than two dims in a subscript");
    else if (sign < 0 || factor < 1)
        json_error(node, "the factor of %s has to be positive", problem->dim[d].name);
    else
        axis->term[axis->n_terms++] = (struct as_term){d, factor};
    return d < 0 || length == 0 ? NULL : text + length;
}

static void read_index(struct json_node node, const struct as_problem *problem, struct as_axis *axis)
{
    const char *text = skip_space(json_string(node, "0"));
    int sign = 1;
    if (*text == '-') {
        sign = -1;
        text = skip_space(text + 1);
    }
    while ((text = read_term(node, problem, text, sign, axis))) {
        text = skip_space(text);
        if (!*text)
            return;
        if (*text != '+' && *text != '-') {
            json_error(node, "expected + or - before \"%s\"", text);
            return;
        }
        sign = *text == '+' ? 1 : -1;
        text = skip_space(text + 1);
    }
}

/* As far as the subscript reaches; what overflows is found by as_problem_finish. */
static int64_t reach(const struct as_problem *problem, const struct as_axis *axis)
{
    int64_t last = axis->offset, way;
    for (int k = 0; k < axis->n_terms; k++)
        if (__builtin_mul_overflow(axis->term[k].coef, problem->dim[axis->term[k].dim].extent - 1, &way) ||
            __builtin_add_overflow(last, way, &last))
            return 1;
    return last < 0 ? 1 : last + 1;
}

static void read_axis(struct json_node node, const struct as_problem *problem, struct as_axis *axis)
{
    bool object = json_present(node) && cJSON_IsObject(node.item);
    read_index(object ? json_need(node, "index") : node, problem, axis);
    axis->extent = reach(problem, axis);
    if (object)
        axis->extent = json_int(json_get(node, "extent"), 1, max_extent, axis->extent);
}

static void read_tensor(struct json_node node, const struct as_problem *problem, struct as_tensor *tensor)
{
    as_json_notes(node);
    as_json_name(json_need(node, "name"), tensor->name);
    int role = json_choice(json_need(node, "role"), as_role_names, 3, 0);
    tensor->role = (enum as_role)(1 << role);
    tensor->type = read_type(json_get(node, "type"));
    struct json_node axes = json_need(node, "axes");
    tensor->rank = json_length(axes);
    if (tensor->rank > AS_MAX_RANK) {
        json_error(axes, "more than %d axes", AS_MAX_RANK);
        tensor->rank = AS_MAX_RANK;
    }
    for (int i = 0; i < tensor->rank; i++)
        read_axis(json_at(axes, i), problem, &tensor->axis[i]);
}

static void read_dim(struct json_node node, struct as_dim *dim, bool *told_kind)
{
    as_json_notes(node);
    as_json_name(json_need(node, "name"), dim->name);
    dim->extent = json_int(json_need(node, "extent"), 1, max_extent, 1);
    *told_kind = json_present(json_get(node, "kind"));
    dim->kind = (enum as_dim_kind)json_choice(json_get(node, "kind"), kind_names, 2, AS_PARALLEL);
    dim->band = (int)json_int(json_get(node, "band"), 0, AS_MAX_DIMS, 0);
    dim->spatial = json_bool(json_get(node, "spatial"), true);
}

static int read_length(struct json_node array, int most, const char *what)
{
    int n = json_length(array);
    if (n <= most)
        return n;
    json_error(array, "more than %d %s", most, what);
    return most;
}

static bool indexes(const struct as_tensor *tensor, int d)
{
    for (int i = 0; i < tensor->rank; i++)
        for (int k = 0; k < tensor->axis[i].n_terms; k++)
            if (tensor->axis[i].term[k].dim == d)
                return true;
    return false;
}

static void read_problem(struct json_node root, struct as_problem *problem)
{
    json_expect_kind(root, "problem");
    as_json_notes(root);
    as_json_name(json_get(root, "name"), problem->name);
    problem->reduce = (enum as_reduce)json_choice(json_get(root, "reduce"), reduce_names, 4, AS_SUM);
    problem->combine = (enum as_combine)json_choice(json_get(root, "combine"), combine_names, 2, AS_PRODUCT);
    problem->init = (enum as_init)json_choice(json_get(root, "init"), init_names, 3, AS_INIT_NEUTRAL);
    problem->acc_type = read_type(json_get(root, "acc_type"));
    problem->finish_reads = json_int(json_get(root, "finish_reads"), 0, max_extent, 0);
    struct json_node dims = json_need(root, "dims"), tensors = json_need(root, "tensors");
    bool told_kind[AS_MAX_DIMS] = {false};
    problem->n_dims = read_length(dims, AS_MAX_DIMS, "dims");
    for (int d = 0; d < problem->n_dims; d++)
        read_dim(json_at(dims, d), &problem->dim[d], &told_kind[d]);
    problem->n_tensors = read_length(tensors, AS_MAX_TENSORS, "tensors");
    for (int t = 0; t < problem->n_tensors; t++) {
        read_tensor(json_at(tensors, t), problem, &problem->tensor[t]);
        if (problem->tensor[t].role == AS_OUTPUT)
            problem->output = t;
    }
    for (int d = 0; d < problem->n_dims; d++)
        if (!told_kind[d] && !indexes(&problem->tensor[problem->output], d))
            problem->dim[d].kind = AS_REDUCTION;
}

enum naas_status as_problem_from_json(struct naas_ctx *ctx, const char *path, struct as_problem *problem)
{
    struct json_node root;
    memset(problem, 0, sizeof *problem);
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    strcpy(problem->name, "problem");
    read_problem(root, problem);
    status = json_done(root);
    return status == NAAS_OK ? as_problem_finish(ctx, problem, json_loc(root)) : status;
}

/* ---- writing ---- */

static void write_index(struct naas_buf *out, const struct as_problem *problem, const struct as_axis *axis)
{
    for (int k = 0; k < axis->n_terms; k++) {
        naas_buf_puts(out, k ? " + " : "");
        if (axis->term[k].coef != 1)
            naas_buf_printf(out, "%lld*", (long long)axis->term[k].coef);
        naas_buf_puts(out, problem->dim[axis->term[k].dim].name);
    }
    long long offset = axis->offset;
    if (axis->n_terms == 0)
        naas_buf_printf(out, "%lld", offset);
    else if (offset)
        naas_buf_printf(out, offset < 0 ? " - %lld" : " + %lld", offset < 0 ? -offset : offset);
}

static void write_tensor(
    struct naas_buf *out, const struct as_problem *problem, const struct as_tensor *tensor)
{
    naas_buf_puts(out, "{\"name\": ");
    json_write_string(out, tensor->name);
    int role = tensor->role == AS_INPUT ? 0 : tensor->role == AS_WEIGHT ? 1 : 2;
    naas_buf_printf(out, ", \"role\": \"%s\", \"type\": \"%s\", \"axes\": [", as_role_names[role],
        naas_type_name(tensor->type));
    for (int i = 0; i < tensor->rank; i++) {
        struct naas_buf index = naas_buf_new(out->ctx);
        write_index(&index, problem, &tensor->axis[i]);
        naas_buf_puts(out, i ? ",\n        {\"index\": " : "\n        {\"index\": ");
        json_write_string(out, index.text);
        naas_buf_printf(out, ", \"extent\": %lld}", (long long)tensor->axis[i].extent);
    }
    naas_buf_puts(out, "]}");
}

void as_problem_json(struct naas_buf *out, const struct as_problem *problem)
{
    naas_buf_puts(out, "{\n  \"format\": 1,\n  \"kind\": \"problem\",\n  \"name\": ");
    json_write_string(out, problem->name);
    naas_buf_printf(out, ",\n  \"reduce\": \"%s\",\n  \"combine\": \"%s\",\n  \"init\": \"%s\",\n",
        reduce_names[problem->reduce], combine_names[problem->combine], init_names[problem->init]);
    naas_buf_printf(out, "  \"acc_type\": \"%s\",\n  \"finish_reads\": %lld,\n  \"dims\": [",
        naas_type_name(problem->acc_type), (long long)problem->finish_reads);
    for (int d = 0; d < problem->n_dims; d++) {
        const struct as_dim *dim = &problem->dim[d];
        naas_buf_puts(out, d ? ",\n    {\"name\": " : "\n    {\"name\": ");
        json_write_string(out, dim->name);
        naas_buf_printf(out, ", \"extent\": %lld, \"kind\": \"%s\", \"band\": %d, \"spatial\": %s}",
            (long long)dim->extent, kind_names[dim->kind], dim->band, dim->spatial ? "true" : "false");
    }
    naas_buf_puts(out, "\n  ],\n  \"tensors\": [");
    for (int t = 0; t < problem->n_tensors; t++) {
        naas_buf_puts(out, t ? ",\n    " : "\n    ");
        write_tensor(out, problem, &problem->tensor[t]);
    }
    naas_buf_puts(out, "\n  ]\n}\n");
}

static void print_access(struct naas_buf *out, const struct as_problem *problem, int t)
{
    const struct as_tensor *tensor = &problem->tensor[t];
    naas_buf_puts(out, tensor->name);
    for (int i = 0; i < tensor->rank; i++) {
        naas_buf_puts(out, "[");
        write_index(out, problem, &tensor->axis[i]);
        naas_buf_puts(out, "]");
    }
}

static void print_statement(struct naas_buf *out, const struct as_problem *problem)
{
    static const char *const signs[] = {"+=", "max=", "min=", "="};
    print_access(out, problem, problem->output);
    naas_buf_printf(out, " %s ", signs[problem->reduce]);
    const char *separator = "";
    for (int t = 0; t < problem->n_tensors; t++) {
        if (t == problem->output)
            continue;
        naas_buf_puts(out, separator);
        print_access(out, problem, t);
        separator = " * ";
    }
    naas_buf_puts(out, "\n");
}

void as_problem_print(struct naas_buf *out, const struct as_problem *problem)
{
    naas_buf_printf(out, "problem %s\n  ", problem->name);
    print_statement(out, problem);
    for (int d = 0; d < problem->n_dims; d++) {
        const struct as_dim *dim = &problem->dim[d];
        naas_buf_printf(out, "  %-8s %8lld  %-9s  band %d  %c%s\n", dim->name, (long long)dim->extent,
            kind_names[dim->kind], dim->band, dim->conv ? dim->conv : '-',
            dim->spatial ? "" : "  not spatial");
    }
    for (int t = 0; t < problem->n_tensors; t++) {
        const struct as_tensor *tensor = &problem->tensor[t];
        naas_buf_printf(out, "  %-8s %-6s ", tensor->name,
            as_role_names[tensor->role == AS_INPUT    ? 0
                          : tensor->role == AS_WEIGHT ? 1
                                                      : 2]);
        for (int i = 0; i < tensor->rank; i++)
            naas_buf_printf(out, "%s%lld", i ? " x " : " ", (long long)tensor->axis[i].extent);
        naas_buf_printf(out, "  %s\n", naas_type_name(tensor->type));
    }
    naas_buf_printf(out, "  partial sums %s, starting from %s, %lld MACs\n",
        naas_type_name(problem->acc_type), init_names[problem->init], (long long)as_problem_macs(problem));
}
