#include "validate/gemmini_rtl.h"
#include "support/number.h"

#include <math.h>

enum {
    BEAT = 16,         /* bytes a cycle on the bus */
    PIECE = 64,        /* columns that a command moves at most */
    FEWEST_ROWS = 4,   /* the array takes no less at a time */
    TILES_TRIED = 1000 /* of a layer: the others go on alike */
};

/* A layer as the table's programs run it: W x H inputs of as many columns and rows as outputs times the
 * stride, kernels centred. So an even kernel gives one more column and row of outputs than the mapping was
 * made for, and they are a tile of their own. Columns are P and R, rows Q and S. */
struct program {
    int64_t extent[VAL_DIMS], tile[VAL_DIMS], width, height, stride;
    int order[VAL_DIMS]; /* dims of the software's loops, outermost first */
    bool product;        /* of matrices: another sequencer, which sets no sums to zero */
    int64_t base[3];     /* addresses of the tensors: input, weights, output */
    struct gemmini_memory *memory;
};

/* ---- the program ---- */

/* The mapping's loops, and outside of them the dims that it does not cut, in Gemmini's own order. */
static void order_loops(const struct as_mapping_level *outer, struct program *program)
{
    static const int own[] = {VAL_G, VAL_N, VAL_Q, VAL_P, VAL_K, VAL_S, VAL_R, VAL_C};
    int n = VAL_DIMS - outer->n_loops;
    bool cut[VAL_DIMS] = {false};
    for (int i = 0; i < outer->n_loops; i++) {
        cut[outer->loop[i].dim] = true;
        program->order[n + i] = outer->loop[i].dim;
        program->tile[outer->loop[i].dim] = outer->loop[i].tile;
    }
    n = 0;
    for (int i = 0; i < VAL_DIMS; i++)
        if (!cut[own[i]])
            program->order[n++] = own[i];
}

/* Outputs along a side of `inputs`. */
static int64_t outputs(int64_t inputs, int64_t kernel, int64_t stride)
{
    return (inputs - kernel + kernel / 2 * 2) / stride + 1;
}

static void make_program(
    const struct gemmini_case *row, struct gemmini_memory *memory, struct program *program)
{
    const struct val_layer *layer = &row->layer;
    int64_t *extent = program->extent;
    *program = (struct program){.stride = layer->stride, .memory = memory};
    for (int d = 0; d < VAL_DIMS; d++)
        extent[d] = program->tile[d] = layer->extent[d];
    order_loops(&row->mapping.level[GEMMINI_AT_DRAM], program);
    program->width = extent[VAL_P] * layer->stride;
    program->height = extent[VAL_Q] * layer->stride;
    program->product = extent[VAL_Q] == 1 && extent[VAL_R] == 1 && extent[VAL_S] == 1;
    extent[VAL_P] = outputs(program->width, extent[VAL_R], layer->stride);
    extent[VAL_Q] = outputs(program->height, extent[VAL_S], layer->stride);
    for (int d = 0; d < VAL_DIMS && program->product; d++)
        if (d == VAL_K || d == VAL_C || d == VAL_P) /* whole blocks */
            program->tile[d] =
                program->tile[d] < GEMMINI_DIM ? GEMMINI_DIM : program->tile[d] / GEMMINI_DIM * GEMMINI_DIM;
}

/* ---- requests ---- */

/* A row of bytes, in as many requests as it touches lines. */
static void request(struct program *program, int64_t address, int64_t bytes, double served[], double *beats)
{
    for (int64_t at = address, end = address + bytes, next; at < end; at = next) {
        next = min64(end, (at / GEMMINI_LINE + 1) * GEMMINI_LINE);
        served[gemmini_touch(program->memory, at)]++;
        int64_t n = ceil_div(next, BEAT) - at / BEAT;
        *beats += (double)n;
    }
}

