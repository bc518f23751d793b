/* What a nest computes: a convolution, a pooling, a product of matrices, or any contraction. */
#include "kernel.h"
#include <string.h>

enum { MAX_POINTS = 2500 };

const char *const type_name[N_TYPES] = {
    "int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "float", "double"};

bool type_is_float(enum type type)
{
    return type >= F32;
}

static int add_dim(struct kernel *k, const char *name, bool reduced, int trips)
{
    static const char *const nasty[] = {
        "naas", "tile", "min", "max", "I", "L1", "pe", "naas_run", "rt", "c0", "k_L2", "naas_low", "dst"};
    struct dim *d = &k->dim[k->n_dims];
    *d = (struct dim){.reduced = reduced, .trips = trips, .step = 1};
    if (k->loop_names == 0)
        snprintf(d->name, sizeof d->name, "%s", name);
    else if (k->loop_names == 1)
        snprintf(d->name, sizeof d->name, "i%d", k->n_dims);
    else
        snprintf(d->name, sizeof d->name, "%s", nasty[k->n_dims]);
    return k->n_dims++;
}

static void add_axis(struct tensor *t, int dim, int coef)
{
    t->axis[t->n_axes++] = (struct axis){.n = 1, .dim = {dim}, .coef = {coef}};
}

static void add_window(struct tensor *t, int out, int stride, int tap, int dilation, int pad)
{
    t->axis[t->n_axes++] = (struct axis){
        .n = 2, .dim = {out, tap}, .coef = {stride, dilation}, .offset = -pad, .guard_low = pad > 0};
}

/* x[(p - r + pad) / stride] where that divides, or a flipped filter: x[p - r + pad] */
static void add_backwards(struct tensor *t, int out, int stride, int tap, int pad)
{
    t->axis[t->n_axes++] = (struct axis){.n = 2,
        .dim = {out, tap},
        .coef = {1, -1},
        .offset = -pad,
        .divisor = stride > 1 ? stride : 0,
        .guard_low = pad > 0};
}

/* 1-D to 3-D, with or without batch, groups, channels; pooling has no weights. */
static void convolution(struct kernel *k)
{
    static const char *const rows[] = {"p", "q", "d"}, *const taps[] = {"r", "s", "t"};
    struct tape *tape = k->tape;
    int rank = 1 + (int[]){1, 0, 1, 2, 1}[tape_pick(tape, 5)];
    bool pooling = tape_one_in(tape, 4);
    k->weight.there = !pooling;
    if (tape_one_in(tape, 3)) {
        int n = add_dim(k, "n", false, tape_range(tape, 1, 3));
        add_axis(&k->in, n, 1);
        add_axis(&k->out, n, 1);
    }
    if (pooling || tape_one_in(tape, 3)) { /* groups, or the channels of a depthwise layer */
        int g = add_dim(k, "g", false, tape_range(tape, 1, 5));
        add_axis(&k->in, g, 1);
        add_axis(&k->out, g, 1);
        if (!pooling)
            add_axis(&k->weight, g, 1);
    }
    if (!pooling && !tape_one_in(tape, 4)) {
        int f = add_dim(k, "k", false, tape_range(tape, 1, 6));
        add_axis(&k->out, f, 1);
        add_axis(&k->weight, f, 1);
    }
    if (!pooling && !tape_one_in(tape, 4)) {
        int c = add_dim(k, "c", true, tape_range(tape, 1, 6));
        add_axis(&k->in, c, 1);
        add_axis(&k->weight, c, 1);
    }
    for (int i = 0; i < rank; i++) {
        int p = add_dim(k, rows[i], false, tape_range(tape, 1, 7));
        int r = add_dim(k, taps[i], true, tape_range(tape, 1, 4));
        int stride = 1 + (int[]){0, 0, 1, 2}[tape_pick(tape, 4)], dilation = 1 + tape_one_in(tape, 5);
        int pad = tape_one_in(tape, 2) ? tape_pick(tape, k->dim[r].trips) * dilation : 0;
        if (tape_one_in(tape, 5))
            add_backwards(&k->in, p, tape_range(tape, 1, 4), r, pad);
        else
            add_window(&k->in, p, stride, r, dilation, pad);
        add_axis(&k->out, p, 1);
        if (!pooling)
            add_axis(&k->weight, r, 1);
    }
    k->reduce = pooling ? (enum reduce[]){MAXIMUM, SUM, MINIMUM}[tape_pick(tape, 3)] : SUM;
}

static void matrices(struct kernel *k)
{
    struct tape *tape = k->tape;
    k->weight.there = true;
    if (tape_one_in(tape, 3)) {
        int b = add_dim(k, "b", false, tape_range(tape, 1, 4));
        add_axis(&k->in, b, 1);
        add_axis(&k->out, b, 1);
        if (tape_one_in(tape, 2))
            add_axis(&k->weight, b, 1);
    }
    int m = add_dim(k, "i", false, tape_range(tape, 1, 12));
    int n = tape_one_in(tape, 5) ? -1 : add_dim(k, "j", false, tape_range(tape, 1, 12));
    int l = add_dim(k, "l", true, tape_range(tape, 1, 14));
    add_axis(&k->in, m, 1);
    add_axis(&k->in, l, 1);
    add_axis(&k->weight, l, 1);
    add_axis(&k->out, m, 1);
    if (n >= 0) {
        add_axis(&k->weight, n, 1);
        add_axis(&k->out, n, 1);
    }
}

static void contraction(struct kernel *k)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    struct tape *tape = k->tape;
    int kept = tape_pick(tape, 4), summed = tape_range(tape, 1, 2);
    k->weight.there = !tape_one_in(tape, 3);
    for (int i = 0; i < kept + summed; i++) {
        int d = add_dim(k, names[i], i >= kept, tape_range(tape, 1, 6)), where = tape_pick(tape, 4);
        if (where != 2 || !k->weight.there)
            add_axis(&k->in, d, 1);
        if (where != 1 && k->weight.there)
            add_axis(&k->weight, d, 1);
        if (i < kept)
            add_axis(&k->out, d, 1);
    }
    if (!k->weight.there)
        k->reduce = (enum reduce[]){SUM, MAXIMUM, MINIMUM}[tape_pick(tape, 3)];
}

