/*
 * Text and JSON forms of scops and schedules.
 */
#include "polyhedral/scop.h"
#include "support/number.h"
#include <cjson/cJSON.h>
#include <isl/printer.h>
#include <stdlib.h>
#include <string.h>

/* ---- scop ---- */

/* Takes isl's text, which may be NULL. */
static void put_isl(struct naas_buf *out, const char *indent, const char *mark, char *text)
{
    naas_buf_printf(out, "%s%s%s\n", indent, text ? text : "?", mark);
    free(text);
}

static char *block_text(__isl_keep isl_schedule *tree)
{
    isl_printer *printer = isl_printer_to_str(isl_schedule_get_ctx(tree));
    char *text;

    printer = isl_printer_set_yaml_style(printer, ISL_YAML_STYLE_BLOCK);
    printer = isl_printer_print_schedule(printer, tree);
    text = isl_printer_get_str(printer);
    isl_printer_free(printer);
    return text;
}

char *poly_tree_text(struct naas_ctx *ctx, __isl_keep isl_schedule *tree)
{
    char *text = tree ? block_text(tree) : NULL, *copy = naas_strdup(ctx, text ? text : "");

    free(text);
    return copy;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Texts of the maps in a union, sorted, so that dumps do not depend on isl's hash order. */
static char **map_texts(struct naas_ctx *ctx, __isl_keep isl_union_map *all, int *n)
{
    isl_map_list *list = isl_union_map_get_map_list(all);
    isl_size size = isl_map_list_size(list);
    char **text = naas_alloc(ctx, size > 0 ? (size_t)size : 1, sizeof *text);

    *n = size > 0 ? size : 0;
    for (int i = 0; i < *n; i++) {
        isl_map *map = isl_map_list_get_at(list, i);
        char *isl_text = isl_map_to_str(map);

        text[i] = naas_strdup(ctx, isl_text ? isl_text : "?");
        free(isl_text);
        isl_map_free(map);
    }
    isl_map_list_free(list);
    qsort(text, (size_t)*n, sizeof *text, compare_texts);
    return text;
}

struct kind {
    const char *name;
    isl_union_map *map;
};

static void dependence_kinds(const struct poly_scop *scop, struct kind kind[4])
{
    kind[0] = (struct kind){"flow", scop->flow};
    kind[1] = (struct kind){"anti", scop->anti};
    kind[2] = (struct kind){"output", scop->output};
    kind[3] = (struct kind){"reduction", scop->relaxed};
}

static void print_accesses(struct naas_buf *out, const struct poly_scop *scop, bool write)
{
    naas_buf_puts(out, write ? "writes\n" : "reads\n");
    for (int i = 0; i < scop->n_accesses; i++) {
        if (scop->access[i].write == write)
            put_isl(out, "  ", "", isl_map_to_str(scop->access[i].map));
    }
}

static void print_indented(struct naas_buf *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");

        naas_buf_printf(out, "  %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static const char *reduction_name(enum as_reduce kind)
{
    static const char *const names[] = {"sum", "max", "min", ""};

    return names[kind];
}

void poly_scop_print(struct naas_buf *out, const struct poly_scop *scop)
{
    struct kind kind[4];

    naas_buf_printf(out, "scop %s\ndomain\n", scop->nest->name);
    for (int s = 0; s < scop->n_stmts; s++) {
        const char *reduction = reduction_name(scop->stmt[s].reduction.kind);
        const char *mark = naas_format(scop->ctx, reduction[0] ? "   reduction: %s" : "%s", reduction);

        put_isl(out, "  ", mark, isl_set_to_str(scop->stmt[s].domain));
    }
    print_accesses(out, scop, false);
    print_accesses(out, scop, true);
    naas_buf_puts(out, "schedule\n");
    print_indented(out, poly_tree_text(scop->ctx, scop->schedule));
    naas_buf_puts(out, "dependences\n");
    dependence_kinds(scop, kind);
    for (int k = 0; k < 4; k++) {
        int n;
        char **text = map_texts(scop->ctx, kind[k].map, &n);

        for (int i = 0; i < n; i++)
            naas_buf_printf(out, "  %s %s\n", kind[k].name, text[i]);
    }
}

static void put_json(struct naas_buf *out, cJSON *root)
{
    char *text = cJSON_Print(root);

    naas_buf_printf(out, "%s\n", text ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(root);
}

static cJSON *json_root(const char *kind, const char *name)
{
    cJSON *root = cJSON_CreateObject();

    cJSON_AddNumberToObject(root, "format", 1);
    cJSON_AddStringToObject(root, "kind", kind);
    cJSON_AddStringToObject(root, "name", name);
    return root;
}

static void add_isl_text(cJSON *object, const char *key, char *text)
{
    cJSON_AddStringToObject(object, key, text ? text : "");
    free(text);
}

static cJSON *json_stmt(const struct poly_scop *scop, int s)
{
    cJSON *object = cJSON_CreateObject(), *reads = cJSON_CreateArray();

    cJSON_AddStringToObject(object, "name", isl_space_get_tuple_name(scop->stmt[s].space, isl_dim_set));
    add_isl_text(object, "domain", isl_set_to_str(scop->stmt[s].domain));
    if (scop->stmt[s].reduction.kind != AS_NO_REDUCE)
        cJSON_AddStringToObject(object, "reduction", reduction_name(scop->stmt[s].reduction.kind));
    cJSON_AddItemToObject(object, "reads", reads);
    for (int i = 0; i < scop->n_accesses; i++) {
        char *text;

        if (scop->access[i].stmt != s)
            continue;
        text = isl_map_to_str(scop->access[i].map);
        if (scop->access[i].write)
            cJSON_AddStringToObject(object, "write", text ? text : "");
        else
            cJSON_AddItemToArray(reads, cJSON_CreateString(text ? text : ""));
        free(text);
    }
    return object;
}

void poly_scop_json(struct naas_buf *out, const struct poly_scop *scop)
{
    cJSON *root = json_root("scop", scop->nest->name), *stmts = cJSON_CreateArray(),
          *deps = cJSON_CreateObject();
    struct kind kind[4];

    cJSON_AddItemToObject(root, "statements", stmts);
    for (int s = 0; s < scop->n_stmts; s++)
        cJSON_AddItemToArray(stmts, json_stmt(scop, s));
    cJSON_AddStringToObject(root, "schedule", poly_tree_text(scop->ctx, scop->schedule));
    cJSON_AddItemToObject(root, "dependences", deps);
    dependence_kinds(scop, kind);
    for (int k = 0; k < 4; k++) {
        int n;
        char **text = map_texts(scop->ctx, kind[k].map, &n);

        cJSON_AddItemToObject(deps, kind[k].name, cJSON_CreateStringArray((const char *const *)text, n));
    }
    put_json(out, root);
}

/* ---- schedule ---- */

/* Distinct values of a*p + b*r, 0 <= p < np, 0 <= r < nr: (p + b/g, r - a/g) gives the value of (p, r) again.
 */
static int64_t distinct(int64_t a, int64_t np, int64_t b, int64_t nr)
{
    int64_t g = gcd(a, b), p = np - b / g, r = nr - a / g;

    return np * nr - (p > 0 && r > 0 ? p * r : 0);
}

int64_t poly_footprint(const struct as_tensor *tensor, const int64_t tile[AS_MAX_DIMS])
{
    int64_t n = 1;

    for (int j = 0; j < tensor->rank; j++) {
        const struct as_axis *axis = &tensor->axis[j];

        if (axis->n_terms == 1)
            n *= tile[axis->term[0].dim];
        else if (axis->n_terms == 2)
            n *= distinct(
                axis->term[0].coef, tile[axis->term[0].dim], axis->term[1].coef, tile[axis->term[1].dim]);
    }
    return n;
}

/* Largest tile that a level holds. */
static void level_tile(
    const struct poly_problem *problem, const struct poly_schedule *schedule, int level, int64_t *tile)
{
    for (int d = 0; d < problem->problem.n_dims; d++)
        tile[d] = problem->problem.dim[d].extent;
    for (int i = 0; i < schedule->n_loops && schedule->loop[i].level < level; i++)
        tile[schedule->loop[i].dim] = schedule->loop[i].tile;
}

static const char *role_name(enum as_role role)
{
    return role == AS_INPUT ? "input" : role == AS_WEIGHT ? "weight" : "output";
}

static void print_level(struct naas_buf *out, const struct poly_problem *problem,
    const struct as_level *level, unsigned keeps, const int64_t *tile, int indent)
{
    const struct as_problem *p = &problem->problem;

    naas_buf_printf(out, "%*s%s: tile", indent, "", level->name);
    for (int d = 0; d < p->n_dims; d++)
        naas_buf_printf(out, " %s %lld", p->dim[d].name, (long long)tile[d]);
    naas_buf_puts(out, "; holds");
    for (int t = 0; t < p->n_tensors; t++) {
        if (keeps >> t & 1)
            naas_buf_printf(
                out, " %s %lld", p->tensor[t].name, (long long)poly_footprint(&p->tensor[t], tile));
    }
    naas_buf_puts(out, keeps ? "\n" : " nothing\n");
}

static void print_loop(struct naas_buf *out, const struct as_accel *accel,
    const struct poly_schedule *schedule, const struct poly_loop *loop, int indent)
{
    const char *from = loop->outer < 0 ? "0" : schedule->loop[loop->outer].name;

    naas_buf_printf(out, "%*sfor %s in [%s, +%lld) by %lld", indent, "", loop->name, from,
        (long long)loop->around, (long long)loop->tile);
    naas_buf_printf(
        out, "    %lld trips%s", (long long)loop->trips, loop->around % loop->tile ? ", last ragged" : "");
    if (loop->kind == POLY_SPATIAL)
        naas_buf_printf(out, ", spatial along %s", accel->level[loop->level].axis[loop->axis].name);
    naas_buf_puts(out, "\n");
}

void poly_schedule_print(struct naas_buf *out, const struct poly_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct poly_schedule *schedule)
{
    int64_t tile[AS_MAX_DIMS];
    int indent = 0, i = 0;

    naas_buf_printf(out, "schedule %s on %s\n", problem->problem.name, accel->name);
    for (int l = 0; l < mapping->n_levels; l++) {
        unsigned keeps = l == 0 ? (1u << problem->problem.n_tensors) - 1 : mapping->level[l].keeps;

        level_tile(problem, schedule, l, tile);
        print_level(out, problem, &accel->level[l], keeps, tile, indent);
        for (; i < schedule->n_loops && schedule->loop[i].level == l; i++) {
            indent += 2;
            print_loop(out, accel, schedule, &schedule->loop[i], indent);
        }
        indent += 2;
    }
    naas_buf_printf(out, "%*sS%d\n", indent, "", problem->update->id);
    for (int f = 0; f < problem->n_finish; f++)
        naas_buf_printf(out, "%sS%d", f ? ", " : "finish of an element: ", problem->finish[f].stmt->id);
    naas_buf_puts(out, "\n");
}

static cJSON *json_level(
    const struct poly_problem *problem, const struct as_level *level, unsigned keeps, const int64_t *tile)
{
    const struct as_problem *p = &problem->problem;
    cJSON *object = cJSON_CreateObject(), *tiles = cJSON_CreateObject(), *holds = cJSON_CreateArray();

    cJSON_AddStringToObject(object, "name", level->name);
    cJSON_AddItemToObject(object, "tile", tiles);
    for (int d = 0; d < p->n_dims; d++)
        cJSON_AddNumberToObject(tiles, p->dim[d].name, (double)tile[d]);
    cJSON_AddItemToObject(object, "holds", holds);
    for (int t = 0; t < p->n_tensors; t++) {
        cJSON *tensor;

        if (!(keeps >> t & 1))
            continue;
        tensor = cJSON_CreateObject();
        cJSON_AddStringToObject(tensor, "name", p->tensor[t].name);
        cJSON_AddStringToObject(tensor, "role", role_name(p->tensor[t].role));
        cJSON_AddNumberToObject(tensor, "footprint", (double)poly_footprint(&p->tensor[t], tile));
        cJSON_AddItemToArray(holds, tensor);
    }
    return object;
}

static cJSON *json_loop(
    const struct poly_problem *problem, const struct as_accel *accel, const struct poly_loop *loop)
{
    static const char *const kinds[] = {"temporal", "spatial", "point"};
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "name", loop->name);
    cJSON_AddStringToObject(object, "dim", problem->problem.dim[loop->dim].name);
    cJSON_AddStringToObject(object, "kind", kinds[loop->kind]);
    if (loop->kind == POLY_SPATIAL)
        cJSON_AddStringToObject(object, "axis", accel->level[loop->level].axis[loop->axis].name);
    cJSON_AddStringToObject(object, "level", accel->level[loop->level].name);
    cJSON_AddNumberToObject(object, "tile", (double)loop->tile);
    cJSON_AddNumberToObject(object, "trips", (double)loop->trips);
    return object;
}

void poly_schedule_json(struct naas_buf *out, const struct poly_problem *problem,
    const struct as_accel *accel, const struct as_mapping *mapping, const struct poly_schedule *schedule)
{
    cJSON *root = json_root("schedule", problem->problem.name), *levels = cJSON_CreateArray(),
          *loops = cJSON_CreateArray();
    int64_t tile[AS_MAX_DIMS];

    cJSON_AddStringToObject(root, "accel", accel->name);
    cJSON_AddItemToObject(root, "levels", levels);
    for (int l = 0; l < mapping->n_levels; l++) {
        unsigned keeps = l == 0 ? (1u << problem->problem.n_tensors) - 1 : mapping->level[l].keeps;

        level_tile(problem, schedule, l, tile);
        cJSON_AddItemToArray(levels, json_level(problem, &accel->level[l], keeps, tile));
    }
    cJSON_AddItemToObject(root, "loops", loops);
    for (int i = 0; i < schedule->n_loops; i++)
        cJSON_AddItemToArray(loops, json_loop(problem, accel, &schedule->loop[i]));
    cJSON_AddStringToObject(root, "isl", schedule->isl);
    put_json(out, root);
}
