/* Mappings: directives for levels; factors say how often a loop runs (and, after a comma, in the last tile),
 * the permutation their order, innermost first. */
#include "exchange/timeloop_read.h"
#include "support/number.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct factor {
    int64_t full, last;
    int place; /* in the permutation, 0 innermost; -1: not named */
    struct yml_node node;
};

struct directive {
    struct yml_node node;
    int level;
    bool spatial, given;
    int split;
    struct factor factor[AS_MAX_DIMS];
};

struct reader {
    struct naas_ctx *ctx;
    struct xc_design *design;
    struct directive temporal[AS_MAX_LEVELS], spatial[AS_MAX_LEVELS];
};

static int dim_named(const struct as_problem *problem, const char *name, size_t length)
{
    for (int d = 0; d < problem->n_dims; d++)
        if (strlen(problem->dim[d].name) == length && strncmp(problem->dim[d].name, name, length) == 0)
            return d;
    return -1;
}

/* "C=4", "C=4,3" or "C4"; the end of it, NULL when it is none. */
static const char *read_factor(
    struct reader *reader, struct yml_node node, const char *text, struct directive *directive)
{
    const struct as_problem *problem = &reader->design->problem;
    const char *equals = text + strcspn(text, "= \t,"), *value;
    size_t length = 0;
    char *end;
    if (*equals == '=') {
        length = (size_t)(equals - text);
        value = equals + 1;
    } else {
        for (length = strcspn(text, " \t,"); length > 0 && isdigit((unsigned char)text[length - 1]);)
            length--;
        value = text + length;
    }
    int d = dim_named(problem, text, length);
    int64_t full = strtoll(value, &end, 10), last = full;
    if (d < 0 || end == value) {
        yml_error(node, "'%s' is no factor of a dimension", text);
        return NULL;
    }
    if (*end == ',' && isdigit((unsigned char)end[1]))
        last = strtoll(end + 1, &end, 10);
    if (full < 1 || last < 1 || last > full) {
        yml_error(node, "factor %" PRId64 " of %s cannot be expressed: write out how often each loop runs",
            full, problem->dim[d].name);
        return NULL;
    }
    directive->factor[d] = (struct factor){full, last, directive->factor[d].place, node};
    return end;
}

static void read_factors(struct reader *reader, struct yml_node node, struct directive *directive)
{
    int n = yml_is_list(node) ? yml_length(node) : yml_present(node) ? 1 : 0;
    for (int i = 0; i < n; i++) {
        struct yml_node item = yml_is_list(node) ? yml_at(node, i) : node;
        const char *text = yml_text(item);
        if (!text)
            yml_error(item, "a factor such as C=4 belongs here");
        while (text && *(text += strspn(text, " \t,")))
            text = read_factor(reader, item, text, directive);
    }
}

/* A list of names, or one word: names that are letters, or parted by spaces or commas. */
static void read_permutation(struct reader *reader, struct yml_node node, struct directive *directive)
{
    const struct as_problem *problem = &reader->design->problem;
    int place = 0;
    const char *word = yml_text(node);
    bool letters = word && !strpbrk(word, " ,") && dim_named(problem, word, strlen(word)) < 0;
    for (int i = 0; yml_is_list(node) && i < yml_length(node); i++) {
        const char *text = yml_text(yml_at(node, i));
        int d = text ? dim_named(problem, text, strlen(text)) : -1;
        if (d < 0)
            yml_error(yml_at(node, i), "'%s' is no dimension", text ? text : "");
        else
            directive->factor[d].place = place++;
    }
    while (word && *(word += strspn(word, " ,"))) {
        size_t length = letters ? 1 : strcspn(word, " ,");
        int d = dim_named(problem, word, length);
        if (d < 0) {
            yml_error(node, "'%.*s' is no dimension", (int)length, word);
            return;
        }
        directive->factor[d].place = place++;
        word += length;
    }
}

