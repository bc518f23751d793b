#include "random_case.h"

#include <string.h>

/* ---- the tape ---- */

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014) */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

void random_tape_fill(struct random_tape *tape, uint64_t seed)
{
    tape->n = RANDOM_TAPE;
    for (int i = 0; i < RANDOM_TAPE; i++)
        tape->byte[i] = (unsigned char)(next_random(&seed) >> 56);
}

struct reader {
    const struct random_tape *tape;
    int at;
};

/* 0 <= result < n; two bytes of the tape, the first the more significant. */
static int64_t draw(struct reader *reader, int64_t n)
{
    int64_t value = 0;
    for (int i = 0; i < 2; i++, reader->at++)
        value = value * 256 + (reader->at < reader->tape->n ? reader->tape->byte[reader->at] : 0);
    return value % n;
}

/* True once in n times. */
static bool rarely(struct reader *reader, int64_t n)
{
    return draw(reader, n) == n - 1;
}

/* ---- problem ---- */

struct maker {
    struct reader reader;
    const struct random_size *size;
    int64_t points; /* that further dims may multiply to */
    struct random_case *made;
};

static int add_dim(struct maker *maker, char letter, enum as_dim_kind kind, int64_t max_extent)
{
    struct as_problem *problem = &maker->made->problem;
    struct as_dim *dim = &problem->dim[problem->n_dims];
    int64_t most = maker->points < max_extent ? maker->points : max_extent;
    dim->name[0] = dim->conv = letter;
    dim->kind = kind;
    dim->extent = 1 + draw(&maker->reader, most);
    dim->spatial = true;
    maker->points /= dim->extent;
    return problem->n_dims++;
}

static struct as_tensor *add_tensor(struct maker *maker, const char *name, enum as_role role)
{
    struct as_problem *problem = &maker->made->problem;
    struct as_tensor *tensor = &problem->tensor[problem->n_tensors++];
    strcpy(tensor->name, name);
    tensor->role = role;
    tensor->type = NAAS_WORD;
    return tensor;
}

static struct as_axis *add_axis(struct maker *maker, struct as_tensor *tensor, int dim, int64_t coef)
{
    struct as_axis *axis = &tensor->axis[tensor->rank++];
    axis->n_terms = 1;
    axis->term[0] = (struct as_term){dim, coef};
    axis->extent = coef * (maker->made->problem.dim[dim].extent - 1) + 1;
    return axis;
}

static void add_axes(struct maker *maker, struct as_tensor *tensor, int n, const int *dim)
{
    for (int i = 0; i < n; i++)
        add_axis(maker, tensor, dim[i], 1);
}

/* stride * p + dilation * r - padding */
static void add_window(struct maker *maker, struct as_tensor *tensor, int p, int r)
{
    static const int64_t strides[] = {1, 1, 1, 2, 2, 3, 4}, dilations[] = {1, 1, 1, 2, 3};
    struct reader *reader = &maker->reader;
    int64_t stride = strides[draw(reader, 7)], dilation = dilations[draw(reader, 5)];
    int64_t before = rarely(reader, 3) ? draw(reader, 4) : 0, after = rarely(reader, 3) ? draw(reader, 4) : 0;
    struct as_axis *axis = add_axis(maker, tensor, p, stride);
    axis->n_terms = 2;
    axis->term[1] = (struct as_term){r, dilation};
    axis->extent += dilation * (maker->made->problem.dim[r].extent - 1) - before - after;
    axis->offset = -before;
    if (axis->extent < 1)
        axis->extent = 1;
}

static void make_gemm(struct maker *maker)
{
    int64_t most = maker->size->max_extent;
    int m = add_dim(maker, 'K', AS_PARALLEL, most), k = add_dim(maker, 'C', AS_REDUCTION, most);
    int n = add_dim(maker, 'N', AS_PARALLEL, most);
    struct as_tensor *a = add_tensor(maker, "A", AS_INPUT), *b = add_tensor(maker, "B", AS_WEIGHT);
    struct as_tensor *c = add_tensor(maker, "C", AS_OUTPUT);
    add_axes(maker, a, 2, (int[]){n, k});
    add_axes(maker, b, 2, (int[]){k, m});
    add_axes(maker, c, 2, (int[]){n, m});
}

