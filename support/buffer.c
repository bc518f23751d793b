/* Text that grows in the arena. */
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

struct naas_buf naas_buf_new(struct naas_ctx *ctx)
{
    return (struct naas_buf){.ctx = ctx, .text = ""};
}

/* Room for length more bytes and a NUL. */
static void reserve(struct naas_buf *buf, size_t length)
{
    if (length >= SIZE_MAX / 4 - buf->length)
        abort();
    size_t need = buf->length + length + 1;
    if (need <= buf->capacity)
        return;
    size_t capacity = need < 128 ? 256 : 2 * need;
    char *text = naas_alloc(buf->ctx, capacity, 1);
    memcpy(text, buf->text, buf->length + 1);
    buf->text = text;
    buf->capacity = capacity;
}

void naas_buf_write(struct naas_buf *buf, const char *text, size_t length)
{
    reserve(buf, length);
    memcpy(buf->text + buf->length, text, length);
    buf->length += length;
    buf->text[buf->length] = '\0';
}

void naas_buf_puts(struct naas_buf *buf, const char *text)
{
    naas_buf_write(buf, text, strlen(text));
}

void naas_buf_printf(struct naas_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        abort();
    reserve(buf, (size_t)length);
    va_start(args, format);
    vsnprintf(buf->text + buf->length, (size_t)length + 1, format, args);
    va_end(args);
    buf->length += (size_t)length;
}