static void read_list(struct yml_node list, const struct as_problem *problem, bool kept, unsigned *keeps)
{
    for (int i = 0; yml_is_list(list) && i < yml_length(list); i++) {
        const char *text = yml_text(yml_at(list, i));
        bool found = false;
        for (int t = 0; text && t < problem->n_tensors; t++)
            if (strcmp(problem->tensor[t].name, text) == 0) {
                *keeps = kept ? *keeps | 1U << t : *keeps & ~(1U << t);
                found = true;
            }
        if (!found)
            yml_error(yml_at(list, i), "'%s' is no data space", text ? text : "");
    }
}

static void read_loops(struct reader *reader, struct yml_node node, int level, bool spatial)
{
    struct directive *directive = spatial ? &reader->spatial[level] : &reader->temporal[level];
    struct yml_node split = yml_get(node, "split");
    if (directive->given) {
        yml_error(node, "a second directive of this type for this level");
        return;
    }
    *directive = (struct directive){.node = node, .level = level, .spatial = spatial, .given = true};
    for (int d = 0; d < AS_MAX_DIMS; d++)
        directive->factor[d] = (struct factor){1, 1, -1, node};
    directive->split = (int)yml_number(split, 0, AS_MAX_DIMS, AS_MAX_DIMS);
    read_factors(reader, yml_get(node, "factors"), directive);
    read_permutation(reader, yml_get(node, "permutation"), directive);
}

static void read_directive(struct reader *reader, struct yml_node node)
{
    const struct as_accel *accel = &reader->design->accel;
    struct yml_node target = yml_get(node, "target"), type = yml_get(node, "type");
    const char *name = yml_text(target), *what = yml_text(type);
    int level = -1;
    for (int l = 0; name && l < accel->n_levels; l++)
        if (strcmp(accel->level[l].name, name) == 0)
            level = l;
    if (level < 0 || !what) {
        yml_error(yml_present(target) ? target : node,
            level < 0 ? "'%s' is no memory of the architecture" : "%s: the type is missing",
            name ? name : "");
        return;
    }
    if (strcmp(what, "temporal") == 0 || strcmp(what, "spatial") == 0) {
        read_loops(reader, node, level, what[0] == 's');
    } else if (strcmp(what, "bypass") == 0 || strcmp(what, "datatype") == 0 ||
               strcmp(what, "dataspace") == 0) {
        unsigned *keeps = &reader->design->mapping.level[level].keeps;
        read_list(yml_get(node, "keep"), &reader->design->problem, true, keeps);
        read_list(yml_get(node, "bypass"), &reader->design->problem, false, keeps);
    } else {
        yml_error(type, "a directive of type %s cannot be expressed", what);
    }
}

/* ---- loops ---- */

/* Loops of a directive, innermost first. */
static int in_order(const struct reader *reader, const struct directive *directive, int order[AS_MAX_DIMS])
{
    int n = 0;
    for (int place = 0; place < AS_MAX_DIMS; place++)
        for (int d = 0; d < reader->design->problem.n_dims; d++)
            if (directive->factor[d].place == place && directive->factor[d].full > 1)
                order[n++] = d;
    for (int d = 0; d < reader->design->problem.n_dims; d++)
        if (directive->factor[d].place < 0 && directive->factor[d].full > 1) {
            if (yml_present(yml_get(directive->node, "permutation")))
                yml_error(directive->factor[d].node, "the permutation does not say where %s stands",
                    reader->design->problem.dim[d].name);
            order[n++] = d;
        }
    return n;
}

/* Axis of the i-th spatial loop from inside: those up to the split lie along X. */
static int axis_of(const struct directive *directive, int place)
{
    return place < directive->split ? 0 : 1;
}

/* A loop that was met on the way out. */
struct met {
    struct as_loop loop;
    int level;
    const struct factor *factor;
};