/* Inputs of the tile, by columns of one pixel; what lies outside of the input is zeroes. */
static void load_inputs(
    struct program *program, const int64_t at[], const int64_t size[], struct gemmini_tile *tile)
{
    int64_t top = at[VAL_Q] * program->stride + at[VAL_S] - program->extent[VAL_S] / 2,
            left = at[VAL_P] * program->stride + at[VAL_R] - program->extent[VAL_R] / 2,
            high = (size[VAL_Q] - 1) * program->stride + size[VAL_S],
            wide = (size[VAL_P] - 1) * program->stride + size[VAL_R];
    for (int64_t y = top; y < top + high; y++)
        for (int64_t x = left; x < left + wide; x++)
            if (y < 0 || y >= program->height || x < 0 || x >= program->width)
                tile->zeroes += (double)ceil_div(size[VAL_C], PIECE);
            else
                for (int64_t c = 0; c < size[VAL_C]; c += PIECE)
                    request(program,
                        program->base[VAL_INPUT] + (y * program->width + x) * program->extent[VAL_C] +
                            at[VAL_C] + c,
                        min64(PIECE, size[VAL_C] - c), tile->read, &tile->beats);
}

static void load_weights(
    struct program *program, const int64_t at[], const int64_t size[], struct gemmini_tile *tile)
{
    const int64_t *extent = program->extent;
    for (int64_t k = 0; k < size[VAL_K]; k += PIECE)
        for (int64_t s = at[VAL_S]; s < at[VAL_S] + size[VAL_S]; s++)
            for (int64_t r = at[VAL_R]; r < at[VAL_R] + size[VAL_R]; r++)
                for (int64_t c = at[VAL_C]; c < at[VAL_C] + size[VAL_C]; c++)
                    request(program,
                        program->base[VAL_WEIGHT] +
                            ((s * extent[VAL_R] + r) * extent[VAL_C] + c) * extent[VAL_K] + at[VAL_K] + k,
                        min64(PIECE, size[VAL_K] - k), tile->read, &tile->beats);
}

/* A block of columns at a time; for products of matrices four. */
static void store(
    struct program *program, const int64_t at[], const int64_t size[], struct gemmini_tile *tile)
{
    const int64_t *extent = program->extent, columns = program->product ? PIECE : GEMMINI_DIM;
    double beats = 0; /* not what bounds it */
    for (int64_t y = at[VAL_Q]; y < at[VAL_Q] + size[VAL_Q]; y++)
        for (int64_t x = at[VAL_P]; x < at[VAL_P] + size[VAL_P]; x++)
            for (int64_t k = 0; k < size[VAL_K]; k += columns)
                request(program,
                    program->base[VAL_OUTPUT] + (y * extent[VAL_P] + x) * extent[VAL_K] + at[VAL_K] + k,
                    min64(columns, size[VAL_K] - k), tile->written, &beats);
}

/* ---- tiles ---- */

/* A block of weights meets the tile's outputs row by row, 16 columns at a time, or what is left of a row.
 * While the first are multiplied the next block of weights comes in, in 16 cycles. */
static void multiply(const int64_t size[], struct gemmini_tile *tile)
{
    int64_t blocks =
        ceil_div(size[VAL_K], GEMMINI_DIM) * ceil_div(size[VAL_C], GEMMINI_DIM) * size[VAL_R] * size[VAL_S];
    int64_t rest = size[VAL_P] % GEMMINI_DIM, full = size[VAL_P] / GEMMINI_DIM;
    int64_t last = rest > 0 && rest < FEWEST_ROWS ? FEWEST_ROWS : rest;
    int64_t rows = size[VAL_Q] * (full * GEMMINI_DIM + last) + (full ? 0 : GEMMINI_DIM - last);
    tile->blocks = (double)blocks;
    tile->products = (double)(blocks * size[VAL_Q] * (full + (rest > 0)));
    tile->rows = (double)(blocks * rows);
}

static void run_tile(struct program *program, const int64_t at[], struct gemmini_tile *tile)
{
    int64_t size[VAL_DIMS];
    bool first = true, last = true; /* of the tiles that add to the same outputs */
    for (int d = 0; d < VAL_DIMS; d++)
        size[d] = min64(program->tile[d], program->extent[d] - at[d]);
    for (int d = 0; d < VAL_DIMS; d++)
        if (d == VAL_C || d == VAL_R || d == VAL_S) {
            first = first && at[d] == 0;
            last = last && at[d] + size[d] == program->extent[d];
        }
    *tile = (struct gemmini_tile){0};
    multiply(size, tile);
    if (first && !program->product)
        tile->zeroes = (double)(size[VAL_P] * size[VAL_Q] * ceil_div(size[VAL_K], GEMMINI_DIM));
    load_inputs(program, at, size, tile);
    load_weights(program, at, size, tile);
    if (last)
        store(program, at, size, tile);
}

