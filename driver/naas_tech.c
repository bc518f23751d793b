/*
 * naas tech: rows for the components of a technology table, all of its points or the one asked for, or for
 * those of an accelerator. Costs are those that accelerators are read with (accelsearch/technology.h).
 */
#include "driver/naas_tech.h"

#include "accelsearch/technology.h"
#include "driver/settings.h"
#include <math.h>
#include <string.h>

struct tech_request {
    struct settings_list operands;
    const char *accel, *type;
    int64_t capacity; /* 0: all points */
    int width, banks; /* width 0: the usual one */
    bool json, csv, help;
};

#define MEMBER(name) offsetof(struct tech_request, name)

static const struct setting settings[] = {
    {"--capacity", SETTING_BYTES, MEMBER(capacity), "SIZE", 0, 0,
        "sram, register: of the memory, such as 64KiB; else all points of the table"},
    {"--width", SETTING_COUNT, MEMBER(width), "BITS", 1, 1 << 20,
        "of an access (32 of sram, 1 of the others)"},
    {"--banks", SETTING_COUNT, MEMBER(banks), "N", 1, 1 << 20, "sram: equal parts of the memory (1)"},
    {"--type", SETTING_TEXT, MEMBER(type), "TYPE", 0, 0,
        "mac: i8, i16, i32, f16 or f32; dram: lpddr4, ddr3, gddr5 or hbm2; else all"},
    {"--accel", SETTING_TEXT, MEMBER(accel), "ACCEL", 0, 0,
        "instead of a table: the components of this accelerator, a file or a shipped one"},
    {"--json", SETTING_FORM, MEMBER(json), NULL, 0, 0, "print JSON"},
    {"--csv", SETTING_FORM, MEMBER(csv), NULL, 0, 0, "print CSV"},
    {"--help", SETTING_SWITCH, MEMBER(help), NULL, 0, 0, "print this"},
};
enum { N_SETTINGS = sizeof settings / sizeof settings[0] };

/* What a table is asked for. */
struct question {
    struct naas_ctx *ctx;
    const struct tech_request *request;
    const struct as_technology *technology;
    struct tech_table *table;
};

static void add(struct naas_ctx *ctx, struct tech_table *table, struct tech_row row)
{
    table->row = naas_grow(ctx, table->row, table->n, &table->capacity, sizeof *table->row);
    table->row[table->n++] = row;
}

/* Exact, unlike sizes in pictures: 768 B, 64 KiB. */
static const char *size(struct naas_ctx *ctx, double bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    while (unit < 3 && bytes >= 1024 && fmod(bytes, 1024) == 0) {
        bytes /= 1024;
        unit++;
    }
    return naas_format(ctx, "%.10g %s", bytes, units[unit]);
}

static const char *bits(struct naas_ctx *ctx, int n)
{
    return naas_format(ctx, "%d bit%s", n, n > 1 ? "s" : "");
}

/* ---- memories ---- */

static enum tech_from from_of(const struct as_memory_origin *origin)
{
    bool outside = origin->outside, between = origin->n > 1;
    for (int i = 0; i < origin->n; i++) {
        outside = outside || origin->curve[i].outside;
        between = between || origin->curve[i].low_bytes != origin->curve[i].high_bytes;
    }
    return outside ? TECH_EXTRAPOLATED : between ? TECH_INTERPOLATED : TECH_GIVEN;
}

/* "at 32 bits between 1 KiB and 4 KiB, at 64 bits below 1 KiB"; "" for a point. */
static const char *points_of(struct naas_ctx *ctx, const struct as_memory_origin *origin, double bank)
{
    struct naas_buf text = naas_buf_new(ctx);
    if (from_of(origin) == TECH_GIVEN)
        return "";
    if (origin->outside)
        naas_buf_puts(&text, "outside the widths of the table: ");
    for (int i = 0; i < origin->n; i++) {
        const struct as_between *curve = &origin->curve[i];
        bool below = bank < curve->low_bytes;
        naas_buf_puts(&text, i > 0 ? ", " : "");
        if (!origin->registers)
            naas_buf_printf(&text, "at %g bits ", curve->bits);
        if (curve->outside)
            naas_buf_printf(&text, "%s %s", below ? "below" : "above",
                size(ctx, below ? curve->low_bytes : curve->high_bytes));
        else if (curve->low_bytes == curve->high_bytes)
            naas_buf_puts(&text, size(ctx, bank));
        else
            naas_buf_printf(
                &text, "between %s and %s", size(ctx, curve->low_bytes), size(ctx, curve->high_bytes));
    }
    return text.text;
}

