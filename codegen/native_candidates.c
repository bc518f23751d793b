/*
 * What the native target may choose, from the CPU's description, and which choices are worth a trial: those
 * that make another text, the best first by an estimate of the cycles that they take.
 */
#include "codegen/native.h"

#include <stdlib.h>
#include <string.h>

/* ---- the CPU ---- */

static const struct as_level *level_of(const struct as_accel *accel, const char *name)
{
    for (int l = 0; l < accel->n_levels; l++)
        if (strcmp(accel->level[l].name, name) == 0)
            return &accel->level[l];
    return NULL;
}

static int axis_of(const struct as_accel *accel, const char *name, int fallback)
{
    for (int l = 0; l < accel->n_levels; l++)
        for (int x = 0; x < accel->level[l].n_axes; x++)
            if (strcmp(accel->level[l].axis[x].name, name) == 0)
                return accel->level[l].axis[x].size;
    return fallback;
}

static int64_t within(int64_t least, int64_t bytes, int64_t most)
{
    return bytes < least ? least : bytes > most ? most : bytes;
}

/* Any accelerator may be named, also one whose L1 holds a few words or has no limit. */
struct cg_choice cg_choice_of(const struct as_accel *accel)
{
    const struct as_level *l1 = level_of(accel, "L1"), *l2 = level_of(accel, "L2");
    int64_t near = within(8 << 10, l1 ? l1->partition[0].bytes : 32 << 10, 1 << 20),
            far = within(64 << 10, l2 ? l2->partition[0].bytes : 512 << 10, 64 << 20);
    return (struct cg_choice){.vectors = 2,
        .below = 2,
        .depth = near / 13,
        .chunk = far / 8 * 3,
        .sums = near,
        .cores = axis_of(accel, "cores", 1)};
}

struct cg_speed cg_speed_of(const struct as_accel *accel)
{
    const struct as_level *l1 = level_of(accel, "L1"), *l2 = level_of(accel, "L2"),
                          *inner = &accel->level[accel->n_levels - 1];
    int lanes = axis_of(accel, "lanes", 4);
    bool has_loads = l1 && l1->n_ports > 0 && l1->port[0].words_per_cycle > 0,
         has_second = l2 && l2->n_ports > 0 && l2->port[0].words_per_cycle > 0;
    return (struct cg_speed){.lanes = lanes,
        .registers = (int)(inner->partition[0].bytes / 4),
        .macs = accel->macs_per_cycle,
        .loads = has_loads ? l1->port[0].words_per_cycle / lanes : 2,
        .second = has_second ? l2->port[0].words_per_cycle / lanes : 0.5};
}

/* ---- candidates ---- */

enum { MAX_TEXTS = 256 };

struct hunt {
    struct naas_ctx *ctx;
    const struct cg_kernel *kernel;
    int part, n;
    struct cg_candidate found[MAX_TEXTS]; /* the start first */
    const char *text[MAX_TEXTS];
    enum cg_form form; /* of the start */
};

/* Takes a choice that makes a new text. */
static void add(struct hunt *hunt, const struct cg_choice *choice)
{
    struct cg_kernel kernel = *hunt->kernel;
    struct cg_part *parts = naas_alloc(hunt->ctx, (size_t)kernel.n_parts, sizeof *parts);
    struct naas_buf text = naas_buf_new(hunt->ctx);
    memcpy(parts, kernel.part, (size_t)kernel.n_parts * sizeof *parts);
    parts[hunt->part].choice = choice;
    kernel.part = parts;
    struct cg cg = cg_new(hunt->ctx, &kernel, kernel.n_parts > 1 ? &parts[hunt->part] : NULL, "trial");
    if (hunt->n == MAX_TEXTS || !cg_part_print(&cg, &text) || cg.status)
        return;
    for (int i = 0; i < hunt->n; i++)
        if (strcmp(hunt->text[i], text.text) == 0)
            return;
    if (hunt->n == 0)
        hunt->form = cg.form;
    hunt->text[hunt->n] = text.text;
    hunt->found[hunt->n++] = (struct cg_candidate){*choice, cg.cycles};
}