static void meet(struct reader *reader, const struct directive *directive, int64_t inside[AS_MAX_DIMS],
    int *n, struct met *met)
{
    int order[AS_MAX_DIMS], loops = directive->given ? in_order(reader, directive, order) : 0;
    const struct as_accel *accel = &reader->design->accel;
    for (int i = 0; i < loops && *n < AS_MAX_LOOPS * AS_MAX_LEVELS; i++) {
        int d = order[i], axis = -1;
        const struct factor *factor = &directive->factor[d];
        if (directive->spatial) {
            axis = axis_of(directive, factor->place < 0 ? i : factor->place);
            if (directive->level == accel->n_levels - 1)
                axis = -1; /* several multipliers of one instance: points in any order */
            else if (axis >= accel->level[directive->level].n_axes)
                axis = accel->level[directive->level].n_axes - 1;
            if (directive->level < accel->n_levels - 1 && axis < 0) {
                yml_error(factor->node, "there is no array below %s", accel->level[directive->level].name);
                return;
            }
        }
        met[(*n)++] = (struct met){{d, inside[d], axis}, directive->level, factor};
        if (__builtin_mul_overflow(inside[d], factor->full, &inside[d])) {
            yml_error(factor->node, "the product of the factors exceeds 63 bits");
            return;
        }
    }
}

/* What clipping makes of the last tiles has to be what the factors say. */
static void check_last(const struct reader *reader, int n, const struct met *met)
{
    int64_t last[AS_MAX_DIMS];
    for (int d = 0; d < reader->design->problem.n_dims; d++)
        last[d] = reader->design->problem.dim[d].extent;
    for (int i = n - 1; i >= 0; i--) {
        const struct as_loop *loop = &met[i].loop;
        int64_t runs = ceil_div(last[loop->dim], loop->tile);
        if (met[i].factor->last != runs && met[i].factor->last != met[i].factor->full)
            yml_error(met[i].factor->node, "the last tile of %s runs %" PRId64 " times here, not %" PRId64,
                reader->design->problem.dim[loop->dim].name, runs, met[i].factor->last);
        last[loop->dim] -= (runs - 1) * loop->tile;
    }
}

static void build(struct reader *reader, struct yml_node node)
{
    struct as_problem *problem = &reader->design->problem;
    struct as_mapping *mapping = &reader->design->mapping;
    struct met *met = naas_alloc(reader->ctx, AS_MAX_LOOPS * AS_MAX_LEVELS, sizeof *met);
    int64_t inside[AS_MAX_DIMS];
    int n = 0;
    for (int d = 0; d < AS_MAX_DIMS; d++)
        inside[d] = 1;
    for (int l = mapping->n_levels - 1; l >= 0 && !yml_failed(node); l--) {
        meet(reader, &reader->spatial[l], inside, &n, met);
        meet(reader, &reader->temporal[l], inside, &n, met);
    }
    for (int d = 0; d < problem->n_dims; d++)
        if (inside[d] < problem->dim[d].extent)
            yml_error(node, "the factors of %s multiply to %" PRId64 ", and it is %" PRId64,
                problem->dim[d].name, inside[d], problem->dim[d].extent);
    if (yml_failed(node))
        return;
    check_last(reader, n, met);
    for (int i = n - 1; i >= 0; i--) {
        struct as_mapping_level *level = &mapping->level[met[i].level];
        /* What reaches beyond the problem is the whole of it. */
        if (met[i].loop.tile < problem->dim[met[i].loop.dim].extent && level->n_loops < AS_MAX_LOOPS)
            level->loop[level->n_loops++] = met[i].loop;
    }
}

enum naas_status xc_read_mapping(struct naas_ctx *ctx, struct yml_node node, struct xc_design *design)
{
    struct reader *reader = naas_alloc(ctx, 1, sizeof *reader);
    reader->ctx = ctx;
    reader->design = design;
    design->mapping = (struct as_mapping){.n_levels = design->accel.n_levels};
    for (int l = 0; l < design->accel.n_levels; l++)
        design->mapping.level[l].keeps = (1U << design->problem.n_tensors) - 1;
    if (!yml_is_list(node))
        yml_error(node, "a list of directives belongs here");
    for (int i = 0; yml_is_list(node) && i < yml_length(node); i++)
        read_directive(reader, yml_at(node, i));
    design->mapping.level[0].keeps = (1U << design->problem.n_tensors) - 1;
    if (!yml_failed(node))
        build(reader, node);
    if (yml_failed(node))
        return NAAS_BAD_INPUT;
    const char *fault = as_mapping_fault(ctx, &design->problem, &design->accel, &design->mapping);
    if (fault)
        yml_error(node, "%s", fault);
    return fault ? NAAS_BAD_INPUT : NAAS_OK;
}
