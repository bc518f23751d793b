/*
 * Mappings as JSON and as an indented loop nest:
 *
 *     {"format": 1, "kind": "mapping", "levels": [
 *         {"level": "DRAM", "loops": [{"dim": "K", "tile": 16}]},
 *         {"level": "L2", "keeps": ["I", "O"], "loops": [{"dim": "P", "tile": 1}, {"dim": "K", "tile": 1,
 * "axis": "X"}]},
 *         {"level": "L1", "loops": []}]}
 *
 * Without "keeps" a level keeps all that it can.
 */
#include "accelsearch/jsonform.h"

#include <string.h>

static unsigned all_it_can(const struct as_problem *problem, const struct as_accel *accel, int l)
{
    unsigned keeps = 0;
    for (int t = 0; t < problem->n_tensors; t++)
        if (l == 0 || (accel->level[l].keeps & problem->tensor[t].role))
            keeps |= 1u << t;
    return keeps;
}

static int find_dim(struct json_node node, const struct as_problem *problem)
{
    const char *names[AS_MAX_DIMS];
    for (int d = 0; d < problem->n_dims; d++)
        names[d] = problem->dim[d].name;
    return json_choice(node, names, problem->n_dims, 0);
}

static int find_axis(struct json_node node, const struct as_level *level)
{
    const char *names[AS_MAX_AXES];
    if (!json_present(node))
        return -1;
    for (int a = 0; a < level->n_axes; a++)
        names[a] = level->axis[a].name;
    if (level->n_axes == 0)
        json_error(node, "%s has no array below it", level->name);
    return level->n_axes ? json_choice(node, names, level->n_axes, 0) : -1;
}

static unsigned read_keeps(struct json_node node, const struct as_problem *problem)
{
    const char *names[AS_MAX_TENSORS];
    unsigned keeps = 0;
    for (int t = 0; t < problem->n_tensors; t++)
        names[t] = problem->tensor[t].name;
    for (int i = 0; i < json_length(node); i++)
        keeps |= 1u << json_choice(json_at(node, i), names, problem->n_tensors, 0);
    return keeps;
}

static void read_level(struct json_node node, const struct as_problem *problem, const struct as_accel *accel,
    int l, struct as_mapping_level *level)
{
    as_json_notes(node);
    struct json_node name = json_need(node, "level");
    if (json_present(name) && strcmp(json_string(name, accel->level[l].name), accel->level[l].name) != 0)
        json_error(name, "level %d of %s is %s", l, accel->name, accel->level[l].name);
    struct json_node keeps = json_get(node, "keeps"), loops = json_need(node, "loops");
    level->keeps = json_present(keeps) ? read_keeps(keeps, problem) : all_it_can(problem, accel, l);
    level->n_loops = json_length(loops);
    if (level->n_loops > AS_MAX_LOOPS) {
        json_error(loops, "more than %d loops", AS_MAX_LOOPS);
        level->n_loops = AS_MAX_LOOPS;
    }
    for (int i = 0; i < level->n_loops; i++) {
        struct json_node loop = json_at(loops, i);
        level->loop[i].dim = find_dim(json_need(loop, "dim"), problem);
        level->loop[i].tile = json_int(json_need(loop, "tile"), 1, ((int64_t)1 << 53) - 1, 1);
        level->loop[i].axis = find_axis(json_get(loop, "axis"), &accel->level[l]);
    }
}

enum naas_status as_mapping_from_json(struct naas_ctx *ctx, const char *path,
    const struct as_problem *problem, const struct as_accel *accel, struct as_mapping *mapping)
{
    struct json_node root;
    memset(mapping, 0, sizeof *mapping);
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, "mapping");
    as_json_notes(root);
    struct json_node levels = json_need(root, "levels");
    mapping->n_levels = accel->n_levels;
    if (json_present(levels) && json_length(levels) != accel->n_levels)
        json_error(levels, "%d levels, %s has %d", json_length(levels), accel->name, accel->n_levels);
    else
        for (int l = 0; json_present(levels) && l < accel->n_levels; l++)
            read_level(json_at(levels, l), problem, accel, l, &mapping->level[l]);
    status = json_done(root);
    if (status != NAAS_OK)
        return status;
    const char *fault = as_mapping_fault(ctx, problem, accel, mapping);
    if (fault)
        naas_diag(ctx, NAAS_ERROR, json_loc(levels), "%s", fault);
    return fault ? NAAS_BAD_INPUT : NAAS_OK;
}

