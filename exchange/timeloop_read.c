/* Timeloop's files: which keys there are, and the problem. Architecture and mapping: timeloop_arch.c,
 * timeloop_map.c. */
#include "exchange/timeloop_read.h"
#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- problem ---- */

static int find_dim(const struct as_problem *problem, const char *name)
{
    for (int d = 0; name && d < problem->n_dims; d++)
        if (strcmp(problem->dim[d].name, name) == 0)
            return d;
    return -1;
}

bool xc_copy_name(struct yml_node node, char name[AS_NAME])
{
    const char *text = yml_text(node);
    if (!text || !*text || strlen(text) >= AS_NAME) {
        yml_error(node, "a name of 1 to %d bytes belongs here", AS_NAME - 1);
        return false;
    }
    strcpy(name, text);
    return true;
}

static void read_dims(struct yml_node shape, struct yml_node instance, struct as_problem *problem)
{
    struct yml_node dims = yml_get(shape, "dimensions");
    if (!yml_is_list(dims) || yml_length(dims) > AS_MAX_DIMS) {
        yml_error(
            yml_present(dims) ? dims : shape, "a list of at most %d dimensions belongs here", AS_MAX_DIMS);
        return;
    }
    for (int i = 0; i < yml_length(dims); i++) {
        struct yml_node name = yml_at(dims, i);
        struct as_dim *dim = &problem->dim[problem->n_dims];
        *dim = (struct as_dim){.kind = AS_REDUCTION, .extent = 1, .spatial = true};
        if (!xc_copy_name(name, dim->name))
            return;
        struct yml_node extent = yml_get(instance, dim->name);
        if (!yml_present(extent))
            yml_error(yml_present(instance) ? instance : shape, "the instance does not say how large %s is",
                dim->name);
        dim->extent = (int64_t)yml_number(extent, 1, 0x1p40, 1);
        problem->n_dims++;
    }
}

static int64_t coefficient(struct yml_node shape, struct yml_node instance, struct yml_node name)
{
    const char *text = yml_text(name);
    struct yml_node list = yml_get(shape, "coefficients");
    if (text && yml_present(yml_get(instance, text)))
        return (int64_t)yml_number(yml_get(instance, text), 1, 0x1p30, 1);
    for (int i = 0; text && i < yml_length(list); i++) {
        const char *own = yml_text(yml_get(yml_at(list, i), "name"));
        if (own && strcmp(own, text) == 0)
            return (int64_t)yml_number(yml_get(yml_at(list, i), "default"), 1, 0x1p30, 1);
    }
    yml_error(name, "coefficient %s has no value", text ? text : "");
    return 1;
}

static void read_term(struct yml_node shape, struct yml_node instance, struct yml_node term,
    const struct as_problem *problem, struct as_axis *axis)
{
    struct yml_node name = yml_is_list(term) && yml_length(term) > 0 ? yml_at(term, 0) : term;
    int d = find_dim(problem, yml_text(name));
    if (d < 0) {
        yml_error(name, "'%s' is no dimension", yml_text(name) ? yml_text(name) : "");
        return;
    }
    if (axis->n_terms == 2) {
        yml_error(term, "an axis with more than two dimensions cannot be expressed");
        return;
    }
    int64_t coef =
        yml_is_list(term) && yml_length(term) > 1 ? coefficient(shape, instance, yml_at(term, 1)) : 1;
    axis->term[axis->n_terms++] = (struct as_term){d, coef};
}

