/* The page of compiled nests. Compilations add to it one after the other, so it ends after any of its
 * articles. */
#include "show/chart.h"
#include "show/page.h"
#include "show_assets.h"
#include <string.h>

static const char *nest_id(struct naas_ctx *ctx, const struct show_nest *nest)
{
    uint64_t hash = naas_hash(NAAS_HASH_SEED, nest->file, strlen(nest->file) + 1);
    return naas_format(ctx, "n%016llx", (unsigned long long)naas_hash(hash, nest->name, strlen(nest->name)));
}

/* With the numbers of the lines in front. */
static const char *numbered(struct naas_ctx *ctx, const char *text, int line)
{
    struct naas_buf out = naas_buf_new(ctx);
    while (*text) {
        size_t length = strcspn(text, "\n");
        naas_buf_printf(&out, "%5d  %.*s\n", line++, (int)length, text);
        text += length + (text[length] == '\n');
    }
    return show_escaped(ctx, out.text);
}

static const char *summary(struct naas_ctx *ctx, const struct show_nest *nest)
{
    const struct show_layers *parts = &nest->parts;
    double cycles = 0, energy_pj = 0;
    int64_t macs = 0;
    for (int i = 0; i < parts->n; i++) {
        cycles += parts->layer[i].cost->cycles;
        energy_pj += parts->layer[i].cost->energy_pj;
        macs += parts->layer[i].cost->macs;
    }
    if (parts->n == 0)
        return naas_format(ctx, "Target %s.", nest->target);
    return naas_format(ctx, "Target %s, accelerator %s: %s MACs, %s cycles, %sJ predicted.", nest->target,
        show_escaped(ctx, parts->accel->name), chart_number(ctx, (double)macs), chart_number(ctx, cycles),
        chart_number(ctx, energy_pj * 1e-12));
}

static const char *pictures(struct naas_ctx *ctx, const struct show_layers *parts)
{
    struct naas_buf out = naas_buf_new(ctx), energy = naas_buf_new(ctx), cycles = naas_buf_new(ctx),
                    roofline = naas_buf_new(ctx), mappings = naas_buf_new(ctx);
    if (parts->n == 0)
        return "";
    show_energy_chart(&energy, parts);
    show_cycles_chart(&cycles, parts);
    show_roofline(&roofline, parts);
    show_layer_details(&mappings, parts);
    const struct show_field fields[] = {{"energy", energy.text}, {"cycles", cycles.text},
        {"roofline", roofline.text}, {"mappings", mappings.text}};
    show_fill(&out, asset_parts_html, sizeof fields / sizeof fields[0], fields);
    return out.text;
}

static void add_article(struct naas_buf *out, const struct show_nest *nest)
{
    struct naas_ctx *ctx = out->ctx;
    const char *id = nest_id(ctx, nest);
    struct show_layers parts = nest->parts;
    parts.prefix = naas_format(ctx, "%s-", id);
    const struct show_field fields[] = {{"id", id}, {"name", show_escaped(ctx, nest->name)},
        {"place", show_escaped(ctx, naas_format(ctx, "%s:%d", nest->file, nest->line))},
        {"summary", summary(ctx, nest)}, {"source", numbered(ctx, nest->source, nest->line)},
        {"emitted", show_escaped(ctx, nest->emitted)}, {"pictures", pictures(ctx, &parts)}};
    show_fill(out, asset_nest_html, sizeof fields / sizeof fields[0], fields);
}

/* The article takes the place of the old one of that id, where the page has one. */
static void add_to_page(struct naas_buf *out, const char *page, const char *id, const char *article)
{
    const char *end = naas_format(out->ctx, "<!-- end %s -->\n", id);
    const char *from = page ? strstr(page, naas_format(out->ctx, "<!-- begin %s -->", id)) : NULL;
    const char *to = from ? strstr(from, end) : NULL;
    if (!page) {
        show_page_head(out, "naascc");
        naas_buf_puts(out, "<header>\n<h1>Nests compiled by naascc</h1>\n</header>\n");
    } else if (to) {
        naas_buf_write(out, page, (size_t)(from - page));
    } else {
        naas_buf_puts(out, page);
    }
    naas_buf_puts(out, article);
    naas_buf_puts(out, to ? to + strlen(end) : "");
}

void show_nest_add(struct naas_buf *out, const char *page, const struct show_nest *nest)
{
    struct naas_buf article = naas_buf_new(out->ctx);
    add_article(&article, nest);
    add_to_page(out, page, nest_id(out->ctx, nest), article.text);
}

void show_search_add(struct naas_buf *out, const char *page, const struct show_search *search)
{
    struct naas_buf article = naas_buf_new(out->ctx);
    naas_buf_puts(&article,
        "<!-- begin search -->\n<article id=\"search\">\n<h2>The accelerator of the program</h2>\n");
    show_search(&article, search);
    naas_buf_puts(&article, "</article>\n<!-- end search -->\n");
    add_to_page(out, page, "search", article.text);
}