/* ---- sizes ---- */

static void bound_points(struct kernel *k)
{
    for (;;) {
        long points = 1;
        int largest = 0;
        for (int d = 0; d < k->n_dims; d++) {
            points *= k->dim[d].trips;
            if (k->dim[d].trips > k->dim[largest].trips)
                largest = d;
        }
        if (points <= MAX_POINTS)
            break;
        k->dim[largest].trips = (k->dim[largest].trips + 1) / 2;
    }
}

static void choose_headers(struct kernel *k)
{
    static const char *const types[] = {
        "int", "int", "int", "int", "long", "int16_t", "size_t", "unsigned", "uint8_t", "short", "int32_t"};
    struct tape *tape = k->tape;
    for (int i = 0; i < k->n_dims; i++) {
        struct dim *d = &k->dim[i];
        if (tape_one_in(tape, 8))
            d->start = tape_range(tape, 1, 3);
        if (tape_one_in(tape, 10))
            d->step = tape_range(tape, 2, 3);
        d->counter = types[tape_one_in(tape, 3) ? tape_pick(tape, 11) : 0];
        d->header = tape_one_in(tape, 3) ? (enum header_style)tape_pick(tape, 8) : LESS;
        if (d->header == DOWN_AT_LEAST || d->header == DOWN_ABOVE)
            d->counter = "int";
        if (d->header >= DOWN_UNSIGNED) {
            d->counter = tape_one_in(tape, 2) ? "size_t" : "unsigned";
            d->start = 0;
            d->step = 1;
        }
        d->style = tape_one_in(tape, 2) ? (enum extent_style)tape_pick(tape, 5) : LITERAL;
        d->most = d->trips;
        if (d->style == RUNTIME)
            d->most += tape_pick(tape, 3);
        if (d->style == RUNTIME && (d->step != 1 || d->header >= DOWN_AT_LEAST || d->start)) {
            d->style = LITERAL;
            d->most = d->trips;
        }
    }
}

/* Places the axis so that no subscript is below 0 but for padding, and gives it room. */
static void place_axis(struct kernel *k, struct axis *a)
{
    int low = 0, high = 0, pad = -a->offset, spare = tape_one_in(k->tape, 8) ? tape_range(k->tape, 1, 3) : 0;
    for (int i = 0; i < a->n; i++) {
        const struct dim *d = &k->dim[a->dim[i]];
        int first = a->coef[i] * d->start, last = a->coef[i] * (d->start + d->step * (d->most - 1));
        low += first < last ? first : last;
        high += first < last ? last : first;
    }
    if (a->divisor) {
        const struct dim *out = &k->dim[a->dim[0]], *tap = &k->dim[a->dim[1]];
        a->offset = tap->start - out->start + pad;
        a->extent = (out->step * (out->most - 1) + pad) / a->divisor + 1 + spare;
        a->guard_low = a->guard_high = true;
        return;
    }
    a->offset = -low - pad;
    a->extent = high - low + 1 - pad + spare;
    if (pad && tape_one_in(k->tape, 3) == 0)
        a->extent -= pad; /* padding on both sides */
    if (a->extent < 1)
        a->extent = 1;
    a->guard_low = pad > 0;
    a->guard_high = a->extent + pad < high - low + 1;
    if (!pad && spare && a->n == 1 && tape_one_in(k->tape, 2))
        a->offset += tape_pick(k->tape, spare + 1);
}

