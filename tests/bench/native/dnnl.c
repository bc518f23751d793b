/* oneDNN. OWN: layouts of its own choice, reordered beforehand; else from [C][H][W] and back, with the
 * reorders, weights in its layout all the time. INT8: signed bytes in, 32 bits out. */
#include <oneapi/dnnl/dnnl.h>
#include <stddef.h>
#include <stdlib.h>

#include "layer.h" /* last: its macros are single letters */

#define CHECK(call)                                                                                          \
    if ((call) != dnnl_success)                                                                              \
    abort()

#ifdef INT8
enum { TYPE = dnnl_s8, OUT = dnnl_s32 };
#else
enum { TYPE = dnnl_f32, OUT = dnnl_f32 };
#endif

struct tensor {
    dnnl_memory_desc_t plain, best;
    dnnl_memory_t memory, own; /* own: NULL where the plain layout is the best */
    dnnl_primitive_t reorder;
};

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static dnnl_primitive_t conv;
static struct tensor in, weights, out;

static void open_tensor(struct tensor *t, const dnnl_memory_desc_t *best, int back)
{
    dnnl_primitive_desc_t desc;
    t->best = *best;
    CHECK(dnnl_memory_create(&t->memory, &t->plain, engine, DNNL_MEMORY_NONE));
    if (dnnl_memory_desc_equal(&t->plain, best))
        return;
    CHECK(dnnl_memory_create(&t->own, best, engine, DNNL_MEMORY_ALLOCATE));
    CHECK(dnnl_reorder_primitive_desc_create(
        &desc, back ? best : &t->plain, engine, back ? &t->plain : best, engine, NULL));
    CHECK(dnnl_primitive_create(&t->reorder, desc));
}

static void reorder(const struct tensor *t, int back)
{
    dnnl_exec_arg_t args[2] = {
        {DNNL_ARG_FROM, back ? t->own : t->memory}, {DNNL_ARG_TO, back ? t->memory : t->own}};
    if (t->own)
        CHECK(dnnl_primitive_execute(t->reorder, stream, 2, args));
}

static void open_conv(void)
{
    const dnnl_dims_t x = {1, C, H, W}, y = {1, K, P, Q}, strides = {STRIDE, STRIDE}, pads = {PAD, PAD};
    const dnnl_dims_t w = {K, C, R, S}, grouped = {K, 1, 1, R, S};
    int rank = DEPTHWISE ? 5 : 4;
    dnnl_memory_desc_t x_any, w_any, y_any;
    dnnl_convolution_desc_t op;
    dnnl_primitive_desc_t desc;
    CHECK(dnnl_engine_create(&engine, dnnl_cpu, 0));
    CHECK(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    CHECK(dnnl_memory_desc_init_by_tag(&in.plain, 4, x, TYPE, dnnl_nchw));
    CHECK(dnnl_memory_desc_init_by_tag(
        &weights.plain, rank, DEPTHWISE ? grouped : w, TYPE, DEPTHWISE ? dnnl_goihw : dnnl_oihw));
    CHECK(dnnl_memory_desc_init_by_tag(&out.plain, 4, y, OUT, dnnl_nchw));
    CHECK(dnnl_memory_desc_init_by_tag(&x_any, 4, x, TYPE, dnnl_format_tag_any));
    CHECK(dnnl_memory_desc_init_by_tag(&w_any, rank, DEPTHWISE ? grouped : w, TYPE, dnnl_format_tag_any));
    CHECK(dnnl_memory_desc_init_by_tag(&y_any, 4, y, OUT, dnnl_format_tag_any));
#ifdef PLAIN
    CHECK(dnnl_convolution_forward_desc_init(&op, dnnl_forward_inference, dnnl_convolution_direct, &in.plain,
        &w_any, NULL, &out.plain, strides, pads, pads));
#else
    CHECK(dnnl_convolution_forward_desc_init(&op, dnnl_forward_inference, dnnl_convolution_direct, &x_any,
        &w_any, NULL, &y_any, strides, pads, pads));
#endif
    CHECK(dnnl_primitive_desc_create(&desc, &op, NULL, engine, NULL));
    CHECK(dnnl_primitive_create(&conv, desc));
    open_tensor(&in, dnnl_primitive_desc_query_md(desc, dnnl_query_src_md, 0), 0);
    open_tensor(&weights, dnnl_primitive_desc_query_md(desc, dnnl_query_weights_md, 0), 0);
    open_tensor(&out, dnnl_primitive_desc_query_md(desc, dnnl_query_dst_md, 0), 1);
}

void bench_layer(const void *x, const void *padded, const void *w, void *y)
{
    static int calls;
    (void)padded;
    if (!calls)
        open_conv();
    CHECK(dnnl_memory_set_data_handle(in.memory, (void *)x));
    CHECK(dnnl_memory_set_data_handle(weights.memory, (void *)w));
    CHECK(dnnl_memory_set_data_handle(out.memory, y));
    if (!calls)
        reorder(&weights, 0);
#ifdef OWN
    if (!calls)
#endif
        reorder(&in, 0);
    dnnl_exec_arg_t args[3] = {{DNNL_ARG_SRC, in.own ? in.own : in.memory},
        {DNNL_ARG_WEIGHTS, weights.own ? weights.own : weights.memory},
        {DNNL_ARG_DST, out.own ? out.own : out.memory}};
    CHECK(dnnl_primitive_execute(conv, stream, 3, args));
#ifdef OWN
    if (!calls)
#endif
        reorder(&out, 1);
    CHECK(dnnl_stream_wait(stream));
    calls++;
}
