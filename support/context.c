/* The context and its arena: a list of chunks that are filled from the front and freed together. */
#include "support/context.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 16 };

/* There is nothing sensible to do without memory, and no caller could do better: docs/decisions.md. */
static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

struct naas_ctx *naas_ctx_new(void)
{
    return must(calloc(1, sizeof(struct naas_ctx)));
}

void naas_ctx_free(struct naas_ctx *ctx)
{
    if (!ctx)
        return;
    for (struct naas_cleanup *c = ctx->cleanups; c; c = c->next)
        c->release(c->data);
    for (struct naas_chunk *chunk = ctx->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(ctx);
}

void naas_ctx_on_free(struct naas_ctx *ctx, void (*release)(void *data), void *data)
{
    struct naas_cleanup *cleanup = naas_alloc(ctx, 1, sizeof *cleanup);
    *cleanup = (struct naas_cleanup){.next = ctx->cleanups, .release = release, .data = data};
    ctx->cleanups = cleanup;
}

/* A chunk with room for bytes. A large item gets a chunk of its own behind the one being filled. */
static struct naas_chunk *add_chunk(struct naas_ctx *ctx, size_t bytes)
{
    size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct naas_chunk *chunk = must(calloc(1, sizeof *chunk + size));
    chunk->size = size;
    if (size > CHUNK_BYTES && ctx->chunks) {
        chunk->next = ctx->chunks->next;
        ctx->chunks->next = chunk;
    } else {
        chunk->next = ctx->chunks;
        ctx->chunks = chunk;
    }
    return chunk;
}

void *naas_alloc(struct naas_ctx *ctx, size_t n, size_t size)
{
    const size_t align = _Alignof(max_align_t);
    if (size && n > (SIZE_MAX / 2) / size)
        abort();
    size_t bytes = (n * size + align - 1) / align * align;
    struct naas_chunk *chunk = ctx->chunks;
    if (!chunk || chunk->size - chunk->used < bytes)
        chunk = add_chunk(ctx, bytes);
    void *item = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return item;
}

char *naas_strndup(struct naas_ctx *ctx, const char *text, size_t length)
{
    char *copy = naas_alloc(ctx, length + 1, 1);
    memcpy(copy, text, length);
    return copy;
}

char *naas_strdup(struct naas_ctx *ctx, const char *text)
{
    return naas_strndup(ctx, text, strlen(text));
}

char *naas_vformat(struct naas_ctx *ctx, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        abort();
    char *text = naas_alloc(ctx, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, args);
    return text;
}

char *naas_format(struct naas_ctx *ctx, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = naas_vformat(ctx, format, args);
    va_end(args);
    return text;
}

void *naas_grow(struct naas_ctx *ctx, void *items, int n, int *capacity, size_t size)
{
    if (n < *capacity)
        return items;
    if (*capacity > INT32_MAX / 2)
        abort();
    int more = *capacity ? 2 * *capacity : 8;
    void *grown = naas_alloc(ctx, (size_t)more, size);
    if (n)
        memcpy(grown, items, (size_t)n * size);
    *capacity = more;
    return grown;
}