static void place_tensor(struct kernel *k, struct tensor *t)
{
    int order[MAX_AXES];
    struct axis axes[MAX_AXES];
    for (int i = 0; i < t->n_axes; i++)
        order[i] = i;
    memcpy(axes, t->axis, sizeof axes);
    if (tape_one_in(k->tape, 2))
        tape_shuffle(k->tape, order, t->n_axes);
    for (int i = 0; i < t->n_axes; i++) {
        t->axis[i] = axes[order[i]];
        if (t->axis[i].n == 1 && tape_one_in(k->tape, 60))
            t->axis[i].coef[0] = -1; /* mirrored, as a flipped filter is */
        place_axis(k, &t->axis[i]);
    }
}

/* ---- types ---- */

static void choose_types(struct kernel *k)
{
    static const enum type usual[][4] = {/* in, weight, accumulator, out */
        {F32, F32, F32, F32}, {I8, I8, I32, I8}, {F64, F64, F64, F64}, {I8, I8, I32, I32}, {U8, I8, I32, U8},
        {I16, I16, I32, I32}, {I16, I8, I64, I16}, {U8, U8, I32, U8}, {I32, I32, I32, I32},
        {I64, I32, I64, I64}, {U32, U32, U32, U32}, {F32, F32, F64, F32}, {I16, I16, I64, I64},
        {U16, U8, U32, U16}, {I8, I8, I16, I16}, {I8, I8, I8, I8}, {I8, F32, F32, F32}, {F64, F32, F32, F64}};
    struct tape *tape = k->tape;
    int row = tape_pick(tape, 18);
    enum type type[4];
    memcpy(type, usual[row], sizeof type);
    if (tape_one_in(tape, 8))
        for (int i = 0; i < 4; i++)
            type[i] = (enum type)tape_pick(tape, N_TYPES);
    bool real = type_is_float(type[0]) || type_is_float(type[1]);
    if (real && !type_is_float(type[2]) && type[2] != I32 && type[2] != I64)
        type[2] = F32; /* conversions out of range are undefined */
    if (k->accumulator == IN_OUTPUT)
        type[3] = type[2];
    if (type_is_float(type[2]) && !type_is_float(type[3]))
        type[3] = I64;
    for (int i = 0; i < 2 && type_is_float(type[2]); i++)
        if (type[i] == U32)
            type[i] = U16; /* no wrapped values, which float sums would round */
    k->in.type = type[0];
    k->weight.type = type[1];
    k->acc = type[2];
    k->out.type = type[3];
    k->bias.type = tape_one_in(tape, 3) ? type[0] : type[2];
    k->residual.type = tape_one_in(tape, 2) ? type[0] : type[3];
    if (type_is_float(k->bias.type) && !type_is_float(k->acc))
        k->bias.type = I8;
    if (type_is_float(k->residual.type) && !type_is_float(k->out.type))
        k->residual.type = I8;
}

static void choose_layout(struct kernel *k, struct tensor *t)
{
    t->layout = tape_one_in(k->tape, 2) ? (enum layout)tape_pick(k->tape, 7)
                : tape_pick(k->tape, 2) ? POINTER
                                        : GLOBAL;
    if (tape_one_in(k->tape, 40))
        t->layout = MEMBER;
    t->qualifier = (enum qualifier)tape_pick(k->tape, 3);
    if (t == &k->out && t->qualifier == CONST)
        t->qualifier = PLAIN;
    if (t == &k->out && t->layout == ROW_POINTER)
        t->layout = POINTER;
    if (t->n_axes == 0)
        t->layout = tape_one_in(k->tape, 2) ? FLAT_GLOBAL : POINTER;
}

/* ---- the writing ---- */

static void choose_order(struct kernel *k)
{
    int kept[MAX_DIMS], summed[MAX_DIMS], n_summed = 0;
    k->n_kept = 0;
    for (int d = 0; d < k->n_dims; d++) {
        if (k->dim[d].reduced)
            summed[n_summed++] = d;
        else
            kept[k->n_kept++] = d;
    }
    if (tape_one_in(k->tape, 2))
        tape_shuffle(k->tape, kept, k->n_kept);
    if (tape_one_in(k->tape, 2))
        tape_shuffle(k->tape, summed, n_summed);
    memcpy(k->order, kept, sizeof(int) * (size_t)k->n_kept);
    memcpy(k->order + k->n_kept, summed, sizeof(int) * (size_t)n_summed);
    if (k->accumulator == IN_OUTPUT && (k->prologue == FROM_MEMORY || k->prologue_outside))
        tape_shuffle(k->tape, k->order, k->n_dims);
}

