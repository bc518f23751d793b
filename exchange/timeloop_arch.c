/*
 * Architectures, flattened into a line from DRAM to the multiplier. Up to version 0.3 they are trees
 * (subtree, local) whose names end in [0..n-1]; in 0.4 lists of tagged nodes (!Container, !Component) with
 * spatial meshes.
 */
#include "exchange/timeloop_read.h"
#include "support/json.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct stage {
    char name[AS_NAME];
    struct yml_node attributes, place;
    int64_t mesh[2]; /* instances of it for each of the one before: X, Y */
};

struct line {
    int n;
    struct stage stage[AS_MAX_LEVELS];
    bool complete; /* the multiplier was met */
    struct stage mac;
    int64_t mesh[2];            /* of what has been met since the last stage */
    struct yml_node attributes; /* of the outermost container */
    const char *name;
};

static bool is_compute(const char *class)
{
    return strcasestr(class, "mac") || strcasecmp(class, "compute") == 0 || strcasestr(class, "alu");
}

static bool is_storage(const char *class)
{
    static const char *const known[] = {
        "dram", "sram", "regfile", "storage", "buffer", "_rf", "reg", "memory"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcasestr(class, known[i]))
            return true;
    return false;
}

/* name[0..n-1]: n instances; the name without it. */
static int64_t instances_in_name(struct yml_node node, char name[AS_NAME])
{
    const char *text = yml_text(node);
    char copy[256];
    int64_t first = 0, last = 0;
    if (!text) {
        yml_error(node, "a name belongs here");
        return 1;
    }
    snprintf(copy, sizeof copy, "%s", text);
    char *bracket = strchr(copy, '[');
    if (bracket) {
        *bracket = '\0';
        if (sscanf(bracket + 1, "%" SCNd64 "..%" SCNd64 "]", &first, &last) != 2 || last < first) {
            yml_error(node, "'%s' does not end in [0..N]", text);
            last = first;
        }
    }
    if (strlen(copy) >= AS_NAME)
        yml_warn(node, "the name is cut to %d bytes", AS_NAME - 1);
    snprintf(name, AS_NAME, "%.*s", AS_NAME - 1, copy);
    return last - first + 1;
}

static int64_t size(struct yml_node node)
{
    return (int64_t)yml_number(node, 1, 1 << 20, 1);
}

/* Instances at a node: its mesh, or the count in its name, of which meshX may say how it is folded. */
static void spread(struct line *line, struct yml_node node, int64_t by_name, struct yml_node attributes)
{
    struct yml_node spatial = yml_get(node, "spatial");
    struct yml_node x = yml_get(spatial, "meshX"), y = yml_get(spatial, "meshY");
    int64_t mesh[2] = {size(x), size(y)};
    if (by_name > 1) {
        int64_t mesh_x = (int64_t)yml_number(yml_get(attributes, "meshX"), 1, 1 << 20, (double)by_name);
        if (by_name % mesh_x)
            yml_error(node, "%" PRId64 " instances do not fold into rows of meshX %" PRId64, by_name, mesh_x);
        mesh[0] = mesh_x;
        mesh[1] = by_name / mesh_x;
    }
    /* A second array before the next memory: the axes that are free take it. */
    for (int a = 0; a < 2; a++)
        if (line->mesh[a] > 1 && mesh[a] > 1)
            yml_error(node, "two arrays between the same memories cannot be expressed");
        else
            line->mesh[a] *= mesh[a];
}

static void add_component(struct line *line, struct yml_node node)
{
    const char *class = yml_text(yml_get(node, "class"));
    struct yml_node attributes = yml_get(node, "attributes"), name = yml_get(node, "name");
    char text[AS_NAME];
    int64_t by_name = instances_in_name(name, text);
    if (!class || (!is_compute(class) && !is_storage(class))) {
        yml_warn(node, "component %s of class '%s' is left out", text, class ? class : "");
        return;
    }
    spread(line, node, by_name, attributes);
    if (line->complete || (!is_compute(class) && line->n == AS_MAX_LEVELS)) {
        yml_error(node,
            line->complete ? "a component behind the multiplier cannot be expressed"
                           : "more than %d memories cannot be expressed",
            AS_MAX_LEVELS);
        return;
    }
    struct stage *stage = is_compute(class) ? &line->mac : &line->stage[line->n++];
    line->complete = is_compute(class);
    *stage = (struct stage){.attributes = attributes, .place = node, .mesh = {line->mesh[0], line->mesh[1]}};
    strcpy(stage->name, text);
    line->mesh[0] = line->mesh[1] = 1;
}

/* Takes the name of the design, and what holds for all of it, from the first node on the way. How many there
 * are of this one. */