/* component NULL: what the technology makes it of. */
static void add_memory(struct naas_ctx *ctx, struct tech_table *table, const struct as_technology *technology,
    struct as_memory memory, const char *component)
{
    struct as_memory_origin origin;
    struct as_memory_cost cost = as_technology_memory(technology, &memory, &origin);
    const char *what = size(ctx, (double)memory.bytes);
    if (memory.banks > 1)
        what = naas_format(ctx, "%s in %d banks", what, memory.banks);
    if (memory.access_bits != memory.word_bits && !origin.registers)
        what = naas_format(ctx, "%s by %d bits", what, memory.access_bits);
    add(ctx, table,
        (struct tech_row){
            .component = component          ? component
                         : origin.registers ? "register"
                                            : "sram",
            .what = what,
            .per = bits(ctx, memory.word_bits),
            .pj = cost.read_pj,
            .write_pj = cost.write_pj,
            .area_um2 = cost.area_um2,
            .from = from_of(&origin),
            .how = points_of(ctx, &origin, (double)memory.bytes / memory.banks),
            .source = technology->source[origin.registers ? AS_PART_REGISTER : AS_PART_SRAM],
        });
}

/* The memory asked for. */
static void add_one(const struct question *question, int width)
{
    struct as_memory memory = {question->request->capacity, question->request->banks, width, width};
    add_memory(question->ctx, question->table, question->technology, memory, NULL);
}

static enum naas_status add_sram(const struct question *question)
{
    const struct as_technology *technology = question->technology;
    int width = question->request->width;
    if (question->request->capacity) {
        add_one(question, width ? width : 32);
        return NAAS_OK;
    }
    for (int i = 0; i < technology->n_widths; i++) {
        const struct as_points *points = &technology->sram[i];
        for (int k = 0; k < points->n && (!width || width == points->bits); k++)
            add(question->ctx, question->table,
                (struct tech_row){"sram", size(question->ctx, points->bytes[k]),
                    bits(question->ctx, (int)points->bits), points->read_pj[k], points->write_pj[k],
                    points->area_um2[k], TECH_GIVEN, "", technology->source[AS_PART_SRAM]});
    }
    return NAAS_OK;
}

static enum naas_status add_registers(const struct question *question)
{
    const struct as_technology *technology = question->technology;
    const struct as_points *points = &technology->registers;
    int width = question->request->width ? question->request->width : 1;
    if (question->request->capacity) {
        add_one(question, width);
        return NAAS_OK;
    }
    for (int k = 0; k < points->n; k++)
        add(question->ctx, question->table,
            (struct tech_row){"register", size(question->ctx, points->bytes[k]), bits(question->ctx, width),
                points->read_pj[k] * width, points->write_pj[k] * width,
                technology->register_um2 * 8 * points->bytes[k], TECH_GIVEN, "",
                technology->source[AS_PART_REGISTER]});
    return NAAS_OK;
}

/* ---- what has one energy ---- */

/* Is this type asked for? */
static bool wanted(const struct question *question, const char *type)
{
    return !question->request->type || strcmp(question->request->type, type) == 0;
}

/* NAAS_BAD_INPUT when none of the types is. */
static enum naas_status check_type(
    const struct question *question, const char *component, int n, const char *const *types)
{
    struct naas_buf all = naas_buf_new(question->ctx);
    for (int i = 0; i < n; i++) {
        if (wanted(question, types[i]))
            return NAAS_OK;
        naas_buf_printf(&all, "%s%s", i ? ", " : "", types[i]);
    }
    naas_diag(question->ctx, NAAS_ERROR, (struct naas_loc){0}, "there is no %s of type %s, but %s", component,
        question->request->type, all.text);
    return NAAS_BAD_INPUT;
}