/* Plain, grouped, depthwise and pooling convolutions differ in which of G, K, C there are and whether there
 * are weights. */
enum { HAS_G = 1, HAS_K = 2, HAS_C = 4, HAS_W = 8 };

static void make_convolution(struct maker *maker, int parts)
{
    int64_t most = maker->size->max_extent, window = most < 5 ? most : 5;
    int dim[8], n_channels = 0;
    dim[0] = add_dim(maker, 'N', AS_PARALLEL, most < 3 ? most : 3);
    int g = parts & HAS_G ? add_dim(maker, 'G', AS_PARALLEL, most) : -1;
    int p = add_dim(maker, 'P', AS_PARALLEL, most), r = add_dim(maker, 'R', AS_REDUCTION, window);
    int c = parts & HAS_C ? add_dim(maker, 'C', AS_REDUCTION, most) : -1;
    int k = parts & HAS_K ? add_dim(maker, 'K', AS_PARALLEL, most) : -1;
    int q = add_dim(maker, 'Q', AS_PARALLEL, most), s = add_dim(maker, 'S', AS_REDUCTION, window);
    struct as_tensor *x = add_tensor(maker, "I", AS_INPUT);
    for (int i = 0; i < 3; i++) {
        int channel[] = {dim[0], g, c};
        if (channel[i] >= 0)
            add_axis(maker, x, channel[i], 1);
    }
    add_window(maker, x, p, r);
    add_window(maker, x, q, s);
    if (parts & HAS_W) {
        struct as_tensor *w = add_tensor(maker, "W", AS_WEIGHT);
        int weight[] = {g, k, c, r, s};
        for (int i = 0; i < 5; i++)
            if (weight[i] >= 0)
                dim[n_channels++] = weight[i];
        add_axes(maker, w, n_channels, dim);
    }
    struct as_tensor *y = add_tensor(maker, "O", AS_OUTPUT);
    int out[] = {0, g, k, p, q};
    for (int i = 0; i < 5; i++)
        if (out[i] >= 0)
            add_axis(maker, y, out[i], 1);
}

/* y[stride * p + 1] += x[stride' * p + r], and a reduction to a scalar when p is missing: subscripts that
 * convolutions do not have. */
static void make_odd(struct maker *maker)
{
    int p = add_dim(maker, 'P', AS_PARALLEL, maker->size->max_extent);
    int r = add_dim(maker, 'R', AS_REDUCTION, maker->size->max_extent);
    int c = add_dim(maker, 'C', AS_REDUCTION, maker->size->max_extent);
    struct as_tensor *x = add_tensor(maker, "I", AS_INPUT);
    add_window(maker, x, p, r);
    add_axis(maker, x, c, 1 + draw(&maker->reader, 3));
    struct as_tensor *w = add_tensor(maker, "W", AS_WEIGHT);
    add_axis(maker, w, r, 1 + draw(&maker->reader, 3));
    struct as_tensor *y = add_tensor(maker, "O", AS_OUTPUT);
    if (rarely(&maker->reader, 4)) {
        maker->made->problem.dim[p].kind = AS_REDUCTION;
        return;
    }
    struct as_axis *axis = add_axis(maker, y, p, 1 + draw(&maker->reader, 3));
    axis->offset = draw(&maker->reader, 3);
    axis->extent += axis->offset;
}

/* y[p][k] = x[k][p] */
static void make_copy(struct maker *maker)
{
    int p = add_dim(maker, 'P', AS_PARALLEL, maker->size->max_extent);
    int k = add_dim(maker, 'K', AS_PARALLEL, maker->size->max_extent);
    struct as_tensor *x = add_tensor(maker, "I", AS_INPUT), *y = add_tensor(maker, "O", AS_OUTPUT);
    add_axes(maker, x, 2, (int[]){k, p});
    add_axes(maker, y, 2, (int[]){p, k});
}