static int64_t enter_node(struct line *line, struct yml_node node)
{
    char name[AS_NAME];
    if (!yml_present(line->attributes))
        line->attributes = yml_get(node, "attributes");
    if (!line->name)
        line->name = yml_text(yml_get(node, "name"));
    return instances_in_name(yml_get(node, "name"), name);
}

/* ---- trees ---- */

static void walk_tree(struct line *line, struct yml_node list)
{
    if (!yml_is_list(list))
        return;
    if (yml_length(list) > 1)
        yml_error(yml_at(list, 1),
            "a tree with branches cannot be expressed: only the way from DRAM to the multiplier");
    for (int i = 0; i < yml_length(list) && i < 1; i++) {
        struct yml_node node = yml_at(list, i), local = yml_get(node, "local");
        struct yml_node attributes = yml_get(node, "attributes");
        int64_t n = enter_node(line, node);
        if (yml_present(yml_get(attributes, "technology")))
            line->attributes = attributes;
        /* meshX often stands with the first component of the node. */
        struct yml_node folded = attributes;
        if (!yml_present(yml_get(attributes, "meshX")) && yml_length(local) > 0)
            folded = yml_get(yml_at(local, 0), "attributes");
        spread(line, node, n, folded);
        for (int k = 0; k < yml_length(local); k++)
            add_component(line, yml_at(local, k));
        walk_tree(line, yml_get(node, "subtree"));
    }
}

/* ---- lists of nodes ---- */

static void walk_nodes(struct line *line, struct yml_node list)
{
    for (int i = 0; yml_is_list(list) && i < yml_length(list); i++) {
        struct yml_node node = yml_at(list, i);
        const char *tag = yml_tag(node);
        if (strcmp(tag, "!Component") == 0) {
            add_component(line, node);
        } else if (strcmp(tag, "!Container") == 0) {
            spread(line, node, enter_node(line, node), yml_get(node, "attributes"));
            walk_nodes(line, yml_get(node, "nodes"));
        } else if (strcmp(tag, "!Hierarchical") == 0) {
            walk_nodes(line, yml_get(node, "nodes"));
        } else {
            yml_error(node, "%s cannot be expressed: only !Container, !Component and !Hierarchical",
                *tag ? tag : "a node without a tag");
        }
    }
}

/* ---- our form ---- */

static double attribute(const struct stage *stage, const char *key, const char *other, double fallback)
{
    return yml_number(yml_get2(stage->attributes, key, other), 0, 1e15, fallback);
}

/* A shared bandwidth is that of the memory; of reads and writes apart there are ports inwards. */
static void write_bandwidth(struct naas_buf *out, const struct stage *stage, bool innermost)
{
    double shared = attribute(stage, "shared_bandwidth", "shared-bandwidth", 0);
    double read = attribute(stage, "read_bandwidth", "read-bandwidth", 0);
    double write = attribute(stage, "write_bandwidth", "write-bandwidth", 0);
    if (shared > 0)
        naas_buf_printf(out, ", \"access_words_per_cycle\": %.17g", shared);
    else if (innermost && (read > 0 || write > 0))
        yml_warn(stage->place, "bandwidths of %s towards the multiplier are left out", stage->name);
    else if (read > 0 || write > 0) {
        naas_buf_puts(out, ",\n     \"ports\": [");
        if (read > 0)
            naas_buf_printf(
                out, "{\"name\": \"read\", \"down\": \"all\", \"up\": [], \"words_per_cycle\": %.17g}", read);
        if (write > 0)
            naas_buf_printf(out,
                "%s{\"name\": \"write\", \"down\": [], \"up\": \"all\", \"words_per_cycle\": %.17g}",
                read > 0 ? ",\n       " : "", write);
        naas_buf_puts(out, "]");
    }
}

static void write_array(struct naas_buf *out, const struct stage *level, const struct stage *next)
{
    if (next->mesh[0] == 1 && next->mesh[1] == 1)
        return;
    naas_buf_printf(out, ",\n     \"array\": [{\"name\": \"X\", \"size\": %" PRId64 "}", next->mesh[0]);
    if (next->mesh[1] > 1)
        naas_buf_printf(out, ", {\"name\": \"Y\", \"size\": %" PRId64 "}", next->mesh[1]);
    naas_buf_puts(out, "]");
    double hop = attribute(level, "naas_hop_pj", "naas_hop_pj", -1);
    if (hop >= 0)
        naas_buf_printf(out, ", \"hop_pj\": %.17g", hop);
}