/* An axis is a list of terms [dim] or [dim, coefficient], or the name of a dim. */
static void read_axis(struct yml_node shape, struct yml_node instance, struct yml_node node,
    const struct as_problem *problem, struct as_tensor *tensor)
{
    struct as_axis *axis = &tensor->axis[tensor->rank];
    if (tensor->rank == AS_MAX_RANK) {
        yml_error(node, "a tensor of more than %d axes cannot be expressed", AS_MAX_RANK);
        return;
    }
    *axis = (struct as_axis){.extent = 1};
    if (yml_is_list(node))
        for (int k = 0; k < yml_length(node); k++)
            read_term(shape, instance, yml_at(node, k), problem, axis);
    else
        read_term(shape, instance, node, problem, axis);
    for (int k = 0; k < axis->n_terms; k++)
        axis->extent += axis->term[k].coef * (problem->dim[axis->term[k].dim].extent - 1);
    tensor->rank++;
}

static bool slides(const struct as_tensor *tensor)
{
    for (int a = 0; a < tensor->rank; a++)
        if (tensor->axis[a].n_terms > 1)
            return true;
    return false;
}

/* Which operand is the input and which the weights: by their names, else the one over which a window slides,
 * else the first is the input. */
static void give_roles(struct as_problem *problem)
{
    int operand[2] = {-1, -1}, n = 0;
    for (int t = 0; t < problem->n_tensors; t++)
        if (t != problem->output && n < 2)
            operand[n++] = t;
    for (int i = 0; i < n; i++)
        problem->tensor[operand[i]].role = AS_INPUT;
    if (n < 2)
        return;
    const struct as_tensor *first = &problem->tensor[operand[0]], *second = &problem->tensor[operand[1]];
    bool first_is_weight =
        strncasecmp(first->name, "w", 1) == 0 || strncasecmp(first->name, "filter", 6) == 0;
    bool second_is_weight =
        strncasecmp(second->name, "w", 1) == 0 || strncasecmp(second->name, "filter", 6) == 0;
    if (first_is_weight == second_is_weight)
        first_is_weight = !slides(first) && slides(second);
    problem->tensor[operand[first_is_weight ? 0 : 1]].role = AS_WEIGHT;
}

static void read_tensors(struct yml_node shape, struct yml_node instance, struct as_problem *problem)
{
    struct yml_node spaces = yml_get2(shape, "data_spaces", "data-spaces");
    problem->output = -1;
    if (!yml_is_list(spaces)) {
        yml_error(yml_present(spaces) ? spaces : shape, "the data spaces are missing");
        return;
    }
    for (int t = 0; t < yml_length(spaces); t++) {
        struct yml_node space = yml_at(spaces, t), projection = yml_get(space, "projection");
        struct as_tensor *tensor = &problem->tensor[problem->n_tensors];
        if (problem->n_tensors == AS_MAX_TENSORS - 1) {
            yml_error(space, "more than two operands and a result cannot be expressed");
            return;
        }
        *tensor = (struct as_tensor){.type = NAAS_WORD};
        if (!xc_copy_name(yml_get(space, "name"), tensor->name))
            return;
        if (!yml_is_list(projection))
            yml_error(
                yml_present(projection) ? projection : space, "a projection as a list of axes belongs here");
        for (int a = 0; yml_is_list(projection) && a < yml_length(projection); a++)
            read_axis(shape, instance, yml_at(projection, a), problem, tensor);
        if (yml_true(yml_get2(space, "read_write", "read-write"))) {
            if (problem->output >= 0)
                yml_error(space, "a second result cannot be expressed");
            problem->output = problem->n_tensors;
            tensor->role = AS_OUTPUT;
        }
        problem->n_tensors++;
    }
    if (problem->output < 0 || problem->n_tensors < 2)
        yml_error(spaces, "one data space is read and written, one or two others are read");
}

/* What the output's subscripts name is parallel. */
static void give_kinds(struct as_problem *problem)
{
    const struct as_tensor *output = &problem->tensor[problem->output];
    for (int a = 0; a < output->rank; a++)
        for (int k = 0; k < output->axis[a].n_terms; k++)
            problem->dim[output->axis[a].term[k].dim].kind = AS_PARALLEL;
}

