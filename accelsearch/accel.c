/* Accelerators: reading them from JSON, checked, with energies and areas from a technology where the file
 * leaves them out. */
#include "accelsearch/jsonform.h"
#include "accelsearch/technology.h"

#include <limits.h>
#include <string.h>

static const char *const accounting_names[] = {"naas", "timeloop"};
static const char *const padding_names[] = {"implicit", "stored"};
static const double max_cost = 1e9; /* pJ, um2 of one access, level, MAC */
static const int64_t max_bytes = (int64_t)1 << 50;

int64_t as_instances(const struct as_accel *accel, int level)
{
    int64_t instances = 1;
    for (int l = 0; l < level; l++)
        for (int a = 0; a < accel->level[l].n_axes; a++)
            instances *= accel->level[l].axis[a].size;
    return instances;
}

/* What the readers of one file share. */
struct reader {
    struct naas_ctx *ctx;
    struct as_accel *accel;
    struct as_accel_sources *sources;
};

/* ---- levels ---- */

/* A number of bytes, or a string with a unit: "108 KiB". */
static int64_t read_bytes(struct json_node node)
{
    if (!json_present(node) || !cJSON_IsString(node.item))
        return json_int(node, 1, max_bytes, 1);
    const char *text = json_string(node, "");
    int64_t bytes = as_bytes_of(text);
    if (bytes == 0)
        json_error(node, "\"%s\" is not a size such as 110592 or \"108 KiB\"", text);
    return bytes > 0 ? bytes : 1;
}

static void read_partitions(struct json_node node, struct as_level *level)
{
    struct json_node capacity = json_get(node, "capacity"), list = json_get(node, "partitions");
    if (json_present(capacity) == json_present(list)) {
        json_error(node, "one of \"capacity\" and \"partitions\" has to say how much %s holds", level->name);
        return;
    }
    if (json_present(capacity)) {
        level->n_partitions = 1;
        level->partition[0] = (struct as_partition){level->keeps, read_bytes(capacity)};
        return;
    }
    unsigned covered = 0;
    int n = json_length(list);
    if (n > AS_MAX_PARTITIONS)
        json_error(list, "more than %d partitions", AS_MAX_PARTITIONS);
    for (int i = 0; i < n && i < AS_MAX_PARTITIONS; i++) {
        struct json_node part = json_at(list, i);
        as_json_notes(part);
        unsigned roles = as_json_roles(json_need(part, "roles"), 0);
        if (roles & covered)
            json_error(part, "a role is in two partitions");
        covered |= roles;
        level->partition[level->n_partitions++] =
            (struct as_partition){roles, read_bytes(json_need(part, "bytes"))};
    }
    if (covered != level->keeps)
        json_error(list, "the partitions have to hold what %s keeps, no less and no more", level->name);
}

static void read_port(struct json_node node, struct as_port *port, unsigned *down, unsigned *up)
{
    as_json_notes(node);
    strcpy(port->name, "bus");
    as_json_name(json_get(node, "name"), port->name);
    struct json_node inwards = json_get(node, "down"), outwards = json_get(node, "up");
    bool all = !json_present(inwards) && !json_present(outwards);
    port->down = as_json_roles(inwards, all ? AS_ALL_ROLES : 0);
    port->up = as_json_roles(outwards, all ? AS_ALL_ROLES : 0);
    port->words_per_cycle = json_number(json_need(node, "words_per_cycle"), 1e-6, 1e9, 1);
    if ((port->down & *down) || (port->up & *up))
        json_error(node, "a role takes two ports the same way");
    *down |= port->down;
    *up |= port->up;
}

/* "ports", or "words_per_cycle" for a single one that carries everything. */
static void read_ports(struct json_node node, struct as_level *level)
{
    struct json_node list = json_get(node, "ports"), single = json_get(node, "words_per_cycle");
    unsigned down = 0, up = 0;
    if (json_present(single)) {
        if (json_present(list))
            json_error(single, "\"ports\" says it already");
        level->n_ports = 1;
        level->port[0] =
            (struct as_port){"bus", AS_ALL_ROLES, AS_ALL_ROLES, json_number(single, 1e-6, 1e9, 1)};
        return;
    }
    int n = json_length(list);
    if (n > AS_MAX_PORTS)
        json_error(list, "more than %d ports", AS_MAX_PORTS);
    for (int i = 0; i < n && i < AS_MAX_PORTS; i++)
        read_port(json_at(list, i), &level->port[level->n_ports++], &down, &up);
}

static void read_axis(struct json_node node, struct as_level *level, int a)
{
    struct as_array_axis *axis = &level->axis[a];
    as_json_notes(node);
    snprintf(axis->name, sizeof axis->name, "%c", "XYZ"[a]);
    as_json_name(json_get(node, "name"), axis->name);
    axis->size = (int)json_int(json_need(node, "size"), 1, INT_MAX, 1);
    struct json_node dims = json_get(node, "dims");
    const char *letters = json_string(dims, "");
    if (strlen(letters) >= AS_NAME)
        json_error(dims, "more letters than dims");
    else
        strcpy(axis->dims, letters);
    for (const char *c = axis->dims; *c; c++)
        if (!strchr("NKCDPQTRSG", *c) || strchr(c + 1, *c))
            json_error(dims, "'%c' is not one of N K C D P Q T R S G, each once", *c);
    for (int b = 0; b < a; b++)
        if (strcmp(axis->name, level->axis[b].name) == 0)
            json_error(node, "two axes are named %s", axis->name);
}

