/* Technology tables: reading them, and what a memory costs by them. */
#include "accelsearch/technology.h"

#include "accelsearch/jsonform.h"
#include "technology_tables.h"

#include <math.h>
#include <string.h>

const char *const as_mac_type_names[AS_N_MAC_TYPES] = {"i8", "i16", "i32", "f16", "f32"};
const char *const as_dram_names[AS_N_DRAMS] = {"lpddr4", "ddr3", "gddr5", "hbm2"};

/* ---- reading ---- */

static struct as_law read_law(struct json_node node)
{
    as_json_notes(node);
    return (struct as_law){
        .factor = json_number(json_need(node, "factor"), 0, 1e9, 0),
        .bytes_power = json_number(json_need(node, "bytes_power"), 0, 2, 0),
        .bits_power = json_number(json_need(node, "bits_power"), 0, 2, 0),
    };
}

static double read_cost(struct json_node object, const char *key)
{
    return json_number(json_need(object, key), 0, 1e9, 0);
}

static void read_technology(struct json_node root, struct as_technology *technology)
{
    json_expect_kind(root, "technology");
    as_json_notes(root);
    as_json_name(json_need(root, "name"), technology->name);
    technology->nm = (int)json_int(json_need(root, "nm"), 1, 1000, 0);
    struct json_node sram = json_need(root, "sram"), flip_flop = json_need(root, "register"),
                     mac = json_need(root, "mac"), dram = json_need(root, "dram"),
                     hop = json_need(root, "hop");
    as_json_notes(sram);
    technology->read_pj = read_law(json_need(sram, "read_pj"));
    technology->write_pj = read_law(json_need(sram, "write_pj"));
    technology->area_um2 = read_law(json_need(sram, "area_um2"));
    as_json_notes(flip_flop);
    technology->register_pj = read_cost(flip_flop, "pj_per_bit");
    technology->register_um2 = read_cost(flip_flop, "um2_per_bit");
    technology->register_bytes = json_int(json_need(flip_flop, "below_bytes"), 0, 1 << 20, 0);
    as_json_notes(hop);
    technology->hop_pj = read_cost(hop, "pj_per_bit");
    as_json_notes(mac);
    for (int i = 0; i < AS_N_MAC_TYPES; i++) {
        struct json_node type = json_need(mac, as_mac_type_names[i]);
        as_json_notes(type);
        technology->mac_pj[i] = read_cost(type, "pj");
        technology->mac_um2[i] = read_cost(type, "um2");
    }
    as_json_notes(dram);
    struct json_node per_bit = json_need(dram, "pj_per_bit");
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

static const char *built_in_names(struct naas_ctx *ctx)
{
    struct naas_buf names = naas_buf_new(ctx);
    for (size_t i = 0; i < sizeof technology_tables / sizeof *technology_tables; i++)
        naas_buf_printf(&names, "%s%s", i ? ", " : "", technology_tables[i].name);
    return names.text;
}

static const char *path_beside(struct naas_ctx *ctx, const char *name, const char *beside)
{
    const char *slash = strrchr(beside, '/');
    if (name[0] == '/' || !slash)
        return name;
    return naas_format(ctx, "%.*s%s", (int)(slash - beside + 1), beside, name);
}

enum naas_status as_technology_find(
    struct naas_ctx *ctx, struct json_node name, const char *beside, struct as_technology *technology)
{
    memset(technology, 0, sizeof *technology);
    const char *text = json_string(name, ""), *table = built_in(text);
    size_t length = strlen(text);
    struct json_node root;
    enum naas_status status;
    if (table) {
        status = json_parse(ctx, naas_format(ctx, "<technology %s>", text), table, &root);
    } else if (length > 5 && strcmp(text + length - 5, ".json") == 0) {
        status = json_parse_file(ctx, path_beside(ctx, text, beside), &root);
    } else {
        json_error(name, "no technology is named \"%s\" (there are %s, and paths that end in .json)", text,
            built_in_names(ctx));
        return NAAS_BAD_INPUT;
    }
    if (status == NAAS_OK) {
        read_technology(root, technology);
        status = json_done(root);
    }
    if (status != NAAS_OK)
        json_error(name, "the technology cannot be read");
    return status;
}

enum naas_status as_technology_named(struct naas_ctx *ctx, const char *name, struct as_technology *technology)
{
    const char *text = built_in(name);
    struct json_node root;
    memset(technology, 0, sizeof *technology);
    if (!text || json_parse(ctx, name, text, &root) != NAAS_OK)
        return NAAS_INTERNAL;
    read_technology(root, technology);
    return json_done(root);
}

/* ---- memories ---- */

static double law(const struct as_law *law, double bytes, double bits)
{
    return law->factor * pow(bytes, law->bytes_power) * pow(bits, law->bits_power);
}

struct as_memory_cost as_technology_memory(
    const struct as_technology *technology, const struct as_memory *memory)
{
    double bank = (double)memory->bytes / memory->banks, bits = memory->access_bits;
    double share = memory->word_bits / bits, least = technology->register_pj * memory->word_bits;
    struct as_memory_cost cost = {
        .read_pj = fmax(least, share * law(&technology->read_pj, bank, bits)),
        .write_pj = fmax(least, share * law(&technology->write_pj, bank, bits)),
        .area_um2 = memory->banks * law(&technology->area_um2, bank, bits),
    };
    if (memory->bytes < technology->register_bytes)
        cost.area_um2 = technology->register_um2 * 8 * (double)memory->bytes;
    return cost;
}