static int64_t bytes_of(const struct stage *stage, double word_bits)
{
    double depth = attribute(stage, "depth", "memory_depth", 0);
    double width = attribute(stage, "width", "memory_width", 0),
           words = attribute(stage, "block-size", "block_size", 0);
    double entries = attribute(stage, "entries", "sizeKB", 0);
    if (yml_present(yml_get(stage->attributes, "sizeKB")) &&
        !yml_present(yml_get(stage->attributes, "entries")))
        return (int64_t)(entries * 1024);
    if (depth > 0)
        return (int64_t)(depth * (width > 0 ? width : words > 0 ? words * word_bits : word_bits) / 8);
    return entries > 0 ? (int64_t)(entries * word_bits / 8) : 0;
}

static void write_level(struct naas_buf *out, const struct line *line, int l, double word_bits)
{
    const struct stage *stage = &line->stage[l], *next = l + 1 < line->n ? &line->stage[l + 1] : NULL;
    int64_t bytes = bytes_of(stage, word_bits);
    naas_buf_puts(out, l ? ",\n    {\"name\": " : "\n    {\"name\": ");
    json_write_string(out, stage->name);
    if (l > 0) {
        naas_buf_puts(out, ", \"may_pass\": \"all\", \"double_buffered\": false");
        naas_buf_printf(out, ", \"capacity\": %" PRId64, bytes);
        if (bytes < 1)
            yml_error(stage->place, "memory %s does not say how much it holds (depth and width, entries)",
                stage->name);
    }
    double read = attribute(stage, "naas_read_pj", "naas_read_pj", -1),
           write = attribute(stage, "naas_write_pj", "naas_write_pj", -1);
    if (read >= 0 && write >= 0)
        naas_buf_printf(out, ", \"read_pj\": %.17g, \"write_pj\": %.17g", read, write);
    write_bandwidth(out, stage, !next);
    if (next)
        write_array(out, stage, next);
    naas_buf_puts(out, "}");
}

static int technology(const struct line *line)
{
    static const int known[] = {16, 22, 28, 32, 45, 65};
    struct yml_node node = yml_get(line->attributes, "technology");
    const char *text = yml_text(node);
    int nm = text ? atoi(text) : 45, best = 45;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (abs(known[i] - nm) < abs(best - nm))
            best = known[i];
    if (text && best != nm)
        yml_warn(node, "technology %s is not known: energies are those of %d nm", text, best);
    return best;
}

static double clock_mhz(const struct line *line)
{
    double cycle = yml_number(
        yml_get2(line->attributes, "global_cycle_seconds", "global-cycle-seconds"), 1e-15, 1, 1e-9);
    return 1e-6 / cycle;
}

static void write_accel(struct naas_buf *out, const struct line *line)
{
    const struct stage *innermost = &line->stage[line->n - 1];
    double word_bits = attribute(innermost, "datawidth", "word-bits", 16);
    naas_buf_puts(out, "{\"format\": 1, \"kind\": \"accelerator\", \"name\": ");
    json_write_string(out, line->name && strlen(line->name) < AS_NAME ? line->name : "imported");
    naas_buf_printf(out,
        ", \"technology\": \"%dnm\", \"word_bits\": %g, \"clock_mhz\": %.17g,\n  \"accounting\": "
        "\"timeloop\"",
        technology(line), word_bits, clock_mhz(line));
    int64_t macs = line->mac.mesh[0] * line->mac.mesh[1];
    double mac_pj = attribute(&line->mac, "naas_pj", "naas_pj", -1);
    if (macs > 1 || mac_pj >= 0) {
        naas_buf_printf(out, ", \"mac\": {\"per_cycle\": %" PRId64, macs);
        if (mac_pj >= 0)
            naas_buf_printf(out, ", \"pj\": %.17g", mac_pj);
        naas_buf_puts(out, "}");
    }
    naas_buf_puts(out, ",\n  \"levels\": [");
    for (int l = 0; l < line->n; l++)
        write_level(out, line, l, word_bits);
    naas_buf_puts(out, "\n  ]}\n");
}

enum naas_status xc_read_architecture(struct naas_ctx *ctx, struct yml_node node, struct xc_design *design)
{
    struct line *line = naas_alloc(ctx, 1, sizeof *line);
    line->mesh[0] = line->mesh[1] = 1;
    if (yml_present(yml_get(node, "nodes")))
        walk_nodes(line, yml_get(node, "nodes"));
    else
        walk_tree(line, yml_get(node, "subtree"));
    if (!yml_failed(node) && (!line->complete || line->n < 2))
        yml_error(node, "two memories and a multiplier at least belong here");
    if (yml_failed(node))
        return NAAS_BAD_INPUT;
    design->accel_json = naas_buf_new(ctx);
    write_accel(&design->accel_json, line);
    if (yml_failed(node))
        return NAAS_BAD_INPUT;
    return as_accel_from_text(ctx, "accelerator.json", design->accel_json.text, &design->accel);
}
