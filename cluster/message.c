#include "cluster/message.h"
#include "accelsearch/key.h"
#include <stdio.h>
#include <string.h>

struct cluster_hello cluster_hello(int threads)
{
    struct cluster_hello hello = {.threads = threads};
    snprintf(hello.version, sizeof hello.version, "%s %d %zu %zu", as_model_version(), CLUSTER_PROTOCOL,
        sizeof(struct cluster_job), sizeof(struct cluster_result));
    return hello;
}

/* A byte n < 128 stands before n + 1 bytes as they are, n >= 128 for n - 127 bytes as they were, 128 at most.
 */
enum { PIECE = 128 };

/* Data, and what the other side has already: bytes, or NULL for zeros. */
struct change {
    const unsigned char *data, *before;
    size_t size;
};

static bool is_same(const struct change *change, size_t at)
{
    return change->data[at] == (change->before ? change->before[at] : 0);
}

static size_t same_at(const struct change *change, size_t at)
{
    size_t most = change->size - at < PIECE ? change->size - at : PIECE, n = 0;
    for (uint64_t eight = 0, other = 0; n + sizeof eight <= most; n += sizeof eight) { /* most of all bytes */
        memcpy(&eight, change->data + at + n, sizeof eight);
        if (change->before)
            memcpy(&other, change->before + at + n, sizeof other);
        if (eight != other)
            break;
    }
    while (n < most && is_same(change, at + n))
        n++;
    return n;
}

/* Up to the next two that are as they were: a single one is not worth a run. */
static size_t others_at(const struct change *change, size_t at)
{
    size_t n = 0;
    for (; at + n < change->size && n < PIECE; n++)
        if (is_same(change, at + n) && (at + n + 1 == change->size || is_same(change, at + n + 1)))
            break;
    return n;
}

size_t cluster_pack(unsigned char *out, const void *data, const void *before, size_t size)
{
    const struct change change = {data, before, size};
    unsigned char *start = out;
    for (size_t at = 0, n; at < size; at += n) {
        n = same_at(&change, at);
        if (n > 1 || (n == 1 && at + n == size)) {
            *out++ = (unsigned char)(n + PIECE - 1);
        } else {
            n = others_at(&change, at);
            *out++ = (unsigned char)(n - 1);
            memcpy(out, change.data + at, n);
            out += n;
        }
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
        bool same = *in >= PIECE;
        size_t n = (size_t)*in++ % PIECE + 1;
        if (n > (size_t)(end - out) || (!same && n > (size_t)(in_end - in)))
            return NULL;
        if (!same) {
            memcpy(out, in, n);
            in += n;
        }
        out += n;
    }
    return in;
}
