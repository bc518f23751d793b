/*
 * The form of a space:
 *
 *     {"format": 1, "kind": "space", "name": "small", "channels": 3, "multiple": 8,
 *      "resolution": [128, 144, 160], "width": [0.65, 0.8, 1],
 *      "parts": [
 *         {"name": "stem", "type": "conv", "out": 32, "kernel": 3, "stride": 2},
 *         {"name": "stage1", "type": "bottleneck", "out": 256, "depth": [2, 3, 4], "ratio": [0.2, 0.25,
 * 0.35]},
 *         {"name": "pool", "type": "global_pool"},
 *         {"name": "classifier", "type": "linear", "out": 1000, "scaled": false, "bias": true}]}
 *
 * "depth", "kernel" and "ratio" are a number or a list of choices. "optional": true lets a part be left out.
 */
#include "nas/space.h"
#include "accelsearch/jsonform.h"
#include <math.h>
#include <string.h>

/* ---- genes ---- */

/* Its index. The list is checked by the reader. */
static int add_gene(struct nas_space *space, const struct nas_gene *gene)
{
    if (space->n_genes == NAS_MAX_GENES)
        return NAS_MAX_GENES - 1; /* said by the caller, who counts */
    space->gene[space->n_genes] = *gene;
    return space->n_genes++;
}

static struct nas_gene new_gene(int part, int block, const char *of, const char *what)
{
    struct nas_gene gene = {.part = part, .block = block};
    if (block >= 0)
        snprintf(gene.name, sizeof gene.name, "%.15s.%c.%.9s", of, '1' + block, what);
    else
        snprintf(gene.name, sizeof gene.name, "%.19s%s%.11s", of, *of ? "." : "", what);
    return gene;
}

/* A number or a list of them, rising. */
static void read_choices(
    struct json_node node, double low, double high, double fallback, struct nas_gene *gene)
{
    bool list = json_present(node) && cJSON_IsArray(node.item);
    gene->n = list ? json_length(node) : 1;
    if (gene->n < 1 || gene->n > NAS_MAX_CHOICES) {
        json_error(node, "1 to %d choices are possible here", NAS_MAX_CHOICES);
        gene->n = 1;
    }
    for (int i = 0; i < gene->n; i++)
        gene->choice[i] = json_number(list ? json_at(node, i) : node, low, high, fallback);
    for (int i = 1; i < gene->n; i++)
        if (!(gene->choice[i] > gene->choice[i - 1]))
            json_error(node, "choices have to rise");
}

/* ---- reading ---- */

static const char *const kind_names[] = {"conv", "pool", "bottleneck", "inverted", "global_pool", "linear"};

static bool has_blocks(const struct nas_part *part)
{
    return part->kind == NAS_BOTTLENECK || part->kind == NAS_INVERTED;
}

static void read_blocks(struct nas_space *space, struct json_node node, int index)
{
    struct nas_part *part = &space->part[index];
    struct nas_gene depth = new_gene(index, -1, part->name, "depth");
    struct nas_gene kernel = {0}, ratio = {0};
    read_choices(json_get(node, "depth"), 1, NAS_MAX_BLOCKS, 1, &depth);
    read_choices(json_get(node, "kernel"), 1, 31, 3, &kernel);
    read_choices(json_need(node, "ratio"), 0.01, 64, 1, &ratio);
    part->depth = add_gene(space, &depth);
    part->n_blocks = (int)depth.choice[depth.n - 1];
    part->step = 2;
    for (int b = 0; b < part->n_blocks; b++) {
        struct nas_gene of_kernel = new_gene(index, b, part->name, "kernel");
        struct nas_gene of_ratio = new_gene(index, b, part->name, "ratio");
        of_kernel.n = kernel.n;
        of_ratio.n = ratio.n;
        memcpy(of_kernel.choice, kernel.choice, sizeof kernel.choice);
        memcpy(of_ratio.choice, ratio.choice, sizeof ratio.choice);
        int k = add_gene(space, &of_kernel), r = add_gene(space, &of_ratio);
        if (b == 0) {
            part->kernel = k;
            part->ratio = r;
        }
    }
}

static void read_part(struct nas_space *space, struct json_node node, const struct nas_gene *width, int index)
{
    struct nas_part *part = &space->part[index];
    *part =
        (struct nas_part){.width = -1, .present = -1, .depth = -1, .kernel = -1, .ratio = -1, .n_blocks = 1};
    as_json_notes(node);
    strcpy(part->name, "part");
    as_json_name(json_need(node, "name"), part->name);
    part->kind = (enum nas_part_kind)json_choice(json_need(node, "type"), kind_names, 6, NAS_CONV);
    part->out = json_int(json_get(node, "out"), 1, 1 << 20, 0);
    part->divide = json_int(json_get(node, "divide"), 1, 64, 1);
    part->stride = json_int(json_get(node, "stride"), 1, 8, 1);
    part->squeeze = json_bool(json_get(node, "squeeze"), false);
    part->bias = json_bool(json_get(node, "bias"), false);
    part->scaled = json_bool(json_get(node, "scaled"), part->out > 0);
    if (part->out == 0 && (part->kind == NAS_LINEAR || has_blocks(part)))
        json_error(node, "a part of this type says how many channels come out");
    if (part->scaled) {
        struct nas_gene gene = new_gene(index, -1, part->name, "width");
        gene.n = width->n;
        memcpy(gene.choice, width->choice, sizeof gene.choice);
        part->width = add_gene(space, &gene);
    }
    if (json_bool(json_get(node, "optional"), false)) {
        struct nas_gene gene = new_gene(index, -1, part->name, "present");
        gene.n = 2;
        gene.choice[1] = 1;
        part->present = add_gene(space, &gene);
        if (part->out > 0 || part->stride > 1)
            json_error(node, "a part that may be left out keeps the shape");
    }
    if (has_blocks(part)) {
        read_blocks(space, node, index);
    } else if (part->kind == NAS_CONV || part->kind == NAS_POOL) {
        struct nas_gene kernel = new_gene(index, -1, part->name, "kernel");
        read_choices(json_get(node, "kernel"), 1, 31, 1, &kernel);
        part->kernel = add_gene(space, &kernel);
    }
}