static void read_array(struct json_node node, struct as_level *level)
{
    struct json_node list = json_get(node, "array");
    int n = json_length(list);
    if (n > AS_MAX_AXES)
        json_error(list, "more than %d axes", AS_MAX_AXES);
    for (level->n_axes = 0; level->n_axes < n && level->n_axes < AS_MAX_AXES; level->n_axes++)
        read_axis(json_at(list, level->n_axes), level, level->n_axes);
}

/* ---- costs ---- */

/* A cost that the file states, or the technology's. */
static double read_cost(
    const struct reader *reader, struct json_node object, const char *key, double derived, bool *stated)
{
    struct json_node node = json_get(object, key);
    *stated = json_present(node);
    if (!*stated && !reader->sources->has_technology) {
        json_error(object, "\"%s\" is missing and no \"technology\" tells it", key);
        return 0;
    }
    return json_number(node, 0, max_cost, derived);
}

/* An area, which may stay unknown. */
static double read_area(struct json_node object, double most, double derived, bool *stated)
{
    struct json_node node = json_get(object, "area_um2");
    *stated = json_present(node);
    return json_number(node, 0, most, derived);
}

/* Partitions are memories of their own; a level's access costs their mean. */
static struct as_memory_cost storage_cost(
    const struct reader *reader, const struct as_level *level, int access_bits, int banks)
{
    struct as_memory_cost total = {0, 0, 0};
    for (int p = 0; p < level->n_partitions && reader->sources->has_technology; p++) {
        struct as_memory memory = {level->partition[p].bytes, banks, access_bits, reader->accel->word_bits};
        struct as_memory_cost cost = as_technology_memory(&reader->sources->technology, &memory, NULL);
        total.read_pj += cost.read_pj / level->n_partitions;
        total.write_pj += cost.write_pj / level->n_partitions;
        total.area_um2 += cost.area_um2;
    }
    return total;
}

static void read_costs(const struct reader *reader, struct json_node node, int l)
{
    struct as_level *level = &reader->accel->level[l];
    struct as_level_sources *from = &reader->sources->level[l];
    const struct as_technology *technology = &reader->sources->technology;
    int word_bits = reader->accel->word_bits;
    struct as_memory_cost derived;
    if (l == 0) {
        from->dram = json_choice(json_get(node, "dram"), as_dram_names, AS_N_DRAMS, AS_DRAM_LPDDR4);
        double pj = technology->dram_pj[from->dram] * word_bits;
        derived = (struct as_memory_cost){pj, pj, 0};
    } else {
        from->access_bits = (int)json_int(json_get(node, "access_bits"), 1, 1 << 20, word_bits);
        from->banks = (int)json_int(json_get(node, "banks"), 1, 1 << 20, 1);
        derived = storage_cost(reader, level, from->access_bits, from->banks);
    }
    level->read_pj = read_cost(reader, node, "read_pj", derived.read_pj, &from->read_pj);
    level->write_pj = read_cost(reader, node, "write_pj", derived.write_pj, &from->write_pj);
    level->area_um2 = read_area(node, 1e12, derived.area_um2, &from->area);
    if (level->n_axes > 0)
        level->hop_pj = read_cost(reader, node, "hop_pj", technology->hop_pj * word_bits, &from->hop_pj);
}

static void read_level(const struct reader *reader, struct json_node node, int l)
{
    struct as_accel *accel = reader->accel;
    struct as_level *level = &accel->level[l];
    as_json_notes(node);
    as_json_name(json_need(node, "name"), level->name);
    for (int k = 0; k < l; k++)
        if (strcmp(level->name, accel->level[k].name) == 0)
            json_error(node, "two levels are named %s", level->name);
    level->keeps = AS_ALL_ROLES;
    level->buffers = 1;
    if (l == 0) {
        level->n_partitions = 1;
        level->partition[0] = (struct as_partition){AS_ALL_ROLES, 0};
    } else {
        level->keeps = as_json_roles(json_get(node, "keeps"), AS_ALL_ROLES);
        struct json_node may_pass = json_get(node, "may_pass");
        level->may_pass = as_json_roles(may_pass, 0);
        if (level->may_pass & ~level->keeps)
            json_error(may_pass, "%s passes a role that it does not keep", level->name);
        level->buffers = json_bool(json_get(node, "double_buffered"), false) ? 2 : 1;
        read_partitions(node, level);
    }
    if (l < accel->n_levels - 1) {
        read_ports(node, level);
        read_array(node, level);
    }
    struct json_node accesses = json_get(node, "access_words_per_cycle");
    if (json_present(accesses) && accel->accounting != AS_TIMELOOP)
        json_error(accesses, "it takes \"accounting\": \"timeloop\"; otherwise ports limit what moves");
    level->access_words_per_cycle = json_number(accesses, 1e-6, 1e9, 0);
    read_costs(reader, node, l);
}

