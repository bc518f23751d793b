#include "cluster/message.h"
#include "accelsearch/key.h"
#include <stdio.h>
#include <string.h>

struct cluster_hello cluster_hello(int threads)
{
    struct cluster_hello hello = {.threads = threads};
    snprintf(hello.version, sizeof hello.version, "%s %zu %zu", as_model_version(),
        sizeof(struct cluster_job), sizeof(struct cluster_result));
    return hello;
}

/* A byte n < 128 stands before n + 1 bytes as they are, n >= 128 for n - 127 zeros, 128 at most. */
enum { PIECE = 128 };

static size_t zeros_at(const unsigned char *data, size_t size)
{
    size_t n = 0, most = size < PIECE ? size : PIECE;
    for (uint64_t eight = 0; n + sizeof eight <= most; n += sizeof eight) { /* most of all bytes */
        memcpy(&eight, data + n, sizeof eight);
        if (eight != 0)
            break;
    }
    while (n < most && data[n] == 0)
        n++;
    return n;
}

/* Up to the next two zeros: a single one is not worth a run. */
static size_t others_at(const unsigned char *data, size_t size)
{
    size_t n = 0;
    while (n < size && n < PIECE && (data[n] != 0 || (n + 1 < size && data[n + 1] != 0)))
        n++;
    return n;
}

size_t cluster_pack(unsigned char *out, const void *data, size_t size)
{
    const unsigned char *in = data, *end = in + size;
    unsigned char *start = out;
    while (in < end) {
        size_t n = zeros_at(in, (size_t)(end - in));
        if (n > 1 || in + n == end) {
            *out++ = (unsigned char)(n + PIECE - 1);
        } else {
            n = others_at(in, (size_t)(end - in));
            *out++ = (unsigned char)(n - 1);
            memcpy(out, in, n);
            out += n;
        }
        in += n;
    }
    return (size_t)(out - start);
}

const unsigned char *cluster_unpack(void *data, size_t size, const unsigned char *in, size_t in_size)
{
    unsigned char *out = data, *end = out + size;
    const unsigned char *in_end = in + in_size;
    while (out < end) {
        if (in == in_end)
            return NULL;
        bool zeros = *in >= PIECE;
        size_t n = (size_t)*in++ % PIECE + 1;
        if (n > (size_t)(end - out) || (!zeros && n > (size_t)(in_end - in)))
            return NULL;
        if (zeros) {
            memset(out, 0, n);
        } else {
            memcpy(out, in, n);
            in += n;
        }
        out += n;
    }
    return in;
}