static void make_problem(struct maker *maker)
{
    struct as_problem *problem = &maker->made->problem;
    strcpy(problem->name, "random");
    problem->acc_type = NAAS_WORD;
    problem->reduce = AS_SUM;
    problem->combine = AS_PRODUCT;
    switch (draw(&maker->reader, 9)) {
    default:
        make_gemm(maker);
        break;
    case 1:
    case 2:
        make_convolution(maker, HAS_K | HAS_C | HAS_W);
        break;
    case 3:
        make_convolution(maker, HAS_G | HAS_W);
        break;
    case 4:
        make_convolution(maker, HAS_G | HAS_K | HAS_C | HAS_W);
        break;
    case 5:
        make_convolution(maker, HAS_C | HAS_K | HAS_W | HAS_G);
        break;
    case 6:
        make_convolution(maker, HAS_G);
        problem->combine = AS_COPY;
        problem->reduce = draw(&maker->reader, 3) == 2 ? AS_MIN : AS_MAX;
        break;
    case 7:
        make_odd(maker);
        break;
    case 8:
        make_copy(maker);
        problem->combine = AS_COPY;
        problem->reduce = AS_NO_REDUCE;
        break;
    }
    problem->output = problem->n_tensors - 1;
}

/* ---- accelerator ---- */

static void make_port(struct maker *maker, struct as_level *level)
{
    static const double rates[] = {0, 1, 2, 4, 0.5, 3, 1.5, 16};
    static const unsigned roles[] = {AS_ALL_ROLES, AS_INPUT, AS_INPUT | AS_WEIGHT, AS_OUTPUT, AS_WEIGHT, 0};
    struct as_port *port = &level->port[level->n_ports++];
    strcpy(port->name, "port");
    port->down = roles[draw(&maker->reader, 6)];
    port->up = roles[draw(&maker->reader, 6)] & (AS_OUTPUT);
    port->words_per_cycle = rates[draw(&maker->reader, 8)];
}

static void make_level(struct maker *maker, int l)
{
    static const char *const names[AS_MAX_LEVELS] = {"DRAM", "L2", "L1", "RF", "R0"};
    struct as_accel *accel = &maker->made->accel;
    struct as_level *level = &accel->level[l];
    struct reader *reader = &maker->reader;
    strcpy(level->name, names[l]);
    level->keeps = AS_ALL_ROLES;
    level->may_pass = l ? AS_ALL_ROLES : 0;
    level->buffers = 1 + (int)draw(reader, 2);
    level->n_partitions = 1;
    level->partition[0].roles = AS_ALL_ROLES;
    for (int64_t n = draw(reader, 3); n > 0; n--)
        make_port(maker, level);
    /* The array stands above the last level; another one further out is rare. */
    bool array = l == accel->n_levels - 2 || (l < accel->n_levels - 2 && rarely(reader, 5));
    if (!array)
        return;
    level->n_axes = (int)draw(reader, 4);
    for (int a = 0; a < level->n_axes; a++) {
        level->axis[a].name[0] = (char)('x' + a);
        level->axis[a].size = 1 + (int)draw(reader, maker->size->max_array);
    }
}

static void make_accel(struct maker *maker)
{
    static const int levels[] = {3, 2, 3, 3, 4, 3, 4, 5};
    struct as_accel *accel = &maker->made->accel;
    strcpy(accel->name, "random");
    accel->word_bits = 16;
    accel->acc_bits = 32;
    accel->clock_mhz = 1000;
    accel->n_levels = levels[draw(&maker->reader, 8)];
    accel->macs_per_cycle = 1 + (int)draw(&maker->reader, 3);
    accel->padding_stored = rarely(&maker->reader, 4);
    for (int l = 0; l < accel->n_levels; l++)
        make_level(maker, l);
}

/* ---- mapping ---- */

static void add_loop(struct as_mapping_level *level, int dim, int64_t tile, int axis, int64_t *around)
{
    level->loop[level->n_loops++] = (struct as_loop){dim, tile, axis};
    around[dim] = tile;
}

static void add_temporal(struct maker *maker, struct as_mapping_level *level, int64_t *around)
{
    for (int64_t n = draw(&maker->reader, 5); n > 0; n--) {
        int dim = (int)draw(&maker->reader, maker->made->problem.n_dims);
        int64_t tile = around[dim] - draw(&maker->reader, around[dim]);
        if (tile < around[dim])
            add_loop(level, dim, tile, -1, around);
    }
}