/* ---- the whole ---- */

static void read_mac(const struct reader *reader, struct json_node root)
{
    struct as_accel *accel = reader->accel;
    struct as_accel_sources *from = reader->sources;
    struct json_node node = json_get(root, "mac");
    if (!json_present(node) && !from->has_technology)
        node = json_need(root, "mac");
    from->mac_type = accel->word_bits == 8 ? AS_MAC_I8 : accel->word_bits == 16 ? AS_MAC_I16 : AS_MAC_I32;
    accel->macs_per_cycle = 1;
    accel->mac_pj = from->technology.mac_pj[from->mac_type];
    accel->mac_area_um2 = from->technology.mac_um2[from->mac_type];
    if (!json_present(node))
        return;
    as_json_notes(node);
    accel->macs_per_cycle = (int)json_int(json_get(node, "per_cycle"), 1, INT_MAX, 1);
    from->mac_type = json_choice(json_get(node, "type"), as_mac_type_names, AS_N_MAC_TYPES, from->mac_type);
    accel->mac_pj = read_cost(reader, node, "pj", from->technology.mac_pj[from->mac_type], &from->mac_pj);
    accel->mac_area_um2 =
        read_area(node, max_cost, from->technology.mac_um2[from->mac_type], &from->mac_area);
}

static int read_bits(struct json_node node, int fallback)
{
    int bits = (int)json_int(node, 8, 64, fallback);
    if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
        json_error(node, "%d bits are not 8, 16, 32 or 64", bits);
    return bits;
}

static void check_size(struct json_node levels, const struct as_accel *accel)
{
    int64_t instances = 1;
    for (int l = 0; l < accel->n_levels; l++)
        for (int a = 0; a < accel->level[l].n_axes; a++)
            if (__builtin_mul_overflow(instances, accel->level[l].axis[a].size, &instances) ||
                instances > INT_MAX) {
                json_error(levels, "the arrays have more than %d instances in all", INT_MAX);
                return;
            }
}

static void read_accel(struct reader *reader, struct json_node root, const char *path)
{
    struct as_accel *accel = reader->accel;
    json_expect_kind(root, "accelerator");
    struct as_accel_sources *sources = reader->sources;
    sources->source = as_json_source(root);
    as_json_name(json_need(root, "name"), accel->name);
    struct json_node technology = json_get(root, "technology"), nm = json_get(root, "technology_nm");
    if (json_present(technology))
        sources->has_technology =
            as_technology_find(reader->ctx, technology, path, &sources->technology) == NAAS_OK;
    accel->technology_nm = (int)json_int(nm, 0, 1000, sources->technology.nm);
    accel->word_bits = read_bits(json_need(root, "word_bits"), 8);
    accel->acc_bits = read_bits(json_get(root, "acc_bits"), accel->word_bits);
    accel->clock_mhz = json_number(json_need(root, "clock_mhz"), 1e-3, 1e6, 1);
    accel->leakage_mw = json_number(json_get(root, "leakage_mw"), 0, max_cost, 0);
    accel->padding_stored = json_choice(json_get(root, "padding"), padding_names, 2, 0) == 1;
    accel->accounting =
        (enum as_accounting)json_choice(json_get(root, "accounting"), accounting_names, 2, AS_NAAS);
    read_mac(reader, root);
    struct json_node levels = json_need(root, "levels");
    int n = json_length(levels);
    if (json_present(levels) && (n < 2 || n > AS_MAX_LEVELS)) {
        json_error(levels, "%d levels, not 2 to %d", n, AS_MAX_LEVELS);
        return;
    }
    accel->n_levels = n;
    for (int l = 0; l < n; l++)
        read_level(reader, json_at(levels, l), l);
    check_size(levels, accel);
}

static enum naas_status read_text(struct naas_ctx *ctx, enum naas_status parsed, struct json_node root,
    const char *path, struct as_accel *accel, struct as_accel_sources *sources)
{
    memset(accel, 0, sizeof *accel);
    if (parsed != NAAS_OK)
        return parsed;
    struct reader reader = {ctx, accel, sources ? sources : naas_alloc(ctx, 1, sizeof *sources)};
    memset(reader.sources, 0, sizeof *sources);
    read_accel(&reader, root, path);
    return json_done(root);
}

enum naas_status as_accel_read(
    struct naas_ctx *ctx, const char *path, struct as_accel *accel, struct as_accel_sources *sources)
{
    struct json_node root;
    enum naas_status parsed = json_parse_file(ctx, path, &root);
    return read_text(ctx, parsed, root, path, accel, sources);
}

enum naas_status as_accel_from_json(struct naas_ctx *ctx, const char *path, struct as_accel *accel)
{
    return as_accel_read(ctx, path, accel, NULL);
}

enum naas_status as_accel_from_text(
    struct naas_ctx *ctx, const char *name, const char *text, struct as_accel *accel)
{
    struct json_node root;
    enum naas_status parsed = json_parse(ctx, name, text, &root);
    return read_text(ctx, parsed, root, name, accel, NULL);
}
