/* Technology tables: finding and reading them. */
#include "accelsearch/technology.h"

#include "accelsearch/jsonform.h"
#include "technology_tables.h"

#include <string.h>

const char *const as_mac_type_names[AS_N_MAC_TYPES] = {"i8", "i16", "i32", "f16", "f32"};
const char *const as_dram_names[AS_N_DRAMS] = {"lpddr4", "ddr3", "gddr5", "hbm2"};

/* ---- reading ---- */

/* Numbers of points: no logarithm has to be taken of 0. */
static const double least_cost = 1e-12, max_cost = 1e12;

/* As many numbers as there are points. */
static void read_row(struct json_node points, const char *key, int n, double numbers[AS_MAX_POINTS])
{
    struct json_node list = json_need(points, key);
    int length = json_length(list);
    if (json_present(list) && length != n)
        json_error(list, "%d numbers for %d capacities", length, n);
    for (int i = 0; i < n; i++)
        numbers[i] = json_number(json_at(list, i), least_cost, max_cost, 1);
}

/* The capacities of a curve; at least one is there afterwards. */
static void read_capacities(struct json_node object, struct as_points *points)
{
    struct json_node list = json_need(object, "bytes");
    int n = json_length(list);
    if (json_present(list) && (n < 1 || n > AS_MAX_POINTS))
        json_error(list, "%d capacities, not 1 to %d", n, AS_MAX_POINTS);
    points->n = n < 1 ? 1 : n > AS_MAX_POINTS ? AS_MAX_POINTS : n;
    for (int i = 0; i < points->n; i++) {
        struct json_node node = json_at(list, i);
        points->bytes[i] = json_number(node, 1, 0x1p50, i + 1);
        if (i > 0 && points->bytes[i] <= points->bytes[i - 1])
            json_error(node, "capacities have to ascend");
    }
}

static void read_sram(struct json_node sram, struct as_technology *technology)
{
    struct json_node list = json_need(sram, "points");
    int n = json_length(list);
    if (json_present(list) && (n < 1 || n > AS_MAX_WIDTHS))
        json_error(list, "points of %d widths, not of 1 to %d", n, AS_MAX_WIDTHS);
    technology->n_widths = n > AS_MAX_WIDTHS ? AS_MAX_WIDTHS : n;
    for (int i = 0; i < technology->n_widths; i++) {
        struct json_node node = json_at(list, i), bits = json_need(node, "bits");
        struct as_points *points = &technology->sram[i];
        as_json_source(node);
        points->bits = json_number(bits, 1, 1 << 20, i + 1);
        if (i > 0 && points->bits <= technology->sram[i - 1].bits)
            json_error(bits, "widths have to ascend");
        read_capacities(node, points);
        read_row(node, "read_pj", points->n, points->read_pj);
        read_row(node, "write_pj", points->n, points->write_pj);
        read_row(node, "area_um2", points->n, points->area_um2);
    }
}

static double read_cost(struct json_node object, const char *key)
{
    return json_number(json_need(object, key), 0, 1e9, 0);
}

static void read_registers(struct json_node node, struct as_technology *technology)
{
    struct as_points *points = &technology->registers;
    points->bits = 1;
    read_capacities(node, points);
    read_row(node, "read_pj_per_bit", points->n, points->read_pj);
    read_row(node, "write_pj_per_bit", points->n, points->write_pj);
    technology->register_um2 = read_cost(node, "um2_per_bit");
    technology->register_bytes = json_int(json_need(node, "below_bytes"), 0, 1 << 20, 0);
}