static const char *mac_source(struct naas_ctx *ctx, const struct as_technology *technology, int type)
{
    const char *own = technology->mac_source[type], *all = technology->source[AS_PART_MAC];
    return *own && *all ? naas_format(ctx, "%s; %s", own, all) : *own ? own : all;
}

static enum naas_status add_macs(const struct question *question)
{
    const struct as_technology *technology = question->technology;
    for (int i = 0; i < AS_N_MAC_TYPES; i++)
        if (wanted(question, as_mac_type_names[i]))
            add(question->ctx, question->table,
                (struct tech_row){"mac", as_mac_type_names[i], "multiply and add", technology->mac_pj[i], NAN,
                    technology->mac_um2[i], TECH_GIVEN, "", mac_source(question->ctx, technology, i)});
    return check_type(question, "mac", AS_N_MAC_TYPES, as_mac_type_names);
}

static enum naas_status add_hop(const struct question *question)
{
    int width = question->request->width ? question->request->width : 1;
    add(question->ctx, question->table,
        (struct tech_row){"noc", "one hop of the array", bits(question->ctx, width),
            question->technology->hop_pj * width, NAN, NAN, TECH_GIVEN, "",
            question->technology->source[AS_PART_HOP]});
    return NAAS_OK;
}

static enum naas_status add_dram(const struct question *question)
{
    int width = question->request->width ? question->request->width : 1;
    for (int i = 0; i < AS_N_DRAMS; i++)
        if (wanted(question, as_dram_names[i]))
            add(question->ctx, question->table,
                (struct tech_row){"dram", as_dram_names[i], bits(question->ctx, width),
                    question->technology->dram_pj[i] * width, NAN, NAN, TECH_GIVEN, "",
                    question->technology->source[AS_PART_DRAM]});
    return check_type(question, "dram", AS_N_DRAMS, as_dram_names);
}

enum { CAPACITY = 1, WIDTH = 2, BANKS = 4, TYPE = 8 };
static const struct component {
    const char *name, *help;
    unsigned takes;
    enum naas_status (*add)(const struct question *question);
} components[] = {
    {"sram", "memories; without --capacity the points of the table", CAPACITY | WIDTH | BANKS, add_sram},
    {"register", "register files, of which small memories are made", CAPACITY | WIDTH | BANKS, add_registers},
    {"mac", "a multiply and an add", TYPE, add_macs},
    {"noc", "a hop from one unit of the array to the next", WIDTH, add_hop},
    {"dram", "device and interface", TYPE | WIDTH, add_dram},
};
enum { N_COMPONENTS = sizeof components / sizeof components[0] };

static const struct component *find_component(const char *name)
{
    for (int i = 0; i < N_COMPONENTS; i++)
        if (strcmp(components[i].name, name) == 0)
            return &components[i];
    return NULL;
}

static enum naas_status answer(
    struct naas_ctx *ctx, const struct tech_request *request, struct tech_table *table)
{
    struct as_technology *technology = naas_alloc(ctx, 1, sizeof *technology);
    const struct question question = {ctx, request, technology, table};
    enum naas_status status = as_technology_named(ctx, request->operands.word[0], technology);
    const char *component = request->operands.n > 1 ? request->operands.word[1] : NULL;
    table->name = technology->name;
    table->nm = technology->nm;
    for (int i = 0; i < N_COMPONENTS && status == NAAS_OK; i++)
        if (!component || strcmp(components[i].name, component) == 0)
            status = components[i].add(&question);
    return status;
}

/* ---- accelerators ---- */

static void add_dram_level(struct naas_ctx *ctx, struct tech_table *table, const struct as_accel *accel,
    const struct as_accel_sources *from)
{
    const struct as_level *dram = &accel->level[0];
    bool stated = from->level[0].read_pj || from->level[0].write_pj;
    add(ctx, table,
        (struct tech_row){dram->name, stated ? "" : as_dram_names[from->level[0].dram],
            bits(ctx, accel->word_bits), dram->read_pj, dram->write_pj, NAN,
            stated ? TECH_STATED : TECH_GIVEN, "",
            stated ? from->source : from->technology.source[AS_PART_DRAM]});
}