enum naas_status nas_space_from_json(struct naas_ctx *ctx, const char *path, struct nas_space *space)
{
    struct json_node root;
    *space = (struct nas_space){.name = "space"};
    enum naas_status status = json_parse_file(ctx, path, &root);
    if (status != NAAS_OK)
        return status;
    json_expect_kind(root, "space");
    as_json_notes(root);
    as_json_name(json_need(root, "name"), space->name);
    space->channels = json_int(json_get(root, "channels"), 1, 1 << 20, 3);
    space->multiple = json_int(json_get(root, "multiple"), 1, 1 << 10, 8);
    struct nas_gene resolution = new_gene(-1, -1, "", "resolution"), width = {0};
    read_choices(json_need(root, "resolution"), 1, 1 << 14, 224, &resolution);
    read_choices(json_get(root, "width"), 0.01, 100, 1, &width);
    add_gene(space, &resolution);
    struct json_node parts = json_need(root, "parts");
    int n = json_length(parts);
    if (n > NAS_MAX_PARTS)
        json_error(parts, "at most %d parts are possible", NAS_MAX_PARTS);
    for (int i = 0; i < n && i < NAS_MAX_PARTS; i++)
        read_part(space, json_at(parts, i), &width, space->n_parts++);
    if (space->n_genes == NAS_MAX_GENES)
        json_error(parts, "they have too many choices: at most %d genes are possible", NAS_MAX_GENES - 1);
    return json_done(root);
}

/* ---- subnets ---- */

static int depth_of(
    const struct nas_space *space, const struct nas_subnet *subnet, const struct nas_part *part)
{
    return part->depth < 0 ? 1 : (int)space->gene[part->depth].choice[subnet->pick[part->depth]];
}

bool nas_used(const struct nas_space *space, const struct nas_subnet *subnet, int gene)
{
    const struct nas_gene *g = &space->gene[gene];
    return g->block < 0 || g->block < depth_of(space, subnet, &space->part[g->part]);
}

void nas_canonical(const struct nas_space *space, struct nas_subnet *subnet)
{
    for (int g = 0; g < space->n_genes; g++)
        if (!nas_used(space, subnet, g))
            subnet->pick[g] = 0;
}

struct nas_subnet nas_draw(const struct nas_space *space, struct as_random *random)
{
    struct nas_subnet subnet = {{0}};
    for (int g = 0; g < space->n_genes; g++)
        subnet.pick[g] = (unsigned char)as_random_below(random, space->gene[g].n);
    nas_canonical(space, &subnet);
    return subnet;
}

double nas_choice(const struct nas_space *space, const struct nas_subnet *subnet, int gene)
{
    return nas_used(space, subnet, gene) ? space->gene[gene].choice[subnet->pick[gene]] : NAN;
}

double nas_count(const struct nas_space *space)
{
    double count = 1;
    for (int g = 0; g < space->n_genes; g++)
        if (space->gene[g].block < 0 &&
            (space->gene[g].part < 0 || space->part[space->gene[g].part].depth != g))
            count *= space->gene[g].n;
    for (int p = 0; p < space->n_parts; p++) {
        const struct nas_part *part = &space->part[p];
        double of_part = 0;
        if (part->depth < 0)
            continue;
        for (int i = 0; i < space->gene[part->depth].n; i++) {
            int depth = (int)space->gene[part->depth].choice[i];
            of_part += pow(space->gene[part->kernel].n * space->gene[part->ratio].n, depth);
        }
        count *= of_part;
    }
    return count;
}

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

void nas_code(const struct nas_space *space, const struct nas_subnet *subnet, char code[NAS_CODE])
{
    int n = 0;
    for (int g = 0; g < space->n_genes; g++)
        if (space->gene[g].n > 1)
            code[n++] = nas_used(space, subnet, g) ? digits[subnet->pick[g]] : '.';
    code[n] = '\0';
}

bool nas_decode(const struct nas_space *space, const char *code, struct nas_subnet *subnet)
{
    char again[NAS_CODE];
    const char *at = code;
    *subnet = (struct nas_subnet){{0}};
    for (int g = 0; g < space->n_genes; g++) {
        if (space->gene[g].n <= 1)
            continue;
        const char *digit = *at ? strchr(digits, *at) : NULL;
        if (!*at || (!digit && *at != '.'))
            return false;
        int pick = digit ? (int)(digit - digits) : 0;
        if (pick >= space->gene[g].n)
            return false;
        subnet->pick[g] = (unsigned char)pick;
        at++;
    }
    nas_code(space, subnet, again);
    return strcmp(code, again) == 0;
}