/* The next place of the software's loops; false behind the last. */
static bool next_place(const struct program *program, int64_t at[])
{
    for (int i = VAL_DIMS - 1; i >= 0; i--) {
        int d = program->order[i];
        at[d] += program->tile[d];
        if (at[d] < program->extent[d])
            return true;
        at[d] = 0;
    }
    return false;
}

/* Tensors behind one another, each from a page of its own on, and once through the caches. */
static void place_tensors(struct program *program)
{
    enum { PAGE = 4096 };
    const int64_t *extent = program->extent;
    const int64_t bytes[] = {program->width * program->height * extent[VAL_C],
        extent[VAL_R] * extent[VAL_S] * extent[VAL_C] * extent[VAL_K],
        extent[VAL_P] * extent[VAL_Q] * extent[VAL_K]};
    int64_t end = 0;
    gemmini_memory_clear(program->memory);
    for (int t = 0; t < 3; t++) {
        program->base[t] = ceil_div(end, PAGE) * PAGE;
        end = program->base[t] + bytes[t];
        for (int64_t at = program->base[t]; at < end; at += GEMMINI_LINE)
            gemmini_touch(program->memory, at);
    }
}

void gemmini_work_of(struct naas_ctx *ctx, const struct gemmini_case *row, struct gemmini_memory *memory,
    struct gemmini_work *work)
{
    struct program program;
    int64_t at[VAL_DIMS] = {0};
    double all = 1;
    int capacity = 0;
    make_program(row, memory, &program);
    place_tensors(&program);
    *work = (struct gemmini_work){0};
    do {
        work->tile = naas_grow(ctx, work->tile, work->n_tiles, &capacity, sizeof *work->tile);
        run_tile(&program, at, &work->tile[work->n_tiles++]);
    } while (next_place(&program, at) && work->n_tiles < TILES_TRIED);
    for (int d = 0; d < VAL_DIMS; d++)
        all *= (double)ceil_div(program.extent[d], program.tile[d]);
    work->share = all / work->n_tiles;
}

/* ---- time ---- */

static double missing(const double served[], const double constant[])
{
    return constant[GEMMINI_LLC_MISS] * served[GEMMINI_LLC] +
           constant[GEMMINI_DRAM_MISS] * served[GEMMINI_DRAM];
}

static double requests(const double served[])
{
    return served[GEMMINI_L2] + served[GEMMINI_LLC] + served[GEMMINI_DRAM];
}

double gemmini_cycles(
    const struct gemmini_work *work, const double constant[GEMMINI_CONSTANTS], struct gemmini_time *time)
{
    double loaded = 0, multiplied = 0, stored = 0, stored_before = 0;
    struct gemmini_time sum = {0};
    for (int i = 0; i < work->n_tiles; i++) {
        const struct gemmini_tile *tile = &work->tile[i];
        double loads = tile->zeroes + tile->beats + constant[GEMMINI_REQUEST] * requests(tile->read) +
                       missing(tile->read, constant);
        double stores = constant[GEMMINI_STORE] * requests(tile->written) + missing(tile->written, constant);
        double issue = constant[GEMMINI_ISSUE] * tile->products;
        double products = fmax(tile->rows, issue) + constant[GEMMINI_EXCHANGE] * tile->blocks;
        loaded = fmax(loaded, stored_before) + loads; /* where the tile before last was */
        multiplied = fmax(multiplied, loaded) + products;
        stored_before = stored;
        stored = fmax(stored, multiplied) + stores;
        sum.loads += loads;
        sum.array += tile->rows;
        sum.issue += issue;
        sum.stores += stores;
    }
    if (time)
        *time = sum;
    return constant[GEMMINI_START] + stored * work->share;
}
