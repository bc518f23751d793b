/* Arrays, pointers and scalars that are members of structs; shapes that index helpers take. */
#include <stdint.h>
#include <stdio.h>

struct shape {
    int h, w, c;
};
struct layer {
    struct shape in, out;
    float scale;
    float weight[4][3];
    const float *bias;
    struct {
        int stride, pad;
    } conv;
};
struct net {
    struct layer layer[2];
    float *data;
    float result[6][4];
};
struct tensor {
    int8_t *data;
    struct shape shape;
};

static const float bias[4] = {1, -2, 3, -4};
static struct net net;
static float store[18];
static int8_t image[5 * 6 * 2], out_image[5 * 6];

static inline int at(const struct shape *s, int y, int x, int c)
{
    return (y * s->w + x) * s->c + c;
}

static inline int at_value(struct shape s, int y, int x)
{
    return y * s.w + x;
}

static void dense(struct net *p)
{
    const struct layer *first = &p->layer[0];
#pragma naas
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 4; k++) {
            p->result[i][k] = first->bias[k];
            for (int c = 0; c < 3; c++)
                p->result[i][k] += p->data[i * 3 + c] * p->layer[0].weight[k][c];
        }
}

static void scaled(struct net *p)
{
#pragma naas extent(p->layer[0].in.c = 3)
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 4; k++) {
            const struct layer *l = &p->layer[0];
            float s = 0;
            for (int c = 0; c < l->in.c; c++)
                s += (*p).data[i * l->in.c + c] * l->weight[k][c];
            p->result[i][k] = s * l->scale;
        }
}

static void window(const struct tensor *in, const struct tensor *kernel, int8_t *restrict out)
{
#pragma naas extent(in->shape.h = 5, in->shape.w = 6, in->shape.c = 2)
    for (int y = 0; y < in->shape.h; y++)
        for (int x = 0; x < in->shape.w; x++) {
            int32_t s = 0;
            for (int r = 0; r < 3; r++)
                for (int q = 0; q < 3; q++) {
                    const int yy = y + r - 1, xx = x + q - 1;
                    if (yy < 0 || xx < 0 || yy >= in->shape.h || xx >= in->shape.w)
                        continue;
                    for (int c = 0; c < in->shape.c; c++)
                        s += in->data[at(&in->shape, yy, xx, c)] * kernel->data[(r * 3 + q) * 2 + c];
                }
            out[at_value(in->shape, y, x)] = (int8_t)(s >> 7);
        }
}

int main(void)
{
    struct {
        float x[5][4], v[4], y[5];
        float factor;
    } s;
    int8_t taps[18];
    struct tensor in = {image, {5, 6, 2}}, kernel = {taps, {3, 3, 2}};
    net.data = store;
    net.layer[0].bias = bias;
    net.layer[0].scale = 0.5f;
    net.layer[0].in.c = 3;
    for (int i = 0; i < 18; i++)
        store[i] = (float)(i % 7 - 3), taps[i] = (int8_t)(i * 13 - 90);
    for (int i = 0; i < 12; i++)
        net.layer[0].weight[i / 3][i % 3] = (float)(i % 5 - 2);
    for (int i = 0; i < 60; i++)
        image[i] = (int8_t)(i * 29);
    dense(&net);
    for (int i = 0; i < 24; i++)
        printf("%g\n", (double)net.result[i / 4][i % 4]);
    scaled(&net);
    for (int i = 0; i < 24; i++)
        printf("%g\n", (double)net.result[i / 4][i % 4]);
    window(&in, &kernel, out_image);
    for (int i = 0; i < 30; i++)
        printf("%d\n", out_image[i]);
    s.factor = 3;
    for (int i = 0; i < 20; i++)
        s.x[i / 4][i % 4] = (float)i, s.v[i % 4] = (float)(i % 3);
#pragma naas
    for (int i = 0; i < 5; i++) {
        s.y[i] = 0;
        for (int j = 0; j < 4; j++)
            s.y[i] += s.x[i][j] * s.v[j];
        s.y[i] *= s.factor;
    }
    for (int i = 0; i < 5; i++)
        printf("%g\n", (double)s.y[i]);
    return 0;
}