/* The loops of the last level go down to single points for the dims that they name. */
static void add_points(struct as_mapping_level *level, int64_t *around)
{
    int n = level->n_loops;
    for (int i = 0; i < n; i++)
        if (around[level->loop[i].dim] > 1)
            add_loop(level, level->loop[i].dim, 1, -1, around);
}

/* Up to two loops on each axis of the level's array, within its size. */
static void add_spatial(struct maker *maker, int l, int64_t *around)
{
    struct as_mapping_level *level = &maker->made->mapping.level[l];
    const struct as_level *array = &maker->made->accel.level[l];
    for (int a = 0; a < array->n_axes; a++) {
        int64_t left = array->axis[a].size;
        for (int64_t n = draw(&maker->reader, 3); n > 0; n--) {
            int dim = (int)draw(&maker->reader, maker->made->problem.n_dims);
            int64_t least = (around[dim] + left - 1) / left;
            int64_t tile = around[dim] - draw(&maker->reader, around[dim] - least + 1);
            if (tile == around[dim])
                continue;
            left /= (around[dim] + tile - 1) / tile;
            add_loop(level, dim, tile, a, around);
        }
    }
}

static bool is_padded(const struct as_problem *problem, int t)
{
    for (int j = 0; j < problem->tensor[t].rank; j++) {
        const struct as_axis *axis = &problem->tensor[t].axis[j];
        int64_t highest = axis->offset;
        for (int i = 0; i < axis->n_terms; i++)
            highest += axis->term[i].coef * (problem->dim[axis->term[i].dim].extent - 1);
        if (axis->offset < 0 || highest >= axis->extent)
            return true;
    }
    return false;
}

/* Some tensors pass some levels, but no level is left with nothing, and padding needs a level to exist in. */
static void choose_kept(struct maker *maker)
{
    struct as_mapping *mapping = &maker->made->mapping;
    const struct as_problem *problem = &maker->made->problem;
    unsigned all = (1u << problem->n_tensors) - 1;
    bool any = rarely(&maker->reader, 2);
    for (int l = 0; l < mapping->n_levels; l++)
        mapping->level[l].keeps = all;
    for (int t = 0; t < problem->n_tensors; t++)
        for (int l = 1; l < mapping->n_levels; l++) {
            unsigned *keeps = &mapping->level[l].keeps;
            bool pass = rarely(&maker->reader, 4) && any && (*keeps & ~(1u << t));
            if (pass && !(is_padded(problem, t) && l == mapping->n_levels - 1))
                *keeps &= ~(1u << t);
        }
}

static void make_mapping(struct maker *maker)
{
    struct as_mapping *mapping = &maker->made->mapping;
    const struct as_problem *problem = &maker->made->problem;
    int64_t around[AS_MAX_DIMS];
    for (int d = 0; d < problem->n_dims; d++)
        around[d] = problem->dim[d].extent;
    mapping->n_levels = maker->made->accel.n_levels;
    for (int l = 0; l < mapping->n_levels; l++) {
        add_temporal(maker, &mapping->level[l], around);
        if (l < mapping->n_levels - 1)
            add_spatial(maker, l, around);
        else
            add_points(&mapping->level[l], around);
    }
    choose_kept(maker);
}

void random_case_make(
    const struct random_tape *tape, const struct random_size *size, struct random_case *made)
{
    memset(made, 0, sizeof *made);
    struct maker maker = {{tape, 0}, size, size->max_points, made};
    make_problem(&maker);
    make_accel(&maker);
    make_mapping(&maker);
}

/* ---- shrinking ---- */

struct shrinker {
    const struct random_size *size;
    random_case_fails *fails;
    void *arg;
};

/* Takes the smaller tape when it still fails. */
static bool try_tape(
    const struct shrinker *shrinker, struct random_tape *tape, const struct random_tape *smaller)
{
    struct random_case made;
    random_case_make(smaller, shrinker->size, &made);
    if (!shrinker->fails(&made, shrinker->arg))
        return false;
    *tape = *smaller;
    return true;
}