static void choose_writing(struct kernel *k)
{
    struct tape *tape = k->tape;
    k->prologue = (enum prologue)tape_pick(tape, 4);
    k->prologue_outside = k->accumulator == IN_OUTPUT && k->prologue != FROM_MEMORY && tape_one_in(tape, 2);
    if (k->reduce >= MAXIMUM && k->accumulator == IN_SCALAR && k->prologue == FROM_MEMORY)
        k->prologue = OF_NEUTRAL;
    k->guard = (enum guard_style)tape_pick(tape, 7);
    k->region = tape_one_in(tape, 4) ? PRAGMA_SCOP : PRAGMA_NAAS;
    k->declared_outside = tape_one_in(tape, 3);
    k->accumulator_outside = tape_one_in(tape, 4);
    k->name_taps = tape_one_in(tape, 2);
    k->braces = !tape_one_in(tape, 2);
    k->update = tape_pick(tape, 4);
    k->term = tape_one_in(tape, 2) ? tape_pick(tape, 10) : 0;
    k->epilogue = tape_one_in(tape, 2) ? tape_pick(tape, 10) : 0;
    if (tape_one_in(tape, 3)) {
        k->zero_in = tape_range(tape, 1, 128) - 64;
        k->zero_weight = tape_one_in(tape, 2) ? -tape_pick(tape, 100) : 0;
    }
    k->twist = tape_one_in(tape, 5) ? (enum twist)tape_pick(tape, N_TWISTS) : NO_TWIST;
}

/* An error in the sum is not larger in the result, nor is one of two calls larger than both together. */
static bool is_smooth(const struct kernel *k)
{
    const struct tensor *all[] = {&k->in, &k->weight, &k->out, &k->bias, &k->residual};
    bool floats = type_is_float(k->acc);
    for (int i = 0; i < 5; i++)
        floats = floats && (!all[i]->there || type_is_float(all[i]->type));
    return floats && k->term < 2 && k->twist == NO_TWIST && !k->zero_in && !k->zero_weight;
}

void kernel_shape(struct kernel *k)
{
    struct tape *tape = k->tape;
    k->rough = tape_pick(tape, 2);
    int family = tape_pick(tape, 6);
    k->loop_names = tape_one_in(tape, 4) ? 1 + tape_pick(tape, 2) : 0;
    k->accumulator = tape_one_in(tape, 2) ? IN_OUTPUT : IN_SCALAR;
    k->in.there = k->out.there = true;
    if (family < 3)
        convolution(k);
    else if (family == 3)
        contraction(k);
    else
        matrices(k);
    if (k->reduce == SUM && tape_one_in(tape, 8))
        k->reduce = DIFFERENCE;
    bound_points(k);
    choose_headers(k);
    choose_writing(k);
    choose_types(k);
    place_tensor(k, &k->in);
    place_tensor(k, &k->weight);
    place_tensor(k, &k->out);
    k->bias.there = k->prologue == OF_BIAS && k->out.n_axes > 0;
    if (k->bias.there)
        add_axis(&k->bias, k->out.axis[tape_pick(tape, k->out.n_axes)].dim[0], 1);
    place_tensor(k, &k->bias);
    k->residual.there = k->epilogue == 9;
    if (k->residual.there)
        memcpy(k->residual.axis, k->out.axis, sizeof k->out.axis);
    k->residual.n_axes = k->residual.there ? k->out.n_axes : 0;
    choose_layout(k, &k->in);
    choose_layout(k, &k->weight);
    choose_layout(k, &k->out);
    k->bias.layout = k->residual.layout = tape_one_in(tape, 2) ? POINTER : FLAT_GLOBAL;
    k->bias.qualifier = k->residual.qualifier = CONST;
    k->in.is_volatile = k->twist == VOLATILE;
    if (k->twist == OPERAND_WRITTEN) {
        k->in.qualifier = PLAIN;
        k->in.layout = GLOBAL;
        k->guard = WHOLE;
    }
    choose_order(k);
    walk_choose(k, &k->in);
    walk_choose(k, &k->weight);
    walk_choose(k, &k->out);
    k->rough = k->rough && is_smooth(k);
}