/* A row for each of its memories, unless the file states both energies; where it states any cost, or there
 * are several memories, one more with what the level is taken to cost. */
static void add_level(struct naas_ctx *ctx, struct tech_table *table, const struct as_accel *accel,
    const struct as_accel_sources *from, int l)
{
    const struct as_level *level = &accel->level[l];
    const struct as_level_sources *stated = &from->level[l];
    bool any = stated->read_pj || stated->write_pj || stated->area;
    bool both = stated->read_pj && stated->write_pj;
    enum tech_from worst = TECH_STATED;
    struct naas_buf what = naas_buf_new(ctx);
    for (int p = 0; p < level->n_partitions; p++) {
        struct as_memory memory = {
            level->partition[p].bytes, stated->banks, stated->access_bits, accel->word_bits};
        if (!both) {
            add_memory(ctx, table, &from->technology, memory, level->name);
            worst = worst > table->row[table->n - 1].from ? worst : table->row[table->n - 1].from;
        }
        naas_buf_printf(&what, "%s%s", p ? " + " : "", size(ctx, (double)memory.bytes));
    }
    if (!any && level->n_partitions == 1)
        return;
    const char *area = from->has_technology ? from->technology.name : NULL;
    add(ctx, table,
        (struct tech_row){
            .component = level->name,
            .what = what.text,
            .per = bits(ctx, accel->word_bits),
            .pj = level->read_pj,
            .write_pj = level->write_pj,
            .area_um2 = stated->area || area ? level->area_um2 : NAN,
            .from = any ? TECH_STATED : worst,
            .how = !any                    ? "mean of its memories, areas added"
                   : stated->area || !area ? ""
                                           : naas_format(ctx, "the area by the technology %s", area),
            .source = any ? from->source : "",
        });
}

static void add_network(struct naas_ctx *ctx, struct tech_table *table, const struct as_accel *accel,
    const struct as_accel_sources *from, int l)
{
    bool stated = from->level[l].hop_pj;
    add(ctx, table,
        (struct tech_row){naas_format(ctx, "%s's network", accel->level[l].name), "one hop",
            bits(ctx, accel->word_bits), accel->level[l].hop_pj, NAN, NAN, stated ? TECH_STATED : TECH_GIVEN,
            "", stated ? from->source : from->technology.source[AS_PART_HOP]});
}

static enum naas_status components_of(struct naas_ctx *ctx, const struct naas_request *paths,
    const struct tech_request *request, struct tech_table *table)
{
    struct as_accel *accel = naas_alloc(ctx, 1, sizeof *accel);
    struct as_accel_sources *from = naas_alloc(ctx, 1, sizeof *from);
    enum naas_status status = naas_read_accel_sources(ctx, paths, request->accel, accel, from);
    if (status != NAAS_OK)
        return status;
    table->name = accel->name;
    table->nm = accel->technology_nm;
    add_dram_level(ctx, table, accel, from);
    for (int l = 0; l < accel->n_levels; l++) {
        if (l > 0)
            add_level(ctx, table, accel, from, l);
        if (accel->level[l].n_axes > 0)
            add_network(ctx, table, accel, from, l);
    }
    const struct as_technology *technology = &from->technology;
    add(ctx, table,
        (struct tech_row){"MAC", as_mac_type_names[from->mac_type], "multiply and add", accel->mac_pj, NAN,
            from->mac_area || from->has_technology ? accel->mac_area_um2 : NAN,
            from->mac_pj ? TECH_STATED : TECH_GIVEN,
            from->mac_pj && !from->mac_area && from->has_technology
                ? naas_format(ctx, "the area by the technology %s", technology->name)
                : "",
            from->mac_pj ? from->source : mac_source(ctx, technology, from->mac_type)});
    return NAAS_OK;
}

/* ---- the command ---- */