/* Cuts `n` bytes out or sets them to 0. */
static bool try_block(const struct shrinker *shrinker, struct random_tape *tape, int at, int n)
{
    struct random_tape smaller = *tape;
    memmove(smaller.byte + at, smaller.byte + at + n, (size_t)(tape->n - at - n));
    smaller.n -= n;
    if (try_tape(shrinker, tape, &smaller))
        return true;
    smaller = *tape;
    memset(smaller.byte + at, 0, (size_t)n);
    return memcmp(smaller.byte, tape->byte, (size_t)tape->n) != 0 && try_tape(shrinker, tape, &smaller);
}

static bool try_byte(const struct shrinker *shrinker, struct random_tape *tape, int at)
{
    for (int cut = tape->byte[at]; cut > 0; cut /= 2) {
        struct random_tape smaller = *tape;
        smaller.byte[at] = (unsigned char)(smaller.byte[at] - cut);
        if (try_tape(shrinker, tape, &smaller))
            return true;
    }
    return false;
}

void random_case_shrink(
    struct random_tape *tape, const struct random_size *size, random_case_fails *fails, void *arg)
{
    struct shrinker shrinker = {size, fails, arg};
    bool progress = true;
    for (int round = 0; progress && round < 20; round++) {
        progress = false;
        for (int n = 64; n > 0; n /= 2)
            for (int at = 0; at + n <= tape->n; at += n)
                progress |= try_block(&shrinker, tape, at, n);
        for (int at = 0; at < tape->n; at++)
            progress |= try_byte(&shrinker, tape, at);
    }
}

/* ---- text ---- */

static void print_problem(const struct as_problem *problem)
{
    for (int d = 0; d < problem->n_dims; d++)
        fprintf(stderr, "%s=%lld ", problem->dim[d].name, (long long)problem->dim[d].extent);
    fprintf(stderr, "reduce %d combine %d\n", (int)problem->reduce, (int)problem->combine);
    for (int t = 0; t < problem->n_tensors; t++) {
        fprintf(stderr, "  %s", problem->tensor[t].name);
        for (int j = 0; j < problem->tensor[t].rank; j++) {
            const struct as_axis *axis = &problem->tensor[t].axis[j];
            fprintf(stderr, "[");
            for (int i = 0; i < axis->n_terms; i++)
                fprintf(stderr, "%lld*%s + ", (long long)axis->term[i].coef,
                    problem->dim[axis->term[i].dim].name);
            fprintf(stderr, "%lld of %lld]", (long long)axis->offset, (long long)axis->extent);
        }
        fprintf(stderr, "\n");
    }
}

static void print_level(const struct random_case *made, int l)
{
    const struct as_level *level = &made->accel.level[l];
    const struct as_mapping_level *loops = &made->mapping.level[l];
    fprintf(stderr, "  %s: %d buffers, keeps", level->name, level->buffers);
    for (int t = 0; t < made->problem.n_tensors; t++)
        if (loops->keeps >> t & 1)
            fprintf(stderr, " %s", made->problem.tensor[t].name);
    fprintf(stderr, "; array");
    for (int a = 0; a < level->n_axes; a++)
        fprintf(stderr, " %d", level->axis[a].size);
    fprintf(stderr, "; ports");
    for (int c = 0; c < level->n_ports; c++)
        fprintf(stderr, " (down %u up %u rate %g)", level->port[c].down, level->port[c].up,
            level->port[c].words_per_cycle);
    fprintf(stderr, "; loops");
    for (int i = 0; i < loops->n_loops; i++) {
        fprintf(
            stderr, " %s:%lld", made->problem.dim[loops->loop[i].dim].name, (long long)loops->loop[i].tile);
        if (loops->loop[i].axis >= 0)
            fprintf(stderr, "@%d", loops->loop[i].axis);
    }
    fprintf(stderr, "\n");
}

void random_case_print(const struct random_case *made)
{
    print_problem(&made->problem);
    fprintf(stderr, "  %d macs per cycle, padding %s\n", made->accel.macs_per_cycle,
        made->accel.padding_stored ? "stored" : "not stored");
    for (int l = 0; l < made->accel.n_levels; l++)
        print_level(made, l);
}