static enum naas_status read_problem(struct naas_ctx *ctx, struct yml_node node, struct as_problem *problem)
{
    struct yml_node shape = yml_get(node, "shape"), instance = yml_get(node, "instance");
    if (!yml_present(shape)) /* older files put the shape where the problem is */
        shape = node;
    if (!yml_present(instance))
        instance = node;
    *problem =
        (struct as_problem){.name = "nest", .reduce = AS_SUM, .combine = AS_PRODUCT, .acc_type = NAAS_WORD};
    if (!yml_is_map(shape)) {
        yml_error(shape, "a built-in shape cannot be expressed: write out its dimensions and data spaces");
        return NAAS_BAD_INPUT;
    }
    if (yml_present(yml_get(shape, "name")))
        xc_copy_name(yml_get(shape, "name"), problem->name);
    if (yml_present(yml_get(instance, "densities")))
        yml_warn(yml_get(instance, "densities"), "sparse tensors cannot be expressed: all are dense here");
    read_dims(shape, instance, problem);
    if (!yml_failed(node))
        read_tensors(shape, instance, problem);
    if (yml_failed(node))
        return NAAS_BAD_INPUT;
    give_kinds(problem);
    give_roles(problem);
    if (problem->n_tensors == 2)
        problem->combine = AS_COPY;
    return as_problem_finish(ctx, problem, yml_loc(node));
}

/* ---- files ---- */

struct found {
    struct yml_node architecture, problem, mapping;
};

static void look_through(struct yml_node root, struct found *found)
{
    const struct {
        const char *key;
        struct yml_node *node;
    } wanted[] = {
        {"architecture", &found->architecture}, {"problem", &found->problem}, {"mapping", &found->mapping}};
    if (!yml_is_map(root)) {
        yml_error(root, "a map with the keys architecture, problem or mapping belongs here");
        return;
    }
    for (int i = 0; i < yml_length(root); i++) {
        const char *key;
        bool known = false;
        struct yml_node value = yml_value(root, i, &key);
        for (int k = 0; k < 3; k++)
            if (strcmp(key, wanted[k].key) == 0) {
                if (yml_present(*wanted[k].node))
                    yml_error(value, "a second %s", key);
                *wanted[k].node = value;
                known = true;
            }
        if (!known)
            yml_warn(value, "'%s' is not read", key);
    }
}

static enum naas_status read_found(struct naas_ctx *ctx, const struct found *found, struct xc_design *design)
{
    enum naas_status status = NAAS_OK;
    if (yml_present(found->architecture)) {
        status = xc_read_architecture(ctx, found->architecture, design);
        design->has_accel = status == NAAS_OK;
    }
    if (status == NAAS_OK && yml_present(found->problem)) {
        status = read_problem(ctx, found->problem, &design->problem);
        design->has_problem = status == NAAS_OK;
    }
    if (status != NAAS_OK || !yml_present(found->mapping))
        return status;
    if (!design->has_accel || !design->has_problem) {
        yml_error(found->mapping, "a mapping needs its architecture and its problem: give their files, too");
        return NAAS_BAD_INPUT;
    }
    status = xc_read_mapping(ctx, found->mapping, design);
    design->has_mapping = status == NAAS_OK;
    return status;
}

enum naas_status xc_timeloop_read(
    struct naas_ctx *ctx, int n, const char *const *paths, struct xc_design *design)
{
    struct found found = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    struct yml_node *root = naas_alloc(ctx, (size_t)n + 1, sizeof *root);
    enum naas_status status = NAAS_OK;
    *design = (struct xc_design){0};
    for (int i = 0; i < n && status == NAAS_OK; i++) {
        status = yml_read(ctx, paths[i], &root[i]);
        if (status == NAAS_OK && yml_present(root[i]))
            look_through(root[i], &found);
        if (status == NAAS_OK && yml_failed(root[i]))
            status = NAAS_BAD_INPUT;
    }
    if (status == NAAS_OK)
        status = read_found(ctx, &found, design);
    for (int i = 0; i < n; i++)
        yml_free(root[i]);
    return status;
}