static void help(FILE *out)
{
    fputs(
        "usage: naas tech [TABLE [COMPONENT]] [options]\n"
        "       naas tech --accel ACCEL [options]\n\n"
        "what a component costs by a technology table, or in an accelerator, and where that comes from\n\n"
        "example: naas tech 45nm sram --capacity 64KiB --width 64\n\n"
        "TABLE:     the name of one that is shipped, or a file (a path that ends in .json); without it their "
        "names\n"
        "COMPONENT: without it all, as the table has them:\n\n",
        out);
    for (int i = 0; i < N_COMPONENTS; i++)
        fprintf(out, "  %-12s %s\n", components[i].name, components[i].help);
    fputs("\n", out);
    settings_help(out, settings, N_SETTINGS);
}

/* The option that was given and the component does not take; NULL when all is well. */
static const char *surplus(const struct tech_request *request, unsigned takes)
{
    const unsigned given[] = {request->capacity ? CAPACITY : 0, request->width ? WIDTH : 0,
        request->banks ? BANKS : 0, request->type ? TYPE : 0};
    static const char *const names[] = {"--capacity", "--width", "--banks", "--type"};
    for (int i = 0; i < 4; i++)
        if (given[i] & ~takes)
            return names[i];
    return NULL;
}

/* NULL, or what is wrong with the command line. */
static const char *read_request(
    struct naas_ctx *ctx, struct tech_request *request, int argc, const char *const *argv)
{
    *request = (struct tech_request){0};
    struct settings_list *operands = &request->operands;
    const char *fault = settings_read(ctx, settings, N_SETTINGS, request, operands, argc, argv);
    if (fault || request->help)
        return fault;
    if (operands->n > 2)
        return naas_format(ctx, "one operand too many: %s", operands->word[2]);
    if (operands->n > 0 && request->accel)
        return "--accel stands instead of a table";
    const struct component *component = operands->n > 1 ? find_component(operands->word[1]) : NULL;
    if (operands->n > 1 && !component)
        return naas_format(ctx, "unknown component %s", operands->word[1]);
    const char *option = surplus(request, component ? component->takes : 0);
    if (option)
        return naas_format(ctx, component ? "%s does not go with %s" : "%s needs a component", option,
            component ? component->name : "");
    if (request->banks && !request->capacity)
        return "--banks needs --capacity";
    request->banks = request->banks ? request->banks : 1;
    return NULL;
}

static enum naas_status list_tables(struct naas_ctx *ctx, struct naas_buf *out)
{
    struct as_technology *technology = naas_alloc(ctx, 1, sizeof *technology);
    enum naas_status status = NAAS_OK;
    for (int i = 0; as_technology_name(i) && status == NAAS_OK; i++) {
        status = as_technology_named(ctx, as_technology_name(i), technology);
        naas_buf_printf(out, "%s: %s\n", technology->name, technology->source[AS_PART_SRAM]);
    }
    naas_buf_puts(out, "\ncomponents:");
    for (int i = 0; i < N_COMPONENTS; i++)
        naas_buf_printf(out, " %s", components[i].name);
    naas_buf_puts(out, "\n");
    return status;
}

static enum naas_status run(struct naas_ctx *ctx, const struct naas_request *paths,
    const struct tech_request *request, struct naas_buf *out)
{
    struct tech_table table = {0};
    if (request->operands.n == 0 && !request->accel)
        return list_tables(ctx, out);
    enum naas_status status =
        request->accel ? components_of(ctx, paths, request, &table) : answer(ctx, request, &table);
    if (status != NAAS_OK)
        return status;
    if (request->json)
        tech_json(out, &table);
    else if (request->csv)
        tech_csv(out, &table);
    else
        tech_print(out, &table);
    return NAAS_OK;
}

int naas_tech(const struct naas_request *paths, int argc, const char *const *argv)
{
    struct naas_ctx *ctx = naas_ctx_new();
    struct naas_buf out = naas_buf_new(ctx);
    struct tech_request request;
    const char *fault = read_request(ctx, &request, argc, argv);
    int exit_status;
    if (naas_may_run(fault, request.help, help, &exit_status))
        exit_status = naas_finish(ctx, run(ctx, paths, &request, &out), &out);
    naas_ctx_free(ctx);
    return exit_status;
}