static void add_blocks(struct hunt *hunt, const struct cg_choice *start)
{
    static const int many[][2] = {{14, 2}, {12, 2}, {9, 3}, {8, 3}, {7, 4}, {6, 4}, {28, 1}, {24, 1}, {8, 2}},
                     few[][2] = {{6, 2}, {4, 3}, {5, 2}, {4, 2}, {12, 1}, {3, 4}};
    bool has_many = cg_speed_of(hunt->kernel->accel).registers >= 32;
    size_t n = has_many ? sizeof many / sizeof many[0] : sizeof few / sizeof few[0];
    for (enum cg_way way = CG_PANELS; way <= CG_PLANE; way++)
        for (size_t i = 0; i < n; i++) {
            struct cg_choice choice = *start;
            choice.way = way;
            choice.rows = has_many ? many[i][0] : few[i][0];
            choice.vectors = has_many ? many[i][1] : few[i][1];
            add(hunt, &choice);
        }
}

static void add_small_blocks(struct hunt *hunt, const struct cg_choice *start)
{
    static const int blocks[][2] = {{4, 5}, {5, 5}, {4, 6}, {4, 4}, {6, 4}, {3, 8}, {2, 4}, {3, 3}};
    struct cg_choice product = *start;
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        struct cg_choice choice = *start;
        choice.form = CG_SMALL;
        choice.rows = blocks[i][0];
        choice.vectors = blocks[i][1];
        add(hunt, &choice);
    }
    product.form = CG_PRODUCT;
    add(hunt, &product);
}

/* Nests that are no products. */
static void add_forms(struct hunt *hunt, const struct cg_choice *start)
{
    for (enum cg_form form = CG_WINDOW; form <= CG_SOURCE; form++)
        for (int below = 1; below <= (form == CG_WINDOW ? 4 : 1); below++) {
            struct cg_choice choice = *start;
            choice.form = form;
            choice.below = below;
            add(hunt, &choice);
        }
}

static void add_tiles(struct hunt *hunt, const struct cg_choice *start)
{
    for (int depth = -1; depth <= 2; depth++)
        for (int chunk = -1; chunk <= 1; chunk++) {
            struct cg_choice choice = *start;
            choice.depth = depth < 0 ? choice.depth / 2 : choice.depth << depth;
            choice.chunk = chunk < 0 ? choice.chunk / 2 : choice.chunk << chunk;
            choice.sums = chunk < 0 ? choice.sums / 2 : choice.sums << chunk;
            add(hunt, &choice);
        }
}

static int by_cycles(const void *a, const void *b)
{
    double s = ((const struct cg_candidate *)a)->cycles, t = ((const struct cg_candidate *)b)->cycles;
    return (s > t) - (s < t);
}

int cg_candidates(struct naas_ctx *ctx, const struct cg_kernel *kernel, int part,
    const struct cg_choice *start, bool blocks, int most, struct cg_candidate *candidates)
{
    struct hunt *hunt = naas_alloc(ctx, 1, sizeof *hunt);
    *hunt = (struct hunt){.ctx = ctx, .kernel = kernel, .part = part};
    add(hunt, start);
    if (hunt->n == 0)
        return 0;
    bool small = hunt->form == CG_SMALL, product = small || hunt->form == CG_PRODUCT;
    if (product && !blocks)
        add_tiles(hunt, start);
    else if (blocks)
        (small ? add_small_blocks : product ? add_blocks : add_forms)(hunt, start);
    qsort(hunt->found + 1, (size_t)hunt->n - 1, sizeof *hunt->found, by_cycles);
    int n = hunt->n < most ? hunt->n : most;
    memcpy(candidates, hunt->found, (size_t)n * sizeof *candidates);
    return n;
}