static void read_technology(struct json_node root, struct as_technology *technology)
{
    static const char *const parts[AS_N_PARTS] = {"sram", "register", "hop", "mac", "dram"};
    struct json_node part[AS_N_PARTS];
    json_expect_kind(root, "technology");
    as_json_source(root);
    as_json_name(json_need(root, "name"), technology->name);
    technology->nm = (int)json_int(json_need(root, "nm"), 1, 1000, 0);
    for (int i = 0; i < AS_N_PARTS; i++) {
        part[i] = json_need(root, parts[i]);
        technology->source[i] = as_json_source(part[i]);
    }
    read_sram(part[AS_PART_SRAM], technology);
    read_registers(part[AS_PART_REGISTER], technology);
    technology->hop_pj = read_cost(part[AS_PART_HOP], "pj_per_bit");
    for (int i = 0; i < AS_N_MAC_TYPES; i++) {
        struct json_node type = json_need(part[AS_PART_MAC], as_mac_type_names[i]);
        technology->mac_source[i] = as_json_source(type);
        technology->mac_pj[i] = read_cost(type, "pj");
        technology->mac_um2[i] = read_cost(type, "um2");
    }
    struct json_node per_bit = json_need(part[AS_PART_DRAM], "pj_per_bit");
    for (int i = 0; i < AS_N_DRAMS; i++)
        technology->dram_pj[i] = read_cost(per_bit, as_dram_names[i]);
}

static const char *built_in(const char *name)
{
    for (size_t i = 0; i < sizeof technology_tables / sizeof *technology_tables; i++)
        if (strcmp(technology_tables[i].name, name) == 0)
            return technology_tables[i].text;
    return NULL;
}

const char *as_technology_name(int i)
{
    int n = sizeof technology_tables / sizeof *technology_tables;
    return i < n ? technology_tables[i].name : NULL;
}

static const char *built_in_names(struct naas_ctx *ctx)
{
    struct naas_buf names = naas_buf_new(ctx);
    for (int i = 0; as_technology_name(i); i++)
        naas_buf_printf(&names, "%s%s", i ? ", " : "", as_technology_name(i));
    return names.text;
}

static const char *path_beside(struct naas_ctx *ctx, const char *name, const char *beside)
{
    const char *slash = strrchr(beside, '/');
    if (name[0] == '/' || !slash)
        return name;
    return naas_format(ctx, "%.*s%s", (int)(slash - beside + 1), beside, name);
}

enum naas_status as_technology_from_json(
    struct naas_ctx *ctx, const char *path, struct as_technology *technology)
{
    struct json_node root;
    memset(technology, 0, sizeof *technology);
    technology->path = path;
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    read_technology(root, technology);
    return json_done(root);
}

/* *fault: why the name stands for no table, or NULL; what is wrong in a table is reported there. */
static enum naas_status read_named(struct naas_ctx *ctx, const char *name, const char *beside,
    struct as_technology *technology, const char **fault)
{
    const char *table = built_in(name);
    size_t length = strlen(name);
    struct json_node root;
    *fault = NULL;
    if (!table && length > 5 && strcmp(name + length - 5, ".json") == 0)
        return as_technology_from_json(ctx, path_beside(ctx, name, beside), technology);
    memset(technology, 0, sizeof *technology);
    if (!table) {
        *fault = naas_format(ctx, "no technology is named \"%s\" (there are %s, and paths that end in .json)",
            name, built_in_names(ctx));
        return NAAS_BAD_INPUT;
    }
    enum naas_status status = json_parse(ctx, naas_format(ctx, "<technology %s>", name), table, &root);
    if (status != NAAS_OK)
        return status;
    read_technology(root, technology);
    return json_done(root);
}

enum naas_status as_technology_find(
    struct naas_ctx *ctx, struct json_node name, const char *beside, struct as_technology *technology)
{
    const char *fault;
    enum naas_status status = read_named(ctx, json_string(name, ""), beside, technology, &fault);
    if (status != NAAS_OK)
        json_error(name, "%s", fault ? fault : "the technology cannot be read");
    return status;
}

enum naas_status as_technology_named(struct naas_ctx *ctx, const char *name, struct as_technology *technology)
{
    const char *fault;
    enum naas_status status = read_named(ctx, name, ".", technology, &fault);
    if (fault)
        naas_diag(ctx, NAAS_ERROR, (struct naas_loc){0}, "%s", fault);
    return status;
}