static void write_loop(struct naas_buf *out, const struct as_problem *problem, const struct as_level *level,
    const struct as_loop *loop)
{
    naas_buf_puts(out, "{\"dim\": ");
    json_write_string(out, problem->dim[loop->dim].name);
    naas_buf_printf(out, ", \"tile\": %lld", (long long)loop->tile);
    if (loop->axis >= 0) {
        naas_buf_puts(out, ", \"axis\": ");
        json_write_string(out, level->axis[loop->axis].name);
    }
    naas_buf_puts(out, "}");
}

void as_mapping_json(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping)
{
    naas_buf_puts(out, "{\n  \"format\": 1,\n  \"kind\": \"mapping\",\n  \"levels\": [");
    for (int l = 0; l < mapping->n_levels; l++) {
        const struct as_mapping_level *level = &mapping->level[l];
        naas_buf_puts(out, l ? ",\n    {\"level\": " : "\n    {\"level\": ");
        json_write_string(out, accel->level[l].name);
        naas_buf_puts(out, ", \"keeps\": [");
        const char *separator = "";
        for (int t = 0; t < problem->n_tensors; t++) {
            if (!(level->keeps >> t & 1))
                continue;
            naas_buf_puts(out, separator);
            json_write_string(out, problem->tensor[t].name);
            separator = ", ";
        }
        naas_buf_puts(out, "], \"loops\": [");
        for (int i = 0; i < level->n_loops; i++) {
            naas_buf_puts(out, i ? ",\n      " : "\n      ");
            write_loop(out, problem, &accel->level[l], &level->loop[i]);
        }
        naas_buf_puts(out, "]}");
    }
    naas_buf_puts(out, "\n  ]\n}\n");
}

/* ---- text ---- */

static void print_level(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping, int l)
{
    int64_t tile[AS_MAX_DIMS];
    as_level_tile(problem, mapping, l, tile);
    naas_buf_printf(out, "%s:", accel->level[l].name);
    for (int t = 0; t < problem->n_tensors; t++) {
        if (!(mapping->level[l].keeps >> t & 1))
            continue;
        int64_t elements = as_footprint(problem, t, tile);
        naas_buf_printf(out, "  %s %lld (%lld bytes)", problem->tensor[t].name, (long long)elements,
            (long long)(elements * as_element_bytes(problem, accel, t)));
    }
    naas_buf_puts(out, "\n");
}

/* Temporal loops indent what follows; spatial ones stand side by side. */
void as_mapping_print(struct naas_buf *out, const struct as_problem *problem, const struct as_accel *accel,
    const struct as_mapping *mapping)
{
    int64_t tile[AS_MAX_DIMS];
    as_level_tile(problem, mapping, 0, tile);
    int depth = 1;
    for (int l = 0; l < mapping->n_levels; l++) {
        const struct as_mapping_level *level = &mapping->level[l];
        print_level(out, problem, accel, mapping, l);
        for (int i = 0; i < level->n_loops; i++) {
            const struct as_loop *loop = &level->loop[i];
            const struct as_dim *dim = &problem->dim[loop->dim];
            int64_t around = tile[loop->dim];
            naas_buf_printf(out, "%*s%s %s: %lld x %lld%s", 2 * depth, "", loop->axis < 0 ? "for" : "spatial",
                dim->name, (long long)((around - 1) / loop->tile + 1), (long long)loop->tile,
                around % loop->tile && around > loop->tile ? " (ragged)" : "");
            if (loop->axis >= 0)
                naas_buf_printf(out, " along %s", accel->level[l].axis[loop->axis].name);
            naas_buf_puts(out, "\n");
            if (loop->tile < around)
                tile[loop->dim] = loop->tile;
            depth += loop->axis < 0;
        }
    }
    naas_buf_printf(out, "%*smac\n", 2 * depth, "");
}
